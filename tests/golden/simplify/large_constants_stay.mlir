// Folding makes no literal of more than 4096 elements, and reads none.
// RUN: opt --passes simplify
// CHECK: func.func public @main
// CHECK: stablehlo.concatenate
// CHECK: stablehlo.reduce
func.func public @main() -> (tensor<4097xf32>, tensor<f32>) {
  %a = stablehlo.constant dense<1.0> : tensor<4096xf32>
  %b = stablehlo.constant dense<[2.0]> : tensor<1xf32>
  %0 = stablehlo.concatenate %a, %b, dim = 0 : (tensor<4096xf32>, tensor<1xf32>) -> tensor<4097xf32>
  %c = stablehlo.constant dense<3.0> : tensor<5000xf32>
  %z = stablehlo.constant dense<0.0> : tensor<f32>
  %1 = stablehlo.reduce(%c init: %z) applies stablehlo.add across dimensions = [0] : (tensor<5000xf32>, tensor<f32>) -> tensor<f32>
  return %0, %1 : tensor<4097xf32>, tensor<f32>
}
