/* runtime/drivers/systolic_sim/schedule.c - semaphores, scalars, and the core loop of the decoupled style: of all queues whose head can start, the
 * one with the earliest start goes next. Nothing that is taken later can start earlier, so every count that a head saw is final. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "runtime/drivers/systolic_sim/machine.h"

/* To whom wants to see what the units do: queues by their kind and number, a bundled core's units by name. */
static void tell(machine *m, int unit, uint32_t pc, double start, double done)
{
    static const char *const bundled[] = {"stream", "M0", "M1", "M2", "M3", "V", "X"};
    const tri_systolic_queue *queue = m->queues[m->chip->bundle ? 0 : unit].code;
    char name[24];
    if (!m->chip->bundle)
        snprintf(name, sizeof name, "%s%u", tri_systolic_queue_kind_name(queue->kind), queue->ring);
    else if (unit < UNIT_RING)
        snprintf(name, sizeof name, "%s", bundled[unit]);
    else
        snprintf(name, sizeof name, "DMA%d", unit - UNIT_RING);
    tri_activity activity = {.unit = name, .what = tri_systolic_ops[queue->at[pc].op].name, .start = start * 1e-9, .seconds = (done - start) * 1e-9};
    m->launch->activity(m->launch->activity_context, &activity);
}

void tri_syssim_trace(machine *m, int unit, uint32_t pc, double start, double done)
{
    uint64_t bits[2];
    memcpy(&bits[0], &start, 8);
    memcpy(&bits[1], &done, 8);
    m->hash = tri_hash_u64(tri_hash_u64(m->hash ^ ((uint64_t)unit << 32 | pc), bits[0]), bits[1]);
    if (m->launch->activity && done > start) tell(m, unit, pc, start, done);
}

static uint64_t budget_of(const machine *m) { return m->options.budget ? m->options.budget : 20000000000ull; }

bool tri_syssim_count(machine *m)
{
    uint64_t budget = budget_of(m);
    return ++m->instructions <= budget || tri_syssim_trap(m, TRAP_BUDGET, NULL, "more than %llu instructions", (unsigned long long)budget);
}

static bool make_room(machine *m, semaphore *s)
{
    if (s->first == s->n) s->first = s->n = 0;
    if (s->n < s->room) return true;
    if (s->first >= s->room / 2 && s->first) { /* half of the list is spent */
        s->n -= s->first;
        memmove(s->events, s->events + s->first, s->n * sizeof *s->events);
        if (m->functional) memmove(s->clocks, s->clocks + s->first, s->n * sizeof *s->clocks);
        s->first = 0;
        return true;
    }
    uint32_t room = s->room ? 2 * s->room : 16;
    event *events = realloc(s->events, room * sizeof *events);
    if (events) s->events = events;
    uint32_t(*clocks)[MOST_UNITS] = m->functional ? realloc(s->clocks, room * sizeof *clocks) : NULL;
    if (clocks) s->clocks = clocks;
    if (!events || (m->functional && !clocks)) {
        if (!m->status) m->status = tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory for the events of a semaphore");
        return false;
    }
    s->room = room;
    return true;
}

/* Adds an event, sorted by time. */
static bool add_event(machine *m, unsigned number, int unit, uint16_t add, double time)
{
    semaphore *s = &m->semaphores[number];
    if (!make_room(m, s)) return false;
    uint32_t at = s->n++;
    for (; at > s->first && s->events[at - 1].time > time; at--) {
        s->events[at] = s->events[at - 1];
        if (m->functional) memcpy(s->clocks[at], s->clocks[at - 1], sizeof s->clocks[at]);
    }
    s->events[at] = (event){time, add, (uint8_t)unit};
    if (m->functional) memcpy(s->clocks[at], m->units[unit].clock, sizeof s->clocks[at]);
    s->sum += add;
    return s->sum <= 65535 || tri_syssim_trap(m, TRAP_SEM_OVER, NULL, "semaphore %u is above 65535", number);
}

bool tri_syssim_wait_time(const machine *m, const tri_systolic_instruction *i, int unit, double *start, int *missing)
{
    double latency = 1e9 * m->chip->semaphore_latency;
    for (int k = 0; k < 2; k++) {
        if (i->wait[k].semaphore == TRI_SYS_NO_SEMAPHORE) continue;
        const semaphore *s = &m->semaphores[i->wait[k].semaphore];
        *missing = i->wait[k].semaphore;
        if (s->sum < i->wait[k].value) return false;
        uint32_t have = 0;
        for (uint32_t e = s->first; have < i->wait[k].value; e++) {
            double t = s->events[e].time + (s->events[e].unit == unit ? 0 : latency);
            if (*start < t) *start = t;
            have += s->events[e].add;
        }
    }
    return true;
}

void tri_syssim_consume(machine *m, const tri_systolic_instruction *i, int unit)
{
    for (int k = 0; k < 2; k++) {
        if (i->wait[k].semaphore == TRI_SYS_NO_SEMAPHORE) continue;
        semaphore *s = &m->semaphores[i->wait[k].semaphore];
        bool keep = i->flags & (k ? TRI_SYS_KEEP1 : TRI_SYS_KEEP0);
        uint32_t left = i->wait[k].value;
        for (uint32_t e = s->first; left; e++) {
            uint32_t take = s->events[e].add < left ? s->events[e].add : left;
            const uint32_t *clock = m->functional ? s->clocks[e] : NULL;
            for (int j = 0; clock && j < m->n_units; j++)
                if (m->units[unit].clock[j] < clock[j]) m->units[unit].clock[j] = clock[j];
            left -= take;
            if (keep) continue;
            s->events[e].add = (uint16_t)(s->events[e].add - take);
            s->sum -= take;
            if (!s->events[e].add) s->first = e + 1;
        }
    }
}

static bool evaluate(machine *m, int number);

bool tri_syssim_signal(machine *m, int unit, const tri_systolic_instruction *i, double time)
{
    if (i->signal[0].semaphore == TRI_SYS_NO_SEMAPHORE && i->signal[1].semaphore == TRI_SYS_NO_SEMAPHORE) return true;
    if (time < m->units[unit].last_signal) time = m->units[unit].last_signal;
    m->units[unit].last_signal = time;
    for (int k = 0; k < 2; k++)
        if (i->signal[k].semaphore != TRI_SYS_NO_SEMAPHORE && !add_event(m, i->signal[k].semaphore, unit, i->signal[k].add, time)) return false;
    return true;
}

bool tri_syssim_is_scalar(unsigned op) { return op <= TRI_SYS_SETAP || op == TRI_SYS_RDT; }

static bool load_scalar(machine *m, queue_state *q, const tri_systolic_instruction *i, int unit)
{
    static const uint8_t types[] = {TRI_SYS_I8, TRI_SYS_U8, TRI_SYS_I16, TRI_SYS_U16, TRI_SYS_I32, TRI_SYS_U32, TRI_SYS_U32};
    bool wide = i->fn == TRI_SYS_SETR_LOAD_64;
    tri_systolic_ap ap = {.space = TRI_SYS_SMEM,
                          .dtype = types[i->fn - TRI_SYS_SETR_LOAD_I8],
                          .npart = 1,
                          .ndim = wide,
                          .size = {wide ? 2 : 0},
                          .stride = {wide ? 4 : 0}};
    pattern pat;
    tri_syssim_pattern(&pat, &ap);
    operand o = {.pat = &pat, .space = TRI_SYS_SMEM, .at = (uint32_t)(i->src0 + (i->sel_src0 == TRI_SYS_NO_REGISTER ? 0 : q->reg[i->sel_src0]))};
    if ((double)(o.at + (uint64_t)pat.high) > m->chip->smem_bytes)
        return tri_syssim_trap(m, TRAP_OOB, &o, "SMEM has %.0f bytes", m->chip->smem_bytes);
    if (m->functional && !tri_syssim_check_read(m, &o, unit)) return false;
    int64_t value[2] = {0, 0};
    tri_syssim_load_i64(m->smem + o.at, &pat, 0, pat.elements, value);
    q->reg[i->dst] = (uint64_t)value[0] | (wide ? (uint64_t)value[1] << 32 : 0);
    return true;
}

bool tri_syssim_scalar(machine *m, queue_state *q, const tri_systolic_instruction *i, int unit, double now)
{
    uint32_t jump = m->code->jump[q - m->queues][q->pc];
    switch (i->op) {
    case TRI_SYS_SETR:
        if (i->fn == TRI_SYS_SETR_IMM)
            q->reg[i->dst] = (uint64_t)i->src1 << 32 | i->src0;
        else if (i->fn == TRI_SYS_SETR_ARG)
            q->reg[i->dst] = m->launch->arguments[i->src0];
        else if (!load_scalar(m, q, i, unit))
            return false;
        break;
    case TRI_SYS_ALU: {
        int64_t b = i->ap_src1 == TRI_SYS_IMMEDIATE ? (int32_t)i->src1 : (int64_t)q->reg[i->src1];
        q->reg[i->dst] = (uint64_t)tri_syssim_alu_one(TRI_SYS_OP0(i->fn), 64, true, (int64_t)q->reg[i->src0], b);
        break;
    }
    case TRI_SYS_LOOP: {
        int64_t n = (int64_t)((uint64_t)(int64_t)(int32_t)i->src0 + (i->sel_src0 == TRI_SYS_NO_REGISTER ? 0 : q->reg[i->sel_src0]));
        if (n <= 0) {
            q->pc = jump + 1;
            return true;
        }
        q->loop[q->depth].start = q->pc + 1;
        q->loop[q->depth++].left = n;
        break;
    }
    case TRI_SYS_ENDLOOP:
        if (--q->loop[q->depth - 1].left > 0) {
            q->pc = q->loop[q->depth - 1].start;
            return true;
        }
        q->depth--;
        break;
    case TRI_SYS_BR:
        if (tri_syssim_alu_one(TRI_SYS_OP0(i->fn), 64, true, (int64_t)q->reg[i->src0], (int32_t)i->src1)) q->pc += i->dst;
        break;
    case TRI_SYS_SETAP: tri_syssim_pattern(&q->patterns[i->ap_dst], &m->code->program->aps[i->src0]); break;
    default: q->reg[i->dst] = (uint64_t)(now * 1e-9 * m->chip->clock);
    }
    q->pc++;
    return true;
}

/* The bytes and partitions that an operand may touch: all partitions of flat memory in one range, both planes of a 256-wide one. */
static recent_write extent_of(const operand *o, double done)
{
    const tri_systolic_ap *ap = &o->pat->ap;
    bool flat = o->space == TRI_SYS_HBM || o->space == TRI_SYS_SMEM;
    int64_t reach = flat ? (int64_t)(ap->npart - 1) * ap->plane_stride : ap->npart > 128 && o->space == TRI_SYS_SP ? ap->plane_stride : 0;
    return (recent_write){.done = done,
                          .low = o->at + (uint64_t)(o->pat->low + (reach < 0 ? reach : 0)),
                          .high = o->at + (uint64_t)(o->pat->high + (reach > 0 ? reach : 0)),
                          .part_low = flat ? 0 : o->part,
                          .part_high = flat ? 1 : o->part + ap->npart,
                          .space = o->space};
}

/* When the results that an op reads are there, of those its own unit is still making. */
static double hazard(const unit *u, const operand *o, double s)
{
    if (!o->pat || o->immediate) return s;
    recent_write read = extent_of(o, 0);
    for (uint32_t k = 0; k < u->n_recent; k++) {
        const recent_write *r = &u->recent[k];
        if (r->done > s && r->space == read.space && read.low < r->high && r->low < read.high && read.part_low < r->part_high &&
            r->part_low < read.part_high)
            s = r->done;
    }
    return s;
}

double tri_syssim_hazards(const machine *m, const op_context *c)
{
    const unit *u = &m->units[c->unit];
    const queue_state *q = c->q;
    if (!u->n_recent || c->i->op == TRI_SYS_MM) return 0;
    double s = hazard(u, &q->src0, hazard(u, &q->src1, hazard(u, &q->third, 0)));
    bool reads_dst = c->i->op == TRI_SYS_MAP || c->i->op == TRI_SYS_POP || (c->i->op == TRI_SYS_SEL && !c->i->fn) ||
                     (c->i->op == TRI_SYS_DMA && c->i->fn != TRI_SYS_DMA_COPY && c->i->fn != TRI_SYS_DMA_GATHER);
    if (c->i->flags & TRI_SYS_REDUCE && c->i->flags & TRI_SYS_ACC)
        for (uint32_t k = 0; k < u->n_recent; k++)
            if (u->recent[k].space == TRI_SYS_ROWACC && s < u->recent[k].done) s = u->recent[k].done;
    return reads_dst ? hazard(u, &q->dst, s) : s;
}

static void remember(unit *u, const recent_write *r, double now)
{
    uint32_t kept = 0;
    for (uint32_t k = 0; k < u->n_recent; k++)
        if (u->recent[k].done > now) u->recent[kept++] = u->recent[k];
    if (kept == RECENT) memmove(u->recent, u->recent + 1, --kept * sizeof *u->recent);
    u->recent[kept++] = *r;
    u->n_recent = kept;
}

/* Runs one op of an engine or ring at `s`: costs, values, what its unit has on the way. */
bool tri_syssim_perform(machine *m, const op_context *c, double s, double *done)
{
    unit *u = &m->units[c->unit];
    const queue_state *q = c->q;
    if (q->src0.pat) m->work += (uint64_t)q->src0.pat->ap.npart * q->src0.pat->elements;
    if (m->work >> 16 > budget_of(m)) return tri_syssim_trap(m, TRAP_BUDGET, NULL, "more than 65536 elements for each instruction of the budget");
    if (m->functional) tri_syssim_clock_tick(m, c->unit);
    bool pe = c->i->op == TRI_SYS_LDW || c->i->op == TRI_SYS_MM || (c->i->op == TRI_SYS_XPOSE && !m->chip->bundle);
    if (c->i->op == TRI_SYS_DMA) {
        double before = m->pipe_busy + m->hbm_busy;
        if (!tri_syssim_dma_run(m, c, s, done)) return false;
        u->busy += m->pipe_busy + m->hbm_busy - before;
    } else if (pe) {
        u->free = s;
        if (!tri_syssim_pe_run(m, c, s, done)) return false;
    } else {
        if (c->i->op != TRI_SYS_POP && !tri_syssim_vector_check(m, c)) return false;
        u->free = s;
        if (!tri_syssim_vector_run(m, c, s, done)) return false;
        if (c->i->op == TRI_SYS_POP ? !tri_syssim_pop_values(m, c, *done) : m->functional && !tri_syssim_vector_values(m, c)) return false;
    }
    if (*done > u->last_done) u->last_done = *done;
    if (q->dst.pat && c->i->op != TRI_SYS_MM) {
        recent_write r = extent_of(&q->dst, *done);
        remember(u, &r, s);
    }
    if (c->i->flags & TRI_SYS_REDUCE) {
        recent_write r = {*done, 0, 4, 0, 128, TRI_SYS_ROWACC};
        remember(u, &r, s);
        if (!m->functional) memset(u->row_init, 1, sizeof u->row_init);
    }
    tri_syssim_trace(m, c->unit, q->pc, s, *done);
    return true;
}

static bool is_engine_op(unsigned op) { return op >= TRI_SYS_DMA; }

static op_context context_of(machine *m, int number)
{
    queue_state *q = &m->queues[number];
    return (op_context){.q = q, .i = &q->code->at[q->pc], .unit = number, .engine = q->code->kind};
}

/* The earliest start of the head with what is known now, or blocked. */
static void find_start(machine *m, int number)
{
    op_context c = context_of(m, number);
    queue_state *q = c.q;
    double s = q->issue;
    q->blocked = !tri_syssim_wait_time(m, c.i, number, &s, &q->blocked_on);
    if (q->blocked) return;
    if (is_engine_op(c.i->op)) {
        const unit *u = &m->units[number];
        if (s < u->free) s = u->free;
        double h = tri_syssim_hazards(m, &c);
        if (s < h) s = h;
        if (c.i->op == TRI_SYS_DMA)
            s = tri_syssim_dma_start(m, &c, s);
        else if (c.engine == TRI_SYS_PE)
            s = tri_syssim_pe_start(m, &c, s);
        else
            s = tri_syssim_vector_start(m, &c, s);
    }
    q->start = s;
}

/* Performs the scalars in front of the head that concern nobody else, then resolves the head and finds its start. */
static bool evaluate(machine *m, int number)
{
    queue_state *q = &m->queues[number];
    double cycle = 1e9 * m->chip->scalar_cycles / m->chip->clock;
    for (;;) {
        const tri_systolic_instruction *i = &q->code->at[q->pc];
        bool waits = i->wait[0].semaphore != TRI_SYS_NO_SEMAPHORE || i->wait[1].semaphore != TRI_SYS_NO_SEMAPHORE;
        bool signals = i->signal[0].semaphore != TRI_SYS_NO_SEMAPHORE || i->signal[1].semaphore != TRI_SYS_NO_SEMAPHORE;
        bool load = i->op == TRI_SYS_SETR && i->fn >= TRI_SYS_SETR_LOAD_I8;
        if (!tri_syssim_is_scalar(i->op) || waits || signals || load) break;
        m->trap_queue = number;
        m->trap_pc = q->pc;
        if (i->op != TRI_SYS_LOOP && i->op != TRI_SYS_ENDLOOP) q->issue += cycle;
        if (!tri_syssim_count(m) || !tri_syssim_scalar(m, q, i, number, q->issue)) return false;
    }
    m->trap_queue = number;
    m->trap_pc = q->pc;
    if (is_engine_op(q->code->at[q->pc].op) && !tri_syssim_resolve(m, q, &q->code->at[q->pc])) return false;
    find_start(m, number);
    return true;
}

static bool execute(machine *m, int number)
{
    op_context c = context_of(m, number);
    queue_state *q = c.q;
    unit *u = &m->units[number];
    double s = q->start, done = s;
    m->trap_queue = number;
    m->trap_pc = q->pc;
    if (!tri_syssim_count(m)) return false;
    tri_syssim_consume(m, c.i, number);
    q->issue = s;
    if (is_engine_op(c.i->op)) {
        if (!tri_syssim_perform(m, &c, s, &done)) return false;
        q->pc++;
    } else if (tri_syssim_is_scalar(c.i->op)) {
        q->issue = done = s + 1e9 * m->chip->scalar_cycles / m->chip->clock;
        if (m->functional) tri_syssim_clock_tick(m, number);
        if (!tri_syssim_scalar(m, q, c.i, number, s)) return false;
    } else {
        if (c.i->op != TRI_SYS_WAIT && done < u->last_done) done = u->last_done;
        if (c.i->op == TRI_SYS_BAR) q->issue = done;
        q->halted = c.i->op == TRI_SYS_HALT;
        if (q->halted && m->end < done) m->end = done;
        tri_syssim_trace(m, number, q->pc, s, done);
        if (!q->halted) q->pc++;
    }
    if (!tri_syssim_signal(m, number, c.i, done)) return false;
    for (int k = 0; k < 2; k++) { /* whoever waits for these looks again */
        unsigned semaphore = c.i->signal[k].semaphore;
        int waiter = semaphore == TRI_SYS_NO_SEMAPHORE ? -1 : m->code->waiter[semaphore];
        if (waiter >= 0 && waiter != number && !m->queues[waiter].halted) find_start(m, waiter);
    }
    return q->halted || evaluate(m, number);
}

bool tri_syssim_run_decoupled(machine *m)
{
    for (uint32_t k = 0; k < m->n_queues; k++) {
        m->queues[k].issue = m->launch_ns;
        if (!evaluate(m, (int)k)) return false;
    }
    for (;;) {
        int best = -1;
        double earliest = INFINITY;
        bool running = false;
        for (uint32_t k = 0; k < m->n_queues; k++) {
            const queue_state *q = &m->queues[k];
            if (q->halted) continue;
            running = true;
            if (!q->blocked && q->start < earliest) {
                earliest = q->start;
                best = (int)k;
            }
        }
        if (!running) return true;
        if (best < 0) return tri_syssim_deadlock(m);
        find_start(m, best); /* a shared resource may have been taken since */
        if (m->queues[best].start > earliest) continue;
        if (!execute(m, best)) return false;
    }
}
