/* tests/unit/kernels_test.c - kernel families without any target: every region that the cases of tests/numerics fuse to is built as a tile program,
 * with the configs of chips and with tiny ones that split everything, and the evaluator of tile programs must stay within the bounds of the region's
 * meaning. */
#include <check.h>
#include <dirent.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/random.h"
#include "ir/eval_tile.h"
#include "kernels/kernels.h"
#include "lowering/lowering.h"
#include "targets/compile.h"

#define FOLDER "tests/numerics/cases/"

static void must(tri_status *status, const char *what)
{
    if (status) {
        tri_status_print(status, NULL, stderr);
        ck_abort_msg("%s: %s", what, tri_status_message(status));
    }
}

/* Tiles that divide nothing. */
static tri_config tiny_config(const tri_family *family)
{
    tri_config c = {0};
    bool matmul = !strcmp(family->name, "matmul");
    if (!strcmp(family->name, "attention")) return (tri_config){3, {{"bq", 3}, {"bn", 7}, {"pack", 1}}};
    tri_config_set(&c, matmul ? "bm" : "rows", 3);
    tri_config_set(&c, matmul ? "bn" : "columns", 5);
    tri_config_set(&c, matmul ? "bk" : "chunk", 7);
    return c;
}

static const tri_family *family_of(const tri_op *group, const tri_chip *chip)
{
    for (int f = 0; f < tri_n_families; f++)
        if (tri_families[f]->applies(group, chip)) return tri_families[f];
    return NULL;
}

static tri_func *build(tri_module *module, const tri_op *group, const tri_family *family, const tri_config *config)
{
    tri_func *kernel;
    must(family->build(module, "k", group, config, &kernel), "build");
    must(tri_pass_merge_maps(kernel), "merge_maps");
    must(tri_kernel_verify(kernel), "verify");
    return kernel;
}

/* Evaluates the kernel on random inputs; true: all results are within bounds. */
static bool within_bounds(const tri_op *group, const tri_func *kernel, tri_comparison *out_worst)
{
    uint32_t n = group->n_operands + group->n_results;
    tri_tensor *buffers = calloc(n, sizeof *buffers);
    tri_bounded *want = calloc(group->n_results, sizeof *want);
    for (uint32_t i = 0; i < n; i++) {
        buffers[i].type = i < group->n_operands ? group->operands[i]->type : group->results[i - group->n_operands]->type;
        buffers[i].data = malloc(tri_type_bytes(&buffers[i].type) + 1);
        if (i < group->n_operands)
            tri_random_fill(3, i, (tri_dtype)buffers[i].type.dtype, buffers[i].type.rank, buffers[i].type.dims, buffers[i].data);
    }
    must(tri_eval_kernel(kernel, buffers, &(tri_eval_tile_options){.seed = 11}), "evaluate");
    must(tri_eval_bounded(group, buffers, want, NULL), "bounds");
    bool pass = true;
    for (uint32_t i = 0; i < group->n_results; i++) {
        tri_comparison c = tri_compare_bounded(&want[i], buffers[group->n_operands + i].data);
        pass &= c.pass;
        if (!c.pass || !i) *out_worst = c;
    }
    tri_bounded_free(want, group->n_results);
    tri_tensor_free(buffers, n);
    free(buffers);
    free(want);
    return pass;
}

static void check_group(const char *name, tri_module *module, const tri_op *group, const tri_chip *chip)
{
    enum { LARGE = 3000 };
    const tri_family *family = family_of(group, chip);
    ck_assert_msg(family != NULL, "%s: no family", name);
    int64_t elements = tri_type_elements(&group->results[0]->type);
    if (elements == 0) return; /* the plan has no step for it */
    for (int tiny = 0; tiny < 2; tiny++) {
        if (elements > (tiny ? LARGE : 100 * LARGE)) continue;
        tri_config config = tiny ? tiny_config(family) : family->default_config(group, chip, false);
        tri_func *kernel = build(module, group, family, &config);
        tri_comparison worst;
        if (!within_bounds(group, kernel, &worst)) {
            tri_text text = {0};
            tri_func_print(kernel, &text);
            ck_abort_msg("%s, region %s, family %s%s on %s: %.9g instead of %.9g at %lld, %g of the bound, rel_l2 %g of %g, in\n%s", name,
                         tri_op_text(group, "label", ""), family->name, tiny ? " with tiny tiles" : "", chip->name, worst.got, worst.want,
                         (long long)worst.worst_index, worst.worst, worst.rel_l2, worst.rel_l2_bound, tri_text_string(&text));
        }
        tri_func_unlink(kernel);
    }
}

static void check_module(const char *name, const char *text, const tri_chip *chip)
{
    tri_arena arena;
    tri_arena_init(&arena, 0);
    tri_module *module, *kernels = tri_module_create(&arena, "kernels");
    must(tri_module_parse(&arena, text, strlen(text), name, &module), name);
    must(tri_lower_module(&module), name);
    for (const tri_op *op = module->first->body->first; op; op = op->next)
        if (op->kind == TRI_OP_KERNEL) check_group(name, kernels, op, chip);
    tri_arena_free(&arena);
}

/* The functions of a file behind its `// ---- NAME for DTYPE...` lines; the first dtype of the list stands for all, since dtypes are the targets'
 * matter. */
static int check_file(const char *path, const tri_chip *chip)
{
    static const char mark[] = "// ---- ";
    char *file;
    size_t size;
    must(tri_file_read(path, &file, &size), path);
    int n = 0;
    for (char *at = strstr(file, mark), *next; at; at = next, n++) {
        char name[200], dtype[16] = "";
        snprintf(name, sizeof name, "%.*s", (int)strcspn(at + strlen(mark), "\n"), at + strlen(mark));
        const char *list = strstr(name, " for ");
        if (list) snprintf(dtype, sizeof dtype, "%.*s", (int)strcspn(list + 5, " "), list + 5);
        char *body = at + strcspn(at, "\n"), *end;
        next = strstr(body, mark);
        end = next ? next : body + strlen(body);
        tri_text text = {0};
        for (char *from = body; from < end;) {
            char *hole = memchr(from, '$', (size_t)(end - from));
            tri_text_add_n(&text, from, (size_t)((hole ? hole : end) - from));
            if (!hole) break;
            tri_text_add(&text, dtype);
            from = hole + 2;
        }
        check_module(name, tri_text_string(&text), chip);
        tri_text_free(&text);
    }
    free(file);
    return n;
}

static const char *const files[] = {"attention", "fused", "gathers", "movement", "reductions", "structure"};
static const char *const chips[] = {"trn2", "v5e", "a100", "mi300x"};
enum { N_FILES = sizeof files / sizeof *files, N_CHIPS = sizeof chips / sizeof *chips };

START_TEST(tile_programs_mean_what_their_regions_mean)
{
    tri_chip *chip;
    char path[200];
    must(tri_chip_load(chips[_i % N_CHIPS], &chip), "chip");
    snprintf(path, sizeof path, FOLDER "%s.mlir", files[_i / N_CHIPS]);
    ck_assert_int_gt(check_file(path, chip), 5);
    tri_chip_free(chip);
}
END_TEST

/* ---- attention by its knobs ---- */

typedef struct attention {
    int batch, queries, keys, heads, group, size;
    const char *attributes, *dtype;
} attention;

static const attention problems[] = {
    {2, 9, 13, 2, 1, 8, "scale = 0.5 : f64", "f32"},
    {1, 7, 20, 2, 3, 16, "scale = 0.5 : f64, causal = true", "bf16"},
    {2, 21, 8, 1, 2, 8, "scale = 0.5 : f64, causal = true", "f32"}, /* the first 13 queries see nothing */
    {1, 16, 16, 2, 2, 24, "scale = -0.5 : f64, causal = true", "f16"},
};
static const tri_config knobs[] = {
    {5, {{"bq", 1}, {"bn", 1}, {"pack", 0}, {"reverse", 0}, {"ones", 0}}},   {5, {{"bq", 4}, {"bn", 8}, {"pack", 1}, {"reverse", 1}, {"ones", 0}}},
    {5, {{"bq", 5}, {"bn", 3}, {"pack", 1}, {"reverse", 0}, {"ones", 1}}},   {5, {{"bq", 8}, {"bn", 16}, {"pack", 0}, {"reverse", 1}, {"ones", 1}}},
    {5, {{"bq", 64}, {"bn", 64}, {"pack", 1}, {"reverse", 1}, {"ones", 0}}},
};
enum { N_PROBLEMS = sizeof problems / sizeof *problems, N_KNOBS = sizeof knobs / sizeof *knobs };

static const tri_op *attention_region(tri_arena *arena, const attention *a)
{
    char q[64], k[64], lse[64], text[1000];
    snprintf(q, sizeof q, "tensor<%dx%dx%dx%dx%s>", a->batch, a->queries, a->heads * a->group, a->size, a->dtype);
    snprintf(k, sizeof k, "tensor<%dx%dx%dx%dx%s>", a->batch, a->keys, a->heads, a->size, a->dtype);
    snprintf(lse, sizeof lse, "tensor<%dx%dx%dxf32>", a->batch, a->heads * a->group, a->queries);
    snprintf(text, sizeof text,
             "func.func public @main(%%q: %s, %%k: %s, %%v: %s) -> (%s, %s) {\n  %%0:2 = \"tri.attention\"(%%q, %%k, %%v) {%s} : (%s, %s, %s) -> "
             "(%s, %s)\n  return %%0#0, %%0#1 : %s, %s\n}\n",
             q, k, k, q, lse, a->attributes, q, k, k, q, lse, q, lse);
    tri_module *module;
    must(tri_module_parse(arena, text, strlen(text), "attention", &module), "parse");
    must(tri_lower_module(&module), "lower");
    return module->first->body->first;
}

START_TEST(attention_means_the_same_for_every_config)
{
    tri_arena arena;
    tri_arena_init(&arena, 0);
    const tri_op *group = attention_region(&arena, &problems[_i % N_PROBLEMS]);
    tri_func *kernel = build(tri_module_create(&arena, "kernels"), group, &tri_family_attention, &knobs[_i / N_PROBLEMS]);
    tri_comparison worst;
    if (!within_bounds(group, kernel, &worst)) {
        tri_text text = {0};
        tri_func_print(kernel, &text);
        ck_abort_msg("problem %d, %s: %.9g instead of %.9g at %lld in\n%s", _i % N_PROBLEMS, tri_config_print(&knobs[_i / N_PROBLEMS], &arena),
                     worst.got, worst.want, (long long)worst.worst_index, tri_text_string(&text));
    }
    tri_arena_free(&arena);
}
END_TEST

/* ---- programs that are wrong must be found ---- */

static tri_status *find_k_loop(void *context, tri_op *op)
{
    if (op->kind == TRI_TILE_FOR) *(tri_op **)context = op;
    return NULL;
}

/* C = A B with K = 4 steps of 16; the loop is made to end after `steps` of them. */
static bool passes_with_steps(int steps)
{
    static const char text[] =
        "func.func public @main(%a: tensor<16x64xf32>, %b: tensor<64x16xf32>) -> tensor<16x16xf32> {\n"
        "  %0 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<16x64xf32>, tensor<64x16xf32>) -> tensor<16x16xf32>\n"
        "  return %0 : tensor<16x16xf32>\n}\n";
    tri_arena arena;
    tri_arena_init(&arena, 0);
    tri_module *module, *kernels = tri_module_create(&arena, "kernels");
    must(tri_module_parse(&arena, text, strlen(text), "k", &module), "parse");
    must(tri_lower_module(&module), "lower");
    const tri_op *group = module->first->body->first;
    tri_config config = {0};
    tri_config_set(&config, "bm", 16);
    tri_config_set(&config, "bn", 16);
    tri_config_set(&config, "bk", 16);
    tri_func *kernel = build(kernels, group, &tri_family_matmul, &config);
    tri_op *loop = NULL;
    must(tri_func_walk(kernel, find_k_loop, &loop), "walk");
    ck_assert_ptr_nonnull(loop);
    tri_op *end = loop->operands[1]->op;
    ck_assert_int_eq(tri_op_integer(end, "value", 0), 4);
    tri_op_set_attr(kernels, end, "value", tri_attr_integer(kernels, steps));
    tri_comparison worst;
    bool pass = within_bounds(group, kernel, &worst);
    tri_arena_free(&arena);
    return pass;
}

START_TEST(a_kernel_that_skips_one_k_step_fails)
{
    ck_assert(passes_with_steps(4));
    ck_assert(!passes_with_steps(3));
}
END_TEST

START_TEST(attention_that_skips_one_block_of_keys_fails)
{
    tri_arena arena;
    tri_arena_init(&arena, 0);
    const tri_op *group = attention_region(&arena, &(attention){1, 9, 64, 2, 1, 16, "scale = 0.5 : f64", "bf16"});
    for (int reverse = 0; reverse < 2; reverse++) {
        tri_config config = {3, {{"bq", 4}, {"bn", 8}, {"reverse", reverse}}};
        tri_module *kernels = tri_module_create(&arena, "kernels");
        tri_func *kernel = build(kernels, group, &tri_family_attention, &config);
        tri_comparison worst;
        ck_assert(within_bounds(group, kernel, &worst));
        tri_op *loop = NULL;
        must(tri_func_walk(kernel, find_k_loop, &loop), "walk");
        ck_assert_int_eq(tri_op_integer(loop->operands[1]->op, "value", 0), 8);
        tri_op_set_attr(kernels, loop->operands[1]->op, "value", tri_attr_integer(kernels, 7));
        ck_assert(!within_bounds(group, kernel, &worst));
    }
    tri_arena_free(&arena);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("kernels");
    TCase *cases = tcase_create("cases"), *wrong = tcase_create("wrong");
    tcase_set_timeout(cases, 240);
    tcase_add_loop_test(cases, tile_programs_mean_what_their_regions_mean, 0, N_FILES * N_CHIPS);
    tcase_add_loop_test(cases, attention_means_the_same_for_every_config, 0, N_PROBLEMS * N_KNOBS);
    tcase_add_test(wrong, a_kernel_that_skips_one_k_step_fails);
    tcase_add_test(wrong, attention_that_skips_one_block_of_keys_fails);
    suite_add_tcase(suite, cases);
    suite_add_tcase(suite, wrong);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
