/* tests/unit/sm90_programs.h - scheduled programs by hand, in sizes: matmul and attention forward as text (docs/scheduled-programs.md). */
#ifndef TESTS_SM90_PROGRAMS_H
#define TESTS_SM90_PROGRAMS_H

#include "base/text.h"

/* C[m, n] = A[m, k] B[k, n], or with B[n, k] transposed; perhaps relu(. + bias[n]). */
typedef struct sm90_gemm {
    int m, n, k;
    int bm, bn, bk; /* of one rank: bm is split over the groups */
    int groups, depth, lag, pieces, workers, cluster;
    int load_regs, math_regs;
    const char *dtype; /* of A and B; C is out, or the same */
    const char *out;
    bool transposed, bias;
    const char *function; /* in place of relu, or null */
} sm90_gemm;
void sm90_gemm_text(const sm90_gemm *g, tri_text *out);

/* O = softmax(scale Q K') V with its logarithm of sums, [batch, length, heads, size]; causal ones have as many keys as queries. */
typedef struct sm90_attention {
    int batch, queries, keys, heads, size;
    int bm, bn, groups, depth, workers;
    int load_regs, math_regs;
    const char *dtype;
    bool causal, turns;
} sm90_attention;
void sm90_attention_text(const sm90_attention *a, tri_text *out);

#endif
