// The generic form, aliases, locations, shardings and old spellings read as the one canonical form.
// RUN: opt --passes none
#loc = loc(unknown)
#perm = dense<[1, 0]> : tensor<2xi64>
module @m attributes {mhlo.num_partitions = 1 : i32} {
  sdy.mesh @mesh = <["x"=2]>
  // CHECK: func.func public @main(%arg0: tensor<2x3xf32> {mhlo.sharding = "{replicated}"}, %arg1: tensor<f32>) -> (tensor<3x2xf32> {jax.result_info = ""}) {
  func.func @main(%x: tensor<2x3xf32> {mhlo.sharding = "{replicated}"} loc("x"), %z: tensor<f32>) -> (tensor<3x2xf32> {jax.result_info = ""}) {
    // CHECK-NEXT: %0:2 = stablehlo.optimization_barrier %arg0, %arg0 : tensor<2x3xf32>, tensor<2x3xf32>
    %b:2 = "stablehlo.optimization_barrier"(%x, %x) : (tensor<2x3xf32>, tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xf32>) loc(callsite("a" at "b":1:2))
    // CHECK-NEXT: %1 = stablehlo.compare LT, %0#0, %0#1, FLOAT : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xi1>
    %1 = "stablehlo.compare"(%b#0, %b#1) <{comparison_direction = #stablehlo<comparison_direction LT>, compare_type = #stablehlo<comparison_type FLOAT>}> : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xi1>
    // CHECK-NEXT: %2 = stablehlo.select %1, %arg0, %0#1 : tensor<2x3xi1>, tensor<2x3xf32>
    %2 = stablehlo.select %1, %x, %b#1 : (tensor<2x3xi1>, tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
    // CHECK-NEXT: %3 = stablehlo.transpose %2, dims = [1, 0] : (tensor<2x3xf32>) -> tensor<3x2xf32>
    %3 = "stablehlo.transpose"(%2) {permutation = #perm} : (tensor<2x3xf32>) -> tensor<3x2xf32>
    // CHECK-NEXT: %4 = stablehlo.dot_general %3, %2, contracting_dims = [1] x [0], precision = [DEFAULT, HIGHEST] : (tensor<3x2xf32>, tensor<2x3xf32>) -> tensor<3x3xf32>
    %4 = "stablehlo.dot_general"(%3, %2) <{dot_dimension_numbers = #stablehlo.dot<lhs_contracting_dimensions = [1], rhs_contracting_dimensions = [0]>, precision_config = [#stablehlo<precision DEFAULT>, #stablehlo<precision HIGHEST>]}> : (tensor<3x2xf32>, tensor<2x3xf32>) -> tensor<3x3xf32>
    // CHECK-NEXT: %5 = stablehlo.reduce(%4 init: %arg1) applies stablehlo.maximum across dimensions = [1] : (tensor<3x3xf32>, tensor<f32>) -> tensor<3xf32>
    %5 = "stablehlo.reduce"(%4, %z) <{dimensions = array<i64: 1>}> ({
    ^bb0(%p: tensor<f32>, %q: tensor<f32>):
      %r = stablehlo.maximum %p, %q : tensor<f32>
      "stablehlo.return"(%r) : (tensor<f32>) -> ()
    }) : (tensor<3x3xf32>, tensor<f32>) -> tensor<3xf32>
    // CHECK-NEXT: %6 = stablehlo.slice %4 [0:3:2, 1:3] : (tensor<3x3xf32>) -> tensor<2x2xf32>
    %6 = "stablehlo.slice"(%4) <{start_indices = array<i64: 0, 1>, limit_indices = array<i64: 3, 3>, strides = array<i64: 2, 1>}> : (tensor<3x3xf32>) -> tensor<2x2xf32>
    // CHECK-NEXT: return %3 : tensor<3x2xf32>
    %7 = sdy.sharding_constraint %3 <@mesh, [{}, {"x"}]> : tensor<3x2xf32>
    func.return %7 : tensor<3x2xf32> loc(#loc7)
  } loc(#loc)
} loc(#loc7)
#loc7 = loc("file.py":1:2)
