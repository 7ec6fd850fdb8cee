// x - mean(x) and its variance: 96 whole rows fit the chip, so one tile of them serves both reductions and the result, and the difference is made once.
// RUN: compile --chip trn2 --emit tile=-
// CHECK: %1: out buf<96x640xf32>) grid() {
// CHECK-NOT: = for
// CHECK: load %0[%2:+96, %4:+640] fill 0.000000e+00 : tile<96x640xf32>
// CHECK-NOT: load
// CHECK: reduce add
// CHECK: subtract
// CHECK-NOT: subtract
// CHECK: reduce add
// CHECK-NOT: load
// CHECK: divide
// CHECK: store
func.func public @main(%x: tensor<96x640xf32>) -> tensor<96x640xf32> {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %0 = stablehlo.reduce(%x init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<96x640xf32>, tensor<f32>) -> tensor<96xf32>
  %1 = stablehlo.broadcast_in_dim %0, dims = [0] : (tensor<96xf32>) -> tensor<96x640xf32>
  %2 = stablehlo.subtract %x, %1 : tensor<96x640xf32>
  %3 = stablehlo.multiply %2, %2 : tensor<96x640xf32>
  %4 = stablehlo.reduce(%3 init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<96x640xf32>, tensor<f32>) -> tensor<96xf32>
  %5 = stablehlo.broadcast_in_dim %4, dims = [0] : (tensor<96xf32>) -> tensor<96x640xf32>
  %6 = stablehlo.divide %2, %5 : tensor<96x640xf32>
  return %6 : tensor<96x640xf32>
}
