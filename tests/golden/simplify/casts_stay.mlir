// A conversion rounds, even where the next one goes back; nothing moves across it.
// RUN: opt --passes simplify
// CHECK: func.func public @main
// CHECK-NEXT: stablehlo.convert %arg0 : (tensor<4xf32>) -> tensor<4xbf16>
// CHECK-NEXT: stablehlo.convert %0 : (tensor<4xbf16>) -> tensor<4xf32>
// CHECK-NEXT: stablehlo.convert %arg1 : (tensor<4xi32>) -> tensor<4xi8>
// CHECK-NEXT: stablehlo.convert %2 : (tensor<4xi8>) -> tensor<4xi32>
// CHECK-NEXT: return %1, %3
func.func public @main(%x: tensor<4xf32>, %i: tensor<4xi32>) -> (tensor<4xf32>, tensor<4xi32>) {
  %0 = stablehlo.convert %x : (tensor<4xf32>) -> tensor<4xbf16>
  %1 = stablehlo.convert %0 : (tensor<4xbf16>) -> tensor<4xf32>
  %2 = stablehlo.convert %i : (tensor<4xi32>) -> tensor<4xi8>
  %3 = stablehlo.convert %2 : (tensor<4xi8>) -> tensor<4xi32>
  return %1, %3 : tensor<4xf32>, tensor<4xi32>
}
