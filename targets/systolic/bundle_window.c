/* targets/systolic/bundle_window.c - windows of buffers as DMAs. Where a window ends is known here: what lies inside is transferred in
 * pieces, whole blocks of 128 columns together and cut ones alone; what lies outside is set by the vector unit. */
#include "targets/systolic/bundle.h"

/* One dimension of the tile in the buffer: element i is at position low + i step; [first, end) lie inside. */
typedef struct extent {
    int64_t low, step, stride, length, first, end;
} extent;

#define FAR ((int64_t)1 << 30)

static int64_t clamped(int64_t v, int64_t low, int64_t high) { return v < low ? low : v > high ? high : v; }
static int64_t divide_up(int64_t a, int64_t b) { return a >= 0 ? (a + b - 1) / b : -(-a / b); }

static void clip(extent *e, int64_t limit)
{
    int64_t step = e->step < 0 ? -e->step : e->step;
    if (e->step > 0) {
        e->first = divide_up(-e->low, step);
        e->end = divide_up(limit - e->low, step);
    } else { /* positions fall: below the limit first, then below 0 */
        e->first = divide_up(e->low - limit + 1, step);
        e->end = divide_up(e->low + 1, step);
    }
    e->first = clamped(e->first, 0, e->length);
    e->end = clamped(e->end, e->first, e->length);
}

typedef struct window {
    extent dim[2];  /* rows, columns */
    int64_t offset; /* elements */
    bool outside;   /* a point lies outside: all of it does */
} window;

static bool read_window(bundle *b, const tri_op *op, uint32_t buffer, window *w)
{
    const tri_type *type = &op->operands[buffer]->type;
    int64_t stride = 1;
    int slices = 0;
    *w = (window){.dim = {{.step = 1, .length = 1, .end = 1}, {.step = 1, .length = 1, .end = 1}}};
    for (uint32_t d = op->n_window; d-- > 0; stride *= type->dims[d]) {
        const tri_window_dim *at = &op->window[d];
        if (at->kind == TRI_WINDOW_GATHER || (at->kind == TRI_WINDOW_SLICE && slices == 2)) {
            bundle_fail(b, op, TRI_UNSUPPORTED,
                        at->kind == TRI_WINDOW_GATHER ? "a gather is not lowered in scheduled programs for %s"
                                                      : "a window with more than two spans is not lowered for %s",
                        b->chip.name);
            return false;
        }
        int64_t position = bundle_index(b, op->operands[at->operand]), limit = type->dims[d];
        if (at->lim) {
            int64_t bound = bundle_index(b, op->operands[at->lim]);
            if (bound < limit) limit = bound;
        }
        if (at->kind == TRI_WINDOW_POINT) {
            if (position < 0 || position >= limit)
                w->outside = true;
            else
                w->offset += position * stride;
            continue;
        }
        extent *e = &w->dim[1 - slices++];
        *e = (extent){.low = position, .step = at->step ? at->step : 1, .stride = stride, .length = at->length};
        if (e->step < -FAR || e->step > FAR || e->length > FAR) {
            bundle_fail(b, op, TRI_UNSUPPORTED, "a window steps by more than %lld", (long long)FAR);
            return false;
        }
        bool far = position < -FAR * FAR || position > FAR * FAR; /* beyond anything that length and step could bring back */
        if (far)
            e->low = 0;
        else
            clip(e, limit);
    }
    return true;
}

/* Calls for each piece of rows [r0, r1) and columns [c0, c1): whole blocks together, cut ones alone. */
typedef struct rectangle {
    int64_t row, rows, column, groups, lanes;
} rectangle;

static bool next_rectangle(const int64_t rows[2], const int64_t columns[2], rectangle *r)
{
    int64_t column = r->rows ? r->column + (r->groups - 1) * LANES + r->lanes : columns[0], left = columns[1] - column;
    if (left <= 0 || rows[1] <= rows[0]) return false;
    *r = (rectangle){.row = rows[0], .rows = rows[1] - rows[0], .column = column, .groups = 1, .lanes = LANES - column % LANES};
    if (r->lanes > left) r->lanes = left;
    if (r->lanes == LANES) r->groups = left / LANES;
    return true;
}

static uint8_t on_chip(bundle *b, const view *v, const rectangle *r, uint32_t *out_address)
{
    uint32_t size = view_size(v);
    tri_systolic_ap ap = {.space = TRI_SYS_SP, .dtype = v->dtype, .npart = (uint16_t)r->lanes, .ndim = 1};
    if (r->groups == 1 || (r->rows * size == v->stride && r->groups * r->rows <= UINT16_MAX)) {
        ap.size[0] = (uint16_t)(r->groups * r->rows);
        ap.stride[0] = (int32_t)size;
    } else {
        ap.ndim = 2;
        ap.size[0] = (uint16_t)r->groups;
        ap.stride[0] = (int32_t)v->stride;
        ap.size[1] = (uint16_t)r->rows;
        ap.stride[1] = (int32_t)size;
    }
    *out_address = TRI_SYS_AT(r->column % LANES, v->byte + (uint32_t)(r->column / LANES * v->stride + r->row * size));
    return ap_of(b, &ap);
}

/* From one element of the dimension to the next, where there is more than one. */
static int64_t bytes_apart(const extent *e, int64_t size) { return e->end - e->first > 1 ? e->step * e->stride * size : size; }

static uint8_t in_buffer(bundle *b, const tri_op *op, const window *w, unsigned dtype, const rectangle *r, uint32_t *out_address)
{
    int64_t size = tri_systolic_dtype_bytes(dtype), row = bytes_apart(&w->dim[0], size), column = bytes_apart(&w->dim[1], size);
    int64_t at =
        (w->offset + (w->dim[0].low + r->row * w->dim[0].step) * w->dim[0].stride + (w->dim[1].low + r->column * w->dim[1].step) * w->dim[1].stride) *
        size;
    tri_systolic_ap ap = {.space = TRI_SYS_HBM, .dtype = (uint8_t)dtype, .npart = (uint16_t)r->lanes, .plane_stride = (int32_t)column, .ndim = 2};
    ap.size[0] = (uint16_t)r->groups;
    ap.stride[0] = (int32_t)(LANES * column);
    ap.size[1] = (uint16_t)r->rows;
    ap.stride[1] = (int32_t)row;
    if (at < 0 || at > UINT32_MAX || LANES * column != ap.stride[0] || row != ap.stride[1])
        bundle_fail(b, op, TRI_UNSUPPORTED, "the window lies more than 4 GiB into its buffer, or its steps are above 2 GiB");
    *out_address = (uint32_t)at;
    return ap_of(b, &ap);
}

static void set_rectangles(bundle *b, const view *v, int64_t r0, int64_t r1, int64_t c0, int64_t c1, double value)
{
    const int64_t rows[2] = {r0, r1}, columns[2] = {c0, c1};
    tri_systolic_instruction set = tri_systolic_make(TRI_SYS_MEMSET);
    float single = (float)value;
    set.ap_src1 = TRI_SYS_IMMEDIATE;
    if (tri_dtype_is_float(tri_systolic_dtype_base(v->dtype)))
        memcpy(&set.src1, &single, 4);
    else
        set.src1 = (uint32_t)(int32_t)value;
    for (rectangle r = {0}; next_rectangle(rows, columns, &r) && !b->error;) {
        set.ap_dst = on_chip(b, v, &r, &set.dst);
        stream_add(b, STREAM_V, &set, 0);
    }
}

/* Cuts a rectangle into transfers of a size that lets what needs their first rows or columns begin early: a few blocks wide, so that runs stay long.
 */
static bool next_transfer(const bundle *b, const rectangle *whole, uint32_t size, bool rows_first, rectangle *r)
{
    enum { BLOCKS = 4, ROWS = 128 };
    int64_t groups = whole->groups < BLOCKS ? whole->groups : BLOCKS, rows = b->options.transfer_bytes / (groups * whole->lanes * size) / ROWS * ROWS;
    int64_t row = whole->row, column = whole->column, end_row = whole->row + whole->rows, end_column = whole->column + whole->groups * LANES;
    if (rows < ROWS) rows = ROWS;
    if (r->rows) {
        int64_t next_row = r->row + r->rows, next_column = r->column + r->groups * LANES;
        bool row_ends = next_row >= end_row, column_ends = next_column >= end_column;
        if (row_ends && column_ends) return false;
        row = rows_first ? (column_ends ? next_row : r->row) : row_ends ? whole->row : next_row;
        column = rows_first ? (column_ends ? whole->column : next_column) : row_ends ? next_column : r->column;
    }
    *r = *whole;
    r->row = row;
    r->rows = rows < end_row - row ? rows : end_row - row;
    r->column = column;
    r->groups = groups < (end_column - column) / LANES ? groups : (end_column - column) / LANES;
    return true;
}

static void transfer(bundle *b, const tri_op *op, uint32_t buffer, const window *w, const view *v, const rectangle *r, bool out)
{
    tri_systolic_instruction dma = tri_systolic_make(TRI_SYS_DMA);
    uint32_t here, there;
    uint8_t ap_here = on_chip(b, v, r, &here), ap_there = in_buffer(b, op, w, v->dtype, r, &there), base = (uint8_t)op->operands[buffer]->index;
    dma.dst = out ? there : here;
    dma.ap_dst = out ? ap_there : ap_here;
    dma.src0 = out ? here : there;
    dma.ap_src0 = out ? ap_here : ap_there;
    if (out)
        dma.sel_dst = base;
    else
        dma.sel_src0 = base;
    dma.x = out;
    stream_add(b, out ? STREAM_STORES : STREAM_LOADS, &dma, 0);
}

void bundle_window(bundle *b, const tri_op *op, uint32_t buffer, const view *v, bool out, bool rows_first, double fill)
{
    window w;
    if (b->error || !read_window(b, op, buffer, &w)) return;
    if (w.outside) w.dim[0].end = w.dim[0].first;
    if (w.dim[0].length != v->dims[0] || w.dim[1].length != v->dims[1] || v->dims[0] > UINT16_MAX || v->dims[1] > UINT16_MAX) {
        bundle_fail(b, op, TRI_UNSUPPORTED, "windows of %s are tiles of rank 1 or 2 with at most %d rows and columns", b->chip.name, UINT16_MAX);
        return;
    }
    const int64_t rows[2] = {w.dim[0].first, w.dim[0].end}, columns[2] = {w.dim[1].first, w.dim[1].end};
    if (!out) {
        set_rectangles(b, v, 0, rows[0], 0, v->dims[1], fill);
        set_rectangles(b, v, rows[1], v->dims[0], 0, v->dims[1], fill);
        set_rectangles(b, v, rows[0], rows[1], 0, columns[0], fill);
        set_rectangles(b, v, rows[0], rows[1], columns[1], v->dims[1], fill);
    }
    for (rectangle whole = {0}; next_rectangle(rows, columns, &whole) && !b->error;)
        for (rectangle r = {0}; next_transfer(b, &whole, view_size(v), rows_first, &r) && !b->error;) transfer(b, op, buffer, &w, v, &r, out);
}
