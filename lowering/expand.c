/* lowering/expand.c - which way a scheduled program is made, what no way makes yet, and the orders in which workers take the programs of a grid. */
#include "lowering/expand.h"

static tri_status *refuse(const tri_func *kernel, const char *clause)
{
    return tri_error(TRI_UNSUPPORTED, kernel->loc, "schedule of kernel '%s': the clause '%s' is not expanded for this chip; take it out",
                     kernel->name, clause);
}

/* A cluster is not dropped where there are none: a family that writes the clause has counted with shared loads. */
static tri_status *check_cluster(const tri_func *kernel, int64_t ranks, const tri_chip *chip)
{
    int64_t most = tri_chip_lists(chip, "clusters", "yes") ? tri_chip_integer(chip, "cluster_blocks_max", 1) : 1;
    if (ranks <= most) return NULL;
    if (most < 2) return refuse(kernel, "cluster");
    return tri_error(TRI_UNSUPPORTED, kernel->loc, "schedule of kernel '%s': a cluster of %lld; chip %s has them of at most %lld", kernel->name,
                     (long long)ranks, chip->name, (long long)most);
}

/* A clause that nobody would follow is refused: a schedule says what happens. */
static tri_status *check_clauses(const tri_func *kernel, const tri_schedule *schedule, const tri_chip *chip, bool queues)
{
    TRI_TRY(check_cluster(kernel, schedule->cluster.n, chip));
    if (schedule->places.n) return refuse(kernel, "place");
    if (queues && schedule->groups.n > 1) return refuse(kernel, "groups");
    if (queues && schedule->turns.n) return refuse(kernel, "turn");
    if (schedule->dies > 1 && (queues || schedule->workers)) return refuse(kernel, "dies");
    for (size_t i = 0; i < schedule->rings.n; i++)
        if (schedule->rings.at[i].keep && !queues) return refuse(kernel, "keep");
    return NULL;
}

tri_status *tri_expand(tri_module *into, const char *name, const tri_func *kernel, const tri_chip *chip, tri_func **out_scheduled)
{
    tri_schedule schedule;
    TRI_TRY(tri_schedule_parse(into->arena, kernel, &schedule));
    const char *style = tri_chip_word(chip, "style", "");
    bool queues = !strcmp(style, "decoupled") || !strcmp(style, "bundle");
    TRI_TRY(check_clauses(kernel, &schedule, chip, queues));
    if (queues)
        TRI_TRY(tri_expand_queues(into, name, kernel, &schedule, !strcmp(style, "bundle"), out_scheduled));
    else
        TRI_TRY(tri_expand_threads(into, name, kernel, &schedule, chip, out_scheduled));
    (*out_scheduled)->tiles = kernel;
    return NULL;
}

/* ---- orders ---- */

static tri_value *divide(tri_block *block, tri_value *a, int64_t b) { return tri_tile_arith(block, TRI_SCALAR_DIVIDE, a, tri_tile_index(block, b)); }
static tri_value *modulo(tri_block *block, tri_value *a, int64_t b)
{
    return tri_tile_arith(block, TRI_SCALAR_REMAINDER, a, tri_tile_index(block, b));
}
static tri_value *times(tri_block *block, tri_value *a, int64_t b) { return tri_tile_arith(block, TRI_SCALAR_MULTIPLY, a, tri_tile_index(block, b)); }

/* The last axis fastest. */
static tri_status *order_row(tri_block *block, tri_value *p, const tri_func *kernel, const int64_t *args, tri_value **out)
{
    (void)args;
    for (uint32_t a = kernel->n_axes; a-- > 0;) {
        out[a] = a ? modulo(block, p, kernel->grid[a]) : p;
        if (a) p = divide(block, p, kernel->grid[a]);
    }
    return NULL;
}

/* The first axis fastest. */
static tri_status *order_column(tri_block *block, tri_value *p, const tri_func *kernel, const int64_t *args, tri_value **out)
{
    (void)args;
    for (uint32_t a = 0; a < kernel->n_axes; a++) {
        bool last = a + 1 == kernel->n_axes;
        out[a] = last ? p : modulo(block, p, kernel->grid[a]);
        if (!last) p = divide(block, p, kernel->grid[a]);
    }
    return NULL;
}

/* Heavy programs first: the given axis is the slowest and descends. */
static tri_status *order_heavy_first(tri_block *block, tri_value *p, const tri_func *kernel, const int64_t *args, tri_value **out)
{
    if (args[0] >= kernel->n_axes)
        return tri_error(TRI_INVALID, kernel->loc, "heavy_first(%lld): the kernel has %u axes", (long long)args[0], kernel->n_axes);
    uint32_t heavy = (uint32_t)args[0];
    for (uint32_t a = kernel->n_axes; a-- > 0;) {
        if (a == heavy) continue;
        out[a] = modulo(block, p, kernel->grid[a]);
        p = divide(block, p, kernel->grid[a]);
    }
    out[heavy] = tri_tile_arith(block, TRI_SCALAR_SUBTRACT, tri_tile_index(block, kernel->grid[heavy] - 1), p);
    return NULL;
}

/* The last two axes in bands of `args[0]` rows, down each column of a band first: neighbours in time share operands in the cache. The last band may
 * have fewer rows. */
static tri_status *order_group_m(tri_block *block, tri_value *p, const tri_func *kernel, const int64_t *args, tri_value **out)
{
    uint32_t n_axes = kernel->n_axes;
    if (n_axes < 2) return order_row(block, p, kernel, args, out);
    int64_t rows = kernel->grid[n_axes - 2], columns = kernel->grid[n_axes - 1], band = args[0] > 0 ? args[0] : 1;
    if (band > rows) band = rows;
    tri_value *inner = modulo(block, p, rows * columns), *rest = divide(block, p, rows * columns);
    for (uint32_t a = n_axes - 2; a-- > 0;) {
        out[a] = a ? modulo(block, rest, kernel->grid[a]) : rest;
        if (a) rest = divide(block, rest, kernel->grid[a]);
    }
    tri_value *first = times(block, divide(block, inner, band * columns), band), *within = modulo(block, inner, band * columns);
    tri_value *height = tri_tile_arith(block, TRI_SCALAR_MINIMUM, tri_tile_index(block, band),
                                       tri_tile_arith(block, TRI_SCALAR_SUBTRACT, tri_tile_index(block, rows), first));
    out[n_axes - 2] = tri_tile_arith(block, TRI_SCALAR_ADD, first, tri_tile_arith(block, TRI_SCALAR_REMAINDER, within, height));
    out[n_axes - 1] = tri_tile_arith(block, TRI_SCALAR_DIVIDE, within, height);
    return NULL;
}

static const struct {
    const char *name;
    tri_status *(*axes)(tri_block *block, tri_value *p, const tri_func *kernel, const int64_t *args, tri_value **out);
} orders[] = {{"row", order_row}, {"column", order_column}, {"group_m", order_group_m}, {"heavy_first", order_heavy_first}};

/* Dies take blocks in turn: die x has blocks x, x + dies, ...; it gets the programs behind those of the dies before it. Of `rest` programs that do
 * not divide, the first dies have one more. */
static tri_value *gather_on_dies(tri_block *block, tri_value *p, const tri_func *kernel, int64_t dies)
{
    int64_t programs = 1;
    for (uint32_t a = 0; a < kernel->n_axes; a++) programs *= kernel->grid[a];
    if (dies < 2 || programs <= dies) return p;
    int64_t share = programs / dies, rest = programs % dies;
    tri_value *die = modulo(block, p, dies), *first = times(block, die, share);
    if (rest) first = tri_tile_arith(block, TRI_SCALAR_ADD, first, tri_tile_arith(block, TRI_SCALAR_MINIMUM, die, tri_tile_index(block, rest)));
    tri_value *there = tri_tile_arith(block, TRI_SCALAR_ADD, first, divide(block, p, dies));
    return tri_tile_arith(block, TRI_SCALAR_MINIMUM, there, tri_tile_index(block, programs - 1)); /* which it is; so its range is known */
}

tri_status *tri_expand_order(tri_block *block, tri_value *p, const tri_func *kernel, const tri_schedule *schedule, tri_value **out_axes)
{
    p = gather_on_dies(block, p, kernel, schedule->dies);
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++)
        if (!strcmp(orders[i].name, schedule->order)) return orders[i].axes(block, p, kernel, schedule->order_args, out_axes);
    return tri_error(TRI_INVALID, kernel->loc,
                     "schedule of kernel '%s': there is no order of work '%s'; there are row, column, group_m(n), heavy_first(axis)", kernel->name,
                     schedule->order);
}
