/* lanes_matrix.c - matrix instructions, D = A * B + C over the 64 lanes of a wave.
 *
 * Layout (AMD's matrix instruction calculator), M = N = 32 or 16, E = K * M / 64 elements of A and B a lane:
 *   A[i][k] is element k % E of lane i + M * (k / E); B[k][j] likewise of lane j + M * (k / E);
 *   C, D: 32x32: row = 8 * (reg / 4) + 4 * (lane / 32) + reg % 4, column = lane % 32
 *         16x16: row = 4 * (lane / 16) + reg, column = lane % 16; f64: row = 4 * reg + lane / 16
 * so M lanes of a register of C are a row, and a row of A or B is M lanes of a register.
 *
 * Order: each element of D starts from C and takes the K products one after the other, k ascending, each by one fused multiply-add in f32 (f64, exact
 * i32). Products of bf16, f16 and 8-bit floats are exact in f32. xf32 operands are first rounded to 10 bits of fraction, to nearest even. */
#include "runtime/drivers/amdgcn_sim/lanes.h"

typedef uint32_t u32;
typedef int32_t i32;

static inline float bf16_element(const u32 (*r)[GCN_LANES], int lane, int e, bool ocp)
{
    (void)ocp;
    return float_of(e % 2 ? r[e / 2][lane] & 0xffff0000 : r[e / 2][lane] << 16);
}
static inline float f16_element(const u32 (*r)[GCN_LANES], int lane, int e, bool ocp)
{
    (void)ocp;
    return half_to_float(r[e / 2][lane] >> (16 * (e % 2)) & 0xffff);
}
static inline float f32_element(const u32 (*r)[GCN_LANES], int lane, int e, bool ocp)
{
    (void)ocp;
    return float_of(r[e][lane]);
}
static inline float xf32_element(const u32 (*r)[GCN_LANES], int lane, int e, bool ocp)
{
    (void)ocp;
    u32 bits = r[e][lane], rounded = (bits + 0xfff + (bits >> 13 & 1)) & ~0x1fffu;
    return float_of((bits & 0x7f800000) == 0x7f800000 ? bits : rounded);
}
static inline float fp8_element(const u32 (*r)[GCN_LANES], int lane, int e, bool ocp)
{
    return gcn_fp8_to_float(r[e / 4][lane] >> (8 * (e % 4)) & 0xff, 3, ocp);
}
static inline float bf8_element(const u32 (*r)[GCN_LANES], int lane, int e, bool ocp)
{
    return gcn_fp8_to_float(r[e / 4][lane] >> (8 * (e % 4)) & 0xff, 2, ocp);
}
static inline i32 i8_element(const u32 (*r)[GCN_LANES], int lane, int e, bool ocp)
{
    (void)ocp;
    return (int8_t)(r[e / 4][lane] >> (8 * (e % 4)));
}
#define I32_MULTIPLY_ADD(a, b, c) ((i32)((u32)(a) * (u32)(b) + (u32)(c)))

/* The row of D that lanes [group * M, +M) of register `reg` hold. */
#define ROW_32(reg, group) (8 * ((reg) / 4) + 4 * (group) + (reg) % 4)
#define ROW_16(reg, group) (4 * (group) + (reg))

#define MATRIX(name, T, M, K, a_element, b_element, ROW, multiply_add)                                                                               \
    void LANE(name)(u32(*d)[GCN_LANES], const u32(*a)[GCN_LANES], const u32(*b)[GCN_LANES], const u32(*c)[GCN_LANES], const gcn_inst *i)             \
    {                                                                                                                                                \
        enum { E = K * M / GCN_LANES, GROUPS = GCN_LANES / M, REGS = M * M / GCN_LANES };                                                            \
        _Alignas(64) T left[K][M], right[K][M], rows[GROUPS][M];                                                                                     \
        bool ocp = i->gfx950;                                                                                                                        \
        (void)ocp;                                                                                                                                   \
        for (int group = 0; group < GROUPS; group++)                                                                                                 \
            for (int e = 0; e < E; e++)                                                                                                              \
                for (int l = 0; l < M; l++) {                                                                                                        \
                    left[E * group + e][l] = a_element(a, group * M + l, e, ocp);                                                                    \
                    right[E * group + e][l] = b_element(b, group * M + l, e, ocp);                                                                   \
                }                                                                                                                                    \
        for (int reg = 0; reg < REGS; reg++) {                                                                                                       \
            memcpy(rows, c[reg], sizeof rows);                                                                                                       \
            for (int group = 0; group < GROUPS; group++) {                                                                                           \
                int row = ROW(reg, group);                                                                                                           \
                T sum[M];                                                                                                                            \
                memcpy(sum, rows[group], sizeof sum);                                                                                                \
                for (int k = 0; k < K; k++) {                                                                                                        \
                    T factor = left[k][row];                                                                                                         \
                    for (int l = 0; l < M; l++) sum[l] = multiply_add(factor, right[k][l], sum[l]);                                                  \
                }                                                                                                                                    \
                memcpy(rows[group], sum, sizeof sum);                                                                                                \
            }                                                                                                                                        \
            memcpy(d[reg], rows, sizeof rows);                                                                                                       \
        }                                                                                                                                            \
    }

MATRIX(f32_32x32x8_bf16, float, 32, 8, bf16_element, bf16_element, ROW_32, fmaf)
MATRIX(f32_16x16x16_bf16, float, 16, 16, bf16_element, bf16_element, ROW_16, fmaf)
MATRIX(f32_32x32x16_bf16, float, 32, 16, bf16_element, bf16_element, ROW_32, fmaf)
MATRIX(f32_16x16x32_bf16, float, 16, 32, bf16_element, bf16_element, ROW_16, fmaf)
MATRIX(f32_32x32x8_f16, float, 32, 8, f16_element, f16_element, ROW_32, fmaf)
MATRIX(f32_16x16x16_f16, float, 16, 16, f16_element, f16_element, ROW_16, fmaf)
MATRIX(f32_32x32x16_f16, float, 32, 16, f16_element, f16_element, ROW_32, fmaf)
MATRIX(f32_16x16x32_f16, float, 16, 32, f16_element, f16_element, ROW_16, fmaf)
MATRIX(f32_32x32x2_f32, float, 32, 2, f32_element, f32_element, ROW_32, fmaf)
MATRIX(f32_16x16x4_f32, float, 16, 4, f32_element, f32_element, ROW_16, fmaf)
MATRIX(f32_32x32x4_xf32, float, 32, 4, xf32_element, xf32_element, ROW_32, fmaf)
MATRIX(f32_16x16x8_xf32, float, 16, 8, xf32_element, xf32_element, ROW_16, fmaf)
MATRIX(f32_32x32x16_fp8_fp8, float, 32, 16, fp8_element, fp8_element, ROW_32, fmaf)
MATRIX(f32_16x16x32_fp8_fp8, float, 16, 32, fp8_element, fp8_element, ROW_16, fmaf)
MATRIX(f32_32x32x16_fp8_bf8, float, 32, 16, fp8_element, bf8_element, ROW_32, fmaf)
MATRIX(f32_16x16x32_fp8_bf8, float, 16, 32, fp8_element, bf8_element, ROW_16, fmaf)
MATRIX(f32_32x32x16_bf8_fp8, float, 32, 16, bf8_element, fp8_element, ROW_32, fmaf)
MATRIX(f32_16x16x32_bf8_fp8, float, 16, 32, bf8_element, fp8_element, ROW_16, fmaf)
MATRIX(f32_32x32x16_bf8_bf8, float, 32, 16, bf8_element, bf8_element, ROW_32, fmaf)
MATRIX(f32_16x16x32_bf8_bf8, float, 16, 32, bf8_element, bf8_element, ROW_16, fmaf)
MATRIX(f32_32x32x64, float, 32, 64, f32_element, f32_element, ROW_32, fmaf) /* scaled: gcn_matrix.c makes them f32 */
MATRIX(f32_16x16x128, float, 16, 128, f32_element, f32_element, ROW_16, fmaf)
MATRIX(i32_32x32x16_i8, i32, 32, 16, i8_element, i8_element, ROW_32, I32_MULTIPLY_ADD)
MATRIX(i32_16x16x32_i8, i32, 16, 32, i8_element, i8_element, ROW_16, I32_MULTIPLY_ADD)
MATRIX(i32_32x32x32_i8, i32, 32, 32, i8_element, i8_element, ROW_32, I32_MULTIPLY_ADD)
MATRIX(i32_16x16x64_i8, i32, 16, 64, i8_element, i8_element, ROW_16, I32_MULTIPLY_ADD)

static double f64_of(const u32 (*r)[GCN_LANES], int pair, int lane) { return float_of64(r[2 * pair][lane] | (uint64_t)r[2 * pair + 1][lane] << 32); }

void LANE(f64_16x16x4_f64)(u32 (*d)[GCN_LANES], const u32 (*a)[GCN_LANES], const u32 (*b)[GCN_LANES], const u32 (*c)[GCN_LANES], const gcn_inst *i)
{
    double result[4][GCN_LANES];
    (void)i;
    for (int pair = 0; pair < 4; pair++)
        for (int lane = 0; lane < GCN_LANES; lane++) {
            int row = 4 * pair + lane / 16, column = lane % 16;
            double sum = f64_of(c, pair, lane);
            for (int k = 0; k < 4; k++) sum = fma(f64_of(a, 0, row + 16 * k), f64_of(b, 0, column + 16 * k), sum);
            result[pair][lane] = sum;
        }
    for (int pair = 0; pair < 4; pair++)
        for (int lane = 0; lane < GCN_LANES; lane++) {
            d[2 * pair][lane] = (u32)bits_of64(result[pair][lane]);
            d[2 * pair + 1][lane] = (u32)(bits_of64(result[pair][lane]) >> 32);
        }
}
