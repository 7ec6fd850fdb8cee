/* targets/nvptx/sched_copy.c - copies between buffers and slots by tensor maps. A window becomes one copy for each panel of the slot; all panels of
 * one window use one map. What no map can express is refused: strides that are no multiples of 16 bytes, gathers, steps, fills other than zero. */
#include "targets/nvptx/sched.h"

enum { MOST_BOX = 256, MOST_MAPS = 16 };

/* A window as its copies see it, dimensions counted from the fastest. */
typedef struct transfer {
    const tri_op *op;
    const tri_value *buffer;
    const tri_window_dim *window; /* by dimension of the buffer */
    tri_tensor_map map;
    int dims[TRI_TENSOR_MAP_RANK]; /* of the buffer, by dimension of the map */
    int64_t columns, panels;
} transfer;

static tri_status *check_dimension(const sched *s, const tri_op *op, const tri_type *buffer, uint32_t d, double fill)
{
    const tri_window_dim *dim = &op->window[d];
    if (dim->kind == TRI_WINDOW_GATHER) return tri_emit_unsupported(op, "no tensor map takes positions from a tile");
    if (dim->kind == TRI_WINDOW_SLICE && dim->step != 1) return tri_emit_unsupported(op, "a step of %lld", (long long)dim->step);
    if (dim->lim) return tri_emit_unsupported(op, "a bound tighter than the buffer's");
    tri_index at = s->e->indices[op->operands[dim->operand]->id];
    int64_t length = dim->kind == TRI_WINDOW_SLICE ? dim->length : 1;
    bool inside = at.low >= 0 && at.high <= buffer->dims[d] - length;
    if (fill != 0 && !inside) return tri_emit_unsupported(op, "copies fill with zero, not with %g, and the window may leave its buffer", fill);
    return NULL;
}

static tri_status *describe(sched *s, const tri_op *op, const tri_value *buffer, const ring *r, transfer *out)
{
    const tri_type *type = &buffer->type;
    uint64_t element = tri_dtype_bytes((tri_dtype)type->dtype), stride = element;
    double fill = tri_op_number(op, "fill", 0);
    *out = (transfer){.op = op, .buffer = buffer, .window = op->window, .map = {.buffer = buffer->index, .dtype = (tri_dtype)type->dtype}};
    tri_tensor_map *map = &out->map;
    map->swizzle = (uint32_t)r->swizzle;
    if ((int)type->dtype != (int)r->dtype) return tri_emit_unsupported(op, "a copy does not convert elements");
    for (int d = type->rank - 1; d >= 0; stride *= (uint64_t)type->dims[d--]) {
        const tri_window_dim *dim = &op->window[d];
        TRI_TRY(check_dimension(s, op, type, (uint32_t)d, fill));
        if (d < type->rank - 1 && type->dims[d] == 1 && dim->kind == TRI_WINDOW_POINT) continue;
        if (map->rank == TRI_TENSOR_MAP_RANK) return tri_emit_unsupported(op, "a buffer of more than %d dimensions", TRI_TENSOR_MAP_RANK);
        int64_t length = dim->kind == TRI_WINDOW_SLICE ? dim->length : 1;
        if (length < 1 || !type->dims[d]) return tri_emit_unsupported(op, "a copy of nothing");
        if (!map->rank) {
            out->columns = length;
            if (length % r->panel_columns && length > r->panel_columns)
                return tri_emit_unsupported(op, "rows of %lld elements, no multiple of the panel's %lld", (long long)length,
                                            (long long)r->panel_columns);
            if (length > r->panel_columns) length = r->panel_columns;
            out->panels = out->columns / length;
        }
        if (length > MOST_BOX) return tri_emit_unsupported(op, "a box of %lld along one dimension; at most %d", (long long)length, MOST_BOX);
        out->dims[map->rank] = d;
        map->dims[map->rank] = (uint64_t)type->dims[d];
        map->strides[map->rank] = stride;
        map->box[map->rank] = (uint32_t)length;
        map->steps[map->rank++] = 1;
    }
    if (map->rank == 0) return tri_emit_unsupported(op, "a buffer without dimensions");
    tri_status *refused = tri_tensor_map_check(map, tri_type_bytes(type));
    if (!refused) return NULL;
    tri_status *status = tri_emit_unsupported(op, "%s", tri_status_message(refused));
    tri_status_free(refused);
    return status;
}

static tri_status *map_number(sched *s, const tri_op *op, const tri_tensor_map *map, size_t *out)
{
    for (*out = 0; *out < s->maps.n; ++*out)
        if (!memcmp(&s->maps.at[*out], map, sizeof *map)) return NULL;
    if (s->maps.n == MOST_MAPS) return tri_emit_unsupported(op, "more than %d different windows are copied", MOST_MAPS);
    TRI_PUSH(s->e->arena, &s->maps, *map);
    return NULL;
}

/* The coordinates of one panel as they stand in a statement of inline assembly: "$2, $3", ",r,r" and the arguments. */
typedef struct place {
    const char *pattern, *constraints, *arguments;
} place;

static place coordinates(sched *s, const transfer *t, int64_t panel, int first)
{
    tri_arena *arena = s->e->arena;
    place p = {"", "", ""};
    for (int d = 0; d < t->map.rank; d++) {
        const tri_value *at = t->op->operands[t->window[t->dims[d]].operand];
        tri_ref narrow = tri_emit(s->e, "trunc i64 %s to i32", s->e->indices[at->id].at);
        if (d == 0 && panel) narrow = tri_emit(s->e, "add i32 %s, %lld", narrow, (long long)(panel * t->map.box[0]));
        p.pattern = tri_arena_printf(arena, "%s%s$%d", p.pattern, d ? ", " : "", first + d);
        p.constraints = tri_arena_printf(arena, "%s,r", p.constraints);
        p.arguments = tri_arena_printf(arena, "%s, i32 %s", p.arguments, narrow);
    }
    return p;
}

static int64_t bytes_of(const transfer *t)
{
    int64_t bytes = t->panels * (int64_t)tri_dtype_bytes(t->map.dtype);
    for (int d = 0; d < t->map.rank; d++) bytes *= t->map.box[d];
    return bytes;
}

static bool is_multicast(const sched *s, const tri_op *op) { return s->plan.program->cluster > 1 && tri_op_attr(op, "multicast"); }

/* What a load brings to the mbarrier of one rank: a multicast one comes from every rank. */
static int64_t bytes_arriving(const sched *s, const tri_op *op)
{
    tri_type tile = tri_load_into_tile(op);
    return (int64_t)tri_type_bytes(&tile) * (is_multicast(s, op) ? s->plan.program->cluster : 1);
}

/* The publish that belongs to the slot of a load, or the other way round: they stand in one block, with nothing on the ring but loads between them
 * and the acquire. */
static const tri_op *bracket_end(const tri_op *load)
{
    const tri_value *ring = load->operands[0];
    for (const tri_op *op = load->next; op; op = op->next) {
        if (op->kind == TRI_TILE_FOR || op->kind == TRI_TILE_IF) return NULL;
        if (op->kind == TRI_SCHED_PUBLISH && op->operands[0] == ring) return op;
        if (op->kind == TRI_SCHED_ACQUIRE && op->operands[0] == ring) return NULL;
    }
    return NULL;
}

int64_t group_bracket_bytes(const sched *s, const tri_op *publish)
{
    const tri_value *ring = publish->operands[0];
    int64_t bytes = 0;
    for (const tri_op *op = publish->prev; op; op = op->prev) {
        if (op->kind == TRI_TILE_FOR || op->kind == TRI_TILE_IF) return -1;
        if (op->kind == TRI_SCHED_PUBLISH && op->operands[0] == ring) return -1;
        if (op->kind == TRI_SCHED_ACQUIRE && op->operands[0] == ring) return bytes;
        if (op->kind == TRI_SCHED_LOAD_INTO && op->operands[0] == ring) bytes += bytes_arriving(s, op);
    }
    return -1;
}

tri_status *group_load_into(sched *s, const tri_op *op)
{
    tri_emitter *e = s->e;
    const ring *r = &s->plan.rings[group_ring_of(&s->plan, op->operands[0])];
    const tri_type *slot = &op->operands[0]->type;
    const tri_value *const *offsets = (const tri_value *const *)op->operands + 1;
    transfer t;
    size_t map;
    tri_ref offset;
    bool multicast = is_multicast(s, op);
    if (multicast && op->parent != tri_role_work(s->role->op)->regions[0] && op->parent->owner->kind == TRI_TILE_IF)
        return tri_emit_unsupported(op, "multicast under a condition: what arrives could not be counted");
    TRI_TRY(describe(s, op, op->operands[1 + slot->rank], r, &t));
    TRI_TRY(map_number(s, op, &t.map, &map));
    TRI_TRY(group_part_offset(s, op, r, offsets, slot->rank, slot->dims, t.columns, &offset));
    if (tri_index_multiple(offsets[slot->rank - 1]) % r->panel_columns) return tri_emit_unsupported(op, "into the middle of a panel");
    tri_ref newest = group_newest(s, op, op->operands[0]), address = group_slot(s, r, newest), to = tri_emit(e, "add i32 %s, %s", address, offset);
    tri_ref barrier = group_full(s, r, newest);
    const tri_op *publish = bracket_end(op);
    if (!publish || group_bracket_bytes(s, publish) < 0)
        tri_emit_line(e, "call void asm sideeffect \"mbarrier.expect_tx.relaxed.cta.shared::cta.b64 [$0], $1;\", \"r,r,~{memory}\"(i32 %s, i32 %lld)",
                      barrier, (long long)bytes_arriving(s, op));
    int64_t panel_bytes = bytes_of(&t) / t.panels;
    if (t.panels > 1 && panel_bytes % 128) return tri_emit_unsupported(op, "panels of %lld bytes", (long long)panel_bytes);
    for (int64_t panel = 0; panel < t.panels; panel++) {
        place at = coordinates(s, &t, panel, 3);
        tri_ref there = panel ? tri_emit(e, "add i32 %s, %lld", to, (long long)(panel * r->panel_bytes)) : to;
        tri_ref ranks = multicast ? tri_arena_printf(e->arena, ", $%d", 3 + t.map.rank) : "";
        tri_ref mask = multicast ? tri_arena_printf(e->arena, ", i16 %d", (1 << s->plan.program->cluster) - 1) : "";
        tri_emit_line(e,
                      "call void asm sideeffect \"cp.async.bulk.tensor.%dd.shared::cluster.global.mbarrier::complete_tx::bytes%s [$0], [$2, {%s}], "
                      "[$1]%s;\", \"r,r,l%s%s,~{memory}\"(i32 %s, i32 %s, ptr %%m%zu%s%s)",
                      t.map.rank, multicast ? ".multicast::cluster" : "", at.pattern, ranks, at.constraints, multicast ? ",h" : "", there, barrier,
                      map, at.arguments, mask);
    }
    return NULL;
}

tri_status *group_copy_store(sched *s, const tri_op *op)
{
    tri_emitter *e = s->e;
    const value *from = &s->values[op->operands[0]->id];
    const char *mode = tri_op_text(op, "mode", "set");
    transfer t;
    size_t map;
    if (!from->staged || from->view.transposed) return tri_emit_unsupported(op, "a copy role stores what lies in a slot as it lies there");
    bool set = !strcmp(mode, "set");
    if (!set && strcmp(mode, "add")) return tri_emit_unsupported(op, "mode '%s'", mode);
    TRI_TRY(describe(s, op, op->operands[1], from->view.ring, &t));
    TRI_TRY(map_number(s, op, &t.map, &map));
    for (int64_t panel = 0; panel < t.panels; panel++) {
        place at = coordinates(s, &t, panel, 2);
        tri_ref here =
            panel ? tri_emit(e, "add i32 %s, %lld", from->view.address, (long long)(panel * from->view.ring->panel_bytes)) : from->view.address;
        tri_emit_line(e,
                      "call void asm sideeffect \"cp.%sasync.bulk.tensor.%dd.global.shared::cta%s.bulk_group [$1, {%s}], [$0];\", "
                      "\"r,l%s,~{memory}\"(i32 %s, ptr %%m%zu%s)",
                      set ? "" : "reduce.", t.map.rank, set ? "" : ".add", at.pattern, at.constraints, here, map, at.arguments);
    }
    return NULL;
}
