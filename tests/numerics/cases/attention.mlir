// Attention with what a matrix of shapes does not hold: operands through views, biases of every shape, rows that see nothing, scales of every sign, what no
// kernel takes.

// ---- attention of transposed operands for bf16 f32
func.func public @main(%q: tensor<2x4x19x16x$T>, %k: tensor<2x2x16x37x$T>, %v: tensor<2x2x37x16x$T>) -> (tensor<2x4x19x16x$T>, tensor<2x4x19xf32>) {
  %a = stablehlo.transpose %q, dims = [0, 2, 1, 3] : (tensor<2x4x19x16x$T>) -> tensor<2x19x4x16x$T>
  %b = stablehlo.transpose %k, dims = [0, 3, 1, 2] : (tensor<2x2x16x37x$T>) -> tensor<2x37x2x16x$T>
  %c = stablehlo.transpose %v, dims = [0, 2, 1, 3] : (tensor<2x2x37x16x$T>) -> tensor<2x37x2x16x$T>
  %0:2 = "tri.attention"(%a, %b, %c) {scale = 0.25 : f64, causal = true} : (tensor<2x19x4x16x$T>, tensor<2x37x2x16x$T>, tensor<2x37x2x16x$T>) -> (tensor<2x19x4x16x$T>, tensor<2x4x19xf32>)
  %1 = stablehlo.transpose %0#0, dims = [0, 2, 1, 3] : (tensor<2x19x4x16x$T>) -> tensor<2x4x19x16x$T>
  return %1, %0#1 : tensor<2x4x19x16x$T>, tensor<2x4x19xf32>
}

// ---- attention of slices, whose neighbours are infinite for f32
func.func public @main(%q: tensor<1x5x2x24x$T>, %x: tensor<1x80x2x24x$T>) -> tensor<1x5x2x24x$T> {
  %i = stablehlo.constant dense<0x7F800000> : tensor<1x80x2x24x$T>
  %p = stablehlo.iota dim = 1 : tensor<1x80x2x24xi32>
  %e = stablehlo.constant dense<67> : tensor<1x80x2x24xi32>
  %m = stablehlo.compare GE, %p, %e : (tensor<1x80x2x24xi32>, tensor<1x80x2x24xi32>) -> tensor<1x80x2x24xi1>
  %y = stablehlo.select %m, %i, %x : tensor<1x80x2x24xi1>, tensor<1x80x2x24x$T>
  %k = stablehlo.slice %y [0:1, 0:67, 0:2, 0:24] : (tensor<1x80x2x24x$T>) -> tensor<1x67x2x24x$T>
  %0 = "tri.attention"(%q, %k, %k) {scale = 0.25 : f64} : (tensor<1x5x2x24x$T>, tensor<1x67x2x24x$T>, tensor<1x67x2x24x$T>) -> tensor<1x5x2x24x$T>
  return %0 : tensor<1x5x2x24x$T>
}

// ---- attention of one tensor as keys and values for bf16
func.func public @main(%q: tensor<1x70x4x64x$T>, %k: tensor<1x130x2x64x$T>) -> tensor<1x70x4x64x$T> {
  %0 = "tri.attention"(%q, %k, %k) {scale = 0.125 : f64, causal = true} : (tensor<1x70x4x64x$T>, tensor<1x130x2x64x$T>, tensor<1x130x2x64x$T>) -> tensor<1x70x4x64x$T>
  return %0 : tensor<1x70x4x64x$T>
}

// ---- attention of values that are one number for bf16
func.func public @main(%q: tensor<1x70x4x64x$T>, %k: tensor<1x130x2x64x$T>) -> tensor<1x70x4x64x$T> {
  %v = stablehlo.constant dense<0.5> : tensor<1x130x2x64x$T>
  %0 = "tri.attention"(%q, %k, %v) {scale = 0.125 : f64} : (tensor<1x70x4x64x$T>, tensor<1x130x2x64x$T>, tensor<1x130x2x64x$T>) -> tensor<1x70x4x64x$T>
  return %0 : tensor<1x70x4x64x$T>
}

// ---- attention of repeated keys for bf16
func.func public @main(%q: tensor<3x7x4x8x$T>, %k: tensor<9x8x$T>, %v: tensor<3x9x4x8x$T>) -> tensor<3x7x4x8x$T> {
  %a = stablehlo.broadcast_in_dim %k, dims = [1, 3] : (tensor<9x8x$T>) -> tensor<3x9x4x8x$T>
  %0 = "tri.attention"(%q, %a, %v) {scale = 0.25 : f64} : (tensor<3x7x4x8x$T>, tensor<3x9x4x8x$T>, tensor<3x9x4x8x$T>) -> tensor<3x7x4x8x$T>
  return %0 : tensor<3x7x4x8x$T>
}

// ---- attention with a bias of every query for bf16 f32
func.func public @main(%q: tensor<2x7x4x16x$T>, %k: tensor<2x130x2x16x$T>, %v: tensor<2x130x2x16x$T>, %b: tensor<2x4x7x130xf32>) -> (tensor<2x7x4x16x$T>, tensor<2x4x7xf32>) {
  %0:2 = "tri.attention"(%q, %k, %v, %b) {scale = 0.25 : f64} : (tensor<2x7x4x16x$T>, tensor<2x130x2x16x$T>, tensor<2x130x2x16x$T>, tensor<2x4x7x130xf32>) -> (tensor<2x7x4x16x$T>, tensor<2x4x7xf32>)
  return %0#0, %0#1 : tensor<2x7x4x16x$T>, tensor<2x4x7xf32>
}

// ---- attention with a bias of keys for bf16 f32
func.func public @main(%q: tensor<2x7x4x16x$T>, %k: tensor<2x130x2x16x$T>, %v: tensor<2x130x2x16x$T>, %b: tensor<130xf32>) -> (tensor<2x7x4x16x$T>, tensor<2x4x7xf32>) {
  %0:2 = "tri.attention"(%q, %k, %v, %b) {scale = 0.25 : f64} : (tensor<2x7x4x16x$T>, tensor<2x130x2x16x$T>, tensor<2x130x2x16x$T>, tensor<130xf32>) -> (tensor<2x7x4x16x$T>, tensor<2x4x7xf32>)
  return %0#0, %0#1 : tensor<2x7x4x16x$T>, tensor<2x4x7xf32>
}

// ---- attention with a bias of one number for bf16 f32
func.func public @main(%q: tensor<2x7x4x16x$T>, %k: tensor<2x130x2x16x$T>, %v: tensor<2x130x2x16x$T>, %b: tensor<2x1x1x1xf32>) -> (tensor<2x7x4x16x$T>, tensor<2x4x7xf32>) {
  %0:2 = "tri.attention"(%q, %k, %v, %b) {scale = 0.25 : f64} : (tensor<2x7x4x16x$T>, tensor<2x130x2x16x$T>, tensor<2x130x2x16x$T>, tensor<2x1x1x1xf32>) -> (tensor<2x7x4x16x$T>, tensor<2x4x7xf32>)
  return %0#0, %0#1 : tensor<2x7x4x16x$T>, tensor<2x4x7xf32>
}

// ---- attention with a bias of heads for bf16 f32
func.func public @main(%q: tensor<2x7x4x16x$T>, %k: tensor<2x130x2x16x$T>, %v: tensor<2x130x2x16x$T>, %b: tensor<4x1x1xf32>) -> (tensor<2x7x4x16x$T>, tensor<2x4x7xf32>) {
  %0:2 = "tri.attention"(%q, %k, %v, %b) {scale = 0.25 : f64} : (tensor<2x7x4x16x$T>, tensor<2x130x2x16x$T>, tensor<2x130x2x16x$T>, tensor<4x1x1xf32>) -> (tensor<2x7x4x16x$T>, tensor<2x4x7xf32>)
  return %0#0, %0#1 : tensor<2x7x4x16x$T>, tensor<2x4x7xf32>
}

// ---- attention with a bias of queries for bf16 f32
func.func public @main(%q: tensor<2x7x4x16x$T>, %k: tensor<2x130x2x16x$T>, %v: tensor<2x130x2x16x$T>, %b: tensor<7x1xf32>) -> (tensor<2x7x4x16x$T>, tensor<2x4x7xf32>) {
  %0:2 = "tri.attention"(%q, %k, %v, %b) {scale = 0.25 : f64} : (tensor<2x7x4x16x$T>, tensor<2x130x2x16x$T>, tensor<2x130x2x16x$T>, tensor<7x1xf32>) -> (tensor<2x7x4x16x$T>, tensor<2x4x7xf32>)
  return %0#0, %0#1 : tensor<2x7x4x16x$T>, tensor<2x4x7xf32>
}

// ---- attention whose bias hides keys, and from one query all for bf16 f32
func.func public @main(%q: tensor<1x3x2x16x$T>, %k: tensor<1x66x2x16x$T>, %v: tensor<1x66x2x16x$T>) -> (tensor<1x3x2x16x$T>, tensor<1x2x3xf32>) {
  %i = stablehlo.constant dense<0xFF800000> : tensor<3x66xf32>
  %z = stablehlo.constant dense<0.0> : tensor<3x66xf32>
  %r = stablehlo.iota dim = 0 : tensor<3x66xi32>
  %c = stablehlo.iota dim = 1 : tensor<3x66xi32>
  %t = stablehlo.constant dense<33> : tensor<3x66xi32>
  %p = stablehlo.multiply %r, %t : tensor<3x66xi32>
  %m = stablehlo.compare GE, %c, %p : (tensor<3x66xi32>, tensor<3x66xi32>) -> tensor<3x66xi1>
  %b = stablehlo.select %m, %z, %i : tensor<3x66xi1>, tensor<3x66xf32>
  %0:2 = "tri.attention"(%q, %k, %v, %b) {scale = 0.25 : f64} : (tensor<1x3x2x16x$T>, tensor<1x66x2x16x$T>, tensor<1x66x2x16x$T>, tensor<3x66xf32>) -> (tensor<1x3x2x16x$T>, tensor<1x2x3xf32>)
  return %0#0, %0#1 : tensor<1x3x2x16x$T>, tensor<1x2x3xf32>
}

// ---- causal attention with more queries than keys, a group of three for bf16 f16 f32
func.func public @main(%q: tensor<1x40x6x8x$T>, %k: tensor<1x33x2x8x$T>, %v: tensor<1x33x2x8x$T>) -> (tensor<1x40x6x8x$T>, tensor<1x6x40xf32>) {
  %0:2 = "tri.attention"(%q, %k, %v) {scale = 0.5 : f64, causal = true} : (tensor<1x40x6x8x$T>, tensor<1x33x2x8x$T>, tensor<1x33x2x8x$T>) -> (tensor<1x40x6x8x$T>, tensor<1x6x40xf32>)
  return %0#0, %0#1 : tensor<1x40x6x8x$T>, tensor<1x6x40xf32>
}

// ---- attention with a scale of zero for bf16 f32
func.func public @main(%q: tensor<1x20x2x8x$T>, %k: tensor<1x70x2x8x$T>, %v: tensor<1x70x2x8x$T>) -> (tensor<1x20x2x8x$T>, tensor<1x2x20xf32>) {
  %0:2 = "tri.attention"(%q, %k, %v) {scale = 0.0 : f64, causal = true} : (tensor<1x20x2x8x$T>, tensor<1x70x2x8x$T>, tensor<1x70x2x8x$T>) -> (tensor<1x20x2x8x$T>, tensor<1x2x20xf32>)
  return %0#0, %0#1 : tensor<1x20x2x8x$T>, tensor<1x2x20xf32>
}

// ---- attention with a scale below zero for bf16 f32
func.func public @main(%q: tensor<1x20x2x8x$T>, %k: tensor<1x70x2x8x$T>, %v: tensor<1x70x2x8x$T>) -> (tensor<1x20x2x8x$T>, tensor<1x2x20xf32>) {
  %0:2 = "tri.attention"(%q, %k, %v) {scale = -0.5 : f64, causal = true} : (tensor<1x20x2x8x$T>, tensor<1x70x2x8x$T>, tensor<1x70x2x8x$T>) -> (tensor<1x20x2x8x$T>, tensor<1x2x20xf32>)
  return %0#0, %0#1 : tensor<1x20x2x8x$T>, tensor<1x2x20xf32>
}

// ---- attention with large scores for f32
func.func public @main(%q: tensor<1x20x2x8x$T>, %k: tensor<1x70x2x8x$T>, %v: tensor<1x70x2x8x$T>) -> (tensor<1x20x2x8x$T>, tensor<1x2x20xf32>) {
  %0:2 = "tri.attention"(%q, %k, %v) {scale = 300.0 : f64} : (tensor<1x20x2x8x$T>, tensor<1x70x2x8x$T>, tensor<1x70x2x8x$T>) -> (tensor<1x20x2x8x$T>, tensor<1x2x20xf32>)
  return %0#0, %0#1 : tensor<1x20x2x8x$T>, tensor<1x2x20xf32>
}

// ---- attention of values longer than keys for bf16 f32
func.func public @main(%q: tensor<2x9x2x8x$T>, %k: tensor<2x21x1x8x$T>, %v: tensor<2x21x1x136x$T>) -> tensor<2x9x2x136x$T> {
  %0 = "tri.attention"(%q, %k, %v) {scale = 0.25 : f64} : (tensor<2x9x2x8x$T>, tensor<2x21x1x8x$T>, tensor<2x21x1x136x$T>) -> tensor<2x9x2x136x$T>
  return %0 : tensor<2x9x2x136x$T>
}

// ---- attention of heads of 12, which no kernel takes for bf16 f32
func.func public @main(%q: tensor<1x7x4x12x$T>, %k: tensor<1x11x2x12x$T>, %v: tensor<1x11x2x12x$T>) -> (tensor<1x7x4x12x$T>, tensor<1x4x7xf32>) {
  %0:2 = "tri.attention"(%q, %k, %v) {scale = 0.25 : f64, causal = true} : (tensor<1x7x4x12x$T>, tensor<1x11x2x12x$T>, tensor<1x11x2x12x$T>) -> (tensor<1x7x4x12x$T>, tensor<1x4x7xf32>)
  return %0#0, %0#1 : tensor<1x7x4x12x$T>, tensor<1x4x7xf32>
}

// ---- attention of heads of 264, which no kernel takes for bf16
func.func public @main(%q: tensor<1x7x4x264x$T>, %k: tensor<1x11x2x264x$T>, %v: tensor<1x11x2x264x$T>) -> (tensor<1x7x4x264x$T>, tensor<1x4x7xf32>) {
  %0:2 = "tri.attention"(%q, %k, %v) {scale = 0.25 : f64, causal = true} : (tensor<1x7x4x264x$T>, tensor<1x11x2x264x$T>, tensor<1x11x2x264x$T>) -> (tensor<1x7x4x264x$T>, tensor<1x4x7xf32>)
  return %0#0, %0#1 : tensor<1x7x4x264x$T>, tensor<1x4x7xf32>
}

// ---- attention of no batch for f32
func.func public @main(%q: tensor<0x5x2x8x$T>, %k: tensor<0x7x2x8x$T>, %v: tensor<0x7x2x8x$T>) -> (tensor<0x5x2x8x$T>, tensor<0x2x5xf32>) {
  %0:2 = "tri.attention"(%q, %k, %v) {scale = 0.25 : f64, causal = true} : (tensor<0x5x2x8x$T>, tensor<0x7x2x8x$T>, tensor<0x7x2x8x$T>) -> (tensor<0x5x2x8x$T>, tensor<0x2x5xf32>)
  return %0#0, %0#1 : tensor<0x5x2x8x$T>, tensor<0x2x5xf32>
}

// ---- attention of no queries for f32
func.func public @main(%q: tensor<1x0x2x8x$T>, %k: tensor<1x7x2x8x$T>, %v: tensor<1x7x2x8x$T>) -> (tensor<1x0x2x8x$T>, tensor<1x2x0xf32>) {
  %0:2 = "tri.attention"(%q, %k, %v) {scale = 0.25 : f64, causal = true} : (tensor<1x0x2x8x$T>, tensor<1x7x2x8x$T>, tensor<1x7x2x8x$T>) -> (tensor<1x0x2x8x$T>, tensor<1x2x0xf32>)
  return %0#0, %0#1 : tensor<1x0x2x8x$T>, tensor<1x2x0xf32>
}

// ---- attention of no keys for f32
func.func public @main(%q: tensor<1x5x2x8x$T>, %k: tensor<1x0x2x8x$T>, %v: tensor<1x0x2x8x$T>) -> (tensor<1x5x2x8x$T>, tensor<1x2x5xf32>) {
  %0:2 = "tri.attention"(%q, %k, %v) {scale = 0.25 : f64, causal = true} : (tensor<1x5x2x8x$T>, tensor<1x0x2x8x$T>, tensor<1x0x2x8x$T>) -> (tensor<1x5x2x8x$T>, tensor<1x2x5xf32>)
  return %0#0, %0#1 : tensor<1x5x2x8x$T>, tensor<1x2x5xf32>
}

// ---- attention of no heads for f32
func.func public @main(%q: tensor<1x5x0x8x$T>, %k: tensor<1x7x1x8x$T>, %v: tensor<1x7x1x8x$T>) -> (tensor<1x5x0x8x$T>, tensor<1x0x5xf32>) {
  %0:2 = "tri.attention"(%q, %k, %v) {scale = 0.25 : f64, causal = true} : (tensor<1x5x0x8x$T>, tensor<1x7x1x8x$T>, tensor<1x7x1x8x$T>) -> (tensor<1x5x0x8x$T>, tensor<1x0x5xf32>)
  return %0#0, %0#1 : tensor<1x5x0x8x$T>, tensor<1x0x5xf32>
}

// ---- attention whose log of sums alone is used for bf16
func.func public @main(%q: tensor<1x33x2x8x$T>, %k: tensor<1x33x2x8x$T>, %v: tensor<1x33x2x8x$T>) -> tensor<1x2x33xf32> {
  %0:2 = "tri.attention"(%q, %k, %v) {scale = 0.25 : f64} : (tensor<1x33x2x8x$T>, tensor<1x33x2x8x$T>, tensor<1x33x2x8x$T>) -> (tensor<1x33x2x8x$T>, tensor<1x2x33xf32>)
  %1 = stablehlo.negate %0#1 : tensor<1x2x33xf32>
  return %1 : tensor<1x2x33xf32>
}
