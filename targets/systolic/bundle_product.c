/* targets/systolic/bundle_product.c - mma on the arrays: a weight tile of b stays, rows of a move past it, results leave through the FIFO of the
 * array and are added up by the vector unit.
 *
 * k is cut into tiles as high as an array. As many arrays as there are tiles (1, 2, 4) take one each and one POP sums them up; what is left over
 * takes fewer arrays, and these chains go round. k outermost, then weight tiles, then rows: weights are used again, and operands are needed in the
 * order in which they arrive. */
#include "targets/systolic/bundle.h"

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

typedef struct mma_shape {
    view a, weights, result;
    int64_t m, n, k, rows;
    int mode;
} mma_shape;

static uint8_t rows_of(bundle *b, const view *v, int64_t lane, int64_t lanes, int64_t row, int64_t rows, uint32_t *out_address)
{
    tri_systolic_ap ap = tri_systolic_tile(TRI_SYS_SP, (tri_systolic_dtype)v->dtype, (int)lanes, (int)rows);
    if (lanes > LANES) ap.plane_stride = (int32_t)v->stride;
    *out_address = TRI_SYS_AT(0, v->byte + (uint32_t)(lane / LANES * v->stride + row * view_size(v)));
    return ap_of(b, &ap);
}

/* One chain of `width` tiles of k from k0, for the columns from n0 on and all rows. */
static void chain(bundle *b, const mma_shape *s, int64_t k0, uint32_t width, int64_t n0, bool adds)
{
    const uint32_t side = b->chip.side;
    int64_t columns = smaller(side, s->n - n0);
    product_op op = {.first = (uint8_t)(b->turns++ * width % b->chip.arrays), .width = (uint8_t)width, .mode = (uint8_t)s->mode};
    bool contracts_free = !s->weights.turned;
    op.turned = contracts_free != b->chip.weights_free;
    op.first -= op.first % width;
    for (int64_t m0 = 0; m0 < s->m && !b->error; m0 += s->rows) {
        int64_t rows = smaller(s->rows, s->m - m0);
        for (uint32_t w = 0; w < width; w++) {
            int64_t from = k0 + w * side, depth = smaller(side, s->k - from);
            op.on[w].ap_weights = s->weights.turned ? rows_of(b, &s->weights, from, depth, n0, columns, &op.on[w].weights)
                                                    : rows_of(b, &s->weights, n0, columns, from, depth, &op.on[w].weights);
            op.on[w].ap_moving = rows_of(b, &s->a, from, depth, m0, rows, &op.on[w].moving);
        }
        op.pop = tri_systolic_make(TRI_SYS_POP);
        op.pop.ap_dst = rows_of(b, &s->result, n0, columns, m0, rows, &op.pop.dst);
        op.pop.x = (uint8_t)(((1u << width) - 1) << op.first);
        op.pop.flags = adds ? TRI_SYS_ACC : 0;
        stream_add_product(b, &op);
    }
}

static void multiply(bundle *b, const mma_shape *s, bool adds)
{
    const uint32_t side = b->chip.side;
    for (int64_t k0 = 0; k0 < s->k;) {
        uint32_t tiles = (uint32_t)smaller(b->chip.arrays, (s->k - k0 + side - 1) / side), width = 1;
        while (width * 2 <= tiles && b->chip.arrays % (width * 2) == 0) width *= 2;
        for (int64_t n0 = 0; n0 < s->n && !b->error; n0 += side) chain(b, s, k0, width, n0, adds);
        adds = true;
        k0 += (int64_t)width * side;
    }
}

static int mode_of(const view *a, const view *w)
{
    const view *both[2] = {a, w};
    bool half = true, single = true, eighth = true;
    for (int i = 0; i < 2; i++) {
        unsigned dtype = both[i]->dtype;
        half = half && (dtype == TRI_SYS_BF16 || dtype == TRI_SYS_F16);
        single = single && dtype == TRI_SYS_F32;
        eighth = eighth && (dtype == TRI_SYS_F8E4 || dtype == TRI_SYS_F8E5);
    }
    return half ? TRI_SYS_MODE_BF16 : single ? TRI_SYS_MODE_F32 : eighth ? TRI_SYS_MODE_FP8 : -1;
}

/* Memory for the result that holds the addend: the addend's own when it dies here. Whether there is something to add to. */
static bool prepare_result(bundle *b, const tri_op *op, view *result)
{
    const tri_value *c = op->n_operands > 2 ? op->operands[2] : NULL;
    view *addend = c ? &b->views[c->id] : NULL;
    int64_t dims[2];
    normal_shape(&op->results[0]->type, dims);
    bool zero = !addend || (addend->constant && addend->value == 0);
    if (!zero && addend->dtype == TRI_SYS_F32 && !addend->spread && b->last_use[c->id] == op && view_alone(b, addend)) {
        *result = *addend;
        view_keep(b, result);
        return true;
    }
    *result = view_plain(b, op, dims, TRI_SYS_F32);
    if (!zero) bundle_copy(b, op, result, addend);
    return !zero;
}

view bundle_mma(bundle *b, const tri_op *op)
{
    const tri_type *type = &op->results[0]->type;
    mma_shape s = {.m = type->dims[0], .n = type->dims[1], .k = op->operands[0]->type.dims[1]};
    if (type->rank != 2 || type->dtype != TRI_F32) {
        bundle_fail(b, op, TRI_UNSUPPORTED, "the arrays of %s are given products of rank 2 accumulated in f32", b->chip.name);
        return s.result;
    }
    const view *a = &b->views[op->operands[0]->id];
    s.weights = b->views[op->operands[1]->id];
    s.mode = mode_of(a, &s.weights);
    if (a->constant || s.weights.constant || s.mode < 0 || b->chip.mode_cost[s.mode] <= 0) {
        bundle_fail(b, op, TRI_UNSUPPORTED, "%s multiplies tiles in memory: bf16 and f16, f8, or f32 by its like", b->chip.name);
        return s.result;
    }
    s.a = settle(b, op, a);
    view_keep(b, &s.weights); /* neither operand is added to in its place */
    bool adds = prepare_result(b, op, &s.result);
    s.rows = smaller(smaller(b->options.moving_rows, b->chip.most_rows), b->chip.fifo_rows / 2);
    if (!b->error) multiply(b, &s, adds);
    view_drop(b, &s.a);
    view_drop(b, &s.weights);
    if (type->dims[1] != 1) return s.result;
    view column = settle(b, op, &s.result);
    view_drop(b, &s.result);
    return column;
}
