// Attention forward on the queues of a decoupled core: copies in, products into accumulator memory, maxima and corrections on the vector queue, exponentials
// on the scalar queue, copies out. Each queue runs a step or more behind the one before it, as far as its rings let it; nothing is joined, everything
// travels with completion.
// RUN: opt --passes none
// CHECK: scheduled @fa_queues
kernel @fa(%Q: in buf<8x4xbf16>, %K: in buf<16x4xbf16>, %V: in buf<16x4xbf16>, %O: out buf<8x4xf32>) grid(%g: 2) {
  %q = load %Q[%g*4:+4, 0:+4] : tile<4x4xbf16>
  %m0 = fill -inf : tile<4x1xf32>
  %l0 = fill 0 : tile<4x1xf32>
  %o0 = fill 0 : tile<4x4xf32>
  %m, %l, %o = for @kv %x in 0..4 iter(%m = %m0, %l = %l0, %o = %o0) {
    %k = load %K[%x*4:+4, 0:+4] : tile<4x4xbf16> @ldk
    %v = load %V[%x*4:+4, 0:+4] : tile<4x4xbf16> @ldv
    %kt = transpose %k : tile<4x4xbf16>
    %s = mma %q, %kt : tile<4x4xf32> @qk
    %r = reduce maximum %s dim 1 : tile<4x1xf32> @max
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
    %p = map(%s, %m1) : tile<4x4xf32> @exp { ^(%ex: f32, %ey: f32):
      %eg = eq %ey, -inf : i1
      %ezero = constant 0.0 : f32
      %eh = select %eg, %ezero, %ey : f32
      %ed = subtract %ex, %eh : f32
      %ee = multiply %ed, 0.7213475 : f32
      %ef = exp2 %ee : f32
      yield %ef
    }
    %ps = reduce add %p dim 1 : tile<4x1xf32>
    %l1 = map(%l, %al, %ps) : tile<4x1xf32> @sum { ^(%ex: f32, %ey: f32, %ez: f32):
      %eu = multiply %ex, %ey : f32
      %ew = add %eu, %ez : f32
      yield %ew
    }
    %pb = map(%p) : tile<4x4xbf16> @pack { ^(%ex: f32):
      %ey = convert %ex : bf16
      yield %ey
    }
    %pv = mma %pb, %v : tile<4x4xf32> @pv
    %o1 = map(%o, %al, %pv) : tile<4x4xf32> @upd { ^(%ex: f32, %ey: f32, %ez: f32):
      %ea = multiply %ex, %ey : f32
      %eb = add %ea, %ez : f32
      yield %eb
    }
    yield %m1, %l1, %o1
  }
  %y = map(%o, %l) : tile<4x4xf32> @norm { ^(%ex: f32, %ey: f32):
    %ez = divide %ex, %ey : f32
    yield %ez
  }
  store %y -> %O[%g*4:+4, 0:+4]
}

scheduled @fa_queues(%Q: in buf<8x4xbf16>, %K: in buf<16x4xbf16>, %V: in buf<16x4xbf16>, %O: out buf<8x4xf32>) programs 2 workers 1 cluster 1 {
  %qq = ring depth 1 : ring<4x4xbf16> @q
  %qk = ring depth 2 : ring<4x4xbf16> @k
  %qv = ring depth 3 : ring<4x4xbf16> @v
  %qs = ring depth 2 place acc : ring<4x4xf32> @s
  %qm = ring depth 2 : ring<4x1xf32> @m
  %qp = ring depth 2 : ring<4x4xbf16> @p
  %qr = ring depth 2 : ring<4x1xf32> @rowsum
  %qo = ring depth 2 place acc : ring<4x4xf32> @pv
  %qy = ring depth 1 : ring<4x4xf32> @y
  role @in copy[1] (%i, %rank) {
    work (%g) {
      acquire %qq
      load_into %qq[0, 0], %Q[%g*4:+4, 0:+4] @ldq
      publish %qq
      for @kv %x in 0..4 {
        acquire %qk
        load_into %qk[0, 0], %K[%x*4:+4, 0:+4] @ldk
        publish %qk
        acquire %qv
        load_into %qv[0, 0], %V[%x*4:+4, 0:+4] @ldv
        publish %qv
      }
    }
  }
  role @pe matrix[1] (%i, %rank) {
    work (%g) {
      %q = await %qq : tile<4x4xbf16>
      %k0 = await %qk : tile<4x4xbf16>
      %kt0 = transpose %k0 : tile<4x4xbf16>
      acquire %qs
      %s0 = mma %q, %kt0 : tile<4x4xf32> @qk
      store_into %s0 -> %qs[0, 0]
      publish %qs
      release %qk
      for @kv %x in 1..4 {
        %k = await %qk : tile<4x4xbf16>
        %kt = transpose %k : tile<4x4xbf16>
        acquire %qs
        %s = mma %q, %kt : tile<4x4xf32> @qk
        store_into %s -> %qs[0, 0]
        publish %qs
        release %qk
        %p = await %qp : tile<4x4xbf16>
        %v = await %qv : tile<4x4xbf16>
        acquire %qo
        %pv = mma %p, %v : tile<4x4xf32> @pv
        store_into %pv -> %qo[0, 0]
        publish %qo
        release %qp
        release %qv
      }
      release %qq
      %pl = await %qp : tile<4x4xbf16>
      %vl = await %qv : tile<4x4xbf16>
      acquire %qo
      %pvl = mma %pl, %vl : tile<4x4xf32> @pv
      store_into %pvl -> %qo[0, 0]
      publish %qo
      release %qp
      release %qv
    }
  }
  role @vec vector[1] (%i, %rank) {
    work (%g) {
      %m0 = fill -inf : tile<4x1xf32>
      %l0 = fill 0 : tile<4x1xf32>
      %o0 = fill 0 : tile<4x4xf32>
      %s0 = await %qs : tile<4x4xf32>
      %r0 = reduce maximum %s0 dim 1 : tile<4x1xf32> @max
      %mA = map(%m0, %r0) : tile<4x1xf32> @mx2 { ^(%ex: f32, %ey: f32):
        %ez = maximum %ex, %ey : f32
        yield %ez
      }
      acquire %qm
      store_into %mA -> %qm[0, 0]
      publish %qm
      release %qs
      %alA = map(%m0, %mA) : tile<4x1xf32> @al { ^(%ex: f32, %ey: f32):
        %eg = eq %ey, -inf : i1
        %ezero = constant 0.0 : f32
        %eh = select %eg, %ezero, %ey : f32
        %ed = subtract %ex, %eh : f32
        %ee = multiply %ed, 0.7213475 : f32
        %ef = exp2 %ee : f32
        yield %ef
      }
      %m, %al, %l, %o = for @kv %x in 1..4 iter(%m = %mA, %al = %alA, %l = %l0, %o = %o0) {
        %s = await %qs : tile<4x4xf32>
        %r = reduce maximum %s dim 1 : tile<4x1xf32> @max
        %m1 = map(%m, %r) : tile<4x1xf32> @mx2 { ^(%ex: f32, %ey: f32):
          %ez = maximum %ex, %ey : f32
          yield %ez
        }
        acquire %qm
        store_into %m1 -> %qm[0, 0]
        publish %qm
        release %qs
        %al1 = map(%m, %m1) : tile<4x1xf32> @al { ^(%ex: f32, %ey: f32):
          %eg = eq %ey, -inf : i1
          %ezero = constant 0.0 : f32
          %eh = select %eg, %ezero, %ey : f32
          %ed = subtract %ex, %eh : f32
          %ee = multiply %ed, 0.7213475 : f32
          %ef = exp2 %ee : f32
          yield %ef
        }
        %ps = await %qr : tile<4x1xf32>
        %l1 = map(%l, %al, %ps) : tile<4x1xf32> @sum { ^(%ex: f32, %ey: f32, %ez: f32):
          %eu = multiply %ex, %ey : f32
          %ew = add %eu, %ez : f32
          yield %ew
        }
        release %qr
        %pv = await %qo : tile<4x4xf32>
        %o1 = map(%o, %al, %pv) : tile<4x4xf32> @upd { ^(%ex: f32, %ey: f32, %ez: f32):
          %ea = multiply %ex, %ey : f32
          %eb = add %ea, %ez : f32
          yield %eb
        }
        release %qo
        yield %m1, %al1, %l1, %o1
      }
      %psl = await %qr : tile<4x1xf32>
      %l2 = map(%l, %al, %psl) : tile<4x1xf32> @sum { ^(%ex: f32, %ey: f32, %ez: f32):
        %eu = multiply %ex, %ey : f32
        %ew = add %eu, %ez : f32
        yield %ew
      }
      release %qr
      %pvl = await %qo : tile<4x4xf32>
      %o2 = map(%o, %al, %pvl) : tile<4x4xf32> @upd { ^(%ex: f32, %ey: f32, %ez: f32):
        %ea = multiply %ex, %ey : f32
        %eb = add %ea, %ez : f32
        yield %eb
      }
      release %qo
      %y = map(%o2, %l2) : tile<4x4xf32> @norm { ^(%ex: f32, %ey: f32):
        %ez = divide %ex, %ey : f32
        yield %ez
      }
      acquire %qy
      store_into %y -> %qy[0, 0]
      publish %qy
    }
  }
  role @act scalar[1] (%i, %rank) {
    work (%g) {
      for @kv %x in 0..4 {
        %s = await %qs : tile<4x4xf32>
        %m = await %qm : tile<4x1xf32>
        %p = map(%s, %m) : tile<4x4xf32> @exp { ^(%ex: f32, %ey: f32):
          %eg = eq %ey, -inf : i1
          %ezero = constant 0.0 : f32
          %eh = select %eg, %ezero, %ey : f32
          %ed = subtract %ex, %eh : f32
          %ee = multiply %ed, 0.7213475 : f32
          %ef = exp2 %ee : f32
          yield %ef
        }
        release %qs
        release %qm
        %pb = map(%p) : tile<4x4xbf16> @pack { ^(%ex: f32):
          %ey = convert %ex : bf16
          yield %ey
        }
        acquire %qp
        store_into %pb -> %qp[0, 0]
        publish %qp
        %ps = reduce add %p dim 1 : tile<4x1xf32>
        acquire %qr
        store_into %ps -> %qr[0, 0]
        publish %qr
      }
    }
  }
  role @out general[1] (%i, %rank) {
    work (%g) {
      %y = await %qy : tile<4x4xf32>
      store %y -> %O[%g*4:+4, 0:+4] @st
      release %qy
    }
  }
}
