/* lowering/inline.c - What: replaces every call and composite by the body of its function; composites that the op table knows by name become that op.
 * Needs: a verified module. Guarantees: the entry function (main, or the only public one) without calls; the others are gone. Does not: look into recursion, which
 * StableHLO does not have; a cycle is an error. Why it ends: the depth of calls is limited. */
#include "lowering/lowering.h"

enum { MOST_DEPTH = 64 };

/* A composite whose decomposition we need not look at: the operands and attributes mean the same in the op. */
static tri_op_kind native_op(const tri_op *op)
{
    const char *name = tri_op_text(op, "name", "");
    tri_op_kind kind = tri_op_kind_tensor(name, strlen(name));
    if (kind == TRI_OP_NONE || strncmp(name, "chlo.", 5)) return TRI_OP_NONE; /* attention is decomposed until its family exists */
    return op->n_operands == (uint32_t)tri_op_row_of(kind)->operands && op->n_results == 1 ? kind : TRI_OP_NONE;
}

static tri_status *inline_block(tri_module *module, tri_block *block, int depth);

static tri_status *inline_body(tri_module *module, tri_op *call, const char *callee, int depth)
{
    const tri_func *func = tri_module_find(module, callee);
    if (!func) return tri_error(TRI_INVALID, call->loc, "there is no function @%s to call", callee);
    if (depth >= MOST_DEPTH) return tri_error(TRI_INVALID, call->loc, "calls nest more than %d deep; @%s seems to call itself", MOST_DEPTH, callee);
    tri_value_map *map = tri_value_map_create(module->arena);
    for (uint32_t i = 0; i < call->n_operands; i++) tri_value_map_set(map, func->body->args[i], call->operands[i]);
    tri_op *first = NULL;
    for (const tri_op *op = func->body->first; op; op = op->next) {
        if (op->kind == TRI_OP_RETURN) {
            for (uint32_t i = 0; i < call->n_results; i++) tri_replace_uses(call->parent->func, call->results[i], tri_value_map_get(map, op->operands[i]));
            break;
        }
        tri_op *copy = tri_op_clone(call->parent->func, op, map);
        tri_op_insert_before(copy, call);
        if (!first) first = copy;
    }
    /* The copies may call in turn: they are treated with one more level of depth. */
    for (tri_op *op = first; op && op != call;) {
        tri_op *next = op->next;
        if (op->kind == TRI_OP_CALL) TRI_TRY(inline_body(module, op, tri_op_text(op, "callee", ""), depth + 1));
        else if (op->kind == TRI_OP_COMPOSITE && native_op(op) == TRI_OP_NONE) TRI_TRY(inline_body(module, op, tri_op_text(op, "decomposition", ""), depth + 1));
        op = next;
    }
    tri_op_remove(call);
    return NULL;
}

static tri_status *inline_block(tri_module *module, tri_block *block, int depth)
{
    for (tri_op *op = block->first, *next; op; op = next) {
        next = op->next;
        for (uint32_t i = 0; i < op->n_regions; i++) TRI_TRY(inline_block(module, op->regions[i], depth));
        if (op->kind == TRI_OP_CALL) {
            TRI_TRY(inline_body(module, op, tri_op_text(op, "callee", ""), depth));
        } else if (op->kind == TRI_OP_COMPOSITE && native_op(op) == TRI_OP_NONE) {
            TRI_TRY(inline_body(module, op, tri_op_text(op, "decomposition", ""), depth));
        }
    }
    /* Native composites, wherever they came from. */
    for (tri_op *op = block->first, *next; op; op = next) {
        next = op->next;
        if (op->kind != TRI_OP_COMPOSITE) continue;
        tri_op *native = tri_op_create(module, native_op(op), op->loc, op->n_operands, op->operands, 1, &op->results[0]->type);
        tri_op_insert_before(native, op);
        tri_replace_uses(block->func, op->results[0], native->results[0]);
        tri_op_remove(op);
    }
    return NULL;
}

tri_status *tri_pass_inline(tri_module *module)
{
    tri_func *entry = tri_module_find(module, "main");
    for (tri_func *func = module->first; func && !entry; func = func->next)
        if (!func->is_private && !func->is_kernel) entry = func;
    if (!entry) return tri_error(TRI_INVALID, (tri_loc){.file = module->file}, "the module has no public function to compile; expected func.func public @main");
    TRI_TRY(inline_block(module, entry->body, 0));
    for (tri_func *func = module->first, *next; func; func = next) {
        next = func->next;
        if (func != entry && !func->is_kernel) tri_func_unlink(func);
    }
    return NULL;
}
