// The number may be a literal of the shape or a broadcast scalar, on either side of a commutative op. -0.0 is neutral in a sum of floats.
// RUN: opt --passes simplify
// CHECK: func.func public @main
// CHECK-NEXT: return %arg0, %arg0, %arg0, %arg1, %arg0
func.func public @main(%x: tensor<4xf32>, %i: tensor<4xi32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xi32>, tensor<4xf32>) {
  %one = stablehlo.constant dense<1.0> : tensor<f32>
  %ones = stablehlo.broadcast_in_dim %one, dims = [] : (tensor<f32>) -> tensor<4xf32>
  %none = stablehlo.constant dense<-0.0> : tensor<4xf32>
  %zero = stablehlo.constant dense<0> : tensor<4xi32>
  %low = stablehlo.constant dense<0xFF800000> : tensor<4xf32>
  %0 = stablehlo.multiply %ones, %x : tensor<4xf32>
  %1 = stablehlo.divide %x, %ones : tensor<4xf32>
  %2 = stablehlo.add %none, %x : tensor<4xf32>
  %3 = stablehlo.add %zero, %i : tensor<4xi32>
  %4 = stablehlo.maximum %low, %x : tensor<4xf32>
  return %0, %1, %2, %3, %4 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xi32>, tensor<4xf32>
}
