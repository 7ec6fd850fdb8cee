/* lowering/simplify.c - What: the rules of simplify.def, structural identities (a reshape to the same shape, a broadcast of a broadcast, ...),
 * folding of small constants by the evaluator, merging of equal ops, removal of unused ones; to a fixed point. Needs: one verified function without
 * calls. Guarantees: the same results, bit for bit. Does not: move anything across a cast, reassociate, or make literals larger than FOLD_LIMIT. Why
 * it ends: every step removes an op or makes a term smaller by the rules' order; a limit on rounds backs that up. */
#include "ir/eval.h"
#include "kernels/demand.h"
#include "lowering/lowering.h"
#include "lowering/rules.h"

enum { FOLD_LIMIT = 4096, MOST_ROUNDS = 64 };

/* ---- structural identities ---- */

static bool is_identity_permutation(const int64_t *permutation, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (permutation[i] != (int64_t)i) return false;
    return true;
}

static tri_value *insert(tri_module *module, tri_op *before, tri_op_kind kind, tri_value *operand, const char *attr, size_t n, const int64_t *list)
{
    tri_op *op = tri_op_create(module, kind, before->loc, 1, &operand, 1, &before->results[0]->type);
    if (attr) tri_op_set_attr(module, op, attr, tri_attr_integers(module, n, list));
    tri_op_insert_before(op, before);
    return op->results[0];
}

/* reshape(slice(x)) as slice(reshape(x)), where the slice of one dimension is one of a dimension of the new shape as well: views before what moves.
 */
static tri_value *slice_of_reshape(tri_module *module, tri_op *op)
{
    const tri_op *slice = op->operands[0]->op;
    const tri_type *whole = &slice->operands[0]->type, *part = &slice->results[0]->type;
    const int64_t *starts, *strides;
    int cut = -1;
    tri_op_integers(slice, "start_indices", &starts);
    for (size_t n = tri_op_integers(slice, "strides", &strides); n-- > 0;)
        if (strides[n] != 1) return NULL;
    for (int d = 0; d < whole->rank; d++) {
        if (part->dims[d] == whole->dims[d]) continue;
        if (cut >= 0) return NULL;
        cut = d;
    }
    if (cut < 0) return NULL;
    int64_t inner = 1, outer = 1, before = 1, behind = 1;
    for (int d = cut + 1; d < whole->rank; d++) inner *= whole->dims[d];
    for (int d = 0; d < cut; d++) outer *= whole->dims[d];
    /* The new dimension that holds the cut: as many elements before it, and whole multiples of what is cut behind it. */
    tri_type type = op->results[0]->type;
    int at = 0;
    while (at < type.rank && (before < outer || type.dims[at] == 1)) before *= type.dims[at++];
    for (int d = at + 1; d < type.rank; d++) behind *= type.dims[d];
    if (at == type.rank || before != outer || !inner || !behind || whole->dims[cut] * inner % behind || starts[cut] * inner % behind ||
        type.dims[at] * behind != part->dims[cut] * inner)
        return NULL;
    int64_t from[TRI_MAX_RANK] = {0}, to[TRI_MAX_RANK], step[TRI_MAX_RANK];
    for (int d = 0; d < type.rank; d++) {
        to[d] = type.dims[d];
        step[d] = 1;
    }
    from[at] = starts[cut] * inner / behind;
    to[at] += from[at];
    type.dims[at] = whole->dims[cut] * inner / behind;
    tri_op *view = tri_op_create(module, TRI_OP_RESHAPE, op->loc, 1, slice->operands, 1, &type);
    tri_op_insert_before(view, op);
    tri_op *moved = tri_op_create(module, TRI_OP_SLICE, op->loc, 1, view->results, 1, &op->results[0]->type);
    tri_op_set_attr(module, moved, "start_indices", tri_attr_integers(module, (size_t)type.rank, from));
    tri_op_set_attr(module, moved, "limit_indices", tri_attr_integers(module, (size_t)type.rank, to));
    tri_op_set_attr(module, moved, "strides", tri_attr_integers(module, (size_t)type.rank, step));
    tri_op_insert_before(moved, op);
    return moved->results[0];
}

/* The value that op is, when it is one that exists already or a simpler op; null when nothing is to be gained. */
static tri_value *identity(tri_module *module, tri_op *op)
{
    if (!op->n_operands) return NULL;
    tri_value *x = op->operands[0];
    const int64_t *outer, *inner;
    size_t n;
    switch (op->kind) {
    case TRI_OP_CUSTOM_CALL: return op->n_operands == 1 && op->n_results == 1 && tri_type_equal(&x->type, &op->results[0]->type) ? x : NULL;
    case TRI_OP_CONVERT:
    case TRI_OP_BITCAST_CONVERT: return tri_type_equal(&x->type, &op->results[0]->type) ? x : NULL;
    case TRI_OP_RESHAPE:
        if (tri_type_equal(&x->type, &op->results[0]->type)) return x;
        if (x->op && x->op->kind == TRI_OP_SLICE) return tri_classify(op) == TRI_FUSE_VIEW ? slice_of_reshape(module, op) : NULL;
        return x->op && x->op->kind == TRI_OP_RESHAPE ? insert(module, op, TRI_OP_RESHAPE, x->op->operands[0], NULL, 0, NULL) : NULL;
    case TRI_OP_TRANSPOSE: {
        n = tri_op_integers(op, "permutation", &outer);
        if (is_identity_permutation(outer, n)) return x;
        if (!x->op || x->op->kind != TRI_OP_TRANSPOSE) return NULL;
        tri_op_integers(x->op, "permutation", &inner);
        int64_t composed[TRI_MAX_RANK];
        for (size_t i = 0; i < n; i++) composed[i] = inner[outer[i]];
        return insert(module, op, TRI_OP_TRANSPOSE, x->op->operands[0], "permutation", n, composed);
    }
    case TRI_OP_BROADCAST_IN_DIM: {
        n = tri_op_integers(op, "broadcast_dimensions", &outer);
        if (tri_type_equal(&x->type, &op->results[0]->type) && is_identity_permutation(outer, n)) return x;
        if (!x->op || x->op->kind != TRI_OP_BROADCAST_IN_DIM) return NULL;
        n = tri_op_integers(x->op, "broadcast_dimensions", &inner);
        int64_t composed[TRI_MAX_RANK];
        for (size_t i = 0; i < n; i++) composed[i] = outer[inner[i]];
        return insert(module, op, TRI_OP_BROADCAST_IN_DIM, x->op->operands[0], "broadcast_dimensions", n, composed);
    }
    case TRI_OP_SLICE: {
        n = tri_op_integers(op, "strides", &inner);
        for (size_t i = 0; i < n; i++)
            if (inner[i] != 1) return NULL;
        return tri_type_equal(&x->type, &op->results[0]->type) ? x : NULL;
    }
    case TRI_OP_CONCATENATE: return op->n_operands == 1 ? x : NULL;
    default: return NULL;
    }
}

/* ---- constants ---- */

static bool foldable(const tri_op *op)
{
    tri_fusion_class class_ = tri_classify(op);
    if (op->n_results != 1 || class_ == TRI_FUSE_OTHER || class_ == TRI_FUSE_BUFFER || op->kind == TRI_OP_CONSTANT || op->kind == TRI_OP_DOT_GENERAL)
        return false;
    for (uint32_t i = 0; i < op->n_operands; i++) {
        const tri_op *from = op->operands[i]->op;
        if (!from || from->kind != TRI_OP_CONSTANT || tri_type_elements(&from->results[0]->type) > FOLD_LIMIT) return false;
    }
    return op->n_operands && tri_type_elements(&op->results[0]->type) <= FOLD_LIMIT;
}

static bool all_equal(const tri_tensor *tensor)
{
    size_t bytes = tri_dtype_bytes((tri_dtype)tensor->type.dtype);
    int64_t n = tri_type_elements(&tensor->type);
    for (int64_t i = 1; i < n; i++)
        if (memcmp(tensor->data, (const char *)tensor->data + (size_t)i * bytes, bytes)) return false;
    return n > 0;
}

static tri_status *fold(tri_module *module, tri_op *op, tri_value **out_value)
{
    /* Data movement of one number everywhere is that number in another shape. */
    const tri_attr *splat = tri_splat_of(op->operands[0]);
    if (tri_splat_of(op->results[0])) {
        tri_op *constant = tri_op_create(module, TRI_OP_CONSTANT, op->loc, 0, NULL, 1, &op->results[0]->type);
        tri_op_set_attr(module, constant, "value", tri_attr_elements(module, op->results[0]->type, true, splat->data));
        tri_op_insert_before(constant, op);
        *out_value = constant->results[0];
        return NULL;
    }
    if (!foldable(op)) return NULL;
    tri_tensor *operands = TRI_NEW_ARRAY(module->arena, tri_tensor, op->n_operands), result;
    for (uint32_t i = 0; i < op->n_operands; i++) {
        const tri_attr *literal = tri_op_attr(op->operands[i]->op, "value");
        tri_type type = op->operands[i]->type;
        size_t bytes = tri_dtype_bytes((tri_dtype)type.dtype);
        operands[i].type = type;
        operands[i].data = tri_arena_alloc(module->arena, tri_type_bytes(&type));
        for (int64_t k = 0; k < tri_type_elements(&type); k++)
            memcpy((char *)operands[i].data + (size_t)k * bytes, (const char *)literal->data + (literal->splat ? 0 : (size_t)k * bytes), bytes);
    }
    TRI_TRY(tri_eval_op(op, operands, &result, NULL));
    tri_op *constant = tri_op_create(module, TRI_OP_CONSTANT, op->loc, 0, NULL, 1, &op->results[0]->type);
    tri_op_set_attr(module, constant, "value", tri_attr_elements(module, op->results[0]->type, all_equal(&result), result.data));
    tri_tensor_free(&result, 1);
    tri_op_insert_before(constant, op);
    *out_value = constant->results[0];
    return NULL;
}

/* ---- equal ops ---- */

static bool equal_ops(const tri_op *a, const tri_op *b)
{
    if (a->kind != b->kind || a->n_operands != b->n_operands || a->n_results != b->n_results || a->n_regions || b->n_regions) return false;
    for (uint32_t i = 0; i < a->n_operands; i++)
        if (a->operands[i] != b->operands[i]) return false;
    for (uint32_t i = 0; i < a->n_results; i++)
        if (!tri_type_equal(&a->results[i]->type, &b->results[i]->type)) return false;
    return tri_op_hash(a) == tri_op_hash(b);
}

/* What was replaced further up is entered where it is used: one walk down the function replaces any number of values. */
static void enter_replacements(tri_op *op, const tri_value_map *replaced)
{
    for (uint32_t i = 0; i < op->n_operands; i++) op->operands[i] = tri_value_map_get(replaced, op->operands[i]);
    for (uint32_t r = 0; r < op->n_regions; r++)
        for (tri_op *inner = op->regions[r]->first; inner; inner = inner->next) enter_replacements(inner, replaced);
}

/* Open addressing over op hashes; the first of equal ops stays. */
static bool merge_equal(tri_module *module, tri_func *func)
{
    size_t n = 0, room = 64;
    for (tri_op *op = func->body->first; op; op = op->next) n++;
    while (room < 2 * n) room *= 2;
    tri_op **table = TRI_NEW_ARRAY(module->arena, tri_op *, room);
    tri_value_map *replaced = tri_value_map_create(module->arena);
    bool changed = false;
    for (tri_op *op = func->body->first, *next; op; op = next) {
        next = op->next;
        enter_replacements(op, replaced);
        if (op->n_regions || !op->n_results || tri_classify(op) == TRI_FUSE_OTHER) continue;
        uint64_t hash = tri_op_hash(op);
        for (uint32_t i = 0; i < op->n_operands; i++) hash = hash * 31 + (uint64_t)(uintptr_t)op->operands[i];
        size_t slot = hash & (room - 1);
        while (table[slot] && !equal_ops(table[slot], op)) slot = (slot + 1) & (room - 1);
        if (!table[slot]) {
            table[slot] = op;
            continue;
        }
        for (uint32_t i = 0; i < op->n_results; i++) tri_value_map_set(replaced, op->results[i], table[slot]->results[i]);
        tri_op_remove(op);
        changed = true;
    }
    return changed;
}

static bool remove_unused(tri_module *module, tri_func *func)
{
    tri_func_number(func);
    uint32_t *uses = tri_func_count_uses(module->arena, func);
    bool changed = false;
    for (tri_op *op = func->body->last, *before; op; op = before) {
        before = op->prev;
        bool used = op->kind == TRI_OP_RETURN;
        for (uint32_t i = 0; i < op->n_results; i++) used |= uses[op->results[i]->id] > 0;
        if (used) continue;
        for (uint32_t i = 0; i < op->n_operands; i++) uses[op->operands[i]->id]--;
        tri_op_remove(op);
        changed = true;
    }
    return changed;
}

tri_status *tri_pass_simplify(tri_module *module)
{
    tri_func *func = module->first;
    bool changed = true;
    for (int round = 0; changed && round < MOST_ROUNDS; round++) {
        tri_value_map *replaced = tri_value_map_create(module->arena);
        changed = false;
        for (tri_op *op = func->body->first, *next; op; op = next) {
            next = op->next;
            enter_replacements(op, replaced);
            if (op->kind == TRI_OP_OPTIMIZATION_BARRIER) {
                for (uint32_t i = 0; i < op->n_results; i++) tri_value_map_set(replaced, op->results[i], op->operands[i]);
                tri_op_remove(op);
                changed = true;
                continue;
            }
            if (op->n_results != 1 || !op->n_operands) continue;
            tri_value *by = identity(module, op);
            if (!by) by = tri_rules_apply(op, NULL);
            if (!by) TRI_TRY(fold(module, op, &by));
            if (!by) continue;
            tri_value_map_set(replaced, op->results[0], by);
            tri_op_remove(op);
            changed = true;
        }
        changed |= merge_equal(module, func);
        changed |= remove_unused(module, func);
    }
    return NULL;
}
