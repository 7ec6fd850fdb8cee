/* targets/systolic/join_turn.c - tiles that one step makes and another wants transposed go through the matrix unit. What: a transposing transfer from
 * device memory of what the line stored not long before becomes a plain load (which is forwarded, and mostly need not be made), transposes into a
 * bank that nobody needs at this point of the line, and copies to where the transfer went. Where the source has been ready for longer than a transfer
 * takes, or the engines that could copy are busy for that long, the transfer stays: nobody waits for it. Needs: the line as it was read. Guarantees:
 * banks and weights that are still wanted are left alone. */
#include "targets/systolic/join.h"

enum { COPIERS = 2, GROUP = 4, MOST_BANKS = 32, CELL = 2 };

/* Queues of what is added; join_queues looks at the operands for patterns. */
static const tri_systolic_queue unit = {.kind = TRI_SYS_PE, .n_aps = 1};
static const tri_systolic_queue copiers[COPIERS] = {{.kind = TRI_SYS_VEC, .n_aps = 1}, {.kind = TRI_SYS_ACT_QUEUE, .n_aps = 1}};

/* What of a bank's cell is read later: partitions. */
typedef struct wanted {
    uint8_t first, end;
} wanted;

typedef struct work {
    double ns[COPIERS];
} work;

typedef struct turning {
    join *j;
    wanted *cells;               /* of all banks */
    uint32_t *n_wanted;          /* by bank: cells of which something is */
    uint32_t n_banks;            /* that may be taken */
    uint32_t *held;              /* by item of the old line: banks that are needed in front of it */
    bool *weights;               /* by item: the array's weights are needed in front of it */
    const join_operand *operand; /* that is being looked at */
    work now;                    /* what the engines have been given */
    TRI_VEC(work) before;        /* by item of the new line */
    uint32_t next_bank;
} turning;

/* ---- banks ---- */

static void look_run(void *context, int64_t offset, int64_t bytes)
{
    turning *t = context;
    const join *j = t->j;
    uint32_t word = (uint32_t)t->operand->at.number, first = word >> 24, end = first + t->operand->ap->npart;
    int64_t low = (int64_t)(word & 0xfffff) + offset, limit = (int64_t)j->s.acc_banks * j->s.bank_bytes;
    for (int64_t at = low / CELL; at >= 0 && at * CELL < low + bytes && at * CELL < limit; at++) {
        wanted *w = &t->cells[at];
        uint32_t *n = &t->n_wanted[at * CELL / j->s.bank_bytes];
        bool was = w->first < w->end;
        if (!t->operand->writes) {
            *w = was ? (wanted){(uint8_t)(w->first < first ? w->first : first), (uint8_t)(w->end > end ? w->end : end)}
                     : (wanted){(uint8_t)first, (uint8_t)end};
            *n += !was;
        } else if (was && first <= w->first && w->end <= end) {
            *w = (wanted){0, 0};
            --*n;
        }
    }
}

static void look_at(turning *t, const join_operand *operand)
{
    if (!operand->ap || operand->ap->space != TRI_SYS_ACC_SPACE) return;
    t->operand = operand;
    join_runs(operand->ap, false, look_run, t);
}

/* From the end of the line to its beginning: which banks and weights are wanted. */
static void find_held(turning *t)
{
    join *j = t->j;
    bool weights = false;
    for (size_t k = j->items.n; k-- > 0;) {
        const join_item *item = &j->items.at[k];
        join_operand sum = item->operand[OPERAND_DST];
        look_at(t, &sum);
        sum.writes = false; /* what is added to, or written in part, reads what was there */
        if (join_updates(&item->i)) look_at(t, &sum);
        for (int o = OPERAND_SRC0; o < JOIN_OPERANDS; o++) look_at(t, &item->operand[o]);
        if (item->i.op == TRI_SYS_MM) weights = true;
        if (item->i.op == TRI_SYS_LDW || item->i.op == TRI_SYS_XPOSE) weights = false;
        t->weights[k] = weights;
        for (uint32_t b = 0; b < t->n_banks; b++) t->held[k] |= (uint32_t)(t->n_wanted[b] > 0) << b;
    }
}

/* ---- which ---- */

static int copier_of(const tri_systolic_queue *queue)
{
    for (int e = 0; e < COPIERS; e++)
        if (queue->kind == copiers[e].kind) return e;
    return -1;
}

static void push(turning *t, const join_item *item)
{
    join *j = t->j;
    int e = copier_of(item->from);
    const tri_systolic_ap *dst = item->operand[OPERAND_DST].ap;
    if (e >= 0 && dst) t->now.ns[e] += (double)tri_systolic_ap_elements(dst) * t->j->pace.ns_element[copiers[e].kind];
    join_push(j, item);
    while (t->before.n < j->items.n) TRI_PUSH(j->s.arena, &t->before, t->now);
}

/* The block that a transfer transposes, again and again: of a row's `n` elements a column each, `rows` long. */
typedef struct blocks {
    uint32_t n, rows, count;
    int64_t from, to; /* bytes from one to the next, in memory and on chip */
} blocks;

static bool blocks_of(const join_item *item, blocks *out)
{
    const tri_systolic_ap *to = item->operand[OPERAND_DST].ap, *from = item->operand[OPERAND_SRC0].ap;
    if (item->i.op != TRI_SYS_DMA || item->i.fn != TRI_SYS_DMA_COPY || !(item->i.flags & TRI_SYS_T) || item->i.flags & TRI_SYS_SKIP) return false;
    if (item->kept || from->space != TRI_SYS_HBM || to->space != TRI_SYS_SP || from->dtype != to->dtype) return false;
    int64_t size = tri_systolic_dtype_bytes(to->dtype);
    if (from->ndim < 1 || from->ndim > 2 || to->ndim < 1 || to->ndim > 2) return false;
    *out = (blocks){.n = to->npart, .rows = from->npart, .count = from->ndim > 1 ? from->size[1] : 1};
    if (from->size[0] != out->n || from->stride[0] != size || out->rows > BLOCK || out->n > BLOCK) return false;
    if (to->size[to->ndim - 1] != out->rows || to->stride[to->ndim - 1] != size || (to->ndim > 1 ? to->size[0] : 1) != out->count) return false;
    out->from = out->count > 1 ? from->stride[1] : 0;
    out->to = out->count > 1 ? to->stride[0] : 0;
    return true;
}

/* The engine that could copy first; none where it could not before a transfer is there. */
static int copier_for(const turning *t, uint32_t stored)
{
    int best = -1;
    double least = t->j->pace.issue + t->j->pace.away;
    for (int e = 0; e < COPIERS; e++) {
        double queued = t->now.ns[e] - t->before.at[stored - 1].ns[e];
        if (queued >= least) continue;
        best = e;
        least = queued;
    }
    return best;
}

/* A bank that nobody needs; the one behind the last that was taken, so that the next transpose does not wait for this one's copy. */
static int free_bank(const turning *t, size_t item)
{
    for (uint32_t k = 0; k < t->n_banks; k++) {
        uint32_t bank = (t->next_bank + k) % t->n_banks;
        if (!(t->held[item] >> bank & 1)) return (int)bank;
    }
    return -1;
}

/* ---- what takes its place ---- */

static join_operand at_place(join *j, unsigned space, unsigned dtype, uint32_t partition, int64_t byte, uint32_t npart, uint32_t count, int64_t step,
                             uint32_t n, bool writes)
{
    tri_systolic_ap *ap = TRI_NEW(j->s.arena, tri_systolic_ap);
    *ap = tri_systolic_tile((tri_systolic_space)space, (tri_systolic_dtype)dtype, (int)npart, (int)n);
    if (count > 1) {
        ap->ndim = 2;
        ap->size[1] = ap->size[0];
        ap->stride[1] = ap->stride[0];
        ap->size[0] = (uint16_t)count;
        ap->stride[0] = (int32_t)step;
    }
    return (join_operand){.ap = ap, .at = {JOIN_NUMBER, NO_TILE, TRI_SYS_AT(partition, byte)}, .tile = NO_TILE, .writes = writes};
}

static join_item instruction(const join_item *like, tri_systolic_op op, const tri_systolic_queue *from, join_operand dst, join_operand src)
{
    join_item item = {.i = tri_systolic_make(op), .from = from, .step = like->step, .operand = {dst, src}, .extra = {JOIN_NUMBER, NO_TILE, 0}};
    item.operand[OPERAND_SRC1].tile = item.operand[OPERAND_THIRD].tile = NO_TILE;
    item.i.statement = like->i.statement;
    item.i.dtype_in = src.ap->dtype;
    item.i.dtype_out = dst.ap->dtype;
    item.i.ap_dst = item.i.ap_src0 = 0;
    return item;
}

/* Rows of `count` blocks that lie side by side in memory, to the bytes behind the scratchpad: no program's tile is there, and the next instructions
 * are the last to look. */
static void load_rows(turning *t, const join_item *transfer, const blocks *b, uint32_t first, uint32_t count)
{
    join *j = t->j;
    const join_operand *src = &transfer->operand[OPERAND_SRC0];
    uint32_t size = tri_systolic_dtype_bytes(src->ap->dtype), n = count * b->n;
    join_item load = *transfer;
    load.i.flags &= (uint8_t)~TRI_SYS_T;
    tri_systolic_ap *rows = TRI_NEW(j->s.arena, tri_systolic_ap);
    *rows = tri_systolic_tile(TRI_SYS_HBM, (tri_systolic_dtype)src->ap->dtype, (int)b->rows, (int)n);
    rows->plane_stride = src->ap->plane_stride;
    load.operand[OPERAND_SRC0].ap = rows;
    load.operand[OPERAND_SRC0].at.number += first * b->from;
    load.operand[OPERAND_DST] = at_place(j, TRI_SYS_SP, rows->dtype, 0, j->sp_bytes + first % GROUP * b->n * size, b->rows, 1, 0, n, true);
    push(t, &load);
}

static void turn_group(turning *t, const join_item *transfer, const blocks *b, uint32_t first, int copier, int bank)
{
    join *j = t->j;
    const join_operand *dst = &transfer->operand[OPERAND_DST];
    unsigned dtype = dst->ap->dtype;
    uint32_t size = tri_systolic_dtype_bytes(dtype), count = b->count - first < GROUP ? b->count - first : GROUP,
             partition = (uint32_t)dst->at.number >> 24;
    int64_t row = b->n * size, in_bank = (int64_t)bank * j->s.bank_bytes;
    if (b->from == row)
        load_rows(t, transfer, b, first, count);
    else
        for (uint32_t k = 0; k < count; k++) load_rows(t, transfer, b, first + k, 1);
    for (uint32_t k = 0; k < count; k++) {
        join_operand to = at_place(j, TRI_SYS_ACC_SPACE, dtype, partition, in_bank + k * b->rows * size, b->n, 1, 0, b->rows, true);
        join_operand from = at_place(j, TRI_SYS_SP, dtype, 0, j->sp_bytes + k * row, b->rows, 1, 0, b->n, false);
        join_item xpose = instruction(transfer, TRI_SYS_XPOSE, &unit, to, from);
        push(t, &xpose);
    }
    static const uint8_t bits[] = {[1] = TRI_SYS_U8, [2] = TRI_SYS_I16, [4] = TRI_SYS_I32};
    int64_t byte = (dst->at.number & 0xfffff) + first * b->to;
    join_operand to = at_place(j, TRI_SYS_SP, bits[size], partition, byte, b->n, count, b->to, b->rows, true);
    join_operand from = at_place(j, TRI_SYS_ACC_SPACE, bits[size], partition, in_bank, b->n, count, b->rows * size, b->rows, false);
    join_item copy = instruction(transfer, TRI_SYS_COPY, &copiers[copier], to, from);
    push(t, &copy);
}

static void turn(turning *t, const join_item *transfer, size_t k)
{
    join *j = t->j;
    blocks b;
    uint32_t stored = blocks_of(transfer, &b) && !t->weights[k] ? join_stored_by(j, &transfer->operand[OPERAND_SRC0]) : 0;
    uint32_t size = stored ? tri_systolic_dtype_bytes(transfer->operand[OPERAND_DST].ap->dtype) : 0;
    bool fits = stored && GROUP * b.rows * size <= j->s.bank_bytes && b.rows * size % CELL == 0 && j->sp_bytes + GROUP * BLOCK * size <= 1u << 20 &&
                ((uint32_t)transfer->operand[OPERAND_DST].at.number >> 24) % sched_begin_step(j->s.chip, b.n) == 0 && free_bank(t, k) >= 0;
    if (!fits || copier_for(t, stored) < 0) {
        push(t, transfer);
        return;
    }
    for (uint32_t first = 0; first < b.count; first += GROUP) {
        int bank = free_bank(t, k), copier = copier_for(t, stored);
        turn_group(t, transfer, &b, first, copier < 0 ? 0 : copier, bank);
        t->next_bank = (uint32_t)bank + 1;
    }
}

void join_turn(join *j)
{
    turning t = {.j = j, .n_banks = j->s.acc_banks < MOST_BANKS ? j->s.acc_banks : MOST_BANKS};
    tri_arena *arena = j->s.arena;
    t.held = TRI_NEW_ARRAY(arena, uint32_t, j->items.n);
    t.weights = TRI_NEW_ARRAY(arena, bool, j->items.n);
    t.n_wanted = TRI_NEW_ARRAY(arena, uint32_t, j->s.acc_banks);
    t.cells = TRI_NEW_ARRAY(arena, wanted, j->s.acc_banks * j->s.bank_bytes / CELL);
    find_held(&t);
    const join_item *line = j->items.at;
    size_t n = j->items.n;
    memset(&j->items, 0, sizeof j->items);
    for (size_t k = 0; k < n; k++) turn(&t, &line[k], k);
}
