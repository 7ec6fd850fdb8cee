// A function may hand back its arguments, in any order: its call leaves nothing behind.
// RUN: opt --passes inline
module {
  // CHECK: func.func public @main
  // CHECK-NEXT: stablehlo.subtract %arg1, %arg0 : tensor<4xf32>
  // CHECK-NEXT: return %0, %arg1 : tensor<4xf32>, tensor<4xf32>
  func.func public @main(%x: tensor<4xf32>, %y: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
    %0:2 = call @swap(%x, %y) : (tensor<4xf32>, tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>)
    %1 = stablehlo.subtract %0#0, %0#1 : tensor<4xf32>
    return %1, %0#0 : tensor<4xf32>, tensor<4xf32>
  }
  func.func private @swap(%x: tensor<4xf32>, %y: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
    return %y, %x : tensor<4xf32>, tensor<4xf32>
  }
}
