// Printed by JAX 0.10.2 (jaxlib 0.10.2), examples/gpt2/export.py; do not edit.
module @jit_forward attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
  func.func public @main(%arg0: tensor<768xbf16>, %arg1: tensor<2304xbf16>, %arg2: tensor<768x768xbf16>, %arg3: tensor<768x2304xbf16>, %arg4: tensor<768xbf16>, %arg5: tensor<768xbf16>, %arg6: tensor<768xbf16>, %arg7: tensor<768xbf16>, %arg8: tensor<3072xbf16>, %arg9: tensor<768xbf16>, %arg10: tensor<768x3072xbf16>, %arg11: tensor<3072x768xbf16>, %arg12: tensor<768xbf16>, %arg13: tensor<2304xbf16>, %arg14: tensor<768x768xbf16>, %arg15: tensor<768x2304xbf16>, %arg16: tensor<768xbf16>, %arg17: tensor<768xbf16>, %arg18: tensor<768xbf16>, %arg19: tensor<768xbf16>, %arg20: tensor<3072xbf16>, %arg21: tensor<768xbf16>, %arg22: tensor<768x3072xbf16>, %arg23: tensor<3072x768xbf16>, %arg24: tensor<768xbf16>, %arg25: tensor<2304xbf16>, %arg26: tensor<768x768xbf16>, %arg27: tensor<768x2304xbf16>, %arg28: tensor<768xbf16>, %arg29: tensor<768xbf16>, %arg30: tensor<768xbf16>, %arg31: tensor<768xbf16>, %arg32: tensor<3072xbf16>, %arg33: tensor<768xbf16>, %arg34: tensor<768x3072xbf16>, %arg35: tensor<3072x768xbf16>, %arg36: tensor<768xbf16>, %arg37: tensor<2304xbf16>, %arg38: tensor<768x768xbf16>, %arg39: tensor<768x2304xbf16>, %arg40: tensor<768xbf16>, %arg41: tensor<768xbf16>, %arg42: tensor<768xbf16>, %arg43: tensor<768xbf16>, %arg44: tensor<3072xbf16>, %arg45: tensor<768xbf16>, %arg46: tensor<768x3072xbf16>, %arg47: tensor<3072x768xbf16>, %arg48: tensor<768xbf16>, %arg49: tensor<2304xbf16>, %arg50: tensor<768x768xbf16>, %arg51: tensor<768x2304xbf16>, %arg52: tensor<768xbf16>, %arg53: tensor<768xbf16>, %arg54: tensor<768xbf16>, %arg55: tensor<768xbf16>, %arg56: tensor<3072xbf16>, %arg57: tensor<768xbf16>, %arg58: tensor<768x3072xbf16>, %arg59: tensor<3072x768xbf16>, %arg60: tensor<768xbf16>, %arg61: tensor<2304xbf16>, %arg62: tensor<768x768xbf16>, %arg63: tensor<768x2304xbf16>, %arg64: tensor<768xbf16>, %arg65: tensor<768xbf16>, %arg66: tensor<768xbf16>, %arg67: tensor<768xbf16>, %arg68: tensor<3072xbf16>, %arg69: tensor<768xbf16>, %arg70: tensor<768x3072xbf16>, %arg71: tensor<3072x768xbf16>, %arg72: tensor<768xbf16>, %arg73: tensor<2304xbf16>, %arg74: tensor<768x768xbf16>, %arg75: tensor<768x2304xbf16>, %arg76: tensor<768xbf16>, %arg77: tensor<768xbf16>, %arg78: tensor<768xbf16>, %arg79: tensor<768xbf16>, %arg80: tensor<3072xbf16>, %arg81: tensor<768xbf16>, %arg82: tensor<768x3072xbf16>, %arg83: tensor<3072x768xbf16>, %arg84: tensor<768xbf16>, %arg85: tensor<2304xbf16>, %arg86: tensor<768x768xbf16>, %arg87: tensor<768x2304xbf16>, %arg88: tensor<768xbf16>, %arg89: tensor<768xbf16>, %arg90: tensor<768xbf16>, %arg91: tensor<768xbf16>, %arg92: tensor<3072xbf16>, %arg93: tensor<768xbf16>, %arg94: tensor<768x3072xbf16>, %arg95: tensor<3072x768xbf16>, %arg96: tensor<768xbf16>, %arg97: tensor<2304xbf16>, %arg98: tensor<768x768xbf16>, %arg99: tensor<768x2304xbf16>, %arg100: tensor<768xbf16>, %arg101: tensor<768xbf16>, %arg102: tensor<768xbf16>, %arg103: tensor<768xbf16>, %arg104: tensor<3072xbf16>, %arg105: tensor<768xbf16>, %arg106: tensor<768x3072xbf16>, %arg107: tensor<3072x768xbf16>, %arg108: tensor<768xbf16>, %arg109: tensor<2304xbf16>, %arg110: tensor<768x768xbf16>, %arg111: tensor<768x2304xbf16>, %arg112: tensor<768xbf16>, %arg113: tensor<768xbf16>, %arg114: tensor<768xbf16>, %arg115: tensor<768xbf16>, %arg116: tensor<3072xbf16>, %arg117: tensor<768xbf16>, %arg118: tensor<768x3072xbf16>, %arg119: tensor<3072x768xbf16>, %arg120: tensor<768xbf16>, %arg121: tensor<2304xbf16>, %arg122: tensor<768x768xbf16>, %arg123: tensor<768x2304xbf16>, %arg124: tensor<768xbf16>, %arg125: tensor<768xbf16>, %arg126: tensor<768xbf16>, %arg127: tensor<768xbf16>, %arg128: tensor<3072xbf16>, %arg129: tensor<768xbf16>, %arg130: tensor<768x3072xbf16>, %arg131: tensor<3072x768xbf16>, %arg132: tensor<768xbf16>, %arg133: tensor<2304xbf16>, %arg134: tensor<768x768xbf16>, %arg135: tensor<768x2304xbf16>, %arg136: tensor<768xbf16>, %arg137: tensor<768xbf16>, %arg138: tensor<768xbf16>, %arg139: tensor<768xbf16>, %arg140: tensor<3072xbf16>, %arg141: tensor<768xbf16>, %arg142: tensor<768x3072xbf16>, %arg143: tensor<3072x768xbf16>, %arg144: tensor<768xbf16>, %arg145: tensor<768xbf16>, %arg146: tensor<1024x768xbf16>, %arg147: tensor<50257x768xbf16>, %arg148: tensor<1x64xi32>) -> (tensor<1x64x50257xf32> {jax.result_info = "result"}) {
    %c = stablehlo.constant dense<0> : tensor<i32>
    %0 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<1x64xi32>
    %1 = stablehlo.compare LT, %arg148, %0, SIGNED : (tensor<1x64xi32>, tensor<1x64xi32>) -> tensor<1x64xi1>
    %c_0 = stablehlo.constant dense<50257> : tensor<i32>
    %2 = stablehlo.broadcast_in_dim %c_0, dims = [] : (tensor<i32>) -> tensor<1x64xi32>
    %3 = stablehlo.add %arg148, %2 : tensor<1x64xi32>
    %4 = stablehlo.select %1, %3, %arg148 : tensor<1x64xi1>, tensor<1x64xi32>
    %5 = stablehlo.broadcast_in_dim %4, dims = [0, 1] : (tensor<1x64xi32>) -> tensor<1x64x1xi32>
    %6 = "stablehlo.gather"(%arg147, %5) <{dimension_numbers = #stablehlo.gather<offset_dims = [2], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 2>, indices_are_sorted = false, slice_sizes = array<i64: 1, 768>}> : (tensor<50257x768xbf16>, tensor<1x64x1xi32>) -> tensor<1x64x768xbf16>
    %7 = stablehlo.slice %arg146 [0:64, 0:768] : (tensor<1024x768xbf16>) -> tensor<64x768xbf16>
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
    %235 = stablehlo.convert %arg29 : (tensor<768xbf16>) -> tensor<768xf32>
    %236 = stablehlo.broadcast_in_dim %235, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %237 = stablehlo.broadcast_in_dim %236, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %238 = stablehlo.multiply %234, %237 : tensor<1x64x768xf32>
    %239 = stablehlo.convert %arg28 : (tensor<768xbf16>) -> tensor<768xf32>
    %240 = stablehlo.broadcast_in_dim %239, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %241 = stablehlo.broadcast_in_dim %240, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %242 = stablehlo.add %238, %241 : tensor<1x64x768xf32>
    %243 = stablehlo.convert %242 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %244 = stablehlo.dot_general %243, %arg27, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x2304xbf16>) -> tensor<1x64x2304xf32>
    %245 = stablehlo.convert %arg25 : (tensor<2304xbf16>) -> tensor<2304xf32>
    %246 = stablehlo.broadcast_in_dim %245, dims = [2] : (tensor<2304xf32>) -> tensor<1x1x2304xf32>
    %247 = stablehlo.broadcast_in_dim %246, dims = [0, 1, 2] : (tensor<1x1x2304xf32>) -> tensor<1x64x2304xf32>
    %248 = stablehlo.add %244, %247 : tensor<1x64x2304xf32>
    %249 = stablehlo.convert %248 : (tensor<1x64x2304xf32>) -> tensor<1x64x2304xbf16>
    %250 = stablehlo.slice %249 [0:1, 0:64, 0:768] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %251 = stablehlo.slice %249 [0:1, 0:64, 768:1536] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %252 = stablehlo.slice %249 [0:1, 0:64, 1536:2304] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %253 = stablehlo.reshape %250 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %254 = stablehlo.reshape %251 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %255 = stablehlo.reshape %252 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %256 = stablehlo.composite "tri.attention" %253, %254, %255 {composite_attributes = {causal = true, scale = 1.250000e-01 : f64}, decomposition = @tri.attention_1} : (tensor<1x64x12x64xbf16>, tensor<1x64x12x64xbf16>, tensor<1x64x12x64xbf16>) -> tensor<1x64x12x64xbf16>
    %257 = stablehlo.reshape %256 : (tensor<1x64x12x64xbf16>) -> tensor<1x64x768xbf16>
    %258 = stablehlo.dot_general %257, %arg26, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x768xbf16>) -> tensor<1x64x768xf32>
    %259 = stablehlo.convert %arg24 : (tensor<768xbf16>) -> tensor<768xf32>
    %260 = stablehlo.broadcast_in_dim %259, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %261 = stablehlo.broadcast_in_dim %260, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %262 = stablehlo.add %258, %261 : tensor<1x64x768xf32>
    %263 = stablehlo.convert %262 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %264 = stablehlo.add %215, %263 : tensor<1x64x768xbf16>
    %265 = stablehlo.convert %264 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_33 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %266 = stablehlo.reduce(%265 init: %cst_33) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %267 = stablehlo.broadcast_in_dim %266, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_34 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %268 = stablehlo.broadcast_in_dim %cst_34, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %269 = stablehlo.divide %267, %268 : tensor<1x64x1xf32>
    %270 = stablehlo.broadcast_in_dim %269, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %271 = stablehlo.subtract %265, %270 : tensor<1x64x768xf32>
    %272 = chlo.square %271 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_35 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %273 = stablehlo.reduce(%272 init: %cst_35) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %274 = stablehlo.broadcast_in_dim %273, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_36 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %275 = stablehlo.broadcast_in_dim %cst_36, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %276 = stablehlo.divide %274, %275 : tensor<1x64x1xf32>
    %277 = stablehlo.broadcast_in_dim %269, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %278 = stablehlo.subtract %265, %277 : tensor<1x64x768xf32>
    %cst_37 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %279 = stablehlo.broadcast_in_dim %cst_37, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %280 = stablehlo.add %276, %279 : tensor<1x64x1xf32>
    %281 = stablehlo.rsqrt %280 : tensor<1x64x1xf32>
    %282 = stablehlo.broadcast_in_dim %281, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %283 = stablehlo.multiply %278, %282 : tensor<1x64x768xf32>
    %284 = stablehlo.convert %arg31 : (tensor<768xbf16>) -> tensor<768xf32>
    %285 = stablehlo.broadcast_in_dim %284, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %286 = stablehlo.broadcast_in_dim %285, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %287 = stablehlo.multiply %283, %286 : tensor<1x64x768xf32>
    %288 = stablehlo.convert %arg30 : (tensor<768xbf16>) -> tensor<768xf32>
    %289 = stablehlo.broadcast_in_dim %288, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %290 = stablehlo.broadcast_in_dim %289, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %291 = stablehlo.add %287, %290 : tensor<1x64x768xf32>
    %292 = stablehlo.convert %291 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %293 = stablehlo.dot_general %292, %arg34, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x3072xbf16>) -> tensor<1x64x3072xf32>
    %294 = stablehlo.convert %arg32 : (tensor<3072xbf16>) -> tensor<3072xf32>
    %295 = stablehlo.broadcast_in_dim %294, dims = [2] : (tensor<3072xf32>) -> tensor<1x1x3072xf32>
    %296 = stablehlo.broadcast_in_dim %295, dims = [0, 1, 2] : (tensor<1x1x3072xf32>) -> tensor<1x64x3072xf32>
    %297 = stablehlo.add %293, %296 : tensor<1x64x3072xf32>
    %298 = stablehlo.multiply %297, %297 : tensor<1x64x3072xf32>
    %299 = stablehlo.multiply %298, %297 : tensor<1x64x3072xf32>
    %cst_38 = stablehlo.constant dense<4.471500e-02> : tensor<f32>
    %300 = stablehlo.broadcast_in_dim %cst_38, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %301 = stablehlo.multiply %300, %299 : tensor<1x64x3072xf32>
    %302 = stablehlo.add %297, %301 : tensor<1x64x3072xf32>
    %cst_39 = stablehlo.constant dense<0.797884583> : tensor<f32>
    %303 = stablehlo.broadcast_in_dim %cst_39, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %304 = stablehlo.multiply %303, %302 : tensor<1x64x3072xf32>
    %305 = stablehlo.tanh %304 : tensor<1x64x3072xf32>
    %cst_40 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %306 = stablehlo.broadcast_in_dim %cst_40, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %307 = stablehlo.add %306, %305 : tensor<1x64x3072xf32>
    %cst_41 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %308 = stablehlo.broadcast_in_dim %cst_41, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %309 = stablehlo.multiply %308, %307 : tensor<1x64x3072xf32>
    %310 = stablehlo.multiply %297, %309 : tensor<1x64x3072xf32>
    %311 = stablehlo.convert %310 : (tensor<1x64x3072xf32>) -> tensor<1x64x3072xbf16>
    %312 = stablehlo.dot_general %311, %arg35, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x3072xbf16>, tensor<3072x768xbf16>) -> tensor<1x64x768xf32>
    %313 = stablehlo.convert %arg33 : (tensor<768xbf16>) -> tensor<768xf32>
    %314 = stablehlo.broadcast_in_dim %313, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %315 = stablehlo.broadcast_in_dim %314, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %316 = stablehlo.add %312, %315 : tensor<1x64x768xf32>
    %317 = stablehlo.convert %316 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %318 = stablehlo.add %264, %317 : tensor<1x64x768xbf16>
    %319 = stablehlo.convert %318 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_42 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %320 = stablehlo.reduce(%319 init: %cst_42) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %321 = stablehlo.broadcast_in_dim %320, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_43 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %322 = stablehlo.broadcast_in_dim %cst_43, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %323 = stablehlo.divide %321, %322 : tensor<1x64x1xf32>
    %324 = stablehlo.broadcast_in_dim %323, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %325 = stablehlo.subtract %319, %324 : tensor<1x64x768xf32>
    %326 = chlo.square %325 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_44 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %327 = stablehlo.reduce(%326 init: %cst_44) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %328 = stablehlo.broadcast_in_dim %327, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_45 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %329 = stablehlo.broadcast_in_dim %cst_45, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %330 = stablehlo.divide %328, %329 : tensor<1x64x1xf32>
    %331 = stablehlo.broadcast_in_dim %323, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %332 = stablehlo.subtract %319, %331 : tensor<1x64x768xf32>
    %cst_46 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %333 = stablehlo.broadcast_in_dim %cst_46, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %334 = stablehlo.add %330, %333 : tensor<1x64x1xf32>
    %335 = stablehlo.rsqrt %334 : tensor<1x64x1xf32>
    %336 = stablehlo.broadcast_in_dim %335, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %337 = stablehlo.multiply %332, %336 : tensor<1x64x768xf32>
    %338 = stablehlo.convert %arg41 : (tensor<768xbf16>) -> tensor<768xf32>
    %339 = stablehlo.broadcast_in_dim %338, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %340 = stablehlo.broadcast_in_dim %339, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %341 = stablehlo.multiply %337, %340 : tensor<1x64x768xf32>
    %342 = stablehlo.convert %arg40 : (tensor<768xbf16>) -> tensor<768xf32>
    %343 = stablehlo.broadcast_in_dim %342, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %344 = stablehlo.broadcast_in_dim %343, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %345 = stablehlo.add %341, %344 : tensor<1x64x768xf32>
    %346 = stablehlo.convert %345 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %347 = stablehlo.dot_general %346, %arg39, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x2304xbf16>) -> tensor<1x64x2304xf32>
    %348 = stablehlo.convert %arg37 : (tensor<2304xbf16>) -> tensor<2304xf32>
    %349 = stablehlo.broadcast_in_dim %348, dims = [2] : (tensor<2304xf32>) -> tensor<1x1x2304xf32>
    %350 = stablehlo.broadcast_in_dim %349, dims = [0, 1, 2] : (tensor<1x1x2304xf32>) -> tensor<1x64x2304xf32>
    %351 = stablehlo.add %347, %350 : tensor<1x64x2304xf32>
    %352 = stablehlo.convert %351 : (tensor<1x64x2304xf32>) -> tensor<1x64x2304xbf16>
    %353 = stablehlo.slice %352 [0:1, 0:64, 0:768] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %354 = stablehlo.slice %352 [0:1, 0:64, 768:1536] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %355 = stablehlo.slice %352 [0:1, 0:64, 1536:2304] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %356 = stablehlo.reshape %353 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %357 = stablehlo.reshape %354 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %358 = stablehlo.reshape %355 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %359 = stablehlo.composite "tri.attention" %356, %357, %358 {composite_attributes = {causal = true, scale = 1.250000e-01 : f64}, decomposition = @tri.attention_2} : (tensor<1x64x12x64xbf16>, tensor<1x64x12x64xbf16>, tensor<1x64x12x64xbf16>) -> tensor<1x64x12x64xbf16>
    %360 = stablehlo.reshape %359 : (tensor<1x64x12x64xbf16>) -> tensor<1x64x768xbf16>
    %361 = stablehlo.dot_general %360, %arg38, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x768xbf16>) -> tensor<1x64x768xf32>
    %362 = stablehlo.convert %arg36 : (tensor<768xbf16>) -> tensor<768xf32>
    %363 = stablehlo.broadcast_in_dim %362, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %364 = stablehlo.broadcast_in_dim %363, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %365 = stablehlo.add %361, %364 : tensor<1x64x768xf32>
    %366 = stablehlo.convert %365 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %367 = stablehlo.add %318, %366 : tensor<1x64x768xbf16>
    %368 = stablehlo.convert %367 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_47 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %369 = stablehlo.reduce(%368 init: %cst_47) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %370 = stablehlo.broadcast_in_dim %369, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_48 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %371 = stablehlo.broadcast_in_dim %cst_48, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %372 = stablehlo.divide %370, %371 : tensor<1x64x1xf32>
    %373 = stablehlo.broadcast_in_dim %372, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %374 = stablehlo.subtract %368, %373 : tensor<1x64x768xf32>
    %375 = chlo.square %374 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_49 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %376 = stablehlo.reduce(%375 init: %cst_49) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %377 = stablehlo.broadcast_in_dim %376, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_50 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %378 = stablehlo.broadcast_in_dim %cst_50, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %379 = stablehlo.divide %377, %378 : tensor<1x64x1xf32>
    %380 = stablehlo.broadcast_in_dim %372, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %381 = stablehlo.subtract %368, %380 : tensor<1x64x768xf32>
    %cst_51 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %382 = stablehlo.broadcast_in_dim %cst_51, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %383 = stablehlo.add %379, %382 : tensor<1x64x1xf32>
    %384 = stablehlo.rsqrt %383 : tensor<1x64x1xf32>
    %385 = stablehlo.broadcast_in_dim %384, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %386 = stablehlo.multiply %381, %385 : tensor<1x64x768xf32>
    %387 = stablehlo.convert %arg43 : (tensor<768xbf16>) -> tensor<768xf32>
    %388 = stablehlo.broadcast_in_dim %387, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %389 = stablehlo.broadcast_in_dim %388, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %390 = stablehlo.multiply %386, %389 : tensor<1x64x768xf32>
    %391 = stablehlo.convert %arg42 : (tensor<768xbf16>) -> tensor<768xf32>
    %392 = stablehlo.broadcast_in_dim %391, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %393 = stablehlo.broadcast_in_dim %392, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %394 = stablehlo.add %390, %393 : tensor<1x64x768xf32>
    %395 = stablehlo.convert %394 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %396 = stablehlo.dot_general %395, %arg46, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x3072xbf16>) -> tensor<1x64x3072xf32>
    %397 = stablehlo.convert %arg44 : (tensor<3072xbf16>) -> tensor<3072xf32>
    %398 = stablehlo.broadcast_in_dim %397, dims = [2] : (tensor<3072xf32>) -> tensor<1x1x3072xf32>
    %399 = stablehlo.broadcast_in_dim %398, dims = [0, 1, 2] : (tensor<1x1x3072xf32>) -> tensor<1x64x3072xf32>
    %400 = stablehlo.add %396, %399 : tensor<1x64x3072xf32>
    %401 = stablehlo.multiply %400, %400 : tensor<1x64x3072xf32>
    %402 = stablehlo.multiply %401, %400 : tensor<1x64x3072xf32>
    %cst_52 = stablehlo.constant dense<4.471500e-02> : tensor<f32>
    %403 = stablehlo.broadcast_in_dim %cst_52, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %404 = stablehlo.multiply %403, %402 : tensor<1x64x3072xf32>
    %405 = stablehlo.add %400, %404 : tensor<1x64x3072xf32>
    %cst_53 = stablehlo.constant dense<0.797884583> : tensor<f32>
    %406 = stablehlo.broadcast_in_dim %cst_53, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %407 = stablehlo.multiply %406, %405 : tensor<1x64x3072xf32>
    %408 = stablehlo.tanh %407 : tensor<1x64x3072xf32>
    %cst_54 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %409 = stablehlo.broadcast_in_dim %cst_54, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %410 = stablehlo.add %409, %408 : tensor<1x64x3072xf32>
    %cst_55 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %411 = stablehlo.broadcast_in_dim %cst_55, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %412 = stablehlo.multiply %411, %410 : tensor<1x64x3072xf32>
    %413 = stablehlo.multiply %400, %412 : tensor<1x64x3072xf32>
    %414 = stablehlo.convert %413 : (tensor<1x64x3072xf32>) -> tensor<1x64x3072xbf16>
    %415 = stablehlo.dot_general %414, %arg47, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x3072xbf16>, tensor<3072x768xbf16>) -> tensor<1x64x768xf32>
    %416 = stablehlo.convert %arg45 : (tensor<768xbf16>) -> tensor<768xf32>
    %417 = stablehlo.broadcast_in_dim %416, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %418 = stablehlo.broadcast_in_dim %417, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %419 = stablehlo.add %415, %418 : tensor<1x64x768xf32>
    %420 = stablehlo.convert %419 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %421 = stablehlo.add %367, %420 : tensor<1x64x768xbf16>
    %422 = stablehlo.convert %421 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_56 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %423 = stablehlo.reduce(%422 init: %cst_56) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %424 = stablehlo.broadcast_in_dim %423, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_57 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %425 = stablehlo.broadcast_in_dim %cst_57, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %426 = stablehlo.divide %424, %425 : tensor<1x64x1xf32>
    %427 = stablehlo.broadcast_in_dim %426, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %428 = stablehlo.subtract %422, %427 : tensor<1x64x768xf32>
    %429 = chlo.square %428 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_58 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %430 = stablehlo.reduce(%429 init: %cst_58) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %431 = stablehlo.broadcast_in_dim %430, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_59 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %432 = stablehlo.broadcast_in_dim %cst_59, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %433 = stablehlo.divide %431, %432 : tensor<1x64x1xf32>
    %434 = stablehlo.broadcast_in_dim %426, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %435 = stablehlo.subtract %422, %434 : tensor<1x64x768xf32>
    %cst_60 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %436 = stablehlo.broadcast_in_dim %cst_60, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %437 = stablehlo.add %433, %436 : tensor<1x64x1xf32>
    %438 = stablehlo.rsqrt %437 : tensor<1x64x1xf32>
    %439 = stablehlo.broadcast_in_dim %438, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %440 = stablehlo.multiply %435, %439 : tensor<1x64x768xf32>
    %441 = stablehlo.convert %arg53 : (tensor<768xbf16>) -> tensor<768xf32>
    %442 = stablehlo.broadcast_in_dim %441, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %443 = stablehlo.broadcast_in_dim %442, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %444 = stablehlo.multiply %440, %443 : tensor<1x64x768xf32>
    %445 = stablehlo.convert %arg52 : (tensor<768xbf16>) -> tensor<768xf32>
    %446 = stablehlo.broadcast_in_dim %445, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %447 = stablehlo.broadcast_in_dim %446, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %448 = stablehlo.add %444, %447 : tensor<1x64x768xf32>
    %449 = stablehlo.convert %448 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %450 = stablehlo.dot_general %449, %arg51, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x2304xbf16>) -> tensor<1x64x2304xf32>
    %451 = stablehlo.convert %arg49 : (tensor<2304xbf16>) -> tensor<2304xf32>
    %452 = stablehlo.broadcast_in_dim %451, dims = [2] : (tensor<2304xf32>) -> tensor<1x1x2304xf32>
    %453 = stablehlo.broadcast_in_dim %452, dims = [0, 1, 2] : (tensor<1x1x2304xf32>) -> tensor<1x64x2304xf32>
    %454 = stablehlo.add %450, %453 : tensor<1x64x2304xf32>
    %455 = stablehlo.convert %454 : (tensor<1x64x2304xf32>) -> tensor<1x64x2304xbf16>
    %456 = stablehlo.slice %455 [0:1, 0:64, 0:768] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %457 = stablehlo.slice %455 [0:1, 0:64, 768:1536] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %458 = stablehlo.slice %455 [0:1, 0:64, 1536:2304] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %459 = stablehlo.reshape %456 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %460 = stablehlo.reshape %457 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %461 = stablehlo.reshape %458 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %462 = stablehlo.composite "tri.attention" %459, %460, %461 {composite_attributes = {causal = true, scale = 1.250000e-01 : f64}, decomposition = @tri.attention_3} : (tensor<1x64x12x64xbf16>, tensor<1x64x12x64xbf16>, tensor<1x64x12x64xbf16>) -> tensor<1x64x12x64xbf16>
    %463 = stablehlo.reshape %462 : (tensor<1x64x12x64xbf16>) -> tensor<1x64x768xbf16>
    %464 = stablehlo.dot_general %463, %arg50, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x768xbf16>) -> tensor<1x64x768xf32>
    %465 = stablehlo.convert %arg48 : (tensor<768xbf16>) -> tensor<768xf32>
    %466 = stablehlo.broadcast_in_dim %465, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %467 = stablehlo.broadcast_in_dim %466, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %468 = stablehlo.add %464, %467 : tensor<1x64x768xf32>
    %469 = stablehlo.convert %468 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %470 = stablehlo.add %421, %469 : tensor<1x64x768xbf16>
    %471 = stablehlo.convert %470 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_61 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %472 = stablehlo.reduce(%471 init: %cst_61) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %473 = stablehlo.broadcast_in_dim %472, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_62 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %474 = stablehlo.broadcast_in_dim %cst_62, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %475 = stablehlo.divide %473, %474 : tensor<1x64x1xf32>
    %476 = stablehlo.broadcast_in_dim %475, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %477 = stablehlo.subtract %471, %476 : tensor<1x64x768xf32>
    %478 = chlo.square %477 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_63 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %479 = stablehlo.reduce(%478 init: %cst_63) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %480 = stablehlo.broadcast_in_dim %479, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_64 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %481 = stablehlo.broadcast_in_dim %cst_64, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %482 = stablehlo.divide %480, %481 : tensor<1x64x1xf32>
    %483 = stablehlo.broadcast_in_dim %475, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %484 = stablehlo.subtract %471, %483 : tensor<1x64x768xf32>
    %cst_65 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %485 = stablehlo.broadcast_in_dim %cst_65, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %486 = stablehlo.add %482, %485 : tensor<1x64x1xf32>
    %487 = stablehlo.rsqrt %486 : tensor<1x64x1xf32>
    %488 = stablehlo.broadcast_in_dim %487, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %489 = stablehlo.multiply %484, %488 : tensor<1x64x768xf32>
    %490 = stablehlo.convert %arg55 : (tensor<768xbf16>) -> tensor<768xf32>
    %491 = stablehlo.broadcast_in_dim %490, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %492 = stablehlo.broadcast_in_dim %491, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %493 = stablehlo.multiply %489, %492 : tensor<1x64x768xf32>
    %494 = stablehlo.convert %arg54 : (tensor<768xbf16>) -> tensor<768xf32>
    %495 = stablehlo.broadcast_in_dim %494, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %496 = stablehlo.broadcast_in_dim %495, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %497 = stablehlo.add %493, %496 : tensor<1x64x768xf32>
    %498 = stablehlo.convert %497 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %499 = stablehlo.dot_general %498, %arg58, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x3072xbf16>) -> tensor<1x64x3072xf32>
    %500 = stablehlo.convert %arg56 : (tensor<3072xbf16>) -> tensor<3072xf32>
    %501 = stablehlo.broadcast_in_dim %500, dims = [2] : (tensor<3072xf32>) -> tensor<1x1x3072xf32>
    %502 = stablehlo.broadcast_in_dim %501, dims = [0, 1, 2] : (tensor<1x1x3072xf32>) -> tensor<1x64x3072xf32>
    %503 = stablehlo.add %499, %502 : tensor<1x64x3072xf32>
    %504 = stablehlo.multiply %503, %503 : tensor<1x64x3072xf32>
    %505 = stablehlo.multiply %504, %503 : tensor<1x64x3072xf32>
    %cst_66 = stablehlo.constant dense<4.471500e-02> : tensor<f32>
    %506 = stablehlo.broadcast_in_dim %cst_66, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %507 = stablehlo.multiply %506, %505 : tensor<1x64x3072xf32>
    %508 = stablehlo.add %503, %507 : tensor<1x64x3072xf32>
    %cst_67 = stablehlo.constant dense<0.797884583> : tensor<f32>
    %509 = stablehlo.broadcast_in_dim %cst_67, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %510 = stablehlo.multiply %509, %508 : tensor<1x64x3072xf32>
    %511 = stablehlo.tanh %510 : tensor<1x64x3072xf32>
    %cst_68 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %512 = stablehlo.broadcast_in_dim %cst_68, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %513 = stablehlo.add %512, %511 : tensor<1x64x3072xf32>
    %cst_69 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %514 = stablehlo.broadcast_in_dim %cst_69, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %515 = stablehlo.multiply %514, %513 : tensor<1x64x3072xf32>
    %516 = stablehlo.multiply %503, %515 : tensor<1x64x3072xf32>
    %517 = stablehlo.convert %516 : (tensor<1x64x3072xf32>) -> tensor<1x64x3072xbf16>
    %518 = stablehlo.dot_general %517, %arg59, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x3072xbf16>, tensor<3072x768xbf16>) -> tensor<1x64x768xf32>
    %519 = stablehlo.convert %arg57 : (tensor<768xbf16>) -> tensor<768xf32>
    %520 = stablehlo.broadcast_in_dim %519, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %521 = stablehlo.broadcast_in_dim %520, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %522 = stablehlo.add %518, %521 : tensor<1x64x768xf32>
    %523 = stablehlo.convert %522 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %524 = stablehlo.add %470, %523 : tensor<1x64x768xbf16>
    %525 = stablehlo.convert %524 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_70 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %526 = stablehlo.reduce(%525 init: %cst_70) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %527 = stablehlo.broadcast_in_dim %526, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_71 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %528 = stablehlo.broadcast_in_dim %cst_71, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %529 = stablehlo.divide %527, %528 : tensor<1x64x1xf32>
    %530 = stablehlo.broadcast_in_dim %529, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %531 = stablehlo.subtract %525, %530 : tensor<1x64x768xf32>
    %532 = chlo.square %531 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_72 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %533 = stablehlo.reduce(%532 init: %cst_72) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %534 = stablehlo.broadcast_in_dim %533, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_73 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %535 = stablehlo.broadcast_in_dim %cst_73, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %536 = stablehlo.divide %534, %535 : tensor<1x64x1xf32>
    %537 = stablehlo.broadcast_in_dim %529, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %538 = stablehlo.subtract %525, %537 : tensor<1x64x768xf32>
    %cst_74 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %539 = stablehlo.broadcast_in_dim %cst_74, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %540 = stablehlo.add %536, %539 : tensor<1x64x1xf32>
    %541 = stablehlo.rsqrt %540 : tensor<1x64x1xf32>
    %542 = stablehlo.broadcast_in_dim %541, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %543 = stablehlo.multiply %538, %542 : tensor<1x64x768xf32>
    %544 = stablehlo.convert %arg65 : (tensor<768xbf16>) -> tensor<768xf32>
    %545 = stablehlo.broadcast_in_dim %544, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %546 = stablehlo.broadcast_in_dim %545, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %547 = stablehlo.multiply %543, %546 : tensor<1x64x768xf32>
    %548 = stablehlo.convert %arg64 : (tensor<768xbf16>) -> tensor<768xf32>
    %549 = stablehlo.broadcast_in_dim %548, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %550 = stablehlo.broadcast_in_dim %549, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %551 = stablehlo.add %547, %550 : tensor<1x64x768xf32>
    %552 = stablehlo.convert %551 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %553 = stablehlo.dot_general %552, %arg63, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x2304xbf16>) -> tensor<1x64x2304xf32>
    %554 = stablehlo.convert %arg61 : (tensor<2304xbf16>) -> tensor<2304xf32>
    %555 = stablehlo.broadcast_in_dim %554, dims = [2] : (tensor<2304xf32>) -> tensor<1x1x2304xf32>
    %556 = stablehlo.broadcast_in_dim %555, dims = [0, 1, 2] : (tensor<1x1x2304xf32>) -> tensor<1x64x2304xf32>
    %557 = stablehlo.add %553, %556 : tensor<1x64x2304xf32>
    %558 = stablehlo.convert %557 : (tensor<1x64x2304xf32>) -> tensor<1x64x2304xbf16>
    %559 = stablehlo.slice %558 [0:1, 0:64, 0:768] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %560 = stablehlo.slice %558 [0:1, 0:64, 768:1536] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %561 = stablehlo.slice %558 [0:1, 0:64, 1536:2304] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %562 = stablehlo.reshape %559 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %563 = stablehlo.reshape %560 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %564 = stablehlo.reshape %561 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %565 = stablehlo.composite "tri.attention" %562, %563, %564 {composite_attributes = {causal = true, scale = 1.250000e-01 : f64}, decomposition = @tri.attention_4} : (tensor<1x64x12x64xbf16>, tensor<1x64x12x64xbf16>, tensor<1x64x12x64xbf16>) -> tensor<1x64x12x64xbf16>
    %566 = stablehlo.reshape %565 : (tensor<1x64x12x64xbf16>) -> tensor<1x64x768xbf16>
    %567 = stablehlo.dot_general %566, %arg62, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x768xbf16>) -> tensor<1x64x768xf32>
    %568 = stablehlo.convert %arg60 : (tensor<768xbf16>) -> tensor<768xf32>
    %569 = stablehlo.broadcast_in_dim %568, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %570 = stablehlo.broadcast_in_dim %569, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %571 = stablehlo.add %567, %570 : tensor<1x64x768xf32>
    %572 = stablehlo.convert %571 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %573 = stablehlo.add %524, %572 : tensor<1x64x768xbf16>
    %574 = stablehlo.convert %573 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_75 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %575 = stablehlo.reduce(%574 init: %cst_75) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %576 = stablehlo.broadcast_in_dim %575, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_76 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %577 = stablehlo.broadcast_in_dim %cst_76, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %578 = stablehlo.divide %576, %577 : tensor<1x64x1xf32>
    %579 = stablehlo.broadcast_in_dim %578, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %580 = stablehlo.subtract %574, %579 : tensor<1x64x768xf32>
    %581 = chlo.square %580 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_77 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %582 = stablehlo.reduce(%581 init: %cst_77) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %583 = stablehlo.broadcast_in_dim %582, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_78 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %584 = stablehlo.broadcast_in_dim %cst_78, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %585 = stablehlo.divide %583, %584 : tensor<1x64x1xf32>
    %586 = stablehlo.broadcast_in_dim %578, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %587 = stablehlo.subtract %574, %586 : tensor<1x64x768xf32>
    %cst_79 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %588 = stablehlo.broadcast_in_dim %cst_79, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %589 = stablehlo.add %585, %588 : tensor<1x64x1xf32>
    %590 = stablehlo.rsqrt %589 : tensor<1x64x1xf32>
    %591 = stablehlo.broadcast_in_dim %590, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %592 = stablehlo.multiply %587, %591 : tensor<1x64x768xf32>
    %593 = stablehlo.convert %arg67 : (tensor<768xbf16>) -> tensor<768xf32>
    %594 = stablehlo.broadcast_in_dim %593, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %595 = stablehlo.broadcast_in_dim %594, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %596 = stablehlo.multiply %592, %595 : tensor<1x64x768xf32>
    %597 = stablehlo.convert %arg66 : (tensor<768xbf16>) -> tensor<768xf32>
    %598 = stablehlo.broadcast_in_dim %597, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %599 = stablehlo.broadcast_in_dim %598, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %600 = stablehlo.add %596, %599 : tensor<1x64x768xf32>
    %601 = stablehlo.convert %600 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %602 = stablehlo.dot_general %601, %arg70, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x3072xbf16>) -> tensor<1x64x3072xf32>
    %603 = stablehlo.convert %arg68 : (tensor<3072xbf16>) -> tensor<3072xf32>
    %604 = stablehlo.broadcast_in_dim %603, dims = [2] : (tensor<3072xf32>) -> tensor<1x1x3072xf32>
    %605 = stablehlo.broadcast_in_dim %604, dims = [0, 1, 2] : (tensor<1x1x3072xf32>) -> tensor<1x64x3072xf32>
    %606 = stablehlo.add %602, %605 : tensor<1x64x3072xf32>
    %607 = stablehlo.multiply %606, %606 : tensor<1x64x3072xf32>
    %608 = stablehlo.multiply %607, %606 : tensor<1x64x3072xf32>
    %cst_80 = stablehlo.constant dense<4.471500e-02> : tensor<f32>
    %609 = stablehlo.broadcast_in_dim %cst_80, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %610 = stablehlo.multiply %609, %608 : tensor<1x64x3072xf32>
    %611 = stablehlo.add %606, %610 : tensor<1x64x3072xf32>
    %cst_81 = stablehlo.constant dense<0.797884583> : tensor<f32>
    %612 = stablehlo.broadcast_in_dim %cst_81, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %613 = stablehlo.multiply %612, %611 : tensor<1x64x3072xf32>
    %614 = stablehlo.tanh %613 : tensor<1x64x3072xf32>
    %cst_82 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %615 = stablehlo.broadcast_in_dim %cst_82, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %616 = stablehlo.add %615, %614 : tensor<1x64x3072xf32>
    %cst_83 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %617 = stablehlo.broadcast_in_dim %cst_83, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %618 = stablehlo.multiply %617, %616 : tensor<1x64x3072xf32>
    %619 = stablehlo.multiply %606, %618 : tensor<1x64x3072xf32>
    %620 = stablehlo.convert %619 : (tensor<1x64x3072xf32>) -> tensor<1x64x3072xbf16>
    %621 = stablehlo.dot_general %620, %arg71, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x3072xbf16>, tensor<3072x768xbf16>) -> tensor<1x64x768xf32>
    %622 = stablehlo.convert %arg69 : (tensor<768xbf16>) -> tensor<768xf32>
    %623 = stablehlo.broadcast_in_dim %622, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %624 = stablehlo.broadcast_in_dim %623, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %625 = stablehlo.add %621, %624 : tensor<1x64x768xf32>
    %626 = stablehlo.convert %625 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %627 = stablehlo.add %573, %626 : tensor<1x64x768xbf16>
    %628 = stablehlo.convert %627 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_84 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %629 = stablehlo.reduce(%628 init: %cst_84) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %630 = stablehlo.broadcast_in_dim %629, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_85 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %631 = stablehlo.broadcast_in_dim %cst_85, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %632 = stablehlo.divide %630, %631 : tensor<1x64x1xf32>
    %633 = stablehlo.broadcast_in_dim %632, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %634 = stablehlo.subtract %628, %633 : tensor<1x64x768xf32>
    %635 = chlo.square %634 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_86 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %636 = stablehlo.reduce(%635 init: %cst_86) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %637 = stablehlo.broadcast_in_dim %636, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_87 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %638 = stablehlo.broadcast_in_dim %cst_87, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %639 = stablehlo.divide %637, %638 : tensor<1x64x1xf32>
    %640 = stablehlo.broadcast_in_dim %632, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %641 = stablehlo.subtract %628, %640 : tensor<1x64x768xf32>
    %cst_88 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %642 = stablehlo.broadcast_in_dim %cst_88, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %643 = stablehlo.add %639, %642 : tensor<1x64x1xf32>
    %644 = stablehlo.rsqrt %643 : tensor<1x64x1xf32>
    %645 = stablehlo.broadcast_in_dim %644, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %646 = stablehlo.multiply %641, %645 : tensor<1x64x768xf32>
    %647 = stablehlo.convert %arg77 : (tensor<768xbf16>) -> tensor<768xf32>
    %648 = stablehlo.broadcast_in_dim %647, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %649 = stablehlo.broadcast_in_dim %648, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %650 = stablehlo.multiply %646, %649 : tensor<1x64x768xf32>
    %651 = stablehlo.convert %arg76 : (tensor<768xbf16>) -> tensor<768xf32>
    %652 = stablehlo.broadcast_in_dim %651, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %653 = stablehlo.broadcast_in_dim %652, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %654 = stablehlo.add %650, %653 : tensor<1x64x768xf32>
    %655 = stablehlo.convert %654 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %656 = stablehlo.dot_general %655, %arg75, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x2304xbf16>) -> tensor<1x64x2304xf32>
    %657 = stablehlo.convert %arg73 : (tensor<2304xbf16>) -> tensor<2304xf32>
    %658 = stablehlo.broadcast_in_dim %657, dims = [2] : (tensor<2304xf32>) -> tensor<1x1x2304xf32>
    %659 = stablehlo.broadcast_in_dim %658, dims = [0, 1, 2] : (tensor<1x1x2304xf32>) -> tensor<1x64x2304xf32>
    %660 = stablehlo.add %656, %659 : tensor<1x64x2304xf32>
    %661 = stablehlo.convert %660 : (tensor<1x64x2304xf32>) -> tensor<1x64x2304xbf16>
    %662 = stablehlo.slice %661 [0:1, 0:64, 0:768] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %663 = stablehlo.slice %661 [0:1, 0:64, 768:1536] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %664 = stablehlo.slice %661 [0:1, 0:64, 1536:2304] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %665 = stablehlo.reshape %662 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %666 = stablehlo.reshape %663 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %667 = stablehlo.reshape %664 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %668 = stablehlo.composite "tri.attention" %665, %666, %667 {composite_attributes = {causal = true, scale = 1.250000e-01 : f64}, decomposition = @tri.attention_5} : (tensor<1x64x12x64xbf16>, tensor<1x64x12x64xbf16>, tensor<1x64x12x64xbf16>) -> tensor<1x64x12x64xbf16>
    %669 = stablehlo.reshape %668 : (tensor<1x64x12x64xbf16>) -> tensor<1x64x768xbf16>
    %670 = stablehlo.dot_general %669, %arg74, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x768xbf16>) -> tensor<1x64x768xf32>
    %671 = stablehlo.convert %arg72 : (tensor<768xbf16>) -> tensor<768xf32>
    %672 = stablehlo.broadcast_in_dim %671, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %673 = stablehlo.broadcast_in_dim %672, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %674 = stablehlo.add %670, %673 : tensor<1x64x768xf32>
    %675 = stablehlo.convert %674 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %676 = stablehlo.add %627, %675 : tensor<1x64x768xbf16>
    %677 = stablehlo.convert %676 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_89 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %678 = stablehlo.reduce(%677 init: %cst_89) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %679 = stablehlo.broadcast_in_dim %678, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_90 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %680 = stablehlo.broadcast_in_dim %cst_90, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %681 = stablehlo.divide %679, %680 : tensor<1x64x1xf32>
    %682 = stablehlo.broadcast_in_dim %681, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %683 = stablehlo.subtract %677, %682 : tensor<1x64x768xf32>
    %684 = chlo.square %683 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_91 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %685 = stablehlo.reduce(%684 init: %cst_91) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %686 = stablehlo.broadcast_in_dim %685, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_92 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %687 = stablehlo.broadcast_in_dim %cst_92, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %688 = stablehlo.divide %686, %687 : tensor<1x64x1xf32>
    %689 = stablehlo.broadcast_in_dim %681, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %690 = stablehlo.subtract %677, %689 : tensor<1x64x768xf32>
    %cst_93 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %691 = stablehlo.broadcast_in_dim %cst_93, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %692 = stablehlo.add %688, %691 : tensor<1x64x1xf32>
    %693 = stablehlo.rsqrt %692 : tensor<1x64x1xf32>
    %694 = stablehlo.broadcast_in_dim %693, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %695 = stablehlo.multiply %690, %694 : tensor<1x64x768xf32>
    %696 = stablehlo.convert %arg79 : (tensor<768xbf16>) -> tensor<768xf32>
    %697 = stablehlo.broadcast_in_dim %696, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %698 = stablehlo.broadcast_in_dim %697, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %699 = stablehlo.multiply %695, %698 : tensor<1x64x768xf32>
    %700 = stablehlo.convert %arg78 : (tensor<768xbf16>) -> tensor<768xf32>
    %701 = stablehlo.broadcast_in_dim %700, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %702 = stablehlo.broadcast_in_dim %701, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %703 = stablehlo.add %699, %702 : tensor<1x64x768xf32>
    %704 = stablehlo.convert %703 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %705 = stablehlo.dot_general %704, %arg82, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x3072xbf16>) -> tensor<1x64x3072xf32>
    %706 = stablehlo.convert %arg80 : (tensor<3072xbf16>) -> tensor<3072xf32>
    %707 = stablehlo.broadcast_in_dim %706, dims = [2] : (tensor<3072xf32>) -> tensor<1x1x3072xf32>
    %708 = stablehlo.broadcast_in_dim %707, dims = [0, 1, 2] : (tensor<1x1x3072xf32>) -> tensor<1x64x3072xf32>
    %709 = stablehlo.add %705, %708 : tensor<1x64x3072xf32>
    %710 = stablehlo.multiply %709, %709 : tensor<1x64x3072xf32>
    %711 = stablehlo.multiply %710, %709 : tensor<1x64x3072xf32>
    %cst_94 = stablehlo.constant dense<4.471500e-02> : tensor<f32>
    %712 = stablehlo.broadcast_in_dim %cst_94, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %713 = stablehlo.multiply %712, %711 : tensor<1x64x3072xf32>
    %714 = stablehlo.add %709, %713 : tensor<1x64x3072xf32>
    %cst_95 = stablehlo.constant dense<0.797884583> : tensor<f32>
    %715 = stablehlo.broadcast_in_dim %cst_95, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %716 = stablehlo.multiply %715, %714 : tensor<1x64x3072xf32>
    %717 = stablehlo.tanh %716 : tensor<1x64x3072xf32>
    %cst_96 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %718 = stablehlo.broadcast_in_dim %cst_96, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %719 = stablehlo.add %718, %717 : tensor<1x64x3072xf32>
    %cst_97 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %720 = stablehlo.broadcast_in_dim %cst_97, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %721 = stablehlo.multiply %720, %719 : tensor<1x64x3072xf32>
    %722 = stablehlo.multiply %709, %721 : tensor<1x64x3072xf32>
    %723 = stablehlo.convert %722 : (tensor<1x64x3072xf32>) -> tensor<1x64x3072xbf16>
    %724 = stablehlo.dot_general %723, %arg83, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x3072xbf16>, tensor<3072x768xbf16>) -> tensor<1x64x768xf32>
    %725 = stablehlo.convert %arg81 : (tensor<768xbf16>) -> tensor<768xf32>
    %726 = stablehlo.broadcast_in_dim %725, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %727 = stablehlo.broadcast_in_dim %726, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %728 = stablehlo.add %724, %727 : tensor<1x64x768xf32>
    %729 = stablehlo.convert %728 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %730 = stablehlo.add %676, %729 : tensor<1x64x768xbf16>
    %731 = stablehlo.convert %730 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_98 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %732 = stablehlo.reduce(%731 init: %cst_98) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %733 = stablehlo.broadcast_in_dim %732, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_99 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %734 = stablehlo.broadcast_in_dim %cst_99, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %735 = stablehlo.divide %733, %734 : tensor<1x64x1xf32>
    %736 = stablehlo.broadcast_in_dim %735, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %737 = stablehlo.subtract %731, %736 : tensor<1x64x768xf32>
    %738 = chlo.square %737 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_100 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %739 = stablehlo.reduce(%738 init: %cst_100) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %740 = stablehlo.broadcast_in_dim %739, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_101 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %741 = stablehlo.broadcast_in_dim %cst_101, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %742 = stablehlo.divide %740, %741 : tensor<1x64x1xf32>
    %743 = stablehlo.broadcast_in_dim %735, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %744 = stablehlo.subtract %731, %743 : tensor<1x64x768xf32>
    %cst_102 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %745 = stablehlo.broadcast_in_dim %cst_102, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %746 = stablehlo.add %742, %745 : tensor<1x64x1xf32>
    %747 = stablehlo.rsqrt %746 : tensor<1x64x1xf32>
    %748 = stablehlo.broadcast_in_dim %747, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %749 = stablehlo.multiply %744, %748 : tensor<1x64x768xf32>
    %750 = stablehlo.convert %arg89 : (tensor<768xbf16>) -> tensor<768xf32>
    %751 = stablehlo.broadcast_in_dim %750, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %752 = stablehlo.broadcast_in_dim %751, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %753 = stablehlo.multiply %749, %752 : tensor<1x64x768xf32>
    %754 = stablehlo.convert %arg88 : (tensor<768xbf16>) -> tensor<768xf32>
    %755 = stablehlo.broadcast_in_dim %754, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %756 = stablehlo.broadcast_in_dim %755, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %757 = stablehlo.add %753, %756 : tensor<1x64x768xf32>
    %758 = stablehlo.convert %757 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %759 = stablehlo.dot_general %758, %arg87, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x2304xbf16>) -> tensor<1x64x2304xf32>
    %760 = stablehlo.convert %arg85 : (tensor<2304xbf16>) -> tensor<2304xf32>
    %761 = stablehlo.broadcast_in_dim %760, dims = [2] : (tensor<2304xf32>) -> tensor<1x1x2304xf32>
    %762 = stablehlo.broadcast_in_dim %761, dims = [0, 1, 2] : (tensor<1x1x2304xf32>) -> tensor<1x64x2304xf32>
    %763 = stablehlo.add %759, %762 : tensor<1x64x2304xf32>
    %764 = stablehlo.convert %763 : (tensor<1x64x2304xf32>) -> tensor<1x64x2304xbf16>
    %765 = stablehlo.slice %764 [0:1, 0:64, 0:768] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %766 = stablehlo.slice %764 [0:1, 0:64, 768:1536] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %767 = stablehlo.slice %764 [0:1, 0:64, 1536:2304] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %768 = stablehlo.reshape %765 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %769 = stablehlo.reshape %766 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %770 = stablehlo.reshape %767 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %771 = stablehlo.composite "tri.attention" %768, %769, %770 {composite_attributes = {causal = true, scale = 1.250000e-01 : f64}, decomposition = @tri.attention_6} : (tensor<1x64x12x64xbf16>, tensor<1x64x12x64xbf16>, tensor<1x64x12x64xbf16>) -> tensor<1x64x12x64xbf16>
    %772 = stablehlo.reshape %771 : (tensor<1x64x12x64xbf16>) -> tensor<1x64x768xbf16>
    %773 = stablehlo.dot_general %772, %arg86, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x768xbf16>) -> tensor<1x64x768xf32>
    %774 = stablehlo.convert %arg84 : (tensor<768xbf16>) -> tensor<768xf32>
    %775 = stablehlo.broadcast_in_dim %774, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %776 = stablehlo.broadcast_in_dim %775, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %777 = stablehlo.add %773, %776 : tensor<1x64x768xf32>
    %778 = stablehlo.convert %777 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %779 = stablehlo.add %730, %778 : tensor<1x64x768xbf16>
    %780 = stablehlo.convert %779 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_103 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %781 = stablehlo.reduce(%780 init: %cst_103) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %782 = stablehlo.broadcast_in_dim %781, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_104 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %783 = stablehlo.broadcast_in_dim %cst_104, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %784 = stablehlo.divide %782, %783 : tensor<1x64x1xf32>
    %785 = stablehlo.broadcast_in_dim %784, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %786 = stablehlo.subtract %780, %785 : tensor<1x64x768xf32>
    %787 = chlo.square %786 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_105 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %788 = stablehlo.reduce(%787 init: %cst_105) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %789 = stablehlo.broadcast_in_dim %788, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_106 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %790 = stablehlo.broadcast_in_dim %cst_106, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %791 = stablehlo.divide %789, %790 : tensor<1x64x1xf32>
    %792 = stablehlo.broadcast_in_dim %784, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %793 = stablehlo.subtract %780, %792 : tensor<1x64x768xf32>
    %cst_107 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %794 = stablehlo.broadcast_in_dim %cst_107, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %795 = stablehlo.add %791, %794 : tensor<1x64x1xf32>
    %796 = stablehlo.rsqrt %795 : tensor<1x64x1xf32>
    %797 = stablehlo.broadcast_in_dim %796, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %798 = stablehlo.multiply %793, %797 : tensor<1x64x768xf32>
    %799 = stablehlo.convert %arg91 : (tensor<768xbf16>) -> tensor<768xf32>
    %800 = stablehlo.broadcast_in_dim %799, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %801 = stablehlo.broadcast_in_dim %800, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %802 = stablehlo.multiply %798, %801 : tensor<1x64x768xf32>
    %803 = stablehlo.convert %arg90 : (tensor<768xbf16>) -> tensor<768xf32>
    %804 = stablehlo.broadcast_in_dim %803, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %805 = stablehlo.broadcast_in_dim %804, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %806 = stablehlo.add %802, %805 : tensor<1x64x768xf32>
    %807 = stablehlo.convert %806 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %808 = stablehlo.dot_general %807, %arg94, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x3072xbf16>) -> tensor<1x64x3072xf32>
    %809 = stablehlo.convert %arg92 : (tensor<3072xbf16>) -> tensor<3072xf32>
    %810 = stablehlo.broadcast_in_dim %809, dims = [2] : (tensor<3072xf32>) -> tensor<1x1x3072xf32>
    %811 = stablehlo.broadcast_in_dim %810, dims = [0, 1, 2] : (tensor<1x1x3072xf32>) -> tensor<1x64x3072xf32>
    %812 = stablehlo.add %808, %811 : tensor<1x64x3072xf32>
    %813 = stablehlo.multiply %812, %812 : tensor<1x64x3072xf32>
    %814 = stablehlo.multiply %813, %812 : tensor<1x64x3072xf32>
    %cst_108 = stablehlo.constant dense<4.471500e-02> : tensor<f32>
    %815 = stablehlo.broadcast_in_dim %cst_108, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %816 = stablehlo.multiply %815, %814 : tensor<1x64x3072xf32>
    %817 = stablehlo.add %812, %816 : tensor<1x64x3072xf32>
    %cst_109 = stablehlo.constant dense<0.797884583> : tensor<f32>
    %818 = stablehlo.broadcast_in_dim %cst_109, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %819 = stablehlo.multiply %818, %817 : tensor<1x64x3072xf32>
    %820 = stablehlo.tanh %819 : tensor<1x64x3072xf32>
    %cst_110 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %821 = stablehlo.broadcast_in_dim %cst_110, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %822 = stablehlo.add %821, %820 : tensor<1x64x3072xf32>
    %cst_111 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %823 = stablehlo.broadcast_in_dim %cst_111, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %824 = stablehlo.multiply %823, %822 : tensor<1x64x3072xf32>
    %825 = stablehlo.multiply %812, %824 : tensor<1x64x3072xf32>
    %826 = stablehlo.convert %825 : (tensor<1x64x3072xf32>) -> tensor<1x64x3072xbf16>
    %827 = stablehlo.dot_general %826, %arg95, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x3072xbf16>, tensor<3072x768xbf16>) -> tensor<1x64x768xf32>
    %828 = stablehlo.convert %arg93 : (tensor<768xbf16>) -> tensor<768xf32>
    %829 = stablehlo.broadcast_in_dim %828, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %830 = stablehlo.broadcast_in_dim %829, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %831 = stablehlo.add %827, %830 : tensor<1x64x768xf32>
    %832 = stablehlo.convert %831 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %833 = stablehlo.add %779, %832 : tensor<1x64x768xbf16>
    %834 = stablehlo.convert %833 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_112 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %835 = stablehlo.reduce(%834 init: %cst_112) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %836 = stablehlo.broadcast_in_dim %835, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_113 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %837 = stablehlo.broadcast_in_dim %cst_113, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %838 = stablehlo.divide %836, %837 : tensor<1x64x1xf32>
    %839 = stablehlo.broadcast_in_dim %838, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %840 = stablehlo.subtract %834, %839 : tensor<1x64x768xf32>
    %841 = chlo.square %840 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_114 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %842 = stablehlo.reduce(%841 init: %cst_114) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %843 = stablehlo.broadcast_in_dim %842, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_115 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %844 = stablehlo.broadcast_in_dim %cst_115, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %845 = stablehlo.divide %843, %844 : tensor<1x64x1xf32>
    %846 = stablehlo.broadcast_in_dim %838, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %847 = stablehlo.subtract %834, %846 : tensor<1x64x768xf32>
    %cst_116 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %848 = stablehlo.broadcast_in_dim %cst_116, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %849 = stablehlo.add %845, %848 : tensor<1x64x1xf32>
    %850 = stablehlo.rsqrt %849 : tensor<1x64x1xf32>
    %851 = stablehlo.broadcast_in_dim %850, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %852 = stablehlo.multiply %847, %851 : tensor<1x64x768xf32>
    %853 = stablehlo.convert %arg101 : (tensor<768xbf16>) -> tensor<768xf32>
    %854 = stablehlo.broadcast_in_dim %853, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %855 = stablehlo.broadcast_in_dim %854, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %856 = stablehlo.multiply %852, %855 : tensor<1x64x768xf32>
    %857 = stablehlo.convert %arg100 : (tensor<768xbf16>) -> tensor<768xf32>
    %858 = stablehlo.broadcast_in_dim %857, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %859 = stablehlo.broadcast_in_dim %858, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %860 = stablehlo.add %856, %859 : tensor<1x64x768xf32>
    %861 = stablehlo.convert %860 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %862 = stablehlo.dot_general %861, %arg99, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x2304xbf16>) -> tensor<1x64x2304xf32>
    %863 = stablehlo.convert %arg97 : (tensor<2304xbf16>) -> tensor<2304xf32>
    %864 = stablehlo.broadcast_in_dim %863, dims = [2] : (tensor<2304xf32>) -> tensor<1x1x2304xf32>
    %865 = stablehlo.broadcast_in_dim %864, dims = [0, 1, 2] : (tensor<1x1x2304xf32>) -> tensor<1x64x2304xf32>
    %866 = stablehlo.add %862, %865 : tensor<1x64x2304xf32>
    %867 = stablehlo.convert %866 : (tensor<1x64x2304xf32>) -> tensor<1x64x2304xbf16>
    %868 = stablehlo.slice %867 [0:1, 0:64, 0:768] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %869 = stablehlo.slice %867 [0:1, 0:64, 768:1536] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %870 = stablehlo.slice %867 [0:1, 0:64, 1536:2304] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %871 = stablehlo.reshape %868 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %872 = stablehlo.reshape %869 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %873 = stablehlo.reshape %870 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %874 = stablehlo.composite "tri.attention" %871, %872, %873 {composite_attributes = {causal = true, scale = 1.250000e-01 : f64}, decomposition = @tri.attention_7} : (tensor<1x64x12x64xbf16>, tensor<1x64x12x64xbf16>, tensor<1x64x12x64xbf16>) -> tensor<1x64x12x64xbf16>
    %875 = stablehlo.reshape %874 : (tensor<1x64x12x64xbf16>) -> tensor<1x64x768xbf16>
    %876 = stablehlo.dot_general %875, %arg98, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x768xbf16>) -> tensor<1x64x768xf32>
    %877 = stablehlo.convert %arg96 : (tensor<768xbf16>) -> tensor<768xf32>
    %878 = stablehlo.broadcast_in_dim %877, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %879 = stablehlo.broadcast_in_dim %878, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %880 = stablehlo.add %876, %879 : tensor<1x64x768xf32>
    %881 = stablehlo.convert %880 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %882 = stablehlo.add %833, %881 : tensor<1x64x768xbf16>
    %883 = stablehlo.convert %882 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_117 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %884 = stablehlo.reduce(%883 init: %cst_117) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %885 = stablehlo.broadcast_in_dim %884, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_118 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %886 = stablehlo.broadcast_in_dim %cst_118, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %887 = stablehlo.divide %885, %886 : tensor<1x64x1xf32>
    %888 = stablehlo.broadcast_in_dim %887, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %889 = stablehlo.subtract %883, %888 : tensor<1x64x768xf32>
    %890 = chlo.square %889 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_119 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %891 = stablehlo.reduce(%890 init: %cst_119) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %892 = stablehlo.broadcast_in_dim %891, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_120 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %893 = stablehlo.broadcast_in_dim %cst_120, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %894 = stablehlo.divide %892, %893 : tensor<1x64x1xf32>
    %895 = stablehlo.broadcast_in_dim %887, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %896 = stablehlo.subtract %883, %895 : tensor<1x64x768xf32>
    %cst_121 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %897 = stablehlo.broadcast_in_dim %cst_121, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %898 = stablehlo.add %894, %897 : tensor<1x64x1xf32>
    %899 = stablehlo.rsqrt %898 : tensor<1x64x1xf32>
    %900 = stablehlo.broadcast_in_dim %899, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %901 = stablehlo.multiply %896, %900 : tensor<1x64x768xf32>
    %902 = stablehlo.convert %arg103 : (tensor<768xbf16>) -> tensor<768xf32>
    %903 = stablehlo.broadcast_in_dim %902, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %904 = stablehlo.broadcast_in_dim %903, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %905 = stablehlo.multiply %901, %904 : tensor<1x64x768xf32>
    %906 = stablehlo.convert %arg102 : (tensor<768xbf16>) -> tensor<768xf32>
    %907 = stablehlo.broadcast_in_dim %906, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %908 = stablehlo.broadcast_in_dim %907, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %909 = stablehlo.add %905, %908 : tensor<1x64x768xf32>
    %910 = stablehlo.convert %909 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %911 = stablehlo.dot_general %910, %arg106, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x3072xbf16>) -> tensor<1x64x3072xf32>
    %912 = stablehlo.convert %arg104 : (tensor<3072xbf16>) -> tensor<3072xf32>
    %913 = stablehlo.broadcast_in_dim %912, dims = [2] : (tensor<3072xf32>) -> tensor<1x1x3072xf32>
    %914 = stablehlo.broadcast_in_dim %913, dims = [0, 1, 2] : (tensor<1x1x3072xf32>) -> tensor<1x64x3072xf32>
    %915 = stablehlo.add %911, %914 : tensor<1x64x3072xf32>
    %916 = stablehlo.multiply %915, %915 : tensor<1x64x3072xf32>
    %917 = stablehlo.multiply %916, %915 : tensor<1x64x3072xf32>
    %cst_122 = stablehlo.constant dense<4.471500e-02> : tensor<f32>
    %918 = stablehlo.broadcast_in_dim %cst_122, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %919 = stablehlo.multiply %918, %917 : tensor<1x64x3072xf32>
    %920 = stablehlo.add %915, %919 : tensor<1x64x3072xf32>
    %cst_123 = stablehlo.constant dense<0.797884583> : tensor<f32>
    %921 = stablehlo.broadcast_in_dim %cst_123, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %922 = stablehlo.multiply %921, %920 : tensor<1x64x3072xf32>
    %923 = stablehlo.tanh %922 : tensor<1x64x3072xf32>
    %cst_124 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %924 = stablehlo.broadcast_in_dim %cst_124, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %925 = stablehlo.add %924, %923 : tensor<1x64x3072xf32>
    %cst_125 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %926 = stablehlo.broadcast_in_dim %cst_125, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %927 = stablehlo.multiply %926, %925 : tensor<1x64x3072xf32>
    %928 = stablehlo.multiply %915, %927 : tensor<1x64x3072xf32>
    %929 = stablehlo.convert %928 : (tensor<1x64x3072xf32>) -> tensor<1x64x3072xbf16>
    %930 = stablehlo.dot_general %929, %arg107, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x3072xbf16>, tensor<3072x768xbf16>) -> tensor<1x64x768xf32>
    %931 = stablehlo.convert %arg105 : (tensor<768xbf16>) -> tensor<768xf32>
    %932 = stablehlo.broadcast_in_dim %931, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %933 = stablehlo.broadcast_in_dim %932, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %934 = stablehlo.add %930, %933 : tensor<1x64x768xf32>
    %935 = stablehlo.convert %934 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %936 = stablehlo.add %882, %935 : tensor<1x64x768xbf16>
    %937 = stablehlo.convert %936 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_126 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %938 = stablehlo.reduce(%937 init: %cst_126) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %939 = stablehlo.broadcast_in_dim %938, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_127 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %940 = stablehlo.broadcast_in_dim %cst_127, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %941 = stablehlo.divide %939, %940 : tensor<1x64x1xf32>
    %942 = stablehlo.broadcast_in_dim %941, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %943 = stablehlo.subtract %937, %942 : tensor<1x64x768xf32>
    %944 = chlo.square %943 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_128 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %945 = stablehlo.reduce(%944 init: %cst_128) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %946 = stablehlo.broadcast_in_dim %945, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_129 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %947 = stablehlo.broadcast_in_dim %cst_129, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %948 = stablehlo.divide %946, %947 : tensor<1x64x1xf32>
    %949 = stablehlo.broadcast_in_dim %941, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %950 = stablehlo.subtract %937, %949 : tensor<1x64x768xf32>
    %cst_130 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %951 = stablehlo.broadcast_in_dim %cst_130, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %952 = stablehlo.add %948, %951 : tensor<1x64x1xf32>
    %953 = stablehlo.rsqrt %952 : tensor<1x64x1xf32>
    %954 = stablehlo.broadcast_in_dim %953, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %955 = stablehlo.multiply %950, %954 : tensor<1x64x768xf32>
    %956 = stablehlo.convert %arg113 : (tensor<768xbf16>) -> tensor<768xf32>
    %957 = stablehlo.broadcast_in_dim %956, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %958 = stablehlo.broadcast_in_dim %957, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %959 = stablehlo.multiply %955, %958 : tensor<1x64x768xf32>
    %960 = stablehlo.convert %arg112 : (tensor<768xbf16>) -> tensor<768xf32>
    %961 = stablehlo.broadcast_in_dim %960, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %962 = stablehlo.broadcast_in_dim %961, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %963 = stablehlo.add %959, %962 : tensor<1x64x768xf32>
    %964 = stablehlo.convert %963 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %965 = stablehlo.dot_general %964, %arg111, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x2304xbf16>) -> tensor<1x64x2304xf32>
    %966 = stablehlo.convert %arg109 : (tensor<2304xbf16>) -> tensor<2304xf32>
    %967 = stablehlo.broadcast_in_dim %966, dims = [2] : (tensor<2304xf32>) -> tensor<1x1x2304xf32>
    %968 = stablehlo.broadcast_in_dim %967, dims = [0, 1, 2] : (tensor<1x1x2304xf32>) -> tensor<1x64x2304xf32>
    %969 = stablehlo.add %965, %968 : tensor<1x64x2304xf32>
    %970 = stablehlo.convert %969 : (tensor<1x64x2304xf32>) -> tensor<1x64x2304xbf16>
    %971 = stablehlo.slice %970 [0:1, 0:64, 0:768] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %972 = stablehlo.slice %970 [0:1, 0:64, 768:1536] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %973 = stablehlo.slice %970 [0:1, 0:64, 1536:2304] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %974 = stablehlo.reshape %971 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %975 = stablehlo.reshape %972 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %976 = stablehlo.reshape %973 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %977 = stablehlo.composite "tri.attention" %974, %975, %976 {composite_attributes = {causal = true, scale = 1.250000e-01 : f64}, decomposition = @tri.attention_8} : (tensor<1x64x12x64xbf16>, tensor<1x64x12x64xbf16>, tensor<1x64x12x64xbf16>) -> tensor<1x64x12x64xbf16>
    %978 = stablehlo.reshape %977 : (tensor<1x64x12x64xbf16>) -> tensor<1x64x768xbf16>
    %979 = stablehlo.dot_general %978, %arg110, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x768xbf16>) -> tensor<1x64x768xf32>
    %980 = stablehlo.convert %arg108 : (tensor<768xbf16>) -> tensor<768xf32>
    %981 = stablehlo.broadcast_in_dim %980, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %982 = stablehlo.broadcast_in_dim %981, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %983 = stablehlo.add %979, %982 : tensor<1x64x768xf32>
    %984 = stablehlo.convert %983 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %985 = stablehlo.add %936, %984 : tensor<1x64x768xbf16>
    %986 = stablehlo.convert %985 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_131 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %987 = stablehlo.reduce(%986 init: %cst_131) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %988 = stablehlo.broadcast_in_dim %987, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_132 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %989 = stablehlo.broadcast_in_dim %cst_132, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %990 = stablehlo.divide %988, %989 : tensor<1x64x1xf32>
    %991 = stablehlo.broadcast_in_dim %990, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %992 = stablehlo.subtract %986, %991 : tensor<1x64x768xf32>
    %993 = chlo.square %992 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_133 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %994 = stablehlo.reduce(%993 init: %cst_133) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %995 = stablehlo.broadcast_in_dim %994, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_134 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %996 = stablehlo.broadcast_in_dim %cst_134, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %997 = stablehlo.divide %995, %996 : tensor<1x64x1xf32>
    %998 = stablehlo.broadcast_in_dim %990, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %999 = stablehlo.subtract %986, %998 : tensor<1x64x768xf32>
    %cst_135 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %1000 = stablehlo.broadcast_in_dim %cst_135, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %1001 = stablehlo.add %997, %1000 : tensor<1x64x1xf32>
    %1002 = stablehlo.rsqrt %1001 : tensor<1x64x1xf32>
    %1003 = stablehlo.broadcast_in_dim %1002, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %1004 = stablehlo.multiply %999, %1003 : tensor<1x64x768xf32>
    %1005 = stablehlo.convert %arg115 : (tensor<768xbf16>) -> tensor<768xf32>
    %1006 = stablehlo.broadcast_in_dim %1005, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %1007 = stablehlo.broadcast_in_dim %1006, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %1008 = stablehlo.multiply %1004, %1007 : tensor<1x64x768xf32>
    %1009 = stablehlo.convert %arg114 : (tensor<768xbf16>) -> tensor<768xf32>
    %1010 = stablehlo.broadcast_in_dim %1009, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %1011 = stablehlo.broadcast_in_dim %1010, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %1012 = stablehlo.add %1008, %1011 : tensor<1x64x768xf32>
    %1013 = stablehlo.convert %1012 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %1014 = stablehlo.dot_general %1013, %arg118, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x3072xbf16>) -> tensor<1x64x3072xf32>
    %1015 = stablehlo.convert %arg116 : (tensor<3072xbf16>) -> tensor<3072xf32>
    %1016 = stablehlo.broadcast_in_dim %1015, dims = [2] : (tensor<3072xf32>) -> tensor<1x1x3072xf32>
    %1017 = stablehlo.broadcast_in_dim %1016, dims = [0, 1, 2] : (tensor<1x1x3072xf32>) -> tensor<1x64x3072xf32>
    %1018 = stablehlo.add %1014, %1017 : tensor<1x64x3072xf32>
    %1019 = stablehlo.multiply %1018, %1018 : tensor<1x64x3072xf32>
    %1020 = stablehlo.multiply %1019, %1018 : tensor<1x64x3072xf32>
    %cst_136 = stablehlo.constant dense<4.471500e-02> : tensor<f32>
    %1021 = stablehlo.broadcast_in_dim %cst_136, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %1022 = stablehlo.multiply %1021, %1020 : tensor<1x64x3072xf32>
    %1023 = stablehlo.add %1018, %1022 : tensor<1x64x3072xf32>
    %cst_137 = stablehlo.constant dense<0.797884583> : tensor<f32>
    %1024 = stablehlo.broadcast_in_dim %cst_137, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %1025 = stablehlo.multiply %1024, %1023 : tensor<1x64x3072xf32>
    %1026 = stablehlo.tanh %1025 : tensor<1x64x3072xf32>
    %cst_138 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %1027 = stablehlo.broadcast_in_dim %cst_138, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %1028 = stablehlo.add %1027, %1026 : tensor<1x64x3072xf32>
    %cst_139 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %1029 = stablehlo.broadcast_in_dim %cst_139, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %1030 = stablehlo.multiply %1029, %1028 : tensor<1x64x3072xf32>
    %1031 = stablehlo.multiply %1018, %1030 : tensor<1x64x3072xf32>
    %1032 = stablehlo.convert %1031 : (tensor<1x64x3072xf32>) -> tensor<1x64x3072xbf16>
    %1033 = stablehlo.dot_general %1032, %arg119, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x3072xbf16>, tensor<3072x768xbf16>) -> tensor<1x64x768xf32>
    %1034 = stablehlo.convert %arg117 : (tensor<768xbf16>) -> tensor<768xf32>
    %1035 = stablehlo.broadcast_in_dim %1034, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %1036 = stablehlo.broadcast_in_dim %1035, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %1037 = stablehlo.add %1033, %1036 : tensor<1x64x768xf32>
    %1038 = stablehlo.convert %1037 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %1039 = stablehlo.add %985, %1038 : tensor<1x64x768xbf16>
    %1040 = stablehlo.convert %1039 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_140 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %1041 = stablehlo.reduce(%1040 init: %cst_140) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %1042 = stablehlo.broadcast_in_dim %1041, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_141 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %1043 = stablehlo.broadcast_in_dim %cst_141, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %1044 = stablehlo.divide %1042, %1043 : tensor<1x64x1xf32>
    %1045 = stablehlo.broadcast_in_dim %1044, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %1046 = stablehlo.subtract %1040, %1045 : tensor<1x64x768xf32>
    %1047 = chlo.square %1046 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_142 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %1048 = stablehlo.reduce(%1047 init: %cst_142) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %1049 = stablehlo.broadcast_in_dim %1048, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_143 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %1050 = stablehlo.broadcast_in_dim %cst_143, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %1051 = stablehlo.divide %1049, %1050 : tensor<1x64x1xf32>
    %1052 = stablehlo.broadcast_in_dim %1044, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %1053 = stablehlo.subtract %1040, %1052 : tensor<1x64x768xf32>
    %cst_144 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %1054 = stablehlo.broadcast_in_dim %cst_144, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %1055 = stablehlo.add %1051, %1054 : tensor<1x64x1xf32>
    %1056 = stablehlo.rsqrt %1055 : tensor<1x64x1xf32>
    %1057 = stablehlo.broadcast_in_dim %1056, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %1058 = stablehlo.multiply %1053, %1057 : tensor<1x64x768xf32>
    %1059 = stablehlo.convert %arg125 : (tensor<768xbf16>) -> tensor<768xf32>
    %1060 = stablehlo.broadcast_in_dim %1059, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %1061 = stablehlo.broadcast_in_dim %1060, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %1062 = stablehlo.multiply %1058, %1061 : tensor<1x64x768xf32>
    %1063 = stablehlo.convert %arg124 : (tensor<768xbf16>) -> tensor<768xf32>
    %1064 = stablehlo.broadcast_in_dim %1063, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %1065 = stablehlo.broadcast_in_dim %1064, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %1066 = stablehlo.add %1062, %1065 : tensor<1x64x768xf32>
    %1067 = stablehlo.convert %1066 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %1068 = stablehlo.dot_general %1067, %arg123, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x2304xbf16>) -> tensor<1x64x2304xf32>
    %1069 = stablehlo.convert %arg121 : (tensor<2304xbf16>) -> tensor<2304xf32>
    %1070 = stablehlo.broadcast_in_dim %1069, dims = [2] : (tensor<2304xf32>) -> tensor<1x1x2304xf32>
    %1071 = stablehlo.broadcast_in_dim %1070, dims = [0, 1, 2] : (tensor<1x1x2304xf32>) -> tensor<1x64x2304xf32>
    %1072 = stablehlo.add %1068, %1071 : tensor<1x64x2304xf32>
    %1073 = stablehlo.convert %1072 : (tensor<1x64x2304xf32>) -> tensor<1x64x2304xbf16>
    %1074 = stablehlo.slice %1073 [0:1, 0:64, 0:768] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %1075 = stablehlo.slice %1073 [0:1, 0:64, 768:1536] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %1076 = stablehlo.slice %1073 [0:1, 0:64, 1536:2304] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %1077 = stablehlo.reshape %1074 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %1078 = stablehlo.reshape %1075 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %1079 = stablehlo.reshape %1076 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %1080 = stablehlo.composite "tri.attention" %1077, %1078, %1079 {composite_attributes = {causal = true, scale = 1.250000e-01 : f64}, decomposition = @tri.attention_9} : (tensor<1x64x12x64xbf16>, tensor<1x64x12x64xbf16>, tensor<1x64x12x64xbf16>) -> tensor<1x64x12x64xbf16>
    %1081 = stablehlo.reshape %1080 : (tensor<1x64x12x64xbf16>) -> tensor<1x64x768xbf16>
    %1082 = stablehlo.dot_general %1081, %arg122, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x768xbf16>) -> tensor<1x64x768xf32>
    %1083 = stablehlo.convert %arg120 : (tensor<768xbf16>) -> tensor<768xf32>
    %1084 = stablehlo.broadcast_in_dim %1083, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %1085 = stablehlo.broadcast_in_dim %1084, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %1086 = stablehlo.add %1082, %1085 : tensor<1x64x768xf32>
    %1087 = stablehlo.convert %1086 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %1088 = stablehlo.add %1039, %1087 : tensor<1x64x768xbf16>
    %1089 = stablehlo.convert %1088 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_145 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %1090 = stablehlo.reduce(%1089 init: %cst_145) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %1091 = stablehlo.broadcast_in_dim %1090, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_146 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %1092 = stablehlo.broadcast_in_dim %cst_146, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %1093 = stablehlo.divide %1091, %1092 : tensor<1x64x1xf32>
    %1094 = stablehlo.broadcast_in_dim %1093, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %1095 = stablehlo.subtract %1089, %1094 : tensor<1x64x768xf32>
    %1096 = chlo.square %1095 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_147 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %1097 = stablehlo.reduce(%1096 init: %cst_147) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %1098 = stablehlo.broadcast_in_dim %1097, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_148 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %1099 = stablehlo.broadcast_in_dim %cst_148, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %1100 = stablehlo.divide %1098, %1099 : tensor<1x64x1xf32>
    %1101 = stablehlo.broadcast_in_dim %1093, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %1102 = stablehlo.subtract %1089, %1101 : tensor<1x64x768xf32>
    %cst_149 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %1103 = stablehlo.broadcast_in_dim %cst_149, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %1104 = stablehlo.add %1100, %1103 : tensor<1x64x1xf32>
    %1105 = stablehlo.rsqrt %1104 : tensor<1x64x1xf32>
    %1106 = stablehlo.broadcast_in_dim %1105, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %1107 = stablehlo.multiply %1102, %1106 : tensor<1x64x768xf32>
    %1108 = stablehlo.convert %arg127 : (tensor<768xbf16>) -> tensor<768xf32>
    %1109 = stablehlo.broadcast_in_dim %1108, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %1110 = stablehlo.broadcast_in_dim %1109, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %1111 = stablehlo.multiply %1107, %1110 : tensor<1x64x768xf32>
    %1112 = stablehlo.convert %arg126 : (tensor<768xbf16>) -> tensor<768xf32>
    %1113 = stablehlo.broadcast_in_dim %1112, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %1114 = stablehlo.broadcast_in_dim %1113, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %1115 = stablehlo.add %1111, %1114 : tensor<1x64x768xf32>
    %1116 = stablehlo.convert %1115 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %1117 = stablehlo.dot_general %1116, %arg130, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x3072xbf16>) -> tensor<1x64x3072xf32>
    %1118 = stablehlo.convert %arg128 : (tensor<3072xbf16>) -> tensor<3072xf32>
    %1119 = stablehlo.broadcast_in_dim %1118, dims = [2] : (tensor<3072xf32>) -> tensor<1x1x3072xf32>
    %1120 = stablehlo.broadcast_in_dim %1119, dims = [0, 1, 2] : (tensor<1x1x3072xf32>) -> tensor<1x64x3072xf32>
    %1121 = stablehlo.add %1117, %1120 : tensor<1x64x3072xf32>
    %1122 = stablehlo.multiply %1121, %1121 : tensor<1x64x3072xf32>
    %1123 = stablehlo.multiply %1122, %1121 : tensor<1x64x3072xf32>
    %cst_150 = stablehlo.constant dense<4.471500e-02> : tensor<f32>
    %1124 = stablehlo.broadcast_in_dim %cst_150, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %1125 = stablehlo.multiply %1124, %1123 : tensor<1x64x3072xf32>
    %1126 = stablehlo.add %1121, %1125 : tensor<1x64x3072xf32>
    %cst_151 = stablehlo.constant dense<0.797884583> : tensor<f32>
    %1127 = stablehlo.broadcast_in_dim %cst_151, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %1128 = stablehlo.multiply %1127, %1126 : tensor<1x64x3072xf32>
    %1129 = stablehlo.tanh %1128 : tensor<1x64x3072xf32>
    %cst_152 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %1130 = stablehlo.broadcast_in_dim %cst_152, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %1131 = stablehlo.add %1130, %1129 : tensor<1x64x3072xf32>
    %cst_153 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %1132 = stablehlo.broadcast_in_dim %cst_153, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %1133 = stablehlo.multiply %1132, %1131 : tensor<1x64x3072xf32>
    %1134 = stablehlo.multiply %1121, %1133 : tensor<1x64x3072xf32>
    %1135 = stablehlo.convert %1134 : (tensor<1x64x3072xf32>) -> tensor<1x64x3072xbf16>
    %1136 = stablehlo.dot_general %1135, %arg131, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x3072xbf16>, tensor<3072x768xbf16>) -> tensor<1x64x768xf32>
    %1137 = stablehlo.convert %arg129 : (tensor<768xbf16>) -> tensor<768xf32>
    %1138 = stablehlo.broadcast_in_dim %1137, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %1139 = stablehlo.broadcast_in_dim %1138, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %1140 = stablehlo.add %1136, %1139 : tensor<1x64x768xf32>
    %1141 = stablehlo.convert %1140 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %1142 = stablehlo.add %1088, %1141 : tensor<1x64x768xbf16>
    %1143 = stablehlo.convert %1142 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_154 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %1144 = stablehlo.reduce(%1143 init: %cst_154) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %1145 = stablehlo.broadcast_in_dim %1144, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_155 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %1146 = stablehlo.broadcast_in_dim %cst_155, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %1147 = stablehlo.divide %1145, %1146 : tensor<1x64x1xf32>
    %1148 = stablehlo.broadcast_in_dim %1147, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %1149 = stablehlo.subtract %1143, %1148 : tensor<1x64x768xf32>
    %1150 = chlo.square %1149 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_156 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %1151 = stablehlo.reduce(%1150 init: %cst_156) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %1152 = stablehlo.broadcast_in_dim %1151, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_157 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %1153 = stablehlo.broadcast_in_dim %cst_157, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %1154 = stablehlo.divide %1152, %1153 : tensor<1x64x1xf32>
    %1155 = stablehlo.broadcast_in_dim %1147, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %1156 = stablehlo.subtract %1143, %1155 : tensor<1x64x768xf32>
    %cst_158 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %1157 = stablehlo.broadcast_in_dim %cst_158, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %1158 = stablehlo.add %1154, %1157 : tensor<1x64x1xf32>
    %1159 = stablehlo.rsqrt %1158 : tensor<1x64x1xf32>
    %1160 = stablehlo.broadcast_in_dim %1159, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %1161 = stablehlo.multiply %1156, %1160 : tensor<1x64x768xf32>
    %1162 = stablehlo.convert %arg137 : (tensor<768xbf16>) -> tensor<768xf32>
    %1163 = stablehlo.broadcast_in_dim %1162, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %1164 = stablehlo.broadcast_in_dim %1163, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %1165 = stablehlo.multiply %1161, %1164 : tensor<1x64x768xf32>
    %1166 = stablehlo.convert %arg136 : (tensor<768xbf16>) -> tensor<768xf32>
    %1167 = stablehlo.broadcast_in_dim %1166, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %1168 = stablehlo.broadcast_in_dim %1167, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %1169 = stablehlo.add %1165, %1168 : tensor<1x64x768xf32>
    %1170 = stablehlo.convert %1169 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %1171 = stablehlo.dot_general %1170, %arg135, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x2304xbf16>) -> tensor<1x64x2304xf32>
    %1172 = stablehlo.convert %arg133 : (tensor<2304xbf16>) -> tensor<2304xf32>
    %1173 = stablehlo.broadcast_in_dim %1172, dims = [2] : (tensor<2304xf32>) -> tensor<1x1x2304xf32>
    %1174 = stablehlo.broadcast_in_dim %1173, dims = [0, 1, 2] : (tensor<1x1x2304xf32>) -> tensor<1x64x2304xf32>
    %1175 = stablehlo.add %1171, %1174 : tensor<1x64x2304xf32>
    %1176 = stablehlo.convert %1175 : (tensor<1x64x2304xf32>) -> tensor<1x64x2304xbf16>
    %1177 = stablehlo.slice %1176 [0:1, 0:64, 0:768] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %1178 = stablehlo.slice %1176 [0:1, 0:64, 768:1536] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %1179 = stablehlo.slice %1176 [0:1, 0:64, 1536:2304] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %1180 = stablehlo.reshape %1177 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %1181 = stablehlo.reshape %1178 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %1182 = stablehlo.reshape %1179 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %1183 = stablehlo.composite "tri.attention" %1180, %1181, %1182 {composite_attributes = {causal = true, scale = 1.250000e-01 : f64}, decomposition = @tri.attention_10} : (tensor<1x64x12x64xbf16>, tensor<1x64x12x64xbf16>, tensor<1x64x12x64xbf16>) -> tensor<1x64x12x64xbf16>
    %1184 = stablehlo.reshape %1183 : (tensor<1x64x12x64xbf16>) -> tensor<1x64x768xbf16>
    %1185 = stablehlo.dot_general %1184, %arg134, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x768xbf16>) -> tensor<1x64x768xf32>
    %1186 = stablehlo.convert %arg132 : (tensor<768xbf16>) -> tensor<768xf32>
    %1187 = stablehlo.broadcast_in_dim %1186, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %1188 = stablehlo.broadcast_in_dim %1187, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %1189 = stablehlo.add %1185, %1188 : tensor<1x64x768xf32>
    %1190 = stablehlo.convert %1189 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %1191 = stablehlo.add %1142, %1190 : tensor<1x64x768xbf16>
    %1192 = stablehlo.convert %1191 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_159 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %1193 = stablehlo.reduce(%1192 init: %cst_159) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %1194 = stablehlo.broadcast_in_dim %1193, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_160 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %1195 = stablehlo.broadcast_in_dim %cst_160, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %1196 = stablehlo.divide %1194, %1195 : tensor<1x64x1xf32>
    %1197 = stablehlo.broadcast_in_dim %1196, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %1198 = stablehlo.subtract %1192, %1197 : tensor<1x64x768xf32>
    %1199 = chlo.square %1198 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_161 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %1200 = stablehlo.reduce(%1199 init: %cst_161) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %1201 = stablehlo.broadcast_in_dim %1200, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_162 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %1202 = stablehlo.broadcast_in_dim %cst_162, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %1203 = stablehlo.divide %1201, %1202 : tensor<1x64x1xf32>
    %1204 = stablehlo.broadcast_in_dim %1196, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %1205 = stablehlo.subtract %1192, %1204 : tensor<1x64x768xf32>
    %cst_163 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %1206 = stablehlo.broadcast_in_dim %cst_163, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %1207 = stablehlo.add %1203, %1206 : tensor<1x64x1xf32>
    %1208 = stablehlo.rsqrt %1207 : tensor<1x64x1xf32>
    %1209 = stablehlo.broadcast_in_dim %1208, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %1210 = stablehlo.multiply %1205, %1209 : tensor<1x64x768xf32>
    %1211 = stablehlo.convert %arg139 : (tensor<768xbf16>) -> tensor<768xf32>
    %1212 = stablehlo.broadcast_in_dim %1211, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %1213 = stablehlo.broadcast_in_dim %1212, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %1214 = stablehlo.multiply %1210, %1213 : tensor<1x64x768xf32>
    %1215 = stablehlo.convert %arg138 : (tensor<768xbf16>) -> tensor<768xf32>
    %1216 = stablehlo.broadcast_in_dim %1215, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %1217 = stablehlo.broadcast_in_dim %1216, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %1218 = stablehlo.add %1214, %1217 : tensor<1x64x768xf32>
    %1219 = stablehlo.convert %1218 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %1220 = stablehlo.dot_general %1219, %arg142, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x3072xbf16>) -> tensor<1x64x3072xf32>
    %1221 = stablehlo.convert %arg140 : (tensor<3072xbf16>) -> tensor<3072xf32>
    %1222 = stablehlo.broadcast_in_dim %1221, dims = [2] : (tensor<3072xf32>) -> tensor<1x1x3072xf32>
    %1223 = stablehlo.broadcast_in_dim %1222, dims = [0, 1, 2] : (tensor<1x1x3072xf32>) -> tensor<1x64x3072xf32>
    %1224 = stablehlo.add %1220, %1223 : tensor<1x64x3072xf32>
    %1225 = stablehlo.multiply %1224, %1224 : tensor<1x64x3072xf32>
    %1226 = stablehlo.multiply %1225, %1224 : tensor<1x64x3072xf32>
    %cst_164 = stablehlo.constant dense<4.471500e-02> : tensor<f32>
    %1227 = stablehlo.broadcast_in_dim %cst_164, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %1228 = stablehlo.multiply %1227, %1226 : tensor<1x64x3072xf32>
    %1229 = stablehlo.add %1224, %1228 : tensor<1x64x3072xf32>
    %cst_165 = stablehlo.constant dense<0.797884583> : tensor<f32>
    %1230 = stablehlo.broadcast_in_dim %cst_165, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %1231 = stablehlo.multiply %1230, %1229 : tensor<1x64x3072xf32>
    %1232 = stablehlo.tanh %1231 : tensor<1x64x3072xf32>
    %cst_166 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %1233 = stablehlo.broadcast_in_dim %cst_166, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %1234 = stablehlo.add %1233, %1232 : tensor<1x64x3072xf32>
    %cst_167 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %1235 = stablehlo.broadcast_in_dim %cst_167, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %1236 = stablehlo.multiply %1235, %1234 : tensor<1x64x3072xf32>
    %1237 = stablehlo.multiply %1224, %1236 : tensor<1x64x3072xf32>
    %1238 = stablehlo.convert %1237 : (tensor<1x64x3072xf32>) -> tensor<1x64x3072xbf16>
    %1239 = stablehlo.dot_general %1238, %arg143, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x3072xbf16>, tensor<3072x768xbf16>) -> tensor<1x64x768xf32>
    %1240 = stablehlo.convert %arg141 : (tensor<768xbf16>) -> tensor<768xf32>
    %1241 = stablehlo.broadcast_in_dim %1240, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %1242 = stablehlo.broadcast_in_dim %1241, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %1243 = stablehlo.add %1239, %1242 : tensor<1x64x768xf32>
    %1244 = stablehlo.convert %1243 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %1245 = stablehlo.add %1191, %1244 : tensor<1x64x768xbf16>
    %1246 = stablehlo.convert %1245 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_168 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %1247 = stablehlo.reduce(%1246 init: %cst_168) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %1248 = stablehlo.broadcast_in_dim %1247, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_169 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %1249 = stablehlo.broadcast_in_dim %cst_169, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %1250 = stablehlo.divide %1248, %1249 : tensor<1x64x1xf32>
    %1251 = stablehlo.broadcast_in_dim %1250, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %1252 = stablehlo.subtract %1246, %1251 : tensor<1x64x768xf32>
    %1253 = chlo.square %1252 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_170 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %1254 = stablehlo.reduce(%1253 init: %cst_170) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %1255 = stablehlo.broadcast_in_dim %1254, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_171 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %1256 = stablehlo.broadcast_in_dim %cst_171, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %1257 = stablehlo.divide %1255, %1256 : tensor<1x64x1xf32>
    %1258 = stablehlo.broadcast_in_dim %1250, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %1259 = stablehlo.subtract %1246, %1258 : tensor<1x64x768xf32>
    %cst_172 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %1260 = stablehlo.broadcast_in_dim %cst_172, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %1261 = stablehlo.add %1257, %1260 : tensor<1x64x1xf32>
    %1262 = stablehlo.rsqrt %1261 : tensor<1x64x1xf32>
    %1263 = stablehlo.broadcast_in_dim %1262, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %1264 = stablehlo.multiply %1259, %1263 : tensor<1x64x768xf32>
    %1265 = stablehlo.convert %arg145 : (tensor<768xbf16>) -> tensor<768xf32>
    %1266 = stablehlo.broadcast_in_dim %1265, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %1267 = stablehlo.broadcast_in_dim %1266, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %1268 = stablehlo.multiply %1264, %1267 : tensor<1x64x768xf32>
    %1269 = stablehlo.convert %arg144 : (tensor<768xbf16>) -> tensor<768xf32>
    %1270 = stablehlo.broadcast_in_dim %1269, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %1271 = stablehlo.broadcast_in_dim %1270, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %1272 = stablehlo.add %1268, %1271 : tensor<1x64x768xf32>
    %1273 = stablehlo.convert %1272 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %1274 = stablehlo.dot_general %1273, %arg147, contracting_dims = [2] x [1], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<50257x768xbf16>) -> tensor<1x64x50257xf32>
    return %1274 : tensor<1x64x50257xf32>
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
  func.func private @tri.attention_1(%arg0: tensor<1x64x12x64xbf16>, %arg1: tensor<1x64x12x64xbf16>, %arg2: tensor<1x64x12x64xbf16>) -> tensor<1x64x12x64xbf16> {
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
  func.func private @tri.attention_2(%arg0: tensor<1x64x12x64xbf16>, %arg1: tensor<1x64x12x64xbf16>, %arg2: tensor<1x64x12x64xbf16>) -> tensor<1x64x12x64xbf16> {
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
  func.func private @tri.attention_3(%arg0: tensor<1x64x12x64xbf16>, %arg1: tensor<1x64x12x64xbf16>, %arg2: tensor<1x64x12x64xbf16>) -> tensor<1x64x12x64xbf16> {
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
  func.func private @tri.attention_4(%arg0: tensor<1x64x12x64xbf16>, %arg1: tensor<1x64x12x64xbf16>, %arg2: tensor<1x64x12x64xbf16>) -> tensor<1x64x12x64xbf16> {
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
  func.func private @tri.attention_5(%arg0: tensor<1x64x12x64xbf16>, %arg1: tensor<1x64x12x64xbf16>, %arg2: tensor<1x64x12x64xbf16>) -> tensor<1x64x12x64xbf16> {
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
  func.func private @tri.attention_6(%arg0: tensor<1x64x12x64xbf16>, %arg1: tensor<1x64x12x64xbf16>, %arg2: tensor<1x64x12x64xbf16>) -> tensor<1x64x12x64xbf16> {
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
  func.func private @tri.attention_7(%arg0: tensor<1x64x12x64xbf16>, %arg1: tensor<1x64x12x64xbf16>, %arg2: tensor<1x64x12x64xbf16>) -> tensor<1x64x12x64xbf16> {
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
  func.func private @tri.attention_8(%arg0: tensor<1x64x12x64xbf16>, %arg1: tensor<1x64x12x64xbf16>, %arg2: tensor<1x64x12x64xbf16>) -> tensor<1x64x12x64xbf16> {
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
  func.func private @tri.attention_9(%arg0: tensor<1x64x12x64xbf16>, %arg1: tensor<1x64x12x64xbf16>, %arg2: tensor<1x64x12x64xbf16>) -> tensor<1x64x12x64xbf16> {
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
  func.func private @tri.attention_10(%arg0: tensor<1x64x12x64xbf16>, %arg1: tensor<1x64x12x64xbf16>, %arg2: tensor<1x64x12x64xbf16>) -> tensor<1x64x12x64xbf16> {
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
