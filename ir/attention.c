/* ir/attention.c - the shape of a tri.attention op: the one place that knows its operands' dimensions. Serves the verifier, the evaluator, the passes
 * and the kernel family. */
#include "ir/attention.h"

static tri_status *bias_of(const tri_op *op, tri_attention_shape *s)
{
    const tri_type *bias = &op->operands[3]->type;
    const int64_t full[4] = {s->batch, s->heads, s->tokens, s->keys};
    bool broadcasts = bias->rank <= 4 && tri_dtype_is_float((tri_dtype)bias->dtype);
    int64_t stride = 1;
    for (int d = bias->rank - 1; broadcasts && d >= 0; d--) {
        int at = d + 4 - bias->rank;
        broadcasts = bias->dims[d] == 1 || bias->dims[d] == full[at];
        if (bias->dims[d] != 1) s->bias_strides[at] = stride;
        stride *= bias->dims[d];
    }
    return broadcasts ? NULL : tri_error(TRI_INVALID, op->loc, "the bias is a float tensor that broadcasts to [b,h,s,t]");
}

tri_status *tri_attention_shape_of(const tri_op *op, tri_attention_shape *out)
{
    if (op->n_operands < 3 || op->n_operands > 4)
        return tri_error(TRI_INVALID, op->loc, "takes q, k, v and perhaps a bias, not %u operands", op->n_operands);
    if (op->n_results < 1 || op->n_results > 2)
        return tri_error(TRI_INVALID, op->loc, "gives the result and perhaps the log of the sums, not %u results", op->n_results);
    const tri_type *q = &op->operands[0]->type, *k = &op->operands[1]->type, *v = &op->operands[2]->type;
    bool fits = q->rank == 4 && k->rank == 4 && v->rank == 4 && k->dims[0] == q->dims[0] && v->dims[0] == q->dims[0] && k->dims[3] == q->dims[3] &&
                v->dims[1] == k->dims[1] && v->dims[2] == k->dims[2] && k->dims[2] > 0 && q->dims[2] % k->dims[2] == 0;
    bool types = tri_dtype_is_float((tri_dtype)q->dtype) && q->dtype == k->dtype && q->dtype == v->dtype;
    if (!fits || !types) return tri_error(TRI_INVALID, op->loc, "q [b,s,h,d], k [b,t,g,d], v [b,t,g,e] of one float type, h a multiple of g");
    *out = (tri_attention_shape){.batch = q->dims[0],
                                 .tokens = q->dims[1],
                                 .heads = q->dims[2],
                                 .size = q->dims[3],
                                 .keys = k->dims[1],
                                 .key_heads = k->dims[2],
                                 .value_size = v->dims[3],
                                 .scale = tri_op_number(op, "scale", 1),
                                 .causal = tri_op_integer(op, "causal", 0) != 0,
                                 .has_bias = op->n_operands == 4,
                                 .has_lse = op->n_results == 2};
    const tri_attr *causal = tri_op_attr(op, "causal");
    if (causal && causal->kind == TRI_ATTR_UNIT) out->causal = true;
    if (out->scale - out->scale != 0) return tri_error(TRI_INVALID, op->loc, "scale is not finite");
    tri_type want[2] = {*q, tri_tensor_of(TRI_F32, 3, (int64_t[]){out->batch, out->heads, out->tokens})};
    want[0].dims[3] = out->value_size;
    for (uint32_t i = 0; i < op->n_results; i++)
        if (!tri_type_equal(&want[i], &op->results[i]->type))
            return tri_error(TRI_INVALID, op->loc, i ? "the log of the sums is [b,h,s] in f32" : "the result is [b,s,h,e] of the operands' type");
    return out->has_bias ? bias_of(op, out) : NULL;
}
