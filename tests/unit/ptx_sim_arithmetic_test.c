/* ptx_sim_arithmetic_test.c - one instruction at a time, on 64 lanes of ordinary and extreme operands, whole warps and partial ones, against an
 * expression in C. Operands a, b, c are 64-bit patterns; an instruction takes their low bits in the registers %hK (16 bits), %rK (32), %lK (64). */
#include <math.h>
#include <stdio.h>

#include "base/dtype.h"
#include "tests/unit/ptx_sim_test.h"

static float F(uint64_t bits)
{
    uint32_t low = (uint32_t)bits;
    float v;
    memcpy(&v, &low, 4);
    return v;
}
static double D(uint64_t bits)
{
    double v;
    memcpy(&v, &bits, 8);
    return v;
}
static uint64_t f(float v)
{
    uint32_t bits;
    memcpy(&bits, &v, 4);
    return v != v ? 0x7fffffff : bits;
}
static uint64_t d(double v)
{
    uint64_t bits;
    memcpy(&bits, &v, 8);
    return bits;
}
static double H(uint64_t bits)
{
    uint16_t low = (uint16_t)bits;
    return tri_load_f64(TRI_F16, &low);
}
static double B(uint64_t bits)
{
    uint16_t low = (uint16_t)bits;
    return tri_load_f64(TRI_BF16, &low);
}
static uint64_t h(double v)
{
    uint16_t bits;
    tri_store_f64(TRI_F16, &bits, v);
    return v != v ? 0x7fff : bits;
}
static uint64_t b16(double v)
{
    uint16_t bits;
    tri_store_f64(TRI_BF16, &bits, v);
    return v != v ? 0x7fff : bits;
}
static uint64_t pack(uint64_t low, uint64_t high) { return (low & 0xffff) | high << 16; }
static uint32_t u(uint64_t v) { return (uint32_t)v; }
static int32_t s(uint64_t v) { return (int32_t)(uint32_t)v; }
static int16_t s16(uint64_t v) { return (int16_t)(uint16_t)v; }
static bool is_nan_bits(uint64_t v) { return (v & 0x7fffffff) > 0x7f800000; }
static uint64_t clamp_int(double v, double low, double high)
{
    return v != v     ? 0
           : v < low  ? (uint64_t)(int64_t)low
           : v > high ? (high > 0x1p62 ? (uint64_t)high : (uint64_t)(int64_t)high)
           : v < 0    ? (uint64_t)(int64_t)v
                      : (uint64_t)v;
}
static uint32_t turned(uint32_t v)
{
    uint32_t r = 0;
    for (int i = 0; i < 32; i++) r |= (v >> i & 1) << (31 - i);
    return r;
}
static uint32_t ones(uint64_t v)
{
    uint32_t n = 0;
    for (; v; v >>= 1) n += v & 1;
    return n;
}
static uint32_t zeros_in_front(uint64_t v, int width)
{
    uint32_t n = 0;
    for (int i = width - 1; i >= 0 && !(v >> i & 1); i--) n++;
    return n;
}
static uint32_t bytes_picked(uint32_t a, uint32_t b, uint32_t selector)
{
    unsigned char all[8], out[4];
    memcpy(all, &a, 4), memcpy(all + 4, &b, 4);
    for (int i = 0; i < 4; i++) {
        unsigned n = selector >> 4 * i & 15;
        out[i] = n < 8 ? all[n] : all[n - 8] >= 128 ? 255 : 0;
    }
    memcpy(&a, out, 4);
    return a;
}
static float smaller(float a, float b) { return isnan(a) ? b : isnan(b) ? a : a < b ? a : b < a ? b : signbit(a) ? a : b; }

/* name, instruction with its result in register 3, its width (h, r, l, p), the expected bits. */
#define INSTRUCTIONS(X)                                                                                                                       \
    X("add.s32 %r3, %r0, %r1;", 'r', u(a) + u(b))                                                                                             \
    X("add.s32 %r3, %r0, -5;", 'r', u(a) - 5)                                                                                                 \
    X("sub.s64 %l3, %l0, %l1;", 'l', a - b)                                                                                                   \
    X("add.s16 %h3, %h0, %h1;", 'h', a + b)                                                                                                   \
    X("add.sat.s32 %r3, %r0, %r1;", 'r', clamp_int((double)s(a) + s(b), -0x1p31, 0x1p31 - 1))                                                 \
    X("mul.lo.s16 %h3, %h0, %h1;", 'h', u(a) * u(b))                                                                                          \
    X("mul.lo.s32 %r3, %r0, %r1;", 'r', u(a) * u(b))                                                                                          \
    X("mul.hi.s32 %r3, %r0, %r1;", 'r', (uint64_t)((int64_t)s(a) * s(b)) >> 32)                                                               \
    X("mul.hi.u64 %l3, %l0, %l1;", 'l', (uint64_t)((__extension__(unsigned __int128) a * b) >> 64))                                           \
    X("mul.wide.s32 %l3, %r0, %r1;", 'l', (uint64_t)((int64_t)s(a) * s(b)))                                                                   \
    X("mul.wide.u16 %r3, %h0, %h1;", 'r', (a & 0xffff) * (b & 0xffff))                                                                        \
    X("mad.lo.s32 %r3, %r0, %r1, %r2;", 'r', u(a) * u(b) + u(c))                                                                              \
    X("mad.wide.u32 %l3, %r0, %r1, %l2;", 'l', (uint64_t)u(a) * u(b) + c)                                                                     \
    X("sad.s32 %r3, %r0, %r1, %r2;", 'r', (s(a) > s(b) ? u(a) - u(b) : u(b) - u(a)) + u(c))                                                   \
    X("div.s32 %r3, %r0, %r1;", 'r', u(b) ? (uint64_t)((int64_t)s(a) / s(b)) : ~0ull)                                                         \
    X("rem.s32 %r3, %r0, %r1;", 'r', u(b) ? (uint64_t)((int64_t)s(a) % s(b)) : a)                                                             \
    X("div.u64 %l3, %l0, %l1;", 'l', b ? a / b : ~0ull)                                                                                       \
    X("rem.u16 %h3, %h0, %h1;", 'h', b & 0xffff ? (a & 0xffff) % (b & 0xffff) : a)                                                            \
    X("div.s16 %h3, %h0, %h1;", 'h', s16(b) ? (uint64_t)(int64_t)(s16(a) / s16(b)) : ~0ull)                                                   \
    X("neg.s32 %r3, %r0;", 'r', 0 - a)                                                                                                        \
    X("abs.s64 %l3, %l0;", 'l', (int64_t)a < 0 ? 0 - a : a)                                                                                   \
    X("min.s32 %r3, %r0, %r1;", 'r', s(a) < s(b) ? a : b)                                                                                     \
    X("min.relu.s32 %r3, %r0, %r1;", 'r', (uint32_t)(s(a) < 0 || s(b) < 0 ? 0 : s(a) < s(b) ? s(a) : s(b)))                                   \
    X("max.relu.s32 %r3, %r0, %r1;", 'r', (uint32_t)(s(a) > 0 && s(a) > s(b) ? s(a) : s(b) > 0 ? s(b) : 0))                                   \
    X("max.u32 %r3, %r0, %r1;", 'r', u(a) > u(b) ? a : b)                                                                                     \
    X("min.s16 %h3, %h0, %h1;", 'h', s16(a) < s16(b) ? a : b)                                                                                 \
    X("max.s64 %l3, %l0, %l1;", 'l', (int64_t)a > (int64_t)b ? a : b)                                                                         \
    X("and.b32 %r3, %r0, %r1;", 'r', a &b)                                                                                                    \
    X("xor.b64 %l3, %l0, %l1;", 'l', a ^ b)                                                                                                   \
    X("not.b16 %h3, %h0;", 'h', ~a)                                                                                                           \
    X("shl.b32 %r3, %r0, %r1;", 'r', u(b) > 31 ? 0 : (uint64_t)u(a) << u(b))                                                                  \
    X("shr.u32 %r3, %r0, %r1;", 'r', u(b) > 31 ? 0 : u(a) >> u(b))                                                                            \
    X("shr.s32 %r3, %r0, 7;", 'r', (uint64_t)((int64_t)s(a) >> 7))                                                                            \
    X("shr.s64 %l3, %l0, %r1;", 'l', (uint64_t)((int64_t)a >> (u(b) > 63 ? 63 : u(b))))                                                       \
    X("shl.b16 %h3, %h0, 3;", 'h', a << 3)                                                                                                    \
    X("shr.s16 %h3, %h0, 40;", 'h', s16(a) < 0 ? ~0ull : 0)                                                                                   \
    X("shf.l.wrap.b32 %r3, %r0, %r1, %r2;", 'r', ((uint64_t)u(b) << 32 | u(a)) >> (32 - (c & 31)))                                            \
    X("shf.r.clamp.b32 %r3, %r0, %r1, 40;", 'r', u(b))                                                                                        \
    X("bfe.u32 %r3, %r0, 5, 9;", 'r', u(a) >> 5 & 511)                                                                                        \
    X("bfe.s32 %r3, %r0, 5, 9;", 'r', (uint64_t)((int64_t)(u(a) >> 5 & 511) - (u(a) >> 13 & 1) * 512))                                        \
    X("bfe.s32 %r3, %r0, 28, 9;", 'r', (uint64_t)((int64_t)s(a) >> 28))                                                                       \
    X("bfi.b32 %r3, %r0, %r1, 8, 12;", 'r', (u(b) & ~0xfff00u) | (u(a) & 0xfff) << 8)                                                         \
    X("popc.b32 %r3, %r0;", 'r', ones(u(a)))                                                                                                  \
    X("popc.b64 %r3, %l0;", 'r', ones(a))                                                                                                     \
    X("clz.b32 %r3, %r0;", 'r', zeros_in_front(u(a), 32))                                                                                     \
    X("clz.b64 %r3, %l0;", 'r', zeros_in_front(a, 64))                                                                                        \
    X("brev.b32 %r3, %r0;", 'r', turned(u(a)))                                                                                                \
    X("prmt.b32 %r3, %r0, %r1, 0x3340U;", 'r', bytes_picked(u(a), u(b), 0x3340))                                                              \
    X("prmt.b32 %r3, %r0, %r1, %r2;", 'r', bytes_picked(u(a), u(b), u(c)))                                                                    \
    X("lop3.b32 %r3, %r0, %r1, %r2, 0xe8;", 'r', (u(a) & u(b)) | (u(a) & u(c)) | (u(b) & u(c)))                                               \
    X("lop3.b32 %r3, %r0, %r1, %r2, 0x1b;", 'r', (~u(a) & ~u(b)) | (u(a) ? 0 : 0) | (~u(a) & u(b) & u(c)) | (u(a) & ~u(b) & ~u(c)))           \
    X("dp4a.s32.s32 %r3, %r0, %r1, %r2;", 'r',                                                                                                \
      u(c) + u((uint64_t)(int64_t)((int8_t)a * (int8_t)b + (int8_t)(a >> 8) * (int8_t)(b >> 8) + (int8_t)(a >> 16) * (int8_t)(b >> 16) +      \
                                   (int8_t)(a >> 24) * (int8_t)(b >> 24))))                                                                   \
    X("setp.lt.s32 %p3, %r0, %r1;", 'p', s(a) < s(b))                                                                                         \
    X("setp.hi.u32 %p3, %r0, %r1;", 'p', u(a) > u(b))                                                                                         \
    X("setp.ge.s64 %p3, %l0, %l1;", 'p', (int64_t)a >= (int64_t)b)                                                                            \
    X("setp.ne.b16 %p3, %h0, %h1;", 'p', (a & 0xffff) != (b & 0xffff))                                                                        \
    X("setp.lt.and.s32 %p3, %r0, %r1, %p0;", 'p', s(a) < s(b) && (c & 1))                                                                     \
    X("setp.eq.u32 _|%p3, %r0, %r1;", 'p', u(a) != u(b))                                                                                      \
    X("setp.lt.f32 %p3, %r0, %r1;", 'p', F(a) < F(b))                                                                                         \
    X("setp.neu.f32 %p3, %r0, %r1;", 'p', !(F(a) == F(b)))                                                                                    \
    X("setp.ne.f32 %p3, %r0, %r1;", 'p', F(a) < F(b) || F(a) > F(b))                                                                          \
    X("setp.leu.f64 %p3, %l0, %l1;", 'p', !(D(a) > D(b)))                                                                                     \
    X("setp.nan.f32 %p3, %r0, %r1;", 'p', is_nan_bits(a) || is_nan_bits(b))                                                                   \
    X("setp.gt.f16 %p3, %h0, %h1;", 'p', H(a) > H(b))                                                                                         \
    X("selp.b32 %r3, %r0, %r1, %p0;", 'r', c & 1 ? a : b)                                                                                     \
    X("not.pred %p3, %p0;", 'p', !(c & 1))                                                                                                    \
    X("mov.b32 %r3, {%h0, %h1};", 'r', (a & 0xffff) | (b & 0xffff) << 16)                                                                     \
    X("mov.b64 %l3, {%r0, %r1};", 'l', (a & 0xffffffff) | b << 32)                                                                            \
    X("mov.b32 {%h3, %h2}, %r0;", 'h', a)                                                                                                     \
    X("mov.b32 {_, %h3}, %r0;", 'h', a >> 16)                                                                                                 \
    X("mov.b64 {_, %r3}, %l0;", 'r', a >> 32)                                                                                                 \
    X("add.rn.f32 %r3, %r0, %r1;", 'r', f(F(a) + F(b)))                                                                                       \
    X("add.rn.ftz.f32 %r3, %r0, 0f00000001;", 'r', f(fabsf(F(a)) < 0x1p-126f ? copysignf(0, F(a)) + 0.0f : F(a)))                             \
    X("sub.f32 %r3, %r0, %r1;", 'r', f(F(a) - F(b)))                                                                                          \
    X("mul.rn.f32 %r3, %r0, 0f40490FDB;", 'r', f(F(a) * 0x1.921fb6p1f))                                                                       \
    X("mul.f64 %l3, %l0, 0d3FE0000000000000;", 'l', d(D(a) * 0.5))                                                                            \
    X("fma.rn.f32 %r3, %r0, %r1, %r2;", 'r', f(fmaf(F(a), F(b), F(c))))                                                                       \
    X("fma.rn.f64 %l3, %l0, %l1, %l2;", 'l', d(fma(D(a), D(b), D(c))))                                                                        \
    X("div.rn.f32 %r3, %r0, %r1;", 'r', f(F(a) / F(b)))                                                                                       \
    X("sqrt.rn.f32 %r3, %r0;", 'r', f(sqrtf(F(a))))                                                                                           \
    X("neg.f32 %r3, %r0;", 'r', u(a) ^ 0x80000000)                                                                                            \
    X("abs.f64 %l3, %l0;", 'l', a & ~(1ull << 63))                                                                                            \
    X("min.f32 %r3, %r0, %r1;", 'r', f(smaller(F(a), F(b))))                                                                                  \
    X("max.NaN.f32 %r3, %r0, %r1;", 'r', is_nan_bits(a) || is_nan_bits(b) ? 0x7fffffff : f(-smaller(-F(a), -F(b))))                           \
    X("copysign.f32 %r3, %r0, %r1;", 'r', (u(a) & 0x80000000) | (u(b) & 0x7fffffff))                                                          \
    X("add.f16 %h3, %h0, %h1;", 'h', h(H(a) + H(b)))                                                                                          \
    X("mul.rn.f16 %h3, %h0, %h1;", 'h', h(H(a) * H(b)))                                                                                       \
    X("sub.rn.f16x2 %r3, %r0, %r1;", 'r', pack(h(H(a) - H(b)), h(H(a >> 16) - H(b >> 16))))                                                   \
    X("fma.rn.bf16x2 %r3, %r0, 0x3F803F80, 0x80008000;", 'r', pack(b16(B(a)), b16(B(a >> 16))))                                               \
    X("cvt.rn.bf16.f32 %h3, %r0;", 'h', b16(F(a)))                                                                                            \
    X("cvt.rn.f16.f32 %h3, %r0;", 'h', h(F(a)))                                                                                               \
    X("cvt.rn.bf16x2.f32 %r3, %r0, %r1;", 'r', pack(b16(F(b)), b16(F(a))))                                                                    \
    X("cvt.rn.f16x2.f32 %r3, %r0, %r1;", 'r', pack(h(F(b)), h(F(a))))                                                                         \
    X("cvt.f32.f16 %r3, %h0;", 'r', f((float)H(a)))                                                                                           \
    X("cvt.rn.f32.f64 %r3, %l0;", 'r', f((float)D(a)))                                                                                        \
    X("cvt.rn.f32.s32 %r3, %r0;", 'r', f((float)s(a)))                                                                                        \
    X("cvt.rn.f32.u64 %r3, %l0;", 'r', f((float)a))                                                                                           \
    X("cvt.rn.f64.s64 %l3, %l0;", 'l', d((double)(int64_t)a))                                                                                 \
    X("cvt.rzi.s32.f32 %r3, %r0;", 'r', clamp_int(trunc(F(a)), -0x1p31, 0x1p31 - 1))                                                          \
    X("cvt.rni.u32.f32 %r3, %r0;", 'r', clamp_int(rint(F(a)), 0, 0x1p32 - 1))                                                                 \
    X("cvt.rmi.s16.f32 %h3, %r0;", 'h', clamp_int(floor(F(a)), -32768, 32767))                                                                \
    X("cvt.rpi.f32.f32 %r3, %r0;", 'r', f(ceilf(F(a))))                                                                                       \
    X("cvt.rni.f64.f64 %l3, %l0;", 'l', d(rint(D(a))))                                                                                        \
    X("cvt.sat.f32.f32 %r3, %r0;", 'r', f(F(a) > 1 ? 1 : F(a) > 0 ? F(a) : 0))                                                                \
    X("cvt.rna.tf32.f32 %r3, %r0;", 'r', is_nan_bits(a) ? 0x7fffffff : (u(a) & 0x7f800000) == 0x7f800000 ? a : ((u(a) + 0x1000) >> 13) << 13) \
    X("cvt.s8.s32 %r3, %r0;", 'r', (uint64_t)(int64_t)(int8_t)a)                                                                              \
    X("cvt.s32.s8 %r3, %r0;", 'r', (uint64_t)(int64_t)(int8_t)a)                                                                              \
    X("cvt.u32.u8 %r3, %h0;", 'r', a & 0xff)                                                                                                  \
    X("cvt.s64.s32 %l3, %r0;", 'l', (uint64_t)(int64_t)s(a))                                                                                  \
    X("cvt.sat.u8.s32 %r3, %r0;", 'r', s(a) < 0 ? 0 : s(a) > 255 ? 255 : a)                                                                   \
    X("cvt.u32.s16 %r3, %h0;", 'r', (uint64_t)(int64_t)s16(a))

static const struct {
    const char *text;
    char width;
} instructions[] = {
#define ROW(text, width, value) {text, width},
    INSTRUCTIONS(ROW)
#undef ROW
};
enum { N_INSTRUCTIONS = sizeof instructions / sizeof *instructions, N_LANES = 64 };

static void expect_all(uint64_t a, uint64_t b, uint64_t c, uint64_t out[N_INSTRUCTIONS])
{
    int i = 0;
#define VALUE(text, width, value) out[i++] = (uint64_t)(value);
    INSTRUCTIONS(VALUE)
#undef VALUE
}

static void operands(uint64_t a[N_LANES], uint64_t b[N_LANES], uint64_t c[N_LANES])
{
    static const uint64_t extreme[] = {0,          1,          ~0ull,      0x80000000, 0x7fffffff,         1ull << 63,         ~0ull >> 1,
                                       0x7f800000, 0xff800000, 0x7fc00000, 0x3f800000, 0xbf000000,         0x3fc00000,         0x40200000,
                                       0x00000001, 0x807fffff, 0x7bff7bff, 0x00018001, 0x3ff8000000000000, 0x7ff0000000000000, 0x47efffffe0000000,
                                       0x4f000000, 0xcf000000, 0x42ff0000};
    enum { N = sizeof extreme / sizeof *extreme };
    uint64_t state = 88172645463325252ull;
    for (int i = 0; i < N_LANES; i++) {
        uint64_t *to[] = {&a[i], &b[i], &c[i]};
        for (int k = 0; k < 3; k++) {
            state ^= state << 13, state ^= state >> 7, state ^= state << 17;
            *to[k] = i < 24 || (k && i % 3 == k) ? extreme[(i * (2 * k + 1) + k) % N] : state;
        }
        if (i % 4 == 1) b[i] &= 63; /* shifts */
        if (i >= 40)
            a[i] = (a[i] & 0x83ffffff83ff83ff) | 0x3c000000bc003c00, b[i] = (b[i] & 0x80ffffff83ff83ff) | 0x3f0000003e003a00; /* floats near one */
    }
}

static bool is_float_nan(const char *text, char width, uint64_t got, uint64_t want)
{
    /* f64 NaNs have no canonical form. */
    return width == 'l' && strstr(text, "f64") && (got & ~(1ull << 63)) > 0x7ff0000000000000 && (want & ~(1ull << 63)) > 0x7ff0000000000000;
}

static void check_instruction(int number, uint32_t threads)
{
    char text[2048];
    uint64_t a[N_LANES], b[N_LANES], c[N_LANES], out[N_LANES], want[N_INSTRUCTIONS], mask;
    char width = instructions[number].width;
    operands(a, b, c);
    sprintf(text,
            PTX_HEAD ".entry k(.param .u64 a, .param .u64 b, .param .u64 c, .param .u64 d) {\n .reg .pred %%p<4>; .reg .b16 %%h<4>; .reg .b32 "
                     "%%r<4>; .reg .b64 %%l<4>; .reg .b64 %%a<5>; .reg .b32 %%t<2>;\n"
                     " mov.u32 %%t0, %%tid.x; mul.wide.u32 %%a4, %%t0, 8; ld.param.u64 %%a0, [a]; ld.param.u64 %%a1, [b]; ld.param.u64 %%a2, [c]; "
                     "ld.param.u64 %%a3, [d];\n"
                     " add.s64 %%a0, %%a0, %%a4; add.s64 %%a1, %%a1, %%a4; add.s64 %%a2, %%a2, %%a4; add.s64 %%a3, %%a3, %%a4;\n"
                     " ld.global.u64 %%l0, [%%a0]; ld.global.u64 %%l1, [%%a1]; ld.global.u64 %%l2, [%%a2];\n"
                     " cvt.u32.u64 %%r0, %%l0; cvt.u32.u64 %%r1, %%l1; cvt.u32.u64 %%r2, %%l2; cvt.u16.u32 %%h0, %%r0; cvt.u16.u32 %%h1, %%r1; "
                     "cvt.u16.u32 %%h2, %%r2;\n"
                     " and.b32 %%t1, %%r2, 1; setp.eq.u32 %%p0, %%t1, 1;\n %s\n%s st.global.u64 [%%a3], %%l3;\n}",
            instructions[number].text,
            width == 'r'   ? " cvt.u64.u32 %l3, %r3;"
            : width == 'h' ? " cvt.u32.u16 %r3, %h3; cvt.u64.u32 %l3, %r3;"
            : width == 'p' ? " selp.b64 %l3, 1, 0, %p3;"
                           : "");
    ptx_must_run(text, (ptx_shape){1, threads, 0, 1},
                 (ptx_buffer[]){{"a", 8 * threads, a, NULL}, {"b", 8 * threads, b, NULL}, {"c", 8 * threads, c, NULL}, {"d", 8 * threads, NULL, out}},
                 4);
    mask = width == 'l' ? ~0ull : width == 'r' ? 0xffffffff : width == 'h' ? 0xffff : 1;
    for (uint32_t i = 0; i < threads; i++) {
        expect_all(a[i], b[i], c[i], want);
        uint64_t expect = want[number] & mask;
        ck_assert_msg(out[i] == expect || is_float_nan(instructions[number].text, width, out[i], expect),
                      "%s lane %u: a=%llx b=%llx c=%llx gives %llx, not %llx", instructions[number].text, i, (unsigned long long)a[i],
                      (unsigned long long)b[i], (unsigned long long)c[i], (unsigned long long)out[i], (unsigned long long)expect);
    }
}

START_TEST(instruction_gives_the_expected_bits)
{
    check_instruction(_i, 64);
    check_instruction(_i, 51);
}
END_TEST

/* Approximate functions: within two units in the last place of the libm of f64. */
static const struct {
    const char *name;
    double (*function)(double);
    float low, high;
} approximate[] = {{"ex2.approx.ftz.f32", exp2, -20, 20}, {"lg2.approx.f32", log2, 0.01f, 1000}, {"sin.approx.f32", sin, -3, 3},
                   {"cos.approx.f32", cos, -3, 3},        {"tanh.approx.f32", tanh, -4, 4},      {"sqrt.approx.f32", sqrt, 0, 100}};

START_TEST(approximate_functions_are_close)
{
    char text[1024];
    float in[32], out[32];
    for (int i = 0; i < 32; i++) in[i] = approximate[_i].low + (approximate[_i].high - approximate[_i].low) * (float)i / 31;
    sprintf(text,
            PTX_HEAD ".entry k(.param .u64 in, .param .u64 out) {\n .reg .b32 %%r<4>; .reg .b64 %%l<4>;\n mov.u32 %%r0, %%tid.x; mul.wide.u32 %%l0, "
                     "%%r0, 4; ld.param.u64 %%l1, [in]; ld.param.u64 %%l2, [out];\n"
                     " add.s64 %%l1, %%l1, %%l0; add.s64 %%l2, %%l2, %%l0; ld.global.f32 %%r1, [%%l1]; %s %%r2, %%r1; st.global.f32 [%%l2], %%r2;\n}",
            approximate[_i].name);
    ptx_must_run(text, (ptx_shape){1, 32, 0, 1}, (ptx_buffer[]){{"in", 128, in, NULL}, {"out", 128, NULL, out}}, 2);
    for (int i = 0; i < 32; i++) {
        double want = approximate[_i].function(in[i]);
        ck_assert_msg(fabs(out[i] - want) <= fabs(want) * 0x1p-22 + 1e-8, "%s(%g) = %g, not %g", approximate[_i].name, in[i], out[i], want);
    }
}
END_TEST

/* 1 + 2^-7 squared is 1 + 2^-6 + 2^-14; less 1 + 2^-6 only 2^-14 is left: two roundings would lose it. */
START_TEST(fma_of_halves_rounds_once)
{
    uint16_t out[2];
    ptx_must_run(PTX_HEAD ".entry k(.param .u64 out) {\n .reg .b16 %h<4>; .reg .b64 %l;\n ld.param.u64 %l, [out];\n"
                          " mov.b16 %h0, 0x3F81; mov.b16 %h1, 0xBF82; fma.rn.bf16 %h2, %h0, %h0, %h1; st.global.b16 [%l], %h2;\n"
                          " mov.b16 %h0, 0x3C01; mov.b16 %h1, 0xBC02; fma.rn.f16 %h2, %h0, %h0, %h1; st.global.b16 [%l+2], %h2;\n}",
                 (ptx_shape){1, 1, 0, 1}, (ptx_buffer[]){{"out", 4, NULL, out}}, 1);
    ck_assert_uint_eq(out[0], 0x3880); /* 2^-14 in bf16 */
    ck_assert_uint_eq(out[1], 0x0010); /* 2^-20 in f16: a subnormal */
}
END_TEST

START_TEST(lanes_exchange_values)
{
    uint32_t out[7 * 32];
    static const char text[] =
        PTX_HEAD ".entry k(.param .u64 out) {\n .reg .pred %p<4>; .reg .b32 %r<12>; .reg .b64 %l<4>;\n ld.param.u64 %l0, [out]; mov.u32 %r0, "
                 "%laneid; mul.wide.u32 %l1, %r0, 4; add.s64 %l0, %l0, %l1; mul.lo.s32 %r1, %r0, 10;\n"
                 " shfl.sync.bfly.b32 %r2, %r1, 5, 31, -1; shfl.sync.up.b32 %r3|%p0, %r1, 3, 0, -1; shfl.sync.down.b32 %r4, %r1, 2, 0x181f, -1; "
                 "shfl.sync.idx.b32 %r5, %r1, 7, 31, -1;\n"
                 " setp.gt.u32 %p1, %r0, 20; vote.sync.ballot.b32 %r6, %p1, -1; redux.sync.max.u32 %r7, %r1, -1; selp.b32 %r8, 1, 0, %p0;\n"
                 " st.global.u32 [%l0], %r2; st.global.u32 [%l0+128], %r3; st.global.u32 [%l0+256], %r4; st.global.u32 [%l0+384], %r5; st.global.u32 "
                 "[%l0+512], %r6; st.global.u32 [%l0+640], %r7; st.global.u32 [%l0+768], %r8;\n}";
    ptx_must_run(text, (ptx_shape){1, 32, 0, 1}, (ptx_buffer[]){{"out", sizeof out, NULL, out}}, 1);
    for (uint32_t i = 0; i < 32; i++) {
        ck_assert_uint_eq(out[i], (i ^ 5) * 10);
        ck_assert_uint_eq(out[32 + i], i < 3 ? i * 10 : (i - 3) * 10);
        ck_assert_uint_eq(out[64 + i], i % 8 < 6 ? (i + 2) * 10 : i * 10); /* segments of 8 */
        ck_assert_uint_eq(out[96 + i], 70);
        ck_assert_uint_eq(out[128 + i], 0xffe00000);
        ck_assert_uint_eq(out[160 + i], 310);
        ck_assert_uint_eq(out[192 + i], i >= 3);
    }
}
END_TEST

START_TEST(absent_lanes_are_noticed)
{
    ptx_must_fail(ptx_run(PTX_HEAD ".entry k() {\n .reg .pred %p; .reg .b32 %r<3>;\n mov.u32 %r0, %laneid; setp.lt.u32 %p, %r0, 8;\n @%p "
                                   "shfl.sync.bfly.b32 %r1, %r0, 1, 31, -1;\n}",
                          (ptx_shape){1, 32, 0, 1}, NULL, 0),
                  TRI_FAULT, WORDS("member mask 0xffffffff", "lane 8"));
}
END_TEST

Suite *ptx_arithmetic_suite(void)
{
    Suite *suite = suite_create("ptx_sim arithmetic");
    TCase *cases = tcase_create("instructions");
    tcase_add_loop_test(cases, instruction_gives_the_expected_bits, 0, N_INSTRUCTIONS);
    tcase_add_loop_test(cases, approximate_functions_are_close, 0, sizeof approximate / sizeof *approximate);
    tcase_add_test(cases, fma_of_halves_rounds_once);
    tcase_add_test(cases, lanes_exchange_values);
    tcase_add_test(cases, absent_lanes_are_noticed);
    suite_add_tcase(suite, cases);
    return suite;
}
