/* targets/layout/chain.c - classes of tiles that must agree, and where each class is used: a walk over a tile program or a scheduled one. A class
 * that would have to be its own transpose is an error. */
#include "targets/layout/chain.h"

#include <string.h>

#include "base/classes.h"

typedef struct walk {
    tri_arena *arena;
    tri_classes classes; /* by value id */
    tri_chain_graph *graph;
    TRI_VEC(const tri_op *) uses; /* that become links once all classes are known */
    const tri_op *conflict;       /* the first statement that joins a class with its own transpose */
} walk;

/* ---- values ---- */

/* Rows are all dimensions but the last. */
static void sides_of(const tri_type *type, int64_t sides[2])
{
    sides[0] = sides[1] = 1;
    for (int d = 0; d < type->rank; d++) sides[d == type->rank - 1] *= type->dims[d];
}

static bool is_matrix(const tri_type *type)
{
    int64_t sides[2];
    sides_of(type, sides);
    return sides[0] > 1 && sides[1] > 1;
}

static bool is_one(const tri_type *type) { return tri_type_elements(type) == 1; }

/* Transposes, parts and reshapes of a tile in shared memory are views; a loop carries what its first value is. */
static bool is_staged(const tri_value *v, bool *turned)
{
    while (v) {
        if (!v->op) {
            const tri_op *loop = v->block->owner;
            if (!loop || loop->kind != TRI_TILE_FOR || v->index < 1) return false;
            v = loop->operands[1 + v->index];
            continue;
        }
        switch ((tri_op_kind)v->op->kind) {
        case TRI_SCHED_AWAIT:
        case TRI_TILE_LOAD: return true;
        case TRI_TILE_TRANSPOSE: *turned = !*turned; break;
        case TRI_SCHED_PART:
        case TRI_TILE_SLICE:
        case TRI_TILE_RESHAPE: break;
        case TRI_TILE_FOR: v = v->op->operands[2 + v->index]; continue;
        default: return false;
        }
        v = v->op->operands[0];
    }
    return false;
}

static bool has_class(const tri_value *v)
{
    bool turned = false;
    return v->type.kind == TRI_TYPE_TILE && !is_one(&v->type) && !(v->op && v->op->kind == TRI_TILE_FILL) && !is_staged(v, &turned);
}

static tri_chain_spot spot_of(walk *w, const tri_value *v)
{
    tri_chain_spot spot = {.home = TRI_HOME_ANY};
    if (is_staged(v, &spot.turned)) spot.home = TRI_HOME_STAGED;
    if (!has_class(v)) return spot;
    spot.home = TRI_HOME_CLASS;
    spot.class = tri_class_of(&w->classes, v->id, &spot.turned);
    return spot;
}

/* Because of statement `op`. */
static void join(walk *w, const tri_op *op, const tri_value *a, const tri_value *b, bool turned)
{
    if (!has_class(a) || !has_class(b)) return;
    bool of_a, of_b;
    uint32_t root_a = tri_class_of(&w->classes, a->id, &of_a), root_b = tri_class_of(&w->classes, b->id, &of_b);
    if (root_a != root_b)
        tri_classes_join(&w->classes, root_a, root_b, of_a ^ of_b ^ turned);
    else if (of_a ^ of_b ^ turned && !w->conflict)
        w->conflict = op;
}

/* ---- statements ---- */

static void visit_block(walk *w, const tri_block *block);

static void join_map(walk *w, const tri_op *op)
{
    int64_t sides[2], of[2];
    sides_of(&op->results[0]->type, sides);
    for (uint32_t i = 1; i < op->n_results; i++) join(w, op, op->results[0], op->results[i], false);
    for (uint32_t i = 0; i < op->n_operands; i++) {
        sides_of(&op->operands[i]->type, of);
        if (of[0] == sides[0] && of[1] == sides[1]) join(w, op, op->results[0], op->operands[i], false);
    }
}

static void join_reshape(walk *w, const tri_op *op)
{
    int64_t from[2], to[2];
    sides_of(&op->operands[0]->type, from);
    sides_of(&op->results[0]->type, to);
    bool same = from[0] == to[0] && from[1] == to[1], swapped = from[0] == to[1] && from[1] == to[0] && (to[0] == 1 || to[1] == 1);
    if (same || swapped) join(w, op, op->results[0], op->operands[0], !same);
}

static void join_loop(walk *w, const tri_op *op)
{
    const tri_block *body = op->regions[0];
    for (uint32_t i = 0; i < op->n_results; i++) {
        join(w, op, op->results[i], op->operands[2 + i], false);
        join(w, op, op->results[i], body->args[1 + i], false);
        join(w, op, op->results[i], body->last->operands[i], false);
    }
}

static void visit(walk *w, const tri_op *op)
{
    switch ((tri_op_kind)op->kind) {
    case TRI_TILE_MAP:
        join_map(w, op);
        TRI_PUSH(w->arena, &w->uses, op);
        break;
    case TRI_TILE_MMA:
        if (op->n_operands > 2) join(w, op, op->results[0], op->operands[2], false);
        TRI_PUSH(w->arena, &w->uses, op);
        break;
    case TRI_TILE_REDUCE:
    case TRI_TILE_STORE: TRI_PUSH(w->arena, &w->uses, op); break;
    case TRI_TILE_SCAN:
        for (uint32_t i = 0; i < op->n_operands; i++) join(w, op, op->results[i], op->operands[i], false);
        break;
    case TRI_TILE_SLICE: join(w, op, op->results[0], op->operands[0], false); break;
    case TRI_TILE_TRANSPOSE: join(w, op, op->results[0], op->operands[0], true); break;
    case TRI_TILE_RESHAPE: join_reshape(w, op); break;
    case TRI_TILE_FOR: join_loop(w, op); break;
    case TRI_TILE_IF:
        for (uint32_t i = 0; i < op->n_results; i++)
            for (int side = 0; side < 2; side++) join(w, op, op->results[i], op->regions[side]->last->operands[i], false);
        break;
    default: break;
    }
    bool nested = op->kind == TRI_TILE_FOR || op->kind == TRI_TILE_IF || op->kind == TRI_SCHED_ROLE || op->kind == TRI_SCHED_WORK;
    for (uint32_t i = 0; nested && i < op->n_regions; i++) visit_block(w, op->regions[i]);
}

static void visit_block(walk *w, const tri_block *block)
{
    for (const tri_op *op = block->first; op; op = op->next) visit(w, op);
}

/* ---- links ---- */

static void link_of(walk *w, const tri_op *op, tri_chain_use use, const tri_value *from, const tri_value *vector, int dim)
{
    tri_chain_link link = {.op = op, .use = use, .from = spot_of(w, from), .dim = dim};
    if (vector) link.vector = spot_of(w, vector);
    bool usable = use == TRI_CHAIN_LEFT || use == TRI_CHAIN_RIGHT ||
                  (link.from.home == TRI_HOME_CLASS && is_matrix(&from->type) && (!vector || link.vector.home == TRI_HOME_CLASS));
    if (usable) TRI_PUSH(w->arena, &w->graph->links, link);
}

/* A window whose last position is a span has the tile's last dimension contiguous; else no dimension is. */
static bool is_dense(const tri_op *store)
{
    const tri_window_dim *last = store->n_window ? &store->window[store->n_window - 1] : NULL;
    return last && last->kind == TRI_WINDOW_SLICE && last->step == 1;
}

static void add_links(walk *w, const tri_op *op)
{
    const tri_value *result = op->n_results ? op->results[0] : NULL;
    int64_t sides[2];
    switch ((tri_op_kind)op->kind) {
    case TRI_TILE_MMA:
        if (result->type.rank != 2) break; /* batches are computed element by element */
        link_of(w, op, TRI_CHAIN_LEFT, op->operands[0], NULL, 1);
        link_of(w, op, TRI_CHAIN_RIGHT, op->operands[1], NULL, 0);
        TRI_PUSH(w->arena, &w->graph->results, ((tri_chain_link){.op = op, .from = spot_of(w, result)}));
        break;
    case TRI_TILE_REDUCE:
        for (uint32_t i = 0; i < op->n_operands; i++)
            link_of(w, op, TRI_CHAIN_FOLD, op->operands[i], op->results[i], tri_op_integer(op, "dim", 0) == op->operands[i]->type.rank - 1);
        break;
    case TRI_TILE_MAP:
        if (!is_matrix(&result->type)) break;
        for (uint32_t i = 0; i < op->n_operands; i++) {
            sides_of(&op->operands[i]->type, sides);
            if ((sides[0] == 1) != (sides[1] == 1)) link_of(w, op, TRI_CHAIN_SPREAD, result, op->operands[i], sides[1] == 1);
        }
        break;
    case TRI_TILE_STORE:
        if (is_dense(op)) link_of(w, op, TRI_CHAIN_STORE, op->operands[0], NULL, 1);
        break;
    default: break;
    }
}

tri_status *tri_chain_walk(tri_arena *arena, const tri_func *program, tri_chain_graph *out)
{
    walk w = {.arena = arena, .graph = out};
    *out = (tri_chain_graph){.n_classes = program->n_values};
    w.classes = tri_classes_create(arena, program->n_values);
    visit_block(&w, program->body);
    if (w.conflict)
        return tri_error(TRI_UNSUPPORTED, w.conflict->loc,
                         "%s%s%s: a tile and its transpose would have to lie in the same lanes; turn one of them around in shared memory",
                         tri_op_row_of(w.conflict->kind)->text, w.conflict->label ? " @" : "", w.conflict->label ? w.conflict->label : "");
    for (size_t i = 0; i < w.uses.n; i++) add_links(&w, w.uses.at[i]);
    return NULL;
}
