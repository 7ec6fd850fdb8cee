module { func.func @main(%a: tensor<3xf32>) -> tensor<f32> {
 %c = stablehlo.constant dense<0.0> : tensor<f32>
 %1 = stablehlo.reduce(%a init: %c) applies stablehlo.add across dimensions = [0] : (tensor<3xf32>, tensor<f32>) -> tensor<f32>
 return %1 : tensor<f32> } }
