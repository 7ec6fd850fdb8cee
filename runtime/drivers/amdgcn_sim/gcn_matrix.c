/* gcn_matrix.c - what surrounds the bodies of matrix instructions: the accumulator, the wait states behind a result, and the operands of the scaled
 * products, which come in five formats.
 *
 * EXEC does not matter to matrix instructions. */
#include <math.h>
#include <string.h>

#include "runtime/drivers/amdgcn_sim/gcn.h"

typedef uint32_t (*registers)[GCN_LANES];
typedef const uint32_t (*const_registers)[GCN_LANES];

/* The accumulator's registers. A constant is spread over as many as the result has; null after recording a fault. */
static const_registers accumulator(gcn_wave *wave, const gcn_inst *inst, registers room)
{
    const gcn_operand *d = &inst->dst[0], *c = &inst->src[2];
    if (c->kind != GCN_VECTOR) {
        uint64_t value = gcn_read_scalar(wave, c);
        bool wide = d->dwords == 8;
        for (unsigned i = 0; i < d->dwords; i++)
            for (unsigned lane = 0; lane < GCN_LANES; lane++) room[i][lane] = (uint32_t)(wide && i % 2 ? value >> 32 : value);
        return (const_registers)room;
    }
    bool overlap = c->reg != d->reg && c->reg < d->reg + d->dwords && d->reg < c->reg + c->dwords;
    if (!overlap) return (const_registers)wave->v[c->reg];
    /* Accumulators of at most 8 registers are read before the result is written (LLVM lets them overlap); larger ones are not. */
    if (c->dwords > 8) {
        gcn_fault(wave, inst, -1, "the accumulator and the result of a matrix instruction overlap in part");
        return NULL;
    }
    memcpy(room, wave->v[c->reg], c->dwords * sizeof *room);
    return (const_registers)room;
}

static gcn_step multiply(gcn_wave *wave, const gcn_inst *inst, const_registers a, const_registers b, uint32_t states)
{
    _Alignas(64) uint32_t room[16][GCN_LANES];
    const gcn_operand *d = &inst->dst[0];
    if (d->dwords > 16) return gcn_fault(wave, inst, -1, "a result of unexpected form");
    const_registers c = accumulator(wave, inst, room);
    if (!c) return GCN_FAULT;
    inst->matrix(wave->v + d->reg, a, b, c, inst);
    uint32_t ready = wave->clock + 1 + states;
    unsigned slot = wave->next_matrix++ % GCN_MATRIX_RESULTS;
    wave->matrix[slot].ready = ready;
    wave->matrix[slot].first = (uint16_t)(GCN_SGPRS + d->reg);
    wave->matrix[slot].n = d->dwords;
    if (ready > wave->matrix_until) wave->matrix_until = ready;
    return GCN_NEXT;
}

gcn_step gcn_matrix_op(gcn_wave *wave, const gcn_inst *inst)
{
    const gcn_operand *a = &inst->src[0], *b = &inst->src[1];
    if (a->kind != GCN_VECTOR || b->kind != GCN_VECTOR) return gcn_fault(wave, inst, -1, "the operands of a matrix instruction must be vectors");
    uint32_t states = (uint32_t)inst->op->detail >> (inst->gfx950 ? 8 : 0) & 0xff;
    return multiply(wave, inst, (const_registers)wave->v[a->reg], (const_registers)wave->v[b->reg], states);
}

/* ---- scaled products ---- */

/* By the number in cbsz and blgp: E4M3, E5M2, E2M3, E3M2, E2M1 of the OCP's documents. */
static const struct format {
    uint8_t bits, fraction_bits, bias;
} formats[] = {{8, 3, 7}, {8, 2, 15}, {6, 3, 1}, {6, 2, 3}, {4, 1, 1}};

enum { ELEMENTS = 32, FORMATS = sizeof formats / sizeof *formats, SCALE_NAN = 0xff };

static float small_float(const struct format *f, uint32_t bits)
{
    uint32_t magnitude = bits & ((1u << (f->bits - 1)) - 1), fraction = magnitude & ((1u << f->fraction_bits) - 1);
    int exponent = (int)(magnitude >> f->fraction_bits);
    uint32_t significand = fraction | (exponent ? 1u << f->fraction_bits : 0);
    float value = ldexpf((float)significand, (exponent ? exponent : 1) - f->bias - f->fraction_bits);
    if (f->bits == 8 && f->fraction_bits == 3 && magnitude == 0x7f) return NAN;
    if (f->bits == 8 && f->fraction_bits == 2 && exponent == 31) value = fraction ? NAN : INFINITY;
    return bits >> (f->bits - 1) ? -value : value;
}

/* 2 to the power of an E8M0 scale. */
static float power(uint32_t scale)
{
    float value;
    uint32_t bits = scale == 0 ? 1u << 22 : scale << 23;
    memcpy(&value, &bits, sizeof value);
    return scale == SCALE_NAN ? NAN : value;
}

/* Operand `index` (0: A, 1: B) as f32, in the layout of all other matrix instructions: element k % 32 of lane i + rows * (k / 32). In the
 * registers the narrow formats have it; of 8 bits a lane has two runs of 16 elements, half of K apart [R] (ROCm blog on matrix cores of CDNA 4). The
 * scale of 32 consecutive elements comes from the lane that has them in this layout; for 8 bits that is [E]. A scaled factor beyond f32 becomes
 * infinite. */
static bool decode(gcn_wave *wave, const gcn_inst *inst, int index, float (*out)[GCN_LANES])
{
    const gcn_operand *from = &inst->src[index];
    unsigned number = index ? inst->m.format_b : inst->m.format_a, rows = inst->dst[0].dwords == 16 ? 32 : 16, groups = GCN_LANES / rows;
    if (number >= FORMATS || from->kind != GCN_VECTOR || from->dwords != ELEMENTS * formats[number].bits / 32) {
        gcn_fault(wave, inst, -1, "an operand that does not fit the format that cbsz or blgp says");
        return false;
    }
    const struct format *format = &formats[number];
    float values[256];
    for (uint32_t bits = 0; bits < 1u << format->bits; bits++) values[bits] = small_float(format, bits);
    bool scaled = inst->n_src == 5;
    unsigned byte = (inst->m.op_sel >> index & 1) | (inst->m.op_sel_hi >> index & 1) << 1;
    for (unsigned lane = 0; lane < GCN_LANES; lane++) {
        uint32_t words[9] = {0}; /* one more: an element of 6 bits may be read across the last */
        for (unsigned i = 0; i < from->dwords; i++) words[i] = wave->v[from->reg + i][lane];
        for (unsigned e = 0; e < ELEMENTS; e++) {
            unsigned bit = e * format->bits, group = lane / rows;
            uint64_t pair = words[bit / 32] | (uint64_t)words[bit / 32 + 1] << 32;
            unsigned k = format->bits == 8 ? 16 * group + e % 16 + e / 16 * 16 * groups : ELEMENTS * group + e;
            out[k % ELEMENTS][lane % rows + rows * (k / ELEMENTS)] = values[(pair >> bit % 32) & ((1u << format->bits) - 1)];
        }
    }
    for (unsigned lane = 0; lane < GCN_LANES && scaled; lane++) {
        float factor = power(gcn_read_lane(wave, &inst->src[3 + index], 0, lane) >> (8 * byte) & 0xff);
        for (unsigned e = 0; e < ELEMENTS; e++) out[e][lane] *= factor;
    }
    return true;
}

/* detail: wait states, and in the next byte those when one operand has 8 bits. */
gcn_step gcn_scaled_matrix_op(gcn_wave *wave, const gcn_inst *inst)
{
    _Alignas(64) float a[ELEMENTS][GCN_LANES], b[ELEMENTS][GCN_LANES];
    if (!decode(wave, inst, 0, a) || !decode(wave, inst, 1, b)) return GCN_FAULT;
    bool wide = formats[inst->m.format_a].bits == 8 || formats[inst->m.format_b].bits == 8;
    return multiply(wave, inst, (const_registers)(const void *)a, (const_registers)(const void *)b,
                    (uint32_t)inst->op->detail >> (wide ? 8 : 0) & 0xff);
}
