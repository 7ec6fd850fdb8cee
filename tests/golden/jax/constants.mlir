// Printed by JAX 0.10.2 (jaxlib 0.10.2), tests/golden/jax/export.py; do not edit.
module @jit_constants attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<3x4xf32>) -> (tensor<3x4xf32> {jax.result_info = "result[0]"}, tensor<3x4xi32> {jax.result_info = "result[1]"}, tensor<3x12xf32> {jax.result_info = "result[2]"}, tensor<3x32xf32> {jax.result_info = "result[3]"}, tensor<4xi1> {jax.result_info = "result[4]"}, tensor<2x2xbf16> {jax.result_info = "result[5]"}, tensor<3xf32> {jax.result_info = "result[6]"}, tensor<0x3xf32> {jax.result_info = "result[7]"}) {
    %cst = stablehlo.constant dense<[5.000000e-01, -1.250000e+00, 3.000000e-05, 0x7F800000]> : tensor<4xf32>
    %c = stablehlo.constant dense<[[-6, -5, -4, -3], [-2, -1, 0, 1], [2, 3, 4, 5]]> : tensor<3x4xi32>
    %cst_0 = stablehlo.constant dense<[[-1.000000e+00, -0.957446813, -0.914893627, -0.872340441, -0.829787254, -0.787234068, -0.744680821, -0.702127635, -0.659574449, -0.617021262, -0.574468076, -0.53191489], [-0.489361703, -0.446808517, -0.404255331, -0.361702114, -0.319148928, -0.276595742, -0.234042555, -0.191489369, -0.148936167, -0.106382981, -0.0638297871, -0.0212765951], [0.0212765951, 0.0638297871, 0.106382981, 0.148936167, 0.191489369, 0.234042555, 0.276595742, 0.319148928, 0.361702114, 0.404255331, 0.446808517, 0.489361703], [0.53191489, 0.574468076, 0.617021262, 0.659574449, 0.702127635, 0.744680821, 0.787234068, 0.829787254, 0.872340441, 0.914893627, 0.957446813, 1.000000e+00]]> : tensor<4x12xf32>
    %cst_1 = stablehlo.constant dense<"0x0000A0BF000080BF000040BF000000BF000080BE000000000000803E0000003F0000403F0000803F0000A03F0000A0BF000080BF000040BF000000BF000080BE000000000000803E0000003F0000403F0000803F0000A03F0000A0BF000080BF000040BF000000BF000080BE000000000000803E0000003F0000403F0000803F0000A03F0000A0BF000080BF000040BF000000BF000080BE000000000000803E0000003F0000403F0000803F0000A03F0000A0BF000080BF000040BF000000BF000080BE000000000000803E0000003F0000403F0000803F0000A03F0000A0BF000080BF000040BF000000BF000080BE000000000000803E0000003F0000403F0000803F0000A03F0000A0BF000080BF000040BF000000BF000080BE000000000000803E0000003F0000403F0000803F0000A03F0000A0BF000080BF000040BF000000BF000080BE000000000000803E0000003F0000403F0000803F0000A03F0000A0BF000080BF000040BF000000BF000080BE000000000000803E0000003F0000403F0000803F0000A03F0000A0BF000080BF000040BF000000BF000080BE000000000000803E0000003F0000403F0000803F0000A03F0000A0BF000080BF000040BF000000BF000080BE000000000000803E0000003F0000403F0000803F0000A03F0000A0BF000080BF000040BF000000BF000080BE000000000000803E"> : tensor<4x32xf32>
    %c_2 = stablehlo.constant dense<[true, false, false, true]> : tensor<4xi1>
    %0 = stablehlo.broadcast_in_dim %cst, dims = [1] : (tensor<4xf32>) -> tensor<1x4xf32>
    %1 = stablehlo.broadcast_in_dim %0, dims = [0, 1] : (tensor<1x4xf32>) -> tensor<3x4xf32>
    %2 = stablehlo.multiply %arg0, %1 : tensor<3x4xf32>
    %c_3 = stablehlo.constant dense<1> : tensor<i32>
    %3 = stablehlo.broadcast_in_dim %c_3, dims = [] : (tensor<i32>) -> tensor<3x4xi32>
    %4 = stablehlo.add %c, %3 : tensor<3x4xi32>
    %5 = stablehlo.dot_general %arg0, %cst_0, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<3x4xf32>, tensor<4x12xf32>) -> tensor<3x12xf32>
    %6 = stablehlo.dot_general %arg0, %cst_1, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<3x4xf32>, tensor<4x32xf32>) -> tensor<3x32xf32>
    %cst_4 = stablehlo.constant dense<0xFF80> : tensor<bf16>
    %7 = stablehlo.broadcast_in_dim %cst_4, dims = [] : (tensor<bf16>) -> tensor<2x2xbf16>
    %cst_5 = stablehlo.constant dense<0x7FC00000> : tensor<f32>
    %8 = stablehlo.broadcast_in_dim %cst_5, dims = [] : (tensor<f32>) -> tensor<3xf32>
    %cst_6 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %9 = stablehlo.broadcast_in_dim %cst_6, dims = [] : (tensor<f32>) -> tensor<0x3xf32>
    return %2, %4, %5, %6, %c_2, %7, %8, %9 : tensor<3x4xf32>, tensor<3x4xi32>, tensor<3x12xf32>, tensor<3x32xf32>, tensor<4xi1>, tensor<2x2xbf16>, tensor<3xf32>, tensor<0x3xf32>
  }
}
