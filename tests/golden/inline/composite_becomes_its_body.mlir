// A composite whose name is no op of ours becomes its decomposition, also when a called function holds it.
// RUN: opt --passes inline
module {
  // CHECK: func.func public @main
  // CHECK-NEXT: stablehlo.negate %arg0 : tensor<4xf32>
  // CHECK-NEXT: stablehlo.logistic %0 : tensor<4xf32>
  // CHECK-NEXT: stablehlo.multiply %0, %1 : tensor<4xf32>
  // CHECK-NEXT: return %2 : tensor<4xf32>
  // CHECK-NOT: composite
  func.func public @main(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = call @negative_silu(%x) : (tensor<4xf32>) -> tensor<4xf32>
    return %0 : tensor<4xf32>
  }
  func.func private @negative_silu(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = stablehlo.negate %x : tensor<4xf32>
    %1 = stablehlo.composite "example.silu" %0 {decomposition = @silu} : (tensor<4xf32>) -> tensor<4xf32>
    return %1 : tensor<4xf32>
  }
  func.func private @silu(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = stablehlo.logistic %x : tensor<4xf32>
    %1 = stablehlo.multiply %x, %0 : tensor<4xf32>
    return %1 : tensor<4xf32>
  }
}
