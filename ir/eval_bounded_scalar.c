/* ir/eval_bounded_scalar.c - pairs of value and bound: their memory, what an op adds by itself, the ratio that goes with them, and scalar ops on
 * lanes of pairs. */
#include "ir/eval_bounded_internal.h"

/* ---- memory ---- */

tri_status *tri_bound_take(tri_evaluation *b, const tri_op *op, int64_t n, double **out)
{
    tri_tensor t = {.type = tri_tensor_of(TRI_F64, 1, &n)};
    tri_status *status = tri_eval_allocate(b, op, &t);
    *out = t.data;
    return status;
}

void tri_bound_give(tri_evaluation *b, double *at, int64_t n)
{
    tri_tensor t = {.type = tri_tensor_of(TRI_F64, 1, &n), .data = at};
    tri_eval_release(b, &t);
}

/* Room for a result that has errors. */
tri_status *tri_bound_open(tri_evaluation *b, const tri_op *op, tri_bound_value *out)
{
    out->owned = true;
    out->ratio = 1;
    TRI_TRY(tri_bound_take(b, op, tri_type_elements(&out->type), &out->want));
    return tri_bound_take(b, op, tri_type_elements(&out->type), &out->bound);
}

/* Elements [at, at + n) of the value as f64, and of its bounds. */
void tri_bound_load(const tri_bound_value *value, size_t at, size_t n, double *want, double *bound)
{
    if (value->want) {
        memcpy(want, value->want + at, n * sizeof *want);
        memcpy(bound, value->bound + at, n * sizeof *bound);
        return;
    }
    tri_dtype dtype = (tri_dtype)value->plain.type.dtype;
    tri_load_f64_n(dtype, (const char *)value->plain.data + at * tri_dtype_bytes(dtype), n, want);
    memset(bound, 0, n * sizeof *bound);
}

/* ---- what an op adds by itself ---- */

/* Below this a result may be off by as much: flushed, or rounded at the smallest subnormal. */
double tri_bound_underflow(tri_dtype dtype)
{
    switch (dtype) {
    case TRI_F8E4M3FN: return 0x1p-10;
    case TRI_F8E5M2: return 0x1p-17;
    case TRI_F16: return 0x1p-25;
    case TRI_BF16:
    case TRI_F32: return 0x1p-126;
    case TRI_F64: return 0x1p-1022;
    default: return 0;
    }
}

/* The least magnitude that rounds beyond the highest finite value. */
double tri_bound_overflow(tri_dtype dtype)
{
    int exponent;
    double highest = tri_dtype_highest(dtype);
    frexp(highest, &exponent);
    return dtype == TRI_F64 ? INFINITY : highest + ldexp(1, exponent - tri_dtype_bits(dtype) - 1);
}

void tri_bound_settle(tri_dtype dtype, double limit, double *want, double *bound)
{
    if (isnan(*bound)) *bound = INFINITY;
    if (dtype == TRI_F8E4M3FN && isinf(*want)) *want = NAN; /* it has no infinity */
    if (!tri_dtype_is_float(dtype) || !isfinite(*want) || fabs(*want) - *bound < limit) return;
    *want = dtype == TRI_F8E4M3FN ? NAN : copysign(INFINITY, *want);
    *bound = 0;
}

tri_bound_own_kind tri_bound_own_kind_of(tri_op_kind scalar)
{
    switch ((int)scalar) {
    case TRI_SCALAR_CONVERT: return TRI_OWN_CAST;
    case TRI_SCALAR_BITCAST:
    case TRI_SCALAR_NEGATE:
    case TRI_SCALAR_ABS:
    case TRI_SCALAR_SIGN:
    case TRI_SCALAR_MAXIMUM:
    case TRI_SCALAR_MINIMUM:
    case TRI_SCALAR_SELECT:
    case TRI_SCALAR_CLAMP:
    case TRI_SCALAR_FLOOR:
    case TRI_SCALAR_CEIL:
    case TRI_SCALAR_ROUND_NEAREST_EVEN:
    case TRI_SCALAR_ROUND_NEAREST_AFZ: return TRI_OWN_NONE;
    default: return TRI_OWN_COMPUTED;
    }
}

double tri_bound_own_error(tri_bound_own_kind kind, tri_dtype dtype, double want, double error)
{
    if (kind == TRI_OWN_NONE || !tri_dtype_is_float(dtype) || !isfinite(want)) return 0; /* classes are exact */
    if (kind == TRI_OWN_CAST && error == 0 && tri_round_to(dtype, want) == want) return 0;
    return (tri_dtype_unit_roundoff(dtype) + (kind == TRI_OWN_COMPUTED ? TRI_ROUGH : 0)) * fabs(want) + tri_bound_underflow(dtype);
}

/* sqrt(sum x^2) over the elements whose value and bound are finite. */
double tri_bound_norm(const double *x, const double *want, const double *bound, int64_t n)
{
    double sum = 0;
    for (int64_t i = 0; i < n; i++)
        if (isfinite(want[i]) && isfinite(bound[i])) sum += x[i] * x[i];
    return sqrt(sum);
}

/* Ends a result whose `bound` holds what comes from operands, of ratio `ratio`: adds `own` and finds the result's ratio. own_rel: the op's own
 * relative l2 error. */
void tri_bound_finish(tri_bound_value *out, const double *own, double own_rel, double ratio)
{
    int64_t n = tri_type_elements(&out->type);
    tri_dtype dtype = (tri_dtype)out->type.dtype;
    double limit = tri_bound_overflow(dtype), caused = tri_bound_norm(out->bound, out->want, out->bound, n);
    for (int64_t i = 0; i < n; i++) {
        out->bound[i] += own[i];
        tri_bound_settle(dtype, limit, &out->want[i], &out->bound[i]);
    }
    double whole = tri_bound_norm(out->bound, out->want, out->bound, n), size = tri_bound_norm(out->want, out->want, out->bound, n);
    /* Relative errors say nothing below the smallest normal number: what is lost there is absolute. */
    int64_t rounded = 0;
    for (int64_t i = 0; i < n; i++) rounded += own[i] > 0;
    double lost = tri_dtype_is_float(dtype) ? tri_bound_underflow(dtype) * sqrt((double)rounded) : 0;
    out->ratio = whole > 0 ? (own_rel * size + lost + ratio * caused) / whole : 1;
    if (!(out->ratio <= 1)) out->ratio = 1;
}

/* Own relative l2 error of sums of `terms` terms. */
static double sum_rel(tri_dtype dtype, int64_t terms, const double *scale, const tri_bound_value *out)
{
    int64_t n = tri_type_elements(&out->type);
    double size = tri_bound_norm(out->want, out->want, out->bound, n), root = sqrt((double)(terms > 0 ? terms : 1));
    double cancellation = size > 0 ? 1.6 * tri_bound_norm(scale, out->want, out->bound, n) / (root * size) : 1;
    return tri_dtype_unit_roundoff(dtype) + fmax(TRI_ROUGH, 0x1p-24 * root) * fmax(1, cancellation);
}

/* Turns the magnitude sums into own errors and ends the result. */
void tri_bound_finish_sum(tri_bound_value *out, int64_t terms, double *scale, double ratio)
{
    tri_dtype dtype = (tri_dtype)out->type.dtype;
    double rel = sum_rel(dtype, terms, scale, out), u = tri_dtype_unit_roundoff(dtype);
    for (int64_t i = 0; i < tri_type_elements(&out->type); i++)
        scale[i] = isfinite(out->want[i]) ? u * fabs(out->want[i]) + TRI_ROUGH * scale[i] + tri_bound_underflow(dtype) : 0;
    tri_bound_finish(out, scale, rel, ratio);
}

double tri_bound_worst_ratio(const tri_bound_value *in, uint32_t n)
{
    double worst = 0;
    for (uint32_t i = 0; i < n; i++)
        if (in[i].want && in[i].ratio > worst) worst = in[i].ratio;
    return worst;
}

/* ---- elementwise ---- */

static tri_lane lane_of(tri_dtype dtype, double value)
{
    tri_lane lane;
    if (tri_dtype_is_float(dtype)) lane.f = value;
    else tri_lanes_convert(TRI_F64, dtype, 1, &(tri_lane){.f = value}, &lane);
    return lane;
}

static double number_of(tri_dtype dtype, tri_lane lane)
{
    return tri_dtype_is_float(dtype) ? lane.f : dtype == TRI_U64 ? (double)(uint64_t)lane.i : (double)lane.i;
}

tri_bound_scalar tri_bound_scalar_of(const tri_op *op)
{
    tri_bound_scalar s = {.kind = tri_is_scalar_op(op->kind) ? (tri_op_kind)op->kind : tri_op_scalar(op),
                          .n = op->n_operands,
                          .to = (tri_dtype)op->results[0]->type.dtype};
    for (uint32_t i = 0; i < op->n_operands && i < 3; i++) s.from[i] = (tri_dtype)op->operands[i]->type.dtype;
    return s;
}

/* The op's value before rounding. Casts between floats keep the number: their rounding is an error of their own. */
static void values_of(const tri_bound_scalar *s, size_t n, double x[3][TRI_LANES], double *out)
{
    tri_lane lanes[3][TRI_LANES], result[TRI_LANES];
    tri_dtype last = s->from[s->n - 1], result_dtype = tri_op_row_of(s->kind)->result == TRI_RESULT_BOOL ? TRI_I1 : s->to;
    if (s->kind == TRI_SCALAR_CONVERT && tri_dtype_is_float(s->to)) {
        memcpy(out, x[0], n * sizeof *out);
        return;
    }
    for (uint32_t i = 0; i < s->n; i++)
        for (size_t l = 0; l < n; l++) lanes[i][l] = lane_of(s->from[i], x[i][l]);
    if (s->kind == TRI_SCALAR_CONVERT) tri_lanes_convert(last, s->to, n, lanes[0], result);
    else if (s->kind == TRI_SCALAR_BITCAST) tri_lanes_bitcast(last, s->to, n, lanes[0], result);
    else tri_lanes_apply(s->kind, last, n, (const tri_lane *const[3]){lanes[0], lanes[s->n > 1 ? 1 : 0], lanes[s->n > 2 ? 2 : 0]}, result);
    if (!tri_dtype_is_float(result_dtype)) tri_lanes_round(result_dtype, n, result);
    for (size_t l = 0; l < n; l++) out[l] = number_of(result_dtype, result[l]);
}

/* The change of a result; infinite when its class changes. */
double tri_bound_change(double from, double to)
{
    if (isnan(from) && isnan(to)) return 0;
    if (!isfinite(from) || !isfinite(to)) return from == to ? 0 : INFINITY;
    return fabs(to - from);
}

static bool is_comparison(tri_op_kind kind) { return kind >= TRI_SCALAR_EQ && kind <= TRI_SCALAR_GE; }

/* want and the part of the bound that operands cause, for up to TRI_LANES elements; x and e are the operands and their bounds. */
void tri_bound_lanes(const tri_bound_scalar *s, size_t n, double x[3][TRI_LANES], double e[3][TRI_LANES], double *want, double *caused)
{
    double other[TRI_LANES];
    values_of(s, n, x, want);
    memset(caused, 0, n * sizeof *caused);
    if (is_comparison(s->kind)) {
        for (size_t l = 0; l < n; l++) {
            double error = e[0][l] + e[1][l];
            if (error > 0 && !(fabs(x[0][l] - x[1][l]) > error)) caused[l] = 1;
        }
        return;
    }
    for (uint32_t i = 0; i < s->n; i++) {
        bool any = false;
        for (size_t l = 0; l < n; l++) any |= e[i][l] != 0;
        if (!any) continue;
        double larger[TRI_LANES] = {0}, kept[TRI_LANES];
        memcpy(kept, x[i], n * sizeof *kept);
        for (int sign = -1; sign <= 1; sign += 2) {
            for (size_t l = 0; l < n; l++) x[i][l] = kept[l] + sign * e[i][l];
            values_of(s, n, x, other);
            for (size_t l = 0; l < n; l++)
                larger[l] = e[i][l] == 0 ? 0 : fmax(larger[l], e[i][l] == INFINITY ? INFINITY : tri_bound_change(want[l], other[l]));
        }
        for (size_t l = 0; l < n; l++) caused[l] += larger[l];
        memcpy(x[i], kept, n * sizeof *kept);
    }
    if (s->kind == TRI_SCALAR_SELECT)
        for (size_t l = 0; l < n; l++)
            if (e[0][l] != 0) caused[l] += fmax(e[1][l], e[2][l]);
}

