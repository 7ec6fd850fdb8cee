// Printed by JAX 0.10.2 (jaxlib 0.10.2), tests/golden/jax/export.py; do not edit.
module @jit_dot_two_contractions attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<4x3x5xf32>, %arg1: tensor<5x2x3xf32>) -> (tensor<4x2xf32> {jax.result_info = "result"}) {
    %0 = stablehlo.dot_general %arg0, %arg1, contracting_dims = [1, 2] x [2, 0], precision = [DEFAULT, DEFAULT] : (tensor<4x3x5xf32>, tensor<5x2x3xf32>) -> tensor<4x2xf32>
    return %0 : tensor<4x2xf32>
  }
}
