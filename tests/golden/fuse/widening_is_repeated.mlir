// A cast to a wider float is made again in every kernel that computes with it, but stands in memory for a contraction, which reads it many times.
// RUN: opt --passes fuse
func.func @main(%x: tensor<4x8xbf16>, %w: tensor<8x8xf32>) -> (tensor<4xf32>, tensor<4x8xf32>) {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %0 = stablehlo.convert %x : (tensor<4x8xbf16>) -> tensor<4x8xf32>
  // CHECK: label = "convert+reduce+add"
  %1 = stablehlo.reduce(%0 init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %2 = stablehlo.add %1, %1 : tensor<4xf32>
  // CHECK: label = "convert+abs"
  %3 = stablehlo.abs %0 : tensor<4x8xf32>
  // CHECK: label = "dot_general+add"
  %4 = stablehlo.dot_general %3, %w, contracting_dims = [1] x [0] : (tensor<4x8xf32>, tensor<8x8xf32>) -> tensor<4x8xf32>
  %5 = stablehlo.add %4, %4 : tensor<4x8xf32>
  return %2, %5 : tensor<4xf32>, tensor<4x8xf32>
}
