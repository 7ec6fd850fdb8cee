// A composite tri.attention is the op where it says what the op says: with an attribute the op does not know, its decomposition stands.
// RUN: opt --passes inline
module {
  // CHECK: func.func public @main
  // CHECK-NEXT: tri.attention %arg0, %arg1, %arg2, scale = 5.000000e-01, causal = true
  // CHECK-NEXT: stablehlo.negate %arg0
  // CHECK-NEXT: stablehlo.negate %arg0
  // CHECK-NEXT: return
  func.func public @main(%q: tensor<1x6x4x8xf32>, %k: tensor<1x5x2x8xf32>, %v: tensor<1x5x2x8xf32>) -> (tensor<1x6x4x8xf32>, tensor<1x6x4x8xf32>, tensor<1x6x4x8xf32>) {
    %0 = stablehlo.composite "tri.attention" %q, %k, %v {composite_attributes = {causal = true, scale = 5.0e-01 : f32}, decomposition = @stand_in} : (tensor<1x6x4x8xf32>, tensor<1x5x2x8xf32>, tensor<1x5x2x8xf32>) -> tensor<1x6x4x8xf32>
    %1 = stablehlo.composite "tri.attention" %q, %k, %v {composite_attributes = {window = 3 : i32, scale = 5.0e-01 : f32}, decomposition = @stand_in} : (tensor<1x6x4x8xf32>, tensor<1x5x2x8xf32>, tensor<1x5x2x8xf32>) -> tensor<1x6x4x8xf32>
    %2 = stablehlo.composite "tri.attention" %q, %k, %v {composite_attributes = {causal = true}, decomposition = @stand_in} : (tensor<1x6x4x8xf32>, tensor<1x5x2x8xf32>, tensor<1x5x2x8xf32>) -> tensor<1x6x4x8xf32>
    return %0, %1, %2 : tensor<1x6x4x8xf32>, tensor<1x6x4x8xf32>, tensor<1x6x4x8xf32>
  }
  func.func private @stand_in(%q: tensor<1x6x4x8xf32>, %k: tensor<1x5x2x8xf32>, %v: tensor<1x5x2x8xf32>) -> tensor<1x6x4x8xf32> {
    %0 = stablehlo.negate %q : tensor<1x6x4x8xf32>
    return %0 : tensor<1x6x4x8xf32>
  }
}
