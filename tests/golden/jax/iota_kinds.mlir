// Printed by JAX 0.10.2 (jaxlib 0.10.2), tests/golden/jax/export.py; do not edit.
module @jit_iota_kinds attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main() -> (tensor<5xi32> {jax.result_info = "result[0]"}, tensor<2x3xf32> {jax.result_info = "result[1]"}, tensor<3x2xui8> {jax.result_info = "result[2]"}, tensor<4xbf16> {jax.result_info = "result[3]"}) {
    %0 = stablehlo.iota dim = 0 : tensor<5xi32>
    %1 = stablehlo.iota dim = 1 : tensor<2x3xf32>
    %2 = stablehlo.iota dim = 0 : tensor<3x2xui8>
    %3 = stablehlo.iota dim = 0 : tensor<4xbf16>
    return %0, %1, %2, %3 : tensor<5xi32>, tensor<2x3xf32>, tensor<3x2xui8>, tensor<4xbf16>
  }
}
