/* targets/systolic/sched_walk.c - roles as sequences of statements. What: index arithmetic, for and if are executed here, tile values carried through
 * them; what remains is given out one statement at a time. Needs: a verified scheduled program, numbered. Guarantees: bounded work for a bounded
 * program; the caller bounds the number of statements. */
#include <stdarg.h>

#include "targets/systolic/scheduled.h"

void sched_fail(sched *s, const tri_op *op, tri_code code, const char *format, ...)
{
    if (s->error) return;
    va_list arguments;
    va_start(arguments, format);
    s->error = tri_op_error_v(op, code, format, arguments);
    va_end(arguments);
}

void sched_dims(const tri_type *type, int64_t dims[2])
{
    dims[0] = type->rank == 2 ? type->dims[0] : 1;
    dims[1] = type->rank == 2 ? type->dims[1] : type->rank == 1 ? type->dims[0] : 1;
}

/* ---- values ---- */

int64_t sched_index(const sched_role *role, const tri_value *value)
{
    if (sched_is_fetched(role, value))
        sched_fail(role->owner, value->op, TRI_UNSUPPORTED, "a number that is fetched may place a window along one dimension, and nothing else");
    return role->index[value->id];
}

place *sched_tile(sched_role *role, const tri_value *value) { return &role->tiles[value->id - role->first_id]; }

void sched_bind(sched *s, sched_role *role, const tri_value *value, place p)
{
    (void)s;
    place *at = sched_tile(role, value);
    if (p.defined && p.buffer != NO_BUFFER) role->buffers.at[p.buffer].uses++;
    if (at->defined && at->buffer != NO_BUFFER) role->buffers.at[at->buffer].uses--;
    *at = p;
}

static void unbind(sched *s, sched_role *role, const tri_value *value) { sched_bind(s, role, value, (place){.buffer = NO_BUFFER}); }

sched_ring *sched_ring_of(sched *s, const tri_value *ring)
{
    for (int i = 0; i < s->n_rings; i++)
        if (s->rings[i].value == ring) return &s->rings[i];
    sched_fail(s, ring->op, TRI_INVALID, "a ring that is not one of the program's");
    return &s->rings[0];
}

/* ---- index arithmetic ---- */

static int64_t arithmetic(sched *s, const tri_op *op, int64_t a, int64_t b)
{
    int64_t result = 0;
    if (!tri_index_compute((tri_op_kind)op->fn, a, b, &result))
        sched_fail(s, op, TRI_INVALID, "index function '%s' of %lld and %lld", tri_op_row_of((tri_op_kind)op->fn)->text, (long long)a, (long long)b);
    return result;
}

static int64_t evaluate(sched *s, const sched_role *role, const tri_value *value, int *budget)
{
    const tri_op *op = value->op;
    if (!op || op->kind != TRI_TILE_INDEX) return sched_index(role, value);
    if (op->fn == TRI_OP_NONE) return tri_op_integer(op, "value", 0);
    if (--*budget < 0) {
        sched_fail(s, op, TRI_UNSUPPORTED, "an offset of too many terms");
        return 0;
    }
    int64_t a = evaluate(s, role, op->operands[0], budget), b = op->n_operands > 1 ? evaluate(s, role, op->operands[1], budget) : 0;
    return arithmetic(s, op, a, b);
}

int64_t sched_index_ahead(sched *s, const sched_role *role, const tri_value *value)
{
    int budget = 256;
    return evaluate(s, role, value, &budget);
}

static void define_index(sched *s, sched_role *role, const tri_op *op)
{
    if (op->fn != TRI_OP_NONE && sched_fetched_arithmetic(s, role, op)) return;
    int64_t value = op->fn == TRI_OP_NONE
                        ? tri_op_integer(op, "value", 0)
                        : arithmetic(s, op, sched_index(role, op->operands[0]), op->n_operands > 1 ? sched_index(role, op->operands[1]) : 0);
    role->index[op->results[0]->id] = value;
}

/* ---- control ---- */

/* `to[i]` takes what `from[i]` is, all at the same time. */
static void carry(sched *s, sched_role *role, uint32_t n, tri_value *const *to, tri_value *const *from)
{
    enum { FEW = 16 };
    place few[FEW], *places = n > FEW ? TRI_NEW_ARRAY(s->arena, place, n) : few;
    int64_t few_indices[FEW], *indices = n > FEW ? TRI_NEW_ARRAY(s->arena, int64_t, n) : few_indices;
    for (uint32_t i = 0; i < n; i++) {
        if (from[i]->type.kind == TRI_TYPE_TILE) places[i] = *sched_tile(role, from[i]);
        indices[i] = from[i]->type.kind == TRI_TYPE_INDEX ? sched_index(role, from[i]) : 0;
    }
    for (uint32_t i = 0; i < n; i++) {
        role->index[to[i]->id] = indices[i];
        if (to[i]->type.kind == TRI_TYPE_TILE) sched_bind(s, role, to[i], places[i]);
    }
}

static void forget_block(sched *s, sched_role *role, const tri_block *block)
{
    for (const tri_op *op = block->first; op; op = op->next)
        for (uint32_t i = 0; i < op->n_results; i++)
            if (op->results[i]->type.kind == TRI_TYPE_TILE) unbind(s, role, op->results[i]);
}

static void forget_dead(sched *s, sched_role *role, const tri_op *op)
{
    for (const tri_value *value = s->dying[op->id]; value; value = s->dies_too[value->id]) unbind(s, role, value);
}

static const tri_op *enter(sched *s, sched_role *role, const tri_op *op, const tri_block *block, int64_t counter, int64_t high)
{
    if (role->n_frames == MOST_FRAMES) {
        sched_fail(s, op, TRI_UNSUPPORTED, "loops and conditions nest more than %d deep", MOST_FRAMES);
        return NULL;
    }
    role->frames[role->n_frames].op = op;
    role->frames[role->n_frames].counter = counter;
    role->frames[role->n_frames++].high = high;
    return block->first;
}

static const tri_op *enter_for(sched *s, sched_role *role, const tri_op *op)
{
    int64_t low = sched_index(role, op->operands[0]), high = sched_index(role, op->operands[1]);
    const tri_block *body = op->regions[0];
    if (low >= high) {
        carry(s, role, op->n_results, op->results, op->operands + 2);
        forget_dead(s, role, op);
        return op->next;
    }
    role->index[body->args[0]->id] = low;
    carry(s, role, op->n_results, body->args + 1, op->operands + 2);
    return enter(s, role, op, body, low, high);
}

/* Behind the last statement of a region; `yield` may be null. */
static const tri_op *leave(sched *s, sched_role *role, const tri_op *yield)
{
    const tri_op *op = role->frames[role->n_frames - 1].op;
    if (op->kind == TRI_TILE_IF) {
        int taken = sched_index(role, op->operands[0]) ? 0 : 1;
        if (yield) carry(s, role, op->n_results, op->results, yield->operands);
        forget_block(s, role, op->regions[taken]);
    } else {
        const tri_block *body = op->regions[0];
        bool again = role->frames[role->n_frames - 1].counter + 1 < role->frames[role->n_frames - 1].high;
        if (yield) carry(s, role, op->n_results, again ? body->args + 1 : op->results, yield->operands);
        forget_block(s, role, body);
        if (again) {
            role->index[body->args[0]->id] = ++role->frames[role->n_frames - 1].counter;
            return body->first;
        }
        for (uint32_t i = 1; i < body->n_args; i++)
            if (body->args[i]->type.kind == TRI_TYPE_TILE) unbind(s, role, body->args[i]);
    }
    role->n_frames--;
    forget_dead(s, role, op);
    return op->next;
}

static const tri_op *begin_program(sched_role *role)
{
    const tri_block *body = role->work->regions[0];
    role->index[body->args[0]->id] = role->program;
    return body->first;
}

void sched_next(sched *s, sched_role *role)
{
    const tri_op *op;
    if (role->at) {
        forget_dead(s, role, role->at);
        op = role->at->next;
    } else {
        op = begin_program(role);
    }
    while (!s->error) {
        if (++s->steps > MOST_STEPS)
            sched_fail(s, NULL, TRI_UNSUPPORTED, "the index part of the roles takes more than %d steps: this chip's programs are unrolled",
                       MOST_STEPS);
        if (!op && !role->n_frames) {
            forget_block(s, role, role->work->regions[0]);
            if (++role->program >= s->func->programs) break;
            op = begin_program(role);
            if (!op) break;
            continue;
        }
        if (!op || op->kind == TRI_TILE_YIELD) {
            op = role->n_frames ? leave(s, role, op) : NULL;
            continue;
        }
        switch (op->kind) {
        case TRI_TILE_INDEX:
            define_index(s, role, op);
            op = op->next;
            break;
        case TRI_TILE_ASSUME:
        case TRI_SCHED_TAKE: /* there is one instance: it is always its turn */
        case TRI_SCHED_GIVE: op = op->next; break;
        case TRI_TILE_FOR: op = enter_for(s, role, op); break;
        case TRI_TILE_IF: op = enter(s, role, op, op->regions[sched_index(role, op->operands[0]) ? 0 : 1], 0, 0); break;
        default: role->at = op; return;
        }
    }
    role->at = NULL;
    role->program = s->func->programs;
}

/* ---- opening ---- */

static void note_uses(const tri_op **last_use, const tri_block *block)
{
    for (const tri_op *op = block->first; op; op = op->next) {
        for (uint32_t i = 0; i < op->n_operands; i++) {
            const tri_value *value = op->operands[i];
            const tri_block *home = value->op ? value->op->parent : value->block;
            const tri_op *user = op; /* the op of the value's own block that holds this use */
            while (user->parent != home && user->parent->owner) user = user->parent->owner;
            last_use[value->id] = user;
        }
        for (uint32_t r = 0; r < op->n_regions; r++)
            if (tri_is_tile_op(op->kind) ? op->kind == TRI_TILE_FOR || op->kind == TRI_TILE_IF : tri_is_sched_op(op->kind))
                note_uses(last_use, op->regions[r]);
    }
}

static void note_deaths(sched *s, const tri_op *const *last_use, const tri_block *block)
{
    for (const tri_op *op = block->first; op; op = op->next) {
        for (uint32_t i = 0; i < op->n_results; i++) {
            const tri_value *value = op->results[i];
            if (value->type.kind != TRI_TYPE_TILE) continue;
            const tri_op *behind = last_use[value->id] ? last_use[value->id] : op;
            s->dies_too[value->id] = s->dying[behind->id];
            s->dying[behind->id] = value;
        }
        for (uint32_t r = 0; r < op->n_regions; r++) note_deaths(s, last_use, op->regions[r]);
    }
}

static void open_role(sched *s, const tri_op *op)
{
    if (s->n_roles == MOST_ROLES) {
        sched_fail(s, op, TRI_UNSUPPORTED, "more than %d roles", MOST_ROLES);
        return;
    }
    sched_role *role = &s->roles[s->n_roles];
    *role = (sched_role){.op = op, .work = tri_role_work(op), .name = op->label ? op->label : "role", .unit = tri_role_unit(op)};
    role->number = s->n_roles++;
    role->owner = s;
    role->index = TRI_NEW_ARRAY(s->arena, int64_t, s->func->n_values);
    const tri_op *next = op->next; /* the values of a role are numbered one behind the other */
    while (next && next->kind != TRI_SCHED_ROLE) next = next->next;
    role->first_id = op->regions[0]->args[0]->id;
    role->tiles = TRI_NEW_ARRAY(s->arena, place, (next ? next->regions[0]->args[0]->id : s->func->n_values) - role->first_id);
    if (!role->work) sched_fail(s, op, TRI_INVALID, "role @%s has no work", role->name);
    if (role->unit == TRI_UNIT_THREADS)
        sched_fail(s, op, TRI_UNSUPPORTED, "%s has no threads: a role is copy, matrix, vector, scalar, general or core", s->chip->name);
    if (tri_role_instances(op) != 1)
        sched_fail(s, op, TRI_UNSUPPORTED,
                   "role @%s has %lld instances; %s has one engine of a kind, and copy roles are rings: write a role for each", role->name,
                   (long long)tri_role_instances(op), s->chip->name);
    for (const tri_block *block = s->func->body; block; block = block == s->func->body ? op->regions[0] : NULL)
        for (const tri_op *at = block->first; at && !s->error; at = at->next)
            if (at->kind == TRI_TILE_INDEX) define_index(s, role, at);
}

void sched_open(sched *s)
{
    const tri_func *func = s->func;
    const tri_op **last_use = TRI_NEW_ARRAY(s->arena, const tri_op *, func->n_values);
    s->dying = TRI_NEW_ARRAY(s->arena, const tri_value *, func->n_ops);
    s->dies_too = TRI_NEW_ARRAY(s->arena, const tri_value *, func->n_values);
    s->roles = TRI_NEW_ARRAY(s->arena, sched_role, MOST_ROLES);
    s->n_roles = s->n_rings = 0;
    if (func->cluster > 1) sched_fail(s, NULL, TRI_UNSUPPORTED, "a worker of %s is one core: no clusters", s->chip->name);
    for (const tri_op *op = func->body->first; op; op = op->next) s->n_rings += op->kind == TRI_SCHED_RING;
    s->rings = TRI_NEW_ARRAY(s->arena, sched_ring, s->n_rings + 1);
    int n = 0;
    for (const tri_op *op = func->body->first; op && !s->error; op = op->next) {
        if (op->kind == TRI_SCHED_RING)
            s->rings[n++] = (sched_ring){
                .value = op->results[0], .name = op->label ? op->label : "ring", .depth = tri_op_integer(op, "depth", 1), .producer = -1};
        if (op->kind == TRI_SCHED_ROLE) open_role(s, op);
    }
    note_uses(last_use, func->body);
    note_deaths(s, last_use, func->body);
}
