// A constant costs nothing to repeat: every map that reads it has its own, whatever the shapes; nothing else is left of it.
// RUN: opt --passes merge_maps
kernel @constants(%A: in buf<4x32xf32>, %B: out buf<4x32xf32>, %C: out buf<4x32xf32>) grid(%m: 1) {
  %a = load %A[0:+4, 0:+32] : tile<4x32xf32>
  %two = map() : tile<1x1xf32> {
    %t = constant 2.0 : f32
    yield %t
  }
  // CHECK: %b = map(%a) : tile<4x32xf32>
  // CHECK-NEXT: constant 2.000000e+00 : f32
  // CHECK-NEXT: multiply
  %b = map(%a, %two) : tile<4x32xf32> { ^(%x: f32, %y: f32):
    %t = multiply %x, %y : f32
    yield %t
  }
  // CHECK: %c = map(%a) : tile<4x32xf32>
  // CHECK-NEXT: constant 2.000000e+00 : f32
  // CHECK-NEXT: add
  %c = map(%a, %two) : tile<4x32xf32> { ^(%x: f32, %y: f32):
    %t = add %x, %y : f32
    yield %t
  }
  store %b -> %B[0:+4, 0:+32] set
  store %c -> %C[0:+4, 0:+32] set
}
