// Rows that several reductions share: one kernel each (kernels/demand_rows.c), the row whole or in pieces.

// ---- softmax of one row for f32 bf16 f16
func.func public @main(%x: tensor<67x$T>) -> tensor<67x$T> {
  %low = stablehlo.constant dense<-3.000000e+38> : tensor<f32>
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %l = stablehlo.convert %low : (tensor<f32>) -> tensor<$T>
  %z = stablehlo.convert %zero : (tensor<f32>) -> tensor<$T>
  %0 = stablehlo.reduce(%x init: %l) applies stablehlo.maximum across dimensions = [0] : (tensor<67x$T>, tensor<$T>) -> tensor<$T>
  %1 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<$T>) -> tensor<67x$T>
  %2 = stablehlo.subtract %x, %1 : tensor<67x$T>
  %3 = stablehlo.exponential %2 : tensor<67x$T>
  %4 = stablehlo.reduce(%3 init: %z) applies stablehlo.add across dimensions = [0] : (tensor<67x$T>, tensor<$T>) -> tensor<$T>
  %5 = stablehlo.broadcast_in_dim %4, dims = [] : (tensor<$T>) -> tensor<67x$T>
  %6 = stablehlo.divide %3, %5 : tensor<67x$T>
  return %6 : tensor<67x$T>
}

// ---- softmax of rows of one element for f32
func.func public @main(%x: tensor<5x1x$T>) -> tensor<5x1x$T> {
  %low = stablehlo.constant dense<-3.000000e+38> : tensor<f32>
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %l = stablehlo.convert %low : (tensor<f32>) -> tensor<$T>
  %z = stablehlo.convert %zero : (tensor<f32>) -> tensor<$T>
  %0 = stablehlo.reduce(%x init: %l) applies stablehlo.maximum across dimensions = [1] : (tensor<5x1x$T>, tensor<$T>) -> tensor<5x$T>
  %1 = stablehlo.broadcast_in_dim %0, dims = [0] : (tensor<5x$T>) -> tensor<5x1x$T>
  %2 = stablehlo.subtract %x, %1 : tensor<5x1x$T>
  %3 = stablehlo.exponential %2 : tensor<5x1x$T>
  %4 = stablehlo.reduce(%3 init: %z) applies stablehlo.add across dimensions = [1] : (tensor<5x1x$T>, tensor<$T>) -> tensor<5x$T>
  %5 = stablehlo.broadcast_in_dim %4, dims = [0] : (tensor<5x$T>) -> tensor<5x1x$T>
  %6 = stablehlo.divide %3, %5 : tensor<5x1x$T>
  return %6 : tensor<5x1x$T>
}

// ---- softmax of no rows for f32
func.func public @main(%x: tensor<0x8x$T>) -> tensor<0x8x$T> {
  %low = stablehlo.constant dense<-3.000000e+38> : tensor<f32>
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %l = stablehlo.convert %low : (tensor<f32>) -> tensor<$T>
  %z = stablehlo.convert %zero : (tensor<f32>) -> tensor<$T>
  %0 = stablehlo.reduce(%x init: %l) applies stablehlo.maximum across dimensions = [1] : (tensor<0x8x$T>, tensor<$T>) -> tensor<0x$T>
  %1 = stablehlo.broadcast_in_dim %0, dims = [0] : (tensor<0x$T>) -> tensor<0x8x$T>
  %2 = stablehlo.subtract %x, %1 : tensor<0x8x$T>
  %3 = stablehlo.exponential %2 : tensor<0x8x$T>
  %4 = stablehlo.reduce(%3 init: %z) applies stablehlo.add across dimensions = [1] : (tensor<0x8x$T>, tensor<$T>) -> tensor<0x$T>
  %5 = stablehlo.broadcast_in_dim %4, dims = [0] : (tensor<0x$T>) -> tensor<0x8x$T>
  %6 = stablehlo.divide %3, %5 : tensor<0x8x$T>
  return %6 : tensor<0x8x$T>
}

// ---- softmax of two elements a row, more rows than partitions for f32 bf16
func.func public @main(%x: tensor<3x97x2x$T>) -> tensor<3x97x2x$T> {
  %low = stablehlo.constant dense<-3.000000e+38> : tensor<f32>
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %l = stablehlo.convert %low : (tensor<f32>) -> tensor<$T>
  %z = stablehlo.convert %zero : (tensor<f32>) -> tensor<$T>
  %0 = stablehlo.reduce(%x init: %l) applies stablehlo.maximum across dimensions = [2] : (tensor<3x97x2x$T>, tensor<$T>) -> tensor<3x97x$T>
  %1 = stablehlo.broadcast_in_dim %0, dims = [0, 1] : (tensor<3x97x$T>) -> tensor<3x97x2x$T>
  %2 = stablehlo.subtract %x, %1 : tensor<3x97x2x$T>
  %3 = stablehlo.exponential %2 : tensor<3x97x2x$T>
  %4 = stablehlo.reduce(%3 init: %z) applies stablehlo.add across dimensions = [2] : (tensor<3x97x2x$T>, tensor<$T>) -> tensor<3x97x$T>
  %5 = stablehlo.broadcast_in_dim %4, dims = [0, 1] : (tensor<3x97x$T>) -> tensor<3x97x2x$T>
  %6 = stablehlo.divide %3, %5 : tensor<3x97x2x$T>
  return %6 : tensor<3x97x2x$T>
}

// ---- softmax of many dimensions for f32 f16
func.func public @main(%x: tensor<2x3x1x5x7x1x11x$T>) -> tensor<2x3x1x5x7x1x11x$T> {
  %low = stablehlo.constant dense<-3.000000e+38> : tensor<f32>
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %l = stablehlo.convert %low : (tensor<f32>) -> tensor<$T>
  %z = stablehlo.convert %zero : (tensor<f32>) -> tensor<$T>
  %0 = stablehlo.reduce(%x init: %l) applies stablehlo.maximum across dimensions = [6] : (tensor<2x3x1x5x7x1x11x$T>, tensor<$T>) -> tensor<2x3x1x5x7x1x$T>
  %1 = stablehlo.broadcast_in_dim %0, dims = [0, 1, 2, 3, 4, 5] : (tensor<2x3x1x5x7x1x$T>) -> tensor<2x3x1x5x7x1x11x$T>
  %2 = stablehlo.subtract %x, %1 : tensor<2x3x1x5x7x1x11x$T>
  %3 = stablehlo.exponential %2 : tensor<2x3x1x5x7x1x11x$T>
  %4 = stablehlo.reduce(%3 init: %z) applies stablehlo.add across dimensions = [6] : (tensor<2x3x1x5x7x1x11x$T>, tensor<$T>) -> tensor<2x3x1x5x7x1x$T>
  %5 = stablehlo.broadcast_in_dim %4, dims = [0, 1, 2, 3, 4, 5] : (tensor<2x3x1x5x7x1x$T>) -> tensor<2x3x1x5x7x1x11x$T>
  %6 = stablehlo.divide %3, %5 : tensor<2x3x1x5x7x1x11x$T>
  return %6 : tensor<2x3x1x5x7x1x11x$T>
}

// ---- softmax of rows in pieces for f32 bf16
func.func public @main(%x: tensor<3x4999x$T>) -> tensor<3x4999x$T> {
  %low = stablehlo.constant dense<-3.000000e+38> : tensor<f32>
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %l = stablehlo.convert %low : (tensor<f32>) -> tensor<$T>
  %z = stablehlo.convert %zero : (tensor<f32>) -> tensor<$T>
  %0 = stablehlo.reduce(%x init: %l) applies stablehlo.maximum across dimensions = [1] : (tensor<3x4999x$T>, tensor<$T>) -> tensor<3x$T>
  %1 = stablehlo.broadcast_in_dim %0, dims = [0] : (tensor<3x$T>) -> tensor<3x4999x$T>
  %2 = stablehlo.subtract %x, %1 : tensor<3x4999x$T>
  %3 = stablehlo.exponential %2 : tensor<3x4999x$T>
  %4 = stablehlo.reduce(%3 init: %z) applies stablehlo.add across dimensions = [1] : (tensor<3x4999x$T>, tensor<$T>) -> tensor<3x$T>
  %5 = stablehlo.broadcast_in_dim %4, dims = [0] : (tensor<3x$T>) -> tensor<3x4999x$T>
  %6 = stablehlo.divide %3, %5 : tensor<3x4999x$T>
  return %6 : tensor<3x4999x$T>
}

// ---- softmax over a vocabulary for f32
func.func public @main(%x: tensor<2x50257x$T>) -> tensor<2x50257x$T> {
  %low = stablehlo.constant dense<-3.000000e+38> : tensor<f32>
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %l = stablehlo.convert %low : (tensor<f32>) -> tensor<$T>
  %z = stablehlo.convert %zero : (tensor<f32>) -> tensor<$T>
  %0 = stablehlo.reduce(%x init: %l) applies stablehlo.maximum across dimensions = [1] : (tensor<2x50257x$T>, tensor<$T>) -> tensor<2x$T>
  %1 = stablehlo.broadcast_in_dim %0, dims = [0] : (tensor<2x$T>) -> tensor<2x50257x$T>
  %2 = stablehlo.subtract %x, %1 : tensor<2x50257x$T>
  %3 = stablehlo.exponential %2 : tensor<2x50257x$T>
  %4 = stablehlo.reduce(%3 init: %z) applies stablehlo.add across dimensions = [1] : (tensor<2x50257x$T>, tensor<$T>) -> tensor<2x$T>
  %5 = stablehlo.broadcast_in_dim %4, dims = [0] : (tensor<2x$T>) -> tensor<2x50257x$T>
  %6 = stablehlo.divide %3, %5 : tensor<2x50257x$T>
  return %6 : tensor<2x50257x$T>
}

// ---- softmax of no elements a row for f32
func.func public @main(%x: tensor<5x0x$T>, %i: tensor<$T>) -> (tensor<5x0x$T>, tensor<5x$T>) {
  %0 = stablehlo.reduce(%x init: %i) applies stablehlo.add across dimensions = [1] : (tensor<5x0x$T>, tensor<$T>) -> tensor<5x$T>
  %1 = stablehlo.broadcast_in_dim %0, dims = [0] : (tensor<5x$T>) -> tensor<5x0x$T>
  %2 = stablehlo.subtract %x, %1 : tensor<5x0x$T>
  %3 = stablehlo.reduce(%2 init: %i) applies stablehlo.add across dimensions = [1] : (tensor<5x0x$T>, tensor<$T>) -> tensor<5x$T>
  return %2, %3 : tensor<5x0x$T>, tensor<5x$T>
}

// ---- variance, with an initial value that counts for f32 bf16 f16
func.func public @main(%x: tensor<7x131x$T>, %i: tensor<$T>) -> tensor<7x$T> {
  %n = stablehlo.constant dense<131.0> : tensor<f32>
  %c = stablehlo.convert %n : (tensor<f32>) -> tensor<$T>
  %m = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<$T>) -> tensor<7x$T>
  %0 = stablehlo.reduce(%x init: %i) applies stablehlo.add across dimensions = [1] : (tensor<7x131x$T>, tensor<$T>) -> tensor<7x$T>
  %1 = stablehlo.divide %0, %m : tensor<7x$T>
  %2 = stablehlo.broadcast_in_dim %1, dims = [0] : (tensor<7x$T>) -> tensor<7x131x$T>
  %3 = stablehlo.subtract %x, %2 : tensor<7x131x$T>
  %4 = stablehlo.multiply %3, %3 : tensor<7x131x$T>
  %5 = stablehlo.reduce(%4 init: %i) applies stablehlo.add across dimensions = [1] : (tensor<7x131x$T>, tensor<$T>) -> tensor<7x$T>
  %6 = stablehlo.divide %5, %m : tensor<7x$T>
  return %6 : tensor<7x$T>
}

// ---- variance of many rows for f32
func.func public @main(%x: tensor<3x150x65x$T>, %i: tensor<$T>) -> tensor<3x150x$T> {
  %n = stablehlo.constant dense<65.0> : tensor<f32>
  %c = stablehlo.convert %n : (tensor<f32>) -> tensor<$T>
  %m = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<$T>) -> tensor<3x150x$T>
  %0 = stablehlo.reduce(%x init: %i) applies stablehlo.add across dimensions = [2] : (tensor<3x150x65x$T>, tensor<$T>) -> tensor<3x150x$T>
  %1 = stablehlo.divide %0, %m : tensor<3x150x$T>
  %2 = stablehlo.broadcast_in_dim %1, dims = [0, 1] : (tensor<3x150x$T>) -> tensor<3x150x65x$T>
  %3 = stablehlo.subtract %x, %2 : tensor<3x150x65x$T>
  %4 = stablehlo.multiply %3, %3 : tensor<3x150x65x$T>
  %5 = stablehlo.reduce(%4 init: %i) applies stablehlo.add across dimensions = [2] : (tensor<3x150x65x$T>, tensor<$T>) -> tensor<3x150x$T>
  %6 = stablehlo.divide %5, %m : tensor<3x150x$T>
  return %6 : tensor<3x150x$T>
}

// ---- variance of rows in pieces for f32 bf16
func.func public @main(%x: tensor<3x9001x$T>, %i: tensor<$T>) -> tensor<3x$T> {
  %n = stablehlo.constant dense<9001.0> : tensor<f32>
  %c = stablehlo.convert %n : (tensor<f32>) -> tensor<$T>
  %m = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<$T>) -> tensor<3x$T>
  %0 = stablehlo.reduce(%x init: %i) applies stablehlo.add across dimensions = [1] : (tensor<3x9001x$T>, tensor<$T>) -> tensor<3x$T>
  %1 = stablehlo.divide %0, %m : tensor<3x$T>
  %2 = stablehlo.broadcast_in_dim %1, dims = [0] : (tensor<3x$T>) -> tensor<3x9001x$T>
  %3 = stablehlo.subtract %x, %2 : tensor<3x9001x$T>
  %4 = stablehlo.multiply %3, %3 : tensor<3x9001x$T>
  %5 = stablehlo.reduce(%4 init: %i) applies stablehlo.add across dimensions = [1] : (tensor<3x9001x$T>, tensor<$T>) -> tensor<3x$T>
  %6 = stablehlo.divide %5, %m : tensor<3x$T>
  return %6 : tensor<3x$T>
}

// ---- variance of one row for f32
func.func public @main(%x: tensor<1x300x$T>, %i: tensor<$T>) -> tensor<1x$T> {
  %n = stablehlo.constant dense<300.0> : tensor<f32>
  %c = stablehlo.convert %n : (tensor<f32>) -> tensor<$T>
  %m = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<$T>) -> tensor<1x$T>
  %0 = stablehlo.reduce(%x init: %i) applies stablehlo.add across dimensions = [1] : (tensor<1x300x$T>, tensor<$T>) -> tensor<1x$T>
  %1 = stablehlo.divide %0, %m : tensor<1x$T>
  %2 = stablehlo.broadcast_in_dim %1, dims = [0] : (tensor<1x$T>) -> tensor<1x300x$T>
  %3 = stablehlo.subtract %x, %2 : tensor<1x300x$T>
  %4 = stablehlo.multiply %3, %3 : tensor<1x300x$T>
  %5 = stablehlo.reduce(%4 init: %i) applies stablehlo.add across dimensions = [1] : (tensor<1x300x$T>, tensor<$T>) -> tensor<1x$T>
  %6 = stablehlo.divide %5, %m : tensor<1x$T>
  return %6 : tensor<1x$T>
}

// ---- l2 norm of rows, transposed before and after for f32 bf16
func.func public @main(%x: tensor<37x19x$T>) -> (tensor<19x37x$T>, tensor<37x19x$T>) {
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %z = stablehlo.convert %zero : (tensor<f32>) -> tensor<$T>
  %0 = stablehlo.transpose %x, dims = [1, 0] : (tensor<37x19x$T>) -> tensor<19x37x$T>
  %1 = stablehlo.multiply %0, %0 : tensor<19x37x$T>
  %2 = stablehlo.reduce(%1 init: %z) applies stablehlo.add across dimensions = [1] : (tensor<19x37x$T>, tensor<$T>) -> tensor<19x$T>
  %3 = stablehlo.rsqrt %2 : tensor<19x$T>
  %4 = stablehlo.broadcast_in_dim %3, dims = [0] : (tensor<19x$T>) -> tensor<19x37x$T>
  %5 = stablehlo.multiply %0, %4 : tensor<19x37x$T>
  %6 = stablehlo.multiply %x, %x : tensor<37x19x$T>
  %7 = stablehlo.reduce(%6 init: %z) applies stablehlo.add across dimensions = [0] : (tensor<37x19x$T>, tensor<$T>) -> tensor<19x$T>
  %8 = stablehlo.rsqrt %7 : tensor<19x$T>
  %9 = stablehlo.broadcast_in_dim %8, dims = [1] : (tensor<19x$T>) -> tensor<37x19x$T>
  %10 = stablehlo.multiply %x, %9 : tensor<37x19x$T>
  return %5, %10 : tensor<19x37x$T>, tensor<37x19x$T>
}

// ---- square matrices, where rows and columns look alike for f32
func.func public @main(%x: tensor<24x24x$T>, %i: tensor<$T>) -> (tensor<24x24x$T>, tensor<24x24x$T>, tensor<24x24x$T>) {
  %0 = stablehlo.reduce(%x init: %i) applies stablehlo.add across dimensions = [1] : (tensor<24x24x$T>, tensor<$T>) -> tensor<24x$T>
  %1 = stablehlo.broadcast_in_dim %0, dims = [1] : (tensor<24x$T>) -> tensor<24x24x$T>
  %2 = stablehlo.subtract %x, %1 : tensor<24x24x$T>
  %3 = stablehlo.negate %x : tensor<24x24x$T>
  %4 = stablehlo.reduce(%3 init: %i) applies stablehlo.maximum across dimensions = [1] : (tensor<24x24x$T>, tensor<$T>) -> tensor<24x$T>
  %5 = stablehlo.broadcast_in_dim %4, dims = [0] : (tensor<24x$T>) -> tensor<24x24x$T>
  %6 = stablehlo.transpose %3, dims = [1, 0] : (tensor<24x24x$T>) -> tensor<24x24x$T>
  %7 = stablehlo.add %6, %5 : tensor<24x24x$T>
  %8 = stablehlo.abs %x : tensor<24x24x$T>
  %9 = stablehlo.transpose %8, dims = [1, 0] : (tensor<24x24x$T>) -> tensor<24x24x$T>
  %10 = stablehlo.reduce(%9 init: %i) applies stablehlo.add across dimensions = [1] : (tensor<24x24x$T>, tensor<$T>) -> tensor<24x$T>
  %11 = stablehlo.broadcast_in_dim %10, dims = [1] : (tensor<24x$T>) -> tensor<24x24x$T>
  %12 = stablehlo.subtract %8, %11 : tensor<24x24x$T>
  return %2, %7, %12 : tensor<24x24x$T>, tensor<24x24x$T>, tensor<24x24x$T>
}

// ---- integers, and a mean that is a result as well for i32 f32
func.func public @main(%x: tensor<9x70x$T>) -> (tensor<9x$T>, tensor<9x70x$T>) {
  %zero = stablehlo.constant dense<0> : tensor<i32>
  %z = stablehlo.convert %zero : (tensor<i32>) -> tensor<$T>
  %0 = stablehlo.reduce(%x init: %z) applies stablehlo.add across dimensions = [1] : (tensor<9x70x$T>, tensor<$T>) -> tensor<9x$T>
  %1 = stablehlo.broadcast_in_dim %0, dims = [0] : (tensor<9x$T>) -> tensor<9x70x$T>
  %2 = stablehlo.subtract %x, %1 : tensor<9x70x$T>
  %3 = stablehlo.reduce(%2 init: %z) applies stablehlo.maximum across dimensions = [1] : (tensor<9x70x$T>, tensor<$T>) -> tensor<9x$T>
  %4 = stablehlo.broadcast_in_dim %3, dims = [0] : (tensor<9x$T>) -> tensor<9x70x$T>
  %5 = stablehlo.add %2, %4 : tensor<9x70x$T>
  return %0, %5 : tensor<9x$T>, tensor<9x70x$T>
}
