/* lanes_integer.c - lane bodies: moves, bits, integers, integer compares. */
#include "runtime/drivers/amdgcn_sim/lanes.h"

typedef uint32_t u32;
typedef int32_t i32;
typedef uint64_t u64;
typedef int64_t i64;
/* A 16-bit operand stands in the low half of its element. */
#define U16(x) ((uint16_t)(x))
#define I16(x) ((int16_t)(uint16_t)(x))

BODY1(mov_b32, u32, u32, a)
BODY1(mov_b64, u64, u64, a)
BODY2(pk_mov, u64, u64, u64, (a & 0xffffffff) | b << 32) /* both halves are picked by op_sel, none by op_sel_hi */
BODY3(cndmask, u32, u32, u32, u32, c ? b : a)
BODY1(not_b32, u32, u32, ~a)
BODY2(and_b32, u32, u32, u32, a &b)
BODY2(or_b32, u32, u32, u32, a | b)
BODY2(xor_b32, u32, u32, u32, a ^ b)
BODY2(xnor_b32, u32, u32, u32, ~(a ^ b))
BODY3(and_or, u32, u32, u32, u32, (a & b) | c)
BODY3(or3, u32, u32, u32, u32, a | b | c)
static inline u32 reverse(u32 x)
{
    x = (x >> 1 & 0x55555555) | (x & 0x55555555) << 1;
    x = (x >> 2 & 0x33333333) | (x & 0x33333333) << 2;
    x = (x >> 4 & 0x0f0f0f0f) | (x & 0x0f0f0f0f) << 4;
    x = (x >> 8 & 0x00ff00ff) | (x & 0x00ff00ff) << 8;
    return x >> 16 | x << 16;
}
BODY1(bfrev, u32, u32, reverse(a))
BODY2(bcnt, u32, u32, u32, (u32)__builtin_popcount(a) + b)
BODY1(ffbh_u32, u32, u32, a ? (u32)__builtin_clz(a) : UINT32_MAX)
BODY1(ffbh_i32, u32, u32, a == 0 || a == UINT32_MAX ? UINT32_MAX : (u32)__builtin_clz(a ^ (u32)((i32)a >> 31)))
BODY1(ffbl, u32, u32, a ? (u32)__builtin_ctz(a) : UINT32_MAX)
BODY3(bfe_u32, u32, u32, u32, u32, a >> (b & 31) & ((1u << (c & 31)) - 1))
static inline u32 bfe_signed(u32 a, u32 offset, u32 n)
{
    u32 field = (u32)((i32)a >> offset) & ((1u << n) - 1), sign = n ? 1u << (n - 1) : 0;
    return (field ^ sign) - sign;
}
BODY3(bfe_i32, u32, u32, u32, u32, bfe_signed(a, b & 31, c & 31))
BODY3(bfi, u32, u32, u32, u32, (a & b) | (~a & c))
BODY2(bfm, u32, u32, u32, ((1u << (a & 31)) - 1) << (b & 31))
/* Bytes 0-3 are of b, 4-7 of a; 8-11 spread a sign, 12 is zero, above it ones. */
static inline u32 permute_byte(u32 a, u32 b, u32 select)
{
    u64 both = (u64)a << 32 | b;
    if (select < 8) return (u32)(both >> (8 * select)) & 0xff;
    if (select < 12) return both >> (15 + 16 * (select - 8)) & 1 ? 0xff : 0;
    return select == 12 ? 0 : 0xff;
}
static inline u32 permute_bytes(u32 a, u32 b, u32 c)
{
    return permute_byte(a, b, c & 0xff) | permute_byte(a, b, c >> 8 & 0xff) << 8 | permute_byte(a, b, c >> 16 & 0xff) << 16 |
           permute_byte(a, b, c >> 24) << 24;
}
BODY3(perm, u32, u32, u32, u32, permute_bytes(a, b, c))
BODY3(alignbit, u32, u32, u32, u32, ((u64)a << 32 | b) >> (c & 31))
BODY3(alignbyte, u32, u32, u32, u32, ((u64)a << 32 | b) >> (8 * (c & 3)))
/* Any function of three bits: bit (4a + 2b + c) of the table. */
static inline u32 bit_function(u32 a, u32 b, u32 c, u32 table)
{
    u32 result = 0;
    for (u32 row = 0; row < 8; row++) {
        u32 selected = (row & 4 ? a : ~a) & (row & 2 ? b : ~b) & (row & 1 ? c : ~c);
        result |= table >> row & 1 ? selected : 0;
    }
    return result;
}
BODY3(bitop3, u32, u32, u32, u32, bit_function(a, b, c, i->m.bitop))
BODY2(lshlrev32, u32, u32, u32, b << (a & 31))
BODY2(lshrrev32, u32, u32, u32, b >> (a & 31))
BODY2(ashrrev32, u32, u32, i32, b >> (a & 31))
BODY2(lshlrev64, u64, u32, u64, b << (a & 63))
BODY2(lshrrev64, u64, u32, u64, b >> (a & 63))
BODY2(ashrrev64, u64, u32, i64, b >> (a & 63))
BODY3(lshl_add, u32, u32, u32, u32, (a << (b & 31)) + c)
BODY3(add_lshl, u32, u32, u32, u32, (a + b) << (c & 31))
BODY3(lshl_or, u32, u32, u32, u32, (a << (b & 31)) | c)
BODY3(xad, u32, u32, u32, u32, (a ^ b) + c)
BODY3(lshl_add_u64, u64, u64, u32, u64, (a << (b & 7)) + c)
BODY2(mbcnt_lo, u32, u32, u32, (u32)__builtin_popcount(a &(l >= 32 ? UINT32_MAX : (1u << l) - 1)) + b)
BODY2(mbcnt_hi, u32, u32, u32, (l < 32 ? 0 : (u32)__builtin_popcount(a & ((1u << (l - 32)) - 1))) + b)

/* Saturation is a matter of the instruction (its clamp bit), so the choice stands outside of the lanes' differences. */
static inline u32 saturate_u32(i64 exact, bool clamp) { return clamp ? (exact < 0 ? 0 : exact > UINT32_MAX ? UINT32_MAX : (u32)exact) : (u32)exact; }
static inline u32 saturate_i32(i64 exact, bool clamp)
{
    return clamp ? (u32)(exact < INT32_MIN ? INT32_MIN : exact > INT32_MAX ? INT32_MAX : exact) : (u32)exact;
}
static inline u32 saturate_u16(i32 exact, bool clamp) { return U16(clamp ? (exact < 0 ? 0 : exact > 0xffff ? 0xffff : exact) : exact); }
static inline u32 saturate_i16(i32 exact, bool clamp) { return U16(clamp ? (exact < -0x8000 ? -0x8000 : exact > 0x7fff ? 0x7fff : exact) : exact); }
BODY2(add_u32, u32, u32, u32, saturate_u32((i64)a + b, i->m.clamp))
BODY2(sub_u32, u32, u32, u32, saturate_u32((i64)a - b, i->m.clamp))
BODY2(subrev_u32, u32, u32, u32, saturate_u32((i64)b - a, i->m.clamp))
BODY2(add_i32, u32, i32, i32, saturate_i32((i64)a + b, i->m.clamp))
BODY2(sub_i32, u32, i32, i32, saturate_i32((i64)a - b, i->m.clamp))
BODY3(add3, u32, u32, u32, u32, a + b + c)

/* With a carry: out[1] is the lane's carry or borrow, in[2] the one that comes in. */
#define CARRY(name, first, second, operator, uses_carry)                                                                                             \
    void LANE(name)(void *const *out, const void *const *in, const gcn_inst *inst)                                                                   \
    {                                                                                                                                                \
        u32 *restrict d = out[0], *restrict co = out[1];                                                                                             \
        const u32 *x = in[first], *y = in[second], *ci = uses_carry ? in[2] : in[0];                                                                 \
        (void)inst;                                                                                                                                  \
        EACH_LANE                                                                                                                                    \
        {                                                                                                                                            \
            u64 carry = uses_carry ? ci[l] & 1 : 0, exact = (u64)x[l] operator(y[l] + carry);                                                        \
            d[l] = (u32)exact;                                                                                                                       \
            co[l] = (u32)(exact >> 32) & 1;                                                                                                          \
        }                                                                                                                                            \
    }
CARRY(add_co, 0, 1, +, 0)
CARRY(sub_co, 0, 1, -, 0)
CARRY(subrev_co, 1, 0, -, 0)
CARRY(addc_co, 0, 1, +, 1)
CARRY(subb_co, 0, 1, -, 1)
CARRY(subbrev_co, 1, 0, -, 1)

BODY2(mul_lo, u32, u32, u32, a *b)
BODY2(mul_hi_u32, u32, u32, u32, (u64)a *b >> 32)
BODY2(mul_hi_i32, u32, i32, i32, (u64)((i64)a *b) >> 32)
#define U24(x) ((x)&0xffffff)
#define I24(x) ((i32)((u32)(x) << 8) >> 8)
BODY2(mul_u24, u32, u32, u32, U24(a) * U24(b))
BODY2(mul_i24, u32, u32, u32, (u32)I24(a) * (u32)I24(b))
BODY2(mul_hi_u24, u32, u32, u32, (u64)U24(a) * U24(b) >> 32)
BODY2(mul_hi_i24, u32, u32, u32, (u64)((i64)I24(a) * I24(b)) >> 32)
BODY3(mad_u24, u32, u32, u32, u32, U24(a) * U24(b) + c)
BODY3(mad_i24, u32, u32, u32, u32, (u32)I24(a) * (u32)I24(b) + c)

void LANE(mad_u64)(void *const *out, const void *const *in, const gcn_inst *inst)
{
    const u32 *a = in[0], *b = in[1];
    const u64 *c = in[2];
    u64 *restrict d = out[0];
    u32 *restrict carry = out[1];
    (void)inst;
    EACH_LANE
    {
        d[l] = (u64)a[l] * b[l] + c[l];
        carry[l] = d[l] < c[l];
    }
}
void LANE(mad_i64)(void *const *out, const void *const *in, const gcn_inst *inst)
{
    const i32 *a = in[0], *b = in[1];
    const u64 *c = in[2];
    u64 *restrict d = out[0];
    u32 *restrict overflow = out[1];
    (void)inst;
    EACH_LANE
    {
        u64 product = (u64)((i64)a[l] * b[l]);
        d[l] = product + c[l];
        overflow[l] = (u32)(((product ^ d[l]) & (c[l] ^ d[l])) >> 63);
    }
}

#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define MED(a, b, c) MAX(MIN(a, b), MIN(MAX(a, b), c))
BODY2(min_i32, i32, i32, i32, MIN(a, b))
BODY2(min_u32, u32, u32, u32, MIN(a, b))
BODY2(max_i32, i32, i32, i32, MAX(a, b))
BODY2(max_u32, u32, u32, u32, MAX(a, b))
BODY3(min3_i32, i32, i32, i32, i32, MIN(MIN(a, b), c))
BODY3(min3_u32, u32, u32, u32, u32, MIN(MIN(a, b), c))
BODY3(max3_i32, i32, i32, i32, i32, MAX(MAX(a, b), c))
BODY3(max3_u32, u32, u32, u32, u32, MAX(MAX(a, b), c))
BODY3(med3_i32, i32, i32, i32, i32, MED(a, b, c))
BODY3(med3_u32, u32, u32, u32, u32, MED(a, b, c))
BODY3(sad_u32, u32, u32, u32, u32, (a > b ? a - b : b - a) + c)
static inline u32 dot4(u32 a, u32 b, u32 c)
{
    for (int shift = 0; shift < 32; shift += 8) c += (u32)((i32)(int8_t)(a >> shift) * (int8_t)(b >> shift));
    return c;
}
BODY3(dot4_i8, u32, u32, u32, u32, dot4(a, b, c))

BODY2(add_u16, u32, u32, u32, saturate_u16(U16(a) + U16(b), i->m.clamp))
BODY2(sub_u16, u32, u32, u32, saturate_u16(U16(a) - U16(b), i->m.clamp))
BODY2(subrev_u16, u32, u32, u32, saturate_u16(U16(b) - U16(a), i->m.clamp))
BODY2(add_i16, u32, u32, u32, saturate_i16(I16(a) + I16(b), i->m.clamp))
BODY2(sub_i16, u32, u32, u32, saturate_i16(I16(a) - I16(b), i->m.clamp))
BODY2(mul_lo_u16, u32, u32, u32, U16((u32)U16(a) * U16(b)))
BODY3(mad_u16, u32, u32, u32, u32, U16((u32)U16(a) * U16(b) + c))
BODY3(mad_u32_u16, u32, u32, u32, u32, (u32)U16(a) * U16(b) + c)
BODY3(mad_i32_i16, u32, u32, u32, u32, (u32)((i32)I16(a) * I16(b)) + c)
BODY2(lshlrev16, u32, u32, u32, U16((u32)U16(b) << (a & 15)))
BODY2(lshrrev16, u32, u32, u32, U16(b) >> (a & 15))
BODY2(ashrrev16, u32, u32, u32, U16(I16(b) >> (a & 15)))
BODY2(min_i16, u32, u32, u32, U16(MIN(I16(a), I16(b))))
BODY2(min_u16, u32, u32, u32, MIN(U16(a), U16(b)))
BODY2(max_i16, u32, u32, u32, U16(MAX(I16(a), I16(b))))
BODY2(max_u16, u32, u32, u32, MAX(U16(a), U16(b)))
BODY3(min3_i16, u32, u32, u32, u32, U16(MIN(MIN(I16(a), I16(b)), I16(c))))
BODY3(min3_u16, u32, u32, u32, u32, U16(MIN(MIN(U16(a), U16(b)), U16(c))))
BODY3(max3_i16, u32, u32, u32, u32, U16(MAX(MAX(I16(a), I16(b)), I16(c))))
BODY3(max3_u16, u32, u32, u32, u32, U16(MAX(MAX(U16(a), U16(b)), U16(c))))
BODY3(med3_u16, u32, u32, u32, u32, U16(MED(U16(a), U16(b), U16(c))))
BODY3(med3_i16, u32, u32, u32, u32, U16(MED(I16(a), I16(b), I16(c))))
BODY2(pack, u32, u32, u32, U16(a) | b << 16)

/* Both halves by one expression of x and y. */
#define PACKED(name, ...)                                                                                                                            \
    static inline u32 name##_half(u32 x, u32 y, bool clamp)                                                                                          \
    {                                                                                                                                                \
        (void)clamp;                                                                                                                                 \
        return U16(__VA_ARGS__);                                                                                                                     \
    }                                                                                                                                                \
    BODY2(name, u32, u32, u32, name##_half(a, b, i->m.clamp) | name##_half(a >> 16, b >> 16, i->m.clamp) << 16)
PACKED(pk_add_u16, saturate_u16(U16(x) + U16(y), clamp))
PACKED(pk_sub_u16, saturate_u16(U16(x) - U16(y), clamp))
PACKED(pk_add_i16, saturate_i16(I16(x) + I16(y), clamp))
PACKED(pk_sub_i16, saturate_i16(I16(x) - I16(y), clamp))
PACKED(pk_mul_lo_u16, (u32)U16(x) * U16(y))
PACKED(pk_lshlrev, (u32)U16(y) << (x & 15))
PACKED(pk_lshrrev, U16(y) >> (x & 15))
PACKED(pk_ashrrev, I16(y) >> (x & 15))
PACKED(pk_min_i16, MIN(I16(x), I16(y)))
PACKED(pk_min_u16, MIN(U16(x), U16(y)))
PACKED(pk_max_i16, MAX(I16(x), I16(y)))
PACKED(pk_max_u16, MAX(U16(x), U16(y)))
BODY3(pk_mad_u16, u32, u32, u32, u32, U16((u32)U16(a) * U16(b) + c) | (U16((a >> 16) * (b >> 16) + (c >> 16)) << 16))

#define INTEGER_COMPARES(suffix, type, cast)                                                                                                         \
    BODY2(lt_##suffix, u32, type, type, cast(a) < cast(b))                                                                                           \
    BODY2(eq_##suffix, u32, type, type, cast(a) == cast(b))                                                                                          \
    BODY2(le_##suffix, u32, type, type, cast(a) <= cast(b))                                                                                          \
    BODY2(gt_##suffix, u32, type, type, cast(a) > cast(b))                                                                                           \
    BODY2(ne_##suffix, u32, type, type, cast(a) != cast(b))                                                                                          \
    BODY2(ge_##suffix, u32, type, type, cast(a) >= cast(b))
INTEGER_COMPARES(i16, u32, I16)
INTEGER_COMPARES(u16, u32, U16)
INTEGER_COMPARES(i32, i32, )
INTEGER_COMPARES(u32, u32, )
INTEGER_COMPARES(i64, i64, )
INTEGER_COMPARES(u64, u64, )

/* Two registers at once: the second half-rows of the first change places with the first ones of the second. */
static inline void swap_rows(u32 *restrict x, u32 *restrict y, const u32 *a, const u32 *b, int rows)
{
    EACH_LANE
    {
        bool odd = l / rows % 2;
        x[l] = odd ? b[l - rows] : a[l];
        y[l] = odd ? b[l] : a[l + rows];
    }
}
void LANE(permlane16_swap)(void *const *out, const void *const *in, const gcn_inst *inst)
{
    (void)inst;
    swap_rows(out[0], out[1], in[0], in[1], 16);
}
void LANE(permlane32_swap)(void *const *out, const void *const *in, const gcn_inst *inst)
{
    (void)inst;
    swap_rows(out[0], out[1], in[0], in[1], 32);
}
void LANE(swap)(void *const *out, const void *const *in, const gcn_inst *inst)
{
    (void)inst;
    memcpy(out[0], in[1], GCN_LANES * sizeof(u32));
    memcpy(out[1], in[0], GCN_LANES * sizeof(u32));
}
