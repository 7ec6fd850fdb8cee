// Functions that call each other in a circle have no body to become; the error names one of them at a call.
// RUN: opt --passes inline
module {
  func.func public @main(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = call @there(%x) : (tensor<4xf32>) -> tensor<4xf32>
    return %0 : tensor<4xf32>
  }
  func.func private @there(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = call @back(%x) : (tensor<4xf32>) -> tensor<4xf32> // ERROR: @back calls itself, directly or through others
    return %0 : tensor<4xf32>
  }
  func.func private @back(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = call @there(%x) : (tensor<4xf32>) -> tensor<4xf32>
    return %0 : tensor<4xf32>
  }
}
