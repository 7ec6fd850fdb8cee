; kernels.ll - whole kernels as a code generator makes them, compiled at -O3 by llc-22 when the tests are built.
target triple = "amdgcn-amd-amdhsa"

declare i32 @llvm.amdgcn.workitem.id.x()
declare i32 @llvm.amdgcn.workgroup.id.x()
declare i32 @llvm.amdgcn.workgroup.id.y()
declare void @llvm.amdgcn.s.barrier()
declare float @llvm.exp2.f32(float)
declare float @llvm.log2.f32(float)
declare float @llvm.sqrt.f32(float)
declare float @llvm.sin.f32(float)
declare <16 x float> @llvm.amdgcn.mfma.f32.32x32x8bf16.1k(<4 x i16>, <4 x i16>, <16 x float>, i32, i32, i32)

; f32 functions of one element: exp2, log2, sqrt, division, all four beside each other.
define amdgpu_kernel void @float_functions(ptr addrspace(1) noalias %a, ptr addrspace(1) noalias %b, ptr addrspace(1) noalias %out) #0 {
  %t = call i32 @llvm.amdgcn.workitem.id.x()
  %w = call i32 @llvm.amdgcn.workgroup.id.x()
  %wb = mul i32 %w, 256
  %i = add i32 %wb, %t
  %pa = getelementptr float, ptr addrspace(1) %a, i32 %i
  %pb = getelementptr float, ptr addrspace(1) %b, i32 %i
  %x = load float, ptr addrspace(1) %pa
  %y = load float, ptr addrspace(1) %pb
  %e = call float @llvm.exp2.f32(float %x)
  %l = call float @llvm.log2.f32(float %x)
  %s = call float @llvm.sqrt.f32(float %x)
  %d = fdiv float %x, %y
  %v0 = insertelement <4 x float> poison, float %e, i32 0
  %v1 = insertelement <4 x float> %v0, float %l, i32 1
  %v2 = insertelement <4 x float> %v1, float %s, i32 2
  %v3 = insertelement <4 x float> %v2, float %d, i32 3
  %po = getelementptr <4 x float>, ptr addrspace(1) %out, i32 %i
  store <4 x float> %v3, ptr addrspace(1) %po
  ret void
}

define amdgpu_kernel void @divide_f64(ptr addrspace(1) noalias %a, ptr addrspace(1) noalias %b, ptr addrspace(1) noalias %out) #0 {
  %i = call i32 @llvm.amdgcn.workitem.id.x()
  %pa = getelementptr double, ptr addrspace(1) %a, i32 %i
  %pb = getelementptr double, ptr addrspace(1) %b, i32 %i
  %x = load double, ptr addrspace(1) %pa
  %y = load double, ptr addrspace(1) %pb
  %r = fdiv double %x, %y
  %po = getelementptr double, ptr addrspace(1) %out, i32 %i
  store double %r, ptr addrspace(1) %po
  ret void
}

; Quotients and remainders of i32 and u64.
define amdgpu_kernel void @divide_integers(ptr addrspace(1) noalias %a, ptr addrspace(1) noalias %b, ptr addrspace(1) noalias %out) #0 {
  %i = call i32 @llvm.amdgcn.workitem.id.x()
  %pa = getelementptr i64, ptr addrspace(1) %a, i32 %i
  %pb = getelementptr i64, ptr addrspace(1) %b, i32 %i
  %x = load i64, ptr addrspace(1) %pa
  %y = load i64, ptr addrspace(1) %pb
  %x32 = trunc i64 %x to i32
  %y32 = trunc i64 %y to i32
  %q = sdiv i32 %x32, %y32
  %r = srem i32 %x32, %y32
  %q64 = udiv i64 %x, %y
  %r64 = urem i64 %x, %y
  %qw = sext i32 %q to i64
  %rw = sext i32 %r to i64
  %po = getelementptr [4 x i64], ptr addrspace(1) %out, i32 %i
  %p1 = getelementptr i64, ptr addrspace(1) %po, i32 1
  %p2 = getelementptr i64, ptr addrspace(1) %po, i32 2
  %p3 = getelementptr i64, ptr addrspace(1) %po, i32 3
  store i64 %qw, ptr addrspace(1) %po
  store i64 %rw, ptr addrspace(1) %p1
  store i64 %q64, ptr addrspace(1) %p2
  store i64 %r64, ptr addrspace(1) %p3
  ret void
}

define amdgpu_kernel void @to_bf16_and_f16(ptr addrspace(1) noalias %a, ptr addrspace(1) noalias %bf, ptr addrspace(1) noalias %half) #0 {
  %i = call i32 @llvm.amdgcn.workitem.id.x()
  %pa = getelementptr <4 x float>, ptr addrspace(1) %a, i32 %i
  %x = load <4 x float>, ptr addrspace(1) %pa
  %b = fptrunc <4 x float> %x to <4 x bfloat>
  %h = fptrunc <4 x float> %x to <4 x half>
  %pb = getelementptr <4 x bfloat>, ptr addrspace(1) %bf, i32 %i
  %ph = getelementptr <4 x half>, ptr addrspace(1) %half, i32 %i
  store <4 x bfloat> %b, ptr addrspace(1) %pb
  store <4 x half> %h, ptr addrspace(1) %ph
  ret void
}

; The sum of 256 floats of each workgroup by a tree in LDS.
@tree = internal addrspace(3) global [256 x float] poison, align 16
define amdgpu_kernel void @sum_by_tree(ptr addrspace(1) noalias %a, ptr addrspace(1) noalias %out) #0 {
entry:
  %t = call i32 @llvm.amdgcn.workitem.id.x()
  %w = call i32 @llvm.amdgcn.workgroup.id.x()
  %wb = mul i32 %w, 256
  %i = add i32 %wb, %t
  %pa = getelementptr float, ptr addrspace(1) %a, i32 %i
  %x = load float, ptr addrspace(1) %pa
  %mine = getelementptr float, ptr addrspace(3) @tree, i32 %t
  store float %x, ptr addrspace(3) %mine
  br label %level
level:
  %step = phi i32 [128, %entry], [%half, %joined]
  fence syncscope("workgroup") release
  call void @llvm.amdgcn.s.barrier()
  fence syncscope("workgroup") acquire
  %in = icmp ult i32 %t, %step
  br i1 %in, label %add, label %joined
add:
  %other.i = add i32 %t, %step
  %other = getelementptr float, ptr addrspace(3) @tree, i32 %other.i
  %l = load float, ptr addrspace(3) %mine
  %r = load float, ptr addrspace(3) %other
  %s = fadd float %l, %r
  store float %s, ptr addrspace(3) %mine
  br label %joined
joined:
  %half = lshr i32 %step, 1
  %more = icmp ne i32 %half, 0
  br i1 %more, label %level, label %done
done:
  %first = icmp eq i32 %t, 0
  br i1 %first, label %write, label %end
write:
  %sum = load float, ptr addrspace(3) @tree
  %po = getelementptr float, ptr addrspace(1) %out, i32 %w
  store float %sum, ptr addrspace(1) %po
  br label %end
end:
  ret void
}

; A private array indexed by data: scratch memory.
define amdgpu_kernel void @private_array(ptr addrspace(1) noalias %a, ptr addrspace(1) noalias %out) #0 {
entry:
  %i = call i32 @llvm.amdgcn.workitem.id.x()
  %array = alloca [64 x i32], addrspace(5)
  br label %fill
fill:
  %k = phi i32 [0, %entry], [%k1, %fill]
  %pk = getelementptr i32, ptr addrspace(5) %array, i32 %k
  %v = mul i32 %k, %i
  store volatile i32 %v, ptr addrspace(5) %pk
  %k1 = add i32 %k, 1
  %e = icmp eq i32 %k1, 64
  br i1 %e, label %pick, label %fill
pick:
  %pa = getelementptr i32, ptr addrspace(1) %a, i32 %i
  %n = load i32, ptr addrspace(1) %pa
  %pn = getelementptr i32, ptr addrspace(5) %array, i32 %n
  %r = load volatile i32, ptr addrspace(5) %pn
  %po = getelementptr i32, ptr addrspace(1) %out, i32 %i
  store i32 %r, ptr addrspace(1) %po
  ret void
}

define amdgpu_kernel void @histogram(ptr addrspace(1) noalias %a, ptr addrspace(1) noalias %out) #0 {
  %t = call i32 @llvm.amdgcn.workitem.id.x()
  %w = call i32 @llvm.amdgcn.workgroup.id.x()
  %wb = mul i32 %w, 256
  %i = add i32 %wb, %t
  %pa = getelementptr i32, ptr addrspace(1) %a, i32 %i
  %x = load i32, ptr addrspace(1) %pa
  %bin = and i32 %x, 15
  %po = getelementptr i32, ptr addrspace(1) %out, i32 %bin
  %old = atomicrmw add ptr addrspace(1) %po, i32 1 syncscope("agent") monotonic
  ret void
}

; C[m][n] (f32) = sum over k of A[m][k] * B[n][k] (bf16): tiles of 64 x 64 by 4 waves, k in steps of 32 through LDS. Sizes: 256 x 256 x 256.
@tile.a = internal addrspace(3) global [2048 x i16] poison, align 16
@tile.b = internal addrspace(3) global [2048 x i16] poison, align 16
define amdgpu_kernel void @gemm_bf16(ptr addrspace(1) noalias %a, ptr addrspace(1) noalias %b, ptr addrspace(1) noalias %c) #0 {
entry:
  %t = call i32 @llvm.amdgcn.workitem.id.x()
  %gx = call i32 @llvm.amdgcn.workgroup.id.x()
  %gn = and i32 %gx, 3
  %gm = lshr i32 %gx, 2
  %m0 = shl i32 %gm, 6
  %n0 = shl i32 %gn, 6
  %row = lshr i32 %t, 2
  %part = and i32 %t, 3
  %kpart = shl i32 %part, 3
  %am = add i32 %m0, %row
  %bn = add i32 %n0, %row
  %arow = shl i32 %am, 8
  %brow = shl i32 %bn, 8
  %abase = add i32 %arow, %kpart
  %bbase = add i32 %brow, %kpart
  %lrow = shl i32 %row, 5
  %lat = add i32 %lrow, %kpart
  %la = getelementptr i16, ptr addrspace(3) @tile.a, i32 %lat
  %lb = getelementptr i16, ptr addrspace(3) @tile.b, i32 %lat
  %wave = lshr i32 %t, 6
  %wm = lshr i32 %wave, 1
  %wn = and i32 %wave, 1
  %lane = and i32 %t, 63
  %l32 = and i32 %lane, 31
  %group = lshr i32 %lane, 5
  %g4 = shl i32 %group, 2
  %wm32 = shl i32 %wm, 5
  %wn32 = shl i32 %wn, 5
  %ra = add i32 %wm32, %l32
  %rb = add i32 %wn32, %l32
  %ra32 = shl i32 %ra, 5
  %rb32 = shl i32 %rb, 5
  %fa = add i32 %ra32, %g4
  %fb = add i32 %rb32, %g4
  %qa = getelementptr i16, ptr addrspace(3) @tile.a, i32 %fa
  %qb = getelementptr i16, ptr addrspace(3) @tile.b, i32 %fb
  br label %loop
loop:
  %k = phi i32 [0, %entry], [%k1, %loop]
  %acc = phi <16 x float> [zeroinitializer, %entry], [%acc4, %loop]
  %ai = add i32 %abase, %k
  %bi = add i32 %bbase, %k
  %pa = getelementptr i16, ptr addrspace(1) %a, i32 %ai
  %pb = getelementptr i16, ptr addrspace(1) %b, i32 %bi
  %xa = load <8 x i16>, ptr addrspace(1) %pa, align 16
  %xb = load <8 x i16>, ptr addrspace(1) %pb, align 16
  store <8 x i16> %xa, ptr addrspace(3) %la, align 16
  store <8 x i16> %xb, ptr addrspace(3) %lb, align 16
  fence syncscope("workgroup") release
  call void @llvm.amdgcn.s.barrier()
  fence syncscope("workgroup") acquire
  %a1 = load <4 x i16>, ptr addrspace(3) %qa, align 8
  %b1 = load <4 x i16>, ptr addrspace(3) %qb, align 8
  %acc1 = call <16 x float> @llvm.amdgcn.mfma.f32.32x32x8bf16.1k(<4 x i16> %a1, <4 x i16> %b1, <16 x float> %acc, i32 0, i32 0, i32 0)
  %qa2 = getelementptr i16, ptr addrspace(3) %qa, i32 8
  %qb2 = getelementptr i16, ptr addrspace(3) %qb, i32 8
  %a2 = load <4 x i16>, ptr addrspace(3) %qa2, align 8
  %b2 = load <4 x i16>, ptr addrspace(3) %qb2, align 8
  %acc2 = call <16 x float> @llvm.amdgcn.mfma.f32.32x32x8bf16.1k(<4 x i16> %a2, <4 x i16> %b2, <16 x float> %acc1, i32 0, i32 0, i32 0)
  %qa3 = getelementptr i16, ptr addrspace(3) %qa, i32 16
  %qb3 = getelementptr i16, ptr addrspace(3) %qb, i32 16
  %a3 = load <4 x i16>, ptr addrspace(3) %qa3, align 8
  %b3 = load <4 x i16>, ptr addrspace(3) %qb3, align 8
  %acc3 = call <16 x float> @llvm.amdgcn.mfma.f32.32x32x8bf16.1k(<4 x i16> %a3, <4 x i16> %b3, <16 x float> %acc2, i32 0, i32 0, i32 0)
  %qa4 = getelementptr i16, ptr addrspace(3) %qa, i32 24
  %qb4 = getelementptr i16, ptr addrspace(3) %qb, i32 24
  %a4 = load <4 x i16>, ptr addrspace(3) %qa4, align 8
  %b4 = load <4 x i16>, ptr addrspace(3) %qb4, align 8
  %acc4 = call <16 x float> @llvm.amdgcn.mfma.f32.32x32x8bf16.1k(<4 x i16> %a4, <4 x i16> %b4, <16 x float> %acc3, i32 0, i32 0, i32 0)
  fence syncscope("workgroup") release
  call void @llvm.amdgcn.s.barrier()
  fence syncscope("workgroup") acquire
  %k1 = add i32 %k, 32
  %last = icmp eq i32 %k1, 256
  br i1 %last, label %done, label %loop
done:
  %cm0 = add i32 %m0, %wm32
  %cm = add i32 %cm0, %g4
  %cn0 = add i32 %n0, %wn32
  %cn = add i32 %cn0, %l32
  %crow = shl i32 %cm, 8
  %ci = add i32 %crow, %cn
  %pc = getelementptr float, ptr addrspace(1) %c, i32 %ci
  %v0 = extractelement <16 x float> %acc4, i32 0
  %pc0 = getelementptr float, ptr addrspace(1) %pc, i32 0
  store float %v0, ptr addrspace(1) %pc0
  %v1 = extractelement <16 x float> %acc4, i32 1
  %pc1 = getelementptr float, ptr addrspace(1) %pc, i32 256
  store float %v1, ptr addrspace(1) %pc1
  %v2 = extractelement <16 x float> %acc4, i32 2
  %pc2 = getelementptr float, ptr addrspace(1) %pc, i32 512
  store float %v2, ptr addrspace(1) %pc2
  %v3 = extractelement <16 x float> %acc4, i32 3
  %pc3 = getelementptr float, ptr addrspace(1) %pc, i32 768
  store float %v3, ptr addrspace(1) %pc3
  %v4 = extractelement <16 x float> %acc4, i32 4
  %pc4 = getelementptr float, ptr addrspace(1) %pc, i32 2048
  store float %v4, ptr addrspace(1) %pc4
  %v5 = extractelement <16 x float> %acc4, i32 5
  %pc5 = getelementptr float, ptr addrspace(1) %pc, i32 2304
  store float %v5, ptr addrspace(1) %pc5
  %v6 = extractelement <16 x float> %acc4, i32 6
  %pc6 = getelementptr float, ptr addrspace(1) %pc, i32 2560
  store float %v6, ptr addrspace(1) %pc6
  %v7 = extractelement <16 x float> %acc4, i32 7
  %pc7 = getelementptr float, ptr addrspace(1) %pc, i32 2816
  store float %v7, ptr addrspace(1) %pc7
  %v8 = extractelement <16 x float> %acc4, i32 8
  %pc8 = getelementptr float, ptr addrspace(1) %pc, i32 4096
  store float %v8, ptr addrspace(1) %pc8
  %v9 = extractelement <16 x float> %acc4, i32 9
  %pc9 = getelementptr float, ptr addrspace(1) %pc, i32 4352
  store float %v9, ptr addrspace(1) %pc9
  %v10 = extractelement <16 x float> %acc4, i32 10
  %pc10 = getelementptr float, ptr addrspace(1) %pc, i32 4608
  store float %v10, ptr addrspace(1) %pc10
  %v11 = extractelement <16 x float> %acc4, i32 11
  %pc11 = getelementptr float, ptr addrspace(1) %pc, i32 4864
  store float %v11, ptr addrspace(1) %pc11
  %v12 = extractelement <16 x float> %acc4, i32 12
  %pc12 = getelementptr float, ptr addrspace(1) %pc, i32 6144
  store float %v12, ptr addrspace(1) %pc12
  %v13 = extractelement <16 x float> %acc4, i32 13
  %pc13 = getelementptr float, ptr addrspace(1) %pc, i32 6400
  store float %v13, ptr addrspace(1) %pc13
  %v14 = extractelement <16 x float> %acc4, i32 14
  %pc14 = getelementptr float, ptr addrspace(1) %pc, i32 6656
  store float %v14, ptr addrspace(1) %pc14
  %v15 = extractelement <16 x float> %acc4, i32 15
  %pc15 = getelementptr float, ptr addrspace(1) %pc, i32 6912
  store float %v15, ptr addrspace(1) %pc15
  ret void
}

; 4096 dependent vector fmas a work-item, for the benchmark.
define amdgpu_kernel void @fma_chain(ptr addrspace(1) noalias %out) #0 {
entry:
  %i = call i32 @llvm.amdgcn.workitem.id.x()
  %x0 = uitofp i32 %i to float
  br label %loop
loop:
  %k = phi i32 [0, %entry], [%k1, %loop]
  %x = phi float [%x0, %entry], [%x4, %loop]
  %x1 = call float @llvm.fma.f32(float %x, float 0.5, float 1.0)
  %x2 = call float @llvm.fma.f32(float %x1, float %x0, float 2.0)
  %x3 = call float @llvm.fma.f32(float %x2, float 0.5, float %x1)
  %x4 = call float @llvm.fma.f32(float %x3, float 0.5, float %x2)
  %k1 = add i32 %k, 1
  %e = icmp eq i32 %k1, 1024
  br i1 %e, label %end, label %loop
end:
  %po = getelementptr float, ptr addrspace(1) %out, i32 %i
  store float %x4, ptr addrspace(1) %po
  ret void
}
declare float @llvm.fma.f32(float, float, float)

; Copies of every width through buffer descriptors whose ends lie in the middle: 6 parts of 1024 bytes, 64 lanes each. sizes: bytes that may be read of a
; part, and written.
declare ptr addrspace(8) @llvm.amdgcn.make.buffer.rsrc.p8.p1(ptr addrspace(1), i16, i64, i32)
define amdgpu_kernel void @bounded_copies(ptr addrspace(1) noalias %a, ptr addrspace(1) noalias %out, ptr addrspace(1) noalias %sizes) #1 {
  %t = call i32 @llvm.amdgcn.workitem.id.x()
  %q = getelementptr i32, ptr addrspace(1) %sizes, i32 1
  %read = load i32, ptr addrspace(1) %sizes
  %written = load i32, ptr addrspace(1) %q
  %r64 = zext i32 %read to i64
  %w64 = zext i32 %written to i64
  %a0 = getelementptr i8, ptr addrspace(1) %a, i32 0
  %o0 = getelementptr i8, ptr addrspace(1) %out, i32 0
  %from0 = call ptr addrspace(8) @llvm.amdgcn.make.buffer.rsrc.p8.p1(ptr addrspace(1) %a0, i16 0, i64 %r64, i32 159744)
  %to0 = call ptr addrspace(8) @llvm.amdgcn.make.buffer.rsrc.p8.p1(ptr addrspace(1) %o0, i16 0, i64 %w64, i32 159744)
  %at0 = mul i32 %t, 1
  %x0 = call i8 @llvm.amdgcn.raw.ptr.buffer.load.i8(ptr addrspace(8) %from0, i32 %at0, i32 0, i32 0)
  call void @llvm.amdgcn.raw.ptr.buffer.store.i8(i8 %x0, ptr addrspace(8) %to0, i32 %at0, i32 0, i32 0)
  %a1 = getelementptr i8, ptr addrspace(1) %a, i32 1024
  %o1 = getelementptr i8, ptr addrspace(1) %out, i32 1024
  %from1 = call ptr addrspace(8) @llvm.amdgcn.make.buffer.rsrc.p8.p1(ptr addrspace(1) %a1, i16 0, i64 %r64, i32 159744)
  %to1 = call ptr addrspace(8) @llvm.amdgcn.make.buffer.rsrc.p8.p1(ptr addrspace(1) %o1, i16 0, i64 %w64, i32 159744)
  %at1 = mul i32 %t, 2
  %x1 = call i16 @llvm.amdgcn.raw.ptr.buffer.load.i16(ptr addrspace(8) %from1, i32 %at1, i32 0, i32 0)
  call void @llvm.amdgcn.raw.ptr.buffer.store.i16(i16 %x1, ptr addrspace(8) %to1, i32 %at1, i32 0, i32 0)
  %a2 = getelementptr i8, ptr addrspace(1) %a, i32 2048
  %o2 = getelementptr i8, ptr addrspace(1) %out, i32 2048
  %from2 = call ptr addrspace(8) @llvm.amdgcn.make.buffer.rsrc.p8.p1(ptr addrspace(1) %a2, i16 0, i64 %r64, i32 159744)
  %to2 = call ptr addrspace(8) @llvm.amdgcn.make.buffer.rsrc.p8.p1(ptr addrspace(1) %o2, i16 0, i64 %w64, i32 159744)
  %at2 = mul i32 %t, 4
  %x2 = call float @llvm.amdgcn.raw.ptr.buffer.load.f32(ptr addrspace(8) %from2, i32 %at2, i32 0, i32 0)
  call void @llvm.amdgcn.raw.ptr.buffer.store.f32(float %x2, ptr addrspace(8) %to2, i32 %at2, i32 0, i32 0)
  %a3 = getelementptr i8, ptr addrspace(1) %a, i32 3072
  %o3 = getelementptr i8, ptr addrspace(1) %out, i32 3072
  %from3 = call ptr addrspace(8) @llvm.amdgcn.make.buffer.rsrc.p8.p1(ptr addrspace(1) %a3, i16 0, i64 %r64, i32 159744)
  %to3 = call ptr addrspace(8) @llvm.amdgcn.make.buffer.rsrc.p8.p1(ptr addrspace(1) %o3, i16 0, i64 %w64, i32 159744)
  %at3 = mul i32 %t, 8
  %x3 = call <2 x i32> @llvm.amdgcn.raw.ptr.buffer.load.v2i32(ptr addrspace(8) %from3, i32 %at3, i32 0, i32 0)
  call void @llvm.amdgcn.raw.ptr.buffer.store.v2i32(<2 x i32> %x3, ptr addrspace(8) %to3, i32 %at3, i32 0, i32 0)
  %a4 = getelementptr i8, ptr addrspace(1) %a, i32 4096
  %o4 = getelementptr i8, ptr addrspace(1) %out, i32 4096
  %from4 = call ptr addrspace(8) @llvm.amdgcn.make.buffer.rsrc.p8.p1(ptr addrspace(1) %a4, i16 0, i64 %r64, i32 159744)
  %to4 = call ptr addrspace(8) @llvm.amdgcn.make.buffer.rsrc.p8.p1(ptr addrspace(1) %o4, i16 0, i64 %w64, i32 159744)
  %at4 = mul i32 %t, 12
  %x4 = call <3 x i32> @llvm.amdgcn.raw.ptr.buffer.load.v3i32(ptr addrspace(8) %from4, i32 %at4, i32 0, i32 0)
  call void @llvm.amdgcn.raw.ptr.buffer.store.v3i32(<3 x i32> %x4, ptr addrspace(8) %to4, i32 %at4, i32 0, i32 0)
  %a5 = getelementptr i8, ptr addrspace(1) %a, i32 5120
  %o5 = getelementptr i8, ptr addrspace(1) %out, i32 5120
  %from5 = call ptr addrspace(8) @llvm.amdgcn.make.buffer.rsrc.p8.p1(ptr addrspace(1) %a5, i16 0, i64 %r64, i32 159744)
  %to5 = call ptr addrspace(8) @llvm.amdgcn.make.buffer.rsrc.p8.p1(ptr addrspace(1) %o5, i16 0, i64 %w64, i32 159744)
  %at5 = mul i32 %t, 16
  %x5 = call <4 x i32> @llvm.amdgcn.raw.ptr.buffer.load.v4i32(ptr addrspace(8) %from5, i32 %at5, i32 0, i32 0)
  call void @llvm.amdgcn.raw.ptr.buffer.store.v4i32(<4 x i32> %x5, ptr addrspace(8) %to5, i32 %at5, i32 0, i32 0)
  ret void
}
declare i8 @llvm.amdgcn.raw.ptr.buffer.load.i8(ptr addrspace(8), i32, i32, i32)
declare void @llvm.amdgcn.raw.ptr.buffer.store.i8(i8, ptr addrspace(8), i32, i32, i32)
declare i16 @llvm.amdgcn.raw.ptr.buffer.load.i16(ptr addrspace(8), i32, i32, i32)
declare void @llvm.amdgcn.raw.ptr.buffer.store.i16(i16, ptr addrspace(8), i32, i32, i32)
declare float @llvm.amdgcn.raw.ptr.buffer.load.f32(ptr addrspace(8), i32, i32, i32)
declare void @llvm.amdgcn.raw.ptr.buffer.store.f32(float, ptr addrspace(8), i32, i32, i32)
declare <2 x i32> @llvm.amdgcn.raw.ptr.buffer.load.v2i32(ptr addrspace(8), i32, i32, i32)
declare void @llvm.amdgcn.raw.ptr.buffer.store.v2i32(<2 x i32>, ptr addrspace(8), i32, i32, i32)
declare <3 x i32> @llvm.amdgcn.raw.ptr.buffer.load.v3i32(ptr addrspace(8), i32, i32, i32)
declare void @llvm.amdgcn.raw.ptr.buffer.store.v3i32(<3 x i32>, ptr addrspace(8), i32, i32, i32)
declare <4 x i32> @llvm.amdgcn.raw.ptr.buffer.load.v4i32(ptr addrspace(8), i32, i32, i32)
declare void @llvm.amdgcn.raw.ptr.buffer.store.v4i32(<4 x i32>, ptr addrspace(8), i32, i32, i32)

; The sum over a wave by DPP, and the largest through ds_bpermute.
define amdgpu_kernel void @reductions(ptr addrspace(1) noalias %a, ptr addrspace(1) noalias %out) #1 {
  %t = call i32 @llvm.amdgcn.workitem.id.x()
  %p = getelementptr i32, ptr addrspace(1) %a, i32 %t
  %x = load i32, ptr addrspace(1) %p
  %d1 = call i32 @llvm.amdgcn.update.dpp.i32(i32 0, i32 %x, i32 273, i32 15, i32 15, i1 true)  ; row_shr:1
  %s1 = add i32 %x, %d1
  %d2 = call i32 @llvm.amdgcn.update.dpp.i32(i32 0, i32 %s1, i32 274, i32 15, i32 15, i1 true) ; row_shr:2
  %s2 = add i32 %s1, %d2
  %d4 = call i32 @llvm.amdgcn.update.dpp.i32(i32 0, i32 %s2, i32 276, i32 15, i32 15, i1 true) ; row_shr:4
  %s4 = add i32 %s2, %d4
  %d8 = call i32 @llvm.amdgcn.update.dpp.i32(i32 0, i32 %s4, i32 280, i32 15, i32 15, i1 true) ; row_shr:8
  %s8 = add i32 %s4, %d8
  %db = call i32 @llvm.amdgcn.update.dpp.i32(i32 0, i32 %s8, i32 322, i32 10, i32 15, i1 false) ; row_bcast:15 to rows 1 and 3
  %sb = add i32 %s8, %db
  %dc = call i32 @llvm.amdgcn.update.dpp.i32(i32 0, i32 %sb, i32 323, i32 12, i32 15, i1 false) ; row_bcast:31 to rows 2 and 3
  %sc = add i32 %sb, %dc
  %sum = call i32 @llvm.amdgcn.readlane.i32(i32 %sc, i32 63)
  br label %loop
loop:
  %step = phi i32 [1, %0], [%twice, %loop]
  %most = phi i32 [%x, %0], [%more, %loop]
  %other = xor i32 %t, %step
  %byte = shl i32 %other, 2
  %y = call i32 @llvm.amdgcn.ds.bpermute(i32 %byte, i32 %most)
  %more = call i32 @llvm.smax.i32(i32 %most, i32 %y)
  %twice = shl i32 %step, 1
  %last = icmp eq i32 %twice, 64
  br i1 %last, label %end, label %loop
end:
  %two = mul i32 %t, 2
  %po = getelementptr i32, ptr addrspace(1) %out, i32 %two
  store i32 %sum, ptr addrspace(1) %po
  %pm = getelementptr i32, ptr addrspace(1) %po, i32 1
  store i32 %more, ptr addrspace(1) %pm
  ret void
}
declare i32 @llvm.amdgcn.update.dpp.i32(i32, i32, i32, i32, i32, i1)
declare i32 @llvm.amdgcn.readlane.i32(i32, i32)
declare i32 @llvm.amdgcn.ds.bpermute(i32, i32)
declare i32 @llvm.smax.i32(i32, i32)

attributes #0 = { "amdgpu-flat-work-group-size"="256,256" "uniform-work-group-size"="true" }
attributes #1 = { "amdgpu-flat-work-group-size"="64,64" "uniform-work-group-size"="true" }
