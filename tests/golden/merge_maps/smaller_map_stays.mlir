// A map of another shape is computed once for each of its elements, not once for each repetition.
// RUN: opt --passes merge_maps
kernel @rows(%A: in buf<4x32xf32>, %S: in buf<4x1xf32>, %C: out buf<4x32xf32>) grid(%m: 1) {
  %a = load %A[0:+4, 0:+32] : tile<4x32xf32>
  %s = load %S[0:+4, 0:+1] : tile<4x1xf32>
  // CHECK: %r = map(%s) : tile<4x1xf32>
  // CHECK-NEXT: exponential
  %r = map(%s) : tile<4x1xf32> { ^(%x: f32):
    %t = exponential %x : f32
    yield %t
  }
  // CHECK: %c = map(%a, %r) : tile<4x32xf32>
  // CHECK-NEXT: multiply
  %c = map(%a, %r) : tile<4x32xf32> { ^(%x: f32, %y: f32):
    %t = multiply %x, %y : f32
    yield %t
  }
  store %c -> %C[0:+4, 0:+32] set
}
