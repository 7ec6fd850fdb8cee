// Without @main the public function is the entry; private functions that nobody calls go.
// RUN: opt --passes inline
module {
  func.func private @unused(%x: tensor<4xf32>) -> tensor<4xf32> {
    return %x : tensor<4xf32>
  }
  // CHECK: func.func public @forward(%arg0: tensor<4xf32>)
  // CHECK-NEXT: stablehlo.negate %arg0 : tensor<4xf32>
  // CHECK-NOT: @unused
  func.func public @forward(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = stablehlo.negate %x : tensor<4xf32>
    return %0 : tensor<4xf32>
  }
}
