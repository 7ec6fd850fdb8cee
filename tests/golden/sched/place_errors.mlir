// What statements of scheduled programs demand of their place and types.
// RUN: opt --passes none
scheduled @places(%A: in buf<8x8xf32>, %C: out buf<8x8xf32>, %F: inout flags<2>) programs 1 workers 0 cluster 1 {
  %q = ring depth 2 : ring<8x8xf32>
  %acc = ring depth 1 place acc : ring<8x8xf32>
  %bad = ring depth 1 place acc : ring<8x8xi8> // ERROR: accumulators are f32 or i32, transposed tiles in them bf16 or f16, not i8
  %t = turns
  %z = fill 0 : tile<8x8xf32> // ERROR: has no place outside of roles
  join 0 // ERROR: has no place outside of roles
  role @l copy[1] (%i, %rank) {
    acquire %q // ERROR: has no place in a role, outside of its work
    work (%p) {
      %r = ring depth 1 : ring<8xf32> // ERROR: has no place in the work of a role
      acquire %t // ERROR: operand 0 is turns, it must be a ring
      take %q // ERROR: operand 0 is ring<8x8xf32>, it must be turns
      load_into %q[0], %A[0:+8, 0:+8] // ERROR: needs an offset, an index value, for each of 2 dimensions
      load_into %q[0, 0], %A[0, 0:+8] // ERROR: puts tile<8xf32> into a slot of ring<8x8xf32>
      load_into %q[0, 0], %A[0:+8, 0:+16] // ERROR: puts tile<8x16xf32> into a slot of ring<8x8xf32>
      load_into %q[0, 0], %C[0:+8, 0:+8] // ERROR: an `out` buffer is not read
      load_into %q[0, 0], %A[0:+8, 0:+8] multicast // ERROR: is multicast, its ring is not
      load_into %acc[0, 0], %A[0:+8, 0:+8] // ERROR: accumulators are not loaded into
      join 0 // ERROR: has no place in a role of the unit copy
      signal %F[0] peer 0 // ERROR: has no place in the work of a role
    }
  }
  role @m matrix[1] (%i, %rank) { // ERROR: its region holds one work, not 2
    work (%p) {
      %a = await %q : tile<8x4xf32> // ERROR: result 0 is tile<8x4xf32>, but the operands make tile<8x8xf32>
      %b = await %q : tile<8x8xf32>
      %c = part %b[0] : tile<8x4xf32> // ERROR: 2 operands, 1 results and 0 regions; it has 3, 1 and 0
      %d = part %b[0, 0] : tile<8x16xf32> // ERROR: tile<8x16xf32> is no part of tile<8x8xf32>
      %e = read %b : tile<8x4xf32> // ERROR: result 0 is tile<8x4xf32>, but the operands make tile<8x8xf32>
      %f = mma async %b, %b : tile<8x8xf32> // ERROR: async is for threads
      store_into %b -> %q[0, 0]
    }
    work (%p) {
    }
  }
  // ERROR@+2: a second role @m
  // ERROR@+1: its region holds one work, not 0
  role @m copy[1] (%i, %rank) {
  }
}
kernel @plain(%A: in buf<8x8xf32>) grid() {
  %a = load %A[0:+8, 0:+8] : tile<8x8xf32>
  %b = mma async %a, %a : tile<8x8xf32> // ERROR: async is for scheduled programs
  join 0 // ERROR: has no place among the statements of a tile program
}
