// Printed by JAX 0.10.2 (jaxlib 0.10.2), examples/gpt2/export.py; do not edit.
module @jit_forward attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<768xbf16>, %arg1: tensor<2304xbf16>, %arg2: tensor<768x768xbf16>, %arg3: tensor<768x2304xbf16>, %arg4: tensor<768xbf16>, %arg5: tensor<768xbf16>, %arg6: tensor<768xbf16>, %arg7: tensor<768xbf16>, %arg8: tensor<3072xbf16>, %arg9: tensor<768xbf16>, %arg10: tensor<768x3072xbf16>, %arg11: tensor<3072x768xbf16>, %arg12: tensor<768xbf16>, %arg13: tensor<2304xbf16>, %arg14: tensor<768x768xbf16>, %arg15: tensor<768x2304xbf16>, %arg16: tensor<768xbf16>, %arg17: tensor<768xbf16>, %arg18: tensor<768xbf16>, %arg19: tensor<768xbf16>, %arg20: tensor<3072xbf16>, %arg21: tensor<768xbf16>, %arg22: tensor<768x3072xbf16>, %arg23: tensor<3072x768xbf16>, %arg24: tensor<768xbf16>, %arg25: tensor<768xbf16>, %arg26: tensor<1024x768xbf16>, %arg27: tensor<50257x768xbf16>, %arg28: tensor<1x64xi32>) -> (tensor<1x64x50257xf32> {jax.result_info = "result"}) {
    %c = stablehlo.constant dense<0> : tensor<i32>
    %0 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<1x64xi32>
    %1 = stablehlo.compare LT, %arg28, %0, SIGNED : (tensor<1x64xi32>, tensor<1x64xi32>) -> tensor<1x64xi1>
    %c_0 = stablehlo.constant dense<50257> : tensor<i32>
    %2 = stablehlo.broadcast_in_dim %c_0, dims = [] : (tensor<i32>) -> tensor<1x64xi32>
    %3 = stablehlo.add %arg28, %2 : tensor<1x64xi32>
    %4 = stablehlo.select %1, %3, %arg28 : tensor<1x64xi1>, tensor<1x64xi32>
    %5 = stablehlo.broadcast_in_dim %4, dims = [0, 1] : (tensor<1x64xi32>) -> tensor<1x64x1xi32>
    %6 = "stablehlo.gather"(%arg27, %5) <{dimension_numbers = #stablehlo.gather<offset_dims = [2], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 2>, indices_are_sorted = false, slice_sizes = array<i64: 1, 768>}> : (tensor<50257x768xbf16>, tensor<1x64x1xi32>) -> tensor<1x64x768xbf16>
    %7 = stablehlo.slice %arg26 [0:64, 0:768] : (tensor<1024x768xbf16>) -> tensor<64x768xbf16>
    %8 = stablehlo.broadcast_in_dim %7, dims = [1, 2] : (tensor<64x768xbf16>) -> tensor<1x64x768xbf16>
    %9 = stablehlo.add %6, %8 : tensor<1x64x768xbf16>
    %10 = stablehlo.convert %9 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %11 = stablehlo.reduce(%10 init: %cst) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %12 = stablehlo.broadcast_in_dim %11, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_1 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %13 = stablehlo.broadcast_in_dim %cst_1, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %14 = stablehlo.divide %12, %13 : tensor<1x64x1xf32>
    %15 = stablehlo.broadcast_in_dim %14, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %16 = stablehlo.subtract %10, %15 : tensor<1x64x768xf32>
    %17 = chlo.square %16 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_2 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %18 = stablehlo.reduce(%17 init: %cst_2) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %19 = stablehlo.broadcast_in_dim %18, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_3 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %20 = stablehlo.broadcast_in_dim %cst_3, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %21 = stablehlo.divide %19, %20 : tensor<1x64x1xf32>
    %22 = stablehlo.broadcast_in_dim %14, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %23 = stablehlo.subtract %10, %22 : tensor<1x64x768xf32>
    %cst_4 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %24 = stablehlo.broadcast_in_dim %cst_4, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %25 = stablehlo.add %21, %24 : tensor<1x64x1xf32>
    %26 = stablehlo.rsqrt %25 : tensor<1x64x1xf32>
    %27 = stablehlo.broadcast_in_dim %26, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %28 = stablehlo.multiply %23, %27 : tensor<1x64x768xf32>
    %29 = stablehlo.convert %arg5 : (tensor<768xbf16>) -> tensor<768xf32>
    %30 = stablehlo.broadcast_in_dim %29, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %31 = stablehlo.broadcast_in_dim %30, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %32 = stablehlo.multiply %28, %31 : tensor<1x64x768xf32>
    %33 = stablehlo.convert %arg4 : (tensor<768xbf16>) -> tensor<768xf32>
    %34 = stablehlo.broadcast_in_dim %33, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %35 = stablehlo.broadcast_in_dim %34, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %36 = stablehlo.add %32, %35 : tensor<1x64x768xf32>
    %37 = stablehlo.convert %36 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %38 = stablehlo.dot_general %37, %arg3, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x2304xbf16>) -> tensor<1x64x2304xf32>
    %39 = stablehlo.convert %arg1 : (tensor<2304xbf16>) -> tensor<2304xf32>
    %40 = stablehlo.broadcast_in_dim %39, dims = [2] : (tensor<2304xf32>) -> tensor<1x1x2304xf32>
    %41 = stablehlo.broadcast_in_dim %40, dims = [0, 1, 2] : (tensor<1x1x2304xf32>) -> tensor<1x64x2304xf32>
    %42 = stablehlo.add %38, %41 : tensor<1x64x2304xf32>
    %43 = stablehlo.convert %42 : (tensor<1x64x2304xf32>) -> tensor<1x64x2304xbf16>
    %44 = stablehlo.slice %43 [0:1, 0:64, 0:768] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %45 = stablehlo.slice %43 [0:1, 0:64, 768:1536] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %46 = stablehlo.slice %43 [0:1, 0:64, 1536:2304] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %47 = stablehlo.reshape %44 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %48 = stablehlo.reshape %45 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %49 = stablehlo.reshape %46 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %50 = stablehlo.composite "tri.attention" %47, %48, %49 {composite_attributes = {causal = true, scale = 1.250000e-01 : f64}, decomposition = @tri.attention} : (tensor<1x64x12x64xbf16>, tensor<1x64x12x64xbf16>, tensor<1x64x12x64xbf16>) -> tensor<1x64x12x64xbf16>
    %51 = stablehlo.reshape %50 : (tensor<1x64x12x64xbf16>) -> tensor<1x64x768xbf16>
    %52 = stablehlo.dot_general %51, %arg2, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x768xbf16>) -> tensor<1x64x768xf32>
    %53 = stablehlo.convert %arg0 : (tensor<768xbf16>) -> tensor<768xf32>
    %54 = stablehlo.broadcast_in_dim %53, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %55 = stablehlo.broadcast_in_dim %54, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %56 = stablehlo.add %52, %55 : tensor<1x64x768xf32>
    %57 = stablehlo.convert %56 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %58 = stablehlo.add %9, %57 : tensor<1x64x768xbf16>
    %59 = stablehlo.convert %58 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_5 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %60 = stablehlo.reduce(%59 init: %cst_5) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %61 = stablehlo.broadcast_in_dim %60, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_6 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %62 = stablehlo.broadcast_in_dim %cst_6, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %63 = stablehlo.divide %61, %62 : tensor<1x64x1xf32>
    %64 = stablehlo.broadcast_in_dim %63, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %65 = stablehlo.subtract %59, %64 : tensor<1x64x768xf32>
    %66 = chlo.square %65 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_7 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %67 = stablehlo.reduce(%66 init: %cst_7) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %68 = stablehlo.broadcast_in_dim %67, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_8 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %69 = stablehlo.broadcast_in_dim %cst_8, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %70 = stablehlo.divide %68, %69 : tensor<1x64x1xf32>
    %71 = stablehlo.broadcast_in_dim %63, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %72 = stablehlo.subtract %59, %71 : tensor<1x64x768xf32>
    %cst_9 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %73 = stablehlo.broadcast_in_dim %cst_9, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %74 = stablehlo.add %70, %73 : tensor<1x64x1xf32>
    %75 = stablehlo.rsqrt %74 : tensor<1x64x1xf32>
    %76 = stablehlo.broadcast_in_dim %75, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %77 = stablehlo.multiply %72, %76 : tensor<1x64x768xf32>
    %78 = stablehlo.convert %arg7 : (tensor<768xbf16>) -> tensor<768xf32>
    %79 = stablehlo.broadcast_in_dim %78, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %80 = stablehlo.broadcast_in_dim %79, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %81 = stablehlo.multiply %77, %80 : tensor<1x64x768xf32>
    %82 = stablehlo.convert %arg6 : (tensor<768xbf16>) -> tensor<768xf32>
    %83 = stablehlo.broadcast_in_dim %82, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %84 = stablehlo.broadcast_in_dim %83, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %85 = stablehlo.add %81, %84 : tensor<1x64x768xf32>
    %86 = stablehlo.convert %85 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %87 = stablehlo.dot_general %86, %arg10, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x3072xbf16>) -> tensor<1x64x3072xf32>
    %88 = stablehlo.convert %arg8 : (tensor<3072xbf16>) -> tensor<3072xf32>
    %89 = stablehlo.broadcast_in_dim %88, dims = [2] : (tensor<3072xf32>) -> tensor<1x1x3072xf32>
    %90 = stablehlo.broadcast_in_dim %89, dims = [0, 1, 2] : (tensor<1x1x3072xf32>) -> tensor<1x64x3072xf32>
    %91 = stablehlo.add %87, %90 : tensor<1x64x3072xf32>
    %92 = stablehlo.multiply %91, %91 : tensor<1x64x3072xf32>
    %93 = stablehlo.multiply %92, %91 : tensor<1x64x3072xf32>
    %cst_10 = stablehlo.constant dense<4.471500e-02> : tensor<f32>
    %94 = stablehlo.broadcast_in_dim %cst_10, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %95 = stablehlo.multiply %94, %93 : tensor<1x64x3072xf32>
    %96 = stablehlo.add %91, %95 : tensor<1x64x3072xf32>
    %cst_11 = stablehlo.constant dense<0.797884583> : tensor<f32>
    %97 = stablehlo.broadcast_in_dim %cst_11, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %98 = stablehlo.multiply %97, %96 : tensor<1x64x3072xf32>
    %99 = stablehlo.tanh %98 : tensor<1x64x3072xf32>
    %cst_12 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %100 = stablehlo.broadcast_in_dim %cst_12, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %101 = stablehlo.add %100, %99 : tensor<1x64x3072xf32>
    %cst_13 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %102 = stablehlo.broadcast_in_dim %cst_13, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %103 = stablehlo.multiply %102, %101 : tensor<1x64x3072xf32>
    %104 = stablehlo.multiply %91, %103 : tensor<1x64x3072xf32>
    %105 = stablehlo.convert %104 : (tensor<1x64x3072xf32>) -> tensor<1x64x3072xbf16>
    %106 = stablehlo.dot_general %105, %arg11, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x3072xbf16>, tensor<3072x768xbf16>) -> tensor<1x64x768xf32>
    %107 = stablehlo.convert %arg9 : (tensor<768xbf16>) -> tensor<768xf32>
    %108 = stablehlo.broadcast_in_dim %107, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %109 = stablehlo.broadcast_in_dim %108, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %110 = stablehlo.add %106, %109 : tensor<1x64x768xf32>
    %111 = stablehlo.convert %110 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %112 = stablehlo.add %58, %111 : tensor<1x64x768xbf16>
    %113 = stablehlo.convert %112 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_14 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %114 = stablehlo.reduce(%113 init: %cst_14) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %115 = stablehlo.broadcast_in_dim %114, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_15 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %116 = stablehlo.broadcast_in_dim %cst_15, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %117 = stablehlo.divide %115, %116 : tensor<1x64x1xf32>
    %118 = stablehlo.broadcast_in_dim %117, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %119 = stablehlo.subtract %113, %118 : tensor<1x64x768xf32>
    %120 = chlo.square %119 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_16 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %121 = stablehlo.reduce(%120 init: %cst_16) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %122 = stablehlo.broadcast_in_dim %121, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_17 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %123 = stablehlo.broadcast_in_dim %cst_17, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %124 = stablehlo.divide %122, %123 : tensor<1x64x1xf32>
    %125 = stablehlo.broadcast_in_dim %117, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %126 = stablehlo.subtract %113, %125 : tensor<1x64x768xf32>
    %cst_18 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %127 = stablehlo.broadcast_in_dim %cst_18, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %128 = stablehlo.add %124, %127 : tensor<1x64x1xf32>
    %129 = stablehlo.rsqrt %128 : tensor<1x64x1xf32>
    %130 = stablehlo.broadcast_in_dim %129, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %131 = stablehlo.multiply %126, %130 : tensor<1x64x768xf32>
    %132 = stablehlo.convert %arg17 : (tensor<768xbf16>) -> tensor<768xf32>
    %133 = stablehlo.broadcast_in_dim %132, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %134 = stablehlo.broadcast_in_dim %133, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %135 = stablehlo.multiply %131, %134 : tensor<1x64x768xf32>
    %136 = stablehlo.convert %arg16 : (tensor<768xbf16>) -> tensor<768xf32>
    %137 = stablehlo.broadcast_in_dim %136, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %138 = stablehlo.broadcast_in_dim %137, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %139 = stablehlo.add %135, %138 : tensor<1x64x768xf32>
    %140 = stablehlo.convert %139 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %141 = stablehlo.dot_general %140, %arg15, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x2304xbf16>) -> tensor<1x64x2304xf32>
    %142 = stablehlo.convert %arg13 : (tensor<2304xbf16>) -> tensor<2304xf32>
    %143 = stablehlo.broadcast_in_dim %142, dims = [2] : (tensor<2304xf32>) -> tensor<1x1x2304xf32>
    %144 = stablehlo.broadcast_in_dim %143, dims = [0, 1, 2] : (tensor<1x1x2304xf32>) -> tensor<1x64x2304xf32>
    %145 = stablehlo.add %141, %144 : tensor<1x64x2304xf32>
    %146 = stablehlo.convert %145 : (tensor<1x64x2304xf32>) -> tensor<1x64x2304xbf16>
    %147 = stablehlo.slice %146 [0:1, 0:64, 0:768] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %148 = stablehlo.slice %146 [0:1, 0:64, 768:1536] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %149 = stablehlo.slice %146 [0:1, 0:64, 1536:2304] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %150 = stablehlo.reshape %147 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %151 = stablehlo.reshape %148 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %152 = stablehlo.reshape %149 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %153 = stablehlo.composite "tri.attention" %150, %151, %152 {composite_attributes = {causal = true, scale = 1.250000e-01 : f64}, decomposition = @tri.attention_0} : (tensor<1x64x12x64xbf16>, tensor<1x64x12x64xbf16>, tensor<1x64x12x64xbf16>) -> tensor<1x64x12x64xbf16>
    %154 = stablehlo.reshape %153 : (tensor<1x64x12x64xbf16>) -> tensor<1x64x768xbf16>
    %155 = stablehlo.dot_general %154, %arg14, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x768xbf16>) -> tensor<1x64x768xf32>
    %156 = stablehlo.convert %arg12 : (tensor<768xbf16>) -> tensor<768xf32>
    %157 = stablehlo.broadcast_in_dim %156, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %158 = stablehlo.broadcast_in_dim %157, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %159 = stablehlo.add %155, %158 : tensor<1x64x768xf32>
    %160 = stablehlo.convert %159 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %161 = stablehlo.add %112, %160 : tensor<1x64x768xbf16>
    %162 = stablehlo.convert %161 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_19 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %163 = stablehlo.reduce(%162 init: %cst_19) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %164 = stablehlo.broadcast_in_dim %163, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_20 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %165 = stablehlo.broadcast_in_dim %cst_20, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %166 = stablehlo.divide %164, %165 : tensor<1x64x1xf32>
    %167 = stablehlo.broadcast_in_dim %166, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %168 = stablehlo.subtract %162, %167 : tensor<1x64x768xf32>
    %169 = chlo.square %168 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_21 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %170 = stablehlo.reduce(%169 init: %cst_21) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %171 = stablehlo.broadcast_in_dim %170, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_22 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %172 = stablehlo.broadcast_in_dim %cst_22, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %173 = stablehlo.divide %171, %172 : tensor<1x64x1xf32>
    %174 = stablehlo.broadcast_in_dim %166, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %175 = stablehlo.subtract %162, %174 : tensor<1x64x768xf32>
    %cst_23 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %176 = stablehlo.broadcast_in_dim %cst_23, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %177 = stablehlo.add %173, %176 : tensor<1x64x1xf32>
    %178 = stablehlo.rsqrt %177 : tensor<1x64x1xf32>
    %179 = stablehlo.broadcast_in_dim %178, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %180 = stablehlo.multiply %175, %179 : tensor<1x64x768xf32>
    %181 = stablehlo.convert %arg19 : (tensor<768xbf16>) -> tensor<768xf32>
    %182 = stablehlo.broadcast_in_dim %181, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %183 = stablehlo.broadcast_in_dim %182, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %184 = stablehlo.multiply %180, %183 : tensor<1x64x768xf32>
    %185 = stablehlo.convert %arg18 : (tensor<768xbf16>) -> tensor<768xf32>
    %186 = stablehlo.broadcast_in_dim %185, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %187 = stablehlo.broadcast_in_dim %186, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %188 = stablehlo.add %184, %187 : tensor<1x64x768xf32>
    %189 = stablehlo.convert %188 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %190 = stablehlo.dot_general %189, %arg22, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x3072xbf16>) -> tensor<1x64x3072xf32>
    %191 = stablehlo.convert %arg20 : (tensor<3072xbf16>) -> tensor<3072xf32>
    %192 = stablehlo.broadcast_in_dim %191, dims = [2] : (tensor<3072xf32>) -> tensor<1x1x3072xf32>
    %193 = stablehlo.broadcast_in_dim %192, dims = [0, 1, 2] : (tensor<1x1x3072xf32>) -> tensor<1x64x3072xf32>
    %194 = stablehlo.add %190, %193 : tensor<1x64x3072xf32>
    %195 = stablehlo.multiply %194, %194 : tensor<1x64x3072xf32>
    %196 = stablehlo.multiply %195, %194 : tensor<1x64x3072xf32>
    %cst_24 = stablehlo.constant dense<4.471500e-02> : tensor<f32>
    %197 = stablehlo.broadcast_in_dim %cst_24, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %198 = stablehlo.multiply %197, %196 : tensor<1x64x3072xf32>
    %199 = stablehlo.add %194, %198 : tensor<1x64x3072xf32>
    %cst_25 = stablehlo.constant dense<0.797884583> : tensor<f32>
    %200 = stablehlo.broadcast_in_dim %cst_25, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %201 = stablehlo.multiply %200, %199 : tensor<1x64x3072xf32>
    %202 = stablehlo.tanh %201 : tensor<1x64x3072xf32>
    %cst_26 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %203 = stablehlo.broadcast_in_dim %cst_26, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %204 = stablehlo.add %203, %202 : tensor<1x64x3072xf32>
    %cst_27 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %205 = stablehlo.broadcast_in_dim %cst_27, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %206 = stablehlo.multiply %205, %204 : tensor<1x64x3072xf32>
    %207 = stablehlo.multiply %194, %206 : tensor<1x64x3072xf32>
    %208 = stablehlo.convert %207 : (tensor<1x64x3072xf32>) -> tensor<1x64x3072xbf16>
    %209 = stablehlo.dot_general %208, %arg23, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x3072xbf16>, tensor<3072x768xbf16>) -> tensor<1x64x768xf32>
    %210 = stablehlo.convert %arg21 : (tensor<768xbf16>) -> tensor<768xf32>
    %211 = stablehlo.broadcast_in_dim %210, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %212 = stablehlo.broadcast_in_dim %211, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %213 = stablehlo.add %209, %212 : tensor<1x64x768xf32>
    %214 = stablehlo.convert %213 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %215 = stablehlo.add %161, %214 : tensor<1x64x768xbf16>
    %216 = stablehlo.convert %215 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_28 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %217 = stablehlo.reduce(%216 init: %cst_28) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %218 = stablehlo.broadcast_in_dim %217, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_29 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %219 = stablehlo.broadcast_in_dim %cst_29, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %220 = stablehlo.divide %218, %219 : tensor<1x64x1xf32>
    %221 = stablehlo.broadcast_in_dim %220, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %222 = stablehlo.subtract %216, %221 : tensor<1x64x768xf32>
    %223 = chlo.square %222 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_30 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %224 = stablehlo.reduce(%223 init: %cst_30) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %225 = stablehlo.broadcast_in_dim %224, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_31 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %226 = stablehlo.broadcast_in_dim %cst_31, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %227 = stablehlo.divide %225, %226 : tensor<1x64x1xf32>
    %228 = stablehlo.broadcast_in_dim %220, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %229 = stablehlo.subtract %216, %228 : tensor<1x64x768xf32>
    %cst_32 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %230 = stablehlo.broadcast_in_dim %cst_32, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %231 = stablehlo.add %227, %230 : tensor<1x64x1xf32>
    %232 = stablehlo.rsqrt %231 : tensor<1x64x1xf32>
    %233 = stablehlo.broadcast_in_dim %232, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %234 = stablehlo.multiply %229, %233 : tensor<1x64x768xf32>
    %235 = stablehlo.convert %arg25 : (tensor<768xbf16>) -> tensor<768xf32>
    %236 = stablehlo.broadcast_in_dim %235, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %237 = stablehlo.broadcast_in_dim %236, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %238 = stablehlo.multiply %234, %237 : tensor<1x64x768xf32>
    %239 = stablehlo.convert %arg24 : (tensor<768xbf16>) -> tensor<768xf32>
    %240 = stablehlo.broadcast_in_dim %239, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %241 = stablehlo.broadcast_in_dim %240, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %242 = stablehlo.add %238, %241 : tensor<1x64x768xf32>
    %243 = stablehlo.convert %242 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %244 = stablehlo.dot_general %243, %arg27, contracting_dims = [2] x [1], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<50257x768xbf16>) -> tensor<1x64x50257xf32>
    return %244 : tensor<1x64x50257xf32>
  }
  func.func private @tri.attention(%arg0: tensor<1x64x12x64xbf16>, %arg1: tensor<1x64x12x64xbf16>, %arg2: tensor<1x64x12x64xbf16>) -> tensor<1x64x12x64xbf16> {
    %0 = stablehlo.dot_general %arg0, %arg1, batching_dims = [0, 2] x [0, 2], contracting_dims = [3] x [3], precision = [DEFAULT, DEFAULT] : (tensor<1x64x12x64xbf16>, tensor<1x64x12x64xbf16>) -> tensor<1x12x64x64xf32>
    %cst = stablehlo.constant dense<1.250000e-01> : tensor<f32>
    %1 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<1x12x64x64xf32>
    %2 = stablehlo.multiply %0, %1 : tensor<1x12x64x64xf32>
    %3 = stablehlo.iota dim = 0 : tensor<64x64xi32>
    %4 = stablehlo.iota dim = 1 : tensor<64x64xi32>
    %5 = stablehlo.compare LE, %4, %3, SIGNED : (tensor<64x64xi32>, tensor<64x64xi32>) -> tensor<64x64xi1>
    %cst_0 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %6 = call @_where(%5, %2, %cst_0) : (tensor<64x64xi1>, tensor<1x12x64x64xf32>, tensor<f32>) -> tensor<1x12x64x64xf32>
    %cst_1 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %7 = stablehlo.reduce(%6 init: %cst_1) applies stablehlo.maximum across dimensions = [3] : (tensor<1x12x64x64xf32>, tensor<f32>) -> tensor<1x12x64xf32>
    %cst_2 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %8 = stablehlo.broadcast_in_dim %cst_2, dims = [] : (tensor<f32>) -> tensor<1x12x64xf32>
    %9 = stablehlo.maximum %8, %7 : tensor<1x12x64xf32>
    %10 = stablehlo.broadcast_in_dim %9, dims = [0, 1, 2] : (tensor<1x12x64xf32>) -> tensor<1x12x64x1xf32>
    %11 = stablehlo.broadcast_in_dim %10, dims = [0, 1, 2, 3] : (tensor<1x12x64x1xf32>) -> tensor<1x12x64x64xf32>
    %12 = stablehlo.subtract %6, %11 : tensor<1x12x64x64xf32>
    %13 = stablehlo.exponential %12 : tensor<1x12x64x64xf32>
    %cst_3 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %14 = stablehlo.reduce(%13 init: %cst_3) applies stablehlo.add across dimensions = [3] : (tensor<1x12x64x64xf32>, tensor<f32>) -> tensor<1x12x64xf32>
    %15 = stablehlo.broadcast_in_dim %14, dims = [0, 1, 2] : (tensor<1x12x64xf32>) -> tensor<1x12x64x1xf32>
    %16 = stablehlo.broadcast_in_dim %15, dims = [0, 1, 2, 3] : (tensor<1x12x64x1xf32>) -> tensor<1x12x64x64xf32>
    %17 = stablehlo.divide %13, %16 : tensor<1x12x64x64xf32>
    %18 = stablehlo.convert %17 : (tensor<1x12x64x64xf32>) -> tensor<1x12x64x64xbf16>
    %19 = stablehlo.dot_general %arg2, %18, batching_dims = [0, 2] x [0, 1], contracting_dims = [1] x [3], precision = [DEFAULT, DEFAULT] : (tensor<1x64x12x64xbf16>, tensor<1x12x64x64xbf16>) -> tensor<1x12x64x64xf32>
    %20 = stablehlo.transpose %19, dims = [0, 3, 1, 2] : (tensor<1x12x64x64xf32>) -> tensor<1x64x12x64xf32>
    %21 = stablehlo.convert %20 : (tensor<1x64x12x64xf32>) -> tensor<1x64x12x64xbf16>
    return %21 : tensor<1x64x12x64xbf16>
  }
  func.func private @_where(%arg0: tensor<64x64xi1>, %arg1: tensor<1x12x64x64xf32>, %arg2: tensor<f32>) -> tensor<1x12x64x64xf32> {
    %0 = stablehlo.convert %arg2 : tensor<f32>
    %1 = stablehlo.broadcast_in_dim %arg0, dims = [2, 3] : (tensor<64x64xi1>) -> tensor<1x12x64x64xi1>
    %2 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<f32>) -> tensor<1x12x64x64xf32>
    %3 = stablehlo.select %1, %arg1, %2 : tensor<1x12x64x64xi1>, tensor<1x12x64x64xf32>
    return %3 : tensor<1x12x64x64xf32>
  }
  func.func private @tri.attention_0(%arg0: tensor<1x64x12x64xbf16>, %arg1: tensor<1x64x12x64xbf16>, %arg2: tensor<1x64x12x64xbf16>) -> tensor<1x64x12x64xbf16> {
    %0 = stablehlo.dot_general %arg0, %arg1, batching_dims = [0, 2] x [0, 2], contracting_dims = [3] x [3], precision = [DEFAULT, DEFAULT] : (tensor<1x64x12x64xbf16>, tensor<1x64x12x64xbf16>) -> tensor<1x12x64x64xf32>
    %cst = stablehlo.constant dense<1.250000e-01> : tensor<f32>
    %1 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<1x12x64x64xf32>
    %2 = stablehlo.multiply %0, %1 : tensor<1x12x64x64xf32>
    %3 = stablehlo.iota dim = 0 : tensor<64x64xi32>
    %4 = stablehlo.iota dim = 1 : tensor<64x64xi32>
    %5 = stablehlo.compare LE, %4, %3, SIGNED : (tensor<64x64xi32>, tensor<64x64xi32>) -> tensor<64x64xi1>
    %cst_0 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %6 = call @_where(%5, %2, %cst_0) : (tensor<64x64xi1>, tensor<1x12x64x64xf32>, tensor<f32>) -> tensor<1x12x64x64xf32>
    %cst_1 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %7 = stablehlo.reduce(%6 init: %cst_1) applies stablehlo.maximum across dimensions = [3] : (tensor<1x12x64x64xf32>, tensor<f32>) -> tensor<1x12x64xf32>
    %cst_2 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %8 = stablehlo.broadcast_in_dim %cst_2, dims = [] : (tensor<f32>) -> tensor<1x12x64xf32>
    %9 = stablehlo.maximum %8, %7 : tensor<1x12x64xf32>
    %10 = stablehlo.broadcast_in_dim %9, dims = [0, 1, 2] : (tensor<1x12x64xf32>) -> tensor<1x12x64x1xf32>
    %11 = stablehlo.broadcast_in_dim %10, dims = [0, 1, 2, 3] : (tensor<1x12x64x1xf32>) -> tensor<1x12x64x64xf32>
    %12 = stablehlo.subtract %6, %11 : tensor<1x12x64x64xf32>
    %13 = stablehlo.exponential %12 : tensor<1x12x64x64xf32>
    %cst_3 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %14 = stablehlo.reduce(%13 init: %cst_3) applies stablehlo.add across dimensions = [3] : (tensor<1x12x64x64xf32>, tensor<f32>) -> tensor<1x12x64xf32>
    %15 = stablehlo.broadcast_in_dim %14, dims = [0, 1, 2] : (tensor<1x12x64xf32>) -> tensor<1x12x64x1xf32>
    %16 = stablehlo.broadcast_in_dim %15, dims = [0, 1, 2, 3] : (tensor<1x12x64x1xf32>) -> tensor<1x12x64x64xf32>
    %17 = stablehlo.divide %13, %16 : tensor<1x12x64x64xf32>
    %18 = stablehlo.convert %17 : (tensor<1x12x64x64xf32>) -> tensor<1x12x64x64xbf16>
    %19 = stablehlo.dot_general %arg2, %18, batching_dims = [0, 2] x [0, 1], contracting_dims = [1] x [3], precision = [DEFAULT, DEFAULT] : (tensor<1x64x12x64xbf16>, tensor<1x12x64x64xbf16>) -> tensor<1x12x64x64xf32>
    %20 = stablehlo.transpose %19, dims = [0, 3, 1, 2] : (tensor<1x12x64x64xf32>) -> tensor<1x64x12x64xf32>
    %21 = stablehlo.convert %20 : (tensor<1x64x12x64xf32>) -> tensor<1x64x12x64xbf16>
    return %21 : tensor<1x64x12x64xbf16>
  }
}
