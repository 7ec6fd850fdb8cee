// Printed by JAX 0.10.2 (jaxlib 0.10.2), tests/golden/jax/export.py; do not edit.
module @jit_convert_from_integers attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<20xi32>, %arg1: tensor<20xi1>, %arg2: tensor<20xui8>) -> (tensor<20xf32> {jax.result_info = "result[0]"}, tensor<20xi8> {jax.result_info = "result[1]"}, tensor<20xui16> {jax.result_info = "result[2]"}, tensor<20xf32> {jax.result_info = "result[3]"}, tensor<20xi32> {jax.result_info = "result[4]"}, tensor<20xbf16> {jax.result_info = "result[5]"}, tensor<20xi32> {jax.result_info = "result[6]"}) {
    %0 = stablehlo.convert %arg0 : (tensor<20xi32>) -> tensor<20xf32>
    %1 = stablehlo.convert %arg0 : (tensor<20xi32>) -> tensor<20xi8>
    %2 = stablehlo.convert %arg0 : (tensor<20xi32>) -> tensor<20xui16>
    %3 = stablehlo.convert %arg1 : (tensor<20xi1>) -> tensor<20xf32>
    %4 = stablehlo.convert %arg1 : (tensor<20xi1>) -> tensor<20xi32>
    %5 = stablehlo.convert %arg2 : (tensor<20xui8>) -> tensor<20xbf16>
    %6 = stablehlo.convert %arg2 : (tensor<20xui8>) -> tensor<20xi32>
    return %0, %1, %2, %3, %4, %5, %6 : tensor<20xf32>, tensor<20xi8>, tensor<20xui16>, tensor<20xf32>, tensor<20xi32>, tensor<20xbf16>, tensor<20xi32>
  }
}
