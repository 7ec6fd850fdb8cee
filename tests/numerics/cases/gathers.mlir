// Reads and writes at places that are only known at run time. Integer arguments are uniform in [0, 128), so that many starts lie outside and are moved inside.

// ---- embedding for f32 bf16
func.func public @main(%table: tensor<131x67x$T>, %ids: tensor<2x9x1xi32>, %flat: tensor<5xi32>) -> (tensor<2x9x67x$T>, tensor<5x67x$T>) {
  %0 = "stablehlo.gather"(%table, %ids) <{dimension_numbers = #stablehlo.gather<offset_dims = [2], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 2>, slice_sizes = array<i64: 1, 67>}> : (tensor<131x67x$T>, tensor<2x9x1xi32>) -> tensor<2x9x67x$T>
  %1 = "stablehlo.gather"(%table, %flat) <{dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1, 67>}> : (tensor<131x67x$T>, tensor<5xi32>) -> tensor<5x67x$T>
  return %0, %1 : tensor<2x9x67x$T>, tensor<5x67x$T>
}

// ---- embedding with narrow indices out of range for i8 ui8 i16 ui32 edges
func.func public @main(%table: tensor<11x7xf32>, %ids: tensor<13x1x$T>) -> tensor<13x7xf32> {
  %0 = "stablehlo.gather"(%table, %ids) <{dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1, 7>}> : (tensor<11x7xf32>, tensor<13x1x$T>) -> tensor<13x7xf32>
  return %0 : tensor<13x7xf32>
}

// ---- take columns, single elements, blocks for f32
func.func public @main(%a: tensor<7x130x$T>, %i: tensor<6x1xi32>, %ij: tensor<9x2xi32>, %ji: tensor<2x9xi32>) -> (tensor<7x6x$T>, tensor<9x$T>, tensor<9x3x5x$T>, tensor<9x$T>) {
  %0 = "stablehlo.gather"(%a, %i) <{dimension_numbers = #stablehlo.gather<offset_dims = [0], collapsed_slice_dims = [1], start_index_map = [1], index_vector_dim = 1>, slice_sizes = array<i64: 7, 1>}> : (tensor<7x130x$T>, tensor<6x1xi32>) -> tensor<7x6x$T>
  %1 = "stablehlo.gather"(%a, %ij) <{dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [0, 1], start_index_map = [0, 1], index_vector_dim = 1>, slice_sizes = array<i64: 1, 1>}> : (tensor<7x130x$T>, tensor<9x2xi32>) -> tensor<9x$T>
  %2 = "stablehlo.gather"(%a, %ij) <{dimension_numbers = #stablehlo.gather<offset_dims = [1, 2], start_index_map = [1, 0], index_vector_dim = 1>, slice_sizes = array<i64: 3, 5>}> : (tensor<7x130x$T>, tensor<9x2xi32>) -> tensor<9x3x5x$T>
  %3 = "stablehlo.gather"(%a, %ji) <{dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [0, 1], start_index_map = [1, 0], index_vector_dim = 0>, slice_sizes = array<i64: 1, 1>}> : (tensor<7x130x$T>, tensor<2x9xi32>) -> tensor<9x$T>
  return %0, %1, %2, %3 : tensor<7x6x$T>, tensor<9x$T>, tensor<9x3x5x$T>, tensor<9x$T>
}

// ---- gather with batching dimensions for f32 i8
func.func public @main(%a: tensor<4x130x3x$T>, %i: tensor<4x5x1xi32>) -> tensor<4x5x3x$T> {
  %0 = "stablehlo.gather"(%a, %i) <{dimension_numbers = #stablehlo.gather<offset_dims = [2], collapsed_slice_dims = [1], operand_batching_dims = [0], start_indices_batching_dims = [0], start_index_map = [1], index_vector_dim = 2>, slice_sizes = array<i64: 1, 1, 3>}> : (tensor<4x130x3x$T>, tensor<4x5x1xi32>) -> tensor<4x5x3x$T>
  return %0 : tensor<4x5x3x$T>
}

// ---- gather of computed rows, sum of gathered rows for f32
func.func public @main(%a: tensor<40x33x$T>, %i: tensor<6x1xi32>, %p: tensor<6x33x$T>) -> tensor<6x33x$T> {
  %0 = stablehlo.tanh %a : tensor<40x33x$T>
  %1 = "stablehlo.gather"(%0, %i) <{dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1, 33>}> : (tensor<40x33x$T>, tensor<6x1xi32>) -> tensor<6x33x$T>
  %2 = stablehlo.add %1, %p : tensor<6x33x$T>
  return %2 : tensor<6x33x$T>
}

// ---- dynamic slices for f32 bf16 i8
func.func public @main(%a: tensor<137x$T>, %b: tensor<9x135x$T>, %i: tensor<i32>, %j: tensor<i32>) -> (tensor<5x$T>, tensor<3x40x$T>, tensor<9x135x$T>, tensor<1x1x$T>) {
  %0 = stablehlo.dynamic_slice %a, %i, sizes = [5] : (tensor<137x$T>, tensor<i32>) -> tensor<5x$T>
  %1 = stablehlo.dynamic_slice %b, %i, %j, sizes = [3, 40] : (tensor<9x135x$T>, tensor<i32>, tensor<i32>) -> tensor<3x40x$T>
  %2 = stablehlo.dynamic_slice %b, %j, %i, sizes = [9, 135] : (tensor<9x135x$T>, tensor<i32>, tensor<i32>) -> tensor<9x135x$T>
  %3 = stablehlo.dynamic_slice %b, %j, %i, sizes = [1, 1] : (tensor<9x135x$T>, tensor<i32>, tensor<i32>) -> tensor<1x1x$T>
  return %0, %1, %2, %3 : tensor<5x$T>, tensor<3x40x$T>, tensor<9x135x$T>, tensor<1x1x$T>
}

// ---- dynamic slices at narrow starts out of range for i8 ui8 i16 i32 ui32 edges
func.func public @main(%a: tensor<50x60xf32>, %i: tensor<$T>, %c: tensor<2x$T>) -> (tensor<5x6xf32>, tensor<7x60xf32>) {
  %0 = stablehlo.dynamic_slice %a, %i, %i, sizes = [5, 6] : (tensor<50x60xf32>, tensor<$T>, tensor<$T>) -> tensor<5x6xf32>
  %1 = stablehlo.slice %c [1:2] : (tensor<2x$T>) -> tensor<1x$T>
  %2 = stablehlo.reshape %1 : (tensor<1x$T>) -> tensor<$T>
  %3 = stablehlo.constant dense<0> : tensor<$T>
  %4 = stablehlo.dynamic_slice %a, %2, %3, sizes = [7, 60] : (tensor<50x60xf32>, tensor<$T>, tensor<$T>) -> tensor<7x60xf32>
  return %0, %4 : tensor<5x6xf32>, tensor<7x60xf32>
}

// ---- dynamic updates for f32 bf16 i8
func.func public @main(%a: tensor<137x$T>, %u: tensor<5x$T>, %b: tensor<9x135x$T>, %v: tensor<3x40x$T>, %i: tensor<i32>, %j: tensor<i32>) -> (tensor<137x$T>, tensor<9x135x$T>, tensor<9x135x$T>) {
  %0 = stablehlo.dynamic_update_slice %a, %u, %i : (tensor<137x$T>, tensor<5x$T>, tensor<i32>) -> tensor<137x$T>
  %1 = stablehlo.dynamic_update_slice %b, %v, %i, %j : (tensor<9x135x$T>, tensor<3x40x$T>, tensor<i32>, tensor<i32>) -> tensor<9x135x$T>
  %2 = stablehlo.dynamic_update_slice %b, %b, %j, %i : (tensor<9x135x$T>, tensor<9x135x$T>, tensor<i32>, tensor<i32>) -> tensor<9x135x$T>
  return %0, %1, %2 : tensor<137x$T>, tensor<9x135x$T>, tensor<9x135x$T>
}

// ---- update of a cache by a computed row for f32 bf16
func.func public @main(%cache: tensor<2x30x3x8x$T>, %row: tensor<2x1x3x8x$T>, %i: tensor<i32>) -> tensor<2x30x3x8x$T> {
  %z = stablehlo.constant dense<0> : tensor<i32>
  %0 = stablehlo.tanh %row : tensor<2x1x3x8x$T>
  %1 = stablehlo.dynamic_update_slice %cache, %0, %z, %i, %z, %z : (tensor<2x30x3x8x$T>, tensor<2x1x3x8x$T>, tensor<i32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<2x30x3x8x$T>
  return %1 : tensor<2x30x3x8x$T>
}

// ---- dynamic slices and rows longer than a tile, which no tile divides for f32 i8
func.func public @main(%a: tensor<700x$T>, %b: tensor<150x5x$T>, %t: tensor<9x1100x$T>, %i: tensor<i32>, %ids: tensor<4x1xi32>) -> (tensor<601x$T>, tensor<131x2x$T>, tensor<4x1061x$T>) {
  %z = stablehlo.constant dense<0> : tensor<i32>
  %0 = stablehlo.dynamic_slice %a, %i, sizes = [601] : (tensor<700x$T>, tensor<i32>) -> tensor<601x$T>
  %1 = stablehlo.dynamic_slice %b, %i, %z, sizes = [131, 2] : (tensor<150x5x$T>, tensor<i32>, tensor<i32>) -> tensor<131x2x$T>
  %2 = "stablehlo.gather"(%t, %ids) <{dimension_numbers = #stablehlo.gather<offset_dims = [1], start_index_map = [1], collapsed_slice_dims = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1, 1061>}> : (tensor<9x1100x$T>, tensor<4x1xi32>) -> tensor<4x1061x$T>
  return %0, %1, %2 : tensor<601x$T>, tensor<131x2x$T>, tensor<4x1061x$T>
}

// ---- more rows than partitions by an index tile, and single elements for f32 bf16 i8 i32
func.func public @main(%t: tensor<37x70x$T>, %v: tensor<91x$T>, %i: tensor<2x150x1xi32>, %j: tensor<301xi32>) -> (tensor<2x150x70x$T>, tensor<301x$T>, tensor<150x$T>) {
  %0 = "stablehlo.gather"(%t, %i) <{dimension_numbers = #stablehlo.gather<offset_dims = [2], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 2>, slice_sizes = array<i64: 1, 70>}> : (tensor<37x70x$T>, tensor<2x150x1xi32>) -> tensor<2x150x70x$T>
  %1 = "stablehlo.gather"(%v, %j) <{dimension_numbers = #stablehlo.gather<offset_dims = [], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1>}> : (tensor<91x$T>, tensor<301xi32>) -> tensor<301x$T>
  %2 = stablehlo.slice %i [1:2, 0:150, 0:1] : (tensor<2x150x1xi32>) -> tensor<1x150x1xi32>
  %3 = stablehlo.reshape %2 : (tensor<1x150x1xi32>) -> tensor<150x1xi32>
  %4 = "stablehlo.gather"(%t, %3) <{dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1, 1>}> : (tensor<37x70x$T>, tensor<150x1xi32>) -> tensor<150x1x$T>
  %5 = stablehlo.reshape %4 : (tensor<150x1x$T>) -> tensor<150x$T>
  return %0, %1, %5 : tensor<2x150x70x$T>, tensor<301x$T>, tensor<150x$T>
}

// ---- rows by wide indices for i64
func.func public @main(%t: tensor<37x6xf32>, %i: tensor<45x1x$T>) -> tensor<45x6xf32> {
  %0 = "stablehlo.gather"(%t, %i) <{dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1, 6>}> : (tensor<37x6xf32>, tensor<45x1x$T>) -> tensor<45x6xf32>
  return %0 : tensor<45x6xf32>
}
