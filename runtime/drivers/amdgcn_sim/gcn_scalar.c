/* gcn_scalar.c - scalar arithmetic and control. The bodies are functions of two operands, the old destination and SCC; results are truncated to the
 * destination's width by the handler. */
#include "runtime/drivers/amdgcn_sim/gcn.h"

#include <inttypes.h>
#include <string.h>

#include "runtime/drivers/amdgcn_sim/gcn_salu.h"

uint64_t gcn_read_scalar(const gcn_wave *wave, const gcn_operand *operand)
{
    switch (operand->kind) {
    case GCN_SCALAR: return operand->dwords == 2 ? gcn_s64(wave, operand->reg) : wave->s[operand->reg];
    case GCN_SCC: return wave->scc;
    case GCN_VCCZ: return gcn_s64(wave, GCN_VCC) == 0;
    case GCN_EXECZ: return gcn_exec(wave) == 0;
    default: return operand->value;
    }
}

/* BODY: the result alone; BODY_SCC: SCC is "the result is not zero", as the logical ones have it; in both `a` and `b` are the operands. */
#define BODY(name, ...)                                                                                                                              \
    uint64_t gcn_salu_##name(uint64_t a, uint64_t b, uint64_t old, uint32_t *scc)                                                                    \
    {                                                                                                                                                \
        (void)a, (void)b, (void)old, (void)scc;                                                                                                      \
        return (uint64_t)(__VA_ARGS__);                                                                                                              \
    }
#define BODY_SCC(name, ...)                                                                                                                          \
    uint64_t gcn_salu_##name(uint64_t a, uint64_t b, uint64_t old, uint32_t *scc)                                                                    \
    {                                                                                                                                                \
        (void)a, (void)b, (void)old;                                                                                                                 \
        uint64_t result = (uint64_t)(__VA_ARGS__);                                                                                                   \
        *scc = result != 0;                                                                                                                          \
        return result;                                                                                                                               \
    }
#define COMPARE(name, ...)                                                                                                                           \
    uint64_t gcn_salu_##name(uint64_t a, uint64_t b, uint64_t old, uint32_t *scc)                                                                    \
    {                                                                                                                                                \
        (void)a, (void)b;                                                                                                                            \
        *scc = (__VA_ARGS__);                                                                                                                        \
        return old;                                                                                                                                  \
    }
#define A32 ((uint32_t)a)
#define B32 ((uint32_t)b)
#define SA ((int32_t)(uint32_t)a)
#define SB ((int32_t)(uint32_t)b)

static uint32_t reverse32(uint32_t x)
{
    uint32_t r = 0;
    for (int i = 0; i < 32; i++) r |= (x >> i & 1) << (31 - i);
    return r;
}

static uint64_t add_carry(uint32_t a, uint32_t b, uint32_t carry, uint32_t *scc)
{
    uint64_t sum = (uint64_t)a + b + carry;
    *scc = (uint32_t)(sum >> 32);
    return (uint32_t)sum;
}

static uint64_t sub_borrow(uint32_t a, uint32_t b, uint32_t borrow, uint32_t *scc)
{
    *scc = (uint64_t)b + borrow > a;
    return a - b - borrow;
}

static uint64_t carry_out(uint64_t sum, uint32_t *scc)
{
    *scc = sum > UINT32_MAX;
    return (uint32_t)sum;
}

/* Signed: SCC is overflow. */
static uint64_t signed_sum(int64_t sum, uint32_t *scc)
{
    *scc = sum != (int32_t)sum;
    return (uint32_t)sum;
}

static uint64_t choose(bool first, uint64_t a, uint64_t b, uint32_t *scc)
{
    *scc = first;
    return first ? a : b;
}

static uint64_t field(uint64_t a, uint64_t control, unsigned width, bool is_signed)
{
    unsigned offset = control & (width - 1), n = control >> 16 & 0x7f;
    if (n == 0) return 0;
    if (width == 32) a = is_signed ? (uint64_t)(int64_t)(int32_t)(uint32_t)a : (uint32_t)a;
    a = is_signed ? (uint64_t)((int64_t)a >> offset) : a >> offset;
    if (n >= 64) return a;
    uint64_t low = a & ((1ull << n) - 1);
    return is_signed && low >> (n - 1) ? low | ~0ull << n : low;
}

BODY(mov, a)
BODY(movk, (int64_t)(int16_t)a)
BODY(cmov, *scc ? a : old)
BODY_SCC(not32, ~A32)
BODY_SCC(not64, ~a)
BODY(brev32, reverse32(A32))
BODY(brev64, (uint64_t)reverse32(A32) << 32 | reverse32((uint32_t)(a >> 32)))
BODY_SCC(bcnt1, __builtin_popcountll(a))
BODY_SCC(bcnt0_32, 32 - __builtin_popcount(A32))
BODY(ff1, a ? (uint64_t)__builtin_ctzll(a) : 0xffffffff)
BODY(flbit32, A32 ? (uint64_t)__builtin_clz(A32) : 0xffffffff)
BODY(flbit64, a ? (uint64_t)__builtin_clzll(a) : 0xffffffff)
BODY(flbit_i32, SA == 0 || SA == -1 ? 0xffffffff : (uint64_t)__builtin_clz((uint32_t)(SA ^ (SA >> 31))))
BODY(sext8, (int64_t)(int8_t)a)
BODY(sext16, (int64_t)(int16_t)a)
BODY_SCC(abs32, SA < 0 ? 0u - A32 : A32)
BODY(bitset0_32, old & ~(1ull << (a & 31)))
BODY(bitset1_32, old | 1ull << (a & 31))
BODY(add_u32, add_carry(A32, B32, 0, scc))
BODY(addc_u32, add_carry(A32, B32, *scc, scc))
BODY(sub_u32, sub_borrow(A32, B32, 0, scc))
BODY(subb_u32, sub_borrow(A32, B32, *scc, scc))
BODY(add_i32, signed_sum((int64_t)SA + SB, scc))
BODY(sub_i32, signed_sum((int64_t)SA - SB, scc))
BODY(addk, signed_sum((int64_t)(int32_t)(uint32_t)old + (int16_t)a, scc))
BODY(mulk, (uint32_t)old *(uint32_t)(int32_t)(int16_t)a)
BODY(min_i32, choose(SA < SB, a, b, scc))
BODY(min_u32, choose(A32 < B32, a, b, scc))
BODY(max_i32, choose(SA > SB, a, b, scc))
BODY(max_u32, choose(A32 > B32, a, b, scc))
BODY(cselect, *scc ? a : b)
BODY_SCC(and, a &b)
BODY_SCC(or, a | b)
BODY_SCC(xor, a ^ b)
BODY_SCC(andn2_32, A32 & ~B32)
BODY_SCC(andn2_64, a & ~b)
BODY_SCC(orn2_32, A32 | ~B32)
BODY_SCC(orn2_64, a | ~b)
BODY_SCC(nand32, (uint32_t) ~(A32 &B32))
BODY_SCC(nand64, ~(a &b))
BODY_SCC(nor32, (uint32_t) ~(A32 | B32))
BODY_SCC(nor64, ~(a | b))
BODY_SCC(xnor32, (uint32_t) ~(A32 ^ B32))
BODY_SCC(xnor64, ~(a ^ b))
BODY_SCC(lshl32, A32 << (b & 31))
BODY_SCC(lshl64, a << (b & 63))
BODY_SCC(lshr32, A32 >> (b & 31))
BODY_SCC(lshr64, a >> (b & 63))
BODY_SCC(ashr32, (uint32_t)(SA >> (b & 31)))
BODY_SCC(ashr64, (int64_t)a >> (b & 63))
BODY(bfm32, ((1ull << (a & 31)) - 1) << (b & 31))
BODY(bfm64, ((1ull << (a & 63)) - 1) << (b & 63))
BODY(mul32, A32 *B32)
BODY(mul_hi_u32, (uint64_t)A32 *B32 >> 32)
BODY(mul_hi_i32, (uint64_t)((int64_t)SA *SB) >> 32)
BODY_SCC(bfe_u32, (uint32_t)field(a, b, 32, false))
BODY_SCC(bfe_i32, (uint32_t)field(a, b, 32, true))
BODY_SCC(bfe_u64, field(a, b, 64, false))
BODY_SCC(bfe_i64, field(a, b, 64, true))
BODY_SCC(absdiff, (uint32_t)((int64_t)SA > SB ? A32 - B32 : B32 - A32))
BODY(lshl1_add, carry_out(((uint64_t)A32 << 1) + B32, scc))
BODY(lshl2_add, carry_out(((uint64_t)A32 << 2) + B32, scc))
BODY(lshl3_add, carry_out(((uint64_t)A32 << 3) + B32, scc))
BODY(lshl4_add, carry_out(((uint64_t)A32 << 4) + B32, scc))
BODY(pack_ll, (a & 0xffff) | (b & 0xffff) << 16)
BODY(pack_lh, (a & 0xffff) | (b & 0xffff0000))
BODY(pack_hh, (A32 >> 16) | (b & 0xffff0000))
/* The k forms compare a register with 16 bits: sign- or zero-extended by the compare's own kind. */
#define COMPARES(name, operator)                                                                                                                     \
    COMPARE(cmp_##name##_i32, SA operator SB)                                                                                                        \
    COMPARE(cmp_##name##_u32, A32 operator B32)                                                                                                      \
    COMPARE(cmpk_##name##_i32, SA operator(int32_t)(int16_t) b)                                                                                      \
    COMPARE(cmpk_##name##_u32, A32 operator(uint32_t)(uint16_t) b)
COMPARES(eq, ==)
COMPARES(lg, !=)
COMPARES(gt, >)
COMPARES(ge, >=)
COMPARES(lt, <)
COMPARES(le, <=)
COMPARE(cmp_eq_u64, a == b)
COMPARE(cmp_lg_u64, a != b)
COMPARE(bitcmp0_32, !(a >> (b & 31) & 1))
COMPARE(bitcmp1_32, (a >> (b & 31) & 1) != 0)
COMPARE(bitcmp0_64, !(a >> (b & 63) & 1))
COMPARE(bitcmp1_64, (a >> (b & 63) & 1) != 0)

static void write_scalar(gcn_wave *wave, const gcn_operand *to, uint64_t value)
{
    if (to->dwords == 2)
        gcn_set_s64(wave, to->reg, value);
    else
        gcn_set_s32(wave, to->reg, (uint32_t)value);
}

gcn_step gcn_s_alu(gcn_wave *wave, const gcn_inst *inst)
{
    uint64_t a = gcn_read_scalar(wave, &inst->src[0]), b = inst->n_src > 1 ? gcn_read_scalar(wave, &inst->src[1]) : 0;
    uint64_t old = inst->n_dst ? gcn_read_scalar(wave, &inst->dst[0]) : 0;
    uint64_t result = inst->op->scalar(a, b, old, &wave->scc);
    if (inst->n_dst) write_scalar(wave, &inst->dst[0], result);
    return GCN_NEXT;
}

gcn_step gcn_s_saveexec(gcn_wave *wave, const gcn_inst *inst)
{
    uint64_t exec = gcn_exec(wave), source = gcn_read_scalar(wave, &inst->src[0]);
    int detail = inst->op->detail;
    uint64_t a = detail & 4 ? ~source : source, b = detail & 2 ? ~exec : exec;
    uint64_t next = detail & 1 ? a | b : a & b;
    gcn_set_s64(wave, GCN_EXEC, next);
    write_scalar(wave, &inst->dst[0], detail & 8 ? next : exec);
    if (inst->dst[0].reg == GCN_EXEC) gcn_set_s64(wave, GCN_EXEC, detail & 8 ? next : exec);
    wave->scc = next != 0;
    return GCN_NEXT;
}

gcn_step gcn_s_branch(gcn_wave *wave, const gcn_inst *inst)
{
    bool taken = true;
    switch (inst->op->detail) {
    case 1: taken = !wave->scc; break;
    case 2: taken = wave->scc; break;
    case 3: taken = gcn_s64(wave, GCN_VCC) == 0; break;
    case 4: taken = gcn_s64(wave, GCN_VCC) != 0; break;
    case 5: taken = gcn_exec(wave) == 0; break;
    case 6: taken = gcn_exec(wave) != 0; break;
    }
    if (taken) wave->next = inst->target;
    return GCN_NEXT;
}

gcn_step gcn_s_nop(gcn_wave *wave, const gcn_inst *inst)
{
    if (inst->op->detail == 1) wave->clock += (uint32_t)inst->src[0].value & 15; /* s_nop N: N wait states besides its own */
    return GCN_NEXT;
}

gcn_step gcn_s_getpc(gcn_wave *wave, const gcn_inst *inst)
{
    write_scalar(wave, &inst->dst[0], wave->group->launch->image->base + inst->pc + inst->bytes);
    return GCN_NEXT;
}

enum { HWREG_MODE = 1, ROUND_BITS = 0x0f };

gcn_step gcn_s_getreg(gcn_wave *wave, const gcn_inst *inst)
{
    uint64_t reg = inst->src[0].value;
    if (inst->src[0].kind != GCN_HWREG || (reg & 0xff) != HWREG_MODE) return gcn_fault(wave, inst, -1, "only the MODE register can be read here");
    unsigned size = reg >> 16 & 63;
    uint32_t mask = size >= 32 ? UINT32_MAX : (1u << size) - 1;
    write_scalar(wave, &inst->dst[0], wave->mode >> (reg >> 8 & 31) & mask);
    return GCN_NEXT;
}

gcn_step gcn_s_setreg(gcn_wave *wave, const gcn_inst *inst)
{
    uint64_t reg = inst->dst[0].value;
    if (inst->dst[0].kind != GCN_HWREG || (reg & 0xff) != HWREG_MODE) return gcn_fault(wave, inst, -1, "only the MODE register can be written here");
    unsigned size = reg >> 16 & 63, offset = reg >> 8 & 31;
    uint32_t mask = (size >= 32 ? UINT32_MAX : (1u << size) - 1) << offset;
    wave->mode = (wave->mode & ~mask) | ((uint32_t)gcn_read_scalar(wave, &inst->src[0]) << offset & mask);
    if (wave->mode & ROUND_BITS)
        return gcn_fault(wave, inst, -1, "sets a rounding mode other than to nearest even, which the simulator does not have");
    return GCN_NEXT;
}
