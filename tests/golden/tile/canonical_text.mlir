// Index expressions and scalar calls are expanded, one op a line; names that are taken become numbers; the schedule is carried.
// RUN: opt --passes none
// CHECK: kernel @mm(%A: in buf<64x64xbf16>, %B: in buf<64x64xbf16>, %T: in buf<4xi32>, %C: out buf<64x64xf32>) grid(%m: 2, %n: 2) {
kernel @mm(%A: in buf<64x64xbf16>, %B: in buf<64x64xbf16>, %T: in buf<4xi32>, %C: out buf<64x64xf32>) grid(%m: 2, %n: 2) {
  // CHECK-NEXT: %0 = index 32
  // CHECK-NEXT: %i = index multiply %m, %0
  %i = index %m * 32
  // CHECK-NEXT: %1 = index 32
  // CHECK-NEXT: %j = index multiply %n, %1
  %j = index multiply %n, 32
  // CHECK-NEXT: %z = fill 0.000000e+00 : tile<32x32xf32>
  %z = fill 0 : tile<32x32xf32>
  // CHECK-NEXT: %v = fetch %T[%m] in 0..65
  %v = fetch %T[%m] in 0..65
  // CHECK: %acc = for @k %k in %2..%3 iter(%c = %z : tile<32x32xf32>) {
  %acc = for @k %k in 0..2 iter(%c = %z) {
    // CHECK: %a = load %A[%i:+32, %5:+32 lim %v] fill 0.000000e+00 : tile<32x32xbf16> @lda
    %a = load %A[%i:+32, %k * 32:+32 lim %v] : tile<32x32xbf16> @lda
    // CHECK: %b = load %B[%7:+32, %j:+32] fill -inf : tile<32x32xbf16>
    %b = load %B[%k*32:+32 step 1, %j:+32] fill -inf : tile<32x32xbf16>
    // CHECK-NEXT: %c2 = mma %a, %b, %c : tile<32x32xf32> @mma
    %c2 = mma %a, %b, %c : tile<32x32xf32> @mma
    // CHECK-NEXT: yield %c2
    yield %c2
  }
  // CHECK: %r = reduce maximum %acc dim 1 : tile<32x1xf32>
  %r = reduce maximum %acc dim 1 : tile<32x1xf32>
  // CHECK-NEXT: %y = map(%acc, %r) : tile<32x32xf32> @epi { ^(%x: f32, %s: f32):
  // CHECK-NEXT: = constant 2.000000e+00 : f32
  // CHECK-NEXT: = multiply %s,
  // CHECK-NEXT: %t = add %x,
  // CHECK-NEXT: yield %t
  %y = map(%acc, %r) : tile<32x32xf32> @epi { ^(%x: f32, %s: f32):
    %t = add %x, multiply(%s, 2.0) : f32
    yield %t
  }
  // CHECK: store %y -> %C[%i:+32, %j:+32] @st
  store %y -> %C[%i:+32, %j:+32] set @st
  // CHECK-NEXT: } schedule { ring %a %b depth 4 }
} schedule { ring %a %b depth 4 }
