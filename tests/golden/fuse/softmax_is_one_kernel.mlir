// Reductions of the last dimension whose results are broadcast back over it share rows with what computes them and what uses them: one kernel, with
// dimensions of size 1 on the way and reduced dimensions of size 1.
// RUN: opt --passes fuse
// CHECK: func.func public @main
// CHECK-NEXT: %0 = "tri.kernel"(%arg0) <{family = "", label = "reduce+subtract+exponential+reduce+..."}> ({
// CHECK-NOT: tri.kernel
// CHECK: return %0 :
func.func public @main(%x: tensor<2x4x8x1xf32>) -> tensor<2x4x8x1xf32> {
  %low = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %0 = stablehlo.reduce(%x init: %low) applies stablehlo.maximum across dimensions = [2, 3] : (tensor<2x4x8x1xf32>, tensor<f32>) -> tensor<2x4xf32>
  %1 = stablehlo.reshape %0 : (tensor<2x4xf32>) -> tensor<2x4x1x1xf32>
  %2 = stablehlo.broadcast_in_dim %1, dims = [0, 1, 2, 3] : (tensor<2x4x1x1xf32>) -> tensor<2x4x8x1xf32>
  %3 = stablehlo.subtract %x, %2 : tensor<2x4x8x1xf32>
  %4 = stablehlo.exponential %3 : tensor<2x4x8x1xf32>
  %5 = stablehlo.reduce(%4 init: %zero) applies stablehlo.add across dimensions = [2] : (tensor<2x4x8x1xf32>, tensor<f32>) -> tensor<2x4x1xf32>
  %6 = stablehlo.broadcast_in_dim %5, dims = [0, 1, 3] : (tensor<2x4x1xf32>) -> tensor<2x4x8x1xf32>
  %7 = stablehlo.divide %4, %6 : tensor<2x4x8x1xf32>
  return %7 : tensor<2x4x8x1xf32>
}
