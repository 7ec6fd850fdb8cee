// Element types that Trine does not have are named where they stand; the types it has are listed.
// RUN: opt --passes none
func.func public @a(%x: tensor<4xcomplex<f32>>) -> tensor<f32> { // ERROR: the element type complex is not one Trine has (i1 i8..i64 ui8..ui64 f8E4M3FN f8E5M2 f16 bf16 f32 f64)
  return %x : tensor<f32>
}
func.func public @b(%x: tensor<4xi4>) -> tensor<4xi4> { // ERROR: the element type i4 is not one Trine has
  return %x : tensor<4xi4>
}
func.func public @c(%x: tensor<4xf32>) -> tensor<4xtf32> { // ERROR: the element type tf32 is not one Trine has
  return %x : tensor<4xf32>
}
func.func public @d(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = stablehlo.convert %x : (tensor<4xf32>) -> tensor<4xf8E4M3B11FNUZ> // ERROR: the element type f8E4M3B11FNUZ is not one Trine has
  %1 = stablehlo.convert %x : (tensor<4xf32>) -> tensor<4xui2> // ERROR: the element type ui2 is not one Trine has
  %2 = stablehlo.convert %x : (tensor<4xf32>) -> tensor<4x!quant.uniform<i8:f32, 0.1>> // ERROR: expected an element type such as f32
  %3 = stablehlo.convert %x : (tensor<4xf32>) -> tensor<4xF32> // ERROR: the element type F32 is not one Trine has
  %4 = stablehlo.convert %x : (tensor<4xf32>) -> !stablehlo.token // ERROR: the type '!stablehlo.token' is not one Trine has
  %5 = stablehlo.convert %x : (tensor<4xf32>) -> vector<4xf32> // ERROR: the type 'vector' is not one Trine has; only static tensors are
  return %x : tensor<4xf32>
}
