/* targets/amdgcn/wave_ring.c - rings: loads straight into slots, and the waits and barriers that hand slots over.
 *
 * All waves of a block go through the same statements. What a wave loaded has arrived when its counter of loads is low enough; that all waves' loads
 * have is known behind a barrier, and so is that all waves have read a slot. So an await is a wait for this wave's own loads and a barrier, which
 * also ends all releases before it, and a release costs nothing. A load does not stand where it is written: it waits, to be issued between products,
 * until something needs it; so the barrier of the next await is usually what its acquire waits for too, and a step of a pipeline has one.
 *
 * The numbers to wait for are found by going along with the statements: `sky` holds the loads issued since the oldest that nobody has awaited. Stores
 * and plain loads also count, but are not counted here: too small a number waits for more than it must, never for less. */
#include "targets/amdgcn/wave.h"

enum { MOST_COUNTED = 63, LOADS_DONE = 0xf70, READS_DONE = 0xc07f };

/* ---- places in LDS ---- */

tri_ref wave_pointer(sched *s, tri_ref address, int64_t more)
{
    tri_ref at = tri_emit(s->e, "getelementptr i8, ptr addrspace(3) @tri_slots, i32 %s", address);
    return more ? tri_emit(s->e, "getelementptr i8, ptr addrspace(3) %s, i32 %lld", at, (long long)more) : at;
}

/* Neighbouring bits of the row that flip neighbouring bits of the chunk go together. */
tri_ref wave_swizzle(sched *s, const ring *r, tri_ref row)
{
    tri_emitter *e = s->e;
    const int8_t *from = r->swizzle.row_bit;
    tri_ref all = NULL;
    for (int bit = 0, n; bit < TRI_SWIZZLE_BITS; bit += n) {
        n = 1;
        if (from[bit] < 0) continue;
        while (bit + n < TRI_SWIZZLE_BITS && from[bit + n] == from[bit] + n) n++;
        int shift = from[bit] - bit;
        tri_ref moved = shift > 0 ? tri_emit(e, "lshr i32 %s, %d", row, shift) : shift < 0 ? tri_emit(e, "shl i32 %s, %d", row, -shift) : row;
        tri_ref part = tri_emit(e, "and i32 %s, %d", moved, ((1 << n) - 1) << bit);
        all = all ? tri_emit(e, "or disjoint i32 %s, %s", all, part) : part;
    }
    return all ? all : "0";
}

/* ---- waits ---- */

static void fence(sched *s) { tri_emit_line(s->e, "call void asm sideeffect \"\", \"~{memory}\"()"); }

/* At most `loads` of this wave under way (-1: whatever), and all waves are here. */
static void meet(sched *s, int64_t loads)
{
    tri_emitter *e = s->e;
    bool read = false;
    for (int q = 0; q < s->plan.n_rings; q++) {
        read |= s->read[q];
        s->read[q] = false;
    }
    s->meets = false;
    fence(s);
    if (read) tri_emit_line(e, "call void @llvm.amdgcn.s.waitcnt(i32 %d)", READS_DONE);
    if (loads > MOST_COUNTED) loads = MOST_COUNTED;
    if (loads >= 0) tri_emit_line(e, "call void @llvm.amdgcn.s.waitcnt(i32 %lld)", (long long)(LOADS_DONE | (loads & 15) | (loads >> 4) << 14));
    tri_emit_line(e, "call void @llvm.amdgcn.s.barrier()");
    fence(s);
}

static tri_ref next_slot(sched *s, const ring *r, tri_ref offset)
{
    if (r->depth == 1) return offset;
    if (r->depth == 2) return tri_emit(s->e, "sub i32 %lld, %s", (long long)r->slot_bytes, offset);
    tri_ref next = tri_emit(s->e, "add i32 %s, %lld", offset, (long long)r->slot_bytes),
            wraps = tri_emit(s->e, "icmp eq i32 %s, %lld", next, (long long)(r->slot_bytes * r->depth));
    return tri_emit(s->e, "select i1 %s, i32 0, i32 %s", wraps, next);
}

static tri_ref address_of(sched *s, const ring *r, tri_ref offset)
{
    tri_emitter *e = s->e;
    if (r->is_private && s->plan.instances > 1)
        offset = tri_emit(e, "add i32 %s, %s", offset, tri_emit(e, "mul i32 %s, %lld", s->instance, (long long)(r->depth * r->slot_bytes)));
    return r->offset ? tri_emit(e, "add i32 %s, %lld", offset, (long long)r->offset) : offset;
}

tri_status *wave_acquire(sched *s, const tri_op *op)
{
    int q = wave_ring_of(&s->plan, op->operands[0]);
    if (s->filling[q]) return tri_emit_unsupported(op, "a second slot before the first is published");
    s->meets |= s->read[q];
    s->filling[q] = s->acquired[q];
    s->acquired[q] = next_slot(s, &s->plan.rings[q], s->acquired[q]);
    s->loaded[q] = false;
    return NULL;
}

/* A slot is one flight, since it is brought by one load_into. */
static tri_status *take_off(sched *s, const tri_op *op, int ring, int loads, bool first)
{
    if (!first) {
        s->sky.at[s->sky.n - 1].loads += loads;
        return NULL;
    }
    if (s->sky.n == MOST_FLIGHTS) return tri_emit_unsupported(op, "more than %d slots are under way", MOST_FLIGHTS);
    s->sky.at[s->sky.n++] = (flight){.ring = ring, .loads = loads};
    return NULL;
}

tri_status *wave_issue(sched *s, int64_t most)
{
    size_t n = most < (int64_t)s->waiting.n ? (size_t)most : s->waiting.n;
    if (n && s->meets) meet(s, -1);
    for (size_t i = 0; i < n; i++) {
        const waiting *w = &s->waiting.at[i];
        int32_t around = tri_lines_at(s->e, w->op);
        if (w->to)
            tri_emit_line(s->e,
                          "call void @llvm.amdgcn.raw.ptr.buffer.load.lds(ptr addrspace(8) %s, ptr addrspace(3) %s, i32 %d, i32 %s, i32 %s, i32 0, "
                          "i32 0), !alias.scope !3, !noalias !4",
                          w->resource, wave_pointer(s, w->to, w->more), CHUNK, w->from.lane, w->from.uniform);
        s->e->line = around;
        TRI_TRY(take_off(s, w->op, w->ring, w->to != NULL, w->op != s->issued));
        s->issued = w->op;
    }
    memmove(s->waiting.at, s->waiting.at + n, (s->waiting.n - n) * sizeof *s->waiting.at);
    s->waiting.n -= n;
    return NULL;
}

tri_status *wave_publish(sched *s, const tri_op *op)
{
    int q = wave_ring_of(&s->plan, op->operands[0]);
    s->filling[q] = NULL;
    if (!s->loaded[q]) TRI_PUSH(s->e->arena, &s->waiting, ((waiting){.op = op, .ring = q}));
    return NULL;
}

/* The oldest slot of the ring that was not awaited, from `from` on; -1: there is none. */
static int find_flight(const sky *sky, int ring)
{
    for (int i = 0; i < sky->n; i++)
        if (sky->at[i].ring == ring && !sky->at[i].awaited) return i;
    return -1;
}

/* What is under way behind the oldest slot of the ring when it has landed. */
static int64_t land(sky *sky, int ring)
{
    int at = find_flight(sky, ring), gone = 0;
    int64_t behind = 0;
    for (int i = at + 1; i < sky->n; i++) behind += sky->at[i].loads;
    sky->at[at].awaited = true;
    while (gone < sky->n && sky->at[gone].awaited) gone++;
    memmove(sky->at, sky->at + gone, (size_t)(sky->n - gone) * sizeof *sky->at);
    sky->n -= gone;
    return behind;
}

/* Waits of the same block up to the next acquire are done together where their slots have been published: their loads are as old. */
tri_status *wave_await(sched *s, const tri_op *op)
{
    int q = wave_ring_of(&s->plan, op->operands[0]);
    const ring *r = &s->plan.rings[q];
    if (!s->covered[q]) {
        while (s->waiting.n && s->waiting.at[0].op == s->issued) TRI_TRY(wave_issue(s, 1)); /* no slot is awaited that is half on its way */
        if (find_flight(&s->sky, q) < 0) TRI_TRY(wave_issue(s, INT64_MAX));
        if (find_flight(&s->sky, q) < 0) return tri_emit_unsupported(op, "nothing was published here");
        int64_t least = MOST_COUNTED;
        for (const tri_op *next = op; next; next = next->next) {
            if (next->kind == TRI_SCHED_ACQUIRE || next->n_regions) {
                if (next->kind != TRI_TILE_MAP && next->kind != TRI_TILE_REDUCE) break;
            }
            if (next->kind != TRI_SCHED_AWAIT) continue;
            int other = wave_ring_of(&s->plan, next->operands[0]);
            if (s->covered[other] || find_flight(&s->sky, other) < 0) break; /* of a later step, or not on its way */
            int64_t behind = land(&s->sky, other);
            if (behind < least) least = behind;
            s->covered[other]++;
        }
        meet(s, least);
    }
    s->covered[q]--;
    view v = {.ring = r, .address = address_of(s, r, s->awaited[q]), .rows = r->rows, .columns = r->columns};
    s->values[op->results[0]->id] = (value){.staged = true, .view = v};
    s->awaited[q] = next_slot(s, r, s->awaited[q]);
    return NULL;
}

tri_status *wave_release(sched *s, const tri_op *op)
{
    s->read[wave_ring_of(&s->plan, op->operands[0])] = true;
    return NULL;
}

/* ---- parts ---- */

/* Rows and columns of offsets in a tile seen as a matrix. */
static tri_status *place_of(sched *s, const tri_op *op, const tri_value *const *offsets, int rank, const int64_t *dims, tri_ref *out_row,
                            int64_t *out_divides)
{
    tri_emitter *e = s->e;
    tri_ref row = "0";
    *out_divides = 0;
    for (int d = 0; d + 1 < rank; d++) {
        *out_divides = tri_index_divisor(*out_divides * dims[d], tri_index_multiple(offsets[d]));
        tri_ref at = tri_emit(e, "trunc i64 %s to i32", e->indices[offsets[d]->id].at);
        row = d ? tri_emit(e, "add i32 %s, %s", tri_emit(e, "mul i32 %s, %lld", row, (long long)dims[d]), at) : at;
    }
    *out_row = row;
    return *out_divides % ATOM ? tri_emit_unsupported(op, "a part that may begin at a row which is no multiple of %d", ATOM) : NULL;
}

/* The panel that a column begins, in bytes, and what is left of the column. */
static tri_status *panel_of(sched *s, const tri_op *op, const ring *r, const tri_value *offset, tri_ref *out_bytes, int64_t *out_column)
{
    tri_emitter *e = s->e;
    tri_index at = e->indices[offset->id];
    *out_column = 0;
    if (at.low == at.high) {
        *out_bytes = tri_emit_number(e, at.low / r->panel_columns * r->panel_bytes);
        *out_column = at.low % r->panel_columns;
        return NULL;
    }
    if (tri_index_multiple(offset) % r->panel_columns)
        return tri_emit_unsupported(op, "a part that may begin at a column which is no multiple of %lld", (long long)r->panel_columns);
    tri_ref narrow = tri_emit(e, "trunc i64 %s to i32", at.at);
    *out_bytes = tri_emit(e, "mul i32 %s, %lld", tri_emit(e, "udiv i32 %s, %lld", narrow, (long long)r->panel_columns), (long long)r->panel_bytes);
    return NULL;
}

tri_status *wave_part(sched *s, const tri_op *op)
{
    tri_emitter *e = s->e;
    const value *from = &s->values[op->operands[0]->id];
    const tri_type *whole = &op->operands[0]->type, *type = &op->results[0]->type;
    if (!from->staged || from->view.transposed || !type->rank) return tri_emit_unsupported(op, "of what is no staged tile");
    view v = from->view;
    tri_ref row, bytes;
    int64_t divides, column;
    TRI_TRY(place_of(s, op, (const tri_value *const *)op->operands + 1, whole->rank, whole->dims, &row, &divides));
    TRI_TRY(panel_of(s, op, v.ring, op->operands[whole->rank], &bytes, &column));
    v.rows = 1;
    for (int d = 0; d + 1 < type->rank; d++) v.rows *= type->dims[d];
    v.columns = type->dims[type->rank - 1];
    v.column += column;
    if (v.column % ATOM || v.column + v.columns > (v.column ? v.ring->panel_columns : v.ring->columns))
        return tri_emit_unsupported(op, "columns that begin at %lld of a panel of %lld", (long long)v.column, (long long)v.ring->panel_columns);
    tri_ref down = tri_emit(e, "mul i32 %s, %lld", row, (long long)v.ring->row_bytes);
    v.address = tri_emit(e, "add i32 %s, %s", v.address, tri_emit(e, "add i32 %s, %s", down, bytes));
    s->values[op->results[0]->id] = (value){.staged = true, .view = v};
    return NULL;
}

/* ---- loads ---- */

static tri_status *check_load(const tri_op *op, const ring *r, int64_t bytes)
{
    const tri_value *buffer = op->operands[1 + tri_ring_tile(r->op->results[0]).rank];
    const tri_window_dim *last = op->n_window ? &op->window[op->n_window - 1] : NULL;
    int64_t chunk = CHUNK / (int64_t)tri_dtype_bytes(r->dtype);
    if (tri_op_number(op, "fill", 0) != 0) return tri_emit_unsupported(op, "what is beyond a buffer comes as zero");
    if (buffer->type.dtype != r->dtype) return tri_emit_unsupported(op, "a load converts nothing");
    if (!last || last->kind != TRI_WINDOW_SLICE || last->step != 1 || last->lim || buffer->type.dims[op->n_window - 1] % chunk ||
        tri_index_multiple(op->operands[last->operand]) % chunk)
        return tri_emit_unsupported(op, "the rows of the window are not made of aligned pieces of %d bytes", CHUNK);
    if (bytes % (CHUNK * SET)) return tri_emit_unsupported(op, "%lld bytes; an instance brings multiples of %d", (long long)bytes, CHUNK * SET);
    return NULL;
}

tri_status *wave_load_into(sched *s, const tri_op *op)
{
    tri_emitter *e = s->e;
    int q = wave_ring_of(&s->plan, op->operands[0]);
    const ring *r = &s->plan.rings[q];
    tri_type slot = tri_ring_tile(r->op->results[0]), tile = tri_load_into_tile(op);
    int64_t element = (int64_t)tri_dtype_bytes(r->dtype), rows = 1, per_row = r->row_bytes / CHUNK, divides, column;
    for (int d = 0; d + 1 < tile.rank; d++) rows *= tile.dims[d];
    int64_t loads = rows * r->row_bytes / (CHUNK * SET);
    tri_ref row, bytes, first = "0";
    TRI_TRY(check_load(op, r, rows * r->row_bytes));
    if (s->loaded[q]) return tri_emit_unsupported(op, "a second load into one slot");
    TRI_TRY(place_of(s, op, (const tri_value *const *)op->operands + 1, slot.rank, slot.dims, &row, &divides));
    TRI_TRY(panel_of(s, op, r, op->operands[slot.rank], &bytes, &column));
    tri_ref to = tri_emit(e, "add i32 %s, %s", address_of(s, r, s->filling[q]), tri_emit(e, "mul i32 %s, %lld", row, (long long)r->row_bytes));
    to = tri_emit(e, "add i32 %s, %s", to, bytes);
    to = tri_emit(e, "add i32 %s, %s", to, tri_emit(e, "mul i32 %s, %lld", s->wave, (long long)(loads * WAVE * CHUNK)));
    first = tri_emit(e, "add i32 %s, %s", tri_emit(e, "mul i32 %s, %lld", s->wave, (long long)(loads * WAVE)), s->lane);
    const tri_value *buffer = op->operands[1 + slot.rank];
    for (int64_t i = 0; i < loads; i++) {
        tri_ref chunk = i ? tri_emit(e, "add i32 %s, %lld", first, (long long)(i * WAVE)) : first, places[TRI_MAX_RANK];
        tri_ref down = tri_emit(e, "udiv i32 %s, %lld", chunk, (long long)per_row), at = tri_emit(e, "urem i32 %s, %lld", chunk, (long long)per_row);
        tri_ref across = tri_emit(e, "xor i32 %s, %s", at, wave_swizzle(s, r, down)); /* rows of parts begin at multiples of 16 */
        across = tri_emit(e, "mul i32 %s, %lld", across, (long long)(CHUNK / element));
        bool whole;
        spot spot;
        wave_places(s, &tile, down, across, places);
        TRI_TRY(wave_spot(s, op, buffer, places, 1, NULL, &whole, &spot));
        TRI_PUSH(e->arena, &s->waiting, ((waiting){op, q, s->resources[buffer->index], to, i * WAVE * CHUNK, spot}));
    }
    s->loaded[q] = true;
    return NULL;
}
