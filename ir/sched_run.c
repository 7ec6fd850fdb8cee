/* ir/sched_run.c - instances of roles that run: their control flow on a stack of their own (loops, choices, logical programs), so that they can stop
 * at any statement; and the report when all of them wait. */
#include "ir/sched_run.h"

#include <stdlib.h>

/* ---- errors ---- */

void tri_sched_at(const tri_sched_run *run, const tri_sched_instance *instance, int64_t program)
{
    tri_tile_run *tiles = run->tiles;
    const tri_sched_outline *o = run->outline;
    tiles->role = o->roles[instance->role]->label;
    tiles->instance = instance->i;
    tiles->rank = instance->rank;
    tiles->logical = program;
    tiles->program = (uint32_t)(program * o->func->cluster + instance->rank) + 1;
    tiles->hand = o->first_instance[instance->role] + (uint32_t)instance->i + 1;
}

tri_status *tri_sched_error(tri_sched_run *run, const tri_sched_instance *instance, tri_code code, const tri_op *op, const char *format, ...)
{
    char message[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    tri_sched_at(run, instance, instance->program);
    return tri_tile_error(run->tiles, code, op, "%s", message);
}

/* ---- passing values ---- */

/* All are read before one is written, because a loop may exchange its carried values. */
static tri_status *pass(tri_sched_run *run, tri_sched_instance *t, const tri_op *op, uint32_t n, tri_value *const *from, tri_value *const *to,
                        bool unknown)
{
    tri_sched_value few[16], *moved = n <= 16 ? few : calloc(n, sizeof *moved);
    if (!moved) return tri_sched_error(run, t, TRI_NO_MEMORY, op, "no memory for %u values", n);
    tri_status *status = NULL;
    for (uint32_t i = 0; i < n; i++) {
        moved[i] = *tri_sched_value_of(run, t, from[i]);
        moved[i].unknown |= unknown;
        tri_sched_cell_share(moved[i].cell);
    }
    for (uint32_t i = 0; i < n; i++) {
        if (!status) status = tri_sched_overwrite(run, t, op, to[i], moved[i].cell);
        tri_sched_set(run, tri_sched_value_of(run, t, to[i]), moved[i]);
    }
    if (moved != few) free(moved);
    return status;
}

/* ---- control ---- */

static tri_status *push(tri_sched_run *run, tri_sched_instance *t, const tri_op *owner, const tri_block *block, int64_t i, int64_t high, bool unknown)
{
    if (t->n_frames == t->frames_room) {
        size_t room = t->frames_room ? t->frames_room * 2 : 8;
        tri_sched_frame *grown = realloc(t->frames, room * sizeof *grown);
        if (!grown) return tri_sched_error(run, t, TRI_NO_MEMORY, owner, "no memory for its statements");
        t->frames = grown;
        t->frames_room = room;
    }
    t->frames[t->n_frames++] = (tri_sched_frame){owner, i, high, unknown};
    t->at = block->first;
    return NULL;
}

static void set_index(tri_sched_run *run, tri_sched_instance *t, const tri_value *value, int64_t index, bool unknown)
{
    tri_sched_set(run, tri_sched_value_of(run, t, value), (tri_sched_value){.index = index, .unknown = unknown});
}

static bool synchronises(tri_sched_run *run, const tri_block *block)
{
    for (const tri_op *op = block->first; op; op = op->next) {
        run->effort++;
        if (tri_is_sched_op(op->kind) && op->kind != TRI_SCHED_PART && op->kind != TRI_SCHED_READ) return true;
        if (op->kind == TRI_TILE_MMA && tri_op_attr(op, "async")) return true;
        if (op->kind != TRI_TILE_FOR && op->kind != TRI_TILE_IF) continue;
        for (uint32_t i = 0; i < op->n_regions; i++)
            if (synchronises(run, op->regions[i])) return true;
    }
    return false;
}

/* Without values nobody knows what a fetch brings; what depends on it may not synchronise. */
static tri_status *check_unknown(tri_sched_run *run, tri_sched_instance *t, const tri_op *op, bool unknown)
{
    for (uint32_t i = 0; unknown && i < op->n_regions; i++)
        if (synchronises(run, op->regions[i]))
            return tri_sched_error(run, t, TRI_INVALID, op, "rings, turns and asynchronous mma stand under a number that is fetched: %s",
                                   "no role knows how often the others get there");
    return NULL;
}

static tri_status *enter_for(tri_sched_run *run, tri_sched_instance *t, const tri_op *op)
{
    const tri_block *body = op->regions[0];
    const tri_sched_value *low = tri_sched_value_of(run, t, op->operands[0]), *high = tri_sched_value_of(run, t, op->operands[1]);
    bool unknown = low->unknown || high->unknown;
    int64_t from = low->index, to = unknown ? from + (from < INT64_MAX) : high->index;
    TRI_TRY(check_unknown(run, t, op, unknown));
    if (from >= to) {
        t->at = op->next;
        return pass(run, t, op, op->n_results, op->operands + 2, op->results, unknown);
    }
    TRI_TRY(pass(run, t, op, op->n_results, op->operands + 2, body->args + 1, unknown));
    set_index(run, t, body->args[0], from, unknown);
    return push(run, t, op, body, from, to, unknown);
}

static tri_status *enter_if(tri_sched_run *run, tri_sched_instance *t, const tri_op *op)
{
    const tri_sched_value *condition = tri_sched_value_of(run, t, op->operands[0]);
    bool unknown = condition->unknown;
    const tri_block *taken = op->regions[condition->index ? 0 : 1];
    TRI_TRY(check_unknown(run, t, op, unknown));
    return push(run, t, op, taken, 0, 0, unknown);
}

static tri_status *yield(tri_sched_run *run, tri_sched_instance *t, const tri_op *op)
{
    tri_sched_frame *frame = &t->frames[t->n_frames - 1];
    const tri_op *owner = frame->owner;
    bool unknown = frame->unknown;
    if (owner->kind == TRI_TILE_FOR) {
        const tri_block *body = owner->regions[0];
        TRI_TRY(pass(run, t, op, owner->n_results, op->operands, body->args + 1, unknown));
        if (++frame->i < frame->high) {
            set_index(run, t, body->args[0], frame->i, unknown);
            t->at = body->first;
            return NULL;
        }
        TRI_TRY(pass(run, t, op, owner->n_results, body->args + 1, owner->results, unknown));
    } else {
        TRI_TRY(pass(run, t, op, owner->n_results, op->operands, owner->results, unknown));
    }
    t->n_frames--;
    t->at = owner->next;
    return NULL;
}

static bool begin_program(tri_sched_run *run, tri_sched_instance *t, const tri_op *work, int64_t program)
{
    if (program >= run->outline->func->programs || (run->most_programs && t->n_programs >= run->most_programs)) return false;
    t->program = program;
    set_index(run, t, work->regions[0]->args[0], program, false);
    t->at = work->regions[0]->first;
    return true;
}

static tri_status *enter_work(tri_sched_run *run, tri_sched_instance *t, const tri_op *op)
{
    TRI_TRY(push(run, t, op, op->regions[0], run->worker, 0, false));
    if (begin_program(run, t, op, run->worker)) return NULL;
    t->n_frames--;
    t->at = op->next;
    return NULL;
}

static tri_status *end_work(tri_sched_run *run, tri_sched_instance *t, tri_sched_frame *frame)
{
    const tri_func *func = run->outline->func;
    int64_t workers = func->workers ? func->workers : func->programs;
    if (!run->unchecked) TRI_TRY(tri_sched_balance(run, t, frame->owner));
    t->n_programs++;
    if (!__builtin_add_overflow(frame->i, workers, &frame->i) && begin_program(run, t, frame->owner, frame->i)) return NULL;
    t->n_frames--;
    t->at = frame->owner->next;
    return NULL;
}

static tri_status *end_role(tri_sched_run *run, tri_sched_instance *t, const tri_op *role)
{
    for (uint32_t i = 0; i < run->outline->n_turns; i++)
        if (t->holds[i]) return tri_sched_error(run, t, TRI_INVALID, role, "ends while it has turns that it did not give");
    if (t->mma_joined < t->mma_issued && !run->unchecked)
        return tri_sched_error(run, t, TRI_INVALID, role, "ends with %llu asynchronous mma that no join covers",
                               (unsigned long long)(t->mma_issued - t->mma_joined));
    t->n_frames--;
    t->finished = true;
    return NULL;
}

static tri_status *end_block(tri_sched_run *run, tri_sched_instance *t)
{
    tri_sched_frame *frame = &t->frames[t->n_frames - 1];
    if (frame->owner->kind == TRI_SCHED_ROLE) return end_role(run, t, frame->owner);
    if (frame->owner->kind == TRI_SCHED_WORK) return end_work(run, t, frame);
    return tri_sched_error(run, t, TRI_INVALID, frame->owner, "its region does not end with yield");
}

tri_status *tri_sched_issue(tri_sched_run *run, tri_sched_instance *t, tri_sched_progress *out)
{
    const tri_op *op = t->at;
    *out = TRI_SCHED_MOVED;
    if (t->finished) {
        *out = TRI_SCHED_FINISHED;
        return NULL;
    }
    t->step++;
    if (!op) return end_block(run, t);
    switch ((int)op->kind) {
    case TRI_TILE_FOR: return enter_for(run, t, op);
    case TRI_TILE_IF: return enter_if(run, t, op);
    case TRI_TILE_YIELD: return yield(run, t, op);
    case TRI_SCHED_WORK: return enter_work(run, t, op);
    default: TRI_TRY(tri_sched_statement(run, t, op, out));
    }
    if (*out != TRI_SCHED_BLOCKED) t->at = op->next;
    return NULL;
}

/* ---- deadlock ---- */

static void describe_wait(const tri_sched_run *run, const tri_sched_instance *t, tri_text *out)
{
    char room[64];
    const tri_op *op = t->at;
    tri_text_addf(out, "%srole @%s instance %lld rank %lld program %lld ", out->n ? "; " : "", run->outline->roles[t->role]->label, (long long)t->i,
                  (long long)t->rank, (long long)t->program);
    if (op && (op->kind == TRI_SCHED_ACQUIRE || op->kind == TRI_SCHED_AWAIT)) {
        uint32_t ring = tri_sched_ring_of(run->outline, op, 0);
        const tri_sched_ring_info *info = &run->outline->rings[ring];
        bool acquires = op->kind == TRI_SCHED_ACQUIRE;
        int64_t use = acquires ? t->tokens[ring].acquired : t->tokens[ring].awaited;
        tri_text_addf(out, "waits for slot %lld of ring %s to be %s (use %lld)", (long long)(use % info->depth), tri_sched_ring_name(info, room),
                      acquires ? "empty" : "full", (long long)use);
    } else {
        tri_text_addf(out, "waits at %s", op ? tri_op_row_of(op->kind)->text : "the end");
    }
}

tri_status *tri_sched_deadlock(tri_sched_run *run)
{
    enum { MOST_DESCRIBED = 8 };
    tri_text text = {0};
    const tri_op *at = NULL;
    uint32_t waiting = 0;
    for (uint32_t i = 0; i < run->n_instances; i++) {
        const tri_sched_instance *t = &run->instances[i];
        if (t->finished) continue;
        if (!at) at = t->at;
        if (waiting++ < MOST_DESCRIBED) describe_wait(run, t, &text);
    }
    tri_status *status = tri_error(TRI_INVALID, at ? at->loc : run->outline->func->loc, "scheduled program '%s': deadlock of %u instances: %s",
                                   run->outline->func->name, waiting, tri_text_string(&text));
    tri_text_free(&text);
    return status;
}

/* ---- opening and closing ---- */

static tri_status *no_memory(const tri_sched_run *run)
{
    return tri_error(TRI_NO_MEMORY, run->outline->func->loc, "no memory for a worker of @%s", run->outline->func->name);
}

static bool open_instance(const tri_sched_outline *o, tri_sched_instance *t, size_t room)
{
    t->values = calloc(room, sizeof *t->values);
    t->tokens = calloc(o->n_rings + 1, sizeof *t->tokens);
    t->taken = calloc(o->n_turns + 1, sizeof *t->taken);
    t->holds = calloc(o->n_turns + 1, sizeof *t->holds);
    return t->values && t->tokens && t->taken && t->holds;
}

tri_status *tri_sched_run_open(tri_sched_run *run, const tri_sched_outline *o, tri_tile_run *tiles, bool values, uint64_t memory_limit)
{
    enum { MOST_VALUES = 1 << 26 };
    int64_t ranks = o->func->cluster;
    *run = (tri_sched_run){.outline = o, .tiles = tiles, .values = values, .memory_limit = memory_limit};
    if (tiles->values.room * o->n_instances * (uint64_t)ranks > MOST_VALUES)
        return tri_error(TRI_UNSUPPORTED, o->func->loc, "@%s has too many values in all instances of a worker to be executed", o->func->name);
    run->instances = calloc(o->n_instances * (size_t)ranks, sizeof *run->instances);
    run->channels = calloc(o->n_channels + 1, sizeof *run->channels);
    run->gives = calloc(o->n_turns * (size_t)ranks + 1, sizeof *run->gives);
    if (!run->instances || !run->channels || !run->gives) return no_memory(run);
    for (int64_t rank = 0; rank < ranks; rank++)
        for (uint32_t role = 0; role < o->n_roles; role++)
            for (int64_t i = 0; i < tri_role_instances(o->roles[role]); i++) {
                tri_sched_instance *t = &run->instances[run->n_instances++];
                *t = (tri_sched_instance){.role = role, .i = i, .rank = rank, .queue = tri_role_unit(o->roles[role]) != TRI_UNIT_THREADS};
                if (!open_instance(o, t, tiles->values.room)) return no_memory(run);
            }
    for (uint32_t ring = 0; ring < o->n_rings; ring++)
        for (int64_t c = 0; c < o->rings[ring].lanes * ranks; c++) {
            tri_sched_channel *channel = &run->channels[o->rings[ring].first + c];
            *channel = (tri_sched_channel){.ring = ring};
            channel->slots = calloc((size_t)o->rings[ring].depth, sizeof *channel->slots);
            if (!channel->slots) return no_memory(run);
            for (int64_t s = 0; values && s < o->rings[ring].depth; s++) {
                uint64_t bytes = tri_type_bytes(&o->rings[ring].tile);
                if (memory_limit && run->used + bytes > memory_limit) return no_memory(run);
                run->used += bytes;
                channel->slots[s].data = malloc(bytes);
                if (!channel->slots[s].data) return no_memory(run);
            }
        }
    return NULL;
}

static void forget_values(tri_sched_run *run, tri_sched_instance *t)
{
    for (tri_sched_pending *p = t->first, *next; p; p = next) {
        next = p->next;
        tri_sched_pending_free(run, p);
    }
    t->first = t->last = NULL;
    for (size_t i = 0; t->values && i < run->tiles->values.room; i++) tri_sched_set(run, &t->values[i], (tri_sched_value){0});
}

static tri_status *begin_instance(tri_sched_run *run, tri_sched_instance *t)
{
    const tri_sched_outline *o = run->outline;
    const tri_op *role = o->roles[t->role];
    forget_values(run, t);
    memset(t->tokens, 0, o->n_rings * sizeof *t->tokens);
    memset(t->taken, 0, o->n_turns * sizeof *t->taken);
    memset(t->holds, 0, o->n_turns * sizeof *t->holds);
    t->n_frames = t->n_programs = t->n_pending = t->n_waiting = 0;
    t->step = t->mma_issued = t->mma_joined = 0;
    t->finished = false;
    t->program = run->worker;
    for (const tri_op *op = o->func->body->first; op; op = op->next) { /* what stands outside of roles every instance computes for itself */
        tri_sched_progress progress;
        if (op->kind == TRI_TILE_INDEX) TRI_TRY(tri_sched_statement(run, t, op, &progress));
    }
    set_index(run, t, role->regions[0]->args[0], t->i, false);
    set_index(run, t, role->regions[0]->args[1], t->rank, false);
    return push(run, t, role, role->regions[0], 0, 0, false);
}

tri_status *tri_sched_run_begin(tri_sched_run *run, int64_t worker)
{
    const tri_sched_outline *o = run->outline;
    run->worker = worker;
    memset(run->gives, 0, o->n_turns * (size_t)o->func->cluster * sizeof *run->gives);
    for (uint32_t c = 0; c < o->n_channels; c++) {
        run->channels[c].n_balance = 0;
        for (int64_t s = 0; s < o->rings[run->channels[c].ring].depth; s++) {
            run->channels[c].slots[s].use = -1;
            run->channels[c].slots[s].n_boxes = 0;
        }
    }
    for (uint32_t i = 0; i < run->n_instances; i++) TRI_TRY(begin_instance(run, &run->instances[i]));
    return NULL;
}

void tri_sched_run_close(tri_sched_run *run)
{
    for (uint32_t i = 0; i < run->n_instances; i++) {
        tri_sched_instance *t = &run->instances[i];
        forget_values(run, t);
        free(t->values);
        free(t->frames);
        free(t->tokens);
        free(t->taken);
        free(t->holds);
    }
    for (uint32_t c = 0; run->channels && c < run->outline->n_channels; c++) {
        tri_sched_channel *channel = &run->channels[c];
        for (int64_t s = 0; channel->slots && s < run->outline->rings[channel->ring].depth; s++) {
            free(channel->slots[s].boxes);
            free(channel->slots[s].data);
        }
        free(channel->slots);
        free(channel->balance);
    }
    free(run->instances);
    free(run->channels);
    free(run->gives);
    *run = (tri_sched_run){0};
}
