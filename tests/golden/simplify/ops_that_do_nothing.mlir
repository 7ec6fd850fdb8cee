// A slice of everything, a concatenation of one, a conversion to the same type, a barrier, an annotation of shardings: the operand.
// RUN: opt --passes simplify
// CHECK: func.func public @main
// CHECK-NEXT: return %arg0, %arg0, %arg0, %arg0, %arg1, %arg0
func.func public @main(%x: tensor<4xf32>, %y: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %0 = stablehlo.slice %x [0:4] : (tensor<4xf32>) -> tensor<4xf32>
  %1 = stablehlo.concatenate %x, dim = 0 : (tensor<4xf32>) -> tensor<4xf32>
  %2 = stablehlo.convert %x : tensor<4xf32>
  %3:2 = stablehlo.optimization_barrier %x, %y : tensor<4xf32>, tensor<4xf32>
  %4 = stablehlo.custom_call @Sharding(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0, %1, %2, %3#0, %3#1, %4 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}
