/* ops_wgmma.c - wgmma: the arithmetic of warpgroup products; their order and their checks are in wgmma.c.
 *
 * Operands become f32 (u32 for bytes) in arrays that all four warps share, then each warp accumulates its 16 rows in its registers. Register 4 j + 2
 * h + p of a warp holds, lane by lane, rows 8 h .. 8 h + 7 of columns 8 j + p, + 2, + 4, + 6 (PTX ISA 9.7.15.5.1.1), so a product of a row and these
 * four columns is one vector of four, and a register eight of them.
 *
 * Numerics: products are taken in the order of k, each added with one rounding to f32. They are exact, so that no fused operation is needed for it,
 * unless they leave the range of f32. An f16 accumulator is widened first and rounded once; bytes wrap. */
#include "runtime/drivers/ptx_sim/async.h"
#include "runtime/drivers/ptx_sim/handlers.h"

typedef enum element { BF16, F16, TF32, E4M3, E5M2, S8, U8 } element;
enum { ROWS = 64, MOST_N = 256, MOST_K = 32 };

/* A vector is four columns of WIDTH / 4 rows. SPREAD makes those of up to four registers from their columns, which lie side by side at `b`, in whole
 * vectors as far as the host has them: a load and permutations. */
#if defined(__AVX512F__)
enum { WIDTH = 16, AT_ONCE = 4 };
#define QUARTER(x, q)                                                                                                                                \
    __builtin_shufflevector(x, x, 4 * q, 4 * q + 1, 4 * q + 2, 4 * q + 3, 4 * q, 4 * q + 1, 4 * q + 2, 4 * q + 3, 4 * q, 4 * q + 1, 4 * q + 2,       \
                            4 * q + 3, 4 * q, 4 * q + 1, 4 * q + 2, 4 * q + 3)
#define SPREAD(V, b)                                                                                                                                 \
    {                                                                                                                                                \
        QUARTER(*(const V *)(b), 0), QUARTER(*(const V *)(b), 1), QUARTER(*(const V *)(b), 2), QUARTER(*(const V *)(b), 3)                           \
    }
#elif defined(__AVX2__)
enum { WIDTH = 8, AT_ONCE = 2 };
#define SPREAD(V, b)                                                                                                                                 \
    {                                                                                                                                                \
        __builtin_shufflevector(*(const V *)(b), *(const V *)(b), 0, 1, 2, 3, 0, 1, 2, 3),                                                           \
            __builtin_shufflevector(*(const V *)(b), *(const V *)(b), 4, 5, 6, 7, 4, 5, 6, 7)                                                        \
    }
#else
enum { WIDTH = 4, AT_ONCE = 2 };
#define SPREAD(V, b)                                                                                                                                 \
    {                                                                                                                                                \
        ((const V *)(b))[0], ((const V *)(b))[1]                                                                                                     \
    }
#endif
enum { VECTORS = 32 / WIDTH };

/* d += a b for n neighbouring registers. `a` holds each row's element four times; b's columns are sorted. */
#define ACCUMULATE(T)                                                                                                                                \
    typedef T T##_vector __attribute__((vector_size(4 * WIDTH), aligned(4 * WIDTH), may_alias));                                                     \
    static inline __attribute__((always_inline)) void T##_columns(T *const *d, const T(*a)[32], const T *b, uint32_t k, int n)                       \
    {                                                                                                                                                \
        T##_vector sum[AT_ONCE][VECTORS];                                                                                                            \
        for (int r = 0; r < n; r++)                                                                                                                  \
            for (int v = 0; v < VECTORS; v++) sum[r][v] = ((const T##_vector *)(const void *)d[r])[v];                                               \
        for (uint32_t i = 0; i < k; i++) {                                                                                                           \
            const T##_vector *row = (const T##_vector *)(const void *)a[i];                                                                          \
            const T##_vector wide[AT_ONCE] = SPREAD(T##_vector, (const void *)(b + (size_t)i * MOST_N));                                             \
            for (int r = 0; r < n; r++)                                                                                                              \
                for (int v = 0; v < VECTORS; v++) sum[r][v] += row[v] * wide[r];                                                                     \
        }                                                                                                                                            \
        for (int r = 0; r < n; r++)                                                                                                                  \
            for (int v = 0; v < VECTORS; v++) ((T##_vector *)(void *)d[r])[v] = sum[r][v];                                                           \
    }                                                                                                                                                \
    static void T##_accumulate(T *const *registers, const T(*a)[32], const T *b, uint32_t k, uint32_t n)                                             \
    {                                                                                                                                                \
        uint32_t j = 0;                                                                                                                              \
        for (; AT_ONCE == 4 && j + 2 <= n / 8; j += 2) {                                                                                             \
            T *const four[4] = {registers[4 * j], registers[4 * j + 1], registers[4 * j + 4], registers[4 * j + 5]};                                 \
            T##_columns(four, a, b + 8 * j, k, AT_ONCE);                                                                                             \
        }                                                                                                                                            \
        for (; j < n / 8; j++) {                                                                                                                     \
            T *const two[2] = {registers[4 * j], registers[4 * j + 1]};                                                                              \
            T##_columns(two, a, b + 8 * j, k, 2);                                                                                                    \
        }                                                                                                                                            \
    }
ACCUMULATE(float)
ACCUMULATE(uint32_t)

typedef union scalar {
    float f;
    uint32_t u;
} scalar;

static inline float of_e4m3(uint8_t bits)
{
    uint32_t magnitude = bits & 0x7f;
    float value = magnitude == 0x7f ? float_of(0x7fffffff) : float_of(magnitude << 20) * 0x1p120f;
    return bits & 0x80 ? -value : value;
}

/* The elements of 16 bytes. */
static inline void widen(element type, const unsigned char *from, scalar *to)
{
    uint16_t h[8];
    uint32_t w[4];
    memcpy(h, from, 16);
    memcpy(w, from, 16);
    switch (type) {
    case BF16:
        for (int i = 0; i < 8; i++) to[i].f = of_bf16(h[i]);
        break;
    case F16:
        for (int i = 0; i < 8; i++) to[i].f = of_f16(h[i]);
        break;
    case TF32:
        for (int i = 0; i < 4; i++) to[i].f = float_of(w[i] & 0xffffe000);
        break;
    case E4M3:
        for (int i = 0; i < 16; i++) to[i].f = of_e4m3(from[i]);
        break;
    case E5M2:
        for (int i = 0; i < 16; i++) to[i].f = of_f16((uint16_t)(from[i] << 8));
        break;
    case S8:
        for (int i = 0; i < 16; i++) to[i].u = (uint32_t)(int32_t)(int8_t)from[i];
        break;
    default:
        for (int i = 0; i < 16; i++) to[i].u = from[i];
    }
}
static inline uint32_t elements_of(element type) { return type == TF32 ? 4 : type >= E4M3 ? 16 : 8; }

/* Where column n of a group of 8 stands in the sorted order: the even ones first. */
static inline uint32_t sorted(uint32_t n) { return (n & ~7u) | (n & 1) << 2 | (n >> 1 & 3); }

typedef struct operands {
    scalar a[ROWS][MOST_K];
    _Alignas(64) scalar b[MOST_K][MOST_N];
} operands;

static void fill_a(operands *o, element type, const unsigned char *shared, const uint32_t *chunks, bool transposed)
{
    scalar piece[16];
    uint32_t n = elements_of(type);
    for (uint32_t i = 0; i < 2 * ROWS; i++) {
        widen(type, shared + chunks[i], piece);
        if (!transposed) memcpy(&o->a[i / 2][i % 2 * n], piece, n * sizeof *piece);
        for (uint32_t e = 0; transposed && e < 8; e++) o->a[i % 8 * 8 + e][i / 8] = piece[e];
    }
}

/* A's fragment: register q of a warp is 8 rows of 16 bytes, rows 8 (q % 2) of the warp's 16, chunk q / 2 of k. */
static void fill_a_from_registers(operands *o, element type, tri_ptx_warp *first, const uint32_t *slots)
{
    for (uint32_t w = 0; w < 4; w++)
        for (uint32_t q = 0; q < 4; q++)
            for (uint32_t r = 0; r < 8; r++)
                widen(type, first[w].registers + slots[q] + 16 * r, &o->a[16 * w + 8 * (q & 1) + r][(q >> 1) * elements_of(type)]);
}

static void fill_b(operands *o, element type, const unsigned char *shared, const uint32_t *chunks, bool transposed, uint32_t columns)
{
    scalar piece[16];
    uint32_t n = elements_of(type);
    for (uint32_t i = 0; i < 2 * columns; i++) {
        widen(type, shared + chunks[i], piece);
        if (transposed) {
            uint32_t k = i / (columns / 8), group = i % (columns / 8) * 8;
            for (uint32_t e = 0; e < 8; e++) o->b[k][group + sorted(e)] = piece[e];
        } else {
            uint32_t column = sorted(i / 2), k = i % 2 * n;
            for (uint32_t e = 0; e < n; e++) o->b[k + e][column] = piece[e];
        }
    }
}

/* The rows of one warp, half by half, into its registers. */
static void warp_f32(tri_ptx_warp *warp, const uint32_t *slots, const operands *o, uint32_t first_row, uint32_t k, uint32_t n, bool negative)
{
    _Alignas(64) float a[MOST_K][32];
    float *registers[MOST_N / 2];
    for (uint32_t half = 0; half < 2; half++) {
        for (uint32_t i = 0; i < k; i++) {
            for (uint32_t l = 0; l < 32; l++) {
                float v = o->a[first_row + 8 * half + l / 4][i].f;
                a[i][l] = negative ? -v : v;
            }
        }
        for (uint32_t r = 0; r + 2 * half < n / 2; r++) registers[r] = (float *)(void *)(warp->registers + slots[r + 2 * half]);
        float_accumulate(registers, (const float(*)[32])a, (const float *)(const void *)o->b, k, n);
    }
}

static void warp_s32(tri_ptx_warp *warp, const uint32_t *slots, const operands *o, uint32_t first_row, uint32_t k, uint32_t n)
{
    _Alignas(64) uint32_t a[MOST_K][32];
    uint32_t *registers[MOST_N / 2];
    for (uint32_t half = 0; half < 2; half++) {
        for (uint32_t i = 0; i < k; i++)
            for (uint32_t l = 0; l < 32; l++) a[i][l] = o->a[first_row + 8 * half + l / 4][i].u;
        for (uint32_t r = 0; r + 2 * half < n / 2; r++) registers[r] = (uint32_t *)(void *)(warp->registers + slots[r + 2 * half]);
        uint32_t_accumulate(registers, (const uint32_t(*)[32])a, (const uint32_t *)(const void *)o->b, k, n);
    }
}

/* f16 accumulators: register 2 j + h holds pairs of columns; they are taken apart and put together again. */
static void warp_f16(tri_ptx_warp *warp, const uint32_t *slots, const operands *o, uint32_t first_row, uint32_t k, uint32_t n, bool negative)
{
    _Alignas(64) float a[MOST_K][32], wide[MOST_N / 2][32];
    float *registers[MOST_N / 2];
    for (uint32_t half = 0; half < 2; half++) {
        for (uint32_t i = 0; i < k; i++) {
            for (uint32_t l = 0; l < 32; l++) {
                float v = o->a[first_row + 8 * half + l / 4][i].f;
                a[i][l] = negative ? -v : v;
            }
        }
        for (uint32_t j = 0; j < n / 8; j++) {
            const u16 *from = (const u16 *)(const void *)(warp->registers + slots[2 * j + half]);
            for (uint32_t p = 0; p < 2; p++) {
                registers[4 * j + p] = wide[4 * j + p];
                for (uint32_t l = 0; l < 32; l++) wide[4 * j + p][l] = of_f16(from[2 * l + p]);
            }
        }
        float_accumulate(registers, (const float(*)[32])a, (const float *)(const void *)o->b, k, n);
        for (uint32_t j = 0; j < n / 8; j++) {
            u16 *to = (u16 *)(void *)(warp->registers + slots[2 * j + half]);
            for (uint32_t l = 0; l < 64; l++) to[l] = to_f16(wide[4 * j + l % 2][l / 2]);
        }
    }
}

typedef enum accumulator { TO_F32, TO_F16, TO_S32 } accumulator;

/* A descriptor is one value for all threads. */
static bool uniform(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t slot, uint64_t *out)
{
    const u64 *value = (const u64 *)(const void *)(warp->registers + slot);
    *out = value[0];
    for (uint32_t lane = 1; lane < TRI_PTX_LANES; lane++)
        if (value[lane] != value[0])
            return tri_ptx_fault(warp, op, lane, "a matrix descriptor must be the same in all threads of a warpgroup"), false;
    return true;
}

/* Slots: the accumulators' number, they, operand A (a descriptor or four registers), B's descriptor, scale-d, then constants: the signs of A and B
 * and which of them are transposed, as far as the type has them. */
static void product(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t mask, element type_a, element type_b, accumulator to, bool in_registers)
{
    uint32_t n = 8u * op->choice[0], count = op->slot[0], n_a = in_registers ? 4 : 1, k = 2 * elements_of(type_a);
    const uint32_t *accumulators = op->slot + 1, *a = accumulators + count, *rest = a + n_a;
    bool has_transposes = type_a <= F16, has_signs = type_a <= E5M2;
    bool transposed_a = has_transposes && !in_registers && rest[4], transposed_b = has_transposes && rest[5 - in_registers];
    uint64_t descriptors[2] = {0};
    tri_ptx_operand_view views[2];
    uint32_t n_views = 0, chunks[2 * (ROWS + MOST_N)];
    if (count != (to == TO_F16 ? n / 4 : n / 2))
        return tri_ptx_fault(warp, op, 0, "a product of 64 x %u has %u accumulators a thread, not %u", n, to == TO_F16 ? n / 4 : n / 2, count);
    if (has_signs && ((rest[2] != 1 && rest[2] != UINT32_MAX) || (rest[3] != 1 && rest[3] != UINT32_MAX)))
        return tri_ptx_fault(warp, op, 0, "the signs of the operands are 1 or -1");
    if (!in_registers && !uniform(warp, op, a[0], &descriptors[0])) return;
    if (!uniform(warp, op, rest[0], &descriptors[1])) return;
    uint32_t scales;
    memcpy(&scales, warp->registers + rest[1], 4);
    if (scales && scales != TRI_PTX_ALL_LANES) return tri_ptx_fault(warp, op, 0, "scale-d must be the same in all threads of a warpgroup");
    if (!tri_ptx_product_meet(warp, op, mask, descriptors, scales != 0)) return;
    if (!in_registers) views[n_views++] = (tri_ptx_operand_view){descriptors[0], ROWS, 32, transposed_a};
    views[n_views++] = (tri_ptx_operand_view){descriptors[1], n, 32, transposed_b};
    if (!tri_ptx_product_start(warp, op, accumulators, count, a, in_registers ? 4 : 0, views, n_views, chunks)) return;

    operands o;
    tri_ptx_warp *first = &warp->block->warps[warp->index / 4 * 4];
    const unsigned char *shared = warp->block->shared.host;
    if (in_registers)
        fill_a_from_registers(&o, type_a, first, a);
    else
        fill_a(&o, type_a, shared, chunks, transposed_a);
    fill_b(&o, type_b, shared, chunks + (in_registers ? 0 : 2 * ROWS), transposed_b, n);
    bool negative = has_signs && rest[2] != rest[3];
    for (uint32_t w = 0; w < 4; w++) {
        tri_ptx_warp *member = first + w;
        for (uint32_t i = 0; !scales && i < count; i++) memset(member->registers + accumulators[i], 0, 128);
        if (to == TO_F32)
            warp_f32(member, accumulators, &o, 16 * w, k, n, negative);
        else if (to == TO_F16)
            warp_f16(member, accumulators, &o, 16 * w, k, n, negative);
        else
            warp_s32(member, accumulators, &o, 16 * w, k, n);
    }
}

static accumulator float_accumulator(const tri_ptx_op *op) { return op->choice[1] == 1 ? TO_F32 : TO_F16; }
HANDLER(wgmma_bf16) { product(warp, op, mask, BF16, BF16, TO_F32, false); }
HANDLER(wgmma_bf16_rs) { product(warp, op, mask, BF16, BF16, TO_F32, true); }
HANDLER(wgmma_f16) { product(warp, op, mask, F16, F16, float_accumulator(op), false); }
HANDLER(wgmma_f16_rs) { product(warp, op, mask, F16, F16, float_accumulator(op), true); }
HANDLER(wgmma_tf32) { product(warp, op, mask, TF32, TF32, TO_F32, false); }
HANDLER(wgmma_tf32_rs) { product(warp, op, mask, TF32, TF32, TO_F32, true); }
static element f8_type(int choice) { return choice == 1 ? E4M3 : E5M2; }
HANDLER(wgmma_f8) { product(warp, op, mask, f8_type(op->choice[2]), f8_type(op->choice[3]), float_accumulator(op), false); }
HANDLER(wgmma_f8_rs) { product(warp, op, mask, f8_type(op->choice[2]), f8_type(op->choice[3]), float_accumulator(op), true); }
static element int8_type(int choice) { return choice == 1 ? S8 : U8; }
HANDLER(wgmma_int8) { product(warp, op, mask, int8_type(op->choice[1]), int8_type(op->choice[2]), TO_S32, false); }
HANDLER(wgmma_int8_rs) { product(warp, op, mask, int8_type(op->choice[1]), int8_type(op->choice[2]), TO_S32, true); }

HANDLER(wgmma_fence)
{
    (void)op, (void)mask;
    tri_ptx_product_fence(warp);
}
HANDLER(wgmma_commit)
{
    (void)mask;
    tri_ptx_product_commit(warp, op);
}
HANDLER(wgmma_wait)
{
    (void)mask;
    tri_ptx_product_wait(warp, op->slot[0]);
}
