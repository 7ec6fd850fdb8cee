/* ir/eval_bounded_internal.h - what the files of bounded evaluation share: values with errors, what an op adds by itself, and scalar ops on pairs.
 * The rules stand at the head of eval_bounded.c. */
#ifndef TRI_IR_EVAL_BOUNDED_INTERNAL_H
#define TRI_IR_EVAL_BOUNDED_INTERNAL_H

#include <math.h>

#include "ir/eval_internal.h"

#define TRI_ROUGH 0x1p-20 /* the tolerance of every computed float op, of its scale */

/* A value on its way: exact elements, or pairs. */
typedef struct tri_bound_value {
    tri_type type;
    tri_tensor plain;     /* exact elements; data is null when want and bound say it */
    double *want, *bound; /* else null */
    double ratio;         /* see eval_bounded.c */
    uint32_t uses;        /* still to come, in its block */
    bool owned;
} tri_bound_value;

/* Memory for n numbers, counted against the evaluation's limit. */
tri_status *tri_bound_take(tri_evaluation *b, const tri_op *op, int64_t n, double **out) TRI_NODISCARD;
void tri_bound_give(tri_evaluation *b, double *at, int64_t n);
/* Room for a result that has errors. */
tri_status *tri_bound_open(tri_evaluation *b, const tri_op *op, tri_bound_value *out) TRI_NODISCARD;
/* Elements [at, at + n) of a value as f64, and their bounds. */
void tri_bound_load(const tri_bound_value *value, size_t at, size_t n, double *want, double *bound);

typedef enum tri_bound_own_kind { TRI_OWN_NONE, TRI_OWN_CAST, TRI_OWN_COMPUTED } tri_bound_own_kind;
tri_bound_own_kind tri_bound_own_kind_of(tri_op_kind scalar);
/* What an op adds to the bound of a result whose operands cause `error`. */
double tri_bound_own_error(tri_bound_own_kind kind, tri_dtype dtype, double want, double error);
/* Below this a result may be off by as much: flushed, or rounded at the smallest subnormal. */
double tri_bound_underflow(tri_dtype dtype);
/* The least magnitude that rounds beyond the highest finite value. */
double tri_bound_overflow(tri_dtype dtype);
/* Makes the classes right after a bound is complete: overflow beyond `limit`, and bounds that are no number. */
void tri_bound_settle(tri_dtype dtype, double limit, double *want, double *bound);
/* The change of a result; infinite when its class changes. */
double tri_bound_change(double from, double to);
/* sqrt(sum x^2) over the elements whose value and bound are finite. */
double tri_bound_norm(const double *x, const double *want, const double *bound, int64_t n);
double tri_bound_worst_ratio(const tri_bound_value *in, uint32_t n);
/* Ends a result whose `bound` holds what comes from operands, of ratio `ratio`: adds `own` and finds the result's ratio. own_rel: the op's own
 * relative l2 error. */
void tri_bound_finish(tri_bound_value *out, const double *own, double own_rel, double ratio);
/* The same for sums of `terms` terms; `scale`, the magnitude sums, is overwritten. */
void tri_bound_finish_sum(tri_bound_value *out, int64_t terms, double *scale, double ratio);

typedef struct tri_bound_scalar {
    tri_op_kind kind;
    uint32_t n;
    tri_dtype from[3], to;
} tri_bound_scalar;
tri_bound_scalar tri_bound_scalar_of(const tri_op *op);
/* want and the part of the bound that operands cause, for up to TRI_LANES elements; x and e are the operands and their bounds. */
void tri_bound_lanes(const tri_bound_scalar *s, size_t n, double x[3][TRI_LANES], double e[3][TRI_LANES], double *want, double *caused);

tri_status *tri_bound_reduce(tri_evaluation *b, const tri_op *op, const tri_bound_value *in, tri_bound_value *out) TRI_NODISCARD;

#endif
