// One run tells every error of the grammar; a bracket that was forgotten takes no other statement with it.
// RUN: opt --passes none
func.func public @main(%x: tensor<4xf32>, %p: tensor<4xi1>) -> tensor<4xf32> {
  %0 = stablehlo.add %x %x tensor<4xf32> // ERROR: unexpected word 'tensor'
  %2 stablehlo.abs %x : tensor<4xf32> // ERROR: expected = behind the results, found 'stablehlo.abs'
  %3 = stablehlo.abs %nowhere : tensor<4xf32> // ERROR: %nowhere is not defined above
  %4 = stablehlo.abs %x : tensor<4xf32 // ERROR: expected >
  %5 = stablehlo.slice %x [0:4 : (tensor<4xf32>) -> tensor<4xf32> // ERROR: expected an integer
  %6 = stablehlo.constant dense<[1.0, oops, 3.0, 4.0]> : tensor<4xf32> // ERROR: this element is no number (f32)
  %7 = stablehlo.constant dense<[1.0, 2.0]> : tensor<4xf32> // ERROR: dimension 0 of the type is 4, this list has 2
  %8 = stablehlo.iota dim = 99999999999999999999 : tensor<4xi32> // ERROR: does not fit
  %9 = $ // ERROR: expected an op
  %10:3 = stablehlo.optimization_barrier %x, %x : tensor<4xf32>, tensor<4xf32> // ERROR: 3 results are named, the op has 2
  %11 = "stablehlo.abs"(%x) : tensor<4xf32> // ERROR: the type of an op in generic form is (operands) -> results
  %12 = stablehlo.abs %x#1 : tensor<4xf32> // ERROR: %x has 1 result(s), there is no #1
  return %x : tensor<4xf32>
}
