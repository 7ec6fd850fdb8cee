/* targets/systolic/sched_regions.c - maps and reductions of vector, scalar and general roles. What: the region's values as trees, covered from the
 * root with the instructions that take most of them: (a op s) op b is one STT, (a op s) op t one TS, f(s * a + b) one ACT; what they leave is made
 * first, in private memory. Guarantees: each value is rounded to its own dtype, but for f32 inside one instruction, which computes in f32. */
#include "targets/systolic/scalars.h"
#include "targets/systolic/sched_queues.h"

enum { MOST_MADE = 64 };

typedef struct region {
    sched *s;
    sched_role *role;
    const tri_op *op;
    const tri_block *block;
    int64_t dims[2]; /* of the results */
    int part;
    struct {
        const tri_value *value;
        place p;
    } made[MOST_MADE]; /* values that are in private memory until the region's end */
    int n_made;
} region;

static void make(region *r, const tri_value *value, const place *dst);
static place element(region *r, const tri_value *value);

static uint8_t dtype_of(region *r, const tri_value *value)
{
    int code = tri_systolic_dtype_of(value->type.dtype == TRI_I1 ? TRI_U8 : (tri_dtype)value->type.dtype);
    if (code < 0) sched_fail(r->s, r->op, TRI_UNSUPPORTED, "%s has no %s", r->s->chip->name, tri_dtype_name((tri_dtype)value->type.dtype));
    return code < 0 ? 0 : (uint8_t)code;
}

static bool is_float(const tri_value *value) { return tri_dtype_is_float((tri_dtype)value->type.dtype); }

static bool constant(const tri_value *value, double *out)
{
    if (!value->op || value->op->kind != TRI_SCALAR_CONSTANT) return false;
    const tri_attr *attr = tri_op_attr(value->op, "value");
    *out = tri_dtype_is_float((tri_dtype)attr->type.dtype) ? tri_load_f64((tri_dtype)attr->type.dtype, attr->data)
                                                           : (double)tri_load_i64((tri_dtype)attr->type.dtype, attr->data);
    return true;
}

static bool used_once(const region *r, const tri_value *value)
{
    int uses = 0;
    for (const tri_op *op = r->block->first; op; op = op->next)
        for (uint32_t i = 0; i < op->n_operands; i++) uses += op->operands[i] == value;
    return uses == 1;
}

static const place *argument(const region *r, const tri_value *value)
{
    return value->op ? NULL : sched_tile(r->role, r->op->operands[value->index]);
}

/* The sizes that a value really has: 1 where all of it is the same. */
static void natural_dims(const region *r, const tri_value *value, int64_t dims[2])
{
    dims[0] = dims[1] = 1;
    const place *p = argument(r, value);
    if (p && !p->literal) {
        dims[0] = p->dims[0];
        dims[1] = p->dims[1];
    }
    if (!value->op) return;
    if (value->op->kind == TRI_SCALAR_COORDINATE) {
        dims[0] = r->dims[0];
        dims[1] = r->dims[1];
    }
    for (uint32_t i = 0; i < value->op->n_operands; i++) {
        int64_t inner[2];
        natural_dims(r, value->op->operands[i], inner);
        for (int d = 0; d < 2; d++)
            if (inner[d] > dims[d]) dims[d] = inner[d];
    }
}

static bool is_made(const region *r, const tri_value *value)
{
    for (int i = 0; i < r->n_made; i++)
        if (r->made[i].value == value) return true;
    return false;
}

/* Engines compute in f32 whatever narrower float they read, so widening needs no instruction. */
static const tri_value *peel(const tri_value *value)
{
    while (value->op && value->op->kind == TRI_SCALAR_CONVERT && value->type.dtype == TRI_F32 && is_float(value->op->operands[0]))
        value = value->op->operands[0];
    return value;
}

static bool scalar_shape(const region *r, const tri_value *value)
{
    int64_t dims[2];
    natural_dims(r, value, dims);
    const place *p = argument(r, value);
    if (p) return element_is_scalar(p, r->dims, r->part);
    return dims[!r->part] == 1;
}

/* A value that an instruction may compute on the way to its user: f32, and needed there alone. */
static bool passes(const region *r, const tri_value *value)
{
    return value->op && value->op->kind != TRI_SCALAR_CONSTANT && value->type.dtype == TRI_F32 && !is_made(r, value) && used_once(r, value);
}

/* The ALU op of a binary scalar op on operands in order, and exchanged (NONE: does not exist). */
static bool binary_alu(const tri_value *value, unsigned *op, unsigned *reversed)
{
    if (!value->op) return false;
    const scalar_row *row = scalar_row_of((tri_op_kind)value->op->kind);
    if (!row || row->form != FORM_ALU) return false;
    bool logic = value->op->operands[0]->type.dtype == TRI_I1;
    *op = logic ? row->logic : row->op;
    *reversed = logic ? row->logic : row->reversed;
    return true;
}

static place fresh(region *r, const tri_value *value, const int64_t dims[2])
{
    if (r->n_made == MOST_MADE) sched_fail(r->s, r->op, TRI_UNSUPPORTED, "a region of more than %d intermediate values", MOST_MADE);
    if (r->s->error) return (place){.literal = true};
    place p = sched_allocate(r->s, r->role, r->op, dims, r->part, dtype_of(r, value));
    r->made[r->n_made].value = value;
    r->made[r->n_made++].p = p;
    return p;
}

/* A value as an operand: where it is, or made now. */
static place element(region *r, const tri_value *value)
{
    double number;
    const place *p = argument(r, value);
    if (p) {
        place found = *p;
        if (!found.literal && found.part != r->part && found.dims[0] == 1 && found.dims[1] == 1) found.part = (uint8_t)r->part;
        return found;
    }
    if (constant(value, &number)) return (place){.literal = true, .value = number, .buffer = NO_BUFFER};
    for (int i = 0; i < r->n_made; i++)
        if (r->made[i].value == value) return r->made[i].p;
    int64_t dims[2];
    natural_dims(r, value, dims);
    place made = fresh(r, value, dims);
    if (!r->s->error) make(r, value, &made);
    return made;
}

/* In memory, where an instruction takes no number: a number once a partition. */
static place element_in_memory(region *r, const tri_value *value)
{
    place p = element(r, value);
    if (!p.literal || r->s->error) return p;
    int64_t dims[2] = {1, 1};
    dims[r->part] = r->dims[r->part];
    place made = fresh(r, value, dims);
    if (!r->s->error) elements_fill(r->s, r->role, r->op, &made, p.value);
    return made;
}

static void run(region *r, statement st)
{
    const place *operands[] = {&st.src0, &st.src1, &st.third};
    bool full_src1 = st.op == TRI_SYS_TT || st.op == TRI_SYS_STT || st.op == TRI_SYS_SEL;
    for (int k = 0; k < 3; k++) {
        const place *p = operands[k];
        if (!p->defined && !p->literal) continue;
        bool full = !k || (k == 1 && full_src1) || st.op == TRI_SYS_SEL;
        bool ok =
            full ? element_is_full(p, st.dst.dims, r->part) || (st.op == TRI_SYS_SEL && p->literal) : element_is_scalar(p, st.dst.dims, r->part);
        if (!ok)
            sched_fail(r->s, r->op, TRI_UNSUPPORTED,
                       "an operand of %lldx%lld for a result of %lldx%lld: only what a copy role loads is repeated over the partitions",
                       (long long)p->dims[0], (long long)p->dims[1], (long long)st.dst.dims[0], (long long)st.dst.dims[1]);
    }
    bool two = st.op == TRI_SYS_TT || st.op == TRI_SYS_STT || st.op == TRI_SYS_SEL;
    if (r->role->unit == TRI_UNIT_SCALAR && two)
        sched_fail(r->s, r->op, TRI_UNSUPPORTED, "the scalar engine of %s has one full operand: put this map in a vector or general role",
                   r->s->chip->name);
    if (!r->s->error) elements_emit(r->s, r->role, r->op, &st);
}

/* ---- arithmetic ---- */

typedef struct fused {
    const tri_value *full, *scalar;
    unsigned op;
} fused;

/* value = full op scalar, in this order, computed on the way to its user. */
static bool fuse(const region *r, const tri_value *value, fused *out)
{
    unsigned op, reversed;
    if (!passes(r, value) || !binary_alu(value, &op, &reversed)) return false;
    const tri_value *a = peel(value->op->operands[0]), *b = peel(value->op->operands[1]);
    if (!is_float(a)) return false;
    if (scalar_shape(r, b) && !(argument(r, a) && argument(r, a)->literal)) {
        double ignored;
        if (constant(a, &ignored)) return false;
        *out = (fused){a, b, op};
        return true;
    }
    if (!scalar_shape(r, a) || !reversed) return false;
    *out = (fused){b, a, reversed};
    return true;
}

static bool is_number(const region *r, const tri_value *value)
{
    double ignored;
    return constant(value, &ignored) || (argument(r, value) && argument(r, value)->literal);
}

static void make_binary(region *r, const tri_value *value, const place *dst)
{
    enum { SECOND_OPS = 8 };
    const tri_value *side[2] = {peel(value->op->operands[0]), peel(value->op->operands[1])};
    unsigned ops[2] = {0, 0}; /* with side[0] first, with side[1] first */
    binary_alu(value, &ops[0], &ops[1]);
    bool floats = is_float(side[0]) && is_float(side[1]), two_wide = r->role->unit != TRI_UNIT_SCALAR;
    for (int k = 0; k < 2 && floats; k++) {
        fused inner;
        const tri_value *other = side[!k];
        if (!ops[k] || ops[k] >= SECOND_OPS || !fuse(r, side[k], &inner)) continue;
        bool scalar = scalar_shape(r, other);
        if (!scalar && !two_wide) continue;
        statement st = {.op = scalar ? TRI_SYS_TS : TRI_SYS_STT, .fn = TRI_SYS_ALU_FN(inner.op, ops[k]), .dst = *dst};
        st.src0 = element_in_memory(r, inner.full);
        *(scalar ? &st.src1 : &st.third) = element(r, inner.scalar);
        *(scalar ? &st.third : &st.src1) = element(r, other);
        run(r, st);
        return;
    }
    int first = is_number(r, side[0]) || (scalar_shape(r, side[0]) && !scalar_shape(r, side[1])) ? 1 : 0;
    if (first && !ops[1]) first = 0;
    bool scalar = scalar_shape(r, side[!first]);
    statement st = {.op = scalar ? TRI_SYS_TS : TRI_SYS_TT, .fn = TRI_SYS_ALU_FN(ops[first], TRI_SYS_ALU_NONE), .dst = *dst};
    st.src0 = element_in_memory(r, side[first]);
    st.src1 = element(r, side[!first]);
    tri_op_kind kind = (tri_op_kind)value->op->kind;
    if (kind == TRI_SCALAR_SHIFT_RIGHT_LOGICAL || kind == TRI_SCALAR_SHIFT_RIGHT_ARITHMETIC)
        st.dst.dtype = st.src0.dtype = st.src1.dtype = integer_of_size(st.src0.dtype, kind == TRI_SCALAR_SHIFT_RIGHT_ARITHMETIC);
    run(r, st);
}

static place number(double value) { return (place){.literal = true, .value = value, .buffer = NO_BUFFER}; }

static void make_unary(region *r, const tri_value *value, const place *dst, unsigned alu)
{
    run(r,
        (statement){
            .op = TRI_SYS_TS, .fn = TRI_SYS_ALU_FN(alu, TRI_SYS_ALU_NONE), .dst = *dst, .src0 = element_in_memory(r, peel(value->op->operands[0]))});
}

static void make_with_number(region *r, const tri_value *value, const place *dst, unsigned alu, double n)
{
    run(r, (statement){.op = TRI_SYS_TS,
                       .fn = TRI_SYS_ALU_FN(alu, TRI_SYS_ALU_NONE),
                       .dst = *dst,
                       .src0 = element_in_memory(r, peel(value->op->operands[0])),
                       .src1 = number(n)});
}

/* f(scale * a + bias) in one, with as much of the argument as fits. */
static void make_function(region *r, const tri_value *value, const place *dst, unsigned function)
{
    const tri_value *at = peel(value->op->operands[0]);
    statement st = {.op = TRI_SYS_ACT, .fn = (uint8_t)function, .dst = *dst};
    fused sum, product;
    if (r->role->unit != TRI_UNIT_SCALAR) {
        sched_fail(r->s, r->op, TRI_UNSUPPORTED, "'%s' is a function of the scalar engine of %s: put this map in a scalar role",
                   tri_op_row_of((tri_op_kind)value->op->kind)->text, r->s->chip->name);
        return;
    }
    double n, sign = 1;
    if (fuse(r, at, &sum) && (sum.op == TRI_SYS_ALU_ADD || sum.op == TRI_SYS_ALU_RSUB || (sum.op == TRI_SYS_ALU_SUB && constant(sum.scalar, &n)))) {
        st.src1 = sum.op == TRI_SYS_ALU_SUB ? number(-n) : element(r, sum.scalar);
        sign = sum.op == TRI_SYS_ALU_RSUB ? -1 : 1;
        at = sum.full;
    }
    if (fuse(r, at, &product) && product.op == TRI_SYS_ALU_MUL && (sign == 1 || is_number(r, product.scalar))) {
        st.third = element(r, product.scalar);
        st.third.value *= sign;
        at = product.full;
    } else if (sign < 0) {
        st.third = number(-1);
    }
    st.src0 = element_in_memory(r, at);
    run(r, st);
}

/* ---- choices ---- */

/* base + step[0] * row + step[1] * column, with integers that are known now. */
typedef struct affine {
    int64_t base, step[2];
} affine;

static bool is_affine(const region *r, const tri_value *value, affine *out)
{
    *out = (affine){0};
    double n;
    const place *p = argument(r, value);
    if (is_float(value)) return false;
    if (constant(value, &n) || (p && p->literal)) {
        out->base = (int64_t)(p ? p->value : n);
        return true;
    }
    if (!value->op) return false;
    const tri_op *op = value->op;
    if (op->kind == TRI_SCALAR_COORDINATE) {
        out->step[r->op->results[0]->type.rank < 2 ? 1 : tri_op_integer(op, "dim", 0) != 0] = 1;
        return true;
    }
    affine a, b;
    if (op->kind == TRI_SCALAR_CONVERT) return is_affine(r, op->operands[0], out);
    if (op->n_operands != 2 || !is_affine(r, op->operands[0], &a) || !is_affine(r, op->operands[1], &b)) return false;
    int64_t sign = op->kind == TRI_SCALAR_SUBTRACT ? -1 : 1;
    if (op->kind == TRI_SCALAR_MULTIPLY) {
        const affine *factor = b.step[0] || b.step[1] ? &a : &b, *x = factor == &b ? &a : &b;
        if (factor->step[0] || factor->step[1]) return false;
        *out = (affine){x->base * factor->base, {x->step[0] * factor->base, x->step[1] * factor->base}};
        return true;
    }
    if (op->kind != TRI_SCALAR_ADD && op->kind != TRI_SCALAR_SUBTRACT) return false;
    *out = (affine){a.base + sign * b.base, {a.step[0] + sign * b.step[0], a.step[1] + sign * b.step[1]}};
    return true;
}

/* A comparison of affine values, as one with zero. */
static bool is_affine_comparison(const region *r, const tri_value *value, affine *out, unsigned *out_compare)
{
    static const struct {
        uint16_t scalar;
        uint8_t compare;
    } rows[] = {{TRI_SCALAR_GE, TRI_SYS_SEL_GE}, {TRI_SCALAR_GT, TRI_SYS_SEL_GT}, {TRI_SCALAR_EQ, TRI_SYS_SEL_EQ},
                {TRI_SCALAR_NE, TRI_SYS_SEL_NE}, {TRI_SCALAR_LT, TRI_SYS_SEL_LT}, {TRI_SCALAR_LE, TRI_SYS_SEL_LE}};
    affine a, b;
    if (!value->op || value->op->n_operands != 2) return false;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i].scalar != value->op->kind || !is_affine(r, value->op->operands[0], &a) || !is_affine(r, value->op->operands[1], &b)) continue;
        *out = (affine){a.base - b.base, {a.step[0] - b.step[0], a.step[1] - b.step[1]}};
        *out_compare = rows[i].compare;
        return out->step[0] || out->step[1];
    }
    return false;
}

static unsigned opposite(unsigned compare)
{
    static const uint8_t other[TRI_SYS_SEL_COUNT] = {
        [TRI_SYS_SEL_GE] = TRI_SYS_SEL_LT, [TRI_SYS_SEL_GT] = TRI_SYS_SEL_LE, [TRI_SYS_SEL_EQ] = TRI_SYS_SEL_NE,
        [TRI_SYS_SEL_NE] = TRI_SYS_SEL_EQ, [TRI_SYS_SEL_LT] = TRI_SYS_SEL_GE, [TRI_SYS_SEL_LE] = TRI_SYS_SEL_GT,
    };
    return other[compare];
}

static void make_select(region *r, const tri_value *value, const place *dst)
{
    const tri_value *condition = value->op->operands[0];
    affine a;
    unsigned compare;
    if (is_affine_comparison(r, condition, &a, &compare)) {
        place yes = element(r, value->op->operands[1]), no = element(r, value->op->operands[2]);
        if (yes.literal && !no.literal) {
            place other = yes;
            yes = no;
            no = other;
            compare = opposite(compare);
        } else if (yes.literal) {
            yes = element_in_memory(r, value->op->operands[1]);
        }
        if (!r->s->error) elements_select_affine(r->s, r->role, r->op, dst, compare, a.base, a.step, &yes, &no);
        return;
    }
    statement st = {.op = TRI_SYS_SEL, .fn = TRI_SYS_SEL_MASK, .dst = *dst, .src0 = element_in_memory(r, condition)};
    st.src1 = element(r, value->op->operands[1]);
    st.third = element_in_memory(r, value->op->operands[2]);
    run(r, st);
}

static void copy(region *r, const place *dst, place from)
{
    if (from.literal)
        elements_fill(r->s, r->role, r->op, dst, from.value);
    else
        run(r, (statement){.op = TRI_SYS_COPY, .dst = *dst, .src0 = from});
}

static void make_convert(region *r, const tri_value *value, const place *dst)
{
    const tri_value *from = value->op->operands[0];
    if (value->type.dtype == TRI_I1 && from->type.dtype != TRI_I1)
        make_with_number(r, value, dst, TRI_SYS_ALU_NE, 0);
    else if (passes(r, from)) /* rounded on its way out */
        make(r, from, dst);
    else
        copy(r, dst, element(r, from));
}

/* dst = value, rounded to dst's dtype. */
static void make(region *r, const tri_value *value, const place *dst)
{
    if (r->s->error) return;
    double n;
    if (!value->op || constant(value, &n) || is_made(r, value)) {
        bool same = is_made(r, value) && element(r, value).byte == dst->byte;
        if (!same) copy(r, dst, element(r, value));
        if (!same || !value->op) return;
    }
    const tri_op *op = value->op;
    const scalar_row *row = scalar_row_of((tri_op_kind)op->kind);
    if (row && row->form == FORM_FUNCTION) {
        make_function(r, value, dst, row->op);
    } else if (row && row->form == FORM_ALU) {
        make_binary(r, value, dst);
    } else if (row && row->form == FORM_UNARY) {
        if (op->kind == TRI_SCALAR_NOT && value->type.dtype == TRI_I1)
            make_with_number(r, value, dst, TRI_SYS_ALU_EQ, 0);
        else
            make_unary(r, value, dst, row->op);
    } else {
        switch (op->kind) {
        case TRI_SCALAR_CONVERT: make_convert(r, value, dst); break;
        case TRI_SCALAR_SELECT: make_select(r, value, dst); break;
        case TRI_SCALAR_NEGATE: make_with_number(r, value, dst, TRI_SYS_ALU_MUL, -1); break;
        case TRI_SCALAR_COORDINATE:
            elements_coordinate(r->s, r->role, r->op, dst, r->op->results[0]->type.rank < 2 ? 1 : (int)tri_op_integer(op, "dim", 0));
            break;
        case TRI_SCALAR_SQUARE: {
            place x = element_in_memory(r, peel(op->operands[0]));
            if (r->role->unit == TRI_UNIT_SCALAR)
                run(r, (statement){.op = TRI_SYS_ACT, .fn = TRI_SYS_FN_SQUARE, .dst = *dst, .src0 = x});
            else
                run(r, (statement){.op = TRI_SYS_TT, .fn = TRI_SYS_ALU_FN(TRI_SYS_ALU_MUL, TRI_SYS_ALU_NONE), .dst = *dst, .src0 = x, .src1 = x});
            break;
        }
        case TRI_SCALAR_CLAMP:
            run(r, (statement){.op = TRI_SYS_TS,
                               .fn = TRI_SYS_ALU_FN(TRI_SYS_ALU_MAX, TRI_SYS_ALU_MIN),
                               .dst = *dst,
                               .src0 = element_in_memory(r, peel(op->operands[1])),
                               .src1 = element(r, op->operands[0]),
                               .third = element(r, op->operands[2])});
            break;
        case TRI_SCALAR_BITCAST: {
            place to = *dst, from = element_in_memory(r, op->operands[0]);
            to.dtype = from.dtype = integer_of_size(dst->dtype, false);
            copy(r, &to, from);
            break;
        }
        default:
            sched_fail(r->s, r->op, TRI_UNSUPPORTED, "%s has no instruction for the scalar op '%s'", r->s->chip->name,
                       tri_op_row_of((tri_op_kind)op->kind)->text);
        }
    }
}

/* ---- statements ---- */

/* Where result i is computed: its slot, when a store_into is all that uses it, else private memory, held until sched_release. */
static place result_place(sched *s, sched_role *role, const tri_op *op, uint32_t i)
{
    const tri_value *value = op->results[i];
    const tri_op *store = s->store_of[value->id];
    if (store) {
        sched_ring *ring = sched_ring_of(s, store->operands[1]);
        if (ring->slot.space == TRI_SYS_SP && ring->producer == role->number && ring->acquired > ring->published) return sched_into(s, role, store);
    }
    int64_t dims[2];
    sched_dims(&value->type, dims);
    int code = tri_systolic_dtype_of(value->type.dtype == TRI_I1 ? TRI_U8 : (tri_dtype)value->type.dtype);
    if (code < 0) sched_fail(s, op, TRI_UNSUPPORTED, "%s has no %s", s->chip->name, tri_dtype_name((tri_dtype)value->type.dtype));
    if (s->error) return (place){.literal = true};
    return sched_allocate(s, role, op, dims, s->part_of[value->id], (unsigned)code);
}

/* A map that only widens to f32, for the statements right behind it: no slot is given back before the last of them. Engines read the narrow tile. */
static bool only_widens(const sched *s, const tri_op *op)
{
    const tri_op *first = op->regions[0]->first, *at;
    const tri_value *result = op->results[0];
    if (op->n_operands != 1 || op->n_results != 1 || first->kind != TRI_SCALAR_CONVERT || first->next->kind != TRI_TILE_YIELD) return false;
    if (peel(first->results[0]) == first->results[0] || !tri_shape_equal(&op->operands[0]->type, &result->type) || s->store_of[result->id])
        return false;
    bool given_back = false;
    for (at = op->next; at; at = at->next) {
        given_back |= at->kind == TRI_SCHED_RELEASE;
        bool loops = at->n_regions && at->kind != TRI_TILE_MAP && at->kind != TRI_TILE_REDUCE, uses = false;
        for (uint32_t i = 0; i < at->n_operands; i++) uses |= at->operands[i] == result;
        bool computes = at->kind == TRI_TILE_MAP || at->kind == TRI_TILE_REDUCE;
        if (loops || (uses && (given_back || !computes))) return false;
    }
    return true;
}

void regions_map(sched *s, sched_role *role, const tri_op *op)
{
    const place *narrow = op->n_operands ? sched_tile(role, op->operands[0]) : NULL;
    if (only_widens(s, op) && narrow->defined && !narrow->literal && narrow->part == s->part_of[op->results[0]->id]) {
        sched_bind(s, role, op->results[0], *narrow);
        return;
    }
    region r = {.s = s, .role = role, .op = op, .block = op->regions[0], .part = s->part_of[op->results[0]->id]};
    sched_dims(&op->results[0]->type, r.dims);
    for (uint32_t i = 0; i < op->n_operands; i++) {
        const place *p = sched_tile(role, op->operands[i]);
        if (!p->defined && !p->literal) sched_fail(s, op, TRI_INVALID, "operand %u has no place here", i);
    }
    for (uint32_t i = 0; i < op->n_results && !s->error; i++) {
        place to = result_place(s, role, op, i);
        if (s->error) return;
        const tri_value *value = r.block->last->operands[i];
        make(&r, value, &to);
        sched_bind(s, role, op->results[i], to);
        if (value->op && !is_made(&r, value) && r.n_made < MOST_MADE) { /* later results may take it */
            r.made[r.n_made].value = value;
            r.made[r.n_made++].p = to;
        } else {
            sched_release(role, to.buffer);
        }
    }
    for (int i = 0; i < r.n_made; i++) sched_release(role, r.made[i].p.buffer);
}

void regions_reduce(sched *s, sched_role *role, const tri_op *op)
{
    unsigned alu = op->n_operands == 1 ? single_alu(op->regions[0], op->operands[0]->type.dtype == TRI_I1) : TRI_SYS_ALU_NONE;
    place from = *sched_tile(role, op->operands[0]);
    int dim = op->operands[0]->type.rank < 2 ? 1 : (int)tri_op_integer(op, "dim", 0);
    if (!alu || !from.defined || from.literal || from.part == dim) {
        sched_fail(s, op, TRI_UNSUPPORTED, "reductions of roles fold one tile along its free dimension with one operation");
        return;
    }
    place to = result_place(s, role, op, 0);
    if (s->error) return;
    elements_fold(s, role, op, alu, &to, &from);
    sched_bind(s, role, op->results[0], to);
    sched_release(role, to.buffer);
}

void regions_store_into(sched *s, sched_role *role, const tri_op *op)
{
    place value = *sched_tile(role, op->operands[0]), slot = sched_into(s, role, op);
    if (s->error) return;
    if (slot.space != TRI_SYS_SP) {
        sched_fail(s, op, TRI_UNSUPPORTED, "slots in `acc` are written by a matrix role");
        return;
    }
    bool there = value.defined && !value.literal && value.space == slot.space && value.byte == slot.byte && value.first == slot.first;
    if (!there) elements_copy(s, role, op, &slot, &value);
}

void regions_read(sched *s, sched_role *role, const tri_op *op)
{
    place from = *sched_tile(role, op->operands[0]);
    place to = sched_allocate(s, role, op, from.dims, from.part, from.dtype);
    if (s->error) return;
    elements_copy(s, role, op, &to, &from);
    sched_bind(s, role, op->results[0], to);
    sched_release(role, to.buffer);
}
