/* runtime/drivers/systolic_sim/vector.c - what the vector ops compute: first whether their operands fit, then the values, partition by partition in
 * pieces of 1024 elements. Floats in f32, integers in 64 bits wrapped to their dtype. */
#include <math.h>
#include <string.h>

#include "runtime/drivers/systolic_sim/machine.h"

enum { PIECE = 1024, PARTIALS = 16 };

static bool given(const operand *o) { return o->pat || o->immediate; }
static bool is_float_op(const op_context *c) { return c->i->op == TRI_SYS_ACT || tri_syssim_is_float(c->i->dtype_in); }

static bool is_local(const operand *o) { return o->space == TRI_SYS_SP || o->space == TRI_SYS_ACC_SPACE || o->space == TRI_SYS_ROWACC; }

static bool fits(machine *m, const operand *o, const char *name, const operand *dst, bool scalar_allowed, bool scalar_only)
{
    if (!o->pat || o->immediate) return true;
    if (!is_local(o)) return tri_syssim_trap(m, TRAP_SHAPE, o, "%s of a vector op lies in %s", name, tri_systolic_space_name(o->space));
    bool scalar = o->pat->elements == 1 && (o->pat->ap.npart == 1 || o->pat->ap.npart == dst->pat->ap.npart);
    bool full = o->pat->elements == dst->pat->elements && o->pat->ap.npart == dst->pat->ap.npart;
    if ((full && !scalar_only) || (scalar && scalar_allowed)) return true;
    return tri_syssim_trap(m, TRAP_SHAPE, o, "%s is %u x %u, dst %u x %u", name, o->pat->ap.npart, o->pat->elements, dst->pat->ap.npart,
                           dst->pat->elements);
}

static bool same_class(machine *m, const operand *o, const char *name, bool floats, unsigned dtype)
{
    if (!o->pat || o->immediate) return true;
    unsigned own = o->pat->ap.dtype;
    if (floats ? tri_syssim_is_float(own) : own == dtype) return true;
    return tri_syssim_trap(m, TRAP_DTYPE, o, "%s is %s in an op on %s", name, tri_systolic_dtype_name(own),
                           floats ? "floats" : tri_systolic_dtype_name(dtype));
}

static bool alu_ok(machine *m, unsigned op, bool floats)
{
    if (floats ? !tri_syssim_alu_integer_only(op) : !tri_syssim_alu_float_only(op)) return true;
    return tri_syssim_trap(m, TRAP_DTYPE, NULL, "%s does not exist for %s", tri_systolic_alu_name(op), floats ? "floats" : "integers");
}

bool tri_syssim_vector_check(machine *m, const op_context *c)
{
    const tri_systolic_instruction *i = c->i;
    const operand *dst = &c->q->dst, *src0 = &c->q->src0, *src1 = &c->q->src1, *third = &c->q->third;
    bool floats = is_float_op(c);
    if (!is_local(dst)) return tri_syssim_trap(m, TRAP_SHAPE, dst, "dst of a vector op lies in %s", tri_systolic_space_name(dst->space));
    if (src0->pat && !is_local(src0))
        return tri_syssim_trap(m, TRAP_SHAPE, src0, "src0 of a vector op lies in %s", tri_systolic_space_name(src0->space));
    if (i->op == TRI_SYS_XPOSE) {
        if (src0->pat->ap.npart > 128 || src0->pat->elements > 128 || dst->pat->ap.npart != src0->pat->elements ||
            dst->pat->elements != src0->pat->ap.npart)
            return tri_syssim_trap(m, TRAP_SHAPE, src0, "%u x %u into %u x %u", src0->pat->ap.npart, src0->pat->elements, dst->pat->ap.npart,
                                   dst->pat->elements);
        return src0->pat->ap.dtype == dst->pat->ap.dtype || tri_syssim_trap(m, TRAP_DTYPE, src0, "a transpose keeps the dtype");
    }
    if (i->op == TRI_SYS_RED && !(i->flags & TRI_SYS_T)) {
        if (dst->pat->ap.npart != src0->pat->ap.npart || src0->pat->elements % dst->pat->elements)
            return tri_syssim_trap(m, TRAP_SHAPE, dst, "%u x %u cannot reduce into %u x %u", src0->pat->ap.npart, src0->pat->elements,
                                   dst->pat->ap.npart, dst->pat->elements);
    } else if (i->flags & TRI_SYS_T) {
        if (dst->pat->elements != src0->pat->elements || (i->op == TRI_SYS_COPY && src0->pat->ap.npart != 1))
            return tri_syssim_trap(m, TRAP_SHAPE, dst, "%u x %u across partitions into %u x %u", src0->pat->ap.npart, src0->pat->elements,
                                   dst->pat->ap.npart, dst->pat->elements);
    } else if (src0->pat && !fits(m, src0, "src0", dst, i->op == TRI_SYS_MAP || i->op == TRI_SYS_SEL, false)) {
        return false;
    }
    bool scalar1 = i->op == TRI_SYS_TS || i->op == TRI_SYS_ACT || i->op == TRI_SYS_SCAN, any = i->op == TRI_SYS_MAP || i->op == TRI_SYS_SEL;
    bool coefficients = i->op == TRI_SYS_IOTA || (i->op == TRI_SYS_SEL && i->fn);
    if (!fits(m, src1, "src1", dst, scalar1 || any, scalar1)) return false;
    if (coefficients) {
        if (third->pat->elements != dst->pat->elements)
            return tri_syssim_trap(m, TRAP_SHAPE, dst, "pattern x has %u elements, dst %u", third->pat->elements, dst->pat->elements);
    } else if (!fits(m, third, "the third operand", dst, true, !any)) {
        return false;
    }
    if (i->op == TRI_SYS_SEL) { /* values of dst's class; the mask may be anything */
        bool values = tri_syssim_is_float(i->dtype_out);
        if (i->fn && !same_class(m, src0, "src0", values, i->dtype_out)) return false;
        return same_class(m, src1, "src1", values, i->dtype_out) && (coefficients || same_class(m, third, "the third operand", values, i->dtype_out));
    }
    if (!same_class(m, src1, "src1", floats, i->dtype_in) || (!coefficients && !same_class(m, third, "the third operand", floats, i->dtype_in)))
        return false;
    if (i->flags & TRI_SYS_REDUCE && (!floats || dst->pat->ap.npart > 128))
        return tri_syssim_trap(m, TRAP_DTYPE, dst, "row sums are for floats on 128 partitions");
    if (i->op == TRI_SYS_TT || i->op == TRI_SYS_TS || i->op == TRI_SYS_STT || i->op == TRI_SYS_RED || i->op == TRI_SYS_SCAN)
        return alu_ok(m, TRI_SYS_OP0(i->fn), floats) && alu_ok(m, TRI_SYS_OP1(i->fn), floats);
    if (i->op == TRI_SYS_MAP) {
        const tri_systolic_expr *e = &m->code->program->exprs[i->fn];
        for (int k = 0; k < e->n_nodes; k++) {
            const uint8_t in[3] = {e->node[k].a, e->node[k].b, e->node[k].c};
            for (int j = 0; j < 3; j++)
                if ((in[j] == TRI_SYS_IN_SRC1 && !given(src1)) || (in[j] == TRI_SYS_IN_THIRD && !given(third)))
                    return tri_syssim_trap(m, TRAP_SHAPE, NULL, "the expression reads an operand that is absent");
            bool function = e->node[k].op >= TRI_SYS_NODE_FUNCTION && e->node[k].op < TRI_SYS_NODE_SELECT;
            if (function && !floats) return tri_syssim_trap(m, TRAP_DTYPE, NULL, "functions are for floats");
            if (e->node[k].op < TRI_SYS_NODE_FUNCTION && !alu_ok(m, e->node[k].op, floats)) return false;
            if (in[0] == TRI_SYS_IN_DST || in[1] == TRI_SYS_IN_DST || in[2] == TRI_SYS_IN_DST)
                if (!same_class(m, dst, "dst", floats, i->dtype_in)) return false;
        }
    }
    return true;
}

/* Elements [first, first + n) of an operand's row p; a scalar fills. */
static void fetch_f32(machine *m, const operand *o, const op_context *c, uint32_t p, uint32_t first, uint32_t n, float *out)
{
    float value;
    if (o->immediate) {
        memcpy(&value, &o->value, 4);
    } else {
        const uint8_t *from = tri_syssim_row(m, o, o->pat->ap.npart == 1 ? 0 : p, c->unit);
        if (o->pat->elements != 1) {
            tri_syssim_load_f32(from, o->pat, first, n, out);
            return;
        }
        tri_syssim_load_f32(from, o->pat, 0, 1, &value);
    }
    for (uint32_t j = 0; j < n; j++) out[j] = value;
}

static void fetch_i64(machine *m, const operand *o, const op_context *c, unsigned dtype, uint32_t p, uint32_t first, uint32_t n, int64_t *out)
{
    int64_t value;
    if (o->immediate) {
        value = tri_syssim_wrap(dtype, (int32_t)o->value);
    } else {
        const uint8_t *from = tri_syssim_row(m, o, o->pat->ap.npart == 1 ? 0 : p, c->unit);
        if (o->pat->elements != 1) {
            tri_syssim_load_i64(from, o->pat, first, n, out);
            return;
        }
        tri_syssim_load_i64(from, o->pat, 0, 1, &value);
    }
    for (uint32_t j = 0; j < n; j++) out[j] = value;
}

static bool put_f32(machine *m, const op_context *c, uint32_t p, uint32_t first, uint32_t n, const float *values)
{
    const operand *dst = &c->q->dst;
    for (uint32_t j = 0; m->options.poison_nan && j < n; j++)
        if (values[j] != values[j]) return tri_syssim_trap(m, TRAP_POISON, dst, "a NaN in partition %u, element %u", dst->part + p, first + j);
    tri_syssim_store_f32(tri_syssim_row(m, dst, p, c->unit), dst->pat, first, n, values);
    return true;
}

static void put_i64(machine *m, const op_context *c, uint32_t p, uint32_t first, uint32_t n, const int64_t *values)
{
    tri_syssim_store_i64(tri_syssim_row(m, &c->q->dst, p, c->unit), c->q->dst.pat, first, n, values);
}

/* The value of an affine pattern at elements [first, first + n) of partition p. */
static void affine(const operand *o, uint32_t p, uint32_t first, uint32_t n, int64_t *out)
{
    const tri_systolic_ap *ap = &o->pat->ap;
    for (uint32_t j = 0; j < n; j++) {
        uint32_t rest = first + j, value = o->value + p * (uint32_t)ap->plane_stride;
        for (int k = ap->ndim - 1; k >= 0; k--) {
            value += rest % ap->size[k] * (uint32_t)ap->stride[k];
            rest /= ap->size[k];
        }
        out[j] = (int32_t)value;
    }
}

static bool compare_zero(unsigned fn, int64_t v)
{
    switch (fn) {
    case TRI_SYS_SEL_GE: return v >= 0;
    case TRI_SYS_SEL_GT: return v > 0;
    case TRI_SYS_SEL_EQ: return v == 0;
    case TRI_SYS_SEL_NE: return v != 0;
    case TRI_SYS_SEL_LT: return v < 0;
    default: return v <= 0;
    }
}

static bool select_piece(machine *m, const op_context *c, uint32_t p, uint32_t first, uint32_t n)
{
    const tri_systolic_instruction *i = c->i;
    const operand *dst = &c->q->dst, *src0 = &c->q->src0, *third = &c->q->third;
    const operand *yes = i->fn ? src0 : &c->q->src1, *no = i->fn ? &c->q->src1 : given(third) ? third : dst;
    bool take[PIECE];
    if (i->fn) {
        int64_t *v = (int64_t *)m->scratch[0];
        affine(third, p, first, n, v);
        for (uint32_t j = 0; j < n; j++) take[j] = compare_zero(i->fn, v[j]);
    } else if (tri_syssim_is_float(i->dtype_in)) {
        fetch_f32(m, src0, c, p, first, n, m->scratch[0]);
        for (uint32_t j = 0; j < n; j++) take[j] = m->scratch[0][j] != 0;
    } else {
        int64_t *v = (int64_t *)m->scratch[0];
        fetch_i64(m, src0, c, i->dtype_in, p, first, n, v);
        for (uint32_t j = 0; j < n; j++) take[j] = v[j] != 0;
    }
    if (tri_syssim_is_float(i->dtype_out)) {
        float *a = m->scratch[1], *b = m->scratch[2];
        fetch_f32(m, yes, c, p, first, n, a);
        fetch_f32(m, no, c, p, first, n, b);
        for (uint32_t j = 0; j < n; j++) a[j] = take[j] ? a[j] : b[j];
        return put_f32(m, c, p, first, n, a);
    }
    int64_t *a = (int64_t *)m->scratch[1], *b = (int64_t *)m->scratch[2];
    fetch_i64(m, yes, c, i->dtype_out, p, first, n, a);
    fetch_i64(m, no, c, i->dtype_out, p, first, n, b);
    for (uint32_t j = 0; j < n; j++) a[j] = take[j] ? a[j] : b[j];
    put_i64(m, c, p, first, n, a);
    return true;
}

/* Index along axis k of dst's pattern of its element e. */
static uint32_t axis_index(const pattern *pat, uint32_t e, unsigned axis)
{
    for (int k = pat->ap.ndim - 1; k >= 0; k--) {
        if ((unsigned)k == axis) return e % pat->ap.size[k];
        e /= pat->ap.size[k];
    }
    return 0;
}

/* MAP on one piece. Values 0..3 are the inputs, 4.. the nodes, each a row of PIECE in scratch[3]; indices and constants are made on demand. */
static bool map_piece(machine *m, const op_context *c, bool floats, uint32_t p, uint32_t first, uint32_t n)
{
    const tri_systolic_expr *e = &m->code->program->exprs[c->i->fn];
    const operand *in[4] = {&c->q->src0, &c->q->src1, &c->q->third, &c->q->dst};
    bool used[4] = {false};
    for (int k = 0; k < e->n_nodes; k++) {
        const uint8_t from[3] = {e->node[k].a, e->node[k].b, e->node[k].c};
        for (int j = 0; j < 3; j++)
            if (from[j] < 4) used[from[j]] = true;
    }
    float *rows = m->scratch[3];
    int64_t *whole_rows = (int64_t *)m->scratch[3];
    for (int k = 0; k < 4; k++) {
        if (!used[k]) continue;
        if (floats)
            fetch_f32(m, in[k], c, p, first, n, rows + k * PIECE);
        else
            fetch_i64(m, in[k], c, c->i->dtype_in, p, first, n, whole_rows + k * PIECE);
    }
    for (int k = 0; k < e->n_nodes; k++) {
        const uint8_t from[3] = {e->node[k].a, e->node[k].b, e->node[k].c};
        unsigned op = e->node[k].op;
        const float *f[3] = {NULL, NULL, NULL};
        const int64_t *w[3] = {NULL, NULL, NULL};
        for (int j = 0; j < 3; j++) {
            if (from[j] == TRI_SYS_IN_NONE) continue;
            if (from[j] < TRI_SYS_IN_PARTITION) {
                f[j] = rows + from[j] * PIECE;
                w[j] = whole_rows + from[j] * PIECE;
                continue;
            }
            float *made = m->scratch[j];
            int64_t *whole = (int64_t *)m->scratch[j];
            for (uint32_t t = 0; t < n; t++) {
                int64_t v = from[j] == TRI_SYS_IN_PARTITION  ? p
                            : from[j] >= TRI_SYS_IN_CONSTANT ? 0
                                                             : axis_index(c->q->dst.pat, first + t, from[j] - TRI_SYS_IN_INDEX);
                if (from[j] >= TRI_SYS_IN_CONSTANT) {
                    uint32_t bits = e->constant[from[j] - TRI_SYS_IN_CONSTANT];
                    if (floats)
                        memcpy(&made[t], &bits, 4);
                    else
                        whole[t] = tri_syssim_wrap(c->i->dtype_in, (int32_t)bits);
                } else if (floats) {
                    made[t] = (float)v;
                } else {
                    whole[t] = tri_syssim_wrap(c->i->dtype_in, v);
                }
            }
            f[j] = made;
            w[j] = whole;
        }
        float *out = rows + (4 + k) * PIECE;
        int64_t *whole_out = whole_rows + (4 + k) * PIECE;
        if (op == TRI_SYS_NODE_SELECT) {
            for (uint32_t t = 0; floats && t < n; t++) out[t] = f[0][t] != 0 ? f[1][t] : f[2][t];
            for (uint32_t t = 0; !floats && t < n; t++) whole_out[t] = w[0][t] != 0 ? w[1][t] : w[2][t];
        } else if (op >= TRI_SYS_NODE_FUNCTION) {
            tri_syssim_function(op - TRI_SYS_NODE_FUNCTION, n, f[0], out);
        } else if (floats) {
            tri_syssim_alu_f32(op, n, f[0], f[1] ? f[1] : f[0], out);
        } else {
            tri_syssim_alu_i64(op, c->i->dtype_in, n, w[0], w[1] ? w[1] : w[0], whole_out);
        }
    }
    int last = 4 + e->n_nodes - 1;
    if (floats) return put_f32(m, c, p, first, n, rows + last * PIECE);
    put_i64(m, c, p, first, n, whole_rows + last * PIECE);
    return true;
}

/* Row sums in the order of RED: partial sums of every 16th element, then a tree. The pieces are multiples of 16 long. */
static void partials_f32(unsigned op, const float *values, uint32_t first, uint32_t n, float *partial)
{
    for (uint32_t j = 0; j < n; j += PARTIALS) {
        uint32_t some = n - j < PARTIALS ? n - j : PARTIALS;
        if (first + j == 0)
            memcpy(partial, values, 4ull * some);
        else
            tri_syssim_alu_f32(op, some, partial, values + j, partial);
    }
}

static float tree_f32(unsigned op, uint32_t n, float *partial)
{
    for (uint32_t half = PARTIALS / 2; half; half /= 2)
        for (uint32_t j = 0; j < half && j + half < n; j++) tri_syssim_alu_f32(op, 1, &partial[j], &partial[j + half], &partial[j]);
    return partial[0];
}

static void row_sum(machine *m, const op_context *c, uint32_t p, uint32_t first, uint32_t n, const float *values, float *partial)
{
    uint32_t all = c->q->dst.pat->elements;
    partials_f32(TRI_SYS_ALU_ADD, values, first, n, partial);
    if (first + n != all) return;
    unit *u = &m->units[c->unit];
    float sum = tree_f32(TRI_SYS_ALU_ADD, all < PARTIALS ? all : PARTIALS, partial);
    u->row[p] = c->i->flags & TRI_SYS_ACC && u->row_init[p] ? u->row[p] + sum : sum;
    u->row_init[p] = true;
}

static bool float_piece(machine *m, const op_context *c, uint32_t p, uint32_t first, uint32_t n, float *partial)
{
    const tri_systolic_instruction *i = c->i;
    const queue_state *q = c->q;
    unsigned op0 = TRI_SYS_OP0(i->fn), op1 = TRI_SYS_OP1(i->fn);
    float *a = m->scratch[0], *b = m->scratch[1], *t = m->scratch[2];
    fetch_f32(m, &q->src0, c, p, first, n, a);
    if (given(&q->src1)) fetch_f32(m, &q->src1, c, p, first, n, b);
    if (given(&q->third)) fetch_f32(m, &q->third, c, p, first, n, t);
    switch (i->op) {
    case TRI_SYS_TT: tri_syssim_alu_f32(op0, n, a, b, a); break;
    case TRI_SYS_TS:
        tri_syssim_alu_f32(op0, n, a, given(&q->src1) ? b : a, a);
        if (op1) tri_syssim_alu_f32(op1, n, a, t, a);
        break;
    case TRI_SYS_STT:
        tri_syssim_alu_f32(op0, n, a, given(&q->third) ? t : a, a);
        tri_syssim_alu_f32(op1, n, a, b, a);
        break;
    case TRI_SYS_ACT:
        if (given(&q->third)) tri_syssim_alu_f32(TRI_SYS_ALU_MUL, n, a, t, a);
        if (given(&q->src1)) tri_syssim_alu_f32(TRI_SYS_ALU_ADD, n, a, b, a);
        tri_syssim_function(i->fn, n, a, a);
        break;
    default: break;
    }
    if (i->flags & TRI_SYS_REDUCE) row_sum(m, c, p, first, n, a, partial);
    return put_f32(m, c, p, first, n, a);
}

static void integer_piece(machine *m, const op_context *c, uint32_t p, uint32_t first, uint32_t n)
{
    const tri_systolic_instruction *i = c->i;
    const queue_state *q = c->q;
    unsigned op0 = TRI_SYS_OP0(i->fn), op1 = TRI_SYS_OP1(i->fn), dtype = i->dtype_in;
    int64_t *a = (int64_t *)m->scratch[0], *b = (int64_t *)m->scratch[1], *t = (int64_t *)m->scratch[2];
    if (i->op == TRI_SYS_IOTA) {
        affine(&q->third, p, first, n, a);
        put_i64(m, c, p, first, n, a);
        return;
    }
    fetch_i64(m, &q->src0, c, dtype, p, first, n, a);
    if (given(&q->src1)) fetch_i64(m, &q->src1, c, dtype, p, first, n, b);
    if (given(&q->third)) fetch_i64(m, &q->third, c, dtype, p, first, n, t);
    if (i->op == TRI_SYS_TT || i->op == TRI_SYS_TS) tri_syssim_alu_i64(op0, dtype, n, a, given(&q->src1) ? b : a, a);
    if (i->op == TRI_SYS_TS && op1) tri_syssim_alu_i64(op1, dtype, n, a, t, a);
    if (i->op == TRI_SYS_STT) {
        tri_syssim_alu_i64(op0, dtype, n, a, given(&q->third) ? t : a, a);
        tri_syssim_alu_i64(op1, dtype, n, a, b, a);
    }
    put_i64(m, c, p, first, n, a);
}

static bool reduce(machine *m, const op_context *c, bool floats)
{
    const operand *dst = &c->q->dst, *src0 = &c->q->src0;
    unsigned op = TRI_SYS_OP0(c->i->fn), dtype = c->i->dtype_in;
    uint32_t group = src0->pat->elements / dst->pat->elements;
    for (uint32_t p = 0; p < dst->pat->ap.npart; p++) {
        for (uint32_t e = 0; e < dst->pat->elements; e++) {
            float partial[PARTIALS];
            int64_t total = 0;
            for (uint32_t first = 0; first < group; first += PIECE) {
                uint32_t n = group - first < PIECE ? group - first : PIECE, from = e * group + first;
                if (floats) {
                    fetch_f32(m, src0, c, p, from, n, m->scratch[0]);
                    partials_f32(op, m->scratch[0], first, n, partial);
                    continue;
                }
                int64_t *v = (int64_t *)m->scratch[0];
                fetch_i64(m, src0, c, dtype, p, from, n, v);
                if (!first) total = v[0];
                for (uint32_t j = !first; j < n; j++) tri_syssim_alu_i64(op, dtype, 1, &total, &v[j], &total);
            }
            if (!floats)
                put_i64(m, c, p, e, 1, &total);
            else {
                float value = tree_f32(op, group < PARTIALS ? group : PARTIALS, partial);
                if (!put_f32(m, c, p, e, 1, &value)) return false;
            }
        }
    }
    return true;
}

/* RED and COPY with flag T: one row made from all partitions of src0, given to all of dst. */
static bool across(machine *m, const op_context *c, bool floats)
{
    const operand *dst = &c->q->dst, *src0 = &c->q->src0;
    unsigned op = TRI_SYS_OP0(c->i->fn), dtype = c->i->dtype_in;
    float *sum = m->scratch[0], *row = m->scratch[1];
    int64_t *whole = (int64_t *)m->scratch[0], *whole_row = (int64_t *)m->scratch[1];
    for (uint32_t first = 0; first < dst->pat->elements; first += PIECE) {
        uint32_t n = dst->pat->elements - first < PIECE ? dst->pat->elements - first : PIECE;
        for (uint32_t p = 0; p < src0->pat->ap.npart; p++) {
            if (floats) {
                fetch_f32(m, src0, c, p, first, n, p ? row : sum);
                if (p) tri_syssim_alu_f32(op, n, sum, row, sum);
            } else {
                fetch_i64(m, src0, c, dtype, p, first, n, p ? whole_row : whole);
                if (p) tri_syssim_alu_i64(op, dtype, n, whole, whole_row, whole);
            }
        }
        for (uint32_t p = 0; p < dst->pat->ap.npart; p++) {
            if (floats && !put_f32(m, c, p, first, n, sum)) return false;
            if (!floats) put_i64(m, c, p, first, n, whole);
        }
    }
    return true;
}

static bool scan(machine *m, const op_context *c, bool floats)
{
    const operand *dst = &c->q->dst, *src0 = &c->q->src0, *initial = &c->q->src1;
    const tri_systolic_ap *ap = &src0->pat->ap;
    unsigned op = TRI_SYS_OP0(c->i->fn), dtype = c->i->dtype_in;
    uint32_t inner = ap->ndim ? ap->size[ap->ndim - 1] : 1;
    for (uint32_t p = 0; p < dst->pat->ap.npart; p++) {
        float carry = 0;
        int64_t whole_carry = 0;
        for (uint32_t first = 0; first < dst->pat->elements; first += PIECE) {
            uint32_t n = dst->pat->elements - first < PIECE ? dst->pat->elements - first : PIECE;
            float *v = m->scratch[0];
            int64_t *w = (int64_t *)m->scratch[0];
            if (floats)
                fetch_f32(m, src0, c, p, first, n, v);
            else
                fetch_i64(m, src0, c, dtype, p, first, n, w);
            for (uint32_t j = 0; j < n; j++) {
                bool begins = (first + j) % inner == 0;
                if (begins && given(initial)) {
                    if (floats)
                        fetch_f32(m, initial, c, p, 0, 1, &carry);
                    else
                        fetch_i64(m, initial, c, dtype, p, 0, 1, &whole_carry);
                }
                bool combine = !begins || given(initial);
                if (floats && combine) tri_syssim_alu_f32(op, 1, &carry, &v[j], &v[j]);
                if (!floats && combine) tri_syssim_alu_i64(op, dtype, 1, &whole_carry, &w[j], &w[j]);
                if (floats)
                    carry = v[j];
                else
                    whole_carry = w[j];
            }
            if (floats && !put_f32(m, c, p, first, n, v)) return false;
            if (!floats) put_i64(m, c, p, first, n, w);
        }
    }
    return true;
}

static bool transpose(machine *m, const op_context *c)
{
    const operand *dst = &c->q->dst, *src0 = &c->q->src0;
    for (uint32_t p = 0; p < src0->pat->ap.npart; p++) {
        int64_t *bits = (int64_t *)m->scratch[0];
        pattern raw_in = *src0->pat, raw_out = *dst->pat;
        raw_in.ap.dtype = raw_out.ap.dtype = raw_in.bytes == 1 ? TRI_SYS_U8 : raw_in.bytes == 2 ? TRI_SYS_U16 : TRI_SYS_U32;
        tri_syssim_load_i64(tri_syssim_row(m, src0, p, c->unit), &raw_in, 0, src0->pat->elements, bits);
        for (uint32_t f = 0; f < src0->pat->elements; f++) tri_syssim_store_i64(tri_syssim_row(m, dst, f, c->unit), &raw_out, p, 1, &bits[f]);
    }
    return true;
}

static bool memset_row(machine *m, const op_context *c, uint32_t p, uint32_t first, uint32_t n)
{
    const operand *dst = &c->q->dst;
    if (tri_syssim_is_float(c->i->dtype_out)) {
        fetch_f32(m, &c->q->src1, c, p, first, n, m->scratch[0]);
        tri_syssim_store_f32(tri_syssim_row(m, dst, p, c->unit), dst->pat, first, n, m->scratch[0]);
    } else {
        fetch_i64(m, &c->q->src1, c, c->i->dtype_out, p, first, n, (int64_t *)m->scratch[0]);
        put_i64(m, c, p, first, n, (int64_t *)m->scratch[0]);
    }
    return true;
}

static bool reads_old_dst(const machine *m, const op_context *c)
{
    if (c->i->op == TRI_SYS_SEL) return !c->i->fn && !given(&c->q->third);
    if (c->i->op != TRI_SYS_MAP) return false;
    const tri_systolic_expr *e = &m->code->program->exprs[c->i->fn];
    for (int k = 0; k < e->n_nodes; k++)
        if (e->node[k].a == TRI_SYS_IN_DST || e->node[k].b == TRI_SYS_IN_DST || e->node[k].c == TRI_SYS_IN_DST) return true;
    return false;
}

bool tri_syssim_vector_values(machine *m, const op_context *c)
{
    const tri_systolic_instruction *i = c->i;
    const queue_state *q = c->q;
    bool floats = is_float_op(c), coefficients = i->op == TRI_SYS_IOTA || (i->op == TRI_SYS_SEL && i->fn);
    bool array = i->op == TRI_SYS_XPOSE && !m->chip->bundle; /* pe.c has checked and marked everything */
    if (!array) {
        if (!tri_syssim_check_read(m, &q->src0, c->unit) || !tri_syssim_check_read(m, &q->src1, c->unit)) return false;
        if (!coefficients && !tri_syssim_check_read(m, &q->third, c->unit)) return false;
        if (reads_old_dst(m, c) && !tri_syssim_check_read(m, &q->dst, c->unit)) return false;
        if (!tri_syssim_check_write(m, &q->dst, c->unit)) return false;
    }
    if (i->op == TRI_SYS_XPOSE) return transpose(m, c);
    if (i->flags & TRI_SYS_T) return across(m, c, floats);
    if (i->op == TRI_SYS_RED) return reduce(m, c, floats);
    if (i->op == TRI_SYS_SCAN) return scan(m, c, floats);
    uint32_t all = q->dst.pat->elements;
    for (uint32_t p = 0; p < q->dst.pat->ap.npart; p++) {
        float partial[PARTIALS] = {0};
        for (uint32_t first = 0; first < all; first += PIECE) {
            uint32_t n = all - first < PIECE ? all - first : PIECE;
            bool ok = true;
            if (i->op == TRI_SYS_SEL)
                ok = select_piece(m, c, p, first, n);
            else if (i->op == TRI_SYS_MAP)
                ok = map_piece(m, c, floats, p, first, n);
            else if (i->op == TRI_SYS_MEMSET)
                ok = memset_row(m, c, p, first, n);
            else if (i->op == TRI_SYS_IOTA || !floats)
                integer_piece(m, c, p, first, n);
            else
                ok = float_piece(m, c, p, first, n, partial);
            if (!ok) return false;
        }
    }
    return true;
}
