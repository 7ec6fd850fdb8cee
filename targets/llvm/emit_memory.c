/* targets/llvm/emit_memory.c - load, store and fetch: windows of buffers, element by element.
 *
 * A load never touches memory outside of its buffer: where the window leaves it the first element is read and the fill taken. A store branches around
 * what it must not write. Tests that the known range of the coordinates makes true are left out. */
#include "targets/llvm/emit_internal.h"

/* The coordinates of a window, ready to be used for many elements. */
typedef struct window {
    const tri_op *op;
    const tri_type *buffer;
    tri_source gathers[TRI_MAX_RANK]; /* of gathered dimensions */
} window;

static void begin_window(tri_emitter *e, const tri_op *op, const tri_type *buffer, window *out)
{
    *out = (window){.op = op, .buffer = buffer};
    tri_stage_begin(e);
    for (uint32_t d = 0; d < op->n_window; d++)
        if (op->window[d].kind == TRI_WINDOW_GATHER) out->gathers[d] = tri_stage_put(e, &e->tiles[op->operands[op->window[d].operand]->id]);
    tri_stage_ready(e);
}

static tri_ref both(tri_emitter *e, tri_ref a, tri_ref b)
{
    if (!a || !b) return a ? a : b;
    return tri_emit(e, "and i1 %s, %s", a, b);
}

/* `valid`: whether the thread has an element at all, or null: what gathers by a tile must not read behind it. */
static tri_index coordinate(tri_emitter *e, const window *w, uint32_t d, tri_ref along, tri_ref valid)
{
    const tri_window_dim *dim = &w->op->window[d];
    const tri_value *at = w->op->operands[dim->operand];
    if (dim->kind == TRI_WINDOW_POINT) return e->indices[at->id];
    if (dim->kind == TRI_WINDOW_GATHER) {
        if (valid) along = tri_emit(e, "select i1 %s, i32 %s, i32 0", valid, along);
        tri_ref position = tri_stage_get(e, &w->gathers[d], along);
        return (tri_index){tri_scalar_to_index(e, (tri_dtype)at->type.dtype, position), INT64_MIN, INT64_MAX};
    }
    tri_index low = e->indices[at->id];
    tri_ref wide = tri_emit(e, "zext i32 %s to i64", along);
    tri_ref moved = dim->step == 1 ? wide : tri_emit(e, "mul i64 %s, %lld", wide, (long long)dim->step);
    __int128 reach = (__int128)(dim->length - 1) * dim->step, least = low.low + (reach < 0 ? reach : 0), most = low.high + (reach > 0 ? reach : 0);
    tri_index result = {tri_emit(e, "add i64 %s, %s", low.at, moved), INT64_MIN, INT64_MAX};
    if (least >= INT64_MIN && most <= INT64_MAX) {
        result.low = (int64_t)least;
        result.high = (int64_t)most;
    }
    return result;
}

/* The offset (i64, in elements) of a tile element in the buffer; adds to *valid what must hold for it to be inside. */
static tri_ref offset_of(tri_emitter *e, const window *w, const tri_type *tile, tri_ref element, tri_ref *valid)
{
    tri_ref along[TRI_MAX_RANK], offset = "0";
    tri_layout_coordinates(e, tile, element, along);
    int next = 0;
    for (uint32_t d = 0; d < w->op->n_window; d++) {
        const tri_window_dim *dim = &w->op->window[d];
        tri_index at = coordinate(e, w, d, dim->kind == TRI_WINDOW_POINT ? NULL : along[next++], *valid);
        int64_t size = w->buffer->dims[d];
        if (at.low < 0 || at.high >= size) *valid = both(e, *valid, tri_emit(e, "icmp ult i64 %s, %lld", at.at, (long long)size));
        if (dim->lim) *valid = both(e, *valid, tri_emit(e, "icmp slt i64 %s, %s", at.at, e->indices[w->op->operands[dim->lim]->id].at));
        offset = tri_emit(e, "mul i64 %s, %lld", offset, (long long)size);
        offset = tri_emit(e, "add i64 %s, %s", offset, at.at);
    }
    return offset;
}

static tri_ref address(tri_emitter *e, const tri_value *buffer, tri_ref offset)
{
    return tri_emit(e, "getelementptr %s, ptr addrspace(1) %%p%u, i64 %s", tri_memory_type((tri_dtype)buffer->type.dtype), buffer->index, offset);
}

static tri_ref read_element(tri_emitter *e, const tri_value *buffer, tri_ref offset)
{
    tri_dtype dtype = (tri_dtype)buffer->type.dtype;
    tri_ref stored = tri_emit(e, "load %s, ptr addrspace(1) %s", tri_memory_type(dtype), address(e, buffer, offset));
    return tri_scalar_from_memory(e, dtype, stored);
}

/* What another statement wrote may come from another thread. */
static void keep_order(tri_emitter *e, const tri_value *buffer)
{
    if (e->ordered[buffer->index]) tri_emit_barrier(e);
}

tri_status *tri_emit_load(tri_emitter *e, const tri_op *op)
{
    const tri_value *buffer = op->operands[0], *result = op->results[0];
    tri_dtype dtype = (tri_dtype)result->type.dtype;
    tri_tile tile = tri_tile_of_layout(e, result->type, e->layouts[result->id]);
    tri_ref fill = tri_scalar_number(e, dtype, tri_op_number(op, "fill", 0));
    bool empty = !tri_type_elements(&buffer->type);
    window w;
    keep_order(e, buffer);
    begin_window(e, op, &buffer->type, &w);
    for (int r = 0; r < tile.n; r++) {
        if (empty) {
            tile.at[r] = fill;
            continue;
        }
        tri_ref valid, element = tri_layout_element(e, &tile.layout, r, &valid);
        tri_ref offset = offset_of(e, &w, &tile.type, element, &valid);
        if (valid) offset = tri_emit(e, "select i1 %s, i64 %s, i64 0", valid, offset);
        tile.at[r] = tri_scalar_select(e, dtype, valid, read_element(e, buffer, offset), fill);
    }
    e->tiles[result->id] = tile;
    return NULL;
}

/* How a stored element meets what is there. Null: cannot be done for this dtype. */
static const char *atomic_of(const char *mode, tri_dtype dtype)
{
    tri_dtype_class class = tri_dtype_classify(dtype);
    bool add = !strcmp(mode, "add");
    if (class == TRI_CLASS_BOOL || dtype == TRI_F8E4M3FN || dtype == TRI_F8E5M2) return NULL;
    if (class == TRI_CLASS_FLOAT) return add ? "fadd" : "fmaximum";
    return add ? "add" : class == TRI_CLASS_SIGNED ? "max" : "umax";
}

tri_status *tri_emit_store(tri_emitter *e, const tri_op *op)
{
    const tri_value *buffer = op->operands[1];
    tri_dtype dtype = (tri_dtype)buffer->type.dtype;
    const char *mode = tri_op_text(op, "mode", "set"), *atomic = NULL;
    if (strcmp(mode, "set")) {
        if (strcmp(mode, "add") && strcmp(mode, "max")) return tri_emit_unsupported(op, "mode '%s'", mode);
        atomic = atomic_of(mode, dtype);
        if (!atomic) return tri_emit_unsupported(op, "mode '%s' on elements of %s", mode, tri_dtype_name(dtype));
    }
    if (!tri_type_elements(&buffer->type)) return NULL;
    const tri_tile *from = &e->tiles[op->operands[0]->id];
    tri_layout layout = from->layout.kind == TRI_LAYOUT_UNIFORM ? tri_layout_linear(&from->type) : from->layout; /* one thread stores each element */
    tri_tile tile = tri_stage_convert(e, from, layout);
    window w;
    keep_order(e, buffer);
    begin_window(e, op, &buffer->type, &w);
    for (int r = 0; r < tile.n; r++) {
        tri_ref valid, element = tri_layout_element(e, &tile.layout, r, &valid), next = NULL;
        /* Gathered positions are read from shared memory, where only real elements stand. */
        if (valid) element = tri_emit(e, "select i1 %s, i32 %s, i32 0", valid, element);
        tri_ref offset = offset_of(e, &w, &tile.type, element, &valid), value = tri_scalar_to_memory(e, dtype, tile.at[r]);
        if (valid) {
            tri_ref inside = tri_emit_new_label(e);
            next = tri_emit_new_label(e);
            tri_emit_line(e, "br i1 %s, label %%%s, label %%%s", valid, inside, next);
            tri_emit_label(e, inside);
        }
        tri_ref to = address(e, buffer, offset);
        if (atomic)
            tri_emit(e, "atomicrmw %s ptr addrspace(1) %s, %s %s%s monotonic", atomic, to, tri_memory_type(dtype), value, e->family->scope);
        else
            tri_emit_line(e, "store %s %s, ptr addrspace(1) %s", tri_memory_type(dtype), value, to);
        if (next) {
            tri_emit_line(e, "br label %%%s", next);
            tri_emit_label(e, next);
        }
    }
    return NULL;
}

tri_status *tri_emit_fetch(tri_emitter *e, const tri_op *op)
{
    const tri_value *buffer = op->operands[0];
    tri_dtype dtype = (tri_dtype)buffer->type.dtype;
    if (tri_dtype_is_float(dtype)) return tri_emit_unsupported(op, "a fetch of %s gives no index value", tri_dtype_name(dtype));
    tri_ref offset = "0";
    for (uint32_t d = 0; d < op->n_window; d++) {
        offset = tri_emit(e, "mul i64 %s, %lld", offset, (long long)buffer->type.dims[d]);
        offset = tri_emit(e, "add i64 %s, %s", offset, e->indices[op->operands[op->window[d].operand]->id].at);
    }
    keep_order(e, buffer);
    tri_ref value = tri_scalar_to_index(e, dtype, read_element(e, buffer, offset));
    int64_t high = tri_op_integer(op, "high", INT64_MAX);
    e->indices[op->results[0]->id] = (tri_index){value, tri_op_integer(op, "low", INT64_MIN), high == INT64_MAX ? high : high - 1};
    return NULL;
}
