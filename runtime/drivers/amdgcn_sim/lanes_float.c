/* lanes_float.c - lane bodies: f32, f64, f16 arithmetic and compares.
 *
 * Every operation rounds once, to nearest even; fma is one rounding. f16 goes through f32, whose 24 bits make the second rounding of + - * / sqrt
 * harmless (24 >= 2 * 11 + 2); f16 fma goes through an f64 sum rounded to odd. The chip's approximations (exp, log, rcp, rsq, sin, cos: 1 ulp) are
 * correctly
 * rounded here, and those of f32 flush subnormals as the chip's do, so a kernel that leaves out the scaling is found. */
#include "runtime/drivers/amdgcn_sim/lanes.h"

#include "base/dtype.h"

typedef uint32_t u32;
typedef float f32;
typedef double f64;

/* IEEE minNum and maxNum: a number wins over a NaN; -0 < +0. */
#define MIN_NUM(a, b) ((a) < (b) || (b) != (b) ? (a) : (b) < (a) || (a) != (a) ? (b) : signbit(a) ? (a) : (b))
#define MAX_NUM(a, b) ((a) > (b) || (b) != (b) ? (a) : (b) > (a) || (a) != (a) ? (b) : signbit(a) ? (b) : (a))
/* IEEE minimum and maximum: a NaN wins. */
#define MINIMUM(a, b) ((a) != (a) ? (a) : (b) != (b) ? (b) : MIN_NUM(a, b))
#define MAXIMUM(a, b) ((a) != (a) ? (a) : (b) != (b) ? (b) : MAX_NUM(a, b))
static inline f32 min_num(f32 a, f32 b) { return MIN_NUM(a, b); }
static inline f32 max_num(f32 a, f32 b) { return MAX_NUM(a, b); }
static inline f64 min_num64(f64 a, f64 b) { return MIN_NUM(a, b); }
static inline f64 max_num64(f64 a, f64 b) { return MAX_NUM(a, b); }
static inline f32 minimum(f32 a, f32 b) { return MINIMUM(a, b); }
static inline f32 maximum(f32 a, f32 b) { return MAXIMUM(a, b); }
static inline f32 median(f32 a, f32 b, f32 c)
{
    if (a != a || b != b || c != c) return min_num(min_num(a, b), c);
    return max_num(min_num(a, b), min_num(max_num(a, b), c));
}
static inline f32 flush(f32 a) { return float_of(bits_of(a) & 0x7f800000 ? bits_of(a) : bits_of(a) & 0x80000000); }

BODY2(add_f32, f32, f32, f32, a + b)
BODY2(sub_f32, f32, f32, f32, a - b)
BODY2(subrev_f32, f32, f32, f32, b - a)
BODY2(mul_f32, f32, f32, f32, a *b)
BODY2(mul_legacy_f32, f32, f32, f32, a == 0 || b == 0 ? 0 : a * b)
BODY2(min_f32, f32, f32, f32, min_num(a, b))
BODY2(max_f32, f32, f32, f32, max_num(a, b))
BODY3(min3_f32, f32, f32, f32, f32, min_num(min_num(a, b), c))
BODY3(max3_f32, f32, f32, f32, f32, max_num(max_num(a, b), c))
BODY3(med3_f32, f32, f32, f32, f32, median(a, b, c))
BODY3(minimum3_f32, f32, f32, f32, f32, minimum(minimum(a, b), c))
BODY3(maximum3_f32, f32, f32, f32, f32, maximum(maximum(a, b), c))
BODY3(fma_f32, f32, f32, f32, f32, fmaf(a, b, c))
BODY1(floor_f32, f32, f32, floorf(a))
BODY1(ceil_f32, f32, f32, ceilf(a))
BODY1(trunc_f32, f32, f32, truncf(a))
BODY1(rndne_f32, f32, f32, rintf(a))
static inline f32 fract(f32 a) { return isinf(a) ? NAN : fminf(a - floorf(a), 0x1.fffffep-1f); }
BODY1(fract_f32, f32, f32, fract(a))
BODY1(exp_f32, f32, f32, flush((f32)exp2((f64)flush(a))))
BODY1(log_f32, f32, f32, (f32)log2((f64)flush(a)))
BODY1(rcp_f32, f32, f32, flush(1.0f / flush(a)))
BODY1(rsq_f32, f32, f32, (f32)(1.0 / sqrt((f64)flush(a))))
BODY1(sqrt_f32, f32, f32, sqrtf(flush(a)))
/* The argument counts turns. */
static inline f64 turns(f64 a) { return 6.283185307179586 * (a - floor(a)); }
BODY1(sin_f32, f32, f32, isinf(a) ? NAN : (f32)sin(turns((f64)flush(a))))
BODY1(cos_f32, f32, f32, isinf(a) ? NAN : (f32)cos(turns((f64)flush(a))))
BODY2(ldexp_f32, f32, f32, int32_t, ldexpf(a, b))
static inline int exponent_of(f64 a)
{
    int e = 0;
    if (a != 0 && isfinite(a)) (void)frexp(a, &e);
    return e;
}
static inline f64 mantissa_of(f64 a)
{
    int e;
    return a != 0 && isfinite(a) ? frexp(a, &e) : a;
}
BODY1(frexp_mant_f32, f32, f32, mantissa_of(a))
BODY1(frexp_exp_f32, u32, f32, (u32)exponent_of(a))

/* Division is a Newton iteration between div_scale, which brings the operands into a range where it neither overflows nor loses bits, and
 * div_fmas and div_fixup, which undo the scaling and handle what is not finite. The rules are those of the ISA manual; `scaled` is the
 * operand to scale (the denominator or the numerator), the lane's VCC says that div_fmas must scale back. */
#define DIV_SCALE(name, T, B, exponent, far, step, tiny)                                                                                             \
    static inline T name##_one(T scaled, T denominator, T numerator, u32 *vcc)                                                                       \
    {                                                                                                                                                \
        int n = exponent(numerator), d = exponent(denominator);                                                                                      \
        T up = (T)ldexp(1, step), down = (T)ldexp(1, -(step));                                                                                       \
        T reciprocal = 1 / denominator, quotient = numerator / denominator;                                                                          \
        bool reciprocal_small = exponent(reciprocal) == 0, quotient_small = exponent(quotient) == 0;                                                 \
        bool is_denominator = B(scaled) == B(denominator), is_numerator = B(scaled) == B(numerator);                                                 \
        *vcc = 0;                                                                                                                                    \
        if (numerator == 0 || denominator == 0) return (T)NAN;                                                                                       \
        if (n - d >= far) {                                                                                                                          \
            *vcc = 1;                                                                                                                                \
            return is_denominator ? scaled * up : scaled;                                                                                            \
        }                                                                                                                                            \
        if (d == 0) return scaled * up;                                                                                                              \
        if (reciprocal_small && quotient_small) {                                                                                                    \
            *vcc = 1;                                                                                                                                \
            return is_denominator ? scaled * down : scaled;                                                                                          \
        }                                                                                                                                            \
        if (reciprocal_small) return scaled * down;                                                                                                  \
        if (quotient_small) {                                                                                                                        \
            *vcc = 1;                                                                                                                                \
            return is_numerator ? scaled * up : scaled;                                                                                              \
        }                                                                                                                                            \
        return n <= tiny ? scaled * up : scaled;                                                                                                     \
    }                                                                                                                                                \
    void LANE(name)(void *const *out, const void *const *in, const gcn_inst *i)                                                                      \
    {                                                                                                                                                \
        T *d = out[0];                                                                                                                               \
        const T *a = in[0], *b = in[1], *c = in[2];                                                                                                  \
        u32 *vcc = out[1];                                                                                                                           \
        (void)i;                                                                                                                                     \
        EACH_LANE d[l] = name##_one(a[l], b[l], c[l], &vcc[l]);                                                                                      \
    }
static inline int biased32(f32 a) { return (int)(bits_of(a) >> 23 & 0xff); }
static inline int biased64(f64 a) { return (int)(bits_of64(a) >> 52 & 0x7ff); }
DIV_SCALE(div_scale_f32, f32, bits_of, biased32, 96, 64, 23)
DIV_SCALE(div_scale_f64, f64, bits_of64, biased64, 768, 128, 53)

/* The sign of what the rounded sum a * b + c lacks. */
static inline f64 fma_error(f64 a, f64 b, f64 c, f64 sum)
{
    f64 product = a * b, product_error = fma(a, b, -product);
    f64 pair = product + c, back = pair - product, pair_error = (product - (pair - back)) + (c - back);
    return (pair - sum) + (pair_error + product_error);
}
/* a * b + c rounded to odd: where it is not exact its last bit is set, so that a later rounding to at least two bits fewer comes out as if it were
 * the
 * only one. */
static inline f64 fma_to_odd(f64 a, f64 b, f64 c)
{
    f64 sum = fma(a, b, c), error = fma_error(a, b, c, sum);
    uint64_t bits = bits_of64(sum);
    if (error == 0 || !isfinite(sum) || error != error) return sum;
    if ((error > 0) != (sum > 0)) bits--;
    return float_of64(bits | 1);
}
/* The scaling comes before the rounding, which matters for subnormal quotients. */
static inline f32 fmas32(f32 a, f32 b, f32 c, u32 scales)
{
    return scales ? (f32)(fma_to_odd(a, b, c) * (biased32(c) > 127 ? 0x1p64 : 0x1p-64)) : fmaf(a, b, c);
}
/* f64 has nothing wider: a subnormal result is wrong only where the sum, rounded, lies in the middle of two; then its error decides. */
static inline f64 fmas64(f64 a, f64 b, f64 c, u32 scales)
{
    f64 sum = fma(a, b, c);
    if (!scales) return sum;
    if (biased64(c) > 1023) return sum * 0x1p128;
    f64 result = sum * 0x1p-128, rest = sum - result * 0x1p128, error = fma_error(a, b, c, sum);
    bool in_the_middle = fabs(rest) == 0x1p-947 && biased64(result) == 0; /* half of 2^-1074 * 2^128 */
    return in_the_middle && error != 0 && (error > 0) == (rest > 0) ? result + (rest > 0 ? 0x1p-1074 : -0x1p-1074) : result;
}
#define DIV_FMAS(name, T, one)                                                                                                                       \
    void LANE(name)(void *const *out, const void *const *in, const gcn_inst *i)                                                                      \
    {                                                                                                                                                \
        T *d = out[0];                                                                                                                               \
        const T *a = in[0], *b = in[1], *c = in[2];                                                                                                  \
        const u32 *vcc = in[3];                                                                                                                      \
        (void)i;                                                                                                                                     \
        EACH_LANE d[l] = one(a[l], b[l], c[l], vcc[l]);                                                                                              \
    }
DIV_FMAS(div_fmas_f32, f32, fmas32)
DIV_FMAS(div_fmas_f64, f64, fmas64)

#define DIV_FIXUP(name, T, biased, floor_)                                                                                                           \
    static inline T name##_one(T quotient, T denominator, T numerator)                                                                               \
    {                                                                                                                                                \
        T sign = !signbit(denominator) != !signbit(numerator) ? (T)-1 : (T)1;                                                                        \
        if (isnan(numerator)) return numerator;                                                                                                      \
        if (isnan(denominator)) return denominator;                                                                                                  \
        if ((numerator == 0 && denominator == 0) || (isinf(numerator) && isinf(denominator))) return -(T)NAN;                                        \
        if (denominator == 0 || isinf(numerator)) return sign * (T)INFINITY;                                                                         \
        if (isinf(denominator) || numerator == 0) return sign * (T)0;                                                                                \
        if (biased(numerator) - biased(denominator) < -(floor_)) return sign * (T)0;                                                                 \
        if (isnan(quotient)) return sign * (T)INFINITY; /* the iteration went through infinity - infinity */                                         \
        return sign < 0 ? -(quotient < 0 ? -quotient : quotient) : quotient < 0 ? -quotient : quotient;                                              \
    }
DIV_FIXUP(fixup32, f32, biased32, 150)
DIV_FIXUP(fixup64, f64, biased64, 1075)
BODY3(div_fixup_f32, f32, f32, f32, f32, fixup32_one(a, b, c))
BODY3(div_fixup_f64, f64, f64, f64, f64, fixup64_one(a, b, c))

/* Packed f32: elements are pairs, so the arrays are 128 long. */
#define PACKED_F32(name, ...)                                                                                                                        \
    void LANE(name)(void *const *out, const void *const *in, const gcn_inst *inst)                                                                   \
    {                                                                                                                                                \
        f32 *restrict d = out[0];                                                                                                                    \
        const f32 *a_ = in[0], *b_ = in[1], *c_ = in[2] ? in[2] : in[0];                                                                             \
        (void)inst;                                                                                                                                  \
        for (int l = 0; l < 2 * GCN_LANES; l++) {                                                                                                    \
            f32 a = a_[l], b = b_[l], c = c_[l];                                                                                                     \
            (void)c;                                                                                                                                 \
            d[l] = (__VA_ARGS__);                                                                                                                    \
        }                                                                                                                                            \
    }
PACKED_F32(pk_add_f32, a + b)
PACKED_F32(pk_mul_f32, a *b)
PACKED_F32(pk_fma_f32, fmaf(a, b, c))

BODY2(add_f64, f64, f64, f64, a + b)
BODY2(mul_f64, f64, f64, f64, a *b)
BODY2(min_f64, f64, f64, f64, min_num64(a, b))
BODY2(max_f64, f64, f64, f64, max_num64(a, b))
BODY3(fma_f64, f64, f64, f64, f64, fma(a, b, c))
BODY1(floor_f64, f64, f64, floor(a))
BODY1(ceil_f64, f64, f64, ceil(a))
BODY1(trunc_f64, f64, f64, trunc(a))
BODY1(rndne_f64, f64, f64, rint(a))
BODY1(fract_f64, f64, f64, isinf(a) ? NAN : fmin(a - floor(a), 0x1.fffffffffffffp-1))
BODY1(rcp_f64, f64, f64, 1.0 / a)
BODY1(rsq_f64, f64, f64, 1.0 / sqrt(a))
BODY1(sqrt_f64, f64, f64, sqrt(a))
BODY2(ldexp_f64, f64, f64, int32_t, ldexp(a, b))
BODY1(frexp_mant_f64, f64, f64, mantissa_of(a))
BODY1(frexp_exp_f64, u32, f64, (u32)exponent_of(a))

/* f16: H(x) reads the low half of an element. */
#define H(x) half_to_float(x)
#define TO_H(x) float_to_half(x)
BODY2(add_f16, u32, u32, u32, TO_H(H(a) + H(b)))
BODY2(sub_f16, u32, u32, u32, TO_H(H(a) - H(b)))
BODY2(subrev_f16, u32, u32, u32, TO_H(H(b) - H(a)))
BODY2(mul_f16, u32, u32, u32, TO_H(H(a) * H(b)))
BODY2(min_f16, u32, u32, u32, TO_H(min_num(H(a), H(b))))
BODY2(max_f16, u32, u32, u32, TO_H(max_num(H(a), H(b))))
BODY3(min3_f16, u32, u32, u32, u32, TO_H(min_num(min_num(H(a), H(b)), H(c))))
BODY3(max3_f16, u32, u32, u32, u32, TO_H(max_num(max_num(H(a), H(b)), H(c))))
BODY3(med3_f16, u32, u32, u32, u32, TO_H(median(H(a), H(b), H(c))))
static inline u32 fma_half(u32 a, u32 b, u32 c) { return tri_f64_to_small_float(fma_to_odd(H(a), H(b), H(c)), 5, 11, true); }
BODY3(fma_f16, u32, u32, u32, u32, fma_half(a, b, c))
BODY3(div_fixup_f16, u32, u32, u32, u32, TO_H(fixup32_one(H(a), H(b), H(c))))
BODY1(floor_f16, u32, u32, TO_H(floorf(H(a))))
BODY1(ceil_f16, u32, u32, TO_H(ceilf(H(a))))
BODY1(trunc_f16, u32, u32, TO_H(truncf(H(a))))
BODY1(rndne_f16, u32, u32, TO_H(rintf(H(a))))
BODY1(exp_f16, u32, u32, tri_f64_to_small_float(exp2((f64)H(a)), 5, 11, true))
BODY1(log_f16, u32, u32, tri_f64_to_small_float(log2((f64)H(a)), 5, 11, true))
BODY1(rcp_f16, u32, u32, TO_H(1.0f / H(a)))
BODY1(rsq_f16, u32, u32, tri_f64_to_small_float(1.0 / sqrt((f64)H(a)), 5, 11, true))
BODY1(sqrt_f16, u32, u32, TO_H(sqrtf(H(a))))
BODY1(sin_f16, u32, u32, isinf(H(a)) ? 0x7e00 : tri_f64_to_small_float(sin(turns((f64)H(a))), 5, 11, true))
BODY1(cos_f16, u32, u32, isinf(H(a)) ? 0x7e00 : tri_f64_to_small_float(cos(turns((f64)H(a))), 5, 11, true))
BODY2(ldexp_f16, u32, u32, u32, TO_H(ldexpf(H(a), (int16_t)b)))
#define PACKED2(name, one) BODY2(name, u32, u32, u32, one(a & 0xffff, b & 0xffff) | one(a >> 16, b >> 16) << 16)
#define PACKED3(name, one) BODY3(name, u32, u32, u32, u32, one(a & 0xffff, b & 0xffff, c & 0xffff) | one(a >> 16, b >> 16, c >> 16) << 16)
static inline u32 add_half(u32 a, u32 b) { return TO_H(H(a) + H(b)); }
static inline u32 mul_half(u32 a, u32 b) { return TO_H(H(a) * H(b)); }
static inline u32 min_half(u32 a, u32 b) { return TO_H(min_num(H(a), H(b))); }
static inline u32 max_half(u32 a, u32 b) { return TO_H(max_num(H(a), H(b))); }
static inline u32 minimum3_half(u32 a, u32 b, u32 c) { return TO_H(minimum(minimum(H(a), H(b)), H(c))); }
static inline u32 maximum3_half(u32 a, u32 b, u32 c) { return TO_H(maximum(maximum(H(a), H(b)), H(c))); }
PACKED2(pk_add_f16, add_half)
PACKED2(pk_mul_f16, mul_half)
PACKED2(pk_min_f16, min_half)
PACKED2(pk_max_f16, max_half)
PACKED3(pk_fma_f16, fma_half)
PACKED3(pk_minimum3_f16, minimum3_half)
PACKED3(pk_maximum3_f16, maximum3_half)
BODY3(fma_mix_f16, u32, f32, f32, f32, TO_H(fmaf(a, b, c)))
void LANE(fma_mixhi)(void *const *out, const void *const *in, const gcn_inst *i)
{
    u32 *d = out[0];
    const f32 *a = in[0], *b = in[1], *c = in[2];
    const u32 *old = in[3];
    (void)i;
    EACH_LANE d[l] = (old[l] & 0xffff) | TO_H(fmaf(a[l], b[l], c[l])) << 16;
}

#define SAME(x) (x)
#define FLOAT_COMPARES(suffix, type, value)                                                                                                          \
    BODY2(lt_##suffix, u32, type, type, value(a) < value(b))                                                                                         \
    BODY2(eq_##suffix, u32, type, type, value(a) == value(b))                                                                                        \
    BODY2(le_##suffix, u32, type, type, value(a) <= value(b))                                                                                        \
    BODY2(gt_##suffix, u32, type, type, value(a) > value(b))                                                                                         \
    BODY2(lg_##suffix, u32, type, type, value(a) < value(b) || value(a) > value(b))                                                                  \
    BODY2(ge_##suffix, u32, type, type, value(a) >= value(b))                                                                                        \
    BODY2(o_##suffix, u32, type, type, !isunordered(value(a), value(b)))                                                                             \
    BODY2(u_##suffix, u32, type, type, isunordered(value(a), value(b)))                                                                              \
    BODY2(nge_##suffix, u32, type, type, !(value(a) >= value(b)))                                                                                    \
    BODY2(nlg_##suffix, u32, type, type, !(value(a) < value(b) || value(a) > value(b)))                                                              \
    BODY2(ngt_##suffix, u32, type, type, !(value(a) > value(b)))                                                                                     \
    BODY2(nle_##suffix, u32, type, type, !(value(a) <= value(b)))                                                                                    \
    BODY2(neq_##suffix, u32, type, type, !(value(a) == value(b)))                                                                                    \
    BODY2(nlt_##suffix, u32, type, type, !(value(a) < value(b)))
FLOAT_COMPARES(f32, f32, SAME)
FLOAT_COMPARES(f64, f64, SAME)
FLOAT_COMPARES(f16, u32, H)

/* Which of ten classes: signaling and quiet NaN, -inf, -normal, -subnormal, -0, +0, +subnormal, +normal, +inf. */
static inline u32 class_bit(bool negative, int biased, int top, bool fraction, bool quiet)
{
    if (biased == top && fraction) return quiet ? 2 : 1;
    int size = biased == top ? 3 : biased ? 2 : fraction ? 1 : 0;
    return negative ? 32u >> size : 64u << size;
}
static inline u32 class16(u32 a) { return class_bit(a >> 15 & 1, a >> 10 & 31, 31, (a & 0x3ff) != 0, a >> 9 & 1); }
static inline u32 class32(u32 a) { return class_bit(a >> 31, a >> 23 & 0xff, 0xff, (a & 0x7fffff) != 0, a >> 22 & 1); }
static inline u32 class64(uint64_t a) { return class_bit(a >> 63, a >> 52 & 0x7ff, 0x7ff, (a & 0xfffffffffffff) != 0, a >> 51 & 1); }
BODY2(class_f16, u32, u32, u32, (class16(a) & b) != 0)
BODY2(class_f32, u32, u32, u32, (class32(a) & b) != 0)
BODY2(class_f64, u32, uint64_t, u32, (class64(a) & b) != 0)
