// Printed by JAX 0.10.2 (jaxlib 0.10.2), tests/golden/jax/export.py; do not edit.
module @jit_arithmetic_bf16 attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<16xbf16>, %arg1: tensor<16xbf16>) -> (tensor<16xbf16> {jax.result_info = "result[0]"}, tensor<16xbf16> {jax.result_info = "result[1]"}, tensor<16xbf16> {jax.result_info = "result[2]"}, tensor<16xbf16> {jax.result_info = "result[3]"}, tensor<16xbf16> {jax.result_info = "result[4]"}, tensor<16xbf16> {jax.result_info = "result[5]"}) {
    %0 = stablehlo.add %arg0, %arg1 : tensor<16xbf16>
    %1 = stablehlo.multiply %arg0, %arg1 : tensor<16xbf16>
    %2 = stablehlo.divide %arg0, %arg1 : tensor<16xbf16>
    %cst = stablehlo.constant dense<1.000000e+00> : tensor<bf16>
    %3 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<bf16>) -> tensor<16xbf16>
    %4 = stablehlo.subtract %arg0, %3 : tensor<16xbf16>
    %cst_0 = stablehlo.constant dense<2.000000e+00> : tensor<bf16>
    %5 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<bf16>) -> tensor<16xbf16>
    %6 = stablehlo.multiply %5, %arg0 : tensor<16xbf16>
    %7 = stablehlo.exponential %arg0 : tensor<16xbf16>
    return %0, %1, %2, %4, %6, %7 : tensor<16xbf16>, tensor<16xbf16>, tensor<16xbf16>, tensor<16xbf16>, tensor<16xbf16>, tensor<16xbf16>
  }
}
