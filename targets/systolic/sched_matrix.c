/* targets/systolic/sched_matrix.c - the matrix role: products accumulated in banks, transposes through the array. A block of at most 128 x 128 of one
 * operand stays while the other moves past it, as many columns as a bank holds; which one stays is which dimension of the slot lies on the
 * partitions. Needs: the contraction on the partitions of both operands (sched_layout.c). Guarantees: each element's products in ascending k; a group
 * is closed by the last product before its store_into. */
#include "targets/systolic/sched_queues.h"

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

/* The trailing partitions of a block, from where both operands are. */
static int64_t contracted(const place *weights, const place *moving, int64_t k)
{
    int64_t left = smaller(BLOCK - (weights->first + k) % BLOCK, BLOCK - (moving->first + k) % BLOCK);
    return smaller(left, place_along(weights) - k);
}

static bool product_mode(sched *s, const tri_op *op, unsigned a, unsigned b, uint8_t *out)
{
    bool half_a = a == TRI_SYS_BF16 || a == TRI_SYS_F16, half_b = b == TRI_SYS_BF16 || b == TRI_SYS_F16;
    bool byte_a = a == TRI_SYS_F8E4 || a == TRI_SYS_F8E5, byte_b = b == TRI_SYS_F8E4 || b == TRI_SYS_F8E5;
    if (half_a && half_b)
        *out = TRI_SYS_MODE_BF16;
    else if (a == TRI_SYS_F32 && b == TRI_SYS_F32)
        *out = TRI_SYS_MODE_F32;
    else if (byte_a && byte_b)
        *out = TRI_SYS_MODE_FP8;
    else
        sched_fail(s, op, TRI_UNSUPPORTED, "%s has no product of %s by %s", s->chip->name, tri_systolic_dtype_name(a), tri_systolic_dtype_name(b));
    return !s->error;
}

static void note_product(sched *s, const sched_role *role, uint32_t address)
{
    queues *all = queues_of(s);
    uint32_t position = queues_position(s, role) - 1;
    for (size_t i = 0; i < all->groups.n; i++) {
        if (all->groups.at[i].address != address) continue;
        all->groups.at[i].position = position;
        return;
    }
    TRI_PUSH(s->arena, &all->groups, (open_group){address, position});
}

static void multiply(sched *s, sched_role *role, const tri_op *op, const place *weights, const place *moving, const place *acc, bool accumulates)
{
    uint8_t mode = 0;
    if (!product_mode(s, op, weights->dtype, moving->dtype, &mode)) return;
    int64_t most_n = (int64_t)tri_chip_number(s->chip, "mm_most_n", 512), k_all = place_along(weights), m_all = place_across(weights),
            n_all = place_across(moving);
    for (int64_t m = 0; m < m_all; m += BLOCK) {
        int64_t mm = smaller(BLOCK, m_all - m), kk;
        for (int64_t k = 0; k < k_all; k += kk) {
            kk = contracted(weights, moving, k);
            tri_systolic_instruction ldw = tri_systolic_make(TRI_SYS_LDW);
            tri_systolic_ap stays = place_block(weights, k, kk, m, mm, &ldw.src0);
            sched_check_alignment(s, op, weights, k, kk);
            sched_check_alignment(s, op, moving, k, kk);
            ldw.fn = mode;
            ldw.dtype_in = weights->dtype;
            ldw.ap_src0 = sched_pattern(s, role, &stays);
            queues_emit(s, role, ldw);
            for (int64_t n = 0, nn; n < n_all && !s->error; n += nn) {
                tri_systolic_instruction mm_ = tri_systolic_make(TRI_SYS_MM);
                uint32_t byte = acc->byte + (uint32_t)((acc->first + m) / BLOCK * acc->row + n * 4);
                nn = smaller(smaller(most_n, n_all - n), (s->bank_bytes - byte % s->bank_bytes) / 4);
                tri_systolic_ap moves = place_block(moving, k, kk, n, nn, &mm_.src0), bank = place_block(acc, m, mm, n, nn, &mm_.dst);
                mm_.fn = mode;
                mm_.dtype_in = moving->dtype;
                mm_.dtype_out = TRI_SYS_F32;
                mm_.ap_src0 = sched_pattern(s, role, &moves);
                mm_.ap_dst = sched_pattern(s, role, &bank);
                mm_.flags = accumulates || k ? TRI_SYS_ACC : 0;
                queues_emit(s, role, mm_);
                if (!s->error) note_product(s, role, mm_.dst);
            }
            if (s->error) return;
        }
    }
}

static bool same_place(const place *a, const place *b)
{
    return a->defined && b->defined && !a->literal && !b->literal && a->space == b->space && a->byte == b->byte && a->first == b->first &&
           a->part == b->part && a->dims[0] == b->dims[0] && a->dims[1] == b->dims[1];
}

void matrix_mma(sched *s, sched_role *role, const tri_op *op)
{
    const tri_op *store = s->target_of[op->results[0]->id];
    if (!store) {
        sched_fail(s, op, TRI_UNSUPPORTED, "a product of a matrix role has to end in the slot of a ring that is placed in `acc`");
        return;
    }
    place acc = sched_into(s, role, store), lhs = *sched_tile(role, op->operands[0]), rhs = *sched_tile(role, op->operands[1]);
    if (s->error) return;
    if (acc.dtype != TRI_SYS_F32 || lhs.literal || rhs.literal || !lhs.defined || !rhs.defined) {
        sched_fail(s, op, TRI_UNSUPPORTED, "products of staged tiles are accumulated in f32");
        return;
    }
    bool accumulates = false;
    if (op->n_operands > 2) {
        const place *addend = sched_tile(role, op->operands[2]);
        accumulates = same_place(addend, &acc);
        if (!accumulates && !(addend->literal && addend->value == 0)) {
            sched_fail(s, op, TRI_UNSUPPORTED, "a product is added to its own slot, or to zero; other sums are made in a vector role");
            return;
        }
    }
    sched_ring *ring = sched_ring_of(s, store->operands[1]);
    queues_before_write(s, role, ring);
    if (acc.part == 0)
        multiply(s, role, op, &lhs, &rhs, &acc, accumulates);
    else
        multiply(s, role, op, &rhs, &lhs, &acc, accumulates);
    queues_after_write(s, role, ring);
    sched_bind(s, role, op->results[0], acc);
}

void matrix_transpose(sched *s, sched_role *role, const tri_op *op)
{
    const tri_op *store = s->target_of[op->results[0]->id];
    place from = *sched_tile(role, op->operands[0]), to = sched_into(s, role, store);
    if (s->error) return;
    if (from.literal || !from.defined || from.space != TRI_SYS_SP || from.dtype != to.dtype) {
        sched_fail(s, op, TRI_UNSUPPORTED, "a transpose through the array takes a staged tile to a slot in `acc` of the same dtype");
        return;
    }
    int64_t n_a, n_f;
    sched_ring *ring = sched_ring_of(s, store->operands[1]);
    queues_before_write(s, role, ring);
    for (int64_t a = 0; a < place_along(&from); a += n_a) {
        n_a = smaller(BLOCK - (from.first + a) % BLOCK, place_along(&from) - a);
        sched_check_alignment(s, op, &from, a, n_a);
        for (int64_t f = 0; f < place_across(&from) && !s->error; f += n_f) {
            n_f = smaller(BLOCK - (to.first + f) % BLOCK, place_across(&from) - f);
            tri_systolic_instruction xpose = tri_systolic_make(TRI_SYS_XPOSE);
            tri_systolic_ap src = place_block(&from, a, n_a, f, n_f, &xpose.src0), dst = place_block(&to, f, n_f, a, n_a, &xpose.dst);
            sched_check_alignment(s, op, &to, f, n_f);
            xpose.dtype_in = xpose.dtype_out = from.dtype;
            xpose.ap_src0 = sched_pattern(s, role, &src);
            xpose.ap_dst = sched_pattern(s, role, &dst);
            queues_emit(s, role, xpose);
        }
    }
    queues_after_write(s, role, ring);
    sched_bind(s, role, op->results[0], to);
}

void matrix_store_into(sched *s, sched_role *role, const tri_op *op)
{
    queues *all = queues_of(s);
    const place *value = sched_tile(role, op->operands[0]);
    place slot = sched_into(s, role, op);
    if (s->error) return;
    if (slot.space != TRI_SYS_ACC_SPACE || !same_place(value, &slot)) {
        sched_fail(s, op, TRI_UNSUPPORTED, "a matrix role stores products and transposes into the slot they were made in: acquire it first");
        return;
    }
    uint32_t blocks = (uint32_t)((slot.first % BLOCK + place_along(&slot) + BLOCK - 1) / BLOCK);
    uint32_t low = slot.byte + (uint32_t)(slot.first / BLOCK) * slot.row, high = low + blocks * slot.row;
    for (size_t i = 0; i < all->groups.n;) {
        open_group *g = &all->groups.at[i];
        uint32_t byte = g->address & 0xfffff;
        if (byte < low || byte >= high) {
            i++;
            continue;
        }
        all->queue[role->queue].code.at[g->position].flags |= TRI_SYS_LAST;
        *g = all->groups.at[--all->groups.n];
    }
}
