/* ir/table.c - the op rows, made from the .def files, and the search by name. */
#include "ir/ir.h"

#include <string.h>

enum { F = TRI_CLASSES_FLOAT, I = TRI_CLASSES_INTEGER, B = TRI_CLASSES_BOOL };
enum { MANY = TRI_MANY };

/* An elementwise tensor op takes as many operands as the scalar op that means it. */
enum {
#define SCALAR(name, text, operands, ...) OPERANDS_##name = operands,
#include "ir/ops_scalar.def"
};

static const tri_op_row rows[TRI_OP_KINDS] = {
#define ELEMENTWISE(name, text, scalar, doc) [TRI_OP_##name] = {text, OPERANDS_##scalar, 1, 0, TRI_SCALAR_##scalar, "", 0, 0, doc},
#define OP(name, text, operands, results, regions, attributes, doc)                                                                                  \
    [TRI_OP_##name] = {text, operands, results, regions, TRI_OP_NONE, attributes, 0, 0, doc},
#define STRUCTURE(name, text, operands, results, regions, attributes, doc)                                                                           \
    [TRI_OP_##name] = {text, operands, results, regions, TRI_OP_NONE, attributes, 0, 0, doc},
#include "ir/ops_tensor.def"
#define TILE(name, text, results, doc) [TRI_TILE_##name] = {text, MANY, results, MANY, TRI_OP_NONE, "", 0, 0, doc},
#include "ir/ops_tile.def"
#define SCHED(name, text, results, doc) [TRI_SCHED_##name] = {text, MANY, results, MANY, TRI_OP_NONE, "", 0, 0, doc},
#include "ir/ops_sched.def"
#define SCALAR(name, text, operands, classes, result, f64, i64, doc)                                                                                 \
    [TRI_SCALAR_##name] = {text, operands, 1, 0, TRI_OP_NONE, "", classes, TRI_RESULT_##result, doc},
#include "ir/ops_scalar.def"
};

const tri_op_row *tri_op_row_of(tri_op_kind kind) { return &rows[kind]; }

static bool is_named(tri_op_kind kind, const char *text, size_t n)
{
    const char *name = rows[kind].text;
    return name && strlen(name) == n && !memcmp(name, text, n);
}

tri_op_kind tri_op_kind_tensor(const char *text, size_t n)
{
    static const struct {
        const char *text;
        tri_op_kind kind;
    } short_names[] = {{"call", TRI_OP_CALL}, {"return", TRI_OP_RETURN}};
    for (int kind = TRI_OP_NONE + 1; kind < TRI_TENSOR_OPS_END; kind++)
        if (is_named((tri_op_kind)kind, text, n)) return (tri_op_kind)kind;
    for (size_t i = 0; i < sizeof short_names / sizeof *short_names; i++)
        if (strlen(short_names[i].text) == n && !memcmp(short_names[i].text, text, n)) return short_names[i].kind;
    return TRI_OP_NONE;
}

tri_op_kind tri_op_kind_tile(const char *text, size_t n)
{
    for (int kind = TRI_TILE_OPS_BEGIN; kind < TRI_SCHED_OPS_END; kind++)
        if (is_named((tri_op_kind)kind, text, n)) return (tri_op_kind)kind;
    return TRI_OP_NONE;
}

tri_op_kind tri_op_kind_scalar(const char *text, size_t n)
{
    for (int kind = TRI_SCALAR_OPS_BEGIN; kind < TRI_OP_KINDS; kind++)
        if (is_named((tri_op_kind)kind, text, n)) return (tri_op_kind)kind;
    return TRI_OP_NONE;
}

tri_op_kind tri_op_scalar(const tri_op *op)
{
    static const struct {
        const char *direction;
        tri_op_kind scalar;
    } directions[] = {{"EQ", TRI_SCALAR_EQ}, {"NE", TRI_SCALAR_NE}, {"LT", TRI_SCALAR_LT},
                      {"LE", TRI_SCALAR_LE}, {"GT", TRI_SCALAR_GT}, {"GE", TRI_SCALAR_GE}};
    switch (op->kind) {
    case TRI_OP_CONVERT: return TRI_SCALAR_CONVERT;
    case TRI_OP_SELECT: return TRI_SCALAR_SELECT;
    case TRI_OP_CLAMP: return TRI_SCALAR_CLAMP;
    case TRI_OP_BITCAST_CONVERT: return tri_shape_equal(&op->operands[0]->type, &op->results[0]->type) ? TRI_SCALAR_BITCAST : TRI_OP_NONE;
    case TRI_OP_COMPARE: {
        const char *direction = tri_op_text(op, "comparison_direction", "");
        for (size_t i = 0; i < sizeof directions / sizeof *directions; i++)
            if (!strcmp(direction, directions[i].direction)) return directions[i].scalar;
        return TRI_OP_NONE;
    }
    default: return tri_is_tensor_op(op->kind) ? rows[op->kind].scalar : TRI_OP_NONE;
    }
}

bool tri_scalar_is_function(tri_op_kind kind)
{
    switch (kind) {
    case TRI_SCALAR_FLOOR:
    case TRI_SCALAR_CEIL:
    case TRI_SCALAR_ROUND_NEAREST_EVEN:
    case TRI_SCALAR_ROUND_NEAREST_AFZ:
    case TRI_SCALAR_EXP:
    case TRI_SCALAR_EXP2:
    case TRI_SCALAR_EXPM1:
    case TRI_SCALAR_LOG:
    case TRI_SCALAR_LOG1P:
    case TRI_SCALAR_SQRT:
    case TRI_SCALAR_RSQRT:
    case TRI_SCALAR_TANH:
    case TRI_SCALAR_LOGISTIC:
    case TRI_SCALAR_SINE:
    case TRI_SCALAR_COSINE:
    case TRI_SCALAR_ERF:
    case TRI_SCALAR_IS_FINITE: return true;
    default: return false;
    }
}
