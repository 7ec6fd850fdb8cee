/* ir/sched_step.c - the statements of a scheduled program that runs: what each does when it is issued and when it completes, and the checks on joins,
 * staged tiles and tokens (sched_run.h). */
#include "ir/sched_run.h"

enum { MOST_WAITING = 4096, MOST_REARRANGED = 32 };

/* ---- registers that an mma under way reads ---- */

/* Whether computing `from` makes `value`: itself, or as what a choice or a loop yields. What stands in front of a choice or loop and is only passed
 * on by it is copied, not made there; so the search goes inward alone. */
static bool makes(tri_sched_run *run, const tri_value *from, const tri_value *value)
{
    run->effort++;
    if (from == value) return true;
    if (!value->op || (value->op->kind != TRI_TILE_IF && value->op->kind != TRI_TILE_FOR)) return false;
    for (uint32_t i = 0; i < value->op->n_regions; i++) {
        const tri_block *region = value->op->regions[i];
        const tri_value *given = region->last && value->index < region->last->n_operands ? region->last->operands[value->index] : NULL;
        if (given && given->op && given->op->parent == region && makes(run, from, given)) return true;
    }
    return false;
}

/* Whether `value` shares the registers of `held`: it is it, or what a loop replaces it with. */
static bool replaces(tri_sched_run *run, const tri_value *value, const tri_value *held)
{
    if (makes(run, value, held)) return true;
    const tri_op *loop = held->block ? held->block->owner : NULL;
    if (!loop || loop->kind != TRI_TILE_FOR || !held->index || !held->block->last || held->index > held->block->last->n_operands) return false;
    return makes(run, value, held->block->last->operands[held->index - 1]);
}

tri_status *tri_sched_overwrite(tri_sched_run *run, tri_sched_instance *t, const tri_op *op, const tri_value *value, const tri_sched_cell *same)
{
    if (value->type.kind != TRI_TYPE_TILE || t->mma_joined == t->mma_issued || run->unchecked) return NULL;
    run->effort += t->n_pending / 4;
    for (const tri_sched_pending *p = t->first; p; p = p->next) {
        if (!p->mma) continue;
        for (uint32_t i = 0; i < 2; i++) {
            const tri_sched_cell *cell = p->operands[i].cell;
            if (!cell || cell->channel || cell == same) continue;
            if (same ? p->op->operands[i] != value : !replaces(run, value, p->op->operands[i])) continue;
            return tri_sched_error(run, t, TRI_INVALID, op,
                                   "overwrites registers that mma%s%s still reads: it is under way until a join covers it (operand %u)",
                                   p->op->label ? " @" : "", p->op->label ? p->op->label : "", i);
        }
    }
    return NULL;
}

/* ---- uses ---- */

/* Whether a staged tile may be looked at: this instance has not given up its slot. */
static tri_status *check_held(tri_sched_run *run, tri_sched_instance *t, const tri_op *op, const tri_sched_cell *cell)
{
    char room[64];
    uint32_t ring = cell->channel->ring;
    if (cell->use >= t->tokens[ring].released) return NULL;
    return tri_sched_error(run, t, TRI_INVALID, op, "uses a tile of ring %s after the release of its slot %lld",
                           tri_sched_ring_name(&run->outline->rings[ring], room), (long long)(cell->use % run->outline->rings[ring].depth));
}

static bool is_view(const tri_op *op)
{
    switch ((int)op->kind) {
    case TRI_SCHED_PART: return true;
    case TRI_TILE_SLICE:
    case TRI_TILE_RESHAPE:
    case TRI_TILE_TRANSPOSE: return true;
    default: return false;
    }
}

static tri_status *check_uses(tri_sched_run *run, tri_sched_instance *t, const tri_op *op)
{
    bool async = op->kind == TRI_TILE_MMA && tri_op_attr(op, "async");
    char room[64];
    for (uint32_t i = 0; i < op->n_operands; i++) {
        if (op->operands[i]->type.kind != TRI_TYPE_TILE) continue;
        const tri_sched_cell *cell = tri_sched_value_of(run, t, op->operands[i])->cell;
        if (!cell) return tri_sched_error(run, t, TRI_INVALID, op, "operand %u was not made", i);
        if (run->unchecked) continue;
        if (cell->mma > t->mma_joined && !(async && i == 2))
            return tri_sched_error(run, t, TRI_INVALID, op, "operand %u is the result of an asynchronous mma that no join covers", i);
        if (!cell->channel) continue;
        TRI_TRY(check_held(run, t, op, cell));
        if (is_view(op)) continue;
        if (!tri_sched_slot_covers(run, cell))
            return tri_sched_error(run, t, TRI_INVALID, op, "operand %u is poison: nobody wrote all of it to slot %lld of ring %s", i,
                                   (long long)(cell->use % run->outline->rings[cell->channel->ring].depth),
                                   tri_sched_ring_name(&run->outline->rings[cell->channel->ring], room));
    }
    return NULL;
}

/* ---- views ---- */

/* part, and slice, reshape and transpose of staged tiles: staged tiles again. */
static tri_status *make_view(tri_sched_run *run, tri_sched_instance *t, const tri_op *op, tri_sched_cell *from)
{
    tri_sched_cell *cell = tri_sched_cell_create();
    if (!cell) return tri_sched_error(run, t, TRI_NO_MEMORY, op, "no memory for a value");
    cell->channel = from->channel;
    cell->use = from->use;
    cell->box = from->box;
    const int64_t *offsets = NULL;
    bool narrows = op->kind == TRI_SCHED_PART || op->kind == TRI_TILE_SLICE;
    tri_status *status = NULL;
    if (op->kind == TRI_TILE_SLICE) (void)tri_op_integers(op, "offsets", &offsets);
    if (!narrows || from->source) {
        cell->source = tri_sched_cell_share(from);
        cell->op = op;
        cell->depth = from->depth + 1;
        if (cell->depth > MOST_REARRANGED || op->kind == TRI_SCHED_PART)
            status = tri_sched_error(run, t, TRI_UNSUPPORTED, op, "a part of a staged tile that was rearranged, or one rearranged more than %d times",
                                     MOST_REARRANGED);
    }
    for (int d = 0; !status && !cell->source && d < op->results[0]->type.rank; d++) {
        const tri_sched_value *offset = offsets ? NULL : tri_sched_value_of(run, t, op->operands[1 + d]);
        int64_t at = offsets ? offsets[d] : offset->index, length = op->results[0]->type.dims[d];
        if (offset && offset->unknown)
            status =
                tri_sched_error(run, t, TRI_INVALID, op, "offset %d is a number that is fetched; a part stands at offsets that all roles know", d);
        else if (at < 0 || at > from->box.dims[d] - length)
            status = tri_sched_error(run, t, TRI_INVALID, op, "offset %lld in dimension %d leaves the tile", (long long)at, d);
        cell->box.at[d] += at;
        cell->box.dims[d] = length;
    }
    tri_sched_set(run, tri_sched_value_of(run, t, op->results[0]), (tri_sched_value){.cell = cell});
    return status;
}

/* ---- effects ---- */

/* What a statement does when it is complete. */
static tri_status *effect(tri_sched_run *run, tri_sched_instance *t, const tri_sched_pending *p)
{
    switch ((int)p->op->kind) {
    case TRI_SCHED_PUBLISH: t->tokens[tri_sched_ring_of(run->outline, p->op, 0)].full++; return NULL;
    case TRI_SCHED_RELEASE: {
        uint32_t ring = tri_sched_ring_of(run->outline, p->op, 0);
        t->tokens[ring].empty++;
        tri_sched_slot_leave(run, t, ring);
        return NULL;
    }
    case TRI_SCHED_GIVE: run->gives[t->rank * run->outline->n_turns + tri_sched_turns_of(run->outline, p->op)]++; return NULL;
    default: return run->values ? tri_sched_execute(run, t, p) : NULL;
    }
}

static void unlink_pending(tri_sched_run *run, tri_sched_instance *t, tri_sched_pending *before, tri_sched_pending *p)
{
    if (before)
        before->next = p->next;
    else
        t->first = p->next;
    if (t->last == p) t->last = before;
    t->n_pending--;
    tri_sched_pending_free(run, p);
}

static tri_status *complete(tri_sched_run *run, tri_sched_instance *t, tri_sched_pending *before, tri_sched_pending *p)
{
    tri_status *status = effect(run, t, p);
    t->n_waiting--;
    p->done = true;
    if (!p->mma) unlink_pending(run, t, before, p);
    return status;
}

tri_status *tri_sched_complete(tri_sched_run *run, tri_sched_instance *t, uint64_t choice)
{
    enum { MOST_LANES = 16 };
    tri_sched_pending *heads[MOST_LANES], *befores[MOST_LANES], *before = NULL;
    size_t n = 0;
    for (tri_sched_pending *p = t->first; p && n < MOST_LANES; before = p, p = p->next) {
        bool first = !p->done;
        for (size_t i = 0; first && i < n; i++) first = heads[i]->lane != p->lane;
        if (!first) continue;
        befores[n] = before;
        heads[n++] = p;
        if (t->queue) break;
    }
    return n ? complete(run, t, befores[choice % n], heads[choice % n]) : NULL;
}

/* Issues a statement into a lane; without values, and where nothing is before it and it need not wait, it completes at once. */
static tri_status *issue(tri_sched_run *run, tri_sched_instance *t, const tri_op *op, uint32_t lane, bool now, int64_t use)
{
    tri_sched_pending *p, *before = t->last;
    TRI_TRY(tri_sched_capture(run, t, op, lane, &p));
    p->use = use;
    return now || !run->values ? complete(run, t, before, p) : NULL;
}

static tri_status *issue_plain(tri_sched_run *run, tri_sched_instance *t, const tri_op *op)
{
    return issue(run, t, op, TRI_LANE_QUEUE, !t->queue, 0);
}

/* ---- statements ---- */

static tri_status *index_statement(tri_sched_run *run, tri_sched_instance *t, const tri_op *op)
{
    tri_sched_value result = {0};
    if (op->fn == TRI_OP_NONE) {
        result.index = tri_op_integer(op, "value", 0);
    } else {
        const tri_sched_value *a = tri_sched_value_of(run, t, op->operands[0]);
        const tri_sched_value *b = op->n_operands > 1 ? tri_sched_value_of(run, t, op->operands[1]) : a;
        result.unknown = a->unknown || b->unknown;
        if (!tri_index_compute((tri_op_kind)op->fn, a->index, b->index, &result.index) && !result.unknown)
            return tri_sched_error(run, t, TRI_INVALID, op, "'%s' of %lld and %lld is not defined", tri_op_row_of((tri_op_kind)op->fn)->text,
                                   (long long)a->index, (long long)b->index);
    }
    tri_sched_set(run, tri_sched_value_of(run, t, op->results[0]), result);
    return NULL;
}

static tri_status *fetch(tri_sched_run *run, tri_sched_instance *t, const tri_op *op)
{
    tri_sched_value result = {.index = tri_op_integer(op, "low", 0), .unknown = true};
    if (run->values) {
        tri_sched_at(run, t, t->program);
        for (uint32_t i = 1; i < op->n_operands; i++)
            tri_tile_value_of(run->tiles, op->operands[i])->index = tri_sched_value_of(run, t, op->operands[i])->index;
        TRI_TRY(tri_tile_fetch_element(run->tiles, op));
        result = (tri_sched_value){.index = tri_tile_index_of(run->tiles, op->results[0])};
    }
    tri_sched_set(run, tri_sched_value_of(run, t, op->results[0]), result);
    return NULL;
}

static tri_status *assume(tri_sched_run *run, tri_sched_instance *t, const tri_op *op)
{
    const tri_sched_value *fact = tri_sched_value_of(run, t, op->operands[0]);
    return fact->index || fact->unknown ? NULL : tri_sched_error(run, t, TRI_INVALID, op, "what it assumes is false");
}

static tri_status *acquire(tri_sched_run *run, tri_sched_instance *t, const tri_op *op, tri_sched_progress *out)
{
    uint32_t ring = tri_sched_ring_of(run->outline, op, 0);
    tri_sched_tokens *tokens = &t->tokens[ring];
    if (!tri_sched_is_empty(run, t, ring, tokens->acquired)) {
        *out = TRI_SCHED_BLOCKED;
        return NULL;
    }
    tri_sched_slot_open(run, tri_sched_channel_of(run, ring, t->rank, t->i), tokens->acquired++);
    tokens->acquired_at = t->step;
    return NULL;
}

static tri_status *await(tri_sched_run *run, tri_sched_instance *t, const tri_op *op, tri_sched_progress *out)
{
    uint32_t ring = tri_sched_ring_of(run->outline, op, 0);
    tri_sched_tokens *tokens = &t->tokens[ring];
    if (!tri_sched_is_full(run, t, ring, tokens->awaited)) {
        *out = TRI_SCHED_BLOCKED;
        return NULL;
    }
    tri_sched_cell *cell = tri_sched_cell_create();
    if (!cell) return tri_sched_error(run, t, TRI_NO_MEMORY, op, "no memory for a value");
    cell->channel = tri_sched_channel_of(run, ring, t->rank, t->i);
    cell->use = tokens->awaited++;
    memcpy(cell->box.dims, run->outline->rings[ring].tile.dims, sizeof cell->box.dims);
    tri_sched_set(run, tri_sched_value_of(run, t, op->results[0]), (tri_sched_value){.cell = cell});
    return NULL;
}

static bool has_lane(const tri_sched_instance *t, uint32_t lane)
{
    for (const tri_sched_pending *p = t->first; p; p = p->next)
        if (p->lane == lane && !p->done) return true;
    return false;
}

static tri_status *publish(tri_sched_run *run, tri_sched_instance *t, const tri_op *op)
{
    char room[64];
    uint32_t ring = tri_sched_ring_of(run->outline, op, 0), lane = t->queue ? TRI_LANE_QUEUE : TRI_LANE_LOADS + ring;
    if (t->tokens[ring].published == t->tokens[ring].acquired)
        return tri_sched_error(run, t, TRI_INVALID, op, "publishes a slot of ring %s that is not acquired",
                               tri_sched_ring_name(&run->outline->rings[ring], room));
    t->tokens[ring].published++;
    return issue(run, t, op, lane, !t->queue && !has_lane(t, lane), 0);
}

/* An mma that is not joined reads the slot. */
static const tri_op *reader_under_way(tri_sched_run *run, const tri_sched_instance *t, const tri_sched_channel *channel, int64_t use)
{
    run->effort += t->n_pending / 4;
    for (const tri_sched_pending *p = t->first; p; p = p->next)
        for (uint32_t i = 0; p->mma && i < 2; i++)
            if (p->operands[i].cell->channel == channel && p->operands[i].cell->use == use) return p->op;
    return NULL;
}

static tri_status *release(tri_sched_run *run, tri_sched_instance *t, const tri_op *op)
{
    char room[64];
    uint32_t ring = tri_sched_ring_of(run->outline, op, 0);
    const tri_sched_ring_info *info = &run->outline->rings[ring];
    tri_sched_tokens *tokens = &t->tokens[ring];
    if (tokens->released == tokens->awaited)
        return tri_sched_error(run, t, TRI_INVALID, op, "releases a slot of ring %s that is not awaited", tri_sched_ring_name(info, room));
    const tri_op *reader = run->unchecked ? NULL : reader_under_way(run, t, tri_sched_channel_of(run, ring, t->rank, t->i), tokens->released);
    if (reader)
        return tri_sched_error(run, t, TRI_INVALID, op, "releases slot %lld of ring %s, which mma%s%s still reads: no join covers it",
                               (long long)(tokens->released % info->depth), tri_sched_ring_name(info, room), reader->label ? " @" : "",
                               reader->label ? reader->label : "");
    tokens->released++;
    return issue_plain(run, t, op);
}

/* What lies in accumulator memory was made there: a product, from its first step on, or a tile that the matrix unit transposed. */
static tri_status *check_accumulated(tri_sched_run *run, tri_sched_instance *t, const tri_op *op, uint32_t ring)
{
    char room[64];
    const tri_op *made = op->operands[0]->op;
    const tri_sched_cell *cell = tri_sched_value_of(run, t, op->operands[0])->cell;
    if (made && made->kind == TRI_TILE_TRANSPOSE) return NULL;
    if (!cell->began)
        return tri_sched_error(run, t, TRI_INVALID, op, "ring %s is accumulator memory: only a product that is accumulated from zero is put there",
                               tri_sched_ring_name(&run->outline->rings[ring], room));
    if (cell->began < t->tokens[ring].acquired_at)
        return tri_sched_error(run, t, TRI_INVALID, op,
                               "ring %s is accumulator memory: its slot was acquired after the first mma of this accumulation",
                               tri_sched_ring_name(&run->outline->rings[ring], room));
    return NULL;
}

static tri_status *write(tri_sched_run *run, tri_sched_instance *t, const tri_op *op)
{
    bool stores = op->kind == TRI_SCHED_STORE_INTO;
    uint32_t ring = tri_sched_ring_of(run->outline, op, stores);
    const tri_sched_ring_info *info = &run->outline->rings[ring];
    tri_sched_value offsets[2 + TRI_MAX_RANK] = {0};
    for (int d = 0; d < info->tile.rank; d++) {
        uint32_t at = 1u + stores + (uint32_t)d;
        offsets[at] = *tri_sched_value_of(run, t, op->operands[at]);
        if (offsets[at].unknown)
            return tri_sched_error(run, t, TRI_INVALID, op, "offset %d is a number that is fetched; all roles know what is written where", d);
    }
    tri_sched_box box = tri_sched_box_of(op, offsets);
    TRI_TRY(tri_sched_slot_claim(run, t, op, ring, &box));
    if (info->acc) TRI_TRY(check_accumulated(run, t, op, ring));
    int64_t use = t->tokens[ring].acquired - 1;
    return stores ? issue(run, t, op, TRI_LANE_QUEUE, !t->queue, use)
                  : issue(run, t, op, t->queue ? TRI_LANE_QUEUE : TRI_LANE_LOADS + ring, false, use);
}

static tri_status *mma(tri_sched_run *run, tri_sched_instance *t, const tri_op *op)
{
    tri_sched_pending *p, *before = t->last;
    bool async = tri_op_attr(op, "async") && !t->queue;
    const tri_sched_cell *sum = op->n_operands > 2 ? tri_sched_value_of(run, t, op->operands[2])->cell : NULL;
    uint64_t began = !sum || sum->zero ? t->step : sum->began;
    TRI_TRY(tri_sched_capture(run, t, op, async ? TRI_LANE_MMA : TRI_LANE_QUEUE, &p));
    tri_sched_cell *result = p->operands[op->n_operands].cell;
    result->began = began;
    if (async) result->mma = p->mma = ++t->mma_issued;
    return !run->values || (!async && !t->queue) ? complete(run, t, before, p) : NULL;
}

static tri_status *join(tri_sched_run *run, tri_sched_instance *t, const tri_op *op)
{
    uint64_t lag = (uint64_t)tri_op_integer(op, "lag", 0);
    for (tri_sched_pending *p = t->first, *before = NULL, *next; p && t->mma_issued - t->mma_joined > lag; p = next) {
        next = p->next;
        if (!p->mma) {
            before = p;
            continue;
        }
        if (!p->done) TRI_TRY(complete(run, t, before, p));
        t->mma_joined = p->mma;
        unlink_pending(run, t, before, p);
    }
    return NULL;
}

static tri_status *take(tri_sched_run *run, tri_sched_instance *t, const tri_op *op, tri_sched_progress *out)
{
    uint32_t turns = tri_sched_turns_of(run->outline, op);
    int64_t instances = tri_role_instances(run->outline->roles[t->role]);
    if (t->holds[turns]) return tri_sched_error(run, t, TRI_INVALID, op, "takes turns that it has already");
    if (run->gives[t->rank * run->outline->n_turns + turns] != t->taken[turns] * instances + t->i) {
        *out = TRI_SCHED_BLOCKED;
        return NULL;
    }
    t->taken[turns]++;
    t->holds[turns] = true;
    return NULL;
}

static tri_status *give(tri_sched_run *run, tri_sched_instance *t, const tri_op *op)
{
    uint32_t turns = tri_sched_turns_of(run->outline, op);
    if (!t->holds[turns]) return tri_sched_error(run, t, TRI_INVALID, op, "gives turns that it has not taken");
    t->holds[turns] = false;
    return issue_plain(run, t, op);
}

/* Statements on tiles alone. */
static tri_status *plain(tri_sched_run *run, tri_sched_instance *t, const tri_op *op)
{
    if (is_view(op)) {
        tri_sched_cell *from = tri_sched_value_of(run, t, op->operands[0])->cell;
        if (from->channel) return make_view(run, t, op, from);
        if (op->kind == TRI_SCHED_PART) return tri_sched_error(run, t, TRI_INVALID, op, "takes a part of registers; its operand is an awaited tile");
    }
    TRI_TRY(issue_plain(run, t, op));
    if (op->kind == TRI_TILE_FILL && !op->n_operands && tri_op_number(op, "value", 1) == 0)
        tri_sched_value_of(run, t, op->results[0])->cell->zero = true;
    return NULL;
}

tri_status *tri_sched_statement(tri_sched_run *run, tri_sched_instance *t, const tri_op *op, tri_sched_progress *out)
{
    *out = TRI_SCHED_MOVED;
    if (op->kind == TRI_TILE_INDEX) return index_statement(run, t, op);
    if (op->kind == TRI_TILE_FETCH) return fetch(run, t, op);
    if (op->kind == TRI_TILE_ASSUME) return assume(run, t, op);
    if (t->n_waiting >= MOST_WAITING) {
        *out = TRI_SCHED_BLOCKED;
        return NULL;
    }
    TRI_TRY(check_uses(run, t, op));
    for (uint32_t i = 0; i < op->n_results; i++) TRI_TRY(tri_sched_overwrite(run, t, op, op->results[i], NULL));
    *out = tri_is_sched_op(op->kind) ? TRI_SCHED_SYNCED : TRI_SCHED_MOVED;
    switch ((int)op->kind) {
    case TRI_SCHED_ACQUIRE: return acquire(run, t, op, out);
    case TRI_SCHED_AWAIT: return await(run, t, op, out);
    case TRI_SCHED_PUBLISH: return publish(run, t, op);
    case TRI_SCHED_RELEASE: return release(run, t, op);
    case TRI_SCHED_LOAD_INTO:
    case TRI_SCHED_STORE_INTO: return write(run, t, op);
    case TRI_SCHED_JOIN: return join(run, t, op);
    case TRI_SCHED_TAKE: return take(run, t, op, out);
    case TRI_SCHED_GIVE: return give(run, t, op);
    case TRI_TILE_MMA: return mma(run, t, op);
    default: return plain(run, t, op);
    }
}
