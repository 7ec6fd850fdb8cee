/* ir/eval_bounded.c - what an op means together with how far an honest device may be away from it: pairs (want, bound) through every op of a fused region.
 *
 * `want` is never rounded in between; instead each op adds the rounding of its result's dtype to the bound, so a device that rounds between the ops and one that does not
 * both pass. Rules, to first order (decision 3):
 *   elementwise   sum over operands of the larger change of the result at x + error and x - error, then u_out*|want| + 2^-20*|want|; ops that only choose or drop bits add
 *                 nothing; a cast adds u_out*|want|; an uncertain comparison gives a value with bound 1, and a select on it covers both outcomes
 *   contraction   sum|a| eb + ea |b|, then u_out*|want| + 2^-20 * sum|a b|; sums of a reduction alike
 *   underflow     a device may flush f32, bf16 and f64 below the smallest normal number; f16 and fp8 keep subnormals, which round by half the smallest
 *   overflow      a value that is certain to overflow is infinite; one that may, has an infinite bound: anything passes. So has one whose class may change.
 * rel_l2: beside the bounds goes one number, `ratio`: the relative l2 error to expect over the one that all bounds together would allow. An op's own part is
 * u_out + max(2^-20, 2^-24 sqrt(K)) (for sums times their cancellation, 1.6 ||scale|| / (sqrt(K) ||want||) where that is above 1: 1 for random terms); what comes from
 * operands is their ratio times the norm of the bounds they cause. That assumes errors to be spread over the elements as their bounds are. */
#include "ir/eval_internal.h"

#include <math.h>
#include <stdlib.h>

#include "base/parallel.h"

static const double ROUGH = 0x1p-20; /* the tolerance of every computed float op, of its scale */

typedef struct bounded {
    tri_type type;
    tri_tensor plain;     /* exact elements; data is null when want and bound say it */
    double *want, *bound; /* else null */
    double ratio;
    uint32_t uses;
    bool owned;
} bounded;

/* ---- memory ---- */

static tri_status *take(tri_evaluation *b, const tri_op *op, int64_t n, double **out)
{
    tri_tensor t = {.type = tri_tensor_of(TRI_F64, 1, &n)};
    tri_status *status = tri_eval_allocate(b, op, &t);
    *out = t.data;
    return status;
}

static void give(tri_evaluation *b, double *at, int64_t n)
{
    tri_tensor t = {.type = tri_tensor_of(TRI_F64, 1, &n), .data = at};
    tri_eval_release(b, &t);
}

static void release(tri_evaluation *b, bounded *value)
{
    if (!value->owned) return;
    tri_eval_release(b, &value->plain);
    give(b, value->want, tri_type_elements(&value->type));
    give(b, value->bound, tri_type_elements(&value->type));
    *value = (bounded){.type = value->type};
}

/* Room for a result that has errors. */
static tri_status *open_result(tri_evaluation *b, const tri_op *op, bounded *out)
{
    out->owned = true;
    out->ratio = 1;
    TRI_TRY(take(b, op, tri_type_elements(&out->type), &out->want));
    return take(b, op, tri_type_elements(&out->type), &out->bound);
}

/* The value, or its bounds, as a tensor to compute with: f64 of the same shape, or the plain elements. */
static tri_tensor as_tensor(const bounded *value, double *data)
{
    if (!data) return value->plain;
    tri_tensor t = {.type = value->type, .data = data};
    t.type.dtype = TRI_F64;
    return t;
}
static tri_tensor want_tensor(const bounded *value) { return as_tensor(value, value->want); }
static tri_tensor bound_tensor(const bounded *value) { return as_tensor(value, value->bound); }

/* Elements [at, at + n) of the value as f64, and of its bounds. */
static void load_part(const bounded *value, size_t at, size_t n, double *want, double *bound)
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
static double underflow(tri_dtype dtype)
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
static double overflow(tri_dtype dtype)
{
    int exponent;
    double highest = tri_dtype_highest(dtype);
    frexp(highest, &exponent);
    return dtype == TRI_F64 ? INFINITY : highest + ldexp(1, exponent - tri_dtype_bits(dtype) - 1);
}

/* Makes the classes right after a bound is complete: overflow, and bounds that are no number. */
static void settle(tri_dtype dtype, double limit, double *want, double *bound)
{
    if (isnan(*bound)) *bound = INFINITY;
    if (!tri_dtype_is_float(dtype) || !isfinite(*want) || fabs(*want) + *bound < limit) return;
    if (fabs(*want) - *bound >= limit) {
        *want = dtype == TRI_F8E4M3FN ? NAN : copysign(INFINITY, *want);
        *bound = 0;
    } else {
        *bound = INFINITY;
    }
}

typedef enum own_kind { OWN_NONE, OWN_CAST, OWN_COMPUTED } own_kind;

static own_kind own_kind_of(tri_op_kind scalar)
{
    switch ((int)scalar) {
    case TRI_SCALAR_CONVERT: return OWN_CAST;
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
    case TRI_SCALAR_ROUND_NEAREST_AFZ: return OWN_NONE;
    default: return OWN_COMPUTED;
    }
}

static double own_error(own_kind kind, tri_dtype dtype, double want, double error)
{
    if (kind == OWN_NONE || !tri_dtype_is_float(dtype) || !isfinite(want)) return 0; /* classes are exact */
    if (kind == OWN_CAST && error == 0 && tri_round_to(dtype, want) == want) return 0;
    return (tri_dtype_unit_roundoff(dtype) + (kind == OWN_COMPUTED ? ROUGH : 0)) * fabs(want) + underflow(dtype);
}

/* sqrt(sum x^2) over the elements whose value and bound are finite. */
static double norm(const double *x, const double *want, const double *bound, int64_t n)
{
    double sum = 0;
    for (int64_t i = 0; i < n; i++)
        if (isfinite(want[i]) && isfinite(bound[i])) sum += x[i] * x[i];
    return sqrt(sum);
}

/* Ends a result whose `bound` holds what comes from operands, of ratio `ratio`: adds `own` and finds the result's ratio. own_rel: the op's own relative l2 error. */
static void finish(bounded *out, const double *own, double own_rel, double ratio)
{
    int64_t n = tri_type_elements(&out->type);
    tri_dtype dtype = (tri_dtype)out->type.dtype;
    double limit = overflow(dtype), caused = norm(out->bound, out->want, out->bound, n);
    for (int64_t i = 0; i < n; i++) {
        out->bound[i] += own[i];
        settle(dtype, limit, &out->want[i], &out->bound[i]);
    }
    double whole = norm(out->bound, out->want, out->bound, n), size = norm(out->want, out->want, out->bound, n);
    out->ratio = whole > 0 ? (own_rel * size + ratio * caused) / whole : 1;
    if (!(out->ratio <= 1)) out->ratio = 1;
}

/* ---- elementwise ---- */

static tri_lane lane_of(tri_dtype dtype, double value)
{
    tri_lane lane;
    if (tri_dtype_is_float(dtype)) lane.f = value;
    else tri_lanes_convert(TRI_F64, dtype, 1, &(tri_lane){.f = value}, &lane);
    return lane;
}

static double number_of(tri_dtype dtype, tri_lane lane) { return tri_dtype_is_float(dtype) ? lane.f : dtype == TRI_U64 ? (double)(uint64_t)lane.i : (double)lane.i; }

typedef struct scalar_op {
    tri_op_kind kind;
    uint32_t n;
    tri_dtype from[3], to;
} scalar_op;

static scalar_op scalar_op_of(const tri_op *op)
{
    scalar_op s = {.kind = tri_is_scalar_op(op->kind) ? (tri_op_kind)op->kind : tri_op_scalar(op), .n = op->n_operands, .to = (tri_dtype)op->results[0]->type.dtype};
    for (uint32_t i = 0; i < op->n_operands && i < 3; i++) s.from[i] = (tri_dtype)op->operands[i]->type.dtype;
    return s;
}

/* The op's value before rounding. Casts between floats keep the number: their rounding is an error of their own. */
static void values_of(const scalar_op *s, size_t n, double x[3][TRI_LANES], double *out)
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
static double change(double from, double to)
{
    if (isnan(from) && isnan(to)) return 0;
    if (!isfinite(from) || !isfinite(to)) return from == to ? 0 : INFINITY;
    return fabs(to - from);
}

static bool is_comparison(tri_op_kind kind) { return kind >= TRI_SCALAR_EQ && kind <= TRI_SCALAR_GE; }

/* want and the part of the bound that operands cause, for up to TRI_LANES elements; x and e are the operands and their bounds. */
static void bound_lanes(const scalar_op *s, size_t n, double x[3][TRI_LANES], double e[3][TRI_LANES], double *want, double *caused)
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
            for (size_t l = 0; l < n; l++) larger[l] = e[i][l] == 0 ? 0 : fmax(larger[l], e[i][l] == INFINITY ? INFINITY : change(want[l], other[l]));
        }
        for (size_t l = 0; l < n; l++) caused[l] += larger[l];
        memcpy(x[i], kept, n * sizeof *kept);
    }
    if (s->kind == TRI_SCALAR_SELECT)
        for (size_t l = 0; l < n; l++)
            if (e[0][l] != 0) caused[l] += fmax(e[1][l], e[2][l]);
}

typedef struct elementwise {
    scalar_op s;
    const bounded *in;
    bounded *out;
    double *own;
} elementwise;

static void bound_range(void *context, size_t first, size_t end)
{
    const elementwise *w = context;
    double x[3][TRI_LANES], e[3][TRI_LANES];
    for (size_t at = first; at < end; at += TRI_LANES) {
        size_t n = end - at < TRI_LANES ? end - at : TRI_LANES;
        for (uint32_t i = 0; i < w->s.n; i++) {
            bool repeated = w->in[i].type.rank == 0 && w->out->type.rank != 0;
            load_part(&w->in[i], repeated ? 0 : at, repeated ? 1 : n, x[i], e[i]);
            for (size_t l = 1; repeated && l < n; l++) {
                x[i][l] = x[i][0];
                e[i][l] = e[i][0];
            }
        }
        bound_lanes(&w->s, n, x, e, w->out->want + at, w->out->bound + at);
        for (size_t l = 0; l < n; l++) w->own[at + l] = own_error(own_kind_of(w->s.kind), w->s.to, w->out->want[at + l], w->out->bound[at + l]);
    }
}

static double worst_ratio(const bounded *in, uint32_t n)
{
    double worst = 0;
    for (uint32_t i = 0; i < n; i++)
        if (in[i].want && in[i].ratio > worst) worst = in[i].ratio;
    return worst;
}

static tri_status *bound_elementwise(tri_evaluation *b, const tri_op *op, const bounded *in, bounded *out)
{
    elementwise w = {.s = scalar_op_of(op), .in = in, .out = out};
    int64_t n = tri_type_elements(&out->type);
    if (w.s.kind == TRI_OP_NONE || !w.s.n || w.s.n > 3) return tri_error(TRI_INVALID, op->loc, "'%s' with attributes that say no scalar op", tri_op_row_of(op->kind)->text);
    TRI_TRY(open_result(b, op, out));
    TRI_TRY(take(b, op, n, &w.own));
    tri_parallel((size_t)n, 16 * TRI_LANES, bound_range, &w);
    own_kind kind = own_kind_of(w.s.kind);
    double u = tri_dtype_unit_roundoff(w.s.to), own_rel = kind == OWN_COMPUTED ? u + ROUGH : kind == OWN_CAST ? u : 0;
    finish(out, w.own, own_rel, worst_ratio(in, op->n_operands));
    give(b, w.own, n);
    return NULL;
}

/* ---- movement: the same function on the values and on the bounds ---- */

static uint32_t data_operands(const tri_op *op)
{
    switch ((int)op->kind) {
    case TRI_OP_DYNAMIC_SLICE:
    case TRI_OP_GATHER: return 1;
    case TRI_OP_DYNAMIC_UPDATE_SLICE: return 2;
    default: return op->n_operands;
    }
}

static tri_status *spread(tri_evaluation *b, const tri_op *op, const bounded *in, bool bounds, tri_tensor *operands, double **temporary, tri_tensor *results)
{
    for (uint32_t i = 0; i < op->n_operands; i++) {
        operands[i] = bounds ? bound_tensor(&in[i]) : want_tensor(&in[i]);
        if (i >= data_operands(op) || in[i].want) continue;
        int64_t n = tri_type_elements(&in[i].type);
        TRI_TRY(take(b, op, n, &temporary[i]));
        if (bounds) memset(temporary[i], 0, (size_t)n * sizeof **temporary);
        else tri_load_f64_n((tri_dtype)in[i].type.dtype, in[i].plain.data, (size_t)n, temporary[i]);
        operands[i] = as_tensor(&in[i], temporary[i]);
    }
    return tri_eval_function_of(op->kind)(b, op, operands, results);
}

static tri_status *bound_movement(tri_evaluation *b, const tri_op *op, const bounded *in, bounded *out)
{
    bool lost = false;
    for (uint32_t i = data_operands(op); i < op->n_operands; i++) lost |= in[i].want != NULL; /* an index that is not certain */
    for (uint32_t i = 0; i < op->n_results; i++) TRI_TRY(open_result(b, op, &out[i]));
    if (lost) {
        for (int64_t i = 0; i < tri_type_elements(&out->type); i++) {
            out->want[i] = 0;
            out->bound[i] = INFINITY;
        }
        return NULL;
    }
    uint32_t n = op->n_operands;
    tri_tensor *tensors = calloc(n + op->n_results + 1, sizeof *tensors);
    double **temporary = calloc(n + 1, sizeof *temporary);
    tri_status *status = tensors && temporary ? NULL : tri_error(TRI_NO_MEMORY, op->loc, "no memory for the operands of an op");
    for (int bounds = 0; bounds < 2 && !status; bounds++) {
        for (uint32_t i = 0; i < op->n_results; i++) tensors[n + i] = bounds ? bound_tensor(&out[i]) : want_tensor(&out[i]);
        status = spread(b, op, in, bounds, tensors, temporary, tensors + n);
        for (uint32_t i = 0; i < n; i++) {
            if (temporary[i]) give(b, temporary[i], tri_type_elements(&in[i].type));
            temporary[i] = NULL;
        }
    }
    for (uint32_t i = 0; i < op->n_results; i++) out[i].ratio = op->n_results == n ? in[i].ratio : worst_ratio(in, n);
    free(tensors);
    free(temporary);
    return status;
}

/* ---- contractions ---- */

/* |x| as a tensor of its own. */
static tri_status *magnitudes(tri_evaluation *b, const tri_op *op, const bounded *value, tri_tensor *out)
{
    tri_tensor from = want_tensor(value);
    *out = (tri_tensor){.type = from.type};
    TRI_TRY(tri_eval_allocate(b, op, out));
    tri_dtype dtype = (tri_dtype)from.type.dtype;
    size_t n = (size_t)tri_type_elements(&from.type), bytes = tri_dtype_bytes(dtype);
    for (size_t at = 0; at < n; at += TRI_LANES) {
        size_t now = n - at < TRI_LANES ? n - at : TRI_LANES;
        tri_lane lanes[TRI_LANES];
        tri_lanes_load(dtype, (const char *)from.data + at * bytes, now, lanes);
        for (size_t l = 0; l < now; l++) lanes[l].f = fabs(lanes[l].f);
        tri_lanes_store(dtype, (char *)out->data + at * bytes, now, lanes);
    }
    return NULL;
}

/* Own relative l2 error of sums of `terms` terms. */
static double sum_rel(tri_dtype dtype, int64_t terms, const double *scale, const bounded *out)
{
    int64_t n = tri_type_elements(&out->type);
    double size = norm(out->want, out->want, out->bound, n), root = sqrt((double)(terms > 0 ? terms : 1));
    double cancellation = size > 0 ? 1.6 * norm(scale, out->want, out->bound, n) / (root * size) : 1;
    return tri_dtype_unit_roundoff(dtype) + fmax(ROUGH, 0x1p-24 * root) * fmax(1, cancellation);
}

/* Turns the magnitude sums into own errors and ends the result. */
static void finish_sum(bounded *out, int64_t terms, double *scale, double ratio)
{
    tri_dtype dtype = (tri_dtype)out->type.dtype;
    double rel = sum_rel(dtype, terms, scale, out), u = tri_dtype_unit_roundoff(dtype);
    for (int64_t i = 0; i < tri_type_elements(&out->type); i++) scale[i] = isfinite(out->want[i]) ? u * fabs(out->want[i]) + ROUGH * scale[i] + underflow(dtype) : 0;
    finish(out, scale, rel, ratio);
}

static tri_status *contract_all(const tri_contraction *c, const bounded *in, const tri_tensor *magnitude, bounded *out, double *scale)
{
    tri_tensor a = want_tensor(&in[0]), v = want_tensor(&in[1]), to = as_tensor(out, scale);
    int64_t n = tri_type_elements(&out->type);
    for (int side = 0; side < 2; side++) { /* out->bound: |a| eb + ea |b| */
        if (!in[side].want) continue;
        tri_tensor error = bound_tensor(&in[side]);
        TRI_TRY(tri_contract(c, TRI_EVAL_MEANING, side ? &magnitude[0] : &error, side ? &error : &magnitude[1], &to));
        for (int64_t i = 0; i < n; i++) out->bound[i] += scale[i];
    }
    tri_tensor want = want_tensor(out);
    TRI_TRY(tri_contract(c, TRI_EVAL_MEANING, &a, &v, &want));
    TRI_TRY(tri_contract(c, TRI_EVAL_MEANING, &magnitude[0], &magnitude[1], &to));
    finish_sum(out, c->k, scale, worst_ratio(in, 2));
    return NULL;
}

static tri_status *bound_contraction(tri_evaluation *b, const tri_op *op, const bounded *in, bounded *out)
{
    int64_t n = tri_type_elements(&out->type);
    tri_contraction c = {0};
    tri_tensor magnitude[2] = {{.data = NULL}, {.data = NULL}};
    double *scale = NULL;
    TRI_TRY(open_result(b, op, out));
    memset(out->bound, 0, (size_t)n * sizeof *out->bound);
    TRI_TRY(tri_contraction_of(op, &in[0].type, &in[1].type, &c));
    tri_status *status = take(b, op, n, &scale);
    for (int side = 0; side < 2 && !status; side++) status = magnitudes(b, op, &in[side], &magnitude[side]);
    if (!status) status = contract_all(&c, in, magnitude, out, scale);
    if (scale) give(b, scale, n);
    for (int side = 0; side < 2; side++) tri_eval_release(b, &magnitude[side]);
    tri_contraction_free(&c);
    return status;
}

/* ---- reductions ---- */

enum { MOST_OPERANDS = 8, MOST_STEPS = 64 };

typedef struct fold {
    const tri_op *op;
    tri_reduction r;
    uint32_t n;
    const bounded *in;
    bounded *out;
    double *scale;             /* sums: the magnitude sums */
    tri_block_values values;   /* regions */
} fold;

/* Terms `t` of results [first, first + n). */
static void load_terms(const fold *f, uint32_t operand, int64_t t, size_t first, size_t n, double *x, double *e)
{
    const bounded *in = &f->in[operand];
    for (size_t l = 0; l < n; l++) load_part(in, (size_t)(f->r.kept_at[first + l] + f->r.terms_at[t]), 1, &x[l], &e[l]);
}

static void fold_sum(const fold *f, size_t first, size_t n)
{
    double x[TRI_LANES], e[TRI_LANES], *want = f->out->want + first, *bound = f->out->bound + first;
    load_part(&f->in[1], 0, 1, x, e);
    for (size_t l = 0; l < n; l++) {
        want[l] = x[0];
        bound[l] = e[0];
        f->scale[first + l] = fabs(x[0]);
    }
    for (int64_t t = 0; t < f->r.terms; t++) {
        load_terms(f, 0, t, first, n, x, e);
        for (size_t l = 0; l < n; l++) {
            want[l] += x[l];
            bound[l] += e[l];
            f->scale[first + l] += fabs(x[l]);
        }
    }
}

/* The true extreme lies between the extremes of x - e and of x + e. */
static void fold_extreme(const fold *f, tri_op_kind kind, size_t first, size_t n)
{
    double x[TRI_LANES], e[TRI_LANES], low[TRI_LANES], high[TRI_LANES], *want = f->out->want + first, *bound = f->out->bound + first;
    load_part(&f->in[1], 0, 1, x, e);
    for (size_t l = 0; l < n; l++) {
        want[l] = x[0];
        low[l] = x[0] - e[0];
        high[l] = x[0] + e[0];
    }
    for (int64_t t = 0; t < f->r.terms; t++) {
        load_terms(f, 0, t, first, n, x, e);
        for (size_t l = 0; l < n; l++) {
            want[l] = tri_scalar_f64(kind, (double[]){want[l], x[l], 0});
            low[l] = tri_scalar_f64(kind, (double[]){low[l], x[l] - e[l], 0});
            high[l] = tri_scalar_f64(kind, (double[]){high[l], x[l] + e[l], 0});
        }
    }
    for (size_t l = 0; l < n; l++) bound[l] = fmax(change(want[l], low[l]), change(want[l], high[l]));
}

/* Any region, op by op on pairs; the registers of its values lie by their place in the table of the block's values. */
typedef struct region_lanes {
    double x[TRI_LANES], e[TRI_LANES];
} region_lanes;

static void run_region(const fold *f, size_t n, region_lanes *registers)
{
    const tri_block *region = f->op->regions[0];
    for (const tri_op *op = region->first; op != region->last; op = op->next) {
        region_lanes *to = &registers[tri_block_values_find(&f->values, op->results[0])];
        if (op->kind == TRI_OP_CONSTANT) {
            const tri_attr *value = tri_op_attr(op, "value");
            for (size_t l = 0; l < n; l++) to->x[l] = tri_load_f64((tri_dtype)value->type.dtype, value->data);
            memset(to->e, 0, sizeof to->e);
            continue;
        }
        scalar_op s = scalar_op_of(op);
        double x[3][TRI_LANES], e[3][TRI_LANES];
        for (uint32_t i = 0; i < s.n; i++) {
            const region_lanes *from = &registers[tri_block_values_find(&f->values, op->operands[i])];
            memcpy(x[i], from->x, n * sizeof(double));
            memcpy(e[i], from->e, n * sizeof(double));
        }
        bound_lanes(&s, n, x, e, to->x, to->e);
        for (size_t l = 0; l < n; l++) {
            to->e[l] += own_error(own_kind_of(s.kind), s.to, to->x[l], to->e[l]);
            settle(s.to, overflow(s.to), &to->x[l], &to->e[l]);
        }
    }
}

static void fold_region(const fold *f, size_t first, size_t n, region_lanes *registers)
{
    const tri_block *region = f->op->regions[0];
    for (uint32_t i = 0; i < f->n; i++) {
        region_lanes *sum = &registers[tri_block_values_find(&f->values, region->args[i])];
        for (size_t l = 0; l < n; l++) load_part(&f->in[f->n + i], 0, 1, &sum->x[l], &sum->e[l]);
    }
    for (int64_t t = 0; t < f->r.terms; t++) {
        region_lanes results[MOST_OPERANDS];
        for (uint32_t i = 0; i < f->n; i++) {
            region_lanes *term = &registers[tri_block_values_find(&f->values, region->args[f->n + i])];
            load_terms(f, i, t, first, n, term->x, term->e);
        }
        run_region(f, n, registers);
        for (uint32_t i = 0; i < f->n; i++) results[i] = registers[tri_block_values_find(&f->values, region->last->operands[i])];
        for (uint32_t i = 0; i < f->n; i++) registers[tri_block_values_find(&f->values, region->args[i])] = results[i];
    }
    for (uint32_t i = 0; i < f->n; i++) {
        const region_lanes *sum = &registers[tri_block_values_find(&f->values, region->args[i])];
        memcpy(f->out[i].want + first, sum->x, n * sizeof(double));
        memcpy(f->out[i].bound + first, sum->e, n * sizeof(double));
    }
}

/* Whether every op of the region is one bound_lanes can do, on values of the region. */
static tri_status *check_region(const tri_op *reduce, const tri_block_values *values)
{
    const tri_block *region = reduce->regions[0];
    uint32_t steps = 0;
    for (const tri_op *op = region->first; op; op = op->next, steps++) {
        for (uint32_t i = 0; i < op->n_operands; i++)
            if (!values->at[tri_block_values_find(values, op->operands[i])]) return tri_error(TRI_INVALID, op->loc, "a region uses its own values alone");
        if (op == region->last) break;
        bool known = op->kind == TRI_OP_CONSTANT || (op->n_results == 1 && op->n_operands && op->n_operands <= 3 && scalar_op_of(op).kind != TRI_OP_NONE);
        if (!known || steps >= MOST_STEPS) return tri_error(TRI_UNSUPPORTED, op->loc, "the region of this reduction cannot be bounded: '%s'", tri_op_row_of(op->kind)->text);
    }
    return NULL;
}

static tri_status *bound_region(const tri_op *op, fold *f)
{
    TRI_TRY(tri_block_values_create(op->regions[0], &f->values));
    tri_status *status = check_region(op, &f->values);
    region_lanes *registers = status ? NULL : calloc(f->values.room, sizeof *registers);
    if (!status && !registers) status = tri_error(TRI_NO_MEMORY, op->loc, "no memory for the values of a region");
    for (int64_t at = 0; at < f->r.kept && !status; at += TRI_LANES) fold_region(f, (size_t)at, (size_t)(f->r.kept - at < TRI_LANES ? f->r.kept - at : TRI_LANES), registers);
    free(registers);
    free(f->values.at);
    return status;
}

typedef struct fold_task {
    const fold *f;
    tri_op_kind kind;
} fold_task;

static void fold_chunks(void *context, size_t first, size_t end)
{
    const fold_task *task = context;
    for (size_t at = first * TRI_LANES; at < end * TRI_LANES && at < (size_t)task->f->r.kept; at += TRI_LANES) {
        size_t n = (size_t)task->f->r.kept - at < TRI_LANES ? (size_t)task->f->r.kept - at : TRI_LANES;
        if (task->kind == TRI_SCALAR_ADD) fold_sum(task->f, at, n);
        else fold_extreme(task->f, task->kind, at, n);
    }
}

static tri_status *bound_reduce(tri_evaluation *b, const tri_op *op, const bounded *in, bounded *out)
{
    fold f = {.op = op, .n = op->n_operands / 2, .in = in, .out = out};
    const tri_block *region = op->regions[0];
    if (!f.n || f.n > MOST_OPERANDS || region->n_args != 2 * f.n || !region->last || region->last->n_operands != f.n)
        return tri_error(TRI_UNSUPPORTED, op->loc, "a reduction of %u operands cannot be bounded; 1 to %d are possible", f.n, MOST_OPERANDS);
    for (uint32_t i = 0; i < f.n; i++) TRI_TRY(open_result(b, op, &out[i]));
    TRI_TRY(tri_reduction_of(op, &in[0].type, &f.r));
    tri_op_kind single = f.n == 1 && tri_dtype_is_float((tri_dtype)out->type.dtype) ? tri_region_single_op(region) : TRI_OP_NONE;
    fold_task task = {&f, single};
    tri_status *status = NULL;
    size_t chunks = (size_t)(f.r.kept + TRI_LANES - 1) / TRI_LANES;
    if (single == TRI_SCALAR_ADD) {
        status = take(b, op, f.r.kept, &f.scale);
        if (!status) {
            tri_parallel(chunks, 1, fold_chunks, &task);
            finish_sum(out, f.r.terms, f.scale, worst_ratio(in, 2));
            give(b, f.scale, f.r.kept);
        }
    } else if (single == TRI_SCALAR_MAXIMUM || single == TRI_SCALAR_MINIMUM) {
        tri_parallel(chunks, 1, fold_chunks, &task);
        out->ratio = 1; /* one element of many stands for all: its error need not be a typical one */
    } else {
        status = bound_region(op, &f);
    }
    tri_reduction_free(&f.r);
    return status;
}

/* ---- attention ---- */

static tri_status *bound_attention(tri_evaluation *b, const tri_op *op, const bounded *in, bounded *out)
{
    tri_tensor want[4], error[4];
    double *softmax_part = NULL;
    int64_t n = tri_type_elements(&out->type);
    tri_attention_shape shape;
    TRI_TRY(tri_attention_shape_of(op, &shape));
    TRI_TRY(open_result(b, op, out));
    TRI_TRY(take(b, op, n, &softmax_part));
    for (uint32_t i = 0; i < op->n_operands; i++) {
        want[i] = want_tensor(&in[i]);
        error[i] = bound_tensor(&in[i]);
        if (!in[i].want) error[i].data = NULL;
    }
    double u = tri_dtype_unit_roundoff((tri_dtype)in[2].type.dtype);
    tri_status *status = tri_bound_attention(op, want, error, u, out->want, out->bound, softmax_part);
    if (!status) {
        tri_dtype dtype = (tri_dtype)out->type.dtype;
        double size = norm(out->want, out->want, out->bound, n), scores = norm(softmax_part, out->want, out->bound, n);
        double rel = tri_dtype_unit_roundoff(dtype) + u + fmax(ROUGH, 0x1p-24 * sqrt((double)shape.keys)) + (size > 0 ? scores / size : 0);
        /* All of the bound counts as the op's own but what errors of v cause, which stays within it: ratio 0 for the rest, the own part above. */
        for (int64_t i = 0; i < n; i++) softmax_part[i] = isfinite(out->want[i]) ? tri_dtype_unit_roundoff(dtype) * fabs(out->want[i]) + underflow(dtype) : 0;
        finish(out, softmax_part, rel, in[2].want ? in[2].ratio : 0);
    }
    give(b, softmax_part, n);
    return status;
}

/* ---- ops and blocks ---- */

static tri_status *bound_block(tri_evaluation *b, const tri_block *block, const bounded *inputs, bounded *outputs);

static bool all_plain(const bounded *in, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (in[i].want) return false;
    return true;
}

/* Whether an op on exact operands has an exact result. */
static bool stays_exact(const tri_op *op)
{
    if (op->n_results == 0 || !tri_dtype_is_float((tri_dtype)op->results[0]->type.dtype)) return true;
    if (tri_eval_is_movement(op->kind) || op->kind == TRI_OP_CONSTANT || op->kind == TRI_OP_IOTA || op->kind == TRI_OP_BITCAST_CONVERT) return true;
    if (op->kind == TRI_OP_REDUCE) {
        tri_op_kind single = op->n_operands == 2 ? tri_region_single_op(op->regions[0]) : TRI_OP_NONE;
        return single == TRI_SCALAR_MAXIMUM || single == TRI_SCALAR_MINIMUM;
    }
    tri_op_kind scalar = tri_op_scalar(op);
    return scalar != TRI_OP_NONE && own_kind_of(scalar) == OWN_NONE;
}

static tri_status *exactly(tri_evaluation *b, const tri_op *op, const bounded *in, bounded *out)
{
    tri_tensor *tensors = calloc(op->n_operands + op->n_results + 1, sizeof *tensors);
    if (!tensors) return tri_error(TRI_NO_MEMORY, op->loc, "no memory for the operands of an op");
    for (uint32_t i = 0; i < op->n_operands; i++) tensors[i] = in[i].plain;
    tri_status *status = tri_eval_step(b, op, tensors, tensors + op->n_operands);
    for (uint32_t i = 0; i < op->n_results && !status; i++) {
        out[i].plain = tensors[op->n_operands + i];
        out[i].owned = true;
    }
    free(tensors);
    return status;
}

static tri_status *bound_step(tri_evaluation *b, const tri_op *op, const bounded *in, bounded *out)
{
    for (uint32_t i = 0; i < op->n_results; i++) out[i] = (bounded){.type = op->results[i]->type};
    if (op->kind == TRI_OP_KERNEL) return bound_block(b, op->regions[0], in, out);
    if (op->kind == TRI_OP_CALL || op->kind == TRI_OP_COMPOSITE) {
        const tri_func *func;
        TRI_TRY(tri_eval_callee(op, &func));
        return bound_block(b, func->body, in, out);
    }
    bool plain = all_plain(in, op->n_operands);
    if (plain && stays_exact(op)) return exactly(b, op, in, out);
    if (tri_eval_is_movement(op->kind)) return bound_movement(b, op, in, out);
    if (op->kind == TRI_OP_REDUCE) return bound_reduce(b, op, in, out);
    if (op->kind == TRI_OP_DOT_GENERAL && tri_dtype_is_float((tri_dtype)out->type.dtype)) return bound_contraction(b, op, in, out);
    if (op->kind == TRI_OP_ATTENTION) return bound_attention(b, op, in, out);
    if (tri_is_tensor_op(op->kind) && tri_op_scalar(op) != TRI_OP_NONE) return bound_elementwise(b, op, in, out);
    return tri_error(TRI_UNSUPPORTED, op->loc, "'%s' on operands that carry errors cannot be bounded", tri_op_row_of(op->kind)->text);
}

static tri_status *run_op(tri_evaluation *b, const tri_op *op, const tri_block_values *values, bounded *slots, bounded *scratch)
{
    bounded *in = scratch, *out = scratch + op->n_operands;
    for (uint32_t i = 0; i < op->n_operands; i++) {
        in[i] = slots[tri_block_values_find(values, op->operands[i])];
        if (!in[i].plain.data && !in[i].want) return tri_error(TRI_INVALID, op->loc, "'%s' uses a value that is not defined before it in its block", tri_op_row_of(op->kind)->text);
    }
    tri_status *status = bound_step(b, op, in, out);
    for (uint32_t i = 0; i < op->n_results; i++) {
        bounded *slot = &slots[tri_block_values_find(values, op->results[i])];
        out[i].uses = slot->uses;
        *slot = out[i];
        if (!slot->uses) release(b, slot);
    }
    for (uint32_t i = 0; i < op->n_operands; i++) {
        bounded *slot = &slots[tri_block_values_find(values, op->operands[i])];
        if (!--slot->uses) release(b, slot);
    }
    return status;
}

/* A result that is an input, or returned twice, is copied: the caller owns every result. */
static tri_status *take_result(tri_evaluation *b, const tri_op *last, bounded *slot, bounded *out)
{
    if (slot->owned && slot->uses == 1) {
        *out = *slot;
        slot->owned = false;
        return NULL;
    }
    int64_t n = tri_type_elements(&slot->type);
    slot->uses--;
    *out = (bounded){.type = slot->type, .ratio = slot->ratio, .owned = true};
    if (slot->want) {
        TRI_TRY(open_result(b, last, out));
        out->ratio = slot->ratio;
        memcpy(out->want, slot->want, (size_t)n * sizeof *out->want);
        memcpy(out->bound, slot->bound, (size_t)n * sizeof *out->bound);
        return NULL;
    }
    out->plain.type = slot->type;
    TRI_TRY(tri_eval_allocate(b, last, &out->plain));
    memcpy(out->plain.data, slot->plain.data, tri_type_bytes(&slot->type));
    return NULL;
}

static tri_status *run_block(tri_evaluation *b, const tri_block *block, const bounded *inputs, bounded *outputs, const tri_block_values *values, bounded *slots, bounded *scratch)
{
    for (const tri_op *op = block->first; op; op = op->next)
        for (uint32_t i = 0; i < op->n_operands; i++) slots[tri_block_values_find(values, op->operands[i])].uses++;
    for (uint32_t i = 0; i < block->n_args; i++) {
        bounded *slot = &slots[tri_block_values_find(values, block->args[i])];
        uint32_t uses = slot->uses;
        *slot = inputs[i];
        slot->owned = false;
        slot->uses = uses;
    }
    for (const tri_op *op = block->first; op != block->last; op = op->next) TRI_TRY(run_op(b, op, values, slots, scratch));
    for (uint32_t i = 0; i < block->last->n_operands; i++) {
        bounded *slot = &slots[tri_block_values_find(values, block->last->operands[i])];
        if (!slot->plain.data && !slot->want) return tri_error(TRI_INVALID, block->last->loc, "a value is returned that its block does not define");
        TRI_TRY(take_result(b, block->last, slot, &outputs[i]));
    }
    return NULL;
}

static tri_status *bound_block(tri_evaluation *b, const tri_block *block, const bounded *inputs, bounded *outputs)
{
    if (!block->last || (block->last->kind != TRI_OP_RETURN && block->last->kind != TRI_OP_REGION_RETURN))
        return tri_error(TRI_INVALID, block->last ? block->last->loc : TRI_NOWHERE, "a block must end by returning its values");
    if (b->depth >= TRI_EVAL_MOST_CALLS) return tri_error(TRI_INVALID, block->last->loc, "more than %d nested calls: does a function call itself?", TRI_EVAL_MOST_CALLS);
    tri_block_values values = {0};
    uint32_t most = 0;
    for (const tri_op *op = block->first; op; op = op->next)
        if (op->n_operands + op->n_results > most) most = op->n_operands + op->n_results;
    tri_status *status = tri_block_values_create(block, &values);
    bounded *slots = calloc(values.room + 1, sizeof *slots), *scratch = calloc(most + 1, sizeof *scratch);
    if (!status && (!slots || !scratch)) status = tri_error(TRI_NO_MEMORY, block->last->loc, "no memory for a table of values");
    b->depth++;
    if (!status) status = run_block(b, block, inputs, outputs, &values, slots, scratch);
    b->depth--;
    for (size_t i = 0; slots && i < values.room; i++) release(b, &slots[i]);
    free(slots);
    free(scratch);
    free(values.at);
    return status;
}

/* ---- results ---- */

static tri_status *present(tri_evaluation *b, const tri_op *op, bounded *value, tri_bounded *out)
{
    int64_t n = tri_type_elements(&value->type);
    tri_dtype dtype = (tri_dtype)value->type.dtype;
    bool plain = !value->want;
    *out = (tri_bounded){.type = value->type};
    if (plain) {
        TRI_TRY(take(b, op, n, &value->want));
        TRI_TRY(take(b, op, n, &value->bound));
        load_part(&(bounded){.type = value->type, .plain = value->plain}, 0, (size_t)n, value->want, value->bound);
    }
    double size = norm(value->want, value->want, value->bound, n), whole = norm(value->bound, value->want, value->bound, n);
    out->rel_l2_bound = plain ? 0 : size > 0 ? value->ratio * whole / size : INFINITY;
    if (!tri_dtype_is_float(dtype)) {
        if (!plain) {
            value->plain.type = value->type;
            TRI_TRY(tri_eval_allocate(b, op, &value->plain));
            tri_store_f64_n(dtype, value->plain.data, (size_t)n, value->want);
        }
        out->exact = value->plain.data;
        value->plain.data = NULL;
    }
    out->want = value->want;
    out->bound = value->bound;
    value->want = value->bound = NULL;
    return NULL;
}

tri_status *tri_eval_bounded(const tri_op *op, const tri_tensor *operands, tri_bounded *results, const tri_eval_options *options)
{
    tri_evaluation b = {.options = options ? *options : (tri_eval_options){0}};
    b.options.mode = TRI_EVAL_MEANING;
    bounded *values = calloc(op->n_operands + op->n_results + 1, sizeof *values), *out = values + op->n_operands;
    if (!values) return tri_error(TRI_NO_MEMORY, op->loc, "no memory for the operands of an op");
    for (uint32_t i = 0; i < op->n_results; i++) results[i] = (tri_bounded){.type = op->results[i]->type};
    for (uint32_t i = 0; i < op->n_operands; i++) values[i] = (bounded){.type = operands[i].type, .plain = operands[i]};
    tri_status *status = bound_step(&b, op, values, out);
    for (uint32_t i = 0; i < op->n_results && !status; i++) status = present(&b, op, &out[i], &results[i]);
    for (uint32_t i = 0; i < op->n_results; i++) release(&b, &out[i]);
    free(values);
    if (status) tri_bounded_free(results, op->n_results);
    return status;
}

void tri_bounded_free(tri_bounded *results, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        free(results[i].want);
        free(results[i].bound);
        free(results[i].exact);
        results[i].want = results[i].bound = NULL;
        results[i].exact = NULL;
    }
}
