/* lowering/expand_keep.c - statements of an unrolled kernel that would make what is still there (`keep` in a schedule). What: loads of the same
 * window of the same buffer, and what is made of numbers and places alone, become the earlier instance's tile. Needs: instances in the global order.
 * Guarantees: at most so many tiles of a label and a role lie between two uses of one as the role's ring has slots, so the ring's order is kept. */
#include "lowering/expand_queues.h"

produced *tri_held(produced *p)
{
    while (p->same) p = p->same;
    return p;
}

static bool same_index(const index_value *a, const index_value *b)
{
    return a->known == b->known && (a->known ? a->number == b->number : a->expression == b->expression);
}

static bool same_tile(produced *a, produced *b);

/* Whether two instances make the same tile. */
static bool same_result(const instance *a, const instance *b)
{
    const tri_op *x = a->op, *y = b->op;
    bool loads = x->kind == TRI_TILE_LOAD && y->kind == TRI_TILE_LOAD && x->operands[0] == y->operands[0] && x->n_window == y->n_window;
    if (loads && x->operands[0]->block->func->access[x->operands[0]->index] != TRI_ACCESS_IN) return false; /* it may have changed */
    if ((x != y && !loads) || a->role != b->role || a->piece[0] != b->piece[0] || a->piece[1] != b->piece[1] ||
        !tri_type_equal(&a->results[0].type, &b->results[0].type))
        return false;
    for (uint32_t d = 0; loads && d < x->n_window; d++) {
        const tri_window_dim *v = &x->window[d], *w = &y->window[d];
        if (v->kind != w->kind || v->length != w->length || v->step != w->step || !v->lim != !w->lim ||
            !same_index(&a->indices[v->operand], &b->indices[w->operand]) || (v->lim && !same_index(&a->indices[v->lim], &b->indices[w->lim])))
            return false;
    }
    if (loads) return tri_op_number(x, "fill", 0) == tri_op_number(y, "fill", 0);
    for (uint32_t o = 0; o < x->n_operands; o++) {
        const tile_part *v = &a->operands[o], *w = &b->operands[o];
        if (v->whole ? !same_tile(v->whole, w->whole) : !same_index(&a->indices[o], &b->indices[o])) return false;
    }
    return true;
}

static bool same_tile(produced *a, produced *b)
{
    a = tri_held(a);
    b = tri_held(b);
    return a == b || (a->maker->is_view && b->maker->is_view && same_result(a->maker, b->maker));
}

/* What is the same tile as one of the newest `depth` of its label and role is that one: the slot is released behind the last use. `made` are in the
 * order in which they are needed. */
static void keep(tri_arena *arena, instance *const *all, size_t n, int64_t depth)
{
    instance **made = TRI_NEW_ARRAY(arena, instance *, n);
    size_t n_made = 0;
    for (size_t i = 0; i < n; i++) {
        produced *p = &all[i]->results[0];
        for (size_t k = n_made; k-- > 0 && n_made - k <= (size_t)depth && !p->same;)
            if (same_result(made[k], all[i])) p->same = &made[k]->results[0];
        if (!p->same) made[n_made++] = all[i];
    }
}

static bool is_labelled(const instance *x, const tri_ring_clause *clause)
{
    return x->op->n_results == 1 && x->op->label && !strcmp(x->op->label, clause->label);
}

/* Roles that share the statements of a label share its slots too. `room` takes all instances. */
static void keep_by_role(unrolled *u, const tri_ring_clause *clause, instance *const *all, size_t n, instance **room)
{
    uint32_t roles = 0;
    for (size_t i = 0; i < n; i++)
        if (is_labelled(all[i], clause)) roles |= 1u << all[i]->role;
    int64_t depth = clause->depth / (roles ? __builtin_popcount(roles) : 1);
    for (int r = 0; r < u->n_roles; r++) {
        size_t n_made = 0;
        for (size_t i = 0; i < n && roles >> r & 1; i++)
            if (all[i]->role == r && is_labelled(all[i], clause)) room[n_made++] = all[i];
        keep(u->arena, room, n_made, depth > 1 ? depth : 1);
    }
}

void tri_make_once(unrolled *u, instance *const *all, size_t n)
{
    instance **labelled = TRI_NEW_ARRAY(u->arena, instance *, n);
    for (size_t c = 0; c < u->schedule->rings.n; c++) {
        const tri_ring_clause *clause = &u->schedule->rings.at[c];
        if (clause->keep) keep_by_role(u, clause, all, n, labelled);
    }
    TRI_VEC(instance *) fills = {0}; /* tiles of one number are the same in every program */
    for (size_t i = 0; i < n; i++) {
        instance *x = all[i];
        if (x->op->kind != TRI_TILE_FILL || x->op->n_operands) continue;
        for (size_t k = 0; k < fills.n && !x->results[0].same; k++)
            if (fills.at[k]->op == x->op && fills.at[k]->role == x->role) x->results[0].same = &fills.at[k]->results[0];
        if (!x->results[0].same) TRI_PUSH(u->arena, &fills, x);
    }
}
