// What a function may be: arguments, results and literals in every relation.

// ---- results that are arguments, one of them twice for f32 i8
func.func public @main(%a: tensor<3x4x$T>, %b: tensor<5x$T>) -> (tensor<3x4x$T>, tensor<5x$T>, tensor<3x4x$T>) {
  return %a, %b, %a : tensor<3x4x$T>, tensor<5x$T>, tensor<3x4x$T>
}

// ---- the same value returned twice, and read as well for f32
func.func public @main(%a: tensor<33x7x$T>) -> (tensor<33x7x$T>, tensor<33x7x$T>, tensor<33x7x$T>) {
  %0 = stablehlo.tanh %a : tensor<33x7x$T>
  %1 = stablehlo.transpose %0, dims = [1, 0] : (tensor<33x7x$T>) -> tensor<7x33x$T>
  %2 = stablehlo.reshape %1 : (tensor<7x33x$T>) -> tensor<33x7x$T>
  return %0, %2, %0 : tensor<33x7x$T>, tensor<33x7x$T>, tensor<33x7x$T>
}

// ---- unused arguments for f32
func.func public @main(%a: tensor<3x$T>, %b: tensor<1000x1000x$T>, %c: tensor<3x$T>) -> tensor<3x$T> {
  %0 = stablehlo.negate %b : tensor<1000x1000x$T>
  %1 = stablehlo.add %a, %c : tensor<3x$T>
  return %1 : tensor<3x$T>
}

// ---- literals returned and read for f32 bf16
func.func public @main(%a: tensor<2x3x$T>) -> (tensor<2x3x$T>, tensor<4x$T>, tensor<2x3x$T>, tensor<$T>) {
  %0 = stablehlo.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3x$T>
  %1 = stablehlo.constant dense<2.5> : tensor<4x$T>
  %2 = stablehlo.constant dense<7.0> : tensor<$T>
  %3 = stablehlo.multiply %a, %0 : tensor<2x3x$T>
  return %0, %1, %3, %2 : tensor<2x3x$T>, tensor<4x$T>, tensor<2x3x$T>, tensor<$T>
}

// ---- literal through a view and a transpose for f32
func.func public @main(%a: tensor<3x2x$T>) -> (tensor<6x$T>, tensor<3x2x$T>) {
  %0 = stablehlo.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3x$T>
  %1 = stablehlo.reshape %0 : (tensor<2x3x$T>) -> tensor<6x$T>
  %2 = stablehlo.transpose %0, dims = [1, 0] : (tensor<2x3x$T>) -> tensor<3x2x$T>
  %3 = stablehlo.add %a, %2 : tensor<3x2x$T>
  return %1, %3 : tensor<6x$T>, tensor<3x2x$T>
}

// ---- views at the edges for f32
func.func public @main(%a: tensor<12x5x$T>) -> (tensor<60x$T>, tensor<3x20x$T>, tensor<60x$T>) {
  %0 = stablehlo.reshape %a : (tensor<12x5x$T>) -> tensor<60x$T>
  %1 = stablehlo.exponential %0 : tensor<60x$T>
  %2 = stablehlo.reshape %1 : (tensor<60x$T>) -> tensor<3x20x$T>
  return %0, %2, %1 : tensor<60x$T>, tensor<3x20x$T>, tensor<60x$T>
}

// ---- nothing in, nothing out of size zero for f32
func.func public @main(%a: tensor<0x5x$T>, %b: tensor<3x0x$T>) -> (tensor<0x5x$T>, tensor<5x0x$T>, tensor<3x$T>, tensor<3x3x$T>) {
  %0 = stablehlo.negate %a : tensor<0x5x$T>
  %1 = stablehlo.transpose %0, dims = [1, 0] : (tensor<0x5x$T>) -> tensor<5x0x$T>
  %z = stablehlo.constant dense<2.0> : tensor<$T>
  %2 = stablehlo.reduce(%b init: %z) applies stablehlo.add across dimensions = [1] : (tensor<3x0x$T>, tensor<$T>) -> tensor<3x$T>
  %3 = stablehlo.dot_general %b, %b, contracting_dims = [1] x [1] : (tensor<3x0x$T>, tensor<3x0x$T>) -> tensor<3x3x$T>
  return %0, %1, %2, %3 : tensor<0x5x$T>, tensor<5x0x$T>, tensor<3x$T>, tensor<3x3x$T>
}

// ---- many results of one chain for f32
func.func public @main(%a: tensor<129x65x$T>) -> (tensor<129x65x$T>, tensor<129x65x$T>, tensor<129x65x$T>, tensor<129x$T>) {
  %z = stablehlo.constant dense<0.0> : tensor<$T>
  %0 = stablehlo.tanh %a : tensor<129x65x$T>
  %1 = stablehlo.multiply %0, %0 : tensor<129x65x$T>
  %2 = stablehlo.add %1, %a : tensor<129x65x$T>
  %3 = stablehlo.reduce(%2 init: %z) applies stablehlo.add across dimensions = [1] : (tensor<129x65x$T>, tensor<$T>) -> tensor<129x$T>
  return %0, %1, %2, %3 : tensor<129x65x$T>, tensor<129x65x$T>, tensor<129x65x$T>, tensor<129x$T>
}

// ---- calls
func.func private @twice(%x: tensor<9xf32>) -> (tensor<9xf32>, tensor<9xf32>) {
  %0 = stablehlo.add %x, %x : tensor<9xf32>
  return %0, %x : tensor<9xf32>, tensor<9xf32>
}
func.func private @through(%x: tensor<9xf32>) -> tensor<9xf32> {
  %0:2 = call @twice(%x) : (tensor<9xf32>) -> (tensor<9xf32>, tensor<9xf32>)
  %1 = stablehlo.multiply %0#0, %0#1 : tensor<9xf32>
  return %1 : tensor<9xf32>
}
func.func public @main(%a: tensor<9xf32>) -> (tensor<9xf32>, tensor<9xf32>) {
  %0 = call @through(%a) : (tensor<9xf32>) -> tensor<9xf32>
  %1 = call @through(%0) : (tensor<9xf32>) -> tensor<9xf32>
  return %0, %1 : tensor<9xf32>, tensor<9xf32>
}

// ---- a diamond of kernels whose memory is used again for f32
func.func public @main(%a: tensor<40x50x$T>, %b: tensor<50x60x$T>) -> tensor<40x60x$T> {
  %z = stablehlo.constant dense<0.0> : tensor<$T>
  %0 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<40x50x$T>, tensor<50x60x$T>) -> tensor<40x60x$T>
  %1 = stablehlo.tanh %0 : tensor<40x60x$T>
  %2 = stablehlo.reduce(%1 init: %z) applies stablehlo.add across dimensions = [1] : (tensor<40x60x$T>, tensor<$T>) -> tensor<40x$T>
  %3 = stablehlo.reduce(%1 init: %z) applies stablehlo.add across dimensions = [0] : (tensor<40x60x$T>, tensor<$T>) -> tensor<60x$T>
  %4 = stablehlo.dot_general %2, %3, contracting_dims = [] x [] : (tensor<40x$T>, tensor<60x$T>) -> tensor<40x60x$T>
  %5 = stablehlo.add %4, %1 : tensor<40x60x$T>
  %6 = stablehlo.logistic %5 : tensor<40x60x$T>
  %7 = stablehlo.multiply %6, %0 : tensor<40x60x$T>
  return %7 : tensor<40x60x$T>
}
