/* tests/unit/systolic_join_test.c - steps of a plan as one engine program: models are run both ways on the simulated core, whose checkers look for
 * races, reads of what nobody wrote, semaphores that are left and deadlocks, and the bits must be the same. Models are small graphs of random ops. */
#include <check.h>
#include <stdlib.h>

#include "abi/systolic.h"
#include "base/random.h"
#include "base/text.h"
#include "runtime/internal.h"
#include "status_test.h"
#include "tri/compile.h"
#include "tri/runtime.h"

/* ---- models ---- */

enum { MOST_VALUES = 64, MOST_ARGUMENTS = 40 };

typedef struct value {
    int64_t rows, columns;
    int number;
} value;

typedef struct model {
    uint64_t seed, drawn;
    const char *dtype;
    value values[MOST_VALUES], arguments[MOST_ARGUMENTS];
    int n_values, n_arguments, next;
    tri_text body;
} model;

static uint32_t draw(model *m, uint32_t below)
{
    const uint32_t counter[4] = {(uint32_t)m->drawn++}, key[2] = {(uint32_t)m->seed, 7};
    uint32_t bits[4];
    tri_philox(counter, key, bits);
    return bits[0] % below;
}

static void add_type(const model *m, const value *v, tri_text *out)
{
    tri_text_addf(out, "tensor<%lldx%lldx%s>", (long long)v->rows, (long long)v->columns, m->dtype);
}

static value argument(model *m, int64_t rows, int64_t columns)
{
    ck_assert_int_lt(m->n_arguments, MOST_ARGUMENTS);
    value v = {rows, columns, m->n_arguments};
    m->arguments[m->n_arguments++] = v;
    return v;
}

static value keep(model *m, int64_t rows, int64_t columns)
{
    ck_assert_int_lt(m->n_values, MOST_VALUES);
    value v = {rows, columns, m->next++};
    m->values[m->n_values++] = v;
    return v;
}

static void add_product(model *m, const value *x)
{
    static const int64_t widths[] = {32, 64, 100, 128, 160};
    value w = argument(m, x->columns, widths[draw(m, 5)]), to = keep(m, x->rows, w.columns);
    tri_text_addf(&m->body, "  %%v%d = stablehlo.dot_general %%v%d, %%a%d, contracting_dims = [1] x [0] : (", to.number, x->number, w.number);
    add_type(m, x, &m->body);
    tri_text_add(&m->body, ", ");
    add_type(m, &w, &m->body);
    tri_text_add(&m->body, ") -> ");
    add_type(m, &to, &m->body);
    tri_text_add(&m->body, "\n");
}

/* x op another value of its shape, or a new argument. */
static void add_pair(model *m, const char *op, const value *x)
{
    const value *other = NULL;
    for (int i = 0; i < m->n_values; i++)
        if (m->values[i].rows == x->rows && m->values[i].columns == x->columns && !draw(m, 2)) other = &m->values[i];
    char name[16];
    if (other)
        snprintf(name, sizeof name, "%%v%d", other->number);
    else
        snprintf(name, sizeof name, "%%a%d", argument(m, x->rows, x->columns).number);
    value to = keep(m, x->rows, x->columns);
    tri_text_addf(&m->body, "  %%v%d = stablehlo.%s %%v%d, %s : ", to.number, op, x->number, name);
    add_type(m, &to, &m->body);
    tri_text_add(&m->body, "\n");
}

/* x minus the sums of its rows. */
static void add_row_sums(model *m, const value *x)
{
    int sums = m->next++, wide = m->next++, zero = m->next++;
    value to = keep(m, x->rows, x->columns);
    tri_text_addf(&m->body,
                  "  %%v%d = stablehlo.constant dense<0.0> : tensor<%s>\n  %%v%d = stablehlo.reduce(%%v%d init: %%v%d) applies stablehlo.add "
                  "across dimensions = [1] : (",
                  zero, m->dtype, sums, x->number, zero);
    add_type(m, x, &m->body);
    tri_text_addf(&m->body, ", tensor<%s>) -> tensor<%lldx%s>\n  %%v%d = stablehlo.broadcast_in_dim %%v%d, dims = [0] : (tensor<%lldx%s>) -> ",
                  m->dtype, (long long)x->rows, m->dtype, wide, sums, (long long)x->rows, m->dtype);
    add_type(m, x, &m->body);
    tri_text_addf(&m->body, "\n  %%v%d = stablehlo.subtract %%v%d, %%v%d : ", to.number, x->number, wide);
    add_type(m, &to, &m->body);
    tri_text_add(&m->body, "\n");
}

static void add_transpose(model *m, const value *x)
{
    value to = keep(m, x->columns, x->rows);
    tri_text_addf(&m->body, "  %%v%d = stablehlo.transpose %%v%d, dims = [1, 0] : (", to.number, x->number);
    add_type(m, x, &m->body);
    tri_text_add(&m->body, ") -> ");
    add_type(m, &to, &m->body);
    tri_text_add(&m->body, "\n");
}

/* The text of a model of `n` ops; its last value and one in the middle are results. */
static char *model_text(uint64_t seed, int n)
{
    model m = {.seed = seed};
    m.dtype = draw(&m, 2) ? "bf16" : "f32";
    value first = argument(&m, 16 + 8 * draw(&m, 12), 32 + 32 * draw(&m, 4)), start = keep(&m, first.rows, first.columns);
    tri_text_addf(&m.body, "  %%v%d = stablehlo.add %%a%d, %%a%d : ", start.number, first.number, first.number);
    add_type(&m, &start, &m.body);
    tri_text_add(&m.body, "\n");
    for (int i = 0; i < n; i++) {
        value x = m.values[m.n_values - 1];
        switch (draw(&m, 6)) {
        case 0: add_pair(&m, "add", &x); break;
        case 1: add_pair(&m, "maximum", &x); break;
        case 2: add_row_sums(&m, &x); break;
        case 3: add_transpose(&m, &x); break;
        default: add_product(&m, &x); break;
        }
    }
    const value results[] = {m.values[m.n_values - 1], m.values[m.n_values / 2]};
    tri_text all = {0};
    tri_text_add(&all, "func.func public @main(");
    for (int i = 0; i < m.n_arguments; i++) {
        tri_text_addf(&all, "%s%%a%d: ", i ? ", " : "", i);
        add_type(&m, &m.arguments[i], &all);
    }
    tri_text_add(&all, ") -> (");
    add_type(&m, &results[0], &all);
    tri_text_add(&all, ", ");
    add_type(&m, &results[1], &all);
    tri_text_addf(&all, ") {\n%s  return %%v%d, %%v%d : ", tri_text_string(&m.body), results[0].number, results[1].number);
    add_type(&m, &results[0], &all);
    tri_text_add(&all, ", ");
    add_type(&m, &results[1], &all);
    tri_text_add(&all, "\n}\n");
    tri_text_free(&m.body);
    char *text = strdup(tri_text_string(&all));
    tri_text_free(&all);
    return text;
}

/* ---- both ways ---- */

typedef struct both {
    tri_program_file *file;
    tri_device_handle *device;
    tri_executable *e;
    void *bytes;
    void *inputs[MOST_ARGUMENTS], *outputs[2][2];
} both;

static void open_model(both *b, const char *text, const char *chip)
{
    tri_compiled *compiled;
    size_t n;
    char device[64];
    snprintf(device, sizeof device, "sim:%s", chip);
    OK(tri_compile(text, strlen(text), "model.mlir", &(tri_compile_options){.chips = &chip, .n_chips = 1}, &compiled));
    OK(tri_compiled_encode(compiled, &b->bytes, &n));
    tri_compiled_free(compiled);
    OK(tri_open_memory(b->bytes, n, "model.tri", &b->file));
    OK(tri_device_open(device, "threads=1", &b->device));
    OK(tri_executable_create(b->file, b->device, NULL, &b->e));
}

static void close_model(both *b)
{
    for (size_t i = 0; i < tri_executable_inputs(b->e); i++) free(b->inputs[i]);
    for (int way = 0; way < 2; way++)
        for (int i = 0; i < 2; i++) free(b->outputs[way][i]);
    tri_executable_destroy(b->e);
    tri_device_close(b->device);
    tri_close(b->file);
    free(b->bytes);
}

static void fill(both *b, uint64_t seed)
{
    const tri_plan *plan = b->e->plan;
    for (uint32_t i = 0; i < plan->n_inputs; i++) {
        b->inputs[i] = malloc(tri_executable_input(b->e, i).bytes);
        tri_random_fill(seed, i, plan->inputs[i].dtype, plan->inputs[i].rank, plan->inputs[i].dims, b->inputs[i]);
    }
    for (int way = 0; way < 2; way++)
        for (size_t i = 0; i < tri_executable_outputs(b->e); i++) b->outputs[way][i] = malloc(tri_executable_output(b->e, i).bytes);
}

static void run_both(both *b)
{
    for (int way = 0; way < 2; way++)
        OK(tri_executable_run(b->e, (const void *const *)b->inputs, b->outputs[way], &(tri_run_options){.poison = true, .each_step = way == 0},
                              NULL));
    for (size_t i = 0; i < tri_executable_outputs(b->e); i++)
        ck_assert_mem_eq(b->outputs[0][i], b->outputs[1][i], tri_executable_output(b->e, i).bytes);
}

START_TEST(joined_steps_give_the_bits_of_the_steps)
{
    both b = {0};
    char *text = model_text((uint64_t)_i, 4 + _i % 12);
    open_model(&b, text, "trn2");
    const tri_plan *plan = b.e->plan;
    fill(&b, (uint64_t)_i);
    run_both(&b);
    if (plan->n_steps > 1 && plan->steps[1].kind == TRI_STEP_LAUNCH) ck_assert_msg(plan->n_segments, "nothing is joined of\n%s", text);
    close_model(&b);
    free(text);
}
END_TEST

/* Where tiles are many for the scratchpad: who is still read keeps its bytes, and what fits no more is launched by itself. */
START_TEST(a_small_scratchpad_is_shared_by_tiles_that_do_not_meet)
{
    both b = {0};
    char *text = model_text((uint64_t)_i, 6 + _i % 12);
    open_model(&b, text, "tests/unit/data/small_trn2.chip");
    fill(&b, (uint64_t)_i);
    run_both(&b);
    close_model(&b);
    free(text);
}
END_TEST

START_TEST(a_joined_program_runs_again_and_is_the_same_every_time)
{
    both b[2] = {{0}, {0}};
    char *text = model_text(3, 12);
    for (int i = 0; i < 2; i++) {
        open_model(&b[i], text, "trn2");
        fill(&b[i], 5);
        run_both(&b[i]);
        run_both(&b[i]);
    }
    const tri_plan *x = b[0].e->plan, *y = b[1].e->plan;
    ck_assert_uint_eq(x->n_codes, y->n_codes);
    for (uint32_t c = 0; c < x->n_codes; c++) {
        ck_assert_uint_eq(x->codes[c].n, y->codes[c].n);
        ck_assert_mem_eq(x->codes[c].bytes, y->codes[c].bytes, x->codes[c].n);
    }
    for (int i = 0; i < 2; i++) close_model(&b[i]);
    free(text);
}
END_TEST

/* What a program is made of. */
typedef struct counts {
    int copies; /* transfers from the scratchpad to itself that only move rows */
    int turned; /* transfers that transpose */
    int transposes, stores;
    int64_t most_bytes; /* of a transfer from device memory */
} counts;

static counts counts_of(const tri_plan *plan, uint32_t kernel)
{
    tri_systolic_program *program;
    const tri_plan_code *code = &plan->codes[plan->kernels[kernel].code[0]];
    OK(tri_systolic_decode(code->bytes, code->n, &program));
    counts c = {0};
    for (uint32_t q = 0; q < program->n_queues; q++)
        for (uint32_t pc = 0; pc < program->queues[q].n; pc++) {
            const tri_systolic_instruction *i = &program->queues[q].at[pc];
            c.transposes += i->op == TRI_SYS_XPOSE;
            if (i->op != TRI_SYS_DMA) continue;
            const tri_systolic_ap *dst = &program->queues[q].aps[i->ap_dst], *src = &program->queues[q].aps[i->ap_src0];
            int64_t bytes = (int64_t)tri_systolic_ap_elements(dst) * dst->npart * tri_systolic_dtype_bytes(dst->dtype);
            c.copies += !(i->flags & TRI_SYS_T) && dst->space == TRI_SYS_SP && src->space == TRI_SYS_SP;
            c.turned += (i->flags & TRI_SYS_T) != 0;
            c.stores += dst->space == TRI_SYS_HBM;
            if (src->space == TRI_SYS_HBM && bytes > c.most_bytes) c.most_bytes = bytes;
        }
    tri_systolic_free(program);
    return c;
}

static counts joined_counts(const tri_plan *plan)
{
    ck_assert_uint_eq(plan->n_segments, 1);
    ck_assert_uint_eq(plan->segments[0].n_steps, plan->n_steps);
    return counts_of(plan, plan->segments[0].kernel);
}

static counts step_counts(const tri_plan *plan)
{
    counts all = {0};
    for (uint32_t s = 0; s < plan->n_steps; s++) {
        counts c = counts_of(plan, plan->steps[s].kernel);
        all.copies += c.copies;
        all.turned += c.turned;
        all.transposes += c.transposes;
        all.stores += c.stores;
        if (all.most_bytes < c.most_bytes) all.most_bytes = c.most_bytes;
    }
    return all;
}

/* A product of 1000 columns leaves in pieces; what subtracts the sums of rows wants them side by side, and so they are made. */
START_TEST(rows_are_made_where_the_next_step_reads_them)
{
    static const char text[] =
        "func.func public @main(%x: tensor<48x128xbf16>, %w: tensor<128x1000xbf16>) -> (tensor<48x1000xbf16>) {\n"
        "  %y = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<48x128xbf16>, tensor<128x1000xbf16>) -> tensor<48x1000xbf16>\n"
        "  %0 = stablehlo.constant dense<0.0> : tensor<bf16>\n"
        "  %s = stablehlo.reduce(%y init: %0) applies stablehlo.add across dimensions = [1] : (tensor<48x1000xbf16>, tensor<bf16>) -> "
        "tensor<48xbf16>\n"
        "  %b = stablehlo.broadcast_in_dim %s, dims = [0] : (tensor<48xbf16>) -> tensor<48x1000xbf16>\n"
        "  %d = stablehlo.subtract %y, %b : tensor<48x1000xbf16>\n"
        "  return %d : tensor<48x1000xbf16>\n}";
    both b = {0};
    open_model(&b, text, "trn2");
    ck_assert_uint_gt(b.e->plan->n_steps, 1);
    ck_assert_int_eq(joined_counts(b.e->plan).copies, 0);
    fill(&b, 1);
    run_both(&b);
    close_model(&b);
}
END_TEST

/* The second product wants the rows of the first on its partitions, transposed: through the array, which has nothing else to do. Its weights are
 * large: they come in pieces. */
START_TEST(what_was_just_made_is_transposed_by_the_array)
{
    static const char text[] =
        "func.func public @main(%x: tensor<64x128xbf16>, %w: tensor<128x256xbf16>, %u: tensor<256x8000xbf16>) -> (tensor<64x8000xbf16>) {\n"
        "  %y = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0] : (tensor<64x128xbf16>, tensor<128x256xbf16>) -> tensor<64x256xbf16>\n"
        "  %z = stablehlo.dot_general %y, %u, contracting_dims = [1] x [0] : (tensor<64x256xbf16>, tensor<256x8000xbf16>) -> tensor<64x8000xbf16>\n"
        "  return %z : tensor<64x8000xbf16>\n}";
    both b = {0};
    open_model(&b, text, "trn2");
    counts joined = joined_counts(b.e->plan), steps = step_counts(b.e->plan);
    ck_assert_int_eq(steps.transposes, 0);
    ck_assert_int_gt(joined.transposes, 0);
    ck_assert_int_lt(joined.turned, steps.turned);
    ck_assert_int_eq(joined.copies, 0);
    ck_assert_int_eq(joined.stores,
                     counts_of(b.e->plan, b.e->plan->steps[b.e->plan->n_steps - 1].kernel).stores); /* nobody loads the first product */
    ck_assert_int_gt(steps.stores, joined.stores);
    ck_assert_int_lt(joined.most_bytes, 400000); /* 378 KB: 600 ns of 315 GB/s, twice */
    ck_assert_int_gt(steps.most_bytes, 400000);
    fill(&b, 2);
    run_both(&b);
    close_model(&b);
}
END_TEST

/* A concatenation puts transposed rows behind others: a transfer may begin at any partition, an engine may not. */
START_TEST(transposes_to_partitions_where_no_engine_begins_stay_transfers)
{
    static const int fronts[] = {1, 31, 32, 33, 64, 96}, rows[] = {16, 20, 33, 90};
    int front = fronts[_i % 6], n = rows[_i / 6];
    tri_text text = {0};
    tri_text_addf(&text,
                  "func.func public @main(%%a: tensor<40x128xbf16>, %%w: tensor<128x%dxbf16>, %%u: tensor<%dx40xbf16>) -> (tensor<%dx40xbf16>) {\n"
                  "  %%y = stablehlo.dot_general %%a, %%w, contracting_dims = [1] x [0] : (tensor<40x128xbf16>, tensor<128x%dxbf16>) -> "
                  "tensor<40x%dxbf16>\n"
                  "  %%t = stablehlo.transpose %%y, dims = [1, 0] : (tensor<40x%dxbf16>) -> tensor<%dx40xbf16>\n"
                  "  %%c = stablehlo.concatenate %%u, %%t, dim = 0 : (tensor<%dx40xbf16>, tensor<%dx40xbf16>) -> tensor<%dx40xbf16>\n"
                  "  return %%c : tensor<%dx40xbf16>\n}",
                  n, front, front + n, n, n, n, n, front, n, front + n, front + n);
    both b = {0};
    open_model(&b, tri_text_string(&text), "trn2");
    fill(&b, 4);
    run_both(&b);
    close_model(&b);
    tri_text_free(&text);
}
END_TEST

START_TEST(bundle_cores_have_no_joined_programs)
{
    both b = {0};
    char *text = model_text(1, 6);
    open_model(&b, text, "v5e");
    ck_assert_uint_eq(b.e->plan->n_segments, 0);
    fill(&b, 1);
    run_both(&b);
    close_model(&b);
    free(text);
}
END_TEST

int main(void)
{
    enum { MODELS = 24 };
    Suite *suite = suite_create("systolic_join");
    TCase *cases = tcase_create("systolic_join");
    tcase_set_timeout(cases, 120);
    tcase_add_loop_test(cases, joined_steps_give_the_bits_of_the_steps, 0, MODELS);
    tcase_add_loop_test(cases, a_small_scratchpad_is_shared_by_tiles_that_do_not_meet, 0, MODELS);
    tcase_add_test(cases, a_joined_program_runs_again_and_is_the_same_every_time);
    tcase_add_test(cases, rows_are_made_where_the_next_step_reads_them);
    tcase_add_test(cases, what_was_just_made_is_transposed_by_the_array);
    tcase_add_loop_test(cases, transposes_to_partitions_where_no_engine_begins_stay_transfers, 0, 24);
    tcase_add_test(cases, bundle_cores_have_no_joined_programs);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
