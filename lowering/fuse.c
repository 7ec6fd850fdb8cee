/* lowering/fuse.c - What: groups the ops of the entry function into tri.kernel ops, one a future kernel. Needs: an inlined, decomposed function.
 * Guarantees: outside of kernels only literals, views (reshape, bitcast_convert of other sizes) and the return; a kernel's region holds no view and
 * captures nothing; kernels stand in an order that respects their operands. Does not: choose families or tiles.
 *
 * Backwards over the ops: an op joins the group of its users when they all are in one group that can take it, else it becomes the root of a group of
 * its own. Since every user of a member that is not the root lies in the group, no path leaves a group and comes back, so groups never depend on each
 * other in a circle. Ops without work of their own are copied into every group that uses them. Why it ends: one step an op.
 *
 * A group holds one op that is not elementwise, or several reductions that share rows (lowering/fuse_rows.c): norms, softmax, variance. */
#include "lowering/fuse_rows.h"
#include "lowering/lowering.h"

/* Longer chains become several kernels: a kernel is one unit of compilation, and what follows a chain nests as deeply. */
enum { MOST_MEMBERS = 256, MOST_FREE_CHAIN = 64, MOST_NESTED = 1024 };

enum { AFTER_CONTRACTION = 1, AFTER_REDUCTION = 2 };

typedef struct group {
    tri_op *root;
    const tri_op *anchor; /* the contraction, movement or first reduction in it, or null */
    int n;                /* members */
    tri_rows rows;        /* of its reductions */
} group;

typedef TRI_VEC(tri_op *) op_list;

typedef struct fusion {
    tri_module *module;
    tri_func *func;
    group **of;            /* per op id: the group it is a member of */
    bool *has_root;        /* per op id: a free op that is needed as a buffer as well */
    bool *in_place;        /* per op id: every way to the root keeps the elements where they are */
    tri_root_place *place; /* per op id: how the elements of its result lie in the root of its group */
    bool *reread;          /* per op id: something reads its result from memory, or many times, itself or through free ops */
    uint8_t *behind;       /* per op id: what it follows with nothing but elementwise and free ops between: AFTER_... */
    uint16_t *chain;       /* per op id: free ops in a row that end with this one, counted to MOST_FREE_CHAIN */
    uint16_t *nested;      /* per op id: ops of any kind in a row that end with this one, counted to MOST_NESTED, where a kernel begins */
    op_list *users;        /* per value id */
    tri_value_map *stored; /* from what a group computes to what its kernel hands out */
} fusion;

/* Ops that read a group operand directly need it in memory: nothing is fused in front of these operands. */
static bool needs_buffer(const tri_op *user)
{
    switch (user->kind) {
    case TRI_OP_GATHER:
    case TRI_OP_DYNAMIC_SLICE:
    case TRI_OP_DYNAMIC_UPDATE_SLICE:
    case TRI_OP_REVERSE: return true;
    case TRI_OP_SLICE: return tri_classify(user) == TRI_FUSE_ANCHOR;
    default: return false;
    }
}

/* Contractions and attention read their operands many times, so what feeds them is computed beforehand. */
static bool rereads_operands(const tri_op *op) { return op->kind == TRI_OP_DOT_GENERAL || op->kind == TRI_OP_ATTENTION; }

/* Widening costs less than the wider values' way through memory, so it is done again wherever it is used: by those that compute once with it. */
static bool widens(const tri_op *op)
{
    if (op->kind != TRI_OP_CONVERT) return false;
    tri_dtype from = (tri_dtype)op->operands[0]->type.dtype, to = (tri_dtype)op->results[0]->type.dtype;
    return tri_dtype_is_float(from) && tri_dtype_is_float(to) && tri_dtype_bytes(from) < tri_dtype_bytes(to);
}

/* Of an op whose users are known already. */
static tri_fusion_class classify(const fusion *f, const tri_op *op)
{
    tri_fusion_class class_ = tri_classify(op);
    return class_ == TRI_FUSE_LIGHT && widens(op) && !f->reread[op->id] ? TRI_FUSE_FREE : class_;
}

static bool is_free(const fusion *f, const tri_op *op) { return classify(f, op) == TRI_FUSE_FREE; }

static bool is_reread(const fusion *f, const tri_op *op)
{
    for (uint32_t r = 0; r < op->n_results; r++) {
        size_t n = f->users[op->results[r]->id].n;
        for (size_t i = 0; i < n; i++) {
            const tri_op *user = f->users[op->results[r]->id].at[i];
            tri_fusion_class class_ = classify(f, user);
            if (class_ == TRI_FUSE_OTHER || class_ == TRI_FUSE_VIEW || f->has_root[user->id] || needs_buffer(user) || rereads_operands(user))
                return true;
            if (class_ == TRI_FUSE_FREE && f->reread[user->id]) return true;
        }
    }
    return false;
}

/* The users that compute with `op`, free ones looked through to who uses their copies. False when something needs the value in memory. */
static bool single_group(fusion *f, const tri_op *op, group **out_group)
{
    for (uint32_t r = 0; r < op->n_results; r++) {
        size_t n = f->users[op->results[r]->id].n;
        for (size_t i = 0; i < n; i++) {
            tri_op *user = f->users[op->results[r]->id].at[i];
            tri_fusion_class class_ = classify(f, user);
            if (class_ == TRI_FUSE_OTHER || class_ == TRI_FUSE_VIEW || f->has_root[user->id]) return false;
            for (uint32_t k = 0; k < user->n_operands; k++)
                if (user->operands[k] == op->results[r] && (needs_buffer(user) || rereads_operands(user))) return false;
            if (class_ == TRI_FUSE_FREE) {
                if (!single_group(f, user, out_group)) return false;
                continue;
            }
            group *g = f->of[user->id];
            if (!g || (*out_group && *out_group != g)) return false;
            *out_group = g;
        }
    }
    return true;
}

/* Every way from `op` to its group's root goes through ops that keep its elements where they are, so the root's tile is the op's tile (up to order
 * and unit dimensions): what a contraction or reduction needs, whose result must not be computed again for each repetition. Its users are known
 * already. */
static bool is_in_place(const fusion *f, const tri_op *op)
{
    for (uint32_t r = 0; r < op->n_results; r++) {
        size_t n = f->users[op->results[r]->id].n;
        for (size_t i = 0; i < n; i++) {
            const tri_op *user = f->users[op->results[r]->id].at[i];
            bool keeps = user->kind == TRI_OP_TRANSPOSE || user->kind == TRI_OP_RESHAPE ||
                         (tri_classify(user) == TRI_FUSE_LIGHT && user->operands[0]->type.rank > 0);
            if (user->kind == TRI_OP_BROADCAST_IN_DIM) keeps = tri_type_elements(&user->results[0]->type) == tri_type_elements(&op->results[r]->type);
            if (!keeps || !f->in_place[user->id]) return false;
        }
    }
    return true;
}

/* What all users agree on. Its users are known already. */
static tri_root_place find_place(const fusion *f, const tri_op *op)
{
    tri_root_place place = {0};
    bool first = true;
    for (uint32_t r = 0; r < op->n_results; r++) {
        const tri_value *value = op->results[r];
        for (size_t i = 0; i < f->users[value->id].n; i++) {
            const tri_op *user = f->users[value->id].at[i];
            for (uint32_t k = 0; k < user->n_operands; k++) {
                if (user->operands[k] != value) continue;
                tri_root_place seen = tri_place_of_operand(user, k, &f->place[user->id]);
                if (!seen.root || (!first && !tri_place_equal(&place, &seen))) return (tri_root_place){0};
                place = seen;
                first = false;
            }
        }
    }
    return place;
}

static bool accepts(fusion *f, group *g, const tri_op *op)
{
    if (g->n == MOST_MEMBERS || f->nested[op->id] == MOST_NESTED) return false;
    switch (classify(f, op)) {
    case TRI_FUSE_LIGHT: return !g->rows.length || f->behind[op->id] != AFTER_CONTRACTION; /* else it is the contraction's epilogue */
    case TRI_FUSE_ANCHOR:
        if (op->n_results > 1) return false;
        if (op->kind == TRI_OP_DYNAMIC_UPDATE_SLICE || op->kind == TRI_OP_ATTENTION) return false;
        if (op->kind == TRI_OP_REDUCE && (!g->anchor || g->rows.length) && tri_rows_accept(&g->rows, op, &f->place[op->id])) return true;
        return !g->anchor && f->in_place[op->id];
    default: return false;
    }
}

static group *new_group(fusion *f, tri_op *root)
{
    group *g = TRI_NEW(f->module->arena, group);
    g->root = root;
    if (tri_classify(root) == TRI_FUSE_ANCHOR) g->anchor = root;
    f->place[root->id] = tri_place_of_root(root);
    if (root->kind == TRI_OP_REDUCE) (void)tri_rows_accept(&g->rows, root, &f->place[root->id]);
    return g;
}

/* A reshape of unit dimensions whose operand stands in memory anyway is best a view. */
static bool is_view(const fusion *f, const tri_op *op)
{
    tri_fusion_class class_ = classify(f, op);
    if (class_ == TRI_FUSE_VIEW) return true;
    return op->kind == TRI_OP_RESHAPE && f->has_root[op->id];
}

/* A free op stands in memory where someone reads it from there: a view, the return, an op that needs a buffer. */
static bool free_needs_root(fusion *f, const tri_op *op)
{
    for (uint32_t r = 0; r < op->n_results; r++) {
        size_t n = f->users[op->results[r]->id].n;
        for (size_t i = 0; i < n; i++) {
            const tri_op *user = f->users[op->results[r]->id].at[i];
            tri_fusion_class class_ = classify(f, user);
            if (class_ == TRI_FUSE_OTHER || is_view(f, user)) return true;
            for (uint32_t k = 0; k < user->n_operands; k++)
                if (user->operands[k] == op->results[r] && needs_buffer(user)) return true;
        }
    }
    return false;
}

static tri_value *as_operand(fusion *f, tri_value *value, tri_op *kernel, tri_value_map *map)
{
    tri_value *arg = tri_block_add_arg(f->module, kernel->regions[0], NULL, value->type);
    tri_value **operands = TRI_NEW_ARRAY(f->module->arena, tri_value *, kernel->n_operands + 1);
    if (kernel->n_operands) memcpy(operands, kernel->operands, kernel->n_operands * sizeof *operands);
    operands[kernel->n_operands++] = value;
    kernel->operands = operands;
    tri_value_map_set(map, value, arg);
    return arg;
}

/* The value inside the kernel's region: copied with what it needs when it belongs there, else a new operand. */
static tri_value *pull(fusion *f, tri_value *value, const group *g, tri_op *kernel, tri_value_map *map)
{
    tri_value *known = tri_value_map_get(map, value);
    if (known != value) return known;
    tri_op *op = value->op;
    bool inside = op && op->kind != TRI_OP_KERNEL && (f->of[op->id] == g || (is_free(f, op) && !f->has_root[op->id]));
    if (!inside) return as_operand(f, value, kernel, map);
    tri_value *operands_stack[16], **operands = op->n_operands <= 16 ? operands_stack : TRI_NEW_ARRAY(f->module->arena, tri_value *, op->n_operands);
    for (uint32_t i = 0; i < op->n_operands; i++) {
        tri_value *operand = op->operands[i];
        /* What an op reads from memory directly stays an operand even where it could be copied in. */
        operands[i] =
            needs_buffer(op) && tri_value_map_get(map, operand) == operand ? as_operand(f, operand, kernel, map) : pull(f, operand, g, kernel, map);
    }
    tri_op *copy = tri_op_clone(f->func, op, map);
    tri_op_set_operands(f->module, copy, op->n_operands, operands);
    tri_block_append(kernel->regions[0], copy);
    return copy->results[value->index];
}

/* "dot_general+add+convert": the ops of a region in order, without the ones that cost nothing. */
static const char *label_of(tri_arena *arena, const tri_block *region)
{
    const char *label = "";
    int n = 0;
    for (const tri_op *op = region->first; op && op != region->last; op = op->next) {
        tri_fusion_class class_ = tri_classify(op);
        if (class_ == TRI_FUSE_FREE && op->next != region->last) continue;
        const char *name = strchr(tri_op_row_of(op->kind)->text, '.');
        name = name ? name + 1 : tri_op_row_of(op->kind)->text;
        if (++n == 5) return tri_arena_printf(arena, "%s+...", label);
        label = tri_arena_printf(arena, "%s%s%s", label, n > 1 ? "+" : "", name);
    }
    return label;
}

static void build_kernel(fusion *f, group *g)
{
    tri_module *module = f->module;
    tri_type types[TRI_MOST_REDUCED];
    uint32_t n = g->root->n_results;
    for (uint32_t i = 0; i < n; i++) types[i] = g->root->results[i]->type;
    tri_op *kernel = tri_op_create(module, TRI_OP_KERNEL, g->root->loc, 0, NULL, n, types);
    tri_op_add_region(f->func, kernel);
    tri_value_map *map = tri_value_map_create(module->arena);
    tri_value *results[TRI_MOST_REDUCED];
    for (uint32_t i = 0; i < n; i++) results[i] = pull(f, g->root->results[i], g, kernel, map);
    tri_op *ret = tri_op_create(module, TRI_OP_REGION_RETURN, g->root->loc, n, results, 0, NULL);
    tri_block_append(kernel->regions[0], ret);
    tri_op_set_attr(module, kernel, "family", tri_attr_string(module, ""));
    tri_op_set_attr(module, kernel, "label", tri_attr_string(module, label_of(module->arena, kernel->regions[0])));
    tri_op_insert_before(kernel, g->root);
    for (uint32_t i = 0; i < n; i++) tri_value_map_set(f->stored, g->root->results[i], kernel->results[i]);
}

/* Its operands are known already. */
static uint8_t find_behind(const fusion *f, const tri_op *op)
{
    if (op->kind == TRI_OP_DOT_GENERAL) return AFTER_CONTRACTION;
    if (op->kind == TRI_OP_REDUCE) return AFTER_REDUCTION;
    tri_fusion_class class_ = tri_classify(op);
    if (class_ != TRI_FUSE_LIGHT && class_ != TRI_FUSE_FREE) return 0;
    uint8_t behind = 0;
    for (uint32_t i = 0; i < op->n_operands; i++)
        if (op->operands[i]->op) behind |= f->behind[op->operands[i]->op->id];
    return behind;
}

static void find_users(fusion *f, tri_op *op)
{
    f->behind[op->id] = find_behind(f, op);
    for (uint32_t i = 0; i < op->n_operands; i++) {
        bool again = false;
        for (uint32_t j = 0; j < i; j++) again |= op->operands[j] == op->operands[i];
        if (!again) TRI_PUSH(f->module->arena, &f->users[op->operands[i]->id], op);
        const tri_op *from = op->operands[i]->op;
        if (from && f->nested[from->id] % MOST_NESTED + 1 > f->nested[op->id]) f->nested[op->id] = f->nested[from->id] % MOST_NESTED + 1;
        if (tri_classify(op) == TRI_FUSE_FREE && from && f->chain[from->id] >= f->chain[op->id])
            f->chain[op->id] = f->chain[from->id] % MOST_FREE_CHAIN + 1;
    }
}

/* The originals of everything that now lives in kernels go; what is left reads what the kernels hand out. */
static void leave_kernels(fusion *f)
{
    for (tri_op *op = f->func->body->last, *before; op; op = before) {
        before = op->prev;
        for (uint32_t i = 0; i < op->n_operands; i++) op->operands[i] = tri_value_map_get(f->stored, op->operands[i]);
        tri_fusion_class class_ = op->kind == TRI_OP_KERNEL ? TRI_FUSE_OTHER : classify(f, op);
        bool gone =
            op->kind != TRI_OP_KERNEL && (class_ == TRI_FUSE_LIGHT || class_ == TRI_FUSE_ANCHOR || (class_ == TRI_FUSE_FREE && !is_view(f, op)));
        if (gone) tri_op_remove(op);
    }
}

tri_status *tri_pass_fuse(tri_module *module)
{
    tri_func *func = module->first;
    tri_func_number(func);
    fusion f = {.module = module, .func = func};
    f.of = TRI_NEW_ARRAY(module->arena, group *, func->n_ops);
    f.has_root = TRI_NEW_ARRAY(module->arena, bool, func->n_ops);
    f.users = tri_arena_alloc_array(module->arena, func->n_values, sizeof *f.users);
    f.in_place = TRI_NEW_ARRAY(module->arena, bool, func->n_ops);
    f.place = TRI_NEW_ARRAY(module->arena, tri_root_place, func->n_ops);
    f.reread = TRI_NEW_ARRAY(module->arena, bool, func->n_ops);
    f.behind = TRI_NEW_ARRAY(module->arena, uint8_t, func->n_ops);
    f.chain = TRI_NEW_ARRAY(module->arena, uint16_t, func->n_ops);
    f.nested = TRI_NEW_ARRAY(module->arena, uint16_t, func->n_ops);
    f.stored = tri_value_map_create(module->arena);
    for (tri_op *op = func->body->first; op; op = op->next) find_users(&f, op);
    TRI_VEC(group *) groups = {0};
    for (tri_op *op = func->body->last; op; op = op->prev) {
        f.reread[op->id] = is_reread(&f, op);
        f.in_place[op->id] = is_in_place(&f, op);
        f.place[op->id] = find_place(&f, op);
        switch (classify(&f, op)) {
        case TRI_FUSE_FREE:
            if (f.chain[op->id] < MOST_FREE_CHAIN && f.nested[op->id] < MOST_NESTED && !free_needs_root(&f, op)) break;
            f.has_root[op->id] = true;
            if (is_view(&f, op)) break;
            f.of[op->id] = new_group(&f, op);
            TRI_PUSH(module->arena, &groups, f.of[op->id]);
            break;
        case TRI_FUSE_LIGHT:
        case TRI_FUSE_ANCHOR: {
            group *g = NULL;
            if (single_group(&f, op, &g) && g && accepts(&f, g, op)) {
                if (tri_classify(op) == TRI_FUSE_ANCHOR && !g->anchor) g->anchor = op;
            } else {
                g = new_group(&f, op);
                TRI_PUSH(module->arena, &groups, g);
            }
            g->n++;
            f.in_place[op->id] |= op == g->root;
            f.of[op->id] = g;
            break;
        }
        default: break;
        }
    }
    for (size_t i = groups.n; i-- > 0;) build_kernel(&f, groups.at[i]);
    leave_kernels(&f);
    return NULL;
}
