/* tests/unit/systolic_sched_test.c - scheduled programs on the simulated decoupled core: values against sums made here, no report of the machine
 * (races, banks, semaphores that are left end the run), refusals. */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "base/random.h"
#include "systolic_sched_programs.h"

static double *random_bf16(uint64_t stream, int64_t rows, int64_t columns, uint16_t *out)
{
    tri_random_fill(1, stream, TRI_BF16, 2, (const int64_t[]){rows, columns}, out);
    double *values = malloc((size_t)(rows * columns) * sizeof *values);
    for (int64_t i = 0; i < rows * columns; i++) values[i] = tri_load_f64(TRI_BF16, &out[i]);
    return values;
}

static void must(tri_status *status)
{
    if (status) tri_status_print(status, NULL, stderr);
    ck_assert_msg(!status, "the program did not run");
}

static void check_matmul(const matmul_schedule *s)
{
    size_t na = (size_t)(s->m * s->k), nb = (size_t)(s->k * s->n), nc = (size_t)(s->m * s->n);
    uint16_t *a = calloc(na, 2), *b = calloc(nb, 2), *c = calloc(nc, 2);
    float *bias = calloc((size_t)s->n, 4);
    double *fa = random_bf16(0, s->m, s->k, a), *fb = random_bf16(1, s->k, s->n, b);
    for (int64_t j = 0; j < s->n; j++) bias[j] = (float)j / 64;
    sched_data data[4];
    int n = 0;
    data[n++] = (sched_data){a, 2 * na, true};
    data[n++] = (sched_data){b, 2 * nb, true};
    if (s->bias) data[n++] = (sched_data){bias, 4 * (uint64_t)s->n, true};
    data[n++] = (sched_data){c, 2 * nc, false};
    tri_text text = {0};
    tri_syssim_report report;
    matmul_text(&text, s);
    must(sched_run("trn2", tri_text_string(&text), text.n, data, n, false, &report, NULL));
    for (int64_t i = 0; i < s->m; i++)
        for (int64_t j = 0; j < s->n; j++) {
            double sum = s->bias ? bias[j] : 0, magnitude = fabs(sum);
            for (int64_t k = 0; k < s->k; k++) {
                double product = fa[i * s->k + k] * fb[k * s->n + j];
                sum += product;
                magnitude += fabs(product);
            }
            /* k + 1 roundings to f32 of partial sums, then one to bf16. */
            double got = tri_load_f64(TRI_BF16, &c[i * s->n + j]), bound = ldexp((double)s->k + 2, -24) * magnitude + ldexp(fabs(sum), -8);
            ck_assert_msg(fabs(got - sum) <= bound * 1.01, "[%d][%d] is %g, not %g", (int)i, (int)j, got, sum);
        }
    tri_text_free(&text);
    free(a), free(b), free(c), free(bias), free(fa), free(fb);
}

START_TEST(one_block_of_whole_tiles) { check_matmul(&(matmul_schedule){.m = 1024, .n = 512, .k = 512, .kc = 256, .depth = 2, .stages = 2}); }
END_TEST

START_TEST(a_single_chunk) { check_matmul(&(matmul_schedule){.m = 1024, .n = 512, .k = 128, .kc = 128, .depth = 1, .stages = 1}); }
END_TEST

START_TEST(sizes_that_fill_no_tile)
{
    check_matmul(&(matmul_schedule){.m = 1100, .n = 530, .k = 300, .kc = 256, .depth = 2, .stages = 2});
    check_matmul(&(matmul_schedule){.m = 7, .n = 9, .k = 5, .kc = 128, .depth = 2, .stages = 2, .vector_only = true});
}
END_TEST

START_TEST(first_chunk_in_tiles)
{
    check_matmul(&(matmul_schedule){.m = 1030, .n = 100, .k = 700, .kc = 256, .depth = 3, .stages = 2, .first_in_tiles = true});
    check_matmul(&(matmul_schedule){.m = 100, .n = 700, .k = 256, .kc = 256, .depth = 1, .stages = 1, .first_in_tiles = true});
}
END_TEST

START_TEST(a_bias_is_repeated_over_the_rows)
{
    check_matmul(&(matmul_schedule){.m = 200, .n = 600, .k = 130, .kc = 128, .depth = 2, .stages = 2, .bias = true});
}
END_TEST

/* ---- attention ---- */

static const attention_schedule usual = {.tokens = 2048,
                                         .heads = 1,
                                         .scale = 0.08838834764831845,
                                         .age = {1, 4, 7, 7},
                                         .s_slots = 3,
                                         .t_slots = 1,
                                         .o_slots = 1,
                                         .vector_copies = true,
                                         .general_share = 50,
                                         .dma_quarters = 2};

/* Runs it and compares every `stride`-th row with a sum in double precision. */
static void check_attention(const attention_schedule *s, int64_t stride)
{
    enum { D = 128 };
    int64_t row = s->heads * D, n = s->tokens * row;
    uint16_t *in[3], *out = calloc((size_t)n, 2);
    double *f[3], *p = malloc((size_t)s->tokens * sizeof *p);
    for (int k = 0; k < 3; k++) {
        in[k] = calloc((size_t)n, 2);
        tri_random_fill(2, (uint64_t)k, TRI_BF16, 1, &n, in[k]);
        f[k] = malloc((size_t)n * sizeof *f[k]);
        for (int64_t i = 0; i < n; i++) f[k][i] = tri_load_f64(TRI_BF16, &in[k][i]);
    }
    const uint64_t bytes = 2 * (uint64_t)n;
    sched_data data[] = {{in[0], bytes, true}, {in[1], bytes, true}, {in[2], bytes, true}, {out, bytes, false}};
    tri_text text = {0};
    tri_syssim_report report;
    attention_text(&text, s);
    must(sched_run("trn2", tri_text_string(&text), text.n, data, 4, false, &report, NULL));
    for (int64_t h = 0; h < s->heads; h++)
        for (int64_t i = h; i < s->tokens; i += stride) {
            double most = -INFINITY, sum = 0;
            for (int64_t j = 0; j <= i; j++) {
                p[j] = 0;
                for (int d = 0; d < D; d++) p[j] += s->scale * f[0][i * row + h * D + d] * f[1][j * row + h * D + d];
                most = fmax(most, p[j]);
            }
            for (int64_t j = 0; j <= i; j++) sum += p[j] = exp(p[j] - most);
            for (int d = 0; d < D; d++) {
                double value = 0, magnitude = 0, got = tri_load_f64(TRI_BF16, &out[i * row + h * D + d]);
                for (int64_t j = 0; j <= i; j++) {
                    value += p[j] / sum * f[2][j * row + h * D + d];
                    magnitude += p[j] / sum * fabs(f[2][j * row + h * D + d]);
                }
                /* Weights are rounded to bf16, over and under the line alike; the result once more. Sums in f32 are a hundredth of that. */
                double bound = 1.02 * (ldexp(magnitude, -8) + ldexp(fabs(value), -9));
                ck_assert_msg(fabs(got - value) <= bound, "row %d, head %d, column %d is %g, not %g", (int)i, (int)h, d, got, value);
            }
        }
    tri_text_free(&text);
    for (int k = 0; k < 3; k++) free(in[k]), free(f[k]);
    free(out), free(p);
}

START_TEST(attention_over_several_chunks_of_keys) { check_attention(&usual, 29); }
END_TEST

START_TEST(attention_of_several_heads)
{
    attention_schedule s = usual;
    s.tokens = 1024;
    s.heads = 2;
    check_attention(&s, 31);
}
END_TEST

START_TEST(attention_with_other_ages_and_shares)
{
    attention_schedule s = usual;
    memcpy(s.age, (const int64_t[4]){1, 2, 4, 4}, sizeof s.age);
    s.vector_copies = false;
    s.general_share = 36;
    s.dma_quarters = 3;
    check_attention(&s, 67);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("systolic_sched");
    TCase *matmul = tcase_create("matmul");
    tcase_set_timeout(matmul, 120);
    tcase_add_test(matmul, one_block_of_whole_tiles);
    tcase_add_test(matmul, a_single_chunk);
    tcase_add_test(matmul, sizes_that_fill_no_tile);
    tcase_add_test(matmul, first_chunk_in_tiles);
    tcase_add_test(matmul, a_bias_is_repeated_over_the_rows);
    suite_add_tcase(suite, matmul);
    TCase *attention = tcase_create("attention");
    tcase_set_timeout(attention, 120);
    tcase_add_test(attention, attention_over_several_chunks_of_keys);
    tcase_add_test(attention, attention_of_several_heads);
    tcase_add_test(attention, attention_with_other_ages_and_shares);
    suite_add_tcase(suite, attention);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
