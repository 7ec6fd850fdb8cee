// The tile program of causal attention as it is printed: statements have the names that schedules use; blocks beyond the diagonal are not visited, and
// a block is masked only where it reaches the diagonal. On this chip a mask is added by a product, the maximum is kept as its negative, and the weights
// are turned by statements of their own. 130 queries of 2 key heads with 2 query heads each, 700 keys, by tiles of 128 x 768 that are cut in tails of
// 128: query i sees keys up to i + 570, the first 128 up to 697 and the others up to 699, which is 6 tails, one block, for both.
// RUN: compile --chip trn2 --emit tile=-
// CHECK: kernel @k0_attention(%0: in buf<1x130x4x24xbf16>, %1: in buf<1x700x2x24xbf16>, %2: in buf<1x700x2x24xbf16>, %3: out buf<1x130x4x24xbf16>, %4: out buf<1x4x130xf32>) grid(%i: 2, %g: 2, %h: 2) {
// CHECK: load %0[%5, %10:+128, %8, %11:+24] fill 0.000000e+00 : tile<128x24xbf16> @ldq
// CHECK: fill inf : tile<128x1xf32>
// CHECK-NEXT: fill 0.000000e+00 : tile<128x1xf32>
// CHECK-NEXT: fill 0.000000e+00 : tile<128x24xf32>
// CHECK: : tile<128x128xbf16> @one
// CHECK: eq
// CHECK: index 698
// CHECK: index 571
// CHECK: for @kv %x in
// CHECK: : tile<768x24xbf16> @ldk
// CHECK-NEXT: : tile<768x24xbf16> @ldv
// CHECK-NEXT: transpose
// CHECK-NEXT: : tile<128x768xf32> @qk
// CHECK-NEXT: index ge
// CHECK-NEXT: if
// CHECK: : tile<128x768xbf16> @mask {
// CHECK-NEXT: coordinate 0 : i32
// CHECK-NEXT: add
// CHECK-NEXT: coordinate 1 : i32
// CHECK-NEXT: le
// CHECK: select
// CHECK: : tile<128x768xf32> @qk
// CHECK: } else {
// CHECK-NEXT: yield
// CHECK: [0, 0] : tile<128x512xf32>
// CHECK-NEXT: dim 1 : tile<128x1xf32> @max
// CHECK-NEXT: [0, 512] : tile<128x256xf32>
// CHECK-NEXT: dim 1 : tile<128x1xf32> @maxb
// CHECK-NEXT: : tile<128x1xf32> @mx1
// CHECK: minimum
// CHECK: : tile<128x1xf32> @mx2
// CHECK: minimum
// CHECK: : tile<128x1xf32> @al
// CHECK: exp2
// CHECK: : tile<128x768xf32> @exp
// CHECK: exp2
// CHECK: dim 1 : tile<128x1xf32> @rsum
// CHECK-NEXT: : tile<128x1xf32> @sum
// CHECK: : tile<128x768xbf16> @pack
// CHECK: : tile<128x24xf32> @resc
// CHECK: : tile<768x128xbf16> @xp
// CHECK-NEXT: : tile<768x128xbf16> @xc
// CHECK: : tile<128x24xf32> @pv
// CHECK-NEXT: : tile<128x24xf32> @res2
// CHECK-NEXT: add
// CHECK: : tile<128x1xf32> @inv
// CHECK: : tile<128x24xbf16> @out
// CHECK: +24] @sto
// CHECK: : tile<128x1xf32> @lse
// CHECK: log
// CHECK: -> %4[%5, %8, %10:+128] @stl
func.func public @main(%q: tensor<1x130x4x24xbf16>, %k: tensor<1x700x2x24xbf16>, %v: tensor<1x700x2x24xbf16>) -> (tensor<1x130x4x24xbf16>, tensor<1x4x130xf32>) {
  %0:2 = "tri.attention"(%q, %k, %v) {scale = 0.2 : f64, causal = true} : (tensor<1x130x4x24xbf16>, tensor<1x700x2x24xbf16>, tensor<1x700x2x24xbf16>) -> (tensor<1x130x4x24xbf16>, tensor<1x4x130xf32>)
  return %0#0, %0#1 : tensor<1x130x4x24xbf16>, tensor<1x4x130xf32>
}
