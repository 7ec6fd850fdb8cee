/* targets/nvptx/sched_window.c - windows of buffers, read and written by threads element by element.
 *
 * A thread's elements are a number of rows and columns away from its first one, so they share an address, to which each adds a constant, and for each
 * dimension that the window may leave, a place that each compares with a constant. Elements that are not there are
 * neither read nor written: the instruction is predicated, there is no branch. */
#include "targets/nvptx/sched.h"

enum { MOST_DISPLACEMENT = 1 << 23 }; /* bytes that an instruction adds to its address by itself */

static tri_ref both(sched *s, tri_ref a, tri_ref b)
{
    if (!a || !b) return a ? a : b;
    return tri_emit(s->e, "and i1 %s, %s", a, b);
}

/* Along dimension `d` of the tile: where the thread is, an i32, and how far from there the element is. */
static tri_ref along(sched *s, const tri_type *tile, const spot *at, int d, int64_t *further)
{
    bool is_column = d == tile->rank - 1 && !(tile->rank == 1 && at->layout.kind == SPREAD_ROWS);
    *further = is_column ? at->across : at->down;
    if (is_column) return at->column;
    int64_t inner = 1, rows = at->layout.m;
    for (int after = d + 1; after + 1 < tile->rank; after++) inner *= tile->dims[after];
    if (inner == 1 && tile->dims[d] == rows) return at->row;
    *further = 0;
    tri_ref row = tri_emit(s->e, "add i32 %s, %d", at->row, at->down);
    if (inner > 1) row = tri_emit(s->e, "udiv i32 %s, %lld", row, (long long)inner);
    return tile->dims[d] * inner == rows ? row : tri_emit(s->e, "urem i32 %s, %lld", row, (long long)tile->dims[d]);
}

/* Whether `first` + `further` is in the dimension, null where the whole window is. Constants are kept apart from what the thread's elements share;
 * most windows begin and end where 32 bits reach. */
static tri_ref is_inside(sched *s, const tri_op *op, const tri_window_dim *dim, int64_t size, int64_t extent, tri_ref first, int64_t further)
{
    tri_emitter *e = s->e;
    tri_index start = e->indices[op->operands[dim->operand]->id];
    const int64_t near = INT32_MAX / 4;
    bool narrow = start.low > -near && start.high < near && extent < near && size < near;
    tri_ref place = narrow ? tri_emit(e, "trunc i64 %s to i32", first) : first, inside = NULL;
    const char *type = narrow ? "i32" : "i64";
    if (start.low < 0) inside = tri_emit(e, "icmp sge %s %s, %lld", type, place, (long long)-further);
    if (start.high > size - extent) inside = both(s, inside, tri_emit(e, "icmp slt %s %s, %lld", type, place, (long long)(size - further)));
    if (!dim->lim) return inside;
    tri_ref left = tri_emit(e, "sub i64 %s, %s", e->indices[op->operands[dim->lim]->id].at, first);
    return both(s, inside, tri_emit(e, "icmp sgt i64 %s, %lld", left, (long long)further));
}

tri_status *group_element(sched *s, const tri_op *op, const tri_value *buffer, const tri_type *tile, const spot *at, element *out)
{
    tri_emitter *e = s->e;
    int next = 0;
    uint64_t further = 0; /* wraps where the element is not there */
    *out = (element){.from = "0"};
    for (uint32_t d = 0; d < op->n_window; d++) {
        const tri_window_dim *dim = &op->window[d];
        int64_t size = buffer->type.dims[d], extent = 1, steps = 0;
        tri_ref first = e->indices[op->operands[dim->operand]->id].at;
        if (dim->kind == TRI_WINDOW_GATHER) return tri_emit_unsupported(op, "positions from a tile");
        if (dim->kind == TRI_WINDOW_SLICE) {
            if (dim->step < 1 || __builtin_mul_overflow(dim->step, dim->length, &extent))
                return tri_emit_unsupported(op, "a step of %lld", (long long)dim->step);
            tri_ref own = tri_emit(e, "zext i32 %s to i64", along(s, tile, at, next++, &steps));
            if (dim->step != 1) own = tri_emit(e, "mul i64 %s, %lld", own, (long long)dim->step);
            first = tri_emit(e, "add i64 %s, %s", first, own);
            steps *= dim->step;
        }
        out->is_there = both(s, out->is_there, is_inside(s, op, dim, size, extent, first, steps));
        out->from = tri_emit(e, "add i64 %s, %s", tri_emit(e, "mul i64 %s, %lld", out->from, (long long)size), first);
        further = further * (uint64_t)size + (uint64_t)steps;
    }
    out->further = (int64_t)further;
    return NULL;
}

/* An address and the bytes that an instruction adds to it. */
typedef struct address {
    tri_ref from;
    long long bytes;
} address;

static address address_of(sched *s, const tri_value *buffer, const element *at)
{
    const char *type = tri_memory_type((tri_dtype)buffer->type.dtype);
    tri_ref from = tri_emit(s->e, "getelementptr %s, ptr addrspace(1) %%p%u, i64 %s", type, buffer->index, at->from);
    int64_t bytes;
    if (!__builtin_mul_overflow(at->further, (int64_t)tri_dtype_bytes((tri_dtype)buffer->type.dtype), &bytes) && bytes > -MOST_DISPLACEMENT &&
        bytes < MOST_DISPLACEMENT)
        return (address){from, bytes};
    return (address){tri_emit(s->e, "getelementptr %s, ptr addrspace(1) %s, i64 %lld", type, from, (long long)at->further), 0};
}

static tri_ref pointer(sched *s, address a) { return tri_emit(s->e, "getelementptr i8, ptr addrspace(1) %s, i64 %lld", a.from, a.bytes); }

/* An element as the integer that it is in memory, and back. */
static tri_ref to_word(sched *s, tri_dtype dtype, tri_ref x)
{
    x = tri_scalar_to_memory(s->e, dtype, x);
    if (!tri_dtype_is_float(dtype)) return x;
    return tri_emit(s->e, "bitcast %s %s to i%zu", tri_memory_type(dtype), x, 8 * tri_dtype_bytes(dtype));
}

static tri_ref from_word(sched *s, tri_dtype dtype, tri_ref x)
{
    if (tri_dtype_is_float(dtype)) x = tri_emit(s->e, "bitcast i%zu %s to %s", 8 * tri_dtype_bytes(dtype), x, tri_memory_type(dtype));
    return tri_scalar_from_memory(s->e, dtype, x);
}

/* Registers have 16 bits at least. */
static int register_bits(int bits) { return bits < 16 ? 16 : bits; }
static const char *constraint(int bits) { return bits <= 16 ? "h" : bits == 32 ? "r" : "l"; }

static tri_ref load_element(sched *s, const tri_value *buffer, const element *at, tri_ref fill)
{
    tri_emitter *e = s->e;
    tri_dtype dtype = (tri_dtype)buffer->type.dtype;
    address from = address_of(s, buffer, at);
    if (!at->is_there) return tri_scalar_from_memory(e, dtype, tri_emit(e, "load %s, ptr addrspace(1) %s", tri_memory_type(dtype), pointer(s, from)));
    int bits = 8 * (int)tri_dtype_bytes(dtype), wide = register_bits(bits);
    tri_ref x = to_word(s, dtype, fill);
    if (bits < wide) x = tri_emit(e, "zext i%d %s to i%d", bits, x, wide);
    x = tri_emit(e, "call i%d asm sideeffect \"@$2 ld.global.b%d $0, [$1+%lld];\", \"=%s,l,b,0,~{memory}\"(ptr addrspace(1) %s, i1 %s, i%d %s)", wide,
                 bits, from.bytes, constraint(bits), from.from, at->is_there, wide, x);
    return from_word(s, dtype, bits < wide ? tri_emit(e, "trunc i%d %s to i%d", wide, x, bits) : x);
}

void group_store_word(sched *s, const tri_value *buffer, const element *at, int bits, tri_ref x)
{
    tri_emitter *e = s->e;
    address to = address_of(s, buffer, at);
    if (!at->is_there) {
        tri_emit_line(e, "store i%d %s, ptr addrspace(1) %s", bits, x, pointer(s, to));
        return;
    }
    int wide = register_bits(bits);
    if (bits < wide) x = tri_emit(e, "zext i%d %s to i%d", bits, x, wide);
    tri_emit_line(e, "call void asm sideeffect \"@$2 st.global.b%d [$0+%lld], $1;\", \"l,%s,b,~{memory}\"(ptr addrspace(1) %s, i%d %s, i1 %s)", bits,
                  to.bytes, constraint(bits), to.from, wide, x, at->is_there);
}

void group_add_float(sched *s, const tri_value *buffer, const element *at, tri_ref x)
{
    tri_emitter *e = s->e;
    address to = address_of(s, buffer, at);
    if (at->is_there)
        tri_emit_line(e,
                      "call void asm sideeffect \"@$2 red.relaxed.gpu.global.add.f32 [$0+%lld], $1;\", \"l,f,b,~{memory}\"(ptr addrspace(1) %s, "
                      "float %s, i1 %s)",
                      to.bytes, to.from, x, at->is_there);
    else
        tri_emit(e, "atomicrmw fadd ptr addrspace(1) %s, float %s%s monotonic", pointer(s, to), x, e->family->scope);
}

/* ---- statements ---- */

static tri_status *find_element(sched *s, const tri_op *op, const tri_value *buffer, const tri_type *tile, layout l, int i, element *out)
{
    tri_place further = group_place(l, i);
    spot at = {l, group_row(s, l, 0), group_column(s, l, 0), further.row, further.column};
    return group_element(s, op, buffer, tile, &at, out);
}

/* A loaded vector lies as the reshape wants it that uses it. */
tri_status *group_load(sched *s, const tri_op *op)
{
    tri_emitter *e = s->e;
    const tri_value *buffer = op->operands[0], *result = op->results[0];
    const tri_op *reshape = s->reshaped[result->id];
    tri_dtype dtype = (tri_dtype)result->type.dtype;
    tri_ref fill = tri_scalar_number(e, dtype, tri_op_number(op, "fill", 0));
    layout l = group_layout(reshape ? &reshape->results[0]->type : &result->type);
    fragment f;
    if (!tri_type_elements(&buffer->type)) return tri_emit_unsupported(op, "a buffer without elements");
    TRI_TRY(group_fragment_new(s, op, &result->type, l, &f));
    tri_ref row = s->row, column = s->column;
    group_places_here(s);
    for (int i = 0; i < f.n; i++) {
        element at;
        TRI_TRY(find_element(s, op, buffer, &result->type, l, i, &at));
        group_put(s, &result->type, &f, i, load_element(s, buffer, &at, fill));
    }
    s->row = row;
    s->column = column;
    s->values[result->id] = (value){.fragment = f};
    return NULL;
}

tri_status *group_store(sched *s, const tri_op *op)
{
    const tri_value *from = op->operands[0], *buffer = op->operands[1];
    tri_dtype dtype = (tri_dtype)buffer->type.dtype;
    const char *mode = tri_op_text(op, "mode", "set");
    bool add = !strcmp(mode, "add");
    fragment f;
    if (strcmp(mode, "set") && !(add && dtype == TRI_F32)) return tri_emit_unsupported(op, "mode '%s' on %s", mode, tri_dtype_name(dtype));
    TRI_TRY(group_fragment_of(s, op, from, &f));
    tri_ref mine = group_speaks(s, f.layout), row = s->row, column = s->column;
    group_places_here(s);
    for (int i = 0; i < f.n; i++) {
        element at;
        TRI_TRY(find_element(s, op, buffer, &from->type, f.layout, i, &at));
        at.is_there = both(s, at.is_there, mine);
        tri_ref x = group_get(s, &from->type, &f, i);
        if (add)
            group_add_float(s, buffer, &at, x);
        else
            group_store_word(s, buffer, &at, 8 * (int)tri_dtype_bytes(dtype), to_word(s, dtype, x));
    }
    s->row = row;
    s->column = column;
    return NULL;
}
