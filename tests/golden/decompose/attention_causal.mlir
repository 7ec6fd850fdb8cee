// No kernel takes heads of 12: attention is scores, their softmax along the keys, and the weighted values. With 9 keys for 6 queries, query i sees the keys up to i + 3.
// RUN: opt --passes decompose
// CHECK: func.func public @main
// CHECK-NEXT: stablehlo.reshape %arg0 : (tensor<1x6x2x12xf32>) -> tensor<1x6x2x1x12xf32>
// CHECK: stablehlo.dot_general %0, %arg1, batching_dims = [0, 2] x [0, 2], contracting_dims = [4] x [3]
// CHECK: stablehlo.constant dense<5.000000e-01>
// CHECK-NEXT: stablehlo.multiply
// CHECK: stablehlo.iota dim = 2 : tensor<1x2x6x1x9xi32>
// CHECK: stablehlo.iota dim = 4 : tensor<1x2x6x1x9xi32>
// CHECK: stablehlo.constant dense<3> : tensor<1x2x6x1x9xi32>
// CHECK: stablehlo.compare LE,
// CHECK: stablehlo.constant dense<0xFF800000>
// CHECK: stablehlo.select
// CHECK: applies stablehlo.maximum across dimensions = [4]
// CHECK: stablehlo.subtract
// CHECK: stablehlo.exponential
// CHECK: applies stablehlo.add across dimensions = [4]
// CHECK: stablehlo.divide
// CHECK: stablehlo.dot_general
// CHECK-NOT: tri.attention
// CHECK-NOT: stablehlo.compare
// CHECK: return
func.func public @main(%q: tensor<1x6x2x12xf32>, %k: tensor<1x9x2x12xf32>, %v: tensor<1x9x2x12xf32>) -> tensor<1x6x2x12xf32> {
  %0 = "tri.attention"(%q, %k, %v) <{scale = 5.0e-01 : f64, causal = true}> : (tensor<1x6x2x12xf32>, tensor<1x9x2x12xf32>, tensor<1x9x2x12xf32>) -> tensor<1x6x2x12xf32>
  return %0 : tensor<1x6x2x12xf32>
}
