// instructions.s - a kernel for each instruction: `op NAME, INSTRUCTION`, or several between begin_op and end_op. Each lane has four dwords of
// each input, v[4:7] from a, v[8:11] from b,
// v[12:15] from c; its result is v[16:19], which starts as 0x5a5a5a5a and gets VCC in its last two dwords.
.include "kernel.inc"

.macro begin_op name
kernel \name
    s_load_dwordx8 s[4:11], s[0:1], 0x0
    v_lshlrev_b32_e32 v1, 4, v0
    s_mov_b64 vcc, 0x33333333
    s_waitcnt lgkmcnt(0)
    global_load_dwordx4 v[4:7], v1, s[4:5]
    global_load_dwordx4 v[8:11], v1, s[6:7]
    global_load_dwordx4 v[12:15], v1, s[8:9]
    v_mov_b32 v16, 0x5a5a5a5a
    v_mov_b32 v17, v16
    s_mov_b32 s20, 0x12345678
    s_mov_b32 s21, 0x9abcdef0
    s_waitcnt vmcnt(0)
.endm

.macro end_op name
    v_mov_b32 v18, vcc_lo
    v_mov_b32 v19, vcc_hi
    s_waitcnt lgkmcnt(0)
    global_store_dwordx4 v1, v[16:19], s[10:11]
end \name, 4
.endm

.macro op name, text:vararg
begin_op \name
    \text
end_op \name
.endm

op add_f32, v_add_f32 v16, v4, v8
op sub_f32_neg_abs, v_sub_f32 v16, -v4, |v8|
op mul_f32_clamp, v_mul_f32 v16, v4, v8 clamp
op mul_f32_times_4, v_mul_f32 v16, v4, v8 mul:4
op min_f32, v_min_f32 v16, v4, v8
op max_f32, v_max_f32 v16, v4, v8
op fma_f32, v_fma_f32 v16, v4, v8, v12
op fmac_f32, v_fmac_f32 v16, v4, v8
op med3_f32, v_med3_f32 v16, v4, v8, v12
op floor_f32, v_floor_f32 v16, v4
op ceil_f32, v_ceil_f32 v16, v4
op trunc_f32, v_trunc_f32 v16, v4
op rndne_f32, v_rndne_f32 v16, v4
op add_f32_constant, v_add_f32 v16, 0.5, v8
op add_f32_scalar, v_add_f32 v16, s20, v8
op pk_mov_first_second, v_pk_mov_b32 v[16:17], v[4:5], v[8:9] op_sel:[0,1]
op pk_mov_second_first, v_pk_mov_b32 v[16:17], v[4:5], v[8:9] op_sel:[1,0]
op pk_fma_f32, v_pk_fma_f32 v[16:17], v[4:5], v[8:9], v[12:13]
op pk_mul_f32_swapped, v_pk_mul_f32 v[16:17], v[4:5], v[8:9] op_sel:[1,0] op_sel_hi:[0,1]
op pk_add_f32_neg_low, v_pk_add_f32 v[16:17], v[4:5], v[8:9] neg_lo:[1,0]
op ldexp_f32, v_ldexp_f32 v16, v4, v8
op add_f64, v_add_f64 v[16:17], v[4:5], v[8:9]
op fma_f64_neg, v_fma_f64 v[16:17], -v[4:5], v[8:9], v[12:13]
op add_f64_literal, v_add_f64 v[16:17], v[4:5], 1.0
op add_f16, v_add_f16 v16, v4, v8
op mul_f16_high, v_mul_f16_sdwa v16, v4, v8 dst_sel:DWORD dst_unused:UNUSED_PAD src0_sel:WORD_1 src1_sel:WORD_0
op fma_f16, v_fma_f16 v16, v4, v8, v12
op pk_add_f16, v_pk_add_f16 v16, v4, v8
op pk_mul_f16_broadcast, v_pk_mul_f16 v16, v4, v8 op_sel_hi:[1,0]
op fma_mix_f32, v_fma_mix_f32 v16, v4, v8, v12 op_sel:[0,1,0] op_sel_hi:[1,1,0]
op cvt_f32_f16, v_cvt_f32_f16 v16, v4
op cvt_f16_f32, v_cvt_f16_f32 v16, v4
op cvt_i32_f32, v_cvt_i32_f32 v16, v4
op cvt_u32_f32, v_cvt_u32_f32 v16, v4
op cvt_f32_u32, v_cvt_f32_u32 v16, v4
op cvt_f64_i32, v_cvt_f64_i32 v[16:17], v4
op cvt_f32_f64, v_cvt_f32_f64 v16, v[4:5]
op cvt_f32_ubyte2, v_cvt_f32_ubyte2 v16, v4
op cvt_f32_fp8_byte1, v_cvt_f32_fp8_sdwa v16, v4 src0_sel:BYTE_1
op cvt_f32_bf8, v_cvt_f32_bf8 v16, v4
op cvt_pk_fp8_high, v_cvt_pk_fp8_f32 v16, v4, v8 op_sel:[0,0,1]
op add_u32, v_add_u32 v16, v4, v8
op add_u32_clamp, v_add_u32_e64 v16, v4, v8 clamp
op sub_u32_clamp, v_sub_u32_e64 v16, v4, v8 clamp
op subrev_u32, v_subrev_u32 v16, v4, v8
op add_co_u32, v_add_co_u32 v16, vcc, v4, v8
op addc_co_u32, v_addc_co_u32 v16, vcc, v4, v8, vcc
op subb_co_u32, v_subb_co_u32 v16, vcc, v4, v8, vcc
op mul_lo_u32, v_mul_lo_u32 v16, v4, v8
op mul_hi_u32, v_mul_hi_u32 v16, v4, v8
op mul_hi_i32, v_mul_hi_i32 v16, v4, v8
op mul_u32_u24, v_mul_u32_u24 v16, v4, v8
op mad_u64_u32, v_mad_u64_u32 v[16:17], vcc, v4, v8, v[12:13]
op lshl_add_u64, v_lshl_add_u64 v[16:17], v[4:5], 3, v[12:13]
op bfe_u32, v_bfe_u32 v16, v4, 5, 11
op bfe_i32, v_bfe_i32 v16, v4, 5, 11
op bfi_b32, v_bfi_b32 v16, v4, v8, v12
op perm_b32, v_perm_b32 v16, v4, v8, v12
op alignbit_b32, v_alignbit_b32 v16, v4, v8, 7
op and_or_b32, v_and_or_b32 v16, v4, v8, v12
op lshrrev_b64, v_lshrrev_b64 v[16:17], v12, v[4:5]
op ashrrev_i64, v_ashrrev_i64 v[16:17], v12, v[4:5]
op ffbh_u32, v_ffbh_u32 v16, v4
op bfrev_b32, v_bfrev_b32 v16, v4
op bcnt_u32, v_bcnt_u32_b32 v16, v4, v8
op min_i32, v_min_i32 v16, v4, v8
op med3_i32, v_med3_i32 v16, v4, v8, v12
op add_u16, v_add_u16 v16, v4, v8
op ashrrev_i16, v_ashrrev_i16 v16, v4, v8
op max3_i16, v_max3_i16 v16, v4, v8, v12
op max3_u16, v_max3_u16 v16, v4, v8, v12
op min3_u16, v_min3_u16 v16, v4, v8, v12
op pk_sub_i16, v_pk_sub_i16 v16, v4, v8
op add_u16_byte_preserve, v_add_u16_sdwa v16, v4, v8 dst_sel:BYTE_2 dst_unused:UNUSED_PRESERVE src0_sel:BYTE_3 src1_sel:BYTE_1
op mov_sext_byte, v_mov_b32_sdwa v16, sext(v4) dst_sel:DWORD dst_unused:UNUSED_PAD src0_sel:BYTE_1
op cndmask, v_cndmask_b32 v16, v4, v8, vcc
op cmp_lt_f32, v_cmp_lt_f32 vcc, v4, v8
op cmp_nge_f32, v_cmp_nge_f32 vcc, v4, v8
op cmp_lt_i64, v_cmp_lt_i64 vcc, v[4:5], v[8:9]
op cmp_gt_u16, v_cmp_gt_u16 vcc, v4, v8
op cmp_class_f32, v_cmp_class_f32 vcc, v4, v8
op mov_row_shr_3, v_mov_b32_dpp v16, v4 row_shr:3 row_mask:0xf bank_mask:0xf
op mov_row_shl_1_zero, v_mov_b32_dpp v16, v4 row_shl:1 row_mask:0xf bank_mask:0xf bound_ctrl:0
op mov_quad_perm, v_mov_b32_dpp v16, v4 quad_perm:[3,0,2,1] row_mask:0xf bank_mask:0x5
op mov_row_bcast_15, v_mov_b32_dpp v16, v4 row_bcast:15 row_mask:0xa bank_mask:0xf
op mov_row_bcast_31, v_mov_b32_dpp v16, v4 row_bcast:31 row_mask:0xc bank_mask:0xf
op mov_row_mirror, v_mov_b32_dpp v16, v4 row_mirror row_mask:0xf bank_mask:0xf
op mov_half_mirror, v_mov_b32_dpp v16, v4 row_half_mirror row_mask:0xf bank_mask:0xf
op mov_row_ror_5, v_mov_b32_dpp v16, v4 row_ror:5 row_mask:0xf bank_mask:0xf
op ds_bpermute, ds_bpermute_b32 v16, v4, v8

begin_op ds_permute_reversed
    v_sub_u32 v20, 63, v0
    v_lshlrev_b32 v20, 2, v20
    ds_permute_b32 v16, v20, v8
end_op ds_permute_reversed
op ds_swizzle_swap, ds_swizzle_b32 v16, v4 offset:swizzle(SWAP,16)
op ds_swizzle_quad, ds_swizzle_b32 v16, v4 offset:swizzle(QUAD_PERM,1,1,3,0)

begin_op readlane
    v_readlane_b32 s22, v4, 17
    v_mov_b32 v16, s22
end_op readlane

begin_op writelane
    v_mov_b32 v16, v4
    v_writelane_b32 v16, s20, 9
end_op writelane

begin_op mbcnt
    v_mbcnt_lo_u32_b32 v16, s20, 0
    v_mbcnt_hi_u32_b32 v16, s21, v16
end_op mbcnt

begin_op masked_add
    s_mov_b32 exec_lo, 0x0f0f0f0f
    s_mov_b32 exec_hi, 0x80000001
    v_add_u32 v16, v4, v8
    s_mov_b64 exec, -1
end_op masked_add

begin_op saveexec
    v_cmp_gt_u32 vcc, 10, v0
    s_and_saveexec_b64 s[22:23], vcc
    v_mov_b32 v16, 7
    s_or_b64 exec, exec, s[22:23]
end_op saveexec

begin_op accvgpr
    v_accvgpr_write_b32 a3, v4
    v_accvgpr_read_b32 v16, a3
end_op accvgpr

begin_op s_add_carry
    s_add_u32 s22, s21, s21
    s_addc_u32 s23, s20, 0
    v_mov_b32 v16, s22
    v_mov_b32 v17, s23
end_op s_add_carry

begin_op s_bfe_i32
    s_bfe_i32 s22, s21, 0x00080010
    v_mov_b32 v16, s22
end_op s_bfe_i32

begin_op s_mul_hi
    s_mul_hi_u32 s22, s20, s21
    s_mul_hi_i32 s23, s20, s21
    v_mov_b32 v16, s22
    v_mov_b32 v17, s23
end_op s_mul_hi

begin_op s_select
    s_cmp_lt_i32 s21, s20
    s_cselect_b32 s22, s20, s21
    v_mov_b32 v16, s22
end_op s_select

begin_op s_flbit
    s_flbit_i32_b32 s22, s20
    s_ff1_i32_b32 s23, s21
    v_mov_b32 v16, s22
    v_mov_b32 v17, s23
end_op s_flbit

begin_op s_loop
    s_mov_b32 s22, 0
    s_mov_b32 s23, 5
.Lloop:
    s_add_i32 s22, s22, s23
    s_sub_u32 s23, s23, 1
    s_cmp_lg_u32 s23, 0
    s_cbranch_scc1 .Lloop
    v_mov_b32 v16, s22
end_op s_loop

begin_op flush_f32
    s_setreg_imm32_b32 hwreg(HW_REG_MODE, 4, 2), 0
    v_add_f32 v16, v4, v8
end_op flush_f32
