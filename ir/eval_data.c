/* ir/eval_data.c - ops that make or move elements without computing: all of them are strided copies. Exact, in parallel when large. */
#include "ir/eval_internal.h"

#include "base/parallel.h"

enum { PARALLEL_ELEMENTS = 1 << 15 };

bool tri_eval_is_movement(tri_op_kind kind)
{
    switch ((int)kind) {
    case TRI_OP_RESHAPE:
    case TRI_OP_TRANSPOSE:
    case TRI_OP_BROADCAST_IN_DIM:
    case TRI_OP_CONCATENATE:
    case TRI_OP_SLICE:
    case TRI_OP_PAD:
    case TRI_OP_REVERSE:
    case TRI_OP_DYNAMIC_SLICE:
    case TRI_OP_DYNAMIC_UPDATE_SLICE:
    case TRI_OP_GATHER:
    case TRI_OP_OPTIMIZATION_BARRIER:
    case TRI_OP_CUSTOM_CALL: return true;
    default: return false;
    }
}

/* ---- the strided copy ---- */

typedef struct copy {
    size_t bytes; /* of an element */
    int rank;
    int64_t dims[TRI_MAX_RANK], to_strides[TRI_MAX_RANK], from_strides[TRI_MAX_RANK]; /* strides in elements; 0 repeats, negative reverses */
    char *to;
    const char *from;
} copy;

#define COPY_ROW(type)                                                                                                     \
    do {                                                                                                                   \
        type *d = (type *)(void *)to;                                                                                      \
        const type *s = (const type *)(const void *)from;                                                                  \
        for (int64_t i = 0; i < n; i++) d[i * to_stride] = s[i * from_stride];                                             \
    } while (0)

static void copy_row(size_t bytes, int64_t n, char *to, int64_t to_stride, const char *from, int64_t from_stride)
{
    if (to_stride == 1 && from_stride == 1) memcpy(to, from, (size_t)n * bytes);
    else if (bytes == 1) COPY_ROW(uint8_t);
    else if (bytes == 2) COPY_ROW(uint16_t);
    else if (bytes == 4) COPY_ROW(uint32_t);
    else COPY_ROW(uint64_t);
}

static void copy_rows(void *context, size_t first, size_t end)
{
    const copy *c = context;
    int last = c->rank - 1;
    int64_t index[TRI_MAX_RANK], rest = (int64_t)first, to = 0, from = 0;
    for (int d = last - 1; d >= 0; d--) {
        index[d] = rest % c->dims[d];
        rest /= c->dims[d];
        to += index[d] * c->to_strides[d];
        from += index[d] * c->from_strides[d];
    }
    for (size_t row = first; row < end; row++) {
        copy_row(c->bytes, c->dims[last], c->to + to * (int64_t)c->bytes, c->to_strides[last], c->from + from * (int64_t)c->bytes,
                 c->from_strides[last]);
        for (int d = last - 1; d >= 0; d--) {
            to += c->to_strides[d];
            from += c->from_strides[d];
            if (++index[d] < c->dims[d]) break;
            to -= index[d] * c->to_strides[d];
            from -= index[d] * c->from_strides[d];
            index[d] = 0;
        }
    }
}

/* Drops dimensions of 1 and joins neighbours that both sides walk as one. At least one dimension stays. */
static void simplify(copy *c)
{
    int rank = 0;
    for (int d = 0; d < c->rank; d++) {
        if (c->dims[d] == 1) continue;
        bool joins = rank && c->to_strides[rank - 1] == c->to_strides[d] * c->dims[d] && c->from_strides[rank - 1] == c->from_strides[d] * c->dims[d];
        int at = joins ? rank - 1 : rank++;
        c->dims[at] = joins ? c->dims[at] * c->dims[d] : c->dims[d];
        c->to_strides[at] = c->to_strides[d];
        c->from_strides[at] = c->from_strides[d];
    }
    if (!rank) c->dims[0] = c->to_strides[0] = c->from_strides[0] = rank = 1;
    c->rank = rank;
}

static void run_copy(copy c)
{
    int64_t rows = 1;
    for (int d = 0; d < c.rank; d++)
        if (c.dims[d] <= 0) return;
    simplify(&c);
    for (int d = 0; d < c.rank - 1; d++) rows *= c.dims[d];
    if (rows * c.dims[c.rank - 1] < PARALLEL_ELEMENTS) copy_rows(&c, 0, (size_t)rows);
    else tri_parallel((size_t)rows, 0, copy_rows, &c);
}

/* A copy into all of `out`, reading `in` from its first element; the caller sets the strides of the source. */
static copy copy_into(const tri_tensor *in, tri_tensor *out)
{
    copy c = {.bytes = tri_dtype_bytes((tri_dtype)in->type.dtype), .rank = out->type.rank, .to = out->data, .from = in->data};
    for (int d = 0; d < c.rank; d++) c.dims[d] = out->type.dims[d];
    tri_strides(&out->type, c.to_strides);
    return c;
}

static void move_from(copy *c, int64_t elements) { c->from += elements * (int64_t)c->bytes; }
static void move_to(copy *c, int64_t elements) { c->to += elements * (int64_t)c->bytes; }

static void copy_whole(const tri_tensor *in, tri_tensor *out)
{
    size_t bytes = tri_type_bytes(&in->type);
    if (bytes) memcpy(out->data, in->data, bytes);
}

/* ---- making ---- */

static void fill(tri_tensor *out, const void *element)
{
    run_copy((copy){.bytes = tri_dtype_bytes((tri_dtype)out->type.dtype),
                    .rank = 1,
                    .dims = {tri_type_elements(&out->type)},
                    .to_strides = {1},
                    .from_strides = {0},
                    .to = out->data,
                    .from = element});
}

tri_status *tri_eval_CONSTANT(const tri_evaluation *evaluation, const tri_op *op, const tri_tensor *in, tri_tensor *out)
{
    (void)evaluation, (void)in;
    const tri_attr *value = tri_op_attr(op, "value");
    if (!value || value->kind != TRI_ATTR_ELEMENTS || !tri_type_equal(&value->type, &out->type))
        return tri_error(TRI_INVALID, op->loc, "a constant needs a 'value' of its own type");
    if (value->splat) fill(out, value->data);
    else copy_whole(&(tri_tensor){value->type, (void *)(uintptr_t)value->data}, out);
    return NULL;
}

tri_status *tri_eval_IOTA(const tri_evaluation *evaluation, const tri_op *op, const tri_tensor *in, tri_tensor *out)
{
    (void)evaluation, (void)in;
    tri_dtype dtype = (tri_dtype)out->type.dtype;
    int64_t dim = tri_op_integer(op, "iota_dimension", 0), inner = 1, n = tri_type_elements(&out->type);
    for (int d = (int)dim + 1; d < out->type.rank; d++) inner *= out->type.dims[d];
    for (int64_t i = 0; i < n; i++) {
        int64_t position = i / inner % out->type.dims[dim];
        tri_store_i64(dtype, (char *)out->data + (size_t)i * tri_dtype_bytes(dtype), position);
    }
    return NULL;
}

/* ---- the same elements ---- */

tri_status *tri_eval_RESHAPE(const tri_evaluation *evaluation, const tri_op *op, const tri_tensor *in, tri_tensor *out)
{
    (void)evaluation, (void)op;
    copy_whole(in, out);
    return NULL;
}

tri_status *tri_eval_BITCAST_CONVERT(const tri_evaluation *evaluation, const tri_op *op, const tri_tensor *in, tri_tensor *out)
{
    return tri_eval_RESHAPE(evaluation, op, in, out); /* a last dimension that comes or goes is the bytes of one element, the lowest first */
}

tri_status *tri_eval_OPTIMIZATION_BARRIER(const tri_evaluation *evaluation, const tri_op *op, const tri_tensor *in, tri_tensor *out)
{
    (void)evaluation;
    for (uint32_t i = 0; i < op->n_results; i++) copy_whole(&in[i], &out[i]);
    return NULL;
}

tri_status *tri_eval_CUSTOM_CALL(const tri_evaluation *evaluation, const tri_op *op, const tri_tensor *in, tri_tensor *out)
{
    static const char *const annotations[] = {"Sharding", "SPMDFullToShardShape", "SPMDShardToFullShape", "annotate_device_placement",
                                              "LayoutConstraint"};
    const char *target = tri_op_text(op, "call_target_name", "");
    bool known = false;
    for (size_t i = 0; i < sizeof annotations / sizeof *annotations; i++) known |= !strcmp(target, annotations[i]);
    if (!known)
        return tri_error(TRI_UNSUPPORTED, op->loc, "the custom call '%s' has no meaning here; only annotations such as 'Sharding' have", target);
    bool same = op->n_operands == op->n_results;
    for (uint32_t i = 0; same && i < op->n_results; i++) same = tri_shape_equal(&in[i].type, &out[i].type);
    if (!same) return tri_error(TRI_UNSUPPORTED, op->loc, "the custom call '%s' changes types, which an annotation cannot", target);
    return tri_eval_OPTIMIZATION_BARRIER(evaluation, op, in, out);
}

/* ---- other places ---- */

tri_status *tri_eval_TRANSPOSE(const tri_evaluation *evaluation, const tri_op *op, const tri_tensor *in, tri_tensor *out)
{
    (void)evaluation;
    const int64_t *permutation;
    int64_t strides[TRI_MAX_RANK];
    tri_op_integers(op, "permutation", &permutation);
    tri_strides(&in->type, strides);
    copy c = copy_into(in, out);
    for (int d = 0; d < c.rank; d++) c.from_strides[d] = strides[permutation[d]];
    run_copy(c);
    return NULL;
}

tri_status *tri_eval_BROADCAST_IN_DIM(const tri_evaluation *evaluation, const tri_op *op, const tri_tensor *in, tri_tensor *out)
{
    (void)evaluation;
    const int64_t *dims;
    int64_t strides[TRI_MAX_RANK];
    tri_op_integers(op, "broadcast_dimensions", &dims);
    tri_strides(&in->type, strides);
    copy c = copy_into(in, out);
    for (int d = 0; d < in->type.rank; d++)
        if (in->type.dims[d] != 1) c.from_strides[dims[d]] = strides[d];
    run_copy(c);
    return NULL;
}

tri_status *tri_eval_CONCATENATE(const tri_evaluation *evaluation, const tri_op *op, const tri_tensor *in, tri_tensor *out)
{
    (void)evaluation;
    int64_t dim = tri_op_integer(op, "dimension", 0), at = 0;
    for (uint32_t i = 0; i < op->n_operands; i++) {
        copy c = copy_into(&in[i], out);
        tri_strides(&in[i].type, c.from_strides);
        c.dims[dim] = in[i].type.dims[dim];
        move_to(&c, at * c.to_strides[dim]);
        run_copy(c);
        at += in[i].type.dims[dim];
    }
    return NULL;
}

tri_status *tri_eval_SLICE(const tri_evaluation *evaluation, const tri_op *op, const tri_tensor *in, tri_tensor *out)
{
    (void)evaluation;
    const int64_t *starts, *steps;
    int64_t strides[TRI_MAX_RANK];
    tri_op_integers(op, "start_indices", &starts);
    tri_op_integers(op, "strides", &steps);
    tri_strides(&in->type, strides);
    copy c = copy_into(in, out);
    for (int d = 0; d < c.rank; d++) {
        c.from_strides[d] = strides[d] * steps[d];
        if (c.dims[d]) move_from(&c, starts[d] * strides[d]);
    }
    run_copy(c);
    return NULL;
}

tri_status *tri_eval_PAD(const tri_evaluation *evaluation, const tri_op *op, const tri_tensor *in, tri_tensor *out)
{
    (void)evaluation;
    const int64_t *low, *interior;
    tri_op_integers(op, "edge_padding_low", &low);
    tri_op_integers(op, "interior_padding", &interior);
    fill(out, in[1].data);
    copy c = copy_into(in, out);
    tri_strides(&in->type, c.from_strides);
    for (int d = 0; d < c.rank; d++) {
        int64_t pitch = interior[d] + 1, first = low[d] < 0 ? (-low[d] + pitch - 1) / pitch : 0; /* elements that a negative edge cuts */
        int64_t at = low[d] + first * pitch, room = out->type.dims[d] > at ? (out->type.dims[d] - at + pitch - 1) / pitch : 0;
        c.dims[d] = in->type.dims[d] - first < room ? in->type.dims[d] - first : room;
        if (c.dims[d] <= 0) return NULL;
        move_from(&c, first * c.from_strides[d]);
        move_to(&c, at * c.to_strides[d]);
        c.to_strides[d] *= pitch;
    }
    run_copy(c);
    return NULL;
}

tri_status *tri_eval_REVERSE(const tri_evaluation *evaluation, const tri_op *op, const tri_tensor *in, tri_tensor *out)
{
    (void)evaluation;
    const int64_t *dims;
    size_t n = tri_op_integers(op, "dimensions", &dims);
    if (!tri_type_elements(&in->type)) return NULL;
    copy c = copy_into(in, out);
    tri_strides(&in->type, c.from_strides);
    for (size_t i = 0; i < n; i++) {
        move_from(&c, (c.dims[dims[i]] - 1) * c.from_strides[dims[i]]);
        c.from_strides[dims[i]] = -c.from_strides[dims[i]];
    }
    run_copy(c);
    return NULL;
}

/* An index element moved into [0, most]. */
static int64_t clamped_start(const tri_tensor *indices, int64_t at, int64_t most)
{
    tri_dtype dtype = (tri_dtype)indices->type.dtype;
    int64_t start = tri_load_i64(dtype, (const char *)indices->data + (size_t)at * tri_dtype_bytes(dtype));
    if (start < 0) return dtype == TRI_U64 ? most : 0;
    return start < most ? start : most;
}

tri_status *tri_eval_DYNAMIC_SLICE(const tri_evaluation *evaluation, const tri_op *op, const tri_tensor *in, tri_tensor *out)
{
    (void)evaluation, (void)op;
    copy c = copy_into(in, out);
    tri_strides(&in->type, c.from_strides);
    for (int d = 0; d < c.rank; d++) move_from(&c, clamped_start(&in[1 + d], 0, in->type.dims[d] - c.dims[d]) * c.from_strides[d]);
    run_copy(c);
    return NULL;
}

tri_status *tri_eval_DYNAMIC_UPDATE_SLICE(const tri_evaluation *evaluation, const tri_op *op, const tri_tensor *in, tri_tensor *out)
{
    (void)evaluation, (void)op;
    copy_whole(in, out);
    copy c = copy_into(&in[1], out);
    tri_strides(&in[1].type, c.from_strides);
    for (int d = 0; d < c.rank; d++) {
        c.dims[d] = in[1].type.dims[d];
        move_to(&c, clamped_start(&in[2 + d], 0, in->type.dims[d] - c.dims[d]) * c.to_strides[d]);
    }
    run_copy(c);
    return NULL;
}

/* ---- gather ---- */

typedef struct gather {
    const tri_tensor *operand, *indices;
    copy slice;                         /* one slice into one place of the result; `to` and `from` are moved for each */
    int n_batch;                        /* dimensions of the result that walk the start indices */
    int64_t batch_dims[TRI_MAX_RANK];   /* their sizes, */
    int64_t batch_to[TRI_MAX_RANK];     /* their strides in the result, */
    int64_t batch_index[TRI_MAX_RANK];  /* in the index tensor, */
    int64_t batch_from[TRI_MAX_RANK];   /* and in the operand: 0 but for batching dimensions */
    size_t n_starts;
    const int64_t *start_map;
    int64_t start_stride, most[TRI_MAX_RANK], from_strides[TRI_MAX_RANK];
} gather;

static bool lists(const int64_t *at, size_t n, int64_t value, size_t *out_where)
{
    for (size_t i = 0; i < n; i++) {
        if (at[i] != value) continue;
        if (out_where) *out_where = i;
        return true;
    }
    return false;
}

static void gather_slices(void *context, size_t first, size_t end)
{
    const gather *g = context;
    for (size_t position = first; position < end; position++) {
        int64_t rest = (int64_t)position, to = 0, at = 0, from = 0;
        for (int d = g->n_batch - 1; d >= 0; d--) {
            int64_t index = rest % g->batch_dims[d];
            rest /= g->batch_dims[d];
            to += index * g->batch_to[d];
            at += index * g->batch_index[d];
            from += index * g->batch_from[d];
        }
        for (size_t s = 0; s < g->n_starts; s++) {
            int64_t dim = g->start_map[s];
            from += clamped_start(g->indices, at + (int64_t)s * g->start_stride, g->most[dim]) * g->from_strides[dim];
        }
        copy c = g->slice;
        move_to(&c, to);
        move_from(&c, from);
        run_copy(c);
    }
}

tri_status *tri_eval_GATHER(const tri_evaluation *evaluation, const tri_op *op, const tri_tensor *in, tri_tensor *out)
{
    (void)evaluation;
    const int64_t *offset_dims, *collapsed, *batching, *index_batching, *sizes;
    size_t n_offset = tri_op_integers(op, "offset_dims", &offset_dims), n_collapsed = tri_op_integers(op, "collapsed_slice_dims", &collapsed);
    size_t n_batching = tri_op_integers(op, "operand_batching_dims", &batching);
    size_t n_index_batching = tri_op_integers(op, "start_indices_batching_dims", &index_batching);
    tri_op_integers(op, "slice_sizes", &sizes);
    int64_t vector_dim = tri_op_integer(op, "index_vector_dim", in[1].type.rank), index_strides[TRI_MAX_RANK], to_strides[TRI_MAX_RANK];
    gather g = {.operand = &in[0], .indices = &in[1]};
    g.n_starts = tri_op_integers(op, "start_index_map", &g.start_map);
    tri_strides(&in[0].type, g.from_strides);
    tri_strides(&in[1].type, index_strides);
    tri_strides(&out->type, to_strides);
    g.start_stride = vector_dim < in[1].type.rank ? index_strides[vector_dim] : 0;
    for (int d = 0; d < in->type.rank; d++) g.most[d] = in->type.dims[d] - sizes[d];

    g.slice = copy_into(in, out);
    g.slice.rank = 0;
    for (int d = 0; d < in->type.rank; d++) {
        if (lists(collapsed, n_collapsed, d, NULL) || lists(batching, n_batching, d, NULL) || g.slice.rank == (int)n_offset) continue;
        int at = g.slice.rank++;
        g.slice.dims[at] = sizes[d];
        g.slice.from_strides[at] = g.from_strides[d];
        g.slice.to_strides[at] = to_strides[offset_dims[at]];
    }
    if (!g.slice.rank) { /* single elements */
        g.slice.rank = 1;
        g.slice.dims[0] = g.slice.to_strides[0] = g.slice.from_strides[0] = 1;
    }
    int64_t positions = 1, index_dim = 0;
    for (int d = 0; d < out->type.rank; d++) {
        if (lists(offset_dims, n_offset, d, NULL)) continue;
        if (index_dim == vector_dim) index_dim++;
        size_t which;
        int at = g.n_batch++;
        g.batch_dims[at] = out->type.dims[d];
        g.batch_to[at] = to_strides[d];
        g.batch_index[at] = index_strides[index_dim];
        g.batch_from[at] = lists(index_batching, n_index_batching, index_dim, &which) ? g.from_strides[batching[which]] : 0;
        positions *= out->type.dims[d];
        index_dim++;
    }
    if (tri_type_elements(&out->type) < PARALLEL_ELEMENTS) gather_slices(&g, 0, (size_t)positions);
    else tri_parallel((size_t)positions, 0, gather_slices, &g);
    return NULL;
}
