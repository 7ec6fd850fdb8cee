// A reduction of what another one's result was broadcast to: the root has one element a row, and the mean is no kernel of its own.
// RUN: opt --passes fuse
// CHECK: func.func public @main
// CHECK-NEXT: %0 = "tri.kernel"(%arg0)
// CHECK: stablehlo.reduce
// CHECK: stablehlo.subtract
// CHECK: stablehlo.reduce
// CHECK-NOT: tri.kernel
// CHECK: return %0 :
func.func public @main(%x: tensor<4x8xf32>) -> tensor<4xf32> {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %eight = stablehlo.constant dense<8.0> : tensor<4xf32>
  %0 = stablehlo.reduce(%x init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %1 = stablehlo.divide %0, %eight : tensor<4xf32>
  %2 = stablehlo.broadcast_in_dim %1, dims = [0] : (tensor<4xf32>) -> tensor<4x8xf32>
  %3 = stablehlo.subtract %x, %2 : tensor<4x8xf32>
  %4 = stablehlo.multiply %3, %3 : tensor<4x8xf32>
  %5 = stablehlo.reduce(%4 init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  return %5 : tensor<4xf32>
}
