// A call becomes the body it calls, calls in that body too, every time it is called; only the entry is left.
// RUN: opt --passes inline
module {
  // CHECK: func.func public @main
  // CHECK-NEXT: stablehlo.negate %arg0 : tensor<4xf32>
  // CHECK-NEXT: stablehlo.exponential %0 : tensor<4xf32>
  // CHECK-NEXT: stablehlo.negate %1 : tensor<4xf32>
  // CHECK-NEXT: stablehlo.exponential %2 : tensor<4xf32>
  // CHECK-NEXT: stablehlo.add %1, %3 : tensor<4xf32>
  // CHECK-NEXT: return %4 : tensor<4xf32>
  // CHECK-NOT: @outer
  // CHECK-NOT: @inner
  func.func public @main(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = call @outer(%x) : (tensor<4xf32>) -> tensor<4xf32>
    %1 = call @outer(%0) : (tensor<4xf32>) -> tensor<4xf32>
    %2 = stablehlo.add %0, %1 : tensor<4xf32>
    return %2 : tensor<4xf32>
  }
  func.func private @outer(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = call @inner(%x) : (tensor<4xf32>) -> tensor<4xf32>
    %1 = stablehlo.exponential %0 : tensor<4xf32>
    return %1 : tensor<4xf32>
  }
  func.func private @inner(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = stablehlo.negate %x : tensor<4xf32>
    return %0 : tensor<4xf32>
  }
}
