// What the attention family takes stays one op.
// RUN: opt --passes decompose
// CHECK: func.func public @main
// CHECK-NEXT: tri.attention %arg0, %arg1, %arg2
// CHECK-NEXT: return
func.func public @main(%q: tensor<1x6x4x8xbf16>, %k: tensor<1x5x2x8xbf16>, %v: tensor<1x5x2x16xbf16>) -> tensor<1x6x4x16xbf16> {
  %0 = "tri.attention"(%q, %k, %v) <{scale = 1.0 : f64}> : (tensor<1x6x4x8xbf16>, tensor<1x5x2x8xbf16>, tensor<1x5x2x16xbf16>) -> tensor<1x6x4x16xbf16>
  return %0 : tensor<1x6x4x16xbf16>
}
