// Matmul by eight waves in two sets that both produce and consume: each loads its part of both operands a step ahead, reads its fragments out of the slots
// and takes turns with the other set to issue its products, a quadrant at a time.
// RUN: opt --passes none
// CHECK: scheduled @gemm_two_sets
kernel @gemm(%A: in buf<8x12xf32>, %B: in buf<12x16xf32>, %C: out buf<8x16xf32>) grid(%n: 2) {
  %z = fill 0 : tile<8x8xf32>
  %acc = for @k %k in 0..3 iter(%c = %z) {
    %a = load %A[0:+8, %k*4:+4] : tile<8x4xf32> @lda
    %b = load %B[%k*4:+4, %n*8:+8] : tile<4x8xf32> @ldb
    %c2 = mma %a, %b, %c : tile<8x8xf32> @mma
    yield %c2
  }
  store %acc -> %C[0:+8, %n*8:+8] @st
}

scheduled @gemm_two_sets(%A: in buf<8x12xf32>, %B: in buf<12x16xf32>, %C: out buf<8x16xf32>) programs 2 workers 0 cluster 1 {
  %qa = ring depth 2 : ring<8x4xf32> @a
  %qb = ring depth 2 : ring<4x8xf32> @b
  %t = turns @matrix
  role @wave threads[2] (%i, %rank) regs 256 {
    %row = index %i * 4
    work (%n) {
      acquire %qa
      load_into %qa[%row + 0, 0], %A[%row + 0:+2, (0)*4:+4] @lda0
      load_into %qa[%row + 2, 0], %A[%row + 2:+2, (0)*4:+4] @lda1
      publish %qa
      acquire %qb
      load_into %qb[%i*2, 0], %B[(0)*4 + %i*2:+2, %n*8 + 0:+4] @ldb0
      load_into %qb[%i*2, 4], %B[(0)*4 + %i*2:+2, %n*8 + 4:+4] @ldb1
      publish %qb
      %z = fill 0 : tile<2x4xf32>
      %r00, %r01, %r10, %r11 = for @k %k in 0..3 iter(%c00 = %z, %c01 = %z, %c10 = %z, %c11 = %z) {
        %as = await %qa : tile<8x4xf32>
        %bs = await %qb : tile<4x8xf32>
        %pa0 = part %as[%row + 0, 0] : tile<2x4xf32>
        %a0 = read %pa0 : tile<2x4xf32> @rda0
        %pb0 = part %bs[0, 0] : tile<4x4xf32>
        %b0 = read %pb0 : tile<4x4xf32> @rdb0
        if %k < 2 {
          acquire %qa
          load_into %qa[%row + 0, 0], %A[%row + 0:+2, (%k + 1)*4:+4] @lda0
        }
        take %t
        %d00 = mma %a0, %b0, %c00 : tile<2x4xf32> @mma00
        give %t
        %pb1 = part %bs[0, 4] : tile<4x4xf32>
        %b1 = read %pb1 : tile<4x4xf32> @rdb1
        if %k < 2 {
          acquire %qb
          load_into %qb[%i*2, 0], %B[(%k + 1)*4 + %i*2:+2, %n*8 + 0:+4] @ldb0
        }
        take %t
        %d01 = mma %a0, %b1, %c01 : tile<2x4xf32> @mma01
        give %t
        %pa1 = part %as[%row + 2, 0] : tile<2x4xf32>
        %a1 = read %pa1 : tile<2x4xf32> @rda1
        if %k < 2 {
          load_into %qa[%row + 2, 0], %A[%row + 2:+2, (%k + 1)*4:+4] @lda1
          publish %qa
        }
        release %qa
        release %qb
        take %t
        %d10 = mma %a1, %b0, %c10 : tile<2x4xf32> @mma10
        give %t
        if %k < 2 {
          load_into %qb[%i*2, 4], %B[(%k + 1)*4 + %i*2:+2, %n*8 + 4:+4] @ldb1
          publish %qb
        }
        take %t
        %d11 = mma %a1, %b1, %c11 : tile<2x4xf32> @mma11
        give %t
        yield %d00, %d01, %d10, %d11
      }
      store %r00 -> %C[%row:+2, %n*8:+4] @st00
      store %r01 -> %C[%row:+2, %n*8 + 4:+4] @st01
      store %r10 -> %C[%row + 2:+2, %n*8:+4] @st10
      store %r11 -> %C[%row + 2:+2, %n*8 + 4:+4] @st11
    }
  }
}
