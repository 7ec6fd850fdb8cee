/* ops_convert.c - cvt. Every float of PTX is exact in f64, so the general conversions go through f64 and round once; the frequent ones have loops of
 * their own. Saturation is PTX's: a float that becomes an integer is clamped and a NaN gives 0. */
#include <math.h>

#include "base/dtype.h"
#include "runtime/drivers/ptx_sim/handlers.h"

LANES1(cvt_u32_u16, u32, u16, a)
LANES1(cvt_s32_s16, s32, s16, a)
LANES1(cvt_u16_u32, u16, u32, a)
LANES1(cvt_u64_u32, u64, u32, a)
LANES1(cvt_s64_s32, s64, s32, a)
LANES1(cvt_u32_u64, u32, u64, a)
LANES1(cvt_f32_s32, f32, s32, a)
LANES1(cvt_f32_u32, f32, u32, a)
LANES1(cvt_f32_f16, f32, u16, canonical(of_f16(a)))
LANES1(cvt_f32_bf16, f32, u16, canonical(of_bf16(a)))
LANES1(cvt_bf16_f32, u16, f32, to_bf16(a))

/* A register of any size as the lanes of a 64-bit number and back; a narrow destination type fills a wider register. */
static inline uint64_t load(const tri_ptx_warp *warp, const tri_ptx_op *op, int k, uint32_t lane)
{
    uint64_t bits = 0;
    memcpy(&bits, warp->registers + op->slot[k] + lane * op->slot[k + 1], op->slot[k + 1]);
    return bits;
}
static inline void store(tri_ptx_warp *warp, const tri_ptx_op *op, int k, uint32_t lane, uint64_t bits)
{
    memcpy(warp->registers + op->slot[k] + lane * op->slot[k + 1], &bits, op->slot[k + 1]);
}

/* Integer types are numbered u8 s8 u16 s16 u32 s32 u64 s64 from 1. */
static inline int int_bits(int type) { return 8 << ((type - 1) >> 1); }
static inline bool int_signed(int type) { return !(type & 1); }
static inline uint64_t narrow(uint64_t v, int type)
{
    int unused = 64 - int_bits(type);
    return int_signed(type) ? (uint64_t)((int64_t)(v << unused) >> unused) : v << unused >> unused;
}

HANDLER(cvt_int)
{
    int to = op->choice[0], from = op->choice[1];
    SET_LANES(i) store(warp, op, 0, i, narrow(narrow(load(warp, op, 2, i), from), to));
}

HANDLER(cvt_int_sat)
{
    int to = op->choice[0], from = op->choice[1], bits = int_bits(to);
    uint64_t most = int_signed(to) ? ~0ull >> (65 - bits) : ~0ull >> (64 - bits);
    SET_LANES(i)
    {
        uint64_t v = narrow(load(warp, op, 2, i), from);
        bool negative = int_signed(from) && v >> 63;
        if (negative && !int_signed(to)) v = 0;
        else if (negative && (int64_t)v < -(int64_t)most - 1) v = 0 - most - 1;
        else if (!negative && v > most) v = most;
        store(warp, op, 0, i, v);
    }
}

/* Float types are numbered f16 bf16 f32 f64 from 1. */
enum { F16 = 1, BF16, F32, F64 };
static double float_load(const tri_ptx_warp *warp, const tri_ptx_op *op, int k, uint32_t lane, int type)
{
    uint64_t bits = load(warp, op, k, lane);
    double wide;
    if (type == F16) return of_f16((uint16_t)bits);
    if (type == BF16) return of_bf16((uint16_t)bits);
    if (type == F32) return float_of((uint32_t)bits);
    memcpy(&wide, &bits, 8);
    return wide;
}

/* Rounds to `significand` bits, the hidden one counted, least exponent `least`: mode 1 to nearest even, 2 to zero, 3 down, 4 up. The result is exact
 * as an f64; above `most` the direction decides between the largest number and infinity. */
static double round_to(double v, int significand, int least, double most, int mode)
{
    if (!isfinite(v) || v == 0) return v;
    int exponent;
    frexp(v, &exponent);
    int unit = exponent - significand;
    if (unit < least) unit = least;
    double scaled = ldexp(v, -unit), whole = trunc(scaled), rest = fabs(scaled - whole);
    bool up = mode == 1 ? rest > 0.5 || (rest == 0.5 && fmod(whole, 2) != 0) : mode == 3 ? rest > 0 && v < 0 : mode == 4 ? rest > 0 && v > 0 : false;
    if (up) whole += v < 0 ? -1 : 1;
    double result = ldexp(whole, unit);
    if (fabs(result) <= most) return copysign(result, v);
    bool infinite = mode == 1 || (mode == 3 && v < 0) || (mode == 4 && v > 0);
    return copysign(infinite ? INFINITY : most, v);
}

static uint64_t float_bits(double v, int type, int mode)
{
    uint64_t wide;
    if (type == F64) {
        memcpy(&wide, &v, 8);
        return wide;
    }
    if (v != v) return type == F32 ? 0x7fffffff : 0x7fff;
    if (type == F16) return tri_f64_to_small_float(round_to(v, 11, -24, 65504, mode), 5, 11, true);
    if (type == BF16) return tri_f64_to_small_float(round_to(v, 8, -133, 0x1.fep127, mode), 8, 8, true);
    return bits_of((float)round_to(v, 24, -149, 0x1.fffffep127, mode));
}

HANDLER(cvt_float)
{
    int mode = op->choice[0], to = op->choice[2], from = op->choice[3];
    SET_LANES(i)
    {
        double v = float_load(warp, op, 2, i, from);
        store(warp, op, 0, i, float_bits(op->choice[1] && v < 0 ? 0 : v, to, mode));
    }
}

HANDLER(cvt_float_exact)
{
    int to = op->choice[0], from = op->choice[1];
    SET_LANES(i) store(warp, op, 0, i, float_bits(float_load(warp, op, 2, i, from), to, 1));
}

HANDLER(cvt_float_of_int)
{
    int to = op->choice[0], from = op->choice[1];
    SET_LANES(i)
    {
        uint64_t v = narrow(load(warp, op, 2, i), from);
        bool negative = int_signed(from) && v >> 63;
        uint64_t magnitude = negative ? 0 - v : v, bits;
        if (to == F32) {
            bits = bits_of(negative ? -(float)magnitude : (float)magnitude);
        } else {
            /* Rounded once: what an f64 would lose on the way to 16 bits becomes one sticky bit. */
            double wide = (double)magnitude;
            if (to != F64 && magnitude >> 53) wide = (double)(magnitude >> 11 | ((magnitude & 0x7ff) != 0)) * 2048;
            bits = float_bits(negative ? -wide : wide, to, 1);
        }
        store(warp, op, 0, i, bits);
    }
}

/* Rounding to an integer: 1 nearest even, 2 to zero, 3 down, 4 up. */
static inline double integral(double v, int mode) { return mode == 1 ? rint(v) : mode == 2 ? trunc(v) : mode == 3 ? floor(v) : ceil(v); }

HANDLER(cvt_int_of_float)
{
    int mode = op->choice[0], to = op->choice[1], from = op->choice[2], bits = int_bits(to);
    double low = int_signed(to) ? -ldexp(1, bits - 1) : 0, beyond = ldexp(1, int_signed(to) ? bits - 1 : bits);
    uint64_t most = int_signed(to) ? ~0ull >> (65 - bits) : ~0ull >> (64 - bits);
    SET_LANES(i)
    {
        double v = integral(float_load(warp, op, 2, i, from), mode);
        uint64_t r = v != v ? 0 : v < low ? (int_signed(to) ? 0 - most - 1 : 0) : v >= beyond ? most : v < 0 ? 0 - (uint64_t)-v : (uint64_t)v;
        store(warp, op, 0, i, r);
    }
}

HANDLER(cvt_round_f32)
{
    f32 *d = SLOT(f32, 0);
    const f32 *x = SLOT(f32, 1);
    switch (op->choice[0]) {
    case 1: STORE_LANES(d, canonical(rintf(x[i]))) break;
    case 2: STORE_LANES(d, canonical(truncf(x[i]))) break;
    case 3: STORE_LANES(d, canonical(floorf(x[i]))) break;
    default: STORE_LANES(d, canonical(ceilf(x[i])))
    }
}
HANDLER(cvt_round_f64)
{
    f64 *d = SLOT(f64, 0);
    const f64 *x = SLOT(f64, 1);
    STORE_LANES(d, integral(x[i], op->choice[0]))
}
HANDLER(cvt_round_f16)
{
    u16 *d = SLOT(u16, 0);
    const u16 *x = SLOT(u16, 1);
    STORE_LANES(d, to_f16((float)integral(of_f16(x[i]), op->choice[0])))
}
HANDLER(cvt_f32_f32)
{
    f32 *d = SLOT(f32, 0);
    const f32 *x = SLOT(f32, 1);
    bool flushes = op->choice[0], saturates = op->choice[1];
    SET_LANES(i)
    {
        float v = flushes ? flush(x[i]) : x[i];
        d[i] = !saturates ? canonical(v) : v > 0 ? (v < 1 ? v : 1) : 0;
    }
}

static inline float relu_of(float v, bool relu) { return relu && v < 0 ? 0 : v; }
/* cvt d, a, b: a becomes the upper half. */
HANDLER(cvt_bf16x2_f32)
{
    u32 *d = SLOT(u32, 0);
    const f32 *a = SLOT(f32, 1), *b = SLOT(f32, 2);
    bool relu = op->choice[0];
    STORE_LANES(d, (uint32_t)to_bf16(relu_of(a[i], relu)) << 16 | to_bf16(relu_of(b[i], relu)))
}
HANDLER(cvt_f16x2_f32)
{
    u32 *d = SLOT(u32, 0);
    const f32 *a = SLOT(f32, 1), *b = SLOT(f32, 2);
    bool relu = op->choice[0];
    STORE_LANES(d, (uint32_t)to_f16(relu_of(a[i], relu)) << 16 | to_f16(relu_of(b[i], relu)))
}

/* tf32 keeps 10 bits of the fraction: rna rounds halves away from zero. */
HANDLER(cvt_tf32)
{
    u32 *d = SLOT(u32, 0);
    const u32 *x = SLOT(u32, 1);
    int mode = op->choice[0];
    SET_LANES(i)
    {
        uint32_t add = mode == 1 ? 0x1000 : mode == 2 ? 0xfff + (x[i] >> 13 & 1) : 0;
        bool special = (x[i] & 0x7f800000) == 0x7f800000;
        d[i] = special ? ((x[i] & 0x7fffff) ? 0x7fffffff : x[i]) : (x[i] + add) & 0xffffe000;
    }
}

/* satfinite: what overflows becomes the largest number, a NaN stays one. choice 1: e4m3 or e5m2. */
static uint8_t to_f8(float v, bool e4m3)
{
    double most = e4m3 ? 448 : 57344;
    if (v != v) return 0x7f;
    double clamped = v > most ? most : v < -most ? -most : v;
    return (uint8_t)(e4m3 ? tri_f64_to_small_float(clamped, 4, 4, false) : tri_f64_to_small_float(clamped, 5, 3, true));
}
HANDLER(cvt_f8x2_f32)
{
    u16 *d = SLOT(u16, 0);
    const f32 *a = SLOT(f32, 1), *b = SLOT(f32, 2);
    bool relu = op->choice[0], e4m3 = op->choice[1] == 1;
    SET_LANES(i) d[i] = (uint16_t)(to_f8(relu_of(a[i], relu), e4m3) << 8 | to_f8(relu_of(b[i], relu), e4m3));
}
HANDLER(cvt_f16x2_f8x2)
{
    u32 *d = SLOT(u32, 0);
    const u16 *x = SLOT(u16, 1);
    tri_dtype type = op->choice[1] == 1 ? TRI_F8E4M3FN : TRI_F8E5M2;
    SET_LANES(i)
    {
        uint8_t low = (uint8_t)x[i], high = (uint8_t)(x[i] >> 8);
        float a = relu_of((float)tri_load_f64(type, &low), op->choice[0]), b = relu_of((float)tri_load_f64(type, &high), op->choice[0]);
        d[i] = (uint32_t)to_f16(b) << 16 | to_f16(a);
    }
}
