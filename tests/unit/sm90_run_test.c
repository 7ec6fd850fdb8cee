/* tests/unit/sm90_run_test.c - scheduled programs for sm_90a in the simulator, against plain loops in f64. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sm90_programs.h"
#include "sm90_rig.h"

static double at(const tri_tensor *t, int64_t i)
{
    tri_dtype dtype = (tri_dtype)t->type.dtype;
    return tri_load_f64(dtype, (const char *)t->data + (size_t)i * tri_dtype_bytes(dtype));
}

/* Half a unit in the last place of the result's dtype. */
static double unit(const tri_tensor *t) { return t->type.dtype == TRI_BF16 ? 0x1p-8 : t->type.dtype == TRI_F16 ? 0x1p-11 : 0x1p-24; }

static void show(tri_status *status, const char *text)
{
    if (!status) return;
    tri_status_print(status, text, stderr);
    tri_status_free(status);
    ck_abort_msg("see above");
}

/* ---- matmul ---- */

/* None of these but exp makes errors larger than its argument's; exp is called on sums below 4. */
static double apply(const char *function, double x)
{
    if (!function) return x > 0 ? x : 0;
    if (!strcmp(function, "tanh")) return tanh(x);
    if (!strcmp(function, "erf")) return erf(x);
    if (!strcmp(function, "exponential")) return exp(x);
    return 1 / (1 + exp(-x));
}

static void check_gemm_result(const sm90_gemm *g, const tri_tensor *b)
{
    const tri_tensor *c = &b[2 + g->bias];
    for (int i = 0; i < g->m; i++) {
        for (int j = 0; j < g->n; j++) {
            double sum = 0, scale = 0;
            for (int k = 0; k < g->k; k++) {
                double product = at(&b[0], (int64_t)i * g->k + k) * at(&b[1], g->transposed ? (int64_t)j * g->k + k : (int64_t)k * g->n + j);
                sum += product;
                scale += fabs(product);
            }
            if (g->bias) {
                sum += at(&b[2], j);
                scale += fabs(at(&b[2], j));
                sum = apply(g->function, sum);
            }
            double got = at(c, (int64_t)i * g->n + j);
            double bound = unit(c) * fabs(sum) + 0x1p-20 * scale;
            if (g->function)
                bound = (unit(c) + 0x1p-20) * fabs(sum) + 0x1p-23 * (1 + fabs(sum)) * scale; /* short sums: it is the function that counts */
            ck_assert_msg(fabs(got - sum) <= bound, "C[%d, %d] is %.9g, not %.9g", i, j, got, sum);
        }
    }
}

static void check_gemm(const sm90_gemm *g)
{
    tri_text text = {0};
    tri_tensor buffers[4];
    uint32_t n;
    sm90_gemm_text(g, &text);
    sm90_buffers(tri_text_string(&text), buffers, &n);
    show(sm90_run(tri_text_string(&text), "h200", buffers, n), tri_text_string(&text));
    check_gemm_result(g, buffers);
    tri_tensor_free(buffers, n);
    tri_text_free(&text);
}

static const sm90_gemm plain = {.m = 256,
                                .n = 512,
                                .k = 192,
                                .bm = 128,
                                .bn = 256,
                                .bk = 64,
                                .groups = 2,
                                .depth = 4,
                                .lag = 1,
                                .pieces = 4,
                                .workers = 3,
                                .cluster = 1,
                                .load_regs = 40,
                                .math_regs = 232,
                                .dtype = "bf16",
                                .out = "bf16"};

START_TEST(a_persistent_matmul_is_the_product) { check_gemm(&plain); }
END_TEST

START_TEST(tails_in_every_dimension_are_filled_with_zero_and_dropped)
{
    sm90_gemm g = plain;
    g.m = 200, g.n = 328, g.k = 136;
    check_gemm(&g);
}
END_TEST

START_TEST(f16_and_a_transposed_operand_work_alike)
{
    sm90_gemm g = plain;
    g.dtype = "f16", g.out = "f16", g.transposed = true, g.m = 128, g.k = 128;
    check_gemm(&g);
}
END_TEST

START_TEST(an_f32_result_takes_its_bias_from_columns)
{
    sm90_gemm g = plain;
    g.out = "f32", g.bias = true, g.pieces = 8, g.n = 264, g.lag = 0, g.depth = 3;
    check_gemm(&g);
}
END_TEST

START_TEST(functions_of_f32_are_within_the_contract)
{
    static const char *const functions[] = {"tanh", "erf", "exponential", "logistic"};
    sm90_gemm g = plain;
    g.out = "f32", g.bias = true, g.pieces = 8, g.m = 128, g.n = 256, g.k = 8, g.depth = 2, g.lag = 0;
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        g.function = functions[i];
        check_gemm(&g);
    }
}
END_TEST

START_TEST(a_cluster_of_two_shares_its_right_operand)
{
    sm90_gemm g = plain;
    g.m = 512, g.n = 512, g.cluster = 2, g.workers = 2;
    check_gemm(&g);
    g.transposed = true, g.m = 384, g.k = 72;
    check_gemm(&g);
}
END_TEST

/* Every release of a multicast slot, "{ .reg .b32 there; @p mapa.shared::cluster.u32 there, ADDRESS, RANK; @p mbarrier.arrive.. [there]; }", thread i
 * of a group speaking to rank i, as `form` says it: with the predicate, address and rank. */
static char *rewrite_releases(const char *ptx, const char *form)
{
    static const char begins[] = "{ .reg .b32 there; ", map[] = "mapa.shared::cluster.u32 there, ";
    tri_text out = {0};
    int n = 0;
    for (const char *at; (at = strstr(ptx, begins)); n++) {
        char predicate[16], address[16], rank[16];
        const char *end = strchr(at, '}');
        ck_assert_int_eq(sscanf(at + strlen(begins), "@%15[^ ] mapa.shared::cluster.u32 there, %15[^,], %15[^;];", predicate, address, rank), 3);
        ck_assert(end && strstr(at, map) < end);
        tri_text_addf(&out, "%.*s{ .reg .b32 there, own; .reg .pred mine; mov.u32 own, %%cluster_ctarank; ", (int)(at - ptx), ptx);
        tri_text_addf(&out, form, predicate, address, rank);
        ptx = end;
    }
    ck_assert_int_ge(n, 2);
    tri_text_add(&out, ptx);
    char *changed = strdup(tri_text_string(&out));
    tri_text_free(&out);
    return changed;
}

/* The slots of the peer stay taken for ever. */
static char *release_own_slots_alone(const char *ptx)
{
    return rewrite_releases(ptx, "// %s\n mapa.shared::cluster.u32 there, %s, own; setp.eq.u32 mine, %s, own; "
                                 "@mine mbarrier.arrive.release.cluster.shared::cluster.b64 _, [there]; ");
}

/* The barrier gets as many arrivals as it waits for, all of its own block: nobody asks whether the peer still reads. */
static char *release_own_slots_twice(const char *ptx)
{
    return rewrite_releases(ptx, "@%s mapa.shared::cluster.u32 there, %s, own; setp.lt.u32 mine, %s, 2; "
                                 "@mine mbarrier.arrive.release.cluster.shared::cluster.b64 _, [there]; ");
}

/* Blocks end without waiting for each other. */
static char *leave_without_meeting(const char *ptx)
{
    char *changed = strdup(ptx), *last = NULL;
    for (char *at = changed; (at = strstr(at, "barrier.cluster.")); at++) {
        last = at;
        ck_assert_ptr_nonnull(strchr(at, ';'));
    }
    ck_assert_ptr_nonnull(last);
    while (strncmp(last, "barrier.cluster.arrive", 22)) last--;
    for (char *end = strchr(strchr(last, ';') + 1, ';'); last <= end; last++) *last = ' ';
    return changed;
}

static void check_fault(const sm90_gemm *g, sm90_change *change, const char *says)
{
    tri_text text = {0};
    tri_tensor buffers[4];
    uint32_t n;
    sm90_gemm_text(g, &text);
    sm90_buffers(tri_text_string(&text), buffers, &n);
    tri_status *status = sm90_run_changed(tri_text_string(&text), "h200", change, buffers, n);
    ck_assert_msg(status != NULL, "nobody notices");
    ck_assert_msg(strstr(tri_status_message(status), says) != NULL, "%s", tri_status_message(status));
    tri_status_free(status);
    tri_tensor_free(buffers, n);
    tri_text_free(&text);
}

START_TEST(the_blocks_of_a_cluster_must_free_each_others_slots_and_end_together)
{
    sm90_gemm g = plain;
    g.m = 256, g.n = 256, g.k = 512, g.cluster = 2, g.workers = 1, g.depth = 2;
    check_fault(&g, release_own_slots_alone, "deadlock");
    check_fault(&g, release_own_slots_twice, "race in shared memory");
    check_fault(&g, leave_without_meeting, "may have ended before");
}
END_TEST

START_TEST(a_narrow_block_takes_a_narrow_swizzle)
{
    sm90_gemm g = plain;
    g.bk = 32, g.bn = 96, g.pieces = 1, g.n = 192, g.k = 96, g.bm = 64, g.m = 64, g.groups = 1, g.depth = 2, g.load_regs = 0, g.math_regs = 0;
    check_gemm(&g);
    g.bk = 16, g.bn = 32, g.transposed = true;
    check_gemm(&g);
}
END_TEST

START_TEST(rows_that_begin_anywhere_are_stored_as_wide_as_they_allow)
{
    static const int columns[] = {333, 334, 332}; /* multiples of 1, 2 and 4 elements; no tensor map has rows of so many */
    sm90_gemm g = plain;
    g.m = 200, g.k = 64, g.transposed = true;
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        g.n = columns[i], g.dtype = g.out = i % 2 ? "f16" : "bf16", g.pieces = 4;
        check_gemm(&g);
        if (i == 2) break; /* 332 f32 are a multiple of 16 bytes */
        g.out = "f32", g.pieces = 8;
        check_gemm(&g);
    }
    g = plain, g.m = 512, g.n = 301, g.k = 64, g.transposed = true, g.cluster = 2, g.workers = 1;
    check_gemm(&g);
}
END_TEST

/* Loads and stores of windows against what they mean: no sums are made, so the bits are the same. */
static void check_window(const char *dtype, const char *load, const char *store)
{
    char text[2000];
    tri_tensor got[3], want[3];
    uint32_t n;
    snprintf(text, sizeof text,
             "scheduled @gemm(%%A: in buf<3x150x67x%s>, %%D: inout buf<3x150x67x%s>, %%E: inout buf<190x101x%s>) programs 6 workers 2 cluster 1 {\n"
             "  %%q = ring depth 2 : ring<64x32x%s>\n"
             "  role @math threads[1] (%%i, %%rank) {\n    work (%%p) {\n      %%r = index %%p div 2 * 64\n      %%c = index %%p mod 2 * 32\n"
             "      %%end = index 40 + %%p * 3\n      %%x = load %%A%s : tile<64x32x%s>\n      store %%x -> %%D%s\n      acquire %%q\n"
             "      store_into %%x -> %%q[0, 0]\n      publish %%q\n    }\n  }\n"
             "  role @store copy[1] (%%i, %%rank) {\n    work (%%p) {\n      %%r = index %%p div 2 * 64\n      %%c = index %%p mod 2 * 32\n"
             "      %%y = await %%q : tile<64x32x%s>\n      store %%y -> %%E[%%r:+64, %%c*2:+32] %s\n      release %%q\n    }\n  }\n}\n",
             dtype, dtype, dtype, dtype, load, dtype, store, dtype, strcmp(dtype, "f32") ? "" : "add");
    sm90_buffers(text, got, &n);
    sm90_buffers(text, want, &n);
    show(sm90_evaluate(text, want), text);
    show(sm90_run(text, "h200", got, n), text);
    for (uint32_t b = 0; b < n; b++)
        for (int64_t i = 0; i < tri_type_elements(&want[b].type); i++)
            ck_assert_msg(at(&got[b], i) == at(&want[b], i), "%s %s: element %lld of buffer %u is %.9g, not %.9g", dtype, load, (long long)i, b,
                          at(&got[b], i), at(&want[b], i));
    tri_tensor_free(got, n);
    tri_tensor_free(want, n);
}

START_TEST(threads_read_and_write_what_is_left_of_a_window)
{
    static const char *const dtypes[] = {"f32", "bf16", "f16"};
    for (size_t i = 0; i < sizeof dtypes / sizeof *dtypes; i++) {
        check_window(dtypes[i], "[%p div 3, %r - 7:+64, %c - 5:+32] fill 2.5", "[%p div 2, 0:+64, %p mod 2 * 33 + 10:+32]");
        check_window(dtypes[i], "[2, %p:+64 step 2, %c + 20:+32 lim %end] fill -1.0", "[%p div 2, %p mod 2 * 64 + 60:+64, 40:+32]");
    }
}
END_TEST

/* ---- attention ---- */

static void check_attention(const sm90_attention *a)
{
    tri_text text = {0};
    tri_tensor b[5];
    uint32_t n;
    sm90_attention_text(a, &text);
    sm90_buffers(tri_text_string(&text), b, &n);
    show(sm90_run(tri_text_string(&text), "h200", b, n), tri_text_string(&text));
    double *p = malloc(sizeof *p * (size_t)a->keys), scale = 1 / sqrt(a->size), rounding = unit(&b[3]);
    for (int batch = 0; batch < a->batch; batch++) {
        for (int h = 0; h < a->heads; h++) {
            for (int i = 0; i < a->queries; i++) {
                int keys = a->causal ? i + 1 : a->keys;
                int64_t q = (((int64_t)batch * a->queries + i) * a->heads + h) * a->size;
                double most = -INFINITY, sum = 0;
                for (int j = 0; j < keys; j++) {
                    int64_t k = (((int64_t)batch * a->keys + j) * a->heads + h) * a->size;
                    p[j] = 0;
                    for (int d = 0; d < a->size; d++) p[j] += at(&b[0], q + d) * at(&b[1], k + d);
                    p[j] *= scale;
                    if (p[j] > most) most = p[j];
                }
                for (int j = 0; j < keys; j++) sum += p[j] = exp(p[j] - most);
                for (int d = 0; d < a->size; d++) {
                    double want = 0, magnitude = 0;
                    for (int j = 0; j < keys; j++) {
                        double v = at(&b[2], (((int64_t)batch * a->keys + j) * a->heads + h) * a->size + d);
                        want += p[j] * v / sum;
                        magnitude += p[j] * fabs(v) / sum;
                    }
                    double got = at(&b[3], q + d); /* the weights are rounded to the dtype, and so is the result */
                    ck_assert_msg(fabs(got - want) <= rounding * fabs(want) + (rounding + 0x1p-18) * magnitude, "O[%d, %d, %d, %d] is %.9g, not %.9g",
                                  batch, i, h, d, got, want);
                }
                double logarithm = most + log(sum), got = at(&b[4], ((int64_t)batch * a->heads + h) * a->queries + i);
                ck_assert_msg(fabs(got - logarithm) <= 0x1p-18 * (fabs(logarithm) + 1), "L[%d, %d, %d] is %.9g, not %.9g", batch, h, i, got,
                              logarithm);
            }
        }
    }
    free(p);
    tri_tensor_free(b, n);
    tri_text_free(&text);
}

static const sm90_attention causal = {.batch = 1,
                                      .queries = 384,
                                      .keys = 384,
                                      .heads = 2,
                                      .size = 128,
                                      .bm = 128,
                                      .bn = 128,
                                      .groups = 2,
                                      .depth = 2,
                                      .workers = 4,
                                      .load_regs = 40,
                                      .math_regs = 232,
                                      .dtype = "bf16",
                                      .causal = true};

START_TEST(causal_attention_with_its_second_product_one_step_late_is_attention) { check_attention(&causal); }
END_TEST

START_TEST(attention_of_other_head_sizes_and_ragged_lengths_in_turns)
{
    sm90_attention a = causal;
    a.causal = false, a.size = 64, a.queries = 200, a.keys = 300, a.turns = true, a.heads = 1, a.batch = 2, a.dtype = "f16", a.workers = 3;
    check_attention(&a);
    a = causal;
    a.causal = false, a.size = 256, a.bn = 80, a.queries = 128, a.keys = 168, a.heads = 1, a.depth = 1, a.load_regs = 24, a.math_regs = 240;
    check_attention(&a);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sm90_run");
    TCase *run = tcase_create("run");
    tcase_set_timeout(run, 250);
    tcase_add_test(run, a_persistent_matmul_is_the_product);
    tcase_add_test(run, causal_attention_with_its_second_product_one_step_late_is_attention);
    tcase_add_test(run, tails_in_every_dimension_are_filled_with_zero_and_dropped);
    tcase_add_test(run, f16_and_a_transposed_operand_work_alike);
    tcase_add_test(run, an_f32_result_takes_its_bias_from_columns);
    tcase_add_test(run, functions_of_f32_are_within_the_contract);
    tcase_add_test(run, a_cluster_of_two_shares_its_right_operand);
    tcase_add_test(run, the_blocks_of_a_cluster_must_free_each_others_slots_and_end_together);
    tcase_add_test(run, a_narrow_block_takes_a_narrow_swizzle);
    tcase_add_test(run, rows_that_begin_anywhere_are_stored_as_wide_as_they_allow);
    tcase_add_test(run, threads_read_and_write_what_is_left_of_a_window);
    tcase_add_test(run, attention_of_other_head_sizes_and_ragged_lengths_in_turns);
    suite_add_tcase(suite, run);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
