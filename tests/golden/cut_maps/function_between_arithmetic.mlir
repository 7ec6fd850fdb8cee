// Arithmetic, a function of it, arithmetic again: three maps. What both the function and the last map need is a second result of the first; the scale
// and shift that only the function takes go with it.
// RUN: opt --passes cut_maps
kernel @gate(%A: in buf<8x32xf32>, %B: in buf<32xf32>, %C: out buf<8x32xbf16>) grid(%m: 1) {
  %a = load %A[0:+8, 0:+32] : tile<8x32xf32>
  %row = load %B[0:+32] : tile<32xf32>
  %b = reshape %row : tile<1x32xf32>
  // CHECK: %3, %4 = map(%a, %b) : tile<8x32xf32>, tile<8x32xf32>
  // CHECK-NEXT: add
  // CHECK-NEXT: multiply
  // CHECK-NEXT: yield
  // CHECK-NEXT: }
  // CHECK: map(%4) : tile<8x32xf32>
  // CHECK-NEXT: constant 5.000000e-01
  // CHECK-NEXT: multiply
  // CHECK-NEXT: constant 2.000000e+00
  // CHECK-NEXT: add
  // CHECK-NEXT: tanh
  // CHECK-NEXT: yield
  // CHECK-NEXT: }
  // CHECK: tile<8x32xbf16>
  // CHECK-NEXT: multiply
  // CHECK-NEXT: convert
  // CHECK-NEXT: yield
  // CHECK-NOT: map
  // CHECK: store
  %c = map(%a, %b) : tile<8x32xbf16> { ^(%x: f32, %y: f32):
    %s = add %x, %y : f32
    %q = multiply %s, %s : f32
    %half = constant 0.5 : f32
    %h = multiply %half, %q : f32
    %two = constant 2.0 : f32
    %t = add %h, %two : f32
    %f = tanh %t : f32
    %g = multiply %f, %s : f32
    %r = convert %g : bf16
    yield %r
  }
  store %c -> %C[0:+8, 0:+32] set
}
