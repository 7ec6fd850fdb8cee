/* targets/systolic/join_cut.c - rows in device memory, and loads of them that are cut. What: a load of whole rows that several stores of the line
 * made side by side goes into the line as one load for each, so that each may take its rows from where they still lie (join_forward.c). Guarantees:
 * the pieces bring the same bytes to the same places. */
#include "targets/systolic/join.h"

int64_t join_reach(const tri_systolic_ap *ap)
{
    int64_t bytes = tri_systolic_dtype_bytes(ap->dtype);
    for (int k = 0; k < ap->ndim; k++) {
        if (ap->size[k] > 1 && ap->stride[k] < 0) return 0;
        if (ap->size[k] > 1) bytes += (int64_t)(ap->size[k] - 1) * ap->stride[k];
    }
    return bytes;
}

bool join_rows_of(const join *j, const join_operand *o, join_rows *out)
{
    const tri_join_buffer *buffer = &j->list->buffers[o->at.buffer];
    *out = (join_rows){buffer->memory, o->ap->npart, (int64_t)buffer->offset + o->at.number, o->ap->plane_stride, join_reach(o->ap)};
    if (out->n == 1 || !out->step) out->step = INT32_MAX;
    return out->bytes && out->step >= out->bytes && !o->anywhere;
}

bool join_is_copy(const join_item *item) { return item->i.op == TRI_SYS_DMA && item->i.fn == TRI_SYS_DMA_COPY && !item->kept; }

enum { MOST_PIECES = 8 };

/* Elements of a row that is one run; 0: it is not. */
static int64_t run_of(const tri_systolic_ap *ap)
{
    int64_t n = (int64_t)tri_systolic_ap_elements(ap);
    return join_reach(ap) == n * tri_systolic_dtype_bytes(ap->dtype) ? n : 0;
}

/* Where in a row of the load another store begins, in elements and ascending; behind them the row's end. */
static int boundaries(const join *j, const join_item *load, int64_t out[MOST_PIECES])
{
    const join_operand *src = &load->operand[OPERAND_SRC0];
    int64_t size = tri_systolic_dtype_bytes(src->ap->dtype);
    join_rows want, have;
    int n = 0;
    if (!join_rows_of(j, src, &want) || want.step == INT32_MAX) return 0;
    for (uint32_t s = j->newest_store[src->at.buffer]; s; s = j->items.at[s - 1].older) {
        if (!join_rows_of(j, &j->items.at[s - 1].operand[OPERAND_DST], &have) || have.step != want.step) return 0;
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
    if (!join_is_copy(item) || item->i.flags & TRI_SYS_T) return false;
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
