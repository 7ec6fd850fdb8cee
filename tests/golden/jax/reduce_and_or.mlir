// Printed by JAX 0.10.2 (jaxlib 0.10.2), tests/golden/jax/export.py; do not edit.
module @jit_reduce_and_or attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<5x6xi1>) -> (tensor<6xi1> {jax.result_info = "result[0]"}, tensor<5xi1> {jax.result_info = "result[1]"}, tensor<i1> {jax.result_info = "result[2]"}) {
    %c = stablehlo.constant dense<true> : tensor<i1>
    %0 = stablehlo.reduce(%arg0 init: %c) applies stablehlo.and across dimensions = [0] : (tensor<5x6xi1>, tensor<i1>) -> tensor<6xi1>
    %c_0 = stablehlo.constant dense<false> : tensor<i1>
    %1 = stablehlo.reduce(%arg0 init: %c_0) applies stablehlo.or across dimensions = [1] : (tensor<5x6xi1>, tensor<i1>) -> tensor<5xi1>
    %c_1 = stablehlo.constant dense<true> : tensor<i1>
    %2 = stablehlo.reduce(%arg0 init: %c_1) applies stablehlo.and across dimensions = [0, 1] : (tensor<5x6xi1>, tensor<i1>) -> tensor<i1>
    return %0, %1, %2 : tensor<6xi1>, tensor<5xi1>, tensor<i1>
  }
}
