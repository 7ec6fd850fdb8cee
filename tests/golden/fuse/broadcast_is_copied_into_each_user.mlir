// A broadcast costs nothing: each kernel has its own, reads the small operand, and nothing large is stored between them.
// RUN: opt --passes fuse
// CHECK: func.func public @main
// CHECK-NEXT: "tri.kernel"(
// CHECK: stablehlo.broadcast_in_dim
// CHECK-NEXT: stablehlo.add
// CHECK-NEXT: stablehlo.return
// CHECK-NEXT: })
// CHECK-NEXT: "tri.kernel"(
// CHECK: stablehlo.broadcast_in_dim
// CHECK-NEXT: stablehlo.multiply
// CHECK-NEXT: stablehlo.return
// CHECK-NEXT: })
// CHECK-NEXT: return %0,
func.func public @main(%x: tensor<4x8xf32>, %b: tensor<8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  %0 = stablehlo.broadcast_in_dim %b, dims = [1] : (tensor<8xf32>) -> tensor<4x8xf32>
  %1 = stablehlo.add %x, %0 : tensor<4x8xf32>
  %2 = stablehlo.multiply %x, %0 : tensor<4x8xf32>
  return %1, %2 : tensor<4x8xf32>, tensor<4x8xf32>
}
