/* tests/unit/lowering_test.c - what the passes make of small graphs: which ops become one kernel, what is refused, what shares memory. */
#include <check.h>
#include <stdlib.h>

#include "base/random.h"
#include "lowering/lowering.h"
#include "targets/compile.h"

static void must(tri_status *status)
{
    if (status) ck_abort_msg("%s", tri_status_message(status));
}

static tri_module *lowered(tri_arena *arena, const char *text)
{
    tri_arena_init(arena, 0);
    tri_module *module;
    must(tri_module_parse(arena, text, strlen(text), "test.mlir", &module));
    must(tri_lower_module(&module));
    return module;
}

/* The labels of the kernels in order, joined by " | ". */
static void expect_kernels(const char *text, const char *want)
{
    tri_arena arena;
    tri_module *module = lowered(&arena, text);
    tri_text labels = {0};
    for (const tri_op *op = module->first->body->first; op; op = op->next)
        if (op->kind == TRI_OP_KERNEL) tri_text_addf(&labels, "%s%s", labels.n ? " | " : "", tri_op_text(op, "label", "?"));
    ck_assert_str_eq(tri_text_string(&labels), want);
    tri_text_free(&labels);
    tri_arena_free(&arena);
}

#define MATRIX "tensor<8x8xf32>"
#define HEAD "func.func public @main(%a: " MATRIX ", %b: " MATRIX ") -> "
#define DOT(result, x, y)                                                                                                                            \
    "  %" result " = stablehlo.dot_general %" x ", %" y ", contracting_dims = [1] x [0] : (" MATRIX ", " MATRIX ") -> " MATRIX "\n"
#define UNARY(result, op, x) "  %" result " = stablehlo." op " %" x " : " MATRIX "\n"
#define BINARY(result, op, x, y) "  %" result " = stablehlo." op " %" x ", %" y " : " MATRIX "\n"
#define SUM(result, x)                                                                                                                               \
    "  %" result " = stablehlo.reduce(%" x " init: %z) applies stablehlo.add across dimensions = [1] : (" MATRIX ", tensor<f32>) -> tensor<8xf32>\n"
#define ZERO "  %z = stablehlo.constant dense<0.0> : tensor<f32>\n"
#define RETURN(x) "  return %" x " : " MATRIX "\n}\n"

START_TEST(an_elementwise_chain_is_one_kernel)
{
    expect_kernels(HEAD MATRIX "{\n" BINARY("0", "add", "a", "b") UNARY("1", "tanh", "0") BINARY("2", "multiply", "1", "a") RETURN("2"),
                   "add+tanh+multiply");
}
END_TEST

START_TEST(a_value_with_two_users_in_one_kernel_is_inside)
{
    expect_kernels(HEAD MATRIX "{\n" UNARY("0", "tanh", "a") UNARY("1", "negate", "0") BINARY("2", "multiply", "1", "0") RETURN("2"),
                   "tanh+negate+multiply");
}
END_TEST

START_TEST(a_value_with_users_in_two_kernels_is_one_of_its_own)
{
    expect_kernels(HEAD "(" MATRIX ", " MATRIX ") {\n" UNARY("0", "tanh", "a") UNARY("1", "negate", "0")
                       DOT("2", "0", "b") "  return %1, %2 : " MATRIX ", " MATRIX "\n}\n",
                   "tanh | negate | dot_general");
}
END_TEST

START_TEST(what_comes_before_a_reduction_is_in_it)
{
    expect_kernels(HEAD "tensor<8xf32> {\n" ZERO BINARY("0", "multiply", "a", "b") SUM("1", "0") "  return %1 : tensor<8xf32>\n}\n",
                   "multiply+reduce");
}
END_TEST

#define REPEATED(dim)                                                                                                                                \
    HEAD MATRIX "{\n" ZERO SUM("0", "a") "  %1 = stablehlo.broadcast_in_dim %0, dims = [" dim "] : (tensor<8xf32>) -> " MATRIX                       \
                                         "\n" BINARY("2", "subtract", "b", "1") RETURN("2")

START_TEST(what_repeats_a_reduction_over_its_rows_is_in_its_kernel) { expect_kernels(REPEATED("0"), "reduce+subtract"); }
END_TEST

START_TEST(what_repeats_a_reduction_over_something_else_is_another_kernel) { expect_kernels(REPEATED("1"), "reduce | subtract"); }
END_TEST

START_TEST(what_follows_a_contraction_is_its_epilogue)
{
    expect_kernels(HEAD MATRIX "{\n" DOT("0", "a", "b") BINARY("1", "add", "0", "b") UNARY("2", "tanh", "1") RETURN("2"), "dot_general+add+tanh");
}
END_TEST

START_TEST(what_comes_before_a_contraction_is_not_computed_again)
{
    expect_kernels(HEAD MATRIX "{\n" UNARY("0", "tanh", "a") DOT("1", "0", "b") RETURN("1"), "tanh | dot_general");
}
END_TEST

START_TEST(two_contractions_are_two_kernels)
{
    expect_kernels(HEAD MATRIX "{\n" DOT("0", "a", "b") DOT("1", "0", "b") RETURN("1"), "dot_general | dot_general");
}
END_TEST

START_TEST(a_transpose_is_read_in_place_by_a_contraction)
{
    expect_kernels(HEAD MATRIX "{\n  %0 = stablehlo.transpose %a, dims = [1, 0] : (" MATRIX ") -> " MATRIX "\n" DOT("1", "0", "b") RETURN("1"),
                   "dot_general");
}
END_TEST

START_TEST(a_reshape_is_a_view)
{
    expect_kernels("func.func public @main(%a: tensor<4x6xf32>) -> tensor<24xf32> {\n  %0 = stablehlo.tanh %a : tensor<4x6xf32>\n  %1 = "
                   "stablehlo.reshape %0 : (tensor<4x6xf32>) -> tensor<24xf32>\n"
                   "  return %1 : tensor<24xf32>\n}\n",
                   "tanh");
}
END_TEST

static void expect_error(const char *text, const char *part)
{
    tri_arena arena;
    tri_arena_init(&arena, 0);
    tri_module *module;
    must(tri_module_parse(&arena, text, strlen(text), "test.mlir", &module));
    tri_status *status = tri_lower_module(&module);
    ck_assert_ptr_nonnull(status);
    ck_assert_msg(strstr(tri_status_message(status), part) != NULL, "'%s' does not say '%s'", tri_status_message(status), part);
    tri_status_free(status);
    tri_arena_free(&arena);
}

START_TEST(a_function_that_calls_itself_is_refused)
{
    expect_error(
        "func.func private @f(%x: tensor<f32>) -> tensor<f32> {\n  %0 = call @g(%x) : (tensor<f32>) -> tensor<f32>\n  return %0 : tensor<f32>\n}\n"
        "func.func private @g(%x: tensor<f32>) -> tensor<f32> {\n  %0 = call @f(%x) : (tensor<f32>) -> tensor<f32>\n  return %0 : tensor<f32>\n}\n"
        "func.func public @main(%x: tensor<f32>) -> tensor<f32> {\n  %0 = call @f(%x) : (tensor<f32>) -> tensor<f32>\n  return %0 : tensor<f32>\n}\n",
        "call");
}
END_TEST

/* Two calls a level double the copies with every level: what few lines of text ask for must have a limit. */
START_TEST(calls_that_double_at_every_level_end_in_an_error)
{
    tri_text text = {0};
    tri_text_add(&text,
                 "func.func private @f0(%x: tensor<f32>) -> tensor<f32> {\n  %0 = stablehlo.tanh %x : tensor<f32>\n  return %0 : tensor<f32>\n}\n");
    for (int i = 1; i < 40; i++)
        tri_text_addf(&text,
                      "func.func private @f%d(%%x: tensor<f32>) -> tensor<f32> {\n  %%0 = call @f%d(%%x) : (tensor<f32>) -> tensor<f32>\n  %%1 = "
                      "call @f%d(%%0) : (tensor<f32>) -> tensor<f32>\n"
                      "  return %%1 : tensor<f32>\n}\n",
                      i, i - 1, i - 1);
    tri_text_add(&text, "func.func public @main(%x: tensor<f32>) -> tensor<f32> {\n  %0 = call @f39(%x) : (tensor<f32>) -> tensor<f32>\n  return %0 "
                        ": tensor<f32>\n}\n");
    expect_error(tri_text_string(&text), "calls");
    tri_text_free(&text);
}
END_TEST

/* ---- merge_maps ---- */

static void expect_maps(const char *body, int n)
{
    tri_arena arena;
    tri_arena_init(&arena, 0);
    tri_text text = {0};
    tri_text_addf(
        &text,
        "kernel @k(%%x: in buf<4x4xf32>, %%y: out buf<4x4xf32>) grid () {\n  %%i = index 0\n  %%t = load %%x[%%i:+4, %%i:+4] : tile<4x4xf32>\n%s}\n",
        body);
    tri_module *module;
    must(tri_note(tri_module_parse(&arena, tri_text_string(&text), text.n, "test.tile", &module), "in\n%s", tri_text_string(&text)));
    tri_func *kernel = module->first;
    must(tri_kernel_verify(kernel));
    must(tri_pass_merge_maps(kernel));
    must(tri_kernel_verify(kernel));
    int maps = 0;
    for (const tri_op *op = kernel->body->first; op; op = op->next) maps += op->kind == TRI_TILE_MAP;
    ck_assert_int_eq(maps, n);
    tri_text_free(&text);
    tri_arena_free(&arena);
}

/* ---- the plan ---- */

typedef struct life {
    uint32_t from, to;
} life;

/* When each buffer is written and last read, from the steps alone. */
static life *lives_of(const tri_plan *plan)
{
    life *lives = calloc(plan->n_buffers + 1, sizeof *lives);
    for (uint32_t b = 0; b < plan->n_buffers; b++) lives[b].from = UINT32_MAX;
    for (uint32_t s = 0; s < plan->n_steps; s++)
        for (uint32_t i = 0; i < plan->steps[s].n_buffers; i++) {
            life *l = &lives[plan->steps[s].buffers[i]];
            if (l->from == UINT32_MAX) l->from = s;
            l->to = s;
        }
    return lives;
}

static void check_plan(const tri_plan *plan)
{
    life *lives = lives_of(plan);
    for (uint32_t a = 0; a < plan->n_buffers; a++) {
        const tri_plan_buffer *x = &plan->buffers[a];
        if (x->kind != TRI_BUFFER_SCRATCH || lives[a].from == UINT32_MAX) continue;
        ck_assert(x->offset + x->bytes <= plan->scratch_bytes);
        for (uint32_t b = 0; b < a; b++) {
            const tri_plan_buffer *y = &plan->buffers[b];
            if (y->kind != TRI_BUFFER_SCRATCH || lives[b].from == UINT32_MAX) continue;
            bool together = lives[a].from <= lives[b].to && lives[b].from <= lives[a].to;
            bool overlap = x->offset < y->offset + y->bytes && y->offset < x->offset + x->bytes;
            ck_assert_msg(!(together && overlap), "buffers %u and %u share bytes while both are alive", a, b);
        }
    }
    free(lives);
}

/* Vectors of many lengths, each two earlier ones behind each other: a kernel each, read at random. */
START_TEST(live_buffers_never_overlap)
{
    tri_text text = {0};
    int64_t lengths[42] = {3, 1000};
    uint32_t random[4];
    tri_text_add(&text, "func.func public @main(%v0: tensor<3xf32>, %v1: tensor<1000xf32>) -> tensor<f32> {\n" ZERO);
    for (int i = 2; i < 40; i++) {
        tri_philox((const uint32_t[4]){(uint32_t)i, (uint32_t)_i, 0, 0}, (const uint32_t[2]){5, 6}, random);
        int a = i < 4 ? 0 : i - 1 - (int)(random[0] % 4), b = (int)(random[1] % (uint32_t)i);
        if (lengths[a] + lengths[b] > 100000) a = 0, b = 1;
        lengths[i] = lengths[a] + lengths[b];
        tri_text_addf(&text, "  %%v%d = stablehlo.concatenate %%v%d, %%v%d, dim = 0 : (tensor<%lldxf32>, tensor<%lldxf32>) -> tensor<%lldxf32>\n", i,
                      a, b, (long long)lengths[a], (long long)lengths[b], (long long)lengths[i]);
    }
    for (int i = 2; i < 40; i++) {
        tri_text_addf(&text,
                      "  %%s%d = stablehlo.reduce(%%v%d init: %s%d) applies stablehlo.add across dimensions = [0] : (tensor<%lldxf32>, tensor<f32>) "
                      "-> tensor<f32>\n",
                      i, i, i == 2 ? "%z" : "%s", i == 2 ? 0 : i - 1, (long long)lengths[i]);
    }
    tri_text_add(&text, "  return %s39 : tensor<f32>\n}\n");
    char *fixed = strstr(text.at, "init: %z0");
    memcpy(fixed, "init: %z ", 9);
    tri_arena arena;
    tri_module *module = lowered(&arena, tri_text_string(&text));
    tri_planned planned;
    must(tri_plan_module(module, &planned));
    ck_assert_uint_gt(planned.plan.n_steps, 20);
    check_plan(&planned.plan);
    tri_arena_free(&arena);
    tri_text_free(&text);
}
END_TEST

static uint32_t unique_kernels(const char *text)
{
    tri_arena arena;
    tri_module *module = lowered(&arena, text);
    tri_planned planned;
    must(tri_plan_module(module, &planned));
    uint32_t n = planned.n_unique;
    tri_arena_free(&arena);
    return n;
}

START_TEST(kernels_that_compute_the_same_are_one)
{
    ck_assert_uint_eq(unique_kernels(HEAD MATRIX "{\n" DOT("0", "a", "b") DOT("1", "0", "b") DOT("2", "b", "1") RETURN("2")), 1);
}
END_TEST

START_TEST(kernels_that_differ_in_a_constant_are_two)
{
    ck_assert_uint_eq(unique_kernels(HEAD "(" MATRIX ", " MATRIX ") {\n  %c = stablehlo.constant dense<2.0> : " MATRIX
                                          "\n  %d = stablehlo.constant dense<3.0> : " MATRIX "\n" BINARY("0", "multiply", "a", "c")
                                              BINARY("1", "multiply", "b", "d") "  return %0, %1 : " MATRIX ", " MATRIX "\n}\n"),
                      2);
}
END_TEST

#define MAP(result, op, x) "  %" result " = map(%" x ") : tile<4x4xf32> { ^(%p: f32):\n    %q = " op " %p : f32\n    yield %q\n  }\n"
#define STORE(x) "  store %" x " -> %y[%i:+4, %i:+4]\n"

START_TEST(maps_in_a_row_become_one) { expect_maps(MAP("1", "tanh", "t") MAP("2", "negate", "1") STORE("2"), 1); }
END_TEST

START_TEST(a_map_that_is_needed_twice_is_computed_once)
{
    expect_maps(MAP("1", "tanh", "t") MAP("2", "negate", "1") "  %3 = transpose %1 : tile<4x4xf32>\n  store %3 -> %y[%i:+4, %i:+4]\n" STORE("2"), 2);
}
END_TEST

START_TEST(a_map_nobody_reads_goes) { expect_maps(MAP("1", "tanh", "t") MAP("2", "negate", "1") STORE("t"), 0); }
END_TEST

int main(void)
{
    Suite *suite = suite_create("lowering");
    TCase *fuse = tcase_create("fuse"), *others = tcase_create("others");
    tcase_add_test(fuse, an_elementwise_chain_is_one_kernel);
    tcase_add_test(fuse, a_value_with_two_users_in_one_kernel_is_inside);
    tcase_add_test(fuse, a_value_with_users_in_two_kernels_is_one_of_its_own);
    tcase_add_test(fuse, what_comes_before_a_reduction_is_in_it);
    tcase_add_test(fuse, what_repeats_a_reduction_over_its_rows_is_in_its_kernel);
    tcase_add_test(fuse, what_repeats_a_reduction_over_something_else_is_another_kernel);
    tcase_add_test(fuse, what_follows_a_contraction_is_its_epilogue);
    tcase_add_test(fuse, what_comes_before_a_contraction_is_not_computed_again);
    tcase_add_test(fuse, two_contractions_are_two_kernels);
    tcase_add_test(fuse, a_transpose_is_read_in_place_by_a_contraction);
    tcase_add_test(fuse, a_reshape_is_a_view);
    tcase_add_test(others, a_function_that_calls_itself_is_refused);
    tcase_add_test(others, calls_that_double_at_every_level_end_in_an_error);
    tcase_add_loop_test(others, live_buffers_never_overlap, 0, 20);
    tcase_add_test(others, kernels_that_compute_the_same_are_one);
    tcase_add_test(others, kernels_that_differ_in_a_constant_are_two);
    tcase_add_test(others, maps_in_a_row_become_one);
    tcase_add_test(others, a_map_that_is_needed_twice_is_computed_once);
    tcase_add_test(others, a_map_nobody_reads_goes);
    suite_add_tcase(suite, fuse);
    suite_add_tcase(suite, others);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
