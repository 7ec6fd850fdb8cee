// A reduction whose result is broadcast to something else than the rows it came from is not computed again for every element: it is a kernel
// before the one that uses it. Here each column gets what belongs to a row of the same number.
// RUN: opt --passes fuse
// CHECK: func.func public @main
// CHECK-NEXT: %0 = "tri.kernel"(%arg0) <{family = "", label = "reduce"}> ({
// CHECK: }) : (tensor<8x8xf32>) -> tensor<8xf32>
// CHECK-NEXT: "tri.kernel"(%arg0,
// CHECK: stablehlo.broadcast_in_dim
// CHECK-NEXT: stablehlo.subtract
// CHECK-NEXT: stablehlo.return
func.func public @main(%x: tensor<8x8xf32>) -> tensor<8x8xf32> {
  %z = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %0 = stablehlo.reduce(%x init: %z) applies stablehlo.maximum across dimensions = [1] : (tensor<8x8xf32>, tensor<f32>) -> tensor<8xf32>
  %1 = stablehlo.broadcast_in_dim %0, dims = [1] : (tensor<8xf32>) -> tensor<8x8xf32>
  %2 = stablehlo.subtract %x, %1 : tensor<8x8xf32>
  return %2 : tensor<8x8xf32>
}
