/* lowering/inline.c - What: replaces every call and composite by the body of its function; composites that the op table knows by name become that op.
 * Needs: a verified module. Guarantees: the entry function (main, or the only public one) without calls; the others are gone. Does not: look into
 * recursion, which StableHLO does not have; a cycle is an error. Why it ends: the depth of calls is limited, and so are all copies together, since
 * calls that double at every level would fill any memory. */
#include "lowering/lowering.h"

enum { MOST_DEPTH = 64, MOST_COPIES = 1 << 18 };

/* A composite whose decomposition we need not look at: the operands and attributes mean the same in the op. */
static tri_op_kind native_op(const tri_op *op)
{
    const char *name = tri_op_text(op, "name", "");
    tri_op_kind kind = tri_op_kind_tensor(name, strlen(name));
    if (kind == TRI_OP_NONE || strncmp(name, "chlo.", 5)) return TRI_OP_NONE; /* attention is decomposed until its family exists */
    return op->n_operands == (uint32_t)tri_op_row_of(kind)->operands && op->n_results == 1 ? kind : TRI_OP_NONE;
}

typedef struct inlining {
    tri_module *module;
    int64_t copied; /* ops and calls so far */
} inlining;

static tri_status *inline_block(inlining *in, tri_block *block, int depth);

/* The function that means a call or composite; null: the op stays. */
static const char *callee_of(const tri_op *op)
{
    if (op->kind == TRI_OP_CALL) return tri_op_text(op, "callee", "");
    return op->kind == TRI_OP_COMPOSITE && native_op(op) == TRI_OP_NONE ? tri_op_text(op, "decomposition", "") : NULL;
}

/* Copies the body of the function that `call` names in front of `at`, calls in it followed. `outer` knows the call's operands and learns its results.
 */
static tri_status *copy_body(inlining *in, const tri_op *call, tri_value_map *outer, tri_op *at, int depth)
{
    const char *callee = callee_of(call);
    const tri_func *func = tri_module_find(in->module, callee);
    if (!func) return tri_error(TRI_INVALID, call->loc, "there is no function @%s to call", callee);
    if (depth >= MOST_DEPTH) return tri_error(TRI_INVALID, call->loc, "calls nest more than %d deep; @%s seems to call itself", MOST_DEPTH, callee);
    tri_value_map *map = tri_value_map_create(in->module->arena);
    for (uint32_t i = 0; i < call->n_operands; i++) tri_value_map_set(map, func->body->args[i], tri_value_map_get(outer, call->operands[i]));
    for (const tri_op *op = func->body->first; op; op = op->next) {
        if (op->kind == TRI_OP_RETURN) {
            for (uint32_t i = 0; i < call->n_results; i++) tri_value_map_set(outer, call->results[i], tri_value_map_get(map, op->operands[i]));
            break;
        }
        if (++in->copied > MOST_COPIES)
            return tri_error(TRI_INVALID, call->loc, "the bodies of all calls together have more than %d ops", MOST_COPIES);
        if (callee_of(op)) {
            TRI_TRY(copy_body(in, op, map, at, depth + 1));
            continue;
        }
        tri_op *copy = tri_op_clone(at->parent->func, op, map);
        tri_op_insert_before(copy, at);
        for (uint32_t i = 0; i < copy->n_regions; i++) TRI_TRY(inline_block(in, copy->regions[i], depth + 1));
    }
    return NULL;
}

static tri_status *inline_block(inlining *in, tri_block *block, int depth)
{
    tri_module *module = in->module;
    for (tri_op *op = block->first, *next; op; op = next) {
        next = op->next;
        for (uint32_t i = 0; i < op->n_regions; i++) TRI_TRY(inline_block(in, op->regions[i], depth));
        if (!callee_of(op)) continue;
        tri_value_map *results = tri_value_map_create(module->arena);
        TRI_TRY(copy_body(in, op, results, op, depth));
        for (uint32_t i = 0; i < op->n_results; i++) tri_replace_uses(block->func, op->results[i], tri_value_map_get(results, op->results[i]));
        tri_op_remove(op);
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
    for (tri_func *func = module->first; func; func = func->next) {
        if (func->is_private || func->is_kernel) continue;
        if (entry && entry != func)
            return tri_error(TRI_UNSUPPORTED, func->loc,
                             "@%s and @%s are both public; a program has one entry point: make the others private or compile them apart", entry->name,
                             func->name);
        entry = func;
    }
    if (!entry)
        return tri_error(TRI_INVALID, (tri_loc){.file = module->file},
                         "the module has no public function to compile; expected func.func public @main");
    inlining in = {module, 0};
    TRI_TRY(inline_block(&in, entry->body, 0));
    for (tri_func *func = module->first, *next; func; func = next) {
        next = func->next;
        if (func != entry && !func->is_kernel) tri_func_unlink(func);
    }
    return NULL;
}
