// A reducer may call a function, in the entry and in what the entry calls.
// RUN: opt --passes inline
module {
  // CHECK: func.func public @main
  // CHECK-NOT: call
  // CHECK: stablehlo.maximum
  // CHECK: stablehlo.maximum
  // CHECK-NOT: call
  func.func public @main(%x: tensor<4x8xf32>, %z: tensor<f32>) -> tensor<f32> {
    %0 = stablehlo.reduce(%x init: %z) across dimensions = [1] : (tensor<4x8xf32>, tensor<f32>) -> tensor<4xf32>
     reducer(%a: tensor<f32>, %b: tensor<f32>)  {
      %2 = call @larger(%a, %b) : (tensor<f32>, tensor<f32>) -> tensor<f32>
      stablehlo.return %2 : tensor<f32>
    }
    %1 = call @largest(%0, %z) : (tensor<4xf32>, tensor<f32>) -> tensor<f32>
    return %1 : tensor<f32>
  }
  func.func private @largest(%x: tensor<4xf32>, %z: tensor<f32>) -> tensor<f32> {
    %0 = stablehlo.reduce(%x init: %z) across dimensions = [0] : (tensor<4xf32>, tensor<f32>) -> tensor<f32>
     reducer(%a: tensor<f32>, %b: tensor<f32>)  {
      %1 = call @larger(%a, %b) : (tensor<f32>, tensor<f32>) -> tensor<f32>
      stablehlo.return %1 : tensor<f32>
    }
    return %0 : tensor<f32>
  }
  func.func private @larger(%a: tensor<f32>, %b: tensor<f32>) -> tensor<f32> {
    %0 = stablehlo.maximum %a, %b : tensor<f32>
    return %0 : tensor<f32>
  }
}
