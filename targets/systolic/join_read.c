/* targets/systolic/join_read.c - a finished program as one line of instructions. What: its queues are run against each other as the machine would,
 * in times that know sizes and latencies alone, so the line is about the order in which the program runs, and one in which it may run. Registers are
 * worked out, so that every operand has a place that is known; where a program fetches numbers, the instructions of that queue keep its registers.
 * Needs: a program that decode took. Does not: read programs with loops, branches or patterns that change. */
#include "targets/systolic/join.h"

#include <math.h>

typedef struct reading {
    join *j;
    const tri_systolic_program *program;
    uint32_t step;
    uint32_t pc[TRI_SYS_MOST_QUEUES], semaphores[TRI_SYS_SEMAPHORES];
    double free[TRI_SYS_MOST_QUEUES], signalled[TRI_SYS_SEMAPHORES]; /* when a queue can go on, and a semaphore's newest signal, ns */
    bool fetches[TRI_SYS_MOST_QUEUES];
    bool hurried; /* nobody could go on */
    join_value registers[TRI_SYS_MOST_QUEUES][TRI_SYS_REGISTERS];
} reading;

static const join_value unknown = {JOIN_FETCHED, NO_TILE, 0};

static bool may_start(const reading *r, const tri_systolic_instruction *i)
{
    for (int k = 0; k < 2; k++)
        if (i->wait[k].semaphore != TRI_SYS_NO_SEMAPHORE && r->semaphores[i->wait[k].semaphore] < i->wait[k].value) return false;
    return true;
}

/* Weights are loaded when their product can begin too: between the two nobody else could use the array. */
static bool goes_on(const reading *r, uint32_t q)
{
    const tri_systolic_queue *queue = &r->program->queues[q];
    const tri_systolic_instruction *i = &queue->at[r->pc[q]];
    bool alone = i->op != TRI_SYS_LDW || r->pc[q] + 1 == queue->n || r->hurried;
    return may_start(r, i) && (alone || may_start(r, i + 1));
}

static double start_of(const reading *r, uint32_t q)
{
    const tri_systolic_instruction *i = &r->program->queues[q].at[r->pc[q]];
    double at = r->free[q];
    for (int k = 0; k < 2; k++)
        if (i->wait[k].semaphore != TRI_SYS_NO_SEMAPHORE) at = fmax(at, r->signalled[i->wait[k].semaphore]);
    return at;
}

static double elements_of(const tri_systolic_queue *queue, const tri_systolic_instruction *i)
{
    return i->op >= TRI_SYS_DMA && i->ap_dst < queue->n_aps ? (double)tri_systolic_ap_elements(&queue->aps[i->ap_dst]) : 0;
}

static void start(reading *r, uint32_t q, const tri_systolic_instruction *i)
{
    const join_pace *pace = &r->j->pace;
    const tri_systolic_queue *queue = &r->program->queues[q];
    double at = start_of(r, q), n = elements_of(queue, i), done = at;
    if (i->op == TRI_SYS_DMA) {
        const tri_systolic_ap *dst = &queue->aps[i->ap_dst];
        r->free[q] = at + pace->issue;
        done = at + pace->issue + pace->away + n * dst->npart * tri_systolic_dtype_bytes(dst->dtype) * pace->ns_byte;
    } else if (i->op > TRI_SYS_DMA) {
        r->free[q] = at + n * pace->ns_element[queue->kind];
        done = r->free[q] + pace->latency;
    }
    for (int k = 0; k < 2; k++) {
        bool keep = i->flags & (k ? TRI_SYS_KEEP1 : TRI_SYS_KEEP0);
        if (i->wait[k].semaphore != TRI_SYS_NO_SEMAPHORE && !keep) r->semaphores[i->wait[k].semaphore] -= i->wait[k].value;
        if (i->signal[k].semaphore == TRI_SYS_NO_SEMAPHORE) continue;
        r->semaphores[i->signal[k].semaphore] += i->signal[k].add;
        r->signalled[i->signal[k].semaphore] = fmax(r->signalled[i->signal[k].semaphore], done);
    }
}

/* The queue whose next instruction can start first; none: nobody can go on. */
static int next_queue(const reading *r)
{
    int best = -1;
    double least = INFINITY;
    for (uint32_t q = 0; q < r->program->n_queues; q++) {
        if (r->pc[q] == r->program->queues[q].n || !goes_on(r, q)) continue;
        double at = start_of(r, q);
        if (at >= least) continue;
        least = at;
        best = (int)q;
    }
    return best;
}

/* ---- registers ---- */

static join_value sum(join_value a, join_value b)
{
    if (a.kind == JOIN_NUMBER && b.kind != JOIN_NUMBER) return sum(b, a);
    join_value all = {a.kind, a.buffer, (int64_t)((uint64_t)a.number + (uint64_t)b.number)};
    if (b.kind == JOIN_NUMBER) return all;
    if (a.kind != JOIN_ADDRESS && b.kind != JOIN_ADDRESS) return unknown;
    if (a.buffer != NO_TILE && b.buffer != NO_TILE) return unknown; /* of two addresses */
    return (join_value){JOIN_FETCHED, a.buffer == NO_TILE ? b.buffer : a.buffer, 0};
}

static join_value computed(const reading *r, int queue, const tri_systolic_instruction *i)
{
    join_value a = r->registers[queue][i->src0], b = {JOIN_NUMBER, NO_TILE, (int32_t)i->src1};
    if (i->ap_src1 != TRI_SYS_IMMEDIATE) b = r->registers[queue][i->src1];
    if (TRI_SYS_OP0(i->fn) == TRI_SYS_ALU_ADD) return sum(a, b);
    if (a.kind != JOIN_NUMBER || b.kind != JOIN_NUMBER) return unknown;
    switch (TRI_SYS_OP0(i->fn)) {
    case TRI_SYS_ALU_SUB: a.number = (int64_t)((uint64_t)a.number - (uint64_t)b.number); return a;
    case TRI_SYS_ALU_MUL: a.number = (int64_t)((uint64_t)a.number * (uint64_t)b.number); return a;
    case TRI_SYS_ALU_MAX: return a.number > b.number ? a : b;
    case TRI_SYS_ALU_MIN: return a.number < b.number ? a : b;
    default: return unknown;
    }
}

static join_value selected(const reading *r, int queue, unsigned selector)
{
    return selector == TRI_SYS_NO_REGISTER ? (join_value){JOIN_NUMBER, NO_TILE, 0} : r->registers[queue][selector];
}

/* False: the value of a register that only the running program knows would be needed. */
static bool set_register(reading *r, int queue, const tri_systolic_instruction *i)
{
    join_value *to = &r->registers[queue][i->dst];
    if (i->op == TRI_SYS_ALU)
        *to = computed(r, queue, i);
    else if (i->fn == TRI_SYS_SETR_IMM)
        *to = (join_value){JOIN_NUMBER, NO_TILE, (int64_t)((uint64_t)i->src1 << 32 | i->src0)};
    else if (i->fn == TRI_SYS_SETR_ARG)
        *to = (join_value){JOIN_ADDRESS, r->j->list->steps[r->step].buffers[i->src0], 0};
    else
        *to = unknown;
    return to->kind != JOIN_FETCHED || r->fetches[queue];
}

/* ---- operands ---- */

static bool add_operand(const reading *r, join_item *item, int which, unsigned ap, uint32_t word, unsigned selector)
{
    join_operand *o = &item->operand[which];
    o->tile = NO_TILE;
    if (ap >= item->from->n_aps) return true;
    o->ap = &item->from->aps[ap];
    o->writes = which == OPERAND_DST;
    o->at = selected(r, item->from_queue, selector);
    o->at.number = (int64_t)((uint64_t)o->at.number + word);
    switch (o->ap->space) {
    case TRI_SYS_ROWACC: o->ap = NULL; return true; /* the queue's own */
    case TRI_SYS_HBM: o->anywhere = o->at.kind == JOIN_FETCHED; return o->at.buffer != NO_TILE;
    case TRI_SYS_SP:
    case TRI_SYS_ACC_SPACE:
    case TRI_SYS_SMEM: o->at.number = (uint32_t)o->at.number; return o->at.kind == JOIN_NUMBER && o->ap->npart <= BLOCK;
    default: return false;
    }
}

static bool has_third(unsigned op) { return op == TRI_SYS_TS || op == TRI_SYS_STT || op == TRI_SYS_ACT || op == TRI_SYS_SEL; }

static bool add_item(reading *r, int queue, const tri_systolic_instruction *i)
{
    join_item item = {.i = *i, .from = &r->program->queues[queue], .step = r->step, .from_queue = (uint8_t)queue, .kept = r->fetches[queue]};
    bool affine = i->op == TRI_SYS_IOTA || (i->op == TRI_SYS_SEL && i->fn);
    bool by_index = i->op == TRI_SYS_DMA && i->fn >= TRI_SYS_DMA_GATHER;
    if (i->op < TRI_SYS_DMA) {
        item.operand[0].tile = NO_TILE;
        if (i->op == TRI_SYS_SETR && i->fn >= TRI_SYS_SETR_LOAD_I8) { /* up to 8 bytes of SMEM */
            static const tri_systolic_ap widest = {.space = TRI_SYS_SMEM, .dtype = TRI_SYS_I8, .ndim = 1, .npart = 1, .size = {8}, .stride = {1}};
            item.operand[OPERAND_SRC0] = (join_operand){.ap = &widest, .at = selected(r, queue, i->sel_src0), .tile = NO_TILE};
            item.operand[OPERAND_SRC0].at.number += i->src0;
            if (item.operand[OPERAND_SRC0].at.kind != JOIN_NUMBER) return false;
        }
    } else {
        bool known = add_operand(r, &item, OPERAND_DST, i->ap_dst, i->dst, i->sel_dst) &&
                     add_operand(r, &item, OPERAND_SRC0, i->ap_src0, i->src0, i->sel_src0) &&
                     add_operand(r, &item, OPERAND_SRC1, i->ap_src1, i->src1, i->sel_src1);
        item.operand[OPERAND_THIRD].tile = NO_TILE;
        if (known && has_third(i->op) && !affine) known = add_operand(r, &item, OPERAND_THIRD, i->x, 0, i->extra);
        item.extra = selected(r, queue, i->op == TRI_SYS_IOTA ? i->sel_src0 : i->extra);
        bool numbers = item.extra.kind == JOIN_NUMBER || item.operand[OPERAND_THIRD].ap;
        bool keeps = !item.kept || (i->op == TRI_SYS_DMA && i->extra == TRI_SYS_NO_REGISTER);
        if (by_index) item.operand[i->fn == TRI_SYS_DMA_GATHER ? OPERAND_SRC0 : OPERAND_DST].anywhere = true;
        if (!known || !numbers || !keeps || i->op == TRI_SYS_MAP || i->op == TRI_SYS_POP) return false;
    }
    TRI_PUSH(r->j->s.arena, &r->j->items, item);
    return true;
}

static bool step_over(reading *r, int queue, const tri_systolic_instruction *i)
{
    switch (i->op) {
    case TRI_SYS_SETR:
    case TRI_SYS_ALU: return set_register(r, queue, i) && (!r->fetches[queue] || add_item(r, queue, i));
    case TRI_SYS_LOOP:
    case TRI_SYS_ENDLOOP:
    case TRI_SYS_BR:
    case TRI_SYS_SETAP:
    case TRI_SYS_RDT: return false;
    case TRI_SYS_WAIT:
    case TRI_SYS_SIG:
    case TRI_SYS_BAR:
    case TRI_SYS_HALT: return true;
    default: return add_item(r, queue, i);
    }
}

bool join_read(join *j, uint32_t step)
{
    reading *r = TRI_NEW(j->s.arena, reading);
    r->j = j;
    r->program = j->programs[step];
    r->step = step;
    const tri_systolic_program *p = r->program;
    if (p->bundle || p->params != j->list->steps[step].n_buffers) return false;
    for (uint32_t q = 0; q < p->n_queues; q++) {
        for (int k = 0; k < TRI_SYS_REGISTERS; k++) r->registers[q][k] = (join_value){JOIN_NUMBER, NO_TILE, 0};
        for (uint32_t pc = 0; pc < p->queues[q].n; pc++)
            if (p->queues[q].at[pc].op == TRI_SYS_SETR && p->queues[q].at[pc].fn >= TRI_SYS_SETR_LOAD_I8) r->fetches[q] = true;
    }
    for (int q; (q = next_queue(r)) >= 0 || !r->hurried;) {
        r->hurried = q < 0;
        if (q < 0) continue;
        const tri_systolic_instruction *i = &p->queues[q].at[r->pc[q]];
        start(r, (uint32_t)q, i);
        r->pc[q]++;
        if (!step_over(r, q, i)) return false;
    }
    for (uint32_t q = 0; q < p->n_queues; q++)
        if (r->pc[q] < p->queues[q].n) return false;
    return true;
}
