/* targets/nvptx/sched_memory.c - fragments and slots of rings: elements and matrices of 8 rows where the layout of the copies has them. */
#include "targets/nvptx/sched.h"

/* ---- places ---- */

static tri_ref plus(sched *s, tri_ref x, int64_t constant)
{
    return constant ? tri_emit(s->e, "add nuw nsw i32 %s, %lld", x, (long long)constant) : x;
}

tri_place group_place(layout l, int element)
{
    tri_fragment f = group_result;
    f.down = l.kind == SPREAD_FULL || l.kind == SPREAD_ROWS ? (int)l.m / f.rows : 1;
    f.across = l.kind == SPREAD_FULL || l.kind == SPREAD_COLUMNS ? (int)l.n / f.columns : 1;
    int in_register = element;
    if (l.kind == SPREAD_ROWS) in_register = element / 2 * 4 + element % 2 * 2; /* of a matrix of 8 columns, its first one */
    if (l.kind == SPREAD_COLUMNS) in_register = element / 2 * 4 + element % 2;  /* of one of 64 rows, its first one */
    return tri_fragment_place(&f, 0, in_register);
}

tri_ref group_row(sched *s, layout l, int element)
{
    return l.kind == SPREAD_FULL || l.kind == SPREAD_ROWS ? plus(s, s->row, group_place(l, element).row) : "0";
}

tri_ref group_column(sched *s, layout l, int element)
{
    return l.kind == SPREAD_FULL || l.kind == SPREAD_COLUMNS ? plus(s, s->column, group_place(l, element).column) : "0";
}

tri_ref group_speaks(sched *s, layout l)
{
    tri_emitter *e = s->e;
    tri_ref lane = tri_emit(e, "and i32 %s, %d", s->in_group, WARP - 1);
    switch (l.kind) {
    case SPREAD_ROWS: return tri_emit(e, "icmp eq i32 %s, 0", tri_emit(e, "and i32 %s, 3", lane));
    case SPREAD_COLUMNS: return tri_emit(e, "icmp ult i32 %s, 4", s->in_group);
    case SPREAD_ONE: return tri_emit(e, "icmp eq i32 %s, 0", s->in_group);
    default: return NULL;
    }
}

/* ---- slots ---- */

/* The swizzle moves 16-byte chunks by the bits of the address itself. */
tri_ref group_slot_address(sched *s, const view *v, tri_ref row, tri_ref column)
{
    tri_emitter *e = s->e;
    const ring *r = v->ring;
    tri_ref down = tri_emit(e, "mul nuw nsw i32 %s, %lld", row, (long long)r->row_bytes);
    tri_ref within = column, at = tri_emit(e, "add i32 %s, %s", v->address, down);
    if (v->columns > r->panel_columns) {
        tri_ref panel = tri_emit(e, "udiv i32 %s, %lld", column, (long long)r->panel_columns);
        within = tri_emit(e, "urem i32 %s, %lld", column, (long long)r->panel_columns);
        at = tri_emit(e, "add i32 %s, %s", at, tri_emit(e, "mul nuw nsw i32 %s, %lld", panel, (long long)r->panel_bytes));
    }
    tri_ref across = tri_emit(e, "mul nuw nsw i32 %s, %zu", within, tri_dtype_bytes(r->dtype));
    at = tri_emit(e, "add i32 %s, %s", at, across);
    if (!r->swizzle) return at;
    tri_ref bits = tri_emit(e, "and i32 %s, %d", tri_emit(e, "lshr i32 %s, 3", at), r->swizzle - 16);
    return tri_emit(e, "xor i32 %s, %s", at, bits);
}

step group_step(sched *s, const view *v, tri_ref own, int64_t rows, int64_t columns)
{
    const ring *r = v->ring;
    int64_t within = columns % r->panel_columns * (int64_t)tri_dtype_bytes(r->dtype);
    step to = {own, rows * r->row_bytes + columns / r->panel_columns * r->panel_bytes};
    if (!r->swizzle)
        to.bytes += within;
    else if (within)
        to.from = tri_emit(s->e, "xor i32 %s, %lld", own, (long long)within);
    return to;
}

static tri_ref pointer(sched *s, tri_ref address) { return tri_emit(s->e, "inttoptr i32 %s to ptr addrspace(3)", address); }

static tri_ref view_pointer(sched *s, const view *v, layout l, int element)
{
    if (v->transposed) return pointer(s, group_slot_address(s, v, group_column(s, l, element), group_row(s, l, element)));
    if (v->inside) return pointer(s, group_slot_address(s, v, group_row(s, l, element), group_column(s, l, element)));
    tri_place further = group_place(l, element);
    step to = group_step(s, v, group_slot_address(s, v, group_row(s, l, 0), group_column(s, l, 0)), further.row, further.column);
    return tri_emit(s->e, "getelementptr i8, ptr addrspace(3) %s, i32 %lld", pointer(s, to.from), (long long)to.bytes);
}

tri_status *group_read_view(sched *s, const tri_op *op, const tri_type *type, const view *v, fragment *out)
{
    tri_emitter *e = s->e;
    tri_dtype dtype = (tri_dtype)type->dtype;
    layout l = group_layout(type);
    TRI_TRY(group_fragment_new(s, op, type, l, out));
    for (int i = 0; i < out->n; i++) {
        if (out->paired && !v->transposed) {
            out->at[i / 2] = tri_emit(e, "load i32, ptr addrspace(3) %s", view_pointer(s, v, l, i));
            i++;
            continue;
        }
        tri_ref stored = tri_emit(e, "load %s, ptr addrspace(3) %s", tri_memory_type(dtype), view_pointer(s, v, l, i));
        group_put(s, type, out, i, tri_scalar_from_memory(e, dtype, stored));
    }
    return NULL;
}

tri_status *group_read(sched *s, const tri_op *op)
{
    const value *from = &s->values[op->operands[0]->id];
    fragment f;
    if (!from->staged) return tri_emit_unsupported(op, "of what is no staged tile");
    view v = from->view;
    TRI_TRY(group_read_view(s, op, &op->results[0]->type, &v, &f));
    s->values[op->results[0]->id] = (value){.fragment = f};
    return NULL;
}

/* Four 8x8 matrices of 16-bit elements at once: lane l says where row l % 8 of matrix l / 8 goes; they are the four registers of 16 rows and columns.
 */
static void store_matrices(sched *s, const fragment *f, const view *v)
{
    tri_emitter *e = s->e;
    tri_ref lane = tri_emit(e, "and i32 %s, %d", s->in_group, WARP - 1), warp = tri_emit(e, "lshr i32 %s, 5", s->in_group);
    tri_ref row = tri_emit(e, "and i32 %s, 15", lane), first = tri_emit(e, "shl nuw nsw i32 %s, 4", warp);
    tri_ref right = tri_emit(e, "shl nuw nsw i32 %s, 3", tri_emit(e, "lshr i32 %s, 4", lane));
    tri_ref own = group_slot_address(s, v, tri_emit(e, "add nuw nsw i32 %s, %s", row, first), right);
    int64_t per_rows = f->layout.n / 4; /* registers of 64 rows */
    for (int r = 0; r < f->n / 2; r += 4) {
        step to = group_step(s, v, own, r / per_rows * GROUP_ROWS, r % per_rows * 4);
        tri_emit_line(
            e,
            "call void asm sideeffect \"stmatrix.sync.aligned.m8n8.x4.shared.b16 [$0+%lld], {$1, $2, $3, $4};\", \"r,r,r,r,r,~{memory}\"(i32 %s, "
            "i32 %s, i32 %s, i32 %s, i32 %s) #1",
            (long long)to.bytes, to.from, f->at[r], f->at[r + 1], f->at[r + 2], f->at[r + 3]);
    }
}

tri_status *group_store_into(sched *s, const tri_op *op)
{
    tri_emitter *e = s->e;
    const tri_value *from = op->operands[0], *to = op->operands[1];
    const ring *r = &s->plan.rings[group_ring_of(&s->plan, to)];
    tri_dtype dtype = (tri_dtype)from->type.dtype;
    fragment f;
    tri_ref offset;
    TRI_TRY(group_fragment_of(s, op, from, &f));
    TRI_TRY(group_part_offset(s, op, r, (const tri_value *const *)op->operands + 2, to->type.rank, to->type.dims, f.layout.n, &offset));
    tri_ref slot = group_slot(s, r, group_newest(s, op, to));
    view v = {.ring = r, .rows = f.layout.m, .columns = f.layout.n};
    v.inside = tri_index_multiple(op->operands[1 + to->type.rank]) % r->panel_columns != 0;
    v.address = group_here(s, tri_emit(e, "add i32 %s, %s", slot, offset));
    if (f.paired && f.layout.kind == SPREAD_FULL && f.layout.n % 16 == 0 && !v.inside) {
        store_matrices(s, &f, &v);
        return NULL;
    }
    tri_ref mine = group_speaks(s, f.layout), next = NULL;
    if (mine) {
        tri_ref inside = tri_emit_new_label(e);
        next = tri_emit_new_label(e);
        tri_emit_line(e, "br i1 %s, label %%%s, label %%%s", mine, inside, next);
        tri_emit_label(e, inside);
    }
    for (int i = 0; i < f.n; i++) {
        tri_ref at = view_pointer(s, &v, f.layout, i);
        if (f.paired) {
            tri_emit_line(e, "store i32 %s, ptr addrspace(3) %s", f.at[i / 2], at);
            i++;
        } else {
            tri_emit_line(e, "store %s %s, ptr addrspace(3) %s", tri_memory_type(dtype), tri_scalar_to_memory(e, dtype, f.at[i]), at);
        }
    }
    if (next) {
        tri_emit_line(e, "br label %%%s", next);
        tri_emit_label(e, next);
    }
    return NULL;
}
