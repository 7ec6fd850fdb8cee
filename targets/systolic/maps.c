/* targets/systolic/maps.c - scalar regions over whole tiles: one instruction a scalar op, from a table; and reductions. Every op computes in f32
 * (integers exactly) and rounds to its dtype on the way out, which is just what a region means. */
#include "targets/systolic/lower.h"
#include "targets/systolic/scalars.h"

#define ALU(scalar, op, reversed, logic) TRI_SCALAR_##scalar, FORM_ALU, TRI_SYS_ALU_##op, TRI_SYS_ALU_##reversed, TRI_SYS_ALU_##logic
#define UNARY(scalar) TRI_SCALAR_##scalar, FORM_UNARY, TRI_SYS_ALU_##scalar, 0, 0
#define FUNCTION(scalar, name) TRI_SCALAR_##scalar, FORM_FUNCTION, TRI_SYS_FN_##name, 0, 0
#define OTHER(scalar) TRI_SCALAR_##scalar, FORM_OTHER, 0, 0, 0

static const scalar_row rows[] = {
    {ALU(ADD, ADD, ADD, OR)},
    {ALU(SUBTRACT, SUB, RSUB, XOR)},
    {ALU(MULTIPLY, MUL, MUL, AND)},
    {ALU(DIVIDE, DIV, RDIV, DIV)},
    {ALU(REMAINDER, REM, RREM, REM)},
    {ALU(POWER, POW, RPOW, POW)},
    {ALU(MAXIMUM, MAX, MAX, OR)},
    {ALU(MINIMUM, MIN, MIN, AND)},
    {ALU(AND, AND, AND, AND)},
    {ALU(OR, OR, OR, OR)},
    {ALU(XOR, XOR, XOR, XOR)},
    {ALU(SHIFT_LEFT, SHL, NONE, SHL)},
    {ALU(SHIFT_RIGHT_LOGICAL, SHR, NONE, SHR)},
    {ALU(SHIFT_RIGHT_ARITHMETIC, SHR, NONE, SHR)},
    {ALU(EQ, EQ, EQ, EQ)},
    {ALU(NE, NE, NE, NE)},
    {ALU(LT, LT, GT, LT)},
    {ALU(LE, LE, GE, LE)},
    {ALU(GT, GT, LT, GT)},
    {ALU(GE, GE, LE, GE)},
    {UNARY(ABS)},
    {UNARY(SIGN)},
    {UNARY(NOT)},
    {FUNCTION(FLOOR, FLOOR)},
    {FUNCTION(CEIL, CEIL)},
    {FUNCTION(ROUND_NEAREST_EVEN, ROUND_EVEN)},
    {FUNCTION(ROUND_NEAREST_AFZ, ROUND_AWAY)},
    {FUNCTION(EXP, EXP)},
    {FUNCTION(EXP2, EXP2)},
    {FUNCTION(EXPM1, EXPM1)},
    {FUNCTION(LOG, LOG)},
    {FUNCTION(LOG1P, LOG1P)},
    {FUNCTION(SQRT, SQRT)},
    {FUNCTION(RSQRT, RSQRT)},
    {FUNCTION(TANH, TANH)},
    {FUNCTION(LOGISTIC, LOGISTIC)},
    {FUNCTION(SINE, SIN)},
    {FUNCTION(COSINE, COS)},
    {FUNCTION(ERF, ERF)},
    {FUNCTION(IS_FINITE, IS_FINITE)},
    {OTHER(NEGATE)},
    {OTHER(SQUARE)},
    {OTHER(CONVERT)},
    {OTHER(BITCAST)},
    {OTHER(SELECT)},
    {OTHER(CLAMP)},
    {OTHER(COORDINATE)},
};
#undef ALU
#undef UNARY
#undef FUNCTION
#undef OTHER

const scalar_row *scalar_row_of(tri_op_kind kind)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].scalar == kind) return &rows[i];
    return NULL;
}

/* A scalar value of the region: a tile, or a constant (`literal`). */
typedef struct operand {
    const tri_attr *literal;
    tile t;
} operand;

static uint32_t immediate_bits(const tri_attr *literal)
{
    uint32_t bits;
    if (tri_dtype_is_float((tri_dtype)literal->type.dtype)) {
        float single = (float)tri_load_f64((tri_dtype)literal->type.dtype, literal->data);
        memcpy(&bits, &single, 4);
    } else {
        bits = (uint32_t)tri_load_i64((tri_dtype)literal->type.dtype, literal->data);
    }
    return bits;
}

uint8_t integer_of_size(unsigned dtype, bool is_signed)
{
    switch (tri_systolic_dtype_bytes(dtype)) {
    case 1: return is_signed ? TRI_SYS_I8 : TRI_SYS_U8;
    case 2: return is_signed ? TRI_SYS_I16 : TRI_SYS_U16;
    default: return is_signed ? TRI_SYS_I32 : TRI_SYS_U32;
    }
}

/* dst = a op b over every piece; `b` may be null (unary), or a literal. */
static void alu_tiles(lowering *l, unsigned op, const tile *dst, const tile *a, const operand *b)
{
    for (int which = 0; which < 2; which++) {
        tri_systolic_instruction instruction = tri_systolic_make(b && !b->literal ? TRI_SYS_TT : TRI_SYS_TS);
        tri_systolic_ap to, x, y;
        if (!piece(dst, which, 0, across(dst), false, &to, &instruction.dst)) continue;
        piece(a, which, 0, across(dst), true, &x, &instruction.src0);
        instruction.fn = TRI_SYS_ALU_FN(op, TRI_SYS_ALU_NONE);
        instruction.dtype_in = x.dtype;
        instruction.dtype_out = to.dtype;
        instruction.ap_dst = (uint8_t)pattern(l, LANE_VEC, &to);
        instruction.ap_src0 = (uint8_t)pattern(l, LANE_VEC, &x);
        if (b && b->literal) {
            instruction.ap_src1 = TRI_SYS_IMMEDIATE;
            instruction.src1 = immediate_bits(b->literal);
        } else if (b) {
            piece(&b->t, which, 0, across(dst), true, &y, &instruction.src1);
            instruction.ap_src1 = (uint8_t)pattern(l, LANE_VEC, &y);
        }
        emit(l, LANE_VEC, instruction);
    }
}

static void function_tiles(lowering *l, unsigned function, const tile *dst, const tile *a)
{
    for (int which = 0; which < 2; which++) {
        tri_systolic_instruction act = tri_systolic_make(TRI_SYS_ACT);
        tri_systolic_ap to, x;
        if (!piece(dst, which, 0, across(dst), false, &to, &act.dst)) continue;
        piece(a, which, 0, across(dst), true, &x, &act.src0);
        act.fn = (uint8_t)function;
        act.dtype_in = x.dtype;
        act.dtype_out = to.dtype;
        act.ap_dst = (uint8_t)pattern(l, LANE_ACT, &to);
        act.ap_src0 = (uint8_t)pattern(l, LANE_ACT, &x);
        emit(l, LANE_ACT, act);
    }
}

/* dst = mask ? a : dst */
static void select_tiles(lowering *l, const tile *dst, const tile *mask, const operand *a)
{
    for (int which = 0; which < 2; which++) {
        tri_systolic_instruction sel = tri_systolic_make(TRI_SYS_SEL);
        tri_systolic_ap to, m, x;
        if (!piece(dst, which, 0, across(dst), false, &to, &sel.dst)) continue;
        piece(mask, which, 0, across(dst), true, &m, &sel.src0);
        sel.fn = TRI_SYS_SEL_MASK;
        sel.dtype_in = m.dtype;
        sel.dtype_out = to.dtype;
        sel.ap_dst = (uint8_t)pattern(l, LANE_VEC, &to);
        sel.ap_src0 = (uint8_t)pattern(l, LANE_VEC, &m);
        if (a->literal) {
            sel.ap_src1 = TRI_SYS_IMMEDIATE;
            sel.src1 = immediate_bits(a->literal);
        } else {
            piece(&a->t, which, 0, across(dst), true, &x, &sel.src1);
            sel.ap_src1 = (uint8_t)pattern(l, LANE_VEC, &x);
        }
        emit(l, LANE_VEC, sel);
    }
}

/* The position along tile dimension `dim` in every element. Strides count positions, partition by partition and block by block. */
static void coordinate_tiles(lowering *l, const tile *dst, int dim)
{
    bool on_partitions = dim == dst->part;
    for (int which = 0; which < 2; which++) {
        tri_systolic_instruction iota = tri_systolic_make(TRI_SYS_IOTA);
        tri_systolic_ap to, steps;
        if (!piece(dst, which, 0, across(dst), false, &to, &iota.dst)) continue;
        steps = to;
        steps.dtype = TRI_SYS_I32;
        steps.plane_stride = on_partitions;
        bool blocks = to.ndim == 2;
        if (blocks) steps.stride[0] = on_partitions ? PARTITIONS : 0;
        steps.stride[blocks] = !on_partitions;
        iota.src0 = (uint32_t)(which && on_partitions ? along(dst) / PARTITIONS * PARTITIONS : 0);
        iota.dtype_in = TRI_SYS_I32;
        iota.dtype_out = to.dtype;
        iota.ap_dst = (uint8_t)pattern(l, LANE_GP, &to);
        iota.x = (uint8_t)pattern(l, LANE_GP, &steps);
        emit(l, LANE_GP, iota);
    }
}

static operand as_operand(tile t) { return (operand){.t = t}; }

/* A literal as a tile, where an instruction cannot take it as an immediate. */
static operand materialised(lowering *l, const tri_op *op, operand o, const int64_t dims[2], int part, bool *out_made)
{
    *out_made = o.literal != NULL;
    if (!o.literal) return o;
    tri_dtype dtype = (tri_dtype)o.literal->type.dtype;
    tile t = tile_new(l, op, dims, part, (unsigned)tri_systolic_dtype_of(dtype == TRI_I1 ? TRI_U8 : dtype));
    memset_tile(l, &t, tri_load_f64(dtype, o.literal->data));
    return as_operand(t);
}

static void scalar_op(lowering *l, const tri_op *statement, const tri_op *op, const operand *x, const tile *dst)
{
    const scalar_row *row = scalar_row_of((tri_op_kind)op->kind);
    if (!row) {
        fail(l, statement, TRI_UNSUPPORTED, "%s has no instruction for the scalar op '%s'", l->chip->name, tri_op_row_of(op->kind)->text);
        return;
    }
    tri_dtype from = op->n_operands ? (tri_dtype)op->operands[op->kind == TRI_SCALAR_SELECT]->type.dtype : TRI_I32;
    bool made[3] = {false}, is_bool = from == TRI_I1;
    operand o[3];
    for (uint32_t i = 0; i < op->n_operands; i++) o[i] = x[i];
    switch (row->form) {
    case FORM_ALU: {
        unsigned alu_op = is_bool ? row->logic : row->op;
        if (o[0].literal && !o[1].literal && row->reversed && !is_bool) {
            operand first = o[0];
            o[0] = o[1];
            o[1] = first;
            alu_op = row->reversed;
        }
        o[0] = materialised(l, statement, o[0], dst->dims, dst->part, &made[0]);
        tile to = *dst, a = o[0].t;
        operand b = o[1];
        if (op->kind == TRI_SCALAR_SHIFT_RIGHT_LOGICAL || op->kind == TRI_SCALAR_SHIFT_RIGHT_ARITHMETIC) {
            bool is_signed = op->kind == TRI_SCALAR_SHIFT_RIGHT_ARITHMETIC;
            to.dtype = a.dtype = b.t.dtype = integer_of_size(a.dtype, is_signed);
        }
        alu_tiles(l, alu_op, &to, &a, &b);
        break;
    }
    case FORM_UNARY:
        o[0] = materialised(l, statement, o[0], dst->dims, dst->part, &made[0]);
        if (op->kind == TRI_SCALAR_NOT && is_bool) {
            const tri_attr zero = {.kind = TRI_ATTR_ELEMENTS, .splat = true, .type = tri_tensor_of(TRI_U8, 0, NULL), .data = &(uint8_t){0}};
            alu_tiles(l, TRI_SYS_ALU_EQ, dst, &o[0].t, &(operand){.literal = &zero});
        } else {
            alu_tiles(l, row->op, dst, &o[0].t, NULL);
        }
        break;
    case FORM_FUNCTION:
        o[0] = materialised(l, statement, o[0], dst->dims, dst->part, &made[0]);
        function_tiles(l, row->op, dst, &o[0].t);
        break;
    default:
        switch (op->kind) {
        case TRI_SCALAR_COORDINATE:
            coordinate_tiles(l, dst, dst->dims[0] == 1 && op->parent->owner->results[0]->type.rank < 2 ? 1 : (int)tri_op_integer(op, "dim", 0));
            break;
        case TRI_SCALAR_NEGATE: { /* times -1: 0 - x would lose the sign of zero */
            const tri_attr minus_one = {.kind = TRI_ATTR_ELEMENTS,
                                        .splat = true,
                                        .type = tri_tensor_of(tri_dtype_is_float(from) ? TRI_F32 : TRI_I32, 0, NULL),
                                        .data = tri_dtype_is_float(from) ? (const void *)&(float){-1} : (const void *)&(int32_t){-1}};
            o[0] = materialised(l, statement, o[0], dst->dims, dst->part, &made[0]);
            alu_tiles(l, TRI_SYS_ALU_MUL, dst, &o[0].t, &(operand){.literal = &minus_one});
            break;
        }
        case TRI_SCALAR_SQUARE:
            o[0] = materialised(l, statement, o[0], dst->dims, dst->part, &made[0]);
            alu_tiles(l, TRI_SYS_ALU_MUL, dst, &o[0].t, &o[0]);
            break;
        case TRI_SCALAR_CONVERT:
            o[0] = materialised(l, statement, o[0], dst->dims, dst->part, &made[0]);
            if (op->results[0]->type.dtype == TRI_I1 && from != TRI_I1) {
                const tri_attr zero = {.kind = TRI_ATTR_ELEMENTS,
                                       .splat = true,
                                       .type = tri_tensor_of(tri_dtype_is_float(from) ? TRI_F32 : TRI_I32, 0, NULL),
                                       .data = &(int32_t){0}};
                alu_tiles(l, TRI_SYS_ALU_NE, dst, &o[0].t, &(operand){.literal = &zero});
            } else {
                copy_tile(l, dst, &o[0].t);
            }
            break;
        case TRI_SCALAR_BITCAST: {
            o[0] = materialised(l, statement, o[0], dst->dims, dst->part, &made[0]);
            tile to = *dst, a = o[0].t;
            to.dtype = a.dtype = integer_of_size(a.dtype, false);
            copy_tile(l, &to, &a);
            break;
        }
        case TRI_SCALAR_SELECT:
            o[0] = materialised(l, statement, o[0], dst->dims, dst->part, &made[0]);
            if (o[2].literal)
                memset_tile(l, dst, tri_load_f64((tri_dtype)o[2].literal->type.dtype, o[2].literal->data));
            else
                copy_tile(l, dst, &o[2].t);
            select_tiles(l, dst, &o[0].t, &o[1]);
            break;
        case TRI_SCALAR_CLAMP:
            o[1] = materialised(l, statement, o[1], dst->dims, dst->part, &made[1]);
            alu_tiles(l, TRI_SYS_ALU_MAX, dst, &o[1].t, &o[0]);
            alu_tiles(l, TRI_SYS_ALU_MIN, dst, dst, &o[2]);
            break;
        default: fail(l, statement, TRI_UNSUPPORTED, "%s has no instruction for the scalar op '%s'", l->chip->name, tri_op_row_of(op->kind)->text);
        }
    }
    for (int i = 0; i < 3; i++)
        if (made[i]) tile_drop(l, &o[i].t);
}

static unsigned sys_dtype(lowering *l, const tri_op *statement, unsigned dtype)
{
    int code = tri_systolic_dtype_of(dtype == TRI_I1 ? TRI_U8 : (tri_dtype)dtype);
    if (code < 0) fail(l, statement, TRI_UNSUPPORTED, "%s has no %s", l->chip->name, tri_dtype_name((tri_dtype)dtype));
    return code < 0 ? 0 : (unsigned)code;
}

/* An argument in the orientation and along-partition size of the result. */
static tile fitted(lowering *l, const tri_op *op, const tile *argument, const int64_t dims[2], int part)
{
    tile t = *argument;
    t.owned = false;
    if (t.part != part && t.dims[0] == 1 && t.dims[1] == 1) t.part = (uint8_t)part;
    if (t.part != part) t = relayout(l, op, argument);
    if (along(&t) == 1 && dims[part] > 1) {
        tile wide = repeat_partition(l, op, &t, dims[part]);
        tile_drop(l, &t);
        t = wide;
    }
    return t;
}

void lower_region(lowering *l, const tri_op *op, const tri_block *region, const tile *arguments, const int64_t dims[2], int part, tile *results)
{
    uint32_t n_scalars = region->n_args;
    for (const tri_op *s = region->first; s; s = s->next) n_scalars += s->n_results;
    /* Scalar values are found by the order in which they are defined. */
    operand *values = TRI_NEW_ARRAY(l->arena, operand, n_scalars);
    const tri_value **names = TRI_NEW_ARRAY(l->arena, const tri_value *, n_scalars);
    uint32_t *last = TRI_NEW_ARRAY(l->arena, uint32_t, n_scalars);
    uint32_t n = 0, position = 0;
    for (uint32_t i = 0; i < region->n_args; i++) {
        names[n] = region->args[i];
        values[n++] = as_operand(fitted(l, op, &arguments[i], dims, part));
    }
    uint32_t defined = n;
    for (const tri_op *s = region->first; s; s = s->next, position++) {
        if (s->n_results) names[defined++] = s->results[0];
        for (uint32_t i = 0; i < s->n_operands; i++)
            for (uint32_t k = 0; k < defined; k++)
                if (names[k] == s->operands[i]) last[k] = position;
    }
    position = 0;
    for (const tri_op *s = region->first; s && !l->error; s = s->next, position++) {
        operand operands[3];
        uint32_t at[3];
        for (uint32_t i = 0; i < s->n_operands && i < 3 && s->kind != TRI_TILE_YIELD; i++) {
            for (at[i] = 0; names[at[i]] != s->operands[i];) at[i]++;
            operands[i] = values[at[i]];
        }
        if (s->kind == TRI_TILE_YIELD) {
            for (uint32_t i = 0; i < s->n_operands; i++) {
                uint32_t k = 0;
                while (names[k] != s->operands[i]) k++;
                unsigned dtype = sys_dtype(l, op, s->operands[i]->type.dtype);
                /* A computed value that is yielded once is the result; arguments and constants are copied. */
                bool mine = !values[k].literal && k >= region->n_args && values[k].t.owned;
                if (mine) {
                    results[i] = values[k].t;
                    values[k].t.owned = false;
                    continue;
                }
                results[i] = tile_new(l, op, dims, part, dtype);
                if (values[k].literal)
                    memset_tile(l, &results[i], tri_load_f64((tri_dtype)values[k].literal->type.dtype, values[k].literal->data));
                else
                    copy_tile(l, &results[i], &values[k].t);
            }
            break;
        }
        if (s->kind == TRI_SCALAR_CONSTANT) {
            values[n++].literal = tri_op_attr(s, "value");
            continue;
        }
        tile dst = tile_new(l, op, dims, part, sys_dtype(l, op, s->results[0]->type.dtype));
        scalar_op(l, op, s, operands, &dst);
        values[n++] = as_operand(dst);
        for (uint32_t i = 0; i < s->n_operands; i++)
            if (last[at[i]] == position && !values[at[i]].literal && at[i] >= region->n_args) tile_drop(l, &values[at[i]].t);
    }
    for (uint32_t i = 0; i < n; i++)
        if (!values[i].literal) tile_drop(l, &values[i].t); /* what fitting made, and values nobody used */
}

/* ---- reductions ---- */

unsigned single_alu(const tri_block *region, bool is_bool)
{
    const tri_op *op = region->first;
    if (region->n_args != 2 || !op || op->next != region->last || op->n_operands != 2 || op->operands[0] == op->operands[1]) return TRI_SYS_ALU_NONE;
    const scalar_row *row = scalar_row_of((tri_op_kind)op->kind);
    if (!row || row->form != FORM_ALU) return TRI_SYS_ALU_NONE;
    unsigned alu_op = is_bool ? row->logic : row->op;
    switch (alu_op) {
    case TRI_SYS_ALU_ADD:
    case TRI_SYS_ALU_MUL:
    case TRI_SYS_ALU_MAX:
    case TRI_SYS_ALU_MIN:
    case TRI_SYS_ALU_AND:
    case TRI_SYS_ALU_OR:
    case TRI_SYS_ALU_XOR: return alu_op;
    default: return TRI_SYS_ALU_NONE;
    }
}

/* One instruction a piece: the free dimension folds to one element a block. */
static void reduce_free(lowering *l, unsigned op, const tile *from, const tile *to)
{
    for (int which = 0; which < 2; which++) {
        tri_systolic_instruction red = tri_systolic_make(TRI_SYS_RED);
        tri_systolic_ap src, dst;
        if (!piece(from, which, 0, across(from), false, &src, &red.src0)) continue;
        piece(to, which, 0, 1, false, &dst, &red.dst);
        red.fn = TRI_SYS_ALU_FN(op, TRI_SYS_ALU_NONE);
        red.dtype_in = src.dtype;
        red.dtype_out = dst.dtype;
        red.ap_src0 = (uint8_t)pattern(l, LANE_VEC, &src);
        red.ap_dst = (uint8_t)pattern(l, LANE_VEC, &dst);
        emit(l, LANE_VEC, red);
    }
}

static tile view(const tile *t, int64_t from, int64_t count)
{
    tile v = *t;
    v.owned = false;
    v.byte += (uint32_t)(from * tri_systolic_dtype_bytes(t->dtype));
    v.dims[!t->part] = count;
    return v;
}

/* Any combiner, for tiles of one block of partitions: halves are folded onto each other. */
static void reduce_by_halves(lowering *l, const tri_op *op, uint32_t n, tile *work, tile *results)
{
    int64_t left = across(&work[0]);
    tile *arguments = TRI_NEW_ARRAY(l->arena, tile, 2 * n), *folded = TRI_NEW_ARRAY(l->arena, tile, n);
    while (left > 1 && !l->error) {
        int64_t half = left / 2;
        for (uint32_t i = 0; i < n; i++) {
            arguments[i] = view(&work[i], 0, half);
            arguments[n + i] = view(&work[i], left - half, half);
        }
        lower_region(l, op, op->regions[0], arguments, arguments[0].dims, work[0].part, folded);
        for (uint32_t i = 0; i < n && !l->error; i++) {
            tile target = view(&work[i], 0, half);
            copy_tile(l, &target, &folded[i]);
            tile_drop(l, &folded[i]);
        }
        left -= half;
    }
    for (uint32_t i = 0; i < n; i++) {
        tile first = view(&work[i], 0, 1);
        copy_tile(l, &results[i], &first);
    }
}

void lower_reduce(lowering *l, const tri_op *op)
{
    uint32_t n = op->n_operands;
    int dim = (int)tri_op_integer(op, "dim", 0), rank = op->operands[0]->type.rank;
    if (rank < 2) dim = 1; /* [1][n] */
    bool is_bool = op->operands[0]->type.dtype == TRI_I1;
    unsigned alu_op = n == 1 ? single_alu(op->regions[0], is_bool) : TRI_SYS_ALU_NONE;
    tile *sources = TRI_NEW_ARRAY(l->arena, tile, n), *results = TRI_NEW_ARRAY(l->arena, tile, n);
    for (uint32_t i = 0; i < n; i++) { /* the reduced dimension on the free axis */
        const tile *from = &l->tiles[op->operands[i]->id];
        if (from->part == dim) {
            sources[i] = relayout(l, op, from);
        } else {
            sources[i] = *from;
            sources[i].owned = false;
        }
        int64_t dims[2] = {sources[i].dims[0], sources[i].dims[1]};
        dims[dim] = 1;
        results[i] = tile_new(l, op, dims, !dim, sources[i].dtype);
    }
    if (alu_op) {
        reduce_free(l, alu_op, &sources[0], &results[0]);
    } else if (along(&sources[0]) > PARTITIONS) {
        fail(l, op, TRI_UNSUPPORTED, "a reduction with a combiner of its own takes tiles of at most %d rows", PARTITIONS);
    } else {
        tile *work = TRI_NEW_ARRAY(l->arena, tile, n);
        for (uint32_t i = 0; i < n; i++) {
            work[i] = tile_new(l, op, sources[i].dims, sources[i].part, sources[i].dtype);
            copy_tile(l, &work[i], &sources[i]);
        }
        reduce_by_halves(l, op, n, work, results);
        for (uint32_t i = 0; i < n; i++) tile_drop(l, &work[i]);
    }
    for (uint32_t i = 0; i < n; i++) {
        tile_drop(l, &sources[i]);
        l->tiles[op->results[i]->id] = results[i];
    }
}
