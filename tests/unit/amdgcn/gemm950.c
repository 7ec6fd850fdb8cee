// gemm950.c - a whole fast matrix product for gfx950: c[m][n] = sum over k of a[m][k] b[n][k], bf16 to f32, m and n multiples of 256,
// k a multiple of 128. Tiles of 256 x 256 x 64 by 8 waves, 2 x 4 of them, each 128 x 64 by products of 16 x 16 x 32.
//
// (C for the machine: Clang 22 with the target's builtins, which are LLVM's intrinsics by another name.)
//
// Tiles come to LDS by loads of 16 bytes a lane, one step ahead, in two slots. LDS is filled in order, so a swizzle has to be in the address in
// memory: 16 bytes at place p of a row of 8 are those of column p ^ (row % 8), which frees the reads of 16 rows by a step of 16 lanes from bank
// conflicts.

#include <stdbool.h>

#define INLINE static inline __attribute__((always_inline))
#define GLOBAL __attribute__((address_space(1)))

typedef __bf16 bf16x8 __attribute__((ext_vector_type(8)));
typedef float f32x4 __attribute__((ext_vector_type(4)));
typedef __attribute__((address_space(3))) bf16x8 *slot; // rows of 64 elements: 8 of them in 16 bytes

enum { TILE = 256, STEP = 64, CHUNKS = STEP / 8, WAVE_LOADS = TILE * CHUNKS / 512, DOWN = 128 / 16, ACROSS = 64 / 16 };
enum { WAIT_ALL_BUT_8 = 0xf70 | 8, WAIT_ALL = 0xf70, LGKM_ALL = 0xc07f };

INLINE void load(__amdgpu_buffer_rsrc_t from, slot to, int row, int k, int row_bytes, bool swizzle)
{
    int lane = __builtin_amdgcn_workitem_id_x() & 63, wave = __builtin_amdgcn_readfirstlane(__builtin_amdgcn_workitem_id_x() >> 6);
    for (int i = 0; i < WAVE_LOADS; i++) {
        int chunk = (wave * WAVE_LOADS + i) * 64, down = (chunk + lane) / CHUNKS, place = lane % CHUNKS;
        int column = swizzle ? place ^ (down % 8) : place;
        __builtin_amdgcn_raw_ptr_buffer_load_lds(from, to + chunk, 16, (row + down) * row_bytes + column * 16, k * 2, 0, 0);
    }
}

INLINE bf16x8 read(slot from, int row, int chunk, bool swizzle) { return from[row * CHUNKS + (swizzle ? chunk ^ (row % 8) : chunk)]; }

INLINE void multiply(slot a, slot b, f32x4 (*c)[ACROSS], bool swizzle)
{
    int lane = __builtin_amdgcn_workitem_id_x() & 63, wave = __builtin_amdgcn_workitem_id_x() >> 6;
    int row = wave / 4 * 128 + lane % 16, column = wave % 4 * 64 + lane % 16;
    for (int part = 0; part < 2; part++) {
        bf16x8 left[DOWN], right[ACROSS];
        for (int i = 0; i < DOWN; i++) left[i] = read(a, row + 16 * i, 4 * part + lane / 16, swizzle);
        for (int j = 0; j < ACROSS; j++) right[j] = read(b, column + 16 * j, 4 * part + lane / 16, swizzle);
        for (int i = 0; i < DOWN; i++)
            for (int j = 0; j < ACROSS; j++) c[i][j] = __builtin_amdgcn_mfma_f32_16x16x32_bf16(left[i], right[j], c[i][j], 0, 0, 0);
    }
}

// One step: the next tile is under way (unless it is the last step), this one is awaited, multiplied, released.
INLINE void step(slot a, slot b, f32x4 (*c)[ACROSS], bool last, bool swizzle)
{
    if (last)
        __builtin_amdgcn_s_waitcnt(WAIT_ALL);
    else
        __builtin_amdgcn_s_waitcnt(WAIT_ALL_BUT_8);
    __builtin_amdgcn_s_barrier();
    multiply(a, b, c, swizzle);
    __builtin_amdgcn_s_waitcnt(LGKM_ALL);
    __builtin_amdgcn_s_barrier();
}

// Four objects, not one: LLVM would wait for all loads under way before each read of an array that one of them may fill.
#define SLOT static __attribute__((address_space(3), loader_uninitialized)) bf16x8
SLOT a0[TILE * CHUNKS];
SLOT a1[TILE * CHUNKS];
SLOT b0[TILE * CHUNKS];
SLOT b1[TILE * CHUNKS];

INLINE void multiply_tiles(GLOBAL const void *a, GLOBAL const void *b, GLOBAL float *c, GLOBAL const int *sizes, bool swizzle)
{
    int n = sizes[0], k = sizes[1], across = n / TILE, group = __builtin_amdgcn_workgroup_id_x();
    int row = group / across * TILE, column = group % across * TILE, row_bytes = 2 * k;
    __amdgpu_buffer_rsrc_t from_a = __builtin_amdgcn_make_buffer_rsrc((GLOBAL void *)a, 0, sizes[2] * row_bytes, 0x27000);
    __amdgpu_buffer_rsrc_t from_b = __builtin_amdgcn_make_buffer_rsrc((GLOBAL void *)b, 0, n * row_bytes, 0x27000);
    f32x4 sum[DOWN][ACROSS];
    for (int i = 0; i < DOWN; i++)
        for (int j = 0; j < ACROSS; j++) sum[i][j] = 0;
    load(from_a, a0, row, 0, row_bytes, swizzle);
    load(from_b, b0, column, 0, row_bytes, swizzle);
#pragma clang loop unroll(disable)
    for (int at = 0; at < k - 2 * STEP; at += 2 * STEP) {
        load(from_a, a1, row, at + STEP, row_bytes, swizzle);
        load(from_b, b1, column, at + STEP, row_bytes, swizzle);
        step(a0, b0, sum, false, swizzle);
        load(from_a, a0, row, at + 2 * STEP, row_bytes, swizzle);
        load(from_b, b0, column, at + 2 * STEP, row_bytes, swizzle);
        step(a1, b1, sum, false, swizzle);
    }
    load(from_a, a1, row, k - STEP, row_bytes, swizzle);
    load(from_b, b1, column, k - STEP, row_bytes, swizzle);
    step(a0, b0, sum, false, swizzle);
    step(a1, b1, sum, true, swizzle);
    int lane = __builtin_amdgcn_workitem_id_x() & 63, wave = __builtin_amdgcn_workitem_id_x() >> 6;
    row += wave / 4 * 128 + lane / 16 * 4;
    column += wave % 4 * 64 + lane % 16;
    for (int i = 0; i < DOWN; i++)
        for (int j = 0; j < ACROSS; j++)
            for (int e = 0; e < 4; e++) c[(row + 16 * i + e) * n + column + 16 * j] = sum[i][j][e];
}

#define KERNEL __attribute__((amdgpu_kernel, amdgpu_flat_work_group_size(512, 512))) void
KERNEL gemm(GLOBAL const void *a, GLOBAL const void *b, GLOBAL float *c, GLOBAL const int *sizes) { multiply_tiles(a, b, c, sizes, true); }
KERNEL gemm_without_swizzle(GLOBAL const void *a, GLOBAL const void *b, GLOBAL float *c, GLOBAL const int *sizes)
{
    multiply_tiles(a, b, c, sizes, false);
}
