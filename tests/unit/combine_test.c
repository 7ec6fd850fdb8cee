/* tests/unit/combine_test.c - a matmul whose contracted dimension is dealt out to programs, cut in two at its combine: both halves together give the
 * bits of the program that was cut, which are within the bounds of the region; halves that add in another order, or leave a part out, do not. Besides
 * a program by hand that stores in front of its combine and uses there what was loaded before. */
#include <check.h>
#include <stdlib.h>

#include "base/random.h"
#include "ir/eval_tile.h"
#include "kernels/kernels.h"
#include "lowering/lowering.h"
#include "targets/compile.h"

enum { M = 17, N = 37, K = 211, BUFFERS = 4, RESULT = 3 };
static const char text[] =
    "func.func public @main(%a: tensor<17x211xbf16>, %b: tensor<37x211xbf16>, %c: tensor<37xf32>) -> tensor<17x37xf32> {\n"
    "  %0 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [1] : (tensor<17x211xbf16>, tensor<37x211xbf16>) -> tensor<17x37xf32>\n"
    "  %1 = stablehlo.broadcast_in_dim %c, dims = [1] : (tensor<37xf32>) -> tensor<17x37xf32>\n"
    "  %2 = stablehlo.add %0, %1 : tensor<17x37xf32>\n  return %2 : tensor<17x37xf32>\n}\n";

typedef struct fixture {
    tri_arena arena;
    tri_module *graph, *kernels;
    const tri_op *group;
    tri_tensor buffers[BUFFERS + 1]; /* of the region, and the work buffer */
} fixture;

static void must(tri_status *status, const char *what)
{
    if (!status) return;
    tri_status_print(status, NULL, stderr);
    ck_abort_msg("%s: %s", what, tri_status_message(status));
}

static void begin(fixture *f)
{
    *f = (fixture){0};
    tri_arena_init(&f->arena, 0);
    f->kernels = tri_module_create(&f->arena, "kernels");
    must(tri_module_parse(&f->arena, text, strlen(text), "text", &f->graph), "parse");
    must(tri_lower_module(&f->graph), "lower");
    f->group = f->graph->first->body->first;
    for (uint32_t i = 0; i < BUFFERS; i++) {
        tri_type *type = &f->buffers[i].type;
        *type = i < RESULT ? f->group->operands[i]->type : f->group->results[0]->type;
        f->buffers[i].data = calloc(1, tri_type_bytes(type));
        if (i < RESULT) tri_random_fill(5, i, (tri_dtype)type->dtype, type->rank, type->dims, f->buffers[i].data);
    }
}

static void end(fixture *f)
{
    for (uint32_t i = 0; i <= BUFFERS; i++) free(f->buffers[i].data);
    tri_arena_free(&f->arena);
}

static tri_func *build(fixture *f, int64_t split, int64_t swap)
{
    tri_config config = {0};
    tri_func *kernel;
    tri_config_set(&config, "bm", 8);
    tri_config_set(&config, "bn", 16);
    tri_config_set(&config, "bk", 16);
    tri_config_set(&config, "split", split);
    tri_config_set(&config, "swap", swap);
    must(tri_family_matmul.build(f->kernels, "k", f->group, &config, &kernel), "build");
    must(tri_pass_merge_maps(kernel), "merge_maps");
    must(tri_kernel_verify(kernel), "verify");
    return kernel;
}

/* The results of a kernel as it is, in memory of the caller's. */
static float *results(fixture *f, const tri_func *kernel, uint64_t seed)
{
    must(tri_eval_kernel(kernel, f->buffers, &(tri_eval_tile_options){.seed = seed}), "evaluate");
    float *copy = malloc(tri_type_bytes(&f->buffers[RESULT].type));
    memcpy(copy, f->buffers[RESULT].data, tri_type_bytes(&f->buffers[RESULT].type));
    return copy;
}

static bool is_right(fixture *f)
{
    tri_bounded want[1];
    must(tri_eval_bounded(f->group, f->buffers, want, NULL), "bounds");
    bool pass = tri_compare_bounded(&want[0], f->buffers[RESULT].data).pass;
    tri_bounded_free(want, 1);
    return pass;
}

typedef enum damage { NONE, OTHER_ORDER, PART_TWICE, DAMAGES } damage;

/* The loads of parts in the second half, in their order. */
static int parts_of(const tri_func *rest, tri_op **out)
{
    int n = 0;
    for (tri_op *op = rest->body->first; op; op = op->next)
        if (op->kind == TRI_TILE_LOAD && op->operands[0]->index == BUFFERS) out[n++] = op;
    return n;
}

static void damage_rest(tri_func *rest, damage d)
{
    tri_op *parts[32];
    int n = parts_of(rest, parts);
    ck_assert(d == NONE || n >= 3);
    for (tri_op *op = rest->body->first; op && d != NONE; op = op->next)
        for (uint32_t i = 0; op->kind == TRI_TILE_MAP && i < op->n_operands; i++) {
            tri_value *first = parts[0]->results[0], *last = parts[n - 1]->results[0];
            if (op->operands[i] == last)
                op->operands[i] = first;
            else if (op->operands[i] == first && d == OTHER_ORDER)
                op->operands[i] = last;
        }
}

/* Both halves, one after the other, with a work buffer that holds nothing before. */
static float *results_of_halves(fixture *f, tri_func *kernel, damage d, uint64_t seed)
{
    tri_func *rest;
    must(tri_cut_at_combine(kernel, &rest), "cut");
    ck_assert_ptr_nonnull(rest);
    must(tri_kernel_verify(kernel), "verify the first half");
    must(tri_kernel_verify(rest), "verify the second half");
    damage_rest(rest, d);
    tri_tensor *work = &f->buffers[BUFFERS];
    free(work->data);
    work->type = rest->body->args[BUFFERS]->type;
    work->type.kind = TRI_TYPE_TENSOR;
    work->data = malloc(tri_type_bytes(&work->type));
    memset(work->data, 0xff, tri_type_bytes(&work->type));
    must(tri_eval_kernel(kernel, f->buffers, &(tri_eval_tile_options){.seed = seed}), "evaluate the first half");
    return results(f, rest, seed + 1);
}

START_TEST(halves_give_the_bits_of_the_program)
{
    static const int64_t splits[] = {2, 3, 5, 7, 14};
    fixture f;
    begin(&f);
    for (size_t i = 0; i < sizeof splits / sizeof *splits; i++)
        for (int64_t swap = 0; swap < 2; swap++) {
            tri_func *kernel = build(&f, splits[i], swap);
            float *whole = results(&f, kernel, 3 * i), *halves = results_of_halves(&f, kernel, NONE, 7 * i);
            ck_assert_mem_eq(whole, halves, sizeof(float) * M * N);
            ck_assert(is_right(&f));
            free(whole);
            free(halves);
        }
    end(&f);
}
END_TEST

START_TEST(another_order_or_a_lost_part_shows)
{
    for (damage d = OTHER_ORDER; d < DAMAGES; d++) {
        fixture f;
        begin(&f);
        tri_func *kernel = build(&f, 7, 0);
        float *whole = results(&f, kernel, 1), *halves = results_of_halves(&f, kernel, d, 1);
        ck_assert_mem_ne(whole, halves, sizeof(float) * M * N);
        if (d == PART_TWICE) ck_assert(!is_right(&f));
        free(whole);
        free(halves);
        end(&f);
    }
}
END_TEST

/* Each of three programs adds its row to D, and the first row once more for each program before it; C is the sum of the rows times the first. */
static const char in_front[] = "kernel @k(%A: in buf<3x8xf32>, %C: out buf<8xf32>, %D: inout buf<8xf32>) grid(%s: 3) {\n"
                               "  %t = load %A[%s, 0:+8] : tile<8xf32>\n"
                               "  %r = load %A[0, 0:+8] : tile<8xf32>\n"
                               "  store %t -> %D[0:+8] add\n"
                               "  for %k in 0..%s { store %r -> %D[0:+8] add }\n"
                               "  %f = combine add %t over %s : tile<8xf32>\n"
                               "  %g = map(%f, %r) : tile<8xf32> { ^(%x: f32, %y: f32):\n"
                               "    %z = multiply %x, %y : f32\n    yield %z\n  }\n"
                               "  store %g -> %C[0:+8]\n}\n";

START_TEST(what_is_stored_in_front_is_stored_once)
{
    tri_arena arena;
    tri_module *module;
    float a[3][8], c[2][8], d[2][8], work[3][8];
    tri_arena_init(&arena, 0);
    must(tri_module_parse(&arena, in_front, strlen(in_front), "text", &module), "parse");
    tri_func *kernel = module->first, *rest;
    must(tri_kernel_verify(kernel), "verify");
    for (int i = 0; i < 8; i++) {
        for (int row = 0; row < 3; row++) a[row][i] = (float)(10 * row + i);
        d[0][i] = d[1][i] = 100;
    }
    tri_tensor buffers[2][4];
    for (int cut = 0; cut < 2; cut++) {
        void *const data[4] = {a, c[cut], d[cut], work};
        for (uint32_t b = 0; b < 4; b++) {
            buffers[cut][b] = (tri_tensor){.type = kernel->body->args[b % 3]->type, .data = data[b]};
            buffers[cut][b].type.kind = TRI_TYPE_TENSOR;
        }
    }
    must(tri_eval_kernel(kernel, buffers[0], &(tri_eval_tile_options){.seed = 1}), "evaluate");
    must(tri_cut_at_combine(kernel, &rest), "cut");
    must(tri_kernel_verify(kernel), "verify the first half");
    must(tri_kernel_verify(rest), "verify the second half");
    must(tri_eval_kernel(kernel, buffers[1], &(tri_eval_tile_options){.seed = 2}), "evaluate the first half");
    must(tri_eval_kernel(rest, buffers[1], &(tri_eval_tile_options){.seed = 3}), "evaluate the second half");
    for (int cut = 0; cut < 2; cut++)
        for (int i = 0; i < 8; i++) {
            float sum = (float)(0 + 10 + 20 + 3 * i);
            ck_assert_float_eq(c[cut][i], sum * (float)i);
            ck_assert_float_eq(d[cut][i], 100 + sum + (float)((0 + 1 + 2) * i));
        }
    tri_arena_free(&arena);
}
END_TEST

START_TEST(orientation_changes_no_result_without_a_split)
{
    fixture f;
    begin(&f);
    float *plain = results(&f, build(&f, 1, 0), 1), *swapped = results(&f, build(&f, 1, 1), 2);
    ck_assert_mem_eq(plain, swapped, sizeof(float) * M * N);
    ck_assert(is_right(&f));
    free(plain);
    free(swapped);
    end(&f);
}
END_TEST

/* 211 in steps of 16 are 14, which 5 programs take 3 at a time; 1000 programs would have nothing to do beyond the 14th. */
START_TEST(no_program_is_without_steps)
{
    static const struct {
        int64_t split, parts;
    } rows[] = {{1, 0}, {2, 2}, {4, 4}, {5, 5}, {6, 5}, {8, 7}, {13, 7}, {14, 14}, {1000, 14}};
    fixture f;
    begin(&f);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const tri_func *kernel = build(&f, rows[i].split, 0);
        ck_assert_uint_eq(kernel->n_axes, rows[i].parts ? 3 : 2);
        if (rows[i].parts) ck_assert_int_eq(kernel->grid[0], rows[i].parts);
    }
    end(&f);
}
END_TEST

/* A plan of one region: two launches, the parts between them in scratch memory, the graph's op behind the second. */
START_TEST(plan_launches_both_halves)
{
    fixture f;
    begin(&f);
    tri_planned planned;
    must(tri_plan_module(f.graph, &planned), "plan");
    ck_assert_uint_eq(planned.plan.n_steps, 1);
    tri_func *kernel = build(&f, 4, 0), *rest;
    must(tri_cut_at_combine(kernel, &rest), "cut");
    tri_plan_cut_steps(&f.arena, &(tri_plan_cut){rest, 1}, &planned.plan);
    const tri_plan *plan = &planned.plan;
    ck_assert_uint_eq(plan->n_steps, 2);
    const uint64_t bytes = 4 * 3 * 3 * 8 * 16 * sizeof(float); /* parts, tiles of 17 rows and 37 columns, elements of a tile */
    for (uint32_t s = 0; s < 2; s++) {
        const tri_plan_step *step = &plan->steps[s];
        ck_assert_uint_eq(step->kernel, s);
        ck_assert_uint_eq(step->n_buffers, BUFFERS + 1);
        ck_assert_uint_eq(step->buffers[BUFFERS], plan->n_buffers - 1);
        ck_assert_uint_eq(step->graph_op, s ? f.group->id : UINT32_MAX);
    }
    const tri_plan_buffer *work = &plan->buffers[plan->n_buffers - 1];
    ck_assert_int_eq(work->kind, TRI_BUFFER_SCRATCH);
    ck_assert_uint_eq(work->bytes, bytes);
    ck_assert_uint_eq(work->offset + work->bytes, plan->scratch_bytes);
    end(&f);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("combine");
    TCase *tests = tcase_create("combine");
    tcase_add_test(tests, halves_give_the_bits_of_the_program);
    tcase_add_test(tests, another_order_or_a_lost_part_shows);
    tcase_add_test(tests, what_is_stored_in_front_is_stored_once);
    tcase_add_test(tests, orientation_changes_no_result_without_a_split);
    tcase_add_test(tests, no_program_is_without_steps);
    tcase_add_test(tests, plan_launches_both_halves);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
