// Attention of [batch, tokens, heads, size] as JAX writes it: a causal mask of two iotas whose fill is finite, and a result that is turned back. Query i
// sees keys up to i + 9 - 6. Nothing is turned that was not.
// RUN: opt --passes inline,match_attention,simplify
// CHECK: func.func public @main
// CHECK-NEXT: tri.attention %arg0, %arg1, %arg2, scale = 5.000000e-01, causal = true : (tensor<2x6x4x8xbf16>, tensor<2x9x4x8xbf16>, tensor<2x9x4x8xbf16>) -> tensor<2x6x4x8xbf16>
// CHECK-NEXT: return %0
func.func public @main(%q: tensor<2x6x4x8xbf16>, %k: tensor<2x9x4x8xbf16>, %v: tensor<2x9x4x8xbf16>) -> tensor<2x6x4x8xbf16> {
  %v1 = stablehlo.dot_general %q, %k, batching_dims = [0, 2] x [0, 2], contracting_dims = [3] x [3] : (tensor<2x6x4x8xbf16>, tensor<2x9x4x8xbf16>) -> tensor<2x4x6x9xf32>
  %v2 = stablehlo.constant dense<0.5> : tensor<2x4x6x9xf32>
  %v3 = stablehlo.multiply %v1, %v2 : tensor<2x4x6x9xf32>
  %v4 = stablehlo.iota dim = 0 : tensor<6x9xi32>
  %v5 = stablehlo.constant dense<3> : tensor<6x9xi32>
  %v6 = stablehlo.add %v4, %v5 : tensor<6x9xi32>
  %v7 = stablehlo.iota dim = 1 : tensor<6x9xi32>
  %v8 = stablehlo.compare GE, %v6, %v7, SIGNED : (tensor<6x9xi32>, tensor<6x9xi32>) -> tensor<6x9xi1>
  %v9 = stablehlo.broadcast_in_dim %v8, dims = [2, 3] : (tensor<6x9xi1>) -> tensor<2x4x6x9xi1>
  %v10 = stablehlo.constant dense<-2.38197633E+38> : tensor<2x4x6x9xf32>
  %v11 = stablehlo.select %v9, %v3, %v10 : tensor<2x4x6x9xi1>, tensor<2x4x6x9xf32>
  %v12 = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %v13 = stablehlo.constant dense<0.0> : tensor<f32>
  %v14 = stablehlo.reduce(%v11 init: %v12) applies stablehlo.maximum across dimensions = [3] : (tensor<2x4x6x9xf32>, tensor<f32>) -> tensor<2x4x6xf32>
  %v15 = stablehlo.broadcast_in_dim %v14, dims = [0, 1, 2] : (tensor<2x4x6xf32>) -> tensor<2x4x6x9xf32>
  %v16 = stablehlo.subtract %v11, %v15 : tensor<2x4x6x9xf32>
  %v17 = stablehlo.exponential %v16 : tensor<2x4x6x9xf32>
  %v18 = stablehlo.reduce(%v17 init: %v13) applies stablehlo.add across dimensions = [3] : (tensor<2x4x6x9xf32>, tensor<f32>) -> tensor<2x4x6xf32>
  %v19 = stablehlo.broadcast_in_dim %v18, dims = [0, 1, 2] : (tensor<2x4x6xf32>) -> tensor<2x4x6x9xf32>
  %v20 = stablehlo.divide %v17, %v19 : tensor<2x4x6x9xf32>
  %v21 = stablehlo.convert %v20 : (tensor<2x4x6x9xf32>) -> tensor<2x4x6x9xbf16>
  %v22 = stablehlo.dot_general %v21, %v, batching_dims = [0, 1] x [0, 2], contracting_dims = [3] x [1] : (tensor<2x4x6x9xbf16>, tensor<2x9x4x8xbf16>) -> tensor<2x4x6x8xbf16>
  %v23 = stablehlo.transpose %v22, dims = [0, 2, 1, 3] : (tensor<2x4x6x8xbf16>) -> tensor<2x6x4x8xbf16>
  return %v23 : tensor<2x6x4x8xbf16>
}
