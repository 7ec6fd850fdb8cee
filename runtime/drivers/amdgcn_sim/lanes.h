/* lanes.h - how lane bodies are written. A body is arithmetic on 64 lanes and nothing else; operands and results are plain arrays.
 *
 * The lanes_*.c files are compiled once for each host instruction set (GCN_LEVEL, see CMakeLists.txt) and the best one is picked when a kernel is
 * decoded, so the loops here may use the widest vectors of the host while the library runs on any. All levels give the same bits. */
#ifndef TRI_AMDGCN_SIM_LANES_H
#define TRI_AMDGCN_SIM_LANES_H

#include <math.h>
#include <string.h>

#include "runtime/drivers/amdgcn_sim/gcn.h"

#define GCN_JOIN_(level, name) gcn_##level##_##name
#define GCN_JOIN(level, name) GCN_JOIN_(level, name)
#define LANE(name) GCN_JOIN(GCN_LEVEL, name)

#define GCN_LANE(name, pattern, body, flags) gcn_body LANE(body);
#define GCN_MATRIX(name, pattern, body, states) gcn_matrix_body LANE(body);
#define GCN_SCALED_MATRIX(name, pattern, body, states) gcn_matrix_body LANE(body);
#define GCN_SALU(name, pattern, body)
#define GCN_WAVE(name, pattern, handler, detail)
#include "runtime/drivers/amdgcn_sim/gcn_ops.def"
#undef GCN_LANE
#undef GCN_MATRIX
#undef GCN_SCALED_MATRIX
#undef GCN_SALU
#undef GCN_WAVE

#define EACH_LANE for (int l = 0; l < GCN_LANES; l++)

/* BODYn(name, D, A, B, C, expression): the result of each lane from the lane's values a, b, c; `i` is the instruction. */
#define BODY1(name, D, A, ...)                                                 \
    void LANE(name)(void *const *out, const void *const *in, const gcn_inst *i) \
    {                                                                          \
        D *restrict d = out[0];                                                \
        const A *restrict a_ = in[0];                                          \
        (void)i;                                                               \
        EACH_LANE                                                              \
        {                                                                      \
            A a = a_[l];                                                       \
            d[l] = (D)(__VA_ARGS__);                                           \
        }                                                                      \
    }
#define BODY2(name, D, A, B, ...)                                              \
    void LANE(name)(void *const *out, const void *const *in, const gcn_inst *i) \
    {                                                                          \
        D *restrict d = out[0];                                                \
        const A *a_ = in[0];                                                   \
        const B *b_ = in[1];                                                   \
        (void)i;                                                               \
        EACH_LANE                                                              \
        {                                                                      \
            A a = a_[l];                                                       \
            B b = b_[l];                                                       \
            d[l] = (D)(__VA_ARGS__);                                           \
        }                                                                      \
    }
#define BODY3(name, D, A, B, C, ...)                                           \
    void LANE(name)(void *const *out, const void *const *in, const gcn_inst *i) \
    {                                                                          \
        D *restrict d = out[0];                                                \
        const A *a_ = in[0];                                                   \
        const B *b_ = in[1];                                                   \
        const C *c_ = in[2];                                                   \
        (void)i;                                                               \
        EACH_LANE                                                              \
        {                                                                      \
            A a = a_[l];                                                       \
            B b = b_[l];                                                       \
            C c = c_[l];                                                       \
            d[l] = (D)(__VA_ARGS__);                                           \
        }                                                                      \
    }

static inline uint32_t bits_of(float f)
{
    uint32_t u;
    memcpy(&u, &f, sizeof u);
    return u;
}
static inline float float_of(uint32_t u)
{
    float f;
    memcpy(&f, &u, sizeof f);
    return f;
}
static inline uint64_t bits_of64(double f)
{
    uint64_t u;
    memcpy(&u, &f, sizeof u);
    return u;
}
static inline double float_of64(uint64_t u)
{
    double f;
    memcpy(&f, &u, sizeof f);
    return f;
}

/* Without branches, so that loops over them become vector code. */
static inline float half_to_float(uint32_t h)
{
    uint32_t magnitude = (h & 0x7fff) << 13, sign = (h & 0x8000) << 16;
    uint32_t scaled = bits_of(float_of(magnitude) * 0x1p112f);
    uint32_t special = (h & 0x7c00) == 0x7c00 ? 0x7f800000u : 0;
    return float_of(scaled | special | sign);
}
static inline uint32_t float_to_half(float f)
{
    uint32_t bits = bits_of(f), magnitude = bits & 0x7fffffff, sign = bits >> 16 & 0x8000;
    uint32_t small = bits_of(float_of(magnitude) + 0.5f) - 0x3f000000u; /* the sum rounds at 2^-24, the last place of a subnormal half */
    uint32_t normal = (magnitude + 0xfff + (magnitude >> 13 & 1) - 0x38000000u) >> 13;
    uint32_t result = magnitude < 0x38800000u ? small : normal;
    result = magnitude >= 0x477ff000u ? 0x7c00 : result;
    result = magnitude > 0x7f800000u ? 0x7e00 | (magnitude >> 13 & 0x3ff) : result;
    return result | sign;
}
static inline uint32_t float_to_bf16(float f)
{
    uint32_t bits = bits_of(f), rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
    return (bits & 0x7fffffff) > 0x7f800000u ? bits >> 16 | 0x40 : rounded;
}

/* An 8-bit float: 3 fraction bits (E4M3) or 2 (E5M2), in the OCP or the FNUZ encoding. */
static inline float gcn_fp8_to_float(uint32_t byte, int fraction_bits, bool ocp)
{
    uint32_t magnitude = byte & 0x7f, fraction = magnitude & ((1u << fraction_bits) - 1);
    int biased = (int)(magnitude >> fraction_bits), bias = (fraction_bits == 3 ? 7 : 15) + !ocp;
    bool nan = ocp ? (fraction_bits == 3 ? magnitude == 0x7f : magnitude > 0x7c) : byte == 0x80;
    bool infinite = ocp && fraction_bits == 2 && magnitude == 0x7c;
    float significand = (float)(fraction | (biased ? 1u << fraction_bits : 0));
    int exponent = (biased ? biased : 1) - bias - fraction_bits;
    float value = significand * float_of((uint32_t)(exponent + 127) << 23);
    value = infinite ? INFINITY : nan ? NAN : value;
    return byte & 0x80 && !nan ? -value : value;
}

#endif
