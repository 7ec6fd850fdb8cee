/* gcn_memory.c - global, flat, scratch, buffer and scalar memory, and atomics.
 *
 * Every access must lie in one region of the launch: a buffer, the kernel's arguments, the code object. The data move at once; that they may not
 * be used
 * before an s_waitcnt is the business of gcn_issue. Cache policy bits have no meaning here. */
#include "runtime/drivers/amdgcn_sim/gcn.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/dtype.h"

enum { BYTES = 0xff };

static uint8_t *outside(gcn_wave *wave, const gcn_inst *inst, int lane, uint64_t address, uint32_t n, bool write)
{
    const gcn_launch *launch = wave->group->launch;
    const gcn_region *near = NULL;
    uint64_t least = 1u << 24; /* what is farther from every buffer has nothing to do with one */
    for (size_t i = 0; i < launch->n_regions; i++) {
        const gcn_region *region = &launch->regions[i];
        uint64_t distance = address < region->base                   ? region->base - address
                            : address - region->base < region->bytes ? 0
                                                                     : address - region->base - region->bytes;
        if (distance < least) least = distance, near = region;
    }
    const char *verb = write ? "writes" : "reads";
    if (near)
        gcn_fault(wave, inst, lane, "%s %" PRIu32 " bytes at offset %" PRId64 " of %s, which has %" PRIu64 " bytes", verb, n,
                  (int64_t)(address - near->base), near->name, near->bytes);
    else
        gcn_fault(wave, inst, lane, "%s %" PRIu32 " bytes at address 0x%" PRIx64 ", which is in no buffer of the launch", verb, n, address);
    return NULL;
}

uint8_t *gcn_access(gcn_wave *wave, const gcn_inst *inst, int lane, uint64_t address, uint32_t n, bool write)
{
    gcn_workgroup *group = wave->group;
    const gcn_region *region = group->last_region;
    if (address - region->base >= region->bytes || region->bytes - (address - region->base) < n || (write && !region->writable)) {
        const gcn_launch *launch = group->launch;
        const gcn_region *found = NULL, *read_only = NULL;
        for (size_t i = 0; i < launch->n_regions && !found; i++) {
            const gcn_region *r = &launch->regions[i];
            if (address - r->base >= r->bytes || r->bytes - (address - r->base) < n) continue;
            if (write && !r->writable)
                read_only = r;
            else
                found = r;
        }
        if (!found && read_only) {
            gcn_fault(wave, inst, lane, "writes %" PRIu32 " bytes at offset %" PRIu64 " of %s, which is read-only", n, address - read_only->base,
                      read_only->name);
            return NULL;
        }
        if (!found) return outside(wave, inst, lane, address, n, write);
        group->last_region = region = found;
    }
    uint64_t offset = address - region->base;
    if (region->written && write) {
        memset(region->written + offset, 1, n);
    } else if (region->written) {
        for (uint32_t i = 0; i < n; i++)
            if (!region->written[offset + i]) {
                gcn_fault(wave, inst, lane, "reads %" PRIu32 " bytes at offset %" PRIu64 " of %s, which were never written", n, offset, region->name);
                return NULL;
            }
    }
    return region->host + offset;
}

/* ---- one lane's data between memory and registers ---- */

static void load_lane(gcn_wave *wave, const gcn_inst *inst, const gcn_operand *to, int lane, const uint8_t *from)
{
    int detail = inst->op->detail, n = detail & BYTES;
    if (n >= 4) {
        for (int dword = 0; dword < n / 4; dword++) memcpy(&wave->v[to->reg + dword][lane], from + 4 * dword, 4);
        return;
    }
    uint32_t value = n == 1 ? from[0] : (uint32_t)(from[0] | from[1] << 8), *reg = &wave->v[to->reg][lane];
    if (detail & GCN_SIGNED) value = n == 1 ? (uint32_t)(int8_t)value : (uint32_t)(int16_t)value;
    if (detail & GCN_LOW_HALF)
        *reg = (*reg & 0xffff0000) | (value & 0xffff);
    else if (detail & GCN_HIGH_HALF)
        *reg = (*reg & 0xffff) | value << 16;
    else
        *reg = value;
}

static void store_lane(const gcn_wave *wave, const gcn_inst *inst, const gcn_operand *from, int lane, uint8_t *to)
{
    int detail = inst->op->detail, n = detail & BYTES;
    for (int dword = 0; dword < n / 4; dword++) memcpy(to + 4 * dword, &wave->v[from->reg + dword][lane], 4);
    if (n >= 4) return;
    uint32_t value = wave->v[from->reg][lane] >> (detail & GCN_HIGH_HALF ? 16 : 0);
    to[0] = (uint8_t)value;
    if (n == 2) to[1] = (uint8_t)(value >> 8);
}

static bool good_data(gcn_wave *wave, const gcn_inst *inst, const gcn_operand *data, unsigned bytes)
{
    if (data->kind == GCN_VECTOR && data->dwords == (bytes + 3) / 4) return true;
    gcn_fault(wave, inst, -1, "the data operand has an unexpected form");
    return false;
}

static unsigned vector_use(const gcn_operand *operand) { return GCN_SGPRS + operand->reg; }

/* Enters a finished vector memory operation in the counters. */
static gcn_step issue(gcn_wave *wave, const gcn_inst *inst, unsigned queues, unsigned order)
{
    bool loads = inst->n_dst == 1;
    return gcn_issue(wave, inst, queues, order, loads ? vector_use(&inst->dst[0]) : 0, loads ? inst->dst[0].dwords : 0);
}

/* Memory to LDS: lanes stand side by side from M0's base on, the instruction's offset added as it is to the address in memory. */
static bool load_to_lds(gcn_wave *wave, const gcn_inst *inst, int lane, const uint8_t *from)
{
    int detail = inst->op->detail;
    uint32_t n = (uint32_t)detail & BYTES, size = n < 4 ? 4 : n;
    uint8_t bytes[16] = {0};
    memcpy(bytes, from, n);
    if (detail & GCN_SIGNED && bytes[n - 1] >> 7) memset(bytes + n, 0xff, size - n);
    uint64_t address = wave->s[GCN_M0] + (uint64_t)inst->m.offset + (uint64_t)lane * size;
    uint8_t *to = gcn_lds_write(wave, inst, lane, address, size, 1);
    if (to) memcpy(to, bytes, size);
    return to != NULL;
}

static bool m0_is_there(gcn_wave *wave, const gcn_inst *inst)
{
    if (wave->clock >= wave->m0_ready) return true;
    gcn_fault(wave, inst, -1, "a load to LDS right behind the write of M0 that it uses: an s_nop is missing");
    return false;
}

/* ---- global, flat, scratch ---- */

/* A 64-bit vector address, or a scalar base with a 32-bit vector offset. */
static bool global_address(gcn_wave *wave, const gcn_inst *inst, const gcn_operand *vector, const gcn_operand *scalar, unsigned lane, uint64_t *out)
{
    bool has_base = scalar && scalar->kind == GCN_SCALAR && scalar->dwords == 2, no_base = !scalar || scalar->kind == GCN_OFF;
    if (vector->kind != GCN_VECTOR || (!has_base && !no_base) || vector->dwords != (has_base ? 1 : 2)) {
        gcn_fault(wave, inst, -1, "an address of unexpected form");
        return false;
    }
    uint64_t base = has_base ? gcn_s64(wave, scalar->reg) : (uint64_t)wave->v[vector->reg + 1][lane] << 32;
    *out = base + wave->v[vector->reg][lane] + (uint64_t)inst->m.offset;
    return true;
}

gcn_step gcn_global(gcn_wave *wave, const gcn_inst *inst)
{
    bool is_store = inst->op->detail & GCN_STORE, to_lds = !is_store && inst->n_dst == 0;
    uint32_t n = (uint32_t)inst->op->detail & BYTES;
    const gcn_operand *data = is_store ? &inst->src[1] : &inst->dst[0];
    if (to_lds ? !m0_is_there(wave, inst) : !good_data(wave, inst, data, n)) return GCN_FAULT;
    uint64_t exec = gcn_exec(wave), address;
    for (int lane = 0; lane < GCN_LANES; lane++) {
        if (!(exec >> lane & 1)) continue;
        if (!global_address(wave, inst, &inst->src[0], &inst->src[is_store ? 2 : 1], (unsigned)lane, &address)) return GCN_FAULT;
        uint8_t *at = gcn_access(wave, inst, lane, address, n, is_store);
        if (!at) return GCN_FAULT;
        if (is_store)
            store_lane(wave, inst, data, lane, at);
        else if (!to_lds)
            load_lane(wave, inst, data, lane, at);
        else if (!load_to_lds(wave, inst, lane, at))
            return GCN_FAULT;
    }
    return issue(wave, inst, GCN_QUEUE_VM, to_lds ? GCN_ORDERED | GCN_TOUCHES_LDS : GCN_ORDERED);
}

static uint8_t *scratch_at(gcn_wave *wave, const gcn_inst *inst, int lane, uint64_t offset, uint32_t n)
{
    uint32_t size = wave->group->launch->kernel->scratch_bytes;
    if (offset < size && size - offset >= n) return wave->scratch + (size_t)lane * size + offset;
    gcn_fault(wave, inst, lane, "accesses %" PRIu32 " bytes at offset %" PRId64 " of the work-item's scratch, which has %" PRIu32 " bytes", n,
              (int64_t)offset, size);
    return NULL;
}

gcn_step gcn_flat(gcn_wave *wave, const gcn_inst *inst)
{
    bool is_store = inst->op->detail & GCN_STORE;
    uint32_t n = (uint32_t)inst->op->detail & BYTES;
    const gcn_operand *data = is_store ? &inst->src[1] : &inst->dst[0];
    if (!good_data(wave, inst, data, n)) return GCN_FAULT;
    uint64_t exec = gcn_exec(wave), address;
    for (int lane = 0; lane < GCN_LANES; lane++) {
        if (!(exec >> lane & 1)) continue;
        if (!global_address(wave, inst, &inst->src[0], NULL, (unsigned)lane, &address)) return GCN_FAULT;
        uint64_t aperture = address & ~0xffffffffull, offset = (uint32_t)address;
        uint8_t *at = aperture == GCN_PRIVATE_BASE  ? scratch_at(wave, inst, lane, offset, n)
                      : aperture != GCN_SHARED_BASE ? gcn_access(wave, inst, lane, address, n, is_store)
                      : is_store                    ? gcn_lds_write(wave, inst, lane, offset, n, 0)
                                                    : gcn_lds_read(wave, inst, lane, offset, n);
        if (!at) return GCN_FAULT;
        if (is_store)
            store_lane(wave, inst, data, lane, at);
        else
            load_lane(wave, inst, data, lane, at);
    }
    return issue(wave, inst, GCN_QUEUE_VM | GCN_QUEUE_LGKM, GCN_TOUCHES_LDS);
}

gcn_step gcn_scratch(gcn_wave *wave, const gcn_inst *inst)
{
    bool is_store = inst->op->detail & GCN_STORE;
    uint32_t n = (uint32_t)inst->op->detail & BYTES;
    const gcn_operand *data = is_store ? &inst->src[1] : &inst->dst[0], *vector = &inst->src[0], *scalar = &inst->src[is_store ? 2 : 1];
    if (!good_data(wave, inst, data, n)) return GCN_FAULT;
    uint64_t exec = gcn_exec(wave), base = scalar->kind == GCN_SCALAR ? wave->s[scalar->reg] : 0;
    for (int lane = 0; lane < GCN_LANES; lane++) {
        if (!(exec >> lane & 1)) continue;
        uint64_t offset = base + (vector->kind == GCN_VECTOR ? wave->v[vector->reg][lane] : 0) + (uint64_t)inst->m.offset;
        uint8_t *at = scratch_at(wave, inst, lane, offset, n);
        if (!at) return GCN_FAULT;
        if (is_store)
            store_lane(wave, inst, data, lane, at);
        else
            load_lane(wave, inst, data, lane, at);
    }
    return issue(wave, inst, GCN_QUEUE_VM, GCN_ORDERED);
}

/* ---- buffers ---- */

typedef struct buffer_access {
    uint64_t base, records;
    uint32_t stride, scalar_offset;
} buffer_access;

/* `resource` is the buffer's descriptor in 4 scalar registers. */
static bool open_buffer(gcn_wave *wave, const gcn_inst *inst, const gcn_operand *resource, const gcn_operand *scalar, buffer_access *out)
{
    if (resource->kind != GCN_SCALAR || resource->dwords != 4 || scalar->kind == GCN_VECTOR) {
        gcn_fault(wave, inst, -1, "a buffer descriptor of unexpected form");
        return false;
    }
    const uint32_t *word = &wave->s[resource->reg];
    out->base = word[0] | (uint64_t)(word[1] & 0xffff) << 32;
    out->stride = word[1] >> 16 & 0x3fff;
    out->records = word[2];
    out->scalar_offset = (uint32_t)gcn_read_scalar(wave, scalar);
    bool swizzled = word[1] >> 31, adds_lane = word[3] >> 23 & 1;
    if (!swizzled && !adds_lane) return true;
    gcn_fault(wave, inst, -1, "a buffer descriptor that swizzles or adds the lane's number, which the simulator does not have");
    return false;
}

/* The address of a lane; false when it is out of the descriptor's range, where loads give 0 and stores do nothing. */
static bool buffer_address(const gcn_wave *wave, const gcn_inst *inst, const buffer_access *buffer, const gcn_operand *vector, int lane,
                           uint32_t part, uint32_t n, uint64_t *out)
{
    uint64_t index = 0, offset = (uint64_t)inst->m.offset + part;
    unsigned reg = vector->reg;
    if (inst->m.idxen && vector->kind == GCN_VECTOR) index = wave->v[reg++][lane];
    if (inst->m.offen && vector->kind == GCN_VECTOR) offset += wave->v[reg][lane];
    *out = buffer->base + buffer->scalar_offset + index * buffer->stride + offset;
    if (buffer->stride && inst->m.idxen) return index < buffer->records && offset + n <= buffer->stride;
    return offset + buffer->scalar_offset + n <= buffer->records;
}

static bool good_buffer_vector(gcn_wave *wave, const gcn_inst *inst, const gcn_operand *vector)
{
    unsigned need = (unsigned)inst->m.idxen + (unsigned)inst->m.offen;
    if (need && (vector->kind != GCN_VECTOR || vector->dwords != need)) {
        gcn_fault(wave, inst, -1, "a buffer address of unexpected form");
        return false;
    }
    /* The manual does not say whether a sum of offsets beyond 32 bits wraps around into the buffer. */
    uint64_t exec = gcn_exec(wave), largest = inst->m.offen ? UINT32_MAX - (uint64_t)inst->m.offset : UINT32_MAX;
    for (int lane = 0; lane < GCN_LANES && inst->m.offen; lane++)
        if (exec >> lane & 1 && wave->v[vector->reg + need - 1][lane] > largest) {
            gcn_fault(wave, inst, lane,
                      "the buffer offset and the instruction's offset exceed 32 bits; out of range is said with less, such as 1 << 31");
            return false;
        }
    return true;
}

gcn_step gcn_buffer(gcn_wave *wave, const gcn_inst *inst)
{
    bool is_store = inst->op->detail & GCN_STORE, to_lds = inst->m.lds;
    uint32_t n = (uint32_t)inst->op->detail & BYTES, part_bytes = n < 4 ? n : 4;
    const gcn_operand *vector = &inst->src[is_store ? 1 : 0], *data = is_store ? &inst->src[0] : &inst->dst[0];
    buffer_access buffer;
    if (!open_buffer(wave, inst, vector + 1, vector + 2, &buffer) || !good_buffer_vector(wave, inst, vector)) return GCN_FAULT;
    if (to_lds ? !m0_is_there(wave, inst) : !good_data(wave, inst, data, n)) return GCN_FAULT;
    uint64_t exec = gcn_exec(wave), address;
    for (int lane = 0; lane < GCN_LANES; lane++) {
        if (!(exec >> lane & 1)) continue;
        uint8_t bytes[16] = {0};
        if (is_store) store_lane(wave, inst, data, lane, bytes);
        for (uint32_t part = 0; part < n; part += part_bytes) {
            if (!buffer_address(wave, inst, &buffer, vector, lane, part, part_bytes, &address)) continue;
            uint8_t *at = gcn_access(wave, inst, lane, address, part_bytes, is_store);
            if (!at) return GCN_FAULT;
            memcpy(is_store ? at : bytes + part, is_store ? bytes + part : at, part_bytes);
        }
        if (to_lds && !load_to_lds(wave, inst, lane, bytes)) return GCN_FAULT;
        if (!is_store && !to_lds) load_lane(wave, inst, data, lane, bytes);
    }
    return issue(wave, inst, GCN_QUEUE_VM, to_lds ? GCN_ORDERED | GCN_TOUCHES_LDS : GCN_ORDERED);
}

/* ---- scalar loads ---- */

gcn_step gcn_s_load(gcn_wave *wave, const gcn_inst *inst)
{
    const gcn_operand *base = &inst->src[0], *offset = &inst->src[1], *to = &inst->dst[0];
    bool is_buffer = base->dwords == 4;
    if (base->kind != GCN_SCALAR || offset->kind == GCN_VECTOR || to->kind != GCN_SCALAR || to->dwords != inst->op->detail)
        return gcn_fault(wave, inst, -1, "a scalar load of unexpected form");
    uint64_t delta = (offset->kind == GCN_OFF        ? 0
                      : offset->kind == GCN_CONSTANT ? (uint64_t)(int64_t)offset->value
                                                     : wave->s[offset->reg]) +
                     (uint64_t)inst->m.offset;
    uint64_t start = gcn_s64(wave, base->reg), records = is_buffer ? wave->s[base->reg + 2] : 0;
    if (is_buffer) start &= 0xffffffffffff;
    uint32_t values[16];
    for (unsigned i = 0; i < to->dwords; i++) {
        values[i] = 0;
        if (is_buffer && delta + 4 * i + 4 > records) continue;
        const uint8_t *at = gcn_access(wave, inst, -1, ((start + delta) & ~3ull) + 4 * i, 4, false);
        if (!at) return GCN_FAULT;
        memcpy(&values[i], at, 4);
    }
    memcpy(&wave->s[to->reg], values, to->dwords * sizeof *values);
    return gcn_issue(wave, inst, GCN_QUEUE_LGKM, 0, to->reg, to->dwords);
}

/* ---- atomics ---- */

static uint32_t float_bits(float f)
{
    uint32_t u;
    memcpy(&u, &f, sizeof u);
    return u;
}
static float as_float(uint64_t bits)
{
    uint32_t u = (uint32_t)bits;
    float f;
    memcpy(&f, &u, sizeof f);
    return f;
}
static double as_double(uint64_t bits)
{
    double d;
    memcpy(&d, &bits, sizeof d);
    return d;
}
static uint64_t double_bits(double d)
{
    uint64_t u;
    memcpy(&u, &d, sizeof u);
    return u;
}
static uint32_t add_f16(uint64_t a, uint64_t b) { return tri_f32_to_f16(tri_f16_to_f32((uint16_t)a) + tri_f16_to_f32((uint16_t)b)); }
static uint32_t add_bf16(uint64_t a, uint64_t b) { return tri_f32_to_bf16(tri_bf16_to_f32((uint16_t)a) + tri_bf16_to_f32((uint16_t)b)); }

uint64_t gcn_atomic_apply(gcn_atomic kind, bool wide, uint64_t old, uint64_t data, uint64_t replacement)
{
    int64_t so = wide ? (int64_t)old : (int32_t)(uint32_t)old, sd = wide ? (int64_t)data : (int32_t)(uint32_t)data;
    switch (kind) {
    case GCN_ATOMIC_ADD: return old + data;
    case GCN_ATOMIC_SUB: return old - data;
    case GCN_ATOMIC_SMIN: return so < sd ? old : data;
    case GCN_ATOMIC_SMAX: return so > sd ? old : data;
    case GCN_ATOMIC_UMIN: return old < data ? old : data;
    case GCN_ATOMIC_UMAX: return old > data ? old : data;
    case GCN_ATOMIC_AND: return old & data;
    case GCN_ATOMIC_OR: return old | data;
    case GCN_ATOMIC_XOR: return old ^ data;
    case GCN_ATOMIC_SWAP: return data;
    case GCN_ATOMIC_CMPSWAP: return old == data ? replacement : old;
    case GCN_ATOMIC_INC: return old >= data ? 0 : old + 1;
    case GCN_ATOMIC_DEC: return old == 0 || old > data ? data : old - 1;
    case GCN_ATOMIC_ADD_F32: return float_bits(as_float(old) + as_float(data));
    case GCN_ATOMIC_MIN_F32: return float_bits(fminf(as_float(old), as_float(data)));
    case GCN_ATOMIC_MAX_F32: return float_bits(fmaxf(as_float(old), as_float(data)));
    case GCN_ATOMIC_ADD_F64: return double_bits(as_double(old) + as_double(data));
    case GCN_ATOMIC_MIN_F64: return double_bits(fmin(as_double(old), as_double(data)));
    case GCN_ATOMIC_MAX_F64: return double_bits(fmax(as_double(old), as_double(data)));
    case GCN_ATOMIC_PK_ADD_F16: return add_f16(old, data) | add_f16(old >> 16, data >> 16) << 16;
    case GCN_ATOMIC_PK_ADD_BF16: return add_bf16(old, data) | add_bf16(old >> 16, data >> 16) << 16;
    }
    return old;
}

static void atomic_lane(gcn_wave *wave, const gcn_inst *inst, const gcn_operand *data, int lane, uint8_t *at)
{
    bool wide = inst->op->detail & GCN_WIDE;
    unsigned words = wide ? 2 : 1;
    uint64_t old = 0, value = 0, other = 0;
    memcpy(&old, at, 4 * words);
    for (unsigned i = 0; i < words; i++) value |= (uint64_t)wave->v[data->reg + i][lane] << (32 * i);
    if ((inst->op->detail & BYTES) == GCN_ATOMIC_CMPSWAP) { /* the replacement stands before the value to compare with */
        other = value;
        value = 0;
        for (unsigned i = 0; i < words; i++) value |= (uint64_t)wave->v[data->reg + words + i][lane] << (32 * i);
    }
    uint64_t result = gcn_atomic_apply((gcn_atomic)(inst->op->detail & BYTES), wide, old, value, other);
    memcpy(at, &result, 4 * words);
    for (unsigned i = 0; i < words && inst->n_dst; i++) wave->v[inst->dst[0].reg + i][lane] = (uint32_t)(old >> (32 * i));
}

static bool good_atomic(gcn_wave *wave, const gcn_inst *inst, const gcn_operand *data)
{
    bool wide = inst->op->detail & GCN_WIDE, compares = (inst->op->detail & BYTES) == GCN_ATOMIC_CMPSWAP;
    unsigned bytes = wide ? 8 : 4;
    if (!good_data(wave, inst, data, compares ? 2 * bytes : bytes)) return false;
    return !inst->n_dst || (inst->dst[0].kind == GCN_VECTOR && inst->dst[0].dwords >= bytes / 4) || good_data(wave, inst, &inst->dst[0], bytes);
}

gcn_step gcn_global_atomic(gcn_wave *wave, const gcn_inst *inst)
{
    uint32_t n = inst->op->detail & GCN_WIDE ? 8 : 4;
    if (!good_atomic(wave, inst, &inst->src[1])) return GCN_FAULT;
    uint64_t exec = gcn_exec(wave), address;
    for (int lane = 0; lane < GCN_LANES; lane++) {
        if (!(exec >> lane & 1)) continue;
        if (!global_address(wave, inst, &inst->src[0], &inst->src[2], (unsigned)lane, &address)) return GCN_FAULT;
        if (!gcn_access(wave, inst, lane, address, n, false)) return GCN_FAULT; /* what was never written cannot be added to */
        uint8_t *at = gcn_access(wave, inst, lane, address, n, true);
        if (!at) return GCN_FAULT;
        atomic_lane(wave, inst, &inst->src[1], lane, at);
    }
    return issue(wave, inst, GCN_QUEUE_VM, GCN_ORDERED);
}

gcn_step gcn_buffer_atomic(gcn_wave *wave, const gcn_inst *inst)
{
    uint32_t n = inst->op->detail & GCN_WIDE ? 8 : 4;
    buffer_access buffer;
    if (!good_atomic(wave, inst, &inst->src[0]) || !open_buffer(wave, inst, &inst->src[2], &inst->src[3], &buffer)) return GCN_FAULT;
    if (!good_buffer_vector(wave, inst, &inst->src[1])) return GCN_FAULT;
    uint64_t exec = gcn_exec(wave), address;
    for (int lane = 0; lane < GCN_LANES; lane++) {
        if (!(exec >> lane & 1) || !buffer_address(wave, inst, &buffer, &inst->src[1], lane, 0, n, &address)) continue;
        if (!gcn_access(wave, inst, lane, address, n, false)) return GCN_FAULT;
        uint8_t *at = gcn_access(wave, inst, lane, address, n, true);
        if (!at) return GCN_FAULT;
        atomic_lane(wave, inst, &inst->src[0], lane, at);
    }
    return issue(wave, inst, GCN_QUEUE_VM, GCN_ORDERED);
}
