/* ir/eval_internal.h - what the files of the evaluators share: lanes (arrays of scalars in flight), the functions that evaluate one op, memory, and
 * the contraction. Not for anyone outside ir/eval*.c. */
#ifndef TRI_IR_EVAL_INTERNAL_H
#define TRI_IR_EVAL_INTERNAL_H

#include "ir/attention.h"
#include "ir/eval.h"

/* ---- lanes: floats travel as f64, integers and i1 as i64 (u64 as its bits), always holding a value their dtype can hold ---- */

typedef union tri_lane {
    double f;
    int64_t i;
} tri_lane;

enum { TRI_LANES = TRI_REGION_LANES };

void tri_lanes_load(tri_dtype dtype, const void *elements, size_t n, tri_lane *out);
/* Elements at base + offsets[i], at most TRI_LANES; `runs`: the offsets are consecutive. */
void tri_lanes_gather(tri_dtype dtype, const void *base, const int64_t *offsets, bool runs, size_t n, tri_lane *out);
bool tri_consecutive(const int64_t *offsets, int64_t n);
/* Floats are rounded, integers wrapped. */
void tri_lanes_store(tri_dtype dtype, void *elements, size_t n, const tri_lane *in);
/* Makes lanes hold what `dtype` can hold: rounds or wraps. */
void tri_lanes_round(tri_dtype dtype, size_t n, tri_lane *lanes);
/* One scalar op on lanes; `dtype` is that of its last operand. The result is not yet rounded. Not for CONSTANT, COORDINATE, CONVERT, BITCAST, PHILOX.
 */
void tri_lanes_apply(tri_op_kind scalar, tri_dtype dtype, size_t n, const tri_lane *const x[3], tri_lane *out);
void tri_lanes_convert(tri_dtype from, tri_dtype to, size_t n, const tri_lane *in, tri_lane *out);
void tri_lanes_bitcast(tri_dtype from, tri_dtype to, size_t n, const tri_lane *in, tri_lane *out);

/* tri_region_compile for a caller whose arena has no escape of its own. */
tri_status *tri_region_compile_checked(tri_arena *arena, const tri_block *region, tri_region_program **out_program) TRI_NODISCARD;

/* ---- tensors ---- */

/* The state of one evaluation; shared by the functions it calls, one thread at the level of ops. */
typedef struct tri_evaluation {
    tri_eval_options options;
    uint64_t used; /* bytes of values that live now */
    int depth;     /* of calls */
} tri_evaluation;

/* Memory for out->type, counted; `op` is named in the error. */
tri_status *tri_eval_allocate(tri_evaluation *evaluation, const tri_op *op, tri_tensor *out) TRI_NODISCARD;
void tri_eval_release(tri_evaluation *evaluation, tri_tensor *tensor);

/* Evaluates one op: `in` are its operands, `out` its results, typed and allocated. Data movement takes the element size from the tensors, not from
 * the op, so it serves for bounds too. One function for each OP row; ELEMENTWISE rows share tri_eval_elementwise. */
typedef tri_status *tri_eval_function(const tri_evaluation *evaluation, const tri_op *op, const tri_tensor *in, tri_tensor *out);
tri_eval_function tri_eval_elementwise;
#define ELEMENTWISE(...)
#define STRUCTURE(...)
#define OP(name, ...) tri_eval_function tri_eval_##name;
#include "ir/ops_tensor.def"
tri_eval_function *tri_eval_function_of(tri_op_kind kind); /* null for STRUCTURE rows */

/* Runs the ops of a block whose arguments are `inputs` (borrowed); results are what its last op returns, owned by the caller. */
tri_status *tri_eval_block(tri_evaluation *evaluation, const tri_block *block, const tri_tensor *inputs, tri_tensor *outputs) TRI_NODISCARD;
/* One op of any kind; outputs are allocated here and owned by the caller. */
tri_status *tri_eval_step(tri_evaluation *evaluation, const tri_op *op, const tri_tensor *in, tri_tensor *out) TRI_NODISCARD;
/* Whether an op only moves elements: operand 0 (concatenate, pad, updates: all tensor operands) to other places. */
bool tri_eval_is_movement(tri_op_kind kind);

enum { TRI_EVAL_MOST_CALLS = 200 }; /* nested; recursion has no end in this IR */
/* The function that a call or a composite stands for; its types have been checked. */
tri_status *tri_eval_callee(const tri_op *op, const tri_func **out_func) TRI_NODISCARD;

/* The arguments and results of a block's own ops as places of a table; `find` of a value that is not there gives an empty place. */
typedef struct tri_block_values {
    const tri_value **at; /* freed with free() */
    size_t room;
} tri_block_values;
tri_status *tri_block_values_create(const tri_block *block, tri_block_values *out) TRI_NODISCARD;
size_t tri_block_values_find(const tri_block_values *values, const tri_value *value);

/* Row-major strides in elements. */
void tri_strides(const tri_type *type, int64_t *out_strides);
/* The offsets, in elements, of every position over the dimensions listed, in row-major order; `out` holds their product of sizes. */
int64_t tri_offsets_count(const tri_type *type, size_t n, const int64_t *dims);
void tri_offsets(const tri_type *type, size_t n, const int64_t *dims, int64_t *out);

/* ---- contraction ---- */

typedef struct tri_contraction {
    int64_t batch, m, n, k;
    int64_t *a_batch, *a_m, *a_k, *b_batch, *b_n, *b_k; /* element offsets into the operands */
    void *memory;
} tri_contraction;

tri_status *tri_contraction_of(const tri_op *op, const tri_type *lhs, const tri_type *rhs, tri_contraction *out) TRI_NODISCARD;
void tri_contraction_free(tri_contraction *contraction);
/* out[batch][m][n] in row-major order, rounded once to out's dtype; TRI_EVAL_REVERSED_F32 as eval.h says. Operand and result dtypes are those of the
 * tensors. */
tri_status *tri_contract(const tri_contraction *contraction, tri_eval_mode mode, const tri_tensor *lhs, const tri_tensor *rhs,
                         tri_tensor *out) TRI_NODISCARD;

/* ---- reductions ---- */

/* The one scalar op that a region of two arguments consists of, when it is one of add, multiply, maximum, minimum, and, or, xor; else TRI_OP_NONE. */
tri_op_kind tri_region_single_op(const tri_block *region);

/* Offsets, in elements of an operand, of the results and of the terms of each. */
typedef struct tri_reduction {
    int64_t kept, terms;
    int64_t *kept_at, *terms_at;
    bool kept_run;
} tri_reduction;

tri_status *tri_reduction_of(const tri_op *op, const tri_type *operand, tri_reduction *out) TRI_NODISCARD;
void tri_reduction_free(tri_reduction *reduction);

/* ---- attention ---- */

/* What the op means and how far a device may be away from it: of the result, and of the log of the sums (null when nobody asks). softmax_part: of the
 * result's bound, what comes from errors of the scores. */
typedef struct tri_attention_bounds {
    double *want, *bound, *softmax_part;
    double *lse_want, *lse_bound;
} tri_attention_bounds;
/* in[i] and error[i] are f64 tensors, error[i].data null where the operand is exact. `u_operand`: the unit roundoff of the operands, which P is
 * rounded with. */
tri_status *tri_bound_attention(const tri_op *op, const tri_tensor *in, const tri_tensor *error, double u_operand,
                                const tri_attention_bounds *out) TRI_NODISCARD;

#endif
