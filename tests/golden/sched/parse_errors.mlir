// Text of scheduled programs that does not parse; every error in one run.
// RUN: opt --passes none
scheduled @f(%A: in buf<8x8xf32>) programs 1 workers 0 cluster 1 {
  %a = ring : ring<8x8xf32> // ERROR: expected depth and how many slots
  %b = ring depth 0 : ring<8x8xf32> // ERROR: a depth is 1 to 65536, not 0
  %c = ring depth 1 place frag : ring<8x8xf32> // ERROR: a ring's place is stage or acc
  %q = ring depth 1 : ring<8x8xf32>
  role load copy[1] (%i, %rank) { // ERROR: expected the role's name such as @load
  }
  role @l dma[1] (%i, %rank) { // ERROR: expected a unit: threads, copy, matrix, vector, scalar, general or core
  }
  role @m copy[0] (%i, %rank) { // ERROR: the number of instances is 1 to 1024, not 0
  }
  role @n copy[1] (%i) { // ERROR: expected , and another argument
  }
  role @o copy[1] (%i, %rank) {
    work (%p) {
      load_into %q[0, 0] %A[0:+8, 0:+8] // ERROR: expected , and the window that is loaded
      store_into %q[0, 0] // ERROR: expected -> and where to
      join -1 // ERROR: how many mma a join leaves under way is 0 to 65536, not -1
      %x = await %q // ERROR: expected : and the type
      %y = acquire %q // ERROR: 1 results are named, the statement has 0
    }
  }
}
scheduled @g() programs 0 { // ERROR: the number of programs is 1 to
}
scheduled @h() programs 1 workers 0 cluster 65 { // ERROR: a cluster is 1 to 64, not 65
}
