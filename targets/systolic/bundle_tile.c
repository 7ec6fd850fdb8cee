/* targets/systolic/bundle_tile.c - tiles in the scratchpad of a bundle core. Memory is counted by the values that look at it; it is handed out round
 * robin, so that memory which was used a moment ago is not written again while the stream still reads it. */
#include "targets/systolic/bundle.h"

enum { ALIGNMENT = 64 };

static uint32_t round_up(int64_t n) { return (uint32_t)((n + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT); }

void normal_shape(const tri_type *type, int64_t dims[2])
{
    dims[0] = type->rank == 2 ? type->dims[0] : 1;
    dims[1] = type->rank == 2 ? type->dims[1] : type->rank == 1 ? type->dims[0] : 1;
}

int sys_dtype_of(bundle *b, const tri_op *op, unsigned dtype)
{
    int code = tri_systolic_dtype_of((tri_dtype)dtype);
    if (code < 0) bundle_fail(b, op, TRI_UNSUPPORTED, "%s has no %s", b->chip.name, tri_dtype_name((tri_dtype)dtype));
    return code < 0 ? TRI_SYS_F32 : code;
}

uint32_t view_size(const view *v) { return tri_systolic_dtype_bytes(v->dtype); }

/* ---- memory ---- */

static void take_span(bundle *b, size_t at, uint32_t byte, uint32_t bytes)
{
    struct free_bytes span = b->spans.at[at], right = {byte + bytes, span.byte + span.bytes - byte - bytes};
    b->spans.at[at].bytes = byte - span.byte;
    TRI_PUSH(b->arena, &b->spans, right);
    memmove(b->spans.at + at + 2, b->spans.at + at + 1, (b->spans.n - at - 2) * sizeof right);
    b->spans.at[at + 1] = right;
}

/* Null op: for a ring. */
static uint32_t take(bundle *b, const tri_op *op, uint32_t bytes)
{
    if (!b->spans.n) TRI_PUSH(b->arena, &b->spans, (struct free_bytes){0, b->chip.sp_bytes});
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < b->spans.n; i++) {
            struct free_bytes *span = &b->spans.at[i];
            uint32_t byte = !pass && span->byte < b->next_fit ? b->next_fit : span->byte, end = span->byte + span->bytes;
            if (byte > end || end - byte < bytes) continue;
            take_span(b, i, byte, bytes);
            b->next_fit = byte + bytes;
            if (b->sp_top < b->next_fit) b->sp_top = b->next_fit;
            return byte;
        }
    }
    bundle_fail(b, op, TRI_UNSUPPORTED,
                "the tiles do not fit in the scratchpad of %s: %u bytes of each partition are asked beyond what is free of %u", b->chip.name, bytes,
                b->chip.sp_bytes);
    return 0;
}

static void give(bundle *b, uint32_t byte, uint32_t bytes)
{
    size_t at = 0, kept = 0;
    while (at < b->spans.n && b->spans.at[at].byte < byte) at++;
    TRI_PUSH(b->arena, &b->spans, (struct free_bytes){0});
    memmove(b->spans.at + at + 1, b->spans.at + at, (b->spans.n - 1 - at) * sizeof *b->spans.at);
    b->spans.at[at] = (struct free_bytes){byte, bytes};
    for (size_t i = 0; i < b->spans.n; i++) { /* neighbours join, empty spans go */
        struct free_bytes span = b->spans.at[i];
        if (!span.bytes) continue;
        if (kept && b->spans.at[kept - 1].byte + b->spans.at[kept - 1].bytes == span.byte)
            b->spans.at[kept - 1].bytes += span.bytes;
        else
            b->spans.at[kept++] = span;
    }
    b->spans.n = kept;
}

void view_keep(bundle *b, const view *v)
{
    if (v->memory >= 0) b->memories.at[v->memory].uses++;
}

void view_drop(bundle *b, const view *v)
{
    if (v->memory < 0) return;
    bundle_memory *memory = &b->memories.at[v->memory];
    if (--memory->uses) return;
    give(b, memory->byte, memory->bytes);
    TRI_PUSH(b->arena, &b->free_memories, v->memory);
}

bool view_alone(const bundle *b, const view *v)
{
    int64_t blocks = v->defined && !v->constant && !v->turned ? (v->dims[1] + LANES - 1) / LANES : 0;
    return blocks && v->memory >= 0 && b->memories.at[v->memory].uses == 1 && round_up(blocks * v->stride) == b->memories.at[v->memory].bytes &&
           v->stride == v->dims[0] * view_size(v);
}

/* ---- views ---- */

view view_constant(const int64_t dims[2], double value)
{
    return (view){.dims = {dims[0], dims[1]}, .value = value, .memory = NO_MEMORY_COUNTED, .constant = true, .defined = true};
}

static int64_t bytes_of(const view *v) { return (v->dims[1] + LANES - 1) / LANES * v->stride; }

/* Gives the view its dimensions; the bytes of each partition that it takes, more than there are when it is too large. */
static uint32_t shape(bundle *b, const tri_op *op, view *v, const int64_t dims[2])
{
    int64_t limit = b->chip.sp_bytes, row = dims[0] * view_size(v);
    for (int d = 0; d < 2; d++) {
        v->dims[d] = dims[d];
        if (dims[d] > UINT16_MAX) bundle_fail(b, op, TRI_UNSUPPORTED, "tiles of %s have at most %d rows and columns", b->chip.name, UINT16_MAX);
    }
    v->stride = (uint32_t)(row <= limit ? row : limit + 1);
    return bytes_of(v) <= limit ? round_up(bytes_of(v)) : (uint32_t)limit + 1;
}

view view_plain(bundle *b, const tri_op *op, const int64_t dims[2], unsigned dtype)
{
    view v = {.dtype = (uint8_t)dtype, .memory = NO_MEMORY_COUNTED, .defined = true};
    uint32_t bytes = shape(b, op, &v, dims);
    v.byte = take(b, op, bytes);
    if (b->error) return v;
    int32_t memory = b->free_memories.n ? b->free_memories.at[--b->free_memories.n] : (int32_t)b->memories.n;
    if (memory == (int32_t)b->memories.n) TRI_PUSH(b->arena, &b->memories, (bundle_memory){0});
    b->memories.at[memory] = (bundle_memory){v.byte, bytes, 1};
    v.memory = memory;
    return v;
}

view view_new(bundle *b, const tri_op *op, const int64_t dims[2], unsigned dtype)
{
    view v = view_plain(b, op, dims, dtype);
    v.spread = dims[1] == 1;
    return v;
}

view view_part(bundle *b, const tri_op *op, const view *v, const int64_t offsets[2], const int64_t dims[2])
{
    view part = *v;
    int64_t row = offsets[v->turned], column = offsets[!v->turned];
    part.dims[0] = dims[0];
    part.dims[1] = dims[1];
    if (v->constant) return part;
    bool inside = offsets[0] >= 0 && offsets[1] >= 0 && offsets[0] <= v->dims[0] - dims[0] && offsets[1] <= v->dims[1] - dims[1];
    if (!inside)
        bundle_fail(b, op, TRI_INVALID, "the part lies outside of its tile");
    else if (column % LANES)
        bundle_fail(b, op, TRI_UNSUPPORTED, "a part begins at column %lld; %s wants a multiple of %d", (long long)column, b->chip.name, LANES);
    else
        part.byte += (uint32_t)(column / LANES * v->stride + row * view_size(v));
    return part;
}

void slots_place(bundle *b)
{
    for (int k = 0; k < b->n_rings && !b->error; k++) {
        bundle_ring *ring = &b->rings[k];
        const tri_op *op = ring->value->op;
        tri_type tile = tri_ring_tile(ring->value);
        view *slot = &ring->slot;
        *slot = (view){.memory = NO_MEMORY_COUNTED, .defined = true, .dtype = (uint8_t)sys_dtype_of(b, op, tile.dtype)};
        int64_t dims[2], limit = b->chip.sp_bytes;
        normal_shape(&tile, dims);
        ring->slot_bytes = shape(b, op, slot, dims);
        int64_t all = ring->depth <= limit ? ring->depth * ring->slot_bytes : limit + 1;
        slot->byte = take(b, op, all <= limit ? (uint32_t)all : (uint32_t)limit + 1);
    }
    b->next_fit = 0;
}

view slot_view(const bundle_ring *ring, int64_t number)
{
    view v = ring->slot;
    v.byte += (uint32_t)(number % ring->depth) * ring->slot_bytes;
    return v;
}

/* ---- operands ---- */

uint8_t ap_of(bundle *b, const tri_systolic_ap *ap)
{
    int index = tri_systolic_intern_ap(b->program, b->queue, ap);
    if (index < 0)
        bundle_fail(b, NULL, TRI_UNSUPPORTED, "%s needs more than %d access patterns on %s", b->func->name, TRI_SYS_MOST_APS, b->chip.name);
    return (uint8_t)(index < 0 ? 0 : index);
}

uint8_t view_piece(bundle *b, const view *v, const piece *p, uint32_t *out_address)
{
    uint32_t size = view_size(v);
    bool one_row = v->dims[0] == 1, one_column = v->spread;
    int64_t groups = p->groups, rows = p->rows, group_stride = one_column ? 0 : v->stride, row_stride = one_row ? 0 : size;
    *out_address = TRI_SYS_AT(0, v->byte + (one_column ? 0 : p->block * v->stride) + (one_row ? 0 : p->row * size));
    tri_systolic_ap ap = {.space = TRI_SYS_SP, .dtype = v->dtype, .npart = (uint16_t)p->lanes};
    bool scalar = (rows == 1 || !row_stride) && (groups == 1 || !group_stride);
    if (scalar) return ap_of(b, &ap);
    bool runs_on = !p->groups_inside && group_stride == rows * row_stride && groups * rows <= UINT16_MAX;
    if (groups == 1 || rows == 1 || runs_on) {
        ap.ndim = 1;
        ap.size[0] = (uint16_t)(groups * rows);
        ap.stride[0] = (int32_t)(rows == 1 ? group_stride : row_stride);
    } else {
        ap.ndim = 2;
        ap.size[p->groups_inside] = (uint16_t)groups;
        ap.stride[p->groups_inside] = (int32_t)group_stride;
        ap.size[!p->groups_inside] = (uint16_t)rows;
        ap.stride[!p->groups_inside] = (int32_t)row_stride;
    }
    return ap_of(b, &ap);
}

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

bool view_next(const view *v, int64_t most, piece *p)
{
    bool inside = p->groups_inside;
    if (!p->rows) {
        *p = (piece){.groups_inside = inside};
    } else if (p->row + p->rows < v->dims[0]) {
        p->row += p->rows;
        p->rows = smaller(p->rows, v->dims[0] - p->row);
        return true;
    } else {
        p->block += p->groups;
        p->row = 0;
    }
    int64_t full = v->spread ? 1 : v->dims[1] / LANES, left = v->spread ? 0 : v->dims[1] % LANES;
    if (p->block >= full + (left != 0)) return false;
    p->rows = smaller(v->dims[0], most);
    p->groups = p->block == full ? 1 : smaller(full - p->block, most / p->rows);
    p->lanes = p->block == full ? left : LANES;
    return true;
}
