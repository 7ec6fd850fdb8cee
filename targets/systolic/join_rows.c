/* targets/systolic/join_rows.c - rows in device memory that the line stores and loads. What: which store a load meets; a load of what several stores
 * brought side by side is cut into one for each, so that each can be forwarded (join_forward.c); a large load that runs ahead is cut into pieces.
 * Does not: look at rows that are not one run. */
#include "targets/systolic/join.h"

/* Bytes behind the first that a pattern reaches in one partition, when it goes forwards only; else 0. */
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

/* Whether two may have a byte in common. */
bool join_rows_meet(const join_rows *a, const join_rows *b)
{
    if (a->memory != b->memory) return false;
    if (a->first > b->first) return join_rows_meet(b, a);
    if (a->step == b->step && a->step != INT32_MAX) { /* side by side, or one below the other */
        int64_t behind = (b->first - a->first) % a->step, row = (b->first - a->first) / a->step;
        if (behind + b->bytes <= a->step) return row < a->n && behind < a->bytes;
    }
    return b->first < a->first + (int64_t)(a->n - 1) * a->step + a->bytes;
}

int64_t join_cells(const join *j, uint32_t memory, int64_t smallest, uint32_t most, uint32_t *out_n)
{
    uint64_t bytes = 1, size = (uint64_t)smallest;
    for (uint32_t b = 0; b < j->list->n_buffers; b++) {
        const tri_join_buffer *buffer = &j->list->buffers[b];
        if (buffer->memory == memory && bytes < buffer->offset + buffer->bytes) bytes = buffer->offset + buffer->bytes;
    }
    while (bytes / size >= most) size *= 2;
    *out_n = (uint32_t)(bytes / size) + 1;
    return (int64_t)size;
}

bool join_is_copy(const join_item *item) { return item->i.op == TRI_SYS_DMA && item->i.fn == TRI_SYS_DMA_COPY && !item->kept; }

enum { MOST_PIECES = 8 };

int64_t join_run_of(const tri_systolic_ap *ap)
{
    int64_t size = tri_systolic_dtype_bytes(ap->dtype), n = 1;
    for (int k = ap->ndim; k-- > 0; n *= ap->size[k])
        if (ap->size[k] > 1 && ap->stride[k] != n * size) return 0;
    return n;
}

/* Where in a row of the load another store begins, in elements and ascending; behind them the row's end. */
static int boundaries(const join *j, const join_item *load, int64_t unit, int64_t out[MOST_PIECES])
{
    const join_operand *src = &load->operand[OPERAND_SRC0];
    int64_t size = tri_systolic_dtype_bytes(src->ap->dtype);
    join_rows want, have;
    int n = 0;
    if (!join_rows_of(j, src, &want) || want.step == INT32_MAX) return 0;
    int looks = 0;
    for (uint32_t s = j->newest_store[src->at.buffer]; s && looks < MOST_LOOKS; s = j->items.at[s - 1].older, looks++) {
        if (!join_rows_of(j, &j->items.at[s - 1].operand[OPERAND_DST], &have) || have.step != want.step) return 0;
        int64_t column = (have.first - want.first) % want.step;
        if (column <= 0 || column >= want.bytes || column % (size * unit)) continue;
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

/* How a transfer lays the elements of a row: side by side, or in blocks of so many. */
static int64_t block_of(const tri_systolic_ap *ap)
{
    int64_t run = join_run_of(ap);
    if (run || ap->ndim != 2 || ap->stride[1] != (int32_t)tri_systolic_dtype_bytes(ap->dtype)) return run;
    return ap->size[1];
}

/* Elements `first` to `end` of a row. */
static void narrow(tri_arena *arena, join_operand *operand, int64_t first, int64_t end)
{
    tri_systolic_ap *piece = TRI_NEW(arena, tri_systolic_ap);
    int64_t size = tri_systolic_dtype_bytes(operand->ap->dtype), block = block_of(operand->ap);
    *piece = *operand->ap;
    if (join_run_of(operand->ap)) {
        *piece =
            (tri_systolic_ap){.space = piece->space, .dtype = piece->dtype, .ndim = 1, .npart = piece->npart, .plane_stride = piece->plane_stride};
        piece->size[0] = (uint16_t)(end - first);
        piece->stride[0] = (int32_t)size;
        operand->at.number += first * size;
    } else {
        piece->size[0] = (uint16_t)((end - first) / block);
        operand->at.number += first / block * piece->stride[0];
    }
    operand->ap = piece;
}

/* Whether it loads rows that are one run in memory, and which boundaries in them it can be cut at: multiples of the result; 0: it does not. */
static int64_t cut_at(const join_item *item)
{
    if (!join_is_copy(item) || item->i.flags & TRI_SYS_T) return 0;
    const tri_systolic_ap *to = item->operand[OPERAND_DST].ap, *from = item->operand[OPERAND_SRC0].ap;
    if (from->space != TRI_SYS_HBM || to->space != TRI_SYS_SP || from->npart != to->npart) return 0;
    int64_t n = join_run_of(from);
    if (!n || n > UINT16_MAX || n != (int64_t)tri_systolic_ap_elements(to)) return 0;
    return join_run_of(to) ? 1 : block_of(to);
}

/* A load of what nothing in the line writes. */
static bool runs_ahead(const join *j, const join_item *item)
{
    const join_operand *dst = &item->operand[OPERAND_DST], *src = &item->operand[OPERAND_SRC0];
    return join_is_copy(item) && dst->ap->space == TRI_SYS_SP && src->ap->space == TRI_SYS_HBM &&
           !j->written[j->list->buffers[src->at.buffer].memory];
}

static void push_piece(join *j, const join_item *item, tri_systolic_ap dst, int64_t dst_at, tri_systolic_ap src, int64_t src_at)
{
    tri_systolic_ap *ap = TRI_NEW_ARRAY(j->s.arena, tri_systolic_ap, 2);
    join_item piece = *item;
    ap[0] = dst;
    ap[1] = src;
    piece.operand[OPERAND_DST].ap = &ap[0];
    piece.operand[OPERAND_DST].at.number += dst_at;
    piece.operand[OPERAND_SRC0].ap = &ap[1];
    piece.operand[OPERAND_SRC0].at.number += src_at;
    TRI_PUSH(j->s.arena, &j->items, piece);
}

/* A large load that runs ahead, in pieces of rows: others find the DMA free between them, and it is never idle. False: it stays whole. */
static bool push_rows(join *j, const join_item *item)
{
    enum { HALF = BLOCK / 2 };
    tri_systolic_ap dst = *item->operand[OPERAND_DST].ap, src = *item->operand[OPERAND_SRC0].ap;
    int64_t size = tri_systolic_dtype_bytes(dst.dtype), bytes = (int64_t)tri_systolic_ap_elements(&dst) * dst.npart * size;
    int64_t pieces = (int64_t)((double)bytes / (j->piece_bytes + 1)) + 1;
    bool turns = item->i.flags & TRI_SYS_T;
    if (pieces == 1 || (uint32_t)item->operand[OPERAND_DST].at.number >> 24 || !dst.ndim) return false;
    uint16_t *length = turns ? &dst.size[dst.ndim - 1] : &dst.npart;
    int64_t rows = src.npart, n = turns ? (rows + pieces - 1) / pieces : HALF;
    if (rows != *length || (turns && dst.stride[dst.ndim - 1] != size)) return false;
    for (int64_t first = 0; first < rows; first += n) {
        *length = src.npart = (uint16_t)(rows - first < n ? rows - first : n);
        push_piece(j, item, dst, turns ? first * size : first << 24, src, first * src.plane_stride);
    }
    return true;
}

/* A load of what several stores brought side by side, a piece for each; false: it stays whole. */
static bool push_columns(join *j, const join_item *item)
{
    int64_t ends[MOST_PIECES], from = 0, unit = cut_at(item);
    int n = unit ? boundaries(j, item, unit, ends) : 0;
    for (int k = 0; n > 1 && k < n; from = ends[k++]) {
        join_item piece = *item;
        narrow(j->s.arena, &piece.operand[OPERAND_DST], from, ends[k]);
        narrow(j->s.arena, &piece.operand[OPERAND_SRC0], from, ends[k]);
        TRI_PUSH(j->s.arena, &j->items, piece);
    }
    return n > 1;
}

void join_push(join *j, const join_item *item)
{
    join_item whole = *item;
    const join_operand *dst = &item->operand[OPERAND_DST];
    whole.ahead = runs_ahead(j, item);
    if (whole.ahead ? push_rows(j, &whole) : push_columns(j, &whole)) return;
    TRI_PUSH(j->s.arena, &j->items, whole);
    if (!dst->ap || dst->ap->space != TRI_SYS_HBM) return;
    j->items.at[j->items.n - 1].older = j->newest_store[dst->at.buffer];
    j->newest_store[dst->at.buffer] = (uint32_t)j->items.n;
}

uint32_t join_stored_by(const join *j, const join_operand *src)
{
    join_rows want, have;
    if (!join_rows_of(j, src, &want)) return 0;
    int looks = 0;
    for (uint32_t s = j->newest_store[src->at.buffer]; s && looks < MOST_LOOKS; s = j->items.at[s - 1].older, looks++)
        if (join_rows_of(j, &j->items.at[s - 1].operand[OPERAND_DST], &have) && join_rows_meet(&have, &want)) return s;
    return 0;
}
