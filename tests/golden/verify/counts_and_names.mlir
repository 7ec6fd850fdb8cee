// How many operands, results and attributes an op has, what a call passes, what a reducer returns.
// RUN: opt --passes none
func.func public @main(%x: tensor<4xf32>, %z: tensor<f32>) -> tensor<4xf32> {
  %0 = stablehlo.add %x, : tensor<4xf32> // ERROR: 1 operands, 1 results and 0 regions; it takes 2, 1 and 0
  %1 = stablehlo.clamp %z, %x : tensor<4xf32> // ERROR: 2 operands, 1 results and 0 regions; it takes 3, 1 and 0
  %2 = stablehlo.compare BELOW, %x, %x : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xi1> // ERROR: the direction is one of EQ NE LT LE GT GE
  %3 = call @two(%x) : (tensor<4xf32>) -> tensor<4xf32> // ERROR: @two takes 2 and gives 1 values; here are 1 and 1
  // ERROR@+1: what the region returns for it must be tensor<f32>
  %4 = stablehlo.reduce(%x init: %z) across dimensions = [0] : (tensor<4xf32>, tensor<f32>) -> tensor<f32>
   reducer(%a: tensor<f32>, %b: tensor<f32>)  {
    %5 = stablehlo.compare LT, %a, %b : (tensor<f32>, tensor<f32>) -> tensor<i1>
    stablehlo.return %5 : tensor<i1>
  }
  return %x : tensor<4xf32>
}
func.func private @two(%x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32> {
  return %y : tensor<4xf32>
}
