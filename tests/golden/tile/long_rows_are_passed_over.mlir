// Rows that do not fit the chip: each reduction is a pass over pieces of the row and what is left of it, the results are a third; a program has its rows
// to itself, and no pass is made again for each piece of another.
// RUN: compile --chip trn2 --emit tile=-
// CHECK: %1: out buf<96x70000xf32>) grid() {
// CHECK: = for
// CHECK: load
// CHECK: yield
// CHECK: = for
// CHECK: subtract
// CHECK: yield
// CHECK: for %
// CHECK-NOT: for %
// CHECK: divide
// CHECK: store
func.func public @main(%x: tensor<96x70000xf32>) -> tensor<96x70000xf32> {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %0 = stablehlo.reduce(%x init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<96x70000xf32>, tensor<f32>) -> tensor<96xf32>
  %1 = stablehlo.broadcast_in_dim %0, dims = [0] : (tensor<96xf32>) -> tensor<96x70000xf32>
  %2 = stablehlo.subtract %x, %1 : tensor<96x70000xf32>
  %3 = stablehlo.multiply %2, %2 : tensor<96x70000xf32>
  %4 = stablehlo.reduce(%3 init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<96x70000xf32>, tensor<f32>) -> tensor<96xf32>
  %5 = stablehlo.broadcast_in_dim %4, dims = [0] : (tensor<96xf32>) -> tensor<96x70000xf32>
  %6 = stablehlo.divide %2, %5 : tensor<96x70000xf32>
  return %6 : tensor<96x70000xf32>
}
