/* targets/nvptx/sched_budget.c - what a scheduled program costs, before it is emitted: shared memory and barriers from the plan, registers from the
 * tiles that are alive at the same time. A tuner asks this instead of compiling. */
#include "targets/nvptx/sched.h"

/* What ptxas takes for a thread beside the values that are alive. Results of asynchronous products begin at register 24, below are addresses,
 * descriptors and positions on rings. Behind the last product what only its loop needed is free for other values, unless accumulators stay. */
enum { BESIDES_PRODUCTS = 24, BESIDES = 20 };

enum {
    INDEX = 2, /* an index value has 64 bits */
    /* A result that is only stored is made as it leaves: what one stmatrix takes; where it waits for a vector to arrive, several of them. */
    STORED = 4,
    STORED_LATE = 16
};

/* The registers of an accumulator that begins as nothing. The loop asks at run time whether its first product reads them, so for ptxas it does: where
 * a worker runs several programs, they are alive from the last product of one to the first of the next. */
typedef struct accumulator {
    int64_t size, alive; /* alive: what lies in it at the point that is measured */
} accumulator;

typedef struct budget {
    tri_arena *arena;
    const plan *plan;
    uint32_t n;
    bool *staged;       /* by value id */
    int64_t *size;      /* registers of a thread, by value id */
    tri_emitter ranges; /* of index values; what it writes is thrown away */
    uint32_t *uses;
    int *home; /* by value id: 1 + the accumulator it lies in; 0: none */
    TRI_VEC(accumulator) accumulators;
    int64_t besides; /* where the walk is */
    int64_t most;    /* of those alive at once, and besides */
} budget;

/* ---- sizes ---- */

static int64_t size_of(const tri_type *type)
{
    if (type->kind != TRI_TYPE_TILE) return type->kind == TRI_TYPE_INDEX ? INDEX : 0;
    layout l = group_layout(type);
    int64_t bytes = (int64_t)tri_dtype_bytes((tri_dtype)type->dtype), rows = l.kind == SPREAD_FULL || l.kind == SPREAD_ROWS,
            columns = l.kind == SPREAD_FULL || l.kind == SPREAD_COLUMNS;
    int64_t elements = (rows ? l.m / GROUP_ROWS * 2 : 1) * (columns ? l.n / 4 : 1);
    return columns && bytes == 2 ? elements / 2 : elements * ((bytes + 3) / 4);
}

/* Loops and instances give their ranges to the index values in them. */
static tri_status *find_ranges(budget *b, const tri_block *block)
{
    tri_index *at = b->ranges.indices;
    for (const tri_op *op = block->first; op; op = op->next) {
        if (op->kind == TRI_TILE_INDEX) TRI_TRY(tri_emit_index(&b->ranges, op));
        if (op->kind == TRI_TILE_FOR) {
            int64_t low = at[op->operands[0]->id].low, high = at[op->operands[1]->id].high;
            at[op->regions[0]->args[0]->id] = (tri_index){"0", low, high == INT64_MIN ? high : high - 1};
            for (uint32_t i = 0; i < op->n_results; i++)
                at[op->results[i]->id] = at[op->regions[0]->args[1 + i]->id] = (tri_index){"0", INT64_MIN, INT64_MAX};
        }
        for (uint32_t i = 0; i < op->n_regions; i++)
            if (op->kind == TRI_TILE_FOR || op->kind == TRI_TILE_IF || op->kind == TRI_SCHED_WORK) TRI_TRY(find_ranges(b, op->regions[i]));
    }
    return NULL;
}

static bool is_constant(const tri_value *v)
{
    return v->op && ((v->op->kind == TRI_TILE_FILL && !v->op->n_operands) || (v->op->kind == TRI_TILE_INDEX && v->op->fn == TRI_OP_NONE));
}

static int64_t size_of_map(const budget *b, const tri_op *map, const tri_value *result)
{
    int64_t size = size_of(&result->type), most = map->n_operands == 1 ? STORED : STORED_LATE;
    for (const tri_op *op = map->next; op && b->uses[result->id] == 1; op = op->next)
        if (op->kind == TRI_SCHED_STORE_INTO && op->operands[0] == result) return size < most ? size : most;
    return size;
}

/* Notes what lies in the registers of carried value `i`; results of products on it and slices follow. */
static void find_home(budget *b, const tri_op *loop, uint32_t i)
{
    TRI_PUSH(b->arena, &b->accumulators, ((accumulator){.size = b->size[loop->results[i]->id]}));
    int home = (int)b->accumulators.n;
    b->home[loop->results[i]->id] = b->home[loop->regions[0]->args[1 + i]->id] = b->home[loop->regions[0]->last->operands[i]->id] = home;
}

static void find_sizes(budget *b, const tri_block *block)
{
    for (const tri_op *op = block->first; op; op = op->next) {
        bool view = op->kind == TRI_SCHED_PART || op->kind == TRI_TILE_TRANSPOSE || op->kind == TRI_TILE_RESHAPE;
        if (op->kind == TRI_TILE_FOR)
            for (uint32_t i = 0; i < op->n_results; i++) {
                const tri_value *values[] = {op->regions[0]->args[1 + i], op->results[i]};
                for (int side = 0; side < 2; side++) {
                    b->staged[values[side]->id] = b->staged[op->operands[2 + i]->id];
                    b->size[values[side]->id] = b->staged[values[side]->id] ? 0 : size_of(&values[side]->type);
                }
                if (group_begins_empty(b->uses, op, i) && b->plan->workers < b->plan->program->programs) find_home(b, op, i);
            }
        for (uint32_t i = 0; i < op->n_results && op->kind != TRI_TILE_FOR; i++) {
            const tri_value *v = op->results[i];
            b->staged[v->id] = op->kind == TRI_SCHED_AWAIT || (view && b->staged[op->operands[0]->id]);
            b->size[v->id] = b->staged[v->id] || is_constant(v) ? 0 : op->kind == TRI_TILE_MAP ? size_of_map(b, op, v) : size_of(&v->type);
            if (op->kind == TRI_TILE_SLICE || (op->kind == TRI_TILE_MMA && op->n_operands == 3))
                b->home[v->id] = b->home[op->operands[op->kind == TRI_TILE_MMA ? 2 : 0]->id];
        }
        for (uint32_t i = 0; i < op->n_regions; i++)
            if (op->kind == TRI_TILE_FOR || op->kind == TRI_TILE_IF || op->kind == TRI_SCHED_WORK) find_sizes(b, op->regions[i]);
    }
}

/* ---- lives, from the end to the beginning ---- */

static void measure(budget *b, const bool *alive)
{
    int64_t sum = b->besides;
    for (size_t i = 0; i < b->accumulators.n; i++) b->accumulators.at[i].alive = 0;
    for (uint32_t v = 0; v < b->n; v++) {
        if (!alive[v]) continue;
        if (b->home[v])
            b->accumulators.at[b->home[v] - 1].alive += b->size[v];
        else
            sum += b->size[v];
    }
    for (size_t i = 0; i < b->accumulators.n; i++) {
        const accumulator *a = &b->accumulators.at[i];
        sum += a->alive > a->size ? a->alive : a->size;
    }
    if (sum > b->most) b->most = sum;
}

/* The registers that an asynchronous product reads stay until the join that covers it. */
static void revive_operands(const tri_op *join, bool *alive)
{
    int64_t lag = tri_op_integer(join, "lag", 0), behind = 0;
    for (const tri_op *op = join->prev; op; op = op->prev) {
        if (op->kind != TRI_TILE_MMA || !tri_op_attr(op, "async")) continue;
        if (behind++ >= lag) alive[op->operands[0]->id] = true;
    }
}

static const tri_op *first_slice(const tri_op *slice)
{
    const tri_op *first = slice;
    for (const tri_op *op = slice->prev; op; op = op->prev)
        if (op->kind == TRI_TILE_SLICE && op->operands[0] == slice->operands[0]) first = op;
    return first;
}

/* A slice is a name for some of the registers of its tile. Where the tile is cut up, its pieces are alive from the first cut on. */
static void revive_slices(const tri_op *slice, bool *alive)
{
    if (first_slice(slice) != slice) return;
    for (const tri_op *op = slice; op; op = op->next)
        if (op->kind == TRI_TILE_SLICE && op->operands[0] == slice->operands[0]) alive[op->results[0]->id] = false;
    alive[slice->operands[0]->id] = true;
}

static bool *copy_of(budget *b, const bool *alive)
{
    bool *copy = TRI_NEW_ARRAY(b->arena, bool, b->n);
    memcpy(copy, alive, b->n * sizeof *copy);
    return copy;
}

static void walk(budget *b, const tri_block *block, bool *alive);

/* What is alive behind the loop stays so in it, and so does what it reads from outside. */
static void walk_loop(budget *b, const tri_op *op, bool *alive)
{
    const tri_block *body = op->regions[0];
    for (uint32_t i = 0; i < op->n_results; i++) alive[op->results[i]->id] = false;
    alive[op->operands[1]->id] = true;
    bool *inside = copy_of(b, alive);
    walk(b, body, inside); /* first to learn what it reads */
    for (uint32_t a = 0; a < body->n_args; a++) inside[body->args[a]->id] = false;
    for (uint32_t v = 0; v < b->n; v++) alive[v] |= inside[v];
    inside = copy_of(b, alive);
    walk(b, body, inside);
    for (uint32_t i = 0; i + 2 < op->n_operands; i++) alive[op->operands[2 + i]->id] = true;
}

static void walk(budget *b, const tri_block *block, bool *alive)
{
    for (const tri_op *op = block->last; op; op = op->prev) {
        if (op->kind == TRI_TILE_MMA || op->kind == TRI_SCHED_JOIN) b->besides = BESIDES_PRODUCTS;
        measure(b, alive);
        if (op->kind == TRI_TILE_FOR) {
            walk_loop(b, op, alive);
            continue;
        }
        if (op->kind == TRI_TILE_SLICE) {
            revive_slices(op, alive);
            continue;
        }
        for (uint32_t i = 0; i < op->n_results; i++) alive[op->results[i]->id] = false;
        if (op->kind == TRI_TILE_IF) {
            bool *other = copy_of(b, alive);
            walk(b, op->regions[0], alive);
            walk(b, op->regions[1], other);
            for (uint32_t v = 0; v < b->n; v++) alive[v] |= other[v];
        } else if (op->kind == TRI_SCHED_WORK) {
            walk(b, op->regions[0], alive);
        }
        if (op->kind == TRI_SCHED_JOIN) revive_operands(op, alive);
        for (uint32_t i = 0; i < op->n_operands; i++) alive[op->operands[i]->id] = true;
        measure(b, alive);
    }
}

/* ---- the budget ---- */

static tri_status *measure_all(tri_arena *arena, const tri_chip *chip, tri_func *program, tri_text *unused, tri_budget *out)
{
    plan p;
    TRI_TRY(group_plan(arena, chip, program, &p));
    budget b = {.arena = arena, .plan = &p, .n = program->n_values};
    b.staged = TRI_NEW_ARRAY(arena, bool, b.n);
    b.size = TRI_NEW_ARRAY(arena, int64_t, b.n);
    b.home = TRI_NEW_ARRAY(arena, int, b.n);
    b.uses = tri_func_count_uses(arena, program);
    b.ranges = (tri_emitter){.arena = arena, .out = unused, .chip = chip, .kernel = program, .indices = TRI_NEW_ARRAY(arena, tri_index, b.n)};
    TRI_TRY(find_ranges(&b, program->body));
    *out = (tri_budget){.shared_bytes = p.shared_bytes, .barriers = p.n_barriers, .threads = p.groups * GROUP};
    for (int i = 0; i < p.n_roles; i++) {
        if (p.roles[i].copy) continue;
        const tri_block *role = p.roles[i].op->regions[0];
        b.ranges.indices[role->args[0]->id] = (tri_index){"0", 0, tri_role_instances(p.roles[i].op) - 1};
        b.ranges.indices[role->args[1]->id] = (tri_index){"0", 0, program->cluster - 1};
        for (const tri_op *op = role->first; op; op = op->next)
            if (op->kind == TRI_SCHED_WORK) b.ranges.indices[op->regions[0]->args[0]->id] = (tri_index){"0", 0, program->programs - 1};
        TRI_TRY(find_ranges(&b, role));
        find_sizes(&b, role);
        b.besides = b.accumulators.n ? BESIDES_PRODUCTS : BESIDES;
        walk(&b, p.roles[i].op->regions[0], TRI_NEW_ARRAY(arena, bool, b.n));
    }
    for (int q = 0; q < p.n_rings; q++) out->bank_conflicts += p.rings[q].conflicts;
    out->registers = b.most;
    return NULL;
}

tri_status *group_budget(const tri_chip *chip, const tri_func *program, tri_budget *out)
{
    tri_arena arena;
    tri_arena_init(&arena, (size_t)1 << 30);
    if (TRI_ARENA_EXHAUSTED(&arena)) {
        tri_status *status = tri_arena_exhausted(&arena);
        tri_arena_free(&arena);
        return status;
    }
    tri_func *copy = tri_func_clone(tri_module_create(&arena, "budget"), program, program->name);
    tri_func_number(copy);
    tri_text unused = {0};
    tri_status *status = measure_all(&arena, chip, copy, &unused, out);
    tri_text_free(&unused);
    tri_arena_free(&arena);
    return status;
}
