// A map before a loop is computed once, and stays before it; within the loop's body maps merge.
// RUN: opt --passes merge_maps
kernel @loop(%A: in buf<32xf32>, %C: out buf<32xf32>) grid(%m: 1) {
  %a = load %A[0:+32] : tile<32xf32>
  // CHECK: %b = map(%a)
  // CHECK-NEXT: exponential
  %b = map(%a) : tile<32xf32> { ^(%x: f32):
    %t = exponential %x : f32
    yield %t
  }
  // CHECK: for
  %r = for %k in 0..4 iter(%c = %b) {
    %d = map(%b) : tile<32xf32> { ^(%x: f32):
      %t = negate %x : f32
      yield %t
    }
    // CHECK: %e = map(%c, %b)
    // CHECK-NEXT: negate
    // CHECK-NEXT: add
    // CHECK-NOT: map
    // CHECK: yield %e
    %e = map(%c, %d) : tile<32xf32> { ^(%x: f32, %y: f32):
      %t = add %x, %y : f32
      yield %t
    }
    yield %e
  }
  store %r -> %C[0:+32] set
}
