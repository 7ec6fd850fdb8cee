// Shapes are static: unknown sizes, unknown ranks, bounds and layouts are refused, each at its place.
// RUN: opt --passes none
func.func public @a(%x: tensor<?xf32>) -> tensor<4xf32> { // ERROR: a dynamic dimension (?): Trine compiles static shapes; print the program for fixed argument shapes
  return %x : tensor<4xf32>
}
func.func public @b(%x: tensor<4xf32>) -> tensor<*xf32> { // ERROR: expected an element type
  return %x : tensor<4xf32>
}
func.func public @c(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = stablehlo.abs %x : tensor<4x?xf32> // ERROR: a dynamic dimension (?)
  %1 = stablehlo.abs %x : tensor<4xf32, #stablehlo.bounds<8>> // ERROR: a type with an encoding; only plain tensor<shape x type> is known
  %2 = stablehlo.abs %x : tensor<-4xf32> // ERROR: expected an element type
  %3 = stablehlo.abs %x : tensor<4 x f32> // ERROR: expected x between dimensions
  %4 = stablehlo.abs %x : tensor<4xf32> // the same text as before a broken one
  return %4 : tensor<4xf32>
}
