/* ir/index.c - what index arithmetic means on numbers, and what is known of a value that is none. */
#include "ir/ir.h"

bool tri_index_compute(tri_op_kind fn, int64_t a, int64_t b, int64_t *out)
{
    switch ((int)fn) {
    case TRI_SCALAR_ADD: *out = (int64_t)((uint64_t)a + (uint64_t)b); return true;
    case TRI_SCALAR_SUBTRACT: *out = (int64_t)((uint64_t)a - (uint64_t)b); return true;
    case TRI_SCALAR_MULTIPLY: *out = (int64_t)((uint64_t)a * (uint64_t)b); return true;
    case TRI_SCALAR_MINIMUM: *out = a < b ? a : b; return true;
    case TRI_SCALAR_MAXIMUM: *out = a > b ? a : b; return true;
    case TRI_SCALAR_DIVIDE:
    case TRI_SCALAR_REMAINDER: {
        if (b <= 0) return false;
        int64_t quotient = a / b - (a % b < 0);
        *out = fn == TRI_SCALAR_DIVIDE ? quotient : a - quotient * b;
        return true;
    }
    case TRI_SCALAR_EQ: *out = a == b; return true;
    case TRI_SCALAR_NE: *out = a != b; return true;
    case TRI_SCALAR_LT: *out = a < b; return true;
    case TRI_SCALAR_LE: *out = a <= b; return true;
    case TRI_SCALAR_GT: *out = a > b; return true;
    case TRI_SCALAR_GE: *out = a >= b; return true;
    default: return false;
    }
}

int64_t tri_index_divisor(int64_t a, int64_t b)
{
    while (b) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a < 0 ? -a : a;
}

static int64_t multiple(const tri_value *index, int depth)
{
    const tri_op *op = index->op;
    if (!op || op->kind != TRI_TILE_INDEX || depth > 16) return 1;
    if (op->fn == TRI_OP_NONE) {
        int64_t value = tri_op_integer(op, "value", 0);
        return value == INT64_MIN ? 1 : value < 0 ? -value : value;
    }
    int64_t a = multiple(op->operands[0], depth + 1), b = op->n_operands > 1 ? multiple(op->operands[1], depth + 1) : 1, product;
    switch ((tri_op_kind)op->fn) {
    case TRI_SCALAR_MULTIPLY: return __builtin_mul_overflow(a, b, &product) ? 1 : product;
    case TRI_SCALAR_ADD:
    case TRI_SCALAR_SUBTRACT:
    case TRI_SCALAR_MINIMUM:
    case TRI_SCALAR_MAXIMUM: return tri_index_divisor(a, b);
    default: return 1;
    }
}

int64_t tri_index_multiple(const tri_value *index) { return multiple(index, 0); }
