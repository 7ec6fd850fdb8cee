/* lowering/match_attention.c - What: contraction, softmax, contraction becomes tri.attention, on request (--match-attention). Needs: an inlined
 * function. Guarantees: what a chain computes up to the roundings that tri.attention declares; every softmax of a contraction that is left alone has
 * a remark with the reason. Does not: look for backward passes, reorder scale, bias and mask, or take chains whose inner values are used elsewhere;
 * what is dead afterwards is simplify's to remove. Why it ends: one look at each division.
 *
 * A chain, upwards from its division w = e / sum(e): e = exp(x - max(x)), x = [mask(] [bias +] [scale *] q k [)], all in f32, and downwards
 * w -> [cast] -> w v. Dimensions are followed through transposes, broadcasts and reshapes of unit dimensions by `view`; which of them is the batch,
 * the heads, the queries and the keys follows from how the two contractions use them. A mask that depends on no argument is evaluated and must be the
 * causal one, whatever it is made of. */
#include <math.h>
#include <stdlib.h>

#include "ir/attention.h"
#include "ir/eval.h"
#include "kernels/demand.h"
#include "kernels/kernels.h"
#include "lowering/lowering.h"

enum { MOST_CHAIN = 64, MOST_MASK_OPS = 64, MOST_MASK_ELEMENTS = 1 << 24 };
static const double HIDDEN = -1e9; /* what stands for minus infinity in masks */

/* A value whose dimension i is dimension place[i] of the softmax; -1: it has size 1. */
typedef struct view {
    tri_value *value;
    int place[TRI_MAX_RANK];
} view;

/* A contraction by dimension numbers; sides: 0 lhs, 1 rhs. */
typedef struct contraction {
    tri_op *op;
    int n_batch, batch[2][TRI_MAX_RANK], n_contracted, contracted[2], n_free[2], free_dims[2][TRI_MAX_RANK];
} contraction;

typedef struct chain {
    tri_module *module;
    const uint32_t *uses;
    const char *reason; /* why this is none */
    /* the softmax */
    tri_op *divide;
    tri_type shape;
    int keys; /* its dimension of keys */
    tri_value *scores;
    /* the contractions */
    contraction first, second;
    int key_side, value_side;  /* which operand is k, and v */
    int places[TRI_MAX_RANK];  /* of the first one's result */
    int weights[TRI_MAX_RANK]; /* of the second one's operand that is not v */
    double scale;
    view bias;
    bool causal;
    int queries; /* the softmax's dimension that the mask runs over, or -1 */
} chain;

static bool no(chain *c, const char *format, ...) TRI_PRINTF(2, 3);
static bool no(chain *c, const char *format, ...)
{
    va_list arguments;
    char text[300];
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    c->reason = tri_arena_strndup(c->module->arena, text, strlen(text));
    return false;
}

static const char *name_of(const tri_value *value) { return value->op ? tri_op_row_of((tri_op_kind)value->op->kind)->text : "an argument"; }
static bool is(const tri_value *value, tri_op_kind kind) { return value->op && value->op->kind == kind; }

/* One number everywhere, casts of it included. */
static bool is_number(const tri_value *value, double *out)
{
    tri_dtype to = (tri_dtype)value->type.dtype;
    while (value->op && (value->op->kind == TRI_OP_BROADCAST_IN_DIM || value->op->kind == TRI_OP_RESHAPE || value->op->kind == TRI_OP_CONVERT))
        value = value->op->operands[0];
    const tri_attr *splat = tri_splat_of(value);
    if (!splat || !tri_dtype_is_float((tri_dtype)splat->type.dtype) || !tri_dtype_is_float(to)) return false;
    *out = tri_round_to(to, tri_load_f64((tri_dtype)splat->type.dtype, splat->data));
    return true;
}

/* ---- views ---- */

static view whole(tri_value *value)
{
    view v = {.value = value};
    for (int d = 0; d < TRI_MAX_RANK; d++) v.place[d] = d;
    return v;
}

/* One step towards the arguments, through an op that only places elements; false: it is none. */
static bool step_through(view *v)
{
    const tri_op *op = v->value->op;
    const int64_t *dims;
    view to = {0};
    if (!op || op->n_operands != 1) return false;
    to.value = op->operands[0];
    const tri_type *from = &to.value->type, *type = &v->value->type;
    switch (op->kind) {
    case TRI_OP_TRANSPOSE:
        tri_op_integers(op, "permutation", &dims);
        for (int d = 0; d < type->rank; d++) to.place[dims[d]] = v->place[d];
        break;
    case TRI_OP_BROADCAST_IN_DIM:
        tri_op_integers(op, "broadcast_dimensions", &dims);
        for (int d = 0; d < from->rank; d++) to.place[d] = from->dims[d] == type->dims[dims[d]] ? v->place[dims[d]] : -1;
        break;
    case TRI_OP_RESHAPE: {
        int at = 0;
        for (int d = 0; d < from->rank; d++) {
            to.place[d] = -1;
            if (from->dims[d] == 1) continue;
            while (at < type->rank && type->dims[at] == 1) at++;
            if (at == type->rank || type->dims[at] != from->dims[d]) return false;
            to.place[d] = v->place[at++];
        }
        while (at < type->rank && type->dims[at] == 1) at++;
        if (at < type->rank) return false;
        break;
    }
    default: return false;
    }
    *v = to;
    return true;
}

/* Dimensions of size 1 that lost their place get the free places of size 1, in order; false: there are not enough. */
static bool find_places(const tri_type *shape, const tri_type *type, int *place)
{
    bool taken[TRI_MAX_RANK] = {false};
    for (int d = 0; d < type->rank; d++)
        if (place[d] >= 0) taken[place[d]] = true;
    for (int d = 0; d < type->rank; d++) {
        for (int at = 0; place[d] < 0 && at < shape->rank; at++)
            if (!taken[at] && shape->dims[at] == 1) taken[place[d] = at] = true;
        if (place[d] < 0) return false;
    }
    return true;
}

/* ---- the softmax ---- */

/* A reduction of `x` over one dimension by one op, repeated along it again: what is the dimension? */
static bool is_row_statistic(tri_value *repeated, const tri_value *x, tri_op_kind combiner, int *out_dim)
{
    view v = whole(repeated);
    for (int n = 0; n < MOST_CHAIN; n++) {
        if (is(v.value, TRI_OP_MAXIMUM) && combiner == TRI_OP_MAXIMUM) { /* JAX: maximum with minus infinity */
            double number = 0;
            int other = is_number(v.value->op->operands[0], &number);
            if ((!other && !is_number(v.value->op->operands[1], &number)) || number != -INFINITY) return false;
            v.value = v.value->op->operands[other];
        } else if (!step_through(&v)) {
            break;
        }
    }
    const tri_op *reduce = v.value->op;
    const int64_t *dims;
    if (!reduce || reduce->kind != TRI_OP_REDUCE || reduce->n_results != 1 || reduce->operands[0] != x) return false;
    const tri_op *inner = reduce->regions[0]->first;
    double initial;
    if (!inner || inner->kind != combiner || inner->next != reduce->regions[0]->last || inner->operands[0] == inner->operands[1]) return false;
    if (tri_op_integers(reduce, "dimensions", &dims) != 1 || !is_number(reduce->operands[1], &initial)) return false;
    if (combiner == TRI_OP_ADD ? initial != 0 : initial != -INFINITY) return false;
    for (int d = 0, at = 0; d < x->type.rank; d++) {
        if (d == dims[0]) continue;
        if (x->type.dims[d] != 1 && v.place[at] != d) return false;
        at++;
    }
    *out_dim = (int)dims[0];
    return true;
}

/* The division ends a softmax: everything about it is in the chain. */
static bool is_softmax(chain *c, tri_op *divide)
{
    tri_value *e = divide->operands[0];
    int of_sum, of_max;
    if (!is(e, TRI_OP_EXPONENTIAL) || !is(e->op->operands[0], TRI_OP_SUBTRACT)) return false;
    const tri_op *subtract = e->op->operands[0]->op;
    if (!is_row_statistic(divide->operands[1], e, TRI_OP_ADD, &of_sum)) return false;
    if (!is_row_statistic(subtract->operands[1], subtract->operands[0], TRI_OP_MAXIMUM, &of_max) || of_max != of_sum) return false;
    c->divide = divide;
    c->shape = e->type;
    c->keys = of_sum;
    c->scores = subtract->operands[0];
    return true;
}

/* Whether a contraction stands somewhere above, through ops that compute element by element: a softmax of something else is nobody's candidate. */
static bool above_is_contraction(const tri_value *value, int *budget)
{
    const tri_op *op = value->op;
    if (!op || --*budget < 0) return false;
    if (op->kind == TRI_OP_DOT_GENERAL) return true;
    tri_fusion_class class_ = tri_classify(op);
    if (class_ != TRI_FUSE_LIGHT && class_ != TRI_FUSE_FREE && class_ != TRI_FUSE_VIEW) return false;
    for (uint32_t i = 0; i < op->n_operands; i++)
        if (above_is_contraction(op->operands[i], budget)) return true;
    return false;
}

/* ---- the mask ---- */

/* The elements of a value that depends on no argument; `out->data` is malloced. */
static bool evaluate(chain *c, const tri_value *value, int *budget, tri_tensor *out)
{
    const tri_op *op = value->op;
    if (!op || op->n_results != 1 || op->n_regions || op->n_operands > 3 || tri_type_elements(&value->type) > MOST_MASK_ELEMENTS || --*budget < 0)
        return false;
    tri_tensor operands[3];
    uint32_t n = 0;
    bool good = tri_is_tensor_op((tri_op_kind)op->kind) && op->kind != TRI_OP_CUSTOM_CALL;
    while (good && n < op->n_operands) {
        good = evaluate(c, op->operands[n], budget, &operands[n]);
        n += good;
    }
    if (good) {
        tri_status *status = tri_eval_op(op, operands, out, &(tri_eval_options){.mode = TRI_EVAL_MEANING});
        good = !status;
        tri_status_free(status);
    }
    tri_tensor_free(operands, n);
    return good;
}

/* visible[query][key] must be key <= query + keys - queries. */
static bool is_causal(chain *c, const tri_tensor *mask, bool hides, int query_dim, int key_dim)
{
    int64_t keys = c->shape.dims[c->keys], queries = query_dim < 0 ? 1 : mask->type.dims[query_dim];
    int64_t query_stride = query_dim < 0 ? 0 : 1, key_stride = key_dim < 0 ? 0 : 1;
    for (int d = mask->type.rank - 1; d > query_dim && query_dim >= 0; d--) query_stride *= mask->type.dims[d];
    for (int d = mask->type.rank - 1; d > key_dim && key_dim >= 0; d--) key_stride *= mask->type.dims[d];
    bool all = true, causal = true;
    int64_t at[2] = {0, 0};
    for (int64_t q = 0; q < queries; q++) {
        for (int64_t k = 0; k < keys; k++) {
            bool visible = (((const uint8_t *)mask->data)[q * query_stride + k * key_stride] != 0) != hides;
            all &= visible;
            if (causal && visible != (k <= q + keys - queries)) causal = false, at[0] = q, at[1] = k;
        }
    }
    if (all) return true;
    if (!causal || query_dim < 0)
        return no(c, "its mask is not the causal one, by which query i sees keys up to i + %lld; they differ at query %lld, key %lld",
                  (long long)(keys - queries), (long long)at[0], (long long)at[1]);
    if (keys < queries) return no(c, "its mask hides every key from the first queries, which makes the softmax something else than tri.attention");
    return c->causal = true;
}

static bool take_mask(chain *c, view v, bool hides)
{
    while (step_through(&v)) continue;
    int query_dim = -1, key_dim = -1, budget = MOST_MASK_OPS;
    for (int d = 0; d < v.value->type.rank; d++) {
        if (v.value->type.dims[d] == 1) continue;
        if (v.place[d] == c->keys)
            key_dim = d;
        else if (query_dim < 0)
            query_dim = d;
        else
            return no(c, "its mask has more dimensions than queries and keys");
    }
    tri_tensor mask;
    if (!evaluate(c, v.value, &budget, &mask))
        return no(c, "its mask depends on an argument, or is too large to look at; a bias of 0 and -inf that is added to the scores would do");
    bool good = is_causal(c, &mask, hides, query_dim, key_dim);
    if (good && c->causal) c->queries = v.place[query_dim];
    tri_tensor_free(&mask, 1);
    return good;
}

/* ---- the scores ---- */

static contraction contraction_of(tri_op *op)
{
    static const char *const batching[] = {"lhs_batching_dimensions", "rhs_batching_dimensions"};
    static const char *const contracting[] = {"lhs_contracting_dimensions", "rhs_contracting_dimensions"};
    contraction c = {.op = op};
    for (int side = 0; side < 2; side++) {
        const int64_t *batch, *contracted;
        c.n_batch = (int)tri_op_integers(op, batching[side], &batch);
        c.n_contracted = (int)tri_op_integers(op, contracting[side], &contracted);
        if (c.n_contracted) c.contracted[side] = (int)contracted[0];
        for (int i = 0; i < c.n_batch; i++) c.batch[side][i] = (int)batch[i];
        for (int d = 0; d < op->operands[side]->type.rank; d++) {
            bool is_free = true;
            for (int i = 0; i < c.n_batch; i++) is_free &= batch[i] != d;
            for (int i = 0; i < c.n_contracted; i++) is_free &= contracted[i] != d;
            if (is_free) c.free_dims[side][c.n_free[side]++] = d;
        }
    }
    return c;
}

/* The one operand that is no number everywhere; null: there are two, or none. */
static tri_value *beside_a_number(const tri_op *op, double *out_number, bool *out_first)
{
    for (int i = 0; i < 2; i++) {
        if (!is_number(op->operands[i], out_number)) continue;
        *out_first = i == 0;
        return op->operands[1 - i];
    }
    return NULL;
}

/* From the softmax up to the first contraction: mask, bias and scale, each at most once and in this order. */
static bool take_scores(chain *c)
{
    view v = whole(c->scores);
    enum { AT_MASK, AT_BIAS, AT_SCALE } level = AT_MASK;
    uint32_t uses = 2; /* the maximum and the difference */
    for (int n = 0; n < MOST_CHAIN; n++, uses = 1) {
        tri_op *op = v.value->op;
        if (!op) return no(c, "its scores are an argument");
        if (c->uses[v.value->id] != uses) return no(c, "its scores (%s) are used elsewhere too", name_of(v.value));
        if (v.value->type.dtype != TRI_F32)
            return no(c, "its scores are %s at %s, not f32", tri_dtype_name((tri_dtype)v.value->type.dtype), name_of(v.value));
        double number = 0;
        bool first = false;
        if (op->kind == TRI_OP_DOT_GENERAL) {
            c->first = contraction_of(op);
            memcpy(c->places, v.place, sizeof c->places);
            return find_places(&c->shape, &v.value->type, c->places) || no(c, "its scores are reshaped");
        }
        if (op->kind == TRI_OP_SELECT && level == AT_MASK) {
            int kept = is_number(op->operands[1], &number) ? 2 : 1;
            if (kept == 1 && !is_number(op->operands[2], &number)) return no(c, "its mask chooses between two computed values");
            if (!(number <= HIDDEN)) return no(c, "its mask puts %g where a key is hidden; at most %g counts as minus infinity", number, HIDDEN);
            view mask = v;
            mask.value = op->operands[0];
            if (!take_mask(c, mask, kept == 2)) return false;
            v.value = op->operands[kept];
            level = AT_BIAS;
        } else if (op->kind == TRI_OP_ADD && level <= AT_BIAS) {
            int budgets[2] = {MOST_CHAIN, MOST_CHAIN};
            int side = above_is_contraction(op->operands[0], &budgets[0]) ? 0 : 1;
            if (side == 0 && above_is_contraction(op->operands[1], &budgets[1])) return no(c, "two contractions are added to make its scores");
            c->bias = v;
            c->bias.value = op->operands[1 - side];
            v.value = op->operands[side];
            level = AT_SCALE;
        } else if ((op->kind == TRI_OP_MULTIPLY || op->kind == TRI_OP_DIVIDE) && beside_a_number(op, &number, &first)) {
            if (op->kind == TRI_OP_DIVIDE && first) return no(c, "its scores are the divisor of a number");
            c->scale *= op->kind == TRI_OP_DIVIDE ? 1 / number : number;
            v.value = op->operands[first];
            level = AT_SCALE;
        } else if (!step_through(&v)) {
            return no(c, "between the first contraction and the softmax stands %s", name_of(v.value));
        }
    }
    return no(c, "more than %d ops stand between the first contraction and the softmax", MOST_CHAIN);
}

/* ---- the weights ---- */

static tri_op *only_user(const chain *c, const tri_value *value)
{
    for (tri_op *op = value->op->next; op && c->uses[value->id] == 1; op = op->next)
        for (uint32_t i = 0; i < op->n_operands; i++)
            if (op->operands[i] == value) return op;
    return NULL;
}

/* From the softmax down to the second contraction. */
static bool take_weights(chain *c)
{
    tri_value *value = c->divide->results[0];
    int place[TRI_MAX_RANK];
    for (int d = 0; d < TRI_MAX_RANK; d++) place[d] = d;
    if (c->uses[c->divide->operands[0]->id] != 2) return no(c, "its exponentials are used elsewhere too");
    for (int n = 0; n < MOST_CHAIN; n++) {
        tri_op *user = only_user(c, value);
        const int64_t *dims;
        if (!user) return no(c, "its weights have %u users; one, a contraction, is needed", c->uses[value->id]);
        if (user->kind == TRI_OP_DOT_GENERAL) {
            c->second = contraction_of(user);
            c->value_side = user->operands[0] == value;
            memcpy(c->weights, place, sizeof place);
            return true;
        }
        if (user->kind == TRI_OP_TRANSPOSE) {
            int moved[TRI_MAX_RANK];
            tri_op_integers(user, "permutation", &dims);
            for (int d = 0; d < value->type.rank; d++) moved[d] = place[dims[d]];
            memcpy(place, moved, sizeof place);
        } else if (user->kind != TRI_OP_CONVERT) {
            return no(c, "between the softmax and the second contraction stands %s", tri_op_row_of((tri_op_kind)user->kind)->text);
        }
        value = user->results[0];
    }
    return no(c, "more than %d ops stand between the softmax and the second contraction", MOST_CHAIN);
}

/* ---- roles of dimensions ---- */

enum { MOST_BATCH = 4 };

/* Each role as dimension of q, k, v, the softmax and the second contraction's result; -1: it is not there. */
typedef struct role {
    int q, k, v, softmax, result;
    int64_t size;
} role;

typedef struct roles {
    int n_batch;
    role batch[MOST_BATCH], heads, group, queries, keys, size, values;
} roles;

static int index_of(const int *list, int n, int item)
{
    for (int i = 0; i < n; i++)
        if (list[i] == item) return i;
    return -1;
}

/* Where the second contraction's result has the softmax's dimension; -1: it has it not. */
static int result_of(const chain *c, int softmax, bool *out_batch, int *out_pair)
{
    const contraction *s = &c->second;
    int side = 1 - c->value_side, before = side ? s->n_free[0] : 0;
    *out_batch = false;
    for (int i = 0; i < s->n_batch; i++) {
        if (c->weights[s->batch[side][i]] != softmax) continue;
        *out_batch = true;
        *out_pair = i;
        return i;
    }
    for (int i = 0; i < s->n_free[side]; i++)
        if (c->weights[s->free_dims[side][i]] == softmax) return s->n_batch + before + i;
    return -1;
}

static bool assign_batches(chain *c, roles *r)
{
    const contraction *f = &c->first;
    role all[MOST_BATCH + 1];
    int query_side = 1 - c->key_side, n = f->n_batch;
    if (n > MOST_BATCH) return no(c, "it has %d batch dimensions", n);
    if (c->second.n_batch != n) return no(c, "its contractions have %d and %d batch dimensions", n, c->second.n_batch);
    for (int i = 0; i < n; i++) {
        bool batch;
        int pair = 0, q = f->batch[query_side][i], softmax = c->places[i], result = result_of(c, softmax, &batch, &pair);
        if (result < 0 || !batch) return no(c, "a batch dimension of the first contraction is none of the second");
        all[i] = (role){q, f->batch[c->key_side][i], c->second.batch[c->value_side][pair], softmax, result, c->shape.dims[softmax]};
    }
    for (int i = 1; i < n; i++) /* in the order that q has them: the last one is the heads */
        for (int k = i; k > 0 && all[k - 1].q > all[k].q; k--) {
            role first = all[k];
            all[k] = all[k - 1];
            all[k - 1] = first;
        }
    r->n_batch = n ? n - 1 : 0;
    memcpy(r->batch, all, (size_t)r->n_batch * sizeof *all);
    if (n) r->heads = all[n - 1];
    return true;
}

static bool assign_roles(chain *c, roles *r)
{
    const contraction *f = &c->first, *s = &c->second;
    const role none = {-1, -1, -1, -1, -1, 1};
    *r = (roles){.heads = none, .group = none, .queries = none, .keys = none, .size = none, .values = none};
    if (f->n_contracted != 1 || s->n_contracted != 1) return no(c, "its contractions run over several dimensions");
    int at = index_of(c->places, c->shape.rank, c->keys) - f->n_batch;
    c->key_side = at >= f->n_free[0];
    int query_side = 1 - c->key_side, weight_side = 1 - c->value_side;
    if (at < 0) return no(c, "its softmax runs over a batch dimension");
    if (f->n_free[c->key_side] != 1) return no(c, "its keys have %d dimensions beside batch and head size", f->n_free[c->key_side]);
    if (c->weights[s->contracted[weight_side]] != c->keys) return no(c, "the second contraction does not run over the keys");
    if (s->n_free[c->value_side] != 1) return no(c, "its values have %d dimensions beside batch and keys", s->n_free[c->value_side]);
    if (!assign_batches(c, r)) return false;
    int n = f->n_free[query_side], before = f->n_batch + (query_side ? f->n_free[0] : 0);
    if (n < 1 || n > 2) return no(c, "its queries have %d dimensions beside batch and head size", n);
    for (int i = 0; i < n; i++) { /* two: the mask tells queries from heads that share a key head, else the last are heads */
        bool batch;
        int pair, softmax = c->places[before + i], result = result_of(c, softmax, &batch, &pair);
        if (result < 0 || batch) return no(c, "a dimension of the queries is a batch dimension of the second contraction");
        bool queries = n == 1 || (c->queries >= 0 ? softmax == c->queries : i == 0);
        *(queries ? &r->queries : &r->group) = (role){f->free_dims[query_side][i], -1, -1, softmax, result, c->shape.dims[softmax]};
    }
    if (r->queries.q < 0 || (c->causal && r->queries.softmax != c->queries)) return no(c, "its mask runs over something else than the queries");
    r->keys = (role){-1, f->free_dims[c->key_side][0], s->contracted[c->value_side], c->keys, -1, c->shape.dims[c->keys]};
    int size = f->contracted[query_side], values = s->free_dims[c->value_side][0];
    r->size = (role){size, f->contracted[c->key_side], -1, -1, -1, f->op->operands[query_side]->type.dims[size]};
    r->values = (role){-1, -1, values, -1, s->n_batch + (c->value_side ? s->n_free[0] : 0), s->op->operands[c->value_side]->type.dims[values]};
    return true;
}

/* ---- building ---- */

static tri_value *put(chain *c, tri_op_kind kind, tri_type type, tri_value *x, const char *name, size_t n, const int64_t *list)
{
    if (tri_type_equal(&type, &x->type) && kind == TRI_OP_RESHAPE) return x;
    tri_op *op = tri_op_create(c->module, kind, c->divide->loc, 1, &x, 1, &type);
    if (name) tri_op_set_attr(c->module, op, name, tri_attr_integers(c->module, n, list));
    tri_op_insert_before(op, c->second.op);
    return op->results[0];
}

/* x with its dimensions in the order `order`. */
static tri_value *turned(chain *c, tri_value *x, int n, const int *order)
{
    tri_type type = x->type;
    int64_t permutation[TRI_MAX_RANK];
    bool same = true;
    for (int d = 0; d < n; d++) {
        permutation[d] = order[d];
        type.dims[d] = x->type.dims[order[d]];
        same &= order[d] == d;
    }
    return same ? x : put(c, TRI_OP_TRANSPOSE, type, x, "permutation", (size_t)n, permutation);
}

static int64_t batch_size(const roles *r)
{
    int64_t n = 1;
    for (int i = 0; i < r->n_batch; i++) n *= r->batch[i].size;
    return n;
}

/* q, k and v as [batch, tokens, heads, size]; `which` picks the dimension of a role. */
static tri_value *operand(chain *c, const roles *r, tri_value *x, size_t which, const role *tokens, const role *size)
{
    const role *const rest[] = {tokens, &r->heads, &r->group, size};
    int order[TRI_MAX_RANK], n = 0;
    int64_t heads = 1;
    for (int i = 0; i < r->n_batch; i++) order[n++] = *(const int *)((const char *)&r->batch[i] + which);
    for (int i = 0; i < 4; i++) {
        int dim = *(const int *)((const char *)rest[i] + which);
        if (dim < 0) continue;
        order[n++] = dim;
        if (i == 1 || i == 2) heads *= rest[i]->size;
    }
    tri_value *ordered = turned(c, x, n, order);
    tri_type type = tri_tensor_of((tri_dtype)x->type.dtype, 4, (int64_t[]){batch_size(r), tokens->size, heads, size->size});
    return put(c, TRI_OP_RESHAPE, type, ordered, NULL, 0, NULL);
}

/* The bias as [batch, heads, queries, keys], with 1 for what it does not depend on. */
static tri_value *bias_operand(chain *c, const roles *r)
{
    view v = c->bias;
    while (step_through(&v)) continue;
    const role *list[TRI_MAX_RANK];
    int n = 0, order[TRI_MAX_RANK], used = 0;
    for (int i = 0; i < r->n_batch; i++) list[n++] = &r->batch[i];
    const role *const rest[] = {&r->heads, &r->group, &r->queries, &r->keys};
    for (int i = 0; i < 4; i++)
        if (rest[i]->softmax >= 0) list[n++] = rest[i];
    /* What is there, in this order, without dimensions of size 1. */
    tri_type dense = {.kind = TRI_TYPE_TENSOR, .dtype = v.value->type.dtype}, full = dense;
    int64_t dims[TRI_MAX_RANK], sizes[4] = {1, 1, 1, 1};
    bool there[TRI_MAX_RANK] = {false};
    int places[TRI_MAX_RANK];
    for (int d = 0; d < v.value->type.rank; d++) {
        if (v.value->type.dims[d] == 1) continue;
        places[dense.rank] = v.place[d];
        dense.dims[dense.rank++] = v.value->type.dims[d];
    }
    for (int i = 0; i < n; i++)
        for (int d = 0; d < dense.rank; d++)
            if (places[d] == list[i]->softmax) there[i] = true, order[used] = d, dims[used++] = i;
    /* Batches go together, and so do heads and groups: as soon as one of them is there all are. */
    for (int i = 0; i < n; i++) {
        int part = i < r->n_batch ? 0 : list[i] == &r->queries ? 2 : list[i] == &r->keys ? 3 : 1;
        bool any = false;
        for (int k = 0; k < n; k++) {
            int other = k < r->n_batch ? 0 : list[k] == &r->queries ? 2 : list[k] == &r->keys ? 3 : 1;
            any |= other == part && there[k];
        }
        full.dims[full.rank++] = any ? list[i]->size : 1;
        if (any) sizes[part] *= list[i]->size;
    }
    tri_value *x = turned(c, put(c, TRI_OP_RESHAPE, dense, v.value, NULL, 0, NULL), dense.rank, order);
    if (tri_type_elements(&full) != tri_type_elements(&x->type))
        x = put(c, TRI_OP_BROADCAST_IN_DIM, full, x, "broadcast_dimensions", (size_t)used, dims);
    return put(c, TRI_OP_RESHAPE, tri_tensor_of((tri_dtype)full.dtype, 4, sizes), x, NULL, 0, NULL);
}

/* The cast of the second contraction's result to the operands' type, which the op makes itself: a graph that computes with the wider result first is
 * left alone. Null: there is none. */
static tri_op *cast_of(const chain *c, const tri_value *value, tri_dtype to)
{
    for (int n = 0; n < MOST_CHAIN; n++) {
        tri_op *user = only_user(c, value);
        if (!user || (user->kind != TRI_OP_CONVERT && user->kind != TRI_OP_TRANSPOSE && user->kind != TRI_OP_RESHAPE)) return NULL;
        if (user->kind == TRI_OP_CONVERT) return user->results[0]->type.dtype == to ? user : NULL;
        value = user->results[0];
    }
    return NULL;
}

/* What stands between contraction and cast moves elements of the narrow type from now on, and the cast is not needed. */
static void narrow(const chain *c, tri_value *value, const tri_op *cast, tri_dtype to)
{
    for (tri_op *user = only_user(c, value); user != cast; user = only_user(c, value)) {
        value = user->results[0];
        value->type.dtype = (uint8_t)to;
    }
    tri_replace_uses(cast->parent->func, cast->results[0], cast->operands[0]);
}

static bool rewrite(chain *c, const roles *r)
{
    const tri_op *f = c->first.op, *s = c->second.op;
    tri_value *q = f->operands[1 - c->key_side], *k = f->operands[c->key_side], *v = s->operands[c->value_side];
    tri_dtype dtype = (tri_dtype)q->type.dtype;
    if (k->type.dtype != q->type.dtype || v->type.dtype != q->type.dtype || s->operands[1 - c->value_side]->type.dtype != q->type.dtype)
        return no(c, "q, k, v and the weights are of several types");
    tri_op *cast = s->results[0]->type.dtype == dtype ? NULL : cast_of(c, s->results[0], dtype);
    if (!cast && s->results[0]->type.dtype != dtype) return no(c, "its result is used as %s", tri_dtype_name((tri_dtype)s->results[0]->type.dtype));
    tri_value *operands[4] = {operand(c, r, q, offsetof(role, q), &r->queries, &r->size), operand(c, r, k, offsetof(role, k), &r->keys, &r->size),
                              operand(c, r, v, offsetof(role, v), &r->keys, &r->values)};
    if (c->bias.value) operands[3] = bias_operand(c, r);
    tri_type type = operands[0]->type;
    type.dims[3] = r->values.size;
    tri_op *attention = tri_op_create(c->module, TRI_OP_ATTENTION, c->divide->loc, c->bias.value ? 4 : 3, operands, 1, &type);
    tri_op_set_attr(c->module, attention, "scale", tri_attr_number(c->module, TRI_F64, c->scale));
    if (c->causal) tri_op_set_attr(c->module, attention, "causal", tri_attr_bool(c->module, true));
    if (!tri_attention_has_kernel(attention))
        return no(c, "no kernel takes heads of %lld and %lld in %s", (long long)r->size.size, (long long)r->values.size, tri_dtype_name(dtype));
    tri_op_insert_before(attention, c->second.op);
    /* [batch, queries, heads, values] to the dimensions of the second contraction. */
    const role *const rest[] = {&r->queries, &r->heads, &r->group, &r->values};
    tri_type split = {.kind = TRI_TYPE_TENSOR, .dtype = type.dtype};
    int order[TRI_MAX_RANK];
    for (int i = 0; i < r->n_batch; i++) {
        order[r->batch[i].result] = split.rank;
        split.dims[split.rank++] = r->batch[i].size;
    }
    for (int i = 0; i < 4; i++) {
        if (rest[i]->result < 0) continue;
        order[rest[i]->result] = split.rank;
        split.dims[split.rank++] = rest[i]->size;
    }
    tri_value *result = turned(c, put(c, TRI_OP_RESHAPE, split, attention->results[0], NULL, 0, NULL), split.rank, order);
    if (cast) narrow(c, s->results[0], cast, dtype);
    tri_replace_uses(c->second.op->parent->func, s->results[0], result);
    return true;
}

static bool match(chain *c)
{
    roles r;
    if (c->shape.dims[c->keys] < 2) return no(c, "it has one key");
    return take_scores(c) && take_weights(c) && assign_roles(c, &r) && rewrite(c, &r);
}

tri_status *tri_pass_match_attention(tri_module *module)
{
    tri_func *func = module->first;
    tri_func_number(func);
    const uint32_t *uses = tri_func_count_uses(module->arena, func);
    for (tri_op *op = func->body->first; op; op = op->next) {
        chain c = {.module = module, .uses = uses, .scale = 1, .queries = -1};
        int budget = MOST_CHAIN;
        if (op->kind != TRI_OP_DIVIDE || !is_softmax(&c, op) || !above_is_contraction(c.scores, &budget)) continue;
        if (!match(&c)) tri_module_remark(module, op->loc, "this softmax is not taken as tri.attention: %s", c.reason);
    }
    return NULL;
}
