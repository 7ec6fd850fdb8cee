// Chains that are something else than tri.attention stay as they are, and each says why. A softmax without a contraction above it is nobody's candidate.
// RUN: opt --passes inline,match_attention,simplify
// CHECK: func.func public @main
// CHECK-NOT: tri.attention
// CHECK: return
func.func public @main(%q: tensor<2x6x4x8xbf16>, %k: tensor<2x9x4x8xbf16>, %v: tensor<2x9x4x8xbf16>, %d: tensor<2x4x6x9xf32>, %m: tensor<6x9xi1>, %x: tensor<2x6x4x12xbf16>) -> (tensor<2x4x6x8xbf16>, tensor<2x4x6x8xbf16>, tensor<2x4x6x8xbf16>, tensor<2x4x6x8xbf16>, tensor<2x4x6x8xbf16>, tensor<2x4x6x8xbf16>, tensor<2x4x6x8xbf16>, tensor<2x4x6x8xbf16>, tensor<2x4x6x8xbf16>, tensor<2x4x6x8xbf16>, tensor<2x4x6x9xf32>, tensor<2x4x6x9xf32>, tensor<2x4x6x8xf32>, tensor<2x4x6x9xf32>, tensor<2x4x6x12xbf16>, tensor<2x4x6x9xf32>) {
  %v1 = stablehlo.dot_general %q, %k, batching_dims = [0, 2] x [0, 2], contracting_dims = [3] x [3] : (tensor<2x6x4x8xbf16>, tensor<2x9x4x8xbf16>) -> tensor<2x4x6x9xf32>
  %v2 = stablehlo.constant dense<0.5> : tensor<2x4x6x9xf32>
  %v3 = stablehlo.multiply %v1, %v2 : tensor<2x4x6x9xf32>
  %v4 = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %v5 = stablehlo.constant dense<0.0> : tensor<f32>
  %v6 = stablehlo.reduce(%v3 init: %v4) applies stablehlo.maximum across dimensions = [3] : (tensor<2x4x6x9xf32>, tensor<f32>) -> tensor<2x4x6xf32>
  %v7 = stablehlo.broadcast_in_dim %v6, dims = [0, 1, 2] : (tensor<2x4x6xf32>) -> tensor<2x4x6x9xf32>
  %v8 = stablehlo.subtract %v3, %v7 : tensor<2x4x6x9xf32>
  %v9 = stablehlo.exponential %v8 : tensor<2x4x6x9xf32>
  %v10 = stablehlo.reduce(%v9 init: %v5) applies stablehlo.add across dimensions = [3] : (tensor<2x4x6x9xf32>, tensor<f32>) -> tensor<2x4x6xf32>
  %v11 = stablehlo.broadcast_in_dim %v10, dims = [0, 1, 2] : (tensor<2x4x6xf32>) -> tensor<2x4x6x9xf32>
  %v12 = stablehlo.divide %v9, %v11 : tensor<2x4x6x9xf32> // REMARK: between the softmax and the second contraction stands stablehlo.multiply
  %v13 = stablehlo.multiply %v12, %d : tensor<2x4x6x9xf32>
  %v14 = stablehlo.convert %v13 : (tensor<2x4x6x9xf32>) -> tensor<2x4x6x9xbf16>
  %v15 = stablehlo.dot_general %v14, %v, batching_dims = [0, 1] x [0, 2], contracting_dims = [3] x [1] : (tensor<2x4x6x9xbf16>, tensor<2x9x4x8xbf16>) -> tensor<2x4x6x8xbf16>
  %v16 = stablehlo.dot_general %q, %k, batching_dims = [0, 2] x [0, 2], contracting_dims = [3] x [3] : (tensor<2x6x4x8xbf16>, tensor<2x9x4x8xbf16>) -> tensor<2x4x6x9xf32>
  %v17 = stablehlo.constant dense<0.5> : tensor<2x4x6x9xf32>
  %v18 = stablehlo.multiply %v16, %v17 : tensor<2x4x6x9xf32>
  %v19 = stablehlo.iota dim = 0 : tensor<6x9xi32>
  %v20 = stablehlo.iota dim = 1 : tensor<6x9xi32>
  %v21 = stablehlo.compare LE, %v19, %v20, SIGNED : (tensor<6x9xi32>, tensor<6x9xi32>) -> tensor<6x9xi1>
  %v22 = stablehlo.broadcast_in_dim %v21, dims = [2, 3] : (tensor<6x9xi1>) -> tensor<2x4x6x9xi1>
  %v23 = stablehlo.constant dense<0xFF800000> : tensor<2x4x6x9xf32>
  %v24 = stablehlo.select %v22, %v18, %v23 : tensor<2x4x6x9xi1>, tensor<2x4x6x9xf32>
  %v25 = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %v26 = stablehlo.constant dense<0.0> : tensor<f32>
  %v27 = stablehlo.reduce(%v24 init: %v25) applies stablehlo.maximum across dimensions = [3] : (tensor<2x4x6x9xf32>, tensor<f32>) -> tensor<2x4x6xf32>
  %v28 = stablehlo.broadcast_in_dim %v27, dims = [0, 1, 2] : (tensor<2x4x6xf32>) -> tensor<2x4x6x9xf32>
  %v29 = stablehlo.subtract %v24, %v28 : tensor<2x4x6x9xf32>
  %v30 = stablehlo.exponential %v29 : tensor<2x4x6x9xf32>
  %v31 = stablehlo.reduce(%v30 init: %v26) applies stablehlo.add across dimensions = [3] : (tensor<2x4x6x9xf32>, tensor<f32>) -> tensor<2x4x6xf32>
  %v32 = stablehlo.broadcast_in_dim %v31, dims = [0, 1, 2] : (tensor<2x4x6xf32>) -> tensor<2x4x6x9xf32>
  %v33 = stablehlo.divide %v30, %v32 : tensor<2x4x6x9xf32> // REMARK: its mask is not the causal one, by which query i sees keys up to i + 3; they differ at query 0, key 4
  %v34 = stablehlo.convert %v33 : (tensor<2x4x6x9xf32>) -> tensor<2x4x6x9xbf16>
  %v35 = stablehlo.dot_general %v34, %v, batching_dims = [0, 1] x [0, 2], contracting_dims = [3] x [1] : (tensor<2x4x6x9xbf16>, tensor<2x9x4x8xbf16>) -> tensor<2x4x6x8xbf16>
  %v36 = stablehlo.dot_general %q, %k, batching_dims = [0, 2] x [0, 2], contracting_dims = [3] x [3] : (tensor<2x6x4x8xbf16>, tensor<2x9x4x8xbf16>) -> tensor<2x4x6x9xf32>
  %v37 = stablehlo.constant dense<0.5> : tensor<2x4x6x9xf32>
  %v38 = stablehlo.multiply %v36, %v37 : tensor<2x4x6x9xf32>
  %v39 = stablehlo.iota dim = 0 : tensor<6x9xi32>
  %v40 = stablehlo.iota dim = 1 : tensor<6x9xi32>
  %v41 = stablehlo.compare GE, %v39, %v40, SIGNED : (tensor<6x9xi32>, tensor<6x9xi32>) -> tensor<6x9xi1>
  %v42 = stablehlo.broadcast_in_dim %v41, dims = [2, 3] : (tensor<6x9xi1>) -> tensor<2x4x6x9xi1>
  %v43 = stablehlo.constant dense<0xFF800000> : tensor<2x4x6x9xf32>
  %v44 = stablehlo.select %v42, %v38, %v43 : tensor<2x4x6x9xi1>, tensor<2x4x6x9xf32>
  %v45 = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %v46 = stablehlo.constant dense<0.0> : tensor<f32>
  %v47 = stablehlo.reduce(%v44 init: %v45) applies stablehlo.maximum across dimensions = [3] : (tensor<2x4x6x9xf32>, tensor<f32>) -> tensor<2x4x6xf32>
  %v48 = stablehlo.broadcast_in_dim %v47, dims = [0, 1, 2] : (tensor<2x4x6xf32>) -> tensor<2x4x6x9xf32>
  %v49 = stablehlo.subtract %v44, %v48 : tensor<2x4x6x9xf32>
  %v50 = stablehlo.exponential %v49 : tensor<2x4x6x9xf32>
  %v51 = stablehlo.reduce(%v50 init: %v46) applies stablehlo.add across dimensions = [3] : (tensor<2x4x6x9xf32>, tensor<f32>) -> tensor<2x4x6xf32>
  %v52 = stablehlo.broadcast_in_dim %v51, dims = [0, 1, 2] : (tensor<2x4x6xf32>) -> tensor<2x4x6x9xf32>
  %v53 = stablehlo.divide %v50, %v52 : tensor<2x4x6x9xf32> // REMARK: they differ at query 0, key 1
  %v54 = stablehlo.convert %v53 : (tensor<2x4x6x9xf32>) -> tensor<2x4x6x9xbf16>
  %v55 = stablehlo.dot_general %v54, %v, batching_dims = [0, 1] x [0, 2], contracting_dims = [3] x [1] : (tensor<2x4x6x9xbf16>, tensor<2x9x4x8xbf16>) -> tensor<2x4x6x8xbf16>
  %v56 = stablehlo.dot_general %q, %k, batching_dims = [0, 2] x [0, 2], contracting_dims = [3] x [3] : (tensor<2x6x4x8xbf16>, tensor<2x9x4x8xbf16>) -> tensor<2x4x6x9xf32>
  %v57 = stablehlo.constant dense<0.5> : tensor<2x4x6x9xf32>
  %v58 = stablehlo.multiply %v56, %v57 : tensor<2x4x6x9xf32>
  %v59 = stablehlo.iota dim = 0 : tensor<6x9xi32>
  %v60 = stablehlo.constant dense<3> : tensor<6x9xi32>
  %v61 = stablehlo.add %v59, %v60 : tensor<6x9xi32>
  %v62 = stablehlo.iota dim = 1 : tensor<6x9xi32>
  %v63 = stablehlo.compare GE, %v61, %v62, SIGNED : (tensor<6x9xi32>, tensor<6x9xi32>) -> tensor<6x9xi1>
  %v64 = stablehlo.broadcast_in_dim %v63, dims = [2, 3] : (tensor<6x9xi1>) -> tensor<2x4x6x9xi1>
  %v65 = stablehlo.constant dense<-5.0> : tensor<2x4x6x9xf32>
  %v66 = stablehlo.select %v64, %v58, %v65 : tensor<2x4x6x9xi1>, tensor<2x4x6x9xf32>
  %v67 = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %v68 = stablehlo.constant dense<0.0> : tensor<f32>
  %v69 = stablehlo.reduce(%v66 init: %v67) applies stablehlo.maximum across dimensions = [3] : (tensor<2x4x6x9xf32>, tensor<f32>) -> tensor<2x4x6xf32>
  %v70 = stablehlo.broadcast_in_dim %v69, dims = [0, 1, 2] : (tensor<2x4x6xf32>) -> tensor<2x4x6x9xf32>
  %v71 = stablehlo.subtract %v66, %v70 : tensor<2x4x6x9xf32>
  %v72 = stablehlo.exponential %v71 : tensor<2x4x6x9xf32>
  %v73 = stablehlo.reduce(%v72 init: %v68) applies stablehlo.add across dimensions = [3] : (tensor<2x4x6x9xf32>, tensor<f32>) -> tensor<2x4x6xf32>
  %v74 = stablehlo.broadcast_in_dim %v73, dims = [0, 1, 2] : (tensor<2x4x6xf32>) -> tensor<2x4x6x9xf32>
  %v75 = stablehlo.divide %v72, %v74 : tensor<2x4x6x9xf32> // REMARK: its mask puts -5 where a key is hidden
  %v76 = stablehlo.convert %v75 : (tensor<2x4x6x9xf32>) -> tensor<2x4x6x9xbf16>
  %v77 = stablehlo.dot_general %v76, %v, batching_dims = [0, 1] x [0, 2], contracting_dims = [3] x [1] : (tensor<2x4x6x9xbf16>, tensor<2x9x4x8xbf16>) -> tensor<2x4x6x8xbf16>
  %v78 = stablehlo.dot_general %q, %k, batching_dims = [0, 2] x [0, 2], contracting_dims = [3] x [3] : (tensor<2x6x4x8xbf16>, tensor<2x9x4x8xbf16>) -> tensor<2x4x6x9xf32>
  %v79 = stablehlo.constant dense<0.5> : tensor<2x4x6x9xf32>
  %v80 = stablehlo.multiply %v78, %v79 : tensor<2x4x6x9xf32>
  %v81 = stablehlo.constant dense<0xFF800000> : tensor<2x4x6x9xf32>
  %v82 = stablehlo.broadcast_in_dim %m, dims = [2, 3] : (tensor<6x9xi1>) -> tensor<2x4x6x9xi1>
  %v83 = stablehlo.select %v82, %v80, %v81 : tensor<2x4x6x9xi1>, tensor<2x4x6x9xf32>
  %v84 = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %v85 = stablehlo.constant dense<0.0> : tensor<f32>
  %v86 = stablehlo.reduce(%v83 init: %v84) applies stablehlo.maximum across dimensions = [3] : (tensor<2x4x6x9xf32>, tensor<f32>) -> tensor<2x4x6xf32>
  %v87 = stablehlo.broadcast_in_dim %v86, dims = [0, 1, 2] : (tensor<2x4x6xf32>) -> tensor<2x4x6x9xf32>
  %v88 = stablehlo.subtract %v83, %v87 : tensor<2x4x6x9xf32>
  %v89 = stablehlo.exponential %v88 : tensor<2x4x6x9xf32>
  %v90 = stablehlo.reduce(%v89 init: %v85) applies stablehlo.add across dimensions = [3] : (tensor<2x4x6x9xf32>, tensor<f32>) -> tensor<2x4x6xf32>
  %v91 = stablehlo.broadcast_in_dim %v90, dims = [0, 1, 2] : (tensor<2x4x6xf32>) -> tensor<2x4x6x9xf32>
  %v92 = stablehlo.divide %v89, %v91 : tensor<2x4x6x9xf32> // REMARK: its mask depends on an argument
  %v93 = stablehlo.convert %v92 : (tensor<2x4x6x9xf32>) -> tensor<2x4x6x9xbf16>
  %v94 = stablehlo.dot_general %v93, %v, batching_dims = [0, 1] x [0, 2], contracting_dims = [3] x [1] : (tensor<2x4x6x9xbf16>, tensor<2x9x4x8xbf16>) -> tensor<2x4x6x8xbf16>
  %v95 = stablehlo.dot_general %q, %k, batching_dims = [0, 2] x [0, 2], contracting_dims = [3] x [3] : (tensor<2x6x4x8xbf16>, tensor<2x9x4x8xbf16>) -> tensor<2x4x6x9xf32>
  %v96 = stablehlo.constant dense<0.5> : tensor<2x4x6x9xf32>
  %v97 = stablehlo.multiply %v95, %v96 : tensor<2x4x6x9xf32>
  %v98 = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %v99 = stablehlo.constant dense<0.0> : tensor<f32>
  %v100 = stablehlo.reduce(%v97 init: %v98) applies stablehlo.maximum across dimensions = [3] : (tensor<2x4x6x9xf32>, tensor<f32>) -> tensor<2x4x6xf32>
  %v101 = stablehlo.broadcast_in_dim %v100, dims = [0, 1, 2] : (tensor<2x4x6xf32>) -> tensor<2x4x6x9xf32>
  %v102 = stablehlo.subtract %v97, %v101 : tensor<2x4x6x9xf32>
  %v103 = stablehlo.exponential %v102 : tensor<2x4x6x9xf32>
  %v104 = stablehlo.reduce(%v103 init: %v99) applies stablehlo.add across dimensions = [3] : (tensor<2x4x6x9xf32>, tensor<f32>) -> tensor<2x4x6xf32>
  %v105 = stablehlo.broadcast_in_dim %v104, dims = [0, 1, 2] : (tensor<2x4x6xf32>) -> tensor<2x4x6x9xf32>
  %v106 = stablehlo.divide %v103, %v105 : tensor<2x4x6x9xf32> // REMARK: its weights have 2 users
  %v107 = stablehlo.convert %v106 : (tensor<2x4x6x9xf32>) -> tensor<2x4x6x9xbf16>
  %v108 = stablehlo.dot_general %v107, %v, batching_dims = [0, 1] x [0, 2], contracting_dims = [3] x [1] : (tensor<2x4x6x9xbf16>, tensor<2x9x4x8xbf16>) -> tensor<2x4x6x8xbf16>
  %v109 = stablehlo.negate %v106 : tensor<2x4x6x9xf32>
  %v110 = stablehlo.dot_general %q, %k, batching_dims = [0, 2] x [0, 2], contracting_dims = [3] x [3] : (tensor<2x6x4x8xbf16>, tensor<2x9x4x8xbf16>) -> tensor<2x4x6x9xf32>
  %v111 = stablehlo.constant dense<0.5> : tensor<2x4x6x9xf32>
  %v112 = stablehlo.multiply %v110, %v111 : tensor<2x4x6x9xf32>
  %v113 = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %v114 = stablehlo.constant dense<0.0> : tensor<f32>
  %v115 = stablehlo.reduce(%v112 init: %v113) applies stablehlo.maximum across dimensions = [3] : (tensor<2x4x6x9xf32>, tensor<f32>) -> tensor<2x4x6xf32>
  %v116 = stablehlo.broadcast_in_dim %v115, dims = [0, 1, 2] : (tensor<2x4x6xf32>) -> tensor<2x4x6x9xf32>
  %v117 = stablehlo.subtract %v112, %v116 : tensor<2x4x6x9xf32>
  %v118 = stablehlo.exponential %v117 : tensor<2x4x6x9xf32>
  %v119 = stablehlo.reduce(%v118 init: %v114) applies stablehlo.add across dimensions = [3] : (tensor<2x4x6x9xf32>, tensor<f32>) -> tensor<2x4x6xf32>
  %v120 = stablehlo.broadcast_in_dim %v119, dims = [0, 1, 2] : (tensor<2x4x6xf32>) -> tensor<2x4x6x9xf32>
  %v121 = stablehlo.divide %v118, %v120 : tensor<2x4x6x9xf32> // REMARK: its scores (stablehlo.multiply) are used elsewhere too
  %v122 = stablehlo.convert %v121 : (tensor<2x4x6x9xf32>) -> tensor<2x4x6x9xbf16>
  %v123 = stablehlo.dot_general %v122, %v, batching_dims = [0, 1] x [0, 2], contracting_dims = [3] x [1] : (tensor<2x4x6x9xbf16>, tensor<2x9x4x8xbf16>) -> tensor<2x4x6x8xbf16>
  %v124 = stablehlo.dot_general %q, %q, batching_dims = [0, 2] x [0, 2], contracting_dims = [3] x [3] : (tensor<2x6x4x8xbf16>, tensor<2x6x4x8xbf16>) -> tensor<2x4x6x6xf32>
  %v125 = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %v126 = stablehlo.constant dense<0.0> : tensor<f32>
  %v127 = stablehlo.reduce(%v124 init: %v125) applies stablehlo.maximum across dimensions = [3] : (tensor<2x4x6x6xf32>, tensor<f32>) -> tensor<2x4x6xf32>
  %v128 = stablehlo.broadcast_in_dim %v127, dims = [0, 1, 2] : (tensor<2x4x6xf32>) -> tensor<2x4x6x6xf32>
  %v129 = stablehlo.subtract %v124, %v128 : tensor<2x4x6x6xf32>
  %v130 = stablehlo.exponential %v129 : tensor<2x4x6x6xf32>
  %v131 = stablehlo.reduce(%v130 init: %v126) applies stablehlo.add across dimensions = [3] : (tensor<2x4x6x6xf32>, tensor<f32>) -> tensor<2x4x6xf32>
  %v132 = stablehlo.broadcast_in_dim %v131, dims = [0, 1, 2] : (tensor<2x4x6xf32>) -> tensor<2x4x6x6xf32>
  %v133 = stablehlo.divide %v130, %v132 : tensor<2x4x6x6xf32> // REMARK: the second contraction does not run over the keys
  %v134 = stablehlo.convert %v133 : (tensor<2x4x6x6xf32>) -> tensor<2x4x6x6xbf16>
  %v135 = stablehlo.dot_general %v134, %q, batching_dims = [0, 1] x [0, 2], contracting_dims = [2] x [1] : (tensor<2x4x6x6xbf16>, tensor<2x6x4x8xbf16>) -> tensor<2x4x6x8xbf16>
  %v136 = stablehlo.dot_general %q, %k, batching_dims = [0, 2] x [0, 2], contracting_dims = [3] x [3] : (tensor<2x6x4x8xbf16>, tensor<2x9x4x8xbf16>) -> tensor<2x4x6x9xf32>
  %v137 = stablehlo.constant dense<0.5> : tensor<2x4x6x9xf32>
  %v138 = stablehlo.multiply %v136, %v137 : tensor<2x4x6x9xf32>
  %v139 = stablehlo.tanh %v138 : tensor<2x4x6x9xf32>
  %v140 = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %v141 = stablehlo.constant dense<0.0> : tensor<f32>
  %v142 = stablehlo.reduce(%v139 init: %v140) applies stablehlo.maximum across dimensions = [3] : (tensor<2x4x6x9xf32>, tensor<f32>) -> tensor<2x4x6xf32>
  %v143 = stablehlo.broadcast_in_dim %v142, dims = [0, 1, 2] : (tensor<2x4x6xf32>) -> tensor<2x4x6x9xf32>
  %v144 = stablehlo.subtract %v139, %v143 : tensor<2x4x6x9xf32>
  %v145 = stablehlo.exponential %v144 : tensor<2x4x6x9xf32>
  %v146 = stablehlo.reduce(%v145 init: %v141) applies stablehlo.add across dimensions = [3] : (tensor<2x4x6x9xf32>, tensor<f32>) -> tensor<2x4x6xf32>
  %v147 = stablehlo.broadcast_in_dim %v146, dims = [0, 1, 2] : (tensor<2x4x6xf32>) -> tensor<2x4x6x9xf32>
  %v148 = stablehlo.divide %v145, %v147 : tensor<2x4x6x9xf32> // REMARK: between the first contraction and the softmax stands stablehlo.tanh
  %v149 = stablehlo.convert %v148 : (tensor<2x4x6x9xf32>) -> tensor<2x4x6x9xbf16>
  %v150 = stablehlo.dot_general %v149, %v, batching_dims = [0, 1] x [0, 2], contracting_dims = [3] x [1] : (tensor<2x4x6x9xbf16>, tensor<2x9x4x8xbf16>) -> tensor<2x4x6x8xbf16>
  %v151 = stablehlo.dot_general %q, %k, batching_dims = [0, 2] x [0, 2], contracting_dims = [3] x [3] : (tensor<2x6x4x8xbf16>, tensor<2x9x4x8xbf16>) -> tensor<2x4x6x9xbf16>
  %v152 = stablehlo.convert %v151 : (tensor<2x4x6x9xbf16>) -> tensor<2x4x6x9xf32>
  %v153 = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %v154 = stablehlo.constant dense<0.0> : tensor<f32>
  %v155 = stablehlo.reduce(%v152 init: %v153) applies stablehlo.maximum across dimensions = [3] : (tensor<2x4x6x9xf32>, tensor<f32>) -> tensor<2x4x6xf32>
  %v156 = stablehlo.broadcast_in_dim %v155, dims = [0, 1, 2] : (tensor<2x4x6xf32>) -> tensor<2x4x6x9xf32>
  %v157 = stablehlo.subtract %v152, %v156 : tensor<2x4x6x9xf32>
  %v158 = stablehlo.exponential %v157 : tensor<2x4x6x9xf32>
  %v159 = stablehlo.reduce(%v158 init: %v154) applies stablehlo.add across dimensions = [3] : (tensor<2x4x6x9xf32>, tensor<f32>) -> tensor<2x4x6xf32>
  %v160 = stablehlo.broadcast_in_dim %v159, dims = [0, 1, 2] : (tensor<2x4x6xf32>) -> tensor<2x4x6x9xf32>
  %v161 = stablehlo.divide %v158, %v160 : tensor<2x4x6x9xf32> // REMARK: between the first contraction and the softmax stands stablehlo.convert
  %v162 = stablehlo.convert %v161 : (tensor<2x4x6x9xf32>) -> tensor<2x4x6x9xbf16>
  %v163 = stablehlo.dot_general %v162, %v, batching_dims = [0, 1] x [0, 2], contracting_dims = [3] x [1] : (tensor<2x4x6x9xbf16>, tensor<2x9x4x8xbf16>) -> tensor<2x4x6x8xbf16>
  %v164 = stablehlo.dot_general %q, %k, batching_dims = [0, 2] x [0, 2], contracting_dims = [3] x [3] : (tensor<2x6x4x8xbf16>, tensor<2x9x4x8xbf16>) -> tensor<2x4x6x9xf32>
  %v165 = stablehlo.constant dense<0.5> : tensor<2x4x6x9xf32>
  %v166 = stablehlo.multiply %v164, %v165 : tensor<2x4x6x9xf32>
  %v167 = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %v168 = stablehlo.constant dense<0.0> : tensor<f32>
  %v169 = stablehlo.reduce(%v166 init: %v167) applies stablehlo.maximum across dimensions = [3] : (tensor<2x4x6x9xf32>, tensor<f32>) -> tensor<2x4x6xf32>
  %v170 = stablehlo.broadcast_in_dim %v169, dims = [0, 1, 2] : (tensor<2x4x6xf32>) -> tensor<2x4x6x9xf32>
  %v171 = stablehlo.subtract %v166, %v170 : tensor<2x4x6x9xf32>
  %v172 = stablehlo.exponential %v171 : tensor<2x4x6x9xf32>
  %v173 = stablehlo.reduce(%v172 init: %v168) applies stablehlo.add across dimensions = [3] : (tensor<2x4x6x9xf32>, tensor<f32>) -> tensor<2x4x6xf32>
  %v174 = stablehlo.broadcast_in_dim %v173, dims = [0, 1, 2] : (tensor<2x4x6xf32>) -> tensor<2x4x6x9xf32>
  %v175 = stablehlo.divide %v172, %v174 : tensor<2x4x6x9xf32> // REMARK: its result is used as f32
  %v176 = stablehlo.convert %v175 : (tensor<2x4x6x9xf32>) -> tensor<2x4x6x9xbf16>
  %v177 = stablehlo.dot_general %v176, %v, batching_dims = [0, 1] x [0, 2], contracting_dims = [3] x [1] : (tensor<2x4x6x9xbf16>, tensor<2x9x4x8xbf16>) -> tensor<2x4x6x8xf32>
  %v178 = stablehlo.negate %v177 : tensor<2x4x6x8xf32>
  %v179 = stablehlo.dot_general %q, %k, batching_dims = [0, 2] x [0, 2], contracting_dims = [3] x [3] : (tensor<2x6x4x8xbf16>, tensor<2x9x4x8xbf16>) -> tensor<2x4x6x9xf32>
  %v180 = stablehlo.constant dense<0.5> : tensor<2x4x6x9xf32>
  %v181 = stablehlo.multiply %v179, %v180 : tensor<2x4x6x9xf32>
  %v182 = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %v183 = stablehlo.constant dense<0.0> : tensor<f32>
  %v184 = stablehlo.reduce(%v181 init: %v182) applies stablehlo.maximum across dimensions = [3] : (tensor<2x4x6x9xf32>, tensor<f32>) -> tensor<2x4x6xf32>
  %v185 = stablehlo.broadcast_in_dim %v184, dims = [0, 1, 2] : (tensor<2x4x6xf32>) -> tensor<2x4x6x9xf32>
  %v186 = stablehlo.subtract %v181, %v185 : tensor<2x4x6x9xf32>
  %v187 = stablehlo.exponential %v186 : tensor<2x4x6x9xf32>
  %v188 = stablehlo.reduce(%v187 init: %v183) applies stablehlo.add across dimensions = [3] : (tensor<2x4x6x9xf32>, tensor<f32>) -> tensor<2x4x6xf32>
  %v189 = stablehlo.broadcast_in_dim %v188, dims = [0, 1, 2] : (tensor<2x4x6xf32>) -> tensor<2x4x6x9xf32>
  %v190 = stablehlo.divide %v187, %v189 : tensor<2x4x6x9xf32> // REMARK: between the softmax and the second contraction stands func.return
  %v191 = stablehlo.dot_general %x, %x, batching_dims = [0, 2] x [0, 2], contracting_dims = [3] x [3] : (tensor<2x6x4x12xbf16>, tensor<2x6x4x12xbf16>) -> tensor<2x4x6x6xf32>
  %v192 = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %v193 = stablehlo.constant dense<0.0> : tensor<f32>
  %v194 = stablehlo.reduce(%v191 init: %v192) applies stablehlo.maximum across dimensions = [3] : (tensor<2x4x6x6xf32>, tensor<f32>) -> tensor<2x4x6xf32>
  %v195 = stablehlo.broadcast_in_dim %v194, dims = [0, 1, 2] : (tensor<2x4x6xf32>) -> tensor<2x4x6x6xf32>
  %v196 = stablehlo.subtract %v191, %v195 : tensor<2x4x6x6xf32>
  %v197 = stablehlo.exponential %v196 : tensor<2x4x6x6xf32>
  %v198 = stablehlo.reduce(%v197 init: %v193) applies stablehlo.add across dimensions = [3] : (tensor<2x4x6x6xf32>, tensor<f32>) -> tensor<2x4x6xf32>
  %v199 = stablehlo.broadcast_in_dim %v198, dims = [0, 1, 2] : (tensor<2x4x6xf32>) -> tensor<2x4x6x6xf32>
  %v200 = stablehlo.divide %v197, %v199 : tensor<2x4x6x6xf32> // REMARK: no kernel takes heads of 12 and 12 in bf16
  %v201 = stablehlo.convert %v200 : (tensor<2x4x6x6xf32>) -> tensor<2x4x6x6xbf16>
  %v202 = stablehlo.dot_general %v201, %x, batching_dims = [0, 1] x [0, 2], contracting_dims = [3] x [1] : (tensor<2x4x6x6xbf16>, tensor<2x6x4x12xbf16>) -> tensor<2x4x6x12xbf16>
  %v203 = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %v204 = stablehlo.constant dense<0.0> : tensor<f32>
  %v205 = stablehlo.reduce(%d init: %v203) applies stablehlo.maximum across dimensions = [3] : (tensor<2x4x6x9xf32>, tensor<f32>) -> tensor<2x4x6xf32>
  %v206 = stablehlo.broadcast_in_dim %v205, dims = [0, 1, 2] : (tensor<2x4x6xf32>) -> tensor<2x4x6x9xf32>
  %v207 = stablehlo.subtract %d, %v206 : tensor<2x4x6x9xf32>
  %v208 = stablehlo.exponential %v207 : tensor<2x4x6x9xf32>
  %v209 = stablehlo.reduce(%v208 init: %v204) applies stablehlo.add across dimensions = [3] : (tensor<2x4x6x9xf32>, tensor<f32>) -> tensor<2x4x6xf32>
  %v210 = stablehlo.broadcast_in_dim %v209, dims = [0, 1, 2] : (tensor<2x4x6xf32>) -> tensor<2x4x6x9xf32>
  %v211 = stablehlo.divide %v208, %v210 : tensor<2x4x6x9xf32>
  return %v15, %v35, %v55, %v77, %v94, %v108, %v123, %v135, %v150, %v163, %v109, %v112, %v178, %v190, %v202, %v211 : tensor<2x4x6x8xbf16>, tensor<2x4x6x8xbf16>, tensor<2x4x6x8xbf16>, tensor<2x4x6x8xbf16>, tensor<2x4x6x8xbf16>, tensor<2x4x6x8xbf16>, tensor<2x4x6x8xbf16>, tensor<2x4x6x8xbf16>, tensor<2x4x6x8xbf16>, tensor<2x4x6x8xbf16>, tensor<2x4x6x9xf32>, tensor<2x4x6x9xf32>, tensor<2x4x6x8xf32>, tensor<2x4x6x9xf32>, tensor<2x4x6x12xbf16>, tensor<2x4x6x9xf32>
}
