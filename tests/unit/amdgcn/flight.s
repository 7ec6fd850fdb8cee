// flight.s - loads from memory straight to LDS, and barriers, right and wrong, on gfx950. Buffers: a (read), out (written); 128 work-items: two waves.
.include "kernel.inc"

// v1: 4 * work-item, v2: the same of the other wave; s8: 256 * wave.
.macro begin name
kernel \name
    s_load_dwordx4 s[4:7], s[0:1], 0x0
    v_lshlrev_b32_e32 v1, 2, v0
    v_xor_b32 v2, 0x100, v1
    v_and_b32 v3, 0x100, v1
    v_readfirstlane_b32 s8, v3
    s_waitcnt lgkmcnt(0)
.endm

// Fills this wave's part of the slot that begins at `slot` (512 bytes each).
.macro fill slot
    s_add_u32 m0, s8, \slot
    s_nop 0
    global_load_lds_dword v1, s[4:5]
.endm

.macro result register
    s_waitcnt lgkmcnt(0)
    global_store_dword v1, \register, s[6:7]
.endm

// ---- in flight ----

begin own_read_in_flight
    fill 0
    ds_read_b32 v3, v1
end own_read_in_flight, 2, 1024

begin own_write_in_flight
    fill 0
    ds_write_b32 v1, v0
end own_write_in_flight, 2, 1024

begin filled_twice
    fill 0
    fill 0
end filled_twice, 2, 1024

begin own_read_waited
    fill 0
    s_waitcnt vmcnt(0)
    ds_read_b32 v3, v1
    result v3
end own_read_waited, 2, 1024

// Wave 0 fills, wave 1 writes the same bytes.
begin write_into_a_fill
    s_cmp_lg_u32 s8, 0
    s_cbranch_scc1 .Lwrites
    fill 0
    s_endpgm
.Lwrites:
    ds_write_b32 v2, v0
end write_into_a_fill, 2, 1024

// The other wave's bytes: with all of wait, then barrier, and with each left out or both swapped.
.macro hand_over name, wait, barrier, late_wait
begin \name
    fill 0
    .if \wait
        s_waitcnt vmcnt(0)
    .endif
    .if \barrier
        s_barrier
    .endif
    .if \late_wait
        s_waitcnt vmcnt(0)
    .endif
    ds_read_b32 v3, v2
    result v3
end \name, 2, 1024
.endm
hand_over handed_over, 1, 1, 0
hand_over handed_over_no_wait, 0, 1, 0
hand_over handed_over_no_barrier, 1, 0, 0
hand_over handed_over_wait_behind_barrier, 0, 1, 1

// Two slots under way; waiting for all but one covers the older.
.macro two_slots name, slot
begin \name
    fill 0
    fill 512
    s_waitcnt vmcnt(1)
    s_barrier
    ds_read_b32 v3, v2 offset:\slot
    result v3
end \name, 2, 1024
.endm
two_slots older_of_two, 0
two_slots newer_of_two, 512

// ---- a slot is filled again ----

// Each wave reads the other's part, then fills its own again: `read_wait` and `barrier` between; right with both.
.macro refill name, read_wait, barrier
begin \name
    fill 0
    s_waitcnt vmcnt(0)
    s_barrier
    ds_read_b32 v3, v2
    .if \read_wait
        s_waitcnt lgkmcnt(0)
    .endif
    .if \barrier
        s_barrier
    .endif
    fill 0
    s_waitcnt vmcnt(0)
    result v3
end \name, 2, 1024
.endm
refill refilled, 1, 1
refill refilled_no_barrier, 1, 0
refill refilled_no_wait, 0, 1

// Both waves read wave 0's part; then wave 1, which read it last, fills it, while wave 0 has met no barrier since its read.
begin refilled_under_the_first_reader
    fill 0
    s_waitcnt vmcnt(0)
    s_barrier
    v_and_b32 v3, 0xff, v1
    ds_read_b32 v3, v3
    s_waitcnt lgkmcnt(0)
    s_cmp_lg_u32 s8, 0
    s_cbranch_scc0 .Lgone
    s_mov_b32 m0, 0
    s_nop 0
    global_load_lds_dword v1, s[4:5]
.Lgone:
end refilled_under_the_first_reader, 2, 1024

// A wave's own read, not waited for, and a fill of the same bytes go through different pipes.
.macro own_refill name, wait
begin \name
    fill 0
    s_waitcnt vmcnt(0)
    ds_read_b32 v3, v1
    .if \wait
        s_waitcnt lgkmcnt(0)
    .endif
    fill 0
    result v3
end \name, 2, 1024
.endm
own_refill own_refilled, 1
own_refill own_refilled_no_wait, 0

begin m0_too_early
    s_mov_b32 m0, s8
    global_load_lds_dword v1, s[4:5]
end m0_too_early, 2, 1024

// ---- forms: what each lane finds behind `16 * lane` of LDS (dwordx3: 12 * lane) ----

// A buffer of `bytes`; the instruction's offset counts in memory and in LDS. Each wave has 1 KiB of LDS, plus 16.
.macro resource bytes
    s_mov_b32 s12, s4
    s_and_b32 s13, s5, 0xffff
    s_mov_b32 s14, \bytes
    s_mov_b32 s15, 0x27000
.endm

.macro wide name, load, address, bytes
begin \name
    resource \bytes
    v_and_b32 v4, 63, v0
    \address
    s_lshl_b32 m0, s8, 2
    v_mov_b32 v6, -1
    v_mov_b32 v7, v6
    v_mov_b32 v8, v6
    v_mov_b32 v9, v6
    v_lshl_add_u32 v10, v4, 4, m0
    ds_write_b128 v10, v[6:9]
    s_waitcnt lgkmcnt(0)
    \load
    s_waitcnt vmcnt(0)
    ds_read_b32 v3, v10
    result v3
end \name, 2, 2064
.endm
wide buffer_x4, "buffer_load_dwordx4 v5, s[12:15], 0 offen lds", "v_lshlrev_b32 v5, 3, v4", 512
wide buffer_x4_in_part, "buffer_load_dwordx4 v5, s[12:15], 0 offen lds", "v_lshlrev_b32 v5, 3, v4", 100
wide buffer_x3, "buffer_load_dwordx3 v5, s[12:15], 0 offen lds", "v_lshlrev_b32 v5, 3, v4", 512
wide buffer_x1_offset, "buffer_load_dword v5, s[12:15], 0 offen offset:16 lds", "v_lshlrev_b32 v5, 2, v4", 512
wide global_x4, "global_load_lds_dwordx4 v5, s[4:5]", "v_lshlrev_b32 v5, 2, v4", 512
wide buffer_x4_off, "buffer_load_dwordx4 v5, s[12:15], 0 offen lds", "v_mov_b32 v5, 0x80000000", 512
wide buffer_offsets_beyond_32_bits, "buffer_load_dwordx4 v5, s[12:15], 0 offen offset:16 lds", "v_mov_b32 v5, -1", 512

// ---- barriers: wave 1 runs one behind wave 0 ----

// Wave 0 writes v0 + i to LDS in step i, wave 1 reads it in its step, which is one barrier later, and sums up. `extra`: wave 0's barrier at the end.
.macro offset_waves name, extra
begin \name
    v_and_b32 v1, 0xfc, v1
    v_and_b32 v5, 63, v0
    v_mov_b32 v4, 0
    s_mov_b32 s9, 0
    s_cmp_lg_u32 s8, 0
    s_cselect_b32 s10, 1, 0
    s_cbranch_scc0 .Lstep\@
    s_barrier
.Lstep\@:
    s_setprio 1
    s_and_b32 s11, s9, 1
    s_lshl_b32 s11, s11, 8
    v_add_u32 v6, s11, v1
    s_cmp_lg_u32 s10, 0
    s_cbranch_scc1 .Lread\@
    v_add_u32 v7, s9, v5
    ds_write_b32 v6, v7
    s_waitcnt lgkmcnt(0)
    s_branch .Lmeet\@
.Lread\@:
    ds_read_b32 v7, v6
    s_waitcnt lgkmcnt(0)
    v_add_u32 v4, v4, v7
.Lmeet\@:
    s_setprio 0
    s_sleep 1
    s_barrier
    s_add_u32 s9, s9, 1
    s_cmp_lt_u32 s9, 5
    s_cbranch_scc1 .Lstep\@
    s_cmp_lg_u32 s10, 0
    s_cbranch_scc1 .Lend\@
    .if \extra
        s_barrier
    .endif
.Lend\@:
    v_lshlrev_b32 v1, 2, v0
    global_store_dword v1, v4, s[6:7]
end \name, 2, 1024
.endm
offset_waves offset_by_a_barrier, 1
offset_waves offset_without_the_last, 0
