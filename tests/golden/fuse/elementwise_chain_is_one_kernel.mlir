// A chain whose links have one user each is one kernel, the two arms of a diamond too.
// RUN: opt --passes fuse
// CHECK: func.func public @main
// CHECK-NEXT: %0 = "tri.kernel"(%arg0) <{family = "", label = "exponential+negate+abs+subtract"}> ({
// CHECK: stablehlo.exponential
// CHECK-NEXT: stablehlo.negate
// CHECK-NEXT: stablehlo.abs
// CHECK-NEXT: stablehlo.subtract
// CHECK-NEXT: stablehlo.return
// CHECK-NEXT: })
// CHECK-NEXT: return %0
func.func public @main(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = stablehlo.exponential %x : tensor<4x8xf32>
  %1 = stablehlo.negate %0 : tensor<4x8xf32>
  %2 = stablehlo.abs %0 : tensor<4x8xf32>
  %3 = stablehlo.subtract %1, %2 : tensor<4x8xf32>
  return %3 : tensor<4x8xf32>
}
