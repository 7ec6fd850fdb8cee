// A reshape that splits a dimension is the same memory seen otherwise: it stays between the kernels.
// RUN: opt --passes fuse
// CHECK: func.func public @main
// CHECK-NEXT: %0 = "tri.kernel"(%arg0) <{family = "", label = "tanh"}> ({
// CHECK: }) : (tensor<4x8xf32>) -> tensor<4x8xf32>
// CHECK-NEXT: stablehlo.reshape %0 : (tensor<4x8xf32>) -> tensor<4x2x4xf32>
// CHECK-NEXT: label = "exponential"
// CHECK-NOT: reshape
// CHECK: return
func.func public @main(%x: tensor<4x8xf32>) -> tensor<4x2x4xf32> {
  %0 = stablehlo.tanh %x : tensor<4x8xf32>
  %1 = stablehlo.reshape %0 : (tensor<4x8xf32>) -> tensor<4x2x4xf32>
  %2 = stablehlo.exponential %1 : tensor<4x2x4xf32>
  return %2 : tensor<4x2x4xf32>
}
