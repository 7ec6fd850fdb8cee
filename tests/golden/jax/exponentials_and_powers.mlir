// Printed by JAX 0.10.2 (jaxlib 0.10.2), tests/golden/jax/export.py; do not edit.
module @jit_exponentials_and_powers attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<16xf32>, %arg1: tensor<16xf32>) -> (tensor<16xf32> {jax.result_info = "result[0]"}, tensor<16xf32> {jax.result_info = "result[1]"}, tensor<16xf32> {jax.result_info = "result[2]"}, tensor<16xf32> {jax.result_info = "result[3]"}, tensor<16xf32> {jax.result_info = "result[4]"}, tensor<16xf32> {jax.result_info = "result[5]"}, tensor<16xf32> {jax.result_info = "result[6]"}) {
    %0 = stablehlo.exponential %arg0 : tensor<16xf32>
    %1 = stablehlo.exponential_minus_one %arg0 : tensor<16xf32>
    %cst = stablehlo.constant dense<0.693147182> : tensor<f32>
    %2 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<16xf32>
    %3 = stablehlo.multiply %2, %arg0 : tensor<16xf32>
    %4 = stablehlo.exponential %3 : tensor<16xf32>
    %5 = stablehlo.power %arg1, %arg0 : tensor<16xf32>
    %cst_0 = stablehlo.constant dense<2.500000e+00> : tensor<f32>
    %6 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f32>) -> tensor<16xf32>
    %7 = stablehlo.power %arg1, %6 : tensor<16xf32>
    %8 = stablehlo.multiply %arg0, %arg0 : tensor<16xf32>
    %9 = stablehlo.multiply %8, %arg0 : tensor<16xf32>
    %10 = stablehlo.multiply %arg0, %arg0 : tensor<16xf32>
    %cst_1 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %11 = stablehlo.broadcast_in_dim %cst_1, dims = [] : (tensor<f32>) -> tensor<16xf32>
    %12 = stablehlo.divide %11, %10 : tensor<16xf32>
    return %0, %1, %4, %5, %7, %9, %12 : tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>
  }
}
