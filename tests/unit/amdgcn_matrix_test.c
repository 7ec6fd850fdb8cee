/* amdgcn_matrix_test.c - every matrix instruction against the layout formulas of AMD's matrix instruction calculator, element by element, and the
 * order in
 * which the simulator says it accumulates. The registers are filled and read here by the formulas in their per-element form. */
#include <check.h>
#include <math.h>
#include <string.h>

#include "base/dtype.h"
#include "tests/unit/amdgcn_harness.h"

typedef enum element { BF16, F16, F32, XF32, FP8, BF8, I8, F64 } element;

static const struct shape {
    const char *image, *kernel;
    int m, k; /* n = m */
    element a, b;
} shapes[] = {
    {"matrix.gfx942", "v_mfma_f32_32x32x8_bf16", 32, 8, BF16, BF16},       {"matrix.gfx942", "v_mfma_f32_16x16x16_bf16", 16, 16, BF16, BF16},
    {"matrix.gfx942", "v_mfma_f32_32x32x8_f16", 32, 8, F16, F16},          {"matrix.gfx942", "v_mfma_f32_16x16x16_f16", 16, 16, F16, F16},
    {"matrix.gfx942", "v_mfma_f32_32x32x2_f32", 32, 2, F32, F32},          {"matrix.gfx942", "v_mfma_f32_16x16x4_f32", 16, 4, F32, F32},
    {"matrix.gfx942", "v_mfma_f32_32x32x4_xf32", 32, 4, XF32, XF32},       {"matrix.gfx942", "v_mfma_f32_16x16x8_xf32", 16, 8, XF32, XF32},
    {"matrix.gfx942", "v_mfma_f32_32x32x16_fp8_fp8", 32, 16, FP8, FP8},    {"matrix.gfx942", "v_mfma_f32_16x16x32_fp8_fp8", 16, 32, FP8, FP8},
    {"matrix.gfx942", "v_mfma_f32_32x32x16_fp8_bf8", 32, 16, FP8, BF8},    {"matrix.gfx942", "v_mfma_f32_16x16x32_fp8_bf8", 16, 32, FP8, BF8},
    {"matrix.gfx942", "v_mfma_f32_32x32x16_bf8_fp8", 32, 16, BF8, FP8},    {"matrix.gfx942", "v_mfma_f32_16x16x32_bf8_fp8", 16, 32, BF8, FP8},
    {"matrix.gfx942", "v_mfma_f32_32x32x16_bf8_bf8", 32, 16, BF8, BF8},    {"matrix.gfx942", "v_mfma_f32_16x16x32_bf8_bf8", 16, 32, BF8, BF8},
    {"matrix.gfx942", "v_mfma_i32_32x32x16_i8", 32, 16, I8, I8},           {"matrix.gfx942", "v_mfma_i32_16x16x32_i8", 16, 32, I8, I8},
    {"matrix.gfx942", "v_mfma_f64_16x16x4_f64", 16, 4, F64, F64},          {"matrix950.gfx950", "v_mfma_f32_32x32x16_bf16", 32, 16, BF16, BF16},
    {"matrix950.gfx950", "v_mfma_f32_16x16x32_bf16", 16, 32, BF16, BF16},  {"matrix950.gfx950", "v_mfma_f32_32x32x16_f16", 32, 16, F16, F16},
    {"matrix950.gfx950", "v_mfma_f32_16x16x32_f16", 16, 32, F16, F16},     {"matrix950.gfx950", "v_mfma_i32_32x32x32_i8", 32, 32, I8, I8},
    {"matrix950.gfx950", "v_mfma_i32_16x16x64_i8", 16, 64, I8, I8},        {"matrix950.gfx950", "v_mfma_f32_32x32x16_fp8_fp8", 32, 16, FP8, FP8},
    {"matrix950.gfx950", "v_mfma_f32_16x16x32_bf8_fp8", 16, 32, BF8, FP8},
};

static size_t element_bytes(element e) { return e == F64 ? 8 : e == F32 || e == XF32 ? 4 : e == BF16 || e == F16 ? 2 : 1; }

/* The bits of 8-bit floats whose values are small integers: 0, 1, -1, 2, -2, 3 by the definition of each format (bias 7 or 8, 15 or 16). */
static uint8_t small_fp8(element e, bool ocp, int value)
{
    int magnitude = value < 0 ? -value : value, fraction = e == FP8 ? 3 : 2, bias = (e == FP8 ? 7 : 15) + (ocp ? 0 : 1);
    if (magnitude == 0) return 0;
    int exponent = magnitude >= 2 ? 1 : 0, extra = magnitude == 3 ? 1 << (fraction - 1) : 0;
    return (uint8_t)((value < 0 ? 0x80 : 0) | (exponent + bias) << fraction | extra);
}

static void put(element e, bool ocp, int value, uint8_t *at)
{
    float f = (float)value;
    double d = value;
    uint16_t h = e == BF16 ? tri_f32_to_bf16(f) : tri_f32_to_f16(f);
    int8_t i = (int8_t)value;
    uint8_t small = e == FP8 || e == BF8 ? small_fp8(e, ocp, value) : 0;
    const void *bits = e == F64                ? (void *)&d
                       : e == F32 || e == XF32 ? (void *)&f
                       : e == I8               ? (void *)&i
                       : e == FP8 || e == BF8  ? (void *)&small
                                               : (void *)&h;
    memcpy(at, bits, element_bytes(e));
}

/* Where A[i][k] (or B[k][i]) stands: the calculator's "lane = i + M * (k / E), element k % E". */
static uint8_t *place(uint32_t regs[64][4], const struct shape *s, element e, int i, int k)
{
    int per_lane = s->k * s->m / 64;
    return (uint8_t *)regs[i + s->m * (k / per_lane)] + (size_t)(k % per_lane) * element_bytes(e);
}

/* Where D[i][j] stands: register (pair) and lane. */
static void result_place(const struct shape *s, int i, int j, int *reg, int *lane)
{
    if (s->a == F64) {
        *reg = i / 4;
        *lane = 16 * (i % 4) + j;
    } else if (s->m == 32) {
        *reg = 4 * (i / 8) + i % 4;
        *lane = 32 * (i / 4 % 2) + j;
    } else {
        *reg = i % 4;
        *lane = 16 * (i / 4) + j;
    }
}

static double result(const struct shape *s, uint32_t regs[64][16], int i, int j)
{
    int reg, lane;
    float f;
    double d;
    result_place(s, i, j, &reg, &lane);
    memcpy(&f, &regs[lane][reg], 4);
    if (s->a == I8) return (double)(int32_t)regs[lane][reg];
    if (s->a != F64) return (double)f;
    memcpy(&d, &regs[lane][2 * reg], 8);
    return d;
}

START_TEST(an_instruction_multiplies_by_the_calculators_layout)
{
    const struct shape *s = &shapes[_i];
    static uint32_t a[64][4], b[64][4], c[64][16], d[64][16];
    static int left[32][64], right[64][32], addend[32][32];
    uint32_t state = 12345;
    bool ocp = strstr(s->image, "gfx950") != NULL;
    memset(c, 0, sizeof c);
    for (int i = 0; i < s->m; i++)
        for (int k = 0; k < s->k; k++) {
            left[i][k] = (int)((state = state * 1664525 + 1013904223) >> 24) % 6 - 2;
            right[k][i] = (int)((state = state * 1664525 + 1013904223) >> 24) % 6 - 2;
            put(s->a, ocp, left[i][k], place(a, s, s->a, i, k));
            put(s->b, ocp, right[k][i], place(b, s, s->b, i, k));
        }
    for (int i = 0; i < s->m; i++)
        for (int j = 0; j < s->m; j++) {
            int reg, lane;
            result_place(s, i, j, &reg, &lane);
            addend[i][j] = 100 * i + j;
            float f = (float)addend[i][j];
            double f64 = addend[i][j];
            if (s->a == F64)
                memcpy(&c[lane][2 * reg], &f64, 8);
            else if (s->a == I8)
                c[lane][reg] = (uint32_t)addend[i][j];
            else
                memcpy(&c[lane][reg], &f, 4);
        }
    amdgcn_test test;
    amdgcn_open(&test, s->image);
    tri_status *status = amdgcn_run(&test, s->kernel, 1, 64, (amdgcn_buffer[]){IN(a), IN(b), IN(c), OUT(d)}, 4);
    ck_assert_msg(!status, "%s", status ? amdgcn_text(status) : "");
    for (int i = 0; i < s->m; i++)
        for (int j = 0; j < s->m; j++) {
            int want = addend[i][j];
            for (int k = 0; k < s->k; k++) want += left[i][k] * right[k][j];
            ck_assert_msg(result(s, d, i, j) == want, "%s: D[%d][%d] = %g, not %d", s->kernel, i, j, result(s, d, i, j), want);
        }
    amdgcn_close(&test);
}
END_TEST

/* With values of all sizes the order shows: C first, then k ascending, one rounding each. */
START_TEST(products_are_added_one_after_the_other)
{
    static const int which[] = {0, 1, 4, 5};
    const struct shape *s = &shapes[which[_i]];
    static uint32_t a[64][4], b[64][4], c[64][16], d[64][16];
    static float left[32][16], right[16][32], addend[32][32];
    uint32_t state = 99;
    for (int i = 0; i < s->m; i++)
        for (int k = 0; k < s->k; k++)
            for (int side = 0; side < 2; side++) {
                state = state * 1664525 + 1013904223;
                float x = ldexpf((float)((int)(state >> 8 & 0xff) - 128), (int)(state >> 20) % 24 - 12);
                uint16_t h = tri_f32_to_bf16(x);
                *(side ? &right[k][i] : &left[i][k]) = x;
                memcpy(place(side ? b : a, s, s->a, i, k), s->a == BF16 ? (void *)&h : (void *)&x, element_bytes(s->a));
            }
    for (int i = 0; i < s->m; i++)
        for (int j = 0; j < s->m; j++) {
            int reg, lane;
            result_place(s, i, j, &reg, &lane);
            addend[i][j] = (float)(i - j) * 1.1f;
            memcpy(&c[lane][reg], &addend[i][j], 4);
        }
    amdgcn_test test;
    amdgcn_open(&test, s->image);
    tri_status *status = amdgcn_run(&test, s->kernel, 1, 64, (amdgcn_buffer[]){IN(a), IN(b), IN(c), OUT(d)}, 4);
    ck_assert_msg(!status, "%s", status ? amdgcn_text(status) : "");
    for (int i = 0; i < s->m; i++)
        for (int j = 0; j < s->m; j++) {
            float want = addend[i][j];
            for (int k = 0; k < s->k; k++) want = fmaf(left[i][k], right[k][j], want);
            ck_assert_msg(result(s, d, i, j) == (double)want, "%s: D[%d][%d] = %a, not %a", s->kernel, i, j, result(s, d, i, j), want);
        }
    amdgcn_close(&test);
}
END_TEST

/* ---- scaled products of gfx950 ---- */

static const struct narrow {
    int bits, fraction, bias;
} narrow[] = {{8, 3, 7}, {8, 2, 15}, {6, 3, 1}, {6, 2, 3}, {4, 1, 1}};

static const struct scaled {
    const char *kernel;
    int m, k, format[2]; /* of A and B: numbers of `narrow` as cbsz and blgp have them */
    int byte[2];         /* of the dword of scales; -1: no scales */
} scaled[] = {
    {"fp8_fp8_16", 16, 128, {0, 0}, {0, 0}}, {"bf8_fp4_16", 16, 128, {1, 4}, {1, 2}}, {"fp6_bf6_16", 16, 128, {2, 3}, {2, 3}},
    {"fp4_fp8_32", 32, 64, {4, 0}, {0, 0}},  {"fp4_fp4_32", 32, 64, {4, 4}, {3, 1}},  {"fp8_bf8_32_plain", 32, 64, {0, 1}, {-1, -1}},
};

/* Sets element k of row i. Narrow elements: 32 of consecutive k a lane. Of 8 bits: 16 of consecutive k, then 16 more half of K later. */
static void put_narrow(uint32_t regs[64][8], const struct scaled *s, const struct narrow *n, int i, int k, int value)
{
    int magnitude = value < 0 ? -value : value, exponent = magnitude >= 2, more = magnitude == 3 ? 1 << (n->fraction - 1) : 0;
    uint32_t bits = magnitude ? (uint32_t)((value < 0) << (n->bits - 1) | (exponent + n->bias) << n->fraction | more) : 0;
    int half = s->k / 2, lane = i + s->m * (n->bits == 8 ? k % half / 16 : k / 32), e = n->bits == 8 ? k % 16 + 16 * (k / half) : k % 32;
    for (int b = 0; b < n->bits; b++) regs[lane][(e * n->bits + b) / 32] |= (bits >> b & 1) << ((e * n->bits + b) % 32);
}

START_TEST(a_scaled_product_takes_a_scale_for_each_32_elements)
{
    const struct scaled *s = &scaled[_i];
    static uint32_t regs[2][64][8], scales[64][2], c[64][16], d[64][16];
    static int value[2][32][128], power[2][32][4];
    const struct shape like = {.m = s->m, .k = s->k, .a = F32, .b = F32};
    uint32_t state = 4242;
    for (int side = 0; side < 2; side++)
        for (int i = 0; i < s->m; i++)
            for (int k = 0; k < s->k; k++) {
                value[side][i][k] = (int)((state = state * 1664525 + 1013904223) >> 24) % 6 - 2;
                put_narrow(regs[side], s, &narrow[s->format[side]], i, k, value[side][i][k]);
                if (k % 32) continue;
                power[side][i][k / 32] = s->byte[side] < 0 ? 0 : (int)(state >> 8 & 0xff) % 5 - 2;
                scales[i + s->m * (k / 32)][side] = 0xff00ffffu; /* of the bytes not chosen some are NaN */
                if (s->byte[side] >= 0) {
                    uint32_t *word = &scales[i + s->m * (k / 32)][side], shift = 8 * (uint32_t)s->byte[side];
                    *word = (*word & ~(0xffu << shift)) | (uint32_t)(127 + power[side][i][k / 32]) << shift;
                }
            }
    for (int i = 0; i < s->m; i++)
        for (int j = 0; j < s->m; j++) {
            int reg, lane;
            float f = (float)(10 * i - j);
            result_place(&like, i, j, &reg, &lane);
            memcpy(&c[lane][reg], &f, 4);
        }
    amdgcn_test test;
    amdgcn_open(&test, "matrix950.gfx950");
    tri_status *status = amdgcn_run(&test, s->kernel, 1, 64, (amdgcn_buffer[]){IN(regs[0]), IN(regs[1]), IN(c), IN(scales), OUT(d)}, 5);
    ck_assert_msg(!status, "%s", status ? amdgcn_text(status) : "");
    for (int i = 0; i < s->m; i++)
        for (int j = 0; j < s->m; j++) {
            double want = 10 * i - j; /* all terms are multiples of 1/16 and the sum is small: exact in any order */
            for (int k = 0; k < s->k; k++) want += ldexp(value[0][i][k] * value[1][j][k], power[0][i][k / 32] + power[1][j][k / 32]);
            ck_assert_msg(result(&like, d, i, j) == want, "%s: D[%d][%d] = %g, not %g", s->kernel, i, j, result(&like, d, i, j), want);
        }
    amdgcn_close(&test);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("amdgcn_matrix");
    TCase *matrix = tcase_create("matrix");
    tcase_add_loop_test(matrix, an_instruction_multiplies_by_the_calculators_layout, 0, sizeof shapes / sizeof *shapes);
    tcase_add_loop_test(matrix, products_are_added_one_after_the_other, 0, 4);
    tcase_add_loop_test(matrix, a_scaled_product_takes_a_scale_for_each_32_elements, 0, sizeof scaled / sizeof *scaled);
    suite_add_tcase(suite, matrix);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
