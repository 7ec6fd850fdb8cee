// Blocks that two queues load in turn, program by program: the even programs take blocks 0, 1, 2 and 0 again, the odd ones block 3 each time. What of it
// a ring keeps is in tests/unit/sched_expand_test.c.
// RUN: opt --passes cut_maps
// CHECK: kernel @dealt
kernel @dealt(%A: in buf<4x8x16xf32>, %C: out buf<8x8x16xf32>) grid(%p: 8) {
  %odd = index %p mod 2
  %half = index %p div 2
  %turn = index %half mod 3
  %even = index 1 - %odd
  %block = index %turn * %even + %odd * 3
  %a = load %A[%block, 0:+8, 0:+16] : tile<8x16xf32> @lda
  %b = map(%a) : tile<8x16xf32> @twice { ^(%x: f32):
    %y = add %x, %x : f32
    yield %y
  }
  store %b -> %C[%p, 0:+8, 0:+16] set @st
}
