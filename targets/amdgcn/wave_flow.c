/* targets/amdgcn/wave_flow.c - control flow: what loops and choices carry besides their values are the slots that come next in the rings they touch.
 * A loop ends with as many loads under way as it began with, so that one number is right for each of its waits. Loops test at their end, so that the
 * steps of a pipeline are one block. */
#include "targets/amdgcn/wave.h"

/* ---- what is carried ---- */

/* A value as the registers that carry it. */
typedef struct carried {
    const char *type;
    int n;
    tri_ref *at;
} carried;

static carried carry(sched *s, const tri_value *v)
{
    value *of = &s->values[v->id];
    carried c = {"i64", 1, TRI_NEW(s->e->arena, tri_ref)};
    if (v->type.kind == TRI_TYPE_INDEX) {
        c.at[0] = s->e->indices[v->id].at;
    } else if (of->staged) {
        c.type = "i32";
        c.at[0] = of->view.address;
    } else {
        c = (carried){wave_register_type(s, &v->type, &of->fragment), wave_registers(&of->fragment), of->fragment.at};
    }
    return c;
}

/* Gives `v` what `like` is, in other registers. */
static void define(sched *s, const tri_value *v, const tri_value *like, tri_ref *registers)
{
    if (v->type.kind == TRI_TYPE_INDEX) {
        s->e->indices[v->id] = (tri_index){registers[0], INT64_MIN, INT64_MAX};
        return;
    }
    value defined = s->values[like->id];
    if (defined.staged)
        defined.view.address = registers[0];
    else
        defined.fragment.at = registers;
    s->values[v->id] = defined;
}

static tri_status *same_kind(const sched *s, const tri_op *op, const tri_value *a, const tri_value *b)
{
    const value *x = &s->values[a->id], *y = &s->values[b->id];
    if (a->type.kind == TRI_TYPE_INDEX) return NULL;
    bool same = x->staged == y->staged;
    if (same && x->staged)
        same = x->view.ring == y->view.ring && x->view.rows == y->view.rows && x->view.columns == y->view.columns &&
               x->view.column == y->view.column && x->view.transposed == y->view.transposed;
    else if (same)
        same = x->fragment.layout.kind == y->fragment.layout.kind && x->fragment.layout.m == y->fragment.layout.m &&
               x->fragment.layout.n == y->fragment.layout.n;
    return same ? NULL : tri_emit_unsupported(op, "it carries a tile that lies in one place here and in another there");
}

/* ---- loops ---- */

typedef struct loop {
    const tri_op *op;
    tri_loop at;
    tri_phi **registers; /* by carried value */
    int *n;
    tri_phi *positions; /* two for each ring: of acquires, of awaits; no type: not touched */
} loop;

static tri_ref *position_of(sched *s, int i) { return i % 2 ? &s->awaited[i / 2] : &s->acquired[i / 2]; }

static void find_touched(const sched *s, const tri_block *block, bool *touched, bool *released)
{
    for (const tri_op *op = block->first; op; op = op->next) {
        if (op->kind == TRI_SCHED_ACQUIRE) touched[2 * wave_ring_of(&s->plan, op->operands[0])] = true;
        if (op->kind == TRI_SCHED_AWAIT) touched[2 * wave_ring_of(&s->plan, op->operands[0]) + 1] = true;
        if (op->kind == TRI_SCHED_RELEASE) released[wave_ring_of(&s->plan, op->operands[0])] = true;
        for (uint32_t i = 0; i < op->n_regions; i++) find_touched(s, op->regions[i], touched, released);
    }
}

static void open_values(sched *s, loop *l)
{
    tri_arena *arena = s->e->arena;
    const tri_block *body = l->op->regions[0];
    bool *touched = TRI_NEW_ARRAY(arena, bool, 2 * s->plan.n_rings), *released = TRI_NEW_ARRAY(arena, bool, s->plan.n_rings);
    for (uint32_t i = 0; i < l->op->n_results; i++) {
        carried c = carry(s, l->op->operands[2 + i]);
        tri_ref *inside = TRI_NEW_ARRAY(arena, tri_ref, c.n);
        const tri_value *initial = l->op->operands[2 + i];
        if (initial->type.kind != TRI_TYPE_INDEX && !s->values[initial->id].staged)
            s->carried += wave_words(&initial->type, &s->values[initial->id].fragment);
        l->n[i] = c.n;
        l->registers[i] = TRI_NEW_ARRAY(arena, tri_phi, c.n);
        for (int r = 0; r < c.n; r++) {
            l->registers[i][r] = (tri_phi){.type = c.type, .initial = c.at[r]};
            tri_loop_carry(s->e, &l->at, &l->registers[i][r]);
            inside[r] = l->registers[i][r].inside;
        }
        define(s, body->args[1 + i], l->op->operands[2 + i], inside);
    }
    find_touched(s, body, touched, released);
    for (int i = 0; i < 2 * s->plan.n_rings; i++) {
        if (!touched[i] || s->plan.rings[i / 2].depth == 1) continue;
        l->positions[i] = (tri_phi){.type = "i32", .initial = *position_of(s, i)};
        tri_loop_carry(s->e, &l->at, &l->positions[i]);
        *position_of(s, i) = l->positions[i].inside;
    }
    for (int q = 0; q < s->plan.n_rings; q++) s->read[q] |= released[q]; /* in the iteration before */
}

static tri_status *close_values(sched *s, loop *l)
{
    const tri_op *op = l->op, *yield = op->regions[0]->last;
    for (uint32_t i = 0; i < op->n_results; i++) {
        TRI_TRY(same_kind(s, op, op->regions[0]->args[1 + i], yield->operands[i]));
        carried c = carry(s, yield->operands[i]);
        for (int r = 0; r < c.n; r++) tri_loop_next(s->e, &l->registers[i][r], c.at[r]);
    }
    for (int i = 0; i < 2 * s->plan.n_rings; i++)
        if (l->positions[i].type) tri_loop_next(s->e, &l->positions[i], *position_of(s, i));
    return NULL;
}

static void leave_values(sched *s, loop *l)
{
    for (uint32_t i = 0; i < l->op->n_results; i++) {
        tri_ref *results = TRI_NEW_ARRAY(s->e->arena, tri_ref, l->n[i]);
        for (int r = 0; r < l->n[i]; r++) results[r] = tri_loop_after(s->e, &l->at, &l->registers[i][r]);
        define(s, l->op->results[i], l->op->regions[0]->args[1 + i], results);
    }
    for (int i = 0; i < 2 * s->plan.n_rings; i++)
        if (l->positions[i].type) *position_of(s, i) = tri_loop_after(s->e, &l->at, &l->positions[i]);
}

static bool same_sky(const sky *a, const sky *b)
{
    bool same = a->n == b->n;
    for (int i = 0; i < a->n && same; i++)
        same = a->at[i].ring == b->at[i].ring && a->at[i].loads == b->at[i].loads && a->at[i].awaited == b->at[i].awaited;
    return same;
}

static tri_status *check_closed(const sched *s, const tri_op *op)
{
    for (int q = 0; q < s->plan.n_rings; q++)
        if (s->filling[q]) return tri_emit_unsupported(op, "a slot is acquired on one side of its border and published on the other");
    return NULL;
}

static tri_status *emit_for(sched *s, const tri_op *op)
{
    tri_emitter *e = s->e;
    const tri_block *body = op->regions[0];
    tri_index low = e->indices[op->operands[0]->id], high = e->indices[op->operands[1]->id];
    loop l = {.op = op};
    bool runs = low.high < high.low;
    l.positions = TRI_NEW_ARRAY(e->arena, tri_phi, 2 * s->plan.n_rings);
    l.registers = TRI_NEW_ARRAY(e->arena, tri_phi *, op->n_results);
    l.n = TRI_NEW_ARRAY(e->arena, int, op->n_results);
    TRI_TRY(check_closed(s, op));
    TRI_TRY(wave_issue(s, INT64_MAX));
    s->issued = NULL;
    sky begins = s->sky;
    int64_t carried = s->carried;
    bool *read = TRI_NEW_ARRAY(e->arena, bool, s->plan.n_rings);
    memcpy(read, s->read, (size_t)s->plan.n_rings * sizeof *read);
    l.at = tri_loop_open(e, low.at, runs ? NULL : high.at);
    open_values(s, &l);
    e->indices[body->args[0]->id] = (tri_index){l.at.counter.inside, low.low, high.high == INT64_MIN ? INT64_MIN : high.high - 1};
    TRI_TRY(wave_block(s, body));
    TRI_TRY(wave_issue(s, INT64_MAX));
    TRI_TRY(close_values(s, &l));
    TRI_TRY(check_closed(s, op));
    if (!same_sky(&begins, &s->sky)) return tri_emit_unsupported(op, "it ends with other loads under way than it began with");
    tri_loop_close(e, &l.at, 1, high.at);
    leave_values(s, &l);
    s->carried = carried;
    for (int q = 0; q < s->plan.n_rings; q++) s->read[q] |= read[q];
    return NULL;
}

/* ---- choices ---- */

static bool touches_rings(const tri_block *block)
{
    for (const tri_op *op = block->first; op; op = op->next) {
        if (tri_is_sched_op((tri_op_kind)op->kind) && op->kind != TRI_SCHED_PART && op->kind != TRI_SCHED_READ) return true;
        for (uint32_t i = 0; i < op->n_regions; i++)
            if (touches_rings(op->regions[i])) return true;
    }
    return false;
}

static tri_status *emit_if(sched *s, const tri_op *op)
{
    tri_emitter *e = s->e;
    if (touches_rings(op->regions[0]) || touches_rings(op->regions[1])) return tri_emit_unsupported(op, "slots are handed over in one branch");
    TRI_TRY(wave_issue(s, INT64_MAX));
    tri_ref condition = tri_emit(e, "icmp ne i64 %s, 0", e->indices[op->operands[0]->id].at);
    tri_ref sides[2] = {tri_emit_new_label(e), tri_emit_new_label(e)}, end = tri_emit_new_label(e), from[2];
    carried *results[2];
    tri_emit_line(e, "br i1 %s, label %%%s, label %%%s", condition, sides[0], sides[1]);
    for (int side = 0; side < 2; side++) {
        const tri_op *yield = op->regions[side]->last;
        tri_emit_label(e, sides[side]);
        TRI_TRY(wave_block(s, op->regions[side]));
        results[side] = TRI_NEW_ARRAY(e->arena, carried, op->n_results);
        for (uint32_t i = 0; i < op->n_results; i++) {
            if (side) TRI_TRY(same_kind(s, op, op->regions[0]->last->operands[i], yield->operands[i]));
            results[side][i] = carry(s, yield->operands[i]);
        }
        from[side] = e->label;
        tri_emit_branch(e, end);
    }
    tri_emit_label(e, end);
    for (uint32_t i = 0; i < op->n_results; i++) {
        carried yes = results[0][i], no = results[1][i];
        tri_ref *merged = TRI_NEW_ARRAY(e->arena, tri_ref, yes.n);
        for (int r = 0; r < yes.n; r++) merged[r] = tri_emit(e, "phi %s [ %s, %%%s ], [ %s, %%%s ]", yes.type, yes.at[r], from[0], no.at[r], from[1]);
        define(s, op->results[i], op->regions[0]->last->operands[i], merged);
    }
    return NULL;
}

/* ---- statements ---- */

static tri_status *emit_view(sched *s, const tri_op *op)
{
    const tri_value *from = op->operands[0], *to = op->results[0];
    value seen = s->values[from->id];
    if (seen.staged && op->kind == TRI_TILE_TRANSPOSE) {
        if (from->type.rank != 2) return tri_emit_unsupported(op, "of a tile of rank %d", (int)from->type.rank);
        seen.view.transposed = !seen.view.transposed;
    } else if (seen.staged) {
        int64_t columns = to->type.rank ? to->type.dims[to->type.rank - 1] : 1;
        if (seen.view.transposed || columns != seen.view.columns) return tri_emit_unsupported(op, "of a staged tile to rows of another length");
    } else if (op->kind == TRI_TILE_TRANSPOSE) {
        return tri_emit_unsupported(op, "a tile in registers would change its place");
    } else {
        layout l = wave_layout(&to->type), was = seen.fragment.layout;
        bool same = l.kind == was.kind && l.m == was.m && l.n == was.n, vector = to->type.rank == 1 && was.kind == SPREAD_ROWS && l.n == was.m;
        if (!same && !vector) return tri_emit_unsupported(op, "a tile in registers would change its place");
    }
    s->values[to->id] = seen;
    return NULL;
}

static tri_status *emit_statement(sched *s, const tri_op *op)
{
    switch ((tri_op_kind)op->kind) {
    case TRI_TILE_INDEX: return tri_emit_index(s->e, op);
    case TRI_TILE_ASSUME:
    case TRI_TILE_YIELD:
    case TRI_SCHED_JOIN: return NULL; /* registers wait for products by themselves */
    case TRI_TILE_FOR: return emit_for(s, op);
    case TRI_TILE_IF: return emit_if(s, op);
    case TRI_SCHED_ACQUIRE: return wave_acquire(s, op);
    case TRI_SCHED_PUBLISH: return wave_publish(s, op);
    case TRI_SCHED_AWAIT: return wave_await(s, op);
    case TRI_SCHED_RELEASE: return wave_release(s, op);
    case TRI_SCHED_PART: return wave_part(s, op);
    case TRI_SCHED_LOAD_INTO: return wave_load_into(s, op);
    case TRI_TILE_TRANSPOSE:
    case TRI_TILE_RESHAPE: return emit_view(s, op);
    case TRI_TILE_LOAD: return wave_load(s, op);
    case TRI_TILE_STORE: return wave_store(s, op);
    case TRI_TILE_FILL: return wave_fill(s, op);
    case TRI_TILE_SLICE: return wave_slice(s, op);
    case TRI_TILE_MMA: return wave_mma(s, op);
    case TRI_TILE_MAP: return wave_map(s, op);
    case TRI_TILE_REDUCE: return wave_reduce(s, op);
    default: return tri_emit_unsupported(op, "a set of waves cannot do it");
    }
}

tri_status *wave_block(sched *s, const tri_block *block)
{
    for (const tri_op *op = block->first; op; op = op->next) {
        int32_t around = tri_lines_at(s->e, op);
        TRI_TRY(emit_statement(s, op));
        s->e->line = around;
    }
    return NULL;
}
