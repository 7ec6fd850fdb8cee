/* lowering/merge_maps.c - What: a map whose result is read by a map of the same result shape becomes part of it, so that an elementwise chain is one
 * statement; and the removal of statements nobody needs. Needs: a verified tile program. Guarantees: the same results bit for bit (every scalar op
 * keeps its dtype). Does not: duplicate work: a map with other users than the one it goes into stays as it is, unless all of them are maps that take
 * it; merge across blocks; take a map that has a label, which a schedule may name. Why it ends: each step removes a map. */
#include "lowering/lowering.h"

/* Puts `inner`'s body in front of `outer`'s and joins their operands. `inner` has one result. */
static void absorb(tri_op *outer, const tri_op *inner)
{
    tri_func *func = outer->parent->func;
    tri_module *module = func->module;
    tri_block *old = outer->regions[0];
    tri_value **operands = TRI_NEW_ARRAY(module->arena, tri_value *, outer->n_operands + inner->n_operands);
    tri_block *region = tri_block_create(func, outer);
    tri_value_map *map = tri_value_map_create(module->arena);
    uint32_t n = 0;
    /* Operands in order of first use, each once; what the inner map yields replaces the outer's argument. */
    for (int side = 0; side < 2; side++) {
        const tri_op *op = side ? inner : outer;
        for (uint32_t i = 0; i < op->n_operands; i++) {
            if (!side && op->operands[i] == inner->results[0]) continue;
            uint32_t at = 0;
            while (at < n && operands[at] != op->operands[i]) at++;
            if (at == n) {
                operands[n++] = op->operands[i];
                tri_block_add_arg(module, region, NULL, tri_scalar_of((tri_dtype)op->operands[i]->type.dtype));
            }
            tri_value_map_set(map, op->regions[0]->args[i], region->args[at]);
        }
    }
    for (const tri_op *op = inner->regions[0]->first; op->kind != TRI_TILE_YIELD; op = op->next)
        tri_block_append(region, tri_op_clone(func, op, map));
    tri_value *yielded = tri_value_map_get(map, inner->regions[0]->last->operands[0]);
    for (uint32_t i = 0; i < outer->n_operands; i++)
        if (outer->operands[i] == inner->results[0]) tri_value_map_set(map, old->args[i], yielded);
    for (const tri_op *op = old->first; op; op = op->next) tri_block_append(region, tri_op_clone(func, op, map));
    outer->regions[0] = region;
    tri_op_set_operands(module, outer, n, operands);
}

/* One number everywhere: it may be made again at any shape. */
static bool is_constant(const tri_op *map)
{
    for (const tri_op *op = map->regions[0]->first; op; op = op->next)
        if (op->kind == TRI_SCALAR_COORDINATE) return false;
    return map->n_operands == 0;
}

typedef struct merging {
    const uint32_t *uses;
    bool changed;
} merging;

/* A cast alone costs nothing where its result is used: as an operand's type. It moves behind views that add or drop dimensions of size 1. */
static bool is_cast(const tri_op *map)
{
    const tri_op *first = map->regions[0]->first;
    return map->n_operands == 1 && tri_shape_equal(&map->operands[0]->type, &map->results[0]->type) && first->kind == TRI_SCALAR_CONVERT &&
           first->next && first->next->kind == TRI_TILE_YIELD;
}

/* reshape(map()) as map(), for a constant: it may be made at any shape. */
static void lift_constant(tri_op *view)
{
    tri_func *func = view->parent->func;
    tri_op *copy = tri_op_clone(func, view->operands[0]->op, tri_value_map_create(func->module->arena));
    copy->results[0]->type = view->results[0]->type;
    tri_op_insert_before(copy, view);
    tri_replace_uses(func, view->results[0], copy->results[0]);
}

/* reshape(map(x)) as map(reshape(x)), for a cast. */
static void lift_cast(tri_op *view)
{
    tri_func *func = view->parent->func;
    tri_op *cast = view->operands[0]->op;
    tri_type narrow = view->results[0]->type, wide = narrow;
    narrow.dtype = cast->operands[0]->type.dtype;
    tri_op *moved = tri_op_create(func->module, TRI_TILE_RESHAPE, view->loc, 1, cast->operands, 1, &narrow);
    tri_op *copy = tri_op_clone(func, cast, tri_value_map_create(func->module->arena));
    tri_op_set_operands(func->module, copy, 1, moved->results);
    copy->results[0]->type = wide;
    tri_op_insert_before(moved, view);
    tri_op_insert_before(copy, view);
    tri_replace_uses(func, view->results[0], copy->results[0]);
}

static tri_status *merge_into(void *context, tri_op *op)
{
    merging *m = context;
    if (op->kind != TRI_TILE_MAP) return NULL;
    for (uint32_t i = 0; i < op->n_operands; i++) {
        tri_op *inner = op->operands[i]->op;
        tri_op *viewed = inner && inner->kind == TRI_TILE_RESHAPE && inner->parent == op->parent ? inner->operands[0]->op : NULL;
        if (viewed && viewed->parent == op->parent && viewed->kind == TRI_TILE_MAP && !viewed->label) {
            if (is_constant(viewed))
                lift_constant(inner);
            else if (is_cast(viewed) && tri_shape_equal(&viewed->results[0]->type, &viewed->operands[0]->type))
                lift_cast(inner);
            inner = op->operands[i]->op;
        }
        if (!inner || inner->kind != TRI_TILE_MAP || inner->n_results != 1 || inner->parent != op->parent || inner->label) continue;
        /* Constants, positions and casts cost nothing to repeat; everything else must have this one user, and its own shape must be the result's. */
        bool repeatable = inner->n_operands == 0;
        bool same_shape = tri_shape_equal(&inner->results[0]->type, &op->results[0]->type);
        uint32_t here = 0;
        for (uint32_t k = 0; k < op->n_operands; k++) here += op->operands[k] == op->operands[i];
        if (is_constant(inner) || is_cast(inner) || (same_shape && (repeatable || m->uses[op->operands[i]->id] == here))) {
            absorb(op, inner);
            m->changed = true;
            i = (uint32_t)-1; /* operands have changed: look at all of them again */
        }
    }
    return NULL;
}

/* Once more while maps merge: a value that several maps took has one user when they have become one. */
tri_status *tri_pass_merge_maps(tri_func *kernel)
{
    merging m;
    do {
        tri_func_number(kernel);
        m = (merging){.uses = tri_func_count_uses(kernel->module->arena, kernel)};
        TRI_TRY(tri_func_walk(kernel, merge_into, &m));
        TRI_TRY(tri_pass_remove_dead(kernel));
    } while (m.changed);
    return NULL;
}

static bool has_effect(const tri_op *op)
{
    switch (op->kind) {
    case TRI_TILE_STORE:
    case TRI_TILE_SIGNAL:
    case TRI_TILE_WAIT:
    case TRI_TILE_ASSUME:
    case TRI_TILE_YIELD:
    case TRI_TILE_COMBINE: return true;
    default: break;
    }
    for (uint32_t r = 0; r < op->n_regions; r++)
        for (const tri_op *inner = op->regions[r]->first; inner; inner = inner->next)
            if (tri_is_tile_op(inner->kind) && inner->kind != TRI_TILE_YIELD && has_effect(inner)) return true;
    return false;
}

/* From the end to the beginning, so that one pass removes whole chains. */
static void remove_dead_in(tri_block *block, uint32_t *uses)
{
    for (tri_op *op = block->last, *before; op; op = before) {
        before = op->prev;
        bool used = has_effect(op);
        for (uint32_t i = 0; i < op->n_results; i++) used |= uses[op->results[i]->id] > 0;
        if (used) {
            for (uint32_t r = 0; r < op->n_regions; r++) remove_dead_in(op->regions[r], uses);
            continue;
        }
        for (uint32_t i = 0; i < op->n_operands; i++) uses[op->operands[i]->id]--;
        tri_op_remove(op);
    }
}

tri_status *tri_pass_remove_dead(tri_func *kernel)
{
    tri_func_number(kernel);
    remove_dead_in(kernel->body, tri_func_count_uses(kernel->module->arena, kernel));
    return NULL;
}
