// A reshape that splits the dimension of a slice goes in front of it, so that the views of one value are one and slices move into what uses them. One
// whose cut falls inside of an element of the new dimension stays, and so does one of unit dimensions alone, which is no view.
// RUN: opt --passes simplify
func.func @main(%x: tensor<2x12xf32>) -> (tensor<2x2x2xf32>, tensor<2x1x2xf32>, tensor<2x2x3xf32>) {
  // CHECK: %0 = stablehlo.reshape %arg0 : (tensor<2x12xf32>) -> tensor<2x6x2xf32>
  // CHECK-NEXT: stablehlo.slice %0 [0:2, 1:3, 0:2]
  %0 = stablehlo.slice %x [0:2, 2:6] : (tensor<2x12xf32>) -> tensor<2x4xf32>
  %1 = stablehlo.reshape %0 : (tensor<2x4xf32>) -> tensor<2x2x2xf32>
  // CHECK-NEXT: %2 = stablehlo.slice %arg0 [0:2, 10:12]
  // CHECK-NEXT: stablehlo.reshape %2
  %2 = stablehlo.slice %x [0:2, 10:12] : (tensor<2x12xf32>) -> tensor<2x2xf32>
  %3 = stablehlo.reshape %2 : (tensor<2x2xf32>) -> tensor<2x1x2xf32>
  // CHECK-NEXT: %4 = stablehlo.slice %arg0 [0:2, 2:8]
  // CHECK-NEXT: stablehlo.reshape %4
  %4 = stablehlo.slice %x [0:2, 2:8] : (tensor<2x12xf32>) -> tensor<2x6xf32>
  %5 = stablehlo.reshape %4 : (tensor<2x6xf32>) -> tensor<2x2x3xf32>
  return %1, %3, %5 : tensor<2x2x2xf32>, tensor<2x1x2xf32>, tensor<2x2x3xf32>
}
