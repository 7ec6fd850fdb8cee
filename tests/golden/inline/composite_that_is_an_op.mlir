// A composite named after an op of ours becomes that op, wherever it stands; nobody looks into its decomposition.
// RUN: opt --passes inline
module {
  // CHECK: func.func public @main
  // CHECK-NEXT: chlo.erf %arg0 : tensor<4xf32>
  // CHECK-NEXT: chlo.erf %0 : tensor<4xf32>
  // CHECK-NEXT: return %1 : tensor<4xf32>
  // CHECK-NOT: tanh
  func.func public @main(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = stablehlo.composite "chlo.erf" %x {decomposition = @rough_erf} : (tensor<4xf32>) -> tensor<4xf32>
    %1 = call @wrapped(%0) : (tensor<4xf32>) -> tensor<4xf32>
    return %1 : tensor<4xf32>
  }
  func.func private @wrapped(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = stablehlo.composite "chlo.erf" %x {decomposition = @rough_erf} : (tensor<4xf32>) -> tensor<4xf32>
    return %0 : tensor<4xf32>
  }
  func.func private @rough_erf(%x: tensor<4xf32>) -> tensor<4xf32> {
    %0 = stablehlo.tanh %x : tensor<4xf32>
    return %0 : tensor<4xf32>
  }
}
