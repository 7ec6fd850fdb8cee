// A result may be an argument, a view of one, or a literal: nothing is computed for them.
// RUN: opt --passes fuse
// CHECK: func.func public @main
// CHECK-NOT: tri.kernel
// CHECK: return %arg0,
func.func public @main(%x: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<32xf32>, tensor<2xf32>) {
  %0 = stablehlo.reshape %x : (tensor<4x8xf32>) -> tensor<32xf32>
  %1 = stablehlo.constant dense<[1.0, 2.0]> : tensor<2xf32>
  return %x, %0, %1 : tensor<4x8xf32>, tensor<32xf32>, tensor<2xf32>
}
