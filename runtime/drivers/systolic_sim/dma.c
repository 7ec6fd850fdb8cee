/* runtime/drivers/systolic_sim/dma.c - transfers: descriptor generators, then two servers that a transfer passes together, the DMA pipe and HBM, each
 * first come first served; and the bytes. */
#include <string.h>

#include "runtime/drivers/systolic_sim/machine.h"

static uint64_t total(const operand *o) { return (uint64_t)o->pat->ap.npart * o->pat->elements; }

/* Bytes that lie in one piece when the pattern is visited in order. */
static uint64_t run_bytes(const operand *o)
{
    const pattern *pat = o->pat;
    uint64_t run = pat->bytes;
    int k = pat->ap.ndim - 1;
    for (; k >= 0 && (pat->ap.stride[k] == (int64_t)run || pat->ap.size[k] == 1); k--) run *= pat->ap.size[k];
    bool flat = o->space == TRI_SYS_HBM || o->space == TRI_SYS_SMEM;
    if (k < 0 && flat && pat->ap.plane_stride == (int64_t)run) run *= pat->ap.npart;
    return run;
}

/* The same for a transfer that transposes: its descriptors read rows of the source block as they lie, whatever order their elements are spread in. */
static uint64_t row_bytes(const operand *o)
{
    const tri_systolic_ap *ap = &o->pat->ap;
    uint64_t run = o->pat->bytes;
    for (int found = 1; found;) {
        found = 0;
        for (int k = 0; k < ap->ndim; k++) {
            if (ap->size[k] == 1 || ap->stride[k] != (int64_t)run) continue;
            run *= ap->size[k];
            found = 1;
        }
    }
    return run;
}

double tri_syssim_dma_start(machine *m, const op_context *c, double s)
{
    if (m->chip->bundle) return s;
    double dge = m->dge_free[c->q->code->ring & 1];
    return s < dge ? dge : s;
}

static bool check(machine *m, const op_context *c)
{
    const tri_systolic_instruction *i = c->i;
    const operand *dst = &c->q->dst, *src = &c->q->src0, *index = &c->q->src1;
    if (dst->space == TRI_SYS_ROWACC || src->space == TRI_SYS_ROWACC) return tri_syssim_trap(m, TRAP_SHAPE, dst, "DMA does not reach ROWACC");
    if (total(dst) != total(src))
        return tri_syssim_trap(m, TRAP_SHAPE, dst, "%llu elements into %llu", (unsigned long long)total(src), (unsigned long long)total(dst));
    if (total(src) > 1u << 30) return tri_syssim_trap(m, TRAP_SHAPE, dst, "more than 2^30 elements in one transfer");
    if (i->flags & TRI_SYS_T && (i->fn != TRI_SYS_DMA_COPY || src->pat->ap.dtype != dst->pat->ap.dtype))
        return tri_syssim_trap(m, TRAP_DTYPE, src, "a transposing transfer only copies");
    if (i->flags & TRI_SYS_T && m->chip->dma_transpose_bytes != 0 && src->pat->bytes != m->chip->dma_transpose_bytes)
        return tri_syssim_trap(m, TRAP_DTYPE, src, "this chip's DMA transposes elements of %.0f bytes only", m->chip->dma_transpose_bytes);
    if (i->fn < TRI_SYS_DMA_GATHER) return true;
    const operand *rows = i->fn == TRI_SYS_DMA_GATHER ? src : dst;
    if (rows->space != TRI_SYS_HBM) return tri_syssim_trap(m, TRAP_SHAPE, rows, "indices choose rows in HBM only");
    if (index->pat->ap.dtype != TRI_SYS_I32 && index->pat->ap.dtype != TRI_SYS_U32)
        return tri_syssim_trap(m, TRAP_DTYPE, index, "indices are i32 or u32");
    if (total(index) != rows->pat->ap.npart)
        return tri_syssim_trap(m, TRAP_SHAPE, index, "%llu indices for %u rows", (unsigned long long)total(index), rows->pat->ap.npart);
    return true;
}

/* `n` elements between two rows, from element `from_first` to element `to_first`; the rows are single operands of one partition each, given by base.
 */
static void move(machine *m, const op_context *c, bool add, uint8_t *to, uint32_t to_first, const uint8_t *from, uint32_t from_first, uint32_t n)
{
    const pattern *to_pat = c->q->dst.pat, *from_pat = c->q->src0.pat;
    if (!add && to_pat->ap.dtype == from_pat->ap.dtype) {
        tri_syssim_copy_elements(to, to_pat, to_first, from, from_pat, from_first, n);
        return;
    }
    bool floats = tri_syssim_is_float(from_pat->ap.dtype) || (add && tri_syssim_is_float(to_pat->ap.dtype));
    for (uint32_t done = 0; done < n;) {
        uint32_t some = n - done < 1024 ? n - done : 1024;
        if (floats) {
            float *a = m->scratch[0], *b = m->scratch[1];
            tri_syssim_load_f32(from, from_pat, from_first + done, some, a);
            if (add) tri_syssim_load_f32(to, to_pat, to_first + done, some, b);
            if (add) tri_syssim_alu_f32(TRI_SYS_ALU_ADD, some, b, a, a);
            tri_syssim_store_f32(to, to_pat, to_first + done, some, a);
        } else {
            int64_t *a = (int64_t *)m->scratch[0], *b = (int64_t *)m->scratch[1];
            tri_syssim_load_i64(from, from_pat, from_first + done, some, a);
            if (add) tri_syssim_load_i64(to, to_pat, to_first + done, some, b);
            for (uint32_t j = 0; add && j < some; j++) a[j] += b[j];
            tri_syssim_store_i64(to, to_pat, to_first + done, some, a);
        }
        done += some;
    }
}

static bool transpose(machine *m, const op_context *c)
{
    const operand *dst = &c->q->dst, *src = &c->q->src0;
    uint32_t npart = src->pat->ap.npart, row_n = dst->pat->elements;
    size_t bytes = src->pat->bytes;
    uint64_t t = 0;
    for (uint32_t f = 0; f < src->pat->elements; f++) {
        int64_t offset = tri_syssim_offset(src->pat, f);
        for (uint32_t p = 0; p < npart; p++, t++) {
            uint8_t *to = tri_syssim_row(m, dst, (uint32_t)(t / row_n), c->unit) + tri_syssim_offset(dst->pat, (uint32_t)(t % row_n));
            memmove(to, tri_syssim_row(m, src, p, c->unit) + offset, bytes);
        }
    }
    return true;
}

/* One row of an operand whose row number is an index: false after a trap; *skip when it is out of range and that is allowed. */
static bool indexed_row(machine *m, const op_context *c, const operand *rows, int64_t index, pattern *single, operand *out, bool *skip)
{
    uint64_t limit = c->i->extra == TRI_SYS_NO_REGISTER ? UINT64_MAX : c->q->reg[c->i->extra];
    *skip = index < 0 || (uint64_t)index >= limit;
    if (*skip && c->i->flags & TRI_SYS_SKIP) return true;
    *single = *rows->pat;
    single->ap.npart = 1;
    *out = *rows;
    out->pat = single;
    out->at = rows->at + (uint64_t)(index * (int64_t)rows->pat->ap.plane_stride);
    out->region = *skip ? NULL : tri_syssim_region(m, out->at + (uint64_t)single->low, out->at + (uint64_t)single->high);
    return out->region || tri_syssim_trap(m, TRAP_OOB, out, "index %lld chooses a row that is not there", (long long)index);
}

static int64_t index_number(machine *m, const op_context *c, uint32_t n)
{
    const operand *o = &c->q->src1;
    int64_t value;
    tri_syssim_load_i64(tri_syssim_row(m, o, n / o->pat->elements, c->unit), o->pat, n % o->pat->elements, 1, &value);
    return value;
}

static bool by_index(machine *m, const op_context *c)
{
    const operand *dst = &c->q->dst, *src = &c->q->src0;
    bool gather = c->i->fn == TRI_SYS_DMA_GATHER, add = c->i->fn == TRI_SYS_DMA_SCATTER_ADD;
    const operand *rows = gather ? src : dst, *other = gather ? dst : src;
    if (!tri_syssim_check_read(m, &c->q->src1, c->unit)) return false;
    if (gather ? !tri_syssim_check_write(m, dst, c->unit) : !tri_syssim_check_read(m, src, c->unit)) return false;
    for (uint32_t r = 0; r < rows->pat->ap.npart; r++) {
        pattern single;
        operand row;
        bool skip;
        if (!indexed_row(m, c, rows, index_number(m, c, r), &single, &row, &skip)) return false;
        if (skip) continue;
        if ((gather || add) && !tri_syssim_check_read(m, &row, c->unit)) return false;
        if (!gather && !tri_syssim_check_write(m, &row, c->unit)) return false;
        uint8_t *at = tri_syssim_row(m, &row, 0, c->unit);
        for (uint32_t e = 0; e < rows->pat->elements;) { /* the other side's rows may be cut differently */
            uint64_t t = (uint64_t)r * rows->pat->elements + e;
            uint32_t p = (uint32_t)(t / other->pat->elements), first = (uint32_t)(t % other->pat->elements);
            uint32_t n = other->pat->elements - first < rows->pat->elements - e ? other->pat->elements - first : rows->pat->elements - e;
            uint8_t *there = tri_syssim_row(m, other, p, c->unit);
            if (gather)
                move(m, c, false, there, first, at, e, n);
            else
                move(m, c, add, at, e, there, first, n);
            e += n;
        }
    }
    return true;
}

static bool values(machine *m, const op_context *c)
{
    const operand *dst = &c->q->dst, *src = &c->q->src0;
    if (c->i->fn >= TRI_SYS_DMA_GATHER) return by_index(m, c);
    bool add = c->i->fn == TRI_SYS_DMA_ADD;
    if (!tri_syssim_check_read(m, src, c->unit) || (add && !tri_syssim_check_read(m, dst, c->unit)) || !tri_syssim_check_write(m, dst, c->unit))
        return false;
    if (c->i->flags & TRI_SYS_T) return transpose(m, c);
    uint64_t all = total(src);
    for (uint64_t t = 0; t < all;) {
        uint32_t e = (uint32_t)(t % src->pat->elements), f = (uint32_t)(t % dst->pat->elements);
        uint32_t n = src->pat->elements - e < dst->pat->elements - f ? src->pat->elements - e : dst->pat->elements - f;
        move(m, c, add, tri_syssim_row(m, dst, (uint32_t)(t / dst->pat->elements), c->unit), f,
             tri_syssim_row(m, src, (uint32_t)(t / src->pat->elements), c->unit), e, n);
        t += n;
    }
    return true;
}

bool tri_syssim_dma_run(machine *m, const op_context *c, double s, double *done)
{
    const tri_syssim_chip *chip = m->chip;
    const operand *dst = &c->q->dst, *src = &c->q->src0;
    unit *u = &m->units[c->unit];
    if (!check(m, c)) return false;
    bool t = c->i->flags & TRI_SYS_T, hbm_in = src->space == TRI_SYS_HBM, hbm_out = dst->space == TRI_SYS_HBM,
         reads_dst = c->i->fn == TRI_SYS_DMA_ADD || c->i->fn == TRI_SYS_DMA_SCATTER_ADD;
    double bytes = (double)total(src) * src->pat->bytes, out_bytes = (double)total(dst) * dst->pat->bytes;
    u->free = s + 1e9 * chip->dma_issue;
    if (!chip->bundle) m->dge_free[c->q->code->ring & 1] = u->free;
    double begin = u->free + 1e9 * chip->dma_start, end = begin, a = begin;
    if (!chip->bundle) {
        uint64_t in_run = t ? row_bytes(src) : run_bytes(src), out_run = t ? in_run : run_bytes(dst), b = in_run < out_run ? in_run : out_run;
        double descriptors = bytes / (double)b, engines = descriptors < chip->dma_engines ? descriptors : chip->dma_engines;
        double efficiency = 1.125 * (double)b / ((double)b + chip->dma_b0), factor = !t                  ? 1
                                                                                     : hbm_in || hbm_out ? chip->dma_transpose_in
                                                                                                         : chip->dma_transpose_sp;
        if (engines < 1) engines = 1;
        if (efficiency > 1) efficiency = 1;
        a = begin > m->pipe_free ? begin : m->pipe_free;
        double busy = 1e9 * bytes / (chip->dma_engine_rate * engines * efficiency * factor);
        end = m->pipe_free = a + busy;
        m->pipe_busy += busy;
    }
    double traffic = (hbm_in ? bytes : 0) + (hbm_out ? out_bytes * (reads_dst ? 2 : 1) : 0);
    if (traffic > 0) {
        double h = a > m->hbm_free ? a : m->hbm_free, busy = 1e9 * traffic / (chip->hbm_sustained * chip->hbm_bandwidth);
        m->hbm_free = h + busy;
        m->hbm_busy += busy;
        if (end < m->hbm_free) end = m->hbm_free;
    }
    *done = end < u->last_done ? u->last_done : end;
    if (m->functional) return values(m, c);
    /* Scalars steer the program, so they are fetched without values too. */
    if (dst->space == TRI_SYS_SMEM && hbm_in && src->region->data && !t && c->i->fn == TRI_SYS_DMA_COPY)
        for (uint32_t p = 0; p < src->pat->ap.npart && src->pat->ap.npart == dst->pat->ap.npart; p++)
            move(m, c, false, tri_syssim_row(m, dst, p, c->unit), 0, tri_syssim_row(m, src, p, c->unit), 0, src->pat->elements);
    return true;
}
