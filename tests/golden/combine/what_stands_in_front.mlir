// What is stored in front of the combine is stored by the first half alone; what the second needs from there it computes again, but for the stores.
// RUN: opt --passes combine
kernel @front(%A: in buf<3x64xf32>, %C: out buf<64xf32>, %D: inout buf<64xf32>) grid(%s: 3, %m: 2) {
  // CHECK: kernel @front(
  // CHECK: assume
  // CHECK: store %t -> %D[%2:+32] add
  // CHECK: for %k
  // CHECK: store %t -> %D[%2:+32] add
  // CHECK: store %t -> %0[
  // CHECK: kernel @front_combine(
  // CHECK-NOT: assume
  // CHECK-NOT: store
  // CHECK: load %A[%3, %2:+32]
  // CHECK-NOT: store
  // CHECK: for %k
  // CHECK-NOT: store
  // CHECK: yield
  // CHECK-NOT: store
  // CHECK: multiply %21, %16
  // CHECK: store %g -> %C
  %0 = index %m * 32
  %1 = index %s < 3
  assume %1
  %t = load %A[%s, %0:+32] : tile<32xf32>
  store %t -> %D[%0:+32] add
  for %k in 0..%s { store %t -> %D[%0:+32] add }
  %r = load %A[0, %0:+32] : tile<32xf32>
  %n = for %k in 0..2 iter(%x = %r) {
    %v = index 1
    assume %v
    yield %x
  }
  %f = combine add %t over %s : tile<32xf32>
  %g = map(%f, %n) : tile<32xf32> { ^(%x: f32, %y: f32):
    %z = multiply %x, %y : f32
    yield %z
  }
  store %g -> %C[%0:+32]
}
