/* flow.c - immediate post-dominators by the iterative algorithm of Cooper, Harvey and Kennedy on the reversed graph of basic blocks. Blocks are found
 * first, so straight code costs nothing; the walk is iterative, so deep graphs do not use the host's stack. */
#include "runtime/drivers/ptx_sim/machine.h"

typedef struct graph {
    uint32_t n;             /* blocks; block n is the exit */
    uint32_t *leader;       /* op of a block */
    uint32_t *block_of;     /* of an op; n_ops maps to the exit */
    uint32_t *first, *to;   /* successors */
    uint32_t *came_first, *came; /* predecessors */
} graph;

static graph build(tri_arena *arena, uint32_t n_ops, const uint32_t *first, const uint32_t *to)
{
    graph g = {0};
    bool *leads = TRI_NEW_ARRAY(arena, bool, n_ops + 1);
    leads[0] = leads[n_ops] = true;
    for (uint32_t i = 0; i < n_ops; i++) {
        bool falls = first[i + 1] - first[i] == 1 && to[first[i]] == i + 1;
        if (falls) continue;
        leads[i + 1] = true;
        for (uint32_t e = first[i]; e < first[i + 1]; e++) leads[to[e]] = true;
    }
    g.block_of = TRI_NEW_ARRAY(arena, uint32_t, n_ops + 1);
    for (uint32_t i = 0, at = 0; i <= n_ops; i++) {
        if (leads[i] && i) at++;
        g.block_of[i] = at;
        g.n = at;
    }
    g.leader = TRI_NEW_ARRAY(arena, uint32_t, g.n + 1);
    for (uint32_t i = n_ops + 1; i-- > 0;) g.leader[g.block_of[i]] = i;
    g.first = TRI_NEW_ARRAY(arena, uint32_t, g.n + 2);
    g.to = TRI_NEW_ARRAY(arena, uint32_t, first[n_ops] + 1);
    uint32_t edges = 0;
    for (uint32_t b = 0; b < g.n; b++) {
        uint32_t last = g.leader[b + 1] - 1;
        g.first[b] = edges;
        for (uint32_t e = first[last]; e < first[last + 1]; e++) g.to[edges++] = g.block_of[to[e]];
    }
    g.first[g.n] = g.first[g.n + 1] = edges;
    g.came_first = TRI_NEW_ARRAY(arena, uint32_t, g.n + 2);
    g.came = TRI_NEW_ARRAY(arena, uint32_t, edges + 1);
    for (uint32_t e = 0; e < edges; e++) g.came_first[g.to[e] + 1]++;
    for (uint32_t b = 0; b <= g.n; b++) g.came_first[b + 1] += g.came_first[b];
    uint32_t *fill = TRI_NEW_ARRAY(arena, uint32_t, g.n + 1);
    for (uint32_t b = 0; b < g.n; b++)
        for (uint32_t e = g.first[b]; e < g.first[b + 1]; e++) g.came[g.came_first[g.to[e]] + fill[g.to[e]]++] = b;
    return g;
}

/* Post-order of the reversed graph from the exit; blocks that never reach the exit keep TRI_PTX_NOWHERE. */
static uint32_t number(tri_arena *arena, const graph *g, uint32_t *order, uint32_t *rank)
{
    uint32_t *stack = TRI_NEW_ARRAY(arena, uint32_t, g->n + 1), *edge = TRI_NEW_ARRAY(arena, uint32_t, g->n + 1);
    bool *seen = TRI_NEW_ARRAY(arena, bool, g->n + 1);
    uint32_t depth = 0, n = 0;
    for (uint32_t b = 0; b <= g->n; b++) rank[b] = TRI_PTX_NOWHERE;
    stack[depth++] = g->n;
    seen[g->n] = true;
    edge[g->n] = g->came_first[g->n];
    while (depth) {
        uint32_t b = stack[depth - 1];
        if (edge[b] < g->came_first[b + 1]) {
            uint32_t before = g->came[edge[b]++];
            if (!seen[before]) {
                seen[before] = true;
                edge[before] = g->came_first[before];
                stack[depth++] = before;
            }
        } else {
            order[n] = b;
            rank[b] = n++;
            depth--;
        }
    }
    return n;
}

void tri_ptx_post_dominators(tri_arena *arena, uint32_t n_ops, const uint32_t *first, const uint32_t *to, uint32_t *out_meets)
{
    graph g = build(arena, n_ops, first, to);
    uint32_t *order = TRI_NEW_ARRAY(arena, uint32_t, g.n + 1), *rank = TRI_NEW_ARRAY(arena, uint32_t, g.n + 1);
    uint32_t *meets = TRI_NEW_ARRAY(arena, uint32_t, g.n + 1);
    uint32_t n = number(arena, &g, order, rank);
    for (uint32_t b = 0; b <= g.n; b++) meets[b] = TRI_PTX_NOWHERE;
    meets[g.n] = g.n;
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t k = n; k-- > 0;) {
            uint32_t b = order[k], meet = TRI_PTX_NOWHERE;
            if (b == g.n) continue;
            for (uint32_t e = g.first[b]; e < g.first[b + 1]; e++) {
                uint32_t x = g.to[e];
                if (rank[x] == TRI_PTX_NOWHERE || meets[x] == TRI_PTX_NOWHERE) continue;
                if (meet == TRI_PTX_NOWHERE) {
                    meet = x;
                    continue;
                }
                while (meet != x) {
                    while (rank[meet] < rank[x]) meet = meets[meet];
                    while (rank[x] < rank[meet]) x = meets[x];
                }
            }
            if (meet != meets[b]) {
                meets[b] = meet;
                changed = true;
            }
        }
    }
    for (uint32_t i = 0; i < n_ops; i++) {
        uint32_t meet = meets[g.block_of[i]];
        out_meets[i] = meet == TRI_PTX_NOWHERE || meet == g.n ? TRI_PTX_NOWHERE : g.leader[meet];
    }
}
