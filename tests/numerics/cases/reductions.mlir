// Reductions and the groups made of them.

// ---- sums over each dimension for f32 bf16 f16 i32 f64
func.func public @main(%a: tensor<37x131x$T>, %b: tensor<3x5x7x$T>, %c: tensor<9x$T>, %u: tensor<1x1x$T>)
    -> (tensor<131x$T>, tensor<37x$T>, tensor<$T>, tensor<5x7x$T>, tensor<3x7x$T>, tensor<3x5x$T>, tensor<7x$T>, tensor<5x$T>, tensor<3x$T>, tensor<$T>, tensor<1x$T>) {
  %z = stablehlo.constant dense<0> : tensor<i32>
  %i = stablehlo.convert %z : (tensor<i32>) -> tensor<$T>
  %0 = stablehlo.reduce(%a init: %i) applies stablehlo.add across dimensions = [0] : (tensor<37x131x$T>, tensor<$T>) -> tensor<131x$T>
  %1 = stablehlo.reduce(%a init: %i) applies stablehlo.add across dimensions = [1] : (tensor<37x131x$T>, tensor<$T>) -> tensor<37x$T>
  %2 = stablehlo.reduce(%a init: %i) applies stablehlo.add across dimensions = [0, 1] : (tensor<37x131x$T>, tensor<$T>) -> tensor<$T>
  %3 = stablehlo.reduce(%b init: %i) applies stablehlo.add across dimensions = [0] : (tensor<3x5x7x$T>, tensor<$T>) -> tensor<5x7x$T>
  %4 = stablehlo.reduce(%b init: %i) applies stablehlo.add across dimensions = [1] : (tensor<3x5x7x$T>, tensor<$T>) -> tensor<3x7x$T>
  %5 = stablehlo.reduce(%b init: %i) applies stablehlo.add across dimensions = [2] : (tensor<3x5x7x$T>, tensor<$T>) -> tensor<3x5x$T>
  %6 = stablehlo.reduce(%b init: %i) applies stablehlo.add across dimensions = [0, 1] : (tensor<3x5x7x$T>, tensor<$T>) -> tensor<7x$T>
  %7 = stablehlo.reduce(%b init: %i) applies stablehlo.add across dimensions = [0, 2] : (tensor<3x5x7x$T>, tensor<$T>) -> tensor<5x$T>
  %8 = stablehlo.reduce(%b init: %i) applies stablehlo.add across dimensions = [1, 2] : (tensor<3x5x7x$T>, tensor<$T>) -> tensor<3x$T>
  %9 = stablehlo.reduce(%c init: %i) applies stablehlo.add across dimensions = [0] : (tensor<9x$T>, tensor<$T>) -> tensor<$T>
  %10 = stablehlo.reduce(%u init: %i) applies stablehlo.add across dimensions = [0] : (tensor<1x1x$T>, tensor<$T>) -> tensor<1x$T>
  return %0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10 : tensor<131x$T>, tensor<37x$T>, tensor<$T>, tensor<5x7x$T>, tensor<3x7x$T>, tensor<3x5x$T>, tensor<7x$T>, tensor<5x$T>, tensor<3x$T>, tensor<$T>, tensor<1x$T>
}

// ---- products, largest, smallest for f32 bf16 i32 i8 ui8 edges
func.func public @main(%a: tensor<5x67x$T>, %i: tensor<$T>) -> (tensor<5x$T>, tensor<67x$T>, tensor<5x$T>, tensor<67x$T>, tensor<$T>, tensor<5x$T>, tensor<$T>) {
  %0 = stablehlo.reduce(%a init: %i) applies stablehlo.maximum across dimensions = [1] : (tensor<5x67x$T>, tensor<$T>) -> tensor<5x$T>
  %1 = stablehlo.reduce(%a init: %i) applies stablehlo.maximum across dimensions = [0] : (tensor<5x67x$T>, tensor<$T>) -> tensor<67x$T>
  %2 = stablehlo.reduce(%a init: %i) applies stablehlo.minimum across dimensions = [1] : (tensor<5x67x$T>, tensor<$T>) -> tensor<5x$T>
  %3 = stablehlo.reduce(%a init: %i) applies stablehlo.minimum across dimensions = [0] : (tensor<5x67x$T>, tensor<$T>) -> tensor<67x$T>
  %4 = stablehlo.reduce(%a init: %i) applies stablehlo.maximum across dimensions = [0, 1] : (tensor<5x67x$T>, tensor<$T>) -> tensor<$T>
  %5 = stablehlo.reduce(%a init: %i) applies stablehlo.multiply across dimensions = [1] : (tensor<5x67x$T>, tensor<$T>) -> tensor<5x$T>
  %6 = stablehlo.reduce(%a init: %i) applies stablehlo.minimum across dimensions = [0, 1] : (tensor<5x67x$T>, tensor<$T>) -> tensor<$T>
  return %0, %1, %2, %3, %4, %5, %6 : tensor<5x$T>, tensor<67x$T>, tensor<5x$T>, tensor<67x$T>, tensor<$T>, tensor<5x$T>, tensor<$T>
}

// ---- and, or, xor for i1 i32 ui8
func.func public @main(%a: tensor<5x67x$T>, %i: tensor<$T>) -> (tensor<5x$T>, tensor<67x$T>, tensor<5x$T>, tensor<67x$T>, tensor<$T>, tensor<$T>) {
  %0 = stablehlo.reduce(%a init: %i) applies stablehlo.and across dimensions = [1] : (tensor<5x67x$T>, tensor<$T>) -> tensor<5x$T>
  %1 = stablehlo.reduce(%a init: %i) applies stablehlo.and across dimensions = [0] : (tensor<5x67x$T>, tensor<$T>) -> tensor<67x$T>
  %2 = stablehlo.reduce(%a init: %i) applies stablehlo.or across dimensions = [1] : (tensor<5x67x$T>, tensor<$T>) -> tensor<5x$T>
  %3 = stablehlo.reduce(%a init: %i) applies stablehlo.or across dimensions = [0] : (tensor<5x67x$T>, tensor<$T>) -> tensor<67x$T>
  %4 = stablehlo.reduce(%a init: %i) applies stablehlo.or across dimensions = [0, 1] : (tensor<5x67x$T>, tensor<$T>) -> tensor<$T>
  %5 = stablehlo.reduce(%a init: %i) applies stablehlo.and across dimensions = [0, 1] : (tensor<5x67x$T>, tensor<$T>) -> tensor<$T>
  return %0, %1, %2, %3, %4, %5 : tensor<5x$T>, tensor<67x$T>, tensor<5x$T>, tensor<67x$T>, tensor<$T>, tensor<$T>
}

// ---- initial values count for f32 bf16 i32
func.func public @main(%a: tensor<7x11x$T>, %i: tensor<$T>, %e: tensor<0x3x$T>) -> (tensor<7x$T>, tensor<11x$T>, tensor<$T>, tensor<3x$T>, tensor<7x11x$T>) {
  %0 = stablehlo.reduce(%a init: %i) applies stablehlo.add across dimensions = [1] : (tensor<7x11x$T>, tensor<$T>) -> tensor<7x$T>
  %1 = stablehlo.reduce(%a init: %i) applies stablehlo.add across dimensions = [0] : (tensor<7x11x$T>, tensor<$T>) -> tensor<11x$T>
  %2 = stablehlo.reduce(%a init: %i) applies stablehlo.add across dimensions = [0, 1] : (tensor<7x11x$T>, tensor<$T>) -> tensor<$T>
  %3 = stablehlo.reduce(%e init: %i) applies stablehlo.add across dimensions = [0] : (tensor<0x3x$T>, tensor<$T>) -> tensor<3x$T>
  %4 = stablehlo.reduce(%a init: %i) applies stablehlo.add across dimensions = [] : (tensor<7x11x$T>, tensor<$T>) -> tensor<7x11x$T>
  return %0, %1, %2, %3, %4 : tensor<7x$T>, tensor<11x$T>, tensor<$T>, tensor<3x$T>, tensor<7x11x$T>
}

// ---- ragged chunks with an initial value that counts for f32 bf16 i32
func.func public @main(%a: tensor<3x2051x$T>, %b: tensor<4100x3x$T>, %i: tensor<$T>, %c: tensor<2055x$T>) -> (tensor<3x$T>, tensor<3x$T>, tensor<$T>, tensor<3x$T>) {
  %0 = stablehlo.reduce(%a init: %i) applies stablehlo.add across dimensions = [1] : (tensor<3x2051x$T>, tensor<$T>) -> tensor<3x$T>
  %1 = stablehlo.reduce(%b init: %i) applies stablehlo.add across dimensions = [0] : (tensor<4100x3x$T>, tensor<$T>) -> tensor<3x$T>
  %2 = stablehlo.reduce(%c init: %i) applies stablehlo.add across dimensions = [0] : (tensor<2055x$T>, tensor<$T>) -> tensor<$T>
  %3 = stablehlo.reduce(%a init: %i) applies stablehlo.maximum across dimensions = [1] : (tensor<3x2051x$T>, tensor<$T>) -> tensor<3x$T>
  return %0, %1, %2, %3 : tensor<3x$T>, tensor<3x$T>, tensor<$T>, tensor<3x$T>
}

// ---- more rows than partitions for f32
func.func public @main(%a: tensor<300x70x$T>, %b: tensor<70x300x$T>) -> (tensor<300x$T>, tensor<300x$T>, tensor<70x$T>) {
  %z = stablehlo.constant dense<0.0> : tensor<$T>
  %0 = stablehlo.reduce(%a init: %z) applies stablehlo.add across dimensions = [1] : (tensor<300x70x$T>, tensor<$T>) -> tensor<300x$T>
  %1 = stablehlo.reduce(%b init: %z) applies stablehlo.add across dimensions = [0] : (tensor<70x300x$T>, tensor<$T>) -> tensor<300x$T>
  %2 = stablehlo.reduce(%b init: %z) applies stablehlo.add across dimensions = [1] : (tensor<70x300x$T>, tensor<$T>) -> tensor<70x$T>
  return %0, %1, %2 : tensor<300x$T>, tensor<300x$T>, tensor<70x$T>
}

// ---- reductions of computed values for f32 bf16
func.func public @main(%a: tensor<33x65x$T>, %b: tensor<33x65x$T>, %r: tensor<65x$T>) -> (tensor<33x$T>, tensor<65x$T>, tensor<33x$T>) {
  %z = stablehlo.constant dense<0.0> : tensor<$T>
  %0 = stablehlo.multiply %a, %b : tensor<33x65x$T>
  %1 = stablehlo.reduce(%0 init: %z) applies stablehlo.add across dimensions = [1] : (tensor<33x65x$T>, tensor<$T>) -> tensor<33x$T>
  %2 = stablehlo.broadcast_in_dim %r, dims = [1] : (tensor<65x$T>) -> tensor<33x65x$T>
  %3 = stablehlo.add %a, %2 : tensor<33x65x$T>
  %4 = stablehlo.reduce(%3 init: %z) applies stablehlo.add across dimensions = [0] : (tensor<33x65x$T>, tensor<$T>) -> tensor<65x$T>
  %5 = stablehlo.tanh %4 : tensor<65x$T>
  %6 = stablehlo.reduce(%2 init: %z) applies stablehlo.add across dimensions = [1] : (tensor<33x65x$T>, tensor<$T>) -> tensor<33x$T>
  return %1, %5, %6 : tensor<33x$T>, tensor<65x$T>, tensor<33x$T>
}

// ---- argmax over rows and columns for f32 bf16 i32
func.func public @main(%a: tensor<5x67x$T>, %lowest: tensor<$T>) -> (tensor<5x$T>, tensor<5xi32>, tensor<67x$T>, tensor<67xi32>) {
  %zero = stablehlo.constant dense<0> : tensor<i32>
  %0 = stablehlo.iota dim = 1 : tensor<5x67xi32>
  %1:2 = stablehlo.reduce(%a init: %lowest), (%0 init: %zero) across dimensions = [1] : (tensor<5x67x$T>, tensor<5x67xi32>, tensor<$T>, tensor<i32>) -> (tensor<5x$T>, tensor<5xi32>)
   reducer(%x: tensor<$T>, %y: tensor<$T>) (%i: tensor<i32>, %j: tensor<i32>)  {
    %4 = stablehlo.compare GT, %x, %y : (tensor<$T>, tensor<$T>) -> tensor<i1>
    %5 = stablehlo.compare EQ, %x, %y : (tensor<$T>, tensor<$T>) -> tensor<i1>
    %6 = stablehlo.compare LT, %i, %j : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %7 = stablehlo.and %5, %6 : tensor<i1>
    %8 = stablehlo.or %4, %7 : tensor<i1>
    %9 = stablehlo.select %4, %x, %y : tensor<i1>, tensor<$T>
    %10 = stablehlo.select %8, %i, %j : tensor<i1>, tensor<i32>
    stablehlo.return %9, %10 : tensor<$T>, tensor<i32>
  }
  %2 = stablehlo.iota dim = 0 : tensor<5x67xi32>
  %3:2 = stablehlo.reduce(%a init: %lowest), (%2 init: %zero) across dimensions = [0] : (tensor<5x67x$T>, tensor<5x67xi32>, tensor<$T>, tensor<i32>) -> (tensor<67x$T>, tensor<67xi32>)
   reducer(%x: tensor<$T>, %y: tensor<$T>) (%i: tensor<i32>, %j: tensor<i32>)  {
    %4 = stablehlo.compare GT, %x, %y : (tensor<$T>, tensor<$T>) -> tensor<i1>
    %5 = stablehlo.compare EQ, %x, %y : (tensor<$T>, tensor<$T>) -> tensor<i1>
    %6 = stablehlo.compare LT, %i, %j : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %7 = stablehlo.and %5, %6 : tensor<i1>
    %8 = stablehlo.or %4, %7 : tensor<i1>
    %9 = stablehlo.select %4, %x, %y : tensor<i1>, tensor<$T>
    %10 = stablehlo.select %8, %i, %j : tensor<i1>, tensor<i32>
    stablehlo.return %9, %10 : tensor<$T>, tensor<i32>
  }
  return %1#0, %1#1, %3#0, %3#1 : tensor<5x$T>, tensor<5xi32>, tensor<67x$T>, tensor<67xi32>
}

// ---- argmax over more than a chunk, of many rows for f32
func.func public @main(%a: tensor<130x2053x$T>) -> tensor<130xi32> {
  %zero = stablehlo.constant dense<0> : tensor<i32>
  %lowest = stablehlo.constant dense<0xFF800000> : tensor<$T>
  %0 = stablehlo.iota dim = 1 : tensor<130x2053xi32>
  %1:2 = stablehlo.reduce(%a init: %lowest), (%0 init: %zero) across dimensions = [1] : (tensor<130x2053x$T>, tensor<130x2053xi32>, tensor<$T>, tensor<i32>) -> (tensor<130x$T>, tensor<130xi32>)
   reducer(%x: tensor<$T>, %y: tensor<$T>) (%i: tensor<i32>, %j: tensor<i32>)  {
    %4 = stablehlo.compare GT, %x, %y : (tensor<$T>, tensor<$T>) -> tensor<i1>
    %5 = stablehlo.compare EQ, %x, %y : (tensor<$T>, tensor<$T>) -> tensor<i1>
    %6 = stablehlo.compare LT, %i, %j : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %7 = stablehlo.and %5, %6 : tensor<i1>
    %8 = stablehlo.or %4, %7 : tensor<i1>
    %9 = stablehlo.select %4, %x, %y : tensor<i1>, tensor<$T>
    %10 = stablehlo.select %8, %i, %j : tensor<i1>, tensor<i32>
    stablehlo.return %9, %10 : tensor<$T>, tensor<i32>
  }
  return %1#1 : tensor<130xi32>
}

// ---- softmax for f32 bf16
func.func public @main(%a: tensor<3x37x131x$T>) -> tensor<3x37x131x$T> {
  %lowest = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %z = stablehlo.constant dense<0.0> : tensor<f32>
  %x = stablehlo.convert %a : (tensor<3x37x131x$T>) -> tensor<3x37x131xf32>
  %0 = stablehlo.reduce(%x init: %lowest) applies stablehlo.maximum across dimensions = [2] : (tensor<3x37x131xf32>, tensor<f32>) -> tensor<3x37xf32>
  %1 = stablehlo.broadcast_in_dim %0, dims = [0, 1] : (tensor<3x37xf32>) -> tensor<3x37x131xf32>
  %2 = stablehlo.subtract %x, %1 : tensor<3x37x131xf32>
  %3 = stablehlo.exponential %2 : tensor<3x37x131xf32>
  %4 = stablehlo.reduce(%3 init: %z) applies stablehlo.add across dimensions = [2] : (tensor<3x37x131xf32>, tensor<f32>) -> tensor<3x37xf32>
  %5 = stablehlo.broadcast_in_dim %4, dims = [0, 1] : (tensor<3x37xf32>) -> tensor<3x37x131xf32>
  %6 = stablehlo.divide %3, %5 : tensor<3x37x131xf32>
  %7 = stablehlo.convert %6 : (tensor<3x37x131xf32>) -> tensor<3x37x131x$T>
  return %7 : tensor<3x37x131x$T>
}

// ---- layer norm for f32 bf16
func.func public @main(%a: tensor<35x193x$T>, %g: tensor<193x$T>, %b: tensor<193x$T>) -> tensor<35x193x$T> {
  %z = stablehlo.constant dense<0.0> : tensor<f32>
  %n = stablehlo.constant dense<193.0> : tensor<35x1xf32>
  %e = stablehlo.constant dense<1.000000e-05> : tensor<35x1xf32>
  %x = stablehlo.convert %a : (tensor<35x193x$T>) -> tensor<35x193xf32>
  %0 = stablehlo.reduce(%x init: %z) applies stablehlo.add across dimensions = [1] : (tensor<35x193xf32>, tensor<f32>) -> tensor<35xf32>
  %1 = stablehlo.broadcast_in_dim %0, dims = [0] : (tensor<35xf32>) -> tensor<35x1xf32>
  %2 = stablehlo.divide %1, %n : tensor<35x1xf32>
  %3 = stablehlo.broadcast_in_dim %2, dims = [0, 1] : (tensor<35x1xf32>) -> tensor<35x193xf32>
  %4 = stablehlo.subtract %x, %3 : tensor<35x193xf32>
  %5 = stablehlo.multiply %4, %4 : tensor<35x193xf32>
  %6 = stablehlo.reduce(%5 init: %z) applies stablehlo.add across dimensions = [1] : (tensor<35x193xf32>, tensor<f32>) -> tensor<35xf32>
  %7 = stablehlo.reshape %6 : (tensor<35xf32>) -> tensor<35x1xf32>
  %8 = stablehlo.divide %7, %n : tensor<35x1xf32>
  %9 = stablehlo.add %8, %e : tensor<35x1xf32>
  %10 = stablehlo.rsqrt %9 : tensor<35x1xf32>
  %11 = stablehlo.broadcast_in_dim %10, dims = [0, 1] : (tensor<35x1xf32>) -> tensor<35x193xf32>
  %12 = stablehlo.multiply %4, %11 : tensor<35x193xf32>
  %13 = stablehlo.convert %g : (tensor<193x$T>) -> tensor<193xf32>
  %14 = stablehlo.broadcast_in_dim %13, dims = [1] : (tensor<193xf32>) -> tensor<35x193xf32>
  %15 = stablehlo.multiply %12, %14 : tensor<35x193xf32>
  %16 = stablehlo.convert %b : (tensor<193x$T>) -> tensor<193xf32>
  %17 = stablehlo.broadcast_in_dim %16, dims = [1] : (tensor<193xf32>) -> tensor<35x193xf32>
  %18 = stablehlo.add %15, %17 : tensor<35x193xf32>
  %19 = stablehlo.convert %18 : (tensor<35x193xf32>) -> tensor<35x193x$T>
  return %19 : tensor<35x193x$T>
}

// ---- rms norm for f32 bf16
func.func public @main(%a: tensor<2x19x130x$T>, %g: tensor<130x$T>) -> tensor<2x19x130x$T> {
  %z = stablehlo.constant dense<0.0> : tensor<f32>
  %n = stablehlo.constant dense<130.0> : tensor<2x19xf32>
  %e = stablehlo.constant dense<1.000000e-06> : tensor<2x19xf32>
  %x = stablehlo.convert %a : (tensor<2x19x130x$T>) -> tensor<2x19x130xf32>
  %0 = stablehlo.multiply %x, %x : tensor<2x19x130xf32>
  %1 = stablehlo.reduce(%0 init: %z) applies stablehlo.add across dimensions = [2] : (tensor<2x19x130xf32>, tensor<f32>) -> tensor<2x19xf32>
  %2 = stablehlo.divide %1, %n : tensor<2x19xf32>
  %3 = stablehlo.add %2, %e : tensor<2x19xf32>
  %4 = stablehlo.rsqrt %3 : tensor<2x19xf32>
  %5 = stablehlo.broadcast_in_dim %4, dims = [0, 1] : (tensor<2x19xf32>) -> tensor<2x19x130xf32>
  %6 = stablehlo.multiply %x, %5 : tensor<2x19x130xf32>
  %7 = stablehlo.convert %6 : (tensor<2x19x130xf32>) -> tensor<2x19x130x$T>
  %8 = stablehlo.broadcast_in_dim %g, dims = [2] : (tensor<130x$T>) -> tensor<2x19x130x$T>
  %9 = stablehlo.multiply %7, %8 : tensor<2x19x130x$T>
  return %9 : tensor<2x19x130x$T>
}
