// A program of 256 rows on two blocks of 128, which are one worker: each brings its own rows of the left operand, and half of the right one to both.
// Rows of the result are found by block, then by group.
// RUN: compile --chip h100 --emit schedule=-
// CHECK: programs 256 workers 66 cluster 2
// CHECK-NEXT: = ring depth 4 : ring<128x64xbf16> @lda
// CHECK-NEXT: = ring depth 4 multicast : ring<64x256xbf16> @ldb
// CHECK-NEXT: = ring depth 2 private : ring<64x64xbf16> @st
// CHECK: role @load copy[1] (%i, %rank) regs 40
// CHECK: %25 = index 128
// CHECK-NEXT: index multiply %rank, %25
// CHECK-NEXT: %27 = index add
// CHECK: load_into %3[%30, %31], %0[%27:+128, %29:+64] fill 0.000000e+00 @lda
// CHECK: index 32
// CHECK-NEXT: index multiply %rank,
// CHECK-NEXT: %34 = index add
// CHECK: index 32
// CHECK-NEXT: %38 = index multiply %rank,
// CHECK: acquire %4
// CHECK-NEXT: load_into %4[%38, %39], %1[%34:+32, %36:+256] fill 0.000000e+00 multicast @ldb
// CHECK-NEXT: publish %4
// CHECK: role @math threads[2] (%i, %rank) regs 232
// CHECK-NOT: %rank
// CHECK: join 1
// CHECK-NEXT: release %4
// CHECK-NEXT: release %3
// CHECK: role @store copy[2] (%i, %rank) regs 40
// CHECK: %101 = index 128
// CHECK-NEXT: index multiply %rank, %101
// CHECK-NEXT: %103 = index 64
// CHECK-NEXT: index multiply %i, %103
// CHECK-NEXT: index add
// CHECK-NEXT: %106 = index add
// CHECK: store %98 -> %2[%106:+64, %108:+64] @st
func.func public @main(%a: tensor<4096x4096xbf16>, %b: tensor<4096x4096xbf16>) -> tensor<4096x4096xbf16> {
  %0 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<4096x4096xbf16>, tensor<4096x4096xbf16>) -> tensor<4096x4096xbf16>
  return %0 : tensor<4096x4096xbf16>
}
