module { func.func public @main(%b: tensor<4xf32>) -> tensor<4xf32> { %0 = stablehlo.add %b, %b : tensor<4xf32>
 return %0 : tensor<4xf32> } 
 func.func public @g(%b: tensor<4xf64>) -> tensor<4xf64> { return %b : tensor<4xf64> } }
