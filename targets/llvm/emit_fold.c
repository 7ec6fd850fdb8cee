/* targets/llvm/emit_fold.c - the statements with a region of scalar ops: map, reduce and scan. A fold's order is fixed: ascending within a part, then
 * the parts in ascending order. */
#include "targets/llvm/emit_internal.h"

/* ---- map ---- */

tri_status *tri_emit_map(tri_emitter *e, const tri_op *op)
{
    const tri_type *type = &op->results[0]->type;
    tri_layout layout = e->layouts[op->results[0]->id];
    tri_source *sources = TRI_NEW_ARRAY(e->arena, tri_source, op->n_operands);
    const tri_tile **direct = TRI_NEW_ARRAY(e->arena, const tri_tile *, op->n_operands); /* operands that lie right already */
    tri_stage_begin(e);
    for (uint32_t i = 0; i < op->n_operands; i++) {
        const tri_tile *tile = &e->tiles[op->operands[i]->id];
        if (tri_layout_equal(&tile->layout, &layout) && tri_shape_equal(&tile->type, type))
            direct[i] = tile;
        else
            sources[i] = tri_stage_put(e, tile);
    }
    tri_stage_ready(e);
    for (uint32_t i = 0; i < op->n_results; i++) e->tiles[op->results[i]->id] = tri_tile_of_layout(e, op->results[i]->type, layout);
    tri_ref *arguments = TRI_NEW_ARRAY(e->arena, tri_ref, op->n_operands), *results = TRI_NEW_ARRAY(e->arena, tri_ref, op->n_results);
    for (int r = 0; r < (int)tri_layout_registers(e, &layout); r++) {
        tri_ref coordinates[TRI_MAX_RANK];
        tri_layout_coordinates(e, type, tri_layout_readable(e, &layout, r), coordinates);
        for (uint32_t i = 0; i < op->n_operands; i++)
            arguments[i] =
                direct[i] ? direct[i]->at[r]
                          : tri_stage_get(e, &sources[i], tri_layout_linearise(e, &sources[i].type, coordinates)); /* repeats dimensions of size 1 */
        TRI_TRY(tri_scalar_region(e, op->regions[0], arguments, coordinates, results));
        for (uint32_t i = 0; i < op->n_results; i++) e->tiles[op->results[i]->id].at[r] = results[i];
    }
    return NULL;
}

/* ---- folds ---- */

/* Tiles [outer, length, inner] folded along the middle. */
typedef struct fold {
    const tri_op *op;
    int n; /* tiles */
    int64_t outer, length, inner;
} fold;

static fold fold_of(const tri_op *op)
{
    const tri_type *type = &op->operands[0]->type;
    int dim = (int)tri_op_integer(op, "dim", 0);
    fold f = {.op = op, .n = (int)op->n_operands, .outer = 1, .length = type->dims[dim], .inner = 1};
    for (int d = 0; d < type->rank; d++) {
        if (d < dim) f.outer *= type->dims[d];
        if (d > dim) f.inner *= type->dims[d];
    }
    return f;
}

static tri_ref element_at(tri_emitter *e, const fold *f, tri_ref outer, tri_ref along, tri_ref inner)
{
    tri_type type = {.rank = 3, .dims = {f->outer, f->length, f->inner}};
    return tri_layout_linearise(e, &type, (tri_ref[]){outer, along, inner});
}

/* A loop over 1 <= j < trips that carries f->n values; between begin and end the body is emitted. */
typedef struct loop {
    tri_ref counter, back, head, end, next;
    tri_ref *carried, *carried_next;
    const char **types;
    int n;
} loop;

static loop begin_loop(tri_emitter *e, const fold *f, int64_t trips, const tri_ref *initial)
{
    tri_ref before = e->label, inside = tri_emit_new_label(e), head = tri_emit_new_label(e), back = tri_emit_new_label(e);
    loop l = {.n = f->n, .head = head, .back = back, .end = tri_emit_new_label(e)};
    l.carried = TRI_NEW_ARRAY(e->arena, tri_ref, f->n);
    l.carried_next = TRI_NEW_ARRAY(e->arena, tri_ref, f->n);
    l.types = TRI_NEW_ARRAY(e->arena, const char *, f->n);
    l.next = tri_arena_printf(e->arena, "%%n%u", e->next++);
    tri_emit_line(e, "br label %%%s", l.head);
    tri_emit_label(e, l.head);
    l.counter = tri_emit(e, "phi i32 [ 1, %%%s ], [ %s, %%%s ]", before, l.next, l.back);
    for (int i = 0; i < f->n; i++) {
        l.types[i] = tri_scalar_type((tri_dtype)f->op->operands[i]->type.dtype);
        l.carried_next[i] = tri_arena_printf(e->arena, "%%n%u", e->next++);
        l.carried[i] = tri_emit(e, "phi %s [ %s, %%%s ], [ %s, %%%s ]", l.types[i], initial[i], before, l.carried_next[i], l.back);
    }
    tri_ref more = tri_emit(e, "icmp slt i32 %s, %lld", l.counter, (long long)trips);
    tri_emit_line(e, "br i1 %s, label %%%s, label %%%s", more, inside, l.end);
    tri_emit_label(e, inside);
    return l;
}

static void end_loop(tri_emitter *e, const loop *l, const tri_ref *values)
{
    for (int i = 0; i < l->n; i++) tri_emit_line(e, "%s = bitcast %s %s to %s", l->carried_next[i], l->types[i], values[i], l->types[i]);
    tri_emit_line(e, "br label %%%s", l->back);
    tri_emit_label(e, l->back);
    tri_emit_line(e, "%s = add i32 %s, 1", l->next, l->counter);
    tri_emit_line(e, "br label %%%s", l->head);
    tri_emit_label(e, l->end);
}

/* Folds each run of `part` elements along the middle to one: [outer, length, inner] becomes [outer, parts, inner], a thread an element of that. */
static tri_status *fold_parts(tri_emitter *e, const fold *f, const tri_tile *from, int64_t part, tri_tile *to)
{
    int64_t parts = (f->length + part - 1) / part;
    tri_type type = {.kind = TRI_TYPE_TILE, .rank = 3, .dims = {f->outer, parts, f->inner}};
    tri_source *sources = TRI_NEW_ARRAY(e->arena, tri_source, f->n);
    tri_ref *arguments = TRI_NEW_ARRAY(e->arena, tri_ref, 2 * f->n), *results = TRI_NEW_ARRAY(e->arena, tri_ref, f->n);
    tri_stage_begin(e);
    for (int i = 0; i < f->n; i++) sources[i] = tri_stage_put(e, &from[i]);
    tri_stage_ready(e);
    for (int i = 0; i < f->n; i++) {
        type.dtype = from[i].type.dtype;
        to[i] = tri_tile_of_layout(e, type, tri_layout_default(&type));
    }
    for (int r = 0; r < to[0].n; r++) {
        tri_ref at[3];
        tri_layout_coordinates(e, &type, tri_layout_readable(e, &to[0].layout, r), at);
        tri_ref first = part == 1 ? at[1] : tri_emit(e, "mul i32 %s, %lld", at[1], (long long)part), element = element_at(e, f, at[0], first, at[2]);
        for (int i = 0; i < f->n; i++) results[i] = tri_stage_get(e, &sources[i], element);
        loop l = begin_loop(e, f, part, results);
        tri_ref along = tri_emit(e, "add i32 %s, %s", first, l.counter), inside = NULL;
        if (f->length % part) {
            inside = tri_emit(e, "icmp slt i32 %s, %lld", along, (long long)f->length);
            along = tri_emit(e, "select i1 %s, i32 %s, i32 %s", inside, along, first);
        }
        element = element_at(e, f, at[0], along, at[2]);
        for (int i = 0; i < f->n; i++) {
            arguments[i] = l.carried[i];
            arguments[f->n + i] = tri_stage_get(e, &sources[i], element);
        }
        TRI_TRY(tri_scalar_region(e, f->op->regions[0], arguments, NULL, results));
        for (int i = 0; i < f->n; i++) results[i] = tri_scalar_select(e, (tri_dtype)to[i].type.dtype, inside, results[i], l.carried[i]);
        end_loop(e, &l, results);
        for (int i = 0; i < f->n; i++) to[i].at[r] = l.carried[i];
    }
    return NULL;
}

static const tri_tile *operand_tiles(tri_emitter *e, const tri_op *op)
{
    tri_tile *tiles = TRI_NEW_ARRAY(e->arena, tri_tile, op->n_operands);
    for (uint32_t i = 0; i < op->n_operands; i++) tiles[i] = e->tiles[op->operands[i]->id];
    return tiles;
}

/* First in as many parts as there are threads for, then the parts. */
tri_status *tri_emit_reduce(tri_emitter *e, const tri_op *op)
{
    fold f = fold_of(op);
    if (!f.length) return tri_emit_unsupported(op, "it folds no elements, which has no value");
    const tri_tile *from = operand_tiles(e, op);
    tri_tile *to = TRI_NEW_ARRAY(e->arena, tri_tile, f.n);
    int64_t results = f.outer * f.inner, parts = 1;
    while (2 * parts * results <= e->threads && 4 * parts * parts <= f.length) parts *= 2;
    if (parts > 1) {
        int64_t part = (f.length + parts - 1) / parts;
        TRI_TRY(fold_parts(e, &f, from, part, to));
        f.length = (f.length + part - 1) / part;
        tri_tile *partial = TRI_NEW_ARRAY(e->arena, tri_tile, f.n);
        memcpy(partial, to, (size_t)f.n * sizeof *to);
        from = partial;
    }
    TRI_TRY(fold_parts(e, &f, from, f.length, to));
    for (int i = 0; i < f.n; i++) {
        to[i].type = op->results[i]->type;
        e->tiles[op->results[i]->id] = to[i];
    }
    return NULL;
}

/* A thread walks a line and leaves the running values in shared memory, from where the result is read. */
tri_status *tri_emit_scan(tri_emitter *e, const tri_op *op)
{
    fold f = fold_of(op);
    const tri_tile *from = operand_tiles(e, op);
    int64_t elements = f.outer * f.length * f.inner;
    tri_type lines = {.kind = TRI_TYPE_TILE, .rank = 3, .dims = {f.outer, 1, f.inner}};
    tri_layout layout = tri_layout_linear(&lines);
    tri_source *sources = TRI_NEW_ARRAY(e->arena, tri_source, f.n), *sums = TRI_NEW_ARRAY(e->arena, tri_source, f.n);
    tri_ref *arguments = TRI_NEW_ARRAY(e->arena, tri_ref, 2 * f.n), *results = TRI_NEW_ARRAY(e->arena, tri_ref, f.n);
    tri_stage_begin(e);
    for (int i = 0; i < f.n; i++) {
        sources[i] = tri_stage_put(e, &from[i]);
        sums[i] = (tri_source){.type = from[i].type,
                               .offset = tri_stage_room(e, (elements + e->threads) * (int64_t)tri_dtype_bytes((tri_dtype)from[i].type.dtype))};
    }
    tri_stage_ready(e);
    for (int r = 0; elements && r < (int)tri_layout_registers(e, &layout); r++) {
        tri_ref valid, line = tri_layout_element(e, &layout, r, &valid), at[3];
        tri_ref behind = tri_emit(e, "add i32 %s, %lld", e->thread, (long long)elements);
        if (valid) line = tri_emit(e, "select i1 %s, i32 %s, i32 0", valid, line);
        tri_layout_coordinates(e, &lines, line, at);
        tri_ref element = element_at(e, &f, at[0], "0", at[2]),
                place = valid ? tri_emit(e, "select i1 %s, i32 %s, i32 %s", valid, element, behind) : element;
        for (int i = 0; i < f.n; i++) {
            results[i] = tri_stage_get(e, &sources[i], element);
            tri_stage_store(e, (tri_dtype)sums[i].type.dtype, sums[i].offset, place, results[i]);
        }
        loop l = begin_loop(e, &f, f.length, results);
        element = element_at(e, &f, at[0], l.counter, at[2]);
        place = valid ? tri_emit(e, "select i1 %s, i32 %s, i32 %s", valid, element, behind) : element;
        for (int i = 0; i < f.n; i++) {
            arguments[i] = l.carried[i];
            arguments[f.n + i] = tri_stage_get(e, &sources[i], element);
        }
        TRI_TRY(tri_scalar_region(e, op->regions[0], arguments, NULL, results));
        for (int i = 0; i < f.n; i++) tri_stage_store(e, (tri_dtype)sums[i].type.dtype, sums[i].offset, place, results[i]);
        end_loop(e, &l, results);
    }
    tri_stage_ready(e);
    for (int i = 0; i < f.n; i++) {
        const tri_value *result = op->results[i];
        tri_tile tile = tri_tile_of_layout(e, result->type, e->layouts[result->id]);
        for (int r = 0; r < tile.n; r++) tile.at[r] = tri_stage_get(e, &sums[i], tri_layout_readable(e, &tile.layout, r));
        e->tiles[result->id] = tile;
    }
    return NULL;
}
