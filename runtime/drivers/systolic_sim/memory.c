/* runtime/drivers/systolic_sim/memory.c - operands at their places: addresses, bounds, alignment, and which bytes have been written. */
#include <string.h>

#include "runtime/drivers/systolic_sim/machine.h"

bool tri_syssim_pattern(pattern *out, const tri_systolic_ap *ap)
{
    *out = (pattern){.ap = *ap, .bytes = tri_systolic_dtype_bytes(ap->dtype), .elements = (uint32_t)tri_systolic_ap_elements(ap), .dense = true};
    int64_t step = out->bytes;
    out->high = out->bytes;
    for (int k = ap->ndim - 1; k >= 0; k--) {
        int64_t reach = (int64_t)(ap->size[k] - 1) * ap->stride[k];
        if (reach < 0)
            out->low += reach;
        else
            out->high += reach;
        if (ap->size[k] == 1) continue;
        if (!ap->stride[k]) out->repeats = true;
        if (ap->stride[k] != step) out->dense = false;
        if (k == ap->ndim - 1) out->wide_stride = ap->stride[k] >= 16 || ap->stride[k] <= -16;
        step *= ap->size[k];
    }
    return out->bytes != 0;
}

region *tri_syssim_region(machine *m, uint64_t low, uint64_t high)
{
    region *r = m->last_region;
    if (r && low >= r->address && high <= r->address + r->bytes && low <= high) return r;
    for (uint32_t k = 0; k < m->n_regions; k++) {
        r = &m->regions[k];
        if (low >= r->address && high <= r->address + r->bytes && low <= high) return m->last_region = r;
    }
    return NULL;
}

/* The whole extent of a pattern in flat memory, as seen from its address. */
static void flat_extent(const pattern *pat, int64_t *low, int64_t *high)
{
    int64_t reach = (int64_t)(pat->ap.npart - 1) * pat->ap.plane_stride;
    *low = pat->low + (reach < 0 ? reach : 0);
    *high = pat->high + (reach > 0 ? reach : 0);
}

static bool on_chip(machine *m, const queue_state *q, operand *o)
{
    const tri_syssim_chip *chip = m->chip;
    const tri_systolic_ap *ap = &o->pat->ap;
    uint32_t planes = (uint32_t)chip->array_cols / 128, n = ap->npart < 128 ? ap->npart : 128;
    o->part = o->word >> 24;
    o->plane = o->word >> 22 & 3;
    o->at = o->word & 0xfffff;
    if (o->word >> 20 & 3) return tri_syssim_trap(m, TRAP_OOB, o, "address word 0x%08x has bits 20 or 21 set", o->word);
    if (ap->npart > 128 * planes || o->part + n > 128 || (ap->npart > 128 && o->part)) {
        return tri_syssim_trap(m, ap->npart > 128 * planes ? TRAP_SHAPE : TRAP_OOB, o, "%u partitions do not fit", ap->npart);
    }
    bool aligned = n > 64 ? o->part == 0 : n > 32 ? o->part % 64 == 0 : o->part % 32 == 0;
    if (chip->align_rule && q->code->kind != TRI_SYS_DMA_QUEUE && !aligned)
        return tri_syssim_trap(m, TRAP_ALIGN, o, "%u partitions may not start at partition %u", n, o->part);
    int64_t low = (int64_t)o->at + o->pat->low, high = (int64_t)o->at + o->pat->high, limit = m->sp_bytes;
    if (o->space == TRI_SYS_SP) {
        if (ap->npart > 128) {
            if (ap->plane_stride < 0)
                low += ap->plane_stride;
            else
                high += ap->plane_stride;
        }
        if (o->plane) return tri_syssim_trap(m, TRAP_OOB, o, "SP has no plane %u", o->plane);
    } else {
        limit = m->acc_bytes;
        if (!limit) return tri_syssim_trap(m, TRAP_OOB, o, "this chip's accumulators are a FIFO");
        if (o->plane + (uint32_t)(ap->npart > 128) >= planes)
            return tri_syssim_trap(m, TRAP_OOB, o, "ACC has no plane %u", o->plane + (ap->npart > 128));
    }
    if (low < 0 || high > limit)
        return tri_syssim_trap(m, TRAP_OOB, o, "bytes %lld to %lld of a partition that has %lld", (long long)low, (long long)high, (long long)limit);
    return true;
}

static bool place(machine *m, queue_state *q, operand *o, uint32_t word, unsigned sel, unsigned ap, bool rows_by_index)
{
    *o = (operand){.pat = &q->patterns[ap], .space = q->patterns[ap].ap.space, .word = word};
    uint64_t offset = sel == TRI_SYS_NO_REGISTER ? 0 : q->reg[sel];
    int64_t low, high;
    switch (o->space) {
    case TRI_SYS_HBM:
        if (sel == TRI_SYS_NO_REGISTER) return tri_syssim_trap(m, TRAP_ILLEGAL, NULL, "an address in HBM needs a register");
        o->at = word + offset;
        flat_extent(o->pat, &low, &high);
        if (rows_by_index) { /* only where the rows begin is known; each row is checked when its index is */
            low = 0;
            high = 1;
        }
        if (low < 0 && o->at < (uint64_t)-low) return tri_syssim_trap(m, TRAP_OOB, o, "an access below address 0");
        o->region = tri_syssim_region(m, o->at + (uint64_t)low, o->at + (uint64_t)high);
        if (!o->region) return tri_syssim_trap(m, TRAP_OOB, o, "%lld bytes that lie in no buffer of the launch", (long long)(high - low));
        return true;
    case TRI_SYS_SP:
    case TRI_SYS_ACC_SPACE: o->word = (uint32_t)(word + offset); return on_chip(m, q, o);
    case TRI_SYS_SMEM:
        o->at = (uint32_t)(word + offset);
        flat_extent(o->pat, &low, &high);
        if ((int64_t)o->at + low < 0 || (int64_t)o->at + high > (int64_t)m->chip->smem_bytes)
            return tri_syssim_trap(m, TRAP_OOB, o, "SMEM has %.0f bytes", m->chip->smem_bytes);
        return true;
    case TRI_SYS_ROWACC:
        if ((uint32_t)(word + offset)) return tri_syssim_trap(m, TRAP_OOB, o, "ROWACC has one element a partition");
        if (o->pat->ap.npart > 128 || o->pat->elements != 1 || o->pat->ap.dtype != TRI_SYS_F32)
            return tri_syssim_trap(m, TRAP_SHAPE, o, "ROWACC is f32, one element a partition");
        return true;
    default: return tri_syssim_trap(m, TRAP_ILLEGAL, NULL, "memory of another core is not reachable on this machine");
    }
}

bool tri_syssim_resolve(machine *m, queue_state *q, const tri_systolic_instruction *i)
{
    q->dst = q->src0 = q->src1 = q->third = (operand){0};
    if (i->op == TRI_SYS_SETAP) return true;
    bool scatter = i->op == TRI_SYS_DMA && i->fn >= TRI_SYS_DMA_SCATTER, gather = i->op == TRI_SYS_DMA && i->fn == TRI_SYS_DMA_GATHER;
    if (i->ap_dst != TRI_SYS_NO_AP && !place(m, q, &q->dst, i->dst, i->sel_dst, i->ap_dst, scatter)) return false;
    if (i->ap_src0 != TRI_SYS_NO_AP && !place(m, q, &q->src0, i->src0, i->sel_src0, i->ap_src0, gather)) return false;
    if (i->ap_src1 < TRI_SYS_IMMEDIATE && !place(m, q, &q->src1, i->src1, i->sel_src1, i->ap_src1, false)) return false;
    if (i->ap_src1 == TRI_SYS_IMMEDIATE) q->src1 = (operand){.immediate = true, .value = i->src1};
    bool third = i->op == TRI_SYS_TS || i->op == TRI_SYS_STT || i->op == TRI_SYS_ACT || i->op == TRI_SYS_MAP || i->op == TRI_SYS_SEL;
    uint32_t base = i->extra == TRI_SYS_NO_REGISTER ? 0 : (uint32_t)q->reg[i->extra];
    if (i->op == TRI_SYS_IOTA) {
        q->third = (operand){.pat = &q->patterns[i->x],
                             .immediate = true,
                             .value = i->src0 + (i->sel_src0 == TRI_SYS_NO_REGISTER ? 0 : (uint32_t)q->reg[i->sel_src0])};
    } else if (i->op == TRI_SYS_SEL && i->fn) {
        q->third = (operand){.pat = &q->patterns[i->x], .immediate = true, .value = base};
    } else if (third && i->x != 255) {
        if (!place(m, q, &q->third, 0, i->extra, i->x, false)) return false;
    } else if (third && i->extra != TRI_SYS_NO_REGISTER) {
        q->third = (operand){.immediate = true, .value = base};
    }
    bool flat = q->dst.space == TRI_SYS_HBM || q->dst.space == TRI_SYS_SMEM;
    if (q->dst.pat && (q->dst.pat->repeats || (flat && q->dst.pat->ap.npart > 1 && !q->dst.pat->ap.plane_stride)))
        return tri_syssim_trap(m, TRAP_SHAPE, &q->dst, "dst has an axis of stride 0: it would be written over and over");
    if (q->src0.pat && i->dtype_in != q->src0.pat->ap.dtype) return tri_syssim_trap(m, TRAP_DTYPE, NULL, "dtype_in is not that of src0's pattern");
    if (q->dst.pat && i->dtype_out != q->dst.pat->ap.dtype) return tri_syssim_trap(m, TRAP_DTYPE, NULL, "dtype_out is not that of dst's pattern");
    return true;
}

uint8_t *tri_syssim_row(machine *m, const operand *o, uint32_t p, int unit)
{
    switch (o->space) {
    case TRI_SYS_HBM: return o->region->data + (o->at - o->region->base) + (int64_t)p * o->pat->ap.plane_stride;
    case TRI_SYS_SMEM: return m->smem + o->at + (int64_t)p * o->pat->ap.plane_stride;
    case TRI_SYS_SP: return m->sp + (size_t)(o->part + p % 128) * m->sp_bytes + o->at + (p >= 128 ? o->pat->ap.plane_stride : 0);
    case TRI_SYS_ACC_SPACE: return m->acc + ((size_t)(o->plane + p / 128) * 128 + o->part + p % 128) * m->acc_bytes + o->at;
    default: return (uint8_t *)&m->units[unit].row[p];
    }
}

/* Contiguous runs of the free axes, axes of stride 0 visited once. */
bool tri_syssim_runs(const pattern *pat, run_visitor *visit, void *context)
{
    if (pat->dense) return visit(context, 0, (uint64_t)pat->elements * pat->bytes);
    const tri_systolic_ap *ap = &pat->ap;
    uint64_t run = pat->bytes;
    int axes = ap->ndim;
    while (axes && (ap->stride[axes - 1] == (int64_t)run || ap->size[axes - 1] == 1 || !ap->stride[axes - 1])) {
        if (ap->stride[axes - 1] && ap->size[axes - 1] > 1) run *= ap->size[axes - 1];
        axes--;
    }
    uint32_t index[4] = {0};
    int64_t offset = 0;
    for (;;) {
        if (!visit(context, offset, run)) return false;
        int k = axes - 1;
        for (; k >= 0; k--) {
            if (ap->stride[k] && index[k] + 1 < ap->size[k]) {
                index[k]++;
                offset += ap->stride[k];
                break;
            }
            offset -= (int64_t)index[k] * ap->stride[k];
            index[k] = 0;
        }
        if (k < 0) return true;
    }
}

static bool bits_all_set(const uint64_t *bits, uint64_t first, uint64_t n)
{
    while (n) {
        uint64_t shift = first & 63, take = 64 - shift < n ? 64 - shift : n;
        uint64_t mask = (take == 64 ? ~0ull : (1ull << take) - 1) << shift;
        if ((bits[first >> 6] & mask) != mask) return false;
        first += take;
        n -= take;
    }
    return true;
}

static void bits_set(uint64_t *bits, uint64_t first, uint64_t n)
{
    while (n) {
        uint64_t shift = first & 63, take = 64 - shift < n ? 64 - shift : n;
        bits[first >> 6] |= (take == 64 ? ~0ull : (1ull << take) - 1) << shift;
        first += take;
        n -= take;
    }
}

static bool bytes_all_set(const uint8_t *bits, uint64_t first, uint64_t n)
{
    for (; n && first & 7; first++, n--)
        if (!(bits[first >> 3] >> (first & 7) & 1)) return false;
    for (; n >= 8; first += 8, n -= 8)
        if (bits[first >> 3] != 255) return false;
    for (; n; first++, n--)
        if (!(bits[first >> 3] >> (first & 7) & 1)) return false;
    return true;
}

static void bytes_set(uint8_t *bits, uint64_t first, uint64_t n)
{
    for (; n && first & 7; first++, n--) bits[first >> 3] |= (uint8_t)(1 << (first & 7));
    memset(bits + (first >> 3), 255, n >> 3);
    first += n & ~7ull;
    for (n &= 7; n; first++, n--) bits[first >> 3] |= (uint8_t)(1 << (first & 7));
}

typedef struct init_walk {
    machine *m;
    const operand *o;
    bool set, fine;
    uint32_t p;
    operand where;
} init_walk;

static bool init_run(void *context, int64_t offset, uint64_t bytes)
{
    init_walk *w = context;
    machine *m = w->m;
    const operand *o = w->o;
    const tri_systolic_ap *ap = &o->pat->ap;
    for (uint32_t p = 0; p < ap->npart; p++) {
        bool ok = true;
        uint64_t at = o->at + (uint64_t)offset;
        if (o->space == TRI_SYS_SP || o->space == TRI_SYS_ACC_SPACE) {
            bool sp = o->space == TRI_SYS_SP;
            if (sp && p >= 128) at += (uint64_t)(int64_t)ap->plane_stride;
            size_t row = sp ? o->part + p % 128 : (size_t)(o->plane + p / 128) * 128 + o->part + p % 128;
            uint64_t *bits = sp ? m->sp_init + row * m->sp_words : m->acc_init + row * m->acc_words;
            if (w->set)
                bits_set(bits, at, bytes);
            else
                ok = bits_all_set(bits, at, bytes);
        } else {
            at += (uint64_t)((int64_t)p * ap->plane_stride);
            uint8_t *bits = o->space == TRI_SYS_SMEM ? m->smem_init : o->region->init;
            uint64_t first = o->space == TRI_SYS_SMEM ? at : at - o->region->base;
            if (!bits) continue;
            if (w->set)
                bytes_set(bits, first, bytes);
            else
                ok = bytes_all_set(bits, first, bytes);
        }
        if (!ok) {
            w->where = *o;
            w->where.at = at;
            w->where.part = o->part + p % 128;
            return w->fine = false;
        }
    }
    return true;
}

bool tri_syssim_set_init(machine *m, const operand *o)
{
    init_walk w = {.m = m, .o = o, .set = true, .fine = true};
    return tri_syssim_runs(o->pat, init_run, &w);
}

enum { FREE, OPEN, CLOSED, READ };

typedef struct bank_walk {
    machine *m;
    const operand *o;
    bool write;
} bank_walk;

static bool bank_run(void *context, int64_t offset, uint64_t bytes)
{
    bank_walk *w = context;
    uint8_t *state = w->m->bank_state + (w->o->at + (uint64_t)offset) / 2;
    for (uint64_t k = 0; k < (bytes + 1) / 2; k++) {
        if (state[k] == OPEN)
            return tri_syssim_trap(w->m, TRAP_BANK, w->o, "%s of an open accumulation group", w->write ? "a write into the middle" : "a read");
        state[k] = w->write ? FREE : state[k] == CLOSED ? READ : state[k];
    }
    return true;
}

bool tri_syssim_check_read(machine *m, const operand *o, int unit)
{
    if (!o->pat || o->immediate) return true;
    if (o->space == TRI_SYS_ROWACC) {
        for (uint32_t p = 0; p < o->pat->ap.npart; p++)
            if (!m->units[unit].row_init[p]) return tri_syssim_trap(m, TRAP_UNINIT, o, "no op has written this row register");
        return true;
    }
    init_walk w = {.m = m, .o = o, .fine = true};
    tri_syssim_runs(o->pat, init_run, &w);
    if (!w.fine) return tri_syssim_trap(m, TRAP_UNINIT, &w.where, "a read of bytes that nothing has written");
    if (o->space == TRI_SYS_ACC_SPACE) {
        bank_walk b = {.m = m, .o = o};
        if (!tri_syssim_runs(o->pat, bank_run, &b)) return false;
    }
    return tri_syssim_race(m, o, unit, false);
}

bool tri_syssim_check_write(machine *m, const operand *o, int unit)
{
    if (o->space == TRI_SYS_ROWACC) {
        memset(m->units[unit].row_init, 1, o->pat->ap.npart);
        return true;
    }
    if (!tri_syssim_race(m, o, unit, true)) return false;
    if (o->space == TRI_SYS_ACC_SPACE) {
        bank_walk b = {.m = m, .o = o, .write = true};
        if (!tri_syssim_runs(o->pat, bank_run, &b)) return false;
    }
    return tri_syssim_set_init(m, o);
}
