/* targets/systolic/matmul.c - mma on the array: blocks of 128 contracted elements by 128 outputs stay, the other operand moves past them. Where the
 * contraction lies for each operand is the chip's `ldw_contract`: on the partitions of both, or on the free axis of the weights. */
#include "targets/systolic/lower.h"

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

/* Block (a, f) of a tile: `partitions` from block a, `elements` from free element f. */
static tri_systolic_ap block_of(const tile *t, int64_t a, int64_t partitions, int64_t f, int64_t elements, uint32_t *out_address)
{
    *out_address = TRI_SYS_AT(0, t->byte + (uint32_t)((a * across(t) + f) * tri_systolic_dtype_bytes(t->dtype)));
    return tri_systolic_tile(TRI_SYS_SP, (tri_systolic_dtype)t->dtype, (int)partitions, (int)elements);
}

static tile oriented(lowering *l, const tri_op *op, const tile *t, int part)
{
    if (t->part == part) {
        tile same = *t;
        same.owned = false;
        return same;
    }
    return relayout(l, op, t);
}

typedef struct product {
    const tri_op *op;
    tile weights, moving, result; /* result: f32, outputs of the weights on its partitions */
    const tile *addend;           /* null: zero */
    unsigned mode;
    int64_t k, m, n; /* contracted; weights' outputs; moving's outputs */
} product;

/* One block of outputs: m0.. on partitions, n0.. moving, all of k. */
static void multiply_block(lowering *l, const product *p, int64_t m0, int64_t mm, int64_t n0, int64_t nn)
{
    tri_systolic_ap bank = tri_systolic_tile(TRI_SYS_ACC_SPACE, TRI_SYS_F32, (int)mm, (int)nn);
    uint32_t result_address;
    tri_systolic_ap result = block_of(&p->result, m0 / PARTITIONS, mm, n0, nn, &result_address);
    bool pops = l->bundle && !l->accumulates;
    for (int64_t k0 = 0; k0 < p->k; k0 += PARTITIONS) {
        int64_t kk = smaller(PARTITIONS, p->k - k0);
        bool first = k0 == 0, last = k0 + PARTITIONS >= p->k;
        tri_systolic_instruction ldw = tri_systolic_make(TRI_SYS_LDW), mm_ = tri_systolic_make(TRI_SYS_MM);
        tri_systolic_ap weights = l->weights_free ? block_of(&p->weights, m0 / PARTITIONS, mm, k0, kk, &ldw.src0)
                                                  : block_of(&p->weights, k0 / PARTITIONS, kk, m0, mm, &ldw.src0);
        tri_systolic_ap moving = block_of(&p->moving, k0 / PARTITIONS, kk, n0, nn, &mm_.src0);
        ldw.fn = mm_.fn = (uint8_t)p->mode;
        ldw.dtype_in = p->weights.dtype;
        ldw.ap_src0 = (uint8_t)pattern(l, LANE_PE, &weights);
        mm_.dtype_in = p->moving.dtype;
        mm_.ap_src0 = (uint8_t)pattern(l, LANE_PE, &moving);
        if (l->bundle) ldw.x = mm_.x = 0;
        if (!pops) {
            mm_.dst = TRI_SYS_AT(0, 0);
            mm_.dtype_out = TRI_SYS_F32;
            mm_.ap_dst = (uint8_t)pattern(l, LANE_PE, &bank);
            mm_.flags = (uint8_t)((first ? 0 : TRI_SYS_ACC) | (last ? TRI_SYS_LAST : 0));
        }
        emit(l, LANE_PE, ldw);
        emit(l, LANE_PE, mm_);
        if (!pops) continue;
        tri_systolic_instruction pop = tri_systolic_make(TRI_SYS_POP);
        pop.dtype_out = TRI_SYS_F32;
        pop.dst = result_address;
        pop.ap_dst = (uint8_t)pattern(l, LANE_VEC, &result);
        pop.x = 1;
        pop.flags = first && !p->addend ? 0 : TRI_SYS_ACC;
        emit(l, LANE_VEC, pop);
    }
    if (pops) return;
    /* Out of the bank, with the addend on the way. */
    tri_systolic_instruction out = tri_systolic_make(p->addend ? TRI_SYS_TT : TRI_SYS_COPY);
    out.dtype_in = out.dtype_out = TRI_SYS_F32;
    out.dst = result_address;
    out.src0 = TRI_SYS_AT(0, 0);
    out.ap_dst = (uint8_t)pattern(l, LANE_VEC, &result);
    out.ap_src0 = (uint8_t)pattern(l, LANE_VEC, &bank);
    if (p->addend) {
        tri_systolic_ap addend = block_of(p->addend, m0 / PARTITIONS, mm, n0, nn, &out.src1);
        out.fn = TRI_SYS_ALU_FN(TRI_SYS_ALU_ADD, TRI_SYS_ALU_NONE);
        out.ap_src1 = (uint8_t)pattern(l, LANE_VEC, &addend);
    }
    emit(l, LANE_VEC, out);
}

static bool is_zero_fill(const tri_value *value)
{
    return value->op && value->op->kind == TRI_TILE_FILL && !value->op->n_operands && tri_op_number(value->op, "value", 1) == 0;
}

void lower_mma(lowering *l, const tri_op *op)
{
    const tri_type *type = &op->results[0]->type;
    const tile *a = &l->tiles[op->operands[0]->id], *b = &l->tiles[op->operands[1]->id];
    if (type->rank != 2 || type->dtype != TRI_F32) {
        fail(l, op, TRI_UNSUPPORTED, "the arrays of %s are given products of rank 2 accumulated in f32", l->chip->name);
        return;
    }
    /* Contraction on the partitions of both: a's outputs are the weights', its rows come out on partitions. Contraction on the free axis of the
     * weights: b's columns. */
    product p = {.op = op};
    bool swapped = l->weights_free;
    const tile *weights = swapped ? b : a, *moving = swapped ? a : b;
    int k_of_weights = swapped ? 0 : 1, k_of_moving = swapped ? 1 : 0;
    p.k = weights->dims[k_of_weights];
    p.m = weights->dims[!k_of_weights];
    p.n = moving->dims[!k_of_moving];
    p.weights = oriented(l, op, weights, l->weights_free ? !k_of_weights : k_of_weights);
    p.moving = oriented(l, op, moving, k_of_moving);
    p.mode = a->dtype == TRI_SYS_F32 || b->dtype == TRI_SYS_F32 ? TRI_SYS_MODE_F32 : TRI_SYS_MODE_BF16;
    int part = swapped ? 1 : 0;
    p.result = tile_new(l, op, type->dims, part, TRI_SYS_F32);
    tile addend = {0};
    if (op->n_operands > 2 && !is_zero_fill(op->operands[2])) {
        addend = oriented(l, op, &l->tiles[op->operands[2]->id], part);
        p.addend = &addend;
        if (l->bundle && !l->accumulates) copy_tile(l, &p.result, &addend);
    }
    for (int64_t m0 = 0; m0 < p.m && !l->error; m0 += PARTITIONS)
        for (int64_t n0 = 0; n0 < p.n && !l->error; n0 += l->bank_columns)
            multiply_block(l, &p, m0, smaller(PARTITIONS, p.m - m0), n0, smaller(l->bank_columns, p.n - n0));
    tile_drop(l, &p.weights);
    tile_drop(l, &p.moving);
    if (p.addend) tile_drop(l, &addend);
    l->tiles[op->results[0]->id] = p.result;
}
