// What statements of tile programs demand, each with its place.
// RUN: opt --passes none
kernel @overlaps(%C: out buf<64xf32>) grid(%a: 2, %b: 4) {
  %t = fill 0 : tile<8xf32>
  store %t -> %C[%a * 16 + %b * 8:+8] // ERROR: two stores may meet: grid axis 0, %a
  store %t -> %C[%a * 32 + %b * 7:+8] // ERROR: two stores may meet: grid axis 1, %b
  store %t -> %C[%b * 8:+8] // ERROR: two stores may meet: grid axis 0, %a
  for %k in 0..4 { store %t -> %C[%a * 32 + %b * 8:+8] } // ERROR: two stores may meet: loop counter %k
}
kernel @quotient_alone(%C: out buf<32xf32>) grid(%p: 16) {
  %t = fill 0 : tile<8xf32>
  store %t -> %C[(%p div 4) * 8:+8] // ERROR: two stores may meet: grid axis 0, %p
}
kernel @split_too_short(%C: out buf<64xf32>) grid(%p: 4) {
  %t = fill 0 : tile<4xf32>
  for %k in %p * 3..%p * 3 + 4 { store %t -> %C[%k * 4:+4] } // ERROR: two stores may meet
}
kernel @access(%A: in buf<8xf32>, %C: out buf<8x8xf32>, %T: in buf<8xf32>) grid() {
  %t = load %C[0:+8, 0] fill 0 : tile<8xf32> // ERROR: an `out` buffer is not read
  %u = load %A[0:+8, 0] fill 0 : tile<8xf32> // ERROR: 2 coordinates for a buffer of rank 1
  %w = load %A[0:+8] fill 0 : tile<4xf32> // ERROR: result 0 is tile<4xf32>, but the operands make tile<8xf32>
  %x = load %A[0:+8] fill 0 : tile<8xf32>
  store %x -> %A[0:+8] // ERROR: an `in` buffer is not written
  store %x -> %C[0:+8, 0:+8] // ERROR: stores tile<8xf32> into a window that makes tile<8x8xf32>
  %f = fetch %T[0] in 0..8 // ERROR: fetches integers, the buffer has f32
  %g = load %A[[%x]] fill 0 : tile<8xf32> // ERROR: gathers by a tile of rank 1 of integers
}
kernel @tiles(%A: in buf<8x8xbf16>, %C: out buf<8x8xf32>) grid() {
  %a = load %A[0:+8, 0:+8] fill 0 : tile<8x8xbf16>
  %b = load %A[0:+8, 0:+4] fill 0 : tile<8x4xbf16>
  %p = mma %a, %b : tile<8x4xbf16> // ERROR: result 0 is tile<8x4xbf16>, but the operands make tile<8x4xf32>
  %q = mma %b, %a : tile<8x8xf32> // ERROR: [.., M, K] x [.., K, N]
  // ERROR@+1: operand 1 is tile<8x4xbf16>, which does not repeat to tile<8x8xbf16>
  %m = map(%a, %b) : tile<8x8xbf16> { ^(%x: bf16, %y: bf16):
    %s = add %x, %y : bf16
    %d = and %s, %s : bf16 // ERROR: does not take elements of bf16
    %e = lt %s, %y : bf16 // ERROR: its result is i1
    yield %s
  }
  %n = map(%a) : tile<8x8xbf16> { ^(%x: bf16):
    %c = coordinate 2 : i32 // ERROR: dimension 2; the tile of this region has rank 2
    yield %c // ERROR: value 0 must be an element of bf16
  }
  %r = reduce add %a dim 2 : tile<8x8xbf16> // ERROR: folds dimension 2 of tiles of rank 2
  %o = if 1 : tile<8x8xbf16> { yield %b } else { yield %a } // ERROR: value 0 is tile<8x4xbf16>, it must be tile<8x8xbf16>
  %z = fill 0 : tile<8x8xf32>
  %l = for %k in 0..2 iter(%c = %z) { yield %b } // ERROR: value 0 is tile<8x4xbf16>, it must be tile<8x8xf32>
  assume %z // ERROR: operand 0 is tile<8x8xf32>, it must be an index value
}
kernel @combines(%C: out buf<8xf32>) grid(%s: 2, %u: 2) {
  %t = fill 0 : tile<8xf32>
  for %k in 0..2 { %f = combine add %t over %s : tile<8xf32> } // ERROR: stands in a loop
  %g = combine add %t over %u : tile<8xf32> // ERROR: a second combine on one path
  %h = index %s + 1 // ERROR: operand 0 is grid axis 0, which a combine has folded
}
kernel @derived(%A: in buf<16xf32>, %B: in buf<16xi32>, %C: out buf<8xf32>, %D: out buf<8xf32>) grid(%s: 2) {
  %lo = index %s * 8
  %all = index 0
  %n = fetch %B[%s] in 0..4
  %t = load %A[%lo:+8] : tile<8xf32>
  %u = load %A[%all:+8] : tile<8xf32>
  %sum = for %k in 0..%n iter(%x = %u) { yield %x }
  %f = combine add %t over %s : tile<8xf32>
  store %f -> %C[%lo:+8] // ERROR: operand 2 comes from a grid axis that a combine has folded
  store %t -> %D[0:+8] // ERROR: operand 0 comes from a grid axis
  store %u -> %D[0:+8]
  for %k in 0..2 { assume %lo } // ERROR: operand 0 comes from a grid axis
  store %sum -> %D[0:+8] // ERROR: operand 0 comes from a grid axis
}
