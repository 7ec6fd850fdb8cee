/* amdgcn_instruction_test.c - instructions one at a time. Each row names a kernel of instructions.s and says what a lane's result is, written from
 * the ISA's
 * definition over four dwords of each input; results may also depend on other lanes, so a row sees the whole arrays. */
#include <check.h>
#include <math.h>
#include <string.h>

#include "base/dtype.h"
#include "tests/unit/amdgcn_harness.h"

enum { LANES = 64 };
static const uint32_t initial = 0x5a5a5a5a;
static const uint64_t initial_vcc = 0x33333333;

/* What a row works on: its lane, the inputs of all lanes, and the result to fill: two dwords, and the lane's bit of VCC. */
typedef struct context {
    unsigned lane;
    uint32_t (*a)[4], (*b)[4], (*c)[4];
    uint32_t d[2];
    bool bit;
} context;

static float f32_of(uint32_t bits)
{
    float f;
    memcpy(&f, &bits, 4);
    return f;
}
static uint32_t bits_of(float f)
{
    uint32_t u;
    memcpy(&u, &f, 4);
    return u;
}
static double f64_of(const uint32_t *pair)
{
    double d;
    memcpy(&d, pair, 8);
    return d;
}
static uint64_t u64_of(const uint32_t *pair) { return pair[0] | (uint64_t)pair[1] << 32; }
static void set64(context *x, uint64_t value)
{
    x->d[0] = (uint32_t)value;
    x->d[1] = (uint32_t)(value >> 32);
}
static void set_f64(context *x, double value) { memcpy(x->d, &value, 8); }
static int16_t largest_i16(uint32_t a, uint32_t b, uint32_t c)
{
    int16_t x = (int16_t)a, y = (int16_t)b, z = (int16_t)c;
    if (y > x) x = y;
    return z > x ? z : x;
}
static uint16_t largest_u16(uint32_t a, uint32_t b, uint32_t c)
{
    uint16_t x = (uint16_t)a, y = (uint16_t)b, z = (uint16_t)c;
    if (y > x) x = y;
    return z > x ? z : x;
}
static uint16_t smallest_u16(uint32_t a, uint32_t b, uint32_t c) { return (uint16_t)~largest_u16(~a, ~b, ~c); }
static float half(uint32_t bits) { return tri_f16_to_f32((uint16_t)bits); }
static uint32_t to_half(double value) { return tri_f64_to_small_float(value, 5, 11, true); }

#define A (x->a[x->lane][0])
#define B (x->b[x->lane][0])
#define C (x->c[x->lane][0])
#define A2 (x->a[x->lane])
#define B2 (x->b[x->lane])
#define C2 (x->c[x->lane])
#define FA f32_of(A)
#define FB f32_of(B)
#define FC f32_of(C)
#define SET(value) (x->d[0] = (uint32_t)(value))
#define SETF(value) (x->d[0] = bits_of(value))
#define VCC_IN (initial_vcc >> x->lane & 1)
static const int quad_3021[] = {3, 0, 2, 1};
static const unsigned quad_1130[] = {1, 1, 3, 0};
static const uint32_t s20 = 0x12345678, s21 = 0x9abcdef0;

/* minNum and maxNum as IEEE 754-2008 defines them, with -0 below +0. */
static float least(float p, float q) { return isnan(p) ? q : isnan(q) ? p : p == q ? (signbit(p) ? p : q) : p < q ? p : q; }
static float most(float p, float q) { return isnan(p) ? q : isnan(q) ? p : p == q ? (signbit(p) ? q : p) : p > q ? p : q; }
static int32_t median(int32_t p, int32_t q, int32_t r) { return p > q ? median(q, p, r) : r < p ? p : r > q ? q : r; }
static float middle(float p, float q, float r)
{
    if (isnan(p) || isnan(q) || isnan(r)) return least(least(p, q), r);
    float high = most(most(p, q), r);
    return high == p ? most(q, r) : high == q ? most(p, r) : most(p, q);
}
/* FNUZ and OCP bytes by their definition: sign, exponent e, fraction m. */
static float byte_float(uint32_t byte, int fraction_bits, bool ocp)
{
    int m = byte & ((1 << fraction_bits) - 1), e = (byte & 0x7f) >> fraction_bits, bias = (fraction_bits == 3 ? 7 : 15) + (ocp ? 0 : 1);
    float value = e ? ldexpf((float)(m + (1 << fraction_bits)), e - bias - fraction_bits) : ldexpf((float)m, 1 - bias - fraction_bits);
    if (!ocp && byte == 0x80) return NAN;
    if (ocp && fraction_bits == 3 && (byte & 0x7f) == 0x7f) return NAN;
    if (ocp && fraction_bits == 2 && e == 31) value = m ? NAN : INFINITY;
    return byte & 0x80 ? -value : value;
}
/* The byte whose value is nearest, ties to the even byte: found by trying all. */
static uint32_t nearest_byte(float value, bool ocp)
{
    uint32_t best = 0, nan = ocp ? 0x7f : 0x80;
    float largest = ocp ? 448 : 240, step = ocp ? 32 : 16;
    if (isnan(value) || fabsf(value) > largest + step / 2 || (fabsf(value) == largest + step / 2 && !ocp))
        return ocp ? nan | (bits_of(value) >> 24 & 0x80) : nan;
    for (uint32_t byte = 0; byte < 127; byte++) {
        if (isnan(byte_float(byte, 3, ocp))) continue;
        double have = fabs((double)byte_float(best, 3, ocp) - fabs((double)value)), next = fabs((double)byte_float(byte, 3,
                                                                                                                   ocp) - fabs((double)value));
        if (next < have || (next == have && byte % 2 == 0)) best = byte;
    }
    return best | (signbit(value) && (best || ocp) ? 0x80 : 0);
}
static uint32_t moved(context *x, int from, bool written) { return written && from >= 0 ? x->a[from][0] : written ? 0 : initial; }

/* kind: I exact bits, F an f32 (NaNs are equal), D an f64, H an f16 in the low half, V only VCC */
#define ROWS(X) \
    X(add_f32, F, SETF(FA + FB)) X(sub_f32_neg_abs, F, SETF(-FA - fabsf(FB))) \
    X(mul_f32_clamp, F, SETF(FA * FB > 1 ? 1 : FA * FB > 0 ? FA * FB : 0)) X(mul_f32_times_4, F, SETF(FA * FB * 4)) \
    X(min_f32, F, SETF(least(FA, FB))) X(max_f32, F, SETF(most(FA, FB))) X(fma_f32, F, SETF(fmaf(FA, FB, FC))) \
    X(fmac_f32, F, SETF(fmaf(FA, FB, f32_of(initial)))) X(med3_f32, F, SETF(middle(FA, FB, FC))) \
    X(floor_f32, F, SETF(floorf(FA))) X(ceil_f32, F, SETF(ceilf(FA))) X(trunc_f32, F, SETF(truncf(FA))) X(rndne_f32, F, SETF(rintf(FA))) \
    X(add_f32_constant, F, SETF(0.5f + FB)) X(add_f32_scalar, F, SETF(f32_of(s20) + FB)) \
    X(pk_mov_first_second, FF, (SET(A), x->d[1] = B2[1])) \
    X(pk_mov_second_first, FF, (SET(A2[1]), x->d[1] = B2[0])) \
    X(pk_fma_f32, FF, (SETF(fmaf(FA, FB, FC)), x->d[1] = bits_of(fmaf(f32_of(A2[1]), f32_of(B2[1]), f32_of(C2[1]))))) \
    X(pk_mul_f32_swapped, FF, (SETF(f32_of(A2[1]) * FB), x->d[1] = bits_of(FA * f32_of(B2[1])))) \
    X(pk_add_f32_neg_low, FF, (SETF(-FA + FB), x->d[1] = bits_of(f32_of(A2[1]) + f32_of(B2[1])))) \
    X(ldexp_f32, F, SETF(ldexpf(FA, (int32_t)B))) X(add_f64, D, set_f64(x, f64_of(A2) + f64_of(B2))) \
    X(fma_f64_neg, D, set_f64(x, fma(-f64_of(A2), f64_of(B2), f64_of(C2)))) X(add_f64_literal, D, set_f64(x, f64_of(A2) + 1.0)) \
    X(add_f16, H, SET(to_half((double)half(A) + (double)half(B)))) X(mul_f16_high, H, SET(to_half((double)half(A >> 16) * (double)half(B)))) \
    X(fma_f16, H, SET((initial & 0xffff0000) | to_half((double)half(A) * (double)half(B) + (double)half(C)))) \
    X(pk_add_f16, HH, SET(to_half((double)half(A) + (double)half(B)) | to_half((double)half(A >> 16) + (double)half(B >> 16)) << 16)) \
    X(pk_mul_f16_broadcast, HH, SET(to_half((double)half(A) * (double)half(B)) | to_half((double)half(A >> 16) * (double)half(B)) << 16)) \
    X(fma_mix_f32, F, SETF(fmaf(half(A), half(B >> 16), FC))) X(cvt_f32_f16, F, SETF(half(A))) X(cvt_f16_f32, H, SET(to_half((double)FA))) \
    X(cvt_i32_f32, I, SET(isnan(FA) ? 0 : FA >= 0x1p31f ? INT32_MAX : FA < -0x1p31f ? INT32_MIN : (int32_t)FA)) \
    X(cvt_u32_f32, I, SET(FA >= 0x1p32f ? UINT32_MAX : FA > 0 ? (uint32_t)FA : 0)) X(cvt_f32_u32, F, SETF((float)A)) \
    X(cvt_f64_i32, D, set_f64(x, (double)(int32_t)A)) X(cvt_f32_f64, F, SETF((float)f64_of(A2))) \
    X(cvt_f32_ubyte2, F, SETF((float)(A >> 16 & 255))) X(cvt_f32_fp8_byte1, F, SETF(byte_float(A >> 8 & 255, 3, false))) \
    X(cvt_f32_bf8, F, SETF(byte_float(A & 255, 2, false))) \
    X(cvt_pk_fp8_high, I, SET((initial & 0xffff) | nearest_byte(FA, false) << 16 | nearest_byte(FB, false) << 24)) \
    X(add_u32, I, SET(A + B)) X(add_u32_clamp, I, SET((uint64_t)A + B > UINT32_MAX ? UINT32_MAX : A + B)) \
    X(sub_u32_clamp, I, SET(A < B ? 0 : A - B)) X(subrev_u32, I, SET(B - A)) \
    X(add_co_u32, I, (SET(A + B), x->bit = (uint64_t)A + B > UINT32_MAX)) \
    X(addc_co_u32, I, (SET(A + B + VCC_IN), x->bit = (uint64_t)A + B + VCC_IN > UINT32_MAX)) \
    X(subb_co_u32, I, (SET(A - B - VCC_IN), x->bit = (uint64_t)A < (uint64_t)B + VCC_IN)) \
    X(mul_lo_u32, I, SET(A * B)) X(mul_hi_u32, I, SET((uint64_t)A * B >> 32)) \
    X(mul_hi_i32, I, SET((uint64_t)((int64_t)(int32_t)A * (int32_t)B) >> 32)) X(mul_u32_u24, I, SET((A & 0xffffff) * (B & 0xffffff))) \
    X(mad_u64_u32, I, (set64(x, (uint64_t)A * B + u64_of(C2)), x->bit = ((unsigned __int128)((uint64_t)A * B) + u64_of(C2)) >> 64)) \
    X(lshl_add_u64, I, set64(x, (u64_of(A2) << 3) + u64_of(C2))) X(bfe_u32, I, SET(A >> 5 & 0x7ff)) \
    X(bfe_i32, I, SET((int32_t)(A << 16) >> 21)) X(bfi_b32, I, SET((A & B) | (~A & C))) \
    X(perm_b32, I, SET(permuted(A, B, C))) X(alignbit_b32, I, SET(B >> 7 | A << 25)) X(and_or_b32, I, SET((A & B) | C)) \
    X(lshrrev_b64, I, set64(x, u64_of(A2) >> (C & 63))) X(ashrrev_i64, I, set64(x, (uint64_t)((int64_t)u64_of(A2) >> (C & 63)))) \
    X(ffbh_u32, I, SET(leading_zeros(A))) X(bfrev_b32, I, SET(reversed(A))) X(bcnt_u32, I, SET(ones(A) + B)) \
    X(min_i32, I, SET((int32_t)A < (int32_t)B ? A : B)) X(med3_i32, I, SET(median((int32_t)A, (int32_t)B, (int32_t)C))) \
    X(add_u16, I, SET((A + B) & 0xffff)) X(ashrrev_i16, I, SET((int16_t)B >> (A & 15) & 0xffff)) \
    X(max3_i16, I, SET((initial & 0xffff0000) | (uint16_t)largest_i16(A, B, C))) \
    X(max3_u16, I, SET((initial & 0xffff0000) | largest_u16(A, B, C))) X(min3_u16, I, SET((initial & 0xffff0000) | smallest_u16(A, B, C))) \
    X(pk_sub_i16, I, SET(((A - B) & 0xffff) | ((A >> 16) - (B >> 16)) << 16)) \
    X(add_u16_byte_preserve, I, SET((initial & 0xff00ffff) | (((A >> 24) + (B >> 8 & 255)) & 255) << 16)) \
    X(mov_sext_byte, I, SET((int8_t)(A >> 8))) X(cndmask, I, SET(VCC_IN ? B : A)) X(cmp_lt_f32, V, x->bit = FA < FB) \
    X(cmp_nge_f32, V, x->bit = !(FA >= FB)) X(cmp_lt_i64, V, x->bit = (int64_t)u64_of(A2) < (int64_t)u64_of(B2)) \
    X(cmp_gt_u16, V, x->bit = (A & 0xffff) > (B & 0xffff)) X(cmp_class_f32, V, x->bit = B >> float_class(A) & 1) \
    X(mov_row_shr_3, I, SET(moved(x, (int)x->lane - 3, x->lane % 16 >= 3))) \
    X(mov_row_shl_1_zero, I, SET(moved(x, x->lane % 16 == 15 ? -1 : (int)x->lane + 1, true))) \
    X(mov_quad_perm, I, SET(moved(x, (int)(x->lane & ~3u) + quad_3021[x->lane & 3], (x->lane % 16 / 4) % 2 == 0))) \
    X(mov_row_bcast_15, I, SET(moved(x, (int)(x->lane & ~15u) - 1, x->lane / 16 % 2 == 1))) \
    X(mov_row_bcast_31, I, SET(moved(x, 31, x->lane >= 32))) X(mov_row_mirror, I, SET(moved(x, (int)(x->lane ^ 15), true))) \
    X(mov_half_mirror, I, SET(moved(x, (int)(x->lane ^ 7), true))) \
    X(mov_row_ror_5, I, SET(moved(x, (int)((x->lane & ~15u) + (x->lane + 11) % 16), true))) \
    X(ds_bpermute, I, SET(x->b[A / 4 % 64][0])) X(ds_permute_reversed, I, SET(x->b[63 - x->lane][0])) \
    X(ds_swizzle_swap, I, SET(x->a[x->lane ^ 16][0])) X(ds_swizzle_quad, I, SET(x->a[(x->lane & ~3u) + quad_1130[x->lane & 3]][0])) \
    X(readlane, I, SET(x->a[17][0])) X(writelane, I, SET(x->lane == 9 ? s20 : A)) \
    X(mbcnt, I, SET(ones(x->lane < 32 ? s20 & ((1u << x->lane) - 1) : s20) + ones(x->lane < 32 ? 0 : s21 & ((1u << (x->lane - 32)) - 1)))) \
    X(masked_add, I, SET((0x800000010f0f0f0full >> x->lane & 1) ? A + B : initial)) \
    X(saveexec, IV, (SET(x->lane < 10 ? 7 : initial), x->bit = x->lane < 10)) X(accvgpr, I, SET(A)) \
    X(s_add_carry, I, set64(x, (uint64_t)s21 + s21 + ((uint64_t)s20 << 32))) X(s_bfe_i32, I, SET((int8_t)(s21 >> 16))) \
    X(s_mul_hi, I, (SET((uint64_t)s20 * s21 >> 32), x->d[1] = (uint32_t)((int64_t)(int32_t)s20 * (int32_t)s21 >> 32))) \
    X(s_select, I, SET(s20)) X(s_flbit, I, (SET(3), x->d[1] = 4)) X(s_loop, I, SET(5 + 4 + 3 + 2 + 1)) \
    X(flush_f32, F, SETF(flushed(flushed(FA) + flushed(FB))))
#define ROWS_950(X) \
    X(cvt_pk_bf16_f32, BB, SET(bf16_of(FA) | bf16_of(FB) << 16)) X(cvt_f32_fp8_ocp, F, SETF(byte_float(A & 255, 3, true))) \
    X(cvt_f32_bf8_ocp, F, SETF(byte_float(A & 255, 2, true))) \
    X(cvt_pk_fp8_ocp, I, SET((initial & 0xffff0000) | nearest_byte(FA, true) | nearest_byte(FB, true) << 8)) \
    X(bitop3_majority, I, SET((A & B) | (A & C) | (B & C))) \
    X(maximum3, F, SETF(isnan(FA) || isnan(FB) || isnan(FC) ? NAN : most(most(FA, FB), FC))) \
    X(permlane32_swap, I, (SET(x->lane < 32 ? A : x->b[x->lane - 32][0]), x->d[1] = x->lane < 32 ? x->a[x->lane + 32][0] : B)) \
    X(permlane16_swap, I, \
      (SET(x->lane & 16 ? x->b[x->lane - 16][0] : A), x->d[1] = x->lane & 16 ? B : x->a[x->lane + 16][0]))

static uint32_t ones(uint32_t v)
{
    uint32_t n = 0;
    for (; v; v &= v - 1) n++;
    return n;
}
static uint32_t leading_zeros(uint32_t v)
{
    for (uint32_t n = 0; n < 32; n++)
        if (v >> (31 - n) & 1) return n;
    return UINT32_MAX;
}
static uint32_t reversed(uint32_t v)
{
    uint32_t r = 0;
    for (int i = 0; i < 32; i++)
        if (v >> i & 1) r |= 0x80000000u >> i;
    return r;
}
/* Selectors 0-3: bytes of b, 4-7: of a, 8-11: a sign of b, b, a, a, spread; 12: zero; else ones. */
static uint32_t permuted(uint32_t a, uint32_t b, uint32_t c)
{
    uint32_t result = 0;
    for (int i = 0; i < 4; i++) {
        uint32_t s = c >> (8 * i) & 255, byte = s < 4 ? b >> (8 * s) & 255 : s < 8 ? a >> (8 * (s - 4)) & 255 : s == 12 ? 0 : 255;
        if (s >= 8 && s < 12) byte = ((s < 10 ? b : a) >> (s % 2 ? 31 : 15) & 1) ? 255 : 0;
        result |= byte << (8 * i);
    }
    return result;
}
static int float_class(uint32_t bits)
{
    float f = f32_of(bits);
    if (isnan(f)) return bits & 0x400000 ? 1 : 0;
    int size = isinf(f) ? 0 : isnormal(f) ? 1 : f != 0 ? 2 : 3;
    return signbit(f) ? 2 + size : 9 - size;
}
static float flushed(float f) { return isnormal(f) || isnan(f) || isinf(f) ? f : copysignf(0, f); }
static uint32_t bf16_of(float f) { return tri_f32_to_bf16(f); }

#define FUNCTION(name, kind, expression) \
    static void row_##name(context *x) { expression; }
ROWS(FUNCTION)
ROWS_950(FUNCTION)

typedef struct row {
    const char *name, *kind;
    void (*expected)(context *x);
    bool sets_vcc;
} row;
#define ROW(name, kind, expression) {#name, #kind, row_##name, strstr(#expression, "x->bit") != NULL},
static row rows_942(int i, int *n)
{
    const row rows[] = {ROWS(ROW)};
    *n = (int)(sizeof rows / sizeof *rows);
    return rows[i];
}
static row rows_950(int i, int *n)
{
    const row rows[] = {ROWS_950(ROW)};
    *n = (int)(sizeof rows / sizeof *rows);
    return rows[i];
}

static bool equal(const char *kind, const uint32_t *got, const uint32_t *want)
{
    bool first = got[0] == want[0], second = got[1] == want[1];
    if (!strcmp(kind, "F")) return (first || (isnan(f32_of(got[0])) && isnan(f32_of(want[0])))) && second;
    if (!strcmp(kind, "FF"))
        return (first || (isnan(f32_of(got[0])) && isnan(f32_of(want[0])))) && (second || (isnan(f32_of(got[1])) && isnan(f32_of(want[1]))));
    if (!strcmp(kind, "D")) return (first && second) || (isnan(f64_of(got)) && isnan(f64_of(want)));
    if (*kind == 'H' || *kind == 'B')
        for (int shift = 0; shift < 32; shift += 16) {
            uint32_t g = got[0] >> shift & 0xffff, w = want[0] >> shift & 0xffff, infinity = *kind == 'H' ? 0x7c00 : 0x7f80;
            bool nans = (g & 0x7fff) > infinity && (w & 0x7fff) > infinity;
            if (g != w && !nans) return false;
        }
    return (*kind == 'H' || *kind == 'B' || first) && second;
}

/* Values of all classes, beside plain random bits and small numbers. */
static void fill(uint32_t (*v)[4], uint64_t seed)
{
    static const uint32_t special[] = {0, 0x80000000, 0x3f800000, 0xbf800000, 0x7f800000, 0xff800000, 0x7fc00000, 1, 0x80000001, 0x007fffff,
                                       0x00800000, 0x7f7fffff,
                                       0x4f000000, 0xcf000000, 0x3f000000, 0x40200000, 0x7fffffff, 0xffffffff, 0x0c080400, 0x7c003c00, 0xfc000001,
                                           0x80808080};
    for (int i = 0; i < LANES; i++)
        for (int j = 0; j < 4; j++) {
            seed = seed * 6364136223846793005ull + 1442695040888963407ull;
            uint32_t r = (uint32_t)(seed >> 32);
            v[i][j] = r % 4 == 0 ? special[r / 4 % 22] : r % 4 == 1 ? bits_of((float)((int)(r >> 8) % 4096 - 2048) / 16.0f)
                : r % 4 == 2 ? (r >> 16) * 0x10001u : r * 2654435761u;
        }
}

static void check_row(amdgcn_test *test, const row *r, uint64_t seed, bool has_vcc)
{
    uint32_t a[LANES][4], b[LANES][4], c[LANES][4], out[LANES][4];
    fill(a, seed);
    fill(b, seed + 77);
    fill(c, seed + 3333);
    tri_status *status = amdgcn_run(test, r->name, 1, LANES, (amdgcn_buffer[]){IN(a), IN(b), IN(c), OUT(out)}, 4);
    ck_assert_msg(!status, "%s: %s", r->name, status ? amdgcn_text(status) : "");
    uint64_t vcc = 0;
    for (unsigned lane = 0; lane < LANES; lane++) {
        context x = {.lane = lane, .a = a, .b = b, .c = c, .d = {initial, initial}};
        r->expected(&x);
        vcc |= (uint64_t)x.bit << lane;
        ck_assert_msg(equal(r->kind, out[lane], x.d), "%s, lane %u: (%08x %08x, %08x %08x, %08x %08x) gives %08x %08x, not %08x %08x", r->name,
                      lane, a[lane][0], a[lane][1],
                      b[lane][0], b[lane][1], c[lane][0], c[lane][1], out[lane][0], out[lane][1], x.d[0], x.d[1]);
    }
    uint64_t got = out[0][2] | (uint64_t)out[0][3] << 32, want = r->sets_vcc ? vcc : has_vcc ? initial_vcc : got;
    ck_assert_msg(got == want, "%s leaves VCC %016llx, not %016llx", r->name, (unsigned long long)got, (unsigned long long)want);
}

static void check_rows(const char *image, row (*rows)(int, int *), bool has_vcc)
{
    amdgcn_test test;
    amdgcn_open(&test, image);
    int n = 1;
    for (int i = 0; i < n; i++) {
        row r = rows(i, &n);
        for (uint64_t seed = 0; seed < 8; seed++) check_row(&test, &r, seed * 1000 + 1, has_vcc);
    }
    amdgcn_close(&test);
}

START_TEST(instructions_of_gfx942) { check_rows("instructions.gfx942", rows_942, true); }
END_TEST

START_TEST(instructions_of_gfx950) { check_rows("instructions950.gfx950", rows_950, false); }
END_TEST

/* Of the bits that 16 lanes read, one lane's behind the other's, element 16 r + c is at row r, column c; each lane gets its column. */
static const struct transposing {
    const char *name;
    int bits, dwords;
} transposing[] = {{"read_tr_b16", 16, 2}, {"read_tr_b8", 8, 2}, {"read_tr_b4", 4, 2}, {"read_tr_b6", 6, 3}};

START_TEST(transposing_reads_give_columns)
{
    const struct transposing *t = &transposing[_i];
    uint32_t a[LANES][4], unused[4] = {0}, out[LANES][4];
    fill(a, 5);
    amdgcn_test test;
    amdgcn_open(&test, "instructions950.gfx950");
    tri_status *status = amdgcn_run(&test, t->name, 1, LANES, (amdgcn_buffer[]){IN(a), IN(unused), IN(unused), OUT(out)}, 4);
    ck_assert_msg(!status, "%s: %s", t->name, status ? amdgcn_text(status) : "");
    int of_lane = 32 * t->dwords;
    for (int lane = 0; lane < LANES; lane++)
        for (int bit = 0; bit < of_lane; bit++) {
            int from = (16 * (bit / t->bits) + lane % 16) * t->bits + bit % t->bits;
            const uint32_t *source = a[lane / 16 * 16 + from / of_lane];
            uint32_t want = source[from % of_lane / 32] >> (from % 32) & 1, got = out[lane][bit / 32] >> (bit % 32) & 1;
            ck_assert_msg(got == want, "%s: lane %d, bit %d", t->name, lane, bit);
        }
    amdgcn_close(&test);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("amdgcn_instruction");
    TCase *instructions = tcase_create("instructions");
    tcase_set_timeout(instructions, 60);
    tcase_add_test(instructions, instructions_of_gfx942);
    tcase_add_test(instructions, instructions_of_gfx950);
    tcase_add_loop_test(instructions, transposing_reads_give_columns, 0, sizeof transposing / sizeof *transposing);
    suite_add_tcase(suite, instructions);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
