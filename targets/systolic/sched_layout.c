/* targets/systolic/sched_layout.c - which dimension of a tile lies on the partitions, decided before anything is placed. Tiles that must agree (the
 * operands of a map and its result, what is carried through a loop, a slot and what is stored into it) are one class, joined with the parity that a
 * transposed view has. Products want the contraction on the partitions of both operands, reductions want theirs on the free axis. Classes nobody
 * cares about lie as windows come from memory.
 *
 * Also: which acc ring a chain of products accumulates in, found backwards from the store_into that ends it. */
#include "base/classes.h"
#include "targets/systolic/scheduled.h"

enum { WANTS_NOTHING = 2 };

typedef struct classes {
    sched *s;
    tri_classes of; /* by value id */
    uint8_t *want;  /* of the representative: 0, 1, or nothing */
} classes;

static void conflict(classes *c, const tri_op *op, const char *what)
{
    sched_fail(c->s, op, TRI_UNSUPPORTED,
               "%s: its users want different dimensions on the partitions; transpose it into a ring of its own, or load it into two", what);
}

/* One number in every element: it has no place, and may start several accumulations. */
static bool is_literal(const tri_value *value) { return value->op && value->op->kind == TRI_TILE_FILL && !value->op->n_operands; }

static void join(classes *c, const tri_op *op, const tri_value *a, const tri_value *b, uint8_t parity)
{
    if (is_literal(a) || is_literal(b)) return;
    bool pa, pb;
    uint32_t ra = tri_class_of(&c->of, a->id, &pa), rb = tri_class_of(&c->of, b->id, &pb);
    parity ^= pa ^ pb;
    if (ra == rb) {
        if (parity) conflict(c, op, "a tile and its transposed view are used as one");
        return;
    }
    if (c->want[ra] != WANTS_NOTHING && c->want[rb] != WANTS_NOTHING && c->want[ra] != (c->want[rb] ^ parity))
        conflict(c, op, "the tiles of a statement");
    if (c->want[ra] == WANTS_NOTHING && c->want[rb] != WANTS_NOTHING) c->want[ra] = c->want[rb] ^ parity;
    tri_classes_join(&c->of, ra, rb, parity);
}

static void want(classes *c, const tri_op *op, const tri_value *value, uint8_t part)
{
    bool parity;
    uint32_t root = tri_class_of(&c->of, value->id, &parity);
    part ^= parity;
    if (c->want[root] == WANTS_NOTHING)
        c->want[root] = part;
    else if (c->want[root] != part)
        conflict(c, op, "a tile");
}

/* A transpose that moves data: of a copy role, and of a matrix role when it goes into an acc slot. Others are views. */
static bool is_physical(const sched *s, const tri_op *op, tri_unit unit)
{
    return unit == TRI_UNIT_COPY || (unit == TRI_UNIT_MATRIX && s->target_of[op->results[0]->id]);
}

static bool one_dimension(const tri_type *type)
{
    int64_t dims[2];
    sched_dims(type, dims);
    return dims[0] == 1 && dims[1] == 1;
}

static void join_reshape(classes *c, const tri_op *op)
{
    int64_t from[2], to[2];
    sched_dims(&op->operands[0]->type, from);
    sched_dims(&op->results[0]->type, to);
    bool same = from[0] == to[0] && from[1] == to[1], swapped = from[0] == to[1] && from[1] == to[0] && (to[0] == 1 || to[1] == 1);
    if (!same && !swapped) sched_fail(c->s, op, TRI_UNSUPPORTED, "a reshape inside a program may only add or drop dimensions of size 1 on this chip");
    join(c, op, op->results[0], op->operands[0], !same);
}

static void visit_block(classes *c, const tri_block *block, tri_unit unit);

static void visit(classes *c, const tri_op *op, tri_unit unit)
{
    const sched *s = c->s;
    switch (op->kind) {
    case TRI_SCHED_AWAIT: join(c, op, op->results[0], op->operands[0], 0); break;
    case TRI_TILE_SLICE:
    case TRI_SCHED_PART:
    case TRI_SCHED_READ: join(c, op, op->results[0], op->operands[0], 0); break;
    case TRI_SCHED_STORE_INTO: join(c, op, op->operands[1], op->operands[0], 0); break;
    case TRI_TILE_TRANSPOSE: join(c, op, op->results[0], op->operands[0], !is_physical(s, op, unit)); break;
    case TRI_TILE_RESHAPE: join_reshape(c, op); break;
    case TRI_TILE_MAP:
        for (uint32_t i = 1; i < op->n_results; i++) join(c, op, op->results[0], op->results[i], 0);
        for (uint32_t i = 0; i < op->n_operands; i++)
            if (!one_dimension(&op->operands[i]->type)) join(c, op, op->results[0], op->operands[i], 0);
        break;
    case TRI_TILE_REDUCE:
        for (uint32_t i = 0; i < op->n_operands; i++) {
            join(c, op, op->results[i], op->operands[i], 0);
            want(c, op, op->operands[i], !tri_op_integer(op, "dim", 0));
        }
        break;
    case TRI_TILE_MMA:
        if (op->operands[0]->type.rank != 2) {
            sched_fail(c->s, op, TRI_UNSUPPORTED, "the arrays of %s are given products of rank 2", s->chip->name);
            break;
        }
        want(c, op, op->operands[0], 1);
        want(c, op, op->operands[1], 0);
        if (op->n_operands > 2) join(c, op, op->results[0], op->operands[2], 0);
        break;
    case TRI_TILE_FOR:
        for (uint32_t i = 0; i < op->n_results; i++) {
            if (op->results[i]->type.kind != TRI_TYPE_TILE) continue;
            join(c, op, op->results[i], op->operands[2 + i], 0);
            join(c, op, op->results[i], op->regions[0]->args[1 + i], 0);
            if (op->regions[0]->last) join(c, op, op->results[i], op->regions[0]->last->operands[i], 0);
        }
        break;
    case TRI_TILE_IF:
        for (uint32_t r = 0; r < op->n_regions; r++)
            for (uint32_t i = 0; i < op->n_results; i++)
                if (op->results[i]->type.kind == TRI_TYPE_TILE && op->regions[r]->last)
                    join(c, op, op->results[i], op->regions[r]->last->operands[i], 0);
        break;
    default: break;
    }
    if (op->kind == TRI_TILE_FOR || op->kind == TRI_TILE_IF || op->kind == TRI_SCHED_WORK)
        for (uint32_t r = 0; r < op->n_regions; r++) visit_block(c, op->regions[r], unit);
}

static void visit_block(classes *c, const tri_block *block, tri_unit unit)
{
    for (const tri_op *op = block->first; op && !c->s->error; op = op->next) visit(c, op, unit);
}

/* ---- accumulators ---- */

static void accumulates_in(sched *s, const tri_value *value, const tri_op *store)
{
    const tri_op **target = &s->target_of[value->id];
    if (*target == store || is_literal(value) || s->error) return;
    if (*target) {
        sched_fail(s, store, TRI_UNSUPPORTED, "a product that is stored into two accumulator slots");
        return;
    }
    *target = store;
    const tri_op *op = value->op ? value->op : value->block->owner;
    if (!value->op) { /* carried: where it comes from, and where the loop's result comes from */
        if (op && op->kind == TRI_TILE_FOR && value->index >= 1) accumulates_in(s, op->results[value->index - 1], store);
        return;
    }
    if (op->kind == TRI_TILE_MMA && op->n_operands > 2) accumulates_in(s, op->operands[2], store);
    if (op->kind == TRI_TILE_FOR) {
        accumulates_in(s, op->operands[2 + value->index], store);
        accumulates_in(s, op->regions[0]->args[1 + value->index], store);
        if (op->regions[0]->last) accumulates_in(s, op->regions[0]->last->operands[value->index], store);
    }
    if (op->kind == TRI_TILE_IF)
        for (uint32_t r = 0; r < op->n_regions; r++)
            if (op->regions[r]->last) accumulates_in(s, op->regions[r]->last->operands[value->index], store);
}

static bool touches(const tri_op *op, const tri_op *store)
{
    if (op->kind == TRI_SCHED_ACQUIRE && op->operands[0] == store->operands[1]) return true;
    for (uint32_t i = 0; i < op->n_results; i++) /* index expressions can be looked at ahead, other numbers cannot */
        if (op->kind != TRI_TILE_INDEX && op->results[i]->type.kind == TRI_TYPE_INDEX) return true;
    for (uint32_t r = 0; r < op->n_regions; r++)
        for (const tri_op *inner = op->regions[r]->first; inner; inner = inner->next)
            if (touches(inner, store)) return true;
    return false;
}

/* Whether the slot that the store will mean is known when the statement is executed. */
static bool may_write_directly(const tri_op *op, const tri_op *store)
{
    for (op = op->next; op && op != store; op = op->next)
        if (touches(op, store)) return false;
    return op == store;
}

static void note_stores(sched *s, const uint32_t *uses, const tri_block *block)
{
    for (const tri_op *op = block->first; op; op = op->next) {
        if (op->kind == TRI_SCHED_STORE_INTO) {
            const tri_value *value = op->operands[0];
            sched_ring *ring = sched_ring_of(s, op->operands[1]);
            if (ring->slot.space == TRI_SYS_ACC_SPACE) accumulates_in(s, value, op);
            if (uses[value->id] == 1 && value->op && value->op->parent == block && may_write_directly(value->op, op)) s->store_of[value->id] = op;
        }
        for (uint32_t r = 0; r < op->n_regions; r++)
            if (op->kind == TRI_TILE_FOR || op->kind == TRI_TILE_IF || op->kind == TRI_SCHED_WORK) note_stores(s, uses, op->regions[r]);
    }
}

void sched_layout(sched *s)
{
    uint32_t n = s->func->n_values;
    classes c = {s, tri_classes_create(s->arena, n), TRI_NEW_ARRAY(s->arena, uint8_t, n)};
    s->part_of = TRI_NEW_ARRAY(s->arena, uint8_t, n);
    s->target_of = TRI_NEW_ARRAY(s->arena, const tri_op *, n);
    s->store_of = TRI_NEW_ARRAY(s->arena, const tri_op *, n);
    for (uint32_t v = 0; v < n; v++) {
        c.want[v] = WANTS_NOTHING;
    }
    for (int i = 0; i < s->n_rings; i++)
        if (!strcmp(tri_op_text(s->rings[i].value->op, "place", "stage"), "acc")) s->rings[i].slot.space = TRI_SYS_ACC_SPACE;
    const uint32_t *uses = tri_func_count_uses(s->arena, (tri_func *)(uintptr_t)s->func);
    for (int r = 0; r < s->n_roles; r++) note_stores(s, uses, s->roles[r].op->regions[0]);
    for (int r = 0; r < s->n_roles && !s->error; r++) visit_block(&c, s->roles[r].op->regions[0], s->roles[r].unit);
    for (uint32_t v = 0; v < n; v++) {
        bool parity;
        uint32_t root = tri_class_of(&c.of, v, &parity);
        s->part_of[v] = (c.want[root] == WANTS_NOTHING ? s->natural_part : c.want[root]) ^ parity;
    }
}
