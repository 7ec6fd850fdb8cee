/* kernels/generic_sched.c - the schedule of the generic family for chips whose engines have queues of their own: what a program loads comes through
 * copy queues of its own, some programs ahead; maps and reductions run where they can (lowering/expand_unroll.c), stores behind them. Statements
 * are called ld0, ld1, .., op0, op1, .. and st. Does not: bound the work; a program is unrolled for each position of the grid, so there is a most. */
#include "kernels/generic_sched.h"

enum { MOST_PROGRAMS = 1 << 12, MOST_LOAD_ROLES = 4, RING_BYTES = 16 << 10, FEWEST_SLOTS = 3, MOST_SLOTS = 16 };

bool tri_generic_is_scheduled(const tri_chip *chip) { return tri_chip_lists(chip, "style", "decoupled"); }

typedef struct naming {
    tri_arena *arena;
    int64_t partitions;
    int n_loads, n_others;
    const char *text;
} naming;

/* Small tiles get many slots, so that loads of many programs can be under way, and transfers of small pieces become one. */
static int64_t slots(const naming *n, const tri_type *tile)
{
    int64_t rows = tile->rank > 1 ? tile->dims[tile->rank - 2] : 1, deep = (rows + n->partitions - 1) / n->partitions;
    int64_t columns = tile->rank ? tile->dims[tile->rank - 1] : 1, bytes = deep * columns * (int64_t)tri_dtype_bytes((tri_dtype)tile->dtype);
    int64_t fit = RING_BYTES / (bytes > 0 ? bytes : 1);
    return fit < FEWEST_SLOTS ? FEWEST_SLOTS : fit > MOST_SLOTS ? MOST_SLOTS : fit;
}

static tri_status *find_gather(void *context, tri_op *op)
{
    for (uint32_t d = 0; op->kind == TRI_TILE_LOAD && d < op->n_window; d++) *(bool *)context |= op->window[d].kind == TRI_WINDOW_GATHER;
    return NULL;
}

/* A wide map of arithmetic that goes to memory alone: two engines take half of its columns each. */
static bool is_dealt(const tri_op *map)
{
    enum { FEWEST_COLUMNS = 256 };
    const tri_type *type = &map->results[0]->type;
    if (map->n_results != 1 || type->rank != 2 || type->dims[1] % 2 || type->dims[1] < FEWEST_COLUMNS) return false;
    for (const tri_op *op = map->regions[0]->first; op; op = op->next)
        if (tri_scalar_is_function((tri_op_kind)op->kind) || op->kind == TRI_SCALAR_COORDINATE) return false;
    for (const tri_op *op = map->parent->first; op; op = op->next)
        for (uint32_t i = 0; i < op->n_operands; i++)
            if (op->operands[i] == map->results[0] && op->kind != TRI_TILE_STORE) return false;
    return true;
}

static const tri_op *only_op(const tri_block *region)
{
    const tri_op *op = region->first;
    return op->kind != TRI_TILE_YIELD && op->next->kind == TRI_TILE_YIELD && op->next->operands[0] == op->results[0] ? op : NULL;
}

/* Sums of rows of squares, or of a function: an engine that computes functions adds them on the way, if it has all rows at a time. */
static bool adds_on_the_way(const naming *n, const tri_op *reduce)
{
    if (reduce->kind != TRI_TILE_REDUCE || reduce->n_operands != 1 || reduce->prev != reduce->operands[0]->op) return false;
    const tri_op *map = reduce->prev, *sum = only_op(reduce->regions[0]), *made = map->kind == TRI_TILE_MAP ? only_op(map->regions[0]) : NULL;
    const tri_type *tile = &reduce->operands[0]->type;
    if (!sum || sum->kind != TRI_SCALAR_ADD || !made || made->n_operands != 1 || map->n_results != 1) return false;
    if (made->kind != TRI_SCALAR_SQUARE && !tri_scalar_is_function((tri_op_kind)made->kind)) return false;
    return tile->rank == 2 && tile->dtype == TRI_F32 && tri_op_integer(reduce, "dim", 0) == 1 && tile->dims[0] <= n->partitions;
}

static tri_status *name_statement(void *context, tri_op *op)
{
    naming *n = context;
    if (op->kind == TRI_TILE_STORE) op->label = "st";
    if (op->kind != TRI_TILE_LOAD && op->kind != TRI_TILE_MAP && op->kind != TRI_TILE_REDUCE) return NULL;
    bool loads = op->kind == TRI_TILE_LOAD;
    op->label = tri_arena_printf(n->arena, loads ? "ld%d" : "op%d", loads ? n->n_loads : n->n_others);
    n->text = tri_arena_printf(n->arena, "%s\n  ring %s depth %lld;", n->text, op->label, (long long)slots(n, &op->results[0]->type));
    if (loads) n->text = tri_arena_printf(n->arena, "%s at load%d: %s;", n->text, n->n_loads % MOST_LOAD_ROLES, op->label);
    if (adds_on_the_way(n, op)) n->text = tri_arena_printf(n->arena, "%s at scalar: %s; at scalar: %s;", n->text, op->prev->label, op->label);
    if (op->kind == TRI_TILE_MAP && is_dealt(op))
        n->text = tri_arena_printf(n->arena, "%s split %s 1x2; at vector, general: %s;", n->text, op->label, op->label);
    ++*(loads ? &n->n_loads : &n->n_others);
    return NULL;
}

const char *tri_generic_schedule(tri_func *kernel, const tri_config *config, const tri_chip *chip)
{
    (void)config;
    int64_t programs = 1;
    for (uint32_t a = 0; a < kernel->n_axes; a++) programs *= kernel->grid[a];
    bool gathers = false; /* by an index tile: copy queues take no tiles, and there is one transfer for many rows anyway */
    tri_status_free(tri_func_walk(kernel, find_gather, &gathers));
    if (!tri_generic_is_scheduled(chip) || programs > MOST_PROGRAMS || gathers) return NULL;
    naming n = {.arena = kernel->module->arena, .partitions = tri_chip_integer(chip, "partitions", 128), .text = "{\n  workers 1 order row;"};
    tri_status_free(tri_func_walk(kernel, name_statement, &n));
    return tri_arena_printf(n.arena, "%s\n  at store, store1: st\n}", n.text);
}
