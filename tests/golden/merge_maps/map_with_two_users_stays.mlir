// What two maps read is computed once; a map that reads one value twice is one user.
// RUN: opt --passes merge_maps
kernel @twice(%A: in buf<32xf32>, %B: out buf<32xf32>, %C: out buf<32xf32>) grid(%m: 1) {
  %a = load %A[0:+32] : tile<32xf32>
  // CHECK: %b = map(%a)
  // CHECK-NEXT: exponential
  %b = map(%a) : tile<32xf32> { ^(%x: f32):
    %t = exponential %x : f32
    yield %t
  }
  // CHECK: %c = map(%b)
  // CHECK-NEXT: negate
  %c = map(%b) : tile<32xf32> { ^(%x: f32):
    %t = negate %x : f32
    yield %t
  }
  %d = map(%b) : tile<32xf32> { ^(%x: f32):
    %t = abs %x : f32
    yield %t
  }
  // CHECK: %e = map(%b)
  // CHECK-NEXT: abs
  // CHECK-NEXT: multiply
  // CHECK-NOT: map
  // CHECK: store %c
  // CHECK: store %e
  %e = map(%d, %d) : tile<32xf32> { ^(%x: f32, %y: f32):
    %t = multiply %x, %y : f32
    yield %t
  }
  store %c -> %B[0:+32] set
  store %e -> %C[0:+32] set
}
