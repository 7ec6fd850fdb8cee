/* ir/attention.h - what a tri.attention op computes with, read once from its operands and attributes.
 *
 * q [batch, tokens, heads, size], k [batch, keys, key_heads, size], v [batch, keys, key_heads, value_size], bias whatever broadcasts, aligned at the
 * last dimension, to [batch, heads, tokens, keys]. Scores are scale * q k + bias. Token i sees keys up to i + keys - tokens when causal; a token that
 * sees none, or only keys whose scores are -inf, gives 0. The second result, [batch, heads, tokens] in f32: log(sum(exp(scores))) over what the token
 * sees, -inf where it sees none. */
#ifndef TRI_IR_ATTENTION_H
#define TRI_IR_ATTENTION_H

#include "ir/ir.h"

typedef struct tri_attention_shape {
    int64_t batch, tokens, heads, size, keys, key_heads, value_size;
    double scale;
    bool causal, has_bias, has_lse;
    int64_t bias_strides[4]; /* 0 where the bias is repeated */
} tri_attention_shape;

/* INVALID, and says why, when the operands, results and attributes are not those of a tri.attention op. */
tri_status *tri_attention_shape_of(const tri_op *op, tri_attention_shape *out) TRI_NODISCARD;

#endif
