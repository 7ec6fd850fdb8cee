// What two kernels read, or what is a result besides, is computed once, by a kernel of its own.
// RUN: opt --passes fuse
// CHECK: func.func public @main
// CHECK-NEXT: %0 = "tri.kernel"(%arg0) <{family = "", label = "exponential"}> ({
// CHECK: %1 = "tri.kernel"(%0) <{family = "", label = "negate"}>
// CHECK: }) : (tensor<4x8xf32>) -> tensor<4x8xf32>
// CHECK-NEXT: %2 = "tri.kernel"(%0) <{family = "", label = "reduce"}>
// CHECK: }) : (tensor<4x8xf32>) -> tensor<4xf32>
// CHECK-NEXT: return
func.func public @main(%x: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4xf32>) {
  %0 = stablehlo.exponential %x : tensor<4x8xf32>
  %1 = stablehlo.negate %0 : tensor<4x8xf32>
  %z = stablehlo.constant dense<0.0> : tensor<f32>
  %2 = stablehlo.reduce(%0 init: %z) applies stablehlo.add across dimensions = [1] : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  return %1, %2 : tensor<4x8xf32>, tensor<4xf32>
}
