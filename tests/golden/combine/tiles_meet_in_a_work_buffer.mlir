// The kernel up to the combine is left with a store of its tile at the number of its program; what begins at the combine runs once for the three parts,
// which it adds in ascending order, and knows the axis no more.
// RUN: opt --passes combine
kernel @sums(%A: in buf<3x64xf32>, %B: in buf<32xf32>, %C: out buf<64xf32>) grid(%s: 3, %m: 2) {
  // CHECK: kernel @sums(%A: in buf<3x64xf32>, %B: in buf<32xf32>, %C: out buf<64xf32>, %0: out buf<6x32xf32>) grid(%s: 3, %m: 2)
  // CHECK: %a = load %A[%s, %2:+32]
  // CHECK-NOT: load
  // CHECK: %3 = index 2
  // CHECK-NEXT: %4 = index multiply %s, %3
  // CHECK-NEXT: %5 = index add %4, %m
  // CHECK-NEXT: %6 = index 0
  // CHECK-NEXT: store %a -> %0[%5, %6:+32]
  // CHECK-NEXT: }
  // CHECK: kernel @sums_combine(%A: in buf<3x64xf32>, %B: in buf<32xf32>, %C: out buf<64xf32>, %0: in buf<6x32xf32>) grid(%m: 2)
  // CHECK: %4 = load %0[%m, %3:+32]
  // CHECK: %5 = index 2
  // CHECK-NEXT: %6 = index add %5, %m
  // CHECK: %8 = load %0[%6, %7:+32]
  // CHECK: index 4
  // CHECK: %12 = load %0[
  // CHECK: %c = map(%b, %12, %4, %8) : tile<32xf32>
  // CHECK-NEXT: add %16, %17 : f32
  // CHECK-NEXT: add %18, %15 : f32
  // CHECK-NEXT: multiply %19, %14 : f32
  // CHECK: store %c -> %C[%2:+32]
  %0 = index 32
  %1 = index %m * %0
  %a = load %A[%s, %1:+32] : tile<32xf32>
  %t = combine add %a over %s : tile<32xf32>
  %b = load %B[0:+32] : tile<32xf32>
  %c = map(%t, %b) : tile<32xf32> { ^(%x: f32, %y: f32):
    %z = multiply %x, %y : f32
    yield %z
  }
  store %c -> %C[%1:+32] set
}
