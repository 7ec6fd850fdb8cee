/* ir/eval_scalar.c - the meaning of the scalar ops, one element at a time and on lanes, and regions of them as flat programs.
 *
 * The arithmetic itself stands in ops_scalar.def; this file gives it its helpers and its loops. */
#include "ir/eval_internal.h"

#include <math.h>

#include "base/random.h"

/* ---- helpers of ops_scalar.def ---- */

static int64_t tri_divide_i64(int64_t a, int64_t b, bool is_unsigned)
{
    if (b == 0) return -1;
    if (is_unsigned) return (int64_t)((uint64_t)a / (uint64_t)b);
    return b == -1 ? (int64_t)(0 - (uint64_t)a) : a / b;
}

static int64_t tri_remainder_i64(int64_t a, int64_t b, bool is_unsigned)
{
    if (b == 0) return a;
    if (is_unsigned) return (int64_t)((uint64_t)a % (uint64_t)b);
    return b == -1 ? 0 : a % b;
}

/* Integer powers wrap; a negative exponent gives 0 unless the base is 1 or -1. */
static int64_t tri_power_i64(int64_t base, int64_t exponent)
{
    if (exponent < 0) return base == 1 ? 1 : base == -1 ? (exponent & 1 ? -1 : 1) : 0;
    uint64_t result = 1, square = (uint64_t)base;
    for (; exponent; exponent >>= 1, square *= square)
        if (exponent & 1) result *= square;
    return (int64_t)result;
}

static bool tri_less_i64(int64_t a, int64_t b, bool is_unsigned) { return is_unsigned ? (uint64_t)a < (uint64_t)b : a < b; }
static int64_t tri_maximum_i64(int64_t a, int64_t b, bool is_unsigned) { return tri_less_i64(a, b, is_unsigned) ? b : a; }
static int64_t tri_minimum_i64(int64_t a, int64_t b, bool is_unsigned) { return tri_less_i64(b, a, is_unsigned) ? b : a; }

static double tri_maximum_f64(double a, double b)
{
    if (a != a || b != b) return a + b;
    if (a == b) return signbit(a) ? b : a;
    return a > b ? a : b;
}

static double tri_minimum_f64(double a, double b)
{
    if (a != a || b != b) return a + b;
    if (a == b) return signbit(a) ? a : b;
    return a < b ? a : b;
}

/* Distances count as unsigned numbers; a negative one is at least the width. */
static int64_t tri_shift_left(int64_t x, int64_t distance, int bits)
{
    return (uint64_t)distance < (uint64_t)bits ? (int64_t)((uint64_t)x << distance) : 0;
}

static int64_t tri_shift_right_logical(int64_t x, int64_t distance, int bits)
{
    uint64_t pattern = bits == 64 ? (uint64_t)x : (uint64_t)x & ((1ull << bits) - 1);
    return (uint64_t)distance < (uint64_t)bits ? (int64_t)(pattern >> distance) : 0;
}

static int64_t tri_shift_right_arithmetic(int64_t x, int64_t distance, int bits)
{
    int64_t extended = (int64_t)((uint64_t)x << (64 - bits)) >> (64 - bits); /* an unsigned element too has a sign bit here */
    return extended >> ((uint64_t)distance < (uint64_t)bits ? distance : bits - 1);
}

/* ---- one element ---- */

#define NONE 0
#define IS_UNSIGNED is_unsigned
#define BITS bits

double tri_scalar_f64(tri_op_kind scalar, const double *x)
{
    switch (scalar) {
#define SCALAR(name, text, n, classes, result, f, i, doc) \
    case TRI_SCALAR_##name: return f;
#include "ir/ops_scalar.def"
    default: return NAN;
    }
}

int64_t tri_scalar_i64(tri_op_kind scalar, tri_dtype dtype, const int64_t *x)
{
    const bool is_unsigned = tri_dtype_classify(dtype) == TRI_CLASS_UNSIGNED;
    const int bits = tri_dtype_bits(dtype);
    if (dtype == TRI_I1 && scalar == TRI_SCALAR_NOT) return !x[0];
    switch (scalar) {
#define SCALAR(name, text, n, classes, result, f, i, doc) \
    case TRI_SCALAR_##name: return i;
#include "ir/ops_scalar.def"
    default: return 0;
    }
}

/* ---- lanes ---- */

/* Rounds f64 to a float of `bits` of significand by integer arithmetic on its pattern: right for normal results; the caller treats the rest. */
static inline double round_significand(double value, int drop)
{
    uint64_t raw;
    memcpy(&raw, &value, 8);
    raw += (1ull << (drop - 1)) - 1 + (raw >> drop & 1);
    raw &= ~((1ull << drop) - 1);
    memcpy(&value, &raw, 8);
    return value;
}

static void round_small(tri_dtype dtype, size_t n, tri_lane *lanes)
{
    int drop = 53 - tri_dtype_bits(dtype);
    double lowest_normal = dtype == TRI_BF16 ? 0x1p-126 : dtype == TRI_F16 ? 0x1p-14 : dtype == TRI_F8E5M2 ? 0x1p-14 : 0x1p-6;
    double highest = tri_dtype_highest(dtype);
    for (size_t l = 0; l < n; l++) {
        double magnitude = fabs(lanes[l].f);
        if (magnitude >= lowest_normal && magnitude <= highest) lanes[l].f = round_significand(lanes[l].f, drop);
        else if (magnitude != 0) lanes[l].f = tri_round_to(dtype, lanes[l].f);
    }
}

/* The lane that `dtype` makes of an integer: wrapped and extended again. */
static inline int64_t wrap(tri_dtype dtype, int64_t value)
{
    switch (dtype) {
    case TRI_I1: return value != 0;
    case TRI_I8: return (int8_t)value;
    case TRI_I16: return (int16_t)value;
    case TRI_I32: return (int32_t)value;
    case TRI_U8: return (uint8_t)value;
    case TRI_U16: return (uint16_t)value;
    case TRI_U32: return (uint32_t)value;
    default: return value;
    }
}

void tri_lanes_round(tri_dtype dtype, size_t n, tri_lane *lanes)
{
    if (dtype == TRI_F64 || dtype == TRI_I64 || dtype == TRI_U64) return;
    if (dtype == TRI_F32) {
        for (size_t l = 0; l < n; l++) lanes[l].f = (float)lanes[l].f;
    } else if (tri_dtype_is_float(dtype)) {
        round_small(dtype, n, lanes);
    } else {
        for (size_t l = 0; l < n; l++) lanes[l].i = wrap(dtype, lanes[l].i);
    }
}

void tri_lanes_load(tri_dtype dtype, const void *elements, size_t n, tri_lane *out)
{
    if (tri_dtype_is_float(dtype)) {
        tri_load_f64_n(dtype, elements, n, &out->f);
    } else if (dtype == TRI_I64 || dtype == TRI_U64) {
        memcpy(out, elements, 8 * n);
    } else {
        size_t bytes = tri_dtype_bytes(dtype);
        for (size_t l = 0; l < n; l++) out[l].i = tri_load_i64(dtype, (const char *)elements + l * bytes);
    }
}

void tri_lanes_store(tri_dtype dtype, void *elements, size_t n, const tri_lane *in)
{
    if (dtype == TRI_BF16) {
        uint16_t *to = elements;
        tri_lane rounded[TRI_LANES];
        for (size_t done = 0; done < n; done += TRI_LANES) {
            size_t now = n - done < TRI_LANES ? n - done : TRI_LANES;
            memcpy(rounded, in + done, now * sizeof *in);
            tri_lanes_round(dtype, now, rounded);
            for (size_t l = 0; l < now; l++) to[done + l] = tri_f32_to_bf16((float)rounded[l].f); /* exact by now */
        }
    } else if (tri_dtype_is_float(dtype)) {
        tri_store_f64_n(dtype, elements, n, &in->f);
    } else {
        size_t bytes = tri_dtype_bytes(dtype);
        for (size_t l = 0; l < n; l++) tri_store_i64(dtype, (char *)elements + l * bytes, in[l].i);
    }
}

bool tri_consecutive(const int64_t *offsets, int64_t n)
{
    for (int64_t i = 1; i < n; i++)
        if (offsets[i] != offsets[0] + i) return false;
    return true;
}

void tri_lanes_gather(tri_dtype dtype, const void *base, const int64_t *offsets, bool runs, size_t n, tri_lane *out)
{
    size_t bytes = tri_dtype_bytes(dtype);
    char gathered[8 * TRI_LANES];
    if (runs) {
        if (n) tri_lanes_load(dtype, (const char *)base + offsets[0] * (int64_t)bytes, n, out);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const char *from = (const char *)base + offsets[i] * (int64_t)bytes;
        if (bytes == 2) memcpy(gathered + 2 * i, from, 2);
        else if (bytes == 4) memcpy(gathered + 4 * i, from, 4);
        else if (bytes == 8) memcpy(gathered + 8 * i, from, 8);
        else gathered[i] = *from;
    }
    tri_lanes_load(dtype, gathered, n, out);
}

static void apply_f64(tri_op_kind scalar, bool to_bool, size_t n, const tri_lane *const at[3], tri_lane *out)
{
    switch (scalar) {
#define SCALAR(name, text, n_operands, classes, result, f_meaning, i_meaning, doc)  \
    case TRI_SCALAR_##name:                                                         \
        for (size_t l = 0; l < n; l++) {                                            \
            const double x[3] = {at[0][l].f, at[1][l].f, at[2][l].f};               \
            (void)x;                                                                \
            out[l].f = f_meaning;                                                   \
        }                                                                           \
        break;
#include "ir/ops_scalar.def"
    default: break;
    }
    if (to_bool)
        for (size_t l = 0; l < n; l++) out[l].i = out[l].f != 0;
}

static void apply_i64(tri_op_kind scalar, tri_dtype dtype, size_t n, const tri_lane *const at[3], tri_lane *out)
{
    const bool is_unsigned = tri_dtype_classify(dtype) == TRI_CLASS_UNSIGNED;
    const int bits = tri_dtype_bits(dtype);
    if (dtype == TRI_I1 && scalar == TRI_SCALAR_NOT) {
        for (size_t l = 0; l < n; l++) out[l].i = !at[0][l].i;
        return;
    }
    switch (scalar) {
#define SCALAR(name, text, n_operands, classes, result, f_meaning, i_meaning, doc)  \
    case TRI_SCALAR_##name:                                                         \
        for (size_t l = 0; l < n; l++) {                                            \
            const int64_t x[3] = {at[0][l].i, at[1][l].i, at[2][l].i};              \
            (void)x;                                                                \
            out[l].i = i_meaning;                                                   \
        }                                                                           \
        break;
#include "ir/ops_scalar.def"
    default: break;
    }
}

void tri_lanes_apply(tri_op_kind scalar, tri_dtype dtype, size_t n, const tri_lane *const x[3], tri_lane *out)
{
    if (scalar == TRI_SCALAR_SELECT) { /* its first operand is an i1 whatever the others are */
        for (size_t l = 0; l < n; l++) out[l] = x[0][l].i ? x[1][l] : x[2][l];
    } else if (tri_dtype_is_float(dtype)) {
        apply_f64(scalar, tri_op_row_of(scalar)->result == TRI_RESULT_BOOL, n, x, out);
    } else {
        apply_i64(scalar, dtype, n, x, out);
    }
}

/* The f64 that rounds to every smaller float as the integer itself would: rounded to odd, so that a second rounding sees what the first one dropped.
 */
static double odd_f64(int64_t value, bool is_unsigned)
{
    bool negative = !is_unsigned && value < 0;
    uint64_t magnitude = negative ? 0 - (uint64_t)value : (uint64_t)value;
    if (magnitude >> 53) magnitude = (magnitude >> 11 | ((magnitude & 0x7ff) != 0)) << 11;
    return negative ? -(double)magnitude : (double)magnitude;
}

void tri_lanes_convert(tri_dtype from, tri_dtype to, size_t n, const tri_lane *in, tri_lane *out)
{
    bool from_float = tri_dtype_is_float(from), to_float = tri_dtype_is_float(to), is_unsigned = from == TRI_U64;
    if (from_float == to_float) {
        if (out != in) memmove(out, in, n * sizeof *out);
    } else if (to == TRI_F64) {
        for (size_t l = 0; l < n; l++) out[l].f = is_unsigned ? (double)(uint64_t)in[l].i : (double)in[l].i;
    } else if (to_float) {
        for (size_t l = 0; l < n; l++) out[l].f = odd_f64(in[l].i, is_unsigned);
    } else {
        for (size_t l = 0; l < n; l++) {
            int64_t element = 0;
            tri_store_f64(to, &element, in[l].f);
            out[l].i = tri_load_i64(to, &element);
        }
    }
    tri_lanes_round(to, n, out);
}

void tri_lanes_bitcast(tri_dtype from, tri_dtype to, size_t n, const tri_lane *in, tri_lane *out)
{
    for (size_t l = 0; l < n; l++) {
        uint64_t element = 0;
        tri_lane lane = in[l];
        tri_lanes_store(from, &element, 1, &lane);
        tri_lanes_load(to, &element, 1, &out[l]);
    }
}

/* ---- regions ---- */

typedef struct step {
    uint16_t kind;    /* a scalar op */
    uint8_t from, to; /* dtype of its last operand, of its result */
    uint32_t in[3], out;
    tri_lane constant;
    int dim; /* COORDINATE */
} step;

struct tri_region_program {
    uint32_t n_arguments, n_steps, n_registers, n_results;
    size_t width; /* lanes a pass: what the scratch memory has room for */
    const uint8_t *argument_dtypes;
    const step *steps;
    const uint32_t *results;
    const uint8_t *result_dtypes;
};

enum { SCRATCH_LANES = 8192 }; /* 64 KiB of stack */

/* The register of a value of the region; a region sees its arguments and its own values only. */
static tri_status *register_of(const tri_block *region, const tri_value *value, const tri_op *user, uint32_t *out)
{
    if (value->block == region) {
        *out = value->index;
        return NULL;
    }
    uint32_t number = region->n_args;
    for (const tri_op *op = region->first; op && op != user; op = op->next) {
        if (value->op == op) {
            *out = number;
            return NULL;
        }
        number++;
    }
    return tri_error(TRI_INVALID, user->loc, "a region of scalar ops may use its arguments and its own values alone; '%s' uses another",
                     tri_op_row_of(user->kind)->text);
}

static tri_status *compile_step(const tri_block *region, const tri_op *op, step *out)
{
    tri_op_kind kind = op->kind == TRI_OP_CONSTANT ? TRI_SCALAR_CONSTANT : tri_is_scalar_op(op->kind) ? (tri_op_kind)op->kind : tri_op_scalar(op);
    if (kind == TRI_OP_NONE || op->n_results != 1 || op->n_operands > 3 || (!tri_is_scalar_op(op->kind) && op->results[0]->type.rank != 0))
        return tri_error(TRI_UNSUPPORTED, op->loc, "'%s' has no meaning on one element; regions hold scalar arithmetic only",
                         tri_op_row_of(op->kind)->text);
    out->kind = (uint16_t)kind;
    out->to = op->results[0]->type.dtype;
    out->from = op->n_operands ? op->operands[op->n_operands - 1]->type.dtype : out->to;
    for (uint32_t i = 0; i < 3; i++) {
        if (i < op->n_operands) TRI_TRY(register_of(region, op->operands[i], op, &out->in[i]));
        else out->in[i] = out->in[0];
    }
    if (kind == TRI_SCALAR_COORDINATE) {
        out->dim = (int)tri_op_integer(op, "dim", -1);
        const tri_op *map = region->owner;
        if (!map || map->kind != TRI_TILE_MAP || out->dim < 0 || out->dim >= map->results[0]->type.rank)
            return tri_error(TRI_INVALID, op->loc, "coordinate %d: only a map has coordinates, one for each dimension of its results", out->dim);
    }
    if (kind == TRI_SCALAR_CONSTANT) {
        const tri_attr *value = tri_op_attr(op, "value");
        if (!value || value->kind != TRI_ATTR_ELEMENTS || value->type.dtype != out->to)
            return tri_error(TRI_INVALID, op->loc, "a constant needs a 'value' of its own type");
        tri_lanes_load((tri_dtype)out->to, value->data, 1, &out->constant);
    }
    return NULL;
}

tri_status *tri_region_compile(tri_arena *arena, const tri_block *region, tri_region_program **out_program)
{
    tri_region_program *program = TRI_NEW(arena, tri_region_program);
    const tri_op *last = region->last;
    if (!last || (last->kind != TRI_OP_REGION_RETURN && last->kind != TRI_OP_RETURN && last->kind != TRI_TILE_YIELD))
        return tri_error(TRI_INVALID, last ? last->loc : TRI_NOWHERE, "a region must end by returning its values");
    for (const tri_op *op = region->first; op != last; op = op->next) program->n_steps++;
    program->n_arguments = region->n_args;
    program->n_registers = region->n_args + program->n_steps;
    program->n_results = last->n_operands;
    if (program->n_registers > SCRATCH_LANES)
        return tri_error(TRI_UNSUPPORTED, last->loc, "a region of %u values; the limit is %d", program->n_registers, SCRATCH_LANES);
    program->width = program->n_registers ? SCRATCH_LANES / program->n_registers : TRI_LANES;
    if (program->width > TRI_LANES) program->width = TRI_LANES;

    uint8_t *argument_dtypes = TRI_NEW_ARRAY(arena, uint8_t, region->n_args);
    for (uint32_t i = 0; i < region->n_args; i++) argument_dtypes[i] = region->args[i]->type.dtype;
    step *steps = TRI_NEW_ARRAY(arena, step, program->n_steps);
    uint32_t n = 0;
    for (const tri_op *op = region->first; op != last; op = op->next, n++) {
        TRI_TRY(compile_step(region, op, &steps[n]));
        steps[n].out = region->n_args + n;
    }
    uint32_t *results = TRI_NEW_ARRAY(arena, uint32_t, last->n_operands);
    uint8_t *result_dtypes = TRI_NEW_ARRAY(arena, uint8_t, last->n_operands);
    for (uint32_t i = 0; i < last->n_operands; i++) {
        TRI_TRY(register_of(region, last->operands[i], last, &results[i]));
        result_dtypes[i] = last->operands[i]->type.dtype;
    }
    program->argument_dtypes = argument_dtypes;
    program->steps = steps;
    program->results = results;
    program->result_dtypes = result_dtypes;
    *out_program = program;
    return NULL;
}

tri_status *tri_region_compile_checked(tri_arena *arena, const tri_block *region, tri_region_program **out_program)
{
    if (TRI_ARENA_EXHAUSTED(arena)) return tri_arena_exhausted(arena);
    return tri_region_compile(arena, region, out_program);
}

static void philox(size_t n, const tri_lane *key, const tri_lane *counter, tri_lane *out)
{
    for (size_t l = 0; l < n; l++) {
        uint64_t k = (uint64_t)key[l].i, c = (uint64_t)counter[l].i;
        uint32_t words[4];
        tri_philox((uint32_t[4]){(uint32_t)c, (uint32_t)(c >> 32), 0, 0}, (uint32_t[2]){(uint32_t)k, (uint32_t)(k >> 32)}, words);
        out[l].i = words[0];
    }
}

static void run_step(const step *s, size_t first, size_t n, const int32_t *const *coordinates, tri_lane *scratch, size_t width)
{
    tri_lane *out = scratch + s->out * width;
    const tri_lane *const in[3] = {scratch + s->in[0] * width, scratch + s->in[1] * width, scratch + s->in[2] * width};
    tri_dtype from = (tri_dtype)s->from, to = (tri_dtype)s->to;
    switch ((int)s->kind) {
    case TRI_SCALAR_CONSTANT:
        for (size_t l = 0; l < n; l++) out[l] = s->constant;
        return;
    case TRI_SCALAR_COORDINATE:
        for (size_t l = 0; l < n; l++) out[l].i = coordinates[s->dim][first + l];
        return;
    case TRI_SCALAR_CONVERT: tri_lanes_convert(from, to, n, in[0], out); return;
    case TRI_SCALAR_BITCAST: tri_lanes_bitcast(from, to, n, in[0], out); return;
    case TRI_SCALAR_PHILOX: philox(n, in[0], in[1], out); break;
    default: tri_lanes_apply((tri_op_kind)s->kind, from, n, in, out); break;
    }
    tri_lanes_round(to, n, out);
}

void tri_region_run(const tri_region_program *program, size_t lanes, const void *const *arguments, const int32_t *const *coordinates,
                    void *const *results)
{
    tri_lane scratch[SCRATCH_LANES];
    size_t width = program->width;
    for (size_t first = 0; first < lanes; first += width) {
        size_t n = lanes - first < width ? lanes - first : width;
        for (uint32_t i = 0; i < program->n_arguments; i++) {
            tri_dtype dtype = (tri_dtype)program->argument_dtypes[i];
            tri_lanes_load(dtype, (const char *)arguments[i] + first * tri_dtype_bytes(dtype), n, scratch + i * width);
        }
        for (uint32_t s = 0; s < program->n_steps; s++) run_step(&program->steps[s], first, n, coordinates, scratch, width);
        for (uint32_t i = 0; i < program->n_results; i++) {
            tri_dtype dtype = (tri_dtype)program->result_dtypes[i];
            tri_lanes_store(dtype, (char *)results[i] + first * tri_dtype_bytes(dtype), n, scratch + program->results[i] * width);
        }
    }
}
