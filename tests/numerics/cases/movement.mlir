// Data movement. $T is the element type; every case is exact.

// ---- transposes of rank 2 to 4 for f32 bf16 i8 i1
func.func public @main(%a: tensor<7x130x$T>, %b: tensor<5x3x17x$T>, %c: tensor<3x4x5x6x$T>)
    -> (tensor<130x7x$T>, tensor<17x3x5x$T>, tensor<3x17x5x$T>, tensor<17x5x3x$T>, tensor<5x17x3x$T>, tensor<6x5x4x3x$T>, tensor<4x6x3x5x$T>, tensor<3x6x5x4x$T>) {
  %0 = stablehlo.transpose %a, dims = [1, 0] : (tensor<7x130x$T>) -> tensor<130x7x$T>
  %1 = stablehlo.transpose %b, dims = [2, 1, 0] : (tensor<5x3x17x$T>) -> tensor<17x3x5x$T>
  %2 = stablehlo.transpose %b, dims = [1, 2, 0] : (tensor<5x3x17x$T>) -> tensor<3x17x5x$T>
  %3 = stablehlo.transpose %b, dims = [2, 0, 1] : (tensor<5x3x17x$T>) -> tensor<17x5x3x$T>
  %4 = stablehlo.transpose %b, dims = [0, 2, 1] : (tensor<5x3x17x$T>) -> tensor<5x17x3x$T>
  %5 = stablehlo.transpose %c, dims = [3, 2, 1, 0] : (tensor<3x4x5x6x$T>) -> tensor<6x5x4x3x$T>
  %6 = stablehlo.transpose %c, dims = [1, 3, 0, 2] : (tensor<3x4x5x6x$T>) -> tensor<4x6x3x5x$T>
  %7 = stablehlo.transpose %c, dims = [0, 3, 2, 1] : (tensor<3x4x5x6x$T>) -> tensor<3x6x5x4x$T>
  return %0, %1, %2, %3, %4, %5, %6, %7 : tensor<130x7x$T>, tensor<17x3x5x$T>, tensor<3x17x5x$T>, tensor<17x5x3x$T>, tensor<5x17x3x$T>, tensor<6x5x4x3x$T>, tensor<4x6x3x5x$T>, tensor<3x6x5x4x$T>
}

// ---- transpose larger than a tile each way for f32
func.func public @main(%a: tensor<530x610x$T>) -> tensor<610x530x$T> {
  %0 = stablehlo.transpose %a, dims = [1, 0] : (tensor<530x610x$T>) -> tensor<610x530x$T>
  return %0 : tensor<610x530x$T>
}

// ---- transpose of a sum, sum of a transpose for f32 bf16
func.func public @main(%a: tensor<37x41x$T>, %b: tensor<37x41x$T>, %c: tensor<41x37x$T>) -> (tensor<41x37x$T>, tensor<41x37x$T>) {
  %0 = stablehlo.add %a, %b : tensor<37x41x$T>
  %1 = stablehlo.transpose %0, dims = [1, 0] : (tensor<37x41x$T>) -> tensor<41x37x$T>
  %2 = stablehlo.transpose %b, dims = [1, 0] : (tensor<37x41x$T>) -> tensor<41x37x$T>
  %3 = stablehlo.add %c, %2 : tensor<41x37x$T>
  return %1, %3 : tensor<41x37x$T>, tensor<41x37x$T>
}

// ---- broadcasts of all kinds for f32 bf16 i32 i1
func.func public @main(%s: tensor<$T>, %r: tensor<13x$T>, %c: tensor<7x1x$T>, %u: tensor<1x1x$T>, %m: tensor<3x5x$T>)
    -> (tensor<4x$T>, tensor<7x13x$T>, tensor<13x7x$T>, tensor<7x13x$T>, tensor<130x3x$T>, tensor<3x2x5x$T>, tensor<5x2x3x$T>, tensor<3x5x2x$T>, tensor<2x3x4x5x$T>, tensor<3x5x$T>) {
  %0 = stablehlo.broadcast_in_dim %s, dims = [] : (tensor<$T>) -> tensor<4x$T>
  %1 = stablehlo.broadcast_in_dim %r, dims = [1] : (tensor<13x$T>) -> tensor<7x13x$T>
  %2 = stablehlo.broadcast_in_dim %r, dims = [0] : (tensor<13x$T>) -> tensor<13x7x$T>
  %3 = stablehlo.broadcast_in_dim %c, dims = [0, 1] : (tensor<7x1x$T>) -> tensor<7x13x$T>
  %4 = stablehlo.broadcast_in_dim %u, dims = [0, 1] : (tensor<1x1x$T>) -> tensor<130x3x$T>
  %5 = stablehlo.broadcast_in_dim %m, dims = [0, 2] : (tensor<3x5x$T>) -> tensor<3x2x5x$T>
  %6 = stablehlo.broadcast_in_dim %m, dims = [2, 0] : (tensor<3x5x$T>) -> tensor<5x2x3x$T>
  %7 = stablehlo.broadcast_in_dim %m, dims = [0, 1] : (tensor<3x5x$T>) -> tensor<3x5x2x$T>
  %8 = stablehlo.broadcast_in_dim %m, dims = [1, 3] : (tensor<3x5x$T>) -> tensor<2x3x4x5x$T>
  %9 = stablehlo.broadcast_in_dim %m, dims = [0, 1] : (tensor<3x5x$T>) -> tensor<3x5x$T>
  return %0, %1, %2, %3, %4, %5, %6, %7, %8, %9 : tensor<4x$T>, tensor<7x13x$T>, tensor<13x7x$T>, tensor<7x13x$T>, tensor<130x3x$T>, tensor<3x2x5x$T>, tensor<5x2x3x$T>, tensor<3x5x2x$T>, tensor<2x3x4x5x$T>, tensor<3x5x$T>
}

// ---- broadcasts inside of sums for f32 bf16
func.func public @main(%m: tensor<131x67x$T>, %r: tensor<67x$T>, %c: tensor<131x$T>, %s: tensor<$T>) -> (tensor<131x67x$T>, tensor<131x67x$T>, tensor<131x67x$T>) {
  %0 = stablehlo.broadcast_in_dim %r, dims = [1] : (tensor<67x$T>) -> tensor<131x67x$T>
  %1 = stablehlo.broadcast_in_dim %c, dims = [0] : (tensor<131x$T>) -> tensor<131x67x$T>
  %2 = stablehlo.broadcast_in_dim %s, dims = [] : (tensor<$T>) -> tensor<131x67x$T>
  %3 = stablehlo.add %m, %0 : tensor<131x67x$T>
  %4 = stablehlo.multiply %1, %m : tensor<131x67x$T>
  %5 = stablehlo.multiply %0, %1 : tensor<131x67x$T>
  %6 = stablehlo.add %5, %2 : tensor<131x67x$T>
  return %3, %4, %6 : tensor<131x67x$T>, tensor<131x67x$T>, tensor<131x67x$T>
}

// ---- slices for f32 i8
func.func public @main(%a: tensor<17x$T>, %b: tensor<9x133x$T>, %c: tensor<4x5x6x$T>)
    -> (tensor<3x$T>, tensor<6x$T>, tensor<2x100x$T>, tensor<5x27x$T>, tensor<1x1x$T>, tensor<2x2x3x$T>, tensor<4x1x2x$T>, tensor<0x133x$T>) {
  %0 = stablehlo.slice %a [14:17] : (tensor<17x$T>) -> tensor<3x$T>
  %1 = stablehlo.slice %a [1:17:3] : (tensor<17x$T>) -> tensor<6x$T>
  %2 = stablehlo.slice %b [7:9, 33:133] : (tensor<9x133x$T>) -> tensor<2x100x$T>
  %3 = stablehlo.slice %b [0:9:2, 1:132:5] : (tensor<9x133x$T>) -> tensor<5x27x$T>
  %4 = stablehlo.slice %b [8:9, 132:133] : (tensor<9x133x$T>) -> tensor<1x1x$T>
  %5 = stablehlo.slice %c [1:4:2, 3:5, 0:6:2] : (tensor<4x5x6x$T>) -> tensor<2x2x3x$T>
  %6 = stablehlo.slice %c [0:4, 4:5, 2:4] : (tensor<4x5x6x$T>) -> tensor<4x1x2x$T>
  %7 = stablehlo.slice %b [3:3, 0:133] : (tensor<9x133x$T>) -> tensor<0x133x$T>
  return %0, %1, %2, %3, %4, %5, %6, %7 : tensor<3x$T>, tensor<6x$T>, tensor<2x100x$T>, tensor<5x27x$T>, tensor<1x1x$T>, tensor<2x2x3x$T>, tensor<4x1x2x$T>, tensor<0x133x$T>
}

// ---- slice of a sum, sum of slices for f32
func.func public @main(%a: tensor<20x30x$T>, %b: tensor<20x30x$T>) -> (tensor<5x10x$T>, tensor<5x30x$T>) {
  %0 = stablehlo.add %a, %b : tensor<20x30x$T>
  %1 = stablehlo.slice %0 [3:8, 20:30] : (tensor<20x30x$T>) -> tensor<5x10x$T>
  %2 = stablehlo.slice %a [0:5, 0:30] : (tensor<20x30x$T>) -> tensor<5x30x$T>
  %3 = stablehlo.slice %b [15:20, 0:30] : (tensor<20x30x$T>) -> tensor<5x30x$T>
  %4 = stablehlo.multiply %2, %3 : tensor<5x30x$T>
  return %1, %4 : tensor<5x10x$T>, tensor<5x30x$T>
}

// ---- pads low, high, negative, between for f32 i32 bf16
func.func public @main(%a: tensor<5x$T>, %b: tensor<4x7x$T>, %v: tensor<$T>, %c: tensor<2x3x4x$T>)
    -> (tensor<10x$T>, tensor<3x$T>, tensor<6x12x$T>, tensor<3x4x$T>, tensor<13x$T>, tensor<11x17x$T>, tensor<6x13x$T>, tensor<4x7x9x$T>, tensor<5x$T>) {
  %0 = stablehlo.pad %a, %v, low = [2], high = [3], interior = [0] : (tensor<5x$T>, tensor<$T>) -> tensor<10x$T>
  %1 = stablehlo.pad %a, %v, low = [-1], high = [-1], interior = [0] : (tensor<5x$T>, tensor<$T>) -> tensor<3x$T>
  %2 = stablehlo.pad %b, %v, low = [0, 5], high = [2, 0], interior = [0, 0] : (tensor<4x7x$T>, tensor<$T>) -> tensor<6x12x$T>
  %3 = stablehlo.pad %b, %v, low = [-2, 1], high = [1, -4], interior = [0, 0] : (tensor<4x7x$T>, tensor<$T>) -> tensor<3x4x$T>
  %4 = stablehlo.pad %a, %v, low = [0], high = [0], interior = [2] : (tensor<5x$T>, tensor<$T>) -> tensor<13x$T>
  %5 = stablehlo.pad %b, %v, low = [1, 2], high = [3, 2], interior = [1, 1] : (tensor<4x7x$T>, tensor<$T>) -> tensor<11x17x$T>
  %6 = stablehlo.pad %b, %v, low = [-1, 0], high = [0, 0], interior = [1, 1] : (tensor<4x7x$T>, tensor<$T>) -> tensor<6x13x$T>
  %7 = stablehlo.pad %c, %v, low = [1, 1, 1], high = [1, 1, 1], interior = [0, 1, 1] : (tensor<2x3x4x$T>, tensor<$T>) -> tensor<4x7x9x$T>
  %8 = stablehlo.pad %a, %v, low = [0], high = [0], interior = [0] : (tensor<5x$T>, tensor<$T>) -> tensor<5x$T>
  return %0, %1, %2, %3, %4, %5, %6, %7, %8 : tensor<10x$T>, tensor<3x$T>, tensor<6x12x$T>, tensor<3x4x$T>, tensor<13x$T>, tensor<11x17x$T>, tensor<6x13x$T>, tensor<4x7x9x$T>, tensor<5x$T>
}

// ---- pad larger than a tile for f32
func.func public @main(%a: tensor<130x600x$T>, %v: tensor<$T>) -> tensor<135x604x$T> {
  %0 = stablehlo.pad %a, %v, low = [2, 1], high = [3, 3], interior = [0, 0] : (tensor<130x600x$T>, tensor<$T>) -> tensor<135x604x$T>
  return %0 : tensor<135x604x$T>
}

// ---- concatenate one to four along each dimension for f32 i8 bf16
func.func public @main(%a: tensor<3x5x$T>, %b: tensor<4x5x$T>, %c: tensor<3x130x$T>, %d: tensor<2x3x4x$T>, %z: tensor<0x5x$T>)
    -> (tensor<3x5x$T>, tensor<7x5x$T>, tensor<3x135x$T>, tensor<10x5x$T>, tensor<14x5x$T>, tensor<4x3x4x$T>, tensor<2x6x4x$T>, tensor<2x3x12x$T>, tensor<7x5x$T>) {
  %0 = stablehlo.concatenate %a, dim = 0 : (tensor<3x5x$T>) -> tensor<3x5x$T>
  %1 = stablehlo.concatenate %a, %b, dim = 0 : (tensor<3x5x$T>, tensor<4x5x$T>) -> tensor<7x5x$T>
  %2 = stablehlo.concatenate %c, %a, dim = 1 : (tensor<3x130x$T>, tensor<3x5x$T>) -> tensor<3x135x$T>
  %3 = stablehlo.concatenate %a, %b, %a, dim = 0 : (tensor<3x5x$T>, tensor<4x5x$T>, tensor<3x5x$T>) -> tensor<10x5x$T>
  %4 = stablehlo.concatenate %a, %b, %b, %a, dim = 0 : (tensor<3x5x$T>, tensor<4x5x$T>, tensor<4x5x$T>, tensor<3x5x$T>) -> tensor<14x5x$T>
  %5 = stablehlo.concatenate %d, %d, dim = 0 : (tensor<2x3x4x$T>, tensor<2x3x4x$T>) -> tensor<4x3x4x$T>
  %6 = stablehlo.concatenate %d, %d, dim = 1 : (tensor<2x3x4x$T>, tensor<2x3x4x$T>) -> tensor<2x6x4x$T>
  %7 = stablehlo.concatenate %d, %d, %d, dim = 2 : (tensor<2x3x4x$T>, tensor<2x3x4x$T>, tensor<2x3x4x$T>) -> tensor<2x3x12x$T>
  %8 = stablehlo.concatenate %a, %z, %b, dim = 0 : (tensor<3x5x$T>, tensor<0x5x$T>, tensor<4x5x$T>) -> tensor<7x5x$T>
  return %0, %1, %2, %3, %4, %5, %6, %7, %8 : tensor<3x5x$T>, tensor<7x5x$T>, tensor<3x135x$T>, tensor<10x5x$T>, tensor<14x5x$T>, tensor<4x3x4x$T>, tensor<2x6x4x$T>, tensor<2x3x12x$T>, tensor<7x5x$T>
}

// ---- concatenate of sums, sum of concatenates for f32
func.func public @main(%a: tensor<150x40x$T>, %b: tensor<150x40x$T>, %c: tensor<150x80x$T>) -> tensor<150x80x$T> {
  %0 = stablehlo.multiply %a, %b : tensor<150x40x$T>
  %1 = stablehlo.negate %b : tensor<150x40x$T>
  %2 = stablehlo.concatenate %0, %1, dim = 1 : (tensor<150x40x$T>, tensor<150x40x$T>) -> tensor<150x80x$T>
  %3 = stablehlo.add %2, %c : tensor<150x80x$T>
  return %3 : tensor<150x80x$T>
}

// ---- reverse for f32 i16
func.func public @main(%a: tensor<13x$T>, %b: tensor<5x137x$T>, %c: tensor<2x3x4x$T>) -> (tensor<13x$T>, tensor<5x137x$T>, tensor<5x137x$T>, tensor<5x137x$T>, tensor<2x3x4x$T>) {
  %0 = stablehlo.reverse %a, dims = [0] : tensor<13x$T>
  %1 = stablehlo.reverse %b, dims = [0] : tensor<5x137x$T>
  %2 = stablehlo.reverse %b, dims = [1] : tensor<5x137x$T>
  %3 = stablehlo.reverse %b, dims = [0, 1] : tensor<5x137x$T>
  %4 = stablehlo.reverse %c, dims = [0, 2] : tensor<2x3x4x$T>
  return %0, %1, %2, %3, %4 : tensor<13x$T>, tensor<5x137x$T>, tensor<5x137x$T>, tensor<5x137x$T>, tensor<2x3x4x$T>
}

// ---- reverse larger than a tile for f32
func.func public @main(%a: tensor<131x700x$T>) -> tensor<131x700x$T> {
  %0 = stablehlo.reverse %a, dims = [0, 1] : tensor<131x700x$T>
  return %0 : tensor<131x700x$T>
}

// ---- iota for f32 bf16 i32 i8
func.func public @main() -> (tensor<9x$T>, tensor<7x100x$T>, tensor<7x100x$T>, tensor<2x3x4x$T>) {
  %0 = stablehlo.iota dim = 0 : tensor<9x$T>
  %1 = stablehlo.iota dim = 0 : tensor<7x100x$T>
  %2 = stablehlo.iota dim = 1 : tensor<7x100x$T>
  %3 = stablehlo.iota dim = 1 : tensor<2x3x4x$T>
  return %0, %1, %2, %3 : tensor<9x$T>, tensor<7x100x$T>, tensor<7x100x$T>, tensor<2x3x4x$T>
}

// ---- iota larger than a tile for i32 f32
func.func public @main() -> (tensor<140x600x$T>, tensor<140x600x$T>, tensor<1500x$T>) {
  %0 = stablehlo.iota dim = 0 : tensor<140x600x$T>
  %1 = stablehlo.iota dim = 1 : tensor<140x600x$T>
  %2 = stablehlo.iota dim = 0 : tensor<1500x$T>
  return %0, %1, %2 : tensor<140x600x$T>, tensor<140x600x$T>, tensor<1500x$T>
}

// ---- bitcast_convert to other sizes
func.func public @main(%a: tensor<3x5xf32>, %b: tensor<3x4xi8>, %c: tensor<6x2xbf16>) -> (tensor<3x5x4xi8>, tensor<3xi32>, tensor<6xi32>, tensor<3x5x2xi16>) {
  %0 = stablehlo.bitcast_convert %a : (tensor<3x5xf32>) -> tensor<3x5x4xi8>
  %1 = stablehlo.bitcast_convert %b : (tensor<3x4xi8>) -> tensor<3xi32>
  %2 = stablehlo.bitcast_convert %c : (tensor<6x2xbf16>) -> tensor<6xi32>
  %3 = stablehlo.bitcast_convert %a : (tensor<3x5xf32>) -> tensor<3x5x2xi16>
  return %0, %1, %2, %3 : tensor<3x5x4xi8>, tensor<3xi32>, tensor<6xi32>, tensor<3x5x2xi16>
}

// ---- reshapes for f32 bf16 i1
func.func public @main(%a: tensor<6x35x$T>, %b: tensor<2x3x35x$T>, %s: tensor<$T>, %e: tensor<1x1x$T>)
    -> (tensor<210x$T>, tensor<2x3x5x7x$T>, tensor<35x6x$T>, tensor<1x1x1x$T>, tensor<$T>, tensor<6x1x35x$T>) {
  %0 = stablehlo.reshape %a : (tensor<6x35x$T>) -> tensor<210x$T>
  %1 = stablehlo.reshape %b : (tensor<2x3x35x$T>) -> tensor<2x3x5x7x$T>
  %2 = stablehlo.reshape %a : (tensor<6x35x$T>) -> tensor<35x6x$T>
  %3 = stablehlo.reshape %s : (tensor<$T>) -> tensor<1x1x1x$T>
  %4 = stablehlo.reshape %e : (tensor<1x1x$T>) -> tensor<$T>
  %5 = stablehlo.reshape %a : (tensor<6x35x$T>) -> tensor<6x1x35x$T>
  return %0, %1, %2, %3, %4, %5 : tensor<210x$T>, tensor<2x3x5x7x$T>, tensor<35x6x$T>, tensor<1x1x1x$T>, tensor<$T>, tensor<6x1x35x$T>
}

// ---- reshapes between computations for f32
func.func public @main(%a: tensor<12x35x$T>) -> (tensor<20x21x$T>, tensor<35x12x$T>) {
  %0 = stablehlo.tanh %a : tensor<12x35x$T>
  %1 = stablehlo.reshape %0 : (tensor<12x35x$T>) -> tensor<20x21x$T>
  %2 = stablehlo.negate %1 : tensor<20x21x$T>
  %3 = stablehlo.reshape %2 : (tensor<20x21x$T>) -> tensor<12x35x$T>
  %4 = stablehlo.transpose %3, dims = [1, 0] : (tensor<12x35x$T>) -> tensor<35x12x$T>
  return %1, %4 : tensor<20x21x$T>, tensor<35x12x$T>
}
