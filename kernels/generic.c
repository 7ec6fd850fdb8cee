/* kernels/generic.c - the family that takes any region: elementwise groups, reductions, and every kind of data movement. It spans the last one or two
 * dimensions of the root that can be spanned and gives each position of the others a program of its own. Rows that several reductions share are whole
 * where they fit the chip, else in pieces (kernels/demand_rows.c). */
#include "kernels/demand.h"
#include "kernels/generic_sched.h"

static bool generic_applies(const tri_op *group, const tri_chip *chip)
{
    (void)chip;
    return !tri_group_contraction(group);
}

/* The spanned dimensions: `outer` may be -1 (one span) and both may be -1 (none). Dimensions of size 1 are not worth a span unless there is no other.
 */
static void choose_spans(const tri_op *group, int *outer, int *inner)
{
    const tri_op *ret = group->regions[0]->last;
    const tri_type *type = &ret->operands[0]->type;
    *outer = *inner = -1;
    for (int b = type->rank - 1; b >= 0; b--) {
        uint32_t spans = 1u << b;
        if (type->dims[b] == 1) continue;
        bool fits = true;
        for (uint32_t i = 0; i < ret->n_operands; i++) fits &= tri_demandable(group, ret->operands[i], spans);
        if (!fits) continue;
        *inner = b;
        for (int a = b - 1; a >= 0; a--) {
            if (type->dims[a] == 1) continue;
            fits = true;
            for (uint32_t i = 0; i < ret->n_operands; i++) fits &= tri_demandable(group, ret->operands[i], spans | 1u << a);
            if (fits) {
                *outer = a;
                return;
            }
        }
        return;
    }
}

static bool reduces(const tri_op *group)
{
    for (const tri_op *op = group->regions[0]->first; op; op = op->next)
        if (op->kind == TRI_OP_REDUCE) return true;
    return false;
}

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

static int64_t power_of_two_at_least(int64_t n)
{
    int64_t p = 1;
    while (p < n) p *= 2;
    return p;
}

enum { ELEMENT = 4, REGISTERS = 32, SLOTS = 3 };

/* Elements of a shared row that a program may have at once: every tile that might be there must find room, in as many slots as a ring has. */
static int64_t most_of_row(const tri_group_rows *shared, const tri_chip *chip, bool scheduled, int passes)
{
    int64_t tiles = (int64_t)(scheduled ? SLOTS : 1) * (shared->tiles * passes + 2);
    if (tri_chip_integer(chip, "partitions", 0)) return tri_chip_integer(chip, "sp_bytes", 64 << 10) / (tiles * ELEMENT);
    return REGISTERS * tri_chip_integer(chip, "threads_default", 128);
}

/* As many rows as partitions, or what gives each thread a few elements; a row that does not fit whole is cut into pieces of a round size. */
static void size_rows(const tri_group_rows *shared, const tri_chip *chip, bool scheduled, int64_t *rows, int64_t *piece)
{
    enum { LONGEST = 2048, SHORTEST = 128 };
    int64_t fit = tri_chip_integer(chip, "partitions", 0), budget = 4 * tri_chip_integer(chip, "threads_default", 128);
    *piece = shared->length;
    if (*piece > most_of_row(shared, chip, scheduled, 1))
        for (*piece = LONGEST; *piece > SHORTEST && *piece > most_of_row(shared, chip, scheduled, shared->passes);) *piece /= 2;
    if (!fit)
        for (fit = 1; fit < *rows && 2 * fit * *piece <= budget;) fit *= 2;
    *rows = smaller(*rows, fit);
}

/* A machine with partitions likes tiles as wide as it has partitions and long rows; one with threads likes a few elements a thread. */
static tri_config generic_config(const tri_op *group, const tri_chip *chip, bool scheduled)
{
    tri_config config = {0};
    const tri_type *type = &group->regions[0]->last->operands[0]->type;
    int outer, inner;
    choose_spans(group, &outer, &inner);
    int64_t rows = outer < 0 ? 1 : type->dims[outer], columns = inner < 0 ? 1 : type->dims[inner], chunk = 2048;
    int64_t partitions = tri_chip_integer(chip, "partitions", 0);
    tri_group_rows shared = tri_group_rows_of(group);
    if (shared.length) {
        size_rows(&shared, chip, scheduled, shared.dim < 0 ? &columns : &rows, &chunk);
        if (shared.dim >= 0) columns = chunk;
    } else if (partitions) {
        bool single = outer < 0 && reduces(group); /* the one span shares its tile with the reduced dimension */
        columns = smaller(columns, single ? partitions : scheduled ? 2048 : tri_generic_is_scheduled(chip) ? 1024 : 512);
        rows = smaller(rows, partitions);
    } else {
        int64_t elements = 4 * tri_chip_integer(chip, "threads_default", 128);
        if (reduces(group)) {
            columns = smaller(power_of_two_at_least(columns), 4);
            rows = 1;
            chunk = 256;
        } else {
            columns = smaller(power_of_two_at_least(columns), elements);
            rows = smaller(power_of_two_at_least(rows), elements / columns);
        }
    }
    tri_config_set(&config, "rows", rows);
    tri_config_set(&config, "columns", columns);
    tri_config_set(&config, "chunk", chunk);
    const tri_op *root = tri_group_root(group);
    if (scheduled && tri_generic_is_scheduled(chip) && !(root && root->kind == TRI_OP_DYNAMIC_UPDATE_SLICE)) tri_config_set(&config, "schedule", 1);
    return config;
}

/* operand 0 with operand 1 written over it at a start known at run time. One program does both in order: the update may lie anywhere, so no split of
 * the result among programs would be disjoint. */
static tri_status *build_update(tri_demand *demand, const tri_op *op, const tri_config *config)
{
    tri_func *kernel = demand->kernel;
    const tri_type *whole = &op->results[0]->type;
    tri_value *result = kernel->body->args[demand->group->n_operands];
    for (int pass = 0; pass < 2; pass++) {
        const tri_value *source = op->operands[pass];
        tri_block *block = kernel->body;
        tri_request from = {0}, to = {0};
        tri_op *loops[TRI_MAX_RANK];
        int n_loops = 0;
        tri_value *starts[TRI_MAX_RANK];
        for (int d = 0; d < whole->rank; d++) {
            starts[d] = tri_tile_index(block, 0);
            if (!pass) continue;
            double low = tri_dtype_lowest((tri_dtype)op->operands[2 + d]->type.dtype),
                   high = tri_dtype_highest((tri_dtype)op->operands[2 + d]->type.dtype);
            tri_value *start = tri_tile_fetch(block, tri_demand_buffer(demand, op->operands[2 + d]), NULL, low < -0x1p62 ? INT64_MIN : (int64_t)low,
                                              high > 0x1p62 ? INT64_MAX : (int64_t)high + 1);
            start = tri_tile_arith(block, TRI_SCALAR_MAXIMUM, start, tri_tile_index(block, 0));
            starts[d] = tri_tile_arith(block, TRI_SCALAR_MINIMUM, start, tri_tile_index(block, whole->dims[d] - source->type.dims[d]));
        }
        for (int d = 0; d < whole->rank; d++) {
            int64_t length = d == whole->rank - 1 ? smaller(tri_config_get(config, "columns", 1), source->type.dims[d]) : 1;
            /* The last piece is moved back inside rather than cut: a piece that sticks out of the update would overwrite its neighbours. */
            while (length > 1 && source->type.dims[d] % length) length--;
            int64_t trips = length ? source->type.dims[d] / length : 0;
            tri_value *at = tri_tile_index(block, 0);
            if (trips != 1) {
                loops[n_loops] = tri_tile_for(block, NULL, at, tri_tile_index(block, trips), 0, NULL);
                block = loops[n_loops++]->regions[0];
                at = tri_tile_arith(block, TRI_SCALAR_MULTIPLY, block->args[0], tri_tile_index(block, length));
            }
            tri_value *target = tri_tile_arith(block, TRI_SCALAR_ADD, starts[d], at);
            from.at[d] = d == whole->rank - 1 ? tri_span(at, length) : tri_at(at);
            to.at[d] = d == whole->rank - 1 ? tri_span(target, length) : tri_at(target);
        }
        tri_value *tile = tri_tile_load(block, tri_demand_buffer(demand, source), from.at, 0, NULL);
        tri_tile_store(block, tile, result, to.at, "set", NULL);
        while (n_loops) tri_tile_yield(loops[--n_loops]->regions[0], 0, NULL);
    }
    return NULL;
}

static tri_status *generic_build(tri_module *module, const char *name, const tri_op *group, const tri_config *config, tri_func **out_kernel)
{
    tri_demand demand = {.config = config, .chunk = tri_config_get(config, "chunk", 256)};
    tri_demand_begin(&demand, module, name, group);
    const tri_op *root = tri_group_root(group);
    tri_status *status;
    if (root && root->kind == TRI_OP_DYNAMIC_UPDATE_SLICE) {
        status = build_update(&demand, root, config);
    } else {
        int outer, inner;
        int64_t lengths[TRI_MAX_RANK] = {0};
        choose_spans(group, &outer, &inner);
        if (outer >= 0) lengths[outer] = tri_config_get(config, "rows", 1);
        if (inner >= 0) lengths[inner] = tri_config_get(config, "columns", 1);
        status = tri_demand_finish(&demand, lengths);
    }
    *out_kernel = demand.kernel;
    return status;
}

const tri_family tri_family_generic = {
    "generic", "any region, one tile program a piece of its result", generic_applies, generic_config, generic_build, tri_generic_schedule, NULL};
