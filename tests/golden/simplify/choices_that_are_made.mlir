// A condition that is known chooses; a choice between a value and itself is no choice.
// RUN: opt --passes simplify
// CHECK: func.func public @main
// CHECK-NEXT: return %arg1, %arg2, %arg1
func.func public @main(%p: tensor<4xi1>, %x: tensor<4xf32>, %y: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %yes = stablehlo.constant dense<true> : tensor<4xi1>
  %no = stablehlo.not %yes : tensor<4xi1>
  %0 = stablehlo.select %yes, %x, %y : tensor<4xi1>, tensor<4xf32>
  %1 = stablehlo.select %no, %x, %y : tensor<4xi1>, tensor<4xf32>
  %2 = stablehlo.select %p, %x, %x : tensor<4xi1>, tensor<4xf32>
  return %0, %1, %2 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}
