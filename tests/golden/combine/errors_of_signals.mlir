// RUN: opt --passes combine
kernel @waits(%A: in buf<2x8xf32>, %F: work flags<2>, %C: out buf<8xf32>) grid(%s: 2) {
  %t = load %A[%s, 0:+8] : tile<8xf32>
  signal %F[%s] peer 0 // ERROR: it may not signal or wait in front of it
  %f = combine add %t over %s : tile<8xf32>
  store %f -> %C[0:+8]
}
