// Two query heads share a key head; keys and values are the left operands; the mask is a literal that says what is hidden.
// RUN: opt --passes inline,match_attention,simplify
// CHECK: func.func public @main
// CHECK-NEXT: tri.attention %arg0, %arg1, %arg2, scale = 1.000000e+00, causal = true : (tensor<1x3x4x8xf32>, tensor<1x3x2x8xf32>, tensor<1x3x2x8xf32>) -> tensor<1x3x4x8xf32>
// CHECK-NEXT: return %0
func.func public @main(%q: tensor<1x3x4x8xf32>, %k: tensor<1x3x2x8xf32>, %v: tensor<1x3x2x8xf32>) -> tensor<1x3x4x8xf32> {
  %v1 = stablehlo.reshape %q : (tensor<1x3x4x8xf32>) -> tensor<1x3x2x2x8xf32>
  %v2 = stablehlo.dot_general %k, %v1, batching_dims = [0, 2] x [0, 2], contracting_dims = [3] x [4] : (tensor<1x3x2x8xf32>, tensor<1x3x2x2x8xf32>) -> tensor<1x2x3x3x2xf32>
  %v3 = stablehlo.transpose %v2, dims = [0, 1, 4, 3, 2] : (tensor<1x2x3x3x2xf32>) -> tensor<1x2x2x3x3xf32>
  %v4 = stablehlo.constant dense<[[false, true, true], [false, false, true], [false, false, false]]> : tensor<3x3xi1>
  %v5 = stablehlo.broadcast_in_dim %v4, dims = [3, 4] : (tensor<3x3xi1>) -> tensor<1x2x2x3x3xi1>
  %v6 = stablehlo.constant dense<0xFF800000> : tensor<1x2x2x3x3xf32>
  %v7 = stablehlo.select %v5, %v6, %v3 : tensor<1x2x2x3x3xi1>, tensor<1x2x2x3x3xf32>
  %v8 = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %v9 = stablehlo.constant dense<0.0> : tensor<f32>
  %v10 = stablehlo.reduce(%v7 init: %v8) applies stablehlo.maximum across dimensions = [4] : (tensor<1x2x2x3x3xf32>, tensor<f32>) -> tensor<1x2x2x3xf32>
  %v11 = stablehlo.broadcast_in_dim %v10, dims = [0, 1, 2, 3] : (tensor<1x2x2x3xf32>) -> tensor<1x2x2x3x3xf32>
  %v12 = stablehlo.subtract %v7, %v11 : tensor<1x2x2x3x3xf32>
  %v13 = stablehlo.exponential %v12 : tensor<1x2x2x3x3xf32>
  %v14 = stablehlo.reduce(%v13 init: %v9) applies stablehlo.add across dimensions = [4] : (tensor<1x2x2x3x3xf32>, tensor<f32>) -> tensor<1x2x2x3xf32>
  %v15 = stablehlo.broadcast_in_dim %v14, dims = [0, 1, 2, 3] : (tensor<1x2x2x3xf32>) -> tensor<1x2x2x3x3xf32>
  %v16 = stablehlo.divide %v13, %v15 : tensor<1x2x2x3x3xf32>
  %v17 = stablehlo.dot_general %v, %v16, batching_dims = [0, 2] x [0, 1], contracting_dims = [1] x [4] : (tensor<1x3x2x8xf32>, tensor<1x2x2x3x3xf32>) -> tensor<1x2x8x2x3xf32>
  %v18 = stablehlo.transpose %v17, dims = [0, 4, 1, 3, 2] : (tensor<1x2x8x2x3xf32>) -> tensor<1x3x2x2x8xf32>
  %v19 = stablehlo.reshape %v18 : (tensor<1x3x2x2x8xf32>) -> tensor<1x3x4x8xf32>
  return %v19 : tensor<1x3x4x8xf32>
}
