// checks.s - the smallest kernels that each break one rule, beside the right ones. Buffers: a (read), out (written); work-items: 128 unless said.
.include "kernel.inc"

.macro arguments
    s_load_dwordx4 s[4:7], s[0:1], 0x0
    v_lshlrev_b32_e32 v1, 2, v0
    s_waitcnt lgkmcnt(0)
.endm

kernel copy
    arguments
    global_load_dword v2, v1, s[4:5]
    s_waitcnt vmcnt(0)
    global_store_dword v1, v2, s[6:7]
end copy, 2

kernel no_vmcnt
    arguments
    global_load_dword v2, v1, s[4:5]
    global_store_dword v1, v2, s[6:7]
end no_vmcnt, 2

// Two loads, waited for one: the older is there, the newer not.
kernel vmcnt_one_of_two
    arguments
    global_load_dword v2, v1, s[4:5]
    global_load_dword v3, v1, s[4:5]
    s_waitcnt vmcnt(1)
    global_store_dword v1, v2, s[6:7]
end vmcnt_one_of_two, 2

kernel vmcnt_too_few
    arguments
    global_load_dword v2, v1, s[4:5]
    global_load_dword v3, v1, s[4:5]
    s_waitcnt vmcnt(1)
    global_store_dword v1, v3, s[6:7]
end vmcnt_too_few, 2

kernel overwrites_pending
    arguments
    global_load_dword v2, v1, s[4:5]
    v_mov_b32 v2, 0
end overwrites_pending, 2

kernel no_lgkmcnt_scalar
    s_load_dwordx4 s[4:7], s[0:1], 0x0
    s_add_u32 s8, s4, 4
end no_lgkmcnt_scalar, 2

// Scalar loads complete in any order, so a wait for "all but one" says nothing of either.
kernel scalar_out_of_order
    s_load_dwordx2 s[4:5], s[0:1], 0x0
    s_load_dwordx2 s[6:7], s[0:1], 0x8
    s_waitcnt lgkmcnt(1)
    s_add_u32 s8, s4, 4
end scalar_out_of_order, 2

kernel no_lgkmcnt_lds
    v_lshlrev_b32_e32 v1, 2, v0
    ds_write_b32 v1, v0
    ds_read_b32 v2, v1
    v_add_u32 v3, v2, v2
end no_lgkmcnt_lds, 2, 512

// Each work-item writes its dword and reads that of its mirror image in the other wave: `exchange WAIT, BARRIER, END WAIT`.
.macro exchange name, write_wait, barrier
kernel \name
    arguments
    ds_write_b32 v1, v0
    .if \write_wait
        s_waitcnt lgkmcnt(0)
    .endif
    .if \barrier
        s_barrier
    .endif
    v_xor_b32 v2, 508, v1
    ds_read_b32 v3, v2
    s_waitcnt lgkmcnt(0)
    global_store_dword v1, v3, s[6:7]
end \name, 2, 512
.endm
exchange exchange, 1, 1
exchange exchange_no_barrier, 1, 0
exchange exchange_no_wait, 0, 1

// As `exchange`, then written again with or without a second barrier.
.macro rewrite name, barrier
kernel \name
    arguments
    ds_write_b32 v1, v0
    s_waitcnt lgkmcnt(0)
    s_barrier
    v_xor_b32 v2, 508, v1
    ds_read_b32 v3, v2
    s_waitcnt lgkmcnt(0)
    .if \barrier
        s_barrier
    .endif
    ds_write_b32 v1, v3
    global_store_dword v1, v3, s[6:7]
end \name, 2, 512
.endm
rewrite rewrite, 1
rewrite rewrite_no_barrier, 0

// Only the second wave writes again, over what the first has read.
kernel rewrite_by_the_second
    arguments
    ds_write_b32 v1, v0
    s_waitcnt lgkmcnt(0)
    s_barrier
    v_xor_b32 v2, 508, v1
    ds_read_b32 v3, v2
    s_waitcnt lgkmcnt(0)
    v_cmp_lt_u32 vcc, 63, v0
    s_and_saveexec_b64 s[8:9], vcc
    ds_write_b32 v1, v3
end rewrite_by_the_second, 2, 512

kernel both_write
    v_and_b32 v1, 0x3c, v0
    ds_write_b32 v1, v0
end both_write, 2, 512

// Neighbouring half-words of one dword by different waves are no race.
kernel halves_of_a_dword
    v_and_b32 v1, 63, v0
    v_lshlrev_b32 v1, 2, v1
    v_lshrrev_b32 v2, 6, v0
    v_lshl_or_b32 v1, v2, 1, v1
    ds_write_b16 v1, v0
end halves_of_a_dword, 2, 512

kernel lds_never_written
    v_lshlrev_b32_e32 v1, 2, v0
    ds_read_b32 v2, v1
end lds_never_written, 2, 512

kernel lds_out_of_bounds
    v_lshlrev_b32_e32 v1, 3, v0
    ds_write_b32 v1, v0
end lds_out_of_bounds, 2, 512

kernel loads_past_the_end
    arguments
    global_load_dword v2, v1, s[4:5] offset:4
end loads_past_the_end, 2

kernel stores_before_the_start
    arguments
    global_store_dword v1, v0, s[6:7] offset:-4
end stores_before_the_start, 2

kernel reads_unwritten
    arguments
    global_load_dword v2, v1, s[6:7]
end reads_unwritten, 2

kernel writes_the_arguments
    v_mov_b32 v1, 0
    global_store_dword v1, v0, s[0:1]
end writes_the_arguments, 2

// A buffer descriptor of 256 bytes: lanes beyond it read 0 and do not write.
kernel buffer_range
    arguments
    s_mov_b32 s8, s4
    s_mov_b32 s9, s5
    s_mov_b32 s10, 256
    s_mov_b32 s11, 0x27000
    buffer_load_dword v2, v1, s[8:11], 0 offen
    s_mov_b32 s8, s6
    s_mov_b32 s9, s7
    s_mov_b32 s10, 512
    s_waitcnt vmcnt(0)
    buffer_store_dword v2, v1, s[8:11], 0 offen
    v_add_u32 v1, 0x200, v1
    buffer_store_dword v2, v1, s[8:11], 0 offen
end buffer_range, 2

kernel early_exit_before_barrier
    v_readfirstlane_b32 s4, v0
    s_cmp_lg_u32 s4, 0
    s_cbranch_scc1 .Lgone
    s_barrier
.Lgone:
end early_exit_before_barrier, 2

kernel hangs
.Lagain:
    s_branch .Lagain
end hangs, 2

kernel matrix_read_too_early
    v_mfma_f32_16x16x16_f16 v[4:7], v[8:9], v[10:11], 0
    s_nop 5
    v_mov_b32 v1, v4
end matrix_read_too_early, 2

kernel matrix_read_in_time
    v_mfma_f32_16x16x16_f16 v[4:7], v[8:9], v[10:11], 0
    s_nop 6
    v_mov_b32 v1, v4
end matrix_read_in_time, 2

// LDS filled by the memory pipe: 128 work-items, each wave its half.
.macro to_lds name, wait
kernel \name
    arguments
    v_and_b32 v3, 0x100, v1
    v_readfirstlane_b32 s8, v3
    s_mov_b32 m0, s8
    s_nop 0
    global_load_lds_dword v1, s[4:5]
    .if \wait
        s_waitcnt vmcnt(0)
    .endif
    s_barrier
    v_xor_b32 v2, 508, v1
    ds_read_b32 v3, v2
    s_waitcnt lgkmcnt(0)
    global_store_dword v1, v3, s[6:7]
end \name, 2, 512
.endm
to_lds to_lds, 1
to_lds to_lds_no_wait, 0
