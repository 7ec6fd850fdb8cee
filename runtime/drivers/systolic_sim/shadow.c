/* runtime/drivers/systolic_sim/shadow.c - races: two accesses of one 64-byte column of SP or SMEM, of one bank of ACC, or of one byte of HBM, from
 * different units, at least one a write, with no chain of semaphores between them.
 *
 * Each unit has a vector clock; a signal carries it, a wait takes it in. A column remembers the accesses that a later one could still race with, each
 * as a range of partitions: a write drops what it covers, for whoever is ordered behind the write is ordered behind that too. HBM is remembered in
 * cells of 512 bytes, as ranges of bytes of these; a launch has those that it touches. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "runtime/drivers/systolic_sim/machine.h"

typedef struct access {
    uint32_t epoch;
    uint8_t unit, write;
    uint16_t first, end; /* partitions; bytes of a cell of HBM */
    uint16_t statement;  /* that it serves */
} access;

typedef struct cell {
    access *at;
    uint32_t n, room;
} cell;

typedef struct hbm_cell {
    uint64_t number; /* address / HBM_CELL, + 1; 0: free */
    cell cell;
} hbm_cell;

struct shadow {
    uint32_t sp, smem, banks; /* cells of each */
    hbm_cell *hbm;            /* open addressing */
    size_t hbm_n, hbm_room;   /* room: a power of two, more than twice n */
    cell cells[];
};

enum { COLUMN = 64, HBM_CELL = 512 };

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
    for (size_t k = 0; k < s->hbm_room; k++) free(s->hbm[k].cell.at);
    free(s->hbm);
    free(s);
}

uint32_t tri_syssim_clock_tick(machine *m, int unit) { return ++m->units[unit].clock[unit]; }

typedef struct race_walk {
    machine *m;
    const operand *o;
    struct shadow *shadow;
    int unit;
    bool write;
    uint16_t statement;
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
            const char *statement = tri_syssim_statement(m, a.statement);
            return tri_syssim_trap(m, TRAP_RACE, w->o, "a %s that no semaphore orders behind a %s by %s%s%s%s", w->write ? "write" : "read",
                                   a.write ? "write" : "read", unit_name(m, a.unit, buffer), statement ? " in the tile statement `" : "",
                                   statement ? statement : "", statement ? "`," : "");
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
    c->at[c->n++] = (access){clock[w->unit], (uint8_t)w->unit, w->write, (uint16_t)first, (uint16_t)end, w->statement};
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

/* Where the cell is, or belongs. */
static hbm_cell *hbm_slot(const struct shadow *s, uint64_t number)
{
    size_t at = tri_hash_u64(TRI_HASH_SEED, number) & (s->hbm_room - 1);
    while (s->hbm[at].number && s->hbm[at].number != number) at = (at + 1) & (s->hbm_room - 1);
    return &s->hbm[at];
}

/* Null: no memory, which the machine's status says. */
static cell *hbm_find(machine *m, uint64_t number)
{
    struct shadow *s = m->shadow;
    if (2 * s->hbm_n >= s->hbm_room) {
        struct shadow grown = {.hbm_room = s->hbm_room ? 2 * s->hbm_room : 1024};
        grown.hbm = calloc(grown.hbm_room, sizeof *grown.hbm);
        if (!grown.hbm) {
            if (!m->status) m->status = tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory for the race detector");
            return NULL;
        }
        for (size_t k = 0; k < s->hbm_room; k++)
            if (s->hbm[k].number) *hbm_slot(&grown, s->hbm[k].number) = s->hbm[k];
        free(s->hbm);
        s->hbm = grown.hbm;
        s->hbm_room = grown.hbm_room;
    }
    hbm_cell *found = hbm_slot(s, number);
    if (!found->number) {
        found->number = number;
        s->hbm_n++;
    }
    return &found->cell;
}

static bool hbm_bytes(race_walk *w, uint64_t low, uint64_t high)
{
    while (low < high) {
        uint64_t number = low / HBM_CELL, first = low % HBM_CELL, end = high - low < HBM_CELL - first ? first + (high - low) : HBM_CELL;
        cell *c = hbm_find(w->m, number + 1);
        if (!c || !enter(w, c, (uint32_t)first, (uint32_t)end)) return false;
        low += end - first;
    }
    return true;
}

/* Every byte of an operand in HBM, in as few runs as there are whatever the order of its axes: transposing transfers step by elements last. */
static bool hbm_runs(race_walk *w)
{
    const operand *o = w->o;
    const tri_systolic_ap *ap = &o->pat->ap;
    int64_t run = o->pat->bytes, n_runs = 1, size[5], stride[5];
    int n = 0, first = 0;
    for (int k = -1; k < ap->ndim; k++) { /* the shortest steps first */
        int64_t count = k < 0 ? ap->npart : ap->size[k], step = k < 0 ? ap->plane_stride : ap->stride[k];
        if (count == 1 || !step) continue;
        int at = n++;
        for (; at && llabs(stride[at - 1]) > llabs(step); at--) {
            size[at] = size[at - 1];
            stride[at] = stride[at - 1];
        }
        size[at] = count;
        stride[at] = step;
    }
    for (; first < n && stride[first] == run; first++) run *= size[first];
    for (int k = first; k < n; k++) n_runs *= size[k];
    for (int64_t i = 0; i < n_runs; i++) {
        int64_t left = i, offset = 0;
        for (int k = first; k < n; k++) {
            offset += left % size[k] * stride[k];
            left /= size[k];
        }
        if (!hbm_bytes(w, o->at + (uint64_t)offset, o->at + (uint64_t)(offset + run))) return false;
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
    if (o->space == TRI_SYS_ROWACC) return true;
    race_walk w = {.m = m, .o = o, .shadow = m->shadow, .unit = unit, .write = write, .statement = (uint16_t)tri_syssim_statement_now(m)};
    return o->space == TRI_SYS_HBM ? hbm_runs(&w) : tri_syssim_runs(o->pat, race_run, &w);
}
