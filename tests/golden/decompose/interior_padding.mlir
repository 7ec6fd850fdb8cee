// Two elements between neighbours: [3] as [3, 1], padded to [3, 3], as [9], cut to [7]; then the edges.
// RUN: opt --passes decompose
// CHECK: func.func public @main
// CHECK-NEXT: stablehlo.reshape %arg0 : (tensor<3xf32>) -> tensor<3x1xf32>
// CHECK-NEXT: stablehlo.pad %0, %arg1, low = [0, 0], high = [0, 2], interior = [0, 0] : (tensor<3x1xf32>, tensor<f32>) -> tensor<3x3xf32>
// CHECK-NEXT: stablehlo.reshape %1 : (tensor<3x3xf32>) -> tensor<9xf32>
// CHECK-NEXT: stablehlo.slice %2 [0:7] : (tensor<9xf32>) -> tensor<7xf32>
// CHECK-NEXT: stablehlo.pad %3, %arg1, low = [1], high = [-2], interior = [0] : (tensor<7xf32>, tensor<f32>) -> tensor<6xf32>
// CHECK-NEXT: return %4
func.func public @main(%x: tensor<3xf32>, %z: tensor<f32>) -> tensor<6xf32> {
  %0 = stablehlo.pad %x, %z, low = [1], high = [-2], interior = [2] : (tensor<3xf32>, tensor<f32>) -> tensor<6xf32>
  return %0 : tensor<6xf32>
}
