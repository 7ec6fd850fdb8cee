// A reduction whose result is broadcast back is not computed again for every element: it is a kernel before the one that uses it.
// RUN: opt --passes fuse
// CHECK: func.func public @main
// CHECK-NEXT: %0 = "tri.kernel"(%arg0) <{family = "", label = "reduce"}> ({
// CHECK: }) : (tensor<4x8xf32>) -> tensor<4xf32>
// CHECK-NEXT: "tri.kernel"(%arg0,
// CHECK: stablehlo.broadcast_in_dim
// CHECK-NEXT: stablehlo.subtract
// CHECK-NEXT: stablehlo.return
func.func public @main(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %z = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %0 = stablehlo.reduce(%x init: %z) applies stablehlo.maximum across dimensions = [1] : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
  %1 = stablehlo.broadcast_in_dim %0, dims = [0] : (tensor<4xf32>) -> tensor<4x8xf32>
  %2 = stablehlo.subtract %x, %1 : tensor<4x8xf32>
  return %2 : tensor<4x8xf32>
}
