// The second result is the largest score plus the log of the sum, a head per row; a bias of one row serves all queries and heads.
// RUN: opt --passes decompose
// CHECK: func.func public @main
// CHECK: stablehlo.broadcast_in_dim %arg3, dims = [3] : (tensor<5xf32>) -> tensor<1x4x6x5xf32>
// CHECK: applies stablehlo.add across dimensions = [4]
// CHECK-NEXT: stablehlo.log
// CHECK-NEXT: stablehlo.add
// CHECK-NEXT: dims = [0, 1, 3, 2] : (tensor<1x2x6x2xf32>) -> tensor<1x2x2x6xf32>
// CHECK-NEXT: (tensor<1x2x2x6xf32>) -> tensor<1x4x6xf32>
func.func public @main(%q: tensor<1x6x4x12xbf16>, %k: tensor<1x5x2x12xbf16>, %v: tensor<1x5x2x20xbf16>, %b: tensor<5xf32>) -> (tensor<1x6x4x20xbf16>, tensor<1x4x6xf32>) {
  %0:2 = "tri.attention"(%q, %k, %v, %b) <{scale = 1.0 : f64}> : (tensor<1x6x4x12xbf16>, tensor<1x5x2x12xbf16>, tensor<1x5x2x20xbf16>, tensor<5xf32>) -> (tensor<1x6x4x20xbf16>, tensor<1x4x6xf32>)
  return %0#0, %0#1 : tensor<1x6x4x20xbf16>, tensor<1x4x6xf32>
}
