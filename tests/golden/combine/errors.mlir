// What a half of its own could not compute again.
// RUN: opt --passes combine
kernel @overwritten(%A: in buf<2x8xf32>, %C: inout buf<8xf32>, %D: out buf<8xf32>) grid(%s: 2) {
  %t = load %A[%s, 0:+8] : tile<8xf32>
  %old = load %C[0:+8] : tile<8xf32> // ERROR: what is read here is used behind the combine, and its buffer is stored to in front of it
  store %t -> %C[0:+8] add
  %f = combine add %t over %s : tile<8xf32>
  %g = map(%f, %old) : tile<8xf32> { ^(%x: f32, %y: f32):
    %z = add %x, %y : f32
    yield %z
  }
  store %g -> %D[0:+8]
}
