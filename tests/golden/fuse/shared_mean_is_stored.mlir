// The mean is a result as well: it is stored by a kernel of its own, and the variance, which nobody else needs, goes with the norm.
// RUN: opt --passes fuse
// CHECK: func.func public @main
// CHECK-NEXT: %0 = "tri.kernel"(%arg0) <{family = "", label = "reduce"}>
// CHECK: %1 = "tri.kernel"(%arg0, %0)
// CHECK: stablehlo.subtract
// CHECK: stablehlo.reduce
// CHECK: stablehlo.divide
// CHECK-NOT: tri.kernel
// CHECK: return %0, %1 :
func.func public @main(%x: tensor<4x8xf32>) -> (tensor<4xf32>, tensor<4x8xf32>) {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %0 = stablehlo.reduce(%x init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %1 = stablehlo.broadcast_in_dim %0, dims = [0] : (tensor<4xf32>) -> tensor<4x8xf32>
  %2 = stablehlo.subtract %x, %1 : tensor<4x8xf32>
  %3 = stablehlo.multiply %2, %2 : tensor<4x8xf32>
  %4 = stablehlo.reduce(%3 init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %5 = stablehlo.broadcast_in_dim %4, dims = [0] : (tensor<4xf32>) -> tensor<4x8xf32>
  %6 = stablehlo.divide %2, %5 : tensor<4x8xf32>
  return %0, %6 : tensor<4xf32>, tensor<4x8xf32>
}
