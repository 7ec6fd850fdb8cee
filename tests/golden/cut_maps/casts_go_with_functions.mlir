// One function with a cast on either side is one map and stays as it is; so does arithmetic without functions, and a map with a label.
// RUN: opt --passes cut_maps
kernel @casts(%A: in buf<32xbf16>, %B: out buf<32xbf16>, %C: out buf<32xbf16>, %D: out buf<32xbf16>) grid(%m: 1) {
  %a = load %A[0:+32] : tile<32xbf16>
  // CHECK: %b = map(%a) : tile<32xbf16>
  // CHECK-NEXT: convert
  // CHECK-NEXT: exponential
  // CHECK-NEXT: log
  // CHECK-NEXT: convert
  // CHECK-NEXT: yield
  %b = map(%a) : tile<32xbf16> { ^(%x: bf16):
    %w = convert %x : f32
    %e = exponential %w : f32
    %l = log %e : f32
    %n = convert %l : bf16
    yield %n
  }
  store %b -> %B[0:+32] set
  // CHECK: %c = map(%a) : tile<32xbf16>
  // CHECK-NEXT: multiply
  // CHECK-NEXT: add
  // CHECK-NEXT: yield
  %c = map(%a) : tile<32xbf16> { ^(%x: bf16):
    %p = multiply %x, %x : bf16
    %q = add %p, %x : bf16
    yield %q
  }
  store %c -> %C[0:+32] set
  // CHECK: %d = map(%a) : tile<32xbf16> @named
  // CHECK-NEXT: multiply
  // CHECK-NEXT: exponential
  // CHECK-NEXT: yield
  %d = map(%a) : tile<32xbf16> @named { ^(%x: bf16):
    %p = multiply %x, %x : bf16
    %e = exponential %p : bf16
    yield %e
  }
  store %d -> %D[0:+32] set
}
