// What stays: two heads, each with two programs that take the same blocks of keys and values; the last block is cut to two keys and masked by a product
// with the identity; mask and identity depend on nothing but numbers. A tile program alone: tests/unit/sched_expand_test.c expands it with rings that keep.
// RUN: opt --passes none
// CHECK: kernel @keep
kernel @keep(%Q: in buf<2x8x4xbf16>, %K: in buf<2x8x4xbf16>, %V: in buf<2x8x4xbf16>, %O: out buf<2x8x4xf32>) grid(%i: 2, %h: 2) {
  %q = load %Q[%h, %i*4:+4, 0:+4] : tile<4x4xbf16> @ldq
  %o0 = fill 0 : tile<4x4xf32>
  %z = fill 0 : tile<4x4xbf16>
  %one = map(%z) : tile<4x4xbf16> @one { ^(%ex: bf16):
    %ec0 = coordinate 0 : i32
    %ec1 = coordinate 1 : i32
    %es = eq %ec0, %ec1 : i1
    %e1 = constant 1.0 : bf16
    %eu = select %es, %e1, %ex : bf16
    yield %eu
  }
  %m0 = fill -inf : tile<4x1xf32>
  %ow, %mw = for @kv %x in 0..%i iter(%o = %o0, %m = %m0) {
    %k = load %K[%h, %x*4:+4, 0:+4] : tile<4x4xbf16> @ldk
    %v = load %V[%h, %x*4:+4, 0:+4] : tile<4x4xbf16> @ldv
    %kt = transpose %k : tile<4x4xbf16>
    %s = mma %q, %kt : tile<4x4xf32> @qk
    %r = reduce maximum %s dim 1 : tile<4x1xf32> @max
    %m1 = map(%m, %r) : tile<4x1xf32> @mx2 { ^(%ex: f32, %ey: f32):
      %ez = maximum %ex, %ey : f32
      yield %ez
    }
    %p = map(%s, %m1) : tile<4x4xbf16> @exp { ^(%ex: f32, %ey: f32):
      %ed = subtract %ex, %ey : f32
      %ef = exp2 %ed : f32
      %eg = convert %ef : bf16
      yield %eg
    }
    %pt = transpose %p : tile<4x4xbf16> @xp
    %pc = map(%pt) : tile<4x4xbf16> @xc { ^(%ex: bf16):
      yield %ex
    }
    %pn = transpose %pc : tile<4x4xbf16>
    %a = mma %pn, %v : tile<4x4xf32> @pv
    %o1 = map(%o, %a) : tile<4x4xf32> @sum { ^(%ex: f32, %ey: f32):
      %ez = add %ex, %ey : f32
      yield %ez
    }
    yield %o1, %m1
  }
  %ot, %mt = for @kvt %x in 0..1 iter(%oc = %ow, %mc = %mw) {
    %k = load %K[%h, %i*4:+4, 0:+4] : tile<4x4xbf16> @ldk
    %v = load %V[%h, %i*4:+4, 0:+4] : tile<4x4xbf16> @ldv
    %k2 = slice %k[0, 0] : tile<2x4xbf16>
    %v2 = slice %v[0, 0] : tile<2x4xbf16>
    %kt = transpose %k2 : tile<4x2xbf16>
    %s0 = mma %q, %kt : tile<4x2xf32> @qk
    %z2 = fill 0 : tile<4x2xbf16>
    %zero = index 0
    %at = fill %zero : tile<1x1xi32>
    %mask = map(%z2, %at) : tile<4x2xbf16> @mask { ^(%ex: bf16, %ey: i32):
      %ec0 = coordinate 0 : i32
      %ec1 = coordinate 1 : i32
      %ek = add %ec0, %ey : i32
      %eseen = le %ec1, %ek : i1
      %enone = constant -1.0e30 : bf16
      %eu = select %eseen, %ex, %enone : bf16
      yield %eu
    }
    %s = mma %one, %mask, %s0 : tile<4x2xf32> @qk
    %r = reduce maximum %s dim 1 : tile<4x1xf32> @max
    %m1 = map(%mc, %r) : tile<4x1xf32> @mx2 { ^(%ex: f32, %ey: f32):
      %ez = maximum %ex, %ey : f32
      yield %ez
    }
    %p = map(%s, %m1) : tile<4x2xbf16> @exp { ^(%ex: f32, %ey: f32):
      %ed = subtract %ex, %ey : f32
      %ef = exp2 %ed : f32
      %eg = convert %ef : bf16
      yield %eg
    }
    %pt = transpose %p : tile<2x4xbf16> @xp
    %pc = map(%pt) : tile<2x4xbf16> @xc { ^(%ex: bf16):
      yield %ex
    }
    %pn = transpose %pc : tile<4x2xbf16>
    %a = mma %pn, %v2 : tile<4x4xf32> @pv
    %o1 = map(%oc, %a) : tile<4x4xf32> @sum { ^(%ex: f32, %ey: f32):
      %ez = add %ex, %ey : f32
      yield %ez
    }
    yield %o1, %m1
  }
  store %ot -> %O[%h, %i*4:+4, 0:+4] @sto
}
