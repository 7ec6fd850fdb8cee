/* amdgcn_kernel_test.c - kernels compiled by LLVM at -O3, for both machines, against plain C on the host. */
#include <check.h>
#include <math.h>
#include <string.h>

#include "base/dtype.h"
#include "tests/unit/amdgcn_harness.h"

static const char *const images[] = {"kernels.gfx942", "kernels.gfx950"};

static void run(amdgcn_test *test, const char *kernel, uint32_t groups, amdgcn_buffer *buffers, uint32_t n)
{
    tri_status *status = amdgcn_run(test, kernel, groups, 256, buffers, n);
    ck_assert_msg(!status, "%s", status ? amdgcn_text(status) : "");
}

static uint32_t random32(uint64_t *state)
{
    *state = *state * 6364136223846793005ull + 1442695040888963407ull;
    return (uint32_t)(*state >> 32);
}

static float float_of(uint32_t bits)
{
    float f;
    memcpy(&f, &bits, sizeof f);
    return f;
}

/* Distance in units of the last place; 0 for two NaNs. */
static double ulps(float got, double want)
{
    if (isnan(got) || isnan(want)) return isnan(got) && isnan(want) ? 0 : 1e30;
    if (isinf(got) || isinf((float)want)) return got == (float)want ? 0 : 1e30;
    int e;
    frexp(want, &e);
    double place = ldexp(1, (e < -125 ? -125 : e) - 24);
    return fabs(got - want) / place;
}

START_TEST(float_functions_have_the_accuracy_llvm_promises)
{
    enum { N = 4096 };
    static float a[N], b[N], out[N][4];
    uint64_t state = 7;
    for (int i = 0; i < N; i++) { /* all bit patterns, and the range in which exp2 is finite */
        a[i] = i % 2 ? float_of(random32(&state)) : (float)((int32_t)random32(&state) % 150000) / 1000.0f;
        b[i] = float_of(random32(&state));
    }
    a[1] = INFINITY, a[3] = 0, a[5] = 0x1p-140f, a[7] = 1, b[7] = 0x1p-130f, a[9] = 0x1p127f, b[9] = 0x1p-20f, b[11] = 0;
    amdgcn_test test;
    amdgcn_open(&test, images[_i]);
    run(&test, "float_functions", N / 256, (amdgcn_buffer[]){IN(a), IN(b), OUT(out)}, 3);
    for (int i = 0; i < N; i++) {
        ck_assert_msg(ulps(out[i][0], exp2((double)a[i])) <= 1.5, "exp2(%a) = %a", a[i], out[i][0]);
        ck_assert_msg(ulps(out[i][1], log2((double)a[i])) <= 1.5, "log2(%a) = %a", a[i], out[i][1]);
        ck_assert_msg(ulps(out[i][2], (double)sqrtf(a[i])) == 0, "sqrt(%a) = %a", a[i], out[i][2]);
        ck_assert_msg(ulps(out[i][3], (double)(a[i] / b[i])) == 0, "%a / %a = %a, not %a", a[i], b[i], out[i][3], a[i] / b[i]);
    }
    amdgcn_close(&test);
}
END_TEST

START_TEST(f64_division_is_correctly_rounded)
{
    double a[256], b[256], out[256];
    uint64_t state = 3;
    for (int i = 0; i < 256; i++) {
        uint64_t x = (uint64_t)random32(&state) << 32 | random32(&state), y = (uint64_t)random32(&state) << 32 | random32(&state);
        memcpy(&a[i], &x, 8);
        memcpy(&b[i], &y, 8);
    }
    a[0] = 1, b[0] = 0, a[1] = 0, b[1] = 0, a[2] = INFINITY, b[2] = INFINITY, a[3] = 0x1p-1060, b[3] = 0x1p-3, a[4] = 3, b[4] = 0x1p1023;
    amdgcn_test test;
    amdgcn_open(&test, images[_i]);
    run(&test, "divide_f64", 1, (amdgcn_buffer[]){IN(a), IN(b), OUT(out)}, 3);
    for (int i = 0; i < 256; i++) {
        double want = a[i] / b[i];
        ck_assert_msg(isnan(want) ? isnan(out[i]) : out[i] == want, "%a / %a = %a, not %a", a[i], b[i], out[i], want);
    }
    amdgcn_close(&test);
}
END_TEST

START_TEST(integer_division)
{
    int64_t a[256], b[256], out[256][4];
    uint64_t state = 5;
    for (int i = 0; i < 256; i++) {
        a[i] = (int64_t)((uint64_t)random32(&state) << 32 | random32(&state));
        b[i] = (int64_t)(((uint64_t)random32(&state) << 32 | random32(&state)) >> random32(&state) % 40);
        if ((int32_t)b[i] == 0 || (int32_t)b[i] == -1) b[i] += 3;
    }
    amdgcn_test test;
    amdgcn_open(&test, images[_i]);
    run(&test, "divide_integers", 1, (amdgcn_buffer[]){IN(a), IN(b), OUT(out)}, 3);
    for (int i = 0; i < 256; i++) {
        ck_assert_int_eq(out[i][0], (int32_t)a[i] / (int32_t)b[i]);
        ck_assert_int_eq(out[i][1], (int32_t)a[i] % (int32_t)b[i]);
        ck_assert_uint_eq((uint64_t)out[i][2], (uint64_t)a[i] / (uint64_t)b[i]);
        ck_assert_uint_eq((uint64_t)out[i][3], (uint64_t)a[i] % (uint64_t)b[i]);
    }
    amdgcn_close(&test);
}
END_TEST

START_TEST(rounding_to_bf16_and_f16)
{
    float a[256][4];
    uint16_t bf[256][4], half[256][4];
    uint64_t state = 11;
    for (int i = 0; i < 1024; i++)
        a[i / 4][i % 4] = i % 3 ? float_of(random32(&state)) : ldexpf((float)(random32(&state) >> 8), (int)(random32(&state) % 44) - 50);
    a[0][0] = INFINITY, a[0][1] = 65519.0f, a[0][2] = 65520.0f, a[0][3] = 0x1.01p0f, a[1][0] = 0x1.03p0f;
    amdgcn_test test;
    amdgcn_open(&test, images[_i]);
    run(&test, "to_bf16_and_f16", 1, (amdgcn_buffer[]){IN(a), OUT(bf), OUT(half)}, 3);
    for (int i = 0; i < 1024; i++) {
        float x = a[i / 4][i % 4], b = tri_bf16_to_f32(bf[i / 4][i % 4]), h = tri_f16_to_f32(half[i / 4][i % 4]);
        ck_assert_msg(isnan(x) ? isnan(b) : (double)b == tri_round_to(TRI_BF16, (double)x), "bf16(%a) = %a", x, b);
        ck_assert_msg(isnan(x) ? isnan(h) : (double)h == tri_round_to(TRI_F16, (double)x), "f16(%a) = %a", x, h);
    }
    amdgcn_close(&test);
}
END_TEST

START_TEST(a_tree_of_barriers_sums)
{
    enum { GROUPS = 37 };
    static float a[GROUPS][256], out[GROUPS];
    for (int g = 0; g < GROUPS; g++)
        for (int i = 0; i < 256; i++) a[g][i] = (float)(g * 3 + i % 17);
    amdgcn_test test;
    amdgcn_open(&test, images[_i]);
    run(&test, "sum_by_tree", GROUPS, (amdgcn_buffer[]){IN(a), OUT(out)}, 2);
    for (int g = 0; g < GROUPS; g++) {
        float sum = 0; /* small integers: exact in any order */
        for (int i = 0; i < 256; i++) sum += a[g][i];
        ck_assert_float_eq(out[g], sum);
    }
    amdgcn_close(&test);
}
END_TEST

START_TEST(private_arrays_live_in_scratch)
{
    uint32_t a[256], out[256];
    for (uint32_t i = 0; i < 256; i++) a[i] = i * 7 % 64;
    amdgcn_test test;
    amdgcn_open(&test, images[_i]);
    run(&test, "private_array", 1, (amdgcn_buffer[]){IN(a), OUT(out)}, 2);
    for (uint32_t i = 0; i < 256; i++) ck_assert_uint_eq(out[i], i * (i * 7 % 64));
    amdgcn_close(&test);
}
END_TEST

START_TEST(global_atomics_count)
{
    static uint32_t a[2048];
    uint32_t out[16] = {0}, want[16] = {0};
    uint64_t state = 1;
    for (int i = 0; i < 2048; i++) want[(a[i] = random32(&state)) & 15]++;
    amdgcn_test test;
    amdgcn_open(&test, images[_i]);
    run(&test, "histogram", 8, (amdgcn_buffer[]){IN(a), INOUT(out)}, 2);
    for (int i = 0; i < 16; i++) ck_assert_uint_eq(out[i], want[i]);
    amdgcn_close(&test);
}
END_TEST

START_TEST(a_matrix_product_through_lds)
{
    enum { N = 256 };
    static uint16_t a[N][N], b[N][N];
    static float c[N][N];
    uint64_t state = 9;
    for (int i = 0; i < N * N; i++) {
        a[i / N][i % N] = tri_f32_to_bf16((float)((int)(random32(&state) % 512) - 256) / 64.0f);
        b[i / N][i % N] = tri_f32_to_bf16((float)((int)(random32(&state) % 512) - 256) / 64.0f);
    }
    amdgcn_test test;
    amdgcn_open(&test, images[_i]);
    run(&test, "gemm_bf16", 16, (amdgcn_buffer[]){IN(a), IN(b), OUT(c)}, 3);
    for (int m = 0; m < N; m++)
        for (int n = 0; n < N; n++) {
            float sum = 0; /* the documented order: k ascending, one rounding a product */
            for (int k = 0; k < N; k++) sum = fmaf(tri_bf16_to_f32(a[m][k]), tri_bf16_to_f32(b[n][k]), sum);
            ck_assert_msg(c[m][n] == sum, "c[%d][%d] = %a, not %a", m, n, c[m][n], sum);
        }
    amdgcn_close(&test);
}
END_TEST

/* Loads beyond the end of a descriptor give 0, stores there do nothing; of 8 bytes and more, each dword counts for itself. */
START_TEST(buffer_descriptors_bound_accesses)
{
    enum { PART = 1024, READ = 100, WRITTEN = 203 };
    static const int widths[] = {1, 2, 4, 8, 12, 16};
    static uint8_t a[6 * PART], out[6 * PART];
    int32_t sizes[] = {READ, WRITTEN};
    uint64_t state = 21;
    for (int i = 0; i < 6 * PART; i++) a[i] = (uint8_t)random32(&state);
    memset(out, 0xee, sizeof out);
    amdgcn_test test;
    amdgcn_open(&test, images[_i]);
    tri_status *status = amdgcn_run(&test, "bounded_copies", 1, 64, (amdgcn_buffer[]){IN(a), INOUT(out), IN(sizes)}, 3);
    ck_assert_msg(!status, "%s", status ? amdgcn_text(status) : "");
    for (int part = 0; part < 6; part++)
        for (int at = 0; at < PART; at++) {
            int unit = widths[part] < 4 ? widths[part] : 4, end = at / unit * unit + unit;
            bool copied = at < 64 * widths[part] && end <= WRITTEN;
            int want = !copied ? 0xee : end <= READ ? a[part * PART + at] : 0;
            ck_assert_msg(out[part * PART + at] == want, "%d bytes a lane: byte %d is %d, not %d", widths[part], at, out[part * PART + at], want);
        }
    amdgcn_close(&test);
}
END_TEST

START_TEST(a_wave_reduces_across_its_lanes)
{
    int32_t a[64], out[64][2], sum = 0, most = INT32_MIN;
    uint64_t state = 8;
    for (int i = 0; i < 64; i++) {
        a[i] = (int32_t)random32(&state) >> 8;
        sum += a[i];
        if (a[i] > most) most = a[i];
    }
    amdgcn_test test;
    amdgcn_open(&test, images[_i]);
    tri_status *status = amdgcn_run(&test, "reductions", 1, 64, (amdgcn_buffer[]){IN(a), OUT(out)}, 2);
    ck_assert_msg(!status, "%s", status ? amdgcn_text(status) : "");
    for (int i = 0; i < 64; i++) ck_assert_msg(out[i][0] == sum && out[i][1] == most, "lane %d: %d, %d", i, out[i][0], out[i][1]);
    amdgcn_close(&test);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("amdgcn_kernel");
    TCase *kernels = tcase_create("kernels");
    tcase_set_timeout(kernels, 60);
    tcase_add_loop_test(kernels, float_functions_have_the_accuracy_llvm_promises, 0, 2);
    tcase_add_loop_test(kernels, f64_division_is_correctly_rounded, 0, 2);
    tcase_add_loop_test(kernels, integer_division, 0, 2);
    tcase_add_loop_test(kernels, rounding_to_bf16_and_f16, 0, 2);
    tcase_add_loop_test(kernels, a_tree_of_barriers_sums, 0, 2);
    tcase_add_loop_test(kernels, private_arrays_live_in_scratch, 0, 2);
    tcase_add_loop_test(kernels, global_atomics_count, 0, 2);
    tcase_add_loop_test(kernels, a_matrix_product_through_lds, 0, 2);
    tcase_add_loop_test(kernels, buffer_descriptors_bound_accesses, 0, 2);
    tcase_add_loop_test(kernels, a_wave_reduces_across_its_lanes, 0, 2);
    suite_add_tcase(suite, kernels);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
