// No kernel takes heads of 12. A bias [batch, heads, queries, keys] is added to the scaled scores, with the head split as the scores split it.
// RUN: opt --passes decompose
// CHECK: func.func public @main
// CHECK: stablehlo.multiply
// CHECK-NEXT: stablehlo.reshape %arg3 : (tensor<1x4x6x5xbf16>) -> tensor<1x2x2x6x5xbf16>
// CHECK-NEXT: dims = [0, 1, 3, 2, 4] : (tensor<1x2x2x6x5xbf16>) -> tensor<1x2x6x2x5xbf16>
// CHECK-NEXT: stablehlo.convert
// CHECK-NEXT: stablehlo.add
// CHECK: applies stablehlo.maximum across dimensions = [4]
// CHECK: stablehlo.compare EQ,
func.func public @main(%q: tensor<1x6x4x12xbf16>, %k: tensor<1x5x2x12xbf16>, %v: tensor<1x5x2x12xbf16>, %b: tensor<1x4x6x5xbf16>) -> tensor<1x6x4x12xbf16> {
  %0 = "tri.attention"(%q, %k, %v, %b) <{scale = 1.0 : f64}> : (tensor<1x6x4x12xbf16>, tensor<1x5x2x12xbf16>, tensor<1x5x2x12xbf16>, tensor<1x4x6x5xbf16>) -> tensor<1x6x4x12xbf16>
  return %0 : tensor<1x6x4x12xbf16>
}
