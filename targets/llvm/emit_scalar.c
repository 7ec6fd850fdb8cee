/* targets/llvm/emit_scalar.c - scalar ops: constants, conversions, arithmetic, and regions of them. Every op of a region rounds to its dtype, as
 * ops_scalar.def says: floats narrower than f32 are computed in f32 and rounded, which is the same as rounding once for + - * / and square roots. */
#include "targets/llvm/emit_internal.h"

#include <math.h>

#include "targets/llvm/emit_math.h"

/* ---- types and constants ---- */

const char *tri_scalar_type(tri_dtype dtype)
{
    switch (dtype) {
    case TRI_I1: return "i1";
    case TRI_I8:
    case TRI_U8:
    case TRI_F8E4M3FN:
    case TRI_F8E5M2: return "i8";
    case TRI_I16:
    case TRI_U16: return "i16";
    case TRI_I32:
    case TRI_U32: return "i32";
    case TRI_I64:
    case TRI_U64: return "i64";
    case TRI_F16: return "half";
    case TRI_BF16: return "bfloat";
    case TRI_F32: return "float";
    default: return "double";
    }
}

const char *tri_memory_type(tri_dtype dtype) { return dtype == TRI_I1 ? "i8" : tri_scalar_type(dtype); }

tri_ref tri_scalar_to_memory(tri_emitter *e, tri_dtype dtype, tri_ref value)
{
    return dtype == TRI_I1 ? tri_emit(e, "zext i1 %s to i8", value) : value;
}

tri_ref tri_scalar_from_memory(tri_emitter *e, tri_dtype dtype, tri_ref value)
{
    return dtype == TRI_I1 ? tri_emit(e, "icmp ne i8 %s, 0", value) : value;
}

tri_ref tri_scalar_literal(tri_emitter *e, tri_dtype dtype, const void *element)
{
    uint64_t bits = 0;
    memcpy(&bits, element, tri_dtype_bytes(dtype));
    double wide;
    switch (dtype) {
    case TRI_I1: return bits ? "true" : "false";
    case TRI_F16: return tri_arena_printf(e->arena, "0xH%04llX", (unsigned long long)bits);
    case TRI_BF16: return tri_arena_printf(e->arena, "0xR%04llX", (unsigned long long)bits);
    case TRI_F32:
    case TRI_F64: /* a float is written as the double of the same value */
        wide = tri_load_f64(dtype, element);
        memcpy(&bits, &wide, 8);
        return tri_arena_printf(e->arena, "0x%016llX", (unsigned long long)bits);
    case TRI_F8E4M3FN:
    case TRI_F8E5M2: return tri_arena_printf(e->arena, "%llu", (unsigned long long)bits);
    default: return tri_arena_printf(e->arena, "%lld", (long long)tri_load_i64(dtype, element));
    }
}

tri_ref tri_scalar_number(tri_emitter *e, tri_dtype dtype, double number)
{
    unsigned char element[8];
    tri_store_f64(dtype, element, number);
    return tri_scalar_literal(e, dtype, element);
}

tri_ref tri_scalar_select(tri_emitter *e, tri_dtype dtype, tri_ref condition, tri_ref yes, tri_ref no)
{
    if (!condition) return yes;
    return tri_emit(e, "select i1 %s, %s %s, %s %s", condition, tri_scalar_type(dtype), yes, tri_scalar_type(dtype), no);
}

/* ---- conversions ---- */

static bool is_f8(tri_dtype dtype) { return dtype == TRI_F8E4M3FN || dtype == TRI_F8E5M2; }

/* The dtype a float is computed in. */
static tri_dtype computed_in(tri_dtype dtype) { return dtype == TRI_F64 ? TRI_F64 : TRI_F32; }

static tri_ref widen(tri_emitter *e, tri_dtype dtype, tri_ref x)
{
    if (dtype == TRI_F32 || dtype == TRI_F64) return x;
    if (is_f8(dtype)) return tri_math_call(e, dtype == TRI_F8E4M3FN ? TRI_MATH_f32_from_f8e4m3 : TRI_MATH_f32_from_f8e5m2, x, NULL);
    return tri_emit(e, "fpext %s %s to float", tri_scalar_type(dtype), x);
}

/* From f32 or f64. To 8 bits it goes by way of f32: their 4 bits of significand leave a double rounding far below what the contract allows. */
static tri_ref narrow(tri_emitter *e, tri_dtype from, tri_dtype to, tri_ref x)
{
    if (from == to) return x;
    if (from == TRI_F32 && to == TRI_F64) return tri_emit(e, "fpext float %s to double", x);
    if (!is_f8(to)) return tri_emit(e, "fptrunc %s %s to %s", tri_scalar_type(from), x, tri_scalar_type(to));
    if (from == TRI_F64) x = tri_emit(e, "fptrunc double %s to float", x);
    return tri_math_call(e, to == TRI_F8E4M3FN ? TRI_MATH_f8e4m3_from_f32 : TRI_MATH_f8e5m2_from_f32, x, NULL);
}

static tri_ref resize(tri_emitter *e, tri_dtype from, const char *to_type, size_t to_bits, tri_ref x)
{
    size_t from_bits = from == TRI_I1 ? 1 : 8 * tri_dtype_bytes(from);
    if (from_bits == to_bits) return x;
    const char *how = from_bits > to_bits ? "trunc" : tri_dtype_classify(from) == TRI_CLASS_SIGNED ? "sext" : "zext";
    return tri_emit(e, "%s %s %s to %s", how, tri_scalar_type(from), x, to_type);
}

tri_ref tri_scalar_to_index(tri_emitter *e, tri_dtype from, tri_ref x) { return resize(e, from, "i64", 64, x); }

tri_ref tri_scalar_convert(tri_emitter *e, tri_dtype from, tri_dtype to, tri_ref x)
{
    bool from_float = tri_dtype_is_float(from), to_float = tri_dtype_is_float(to);
    if (from == to) return x;
    if (from_float && to_float) return narrow(e, computed_in(from), to, widen(e, from, x));
    if (from_float) {
        const char *wide = tri_scalar_type(computed_in(from)), *type = tri_scalar_type(to);
        x = widen(e, from, x);
        if (to == TRI_I1) return tri_emit(e, "fcmp une %s %s, 0.0", wide, x);
        bool is_signed = tri_dtype_classify(to) == TRI_CLASS_SIGNED;
        return tri_emit(e, "call %s @llvm.fpto%ci.sat.%s.%s(%s %s)", type, is_signed ? 's' : 'u', type, from == TRI_F64 ? "f64" : "f32", wide, x);
    }
    if (to_float) { /* by way of a float that holds the integer exactly, where there is one */
        bool is_signed = tri_dtype_classify(from) == TRI_CLASS_SIGNED;
        tri_dtype wide = to == TRI_F32 || to == TRI_F64 ? to : tri_dtype_bytes(from) <= 2 ? TRI_F32 : TRI_F64;
        tri_ref number = tri_emit(e, "%s %s %s to %s", is_signed ? "sitofp" : "uitofp", tri_scalar_type(from), x, tri_scalar_type(wide));
        return narrow(e, wide, to, number);
    }
    if (to == TRI_I1) return tri_emit(e, "icmp ne %s %s, 0", tri_scalar_type(from), x);
    return resize(e, from, tri_scalar_type(to), 8 * tri_dtype_bytes(to), x);
}

tri_ref tri_scalar_from_index(tri_emitter *e, tri_dtype to, tri_ref index) { return tri_scalar_convert(e, TRI_I64, to, index); }

static tri_ref bitcast(tri_emitter *e, tri_dtype from, tri_dtype to, tri_ref x)
{
    x = tri_scalar_to_memory(e, from, x);
    if (strcmp(tri_memory_type(from), tri_memory_type(to))) x = tri_emit(e, "bitcast %s %s to %s", tri_memory_type(from), x, tri_memory_type(to));
    return tri_scalar_from_memory(e, to, x);
}

/* ---- arithmetic ---- */

static const char *float_suffix(tri_dtype wide) { return wide == TRI_F64 ? "f64" : "f32"; }

/* "call TYPE @llvm.NAME(TYPE x, ...)" on f32 or f64. */
static tri_ref intrinsic(tri_emitter *e, const char *name, tri_dtype wide, int n, const tri_ref *x)
{
    const char *type = tri_scalar_type(wide);
    tri_ref arguments = "";
    for (int i = 0; i < n; i++) arguments = tri_arena_printf(e->arena, "%s%s%s %s", arguments, i ? ", " : "", type, x[i]);
    return tri_emit(e, "call %s @llvm.%s.%s(%s)", type, name, float_suffix(wide), arguments);
}

static tri_ref in_f64(tri_emitter *e, tri_math function, tri_dtype wide, int n, const tri_ref *x)
{
    tri_ref a = narrow(e, wide, TRI_F64, x[0]), b = n > 1 ? narrow(e, wide, TRI_F64, x[1]) : NULL;
    return narrow(e, TRI_F64, wide, tri_math_call(e, function, a, b));
}

static tri_ref sign(tri_emitter *e, tri_dtype wide, tri_ref x)
{
    const char *type = tri_scalar_type(wide);
    tri_ref one = tri_scalar_number(e, wide, 1), other = tri_emit(e, "fcmp une %s %s, 0.0", type, x),
            ordered = tri_emit(e, "fcmp ord %s %s, 0.0", type, x);
    tri_ref unit = intrinsic(e, "copysign", wide, 2, (tri_ref[]){one, x}), use = tri_emit(e, "and i1 %s, %s", other, ordered);
    return tri_scalar_select(e, wide, use, unit, x);
}

/* The distance between x and what truncation leaves of it is exact. */
static tri_ref round_away(tri_emitter *e, tri_dtype wide, tri_ref x)
{
    const char *type = tri_scalar_type(wide);
    tri_ref whole = intrinsic(e, "trunc", wide, 1, &x), rest = tri_emit(e, "fsub %s %s, %s", type, x, whole),
            distance = intrinsic(e, "fabs", wide, 1, &rest);
    tri_ref far = tri_emit(e, "fcmp oge %s %s, 0.5", type, distance),
            unit = intrinsic(e, "copysign", wide, 2, (tri_ref[]){tri_scalar_number(e, wide, 1), x});
    tri_ref moved = tri_emit(e, "fadd %s %s, %s", type, whole, unit);
    tri_ref rounded = tri_scalar_select(e, wide, far, moved, whole);
    return intrinsic(e, "copysign", wide, 2, (tri_ref[]){rounded, x});
}

static const char *compare_of(tri_op_kind kind)
{
    static const char *const names[] = {"eq", "ne", "lt", "le", "gt", "ge"}; /* in the order of the rows */
    return kind >= TRI_SCALAR_EQ && kind <= TRI_SCALAR_GE ? names[kind - TRI_SCALAR_EQ] : NULL;
}

/* On f32 or f64. Null: no float op. */
static tri_ref float_op(tri_emitter *e, tri_op_kind kind, tri_dtype wide, const tri_ref *x)
{
    const char *type = tri_scalar_type(wide), *binary = NULL;
    tri_ref one = tri_scalar_number(e, wide, 1);
    switch (kind) {
    case TRI_SCALAR_ADD: binary = "fadd"; break;
    case TRI_SCALAR_SUBTRACT: binary = "fsub"; break;
    case TRI_SCALAR_MULTIPLY: binary = "fmul"; break;
    case TRI_SCALAR_DIVIDE: binary = "fdiv"; break;
    case TRI_SCALAR_SQUARE: return tri_emit(e, "fmul %s %s, %s", type, x[0], x[0]);
    case TRI_SCALAR_NEGATE: return tri_emit(e, "fneg %s %s", type, x[0]);
    case TRI_SCALAR_MAXIMUM: return intrinsic(e, "maximum", wide, 2, x);
    case TRI_SCALAR_MINIMUM: return intrinsic(e, "minimum", wide, 2, x);
    case TRI_SCALAR_CLAMP: {
        tri_ref raised = intrinsic(e, "maximum", wide, 2, x);
        return intrinsic(e, "minimum", wide, 2, (tri_ref[]){raised, x[2]});
    }
    case TRI_SCALAR_FMA: return intrinsic(e, "fma", wide, 3, x);
    case TRI_SCALAR_ABS: return intrinsic(e, "fabs", wide, 1, x);
    case TRI_SCALAR_FLOOR: return intrinsic(e, "floor", wide, 1, x);
    case TRI_SCALAR_CEIL: return intrinsic(e, "ceil", wide, 1, x);
    case TRI_SCALAR_ROUND_NEAREST_EVEN: return intrinsic(e, "rint", wide, 1, x);
    case TRI_SCALAR_ROUND_NEAREST_AFZ: return round_away(e, wide, x[0]);
    case TRI_SCALAR_SQRT: return intrinsic(e, "sqrt", wide, 1, x);
    case TRI_SCALAR_RSQRT: return tri_emit(e, "fdiv %s %s, %s", type, one, intrinsic(e, "sqrt", wide, 1, x));
    case TRI_SCALAR_SIGN: return sign(e, wide, x[0]);
    case TRI_SCALAR_REMAINDER: return in_f64(e, TRI_MATH_remainder, wide, 2, x);
    case TRI_SCALAR_POWER: return in_f64(e, TRI_MATH_power, wide, 2, x);
    case TRI_SCALAR_EXP: return in_f64(e, TRI_MATH_exp, wide, 1, x);
    case TRI_SCALAR_EXP2: return in_f64(e, TRI_MATH_exp2, wide, 1, x);
    case TRI_SCALAR_EXPM1: return in_f64(e, TRI_MATH_expm1, wide, 1, x);
    case TRI_SCALAR_LOG: return in_f64(e, TRI_MATH_log, wide, 1, x);
    case TRI_SCALAR_LOG1P: return in_f64(e, TRI_MATH_log1p, wide, 1, x);
    case TRI_SCALAR_TANH: return in_f64(e, TRI_MATH_tanh, wide, 1, x);
    case TRI_SCALAR_LOGISTIC: return in_f64(e, TRI_MATH_logistic, wide, 1, x);
    case TRI_SCALAR_SINE: return in_f64(e, TRI_MATH_sine, wide, 1, x);
    case TRI_SCALAR_COSINE: return in_f64(e, TRI_MATH_cosine, wide, 1, x);
    case TRI_SCALAR_ERF: return in_f64(e, TRI_MATH_erf, wide, 1, x);
    default: return NULL;
    }
    return tri_emit(e, "%s %s %s, %s", binary, type, x[0], x[1]);
}

static tri_ref float_scalar(tri_emitter *e, tri_op_kind kind, tri_dtype dtype, const tri_ref *operands, uint32_t n)
{
    tri_dtype wide = computed_in(dtype);
    tri_ref x[3] = {NULL};
    for (uint32_t i = 0; i < n; i++) x[i] = widen(e, dtype, operands[i]);
    const char *compare = compare_of(kind);
    if (compare) return tri_emit(e, "fcmp %c%s %s %s, %s", kind == TRI_SCALAR_NE ? 'u' : 'o', compare, tri_scalar_type(wide), x[0], x[1]);
    if (kind == TRI_SCALAR_IS_FINITE) {
        tri_ref magnitude = intrinsic(e, "fabs", wide, 1, x);
        return tri_emit(e, "fcmp olt %s %s, %s", tri_scalar_type(wide), magnitude, tri_scalar_number(e, wide, (double)INFINITY));
    }
    tri_ref result = e->fast && wide == TRI_F32 ? e->fast(e, kind, x) : NULL;
    if (!result) result = float_op(e, kind, wide, x);
    return result ? narrow(e, wide, dtype, result) : NULL;
}

/* Quotient or remainder as the row says, without what LLVM leaves undefined: by 0, and the lowest number by -1. */
static tri_ref divide(tri_emitter *e, const char *type, bool is_signed, bool quotient, const tri_ref *x)
{
    tri_ref by_zero = tri_emit(e, "icmp eq %s %s, 0", type, x[1]), special = by_zero, by_minus_one = NULL;
    if (is_signed) {
        by_minus_one = tri_emit(e, "icmp eq %s %s, -1", type, x[1]);
        special = tri_emit(e, "or i1 %s, %s", by_zero, by_minus_one);
    }
    tri_ref divisor = tri_emit(e, "select i1 %s, %s 1, %s %s", special, type, type, x[1]);
    tri_ref result = tri_emit(e, "%c%s %s %s, %s", is_signed ? 's' : 'u', quotient ? "div" : "rem", type, x[0], divisor);
    if (is_signed) {
        tri_ref negated = quotient ? tri_emit(e, "sub %s 0, %s", type, x[0]) : "0";
        result = tri_emit(e, "select i1 %s, %s %s, %s %s", by_minus_one, type, negated, type, result);
    }
    return tri_emit(e, "select i1 %s, %s %s, %s %s", by_zero, type, quotient ? "-1" : x[0], type, result);
}

/* A distance of the width or more empties the number. Left and logical shifts go in two steps, each less than the width, rather than by a test: LLVM
 * 22 replaces the test by the clamping shift of PTX and forgets that that one looks at 32 bits of the distance only. */
static tri_ref shift(tri_emitter *e, const char *type, int bits, const char *how, const tri_ref *x)
{
    bool arithmetic = *how == 'a';
    tri_ref distance = tri_emit(e, "call %s @llvm.umin.%s(%s %s, %s %d)", type, type, type, x[1], type, arithmetic ? bits - 1 : bits);
    if (arithmetic) return tri_emit(e, "%s %s %s, %s", how, type, x[0], distance);
    tri_ref half = tri_emit(e, "lshr %s %s, 1", type, distance), rest = tri_emit(e, "sub %s %s, %s", type, distance, half);
    return tri_emit(e, "%s %s %s, %s", how, type, tri_emit(e, "%s %s %s, %s", how, type, x[0], half), rest);
}

static tri_ref min_max(tri_emitter *e, tri_dtype dtype, bool max, tri_ref a, tri_ref b)
{
    const char *type = tri_scalar_type(dtype);
    if (dtype == TRI_I1) return tri_emit(e, "%s i1 %s, %s", max ? "or" : "and", a, b);
    return tri_emit(e, "call %s @llvm.%c%s.%s(%s %s, %s %s)", type, tri_dtype_classify(dtype) == TRI_CLASS_SIGNED ? 's' : 'u', max ? "max" : "min",
                    type, type, a, type, b);
}

/* Integers and i1. Null: no such op. */
static tri_ref integer_scalar(tri_emitter *e, tri_op_kind kind, tri_dtype dtype, const tri_ref *x)
{
    const char *type = tri_scalar_type(dtype), *binary = NULL, *compare = compare_of(kind);
    bool is_signed = tri_dtype_classify(dtype) == TRI_CLASS_SIGNED, is_bool = dtype == TRI_I1;
    int bits = tri_dtype_bits(dtype);
    if (compare) return tri_emit(e, "icmp %s%s %s %s, %s", kind <= TRI_SCALAR_NE ? "" : is_signed ? "s" : "u", compare, type, x[0], x[1]);
    switch (kind) {
    case TRI_SCALAR_ADD: binary = is_bool ? "or" : "add"; break;
    case TRI_SCALAR_SUBTRACT: binary = "sub"; break;
    case TRI_SCALAR_MULTIPLY: binary = is_bool ? "and" : "mul"; break;
    case TRI_SCALAR_AND: binary = "and"; break;
    case TRI_SCALAR_OR: binary = "or"; break;
    case TRI_SCALAR_XOR: binary = "xor"; break;
    case TRI_SCALAR_DIVIDE: return divide(e, type, is_signed, true, x);
    case TRI_SCALAR_REMAINDER: return divide(e, type, is_signed, false, x);
    case TRI_SCALAR_MAXIMUM: return min_max(e, dtype, true, x[0], x[1]);
    case TRI_SCALAR_MINIMUM: return min_max(e, dtype, false, x[0], x[1]);
    case TRI_SCALAR_CLAMP: return min_max(e, dtype, false, min_max(e, dtype, true, x[0], x[1]), x[2]);
    case TRI_SCALAR_SHIFT_LEFT: return shift(e, type, bits, "shl", x);
    case TRI_SCALAR_SHIFT_RIGHT_LOGICAL: return shift(e, type, bits, "lshr", x);
    case TRI_SCALAR_SHIFT_RIGHT_ARITHMETIC: return shift(e, type, bits, "ashr", x);
    case TRI_SCALAR_NEGATE: return tri_emit(e, "sub %s 0, %s", type, x[0]);
    case TRI_SCALAR_NOT: return tri_emit(e, "xor %s %s, %s", type, x[0], is_bool ? "true" : "-1");
    case TRI_SCALAR_SQUARE: return tri_emit(e, "mul %s %s, %s", type, x[0], x[0]);
    case TRI_SCALAR_ABS: return is_signed ? tri_emit(e, "call %s @llvm.abs.%s(%s %s, i1 false)", type, type, type, x[0]) : x[0];
    case TRI_SCALAR_SIGN: {
        tri_ref other = tri_emit(e, "icmp ne %s %s, 0", type, x[0]), result = tri_emit(e, "zext i1 %s to %s", other, type);
        if (!is_signed) return result;
        return tri_emit(e, "or %s %s, %s", type, tri_emit(e, "ashr %s %s, %d", type, x[0], bits - 1), result);
    }
    case TRI_SCALAR_POWER: {
        tri_ref base = tri_scalar_to_index(e, dtype, x[0]), exponent = tri_scalar_to_index(e, dtype, x[1]);
        return tri_scalar_convert(e, TRI_I64, dtype, tri_math_call(e, TRI_MATH_power_i64, base, exponent));
    }
    default: return NULL;
    }
    return tri_emit(e, "%s %s %s, %s", binary, type, x[0], x[1]);
}

/* ---- regions ---- */

static tri_status *scalar_op(tri_emitter *e, const tri_op *op, const tri_ref *coordinates)
{
    tri_dtype to = (tri_dtype)op->results[0]->type.dtype, from = op->n_operands ? (tri_dtype)op->operands[op->n_operands - 1]->type.dtype : to;
    tri_ref x[3] = {NULL}, *out = &e->scalars[op->results[0]->id];
    if (op->n_operands > 3) return tri_emit_unsupported(op, "%u operands", op->n_operands);
    for (uint32_t i = 0; i < op->n_operands; i++) x[i] = e->scalars[op->operands[i]->id];
    switch ((tri_op_kind)op->kind) {
    case TRI_SCALAR_CONSTANT: *out = tri_scalar_literal(e, to, tri_op_attr(op, "value")->data); return NULL;
    case TRI_SCALAR_COORDINATE: *out = coordinates[tri_op_integer(op, "dim", 0)]; return NULL;
    case TRI_SCALAR_CONVERT: *out = tri_scalar_convert(e, from, to, x[0]); return NULL;
    case TRI_SCALAR_BITCAST: *out = bitcast(e, from, to, x[0]); return NULL;
    case TRI_SCALAR_SELECT: *out = tri_scalar_select(e, to, x[0], x[1], x[2]); return NULL;
    case TRI_SCALAR_PHILOX: {
        tri_ref key = tri_scalar_to_index(e, (tri_dtype)op->operands[0]->type.dtype, x[0]), counter = tri_scalar_to_index(e, from, x[1]);
        *out = tri_scalar_convert(e, TRI_U32, to, tri_math_call(e, TRI_MATH_philox, key, counter));
        return NULL;
    }
    default: break;
    }
    bool is_float = tri_dtype_is_float(from);
    *out = is_float ? float_scalar(e, (tri_op_kind)op->kind, from, x, op->n_operands) : integer_scalar(e, (tri_op_kind)op->kind, from, x);
    return *out ? NULL : tri_emit_unsupported(op, "not on %s", tri_dtype_name(from));
}

tri_status *tri_scalar_region(tri_emitter *e, const tri_block *region, const tri_ref *arguments, const tri_ref *coordinates, tri_ref *results)
{
    for (uint32_t i = 0; i < region->n_args; i++) e->scalars[region->args[i]->id] = arguments[i];
    for (const tri_op *op = region->first; op != region->last; op = op->next) TRI_TRY(scalar_op(e, op, coordinates));
    for (uint32_t i = 0; i < region->last->n_operands; i++) results[i] = e->scalars[region->last->operands[i]->id];
    return NULL;
}
