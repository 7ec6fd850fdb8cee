// f8 elements are multiplied and added as f32; the result is rounded once, at the end.
// RUN: opt --passes decompose
// CHECK: func.func public @main
// CHECK-NEXT: stablehlo.convert %arg0 : (tensor<3x5xf8E4M3FN>) -> tensor<3x5xf32>
// CHECK: stablehlo.multiply
// CHECK: applies stablehlo.add across dimensions = [2] : (tensor<3x4x5xf32>, tensor<f32>) -> tensor<3x4xf32>
// CHECK-NEXT: : (tensor<3x4xf32>) -> tensor<3x4xbf16>
// CHECK-NEXT: return
func.func public @main(%x: tensor<3x5xf8E4M3FN>, %y: tensor<5x4xf8E4M3FN>) -> tensor<3x4xbf16> {
  %0 = stablehlo.dot_general %x, %y, contracting_dims = [1] x [0] : (tensor<3x5xf8E4M3FN>, tensor<5x4xf8E4M3FN>) -> tensor<3x4xbf16>
  return %0 : tensor<3x4xbf16>
}
