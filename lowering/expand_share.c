/* lowering/expand_share.c - one instance's part of the statements of a kernel: which dimension of each tile is shared out, and statements made for a
 * share, or for a few columns. Needs: a kernel with ids. Guarantees: instance i of n holds positions [i, i + 1) / n of the spread dimension. */
#include "lowering/expand_threads.h"

bool tri_is_view(const tri_op *op)
{
    return op->kind == TRI_TILE_RESHAPE || op->kind == TRI_TILE_TRANSPOSE || op->kind == TRI_TILE_SLICE || op->kind == TRI_TILE_FILL;
}

/* ---- which dimension ---- */

typedef struct analysis {
    threads *t;
    bool changed;
    tri_status *error;
} analysis;

static void tie(analysis *a, const tri_op *op, const tri_value *x, int dx, const tri_value *y, int dy)
{
    int8_t *spread = a->t->spread;
    int64_t sx = dx < 0 ? 1 : x->type.dims[dx], sy = dy < 0 ? 1 : y->type.dims[dy], n = a->t->groups;
    bool merged =
        op->kind == TRI_TILE_RESHAPE && sx % n == 0 && sy % n == 0; /* contiguous shares stay contiguous when dimensions merge behind them */
    if (dx < 0 || dy < 0 || (sx != sy && !merged)) return;
    for (int side = 0; side < 2; side++) {
        const tri_value *from = side ? y : x, *to = side ? x : y;
        int df = side ? dy : dx, dt = side ? dx : dy;
        if (spread[from->id] != df || spread[to->id] == dt) continue;
        if (spread[to->id] >= 0) {
            if (!a->error)
                a->error = tri_error(TRI_UNSUPPORTED, op->loc, "%s%s%s: two dimensions of one tile would be spread over the groups",
                                     tri_op_row_of(op->kind)->text, op->label ? " @" : "", op->label ? op->label : "");
            return;
        }
        spread[to->id] = (int8_t)dt;
        a->changed = true;
    }
}

/* Dimensions of a reshape that begin at the same element: of the same size, or outermost of dimensions that merge. */
static void tie_reshape(analysis *a, const tri_op *op)
{
    const tri_value *x = op->operands[0], *y = op->results[0];
    int dx = 0, dy = 0;
    int64_t px = 1, py = 1;
    while (dx < x->type.rank && dy < y->type.rank) {
        if (px == py && x->type.dims[dx] > 1 && y->type.dims[dy] > 1) tie(a, op, x, dx, y, dy);
        if (px == py && x->type.dims[dx] == y->type.dims[dy]) {
            px *= x->type.dims[dx++];
            py *= y->type.dims[dy++];
        } else if (px * x->type.dims[dx] <= py * y->type.dims[dy]) {
            px *= x->type.dims[dx++];
        } else {
            py *= y->type.dims[dy++];
        }
    }
}

static void tie_all(analysis *a, const tri_op *op, const tri_value *x, const tri_value *y)
{
    for (int d = 0; d < x->type.rank && d < y->type.rank && x->type.rank == y->type.rank; d++)
        if (x->type.dims[d] > 1) tie(a, op, x, d, y, d);
}

static tri_status *tie_op(void *context, tri_op *op)
{
    analysis *a = context;
    int rank = op->n_results ? op->results[0]->type.rank : 0;
    switch (op->kind) {
    case TRI_TILE_MAP:
    case TRI_TILE_SCAN:
        for (uint32_t r = 0; r < op->n_results; r++)
            for (uint32_t o = 0; o < op->n_operands; o++) tie_all(a, op, op->operands[o], op->results[r]);
        break;
    case TRI_TILE_REDUCE:
        for (uint32_t o = 0; o < op->n_operands; o++) {
            int dim = (int)tri_op_integer(op, "dim", 0);
            if (a->t->spread[op->operands[o]->id] == dim && !a->error)
                a->error = tri_error(TRI_UNSUPPORTED, op->loc, "a reduction over the dimension that is spread over the groups");
            for (int d = 0; d < rank; d++)
                if (d != dim) tie(a, op, op->operands[o], d, op->results[0], d);
        }
        break;
    case TRI_TILE_MMA:
        tie(a, op, op->operands[0], rank - 2, op->results[0], rank - 2);
        tie(a, op, op->operands[1], rank - 1, op->results[0], rank - 1);
        if (op->n_operands > 2) tie_all(a, op, op->operands[2], op->results[0]);
        break;
    case TRI_TILE_TRANSPOSE:
        tie(a, op, op->operands[0], rank - 2, op->results[0], rank - 1);
        tie(a, op, op->operands[0], rank - 1, op->results[0], rank - 2);
        break;
    case TRI_TILE_RESHAPE: tie_reshape(a, op); break;
    case TRI_TILE_FOR:
        for (uint32_t i = 0; i < op->n_results; i++) {
            tie_all(a, op, op->operands[2 + i], op->results[i]);
            tie_all(a, op, op->regions[0]->args[1 + i], op->results[i]);
            tie_all(a, op, op->regions[0]->last->operands[i], op->results[i]);
        }
        break;
    case TRI_TILE_IF:
        for (uint32_t i = 0; i < op->n_results; i++)
            for (int side = 0; side < 2; side++) tie_all(a, op, op->regions[side]->last->operands[i], op->results[i]);
        break;
    default: break;
    }
    return a->error;
}

tri_status *tri_share_analyse(threads *t)
{
    for (uint32_t i = 0; i < t->kernel->n_values; i++) t->spread[i] = -1;
    const tri_spread *spread = &t->schedule->groups;
    t->groups = spread->n;
    if (spread->n == 1) return NULL;
    if (!spread->label) return tri_error(TRI_UNSUPPORTED, t->kernel->loc, "groups along the programs are not expanded yet");
    tri_func *kernel = (tri_func *)t->kernel; /* walked, not changed */
    const tri_op *op = tri_func_find_label(kernel, spread->label);
    const tri_value *named = op && op->n_results ? op->results[0] : NULL;
    if (!named || spread->dim >= named->type.rank || named->type.dims[spread->dim] % spread->n)
        return tri_error(TRI_INVALID, t->kernel->loc, "schedule of kernel '%s': dimension %d of @%s cannot be spread over %lld groups",
                         t->kernel->name, spread->dim, spread->label, (long long)spread->n);
    t->spread[named->id] = (int8_t)spread->dim;
    analysis a = {.t = t, .changed = true};
    while (a.changed) {
        a.changed = false;
        TRI_TRY(tri_func_walk(kernel, tie_op, &a));
    }
    return NULL;
}

tri_type tri_share_type(const threads *t, const tri_value *value)
{
    tri_type type = value->type;
    int d = t->spread[value->id];
    if (d >= 0) type.dims[d] /= t->groups;
    return type;
}

tri_value *tri_share_await(threads *t, tri_block *block, tri_value *instance, const tri_value *tile)
{
    tri_value *slot = tri_sched_await(block, t->rings[tile->id]), *offsets[TRI_MAX_RANK];
    int d = t->spread[tile->id];
    if (d < 0 || !instance) return slot;
    for (int i = 0; i < tile->type.rank; i++) offsets[i] = tri_tile_index(block, 0);
    offsets[d] = tri_tile_arith(block, TRI_SCALAR_MULTIPLY, instance, tri_tile_index(block, tile->type.dims[d] / t->groups));
    return tri_sched_part(block, slot, offsets, tri_share_type(t, tile));
}

/* ---- values of a scope ---- */

static tri_value *known(scope *s, const tri_value *value)
{
    tri_value *there = tri_value_map_get(s->values, value);
    if (there != value) return there;
    return s->look ? s->look(s->context, value) : NULL;
}

tri_value *tri_scope_index(scope *s, const tri_value *value)
{
    tri_value *there = known(s, value);
    if (there) return there;
    const tri_op *op = value->op;
    if (op->fn == TRI_OP_NONE) {
        there = tri_tile_index(s->block, tri_op_integer(op, "value", 0));
    } else {
        tri_value *a = tri_scope_index(s, op->operands[0]), *b = op->n_operands > 1 ? tri_scope_index(s, op->operands[1]) : a;
        there = tri_tile_arith(s->block, (tri_op_kind)op->fn, a, b);
    }
    tri_value_map_set(s->values, value, there);
    return there;
}

/* Where this instance's share of a dimension of `size` begins. */
static tri_value *share_offset(scope *s, int64_t size)
{
    return tri_tile_arith(s->block, TRI_SCALAR_MULTIPLY, s->instance, tri_tile_index(s->block, size / s->t->groups));
}

void tri_scope_window(scope *s, const tri_op *op, int spread, tri_coord *out_window)
{
    int d = 0;
    for (uint32_t w = 0; w < op->n_window; w++) {
        const tri_window_dim *dim = &op->window[w];
        tri_coord coord = {.kind = (tri_window_kind)dim->kind, .length = dim->length, .step = dim->step};
        coord.at = dim->kind == TRI_WINDOW_GATHER ? tri_scope_tile(s, op->operands[dim->operand]) : tri_scope_index(s, op->operands[dim->operand]);
        if (dim->lim) coord.lim = tri_scope_index(s, op->operands[dim->lim]);
        if (dim->kind != TRI_WINDOW_POINT && d++ == spread && s->instance) {
            tri_value *offset = share_offset(s, dim->length);
            coord.at = tri_tile_arith(s->block, TRI_SCALAR_ADD, coord.at,
                                      tri_tile_arith(s->block, TRI_SCALAR_MULTIPLY, offset, tri_tile_index(s->block, dim->step)));
            coord.length /= s->t->groups;
        }
        out_window[w] = coord;
    }
}

/* ---- statements ---- */

/* Coordinates in the region count from the beginning of the whole tile: `at` is added along dimension d. */
static void move_coordinates(tri_func *func, tri_op *op, int d, tri_value *at)
{
    tri_module *module = func->module;
    tri_block *region = op->regions[0];
    tri_value *offset = NULL;
    for (tri_op *x = region->first; x; x = x->next) {
        if (x->kind != TRI_SCALAR_COORDINATE || tri_op_integer(x, "dim", 0) != d) continue;
        if (!offset) {
            int64_t ones[TRI_MAX_RANK];
            for (int i = 0; i < TRI_MAX_RANK; i++) ones[i] = 1;
            tri_value *fill = tri_tile_fill_index(op->parent, tri_tile_of(TRI_I32, op->results[0]->type.rank, ones), at);
            tri_op *made = fill->op; /* in front of the map */
            tri_op_remove(made);
            tri_op_insert_before(made, op);
            tri_value **operands = TRI_NEW_ARRAY(module->arena, tri_value *, op->n_operands + 1);
            memcpy(operands, op->operands, op->n_operands * sizeof *operands);
            operands[op->n_operands] = fill;
            tri_op_set_operands(module, op, op->n_operands + 1, operands);
            offset = tri_block_add_arg(module, region, NULL, tri_scalar_of(TRI_I32));
        }
        tri_type type = x->results[0]->type;
        tri_op *sum = tri_op_create(module, TRI_SCALAR_ADD, x->loc, 2, (tri_value *[]){x->results[0], offset}, 1, &type);
        for (tri_op *user = x->next; user; user = user->next)
            for (uint32_t o = 0; o < user->n_operands; o++)
                if (user->operands[o] == x->results[0]) user->operands[o] = sum->results[0];
        tri_op_insert_before(sum, x->next);
        x = sum;
    }
}

static tri_status *emit_if(scope *s, const tri_op *op);

static tri_status *hole(const tri_op *op)
{
    return tri_error(TRI_UNSUPPORTED, op->loc, "expanding a schedule: %s%s%s takes what no statement before it makes in this role",
                     tri_op_row_of(op->kind)->text, op->label ? " @" : "", op->label ? op->label : "");
}

tri_status *tri_scope_emit(scope *s, const tri_op *op)
{
    threads *t = s->t;
    if (op->kind == TRI_TILE_IF) return emit_if(s, op);
    if (op->kind == TRI_TILE_LOAD || op->kind == TRI_TILE_STORE) {
        tri_coord window[TRI_MAX_RANK];
        const tri_value *tile = op->kind == TRI_TILE_LOAD ? op->results[0] : op->operands[0];
        tri_value *stored = op->kind == TRI_TILE_STORE ? tri_scope_tile(s, tile) : NULL;
        if (op->kind == TRI_TILE_STORE && !stored) return hole(op);
        tri_scope_window(s, op, t->spread[tile->id], window);
        tri_value *buffer = t->func->body->args[op->operands[op->kind == TRI_TILE_STORE]->index];
        if (stored)
            tri_tile_store(s->block, stored, buffer, window, tri_op_text(op, "mode", "set"), op->label);
        else
            tri_value_map_set(s->values, tile, tri_tile_load(s->block, buffer, window, tri_op_number(op, "fill", 0), op->label));
        return NULL;
    }
    tri_value **operands = TRI_NEW_ARRAY(t->arena, tri_value *, op->n_operands);
    for (uint32_t i = 0; i < op->n_operands; i++)
        operands[i] = op->operands[i]->type.kind == TRI_TYPE_INDEX ? tri_scope_index(s, op->operands[i]) : tri_scope_tile(s, op->operands[i]);
    for (uint32_t i = 0; i < op->n_operands; i++)
        if (!operands[i]) return hole(op);
    tri_op *copy = tri_op_clone(t->func, op, tri_value_map_create(t->arena));
    tri_op_set_operands(t->module, copy, op->n_operands, operands);
    for (uint32_t i = 0; i < op->n_results; i++) copy->results[i]->type = tri_share_type(t, op->results[i]);
    int d = op->n_results ? t->spread[op->results[0]->id] : -1;
    tri_value *at = op->kind == TRI_TILE_MAP && d >= 0 ? share_offset(s, op->results[0]->type.dims[d]) : NULL;
    tri_block_append(s->block, copy);
    if (at) move_coordinates(t->func, copy, d, at);
    for (uint32_t i = 0; i < op->n_results; i++) tri_value_map_set(s->values, op->results[i], copy->results[i]);
    return NULL;
}

static tri_status *emit_if(scope *s, const tri_op *op)
{
    tri_type *types = TRI_NEW_ARRAY(s->t->arena, tri_type, op->n_results);
    for (uint32_t i = 0; i < op->n_results; i++) types[i] = tri_share_type(s->t, op->results[i]);
    tri_value *condition = tri_scope_index(s, op->operands[0]);
    /* What the branches take from outside is made before them. */
    for (int side = 0; side < 2; side++)
        for (const tri_op *inner = op->regions[side]->first; inner; inner = inner->next)
            for (uint32_t i = 0; i < inner->n_operands; i++) {
                const tri_value *value = inner->operands[i];
                if ((value->op ? value->op->parent : value->block) == op->regions[side]) continue;
                if (value->type.kind == TRI_TYPE_INDEX) (void)tri_scope_index(s, value);
                if (value->type.kind == TRI_TYPE_TILE) (void)tri_scope_tile(s, value);
            }
    tri_op *copy = tri_tile_if(s->block, condition, op->n_results, types);
    copy->label = op->label;
    for (int side = 0; side < 2; side++) {
        scope inner = *s;
        inner.block = copy->regions[side];
        for (const tri_op *x = op->regions[side]->first; x; x = x->next) {
            if (x->kind == TRI_TILE_YIELD) {
                tri_value **yielded = TRI_NEW_ARRAY(s->t->arena, tri_value *, x->n_operands);
                for (uint32_t i = 0; i < x->n_operands; i++)
                    if (!(yielded[i] = tri_scope_tile(&inner, x->operands[i]))) return hole(x);
                tri_tile_yield(inner.block, x->n_operands, yielded);
            } else if (x->kind != TRI_TILE_INDEX) {
                TRI_TRY(tri_scope_emit(&inner, x));
            }
        }
        /* Index values made inside are gone with the branch. */
        for (const tri_op *x = op->regions[side]->first; x; x = x->next)
            for (uint32_t i = 0; i < x->n_results; i++) tri_value_map_set(s->values, x->results[i], x->results[i]);
    }
    for (uint32_t i = 0; i < op->n_results; i++) tri_value_map_set(s->values, op->results[i], copy->results[i]);
    return NULL;
}

tri_value *tri_scope_tile(scope *s, const tri_value *value)
{
    tri_value *there = known(s, value);
    if (there) return there;
    if (!value->op || !tri_is_view(value->op)) return NULL; /* the caller's order is wrong; reported by whoever finds the hole */
    tri_status_free(tri_scope_emit(s, value->op));          /* views do not fail */
    return tri_value_map_get(s->values, value);
}

/* The whole tile, with the statements that make it where they have not been emitted; null when it is not of this scope. */
static tri_value *whole_of(scope *s, const tri_value *value)
{
    tri_value *there = tri_scope_tile(s, value);
    const tri_op *op = value->op;
    if (there || !op || op->parent != s->t->kernel->body || op->kind == TRI_TILE_FOR) return there;
    for (uint32_t i = 0; i < op->n_operands; i++)
        if (op->operands[i]->type.kind == TRI_TYPE_TILE && !whole_of(s, op->operands[i])) return NULL;
    tri_status *status = tri_scope_emit(s, op);
    tri_status_free(status);
    return status ? NULL : tri_scope_tile(s, value);
}

tri_value *tri_scope_columns(scope *s, const tri_value *value, int64_t from, int64_t n)
{
    threads *t = s->t;
    tri_op *op = value->op;
    tri_type type = tri_share_type(t, value);
    int last = type.rank - 1;
    if (type.dims[last] == n && !from) return whole_of(s, value);
    bool made_here = op && !known(s, value);
    type.dims[last] = n;
    if (made_here && op->kind == TRI_TILE_FILL && !op->n_operands) return tri_tile_fill(s->block, type, tri_op_number(op, "value", 0));
    if (made_here && op->kind == TRI_TILE_LOAD && op->window[op->n_window - 1].kind == TRI_WINDOW_SLICE) {
        tri_coord window[TRI_MAX_RANK];
        tri_scope_window(s, op, t->spread[value->id], window);
        tri_coord *coord = &window[op->n_window - 1];
        coord->at = tri_tile_arith(s->block, TRI_SCALAR_ADD, coord->at, tri_tile_index(s->block, from * coord->step));
        coord->length = n;
        return tri_tile_load(s->block, t->func->body->args[op->operands[0]->index], window, tri_op_number(op, "fill", 0), op->label);
    }
    bool splits = made_here && (op->kind == TRI_TILE_MAP || (op->kind == TRI_TILE_RESHAPE && op->operands[0]->type.rank > 0 &&
                                                             op->operands[0]->type.dims[op->operands[0]->type.rank - 1] == value->type.dims[last]));
    if (!splits) {
        tri_value *whole = whole_of(s, value);
        if (!whole) return NULL;
        int64_t offsets[TRI_MAX_RANK] = {0};
        offsets[last] = from;
        tri_op *slice = tri_op_create(t->module, TRI_TILE_SLICE, TRI_NOWHERE, 1, &whole, 1, &type);
        tri_op_set_attr(t->module, slice, "offsets", tri_attr_integers(t->module, (size_t)type.rank, offsets));
        tri_block_append(s->block, slice);
        return slice->results[0];
    }
    tri_value **operands = TRI_NEW_ARRAY(t->arena, tri_value *, op->n_operands);
    for (uint32_t i = 0; i < op->n_operands; i++) {
        const tri_value *operand = op->operands[i];
        bool follows = operand->type.dims[operand->type.rank - 1] == value->type.dims[last];
        operands[i] = follows ? tri_scope_columns(s, operand, from, n) : whole_of(s, operand);
        if (!operands[i]) return NULL;
    }
    tri_op *copy = tri_op_clone(t->func, op, tri_value_map_create(t->arena));
    tri_op_set_operands(t->module, copy, op->n_operands, operands);
    for (uint32_t i = 0; i < op->n_results; i++) {
        copy->results[i]->type = tri_share_type(t, op->results[i]);
        copy->results[i]->type.dims[last] = n;
    }
    int d = t->spread[value->id];
    tri_value *row = op->kind == TRI_TILE_MAP && d >= 0 ? share_offset(s, value->type.dims[d]) : NULL;
    tri_value *column = op->kind == TRI_TILE_MAP && from ? tri_tile_index(s->block, from) : NULL;
    tri_block_append(s->block, copy);
    if (row) move_coordinates(t->func, copy, d, row);
    if (column) move_coordinates(t->func, copy, last, column);
    return copy->results[value->index];
}
