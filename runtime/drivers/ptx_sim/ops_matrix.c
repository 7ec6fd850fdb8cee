/* ops_matrix.c - ldmatrix and mma.sync.
 *
 * A register of a warp, 32 lanes of 4 bytes, is an 8 x 16-byte matrix in row order: lane l holds bytes 4 * (l % 4) .. + 3 of row l / 4. So the
 * fragments that the PTX ISA defines lane by lane are, register by register, small row-major matrices: A's registers are its quadrants (rows 0-7 and
 * 8-15, then the next 16 bytes of k), B's are the transposed matrix, 16 bytes of k each.
 *
 * Numerics, the same on every host: products are exact; d[i][j] starts as c[i][j] and takes the products in the order of k, each by one fused
 * multiply-add in f32. With an f16 accumulator c is widened first and d rounded once. tf32 operands lose their low 13 bits. Integers wrap, or clamp
 * the exact sum with .satfinite. */
#include <math.h>

#include "base/dtype.h"
#include "runtime/drivers/ptx_sim/handlers.h"

static bool whole_warp(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t mask)
{
    if (mask == TRI_PTX_ALL_LANES) return true;
    tri_ptx_fault(warp, op, (uint32_t)__builtin_ctz(~mask),
                  "this instruction needs all 32 lanes of the warp, this thread's lane does not execute it");
    return false;
}

/* c += a * b, 16 x K times K x 8; c is 16 x 8 in row order. */
#define MULTIPLY(K)                                                                                       \
    static inline void multiply_##K(const float a[16][K], const float b[K][8], float *c)            \
    {                                                                                                     \
        for (int i = 0; i < 16; i++) {                                                                    \
            float sum[8];                                                                                 \
            for (int j = 0; j < 8; j++) sum[j] = c[8 * i + j];                                                 \
            for (int k = 0; k < K; k++)                                                                   \
                for (int j = 0; j < 8; j++) sum[j] = fmaf(a[i][k], b[k][j], sum[j]);                      \
            for (int j = 0; j < 8; j++) c[8 * i + j] = sum[j];                                                 \
        }                                                                                                 \
    }
MULTIPLY(4)
MULTIPLY(8)
MULTIPLY(16)
MULTIPLY(32)

/* Accumulators: registers 0, 1 are the even and odd columns of rows 0-7, 2 and 3 those of rows 8-15. */
static inline void load_c_f32(const tri_ptx_warp *warp, const tri_ptx_op *op, int k, float *c)
{
    for (int half = 0; half < 2; half++) {
        const f32 *even = SLOT(f32, k + 2 * half), *odd = SLOT(f32, k + 2 * half + 1);
        float *to = c + 64 * half;
        for (int l = 0; l < 32; l++) {
            to[2 * l] = even[l];
            to[2 * l + 1] = odd[l];
        }
    }
}
static inline void store_d_f32(tri_ptx_warp *warp, const tri_ptx_op *op, const float *c)
{
    for (int half = 0; half < 2; half++) {
        f32 *even = SLOT(f32, 2 * half), *odd = SLOT(f32, 2 * half + 1);
        const float *from = c + 64 * half;
        for (int l = 0; l < 32; l++) {
            even[l] = from[2 * l];
            odd[l] = from[2 * l + 1];
        }
    }
}
/* f16 accumulators: two registers, each a row-major 8 x 8 matrix. */
static inline void load_c_f16(const tri_ptx_warp *warp, const tri_ptx_op *op, int k, float *c)
{
    for (int half = 0; half < 2; half++) {
        const u16 *from = SLOT(u16, k + half);
        for (int e = 0; e < 64; e++) c[64 * half + e] = of_f16(from[e]);
    }
}
static inline void store_d_f16(tri_ptx_warp *warp, const tri_ptx_op *op, const float *c)
{
    for (int half = 0; half < 2; half++) {
        u16 *to = SLOT(u16, half);
        for (int e = 0; e < 64; e++) to[e] = to_f16(c[64 * half + e]);
    }
}

/* Operands of `E`-typed elements, N a register's row (16 bytes): a is 16 x K from slot `k`, b is K x 8. */
#define FRAGMENTS(name, E, N, K, convert)                                                                        \
    static inline void load_a_##name(const tri_ptx_warp *warp, const tri_ptx_op *op, int k, float a[16][K])      \
    {                                                                                                            \
        for (int q = 0; q < 2 * (K / N); q++) {                                                                  \
            const E *from = SLOT(E, k + q);                                                                      \
            for (int r = 0; r < 8; r++)                                                                          \
                for (int e = 0; e < N; e++) a[8 * (q & 1) + r][N * (q >> 1) + e] = convert(from[N * r + e]);     \
        }                                                                                                        \
    }                                                                                                            \
    static inline void load_b_##name(const tri_ptx_warp *warp, const tri_ptx_op *op, int k, float b[K][8])       \
    {                                                                                                            \
        for (int q = 0; q < K / N; q++) {                                                                        \
            const E *from = SLOT(E, k + q);                                                                      \
            float row[8 * N];                                                                                    \
            for (int e = 0; e < 8 * N; e++) row[e] = convert(from[e]);                                           \
            for (int e = 0; e < N; e++)                                                                          \
                for (int j = 0; j < 8; j++) b[N * q + e][j] = row[N * j + e];                                    \
        }                                                                                                        \
    }
static inline float of_tf32(uint32_t bits) { return float_of(bits & 0xffffe000); }
FRAGMENTS(bf16_16, u16, 8, 16, of_bf16)
FRAGMENTS(f16_16, u16, 8, 16, of_f16)
FRAGMENTS(bf16_8, u16, 8, 8, of_bf16)
FRAGMENTS(f16_8, u16, 8, 8, of_f16)
FRAGMENTS(tf32_8, u32, 4, 8, of_tf32)
FRAGMENTS(tf32_4, u32, 4, 4, of_tf32)

/* `at_a`, `at_b`, `at_c`: the first slots of the operands. */
#define MMA(name, fragments, K, accumulator, at_a, at_b, at_c)                 \
    HANDLER(name)                                                              \
    {                                                                          \
        float a[16][K], b[K][8], c[128];                                       \
        if (!whole_warp(warp, op, mask)) return;                               \
        load_a_##fragments(warp, op, at_a, a);                                 \
        load_b_##fragments(warp, op, at_b, b);                                 \
        load_c_##accumulator(warp, op, at_c, c);                               \
        multiply_##K((const float(*)[K])a, (const float(*)[8])b, c);           \
        store_d_##accumulator(warp, op, c);                                    \
    }
MMA(mma_16816_bf16, bf16_16, 16, f32, 4, 8, 10)
MMA(mma_16816_f16, f16_16, 16, f32, 4, 8, 10)
MMA(mma_16816_f16_f16, f16_16, 16, f16, 2, 6, 8)
MMA(mma_1688_bf16, bf16_8, 8, f32, 4, 6, 7)
MMA(mma_1688_f16, f16_8, 8, f32, 4, 6, 7)
MMA(mma_1688_f16_f16, f16_8, 8, f16, 2, 4, 5)
MMA(mma_1688_tf32, tf32_8, 8, f32, 4, 8, 10)
MMA(mma_1684_tf32, tf32_4, 4, f32, 4, 6, 7)

/* f8: through a table of the 256 values, made on the spot. */
HANDLER(mma_16832_f8)
{
    float values[2][256], a[16][32], b[32][8], c[128];
    if (!whole_warp(warp, op, mask)) return;
    for (int side = 0; side < 2; side++) {
        for (int v = 0; v < 256; v++) {
            uint8_t byte = (uint8_t)v;
            values[side][v] = (float)tri_load_f64(op->choice[side] == 1 ? TRI_F8E4M3FN : TRI_F8E5M2, &byte);
        }
    }
    for (int q = 0; q < 4; q++)
        for (int e = 0; e < 128; e++) a[8 * (q & 1) + e / 16][16 * (q >> 1) + e % 16] = values[0][SLOT(u8, 4 + q)[e]];
    for (int q = 0; q < 2; q++)
        for (int e = 0; e < 128; e++) b[16 * q + e % 16][e / 16] = values[1][SLOT(u8, 8 + q)[e]];
    load_c_f32(warp, op, 10, c);
    multiply_32((const float(*)[32])a, (const float(*)[8])b, c);
    store_d_f32(warp, op, c);
}

static void mma_int8(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t mask, int K, int at_b, int at_c)
{
    bool saturates = op->choice[0], a_signed = op->choice[1] == 1, b_signed = op->choice[2] == 1;
    int32_t a[16][32], b[32][8];
    if (!whole_warp(warp, op, mask)) return;
    for (int q = 0; q < K / 8; q++)
        for (int e = 0; e < 128; e++) a[8 * (q & 1) + e / 16][16 * (q >> 1) + e % 16] = a_signed ? SLOT(s8, 4 + q)[e] : SLOT(u8, 4 + q)[e];
    for (int q = 0; q < K / 16; q++)
        for (int e = 0; e < 128; e++) b[16 * q + e % 16][e / 16] = b_signed ? SLOT(s8, at_b + q)[e] : SLOT(u8, at_b + q)[e];
    for (int i = 0; i < 16; i++) {
        int32_t sum[8] = {0}; /* at most 32 * 255 * 255 */
        for (int k = 0; k < K; k++)
            for (int j = 0; j < 8; j++) sum[j] += a[i][k] * b[k][j];
        for (int j = 0; j < 8; j++) {
            int reg = 2 * (i / 8) + j % 2, lane = i % 8 * 4 + j / 2;
            int64_t exact = (int64_t)SLOT(s32, at_c + reg)[lane] + sum[j];
            if (saturates) exact = exact > INT32_MAX ? INT32_MAX : exact < INT32_MIN ? INT32_MIN : exact;
            SLOT(u32, reg)[lane] = (uint32_t)(uint64_t)exact;
        }
    }
}
HANDLER(mma_16832_int8) { mma_int8(warp, op, mask, 32, 8, 10); }
HANDLER(mma_16816_int8) { mma_int8(warp, op, mask, 16, 6, 7); }

HANDLER(mma_884_f64)
{
    double d[8][8];
    if (!whole_warp(warp, op, mask)) return;
    const f64 *a = SLOT(f64, 2), *b = SLOT(f64, 3);
    for (int i = 0; i < 8; i++) {
        for (int j = 0; j < 8; j++) {
            double sum = SLOT(f64, 4 + j % 2)[i * 4 + j / 2];
            for (int k = 0; k < 4; k++) sum = fma(a[4 * i + k], b[4 * j + k], sum);
            d[i][j] = sum;
        }
    }
    for (int i = 0; i < 8; i++)
        for (int j = 0; j < 8; j++) SLOT(f64, j % 2)[i * 4 + j / 2] = d[i][j];
}

static inline void transpose(const uint16_t from[64], uint16_t to[64])
{
    for (int r = 0; r < 8; r++)
        for (int c = 0; c < 8; c++) to[8 * c + r] = from[8 * r + c];
}

/* The row that lane `lane` points to, 16 bytes of shared memory at `offset`; null: faulted. */
static const tri_ptx_region *matrix_row(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, int k, bool writes, uint64_t *offset)
{
    const unsigned char *base = warp->registers + op->slot[k];
    uint64_t address = (op->slot[k + 1] == 8 ? ((const u64 *)(const void *)base)[lane] : ((const u32 *)(const void *)base)[lane]) +
                       (op->slot[k + 2] | (uint64_t)op->slot[k + 3] << 32) + TRI_PTX_SHARED_WINDOW;
    const tri_ptx_region *r = tri_ptx_find(warp, op, lane, address, 16, writes ? "writes" : "reads");
    if (!r) return NULL;
    if (address & 15)
        return tri_ptx_fault(warp, op, lane, "misaligned: a matrix row is at a multiple of 16 bytes, not at offset %llu",
                             (unsigned long long)(address - r->address)),
               NULL;
    *offset = address - r->storage_address;
    bool ordered = writes ? tri_ptx_note_write(warp, op, lane, r->block, *offset, 16) : tri_ptx_note_read(warp, op, lane, r->block, *offset, 16);
    return ordered ? r : NULL;
}

static inline void load_matrices(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t mask, int n)
{
    uint16_t matrix[4][64];
    if (!whole_warp(warp, op, mask)) return;
    for (uint32_t lane = 0; lane < 8u * (uint32_t)n; lane++) {
        uint64_t at;
        uint32_t valid;
        const tri_ptx_region *r = matrix_row(warp, op, lane, n, false, &at);
        if (!r) return;
        memcpy(&valid, r->valid + (at >> 2), 4);
        if (valid != 0x0f0f0f0f) return tri_ptx_fault_uninitialised(warp, op, lane, r, r->storage_address + at, 16);
        memcpy(matrix[lane / 8] + 8 * (lane % 8), r->host + at, 16);
    }
    for (int m = 0; m < n; m++) {
        uint16_t *to = (uint16_t *)(void *)(warp->registers + op->slot[m]), turned[64];
        if (op->choice[0]) transpose(matrix[m], turned);
        memcpy(to, op->choice[0] ? turned : matrix[m], 128);
    }
}
HANDLER(ldmatrix_1) { load_matrices(warp, op, mask, 1); }
HANDLER(ldmatrix_2) { load_matrices(warp, op, mask, 2); }
HANDLER(ldmatrix_4) { load_matrices(warp, op, mask, 4); }

static inline void store_matrices(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t mask, int n)
{
    if (!whole_warp(warp, op, mask)) return;
    for (int m = 0; m < n; m++) {
        uint16_t matrix[64], turned[64];
        memcpy(matrix, warp->registers + op->slot[4 + m], 128);
        if (op->choice[0]) transpose(matrix, turned);
        for (uint32_t row = 0; row < 8; row++) {
            uint64_t at;
            const tri_ptx_region *r = matrix_row(warp, op, 8 * (uint32_t)m + row, 0, true, &at);
            if (!r) return;
            memcpy(r->host + at, (op->choice[0] ? turned : matrix) + 8 * row, 16);
            memset(r->valid + (at >> 2), 0xf, 4);
        }
    }
}
HANDLER(stmatrix_1) { store_matrices(warp, op, mask, 1); }
HANDLER(stmatrix_2) { store_matrices(warp, op, mask, 2); }
HANDLER(stmatrix_4) { store_matrices(warp, op, mask, 4); }

HANDLER(movmatrix)
{
    uint16_t matrix[64], turned[64];
    if (!whole_warp(warp, op, mask)) return;
    memcpy(matrix, warp->registers + op->slot[1], 128);
    transpose(matrix, turned);
    memcpy(warp->registers + op->slot[0], turned, 128);
}
