/* gfx950_rig.h - graphs of one kernel for mi355x, compiled with their schedules. */
#ifndef TRI_TESTS_GFX950_RIG_H
#define TRI_TESTS_GFX950_RIG_H

#include "base/dtype.h"
#include "targets/compile.h"
#include "targets/target.h"

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

/* What fails ends the test: a kernel that keeps the empty schedule, or spills, included. Of a sum that is dealt out the first kernel is meant. The
 * caller frees. */
tri_compiled *gfx950_compile_gemm(const gfx950_gemm *g);            /* with the largest tile */
tri_compiled *gfx950_compile_gemm_by_default(const gfx950_gemm *g); /* in the config that a user gets */
tri_compiled *gfx950_compile_attention(const gfx950_attention *a);
/* Where a product whose right operand is stored n x k is positive, of the elements that a mask names: of left, right and mask. */
tri_compiled *gfx950_compile_positive(const gfx950_gemm *g);
/* What the target says of the first scheduled program of a text. */
tri_status *gfx950_budget(const char *chip, const char *text, tri_budget *out) TRI_NODISCARD;

#endif
