/* tests/numerics/broken.c - can the comparison fail? A contraction whose kernel does all steps but one, a sum that leaves out one chunk, a shifted
 * store, attention without one block of keys or without the last elements of each key, parts of a sum of which one is not combined are compiled and
 * run like any other, in place of the right kernel: each must be called wrong, and by the step that is. */
#include <stdio.h>
#include <string.h>

#include "ir/eval.h"
#include "kernels/kernels.h"
#include "lowering/lowering.h"
#include "targets/compile.h"
#include "targets/target.h"
#include "tests/numerics/suite.h"

typedef struct damage {
    const char *name, *text;
    tri_config config; /* small steps, so that there are several */
    enum {
        SHORT_LOOP,
        OFF_BY_ONE,
        SHORT_KEYS,
        LOST_PART
    } kind; /* the last loop ends one step too early; stores go one column too far right; the load @ldk ends
               8 columns too early; the combine folds one part less */
} damage;

typedef struct search {
    tri_op *loop, *store, *keys, *combine;
} search;

static tri_status *find(void *context, tri_op *op)
{
    search *s = context;
    if (op->kind == TRI_TILE_FOR) s->loop = op;
    if (op->kind == TRI_TILE_STORE) s->store = op;
    if (op->kind == TRI_TILE_COMBINE) s->combine = op;
    if (op->kind == TRI_TILE_LOAD && op->label && !strcmp(op->label, "ldk")) s->keys = op;
    return NULL;
}

static tri_value *index_before(tri_func *kernel, tri_op *before, int64_t value)
{
    tri_op *index = tri_op_create(kernel->module, TRI_TILE_INDEX, TRI_NOWHERE, 0, NULL, 1, (tri_type[]){tri_index_type()});
    tri_op_set_attr(kernel->module, index, "value", tri_attr_integer(kernel->module, value));
    tri_op_insert_before(index, before);
    return index->results[0];
}

/* False: there is nothing to damage. */
static bool damage_kernel(tri_func *kernel, const damage *d)
{
    search s = {NULL, NULL, NULL, NULL};
    tri_status_free(tri_func_walk(kernel, find, &s));
    if (d->kind == OFF_BY_ONE) {
        if (!s.store) return false;
        s.store->operands[s.store->window[s.store->n_window - 1].operand] = index_before(kernel, s.store, 1);
        return true;
    }
    if (d->kind == SHORT_KEYS) {
        if (!s.keys) return false;
        tri_value *operands[16];
        uint32_t n = s.keys->n_operands, last = s.keys->n_window - 1;
        memcpy(operands, s.keys->operands, n * sizeof *operands);
        operands[n] = index_before(kernel, s.keys, s.keys->window[last].length - 8);
        tri_op_set_operands(kernel->module, s.keys, n + 1, operands);
        s.keys->window[last].lim = (uint16_t)n;
        return true;
    }
    if (d->kind == LOST_PART) {
        if (!s.combine) return false;
        kernel->grid[tri_op_integer(s.combine, "axis", 0)]--;
        return true;
    }
    if (!s.loop) return false;
    int64_t steps = tri_op_integer(s.loop->operands[1]->op, "value", 0);
    if (steps < 2) return false;
    s.loop->operands[1] = index_before(kernel, s.loop, steps - 1);
    return true;
}

/* The kernel of the module's only region, by the family and config of the damage; damaged or not. */
static tri_status *build(tri_arena *arena, const rig *rig, const damage *d, const char *graph, const char *name, bool damaged, tri_func **out)
{
    tri_module *module, *kernels = tri_module_create(arena, "kernels");
    TRI_TRY(tri_module_parse(arena, graph, strlen(graph), "graph", &module));
    const tri_op *group = module->first->body->first;
    const tri_family *family = NULL;
    for (int f = 0; f < tri_n_families && !family; f++)
        if (tri_families[f]->applies(group, rig->chip)) family = tri_families[f];
    TRI_TRY(family->build(kernels, name, group, &d->config, out));
    TRI_TRY(tri_pass_merge_maps(*out));
    if (damaged && !damage_kernel(*out, d)) return tri_error(TRI_BUG, TRI_NOWHERE, "the test found nothing to damage in the kernel");
    return tri_kernel_verify(*out);
}

/* The program with the code of its only region exchanged: one kernel, or two where it combines. */
static tri_status *run_with(const rig *rig, const damage *d, const tri_program *program, bool damaged)
{
    tri_arena arena;
    tri_arena_init(&arena, 0);
    tri_func *kernel = NULL, *rest = NULL;
    tri_plan plan = program->plans[0];
    tri_plan_kernel table[2];
    tri_kernel_code code[2] = {0};
    tri_plan_code images[4];
    tri_status *status = build(&arena, rig, d, plan.graph, plan.kernels[0].name, damaged, &kernel);
    if (!status) status = tri_cut_at_combine(kernel, &rest);
    const tri_func *funcs[] = {kernel, rest};
    const uint32_t n = rest ? 2 : 1;
    if (!status && plan.n_kernels != n) status = tri_error(TRI_BUG, TRI_NOWHERE, "the program has %u kernels, not %u", plan.n_kernels, n);
    if (!status) status = tri_target_find(rig->chip)->compile(rig->chip, n, funcs, &(tri_target_options){.jobs = 1}, code);
    if (!status) {
        plan.kernels = table;
        plan.codes = images;
        plan.n_codes = 0;
        for (uint32_t k = 0; k < n; k++) {
            table[k] = program->plans[0].kernels[k];
            for (int i = 0; i < code[k].n_images; i++) {
                table[k].code[i] = plan.n_codes;
                images[plan.n_codes++] = (tri_plan_code){code[k].kinds[i], code[k].images[i], code[k].sizes[i]};
            }
            memcpy(table[k].grid, code[k].grid, sizeof table[k].grid);
            memcpy(table[k].block, code[k].block, sizeof table[k].block);
            table[k].shared_bytes = code[k].shared_bytes;
            table[k].static_shared_bytes = code[k].static_shared_bytes;
            table[k].code_bytes = code[k].code_bytes;
            table[k].n_maps = code[k].n_maps;
            table[k].maps = code[k].maps;
        }
        tri_program changed = *program;
        changed.plans = &plan;
        status = trial_run_program(rig, &(trial){.name = d->name, .text = d->text}, &changed);
        for (uint32_t k = 0; k < n; k++) tri_kernel_code_free(&code[k]);
    }
    tri_arena_free(&arena);
    return status;
}

static int its_config(void *context, const tri_family *family, const tri_op *group, const tri_chip *chip, tri_candidate *out, int most)
{
    (void)family;
    (void)group;
    (void)chip;
    (void)most;
    *out = (tri_candidate){.config = ((const damage *)context)->config};
    return 1;
}

static void count(suite *suite, bool good, const char *name, const char *what, tri_status *status)
{
    if (good)
        suite->passed++;
    else {
        suite->failed++;
        printf("FAILED %s on %s: %s\n", name, suite->rig.name, what);
        if (status) tri_status_print(status, NULL, stdout);
    }
    tri_status_free(status);
}

static void try_damage(suite *suite, const damage *d)
{
    if (!suite_wants(suite, d->name)) return;
    const char *chips[] = {suite->rig.name};
    tri_compile_options options = {.chips = chips, .n_chips = 1, .jobs = 1};
    tri_compiled *compiled;
    tri_config_source source = {its_config, (void *)(uintptr_t)d};
    tri_status *status = tri_compile_with(d->text, strlen(d->text), d->name, &options, &source, &compiled);
    if (status) {
        count(suite, false, d->name, "it does not compile", status);
        return;
    }
    const tri_program *program = tri_compiled_program(compiled);
    status = run_with(&suite->rig, d, program, false);
    count(suite, !status, d->name, "the undamaged kernel fails", status);
    status = run_with(&suite->rig, d, program, true);
    /* A wrong value, or a result that was never written where the simulator sees it first. */
    bool found = status && (tri_status_code(status) == TRI_WRONG || tri_status_code(status) == TRI_FAULT);
    count(suite, found, d->name, status ? "the damage was met by another error" : "the damage was not found", status);
    tri_compiled_free(compiled);
}

void suite_broken(suite *suite)
{
    static const char product[] =
        "func.func public @main(%a: tensor<32x2048xbf16>, %b: tensor<2048x48xbf16>) -> tensor<32x48xbf16> {\n"
        "  %0 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<32x2048xbf16>, tensor<2048x48xbf16>) -> tensor<32x48xbf16>\n"
        "  return %0 : tensor<32x48xbf16>\n}\n";
    static const char sum[] =
        "func.func public @main(%a: tensor<32x640xf32>) -> tensor<32xf32> {\n  %z = stablehlo.constant dense<0.0> : tensor<f32>\n"
        "  %0 = stablehlo.reduce(%a init: %z) applies stablehlo.add across dimensions = [1] : (tensor<32x640xf32>, tensor<f32>) -> tensor<32xf32>\n"
        "  return %0 : tensor<32xf32>\n}\n";
    static const char copy[] = "func.func public @main(%a: tensor<32x64xi8>) -> tensor<32x64xi8> {\n  %0 = stablehlo.not %a : tensor<32x64xi8>\n  "
                               "return %0 : tensor<32x64xi8>\n}\n";
    static const char attention[] =
        "func.func public @main(%q: tensor<1x32x2x64xbf16>, %k: tensor<1x192x2x64xbf16>, %v: tensor<1x192x2x64xbf16>) -> tensor<1x32x2x64xbf16> {\n"
        "  %0 = \"tri.attention\"(%q, %k, %v) {scale = 1.0 : f64} : (tensor<1x32x2x64xbf16>, tensor<1x192x2x64xbf16>, tensor<1x192x2x64xbf16>) "
        "-> tensor<1x32x2x64xbf16>\n  return %0 : tensor<1x32x2x64xbf16>\n}\n";
    const damage all[] = {
        {"broken: a contraction of 2048 without its last 32", product, {3, {{"bm", 32}, {"bn", 64}, {"bk", 32}}}, SHORT_LOOP},
        {"broken: a contraction in three parts without one", product, {4, {{"bm", 32}, {"bn", 64}, {"bk", 32}, {"split", 3}}}, LOST_PART},
        {"broken: a sum without its last chunk", sum, {3, {{"rows", 1}, {"columns", 32}, {"chunk", 64}}}, SHORT_LOOP},
        {"broken: integers stored one column off", copy, {3, {{"rows", 32}, {"columns", 64}, {"chunk", 64}}}, OFF_BY_ONE},
        {"broken: attention over 192 keys without 16 of them", attention, {2, {{"bq", 32}, {"bn", 16}}}, SHORT_LOOP},
        {"broken: attention without the last 8 elements of each key", attention, {2, {{"bq", 32}, {"bn", 32}}}, SHORT_KEYS},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) try_damage(suite, &all[i]);
}
