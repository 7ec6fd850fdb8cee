// Statements whose results nobody uses go, with what only they used: loads, maps and loops, but no store.
// RUN: opt --passes remove_dead
kernel @dead(%A: in buf<32xf32>, %C: out buf<32xf32>) grid(%m: 1) {
  // CHECK: %a = load %A
  // CHECK-NOT: load
  // CHECK-NOT: map
  // CHECK-NOT: for
  // CHECK: store %a
  %a = load %A[0:+32] : tile<32xf32>
  %b = load %A[0:+32] : tile<32xf32>
  %c = map(%b) : tile<32xf32> { ^(%x: f32):
    %t = negate %x : f32
    yield %t
  }
  %r = for %k in 0..4 iter(%d = %c) {
    %e = map(%d) : tile<32xf32> { ^(%x: f32):
      %t = abs %x : f32
      yield %t
    }
    yield %e
  }
  store %a -> %C[0:+32] set
}
