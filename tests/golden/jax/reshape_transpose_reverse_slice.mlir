// Printed by JAX 0.10.2 (jaxlib 0.10.2), tests/golden/jax/export.py; do not edit.
module @jit_reshape_transpose_reverse_slice attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<3x1x4xf32>) -> (tensor<2x6xf32> {jax.result_info = "result[0]"}, tensor<4x3x1xf32> {jax.result_info = "result[1]"}, tensor<3x1x4xf32> {jax.result_info = "result[2]"}, tensor<2x1x2xf32> {jax.result_info = "result[3]"}, tensor<3x4xf32> {jax.result_info = "result[4]"}) {
    %0 = stablehlo.reshape %arg0 : (tensor<3x1x4xf32>) -> tensor<2x6xf32>
    %1 = stablehlo.transpose %arg0, dims = [2, 0, 1] : (tensor<3x1x4xf32>) -> tensor<4x3x1xf32>
    %2 = call @_flip(%arg0) : (tensor<3x1x4xf32>) -> tensor<3x1x4xf32>
    %3 = stablehlo.slice %arg0 [0:3:2, 0:1, 1:4:2] : (tensor<3x1x4xf32>) -> tensor<2x1x2xf32>
    %4 = stablehlo.reshape %arg0 : (tensor<3x1x4xf32>) -> tensor<3x4xf32>
    return %0, %1, %2, %3, %4 : tensor<2x6xf32>, tensor<4x3x1xf32>, tensor<3x1x4xf32>, tensor<2x1x2xf32>, tensor<3x4xf32>
  }
  func.func private @_flip(%arg0: tensor<3x1x4xf32>) -> tensor<3x1x4xf32> {
    %0 = stablehlo.reverse %arg0, dims = [2] : tensor<3x1x4xf32>
    return %0 : tensor<3x1x4xf32>
  }
}
