/* targets/systolic/join_forward.c - loads of what the line has stored take it from where it still lies. What: a load from device memory of rows that
 * one store brought there from the scratchpad reads the scratchpad instead, so that it waits for the tile and not for the store, and the tile stays
 * until then. A load of what several stores brought side by side is cut into one for each. The stores stay: others may read them. Needs: tiles and
 * who reads them. */
#include "targets/systolic/join.h"

/* Rows of `bytes` each, `step` apart, from `first` on in a memory. */
typedef struct rows {
    uint32_t memory, n;
    int64_t first, step, bytes;
} rows;

typedef struct stored {
    rows at;
    uint32_t item;
} stored;

/* Bytes behind the first that a pattern reaches in one partition, when it goes forwards only; else 0. */
static int64_t reach(const tri_systolic_ap *ap)
{
    int64_t bytes = tri_systolic_dtype_bytes(ap->dtype);
    for (int k = 0; k < ap->ndim; k++) {
        if (ap->size[k] > 1 && ap->stride[k] < 0) return 0;
        if (ap->size[k] > 1) bytes += (int64_t)(ap->size[k] - 1) * ap->stride[k];
    }
    return bytes;
}

static bool rows_of(const join *j, const join_operand *o, rows *out)
{
    const tri_join_buffer *buffer = &j->list->buffers[o->at.buffer];
    *out = (rows){buffer->memory, o->ap->npart, (int64_t)buffer->offset + o->at.number, o->ap->plane_stride, reach(o->ap)};
    if (out->n == 1 || !out->step) out->step = INT32_MAX;
    return out->bytes && out->step >= out->bytes && !o->anywhere;
}

/* Whether two may have a byte in common. */
static bool meet(const rows *a, const rows *b)
{
    if (a->memory != b->memory) return false;
    if (a->first > b->first) return meet(b, a);
    if (a->step == b->step && a->step != INT32_MAX) { /* side by side, or one below the other */
        int64_t behind = (b->first - a->first) % a->step, row = (b->first - a->first) / a->step;
        if (behind + b->bytes <= a->step) return row < a->n && behind < a->bytes;
    }
    return b->first < a->first + (int64_t)(a->n - 1) * a->step + a->bytes;
}

static bool one_tile(join *j, const join_operand *o)
{
    return o->ap && o->ap->space == TRI_SYS_SP && o->tile != NO_TILE && j->tiles.at[join_tile_of(j, o->tile)].writes == 1;
}

static bool is_copy(const join_item *item) { return item->i.op == TRI_SYS_DMA && item->i.fn == TRI_SYS_DMA_COPY && !item->kept; }

/* Whole rows from the scratchpad, as they lie there. */
static bool brings_rows(join *j, const join_item *item)
{
    const tri_systolic_ap *to = item->operand[OPERAND_DST].ap, *from = item->operand[OPERAND_SRC0].ap;
    if (!is_copy(item) || item->i.flags & TRI_SYS_T || !one_tile(j, &item->operand[OPERAND_SRC0])) return false;
    int64_t bytes = (int64_t)(tri_systolic_ap_elements(to) * tri_systolic_dtype_bytes(to->dtype));
    return to->dtype == from->dtype && to->npart == from->npart && reach(to) == bytes && reach(from) == bytes;
}

/* The load reads the tile that the store read; false: that has not all of it. */
static bool forward(join *j, join_item *load, const join_item *store, const rows *want, const rows *have)
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

/* ---- cutting ---- */

enum { MOST_PIECES = 8 };

/* Elements of a row that is one run; 0: it is not. */
static int64_t run_of(const tri_systolic_ap *ap)
{
    int64_t n = (int64_t)tri_systolic_ap_elements(ap);
    return reach(ap) == n * tri_systolic_dtype_bytes(ap->dtype) ? n : 0;
}

/* Where in a row of the load another store begins, in elements and ascending; behind them the row's end. */
static int boundaries(const join *j, const join_item *load, int64_t out[MOST_PIECES])
{
    const join_operand *src = &load->operand[OPERAND_SRC0];
    int64_t size = tri_systolic_dtype_bytes(src->ap->dtype);
    rows want, have;
    int n = 0;
    if (!rows_of(j, src, &want) || want.step == INT32_MAX) return 0;
    for (uint32_t s = j->newest_store[src->at.buffer]; s; s = j->items.at[s - 1].older) {
        if (!rows_of(j, &j->items.at[s - 1].operand[OPERAND_DST], &have) || have.step != want.step) return 0;
        int64_t column = (have.first - want.first) % want.step;
        if (column <= 0 || column >= want.bytes || column % size) continue;
        int at = 0;
        while (at < n && out[at] < column / size) at++;
        if (at < n && out[at] == column / size) continue;
        if (n == MOST_PIECES - 1) return 0;
        memmove(&out[at + 1], &out[at], (size_t)(n - at) * sizeof *out);
        out[at] = column / size;
        n++;
    }
    out[n++] = want.bytes / size;
    return n;
}

static const tri_systolic_ap *columns_of(tri_arena *arena, const tri_systolic_ap *ap, int64_t n)
{
    tri_systolic_ap *piece = TRI_NEW(arena, tri_systolic_ap);
    *piece = (tri_systolic_ap){.space = ap->space, .dtype = ap->dtype, .ndim = 1, .npart = ap->npart, .plane_stride = ap->plane_stride};
    piece->size[0] = (uint16_t)n;
    piece->stride[0] = (int32_t)tri_systolic_dtype_bytes(ap->dtype);
    return piece;
}

/* Whether it loads rows that are one run in memory as well as on chip. */
static bool loads_runs(const join_item *item)
{
    if (!is_copy(item) || item->i.flags & TRI_SYS_T) return false;
    const tri_systolic_ap *to = item->operand[OPERAND_DST].ap, *from = item->operand[OPERAND_SRC0].ap;
    if (from->space != TRI_SYS_HBM || to->space != TRI_SYS_SP || from->npart != to->npart) return false;
    return run_of(from) && run_of(from) == run_of(to) && run_of(from) <= UINT16_MAX;
}

void join_push(join *j, const join_item *item)
{
    const join_operand *dst = &item->operand[OPERAND_DST], *src = &item->operand[OPERAND_SRC0];
    int64_t ends[MOST_PIECES], from = 0;
    int n = loads_runs(item) ? boundaries(j, item, ends) : 0;
    for (int k = 0; n > 1 && k < n; from = ends[k++]) {
        join_item piece = *item;
        join_operand *to = &piece.operand[OPERAND_DST], *at = &piece.operand[OPERAND_SRC0];
        to->ap = columns_of(j->s.arena, dst->ap, ends[k] - from);
        at->ap = columns_of(j->s.arena, src->ap, ends[k] - from);
        to->at.number += from * tri_systolic_dtype_bytes(dst->ap->dtype);
        at->at.number += from * tri_systolic_dtype_bytes(src->ap->dtype);
        TRI_PUSH(j->s.arena, &j->items, piece);
    }
    if (n > 1) return;
    TRI_PUSH(j->s.arena, &j->items, *item);
    if (!dst->ap || dst->ap->space != TRI_SYS_HBM) return;
    j->items.at[j->items.n - 1].older = j->newest_store[dst->at.buffer];
    j->newest_store[dst->at.buffer] = (uint32_t)j->items.n;
}

/* ---- forwarding ---- */

void join_forward(join *j)
{
    TRI_VEC(stored) live = {0};
    for (size_t k = 0; k < j->items.n; k++) {
        join_item *item = &j->items.at[k];
        const join_operand *dst = &item->operand[OPERAND_DST], *src = &item->operand[OPERAND_SRC0];
        rows at;
        if (src->ap && src->ap->space == TRI_SYS_HBM && is_copy(item) && dst->ap->space == TRI_SYS_SP && src->ap->plane_stride &&
            rows_of(j, src, &at)) {
            size_t s = 0;
            while (s < live.n && !(meet(&live.at[s].at, &at) && forward(j, item, &j->items.at[live.at[s].item], &at, &live.at[s].at))) s++;
        }
        if (!dst->ap || dst->ap->space != TRI_SYS_HBM) continue;
        uint32_t memory = j->list->buffers[dst->at.buffer].memory;
        bool known = rows_of(j, dst, &at);
        size_t kept = 0;
        for (size_t s = 0; s < live.n; s++)
            if (live.at[s].at.memory != memory || (known && !meet(&live.at[s].at, &at))) live.at[kept++] = live.at[s];
        live.n = kept;
        if (known && brings_rows(j, item)) TRI_PUSH(j->s.arena, &live, (stored){at, (uint32_t)k});
    }
}
