/* targets/systolic/bundle_stream.c - micro-ops enter the window: which earlier ones does each depend on? Exact in columns of 64 bytes, which is what
 * the race detector of the machine watches; all partitions count as one. */
#include "targets/systolic/bundle_stream.h"

typedef void granule_visitor(bundle *b, micro *m, int slot, granule *g);

/* Every granule of a run of bytes in each of `outer` steps; axes are sorted by stride, the widest first. */
static void visit_axes(bundle *b, micro *m, int slot, uint32_t byte, const tri_systolic_ap *ap, const int *axes, int n, uint32_t run,
                       granule_visitor *visit)
{
    stream *s = b->stream;
    if (n) {
        for (uint32_t k = 0; k < ap->size[axes[0]]; k++)
            visit_axes(b, m, slot, byte + k * (uint32_t)ap->stride[axes[0]], ap, axes + 1, n - 1, run, visit);
        return;
    }
    for (uint32_t g = byte / GRANULE; g <= (byte + run - 1) / GRANULE && g < s->n_granules; g++) visit(b, m, slot, &s->granules[g]);
}

static void visit_operand(bundle *b, micro *m, int slot, uint32_t address, unsigned number, granule_visitor *visit)
{
    const tri_systolic_queue *q = &b->program->queues[b->queue];
    if (number >= q->n_aps || q->aps[number].space != TRI_SYS_SP) return;
    tri_systolic_ap ap = q->aps[number]; /* visitors may not move it, but the table can grow later */
    int axes[4], n = 0;
    uint32_t run = tri_systolic_dtype_bytes(ap.dtype);
    for (int k = 0; k < ap.ndim; k++) {
        if (ap.size[k] == 1 || !ap.stride[k]) continue;
        int at = n++;
        for (; at > 0 && ap.stride[axes[at - 1]] < ap.stride[k]; at--) axes[at] = axes[at - 1];
        axes[at] = k;
    }
    while (n && (uint32_t)ap.stride[axes[n - 1]] <= run) {
        run += (ap.size[axes[n - 1]] - 1u) * (uint32_t)ap.stride[axes[n - 1]];
        n--;
    }
    uint32_t byte = address & 0xfffff;
    visit_axes(b, m, slot, byte, &ap, axes, n, run, visit);
    if (ap.npart > LANES) visit_axes(b, m, slot, byte + (uint32_t)ap.plane_stride, &ap, axes, n, run, visit);
}

static void visit_reads(bundle *b, micro *m, int slot, granule_visitor *visit)
{
    if (m->is_pop) {
        if (m->i.flags & TRI_SYS_ACC) visit_operand(b, m, slot, m->i.dst, m->i.ap_dst, visit);
        return;
    }
    visit_operand(b, m, slot, m->i.src0, m->i.ap_src0, visit);
    visit_operand(b, m, slot, m->i.src1, m->i.ap_src1, visit);
    if (m->unit == STREAM_V && m->i.op == TRI_SYS_MAP) visit_operand(b, m, slot, m->third, m->i.x, visit);
}

static void visit_product_reads(bundle *b, micro *m, int slot, granule_visitor *visit)
{
    for (int k = 0; k < m->product->width; k++) {
        visit_operand(b, m, slot, m->product->on[k].weights, m->product->on[k].ap_weights, visit);
        visit_operand(b, m, slot, m->product->on[k].moving, m->product->on[k].ap_moving, visit);
    }
}

/* ---- entering ---- */

static void depend(stream *s, int slot, int on, bool on_result)
{
    if (slot == on) return;
    set_add(&s->window[slot].before, on);
    set_add(&s->window[on].after, slot);
    if (on_result) set_add(&s->window[on].after_done, slot);
}

static void need(stream *s, micro *m, unsigned unit, uint64_t number)
{
    if (!number) return;
    if (unit == m->unit) {
        double done = s->units[unit].issued.at[number - 1].done;
        if (m->ready < done) m->ready = done;
    } else if (m->need[unit] < number) {
        m->need[unit] = number;
    }
}

static void after_writer(stream *s, micro *m, int slot, const granule *g, bool reads)
{
    if (g->writer != NOBODY)
        depend(s, slot, g->writer, reads || s->window[g->writer].unit != m->unit);
    else if (reads || g->writer_unit != m->unit)
        need(s, m, g->writer_unit, g->writer_number);
}

static void enter_read(bundle *b, micro *m, int slot, granule *g)
{
    after_writer(b->stream, m, slot, g, true);
    set_add(&g->readers, slot);
}

/* What the matmuls read: they depend, but their pop is noted as the reader. */
static void enter_product_read(bundle *b, micro *m, int slot, granule *g)
{
    after_writer(b->stream, m, slot, g, true);
    set_add(&g->readers, m->partner);
}

static void note_version(bundle *b, micro *m, int array, granule *g)
{
    (void)b;
    if (m->version[array] < g->version) m->version[array] = g->version;
}

static void enter_write(bundle *b, micro *m, int slot, granule *g)
{
    stream *s = b->stream;
    after_writer(s, m, slot, g, false);
    for (int k = 0; k < SET_WORDS; k++) {
        for (uint64_t left = g->readers.at[k]; left; left &= left - 1) {
            int reader = k * 64 + __builtin_ctzll(left);
            depend(s, slot, reader, !s->window[reader].is_pop && s->window[reader].unit != m->unit);
        }
    }
    for (int u = 0; u < STREAM_UNITS; u++)
        if (u != m->unit) need(s, m, (unsigned)u, g->read_number[u]);
    memset(&g->readers, 0, sizeof g->readers);
    memset(g->read_number, 0, sizeof g->read_number);
    g->writer = (int16_t)slot;
    g->version = s->next;
}

static int window_limit(const bundle *b)
{
    int window = b->options.window;
    return window < 0 ? 0 : window > MOST_WINDOW - 2 ? MOST_WINDOW - 2 : window;
}

static int enter(bundle *b, unsigned unit)
{
    stream *s = b->stream;
    int slot = (int)(s->next++ % MOST_WINDOW);
    s->window[slot] = (micro){.unit = (uint8_t)unit, .partner = NOBODY};
    set_add(&s->waiting, slot);
    return slot;
}

static void entered(stream *s, int slot)
{
    if (set_empty(&s->window[slot].before)) set_add(&s->ready, slot);
}

static void make_room(bundle *b)
{
    while (!b->error && b->stream->next - b->stream->head > (uint64_t)window_limit(b)) stream_issue_one(b);
}

void stream_add(bundle *b, stream_unit unit, const tri_systolic_instruction *i, uint32_t third)
{
    if (b->error) return;
    int slot = enter(b, unit);
    micro *m = &b->stream->window[slot];
    m->i = *i;
    m->i.statement = b->program->statement;
    m->third = third;
    if (unit == STREAM_V)
        vector_cost(b, i, m->cost);
    else
        m->cost[0] = unit == STREAM_X ? x_cost(b, i) : dma_cost(b, i);
    visit_reads(b, m, slot, enter_read);
    visit_operand(b, m, slot, i->dst, i->ap_dst, enter_write);
    entered(b->stream, slot);
    make_room(b);
}

void stream_add_product(bundle *b, const product_op *product)
{
    if (b->error) return;
    stream *s = b->stream;
    int slot = enter(b, STREAM_PRODUCT), pop = enter(b, STREAM_V);
    micro *m = &s->window[slot], *p = &s->window[pop];
    p->matmuls = *product;
    m->product = p->product = &p->matmuls;
    m->partner = pop;
    p->partner = slot;
    p->is_pop = true;
    m->i = p->i = product->pop;
    m->i.statement = p->i.statement = b->program->statement;
    vector_cost(b, &p->i, p->cost);
    visit_product_reads(b, m, slot, enter_product_read);
    for (int k = 0; k < product->width; k++) visit_operand(b, m, k, product->on[k].weights, product->on[k].ap_weights, note_version);
    depend(s, pop, slot, false);
    visit_reads(b, p, pop, enter_read);
    visit_operand(b, p, pop, p->i.dst, p->i.ap_dst, enter_write);
    entered(s, slot);
    make_room(b);
}

/* ---- leaving ---- */

static void leave_read(bundle *b, micro *m, int slot, granule *g)
{
    if (!set_has(&g->readers, slot)) return;
    set_remove(&g->readers, slot);
    g->read_number[m->unit] = b->stream->units[m->unit].issued.n;
}

static void leave_product_read(bundle *b, micro *m, int slot, granule *g)
{
    (void)b, (void)m;
    set_remove(&g->readers, slot);
}

static void leave_write(bundle *b, micro *m, int slot, granule *g)
{
    if (g->writer != slot) return;
    g->writer = NOBODY;
    g->writer_unit = m->unit;
    g->writer_number = b->stream->units[m->unit].issued.n;
}

void stream_issued(bundle *b, int slot, uint64_t number, double done)
{
    stream *s = b->stream;
    micro *m = &s->window[slot];
    for (int k = 0; k < SET_WORDS; k++) {
        for (uint64_t left = m->after.at[k]; left; left &= left - 1) {
            int other = k * 64 + __builtin_ctzll(left);
            micro *o = &s->window[other];
            set_remove(&o->before, slot);
            if (set_has(&m->after_done, other)) {
                if (o->unit != m->unit && m->unit < STREAM_UNITS && o->need[m->unit] < number) o->need[m->unit] = number;
                if (o->unit == m->unit && o->ready < done) o->ready = done;
            }
            if (set_empty(&o->before)) set_add(&s->ready, other);
        }
    }
    if (m->unit != STREAM_PRODUCT) {
        if (m->is_pop) visit_product_reads(b, m, slot, leave_product_read);
        visit_reads(b, m, slot, leave_read);
        visit_operand(b, m, slot, m->i.dst, m->i.ap_dst, leave_write);
    }
    set_remove(&s->waiting, slot);
    set_remove(&s->ready, slot);
    while (s->head < s->next && !set_has(&s->waiting, (int)(s->head % MOST_WINDOW))) s->head++;
}

/* ---- the whole ---- */

void stream_open(bundle *b)
{
    stream *s = TRI_NEW(b->arena, stream);
    b->stream = s;
    s->n_granules = b->chip.sp_bytes / GRANULE + 1;
    s->granules = TRI_NEW_ARRAY(b->arena, granule, s->n_granules);
    for (uint32_t g = 0; g < s->n_granules; g++) s->granules[g].writer = NOBODY;
    s->time = b->chip.launch;
    s->third_held = -1;
    for (uint32_t k = 0; k < b->func->n_buffers; k++) {
        tri_systolic_instruction set = tri_systolic_make(TRI_SYS_SETR);
        set.fn = TRI_SYS_SETR_ARG;
        set.dst = set.src0 = k;
        stream_append(b, set, true);
    }
}

void stream_close(bundle *b)
{
    while (!b->error && b->stream->head < b->stream->next) stream_issue_one(b);
    if (!b->error) stream_append(b, tri_systolic_make(TRI_SYS_HALT), true);
}
