// RUN: opt --passes combine
kernel @copy(%A: in buf<64xf32>, %C: out buf<64xf32>) grid(%m: 2) {
  // CHECK: kernel @copy(%A: in buf<64xf32>, %C: out buf<64xf32>) grid(%m: 2)
  // CHECK: store %a -> %C
  // CHECK-NOT: kernel
  %0 = index 32
  %1 = index %m * %0
  %a = load %A[%1:+32] : tile<32xf32>
  store %a -> %C[%1:+32] set
}
