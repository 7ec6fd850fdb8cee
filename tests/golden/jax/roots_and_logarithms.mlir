// Printed by JAX 0.10.2 (jaxlib 0.10.2), tests/golden/jax/export.py; do not edit.
module @jit_roots_and_logarithms attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<16xf32>) -> (tensor<16xf32> {jax.result_info = "result[0]"}, tensor<16xf32> {jax.result_info = "result[1]"}, tensor<16xf32> {jax.result_info = "result[2]"}, tensor<16xf32> {jax.result_info = "result[3]"}, tensor<16xf32> {jax.result_info = "result[4]"}, tensor<16xf32> {jax.result_info = "result[5]"}) {
    %0 = stablehlo.sqrt %arg0 : tensor<16xf32>
    %1 = stablehlo.rsqrt %arg0 : tensor<16xf32>
    %2 = chlo.square %arg0 : tensor<16xf32> -> tensor<16xf32>
    %3 = stablehlo.log %arg0 : tensor<16xf32>
    %4 = stablehlo.log_plus_one %arg0 : tensor<16xf32>
    %5 = stablehlo.cbrt %arg0 : tensor<16xf32>
    return %0, %1, %2, %3, %4, %5 : tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>
  }
}
