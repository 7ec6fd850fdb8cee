/* targets/compile.c - the driver: every arrow of the way from text to artifact is one call from here, in order. */
#include "targets/compile.h"

#include <ctype.h>
#include <stdlib.h>

#include "abi/artifact.h"
#include "ir/eval_tile.h"
#include "ir/sched.h"
#include "ir/statements.h"
#include "kernels/kernels.h"
#include "lowering/expand.h"
#include "lowering/lowering.h"
#include "targets/target.h"

enum { N_STAGES = 8 };
static const char *const stage_names[N_STAGES] = {"tensor", "tile", "schedule", "plan", "llvm", "ptx", "asm", "systolic"};

struct tri_compiled {
    tri_arena arena;
    tri_program program;
    size_t n_chips;
    tri_chip **chips;
    tri_codes codes; /* they own the images the program points to */
    tri_text stages[N_STAGES];
    tri_text printed;    /* of the moment: here, so that running out of memory does not leak it */
    tri_status *pending; /* likewise */
};

static tri_text *stage(tri_compiled *c, const char *name)
{
    for (int i = 0; i < N_STAGES; i++)
        if (!strcmp(stage_names[i], name)) return &c->stages[i];
    return NULL;
}

/* ---- the chip-neutral half ---- */

static tri_status *lower(tri_module **module, bool match_attention)
{
    tri_pass passes[TRI_MOST_PASSES];
    tri_pass_options options = {.stop_after = SIZE_MAX};
    return tri_pass_run(module, tri_graph_passes(match_attention, passes), passes, &options);
}

tri_status *tri_lower_module(tri_module **module) { return lower(module, false); }
tri_status *tri_lower_module_matching(tri_module **module) { return lower(module, true); }

/* ---- what a chip can hold ---- */

typedef struct dtype_check {
    const tri_chip *chip;
    tri_status *status;
} dtype_check;

static tri_status *check_op(void *context, tri_op *op)
{
    dtype_check *check = context;
    if (op->kind == TRI_OP_RETURN || op->kind == TRI_OP_REGION_RETURN) return NULL; /* whoever made the value has been named */
    for (uint32_t i = 0; i < op->n_results + op->n_operands; i++) {
        const tri_value *value = i < op->n_results ? op->results[i] : op->operands[i - op->n_results];
        const char *dtype = tri_dtype_name((tri_dtype)value->type.dtype);
        if (value->type.kind != TRI_TYPE_TENSOR || tri_chip_lists(check->chip, "dtypes", dtype)) continue;
        if (tri_status_count(check->status) < 100)
            check->status =
                tri_join(check->status, tri_error(TRI_UNSUPPORTED, op->loc, "%s has no %s, which this %s needs; convert to one of: %s",
                                                  check->chip->name, dtype, tri_op_row_of(op->kind)->text, tri_chip_word(check->chip, "dtypes", "")));
        break;
    }
    return NULL;
}

static tri_status *check_dtypes(const tri_chip *chip, tri_func *func)
{
    dtype_check check = {chip, NULL};
    TRI_TRY(tri_func_walk(func, check_op, &check));
    return check.status;
}

/* ---- one chip ---- */

static const char *kernel_name(tri_arena *arena, uint32_t i, const char *label)
{
    char *name = tri_arena_printf(arena, "k%u_%s", i, label);
    for (char *c = name; *c; c++)
        if (!isalnum((unsigned char)*c)) *c = '_';
    return name;
}

/* One entry a region of the plan, then the second halves of those that were cut at a combine. */
typedef struct kernels {
    uint32_t n;
    const tri_func **funcs;
    const tri_family **families;
    tri_config *configs;
    tri_tile_counts *counts;
    tri_plan_cut *cuts; /* by region */
} kernels;

/* One kernel in one form: built, cleaned up, verified; `out_rest` is its second half, or null. */
static tri_status *build_form(tri_module *module, const char *name, const tri_op *group, const tri_family *family, const tri_config *config,
                              tri_func **out_kernel, tri_func **out_rest)
{
    TRI_TRY(family->build(module, name, group, config, out_kernel));
    TRI_TRY(tri_pass_merge_maps(*out_kernel));
    tri_status *status = tri_kernel_verify(*out_kernel);
    if (!status) status = tri_cut_at_combine(*out_kernel, out_rest);
    if (!status && *out_rest) status = tri_kernel_verify(*out_kernel);
    if (!status && *out_rest) status = tri_kernel_verify(*out_rest);
    if (status) return tri_note(status, "this is a bug in Trine: the family %s built a tile program that does not verify", family->name);
    tri_kernel_number_lines(*out_kernel);
    if (*out_rest) tri_kernel_number_lines(*out_rest);
    return NULL;
}

typedef struct form {
    tri_func *kernel, *scheduled; /* the tile program, and what its schedule makes of it, or null */
    tri_func *rest;               /* its second half, which has the empty schedule; or null */
    tri_config config;
    tri_budget budget;   /* of `scheduled` */
    tri_status *why_not; /* no config of the fast form could be taken */
    bool hopeless;       /* nor can any other */
} form;

/* One config of the fast form, or of the empty schedule where it says so; UNSUPPORTED becomes `why_not`, the first reason stays. */
static tri_status *try_config(tri_module *tiles, tri_module *programs, const char *name, const tri_op *group, const tri_family *family,
                              const tri_config *config, const tri_chip *chip, const tri_target *target, form *out)
{
    tri_func *kernel, *rest = NULL, *scheduled = NULL;
    tri_budget budget;
    TRI_TRY(build_form(tiles, name, group, family, config, &kernel, &rest));
    if (!tri_config_get(config, "schedule", 0)) {
        *out = (form){.kernel = kernel, .rest = rest, .config = *config, .why_not = out->why_not};
        return NULL;
    }
    if (tri_chip_lists(chip, "style", "decoupled")) {
        TRI_TRY(tri_pass_cut_maps(kernel));
        tri_kernel_number_lines(kernel);
    }
    kernel->schedule = family->schedule(kernel, config, chip);
    tri_status *status = kernel->schedule ? tri_expand(programs, name, kernel, chip, &scheduled)
                                          : tri_error(TRI_UNSUPPORTED, group->loc, "the family %s has no schedule for this region", family->name);
    if (!status) status = tri_scheduled_verify(scheduled);
    if (!status) status = target->budget(chip, scheduled, &budget);
    /* A recipe that does not fit this problem costs its speed, not its result; the reason is printed with the schedules. */
    if (status && tri_status_code(status) == TRI_INVALID) {
        tri_status *refused = tri_error(TRI_UNSUPPORTED, group->loc, "its schedule is not valid: %s", tri_status_message(status));
        tri_status_free(status);
        status = refused;
    }
    if (!status) {
        out->kernel = kernel;
        out->rest = rest;
        out->scheduled = scheduled;
        out->config = *config;
        out->budget = budget;
        return NULL;
    }
    out->hopeless = !kernel->schedule;
    tri_func_unlink(kernel);
    if (rest) tri_func_unlink(rest);
    if (scheduled) tri_func_unlink(scheduled);
    if (tri_status_code(status) != TRI_UNSUPPORTED) return status;
    if (out->why_not)
        tri_status_free(status);
    else
        out->why_not = status;
    return NULL;
}

/* The fast form where the family has one for this problem: the first of the best few configs that target and chip can take. */
static tri_status *build_scheduled(tri_module *tiles, tri_module *programs, const char *name, const tri_op *group, const tri_family *family,
                                   const tri_chip *chip, const tri_target *target, const tri_config_source *source, form *out)
{
    enum { TRIES = 4 };
    tri_candidate candidates[TRIES];
    int n = 0;
    if (!family->schedule || !target->budget) return NULL;
    if (source) {
        n = source->candidates(source->context, family, group, chip, candidates, TRIES);
    } else if (family->candidates) {
        n = family->candidates(group, chip, candidates, TRIES);
    } else {
        candidates[0].config = family->default_config(group, chip, true);
        n = (int)tri_config_get(&candidates[0].config, "schedule", 0);
    }
    tri_status *status = NULL;
    for (int i = 0; i < n && !status && !out->kernel && !out->hopeless; i++)
        status = try_config(tiles, programs, name, group, family, &candidates[i].config, chip, target, out);
    if (!out->kernel && !status) return NULL;
    tri_status_free(out->why_not);
    out->why_not = NULL;
    return status;
}

static tri_status *enter_kernel(kernels *k, uint32_t i, const form *f, const tri_family *family)
{
    for (int half = 0; half < (f->rest ? 2 : 1); half++) {
        uint32_t at = half ? k->n++ : i;
        k->funcs[at] = half ? f->rest : f->scheduled ? f->scheduled : f->kernel;
        k->families[at] = family;
        k->configs[at] = f->config;
        TRI_TRY(tri_count_kernel(half ? f->rest : f->kernel, &k->counts[at]));
        if (half) k->cuts[i] = (tri_plan_cut){f->rest, at};
    }
    return NULL;
}

static tri_status *build_kernels(tri_compiled *c, const tri_chip *chip, const tri_target *target, const tri_planned *planned, bool want_text,
                                 const tri_config_source *source, kernels *out)
{
    tri_arena *arena = &c->arena;
    uint32_t n = planned->n_unique, most = 2 * n;
    *out = (kernels){n,
                     TRI_NEW_ARRAY(arena, const tri_func *, most),
                     TRI_NEW_ARRAY(arena, const tri_family *, most),
                     TRI_NEW_ARRAY(arena, tri_config, most),
                     TRI_NEW_ARRAY(arena, tri_tile_counts, most),
                     TRI_NEW_ARRAY(arena, tri_plan_cut, n)};
    tri_module *tiles = tri_module_create(arena, chip->name), *programs = tri_module_create(arena, chip->name);
    for (uint32_t i = 0; i < n; i++) {
        const tri_op *group = planned->unique[i];
        const tri_family *family = NULL;
        for (int f = 0; f < tri_n_families && !family; f++)
            if (tri_families[f]->applies(group, chip)) family = tri_families[f];
        if (!family) return tri_error(TRI_BUG, group->loc, "no kernel family takes this region");
        const char *name = kernel_name(arena, i, tri_op_text(group, "label", ""));
        form f = {0};
        tri_status *status = build_scheduled(tiles, programs, name, group, family, chip, target, source, &f);
        if (!status && !f.kernel) {
            f.config = family->default_config(group, chip, false);
            status = build_form(tiles, name, group, family, &f.config, &f.kernel, &f.rest);
        }
        if (f.scheduled && f.budget.threads)
            tri_text_addf(stage(c, "schedule"), "// %s %s: %lld threads, %lld registers, %lld bytes of shared memory, %lld bank conflicts\n",
                          chip->name, name, (long long)f.budget.threads, (long long)f.budget.registers, (long long)f.budget.shared_bytes,
                          (long long)f.budget.bank_conflicts);
        if (f.why_not) {
            tri_text_addf(stage(c, "schedule"), "// %s %s: the empty schedule, since %s\n", chip->name, name, tri_status_message(f.why_not));
            tri_status_free(f.why_not);
        }
        if (!status) status = enter_kernel(out, i, &f, family);
        if (status) return tri_note(status, "while building kernel %s for %s", name, chip->name);
    }
    if (want_text) {
        tri_text_addf(stage(c, "tile"), "// %s\n", chip->name);
        tri_module_print(tiles, stage(c, "tile"));
        tri_text_addf(stage(c, "schedule"), "// %s\n", chip->name);
        tri_module_print(programs, stage(c, "schedule"));
    }
    return NULL;
}

typedef struct progress {
    const tri_compile_options *options;
    const char *chip;
} progress;

static void report_progress(void *context, size_t done, size_t total)
{
    const progress *p = context;
    if (p->options->progress) p->options->progress(p->options->context, p->chip, done, total);
}

static void keep_texts(tri_compiled *c, const tri_chip *chip, const char *kernel, const tri_kernel_code *code)
{
    const char *kind = code->n_images ? code->kinds[0] : "";
    const char *text_stage = !strcmp(kind, "ptx") ? "ptx" : !strcmp(kind, "systolic") ? "systolic" : "asm";
    if (code->llvm) tri_text_addf(stage(c, "llvm"), "; %s %s\n%s\n", chip->name, kernel, code->llvm);
    if (code->text) tri_text_addf(stage(c, text_stage), "// %s %s\n%s\n", chip->name, kernel, code->text);
}

static tri_status *compile_chip(tri_compiled *c, const tri_compile_options *options, const tri_chip *chip, const tri_planned *planned,
                                const char *graph, const tri_config_source *source, tri_plan *out_plan)
{
    tri_arena *arena = &c->arena;
    const tri_target *target = tri_target_find(chip);
    if (!target)
        return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "there is no target for chips of the family '%s', which %s is",
                         tri_chip_word(chip, "family", ""), chip->name);
    kernels k;
    TRI_TRY(build_kernels(c, chip, target, planned, options->want_text, source, &k));
    progress p = {options, chip->name};
    tri_target_options target_options = {options->jobs, options->want_text, report_progress, &p};
    tri_kernel_code *codes = TRI_NEW_ARRAY(arena, tri_kernel_code, k.n);
    tri_status *status = k.n ? target->compile(chip, k.n, k.funcs, &target_options, codes) : NULL;
    if (status) return tri_note(status, "while compiling for %s", chip->name);

    *out_plan = planned->plan;
    tri_plan_cut_steps(arena, k.cuts, out_plan);
    out_plan->chip = chip->name;
    char *chip_text = tri_chip_print(chip);
    if (!chip_text) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory while printing the chip");
    out_plan->chip_text = tri_arena_strndup(arena, chip_text, strlen(chip_text));
    free(chip_text);
    out_plan->graph = graph;
    tri_plan_kernel *table = TRI_NEW_ARRAY(arena, tri_plan_kernel, k.n);
    TRI_VEC(tri_plan_code) images = {0};
    for (uint32_t i = 0; i < k.n; i++) {
        tri_kernel_code *code = &codes[i];
        TRI_PUSH(arena, &c->codes, *code);
        table[i] = (tri_plan_kernel){.name = k.funcs[i]->name,
                                     .family = k.families[i]->name,
                                     .config = tri_config_print(&k.configs[i], arena),
                                     .code = {UINT32_MAX, UINT32_MAX},
                                     .shared_bytes = code->shared_bytes,
                                     .registers = code->registers,
                                     .spills = code->spills,
                                     .static_shared_bytes = code->static_shared_bytes,
                                     .code_bytes = code->code_bytes,
                                     .flops = k.counts[i].flops,
                                     .bytes_read = k.counts[i].bytes_loaded,
                                     .bytes_written = k.counts[i].bytes_stored,
                                     .n_maps = code->n_maps,
                                     .maps = code->maps};
        memcpy(table[i].grid, code->grid, sizeof code->grid);
        memcpy(table[i].block, code->block, sizeof code->block);
        for (int f = 0; f < code->n_images; f++) {
            table[i].code[f] = (uint32_t)images.n;
            TRI_PUSH(arena, &images, (tri_plan_code){code->kinds[f], code->images[f], code->sizes[f]});
        }
        if (options->want_text) keep_texts(c, chip, k.funcs[i]->name, code);
    }
    out_plan->n_kernels = k.n;
    out_plan->kernels = table;
    out_plan->n_codes = (uint32_t)images.n;
    out_plan->codes = images.at;
    return tri_plan_segments(chip, target, arena, &c->codes, out_plan);
}

static void print_plan(const tri_plan *plan, tri_text *out)
{
    static const char *const kinds[TRI_BUFFER_KINDS] = {"input", "output", "constant", "scratch"};
    tri_text_addf(out, "// %s: %u steps, %llu bytes of scratch memory\n", plan->chip, plan->n_steps, (unsigned long long)plan->scratch_bytes);
    for (uint32_t i = 0; i < plan->n_buffers; i++)
        tri_text_addf(out, "buffer %u: %s %u at %llu, %llu bytes\n", i, kinds[plan->buffers[i].kind], plan->buffers[i].index,
                      (unsigned long long)plan->buffers[i].offset, (unsigned long long)plan->buffers[i].bytes);
    for (uint32_t i = 0; i < plan->n_kernels; i++) {
        for (uint32_t m = 0; m < plan->kernels[i].n_maps; m++) {
            tri_text_addf(out, "map %u of %s: ", m, plan->kernels[i].name);
            tri_tensor_map_print(&plan->kernels[i].maps[m], out);
            tri_text_add(out, "\n");
        }
    }
    for (uint32_t i = 0; i < plan->n_steps; i++) {
        const tri_plan_step *step = &plan->steps[i];
        tri_text_addf(out, "step %u: %s", i, step->kind == TRI_STEP_COPY ? "copy" : plan->kernels[step->kernel].name);
        for (uint32_t b = 0; b < step->n_buffers; b++) tri_text_addf(out, " %u", step->buffers[b]);
        tri_text_add(out, "\n");
    }
    for (uint32_t i = 0; i < plan->n_segments; i++)
        tri_text_addf(out, "segment %u: steps %u to %u as %s\n", i, plan->segments[i].first, plan->segments[i].first + plan->segments[i].n_steps - 1,
                      plan->kernels[plan->segments[i].kernel].name);
}

/* ---- everything ---- */

static const char *printed(tri_compiled *c, const tri_module *module)
{
    tri_text_free(&c->printed);
    tri_module_print(module, &c->printed);
    return tri_arena_strndup(&c->arena, tri_text_string(&c->printed), c->printed.n);
}

static tri_status *take(tri_status **from)
{
    tri_status *status = *from;
    *from = NULL;
    return status;
}

static void report_remarks(tri_compiled *c, const tri_compile_options *options, const tri_module *module)
{
    for (size_t i = 0; i < module->remarks.n && options->remark; i++) {
        const tri_remark *remark = &module->remarks.at[i];
        options->remark(options->context, tri_arena_printf(&c->arena, "%s:%d:%d: remark: %s", remark->loc.file ? remark->loc.file : "",
                                                           (int)remark->loc.line, (int)remark->loc.column, remark->text));
    }
}

static tri_status *compile_all(tri_compiled *c, const char *text, size_t n, const char *file, const tri_compile_options *options,
                               const tri_config_source *source)
{
    tri_arena *arena = &c->arena;
    if (!options->n_chips) return tri_error(TRI_USAGE, TRI_NOWHERE, "no chip to compile for; name at least one");
    c->chips = TRI_NEW_ARRAY(arena, tri_chip *, options->n_chips);
    for (size_t i = 0; i < options->n_chips; i++) {
        TRI_TRY(tri_chip_load(options->chips[i], &c->chips[i]));
        c->n_chips++;
        for (size_t k = 0; k < i; k++)
            if (!strcmp(c->chips[k]->name, c->chips[i]->name))
                return tri_error(TRI_USAGE, TRI_NOWHERE, "the chip %s is named twice", c->chips[i]->name);
    }
    tri_module *module;
    TRI_TRY(tri_module_parse(arena, text, n, file, &module));
    c->program.source = printed(c, module);
    TRI_TRY(tri_module_verify(module, TRI_LEVEL_TENSOR));

    /* Said about the graph as the user wrote it, before anything is rewritten. */
    for (size_t i = 0; i < c->n_chips; i++)
        for (tri_func *func = module->first; func; func = func->next) c->pending = tri_join(c->pending, check_dtypes(c->chips[i], func));
    if (c->pending) return take(&c->pending);

    TRI_TRY(lower(&module, options->match_attention));
    report_remarks(c, options, module);
    const char *graph = printed(c, module);
    if (options->want_text) tri_text_add(stage(c, "tensor"), graph);

    tri_planned planned;
    TRI_TRY(tri_plan_module(module, &planned));
    tri_plan *plans = TRI_NEW_ARRAY(arena, tri_plan, c->n_chips);
    for (size_t i = 0; i < c->n_chips; i++) {
        TRI_TRY(compile_chip(c, options, c->chips[i], &planned, graph, source, &plans[i]));
        if (options->want_text) print_plan(&plans[i], stage(c, "plan"));
    }
    c->program.producer = "trine 0.1.0";
    c->program.tuning = "";
    c->program.constants = planned.constants;
    c->program.constants_bytes = planned.constants_bytes;
    c->program.n_plans = (uint32_t)c->n_chips;
    c->program.plans = plans;
    return NULL;
}

tri_status *tri_compile_with(const char *text, size_t n, const char *file, const tri_compile_options *options, const tri_config_source *source,
                             tri_compiled **out_compiled)
{
    tri_compiled *c = calloc(1, sizeof *c);
    if (!c) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory");
    tri_arena_init(&c->arena, options->memory_limit ? options->memory_limit : (size_t)8 << 30);
    tri_status *status = TRI_ARENA_EXHAUSTED(&c->arena) ? tri_arena_exhausted(&c->arena) : compile_all(c, text, n, file, options, source);
    c->arena.has_escape = false;
    if (status) {
        tri_compiled_free(c);
        return status;
    }
    *out_compiled = c;
    return NULL;
}

tri_status *tri_compile(const char *text, size_t n, const char *file, const tri_compile_options *options, tri_compiled **out_compiled)
{
    return tri_compile_with(text, n, file, options, NULL, out_compiled);
}

void tri_compiled_free(tri_compiled *compiled)
{
    if (!compiled) return;
    for (size_t i = 0; i < compiled->codes.n; i++) tri_kernel_code_free(&compiled->codes.at[i]);
    for (size_t i = 0; i < compiled->n_chips; i++) tri_chip_free(compiled->chips[i]);
    for (int i = 0; i < N_STAGES; i++) tri_text_free(&compiled->stages[i]);
    tri_text_free(&compiled->printed);
    tri_status_free(compiled->pending);
    tri_arena_free(&compiled->arena);
    free(compiled);
}

const tri_program *tri_compiled_program(const tri_compiled *compiled) { return &compiled->program; }
tri_status *tri_compiled_write(const tri_compiled *compiled, const char *path) { return tri_artifact_write(&compiled->program, path); }
tri_status *tri_compiled_encode(const tri_compiled *compiled, void **out_bytes, size_t *out_n)
{
    return tri_artifact_encode(&compiled->program, out_bytes, out_n);
}

const char *tri_compiled_text(const tri_compiled *compiled, const char *name)
{
    for (int i = 0; i < N_STAGES; i++)
        if (!strcmp(stage_names[i], name)) return compiled->stages[i].n ? tri_text_string(&compiled->stages[i]) : NULL;
    return NULL;
}
