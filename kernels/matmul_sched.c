/* kernels/matmul_sched.c - the schedules of the matmul family: recipes, chosen by what the chip can do, written from a config
 * (matmul_config.c).
 *
 * Statements are called: loop k; lda, ldb the loads of the operands; mma; epi what is done to the product last, epi1, epi2, .. what is done to it
 * before that, where it takes several maps; lde0, lde1, .. what these load; st the store. A product that would be stored as it is gets an epi that
 * changes nothing, so that every recipe finds the same statements. */
#include "kernels/matmul_sched.h"

#include <stdlib.h>

#include "kernels/matmul_config.h"

/* ---- names ---- */

typedef struct namer {
    const char *label;
    bool taken; /* more than one statement would have this name */
} namer;

static void name_loads(const tri_value *value, const tri_block *loop, namer *namer)
{
    tri_op *op = value->op;
    if (!op || op->parent != loop) return;
    if (op->kind == TRI_TILE_LOAD) {
        namer->taken |= op->label != NULL || namer->label == NULL;
        op->label = namer->label;
        namer->label = NULL;
        return;
    }
    for (uint32_t i = 0; i < op->n_operands; i++)
        if (op->operands[i]->type.kind == TRI_TYPE_TILE) name_loads(op->operands[i], loop, namer);
}

static tri_status *find_mma(void *context, tri_op *op)
{
    if (op->kind == TRI_TILE_MMA) *(tri_op **)context = op;
    return NULL;
}

/* map(%x) { yield %x } in front of the store. */
static tri_op *keep_as_it_is(tri_op *store)
{
    tri_func *kernel = store->parent->func;
    tri_value *product = store->operands[0];
    tri_op *map = tri_op_create(kernel->module, TRI_TILE_MAP, store->loc, 1, &product, 1, &product->type);
    tri_block *region = tri_op_add_region(kernel, map);
    tri_value *element = tri_block_add_arg(kernel->module, region, NULL, tri_scalar_of((tri_dtype)product->type.dtype));
    tri_tile_yield(region, 1, &element);
    tri_op_insert_before(map, store);
    store->operands[0] = map->results[0];
    return map;
}

bool tri_matmul_name_statements(tri_func *kernel)
{
    tri_op *mma = NULL, *store = NULL;
    tri_status_free(tri_func_walk(kernel, find_mma, &mma));
    tri_block *body = kernel->body;
    for (tri_op *op = body->first; op; op = op->next) {
        if (op->kind == TRI_TILE_STORE && store) return false; /* several results */
        if (op->kind == TRI_TILE_STORE) store = op;
    }
    if (!mma || !store || mma->n_operands != 3) return false;
    if (!mma->parent->owner || !mma->parent->owner->label) return false; /* nothing is contracted */
    mma->label = "mma";
    store->label = "st";
    for (int side = 0; side < 2; side++) {
        namer namer = {.label = side ? "ldb" : "lda"};
        name_loads(mma->operands[side], mma->parent, &namer);
        if (namer.label || namer.taken) return false; /* a computed operand: none or several loads */
        if (mma->operands[side]->op->kind == TRI_TILE_MAP) return false;
    }
    tri_op *epi = store->operands[0]->op;
    if (!epi || epi->kind != TRI_TILE_MAP) epi = keep_as_it_is(store);
    epi->label = "epi";
    int n = 0, n_loads = 0;
    for (tri_op *op = body->first; op; op = op->next) {
        if (op->kind == TRI_TILE_LOAD && !op->label) op->label = tri_arena_printf(kernel->module->arena, "lde%d", n_loads++);
        if (op->kind == TRI_TILE_MAP && !op->label) op->label = tri_arena_printf(kernel->module->arena, "epi%d", ++n);
    }
    return true;
}

/* ---- recipes ---- */

/* What a map asks of the engine that runs it. */
typedef enum demand { ONE_OPERAND, TWO_OPERANDS, FUNCTIONS, POSITIONS } demand;

static demand demand_of(const tri_op *map)
{
    demand most = map->n_operands > 1 ? TWO_OPERANDS : ONE_OPERAND;
    for (const tri_op *op = map->regions[0]->first; op->kind != TRI_TILE_YIELD; op = op->next) {
        int values = 0;
        for (uint32_t i = 0; i < op->n_operands; i++) values += !op->operands[i]->op || op->operands[i]->op->kind != TRI_SCALAR_CONSTANT;
        demand d = ONE_OPERAND;
        if (values > 1 || op->kind == TRI_SCALAR_SELECT) d = TWO_OPERANDS;
        if (tri_scalar_is_function(op->kind)) d = FUNCTIONS;
        if (op->kind == TRI_SCALAR_COORDINATE) d = POSITIONS;
        if (d > most) most = d;
    }
    return most;
}

/* Results of maps wait in their rings until all pieces of the map before are done, so these have a slot a piece. Pieces go to the two engines that
 * can do them; where only one can, to that one. */
static const char *queues_recipe(const tri_func *kernel, const tri_config *config, const tri_chip *chip)
{
    static const char *const dealt[] = {
        [ONE_OPERAND] = "vector, scalar", [TWO_OPERANDS] = "vector, general", [FUNCTIONS] = "scalar", [POSITIONS] = "general"};
    tri_arena *arena = kernel->module->arena;
    int64_t rows = tri_chip_integer(chip, "partitions", 128), columns = tri_chip_integer(chip, "acc_bank_bytes", 2048) / 4;
    int64_t m = tri_matmul_pieces(tri_config_get(config, "bm", rows), rows), n = tri_matmul_pieces(tri_config_get(config, "bn", columns), columns);
    const long long stages = tri_config_get(config, "stages", 2);
    const bool keep = tri_config_get(config, "keep", 0);
    int n_loads = 0;
    int64_t banks = tri_chip_integer(chip, "acc_banks", 8);
    const char *maps = "";
    for (const tri_op *op = kernel->body->first; op; op = op->next) {
        if (op->kind == TRI_TILE_LOAD && !strncmp(op->label, "lde", 3))
            maps = tri_arena_printf(arena, "%s  ring %s depth %lld; at load%d: %s;\n", maps, op->label, stages, 2 + n_loads++ % 4, op->label);
        if (op->kind != TRI_TILE_MAP) continue;
        int64_t slots = strcmp(op->label, "epi") ? m * n + 1 : 4;
        maps = tri_arena_printf(arena, "%s  ring %s depth %lld; at %s: %s;\n", maps, op->label, (long long)slots, dealt[demand_of(op)], op->label);
    }
    return tri_arena_printf(arena,
                            "{\n  workers 1 order group_m(%lld);\n  ring lda%s depth %lld%s;\n%s  split mma %lldx%lld;\n"
                            "  ring mma depth %lld;\n%s  at load: lda; at load1: ldb; at store, store1: st\n}",
                            (long long)tri_config_get(config, "group", 8), keep ? "" : " ldb", keep ? 1 : stages, keep ? " keep" : "",
                            keep ? tri_arena_printf(arena, "  ring ldb depth %lld;\n", stages) : "", (long long)m, (long long)n,
                            (long long)(banks / (m * n)), maps);
}

static const char *bundle_recipe(const tri_func *kernel, const tri_config *config, const tri_chip *chip)
{
    (void)chip;
    return tri_arena_printf(kernel->module->arena, "{\n  workers 1 order group_m(%lld);\n  ring lda ldb depth %lld; ring epi depth 2\n}",
                            (long long)tri_config_get(config, "group", 8), (long long)tri_config_get(config, "stages", 2));
}

/* One role loads, the others multiply with one product under way behind the newest, the result leaves in pieces while the next tile begins. The
 * blocks of a cluster take rows of a program each and share the columns. */
static const char *threads_recipe(const tri_func *kernel, const tri_config *config, const tri_chip *chip)
{
    tri_arena *arena = kernel->module->arena;
    int64_t columns = tri_config_get(config, tri_config_get(config, "swap", 0) ? "bm" : "bn", 64), cluster = tri_config_get(config, "cluster", 1);
    const char *ranks = cluster > 1 ? tri_arena_printf(arena, "cluster %lld along mma.0; ", (long long)cluster) : "";
    return tri_arena_printf(arena,
                            "{\n  %sgroups %lld along mma.0; workers %lld order group_m(%lld);\n  ring lda ldb depth %lld; ring st depth 2; split st "
                            "1x%lld; at store: st;\n"
                            "  order k: await(lda) await(ldb) mma join(mma lag 1);\n%s}",
                            ranks, (long long)tri_config_get(config, "groups", 1), (long long)(tri_chip_integer(chip, "units", 0) / cluster),
                            (long long)tri_config_get(config, "group", 8), (long long)tri_config_get(config, "stages", 2),
                            (long long)(columns + 63) / 64, tri_config_get(config, "groups", 1) > 1 ? "  regs load 40 store 40 math 232\n" : "");
}

/* Where all threads load, there is one role; its registers hold a large result. Of the left operand one slot more is brought: when a step waits for
 * its tiles, loads for the next one are under way behind them, and nothing drains. */
static const char *merged_recipe(const tri_func *kernel, const tri_config *config, const tri_chip *chip)
{
    int64_t stages = tri_config_get(config, "stages", 2);
    return tri_arena_printf(kernel->module->arena,
                            "{\n  groups %lld along mma.0; workers 0 order group_m(%lld) dies %lld;\n  ring lda depth %lld; ring ldb depth %lld\n}",
                            (long long)tri_config_get(config, "groups", 1), (long long)tri_config_get(config, "group", 8),
                            (long long)tri_chip_integer(chip, "compute_dies", 1), (long long)stages + 1, (long long)stages);
}

const char *tri_matmul_schedule(tri_func *kernel, const tri_config *config, const tri_chip *chip)
{
    static const char *(*const recipes[TRI_MATMUL_RECIPES])(const tri_func *, const tri_config *,
                                                            const tri_chip *) = {[TRI_MATMUL_QUEUES] = queues_recipe,
                                                                                 [TRI_MATMUL_BUNDLE] = bundle_recipe,
                                                                                 [TRI_MATMUL_THREADS] = threads_recipe,
                                                                                 [TRI_MATMUL_MERGED] = merged_recipe};
    tri_matmul_recipe recipe = tri_matmul_recipe_of(chip);
    return recipe == TRI_MATMUL_RECIPES || !tri_matmul_name_statements(kernel) ? NULL : recipes[recipe](kernel, config, chip);
}
