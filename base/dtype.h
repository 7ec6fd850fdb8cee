/* base/dtype.h - element types and their arithmetic: names, sizes, and exact conversion to and from f64 and i64.
 *
 * Rounding is to nearest even everywhere. f8E4M3FN has no infinity: what overflows becomes NaN; f8E5M2, f16 and bf16 overflow to infinity.
 * Conversion from a float to an integer truncates and saturates, NaN gives 0; to i1 it is "not equal to zero". i1 is stored as one byte, 0 or 1.
 * All functions are pure; any thread. */
#ifndef TRI_BASE_DTYPE_H
#define TRI_BASE_DTYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* enum, name in StableHLO text, bytes, class, bits of significand with the hidden one (floats) or of value (integers) */
#define TRI_DTYPES(X)            \
    X(I1, "i1", 1, BOOL, 1)      \
    X(I8, "i8", 1, SIGNED, 8)    \
    X(I16, "i16", 2, SIGNED, 16) \
    X(I32, "i32", 4, SIGNED, 32) \
    X(I64, "i64", 8, SIGNED, 64) \
    X(U8, "ui8", 1, UNSIGNED, 8) \
    X(U16, "ui16", 2, UNSIGNED, 16) \
    X(U32, "ui32", 4, UNSIGNED, 32) \
    X(U64, "ui64", 8, UNSIGNED, 64) \
    X(F8E4M3FN, "f8E4M3FN", 1, FLOAT, 4) \
    X(F8E5M2, "f8E5M2", 1, FLOAT, 3) \
    X(F16, "f16", 2, FLOAT, 11)  \
    X(BF16, "bf16", 2, FLOAT, 8) \
    X(F32, "f32", 4, FLOAT, 24)  \
    X(F64, "f64", 8, FLOAT, 53)

typedef enum tri_dtype {
#define TRI_DTYPE_ENUM(name, text, bytes, class_, bits) TRI_##name,
    TRI_DTYPES(TRI_DTYPE_ENUM)
#undef TRI_DTYPE_ENUM
    TRI_DTYPE_COUNT
} tri_dtype;

typedef enum tri_dtype_class { TRI_CLASS_BOOL, TRI_CLASS_SIGNED, TRI_CLASS_UNSIGNED, TRI_CLASS_FLOAT } tri_dtype_class;

const char *tri_dtype_name(tri_dtype dtype);
bool tri_dtype_parse(const char *name, size_t n, tri_dtype *out_dtype); /* false: no such dtype */
size_t tri_dtype_bytes(tri_dtype dtype);
tri_dtype_class tri_dtype_classify(tri_dtype dtype);
static inline bool tri_dtype_is_float(tri_dtype dtype) { return dtype >= TRI_F8E4M3FN && dtype <= TRI_F64; }
int tri_dtype_bits(tri_dtype dtype); /* the last column of TRI_DTYPES */

/* Unit roundoff 2^-p, p the bits of significand; 0 for integers and i1. */
double tri_dtype_unit_roundoff(tri_dtype dtype);
/* The most negative and most positive finite value (as f64; exact for all but 64-bit integers). */
double tri_dtype_lowest(tri_dtype dtype);
double tri_dtype_highest(tri_dtype dtype);

/* One element. `load_f64` of a 64-bit integer rounds; use the i64 pair for integers. u64 travels as its bits in an int64_t. */
double tri_load_f64(tri_dtype dtype, const void *element);
void tri_store_f64(tri_dtype dtype, void *element, double value);
int64_t tri_load_i64(tri_dtype dtype, const void *element);
void tri_store_i64(tri_dtype dtype, void *element, int64_t value); /* wraps modulo 2^bits; to a float it rounds */

/* Many elements; the same results as the loops over one element. */
void tri_load_f64_n(tri_dtype dtype, const void *elements, size_t n, double *out);
void tri_store_f64_n(tri_dtype dtype, void *elements, size_t n, const double *values);

/* Rounds to what `dtype` can hold, as an f64. Integers: truncates and saturates. */
double tri_round_to(tri_dtype dtype, double value);

float tri_bf16_to_f32(uint16_t bits);
uint16_t tri_f32_to_bf16(float value);
float tri_f16_to_f32(uint16_t bits);
uint16_t tri_f32_to_f16(float value);
/* From f64 in one rounding (a detour over f32 would round twice). */
uint16_t tri_f64_to_small_float(double value, int exponent_bits, int significand_bits, bool has_infinity);

#endif
