/* targets/llvm/emit_math.h - functions that chips have no instruction for, written once in LLVM IR and inlined where they are used.
 *
 * All work in f64 by fma, add, multiply and divide, which every family rounds correctly, so each gives the same bits on every family; results of
 * smaller floats are rounded from there. */
#ifndef TRI_TARGETS_LLVM_EMIT_MATH_H
#define TRI_TARGETS_LLVM_EMIT_MATH_H

#include "targets/llvm/emit_internal.h"

/* name, LLVM type of the result, of the operands, how many operands. A function stands before those that it calls. */
#define TRI_MATH_FUNCTIONS(X)                                                                                                                        \
    X(power, "double", "double", 2)                                                                                                                  \
    X(tanh, "double", "double", 1)                                                                                                                   \
    X(logistic, "double", "double", 1)                                                                                                               \
    X(erf, "double", "double", 1)                                                                                                                    \
    X(expm1, "double", "double", 1)                                                                                                                  \
    X(exp2, "double", "double", 1)                                                                                                                   \
    X(exp, "double", "double", 1)                                                                                                                    \
    X(log1p, "double", "double", 1)                                                                                                                  \
    X(log, "double", "double", 1)                                                                                                                    \
    X(sine, "double", "double", 1)                                                                                                                   \
    X(cosine, "double", "double", 1)                                                                                                                 \
    X(remainder, "double", "double", 2)                                                                                                              \
    X(power_i64, "i64", "i64", 2)                                                                                                                    \
    X(philox, "i32", "i64", 2)                                                                                                                       \
    X(f8e4m3_from_f32, "i8", "float", 1)                                                                                                             \
    X(f8e5m2_from_f32, "i8", "float", 1)                                                                                                             \
    X(f32_from_f8e4m3, "float", "i8", 1)                                                                                                             \
    X(f32_from_f8e5m2, "float", "i8", 1)

typedef enum tri_math {
#define TRI_MATH_ENUM(name, result, operand, n) TRI_MATH_##name,
    TRI_MATH_FUNCTIONS(TRI_MATH_ENUM)
#undef TRI_MATH_ENUM
        TRI_MATH_COUNT
} tri_math;

/* A call; `y` is null for functions of one operand. */
tri_ref tri_math_call(tri_emitter *e, tri_math function, tri_ref x, tri_ref y);
/* The definitions of what was called. */
void tri_math_define(tri_emitter *e, bool external);

#endif
