// x + 0.0 turns -0 into 0, x * 0.0 and x - x may be NaN, and sums in another order round differently: all of it stays.
// RUN: opt --passes simplify
// CHECK: func.func public @main
// CHECK: stablehlo.add %arg0,
// CHECK-NEXT: stablehlo.multiply %arg0,
// CHECK-NEXT: stablehlo.subtract %arg0, %arg0
// CHECK-NEXT: stablehlo.add %arg0,
// CHECK-NEXT: stablehlo.add
// CHECK-NEXT: stablehlo.divide %arg0, %arg0
// CHECK-NEXT: return
func.func public @main(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %zero = stablehlo.constant dense<0.0> : tensor<4xf32>
  %one = stablehlo.constant dense<1.0> : tensor<4xf32>
  %two = stablehlo.constant dense<2.0> : tensor<4xf32>
  %0 = stablehlo.add %x, %zero : tensor<4xf32>
  %1 = stablehlo.multiply %x, %zero : tensor<4xf32>
  %2 = stablehlo.subtract %x, %x : tensor<4xf32>
  %3 = stablehlo.add %x, %one : tensor<4xf32>
  %4 = stablehlo.add %3, %two : tensor<4xf32>
  %5 = stablehlo.divide %x, %x : tensor<4xf32>
  return %0, %1, %2, %4, %5 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}
