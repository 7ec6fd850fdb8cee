// What is added to the scaled scores is the op's bias, with 1 where it is repeated. The result is f32 until it is cast: the op makes the cast itself.
// RUN: opt --passes inline,match_attention,simplify
// CHECK: func.func public @main
// CHECK-NEXT: stablehlo.reshape %arg3 : (tensor<4x6x9xf32>) -> tensor<1x4x6x9xf32>
// CHECK-NEXT: tri.attention %arg0, %arg1, %arg2, %0, scale = 5.000000e-01
// CHECK-NEXT: return %1
func.func public @main(%q: tensor<2x6x4x8xbf16>, %k: tensor<2x9x4x8xbf16>, %v: tensor<2x9x4x8xbf16>, %b: tensor<4x6x9xf32>) -> tensor<2x6x4x8xbf16> {
  %v1 = stablehlo.dot_general %q, %k, batching_dims = [0, 2] x [0, 2], contracting_dims = [3] x [3] : (tensor<2x6x4x8xbf16>, tensor<2x9x4x8xbf16>) -> tensor<2x4x6x9xf32>
  %v2 = stablehlo.constant dense<0.5> : tensor<2x4x6x9xf32>
  %v3 = stablehlo.multiply %v1, %v2 : tensor<2x4x6x9xf32>
  %v4 = stablehlo.broadcast_in_dim %b, dims = [1, 2, 3] : (tensor<4x6x9xf32>) -> tensor<2x4x6x9xf32>
  %v5 = stablehlo.add %v3, %v4 : tensor<2x4x6x9xf32>
  %v6 = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %v7 = stablehlo.constant dense<0.0> : tensor<f32>
  %v8 = stablehlo.reduce(%v5 init: %v6) applies stablehlo.maximum across dimensions = [3] : (tensor<2x4x6x9xf32>, tensor<f32>) -> tensor<2x4x6xf32>
  %v9 = stablehlo.broadcast_in_dim %v8, dims = [0, 1, 2] : (tensor<2x4x6xf32>) -> tensor<2x4x6x9xf32>
  %v10 = stablehlo.subtract %v5, %v9 : tensor<2x4x6x9xf32>
  %v11 = stablehlo.exponential %v10 : tensor<2x4x6x9xf32>
  %v12 = stablehlo.reduce(%v11 init: %v7) applies stablehlo.add across dimensions = [3] : (tensor<2x4x6x9xf32>, tensor<f32>) -> tensor<2x4x6xf32>
  %v13 = stablehlo.broadcast_in_dim %v12, dims = [0, 1, 2] : (tensor<2x4x6xf32>) -> tensor<2x4x6x9xf32>
  %v14 = stablehlo.divide %v11, %v13 : tensor<2x4x6x9xf32>
  %v15 = stablehlo.convert %v14 : (tensor<2x4x6x9xf32>) -> tensor<2x4x6x9xbf16>
  %v16 = stablehlo.dot_general %v15, %v, batching_dims = [0, 1] x [0, 2], contracting_dims = [3] x [1] : (tensor<2x4x6x9xbf16>, tensor<2x9x4x8xbf16>) -> tensor<2x4x6x8xf32>
  %v17 = stablehlo.transpose %v16, dims = [0, 2, 1, 3] : (tensor<2x4x6x8xf32>) -> tensor<2x6x4x8xf32>
  %v18 = stablehlo.convert %v17 : (tensor<2x6x4x8xf32>) -> tensor<2x6x4x8xbf16>
  return %v18 : tensor<2x6x4x8xbf16>
}
