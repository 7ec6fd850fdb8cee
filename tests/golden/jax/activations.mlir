// Printed by JAX 0.10.2 (jaxlib 0.10.2), tests/golden/jax/export.py; do not edit.
module @jit_activations attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<16xf32>) -> (tensor<16xf32> {jax.result_info = "result[0]"}, tensor<16xf32> {jax.result_info = "result[1]"}, tensor<16xf32> {jax.result_info = "result[2]"}, tensor<16xf32> {jax.result_info = "result[3]"}, tensor<16xf32> {jax.result_info = "result[4]"}, tensor<16xf32> {jax.result_info = "result[5]"}) {
    %0 = stablehlo.negate %arg0 : tensor<16xf32>
    %1 = stablehlo.exponential %0 : tensor<16xf32>
    %cst = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %2 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<16xf32>
    %3 = stablehlo.add %2, %1 : tensor<16xf32>
    %cst_0 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %4 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f32>) -> tensor<16xf32>
    %5 = stablehlo.divide %4, %3 : tensor<16xf32>
    %6 = call @silu(%arg0) : (tensor<16xf32>) -> tensor<16xf32>
    %7 = stablehlo.multiply %arg0, %arg0 : tensor<16xf32>
    %8 = stablehlo.multiply %7, %arg0 : tensor<16xf32>
    %cst_1 = stablehlo.constant dense<4.471500e-02> : tensor<f32>
    %9 = stablehlo.broadcast_in_dim %cst_1, dims = [] : (tensor<f32>) -> tensor<16xf32>
    %10 = stablehlo.multiply %9, %8 : tensor<16xf32>
    %11 = stablehlo.add %arg0, %10 : tensor<16xf32>
    %cst_2 = stablehlo.constant dense<0.797884583> : tensor<f32>
    %12 = stablehlo.broadcast_in_dim %cst_2, dims = [] : (tensor<f32>) -> tensor<16xf32>
    %13 = stablehlo.multiply %12, %11 : tensor<16xf32>
    %14 = stablehlo.tanh %13 : tensor<16xf32>
    %cst_3 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %15 = stablehlo.broadcast_in_dim %cst_3, dims = [] : (tensor<f32>) -> tensor<16xf32>
    %16 = stablehlo.add %15, %14 : tensor<16xf32>
    %cst_4 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %17 = stablehlo.broadcast_in_dim %cst_4, dims = [] : (tensor<f32>) -> tensor<16xf32>
    %18 = stablehlo.multiply %17, %16 : tensor<16xf32>
    %19 = stablehlo.multiply %arg0, %18 : tensor<16xf32>
    %cst_5 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %20 = stablehlo.broadcast_in_dim %cst_5, dims = [] : (tensor<f32>) -> tensor<16xf32>
    %21 = stablehlo.multiply %20, %arg0 : tensor<16xf32>
    %22 = stablehlo.negate %arg0 : tensor<16xf32>
    %cst_6 = stablehlo.constant dense<0.707106769> : tensor<f32>
    %23 = stablehlo.broadcast_in_dim %cst_6, dims = [] : (tensor<f32>) -> tensor<16xf32>
    %24 = stablehlo.multiply %22, %23 : tensor<16xf32>
    %25 = chlo.erfc %24 : tensor<16xf32> -> tensor<16xf32>
    %26 = stablehlo.multiply %21, %25 : tensor<16xf32>
    %27 = stablehlo.tanh %arg0 : tensor<16xf32>
    %28 = chlo.erf %arg0 : tensor<16xf32> -> tensor<16xf32>
    return %5, %6, %19, %26, %27, %28 : tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>
  }
  func.func private @silu(%arg0: tensor<16xf32>) -> tensor<16xf32> {
    %0 = stablehlo.negate %arg0 : tensor<16xf32>
    %1 = stablehlo.exponential %0 : tensor<16xf32>
    %cst = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %2 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<16xf32>
    %3 = stablehlo.add %2, %1 : tensor<16xf32>
    %cst_0 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %4 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f32>) -> tensor<16xf32>
    %5 = stablehlo.divide %4, %3 : tensor<16xf32>
    %6 = stablehlo.multiply %arg0, %5 : tensor<16xf32>
    return %6 : tensor<16xf32>
  }
}
