/* gfx950_rig.h - graphs of one kernel for mi355x, compiled with their schedules. */
#ifndef TRI_TESTS_GFX950_RIG_H
#define TRI_TESTS_GFX950_RIG_H

#include "base/dtype.h"
#include "targets/compile.h"

typedef struct gfx950_gemm {
    int m, n, k;
    tri_dtype dtype;
    bool left_turned, right_turned; /* stored k x m, n x k */
} gfx950_gemm;

typedef struct gfx950_attention {
    int queries, keys, heads, key_heads, size;
    tri_dtype dtype;
    bool causal;
} gfx950_attention;

/* What fails ends the test: a kernel that keeps the empty schedule, or spills, included. The caller frees. */
tri_compiled *gfx950_compile_gemm(const gfx950_gemm *g);
tri_compiled *gfx950_compile_attention(const gfx950_attention *a);
/* Where a product whose right operand is stored n x k is positive, of the elements that a mask names: of left, right and mask. */
tri_compiled *gfx950_compile_positive(const gfx950_gemm *g);

#endif
