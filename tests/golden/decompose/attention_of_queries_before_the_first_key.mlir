// With 2 keys for 5 causal queries the first 3 see nothing: their largest score, -inf, counts as 0 and their sum as 1, so the result is 0 and no NaN.
// RUN: opt --passes decompose
// CHECK: func.func public @main
// CHECK: stablehlo.constant dense<-3> : tensor<1x1x5x1x2xi32>
// CHECK: applies stablehlo.maximum
// CHECK-NEXT: stablehlo.constant dense<0xFF800000> : tensor<1x1x5x1xf32>
// CHECK-NEXT: stablehlo.compare EQ,
// CHECK-NEXT: stablehlo.constant dense<0.000000e+00> : tensor<1x1x5x1xf32>
// CHECK-NEXT: stablehlo.select
// CHECK: applies stablehlo.add
// CHECK-NEXT: stablehlo.constant dense<0.000000e+00> : tensor<1x1x5x1xf32>
// CHECK-NEXT: stablehlo.compare EQ,
// CHECK-NEXT: stablehlo.constant dense<1.000000e+00> : tensor<1x1x5x1xf32>
// CHECK-NEXT: stablehlo.select
// CHECK: stablehlo.divide
func.func public @main(%q: tensor<1x5x1x12xf32>, %k: tensor<1x2x1x12xf32>, %v: tensor<1x2x1x12xf32>) -> tensor<1x5x1x12xf32> {
  %0 = "tri.attention"(%q, %k, %v) <{scale = 1.0 : f64, causal = true}> : (tensor<1x5x1x12xf32>, tensor<1x2x1x12xf32>, tensor<1x2x1x12xf32>) -> tensor<1x5x1x12xf32>
  return %0 : tensor<1x5x1x12xf32>
}
