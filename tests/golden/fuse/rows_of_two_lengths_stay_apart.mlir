// The sums over 16 elements lie where the elements of the norm do, but their rows are others than the norm's of 8: a kernel of their own. So is a
// reduction over what is not the last dimension.
// RUN: opt --passes fuse
// CHECK: func.func public @main
// CHECK-NEXT: %0 = "tri.kernel"(%arg0)
// CHECK: dimensions = [2]
// CHECK: %1 = "tri.kernel"(%0)
// CHECK: dimensions = [1]
// CHECK: stablehlo.divide
// CHECK: %2 = "tri.kernel"(%1)
// CHECK: dimensions = [0]
// CHECK: %3 = "tri.kernel"(%1, %2)
// CHECK: stablehlo.subtract
// CHECK: return %3 :
func.func public @main(%x: tensor<4x8x16xf32>) -> tensor<4x8xf32> {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %0 = stablehlo.reduce(%x init: %zero) applies stablehlo.add across dimensions = [2] : (tensor<4x8x16xf32>, tensor<f32>) -> tensor<4x8xf32>
  %1 = stablehlo.reduce(%0 init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %2 = stablehlo.broadcast_in_dim %1, dims = [0] : (tensor<4xf32>) -> tensor<4x8xf32>
  %3 = stablehlo.divide %0, %2 : tensor<4x8xf32>
  %4 = stablehlo.reduce(%3 init: %zero) applies stablehlo.add across dimensions = [0] : (tensor<4x8xf32>, tensor<f32>) -> tensor<8xf32>
  %5 = stablehlo.broadcast_in_dim %4, dims = [1] : (tensor<8xf32>) -> tensor<4x8xf32>
  %6 = stablehlo.subtract %3, %5 : tensor<4x8xf32>
  return %6 : tensor<4x8xf32>
}
