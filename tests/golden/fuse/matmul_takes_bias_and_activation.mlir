// Bias, activation and the final conversion are done on the tile that the contraction leaves.
// RUN: opt --passes fuse
// CHECK: func.func public @main
// CHECK-NEXT: %0 = "tri.kernel"(%arg0, %arg1, %arg2) <{family = "", label = "dot_general+add+tanh+convert"}> ({
// CHECK-NEXT: ^bb0(%arg3: tensor<4x8xbf16>, %arg4: tensor<8x16xbf16>, %arg5: tensor<16xf32>):
// CHECK-NEXT: stablehlo.dot_general
// CHECK-NEXT: stablehlo.broadcast_in_dim
// CHECK-NEXT: stablehlo.add
// CHECK-NEXT: stablehlo.tanh
// CHECK-NEXT: stablehlo.convert
// CHECK-NEXT: stablehlo.return
// CHECK-NEXT: })
// CHECK-NEXT: return %0
func.func public @main(%x: tensor<4x8xbf16>, %w: tensor<8x16xbf16>, %b: tensor<16xf32>) -> tensor<4x16xbf16> {
  %0 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<4x8xbf16>, tensor<8x16xbf16>) -> tensor<4x16xf32>
  %1 = stablehlo.broadcast_in_dim %b, dims = [1] : (tensor<16xf32>) -> tensor<4x16xf32>
  %2 = stablehlo.add %0, %1 : tensor<4x16xf32>
  %3 = stablehlo.tanh %2 : tensor<4x16xf32>
  %4 = stablehlo.convert %3 : (tensor<4x16xf32>) -> tensor<4x16xbf16>
  return %4 : tensor<4x16xbf16>
}
