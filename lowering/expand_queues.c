/* lowering/expand_queues.c - a scheduled program whose roles are queues, from the instances of an unrolled kernel (expand_unroll.c). Each role runs
 * its instances in the order (step + stage, place); what crosses roles goes through a ring, one for all statements of a label. Loads of a ring that
 * keeps its slots are made once as long as the slot is there. Because all roles follow one global order, the order itself proves that they cannot
 * wait for each other in a circle as long as every ring is deep enough for it. Does not: choose anything; that is the schedule's. */
#include "lowering/expand_queues.h"

#include <stdlib.h>

#include "base/hash.h"
#include "ir/sched.h"

/* One ring: what the statements of a label (an accumulation: a piece of them) hand from one role to others. Slots have the largest tile's size; who
 * takes nothing from a slot lets it go with the last who does. */
struct ring {
    const tri_op *op; /* the first of them */
    uint32_t result;
    int64_t piece; /* -1: all pieces in turn */
    int role;
    uint32_t readers; /* bits of roles */
    tri_type tile;
    bool accumulator;
    tri_value *value;
    TRI_VEC(produced *) slots; /* in the order they are published */
    uint32_t awaited[MOST_ROLES], released[MOST_ROLES];
    tri_value **views[MOST_ROLES]; /* the tile of each slot, per reading role */
};

typedef struct emitter {
    unrolled *u;
    tri_func *func;
    tri_arena *arena;
    instance **all; /* but views, in the global order */
    size_t n_all;
    TRI_VEC(ring *) rings;
} emitter;

/* ---- who reads what ---- */

static produced *base_of(produced *p)
{
    while (p->maker->is_view && p->maker->op->n_operands && p->maker->operands[0].whole) p = p->maker->operands[0].whole;
    return tri_held(p);
}

/* Whether the instance is emitted. */
static bool is_made(const instance *x) { return !x->is_view && !(x->op->n_results && x->results[0].same); }

static void count_uses(const emitter *e)
{
    for (size_t i = 0; i < e->n_all; i++) {
        const instance *x = e->all[i];
        for (uint32_t o = 0; is_made(x) && o < x->op->n_operands; o++) {
            if (!x->operands[o].whole) continue;
            produced *p = base_of(x->operands[o].whole);
            p->uses[x->role]++;
            if (p->maker->role == x->role) p->own_end = i + 1;
        }
    }
}

static uint32_t readers_of(const produced *p)
{
    uint32_t bits = 0;
    for (int r = 0; r < MOST_ROLES; r++)
        if (p->uses[r] && (r != p->maker->role || p->maker->op->kind == TRI_TILE_LOAD)) bits |= 1u << r;
    return bits;
}

/* ---- rings ---- */

/* The first product of the accumulation that ends with `x`. */
static instance *first_product(instance *x)
{
    for (;;) {
        if (x->op->n_operands < 3) return x;
        instance *before = x->operands[2].whole->maker;
        if (before->is_view || before->op->kind != TRI_TILE_MMA || before->role != x->role) return x;
        x = before;
    }
}

static tri_unit unit_of(const char *name)
{
    static const char *const copies[] = {"load", "store", "copy"};
    for (size_t i = 0; i < 3; i++)
        if (!strncmp(name, copies[i], strlen(copies[i]))) return TRI_UNIT_COPY;
    return tri_unit_find(name);
}

/* Where queues are many, statements of one label share a ring: they are the same statement of different steps. */
static bool same_statement(const unrolled *u, const tri_op *a, const tri_op *b)
{
    return a == b || (!u->bundle && a->kind == b->kind && a->label && b->label && !strcmp(a->label, b->label));
}

static bool takes(const emitter *e, const ring *q, const produced *p, int64_t piece, uint32_t readers)
{
    const instance *x = p->maker;
    bool nested = !e->u->bundle && ((q->readers & readers) == readers || (q->readers & readers) == q->readers);
    return same_statement(e->u, q->op, x->op) && q->result == p->result && q->piece == piece && q->role == x->role &&
           (q->readers == readers || nested) && q->tile.rank == p->type.rank && q->tile.dtype == p->type.dtype;
}

static ring *ring_for(emitter *e, produced *p, uint32_t readers)
{
    const instance *x = p->maker;
    bool transposed = x->op->kind == TRI_TILE_TRANSPOSE && unit_of(e->u->roles[x->role].name) == TRI_UNIT_MATRIX;
    bool accumulator = !e->u->bundle && (x->op->kind == TRI_TILE_MMA || transposed);
    int64_t piece = accumulator ? x->piece[0] * x->pieces[1] + x->piece[1] : -1;
    for (size_t i = 0; i < e->rings.n; i++) {
        ring *q = e->rings.at[i];
        if (!takes(e, q, p, piece, readers)) continue;
        q->readers |= readers;
        for (int d = 0; d < q->tile.rank; d++)
            if (q->tile.dims[d] < p->type.dims[d]) q->tile.dims[d] = p->type.dims[d];
        return q;
    }
    ring *q = TRI_NEW(e->arena, ring);
    *q = (ring){.op = x->op, .result = p->result, .piece = piece, .role = x->role, .readers = readers, .tile = p->type, .accumulator = accumulator};
    TRI_PUSH(e->arena, &e->rings, q);
    return q;
}

/* Whether the ring's own role may take tiles from their slots, rather than have values of its own: when no slot is wanted again before it has. */
static bool may_read_itself(const emitter *e, const ring *q, size_t depth)
{
    if (e->u->bundle || q->accumulator || q->op->kind == TRI_TILE_LOAD) return false;
    size_t taken = 0;
    for (size_t i = 0; i < q->slots.n; i++) {
        if (i >= depth && q->slots.at[i - depth]->own_end > q->slots.at[i]->maker->at) return false;
        taken += q->slots.at[i]->own_end > 0;
    }
    return taken > 0;
}

static tri_status *make_rings(emitter *e)
{
    unrolled *u = e->u;
    for (int r = 0; r < u->n_roles; r++) {
        for (size_t i = 0; i < u->roles[r].instances.n; i++) {
            instance *x = u->roles[r].instances.at[i];
            if (!is_made(x)) continue;
            for (uint32_t k = 0; k < x->op->n_results; k++) {
                produced *p = &x->results[k];
                uint32_t readers = readers_of(p);
                if (!readers) continue;
                p->ring = ring_for(e, p, readers);
                p->slot = (uint32_t)p->ring->slots.n;
                TRI_PUSH(e->arena, &p->ring->slots, p);
                if (p->ring->accumulator) first_product(x)->starts = p->ring;
            }
        }
    }
    tri_block *body = e->func->body;
    for (size_t i = 0; i < e->rings.n; i++) {
        ring *q = e->rings.at[i];
        e->func->module->here = q->op->loc;
        if (!q->tile.rank) return tri_error(TRI_UNSUPPORTED, q->op->loc, "a tile without dimensions would have to go through a ring");
        int64_t depth = tri_schedule_depth(u->schedule, q->op->label, q->accumulator ? 1 : 2), sharers = 0;
        for (size_t k = 0; k < e->rings.n; k++) /* a dealt statement's slots are dealt too */
            sharers += same_statement(u, e->rings.at[k]->op, q->op) && e->rings.at[k]->result == q->result && e->rings.at[k]->piece == q->piece;
        depth = depth > sharers ? depth / sharers : 1;
        const char *label = q->op->label ? q->op->label : tri_op_row_of(q->op->kind)->text;
        q->value = tri_sched_ring(body, q->tile, depth, label);
        if (q->accumulator) tri_op_set_attr(e->func->module, q->value->op, "place", tri_attr_word(e->func->module, "acc"));
        if (may_read_itself(e, q, (size_t)depth)) q->readers |= 1u << q->role;
        for (int r = 0; r < u->n_roles; r++)
            if (q->readers >> r & 1) q->views[r] = TRI_NEW_ARRAY(e->arena, tri_value *, q->slots.n);
    }
    return NULL;
}

/* ---- emitting one role ---- */

static struct index_number *find_number(struct index_number *numbers, size_t room, int64_t number)
{
    size_t at = (size_t)tri_hash_u64(TRI_HASH_SEED, (uint64_t)number) & (room - 1);
    while (numbers[at].value && numbers[at].number != number) at = (at + 1) & (room - 1);
    return &numbers[at];
}

static tri_value *number_in(emitter *e, role *at, int64_t number)
{
    if (2 * at->n_numbers >= at->room) {
        size_t room = at->room ? 2 * at->room : 64;
        struct index_number *numbers = TRI_NEW_ARRAY(e->arena, struct index_number, room);
        for (size_t i = 0; i < at->room; i++)
            if (at->numbers[i].value) *find_number(numbers, room, at->numbers[i].number) = at->numbers[i];
        at->numbers = numbers;
        at->room = room;
    }
    struct index_number *found = find_number(at->numbers, at->room, number);
    if (!found->value) {
        *found = (struct index_number){number, tri_tile_index(at->block, number)};
        at->n_numbers++;
    }
    return found->value;
}

/* An expression of the scratch block, computed once a role. */
static tri_value *expression_in(emitter *e, role *at, tri_value *expression)
{
    if (expression->op && expression->op->kind == TRI_TILE_INDEX && expression->op->fn == TRI_OP_NONE)
        return number_in(e, at, tri_op_integer(expression->op, "value", 0));
    tri_value *known = tri_value_map_get(at->expressions, expression);
    if (known != expression) return known;
    const tri_op *op = expression->op;
    tri_value *operands[1 + TRI_MAX_RANK], *made;
    bool fetched = op->kind == TRI_TILE_FETCH;
    for (uint32_t i = fetched; i < op->n_operands; i++) operands[i] = expression_in(e, at, op->operands[i]);
    if (fetched)
        made = tri_tile_fetch(at->block, e->func->body->args[op->operands[0]->index], operands + 1, tri_op_integer(op, "low", INT64_MIN),
                              tri_op_integer(op, "high", INT64_MAX));
    else
        made = tri_tile_arith(at->block, (tri_op_kind)op->fn, operands[0], operands[op->n_operands - 1]);
    tri_value_map_set(at->expressions, expression, made);
    return made;
}

static tri_value *index_in(emitter *e, role *at, const index_value *v)
{
    return v->known ? number_in(e, at, v->number) : expression_in(e, at, v->expression);
}

/* A tile where role `r` can use it: its own value, or the awaited slot. Slots come in the order in which they were published. */
static tri_value *tile_in(emitter *e, int r, produced *p);

static tri_value *view_in(emitter *e, int r, produced *p)
{
    instance *x = p->maker;
    role *at = &e->u->roles[r];
    tri_value_map *map = tri_value_map_create(e->arena);
    for (uint32_t o = 0; o < x->op->n_operands; o++)
        tri_value_map_set(map, x->op->operands[o], x->operands[o].whole ? tile_in(e, r, x->operands[o].whole) : index_in(e, at, &x->indices[o]));
    tri_op *copy = tri_op_clone(e->func, x->op, map);
    copy->results[0]->type = p->type;
    tri_block_append(at->block, copy);
    return copy->results[0];
}

static tri_value *tile_in(emitter *e, int r, produced *p)
{
    p = tri_held(p);
    if (p->maker->is_view) return view_in(e, r, p);
    ring *q = p->ring;
    role *at = &e->u->roles[r];
    if (!q || !(q->readers >> r & 1)) return p->value;
    while (q->awaited[r] <= p->slot) q->views[r][q->awaited[r]++] = tri_sched_await(at->block, q->value);
    tri_value **view = &q->views[r][p->slot], *zeros[TRI_MAX_RANK];
    if (tri_type_equal(&(*view)->type, &p->type)) return *view;
    for (int d = 0; d < p->type.rank; d++) zeros[d] = number_in(e, at, 0);
    return *view = tri_sched_part(at->block, *view, zeros, p->type);
}

/* The part of a tile that a piece takes: a smaller fill, a part of a slot, or a slice of a value. */
static tri_value *part_in(emitter *e, int r, const tile_part *part)
{
    role *at = &e->u->roles[r];
    produced *p = tri_held(part->whole);
    if (!part->size[0] && !part->size[1]) return tile_in(e, r, p);
    tri_type type = p->type;
    int64_t offsets[TRI_MAX_RANK] = {0};
    for (int d = 0; d < 2; d++) {
        int dim = type.rank == 1 ? 0 : type.rank - 2 + d;
        if (!part->size[d]) continue;
        type.dims[dim] = part->size[d];
        offsets[dim] = part->offset[d];
    }
    if (p->maker->is_view && p->maker->op->kind == TRI_TILE_FILL && !p->maker->op->n_operands)
        return tri_tile_fill(at->block, type, tri_op_number(p->maker->op, "value", 0));
    tri_value *whole = tile_in(e, r, p);
    if (whole->op && (whole->op->kind == TRI_SCHED_AWAIT || whole->op->kind == TRI_SCHED_PART)) {
        tri_value *places[TRI_MAX_RANK];
        for (int d = 0; d < type.rank; d++) places[d] = number_in(e, at, offsets[d]);
        return tri_sched_part(at->block, whole, places, type);
    }
    tri_module *module = e->func->module;
    tri_op *slice = tri_op_create(module, TRI_TILE_SLICE, module->here, 1, &whole, 1, &type);
    tri_op_set_attr(module, slice, "offsets", tri_attr_integers(module, (size_t)type.rank, offsets));
    tri_block_append(at->block, slice);
    return slice->results[0];
}

/* Coordinates in a region count from the beginning of the whole tile: a piece adds where it lies. */
static void shift_coordinates(tri_func *func, tri_op *op, const int64_t offset[2], int rank)
{
    if (op->n_regions != 1 || (!offset[0] && !offset[1])) return;
    tri_block *region = op->regions[0];
    for (tri_op *s = region->first; s; s = s->next) {
        if (s->kind != TRI_SCALAR_COORDINATE) continue;
        int d = (int)tri_op_integer(s, "dim", 0) - (rank - 2);
        if (d < 0 || !offset[d]) continue;
        tri_type type = s->results[0]->type;
        tri_op *constant = tri_op_create(func->module, TRI_SCALAR_CONSTANT, s->loc, 0, NULL, 1, &type);
        int32_t shift = (int32_t)offset[d];
        tri_op_set_attr(func->module, constant, "value", tri_attr_elements(func->module, tri_tensor_of(TRI_I32, 0, NULL), true, &shift));
        tri_op *sum = tri_op_create(func->module, TRI_SCALAR_ADD, s->loc, 2, (tri_value *[]){s->results[0], constant->results[0]}, 1, &type);
        tri_op *next = s->next;
        for (tri_op *user = next; user; user = user->next)
            for (uint32_t o = 0; o < user->n_operands; o++)
                if (user->operands[o] == s->results[0]) user->operands[o] = sum->results[0];
        tri_op_insert_before(constant, next);
        tri_op_insert_before(sum, next);
        s = sum;
    }
}

static void emit_load(emitter *e, int r, instance *x)
{
    role *at = &e->u->roles[r];
    const tri_op *op = x->op;
    ring *q = x->results[0].ring;
    if (!q) return; /* nobody reads it */
    tri_coord window[TRI_MAX_RANK];
    tri_value *zeros[TRI_MAX_RANK];
    for (uint32_t d = 0; d < op->n_window; d++) {
        const tri_window_dim *w = &op->window[d];
        window[d] =
            (tri_coord){.kind = (tri_window_kind)w->kind, .at = index_in(e, at, &x->indices[w->operand]), .length = w->length, .step = w->step};
        if (w->lim) window[d].lim = index_in(e, at, &x->indices[w->lim]);
    }
    for (int d = 0; d < q->tile.rank; d++) zeros[d] = number_in(e, at, 0);
    tri_sched_token(at->block, TRI_SCHED_ACQUIRE, q->value);
    tri_sched_load_into(at->block, q->value, zeros, e->func->body->args[op->operands[0]->index], window, tri_op_number(op, "fill", 0), op->label);
    tri_sched_token(at->block, TRI_SCHED_PUBLISH, q->value);
}

static void emit_statement(emitter *e, int r, instance *x)
{
    role *at = &e->u->roles[r];
    const tri_op *op = x->op;
    tri_value_map *map = tri_value_map_create(e->arena);
    tri_value **operands = TRI_NEW_ARRAY(e->arena, tri_value *, op->n_operands);
    for (uint32_t o = 0; o < op->n_operands; o++) {
        const tri_value *operand = op->operands[o];
        if (x->operands[o].whole)
            operands[o] = part_in(e, r, &x->operands[o]);
        else if (operand->type.kind == TRI_TYPE_INDEX)
            operands[o] = index_in(e, at, &x->indices[o]);
        else
            operands[o] = e->func->body->args[operand->index];
    }
    if (x->starts) tri_sched_token(at->block, TRI_SCHED_ACQUIRE, x->starts->value);
    for (uint32_t k = 0; k < op->n_results; k++)
        if (x->results[k].ring && !x->results[k].ring->accumulator) tri_sched_token(at->block, TRI_SCHED_ACQUIRE, x->results[k].ring->value);
    tri_op *copy = tri_op_clone(e->func, op, map);
    tri_op_set_operands(e->func->module, copy, op->n_operands, operands);
    for (uint32_t k = 0; k < op->n_results; k++) copy->results[k]->type = x->results[k].type;
    if (op->kind == TRI_TILE_STORE && x->pieces[0] * x->pieces[1] > 1) { /* the window of the piece */
        copy->window = TRI_NEW_ARRAY(e->arena, tri_window_dim, op->n_window);
        memcpy(copy->window, op->window, op->n_window * sizeof *op->window);
        int d = 0;
        for (uint32_t w = 0; w < op->n_window; w++) {
            if (op->window[w].kind == TRI_WINDOW_POINT) continue;
            copy->window[w].length = x->size[d];
            uint16_t o = op->window[w].operand;
            copy->operands[o] = tri_tile_arith(at->block, TRI_SCALAR_ADD, copy->operands[o], number_in(e, at, x->offset[d] * op->window[w].step));
            d++;
        }
    }
    if (op->n_results) shift_coordinates(e->func, copy, x->offset, x->results[0].type.rank);
    tri_block_append(at->block, copy);
    for (uint32_t k = 0; k < op->n_results; k++) {
        produced *p = &x->results[k];
        p->value = copy->results[k];
        if (!p->ring) continue;
        tri_value *zeros[TRI_MAX_RANK];
        for (int d = 0; d < p->type.rank; d++) zeros[d] = number_in(e, at, 0);
        tri_sched_store_into(at->block, p->value, p->ring->value, zeros, NULL);
        tri_sched_token(at->block, TRI_SCHED_PUBLISH, p->ring->value);
    }
}

static bool is_read(const produced *p)
{
    for (int r = 0; r < MOST_ROLES; r++)
        if (p->uses[r]) return true;
    return false;
}

/* The role releases what it has used, oldest first; slots that others have used up and it takes nothing from go the same way. */
static void let_go(emitter *e, int r, ring *q)
{
    tri_block *block = e->u->roles[r].block;
    for (;;) {
        while (q->released[r] < q->awaited[r] && !q->slots.at[q->released[r]]->uses[r]) {
            tri_sched_token(block, TRI_SCHED_RELEASE, q->value);
            q->released[r]++;
        }
        uint32_t next = q->awaited[r];
        if (next == q->slots.n || is_read(q->slots.at[next])) return;
        q->views[r][next] = tri_sched_await(block, q->value);
        q->awaited[r]++;
    }
}

/* Behind the statement `x` of role `r`. */
static void release_used(emitter *e, int r, const instance *x)
{
    for (uint32_t o = 0; o < x->op->n_operands; o++) {
        if (!x->operands[o].whole) continue;
        produced *p = base_of(x->operands[o].whole);
        ring *q = p->ring;
        p->uses[r]--;
        if (!q || !(q->readers >> r & 1)) continue;
        for (int reader = 0; reader < e->u->n_roles; reader++)
            if (q->readers >> reader & 1) let_go(e, reader, q);
    }
}

static int by_place(const void *a, const void *b)
{
    const instance *x = *(instance *const *)a, *y = *(instance *const *)b;
    if (x->step != y->step) return x->step < y->step ? -1 : 1;
    if (x->place != y->place) return x->place < y->place ? -1 : 1;
    return x->number < y->number ? -1 : 1;
}

static tri_status *emit_roles(emitter *e)
{
    unrolled *u = e->u;
    for (int r = 0; r < u->n_roles; r++) {
        role *at = &u->roles[r];
        tri_unit unit = unit_of(at->name);
        if (unit == TRI_UNITS)
            return tri_error(TRI_INVALID, u->kernel->loc,
                             "schedule of kernel '%s': there is no unit for the role '%s'; names begin with load, store or copy, or are matrix, "
                             "vector, scalar, general, core",
                             u->kernel->name, at->name);
        at->op = tri_sched_role(e->func->body, at->name, unit, 1, 0);
        tri_op *work = tri_sched_work(at->op->regions[0]);
        at->block = work->regions[0];
        at->expressions = tri_value_map_create(e->arena);
        tri_value_map_set(at->expressions, u->scratch->args[0], at->block->args[0]);
    }
    /* All roles together in the global order: a producer's own value is there when another statement of its role takes it. */
    for (size_t i = 0; i < e->n_all; i++) {
        if (!is_made(e->all[i])) continue;
        e->func->module->here = e->all[i]->op->loc; /* what it waits for and hands over is its own */
        if (e->all[i]->op->kind == TRI_TILE_LOAD)
            emit_load(e, e->all[i]->role, e->all[i]);
        else
            emit_statement(e, e->all[i]->role, e->all[i]);
        release_used(e, e->all[i]->role, e->all[i]);
    }
    return NULL;
}

/* Everything behind the unrolling. */
static tri_status *emit(unrolled *u, tri_func *func)
{
    emitter e = {.u = u, .func = func, .arena = u->arena, .all = TRI_NEW_ARRAY(u->arena, instance *, u->instances.n)};
    for (size_t i = 0; i < u->instances.n; i++)
        if (!u->instances.at[i]->is_view) e.all[e.n_all++] = u->instances.at[i];
    qsort(e.all, e.n_all, sizeof *e.all, by_place);
    for (size_t i = 0; i < e.n_all; i++) {
        e.all[i]->at = i;
        TRI_PUSH(u->arena, &u->roles[e.all[i]->role].instances, e.all[i]);
    }
    tri_make_once(u, e.all, e.n_all);
    count_uses(&e);
    TRI_TRY(make_rings(&e));
    return emit_roles(&e);
}

/* Stages reach over the end of a loop, so over the end of a program; what is kept is kept for the programs to come. */
static bool goes_on(const tri_schedule *schedule)
{
    bool keeps = false;
    for (size_t i = 0; i < schedule->rings.n; i++) keeps |= schedule->rings.at[i].keep;
    return keeps || schedule->stages.n;
}

tri_status *tri_expand_queues(tri_module *into, const char *name, const tri_func *kernel, const tri_schedule *schedule, bool bundle,
                              tri_func **out_scheduled)
{
    int64_t programs = 1;
    for (uint32_t a = 0; a < kernel->n_axes; a++) programs *= kernel->grid[a];
    for (int enumerated = goes_on(schedule); enumerated < 2; enumerated++) {
        unrolled u = {.arena = into->arena,
                      .module = into,
                      .kernel = kernel,
                      .schedule = schedule,
                      .bundle = bundle,
                      .enumerated = enumerated,
                      .few = programs > 1 && programs <= FEW_PROGRAMS};
        tri_func *func = tri_scheduled_create(into, name, enumerated ? 1 : programs, 1, 1);
        func->loc = kernel->loc;
        for (uint32_t i = 0; i < kernel->n_buffers; i++)
            tri_kernel_add_buffer(func, kernel->body->args[i]->name, kernel->body->args[i]->type, (tri_access)kernel->access[i]);
        u.scratch = tri_block_create(func, NULL);
        tri_block_add_arg(into, u.scratch, "p", tri_index_type());
        bool depends = false;
        tri_status *status = tri_unroll(&u, &depends);
        if (!status && !depends) {
            status = emit(&u, func);
            into->here = TRI_NOWHERE;
            if (!status) *out_scheduled = func;
            if (!status) return NULL;
        }
        tri_func_unlink(func);
        if (status) return status;
    }
    return tri_error(TRI_UNSUPPORTED, kernel->loc, "expanding the schedule of kernel '%s': a bound or condition depends on what is not known",
                     kernel->name);
}
