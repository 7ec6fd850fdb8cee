// Printed by JAX 0.10.2 (jaxlib 0.10.2), tests/golden/jax/export.py; do not edit.
module @jit_bits attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<16xui32>, %arg1: tensor<16xui32>, %arg2: tensor<16xi32>) -> (tensor<16xui32> {jax.result_info = "result[0]"}, tensor<16xui32> {jax.result_info = "result[1]"}, tensor<16xui32> {jax.result_info = "result[2]"}, tensor<16xui32> {jax.result_info = "result[3]"}, tensor<16xui32> {jax.result_info = "result[4]"}, tensor<16xui32> {jax.result_info = "result[5]"}, tensor<16xi32> {jax.result_info = "result[6]"}, tensor<16xui32> {jax.result_info = "result[7]"}, tensor<16xui32> {jax.result_info = "result[8]"}) {
    %c = stablehlo.constant dense<7> : tensor<ui32>
    %0 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<ui32>) -> tensor<16xui32>
    %1 = stablehlo.and %arg1, %0 : tensor<16xui32>
    %2 = stablehlo.and %arg0, %arg1 : tensor<16xui32>
    %3 = stablehlo.or %arg0, %arg1 : tensor<16xui32>
    %4 = stablehlo.xor %arg0, %arg1 : tensor<16xui32>
    %5 = stablehlo.not %arg0 : tensor<16xui32>
    %6 = stablehlo.shift_left %arg0, %1 : tensor<16xui32>
    %7 = stablehlo.shift_right_logical %arg0, %1 : tensor<16xui32>
    %c_0 = stablehlo.constant dense<2> : tensor<i32>
    %8 = stablehlo.broadcast_in_dim %c_0, dims = [] : (tensor<i32>) -> tensor<16xi32>
    %9 = stablehlo.shift_right_arithmetic %arg2, %8 : tensor<16xi32>
    %10 = stablehlo.popcnt %arg0 : tensor<16xui32>
    %11 = stablehlo.count_leading_zeros %arg1 : tensor<16xui32>
    return %2, %3, %4, %5, %6, %7, %9, %10, %11 : tensor<16xui32>, tensor<16xui32>, tensor<16xui32>, tensor<16xui32>, tensor<16xui32>, tensor<16xui32>, tensor<16xi32>, tensor<16xui32>, tensor<16xui32>
  }
}
