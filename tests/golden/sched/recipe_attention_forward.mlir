// Attention forward, causal, with the product of P and V one step behind: a load role, two math instances of half the rows each that take turns to issue
// their products, a store role. The next K is awaited a step ahead, so the load role publishes one that nothing was put into. One worker, two programs.
// RUN: opt --passes none
// CHECK: scheduled @fa_pipelined
kernel @fa(%Q: in buf<16x4xbf16>, %K: in buf<16x4xbf16>, %V: in buf<16x4xbf16>, %O: out buf<16x4xf32>) grid(%g: 2) {
  %q = load %Q[%g*8:+8, 0:+4] : tile<8x4xbf16>
  %hi = index %g*2 + 2
  %fu = index %g*2
  %m0 = fill -inf : tile<8x1xf32>
  %l0 = fill 0 : tile<8x1xf32>
  %o0 = fill 0 : tile<8x4xf32>
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

scheduled @fa_pipelined(%Q: in buf<16x4xbf16>, %K: in buf<16x4xbf16>, %V: in buf<16x4xbf16>, %O: out buf<16x4xf32>) programs 2 workers 1 cluster 1 {
  %qq = ring depth 1 : ring<8x4xbf16> @q
  %qk = ring depth 2 : ring<4x4xbf16> @k
  %qv = ring depth 2 : ring<4x4xbf16> @v
  %qy = ring depth 1 private : ring<4x4xf32> @y
  %t = turns @products
  role @load copy[1] (%i, %rank) regs 24 {
    work (%g) {
      %hi = index %g*2 + 2
      acquire %qq
      load_into %qq[0, 0], %Q[%g*8:+8, 0:+4] @ldq
      publish %qq
      acquire %qk
      load_into %qk[0, 0], %K[(%hi - 1)*4:+4, 0:+4] @ldk
      publish %qk
      for @kv %x in 1..%hi {
        acquire %qk
        load_into %qk[0, 0], %K[(%hi - 1 - %x)*4:+4, 0:+4] @ldk
        publish %qk
        acquire %qv
        load_into %qv[0, 0], %V[(%hi - %x)*4:+4, 0:+4] @ldv
        publish %qv
      }
      acquire %qk
      publish %qk
      acquire %qv
      load_into %qv[0, 0], %V[0:+4, 0:+4] @ldv
      publish %qv
    }
  }
  role @math threads[2] (%i, %rank) regs 240 {
    work (%g) {
      %hi = index %g*2 + 2
      %fu = index %g*2
      %ir = index %g*8 + %i*4
      %m0 = fill -inf : tile<4x1xf32>
      %l0 = fill 0 : tile<4x1xf32>
      %o0 = fill 0 : tile<4x4xf32>
      %whole = await %qq : tile<8x4xbf16>
      %q = part %whole[%i*4, 0] : tile<4x4xbf16>
      %k0 = await %qk : tile<4x4xbf16>
      %kt0 = transpose %k0 : tile<4x4xbf16>
      %sa = mma async %q, %kt0 : tile<4x4xf32> @qk
      join 0
      release %qk
      %jk0 = index (%hi - 1)*4
      %key0 = fill %jk0 : tile<1x1xi32>
      %row0 = fill %ir : tile<1x1xi32>
      %sb = map(%sa, %key0, %row0) : tile<4x4xf32> @mask { ^(%ex: f32, %ey: i32, %ez: i32):
        %ec0 = coordinate 0 : i32
        %ec1 = coordinate 1 : i32
        %ek = add %ec1, %ey : i32
        %eq = add %ec0, %ez : i32
        %eseen = le %ek, %eq : i1
        %enone = constant -inf : f32
        %eu = select %eseen, %ex, %enone : f32
        yield %eu
      }
      %r0 = reduce maximum %sb dim 1 : tile<4x1xf32> @max
      %m10 = map(%m0, %r0) : tile<4x1xf32> @mx2 { ^(%ex: f32, %ey: f32):
        %ez = maximum %ex, %ey : f32
        yield %ez
      }
      %al0 = map(%m0, %m10) : tile<4x1xf32> @al { ^(%ex: f32, %ey: f32):
        %eg = eq %ey, -inf : i1
        %ezero = constant 0.0 : f32
        %eh = select %eg, %ezero, %ey : f32
        %ed = subtract %ex, %eh : f32
        %ee = multiply %ed, 0.7213475 : f32
        %ef = exp2 %ee : f32
        yield %ef
      }
      %p0 = map(%sb, %m10) : tile<4x4xf32> @exp { ^(%ex: f32, %ey: f32):
        %eg = eq %ey, -inf : i1
        %ezero = constant 0.0 : f32
        %eh = select %eg, %ezero, %ey : f32
        %ed = subtract %ex, %eh : f32
        %ee = multiply %ed, 0.7213475 : f32
        %ef = exp2 %ee : f32
        yield %ef
      }
      %ps0 = reduce add %p0 dim 1 : tile<4x1xf32> @rowsum
      %l10 = map(%l0, %al0, %ps0) : tile<4x1xf32> @sum { ^(%ex: f32, %ey: f32, %ez: f32):
        %eu = multiply %ex, %ey : f32
        %ew = add %eu, %ez : f32
        yield %ew
      }
      %kn = await %qk : tile<4x4xbf16>
      %pb0 = map(%p0) : tile<4x4xbf16> @pack { ^(%ex: f32):
        %ey = convert %ex : bf16
        yield %ey
      }
      %k, %pb, %m, %l, %o = for @kv %x in 1..%hi iter(%k = %kn, %pb = %pb0, %m = %m10, %l = %l10, %o = %o0) {
        %j = index %hi - 1 - %x
        %jk = index %j*4
        %kt = transpose %k : tile<4x4xbf16>
        take %t
        %s = mma async %q, %kt : tile<4x4xf32> @qk
        %v = await %qv : tile<4x4xbf16>
        %o1 = mma async %pb, %v, %o : tile<4x4xf32> @pv
        give %t
        join 1
        release %qk
        %s1 = if %j >= %fu : tile<4x4xf32> @mask {
          %key = fill %jk : tile<1x1xi32>
          %row = fill %ir : tile<1x1xi32>
          %masked = map(%s, %key, %row) : tile<4x4xf32> { ^(%ex: f32, %ey: i32, %ez: i32):
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
        %r = reduce maximum %s1 dim 1 : tile<4x1xf32> @max
        %m1 = map(%m, %r) : tile<4x1xf32> @mx2 { ^(%ex: f32, %ey: f32):
          %ez = maximum %ex, %ey : f32
          yield %ez
        }
        %al = map(%m, %m1) : tile<4x1xf32> @al { ^(%ex: f32, %ey: f32):
          %eg = eq %ey, -inf : i1
          %ezero = constant 0.0 : f32
          %eh = select %eg, %ezero, %ey : f32
          %ed = subtract %ex, %eh : f32
          %ee = multiply %ed, 0.7213475 : f32
          %ef = exp2 %ee : f32
          yield %ef
        }
        %p = map(%s1, %m1) : tile<4x4xf32> @exp { ^(%ex: f32, %ey: f32):
          %eg = eq %ey, -inf : i1
          %ezero = constant 0.0 : f32
          %eh = select %eg, %ezero, %ey : f32
          %ed = subtract %ex, %eh : f32
          %ee = multiply %ed, 0.7213475 : f32
          %ef = exp2 %ee : f32
          yield %ef
        }
        %ps = reduce add %p dim 1 : tile<4x1xf32> @rowsum
        %l1 = map(%l, %al, %ps) : tile<4x1xf32> @sum { ^(%ex: f32, %ey: f32, %ez: f32):
          %eu = multiply %ex, %ey : f32
          %ew = add %eu, %ez : f32
          yield %ew
        }
        %k1 = await %qk : tile<4x4xbf16>
        join 0
        release %qv
        %pb1 = map(%p) : tile<4x4xbf16> @pack { ^(%ex: f32):
          %ey = convert %ex : bf16
          yield %ey
        }
        %o2 = map(%o1, %al) : tile<4x4xf32> @resc { ^(%ex: f32, %ey: f32):
          %ez = multiply %ex, %ey : f32
          yield %ez
        }
        yield %k1, %pb1, %m1, %l1, %o2
      }
      release %qk
      %v = await %qv : tile<4x4xbf16>
      %o3 = mma async %pb, %v, %o : tile<4x4xf32> @pv
      join 0
      release %qv
      release %qq
      %y = map(%o3, %l) : tile<4x4xf32> @norm { ^(%ex: f32, %ey: f32):
        %ez = divide %ex, %ey : f32
        yield %ez
      }
      acquire %qy
      store_into %y -> %qy[0, 0] @sy
      publish %qy
    }
  }
  role @store copy[2] (%i, %rank) {
    work (%g) {
      %y = await %qy : tile<4x4xf32>
      store %y -> %O[%g*8 + %i*4:+4, 0:+4] @st
      release %qy
    }
  }
}
