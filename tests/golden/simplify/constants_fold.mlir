// Ops on small literals are computed, also of several elements; what is one number everywhere stays one number.
// RUN: opt --passes simplify
// CHECK: func.func public @main
// CHECK-NEXT: stablehlo.constant dense<[[11, 32], [23, 44]]> : tensor<2x2xi32>
// CHECK-NEXT: stablehlo.constant dense<3.000000e+00> : tensor<2x3xf32>
// CHECK-NEXT: return %0, %1
func.func public @main() -> (tensor<2x2xi32>, tensor<2x3xf32>) {
  %a = stablehlo.constant dense<[[1, 2], [3, 4]]> : tensor<2x2xi32>
  %b = stablehlo.constant dense<[[10, 20], [30, 40]]> : tensor<2x2xi32>
  %0 = stablehlo.transpose %b, dims = [1, 0] : (tensor<2x2xi32>) -> tensor<2x2xi32>
  %1 = stablehlo.add %a, %0 : tensor<2x2xi32>
  %c = stablehlo.constant dense<1.5> : tensor<f32>
  %2 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<f32>) -> tensor<2x3xf32>
  %3 = stablehlo.add %2, %2 : tensor<2x3xf32>
  return %1, %3 : tensor<2x2xi32>, tensor<2x3xf32>
}
