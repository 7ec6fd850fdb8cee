/* runtime/drivers/systolic_sim/vector_cost.c - how long the vector engines take. Decoupled: a pass count an op, from the chip file. Bundle: register
 * operations against the ports ld, st, alu, pop, eup. Nothing here looks at values. */
#include <math.h>

#include "runtime/drivers/systolic_sim/machine.h"

enum { LD, ST, ALU, POP, EUP };

static bool in_space(const operand *o, unsigned space) { return o->pat && !o->immediate && o->space == space; }
static bool in_acc(const operand *o) { return in_space(o, TRI_SYS_ACC_SPACE); }
static bool in_sp(const operand *o) { return in_space(o, TRI_SYS_SP); }
static bool halves(const operand *o) { return !o->pat || o->immediate || o->pat->bytes == 2; }

static bool divides(unsigned op)
{
    return op == TRI_SYS_ALU_DIV || op == TRI_SYS_ALU_RDIV || op == TRI_SYS_ALU_REM || op == TRI_SYS_ALU_RREM || op == TRI_SYS_ALU_POW ||
           op == TRI_SYS_ALU_RPOW || op == TRI_SYS_ALU_ATAN2;
}

/* How many times faster than one element a cycle VEC runs this op (1, 2 or 4). */
static double perf_mode(const machine *m, const op_context *c)
{
    const queue_state *q = c->q;
    bool all_halves = halves(&q->dst) && halves(&q->src0) && halves(&q->src1);
    if (m->chip->vec_perf_mode == 0 || c->engine != TRI_SYS_VEC || !all_halves) return 1;
    if (c->i->op == TRI_SYS_TT) return in_sp(&q->dst) && in_sp(&q->src0) && in_sp(&q->src1) ? 2 : 1;
    if (c->i->op != TRI_SYS_TS && c->i->op != TRI_SYS_COPY) return 1;
    if (in_acc(&q->dst) && in_acc(&q->src0)) return 1;
    return in_sp(&q->dst) && in_sp(&q->src0) && q->dst.pat->dense && q->src0.pat->dense ? 4 : 2;
}

static double initiation(const machine *m, const op_context *c)
{
    const tri_syssim_chip *chip = m->chip;
    const tri_systolic_instruction *i = c->i;
    const queue_state *q = c->q;
    unsigned op0 = TRI_SYS_OP0(i->fn), op1 = TRI_SYS_OP1(i->fn);
    double n = q->dst.pat->elements, passes = 1, add = 0, least = chip->vec_min_ii;
    switch (i->op) {
    case TRI_SYS_TT:
        passes = chip->cost_tt;
        if (in_acc(&q->src0) != in_acc(&q->src1))
            passes = chip->cost_tt_acc;
        else if (halves(&q->dst) && halves(&q->src0) && halves(&q->src1) && q->dst.pat->dense && q->src0.pat->dense && q->src1.pat->dense &&
                 (op0 == TRI_SYS_ALU_ADD || op0 == TRI_SYS_ALU_SUB || op0 == TRI_SYS_ALU_MUL))
            passes = chip->cost_tt_bf16;
        if (divides(op0)) passes = chip->cost_div;
        break;
    case TRI_SYS_TS:
        passes = divides(op0) || divides(op1) ? chip->cost_div : chip->cost_ts;
        if (i->flags & TRI_SYS_REDUCE) add = chip->cost_reduce_add;
        break;
    case TRI_SYS_STT: passes = divides(op0) || divides(op1) ? chip->cost_div : chip->cost_stt; break;
    case TRI_SYS_RED:
        n = q->src0.pat->elements;
        if (i->flags & TRI_SYS_T)
            passes = chip->cost_red_partitions;
        else
            passes = halves(&q->src0) && halves(&q->dst) && (op0 == TRI_SYS_ALU_ADD || op0 == TRI_SYS_ALU_MAX) ? chip->cost_red_bf16 : chip->cost_red;
        break;
    case TRI_SYS_SCAN: passes = chip->cost_scan; break;
    case TRI_SYS_SEL:
        if (!i->fn)
            passes = in_acc(&q->src0) || in_acc(&q->src1) || in_acc(&q->dst) ? chip->cost_sel_mask_acc : chip->cost_sel_mask;
        else if (c->engine == TRI_SYS_GP)
            add = chip->cost_affine_add, least = 0;
        break;
    case TRI_SYS_MEMSET:
        if (!q->src1.value && q->dst.pat->bytes == 2) passes = chip->cost_memset_zero16;
        break;
    case TRI_SYS_IOTA:
        add = chip->cost_affine_add;
        least = 0;
        break;
    case TRI_SYS_ACT:
        if (i->flags & TRI_SYS_REDUCE) add = chip->cost_reduce_add;
        break;
    default: break;
    }
    const operand *all[3] = {&q->dst, &q->src0, &q->src1};
    bool wide = false;
    for (int k = 0; k < 3; k++) wide = wide || (all[k]->pat && !all[k]->immediate && all[k]->pat->wide_stride);
    double cycles = passes * n / perf_mode(m, c) * (wide ? chip->cost_stride : 1);
    return (cycles < least ? least : cycles) + add;
}

static double engine_clock(const machine *m, int engine)
{
    return engine == TRI_SYS_ACT_QUEUE ? m->chip->act_clock : engine == TRI_SYS_GP && !m->chip->bundle ? m->chip->gp_clock : m->chip->vec_clock;
}

static int engine_number(int engine) { return engine == TRI_SYS_VEC ? 0 : engine == TRI_SYS_ACT_QUEUE ? 1 : 2; }

/* Register operations of a V op: elements / 1024 a pass; 2-byte elements are half a register to load and store. */
static void port_use(const machine *m, const op_context *c, double use[5])
{
    const queue_state *q = c->q;
    const tri_systolic_instruction *i = c->i;
    const operand *in[3] = {&q->src0, &q->src1, &q->third};
    unsigned op0 = TRI_SYS_OP0(i->fn), op1 = TRI_SYS_OP1(i->fn);
    double planes = q->dst.pat->ap.npart > 128 ? 2 : 1, registers = planes * q->dst.pat->elements / 8.0;
    for (int k = 0; k < 5; k++) use[k] = 0;
    for (int k = 0; k < 3; k++)
        if (in[k]->pat && !in[k]->immediate && in[k]->pat->elements > 1)
            use[LD] += planes * in[k]->pat->elements / 8.0 * (in[k]->pat->bytes < 4 ? 0.5 : 1);
    use[ST] = registers * (q->dst.pat->bytes < 4 ? 0.5 : 1);
    use[ALU] = registers;
    switch (i->op) {
    case TRI_SYS_TS:
    case TRI_SYS_STT: use[ALU] = registers * (1 + (op1 != 0)); break;
    case TRI_SYS_RED: use[ALU] = planes * q->src0.pat->elements / 8.0; break;
    case TRI_SYS_SCAN: use[ALU] = registers * 2; break;
    case TRI_SYS_IOTA: use[ALU] = registers * 2; break;
    case TRI_SYS_ACT:
        use[ALU] = registers * 2;
        if (tri_systolic_function_transcendental(i->fn)) use[EUP] = registers;
        break;
    case TRI_SYS_MAP: {
        const tri_systolic_expr *e = &m->code->program->exprs[i->fn];
        bool old = false;
        use[ALU] = 0;
        for (int k = 0; k < e->n_nodes; k++) {
            unsigned op = e->node[k].op;
            bool eup =
                (op >= TRI_SYS_NODE_FUNCTION && op < TRI_SYS_NODE_SELECT && tri_systolic_function_transcendental(op - TRI_SYS_NODE_FUNCTION)) ||
                divides(op);
            use[eup ? EUP : ALU] += registers;
            old = old || e->node[k].a == TRI_SYS_IN_DST || e->node[k].b == TRI_SYS_IN_DST || e->node[k].c == TRI_SYS_IN_DST;
        }
        if (old) use[LD] += registers * (q->dst.pat->bytes < 4 ? 0.5 : 1);
        break;
    }
    case TRI_SYS_POP: {
        int arrays = 0;
        for (int k = 0; k < MOST_ARRAYS; k++) arrays += i->x >> k & 1;
        bool adds = i->flags & TRI_SYS_ACC;
        use[POP] = registers * arrays;
        use[ALU] = registers * (arrays - !adds);
        use[LD] = adds ? registers * (q->dst.pat->bytes < 4 ? 0.5 : 1) : 0;
        break;
    }
    default: break;
    }
    if (i->op != TRI_SYS_MAP && i->op != TRI_SYS_ACT && (divides(op0) || divides(op1)) &&
        (i->op == TRI_SYS_TT || i->op == TRI_SYS_TS || i->op == TRI_SYS_STT))
        use[EUP] = registers;
    const double ports[5] = {m->chip->port_ld, m->chip->port_st, m->chip->port_alu, m->chip->port_pop, m->chip->port_eup};
    for (int k = 0; k < 5; k++) use[k] *= 1e9 / (ports[k] * m->chip->vec_clock);
}

static void each_bank(machine *m, const op_context *c, double *wait, double until)
{
    const operand *all[4] = {&c->q->dst, &c->q->src0, &c->q->src1, &c->q->third};
    uint64_t bank_bytes = (uint64_t)m->chip->acc_bank_bytes;
    for (int k = 0; k < 4; k++) {
        if (!in_acc(all[k])) continue;
        uint64_t low = (all[k]->at + (uint64_t)all[k]->pat->low) / bank_bytes, high = (all[k]->at + (uint64_t)all[k]->pat->high - 1) / bank_bytes;
        for (uint64_t b = low; b <= high && b < MOST_BANKS; b++) {
            bank *at = &m->banks[b];
            if (wait && at->user != c->engine && *wait < at->busy_until) *wait = at->busy_until;
            if (!wait && at->busy_until < until) {
                at->busy_until = until;
                at->user = c->engine;
            }
        }
    }
}

static void latest(double *s, double t)
{
    if (*s < t) *s = t;
}

double tri_syssim_vector_start(machine *m, const op_context *c, double s)
{
    if (m->chip->bundle) {
        double use[5];
        if (c->unit != UNIT_V) return s;
        port_use(m, c, use);
        for (int k = 0; k < 5; k++)
            if (use[k] > 0) latest(&s, m->v_free[k]);
        return s;
    }
    const queue_state *q = c->q;
    bool sp = in_sp(&q->dst) || in_sp(&q->src0) || in_sp(&q->src1), acc = in_acc(&q->dst) || in_acc(&q->src0) || in_acc(&q->src1);
    bool vec = c->engine == TRI_SYS_VEC, act = c->engine == TRI_SYS_ACT_QUEUE, gp = c->engine == TRI_SYS_GP;
    if (sp && (vec || gp) && m->chip->exclude_vec_gp_sp != 0) latest(&s, m->sp_until[vec ? 2 : 0]);
    if (acc && (vec || act) && m->chip->exclude_vec_act_acc != 0) latest(&s, m->acc_until[vec ? 1 : 0]);
    if (vec && perf_mode(m, c) > 1) latest(&s, m->sp_until[2]);
    if (gp && sp) latest(&s, m->perf_until);
    if (acc) each_bank(m, c, &s, 0);
    return s;
}

bool tri_syssim_vector_run(machine *m, const op_context *c, double s, double *done)
{
    unit *u = &m->units[c->unit];
    if (m->chip->bundle && c->unit == UNIT_V) {
        double use[5], longest = 0;
        port_use(m, c, use);
        for (int k = 0; k < 5; k++) {
            if (use[k] <= 0) continue;
            m->v_free[k] = s + use[k];
            latest(&longest, use[k]);
        }
        u->busy += longest;
        *done = s + longest + 1e9 * m->chip->vec_latency / m->chip->vec_clock;
        return true;
    }
    double clock = engine_clock(m, c->engine), ii, latency;
    if (m->chip->bundle) {
        uint32_t elements = c->q->src0.pat->elements > c->q->dst.pat->elements ? c->q->src0.pat->elements : c->q->dst.pat->elements;
        ii = m->chip->x_cycles * elements / 8.0;
        latency = m->chip->x_latency;
    } else {
        ii = initiation(m, c);
        latency = m->chip->vec_latency;
    }
    u->free = s + 1e9 * ii / clock;
    u->busy += 1e9 * ii / clock;
    *done = u->free + 1e9 * latency / clock;
    if (m->chip->bundle) return true;
    int e = engine_number(c->engine);
    const queue_state *q = c->q;
    if (in_sp(&q->dst) || in_sp(&q->src0) || in_sp(&q->src1)) m->sp_until[e] = u->free;
    if (in_acc(&q->dst) || in_acc(&q->src0) || in_acc(&q->src1) || in_acc(&q->third)) {
        m->acc_until[e] = u->free;
        each_bank(m, c, NULL, u->free);
    }
    if (c->engine == TRI_SYS_VEC && perf_mode(m, c) > 1) m->perf_until = u->free;
    return true;
}
