/* targets/systolic/bundle_issue.c - a list scheduler for the one stream. All waits of a bundle hold up everything behind it, so a micro-op is issued
 * when nothing keeps it waiting and its unit is about to be free: first transfers, then matmuls, then the rest, each in program order. When nothing
 * is like that, time goes on to whatever can be issued first. In the vector unit what uses ports that are free just then comes first by itself.
 *
 * Nothing deadlocks: matmuls are issued only when all that their pop depends on is issued, but for pops of matmuls issued before. So the oldest
 * matmuls' pop can always be issued; when there is none, the oldest micro-op of the window can.
 *
 * Semaphores: one for each unit. An op gets a signal when the first that needs it from another unit is issued, which waits for it; both count one, so
 * every semaphore is zero whenever nobody waits. A unit works in order, so waiting for one op covers all before it. */
#include "targets/systolic/bundle_stream.h"

/* How long before its start an op is issued at most: loads of weights, cycles. */
enum { PRODUCTS_AHEAD = 4, VECTORS_AHEAD = 16 };

static void latest(double *a, double b)
{
    if (*a < b) *a = b;
}

void stream_append(bundle *b, tri_systolic_instruction i, bool end)
{
    if (b->error) return;
    if (end) i.flags |= TRI_SYS_END;
    if (b->program->queues[b->queue].n >= b->options.most_instructions) {
        bundle_fail(b, NULL, TRI_UNSUPPORTED, "%s unrolls to more than %lld instructions on %s; larger tiles would do", b->func->name,
                    (long long)b->options.most_instructions, b->chip.name);
        return;
    }
    tri_systolic_append(b->program, b->queue, &i);
    if (end) b->stream->time += b->chip.cycle;
}

/* ---- waits ---- */

static double wait_time(const bundle *b, const micro *m)
{
    double t = 0;
    for (int u = 0; u < STREAM_UNITS; u++) {
        const unit_state *unit = &b->stream->units[u];
        if (u == m->unit || m->need[u] <= unit->known) continue;
        latest(&t, unit->issued.at[m->need[u] - 1].done + b->chip.semaphore_latency);
        latest(&t, unit->last_signal + b->chip.semaphore_latency);
    }
    return t;
}

/* Puts the waits of m on a bundle's instructions, the signals on those it waits for; a WAIT of its own joins the bundle when there is no room. */
static void append_bundle(bundle *b, const micro *m, tri_systolic_instruction *list, int n)
{
    stream *s = b->stream;
    tri_systolic_queue *q = &b->program->queues[b->queue];
    int used = 0;
    for (int u = 0; u < STREAM_UNITS; u++) {
        unit_state *unit = &s->units[u];
        if (u == m->unit || m->need[u] <= unit->known) continue;
        struct issued_op op = unit->issued.at[m->need[u] - 1];
        q->at[op.pc].signal[0].semaphore = (uint8_t)u;
        q->at[op.pc].signal[0].add = 1;
        latest(&unit->last_signal, op.done);
        unit->known = m->need[u];
        if (used == 2 * n) {
            list[n] = tri_systolic_make(TRI_SYS_WAIT);
            n++;
        }
        list[used / 2].wait[used % 2].semaphore = (uint8_t)u;
        list[used / 2].wait[used % 2].value = 1;
        used++;
    }
    for (int k = 0; k < n; k++) {
        list[k].statement = m->i.statement;
        stream_append(b, list[k], k == n - 1);
    }
}

/* ---- units ---- */

static double queue_room(const unit_state *unit) { return unit->slot_start[unit->issued.n % SLOT_DEPTH]; }

static double plain_start(const bundle *b, const micro *m, double issue)
{
    const stream *s = b->stream;
    double start = issue;
    latest(&start, s->units[m->unit].free);
    latest(&start, m->ready);
    for (int k = 0; m->unit == STREAM_V && k < PORTS; k++)
        if (m->cost[k] > 0) latest(&start, s->v_port[k]);
    return start;
}

static weight_name weights_of(const micro *m, int k)
{
    const product_op *p = m->product;
    return (weight_name){m->version[k], p->on[k].weights, p->on[k].ap_weights, p->mode, p->turned, true};
}

static bool same_weights(const weight_name *a, const weight_name *b)
{
    return a->known && b->known && a->version == b->version && a->address == b->address && a->ap == b->ap && a->mode == b->mode &&
           a->turned == b->turned;
}

static const tri_systolic_ap *ap_at(const bundle *b, unsigned ap) { return &b->program->queues[b->queue].aps[ap]; }
static uint32_t rows_moved(const bundle *b, const product_op *p) { return ap_at(b, p->on[0].ap_moving)->size[0]; }

/* k, and outputs, of the weights on array k of the chain. */
static uint32_t weight_depth(const bundle *b, const product_op *p, int k) { return ap_at(b, p->on[k].ap_moving)->npart; }

static double ldw_time(const bundle *b, const product_op *p, int k) { return weight_depth(b, p, k) / b->chip.rows_per_cycle * b->chip.cycle; }

/* ---- candidates ---- */

/* Whether the matmuls may go: room in the FIFOs, and nothing that their pop waits for can wait for them. */
static bool product_may_go(const bundle *b, const micro *m, int slot)
{
    const stream *s = b->stream;
    uint32_t rows = rows_moved(b, m->product);
    for (int k = 0; k < m->product->width; k++)
        if (s->arrays[m->product->first + k].fifo_rows + rows > b->chip.fifo_rows) return false;
    slot_set blocking = s->window[m->partner].before;
    set_remove(&blocking, slot);
    for (int k = 0; k < SET_WORDS; k++)
        if (blocking.at[k] & ~s->popping.at[k]) return false;
    return true;
}

/* When the op can be issued without holding up the stream for long: its waits, room in its unit's queue, and not long before it starts. False: not
 * yet, whatever the time. */
static bool consider(const bundle *b, int slot, double *out_time)
{
    const stream *s = b->stream;
    const micro *m = &s->window[slot];
    double time = s->time, start, horizon;
    latest(&time, wait_time(b, m));
    if (m->unit == STREAM_PRODUCT) {
        if (!product_may_go(b, m, slot)) return false;
        start = time;
        horizon = 0;
        for (int k = 0; k < m->product->width; k++) {
            const array_state *a = &s->arrays[m->product->first + k];
            latest(&time, a->slot_start[(a->slots + 1) % SLOT_DEPTH]);
            latest(&start, a->stream_end);
            latest(&horizon, PRODUCTS_AHEAD * ldw_time(b, m->product, k));
        }
        latest(&time, start - horizon);
    } else {
        if (m->is_pop) {
            for (int k = 0; k < m->product->width; k++) {
                const array_state *a = &s->arrays[m->product->first + k];
                if (a->fifo[a->fifo_first % MOST_WINDOW].pop != slot) return false;
                latest(&time, a->fifo[a->fifo_first % MOST_WINDOW].done + b->chip.semaphore_latency);
            }
        }
        latest(&time, queue_room(&s->units[m->unit]));
        if (m->unit <= STREAM_X) latest(&time, plain_start(b, m, time) - VECTORS_AHEAD * b->chip.vec_cycle);
    }
    *out_time = time;
    return true;
}

static int rank_of(const micro *m) { return m->unit == STREAM_LOADS || m->unit == STREAM_STORES ? 0 : m->unit == STREAM_PRODUCT ? 1 : 2; }

/* ---- issuing ---- */

static uint64_t note_issue(bundle *b, unsigned unit, double start, double done)
{
    unit_state *u = &b->stream->units[unit];
    u->slot_start[u->issued.n % SLOT_DEPTH] = start;
    latest(&u->last_done, done);
    TRI_PUSH(b->arena, &u->issued, (struct issued_op){done, b->program->queues[b->queue].n});
    return u->issued.n;
}

static void pop_entries(bundle *b, const micro *m, double done)
{
    for (int k = 0; k < m->product->width; k++) {
        array_state *a = &b->stream->arrays[m->product->first + k];
        uint32_t rows = a->fifo[a->fifo_first++ % MOST_WINDOW].rows;
        a->fifo_rows -= rows;
        if (a->leaving_n - a->leaving_first == MOST_WINDOW) a->leaving_first++;
        a->leaving[a->leaving_n % MOST_WINDOW].freed = done;
        a->leaving[a->leaving_n++ % MOST_WINDOW].rows = rows;
    }
}

static void issue_plain(bundle *b, int slot)
{
    stream *s = b->stream;
    micro *m = &s->window[slot];
    unit_state *unit = &s->units[m->unit];
    if (m->i.op == TRI_SYS_MAP && m->i.x != TRI_SYS_NO_AP) {
        if (s->third_held != (int64_t)m->third) {
            tri_systolic_instruction set = tri_systolic_make(TRI_SYS_SETR);
            set.fn = TRI_SYS_SETR_IMM;
            set.dst = THIRD_REGISTER;
            set.src0 = m->third;
            stream_append(b, set, true);
            s->third_held = m->third;
        }
        m->i.extra = THIRD_REGISTER;
    }
    double start = plain_start(b, m, s->time), done = start, longest = 0;
    unit->free = start;
    switch (m->unit) {
    case STREAM_V:
        for (int k = 0; k < PORTS; k++) {
            if (m->cost[k] > 0) s->v_port[k] = start + m->cost[k];
            latest(&longest, m->cost[k]);
        }
        done = start + longest + b->chip.vec_latency;
        break;
    case STREAM_X:
        unit->free = start + m->cost[0];
        done = unit->free + b->chip.x_latency;
        break;
    default:
        unit->free = start + b->chip.dma_issue;
        done = unit->free + b->chip.dma_start;
        latest(&s->hbm_free, done);
        s->hbm_free += m->cost[0];
        done = s->hbm_free;
        latest(&done, unit->last_done);
    }
    if (m->is_pop) {
        pop_entries(b, m, done);
        set_remove(&s->popping, slot);
    }
    uint64_t number = note_issue(b, m->unit, start, done);
    tri_systolic_instruction list[2] = {m->i};
    append_bundle(b, m, list, 1);
    stream_issued(b, slot, number, done);
}

/* The matmuls of one array enter its queue at `issue`; the time at which its result is there. */
static void start_matmul(bundle *b, const micro *m, int k, double issue, bool fresh)
{
    const bundle_chip *chip = &b->chip;
    array_state *a = &b->stream->arrays[m->product->first + k];
    uint32_t rows = rows_moved(b, m->product), columns = ap_at(b, m->i.ap_dst)->npart, leaving = 0;
    double start = issue;
    latest(&start, a->stream_end);
    latest(&start, a->ldw_end);
    for (uint32_t e = a->leaving_first; e < a->leaving_n; e++) leaving += a->leaving[e % MOST_WINDOW].rows;
    while (a->leaving_first < a->leaving_n &&
           (a->leaving[a->leaving_first % MOST_WINDOW].freed <= start || a->fifo_rows + leaving + rows > chip->fifo_rows)) {
        latest(&start, a->leaving[a->leaving_first % MOST_WINDOW].freed);
        leaving -= a->leaving[a->leaving_first++ % MOST_WINDOW].rows;
    }
    a->slot_start[a->slots++ % SLOT_DEPTH] = start;
    a->last_start = start;
    a->stream_end = start + product_cost(chip, rows, columns, m->product->mode, fresh);
    a->fifo[a->fifo_n % MOST_WINDOW].done = a->stream_end + 2 * chip->side / chip->rows_per_cycle * chip->cycle + chip->pipe;
    a->fifo[a->fifo_n % MOST_WINDOW].rows = rows;
    a->fifo[a->fifo_n++ % MOST_WINDOW].pop = m->partner;
    a->fifo_rows += rows;
}

static void issue_product(bundle *b, int slot)
{
    stream *s = b->stream;
    micro *m = &s->window[slot];
    const product_op *p = m->product;
    tri_systolic_instruction loads[MOST_ARRAYS + 1], moves[MOST_ARRAYS + 1];
    bool fresh[MOST_ARRAYS];
    int n_loads = 0;
    for (int k = 0; k < p->width; k++) {
        array_state *a = &s->arrays[p->first + k];
        weight_name wanted = weights_of(m, k);
        fresh[k] = !same_weights(&a->weights, &wanted);
        moves[k] = tri_systolic_make(TRI_SYS_MM);
        moves[k].x = (uint8_t)(p->first + k);
        moves[k].fn = p->mode;
        moves[k].src0 = p->on[k].moving;
        moves[k].ap_src0 = p->on[k].ap_moving;
        if (!fresh[k]) continue;
        a->weights = wanted;
        tri_systolic_instruction *load = &loads[n_loads++];
        *load = tri_systolic_make(TRI_SYS_LDW);
        load->x = moves[k].x;
        load->fn = p->mode;
        load->flags = p->turned ? TRI_SYS_T : 0;
        load->src0 = p->on[k].weights;
        load->ap_src0 = p->on[k].ap_weights;
        double start = s->time;
        latest(&start, a->last_start);
        latest(&start, a->ldw_end);
        a->ldw_end = start + ldw_time(b, p, k);
        a->slot_start[a->slots++ % SLOT_DEPTH] = start;
    }
    if (n_loads) append_bundle(b, m, loads, n_loads);
    for (int k = 0; k < p->width; k++) start_matmul(b, m, k, s->time, fresh[k]);
    append_bundle(b, m, moves, p->width);
    set_add(&s->popping, m->partner);
    stream_issued(b, slot, 0, 0);
}

void stream_issue_one(bundle *b)
{
    stream *s = b->stream;
    int best = NOBODY, best_rank = 0;
    double best_time = 0;
    for (uint64_t number = s->head; number < s->next; number++) {
        int slot = (int)(number % MOST_WINDOW);
        double time;
        if (!set_has(&s->ready, slot) || !consider(b, slot, &time)) continue;
        int rank = rank_of(&s->window[slot]);
        bool better = best == NOBODY || time < best_time || (time == best_time && rank < best_rank);
        if (b->options.window <= 0) better = best == NOBODY;
        if (!better) continue;
        best = slot;
        best_rank = rank;
        best_time = time;
    }
    if (best == NOBODY) {
        bundle_fail(b, NULL, TRI_BUG, "%s: no micro-op of the window can be issued", b->func->name);
        return;
    }
    latest(&s->time, best_time);
    if (s->window[best].unit == STREAM_PRODUCT)
        issue_product(b, best);
    else
        issue_plain(b, best);
}
