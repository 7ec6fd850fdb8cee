/* targets/systolic/index.c - index values. What can be known while compiling is; the rest is computed by the scalar unit of the queue that needs it,
 * from the registers that hold loop counters and fetched values, right before use. */
#include "targets/systolic/lower.h"

bool index_known(const lowering *l, const tri_value *value, int64_t *out)
{
    index_range r = l->ranges[value->id];
    *out = r.low;
    return r.low == r.high;
}

index_range index_bounds(const lowering *l, const tri_value *value) { return l->ranges[value->id]; }

static int64_t floor_divide(int64_t a, int64_t b) { return a / b - (a % b != 0 && (a < 0) != (b < 0)); }

/* Ends of a range may be the whole of i64 (a fetch that promises nothing): arithmetic saturates. */
static int64_t saturated(__int128 value) { return value > INT64_MAX ? INT64_MAX : value < INT64_MIN ? INT64_MIN : (int64_t)value; }

static index_range apply(tri_op_kind fn, index_range a, index_range b)
{
    bool single = a.low == a.high && b.low == b.high;
    switch (fn) {
    case TRI_SCALAR_ADD: return (index_range){saturated((__int128)a.low + b.low), saturated((__int128)a.high + b.high)};
    case TRI_SCALAR_SUBTRACT: return (index_range){saturated((__int128)a.low - b.high), saturated((__int128)a.high - b.low)};
    case TRI_SCALAR_MULTIPLY: {
        int64_t corners[] = {saturated((__int128)a.low * b.low), saturated((__int128)a.low * b.high), saturated((__int128)a.high * b.low),
                             saturated((__int128)a.high * b.high)};
        index_range r = {corners[0], corners[0]};
        for (int i = 1; i < 4; i++) {
            if (corners[i] < r.low) r.low = corners[i];
            if (corners[i] > r.high) r.high = corners[i];
        }
        return r;
    }
    case TRI_SCALAR_MINIMUM: return (index_range){a.low < b.low ? a.low : b.low, a.high < b.high ? a.high : b.high};
    case TRI_SCALAR_MAXIMUM: return (index_range){a.low > b.low ? a.low : b.low, a.high > b.high ? a.high : b.high};
    case TRI_SCALAR_DIVIDE:
        if (b.low == b.high && b.low > 0) return (index_range){floor_divide(a.low, b.low), floor_divide(a.high, b.low)};
        return (index_range){INT64_MIN, INT64_MAX};
    case TRI_SCALAR_REMAINDER:
        if (single && b.low > 0) return (index_range){a.low - b.low * floor_divide(a.low, b.low), a.low - b.low * floor_divide(a.low, b.low)};
        if (b.low == b.high && b.low > 0) return a.low >= 0 && a.high < b.low ? a : (index_range){0, b.low - 1};
        return (index_range){INT64_MIN, INT64_MAX};
    case TRI_SCALAR_EQ: return single ? (index_range){a.low == b.low, a.low == b.low} : (index_range){0, 1};
    case TRI_SCALAR_NE: return single ? (index_range){a.low != b.low, a.low != b.low} : (index_range){0, 1};
    case TRI_SCALAR_LT: return a.high < b.low ? (index_range){1, 1} : a.low >= b.high ? (index_range){0, 0} : (index_range){0, 1};
    case TRI_SCALAR_LE: return a.high <= b.low ? (index_range){1, 1} : a.low > b.high ? (index_range){0, 0} : (index_range){0, 1};
    case TRI_SCALAR_GT: return apply(TRI_SCALAR_LT, b, a);
    case TRI_SCALAR_GE: return apply(TRI_SCALAR_LE, b, a);
    default: return (index_range){INT64_MIN, INT64_MAX};
    }
}

enum { MOST_TERMS = 8 };

/* The terms of a sum; -1: too many. */
static int terms_of(const tri_value *value, const tri_value **terms, int n)
{
    if (n < 0 || n == MOST_TERMS) return -1;
    if (value->op && value->op->kind == TRI_TILE_INDEX && value->op->fn == TRI_SCALAR_ADD)
        return terms_of(value->op->operands[1], terms, terms_of(value->op->operands[0], terms, n));
    terms[n] = value;
    return n + 1;
}

index_range index_difference(const lowering *l, const tri_value *a, const tri_value *b)
{
    const tri_value *plus[MOST_TERMS], *minus[MOST_TERMS];
    int n_plus = terms_of(a, plus, 0), n_minus = terms_of(b, minus, 0);
    if (n_plus < 0 || n_minus < 0) return apply(TRI_SCALAR_SUBTRACT, l->ranges[a->id], l->ranges[b->id]);
    index_range sum = {0, 0};
    for (int i = 0; i < n_plus; i++) {
        int same = 0;
        while (same < n_minus && minus[same] != plus[i]) same++;
        if (same < n_minus)
            minus[same] = minus[--n_minus];
        else
            sum = apply(TRI_SCALAR_ADD, sum, l->ranges[plus[i]->id]);
    }
    for (int i = 0; i < n_minus; i++) sum = apply(TRI_SCALAR_SUBTRACT, sum, l->ranges[minus[i]->id]);
    return sum;
}

void index_define(lowering *l, const tri_op *op)
{
    index_range *r = &l->ranges[op->results[0]->id];
    if (op->fn == TRI_OP_NONE) {
        r->low = r->high = tri_op_integer(op, "value", 0);
    } else {
        *r = apply((tri_op_kind)op->fn, l->ranges[op->operands[0]->id], l->ranges[op->operands[1]->id]);
    }
}

void set_register(lowering *l, lane at, int into, int64_t value)
{
    tri_systolic_instruction set = tri_systolic_make(TRI_SYS_SETR);
    set.fn = TRI_SYS_SETR_IMM;
    set.dst = (uint32_t)into;
    set.src0 = (uint32_t)value;
    set.src1 = (uint32_t)((uint64_t)value >> 32);
    emit_scalar(l, at, set);
}

void alu(lowering *l, lane at, unsigned op, int into, int a, int b)
{
    tri_systolic_instruction instruction = tri_systolic_make(TRI_SYS_ALU);
    instruction.fn = TRI_SYS_ALU_FN(op, TRI_SYS_ALU_NONE);
    instruction.dst = (uint32_t)into;
    instruction.src0 = (uint32_t)a;
    instruction.src1 = (uint32_t)b;
    emit_scalar(l, at, instruction);
}

/* A constant that does not fit in 32 bits goes through the register after `into`. */
void alu_immediate(lowering *l, lane at, unsigned op, int into, int a, int64_t b)
{
    if (b != (int32_t)b) {
        set_register(l, at, into + 1, b);
        alu(l, at, op, into, a, into + 1);
        return;
    }
    tri_systolic_instruction instruction = tri_systolic_make(TRI_SYS_ALU);
    instruction.fn = TRI_SYS_ALU_FN(op, TRI_SYS_ALU_NONE);
    instruction.dst = (uint32_t)into;
    instruction.src0 = (uint32_t)a;
    instruction.src1 = (uint32_t)(int32_t)b;
    instruction.ap_src1 = TRI_SYS_IMMEDIATE;
    emit_scalar(l, at, instruction);
}

/* Index functions as the scalar unit has them; 0: needs more than one instruction. Integer division of the unit truncates, ours floors: the families
 * divide what is not negative, and a range that says otherwise is corrected for below. */
static unsigned unit_op(tri_op_kind fn)
{
    static const struct {
        tri_op_kind fn;
        unsigned op;
    } rows[] = {{TRI_SCALAR_ADD, TRI_SYS_ALU_ADD},       {TRI_SCALAR_SUBTRACT, TRI_SYS_ALU_SUB}, {TRI_SCALAR_MULTIPLY, TRI_SYS_ALU_MUL},
                {TRI_SCALAR_MINIMUM, TRI_SYS_ALU_MIN},   {TRI_SCALAR_MAXIMUM, TRI_SYS_ALU_MAX},  {TRI_SCALAR_DIVIDE, TRI_SYS_ALU_DIV},
                {TRI_SCALAR_REMAINDER, TRI_SYS_ALU_REM}, {TRI_SCALAR_EQ, TRI_SYS_ALU_EQ},        {TRI_SCALAR_NE, TRI_SYS_ALU_NE},
                {TRI_SCALAR_LT, TRI_SYS_ALU_LT},         {TRI_SCALAR_LE, TRI_SYS_ALU_LE},        {TRI_SCALAR_GT, TRI_SYS_ALU_GT},
                {TRI_SCALAR_GE, TRI_SYS_ALU_GE}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].fn == fn) return rows[i].op;
    return 0;
}

void index_compute(lowering *l, lane at, const tri_value *value, int into)
{
    int64_t known;
    if (into >= FIRST_STORED_REGISTER - 2) {
        fail(l, value->op, TRI_UNSUPPORTED, "an index expression nests too deeply for the scalar registers");
        return;
    }
    if (index_known(l, value, &known)) {
        set_register(l, at, into, known);
        return;
    }
    if (l->registers[value->id] >= 0) {
        alu_immediate(l, at, TRI_SYS_ALU_ADD, into, l->registers[value->id], 0);
        return;
    }
    const tri_op *op = value->op;
    unsigned unit = unit_op((tri_op_kind)op->fn);
    if ((op->fn == TRI_SCALAR_DIVIDE || op->fn == TRI_SCALAR_REMAINDER) && l->ranges[op->operands[0]->id].low < 0) {
        fail(l, op, TRI_UNSUPPORTED, "div and mod of an index that may be negative is not known while compiling");
        return;
    }
    index_compute(l, at, op->operands[0], into);
    if (index_known(l, op->operands[1], &known) && known == (int32_t)known) {
        alu_immediate(l, at, unit, into, into, known);
        return;
    }
    index_compute(l, at, op->operands[1], into + 1);
    alu(l, at, unit, into, into, into + 1);
}
