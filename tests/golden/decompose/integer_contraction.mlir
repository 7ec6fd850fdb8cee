// No matrix unit takes integers: products over [batch, left, right, contracted], in the result's dtype, and their sum.
// RUN: opt --passes decompose
// CHECK: func.func public @main
// CHECK-NEXT: stablehlo.convert %arg0 : (tensor<2x3x5xi8>) -> tensor<2x3x5xi32>
// CHECK-NEXT: stablehlo.broadcast_in_dim %0, dims = [0, 1, 3] : (tensor<2x3x5xi32>) -> tensor<2x3x4x5xi32>
// CHECK-NEXT: stablehlo.convert %arg1 : (tensor<2x5x4xi8>) -> tensor<2x5x4xi32>
// CHECK-NEXT: stablehlo.broadcast_in_dim %2, dims = [0, 3, 2] : (tensor<2x5x4xi32>) -> tensor<2x3x4x5xi32>
// CHECK-NEXT: stablehlo.multiply %1, %3 : tensor<2x3x4x5xi32>
// CHECK: applies stablehlo.add across dimensions = [3] : (tensor<2x3x4x5xi32>, tensor<i32>) -> tensor<2x3x4xi32>
// CHECK-NEXT: return
// CHECK-NOT: dot_general
func.func public @main(%x: tensor<2x3x5xi8>, %y: tensor<2x5x4xi8>) -> tensor<2x3x4xi32> {
  %0 = stablehlo.dot_general %x, %y, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<2x3x5xi8>, tensor<2x5x4xi8>) -> tensor<2x3x4xi32>
  return %0 : tensor<2x3x4xi32>
}
