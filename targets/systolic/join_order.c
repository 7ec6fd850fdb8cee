/* targets/systolic/join_order.c - the queues of a joined program and what orders them. What: every instruction is compared with those before it in
 * the line that touched the same bytes: cells of memory remember who read and who wrote them, as the race checker of the machine does, and where that
 * would report a race there is an edge (sched_queues.h). Loads that run ahead go through a ring of their own, so many bytes at a time, that others
 * find the DMA free. Guarantees: whatever order the line had for two accesses of the same bytes, one of them a write, holds; edges go forward in the
 * line, so nothing waits for ever. Transfers of one ring are in order, as everywhere. */
#include "targets/systolic/join.h"

enum { SMEM_CELL = 64, HBM_CELL = 512, MOST_HBM_CELLS = 1 << 18 };
/* Rings. Even ones and odd ones share a descriptor generator each, so that loads and stores take turns between two neighbours; a step's first three
 * queues of loads and its first four of stores do not stand behind each other. */
enum { RING_AHEAD = 0, RING_LOADS = 1, LOADS = 3, RING_STORES = RING_LOADS + 2 * LOADS, STORES = 4, RING_KEPT = RING_STORES + 2 * STORES };
_Static_assert(RING_KEPT + 1 == TRI_SYS_MOST_RINGS, "every ring has its work");

typedef struct access {
    uint32_t item, first, end; /* partitions, or bytes of the cell */
    uint8_t queue;
    bool write;
} access;

typedef struct cell {
    TRI_VEC(access) accesses;
} cell;

typedef struct ordering {
    join *j;
    cell *sp, *acc, *smem, **hbm; /* hbm: by memory */
    int64_t *hbm_cell;            /* bytes of one */
    join_item *item;
    join_operand *operand;
    uint32_t latest[TRI_SYS_MOST_QUEUES]; /* by queue, the newest item that `item` is behind, + 1 */
    uint32_t fenced[TRI_SYS_MOST_QUEUES]; /* by queue: how many of its instructions it has waited for itself */
    struct {
        join_value value;
        uint32_t used;
    } registers[TRI_SYS_MOST_QUEUES][TRI_SYS_NO_REGISTER];
    uint32_t clock;
    TRI_VEC(uint32_t) ahead; /* items */
    size_t first_ahead;      /* of them, the first that counts */
    uint64_t bytes_ahead;
} ordering;

/* ---- queues and patterns ---- */

static int queue_of(join *j, const join_item *item)
{
    tri_systolic_queue_kind kind = (tri_systolic_queue_kind)item->from->kind;
    int ring = item->from->ring;
    if (kind == TRI_SYS_DMA_QUEUE) {
        bool loads = item->operand[OPERAND_DST].ap && item->operand[OPERAND_DST].ap->space != TRI_SYS_HBM;
        ring = loads ? RING_LOADS + 2 * (ring % LOADS) : RING_STORES + 2 * (ring % STORES);
        ring = item->kept ? RING_KEPT : item->ahead ? RING_AHEAD : ring + (int)(j->turn++ % 2);
    }
    return tri_systolic_add_queue(j->s.program, kind, ring);
}

void join_open_queues(join *j)
{
    static const tri_systolic_queue_kind engines[] = {TRI_SYS_PE, TRI_SYS_VEC, TRI_SYS_ACT_QUEUE, TRI_SYS_GP};
    for (int k = 0; k < 4; k++) tri_systolic_add_queue(j->s.program, engines[k], 0);
    for (int ring = TRI_SYS_MOST_RINGS; ring-- > 0;) tri_systolic_add_queue(j->s.program, TRI_SYS_DMA_QUEUE, ring);
}

/* The pattern's number in the queue's table; an operand may have another one than in its program. */
static bool pattern(join *j, const join_item *item, const join_operand *operand, uint8_t *index)
{
    if (*index >= item->from->n_aps) return true;
    int found = tri_systolic_intern_ap(j->s.program, item->queue, operand && operand->ap ? operand->ap : &item->from->aps[*index]);
    *index = (uint8_t)found;
    return found >= 0;
}

static bool has_pattern_x(unsigned op) { return op > TRI_SYS_MM; }

bool join_queues(join *j, size_t first, size_t end)
{
    int kept = -1;
    for (size_t k = first; k < end; k++) {
        join_item *item = &j->items.at[k];
        const join_operand *dst = &item->operand[OPERAND_DST], *src = &item->operand[OPERAND_SRC0];
        if (item->kept && kept >= 0 && kept != item->from_queue) return false; /* one queue at a time has the registers of its ring */
        if (item->kept) kept = item->from_queue;
        int queue = queue_of(j, item);
        if (queue < 0) return false;
        item->queue = (uint8_t)queue;
        tri_systolic_instruction *i = &item->i;
        bool fits = pattern(j, item, dst, &i->ap_dst) && pattern(j, item, src, &i->ap_src0);
        if (!fits || !pattern(j, item, &item->operand[OPERAND_SRC1], &i->ap_src1)) return false;
        if (has_pattern_x(i->op) && !pattern(j, item, &item->operand[OPERAND_THIRD], &i->x)) return false;
    }
    return true;
}

/* ---- conflicts ---- */

static void enter(ordering *o, cell *c, uint32_t first, uint32_t end)
{
    join *j = o->j;
    bool write = o->operand->writes;
    size_t kept = 0;
    for (size_t k = 0; k < c->accesses.n; k++) {
        access a = c->accesses.at[k];
        if (a.first < end && first < a.end && (write || a.write) && o->latest[a.queue] <= a.item) o->latest[a.queue] = a.item + 1;
        bool covered = first <= a.first && a.end <= end && (write || (!a.write && a.queue == o->item->queue));
        if (!covered) c->accesses.at[kept++] = a;
    }
    c->accesses.n = kept;
    TRI_PUSH(j->s.arena, &c->accesses, (access){(uint32_t)(o->item - j->items.at), first, end, o->item->queue, write});
}

static void enter_bytes(ordering *o, cell *cells, int64_t size, int64_t low, int64_t high)
{
    for (int64_t at = low; at < high;) {
        int64_t c = at / size, end = (c + 1) * size < high ? (c + 1) * size : high;
        enter(o, &cells[c], (uint32_t)(at - c * size), (uint32_t)(end - c * size));
        at = end;
    }
}

static cell *cells_of(ordering *o, uint32_t memory)
{
    join *j = o->j;
    if (o->hbm[memory]) return o->hbm[memory];
    uint32_t n = 0;
    o->hbm_cell[memory] = join_cells(j, memory, HBM_CELL, MOST_HBM_CELLS, &n);
    return o->hbm[memory] = TRI_NEW_ARRAY(j->s.arena, cell, n);
}

static void enter_run(void *context, int64_t offset, int64_t bytes)
{
    ordering *o = context;
    join *j = o->j;
    const join_operand *at = o->operand;
    if (at->ap->space == TRI_SYS_HBM) {
        const tri_join_buffer *buffer = &j->list->buffers[at->at.buffer];
        int64_t low = at->at.number + offset;
        if (low < 0 || bytes > (int64_t)buffer->bytes - low) {
            sched_fail(&j->s, NULL, TRI_UNSUPPORTED, "an access outside of its buffer");
            return;
        }
        cell *cells = cells_of(o, buffer->memory);
        enter_bytes(o, cells, o->hbm_cell[buffer->memory], (int64_t)buffer->offset + low, (int64_t)buffer->offset + low + bytes);
        return;
    }
    uint32_t word = (uint32_t)at->at.number, partition = word >> 24;
    int64_t low = (int64_t)(at->ap->space == TRI_SYS_SMEM ? word : word & 0xfffff) + offset;
    int64_t limit = at->ap->space == TRI_SYS_SP ? j->sp_bytes : at->ap->space == TRI_SYS_SMEM ? j->smem_bytes : j->s.acc_banks * j->s.bank_bytes;
    if (low < 0 || bytes > limit - low) {
        sched_fail(&j->s, NULL, TRI_UNSUPPORTED, "an operand outside of its memory");
    } else if (at->ap->space == TRI_SYS_SMEM) {
        enter_bytes(o, o->smem, SMEM_CELL, low, low + bytes);
    } else if (at->ap->space == TRI_SYS_SP) {
        for (int64_t c = low / SP_COLUMN; c * SP_COLUMN < low + bytes; c++) enter(o, &o->sp[c], partition, partition + at->ap->npart);
    } else {
        for (int64_t c = low / j->s.bank_bytes; c * j->s.bank_bytes < low + bytes; c++) enter(o, &o->acc[c], 0, BLOCK);
    }
}

/* Everything that the item touches. */
static void enter_item(ordering *o)
{
    join *j = o->j;
    memset(o->latest, 0, sizeof o->latest);
    for (int k = JOIN_OPERANDS - 1; k >= 0 && !j->s.error; k--) {
        o->operand = &o->item->operand[k];
        if (!o->operand->ap) continue;
        unsigned space = o->operand->ap->space;
        bool flat = space == TRI_SYS_HBM || space == TRI_SYS_SMEM;
        const tri_join_buffer *buffer = space == TRI_SYS_HBM ? &j->list->buffers[o->operand->at.buffer] : NULL;
        if (buffer && !j->written[buffer->memory]) continue;
        if (buffer && o->operand->anywhere) {
            cell *cells = cells_of(o, buffer->memory);
            enter_bytes(o, cells, o->hbm_cell[buffer->memory], (int64_t)buffer->offset, (int64_t)(buffer->offset + buffer->bytes));
            continue;
        }
        join_runs(o->operand->ap, flat, enter_run, o);
    }
}

/* The queue waits for the item, which is its own. */
static void fence(ordering *o, uint32_t item)
{
    join *j = o->j;
    int queue = o->item->queue;
    uint32_t position = j->items.at[item].position + 1, here = (uint32_t)queues_of(&j->s)->queue[queue].code.n;
    if (o->fenced[queue] >= position) return;
    o->fenced[queue] = position;
    TRI_PUSH(j->s.arena, &queues_of(&j->s)->edges, (edge){position, here, (uint8_t)queue, (uint8_t)queue});
}

static void follow_all(ordering *o)
{
    join *j = o->j;
    bool scalar = o->item->i.op < TRI_SYS_DMA;
    for (int q = 0; q < TRI_SYS_MOST_QUEUES; q++) {
        if (!o->latest[q]) continue;
        const join_item *before = &j->items.at[o->latest[q] - 1];
        if (q != o->item->queue)
            queues_follow(&j->s, o->item->queue, &(moment){q, before->position + 1, (uint32_t *)(uintptr_t)before->known});
        else if (scalar) /* the queue's transfers keep their order, its scalars do not wait for them */
            fence(o, o->latest[q] - 1);
    }
}

/* No more than so many bytes are on their way, so that others do not stand behind them for long. */
static void hold_back(ordering *o)
{
    join *j = o->j;
    const tri_systolic_ap *ap = o->item->operand[OPERAND_DST].ap;
    uint64_t bytes = tri_systolic_ap_elements(ap) * ap->npart * tri_systolic_dtype_bytes(ap->dtype);
    uint32_t behind = 0;
    o->bytes_ahead += bytes;
    for (; (double)o->bytes_ahead > j->ahead_bytes && o->first_ahead < o->ahead.n; o->first_ahead++) {
        const join_item *first = &j->items.at[o->ahead.at[o->first_ahead]];
        ap = first->operand[OPERAND_DST].ap;
        o->bytes_ahead -= tri_systolic_ap_elements(ap) * ap->npart * tri_systolic_dtype_bytes(ap->dtype);
        behind = o->ahead.at[o->first_ahead] + 1;
    }
    TRI_PUSH(j->s.arena, &o->ahead, (uint32_t)(o->item - j->items.at));
    if (behind) fence(o, behind - 1);
}

/* ---- registers ---- */

static uint32_t argument_of(join *j, uint32_t buffer)
{
    if (!j->argument[buffer]) {
        TRI_PUSH(j->s.arena, &j->arguments, buffer);
        j->argument[buffer] = (uint32_t)j->arguments.n;
    }
    return j->argument[buffer] - 1;
}

static void set(ordering *o, uint32_t into, join_value value)
{
    tri_systolic_instruction i = tri_systolic_make(TRI_SYS_SETR);
    bool address = value.kind == JOIN_ADDRESS;
    i.dst = into;
    i.fn = address ? TRI_SYS_SETR_ARG : TRI_SYS_SETR_IMM;
    i.src0 = address ? argument_of(o->j, value.buffer) : (uint32_t)value.number;
    i.src1 = address ? 0 : (uint32_t)((uint64_t)value.number >> 32);
    queues_append(&o->j->s, o->item->queue, i);
}

/* A register of the item's queue that holds the value. */
static uint8_t register_for(ordering *o, join_value value)
{
    enum { SCRATCH = TRI_SYS_REGISTERS - 1 };
    int found = 0, queue = o->item->queue;
    for (int k = 0; k < TRI_SYS_NO_REGISTER; k++) {
        const join_value *v = &o->registers[queue][k].value;
        if (o->registers[queue][k].used && v->kind == value.kind && v->buffer == value.buffer && v->number == value.number) {
            o->registers[queue][k].used = ++o->clock;
            return (uint8_t)k;
        }
        if (o->registers[queue][k].used < o->registers[queue][found].used) found = k;
    }
    o->registers[queue][found].value = value;
    o->registers[queue][found].used = ++o->clock;
    if (value.kind == JOIN_ADDRESS && value.number) set(o, SCRATCH, (join_value){JOIN_NUMBER, NO_TILE, value.number});
    set(o, (uint32_t)found, value);
    if (value.kind == JOIN_ADDRESS && value.number) {
        tri_systolic_instruction add = tri_systolic_make(TRI_SYS_ALU);
        add.fn = TRI_SYS_ALU_FN(TRI_SYS_ALU_ADD, TRI_SYS_ALU_NONE);
        add.dst = add.src0 = (uint32_t)found;
        add.src1 = SCRATCH;
        queues_append(&o->j->s, queue, add);
    }
    return (uint8_t)found;
}

/* ---- writing ---- */

/* The address of an operand, in the joined program. */
static void address(ordering *o, const join_operand *operand, uint32_t *word, uint8_t *selector)
{
    if (!operand->ap || (operand->ap->space == TRI_SYS_HBM && o->item->kept)) return;
    *word = (uint32_t)operand->at.number;
    *selector = TRI_SYS_NO_REGISTER;
    if (operand->ap->space != TRI_SYS_HBM) return;
    join_value base = {JOIN_ADDRESS, operand->at.buffer, (int64_t)((uint64_t)operand->at.number >> 32 << 32)};
    *selector = register_for(o, base);
}

/* The statement's number in the joined program's table; steps of one kernel share their statements. */
static uint32_t statement_of(join *j, const join_item *item)
{
    const tri_systolic_program *from = j->programs[item->step];
    uint32_t *first = &j->statements[item->step];
    for (uint32_t s = 0; s < item->step && !*first; s++)
        if (j->list->steps[s].image == j->list->steps[item->step].image) *first = j->statements[s];
    if (!*first) {
        *first = j->s.program->n_statements + 1;
        for (uint32_t k = 0; k < from->n_statements; k++) tri_systolic_add_statement(j->s.program, from->statements[k]);
    }
    uint32_t number = *first - 1 + item->i.statement;
    return item->i.statement && number <= j->s.program->n_statements ? number : 0;
}

static tri_systolic_instruction rewritten(ordering *o)
{
    const join_item *item = o->item;
    const join_operand *third = &item->operand[OPERAND_THIRD];
    tri_systolic_instruction i = item->i;
    i.statement = o->j->s.program->statement = statement_of(o->j, item);
    for (int k = 0; k < 2; k++) {
        i.wait[k].semaphore = i.signal[k].semaphore = TRI_SYS_NO_SEMAPHORE;
        i.wait[k].value = i.signal[k].add = 0;
    }
    i.flags &= (uint8_t) ~(TRI_SYS_KEEP0 | TRI_SYS_KEEP1);
    if (i.op == TRI_SYS_SETR && i.fn == TRI_SYS_SETR_ARG) i.src0 = argument_of(o->j, o->j->list->steps[item->step].buffers[i.src0]);
    if (i.op < TRI_SYS_DMA) return i;
    address(o, &item->operand[OPERAND_DST], &i.dst, &i.sel_dst);
    address(o, &item->operand[OPERAND_SRC0], &i.src0, &i.sel_src0);
    address(o, &item->operand[OPERAND_SRC1], &i.src1, &i.sel_src1);
    if (third->ap && third->at.number)
        i.extra = register_for(o, (join_value){JOIN_NUMBER, NO_TILE, third->at.number});
    else if (third->ap)
        i.extra = TRI_SYS_NO_REGISTER; /* address 0 */
    else if (i.op == TRI_SYS_IOTA && i.sel_src0 != TRI_SYS_NO_REGISTER)
        i.src0 += (uint32_t)item->extra.number, i.sel_src0 = TRI_SYS_NO_REGISTER;
    else if (i.extra != TRI_SYS_NO_REGISTER)
        i.extra = register_for(o, item->extra);
    return i;
}

static void move_operands(join *j, join_item *item)
{
    for (int k = 0; k < JOIN_OPERANDS; k++) {
        join_operand *operand = &item->operand[k];
        if (operand->ap && operand->ap->space == TRI_SYS_SP && operand->tile != NO_TILE)
            operand->at.number += j->tiles.at[join_tile_of(j, operand->tile)].moved + join_shift_of(j, operand->tile);
    }
}

void join_write(join *j)
{
    ordering *o = TRI_NEW(j->s.arena, ordering);
    o->j = j;
    o->sp = TRI_NEW_ARRAY(j->s.arena, cell, j->sp_bytes / SP_COLUMN + 1);
    o->acc = TRI_NEW_ARRAY(j->s.arena, cell, j->s.acc_banks + 1);
    o->smem = TRI_NEW_ARRAY(j->s.arena, cell, j->smem_bytes / SMEM_CELL + 1);
    o->hbm = TRI_NEW_ARRAY(j->s.arena, cell *, j->list->n_memories);
    o->hbm_cell = TRI_NEW_ARRAY(j->s.arena, int64_t, j->list->n_memories);
    for (size_t k = 0; k < j->items.n && !j->s.error; k++) {
        o->item = &j->items.at[k];
        if (o->item->gone) continue;
        queue_code *queue = &queues_of(&j->s)->queue[o->item->queue];
        move_operands(j, o->item);
        tri_systolic_instruction i = rewritten(o);
        enter_item(o);
        follow_all(o);
        if (o->item->ahead) hold_back(o);
        queues_append(&j->s, o->item->queue, i);
        if (o->item->kept) memset(o->registers[o->item->queue], 0, sizeof o->registers[0]);
        o->item->position = (uint32_t)queue->code.n - 1;
        uint32_t *known = TRI_NEW_ARRAY(j->s.arena, uint32_t, TRI_SYS_MOST_QUEUES);
        memcpy(known, queue->known, sizeof queue->known);
        o->item->known = known;
    }
    if (!j->s.error) queues_close(&j->s);
}
