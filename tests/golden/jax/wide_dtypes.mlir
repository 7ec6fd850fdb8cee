// Printed by JAX 0.10.2 (jaxlib 0.10.2), tests/golden/jax/export.py; do not edit.
module @jit_wide_dtypes attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<4x5xf64>, %arg1: tensor<5x3xf64>, %arg2: tensor<6xi64>) -> (tensor<4x3xf64> {jax.result_info = "result[0]"}, tensor<4x5xf64> {jax.result_info = "result[1]"}, tensor<6xi64> {jax.result_info = "result[2]"}, tensor<6xf64> {jax.result_info = "result[3]"}) {
    %0 = stablehlo.dot_general %arg0, %arg1, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<4x5xf64>, tensor<5x3xf64>) -> tensor<4x3xf64>
    %1 = stablehlo.exponential %arg0 : tensor<4x5xf64>
    %c = stablehlo.constant dense<1000003> : tensor<i64>
    %2 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i64>) -> tensor<6xi64>
    %3 = stablehlo.multiply %arg2, %2 : tensor<6xi64>
    %c_0 = stablehlo.constant dense<1099511627776> : tensor<i64>
    %4 = stablehlo.broadcast_in_dim %c_0, dims = [] : (tensor<i64>) -> tensor<6xi64>
    %5 = stablehlo.add %3, %4 : tensor<6xi64>
    %6 = stablehlo.convert %arg2 : (tensor<6xi64>) -> tensor<6xf64>
    return %0, %1, %5, %6 : tensor<4x3xf64>, tensor<4x5xf64>, tensor<6xi64>, tensor<6xf64>
  }
}
