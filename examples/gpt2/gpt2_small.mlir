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
    %277 = stablehlo.convert %arg29 : (tensor<768xbf16>) -> tensor<768xf32>
    %278 = stablehlo.broadcast_in_dim %277, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %279 = stablehlo.broadcast_in_dim %278, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %280 = stablehlo.multiply %276, %279 : tensor<1x64x768xf32>
    %281 = stablehlo.convert %arg28 : (tensor<768xbf16>) -> tensor<768xf32>
    %282 = stablehlo.broadcast_in_dim %281, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %283 = stablehlo.broadcast_in_dim %282, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %284 = stablehlo.add %280, %283 : tensor<1x64x768xf32>
    %285 = stablehlo.convert %284 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %286 = stablehlo.dot_general %285, %arg27, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x2304xbf16>) -> tensor<1x64x2304xf32>
    %287 = stablehlo.convert %arg25 : (tensor<2304xbf16>) -> tensor<2304xf32>
    %288 = stablehlo.broadcast_in_dim %287, dims = [2] : (tensor<2304xf32>) -> tensor<1x1x2304xf32>
    %289 = stablehlo.broadcast_in_dim %288, dims = [0, 1, 2] : (tensor<1x1x2304xf32>) -> tensor<1x64x2304xf32>
    %290 = stablehlo.add %286, %289 : tensor<1x64x2304xf32>
    %291 = stablehlo.convert %290 : (tensor<1x64x2304xf32>) -> tensor<1x64x2304xbf16>
    %292 = stablehlo.slice %291 [0:1, 0:64, 0:768] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %293 = stablehlo.slice %291 [0:1, 0:64, 768:1536] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %294 = stablehlo.slice %291 [0:1, 0:64, 1536:2304] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %295 = stablehlo.reshape %292 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %296 = stablehlo.reshape %293 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %297 = stablehlo.reshape %294 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %298 = stablehlo.dot_general %295, %296, batching_dims = [0, 2] x [0, 2], contracting_dims = [3] x [3], precision = [DEFAULT, DEFAULT] : (tensor<1x64x12x64xbf16>, tensor<1x64x12x64xbf16>) -> tensor<1x12x64x64xf32>
    %cst_43 = stablehlo.constant dense<1.250000e-01> : tensor<f32>
    %299 = stablehlo.broadcast_in_dim %cst_43, dims = [] : (tensor<f32>) -> tensor<1x12x64x64xf32>
    %300 = stablehlo.multiply %298, %299 : tensor<1x12x64x64xf32>
    %301 = stablehlo.iota dim = 0 : tensor<64x64xi32>
    %302 = stablehlo.iota dim = 1 : tensor<64x64xi32>
    %303 = stablehlo.compare LE, %302, %301, SIGNED : (tensor<64x64xi32>, tensor<64x64xi32>) -> tensor<64x64xi1>
    %cst_44 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %304 = call @_where(%303, %300, %cst_44) : (tensor<64x64xi1>, tensor<1x12x64x64xf32>, tensor<f32>) -> tensor<1x12x64x64xf32>
    %cst_45 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %305 = stablehlo.reduce(%304 init: %cst_45) applies stablehlo.maximum across dimensions = [3] : (tensor<1x12x64x64xf32>, tensor<f32>) -> tensor<1x12x64xf32>
    %cst_46 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %306 = stablehlo.broadcast_in_dim %cst_46, dims = [] : (tensor<f32>) -> tensor<1x12x64xf32>
    %307 = stablehlo.maximum %306, %305 : tensor<1x12x64xf32>
    %308 = stablehlo.broadcast_in_dim %307, dims = [0, 1, 2] : (tensor<1x12x64xf32>) -> tensor<1x12x64x1xf32>
    %309 = stablehlo.broadcast_in_dim %308, dims = [0, 1, 2, 3] : (tensor<1x12x64x1xf32>) -> tensor<1x12x64x64xf32>
    %310 = stablehlo.subtract %304, %309 : tensor<1x12x64x64xf32>
    %311 = stablehlo.exponential %310 : tensor<1x12x64x64xf32>
    %cst_47 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %312 = stablehlo.reduce(%311 init: %cst_47) applies stablehlo.add across dimensions = [3] : (tensor<1x12x64x64xf32>, tensor<f32>) -> tensor<1x12x64xf32>
    %313 = stablehlo.broadcast_in_dim %312, dims = [0, 1, 2] : (tensor<1x12x64xf32>) -> tensor<1x12x64x1xf32>
    %314 = stablehlo.broadcast_in_dim %313, dims = [0, 1, 2, 3] : (tensor<1x12x64x1xf32>) -> tensor<1x12x64x64xf32>
    %315 = stablehlo.divide %311, %314 : tensor<1x12x64x64xf32>
    %316 = stablehlo.convert %315 : (tensor<1x12x64x64xf32>) -> tensor<1x12x64x64xbf16>
    %317 = stablehlo.dot_general %297, %316, batching_dims = [0, 2] x [0, 1], contracting_dims = [1] x [3], precision = [DEFAULT, DEFAULT] : (tensor<1x64x12x64xbf16>, tensor<1x12x64x64xbf16>) -> tensor<1x12x64x64xf32>
    %318 = stablehlo.transpose %317, dims = [0, 3, 1, 2] : (tensor<1x12x64x64xf32>) -> tensor<1x64x12x64xf32>
    %319 = stablehlo.convert %318 : (tensor<1x64x12x64xf32>) -> tensor<1x64x12x64xbf16>
    %320 = stablehlo.reshape %319 : (tensor<1x64x12x64xbf16>) -> tensor<1x64x768xbf16>
    %321 = stablehlo.dot_general %320, %arg26, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x768xbf16>) -> tensor<1x64x768xf32>
    %322 = stablehlo.convert %arg24 : (tensor<768xbf16>) -> tensor<768xf32>
    %323 = stablehlo.broadcast_in_dim %322, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %324 = stablehlo.broadcast_in_dim %323, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %325 = stablehlo.add %321, %324 : tensor<1x64x768xf32>
    %326 = stablehlo.convert %325 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %327 = stablehlo.add %257, %326 : tensor<1x64x768xbf16>
    %328 = stablehlo.convert %327 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_48 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %329 = stablehlo.reduce(%328 init: %cst_48) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %330 = stablehlo.broadcast_in_dim %329, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_49 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %331 = stablehlo.broadcast_in_dim %cst_49, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %332 = stablehlo.divide %330, %331 : tensor<1x64x1xf32>
    %333 = stablehlo.broadcast_in_dim %332, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %334 = stablehlo.subtract %328, %333 : tensor<1x64x768xf32>
    %335 = chlo.square %334 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_50 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %336 = stablehlo.reduce(%335 init: %cst_50) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %337 = stablehlo.broadcast_in_dim %336, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_51 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %338 = stablehlo.broadcast_in_dim %cst_51, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %339 = stablehlo.divide %337, %338 : tensor<1x64x1xf32>
    %340 = stablehlo.broadcast_in_dim %332, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %341 = stablehlo.subtract %328, %340 : tensor<1x64x768xf32>
    %cst_52 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %342 = stablehlo.broadcast_in_dim %cst_52, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %343 = stablehlo.add %339, %342 : tensor<1x64x1xf32>
    %344 = stablehlo.rsqrt %343 : tensor<1x64x1xf32>
    %345 = stablehlo.broadcast_in_dim %344, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %346 = stablehlo.multiply %341, %345 : tensor<1x64x768xf32>
    %347 = stablehlo.convert %arg31 : (tensor<768xbf16>) -> tensor<768xf32>
    %348 = stablehlo.broadcast_in_dim %347, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %349 = stablehlo.broadcast_in_dim %348, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %350 = stablehlo.multiply %346, %349 : tensor<1x64x768xf32>
    %351 = stablehlo.convert %arg30 : (tensor<768xbf16>) -> tensor<768xf32>
    %352 = stablehlo.broadcast_in_dim %351, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %353 = stablehlo.broadcast_in_dim %352, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %354 = stablehlo.add %350, %353 : tensor<1x64x768xf32>
    %355 = stablehlo.convert %354 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %356 = stablehlo.dot_general %355, %arg34, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x3072xbf16>) -> tensor<1x64x3072xf32>
    %357 = stablehlo.convert %arg32 : (tensor<3072xbf16>) -> tensor<3072xf32>
    %358 = stablehlo.broadcast_in_dim %357, dims = [2] : (tensor<3072xf32>) -> tensor<1x1x3072xf32>
    %359 = stablehlo.broadcast_in_dim %358, dims = [0, 1, 2] : (tensor<1x1x3072xf32>) -> tensor<1x64x3072xf32>
    %360 = stablehlo.add %356, %359 : tensor<1x64x3072xf32>
    %361 = stablehlo.multiply %360, %360 : tensor<1x64x3072xf32>
    %362 = stablehlo.multiply %361, %360 : tensor<1x64x3072xf32>
    %cst_53 = stablehlo.constant dense<4.471500e-02> : tensor<f32>
    %363 = stablehlo.broadcast_in_dim %cst_53, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %364 = stablehlo.multiply %363, %362 : tensor<1x64x3072xf32>
    %365 = stablehlo.add %360, %364 : tensor<1x64x3072xf32>
    %cst_54 = stablehlo.constant dense<0.797884583> : tensor<f32>
    %366 = stablehlo.broadcast_in_dim %cst_54, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %367 = stablehlo.multiply %366, %365 : tensor<1x64x3072xf32>
    %368 = stablehlo.tanh %367 : tensor<1x64x3072xf32>
    %cst_55 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %369 = stablehlo.broadcast_in_dim %cst_55, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %370 = stablehlo.add %369, %368 : tensor<1x64x3072xf32>
    %cst_56 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %371 = stablehlo.broadcast_in_dim %cst_56, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %372 = stablehlo.multiply %371, %370 : tensor<1x64x3072xf32>
    %373 = stablehlo.multiply %360, %372 : tensor<1x64x3072xf32>
    %374 = stablehlo.convert %373 : (tensor<1x64x3072xf32>) -> tensor<1x64x3072xbf16>
    %375 = stablehlo.dot_general %374, %arg35, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x3072xbf16>, tensor<3072x768xbf16>) -> tensor<1x64x768xf32>
    %376 = stablehlo.convert %arg33 : (tensor<768xbf16>) -> tensor<768xf32>
    %377 = stablehlo.broadcast_in_dim %376, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %378 = stablehlo.broadcast_in_dim %377, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %379 = stablehlo.add %375, %378 : tensor<1x64x768xf32>
    %380 = stablehlo.convert %379 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %381 = stablehlo.add %327, %380 : tensor<1x64x768xbf16>
    %382 = stablehlo.convert %381 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_57 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %383 = stablehlo.reduce(%382 init: %cst_57) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %384 = stablehlo.broadcast_in_dim %383, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_58 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %385 = stablehlo.broadcast_in_dim %cst_58, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %386 = stablehlo.divide %384, %385 : tensor<1x64x1xf32>
    %387 = stablehlo.broadcast_in_dim %386, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %388 = stablehlo.subtract %382, %387 : tensor<1x64x768xf32>
    %389 = chlo.square %388 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_59 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %390 = stablehlo.reduce(%389 init: %cst_59) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %391 = stablehlo.broadcast_in_dim %390, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_60 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %392 = stablehlo.broadcast_in_dim %cst_60, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %393 = stablehlo.divide %391, %392 : tensor<1x64x1xf32>
    %394 = stablehlo.broadcast_in_dim %386, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %395 = stablehlo.subtract %382, %394 : tensor<1x64x768xf32>
    %cst_61 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %396 = stablehlo.broadcast_in_dim %cst_61, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %397 = stablehlo.add %393, %396 : tensor<1x64x1xf32>
    %398 = stablehlo.rsqrt %397 : tensor<1x64x1xf32>
    %399 = stablehlo.broadcast_in_dim %398, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %400 = stablehlo.multiply %395, %399 : tensor<1x64x768xf32>
    %401 = stablehlo.convert %arg41 : (tensor<768xbf16>) -> tensor<768xf32>
    %402 = stablehlo.broadcast_in_dim %401, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %403 = stablehlo.broadcast_in_dim %402, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %404 = stablehlo.multiply %400, %403 : tensor<1x64x768xf32>
    %405 = stablehlo.convert %arg40 : (tensor<768xbf16>) -> tensor<768xf32>
    %406 = stablehlo.broadcast_in_dim %405, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %407 = stablehlo.broadcast_in_dim %406, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %408 = stablehlo.add %404, %407 : tensor<1x64x768xf32>
    %409 = stablehlo.convert %408 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %410 = stablehlo.dot_general %409, %arg39, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x2304xbf16>) -> tensor<1x64x2304xf32>
    %411 = stablehlo.convert %arg37 : (tensor<2304xbf16>) -> tensor<2304xf32>
    %412 = stablehlo.broadcast_in_dim %411, dims = [2] : (tensor<2304xf32>) -> tensor<1x1x2304xf32>
    %413 = stablehlo.broadcast_in_dim %412, dims = [0, 1, 2] : (tensor<1x1x2304xf32>) -> tensor<1x64x2304xf32>
    %414 = stablehlo.add %410, %413 : tensor<1x64x2304xf32>
    %415 = stablehlo.convert %414 : (tensor<1x64x2304xf32>) -> tensor<1x64x2304xbf16>
    %416 = stablehlo.slice %415 [0:1, 0:64, 0:768] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %417 = stablehlo.slice %415 [0:1, 0:64, 768:1536] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %418 = stablehlo.slice %415 [0:1, 0:64, 1536:2304] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %419 = stablehlo.reshape %416 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %420 = stablehlo.reshape %417 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %421 = stablehlo.reshape %418 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %422 = stablehlo.dot_general %419, %420, batching_dims = [0, 2] x [0, 2], contracting_dims = [3] x [3], precision = [DEFAULT, DEFAULT] : (tensor<1x64x12x64xbf16>, tensor<1x64x12x64xbf16>) -> tensor<1x12x64x64xf32>
    %cst_62 = stablehlo.constant dense<1.250000e-01> : tensor<f32>
    %423 = stablehlo.broadcast_in_dim %cst_62, dims = [] : (tensor<f32>) -> tensor<1x12x64x64xf32>
    %424 = stablehlo.multiply %422, %423 : tensor<1x12x64x64xf32>
    %425 = stablehlo.iota dim = 0 : tensor<64x64xi32>
    %426 = stablehlo.iota dim = 1 : tensor<64x64xi32>
    %427 = stablehlo.compare LE, %426, %425, SIGNED : (tensor<64x64xi32>, tensor<64x64xi32>) -> tensor<64x64xi1>
    %cst_63 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %428 = call @_where(%427, %424, %cst_63) : (tensor<64x64xi1>, tensor<1x12x64x64xf32>, tensor<f32>) -> tensor<1x12x64x64xf32>
    %cst_64 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %429 = stablehlo.reduce(%428 init: %cst_64) applies stablehlo.maximum across dimensions = [3] : (tensor<1x12x64x64xf32>, tensor<f32>) -> tensor<1x12x64xf32>
    %cst_65 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %430 = stablehlo.broadcast_in_dim %cst_65, dims = [] : (tensor<f32>) -> tensor<1x12x64xf32>
    %431 = stablehlo.maximum %430, %429 : tensor<1x12x64xf32>
    %432 = stablehlo.broadcast_in_dim %431, dims = [0, 1, 2] : (tensor<1x12x64xf32>) -> tensor<1x12x64x1xf32>
    %433 = stablehlo.broadcast_in_dim %432, dims = [0, 1, 2, 3] : (tensor<1x12x64x1xf32>) -> tensor<1x12x64x64xf32>
    %434 = stablehlo.subtract %428, %433 : tensor<1x12x64x64xf32>
    %435 = stablehlo.exponential %434 : tensor<1x12x64x64xf32>
    %cst_66 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %436 = stablehlo.reduce(%435 init: %cst_66) applies stablehlo.add across dimensions = [3] : (tensor<1x12x64x64xf32>, tensor<f32>) -> tensor<1x12x64xf32>
    %437 = stablehlo.broadcast_in_dim %436, dims = [0, 1, 2] : (tensor<1x12x64xf32>) -> tensor<1x12x64x1xf32>
    %438 = stablehlo.broadcast_in_dim %437, dims = [0, 1, 2, 3] : (tensor<1x12x64x1xf32>) -> tensor<1x12x64x64xf32>
    %439 = stablehlo.divide %435, %438 : tensor<1x12x64x64xf32>
    %440 = stablehlo.convert %439 : (tensor<1x12x64x64xf32>) -> tensor<1x12x64x64xbf16>
    %441 = stablehlo.dot_general %421, %440, batching_dims = [0, 2] x [0, 1], contracting_dims = [1] x [3], precision = [DEFAULT, DEFAULT] : (tensor<1x64x12x64xbf16>, tensor<1x12x64x64xbf16>) -> tensor<1x12x64x64xf32>
    %442 = stablehlo.transpose %441, dims = [0, 3, 1, 2] : (tensor<1x12x64x64xf32>) -> tensor<1x64x12x64xf32>
    %443 = stablehlo.convert %442 : (tensor<1x64x12x64xf32>) -> tensor<1x64x12x64xbf16>
    %444 = stablehlo.reshape %443 : (tensor<1x64x12x64xbf16>) -> tensor<1x64x768xbf16>
    %445 = stablehlo.dot_general %444, %arg38, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x768xbf16>) -> tensor<1x64x768xf32>
    %446 = stablehlo.convert %arg36 : (tensor<768xbf16>) -> tensor<768xf32>
    %447 = stablehlo.broadcast_in_dim %446, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %448 = stablehlo.broadcast_in_dim %447, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %449 = stablehlo.add %445, %448 : tensor<1x64x768xf32>
    %450 = stablehlo.convert %449 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %451 = stablehlo.add %381, %450 : tensor<1x64x768xbf16>
    %452 = stablehlo.convert %451 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_67 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %453 = stablehlo.reduce(%452 init: %cst_67) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %454 = stablehlo.broadcast_in_dim %453, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_68 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %455 = stablehlo.broadcast_in_dim %cst_68, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %456 = stablehlo.divide %454, %455 : tensor<1x64x1xf32>
    %457 = stablehlo.broadcast_in_dim %456, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %458 = stablehlo.subtract %452, %457 : tensor<1x64x768xf32>
    %459 = chlo.square %458 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_69 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %460 = stablehlo.reduce(%459 init: %cst_69) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %461 = stablehlo.broadcast_in_dim %460, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_70 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %462 = stablehlo.broadcast_in_dim %cst_70, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %463 = stablehlo.divide %461, %462 : tensor<1x64x1xf32>
    %464 = stablehlo.broadcast_in_dim %456, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %465 = stablehlo.subtract %452, %464 : tensor<1x64x768xf32>
    %cst_71 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %466 = stablehlo.broadcast_in_dim %cst_71, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %467 = stablehlo.add %463, %466 : tensor<1x64x1xf32>
    %468 = stablehlo.rsqrt %467 : tensor<1x64x1xf32>
    %469 = stablehlo.broadcast_in_dim %468, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %470 = stablehlo.multiply %465, %469 : tensor<1x64x768xf32>
    %471 = stablehlo.convert %arg43 : (tensor<768xbf16>) -> tensor<768xf32>
    %472 = stablehlo.broadcast_in_dim %471, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %473 = stablehlo.broadcast_in_dim %472, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %474 = stablehlo.multiply %470, %473 : tensor<1x64x768xf32>
    %475 = stablehlo.convert %arg42 : (tensor<768xbf16>) -> tensor<768xf32>
    %476 = stablehlo.broadcast_in_dim %475, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %477 = stablehlo.broadcast_in_dim %476, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %478 = stablehlo.add %474, %477 : tensor<1x64x768xf32>
    %479 = stablehlo.convert %478 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %480 = stablehlo.dot_general %479, %arg46, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x3072xbf16>) -> tensor<1x64x3072xf32>
    %481 = stablehlo.convert %arg44 : (tensor<3072xbf16>) -> tensor<3072xf32>
    %482 = stablehlo.broadcast_in_dim %481, dims = [2] : (tensor<3072xf32>) -> tensor<1x1x3072xf32>
    %483 = stablehlo.broadcast_in_dim %482, dims = [0, 1, 2] : (tensor<1x1x3072xf32>) -> tensor<1x64x3072xf32>
    %484 = stablehlo.add %480, %483 : tensor<1x64x3072xf32>
    %485 = stablehlo.multiply %484, %484 : tensor<1x64x3072xf32>
    %486 = stablehlo.multiply %485, %484 : tensor<1x64x3072xf32>
    %cst_72 = stablehlo.constant dense<4.471500e-02> : tensor<f32>
    %487 = stablehlo.broadcast_in_dim %cst_72, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %488 = stablehlo.multiply %487, %486 : tensor<1x64x3072xf32>
    %489 = stablehlo.add %484, %488 : tensor<1x64x3072xf32>
    %cst_73 = stablehlo.constant dense<0.797884583> : tensor<f32>
    %490 = stablehlo.broadcast_in_dim %cst_73, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %491 = stablehlo.multiply %490, %489 : tensor<1x64x3072xf32>
    %492 = stablehlo.tanh %491 : tensor<1x64x3072xf32>
    %cst_74 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %493 = stablehlo.broadcast_in_dim %cst_74, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %494 = stablehlo.add %493, %492 : tensor<1x64x3072xf32>
    %cst_75 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %495 = stablehlo.broadcast_in_dim %cst_75, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %496 = stablehlo.multiply %495, %494 : tensor<1x64x3072xf32>
    %497 = stablehlo.multiply %484, %496 : tensor<1x64x3072xf32>
    %498 = stablehlo.convert %497 : (tensor<1x64x3072xf32>) -> tensor<1x64x3072xbf16>
    %499 = stablehlo.dot_general %498, %arg47, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x3072xbf16>, tensor<3072x768xbf16>) -> tensor<1x64x768xf32>
    %500 = stablehlo.convert %arg45 : (tensor<768xbf16>) -> tensor<768xf32>
    %501 = stablehlo.broadcast_in_dim %500, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %502 = stablehlo.broadcast_in_dim %501, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %503 = stablehlo.add %499, %502 : tensor<1x64x768xf32>
    %504 = stablehlo.convert %503 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %505 = stablehlo.add %451, %504 : tensor<1x64x768xbf16>
    %506 = stablehlo.convert %505 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_76 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %507 = stablehlo.reduce(%506 init: %cst_76) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %508 = stablehlo.broadcast_in_dim %507, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_77 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %509 = stablehlo.broadcast_in_dim %cst_77, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %510 = stablehlo.divide %508, %509 : tensor<1x64x1xf32>
    %511 = stablehlo.broadcast_in_dim %510, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %512 = stablehlo.subtract %506, %511 : tensor<1x64x768xf32>
    %513 = chlo.square %512 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_78 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %514 = stablehlo.reduce(%513 init: %cst_78) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %515 = stablehlo.broadcast_in_dim %514, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_79 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %516 = stablehlo.broadcast_in_dim %cst_79, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %517 = stablehlo.divide %515, %516 : tensor<1x64x1xf32>
    %518 = stablehlo.broadcast_in_dim %510, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %519 = stablehlo.subtract %506, %518 : tensor<1x64x768xf32>
    %cst_80 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %520 = stablehlo.broadcast_in_dim %cst_80, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %521 = stablehlo.add %517, %520 : tensor<1x64x1xf32>
    %522 = stablehlo.rsqrt %521 : tensor<1x64x1xf32>
    %523 = stablehlo.broadcast_in_dim %522, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %524 = stablehlo.multiply %519, %523 : tensor<1x64x768xf32>
    %525 = stablehlo.convert %arg53 : (tensor<768xbf16>) -> tensor<768xf32>
    %526 = stablehlo.broadcast_in_dim %525, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %527 = stablehlo.broadcast_in_dim %526, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %528 = stablehlo.multiply %524, %527 : tensor<1x64x768xf32>
    %529 = stablehlo.convert %arg52 : (tensor<768xbf16>) -> tensor<768xf32>
    %530 = stablehlo.broadcast_in_dim %529, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %531 = stablehlo.broadcast_in_dim %530, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %532 = stablehlo.add %528, %531 : tensor<1x64x768xf32>
    %533 = stablehlo.convert %532 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %534 = stablehlo.dot_general %533, %arg51, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x2304xbf16>) -> tensor<1x64x2304xf32>
    %535 = stablehlo.convert %arg49 : (tensor<2304xbf16>) -> tensor<2304xf32>
    %536 = stablehlo.broadcast_in_dim %535, dims = [2] : (tensor<2304xf32>) -> tensor<1x1x2304xf32>
    %537 = stablehlo.broadcast_in_dim %536, dims = [0, 1, 2] : (tensor<1x1x2304xf32>) -> tensor<1x64x2304xf32>
    %538 = stablehlo.add %534, %537 : tensor<1x64x2304xf32>
    %539 = stablehlo.convert %538 : (tensor<1x64x2304xf32>) -> tensor<1x64x2304xbf16>
    %540 = stablehlo.slice %539 [0:1, 0:64, 0:768] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %541 = stablehlo.slice %539 [0:1, 0:64, 768:1536] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %542 = stablehlo.slice %539 [0:1, 0:64, 1536:2304] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %543 = stablehlo.reshape %540 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %544 = stablehlo.reshape %541 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %545 = stablehlo.reshape %542 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %546 = stablehlo.dot_general %543, %544, batching_dims = [0, 2] x [0, 2], contracting_dims = [3] x [3], precision = [DEFAULT, DEFAULT] : (tensor<1x64x12x64xbf16>, tensor<1x64x12x64xbf16>) -> tensor<1x12x64x64xf32>
    %cst_81 = stablehlo.constant dense<1.250000e-01> : tensor<f32>
    %547 = stablehlo.broadcast_in_dim %cst_81, dims = [] : (tensor<f32>) -> tensor<1x12x64x64xf32>
    %548 = stablehlo.multiply %546, %547 : tensor<1x12x64x64xf32>
    %549 = stablehlo.iota dim = 0 : tensor<64x64xi32>
    %550 = stablehlo.iota dim = 1 : tensor<64x64xi32>
    %551 = stablehlo.compare LE, %550, %549, SIGNED : (tensor<64x64xi32>, tensor<64x64xi32>) -> tensor<64x64xi1>
    %cst_82 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %552 = call @_where(%551, %548, %cst_82) : (tensor<64x64xi1>, tensor<1x12x64x64xf32>, tensor<f32>) -> tensor<1x12x64x64xf32>
    %cst_83 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %553 = stablehlo.reduce(%552 init: %cst_83) applies stablehlo.maximum across dimensions = [3] : (tensor<1x12x64x64xf32>, tensor<f32>) -> tensor<1x12x64xf32>
    %cst_84 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %554 = stablehlo.broadcast_in_dim %cst_84, dims = [] : (tensor<f32>) -> tensor<1x12x64xf32>
    %555 = stablehlo.maximum %554, %553 : tensor<1x12x64xf32>
    %556 = stablehlo.broadcast_in_dim %555, dims = [0, 1, 2] : (tensor<1x12x64xf32>) -> tensor<1x12x64x1xf32>
    %557 = stablehlo.broadcast_in_dim %556, dims = [0, 1, 2, 3] : (tensor<1x12x64x1xf32>) -> tensor<1x12x64x64xf32>
    %558 = stablehlo.subtract %552, %557 : tensor<1x12x64x64xf32>
    %559 = stablehlo.exponential %558 : tensor<1x12x64x64xf32>
    %cst_85 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %560 = stablehlo.reduce(%559 init: %cst_85) applies stablehlo.add across dimensions = [3] : (tensor<1x12x64x64xf32>, tensor<f32>) -> tensor<1x12x64xf32>
    %561 = stablehlo.broadcast_in_dim %560, dims = [0, 1, 2] : (tensor<1x12x64xf32>) -> tensor<1x12x64x1xf32>
    %562 = stablehlo.broadcast_in_dim %561, dims = [0, 1, 2, 3] : (tensor<1x12x64x1xf32>) -> tensor<1x12x64x64xf32>
    %563 = stablehlo.divide %559, %562 : tensor<1x12x64x64xf32>
    %564 = stablehlo.convert %563 : (tensor<1x12x64x64xf32>) -> tensor<1x12x64x64xbf16>
    %565 = stablehlo.dot_general %545, %564, batching_dims = [0, 2] x [0, 1], contracting_dims = [1] x [3], precision = [DEFAULT, DEFAULT] : (tensor<1x64x12x64xbf16>, tensor<1x12x64x64xbf16>) -> tensor<1x12x64x64xf32>
    %566 = stablehlo.transpose %565, dims = [0, 3, 1, 2] : (tensor<1x12x64x64xf32>) -> tensor<1x64x12x64xf32>
    %567 = stablehlo.convert %566 : (tensor<1x64x12x64xf32>) -> tensor<1x64x12x64xbf16>
    %568 = stablehlo.reshape %567 : (tensor<1x64x12x64xbf16>) -> tensor<1x64x768xbf16>
    %569 = stablehlo.dot_general %568, %arg50, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x768xbf16>) -> tensor<1x64x768xf32>
    %570 = stablehlo.convert %arg48 : (tensor<768xbf16>) -> tensor<768xf32>
    %571 = stablehlo.broadcast_in_dim %570, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %572 = stablehlo.broadcast_in_dim %571, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %573 = stablehlo.add %569, %572 : tensor<1x64x768xf32>
    %574 = stablehlo.convert %573 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %575 = stablehlo.add %505, %574 : tensor<1x64x768xbf16>
    %576 = stablehlo.convert %575 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_86 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %577 = stablehlo.reduce(%576 init: %cst_86) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %578 = stablehlo.broadcast_in_dim %577, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_87 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %579 = stablehlo.broadcast_in_dim %cst_87, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %580 = stablehlo.divide %578, %579 : tensor<1x64x1xf32>
    %581 = stablehlo.broadcast_in_dim %580, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %582 = stablehlo.subtract %576, %581 : tensor<1x64x768xf32>
    %583 = chlo.square %582 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_88 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %584 = stablehlo.reduce(%583 init: %cst_88) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %585 = stablehlo.broadcast_in_dim %584, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_89 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %586 = stablehlo.broadcast_in_dim %cst_89, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %587 = stablehlo.divide %585, %586 : tensor<1x64x1xf32>
    %588 = stablehlo.broadcast_in_dim %580, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %589 = stablehlo.subtract %576, %588 : tensor<1x64x768xf32>
    %cst_90 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %590 = stablehlo.broadcast_in_dim %cst_90, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %591 = stablehlo.add %587, %590 : tensor<1x64x1xf32>
    %592 = stablehlo.rsqrt %591 : tensor<1x64x1xf32>
    %593 = stablehlo.broadcast_in_dim %592, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %594 = stablehlo.multiply %589, %593 : tensor<1x64x768xf32>
    %595 = stablehlo.convert %arg55 : (tensor<768xbf16>) -> tensor<768xf32>
    %596 = stablehlo.broadcast_in_dim %595, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %597 = stablehlo.broadcast_in_dim %596, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %598 = stablehlo.multiply %594, %597 : tensor<1x64x768xf32>
    %599 = stablehlo.convert %arg54 : (tensor<768xbf16>) -> tensor<768xf32>
    %600 = stablehlo.broadcast_in_dim %599, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %601 = stablehlo.broadcast_in_dim %600, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %602 = stablehlo.add %598, %601 : tensor<1x64x768xf32>
    %603 = stablehlo.convert %602 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %604 = stablehlo.dot_general %603, %arg58, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x3072xbf16>) -> tensor<1x64x3072xf32>
    %605 = stablehlo.convert %arg56 : (tensor<3072xbf16>) -> tensor<3072xf32>
    %606 = stablehlo.broadcast_in_dim %605, dims = [2] : (tensor<3072xf32>) -> tensor<1x1x3072xf32>
    %607 = stablehlo.broadcast_in_dim %606, dims = [0, 1, 2] : (tensor<1x1x3072xf32>) -> tensor<1x64x3072xf32>
    %608 = stablehlo.add %604, %607 : tensor<1x64x3072xf32>
    %609 = stablehlo.multiply %608, %608 : tensor<1x64x3072xf32>
    %610 = stablehlo.multiply %609, %608 : tensor<1x64x3072xf32>
    %cst_91 = stablehlo.constant dense<4.471500e-02> : tensor<f32>
    %611 = stablehlo.broadcast_in_dim %cst_91, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %612 = stablehlo.multiply %611, %610 : tensor<1x64x3072xf32>
    %613 = stablehlo.add %608, %612 : tensor<1x64x3072xf32>
    %cst_92 = stablehlo.constant dense<0.797884583> : tensor<f32>
    %614 = stablehlo.broadcast_in_dim %cst_92, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %615 = stablehlo.multiply %614, %613 : tensor<1x64x3072xf32>
    %616 = stablehlo.tanh %615 : tensor<1x64x3072xf32>
    %cst_93 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %617 = stablehlo.broadcast_in_dim %cst_93, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %618 = stablehlo.add %617, %616 : tensor<1x64x3072xf32>
    %cst_94 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %619 = stablehlo.broadcast_in_dim %cst_94, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %620 = stablehlo.multiply %619, %618 : tensor<1x64x3072xf32>
    %621 = stablehlo.multiply %608, %620 : tensor<1x64x3072xf32>
    %622 = stablehlo.convert %621 : (tensor<1x64x3072xf32>) -> tensor<1x64x3072xbf16>
    %623 = stablehlo.dot_general %622, %arg59, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x3072xbf16>, tensor<3072x768xbf16>) -> tensor<1x64x768xf32>
    %624 = stablehlo.convert %arg57 : (tensor<768xbf16>) -> tensor<768xf32>
    %625 = stablehlo.broadcast_in_dim %624, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %626 = stablehlo.broadcast_in_dim %625, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %627 = stablehlo.add %623, %626 : tensor<1x64x768xf32>
    %628 = stablehlo.convert %627 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %629 = stablehlo.add %575, %628 : tensor<1x64x768xbf16>
    %630 = stablehlo.convert %629 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_95 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %631 = stablehlo.reduce(%630 init: %cst_95) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %632 = stablehlo.broadcast_in_dim %631, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_96 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %633 = stablehlo.broadcast_in_dim %cst_96, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %634 = stablehlo.divide %632, %633 : tensor<1x64x1xf32>
    %635 = stablehlo.broadcast_in_dim %634, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %636 = stablehlo.subtract %630, %635 : tensor<1x64x768xf32>
    %637 = chlo.square %636 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_97 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %638 = stablehlo.reduce(%637 init: %cst_97) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %639 = stablehlo.broadcast_in_dim %638, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_98 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %640 = stablehlo.broadcast_in_dim %cst_98, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %641 = stablehlo.divide %639, %640 : tensor<1x64x1xf32>
    %642 = stablehlo.broadcast_in_dim %634, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %643 = stablehlo.subtract %630, %642 : tensor<1x64x768xf32>
    %cst_99 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %644 = stablehlo.broadcast_in_dim %cst_99, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %645 = stablehlo.add %641, %644 : tensor<1x64x1xf32>
    %646 = stablehlo.rsqrt %645 : tensor<1x64x1xf32>
    %647 = stablehlo.broadcast_in_dim %646, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %648 = stablehlo.multiply %643, %647 : tensor<1x64x768xf32>
    %649 = stablehlo.convert %arg65 : (tensor<768xbf16>) -> tensor<768xf32>
    %650 = stablehlo.broadcast_in_dim %649, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %651 = stablehlo.broadcast_in_dim %650, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %652 = stablehlo.multiply %648, %651 : tensor<1x64x768xf32>
    %653 = stablehlo.convert %arg64 : (tensor<768xbf16>) -> tensor<768xf32>
    %654 = stablehlo.broadcast_in_dim %653, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %655 = stablehlo.broadcast_in_dim %654, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %656 = stablehlo.add %652, %655 : tensor<1x64x768xf32>
    %657 = stablehlo.convert %656 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %658 = stablehlo.dot_general %657, %arg63, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x2304xbf16>) -> tensor<1x64x2304xf32>
    %659 = stablehlo.convert %arg61 : (tensor<2304xbf16>) -> tensor<2304xf32>
    %660 = stablehlo.broadcast_in_dim %659, dims = [2] : (tensor<2304xf32>) -> tensor<1x1x2304xf32>
    %661 = stablehlo.broadcast_in_dim %660, dims = [0, 1, 2] : (tensor<1x1x2304xf32>) -> tensor<1x64x2304xf32>
    %662 = stablehlo.add %658, %661 : tensor<1x64x2304xf32>
    %663 = stablehlo.convert %662 : (tensor<1x64x2304xf32>) -> tensor<1x64x2304xbf16>
    %664 = stablehlo.slice %663 [0:1, 0:64, 0:768] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %665 = stablehlo.slice %663 [0:1, 0:64, 768:1536] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %666 = stablehlo.slice %663 [0:1, 0:64, 1536:2304] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %667 = stablehlo.reshape %664 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %668 = stablehlo.reshape %665 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %669 = stablehlo.reshape %666 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %670 = stablehlo.dot_general %667, %668, batching_dims = [0, 2] x [0, 2], contracting_dims = [3] x [3], precision = [DEFAULT, DEFAULT] : (tensor<1x64x12x64xbf16>, tensor<1x64x12x64xbf16>) -> tensor<1x12x64x64xf32>
    %cst_100 = stablehlo.constant dense<1.250000e-01> : tensor<f32>
    %671 = stablehlo.broadcast_in_dim %cst_100, dims = [] : (tensor<f32>) -> tensor<1x12x64x64xf32>
    %672 = stablehlo.multiply %670, %671 : tensor<1x12x64x64xf32>
    %673 = stablehlo.iota dim = 0 : tensor<64x64xi32>
    %674 = stablehlo.iota dim = 1 : tensor<64x64xi32>
    %675 = stablehlo.compare LE, %674, %673, SIGNED : (tensor<64x64xi32>, tensor<64x64xi32>) -> tensor<64x64xi1>
    %cst_101 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %676 = call @_where(%675, %672, %cst_101) : (tensor<64x64xi1>, tensor<1x12x64x64xf32>, tensor<f32>) -> tensor<1x12x64x64xf32>
    %cst_102 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %677 = stablehlo.reduce(%676 init: %cst_102) applies stablehlo.maximum across dimensions = [3] : (tensor<1x12x64x64xf32>, tensor<f32>) -> tensor<1x12x64xf32>
    %cst_103 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %678 = stablehlo.broadcast_in_dim %cst_103, dims = [] : (tensor<f32>) -> tensor<1x12x64xf32>
    %679 = stablehlo.maximum %678, %677 : tensor<1x12x64xf32>
    %680 = stablehlo.broadcast_in_dim %679, dims = [0, 1, 2] : (tensor<1x12x64xf32>) -> tensor<1x12x64x1xf32>
    %681 = stablehlo.broadcast_in_dim %680, dims = [0, 1, 2, 3] : (tensor<1x12x64x1xf32>) -> tensor<1x12x64x64xf32>
    %682 = stablehlo.subtract %676, %681 : tensor<1x12x64x64xf32>
    %683 = stablehlo.exponential %682 : tensor<1x12x64x64xf32>
    %cst_104 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %684 = stablehlo.reduce(%683 init: %cst_104) applies stablehlo.add across dimensions = [3] : (tensor<1x12x64x64xf32>, tensor<f32>) -> tensor<1x12x64xf32>
    %685 = stablehlo.broadcast_in_dim %684, dims = [0, 1, 2] : (tensor<1x12x64xf32>) -> tensor<1x12x64x1xf32>
    %686 = stablehlo.broadcast_in_dim %685, dims = [0, 1, 2, 3] : (tensor<1x12x64x1xf32>) -> tensor<1x12x64x64xf32>
    %687 = stablehlo.divide %683, %686 : tensor<1x12x64x64xf32>
    %688 = stablehlo.convert %687 : (tensor<1x12x64x64xf32>) -> tensor<1x12x64x64xbf16>
    %689 = stablehlo.dot_general %669, %688, batching_dims = [0, 2] x [0, 1], contracting_dims = [1] x [3], precision = [DEFAULT, DEFAULT] : (tensor<1x64x12x64xbf16>, tensor<1x12x64x64xbf16>) -> tensor<1x12x64x64xf32>
    %690 = stablehlo.transpose %689, dims = [0, 3, 1, 2] : (tensor<1x12x64x64xf32>) -> tensor<1x64x12x64xf32>
    %691 = stablehlo.convert %690 : (tensor<1x64x12x64xf32>) -> tensor<1x64x12x64xbf16>
    %692 = stablehlo.reshape %691 : (tensor<1x64x12x64xbf16>) -> tensor<1x64x768xbf16>
    %693 = stablehlo.dot_general %692, %arg62, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x768xbf16>) -> tensor<1x64x768xf32>
    %694 = stablehlo.convert %arg60 : (tensor<768xbf16>) -> tensor<768xf32>
    %695 = stablehlo.broadcast_in_dim %694, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %696 = stablehlo.broadcast_in_dim %695, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %697 = stablehlo.add %693, %696 : tensor<1x64x768xf32>
    %698 = stablehlo.convert %697 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %699 = stablehlo.add %629, %698 : tensor<1x64x768xbf16>
    %700 = stablehlo.convert %699 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_105 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %701 = stablehlo.reduce(%700 init: %cst_105) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %702 = stablehlo.broadcast_in_dim %701, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_106 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %703 = stablehlo.broadcast_in_dim %cst_106, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %704 = stablehlo.divide %702, %703 : tensor<1x64x1xf32>
    %705 = stablehlo.broadcast_in_dim %704, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %706 = stablehlo.subtract %700, %705 : tensor<1x64x768xf32>
    %707 = chlo.square %706 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_107 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %708 = stablehlo.reduce(%707 init: %cst_107) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %709 = stablehlo.broadcast_in_dim %708, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_108 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %710 = stablehlo.broadcast_in_dim %cst_108, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %711 = stablehlo.divide %709, %710 : tensor<1x64x1xf32>
    %712 = stablehlo.broadcast_in_dim %704, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %713 = stablehlo.subtract %700, %712 : tensor<1x64x768xf32>
    %cst_109 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %714 = stablehlo.broadcast_in_dim %cst_109, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %715 = stablehlo.add %711, %714 : tensor<1x64x1xf32>
    %716 = stablehlo.rsqrt %715 : tensor<1x64x1xf32>
    %717 = stablehlo.broadcast_in_dim %716, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %718 = stablehlo.multiply %713, %717 : tensor<1x64x768xf32>
    %719 = stablehlo.convert %arg67 : (tensor<768xbf16>) -> tensor<768xf32>
    %720 = stablehlo.broadcast_in_dim %719, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %721 = stablehlo.broadcast_in_dim %720, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %722 = stablehlo.multiply %718, %721 : tensor<1x64x768xf32>
    %723 = stablehlo.convert %arg66 : (tensor<768xbf16>) -> tensor<768xf32>
    %724 = stablehlo.broadcast_in_dim %723, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %725 = stablehlo.broadcast_in_dim %724, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %726 = stablehlo.add %722, %725 : tensor<1x64x768xf32>
    %727 = stablehlo.convert %726 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %728 = stablehlo.dot_general %727, %arg70, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x3072xbf16>) -> tensor<1x64x3072xf32>
    %729 = stablehlo.convert %arg68 : (tensor<3072xbf16>) -> tensor<3072xf32>
    %730 = stablehlo.broadcast_in_dim %729, dims = [2] : (tensor<3072xf32>) -> tensor<1x1x3072xf32>
    %731 = stablehlo.broadcast_in_dim %730, dims = [0, 1, 2] : (tensor<1x1x3072xf32>) -> tensor<1x64x3072xf32>
    %732 = stablehlo.add %728, %731 : tensor<1x64x3072xf32>
    %733 = stablehlo.multiply %732, %732 : tensor<1x64x3072xf32>
    %734 = stablehlo.multiply %733, %732 : tensor<1x64x3072xf32>
    %cst_110 = stablehlo.constant dense<4.471500e-02> : tensor<f32>
    %735 = stablehlo.broadcast_in_dim %cst_110, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %736 = stablehlo.multiply %735, %734 : tensor<1x64x3072xf32>
    %737 = stablehlo.add %732, %736 : tensor<1x64x3072xf32>
    %cst_111 = stablehlo.constant dense<0.797884583> : tensor<f32>
    %738 = stablehlo.broadcast_in_dim %cst_111, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %739 = stablehlo.multiply %738, %737 : tensor<1x64x3072xf32>
    %740 = stablehlo.tanh %739 : tensor<1x64x3072xf32>
    %cst_112 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %741 = stablehlo.broadcast_in_dim %cst_112, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %742 = stablehlo.add %741, %740 : tensor<1x64x3072xf32>
    %cst_113 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %743 = stablehlo.broadcast_in_dim %cst_113, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %744 = stablehlo.multiply %743, %742 : tensor<1x64x3072xf32>
    %745 = stablehlo.multiply %732, %744 : tensor<1x64x3072xf32>
    %746 = stablehlo.convert %745 : (tensor<1x64x3072xf32>) -> tensor<1x64x3072xbf16>
    %747 = stablehlo.dot_general %746, %arg71, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x3072xbf16>, tensor<3072x768xbf16>) -> tensor<1x64x768xf32>
    %748 = stablehlo.convert %arg69 : (tensor<768xbf16>) -> tensor<768xf32>
    %749 = stablehlo.broadcast_in_dim %748, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %750 = stablehlo.broadcast_in_dim %749, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %751 = stablehlo.add %747, %750 : tensor<1x64x768xf32>
    %752 = stablehlo.convert %751 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %753 = stablehlo.add %699, %752 : tensor<1x64x768xbf16>
    %754 = stablehlo.convert %753 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_114 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %755 = stablehlo.reduce(%754 init: %cst_114) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %756 = stablehlo.broadcast_in_dim %755, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_115 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %757 = stablehlo.broadcast_in_dim %cst_115, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %758 = stablehlo.divide %756, %757 : tensor<1x64x1xf32>
    %759 = stablehlo.broadcast_in_dim %758, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %760 = stablehlo.subtract %754, %759 : tensor<1x64x768xf32>
    %761 = chlo.square %760 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_116 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %762 = stablehlo.reduce(%761 init: %cst_116) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %763 = stablehlo.broadcast_in_dim %762, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_117 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %764 = stablehlo.broadcast_in_dim %cst_117, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %765 = stablehlo.divide %763, %764 : tensor<1x64x1xf32>
    %766 = stablehlo.broadcast_in_dim %758, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %767 = stablehlo.subtract %754, %766 : tensor<1x64x768xf32>
    %cst_118 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %768 = stablehlo.broadcast_in_dim %cst_118, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %769 = stablehlo.add %765, %768 : tensor<1x64x1xf32>
    %770 = stablehlo.rsqrt %769 : tensor<1x64x1xf32>
    %771 = stablehlo.broadcast_in_dim %770, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %772 = stablehlo.multiply %767, %771 : tensor<1x64x768xf32>
    %773 = stablehlo.convert %arg77 : (tensor<768xbf16>) -> tensor<768xf32>
    %774 = stablehlo.broadcast_in_dim %773, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %775 = stablehlo.broadcast_in_dim %774, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %776 = stablehlo.multiply %772, %775 : tensor<1x64x768xf32>
    %777 = stablehlo.convert %arg76 : (tensor<768xbf16>) -> tensor<768xf32>
    %778 = stablehlo.broadcast_in_dim %777, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %779 = stablehlo.broadcast_in_dim %778, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %780 = stablehlo.add %776, %779 : tensor<1x64x768xf32>
    %781 = stablehlo.convert %780 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %782 = stablehlo.dot_general %781, %arg75, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x2304xbf16>) -> tensor<1x64x2304xf32>
    %783 = stablehlo.convert %arg73 : (tensor<2304xbf16>) -> tensor<2304xf32>
    %784 = stablehlo.broadcast_in_dim %783, dims = [2] : (tensor<2304xf32>) -> tensor<1x1x2304xf32>
    %785 = stablehlo.broadcast_in_dim %784, dims = [0, 1, 2] : (tensor<1x1x2304xf32>) -> tensor<1x64x2304xf32>
    %786 = stablehlo.add %782, %785 : tensor<1x64x2304xf32>
    %787 = stablehlo.convert %786 : (tensor<1x64x2304xf32>) -> tensor<1x64x2304xbf16>
    %788 = stablehlo.slice %787 [0:1, 0:64, 0:768] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %789 = stablehlo.slice %787 [0:1, 0:64, 768:1536] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %790 = stablehlo.slice %787 [0:1, 0:64, 1536:2304] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %791 = stablehlo.reshape %788 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %792 = stablehlo.reshape %789 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %793 = stablehlo.reshape %790 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %794 = stablehlo.dot_general %791, %792, batching_dims = [0, 2] x [0, 2], contracting_dims = [3] x [3], precision = [DEFAULT, DEFAULT] : (tensor<1x64x12x64xbf16>, tensor<1x64x12x64xbf16>) -> tensor<1x12x64x64xf32>
    %cst_119 = stablehlo.constant dense<1.250000e-01> : tensor<f32>
    %795 = stablehlo.broadcast_in_dim %cst_119, dims = [] : (tensor<f32>) -> tensor<1x12x64x64xf32>
    %796 = stablehlo.multiply %794, %795 : tensor<1x12x64x64xf32>
    %797 = stablehlo.iota dim = 0 : tensor<64x64xi32>
    %798 = stablehlo.iota dim = 1 : tensor<64x64xi32>
    %799 = stablehlo.compare LE, %798, %797, SIGNED : (tensor<64x64xi32>, tensor<64x64xi32>) -> tensor<64x64xi1>
    %cst_120 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %800 = call @_where(%799, %796, %cst_120) : (tensor<64x64xi1>, tensor<1x12x64x64xf32>, tensor<f32>) -> tensor<1x12x64x64xf32>
    %cst_121 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %801 = stablehlo.reduce(%800 init: %cst_121) applies stablehlo.maximum across dimensions = [3] : (tensor<1x12x64x64xf32>, tensor<f32>) -> tensor<1x12x64xf32>
    %cst_122 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %802 = stablehlo.broadcast_in_dim %cst_122, dims = [] : (tensor<f32>) -> tensor<1x12x64xf32>
    %803 = stablehlo.maximum %802, %801 : tensor<1x12x64xf32>
    %804 = stablehlo.broadcast_in_dim %803, dims = [0, 1, 2] : (tensor<1x12x64xf32>) -> tensor<1x12x64x1xf32>
    %805 = stablehlo.broadcast_in_dim %804, dims = [0, 1, 2, 3] : (tensor<1x12x64x1xf32>) -> tensor<1x12x64x64xf32>
    %806 = stablehlo.subtract %800, %805 : tensor<1x12x64x64xf32>
    %807 = stablehlo.exponential %806 : tensor<1x12x64x64xf32>
    %cst_123 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %808 = stablehlo.reduce(%807 init: %cst_123) applies stablehlo.add across dimensions = [3] : (tensor<1x12x64x64xf32>, tensor<f32>) -> tensor<1x12x64xf32>
    %809 = stablehlo.broadcast_in_dim %808, dims = [0, 1, 2] : (tensor<1x12x64xf32>) -> tensor<1x12x64x1xf32>
    %810 = stablehlo.broadcast_in_dim %809, dims = [0, 1, 2, 3] : (tensor<1x12x64x1xf32>) -> tensor<1x12x64x64xf32>
    %811 = stablehlo.divide %807, %810 : tensor<1x12x64x64xf32>
    %812 = stablehlo.convert %811 : (tensor<1x12x64x64xf32>) -> tensor<1x12x64x64xbf16>
    %813 = stablehlo.dot_general %793, %812, batching_dims = [0, 2] x [0, 1], contracting_dims = [1] x [3], precision = [DEFAULT, DEFAULT] : (tensor<1x64x12x64xbf16>, tensor<1x12x64x64xbf16>) -> tensor<1x12x64x64xf32>
    %814 = stablehlo.transpose %813, dims = [0, 3, 1, 2] : (tensor<1x12x64x64xf32>) -> tensor<1x64x12x64xf32>
    %815 = stablehlo.convert %814 : (tensor<1x64x12x64xf32>) -> tensor<1x64x12x64xbf16>
    %816 = stablehlo.reshape %815 : (tensor<1x64x12x64xbf16>) -> tensor<1x64x768xbf16>
    %817 = stablehlo.dot_general %816, %arg74, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x768xbf16>) -> tensor<1x64x768xf32>
    %818 = stablehlo.convert %arg72 : (tensor<768xbf16>) -> tensor<768xf32>
    %819 = stablehlo.broadcast_in_dim %818, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %820 = stablehlo.broadcast_in_dim %819, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %821 = stablehlo.add %817, %820 : tensor<1x64x768xf32>
    %822 = stablehlo.convert %821 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %823 = stablehlo.add %753, %822 : tensor<1x64x768xbf16>
    %824 = stablehlo.convert %823 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_124 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %825 = stablehlo.reduce(%824 init: %cst_124) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %826 = stablehlo.broadcast_in_dim %825, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_125 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %827 = stablehlo.broadcast_in_dim %cst_125, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %828 = stablehlo.divide %826, %827 : tensor<1x64x1xf32>
    %829 = stablehlo.broadcast_in_dim %828, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %830 = stablehlo.subtract %824, %829 : tensor<1x64x768xf32>
    %831 = chlo.square %830 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_126 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %832 = stablehlo.reduce(%831 init: %cst_126) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %833 = stablehlo.broadcast_in_dim %832, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_127 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %834 = stablehlo.broadcast_in_dim %cst_127, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %835 = stablehlo.divide %833, %834 : tensor<1x64x1xf32>
    %836 = stablehlo.broadcast_in_dim %828, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %837 = stablehlo.subtract %824, %836 : tensor<1x64x768xf32>
    %cst_128 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %838 = stablehlo.broadcast_in_dim %cst_128, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %839 = stablehlo.add %835, %838 : tensor<1x64x1xf32>
    %840 = stablehlo.rsqrt %839 : tensor<1x64x1xf32>
    %841 = stablehlo.broadcast_in_dim %840, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %842 = stablehlo.multiply %837, %841 : tensor<1x64x768xf32>
    %843 = stablehlo.convert %arg79 : (tensor<768xbf16>) -> tensor<768xf32>
    %844 = stablehlo.broadcast_in_dim %843, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %845 = stablehlo.broadcast_in_dim %844, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %846 = stablehlo.multiply %842, %845 : tensor<1x64x768xf32>
    %847 = stablehlo.convert %arg78 : (tensor<768xbf16>) -> tensor<768xf32>
    %848 = stablehlo.broadcast_in_dim %847, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %849 = stablehlo.broadcast_in_dim %848, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %850 = stablehlo.add %846, %849 : tensor<1x64x768xf32>
    %851 = stablehlo.convert %850 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %852 = stablehlo.dot_general %851, %arg82, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x3072xbf16>) -> tensor<1x64x3072xf32>
    %853 = stablehlo.convert %arg80 : (tensor<3072xbf16>) -> tensor<3072xf32>
    %854 = stablehlo.broadcast_in_dim %853, dims = [2] : (tensor<3072xf32>) -> tensor<1x1x3072xf32>
    %855 = stablehlo.broadcast_in_dim %854, dims = [0, 1, 2] : (tensor<1x1x3072xf32>) -> tensor<1x64x3072xf32>
    %856 = stablehlo.add %852, %855 : tensor<1x64x3072xf32>
    %857 = stablehlo.multiply %856, %856 : tensor<1x64x3072xf32>
    %858 = stablehlo.multiply %857, %856 : tensor<1x64x3072xf32>
    %cst_129 = stablehlo.constant dense<4.471500e-02> : tensor<f32>
    %859 = stablehlo.broadcast_in_dim %cst_129, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %860 = stablehlo.multiply %859, %858 : tensor<1x64x3072xf32>
    %861 = stablehlo.add %856, %860 : tensor<1x64x3072xf32>
    %cst_130 = stablehlo.constant dense<0.797884583> : tensor<f32>
    %862 = stablehlo.broadcast_in_dim %cst_130, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %863 = stablehlo.multiply %862, %861 : tensor<1x64x3072xf32>
    %864 = stablehlo.tanh %863 : tensor<1x64x3072xf32>
    %cst_131 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %865 = stablehlo.broadcast_in_dim %cst_131, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %866 = stablehlo.add %865, %864 : tensor<1x64x3072xf32>
    %cst_132 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %867 = stablehlo.broadcast_in_dim %cst_132, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %868 = stablehlo.multiply %867, %866 : tensor<1x64x3072xf32>
    %869 = stablehlo.multiply %856, %868 : tensor<1x64x3072xf32>
    %870 = stablehlo.convert %869 : (tensor<1x64x3072xf32>) -> tensor<1x64x3072xbf16>
    %871 = stablehlo.dot_general %870, %arg83, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x3072xbf16>, tensor<3072x768xbf16>) -> tensor<1x64x768xf32>
    %872 = stablehlo.convert %arg81 : (tensor<768xbf16>) -> tensor<768xf32>
    %873 = stablehlo.broadcast_in_dim %872, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %874 = stablehlo.broadcast_in_dim %873, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %875 = stablehlo.add %871, %874 : tensor<1x64x768xf32>
    %876 = stablehlo.convert %875 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %877 = stablehlo.add %823, %876 : tensor<1x64x768xbf16>
    %878 = stablehlo.convert %877 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_133 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %879 = stablehlo.reduce(%878 init: %cst_133) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %880 = stablehlo.broadcast_in_dim %879, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_134 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %881 = stablehlo.broadcast_in_dim %cst_134, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %882 = stablehlo.divide %880, %881 : tensor<1x64x1xf32>
    %883 = stablehlo.broadcast_in_dim %882, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %884 = stablehlo.subtract %878, %883 : tensor<1x64x768xf32>
    %885 = chlo.square %884 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_135 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %886 = stablehlo.reduce(%885 init: %cst_135) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %887 = stablehlo.broadcast_in_dim %886, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_136 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %888 = stablehlo.broadcast_in_dim %cst_136, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %889 = stablehlo.divide %887, %888 : tensor<1x64x1xf32>
    %890 = stablehlo.broadcast_in_dim %882, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %891 = stablehlo.subtract %878, %890 : tensor<1x64x768xf32>
    %cst_137 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %892 = stablehlo.broadcast_in_dim %cst_137, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %893 = stablehlo.add %889, %892 : tensor<1x64x1xf32>
    %894 = stablehlo.rsqrt %893 : tensor<1x64x1xf32>
    %895 = stablehlo.broadcast_in_dim %894, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %896 = stablehlo.multiply %891, %895 : tensor<1x64x768xf32>
    %897 = stablehlo.convert %arg89 : (tensor<768xbf16>) -> tensor<768xf32>
    %898 = stablehlo.broadcast_in_dim %897, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %899 = stablehlo.broadcast_in_dim %898, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %900 = stablehlo.multiply %896, %899 : tensor<1x64x768xf32>
    %901 = stablehlo.convert %arg88 : (tensor<768xbf16>) -> tensor<768xf32>
    %902 = stablehlo.broadcast_in_dim %901, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %903 = stablehlo.broadcast_in_dim %902, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %904 = stablehlo.add %900, %903 : tensor<1x64x768xf32>
    %905 = stablehlo.convert %904 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %906 = stablehlo.dot_general %905, %arg87, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x2304xbf16>) -> tensor<1x64x2304xf32>
    %907 = stablehlo.convert %arg85 : (tensor<2304xbf16>) -> tensor<2304xf32>
    %908 = stablehlo.broadcast_in_dim %907, dims = [2] : (tensor<2304xf32>) -> tensor<1x1x2304xf32>
    %909 = stablehlo.broadcast_in_dim %908, dims = [0, 1, 2] : (tensor<1x1x2304xf32>) -> tensor<1x64x2304xf32>
    %910 = stablehlo.add %906, %909 : tensor<1x64x2304xf32>
    %911 = stablehlo.convert %910 : (tensor<1x64x2304xf32>) -> tensor<1x64x2304xbf16>
    %912 = stablehlo.slice %911 [0:1, 0:64, 0:768] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %913 = stablehlo.slice %911 [0:1, 0:64, 768:1536] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %914 = stablehlo.slice %911 [0:1, 0:64, 1536:2304] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %915 = stablehlo.reshape %912 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %916 = stablehlo.reshape %913 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %917 = stablehlo.reshape %914 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %918 = stablehlo.dot_general %915, %916, batching_dims = [0, 2] x [0, 2], contracting_dims = [3] x [3], precision = [DEFAULT, DEFAULT] : (tensor<1x64x12x64xbf16>, tensor<1x64x12x64xbf16>) -> tensor<1x12x64x64xf32>
    %cst_138 = stablehlo.constant dense<1.250000e-01> : tensor<f32>
    %919 = stablehlo.broadcast_in_dim %cst_138, dims = [] : (tensor<f32>) -> tensor<1x12x64x64xf32>
    %920 = stablehlo.multiply %918, %919 : tensor<1x12x64x64xf32>
    %921 = stablehlo.iota dim = 0 : tensor<64x64xi32>
    %922 = stablehlo.iota dim = 1 : tensor<64x64xi32>
    %923 = stablehlo.compare LE, %922, %921, SIGNED : (tensor<64x64xi32>, tensor<64x64xi32>) -> tensor<64x64xi1>
    %cst_139 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %924 = call @_where(%923, %920, %cst_139) : (tensor<64x64xi1>, tensor<1x12x64x64xf32>, tensor<f32>) -> tensor<1x12x64x64xf32>
    %cst_140 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %925 = stablehlo.reduce(%924 init: %cst_140) applies stablehlo.maximum across dimensions = [3] : (tensor<1x12x64x64xf32>, tensor<f32>) -> tensor<1x12x64xf32>
    %cst_141 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %926 = stablehlo.broadcast_in_dim %cst_141, dims = [] : (tensor<f32>) -> tensor<1x12x64xf32>
    %927 = stablehlo.maximum %926, %925 : tensor<1x12x64xf32>
    %928 = stablehlo.broadcast_in_dim %927, dims = [0, 1, 2] : (tensor<1x12x64xf32>) -> tensor<1x12x64x1xf32>
    %929 = stablehlo.broadcast_in_dim %928, dims = [0, 1, 2, 3] : (tensor<1x12x64x1xf32>) -> tensor<1x12x64x64xf32>
    %930 = stablehlo.subtract %924, %929 : tensor<1x12x64x64xf32>
    %931 = stablehlo.exponential %930 : tensor<1x12x64x64xf32>
    %cst_142 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %932 = stablehlo.reduce(%931 init: %cst_142) applies stablehlo.add across dimensions = [3] : (tensor<1x12x64x64xf32>, tensor<f32>) -> tensor<1x12x64xf32>
    %933 = stablehlo.broadcast_in_dim %932, dims = [0, 1, 2] : (tensor<1x12x64xf32>) -> tensor<1x12x64x1xf32>
    %934 = stablehlo.broadcast_in_dim %933, dims = [0, 1, 2, 3] : (tensor<1x12x64x1xf32>) -> tensor<1x12x64x64xf32>
    %935 = stablehlo.divide %931, %934 : tensor<1x12x64x64xf32>
    %936 = stablehlo.convert %935 : (tensor<1x12x64x64xf32>) -> tensor<1x12x64x64xbf16>
    %937 = stablehlo.dot_general %917, %936, batching_dims = [0, 2] x [0, 1], contracting_dims = [1] x [3], precision = [DEFAULT, DEFAULT] : (tensor<1x64x12x64xbf16>, tensor<1x12x64x64xbf16>) -> tensor<1x12x64x64xf32>
    %938 = stablehlo.transpose %937, dims = [0, 3, 1, 2] : (tensor<1x12x64x64xf32>) -> tensor<1x64x12x64xf32>
    %939 = stablehlo.convert %938 : (tensor<1x64x12x64xf32>) -> tensor<1x64x12x64xbf16>
    %940 = stablehlo.reshape %939 : (tensor<1x64x12x64xbf16>) -> tensor<1x64x768xbf16>
    %941 = stablehlo.dot_general %940, %arg86, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x768xbf16>) -> tensor<1x64x768xf32>
    %942 = stablehlo.convert %arg84 : (tensor<768xbf16>) -> tensor<768xf32>
    %943 = stablehlo.broadcast_in_dim %942, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %944 = stablehlo.broadcast_in_dim %943, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %945 = stablehlo.add %941, %944 : tensor<1x64x768xf32>
    %946 = stablehlo.convert %945 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %947 = stablehlo.add %877, %946 : tensor<1x64x768xbf16>
    %948 = stablehlo.convert %947 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_143 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %949 = stablehlo.reduce(%948 init: %cst_143) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %950 = stablehlo.broadcast_in_dim %949, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_144 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %951 = stablehlo.broadcast_in_dim %cst_144, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %952 = stablehlo.divide %950, %951 : tensor<1x64x1xf32>
    %953 = stablehlo.broadcast_in_dim %952, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %954 = stablehlo.subtract %948, %953 : tensor<1x64x768xf32>
    %955 = chlo.square %954 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_145 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %956 = stablehlo.reduce(%955 init: %cst_145) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %957 = stablehlo.broadcast_in_dim %956, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_146 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %958 = stablehlo.broadcast_in_dim %cst_146, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %959 = stablehlo.divide %957, %958 : tensor<1x64x1xf32>
    %960 = stablehlo.broadcast_in_dim %952, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %961 = stablehlo.subtract %948, %960 : tensor<1x64x768xf32>
    %cst_147 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %962 = stablehlo.broadcast_in_dim %cst_147, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %963 = stablehlo.add %959, %962 : tensor<1x64x1xf32>
    %964 = stablehlo.rsqrt %963 : tensor<1x64x1xf32>
    %965 = stablehlo.broadcast_in_dim %964, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %966 = stablehlo.multiply %961, %965 : tensor<1x64x768xf32>
    %967 = stablehlo.convert %arg91 : (tensor<768xbf16>) -> tensor<768xf32>
    %968 = stablehlo.broadcast_in_dim %967, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %969 = stablehlo.broadcast_in_dim %968, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %970 = stablehlo.multiply %966, %969 : tensor<1x64x768xf32>
    %971 = stablehlo.convert %arg90 : (tensor<768xbf16>) -> tensor<768xf32>
    %972 = stablehlo.broadcast_in_dim %971, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %973 = stablehlo.broadcast_in_dim %972, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %974 = stablehlo.add %970, %973 : tensor<1x64x768xf32>
    %975 = stablehlo.convert %974 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %976 = stablehlo.dot_general %975, %arg94, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x3072xbf16>) -> tensor<1x64x3072xf32>
    %977 = stablehlo.convert %arg92 : (tensor<3072xbf16>) -> tensor<3072xf32>
    %978 = stablehlo.broadcast_in_dim %977, dims = [2] : (tensor<3072xf32>) -> tensor<1x1x3072xf32>
    %979 = stablehlo.broadcast_in_dim %978, dims = [0, 1, 2] : (tensor<1x1x3072xf32>) -> tensor<1x64x3072xf32>
    %980 = stablehlo.add %976, %979 : tensor<1x64x3072xf32>
    %981 = stablehlo.multiply %980, %980 : tensor<1x64x3072xf32>
    %982 = stablehlo.multiply %981, %980 : tensor<1x64x3072xf32>
    %cst_148 = stablehlo.constant dense<4.471500e-02> : tensor<f32>
    %983 = stablehlo.broadcast_in_dim %cst_148, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %984 = stablehlo.multiply %983, %982 : tensor<1x64x3072xf32>
    %985 = stablehlo.add %980, %984 : tensor<1x64x3072xf32>
    %cst_149 = stablehlo.constant dense<0.797884583> : tensor<f32>
    %986 = stablehlo.broadcast_in_dim %cst_149, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %987 = stablehlo.multiply %986, %985 : tensor<1x64x3072xf32>
    %988 = stablehlo.tanh %987 : tensor<1x64x3072xf32>
    %cst_150 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %989 = stablehlo.broadcast_in_dim %cst_150, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %990 = stablehlo.add %989, %988 : tensor<1x64x3072xf32>
    %cst_151 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %991 = stablehlo.broadcast_in_dim %cst_151, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %992 = stablehlo.multiply %991, %990 : tensor<1x64x3072xf32>
    %993 = stablehlo.multiply %980, %992 : tensor<1x64x3072xf32>
    %994 = stablehlo.convert %993 : (tensor<1x64x3072xf32>) -> tensor<1x64x3072xbf16>
    %995 = stablehlo.dot_general %994, %arg95, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x3072xbf16>, tensor<3072x768xbf16>) -> tensor<1x64x768xf32>
    %996 = stablehlo.convert %arg93 : (tensor<768xbf16>) -> tensor<768xf32>
    %997 = stablehlo.broadcast_in_dim %996, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %998 = stablehlo.broadcast_in_dim %997, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %999 = stablehlo.add %995, %998 : tensor<1x64x768xf32>
    %1000 = stablehlo.convert %999 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %1001 = stablehlo.add %947, %1000 : tensor<1x64x768xbf16>
    %1002 = stablehlo.convert %1001 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_152 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %1003 = stablehlo.reduce(%1002 init: %cst_152) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %1004 = stablehlo.broadcast_in_dim %1003, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_153 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %1005 = stablehlo.broadcast_in_dim %cst_153, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %1006 = stablehlo.divide %1004, %1005 : tensor<1x64x1xf32>
    %1007 = stablehlo.broadcast_in_dim %1006, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %1008 = stablehlo.subtract %1002, %1007 : tensor<1x64x768xf32>
    %1009 = chlo.square %1008 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_154 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %1010 = stablehlo.reduce(%1009 init: %cst_154) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %1011 = stablehlo.broadcast_in_dim %1010, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_155 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %1012 = stablehlo.broadcast_in_dim %cst_155, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %1013 = stablehlo.divide %1011, %1012 : tensor<1x64x1xf32>
    %1014 = stablehlo.broadcast_in_dim %1006, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %1015 = stablehlo.subtract %1002, %1014 : tensor<1x64x768xf32>
    %cst_156 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %1016 = stablehlo.broadcast_in_dim %cst_156, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %1017 = stablehlo.add %1013, %1016 : tensor<1x64x1xf32>
    %1018 = stablehlo.rsqrt %1017 : tensor<1x64x1xf32>
    %1019 = stablehlo.broadcast_in_dim %1018, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %1020 = stablehlo.multiply %1015, %1019 : tensor<1x64x768xf32>
    %1021 = stablehlo.convert %arg101 : (tensor<768xbf16>) -> tensor<768xf32>
    %1022 = stablehlo.broadcast_in_dim %1021, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %1023 = stablehlo.broadcast_in_dim %1022, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %1024 = stablehlo.multiply %1020, %1023 : tensor<1x64x768xf32>
    %1025 = stablehlo.convert %arg100 : (tensor<768xbf16>) -> tensor<768xf32>
    %1026 = stablehlo.broadcast_in_dim %1025, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %1027 = stablehlo.broadcast_in_dim %1026, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %1028 = stablehlo.add %1024, %1027 : tensor<1x64x768xf32>
    %1029 = stablehlo.convert %1028 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %1030 = stablehlo.dot_general %1029, %arg99, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x2304xbf16>) -> tensor<1x64x2304xf32>
    %1031 = stablehlo.convert %arg97 : (tensor<2304xbf16>) -> tensor<2304xf32>
    %1032 = stablehlo.broadcast_in_dim %1031, dims = [2] : (tensor<2304xf32>) -> tensor<1x1x2304xf32>
    %1033 = stablehlo.broadcast_in_dim %1032, dims = [0, 1, 2] : (tensor<1x1x2304xf32>) -> tensor<1x64x2304xf32>
    %1034 = stablehlo.add %1030, %1033 : tensor<1x64x2304xf32>
    %1035 = stablehlo.convert %1034 : (tensor<1x64x2304xf32>) -> tensor<1x64x2304xbf16>
    %1036 = stablehlo.slice %1035 [0:1, 0:64, 0:768] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %1037 = stablehlo.slice %1035 [0:1, 0:64, 768:1536] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %1038 = stablehlo.slice %1035 [0:1, 0:64, 1536:2304] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %1039 = stablehlo.reshape %1036 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %1040 = stablehlo.reshape %1037 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %1041 = stablehlo.reshape %1038 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %1042 = stablehlo.dot_general %1039, %1040, batching_dims = [0, 2] x [0, 2], contracting_dims = [3] x [3], precision = [DEFAULT, DEFAULT] : (tensor<1x64x12x64xbf16>, tensor<1x64x12x64xbf16>) -> tensor<1x12x64x64xf32>
    %cst_157 = stablehlo.constant dense<1.250000e-01> : tensor<f32>
    %1043 = stablehlo.broadcast_in_dim %cst_157, dims = [] : (tensor<f32>) -> tensor<1x12x64x64xf32>
    %1044 = stablehlo.multiply %1042, %1043 : tensor<1x12x64x64xf32>
    %1045 = stablehlo.iota dim = 0 : tensor<64x64xi32>
    %1046 = stablehlo.iota dim = 1 : tensor<64x64xi32>
    %1047 = stablehlo.compare LE, %1046, %1045, SIGNED : (tensor<64x64xi32>, tensor<64x64xi32>) -> tensor<64x64xi1>
    %cst_158 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %1048 = call @_where(%1047, %1044, %cst_158) : (tensor<64x64xi1>, tensor<1x12x64x64xf32>, tensor<f32>) -> tensor<1x12x64x64xf32>
    %cst_159 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %1049 = stablehlo.reduce(%1048 init: %cst_159) applies stablehlo.maximum across dimensions = [3] : (tensor<1x12x64x64xf32>, tensor<f32>) -> tensor<1x12x64xf32>
    %cst_160 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %1050 = stablehlo.broadcast_in_dim %cst_160, dims = [] : (tensor<f32>) -> tensor<1x12x64xf32>
    %1051 = stablehlo.maximum %1050, %1049 : tensor<1x12x64xf32>
    %1052 = stablehlo.broadcast_in_dim %1051, dims = [0, 1, 2] : (tensor<1x12x64xf32>) -> tensor<1x12x64x1xf32>
    %1053 = stablehlo.broadcast_in_dim %1052, dims = [0, 1, 2, 3] : (tensor<1x12x64x1xf32>) -> tensor<1x12x64x64xf32>
    %1054 = stablehlo.subtract %1048, %1053 : tensor<1x12x64x64xf32>
    %1055 = stablehlo.exponential %1054 : tensor<1x12x64x64xf32>
    %cst_161 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %1056 = stablehlo.reduce(%1055 init: %cst_161) applies stablehlo.add across dimensions = [3] : (tensor<1x12x64x64xf32>, tensor<f32>) -> tensor<1x12x64xf32>
    %1057 = stablehlo.broadcast_in_dim %1056, dims = [0, 1, 2] : (tensor<1x12x64xf32>) -> tensor<1x12x64x1xf32>
    %1058 = stablehlo.broadcast_in_dim %1057, dims = [0, 1, 2, 3] : (tensor<1x12x64x1xf32>) -> tensor<1x12x64x64xf32>
    %1059 = stablehlo.divide %1055, %1058 : tensor<1x12x64x64xf32>
    %1060 = stablehlo.convert %1059 : (tensor<1x12x64x64xf32>) -> tensor<1x12x64x64xbf16>
    %1061 = stablehlo.dot_general %1041, %1060, batching_dims = [0, 2] x [0, 1], contracting_dims = [1] x [3], precision = [DEFAULT, DEFAULT] : (tensor<1x64x12x64xbf16>, tensor<1x12x64x64xbf16>) -> tensor<1x12x64x64xf32>
    %1062 = stablehlo.transpose %1061, dims = [0, 3, 1, 2] : (tensor<1x12x64x64xf32>) -> tensor<1x64x12x64xf32>
    %1063 = stablehlo.convert %1062 : (tensor<1x64x12x64xf32>) -> tensor<1x64x12x64xbf16>
    %1064 = stablehlo.reshape %1063 : (tensor<1x64x12x64xbf16>) -> tensor<1x64x768xbf16>
    %1065 = stablehlo.dot_general %1064, %arg98, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x768xbf16>) -> tensor<1x64x768xf32>
    %1066 = stablehlo.convert %arg96 : (tensor<768xbf16>) -> tensor<768xf32>
    %1067 = stablehlo.broadcast_in_dim %1066, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %1068 = stablehlo.broadcast_in_dim %1067, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %1069 = stablehlo.add %1065, %1068 : tensor<1x64x768xf32>
    %1070 = stablehlo.convert %1069 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %1071 = stablehlo.add %1001, %1070 : tensor<1x64x768xbf16>
    %1072 = stablehlo.convert %1071 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_162 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %1073 = stablehlo.reduce(%1072 init: %cst_162) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %1074 = stablehlo.broadcast_in_dim %1073, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_163 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %1075 = stablehlo.broadcast_in_dim %cst_163, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %1076 = stablehlo.divide %1074, %1075 : tensor<1x64x1xf32>
    %1077 = stablehlo.broadcast_in_dim %1076, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %1078 = stablehlo.subtract %1072, %1077 : tensor<1x64x768xf32>
    %1079 = chlo.square %1078 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_164 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %1080 = stablehlo.reduce(%1079 init: %cst_164) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %1081 = stablehlo.broadcast_in_dim %1080, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_165 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %1082 = stablehlo.broadcast_in_dim %cst_165, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %1083 = stablehlo.divide %1081, %1082 : tensor<1x64x1xf32>
    %1084 = stablehlo.broadcast_in_dim %1076, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %1085 = stablehlo.subtract %1072, %1084 : tensor<1x64x768xf32>
    %cst_166 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %1086 = stablehlo.broadcast_in_dim %cst_166, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %1087 = stablehlo.add %1083, %1086 : tensor<1x64x1xf32>
    %1088 = stablehlo.rsqrt %1087 : tensor<1x64x1xf32>
    %1089 = stablehlo.broadcast_in_dim %1088, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %1090 = stablehlo.multiply %1085, %1089 : tensor<1x64x768xf32>
    %1091 = stablehlo.convert %arg103 : (tensor<768xbf16>) -> tensor<768xf32>
    %1092 = stablehlo.broadcast_in_dim %1091, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %1093 = stablehlo.broadcast_in_dim %1092, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %1094 = stablehlo.multiply %1090, %1093 : tensor<1x64x768xf32>
    %1095 = stablehlo.convert %arg102 : (tensor<768xbf16>) -> tensor<768xf32>
    %1096 = stablehlo.broadcast_in_dim %1095, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %1097 = stablehlo.broadcast_in_dim %1096, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %1098 = stablehlo.add %1094, %1097 : tensor<1x64x768xf32>
    %1099 = stablehlo.convert %1098 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %1100 = stablehlo.dot_general %1099, %arg106, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x3072xbf16>) -> tensor<1x64x3072xf32>
    %1101 = stablehlo.convert %arg104 : (tensor<3072xbf16>) -> tensor<3072xf32>
    %1102 = stablehlo.broadcast_in_dim %1101, dims = [2] : (tensor<3072xf32>) -> tensor<1x1x3072xf32>
    %1103 = stablehlo.broadcast_in_dim %1102, dims = [0, 1, 2] : (tensor<1x1x3072xf32>) -> tensor<1x64x3072xf32>
    %1104 = stablehlo.add %1100, %1103 : tensor<1x64x3072xf32>
    %1105 = stablehlo.multiply %1104, %1104 : tensor<1x64x3072xf32>
    %1106 = stablehlo.multiply %1105, %1104 : tensor<1x64x3072xf32>
    %cst_167 = stablehlo.constant dense<4.471500e-02> : tensor<f32>
    %1107 = stablehlo.broadcast_in_dim %cst_167, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %1108 = stablehlo.multiply %1107, %1106 : tensor<1x64x3072xf32>
    %1109 = stablehlo.add %1104, %1108 : tensor<1x64x3072xf32>
    %cst_168 = stablehlo.constant dense<0.797884583> : tensor<f32>
    %1110 = stablehlo.broadcast_in_dim %cst_168, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %1111 = stablehlo.multiply %1110, %1109 : tensor<1x64x3072xf32>
    %1112 = stablehlo.tanh %1111 : tensor<1x64x3072xf32>
    %cst_169 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %1113 = stablehlo.broadcast_in_dim %cst_169, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %1114 = stablehlo.add %1113, %1112 : tensor<1x64x3072xf32>
    %cst_170 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %1115 = stablehlo.broadcast_in_dim %cst_170, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %1116 = stablehlo.multiply %1115, %1114 : tensor<1x64x3072xf32>
    %1117 = stablehlo.multiply %1104, %1116 : tensor<1x64x3072xf32>
    %1118 = stablehlo.convert %1117 : (tensor<1x64x3072xf32>) -> tensor<1x64x3072xbf16>
    %1119 = stablehlo.dot_general %1118, %arg107, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x3072xbf16>, tensor<3072x768xbf16>) -> tensor<1x64x768xf32>
    %1120 = stablehlo.convert %arg105 : (tensor<768xbf16>) -> tensor<768xf32>
    %1121 = stablehlo.broadcast_in_dim %1120, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %1122 = stablehlo.broadcast_in_dim %1121, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %1123 = stablehlo.add %1119, %1122 : tensor<1x64x768xf32>
    %1124 = stablehlo.convert %1123 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %1125 = stablehlo.add %1071, %1124 : tensor<1x64x768xbf16>
    %1126 = stablehlo.convert %1125 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_171 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %1127 = stablehlo.reduce(%1126 init: %cst_171) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %1128 = stablehlo.broadcast_in_dim %1127, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_172 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %1129 = stablehlo.broadcast_in_dim %cst_172, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %1130 = stablehlo.divide %1128, %1129 : tensor<1x64x1xf32>
    %1131 = stablehlo.broadcast_in_dim %1130, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %1132 = stablehlo.subtract %1126, %1131 : tensor<1x64x768xf32>
    %1133 = chlo.square %1132 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_173 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %1134 = stablehlo.reduce(%1133 init: %cst_173) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %1135 = stablehlo.broadcast_in_dim %1134, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_174 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %1136 = stablehlo.broadcast_in_dim %cst_174, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %1137 = stablehlo.divide %1135, %1136 : tensor<1x64x1xf32>
    %1138 = stablehlo.broadcast_in_dim %1130, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %1139 = stablehlo.subtract %1126, %1138 : tensor<1x64x768xf32>
    %cst_175 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %1140 = stablehlo.broadcast_in_dim %cst_175, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %1141 = stablehlo.add %1137, %1140 : tensor<1x64x1xf32>
    %1142 = stablehlo.rsqrt %1141 : tensor<1x64x1xf32>
    %1143 = stablehlo.broadcast_in_dim %1142, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %1144 = stablehlo.multiply %1139, %1143 : tensor<1x64x768xf32>
    %1145 = stablehlo.convert %arg113 : (tensor<768xbf16>) -> tensor<768xf32>
    %1146 = stablehlo.broadcast_in_dim %1145, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %1147 = stablehlo.broadcast_in_dim %1146, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %1148 = stablehlo.multiply %1144, %1147 : tensor<1x64x768xf32>
    %1149 = stablehlo.convert %arg112 : (tensor<768xbf16>) -> tensor<768xf32>
    %1150 = stablehlo.broadcast_in_dim %1149, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %1151 = stablehlo.broadcast_in_dim %1150, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %1152 = stablehlo.add %1148, %1151 : tensor<1x64x768xf32>
    %1153 = stablehlo.convert %1152 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %1154 = stablehlo.dot_general %1153, %arg111, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x2304xbf16>) -> tensor<1x64x2304xf32>
    %1155 = stablehlo.convert %arg109 : (tensor<2304xbf16>) -> tensor<2304xf32>
    %1156 = stablehlo.broadcast_in_dim %1155, dims = [2] : (tensor<2304xf32>) -> tensor<1x1x2304xf32>
    %1157 = stablehlo.broadcast_in_dim %1156, dims = [0, 1, 2] : (tensor<1x1x2304xf32>) -> tensor<1x64x2304xf32>
    %1158 = stablehlo.add %1154, %1157 : tensor<1x64x2304xf32>
    %1159 = stablehlo.convert %1158 : (tensor<1x64x2304xf32>) -> tensor<1x64x2304xbf16>
    %1160 = stablehlo.slice %1159 [0:1, 0:64, 0:768] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %1161 = stablehlo.slice %1159 [0:1, 0:64, 768:1536] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %1162 = stablehlo.slice %1159 [0:1, 0:64, 1536:2304] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %1163 = stablehlo.reshape %1160 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %1164 = stablehlo.reshape %1161 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %1165 = stablehlo.reshape %1162 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %1166 = stablehlo.dot_general %1163, %1164, batching_dims = [0, 2] x [0, 2], contracting_dims = [3] x [3], precision = [DEFAULT, DEFAULT] : (tensor<1x64x12x64xbf16>, tensor<1x64x12x64xbf16>) -> tensor<1x12x64x64xf32>
    %cst_176 = stablehlo.constant dense<1.250000e-01> : tensor<f32>
    %1167 = stablehlo.broadcast_in_dim %cst_176, dims = [] : (tensor<f32>) -> tensor<1x12x64x64xf32>
    %1168 = stablehlo.multiply %1166, %1167 : tensor<1x12x64x64xf32>
    %1169 = stablehlo.iota dim = 0 : tensor<64x64xi32>
    %1170 = stablehlo.iota dim = 1 : tensor<64x64xi32>
    %1171 = stablehlo.compare LE, %1170, %1169, SIGNED : (tensor<64x64xi32>, tensor<64x64xi32>) -> tensor<64x64xi1>
    %cst_177 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %1172 = call @_where(%1171, %1168, %cst_177) : (tensor<64x64xi1>, tensor<1x12x64x64xf32>, tensor<f32>) -> tensor<1x12x64x64xf32>
    %cst_178 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %1173 = stablehlo.reduce(%1172 init: %cst_178) applies stablehlo.maximum across dimensions = [3] : (tensor<1x12x64x64xf32>, tensor<f32>) -> tensor<1x12x64xf32>
    %cst_179 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %1174 = stablehlo.broadcast_in_dim %cst_179, dims = [] : (tensor<f32>) -> tensor<1x12x64xf32>
    %1175 = stablehlo.maximum %1174, %1173 : tensor<1x12x64xf32>
    %1176 = stablehlo.broadcast_in_dim %1175, dims = [0, 1, 2] : (tensor<1x12x64xf32>) -> tensor<1x12x64x1xf32>
    %1177 = stablehlo.broadcast_in_dim %1176, dims = [0, 1, 2, 3] : (tensor<1x12x64x1xf32>) -> tensor<1x12x64x64xf32>
    %1178 = stablehlo.subtract %1172, %1177 : tensor<1x12x64x64xf32>
    %1179 = stablehlo.exponential %1178 : tensor<1x12x64x64xf32>
    %cst_180 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %1180 = stablehlo.reduce(%1179 init: %cst_180) applies stablehlo.add across dimensions = [3] : (tensor<1x12x64x64xf32>, tensor<f32>) -> tensor<1x12x64xf32>
    %1181 = stablehlo.broadcast_in_dim %1180, dims = [0, 1, 2] : (tensor<1x12x64xf32>) -> tensor<1x12x64x1xf32>
    %1182 = stablehlo.broadcast_in_dim %1181, dims = [0, 1, 2, 3] : (tensor<1x12x64x1xf32>) -> tensor<1x12x64x64xf32>
    %1183 = stablehlo.divide %1179, %1182 : tensor<1x12x64x64xf32>
    %1184 = stablehlo.convert %1183 : (tensor<1x12x64x64xf32>) -> tensor<1x12x64x64xbf16>
    %1185 = stablehlo.dot_general %1165, %1184, batching_dims = [0, 2] x [0, 1], contracting_dims = [1] x [3], precision = [DEFAULT, DEFAULT] : (tensor<1x64x12x64xbf16>, tensor<1x12x64x64xbf16>) -> tensor<1x12x64x64xf32>
    %1186 = stablehlo.transpose %1185, dims = [0, 3, 1, 2] : (tensor<1x12x64x64xf32>) -> tensor<1x64x12x64xf32>
    %1187 = stablehlo.convert %1186 : (tensor<1x64x12x64xf32>) -> tensor<1x64x12x64xbf16>
    %1188 = stablehlo.reshape %1187 : (tensor<1x64x12x64xbf16>) -> tensor<1x64x768xbf16>
    %1189 = stablehlo.dot_general %1188, %arg110, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x768xbf16>) -> tensor<1x64x768xf32>
    %1190 = stablehlo.convert %arg108 : (tensor<768xbf16>) -> tensor<768xf32>
    %1191 = stablehlo.broadcast_in_dim %1190, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %1192 = stablehlo.broadcast_in_dim %1191, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %1193 = stablehlo.add %1189, %1192 : tensor<1x64x768xf32>
    %1194 = stablehlo.convert %1193 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %1195 = stablehlo.add %1125, %1194 : tensor<1x64x768xbf16>
    %1196 = stablehlo.convert %1195 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_181 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %1197 = stablehlo.reduce(%1196 init: %cst_181) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %1198 = stablehlo.broadcast_in_dim %1197, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_182 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %1199 = stablehlo.broadcast_in_dim %cst_182, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %1200 = stablehlo.divide %1198, %1199 : tensor<1x64x1xf32>
    %1201 = stablehlo.broadcast_in_dim %1200, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %1202 = stablehlo.subtract %1196, %1201 : tensor<1x64x768xf32>
    %1203 = chlo.square %1202 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_183 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %1204 = stablehlo.reduce(%1203 init: %cst_183) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %1205 = stablehlo.broadcast_in_dim %1204, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_184 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %1206 = stablehlo.broadcast_in_dim %cst_184, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %1207 = stablehlo.divide %1205, %1206 : tensor<1x64x1xf32>
    %1208 = stablehlo.broadcast_in_dim %1200, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %1209 = stablehlo.subtract %1196, %1208 : tensor<1x64x768xf32>
    %cst_185 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %1210 = stablehlo.broadcast_in_dim %cst_185, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %1211 = stablehlo.add %1207, %1210 : tensor<1x64x1xf32>
    %1212 = stablehlo.rsqrt %1211 : tensor<1x64x1xf32>
    %1213 = stablehlo.broadcast_in_dim %1212, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %1214 = stablehlo.multiply %1209, %1213 : tensor<1x64x768xf32>
    %1215 = stablehlo.convert %arg115 : (tensor<768xbf16>) -> tensor<768xf32>
    %1216 = stablehlo.broadcast_in_dim %1215, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %1217 = stablehlo.broadcast_in_dim %1216, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %1218 = stablehlo.multiply %1214, %1217 : tensor<1x64x768xf32>
    %1219 = stablehlo.convert %arg114 : (tensor<768xbf16>) -> tensor<768xf32>
    %1220 = stablehlo.broadcast_in_dim %1219, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %1221 = stablehlo.broadcast_in_dim %1220, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %1222 = stablehlo.add %1218, %1221 : tensor<1x64x768xf32>
    %1223 = stablehlo.convert %1222 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %1224 = stablehlo.dot_general %1223, %arg118, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x3072xbf16>) -> tensor<1x64x3072xf32>
    %1225 = stablehlo.convert %arg116 : (tensor<3072xbf16>) -> tensor<3072xf32>
    %1226 = stablehlo.broadcast_in_dim %1225, dims = [2] : (tensor<3072xf32>) -> tensor<1x1x3072xf32>
    %1227 = stablehlo.broadcast_in_dim %1226, dims = [0, 1, 2] : (tensor<1x1x3072xf32>) -> tensor<1x64x3072xf32>
    %1228 = stablehlo.add %1224, %1227 : tensor<1x64x3072xf32>
    %1229 = stablehlo.multiply %1228, %1228 : tensor<1x64x3072xf32>
    %1230 = stablehlo.multiply %1229, %1228 : tensor<1x64x3072xf32>
    %cst_186 = stablehlo.constant dense<4.471500e-02> : tensor<f32>
    %1231 = stablehlo.broadcast_in_dim %cst_186, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %1232 = stablehlo.multiply %1231, %1230 : tensor<1x64x3072xf32>
    %1233 = stablehlo.add %1228, %1232 : tensor<1x64x3072xf32>
    %cst_187 = stablehlo.constant dense<0.797884583> : tensor<f32>
    %1234 = stablehlo.broadcast_in_dim %cst_187, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %1235 = stablehlo.multiply %1234, %1233 : tensor<1x64x3072xf32>
    %1236 = stablehlo.tanh %1235 : tensor<1x64x3072xf32>
    %cst_188 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %1237 = stablehlo.broadcast_in_dim %cst_188, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %1238 = stablehlo.add %1237, %1236 : tensor<1x64x3072xf32>
    %cst_189 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %1239 = stablehlo.broadcast_in_dim %cst_189, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %1240 = stablehlo.multiply %1239, %1238 : tensor<1x64x3072xf32>
    %1241 = stablehlo.multiply %1228, %1240 : tensor<1x64x3072xf32>
    %1242 = stablehlo.convert %1241 : (tensor<1x64x3072xf32>) -> tensor<1x64x3072xbf16>
    %1243 = stablehlo.dot_general %1242, %arg119, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x3072xbf16>, tensor<3072x768xbf16>) -> tensor<1x64x768xf32>
    %1244 = stablehlo.convert %arg117 : (tensor<768xbf16>) -> tensor<768xf32>
    %1245 = stablehlo.broadcast_in_dim %1244, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %1246 = stablehlo.broadcast_in_dim %1245, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %1247 = stablehlo.add %1243, %1246 : tensor<1x64x768xf32>
    %1248 = stablehlo.convert %1247 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %1249 = stablehlo.add %1195, %1248 : tensor<1x64x768xbf16>
    %1250 = stablehlo.convert %1249 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_190 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %1251 = stablehlo.reduce(%1250 init: %cst_190) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %1252 = stablehlo.broadcast_in_dim %1251, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_191 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %1253 = stablehlo.broadcast_in_dim %cst_191, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %1254 = stablehlo.divide %1252, %1253 : tensor<1x64x1xf32>
    %1255 = stablehlo.broadcast_in_dim %1254, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %1256 = stablehlo.subtract %1250, %1255 : tensor<1x64x768xf32>
    %1257 = chlo.square %1256 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_192 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %1258 = stablehlo.reduce(%1257 init: %cst_192) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %1259 = stablehlo.broadcast_in_dim %1258, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_193 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %1260 = stablehlo.broadcast_in_dim %cst_193, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %1261 = stablehlo.divide %1259, %1260 : tensor<1x64x1xf32>
    %1262 = stablehlo.broadcast_in_dim %1254, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %1263 = stablehlo.subtract %1250, %1262 : tensor<1x64x768xf32>
    %cst_194 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %1264 = stablehlo.broadcast_in_dim %cst_194, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %1265 = stablehlo.add %1261, %1264 : tensor<1x64x1xf32>
    %1266 = stablehlo.rsqrt %1265 : tensor<1x64x1xf32>
    %1267 = stablehlo.broadcast_in_dim %1266, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %1268 = stablehlo.multiply %1263, %1267 : tensor<1x64x768xf32>
    %1269 = stablehlo.convert %arg125 : (tensor<768xbf16>) -> tensor<768xf32>
    %1270 = stablehlo.broadcast_in_dim %1269, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %1271 = stablehlo.broadcast_in_dim %1270, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %1272 = stablehlo.multiply %1268, %1271 : tensor<1x64x768xf32>
    %1273 = stablehlo.convert %arg124 : (tensor<768xbf16>) -> tensor<768xf32>
    %1274 = stablehlo.broadcast_in_dim %1273, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %1275 = stablehlo.broadcast_in_dim %1274, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %1276 = stablehlo.add %1272, %1275 : tensor<1x64x768xf32>
    %1277 = stablehlo.convert %1276 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %1278 = stablehlo.dot_general %1277, %arg123, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x2304xbf16>) -> tensor<1x64x2304xf32>
    %1279 = stablehlo.convert %arg121 : (tensor<2304xbf16>) -> tensor<2304xf32>
    %1280 = stablehlo.broadcast_in_dim %1279, dims = [2] : (tensor<2304xf32>) -> tensor<1x1x2304xf32>
    %1281 = stablehlo.broadcast_in_dim %1280, dims = [0, 1, 2] : (tensor<1x1x2304xf32>) -> tensor<1x64x2304xf32>
    %1282 = stablehlo.add %1278, %1281 : tensor<1x64x2304xf32>
    %1283 = stablehlo.convert %1282 : (tensor<1x64x2304xf32>) -> tensor<1x64x2304xbf16>
    %1284 = stablehlo.slice %1283 [0:1, 0:64, 0:768] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %1285 = stablehlo.slice %1283 [0:1, 0:64, 768:1536] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %1286 = stablehlo.slice %1283 [0:1, 0:64, 1536:2304] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %1287 = stablehlo.reshape %1284 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %1288 = stablehlo.reshape %1285 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %1289 = stablehlo.reshape %1286 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %1290 = stablehlo.dot_general %1287, %1288, batching_dims = [0, 2] x [0, 2], contracting_dims = [3] x [3], precision = [DEFAULT, DEFAULT] : (tensor<1x64x12x64xbf16>, tensor<1x64x12x64xbf16>) -> tensor<1x12x64x64xf32>
    %cst_195 = stablehlo.constant dense<1.250000e-01> : tensor<f32>
    %1291 = stablehlo.broadcast_in_dim %cst_195, dims = [] : (tensor<f32>) -> tensor<1x12x64x64xf32>
    %1292 = stablehlo.multiply %1290, %1291 : tensor<1x12x64x64xf32>
    %1293 = stablehlo.iota dim = 0 : tensor<64x64xi32>
    %1294 = stablehlo.iota dim = 1 : tensor<64x64xi32>
    %1295 = stablehlo.compare LE, %1294, %1293, SIGNED : (tensor<64x64xi32>, tensor<64x64xi32>) -> tensor<64x64xi1>
    %cst_196 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %1296 = call @_where(%1295, %1292, %cst_196) : (tensor<64x64xi1>, tensor<1x12x64x64xf32>, tensor<f32>) -> tensor<1x12x64x64xf32>
    %cst_197 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %1297 = stablehlo.reduce(%1296 init: %cst_197) applies stablehlo.maximum across dimensions = [3] : (tensor<1x12x64x64xf32>, tensor<f32>) -> tensor<1x12x64xf32>
    %cst_198 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %1298 = stablehlo.broadcast_in_dim %cst_198, dims = [] : (tensor<f32>) -> tensor<1x12x64xf32>
    %1299 = stablehlo.maximum %1298, %1297 : tensor<1x12x64xf32>
    %1300 = stablehlo.broadcast_in_dim %1299, dims = [0, 1, 2] : (tensor<1x12x64xf32>) -> tensor<1x12x64x1xf32>
    %1301 = stablehlo.broadcast_in_dim %1300, dims = [0, 1, 2, 3] : (tensor<1x12x64x1xf32>) -> tensor<1x12x64x64xf32>
    %1302 = stablehlo.subtract %1296, %1301 : tensor<1x12x64x64xf32>
    %1303 = stablehlo.exponential %1302 : tensor<1x12x64x64xf32>
    %cst_199 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %1304 = stablehlo.reduce(%1303 init: %cst_199) applies stablehlo.add across dimensions = [3] : (tensor<1x12x64x64xf32>, tensor<f32>) -> tensor<1x12x64xf32>
    %1305 = stablehlo.broadcast_in_dim %1304, dims = [0, 1, 2] : (tensor<1x12x64xf32>) -> tensor<1x12x64x1xf32>
    %1306 = stablehlo.broadcast_in_dim %1305, dims = [0, 1, 2, 3] : (tensor<1x12x64x1xf32>) -> tensor<1x12x64x64xf32>
    %1307 = stablehlo.divide %1303, %1306 : tensor<1x12x64x64xf32>
    %1308 = stablehlo.convert %1307 : (tensor<1x12x64x64xf32>) -> tensor<1x12x64x64xbf16>
    %1309 = stablehlo.dot_general %1289, %1308, batching_dims = [0, 2] x [0, 1], contracting_dims = [1] x [3], precision = [DEFAULT, DEFAULT] : (tensor<1x64x12x64xbf16>, tensor<1x12x64x64xbf16>) -> tensor<1x12x64x64xf32>
    %1310 = stablehlo.transpose %1309, dims = [0, 3, 1, 2] : (tensor<1x12x64x64xf32>) -> tensor<1x64x12x64xf32>
    %1311 = stablehlo.convert %1310 : (tensor<1x64x12x64xf32>) -> tensor<1x64x12x64xbf16>
    %1312 = stablehlo.reshape %1311 : (tensor<1x64x12x64xbf16>) -> tensor<1x64x768xbf16>
    %1313 = stablehlo.dot_general %1312, %arg122, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x768xbf16>) -> tensor<1x64x768xf32>
    %1314 = stablehlo.convert %arg120 : (tensor<768xbf16>) -> tensor<768xf32>
    %1315 = stablehlo.broadcast_in_dim %1314, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %1316 = stablehlo.broadcast_in_dim %1315, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %1317 = stablehlo.add %1313, %1316 : tensor<1x64x768xf32>
    %1318 = stablehlo.convert %1317 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %1319 = stablehlo.add %1249, %1318 : tensor<1x64x768xbf16>
    %1320 = stablehlo.convert %1319 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_200 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %1321 = stablehlo.reduce(%1320 init: %cst_200) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %1322 = stablehlo.broadcast_in_dim %1321, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_201 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %1323 = stablehlo.broadcast_in_dim %cst_201, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %1324 = stablehlo.divide %1322, %1323 : tensor<1x64x1xf32>
    %1325 = stablehlo.broadcast_in_dim %1324, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %1326 = stablehlo.subtract %1320, %1325 : tensor<1x64x768xf32>
    %1327 = chlo.square %1326 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_202 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %1328 = stablehlo.reduce(%1327 init: %cst_202) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %1329 = stablehlo.broadcast_in_dim %1328, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_203 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %1330 = stablehlo.broadcast_in_dim %cst_203, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %1331 = stablehlo.divide %1329, %1330 : tensor<1x64x1xf32>
    %1332 = stablehlo.broadcast_in_dim %1324, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %1333 = stablehlo.subtract %1320, %1332 : tensor<1x64x768xf32>
    %cst_204 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %1334 = stablehlo.broadcast_in_dim %cst_204, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %1335 = stablehlo.add %1331, %1334 : tensor<1x64x1xf32>
    %1336 = stablehlo.rsqrt %1335 : tensor<1x64x1xf32>
    %1337 = stablehlo.broadcast_in_dim %1336, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %1338 = stablehlo.multiply %1333, %1337 : tensor<1x64x768xf32>
    %1339 = stablehlo.convert %arg127 : (tensor<768xbf16>) -> tensor<768xf32>
    %1340 = stablehlo.broadcast_in_dim %1339, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %1341 = stablehlo.broadcast_in_dim %1340, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %1342 = stablehlo.multiply %1338, %1341 : tensor<1x64x768xf32>
    %1343 = stablehlo.convert %arg126 : (tensor<768xbf16>) -> tensor<768xf32>
    %1344 = stablehlo.broadcast_in_dim %1343, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %1345 = stablehlo.broadcast_in_dim %1344, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %1346 = stablehlo.add %1342, %1345 : tensor<1x64x768xf32>
    %1347 = stablehlo.convert %1346 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %1348 = stablehlo.dot_general %1347, %arg130, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x3072xbf16>) -> tensor<1x64x3072xf32>
    %1349 = stablehlo.convert %arg128 : (tensor<3072xbf16>) -> tensor<3072xf32>
    %1350 = stablehlo.broadcast_in_dim %1349, dims = [2] : (tensor<3072xf32>) -> tensor<1x1x3072xf32>
    %1351 = stablehlo.broadcast_in_dim %1350, dims = [0, 1, 2] : (tensor<1x1x3072xf32>) -> tensor<1x64x3072xf32>
    %1352 = stablehlo.add %1348, %1351 : tensor<1x64x3072xf32>
    %1353 = stablehlo.multiply %1352, %1352 : tensor<1x64x3072xf32>
    %1354 = stablehlo.multiply %1353, %1352 : tensor<1x64x3072xf32>
    %cst_205 = stablehlo.constant dense<4.471500e-02> : tensor<f32>
    %1355 = stablehlo.broadcast_in_dim %cst_205, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %1356 = stablehlo.multiply %1355, %1354 : tensor<1x64x3072xf32>
    %1357 = stablehlo.add %1352, %1356 : tensor<1x64x3072xf32>
    %cst_206 = stablehlo.constant dense<0.797884583> : tensor<f32>
    %1358 = stablehlo.broadcast_in_dim %cst_206, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %1359 = stablehlo.multiply %1358, %1357 : tensor<1x64x3072xf32>
    %1360 = stablehlo.tanh %1359 : tensor<1x64x3072xf32>
    %cst_207 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %1361 = stablehlo.broadcast_in_dim %cst_207, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %1362 = stablehlo.add %1361, %1360 : tensor<1x64x3072xf32>
    %cst_208 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %1363 = stablehlo.broadcast_in_dim %cst_208, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %1364 = stablehlo.multiply %1363, %1362 : tensor<1x64x3072xf32>
    %1365 = stablehlo.multiply %1352, %1364 : tensor<1x64x3072xf32>
    %1366 = stablehlo.convert %1365 : (tensor<1x64x3072xf32>) -> tensor<1x64x3072xbf16>
    %1367 = stablehlo.dot_general %1366, %arg131, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x3072xbf16>, tensor<3072x768xbf16>) -> tensor<1x64x768xf32>
    %1368 = stablehlo.convert %arg129 : (tensor<768xbf16>) -> tensor<768xf32>
    %1369 = stablehlo.broadcast_in_dim %1368, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %1370 = stablehlo.broadcast_in_dim %1369, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %1371 = stablehlo.add %1367, %1370 : tensor<1x64x768xf32>
    %1372 = stablehlo.convert %1371 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %1373 = stablehlo.add %1319, %1372 : tensor<1x64x768xbf16>
    %1374 = stablehlo.convert %1373 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_209 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %1375 = stablehlo.reduce(%1374 init: %cst_209) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %1376 = stablehlo.broadcast_in_dim %1375, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_210 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %1377 = stablehlo.broadcast_in_dim %cst_210, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %1378 = stablehlo.divide %1376, %1377 : tensor<1x64x1xf32>
    %1379 = stablehlo.broadcast_in_dim %1378, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %1380 = stablehlo.subtract %1374, %1379 : tensor<1x64x768xf32>
    %1381 = chlo.square %1380 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_211 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %1382 = stablehlo.reduce(%1381 init: %cst_211) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %1383 = stablehlo.broadcast_in_dim %1382, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_212 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %1384 = stablehlo.broadcast_in_dim %cst_212, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %1385 = stablehlo.divide %1383, %1384 : tensor<1x64x1xf32>
    %1386 = stablehlo.broadcast_in_dim %1378, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %1387 = stablehlo.subtract %1374, %1386 : tensor<1x64x768xf32>
    %cst_213 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %1388 = stablehlo.broadcast_in_dim %cst_213, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %1389 = stablehlo.add %1385, %1388 : tensor<1x64x1xf32>
    %1390 = stablehlo.rsqrt %1389 : tensor<1x64x1xf32>
    %1391 = stablehlo.broadcast_in_dim %1390, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %1392 = stablehlo.multiply %1387, %1391 : tensor<1x64x768xf32>
    %1393 = stablehlo.convert %arg137 : (tensor<768xbf16>) -> tensor<768xf32>
    %1394 = stablehlo.broadcast_in_dim %1393, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %1395 = stablehlo.broadcast_in_dim %1394, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %1396 = stablehlo.multiply %1392, %1395 : tensor<1x64x768xf32>
    %1397 = stablehlo.convert %arg136 : (tensor<768xbf16>) -> tensor<768xf32>
    %1398 = stablehlo.broadcast_in_dim %1397, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %1399 = stablehlo.broadcast_in_dim %1398, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %1400 = stablehlo.add %1396, %1399 : tensor<1x64x768xf32>
    %1401 = stablehlo.convert %1400 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %1402 = stablehlo.dot_general %1401, %arg135, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x2304xbf16>) -> tensor<1x64x2304xf32>
    %1403 = stablehlo.convert %arg133 : (tensor<2304xbf16>) -> tensor<2304xf32>
    %1404 = stablehlo.broadcast_in_dim %1403, dims = [2] : (tensor<2304xf32>) -> tensor<1x1x2304xf32>
    %1405 = stablehlo.broadcast_in_dim %1404, dims = [0, 1, 2] : (tensor<1x1x2304xf32>) -> tensor<1x64x2304xf32>
    %1406 = stablehlo.add %1402, %1405 : tensor<1x64x2304xf32>
    %1407 = stablehlo.convert %1406 : (tensor<1x64x2304xf32>) -> tensor<1x64x2304xbf16>
    %1408 = stablehlo.slice %1407 [0:1, 0:64, 0:768] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %1409 = stablehlo.slice %1407 [0:1, 0:64, 768:1536] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %1410 = stablehlo.slice %1407 [0:1, 0:64, 1536:2304] : (tensor<1x64x2304xbf16>) -> tensor<1x64x768xbf16>
    %1411 = stablehlo.reshape %1408 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %1412 = stablehlo.reshape %1409 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %1413 = stablehlo.reshape %1410 : (tensor<1x64x768xbf16>) -> tensor<1x64x12x64xbf16>
    %1414 = stablehlo.dot_general %1411, %1412, batching_dims = [0, 2] x [0, 2], contracting_dims = [3] x [3], precision = [DEFAULT, DEFAULT] : (tensor<1x64x12x64xbf16>, tensor<1x64x12x64xbf16>) -> tensor<1x12x64x64xf32>
    %cst_214 = stablehlo.constant dense<1.250000e-01> : tensor<f32>
    %1415 = stablehlo.broadcast_in_dim %cst_214, dims = [] : (tensor<f32>) -> tensor<1x12x64x64xf32>
    %1416 = stablehlo.multiply %1414, %1415 : tensor<1x12x64x64xf32>
    %1417 = stablehlo.iota dim = 0 : tensor<64x64xi32>
    %1418 = stablehlo.iota dim = 1 : tensor<64x64xi32>
    %1419 = stablehlo.compare LE, %1418, %1417, SIGNED : (tensor<64x64xi32>, tensor<64x64xi32>) -> tensor<64x64xi1>
    %cst_215 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %1420 = call @_where(%1419, %1416, %cst_215) : (tensor<64x64xi1>, tensor<1x12x64x64xf32>, tensor<f32>) -> tensor<1x12x64x64xf32>
    %cst_216 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %1421 = stablehlo.reduce(%1420 init: %cst_216) applies stablehlo.maximum across dimensions = [3] : (tensor<1x12x64x64xf32>, tensor<f32>) -> tensor<1x12x64xf32>
    %cst_217 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %1422 = stablehlo.broadcast_in_dim %cst_217, dims = [] : (tensor<f32>) -> tensor<1x12x64xf32>
    %1423 = stablehlo.maximum %1422, %1421 : tensor<1x12x64xf32>
    %1424 = stablehlo.broadcast_in_dim %1423, dims = [0, 1, 2] : (tensor<1x12x64xf32>) -> tensor<1x12x64x1xf32>
    %1425 = stablehlo.broadcast_in_dim %1424, dims = [0, 1, 2, 3] : (tensor<1x12x64x1xf32>) -> tensor<1x12x64x64xf32>
    %1426 = stablehlo.subtract %1420, %1425 : tensor<1x12x64x64xf32>
    %1427 = stablehlo.exponential %1426 : tensor<1x12x64x64xf32>
    %cst_218 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %1428 = stablehlo.reduce(%1427 init: %cst_218) applies stablehlo.add across dimensions = [3] : (tensor<1x12x64x64xf32>, tensor<f32>) -> tensor<1x12x64xf32>
    %1429 = stablehlo.broadcast_in_dim %1428, dims = [0, 1, 2] : (tensor<1x12x64xf32>) -> tensor<1x12x64x1xf32>
    %1430 = stablehlo.broadcast_in_dim %1429, dims = [0, 1, 2, 3] : (tensor<1x12x64x1xf32>) -> tensor<1x12x64x64xf32>
    %1431 = stablehlo.divide %1427, %1430 : tensor<1x12x64x64xf32>
    %1432 = stablehlo.convert %1431 : (tensor<1x12x64x64xf32>) -> tensor<1x12x64x64xbf16>
    %1433 = stablehlo.dot_general %1413, %1432, batching_dims = [0, 2] x [0, 1], contracting_dims = [1] x [3], precision = [DEFAULT, DEFAULT] : (tensor<1x64x12x64xbf16>, tensor<1x12x64x64xbf16>) -> tensor<1x12x64x64xf32>
    %1434 = stablehlo.transpose %1433, dims = [0, 3, 1, 2] : (tensor<1x12x64x64xf32>) -> tensor<1x64x12x64xf32>
    %1435 = stablehlo.convert %1434 : (tensor<1x64x12x64xf32>) -> tensor<1x64x12x64xbf16>
    %1436 = stablehlo.reshape %1435 : (tensor<1x64x12x64xbf16>) -> tensor<1x64x768xbf16>
    %1437 = stablehlo.dot_general %1436, %arg134, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x768xbf16>) -> tensor<1x64x768xf32>
    %1438 = stablehlo.convert %arg132 : (tensor<768xbf16>) -> tensor<768xf32>
    %1439 = stablehlo.broadcast_in_dim %1438, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %1440 = stablehlo.broadcast_in_dim %1439, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %1441 = stablehlo.add %1437, %1440 : tensor<1x64x768xf32>
    %1442 = stablehlo.convert %1441 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %1443 = stablehlo.add %1373, %1442 : tensor<1x64x768xbf16>
    %1444 = stablehlo.convert %1443 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_219 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %1445 = stablehlo.reduce(%1444 init: %cst_219) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %1446 = stablehlo.broadcast_in_dim %1445, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_220 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %1447 = stablehlo.broadcast_in_dim %cst_220, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %1448 = stablehlo.divide %1446, %1447 : tensor<1x64x1xf32>
    %1449 = stablehlo.broadcast_in_dim %1448, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %1450 = stablehlo.subtract %1444, %1449 : tensor<1x64x768xf32>
    %1451 = chlo.square %1450 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_221 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %1452 = stablehlo.reduce(%1451 init: %cst_221) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %1453 = stablehlo.broadcast_in_dim %1452, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_222 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %1454 = stablehlo.broadcast_in_dim %cst_222, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %1455 = stablehlo.divide %1453, %1454 : tensor<1x64x1xf32>
    %1456 = stablehlo.broadcast_in_dim %1448, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %1457 = stablehlo.subtract %1444, %1456 : tensor<1x64x768xf32>
    %cst_223 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %1458 = stablehlo.broadcast_in_dim %cst_223, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %1459 = stablehlo.add %1455, %1458 : tensor<1x64x1xf32>
    %1460 = stablehlo.rsqrt %1459 : tensor<1x64x1xf32>
    %1461 = stablehlo.broadcast_in_dim %1460, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %1462 = stablehlo.multiply %1457, %1461 : tensor<1x64x768xf32>
    %1463 = stablehlo.convert %arg139 : (tensor<768xbf16>) -> tensor<768xf32>
    %1464 = stablehlo.broadcast_in_dim %1463, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %1465 = stablehlo.broadcast_in_dim %1464, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %1466 = stablehlo.multiply %1462, %1465 : tensor<1x64x768xf32>
    %1467 = stablehlo.convert %arg138 : (tensor<768xbf16>) -> tensor<768xf32>
    %1468 = stablehlo.broadcast_in_dim %1467, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %1469 = stablehlo.broadcast_in_dim %1468, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %1470 = stablehlo.add %1466, %1469 : tensor<1x64x768xf32>
    %1471 = stablehlo.convert %1470 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %1472 = stablehlo.dot_general %1471, %arg142, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<768x3072xbf16>) -> tensor<1x64x3072xf32>
    %1473 = stablehlo.convert %arg140 : (tensor<3072xbf16>) -> tensor<3072xf32>
    %1474 = stablehlo.broadcast_in_dim %1473, dims = [2] : (tensor<3072xf32>) -> tensor<1x1x3072xf32>
    %1475 = stablehlo.broadcast_in_dim %1474, dims = [0, 1, 2] : (tensor<1x1x3072xf32>) -> tensor<1x64x3072xf32>
    %1476 = stablehlo.add %1472, %1475 : tensor<1x64x3072xf32>
    %1477 = stablehlo.multiply %1476, %1476 : tensor<1x64x3072xf32>
    %1478 = stablehlo.multiply %1477, %1476 : tensor<1x64x3072xf32>
    %cst_224 = stablehlo.constant dense<4.471500e-02> : tensor<f32>
    %1479 = stablehlo.broadcast_in_dim %cst_224, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %1480 = stablehlo.multiply %1479, %1478 : tensor<1x64x3072xf32>
    %1481 = stablehlo.add %1476, %1480 : tensor<1x64x3072xf32>
    %cst_225 = stablehlo.constant dense<0.797884583> : tensor<f32>
    %1482 = stablehlo.broadcast_in_dim %cst_225, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %1483 = stablehlo.multiply %1482, %1481 : tensor<1x64x3072xf32>
    %1484 = stablehlo.tanh %1483 : tensor<1x64x3072xf32>
    %cst_226 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %1485 = stablehlo.broadcast_in_dim %cst_226, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %1486 = stablehlo.add %1485, %1484 : tensor<1x64x3072xf32>
    %cst_227 = stablehlo.constant dense<5.000000e-01> : tensor<f32>
    %1487 = stablehlo.broadcast_in_dim %cst_227, dims = [] : (tensor<f32>) -> tensor<1x64x3072xf32>
    %1488 = stablehlo.multiply %1487, %1486 : tensor<1x64x3072xf32>
    %1489 = stablehlo.multiply %1476, %1488 : tensor<1x64x3072xf32>
    %1490 = stablehlo.convert %1489 : (tensor<1x64x3072xf32>) -> tensor<1x64x3072xbf16>
    %1491 = stablehlo.dot_general %1490, %arg143, contracting_dims = [2] x [0], precision = [DEFAULT, DEFAULT] : (tensor<1x64x3072xbf16>, tensor<3072x768xbf16>) -> tensor<1x64x768xf32>
    %1492 = stablehlo.convert %arg141 : (tensor<768xbf16>) -> tensor<768xf32>
    %1493 = stablehlo.broadcast_in_dim %1492, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %1494 = stablehlo.broadcast_in_dim %1493, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %1495 = stablehlo.add %1491, %1494 : tensor<1x64x768xf32>
    %1496 = stablehlo.convert %1495 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %1497 = stablehlo.add %1443, %1496 : tensor<1x64x768xbf16>
    %1498 = stablehlo.convert %1497 : (tensor<1x64x768xbf16>) -> tensor<1x64x768xf32>
    %cst_228 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %1499 = stablehlo.reduce(%1498 init: %cst_228) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %1500 = stablehlo.broadcast_in_dim %1499, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_229 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %1501 = stablehlo.broadcast_in_dim %cst_229, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %1502 = stablehlo.divide %1500, %1501 : tensor<1x64x1xf32>
    %1503 = stablehlo.broadcast_in_dim %1502, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %1504 = stablehlo.subtract %1498, %1503 : tensor<1x64x768xf32>
    %1505 = chlo.square %1504 : tensor<1x64x768xf32> -> tensor<1x64x768xf32>
    %cst_230 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %1506 = stablehlo.reduce(%1505 init: %cst_230) applies stablehlo.add across dimensions = [2] : (tensor<1x64x768xf32>, tensor<f32>) -> tensor<1x64xf32>
    %1507 = stablehlo.broadcast_in_dim %1506, dims = [0, 1] : (tensor<1x64xf32>) -> tensor<1x64x1xf32>
    %cst_231 = stablehlo.constant dense<7.680000e+02> : tensor<f32>
    %1508 = stablehlo.broadcast_in_dim %cst_231, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %1509 = stablehlo.divide %1507, %1508 : tensor<1x64x1xf32>
    %1510 = stablehlo.broadcast_in_dim %1502, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %1511 = stablehlo.subtract %1498, %1510 : tensor<1x64x768xf32>
    %cst_232 = stablehlo.constant dense<9.99999974E-6> : tensor<f32>
    %1512 = stablehlo.broadcast_in_dim %cst_232, dims = [] : (tensor<f32>) -> tensor<1x64x1xf32>
    %1513 = stablehlo.add %1509, %1512 : tensor<1x64x1xf32>
    %1514 = stablehlo.rsqrt %1513 : tensor<1x64x1xf32>
    %1515 = stablehlo.broadcast_in_dim %1514, dims = [0, 1, 2] : (tensor<1x64x1xf32>) -> tensor<1x64x768xf32>
    %1516 = stablehlo.multiply %1511, %1515 : tensor<1x64x768xf32>
    %1517 = stablehlo.convert %arg145 : (tensor<768xbf16>) -> tensor<768xf32>
    %1518 = stablehlo.broadcast_in_dim %1517, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %1519 = stablehlo.broadcast_in_dim %1518, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %1520 = stablehlo.multiply %1516, %1519 : tensor<1x64x768xf32>
    %1521 = stablehlo.convert %arg144 : (tensor<768xbf16>) -> tensor<768xf32>
    %1522 = stablehlo.broadcast_in_dim %1521, dims = [2] : (tensor<768xf32>) -> tensor<1x1x768xf32>
    %1523 = stablehlo.broadcast_in_dim %1522, dims = [0, 1, 2] : (tensor<1x1x768xf32>) -> tensor<1x64x768xf32>
    %1524 = stablehlo.add %1520, %1523 : tensor<1x64x768xf32>
    %1525 = stablehlo.convert %1524 : (tensor<1x64x768xf32>) -> tensor<1x64x768xbf16>
    %1526 = stablehlo.dot_general %1525, %arg147, contracting_dims = [2] x [1], precision = [DEFAULT, DEFAULT] : (tensor<1x64x768xbf16>, tensor<50257x768xbf16>) -> tensor<1x64x50257xf32>
    return %1526 : tensor<1x64x50257xf32>
  }
  func.func private @_where(%arg0: tensor<64x64xi1>, %arg1: tensor<1x12x64x64xf32>, %arg2: tensor<f32>) -> tensor<1x12x64x64xf32> {
    %0 = stablehlo.convert %arg2 : tensor<f32>
    %1 = stablehlo.broadcast_in_dim %arg0, dims = [2, 3] : (tensor<64x64xi1>) -> tensor<1x12x64x64xi1>
    %2 = stablehlo.broadcast_in_dim %0, dims = [] : (tensor<f32>) -> tensor<1x12x64x64xf32>
    %3 = stablehlo.select %1, %arg1, %2 : tensor<1x12x64x64xi1>, tensor<1x12x64x64xf32>
    return %3 : tensor<1x12x64x64xf32>
  }
}
