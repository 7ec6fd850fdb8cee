// banks.s - one LDS instruction of one wave a kernel, for the cycles that busy banks cost; what is read was written without conflicts.
.include "kernel.inc"

// Lane l reads `read` at l * stride.
.macro banks name, stride, read
kernel \name
    v_mul_u32_u24 v1, \stride, v0
    v_lshlrev_b32 v2, 4, v0
    v_mov_b32 v4, 0
    v_mov_b32 v5, 0
    v_mov_b32 v6, 0
    v_mov_b32 v7, 0
    s_mov_b32 s4, 0
.Lzero\@:
    ds_write_b128 v2, v[4:7]
    v_add_u32 v2, 0x400, v2
    s_add_u32 s4, s4, 1
    s_cmp_lt_u32 s4, 16
    s_cbranch_scc1 .Lzero\@
    \read
end \name, 2, 16384
.endm
banks b32_dense, 4, "ds_read_b32 v3, v1"
banks b32_stride_2, 8, "ds_read_b32 v3, v1"
banks b32_stride_64, 256, "ds_read_b32 v3, v1"
banks b32_same, 0, "ds_read_b32 v3, v1"
banks b64_dense, 8, "ds_read_b64 v[8:9], v1"
banks b128_dense, 16, "ds_read_b128 v[8:11], v1"
banks b128_stride_128, 128, "ds_read_b128 v[8:11], v1"
banks b128_stride_256, 256, "ds_read_b128 v[8:11], v1"
banks write_b32_dense, 4, "ds_write_b32 v1, v4"
banks write_b32_stride_128, 128, "ds_write_b32 v1, v4"
banks write_b128_stride_32, 32, "ds_write_b128 v1, v[4:7]"
