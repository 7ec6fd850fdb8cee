// Attention forward, causal, over three blocks of queries: with two, no block of keys is left for the loop without a mask of a schedule whose keys come two
// steps early. The last has six blocks: two with a mask, two in that loop, two behind it. Expanded by tests/unit/sched_expand_test.c.
// RUN: opt --passes none
// CHECK: kernel @fa_long
kernel @fa_long(%Q: in buf<24x4xbf16>, %K: in buf<24x4xbf16>, %V: in buf<24x4xbf16>, %O: out buf<24x4xf32>) grid(%g: 3) {
  %q = load %Q[%g*8:+8, 0:+4] : tile<8x4xbf16>
  %hi = index %g*2 + 2
  %fu = index %g*2
  %m0 = fill -inf : tile<8x1xf32>
  %l0 = fill 0 : tile<8x1xf32>
  %o0 = fill 0 : tile<8x4xf32>
  // CHECK: for @kv
  %m, %l, %o = for @kv %x in 0..%hi iter(%m = %m0, %l = %l0, %o = %o0) {
    %j = index %hi - 1 - %x
    %jk = index %j*4
    %ir = index %g*8
    %k = load %K[%jk:+4, 0:+4] : tile<4x4xbf16> @ldk
    %v = load %V[%jk:+4, 0:+4] : tile<4x4xbf16> @ldv
    %kt = transpose %k : tile<4x4xbf16>
    %s = mma %q, %kt : tile<8x4xf32> @qk
    %s1 = if %j >= %fu : tile<8x4xf32> @mask {
      %key = fill %jk : tile<1x1xi32>
      %row = fill %ir : tile<1x1xi32>
      %masked = map(%s, %key, %row) : tile<8x4xf32> { ^(%ex: f32, %ey: i32, %ez: i32):
        %ec0 = coordinate 0 : i32
        %ec1 = coordinate 1 : i32
        %ek = add %ec1, %ey : i32
        %eq = add %ec0, %ez : i32
        %eseen = le %ek, %eq : i1
        %enone = constant -inf : f32
        %eu = select %eseen, %ex, %enone : f32
        yield %eu
      }
      yield %masked
    } else {
      yield %s
    }
    %r = reduce maximum %s1 dim 1 : tile<8x1xf32> @max
    %m1 = map(%m, %r) : tile<8x1xf32> @mx2 { ^(%ex: f32, %ey: f32):
      %ez = maximum %ex, %ey : f32
      yield %ez
    }
    %al = map(%m, %m1) : tile<8x1xf32> @al { ^(%ex: f32, %ey: f32):
      %eg = eq %ey, -inf : i1
      %ezero = constant 0.0 : f32
      %eh = select %eg, %ezero, %ey : f32
      %ed = subtract %ex, %eh : f32
      %ee = multiply %ed, 0.7213475 : f32
      %ef = exp2 %ee : f32
      yield %ef
    }
    %p = map(%s1, %m1) : tile<8x4xf32> @exp { ^(%ex: f32, %ey: f32):
      %eg = eq %ey, -inf : i1
      %ezero = constant 0.0 : f32
      %eh = select %eg, %ezero, %ey : f32
      %ed = subtract %ex, %eh : f32
      %ee = multiply %ed, 0.7213475 : f32
      %ef = exp2 %ee : f32
      yield %ef
    }
    %ps = reduce add %p dim 1 : tile<8x1xf32> @rowsum
    %l1 = map(%l, %al, %ps) : tile<8x1xf32> @sum { ^(%ex: f32, %ey: f32, %ez: f32):
      %eu = multiply %ex, %ey : f32
      %ew = add %eu, %ez : f32
      yield %ew
    }
    %pb = map(%p) : tile<8x4xbf16> @pack { ^(%ex: f32):
      %ey = convert %ex : bf16
      yield %ey
    }
    %o1 = map(%o, %al) : tile<8x4xf32> @resc { ^(%ex: f32, %ey: f32):
      %ez = multiply %ex, %ey : f32
      yield %ez
    }
    %o2 = mma %pb, %v, %o1 : tile<8x4xf32> @pv
    yield %m1, %l1, %o2
  }
  %y = map(%o, %l) : tile<8x4xf32> @norm { ^(%ex: f32, %ey: f32):
    %ez = divide %ex, %ey : f32
    yield %ez
  }
  store %y -> %O[%g*8:+8, 0:+4]
}
