/* tests/unit/systolic_sched_test.c - scheduled programs on the simulated decoupled core: values against sums made here, no report of the machine
 * (races, banks, semaphores that are left end the run), refusals. */
#include <check.h>
#include <math.h>
#include <stdio.h>
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

START_TEST(banks_acquired_and_published_all_at_once)
{
    check_matmul(&(matmul_schedule){.m = 1100, .n = 530, .k = 300, .kc = 128, .depth = 2, .stages = 2, .all_at_once = true});
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

/* What the machine reports about a program that should have been refused before. */
static bool is_trap(const tri_status *status)
{
    static const char *const traps[] = {
#define TRI_SYSTOLIC_TRAP(name, doc) #name ":",
#include "abi/systolic_ops.def"
#undef TRI_SYSTOLIC_TRAP
    };
    for (size_t i = 0; i < sizeof traps / sizeof *traps; i++)
        if (!strncmp(tri_status_message(status), traps[i], strlen(traps[i]))) return true;
    return false;
}

/* Runs it and compares every `stride`-th row with a sum in double precision. False: it was refused before it ran, which `may_refuse` allows. */
static bool check_attention(const attention_schedule *s, int64_t stride, bool may_refuse)
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
    tri_status *status = sched_run("trn2", tri_text_string(&text), text.n, data, 4, false, &report, NULL);
    bool refused = status && may_refuse && !is_trap(status);
    if (refused)
        tri_status_free(status);
    else
        must(status);
    for (int64_t h = 0; h < s->heads && !refused; h++)
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
    return !refused;
}

START_TEST(attention_over_several_chunks_of_keys) { check_attention(&usual, 29, false); }
END_TEST

START_TEST(attention_of_several_heads)
{
    attention_schedule s = usual;
    s.tokens = 1024;
    s.heads = 2;
    check_attention(&s, 31, false);
}
END_TEST

START_TEST(attention_with_other_ages_and_shares)
{
    attention_schedule s = usual;
    memcpy(s.age, (const int64_t[4]){1, 2, 4, 4}, sizeof s.age);
    s.vector_copies = false;
    s.general_share = 36;
    s.dma_quarters = 3;
    check_attention(&s, 67, false);
}
END_TEST

/* ---- any schedule at all ---- */

static uint32_t below(uint32_t seed, uint32_t which, uint32_t n)
{
    uint32_t out[4];
    tri_philox((const uint32_t[4]){which, 0, 0, 0}, (const uint32_t[2]){seed, 17}, out);
    return out[0] % n;
}

/* Ages and numbers of slots at random: refused (banks, a deadlock), or run without a report of the machine and with the right values. */
START_TEST(a_schedule_is_refused_or_right)
{
    int ran = 0, refused = 0;
    for (uint32_t seed = 0; seed < 24; seed++) {
        attention_schedule s = usual;
        s.tokens = 1024;
        for (int k = 0; k < 4; k++) s.age[k] = below(seed, (uint32_t)k, 8);
        s.age[0] = below(seed, 0, 3);
        s.s_slots = 1 + below(seed, 4, 3);
        s.t_slots = 1 + below(seed, 5, 2);
        s.o_slots = 1 + below(seed, 6, 2);
        s.vector_copies = below(seed, 7, 2);
        s.general_share = 20 + below(seed, 8, 60);
        s.dma_quarters = 1 + below(seed, 9, 3);
        *(check_attention(&s, 97, true) ? &ran : &refused) += 1;
    }
    ck_assert_msg(ran >= 4 && refused >= 4, "%d ran, %d were refused: both have to be tried", ran, refused);
}
END_TEST

/* ---- refusals ---- */

static void refused(const char *body, const char *part)
{
    tri_text text = {0};
    tri_text_addf(&text, "scheduled @f(%%A: in buf<256x256xbf16>, %%C: out buf<256x256xf32>) programs 1 workers 1 cluster 1 {\n%s}\n", body);
    tri_syssim_report report;
    static uint8_t bytes[256 * 256 * 4];
    const sched_data data[] = {{bytes, 256 * 256 * 2, true}, {bytes, 256 * 256 * 4, true}};
    tri_status *status = sched_run("trn2", tri_text_string(&text), text.n, data, 2, true, &report, NULL);
    ck_assert_msg(status != NULL, "nothing was refused; expected: %s", part);
    ck_assert_msg(strstr(tri_status_message(status), part) != NULL, "expected '%s' in: %s", part, tri_status_message(status));
    tri_status_free(status);
    tri_text_free(&text);
}

static const char *const loads = "role @l copy[1] (%i, %r) { work (%p) { acquire %q load_into %q[0, 0], %A[0:+128, 0:+128] publish %q } }\n";

START_TEST(what_a_core_cannot_do_is_said)
{
    char text[2048];
    refused("%q = ring depth 40 : ring<256x4096xbf16> @big\n role @l copy[1] (%i, %r) { work (%p) { acquire %q publish %q } }\n"
            "role @s copy[1] (%i, %r) { work (%p) { %t = await %q : tile<256x4096xbf16> release %q } }\n",
            "fewer or smaller slots");
    refused("%q = ring depth 5 place acc : ring<128x1024xf32> @c\n role @l matrix[1] (%i, %r) { work (%p) { acquire %q publish %q } }\n"
            "role @s vector[1] (%i, %r) { work (%p) { %t = await %q : tile<128x1024xf32> release %q } }\n",
            "accumulator banks are asked");
    refused("role @a vector[1] (%i, %r) { work (%p) { } }\n role @b vector[1] (%i, %r) { work (%p) { } }\n", "two roles for the one vector engine");
    refused("role @a vector[1] (%i, %r) { work (%p) { for %k in 0..100000 { for %l in 0..100000 { } } } }\n", "takes more than");
    refused("role @a threads[1] (%i, %r) { work (%p) { } }\n", "has no threads");
    snprintf(text, sizeof text,
             "%%q = ring depth 1 : ring<128x128xbf16> @q\n%%y = ring depth 1 : ring<128x128xf32> @y\n%s"
             "role @v vector[1] (%%i, %%r) { work (%%p) { %%t = await %%q : tile<128x128xbf16> acquire %%y\n"
             "%%e = map(%%t) : tile<128x128xf32> { ^(%%x: bf16):\n%%0 = convert %%x : f32\n%%1 = exp2 %%0 : f32\nyield %%1 }\n"
             "store_into %%e -> %%y[0, 0] publish %%y release %%q } }\n"
             "role @s copy[1] (%%i, %%r) { work (%%p) { %%t = await %%y : tile<128x128xf32> store %%t -> %%C[0:+128, 0:+128] release %%y } }\n",
             loads);
    refused(text, "put this map in a scalar role");
    snprintf(text, sizeof text,
             "%%q = ring depth 1 : ring<128x128xbf16> @q\n%%c = ring depth 1 place acc : ring<128x128xf32> @c\n%s"
             "role @pe matrix[1] (%%i, %%r) { work (%%p) { %%t = await %%q : tile<128x128xbf16> acquire %%c\n"
             "%%m = mma %%t, %%t : tile<128x128xf32> store_into %%m -> %%c[0, 0] publish %%c release %%q } }\n"
             "role @v vector[1] (%%i, %%r) { work (%%p) { %%x = await %%c : tile<128x128xf32> release %%c } }\n",
             loads);
    refused(text, "want different dimensions on the partitions");
}
END_TEST

/* ---- what the time of a schedule hangs on ---- */

static double matmul_ns(const char *chip, matmul_schedule s)
{
    tri_text text = {0};
    tri_syssim_report report = {0};
    matmul_text(&text, &s);
    const sched_data data[] = {
        {NULL, 2 * (uint64_t)(s.m * s.k), true}, {NULL, 2 * (uint64_t)(s.k * s.n), true}, {NULL, 2 * (uint64_t)(s.m * s.n), true}};
    must(sched_run(chip, tri_text_string(&text), text.n, data, 3, true, &report, NULL));
    tri_text_free(&text);
    return report.ns;
}

static double attention_ns(const char *chip, attention_schedule s)
{
    tri_text text = {0};
    tri_syssim_report report = {0};
    attention_text(&text, &s);
    const uint64_t bytes = 2 * (uint64_t)(s.tokens * s.heads * 128);
    const sched_data data[] = {{NULL, bytes, true}, {NULL, bytes, true}, {NULL, bytes, true}, {NULL, bytes, true}};
    must(sched_run(chip, tri_text_string(&text), text.n, data, 4, true, &report, NULL));
    tri_text_free(&text);
    return report.ns;
}

/* Simulated time, which is the same everywhere. */
START_TEST(simulated_time_follows_stages_engines_ages_and_latency)
{
    const matmul_schedule base = {.m = 2048, .n = 1024, .k = 2048, .kc = 512, .depth = 3, .stages = 4};
    const char *quick = "inherits = trn2\nvec_latency = 100 cycles [E]\n", *slow = "inherits = trn2\nvec_latency = 400 cycles [E]\n";
    matmul_schedule one = base, vector = base, at_once = base;
    at_once.all_at_once = true;
    one.depth = 1;
    vector.vector_only = true;
    double usual_ns = matmul_ns("trn2", base);
    /* A bank is waited for by its first product and handed over by its last, wherever acquire and publish stand. */
    ck_assert_msg(matmul_ns("trn2", at_once) < 1.01 * usual_ns, "banks wait for each other");
    ck_assert_msg(matmul_ns("trn2", one) > 1.3 * usual_ns, "a single stage costs next to nothing");
    ck_assert_msg(matmul_ns("trn2", vector) > usual_ns, "evacuating with two engines gains nothing");
    attention_schedule a = usual, close = usual, crossed = usual;
    memcpy(close.age, (const int64_t[4]){1, 2, 3, 3}, sizeof close.age);
    crossed.general_share = 36;
    double attention = attention_ns("trn2", a);
    ck_assert_msg(attention_ns("trn2", close) > attention, "ages gain nothing");
    ck_assert_msg(attention_ns("trn2", crossed) > attention, "two engines in one bank cost nothing");
    ck_assert_msg(attention_ns(quick, a) < attention && attention < attention_ns(slow, a), "result latency does not count");
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
    tcase_add_test(matmul, banks_acquired_and_published_all_at_once);
    tcase_add_test(matmul, a_bias_is_repeated_over_the_rows);
    suite_add_tcase(suite, matmul);
    TCase *attention = tcase_create("attention");
    tcase_set_timeout(attention, 120);
    tcase_add_test(attention, attention_over_several_chunks_of_keys);
    tcase_add_test(attention, attention_of_several_heads);
    tcase_add_test(attention, attention_with_other_ages_and_shares);
    suite_add_tcase(suite, attention);
    TCase *any = tcase_create("any");
    tcase_set_timeout(any, 240);
    tcase_add_test(any, a_schedule_is_refused_or_right);
    tcase_add_test(any, what_a_core_cannot_do_is_said);
    tcase_add_test(any, simulated_time_follows_stages_engines_ages_and_latency);
    suite_add_tcase(suite, any);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
