/* ops_float.c - float arithmetic. f32 and f64 are the host's IEEE arithmetic with one rounding each; f16 and bf16 are computed exactly and rounded
 * once.
 *
 * The .approx functions (ex2, lg2, sin, cos, tanh, rsqrt, rcp, sqrt, div) are as accurate as f32 allows: they call the host's libm, so their last bit
 * may differ from a GPU's, and between hosts; on one host they are reproducible. NaN results of f32, f16 and bf16 are the canonical NaN. */
#include <math.h>

#include "base/dtype.h"
#include "runtime/drivers/ptx_sim/handlers.h"

#define F32_1(name, expression)                                                                     \
    LANES1(name##_f32, f32, f32, canonical(expression))                                             \
    HANDLER(name##_ftz_f32)                                                                         \
    {                                                                                               \
        f32 *d = SLOT(f32, 0);                                                                      \
        const f32 *x = SLOT(f32, 1);                                                                \
        STORE_LANES(d, flush(name##_f32_lane(flush(x[i]))))                                         \
    }
#define F32_2(name, expression)                                                                     \
    LANES2(name##_f32, f32, f32, f32, canonical(expression))                                        \
    HANDLER(name##_ftz_f32)                                                                         \
    {                                                                                               \
        f32 *d = SLOT(f32, 0);                                                                      \
        const f32 *x = SLOT(f32, 1), *y = SLOT(f32, 2);                                             \
        STORE_LANES(d, flush(name##_f32_lane(flush(x[i]), flush(y[i]))))                            \
    }

F32_2(add, a + b)
F32_2(sub, a - b)
F32_2(mul, a *b)
F32_2(div, a / b)
LANES2(add_f64, f64, f64, f64, a + b)
LANES2(sub_f64, f64, f64, f64, a - b)
LANES2(mul_f64, f64, f64, f64, a *b)
LANES2(div_f64, f64, f64, f64, a / b)
LANES3(fma_f32, f32, f32, f32, f32, canonical(fmaf(a, b, c)))
LANES3(fma_f64, f64, f64, f64, f64, fma(a, b, c))
HANDLER(fma_ftz_f32)
{
    f32 *d = SLOT(f32, 0);
    const f32 *x = SLOT(f32, 1), *y = SLOT(f32, 2), *z = SLOT(f32, 3);
    STORE_LANES(d, flush(fma_f32_lane(flush(x[i]), flush(y[i]), flush(z[i]))))
}

F32_1(sqrt, sqrtf(a))
F32_1(rcp, 1 / a)
F32_1(rsqrt, (float)(1 / sqrt((double)a)))
F32_1(ex2, exp2f(a))
F32_1(lg2, log2f(a))
LANES1(sqrt_f64, f64, f64, sqrt(a))
LANES1(rcp_f64, f64, f64, 1 / a)
F32_1(sin, sinf(a))
F32_1(cos, cosf(a))
LANES1(tanh_f32, f32, f32, canonical(tanhf(a)))

LANES1(neg_f32, u32, u32, a ^ 0x80000000)
LANES1(neg_f64, u64, u64, a ^ 1ull << 63)
LANES1(neg_f16, u16, u16, a ^ 0x8000)
LANES1(neg_f16x2, u32, u32, a ^ 0x80008000)
LANES1(abs_f32, u32, u32, a & 0x7fffffff)
LANES1(abs_f64, u64, u64, a & ~(1ull << 63))
LANES1(abs_f16, u16, u16, a & 0x7fff)
LANES1(abs_f16x2, u32, u32, a & 0x7fff7fff)
/* copysign d, a, b: the magnitude of b with the sign of a. */
LANES2(copysign_f32, u32, u32, u32, (a & 0x80000000) | (b & 0x7fffffff))
LANES2(copysign_f64, u64, u64, u64, (a & 1ull << 63) | (b & ~(1ull << 63)))

/* The smaller, -0 below +0; a NaN loses against a number, or wins with .NaN. */
static inline float least(float a, float b, bool nan_wins)
{
    if (a != a || b != b) return nan_wins || (a != a && b != b) ? float_of(0x7fffffff) : a != a ? b : a;
    return a < b || (a == b && bits_of(a) >> 31) ? a : b;
}
static inline float most(float a, float b, bool nan_wins) { return -least(-a, -b, nan_wins); }
static inline double least_f64(double a, double b) { return a != a ? b : b != b ? a : a < b || (a == b && signbit(a)) ? a : b; }
LANES2(min_f64, f64, f64, f64, least_f64(a, b))
LANES2(max_f64, f64, f64, f64, -least_f64(-a, -b))
#define EXTREME_F32(name, function)                                            \
    HANDLER(name)                                                              \
    {                                                                          \
        f32 *d = SLOT(f32, 0);                                                 \
        const f32 *x = SLOT(f32, 1), *y = SLOT(f32, 2);                        \
        bool flushes = op->choice[0], nan_wins = op->choice[1];                \
        if (flushes) {                                                         \
            STORE_LANES(d, canonical(function(flush(x[i]), flush(y[i]), nan_wins))) \
        } else {                                                               \
            STORE_LANES(d, canonical(function(x[i], y[i], nan_wins)))          \
        }                                                                      \
    }
EXTREME_F32(min_f32, least)
EXTREME_F32(max_f32, most)

/* Halves: `to` and `of` convert; the packed forms do the low and the high half. */
#define HALF1(name, type, expression)                                                                                            \
    static inline uint16_t name##_##type##_half(uint16_t x) { float a = of_##type(x); return to_##type(expression); }           \
    LANES1(name##_##type, u16, u16, name##_##type##_half(a))                                                                     \
    HALF1_PACKED(name, type)
#define HALF1_PACKED(name, type) \
    LANES1(name##_##type##x2, u32, u32, (uint32_t)name##_##type##_half((uint16_t)(a >> 16)) << 16 | name##_##type##_half((uint16_t)a))
#define HALF2(name, type, flag, half)                                                                                            \
    HANDLER(name##_##type)                                                                                                       \
    {                                                                                                                            \
        u16 *d = SLOT(u16, 0);                                                                                                   \
        const u16 *x = SLOT(u16, 1), *y = SLOT(u16, 2);                                                                          \
        bool flag = op->choice[0];                                                                                               \
        (void)flag;                                                                                                              \
        STORE_LANES(d, half(x[i], y[i], flag))                                                                                   \
    }                                                                                                                            \
    HANDLER(name##_##type##x2)                                                                                                   \
    {                                                                                                                            \
        u32 *d = SLOT(u32, 0);                                                                                                   \
        const u32 *x = SLOT(u32, 1), *y = SLOT(u32, 2);                                                                          \
        bool flag = op->choice[0];                                                                                               \
        (void)flag;                                                                                                              \
        STORE_LANES(d, (uint32_t)half((uint16_t)(x[i] >> 16), (uint16_t)(y[i] >> 16), flag) << 16 | half((uint16_t)x[i], (uint16_t)y[i], flag)) \
    }

/* f16: a sum or product in f32 is exact or rounds innocuously (24 >= 2 * 11 + 2). */
#define F16_2(name, expression)                                                                                                  \
    static inline uint16_t name##_f16_half(uint16_t x, uint16_t y, bool flag)                                                    \
    {                                                                                                                            \
        float a = of_f16(x), b = of_f16(y);                                                                                      \
        (void)flag;                                                                                                              \
        return to_f16(expression);                                                                                               \
    }                                                                                                                            \
    HALF2(name, f16, flag, name##_f16_half)
F16_2(add, a + b)
F16_2(sub, a - b)
F16_2(mul, a *b)
F16_2(min, least(a, b, flag))
F16_2(max, most(a, b, flag))

/* bf16 has f32's exponents, so a product may round twice among the subnormals: through f64 instead, rounded once. */
static inline uint16_t bf16_of_f64(double value)
{
    return value != value ? 0x7fff : tri_f64_to_small_float(value, 8, 8, true);
}
#define BF16_2(name, expression)                                                                                                 \
    static inline uint16_t name##_bf16_half(uint16_t x, uint16_t y, bool flag)                                                   \
    {                                                                                                                            \
        double a = of_bf16(x), b = of_bf16(y);                                                                                   \
        (void)flag;                                                                                                              \
        return bf16_of_f64(expression);                                                                                          \
    }                                                                                                                            \
    HALF2(name, bf16, flag, name##_bf16_half)
BF16_2(add, a + b)
BF16_2(sub, a - b)
BF16_2(mul, a *b)
BF16_2(min, least((float)a, (float)b, flag))
BF16_2(max, most((float)a, (float)b, flag))

/* a * b + c where the product is exact in f64; the sum is rounded to odd, so that a second rounding to a shorter format is the only one that counts.
 */
static double fma_to_odd(double a, double b, double c)
{
    double product = a * b, sum = product + c;
    if (!isfinite(sum)) return sum;
    double part = sum - product, error = (product - (sum - part)) + (c - part);
    uint64_t bits;
    memcpy(&bits, &sum, 8);
    if (error == 0 || bits & 1) return sum;
    bits = (error > 0) == (sum > 0) ? bits + 1 : bits - 1;
    memcpy(&sum, &bits, 8);
    return sum;
}
static uint16_t fma_f16_half(uint16_t a, uint16_t b, uint16_t c, bool relu)
{
    double v = fma_to_odd(of_f16(a), of_f16(b), of_f16(c));
    uint16_t r = v != v ? 0x7fff : tri_f64_to_small_float(v, 5, 11, true);
    return relu && r >> 15 ? 0 : r;
}
static uint16_t fma_bf16_half(uint16_t a, uint16_t b, uint16_t c, bool relu)
{
    uint16_t r = bf16_of_f64(fma_to_odd(of_bf16(a), of_bf16(b), of_bf16(c)));
    return relu && r >> 15 ? 0 : r;
}
#define FMA_HALF(type)                                                                                                           \
    HANDLER(fma_##type)                                                                                                          \
    {                                                                                                                            \
        u16 *d = SLOT(u16, 0);                                                                                                   \
        const u16 *x = SLOT(u16, 1), *y = SLOT(u16, 2), *z = SLOT(u16, 3);                                                       \
        SET_LANES(i) d[i] = fma_##type##_half(x[i], y[i], z[i], op->choice[0]);                                                  \
    }                                                                                                                            \
    HANDLER(fma_##type##x2)                                                                                                      \
    {                                                                                                                            \
        u32 *d = SLOT(u32, 0);                                                                                                   \
        const u32 *x = SLOT(u32, 1), *y = SLOT(u32, 2), *z = SLOT(u32, 3);                                                       \
        bool relu = op->choice[0];                                                                                               \
        SET_LANES(i)                                                                                                             \
        d[i] = (uint32_t)fma_##type##_half((uint16_t)(x[i] >> 16), (uint16_t)(y[i] >> 16), (uint16_t)(z[i] >> 16), relu) << 16 | \
               fma_##type##_half((uint16_t)x[i], (uint16_t)y[i], (uint16_t)z[i], relu);                                          \
    }
FMA_HALF(f16)
FMA_HALF(bf16)
HALF1(ex2, f16, exp2f(a))
HALF1(tanh, f16, tanhf(a))
static inline uint16_t ex2_bf16_half(uint16_t x) { return to_bf16(exp2f(of_bf16(x))); }
static inline uint16_t tanh_bf16_half(uint16_t x) { return to_bf16(tanhf(of_bf16(x))); }
HALF1_PACKED(ex2, bf16)
HALF1_PACKED(tanh, bf16)

HANDLER(testp_f32)
{
    const f32 *x = SLOT(f32, 1);
    u32 *p = SLOT(u32, 0);
    uint32_t truth = 0;
    for (uint32_t i = 0; i < TRI_PTX_LANES; i++) {
        uint32_t magnitude = bits_of(x[i]) & 0x7fffffff, infinity = 0x7f800000, smallest = 0x800000;
        const bool tests[] = {magnitude<infinity, magnitude == infinity, magnitude <= infinity, magnitude> infinity,
                              magnitude >= smallest && magnitude < infinity, magnitude && magnitude < smallest};
        truth |= (uint32_t)tests[op->choice[0] - 1] << i;
    }
    *p = (*p & ~mask) | (truth & mask);
}

/* eq ... ge are false when an operand is a NaN, equ ... geu true; num and nan ask for just that. */
enum { EQ = 1, NE, LT, LE, GT, GE, EQU, NEU, LTU, LEU, GTU, GEU, NUM, IS_NAN };
#define COMPARE(expression)                                                            \
    for (uint32_t i = 0; i < TRI_PTX_LANES; i++) {                                     \
        float_ a = LOAD(x[i]), b = LOAD(y[i]);                                         \
        truth |= (uint32_t)(expression) << i;                                          \
    }                                                                                  \
    break;
#define SETP(name, T)                                                                                     \
    HANDLER(name)                                                                                         \
    {                                                                                                     \
        const T *x = SLOT(T, 2), *y = SLOT(T, 3);                                                         \
        uint32_t truth = 0;                                                                               \
        switch (op->choice[0]) {                                                                          \
        case EQ: COMPARE(a == b)                                                                          \
        case NE: COMPARE(a < b || a > b)                                                                  \
        case LT: COMPARE(a < b)                                                                           \
        case LE: COMPARE(a <= b)                                                                          \
        case GT: COMPARE(a > b)                                                                           \
        case GE: COMPARE(a >= b)                                                                          \
        case EQU: COMPARE(!(a < b || a > b))                                                              \
        case NEU: COMPARE(!(a == b))                                                                      \
        case LTU: COMPARE(!(a >= b))                                                                      \
        case LEU: COMPARE(!(a > b))                                                                       \
        case GTU: COMPARE(!(a <= b))                                                                      \
        case GEU: COMPARE(!(a < b))                                                                       \
        case NUM: COMPARE(a == a && b == b)                                                               \
        default: COMPARE(a != a || b != b)                                                                \
        }                                                                                                 \
        uint32_t negated = ~truth;                                                                        \
        if (op->choice[1]) {                                                                              \
            uint32_t c = *SLOT(u32, 4);                                                                   \
            truth = op->choice[1] == 1 ? truth & c : op->choice[1] == 2 ? truth | c : truth ^ c;          \
            negated = op->choice[1] == 1 ? negated & c : op->choice[1] == 2 ? negated | c : negated ^ c;  \
        }                                                                                                 \
        u32 *p = SLOT(u32, 0), *q = SLOT(u32, 1);                                                         \
        *p = (*p & ~mask) | (truth & mask);                                                               \
        *q = (*q & ~mask) | (negated & mask);                                                             \
    }
#define LOAD(v) (v)
#define float_ float
SETP(setp_f32, f32)
#undef LOAD
#define LOAD(v) flush(v)
SETP(setp_ftz_f32, f32)
#undef LOAD
#define LOAD(v) of_f16(v)
SETP(setp_f16, u16)
#undef LOAD
#define LOAD(v) of_bf16(v)
SETP(setp_bf16, u16)
#undef LOAD
#undef float_
#define float_ double
#define LOAD(v) (v)
SETP(setp_f64, f64)
