// A number times or plus what a function gave stays with the function, whose engine has time; where something else takes the function's result too, or
// there are two operands, it does not.
// RUN: opt --passes cut_maps
kernel @behind(%A: in buf<8x32xf32>, %B: out buf<8x32xf32>) grid(%m: 1) {
  %a = load %A[0:+8, 0:+32] : tile<8x32xf32>
  // CHECK: map(%a) : tile<8x32xf32>
  // CHECK: tanh
  // CHECK-NEXT: add
  // CHECK-NEXT: multiply
  // CHECK-NEXT: yield
  // CHECK-NEXT: }
  // CHECK: map(
  // CHECK-NEXT: multiply
  // CHECK-NEXT: yield
  // CHECK-NEXT: }
  // CHECK-NOT: map
  // CHECK: store
  %b = map(%a) : tile<8x32xf32> { ^(%x: f32):
    %half = constant 0.5 : f32
    %one = constant 1.0 : f32
    %f = tanh %x : f32
    %g = add %one, %f : f32
    %h = multiply %half, %g : f32
    %k = multiply %x, %h : f32
    yield %k
  }
  store %b -> %B[0:+8, 0:+32] set
}
kernel @shared(%A: in buf<8x32xf32>, %B: out buf<8x32xf32>) grid(%m: 1) {
  %a = load %A[0:+8, 0:+32] : tile<8x32xf32>
  // CHECK: map(%a) : tile<8x32xf32>
  // CHECK-NEXT: tanh
  // CHECK-NEXT: yield
  // CHECK-NEXT: }
  // CHECK: map(
  // CHECK-NEXT: constant 1.000000e+00
  // CHECK-NEXT: add
  // CHECK-NEXT: multiply
  // CHECK-NEXT: yield
  %b = map(%a) : tile<8x32xf32> { ^(%x: f32):
    %one = constant 1.0 : f32
    %f = tanh %x : f32
    %g = add %one, %f : f32
    %k = multiply %f, %g : f32
    yield %k
  }
  store %b -> %B[0:+8, 0:+32] set
}
