// Printed by JAX 0.10.2 (jaxlib 0.10.2), tests/golden/jax/export.py; do not edit.
module @jit_dot_f16 attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<3x8xf16>, %arg1: tensor<8x5xf16>) -> (tensor<3x5xf16> {jax.result_info = "result"}) {
    %0 = stablehlo.dot_general %arg0, %arg1, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<3x8xf16>, tensor<8x5xf16>) -> tensor<3x5xf32>
    %1 = stablehlo.convert %0 : (tensor<3x5xf32>) -> tensor<3x5xf16>
    return %1 : tensor<3x5xf16>
  }
}
