/* targets/nvptx/sched_flow.c - control flow of a role: what loops and choices carry besides their values are the positions on the rings they touch.
 * Loops test at their end, so that the steps of a pipeline are one block with no branch but the waits. */
#include "targets/nvptx/sched.h"

/* ---- what is carried ---- */

typedef struct slots {
    int ring;
    counter which;
} slots;

typedef struct touched {
    TRI_VEC(slots) at;
} touched;

static void touch(sched *s, touched *t, int ring, counter which)
{
    for (size_t i = 0; i < t->at.n; i++)
        if (t->at.at[i].ring == ring && t->at.at[i].which == which) return;
    TRI_PUSH(s->e->arena, &t->at, ((slots){ring, which}));
}

static void find_touched(sched *s, const tri_block *block, touched *t)
{
    for (const tri_op *op = block->first; op; op = op->next) {
        counter which = op->kind == TRI_SCHED_ACQUIRE   ? COUNT_ACQUIRE
                        : op->kind == TRI_SCHED_PUBLISH ? COUNT_PUBLISH
                        : op->kind == TRI_SCHED_AWAIT   ? COUNT_AWAIT
                        : op->kind == TRI_SCHED_RELEASE ? COUNT_RELEASE
                                                        : COUNTERS;
        if (which != COUNTERS) touch(s, t, group_ring_of(&s->plan, op->operands[0]), which);
        for (uint32_t i = 0; i < op->n_regions; i++)
            if (op->kind == TRI_TILE_FOR || op->kind == TRI_TILE_IF) find_touched(s, op->regions[i], t);
    }
}

/* A value as the registers that carry it. */
typedef struct carried {
    const char *type;
    int n;
    tri_ref *at;
    tri_ref kept; /* fragments that may stand for zero */
} carried;

static carried carry(sched *s, const tri_value *v)
{
    carried c = {"i64", 1, NULL, NULL};
    if (v->type.kind == TRI_TYPE_INDEX) {
        c.at = TRI_NEW(s->e->arena, tri_ref);
        c.at[0] = s->e->indices[v->id].at;
        return c;
    }
    value *of = &s->values[v->id];
    if (of->staged) {
        c.type = "i32";
        c.at = TRI_NEW(s->e->arena, tri_ref);
        c.at[0] = of->view.address;
        return c;
    }
    return (carried){group_register_type(&v->type, &of->fragment), group_registers(&of->fragment), of->fragment.at, of->fragment.kept};
}

/* Gives `v` what `like` is, in other registers. */
static void define(sched *s, const tri_value *v, const tri_value *like, tri_ref *registers, tri_ref kept)
{
    if (v->type.kind == TRI_TYPE_INDEX) {
        s->e->indices[v->id] = (tri_index){registers[0], INT64_MIN, INT64_MAX};
        return;
    }
    value defined = s->values[like->id];
    if (defined.staged) {
        defined.view.address = registers[0];
    } else {
        defined.fragment.at = registers;
        defined.fragment.kept = kept;
    }
    s->values[v->id] = defined;
}

static tri_status *same_kind(const sched *s, const tri_op *op, const tri_value *a, const tri_value *b)
{
    const value *x = &s->values[a->id], *y = &s->values[b->id];
    if (a->type.kind == TRI_TYPE_INDEX) return NULL;
    bool same = x->staged == y->staged;
    if (same && x->staged)
        same = x->view.ring == y->view.ring && x->view.rows == y->view.rows && x->view.columns == y->view.columns &&
               x->view.transposed == y->view.transposed && x->view.inside == y->view.inside;
    else if (same)
        same = x->fragment.layout.kind == y->fragment.layout.kind && x->fragment.layout.m == y->fragment.layout.m &&
               x->fragment.layout.n == y->fragment.layout.n && x->fragment.paired == y->fragment.paired;
    return same ? NULL : tri_emit_unsupported(op, "it carries a tile that lies in one place here and in another there");
}

/* ---- loops ---- */

typedef struct loop {
    const tri_op *op;
    tri_loop at;
    touched touched;
    tri_phi *positions;
    tri_phi **registers; /* by carried value */
    tri_phi *kept;       /* by carried value; a null type: all of them are kept */
    int *n;
} loop;

/* The accumulator that begins as zero: its registers hold nothing until the first product writes them, which does not read them. */
bool group_begins_empty(const uint32_t *uses, const tri_op *op, uint32_t i)
{
    const tri_value *arg = op->regions[0]->args[1 + i];
    const tri_op *fill = op->operands[2 + i]->op;
    if (!fill || fill->kind != TRI_TILE_FILL || fill->n_operands || tri_op_number(fill, "value", 1) != 0 || uses[arg->id] != 1) return false;
    for (const tri_op *user = op->regions[0]->first; user; user = user->next)
        if (user->kind == TRI_TILE_MMA && user->n_operands == 3 && user->operands[2] == arg) return true;
    return false;
}

static void open_values(sched *s, loop *l)
{
    tri_emitter *e = s->e;
    const tri_op *op = l->op;
    const tri_block *body = op->regions[0];
    for (uint32_t i = 0; i < op->n_results; i++) {
        const tri_value *initial = op->operands[2 + i];
        bool empty = group_begins_empty(s->uses, op, i) && !s->values[initial->id].staged;
        carried c = carry(s, initial);
        l->n[i] = c.n;
        l->registers[i] = TRI_NEW_ARRAY(e->arena, tri_phi, c.n);
        tri_ref *inside = TRI_NEW_ARRAY(e->arena, tri_ref, c.n);
        for (int r = 0; r < c.n; r++) {
            l->registers[i][r] = (tri_phi){.type = c.type, .initial = empty ? "poison" : c.at[r]};
            tri_loop_carry(s->e, &l->at, &l->registers[i][r]);
            inside[r] = l->registers[i][r].inside;
        }
        if (empty) {
            l->kept[i] = (tri_phi){.type = "i1", .initial = "false"};
            tri_loop_carry(s->e, &l->at, &l->kept[i]);
        }
        define(s, body->args[1 + i], initial, inside, l->kept[i].inside);
    }
    for (size_t i = 0; i < l->touched.at.n; i++) {
        slots at = l->touched.at.at[i];
        l->positions[i] = (tri_phi){.type = "i32", .initial = s->counters[at.ring][at.which]};
        tri_loop_carry(s->e, &l->at, &l->positions[i]);
        s->counters[at.ring][at.which] = l->positions[i].inside;
    }
}

static tri_status *close_values(sched *s, loop *l)
{
    const tri_op *op = l->op, *yield = op->regions[0]->last;
    for (uint32_t i = 0; i < op->n_results; i++) {
        const tri_value *last = yield->operands[i], *arg = op->regions[0]->args[1 + i];
        if (last->type.kind != TRI_TYPE_INDEX && !s->values[last->id].staged) group_settle(s, &last->type, &s->values[last->id].fragment);
        TRI_TRY(same_kind(s, op, arg, last));
        carried c = carry(s, last);
        for (int r = 0; r < c.n; r++) tri_loop_next(s->e, &l->registers[i][r], c.at[r]);
        if (l->kept[i].type) tri_loop_next(s->e, &l->kept[i], "true");
    }
    for (size_t i = 0; i < l->touched.at.n; i++) {
        slots at = l->touched.at.at[i];
        tri_loop_next(s->e, &l->positions[i], s->counters[at.ring][at.which]);
    }
    return NULL;
}

static void leave_values(sched *s, loop *l)
{
    const tri_op *op = l->op;
    for (uint32_t i = 0; i < op->n_results; i++) {
        tri_ref *results = TRI_NEW_ARRAY(s->e->arena, tri_ref, l->n[i]), kept = NULL;
        for (int r = 0; r < l->n[i]; r++) results[r] = tri_loop_after(s->e, &l->at, &l->registers[i][r]);
        if (l->kept[i].type && !l->at.runs) kept = tri_loop_after(s->e, &l->at, &l->kept[i]);
        define(s, op->results[i], op->regions[0]->args[1 + i], results, kept);
    }
    for (size_t i = 0; i < l->touched.at.n; i++) {
        slots at = l->touched.at.at[i];
        s->counters[at.ring][at.which] = tri_loop_after(s->e, &l->at, &l->positions[i]);
    }
}

static tri_status *emit_for(sched *s, const tri_op *op)
{
    tri_emitter *e = s->e;
    tri_index low = e->indices[op->operands[0]->id], high = e->indices[op->operands[1]->id];
    loop l = {.op = op};
    bool runs = low.high < high.low;
    find_touched(s, op->regions[0], &l.touched);
    l.positions = TRI_NEW_ARRAY(e->arena, tri_phi, l.touched.at.n);
    l.registers = TRI_NEW_ARRAY(e->arena, tri_phi *, op->n_results);
    l.kept = TRI_NEW_ARRAY(e->arena, tri_phi, op->n_results);
    l.n = TRI_NEW_ARRAY(e->arena, int, op->n_results);
    l.at = tri_loop_open(e, low.at, runs ? NULL : high.at);
    open_values(s, &l);
    e->indices[op->regions[0]->args[0]->id] = (tri_index){l.at.counter.inside, low.low, high.high == INT64_MIN ? INT64_MIN : high.high - 1};
    TRI_TRY(group_block(s, op->regions[0]));
    TRI_TRY(close_values(s, &l));
    tri_loop_close(e, &l.at, 1, high.at);
    leave_values(s, &l);
    return NULL;
}

/* p = worker, worker + W, ... below the number of programs. */
tri_status *group_work(sched *s, const tri_op *op)
{
    tri_emitter *e = s->e;
    const tri_block *body = op->regions[0];
    int64_t programs = s->plan.program->programs, workers = s->plan.workers;
    tri_ref block = tri_emit(e, "call i32 @%s()", e->family->block);
    if (s->plan.program->cluster > 1) block = tri_emit(e, "udiv i32 %s, %d", block, s->plan.program->cluster);
    tri_ref worker = tri_emit(e, "zext i32 %s to i64", block);
    tri_index *p = &e->indices[body->args[0]->id];
    *p = (tri_index){worker, 0, programs ? programs - 1 : 0};
    if (workers >= programs) return group_block(s, body);

    loop l = {.op = op};
    find_touched(s, body, &l.touched);
    l.positions = TRI_NEW_ARRAY(e->arena, tri_phi, l.touched.at.n);
    l.at = tri_loop_open(e, worker, NULL);
    open_values(s, &l);
    p->at = l.at.counter.inside;
    TRI_TRY(group_block(s, body));
    for (size_t i = 0; i < l.touched.at.n; i++) tri_loop_next(e, &l.positions[i], s->counters[l.touched.at.at[i].ring][l.touched.at.at[i].which]);
    tri_loop_close(e, &l.at, workers, tri_emit_number(e, programs));
    return NULL;
}

/* ---- choices ---- */

static tri_status *emit_if(sched *s, const tri_op *op)
{
    tri_emitter *e = s->e;
    tri_ref condition = tri_emit(e, "icmp ne i64 %s, 0", e->indices[op->operands[0]->id].at);
    tri_ref sides[2], end, from[2];
    sides[0] = tri_emit_new_label(e);
    sides[1] = tri_emit_new_label(e);
    end = tri_emit_new_label(e);
    touched t = {0};
    for (int side = 0; side < 2; side++) find_touched(s, op->regions[side], &t);
    tri_ref *positions[3];
    for (int side = 0; side < 3; side++) positions[side] = TRI_NEW_ARRAY(e->arena, tri_ref, t.at.n);
    for (size_t i = 0; i < t.at.n; i++) positions[2][i] = s->counters[t.at.at[i].ring][t.at.at[i].which];
    carried *results[2];
    tri_emit_line(e, "br i1 %s, label %%%s, label %%%s", condition, sides[0], sides[1]);
    for (int side = 0; side < 2; side++) {
        const tri_op *yield = op->regions[side]->last;
        tri_emit_label(e, sides[side]);
        for (size_t i = 0; i < t.at.n; i++) s->counters[t.at.at[i].ring][t.at.at[i].which] = positions[2][i];
        TRI_TRY(group_block(s, op->regions[side]));
        results[side] = TRI_NEW_ARRAY(e->arena, carried, op->n_results);
        for (uint32_t i = 0; i < op->n_results; i++) {
            const tri_value *v = yield->operands[i];
            if (v->type.kind != TRI_TYPE_INDEX && !s->values[v->id].staged) group_settle(s, &v->type, &s->values[v->id].fragment);
            if (side) TRI_TRY(same_kind(s, op, op->regions[0]->last->operands[i], v));
            results[side][i] = carry(s, v);
        }
        for (size_t i = 0; i < t.at.n; i++) positions[side][i] = s->counters[t.at.at[i].ring][t.at.at[i].which];
        from[side] = e->label;
        tri_emit_branch(e, end);
    }
    tri_emit_label(e, end);
    for (uint32_t i = 0; i < op->n_results; i++) {
        carried yes = results[0][i], no = results[1][i];
        tri_ref *merged = TRI_NEW_ARRAY(e->arena, tri_ref, yes.n);
        for (int r = 0; r < yes.n; r++) merged[r] = tri_emit(e, "phi %s [ %s, %%%s ], [ %s, %%%s ]", yes.type, yes.at[r], from[0], no.at[r], from[1]);
        define(s, op->results[i], op->regions[0]->last->operands[i], merged, NULL);
    }
    for (size_t i = 0; i < t.at.n; i++)
        s->counters[t.at.at[i].ring][t.at.at[i].which] =
            tri_emit(e, "phi i32 [ %s, %%%s ], [ %s, %%%s ]", positions[0][i], from[0], positions[1][i], from[1]);
    return NULL;
}

/* ---- what stays above a wait ---- */

static bool is_used_from(const tri_op *first, const tri_value *v)
{
    for (const tri_op *op = first; op; op = op->next) {
        for (uint32_t i = 0; i < op->n_operands; i++)
            if (op->operands[i] == v) return true;
        for (uint32_t i = 0; i < op->n_regions; i++)
            if (is_used_from(op->regions[i]->first, v)) return true;
    }
    return false;
}

static void pin(sched *s, const tri_value *v)
{
    tri_emitter *e = s->e;
    fragment *f = &s->values[v->id].fragment;
    tri_ref *at = TRI_NEW_ARRAY(e->arena, tri_ref, f->n);
    for (int i = 0; i < f->n; i++) at[i] = tri_emit(e, "call float asm sideeffect \"\", \"=f,0\"(float %s)", f->at[i]);
    f->at = at;
}

/* Vector work that stands before an await runs under the products whose join comes behind it, as the schedule says, only if no compiler moves it down
 * to where its results are used: an empty statement that cannot move takes each of them. */
static void pin_above(sched *s, const tri_op *await)
{
    const tri_op *join = await->next;
    while (join && join->kind != TRI_SCHED_JOIN) join = join->next;
    if (!join) return;
    for (const tri_op *op = await->prev; op && op->kind != TRI_SCHED_JOIN && op->kind != TRI_SCHED_AWAIT && op->kind != TRI_TILE_FOR; op = op->prev) {
        if (op->kind != TRI_TILE_MAP && op->kind != TRI_TILE_REDUCE) continue;
        for (uint32_t i = 0; i < op->n_results; i++)
            if (op->results[i]->type.dtype == TRI_F32 && is_used_from(await->next, op->results[i])) pin(s, op->results[i]);
    }
}

/* ---- statements ---- */

static tri_status *emit_view(sched *s, const tri_op *op)
{
    const tri_value *from = op->operands[0], *to = op->results[0];
    value seen = s->values[from->id];
    if (op->kind == TRI_TILE_TRANSPOSE && from->type.rank != 2) return tri_emit_unsupported(op, "of a tile of rank %d", (int)from->type.rank);
    if (seen.staged && op->kind == TRI_TILE_TRANSPOSE) {
        seen.view.transposed = !seen.view.transposed;
    } else if (seen.staged) {
        int64_t columns = to->type.rank ? to->type.dims[to->type.rank - 1] : 1;
        if (seen.view.transposed || columns != seen.view.columns) return tri_emit_unsupported(op, "of a staged tile to rows of another length");
    } else if (op->kind == TRI_TILE_TRANSPOSE) {
        return tri_emit_unsupported(op, "a tile in registers would change its place");
    }
    s->values[to->id] = seen;
    return NULL;
}

static tri_status *emit_copying(sched *s, const tri_op *op)
{
    switch ((tri_op_kind)op->kind) {
    case TRI_SCHED_LOAD_INTO:
        if (s->role->by_warp) return tri_emit_unsupported(op, "in a role that stores rows which do not begin at multiples of 16 bytes");
        return group_load_into(s, op);
    case TRI_TILE_STORE: return s->role->by_warp ? group_warp_store(s, op) : group_copy_store(s, op);
    default: return tri_emit_unsupported(op, "a copy role cannot do it");
    }
}

static tri_status *emit_computing(sched *s, const tri_op *op)
{
    switch ((tri_op_kind)op->kind) {
    case TRI_TILE_LOAD: return group_load(s, op);
    case TRI_TILE_STORE: return group_store(s, op);
    case TRI_SCHED_STORE_INTO: return group_store_into(s, op);
    case TRI_SCHED_READ: return group_read(s, op);
    case TRI_TILE_FILL: return group_fill(s, op);
    case TRI_TILE_SLICE: return group_slice(s, op);
    case TRI_TILE_MMA: return group_mma(s, op);
    case TRI_TILE_MAP: return group_map(s, op);
    case TRI_TILE_REDUCE: return group_reduce(s, op);
    case TRI_SCHED_TAKE:
    case TRI_SCHED_GIVE: group_turn(s, op); return NULL;
    case TRI_SCHED_JOIN:
        tri_emit_line(s->e, "call void @llvm.nvvm.wgmma.wait_group.sync.aligned(i64 %lld)", (long long)tri_op_integer(op, "lag", 0));
        return NULL;
    default: return tri_emit_unsupported(op, "a role of threads cannot do it");
    }
}

tri_status *group_block(sched *s, const tri_block *block)
{
    for (const tri_op *op = block->first; op; op = op->next) {
        int32_t around = tri_lines_at(s->e, op);
        switch ((tri_op_kind)op->kind) {
        case TRI_TILE_INDEX: TRI_TRY(tri_emit_index(s->e, op)); break;
        case TRI_TILE_FETCH: TRI_TRY(tri_emit_fetch(s->e, op)); break;
        case TRI_TILE_ASSUME:
        case TRI_TILE_YIELD: break;
        case TRI_TILE_FOR: TRI_TRY(emit_for(s, op)); break;
        case TRI_TILE_IF: TRI_TRY(emit_if(s, op)); break;
        case TRI_SCHED_WORK: TRI_TRY(group_work(s, op)); break;
        case TRI_SCHED_ACQUIRE: TRI_TRY(group_acquire(s, op)); break;
        case TRI_SCHED_PUBLISH: TRI_TRY(group_publish(s, op)); break;
        case TRI_SCHED_AWAIT:
            if (!s->role->copy) pin_above(s, op);
            TRI_TRY(group_await(s, op));
            break;
        case TRI_SCHED_RELEASE: TRI_TRY(group_release(s, op)); break;
        case TRI_SCHED_PART: TRI_TRY(group_part(s, op)); break;
        case TRI_TILE_TRANSPOSE:
        case TRI_TILE_RESHAPE: TRI_TRY(emit_view(s, op)); break;
        default: TRI_TRY(s->role->copy ? emit_copying(s, op) : emit_computing(s, op)); break;
        }
        s->e->line = around;
    }
    return NULL;
}
