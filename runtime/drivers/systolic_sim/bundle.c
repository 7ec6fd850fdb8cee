/* runtime/drivers/systolic_sim/bundle.c - the core loop of the bundle style: one stream. A bundle issues when all its waits are met, its pops have
 * their products and its units have room; then its ops start when their units and operands allow. All earlier ops have been timed by then, so a wait
 * that is not met now never will be. */
#include <string.h>

#include "runtime/drivers/systolic_sim/machine.h"

static void latest(double *a, double b)
{
    if (*a < b) *a = b;
}

static int unit_of(const tri_systolic_instruction *i)
{
    switch (i->op) {
    case TRI_SYS_DMA: return UNIT_RING + i->x;
    case TRI_SYS_LDW:
    case TRI_SYS_MM: return UNIT_M + i->x;
    case TRI_SYS_XPOSE: return UNIT_X;
    case TRI_SYS_RED:
    case TRI_SYS_COPY: return i->flags & TRI_SYS_T ? UNIT_X : UNIT_V;
    default: return i->op < TRI_SYS_DMA ? UNIT_STREAM : UNIT_V;
    }
}

static op_context context_of(queue_state *q, const tri_systolic_instruction *i)
{
    int unit = unit_of(i);
    int engine = unit == UNIT_V ? TRI_SYS_VEC : unit == UNIT_X ? TRI_SYS_GP : unit >= UNIT_RING ? TRI_SYS_DMA_QUEUE : TRI_SYS_PE;
    return (op_context){.q = q, .i = i, .unit = unit, .engine = engine};
}

static void join(uint32_t *into, const uint32_t *clock)
{
    for (int k = 0; k < MOST_UNITS; k++)
        if (into[k] < clock[k]) into[k] = clock[k];
}

static double all_done(const machine *m, double s)
{
    for (int k = 0; k < m->n_units; k++)
        if (s < m->units[k].last_done) s = m->units[k].last_done;
    return s;
}

static bool start_op(machine *m, queue_state *q, const tri_systolic_instruction *i, double issue)
{
    op_context c = context_of(q, i);
    unit *u = &m->units[c.unit];
    if (!tri_syssim_resolve(m, q, i)) return false;
    if (m->functional) join(u->clock, m->units[UNIT_STREAM].clock);
    double s = issue, done;
    latest(&s, u->free);
    latest(&s, tri_syssim_hazards(m, &c));
    if (c.i->op == TRI_SYS_LDW || c.i->op == TRI_SYS_MM)
        s = tri_syssim_pe_start(m, &c, s);
    else if (c.i->op != TRI_SYS_DMA)
        s = tri_syssim_vector_start(m, &c, s);
    u->slot_start[u->slot_next++ % SLOT_DEPTH] = s;
    return tri_syssim_perform(m, &c, s, &done) && tri_syssim_signal(m, c.unit, i, done);
}

/* The S op of a bundle acts after the others, who read the registers as they were. */
static bool stream_op(machine *m, queue_state *q, const tri_systolic_instruction *i, double *issue)
{
    unit *stream = &m->units[UNIT_STREAM];
    if (tri_syssim_is_scalar(i->op)) {
        if (m->functional) tri_syssim_clock_tick(m, UNIT_STREAM);
        if (i->op != TRI_SYS_LOOP && i->op != TRI_SYS_ENDLOOP) *issue += 1e9 * (m->chip->scalar_cycles - 1) / m->chip->clock;
        return tri_syssim_scalar(m, q, i, UNIT_STREAM, *issue) && tri_syssim_signal(m, UNIT_STREAM, i, *issue);
    }
    uint32_t clock[MOST_UNITS];
    memcpy(clock, stream->clock, sizeof clock);
    double done = i->op == TRI_SYS_WAIT ? *issue : all_done(m, *issue);
    for (int k = 0; m->functional && i->op != TRI_SYS_WAIT && k < m->n_units; k++) join(stream->clock, m->units[k].clock);
    if (i->op == TRI_SYS_BAR || i->op == TRI_SYS_HALT) *issue = done;
    q->halted = i->op == TRI_SYS_HALT;
    bool ok = tri_syssim_signal(m, UNIT_STREAM, i, done);
    if (i->op == TRI_SYS_SIG) memcpy(stream->clock, clock, sizeof clock);
    tri_syssim_trace(m, UNIT_STREAM, q->pc, *issue, done);
    return ok;
}

/* When the bundle [first, end) can issue; waits are consumed. */
static bool issue_time(machine *m, queue_state *q, uint32_t first, uint32_t end, double *issue)
{
    for (uint32_t pc = first; pc < end; pc++) {
        const tri_systolic_instruction *i = &q->code->at[pc];
        m->trap_pc = q->pc = pc;
        if (!tri_syssim_count(m)) return false;
        if (!tri_syssim_wait_time(m, i, UNIT_STREAM, issue, &q->blocked_on)) {
            q->blocked = true;
            q->pc = pc;
            return tri_syssim_deadlock(m);
        }
        tri_syssim_consume(m, i, UNIT_STREAM);
        int unit = unit_of(i);
        if (unit != UNIT_STREAM) latest(issue, m->units[unit].slot_start[m->units[unit].slot_next % SLOT_DEPTH]);
        if (i->op != TRI_SYS_POP) continue;
        op_context c = context_of(q, i);
        if (!tri_syssim_resolve(m, q, i) || !tri_syssim_pop_ready(m, &c, issue)) return false;
    }
    return true;
}

bool tri_syssim_run_bundle(machine *m)
{
    queue_state *q = &m->queues[0];
    const double cycle = 1e9 / m->chip->clock;
    double issue = m->launch_ns;
    m->trap_queue = 0;
    while (!q->halted) {
        uint32_t first = q->pc, end = first + 1;
        while (!(q->code->at[end - 1].flags & TRI_SYS_END)) end++;
        const tri_systolic_instruction *last = NULL;
        uint32_t last_pc = end - 1;
        const tri_systolic_instruction *only = &q->code->at[first];
        bool free_of_charge = end == first + 1 && (only->op == TRI_SYS_LOOP || only->op == TRI_SYS_ENDLOOP);
        if (!issue_time(m, q, first, end, &issue)) return false;
        for (uint32_t pc = first; pc < end; pc++) {
            const tri_systolic_instruction *i = &q->code->at[pc];
            m->trap_pc = q->pc = pc;
            if (unit_of(i) == UNIT_STREAM) {
                last = i;
                last_pc = pc;
            } else if (!start_op(m, q, i, issue)) {
                return false;
            }
        }
        if (!free_of_charge) issue += cycle;
        q->pc = end;
        if (!last) continue;
        m->trap_pc = q->pc = last_pc;
        if (!stream_op(m, q, last, &issue)) return false;
        bool jumped = last->op == TRI_SYS_LOOP || last->op == TRI_SYS_ENDLOOP || last->op == TRI_SYS_BR;
        if (!jumped) q->pc = end;
    }
    m->end = all_done(m, issue);
    return true;
}
