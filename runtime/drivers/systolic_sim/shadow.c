/* runtime/drivers/systolic_sim/shadow.c - races: two accesses of one 64-byte column of SP or SMEM, or of one bank of ACC, from different units, at
 * least one a write, with no chain of semaphores between them. HBM is not watched.
 *
 * Each unit has a vector clock; a signal carries it, a wait takes it in. A column remembers the accesses that a later one could still race with, each
 * as a range of partitions: a write drops what it covers, for whoever is ordered behind the write is ordered behind that too. */
#include <stdlib.h>
#include <string.h>

#include "runtime/drivers/systolic_sim/machine.h"

typedef struct access {
    uint32_t epoch;
    uint8_t unit, write;
    uint16_t first, end; /* partitions */
} access;

typedef struct cell {
    access *at;
    uint32_t n, room;
} cell;

struct shadow {
    uint32_t sp, smem, banks; /* cells of each */
    cell cells[];
};

enum { COLUMN = 64 };

struct shadow *tri_syssim_shadow_new(const machine *m)
{
    uint32_t sp = m->sp_bytes / COLUMN + 1, smem = (uint32_t)m->chip->smem_bytes / COLUMN + 1;
    struct shadow *s = calloc(1, sizeof *s + (sp + smem + MOST_BANKS) * sizeof(cell));
    if (!s) return NULL;
    s->sp = sp;
    s->smem = smem;
    s->banks = MOST_BANKS;
    return s;
}

void tri_syssim_shadow_free(struct shadow *s)
{
    if (!s) return;
    for (uint32_t k = 0; k < s->sp + s->smem + s->banks; k++) free(s->cells[k].at);
    free(s);
}

uint32_t tri_syssim_clock_tick(machine *m, int unit) { return ++m->units[unit].clock[unit]; }

typedef struct race_walk {
    machine *m;
    const operand *o;
    struct shadow *shadow;
    int unit;
    bool write;
    cell *last; /* the bank that was just entered, which need not be entered again */
} race_walk;

static const char *unit_name(const machine *m, int unit, char buffer[16])
{
    if (m->chip->bundle) {
        if (unit >= UNIT_RING)
            snprintf(buffer, 16, "ring %d", unit - UNIT_RING);
        else if (unit == UNIT_V || unit == UNIT_X || unit == UNIT_STREAM)
            snprintf(buffer, 16, "%s", unit == UNIT_V ? "V" : unit == UNIT_X ? "X" : "S");
        else
            snprintf(buffer, 16, "M%d", unit - UNIT_M);
    } else {
        const tri_systolic_queue *q = m->queues[unit].code;
        snprintf(buffer, 16, "%s%u", tri_systolic_queue_kind_name(q->kind), q->ring);
    }
    return buffer;
}

static bool enter(race_walk *w, cell *c, uint32_t first, uint32_t end)
{
    machine *m = w->m;
    const uint32_t *clock = m->units[w->unit].clock;
    uint32_t kept = 0;
    for (uint32_t k = 0; k < c->n; k++) {
        access a = c->at[k];
        bool overlap = a.first < end && first < a.end;
        if (overlap && (w->write || a.write) && a.unit != w->unit && clock[a.unit] < a.epoch) {
            char buffer[16];
            return tri_syssim_trap(m, TRAP_RACE, w->o, "a %s that no semaphore orders behind a %s by %s", w->write ? "write" : "read",
                                   a.write ? "write" : "read", unit_name(m, a.unit, buffer));
        }
        bool covered = first <= a.first && a.end <= end && (w->write || (!a.write && a.unit == w->unit));
        if (!covered) c->at[kept++] = a;
    }
    c->n = kept;
    if (c->n == c->room) {
        uint32_t room = c->room ? 2 * c->room : 4;
        access *moved = realloc(c->at, room * sizeof *moved);
        if (!moved) {
            if (!m->status) m->status = tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory for the race detector");
            return false;
        }
        c->at = moved;
        c->room = room;
    }
    c->at[c->n++] = (access){clock[w->unit], (uint8_t)w->unit, w->write, (uint16_t)first, (uint16_t)end};
    return true;
}

static bool columns(race_walk *w, cell *cells, uint64_t low, uint64_t high, uint32_t size, uint32_t first, uint32_t end)
{
    for (uint64_t k = low / size; k <= (high - 1) / size; k++) {
        if (&cells[k] == w->last) continue;
        w->last = &cells[k];
        if (!enter(w, &cells[k], first, end)) return false;
    }
    return true;
}

static bool race_run(void *context, int64_t offset, uint64_t bytes)
{
    race_walk *w = context;
    const operand *o = w->o;
    struct shadow *s = w->shadow;
    const tri_systolic_ap *ap = &o->pat->ap;
    uint64_t low = o->at + (uint64_t)offset, high = low + bytes;
    if (o->space == TRI_SYS_ACC_SPACE) return columns(w, s->cells + s->sp + s->smem, low, high, (uint32_t)w->m->chip->acc_bank_bytes, 0, 128);
    if (o->space == TRI_SYS_SMEM) {
        for (uint32_t p = 0; p < ap->npart; p++) {
            int64_t step = (int64_t)p * ap->plane_stride;
            if (!columns(w, s->cells + s->sp, low + (uint64_t)step, high + (uint64_t)step, COLUMN, 0, 1)) return false;
        }
        return true;
    }
    uint32_t n = ap->npart < 128 ? ap->npart : 128;
    if (!columns(w, s->cells, low, high, COLUMN, o->part, o->part + n)) return false;
    if (ap->npart <= 128) return true;
    uint64_t plane = (uint64_t)(int64_t)ap->plane_stride;
    w->last = NULL;
    return columns(w, s->cells, low + plane, high + plane, COLUMN, 0, ap->npart - 128u);
}

bool tri_syssim_race(machine *m, const operand *o, int unit, bool write)
{
    if (o->space == TRI_SYS_HBM || o->space == TRI_SYS_ROWACC) return true;
    race_walk w = {.m = m, .o = o, .shadow = m->shadow, .unit = unit, .write = write};
    return tri_syssim_runs(o->pat, race_run, &w);
}
