// Printed by JAX 0.10.2 (jaxlib 0.10.2), tests/golden/jax/export.py; do not edit.
module @jit_attention_composite attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<1x6x4x8xbf16>, %arg1: tensor<1x6x2x8xbf16>, %arg2: tensor<1x6x2x8xbf16>) -> (tensor<1x6x4x8xbf16> {jax.result_info = "result"}) {
    %0 = stablehlo.composite "tri.attention" %arg0, %arg1, %arg2 {composite_attributes = {causal = true, scale = 0.35355339059327379 : f64}, decomposition = @tri.attention} : (tensor<1x6x4x8xbf16>, tensor<1x6x2x8xbf16>, tensor<1x6x2x8xbf16>) -> tensor<1x6x4x8xbf16>
    return %0 : tensor<1x6x4x8xbf16>
  }
  func.func private @tri.attention(%arg0: tensor<1x6x4x8xbf16>, %arg1: tensor<1x6x2x8xbf16>, %arg2: tensor<1x6x2x8xbf16>) -> tensor<1x6x4x8xbf16> {
    %0 = stablehlo.reshape %arg0 : (tensor<1x6x4x8xbf16>) -> tensor<1x6x2x2x8xbf16>
    %1 = stablehlo.dot_general %arg1, %0, batching_dims = [0, 2] x [0, 2], contracting_dims = [3] x [4], precision = [DEFAULT, DEFAULT] : (tensor<1x6x2x8xbf16>, tensor<1x6x2x2x8xbf16>) -> tensor<1x2x6x6x2xf32>
    %2 = stablehlo.transpose %1, dims = [0, 1, 4, 3, 2] : (tensor<1x2x6x6x2xf32>) -> tensor<1x2x2x6x6xf32>
    %cst = stablehlo.constant dense<0.353553385> : tensor<f32>
    %3 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<1x2x2x6x6xf32>
    %4 = stablehlo.multiply %2, %3 : tensor<1x2x2x6x6xf32>
    %5 = stablehlo.iota dim = 0 : tensor<6x6xi32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %6 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<6x6xi32>
    %7 = stablehlo.add %5, %6 : tensor<6x6xi32>
    %8 = stablehlo.iota dim = 1 : tensor<6x6xi32>
    %9 = stablehlo.compare GE, %7, %8, SIGNED : (tensor<6x6xi32>, tensor<6x6xi32>) -> tensor<6x6xi1>
    %cst_0 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %10 = call @_where(%9, %4, %cst_0) : (tensor<6x6xi1>, tensor<1x2x2x6x6xf32>, tensor<f32>) -> tensor<1x2x2x6x6xf32>
    %cst_1 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %11 = stablehlo.reduce(%10 init: %cst_1) applies stablehlo.maximum across dimensions = [4] : (tensor<1x2x2x6x6xf32>, tensor<f32>) -> tensor<1x2x2x6xf32>
    %cst_2 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %12 = stablehlo.broadcast_in_dim %cst_2, dims = [] : (tensor<f32>) -> tensor<1x2x2x6xf32>
    %13 = stablehlo.maximum %12, %11 : tensor<1x2x2x6xf32>
    %14 = stablehlo.broadcast_in_dim %13, dims = [0, 1, 2, 3] : (tensor<1x2x2x6xf32>) -> tensor<1x2x2x6x1xf32>
    %15 = stablehlo.broadcast_in_dim %14, dims = [0, 1, 2, 3, 4] : (tensor<1x2x2x6x1xf32>) -> tensor<1x2x2x6x6xf32>
    %16 = stablehlo.subtract %10, %15 : tensor<1x2x2x6x6xf32>
    %17 = stablehlo.exponential %16 : tensor<1x2x2x6x6xf32>
    %cst_3 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %18 = stablehlo.reduce(%17 init: %cst_3) applies stablehlo.add across dimensions = [4] : (tensor<1x2x2x6x6xf32>, tensor<f32>) -> tensor<1x2x2x6xf32>
    %19 = stablehlo.broadcast_in_dim %18, dims = [0, 1, 2, 3] : (tensor<1x2x2x6xf32>) -> tensor<1x2x2x6x1xf32>
    %20 = stablehlo.broadcast_in_dim %19, dims = [0, 1, 2, 3, 4] : (tensor<1x2x2x6x1xf32>) -> tensor<1x2x2x6x6xf32>
    %21 = stablehlo.divide %17, %20 : tensor<1x2x2x6x6xf32>
    %22 = stablehlo.convert %21 : (tensor<1x2x2x6x6xf32>) -> tensor<1x2x2x6x6xbf16>
    %23 = stablehlo.dot_general %arg2, %22, batching_dims = [0, 2] x [0, 1], contracting_dims = [1] x [4], precision = [DEFAULT, DEFAULT] : (tensor<1x6x2x8xbf16>, tensor<1x2x2x6x6xbf16>) -> tensor<1x2x8x2x6xf32>
    %24 = stablehlo.transpose %23, dims = [0, 4, 1, 3, 2] : (tensor<1x2x8x2x6xf32>) -> tensor<1x6x2x2x8xf32>
    %25 = stablehlo.reshape %24 : (tensor<1x6x2x2x8xf32>) -> tensor<1x6x4x8xf32>
    %26 = stablehlo.convert %25 : (tensor<1x6x4x8xf32>) -> tensor<1x6x4x8xbf16>
    return %26 : tensor<1x6x4x8xbf16>
  }
  func.func private @_where(%arg0: tensor<6x6xi1>, %arg1: tensor<1x2x2x6x6xf32>, %arg2: tensor<f32>) -> tensor<1x2x2x6x6xf32> {
    %0 = stablehlo.convert %arg2 : tensor<f32>
    %1 = stablehlo.broadcast_in_dim %arg0, dims = [3, 4] : (tensor<6x6xi1>) -> tensor<1x2x2x6x6xi1>
    %2 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<f32>) -> tensor<1x2x2x6x6xf32>
    %3 = stablehlo.select %1, %arg1, %2 : tensor<1x2x2x6x6xi1>, tensor<1x2x2x6x6xf32>
    return %3 : tensor<1x2x2x6x6xf32>
  }
}
