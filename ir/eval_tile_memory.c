/* ir/eval_tile_memory.c - windows of buffers: loading, storing and fetching, with the shadow that finds what no order of programs may depend on.
 *
 * The rules: an `out` buffer is not read; what another program wrote in this kernel is not read, nor is an element written that another program read;
 * two programs write one element only when both add or both take the maximum; a `work` element is read only after its own program wrote it. */
#include "ir/eval_tile_internal.h"

#include <stdlib.h>

/* One row of positions a buffer dimension: where each tile coordinate lies, -1 when outside the window's bound. */
typedef struct window {
    const tri_tensor *buffer;
    tri_shadow *shadow;
    tri_access access;
    int rank;
    int64_t length[TRI_MAX_RANK], stride[TRI_MAX_RANK];
    int64_t *positions[TRI_MAX_RANK];
    void *memory;
} window;

int64_t tri_window_inside(int64_t low, int64_t length, int64_t step, int64_t bound)
{
    if (!step || length <= 0) return 0;
    if (step < 0) return tri_window_inside(low + (length - 1) * step, length, -step, bound); /* the same positions, from the last to the first */
    int64_t first = low < 0 ? (low < -length * step ? length : (-low + step - 1) / step) : 0;
    int64_t end = bound <= low ? 0 : (bound - low + step - 1) / step;
    if (end > length) end = length;
    return end > first ? end - first : 0;
}

static tri_status *gather_positions(const tri_tile_run *run, const tri_op *op, const tri_window_dim *dim, int64_t extent, int64_t *out)
{
    const tri_tile *tile = tri_tile_of_value(run, op->operands[dim->operand]);
    tri_dtype dtype = (tri_dtype)tile->type.dtype;
    for (int64_t i = 0; i < dim->length; i++) {
        out[i] = tri_load_i64(dtype, (const char *)tile->data + (size_t)i * tri_dtype_bytes(dtype));
        if (out[i] < 0 || out[i] >= extent)
            return tri_tile_error(run, TRI_INVALID, op, "gather position %lld is outside the buffer's dimension of %lld", (long long)out[i],
                                  (long long)extent);
    }
    return NULL;
}

static tri_status *fill_positions(const tri_tile_run *run, const tri_op *op, window *w)
{
    for (int d = 0; d < w->rank; d++) {
        const tri_window_dim *dim = &op->window[d];
        int64_t extent = w->buffer->type.dims[d], bound = extent;
        if (dim->kind == TRI_WINDOW_GATHER) {
            TRI_TRY(gather_positions(run, op, dim, extent, w->positions[d]));
            continue;
        }
        int64_t low = tri_tile_index_of(run, op->operands[dim->operand]);
        if (dim->lim) {
            int64_t lim = tri_tile_index_of(run, op->operands[dim->lim]);
            bound = lim < bound ? lim : bound;
        }
        for (int64_t i = 0; i < w->length[d]; i++) {
            int64_t step = dim->kind == TRI_WINDOW_SLICE ? dim->step : 0, position;
            bool overflowed = __builtin_mul_overflow(i, step, &position) || __builtin_add_overflow(low, position, &position);
            w->positions[d][i] = !overflowed && position >= 0 && position < bound ? position : -1;
        }
    }
    return NULL;
}

/* `first` is the operand that is the buffer. */
static tri_status *window_open(tri_tile_run *run, const tri_op *op, uint32_t first, window *out)
{
    const tri_value *buffer = op->operands[first];
    if (buffer->block != run->kernel->body || buffer->index >= run->kernel->n_buffers || op->n_window != (uint32_t)buffer->type.rank)
        return tri_tile_error(run, TRI_INVALID, op, "operand %u must be a buffer of the kernel, with a coordinate for each of its dimensions", first);
    *out = (window){.buffer = &run->buffers[buffer->index],
                    .shadow = &run->shadows[buffer->index],
                    .access = (tri_access)run->kernel->access[buffer->index],
                    .rank = buffer->type.rank};
    int64_t n = 1;
    for (int d = 0; d < out->rank; d++) {
        out->length[d] = op->window[d].kind == TRI_WINDOW_POINT ? 1 : op->window[d].length;
        n += out->length[d];
    }
    tri_strides(&out->buffer->type, out->stride);
    int64_t *memory = malloc((size_t)n * sizeof *memory);
    if (!memory) return tri_tile_error(run, TRI_NO_MEMORY, op, "no memory for a window of %lld positions", (long long)n);
    out->memory = memory;
    for (int d = 0; d < out->rank; d++) {
        out->positions[d] = memory;
        memory += out->length[d];
    }
    tri_status *status = fill_positions(run, op, out);
    if (status) free(out->memory);
    return status;
}

/* Visits the elements of a window in row-major order of the tile. */
typedef struct walk {
    int64_t index[TRI_MAX_RANK], left;
} walk;

static walk walk_begin(const window *w)
{
    walk k = {.left = 1};
    for (int d = 0; d < w->rank; d++) k.left *= w->length[d];
    return k;
}

/* The element's offset in the buffer, or -1 outside; steps on. */
static int64_t walk_next(const window *w, walk *k)
{
    int64_t at = 0;
    for (int d = 0; d < w->rank; d++) {
        int64_t position = w->positions[d][k->index[d]];
        at = position < 0 || at < 0 ? -1 : at + position * w->stride[d];
    }
    for (int d = w->rank - 1; d >= 0; d--) {
        if (++k->index[d] < w->length[d]) break;
        k->index[d] = 0;
    }
    k->left--;
    return at;
}

static tri_status *check_read(tri_tile_run *run, const tri_op *op, const window *w, int64_t at)
{
    if (w->access == TRI_ACCESS_OUT) return tri_tile_error(run, TRI_INVALID, op, "reads an `out` buffer; declare it inout or work");
    if (!w->shadow->writer) return NULL;
    uint32_t writer = w->shadow->writer[at], *reader = &w->shadow->reader[at];
    if (writer && writer != run->program && !run->acquired)
        return tri_tile_error(run, TRI_INVALID, op, "reads element %lld, which another program of this kernel writes", (long long)at);
    if (!writer && w->access == TRI_ACCESS_WORK)
        return tri_tile_error(run, TRI_INVALID, op, "reads element %lld of a work buffer, which nobody has written", (long long)at);
    if (writer && w->shadow->hand && w->shadow->hand[at] != run->hand)
        return tri_tile_error(run, TRI_INVALID, op, "reads element %lld, which another role or instance of this program writes", (long long)at);
    *reader = *reader && *reader != run->program ? TRI_SHADOW_MANY : run->program;
    return NULL;
}

static tri_status *check_write(tri_tile_run *run, const tri_op *op, const window *w, int64_t at, tri_store_mode mode)
{
    if (!w->shadow->writer) return tri_tile_error(run, TRI_INVALID, op, "writes an `in` buffer");
    uint32_t *writer = &w->shadow->writer[at], reader = w->shadow->reader[at];
    uint8_t *before = &w->shadow->mode[at];
    if (reader && reader != run->program)
        return tri_tile_error(run, TRI_INVALID, op, "writes element %lld, which another program of this kernel reads", (long long)at);
    if (*writer && *writer != run->program && (mode == TRI_STORE_SET || *before != mode))
        return tri_tile_error(
            run, TRI_INVALID, op,
            "writes element %lld, which another program of this kernel writes too; only `add` with `add` and `max` with `max` may meet",
            (long long)at);
    if (!*writer && w->access == TRI_ACCESS_OUT && mode != TRI_STORE_SET)
        return tri_tile_error(run, TRI_INVALID, op,
                              "accumulates into element %lld of an `out` buffer, which nobody has set; declare it inout or work", (long long)at);
    if (w->shadow->hand) {
        if (*writer && w->shadow->hand[at] != run->hand && mode == TRI_STORE_SET)
            return tri_tile_error(run, TRI_INVALID, op, "writes element %lld, which another role or instance of this program writes too",
                                  (long long)at);
        w->shadow->hand[at] = run->hand;
    }
    /* What one program does to its own element in several ways counts as set: nobody else may meet it. */
    if (*writer && *writer == run->program && *before != mode) mode = TRI_STORE_SET;
    *before = (uint8_t)mode;
    *writer = *writer && *writer != run->program ? TRI_SHADOW_MANY : run->program;
    return NULL;
}

tri_status *tri_tile_load_window_as(tri_tile_run *run, const tri_op *op, uint32_t buffer, const tri_type *type, tri_tile **out)
{
    window w;
    TRI_TRY(window_open(run, op, buffer, &w));
    tri_dtype dtype = (tri_dtype)w.buffer->type.dtype;
    size_t bytes = tri_dtype_bytes(dtype);
    unsigned char fill[8] = {0};
    tri_store_f64(dtype, fill, tri_op_number(op, "fill", 0));
    tri_tile *tile = NULL;
    tri_status *status = tri_tile_create(run, op, type, &tile);
    walk k = walk_begin(&w);
    if (!status && k.left != tri_type_elements(&tile->type))
        status = tri_tile_error(run, TRI_INVALID, op, "the window does not have the tile's number of elements");
    char *to = tile ? tile->data : NULL;
    for (; !status && k.left; to += bytes) {
        int64_t at = walk_next(&w, &k);
        if (at < 0) {
            memcpy(to, fill, bytes);
            continue;
        }
        if (w.access != TRI_ACCESS_IN) status = check_read(run, op, &w, at);
        memcpy(to, (const char *)w.buffer->data + (size_t)at * bytes, bytes);
        run->counts.bytes_loaded += bytes;
    }
    free(w.memory);
    if (status)
        tri_tile_drop(tile);
    else
        *out = tile;
    return status;
}

tri_status *tri_tile_load_window(tri_tile_run *run, const tri_op *op)
{
    tri_tile *tile;
    TRI_TRY(tri_tile_load_window_as(run, op, 0, &op->results[0]->type, &tile));
    tri_tile_set(run, op->results[0], tile);
    return NULL;
}

/* to = to + from, or max, rounded to the buffer's dtype. */
static void accumulate(tri_dtype dtype, tri_store_mode mode, char *to, const char *from)
{
    tri_lane old, new;
    tri_lanes_load(dtype, to, 1, &old);
    tri_lanes_load(dtype, from, 1, &new);
    tri_lanes_apply(mode == TRI_STORE_ADD ? TRI_SCALAR_ADD : TRI_SCALAR_MAXIMUM, dtype, 1, (const tri_lane *const[3]){&old, &new, &new}, &new);
    tri_lanes_store(dtype, to, 1, &new);
}

tri_status *tri_tile_store_window(tri_tile_run *run, const tri_op *op)
{
    if (tri_op_attr(op, "peer")) return tri_tile_error(run, TRI_UNSUPPORTED, op, "stores to a peer; this evaluator has one rank");
    const tri_tile *tile = tri_tile_of_value(run, op->operands[0]);
    const char *mode_text = tri_op_text(op, "mode", "set");
    tri_store_mode mode = !strcmp(mode_text, "add") ? TRI_STORE_ADD : !strcmp(mode_text, "max") ? TRI_STORE_MAX : TRI_STORE_SET;
    window w;
    TRI_TRY(window_open(run, op, 1, &w));
    tri_dtype dtype = (tri_dtype)w.buffer->type.dtype;
    size_t bytes = tri_dtype_bytes(dtype);
    walk k = walk_begin(&w);
    tri_status *status = NULL;
    if (tile->type.dtype != w.buffer->type.dtype || k.left != tri_type_elements(&tile->type))
        status = tri_tile_error(run, TRI_INVALID, op, "the tile does not have the dtype and the number of elements of the window");
    const char *from = tile->data;
    for (; !status && k.left; from += bytes) {
        int64_t at = walk_next(&w, &k);
        if (at < 0) continue;
        status = check_write(run, op, &w, at, mode);
        if (status) break;
        char *to = (char *)w.buffer->data + (size_t)at * bytes;
        if (mode == TRI_STORE_SET)
            memcpy(to, from, bytes);
        else
            accumulate(dtype, mode, to, from);
        run->counts.bytes_stored += bytes;
    }
    free(w.memory);
    return status;
}

tri_status *tri_tile_fetch_element(tri_tile_run *run, const tri_op *op)
{
    window w;
    TRI_TRY(window_open(run, op, 0, &w));
    walk k = walk_begin(&w);
    int64_t at = k.left == 1 ? walk_next(&w, &k) : -1;
    free(w.memory);
    if (at < 0) return tri_tile_error(run, TRI_INVALID, op, "fetches outside its buffer");
    if (w.access != TRI_ACCESS_IN) TRI_TRY(check_read(run, op, &w, at));
    tri_dtype dtype = (tri_dtype)w.buffer->type.dtype;
    int64_t value = tri_load_i64(dtype, (const char *)w.buffer->data + (size_t)at * tri_dtype_bytes(dtype));
    int64_t low = tri_op_integer(op, "low", INT64_MIN), high = tri_op_integer(op, "high", INT64_MAX);
    if (value < low || value >= high)
        return tri_tile_error(run, TRI_INVALID, op, "fetched %lld, which is not in the stated range [%lld, %lld)", (long long)value, (long long)low,
                              (long long)high);
    run->counts.bytes_loaded += tri_dtype_bytes(dtype);
    tri_tile_value_of(run, op->results[0])->index = value;
    return NULL;
}
