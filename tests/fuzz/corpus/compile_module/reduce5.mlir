module { func.func @main(%a0: tensor<4x9xf32>, %a1: tensor<4x9xf32>, %a2: tensor<4x9xf32>, %a3: tensor<4x9xf32>, %a4: tensor<4x9xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
 %c = stablehlo.constant dense<0.0> : tensor<f32>
 %r:5 = stablehlo.reduce(%a0 init: %c), (%a1 init: %c), (%a2 init: %c), (%a3 init: %c), (%a4 init: %c) across dimensions = [1] : (tensor<4x9xf32>, tensor<4x9xf32>, tensor<4x9xf32>, tensor<4x9xf32>, tensor<4x9xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>)
  reducer(%p0: tensor<f32>, %q0: tensor<f32>) (%p1: tensor<f32>, %q1: tensor<f32>) (%p2: tensor<f32>, %q2: tensor<f32>) (%p3: tensor<f32>, %q3: tensor<f32>) (%p4: tensor<f32>, %q4: tensor<f32>) {
   %s0 = stablehlo.add %p0, %q0 : tensor<f32>
   %s1 = stablehlo.add %p1, %q1 : tensor<f32>
   %s2 = stablehlo.add %p2, %q2 : tensor<f32>
   %s3 = stablehlo.add %p3, %q3 : tensor<f32>
   %s4 = stablehlo.add %p4, %q4 : tensor<f32>
   stablehlo.return %s0, %s1, %s2, %s3, %s4 : tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>
  }
 return %r#0, %r#1, %r#2, %r#3, %r#4 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32> } }
