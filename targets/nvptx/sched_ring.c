/* targets/nvptx/sched_ring.c - rings: mbarriers, positions, and the waits and arrivals that hand slots over. Slot and phase of an operation are one
 * position in 0 .. 2 depth - 1, which each instance carries in a register for each of the four operations it makes on a ring. */
#include "targets/nvptx/sched.h"

/* ---- positions ---- */

static bool is_power_of_two(int64_t x) { return !(x & (x - 1)); }

static tri_ref slot_number(sched *s, const ring *r, tri_ref position)
{
    if (r->depth == 1) return "0";
    if (is_power_of_two(r->depth)) return tri_emit(s->e, "and i32 %s, %lld", position, (long long)r->depth - 1);
    tri_ref second = tri_emit(s->e, "icmp uge i32 %s, %lld", position, (long long)r->depth),
            before = tri_emit(s->e, "sub i32 %s, %lld", position, (long long)r->depth);
    return tri_emit(s->e, "select i1 %s, i32 %s, i32 %s", second, before, position);
}

static tri_ref phase(sched *s, const ring *r, tri_ref position)
{
    if (is_power_of_two(r->depth)) return tri_emit(s->e, "lshr i32 %s, %d", position, __builtin_ctzll((unsigned long long)r->depth));
    return tri_emit(s->e, "zext i1 %s to i32", tri_emit(s->e, "icmp uge i32 %s, %lld", position, (long long)r->depth));
}

static tri_ref next_position(sched *s, const ring *r, tri_ref position)
{
    tri_ref next = tri_emit(s->e, "add i32 %s, 1", position);
    if (is_power_of_two(r->depth)) return tri_emit(s->e, "and i32 %s, %lld", next, 2 * (long long)r->depth - 1);
    tri_ref wraps = tri_emit(s->e, "icmp eq i32 %s, %lld", next, 2 * (long long)r->depth);
    return tri_emit(s->e, "select i1 %s, i32 0, i32 %s", wraps, next);
}

tri_ref group_previous(sched *s, const ring *r, tri_ref position)
{
    tri_ref wraps = tri_emit(s->e, "icmp eq i32 %s, 0", position), before = tri_emit(s->e, "sub i32 %s, 1", position);
    return tri_emit(s->e, "select i1 %s, i32 %lld, i32 %s", wraps, 2 * (long long)r->depth - 1, before);
}

static tri_ref advance(sched *s, int q, counter which)
{
    tri_ref position = s->counters[q][which];
    s->counters[q][which] = next_position(s, &s->plan.rings[q], position);
    return position;
}

/* ---- addresses ---- */

/* base + (copy of this instance, slot) of things that are `bytes` long. */
static tri_ref place(sched *s, const ring *r, tri_ref slot, int64_t base, int64_t bytes)
{
    if (r->copies > 1) {
        tri_ref first = tri_emit(s->e, "mul nuw nsw i32 %s, %lld", s->instance, (long long)r->depth);
        slot = tri_emit(s->e, "add nuw nsw i32 %s, %s", slot, first);
    }
    tri_ref offset = tri_emit(s->e, "mul nuw nsw i32 %s, %lld", slot, (long long)bytes);
    tri_ref start = tri_emit(s->e, "add i32 ptrtoint (ptr addrspace(3) @tri_slots to i32), %lld", (long long)base);
    return tri_emit(s->e, "add i32 %s, %s", start, offset);
}

tri_ref group_slot(sched *s, const ring *r, tri_ref position) { return place(s, r, slot_number(s, r, position), r->offset, r->slot_bytes); }
tri_ref group_full(sched *s, const ring *r, tri_ref position) { return place(s, r, slot_number(s, r, position), r->full, 8); }
static tri_ref empty(sched *s, const ring *r, tri_ref position) { return place(s, r, slot_number(s, r, position), r->empty, 8); }

tri_ref group_here(sched *s, tri_ref x) { return tri_emit(s->e, "call i32 asm sideeffect \"mov.b32 $0, $1;\", \"=r,r\"(i32 %s)", x); }

void group_places_here(sched *s)
{
    s->row = group_here(s, s->row);
    s->column = group_here(s, s->column);
}

/* The acquire of the ring that stands before `op` in its block, with no loop or choice between them; or null. */
static const tri_op *acquired_here(const tri_op *op, const tri_value *ring)
{
    for (op = op->prev; op && op->kind != TRI_TILE_FOR && op->kind != TRI_TILE_IF; op = op->prev)
        if (op->kind == TRI_SCHED_ACQUIRE && op->operands[0] == ring) return op;
    return NULL;
}

tri_ref group_newest(sched *s, const tri_op *op, const tri_value *ring)
{
    int q = group_ring_of(&s->plan, ring);
    if (acquired_here(op, ring)) return s->newest[q];
    return group_previous(s, &s->plan.rings[q], s->counters[q][COUNT_ACQUIRE]);
}

/* Whether every publish of the ring stands behind its own acquire in one block: then it needs no position of its own. */
static bool publishes_newest(const tri_block *block, const tri_value *ring)
{
    for (const tri_op *op = block->first; op; op = op->next) {
        if (op->kind == TRI_SCHED_PUBLISH && op->operands[0] == ring) {
            const tri_op *acquire = acquired_here(op, ring);
            for (const tri_op *between = acquire ? acquire->next : op; between != op; between = between->next)
                if (between->kind == TRI_SCHED_PUBLISH && between->operands[0] == ring) return false;
            if (!acquire) return false;
        }
        for (uint32_t i = 0; i < op->n_regions; i++)
            if (!publishes_newest(op->regions[i], ring)) return false;
    }
    return true;
}

/* ---- waits and arrivals ---- */

void group_wait(sched *s, tri_ref address, tri_ref parity)
{
    tri_emitter *e = s->e;
    tri_ref spin = tri_emit_new_label(e), go = tri_emit_new_label(e);
    tri_ref pointer = tri_emit(e, "inttoptr i32 %s to ptr addrspace(3)", address);
    tri_emit_line(e, "br label %%%s", spin);
    tri_emit_label(e, spin);
    tri_ref done = tri_emit(e, "call i1 @llvm.nvvm.mbarrier.try.wait.parity.scope.cta.space.cta(ptr addrspace(3) %s, i32 %s)", pointer, parity);
    tri_emit_line(e, "br i1 %s, label %%%s, label %%%s", done, go, spin);
    tri_emit_label(e, go);
}

/* By one thread of the instance, without a branch: one between the issue of a product and its wait would stop the pipeline. */
static void arrive(sched *s, tri_ref address)
{
    if (s->role->copy && !s->role->by_warp)
        tri_emit_line(s->e, "call void asm sideeffect \"mbarrier.arrive.shared::cta.b64 _, [$0];\", \"r,~{memory}\"(i32 %s)", address);
    else
        tri_emit_line(s->e, "call void asm sideeffect \"@$1 mbarrier.arrive.shared::cta.b64 _, [$0];\", \"r,b,~{memory}\"(i32 %s, i1 %s)", address,
                      s->leader);
}

static void arrive_everywhere(sched *s, tri_ref address)
{
    int32_t cluster = s->plan.program->cluster;
    if (!s->role->copy || s->role->by_warp) { /* thread i of the group speaks to rank i */
        tri_ref speaks = tri_emit(s->e, "icmp ult i32 %s, %d", s->in_group, cluster);
        tri_emit_line(s->e,
                      "call void asm sideeffect \"{ .reg .b32 there; @$2 mapa.shared::cluster.u32 there, $0, $1; "
                      "@$2 mbarrier.arrive.release.cluster.shared::cluster.b64 _, [there]; }\", \"r,r,b,~{memory}\"(i32 %s, i32 %s, i1 %s)",
                      address, s->in_group, speaks);
        return;
    }
    for (int32_t rank = 0; rank < cluster; rank++)
        tri_emit_line(s->e,
                      "call void asm sideeffect \"{ .reg .b32 there; mapa.shared::cluster.u32 there, $0, $1; "
                      "mbarrier.arrive.release.cluster.shared::cluster.b64 _, [there]; }\", \"r,r,~{memory}\"(i32 %s, i32 %d)",
                      address, rank);
}

/* The threads of this instance meet. */
static void meet(sched *s)
{
    tri_ref id = tri_emit(s->e, "add nuw nsw i32 %s, %d", s->instance, 1 + s->role->first);
    tri_emit_line(s->e, "call void @llvm.nvvm.barrier.cta.sync.aligned.count(i32 %s, i32 %d)", id, GROUP);
}

void group_barriers_init(sched *s)
{
    for (int q = 0; q < s->plan.n_rings; q++) {
        const ring *r = &s->plan.rings[q];
        for (int64_t i = 0; i < 2 * r->copies * r->depth; i++) {
            tri_ref at = tri_emit(s->e, "getelementptr i8, ptr addrspace(3) @tri_slots, i32 %lld", (long long)(r->full + 8 * i));
            int64_t arrivals = i < r->copies * r->depth ? r->producers : r->consumers;
            tri_emit_line(s->e, "call void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3) %s, i32 %lld)", at, (long long)(arrivals ? arrivals : 1));
        }
    }
}

/* ---- statements ---- */

tri_status *group_acquire(sched *s, const tri_op *op)
{
    int q = group_ring_of(&s->plan, op->operands[0]);
    const ring *r = &s->plan.rings[q];
    tri_ref position = advance(s, q, COUNT_ACQUIRE);
    s->newest[q] = position;
    tri_ref parity = tri_emit(s->e, "xor i32 %s, 1", phase(s, r, position)), address = empty(s, r, position);
    group_wait(s, address, parity);
    return NULL;
}

/* Whether threads put something into the ring: then what they wrote must be seen by copies and products, and all of them must have written it. */
static bool stores_into(const tri_block *block, const tri_value *ring)
{
    for (const tri_op *op = block->first; op; op = op->next) {
        if (op->kind == TRI_SCHED_STORE_INTO && op->operands[1] == ring) return true;
        for (uint32_t i = 0; i < op->n_regions; i++)
            if (stores_into(op->regions[i], ring)) return true;
    }
    return false;
}

tri_status *group_publish(sched *s, const tri_op *op)
{
    int q = group_ring_of(&s->plan, op->operands[0]);
    const ring *r = &s->plan.rings[q];
    bool newest = publishes_newest(s->role->op->regions[0], op->operands[0]);
    tri_ref address = group_full(s, r, newest ? s->newest[q] : advance(s, q, COUNT_PUBLISH));
    if (!s->role->copy) {
        if (stores_into(s->role->op->regions[0], op->operands[0])) {
            tri_emit_line(s->e, "call void @llvm.nvvm.fence.proxy.async.shared_cta()");
            meet(s);
        }
        arrive(s, address);
        return NULL;
    }
    int64_t bytes = group_bracket_bytes(s, op);
    if (bytes > 0)
        tri_emit_line(s->e,
                      "call void asm sideeffect \"mbarrier.arrive.expect_tx.shared::cta.b64 _, [$0], $1;\", \"r,r,~{memory}\"(i32 %s, i32 %lld)",
                      address, (long long)bytes);
    else
        arrive(s, address);
    return NULL;
}

tri_status *group_await(sched *s, const tri_op *op)
{
    int q = group_ring_of(&s->plan, op->operands[0]);
    const ring *r = &s->plan.rings[q];
    tri_ref position = advance(s, q, COUNT_AWAIT), parity = phase(s, r, position), address = group_full(s, r, position);
    group_wait(s, address, parity);
    tri_ref slot = group_slot(s, r, position);
    s->values[op->results[0]->id] = (value){.staged = true, .view = {.ring = r, .address = slot, .rows = r->rows, .columns = r->columns}};
    return NULL;
}

/* Whether a value that came from awaiting the ring is read by the threads themselves, rather than by products alone. */
static bool is_read(const tri_block *block, const tri_value *value)
{
    for (const tri_op *op = block->first; op; op = op->next) {
        for (uint32_t i = 0; i < op->n_operands; i++) {
            if (op->operands[i] != value) continue;
            if (op->kind == TRI_SCHED_PART || op->kind == TRI_TILE_TRANSPOSE || op->kind == TRI_TILE_RESHAPE) {
                if (is_read(block, op->results[0])) return true;
            } else if (op->kind == TRI_TILE_FOR && i >= 2) {
                if (is_read(op->regions[0], op->regions[0]->args[i - 1]) || is_read(block, op->results[i - 2])) return true;
            } else if (op->kind != TRI_TILE_MMA && op->kind != TRI_TILE_YIELD) {
                return true;
            }
        }
        for (uint32_t i = 0; i < op->n_regions; i++)
            if (is_read(op->regions[i], value)) return true;
    }
    return false;
}

static bool reads_ring(const tri_block *scope, const tri_block *block, const tri_value *ring)
{
    for (const tri_op *op = block->first; op; op = op->next) {
        if (op->kind == TRI_SCHED_AWAIT && op->operands[0] == ring && is_read(scope, op->results[0])) return true;
        for (uint32_t i = 0; i < op->n_regions; i++)
            if (reads_ring(scope, op->regions[i], ring)) return true;
    }
    return false;
}

tri_status *group_release(sched *s, const tri_op *op)
{
    int q = group_ring_of(&s->plan, op->operands[0]);
    const ring *r = &s->plan.rings[q];
    const tri_block *region = s->role->op->regions[0];
    tri_ref address = empty(s, r, advance(s, q, COUNT_RELEASE));
    if (s->role->copy) { /* what it copied out of the slot must have been read */
        tri_emit_line(s->e, "call void @llvm.nvvm.cp.async.bulk.commit.group()");
        tri_emit_line(s->e, "call void @llvm.nvvm.cp.async.bulk.wait.group.read(i32 0)");
        if (s->role->by_warp) tri_emit_line(s->e, "call void @llvm.nvvm.bar.warp.sync(i32 -1)");
    } else if (reads_ring(region, region, op->operands[0])) {
        meet(s);
    }
    if (r->multicast && s->plan.program->cluster > 1)
        arrive_everywhere(s, address);
    else
        arrive(s, address);
    return NULL;
}

/* ---- parts ---- */

/* Row and column of the offsets in the view of two dimensions; rows start at multiples of 8, as the swizzle repeats itself, columns at panels or, in
 * the first of them, at known 16-byte chunks. */
tri_status *group_part_offset(sched *s, const tri_op *op, const ring *r, const tri_value *const *offsets, int rank, const int64_t *dims,
                              int64_t columns, tri_ref *out)
{
    tri_emitter *e = s->e;
    tri_ref row = "0";
    int64_t divides = 0, element = (int64_t)tri_dtype_bytes(r->dtype);
    for (int d = 0; d + 1 < rank; d++) {
        tri_ref at = tri_emit(e, "trunc i64 %s to i32", e->indices[offsets[d]->id].at);
        row = tri_emit(e, "add i32 %s, %s", tri_emit(e, "mul i32 %s, %lld", row, (long long)dims[d]), at);
        divides = tri_index_divisor(divides * dims[d], tri_index_multiple(offsets[d]));
    }
    if (divides % 8) return tri_emit_unsupported(op, "a part that may begin at a row which is no multiple of 8");
    const tri_value *last = offsets[rank - 1];
    tri_index column = e->indices[last->id];
    tri_ref right;
    if (column.low == column.high) {
        int64_t within = column.low % r->panel_columns, bytes = within * element;
        if (within && within + columns > r->panel_columns)
            return tri_emit_unsupported(op, "columns %lld to %lld, which begin within a panel of %lld and end in another", (long long)column.low,
                                        (long long)(column.low + columns - 1), (long long)r->panel_columns);
        if (bytes % 16) return tri_emit_unsupported(op, "a part that begins at column %lld, between two chunks of 16 bytes", (long long)column.low);
        right = tri_emit_number(e, column.low / r->panel_columns * r->panel_bytes + bytes);
    } else {
        if (tri_index_multiple(last) % r->panel_columns)
            return tri_emit_unsupported(op, "a part that may begin at a column which is no multiple of %lld", (long long)r->panel_columns);
        tri_ref at = tri_emit(e, "trunc i64 %s to i32", column.at), panel = tri_emit(e, "udiv i32 %s, %lld", at, (long long)r->panel_columns);
        right = tri_emit(e, "mul i32 %s, %lld", panel, (long long)r->panel_bytes);
    }
    tri_ref down = tri_emit(e, "mul i32 %s, %lld", row, (long long)r->row_bytes);
    *out = tri_emit(e, "add i32 %s, %s", down, right);
    return NULL;
}

tri_status *group_part(sched *s, const tri_op *op)
{
    const value *from = &s->values[op->operands[0]->id];
    const tri_type *type = &op->results[0]->type, *whole = &op->operands[0]->type;
    if (!from->staged || from->view.transposed) return tri_emit_unsupported(op, "a part of what is no staged tile");
    tri_ref offset;
    TRI_TRY(group_part_offset(s, op, from->view.ring, (const tri_value *const *)op->operands + 1, whole->rank, whole->dims,
                              type->dims[type->rank - 1], &offset));
    value part = *from;
    part.view.rows = 1;
    for (int d = 0; d + 1 < type->rank; d++) part.view.rows *= type->dims[d];
    part.view.columns = type->dims[type->rank - 1];
    part.view.inside |= tri_index_multiple(op->operands[op->n_operands - 1]) % from->view.ring->panel_columns != 0;
    part.view.address = tri_emit(s->e, "add i32 %s, %s", from->view.address, offset);
    s->values[op->results[0]->id] = part;
    return NULL;
}

/* ---- turns ---- */

/* Instance i enters when barrier number first + i has seen the instance before it leave. */
static tri_ref turn_barrier(sched *s, const tri_value *turns, tri_ref instance)
{
    int first = 1 + s->plan.groups;
    for (const tri_op *op = s->plan.program->body->first; op && op != turns->op; op = op->next)
        if (op->kind == TRI_SCHED_TURNS) first += s->plan.groups;
    return tri_emit(s->e, "add nuw nsw i32 %s, %d", instance, first);
}

static tri_ref next_instance(sched *s)
{
    tri_ref next = tri_emit(s->e, "add nuw nsw i32 %s, 1", s->instance),
            wraps = tri_emit(s->e, "icmp eq i32 %s, %lld", next, (long long)s->role->instances);
    return tri_emit(s->e, "select i1 %s, i32 0, i32 %s", wraps, next);
}

void group_turn(sched *s, const tri_op *op)
{
    if (s->role->instances == 1) return;
    bool take = op->kind == TRI_SCHED_TAKE;
    tri_ref id = turn_barrier(s, op->operands[0], take ? s->instance : next_instance(s));
    tri_emit_line(s->e, "call void @llvm.nvvm.barrier.cta.%s.aligned.count(i32 %s, i32 %d)", take ? "sync" : "arrive", id, 2 * GROUP);
}

static const tri_value *turns_taken(const tri_block *block)
{
    for (const tri_op *op = block->first; op; op = op->next) {
        if (op->kind == TRI_SCHED_TAKE) return op->operands[0];
        for (uint32_t i = 0; i < op->n_regions; i++) {
            const tri_value *turns = turns_taken(op->regions[i]);
            if (turns) return turns;
        }
    }
    return NULL;
}

/* The last instance lets the first one in. */
void group_turns_begin(sched *s)
{
    const tri_value *turns = turns_taken(s->role->op->regions[0]);
    if (!turns || s->role->instances == 1) return;
    tri_emitter *e = s->e;
    tri_ref last = tri_emit(e, "icmp eq i32 %s, %lld", s->instance, (long long)s->role->instances - 1), opens = tri_emit_new_label(e),
            go = tri_emit_new_label(e);
    tri_emit_line(e, "br i1 %s, label %%%s, label %%%s", last, opens, go);
    tri_emit_label(e, opens);
    tri_emit_line(e, "call void @llvm.nvvm.barrier.cta.arrive.aligned.count(i32 %s, i32 %d)", turn_barrier(s, turns, "0"), 2 * GROUP);
    tri_emit_line(e, "br label %%%s", go);
    tri_emit_label(e, go);
}
