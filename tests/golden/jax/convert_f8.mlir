// Printed by JAX 0.10.2 (jaxlib 0.10.2), tests/golden/jax/export.py; do not edit.
module @jit_convert_f8 attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<20xf32>, %arg1: tensor<20xf8E4M3FN>, %arg2: tensor<20xf8E5M2>) -> (tensor<20xf8E4M3FN> {jax.result_info = "result[0]"}, tensor<20xf8E5M2> {jax.result_info = "result[1]"}, tensor<20xf32> {jax.result_info = "result[2]"}, tensor<20xbf16> {jax.result_info = "result[3]"}) {
    %cst = stablehlo.constant dense<1.300000e+00> : tensor<f32>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<20xf32>
    %1 = stablehlo.multiply %arg0, %0 : tensor<20xf32>
    %2 = stablehlo.convert %1 : (tensor<20xf32>) -> tensor<20xf8E4M3FN>
    %cst_0 = stablehlo.constant dense<1.300000e+00> : tensor<f32>
    %3 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f32>) -> tensor<20xf32>
    %4 = stablehlo.multiply %arg0, %3 : tensor<20xf32>
    %5 = stablehlo.convert %4 : (tensor<20xf32>) -> tensor<20xf8E5M2>
    %6 = stablehlo.convert %arg1 : (tensor<20xf8E4M3FN>) -> tensor<20xf32>
    %7 = stablehlo.convert %arg2 : (tensor<20xf8E5M2>) -> tensor<20xbf16>
    return %2, %5, %6, %7 : tensor<20xf8E4M3FN>, tensor<20xf8E5M2>, tensor<20xf32>, tensor<20xbf16>
  }
}
