/* tests/unit/systolic_programs.h - scheduled programs for bundle cores, built by hand: what tests and benchmarks of the lowering run. */
#ifndef TRI_TESTS_SYSTOLIC_PROGRAMS_H
#define TRI_TESTS_SYSTOLIC_PROGRAMS_H

#include "ir/sched.h"

/* C [m][n] = A [m][k] B, B [k][n], or with b_turned [n][k]. Blocks of bm x bn with an f32 accumulator, k in chunks of kc through rings of `stages`
 * slots; the block is stored in strips of `strip` rows. Rings: a, b, c. */
typedef struct matmul_shape {
    int64_t m, n, k, bm, bn, kc, stages, strip;
    bool b_turned;
    tri_dtype in, out;
} matmul_shape;
tri_func *scheduled_matmul(tri_module *module, const matmul_shape *shape);

/* O = softmax(scale Q K^T) V of `heads` heads [sequence][d] in bf16, causal or not; the exact softmax, q rows of a block against bk keys a step.
 * Sequence must be a multiple of bq, and bk of bq; bq of 128. */
typedef struct attention_shape {
    int64_t heads, sequence, d, bq, bk, stages;
    bool causal;
    double scale;
} attention_shape;
tri_func *scheduled_attention(tri_module *module, const attention_shape *shape);

#endif
