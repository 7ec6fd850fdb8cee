/* lowering/decompose.c - What: ops that no kernel family computes as such become ops that one does. tri.attention of shapes that its family leaves
 * becomes contraction, softmax, contraction; a contraction of elements that no matrix unit takes becomes broadcast, multiply, reduce; interior
 * padding becomes reshapes, edge padding and a slice. Needs: a verified function without calls. Guarantees: the same meaning within the contract. Why
 * it ends: what is made is not decomposed again. */
#include "lowering/lowering.h"

#include <math.h>

#include "ir/attention.h"
#include "kernels/kernels.h"

typedef struct builder {
    tri_module *module;
    tri_op *before;
} builder;

static tri_op *put(builder *b, tri_op_kind kind, tri_type type, uint32_t n, tri_value *const *operands)
{
    tri_op *op = tri_op_create(b->module, kind, b->before->loc, n, operands, 1, &type);
    tri_op_insert_before(op, b->before);
    return op;
}

static tri_value *binary(builder *b, tri_op_kind kind, tri_value *x, tri_value *y)
{
    return put(b, kind, x->type, 2, (tri_value *[]){x, y})->results[0];
}

static tri_value *splat(builder *b, tri_type type, double value)
{
    unsigned char element[8];
    tri_store_f64((tri_dtype)type.dtype, element, value);
    tri_op *op = put(b, TRI_OP_CONSTANT, type, 0, NULL);
    tri_op_set_attr(b->module, op, "value", tri_attr_elements(b->module, type, true, element));
    return op->results[0];
}

static tri_value *convert(builder *b, tri_value *x, tri_dtype dtype)
{
    tri_type type = x->type;
    type.dtype = (uint8_t)dtype;
    return tri_type_equal(&type, &x->type) ? x : put(b, TRI_OP_CONVERT, type, 1, &x)->results[0];
}

static tri_value *with_list(builder *b, tri_op_kind kind, tri_type type, tri_value *x, const char *name, size_t n, const int64_t *list)
{
    tri_op *op = put(b, kind, type, 1, &x);
    tri_op_set_attr(b->module, op, name, tri_attr_integers(b->module, n, list));
    return op->results[0];
}

static tri_value *broadcast(builder *b, tri_value *x, tri_type type, const int64_t *dims)
{
    return with_list(b, TRI_OP_BROADCAST_IN_DIM, type, x, "broadcast_dimensions", (size_t)x->type.rank, dims);
}

/* Folds dimensions with one op; `initial` is its neutral element. */
static tri_value *reduce(builder *b, tri_op_kind combiner, tri_value *x, double initial, size_t n, const int64_t *dims)
{
    tri_type scalar = tri_tensor_of((tri_dtype)x->type.dtype, 0, NULL), type = {.kind = TRI_TYPE_TENSOR, .dtype = x->type.dtype};
    for (int d = 0; d < x->type.rank; d++) {
        bool gone = false;
        for (size_t i = 0; i < n; i++) gone |= dims[i] == d;
        if (!gone) type.dims[type.rank++] = x->type.dims[d];
    }
    tri_op *op = put(b, TRI_OP_REDUCE, type, 2, (tri_value *[]){x, splat(b, scalar, initial)});
    tri_op_set_attr(b->module, op, "dimensions", tri_attr_integers(b->module, n, dims));
    tri_block *region = tri_op_add_region(b->before->parent->func, op);
    tri_value *args[] = {tri_block_add_arg(b->module, region, NULL, scalar), tri_block_add_arg(b->module, region, NULL, scalar)};
    tri_value *folded = tri_build_op(region, combiner, scalar, 2, args);
    tri_block_append(region, tri_op_create(b->module, TRI_OP_REGION_RETURN, b->before->loc, 1, &folded, 0, NULL));
    return op->results[0];
}

static tri_value *dot(builder *b, tri_value *x, tri_value *y, tri_type type, const int64_t *batch_x, const int64_t *batch_y, size_t n_batch,
                      int64_t k_x, int64_t k_y)
{
    tri_op *op = put(b, TRI_OP_DOT_GENERAL, type, 2, (tri_value *[]){x, y});
    tri_op_set_attr(b->module, op, "lhs_batching_dimensions", tri_attr_integers(b->module, n_batch, batch_x));
    tri_op_set_attr(b->module, op, "rhs_batching_dimensions", tri_attr_integers(b->module, n_batch, batch_y));
    tri_op_set_attr(b->module, op, "lhs_contracting_dimensions", tri_attr_integers(b->module, 1, &k_x));
    tri_op_set_attr(b->module, op, "rhs_contracting_dimensions", tri_attr_integers(b->module, 1, &k_y));
    return op->results[0];
}

static tri_value *choose(builder *b, tri_value *condition, tri_value *x, tri_value *y)
{
    return put(b, TRI_OP_SELECT, x->type, 3, (tri_value *[]){condition, x, y})->results[0];
}

/* `x` where it is not `value`, `by` where it is. */
static tri_value *without(builder *b, tri_value *x, double value, double by)
{
    tri_type flags = x->type;
    flags.dtype = TRI_I1;
    tri_op *is = put(b, TRI_OP_COMPARE, flags, 2, (tri_value *[]){x, splat(b, x->type, value)});
    tri_op_set_attr(b->module, is, "comparison_direction", tri_attr_word(b->module, "EQ"));
    return choose(b, is->results[0], splat(b, x->type, by), x);
}

/* The bias, repeated to [B,H,S,T] and turned to `dims`, [B,K,S,G,T]. */
static tri_value *spread_bias(builder *b, tri_value *bias, const tri_attention_shape *shape, const int64_t *dims)
{
    tri_dtype dtype = (tri_dtype)bias->type.dtype;
    int64_t places[4], permutation[] = {0, 1, 3, 2, 4};
    for (int d = 0; d < bias->type.rank; d++) places[d] = d + 4 - bias->type.rank;
    tri_type full = tri_tensor_of(dtype, 4, (int64_t[]){shape->batch, shape->heads, shape->tokens, shape->keys});
    if (!tri_type_equal(&full, &bias->type)) bias = broadcast(b, bias, full, places);
    tri_type grouped = tri_tensor_of(dtype, 5, (int64_t[]){dims[0], dims[1], dims[3], dims[2], dims[4]});
    bias = put(b, TRI_OP_RESHAPE, grouped, 1, &bias)->results[0];
    return convert(b, with_list(b, TRI_OP_TRANSPOSE, tri_tensor_of(dtype, 5, dims), bias, "permutation", 5, permutation), TRI_F32);
}

/* q [B,S,H,D], k and v [B,T,K,D] with H = K * G, optional bias: scores, softmax and products in f32, P rounded to the operands' dtype. Where rows may
 * see nothing, exp(-inf - -inf) and 0 / 0 are kept from being NaN. */
static void attention(builder *b, const tri_op *op, tri_value **out)
{
    tri_attention_shape shape;
    tri_status_free(tri_attention_shape_of(op, &shape)); /* verified */
    tri_value *q = op->operands[0], *k = op->operands[1], *v = op->operands[2];
    int64_t batch = shape.batch, s = shape.tokens, d = shape.size, t = shape.keys, shared = shape.key_heads, group = shape.heads / shared;
    tri_dtype dtype = (tri_dtype)q->type.dtype;
    tri_value *grouped = put(b, TRI_OP_RESHAPE, tri_tensor_of(dtype, 5, (int64_t[]){batch, s, shared, group, d}), 1, &q)->results[0];
    /* scores [B,K,S,G,T] */
    int64_t dims[] = {batch, shared, s, group, t};
    tri_type scores_type = tri_tensor_of(TRI_F32, 5, dims);
    tri_value *scores = dot(b, grouped, k, scores_type, (int64_t[]){0, 2}, (int64_t[]){0, 2}, 2, 4, 3);
    scores = binary(b, TRI_OP_MULTIPLY, scores, splat(b, scores_type, shape.scale));
    if (shape.has_bias) scores = binary(b, TRI_OP_ADD, scores, spread_bias(b, op->operands[3], &shape, dims));
    if (shape.causal) { /* query i sees keys up to i + T - S */
        tri_type positions = tri_tensor_of(TRI_I32, 5, dims), mask = tri_tensor_of(TRI_I1, 5, dims);
        tri_op *query = put(b, TRI_OP_IOTA, positions, 0, NULL), *key = put(b, TRI_OP_IOTA, positions, 0, NULL);
        tri_op_set_attr(b->module, query, "iota_dimension", tri_attr_integer(b->module, 2));
        tri_op_set_attr(b->module, key, "iota_dimension", tri_attr_integer(b->module, 4));
        tri_value *last = binary(b, TRI_OP_ADD, query->results[0], splat(b, positions, (double)(t - s)));
        tri_op *visible = put(b, TRI_OP_COMPARE, mask, 2, (tri_value *[]){key->results[0], last});
        tri_op_set_attr(b->module, visible, "comparison_direction", tri_attr_word(b->module, "LE"));
        scores = put(b, TRI_OP_SELECT, scores_type, 3, (tri_value *[]){visible->results[0], scores, splat(b, scores_type, -INFINITY)})->results[0];
    }
    bool blind_rows = (shape.causal && t < s) || shape.has_bias || !t;
    int64_t key_dim = 4, kept[] = {0, 1, 2, 3};
    tri_value *top = reduce(b, TRI_OP_MAXIMUM, scores, -INFINITY, 1, &key_dim);
    if (blind_rows) top = without(b, top, -INFINITY, 0);
    tri_value *shifted = binary(b, TRI_OP_SUBTRACT, scores, broadcast(b, top, scores_type, kept));
    tri_value *weights = put(b, TRI_OP_EXPONENTIAL, scores_type, 1, &shifted)->results[0];
    tri_value *sum = reduce(b, TRI_OP_ADD, weights, 0, 1, &key_dim);
    if (shape.has_lse) { /* [B,K,S,G] -> [B,K,G,S] -> [B,H,S]; the log of a sum of 0 is -inf */
        tri_value *lse = binary(b, TRI_OP_ADD, top, put(b, TRI_OP_LOG, sum->type, 1, &sum)->results[0]);
        lse = with_list(b, TRI_OP_TRANSPOSE, tri_tensor_of(TRI_F32, 4, (int64_t[]){batch, shared, group, s}), lse, "permutation", 4,
                        (int64_t[]){0, 1, 3, 2});
        out[1] = put(b, TRI_OP_RESHAPE, op->results[1]->type, 1, &lse)->results[0];
    }
    if (blind_rows) sum = without(b, sum, 0, 1);
    weights = convert(b, binary(b, TRI_OP_DIVIDE, weights, broadcast(b, sum, scores_type, kept)), dtype);
    /* [B,K,S,G,E] -> [B,S,K,G,E] -> [B,S,H,E] */
    int64_t e = shape.value_size;
    tri_type by_head = tri_tensor_of(dtype, 5, (int64_t[]){batch, shared, s, group, e}),
             by_token = tri_tensor_of(dtype, 5, (int64_t[]){batch, s, shared, group, e});
    tri_value *result = dot(b, weights, v, by_head, (int64_t[]){0, 1}, (int64_t[]){0, 2}, 2, 4, 1);
    result = with_list(b, TRI_OP_TRANSPOSE, by_token, result, "permutation", 5, (int64_t[]){0, 2, 1, 3, 4});
    out[0] = put(b, TRI_OP_RESHAPE, op->results[0]->type, 1, &result)->results[0];
}

/* Matrix units of every family take bf16, f16 and f32. Other contractions are sums of products over a shape [batch, lhs free, rhs free, contracted].
 */
static bool has_matrix_unit(const tri_op *op)
{
    tri_dtype a = (tri_dtype)op->operands[0]->type.dtype, b = (tri_dtype)op->operands[1]->type.dtype;
    return a == b && (a == TRI_BF16 || a == TRI_F16 || a == TRI_F32);
}

static tri_value *sum_of_products(builder *b, const tri_op *op)
{
    static const char *const batching[] = {"lhs_batching_dimensions", "rhs_batching_dimensions"};
    static const char *const contracting[] = {"lhs_contracting_dimensions", "rhs_contracting_dimensions"};
    tri_dtype out = (tri_dtype)op->results[0]->type.dtype;
    tri_dtype wide = tri_dtype_is_float(out) && tri_dtype_bytes(out) < 4 ? TRI_F32 : out;
    const tri_type *result = &op->results[0]->type;
    const int64_t *batch, *contracted;
    size_t n_batch = tri_op_integers(op, batching[0], &batch), n_contracted = tri_op_integers(op, contracting[0], &contracted);
    if (result->rank + (int)n_contracted > TRI_MAX_RANK) return NULL;
    tri_type full = *result;
    full.dtype = (uint8_t)wide;
    int64_t folded[TRI_MAX_RANK];
    for (size_t i = 0; i < n_contracted; i++) {
        folded[i] = full.rank;
        full.dims[full.rank++] = op->operands[0]->type.dims[contracted[i]];
    }
    tri_value *sides[2];
    int next_free = (int)n_batch;
    for (int side = 0; side < 2; side++) {
        tri_op_integers(op, batching[side], &batch);
        tri_op_integers(op, contracting[side], &contracted);
        int64_t place[TRI_MAX_RANK];
        for (int d = 0; d < op->operands[side]->type.rank; d++) {
            place[d] = -1;
            for (size_t i = 0; i < n_batch; i++)
                if (batch[i] == d) place[d] = (int64_t)i;
            for (size_t i = 0; i < n_contracted; i++)
                if (contracted[i] == d) place[d] = folded[i];
            if (place[d] < 0) place[d] = next_free++;
        }
        sides[side] = broadcast(b, convert(b, op->operands[side], wide), full, place);
    }
    tri_value *products = binary(b, TRI_OP_MULTIPLY, sides[0], sides[1]);
    return convert(b, n_contracted ? reduce(b, TRI_OP_ADD, products, 0, n_contracted, folded) : products, out);
}

/* [n] with p elements between neighbours: [n, 1] padded to [n, 1 + p], as [n * (1 + p)], without the last p. One dimension at a time. */
static tri_value *interior_pad(builder *b, const tri_op *op)
{
    const int64_t *low, *high, *interior;
    size_t rank = tri_op_integers(op, "interior_padding", &interior);
    tri_op_integers(op, "edge_padding_low", &low);
    tri_op_integers(op, "edge_padding_high", &high);
    tri_value *x = op->operands[0];
    int64_t zeros[TRI_MAX_RANK] = {0}, to[TRI_MAX_RANK], ones[TRI_MAX_RANK];
    for (size_t d = 0; d < rank; d++) {
        int64_t n = x->type.dims[d], between = interior[d];
        if (!between || n < 2) continue;
        if (x->type.rank == TRI_MAX_RANK) return NULL;
        tri_type split = x->type, merged = x->type, cut = x->type;
        for (int i = split.rank++; i > (int)d; i--) split.dims[i] = split.dims[i - 1];
        split.dims[d + 1] = 1;
        x = put(b, TRI_OP_RESHAPE, split, 1, &x)->results[0];
        int64_t edge[TRI_MAX_RANK] = {0};
        edge[d + 1] = between;
        split.dims[d + 1] = 1 + between;
        tri_op *padded = put(b, TRI_OP_PAD, split, 2, (tri_value *[]){x, op->operands[1]});
        tri_op_set_attr(b->module, padded, "edge_padding_low", tri_attr_integers(b->module, (size_t)split.rank, zeros));
        tri_op_set_attr(b->module, padded, "edge_padding_high", tri_attr_integers(b->module, (size_t)split.rank, edge));
        tri_op_set_attr(b->module, padded, "interior_padding", tri_attr_integers(b->module, (size_t)split.rank, zeros));
        merged.dims[d] = n * (1 + between);
        x = put(b, TRI_OP_RESHAPE, merged, 1, padded->results)->results[0];
        cut.dims[d] = merged.dims[d] - between;
        for (int i = 0; i < cut.rank; i++) {
            to[i] = cut.dims[i];
            ones[i] = 1;
        }
        tri_op *slice = put(b, TRI_OP_SLICE, cut, 1, &x);
        tri_op_set_attr(b->module, slice, "start_indices", tri_attr_integers(b->module, (size_t)cut.rank, zeros));
        tri_op_set_attr(b->module, slice, "limit_indices", tri_attr_integers(b->module, (size_t)cut.rank, to));
        tri_op_set_attr(b->module, slice, "strides", tri_attr_integers(b->module, (size_t)cut.rank, ones));
        x = slice->results[0];
    }
    tri_op *edges = put(b, TRI_OP_PAD, op->results[0]->type, 2, (tri_value *[]){x, op->operands[1]});
    tri_op_set_attr(b->module, edges, "edge_padding_low", tri_attr_integers(b->module, rank, low));
    tri_op_set_attr(b->module, edges, "edge_padding_high", tri_attr_integers(b->module, rank, high));
    tri_op_set_attr(b->module, edges, "interior_padding", tri_attr_integers(b->module, rank, zeros));
    return edges->results[0];
}

tri_status *tri_pass_decompose(tri_module *module)
{
    tri_func *func = module->first;
    for (tri_op *op = func->body->first, *next; op; op = next) {
        next = op->next;
        builder b = {module, op};
        tri_value *by[2] = {NULL};
        bool wanted = false;
        const int64_t *interior;
        switch (op->kind) {
        case TRI_OP_ATTENTION:
            wanted = !tri_attention_has_kernel(op);
            if (wanted) attention(&b, op, by);
            break;
        case TRI_OP_DOT_GENERAL:
            wanted = !has_matrix_unit(op);
            if (wanted) by[0] = sum_of_products(&b, op);
            break;
        case TRI_OP_PAD:
            for (size_t n = tri_op_integers(op, "interior_padding", &interior); n-- > 0;)
                wanted |= interior[n] > 0 && op->operands[0]->type.dims[n] > 1;
            if (wanted) by[0] = interior_pad(&b, op);
            break;
        default: break;
        }
        if (!wanted) continue;
        if (!by[0])
            return tri_error(TRI_UNSUPPORTED, op->loc, "this %s would need more than %d dimensions; reshape its operands first",
                             tri_op_row_of(op->kind)->text, TRI_MAX_RANK);
        for (uint32_t i = 0; i < op->n_results; i++) tri_replace_uses(func, op->results[i], by[i]);
        tri_op_remove(op);
    }
    return NULL;
}
