// Attention backward: a program owns rows of dK and dV and adds its part of every dQ. The products into dV, dK and dQ stand one step behind; dS is
// exchanged between the two math instances through a ring that they both produce and consume, dQ goes through a ring to a store role that adds.
// RUN: opt --passes none
// CHECK: scheduled @bwd_pipelined
kernel @bwd(%Q: in buf<12x4xbf16>, %K: in buf<16x4xbf16>, %V: in buf<16x4xbf16>, %dO: in buf<12x4xbf16>, %L: in buf<12xf32>, %D: in buf<12xf32>, %dQ: inout buf<12x4xf32>, %dK: out buf<16x4xf32>, %dV: out buf<16x4xf32>) grid(%n: 2) {
  %k = load %K[%n*8:+8, 0:+4] : tile<8x4xbf16>
  %v = load %V[%n*8:+8, 0:+4] : tile<8x4xbf16>
  %z = fill 0 : tile<8x4xf32>
  %dk, %dv = for @q %t in 0..3 iter(%dk0 = %z, %dv0 = %z) {
    %q = load %Q[%t*4:+4, 0:+4] : tile<4x4xbf16> @ldq
    %do = load %dO[%t*4:+4, 0:+4] : tile<4x4xbf16> @lddo
    %lv = load %L[%t*4:+4] : tile<4xf32>
    %l = reshape %lv : tile<1x4xf32>
    %dd = load %D[%t*4:+4] : tile<4xf32>
    %d = reshape %dd : tile<1x4xf32>
    %qt = transpose %q : tile<4x4xbf16>
    %s = mma %k, %qt : tile<8x4xf32> @s
    %p = map(%s, %l) : tile<8x4xf32> @p { ^(%ex: f32, %ey: f32):
      %ea = multiply %ex, 0.7213475 : f32
      %eb = subtract %ea, %ey : f32
      %ec = exp2 %eb : f32
      yield %ec
    }
    %pb = map(%p) : tile<8x4xbf16> @pack { ^(%ex: f32):
      %ey = convert %ex : bf16
      yield %ey
    }
    %dot = transpose %do : tile<4x4xbf16>
    %dp = mma %v, %dot : tile<8x4xf32> @dp
    %dv1 = mma %pb, %do, %dv0 : tile<8x4xf32> @dv
    %ds = map(%pb, %dp, %d) : tile<8x4xbf16> @ds { ^(%ex: bf16, %ey: f32, %ez: f32):
      %ea = convert %ex : f32
      %eb = subtract %ey, %ez : f32
      %ec = multiply %ea, %eb : f32
      %ed = convert %ec : bf16
      yield %ed
    }
    %dk1 = mma %ds, %q, %dk0 : tile<8x4xf32> @dk
    %dst = transpose %ds : tile<4x8xbf16>
    %dq = mma %dst, %k : tile<4x4xf32> @dq
    store %dq -> %dQ[%t*4:+4, 0:+4] add @red
    yield %dk1, %dv1
  }
  store %dk -> %dK[%n*8:+8, 0:+4]
  store %dv -> %dV[%n*8:+8, 0:+4]
}

scheduled @bwd_pipelined(%Q: in buf<12x4xbf16>, %K: in buf<16x4xbf16>, %V: in buf<16x4xbf16>, %dO: in buf<12x4xbf16>, %L: in buf<12xf32>, %D: in buf<12xf32>, %dQ: inout buf<12x4xf32>, %dK: out buf<16x4xf32>, %dV: out buf<16x4xf32>) programs 2 workers 1 cluster 1 {
  %qk = ring depth 1 : ring<8x4xbf16> @k
  %qv = ring depth 1 : ring<8x4xbf16> @v
  %qq = ring depth 2 : ring<4x4xbf16> @q
  %qdo = ring depth 2 : ring<4x4xbf16> @do
  %qds = ring depth 2 : ring<8x4xbf16> @ds
  %qdq = ring depth 1 : ring<4x4xf32> @dq
  role @load copy[1] (%i, %rank) regs 24 {
    work (%n) {
      acquire %qk
      load_into %qk[0, 0], %K[%n*8:+8, 0:+4] @ldk
      publish %qk
      acquire %qv
      load_into %qv[0, 0], %V[%n*8:+8, 0:+4] @ldv
      publish %qv
      for %t in 0..3 {
        acquire %qq
        load_into %qq[0, 0], %Q[%t*4:+4, 0:+4] @ldq
        publish %qq
        acquire %qdo
        load_into %qdo[0, 0], %dO[%t*4:+4, 0:+4] @lddo
        publish %qdo
      }
    }
  }
  role @math threads[2] (%i, %rank) regs 240 {
    %row = index %i * 4
    work (%n) {
      %z = fill 0 : tile<4x4xf32>
      %kw = await %qk : tile<8x4xbf16>
      %k = part %kw[%row, 0] : tile<4x4xbf16>
      %kc = part %kw[0, %i*2] : tile<8x2xbf16>
      %vw = await %qv : tile<8x4xbf16>
      %v = part %vw[%row, 0] : tile<4x4xbf16>
      %qa = await %qq : tile<4x4xbf16>
      %qta = transpose %qa : tile<4x4xbf16>
      %sa = mma async %k, %qta : tile<4x4xf32> @s
      %doa = await %qdo : tile<4x4xbf16>
      %dota = transpose %doa : tile<4x4xbf16>
      %dpa = mma async %v, %dota : tile<4x4xf32> @dp
      %lva = load %L[0:+4] : tile<4xf32>
      %la = reshape %lva : tile<1x4xf32>
      %dda = load %D[0:+4] : tile<4xf32>
      %da = reshape %dda : tile<1x4xf32>
      join 0
      %pa = map(%sa, %la) : tile<4x4xf32> @p { ^(%ex: f32, %ey: f32):
        %ea = multiply %ex, 0.7213475 : f32
        %eb = subtract %ea, %ey : f32
        %ec = exp2 %eb : f32
        yield %ec
      }
      %pba = map(%pa) : tile<4x4xbf16> @pack { ^(%ex: f32):
        %ey = convert %ex : bf16
        yield %ey
      }
      %dsa = map(%pba, %dpa, %da) : tile<4x4xbf16> @ds { ^(%ex: bf16, %ey: f32, %ez: f32):
        %ea = convert %ex : f32
        %eb = subtract %ey, %ez : f32
        %ec = multiply %ea, %eb : f32
        %ed = convert %ec : bf16
        yield %ed
      }
      acquire %qds
      store_into %dsa -> %qds[%row, 0] @exchange
      publish %qds
      %dswa = await %qds : tile<8x4xbf16>
      %ql, %dol, %dsl, %pbl, %dk, %dv = for @q %t in 1..3 iter(%q0 = %qa, %do0 = %doa, %ds0 = %dswa, %pb0 = %pba, %dk0 = %z, %dv0 = %z) {
        %q = await %qq : tile<4x4xbf16>
        %qt = transpose %q : tile<4x4xbf16>
        %s = mma async %k, %qt : tile<4x4xf32> @s
        %do = await %qdo : tile<4x4xbf16>
        %dot = transpose %do : tile<4x4xbf16>
        %dp = mma async %v, %dot : tile<4x4xf32> @dp
        %dv1 = mma async %pb0, %do0, %dv0 : tile<4x4xf32> @dv
        %own = part %ds0[%row, 0] : tile<4x4xbf16>
        %dk1 = mma async %own, %q0, %dk0 : tile<4x4xf32> @dk
        %dst = transpose %ds0 : tile<4x8xbf16>
        %dq = mma async %dst, %kc : tile<4x2xf32> @dq
        %lv = load %L[%t*4:+4] : tile<4xf32>
        %l = reshape %lv : tile<1x4xf32>
        %dd = load %D[%t*4:+4] : tile<4xf32>
        %d = reshape %dd : tile<1x4xf32>
        join 4
        %p = map(%s, %l) : tile<4x4xf32> @p { ^(%ex: f32, %ey: f32):
          %ea = multiply %ex, 0.7213475 : f32
          %eb = subtract %ea, %ey : f32
          %ec = exp2 %eb : f32
          yield %ec
        }
        join 2
        release %qdo
        %pb = map(%p) : tile<4x4xbf16> @pack { ^(%ex: f32):
          %ey = convert %ex : bf16
          yield %ey
        }
        %ds = map(%pb, %dp, %d) : tile<4x4xbf16> @ds { ^(%ex: bf16, %ey: f32, %ez: f32):
          %ea = convert %ex : f32
          %eb = subtract %ey, %ez : f32
          %ec = multiply %ea, %eb : f32
          %ed = convert %ec : bf16
          yield %ed
        }
        join 0
        release %qq
        release %qds
        acquire %qdq
        store_into %dq -> %qdq[0, %i*2] @red
        publish %qdq
        acquire %qds
        store_into %ds -> %qds[%row, 0] @exchange
        publish %qds
        %dsw = await %qds : tile<8x4xbf16>
        yield %q, %do, %dsw, %pb, %dk1, %dv1
      }
      %dv2 = mma async %pbl, %dol, %dv : tile<4x4xf32> @dv
      %ownl = part %dsl[%row, 0] : tile<4x4xbf16>
      %dk2 = mma async %ownl, %ql, %dk : tile<4x4xf32> @dk
      %dstl = transpose %dsl : tile<4x8xbf16>
      %dql = mma async %dstl, %kc : tile<4x2xf32> @dq
      join 0
      release %qdo
      release %qq
      release %qds
      release %qk
      release %qv
      acquire %qdq
      store_into %dql -> %qdq[0, %i*2] @red
      publish %qdq
      store %dk2 -> %dK[%n*8 + %row:+4, 0:+4]
      store %dv2 -> %dV[%n*8 + %row:+4, 0:+4]
    }
  }
  role @store copy[1] (%i, %rank) {
    work (%n) {
      for %t in 0..3 {
        %dq = await %qdq : tile<4x4xf32>
        store %dq -> %dQ[%t*4:+4, 0:+4] add @red
        release %qdq
      }
    }
  }
}
