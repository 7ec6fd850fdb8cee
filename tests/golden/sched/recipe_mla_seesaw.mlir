// Latent attention, the seesaw: the values are the first columns of the keys. Two math roles each compute the probabilities of one of two blocks and half
// of the output's columns for both, so they exchange probabilities and row statistics through rings. A block is loaded in three pieces into one slot.
// RUN: opt --passes none
// CHECK: scheduled @mla_seesaw
kernel @mla(%Q: in buf<2x4x6xbf16>, %KV: in buf<2x16x6xbf16>, %O: out buf<2x4x4xf32>) grid(%b: 2) {
  %q = load %Q[%b, 0:+4, 0:+6] : tile<4x6xbf16>
  %mi = fill -inf : tile<4x1xf32>
  %li = fill 0 : tile<4x1xf32>
  %oi = fill 0 : tile<4x4xf32>
  %m, %l, %o = for @kv %x in 0..2 iter(%m = %mi, %l = %li, %o = %oi) {
    %kA = load %KV[%b, %x*8:+4, 0:+6] : tile<4x6xbf16> @ldkv0
    %kB = load %KV[%b, %x*8 + 4:+4, 0:+6] : tile<4x6xbf16> @ldkv1
    %ktA = transpose %kA : tile<6x4xbf16>
    %ktB = transpose %kB : tile<6x4xbf16>
    %sA = mma %q, %ktA : tile<4x4xf32> @qk0
    %sB = mma %q, %ktB : tile<4x4xf32> @qk1
    %rA = reduce maximum %sA dim 1 : tile<4x1xf32> @max
    %mxA = map(%m, %rA) : tile<4x1xf32> @mx2 { ^(%ex: f32, %ey: f32):
      %ez = maximum %ex, %ey : f32
      yield %ez
    }
    %alA = map(%m, %mxA) : tile<4x1xf32> @al { ^(%ex: f32, %ey: f32):
      %eg = eq %ey, -inf : i1
      %ezero = constant 0.0 : f32
      %eh = select %eg, %ezero, %ey : f32
      %ed = subtract %ex, %eh : f32
      %ee = multiply %ed, 0.7213475 : f32
      %ef = exp2 %ee : f32
      yield %ef
    }
    %pA = map(%sA, %mxA) : tile<4x4xf32> @exp { ^(%ex: f32, %ey: f32):
      %eg = eq %ey, -inf : i1
      %ezero = constant 0.0 : f32
      %eh = select %eg, %ezero, %ey : f32
      %ed = subtract %ex, %eh : f32
      %ee = multiply %ed, 0.7213475 : f32
      %ef = exp2 %ee : f32
      yield %ef
    }
    %psA = reduce add %pA dim 1 : tile<4x1xf32>
    %lsA = map(%l, %alA, %psA) : tile<4x1xf32> @sum { ^(%ex: f32, %ey: f32, %ez: f32):
      %eu = multiply %ex, %ey : f32
      %ew = add %eu, %ez : f32
      yield %ew
    }
    %pbA = map(%pA) : tile<4x4xbf16> @pack { ^(%ex: f32):
      %ey = convert %ex : bf16
      yield %ey
    }
    %rB = reduce maximum %sB dim 1 : tile<4x1xf32> @max
    %mxB = map(%mxA, %rB) : tile<4x1xf32> @mx2 { ^(%ex: f32, %ey: f32):
      %ez = maximum %ex, %ey : f32
      yield %ez
    }
    %alB = map(%mxA, %mxB) : tile<4x1xf32> @al { ^(%ex: f32, %ey: f32):
      %eg = eq %ey, -inf : i1
      %ezero = constant 0.0 : f32
      %eh = select %eg, %ezero, %ey : f32
      %ed = subtract %ex, %eh : f32
      %ee = multiply %ed, 0.7213475 : f32
      %ef = exp2 %ee : f32
      yield %ef
    }
    %pB = map(%sB, %mxB) : tile<4x4xf32> @exp { ^(%ex: f32, %ey: f32):
      %eg = eq %ey, -inf : i1
      %ezero = constant 0.0 : f32
      %eh = select %eg, %ezero, %ey : f32
      %ed = subtract %ex, %eh : f32
      %ee = multiply %ed, 0.7213475 : f32
      %ef = exp2 %ee : f32
      yield %ef
    }
    %psB = reduce add %pB dim 1 : tile<4x1xf32>
    %lsB = map(%lsA, %alB, %psB) : tile<4x1xf32> @sum { ^(%ex: f32, %ey: f32, %ez: f32):
      %eu = multiply %ex, %ey : f32
      %ew = add %eu, %ez : f32
      yield %ew
    }
    %pbB = map(%pB) : tile<4x4xbf16> @pack { ^(%ex: f32):
      %ey = convert %ex : bf16
      yield %ey
    }
    %vA = slice %kA[0, 0] : tile<4x4xbf16>
    %vB = slice %kB[0, 0] : tile<4x4xbf16>
    %o1 = map(%o, %alA) : tile<4x4xf32> @resc { ^(%ex: f32, %ey: f32):
      %ez = multiply %ex, %ey : f32
      yield %ez
    }
    %o2 = mma %pbA, %vA, %o1 : tile<4x4xf32> @pv0
    %o3 = map(%o2, %alB) : tile<4x4xf32> @resc { ^(%ex: f32, %ey: f32):
      %ez = multiply %ex, %ey : f32
      yield %ez
    }
    %o4 = mma %pbB, %vB, %o3 : tile<4x4xf32> @pv1
    yield %mxB, %lsB, %o4
  }
  %y = map(%o, %l) : tile<4x4xf32> @norm { ^(%ex: f32, %ey: f32):
    %ez = divide %ex, %ey : f32
    yield %ez
  }
  store %y -> %O[%b, 0:+4, 0:+4]
}

scheduled @mla_seesaw(%Q: in buf<2x4x6xbf16>, %KV: in buf<2x16x6xbf16>, %O: out buf<2x4x4xf32>) programs 2 workers 1 cluster 1 {
  %qq = ring depth 1 : ring<4x6xbf16> @q
  %qkv = ring depth 4 : ring<4x6xbf16> @kv
  %qs0 = ring depth 1 : ring<4x3xf32> @stats0
  %qs1 = ring depth 1 : ring<4x3xf32> @stats1
  %qp0 = ring depth 1 : ring<4x4xbf16> @p0
  %qp1 = ring depth 1 : ring<4x4xbf16> @p1
  role @load copy[1] (%i, %rank) regs 24 {
    work (%b) {
      acquire %qq
      load_into %qq[0, 0], %Q[%b, 0:+4, 0:+6] @ldq
      publish %qq
      for %x in 0..4 {
        acquire %qkv
        for %c in 0..3 {
          load_into %qkv[0, %c*2], %KV[%b, %x*4:+4, %c*2:+2] @ldkv
        }
        publish %qkv
      }
    }
  }
  role @math0 threads[1] (%i, %rank) regs 240 {
    work (%b) {
      %q = await %qq : tile<4x6xbf16>
      %mi = fill -inf : tile<4x1xf32>
      %li = fill 0 : tile<4x1xf32>
      %oi = fill 0 : tile<4x2xf32>
      %m, %l, %o = for @kv %x in 0..2 iter(%m = %mi, %l = %li, %o = %oi) {
        %kA = await %qkv : tile<4x6xbf16>
        %ktA = transpose %kA : tile<6x4xbf16>
        %sA = mma async %q, %ktA : tile<4x4xf32> @qk0
        join 0
        %rA = reduce maximum %sA dim 1 : tile<4x1xf32> @max
        %mxA = map(%m, %rA) : tile<4x1xf32> @mx2 { ^(%ex: f32, %ey: f32):
          %ez = maximum %ex, %ey : f32
          yield %ez
        }
        %alA = map(%m, %mxA) : tile<4x1xf32> @al { ^(%ex: f32, %ey: f32):
          %eg = eq %ey, -inf : i1
          %ezero = constant 0.0 : f32
          %eh = select %eg, %ezero, %ey : f32
          %ed = subtract %ex, %eh : f32
          %ee = multiply %ed, 0.7213475 : f32
          %ef = exp2 %ee : f32
          yield %ef
        }
        %pA = map(%sA, %mxA) : tile<4x4xf32> @exp { ^(%ex: f32, %ey: f32):
          %eg = eq %ey, -inf : i1
          %ezero = constant 0.0 : f32
          %eh = select %eg, %ezero, %ey : f32
          %ed = subtract %ex, %eh : f32
          %ee = multiply %ed, 0.7213475 : f32
          %ef = exp2 %ee : f32
          yield %ef
        }
        %psA = reduce add %pA dim 1 : tile<4x1xf32>
        %lsA = map(%l, %alA, %psA) : tile<4x1xf32> @sum { ^(%ex: f32, %ey: f32, %ez: f32):
          %eu = multiply %ex, %ey : f32
          %ew = add %eu, %ez : f32
          yield %ew
        }
        %pbA = map(%pA) : tile<4x4xbf16> @pack { ^(%ex: f32):
          %ey = convert %ex : bf16
          yield %ey
        }
        acquire %qs0
        store_into %mxA -> %qs0[0, 0]
        store_into %alA -> %qs0[0, 1]
        store_into %lsA -> %qs0[0, 2]
        publish %qs0
        acquire %qp0
        store_into %pbA -> %qp0[0, 0]
        publish %qp0
        %o1 = map(%o, %alA) : tile<4x2xf32> @resc { ^(%ex: f32, %ey: f32):
          %ez = multiply %ex, %ey : f32
          yield %ez
        }
        %vA = slice %kA[0, 0] : tile<4x2xbf16>
        %o2 = mma async %pbA, %vA, %o1 : tile<4x2xf32> @olo0
        %kB = await %qkv : tile<4x6xbf16>
        %st = await %qs1 : tile<4x3xf32>
        %alB = part %st[0, 1] : tile<4x1xf32>
        join 0
        release %qkv
        %o3 = map(%o2, %alB) : tile<4x2xf32> @resc { ^(%ex: f32, %ey: f32):
          %ez = multiply %ex, %ey : f32
          yield %ez
        }
        %pB = await %qp1 : tile<4x4xbf16>
        %vB = slice %kB[0, 0] : tile<4x2xbf16>
        %o4 = mma async %pB, %vB, %o3 : tile<4x2xf32> @olo1
        %mpart = part %st[0, 0] : tile<4x1xf32>
        %m2 = read %mpart : tile<4x1xf32>
        %lpart = part %st[0, 2] : tile<4x1xf32>
        %l2 = read %lpart : tile<4x1xf32>
        release %qs1
        join 0
        release %qkv
        release %qp1
        yield %m2, %l2, %o4
      }
      release %qq
      %y = map(%o, %l) : tile<4x2xf32> @norm { ^(%ex: f32, %ey: f32):
        %ez = divide %ex, %ey : f32
        yield %ez
      }
      store %y -> %O[%b, 0:+4, 0:+2] @stlo
    }
  }
  role @math1 threads[1] (%i, %rank) regs 240 {
    work (%b) {
      %q = await %qq : tile<4x6xbf16>
      %li = fill 0 : tile<4x1xf32>
      %oi = fill 0 : tile<4x2xf32>
      %l, %o = for @kv %x in 0..2 iter(%l = %li, %o = %oi) {
        %kA = await %qkv : tile<4x6xbf16>
        %kB = await %qkv : tile<4x6xbf16>
        %ktB = transpose %kB : tile<6x4xbf16>
        %sB = mma async %q, %ktB : tile<4x4xf32> @qk1
        %st = await %qs0 : tile<4x3xf32>
        %mA = part %st[0, 0] : tile<4x1xf32>
        %alA = part %st[0, 1] : tile<4x1xf32>
        %lA = part %st[0, 2] : tile<4x1xf32>
        join 0
        %rB = reduce maximum %sB dim 1 : tile<4x1xf32> @max
        %mxB = map(%mA, %rB) : tile<4x1xf32> @mx2 { ^(%ex: f32, %ey: f32):
          %ez = maximum %ex, %ey : f32
          yield %ez
        }
        %alB = map(%mA, %mxB) : tile<4x1xf32> @al { ^(%ex: f32, %ey: f32):
          %eg = eq %ey, -inf : i1
          %ezero = constant 0.0 : f32
          %eh = select %eg, %ezero, %ey : f32
          %ed = subtract %ex, %eh : f32
          %ee = multiply %ed, 0.7213475 : f32
          %ef = exp2 %ee : f32
          yield %ef
        }
        %pB = map(%sB, %mxB) : tile<4x4xf32> @exp { ^(%ex: f32, %ey: f32):
          %eg = eq %ey, -inf : i1
          %ezero = constant 0.0 : f32
          %eh = select %eg, %ezero, %ey : f32
          %ed = subtract %ex, %eh : f32
          %ee = multiply %ed, 0.7213475 : f32
          %ef = exp2 %ee : f32
          yield %ef
        }
        %psB = reduce add %pB dim 1 : tile<4x1xf32>
        %lsB = map(%lA, %alB, %psB) : tile<4x1xf32> @sum { ^(%ex: f32, %ey: f32, %ez: f32):
          %eu = multiply %ex, %ey : f32
          %ew = add %eu, %ez : f32
          yield %ew
        }
        %pbB = map(%pB) : tile<4x4xbf16> @pack { ^(%ex: f32):
          %ey = convert %ex : bf16
          yield %ey
        }
        acquire %qs1
        store_into %mxB -> %qs1[0, 0]
        store_into %alB -> %qs1[0, 1]
        store_into %lsB -> %qs1[0, 2]
        publish %qs1
        acquire %qp1
        store_into %pbB -> %qp1[0, 0]
        publish %qp1
        %o1 = map(%o, %alA) : tile<4x2xf32> @resc { ^(%ex: f32, %ey: f32):
          %ez = multiply %ex, %ey : f32
          yield %ez
        }
        release %qs0
        %pA = await %qp0 : tile<4x4xbf16>
        %vA = slice %kA[0, 2] : tile<4x2xbf16>
        %o2 = mma async %pA, %vA, %o1 : tile<4x2xf32> @ohi0
        join 0
        release %qkv
        release %qp0
        %o3 = map(%o2, %alB) : tile<4x2xf32> @resc { ^(%ex: f32, %ey: f32):
          %ez = multiply %ex, %ey : f32
          yield %ez
        }
        %vB = slice %kB[0, 2] : tile<4x2xbf16>
        %o4 = mma async %pbB, %vB, %o3 : tile<4x2xf32> @ohi1
        join 0
        release %qkv
        yield %lsB, %o4
      }
      release %qq
      %y = map(%o, %l) : tile<4x2xf32> @norm { ^(%ex: f32, %ey: f32):
        %ez = divide %ex, %ey : f32
        yield %ez
      }
      store %y -> %O[%b, 0:+4, 2:+2] @sthi
    }
  }
}
