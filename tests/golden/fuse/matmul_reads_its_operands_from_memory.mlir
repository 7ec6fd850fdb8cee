// A contraction reads its operands many times: what computes them is a kernel before it. Two contractions never share a kernel.
// RUN: opt --passes fuse
// CHECK: func.func public @main
// CHECK-NEXT: label = "tanh"
// CHECK: label = "dot_general"
// CHECK: label = "dot_general"
// CHECK: return
func.func public @main(%x: tensor<4x8xf32>, %w: tensor<8x8xf32>) -> tensor<4x8xf32> {
  %0 = stablehlo.tanh %x : tensor<4x8xf32>
  %1 = stablehlo.dot_general %0, %w, contracting_dims = [1] x [0] : (tensor<4x8xf32>, tensor<8x8xf32>) -> tensor<4x8xf32>
  %2 = stablehlo.dot_general %1, %w, contracting_dims = [1] x [0] : (tensor<4x8xf32>, tensor<8x8xf32>) -> tensor<4x8xf32>
  return %2 : tensor<4x8xf32>
}
