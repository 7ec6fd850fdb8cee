module { func.func @main(%a: tensor<4x9xf32>, %s: tensor<f32>) -> tensor<4xf32> {
 %c = stablehlo.constant dense<0.0> : tensor<f32>
 %r = stablehlo.reduce(%a init: %c) across dimensions = [1] : (tensor<4x9xf32>, tensor<f32>) -> tensor<4xf32>
  reducer(%p: tensor<f32>, %q: tensor<f32>) { %x = stablehlo.add %p, %q : tensor<f32>
   %y = stablehlo.maximum %x, %s : tensor<f32>
   stablehlo.return %y : tensor<f32> }
 return %r : tensor<4xf32> } }