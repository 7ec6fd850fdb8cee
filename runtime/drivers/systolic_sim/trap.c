/* trap.c - what a faulty program is told: the trap's name, kernel, queue, pc, op, address, buffer, the statement of the tile program that the
 * instruction serves; and who waits for whom. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "runtime/drivers/systolic_sim/machine.h"

static const char *const trap_names[] = {
#define TRI_SYSTOLIC_TRAP(name, doc) #name,
#include "abi/systolic_ops.def"
#undef TRI_SYSTOLIC_TRAP
};

/* "SP partition 3 byte 0x40", "HBM 0x1000 (a + 16)". The nearest buffer is the last one that begins at or below the address, else the first. */
static void describe(const machine *m, const operand *o, tri_text *out)
{
    if (o->space == TRI_SYS_HBM) {
        const region *near = NULL;
        for (uint32_t k = 0; k < m->n_regions; k++)
            if (!near || (m->regions[k].address <= o->at && (near->address > o->at || m->regions[k].address > near->address))) near = &m->regions[k];
        tri_text_addf(out, " at HBM 0x%llx", (unsigned long long)o->at);
        if (near && o->at >= near->address)
            tri_text_addf(out, " (buffer %s + %llu, of %llu bytes)", near->name, (unsigned long long)(o->at - near->address),
                          (unsigned long long)near->bytes);
        else if (near)
            tri_text_addf(out, " (%llu bytes before buffer %s)", (unsigned long long)(near->address - o->at), near->name);
    } else if (o->space == TRI_SYS_SMEM) {
        tri_text_addf(out, " at SMEM byte 0x%llx", (unsigned long long)o->at);
    } else {
        tri_text_addf(out, " at %s partition %u byte 0x%llx",
                      o->space == TRI_SYS_SP       ? "SP"
                      : o->space == TRI_SYS_ROWACC ? "ROWACC"
                                                   : "ACC",
                      o->part, (unsigned long long)o->at);
        if (o->space == TRI_SYS_ACC_SPACE && m->chip->acc_bank_bytes)
            tri_text_addf(out, " (bank %llu)", (unsigned long long)(o->at / (uint64_t)m->chip->acc_bank_bytes));
    }
}

const char *tri_syssim_statement(const machine *m, uint32_t number)
{
    const tri_systolic_program *p = m->code->program;
    return number && number <= p->n_statements ? p->statements[number - 1] : NULL;
}

uint32_t tri_syssim_statement_now(const machine *m) { return m->trap_queue < 0 ? 0 : m->queues[m->trap_queue].code->at[m->trap_pc].statement; }

bool tri_syssim_trap(machine *m, trap_kind kind, const operand *where, const char *format, ...)
{
    if (m->status) return false;
    tri_text text = {0};
    tri_text_addf(&text, "%s: kernel %s", trap_names[kind], m->code->name);
    if (m->trap_queue >= 0) {
        const tri_systolic_queue *q = m->queues[m->trap_queue].code;
        tri_text_addf(&text, ", queue %s%u, pc %u (%s)", tri_systolic_queue_kind_name(q->kind), q->ring, m->trap_pc,
                      tri_systolic_ops[q->at[m->trap_pc].op].name);
    }
    tri_text_add(&text, ": ");
    char what[8192]; /* all queues may wait, each in a statement */
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    tri_text_add(&text, what);
    if (where && where->pat) describe(m, where, &text);
    const char *statement = tri_syssim_statement(m, tri_syssim_statement_now(m));
    if (statement) tri_text_addf(&text, "; it serves the tile statement `%s`", statement);
    m->status = tri_error(TRI_FAULT, TRI_NOWHERE, "%s", tri_text_string(&text));
    tri_text_free(&text);
    return false;
}

/* "PE0@12 waits for semaphore 3 in `k0_dot line 9 @pv: ..`" */
static void say_waiting(const machine *m, const queue_state *q, tri_text *out)
{
    const char *statement = tri_syssim_statement(m, q->code->at[q->pc].statement);
    tri_text_addf(out, "%s%s%u@%u waits for semaphore %d", out->n ? ", " : "", tri_systolic_queue_kind_name(q->code->kind), q->code->ring, q->pc,
                  q->blocked_on);
    if (statement) tri_text_addf(out, " in the tile statement `%s`", statement);
}

/* Walks from a blocked queue to one that could signal what it waits for, until a queue repeats (a cycle) or nobody is left. */
bool tri_syssim_deadlock(machine *m)
{
    tri_text text = {0};
    int order[TRI_SYS_MOST_QUEUES], n = 0, at = -1;
    bool seen[TRI_SYS_MOST_QUEUES] = {false}, said[TRI_SYS_MOST_QUEUES] = {false};
    for (uint32_t k = 0; k < m->n_queues && at < 0; k++)
        if (m->queues[k].blocked) at = (int)k;
    m->trap_queue = -1;
    if (at < 0) return tri_syssim_trap(m, TRAP_DEADLOCK, NULL, "no queue can go on");
    /* Prefer a start that lies on a cycle: walk until a repeat, then begin there. */
    for (int next = at; next >= 0 && !seen[next];) {
        seen[next] = true;
        order[n++] = next;
        uint32_t able = m->code->signallers[m->queues[next].blocked_on];
        at = -1;
        for (uint32_t k = 0; k < m->n_queues && at < 0; k++)
            if (able >> k & 1 && m->queues[k].blocked) at = (int)k;
        next = at;
    }
    int first = 0;
    while (at >= 0 && order[first] != at) first++;
    for (int k = first; k < n; k++) {
        say_waiting(m, &m->queues[order[k]], &text);
        said[order[k]] = true;
    }
    if (at < 0) {
        tri_text_add(&text, ", which no running queue would signal");
    } else {
        const queue_state *q = &m->queues[at];
        tri_text_addf(&text, ", which %s%u@%u would signal", tri_systolic_queue_kind_name(q->code->kind), q->code->ring, q->pc);
    }
    for (uint32_t k = 0; k < m->n_queues; k++)
        if (m->queues[k].blocked && !said[k]) say_waiting(m, &m->queues[k], &text);
    tri_syssim_trap(m, TRAP_DEADLOCK, NULL, "%s", tri_text_string(&text));
    tri_text_free(&text);
    return false;
}
