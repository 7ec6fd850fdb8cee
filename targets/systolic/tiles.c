/* targets/systolic/tiles.c - tiles in the scratchpad: where they lie, how instructions address them, and how they change places. */
#include "targets/systolic/lower.h"

enum { SP_ALIGNMENT = 64 };

static uint32_t round_up(uint32_t n) { return (n + SP_ALIGNMENT - 1) / SP_ALIGNMENT * SP_ALIGNMENT; }

uint32_t sp_allocate(lowering *l, const tri_op *op, uint32_t bytes)
{
    bytes = round_up(bytes ? bytes : 1);
    if (!l->spans.n && !l->sp_top) TRI_PUSH(l->arena, &l->spans, (free_span){0, l->sp_bytes});
    for (size_t i = 0; i < l->spans.n; i++) {
        free_span *span = &l->spans.at[i];
        if (span->bytes < bytes) continue;
        uint32_t at = span->byte;
        span->byte += bytes;
        span->bytes -= bytes;
        if (at + bytes > l->sp_top) l->sp_top = at + bytes;
        return at;
    }
    fail(l, op, TRI_UNSUPPORTED,
         "the kernel's tiles do not fit in the scratchpad: %u bytes of each partition are asked beyond what is free of its %u; a smaller config "
         "would do",
         bytes, l->sp_bytes);
    return 0;
}

void sp_free(lowering *l, uint32_t byte, uint32_t bytes)
{
    bytes = round_up(bytes ? bytes : 1);
    size_t at = 0;
    while (at < l->spans.n && l->spans.at[at].byte < byte) at++;
    TRI_PUSH(l->arena, &l->spans, (free_span){0});
    memmove(l->spans.at + at + 1, l->spans.at + at, (l->spans.n - 1 - at) * sizeof *l->spans.at);
    l->spans.at[at] = (free_span){byte, bytes};
    /* Join with the neighbours on both sides. */
    for (size_t i = at ? at - 1 : 0; i + 1 < l->spans.n && i <= at;) {
        free_span *a = &l->spans.at[i], *b = a + 1;
        if (a->byte + a->bytes != b->byte) {
            i++;
            continue;
        }
        a->bytes += b->bytes;
        memmove(b, b + 1, (l->spans.n - i - 2) * sizeof *b);
        l->spans.n--;
    }
}

void normal_dims(const tri_type *type, int64_t dims[2])
{
    dims[0] = type->rank == 2 ? type->dims[0] : 1;
    dims[1] = type->rank == 2 ? type->dims[1] : type->rank == 1 ? type->dims[0] : 1;
}

int64_t along(const tile *t) { return t->dims[t->part]; }
int64_t across(const tile *t) { return t->dims[!t->part]; }

tile tile_new(lowering *l, const tri_op *op, const int64_t dims[2], int part, unsigned dtype)
{
    tile t = {.dims = {dims[0], dims[1]}, .part = (uint8_t)part, .dtype = (uint8_t)dtype, .owned = true};
    int64_t blocks = (along(&t) + PARTITIONS - 1) / PARTITIONS, bytes = blocks * across(&t) * tri_systolic_dtype_bytes(dtype);
    if (bytes > (int64_t)l->sp_bytes) bytes = (int64_t)l->sp_bytes + 1; /* too large whatever is free */
    t.bytes = (uint32_t)bytes;
    t.byte = sp_allocate(l, op, t.bytes);
    return t;
}

void tile_drop(lowering *l, tile *t)
{
    if (t->owned) sp_free(l, t->byte, t->bytes);
    t->owned = false;
}

int piece(const tile *t, int which, int64_t from, int64_t count, bool repeat, tri_systolic_ap *out_ap, uint32_t *out_address)
{
    int64_t full = along(t) / PARTITIONS, rest = along(t) % PARTITIONS, size = tri_systolic_dtype_bytes(t->dtype), row = across(t) * size;
    int64_t blocks = which ? 1 : full, partitions = which ? rest : PARTITIONS;
    if (!blocks || !partitions || !count) return 0;
    bool stretched = repeat && across(t) == 1;
    *out_ap = (tri_systolic_ap){.space = TRI_SYS_SP, .dtype = t->dtype, .npart = (uint16_t)partitions, .ndim = 2};
    out_ap->size[0] = (uint16_t)blocks;
    out_ap->stride[0] = (int32_t)row;
    out_ap->size[1] = (uint16_t)count;
    out_ap->stride[1] = stretched ? 0 : (int32_t)size;
    if (blocks == 1) { /* one axis says the same */
        out_ap->ndim = 1;
        out_ap->size[0] = out_ap->size[1];
        out_ap->stride[0] = out_ap->stride[1];
        out_ap->size[1] = 0;
        out_ap->stride[1] = 0;
    }
    *out_address = TRI_SYS_AT(0, t->byte + (uint32_t)((which ? full * row : 0) + (stretched ? 0 : from * size)));
    return (int)partitions;
}

static void copy_piece(lowering *l, const tile *to, const tile *from, int which)
{
    tri_systolic_instruction copy = tri_systolic_make(TRI_SYS_COPY);
    tri_systolic_ap dst, src;
    if (!piece(to, which, 0, across(to), false, &dst, &copy.dst)) return;
    piece(from, which, 0, across(to), true, &src, &copy.src0);
    copy.dtype_in = src.dtype;
    copy.dtype_out = dst.dtype;
    copy.ap_dst = (uint8_t)pattern(l, LANE_VEC, &dst);
    copy.ap_src0 = (uint8_t)pattern(l, LANE_VEC, &src);
    emit(l, LANE_VEC, copy);
}

void copy_tile(lowering *l, const tile *to, const tile *from)
{
    for (int which = 0; which < 2; which++) copy_piece(l, to, from, which);
}

/* The immediate is an f32 for floats, else an i32: exact for what 32-bit chips hold. */
static uint32_t immediate_of(unsigned dtype, double value)
{
    uint32_t bits;
    if (tri_dtype_is_float(tri_systolic_dtype_base(dtype))) {
        float single = (float)value;
        memcpy(&bits, &single, 4);
    } else {
        bits = (uint32_t)(int64_t)value;
    }
    return bits;
}

void memset_tile(lowering *l, const tile *to, double value)
{
    for (int which = 0; which < 2; which++) {
        tri_systolic_instruction set = tri_systolic_make(TRI_SYS_MEMSET);
        tri_systolic_ap dst;
        if (!piece(to, which, 0, across(to), false, &dst, &set.dst)) continue;
        set.dtype_in = set.dtype_out = dst.dtype;
        set.ap_dst = (uint8_t)pattern(l, LANE_VEC, &dst);
        set.ap_src1 = TRI_SYS_IMMEDIATE;
        set.src1 = immediate_of(dst.dtype, value);
        emit(l, LANE_VEC, set);
    }
}

/* A block of at most 128 x 128 with its corner at partition 0 of block `a` and free element `f`. */
static tri_systolic_ap block_pattern(const tile *t, int64_t a, int64_t f, int64_t partitions, int64_t elements, uint32_t *out_address)
{
    uint32_t size = tri_systolic_dtype_bytes(t->dtype);
    *out_address = TRI_SYS_AT(0, t->byte + (uint32_t)((a * across(t) + f) * size));
    return tri_systolic_tile(TRI_SYS_SP, (tri_systolic_dtype)t->dtype, (int)partitions, (int)elements);
}

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

tile relayout(lowering *l, const tri_op *op, const tile *t)
{
    tile to = tile_new(l, op, t->dims, !t->part, t->dtype);
    for (int64_t a = 0; a * PARTITIONS < along(t); a++) {
        for (int64_t f = 0; f * PARTITIONS < across(t); f++) {
            int64_t p = smaller(PARTITIONS, along(t) - a * PARTITIONS), n = smaller(PARTITIONS, across(t) - f * PARTITIONS);
            tri_systolic_instruction xpose = tri_systolic_make(TRI_SYS_XPOSE);
            uint32_t target;
            tri_systolic_ap src = block_pattern(t, a, f * PARTITIONS, p, n, &xpose.src0), dst = block_pattern(&to, f, a * PARTITIONS, n, p, &target);
            xpose.dtype_in = xpose.dtype_out = t->dtype;
            if (l->bundle) {
                xpose.dst = target;
                xpose.ap_dst = (uint8_t)pattern(l, LANE_X, &dst);
                xpose.ap_src0 = (uint8_t)pattern(l, LANE_X, &src);
                emit(l, LANE_X, xpose);
                continue;
            }
            /* Through the array into bank 0, and from there to its place. */
            tri_systolic_ap bank = tri_systolic_tile(TRI_SYS_ACC_SPACE, (tri_systolic_dtype)t->dtype, (int)n, (int)p);
            xpose.dst = TRI_SYS_AT(0, 0);
            xpose.ap_dst = (uint8_t)pattern(l, LANE_PE, &bank);
            xpose.ap_src0 = (uint8_t)pattern(l, LANE_PE, &src);
            emit(l, LANE_PE, xpose);
            tri_systolic_instruction copy = tri_systolic_make(TRI_SYS_COPY);
            copy.dtype_in = copy.dtype_out = t->dtype;
            copy.dst = target;
            copy.src0 = TRI_SYS_AT(0, 0);
            copy.ap_dst = (uint8_t)pattern(l, LANE_VEC, &dst);
            copy.ap_src0 = (uint8_t)pattern(l, LANE_VEC, &bank);
            emit(l, LANE_VEC, copy);
        }
    }
    return to;
}

tile repeat_partition(lowering *l, const tri_op *op, const tile *t, int64_t n)
{
    int64_t dims[2] = {t->dims[0], t->dims[1]};
    dims[t->part] = n;
    tile to = tile_new(l, op, dims, t->part, t->dtype);
    /* Full blocks first: each block is one instruction, since a block is as wide as the row that is repeated. */
    for (int64_t a = 0; a * PARTITIONS < n; a++) {
        tri_systolic_instruction copy = tri_systolic_make(TRI_SYS_COPY);
        tri_systolic_ap src = block_pattern(t, 0, 0, 1, across(t), &copy.src0);
        tri_systolic_ap dst = block_pattern(&to, a, 0, smaller(PARTITIONS, n - a * PARTITIONS), across(t), &copy.dst);
        copy.flags = TRI_SYS_T;
        copy.dtype_in = copy.dtype_out = t->dtype;
        copy.ap_dst = (uint8_t)pattern(l, LANE_X, &dst);
        copy.ap_src0 = (uint8_t)pattern(l, LANE_X, &src);
        emit(l, LANE_X, copy);
    }
    return to;
}
