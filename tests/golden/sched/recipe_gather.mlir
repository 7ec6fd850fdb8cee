// Rows of a table at places that are fetched, added to a row of their own: the number stays an index of the copy role that uses it. The schedule of
// this kernel is expanded by tests/unit/sched_expand_test.c.
// RUN: opt --passes none
// CHECK: kernel @gather
kernel @gather(%T: in buf<9x16xf32>, %I: in buf<6xi32>, %A: in buf<6x16xf32>, %C: out buf<6x16xf32>) grid(%p: 6) {
  // CHECK: fetch %I[%p]
  %i = fetch %I[%p] in -2147483648..2147483648
  %low = index maximum %i, 0
  %at = index minimum %low, 8
  %t = load %T[%at, 0:+16] : tile<16xf32> @ld0
  %a = load %A[%p, 0:+16] : tile<16xf32> @ld1
  %c = map(%t, %a) : tile<16xf32> @op0 { ^(%x: f32, %y: f32):
    %s = add %x, %y : f32
    yield %s
  }
  store %c -> %C[%p, 0:+16] set @st
}
