// Numbers print in the fewest digits that read back to the same bits; NaN and infinities as bits; equal elements as one.
// RUN: opt --passes none
module {
  func.func @main() {
    // CHECK: dense<[1.000000e+00, 1.000000e-01, -0.000000e+00, 0x7F800000, 0xFF800000, 0x7FC00000]> : tensor<6xf32>
    %0 = stablehlo.constant dense<[1.0, 0.1, -0.0, 0x7F800000, 0xFF800000, 0x7FC00000]> : tensor<6xf32>
    // CHECK-NEXT: dense<[7.978846e-01, 3.4028235E+38, 1.1754944E-38, 1.000000e-45, 1.6777216E+7]> : tensor<5xf32>
    %1 = stablehlo.constant dense<[0.797884583, 3.40282347E+38, 1.17549435E-38, 1.4e-45, 16777216.0]> : tensor<5xf32>
    // CHECK-NEXT: dense<7.000000e+00> : tensor<2x2xbf16>
    %3 = stablehlo.constant dense<[[7.0, 7.0], [7.0, 7.0]]> : tensor<2x2xbf16>
    // CHECK-NEXT: dense<[-128, 127]> : tensor<2xi8>
    %4 = stablehlo.constant dense<[-128, 127]> : tensor<2xi8>
    // CHECK-NEXT: dense<[0, 18446744073709551615]> : tensor<2xui64>
    %5 = stablehlo.constant dense<[0, 18446744073709551615]> : tensor<2xui64>
    // CHECK-NEXT: dense<[true, false]> : tensor<2xi1>
    %6 = stablehlo.constant dense<[1, 0]> : tensor<2xi1>
    // CHECK-NEXT: dense<[1.000000e+00, -2.500000e+00]> : tensor<2xf32>
    %7 = stablehlo.constant dense<"0x0000803F000020C0"> : tensor<2xf32>
    // CHECK-NEXT: dense<> : tensor<0x3xf32>
    %8 = stablehlo.constant dense<> : tensor<0x3xf32>
    return
  }
}
