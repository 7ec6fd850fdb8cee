/* gcn_lanes.c - what surrounds the lane bodies: operands in (registers, broadcasts, sign modifiers, halves, SDWA, DPP), results out (EXEC, clamp,
 * halves, masks). A body itself sees 64 plain values of each operand and none of this. Also the few instructions that read single lanes. */
#include "runtime/drivers/amdgcn_sim/gcn.h"

#include <string.h>

#include "base/dtype.h"

enum { MOST_SOURCES = 4, KEEP_IN_32 = 0x10, KEEP_OUT_32 = 0x20, NO_LANE = 0xff };

typedef union lane_values {
    _Alignas(64) uint32_t w[GCN_LANES];
    _Alignas(64) uint64_t d[GCN_LANES];
} lane_values;

static bool is_wide(char type) { return type == 'I' || type == 'F' || type == 'P'; }

static void expand_mask(uint64_t mask, uint32_t *out)
{
    for (unsigned lane = 0; lane < GCN_LANES; lane++) out[lane] = (uint32_t)(mask >> lane & 1);
}

static uint64_t pack_mask(const uint32_t *in)
{
    uint64_t mask = 0;
    for (unsigned lane = 0; lane < GCN_LANES; lane++) mask |= (uint64_t)(in[lane] & 1) << lane;
    return mask;
}

static uint32_t flush32(uint32_t bits) { return bits & 0x7f800000 ? bits : bits & 0x80000000; }

static uint32_t select_part(uint32_t value, unsigned select, bool sign_extend)
{
    switch (select) {
    case GCN_SELECT_WORD_0: return sign_extend ? (uint32_t)(int16_t)value : value & 0xffff;
    case GCN_SELECT_WORD_1: return sign_extend ? (uint32_t)(int16_t)(value >> 16) : value >> 16;
    case GCN_SELECT_BYTE_0:
    case GCN_SELECT_BYTE_1:
    case GCN_SELECT_BYTE_2:
    case GCN_SELECT_BYTE_3: value >>= 8 * (select - GCN_SELECT_BYTE_0); return sign_extend ? (uint32_t)(int8_t)value : value & 0xff;
    default: return value;
    }
}

/* A wide operand's two dwords of each lane. Packed f32 picks each of them by op_sel. */
static void gather_wide(const gcn_wave *wave, const gcn_inst *inst, int index, lane_values *to)
{
    const gcn_operand *operand = &inst->src[index];
    bool packed = operand->type == 'P';
    unsigned low = packed ? inst->m.op_sel >> index & 1 : 0, high = packed ? inst->m.op_sel_hi >> index & 1 : 1;
    uint64_t flip = 0, keep = UINT64_MAX;
    if (operand->negate) flip = 1ull << 63;
    if (operand->absolute) keep = ~(1ull << 63);
    if (packed && inst->m.neg_lo >> index & 1) flip ^= 1ull << 31;
    if (packed && inst->m.neg_hi >> index & 1) flip ^= 1ull << 63;
    if (operand->kind == GCN_VECTOR) {
        const uint32_t *a = wave->v[operand->reg + low], *b = wave->v[operand->reg + high];
        for (unsigned lane = 0; lane < GCN_LANES; lane++) to->d[lane] = ((a[lane] | (uint64_t)b[lane] << 32) & keep) ^ flip;
    } else {
        uint64_t value = operand->kind == GCN_SCALAR ? gcn_s64(wave, operand->reg) : operand->value;
        if (packed) value = (uint32_t)(value >> (32 * low)) | value >> (32 * high) << 32;
        for (unsigned lane = 0; lane < GCN_LANES; lane++) to->d[lane] = (value & keep) ^ flip;
    }
    if (packed && !(wave->mode & KEEP_IN_32))
        for (unsigned i = 0; i < 2 * GCN_LANES; i++) ((uint32_t *)to->d)[i] = flush32(((uint32_t *)to->d)[i]);
}

/* Rare forms of narrow operands, in place: halves, SDWA parts, signs, flushing. */
static void modify(const gcn_wave *wave, const gcn_inst *inst, int index, uint32_t *v)
{
    const gcn_operand *operand = &inst->src[index];
    const gcn_modifiers *m = &inst->m;
    char type = (char)operand->type;
    if (m->has_sdwa && index < 2)
        for (unsigned lane = 0; lane < GCN_LANES; lane++) v[lane] = select_part(v[lane], m->select[index], operand->sign_extend);
    bool from_half = type == 'x' && m->op_sel_hi >> index & 1;
    bool high = m->op_sel >> index & 1 && (type == 'h' || type == 'w' || from_half);
    if (high)
        for (unsigned lane = 0; lane < GCN_LANES; lane++) v[lane] >>= 16;
    if (from_half) {
        for (unsigned lane = 0; lane < GCN_LANES; lane++) {
            float wide = tri_f16_to_f32((uint16_t)v[lane]);
            memcpy(&v[lane], &wide, sizeof wide);
        }
    }
    if (type == 'p') {
        unsigned low = 16 * (m->op_sel >> index & 1), top = 16 * (m->op_sel_hi >> index & 1);
        uint32_t flip = (m->neg_lo >> index & 1 ? 0x8000u : 0) | (m->neg_hi >> index & 1 ? 0x80000000u : 0);
        for (unsigned lane = 0; lane < GCN_LANES; lane++) v[lane] = ((v[lane] >> low & 0xffff) | (v[lane] >> top) << 16) ^ flip;
    }
    uint32_t sign = type == 'h' ? 0x8000u : 0x80000000u;
    if (operand->absolute)
        for (unsigned lane = 0; lane < GCN_LANES; lane++) v[lane] &= ~sign;
    if (operand->negate)
        for (unsigned lane = 0; lane < GCN_LANES; lane++) v[lane] ^= sign;
    if ((type == 'f' || type == 'x') && !(inst->op->detail & GCN_KEEPS_DENORMALS) && !(wave->mode & KEEP_IN_32))
        for (unsigned lane = 0; lane < GCN_LANES; lane++) v[lane] = flush32(v[lane]);
}

static bool needs_modify(const gcn_wave *wave, const gcn_inst *inst, int index)
{
    const gcn_operand *operand = &inst->src[index];
    char type = (char)operand->type;
    const gcn_modifiers *m = &inst->m;
    if (operand->negate || operand->absolute || m->has_sdwa || type == 'x') return true;
    if (type == 'f') return !(wave->mode & KEEP_IN_32);
    if (type == 'p') return (m->op_sel >> index & 1) || !(m->op_sel_hi >> index & 1) || (m->neg_lo | m->neg_hi) >> index & 1;
    return m->op_sel >> index & 1;
}

/* Lanes that DPP lets write; `v` becomes what each lane reads. */
static uint64_t permute(const gcn_wave *wave, const gcn_inst *inst, uint32_t *v)
{
    const gcn_modifiers *m = &inst->m;
    uint64_t exec = gcn_exec(wave), enabled = 0;
    uint32_t from[GCN_LANES];
    memcpy(from, v, sizeof from);
    for (unsigned lane = 0; lane < GCN_LANES; lane++) {
        unsigned source = m->dpp[lane];
        bool valid = source != NO_LANE && exec >> source & 1;
        bool in_mask = m->row_mask >> (lane / 16) & 1 && m->bank_mask >> (lane % 16 / 4) & 1;
        v[lane] = valid ? from[source] : 0;
        if (in_mask && (valid || m->bound_control)) enabled |= 1ull << lane;
    }
    return enabled;
}

static const void *gather(gcn_wave *wave, const gcn_inst *inst, int index, lane_values *storage, uint64_t *enabled)
{
    const gcn_operand *operand = &inst->src[index];
    if (operand->type == 'M') {
        expand_mask(gcn_read_scalar(wave, operand), storage->w);
        return storage->w;
    }
    if (is_wide((char)operand->type)) {
        gather_wide(wave, inst, index, storage);
        return storage->d;
    }
    bool dpp = inst->m.has_dpp && index == 0, changes = dpp || needs_modify(wave, inst, index);
    if (operand->kind == GCN_VECTOR) {
        const uint32_t *reg = wave->v[operand->reg];
        if (!changes) return reg;
        memcpy(storage->w, reg, sizeof storage->w);
    } else {
        uint32_t value = (uint32_t)gcn_read_scalar(wave, operand);
        for (unsigned lane = 0; lane < GCN_LANES; lane++) storage->w[lane] = value;
    }
    if (dpp) *enabled &= permute(wave, inst, storage->w);
    if (changes) modify(wave, inst, index, storage->w);
    return storage->w;
}

/* Clamp, output scale and flushing of f32; clamp of the other floats. */
static void finish_float(const gcn_wave *wave, const gcn_inst *inst, char type, lane_values *out)
{
    const gcn_modifiers *m = &inst->m;
    float *f = (float *)(void *)out->w;
    unsigned n = type == 'P' ? 2 * GCN_LANES : GCN_LANES;
    if (type == 'f' || type == 'P') {
        float scale = m->output_scale == 1 ? 2.0f : m->output_scale == 2 ? 4.0f : m->output_scale == -1 ? 0.5f : 1.0f;
        for (unsigned i = 0; i < n && m->output_scale; i++) f[i] *= scale;
        for (unsigned i = 0; i < n && m->clamp; i++) f[i] = f[i] > 0.0f ? (f[i] > 1.0f ? 1.0f : f[i]) : 0.0f;
        bool flush = !(wave->mode & KEEP_OUT_32) && !(inst->op->detail & GCN_KEEPS_DENORMALS);
        for (unsigned i = 0; i < n && flush; i++) out->w[i] = flush32(out->w[i]);
    } else if (type == 'F' && m->clamp) {
        double *d = (double *)(void *)out->d;
        for (unsigned i = 0; i < GCN_LANES; i++) d[i] = d[i] > 0.0 ? (d[i] > 1.0 ? 1.0 : d[i]) : 0.0;
    } else if (m->clamp && (type == 'h' || (type == 'p' && !(inst->op->detail & GCN_SATURATES)))) {
        for (unsigned lane = 0; lane < GCN_LANES; lane++)
            for (unsigned shift = 0; shift < (type == 'p' ? 32u : 16u); shift += 16) {
                float x = tri_f16_to_f32((uint16_t)(out->w[lane] >> shift));
                uint16_t bits = tri_f32_to_f16(x > 0.0f ? (x > 1.0f ? 1.0f : x) : 0.0f);
                out->w[lane] = (out->w[lane] & ~(0xffffu << shift)) | (uint32_t)bits << shift;
            }
    }
}

/* Where a 16-bit or SDWA result goes in its register. */
static void place(const gcn_inst *inst, char type, const uint32_t *reg, uint32_t *v)
{
    const gcn_modifiers *m = &inst->m;
    bool half = type == 'h' || type == 'w';
    if (m->has_sdwa && m->dst_select != GCN_SELECT_DWORD) {
        unsigned select = m->dst_select, bits = select >= GCN_SELECT_BYTE_0 ? 8 : 16;
        unsigned shift = select >= GCN_SELECT_BYTE_0 ? 8 * (select - GCN_SELECT_BYTE_0) : 16 * (select - GCN_SELECT_WORD_0);
        uint32_t mask = ((1u << bits) - 1) << shift;
        for (unsigned lane = 0; lane < GCN_LANES; lane++) {
            uint32_t value = v[lane] << shift & mask, above = mask == 0xffffu << 16 || shift + bits == 32 ? 0 : UINT32_MAX << (shift + bits);
            if (m->dst_unused == GCN_UNUSED_PRESERVE) value |= reg[lane] & ~mask;
            if (m->dst_unused == GCN_UNUSED_SEXT && value >> (shift + bits - 1) & 1) value |= above;
            v[lane] = value;
        }
        return;
    }
    if (!half) return;
    bool to_high = m->op_sel >> (inst->n_src - (strchr(inst->op->pattern, '@') != NULL)) & 1;
    bool keeps = to_high || inst->op->detail & GCN_KEEPS_HIGH;
    for (unsigned lane = 0; lane < GCN_LANES; lane++) {
        uint32_t low = v[lane] & 0xffff;
        v[lane] = to_high ? (reg[lane] & 0xffff) | low << 16 : keeps ? (reg[lane] & 0xffff0000) | low : low;
    }
}

static void store(uint32_t *reg, const uint32_t *v, uint64_t mask)
{
    if (mask == UINT64_MAX) {
        memcpy(reg, v, GCN_LANES * sizeof *v);
        return;
    }
    for (unsigned lane = 0; lane < GCN_LANES; lane++) reg[lane] = mask >> lane & 1 ? v[lane] : reg[lane];
}

gcn_step gcn_lane_op(gcn_wave *wave, const gcn_inst *inst)
{
    lane_values in_storage[MOST_SOURCES + 1], out_storage[2];
    const void *in[MOST_SOURCES + 1] = {NULL};
    void *out[2] = {out_storage[0].w, out_storage[1].w};
    uint64_t exec = gcn_exec(wave), enabled = exec;
    for (int i = 0; i < inst->n_src; i++) in[i] = gather(wave, inst, i, &in_storage[i], &enabled);
    if (inst->op->detail & GCN_READS_VCC) {
        expand_mask(gcn_s64(wave, GCN_VCC), in_storage[inst->n_src].w);
        in[inst->n_src] = in_storage[inst->n_src].w;
    }
    inst->body(out, in, inst);
    for (int i = 0; i < inst->n_dst; i++) {
        const gcn_operand *to = &inst->dst[i];
        char type = (char)to->type;
        if (type == 'M') {
            uint64_t mask = pack_mask(out_storage[i].w) & enabled;
            gcn_set_s64(wave, to->reg, mask);
            if (inst->op->detail & GCN_WRITES_EXEC) gcn_set_s64(wave, GCN_EXEC, mask);
            continue;
        }
        if (inst->m.clamp || inst->m.output_scale || !(wave->mode & KEEP_OUT_32)) finish_float(wave, inst, type, &out_storage[i]);
        if (is_wide(type)) {
            uint32_t low[GCN_LANES], high[GCN_LANES];
            for (unsigned lane = 0; lane < GCN_LANES; lane++) {
                low[lane] = (uint32_t)out_storage[i].d[lane];
                high[lane] = (uint32_t)(out_storage[i].d[lane] >> 32);
            }
            store(wave->v[to->reg], low, enabled);
            store(wave->v[to->reg + 1], high, enabled);
        } else {
            if (inst->m.has_sdwa || type == 'h' || type == 'w') place(inst, type, wave->v[to->reg], out_storage[i].w);
            store(wave->v[to->reg], out_storage[i].w, enabled);
        }
    }
    return GCN_NEXT;
}

/* detail 1: the first active lane (lane 0 when there is none). */
gcn_step gcn_v_readlane(gcn_wave *wave, const gcn_inst *inst)
{
    uint64_t exec = gcn_exec(wave);
    unsigned lane = inst->op->detail ? (exec ? (unsigned)__builtin_ctzll(exec) : 0) : (unsigned)gcn_read_scalar(wave, &inst->src[1]) & 63;
    gcn_set_s32(wave, inst->dst[0].reg, gcn_read_lane(wave, &inst->src[0], 0, lane));
    return GCN_NEXT;
}

gcn_step gcn_v_writelane(gcn_wave *wave, const gcn_inst *inst)
{
    unsigned lane = (unsigned)gcn_read_scalar(wave, &inst->src[1]) & 63;
    wave->v[inst->dst[0].reg][lane] = (uint32_t)gcn_read_scalar(wave, &inst->src[0]);
    return GCN_NEXT;
}
