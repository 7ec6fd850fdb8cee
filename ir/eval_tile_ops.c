/* ir/eval_tile_ops.c - ops from tiles to tiles: fill, mma, map, reduce, scan, slice, reshape, transpose, and one step of a combine.
 *
 * Scalar ops round to their dtype one by one; an mma, and a reduce or scan by one associative op, compute in f64 and round each result once. */
#include "ir/eval_tile_internal.h"

#include <stdlib.h>

uint64_t tri_region_work(const tri_block *region)
{
    uint64_t n = 0;
    for (const tri_op *op = region->first; op && op != region->last; op = op->next)
        n += op->kind != TRI_SCALAR_CONSTANT && op->kind != TRI_SCALAR_COORDINATE;
    return n;
}

static const tri_region_program *program_of(const tri_tile_run *run, const tri_op *op)
{
    return run->programs[tri_block_values_find(&run->values, op->results[0])];
}

/* ---- map ---- */

/* How a tile of sizes 1 repeats over a shape. */
static void repeat_strides(const tri_type *tile, const tri_type *shape, int64_t *out)
{
    tri_strides(tile, out);
    for (int d = 0; d < shape->rank; d++)
        if (tile->dims[d] == 1 && shape->dims[d] != 1) out[d] = 0;
}

static void load_repeated(const tri_tile *tile, const tri_type *shape, int64_t first, size_t n, char *out)
{
    int64_t strides[TRI_MAX_RANK];
    size_t bytes = tri_dtype_bytes((tri_dtype)tile->type.dtype);
    repeat_strides(&tile->type, shape, strides);
    for (size_t l = 0; l < n; l++) {
        int64_t rest = first + (int64_t)l, at = 0;
        for (int d = shape->rank - 1; d >= 0; d--) {
            at += rest % shape->dims[d] * strides[d];
            rest /= shape->dims[d];
        }
        memcpy(out + l * bytes, (const char *)tile->data + (size_t)at * bytes, bytes);
    }
}

enum { MOST_TILES = 16 };

static tri_status *map(tri_tile_run *run, const tri_op *op)
{
    const tri_type *shape = &op->results[0]->type;
    if (op->n_operands > MOST_TILES || op->n_results > MOST_TILES)
        return tri_tile_error(run, TRI_UNSUPPORTED, op, "a map of more than %d tiles", MOST_TILES);
    tri_tile *results[MOST_TILES] = {0};
    for (uint32_t i = 0; i < op->n_results; i++) {
        tri_status *status = tri_tile_create(run, op, &op->results[i]->type, &results[i]);
        if (status) {
            for (uint32_t j = 0; j < i; j++) tri_tile_drop(results[j]);
            return status;
        }
    }
    int64_t n = tri_type_elements(shape);
    char repeated[MOST_TILES][8 * TRI_LANES];
    int32_t coordinates[TRI_MAX_RANK][TRI_LANES];
    const int32_t *coordinate_rows[TRI_MAX_RANK];
    for (int d = 0; d < TRI_MAX_RANK; d++) coordinate_rows[d] = coordinates[d];
    for (int64_t first = 0; first < n; first += TRI_LANES) {
        size_t lanes = (size_t)(n - first < TRI_LANES ? n - first : TRI_LANES);
        const void *arguments[MOST_TILES];
        void *out[MOST_TILES];
        for (uint32_t i = 0; i < op->n_operands; i++) {
            const tri_tile *tile = tri_tile_of_value(run, op->operands[i]);
            arguments[i] = repeated[i];
            if (tri_shape_equal(&tile->type, shape))
                arguments[i] = (const char *)tile->data + (size_t)first * tri_dtype_bytes((tri_dtype)tile->type.dtype);
            else load_repeated(tile, shape, first, lanes, repeated[i]);
        }
        for (uint32_t i = 0; i < op->n_results; i++)
            out[i] = (char *)results[i]->data + (size_t)first * tri_dtype_bytes((tri_dtype)results[i]->type.dtype);
        for (size_t l = 0; l < lanes; l++) {
            int64_t rest = first + (int64_t)l;
            for (int d = shape->rank - 1; d >= 0; d--) {
                coordinates[d][l] = (int32_t)(rest % shape->dims[d]);
                rest /= shape->dims[d];
            }
        }
        tri_region_run(program_of(run, op), lanes, arguments, coordinate_rows, out);
    }
    for (uint32_t i = 0; i < op->n_results; i++) tri_tile_set(run, op->results[i], results[i]);
    run->counts.flops += (uint64_t)n * tri_region_work(op->regions[0]);
    return NULL;
}

/* ---- reduce and scan: [outer, terms, inner] ---- */

typedef struct fold {
    uint32_t n;
    int64_t terms, inner, results; /* results: outer * inner */
    const tri_tile *in[MOST_TILES];
    tri_tile *out[MOST_TILES];
    bool scan;
    tri_op_kind single;
    const tri_region_program *program;
} fold;

/* Element `term` of fold number `at`. */
static int64_t fold_element(const fold *f, int64_t at, int64_t term) { return (at / f->inner * f->terms + term) * f->inner + at % f->inner; }

static void copy_terms(const fold *f, const tri_tile *tile, int64_t first, size_t n, int64_t term, char *out)
{
    size_t bytes = tri_dtype_bytes((tri_dtype)tile->type.dtype);
    for (size_t l = 0; l < n; l++)
        memcpy(out + l * bytes, (const char *)tile->data + (size_t)fold_element(f, first + (int64_t)l, term) * bytes, bytes);
}

static void put_terms(const fold *f, tri_tile *tile, int64_t first, size_t n, int64_t term, const char *from)
{
    size_t bytes = tri_dtype_bytes((tri_dtype)tile->type.dtype);
    for (size_t l = 0; l < n; l++) {
        int64_t at = f->scan ? fold_element(f, first + (int64_t)l, term) : first + (int64_t)l;
        memcpy((char *)tile->data + (size_t)at * bytes, from + l * bytes, bytes);
    }
}

static void fold_single(const fold *f, int64_t first, size_t n)
{
    tri_dtype dtype = (tri_dtype)f->in[0]->type.dtype;
    char elements[8 * TRI_LANES];
    tri_lane sum[TRI_LANES], term[TRI_LANES];
    for (int64_t t = 0; t < f->terms; t++) {
        copy_terms(f, f->in[0], first, n, t, elements);
        tri_lanes_load(dtype, elements, n, t ? term : sum);
        if (t) tri_lanes_apply(f->single, dtype, n, (const tri_lane *const[3]){sum, term, term}, sum);
        if (!f->scan && t + 1 < f->terms) continue;
        tri_lanes_store(dtype, elements, n, sum);
        put_terms(f, f->out[0], first, n, t, elements);
    }
}

static void fold_region(const fold *f, int64_t first, size_t n)
{
    char sums[MOST_TILES][8 * TRI_LANES], terms[MOST_TILES][8 * TRI_LANES];
    const void *arguments[2 * MOST_TILES];
    void *results[MOST_TILES];
    for (uint32_t i = 0; i < f->n; i++) {
        arguments[i] = results[i] = sums[i];
        arguments[f->n + i] = terms[i];
    }
    for (int64_t t = 0; t < f->terms; t++) {
        for (uint32_t i = 0; i < f->n; i++) copy_terms(f, f->in[i], first, n, t, t ? terms[i] : sums[i]);
        if (t) tri_region_run(f->program, n, arguments, NULL, results);
        if (!f->scan && t + 1 < f->terms) continue;
        for (uint32_t i = 0; i < f->n; i++) put_terms(f, f->out[i], first, n, t, sums[i]);
    }
}

static tri_status *reduce(tri_tile_run *run, const tri_op *op)
{
    fold f = {.n = op->n_operands, .scan = op->kind == TRI_TILE_SCAN, .inner = 1, .program = program_of(run, op)};
    const tri_type *shape = &op->operands[0]->type;
    int64_t dim = tri_op_integer(op, "dim", -1), outer = 1;
    if (dim < 0 || dim >= shape->rank || !f.n || f.n > MOST_TILES || op->n_results != f.n || op->regions[0]->n_args != 2 * f.n ||
        shape->dims[dim] < 1)
        return tri_tile_error(run, TRI_INVALID, op,
                              "needs 1 to %d tiles, a dimension of them that is not empty, and a region of twice as many arguments", MOST_TILES);
    for (int d = 0; d < dim; d++) outer *= shape->dims[d];
    for (int d = (int)dim + 1; d < shape->rank; d++) f.inner *= shape->dims[d];
    f.terms = shape->dims[dim];
    f.results = outer * f.inner;
    f.single = f.n == 1 ? tri_region_single_op(op->regions[0]) : TRI_OP_NONE;
    for (uint32_t i = 0; i < f.n; i++) {
        f.in[i] = tri_tile_of_value(run, op->operands[i]);
        tri_status *status = tri_tile_create(run, op, &op->results[i]->type, &f.out[i]);
        if (status) {
            for (uint32_t j = 0; j < i; j++) tri_tile_drop(f.out[j]);
            return status;
        }
    }
    for (int64_t at = 0; at < f.results; at += TRI_LANES)
        (f.single ? fold_single : fold_region)(&f, at, (size_t)(f.results - at < TRI_LANES ? f.results - at : TRI_LANES));
    for (uint32_t i = 0; i < f.n; i++) tri_tile_set(run, op->results[i], f.out[i]);
    run->counts.flops += (uint64_t)tri_type_elements(shape) * tri_region_work(op->regions[0]);
    return NULL;
}

tri_status *tri_tile_fold(tri_tile_run *run, const tri_op *op, tri_tile **sum, tri_tile *const *term)
{
    uint32_t n = op->n_operands;
    const void *arguments[2 * MOST_TILES];
    void *results[MOST_TILES];
    tri_tile *next[MOST_TILES] = {0};
    int64_t elements = n ? tri_type_elements(&op->operands[0]->type) : 0;
    if (n > MOST_TILES) return tri_tile_error(run, TRI_UNSUPPORTED, op, "a combine of more than %d tiles", MOST_TILES);
    tri_status *status = NULL;
    for (uint32_t i = 0; i < n && !status; i++) status = tri_tile_create(run, op, &op->results[i]->type, &next[i]);
    for (int64_t at = 0; at < elements && !status; at += TRI_LANES) {
        for (uint32_t i = 0; i < n; i++) {
            size_t offset = (size_t)at * tri_dtype_bytes((tri_dtype)next[i]->type.dtype);
            arguments[i] = (const char *)sum[i]->data + offset;
            arguments[n + i] = (const char *)term[i]->data + offset;
            results[i] = (char *)next[i]->data + offset;
        }
        tri_region_run(program_of(run, op), (size_t)(elements - at < TRI_LANES ? elements - at : TRI_LANES), arguments, NULL, results);
    }
    for (uint32_t i = 0; i < n; i++) {
        tri_tile_drop(status ? next[i] : sum[i]);
        if (!status) sum[i] = next[i];
    }
    return status;
}

/* ---- mma ---- */

typedef struct product {
    int64_t batch, m, n, k;
    const tri_tile *a, *b, *c; /* c may be null */
    tri_tile *out;
} product;

static void multiply_f64(const product *p, double *a, double *b, double *c)
{
    enum { BLOCKED_FROM = 1 << 16 }; /* below, blocking costs more than it saves */
    tri_load_f64_n((tri_dtype)p->a->type.dtype, p->a->data, (size_t)(p->batch * p->m * p->k), a);
    tri_load_f64_n((tri_dtype)p->b->type.dtype, p->b->data, (size_t)(p->batch * p->k * p->n), b);
    if (p->c) tri_load_f64_n((tri_dtype)p->c->type.dtype, p->c->data, (size_t)(p->batch * p->m * p->n), c);
    for (int64_t i = 0; i < p->batch; i++, a += p->m * p->k, b += p->k * p->n, c += p->m * p->n) {
        if (p->m * p->n * p->k >= BLOCKED_FROM) {
            tri_gemm_f64((size_t)p->m, (size_t)p->n, (size_t)p->k, a, p->k, 1, b, p->n, 1, c, p->n);
            continue;
        }
        for (int64_t row = 0; row < p->m; row++)
            for (int64_t k = 0; k < p->k; k++)
                for (int64_t column = 0; column < p->n; column++) c[row * p->n + column] += a[row * p->k + k] * b[k * p->n + column];
    }
}

static int64_t integer_at(const tri_tile *tile, int64_t at)
{
    tri_dtype dtype = (tri_dtype)tile->type.dtype;
    return tri_load_i64(dtype, (const char *)tile->data + (size_t)at * tri_dtype_bytes(dtype));
}

static void multiply_i64(const product *p)
{
    tri_dtype dtype = (tri_dtype)p->out->type.dtype;
    for (int64_t at = 0; at < p->batch * p->m * p->n; at++) {
        int64_t batch = at / (p->m * p->n), row = at / p->n % p->m, column = at % p->n;
        uint64_t sum = p->c ? (uint64_t)integer_at(p->c, at) : 0;
        for (int64_t k = 0; k < p->k; k++)
            sum += (uint64_t)integer_at(p->a, (batch * p->m + row) * p->k + k) * (uint64_t)integer_at(p->b, (batch * p->k + k) * p->n + column);
        tri_store_i64(dtype, (char *)p->out->data + (size_t)at * tri_dtype_bytes(dtype), (int64_t)sum);
    }
}

static tri_status *mma(tri_tile_run *run, const tri_op *op)
{
    product p = {.a = tri_tile_of_value(run, op->operands[0]), .b = tri_tile_of_value(run, op->operands[1]), .batch = 1};
    if (op->n_operands > 2) p.c = tri_tile_of_value(run, op->operands[2]);
    int rank = p.a->type.rank;
    p.m = p.a->type.dims[rank - 2];
    p.k = p.a->type.dims[rank - 1];
    p.n = p.b->type.dims[rank - 1];
    for (int d = 0; d < rank - 2; d++) p.batch *= p.a->type.dims[d];
    TRI_TRY(tri_tile_create(run, op, &op->results[0]->type, &p.out));
    tri_dtype dtype = (tri_dtype)p.out->type.dtype;
    if (tri_dtype_is_float(dtype)) {
        size_t n_a = (size_t)(p.batch * p.m * p.k), n_b = (size_t)(p.batch * p.k * p.n), n_c = (size_t)(p.batch * p.m * p.n);
        double *memory = calloc(n_a + n_b + n_c + 1, sizeof *memory);
        if (!memory) {
            tri_tile_drop(p.out);
            return tri_tile_error(run, TRI_NO_MEMORY, op, "no memory for its operands as f64");
        }
        multiply_f64(&p, memory, memory + n_a, memory + n_a + n_b);
        tri_store_f64_n(dtype, p.out->data, n_c, memory + n_a + n_b);
        free(memory);
    } else {
        multiply_i64(&p);
    }
    tri_tile_set(run, op->results[0], p.out);
    run->counts.flops += 2 * (uint64_t)(p.batch * p.m * p.n * p.k);
    return NULL;
}

/* ---- the same elements, elsewhere ---- */

/* Copies a part of a tile, by strides of the source. */
static tri_status *rearrange(tri_tile_run *run, const tri_op *op, int64_t first, const int64_t *strides)
{
    const tri_tile *from = tri_tile_of_value(run, op->operands[0]);
    tri_tile *tile;
    TRI_TRY(tri_tile_create(run, op, &op->results[0]->type, &tile));
    size_t bytes = tri_dtype_bytes((tri_dtype)tile->type.dtype);
    for (int64_t i = 0, n = tri_type_elements(&tile->type); i < n; i++) {
        int64_t rest = i, at = first;
        for (int d = tile->type.rank - 1; d >= 0; d--) {
            at += rest % tile->type.dims[d] * strides[d];
            rest /= tile->type.dims[d];
        }
        memcpy((char *)tile->data + (size_t)i * bytes, (const char *)from->data + (size_t)at * bytes, bytes);
    }
    tri_tile_set(run, op->results[0], tile);
    return NULL;
}

static tri_status *slice(tri_tile_run *run, const tri_op *op)
{
    const tri_type *from = &op->operands[0]->type, *to = &op->results[0]->type;
    const int64_t *offsets;
    int64_t strides[TRI_MAX_RANK], first = 0;
    if (tri_op_integers(op, "offsets", &offsets) != (size_t)from->rank || from->rank != to->rank)
        return tri_tile_error(run, TRI_INVALID, op, "needs an offset for each dimension");
    tri_strides(from, strides);
    for (int d = 0; d < from->rank; d++) {
        if (offsets[d] < 0 || offsets[d] > from->dims[d] - to->dims[d])
            return tri_tile_error(run, TRI_INVALID, op, "dimension %d leaves the tile", d);
        first += offsets[d] * strides[d];
    }
    return rearrange(run, op, first, strides);
}

static tri_status *transpose(tri_tile_run *run, const tri_op *op)
{
    int64_t strides[TRI_MAX_RANK];
    int rank = op->operands[0]->type.rank;
    if (rank < 2) return tri_tile_error(run, TRI_INVALID, op, "needs two dimensions");
    tri_strides(&op->operands[0]->type, strides);
    int64_t swapped = strides[rank - 1];
    strides[rank - 1] = strides[rank - 2];
    strides[rank - 2] = swapped;
    return rearrange(run, op, 0, strides);
}

static tri_status *reshape(tri_tile_run *run, const tri_op *op)
{
    tri_tile *tile;
    TRI_TRY(tri_tile_create(run, op, &op->results[0]->type, &tile));
    memcpy(tile->data, tri_tile_of_value(run, op->operands[0])->data, tri_type_bytes(&tile->type));
    tri_tile_set(run, op->results[0], tile);
    return NULL;
}

static tri_status *fill(tri_tile_run *run, const tri_op *op)
{
    tri_tile *tile;
    TRI_TRY(tri_tile_create(run, op, &op->results[0]->type, &tile));
    tri_dtype dtype = (tri_dtype)tile->type.dtype;
    size_t bytes = tri_dtype_bytes(dtype);
    unsigned char element[8];
    if (op->n_operands) {
        tri_lane lane = {.i = tri_tile_index_of(run, op->operands[0])};
        tri_lanes_convert(TRI_I64, dtype, 1, &lane, &lane);
        tri_lanes_store(dtype, element, 1, &lane);
    } else {
        tri_store_f64(dtype, element, tri_op_number(op, "value", 0));
    }
    for (int64_t i = 0, n = tri_type_elements(&tile->type); i < n; i++) memcpy((char *)tile->data + (size_t)i * bytes, element, bytes);
    tri_tile_set(run, op->results[0], tile);
    return NULL;
}

tri_status *tri_tile_arithmetic(tri_tile_run *run, const tri_op *op)
{
    switch ((int)op->kind) {
    case TRI_TILE_FILL: return fill(run, op);
    case TRI_TILE_MMA: return mma(run, op);
    case TRI_TILE_MAP: return map(run, op);
    case TRI_TILE_REDUCE:
    case TRI_TILE_SCAN: return reduce(run, op);
    case TRI_TILE_SLICE: return slice(run, op);
    case TRI_TILE_RESHAPE: return reshape(run, op);
    case TRI_TILE_TRANSPOSE: return transpose(run, op);
    default: return tri_tile_error(run, TRI_UNSUPPORTED, op, "cannot be evaluated here");
    }
}
