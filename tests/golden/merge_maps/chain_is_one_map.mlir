// A map whose result one map of its shape reads becomes part of it, again and again; each scalar op keeps its dtype, so it rounds as before.
// RUN: opt --passes merge_maps
kernel @chain(%A: in buf<32xbf16>, %C: out buf<32xbf16>) grid(%m: 1) {
  // CHECK: %a = load %A
  %a = load %A[0:+32] : tile<32xbf16>
  %b = map(%a) : tile<32xf32> { ^(%x: bf16):
    %t = convert %x : f32
    yield %t
  }
  %c = map(%b) : tile<32xf32> { ^(%x: f32):
    %t = exponential %x : f32
    yield %t
  }
  // CHECK-NEXT: %d = map(%a) : tile<32xbf16> { ^(%1: bf16):
  // CHECK-NEXT: convert %1 : f32
  // CHECK-NEXT: exponential %t : f32
  // CHECK-NEXT: convert %2 : bf16
  // CHECK-NEXT: yield %3
  // CHECK-NEXT: }
  // CHECK-NOT: map
  // CHECK: store %d
  %d = map(%c) : tile<32xbf16> { ^(%x: f32):
    %t = convert %x : bf16
    yield %t
  }
  store %d -> %C[0:+32] set
}
