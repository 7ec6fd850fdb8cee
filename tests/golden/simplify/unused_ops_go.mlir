// What nobody uses goes, with all that only it used; arguments stay.
// RUN: opt --passes simplify
// CHECK: func.func public @main(%arg0: tensor<4xf32>, %arg1: tensor<4xf32>)
// CHECK-NEXT: return %arg0
func.func public @main(%x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32> {
  %0 = stablehlo.exponential %y : tensor<4xf32>
  %1 = stablehlo.add %0, %0 : tensor<4xf32>
  %2 = stablehlo.tanh %1 : tensor<4xf32>
  return %x : tensor<4xf32>
}
