// Persistent matmul with a bias: a load role, two math instances of half the rows each with a join lag of one, the epilogue split in two pieces that a
// store role takes, so that the next program's products begin while the last tiles are stored. Four programs on three workers.
// RUN: opt --passes none
// CHECK: scheduled @gemm_persistent
kernel @gemm(%A: in buf<16x12xf32>, %B: in buf<12x16xf32>, %bias: in buf<16xf32>, %C: out buf<16x16xf32>) grid(%m: 2, %n: 2) {
  %z = fill 0 : tile<8x8xf32>
  %acc = for @k %k in 0..3 iter(%c = %z) {
    %a = load %A[%m*8:+8, %k*4:+4] : tile<8x4xf32> @lda
    %b = load %B[%k*4:+4, %n*8:+8] : tile<4x8xf32> @ldb
    %c2 = mma %a, %b, %c : tile<8x8xf32> @mma
    yield %c2
  }
  %v = load %bias[%n*8:+8] : tile<8xf32>
  %w = reshape %v : tile<1x8xf32>
  %y = map(%acc, %w) : tile<8x8xf32> @epi { ^(%x: f32, %u: f32):
    %s = add %x, %u : f32
    %r = maximum %s, 0.0 : f32
    yield %r
  }
  store %y -> %C[%m*8:+8, %n*8:+8] @st
}

scheduled @gemm_persistent(%A: in buf<16x12xf32>, %B: in buf<12x16xf32>, %bias: in buf<16xf32>, %C: out buf<16x16xf32>) programs 4 workers 3 cluster 1 {
  %qa = ring depth 2 : ring<8x4xf32> @a
  %qb = ring depth 2 : ring<4x8xf32> @b
  %qy = ring depth 2 private : ring<4x4xf32> @y
  role @load copy[1] (%i, %rank) regs 40 {
    work (%p) {
      for %k in 0..3 {
        acquire %qa
        load_into %qa[0, 0], %A[%p div 2 * 8:+8, %k*4:+4] @lda
        publish %qa
        acquire %qb
        load_into %qb[0, 0], %B[%k*4:+4, %p mod 2 * 8:+8] @ldb
        publish %qb
      }
    }
  }
  role @math threads[2] (%i, %rank) regs 232 {
    %row = index %i * 4
    work (%p) {
      %n = index %p mod 2
      %z = fill 0 : tile<4x8xf32>
      %a0 = await %qa : tile<8x4xf32>
      %b0 = await %qb : tile<4x8xf32>
      %h0 = part %a0[%row, 0] : tile<4x4xf32>
      %c0 = mma async %h0, %b0, %z : tile<4x8xf32> @mma
      %acc = for @k %k in 1..3 iter(%c = %c0) {
        %a = await %qa : tile<8x4xf32>
        %b = await %qb : tile<4x8xf32>
        %h = part %a[%row, 0] : tile<4x4xf32>
        %c2 = mma async %h, %b, %c : tile<4x8xf32> @mma
        join 1
        release %qa
        release %qb
        yield %c2
      }
      join 0
      release %qa
      release %qb
      %v = load %bias[%n*8:+8] : tile<8xf32>
      %w = reshape %v : tile<1x8xf32>
      %y = map(%acc, %w) : tile<4x8xf32> @epi { ^(%x: f32, %u: f32):
        %s = add %x, %u : f32
        %r = maximum %s, 0.0 : f32
        yield %r
      }
      %y0 = slice %y[0, 0] : tile<4x4xf32>
      acquire %qy
      store_into %y0 -> %qy[0, 0] @epi0
      publish %qy
      %y1 = slice %y[0, 4] : tile<4x4xf32>
      acquire %qy
      store_into %y1 -> %qy[0, 0] @epi1
      publish %qy
    }
  }
  role @store copy[2] (%i, %rank) {
    work (%p) {
      for %s in 0..2 {
        %y = await %qy : tile<4x4xf32>
        store %y -> %C[%p div 2 * 8 + %i*4:+4, %p mod 2 * 8 + %s*4:+4] @st
        release %qy
      }
    }
  }
}
