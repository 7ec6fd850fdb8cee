// Matmul by a cluster of two: each rank has rows of its own and loads half of the columns both need into the slots of both.
// RUN: opt --passes none
// CHECK: scheduled @gemm_cluster
kernel @gemm(%A: in buf<16x12xf32>, %B: in buf<12x16xf32>, %C: out buf<16x16xf32>) grid(%n: 2) {
  %z = fill 0 : tile<16x8xf32>
  %acc = for @k %k in 0..3 iter(%c = %z) {
    %a = load %A[0:+16, %k*4:+4] : tile<16x4xf32> @lda
    %b = load %B[%k*4:+4, %n*8:+8] : tile<4x8xf32> @ldb
    %c2 = mma %a, %b, %c : tile<16x8xf32> @mma
    yield %c2
  }
  store %acc -> %C[0:+16, %n*8:+8] @st
}

scheduled @gemm_cluster(%A: in buf<16x12xf32>, %B: in buf<12x16xf32>, %C: out buf<16x16xf32>) programs 2 workers 1 cluster 2 {
  %qa = ring depth 2 : ring<8x4xf32> @a
  %qb = ring depth 2 multicast : ring<4x8xf32> @b
  role @load copy[1] (%i, %rank) regs 40 {
    work (%n) {
      for %k in 0..3 {
        acquire %qa
        load_into %qa[0, 0], %A[%rank*8:+8, %k*4:+4] @lda
        publish %qa
        acquire %qb
        load_into %qb[0, %rank*4], %B[%k*4:+4, %n*8 + %rank*4:+4] multicast @ldb
        publish %qb
      }
    }
  }
  role @math threads[1] (%i, %rank) regs 232 {
    work (%n) {
      %z = fill 0 : tile<8x8xf32>
      %a0 = await %qa : tile<8x4xf32>
      %b0 = await %qb : tile<4x8xf32>
      %c0 = mma async %a0, %b0, %z : tile<8x8xf32> @mma
      %acc = for @k %k in 1..3 iter(%c = %c0) {
        %a = await %qa : tile<8x4xf32>
        %b = await %qb : tile<4x8xf32>
        %c2 = mma async %a, %b, %c : tile<8x8xf32> @mma
        join 1
        release %qa
        release %qb
        yield %c2
      }
      join 0
      release %qa
      release %qb
      store %acc -> %C[%rank*8:+8, %n*8:+8] @st
    }
  }
}
