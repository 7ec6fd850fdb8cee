/* ir/sched_ring.c - the rings of a scheduled program that runs: when a slot is empty or full, what was written to it, and its memory. Slots are
 * poisoned when they take up a new use and when the last consumer has left them. */
#include "ir/sched_run.h"

#include <stdlib.h>

tri_sched_channel *tri_sched_channel_of(const tri_sched_run *run, uint32_t ring, int64_t rank, int64_t i)
{
    const tri_sched_ring_info *info = &run->outline->rings[ring];
    return &run->channels[(int64_t)info->first + rank * info->lanes + (info->is_private ? i : 0)];
}

/* ---- tokens ---- */

/* Whether every instance of a role that shares the ring with `of` has published, or left, more than `use` uses. */
static bool role_is_beyond(tri_sched_run *run, const tri_sched_instance *of, uint32_t ring, uint32_t role, bool leaving, int64_t use, bool own_rank)
{
    const tri_sched_ring_info *info = &run->outline->rings[ring];
    int64_t n = tri_role_instances(run->outline->roles[role]), ranks = run->outline->func->cluster;
    run->effort += (uint64_t)((info->multicast && !own_rank ? ranks : 1) * (info->is_private ? 1 : n)) / 4;
    for (int64_t rank = 0; rank < ranks; rank++) {
        if (rank != of->rank && (own_rank || !info->multicast)) continue;
        for (int64_t i = 0; i < n; i++) {
            if (info->is_private && i != of->i) continue;
            const tri_sched_tokens *tokens = &run->instances[rank * run->outline->n_instances + run->outline->first_instance[role] + i].tokens[ring];
            if ((leaving ? tokens->empty : tokens->full) <= use) return false;
        }
    }
    return true;
}

static bool all_left(tri_sched_run *run, const tri_sched_instance *of, uint32_t ring, int64_t use, bool own_rank)
{
    for (uint32_t role = 0; role < run->outline->n_roles; role++)
        if (run->outline->rings[ring].consumers >> role & 1 && !role_is_beyond(run, of, ring, role, true, use, own_rank)) return false;
    return true;
}

bool tri_sched_is_empty(tri_sched_run *run, const tri_sched_instance *instance, uint32_t ring, int64_t use)
{
    int64_t before = use - run->outline->rings[ring].depth;
    return before < 0 || all_left(run, instance, ring, before, false);
}

bool tri_sched_is_full(tri_sched_run *run, const tri_sched_instance *instance, uint32_t ring, int64_t use)
{
    return role_is_beyond(run, instance, ring, run->outline->rings[ring].producer, false, use, false);
}

/* ---- slots ---- */

static tri_sched_slot *slot_of(const tri_sched_run *run, const tri_sched_channel *channel, int64_t use)
{
    return &channel->slots[use % run->outline->rings[channel->ring].depth];
}

static void poison(const tri_sched_run *run, const tri_sched_channel *channel, tri_sched_slot *slot)
{
    slot->n_boxes = 0;
    if (slot->data) memset(slot->data, 0xff, tri_type_bytes(&run->outline->rings[channel->ring].tile));
}

void tri_sched_slot_open(tri_sched_run *run, tri_sched_channel *channel, int64_t use)
{
    tri_sched_slot *slot = slot_of(run, channel, use);
    if (slot->use >= use) return;
    slot->use = use;
    poison(run, channel, slot);
}

void tri_sched_slot_leave(tri_sched_run *run, const tri_sched_instance *instance, uint32_t ring)
{
    int64_t use = instance->tokens[ring].empty - 1;
    tri_sched_channel *channel = tri_sched_channel_of(run, ring, instance->rank, instance->i);
    tri_sched_slot *slot = slot_of(run, channel, use);
    if (slot->use == use && all_left(run, instance, ring, use, true)) poison(run, channel, slot);
}

/* Elements that two boxes have in common. */
static int64_t common(const tri_sched_box *a, const tri_sched_box *b, int rank)
{
    int64_t n = 1;
    for (int d = 0; d < rank && n; d++) {
        int64_t low = a->at[d] > b->at[d] ? a->at[d] : b->at[d], a_end = a->at[d] + a->dims[d], b_end = b->at[d] + b->dims[d];
        int64_t end = a_end < b_end ? a_end : b_end;
        n *= end > low ? end - low : 0;
    }
    return n;
}

static bool add_box(tri_sched_slot *slot, const tri_sched_box *box)
{
    if (slot->n_boxes == slot->room) {
        size_t room = slot->room ? slot->room * 2 : 4;
        tri_sched_box *grown = realloc(slot->boxes, room * sizeof *grown);
        if (!grown) return false;
        slot->boxes = grown;
        slot->room = room;
    }
    slot->boxes[slot->n_boxes++] = *box;
    return true;
}

static bool reaches(const tri_op *op, const tri_sched_instance *instance, int64_t rank)
{
    return rank == instance->rank || tri_op_attr(op, "multicast");
}

tri_status *tri_sched_slot_claim(tri_sched_run *run, const tri_sched_instance *instance, const tri_op *op, uint32_t ring, const tri_sched_box *box)
{
    const tri_sched_ring_info *info = &run->outline->rings[ring];
    const tri_sched_tokens *tokens = &instance->tokens[ring];
    char room[64];
    if (tokens->acquired == tokens->published)
        return tri_sched_error(run, instance, TRI_INVALID, op, "writes to a slot of ring %s that is not acquired", tri_sched_ring_name(info, room));
    for (int d = 0; d < info->tile.rank; d++)
        if (box->at[d] < 0 || box->at[d] > info->tile.dims[d] - box->dims[d])
            return tri_sched_error(run, instance, TRI_INVALID, op, "offset %lld in dimension %d leaves the slot of ring %s", (long long)box->at[d], d,
                                   tri_sched_ring_name(info, room));
    for (int64_t rank = 0; rank < run->outline->func->cluster; rank++) {
        if (!reaches(op, instance, rank)) continue;
        tri_sched_channel *channel = tri_sched_channel_of(run, ring, rank, instance->i);
        tri_sched_slot *slot = slot_of(run, channel, tokens->acquired - 1);
        tri_sched_slot_open(run, channel, tokens->acquired - 1);
        run->effort += slot->n_boxes / 4;
        for (size_t i = 0; i < slot->n_boxes; i++)
            if (common(&slot->boxes[i], box, info->tile.rank))
                return tri_sched_error(run, instance, TRI_INVALID, op,
                                       "writes elements of slot %lld of ring %s that were written since it was acquired",
                                       (long long)(slot->use % info->depth), tri_sched_ring_name(info, room));
        if (!add_box(slot, box)) return tri_sched_error(run, instance, TRI_NO_MEMORY, op, "no memory for what was written to a slot");
    }
    return NULL;
}

/* Copies between a tile and a box of a slot. */
static void copy(const tri_type *slot_type, char *slot, const tri_sched_box *box, char *tile, bool into_slot)
{
    int64_t strides[TRI_MAX_RANK], index[TRI_MAX_RANK] = {0}, left = 1;
    int rank = slot_type->rank;
    size_t bytes = tri_dtype_bytes((tri_dtype)slot_type->dtype);
    tri_strides(slot_type, strides);
    for (int d = 0; d + 1 < rank; d++) left *= box->dims[d];
    size_t row = (size_t)box->dims[rank - 1] * bytes;
    for (; left; left--, tile += row) {
        int64_t at = box->at[rank - 1];
        for (int d = 0; d + 1 < rank; d++) at += (box->at[d] + index[d]) * strides[d];
        char *place = slot + (size_t)at * bytes;
        memcpy(into_slot ? place : tile, into_slot ? tile : place, row);
        for (int d = rank - 2; d >= 0 && ++index[d] == box->dims[d]; d--) index[d] = 0;
    }
}

static tri_status *reused(tri_sched_run *run, const tri_sched_instance *instance, const tri_op *op, const tri_sched_channel *channel,
                          const tri_sched_slot *slot, int64_t use, const char *what)
{
    char room[64];
    const tri_sched_ring_info *info = &run->outline->rings[channel->ring];
    return tri_sched_error(run, instance, TRI_INVALID, op, "race: it %s slot %lld of ring %s for use %lld, but the slot holds use %lld by now", what,
                           (long long)(use % info->depth), tri_sched_ring_name(info, room), (long long)use, (long long)slot->use);
}

tri_status *tri_sched_slot_write(tri_sched_run *run, const tri_sched_instance *instance, const tri_op *op, uint32_t ring, int64_t use,
                                 const tri_sched_box *box, const tri_tile *tile)
{
    const tri_sched_ring_info *info = &run->outline->rings[ring];
    for (int64_t rank = 0; rank < run->outline->func->cluster; rank++) {
        if (!reaches(op, instance, rank)) continue;
        tri_sched_channel *channel = tri_sched_channel_of(run, ring, rank, instance->i);
        tri_sched_slot *slot = slot_of(run, channel, use);
        if (slot->use != use) return reused(run, instance, op, channel, slot, use, "writes to");
        copy(&info->tile, slot->data, box, tile->data, true);
    }
    return NULL;
}

bool tri_sched_slot_covers(tri_sched_run *run, const tri_sched_cell *cell)
{
    const tri_sched_slot *slot = slot_of(run, cell->channel, cell->use);
    int rank = run->outline->rings[cell->channel->ring].tile.rank;
    int64_t written = 0;
    if (slot->use != cell->use) return false;
    run->effort += slot->n_boxes / 4;
    for (size_t i = 0; i < slot->n_boxes; i++) written += common(&slot->boxes[i], &cell->box, rank);
    return written == common(&cell->box, &cell->box, rank);
}

tri_status *tri_sched_slot_read(tri_sched_run *run, const tri_sched_instance *instance, const tri_op *op, const tri_sched_cell *cell, tri_tile **out)
{
    const tri_sched_ring_info *info = &run->outline->rings[cell->channel->ring];
    const tri_sched_slot *slot = slot_of(run, cell->channel, cell->use);
    char room[64];
    if (slot->use != cell->use) return reused(run, instance, op, cell->channel, slot, cell->use, "reads");
    if (!tri_sched_slot_covers(run, cell))
        return tri_sched_error(run, instance, TRI_INVALID, op, "reads poison: slot %lld of ring %s holds nothing there",
                               (long long)(cell->use % info->depth), tri_sched_ring_name(info, room));
    tri_type type = tri_tile_of((tri_dtype)info->tile.dtype, info->tile.rank, cell->box.dims);
    TRI_TRY(tri_tile_create(run->tiles, op, &type, out));
    copy(&info->tile, slot->data, &cell->box, (*out)->data, false);
    return NULL;
}

/* ---- balance ---- */

static bool note_balance(tri_sched_channel *channel, size_t n, int64_t uses)
{
    if (n >= channel->room) {
        size_t room = channel->room ? channel->room * 2 : 8;
        int64_t *grown = realloc(channel->balance, room * sizeof *grown);
        if (!grown) return false;
        channel->balance = grown;
        channel->room = room;
    }
    channel->balance[n] = uses;
    channel->n_balance = n + 1;
    return true;
}

tri_status *tri_sched_balance(tri_sched_run *run, tri_sched_instance *instance, const tri_op *work)
{
    size_t n = instance->n_programs;
    for (uint32_t ring = 0; ring < run->outline->n_rings; ring++) {
        const tri_sched_ring_info *info = &run->outline->rings[ring];
        const tri_sched_tokens *t = &instance->tokens[ring];
        bool produces = info->producer == instance->role, consumes = info->consumers >> instance->role & 1;
        char room[64];
        const char *name = tri_sched_ring_name(info, room);
        if (!produces && !consumes) continue;
        if (produces && t->acquired != t->published)
            return tri_sched_error(run, instance, TRI_INVALID, work, "ring %s: up to the end of this program %lld acquires, but %lld publishes", name,
                                   (long long)t->acquired, (long long)t->published);
        if (consumes && t->awaited != t->released)
            return tri_sched_error(run, instance, TRI_INVALID, work, "ring %s: up to the end of this program %lld awaits, but %lld releases", name,
                                   (long long)t->awaited, (long long)t->released);
        int64_t uses = produces ? t->published : t->released;
        tri_sched_channel *channel = tri_sched_channel_of(run, ring, instance->rank, instance->i);
        if (n == channel->n_balance && !note_balance(channel, n, uses))
            return tri_sched_error(run, instance, TRI_NO_MEMORY, work, "no memory for the balance of ring %s", name);
        if (channel->balance[n] != uses || (produces && consumes && t->released != uses))
            return tri_sched_error(run, instance, TRI_INVALID, work,
                                   "ring %s: up to the end of this program it %s %lld slots, others on this ring %lld", name,
                                   produces ? "publishes" : "releases", (long long)uses, (long long)channel->balance[n]);
    }
    return NULL;
}
