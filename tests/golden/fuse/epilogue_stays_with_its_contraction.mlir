// What scales a product before its softmax is the product's epilogue, so that it is stored once as it is read; the softmax is a kernel behind it.
// RUN: opt --passes fuse
// CHECK: func.func public @main
// CHECK-NEXT: %0 = "tri.kernel"(%arg0) <{family = "", label = "dot_general+tanh"}> ({
// CHECK: %1 = "tri.kernel"(%0) <{family = "", label = "reduce+subtract+exponential+reduce+..."}> ({
// CHECK-NOT: tri.kernel
// CHECK: return %1 :
func.func public @main(%x: tensor<8x8xf32>) -> tensor<8x8xf32> {
  %low = stablehlo.constant dense<0xFF800000> : tensor<f32>
  %zero = stablehlo.constant dense<0.0> : tensor<f32>
  %d = stablehlo.dot_general %x, %x, contracting_dims = [1] x [0] : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  %s = stablehlo.tanh %d : tensor<8x8xf32>
  %0 = stablehlo.reduce(%s init: %low) applies stablehlo.maximum across dimensions = [1] : (tensor<8x8xf32>, tensor<f32>) -> tensor<8xf32>
  %1 = stablehlo.broadcast_in_dim %0, dims = [0] : (tensor<8xf32>) -> tensor<8x8xf32>
  %2 = stablehlo.subtract %s, %1 : tensor<8x8xf32>
  %3 = stablehlo.exponential %2 : tensor<8x8xf32>
  %4 = stablehlo.reduce(%3 init: %zero) applies stablehlo.add across dimensions = [1] : (tensor<8x8xf32>, tensor<f32>) -> tensor<8xf32>
  %5 = stablehlo.broadcast_in_dim %4, dims = [0] : (tensor<8xf32>) -> tensor<8x8xf32>
  %6 = stablehlo.divide %3, %5 : tensor<8x8xf32>
  return %6 : tensor<8x8xf32>
}
