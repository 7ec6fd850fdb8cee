// What ops demand of operands and attributes, each with its place.
// RUN: opt --passes none
module {
  func.func @main(%x: tensor<2x3xf32>, %y: tensor<3x2xf32>, %i: tensor<2x3xi32>, %s: tensor<i32>, %f: tensor<f32>) -> tensor<2x3xf32> {
    %0 = stablehlo.add %x, %y : (tensor<2x3xf32>, tensor<3x2xf32>) -> tensor<2x3xf32> // ERROR: operand 1 is tensor<3x2xf32>, operand 0 is tensor<2x3xf32>; they must be the same
    %1 = stablehlo.exponential %i : tensor<2x3xi32> // ERROR: operand 0 has elements of i32; this op takes floats
    %2 = stablehlo.transpose %x, dims = [0, 0] : (tensor<2x3xf32>) -> tensor<3x2xf32> // ERROR: permutation names 0 twice
    %3 = stablehlo.transpose %x, dims = [1, 0] : (tensor<2x3xf32>) -> tensor<2x3xf32> // ERROR: result 0 is tensor<2x3xf32>, but the operands make tensor<3x2xf32>
    %4 = stablehlo.reshape %x : (tensor<2x3xf32>) -> tensor<5xf32> // ERROR: do not have the same elements
    %5 = stablehlo.broadcast_in_dim %x, dims = [0, 1] : (tensor<2x3xf32>) -> tensor<2x4xf32> // ERROR: operand dimension 1 is 3, result dimension 1 is 4
    %6 = stablehlo.dot_general %x, %x, contracting_dims = [1] x [0] : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32> // ERROR: left dimension 1 is 3, right dimension 0 is 2
    %7 = stablehlo.slice %x [0:3, 0:3] : (tensor<2x3xf32>) -> tensor<3x3xf32> // ERROR: range 0:3 of dimension 0, which has 2 elements
    %8 = stablehlo.pad %x, %f, low = [1, 0], high = [0, 0], interior = [2, 0] : (tensor<2x3xf32>, tensor<f32>) -> tensor<4x3xf32> // ERROR: the operands make tensor<5x3xf32>
    %9 = stablehlo.concatenate %x, %y, dim = 0 : (tensor<2x3xf32>, tensor<3x2xf32>) -> tensor<5x3xf32> // ERROR: operand 1 differs from operand 0 in more than dimension 0
    %10 = stablehlo.compare LT, %x, %x, SIGNED : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xi1> // ERROR: elements of f32 are compared as FLOAT, not SIGNED
    %11 = stablehlo.select %i, %x, %x : tensor<2x3xi32>, tensor<2x3xf32> // ERROR: operand 0 is i1
    %12 = stablehlo.iota dim = 2 : tensor<2x3xi32> // ERROR: iota_dimension is 2, the rank is 2
    %13 = stablehlo.dynamic_slice %x, %s, %f, sizes = [1, 3] : (tensor<2x3xf32>, tensor<i32>, tensor<f32>) -> tensor<1x3xf32> // ERROR: operand 2 must be a rank-0 integer tensor
    %14 = stablehlo.reduce(%x init: %s) applies stablehlo.add across dimensions = [1] : (tensor<2x3xf32>, tensor<i32>) -> tensor<2xf32> // ERROR: must be tensor<f32>
    %15 = stablehlo.bitcast_convert %x : (tensor<2x3xf32>) -> tensor<2x3xbf16> // ERROR: the operands make tensor<2x3x2xbf16>
    %16 = stablehlo.custom_call @cholesky(%x) : (tensor<2x3xf32>) -> tensor<2x3xf32> // ERROR: @cholesky has no meaning here
    %17 = call @absent(%x) : (tensor<2x3xf32>) -> tensor<2x3xf32> // ERROR: there is no function @absent
    %18 = call @loop(%x) : (tensor<2x3xf32>) -> tensor<2x3xf32>
    // ERROR@+3: operand 1 comes from outside the region
    %19 = "tri.kernel"(%x) <{family = "elementwise"}> ({
    ^bb0(%a: tensor<2x3xf32>):
      %b = stablehlo.add %a, %x : tensor<2x3xf32>
      stablehlo.return %b : tensor<2x3xf32>
    }) : (tensor<2x3xf32>) -> tensor<2x3xf32>
    %20 = stablehlo.iota : tensor<2x3xi32> // ERROR: the attribute iota_dimension is missing
    return %i : tensor<2x3xi32> // ERROR: value 0 is tensor<2x3xi32>, declared is tensor<2x3xf32>
  }
  func.func private @loop(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
    %0 = call @loop(%x) : (tensor<2x3xf32>) -> tensor<2x3xf32> // ERROR: @loop calls itself
    return %0 : tensor<2x3xf32>
  }
}
