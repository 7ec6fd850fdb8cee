// Rows are picked from a table in memory: the table is computed by a kernel before; what is done to the rows is part of the gather's.
// RUN: opt --passes fuse
// CHECK: func.func public @main
// CHECK-NEXT: label = "tanh"
// CHECK: "stablehlo.gather"
// CHECK-NEXT: stablehlo.negate
// CHECK-NEXT: stablehlo.return
// CHECK-NEXT: })
// CHECK-NEXT: return
func.func public @main(%t: tensor<10x8xf32>, %i: tensor<3x1xi32>) -> tensor<3x8xf32> {
  %0 = stablehlo.tanh %t : tensor<10x8xf32>
  %1 = "stablehlo.gather"(%0, %i) <{dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, indices_are_sorted = false, slice_sizes = array<i64: 1, 8>}> : (tensor<10x8xf32>, tensor<3x1xi32>) -> tensor<3x8xf32>
  %2 = stablehlo.negate %1 : tensor<3x8xf32>
  return %2 : tensor<3x8xf32>
}
