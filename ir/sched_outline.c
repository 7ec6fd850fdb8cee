/* ir/sched_outline.c - who is who in a scheduled program: roles, rings with their producing and consuming roles, turns. Every table is found by
 * walking the program once; a scheduled program has a handful of each. */
#include "ir/sched_run.h"

#include <stdlib.h>

enum { MOST_RINGS = 256, MOST_ROLES = 64, MOST_INSTANCES = 1 << 14, MOST_CHANNELS = 1 << 16, MOST_SLOTS = 1 << 18 };

const char *tri_sched_ring_name(const tri_sched_ring_info *ring, char room[64])
{
    const char *name = ring->op->results[0]->name, *label = ring->op->label;
    snprintf(room, 64, "%s%s", label ? "@" : name ? "%" : "without a name", label ? label : name ? name : "");
    return room;
}

uint32_t tri_sched_ring_of(const tri_sched_outline *outline, const tri_op *op, uint32_t operand)
{
    uint32_t i = 0;
    while (i < outline->n_rings && outline->rings[i].op != op->operands[operand]->op) i++;
    return i;
}

uint32_t tri_sched_turns_of(const tri_sched_outline *outline, const tri_op *op)
{
    uint32_t i = 0;
    while (i < outline->n_turns && outline->turns[i].op != op->operands[0]->op) i++;
    return i;
}

static tri_status *produce(tri_sched_outline *o, const tri_op *op, uint32_t ring, uint32_t role)
{
    char room[64];
    if (ring == o->n_rings) return tri_error(TRI_INVALID, op->loc, "its ring is not one of the program's");
    tri_sched_ring_info *info = &o->rings[ring];
    if (info->producer != TRI_SCHED_NOBODY && info->producer != role)
        return tri_error(TRI_INVALID, op->loc, "roles @%s and @%s both produce for ring %s; a ring has one producing role",
                         o->roles[info->producer]->label, o->roles[role]->label, tri_sched_ring_name(info, room));
    info->producer = role;
    return NULL;
}

static tri_status *add_op(tri_sched_outline *o, const tri_op *op, uint32_t role)
{
    switch ((int)op->kind) {
    case TRI_SCHED_ACQUIRE:
    case TRI_SCHED_PUBLISH:
    case TRI_SCHED_LOAD_INTO: return produce(o, op, tri_sched_ring_of(o, op, 0), role);
    case TRI_SCHED_STORE_INTO: return produce(o, op, tri_sched_ring_of(o, op, 1), role);
    case TRI_SCHED_AWAIT:
    case TRI_SCHED_RELEASE: {
        uint32_t ring = tri_sched_ring_of(o, op, 0);
        if (ring == o->n_rings) return tri_error(TRI_INVALID, op->loc, "its ring is not one of the program's");
        o->rings[ring].consumers |= (uint64_t)1 << role;
        return NULL;
    }
    case TRI_SCHED_TAKE:
    case TRI_SCHED_GIVE: {
        uint32_t turns = tri_sched_turns_of(o, op);
        if (turns == o->n_turns) return tri_error(TRI_INVALID, op->loc, "its turns are not the program's");
        if (o->turns[turns].role != TRI_SCHED_NOBODY && o->turns[turns].role != role)
            return tri_error(TRI_INVALID, op->loc, "roles @%s and @%s take the same turns; they are for the instances of one role",
                             o->roles[o->turns[turns].role]->label, o->roles[role]->label);
        o->turns[turns].role = role;
        return NULL;
    }
    default: return NULL;
    }
}

static tri_status *add_block(tri_sched_outline *o, const tri_block *block, uint32_t role)
{
    for (const tri_op *op = block->first; op; op = op->next) {
        TRI_TRY(add_op(o, op, role));
        if (op->kind == TRI_TILE_FOR || op->kind == TRI_TILE_IF || op->kind == TRI_SCHED_WORK)
            for (uint32_t i = 0; i < op->n_regions; i++) TRI_TRY(add_block(o, op->regions[i], role));
    }
    return NULL;
}

static tri_status *check_ring(tri_sched_outline *o, tri_sched_ring_info *ring)
{
    char room[64];
    const char *name = tri_sched_ring_name(ring, room);
    if (ring->producer == TRI_SCHED_NOBODY || !ring->consumers)
        return tri_error(TRI_INVALID, ring->op->loc, "ring %s has no %s role", name, ring->consumers ? "producing" : "consuming");
    ring->lanes = 1;
    if (!ring->is_private) return NULL;
    ring->lanes = tri_role_instances(o->roles[ring->producer]);
    for (uint32_t role = 0; role < o->n_roles; role++)
        if (ring->consumers >> role & 1 && tri_role_instances(o->roles[role]) != ring->lanes)
            return tri_error(TRI_INVALID, ring->op->loc, "ring %s is private, but role @%s has %lld instances and role @%s %lld", name,
                             o->roles[ring->producer]->label, (long long)ring->lanes, o->roles[role]->label,
                             (long long)tri_role_instances(o->roles[role]));
    return NULL;
}

static tri_status *check(tri_sched_outline *o)
{
    int64_t cluster = o->func->cluster, channels = 0, slots = 0;
    for (uint32_t i = 0; i < o->n_rings; i++) {
        TRI_TRY(check_ring(o, &o->rings[i]));
        o->rings[i].first = (uint32_t)channels;
        channels += o->rings[i].lanes * cluster;
        slots += o->rings[i].lanes * cluster * o->rings[i].depth;
    }
    if (channels > MOST_CHANNELS || slots > MOST_SLOTS)
        return tri_error(TRI_UNSUPPORTED, o->func->loc, "@%s has %lld slots in all its ranks and instances; the most is %d", o->func->name,
                         (long long)slots, MOST_SLOTS);
    o->n_channels = (uint32_t)channels;
    for (uint32_t i = 0; i < o->n_turns; i++)
        if (o->turns[i].role == TRI_SCHED_NOBODY) return tri_error(TRI_INVALID, o->turns[i].op->loc, "turns that no role takes");
    return NULL;
}

tri_status *tri_sched_outline_create(const tri_func *func, tri_sched_outline *out)
{
    uint32_t rings = 0, roles = 0, turns = 0;
    int64_t instances = 0;
    *out = (tri_sched_outline){.func = func};
    for (const tri_op *op = func->body->first; op; op = op->next) {
        rings += op->kind == TRI_SCHED_RING;
        turns += op->kind == TRI_SCHED_TURNS;
        roles += op->kind == TRI_SCHED_ROLE;
        if (op->kind == TRI_SCHED_ROLE && (!tri_role_work(op) || !op->label))
            return tri_error(TRI_INVALID, op->loc, "a role without a name or without work");
    }
    if (rings > MOST_RINGS || turns > MOST_RINGS || roles > MOST_ROLES)
        return tri_error(TRI_UNSUPPORTED, func->loc, "@%s has %u rings, %u turns and %u roles; the most are %d, %d and %d", func->name, rings, turns,
                         roles, MOST_RINGS, MOST_RINGS, MOST_ROLES);
    out->roles = calloc(roles + 1, sizeof *out->roles);
    out->first_instance = calloc(roles + 1, sizeof *out->first_instance);
    out->rings = calloc(rings + 1, sizeof *out->rings);
    out->turns = calloc(turns + 1, sizeof *out->turns);
    if (!out->roles || !out->first_instance || !out->rings || !out->turns)
        return tri_error(TRI_NO_MEMORY, func->loc, "no memory for the outline of @%s", func->name);
    for (const tri_op *op = func->body->first; op; op = op->next) {
        if (op->kind == TRI_SCHED_RING)
            out->rings[out->n_rings++] = (tri_sched_ring_info){.op = op,
                                                               .tile = tri_ring_tile(op->results[0]),
                                                               .depth = tri_op_integer(op, "depth", 1),
                                                               .producer = TRI_SCHED_NOBODY,
                                                               .acc = !strcmp(tri_op_text(op, "place", "stage"), "acc"),
                                                               .is_private = tri_op_attr(op, "private") != NULL,
                                                               .multicast = tri_op_attr(op, "multicast") != NULL};
        if (op->kind == TRI_SCHED_TURNS) out->turns[out->n_turns++] = (tri_sched_turns_info){op, TRI_SCHED_NOBODY};
        if (op->kind != TRI_SCHED_ROLE) continue;
        out->first_instance[out->n_roles] = (uint32_t)instances;
        out->roles[out->n_roles++] = op;
        instances += tri_role_instances(op);
        if (instances * func->cluster > MOST_INSTANCES)
            return tri_error(TRI_UNSUPPORTED, op->loc, "more than %d instances in all ranks of a worker", MOST_INSTANCES);
    }
    out->n_instances = (uint32_t)instances;
    for (uint32_t i = 0; i < out->n_roles; i++) TRI_TRY(add_block(out, out->roles[i]->regions[0], i));
    return check(out);
}

void tri_sched_outline_free(tri_sched_outline *outline)
{
    free(outline->roles);
    free(outline->first_instance);
    free(outline->rings);
    free(outline->turns);
    *outline = (tri_sched_outline){0};
}
