/* targets/systolic/join_stores.c - stores that nobody reads. What: of memory that is nobody's behind the list (plan scratch), what the line stores is
 * only for loads of the line and of steps behind it; where all of them were forwarded (join_forward.c) the store is left out. Needs: the steps that
 * are in the program. Guarantees: whatever is loaded from memory was stored there. */
#include "targets/systolic/join.h"

enum { CELL = 512, MOST_CELLS = 1 << 20 };

typedef struct reading {
    join *j;
    uint32_t **newest; /* by memory that may be left unwritten, by cell: the last item that reads it, + 1 */
    int64_t *cell;     /* bytes */
    const tri_join_buffer *buffer;
    int64_t at;
    uint32_t item;
    bool wanted; /* of a store: some of what it brings */
} reading;

static void visit_cells(reading *r, int64_t low, int64_t bytes, void (*visit)(reading *r, uint32_t *newest))
{
    uint32_t memory = r->buffer->memory;
    int64_t first = (int64_t)r->buffer->offset, end = first + (int64_t)r->buffer->bytes;
    if (low < first) low = first;
    if (bytes > end - low) bytes = end - low;
    for (int64_t c = low / r->cell[memory]; c * r->cell[memory] < low + bytes; c++) visit(r, &r->newest[memory][c]);
}

static void note(reading *r, uint32_t *newest)
{
    if (*newest < r->item + 1) *newest = r->item + 1;
}

static void ask(reading *r, uint32_t *newest) { r->wanted |= *newest > r->item + 1; }

static void note_run(void *context, int64_t offset, int64_t bytes)
{
    reading *r = context;
    visit_cells(r, r->at + offset, bytes, note);
}

static void ask_run(void *context, int64_t offset, int64_t bytes)
{
    reading *r = context;
    visit_cells(r, r->at + offset, bytes, ask);
}

/* Whether the operand is in memory that nobody needs behind the list; then `r` is there. */
static bool looks_at(reading *r, const join_operand *o)
{
    if (!o->ap || o->ap->space != TRI_SYS_HBM) return false;
    r->buffer = &r->j->list->buffers[o->at.buffer];
    r->at = (int64_t)r->buffer->offset + o->at.number;
    return r->newest[r->buffer->memory] != NULL;
}

static void note_reads(reading *r, const join_item *item)
{
    bool adds = item->i.op == TRI_SYS_DMA && (item->i.fn == TRI_SYS_DMA_ADD || item->i.flags & TRI_SYS_SKIP);
    for (int k = 0; k < JOIN_OPERANDS; k++) {
        const join_operand *o = &item->operand[k];
        if ((o->writes && !adds) || !looks_at(r, o)) continue;
        if (o->anywhere)
            visit_cells(r, (int64_t)r->buffer->offset, (int64_t)r->buffer->bytes, note);
        else
            join_runs(o->ap, true, note_run, r);
    }
}

/* Cells for each memory that is nobody's behind the list. */
static void open_memories(reading *r)
{
    const tri_join_list *list = r->j->list;
    for (uint32_t b = 0; b < list->n_buffers; b++) {
        uint32_t memory = list->buffers[b].memory, n;
        if (!list->buffers[b].passing || r->newest[memory]) continue;
        r->cell[memory] = join_cells(r->j, memory, CELL, MOST_CELLS, &n);
        r->newest[memory] = TRI_NEW_ARRAY(r->j->s.arena, uint32_t, n);
    }
}

void join_drop_stores(join *j, uint32_t n_steps)
{
    const tri_join_list *list = j->list;
    reading r = {
        .j = j, .newest = TRI_NEW_ARRAY(j->s.arena, uint32_t *, list->n_memories), .cell = TRI_NEW_ARRAY(j->s.arena, int64_t, list->n_memories)};
    open_memories(&r);
    for (size_t k = 0; k < j->items.n; k++) {
        r.item = (uint32_t)k;
        if (!j->items.at[k].gone) note_reads(&r, &j->items.at[k]);
    }
    r.item = UINT32_MAX - 1; /* steps that are not in the program come later */
    for (uint32_t s = n_steps; s < list->n_steps + list->n_behind; s++)
        for (uint32_t b = 0; b < list->steps[s].n_buffers; b++) {
            r.buffer = &list->buffers[list->steps[s].buffers[b]];
            if (r.newest[r.buffer->memory]) visit_cells(&r, (int64_t)r.buffer->offset, (int64_t)r.buffer->bytes, note);
        }
    for (size_t k = 0; k < j->items.n; k++) {
        join_item *item = &j->items.at[k];
        const join_operand *dst = &item->operand[OPERAND_DST];
        r.item = (uint32_t)k;
        if (item->gone || item->kept || item->i.op != TRI_SYS_DMA || dst->anywhere || !looks_at(&r, dst)) continue;
        r.wanted = false;
        join_runs(dst->ap, true, ask_run, &r);
        item->gone = !r.wanted;
    }
}
