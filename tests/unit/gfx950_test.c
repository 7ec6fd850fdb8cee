/* gfx950_test.c - scheduled programs for gfx950 in the simulator: results against plain loops, bank conflicts, that waits and barriers are needed,
 * and what is refused. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "ir/sched.h"
#include "targets/target.h"
#include "tests/unit/amdgcn_harness.h"
#include "tests/unit/gfx950_rig.h"

static void must(tri_status *status)
{
    if (status) ck_abort_msg("%s", amdgcn_text(status));
}

/* One instruction of the code replaced: the one number `which` that is `from`. */
typedef struct change {
    uint32_t from, to;
    int which;
} change;

static tri_status *run(const tri_compiled *compiled, const change *change, amdgcn_buffer *buffers, uint32_t n, uint64_t *out_conflicts)
{
    const tri_plan *plan = &tri_compiled_program(compiled)->plans[0];
    const tri_plan_kernel *kernel = &plan->kernels[0];
    const tri_plan_code *code = &plan->codes[kernel->code[0]];
    char *image = malloc(code->n);
    memcpy(image, code->bytes, code->n);
    bool found = !change;
    int seen = 0;
    for (size_t at = 0; at + 4 <= code->n && !found; at += 4) {
        uint32_t word;
        memcpy(&word, image + at, 4);
        if (word != change->from || seen++ != change->which) continue;
        memcpy(image + at, &change->to, 4);
        found = true;
    }
    ck_assert_msg(found, "the code has %d instructions 0x%x", seen, change ? change->from : 0);
    amdgcn_test test;
    amdgcn_open_bytes(&test, "matmul.gfx950", image, code->n);
    tri_status *status = amdgcn_run(&test, kernel->name, kernel->grid[0], kernel->block[0], buffers, n);
    if (!status && out_conflicts) *out_conflicts = amdgcn_counter(&test, "lds_conflicts");
    amdgcn_close(&test);
    free(image);
    return status;
}

/* ---- matmul ---- */

typedef gfx950_gemm gemm;

/* Small integers, whose sums are exact in any order: element (row, k) of a side. */
static int number(int side, int row, int k) { return (int)((unsigned)(row * 31 + k * 17 + side * 7 + row * k) % 9) - 4; }

static uint16_t *side_of(const gemm *g, int side)
{
    int rows = side ? g->n : g->m;
    bool turned = side ? !g->right_turned : g->left_turned; /* k leads */
    uint16_t *at = malloc(2 * (size_t)rows * (size_t)g->k);
    for (int r = 0; r < rows; r++)
        for (int k = 0; k < g->k; k++) tri_store_f64(g->dtype, &at[turned ? k * rows + r : r * g->k + k], number(side, r, k));
    return at;
}

static tri_status *run_gemm(const gemm *g, const change *change, float *c, uint64_t *conflicts)
{
    tri_compiled *compiled = gfx950_compile_gemm(g);
    uint16_t *a = side_of(g, 0), *b = side_of(g, 1);
    uint64_t k = (uint64_t)g->k * 2;
    amdgcn_buffer buffers[] = {
        {a, (uint64_t)g->m * k, true, false}, {b, (uint64_t)g->n * k, true, false}, {c, 4 * (uint64_t)(g->m * g->n), false, change == NULL}};
    tri_status *status = run(compiled, change, buffers, 3, conflicts);
    free(a);
    free(b);
    tri_compiled_free(compiled);
    return status;
}

static const gemm gemms[] = {
    {512, 256, 256, TRI_BF16, false, false}, /* two instances, a steady loop */
    {300, 264, 200, TRI_BF16, false, false}, /* tails in every dimension */
    {304, 264, 200, TRI_F16, true, true},    /* both the other way around */
    {256, 256, 136, TRI_BF16, true, false},  {256, 136, 128, TRI_BF16, false, true},
    {100, 64, 64, TRI_F16, false, false}, /* one step and one instance */
};

START_TEST(products_are_exact_and_free_of_bank_conflicts)
{
    const gemm *g = &gemms[_i];
    float *c = malloc(4 * (size_t)(g->m * g->n));
    uint64_t conflicts = 1;
    must(run_gemm(g, NULL, c, &conflicts));
    for (int i = 0; i < g->m; i++)
        for (int j = 0; j < g->n; j++) {
            int want = 0;
            for (int k = 0; k < g->k; k++) want += number(0, i, k) * number(1, j, k);
            ck_assert_msg(c[i * g->n + j] == (float)want, "c[%d, %d] is %g, not %d", i, j, c[i * g->n + j], want);
        }
    ck_assert_uint_eq(conflicts, 0);
    free(c);
}
END_TEST

static const gemm masked[] = {
    {300, 264, 200, TRI_BF16, false, true}, /* four neighbours at once */
    {300, 262, 72, TRI_BF16, false, true},  /* one by one */
};

START_TEST(tiles_of_i1_are_read_and_written)
{
    const gemm *g = &masked[_i];
    tri_compiled *compiled = gfx950_compile_positive(g);
    uint16_t *a = side_of(g, 0), *b = side_of(g, 1);
    uint64_t n = (uint64_t)g->m * (uint64_t)g->n, k = (uint64_t)g->k * 2;
    uint8_t *mask = malloc(n), *got = malloc(n);
    for (uint64_t i = 0; i < n; i++) mask[i] = (i * 5 + i / 7) % 3 != 0;
    amdgcn_buffer buffers[] = {
        {a, (uint64_t)g->m * k, true, false}, {b, (uint64_t)g->n * k, true, false}, {mask, n, true, false}, {got, n, false, true}};
    must(run(compiled, NULL, buffers, 4, NULL));
    for (int i = 0; i < g->m; i++)
        for (int j = 0; j < g->n; j++) {
            int sum = 0, at = i * g->n + j;
            for (int l = 0; l < g->k; l++) sum += number(0, i, l) * number(1, j, l);
            ck_assert_msg(got[at] == (sum > 0 && mask[at]), "[%d, %d] is %d; the sum is %d, the mask %d", i, j, got[at], sum, mask[at]);
        }
    free(a);
    free(b);
    free(mask);
    free(got);
    tri_compiled_free(compiled);
}
END_TEST

/* A step waits for its slots, behind which loads of the left operand for the next step are under way, and meets once: what all have filled may be
 * read, and what all have read may be filled. Of the four steps the last waits for all. */
enum { S_NOP = 0xbf800000u, S_BARRIER = 0xbf8a0000u, WAIT_READS = 0xbf8cc07fu };
enum { WAIT_0 = 0xbf8c0070u, WAIT_1, WAIT_4 = 0xbf8c0074u, WAIT_5 }; /* for reads, and for loads down to a number */
static const change changes[] = {{S_BARRIER, S_NOP, 0},   {S_BARRIER, S_NOP, 1},   {S_BARRIER, S_NOP, 2},   {S_BARRIER, S_NOP, 3},
                                 {WAIT_4, WAIT_READS, 0}, {WAIT_4, WAIT_READS, 1}, {WAIT_4, WAIT_READS, 2}, {WAIT_0, WAIT_READS, 0},
                                 {WAIT_4, WAIT_5, 0},     {WAIT_4, WAIT_5, 1},     {WAIT_4, WAIT_5, 2},     {WAIT_0, WAIT_1, 0}};

START_TEST(a_wait_or_barrier_left_out_is_reported)
{
    gemm g = {256, 256, 256, TRI_BF16, false, false};
    float *c = malloc(4 * 256 * 256);
    tri_status *status = run_gemm(&g, &changes[_i], c, NULL);
    ck_assert_msg(status != NULL, "instruction %d of 0x%x became 0x%x, and nothing was reported", changes[_i].which, changes[_i].from,
                  changes[_i].to);
    const char *text = amdgcn_text(status);
    ck_assert_msg(strstr(text, "race: ") || strstr(text, "never written") || strstr(text, "waited for (vmcnt)"), "%s", text);
    tri_status_free(status);
    free(c);
}
END_TEST

/* ---- attention ---- */

typedef gfx950_attention attention;

static const attention attentions[] = {
    {128, 256, 2, 2, 64, TRI_BF16, false},
    {256, 320, 2, 1, 128, TRI_BF16, true}, /* two instances, a masked end, heads that share keys */
    {130, 200, 1, 1, 64, TRI_F16, true},   /* tails */
    {150, 170, 1, 1, 256, TRI_BF16, true}, /* one instance, smaller blocks of keys */
};

static double at(tri_dtype dtype, const void *data, int64_t i)
{
    return tri_load_f64(dtype, (const char *)data + (size_t)i * tri_dtype_bytes(dtype));
}

static void check_row(const attention *a, void *const *b, int h, int i, double *p)
{
    double most = -INFINITY, sum = 0, rounding = a->dtype == TRI_BF16 ? 0x1p-8 : 0x1p-11, scale = 1 / sqrt(a->size);
    int keys = a->causal ? i + 1 + a->keys - a->queries : a->keys, share = h / (a->heads / a->key_heads);
    int64_t q = ((int64_t)i * a->heads + h) * a->size;
    for (int j = 0; j < keys; j++) {
        p[j] = 0;
        for (int d = 0; d < a->size; d++)
            p[j] += scale * at(a->dtype, b[0], q + d) * at(a->dtype, b[1], ((int64_t)j * a->key_heads + share) * a->size + d);
        if (p[j] > most) most = p[j];
    }
    for (int j = 0; j < keys; j++) sum += p[j] = exp(p[j] - most);
    for (int d = 0; d < a->size; d++) {
        double want = 0, magnitude = 0, got = at(a->dtype, b[3], q + d);
        for (int j = 0; j < keys; j++) {
            double v = at(a->dtype, b[2], ((int64_t)j * a->key_heads + share) * a->size + d);
            want += p[j] * v / sum;
            magnitude += p[j] * fabs(v) / sum;
        }
        /* The weights are rounded to the dtype, and so is the result. */
        ck_assert_msg(fabs(got - want) <= rounding * fabs(want) + (rounding + 0x1p-18) * magnitude, "O[%d, %d, %d] is %.9g, not %.9g", i, h, d, got,
                      want);
    }
    double logarithm = most + log(sum), got = at(TRI_F32, b[4], (int64_t)h * a->queries + i);
    ck_assert_msg(fabs(got - logarithm) <= 0x1p-18 * (fabs(logarithm) + 1), "L[%d, %d] is %.9g, not %.9g", h, i, got, logarithm);
}

START_TEST(attention_is_right_and_free_of_bank_conflicts)
{
    const attention *a = &attentions[_i];
    tri_compiled *compiled = gfx950_compile_attention(a);
    int64_t query_elements = (int64_t)a->queries * a->heads * a->size, key_elements = (int64_t)a->keys * a->key_heads * a->size;
    int64_t sizes[5] = {query_elements, key_elements, key_elements, query_elements, (int64_t)a->heads * a->queries};
    void *b[5];
    amdgcn_buffer buffers[5];
    for (int i = 0; i < 5; i++) {
        tri_dtype of = i == 4 ? TRI_F32 : a->dtype;
        uint64_t bytes = (uint64_t)sizes[i] * tri_dtype_bytes(of);
        b[i] = malloc(bytes);
        if (i < 3) tri_random_fill(1, (uint64_t)i, of, 1, &sizes[i], b[i]);
        buffers[i] = (amdgcn_buffer){b[i], bytes, i < 3, i >= 3};
    }
    uint64_t conflicts = 1;
    must(run(compiled, NULL, buffers, 5, &conflicts));
    double *p = malloc(sizeof *p * (size_t)a->keys);
    for (int h = 0; h < a->heads; h++)
        for (int i = 0; i < a->queries; i++) check_row(a, b, h, i, p);
    ck_assert_uint_eq(conflicts, 0);
    free(p);
    for (int i = 0; i < 5; i++) free(b[i]);
    tri_compiled_free(compiled);
}
END_TEST

/* ---- refusals ---- */

static const struct {
    const char *chip, *role, *body, *why;
} refusals[] = {
    {"mi300x", "threads[1]", "store %z -> %C[0:+64, 0:+64]", "16 bytes a lane"},
    {"mi355x", "copy[1]", "", "one role of threads"},
    {"mi355x", "threads[8]", "", "8 instances"},
    {"mi355x", "threads[1]", "store add %z -> %C[0:+64, 0:+64]", "mode 'add'"},
    {"mi355x", "threads[1]", "%t = transpose %z : tile<64x64xf32>\n store %t -> %C[0:+64, 0:+64]", "'transpose'"},
    {"mi355x", "threads[1]", "%t = fill 0 : tile<40x64xf32>\n store %t -> %C[0:+40, 0:+64]", "40x64"},
};

START_TEST(what_it_cannot_do_is_refused_by_name)
{
    char text[1024];
    bool fills = *refusals[_i].body;
    snprintf(text, sizeof text,
             "scheduled @f(%%C: out buf<64x64xf32>) programs 1 workers 0 cluster 1 {\n  role @math %s (%%i, %%rank) {\n    work (%%p) {\n%s%s\n    "
             "}\n  }\n}\n",
             refusals[_i].role, fills ? "      %z = fill 0 : tile<64x64xf32>\n      " : "", refusals[_i].body);
    tri_budget budget;
    tri_status *status = gfx950_budget(refusals[_i].chip, text, &budget);
    ck_assert_int_eq(tri_status_code(status), TRI_UNSUPPORTED);
    ck_assert_msg(strstr(amdgcn_text(status), refusals[_i].why) != NULL, "%s", amdgcn_text(status));
    tri_status_free(status);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("gfx950");
    TCase *code = tcase_create("code");
    tcase_set_timeout(code, 120);
    tcase_add_loop_test(code, products_are_exact_and_free_of_bank_conflicts, 0, sizeof gemms / sizeof *gemms);
    tcase_add_loop_test(code, tiles_of_i1_are_read_and_written, 0, sizeof masked / sizeof *masked);
    tcase_add_loop_test(code, a_wait_or_barrier_left_out_is_reported, 0, sizeof changes / sizeof *changes);
    tcase_add_loop_test(code, attention_is_right_and_free_of_bank_conflicts, 0, sizeof attentions / sizeof *attentions);
    tcase_add_loop_test(code, what_it_cannot_do_is_refused_by_name, 0, sizeof refusals / sizeof *refusals);
    suite_add_tcase(suite, code);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
