// The tile program of causal attention as it is printed: statements have the names that schedules use; blocks beyond the diagonal are not visited, and
// a block is masked only where it reaches the diagonal; the weights are turned by a statement of their own on this chip. 130 queries of 2 key heads with 2 query heads each, 700 keys, by
// tiles of 128 x 512: query i sees keys up to i + 570.
// RUN: compile --chip trn2 --emit tile=-
// CHECK: kernel @k0_attention(%0: in buf<1x130x4x24xbf16>, %1: in buf<1x700x2x24xbf16>, %2: in buf<1x700x2x24xbf16>, %3: out buf<1x130x4x24xbf16>, %4: out buf<1x4x130xf32>) grid(%i: 2, %h: 2, %g: 2) {
// CHECK: load %0[%5, %10:+128, %8, %11:+24] fill 0.000000e+00 : tile<128x24xbf16> @ldq
// CHECK: fill -inf : tile<128x1xf32>
// CHECK-NEXT: fill 0.000000e+00 : tile<128x1xf32>
// CHECK-NEXT: fill 0.000000e+00 : tile<128x24xf32>
// CHECK: index 698
// CHECK: index 571
// CHECK: for @kv %x in
// CHECK: : tile<512x24xbf16> @ldk
// CHECK-NEXT: : tile<512x24xbf16> @ldv
// CHECK-NEXT: transpose
// CHECK-NEXT: : tile<128x512xf32> @qk
// CHECK-NEXT: index ge
// CHECK-NEXT: : tile<128x512xf32> @mask {
// CHECK: coordinate 0 : i32
// CHECK-NEXT: add
// CHECK-NEXT: coordinate 1 : i32
// CHECK-NEXT: le
// CHECK-NEXT: constant 0xFF800000 : f32
// CHECK-NEXT: select
// CHECK: } else {
// CHECK-NEXT: yield
// CHECK: dim 1 : tile<128x1xf32> @max
// CHECK-NEXT: : tile<128x1xf32> @mx2
// CHECK-NEXT: maximum
// CHECK: : tile<128x1xf32> @neg
// CHECK: : tile<128x1xf32> @al
// CHECK: exp2
// CHECK: : tile<128x512xf32> @exp
// CHECK: exp2
// CHECK: dim 1 : tile<128x1xf32> @rsum
// CHECK-NEXT: : tile<128x1xf32> @sum
// CHECK: : tile<128x512xbf16> @pack
// CHECK: : tile<512x128xbf16> @xp
// CHECK: : tile<128x24xf32> @pv
// CHECK-NEXT: : tile<128x24xf32> @resc
// CHECK-NEXT: multiply
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
