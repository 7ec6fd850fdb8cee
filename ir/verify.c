/* ir/verify.c - the verifier's ground: errors, visibility of values, calls between functions, levels. The rows of tensor ops are in verify_tensor.c,
 * those of tile programs in verify_tile.c. It collects every error; it never changes the module. */
#include "ir/verify.h"

#include <stdlib.h>

/* ---- errors ---- */

static void fail_at(tri_verifier *v, tri_loc loc, const tri_op *op, const char *format, va_list arguments)
{
    v->n_errors++;
    if (v->n_errors > TRI_VERIFY_MOST_ERRORS) return;
    char message[600];
    vsnprintf(message, sizeof message, format, arguments);
    if (v->n_errors == TRI_VERIFY_MOST_ERRORS) snprintf(message, sizeof message, "more errors follow; mend these first");
    tri_status *status =
        op ? tri_error(TRI_INVALID, loc, "%s: %s", tri_op_row_of(op->kind)->text, message) : tri_error(TRI_INVALID, loc, "%s", message);
    if (!loc.file) { /* made by a pass: the text of the op stands in for the place */
        tri_text text = {0};
        if (op && !op->n_regions) tri_op_print(op, &text);
        status = tri_note(status, "in @%s%s%.400s", v->func ? v->func->name : "", text.n ? ": " : "", tri_text_string(&text));
        tri_text_free(&text);
    }
    v->errors = tri_join(v->errors, status);
}

void tri_verify_fail(tri_verifier *v, const tri_op *op, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fail_at(v, op->loc, op, format, arguments);
    va_end(arguments);
}

static void fail_func(tri_verifier *v, const char *format, ...) TRI_PRINTF(2, 3);
static void fail_func(tri_verifier *v, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fail_at(v, v->func->loc, NULL, format, arguments);
    va_end(arguments);
}

const char *tri_verify_show(const tri_type *type, char room[160])
{
    tri_text text = {0};
    tri_type_print(type, &text);
    snprintf(room, 160, "%s", tri_text_string(&text));
    tri_text_free(&text);
    return room;
}

void tri_verify_result(tri_verifier *v, const tri_op *op, uint32_t i, const tri_type *want)
{
    char is[160], must[160];
    if (i >= op->n_results || tri_type_equal(&op->results[i]->type, want)) return;
    tri_verify_fail(v, op, "result %u is %s, but the operands make %s", i, tri_verify_show(&op->results[i]->type, is), tri_verify_show(want, must));
}

/* ---- visibility ---- */

static void no_memory(tri_verifier *v)
{
    if (!v->none.failed) return;
    v->none.failed = false;
    v->n_errors++;
    v->errors = tri_join(tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory while verifying @%s", v->func->name), v->errors);
}

bool tri_verify_define(tri_verifier *v, const tri_value *value)
{
    tri_print_name(&v->visible, value, v->isolation + 1, NULL);
    no_memory(v);
    return true;
}

void tri_verify_forget(tri_verifier *v, const tri_value *value) { tri_print_name(&v->visible, value, 0, NULL); }

bool tri_verify_operands(tri_verifier *v, const tri_op *op)
{
    bool good = true;
    for (uint32_t i = 0; i < op->n_operands; i++) {
        uint32_t level;
        const char *name;
        if (!tri_print_find(&v->visible, op->operands[i], &level, &name) || !level) {
            tri_verify_fail(v, op, "operand %u is not defined before this op, or only inside a region", i);
            good = false;
        } else if (level <= v->isolation) {
            tri_verify_fail(v, op, "operand %u comes from outside the region; such a region uses its own arguments alone", i);
            good = false;
        }
    }
    return good;
}

/* ---- functions of the graph ---- */

static bool good_type(const tri_type *type)
{
    int64_t n = 1;
    if (type->kind != TRI_TYPE_TENSOR || type->rank < 0 || type->rank > TRI_MAX_RANK || type->dtype >= TRI_DTYPE_COUNT) return false;
    for (int i = 0; i < type->rank; i++) {
        if (type->dims[i] < 0 || type->dims[i] >= (int64_t)1 << 40) return false;
        n = type->dims[i] && n >= ((int64_t)1 << 40) / type->dims[i] + 1 ? (int64_t)1 << 40 : n * (type->dims[i] ? type->dims[i] : 1);
    }
    return n < (int64_t)1 << 40;
}

static void verify_block(tri_verifier *v, const tri_block *block, uint32_t depth);

static void check_types(tri_verifier *v, const tri_op *op, const char *what, uint32_t n, tri_value *const *values, bool *out_good)
{
    char room[160];
    for (uint32_t i = 0; i < n; i++) {
        if (good_type(&values[i]->type)) continue;
        tri_verify_fail(v, op, "%s %u is %s; ops of a graph work on tensors of fewer than 2^40 elements", what, i,
                        tri_verify_show(&values[i]->type, room));
        *out_good = false;
    }
}

static void verify_op(tri_verifier *v, const tri_op *op, uint32_t depth)
{
    if (!tri_is_tensor_op(op->kind)) {
        tri_verify_fail(v, op, "an op of tile programs in a function of the graph");
        return;
    }
    bool good = tri_verify_operands(v, op);
    check_types(v, op, "operand", op->n_operands, op->operands, &good);
    check_types(v, op, "result", op->n_results, op->results, &good);
    bool isolated = op->kind == TRI_OP_KERNEL;
    v->isolation += isolated;
    for (uint32_t i = 0; i < op->n_regions; i++) {
        check_types(v, op, "region argument", op->regions[i]->n_args, op->regions[i]->args, &good);
        if (depth >= TRI_VERIFY_DEPTH)
            tri_verify_fail(v, op, "regions nested more than %d deep", TRI_VERIFY_DEPTH);
        else
            verify_block(v, op->regions[i], depth + 1);
    }
    v->isolation -= isolated;
    if (good) tri_verify_tensor_op(v, op);
    for (uint32_t i = 0; i < op->n_results; i++) (void)tri_verify_define(v, op->results[i]);
}

static bool ends_block(tri_op_kind kind) { return kind == TRI_OP_RETURN || kind == TRI_OP_REGION_RETURN; }

static void verify_block(tri_verifier *v, const tri_block *block, uint32_t depth)
{
    for (uint32_t i = 0; i < block->n_args; i++) (void)tri_verify_define(v, block->args[i]);
    for (const tri_op *op = block->first; op; op = op->next) {
        verify_op(v, op, depth);
        if (ends_block(op->kind) && op != block->last) tri_verify_fail(v, op, "stands before the end of its block");
    }
    tri_op_kind wanted = block->owner ? TRI_OP_REGION_RETURN : TRI_OP_RETURN;
    if (!block->last || block->last->kind != wanted) {
        if (block->owner)
            tri_verify_fail(v, block->owner, "a region does not end with stablehlo.return");
        else
            fail_func(v, "@%s does not end with a return", v->func->name);
    }
    for (uint32_t i = 0; i < block->n_args; i++) tri_verify_forget(v, block->args[i]);
    for (const tri_op *op = block->first; op; op = op->next)
        for (uint32_t i = 0; i < op->n_results; i++) tri_verify_forget(v, op->results[i]);
}

static tri_status *verify_func(const struct tri_call_graph *calls, const tri_func *func)
{
    tri_verifier v = {.calls = calls, .func = func};
    v.visible.out = v.folded.out = &v.none;
    if (func->is_kernel) {
        v.forms = tri_forms_create(func);
        if (v.forms) {
            (func->is_scheduled ? tri_verify_scheduled_body : tri_verify_kernel_body)(&v);
        } else {
            v.none.failed = true;
            no_memory(&v);
        }
        tri_forms_free(v.forms);
    } else {
        char room[160];
        for (uint32_t i = 0; i < func->n_results; i++)
            if (!good_type(&func->results[i]))
                fail_func(&v, "result %u of @%s is %s, which is no tensor of a good size", i, func->name, tri_verify_show(&func->results[i], room));
        for (uint32_t i = 0; i < func->body->n_args; i++)
            if (!good_type(&func->body->args[i]->type))
                fail_func(&v, "argument %u of @%s is %s, which is no tensor of a good size", i, func->name,
                          tri_verify_show(&func->body->args[i]->type, room));
        verify_block(&v, func->body, 0);
    }
    tri_print_end(&v.visible);
    tri_print_end(&v.folded);
    return v.errors;
}

tri_status *tri_kernel_verify(const tri_func *kernel)
{
    if (!kernel->is_kernel) return tri_error(TRI_BUG, kernel->loc, "@%s is a function of the graph, not a kernel", kernel->name);
    return verify_func(NULL, kernel);
}

/* ---- modules ---- */

/* Functions by name, with the state of the search for cycles. */
typedef struct entry {
    const tri_func *func;
    enum { NEW, OPEN, DONE } state;
} entry;

struct tri_call_graph {
    entry *at;
    size_t n;
    tri_status *errors;
};
typedef struct tri_call_graph call_graph;

static int by_name(const void *a, const void *b) { return strcmp(((const entry *)a)->func->name, ((const entry *)b)->func->name); }

static entry *find(const call_graph *graph, const char *name)
{
    size_t low = 0, high = graph->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(name, graph->at[middle].func->name);
        if (!order) return &graph->at[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

static void visit_calls(call_graph *graph, entry *from, uint32_t depth);

static void visit_block(call_graph *graph, const tri_block *block, uint32_t depth)
{
    for (const tri_op *op = block->first; op; op = op->next) {
        for (uint32_t i = 0; i < op->n_regions; i++) visit_block(graph, op->regions[i], depth);
        const char *name = op->kind == TRI_OP_CALL        ? tri_op_text(op, "callee", NULL)
                           : op->kind == TRI_OP_COMPOSITE ? tri_op_text(op, "decomposition", NULL)
                                                          : NULL;
        entry *callee = name ? find(graph, name) : NULL;
        if (!callee || callee->state == DONE) continue;
        if (callee->state == OPEN)
            graph->errors = tri_join(graph->errors,
                                     tri_error(TRI_INVALID, op->loc, "@%s calls itself, directly or through others; a graph has no recursion", name));
        else if (depth >= TRI_VERIFY_DEPTH)
            graph->errors = tri_join(graph->errors, tri_error(TRI_INVALID, op->loc, "calls nested more than %d deep", TRI_VERIFY_DEPTH));
        else
            visit_calls(graph, callee, depth + 1);
    }
}

static void visit_calls(call_graph *graph, entry *from, uint32_t depth)
{
    from->state = OPEN;
    visit_block(graph, from->func->body, depth);
    from->state = DONE;
}

static tri_status *verify_calls(const tri_module *module, call_graph *graph)
{
    for (const tri_func *func = module->first; func; func = func->next) graph->n++;
    graph->at = calloc(graph->n ? graph->n : 1, sizeof *graph->at);
    if (!graph->at) {
        graph->n = 0;
        return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory while verifying the calls of a module");
    }
    size_t n = 0;
    for (const tri_func *func = module->first; func; func = func->next) graph->at[n++].func = func;
    qsort(graph->at, graph->n, sizeof *graph->at, by_name);
    for (size_t i = 1; i < graph->n; i++)
        if (!strcmp(graph->at[i].func->name, graph->at[i - 1].func->name))
            graph->errors =
                tri_join(graph->errors, tri_error(TRI_INVALID, graph->at[i].func->loc, "@%s is defined a second time", graph->at[i].func->name));
    for (size_t i = 0; i < graph->n; i++)
        if (graph->at[i].state == NEW && !graph->at[i].func->is_kernel) visit_calls(graph, &graph->at[i], 0);
    return graph->errors;
}

const tri_func *tri_verify_callee(const tri_verifier *v, const char *name)
{
    const entry *found = v->calls ? find(v->calls, name) : NULL;
    return found && !found->func->is_kernel ? found->func : NULL;
}

static tri_status *verify_level(const tri_module *module, tri_level level)
{
    tri_status *errors = NULL;
    size_t graphs = 0;
    for (const tri_func *func = module->first; func; func = func->next) {
        if (func->is_kernel) continue;
        graphs++;
        if (level == TRI_LEVEL_TILE)
            errors = tri_join(errors, tri_error(TRI_INVALID, func->loc, "@%s is a function of the graph among tile programs", func->name));
        for (const tri_op *op = func->body->first; op; op = op->next) {
            bool fits = level == TRI_LEVEL_KERNELS ? op->kind == TRI_OP_KERNEL || op->kind == TRI_OP_CONSTANT || op->kind == TRI_OP_RETURN ||
                                                         op->kind == TRI_OP_RESHAPE || op->kind == TRI_OP_BITCAST_CONVERT
                                                   : op->kind != TRI_OP_CALL && op->kind != TRI_OP_COMPOSITE;
            if (!fits)
                errors =
                    tri_join(errors, tri_error(TRI_INVALID, op->loc, "%s has no place at this level of lowering", tri_op_row_of(op->kind)->text));
        }
    }
    if (level != TRI_LEVEL_TILE && graphs != 1)
        errors = tri_join(errors, tri_error(TRI_INVALID, TRI_NOWHERE, "%zu functions; at this level there is one", graphs));
    return errors;
}

tri_status *tri_module_verify(const tri_module *module, tri_level level)
{
    call_graph calls = {0};
    tri_status *errors = verify_calls(module, &calls);
    for (const tri_func *func = module->first; func; func = func->next) {
        if (tri_status_count(errors) >= TRI_VERIFY_MOST_ERRORS) break;
        errors = tri_join(errors, verify_func(&calls, func));
    }
    free(calls.at);
    if (!errors && level != TRI_LEVEL_TENSOR) errors = verify_level(module, level);
    return errors;
}
