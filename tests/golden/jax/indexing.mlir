// Printed by JAX 0.10.2 (jaxlib 0.10.2), tests/golden/jax/export.py; do not edit.
module @jit_indexing attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<4x5x6xf32>, %arg1: tensor<i32>) -> (tensor<5x6xf32> {jax.result_info = "result[0]"}, tensor<4x6xf32> {jax.result_info = "result[1]"}, tensor<5x6xf32> {jax.result_info = "result[2]"}, tensor<2x3xf32> {jax.result_info = "result[3]"}, tensor<4x1x6xf32> {jax.result_info = "result[4]"}) {
    %0 = stablehlo.slice %arg0 [2:3, 0:5, 0:6] : (tensor<4x5x6xf32>) -> tensor<1x5x6xf32>
    %1 = stablehlo.reshape %0 : (tensor<1x5x6xf32>) -> tensor<5x6xf32>
    %2 = stablehlo.slice %arg0 [0:4, 4:5, 0:6] : (tensor<4x5x6xf32>) -> tensor<4x1x6xf32>
    %3 = stablehlo.reshape %2 : (tensor<4x1x6xf32>) -> tensor<4x6xf32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %4 = stablehlo.compare LT, %arg1, %c, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_0 = stablehlo.constant dense<4> : tensor<i32>
    %5 = stablehlo.add %arg1, %c_0 : tensor<i32>
    %6 = stablehlo.select %4, %5, %arg1 : tensor<i1>, tensor<i32>
    %c_1 = stablehlo.constant dense<0> : tensor<i32>
    %c_2 = stablehlo.constant dense<0> : tensor<i32>
    %7 = stablehlo.compare LT, %c_1, %c_2, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_3 = stablehlo.constant dense<0> : tensor<i32>
    %c_4 = stablehlo.constant dense<5> : tensor<i32>
    %8 = stablehlo.add %c_3, %c_4 : tensor<i32>
    %c_5 = stablehlo.constant dense<0> : tensor<i32>
    %9 = stablehlo.select %7, %8, %c_5 : tensor<i1>, tensor<i32>
    %c_6 = stablehlo.constant dense<0> : tensor<i32>
    %c_7 = stablehlo.constant dense<0> : tensor<i32>
    %10 = stablehlo.compare LT, %c_6, %c_7, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
    %c_8 = stablehlo.constant dense<0> : tensor<i32>
    %c_9 = stablehlo.constant dense<6> : tensor<i32>
    %11 = stablehlo.add %c_8, %c_9 : tensor<i32>
    %c_10 = stablehlo.constant dense<0> : tensor<i32>
    %12 = stablehlo.select %10, %11, %c_10 : tensor<i1>, tensor<i32>
    %13 = stablehlo.dynamic_slice %arg0, %6, %9, %12, sizes = [1, 5, 6] : (tensor<4x5x6xf32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<1x5x6xf32>
    %14 = stablehlo.reshape %13 : (tensor<1x5x6xf32>) -> tensor<5x6xf32>
    %15 = stablehlo.slice %arg0 [1:2, 2:4, 0:6:2] : (tensor<4x5x6xf32>) -> tensor<1x2x3xf32>
    %16 = stablehlo.reshape %15 : (tensor<1x2x3xf32>) -> tensor<2x3xf32>
    %17 = stablehlo.slice %arg0 [0:4, 0:1, 0:6] : (tensor<4x5x6xf32>) -> tensor<4x1x6xf32>
    %18 = stablehlo.reshape %17 : (tensor<4x1x6xf32>) -> tensor<4x6xf32>
    %19 = stablehlo.broadcast_in_dim %18, dims = [0, 2] : (tensor<4x6xf32>) -> tensor<4x1x6xf32>
    return %1, %3, %14, %16, %19 : tensor<5x6xf32>, tensor<4x6xf32>, tensor<5x6xf32>, tensor<2x3xf32>, tensor<4x1x6xf32>
  }
}
