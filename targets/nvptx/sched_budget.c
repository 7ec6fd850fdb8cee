/* targets/nvptx/sched_budget.c - what a scheduled program costs, before it is emitted: shared memory and barriers from the plan, registers from the
 * tiles that are alive at the same time. A tuner asks this instead of compiling. */
#include "targets/nvptx/sched.h"

/* Registers of a thread that hold no tile: addresses, descriptors, positions on rings, index values, and what ptxas takes for itself. */
enum { REGISTERS_BESIDES = 28 };

typedef struct budget {
    tri_arena *arena;
    const plan *plan;
    uint32_t n;
    bool *staged;  /* by value id */
    int64_t *size; /* registers of a thread, by value id */
    int64_t most;  /* of those alive at once */
} budget;

/* ---- sizes ---- */

static int64_t size_of(const tri_type *type)
{
    if (type->kind != TRI_TYPE_TILE) return 0;
    layout l = group_layout(type);
    int64_t bytes = (int64_t)tri_dtype_bytes((tri_dtype)type->dtype), rows = l.kind == SPREAD_FULL || l.kind == SPREAD_ROWS,
            columns = l.kind == SPREAD_FULL || l.kind == SPREAD_COLUMNS;
    int64_t elements = (rows ? l.m / GROUP_ROWS * 2 : 1) * (columns ? l.n / 4 : 1);
    return columns && bytes == 2 ? elements / 2 : elements * ((bytes + 3) / 4);
}

static bool is_constant(const tri_value *v) { return v->op && v->op->kind == TRI_TILE_FILL && !v->op->n_operands; }

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
            }
        for (uint32_t i = 0; i < op->n_results && op->kind != TRI_TILE_FOR; i++) {
            const tri_value *v = op->results[i];
            b->staged[v->id] = op->kind == TRI_SCHED_AWAIT || (view && b->staged[op->operands[0]->id]);
            b->size[v->id] = b->staged[v->id] || is_constant(v) ? 0 : size_of(&v->type);
        }
        for (uint32_t i = 0; i < op->n_regions; i++)
            if (op->kind == TRI_TILE_FOR || op->kind == TRI_TILE_IF || op->kind == TRI_SCHED_WORK) find_sizes(b, op->regions[i]);
    }
}

/* ---- lives, from the end to the beginning ---- */

static void measure(budget *b, const bool *alive)
{
    int64_t sum = 0;
    for (uint32_t v = 0; v < b->n; v++) sum += alive[v] ? b->size[v] : 0;
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

static tri_status *measure_all(tri_arena *arena, const tri_chip *chip, const tri_func *program, tri_budget *out)
{
    plan p;
    TRI_TRY(group_plan(arena, chip, program, &p));
    budget b = {.arena = arena, .plan = &p, .n = program->n_values};
    b.staged = TRI_NEW_ARRAY(arena, bool, b.n);
    b.size = TRI_NEW_ARRAY(arena, int64_t, b.n);
    *out = (tri_budget){.shared_bytes = p.shared_bytes, .barriers = p.n_barriers, .threads = p.groups * GROUP};
    for (int i = 0; i < p.n_roles; i++) {
        if (p.roles[i].copy) continue;
        find_sizes(&b, p.roles[i].op->regions[0]);
        walk(&b, p.roles[i].op->regions[0], TRI_NEW_ARRAY(arena, bool, b.n));
    }
    for (int q = 0; q < p.n_rings; q++) out->bank_conflicts += p.rings[q].conflicts;
    out->registers = b.most + REGISTERS_BESIDES;
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
    tri_status *status = measure_all(&arena, chip, copy, out);
    tri_arena_free(&arena);
    return status;
}
