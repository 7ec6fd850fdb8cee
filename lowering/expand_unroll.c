/* lowering/expand_unroll.c - runs the index part of a tile program and writes down its statements as instances (expand_queues.h). Needs: static
 * bounds and conditions, of the program's number at most. Guarantees: instances in program order, operands resolved through loops and choices. */
#include "lowering/expand_queues.h"

typedef struct tile_value {
    int64_t pieces[2];
    produced **at; /* row-major */
} tile_value;

typedef struct runner {
    unrolled *u;
    index_value *indices; /* by value id */
    tile_value *tiles;
    int64_t step, program; /* program: where programs are enumerated */
    int64_t work;          /* ops that were run */
    bool depends;
} runner;

static bool run_block(runner *r, const tri_block *block, const tri_value **out_yielded);

static bool fail(runner *r, const tri_op *op, tri_code code, const char *what)
{
    if (!r->u->error)
        r->u->error = tri_error(code, op->loc, "expanding the schedule of kernel '%s': %s%s%s: %s", r->u->kernel->name, tri_op_row_of(op->kind)->text,
                                op->label ? " @" : "", op->label ? op->label : "", what);
    return false;
}

/* ---- index values ---- */

static tri_value *expression_of(runner *r, const index_value *v) { return v->known ? tri_tile_index(r->u->scratch, v->number) : v->expression; }

static index_value value_of(tri_value *expression)
{
    const tri_op *op = expression->op;
    if (op && op->kind == TRI_TILE_INDEX && op->fn == TRI_OP_NONE) return (index_value){.known = true, .number = tri_op_integer(op, "value", 0)};
    return (index_value){.expression = expression};
}

static void run_index(runner *r, const tri_op *op)
{
    index_value *to = &r->indices[op->results[0]->id];
    if (op->fn == TRI_OP_NONE) {
        *to = (index_value){.known = true, .number = tri_op_integer(op, "value", 0)};
        return;
    }
    index_value a = r->indices[op->operands[0]->id], b = op->n_operands > 1 ? r->indices[op->operands[1]->id] : a;
    /* Without an op for each: there are many. */
    if (a.known && b.known && tri_index_compute((tri_op_kind)op->fn, a.number, b.number, &to->number)) {
        to->known = true;
        return;
    }
    *to = value_of(tri_tile_arith(r->u->scratch, (tri_op_kind)op->fn, expression_of(r, &a), expression_of(r, &b)));
}

/* A number that is fetched is an expression too: made where it is used. */
static void run_fetch(runner *r, const tri_op *op)
{
    tri_value *coords[TRI_MAX_RANK];
    for (uint32_t d = 0; d < op->n_window; d++) coords[d] = expression_of(r, &r->indices[op->operands[op->window[d].operand]->id]);
    r->indices[op->results[0]->id] =
        (index_value){.expression = tri_tile_fetch(r->u->scratch, op->operands[0], coords, tri_op_integer(op, "low", INT64_MIN),
                                                   tri_op_integer(op, "high", INT64_MAX))};
}

/* ---- roles ---- */

static int role_of(runner *r, const char *name)
{
    unrolled *u = r->u;
    for (int i = 0; i < u->n_roles; i++)
        if (!strcmp(u->roles[i].name, name)) return i;
    if (u->n_roles == MOST_ROLES) return -1;
    u->roles[u->n_roles].name = name;
    return u->n_roles++;
}

/* Functions are for the scalar engine, positions for the general one (lowering/cut_maps.c keeps functions apart). */
static const char *engine_of(const tri_op *op)
{
    const char *engine = "vector";
    for (const tri_op *inner = op->n_regions ? op->regions[0]->first : NULL; inner; inner = inner->next) {
        if (tri_scalar_is_function(inner->kind)) return "scalar";
        if (inner->kind == TRI_SCALAR_COORDINATE) engine = "general";
    }
    return engine;
}

static const char *default_role(const unrolled *u, const tri_op *op)
{
    if (op->kind == TRI_TILE_LOAD) return "load";
    if (op->kind == TRI_TILE_STORE) return "store";
    if (u->bundle) return "core";
    return op->kind == TRI_TILE_MMA ? "matrix" : engine_of(op);
}

static const tri_at_clause *at_of(const unrolled *u, const tri_op *op)
{
    for (size_t i = 0; op->label && i < u->schedule->ats.n; i++)
        if (!strcmp(u->schedule->ats.at[i].label, op->label)) return &u->schedule->ats.at[i];
    return NULL;
}

/* ---- statements ---- */

/* The place of a statement in the order of a step; statements nobody placed follow what they need. */
static int64_t place_of(const unrolled *u, const tri_op *op)
{
    for (size_t o = 0; op->label && o < u->schedule->orders.n; o++) {
        const tri_order_clause *order = &u->schedule->orders.at[o];
        for (size_t i = 0; i < order->items.n; i++)
            if (order->items.at[i].kind == TRI_ITEM_STATEMENT && !strcmp(order->items.at[i].label, op->label)) return (int64_t)i + 1;
    }
    return -1;
}

/* The part of operand `o` that a piece of `op` needs. */
static bool narrow(runner *r, instance *x, uint32_t o)
{
    const tri_op *op = x->op;
    const tri_value *operand = op->operands[o];
    const tile_value *v = &r->tiles[operand->id];
    int rank = operand->type.rank, first = rank > 2 ? rank - 2 : 0;
    int64_t piece[2] = {0, 0};
    tile_part part = {0};
    for (int d = 0; d < 2; d++) {
        int at = rank == 1 ? (d == 1 ? 0 : -1) : first + d;
        int64_t full = at < 0 || at >= rank ? 1 : operand->type.dims[at];
        bool follows = x->pieces[d] > 1;
        if (op->kind == TRI_TILE_MMA && o == 0) follows = d == 0 && x->pieces[0] > 1;
        if (op->kind == TRI_TILE_MMA && o == 1) follows = d == 1 && x->pieces[1] > 1;
        if (op->kind == TRI_TILE_REDUCE && d == 1) follows = false;
        if (full == 1 && (op->kind == TRI_TILE_MAP || op->kind == TRI_TILE_STORE)) follows = false;
        if (v->pieces[d] > 1) {
            if (!follows || v->pieces[d] != x->pieces[d]) return fail(r, op, TRI_UNSUPPORTED, "it must be split like the operand that it takes");
            piece[d] = x->piece[d];
        } else if (follows) {
            part.offset[d] = x->offset[d];
            part.size[d] = x->size[d];
        }
    }
    part.whole = v->at[piece[0] * v->pieces[1] + piece[1]];
    x->operands[o] = part;
    return true;
}

static bool is_view(const unrolled *u, const tri_op *op)
{
    switch (op->kind) {
    case TRI_TILE_FILL: /* where engines are many, not each of them makes numbers: zero is how sums begin, indices are known, others are handed on */
        return u->bundle || op->n_operands || tri_op_number(op, "value", 0) == 0;
    case TRI_TILE_RESHAPE:
    case TRI_TILE_SLICE:
    case TRI_TILE_TRANSPOSE: return !at_of(u, op);
    default: return false;
    }
}

static instance *add(runner *r, const tri_op *op)
{
    unrolled *u = r->u;
    instance *x = TRI_NEW(u->arena, instance);
    x->op = op;
    x->number = (uint32_t)u->instances.n;
    x->is_view = is_view(u, op);
    x->step = r->step + tri_schedule_stage(u->schedule, op->label);
    x->place = place_of(u, op);
    x->operands = TRI_NEW_ARRAY(u->arena, tile_part, op->n_operands);
    x->indices = TRI_NEW_ARRAY(u->arena, index_value, op->n_operands);
    x->results = TRI_NEW_ARRAY(u->arena, produced, op->n_results);
    for (uint32_t i = 0; i < op->n_results; i++) x->results[i] = (produced){.maker = x, .result = i, .type = op->results[i]->type};
    for (uint32_t i = 0; i < op->n_operands; i++)
        if (op->operands[i]->type.kind == TRI_TYPE_INDEX) x->indices[i] = r->indices[op->operands[i]->id];
    TRI_PUSH(u->arena, &u->instances, x);
    return x;
}

/* Maps and stores are split like what they take, without being told. */
static void follow_pieces(runner *r, const tri_op *op, int64_t pieces[2])
{
    const tri_type *shape = op->n_results ? &op->results[0]->type : &op->operands[0]->type;
    if ((op->kind != TRI_TILE_MAP && op->kind != TRI_TILE_STORE) || shape->rank != 2 || pieces[0] * pieces[1] > 1) return;
    for (uint32_t o = 0; o < op->n_operands; o++) {
        const tri_value *operand = op->operands[o];
        if (operand->type.kind != TRI_TYPE_TILE || operand->type.rank != 2) continue;
        for (int d = 0; d < 2; d++)
            if (operand->type.dims[d] == shape->dims[d] && r->tiles[operand->id].pieces[d] > pieces[d]) pieces[d] = r->tiles[operand->id].pieces[d];
    }
}

/* All pieces of a statement. */
static bool run_statement(runner *r, const tri_op *op)
{
    unrolled *u = r->u;
    int64_t pieces[2];
    tri_schedule_pieces(u->schedule, op->label, pieces);
    follow_pieces(r, op, pieces);
    const tri_type *shape = op->n_results ? &op->results[0]->type : &op->operands[0]->type;
    for (uint32_t d = 0; d < op->n_window; d++)
        if (op->window[d].kind == TRI_WINDOW_GATHER) return fail(r, op, TRI_UNSUPPORTED, "queues are given no tiles, so they gather by none");
    if (pieces[0] * pieces[1] > 1) {
        if (shape->rank != 2) return fail(r, op, TRI_UNSUPPORTED, "only tiles of two dimensions are split");
        if (shape->dims[0] % pieces[0] || shape->dims[1] % pieces[1]) return fail(r, op, TRI_INVALID, "the pieces do not divide its result");
    }
    const tri_at_clause *at = at_of(u, op);
    for (uint32_t i = 0; i < op->n_results; i++) {
        tile_value *to = &r->tiles[op->results[i]->id];
        memcpy(to->pieces, pieces, sizeof to->pieces);
        to->at = TRI_NEW_ARRAY(u->arena, produced *, pieces[0] * pieces[1]);
    }
    for (int64_t n = 0; n < pieces[0] * pieces[1]; n++) {
        if (u->instances.n == MOST_INSTANCES)
            return fail(r, op, TRI_UNSUPPORTED, "unrolled, the kernel has more than 480000 statements; larger tiles would do");
        instance *x = add(r, op);
        memcpy(x->pieces, pieces, sizeof pieces);
        x->piece[0] = n / pieces[1];
        x->piece[1] = n % pieces[1];
        for (int d = 0; d < 2 && shape->rank == 2; d++) {
            x->size[d] = shape->dims[d] / pieces[d];
            x->offset[d] = x->piece[d] * x->size[d];
        }
        for (uint32_t o = 0; o < op->n_operands; o++)
            if (op->operands[o]->type.kind == TRI_TYPE_TILE && !narrow(r, x, o)) return false;
        for (uint32_t i = 0; i < op->n_results; i++) {
            tri_type *type = &x->results[i].type;
            for (int d = 0; d < 2 && type->rank == 2; d++)
                if (pieces[d] > 1 && type->dims[d] > 1) type->dims[d] /= pieces[d];
            r->tiles[op->results[i]->id].at[n] = &x->results[i];
        }
        if (x->is_view) continue;
        int64_t all = pieces[0] * pieces[1], turn = u->few ? r->program * all + n : all == 1 ? r->program : n; /* dealt out over programs */
        const char *name = at ? at->roles[turn % at->n] : default_role(u, op);
        if (at && at->n > 1 && all % at->n && u->few) r->depends |= !u->enumerated;
        x->role = role_of(r, name);
        if (x->role < 0) return fail(r, op, TRI_UNSUPPORTED, "more than 16 roles");
    }
    return true;
}

static void bind(runner *r, const tri_value *to, const tri_value *from)
{
    if (to->type.kind == TRI_TYPE_INDEX)
        r->indices[to->id] = r->indices[from->id];
    else
        r->tiles[to->id] = r->tiles[from->id];
}

static bool bound(runner *r, const tri_value *value, int64_t *out)
{
    const index_value *v = &r->indices[value->id];
    *out = v->number;
    if (!v->known) r->depends = true;
    return v->known;
}

static bool has_loop(const tri_block *block)
{
    for (const tri_op *op = block->first; op; op = op->next) {
        if (op->kind == TRI_TILE_FOR) return true;
        for (uint32_t i = 0; op->kind == TRI_TILE_IF && i < op->n_regions; i++)
            if (has_loop(op->regions[i])) return true;
    }
    return false;
}

/* Carried values may change places in one iteration, so they are bound all at once. */
static void bind_all(runner *r, uint32_t n, tri_value *const *to, const tri_value *const *from)
{
    tile_value *tiles = TRI_NEW_ARRAY(r->u->arena, tile_value, n);
    index_value *indices = TRI_NEW_ARRAY(r->u->arena, index_value, n);
    for (uint32_t i = 0; i < n; i++) {
        tiles[i] = r->tiles[from[i]->id];
        indices[i] = r->indices[from[i]->id];
    }
    for (uint32_t i = 0; i < n; i++) {
        r->tiles[to[i]->id] = tiles[i];
        r->indices[to[i]->id] = indices[i];
    }
}

static bool run_for(runner *r, const tri_op *op)
{
    int64_t low, high;
    if (!bound(r, op->operands[0], &low) || !bound(r, op->operands[1], &high)) return false;
    const tri_block *body = op->regions[0];
    const tri_value **yielded = TRI_NEW_ARRAY(r->u->arena, const tri_value *, op->n_results);
    for (uint32_t i = 0; i < op->n_results; i++) yielded[i] = op->operands[2 + i];
    bool innermost = !has_loop(body);
    for (int64_t i = low; i < high; i++) {
        bind_all(r, op->n_results, body->args + 1, yielded);
        r->indices[body->args[0]->id] = (index_value){.known = true, .number = i};
        if (!run_block(r, body, yielded)) return false;
        r->step += innermost;
    }
    bind_all(r, op->n_results, op->results, yielded);
    return true;
}

static bool run_if(runner *r, const tri_op *op)
{
    int64_t condition;
    if (!bound(r, op->operands[0], &condition)) return false;
    const tri_value **yielded = TRI_NEW_ARRAY(r->u->arena, const tri_value *, op->n_results);
    if (!run_block(r, op->regions[condition ? 0 : 1], yielded)) return false;
    for (uint32_t i = 0; i < op->n_results; i++) bind(r, op->results[i], yielded[i]);
    return true;
}

static bool run_block(runner *r, const tri_block *block, const tri_value **out_yielded)
{
    enum { MOST_WORK = 1 << 26 };
    for (const tri_op *op = block->first; op; op = op->next) {
        if (++r->work > MOST_WORK) return fail(r, op, TRI_UNSUPPORTED, "unrolled, the kernel has more than 2^26 statements and numbers");
        switch (op->kind) {
        case TRI_TILE_INDEX: run_index(r, op); break;
        case TRI_TILE_ASSUME: break;
        case TRI_TILE_FOR:
            if (!run_for(r, op)) return false;
            break;
        case TRI_TILE_IF:
            if (!run_if(r, op)) return false;
            break;
        case TRI_TILE_YIELD:
            for (uint32_t i = 0; i < op->n_operands; i++) out_yielded[i] = op->operands[i];
            return true;
        case TRI_TILE_FETCH: run_fetch(r, op); break;
        case TRI_TILE_COMBINE:
        case TRI_TILE_SIGNAL:
        case TRI_TILE_WAIT: return fail(r, op, TRI_UNSUPPORTED, "it has no place in a scheduled program yet");
        default:
            if (!run_statement(r, op)) return false;
        }
    }
    return true;
}

/* ---- places ---- */

static bool before(const instance *a, const instance *b) { return a->step != b->step ? a->step < b->step : a->place < b->place; }

/* Nothing stands before what it needs: a placed statement that would breaks the stage rule; others move behind. */
static tri_status *settle(unrolled *u)
{
    for (size_t i = 0; i < u->instances.n; i++) {
        instance *x = u->instances.at[i];
        bool placed = x->place >= 0;
        if (!placed) x->place = 0;
        for (uint32_t o = 0; o < x->op->n_operands; o++) {
            const produced *p = x->operands[o].whole;
            if (!p || !before(x, p->maker)) continue;
            const instance *maker = p->maker;
            if (placed && !maker->is_view && maker->op->kind != TRI_TILE_LOAD)
                return tri_error(TRI_INVALID, x->op->loc, "schedule of kernel '%s': @%s (stage %lld) stands before @%s, whose result it takes",
                                 u->kernel->name, x->op->label, (long long)tri_schedule_stage(u->schedule, x->op->label),
                                 maker->op->label ? maker->op->label : tri_op_row_of(maker->op->kind)->text);
            x->step = maker->step;
            if (x->place < maker->place) x->place = maker->place;
        }
    }
    /* Loads go in the order in which they are needed. */
    for (size_t i = u->instances.n; i-- > 0;) {
        instance *x = u->instances.at[i];
        if (!x->is_view && x->op->kind != TRI_TILE_LOAD) continue;
        x->step = INT64_MAX;
        x->place = 0;
    }
    for (size_t i = u->instances.n; i-- > 0;) {
        const instance *x = u->instances.at[i];
        for (uint32_t o = 0; o < x->op->n_operands; o++) {
            instance *maker = x->operands[o].whole ? x->operands[o].whole->maker : NULL;
            if (!maker || (!maker->is_view && maker->op->kind != TRI_TILE_LOAD) || !before(x, maker)) continue;
            maker->step = x->step;
            maker->place = x->place;
        }
    }
    return NULL;
}

static tri_status *run_program(unrolled *u, runner *r, tri_value *p)
{
    const tri_func *kernel = u->kernel;
    tri_value *axes[TRI_MAX_RANK];
    TRI_TRY(tri_expand_order(u->scratch, p, kernel, u->schedule, axes));
    for (uint32_t a = 0; a < kernel->n_axes; a++) r->indices[kernel->body->args[kernel->n_buffers + a]->id] = value_of(axes[a]);
    if (!run_block(r, kernel->body, NULL)) return u->error;
    return NULL;
}

tri_status *tri_unroll(unrolled *u, bool *out_depends)
{
    const tri_func *kernel = u->kernel;
    tri_func_number((tri_func *)kernel); /* ids only */
    runner r = {
        .u = u, .indices = TRI_NEW_ARRAY(u->arena, index_value, kernel->n_values), .tiles = TRI_NEW_ARRAY(u->arena, tile_value, kernel->n_values)};
    int64_t programs = 1;
    for (uint32_t a = 0; a < kernel->n_axes; a++) programs *= kernel->grid[a];
    if (u->enumerated) {
        for (int64_t p = 0; p < programs && !u->error; p++) {
            r.program = p;
            tri_status *status = run_program(u, &r, tri_tile_index(u->scratch, p));
            if (status) return status;
        }
    } else {
        tri_status *status = run_program(u, &r, u->scratch->args[0]);
        if (status) return status;
    }
    *out_depends = r.depends;
    return r.depends ? NULL : settle(u);
}
