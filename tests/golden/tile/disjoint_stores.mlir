// Which stores are accepted as disjoint: mixed radix, quotient and remainder of one axis, a fixed axis, a split loop, a folded axis, tables.
// RUN: opt --passes none
// CHECK: kernel @mixed_radix
kernel @mixed_radix(%C: out buf<64xf32>) grid(%a: 2, %b: 4) {
  %t = fill 0 : tile<8xf32>
  store %t -> %C[%a * 32 + %b * 8:+8]
}
kernel @quotient_and_remainder(%C: out buf<32x32xf32>) grid(%p: 16) {
  %t = fill 0 : tile<8x8xf32>
  store %t -> %C[(%p div 4) * 8:+8, (%p mod 4) * 8:+8]
}
kernel @one_program_alone(%C: out buf<8xf32>) grid(%p: 16) {
  %t = fill 0 : tile<8xf32>
  if %p == 3 { store %t -> %C[0:+8] }
}
kernel @split_loop(%C: out buf<64xf32>) grid(%p: 4) {
  %t = fill 0 : tile<4xf32>
  for %k in %p * 4..%p * 4 + 4 { store %t -> %C[%k * 4:+4] }
}
kernel @folded(%C: out buf<8xf32>) grid(%p: 2, %s: 4) {
  %t = fill 0 : tile<4xf32>
  %u = combine add %t over %s : tile<4xf32>
  store %u -> %C[%p * 4:+4]
}
kernel @table(%T: in buf<4xi32>, %C: out buf<64xf32>) grid(%p: 4) {
  %t = fill 0 : tile<4xf32>
  %row = fetch %T[%p] in 0..61
  store %t -> %C[%row:+4]
}
kernel @added(%C: inout buf<8xf32>) grid(%p: 4) {
  %t = fill 0 : tile<8xf32>
  store %t -> %C[0:+8] add
}
