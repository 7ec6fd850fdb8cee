// Ops of one kind with the same operands and attributes are one op; other attributes or an other order of operands make another.
// RUN: opt --passes simplify
// CHECK: func.func public @main
// CHECK-NEXT: %0 = stablehlo.exponential %arg0
// CHECK-NEXT: %1 = stablehlo.subtract %0, %arg1
// CHECK-NEXT: %2 = stablehlo.subtract %arg1, %0
// CHECK-NEXT: %3 = stablehlo.reverse %arg0, dims = [0]
// CHECK-NEXT: %4 = stablehlo.reverse %arg0, dims = [1]
// CHECK-NEXT: return %1, %1, %2, %3, %4
func.func public @main(%x: tensor<4x4xf32>, %y: tensor<4x4xf32>) -> (tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>) {
  %0 = stablehlo.exponential %x : tensor<4x4xf32>
  %1 = stablehlo.subtract %0, %y : tensor<4x4xf32>
  %2 = stablehlo.exponential %x : tensor<4x4xf32>
  %3 = stablehlo.subtract %2, %y : tensor<4x4xf32>
  %4 = stablehlo.subtract %y, %2 : tensor<4x4xf32>
  %5 = stablehlo.reverse %x, dims = [0] : tensor<4x4xf32>
  %6 = stablehlo.reverse %x, dims = [1] : tensor<4x4xf32>
  return %1, %3, %4, %5, %6 : tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>
}
