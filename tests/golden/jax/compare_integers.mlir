// Printed by JAX 0.10.2 (jaxlib 0.10.2), tests/golden/jax/export.py; do not edit.
module @jit_compare_integers attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<9xi32>, %arg1: tensor<9xi32>, %arg2: tensor<9xui8>, %arg3: tensor<9xui8>) -> (tensor<9xi1> {jax.result_info = "result[0]"}, tensor<9xi1> {jax.result_info = "result[1]"}, tensor<9xi1> {jax.result_info = "result[2]"}, tensor<9xi1> {jax.result_info = "result[3]"}, tensor<9xi1> {jax.result_info = "result[4]"}) {
    %0 = stablehlo.compare EQ, %arg0, %arg1, SIGNED : (tensor<9xi32>, tensor<9xi32>) -> tensor<9xi1>
    %1 = stablehlo.compare LT, %arg0, %arg1, SIGNED : (tensor<9xi32>, tensor<9xi32>) -> tensor<9xi1>
    %2 = stablehlo.compare GE, %arg0, %arg1, SIGNED : (tensor<9xi32>, tensor<9xi32>) -> tensor<9xi1>
    %3 = stablehlo.compare LT, %arg2, %arg3, UNSIGNED : (tensor<9xui8>, tensor<9xui8>) -> tensor<9xi1>
    %4 = stablehlo.compare NE, %arg2, %arg3, UNSIGNED : (tensor<9xui8>, tensor<9xui8>) -> tensor<9xi1>
    return %0, %1, %2, %3, %4 : tensor<9xi1>, tensor<9xi1>, tensor<9xi1>, tensor<9xi1>, tensor<9xi1>
  }
}
