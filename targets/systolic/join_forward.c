/* targets/systolic/join_forward.c - loads of what the line has stored take it from where it still lies. What: a load from device memory of rows that
 * one store brought there from the scratchpad reads the scratchpad instead, so that it waits for the tile and not for the store, and the tile stays
 * until then. The stores stay: others may read them. Needs: tiles and who reads them. */
#include "targets/systolic/join.h"

typedef struct stored {
    join_rows at;
    uint32_t item;
} stored;

static bool one_tile(join *j, const join_operand *o)
{
    return o->ap && o->ap->space == TRI_SYS_SP && o->tile != NO_TILE && j->tiles.at[join_tile_of(j, o->tile)].writes == 1;
}

/* Whole rows from the scratchpad, as they lie there. */
static bool brings_rows(join *j, const join_item *item)
{
    const tri_systolic_ap *to = item->operand[OPERAND_DST].ap, *from = item->operand[OPERAND_SRC0].ap;
    if (!join_is_copy(item) || item->i.flags & TRI_SYS_T || !one_tile(j, &item->operand[OPERAND_SRC0])) return false;
    return to->dtype == from->dtype && to->npart == from->npart && join_run_of(to) && join_run_of(to) == join_run_of(from);
}

/* The load reads the tile that the store read; false: that has not all of it. */
static bool forward(join *j, join_item *load, const join_item *store, const join_rows *want, const join_rows *have)
{
    join_operand *src = &load->operand[OPERAND_SRC0];
    const join_operand *tile = &store->operand[OPERAND_SRC0];
    int64_t row = (want->first - have->first) / have->step, column = (want->first - have->first) % have->step;
    if (want->first < have->first || row + want->n > have->n || column + want->bytes > have->bytes) return false;
    if (want->step != have->step && want->n > 1) return false;
    tri_systolic_ap *ap = TRI_NEW(j->s.arena, tri_systolic_ap);
    *ap = *src->ap;
    ap->space = TRI_SYS_SP;
    ap->plane_stride = 0;
    int index = tri_systolic_intern_ap(j->s.program, load->queue, ap);
    if (index < 0) return false;
    load->i.ap_src0 = (uint8_t)index;
    *src = (join_operand){.ap = ap, .at = tile->at, .tile = tile->tile};
    src->at.number += (row << 24) + column;
    join_tile *kept = &j->tiles.at[join_tile_of(j, tile->tile)];
    uint32_t item = (uint32_t)(load - j->items.at), end = ((uint32_t)src->at.number >> 24) + ap->npart;
    if (kept->last_item < item) kept->last_item = item;
    if (kept->read_end < end) kept->read_end = end;
    return true;
}

void join_forward(join *j)
{
    TRI_VEC(stored) live = {0};
    for (size_t k = 0; k < j->items.n; k++) {
        join_item *item = &j->items.at[k];
        const join_operand *dst = &item->operand[OPERAND_DST], *src = &item->operand[OPERAND_SRC0];
        join_rows at;
        if (src->ap && src->ap->space == TRI_SYS_HBM && join_is_copy(item) && dst->ap->space == TRI_SYS_SP && src->ap->plane_stride &&
            join_rows_of(j, src, &at)) {
            size_t s = 0;
            while (s < live.n && !(join_rows_meet(&live.at[s].at, &at) && forward(j, item, &j->items.at[live.at[s].item], &at, &live.at[s].at))) s++;
        }
        if (!dst->ap || dst->ap->space != TRI_SYS_HBM) continue;
        uint32_t memory = j->list->buffers[dst->at.buffer].memory;
        bool known = join_rows_of(j, dst, &at);
        size_t kept = 0;
        for (size_t s = 0; s < live.n; s++)
            if (live.at[s].at.memory != memory || (known && !join_rows_meet(&live.at[s].at, &at))) live.at[kept++] = live.at[s];
        live.n = kept;
        if (live.n == MOST_LOOKS) { /* the older half is not forwarded from any more */
            live.n /= 2;
            memmove(live.at, live.at + live.n, live.n * sizeof *live.at);
        }
        if (known && brings_rows(j, item)) TRI_PUSH(j->s.arena, &live, (stored){at, (uint32_t)k});
    }
}
