// Text of tile programs that does not parse; every error in one run.
// RUN: opt --passes none
kernel @k(%A: in buf<8xf32>, %C: out buf<8xf32>) grid(%m: 1) {
  %a = lode %A[0:+8] fill 0 : tile<8xf32> // ERROR: 'lode' is no statement of a tile program
  %b = load %A[0:8] fill 0 : tile<8xf32> // ERROR: expected + and a length
  %c = fetch %A[0] // ERROR: expected in LOW..HIGH
  store %a -> %C[0:+8] by(%m) // ERROR: stores in a fixed order
  %d = map(%a) : tile<8xf32> { ^(%x: f32):
    %y = frobnicate %x : f32 // ERROR: 'frobnicate' is no scalar op
    yield %y
  }
  %e = index %m + // ERROR: expected an index value
}
kernel @l(%A: read buf<8xf32>) grid() { // ERROR: expected in, out, inout or work
}
