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
    %50 = stablehlo.dot_general %47, %48, batching_dims = [0, 2] x [0, 2], contracting_dims = [3] x [3], precision = [DEFAULT, DEFAULT] : (tensor<1x64x12x64xbf16>, tensor<1x64x12x64xbf16>) -> tensor<1x12x64x64xf32>
    %cst_5 = stablehlo.constant dense<1.250000e-01> : tensor<f32>
    %51 = stablehlo.broadcast_in_dim %cst_5, dims = [] : (tensor<f32>) -> tensor<1x12x64x64xf32>
    %52 = stablehlo.multiply %50, %51 : tensor<1x12x64x64xf32>
    %53 = stablehlo.iota dim = 0 : tensor<64x64xi32>
    %54 = stablehlo.iota dim = 1 : tensor<64x64xi32>
    %55 = stablehlo.compare LE, %54, %53, SIGNED : (tensor<64x64xi32>, tensor<64x64xi32>) -> tensor<64x64xi1>
    %cst_6 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %56 = call @_where(%55, %52, %cst_6) : (tensor<64x64xi1>, tensor<1x12x64x64xf32>, tensor<f32>) -> tensor<1x12x64x64xf32>
    %cst_7 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %57 = stablehlo.reduce(%56 init: %cst_7) applies stablehlo.maximum across dimensions = [3] : (tensor<1x12x64x64xf32>, tensor<f32>) -> tensor<1x12x64xf32>
    %cst_8 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %58 = stablehlo.broadcast_in_dim %cst_8, dims = [] : (tensor<f32>) -> tensor<1x12x64xf32>
    %59 = stablehlo.maximum %58, %57 : tensor<1x12x64xf32>
    %60 = stablehlo.broadcast_in_dim %59, dims = [0, 1, 2] : (tensor<1x12x64xf32>) -> tensor<1x12x64x1xf32>
    %61 = stablehlo.broadcast_in_dim %60, dims = [0, 1, 2, 3] : (tensor<1x12x64x1xf32>) -> tensor<1x12x64x64xf32>
    %62 = stablehlo.subtract %56, %61 : tensor<1x12x64x64xf32>
    %63 = stablehlo.exponential %62 : tensor<1x12x64x64xf32>
    %cst_9 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %64 = stablehlo.reduce(%63 init: %cst_9) applies stablehlo.add across dimensions = [3] : (tensor<1x12x64x64xf32>, tensor<f32>) -> tensor<1x12x64xf32>
    %65 = stablehlo.broadcast_in_dim %64, dims = [0, 1, 2] : (tensor<1x12x64xf32>) -> tensor<1x12x64x1xf32>
    %66 = stablehlo.broadcast_in_dim %65, dims = [0, 1, 2, 3] : (tensor<1x12x64x1xf32>) -> tensor<1x12x64x64xf32>
    %67 = stablehlo.divide %63, %66 : tensor<1x12x64x64xf32>
    %68 = stablehlo.convert %67 : (tensor<1x12x64x64xf32>) -> tensor<1x12x64x64xbf16>
    %69 = stablehlo.dot_general %49, %68, batching_dims = [0, 2] x [0, 1], contracting_dims = [1] x [3], precision = [DEFAULT, DEFAULT] : (tensor<1x64x12x64xbf16>, tensor<1x12x64x64xbf16>) -> tensor<1x12x64x64xf32>
    %70 = stablehlo.transpose %69, dims = [0, 3, 1, 2] : (tensor<1x12x64x64xf32>) -> tensor<1x64x12x64xf32>
    %71 = stablehlo.convert %70 : (tensor<1x64x12x64xf32>) -> tensor<1x64x12x64xbf16>
    %72 = stablehlo.reshape %71 : (tensor<1x64x12x64xbf16>) -> tensor<1x64x768xbf16>
    %73 = stablehlo.dot_general %72, %arg2, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x768xbf16>) -> tensor<1x64x768xf32>
    %74 = stablehlo.convert %arg0 : (tensor<768xbf16>) -> tensor<768xf32>
    %75 = stablehlo.broadcast_in_dim %74, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %76 = stablehlo.broadcast_in_dim %75, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %77 = stablehlo.add %73, %76 : tensor<1x64x768xf32>
    %78 = stablehlo.convert %77 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %79 = stablehlo.add %9, %78 : tensor<1x64x768xbf16>
    %80 = stablehlo.convert %79 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_10 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %81 = stablehlo.reduce(%80 init: %cst_10) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %82 = stablehlo.broadcast_in_dim %81, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_11 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %83 = stablehlo.broadcast_in_dim %cst_11, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %84 = stablehlo.divide %82, %83 : tensor<1x64x1xf32>
    %85 = stablehlo.broadcast_in_dim %84, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %86 = stablehlo.subtract %80, %85 : tensor<1x64x768xf32>
    %87 = chlo.square %86 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_12 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %88 = stablehlo.reduce(%87 init: %cst_12) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %89 = stablehlo.broadcast_in_dim %88, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_13 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %90 = stablehlo.broadcast_in_dim %cst_13, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %91 = stablehlo.divide %89, %90 : tensor<1x64x1xf32>
    %92 = stablehlo.broadcast_in_dim %84, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %93 = stablehlo.subtract %80, %92 : tensor<1x64x768xf32>
    %cst_14 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %94 = stablehlo.broadcast_in_dim %cst_14, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %95 = stablehlo.add %91, %94 : tensor<1x64x1xf32>
    %96 = stablehlo.rsqrt %95 : tensor<1x64x1xf32>
    %97 = stablehlo.broadcast_in_dim %96, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %98 = stablehlo.multiply %93, %97 : tensor<1x64x768xf32>
    %99 = stablehlo.convert %arg7 : (tensor<768xbf16>) -> tensor<768xf32>
    %100 = stablehlo.broadcast_in_dim %99, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %101 = stablehlo.broadcast_in_dim %100, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %102 = stablehlo.multiply %98, %101 : tensor<1x64x768xf32>
    %103 = stablehlo.convert %arg6 : (tensor<768xbf16>) -> tensor<768xf32>
    %104 = stablehlo.broadcast_in_dim %103, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %105 = stablehlo.broadcast_in_dim %104, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %106 = stablehlo.add %102, %105 : tensor<1x64x768xf32>
    %107 = stablehlo.convert %106 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %108 = stablehlo.dot_general %107, %arg10, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x3072xbf16>) -> tensor<1x64x3072xf32>
    %109 = stablehlo.convert %arg8 : (tensor<3072xbf16>) -> tensor<3072xf32>
    %110 = stablehlo.broadcast_in_dim %109, dims = [2] : (tensor<3072xf32>) -> tensor<1x1x3072xf32>
    %111 = stablehlo.broadcast_in_dim %110, dims = [0, 1, 2] : (tensor<1x1x3072xf32>) -> tensor<1x64x3072xf32>
    %112 = stablehlo.add %108, %111 : tensor<1x64x3072xf32>
    %113 = stablehlo.multiply %112, %112 : tensor<1x64x3072xf32>
    %114 = stablehlo.multiply %113, %112 : tensor<1x64x3072xf32>
    %cst_15 = stablehlo.constant dense<4.471500e-02> : tensor<f32>
    %115 = stablehlo.broadcast_in_dim %cst_15, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %116 = stablehlo.multiply %115, %114 : tensor<1x64x3072xf32>
    %117 = stablehlo.add %112, %116 : tensor<1x64x3072xf32>
    %cst_16 = stablehlo.constant dense<0.797884583> : tensor<f32>
    %118 = stablehlo.broadcast_in_dim %cst_16, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %119 = stablehlo.multiply %118, %117 : tensor<1x64x3072xf32>
    %120 = stablehlo.tanh %119 : tensor<1x64x3072xf32>
    %cst_17 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %121 = stablehlo.broadcast_in_dim %cst_17, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %122 = stablehlo.add %121, %120 : tensor<1x64x3072xf32>
    %cst_18 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %123 = stablehlo.broadcast_in_dim %cst_18, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %124 = stablehlo.multiply %123, %122 : tensor<1x64x3072xf32>
    %125 = stablehlo.multiply %112, %124 : tensor<1x64x3072xf32>
    %126 = stablehlo.convert %125 : (tensor<1x64x3072xf32>) -> tensor<1x64x3072xbf16>
    %127 = stablehlo.dot_general %126, %arg11, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x3072xbf16>, tensor<3072x768xbf16>) -> tensor<1x64x768xf32>
    %128 = stablehlo.convert %arg9 : (tensor<768xbf16>) -> tensor<768xf32>
    %129 = stablehlo.broadcast_in_dim %128, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %130 = stablehlo.broadcast_in_dim %129, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %131 = stablehlo.add %127, %130 : tensor<1x64x768xf32>
    %132 = stablehlo.convert %131 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %133 = stablehlo.add %79, %132 : tensor<1x64x768xbf16>
    %134 = stablehlo.convert %133 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_19 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %135 = stablehlo.reduce(%134 init: %cst_19) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %136 = stablehlo.broadcast_in_dim %135, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_20 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %137 = stablehlo.broadcast_in_dim %cst_20, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %138 = stablehlo.divide %136, %137 : tensor<1x64x1xf32>
    %139 = stablehlo.broadcast_in_dim %138, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %140 = stablehlo.subtract %134, %139 : tensor<1x64x768xf32>
    %141 = chlo.square %140 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_21 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %142 = stablehlo.reduce(%141 init: %cst_21) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %143 = stablehlo.broadcast_in_dim %142, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_22 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %144 = stablehlo.broadcast_in_dim %cst_22, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %145 = stablehlo.divide %143, %144 : tensor<1x64x1xf32>
    %146 = stablehlo.broadcast_in_dim %138, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %147 = stablehlo.subtract %134, %146 : tensor<1x64x768xf32>
    %cst_23 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %148 = stablehlo.broadcast_in_dim %cst_23, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %149 = stablehlo.add %145, %148 : tensor<1x64x1xf32>
    %150 = stablehlo.rsqrt %149 : tensor<1x64x1xf32>
    %151 = stablehlo.broadcast_in_dim %150, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %152 = stablehlo.multiply %147, %151 : tensor<1x64x768xf32>
    %153 = stablehlo.convert %arg17 : (tensor<768xbf16>) -> tensor<768xf32>
    %154 = stablehlo.broadcast_in_dim %153, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %155 = stablehlo.broadcast_in_dim %154, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %156 = stablehlo.multiply %152, %155 : tensor<1x64x768xf32>
    %157 = stablehlo.convert %arg16 : (tensor<768xbf16>) -> tensor<768xf32>
    %158 = stablehlo.broadcast_in_dim %157, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %159 = stablehlo.broadcast_in_dim %158, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %160 = stablehlo.add %156, %159 : tensor<1x64x768xf32>
    %161 = stablehlo.convert %160 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %162 = stablehlo.dot_general %161, %arg15, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x2304xbf16>) -> tensor<1x64x2304xf32>
    %163 = stablehlo.convert %arg13 : (tensor<2304xbf16>) -> tensor<2304xf32>
    %164 = stablehlo.broadcast_in_dim %163, dims = [2] : (tensor<2304xf32>) -> tensor<1x1x2304xf32>
    %165 = stablehlo.broadcast_in_dim %164, dims = [0, 1, 2] : (tensor<1x1x2304xf32>) -> tensor<1x64x2304xf32>
    %166 = stablehlo.add %162, %165 : tensor<1x64x2304xf32>
    %167 = stablehlo.convert %166 : (tensor<1x64x2304xf32>) -> tensor<1x64x2304xbf16>
    %168 = stablehlo.slice %167 [0:1, 0:64, 0:768] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %169 = stablehlo.slice %167 [0:1, 0:64, 768:1536] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %170 = stablehlo.slice %167 [0:1, 0:64, 1536:2304] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %171 = stablehlo.reshape %168 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %172 = stablehlo.reshape %169 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %173 = stablehlo.reshape %170 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %174 = stablehlo.dot_general %171, %172, batching_dims = [0, 2] x [0, 2], contracting_dims = [3] x [3], precision = [DEFAULT, DEFAULT] : (tensor<1x64x12x64xbf16>, tensor<1x64x12x64xbf16>) -> tensor<1x12x64x64xf32>
    %cst_24 = stablehlo.constant dense<1.250000e-01> : tensor<f32>
    %175 = stablehlo.broadcast_in_dim %cst_24, dims = [] : (tensor<f32>) -> tensor<1x12x64x64xf32>
    %176 = stablehlo.multiply %174, %175 : tensor<1x12x64x64xf32>
    %177 = stablehlo.iota dim = 0 : tensor<64x64xi32>
    %178 = stablehlo.iota dim = 1 : tensor<64x64xi32>
    %179 = stablehlo.compare LE, %178, %177, SIGNED : (tensor<64x64xi32>, tensor<64x64xi32>) -> tensor<64x64xi1>
    %cst_25 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %180 = call @_where(%179, %176, %cst_25) : (tensor<64x64xi1>, tensor<1x12x64x64xf32>, tensor<f32>) -> tensor<1x12x64x64xf32>
    %cst_26 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %181 = stablehlo.reduce(%180 init: %cst_26) applies stablehlo.maximum across dimensions = [3] : (tensor<1x12x64x64xf32>, tensor<f32>) -> tensor<1x12x64xf32>
    %cst_27 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %182 = stablehlo.broadcast_in_dim %cst_27, dims = [] : (tensor<f32>) -> tensor<1x12x64xf32>
    %183 = stablehlo.maximum %182, %181 : tensor<1x12x64xf32>
    %184 = stablehlo.broadcast_in_dim %183, dims = [0, 1, 2] : (tensor<1x12x64xf32>) -> tensor<1x12x64x1xf32>
    %185 = stablehlo.broadcast_in_dim %184, dims = [0, 1, 2, 3] : (tensor<1x12x64x1xf32>) -> tensor<1x12x64x64xf32>
    %186 = stablehlo.subtract %180, %185 : tensor<1x12x64x64xf32>
    %187 = stablehlo.exponential %186 : tensor<1x12x64x64xf32>
    %cst_28 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %188 = stablehlo.reduce(%187 init: %cst_28) applies stablehlo.add across dimensions = [3] : (tensor<1x12x64x64xf32>, tensor<f32>) -> tensor<1x12x64xf32>
    %189 = stablehlo.broadcast_in_dim %188, dims = [0, 1, 2] : (tensor<1x12x64xf32>) -> tensor<1x12x64x1xf32>
    %190 = stablehlo.broadcast_in_dim %189, dims = [0, 1, 2, 3] : (tensor<1x12x64x1xf32>) -> tensor<1x12x64x64xf32>
    %191 = stablehlo.divide %187, %190 : tensor<1x12x64x64xf32>
    %192 = stablehlo.convert %191 : (tensor<1x12x64x64xf32>) -> tensor<1x12x64x64xbf16>
    %193 = stablehlo.dot_general %173, %192, batching_dims = [0, 2] x [0, 1], contracting_dims = [1] x [3], precision = [DEFAULT, DEFAULT] : (tensor<1x64x12x64xbf16>, tensor<1x12x64x64xbf16>) -> tensor<1x12x64x64xf32>
    %194 = stablehlo.transpose %193, dims = [0, 3, 1, 2] : (tensor<1x12x64x64xf32>) -> tensor<1x64x12x64xf32>
    %195 = stablehlo.convert %194 : (tensor<1x64x12x64xf32>) -> tensor<1x64x12x64xbf16>
    %196 = stablehlo.reshape %195 : (tensor<1x64x12x64xbf16>) -> tensor<1x64x768xbf16>
    %197 = stablehlo.dot_general %196, %arg14, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x768xbf16>) -> tensor<1x64x768xf32>
    %198 = stablehlo.convert %arg12 : (tensor<768xbf16>) -> tensor<768xf32>
    %199 = stablehlo.broadcast_in_dim %198, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %200 = stablehlo.broadcast_in_dim %199, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %201 = stablehlo.add %197, %200 : tensor<1x64x768xf32>
    %202 = stablehlo.convert %201 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %203 = stablehlo.add %133, %202 : tensor<1x64x768xbf16>
    %204 = stablehlo.convert %203 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_29 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %205 = stablehlo.reduce(%204 init: %cst_29) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %206 = stablehlo.broadcast_in_dim %205, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_30 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %207 = stablehlo.broadcast_in_dim %cst_30, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %208 = stablehlo.divide %206, %207 : tensor<1x64x1xf32>
    %209 = stablehlo.broadcast_in_dim %208, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %210 = stablehlo.subtract %204, %209 : tensor<1x64x768xf32>
    %211 = chlo.square %210 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_31 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %212 = stablehlo.reduce(%211 init: %cst_31) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %213 = stablehlo.broadcast_in_dim %212, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_32 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %214 = stablehlo.broadcast_in_dim %cst_32, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %215 = stablehlo.divide %213, %214 : tensor<1x64x1xf32>
    %216 = stablehlo.broadcast_in_dim %208, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %217 = stablehlo.subtract %204, %216 : tensor<1x64x768xf32>
    %cst_33 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %218 = stablehlo.broadcast_in_dim %cst_33, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %219 = stablehlo.add %215, %218 : tensor<1x64x1xf32>
    %220 = stablehlo.rsqrt %219 : tensor<1x64x1xf32>
    %221 = stablehlo.broadcast_in_dim %220, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %222 = stablehlo.multiply %217, %221 : tensor<1x64x768xf32>
    %223 = stablehlo.convert %arg19 : (tensor<768xbf16>) -> tensor<768xf32>
    %224 = stablehlo.broadcast_in_dim %223, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %225 = stablehlo.broadcast_in_dim %224, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %226 = stablehlo.multiply %222, %225 : tensor<1x64x768xf32>
    %227 = stablehlo.convert %arg18 : (tensor<768xbf16>) -> tensor<768xf32>
    %228 = stablehlo.broadcast_in_dim %227, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %229 = stablehlo.broadcast_in_dim %228, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %230 = stablehlo.add %226, %229 : tensor<1x64x768xf32>
    %231 = stablehlo.convert %230 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %232 = stablehlo.dot_general %231, %arg22, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x3072xbf16>) -> tensor<1x64x3072xf32>
    %233 = stablehlo.convert %arg20 : (tensor<3072xbf16>) -> tensor<3072xf32>
    %234 = stablehlo.broadcast_in_dim %233, dims = [2] : (tensor<3072xf32>) -> tensor<1x1x3072xf32>
    %235 = stablehlo.broadcast_in_dim %234, dims = [0, 1, 2] : (tensor<1x1x3072xf32>) -> tensor<1x64x3072xf32>
    %236 = stablehlo.add %232, %235 : tensor<1x64x3072xf32>
    %237 = stablehlo.multiply %236, %236 : tensor<1x64x3072xf32>
    %238 = stablehlo.multiply %237, %236 : tensor<1x64x3072xf32>
    %cst_34 = stablehlo.constant dense<4.471500e-02> : tensor<f32>
    %239 = stablehlo.broadcast_in_dim %cst_34, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %240 = stablehlo.multiply %239, %238 : tensor<1x64x3072xf32>
    %241 = stablehlo.add %236, %240 : tensor<1x64x3072xf32>
    %cst_35 = stablehlo.constant dense<0.797884583> : tensor<f32>
    %242 = stablehlo.broadcast_in_dim %cst_35, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %243 = stablehlo.multiply %242, %241 : tensor<1x64x3072xf32>
    %244 = stablehlo.tanh %243 : tensor<1x64x3072xf32>
    %cst_36 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %245 = stablehlo.broadcast_in_dim %cst_36, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %246 = stablehlo.add %245, %244 : tensor<1x64x3072xf32>
    %cst_37 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %247 = stablehlo.broadcast_in_dim %cst_37, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %248 = stablehlo.multiply %247, %246 : tensor<1x64x3072xf32>
    %249 = stablehlo.multiply %236, %248 : tensor<1x64x3072xf32>
    %250 = stablehlo.convert %249 : (tensor<1x64x3072xf32>) -> tensor<1x64x3072xbf16>
    %251 = stablehlo.dot_general %250, %arg23, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x3072xbf16>, tensor<3072x768xbf16>) -> tensor<1x64x768xf32>
    %252 = stablehlo.convert %arg21 : (tensor<768xbf16>) -> tensor<768xf32>
    %253 = stablehlo.broadcast_in_dim %252, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %254 = stablehlo.broadcast_in_dim %253, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %255 = stablehlo.add %251, %254 : tensor<1x64x768xf32>
    %256 = stablehlo.convert %255 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %257 = stablehlo.add %203, %256 : tensor<1x64x768xbf16>
    %258 = stablehlo.convert %257 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_38 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %259 = stablehlo.reduce(%258 init: %cst_38) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %260 = stablehlo.broadcast_in_dim %259, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_39 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %261 = stablehlo.broadcast_in_dim %cst_39, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %262 = stablehlo.divide %260, %261 : tensor<1x64x1xf32>
    %263 = stablehlo.broadcast_in_dim %262, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %264 = stablehlo.subtract %258, %263 : tensor<1x64x768xf32>
    %265 = chlo.square %264 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_40 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %266 = stablehlo.reduce(%265 init: %cst_40) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %267 = stablehlo.broadcast_in_dim %266, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_41 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %268 = stablehlo.broadcast_in_dim %cst_41, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %269 = stablehlo.divide %267, %268 : tensor<1x64x1xf32>
    %270 = stablehlo.broadcast_in_dim %262, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %271 = stablehlo.subtract %258, %270 : tensor<1x64x768xf32>
    %cst_42 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %272 = stablehlo.broadcast_in_dim %cst_42, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %273 = stablehlo.add %269, %272 : tensor<1x64x1xf32>
    %274 = stablehlo.rsqrt %273 : tensor<1x64x1xf32>
    %275 = stablehlo.broadcast_in_dim %274, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %276 = stablehlo.multiply %271, %275 : tensor<1x64x768xf32>
    %277 = stablehlo.convert %arg25 : (tensor<768xbf16>) -> tensor<768xf32>
    %278 = stablehlo.broadcast_in_dim %277, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %279 = stablehlo.broadcast_in_dim %278, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %280 = stablehlo.multiply %276, %279 : tensor<1x64x768xf32>
    %281 = stablehlo.convert %arg24 : (tensor<768xbf16>) -> tensor<768xf32>
    %282 = stablehlo.broadcast_in_dim %281, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %283 = stablehlo.broadcast_in_dim %282, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %284 = stablehlo.add %280, %283 : tensor<1x64x768xf32>
    %285 = stablehlo.convert %284 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %286 = stablehlo.dot_general %285, %arg27, contracting_dims = [2] x [1], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<50257x768xbf16>) -> tensor<1x64x50257xf32>
    return %286 : tensor<1x64x50257xf32>
  }
  func.func private @_where(%arg0: tensor<64x64xi1>, %arg1: tensor<1x12x64x64xf32>, %arg2: tensor<f32>) -> tensor<1x12x64x64xf32> {
    %0 = stablehlo.convert %arg2 : tensor<f32>
    %1 = stablehlo.broadcast_in_dim %arg0, dims = [2, 3] : (tensor<64x64xi1>) -> tensor<1x12x64x64xi1>
    %2 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<f32>) -> tensor<1x12x64x64xf32>
    %3 = stablehlo.select %1, %arg1, %2 : tensor<1x12x64x64xi1>, tensor<1x12x64x64xf32>
    return %3 : tensor<1x12x64x64xf32>
  }
}
