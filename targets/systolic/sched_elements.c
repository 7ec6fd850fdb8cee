/* targets/systolic/sched_elements.c - operations of the vector, scalar and general engines over whole tiles. What: one instruction for all whole
 * blocks of 128 partitions where every operand allows it, else one a block; scalars a partition and numbers as the instructions take them. Needs:
 * operands with the result's dimension on the partitions. */
#include "targets/systolic/sched_queues.h"

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }
static bool given(const place *p) { return p->defined || p->literal; }

bool element_is_scalar(const place *p, const int64_t dims[2], int part)
{
    if (p->literal) return true;
    return p->dims[!part] == 1 && (p->dims[part] == 1 || (p->dims[part] == dims[part] && p->part == part));
}

bool element_is_full(const place *p, const int64_t dims[2], int part)
{
    bool along = p->dims[part] == dims[part] || (p->replicated && p->dims[part] == 1), across = p->dims[!part] == dims[!part] || p->dims[!part] == 1;
    return !p->literal && along && across && (p->part == part || (p->dims[0] == 1 && p->dims[1] == 1));
}

/* The immediate is an f32 for floats, else an i32. */
static uint32_t bits_of(unsigned dtype, double value)
{
    uint32_t bits;
    float single = (float)value;
    if (!tri_dtype_is_float(tri_systolic_dtype_base(dtype))) return (uint32_t)(int64_t)value;
    memcpy(&bits, &single, 4);
    return bits;
}

/* Blocks of n partitions from element a of the result, as every operand of `all` lets one instruction take them. */
typedef struct span {
    int64_t a, n, blocks;
} span;

static bool next_span(span *at, const place *dst, const place *const *all, int count, bool single)
{
    int64_t a = at->a + at->n * at->blocks, left = place_along(dst) - a;
    if (left <= 0) return false;
    *at = (span){a, smaller(left, BLOCK), smaller(left, BLOCK) < BLOCK || single ? 1 : left / BLOCK};
    for (int k = 0; k < count; k++) {
        int64_t within = (all[k]->first + a) % BLOCK;
        if (!given(all[k]) || all[k]->literal || place_along(all[k]) == 1 || !within) continue;
        at->blocks = 1;
        at->n = smaller(at->n, BLOCK - within);
    }
    return true;
}

/* A full operand of a span; sizes of 1 are repeated. */
static uint8_t full_operand(sched *s, sched_role *role, const tri_op *op, const place *p, const place *dst, const span *at, uint32_t *out_address,
                            uint8_t *out_dtype)
{
    bool one_row = place_along(p) == 1 && place_along(dst) > 1;
    int64_t columns = place_across(dst);
    tri_systolic_ap ap = place_block(p, one_row ? 0 : at->a, at->n, 0, columns, out_address);
    if (place_across(p) == 1 && columns > 1) ap.stride[0] = 0;
    if (at->blocks > 1) {
        ap.ndim = 2;
        ap.size[1] = ap.size[0];
        ap.stride[1] = ap.stride[0];
        ap.size[0] = (uint16_t)at->blocks;
        ap.stride[0] = one_row ? 0 : (int32_t)p->row;
    }
    if (!one_row) sched_check_alignment(s, op, p, at->a, at->n);
    *out_dtype = ap.dtype;
    return sched_pattern(s, role, &ap);
}

/* One element a partition, or one for all. */
static uint8_t scalar_operand(sched *s, sched_role *role, const place *p, const span *at, uint32_t *out_address)
{
    bool one = place_along(p) == 1 && !p->replicated;
    tri_systolic_ap ap = place_block(p, place_along(p) == 1 ? 0 : at->a, one ? 1 : at->n, 0, 1, out_address);
    return sched_pattern(s, role, &ap);
}

static bool is_column(const place *p) { return p->defined && !p->literal && place_along(p) > 1; }

void elements_emit(sched *s, sched_role *role, const tri_op *op, const statement *st)
{
    bool full_src1 = st->op == TRI_SYS_TT || st->op == TRI_SYS_STT || st->op == TRI_SYS_SEL, full_third = st->op == TRI_SYS_SEL;
    const place *all[] = {&st->dst, &st->src0, &st->src1, &st->third};
    bool single = (!full_src1 && is_column(&st->src1)) || (!full_third && is_column(&st->third));
    span at = {0};
    while (!s->error && next_span(&at, &st->dst, all, 4, single)) {
        tri_systolic_instruction i = tri_systolic_make((tri_systolic_op)st->op);
        uint8_t ignored;
        i.fn = st->fn;
        i.ap_dst = full_operand(s, role, op, &st->dst, &st->dst, &at, &i.dst, &i.dtype_out);
        i.ap_src0 = full_operand(s, role, op, &st->src0, &st->dst, &at, &i.src0, &i.dtype_in);
        if (st->src1.literal) {
            i.ap_src1 = TRI_SYS_IMMEDIATE;
            i.src1 = bits_of(st->op == TRI_SYS_SEL ? st->dst.dtype : st->op == TRI_SYS_ACT ? TRI_SYS_F32 : st->src0.dtype, st->src1.value);
        } else if (st->src1.defined) {
            i.ap_src1 =
                full_src1 ? full_operand(s, role, op, &st->src1, &st->dst, &at, &i.src1, &ignored) : scalar_operand(s, role, &st->src1, &at, &i.src1);
        }
        if (st->third.literal) {
            i.extra = sched_register(s, role, NULL, bits_of(st->op == TRI_SYS_ACT ? TRI_SYS_F32 : st->src0.dtype, st->third.value));
        } else if (st->third.defined) {
            uint32_t address;
            i.x = full_third ? full_operand(s, role, op, &st->third, &st->dst, &at, &address, &ignored)
                             : scalar_operand(s, role, &st->third, &at, &address);
            i.extra = sched_register(s, role, NULL, address);
        }
        queues_emit(s, role, i);
    }
}

void elements_copy(sched *s, sched_role *role, const tri_op *op, const place *to, const place *from)
{
    if (from->literal)
        elements_fill(s, role, op, to, from->value);
    else
        elements_emit(s, role, op, &(statement){.op = TRI_SYS_COPY, .dst = *to, .src0 = *from});
}

void elements_fill(sched *s, sched_role *role, const tri_op *op, const place *to, double value)
{
    const place *all[] = {to};
    span at = {0};
    if (role->unit == TRI_UNIT_SCALAR)
        sched_fail(s, op, TRI_UNSUPPORTED, "the scalar engine of %s cannot make a tile of one number: fill in a vector or general role",
                   s->chip->name);
    while (!s->error && next_span(&at, to, all, 1, false)) {
        tri_systolic_instruction set = tri_systolic_make(TRI_SYS_MEMSET);
        set.ap_dst = full_operand(s, role, op, to, to, &at, &set.dst, &set.dtype_out);
        set.dtype_in = set.dtype_out;
        set.ap_src1 = TRI_SYS_IMMEDIATE;
        set.src1 = bits_of(to->dtype, value);
        queues_emit(s, role, set);
    }
}

/* The pattern of an affine value over a span of the result: coordinates count from the tile's first element. */
static uint8_t affine_pattern(sched *s, sched_role *role, const place *dst, const span *at, const int64_t step[2])
{
    tri_systolic_ap ap = tri_systolic_tile(TRI_SYS_SP, TRI_SYS_I32, (int)at->n, (int)place_across(dst));
    ap.plane_stride = (int32_t)step[dst->part];
    ap.stride[0] = (int32_t)step[!dst->part];
    if (at->blocks > 1) {
        ap.ndim = 2;
        ap.size[1] = ap.size[0];
        ap.stride[1] = ap.stride[0];
        ap.size[0] = (uint16_t)at->blocks;
        ap.stride[0] = (int32_t)(BLOCK * step[dst->part]);
    }
    return sched_pattern(s, role, &ap);
}

static void general_only(sched *s, const sched_role *role, const tri_op *op)
{
    if (role->unit != TRI_UNIT_GENERAL)
        sched_fail(s, op, TRI_UNSUPPORTED, "what depends on coordinates is made by the general engine of %s: put this statement in a general role",
                   s->chip->name);
}

void elements_select_affine(sched *s, sched_role *role, const tri_op *op, const place *dst, unsigned compare, int64_t base, const int64_t step[2],
                            const place *yes, const place *no)
{
    const place *all[] = {dst, yes, no};
    span at = {0};
    general_only(s, role, op);
    while (!s->error && next_span(&at, dst, all, 3, false)) {
        tri_systolic_instruction sel = tri_systolic_make(TRI_SYS_SEL);
        uint8_t ignored;
        sel.fn = (uint8_t)compare;
        sel.ap_dst = full_operand(s, role, op, dst, dst, &at, &sel.dst, &sel.dtype_out);
        sel.ap_src0 = full_operand(s, role, op, yes, dst, &at, &sel.src0, &sel.dtype_in);
        if (no->literal) {
            sel.ap_src1 = TRI_SYS_IMMEDIATE;
            sel.src1 = bits_of(dst->dtype, no->value);
        } else {
            sel.ap_src1 = full_operand(s, role, op, no, dst, &at, &sel.src1, &ignored);
        }
        sel.x = affine_pattern(s, role, dst, &at, step);
        sel.extra = sched_register(s, role, NULL, (uint32_t)(base + at.a * step[dst->part]));
        queues_emit(s, role, sel);
    }
}

void elements_coordinate(sched *s, sched_role *role, const tri_op *op, const place *dst, int dim)
{
    const place *all[] = {dst};
    const int64_t step[2] = {dim == 0, dim == 1};
    span at = {0};
    general_only(s, role, op);
    while (!s->error && next_span(&at, dst, all, 1, false)) {
        tri_systolic_instruction iota = tri_systolic_make(TRI_SYS_IOTA);
        iota.ap_dst = full_operand(s, role, op, dst, dst, &at, &iota.dst, &iota.dtype_out);
        iota.dtype_in = TRI_SYS_I32;
        iota.src0 = (uint32_t)(at.a * step[dst->part]);
        iota.x = affine_pattern(s, role, dst, &at, step);
        queues_emit(s, role, iota);
    }
}

/* The scalar engine has no reductions of its own, but adds the rows of what it computes on the way: the newest instruction, if it made this tile. */
static void add_on_the_way(sched *s, sched_role *role, const tri_op *op, unsigned alu, const place *to, const place *from)
{
    queue_code *queue = &queues_of(s)->queue[role->queue];
    tri_systolic_instruction *newest = queue->code.n ? &queue->code.at[queue->code.n - 1] : NULL;
    const place *all[] = {to, from};
    span at = {0};
    uint32_t address = 0;
    uint8_t dtype = 0;
    bool whole = next_span(&at, to, all, 2, false) && at.blocks == 1 && at.n == place_along(from);
    uint8_t made = whole ? full_operand(s, role, op, from, from, &at, &address, &dtype) : 0;
    bool on_the_way = whole && alu == TRI_SYS_ALU_ADD && newest && (newest->op == TRI_SYS_ACT || newest->op == TRI_SYS_TS) &&
                      newest->ap_dst == made && newest->dst == address && dtype == TRI_SYS_F32 && to->dtype == TRI_SYS_F32;
    if (!on_the_way) {
        sched_fail(s, op, TRI_UNSUPPORTED,
                   "the scalar engine of %s only adds rows of what the statement before it made: put this one in a vector or general role",
                   s->chip->name);
        return;
    }
    newest->flags |= TRI_SYS_REDUCE;
    tri_systolic_instruction sums = tri_systolic_make(TRI_SYS_COPY);
    tri_systolic_ap rows = {.space = TRI_SYS_ROWACC, .dtype = TRI_SYS_F32, .npart = (uint16_t)at.n};
    sums.ap_dst = full_operand(s, role, op, to, to, &at, &sums.dst, &sums.dtype_out);
    sums.ap_src0 = sched_pattern(s, role, &rows);
    sums.dtype_in = TRI_SYS_F32;
    queues_emit(s, role, sums);
}

void elements_fold(sched *s, sched_role *role, const tri_op *op, unsigned alu, const place *to, const place *from)
{
    const place *all[] = {to, from};
    span at = {0};
    if (role->unit == TRI_UNIT_SCALAR) {
        add_on_the_way(s, role, op, alu, to, from);
        return;
    }
    while (!s->error && next_span(&at, to, all, 2, false)) {
        tri_systolic_instruction red = tri_systolic_make(TRI_SYS_RED);
        red.fn = TRI_SYS_ALU_FN(alu, TRI_SYS_ALU_NONE);
        red.ap_dst = full_operand(s, role, op, to, to, &at, &red.dst, &red.dtype_out);
        red.ap_src0 = full_operand(s, role, op, from, from, &at, &red.src0, &red.dtype_in);
        queues_emit(s, role, red);
    }
}
