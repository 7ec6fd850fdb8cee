/* gcn_lds.c - the workgroup's local memory: loads, stores, atomics, lane permutation through it, and the race check.
 *
 * The shadow keeps, per granule (4 bytes, or as small as the kernel's smallest access), the operation that wrote it last and one that read it. Waves
 * may only rely on what another wave's operations had completed (been waited for) when that wave arrived at a barrier which both passed.
 *
 * What a load from memory straight to LDS brings is in flight until the issuing wave's s_waitcnt vmcnt that covers it. Any access to such bytes, also
 * by that wave, is a fault, and so is such a load onto bytes that the wave itself still reads or writes (lgkmcnt), as the two kinds of operations are
 * in no order. Nothing can therefore see when within its legal time the data move, and they move at the issue. */
#include "runtime/drivers/amdgcn_sim/gcn.h"

#include <inttypes.h>
#include <string.h>

enum { BYTES = 0xff };

static bool in_bounds(gcn_wave *wave, const gcn_inst *inst, int lane, uint64_t address, uint32_t n, const char *verb)
{
    uint32_t size = wave->group->launch->lds_bytes;
    if (address < size && size - address >= n) return true;
    gcn_fault(wave, inst, lane, "%s %" PRIu32 " bytes at LDS offset %" PRIu64 "; the workgroup has %" PRIu32 " bytes of LDS", verb, n, address, size);
    return false;
}

static int writer_wave(const gcn_lds_shadow *s) { return (s->writer - 1) / 2; }
static int writer_pipe(const gcn_lds_shadow *s) { return (s->writer - 1) % 2; }

/* Whether the granule's newest write is another wave's that this wave may not rely on. */
static bool written_by_other(const gcn_wave *wave, const gcn_lds_shadow *s)
{
    if (!s->writer || writer_wave(s) == wave->number) return false;
    return s->write_ticket > wave->group->waves[writer_wave(s)].published[writer_pipe(s)];
}

/* Another wave whose read of the granule need not be over; -1: none. */
static int other_reader(const gcn_wave *wave, const gcn_lds_shadow *s)
{
    int newest = s->reader - 1;
    if (s->reader && newest != wave->number && s->read_ticket > wave->group->waves[newest].published[0]) return newest;
    return s->shared_epoch == wave->group->epoch && s->earlier_reader != wave->number + 1 ? s->earlier_reader - 1 : -1;
}

/* Whether an operation of this wave through the other pipe is under way there. */
static bool own_load_to_lds(const gcn_wave *wave, const gcn_lds_shadow *s)
{
    return s->writer && writer_wave(s) == wave->number && writer_pipe(s) && s->write_ticket > wave->completed[1];
}
static bool own_access(const gcn_wave *wave, const gcn_lds_shadow *s)
{
    bool writes = s->writer && writer_wave(s) == wave->number && !writer_pipe(s) && s->write_ticket > wave->completed[0];
    return writes || (s->reader == wave->number + 1 && s->read_ticket > wave->completed[0]);
}

/* Two waves may have read a granule since its last write: the newest is kept, and one other for as long as the barrier epoch lasts. */
static void note_read(const gcn_wave *wave, gcn_lds_shadow *s)
{
    int newest = s->reader - 1;
    if (s->reader && newest != wave->number && s->read_ticket > wave->group->waves[newest].published[0]) {
        s->shared_epoch = wave->group->epoch;
        s->earlier_reader = s->reader;
    }
    s->reader = (uint8_t)(wave->number + 1);
    s->read_ticket = wave->ticket + 1;
}

static const char *write_of(const gcn_lds_shadow *s) { return writer_pipe(s) ? "fills by a load to LDS" : "writes"; }
static bool waited(const gcn_wave *wave, const gcn_lds_shadow *s)
{
    return s->write_ticket <= wave->group->waves[writer_wave(s)].completed[writer_pipe(s)];
}

/* A race with the wave that has written the granule, or still does: then a wait lacks beside the barrier. */
static uint8_t *race_with_writer(gcn_wave *wave, const gcn_inst *inst, int lane, const char *verb, uint64_t offset, const gcn_lds_shadow *s)
{
    const gcn_launch *launch = wave->group->launch;
    char statement[600];
    gcn_fault(wave, inst, lane, "race: %s LDS offset %" PRIu64 ", which wave %d %s%s without a barrier%s between", verb, offset, writer_wave(s),
              write_of(s), gcn_statement(launch->image, launch->kernel, s->write_pc, " in", statement, sizeof statement),
              waited(wave, s) ? "" : " and a wait");
    return NULL;
}

static uint8_t *in_flight(gcn_wave *wave, const gcn_inst *inst, int lane, const char *verb, uint64_t offset)
{
    gcn_fault(wave, inst, lane, "%s LDS offset %" PRIu64 " before the load to LDS of the same wave that fills it was waited for (vmcnt)", verb,
              offset);
    return NULL;
}

uint8_t *gcn_lds_read(gcn_wave *wave, const gcn_inst *inst, int lane, uint64_t address, uint32_t n)
{
    gcn_workgroup *group = wave->group;
    if (!in_bounds(wave, inst, lane, address, n, "reads")) return NULL;
    int shift = group->launch->kernel->lds_shift;
    for (uint64_t g = address >> shift; g <= (address + n - 1) >> shift; g++) {
        gcn_lds_shadow *s = &group->shadow[g];
        if (!s->writer) {
            gcn_fault(wave, inst, lane, "reads LDS offset %" PRIu64 ", which was never written before this read (is a barrier missing?)", g << shift);
            return NULL;
        }
        if (written_by_other(wave, s)) return race_with_writer(wave, inst, lane, "reads", g << shift, s);
        if (own_load_to_lds(wave, s)) return in_flight(wave, inst, lane, "reads", g << shift);
        note_read(wave, s);
    }
    return group->lds + address;
}

static uint8_t *write_checked(gcn_wave *wave, const gcn_inst *inst, int lane, uint64_t address, uint32_t n, int pipe, bool atomic)
{
    gcn_workgroup *group = wave->group;
    if (!in_bounds(wave, inst, lane, address, n, "writes")) return NULL;
    int shift = group->launch->kernel->lds_shift;
    for (uint64_t g = address >> shift; g <= (address + n - 1) >> shift; g++) {
        gcn_lds_shadow *s = &group->shadow[g];
        if (!(atomic && s->atomic)) {
            if (written_by_other(wave, s)) return race_with_writer(wave, inst, lane, "writes", g << shift, s);
            int reader = other_reader(wave, s);
            if (reader >= 0) {
                gcn_fault(wave, inst, lane, "race: writes LDS offset %" PRIu64 ", which wave %d reads without a barrier and a wait between",
                          g << shift, reader);
                return NULL;
            }
            if (own_load_to_lds(wave, s)) return in_flight(wave, inst, lane, "writes", g << shift);
            if (pipe && own_access(wave, s)) {
                gcn_fault(wave, inst, lane, "loads to LDS offset %" PRIu64 ", which the same wave still reads or writes: an lgkmcnt wait is missing",
                          g << shift);
                return NULL;
            }
        }
        *s = (gcn_lds_shadow){
            .write_ticket = wave->ticket + 1, .writer = (uint8_t)(1 + 2 * wave->number + pipe), .atomic = atomic, .write_pc = inst->pc};
    }
    return group->lds + address;
}

uint8_t *gcn_lds_write(gcn_wave *wave, const gcn_inst *inst, int lane, uint64_t address, uint32_t n, int pipe)
{
    return write_checked(wave, inst, lane, address, n, pipe, false);
}

uint8_t *gcn_lds_atomic(gcn_wave *wave, const gcn_inst *inst, int lane, uint64_t address, uint32_t n)
{
    if (!in_bounds(wave, inst, lane, address, n, "changes")) return NULL;
    int shift = wave->group->launch->kernel->lds_shift;
    for (uint64_t g = address >> shift; g <= (address + n - 1) >> shift; g++)
        if (!wave->group->shadow[g].writer) {
            gcn_fault(wave, inst, lane, "changes LDS offset %" PRIu64 ", which was never written", g << shift);
            return NULL;
        }
    return write_checked(wave, inst, lane, address, n, 0, true);
}

/* ---- instructions ---- */

static uint64_t lds_address(const gcn_wave *wave, const gcn_inst *inst, int lane)
{
    return (uint32_t)(gcn_read_lane(wave, &inst->src[0], 0, (unsigned)lane) + (uint32_t)inst->m.offset); /* a negative base wraps, since gfx7 */
}

static bool good_data(gcn_wave *wave, const gcn_inst *inst, const gcn_operand *data, unsigned bytes)
{
    if (data->kind == GCN_VECTOR && data->dwords == (bytes + 3) / 4) return true;
    gcn_fault(wave, inst, -1, "the data operand has an unexpected form");
    return false;
}

static gcn_step issue(gcn_wave *wave, const gcn_inst *inst)
{
    bool loads = inst->n_dst == 1;
    return gcn_issue(wave, inst, GCN_QUEUE_LGKM, GCN_ORDERED | GCN_TOUCHES_LDS, loads ? (unsigned)GCN_SGPRS + inst->dst[0].reg : 0,
                     loads ? inst->dst[0].dwords : 0);
}

gcn_step gcn_ds_read(gcn_wave *wave, const gcn_inst *inst)
{
    int detail = inst->op->detail, n = detail & BYTES;
    const gcn_operand *to = &inst->dst[0];
    if (!good_data(wave, inst, to, (unsigned)n)) return GCN_FAULT;
    uint64_t exec = gcn_exec(wave);
    uint64_t addresses[GCN_LANES]; /* the result may overwrite the address register */
    for (int lane = 0; lane < GCN_LANES; lane++) addresses[lane] = lds_address(wave, inst, lane);
    gcn_count_conflicts(wave, addresses, (unsigned)n, false);
    for (int lane = 0; lane < GCN_LANES; lane++) {
        if (!(exec >> lane & 1)) continue;
        const uint8_t *at = gcn_lds_read(wave, inst, lane, addresses[lane], (uint32_t)n);
        if (!at) return GCN_FAULT;
        for (int dword = 0; dword < n / 4; dword++) memcpy(&wave->v[to->reg + dword][lane], at + 4 * dword, 4);
        if (n >= 4) continue;
        uint32_t value = n == 1 ? at[0] : (uint32_t)(at[0] | at[1] << 8), *reg = &wave->v[to->reg][lane];
        if (detail & GCN_SIGNED) value = n == 1 ? (uint32_t)(int8_t)value : (uint32_t)(int16_t)value;
        *reg = detail & GCN_LOW_HALF ? (*reg & 0xffff0000) | (value & 0xffff) : detail & GCN_HIGH_HALF ? (*reg & 0xffff) | value << 16 : value;
    }
    return issue(wave, inst);
}

gcn_step gcn_ds_write(gcn_wave *wave, const gcn_inst *inst)
{
    int detail = inst->op->detail, n = detail & BYTES;
    const gcn_operand *from = &inst->src[1];
    if (!good_data(wave, inst, from, (unsigned)n)) return GCN_FAULT;
    uint64_t exec = gcn_exec(wave), addresses[GCN_LANES];
    for (int lane = 0; lane < GCN_LANES; lane++) addresses[lane] = lds_address(wave, inst, lane);
    gcn_count_conflicts(wave, addresses, (unsigned)n, true);
    for (int lane = 0; lane < GCN_LANES; lane++) {
        if (!(exec >> lane & 1)) continue;
        uint8_t *at = gcn_lds_write(wave, inst, lane, addresses[lane], (uint32_t)n, 0);
        if (!at) return GCN_FAULT;
        for (int dword = 0; dword < n / 4; dword++) memcpy(at + 4 * dword, &wave->v[from->reg + dword][lane], 4);
        uint32_t value = wave->v[from->reg][lane] >> (detail & GCN_HIGH_HALF ? 16 : 0);
        if (n < 4) at[0] = (uint8_t)value;
        if (n == 2) at[1] = (uint8_t)(value >> 8);
    }
    return issue(wave, inst);
}

/* Transposing reads; detail is the bits of an element. The data of each 16 lanes, one lane's behind the other's, are rows of 16 elements, and each of
 * the lanes gets a column (rocRoller's TransposeLoad tests, which ran on the chip; CDNA 4 ISA, "MFMA Transpose Load from LDS"). */
gcn_step gcn_ds_read_transposed(gcn_wave *wave, const gcn_inst *inst)
{
    enum { TOGETHER = 16 };
    const gcn_operand *to = &inst->dst[0];
    unsigned bits = (unsigned)inst->op->detail, words = to->dwords, per_lane = 32 * words / bits, alignment = words == 3 ? 16 : 8;
    uint64_t exec = gcn_exec(wave), addresses[GCN_LANES];
    uint8_t data[GCN_LANES][16] = {0}; /* a dword more than is used: elements are read as 16 bits from their first byte */
    for (int lane = 0; lane < GCN_LANES; lane++) {
        addresses[lane] = lds_address(wave, inst, lane);
        if (!(exec >> lane & 1)) continue;
        if ((uint16_t) ~(exec >> lane / TOGETHER * TOGETHER))
            return gcn_fault(wave, inst, lane, "a transposing read while some of the 16 lanes that share it are off");
        if (addresses[lane] % alignment)
            return gcn_fault(wave, inst, lane, "a transposing read at LDS offset %" PRIu64 ", which is not a multiple of %u", addresses[lane],
                             alignment);
        const uint8_t *at = gcn_lds_read(wave, inst, lane, addresses[lane], 4 * words);
        if (!at) return GCN_FAULT;
        memcpy(data[lane], at, 4 * words);
    }
    gcn_count_conflicts(wave, addresses, 4 * words, false);
    for (unsigned lane = 0; lane < GCN_LANES; lane++) {
        if (!(exec >> lane & 1)) continue;
        uint32_t column[4] = {0};
        for (unsigned row = 0; row < per_lane; row++) {
            unsigned element = TOGETHER * row + lane % TOGETHER, bit = element % per_lane * bits;
            const uint8_t *at = data[lane / TOGETHER * TOGETHER + element / per_lane] + bit / 8;
            uint32_t value = ((uint32_t)(at[0] | at[1] << 8) >> bit % 8) & ((1u << bits) - 1);
            column[row * bits / 32] |= value << row * bits % 32;
            if (row * bits % 32 + bits > 32) column[row * bits / 32 + 1] |= value >> (32 - row * bits % 32);
        }
        for (unsigned word = 0; word < words; word++) wave->v[to->reg + word][lane] = column[word];
    }
    return issue(wave, inst);
}

/* Two accesses, their offsets in units of the access (times 64). */
static uint32_t pair_offset(const gcn_inst *inst, int which)
{
    uint64_t unit = (uint64_t)(inst->op->detail & BYTES) * (inst->op->detail & GCN_STRIDE_64 ? 64 : 1);
    return (uint32_t)(unit * (uint64_t)(which ? inst->m.offset1 : inst->m.offset));
}

static void pair_addresses(gcn_wave *wave, const gcn_inst *inst, bool write, uint64_t addresses[2][GCN_LANES])
{
    for (int which = 0; which < 2; which++) {
        for (unsigned lane = 0; lane < GCN_LANES; lane++)
            addresses[which][lane] = gcn_read_lane(wave, &inst->src[0], 0, lane) + pair_offset(inst, which);
        gcn_count_conflicts(wave, addresses[which], (unsigned)inst->op->detail & BYTES, write);
    }
}

gcn_step gcn_ds_read2(gcn_wave *wave, const gcn_inst *inst)
{
    unsigned n = (unsigned)inst->op->detail & BYTES, words = n / 4;
    const gcn_operand *to = &inst->dst[0];
    if (!good_data(wave, inst, to, 2 * n)) return GCN_FAULT;
    uint64_t exec = gcn_exec(wave), addresses[2][GCN_LANES];
    pair_addresses(wave, inst, false, addresses);
    for (int lane = 0; lane < GCN_LANES; lane++) {
        if (!(exec >> lane & 1)) continue;
        uint32_t values[4];
        for (int which = 0; which < 2; which++) {
            const uint8_t *at = gcn_lds_read(wave, inst, lane, addresses[which][lane], n);
            if (!at) return GCN_FAULT;
            memcpy(values + words * (unsigned)which, at, n);
        }
        for (unsigned i = 0; i < 2 * words; i++) wave->v[to->reg + i][lane] = values[i];
    }
    return issue(wave, inst);
}

gcn_step gcn_ds_write2(gcn_wave *wave, const gcn_inst *inst)
{
    unsigned n = (unsigned)inst->op->detail & BYTES;
    if (!good_data(wave, inst, &inst->src[1], n) || !good_data(wave, inst, &inst->src[2], n)) return GCN_FAULT;
    uint64_t exec = gcn_exec(wave), addresses[2][GCN_LANES];
    pair_addresses(wave, inst, true, addresses);
    for (int lane = 0; lane < GCN_LANES; lane++) {
        if (!(exec >> lane & 1)) continue;
        for (int which = 0; which < 2; which++) {
            uint8_t *at = gcn_lds_write(wave, inst, lane, addresses[which][lane], n, 0);
            if (!at) return GCN_FAULT;
            for (unsigned i = 0; i < n / 4; i++) memcpy(at + 4 * i, &wave->v[inst->src[1 + which].reg + i][lane], 4);
        }
    }
    return issue(wave, inst);
}

gcn_step gcn_ds_atomic(gcn_wave *wave, const gcn_inst *inst)
{
    bool wide = inst->op->detail & GCN_WIDE;
    uint32_t n = wide ? 8 : 4;
    const gcn_operand *data = &inst->src[1];
    if (!good_data(wave, inst, data, n) || (inst->n_dst && !good_data(wave, inst, &inst->dst[0], n))) return GCN_FAULT;
    uint64_t exec = gcn_exec(wave);
    for (int lane = 0; lane < GCN_LANES; lane++) {
        if (!(exec >> lane & 1)) continue;
        uint8_t *at = gcn_lds_atomic(wave, inst, lane, lds_address(wave, inst, lane), n);
        if (!at) return GCN_FAULT;
        uint64_t old = 0, value = 0;
        memcpy(&old, at, n);
        for (unsigned i = 0; i < n / 4; i++) value |= (uint64_t)wave->v[data->reg + i][lane] << (32 * i);
        uint64_t result = gcn_atomic_apply((gcn_atomic)(inst->op->detail & BYTES), wide, old, value, 0);
        memcpy(at, &result, n);
        for (unsigned i = 0; i < n / 4 && inst->n_dst; i++) wave->v[inst->dst[0].reg + i][lane] = (uint32_t)(old >> (32 * i));
    }
    return issue(wave, inst);
}

/* detail 1: each lane fetches from the lane it names (0 when that one is off); 0: each lane sends to the lane it names. */
gcn_step gcn_ds_permute(gcn_wave *wave, const gcn_inst *inst)
{
    uint64_t exec = gcn_exec(wave);
    uint32_t result[GCN_LANES] = {0};
    for (int lane = 0; lane < GCN_LANES; lane++) {
        if (!(exec >> lane & 1)) continue;
        unsigned other = (unsigned)(lds_address(wave, inst, lane) / 4) & 63;
        if (!inst->op->detail)
            result[other] = gcn_read_lane(wave, &inst->src[1], 0, (unsigned)lane);
        else if (exec >> other & 1)
            result[lane] = gcn_read_lane(wave, &inst->src[1], 0, other);
    }
    for (int lane = 0; lane < GCN_LANES; lane++)
        if (exec >> lane & 1) wave->v[inst->dst[0].reg][lane] = result[lane];
    return issue(wave, inst);
}

gcn_step gcn_ds_swizzle(gcn_wave *wave, const gcn_inst *inst)
{
    uint64_t exec = gcn_exec(wave);
    uint32_t pattern = (uint32_t)inst->m.offset, result[GCN_LANES];
    for (unsigned lane = 0; lane < GCN_LANES; lane++) {
        unsigned quad = (lane & ~3u) + (pattern >> (2 * (lane & 3)) & 3);
        unsigned masked = (lane & 32) | ((((lane & 31) & (pattern & 31)) | (pattern >> 5 & 31)) ^ (pattern >> 10 & 31));
        unsigned from = pattern & 0x8000 ? quad : masked;
        result[lane] = exec >> from & 1 ? gcn_read_lane(wave, &inst->src[0], 0, from) : 0;
    }
    for (int lane = 0; lane < GCN_LANES; lane++)
        if (exec >> lane & 1) wave->v[inst->dst[0].reg][lane] = result[lane];
    return issue(wave, inst);
}
