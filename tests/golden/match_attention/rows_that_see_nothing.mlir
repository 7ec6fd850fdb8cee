// The graph gives NaN where a query sees no key, tri.attention gives 0.
// RUN: opt --passes inline,match_attention,simplify
// CHECK: func.func public @main
// CHECK-NOT: tri.attention
// CHECK: return
func.func public @main(%q: tensor<1x6x2x8xf32>, %k: tensor<1x4x2x8xf32>) -> tensor<1x2x6x8xf32> {
  %v1 = stablehlo.dot_general %q, %k, batching_dims = [0, 2] x [0, 2], contracting_dims = [3] x [3] : (tensor<1x6x2x8xf32>, tensor<1x4x2x8xf32>) -> tensor<1x2x6x4xf32>
  %v2 = stablehlo.iota dim = 0 : tensor<6x4xi32>
  %v3 = stablehlo.constant dense<-2> : tensor<6x4xi32>
  %v4 = stablehlo.add %v2, %v3 : tensor<6x4xi32>
  %v5 = stablehlo.iota dim = 1 : tensor<6x4xi32>
  %v6 = stablehlo.compare GE, %v4, %v5, SIGNED : (tensor<6x4xi32>, tensor<6x4xi32>) -> tensor<6x4xi1>
  %v7 = stablehlo.broadcast_in_dim %v6, dims = [2, 3] : (tensor<6x4xi1>) -> tensor<1x2x6x4xi1>
  %v8 = stablehlo.constant dense<0xFF800000> : tensor<1x2x6x4xf32>
  %v9 = stablehlo.select %v7, %v1, %v8 : tensor<1x2x6x4xi1>, tensor<1x2x6x4xf32>
  %v10 = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %v11 = stablehlo.constant dense<0.0> : tensor<f32>
  %v12 = stablehlo.reduce(%v9 init: %v10) applies stablehlo.maximum across dimensions = [3] : (tensor<1x2x6x4xf32>, tensor<f32>) -> tensor<1x2x6xf32>
  %v13 = stablehlo.broadcast_in_dim %v12, dims = [0, 1, 2] : (tensor<1x2x6xf32>) -> tensor<1x2x6x4xf32>
  %v14 = stablehlo.subtract %v9, %v13 : tensor<1x2x6x4xf32>
  %v15 = stablehlo.exponential %v14 : tensor<1x2x6x4xf32>
  %v16 = stablehlo.reduce(%v15 init: %v11) applies stablehlo.add across dimensions = [3] : (tensor<1x2x6x4xf32>, tensor<f32>) -> tensor<1x2x6xf32>
  %v17 = stablehlo.broadcast_in_dim %v16, dims = [0, 1, 2] : (tensor<1x2x6xf32>) -> tensor<1x2x6x4xf32>
  %v18 = stablehlo.divide %v15, %v17 : tensor<1x2x6x4xf32> // REMARK: its mask hides every key from the first queries
  %v19 = stablehlo.dot_general %v18, %k, batching_dims = [0, 1] x [0, 2], contracting_dims = [3] x [1] : (tensor<1x2x6x4xf32>, tensor<1x4x2x8xf32>) -> tensor<1x2x6x8xf32>
  return %v19 : tensor<1x2x6x8xf32>
}
