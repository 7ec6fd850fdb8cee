/* ir/eval.c - the control loop of the evaluator: functions, calls, composites and kernels, and the memory of the values in between.
 *
 * What each op computes stands in eval_elementwise.c, eval_data.c, eval_contract.c, eval_reduce.c and eval_attention.c. A value lives from its op to
 * its last use. */
#include "ir/eval_internal.h"

#include <stdlib.h>

tri_eval_function *tri_eval_function_of(tri_op_kind kind)
{
    static tri_eval_function *const functions[TRI_TENSOR_OPS_END] = {
#define STRUCTURE(name, ...)
#define ELEMENTWISE(name, ...) [TRI_OP_##name] = tri_eval_elementwise,
#define OP(name, ...) [TRI_OP_##name] = tri_eval_##name,
#include "ir/ops_tensor.def"
    };
    return tri_is_tensor_op(kind) ? functions[kind] : NULL;
}

/* ---- memory ---- */

tri_status *tri_eval_allocate(tri_evaluation *evaluation, const tri_op *op, tri_tensor *out)
{
    uint64_t bytes = tri_type_bytes(&out->type), limit = evaluation->options.memory_limit;
    out->data = !limit || (bytes <= limit && evaluation->used <= limit - bytes) ? malloc(bytes ? bytes : 1) : NULL;
    if (!out->data)
        return tri_error(TRI_NO_MEMORY, op->loc, "'%s' needs %llu bytes for a result; values in use hold %llu%s", tri_op_row_of(op->kind)->text,
                         (unsigned long long)bytes, (unsigned long long)evaluation->used,
                         limit ? ", and the memory limit of the evaluation is reached" : "");
    evaluation->used += bytes;
    return NULL;
}

void tri_eval_release(tri_evaluation *evaluation, tri_tensor *tensor)
{
    if (!tensor->data) return;
    free(tensor->data);
    tensor->data = NULL;
    uint64_t bytes = tri_type_bytes(&tensor->type);
    evaluation->used -= bytes < evaluation->used ? bytes : evaluation->used;
}

void tri_tensor_free(tri_tensor *tensors, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        free(tensors[i].data);
        tensors[i].data = NULL;
    }
}

/* ---- the values of one block: found by address, because a module being read may not be renumbered ---- */

tri_status *tri_block_values_create(const tri_block *block, tri_block_values *out)
{
    size_t n = block->n_args, room = 16;
    for (const tri_op *op = block->first; op; op = op->next) n += op->n_results;
    while (room < 2 * n) room *= 2;
    out->at = calloc(room, sizeof *out->at);
    out->room = room;
    if (!out->at) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "no memory for a table of %zu values", n);
    for (uint32_t i = 0; i < block->n_args; i++) out->at[tri_block_values_find(out, block->args[i])] = block->args[i];
    for (const tri_op *op = block->first; op; op = op->next)
        for (uint32_t i = 0; i < op->n_results; i++) out->at[tri_block_values_find(out, op->results[i])] = op->results[i];
    return NULL;
}

size_t tri_block_values_find(const tri_block_values *values, const tri_value *value)
{
    uintptr_t hash = (uintptr_t)value;
    size_t at = (hash >> 4 ^ hash >> 13) & (values->room - 1);
    while (values->at[at] && values->at[at] != value) at = (at + 1) & (values->room - 1);
    return at;
}

typedef struct slot {
    tri_tensor tensor;
    uint32_t uses; /* still to come */
    bool owned;
} slot;

typedef struct frame {
    tri_block_values values;
    slot *slots; /* one for each place in `values` */
} frame;

static slot *slot_of(const frame *f, const tri_value *value) { return &f->slots[tri_block_values_find(&f->values, value)]; }

static tri_status *frame_create(const tri_block *block, frame *out)
{
    TRI_TRY(tri_block_values_create(block, &out->values));
    out->slots = calloc(out->values.room, sizeof *out->slots);
    if (!out->slots) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "no memory for a table of values");
    for (const tri_op *op = block->first; op; op = op->next)
        for (uint32_t i = 0; i < op->n_operands; i++) slot_of(out, op->operands[i])->uses++;
    return NULL;
}

static void frame_free(tri_evaluation *evaluation, frame *f)
{
    for (size_t i = 0; f->slots && i < f->values.room; i++)
        if (f->slots[i].owned) tri_eval_release(evaluation, &f->slots[i].tensor);
    free(f->slots);
    free(f->values.at);
}

/* ---- running ---- */

static tri_status *wrong_types(const tri_op *op, const char *callee)
{
    return tri_error(TRI_INVALID, op->loc, "'%s': operands or results do not have the types of the function '%s'", tri_op_row_of(op->kind)->text,
                     callee);
}

tri_status *tri_eval_callee(const tri_op *op, const tri_func **out_func)
{
    const char *callee = tri_op_text(op, op->kind == TRI_OP_CALL ? "callee" : "decomposition", "");
    const tri_func *func = tri_module_find(op->parent->func->module, callee);
    if (!func || func->is_kernel) return tri_error(TRI_INVALID, op->loc, "there is no function '%s' in the module", callee);
    if (func->body->n_args != op->n_operands || func->n_results != op->n_results) return wrong_types(op, callee);
    for (uint32_t i = 0; i < op->n_operands; i++)
        if (!tri_type_equal(&func->body->args[i]->type, &op->operands[i]->type)) return wrong_types(op, callee);
    for (uint32_t i = 0; i < op->n_results; i++)
        if (!tri_type_equal(&func->results[i], &op->results[i]->type)) return wrong_types(op, callee);
    *out_func = func;
    return NULL;
}

static tri_status *call(tri_evaluation *evaluation, const tri_op *op, const tri_tensor *in, tri_tensor *out)
{
    const tri_func *func;
    TRI_TRY(tri_eval_callee(op, &func));
    return tri_eval_block(evaluation, func->body, in, out);
}

tri_status *tri_eval_step(tri_evaluation *evaluation, const tri_op *op, const tri_tensor *in, tri_tensor *out)
{
    for (uint32_t i = 0; i < op->n_results; i++) out[i] = (tri_tensor){.type = op->results[i]->type};
    if (op->kind == TRI_OP_CALL || op->kind == TRI_OP_COMPOSITE) return call(evaluation, op, in, out);
    if (op->kind == TRI_OP_KERNEL) return tri_eval_block(evaluation, op->regions[0], in, out);
    tri_eval_function *function = tri_eval_function_of(op->kind);
    if (!function)
        return tri_error(TRI_UNSUPPORTED, op->loc, "'%s' is not an op of the tensor IR that can be evaluated", tri_op_row_of(op->kind)->text);
    tri_status *status = NULL;
    for (uint32_t i = 0; i < op->n_results && !status; i++) status = tri_eval_allocate(evaluation, op, &out[i]);
    if (!status) status = function(evaluation, op, in, out);
    if (status)
        for (uint32_t i = 0; i < op->n_results; i++) tri_eval_release(evaluation, &out[i]);
    return status;
}

/* Constants that are not splats are used where they lie. */
static bool borrow_constant(const tri_op *op, slot *result)
{
    const tri_attr *value = op->kind == TRI_OP_CONSTANT ? tri_op_attr(op, "value") : NULL;
    if (!value || value->kind != TRI_ATTR_ELEMENTS || value->splat || !tri_type_equal(&value->type, &op->results[0]->type)) return false;
    result->tensor = (tri_tensor){value->type, (void *)(uintptr_t)value->data};
    return true;
}

static tri_status *run_op(tri_evaluation *evaluation, const tri_op *op, frame *f, tri_tensor *scratch)
{
    if (op->n_results == 1 && borrow_constant(op, slot_of(f, op->results[0]))) return NULL;
    tri_tensor *in = scratch, *out = scratch + op->n_operands;
    for (uint32_t i = 0; i < op->n_operands; i++) {
        in[i] = slot_of(f, op->operands[i])->tensor;
        if (!in[i].data)
            return tri_error(TRI_INVALID, op->loc, "'%s' uses a value that is not defined before it in its block", tri_op_row_of(op->kind)->text);
    }
    TRI_TRY(tri_eval_step(evaluation, op, in, out));
    for (uint32_t i = 0; i < op->n_results; i++) {
        slot *s = slot_of(f, op->results[i]);
        s->tensor = out[i];
        s->owned = true;
    }
    for (uint32_t i = 0; i < op->n_operands + op->n_results; i++) {
        slot *s = slot_of(f, i < op->n_operands ? op->operands[i] : op->results[i - op->n_operands]);
        if (i < op->n_operands) s->uses--;
        if (!s->uses && s->owned) {
            tri_eval_release(evaluation, &s->tensor);
            s->owned = false;
        }
    }
    return NULL;
}

/* Moves or copies what the block returns to the caller. */
static tri_status *take_results(tri_evaluation *evaluation, const tri_op *last, frame *f, tri_tensor *outputs)
{
    for (uint32_t i = 0; i < last->n_operands; i++) {
        slot *s = slot_of(f, last->operands[i]);
        if (!s->tensor.data) return tri_error(TRI_INVALID, last->loc, "a value is returned that its block does not define");
        if (s->owned && s->uses == 1) {
            outputs[i] = s->tensor;
            s->owned = false;
        } else {
            outputs[i].type = s->tensor.type;
            TRI_TRY(tri_eval_allocate(evaluation, last, &outputs[i]));
            memcpy(outputs[i].data, s->tensor.data, tri_type_bytes(&s->tensor.type));
        }
        s->uses--;
    }
    return NULL;
}

static tri_status *run_block(tri_evaluation *evaluation, const tri_block *block, const tri_tensor *inputs, tri_tensor *outputs, frame *f)
{
    const tri_op *last = block->last;
    if (!last || (last->kind != TRI_OP_RETURN && last->kind != TRI_OP_REGION_RETURN))
        return tri_error(TRI_INVALID, last ? last->loc : TRI_NOWHERE, "a block must end by returning its values");
    TRI_TRY(frame_create(block, f));
    for (uint32_t i = 0; i < block->n_args; i++) slot_of(f, block->args[i])->tensor = inputs[i];
    uint32_t most = 0;
    for (const tri_op *op = block->first; op; op = op->next)
        if (op->n_operands + op->n_results > most) most = op->n_operands + op->n_results;
    tri_tensor *scratch = calloc(most + 1, sizeof *scratch);
    tri_status *status = scratch ? NULL : tri_error(TRI_NO_MEMORY, last->loc, "no memory for the operands of an op");
    for (const tri_op *op = block->first; op != last && !status; op = op->next) status = run_op(evaluation, op, f, scratch);
    free(scratch);
    return status ? status : take_results(evaluation, last, f, outputs);
}

tri_status *tri_eval_block(tri_evaluation *evaluation, const tri_block *block, const tri_tensor *inputs, tri_tensor *outputs)
{
    if (evaluation->depth >= TRI_EVAL_MOST_CALLS)
        return tri_error(TRI_INVALID, block->first ? block->first->loc : TRI_NOWHERE, "more than %d nested calls: does a function call itself?",
                         TRI_EVAL_MOST_CALLS);
    uint32_t n = block->last ? block->last->n_operands : 0;
    for (uint32_t i = 0; i < n; i++) outputs[i] = (tri_tensor){.type = block->last->operands[i]->type};
    frame f = {0};
    evaluation->depth++;
    tri_status *status = run_block(evaluation, block, inputs, outputs, &f);
    evaluation->depth--;
    frame_free(evaluation, &f);
    if (status)
        for (uint32_t i = 0; i < n; i++) tri_eval_release(evaluation, &outputs[i]);
    return status;
}

static tri_evaluation evaluation_of(const tri_eval_options *options)
{
    return (tri_evaluation){.options = options ? *options : (tri_eval_options){0}};
}

tri_status *tri_eval_func(const tri_func *func, const tri_tensor *inputs, tri_tensor *outputs, const tri_eval_options *options)
{
    tri_evaluation evaluation = evaluation_of(options);
    for (uint32_t i = 0; i < func->body->n_args; i++)
        if (!tri_type_equal(&inputs[i].type, &func->body->args[i]->type))
            return tri_error(TRI_USAGE, func->loc, "input %u of '%s' does not have the type of its argument", i, func->name);
    return tri_note(tri_eval_block(&evaluation, func->body, inputs, outputs), "while evaluating '%s'", func->name);
}

tri_status *tri_eval_op(const tri_op *op, const tri_tensor *operands, tri_tensor *outputs, const tri_eval_options *options)
{
    tri_evaluation evaluation = evaluation_of(options);
    return tri_eval_step(&evaluation, op, operands, outputs);
}

/* ---- positions ---- */

void tri_strides(const tri_type *type, int64_t *out_strides)
{
    int64_t stride = 1;
    for (int d = type->rank - 1; d >= 0; d--) {
        out_strides[d] = stride;
        stride *= type->dims[d];
    }
}

int64_t tri_offsets_count(const tri_type *type, size_t n, const int64_t *dims)
{
    int64_t count = 1;
    for (size_t i = 0; i < n; i++) count *= type->dims[dims[i]];
    return count;
}

void tri_offsets(const tri_type *type, size_t n, const int64_t *dims, int64_t *out)
{
    int64_t strides[TRI_MAX_RANK], index[TRI_MAX_RANK] = {0}, count = tri_offsets_count(type, n, dims), at = 0;
    tri_strides(type, strides);
    for (int64_t i = 0; i < count; i++) {
        out[i] = at;
        for (size_t d = n; d-- > 0;) {
            at += strides[dims[d]];
            if (++index[d] < type->dims[dims[d]]) break;
            at -= index[d] * strides[dims[d]];
            index[d] = 0;
        }
    }
}
