// Contractions of f32, bf16 and f16, padding at the edges alone, and interior padding of one element (there are no neighbours) are ops that kernels compute.
// RUN: opt --passes decompose
// CHECK: func.func public @main
// CHECK-NEXT: stablehlo.dot_general %arg0, %arg1, contracting_dims = [1] x [0] : (tensor<3x5xf32>, tensor<5x4xf32>) -> tensor<3x4xf32>
// CHECK-NEXT: stablehlo.dot_general %arg2, %arg2, contracting_dims = [1] x [1] : (tensor<3x5xbf16>, tensor<3x5xbf16>) -> tensor<3x3xf32>
// CHECK-NEXT: stablehlo.pad %arg0, %arg3, low = [1, 0], high = [-1, 2], interior = [0, 0]
// CHECK-NEXT: stablehlo.pad %arg4, %arg3, low = [1], high = [1], interior = [7]
// CHECK-NEXT: return
func.func public @main(%x: tensor<3x5xf32>, %y: tensor<5x4xf32>, %h: tensor<3x5xbf16>, %z: tensor<f32>, %one: tensor<1xf32>) -> (tensor<3x4xf32>, tensor<3x3xf32>, tensor<3x7xf32>, tensor<3xf32>) {
  %0 = stablehlo.dot_general %x, %y, contracting_dims = [1] x [0] : (tensor<3x5xf32>, tensor<5x4xf32>) -> tensor<3x4xf32>
  %1 = stablehlo.dot_general %h, %h, contracting_dims = [1] x [1] : (tensor<3x5xbf16>, tensor<3x5xbf16>) -> tensor<3x3xf32>
  %2 = stablehlo.pad %x, %z, low = [1, 0], high = [-1, 2], interior = [0, 0] : (tensor<3x5xf32>, tensor<f32>) -> tensor<3x7xf32>
  %3 = stablehlo.pad %one, %z, low = [1], high = [1], interior = [7] : (tensor<1xf32>, tensor<f32>) -> tensor<3xf32>
  return %0, %1, %2, %3 : tensor<3x4xf32>, tensor<3x3xf32>, tensor<3x7xf32>, tensor<3xf32>
}
