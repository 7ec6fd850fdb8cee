/* ops_integer.c - integer arithmetic, bits, comparisons of integers, selection and moves. Wrapping arithmetic is done on unsigned types. */
#include "runtime/drivers/ptx_sim/handlers.h"

#define THREE_WIDTHS2(name, expression)                 \
    LANES2(name##_16, u16, u16, u16, expression)        \
    LANES2(name##_32, u32, u32, u32, expression)        \
    LANES2(name##_64, u64, u64, u64, expression)

THREE_WIDTHS2(add, a + b)
THREE_WIDTHS2(sub, a - b)
LANES2(mul_16, u16, u16, u16, (uint32_t)a * b)
LANES2(mul_32, u32, u32, u32, a *b)
LANES2(mul_64, u64, u64, u64, a *b)
THREE_WIDTHS2(and, a & b)
THREE_WIDTHS2(or, a | b)
THREE_WIDTHS2(xor, a ^ b)

static inline int32_t clamp_s32(int64_t v) { return v > INT32_MAX ? INT32_MAX : v < INT32_MIN ? INT32_MIN : (int32_t)v; }
LANES2(add_sat_s32, s32, s32, s32, clamp_s32((int64_t)a + b))
LANES2(sub_sat_s32, s32, s32, s32, clamp_s32((int64_t)a - b))

LANES2(mul_hi_s16, s16, s16, s16, (int32_t)a *b >> 16)
LANES2(mul_hi_u16, u16, u16, u16, (uint32_t)a *b >> 16)
LANES2(mul_hi_s32, s32, s32, s32, (int64_t)a *b >> 32)
LANES2(mul_hi_u32, u32, u32, u32, (uint64_t)a *b >> 32)
LANES2(mul_hi_s64, s64, s64, s64, (__extension__(__int128)a * b) >> 64)
LANES2(mul_hi_u64, u64, u64, u64, (__extension__(unsigned __int128)a * b) >> 64)
LANES2(mul_wide_s16, s32, s16, s16, (int32_t)a *b)
LANES2(mul_wide_u16, u32, u16, u16, (uint32_t)a *b)
LANES2(mul_wide_s32, s64, s32, s32, (int64_t)a *b)
LANES2(mul_wide_u32, u64, u32, u32, (uint64_t)a *b)
LANES2(mul24_s32, s32, u32, u32, (uint32_t)((uint64_t)((int64_t)((int32_t)(a << 8) >> 8) * ((int32_t)(b << 8) >> 8))))
LANES2(mul24_u32, u32, u32, u32, (uint64_t)(a & 0xffffff) * (b & 0xffffff))
LANES3(mad_16, u16, u16, u16, u16, (uint32_t)a *b + c)
LANES3(mad_32, u32, u32, u32, u32, a *b + c)
LANES3(mad_64, u64, u64, u64, u64, a *b + c)
LANES3(mad_hi_s32, u32, s32, s32, u32, (uint32_t)((int64_t)a * b >> 32) + c)
LANES3(mad_hi_u32, u32, u32, u32, u32, (uint32_t)((uint64_t)a * b >> 32) + c)
LANES3(mad_wide_s16, u32, s16, s16, u32, (uint32_t)((int32_t)a * b) + c)
LANES3(mad_wide_u16, u32, u16, u16, u32, (uint32_t)a *b + c)
LANES3(mad_wide_s32, u64, s32, s32, u64, (uint64_t)((int64_t)a * b) + c)
LANES3(mad_wide_u32, u64, u32, u32, u64, (uint64_t)a *b + c)
LANES3(sad_s32, u32, s32, s32, u32, (a < b ? (uint32_t)b - (uint32_t)a : (uint32_t)a - (uint32_t)b) + c)
LANES3(sad_u32, u32, u32, u32, u32, (a < b ? b - a : a - b) + c)

/* Division by zero is unspecified in PTX; here it gives all ones, and the remainder the dividend. The one overflow wraps. */
#define DIVIDE(suffix, T, U)                                                              \
    LANES2(div_##suffix, T, T, T, !b ? (T)~(U)0 : (T)~(U)0 < 0 && b == (T)~(U)0 ? (T)((U)0 - (U)a) : a / b) \
    LANES2(rem_##suffix, T, T, T, !b ? a : (T)~(U)0 < 0 && b == (T)~(U)0 ? 0 : a % b)
DIVIDE(s16, s16, u16)
DIVIDE(s32, s32, u32)
DIVIDE(s64, s64, u64)
#define DIVIDE_UNSIGNED(suffix, T)                        \
    LANES2(div_##suffix, T, T, T, !b ? (T)~(T)0 : a / b)  \
    LANES2(rem_##suffix, T, T, T, !b ? a : a % b)
DIVIDE_UNSIGNED(u16, u16)
DIVIDE_UNSIGNED(u32, u32)
DIVIDE_UNSIGNED(u64, u64)

LANES1(neg_16, u16, u16, 0u - a)
LANES1(neg_32, u32, u32, 0u - a)
LANES1(neg_64, u64, u64, 0ull - a)
LANES1(abs_16, u16, u16, a >> 15 ? 0u - a : a)
LANES1(abs_32, u32, u32, a >> 31 ? 0u - a : a)
LANES1(abs_64, u64, u64, a >> 63 ? 0ull - a : a)
LANES1(not_16, u16, u16, ~a)
LANES1(not_32, u32, u32, ~a)
LANES1(not_64, u64, u64, ~a)
#define LEAST_AND_MOST(T)                             \
    LANES2(min_##T, T, T, T, a < b ? a : b)           \
    LANES2(max_##T, T, T, T, a > b ? a : b)
LEAST_AND_MOST(s16)
LEAST_AND_MOST(u16)
LEAST_AND_MOST(s32)
LEAST_AND_MOST(u32)
LEAST_AND_MOST(s64)
LEAST_AND_MOST(u64)
LANES2(min_relu_s32, s32, s32, s32, a < 0 || b < 0 ? 0 : a < b ? a : b)
LANES2(max_relu_s32, s32, s32, s32, a < 0 && b < 0 ? 0 : a > b ? a : b)

static inline uint32_t dot_s8(uint32_t a, uint32_t b, uint32_t c)
{
    for (int k = 0; k < 32; k += 8) c += (uint32_t)((int32_t)(int8_t)(a >> k) * (int8_t)(b >> k));
    return c;
}
static inline uint32_t dot_u8(uint32_t a, uint32_t b, uint32_t c)
{
    for (int k = 0; k < 32; k += 8) c += (a >> k & 0xff) * (b >> k & 0xff);
    return c;
}
LANES3(dp4a_s32, u32, u32, u32, u32, dot_s8(a, b, c))
LANES3(dp4a_u32, u32, u32, u32, u32, dot_u8(a, b, c))

/* Shifts by the width or more give zero, or the sign. */
LANES2(shl_16, u16, u16, u32, b > 15 ? 0 : (uint32_t)a << b)
LANES2(shl_32, u32, u32, u32, b > 31 ? 0 : a << b)
LANES2(shl_64, u64, u64, u32, b > 63 ? 0 : a << b)
LANES2(shr_u16, u16, u16, u32, b > 15 ? 0 : a >> b)
LANES2(shr_u32, u32, u32, u32, b > 31 ? 0 : a >> b)
LANES2(shr_u64, u64, u64, u32, b > 63 ? 0 : a >> b)
LANES2(shr_s16, s16, s16, u32, a >> (b > 15 ? 15 : b))
LANES2(shr_s32, s32, s32, u32, a >> (b > 31 ? 31 : b))
LANES2(shr_s64, s64, s64, u32, a >> (b > 63 ? 63 : b))
static inline uint64_t join(uint32_t low, uint32_t high) { return (uint64_t)high << 32 | low; }
LANES3(shf_l_wrap, u32, u32, u32, u32, join(a, b) << (c & 31) >> 32)
LANES3(shf_r_wrap, u32, u32, u32, u32, join(a, b) >> (c & 31))
LANES3(shf_l_clamp, u32, u32, u32, u32, join(a, b) << (c > 32 ? 32 : c) >> 32)
LANES3(shf_r_clamp, u32, u32, u32, u32, join(a, b) >> (c > 32 ? 32 : c))

static inline uint64_t extract(uint64_t a, uint32_t at, uint32_t n, uint32_t width, bool is_signed)
{
    at &= 255;
    n &= 255;
    if (!n) return 0;
    uint32_t last = at + n - 1 > width - 1 ? width - 1 : at + n - 1;
    uint64_t sign = is_signed && a >> last & 1 ? ~0ull : 0;
    uint64_t field = at >= width ? 0 : a >> at;
    uint32_t kept = at >= width ? 0 : width - at < n ? width - at : n;
    uint64_t have = kept >= 64 ? ~0ull : (1ull << kept) - 1;
    return (field & have) | (sign & ~have);
}
LANES3(bfe_s32, u32, u32, u32, u32, extract(a, b, c, 32, true))
LANES3(bfe_u32, u32, u32, u32, u32, extract(a, b, c, 32, false))
LANES3(bfe_s64, u64, u64, u32, u32, extract(a, b, c, 64, true))
LANES3(bfe_u64, u64, u64, u32, u32, extract(a, b, c, 64, false))

static inline uint64_t insert(uint64_t field, uint64_t into, uint32_t at, uint32_t n)
{
    at &= 255;
    n &= 255;
    if (at > 63 || !n) return into;
    uint64_t ones = (n > 63 ? ~0ull : (1ull << n) - 1) << at;
    return (field << at & ones) | (into & ~ones);
}
HANDLER(bfi_32)
{
    u32 *d = SLOT(u32, 0), *field = SLOT(u32, 1), *into = SLOT(u32, 2), *at = SLOT(u32, 3), *n = SLOT(u32, 4);
    STORE_LANES(d, (uint32_t)insert(field[i], into[i], at[i], n[i]))
}
HANDLER(bfi_64)
{
    u64 *d = SLOT(u64, 0), *field = SLOT(u64, 1), *into = SLOT(u64, 2);
    u32 *at = SLOT(u32, 3), *n = SLOT(u32, 4);
    STORE_LANES(d, insert(field[i], into[i], at[i], n[i]))
}

static inline uint32_t reverse32(uint32_t a)
{
    a = (a >> 1 & 0x55555555) | (a & 0x55555555) << 1;
    a = (a >> 2 & 0x33333333) | (a & 0x33333333) << 2;
    a = (a >> 4 & 0x0f0f0f0f) | (a & 0x0f0f0f0f) << 4;
    a = (a >> 8 & 0x00ff00ff) | (a & 0x00ff00ff) << 8;
    return a >> 16 | a << 16;
}
LANES1(popc_32, u32, u32, __builtin_popcount(a))
LANES1(popc_64, u32, u64, __builtin_popcountll(a))
LANES1(clz_32, u32, u32, a ? __builtin_clz(a) : 32)
LANES1(clz_64, u32, u64, a ? __builtin_clzll(a) : 64)
LANES1(brev_32, u32, u32, reverse32(a))
LANES1(brev_64, u64, u64, (uint64_t)reverse32((uint32_t)a) << 32 | reverse32((uint32_t)(a >> 32)))
LANES1(bfind_u32, u32, u32, a ? 31 - (uint32_t)__builtin_clz(a) : ~0u)
LANES1(bfind_s32, u32, u32, (a >> 31 ? ~a : a) ? 31 - (uint32_t)__builtin_clz(a >> 31 ? ~a : a) : ~0u)

/* Byte k of the result is the byte that nibble k of the selector names; its bit 3 spreads that byte's sign instead. */
static inline uint32_t permute(uint64_t bytes, uint32_t selector)
{
    uint32_t result = 0;
    for (int k = 0; k < 4; k++) {
        uint32_t nibble = selector >> 4 * k & 0xf;
        uint32_t byte = bytes >> 8 * (nibble & 7) & 0xff;
        if (nibble & 8) byte = byte & 0x80 ? 0xff : 0;
        result |= byte << 8 * k;
    }
    return result;
}
static inline uint32_t permute_selector(uint32_t mode, uint32_t c)
{
    static const uint16_t selectors[6][4] = {{0x3210, 0x4321, 0x5432, 0x6543}, {0x5670, 0x6701, 0x7012, 0x0123}, {0x0000, 0x1111, 0x2222, 0x3333},
                                             {0x3210, 0x3211, 0x3222, 0x3333}, {0x0000, 0x1110, 0x2210, 0x3210}, {0x1010, 0x3232, 0x1010, 0x3232}};
    return mode ? selectors[mode - 1][c & 3] : c;
}
HANDLER(prmt)
{
    u32 *d = SLOT(u32, 0), *a = SLOT(u32, 1), *b = SLOT(u32, 2), *c = SLOT(u32, 3);
    uint32_t mode = op->choice[0];
    STORE_LANES(d, permute(join(a[i], b[i]), permute_selector(mode, c[i])))
}

HANDLER(lop3)
{
    u32 *d = SLOT(u32, 0), *a = SLOT(u32, 1), *b = SLOT(u32, 2), *c = SLOT(u32, 3);
    uint32_t terms[8], table = op->slot[4];
    for (int k = 0; k < 8; k++) terms[k] = table >> k & 1 ? ~0u : 0;
    STORE_LANES(d, (terms[7] & a[i] & b[i] & c[i]) | (terms[6] & a[i] & b[i] & ~c[i]) | (terms[5] & a[i] & ~b[i] & c[i]) |
                       (terms[4] & a[i] & ~b[i] & ~c[i]) | (terms[3] & ~a[i] & b[i] & c[i]) | (terms[2] & ~a[i] & b[i] & ~c[i]) |
                       (terms[1] & ~a[i] & ~b[i] & c[i]) | (terms[0] & ~a[i] & ~b[i] & ~c[i]))
}

/* Predicates are masks of the whole warp. */
#define PREDICATE(name, expression)                                              \
    HANDLER(name)                                                                \
    {                                                                            \
        uint32_t a = *SLOT(u32, 1), b = op->n_slots > 2 ? *SLOT(u32, 2) : 0;      \
        u32 *d = SLOT(u32, 0);                                                   \
        (void)b;                                                                 \
        *d = (*d & ~mask) | ((expression)&mask);                                 \
    }
PREDICATE(and_pred, a & b)
PREDICATE(or_pred, a | b)
PREDICATE(xor_pred, a ^ b)
PREDICATE(not_pred, ~a)
PREDICATE(mov_pred, a)

enum { EQ = 1, NE, LT, LE, GT, GE, LO, LS, HI, HS };
#define COMPARE(expression)                                                          \
    for (uint32_t i = 0; i < TRI_PTX_LANES; i++) truth |= (uint32_t)(expression) << i; \
    break;
#define SETP(T)                                                                                           \
    HANDLER(setp_##T)                                                                                     \
    {                                                                                                     \
        const T *a = SLOT(T, 2), *b = SLOT(T, 3);                                                         \
        uint32_t truth = 0;                                                                               \
        switch (op->choice[0]) {                                                                          \
        case EQ: COMPARE(a[i] == b[i])                                                                    \
        case NE: COMPARE(a[i] != b[i])                                                                    \
        case LT: case LO: COMPARE(a[i] < b[i])                                                            \
        case LE: case LS: COMPARE(a[i] <= b[i])                                                           \
        case GT: case HI: COMPARE(a[i] > b[i])                                                            \
        default: COMPARE(a[i] >= b[i])                                                                    \
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
SETP(s16)
SETP(u16)
SETP(s32)
SETP(u32)
SETP(s64)
SETP(u64)

#define SELECT(name, T)                                                \
    HANDLER(name)                                                      \
    {                                                                  \
        T *d = SLOT(T, 0), *a = SLOT(T, 1), *b = SLOT(T, 2);           \
        uint32_t c = *SLOT(u32, 3);                                    \
        STORE_LANES(d, c >> i & 1 ? a[i] : b[i])                       \
    }
SELECT(selp_16, u16)
SELECT(selp_32, u32)
SELECT(selp_64, u64)

LANES1(mov_16, u16, u16, a)
LANES1(mov_32, u32, u32, a)
LANES1(mov_64, u64, u64, a)
LANES2(pack_2x16, u32, u16, u16, (uint32_t)b << 16 | a)
LANES2(pack_2x32, u64, u32, u32, join(a, b))
HANDLER(unpack_2x16)
{
    u16 *low = SLOT(u16, 0), *high = SLOT(u16, 1);
    const u32 *a = SLOT(u32, 2);
    STORE_LANES(low, (uint16_t)a[i])
    STORE_LANES(high, (uint16_t)(a[i] >> 16))
}
HANDLER(unpack_2x32)
{
    u32 *low = SLOT(u32, 0), *high = SLOT(u32, 1);
    const u64 *a = SLOT(u64, 2);
    STORE_LANES(low, (uint32_t)a[i])
    STORE_LANES(high, (uint32_t)(a[i] >> 32))
}
HANDLER(pack_4x16)
{
    u64 *d = SLOT(u64, 0);
    const u16 *a = SLOT(u16, 1), *b = SLOT(u16, 2), *c = SLOT(u16, 3), *e = SLOT(u16, 4);
    STORE_LANES(d, (uint64_t)e[i] << 48 | (uint64_t)c[i] << 32 | (uint64_t)b[i] << 16 | a[i])
}
HANDLER(unpack_4x16)
{
    const u64 *a = SLOT(u64, 4);
    for (uint32_t k = 0; k < 4; k++) {
        u16 *d = SLOT(u16, k);
        STORE_LANES(d, (uint16_t)(a[i] >> 16 * k))
    }
}

LANES1(cvta_shared, u64, u64, a + TRI_PTX_SHARED_WINDOW)
LANES1(cvta_to_shared, u64, u64, a - TRI_PTX_SHARED_WINDOW)
LANES1(cvta_local, u64, u64, a + TRI_PTX_LOCAL_WINDOW)
LANES1(cvta_to_local, u64, u64, a - TRI_PTX_LOCAL_WINDOW)
HANDLER(isspacep)
{
    const u64 *a = SLOT(u64, 1);
    u32 *p = SLOT(u32, 0);
    uint32_t truth = 0;
    for (uint32_t i = 0; i < TRI_PTX_LANES; i++) {
        bool shared = a[i] - TRI_PTX_SHARED_WINDOW < TRI_PTX_WINDOW_BYTES, local = a[i] - TRI_PTX_LOCAL_WINDOW < TRI_PTX_WINDOW_BYTES;
        bool is = op->choice[0] == 1 ? !shared && !local : op->choice[0] == 2 ? shared : op->choice[0] == 3 ? local : false;
        truth |= (uint32_t)is << i;
    }
    *p = (*p & ~mask) | (truth & mask);
}
HANDLER(nothing) { (void)warp, (void)op, (void)mask; }
