/* lanes_convert.c - lane bodies: conversions between integers, f64, f32, f16, bf16 and the 8-bit floats.
 *
 * To integers: toward zero, saturating, NaN gives 0. Between floats: to nearest even. 8-bit floats are FNUZ on gfx942 (no infinity, no -0, one NaN,
 * 0x80) and OCP on gfx950; what overflows becomes NaN, or infinity where the format has one. */
#include "runtime/drivers/amdgcn_sim/lanes.h"

typedef uint32_t u32;
typedef int32_t i32;
typedef float f32;
typedef double f64;

BODY1(f32_i32, f32, i32, (f32)a)
BODY1(f32_u32, f32, u32, (f32)a)
static inline i32 to_i32(f64 a) { return a != a ? 0 : a >= 0x1p31 ? INT32_MAX : a <= -0x1p31 ? INT32_MIN : (i32)a; }
static inline u32 to_u32(f64 a) { return a >= 0x1p32 ? UINT32_MAX : a > 0 ? (u32)a : 0; }
static inline i32 to_limit(f64 a, i32 low, i32 high) { return a != a ? 0 : a >= high ? high : a <= low ? low : (i32)a; }
BODY1(i32_f32, i32, f32, to_i32((f64)a))
BODY1(u32_f32, u32, f32, to_u32((f64)a))
BODY1(rpi_i32_f32, i32, f32, to_i32(floor((f64)a + 0.5)))
BODY1(flr_i32_f32, i32, f32, to_i32(floor((f64)a)))
BODY1(f32_f16, f32, u32, half_to_float(a))
BODY1(f16_f32, u32, f32, float_to_half(a))
BODY1(f32_f64, f32, f64, (f32)a)
BODY1(f64_f32, f64, f32, (f64)a)
BODY1(f64_i32, f64, i32, (f64)a)
BODY1(f64_u32, f64, u32, (f64)a)
BODY1(i32_f64, i32, f64, to_i32(a))
BODY1(u32_f64, u32, f64, to_u32(a))
BODY1(f16_i16, u32, u32, float_to_half((f32)(int16_t)a))
BODY1(f16_u16, u32, u32, float_to_half((f32)(uint16_t)a))
BODY1(i16_f16, u32, u32, (uint16_t)to_limit((f64)half_to_float(a), INT16_MIN, INT16_MAX))
BODY1(u16_f16, u32, u32, (uint16_t)to_limit((f64)half_to_float(a), 0, UINT16_MAX))
BODY1(f32_ubyte0, f32, u32, (f32)(a & 0xff))
BODY1(f32_ubyte1, f32, u32, (f32)(a >> 8 & 0xff))
BODY1(f32_ubyte2, f32, u32, (f32)(a >> 16 & 0xff))
BODY1(f32_ubyte3, f32, u32, (f32)(a >> 24))
BODY2(pk_bf16_f32, u32, f32, f32, float_to_bf16(a) | float_to_bf16(b) << 16)
BODY2(pk_f16_f32, u32, f32, f32, float_to_half(a) | float_to_half(b) << 16)
/* Toward zero: the nearest value, one step back where it is too large in magnitude. */
static inline u32 half_toward_zero(f32 a)
{
    u32 h = float_to_half(a);
    bool too_large = a == a && !isinf(a) && fabsf(half_to_float(h)) > fabsf(a);
    return too_large ? h - 1 : h;
}
BODY2(pkrtz_f16_f32, u32, f32, f32, half_toward_zero(a) | half_toward_zero(b) << 16)
BODY2(pk_u16_u32, u32, u32, u32, (a > 0xffff ? 0xffff : a) | (b > 0xffff ? 0xffff : b) << 16)
static inline u32 clamp_i16(i32 a) { return (uint16_t)(a > INT16_MAX ? INT16_MAX : a < INT16_MIN ? INT16_MIN : a); }
BODY2(pk_i16_i32, u32, i32, i32, clamp_i16(a) | clamp_i16(b) << 16)

#define BYTE_SELECTED(i) (8 * (((i)->m.op_sel & 1) * 2 + ((i)->m.op_sel >> 1 & 1)))
BODY1(f32_fp8, f32, u32, gcn_fp8_to_float(a >> BYTE_SELECTED(i) & 0xff, 3, i->gfx950))
BODY1(f32_bf8, f32, u32, gcn_fp8_to_float(a >> BYTE_SELECTED(i) & 0xff, 2, i->gfx950))
#define PAIR_FROM_BYTES(name, fraction_bits)                                                                                                         \
    void LANE(name)(void *const *out, const void *const *in, const gcn_inst *i)                                                                      \
    {                                                                                                                                                \
        f32 *restrict d = out[0];                                                                                                                    \
        const u32 *a = in[0];                                                                                                                        \
        int shift = i->m.op_sel & 1 ? 16 : 0;                                                                                                        \
        EACH_LANE                                                                                                                                    \
        {                                                                                                                                            \
            d[2 * l] = gcn_fp8_to_float(a[l] >> shift & 0xff, fraction_bits, i->gfx950);                                                             \
            d[2 * l + 1] = gcn_fp8_to_float(a[l] >> (shift + 8) & 0xff, fraction_bits, i->gfx950);                                                   \
        }                                                                                                                                            \
    }
PAIR_FROM_BYTES(pk_f32_fp8, 3)
PAIR_FROM_BYTES(pk_f32_bf8, 2)

static inline u32 to_fp8(f32 x, int fraction_bits, bool ocp)
{
    u32 sign = bits_of(x) >> 24 & 0x80, nan = ocp ? sign | 0x7f : 0x80;
    int bias = (fraction_bits == 3 ? 7 : 15) + !ocp;
    f32 largest = fraction_bits == 3 ? (ocp ? 448.0f : 240.0f) : 57344.0f, a = fabsf(x);
    if (x != x) return nan;
    int e = (int)(bits_of(a) >> 23) - 127;
    if (e < 1 - bias) e = 1 - bias;
    if (e > 20) return ocp && fraction_bits == 2 ? sign | 0x7c : nan;
    f32 steps = rintf(ldexpf(a, fraction_bits - e)); /* whole steps of the format's spacing: exact but for this rounding */
    if (ldexpf(steps, e - fraction_bits) > largest) return ocp && fraction_bits == 2 ? sign | 0x7c : nan;
    u32 magnitude = (u32)(e + bias - 1) << fraction_bits;
    magnitude = steps < ldexpf(1, fraction_bits) ? (u32)steps : magnitude + (u32)steps;
    return magnitude == 0 && !ocp ? 0 : sign | magnitude;
}
#define BYTES_FROM_PAIR(name, fraction_bits)                                                                                                         \
    void LANE(name)(void *const *out, const void *const *in, const gcn_inst *i)                                                                      \
    {                                                                                                                                                \
        u32 *restrict d = out[0];                                                                                                                    \
        const f32 *a = in[0], *b = in[1];                                                                                                            \
        const u32 *old = in[2];                                                                                                                      \
        bool high = i->m.op_sel >> 2 & 1;                                                                                                            \
        EACH_LANE                                                                                                                                    \
        {                                                                                                                                            \
            u32 pair = to_fp8(a[l], fraction_bits, i->gfx950) | to_fp8(b[l], fraction_bits, i->gfx950) << 8;                                         \
            d[l] = high ? (old[l] & 0xffff) | pair << 16 : (old[l] & 0xffff0000) | pair;                                                             \
        }                                                                                                                                            \
    }
BYTES_FROM_PAIR(pk_fp8_f32, 3)
BYTES_FROM_PAIR(pk_bf8_f32, 2)
