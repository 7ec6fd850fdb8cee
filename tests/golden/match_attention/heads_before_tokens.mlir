// [batch, heads, tokens, size]: the operands are turned, and the result is turned back. The scale is a divisor; there is no mask.
// RUN: opt --passes inline,match_attention,simplify
// CHECK: func.func public @main
// CHECK-NEXT: stablehlo.transpose %arg0, dims = [0, 2, 1, 3]
// CHECK-NEXT: stablehlo.transpose %arg1, dims = [0, 2, 1, 3]
// CHECK-NEXT: stablehlo.transpose %arg2, dims = [0, 2, 1, 3]
// CHECK-NEXT: tri.attention %0, %1, %2, scale = 2.500000e-01 : (tensor<2x6x4x8xf32>, tensor<2x9x4x8xf32>, tensor<2x9x4x8xf32>) -> tensor<2x6x4x8xf32>
// CHECK-NEXT: stablehlo.transpose %3, dims = [0, 2, 1, 3]
// CHECK-NEXT: return %4
func.func public @main(%q: tensor<2x4x6x8xf32>, %k: tensor<2x4x9x8xf32>, %v: tensor<2x4x9x8xf32>) -> tensor<2x4x6x8xf32> {
  %v1 = stablehlo.dot_general %q, %k, batching_dims = [0, 1] x [0, 1], contracting_dims = [3] x [3] : (tensor<2x4x6x8xf32>, tensor<2x4x9x8xf32>) -> tensor<2x4x6x9xf32>
  %v2 = stablehlo.constant dense<4.0> : tensor<2x4x6x9xf32>
  %v3 = stablehlo.divide %v1, %v2 : tensor<2x4x6x9xf32>
  %v4 = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %v5 = stablehlo.constant dense<0.0> : tensor<f32>
  %v6 = stablehlo.reduce(%v3 init: %v4) applies stablehlo.maximum across dimensions = [3] : (tensor<2x4x6x9xf32>, tensor<f32>) -> tensor<2x4x6xf32>
  %v7 = stablehlo.broadcast_in_dim %v6, dims = [0, 1, 2] : (tensor<2x4x6xf32>) -> tensor<2x4x6x9xf32>
  %v8 = stablehlo.subtract %v3, %v7 : tensor<2x4x6x9xf32>
  %v9 = stablehlo.exponential %v8 : tensor<2x4x6x9xf32>
  %v10 = stablehlo.reduce(%v9 init: %v5) applies stablehlo.add across dimensions = [3] : (tensor<2x4x6x9xf32>, tensor<f32>) -> tensor<2x4x6xf32>
  %v11 = stablehlo.broadcast_in_dim %v10, dims = [0, 1, 2] : (tensor<2x4x6xf32>) -> tensor<2x4x6x9xf32>
  %v12 = stablehlo.divide %v9, %v11 : tensor<2x4x6x9xf32>
  %v13 = stablehlo.dot_general %v12, %v, batching_dims = [0, 1] x [0, 1], contracting_dims = [3] x [2] : (tensor<2x4x6x9xf32>, tensor<2x4x9x8xf32>) -> tensor<2x4x6x8xf32>
  return %v13 : tensor<2x4x6x8xf32>
}
