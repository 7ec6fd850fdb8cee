/* ir/eval_bounded.c - what an op means together with how far an honest device may be away from it: pairs (want, bound) through every op of a
 * fused region.
 *
 * `want` is never rounded in between; instead each op adds the rounding of its result's dtype to the bound, so a device that rounds between the ops
 * and one that does not both pass. The rules, to first order (decision 3):
 *
 * - elementwise: the sum over operands of the larger change of the result at x + error and x - error, then u_out*|want| + 2^-20*|want|. Ops that only
 *   choose or drop bits add nothing, a cast adds u_out*|want|. An uncertain comparison is a value with bound 1; a select on it covers both outcomes.
 * - contraction: sum|a| eb + ea |b|, then u_out*|want| + 2^-20*sum|a b|; sums of a reduction alike; an extreme lies between those of x - e and x + e.
 * - underflow: a device may flush f32, bf16 and f64 below the smallest normal number; f16 and fp8 keep subnormals and round by half the smallest.
 * - overflow: what is certain to overflow is infinite. What may stays the number it is, for the ops behind too; the comparison lets either class
 * pass.
 * - a result whose class may change otherwise has an infinite bound: anything passes.
 *
 * rel_l2: beside the bounds goes one number, `ratio`: the relative l2 error to expect, over the one that all bounds together would allow. An op's own
 * part is u_out + max(2^-20, 2^-24 sqrt(K)), for sums times their cancellation (1.6 ||scale|| / (sqrt(K) ||want||) where that is above 1; it is 1 for
 * random terms). What comes from operands is their ratio times the norm of the bounds they cause, which assumes errors to be spread over the elements
 * as their bounds are. */
#include "ir/eval_bounded_internal.h"

#include <stdlib.h>

#include "base/parallel.h"

static void release(tri_evaluation *b, tri_bound_value *value)
{
    if (!value->owned) return;
    tri_eval_release(b, &value->plain);
    tri_bound_give(b, value->want, tri_type_elements(&value->type));
    tri_bound_give(b, value->bound, tri_type_elements(&value->type));
    *value = (tri_bound_value){.type = value->type};
}

/* The value, or its bounds, as a tensor to compute with: f64 of the same shape, or the plain elements. */
static tri_tensor as_tensor(const tri_bound_value *value, double *data)
{
    if (!data) return value->plain;
    tri_tensor t = {.type = value->type, .data = data};
    t.type.dtype = TRI_F64;
    return t;
}
static tri_tensor want_tensor(const tri_bound_value *value) { return as_tensor(value, value->want); }
static tri_tensor bound_tensor(const tri_bound_value *value) { return as_tensor(value, value->bound); }

/* ---- elementwise ---- */

typedef struct elementwise {
    tri_bound_scalar s;
    const tri_bound_value *in;
    tri_bound_value *out;
    double *own;
} elementwise;

static void bound_range(void *context, size_t first, size_t end)
{
    const elementwise *w = context;
    double x[3][TRI_LANES], e[3][TRI_LANES];
    for (size_t at = first; at < end; at += TRI_LANES) {
        size_t n = end - at < TRI_LANES ? end - at : TRI_LANES;
        for (uint32_t i = 0; i < w->s.n; i++) {
            bool repeated = w->in[i].type.rank == 0 && w->out->type.rank != 0;
            tri_bound_load(&w->in[i], repeated ? 0 : at, repeated ? 1 : n, x[i], e[i]);
            for (size_t l = 1; repeated && l < n; l++) {
                x[i][l] = x[i][0];
                e[i][l] = e[i][0];
            }
        }
        tri_bound_lanes(&w->s, n, x, e, w->out->want + at, w->out->bound + at);
        for (size_t l = 0; l < n; l++)
            w->own[at + l] = tri_bound_own_error(tri_bound_own_kind_of(w->s.kind), w->s.to, w->out->want[at + l], w->out->bound[at + l]);
    }
}

static tri_status *bound_elementwise(tri_evaluation *b, const tri_op *op, const tri_bound_value *in, tri_bound_value *out)
{
    elementwise w = {.s = tri_bound_scalar_of(op), .in = in, .out = out};
    int64_t n = tri_type_elements(&out->type);
    if (w.s.kind == TRI_OP_NONE || !w.s.n || w.s.n > 3)
        return tri_error(TRI_INVALID, op->loc, "'%s' with attributes that say no scalar op", tri_op_row_of(op->kind)->text);
    TRI_TRY(tri_bound_open(b, op, out));
    TRI_TRY(tri_bound_take(b, op, n, &w.own));
    tri_parallel((size_t)n, 16 * TRI_LANES, bound_range, &w);
    tri_bound_own_kind kind = tri_bound_own_kind_of(w.s.kind);
    double u = tri_dtype_unit_roundoff(w.s.to), own_rel = kind == TRI_OWN_COMPUTED ? u + TRI_ROUGH : kind == TRI_OWN_CAST ? u : 0;
    tri_bound_finish(out, w.own, own_rel, tri_bound_worst_ratio(in, op->n_operands));
    tri_bound_give(b, w.own, n);
    return NULL;
}

/* ---- movement: the same function on the values and on the bounds ---- */

static uint32_t data_operands(const tri_op *op)
{
    switch ((int)op->kind) {
    case TRI_OP_DYNAMIC_SLICE:
    case TRI_OP_GATHER: return 1;
    case TRI_OP_DYNAMIC_UPDATE_SLICE: return 2;
    default: return op->n_operands;
    }
}

static tri_status *spread(tri_evaluation *b, const tri_op *op, const tri_bound_value *in, bool bounds, tri_tensor *operands, double **temporary,
                          tri_tensor *results)
{
    for (uint32_t i = 0; i < op->n_operands; i++) {
        operands[i] = bounds ? bound_tensor(&in[i]) : want_tensor(&in[i]);
        if (i >= data_operands(op) || in[i].want) continue;
        int64_t n = tri_type_elements(&in[i].type);
        TRI_TRY(tri_bound_take(b, op, n, &temporary[i]));
        if (bounds)
            memset(temporary[i], 0, (size_t)n * sizeof **temporary);
        else
            tri_load_f64_n((tri_dtype)in[i].type.dtype, in[i].plain.data, (size_t)n, temporary[i]);
        operands[i] = as_tensor(&in[i], temporary[i]);
    }
    return tri_eval_function_of(op->kind)(b, op, operands, results);
}

static tri_status *bound_movement(tri_evaluation *b, const tri_op *op, const tri_bound_value *in, tri_bound_value *out)
{
    bool lost = false;
    for (uint32_t i = data_operands(op); i < op->n_operands; i++) lost |= in[i].want != NULL; /* an index that is not certain */
    for (uint32_t i = 0; i < op->n_results; i++) TRI_TRY(tri_bound_open(b, op, &out[i]));
    if (lost) {
        for (int64_t i = 0; i < tri_type_elements(&out->type); i++) {
            out->want[i] = 0;
            out->bound[i] = INFINITY;
        }
        return NULL;
    }
    uint32_t n = op->n_operands;
    tri_tensor *tensors = calloc(n + op->n_results + 1, sizeof *tensors);
    double **temporary = calloc(n + 1, sizeof *temporary);
    tri_status *status = tensors && temporary ? NULL : tri_error(TRI_NO_MEMORY, op->loc, "no memory for the operands of an op");
    for (int bounds = 0; bounds < 2 && !status; bounds++) {
        for (uint32_t i = 0; i < op->n_results; i++) tensors[n + i] = bounds ? bound_tensor(&out[i]) : want_tensor(&out[i]);
        status = spread(b, op, in, bounds, tensors, temporary, tensors + n);
        for (uint32_t i = 0; i < n; i++) {
            if (temporary[i]) tri_bound_give(b, temporary[i], tri_type_elements(&in[i].type));
            temporary[i] = NULL;
        }
    }
    for (uint32_t i = 0; i < op->n_results; i++) out[i].ratio = op->n_results == n ? in[i].ratio : tri_bound_worst_ratio(in, n);
    free(tensors);
    free(temporary);
    return status;
}

/* ---- contractions ---- */

/* |x| as a tensor of its own. */
static tri_status *magnitudes(tri_evaluation *b, const tri_op *op, const tri_bound_value *value, tri_tensor *out)
{
    tri_tensor from = want_tensor(value);
    *out = (tri_tensor){.type = from.type};
    TRI_TRY(tri_eval_allocate(b, op, out));
    tri_dtype dtype = (tri_dtype)from.type.dtype;
    size_t n = (size_t)tri_type_elements(&from.type), bytes = tri_dtype_bytes(dtype);
    for (size_t at = 0; at < n; at += TRI_LANES) {
        size_t now = n - at < TRI_LANES ? n - at : TRI_LANES;
        tri_lane lanes[TRI_LANES];
        tri_lanes_load(dtype, (const char *)from.data + at * bytes, now, lanes);
        for (size_t l = 0; l < now; l++) lanes[l].f = fabs(lanes[l].f);
        tri_lanes_store(dtype, (char *)out->data + at * bytes, now, lanes);
    }
    return NULL;
}

static tri_status *contract_all(const tri_contraction *c, const tri_bound_value *in, const tri_tensor *magnitude, tri_bound_value *out, double *scale)
{
    tri_tensor a = want_tensor(&in[0]), v = want_tensor(&in[1]), to = as_tensor(out, scale);
    int64_t n = tri_type_elements(&out->type);
    for (int side = 0; side < 2; side++) { /* out->bound: |a| eb + ea |b| */
        if (!in[side].want) continue;
        tri_tensor error = bound_tensor(&in[side]);
        TRI_TRY(tri_contract(c, TRI_EVAL_MEANING, side ? &magnitude[0] : &error, side ? &error : &magnitude[1], &to));
        for (int64_t i = 0; i < n; i++) out->bound[i] += scale[i];
    }
    tri_tensor want = want_tensor(out);
    TRI_TRY(tri_contract(c, TRI_EVAL_MEANING, &a, &v, &want));
    TRI_TRY(tri_contract(c, TRI_EVAL_MEANING, &magnitude[0], &magnitude[1], &to));
    tri_bound_finish_sum(out, c->k, scale, tri_bound_worst_ratio(in, 2));
    return NULL;
}

static tri_status *bound_contraction(tri_evaluation *b, const tri_op *op, const tri_bound_value *in, tri_bound_value *out)
{
    int64_t n = tri_type_elements(&out->type);
    tri_contraction c = {0};
    tri_tensor magnitude[2] = {{.data = NULL}, {.data = NULL}};
    double *scale = NULL;
    TRI_TRY(tri_bound_open(b, op, out));
    memset(out->bound, 0, (size_t)n * sizeof *out->bound);
    TRI_TRY(tri_contraction_of(op, &in[0].type, &in[1].type, &c));
    tri_status *status = tri_bound_take(b, op, n, &scale);
    for (int side = 0; side < 2 && !status; side++) status = magnitudes(b, op, &in[side], &magnitude[side]);
    if (!status) status = contract_all(&c, in, magnitude, out, scale);
    if (scale) tri_bound_give(b, scale, n);
    for (int side = 0; side < 2; side++) tri_eval_release(b, &magnitude[side]);
    tri_contraction_free(&c);
    return status;
}

/* ---- attention ---- */

/* The log of the sums: its bound is an absolute one, the op's own part as good as all of it. */
static void finish_lse(tri_bound_value *lse, double *own)
{
    int64_t n = tri_type_elements(&lse->type);
    double size = tri_bound_norm(lse->want, lse->want, lse->bound, n), part = tri_bound_norm(lse->bound, lse->want, lse->bound, n);
    for (int64_t i = 0; i < n; i++) own[i] = isfinite(lse->want[i]) ? tri_dtype_unit_roundoff(TRI_F32) * fabs(lse->want[i]) : 0;
    tri_bound_finish(lse, own, tri_dtype_unit_roundoff(TRI_F32) + (size > 0 ? part / size : 0), 0);
}

static tri_status *bound_attention(tri_evaluation *b, const tri_op *op, const tri_bound_value *in, tri_bound_value *out)
{
    tri_tensor want[4], error[4];
    double *softmax_part = NULL;
    int64_t n = tri_type_elements(&out->type), n_lse = op->n_results > 1 ? tri_type_elements(&out[1].type) : 0, room = n > n_lse ? n : n_lse;
    tri_attention_shape shape;
    TRI_TRY(tri_attention_shape_of(op, &shape));
    for (uint32_t i = 0; i < op->n_results; i++) TRI_TRY(tri_bound_open(b, op, &out[i]));
    TRI_TRY(tri_bound_take(b, op, room, &softmax_part));
    for (uint32_t i = 0; i < op->n_operands; i++) {
        want[i] = want_tensor(&in[i]);
        error[i] = bound_tensor(&in[i]);
        if (!in[i].want) error[i].data = NULL;
    }
    double u = tri_dtype_unit_roundoff((tri_dtype)in[2].type.dtype);
    tri_attention_bounds bounds = {out->want, out->bound, softmax_part, NULL, NULL};
    if (n_lse) bounds.lse_want = out[1].want, bounds.lse_bound = out[1].bound;
    tri_status *status = tri_bound_attention(op, want, error, u, &bounds);
    if (!status) {
        tri_dtype dtype = (tri_dtype)out->type.dtype;
        double size = tri_bound_norm(out->want, out->want, out->bound, n), scores = tri_bound_norm(softmax_part, out->want, out->bound, n);
        double rel = tri_dtype_unit_roundoff(dtype) + u + fmax(TRI_ROUGH, 0x1p-24 * sqrt((double)shape.keys)) + (size > 0 ? scores / size : 0);
        /* All of the bound counts as the op's own but what errors of v cause, which stays within it: ratio 0 for the rest, the own part above. */
        for (int64_t i = 0; i < n; i++)
            softmax_part[i] = isfinite(out->want[i]) ? tri_dtype_unit_roundoff(dtype) * fabs(out->want[i]) + tri_bound_underflow(dtype) : 0;
        tri_bound_finish(out, softmax_part, rel, in[2].want ? in[2].ratio : 0);
        if (n_lse) finish_lse(&out[1], softmax_part);
    }
    tri_bound_give(b, softmax_part, room);
    return status;
}

/* ---- ops and blocks ---- */

static tri_status *bound_block(tri_evaluation *b, const tri_block *block, const tri_bound_value *inputs, tri_bound_value *outputs);

static bool all_plain(const tri_bound_value *in, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (in[i].want) return false;
    return true;
}

/* Whether an op on exact operands has an exact result. */
static bool stays_exact(const tri_op *op)
{
    if (op->n_results == 0 || !tri_dtype_is_float((tri_dtype)op->results[0]->type.dtype)) return true;
    if (tri_eval_is_movement(op->kind) || op->kind == TRI_OP_CONSTANT || op->kind == TRI_OP_IOTA || op->kind == TRI_OP_BITCAST_CONVERT) return true;
    if (op->kind == TRI_OP_REDUCE) {
        tri_op_kind single = op->n_operands == 2 ? tri_region_single_op(op->regions[0]) : TRI_OP_NONE;
        return single == TRI_SCALAR_MAXIMUM || single == TRI_SCALAR_MINIMUM;
    }
    tri_op_kind scalar = tri_op_scalar(op);
    return scalar != TRI_OP_NONE && tri_bound_own_kind_of(scalar) == TRI_OWN_NONE;
}

static tri_status *exactly(tri_evaluation *b, const tri_op *op, const tri_bound_value *in, tri_bound_value *out)
{
    tri_tensor *tensors = calloc(op->n_operands + op->n_results + 1, sizeof *tensors);
    if (!tensors) return tri_error(TRI_NO_MEMORY, op->loc, "no memory for the operands of an op");
    for (uint32_t i = 0; i < op->n_operands; i++) tensors[i] = in[i].plain;
    tri_status *status = tri_eval_step(b, op, tensors, tensors + op->n_operands);
    for (uint32_t i = 0; i < op->n_results && !status; i++) {
        out[i].plain = tensors[op->n_operands + i];
        out[i].owned = true;
    }
    free(tensors);
    return status;
}

static tri_status *bound_step(tri_evaluation *b, const tri_op *op, const tri_bound_value *in, tri_bound_value *out)
{
    for (uint32_t i = 0; i < op->n_results; i++) out[i] = (tri_bound_value){.type = op->results[i]->type};
    if (op->kind == TRI_OP_KERNEL) return bound_block(b, op->regions[0], in, out);
    if (op->kind == TRI_OP_CALL || op->kind == TRI_OP_COMPOSITE) {
        const tri_func *func;
        TRI_TRY(tri_eval_callee(op, &func));
        return bound_block(b, func->body, in, out);
    }
    bool plain = all_plain(in, op->n_operands);
    if (plain && stays_exact(op)) return exactly(b, op, in, out);
    if (tri_eval_is_movement(op->kind)) return bound_movement(b, op, in, out);
    if (op->kind == TRI_OP_REDUCE) return tri_bound_reduce(b, op, in, out);
    if (op->kind == TRI_OP_DOT_GENERAL && tri_dtype_is_float((tri_dtype)out->type.dtype)) return bound_contraction(b, op, in, out);
    if (op->kind == TRI_OP_ATTENTION) return bound_attention(b, op, in, out);
    if (tri_is_tensor_op(op->kind) && tri_op_scalar(op) != TRI_OP_NONE) return bound_elementwise(b, op, in, out);
    return tri_error(TRI_UNSUPPORTED, op->loc, "'%s' on operands that carry errors cannot be bounded", tri_op_row_of(op->kind)->text);
}

static tri_status *run_op(tri_evaluation *b, const tri_op *op, const tri_block_values *values, tri_bound_value *slots, tri_bound_value *scratch)
{
    tri_bound_value *in = scratch, *out = scratch + op->n_operands;
    for (uint32_t i = 0; i < op->n_operands; i++) {
        in[i] = slots[tri_block_values_find(values, op->operands[i])];
        if (!in[i].plain.data && !in[i].want)
            return tri_error(TRI_INVALID, op->loc, "'%s' uses a value that is not defined before it in its block", tri_op_row_of(op->kind)->text);
    }
    tri_status *status = bound_step(b, op, in, out);
    for (uint32_t i = 0; i < op->n_results; i++) {
        tri_bound_value *slot = &slots[tri_block_values_find(values, op->results[i])];
        out[i].uses = slot->uses;
        *slot = out[i];
        if (!slot->uses) release(b, slot);
    }
    for (uint32_t i = 0; i < op->n_operands; i++) {
        tri_bound_value *slot = &slots[tri_block_values_find(values, op->operands[i])];
        if (!--slot->uses) release(b, slot);
    }
    return status;
}

/* A result that is an input, or returned twice, is copied: the caller owns every result. */
static tri_status *take_result(tri_evaluation *b, const tri_op *last, tri_bound_value *slot, tri_bound_value *out)
{
    if (slot->owned && slot->uses == 1) {
        *out = *slot;
        slot->owned = false;
        return NULL;
    }
    int64_t n = tri_type_elements(&slot->type);
    slot->uses--;
    *out = (tri_bound_value){.type = slot->type, .ratio = slot->ratio, .owned = true};
    if (slot->want) {
        TRI_TRY(tri_bound_open(b, last, out));
        out->ratio = slot->ratio;
        memcpy(out->want, slot->want, (size_t)n * sizeof *out->want);
        memcpy(out->bound, slot->bound, (size_t)n * sizeof *out->bound);
        return NULL;
    }
    out->plain.type = slot->type;
    TRI_TRY(tri_eval_allocate(b, last, &out->plain));
    memcpy(out->plain.data, slot->plain.data, tri_type_bytes(&slot->type));
    return NULL;
}

static tri_status *run_block(tri_evaluation *b, const tri_block *block, const tri_bound_value *inputs, tri_bound_value *outputs,
                             const tri_block_values *values, tri_bound_value *slots, tri_bound_value *scratch)
{
    for (const tri_op *op = block->first; op; op = op->next)
        for (uint32_t i = 0; i < op->n_operands; i++) slots[tri_block_values_find(values, op->operands[i])].uses++;
    for (uint32_t i = 0; i < block->n_args; i++) {
        tri_bound_value *slot = &slots[tri_block_values_find(values, block->args[i])];
        uint32_t uses = slot->uses;
        *slot = inputs[i];
        slot->owned = false;
        slot->uses = uses;
    }
    for (const tri_op *op = block->first; op != block->last; op = op->next) TRI_TRY(run_op(b, op, values, slots, scratch));
    for (uint32_t i = 0; i < block->last->n_operands; i++) {
        tri_bound_value *slot = &slots[tri_block_values_find(values, block->last->operands[i])];
        if (!slot->plain.data && !slot->want) return tri_error(TRI_INVALID, block->last->loc, "a value is returned that its block does not define");
        TRI_TRY(take_result(b, block->last, slot, &outputs[i]));
    }
    return NULL;
}

static tri_status *bound_block(tri_evaluation *b, const tri_block *block, const tri_bound_value *inputs, tri_bound_value *outputs)
{
    if (!block->last || (block->last->kind != TRI_OP_RETURN && block->last->kind != TRI_OP_REGION_RETURN))
        return tri_error(TRI_INVALID, block->last ? block->last->loc : TRI_NOWHERE, "a block must end by returning its values");
    if (b->depth >= TRI_EVAL_MOST_CALLS)
        return tri_error(TRI_INVALID, block->last->loc, "more than %d nested calls: does a function call itself?", TRI_EVAL_MOST_CALLS);
    tri_block_values values = {0};
    uint32_t most = 0;
    for (const tri_op *op = block->first; op; op = op->next)
        if (op->n_operands + op->n_results > most) most = op->n_operands + op->n_results;
    tri_status *status = tri_block_values_create(block, &values);
    tri_bound_value *slots = calloc(values.room + 1, sizeof *slots), *scratch = calloc(most + 1, sizeof *scratch);
    if (!status && (!slots || !scratch)) status = tri_error(TRI_NO_MEMORY, block->last->loc, "no memory for a table of values");
    b->depth++;
    if (!status) status = run_block(b, block, inputs, outputs, &values, slots, scratch);
    b->depth--;
    for (size_t i = 0; slots && i < values.room; i++) release(b, &slots[i]);
    free(slots);
    free(scratch);
    free(values.at);
    return status;
}

/* ---- results ---- */

static tri_status *present(tri_evaluation *b, const tri_op *op, tri_bound_value *value, tri_bounded *out)
{
    int64_t n = tri_type_elements(&value->type);
    tri_dtype dtype = (tri_dtype)value->type.dtype;
    bool plain = !value->want;
    *out = (tri_bounded){.type = value->type};
    if (plain) {
        TRI_TRY(tri_bound_take(b, op, n, &value->want));
        TRI_TRY(tri_bound_take(b, op, n, &value->bound));
        tri_bound_load(&(tri_bound_value){.type = value->type, .plain = value->plain}, 0, (size_t)n, value->want, value->bound);
    }
    double size = tri_bound_norm(value->want, value->want, value->bound, n), whole = tri_bound_norm(value->bound, value->want, value->bound, n);
    out->rel_l2_bound = plain ? 0 : size > 0 ? value->ratio * whole / size : INFINITY;
    if (!tri_dtype_is_float(dtype)) {
        if (!plain) {
            value->plain.type = value->type;
            TRI_TRY(tri_eval_allocate(b, op, &value->plain));
            tri_store_f64_n(dtype, value->plain.data, (size_t)n, value->want);
        }
        out->exact = value->plain.data;
        value->plain.data = NULL;
    }
    out->want = value->want;
    out->bound = value->bound;
    value->want = value->bound = NULL;
    return NULL;
}

tri_status *tri_eval_bounded(const tri_op *op, const tri_tensor *operands, tri_bounded *results, const tri_eval_options *options)
{
    tri_evaluation b = {.options = options ? *options : (tri_eval_options){0}};
    b.options.mode = TRI_EVAL_MEANING;
    tri_bound_value *values = calloc(op->n_operands + op->n_results + 1, sizeof *values), *out = values + op->n_operands;
    if (!values) return tri_error(TRI_NO_MEMORY, op->loc, "no memory for the operands of an op");
    for (uint32_t i = 0; i < op->n_results; i++) results[i] = (tri_bounded){.type = op->results[i]->type};
    for (uint32_t i = 0; i < op->n_operands; i++) values[i] = (tri_bound_value){.type = operands[i].type, .plain = operands[i]};
    tri_status *status = bound_step(&b, op, values, out);
    for (uint32_t i = 0; i < op->n_results && !status; i++) status = present(&b, op, &out[i], &results[i]);
    for (uint32_t i = 0; i < op->n_results; i++) release(&b, &out[i]);
    free(values);
    if (status) tri_bounded_free(results, op->n_results);
    return status;
}

void tri_bounded_free(tri_bounded *results, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        free(results[i].want);
        free(results[i].bound);
        free(results[i].exact);
        results[i].want = results[i].bound = NULL;
        results[i].exact = NULL;
    }
}
