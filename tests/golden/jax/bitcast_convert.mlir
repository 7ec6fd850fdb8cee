// Printed by JAX 0.10.2 (jaxlib 0.10.2), tests/golden/jax/export.py; do not edit.
module @jit_bitcast_convert attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<6xf32>, %arg1: tensor<6xi32>, %arg2: tensor<6x2xf16>) -> (tensor<6xi32> {jax.result_info = "result[0]"}, tensor<6xf32> {jax.result_info = "result[1]"}, tensor<6x2xui16> {jax.result_info = "result[2]"}, tensor<6xui32> {jax.result_info = "result[3]"}) {
    %0 = stablehlo.bitcast_convert %arg0 : (tensor<6xf32>) -> tensor<6xi32>
    %1 = stablehlo.bitcast_convert %arg1 : (tensor<6xi32>) -> tensor<6xf32>
    %2 = stablehlo.bitcast_convert %arg0 : (tensor<6xf32>) -> tensor<6x2xui16>
    %3 = stablehlo.bitcast_convert %arg2 : (tensor<6x2xf16>) -> tensor<6xui32>
    return %0, %1, %2, %3 : tensor<6xi32>, tensor<6xf32>, tensor<6x2xui16>, tensor<6xui32>
  }
}
