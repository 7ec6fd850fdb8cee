/* handlers.h - for the files that define handlers. They are compiled once for each instruction set of the host (CMakeLists.txt), with TRI_PTX_ISA as
 * suffix; the lanes of a warp are a loop without dependences, so each build vectorises to its own width. Results do not depend on the build. */
#ifndef TRI_PTX_HANDLERS_H
#define TRI_PTX_HANDLERS_H

#include "runtime/drivers/ptx_sim/machine.h"

#define TRI_PTX_PASTE_(a, b) a##b
#define TRI_PTX_PASTE(a, b) TRI_PTX_PASTE_(a, b)
#define TRI_PTX_NAMED(name) TRI_PTX_PASTE(tri_ptx_do_##name, TRI_PTX_ISA)
#define HANDLER(name) void TRI_PTX_NAMED(name)(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t mask)

#define OP(mnemonics, operands, handler) tri_ptx_handler TRI_PTX_NAMED(handler);
#include "runtime/drivers/ptx_sim/ptx_ops.def"
#undef OP

/* Register files hold every type, so lanes are read through types that may alias. */
#define LANE_TYPE(type, name) typedef type name __attribute__((may_alias))
LANE_TYPE(uint8_t, u8);
LANE_TYPE(int8_t, s8);
LANE_TYPE(uint16_t, u16);
LANE_TYPE(int16_t, s16);
LANE_TYPE(uint32_t, u32);
LANE_TYPE(int32_t, s32);
LANE_TYPE(uint64_t, u64);
LANE_TYPE(int64_t, s64);
LANE_TYPE(float, f32);
LANE_TYPE(double, f64);

#define SLOT(type, k) ((type *)(void *)(warp->registers + op->slot[k]))

#if defined(__clang__)
#define EACH_LANE _Pragma("clang loop vectorize(assume_safety)") for (uint32_t i = 0; i < TRI_PTX_LANES; i++)
#else
#define EACH_LANE _Pragma("GCC ivdep") for (uint32_t i = 0; i < TRI_PTX_LANES; i++)
#endif

/* d = value for the lanes of the mask; d may be one of the operands, never overlap one in part. */
#define STORE_LANES(d, value)                                          \
    if (mask == TRI_PTX_ALL_LANES) {                                   \
        EACH_LANE d[i] = (value);                                      \
    } else {                                                           \
        EACH_LANE d[i] = mask >> i & 1 ? (value) : d[i];               \
    }

/* Handlers of one to four sources; `expression` speaks of a, b, c. */
#define LANES1(name, D, A, expression)                                 \
    static inline D name##_lane(A a) { return (D)(expression); }       \
    HANDLER(name)                                                      \
    {                                                                  \
        D *d = SLOT(D, 0);                                             \
        const A *x = SLOT(A, 1);                                       \
        STORE_LANES(d, name##_lane(x[i]))                              \
    }
#define LANES2(name, D, A, B, expression)                              \
    static inline D name##_lane(A a, B b) { return (D)(expression); }  \
    HANDLER(name)                                                      \
    {                                                                  \
        D *d = SLOT(D, 0);                                             \
        const A *x = SLOT(A, 1);                                       \
        const B *y = SLOT(B, 2);                                       \
        STORE_LANES(d, name##_lane(x[i], y[i]))                        \
    }
#define LANES3(name, D, A, B, C, expression)                               \
    static inline D name##_lane(A a, B b, C c) { return (D)(expression); } \
    HANDLER(name)                                                          \
    {                                                                      \
        D *d = SLOT(D, 0);                                                 \
        const A *x = SLOT(A, 1);                                           \
        const B *y = SLOT(B, 2);                                           \
        const C *z = SLOT(C, 3);                                           \
        STORE_LANES(d, name##_lane(x[i], y[i], z[i]))                      \
    }

/* A loop over the set lanes, for what cannot be a vector. */
#define SET_LANES(lane) for (uint32_t rest_ = mask, lane; rest_ && ((lane = (uint32_t)__builtin_ctz(rest_)), true); rest_ &= rest_ - 1)

static inline uint32_t bits_of(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, 4);
    return bits;
}

static inline float float_of(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, 4);
    return value;
}

/* A result that is a NaN is always this one, whatever the host's NaN. On the bits, because a compiler may take one NaN for another. */
static inline float canonical(float value) { return float_of((bits_of(value) & 0x7fffffff) > 0x7f800000 ? 0x7fffffff : bits_of(value)); }
static inline float flush(float value) { return (bits_of(value) & 0x7f800000) ? value : float_of(bits_of(value) & 0x80000000); }

static inline float of_bf16(uint16_t bits) { return float_of((uint32_t)bits << 16); }
static inline uint16_t to_bf16(float value)
{
    uint32_t bits = bits_of(value), rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
    return (uint16_t)((bits & 0x7fffffff) > 0x7f800000 ? 0x7fff : rounded);
}

/* Through a float multiplication, so that it vectorises: exact for normal and subnormal numbers. */
static inline float of_f16(uint16_t bits)
{
    float scaled = float_of((uint32_t)(bits & 0x7fff) << 13) * 0x1p112f;
    uint32_t magnitude = (bits & 0x7c00) == 0x7c00 ? 0x7f800000 | (uint32_t)(bits & 0x3ff) << 13 : bits_of(scaled);
    return float_of(magnitude | (uint32_t)(bits & 0x8000) << 16);
}
/* Subnormal results are rounded by adding 0.5 (whose unit in the last place is that of the smallest f16), the rest by carry into the exponent. */
static inline uint16_t to_f16(float value)
{
    uint32_t bits = bits_of(value), sign = bits >> 16 & 0x8000, magnitude = bits & 0x7fffffff;
    uint32_t normal = (magnitude - (112u << 23) + 0xfff + (magnitude >> 13 & 1)) >> 13;
    uint32_t subnormal = bits_of(float_of(magnitude) + 0.5f) - bits_of(0.5f);
    uint32_t result = magnitude < 113u << 23 ? subnormal : normal > 0x7c00 ? 0x7c00 : normal;
    return (uint16_t)(magnitude > 0x7f800000 ? 0x7fff : sign | result);
}

#endif
