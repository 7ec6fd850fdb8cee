/* lowering/cut_maps.c - What: a map that computes functions (exponential, tanh, ...) as well as arithmetic becomes several, each for one kind of
 * engine: function engines take one full operand, scale and shift it on the way in and round on the way out; the others do arithmetic on two. Needs:
 * a verified tile program with merged maps. Guarantees: the same results bit for bit, since what goes from one map to the next has its own dtype.
 * Does not: cut a map that has a label, which a schedule may name.
 *
 * Phases alternate: even ones are arithmetic, odd ones functions. A node's phase is the least of its kind that is not below its operands'. */
#include "lowering/lowering.h"

enum { FREE = -1 }; /* costs nothing: made again in every phase that uses it */

typedef struct cutting {
    tri_op *map;
    int *phase; /* by value id */
    uint32_t *uses;
    int last; /* the highest phase */
} cutting;

/* Arguments have no op; they are in memory before the first phase. */
static int phase_of(const cutting *c, const tri_value *value) { return value->op ? c->phase[value->id] : FREE; }

static bool is_constant(const tri_value *value) { return value->op && value->op->kind == TRI_SCALAR_CONSTANT; }

static void find_phases(cutting *c)
{
    for (const tri_op *op = c->map->regions[0]->first; op->kind != TRI_TILE_YIELD; op = op->next) {
        int *phase = &c->phase[op->results[0]->id], least = FREE;
        for (uint32_t i = 0; i < op->n_operands; i++)
            if (phase_of(c, op->operands[i]) > least) least = phase_of(c, op->operands[i]);
        bool odd = tri_scalar_is_function(op->kind);
        bool cast = op->kind == TRI_SCALAR_CONVERT;
        *phase = least;
        if (op->kind == TRI_SCALAR_CONSTANT || (cast && least == FREE)) continue;
        if (cast && least % 2 == 1) continue; /* rounded on the way out of the function */
        if (*phase == FREE) *phase = 0;
        if (*phase % 2 != odd) ++*phase;
        if (*phase > c->last) c->last = *phase;
    }
}

/* x * constant, x + constant, x - constant, in either order. */
static bool takes_one(const tri_op *op)
{
    bool affine = op->kind == TRI_SCALAR_ADD || op->kind == TRI_SCALAR_SUBTRACT || op->kind == TRI_SCALAR_MULTIPLY;
    return affine && (is_constant(op->operands[0]) || is_constant(op->operands[1]));
}

/* Those and casts, where nothing but a function takes them: done on its way in. */
static void move_into_functions(cutting *c)
{
    for (const tri_op *op = c->map->regions[0]->last; op; op = op->prev) {
        if (!op->n_results || c->phase[op->results[0]->id] % 2 != 1) continue;
        for (uint32_t i = 0; i < op->n_operands; i++) {
            const tri_value *x = op->operands[i];
            if (!x->op || phase_of(c, x) < 0 || phase_of(c, x) % 2 || c->uses[x->id] != 1) continue;
            if (takes_one(x->op) || x->op->kind == TRI_SCALAR_CONVERT) c->phase[x->id] = c->phase[op->results[0]->id];
        }
    }
}

/* The same behind a function that nothing else takes: the engine of functions has time, and the two operands of what follows have none to lose. */
static void leave_at_functions(cutting *c)
{
    for (const tri_op *op = c->map->regions[0]->first; op->kind != TRI_TILE_YIELD; op = op->next) {
        if (!takes_one(op)) continue;
        const tri_value *x = op->operands[is_constant(op->operands[0])];
        if (phase_of(c, x) > 0 && phase_of(c, x) % 2 && c->uses[x->id] == 1) c->phase[op->results[0]->id] = phase_of(c, x);
    }
}

/* The map of one phase, while it is made. */
typedef struct piece {
    tri_block *region;
    tri_value_map *values; /* of the old region, in this one */
    TRI_VEC(tri_value *) operands;
    TRI_VEC(const tri_value *) results; /* of the old region */
} piece;

/* A value of an earlier phase, or an argument of the whole map, as this map's argument. */
static tri_value *argument(cutting *c, piece *p, const tri_value *value, tri_value *tile)
{
    tri_arena *arena = c->map->parent->func->module->arena;
    TRI_PUSH(arena, &p->operands, tile);
    tri_value *made = tri_block_add_arg(c->map->parent->func->module, p->region, NULL, tri_scalar_of((tri_dtype)value->type.dtype));
    tri_value_map_set(p->values, value, made);
    return made;
}

static tri_value *in_phase(cutting *c, piece *p, tri_value *const *tiles, const tri_value *value, int phase)
{
    tri_value *known = tri_value_map_get(p->values, value);
    if (known != value) return known;
    if (!value->op) return argument(c, p, value, c->map->operands[value->index]);
    if (phase_of(c, value) != FREE && phase_of(c, value) < phase) return argument(c, p, value, tiles[value->id]);
    for (uint32_t i = 0; i < value->op->n_operands; i++) (void)in_phase(c, p, tiles, value->op->operands[i], phase);
    tri_block_append(p->region, tri_op_clone(c->map->parent->func, value->op, p->values));
    return tri_value_map_get(p->values, value);
}

/* Whether a later phase takes it, or the map yields it. */
static bool crosses(const cutting *c, const tri_value *value)
{
    for (const tri_op *op = c->map->regions[0]->first; op; op = op->next)
        for (uint32_t i = 0; i < op->n_operands; i++)
            if (op->operands[i] == value && (op->kind == TRI_TILE_YIELD || phase_of(c, op->results[0]) > phase_of(c, value))) return true;
    return false;
}

static void cut(cutting *c)
{
    tri_func *func = c->map->parent->func;
    tri_module *module = func->module;
    const tri_block *old = c->map->regions[0];
    tri_value **tiles = TRI_NEW_ARRAY(module->arena, tri_value *, func->n_values); /* by id of the old region's values */
    const tri_op *yield = old->last;
    for (int phase = 0; phase <= c->last; phase++) {
        piece p = {.values = tri_value_map_create(module->arena)};
        for (const tri_op *op = old->first; op != yield; op = op->next)
            if (c->phase[op->results[0]->id] == phase && crosses(c, op->results[0])) TRI_PUSH(module->arena, &p.results, op->results[0]);
        for (uint32_t i = 0; i < yield->n_operands && phase == c->last; i++) /* yielded as they came */
            if (phase_of(c, yield->operands[i]) == FREE) TRI_PUSH(module->arena, &p.results, yield->operands[i]);
        if (!p.results.n) continue;
        tri_type *types = TRI_NEW_ARRAY(module->arena, tri_type, p.results.n);
        for (size_t i = 0; i < p.results.n; i++) {
            types[i] = c->map->results[0]->type;
            types[i].dtype = p.results.at[i]->type.dtype;
        }
        tri_op *map = tri_op_create(module, TRI_TILE_MAP, c->map->loc, 0, NULL, (uint32_t)p.results.n, types);
        p.region = tri_op_add_region(func, map);
        tri_value **yielded = TRI_NEW_ARRAY(module->arena, tri_value *, p.results.n);
        for (size_t i = 0; i < p.results.n; i++) yielded[i] = in_phase(c, &p, tiles, p.results.at[i], phase);
        tri_tile_yield(p.region, (uint32_t)p.results.n, yielded);
        tri_op_set_operands(module, map, (uint32_t)p.operands.n, p.operands.at);
        tri_op_insert_before(map, c->map);
        for (size_t i = 0; i < p.results.n; i++) tiles[p.results.at[i]->id] = map->results[i];
    }
    for (uint32_t i = 0; i < yield->n_operands; i++) tri_replace_uses(func, c->map->results[i], tiles[yield->operands[i]->id]);
    tri_op_remove(c->map);
}

typedef TRI_VEC(tri_op *) op_list;

static tri_status *collect(void *context, tri_op *op)
{
    op_list *maps = context;
    if (op->kind == TRI_TILE_MAP && !op->label) TRI_PUSH(op->parent->func->module->arena, maps, op);
    return NULL;
}

tri_status *tri_pass_cut_maps(tri_func *kernel)
{
    tri_arena *arena = kernel->module->arena;
    op_list maps = {0};
    TRI_TRY(tri_func_walk(kernel, collect, &maps));
    for (size_t i = 0; i < maps.n; i++) {
        tri_func_number(kernel);
        cutting c = {.map = maps.at[i], .phase = TRI_NEW_ARRAY(arena, int, kernel->n_values), .uses = tri_func_count_uses(arena, kernel)};
        find_phases(&c);
        move_into_functions(&c);
        leave_at_functions(&c);
        bool mixed = false;
        for (const tri_op *op = c.map->regions[0]->first; op->kind != TRI_TILE_YIELD; op = op->next)
            mixed |= phase_of(&c, op->results[0]) != FREE && phase_of(&c, op->results[0]) != c.last;
        if (mixed) cut(&c);
    }
    return NULL;
}
