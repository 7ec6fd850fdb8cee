/* lowering/expand_threads.c - the roles of a scheduled program that threads run: `load` brings the tiles that the schedule gives rings to, `math`
 * (spread over the groups) does the rest, `store` writes what math staged. Every block of a cluster has all of them, for its part of a program; tiles
 * that the blocks share come through multicast rings, which each fills in part. Needs: a kernel whose statements stand in one block with at most one
 * labelled loop. Guarantees: every ring is acquired, published, awaited and released the same number of times in every role, since all roles are made
 * from the same list of steps. */
#include "lowering/expand_threads.h"

#include <stdlib.h>

typedef struct planner {
    threads *t;
    int64_t least_steps; /* of the loop, in any program */
    items math, load;
    tri_value *staged_out; /* the ring of the staged store, or null */
    const tri_op *store;   /* that store */
    int64_t columns;       /* of one of its pieces */
} planner;

static tri_status *refuse(const tri_op *op, const char *what)
{
    return tri_error(TRI_UNSUPPORTED, op->loc, "expanding a schedule: %s%s%s: %s", tri_op_row_of(op->kind)->text, op->label ? " @" : "",
                     op->label ? op->label : "", what);
}

static bool is_statement(const tri_op *op)
{
    return op->kind != TRI_TILE_INDEX && op->kind != TRI_TILE_YIELD && op->kind != TRI_TILE_ASSUME && op->kind != TRI_TILE_FOR && !tri_is_view(op);
}

/* The slots that the schedule gives a load, or 0. Where a role brings its own tiles, the shortest program has to fill them all before its steady
 * steps begin. */
static int64_t depth_of(const planner *p, const tri_op *load)
{
    const threads *t = p->t;
    int64_t depth = tri_schedule_depth(t->schedule, load->label, 0), most = p->least_steps + 1;
    return t->merged && t->loop && load->parent == t->loop->regions[0] && depth > most ? most : depth;
}

static bool is_staged(const threads *t, const tri_op *op) { return op->kind == TRI_TILE_LOAD && t->rings[op->results[0]->id]; }

/* ---- the steps of the math role ---- */

static bool takes(const threads *t, const tri_op *op, const tri_value *value)
{
    for (uint32_t i = 0; i < op->n_operands; i++) {
        const tri_value *operand = op->operands[i];
        if (operand == value) return true;
        if (operand->op && tri_is_view(operand->op) && takes(t, operand->op, value)) return true;
    }
    for (uint32_t r = 0; op->kind == TRI_TILE_IF && r < op->n_regions; r++)
        for (const tri_op *inner = op->regions[r]->first; inner; inner = inner->next)
            if (takes(t, inner, value)) return true;
    return false;
}

static const tri_op *find_statement(const tri_block *body, const char *label)
{
    for (const tri_op *op = body->first; op; op = op->next)
        if (op->label && !strcmp(op->label, label)) return op;
    return NULL;
}

static int64_t stage_of(const threads *t, const tri_op *op) { return tri_schedule_stage(t->schedule, op->label); }

static ptrdiff_t find_item(const items *list, item_kind kind, const tri_op *op)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->at[i].kind == kind && list->at[i].op == op) return (ptrdiff_t)i;
    return -1;
}

static void insert_item(tri_arena *arena, items *list, size_t at, item it)
{
    TRI_PUSH(arena, list, it);
    for (size_t i = list->n - 1; i > at; i--) list->at[i] = list->at[i - 1];
    list->at[at] = it;
}

/* The order that the schedule gives, or the program's. */
static tri_status *base_order(planner *p)
{
    threads *t = p->t;
    const tri_block *body = t->loop->regions[0];
    const tri_order_clause *order = NULL;
    for (size_t i = 0; i < t->schedule->orders.n; i++)
        if (!strcmp(t->schedule->orders.at[i].loop, t->loop->label)) order = &t->schedule->orders.at[i];
    if (!order) {
        for (const tri_op *op = body->first; op; op = op->next)
            if (is_statement(op) && !is_staged(t, op))
                TRI_PUSH(t->arena, &p->math, (item){.kind = ITEM_STATEMENT, .op = op, .stage = stage_of(t, op)});
        return NULL;
    }
    for (size_t i = 0; i < order->items.n; i++) {
        const tri_step_item *said = &order->items.at[i];
        const tri_op *op = find_statement(body, said->label);
        if (!op) continue; /* a statement that this problem does not have in the loop */
        item it = {.op = op, .stage = stage_of(t, op)};
        if (said->kind == TRI_ITEM_AWAIT) {
            if (!is_staged(t, op)) return refuse(op, "only loads with rings are awaited");
            it.kind = ITEM_AWAIT;
            it.ahead = said->distance;
        } else if (said->kind == TRI_ITEM_JOIN) {
            if (op->kind != TRI_TILE_MMA) return refuse(op, "only products are joined");
            it.kind = ITEM_JOIN;
            it.stage += said->distance;
        }
        TRI_PUSH(t->arena, &p->math, it);
    }
    for (const tri_op *op = body->first; op; op = op->next)
        if (is_statement(op) && !is_staged(t, op) && find_item(&p->math, ITEM_STATEMENT, op) < 0)
            return tri_error(op->label ? TRI_INVALID : TRI_UNSUPPORTED, op->loc,
                             "schedule of kernel '%s': the order of loop %s does not say where @%s stands", t->kernel->name, t->loop->label,
                             op->label ? op->label : tri_op_row_of(op->kind)->text);
    return NULL;
}

/* Awaits before the first statement that takes a load; `ahead` is from there. */
static tri_status *add_awaits(planner *p)
{
    threads *t = p->t;
    for (const tri_op *load = t->loop->regions[0]->first; load; load = load->next) {
        if (!is_staged(t, load)) continue;
        size_t first = 0;
        while (first < p->math.n && (p->math.at[first].kind != ITEM_STATEMENT || !takes(t, p->math.at[first].op, load->results[0]))) first++;
        if (first == p->math.n) return refuse(load, "nobody takes what it loads");
        int64_t stage = p->math.at[first].stage;
        ptrdiff_t said = find_item(&p->math, ITEM_AWAIT, load);
        if (said < 0) {
            insert_item(t->arena, &p->math, first, (item){.kind = ITEM_AWAIT, .op = load, .stage = stage});
            said = (ptrdiff_t)first;
        } else {
            p->math.at[said].stage = stage - p->math.at[said].ahead;
        }
        p->math.at[said].ring = t->rings[load->results[0]->id];
    }
    return NULL;
}

/* A join for every product: before the first statement of its step that takes the result other than as its accumulator, else at the end of the step.
 */
static void add_joins(planner *p)
{
    threads *t = p->t;
    for (size_t i = 0; i < p->math.n; i++) {
        const tri_op *mma = p->math.at[i].op;
        if (p->math.at[i].kind != ITEM_STATEMENT || mma->kind != TRI_TILE_MMA || find_item(&p->math, ITEM_JOIN, mma) >= 0) continue;
        size_t at = i + 1;
        while (at < p->math.n && (p->math.at[at].kind != ITEM_STATEMENT || !takes(t, p->math.at[at].op, mma->results[0]) ||
                                  p->math.at[at].stage != p->math.at[i].stage))
            at++;
        insert_item(t->arena, &p->math, at, (item){.kind = ITEM_JOIN, .op = mma, .stage = p->math.at[i].stage});
    }
}

/* A slot is free behind the join of the last product that reads it, or behind the last other statement that does. */
static void add_releases(planner *p)
{
    threads *t = p->t;
    for (const tri_op *load = t->loop->regions[0]->first; load; load = load->next) {
        if (!is_staged(t, load)) continue;
        ptrdiff_t last = -1;
        for (size_t i = 0; i < p->math.n; i++) {
            const item *it = &p->math.at[i];
            if (it->kind != ITEM_STATEMENT || !takes(t, it->op, load->results[0])) continue;
            ptrdiff_t done = it->op->kind == TRI_TILE_MMA ? find_item(&p->math, ITEM_JOIN, it->op) : (ptrdiff_t)i;
            /* Later in time: a higher stage, or the same and further down. */
            if (last < 0 || p->math.at[done].stage > p->math.at[last].stage || (p->math.at[done].stage == p->math.at[last].stage && done > last))
                last = done;
        }
        insert_item(t->arena, &p->math, (size_t)last + 1,
                    (item){.kind = ITEM_RELEASE, .op = load, .stage = p->math.at[last].stage, .ring = t->rings[load->results[0]->id]});
    }
}

static void add_turns(planner *p)
{
    threads *t = p->t;
    for (size_t i = 0; i < t->schedule->turns.n; i++) {
        const tri_turn_clause *turn = &t->schedule->turns.at[i];
        if (strcmp(turn->loop, t->loop->label) || t->parts[OVER_GROUPS] < 2) continue;
        const tri_block *body = t->loop->regions[0];
        ptrdiff_t from = find_item(&p->math, ITEM_STATEMENT, find_statement(body, turn->from));
        if (from < 0 || find_item(&p->math, ITEM_STATEMENT, find_statement(body, turn->to)) < 0) continue;
        tri_value *turns = tri_sched_turns(t->func->body, turn->from);
        insert_item(t->arena, &p->math, (size_t)from, (item){.kind = ITEM_TAKE, .ring = turns, .stage = p->math.at[from].stage});
        ptrdiff_t to = find_item(&p->math, ITEM_STATEMENT, find_statement(body, turn->to));
        insert_item(t->arena, &p->math, (size_t)to + 1, (item){.kind = ITEM_GIVE, .ring = turns, .stage = p->math.at[to].stage});
    }
}

/* The load role brings what the math role awaits in the order of need: by the stage of the statement that takes it. */
static void plan_loads(planner *p)
{
    threads *t = p->t;
    int64_t least = INT64_MAX;
    for (size_t i = 0; i < p->math.n; i++)
        if (p->math.at[i].kind == ITEM_AWAIT && p->math.at[i].stage + p->math.at[i].ahead < least) least = p->math.at[i].stage + p->math.at[i].ahead;
    for (int64_t stage = least; p->math.n && stage < least + 8; stage++)
        for (size_t i = 0; i < p->math.n; i++) {
            const item *it = &p->math.at[i];
            if (it->kind == ITEM_AWAIT && it->stage + it->ahead == stage)
                TRI_PUSH(t->arena, &p->load, (item){.kind = ITEM_LOAD, .op = it->op, .stage = stage - least, .ring = it->ring});
        }
}

/* In a merged role the loads are items like the others: a ring of depth d brings its tile d - 1 steps before it is taken. What is taken sooner is
 * brought first: behind what the next step awaits, loads for the one after it stay under way. Nothing is awaited ahead of need, and products are done
 * when they are issued. */
static void merge_loads(planner *p)
{
    threads *t = p->t;
    int64_t most = 0;
    for (size_t i = 0; i < p->load.n; i++) {
        int64_t ahead = depth_of(p, p->load.at[i].op) - 1 - p->load.at[i].stage;
        if (ahead > most) most = ahead;
    }
    items all = {0};
    for (size_t i = 0; i < p->load.n; i++) {
        item it = p->load.at[i];
        it.stage += most - (depth_of(p, it.op) - 1);
        size_t at = all.n;
        while (at && all.at[at - 1].stage < it.stage) at--;
        insert_item(t->arena, &all, at, it);
    }
    for (size_t i = 0; i < p->math.n; i++) {
        item it = p->math.at[i];
        if (it.kind == ITEM_JOIN) continue;
        it.stage += most;
        TRI_PUSH(t->arena, &all, it);
    }
    p->math = all;
    p->load.n = 0;
}

/* ---- rings ---- */

static void make_rings(planner *p)
{
    threads *t = p->t;
    for (int inside = 0; inside < 2; inside++) {
        if (inside && !t->loop) break;
        const tri_block *block = inside ? t->loop->regions[0] : t->kernel->body;
        for (const tri_op *op = block->first; op; op = op->next) {
            int64_t depth = op->kind == TRI_TILE_LOAD ? depth_of(p, op) : 0;
            if (!depth) continue;
            const tri_value *tile = op->results[0];
            tri_value *ring = tri_sched_ring(t->func->body, tri_part_type(t, &tile->type, tri_slot_cut(t, tile)), depth, op->label);
            if (tri_is_multicast(t, tile)) tri_sched_set_unit(ring->op, "multicast");
            t->rings[tile->id] = ring;
        }
    }
}

/* The one store that goes through a ring, when the schedule puts it at the store role. */
static tri_status *plan_store(planner *p)
{
    threads *t = p->t;
    for (size_t i = 0; i < t->schedule->ats.n; i++) {
        const tri_at_clause *at = &t->schedule->ats.at[i];
        if (strncmp(at->roles[0], "store", 5) || t->merged) continue;
        const tri_op *store = find_statement(t->kernel->body, at->label);
        if (!store || store->kind != TRI_TILE_STORE) continue;
        if (p->store) return refuse(store, "one store goes through a ring");
        p->store = store;
        tri_type share = tri_share_type(t, store->operands[0]);
        int64_t pieces[2];
        tri_schedule_pieces(t->schedule, at->label, pieces);
        if (share.rank < 1 || pieces[0] != 1 || share.dims[share.rank - 1] % pieces[1]) return refuse(store, "its pieces are columns that divide it");
        p->columns = share.dims[share.rank - 1] / pieces[1];
        share.dims[share.rank - 1] = p->columns;
        p->staged_out = tri_sched_ring(t->func->body, share, tri_schedule_depth(t->schedule, at->label, 2), at->label);
        if (t->parts[OVER_GROUPS] > 1) tri_sched_set_unit(p->staged_out->op, "private");
    }
    return NULL;
}

/* ---- roles ---- */

static tri_status *enter_role(threads *t, const char *name, tri_unit unit, int64_t instances, scope *out)
{
    tri_op *role = tri_sched_role(t->func->body, name, unit, instances, tri_schedule_regs(t->schedule, name));
    tri_block *work = tri_sched_work(role->regions[0])->regions[0];
    *out = (scope){.t = t, .block = work, .values = tri_value_map_create(t->arena)};
    if (t->parts[OVER_RANKS] > 1) out->part[OVER_RANKS] = role->regions[0]->args[1];
    if (instances > 1) out->part[OVER_GROUPS] = role->regions[0]->args[0];
    tri_value *axes[TRI_MAX_RANK];
    TRI_TRY(tri_expand_order(work, work->args[0], t->kernel, t->schedule, axes));
    for (uint32_t a = 0; a < t->kernel->n_axes; a++) tri_value_map_set(out->values, t->kernel->body->args[t->kernel->n_buffers + a], axes[a]);
    return NULL;
}

/* The outermost dimension of what a load puts into its slot that can be dealt out evenly, or -1. */
static int8_t even_dimension(const tri_op *load, const tri_type *slot, int64_t parts)
{
    int8_t d = 0;
    for (uint32_t w = 0; w < load->n_window; w++) {
        if (load->window[w].kind == TRI_WINDOW_POINT) continue;
        if (load->window[w].kind == TRI_WINDOW_SLICE && slot->dims[d] % parts == 0) return d;
        d++;
    }
    return -1;
}

tri_status *tri_bring(scope *s, const tri_op *load)
{
    threads *t = s->t;
    const tri_value *tile = load->results[0];
    tri_value *ring = t->rings[tile->id], *offsets[TRI_MAX_RANK];
    tri_coord window[TRI_MAX_RANK];
    const bool together[LEVELS] = {[OVER_RANKS] = tri_is_multicast(t, tile), [OVER_GROUPS] = t->merged && t->parts[OVER_GROUPS] > 1};
    cut brings = tri_slot_cut(t, tile), in_slot = {{-1, -1}}; /* of the tile; of what the slot holds of it */
    tri_type slot = tri_part_type(t, &tile->type, brings);
    for (int l = 0; l < LEVELS; l++) {
        if (!together[l]) continue;
        int8_t own = t->cuts[tile->id].dim[l];
        brings.dim[l] = in_slot.dim[l] = own >= 0 ? own : even_dimension(load, &slot, t->parts[l]);
        if (brings.dim[l] < 0)
            return refuse(load, l == OVER_RANKS ? "its tile cannot be divided among the ranks of the cluster"
                                                : "its tile cannot be divided among the instances");
    }
    tri_scope_window(s, load, brings, window);
    for (int d = 0; d < slot.rank; d++) {
        offsets[d] = tri_part_begin(s, in_slot, d, slot.dims[d]);
        if (!offsets[d]) offsets[d] = tri_tile_index(s->block, 0);
    }
    tri_sched_token(s->block, TRI_SCHED_ACQUIRE, ring);
    tri_op *into = tri_sched_load_into(s->block, ring, offsets, t->func->body->args[load->operands[0]->index], window, tri_op_number(load, "fill", 0),
                                       load->label);
    if (together[OVER_RANKS]) tri_sched_set_unit(into, "multicast");
    tri_sched_token(s->block, TRI_SCHED_PUBLISH, ring);
    return NULL;
}

static tri_status *emit_load_role(planner *p)
{
    threads *t = p->t;
    if (t->merged) return NULL;
    bool any = p->load.n > 0;
    for (const tri_op *op = t->kernel->body->first; op; op = op->next) any |= is_staged(t, op);
    if (!any) return NULL;
    scope s;
    TRI_TRY(enter_role(t, "load", TRI_UNIT_COPY, 1, &s));
    for (const tri_op *op = t->kernel->body->first; op; op = op->next) {
        t->module->here = op->loc;
        if (is_staged(t, op)) TRI_TRY(tri_bring(&s, op));
        if (op != t->loop) continue;
        TRI_TRY(tri_emit_steps(t, &s, &p->load));
        for (size_t i = 0; i < p->math.n; i++) { /* a slot awaited ahead of the last iteration comes empty */
            const item *it = &p->math.at[i];
            if (it->kind != ITEM_AWAIT || !it->ahead) continue;
            tri_sched_token(s.block, TRI_SCHED_ACQUIRE, it->ring);
            tri_sched_token(s.block, TRI_SCHED_PUBLISH, it->ring);
        }
    }
    return NULL;
}

static tri_status *emit_math_role(planner *p)
{
    threads *t = p->t;
    scope s;
    TRI_TRY(enter_role(t, "math", TRI_UNIT_THREADS, t->parts[OVER_GROUPS], &s));
    for (const tri_op *op = t->kernel->body->first; op; op = op->next) {
        t->module->here = op->loc; /* what it waits for and hands over is its own */
        if (op == t->loop) {
            TRI_TRY(tri_emit_steps(t, &s, &p->math));
            for (size_t i = 0; i < p->math.n; i++)
                if (p->math.at[i].kind == ITEM_AWAIT && p->math.at[i].ahead) tri_sched_token(s.block, TRI_SCHED_RELEASE, p->math.at[i].ring);
            for (const tri_op *load = t->kernel->body->first; load != t->loop; load = load->next)
                if (is_staged(t, load)) tri_sched_token(s.block, TRI_SCHED_RELEASE, t->rings[load->results[0]->id]);
        } else if (is_staged(t, op)) {
            if (t->merged) TRI_TRY(tri_bring(&s, op));
            tri_value_map_set(s.values, op->results[0], tri_share_await(&s, op->results[0]));
        } else if (op == p->store) {
            tri_type share = tri_share_type(t, op->operands[0]);
            for (int64_t from = 0; from < share.dims[share.rank - 1]; from += p->columns) {
                tri_value *piece = tri_scope_columns(&s, op->operands[0], from, p->columns), *zeros[TRI_MAX_RANK];
                if (!piece) return refuse(op, "what it stores cannot be made piece by piece");
                for (int d = 0; d < share.rank; d++) zeros[d] = tri_tile_index(s.block, 0);
                tri_sched_token(s.block, TRI_SCHED_ACQUIRE, p->staged_out);
                tri_sched_store_into(s.block, piece, p->staged_out, zeros, op->label);
                tri_sched_token(s.block, TRI_SCHED_PUBLISH, p->staged_out);
            }
        } else if (is_statement(op)) {
            /* What only the staged store needs is made piece by piece, there. */
            bool later = p->store && op->kind != TRI_TILE_STORE;
            for (const tri_op *user = t->kernel->body->first; user && later; user = user->next)
                if (user != p->store && is_statement(user) && user->kind == TRI_TILE_STORE && takes(t, user, op->results[0])) later = false;
            bool behind = false;
            for (const tri_op *at = t->loop; at; at = at->next) behind |= at == op;
            if (later && behind) continue;
            TRI_TRY(tri_scope_emit(&s, op));
        }
    }
    for (const tri_op *load = t->kernel->body->first; load && !t->loop; load = load->next) /* one step, without a loop */
        if (is_staged(t, load)) tri_sched_token(s.block, TRI_SCHED_RELEASE, t->rings[load->results[0]->id]);
    return NULL;
}

static tri_status *emit_store_role(planner *p)
{
    threads *t = p->t;
    if (!p->store) return NULL;
    scope s;
    t->module->here = p->store->loc;
    TRI_TRY(enter_role(t, "store", TRI_UNIT_COPY, t->parts[OVER_GROUPS], &s));
    const tri_value *stored = p->store->operands[0];
    tri_type share = tri_share_type(t, stored);
    for (int64_t from = 0; from < share.dims[share.rank - 1]; from += p->columns) {
        tri_coord window[TRI_MAX_RANK];
        tri_value *tile = tri_sched_await(s.block, p->staged_out);
        tri_scope_window(&s, p->store, t->cuts[stored->id], window);
        uint32_t last = p->store->n_window - 1;
        while (last && window[last].kind == TRI_WINDOW_POINT) last--;
        window[last].at = tri_tile_arith(s.block, TRI_SCALAR_ADD, window[last].at, tri_tile_index(s.block, from * window[last].step));
        window[last].length = p->columns;
        tri_tile_store(s.block, tile, t->func->body->args[p->store->operands[1]->index], window, tri_op_text(p->store, "mode", "set"),
                       p->store->label);
        tri_sched_token(s.block, TRI_SCHED_RELEASE, p->staged_out);
    }
    return NULL;
}

/* ---- the whole ---- */

static tri_status *check_shape(threads *t)
{
    for (const tri_op *op = t->kernel->body->first; op; op = op->next) {
        if (op->kind == TRI_TILE_FOR) {
            if (t->loop || !op->label) return refuse(op, "a schedule pipelines one labelled loop");
            t->loop = op;
            for (const tri_op *inner = op->regions[0]->first; inner; inner = inner->next)
                if (inner->kind == TRI_TILE_FOR || inner->kind == TRI_TILE_STORE) return refuse(inner, "loops and stores inside a pipelined loop");
        }
        if (op->kind == TRI_TILE_FETCH || op->kind == TRI_TILE_COMBINE || op->kind == TRI_TILE_SIGNAL || op->kind == TRI_TILE_WAIT)
            return refuse(op, "it has no place in a scheduled program yet");
    }
    return NULL;
}

/* Index statements and views that nobody takes, users before what they use. */
static void sweep(tri_block *block, uint32_t *uses)
{
    for (tri_op *op = block->last, *before; op; op = before) {
        before = op->prev;
        for (uint32_t r = 0; r < op->n_regions && (tri_is_sched_op(op->kind) || op->kind == TRI_TILE_FOR || op->kind == TRI_TILE_IF); r++)
            sweep(op->regions[r], uses);
        if ((op->kind != TRI_TILE_INDEX && !tri_is_view(op)) || uses[op->results[0]->id]) continue;
        for (uint32_t i = 0; i < op->n_operands; i++) uses[op->operands[i]->id]--;
        tri_op_remove(op);
    }
}

/* ---- how many steps a program has at least ---- */

typedef struct bounds {
    const tri_func *kernel;
    const int64_t *axes;
} bounds;

/* An index value of the kernel's body, for one program. */
static int64_t evaluate(const bounds *b, const tri_value *value)
{
    const tri_op *op = value->op;
    if (!op) return b->axes[value->index - b->kernel->n_buffers];
    if (op->fn == TRI_OP_NONE) return tri_op_integer(op, "value", 0);
    int64_t x = evaluate(b, op->operands[0]), y = op->n_operands > 1 ? evaluate(b, op->operands[1]) : x, result = 0;
    (void)tri_index_compute((tri_op_kind)op->fn, x, y, &result); /* 0 where a division has no meaning: too few steps */
    return result;
}

static int64_t least_steps(const threads *t)
{
    const tri_func *kernel = t->kernel;
    int64_t axes[TRI_MAX_RANK] = {0}, least = INT64_MAX, programs = 1;
    for (uint32_t a = 0; a < kernel->n_axes; a++) programs *= kernel->grid[a];
    if (programs > 1 << 22) return 0; /* too many to ask */
    bounds b = {kernel, axes};
    for (int64_t p = 0; p < programs; p++) {
        int64_t rest = p;
        for (uint32_t a = kernel->n_axes; a-- > 0; rest /= kernel->grid[a]) axes[a] = rest % kernel->grid[a];
        int64_t n = evaluate(&b, t->loop->operands[1]) - evaluate(&b, t->loop->operands[0]);
        if (n < least) least = n;
    }
    return least;
}

static tri_status *check_steps(const planner *p)
{
    int64_t last = 0;
    for (int list = 0; list < 2; list++) {
        const items *of = list ? &p->load : &p->math;
        for (size_t i = 0; i < of->n; i++)
            if (of->at[i].stage > last) last = of->at[i].stage;
    }
    if (last < 1) last = 1;
    return p->least_steps >= last ? NULL : refuse(p->t->loop, "a program has fewer steps than the schedule has stages");
}

tri_status *tri_expand_threads(tri_module *into, const char *name, const tri_func *kernel, const tri_schedule *schedule, const tri_chip *chip,
                               tri_func **out_scheduled)
{
    tri_func_number((tri_func *)kernel); /* ids only */
    threads t = {.module = into,
                 .arena = into->arena,
                 .kernel = kernel,
                 .schedule = schedule,
                 .parts = {1, 1},
                 .merged = !tri_chip_lists(chip, "async_copy_bulk", "yes"),
                 .cuts = TRI_NEW_ARRAY(into->arena, cut, kernel->n_values),
                 .rings = TRI_NEW_ARRAY(into->arena, tri_value *, kernel->n_values)};
    TRI_TRY(check_shape(&t));
    TRI_TRY(tri_share_analyse(&t));
    int64_t programs = 1;
    for (uint32_t a = 0; a < kernel->n_axes; a++) programs *= kernel->grid[a];
    int64_t workers = schedule->workers && schedule->workers < programs ? schedule->workers : 0;
    t.func = tri_scheduled_create(into, name, programs, workers, (int32_t)t.parts[OVER_RANKS]);
    t.func->loc = kernel->loc;
    for (uint32_t i = 0; i < kernel->n_buffers; i++)
        tri_kernel_add_buffer(t.func, kernel->body->args[i]->name, kernel->body->args[i]->type, (tri_access)kernel->access[i]);
    planner p = {.t = &t, .least_steps = t.loop ? least_steps(&t) : 0};
    make_rings(&p);
    tri_status *status = plan_store(&p);
    if (!status && t.loop) {
        status = base_order(&p);
        if (!status) status = add_awaits(&p);
        if (!status) {
            add_joins(&p);
            add_releases(&p);
            add_turns(&p);
            plan_loads(&p);
            if (t.merged) merge_loads(&p);
            status = check_steps(&p);
        }
    }
    if (!status) status = emit_load_role(&p);
    if (!status) status = emit_math_role(&p);
    if (!status) status = emit_store_role(&p);
    into->here = TRI_NOWHERE;
    if (status) {
        tri_func_unlink(t.func);
        return status;
    }
    tri_func_number(t.func);
    sweep(t.func->body, tri_func_count_uses(into->arena, t.func));
    *out_scheduled = t.func;
    return NULL;
}
