// Every independent error of a file is reported in one run; what depends on a broken op is not reported again.
// RUN: opt --passes none
module {
  func.func @dynamic(%x: tensor<2x?xf32>) -> tensor<2xf32> { // ERROR: a dynamic dimension (?)
    return %x : tensor<2xf32>
  }
  func.func @main(%x: tensor<2xf32>, %i: tensor<2xi8>) -> tensor<2xf32> {
    // ERROR@+1: the op 'stablehlo.while' is not one Trine has
    %0 = stablehlo.while(%a = %x) : tensor<2xf32>
     cond {
      stablehlo.return %a : tensor<2xf32>
     } do {
      stablehlo.return %a : tensor<2xf32>
     }
    %1 = stablehlo.add %0, %y : tensor<2xf32> // ERROR: %y is not defined above
    %2 = stablehlo.convert %x : (tensor<2xf32>) -> tensor<2xcomplex<f32>> // ERROR: the element type complex is not one Trine has
    // ERROR@+1: the op 'stablehlo.sort' is not one Trine has
    %3 = "stablehlo.sort"(%x) <{dimension = 0 : i64}> ({
      ^bb0(%p: tensor<f32>, %q: tensor<f32>):
       stablehlo.return %p : tensor<f32>
    }) : (tensor<2xf32>) -> tensor<2xf32>
    %4 = stablehlo.constant dense<[1, 128]> : tensor<2xi8> // ERROR: does not fit its type (i8)
    %5 = stablehlo.constant dense<[1, 2, 3]> : tensor<2xi8> // ERROR: dimension 0 of the type is 2, this list is longer
    %6 = stablehlo.constant dense<1.5> : tensor<2xi32> // ERROR: has a fraction
    %7 = stablehlo.constant dense<"0x00"> : tensor<2xf32> // ERROR: 2 hexadecimal digits, the type needs 16
    %8 = stablehlo.constant dense_resource<w> : tensor<2xf32> // ERROR: make them arguments
    %9 = stablehlo.add %x, %i : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32> // ERROR: operand 1 is tensor<2xi8>, its type here says tensor<2xf32>
    %x = stablehlo.add %x, %x : tensor<2xf32> // ERROR: %x is defined a second time
    %10 = stablehlo.transpose %x, dims = [0], dims = [0] : (tensor<2xf32>) -> tensor<2xf32> // ERROR: the attribute permutation is given twice
    %11 = stablehlo.negate %x : !quant.uniform<i8:f32, 1.0> // ERROR: is not one Trine has; only static tensors are
    %12 = stablehlo.add %2, %3 : tensor<2xf32>
    %13 = stablehlo.iota dim = 0 : tensor<1x1x1x1x1x1x1x1x1xf32> // ERROR: more than 8 dimensions
    %14 = stablehlo.iota dim = 0 : tensor<1048576x1048576xi32> // ERROR: this shape has 2^40 elements or more
    return %12 : tensor<2xf32>
  }
  func.func @main() { // ERROR: @main is defined a second time
    return
  }
}
