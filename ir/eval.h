/* ir/eval.h - the evaluator: what a graph means. Every op plainly, in f64 where it is floating, then rounded as the dtype says; integers exactly.
 *
 * Constant folding calls it, `ref` is it, every target is tested against it. Contractions are blocked and use all cores, in an order per element that
 * does not depend on either, so the bits are the same everywhere. Thread rule: evaluating does not change the module. */
#ifndef TRI_IR_EVAL_H
#define TRI_IR_EVAL_H

#include "ir/ir.h"

/* A tensor in host memory, row-major, base/dtype.h layout. */
typedef struct tri_tensor {
    tri_type type;
    void *data;
} tri_tensor;

typedef enum tri_eval_mode {
    TRI_EVAL_MEANING,      /* f64 inside an op */
    TRI_EVAL_REVERSED_F32, /* accumulations in f32 and in descending order, every declared rounding made: how far an honest device may be away
                              (decision 3) */
} tri_eval_mode;

typedef struct tri_eval_options {
    tri_eval_mode mode;
    uint64_t memory_limit; /* for values, bytes; 0: none. NO_MEMORY says which op asked for how much */
} tri_eval_options;

/* Runs a function of a module (calls and composites are followed). inputs[i].type must be the argument's. Outputs are allocated with malloc, one a
 * result, and owned by the caller (tri_tensor_free). Values are dropped after their last use. */
tri_status *tri_eval_func(const tri_func *func, const tri_tensor *inputs, tri_tensor *outputs, const tri_eval_options *options) TRI_NODISCARD;
/* One op whose operands are given, with its regions: constant folding, and the meaning of a tri.kernel op. */
tri_status *tri_eval_op(const tri_op *op, const tri_tensor *operands, tri_tensor *outputs, const tri_eval_options *options) TRI_NODISCARD;
void tri_tensor_free(tri_tensor *tensors, size_t n); /* frees data, sets it null */

/* The contract of decision 3 for what one plan step made: each result with, per element, the bound of its error. The op (a tri.kernel, or any op) is
 * evaluated on the device's own inputs in f64; errors travel through its ops to first order: each op adds u_out*|want| + 2^-20*scale (scale: the
 * magnitude sum of a contraction or sum, else |want|) and whatever its row declares, and passes on its operands' errors by its sensitivity. Data
 * movement and integers add nothing. */
typedef struct tri_bounded {
    tri_type type;
    double *want;        /* what the op means; integers as f64, so exactness holds below 2^53; see `exact` */
    double *bound;       /* 0 where the element must be exact */
    void *exact;         /* integer and i1 results: the elements themselves; null for floats */
    double rel_l2_bound; /* of the whole result: u_out + max(2^-20, 2^-24 sqrt(K)) + declared roundings, grown through fused ops */
} tri_bounded;
tri_status *tri_eval_bounded(const tri_op *op, const tri_tensor *operands, tri_bounded *results, const tri_eval_options *options) TRI_NODISCARD;
void tri_bounded_free(tri_bounded *results, size_t n);

/* How a result compares. `worst` is the largest error over its bound (1 is the limit; infinity when a class, NaN or infinite, differs). */
typedef struct tri_comparison {
    bool pass;
    double worst;
    int64_t worst_index; /* linear; -1 for an empty result */
    double got, want;    /* there */
    double rel_l2, rel_l2_bound;
} tri_comparison;
tri_comparison tri_compare_bounded(const tri_bounded *want, const void *got);
/* End to end: rel_l2 <= max(u_out + 2^-20, 2 x distance), the distance being between `want` and `reversed` (the two modes above). Integers must be
 * equal where the two modes agree. */
tri_comparison tri_compare_whole(const tri_tensor *want, const tri_tensor *reversed, const void *got);

/* C[m,n] = sum_k A[m,k] B[k,n] in f64, k ascending per element, any strides (in elements); adds to what C holds. The heart of the evaluator, exported
 * for its benchmark. */
void tri_gemm_f64(size_t m, size_t n, size_t k, const double *a, ptrdiff_t a_row, ptrdiff_t a_column, const double *b, ptrdiff_t b_row,
                  ptrdiff_t b_column, double *c, ptrdiff_t c_row);

/* ---- scalars: shared with the tile evaluator ---- */

/* One scalar op (not CONSTANT, COORDINATE, CONVERT, BITCAST, PHILOX) on floats, before rounding. */
double tri_scalar_f64(tri_op_kind scalar, const double *x);
/* On integers and i1 of `dtype` (the operands'); the result still has to be wrapped by storing it. */
int64_t tri_scalar_i64(tri_op_kind scalar, tri_dtype dtype, const int64_t *x);

/* A scalar region over `lanes` elements at a time (at most TRI_REGION_LANES). Argument i is an array of elements of its dtype; coordinates[d][lane]
 * is the position along tile dimension d. results[j] receives elements of the dtype of the region's j-th yielded value. Rounds after every op, as the
 * dtypes say. */
enum { TRI_REGION_LANES = 256 };
typedef struct tri_region_program tri_region_program;
tri_status *tri_region_compile(tri_arena *arena, const tri_block *region, tri_region_program **out_program) TRI_NODISCARD;
void tri_region_run(const tri_region_program *program, size_t lanes, const void *const *arguments, const int32_t *const *coordinates,
                    void *const *results);

#endif
