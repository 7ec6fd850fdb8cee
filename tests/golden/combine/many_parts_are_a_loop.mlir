// More parts than are worth writing out are folded by a loop, from the second one on; a combine of several tiles has a work buffer for each.
// RUN: opt --passes combine
kernel @largest(%A: in buf<40x64xf32>, %B: in buf<40x64xi32>, %C: out buf<64xi32>) grid(%m: 2, %s: 40) {
  // CHECK: %0: out buf<80x32xf32>, %1: out buf<80x32xi32>) grid(%m: 2, %s: 40)
  // CHECK: store %a -> %0[
  // CHECK: store %b -> %1[
  // CHECK: kernel @largest_combine(
  // CHECK-SAME: grid(%m: 2)
  // CHECK: load %0[%m, 
  // CHECK: load %1[%m, 
  // CHECK: index 1
  // CHECK: index 40
  // CHECK: = for %part in
  // CHECK: load %0[
  // CHECK: load %1[
  // CHECK: map(
  // CHECK: gt
  // CHECK: select
  // CHECK: select
  // CHECK: yield
  // CHECK: store
  %0 = index 32
  %1 = index %m * %0
  %a = load %A[%s, %1:+32] : tile<32xf32>
  %b = load %B[%s, %1:+32] : tile<32xi32>
  %v, %i = combine (%a, %b) over %s : tile<32xf32>, tile<32xi32> { ^(%x: f32, %p: i32, %y: f32, %q: i32):
    %g = gt %y, %x : i1
    %w = select %g, %y, %x : f32
    %j = select %g, %q, %p : i32
    yield %w, %j
  }
  store %i -> %C[%1:+32] set
}
