// What feeds a reduction and what is done to each of its results is part of its kernel; the literal is copied in.
// RUN: opt --passes fuse
// CHECK: func.func public @main
// CHECK-NEXT: %0 = "tri.kernel"(%arg0) <{family = "", label = "multiply+reduce+sqrt"}> ({
// CHECK-NEXT: ^bb0(%arg1: tensor<4x8xf32>):
// CHECK-NEXT: stablehlo.multiply %arg1, %arg1
// CHECK-NEXT: stablehlo.constant
// CHECK-NEXT: applies stablehlo.add across dimensions = [1]
// CHECK-NEXT: stablehlo.sqrt
// CHECK-NEXT: stablehlo.return
// CHECK-NEXT: })
// CHECK-NEXT: return %0
func.func public @main(%x: tensor<4x8xf32>) -> tensor<4xf32> {
  %0 = stablehlo.multiply %x, %x : tensor<4x8xf32>
  %z = stablehlo.constant dense<0.0> : tensor<f32>
  %1 = stablehlo.reduce(%0 init: %z) applies stablehlo.add across dimensions = [1] : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %2 = stablehlo.sqrt %1 : tensor<4xf32>
  return %2 : tensor<4xf32>
}
