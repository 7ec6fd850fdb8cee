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
