/* targets/llvm/emit_stage.c - the trip through shared memory: a statement writes tiles row-major into its scratch area, all threads meet, and then
 * each reads the elements it wants. Scratch is used again by every statement; a barrier stands between the readers of one and the writers of the
 * next. */
#include "targets/llvm/emit_internal.h"

tri_tile tri_tile_of_layout(tri_emitter *e, tri_type type, tri_layout layout)
{
    tri_tile tile = {.type = type, .layout = layout, .n = (int)tri_layout_registers(e, &layout)};
    tile.at = TRI_NEW_ARRAY(e->arena, tri_ref, tile.n);
    return tile;
}

void tri_stage_begin(tri_emitter *e) { e->scratch_used = 0; }

int64_t tri_stage_room(tri_emitter *e, int64_t bytes)
{
    if (!e->scratch_used && e->scratch_busy) {
        tri_emit_barrier(e);
        e->scratch_busy = false;
    }
    int64_t offset = e->scratch_used;
    e->scratch_used = (offset + bytes + 15) / 16 * 16;
    if (e->scratch_used > e->scratch_most) e->scratch_most = e->scratch_used;
    return offset;
}

static tri_ref address(tri_emitter *e, tri_dtype dtype, int64_t offset, tri_ref element)
{
    tri_ref base = "@tri_scratch";
    if (offset) base = tri_emit(e, "getelementptr inbounds i8, ptr addrspace(3) @tri_scratch, i32 %lld", (long long)offset);
    return tri_emit(e, "getelementptr inbounds %s, ptr addrspace(3) %s, i32 %s", tri_memory_type(dtype), base, element);
}

void tri_stage_store(tri_emitter *e, tri_dtype dtype, int64_t offset, tri_ref element, tri_ref value)
{
    tri_ref stored = tri_scalar_to_memory(e, dtype, value);
    tri_emit_line(e, "store %s %s, ptr addrspace(3) %s", tri_memory_type(dtype), stored, address(e, dtype, offset, element));
}

/* Threads without an element write behind the tile, each to a place of its own, rather than branch. */
tri_source tri_stage_put(tri_emitter *e, const tri_tile *tile)
{
    tri_source source = {.type = tile->type};
    tri_dtype dtype = (tri_dtype)tile->type.dtype;
    if (tile->layout.kind == TRI_LAYOUT_UNIFORM) {
        source.uniform = tile->at[0];
        return source;
    }
    int64_t bytes = (int64_t)tri_dtype_bytes(dtype);
    source.offset = tri_stage_room(e, (tile->layout.elements + e->threads) * bytes);
    for (int r = 0; r < tile->n; r++) {
        tri_ref valid, element = tri_layout_element(e, &tile->layout, r, &valid);
        if (valid) {
            tri_ref behind = tri_emit(e, "add i32 %s, %lld", e->thread, (long long)tile->layout.elements);
            element = tri_emit(e, "select i1 %s, i32 %s, i32 %s", valid, element, behind);
        }
        tri_stage_store(e, dtype, source.offset, element, tile->at[r]);
    }
    return source;
}

void tri_stage_ready(tri_emitter *e)
{
    if (!e->scratch_used) return; /* nothing was written */
    tri_emit_barrier(e);
    e->scratch_busy = true;
}

tri_ref tri_stage_get(tri_emitter *e, const tri_source *source, tri_ref element)
{
    if (source->uniform) return source->uniform;
    tri_dtype dtype = (tri_dtype)source->type.dtype;
    tri_ref stored = tri_emit(e, "load %s, ptr addrspace(3) %s", tri_memory_type(dtype), address(e, dtype, source->offset, element));
    return tri_scalar_from_memory(e, dtype, stored);
}

tri_tile tri_stage_convert(tri_emitter *e, const tri_tile *tile, tri_layout layout)
{
    if (tri_layout_equal(&tile->layout, &layout)) return *tile;
    tri_tile converted = tri_tile_of_layout(e, tile->type, layout);
    tri_stage_begin(e);
    tri_source source = tri_stage_put(e, tile);
    tri_stage_ready(e);
    for (int r = 0; r < converted.n; r++)
        converted.at[r] = source.uniform ? source.uniform : tri_stage_get(e, &source, tri_layout_readable(e, &layout, r));
    return converted;
}
