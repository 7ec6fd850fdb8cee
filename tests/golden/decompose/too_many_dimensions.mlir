// What a decomposition cannot say in 8 dimensions is refused where it stands.
// RUN: opt --passes decompose
func.func public @main(%x: tensor<2x1x1x1x3xi32>, %y: tensor<3x1x1x1x2xi32>) -> tensor<2x1x1x1x1x1x1x2xi32> {
  // ERROR@+1: would need more than 8 dimensions
  %0 = stablehlo.dot_general %x, %y, contracting_dims = [4] x [0] : (tensor<2x1x1x1x3xi32>, tensor<3x1x1x1x2xi32>) -> tensor<2x1x1x1x1x1x1x2xi32>
  return %0 : tensor<2x1x1x1x1x1x1x2xi32>
}
