/* lowering/expand_share.c - one part of the statements of a kernel: which dimension of each tile is dealt out, over the ranks of a cluster and over
 * the instances of a role, and statements made for such a share, or for a few columns. Needs: a kernel with ids. Guarantees: part i of n holds
 * positions [i, i + 1) / n of the dimension, instances those of their rank's part; all parts are equal. */
#include "lowering/expand_threads.h"

bool tri_is_view(const tri_op *op)
{
    return op->kind == TRI_TILE_RESHAPE || op->kind == TRI_TILE_TRANSPOSE || op->kind == TRI_TILE_SLICE || op->kind == TRI_TILE_FILL;
}

/* ---- which dimension ---- */

static const char *const parts_names[LEVELS] = {[OVER_RANKS] = "the ranks of the cluster", [OVER_GROUPS] = "the groups"};

typedef struct analysis {
    threads *t;
    level level;
    bool changed;
    tri_status *error;
} analysis;

static int8_t *dim_of(const analysis *a, const tri_value *value) { return &a->t->cuts[value->id].dim[a->level]; }

static tri_status *refuse(const tri_op *op, level level, const char *what)
{
    return tri_error(TRI_UNSUPPORTED, op->loc, "expanding a schedule: %s%s%s: %s %s", tri_op_row_of(op->kind)->text, op->label ? " @" : "",
                     op->label ? op->label : "", what, parts_names[level]);
}

static void refuse_here(analysis *a, const tri_op *op, const char *what)
{
    if (!a->error) a->error = refuse(op, a->level, what);
}

static void tie(analysis *a, const tri_op *op, const tri_value *x, int dx, const tri_value *y, int dy)
{
    int64_t sx = dx < 0 ? 1 : x->type.dims[dx], sy = dy < 0 ? 1 : y->type.dims[dy], n = a->t->parts[a->level];
    bool merged =
        op->kind == TRI_TILE_RESHAPE && sx % n == 0 && sy % n == 0; /* contiguous shares stay contiguous when dimensions merge behind them */
    if (dx < 0 || dy < 0 || (sx != sy && !merged)) return;
    for (int side = 0; side < 2; side++) {
        const tri_value *from = side ? y : x, *to = side ? x : y;
        int df = side ? dy : dx, dt = side ? dx : dy;
        if (*dim_of(a, from) != df || *dim_of(a, to) == dt) continue;
        if (*dim_of(a, to) >= 0) return refuse_here(a, op, "two dimensions of one tile would be spread over");
        *dim_of(a, to) = (int8_t)dt;
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
            if (*dim_of(a, op->operands[o]) == dim) refuse_here(a, op, "it reduces the dimension that is spread over");
            for (int d = 0; d < rank; d++)
                if (d != dim) tie(a, op, op->operands[o], d, op->results[0], d);
        }
        break;
    case TRI_TILE_MMA:
        if (*dim_of(a, op->operands[0]) == rank - 1 || *dim_of(a, op->operands[1]) == rank - 2)
            refuse_here(a, op, "it contracts the dimension that is spread over");
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

static tri_status *analyse(threads *t, level level, const tri_spread *spread)
{
    if (spread->n == 1) return NULL;
    if (!spread->label)
        return tri_error(TRI_UNSUPPORTED, t->kernel->loc, "schedule of kernel '%s': nothing is spread along the programs over %s", t->kernel->name,
                         parts_names[level]);
    tri_func *kernel = (tri_func *)t->kernel; /* walked, not changed */
    const tri_op *op = tri_func_find_label(kernel, spread->label);
    const tri_value *named = op && op->n_results ? op->results[0] : NULL;
    if (!named || spread->dim >= named->type.rank || named->type.dims[spread->dim] % spread->n)
        return tri_error(TRI_INVALID, t->kernel->loc, "schedule of kernel '%s': dimension %d of @%s cannot be spread over %s, which are %lld",
                         t->kernel->name, spread->dim, spread->label, parts_names[level], (long long)spread->n);
    t->parts[level] = spread->n;
    t->cuts[named->id].dim[level] = (int8_t)spread->dim;
    analysis a = {.t = t, .level = level, .changed = true};
    while (a.changed) {
        a.changed = false;
        TRI_TRY(tri_func_walk(kernel, tie_op, &a));
    }
    return NULL;
}

/* Whether the window takes its positions along this dimension of the tile from a tile. */
static bool gathers(const tri_op *op, int dim)
{
    for (uint32_t w = 0, d = 0; w < op->n_window; w++) {
        if (op->window[w].kind == TRI_WINDOW_POINT) continue;
        if ((int)d++ == dim) return op->window[w].kind == TRI_WINDOW_GATHER;
    }
    return false;
}

/* All parts are equal; a store has parts, or each of them would write the same. */
static tri_status *check_cuts(void *context, tri_op *op)
{
    const threads *t = context;
    for (int l = 0; l < LEVELS; l++) {
        if (t->parts[l] == 1) continue;
        for (uint32_t i = 0; i < op->n_results; i++) {
            int64_t parts = 1;
            int d = t->cuts[op->results[i]->id].dim[l];
            for (int other = 0; other < LEVELS && d >= 0; other++) parts *= t->cuts[op->results[i]->id].dim[other] == d ? t->parts[other] : 1;
            if (parts > 1 && op->results[i]->type.dims[d] % parts) return refuse(op, (level)l, "its tile cannot be divided evenly among");
        }
        if (!op->n_window) continue;
        int d = t->cuts[(op->kind == TRI_TILE_STORE ? op->operands : op->results)[0]->id].dim[l];
        if (op->kind == TRI_TILE_STORE && d < 0) return refuse(op, (level)l, "it would be done by each of");
        if (gathers(op, d)) return refuse(op, (level)l, "its positions come from a tile and cannot be divided among");
    }
    return NULL;
}

tri_status *tri_share_analyse(threads *t)
{
    for (uint32_t i = 0; i < t->kernel->n_values; i++) t->cuts[i] = (cut){{-1, -1}};
    TRI_TRY(analyse(t, OVER_RANKS, &t->schedule->cluster));
    TRI_TRY(analyse(t, OVER_GROUPS, &t->schedule->groups));
    return tri_func_walk((tri_func *)t->kernel, check_cuts, t);
}

tri_type tri_part_type(const threads *t, const tri_type *tile, cut cut)
{
    tri_type part = *tile;
    for (int l = 0; l < LEVELS; l++)
        if (cut.dim[l] >= 0) part.dims[cut.dim[l]] /= t->parts[l];
    return part;
}

tri_type tri_share_type(const threads *t, const tri_value *value) { return tri_part_type(t, &value->type, t->cuts[value->id]); }

cut tri_slot_cut(const threads *t, const tri_value *tile) { return (cut){{[OVER_RANKS] = t->cuts[tile->id].dim[OVER_RANKS], [OVER_GROUPS] = -1}}; }

bool tri_is_multicast(const threads *t, const tri_value *tile) { return t->parts[OVER_RANKS] > 1 && t->cuts[tile->id].dim[OVER_RANKS] < 0; }

tri_value *tri_part_begin(scope *s, cut cut, int dim, int64_t size)
{
    tri_value *at = NULL;
    for (int l = 0; l < LEVELS; l++) {
        if (cut.dim[l] != dim || !s->part[l]) continue;
        size /= s->t->parts[l];
        tri_value *begin = tri_tile_arith(s->block, TRI_SCALAR_MULTIPLY, s->part[l], tri_tile_index(s->block, size));
        at = at ? tri_tile_arith(s->block, TRI_SCALAR_ADD, at, begin) : begin;
    }
    return at;
}

tri_value *tri_share_await(scope *s, const tri_value *tile)
{
    tri_value *slot = tri_sched_await(s->block, s->t->rings[tile->id]), *offsets[TRI_MAX_RANK];
    const cut within = {{[OVER_RANKS] = -1, [OVER_GROUPS] = s->t->cuts[tile->id].dim[OVER_GROUPS]}};
    int d = within.dim[OVER_GROUPS];
    if (d < 0 || !s->part[OVER_GROUPS]) return slot;
    for (int i = 0; i < tile->type.rank; i++) offsets[i] = tri_tile_index(s->block, 0);
    offsets[d] = tri_part_begin(s, within, d, slot->type.dims[d]);
    return tri_sched_part(s->block, slot, offsets, tri_share_type(s->t, tile));
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

void tri_scope_window(scope *s, const tri_op *op, cut cut, tri_coord *out_window)
{
    int d = 0;
    for (uint32_t w = 0; w < op->n_window; w++) {
        const tri_window_dim *dim = &op->window[w];
        tri_coord coord = {.kind = (tri_window_kind)dim->kind, .length = dim->length, .step = dim->step};
        coord.at = dim->kind == TRI_WINDOW_GATHER ? tri_scope_tile(s, op->operands[dim->operand]) : tri_scope_index(s, op->operands[dim->operand]);
        if (dim->lim) coord.lim = tri_scope_index(s, op->operands[dim->lim]);
        tri_value *begin = dim->kind != TRI_WINDOW_POINT ? tri_part_begin(s, cut, d, dim->length) : NULL;
        if (begin) {
            coord.at = tri_tile_arith(s->block, TRI_SCALAR_ADD, coord.at,
                                      tri_tile_arith(s->block, TRI_SCALAR_MULTIPLY, begin, tri_tile_index(s->block, dim->step)));
            for (int l = 0; l < LEVELS; l++)
                if (cut.dim[l] == d && s->part[l]) coord.length /= s->t->parts[l];
        }
        d += dim->kind != TRI_WINDOW_POINT;
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

/* Where the part of a map's result that is here begins, by dimension: in its region, coordinates count from there. */
static void find_begins(scope *s, const tri_op *op, tri_value **out)
{
    const tri_value *value = op->n_results ? op->results[0] : NULL;
    for (int d = 0; d < TRI_MAX_RANK; d++)
        out[d] = op->kind == TRI_TILE_MAP && d < value->type.rank ? tri_part_begin(s, s->t->cuts[value->id], d, value->type.dims[d]) : NULL;
}

static void append_moved(scope *s, tri_op *copy, tri_value *const *begins)
{
    tri_block_append(s->block, copy);
    for (int d = 0; d < TRI_MAX_RANK; d++)
        if (begins[d]) move_coordinates(s->t->func, copy, d, begins[d]);
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
    t->module->here = op->loc;
    if (op->kind == TRI_TILE_IF) return emit_if(s, op);
    if (op->kind == TRI_TILE_LOAD || op->kind == TRI_TILE_STORE) {
        tri_coord window[TRI_MAX_RANK];
        const tri_value *tile = op->kind == TRI_TILE_LOAD ? op->results[0] : op->operands[0];
        tri_value *stored = op->kind == TRI_TILE_STORE ? tri_scope_tile(s, tile) : NULL;
        if (op->kind == TRI_TILE_STORE && !stored) return hole(op);
        tri_scope_window(s, op, t->cuts[tile->id], window);
        tri_value *buffer = t->func->body->args[op->operands[op->kind == TRI_TILE_STORE]->index];
        if (stored)
            tri_tile_store(s->block, stored, buffer, window, tri_op_text(op, "mode", "set"), op->label);
        else
            tri_value_map_set(s->values, tile, tri_tile_load(s->block, buffer, window, tri_op_number(op, "fill", 0), op->label));
        return NULL;
    }
    tri_value **operands = TRI_NEW_ARRAY(t->arena, tri_value *, op->n_operands), *begins[TRI_MAX_RANK];
    for (uint32_t i = 0; i < op->n_operands; i++)
        operands[i] = op->operands[i]->type.kind == TRI_TYPE_INDEX ? tri_scope_index(s, op->operands[i]) : tri_scope_tile(s, op->operands[i]);
    for (uint32_t i = 0; i < op->n_operands; i++)
        if (!operands[i]) return hole(op);
    tri_op *copy = tri_op_clone(t->func, op, tri_value_map_create(t->arena));
    tri_op_set_operands(t->module, copy, op->n_operands, operands);
    for (uint32_t i = 0; i < op->n_results; i++) copy->results[i]->type = tri_share_type(t, op->results[i]);
    find_begins(s, op, begins);
    append_moved(s, copy, begins);
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
    tri_status *hole = tri_scope_emit(s, value->op);        /* in what it is a view of */
    tri_status_free(hole);
    return hole ? NULL : tri_value_map_get(s->values, value);
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
        tri_scope_window(s, op, t->cuts[value->id], window);
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
        tri_op *slice = tri_op_create(t->module, TRI_TILE_SLICE, t->module->here, 1, &whole, 1, &type);
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
    tri_value *begins[TRI_MAX_RANK], *column = op->kind == TRI_TILE_MAP && from ? tri_tile_index(s->block, from) : NULL;
    find_begins(s, op, begins);
    append_moved(s, copy, begins);
    if (column) move_coordinates(t->func, copy, last, column);
    return copy->results[value->index];
}
