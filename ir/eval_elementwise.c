/* ir/eval_elementwise.c - every op that computes an element from the elements at the same place: lanes in, one scalar op, lanes out; in parallel when
 * large. */
#include "ir/eval_internal.h"

#include "base/parallel.h"

enum { PARALLEL_ELEMENTS = 1 << 14 };

typedef struct elementwise {
    tri_op_kind scalar;
    uint32_t n_operands;
    tri_tensor in[3], out;
    bool repeated[3]; /* a single element that stands for all: the predicate of a select, the bounds of a clamp */
} elementwise;

static void run_range(void *context, size_t first, size_t end)
{
    const elementwise *e = context;
    tri_lane lanes[3][TRI_LANES], result[TRI_LANES];
    tri_dtype to = (tri_dtype)e->out.type.dtype, from = (tri_dtype)e->in[e->n_operands - 1].type.dtype;
    const tri_lane *const x[3] = {lanes[0], lanes[e->n_operands > 1 ? 1 : 0], lanes[e->n_operands > 2 ? 2 : 0]};
    for (uint32_t i = 0; i < e->n_operands; i++) {
        if (!e->repeated[i]) continue;
        tri_lanes_load((tri_dtype)e->in[i].type.dtype, e->in[i].data, 1, lanes[i]);
        for (size_t l = 1; l < TRI_LANES; l++) lanes[i][l] = lanes[i][0];
    }
    for (size_t at = first; at < end; at += TRI_LANES) {
        size_t n = end - at < TRI_LANES ? end - at : TRI_LANES;
        for (uint32_t i = 0; i < e->n_operands; i++) {
            tri_dtype dtype = (tri_dtype)e->in[i].type.dtype;
            if (!e->repeated[i]) tri_lanes_load(dtype, (const char *)e->in[i].data + at * tri_dtype_bytes(dtype), n, lanes[i]);
        }
        if (e->scalar == TRI_SCALAR_CONVERT) tri_lanes_convert(from, to, n, lanes[0], result);
        else tri_lanes_apply(e->scalar, from, n, x, result);
        tri_lanes_store(to, (char *)e->out.data + at * tri_dtype_bytes(to), n, result);
    }
}

tri_status *tri_eval_elementwise(const tri_evaluation *evaluation, const tri_op *op, const tri_tensor *in, tri_tensor *out)
{
    (void)evaluation;
    elementwise e = {.scalar = tri_op_scalar(op), .n_operands = op->n_operands, .out = *out};
    if (e.scalar == TRI_OP_NONE || !op->n_operands || op->n_operands > 3)
        return tri_error(TRI_INVALID, op->loc, "'%s' with attributes that say no scalar op", tri_op_row_of(op->kind)->text);
    size_t n = (size_t)tri_type_elements(&out->type);
    for (uint32_t i = 0; i < op->n_operands; i++) {
        e.in[i] = in[i];
        e.repeated[i] = in[i].type.rank == 0 && out->type.rank != 0;
    }
    if (n < PARALLEL_ELEMENTS) run_range(&e, 0, n);
    else tri_parallel(n, PARALLEL_ELEMENTS / 4, run_range, &e);
    return NULL;
}

tri_status *tri_eval_CONVERT(const tri_evaluation *evaluation, const tri_op *op, const tri_tensor *in, tri_tensor *out)
{
    return tri_eval_elementwise(evaluation, op, in, out);
}

tri_status *tri_eval_COMPARE(const tri_evaluation *evaluation, const tri_op *op, const tri_tensor *in, tri_tensor *out)
{
    const char *kind = tri_op_text(op, "compare_type", "NOTYPE");
    if (!strcmp(kind, "TOTALORDER"))
        return tri_error(TRI_UNSUPPORTED, op->loc, "compare with TOTALORDER; use FLOAT, where NaN is unordered and -0 equals +0");
    return tri_eval_elementwise(evaluation, op, in, out);
}

tri_status *tri_eval_SELECT(const tri_evaluation *evaluation, const tri_op *op, const tri_tensor *in, tri_tensor *out)
{
    return tri_eval_elementwise(evaluation, op, in, out);
}

tri_status *tri_eval_CLAMP(const tri_evaluation *evaluation, const tri_op *op, const tri_tensor *in, tri_tensor *out)
{
    return tri_eval_elementwise(evaluation, op, in, out);
}
