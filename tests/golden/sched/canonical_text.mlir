// Scheduled programs in canonical text: one op a line, index expressions expanded, names kept within each role.
// RUN: opt --passes none
// CHECK: scheduled @mm(%A: in buf<64x64xbf16>, %B: in buf<64x64xbf16>, %C: out buf<64x64xf32>) programs 4 workers 2 cluster 1 {
scheduled @mm(%A: in buf<64x64xbf16>, %B: in buf<64x64xbf16>, %C: out buf<64x64xf32>) programs 4 workers 2 cluster 1 {
  // CHECK-NEXT: %qa = ring depth 2 : ring<32x32xbf16> @a
  %qa = ring depth 2 place stage : ring<32x32xbf16> @a
  // CHECK-NEXT: %qb = ring depth 2 multicast : ring<32x32xbf16>
  %qb = ring depth 2 multicast : ring<32x32xbf16>
  // CHECK-NEXT: %qy = ring depth 1 private : ring<16x32xf32> @y
  %qy = ring depth 1 private : ring<16x32xf32> @y
  // CHECK-NEXT: %t = turns @order
  %t = turns @order
  // CHECK-NEXT: role @load copy[1] (%i, %rank) regs 40 {
  role @load copy[1] (%i, %rank) regs 40 {
    // CHECK-NEXT: work (%p) {
    work (%p) {
      for %k in 0..2 {
        // CHECK: acquire %qa
        acquire %qa
        // CHECK: load_into %qa[
        // CHECK-NEXT: publish %qa
        load_into %qa[0, 0], %A[(%p div 2)*32:+32, %k*32:+32] @lda
        publish %qa
        acquire %qb
        // CHECK: fill -inf multicast @ldb
        load_into %qb[0, 0], %B[%k*32:+32, (%p mod 2)*32:+32] fill -inf multicast @ldb
        publish %qb
      }
    }
  }
  // CHECK: role @math threads[2] (%i, %rank) {
  role @math threads[2] (%i, %rank) regs 0 {
    // CHECK-NEXT: work (%p) {
    work (%p) {
      %z = fill 0 : tile<16x32xf32>
      %acc = for %k in 0..2 iter(%c = %z) {
        // CHECK: take %t
        take %t
        // CHECK-NEXT: %a = await %qa : tile<32x32xbf16>
        %a = await %qa : tile<32x32xbf16>
        // CHECK-NEXT: %b = await %qb : tile<32x32xbf16>
        %b = await %qb : tile<32x32xbf16>
        // CHECK: %own = part %a[
        %own = part %a[%i * 16, 0] : tile<16x32xbf16>
        // CHECK-NEXT: %regs = read %own : tile<16x32xbf16> @rd
        %regs = read %own : tile<16x32xbf16> @rd
        // CHECK-NEXT: %d = mma async %regs, %b, %c : tile<16x32xf32> @mma
        %d = mma async %regs, %b, %c : tile<16x32xf32> @mma
        // CHECK-NEXT: join 0
        join 0
        // CHECK-NEXT: release %qa
        release %qa
        release %qb
        // CHECK: give %t
        give %t
        yield %d
      }
      acquire %qy
      // CHECK: store_into %acc -> %qy[
      // CHECK-NEXT: publish %qy
      store_into %acc -> %qy[0, 0] @sy
      publish %qy
    }
  }
  role @store copy[2] (%i, %rank) {
    work (%p) {
      // CHECK: %y = await %qy : tile<16x32xf32>
      %y = await %qy : tile<16x32xf32>
      store %y -> %C[(%p div 2)*32 + %i*16:+16, (%p mod 2)*32:+32]
      release %qy
    }
  }
}
