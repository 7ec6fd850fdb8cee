/* tests/unit/systolic_bundle_test.c - scheduled programs as bundle programs: what the machine computes is what the program says, whatever the
 * schedule, and the machine finds no race, no FIFO out of step and no token left. */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/random.h"
#include "systolic_programs.h"
#include "systolic_rig.h"
#include "targets/systolic/bundle.h"

static float element(uint32_t seed, uint32_t n)
{
    uint32_t counter[4] = {n, 0, 0, 0}, key[2] = {seed, 5}, out[4];
    tri_philox(counter, key, out);
    return (float)((int32_t)out[0] >> 8) * 0x1p-23f; /* [-1, 1) */
}

static size_t size_of(tri_dtype dtype) { return dtype == TRI_F32 ? 4 : 2; }

/* Elements as the device holds them, and what they are in f64. */
static void *random_elements(tri_dtype dtype, uint32_t seed, int64_t n, double *values)
{
    char *data = malloc((size_t)n * size_of(dtype));
    for (int64_t i = 0; i < n; i++) {
        tri_store_f64(dtype, data + (size_t)i * size_of(dtype), (double)element(seed, (uint32_t)i));
        values[i] = tri_load_f64(dtype, data + (size_t)i * size_of(dtype));
    }
    return data;
}

typedef struct outcome {
    double ns, worst; /* worst: error over its bound */
    uint64_t bits;    /* a hash of the result */
} outcome;

static tri_status *compile(const rig *r, const tri_func *func, const bundle_options *options, tri_systolic_program **out_program)
{
    tri_arena arena;
    tri_arena_init(&arena, (size_t)1 << 30);
    if (TRI_ARENA_EXHAUSTED(&arena)) return tri_arena_exhausted(&arena);
    *out_program = tri_systolic_new(true, r->file->hash, (uint16_t)func->n_buffers);
    uint32_t top;
    tri_func_number((tri_func *)(uintptr_t)func);
    tri_status *status = bundle_lower(r->file, func, options, &arena, *out_program, &top);
    tri_arena_free(&arena);
    if (status) tri_systolic_free(*out_program);
    return status;
}

static void fine(tri_status *status)
{
    if (status) tri_status_print(status, NULL, stderr);
    ck_assert_ptr_null(status);
}

static outcome run_matmul(const char *chip, const matmul_shape *s, const bundle_options *options)
{
    rig r;
    rig_open(&r, chip);
    tri_arena arena;
    tri_arena_init(&arena, 0);
    ck_assert(!TRI_ARENA_EXHAUSTED(&arena));
    tri_func *func = scheduled_matmul(tri_module_create(&arena, "test"), s);
    fine(tri_scheduled_verify(func));
    double *a = calloc((size_t)(s->m * s->k), 8), *b = calloc((size_t)(s->k * s->n), 8);
    void *a_data = random_elements(s->in, 1, s->m * s->k, a), *b_data = random_elements(s->in, 2, s->k * s->n, b);
    rig_buffer(&r, "A", (uint64_t)(s->m * s->k) * size_of(s->in), a_data);
    rig_buffer(&r, "B", (uint64_t)(s->k * s->n) * size_of(s->in), b_data);
    const char *c = rig_buffer(&r, "C", (uint64_t)(s->m * s->n) * size_of(s->out), NULL);
    tri_systolic_program *program;
    fine(compile(&r, func, options, &program));
    fine(rig_run(&r, program));
    outcome o = {.ns = r.report.ns};
    o.bits = tri_hash(TRI_HASH_SEED, c, (size_t)(s->m * s->n) * size_of(s->out));
    double unit = s->out == TRI_F32 ? 0x1p-24 : 0x1p-8;
    for (int64_t i = 0; i < s->m; i++) {
        for (int64_t j = 0; j < s->n; j++) {
            double want = 0, scale = 0;
            for (int64_t k = 0; k < s->k; k++) {
                double product = a[i * s->k + k] * b[s->b_turned ? j * s->k + k : k * s->n + j];
                want += product;
                scale += fabs(product);
            }
            double got = tri_load_f64(s->out, c + (size_t)(i * s->n + j) * size_of(s->out));
            double error = fabs(got - want) / (unit * fabs(want) + 0x1p-20 * scale + 1e-30);
            if (!(error <= o.worst)) o.worst = error;
        }
    }
    free(a);
    free(b);
    free(a_data);
    free(b_data);
    tri_arena_free(&arena);
    rig_close(&r);
    return o;
}

static const matmul_shape shapes[] = {
    {.m = 256, .n = 256, .k = 512, .bm = 256, .bn = 256, .kc = 512, .stages = 2, .strip = 128, .in = TRI_BF16, .out = TRI_BF16},
    {.m = 200, .n = 300, .k = 700, .bm = 128, .bn = 256, .kc = 256, .stages = 2, .strip = 128, .in = TRI_BF16, .out = TRI_F32},
    {.m = 100, .n = 77, .k = 50, .bm = 128, .bn = 128, .kc = 128, .stages = 1, .strip = 64, .in = TRI_BF16, .out = TRI_BF16},
    {.m = 130, .n = 140, .k = 150, .bm = 64, .bn = 128, .kc = 128, .stages = 3, .strip = 64, .in = TRI_F32, .out = TRI_F32},
    {.m = 192, .n = 260, .k = 390, .bm = 128, .bn = 256, .kc = 384, .stages = 2, .strip = 32, .b_turned = true, .in = TRI_BF16, .out = TRI_F32},
    {.m = 70, .n = 60, .k = 1000, .bm = 96, .bn = 64, .kc = 100, .stages = 2, .strip = 96, .b_turned = true, .in = TRI_F16, .out = TRI_F32},
};

START_TEST(a_matmul_is_the_product)
{
    const char *const chips[] = {"v5e", "v6e"};
    for (int c = 0; c < 2; c++) {
        outcome o = run_matmul(chips[c], &shapes[_i], NULL);
        ck_assert_msg(o.worst <= 1, "%s: %g of the bound", chips[c], o.worst);
    }
}
END_TEST

/* Random shapes and choices: right, or refused for lack of memory; the order in which the stream is issued changes no bit. */
START_TEST(no_choice_changes_a_product)
{
    static const int windows[] = {0, 1, 5, 30, 200, 500}, rows[] = {32, 64, 128, 512};
    uint32_t counter[4] = {(uint32_t)_i, 0, 0, 0}, key[2] = {11, 12}, d[4], e[4];
    tri_philox(counter, key, d);
    counter[1] = 1;
    tri_philox(counter, key, e);
    matmul_shape s = {.m = 1 + d[0] % 300, .n = 1 + d[1] % 300, .k = 1 + d[2] % 900, .stages = 1 + d[3] % 3, .b_turned = d[3] >> 8 & 1};
    s.bm = 32 * (1 + e[0] % 6);
    s.bn = 128 * (1 + e[1] % 2);
    s.kc = 128 * (1 + e[2] % 4);
    s.strip = s.bm / (e[3] % 3 + 1) / 32 ? 32 : s.bm;
    s.in = d[3] >> 9 & 3 ? TRI_BF16 : TRI_F32;
    s.out = d[3] >> 11 & 1 ? TRI_BF16 : TRI_F32;
    bundle_options options = bundle_defaults;
    options.moving_rows = rows[e[3] >> 4 & 3];
    options.transfer_bytes = e[3] >> 6 & 1 ? 8 << 10 : 512 << 10;
    options.window = 0;
    outcome plain = run_matmul("v5e", &s, &options);
    ck_assert_msg(plain.worst <= 1, "%g of the bound", plain.worst);
    for (int k = 0; k < 2; k++) {
        options.window = windows[1 + (e[3] >> (8 + 4 * k)) % 5];
        outcome o = run_matmul("v5e", &s, &options);
        ck_assert_uint_eq(o.bits, plain.bits);
    }
}
END_TEST

/* ---- attention ---- */

static outcome run_attention(const char *chip, const attention_shape *s, const bundle_options *options)
{
    rig r;
    rig_open(&r, chip);
    tri_arena arena;
    tri_arena_init(&arena, 0);
    ck_assert(!TRI_ARENA_EXHAUSTED(&arena));
    tri_func *func = scheduled_attention(tri_module_create(&arena, "test"), s);
    fine(tri_scheduled_verify(func));
    int64_t n = s->heads * s->sequence * s->d;
    double *in[3], *weight = calloc((size_t)s->sequence, 8);
    void *data[3];
    for (int i = 0; i < 3; i++) {
        in[i] = calloc((size_t)n, 8);
        data[i] = random_elements(TRI_BF16, (uint32_t)(7 + i), n, in[i]);
        rig_buffer(&r, (const char *const[]){"Q", "K", "V"}[i], (uint64_t)n * 2, data[i]);
    }
    const char *out = rig_buffer(&r, "O", (uint64_t)n * 2, NULL);
    tri_systolic_program *program;
    fine(compile(&r, func, options, &program));
    fine(rig_run(&r, program));
    outcome o = {.ns = r.report.ns, .bits = tri_hash(TRI_HASH_SEED, out, (size_t)n * 2)};
    for (int64_t row = 0; row < s->heads * s->sequence; row++) {
        int64_t first = row / s->sequence * s->sequence, keys = s->causal ? row - first + 1 : s->sequence;
        double largest = -INFINITY, sum = 0;
        for (int64_t j = 0; j < keys; j++) {
            weight[j] = 0;
            for (int64_t c = 0; c < s->d; c++) weight[j] += in[0][row * s->d + c] * in[1][(first + j) * s->d + c];
            weight[j] *= s->scale;
            if (largest < weight[j]) largest = weight[j];
        }
        for (int64_t j = 0; j < keys; j++) sum += weight[j] = exp(weight[j] - largest);
        for (int64_t c = 0; c < s->d; c++) {
            double want = 0, scale = 0;
            for (int64_t j = 0; j < keys; j++) {
                want += weight[j] / sum * in[2][(first + j) * s->d + c];
                scale += weight[j] / sum * fabs(in[2][(first + j) * s->d + c]);
            }
            /* P is rounded to bf16 before the product, the result after it. */
            double error = fabs(tri_load_f64(TRI_BF16, out + (size_t)(row * s->d + c) * 2) - want) / (0x1p-8 * fabs(want) + 0x1.2p-8 * scale);
            if (!(error <= o.worst)) o.worst = error;
        }
    }
    for (int i = 0; i < 3; i++) {
        free(in[i]);
        free(data[i]);
    }
    free(weight);
    tri_arena_free(&arena);
    rig_close(&r);
    return o;
}

static const attention_shape attentions[] = {
    {.heads = 1, .sequence = 512, .d = 128, .bq = 128, .bk = 256, .stages = 2, .causal = true, .scale = 0.0884},
    {.heads = 2, .sequence = 512, .d = 64, .bq = 256, .bk = 256, .stages = 2, .causal = true, .scale = 1},
    {.heads = 2, .sequence = 384, .d = 96, .bq = 128, .bk = 384, .stages = 1, .causal = false, .scale = 0.5},
};

START_TEST(attention_is_the_softmax_of_the_products)
{
    const char *const chips[] = {"v5e", "v6e"};
    for (int c = 0; c < 2; c++) {
        outcome o = run_attention(chips[c], &attentions[_i], NULL);
        ck_assert_msg(o.worst <= 1, "%s: %g of the bound", chips[c], o.worst);
    }
}
END_TEST

START_TEST(no_window_changes_attention)
{
    bundle_options options = bundle_defaults;
    options.window = 0;
    outcome plain = run_attention("v5e", &attentions[1], &options);
    ck_assert(plain.worst <= 1);
    static const int windows[] = {1, 17, 100, 400};
    for (int k = 0; k < 4; k++) {
        options.window = windows[k];
        options.moving_rows = k & 1 ? 64 : 256;
        ck_assert_uint_eq(run_attention("v5e", &attentions[1], &options).bits, plain.bits);
    }
}
END_TEST

/* ns, without values. One of the shapes is null. */
static double time_of(const matmul_shape *m, const attention_shape *a, const bundle_options *options)
{
    rig r;
    rig_open(&r, "v5e");
    r.options.timing_only = true;
    tri_arena arena;
    tri_arena_init(&arena, 0);
    ck_assert(!TRI_ARENA_EXHAUSTED(&arena));
    tri_module *module = tri_module_create(&arena, "test");
    tri_func *func = m ? scheduled_matmul(module, m) : scheduled_attention(module, a);
    for (uint32_t k = 0; k < func->n_buffers; k++) rig_buffer(&r, "buffer", tri_type_bytes(&func->body->args[k]->type), NULL);
    tri_systolic_program *program;
    fine(compile(&r, func, options, &program));
    fine(rig_run(&r, program));
    tri_arena_free(&arena);
    rig_close(&r);
    return r.report.ns;
}

/* What the schedule is worth, in the direction that the design page records. */
START_TEST(program_order_and_single_slots_cost_time)
{
    matmul_shape m = {.m = 512, .n = 512, .k = 2048, .bm = 512, .bn = 512, .kc = 512, .stages = 3, .strip = 128, .in = TRI_BF16, .out = TRI_BF16};
    bundle_options ordered = bundle_defaults, few = bundle_defaults, whole = bundle_defaults;
    ordered.window = 0;
    few.window = 20;
    whole.transfer_bytes = INT64_MAX;
    double best = time_of(&m, NULL, NULL);
    ck_assert_double_gt(time_of(&m, NULL, &ordered), 1.15 * best);
    m.stages = 1;
    ck_assert_double_gt(time_of(&m, NULL, &whole), 1.15 * best);
    attention_shape a = {.heads = 2, .sequence = 2048, .d = 128, .bq = 512, .bk = 1024, .stages = 2, .causal = true, .scale = 0.1};
    best = time_of(NULL, &a, NULL);
    double hurried = time_of(NULL, &a, &few);
    ck_assert_double_gt(hurried, 1.1 * best);
    ck_assert_double_gt(time_of(NULL, &a, &ordered), hurried);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("systolic_bundle");
    TCase *products = tcase_create("products");
    tcase_set_timeout(products, 120);
    tcase_add_loop_test(products, a_matmul_is_the_product, 0, sizeof shapes / sizeof *shapes);
    tcase_add_loop_test(products, no_choice_changes_a_product, 0, 16);
    suite_add_tcase(suite, products);
    TCase *attention = tcase_create("attention");
    tcase_set_timeout(attention, 120);
    tcase_add_loop_test(attention, attention_is_the_softmax_of_the_products, 0, sizeof attentions / sizeof *attentions);
    tcase_add_test(attention, no_window_changes_attention);
    tcase_add_test(attention, program_order_and_single_slots_cost_time);
    suite_add_tcase(suite, attention);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
