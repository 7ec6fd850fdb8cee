/* kernels/generic_sched.c - the schedule of the generic family for chips whose engines have queues of their own: what a program loads comes through
 * two copy queues in turn, some programs ahead; maps and reductions run where they can (lowering/expand_unroll.c), stores behind them. Statements
 * are called ld0, ld1, .. and st. Does not: bound the work; a program is unrolled for each position of the grid, so there is a most. */
#include "kernels/generic_sched.h"

enum { MOST_PROGRAMS = 1 << 12, AHEAD = 3 };

bool tri_generic_is_scheduled(const tri_chip *chip) { return tri_chip_lists(chip, "style", "decoupled"); }

static tri_status *name_statement(void *context, tri_op *op)
{
    int *n_loads = context;
    tri_arena *arena = op->parent->func->module->arena;
    if (op->kind == TRI_TILE_LOAD) op->label = tri_arena_printf(arena, "ld%d", (*n_loads)++);
    if (op->kind == TRI_TILE_STORE) op->label = "st";
    return NULL;
}

const char *tri_generic_schedule(tri_func *kernel, const tri_config *config, const tri_chip *chip)
{
    (void)config;
    int64_t programs = 1;
    for (uint32_t a = 0; a < kernel->n_axes; a++) programs *= kernel->grid[a];
    if (!tri_generic_is_scheduled(chip) || programs > MOST_PROGRAMS) return NULL;
    int n_loads = 0;
    tri_status_free(tri_func_walk(kernel, name_statement, &n_loads));
    tri_arena *arena = kernel->module->arena;
    const char *text = "{\n  workers 1 order row;";
    for (int i = 0; i < n_loads; i++)
        text = tri_arena_printf(arena, "%s\n  ring ld%d depth %d; at load%s: ld%d;", text, i, AHEAD, i % 2 ? "1" : "", i);
    return tri_arena_printf(arena, "%s\n  at store: st\n}", text);
}
