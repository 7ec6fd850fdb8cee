// Ops that are not in the table are named, in the pretty and in the generic form, with and without a dialect, in a region too.
// RUN: opt --passes none
func.func public @main(%x: tensor<4x4xf32>, %i: tensor<4xui32>) -> tensor<4x4xf32> {
  %0 = stablehlo.cholesky %x, lower = true : tensor<4x4xf32> // ERROR: the op 'stablehlo.cholesky' is not one Trine has
  %1 = stablehlo.popcnt %i : tensor<4xui32> // ERROR: the op 'stablehlo.popcnt' is not one Trine has
  %2 = "mhlo.add"(%x, %x) : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32> // ERROR: the op 'mhlo.add' is not one Trine has
  %3 = add %x, %x : tensor<4x4xf32> // ERROR: the op 'add' is not one Trine has
  %4 = stablehlo.Add %x, %x : tensor<4x4xf32> // ERROR: the op 'stablehlo.Add' is not one Trine has
  %z = stablehlo.constant dense<0.0> : tensor<f32>
  %5 = stablehlo.reduce(%x init: %z) applies stablehlo.shuffle across dimensions = [1] : (tensor<4x4xf32>, tensor<f32>) -> tensor<4xf32> // ERROR: the op 'stablehlo.shuffle' is not one Trine has
  %6 = stablehlo.reduce(%x init: %z) across dimensions = [1] : (tensor<4x4xf32>, tensor<f32>) -> tensor<4xf32>
   reducer(%a: tensor<f32>, %b: tensor<f32>)  {
    %8 = stablehlo.mystery %a, %b : tensor<f32> // ERROR: the op 'stablehlo.mystery' is not one Trine has
    stablehlo.return %8 : tensor<f32>
  }
  // What a broken op defines is not reported again.
  %7 = stablehlo.add %0, %2 : tensor<4x4xf32>
  return %7 : tensor<4x4xf32>
}
