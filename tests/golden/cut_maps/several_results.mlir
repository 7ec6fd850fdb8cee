// Results keep their order whatever phase computes them; an argument that is yielded as it came is a result of the last map; widening an argument is
// made again where it is used.
// RUN: opt --passes cut_maps
kernel @results(%A: in buf<32xbf16>, %B: out buf<32xf32>, %C: out buf<32xf32>, %D: out buf<32xbf16>) grid(%m: 1) {
  %a = load %A[0:+32] : tile<32xbf16>
  // CHECK: %1 = map(%a) : tile<32xf32>
  // CHECK-NEXT: convert
  // CHECK-NEXT: logistic
  // CHECK-NEXT: yield
  // CHECK-NEXT: }
  // CHECK: = map(%1, %a) : tile<32xf32>, tile<32xbf16>
  // CHECK-NEXT: convert
  // CHECK-NEXT: multiply
  // CHECK-NEXT: yield
  // CHECK-NEXT: }
  // CHECK: store %3 -> %B
  // CHECK: store %1 -> %C
  // CHECK: store %4 -> %D
  %b, %c, %d = map(%a) : tile<32xf32>, tile<32xf32>, tile<32xbf16> { ^(%x: bf16):
    %w = convert %x : f32
    %s = logistic %w : f32
    %p = multiply %s, %w : f32
    yield %p, %s, %x
  }
  store %b -> %B[0:+32] set
  store %c -> %C[0:+32] set
  store %d -> %D[0:+32] set
}
