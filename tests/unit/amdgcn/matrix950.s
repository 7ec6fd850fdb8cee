// matrix950.s - a kernel for each matrix instruction of gfx950, where they are new or differ. Inputs are register contents: dword r of lane l is element
// 4 l + r of a and b, 16 l + r of c and the result.
.include "kernel.inc"

.macro matrix name, a, b, c, d
kernel \name
    s_load_dwordx8 s[4:11], s[0:1], 0x0
    v_lshlrev_b32_e32 v1, 6, v0
    v_lshlrev_b32_e32 v2, 4, v0
    s_waitcnt lgkmcnt(0)
    global_load_dwordx4 v[4:7], v2, s[4:5]
    global_load_dwordx4 v[8:11], v2, s[6:7]
    global_load_dwordx4 v[16:19], v1, s[8:9]
    global_load_dwordx4 v[20:23], v1, s[8:9] offset:16
    global_load_dwordx4 v[24:27], v1, s[8:9] offset:32
    global_load_dwordx4 v[28:31], v1, s[8:9] offset:48
    s_waitcnt vmcnt(0)
    \name \d, \a, \b, \c
    s_nop 15
    s_nop 15
    global_store_dwordx4 v1, v[32:35], s[10:11]
    global_store_dwordx4 v1, v[36:39], s[10:11] offset:16
    global_store_dwordx4 v1, v[40:43], s[10:11] offset:32
    global_store_dwordx4 v1, v[44:47], s[10:11] offset:48
end \name, 4
.endm

matrix v_mfma_f32_32x32x16_bf16, v[4:7], v[8:11], v[16:31], v[32:47]
matrix v_mfma_f32_16x16x32_bf16, v[4:7], v[8:11], v[16:19], v[32:35]
matrix v_mfma_f32_32x32x16_f16, v[4:7], v[8:11], v[16:31], v[32:47]
matrix v_mfma_f32_16x16x32_f16, v[4:7], v[8:11], v[16:19], v[32:35]
matrix v_mfma_i32_32x32x32_i8, v[4:7], v[8:11], v[16:31], v[32:47]
matrix v_mfma_i32_16x16x64_i8, v[4:7], v[8:11], v[16:19], v[32:35]
matrix v_mfma_f32_32x32x16_fp8_fp8, v[4:5], v[8:9], v[16:31], v[32:47]
matrix v_mfma_f32_16x16x32_bf8_fp8, v[4:5], v[8:9], v[16:19], v[32:35]

// Scaled products: dword r of lane l is element 8 l + r of a and b; the scales are dwords 2 l and 2 l + 1 of the fourth buffer.
.macro scaled name, text:vararg
kernel \name
    s_load_dwordx8 s[4:11], s[0:1], 0x0
    s_load_dwordx2 s[12:13], s[0:1], 0x20
    v_lshlrev_b32_e32 v1, 6, v0
    v_lshlrev_b32_e32 v2, 5, v0
    v_lshlrev_b32_e32 v3, 3, v0
    s_waitcnt lgkmcnt(0)
    global_load_dwordx4 v[48:51], v2, s[4:5]
    global_load_dwordx4 v[52:55], v2, s[4:5] offset:16
    global_load_dwordx4 v[56:59], v2, s[6:7]
    global_load_dwordx4 v[60:63], v2, s[6:7] offset:16
    global_load_dwordx4 v[16:19], v1, s[8:9]
    global_load_dwordx4 v[20:23], v1, s[8:9] offset:16
    global_load_dwordx4 v[24:27], v1, s[8:9] offset:32
    global_load_dwordx4 v[28:31], v1, s[8:9] offset:48
    global_load_dwordx2 v[4:5], v3, s[10:11]
    s_waitcnt vmcnt(0)
    \text
    s_nop 15
    s_nop 15
    global_store_dwordx4 v1, v[32:35], s[12:13]
    global_store_dwordx4 v1, v[36:39], s[12:13] offset:16
    global_store_dwordx4 v1, v[40:43], s[12:13] offset:32
    global_store_dwordx4 v1, v[44:47], s[12:13] offset:48
end \name, 5
.endm

scaled fp8_fp8_16, v_mfma_scale_f32_16x16x128_f8f6f4 v[32:35], v[48:55], v[56:63], v[16:19], v4, v5 op_sel_hi:[0,0,0]
scaled bf8_fp4_16, v_mfma_scale_f32_16x16x128_f8f6f4 v[32:35], v[48:55], v[56:59], v[16:19], v4, v5 op_sel:[1,0,0] op_sel_hi:[0,1,0] cbsz:1 blgp:4
scaled fp6_bf6_16, v_mfma_scale_f32_16x16x128_f8f6f4 v[32:35], v[48:53], v[56:61], v[16:19], v4, v5 op_sel:[0,1,0] op_sel_hi:[1,1,0] cbsz:2 blgp:3
scaled fp4_fp8_32, v_mfma_scale_f32_32x32x64_f8f6f4 v[32:47], v[48:51], v[56:63], v[16:31], v4, v5 op_sel_hi:[0,0,0] cbsz:4
scaled fp4_fp4_32, v_mfma_scale_f32_32x32x64_f8f6f4 v[32:47], v[48:51], v[56:59], v[16:31], v4, v5 op_sel:[1,1,0] op_sel_hi:[1,0,0] cbsz:4 blgp:4
scaled fp8_bf8_32_plain, v_mfma_f32_32x32x64_f8f6f4 v[32:47], v[48:55], v[56:63], v[16:31] blgp:1
