/* lowering/inline.c - What: replaces every call and composite by the body of its function; composites that the op table knows by name become that op
 * (tri.attention: where its operands and attributes are those of the op).
 * Needs: a verified module. Guarantees: the entry function (main, or the only public one) without calls; the others are gone. Does not: look into
 * recursion, which StableHLO does not have; a cycle is an error. Why it ends: the depth of calls is limited, and so are all copies together, since
 * calls that double at every level would fill any memory. */
#include "ir/attention.h"
#include "lowering/lowering.h"

enum { MOST_DEPTH = 64, MOST_COPIES = 1 << 18 };

/* Whether a composite says no more than the op's own attributes do. */
static bool says_only(const tri_attr *attributes, size_t n, const char *const *names)
{
    for (size_t i = 0; attributes && i < attributes->dict.n; i++) {
        bool known = false;
        for (size_t k = 0; k < n; k++) known |= !strcmp(attributes->dict.at[i].name, names[k]);
        if (!known) return false;
    }
    return true;
}

/* The op that a composite is, its decomposition unseen: where operands, results and attributes mean the same in the op. Null: there is none. Not yet
 * in a block. */
static tri_op *native_op(tri_module *module, const tri_op *op)
{
    const char *name = tri_op_text(op, "name", "");
    tri_op_kind kind = tri_op_kind_tensor(name, strlen(name));
    const tri_attr *attributes = tri_op_attr(op, "composite_attributes");
    if (kind == TRI_OP_NONE || (attributes && attributes->kind != TRI_ATTR_DICT)) return NULL;
    if (!strncmp(name, "chlo.", 5)) {
        if (op->n_operands != (uint32_t)tri_op_row_of(kind)->operands || op->n_results != 1) return NULL;
        return tri_op_create(module, kind, op->loc, op->n_operands, op->operands, 1, &op->results[0]->type);
    }
    static const char *const known[] = {"scale", "causal"};
    const tri_attr *scale = attributes ? tri_attr_find(attributes, "scale") : NULL, *causal = attributes ? tri_attr_find(attributes, "causal") : NULL;
    if (kind != TRI_OP_ATTENTION || op->n_results > 2 || !says_only(attributes, sizeof known / sizeof *known, known)) return NULL;
    if (!scale || (scale->kind != TRI_ATTR_FLOAT && scale->kind != TRI_ATTR_INTEGER)) return NULL;
    if (causal && causal->kind != TRI_ATTR_BOOL && causal->kind != TRI_ATTR_INTEGER && causal->kind != TRI_ATTR_UNIT) return NULL;
    tri_type types[2];
    for (uint32_t i = 0; i < op->n_results; i++) types[i] = op->results[i]->type;
    tri_op *native = tri_op_create(module, kind, op->loc, op->n_operands, op->operands, op->n_results, types);
    double number = scale->kind == TRI_ATTR_FLOAT ? scale->number : (double)scale->integer;
    tri_op_set_attr(module, native, "scale", tri_attr_number(module, TRI_F64, number));
    if (causal) tri_op_set_attr(module, native, "causal", tri_attr_bool(module, causal->kind == TRI_ATTR_UNIT || causal->integer));
    tri_attention_shape shape;
    tri_status *unlike = tri_attention_shape_of(native, &shape);
    bool same = !unlike;
    tri_status_free(unlike);
    return same ? native : NULL;
}

typedef struct inlining {
    tri_module *module;
    int64_t copied; /* ops and calls so far */
} inlining;

static tri_status *inline_block(inlining *in, tri_block *block, int depth);

/* The function that means a call or composite; null: the op stays. */
static const char *callee_of(tri_module *module, const tri_op *op)
{
    if (op->kind == TRI_OP_CALL) return tri_op_text(op, "callee", "");
    return op->kind == TRI_OP_COMPOSITE && !native_op(module, op) ? tri_op_text(op, "decomposition", "") : NULL;
}

/* Copies the body of the function that `call` names in front of `at`, calls in it followed. `outer` knows the call's operands and learns its results.
 */
static tri_status *copy_body(inlining *in, const tri_op *call, tri_value_map *outer, tri_op *at, int depth)
{
    const char *callee = callee_of(in->module, call);
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
        if (callee_of(in->module, op)) {
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
        if (!callee_of(module, op)) continue;
        tri_value_map *results = tri_value_map_create(module->arena);
        TRI_TRY(copy_body(in, op, results, op, depth));
        for (uint32_t i = 0; i < op->n_results; i++) tri_replace_uses(block->func, op->results[i], tri_value_map_get(results, op->results[i]));
        tri_op_remove(op);
    }
    /* Native composites, wherever they came from. */
    for (tri_op *op = block->first, *next; op; op = next) {
        next = op->next;
        if (op->kind != TRI_OP_COMPOSITE) continue;
        tri_op *native = native_op(module, op);
        tri_op_insert_before(native, op);
        for (uint32_t i = 0; i < op->n_results; i++) tri_replace_uses(block->func, op->results[i], native->results[i]);
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
