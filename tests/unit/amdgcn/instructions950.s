// instructions950.s - what gfx950 has besides gfx942; see instructions.s.
.include "kernel.inc"

.macro begin_op name
kernel \name
    s_load_dwordx8 s[4:11], s[0:1], 0x0
    v_lshlrev_b32_e32 v1, 4, v0
    s_waitcnt lgkmcnt(0)
    global_load_dwordx4 v[4:7], v1, s[4:5]
    global_load_dwordx4 v[8:11], v1, s[6:7]
    global_load_dwordx4 v[12:15], v1, s[8:9]
    v_mov_b32 v16, 0x5a5a5a5a
    v_mov_b32 v17, v16
    v_mov_b32 v18, 0
    v_mov_b32 v19, 0
    s_waitcnt vmcnt(0)
.endm

.macro end_op name
    global_store_dwordx4 v1, v[16:19], s[10:11]
end \name, 4
.endm

.macro op name, text:vararg
begin_op \name
    \text
end_op \name
.endm

op cvt_pk_bf16_f32, v_cvt_pk_bf16_f32 v16, v4, v8
op cvt_f32_fp8_ocp, v_cvt_f32_fp8 v16, v4
op cvt_f32_bf8_ocp, v_cvt_f32_bf8 v16, v4
op cvt_pk_fp8_ocp, v_cvt_pk_fp8_f32 v16, v4, v8
op bitop3_majority, v_bitop3_b32 v16, v4, v8, v12 bitop3:0xe8
op maximum3, v_maximum3_f32 v16, v4, v8, v12

begin_op permlane32_swap
    v_mov_b32 v16, v4
    v_mov_b32 v17, v8
    s_nop 1
    v_permlane32_swap_b32 v16, v17
end_op permlane32_swap

// Lane l writes the first `bytes` of its inputs to LDS from 16 l (b96) or 8 l on, and reads them transposed from there.
.macro transposed name, stride, write, read
kernel \name
    s_load_dwordx8 s[4:11], s[0:1], 0x0
    v_lshlrev_b32_e32 v1, 4, v0
    s_waitcnt lgkmcnt(0)
    global_load_dwordx4 v[4:7], v1, s[4:5]
    v_mov_b32 v18, 0
    v_mov_b32 v19, 0
    v_mul_u32_u24 v2, \stride, v0
    s_waitcnt vmcnt(0)
    \write
    s_waitcnt lgkmcnt(0)
    \read
    s_waitcnt lgkmcnt(0)
    global_store_dwordx4 v1, v[16:19], s[10:11]
end \name, 4, 1024
.endm
transposed read_tr_b16, 8, "ds_write_b64 v2, v[4:5]", "ds_read_b64_tr_b16 v[16:17], v2"
transposed read_tr_b8, 8, "ds_write_b64 v2, v[4:5]", "ds_read_b64_tr_b8 v[16:17], v2"
transposed read_tr_b4, 8, "ds_write_b64 v2, v[4:5]", "ds_read_b64_tr_b4 v[16:17], v2"
transposed read_tr_b6, 16, "ds_write_b96 v2, v[4:6]", "ds_read_b96_tr_b6 v[16:18], v2"

begin_op permlane16_swap
    v_mov_b32 v16, v4
    v_mov_b32 v17, v8
    s_nop 1
    v_permlane16_swap_b32 v16, v17
end_op permlane16_swap
