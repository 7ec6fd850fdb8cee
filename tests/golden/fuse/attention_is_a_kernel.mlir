// Attention is a kernel by itself: what computes its operands comes before it, what follows comes after it; a transpose it reads through.
// RUN: opt --passes fuse
// CHECK: "tri.kernel"(%arg0)
// CHECK: stablehlo.negate
// CHECK: "tri.kernel"(%0, %arg1, %arg2) <{family = "", label = "attention"}>
// CHECK: stablehlo.transpose
// CHECK-NEXT: tri.attention
// CHECK-NEXT: stablehlo.return
// CHECK: "tri.kernel"(%1)
// CHECK: stablehlo.tanh
// CHECK: return
func.func public @main(%q: tensor<1x6x4x8xf32>, %k: tensor<1x2x5x8xf32>, %v: tensor<1x5x2x8xf32>) -> tensor<1x6x4x8xf32> {
  %0 = stablehlo.negate %q : tensor<1x6x4x8xf32>
  %1 = stablehlo.transpose %k, dims = [0, 2, 1, 3] : (tensor<1x2x5x8xf32>) -> tensor<1x5x2x8xf32>
  %2 = "tri.attention"(%0, %1, %v) <{scale = 1.0 : f64}> : (tensor<1x6x4x8xf32>, tensor<1x5x2x8xf32>, tensor<1x5x2x8xf32>) -> tensor<1x6x4x8xf32>
  %3 = stablehlo.tanh %2 : tensor<1x6x4x8xf32>
  return %3 : tensor<1x6x4x8xf32>
}
