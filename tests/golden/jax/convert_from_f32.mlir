// Printed by JAX 0.10.2 (jaxlib 0.10.2), tests/golden/jax/export.py; do not edit.
module @jit_convert_from_f32 attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<20xf32>) -> (tensor<20xbf16> {jax.result_info = "result[0]"}, tensor<20xf16> {jax.result_info = "result[1]"}, tensor<20xi32> {jax.result_info = "result[2]"}, tensor<20xui8> {jax.result_info = "result[3]"}, tensor<20xi1> {jax.result_info = "result[4]"}, tensor<20xi8> {jax.result_info = "result[5]"}) {
    %cst = stablehlo.constant dense<3.770000e+01> : tensor<f32>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<20xf32>
    %1 = stablehlo.multiply %arg0, %0 : tensor<20xf32>
    %2 = stablehlo.convert %1 : (tensor<20xf32>) -> tensor<20xbf16>
    %3 = stablehlo.convert %1 : (tensor<20xf32>) -> tensor<20xf16>
    %4 = stablehlo.convert %1 : (tensor<20xf32>) -> tensor<20xi32>
    %5 = stablehlo.abs %1 : tensor<20xf32>
    %6 = stablehlo.convert %5 : (tensor<20xf32>) -> tensor<20xui8>
    %cst_0 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %7 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f32>) -> tensor<20xf32>
    %8 = stablehlo.compare NE, %1, %7, FLOAT : (tensor<20xf32>, tensor<20xf32>) -> tensor<20xi1>
    %9 = stablehlo.convert %8 : tensor<20xi1>
    %10 = stablehlo.convert %1 : (tensor<20xf32>) -> tensor<20xi8>
    return %2, %3, %4, %6, %9, %10 : tensor<20xbf16>, tensor<20xf16>, tensor<20xi32>, tensor<20xui8>, tensor<20xi1>, tensor<20xi8>
  }
}
