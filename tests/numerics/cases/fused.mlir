// Contractions with what is fused to them, and attention.

// ---- matmul with bias, relu, residual, convert for bf16 f32
func.func public @main(%a: tensor<67x130x$T>, %b: tensor<130x71x$T>, %bias: tensor<71x$T>, %r: tensor<67x71x$T>) -> (tensor<67x71x$T>, tensor<67x71x$T>, tensor<67x71xf32>) {
  %z = stablehlo.constant dense<0.0> : tensor<67x71x$T>
  %0 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<67x130x$T>, tensor<130x71x$T>) -> tensor<67x71x$T>
  %1 = stablehlo.broadcast_in_dim %bias, dims = [1] : (tensor<71x$T>) -> tensor<67x71x$T>
  %2 = stablehlo.add %0, %1 : tensor<67x71x$T>
  %3 = stablehlo.maximum %2, %z : tensor<67x71x$T>
  %4 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<67x130x$T>, tensor<130x71x$T>) -> tensor<67x71x$T>
  %5 = stablehlo.add %r, %4 : tensor<67x71x$T>
  %6 = stablehlo.dot_general %r, %r, contracting_dims = [1] x [1] : (tensor<67x71x$T>, tensor<67x71x$T>) -> tensor<67x67xf32>
  %7 = stablehlo.dot_general %6, %6, contracting_dims = [1] x [0] : (tensor<67x67xf32>, tensor<67x67xf32>) -> tensor<67x67xf32>
  %8 = stablehlo.slice %7 [0:67, 0:1] : (tensor<67x67xf32>) -> tensor<67x1xf32>
  %9 = stablehlo.broadcast_in_dim %8, dims = [0, 1] : (tensor<67x1xf32>) -> tensor<67x71xf32>
  return %3, %5, %9 : tensor<67x71x$T>, tensor<67x71x$T>, tensor<67x71xf32>
}

// ---- matmul then transpose, then unit dimensions for bf16 f32
func.func public @main(%a: tensor<3x33x65x$T>, %b: tensor<3x65x37x$T>, %c: tensor<1x5x$T>, %d: tensor<5x9x$T>) -> (tensor<33x3x37x$T>, tensor<37x33x3x$T>, tensor<9x$T>, tensor<9x1x$T>) {
  %0 = stablehlo.dot_general %a, %b, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<3x33x65x$T>, tensor<3x65x37x$T>) -> tensor<3x33x37x$T>
  %1 = stablehlo.transpose %0, dims = [1, 0, 2] : (tensor<3x33x37x$T>) -> tensor<33x3x37x$T>
  %2 = stablehlo.dot_general %a, %b, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<3x33x65x$T>, tensor<3x65x37x$T>) -> tensor<3x33x37x$T>
  %3 = stablehlo.transpose %2, dims = [2, 1, 0] : (tensor<3x33x37x$T>) -> tensor<37x33x3x$T>
  %4 = stablehlo.tanh %3 : tensor<37x33x3x$T>
  %5 = stablehlo.dot_general %c, %d, contracting_dims = [1] x [0] : (tensor<1x5x$T>, tensor<5x9x$T>) -> tensor<1x9x$T>
  %6 = stablehlo.reshape %5 : (tensor<1x9x$T>) -> tensor<9x$T>
  %7 = stablehlo.negate %6 : tensor<9x$T>
  %8 = stablehlo.transpose %5, dims = [1, 0] : (tensor<1x9x$T>) -> tensor<9x1x$T>
  return %1, %4, %7, %8 : tensor<33x3x37x$T>, tensor<37x33x3x$T>, tensor<9x$T>, tensor<9x1x$T>
}

// ---- matmul of converted, broadcast and transposed operands for bf16
func.func public @main(%a: tensor<33x40xf32>, %b: tensor<50x40x$T>, %r: tensor<40x$T>, %s: tensor<$T>) -> (tensor<33x50x$T>, tensor<33x50xf32>, tensor<50x50xf32>, tensor<7x50xf32>) {
  %0 = stablehlo.convert %a : (tensor<33x40xf32>) -> tensor<33x40x$T>
  %1 = stablehlo.dot_general %0, %b, contracting_dims = [1] x [1] : (tensor<33x40x$T>, tensor<50x40x$T>) -> tensor<33x50x$T>
  %2 = stablehlo.broadcast_in_dim %r, dims = [0] : (tensor<40x$T>) -> tensor<40x50x$T>
  %3 = stablehlo.dot_general %0, %2, contracting_dims = [1] x [0] : (tensor<33x40x$T>, tensor<40x50x$T>) -> tensor<33x50xf32>
  %4 = stablehlo.transpose %b, dims = [1, 0] : (tensor<50x40x$T>) -> tensor<40x50x$T>
  %5 = stablehlo.dot_general %b, %4, contracting_dims = [1] x [0] : (tensor<50x40x$T>, tensor<40x50x$T>) -> tensor<50x50xf32>
  %6 = stablehlo.broadcast_in_dim %s, dims = [] : (tensor<$T>) -> tensor<7x40x$T>
  %7 = stablehlo.dot_general %6, %b, contracting_dims = [1] x [1] : (tensor<7x40x$T>, tensor<50x40x$T>) -> tensor<7x50xf32>
  return %1, %3, %5, %7 : tensor<33x50x$T>, tensor<33x50xf32>, tensor<50x50xf32>, tensor<7x50xf32>
}

// ---- matmul of slices and padded operands for f32 bf16
func.func public @main(%a: tensor<40x90x$T>, %b: tensor<70x40x$T>, %v: tensor<$T>) -> (tensor<20x40x$T>, tensor<43x40x$T>) {
  %0 = stablehlo.slice %a [10:30, 5:75] : (tensor<40x90x$T>) -> tensor<20x70x$T>
  %1 = stablehlo.dot_general %0, %b, contracting_dims = [1] x [0] : (tensor<20x70x$T>, tensor<70x40x$T>) -> tensor<20x40x$T>
  %2 = stablehlo.slice %a [0:40, 20:90] : (tensor<40x90x$T>) -> tensor<40x70x$T>
  %3 = stablehlo.pad %2, %v, low = [1, 0], high = [2, 0], interior = [0, 0] : (tensor<40x70x$T>, tensor<$T>) -> tensor<43x70x$T>
  %4 = stablehlo.dot_general %3, %b, contracting_dims = [1] x [0] : (tensor<43x70x$T>, tensor<70x40x$T>) -> tensor<43x40x$T>
  return %1, %4 : tensor<20x40x$T>, tensor<43x40x$T>
}

// ---- sliced contraction longer than a step for f32 bf16
func.func public @main(%a: tensor<20x1200x$T>, %b: tensor<1200x30x$T>) -> tensor<20x30x$T> {
  %0 = stablehlo.slice %a [0:20, 7:1000] : (tensor<20x1200x$T>) -> tensor<20x993x$T>
  %1 = stablehlo.slice %b [100:1093, 0:30] : (tensor<1200x30x$T>) -> tensor<993x30x$T>
  %2 = stablehlo.dot_general %0, %1, contracting_dims = [1] x [0] : (tensor<20x993x$T>, tensor<993x30x$T>) -> tensor<20x30x$T>
  return %2 : tensor<20x30x$T>
}

// ---- mlp for bf16 f32
func.func public @main(%x: tensor<33x64x$T>, %w1: tensor<64x200x$T>, %b1: tensor<200x$T>, %w2: tensor<200x64x$T>) -> tensor<33x64x$T> {
  %0 = stablehlo.dot_general %x, %w1, contracting_dims = [1] x [0] : (tensor<33x64x$T>, tensor<64x200x$T>) -> tensor<33x200x$T>
  %1 = stablehlo.broadcast_in_dim %b1, dims = [1] : (tensor<200x$T>) -> tensor<33x200x$T>
  %2 = stablehlo.add %0, %1 : tensor<33x200x$T>
  %3 = stablehlo.logistic %2 : tensor<33x200x$T>
  %4 = stablehlo.multiply %2, %3 : tensor<33x200x$T>
  %5 = stablehlo.dot_general %4, %w2, contracting_dims = [1] x [0] : (tensor<33x200x$T>, tensor<200x64x$T>) -> tensor<33x64x$T>
  %6 = stablehlo.add %5, %x : tensor<33x64x$T>
  return %6 : tensor<33x64x$T>
}

// ---- attention for bf16 f32
func.func public @main(%q: tensor<2x17x4x16x$T>, %k: tensor<2x23x4x16x$T>, %v: tensor<2x23x4x16x$T>) -> tensor<2x17x4x16x$T> {
  %0 = "tri.attention"(%q, %k, %v) {scale = 0.25 : f32} : (tensor<2x17x4x16x$T>, tensor<2x23x4x16x$T>, tensor<2x23x4x16x$T>) -> tensor<2x17x4x16x$T>
  return %0 : tensor<2x17x4x16x$T>
}

// ---- causal attention for bf16 f32
func.func public @main(%q: tensor<2x17x4x16x$T>, %k: tensor<2x17x4x16x$T>, %v: tensor<2x17x4x16x$T>) -> tensor<2x17x4x16x$T> {
  %0 = "tri.attention"(%q, %k, %v) {scale = 0.25 : f32, causal = true} : (tensor<2x17x4x16x$T>, tensor<2x17x4x16x$T>, tensor<2x17x4x16x$T>) -> tensor<2x17x4x16x$T>
  return %0 : tensor<2x17x4x16x$T>
}

// ---- causal attention with more queries than keys: rows that see nothing for f32
func.func public @main(%q: tensor<1x9x2x8x$T>, %k: tensor<1x5x2x8x$T>, %v: tensor<1x5x2x8x$T>) -> tensor<1x9x2x8x$T> {
  %0 = "tri.attention"(%q, %k, %v) {scale = 0.5 : f32, causal = true} : (tensor<1x9x2x8x$T>, tensor<1x5x2x8x$T>, tensor<1x5x2x8x$T>) -> tensor<1x9x2x8x$T>
  return %0 : tensor<1x9x2x8x$T>
}

// ---- attention of grouped heads with a bias for bf16 f32
func.func public @main(%q: tensor<2x7x6x16x$T>, %k: tensor<2x131x3x16x$T>, %v: tensor<2x131x3x16x$T>, %b: tensor<2x6x7x131x$T>) -> tensor<2x7x6x16x$T> {
  %0 = "tri.attention"(%q, %k, %v, %b) {scale = 0.25 : f32, causal = true} : (tensor<2x7x6x16x$T>, tensor<2x131x3x16x$T>, tensor<2x131x3x16x$T>, tensor<2x6x7x131x$T>) -> tensor<2x7x6x16x$T>
  return %0 : tensor<2x7x6x16x$T>
}

// ---- attention of one query for bf16 f32
func.func public @main(%q: tensor<3x1x4x8x$T>, %k: tensor<3x37x1x8x$T>, %v: tensor<3x37x1x8x$T>) -> tensor<3x1x4x8x$T> {
  %0 = "tri.attention"(%q, %k, %v) {scale = 0.35 : f32} : (tensor<3x1x4x8x$T>, tensor<3x37x1x8x$T>, tensor<3x37x1x8x$T>) -> tensor<3x1x4x8x$T>
  return %0 : tensor<3x1x4x8x$T>
}

// ---- integer contraction with what follows for i8
func.func public @main(%a: tensor<9x131x$T>, %b: tensor<131x17x$T>, %s: tensor<17xf32>) -> tensor<9x17xf32> {
  %0 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<9x131x$T>, tensor<131x17x$T>) -> tensor<9x17xi32>
  %1 = stablehlo.convert %0 : (tensor<9x17xi32>) -> tensor<9x17xf32>
  %2 = stablehlo.broadcast_in_dim %s, dims = [1] : (tensor<17xf32>) -> tensor<9x17xf32>
  %3 = stablehlo.multiply %1, %2 : tensor<9x17xf32>
  return %3 : tensor<9x17xf32>
}

// ---- a long product beside its transpose for bf16
func.func public @main(%a: tensor<80x8192x$T>, %b: tensor<8192x80x$T>) -> tensor<80x80x$T> {
  %x = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<80x8192x$T>, tensor<8192x80x$T>) -> tensor<80x80x$T>
  %t = stablehlo.broadcast_in_dim %x, dims = [1, 0] : (tensor<80x80x$T>) -> tensor<80x80x$T>
  %y = stablehlo.add %x, %t : tensor<80x80x$T>
  return %y : tensor<80x80x$T>
}

// ---- a long product beside a view of it for bf16
func.func public @main(%a: tensor<1x8192x$T>, %b: tensor<8192x1024x$T>) -> tensor<1x1024x$T> {
  %x = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<1x8192x$T>, tensor<8192x1024x$T>) -> tensor<1x1024x$T>
  %e = stablehlo.exponential %x : tensor<1x1024x$T>
  %r = stablehlo.reshape %x : (tensor<1x1024x$T>) -> tensor<1024x$T>
  %c = stablehlo.cosine %r : tensor<1024x$T>
  %s = stablehlo.reshape %c : (tensor<1024x$T>) -> tensor<1x1024x$T>
  %y = stablehlo.add %e, %s : tensor<1x1024x$T>
  return %y : tensor<1x1024x$T>
}
