/* targets/nvptx/sched_warp.c - stores from slots to rows that begin anywhere. A tensor map wants rows at multiples of 16 bytes; where a buffer's are
 * not, all lanes of the copy role's warp move the tile: they read neighbours of a row from the slot and write them, as many bytes at once as rows
 * allow. */
#include "targets/nvptx/sched.h"

enum { MAP_ALIGN = 16, MOST_BYTES = 8, IN_FLIGHT = 8 }; /* IN_FLIGHT: reads before the first of their writes */

bool group_is_strided(const tri_type *buffer)
{
    uint64_t stride = tri_dtype_bytes((tri_dtype)buffer->dtype);
    for (int d = buffer->rank - 1; d > 0; d--) {
        stride *= (uint64_t)buffer->dims[d];
        if (buffer->dims[d - 1] > 1 && stride % MAP_ALIGN) return true;
    }
    return false;
}

/* The bytes of a row that a lane moves at once: rows, the window's first column and its length are multiples of them. */
static int64_t bytes_at_once(const tri_op *op, const tri_type *buffer, const view *v)
{
    int64_t element = (int64_t)tri_dtype_bytes((tri_dtype)buffer->dtype);
    const tri_window_dim *last = &op->window[op->n_window - 1];
    if (last->kind != TRI_WINDOW_SLICE || last->step != 1 || last->lim || element >= MOST_BYTES) return element;
    int64_t bytes = tri_index_divisor(MOST_BYTES, buffer->dims[buffer->rank - 1] * element);
    bytes = tri_index_divisor(bytes, v->columns * element);
    return tri_index_divisor(bytes, tri_index_multiple(op->operands[last->operand]) * element);
}

/* How the lanes share out a tile: `across` of them along a row, each with `columns` elements, as many rows as are left over. */
typedef struct sharing {
    int columns, across, down;
    int spans;  /* of a row, one behind the other */
    int unroll; /* steps of `down` rows before the loop goes on */
} sharing;

static int even_part(int64_t n, int most)
{
    int part = 1;
    while (part < most && n % (2 * part) == 0) part *= 2;
    return part;
}

static tri_status *share(const tri_op *op, const view *v, int64_t elements, sharing *out)
{
    int64_t pieces = v->columns / elements;
    *out = (sharing){.columns = (int)elements, .across = even_part(pieces, WARP)};
    out->down = WARP / out->across;
    out->spans = (int)(pieces / out->across);
    if (v->rows % out->down)
        return tri_emit_unsupported(op, "%lldx%lld elements are not shared out evenly among a warp", (long long)v->rows, (long long)v->columns);
    out->unroll = even_part(v->rows / out->down, out->spans < IN_FLIGHT ? IN_FLIGHT / out->spans : 1);
    return NULL;
}

/* The elements of a loop's step, at most IN_FLIGHT at a time. */
static tri_status *move(sched *s, const tri_op *op, const view *v, const sharing *sh, tri_ref row, tri_ref column, bool add)
{
    tri_emitter *e = s->e;
    const tri_value *buffer = op->operands[1];
    int bits = 8 * sh->columns * (int)tri_dtype_bytes((tri_dtype)buffer->type.dtype), n = sh->unroll * sh->spans;
    const layout tile = {SPREAD_FULL, v->rows, v->columns};
    for (int first = 0; first < n; first += IN_FLIGHT) {
        tri_ref words[IN_FLIGHT];
        int end = first + IN_FLIGHT < n ? first + IN_FLIGHT : n;
        for (int i = first; i < end; i++) {
            tri_ref own = group_slot_address(s, v, tri_emit(e, "add nuw nsw i32 %s, %d", row, i / sh->spans * sh->down), column);
            step from = group_step(s, v, own, 0, i % sh->spans * sh->across * sh->columns);
            tri_ref at = tri_emit(e, "inttoptr i32 %s to ptr addrspace(3)", from.from);
            at = tri_emit(e, "getelementptr i8, ptr addrspace(3) %s, i32 %lld", at, (long long)from.bytes);
            words[i - first] = tri_emit(e, "load %s, ptr addrspace(3) %s", add ? "float" : tri_arena_printf(e->arena, "i%d", bits), at);
        }
        for (int i = first; i < end; i++) {
            spot there = {tile, row, column, i / sh->spans * sh->down, i % sh->spans * sh->across * sh->columns};
            element to;
            TRI_TRY(group_element(s, op, buffer, &op->operands[0]->type, &there, &to));
            if (add)
                group_add_float(s, buffer, &to, words[i - first]);
            else
                group_store_word(s, buffer, &to, bits, words[i - first]);
        }
    }
    return NULL;
}

tri_status *group_warp_store(sched *s, const tri_op *op)
{
    tri_emitter *e = s->e;
    const value *from = &s->values[op->operands[0]->id];
    const tri_type *buffer = &op->operands[1]->type;
    tri_dtype dtype = (tri_dtype)buffer->dtype;
    const char *mode = tri_op_text(op, "mode", "set");
    bool add = !strcmp(mode, "add");
    if (!from->staged || from->view.transposed || from->view.inside)
        return tri_emit_unsupported(op, "a copy role stores what lies in a slot, from the first column of a panel on, as it lies there");
    const view *v = &from->view;
    if (v->ring->dtype != dtype) return tri_emit_unsupported(op, "a copy does not convert elements");
    if (strcmp(mode, "set") && !(add && dtype == TRI_F32)) return tri_emit_unsupported(op, "mode '%s' on %s", mode, tri_dtype_name(dtype));
    sharing sh;
    TRI_TRY(share(op, v, add ? 1 : bytes_at_once(op, buffer, v) / (int64_t)tri_dtype_bytes(dtype), &sh));

    tri_ref entry = e->label, body = tri_emit_new_label(e), next = tri_emit_new_label(e);
    tri_emit_line(e, "br label %%%s", body);
    tri_emit_label(e, body);
    tri_emit_line(e, "%%first.%s = phi i32 [ 0, %%%s ], [ %%last.%s, %%%s ]", body, entry, body, body);
    tri_ref down = tri_emit(e, "udiv i32 %s, %d", s->in_group, sh.across), along = tri_emit(e, "urem i32 %s, %d", s->in_group, sh.across);
    tri_ref row = tri_emit(e, "add nuw nsw i32 %%first.%s, %s", body, down);
    TRI_TRY(move(s, op, v, &sh, row, tri_emit(e, "mul nuw nsw i32 %s, %d", along, sh.columns), add));
    tri_emit_line(e, "%%last.%s = add nuw nsw i32 %%first.%s, %d", body, body, sh.unroll * sh.down);
    tri_ref more = tri_emit(e, "icmp ult i32 %%last.%s, %lld", body, (long long)v->rows);
    tri_emit_line(e, "br i1 %s, label %%%s, label %%%s, !llvm.loop !0", more, body, next);
    tri_emit_label(e, next);
    return NULL;
}
