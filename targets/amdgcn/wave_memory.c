/* targets/amdgcn/wave_memory.c - windows of buffers: where their elements lie, and fragments from and to them. What lies beyond a buffer's end is out
 * of its resource's range by itself; what is beyond the end of a row, or before the buffer, is sent out of range. */
#include "targets/amdgcn/wave.h"

enum { NEIGHBOURS = 4 };
static const char *const OUT_OF_RANGE = "-2147483648"; /* no buffer is so large: wave.c */

/* ---- places ---- */

static tri_ref sum(sched *s, tri_ref a, tri_ref b)
{
    if (!strcmp(a, "0")) return b;
    return strcmp(b, "0") ? tri_emit(s->e, "add i32 %s, %s", a, b) : a;
}

static tri_ref plus(sched *s, tri_ref x, int64_t constant) { return sum(s, x, tri_emit_number(s->e, constant)); }

static tri_ref times(sched *s, tri_ref x, int64_t constant)
{
    if (constant == 1 || !strcmp(x, "0")) return x;
    return tri_emit(s->e, "mul i32 %s, %lld", x, (long long)constant);
}

tri_ref wave_row(sched *s, layout l, int element)
{
    const plan *p = &s->plan;
    if (l.kind != SPREAD_FULL && l.kind != SPREAD_ROWS) return "0";
    int64_t per_row = l.kind == SPREAD_FULL ? l.n / (ATOM * p->across) * NEIGHBOURS : 1;
    return plus(s, sum(s, times(s, s->down, l.m / p->down), s->row), element / per_row * ATOM);
}

tri_ref wave_column(sched *s, layout l, int element)
{
    const plan *p = &s->plan;
    if (!wave_is_vector(l)) return "0";
    int64_t per_row = l.n / (ATOM * p->across) * NEIGHBOURS, within = element % per_row;
    return plus(s, sum(s, times(s, s->across, l.n / p->across), s->column), within / NEIGHBOURS * ATOM + within % NEIGHBOURS);
}

void wave_places(sched *s, const tri_type *tile, tri_ref row, tri_ref column, tri_ref *out)
{
    int64_t inner = 1;
    if (tile->rank == 1) { /* a vector of rows, perhaps */
        out[0] = strcmp(row, "0") ? row : column;
        return;
    }
    for (int d = tile->rank - 1; d >= 0; d--) {
        if (d == tile->rank - 1) {
            out[d] = column;
            continue;
        }
        tri_ref at = inner > 1 ? tri_emit(s->e, "udiv i32 %s, %lld", row, (long long)inner) : row;
        bool outermost = true;
        for (int o = 0; o < d; o++) outermost &= tile->dims[o] == 1;
        out[d] = tile->dims[d] == 1 ? "0" : outermost ? at : tri_emit(s->e, "urem i32 %s, %lld", at, (long long)tile->dims[d]);
        inner *= tile->dims[d];
    }
}

static tri_ref both(sched *s, tri_ref a, tri_ref b)
{
    if (!a || !b) return a ? a : b;
    return tri_emit(s->e, "and i1 %s, %s", a, b);
}

tri_status *wave_spot(sched *s, const tri_op *op, const tri_value *buffer, const tri_ref *places, int64_t n, tri_ref valid, bool *whole, spot *out)
{
    tri_emitter *e = s->e;
    int64_t stride = (int64_t)tri_dtype_bytes((tri_dtype)buffer->type.dtype), span;
    int next = 0;
    for (uint32_t d = 0; d < op->n_window; d++) next += op->window[d].kind == TRI_WINDOW_SLICE;
    *out = (spot){"0", "0"};
    *whole = true;
    for (int d = (int)op->n_window - 1; d >= 0; d--) {
        const tri_window_dim *dim = &op->window[d];
        int64_t size = buffer->type.dims[d];
        tri_index at = e->indices[op->operands[dim->operand]->id];
        tri_ref place = "0", start = tri_emit(e, "trunc i64 %s to i32", at.at);
        if (dim->kind == TRI_WINDOW_GATHER) return tri_emit_unsupported(op, "positions from a tile");
        bool slice = dim->kind == TRI_WINDOW_SLICE, last = d == (int)op->n_window - 1;
        span = 1;
        if (slice) {
            if (dim->step < 1 || __builtin_mul_overflow(dim->step, dim->length, &span) || span > INT32_MAX)
                return tri_emit_unsupported(op, "a step of %lld", (long long)dim->step);
            place = times(s, places[--next], dim->step);
        }
        if (n > 1 && last) *whole = slice && dim->step == 1 && size % n == 0 && tri_index_multiple(op->operands[dim->operand]) % n == 0 && !dim->lim;
        bool outermost = true, below = at.low < 0, starts = at.low >= 0 && at.high < size, inside = starts && at.high <= size - span;
        for (int o = 0; o < d; o++) outermost &= buffer->type.dims[o] == 1;
        outermost &= at.high < INT32_MAX && (at.high + span) * stride < UINT32_MAX;
        if (!inside && (!outermost || below)) {
            tri_ref there = sum(s, start, place);
            valid = both(s, valid, tri_emit(e, "icmp ult i32 %s, %lld", there, (long long)size));
        }
        if (dim->lim) {
            tri_ref wide = tri_emit(e, "sext i32 %s to i64", sum(s, start, place));
            valid = both(s, valid, tri_emit(e, "icmp slt i64 %s, %s", wide, e->indices[op->operands[dim->lim]->id].at));
        }
        out->lane = sum(s, out->lane, times(s, place, stride));
        tri_ref *to = starts ? &out->uniform : &out->lane; /* the uniform part is never beyond the end: the range is checked against the rest */
        *to = sum(s, *to, times(s, start, stride));
        stride *= size;
    }
    if (valid) out->lane = tri_emit(e, "select i1 %s, i32 %s, i32 %s", valid, out->lane, OUT_OF_RANGE);
    return NULL;
}

/* ---- fragments ---- */

/* 4 neighbours at once where they are there together; else one by one. */
typedef struct access {
    const tri_value *buffer;
    const tri_type *tile;
    layout layout;
    tri_ref mine;
} access;

static tri_status *spot_of(sched *s, const tri_op *op, const access *a, int element, int64_t n, bool *whole, spot *out)
{
    tri_ref places[TRI_MAX_RANK];
    wave_places(s, a->tile, wave_row(s, a->layout, element), wave_column(s, a->layout, element), places);
    return wave_spot(s, op, a->buffer, places, n, a->mine, whole, out);
}

/* Buffers hold words of 1, 2, 4, 8 or 16 bytes. */
static const char *word_of(int64_t bytes) { return bytes == 1 ? "i8" : bytes == 2 ? "i16" : bytes == 4 ? "i32" : bytes == 8 ? "v2i32" : "v4i32"; }
static const char *type_of(int64_t bytes) { return bytes == 8 ? "<2 x i32>" : bytes == 16 ? "<4 x i32>" : word_of(bytes); }

static tri_status *check_memory(const tri_op *op, tri_dtype dtype)
{
    return tri_dtype_bytes(dtype) > 4 ? tri_emit_unsupported(op, "%s in memory", tri_dtype_name(dtype)) : NULL;
}

static tri_ref load_word(sched *s, const tri_value *buffer, const spot *spot, int64_t bytes, const char *type)
{
    tri_ref word = tri_emit(s->e, "call %s @llvm.amdgcn.raw.ptr.buffer.load.%s(ptr addrspace(8) %s, i32 %s, i32 %s, i32 0)", type_of(bytes),
                            word_of(bytes), s->resources[buffer->index], spot->lane, spot->uniform);
    return strcmp(type, type_of(bytes)) ? tri_emit(s->e, "bitcast %s %s to %s", type_of(bytes), word, type) : word;
}

static void store_word(sched *s, const tri_value *buffer, const spot *spot, int64_t bytes, const char *type, tri_ref x)
{
    if (strcmp(type, type_of(bytes))) x = tri_emit(s->e, "bitcast %s %s to %s", type, x, type_of(bytes));
    tri_emit_line(s->e, "call void @llvm.amdgcn.raw.ptr.buffer.store.%s(%s %s, ptr addrspace(8) %s, i32 %s, i32 %s, i32 0)", word_of(bytes),
                  type_of(bytes), x, s->resources[buffer->index], spot->lane, spot->uniform);
}

/* The lane's place, made anew: what is computed from it for each element is not kept from one statement to another. */
static void place_here(sched *s)
{
    s->row = tri_emit(s->e, "call i32 asm sideeffect \"\", \"=v,0\"(i32 %s)", s->row);
    s->column = tri_emit(s->e, "call i32 asm sideeffect \"\", \"=v,0\"(i32 %s)", s->column);
}

/* A loaded vector lies as the reshape wants it that uses it. */
tri_status *wave_load(sched *s, const tri_op *op)
{
    const tri_value *result = op->results[0];
    const tri_op *reshape = s->reshaped[result->id];
    tri_dtype dtype = (tri_dtype)result->type.dtype;
    int64_t bytes = (int64_t)tri_dtype_bytes(dtype);
    access a = {op->operands[0], &result->type, wave_layout(reshape ? &reshape->results[0]->type : &result->type), NULL};
    fragment f;
    TRI_TRY(check_memory(op, dtype));
    if (tri_op_number(op, "fill", 0) != 0) return tri_emit_unsupported(op, "what is beyond a buffer reads as zero");
    TRI_TRY(wave_fragment_new(s, op, &result->type, a.layout, &f));
    tri_ref row = s->row, column = s->column;
    place_here(s);
    for (int r = 0; r < wave_registers(&f); r++) {
        bool vector = wave_is_vector(a.layout), whole;
        int64_t n = vector ? NEIGHBOURS : 1;
        spot spot;
        TRI_TRY(spot_of(s, op, &a, (int)(r * n), n, &whole, &spot));
        if (whole) {
            f.at[r] = load_word(s, a.buffer, &spot, n * bytes, wave_register_type(s, &result->type, &f));
            continue;
        }
        for (int i = 0; i < n; i++) {
            TRI_TRY(spot_of(s, op, &a, (int)(r * n) + i, 1, &whole, &spot));
            tri_ref x = load_word(s, a.buffer, &spot, bytes, tri_memory_type(dtype));
            wave_put(s, &result->type, &f, (int)(r * n) + i, tri_scalar_from_memory(s->e, dtype, x));
        }
    }
    s->row = row;
    s->column = column;
    s->values[result->id] = (value){.fragment = f};
    return NULL;
}

/* Of the lanes that hold an element alike, one stores it. */
static tri_ref speaks(sched *s, layout l)
{
    tri_emitter *e = s->e;
    tri_ref first = tri_emit(e, "icmp eq i32 %s, 0", l.kind == SPREAD_ROWS ? s->column : s->row);
    switch (l.kind) {
    case SPREAD_ROWS: return s->plan.across > 1 ? both(s, first, tri_emit(e, "icmp eq i32 %s, 0", s->across)) : first;
    case SPREAD_COLUMNS: return s->plan.down > 1 ? both(s, first, tri_emit(e, "icmp eq i32 %s, 0", s->down)) : first;
    case SPREAD_ONE: return tri_emit(e, "icmp eq i32 %s, 0", s->in_set);
    default: return NULL;
    }
}

tri_status *wave_store(sched *s, const tri_op *op)
{
    const tri_value *from = op->operands[0], *buffer = op->operands[1];
    tri_dtype dtype = (tri_dtype)buffer->type.dtype;
    int64_t bytes = (int64_t)tri_dtype_bytes(dtype);
    const fragment *f = NULL;
    TRI_TRY(check_memory(op, dtype));
    if (strcmp(tri_op_text(op, "mode", "set"), "set")) return tri_emit_unsupported(op, "mode '%s'", tri_op_text(op, "mode", "set"));
    TRI_TRY(wave_fragment_of(s, op, from, &f));
    tri_ref row = s->row, column = s->column;
    place_here(s);
    access a = {buffer, &from->type, f->layout, speaks(s, f->layout)};
    for (int r = 0; r < wave_registers(f); r++) {
        bool whole;
        int64_t n = wave_is_vector(f->layout) ? NEIGHBOURS : 1;
        spot spot;
        TRI_TRY(spot_of(s, op, &a, (int)(r * n), n, &whole, &spot));
        if (whole) {
            store_word(s, buffer, &spot, n * bytes, wave_register_type(s, &from->type, f), f->at[r]);
            continue;
        }
        for (int i = 0; i < n; i++) {
            TRI_TRY(spot_of(s, op, &a, (int)(r * n) + i, 1, &whole, &spot));
            tri_ref x = tri_scalar_to_memory(s->e, dtype, wave_get(s, &from->type, f, (int)(r * n) + i));
            store_word(s, buffer, &spot, bytes, tri_memory_type(dtype), x);
        }
    }
    s->row = row;
    s->column = column;
    return NULL;
}
