/* targets/llvm/emit.h - a tile program with an empty schedule as LLVM IR text, for any family of machines with threads, and the compile step that
 * families share.
 *
 * One block of threads runs one program of the grid; a tile is spread over the threads' registers; whatever a thread needs of another goes through
 * shared memory with full barriers around it. Slow, right, and for ever the reference that schedules are compared with. What differs between families
 * is data: a tri_emit_family.
 *
 * Guarantees: the same program gives the same text. Nothing that LLVM cannot select is emitted. What cannot be done is UNSUPPORTED and names the
 * statement. */
#ifndef TRI_TARGETS_LLVM_EMIT_H
#define TRI_TARGETS_LLVM_EMIT_H

#include "targets/layout/fragment.h"
#include "targets/llvm/codegen.h"
#include "targets/target.h"

/* One matrix instruction: d[m,n] = a[m,k] b[k,n] + c[m,n], made by the lanes of one wave. */
typedef struct tri_mma_row {
    tri_dtype operand, result;
    int m, n, k;
    const char *intrinsic;
    const char *piece; /* the LLVM type in which operands are handed over, `per_piece` elements each */
    int per_piece;
    bool vector;      /* c and d are one vector; else c is separate numbers and d a struct */
    const char *tail; /* arguments behind the operands */
    tri_atom a, b, c; /* rows and columns of a: m, k; of b: k, n; of c and d: m, n */
} tri_mma_row;

typedef struct tri_emitted {
    tri_text ir; /* the caller frees it, also after an error */
    uint32_t grid, threads;
    uint32_t shared_bytes; /* of scratch */
    bool shared_dynamic;   /* ... which the launch must ask for */
    uint32_t n_maps;       /* hidden parameters behind the buffers; malloc'd, the caller frees them, also after an error */
    tri_tensor_map *maps;
} tri_emitted;

typedef struct tri_emit_family {
    tri_codegen_kind kind;
    const char *image;          /* the name of the code that a device can load as it is: "cubin", "hsaco" */
    const char *convention;     /* of kernels */
    const char *thread, *block; /* intrinsics: number of the thread in its block, of the block in the grid */
    const char *const *barrier; /* statements, ends with null: all threads of the block meet, and see each other's memory */
    const char *scope;          /* of atomic operations on device memory: "" or " syncscope(...)" */
    const char *attributes;     /* of a kernel; a %d stands for the number of threads, twice for a range */
    const tri_mma_row *mma;
    int n_mma;
    /* A scheduled program as code, or null: the family takes tile programs alone. */
    tri_status *(*scheduled)(const struct tri_emit_family *family, const tri_chip *chip, const tri_func *kernel, tri_emitted *out);
} tri_emit_family;

tri_status *tri_emit_kernel(const tri_emit_family *family, const tri_chip *chip, const tri_func *kernel, tri_emitted *out) TRI_NODISCARD;

/* What a target's `compile` is. */
tri_status *tri_emit_compile(const tri_emit_family *family, const tri_chip *chip, size_t n, const tri_func *const *kernels,
                             const tri_target_options *options, tri_kernel_code *codes) TRI_NODISCARD;

/* The functions of emit_math.h as a module of their own, each under its name with external linkage: for tests. */
void tri_emit_math_module(tri_arena *arena, tri_text *out);

#endif
