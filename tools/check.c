/* tools/check.c - the check of a run against the evaluator, step by step and end to end. */
#include "tools/check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/progress.h"

struct check {
    const tri_program *program;
    const tri_plan *plan;
    tri_arena arena;
    const tri_func *graph;
    const tri_op **ops; /* of the graph by number */
    uint32_t n_ops;
    double *last_bound; /* per output: the rel_l2 that the step which made it may have on exact inputs */
    check_verdict verdict;
    tri_text account;
};

/* ---- the graph ---- */

/* The function of `text` called `entry`. */
static tri_status *parse_entry(tri_arena *arena, const char *text, const char *name, const char *entry, tri_level level, tri_func **out)
{
    tri_module *module;
    TRI_TRY(tri_module_parse(arena, text, strlen(text), name, &module));
    TRI_TRY(tri_module_verify(module, level));
    *out = tri_module_find(module, entry);
    return *out ? NULL : tri_error(TRI_INVALID, TRI_NOWHERE, "the text %s of the artifact has no function '%s'", name, entry);
}

static tri_status *read_graph(check *c)
{
    tri_func *graph;
    TRI_TRY(parse_entry(&c->arena, c->plan->graph, "<graph>", c->plan->entry, TRI_LEVEL_KERNELS, &graph));
    tri_func_number(graph);
    c->graph = graph;
    c->n_ops = graph->n_ops;
    c->ops = TRI_NEW_ARRAY(&c->arena, const tri_op *, graph->n_ops);
    for (const tri_op *op = graph->body->first; op; op = op->next) c->ops[op->id] = op;
    c->last_bound = TRI_NEW_ARRAY(&c->arena, double, c->plan->n_outputs + 1);
    return NULL;
}

tri_status *check_begin(const tri_program *program, const tri_plan *plan, check **out_check)
{
    check *c = calloc(1, sizeof *c);
    if (!c) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory");
    *c = (check){.program = program, .plan = plan, .verdict = {.pass = true, .account = ""}};
    tri_arena_init(&c->arena, (size_t)8 << 30);
    tri_status *status = TRI_ARENA_EXHAUSTED(&c->arena) ? tri_arena_exhausted(&c->arena) : read_graph(c);
    c->arena.has_escape = false;
    if (status) {
        check_end(c);
        return tri_note(status, "while reading the graph of the plan for %s", plan->chip);
    }
    *out_check = c;
    return NULL;
}

void check_end(check *check)
{
    if (!check) return;
    tri_text_free(&check->account);
    tri_arena_free(&check->arena);
    free(check);
}

const check_verdict *check_verdict_of(const check *check) { return &check->verdict; }

/* ---- one step ---- */

/* "[3, 0, 17]" of a linear index. */
static const char *print_index(const tri_type *type, int64_t linear, char room[160])
{
    int64_t at[TRI_MAX_RANK];
    for (int d = type->rank; d-- > 0;) {
        at[d] = type->dims[d] > 0 ? linear % type->dims[d] : 0;
        linear = type->dims[d] > 0 ? linear / type->dims[d] : 0;
    }
    size_t n = 0;
    room[n++] = '[';
    for (int d = 0; d < type->rank && n < 140; d++) n += (size_t)snprintf(room + n, 160 - n, "%s%lld", d ? ", " : "", (long long)at[d]);
    snprintf(room + n, 160 - n, "]");
    return room;
}

static void describe_step(const check *c, size_t s, tri_text *out)
{
    const tri_plan_step *step = &c->plan->steps[s];
    tri_text_addf(out, "step %zu (%s)", s, step->label);
    if (step->kind != TRI_STEP_LAUNCH) return;
    const tri_plan_kernel *kernel = &c->plan->kernels[step->kernel];
    tri_text_addf(out, ", kernel %s of the family %s%s%s", kernel->name, kernel->family, *kernel->config ? " with " : "", kernel->config);
}

/* A comparison may pass by every element and fail as a whole: then the whole is the worst. */
static double ratio_of(const tri_comparison *comparison)
{
    if (comparison->pass || comparison->worst > 1) return comparison->worst;
    return comparison->rel_l2 / comparison->rel_l2_bound;
}

static void take_result(check *c, size_t s, uint32_t result, const tri_bounded *want, const tri_comparison *got)
{
    char index[160];
    double ratio = ratio_of(got);
    print_index(&want->type, got->worst_index, index);
    if (got->worst_index >= 0 && (ratio > c->verdict.worst || !*c->verdict.where)) {
        c->verdict.worst = ratio;
        snprintf(c->verdict.where, sizeof c->verdict.where, "step %zu (%.60s) out%u%s", s, c->plan->steps[s].label, result, index);
    }
    if (got->pass) return;
    if (!c->account.n) {
        describe_step(c, s, &c->account);
        tri_text_addf(&c->account,
                      ": result %u is wrong: element %s is %.9g and should be %.9g within %.3g (error over bound %.3g); rel_l2 %.3g, bound %.3g",
                      result, index, got->got, got->want, got->worst_index >= 0 ? want->bound[got->worst_index] : 0, got->worst, got->rel_l2,
                      got->rel_l2_bound);
    }
}

static tri_status *read_buffer(tri_executable *executable, uint32_t buffer, uint64_t bytes, void **out)
{
    *out = malloc(bytes ? bytes : 1);
    if (!*out) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "no memory for %llu bytes of a step's tensor", (unsigned long long)bytes);
    return tri_executable_read(executable, buffer, *out, bytes);
}

static tri_status *compare_results(check *c, tri_executable *executable, size_t s, const tri_op *op, const tri_tensor *operands, tri_bounded *want)
{
    static const tri_eval_options options = {0};
    const tri_plan_step *step = &c->plan->steps[s];
    TRI_TRY(tri_eval_bounded(op, operands, want, &options));
    size_t failed = 0;
    tri_status *status = NULL;
    for (uint32_t r = 0; r < op->n_results && !status; r++) {
        void *got;
        status = read_buffer(executable, step->buffers[op->n_operands + r], tri_type_bytes(&op->results[r]->type), &got);
        if (!status) {
            tri_comparison comparison = tri_compare_bounded(&want[r], got);
            take_result(c, s, r, &want[r], &comparison);
            const tri_plan_buffer *buffer = &c->plan->buffers[step->buffers[op->n_operands + r]];
            if (buffer->kind == TRI_BUFFER_OUTPUT && buffer->index < c->plan->n_outputs) c->last_bound[buffer->index] = want[r].rel_l2_bound;
            failed += !comparison.pass;
        }
        free(got);
    }
    tri_bounded_free(want, op->n_results);
    c->verdict.failed_steps += failed != 0;
    return status;
}

static tri_status *check_launch(check *c, tri_executable *executable, size_t s)
{
    const tri_plan_step *step = &c->plan->steps[s];
    const tri_op *op = step->graph_op < c->n_ops ? c->ops[step->graph_op] : NULL;
    if (step->graph_op == UINT32_MAX) return NULL; /* half of a kernel: nothing of the graph yet */
    if (!op || step->n_buffers < op->n_operands + op->n_results) /* work buffers come behind */
        return tri_error(TRI_INVALID, TRI_NOWHERE, "the plan does not fit its graph: op %u is not what step %zu computes", step->graph_op, s);
    tri_tensor *operands = calloc(op->n_operands + 1, sizeof *operands);
    tri_bounded *want = calloc(op->n_results + 1, sizeof *want);
    tri_status *status = operands && want ? NULL : tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory");
    for (uint32_t i = 0; i < op->n_operands && !status; i++) {
        operands[i].type = op->operands[i]->type;
        status = read_buffer(executable, step->buffers[i], tri_type_bytes(&operands[i].type), &operands[i].data);
    }
    if (!status) status = compare_results(c, executable, s, op, operands, want);
    if (operands) tri_tensor_free(operands, op->n_operands);
    free(operands);
    free(want);
    return status;
}

static tri_status *check_copy(check *c, tri_executable *executable, size_t s)
{
    const tri_plan_step *step = &c->plan->steps[s];
    void *to = NULL, *from = NULL;
    tri_status *status = read_buffer(executable, step->buffers[0], step->bytes, &to);
    if (!status) status = read_buffer(executable, step->buffers[1], step->bytes, &from);
    if (!status && memcmp(to, from, step->bytes)) {
        uint64_t at = 0;
        while (((const char *)to)[at] == ((const char *)from)[at]) at++;
        c->verdict.failed_steps++;
        c->verdict.worst = INFINITY;
        snprintf(c->verdict.where, sizeof c->verdict.where, "step %zu (%.60s) byte [%llu]", s, step->label, (unsigned long long)at);
        if (!c->account.n) tri_text_addf(&c->account, "step %zu (%s): a copy differs at byte %llu", s, step->label, (unsigned long long)at);
    }
    free(to);
    free(from);
    return status;
}

static void conclude(check *c, bool whole_passes)
{
    c->verdict.pass &= !c->verdict.failed_steps && whole_passes;
    c->verdict.account = tri_text_string(&c->account);
}

tri_status *check_after_step(void *context, tri_executable *executable, size_t step)
{
    check *c = context;
    bool launch = c->plan->steps[step].kind == TRI_STEP_LAUNCH;
    tri_status *status = launch ? check_launch(c, executable, step) : check_copy(c, executable, step);
    progress_show(NULL, "checking", step + 1, c->plan->n_steps);
    conclude(c, true);
    return tri_note(status, "while checking step %zu (%s)", step, c->plan->steps[step].label);
}

/* ---- the whole ---- */

static tri_status *find_attention(void *context, tri_op *op)
{
    if (op->kind == TRI_OP_ATTENTION) *(bool *)context = true;
    return NULL;
}

/* Where the evaluator's two modes disagree on the compiled graph, `reversed` is as far from `want` as they are from each other; an integer that they
 * disagree on may be either. */
static void move_by_difference(const tri_tensor *want, tri_tensor *reversed, const tri_tensor *from, const tri_tensor *to)
{
    tri_dtype dtype = (tri_dtype)want->type.dtype;
    size_t bytes = tri_dtype_bytes(dtype);
    bool is_float = tri_dtype_is_float(dtype);
    for (int64_t i = 0; i < tri_type_elements(&want->type); i++) {
        size_t at = (size_t)i * bytes;
        char *moved = (char *)reversed->data + at;
        const char *x = (const char *)want->data + at, *y = (const char *)from->data + at, *z = (const char *)to->data + at;
        if (!memcmp(y, z, bytes)) {
            if (is_float) memcpy(moved, x, bytes);
        } else if (is_float) {
            tri_store_f64(dtype, moved, tri_load_f64(dtype, x) + tri_load_f64(dtype, z) - tri_load_f64(dtype, y));
        } else {
            memcpy(moved, z, bytes);
        }
    }
}

/* An op that declares roundings, tri.attention, may stand for ops of the source that do not make them: then it is the distance of the compiled graph
 * that says how far an honest device may be away. What the results are compared with stays the source. */
static tri_status *widen_by_graph(check *c, const tri_tensor *inputs, const tri_tensor *want, tri_tensor *reversed)
{
    bool declares = false;
    TRI_TRY(tri_func_walk((tri_func *)(uintptr_t)c->graph, find_attention, &declares));
    if (!declares) return NULL;
    uint32_t n = c->plan->n_outputs;
    tri_tensor *both = calloc(2 * (size_t)n + 1, sizeof *both);
    if (!both) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory");
    tri_status *status = tri_eval_func(c->graph, inputs, both, &(tri_eval_options){.mode = TRI_EVAL_MEANING});
    if (!status) status = tri_eval_func(c->graph, inputs, both + n, &(tri_eval_options){.mode = TRI_EVAL_REVERSED_F32});
    for (uint32_t i = 0; i < n && !status; i++) {
        double of_graph = tri_compare_whole(&both[i], &both[n + i], both[i].data).rel_l2_bound;
        double of_source = tri_compare_whole(&want[i], &reversed[i], want[i].data).rel_l2_bound;
        if (tri_dtype_is_float((tri_dtype)want[i].type.dtype) && of_graph <= of_source) continue;
        move_by_difference(&want[i], &reversed[i], &both[i], &both[n + i]);
    }
    tri_tensor_free(both, 2 * (size_t)n);
    free(both);
    return status;
}

static tri_status *compare_whole(check *c, const tri_func *func, const tri_tensor *inputs, void *const *outputs, tri_tensor *want,
                                 tri_tensor *reversed)
{
    TRI_TRY(tri_eval_func(func, inputs, want, &(tri_eval_options){.mode = TRI_EVAL_MEANING}));
    TRI_TRY(tri_eval_func(func, inputs, reversed, &(tri_eval_options){.mode = TRI_EVAL_REVERSED_F32}));
    TRI_TRY(widen_by_graph(c, inputs, want, reversed));
    bool pass = true;
    for (uint32_t i = 0; i < c->plan->n_outputs; i++) {
        char index[160];
        tri_comparison comparison = tri_compare_whole(&want[i], &reversed[i], outputs[i]);
        if (!(comparison.rel_l2 <= c->verdict.rel_l2)) c->verdict.rel_l2 = comparison.rel_l2;
        /* The whole is not held to less than its last step alone may be wrong by: how far two orders of one long sum lie apart is a matter of luck.
         */
        if (!comparison.pass && comparison.rel_l2 <= c->last_bound[i]) comparison.pass = isfinite(comparison.worst);
        pass &= comparison.pass;
        if (comparison.pass || c->account.n) continue;
        tri_text_addf(&c->account, "end to end, output %s is wrong: rel_l2 %.3g, bound %.3g; the worst element is %s: %.9g, should be %.9g",
                      c->plan->outputs[i].name, comparison.rel_l2, comparison.rel_l2_bound, print_index(&want[i].type, comparison.worst_index, index),
                      comparison.got, comparison.want);
    }
    conclude(c, pass);
    return NULL;
}

static tri_status *evaluate_whole(check *c, tri_arena *arena, const tri_tensor *inputs, void *const *outputs)
{
    tri_func *func;
    TRI_TRY(parse_entry(arena, c->program->source, "<source>", c->plan->entry, TRI_LEVEL_TENSOR, &func));
    bool fits = func->body->n_args == c->plan->n_inputs && func->n_results == c->plan->n_outputs;
    for (uint32_t i = 0; fits && i < func->n_results; i++) {
        const tri_plan_tensor *output = &c->plan->outputs[i];
        tri_type type = tri_tensor_of(output->dtype, output->rank, output->dims);
        fits = tri_type_equal(&func->results[i], &type);
    }
    if (!fits) return tri_error(TRI_INVALID, TRI_NOWHERE, "the source of the artifact does not fit its plan");
    size_t n = func->n_results + 1;
    tri_tensor *want = calloc(n, sizeof *want), *reversed = calloc(n, sizeof *reversed);
    tri_status *status =
        want && reversed ? compare_whole(c, func, inputs, outputs, want, reversed) : tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory");
    if (want) tri_tensor_free(want, func->n_results);
    if (reversed) tri_tensor_free(reversed, func->n_results);
    free(want);
    free(reversed);
    return status;
}

tri_status *check_whole(check *c, const tri_tensor *inputs, void *const *outputs)
{
    tri_arena arena;
    tri_arena_init(&arena, (size_t)8 << 30);
    tri_status *status = TRI_ARENA_EXHAUSTED(&arena) ? tri_arena_exhausted(&arena) : evaluate_whole(c, &arena, inputs, outputs);
    tri_arena_free(&arena);
    return tri_note(status, "while checking the outputs");
}
