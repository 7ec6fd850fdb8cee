// No kernel takes heads of 12. 4 query heads share 2 key heads: a head is [key head, place in its group]. Scores are f32; the weights are rounded to bf16 before the second product.
// RUN: opt --passes decompose
// CHECK: func.func public @main
// CHECK-NEXT: stablehlo.reshape %arg0 : (tensor<3x6x4x12xbf16>) -> tensor<3x6x2x2x12xbf16>
// CHECK: -> tensor<3x2x6x2x5xf32>
// CHECK-NOT: stablehlo.iota
// CHECK: stablehlo.divide
// CHECK-NEXT: stablehlo.convert
// CHECK-NEXT: tensor<3x2x6x2x5xbf16>, tensor<3x5x2x12xbf16>) -> tensor<3x2x6x2x12xbf16>
// CHECK-NEXT: dims = [0, 2, 1, 3, 4] : (tensor<3x2x6x2x12xbf16>) -> tensor<3x6x2x2x12xbf16>
// CHECK-NEXT: stablehlo.reshape
// CHECK-NEXT: return
func.func public @main(%q: tensor<3x6x4x12xbf16>, %k: tensor<3x5x2x12xbf16>, %v: tensor<3x5x2x12xbf16>) -> tensor<3x6x4x12xbf16> {
  %0 = "tri.attention"(%q, %k, %v) <{scale = 1.0 : f64}> : (tensor<3x6x4x12xbf16>, tensor<3x5x2x12xbf16>, tensor<3x5x2x12xbf16>) -> tensor<3x6x4x12xbf16>
  return %0 : tensor<3x6x4x12xbf16>
}
