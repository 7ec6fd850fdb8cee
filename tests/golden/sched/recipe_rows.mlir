// Rows scaled by what their largest element gives: a load, a reduction, functions and arithmetic in turn, as programs of a grid. The schedules of such
// kernels are expanded by tests/unit/sched_expand_test.c.
// RUN: opt --passes cut_maps
// CHECK: kernel @rows
kernel @rows(%A: in buf<6x8x16xf32>, %B: in buf<16xf32>, %C: out buf<6x8x16xf32>) grid(%p: 6) {
  %a = load %A[%p, 0:+8, 0:+16] : tile<8x16xf32> @ld0
  %row = load %B[0:+16] : tile<16xf32> @ld1
  %b = reshape %row : tile<1x16xf32>
  // CHECK: reduce maximum %a dim 1
  %m = reduce maximum %a dim 1 : tile<8x1xf32> @op0
  // CHECK: map(%a, %m) : tile<8x16xf32>
  // CHECK-NEXT: subtract
  // CHECK-NEXT: yield
  // CHECK: exponential
  // CHECK-NEXT: yield
  // CHECK: map
  // CHECK-NEXT: multiply
  // CHECK-NEXT: yield
  // CHECK: store
  %c = map(%a, %m, %b) : tile<8x16xf32> { ^(%x: f32, %y: f32, %s: f32):
    %d = subtract %x, %y : f32
    %e = exponential %d : f32
    %r = multiply %e, %s : f32
    yield %r
  }
  store %c -> %C[%p, 0:+8, 0:+16] set @st
}
