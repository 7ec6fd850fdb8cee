// What a schedule may name keeps its name: a labelled map is not taken into another, but takes the ones without a label.
// RUN: opt --passes merge_maps
kernel @f(%a: in buf<4xf32>, %b: out buf<4xf32>) grid() {
  %z = index 0
  %x = load %a[%z:+4] fill 0.0 : tile<4xf32>
  %p = map(%x) : tile<4xf32> { ^(%1: f32):
    %2 = negate %1 : f32
    yield %2
  }
  %q = map(%p) : tile<4xf32> @kept { ^(%3: f32):
    %4 = tanh %3 : f32
    yield %4
  }
  %r = map(%q) : tile<4xf32> { ^(%5: f32):
    %6 = abs %5 : f32
    yield %6
  }
  store %r -> %b[%z:+4]
}
// CHECK: map(%x) : tile<4xf32> @kept
// CHECK-NEXT: negate
// CHECK-NEXT: tanh
// CHECK: map(%q)
// CHECK-NEXT: abs
// CHECK: store
