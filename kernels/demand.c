/* kernels/demand.c - the walk from a requested window of the root back to loads. Each op row that can be fused has a rule here: how a window of its
 * result is made of windows of its operands. Needs a verified region; guarantees a tile program whose statements stand in the order of need. */
#include "kernels/demand.h"

#include <math.h>

/* ---- small helpers ---- */

static int rank_of(const tri_request *request, int rank)
{
    int spans = 0;
    for (int i = 0; i < rank; i++) spans += request->at[i].kind == TRI_WINDOW_SLICE;
    return spans;
}

static tri_value *add(tri_block *block, tri_value *a, tri_value *b) { return tri_tile_arith(block, TRI_SCALAR_ADD, a, b); }
static tri_value *add_constant(tri_block *block, tri_value *a, int64_t b) { return add(block, a, tri_tile_index(block, b)); }

static tri_coord shifted(tri_block *block, tri_coord coord, int64_t by)
{
    if (by) coord.at = add_constant(block, coord.at, by);
    return coord;
}

static const int64_t ones[TRI_MAX_RANK] = {1, 1, 1, 1, 1, 1, 1, 1};

/* A tile that holds one number, with `rank` dimensions of size 1, from a rank-0 tile. */
static tri_value *as_rank(tri_block *block, tri_value *tile, int rank) { return tri_tile_reshape(block, tile, rank, ones); }

tri_value *tri_demand_map(tri_block *block, tri_op_kind scalar, tri_dtype result, uint32_t n, tri_value *const *tiles)
{
    tri_type type = tiles[0]->type;
    type.dtype = (uint8_t)result;
    for (uint32_t i = 1; i < n; i++)
        for (int d = 0; d < type.rank; d++)
            if (tiles[i]->type.dims[d] > type.dims[d]) type.dims[d] = tiles[i]->type.dims[d];
    tri_op *map = tri_tile_map(block, n, tiles, 1, &type, NULL);
    tri_value *out = tri_scalar(map->regions[0], scalar, result, n, map->regions[0]->args);
    tri_tile_yield(map->regions[0], 1, &out);
    return map->results[0];
}

tri_value *tri_demand_expand(tri_block *block, tri_value *tile, const int64_t *dims)
{
    bool same = true;
    for (int d = 0; d < tile->type.rank; d++) same &= tile->type.dims[d] == dims[d];
    if (same) return tile;
    tri_type type = tri_tile_of((tri_dtype)tile->type.dtype, tile->type.rank, dims);
    tri_op *map = tri_tile_map(block, 1, &tile, 1, &type, NULL);
    tri_tile_yield(map->regions[0], 1, map->regions[0]->args);
    return map->results[0];
}

const tri_op *tri_group_root(const tri_op *group) { return group->regions[0]->last->operands[0]->op; }

const tri_op *tri_group_contraction(const tri_op *group)
{
    for (const tri_op *op = group->regions[0]->first; op; op = op->next)
        if (op->kind == TRI_OP_DOT_GENERAL) return op;
    return NULL;
}

const tri_attr *tri_splat_of(const tri_value *value)
{
    while (value->op && (value->op->kind == TRI_OP_BROADCAST_IN_DIM || value->op->kind == TRI_OP_RESHAPE)) value = value->op->operands[0];
    if (!value->op || value->op->kind != TRI_OP_CONSTANT) return NULL;
    const tri_attr *literal = tri_op_attr(value->op, "value");
    return literal->splat || tri_type_elements(&literal->type) == 1 ? literal : NULL;
}

tri_value *tri_demand_buffer(const tri_demand *demand, const tri_value *value)
{
    return value->block == demand->group->regions[0] ? demand->kernel->body->args[value->index] : NULL;
}

void tri_demand_begin(tri_demand *demand, tri_module *module, const char *name, const tri_op *group)
{
    demand->kernel = tri_kernel_create(module, name);
    demand->group = group;
    for (uint32_t i = 0; i < group->n_operands + group->n_results; i++) {
        bool in = i < group->n_operands;
        tri_type type = in ? group->operands[i]->type : group->results[i - group->n_operands]->type;
        type.kind = TRI_TYPE_BUFFER;
        tri_kernel_add_buffer(demand->kernel, NULL, type, in ? TRI_ACCESS_IN : TRI_ACCESS_OUT);
    }
}

/* Positions along dimension `d` of the request as i32, a tile with the rank of the request: the span's length along it and 1 elsewhere. */
static tri_value *positions(tri_block *block, const tri_request *request, int rank, int d)
{
    int spans = rank_of(request, rank), place = 0;
    for (int i = 0; i < d; i++) place += request->at[i].kind == TRI_WINDOW_SLICE;
    tri_value *base = tri_tile_fill_index(block, tri_tile_of(TRI_I32, spans, ones), request->at[d].at);
    if (request->at[d].kind == TRI_WINDOW_POINT) return base;
    int64_t dims[TRI_MAX_RANK];
    for (int i = 0; i < spans; i++) dims[i] = i == place ? request->at[d].length : 1;
    tri_type type = tri_tile_of(TRI_I32, spans, dims);
    tri_op *map = tri_tile_map(block, 1, &base, 1, &type, NULL);
    tri_block *region = map->regions[0];
    tri_value *sum = tri_scalar(region, TRI_SCALAR_ADD, TRI_I32, 2, (tri_value *[]){region->args[0], tri_scalar_coordinate(region, place)});
    tri_tile_yield(region, 1, &sum);
    return map->results[0];
}

/* i1: `low` <= position < `high`, without the tests that every position within [0, size) passes. Null: always. */
static tri_value *inside(tri_block *block, tri_value *position, int64_t low, int64_t high, int64_t size)
{
    if (low <= 0 && high >= size) return NULL;
    tri_type type = position->type;
    type.dtype = TRI_I1;
    tri_op *map = tri_tile_map(block, 1, &position, 1, &type, NULL);
    tri_block *region = map->regions[0];
    tri_value *x = region->args[0], *result = NULL;
    if (low > 0) result = tri_scalar(region, TRI_SCALAR_GE, TRI_I1, 2, (tri_value *[]){x, tri_scalar_constant(region, TRI_I32, (double)low)});
    if (high < size) {
        tri_value *below = tri_scalar(region, TRI_SCALAR_LT, TRI_I1, 2, (tri_value *[]){x, tri_scalar_constant(region, TRI_I32, (double)high)});
        result = result ? tri_scalar(region, TRI_SCALAR_AND, TRI_I1, 2, (tri_value *[]){result, below}) : below;
    }
    tri_tile_yield(region, 1, &result);
    return map->results[0];
}

static tri_value *both(tri_block *block, tri_value *a, tri_value *b)
{
    if (!a || !b) return a ? a : b;
    return tri_demand_map(block, TRI_SCALAR_AND, TRI_I1, 2, (tri_value *[]){a, b});
}

/* ---- rules ---- */

static tri_value *elementwise(tri_demand *demand, tri_block *block, const tri_op *op, const tri_request *request)
{
    int rank = op->results[0]->type.rank, spans = rank_of(request, rank);
    tri_dtype dtype = (tri_dtype)op->results[0]->type.dtype;
    tri_value *tiles[3];
    const tri_attr *literals[3];
    uint32_t n_tiles = 0;
    tri_type type = tri_tile_of(dtype, spans, ones);
    for (uint32_t i = 0; i < op->n_operands; i++) {
        literals[i] = tri_splat_of(op->operands[i]);
        if (literals[i]) continue;
        bool scalar = op->operands[i]->type.rank == 0 && rank > 0; /* the predicate of select, the bounds of clamp */
        tri_value *tile = tri_demand_tile(demand, block, op->operands[i], scalar ? &(tri_request){0} : request);
        if (scalar) tile = as_rank(block, tile, spans);
        for (int d = 0; d < spans; d++)
            if (tile->type.dims[d] > type.dims[d]) type.dims[d] = tile->type.dims[d];
        tiles[n_tiles++] = tile;
    }
    tri_op *map = tri_tile_map(block, n_tiles, tiles, 1, &type, NULL);
    tri_block *region = map->regions[0];
    tri_value *operands[3];
    for (uint32_t i = 0, next = 0; i < op->n_operands; i++)
        operands[i] =
            literals[i] ? tri_scalar_constant_bits(region, (tri_dtype)op->operands[i]->type.dtype, literals[i]->data) : region->args[next++];
    tri_value *result = tri_scalar(region, tri_op_scalar(op), dtype, op->n_operands, operands);
    tri_tile_yield(region, 1, &result);
    return map->results[0];
}

static tri_value *literal(tri_block *block, const tri_value *value, const tri_attr *attr, int spans)
{
    tri_type type = tri_tile_of((tri_dtype)value->type.dtype, spans, ones);
    tri_op *map = tri_tile_map(block, 0, NULL, 1, &type, NULL);
    tri_value *constant = tri_scalar_constant_bits(map->regions[0], (tri_dtype)value->type.dtype, attr->data);
    tri_tile_yield(map->regions[0], 1, &constant);
    return map->results[0];
}

static tri_value *iota(tri_block *block, const tri_op *op, const tri_request *request)
{
    tri_value *position = positions(block, request, op->results[0]->type.rank, (int)tri_op_integer(op, "iota_dimension", 0));
    tri_dtype dtype = (tri_dtype)op->results[0]->type.dtype;
    return dtype == TRI_I32 ? position : tri_demand_map(block, TRI_SCALAR_CONVERT, dtype, 1, &position);
}

/* Spans of the operand, in its order, become spans of the result, in the result's order; a result span that the operand does not have gets size 1.
 * `place` gives, per operand dimension, the result dimension it becomes, or -1. */
static tri_value *rearranged(tri_block *block, tri_value *tile, const tri_request *of_operand, int operand_rank, const int *place,
                             const tri_request *request, int rank)
{
    int result_dims[TRI_MAX_RANK], spans = 0;
    for (int i = 0; i < operand_rank; i++)
        if (of_operand->at[i].kind == TRI_WINDOW_SLICE) result_dims[spans++] = place[i];
    if (spans == 2 && result_dims[0] > result_dims[1]) {
        tile = tri_tile_transpose(block, tile);
        int first = result_dims[0];
        result_dims[0] = result_dims[1];
        result_dims[1] = first;
    }
    int64_t dims[TRI_MAX_RANK];
    int n = 0, next = 0;
    for (int d = 0; d < rank; d++) {
        if (request->at[d].kind != TRI_WINDOW_SLICE) continue;
        dims[n++] = next < spans && result_dims[next] == d ? tile->type.dims[next++] : 1;
    }
    return tri_tile_reshape(block, tile, n, dims);
}

static tri_value *broadcast(tri_demand *demand, tri_block *block, const tri_op *op, const tri_request *request)
{
    const tri_value *operand = op->operands[0];
    const int64_t *dims;
    tri_op_integers(op, "broadcast_dimensions", &dims);
    tri_request inner = {0};
    int place[TRI_MAX_RANK];
    for (int i = 0; i < operand->type.rank; i++) {
        bool repeated = operand->type.dims[i] == 1;
        inner.at[i] = repeated ? tri_at(tri_tile_index(block, 0)) : request->at[dims[i]];
        place[i] = (int)dims[i];
    }
    tri_value *tile = tri_demand_tile(demand, block, operand, &inner);
    return rearranged(block, tile, &inner, operand->type.rank, place, request, op->results[0]->type.rank);
}

static tri_value *transpose(tri_demand *demand, tri_block *block, const tri_op *op, const tri_request *request)
{
    const int64_t *permutation;
    int rank = op->results[0]->type.rank, place[TRI_MAX_RANK];
    tri_op_integers(op, "permutation", &permutation);
    tri_request inner = {0};
    for (int d = 0; d < rank; d++) {
        inner.at[permutation[d]] = request->at[d];
        place[permutation[d]] = d;
    }
    return rearranged(block, tri_demand_tile(demand, block, op->operands[0], &inner), &inner, rank, place, request, rank);
}

/* Matches the dimensions of a reshape that only adds or drops dimensions of size 1: place[i] is the result dimension of operand dimension i, -1 for a
 * dropped one. */
static bool unit_reshape(const tri_op *op, int *place)
{
    const tri_type *from = &op->operands[0]->type, *to = &op->results[0]->type;
    int j = 0;
    for (int i = 0; i < from->rank; i++) {
        if (from->dims[i] == 1) {
            place[i] = -1;
            continue;
        }
        while (j < to->rank && to->dims[j] == 1) j++;
        if (j == to->rank || to->dims[j] != from->dims[i]) return false;
        place[i] = j++;
    }
    while (j < to->rank && to->dims[j] == 1) j++;
    return j == to->rank;
}

static tri_value *reshape(tri_demand *demand, tri_block *block, const tri_op *op, const tri_request *request)
{
    int place[TRI_MAX_RANK];
    const tri_value *operand = op->operands[0];
    unit_reshape(op, place);
    tri_request inner = {0};
    for (int i = 0; i < operand->type.rank; i++) inner.at[i] = place[i] < 0 ? tri_at(tri_tile_index(block, 0)) : request->at[place[i]];
    return rearranged(block, tri_demand_tile(demand, block, operand, &inner), &inner, operand->type.rank, place, request, op->results[0]->type.rank);
}

/* A load of a group operand: what the ops with strides and data-dependent places are restricted to. */
static tri_value *load(tri_demand *demand, tri_block *block, const tri_value *operand, const tri_coord *window)
{
    return tri_tile_load(block, tri_demand_buffer(demand, operand), window, 0, NULL);
}

static tri_value *slice(tri_demand *demand, tri_block *block, const tri_op *op, const tri_request *request)
{
    const int64_t *starts, *strides;
    tri_op_integers(op, "start_indices", &starts);
    size_t n_strides = tri_op_integers(op, "strides", &strides);
    tri_request inner = *request;
    bool strided = false;
    for (int d = 0; d < op->results[0]->type.rank; d++) {
        int64_t stride = n_strides ? strides[d] : 1;
        strided |= stride != 1;
        if (stride != 1) inner.at[d].at = tri_tile_arith(block, TRI_SCALAR_MULTIPLY, inner.at[d].at, tri_tile_index(block, stride));
        inner.at[d] = shifted(block, inner.at[d], starts[d]);
        inner.at[d].step = stride;
    }
    return strided ? load(demand, block, op->operands[0], inner.at) : tri_demand_tile(demand, block, op->operands[0], &inner);
}

static tri_value *reverse(tri_demand *demand, tri_block *block, const tri_op *op, const tri_request *request)
{
    const int64_t *dims;
    size_t n = tri_op_integers(op, "dimensions", &dims);
    tri_coord window[TRI_MAX_RANK];
    memcpy(window, request->at, sizeof window);
    for (size_t i = 0; i < n; i++) {
        tri_value *last = tri_tile_index(block, op->results[0]->type.dims[dims[i]] - 1);
        window[dims[i]].at = tri_tile_arith(block, TRI_SCALAR_SUBTRACT, last, window[dims[i]].at);
        window[dims[i]].step = -1;
    }
    return load(demand, block, op->operands[0], window);
}

static tri_value *pad(tri_demand *demand, tri_block *block, const tri_op *op, const tri_request *request)
{
    const tri_type *from = &op->operands[0]->type, *to = &op->results[0]->type;
    const int64_t *low;
    tri_op_integers(op, "edge_padding_low", &low);
    tri_request inner = *request;
    tri_value *condition = NULL;
    for (int d = 0; d < to->rank; d++) {
        inner.at[d] = shifted(block, inner.at[d], -low[d]);
        if (low[d] > 0 || low[d] + from->dims[d] < to->dims[d])
            condition = both(block, condition, inside(block, positions(block, request, to->rank, d), low[d], low[d] + from->dims[d], to->dims[d]));
    }
    tri_value *tile = tri_demand_tile(demand, block, op->operands[0], &inner);
    if (!condition) return tile;
    tri_value *around = as_rank(block, tri_demand_tile(demand, block, op->operands[1], &(tri_request){0}), tile->type.rank);
    return tri_demand_map(block, TRI_SCALAR_SELECT, (tri_dtype)to->dtype, 3, (tri_value *[]){condition, tile, around});
}

static tri_value *concatenate(tri_demand *demand, tri_block *block, const tri_op *op, const tri_request *request)
{
    int d = (int)tri_op_integer(op, "dimension", 0);
    tri_value *position = positions(block, request, op->results[0]->type.rank, d), *result = NULL;
    int64_t end = op->results[0]->type.dims[d];
    /* From the last operand to the first: what lies before the operand's own start is the earlier ones' matter. */
    for (uint32_t i = op->n_operands; i-- > 0;) {
        int64_t start = end - op->operands[i]->type.dims[d];
        tri_request inner = *request;
        inner.at[d] = shifted(block, inner.at[d], -start);
        tri_value *tile = tri_demand_tile(demand, block, op->operands[i], &inner);
        tri_value *mine = inside(block, position, start, end, op->results[0]->type.dims[d]);
        result = result ? tri_demand_map(block, TRI_SCALAR_SELECT, (tri_dtype)tile->type.dtype, 3, (tri_value *[]){mine, tile, result}) : tile;
        end = start;
    }
    return result;
}

/* A start index moved inside [0, limit]: fetched from a buffer of any integer type. */
static tri_value *fetched_start(tri_demand *demand, tri_block *block, const tri_value *indices, tri_value *const *coords, int64_t limit)
{
    double low = tri_dtype_lowest((tri_dtype)indices->type.dtype), high = tri_dtype_highest((tri_dtype)indices->type.dtype);
    int64_t from = low < -0x1p62 ? INT64_MIN : (int64_t)low, to = high > 0x1p62 ? INT64_MAX : (int64_t)high + 1;
    tri_value *start = tri_tile_fetch(block, tri_demand_buffer(demand, indices), coords, from, to);
    start = tri_tile_arith(block, TRI_SCALAR_MAXIMUM, start, tri_tile_index(block, 0));
    return tri_tile_arith(block, TRI_SCALAR_MINIMUM, start, tri_tile_index(block, limit));
}

/* A window of a slice of `extent` positions from `start`, which is known at run time: where tiles do not divide the slice, the last one ends with it
 * and not with the buffer. */
static tri_coord from_start(tri_block *block, tri_value *start, tri_coord within, int64_t extent)
{
    if (within.kind == TRI_WINDOW_SLICE && extent % within.length) within.lim = add_constant(block, start, extent);
    within.at = add(block, start, within.at);
    return within;
}

static tri_value *dynamic_slice(tri_demand *demand, tri_block *block, const tri_op *op, const tri_request *request)
{
    const tri_type *from = &op->operands[0]->type, *to = &op->results[0]->type;
    tri_coord window[TRI_MAX_RANK];
    for (int d = 0; d < to->rank; d++)
        window[d] =
            from_start(block, fetched_start(demand, block, op->operands[1 + d], NULL, from->dims[d] - to->dims[d]), request->at[d], to->dims[d]);
    return load(demand, block, op->operands[0], window);
}

static bool holds(const int64_t *list, size_t n, int64_t item, size_t *out_at)
{
    for (size_t i = 0; i < n; i++) {
        if (list[i] == item) {
            if (out_at) *out_at = i;
            return true;
        }
    }
    return false;
}

/* Whether a dimension of the indices can be a span: then an index tile chooses rows of the operand, each a position of its first dimension. */
static bool gathers_rows(const tri_op *op)
{
    const int64_t *collapsed, *map, *unused;
    size_t n_collapsed = tri_op_integers(op, "collapsed_slice_dims", &collapsed);
    if (tri_op_integers(op, "start_index_map", &map) != 1 || tri_op_integers(op, "operand_batching_dims", &unused)) return false;
    return map[0] == 0 && holds(collapsed, n_collapsed, 0, NULL) && op->operands[0]->type.dims[0] <= INT32_MAX;
}

/* The positions behind one spanned dimension of the indices, inside [0, limit], as i32. */
static tri_value *gathered_rows(tri_demand *demand, tri_block *block, const tri_value *indices, const tri_coord *window, int64_t limit)
{
    tri_dtype dtype = (tri_dtype)indices->type.dtype;
    tri_value *tile = load(demand, block, indices, window);
    tri_type type = tile->type;
    type.dtype = TRI_I32;
    tri_op *map = tri_tile_map(block, 1, &tile, 1, &type, NULL);
    tri_block *region = map->regions[0];
    tri_value *x = region->args[0];
    if (tri_dtype_lowest(dtype) < 0) x = tri_scalar(region, TRI_SCALAR_MAXIMUM, dtype, 2, (tri_value *[]){x, tri_scalar_constant(region, dtype, 0)});
    if (tri_dtype_highest(dtype) > (double)limit)
        x = tri_scalar(region, TRI_SCALAR_MINIMUM, dtype, 2, (tri_value *[]){x, tri_scalar_constant(region, dtype, (double)limit)});
    if (dtype != TRI_I32) x = tri_scalar(region, TRI_SCALAR_CONVERT, TRI_I32, 1, &x);
    tri_tile_yield(region, 1, &x);
    return map->results[0];
}

static tri_value *gather(tri_demand *demand, tri_block *block, const tri_op *op, const tri_request *request)
{
    const tri_value *operand = op->operands[0], *indices = op->operands[1];
    const int64_t *offsets, *collapsed, *batching, *start_batching, *map, *sizes;
    size_t n_offsets = tri_op_integers(op, "offset_dims", &offsets), n_collapsed = tri_op_integers(op, "collapsed_slice_dims", &collapsed);
    size_t n_batching = tri_op_integers(op, "operand_batching_dims", &batching), n_map = tri_op_integers(op, "start_index_map", &map);
    tri_op_integers(op, "start_indices_batching_dims", &start_batching);
    tri_op_integers(op, "slice_sizes", &sizes);
    int vector_dim = (int)tri_op_integer(op, "index_vector_dim", indices->type.rank), rank = op->results[0]->type.rank;

    /* The batch dimensions of the result, in order, walk the indices; one of them may be a span (gathers_rows), the others are points. */
    tri_value *index_coords[TRI_MAX_RANK];
    tri_coord index_window[TRI_MAX_RANK];
    int next = 0;
    bool spanned = false;
    int64_t dims[TRI_MAX_RANK], dims_rank = 0;
    for (int d = 0; d < rank; d++) {
        if (request->at[d].kind == TRI_WINDOW_SLICE) dims[dims_rank++] = request->at[d].length;
        if (holds(offsets, n_offsets, d, NULL)) continue;
        if (next == vector_dim) next++;
        bool many = request->at[d].kind == TRI_WINDOW_SLICE && request->at[d].length > 1;
        spanned |= many;
        index_window[next] = many ? request->at[d] : tri_at(request->at[d].at);
        index_coords[next++] = request->at[d].at;
    }
    if (vector_dim < indices->type.rank) index_window[vector_dim] = tri_at(tri_tile_index(block, 0));
    tri_coord window[TRI_MAX_RANK];
    size_t next_offset = 0, at;
    for (int d = 0; d < operand->type.rank; d++) {
        tri_value *start = tri_tile_index(block, 0);
        if (spanned && holds(map, n_map, d, NULL)) {
            tri_value *rows = gathered_rows(demand, block, indices, index_window, operand->type.dims[d] - 1);
            window[d] = (tri_coord){.kind = TRI_WINDOW_GATHER, .at = rows, .length = rows->type.dims[0], .step = 1};
            continue;
        }
        if (holds(map, n_map, d, &at)) {
            if (vector_dim < indices->type.rank) index_coords[vector_dim] = tri_tile_index(block, (int64_t)at);
            start = fetched_start(demand, block, indices, index_coords, operand->type.dims[d] - sizes[d]);
        } else if (holds(batching, n_batching, d, &at)) {
            start = index_coords[start_batching[at]];
        }
        if (holds(collapsed, n_collapsed, d, NULL) || holds(batching, n_batching, d, NULL)) {
            window[d] = tri_at(start);
        } else {
            window[d] = from_start(block, start, request->at[offsets[next_offset++]], sizes[d]);
        }
    }
    return tri_tile_reshape(block, load(demand, block, operand, window), (int)dims_rank, dims);
}

/* ---- reductions ---- */

/* The combiner of a stablehlo.reduce as a scalar region; element type `wide` where the accumulation is wider than the element. */
static void clone_combiner(tri_block *into, const tri_block *combiner, uint32_t n, bool widened)
{
    tri_arena *arena = into->func->module->arena;
    tri_value_map *map = tri_value_map_create(arena);
    for (uint32_t i = 0; i < 2 * n; i++) tri_value_map_set(map, combiner->args[i], into->args[i]);
    for (const tri_op *op = combiner->first; op; op = op->next) {
        tri_value *operands[TRI_MAX_RANK];
        for (uint32_t i = 0; i < op->n_operands && i < TRI_MAX_RANK; i++) {
            const tri_attr *constant = tri_splat_of(op->operands[i]);
            operands[i] =
                constant ? tri_scalar_constant_bits(into, (tri_dtype)constant->type.dtype, constant->data) : tri_value_map_get(map, op->operands[i]);
        }
        if (op->kind == TRI_OP_CONSTANT) continue;
        if (op->kind == TRI_OP_REGION_RETURN) {
            tri_tile_yield(into, op->n_operands, operands);
            return;
        }
        tri_dtype dtype = widened ? TRI_F32 : (tri_dtype)op->results[0]->type.dtype;
        tri_value_map_set(map, op->results[0], tri_scalar(into, tri_op_scalar(op), dtype, op->n_operands, operands));
    }
}

/* Sums and products of 8- and 16-bit floats accumulate in f32 (decision 3): the combiner is one add or multiply. */
static bool accumulates_wider(const tri_op *op)
{
    const tri_op *first = op->regions[0]->first;
    tri_dtype dtype = (tri_dtype)op->operands[0]->type.dtype;
    return op->n_results == 1 && tri_dtype_is_float(dtype) && tri_dtype_bytes(dtype) < 4 && first && first->next == op->regions[0]->last &&
           (first->kind == TRI_OP_ADD || first->kind == TRI_OP_MULTIPLY);
}

typedef struct reducing {
    const tri_op *op;
    int last, place;            /* the dimension that is folded a piece at a time (-1: none is reduced), and where it is among the operand tile's */
    int spans;                  /* dimensions of the operand tile */
    int64_t kept[TRI_MAX_RANK]; /* their sizes, 1 for the folded one */
    bool widened;
} reducing;

/* carried = combiner(carried, the fold of `length` positions of the last reduced dimension from `from`). Exactly these positions: nothing has to
 * stand in for what lies behind the end, since no value is known to be neutral for any combiner. */
static void fold_piece(tri_demand *demand, tri_block *block, const reducing *r, tri_request *inner, tri_value *from, int64_t length,
                       tri_value **carried)
{
    uint32_t n = r->op->n_results;
    tri_value *folded[2 * TRI_MOST_REDUCED], *tiles[TRI_MOST_REDUCED];
    int64_t dims[TRI_MAX_RANK];
    memcpy(dims, r->kept, sizeof dims);
    if (r->last >= 0) {
        inner->at[r->last] = tri_span(from, length);
        dims[r->place] = length;
    }
    for (uint32_t i = 0; i < n; i++) {
        tri_value *tile = tri_demand_tile(demand, block, r->op->operands[i], inner);
        if (r->widened) tile = tri_demand_map(block, TRI_SCALAR_CONVERT, TRI_F32, 1, &tile);
        tiles[i] = folded[n + i] = tri_demand_expand(block, tile, dims);
        folded[i] = carried[i];
    }
    if (r->last >= 0) {
        tri_op *reduce = tri_tile_reduce(block, TRI_TILE_REDUCE, n, tiles, r->place, NULL);
        clone_combiner(reduce->regions[0], r->op->regions[0], n, r->widened);
        for (uint32_t i = 0; i < n; i++) folded[n + i] = reduce->results[i];
    }
    tri_type types[TRI_MOST_REDUCED];
    for (uint32_t i = 0; i < n; i++) types[i] = carried[i]->type;
    tri_op *join = tri_tile_map(block, 2 * n, folded, n, types, NULL);
    clone_combiner(join->regions[0], r->op->regions[0], n, r->widened);
    for (uint32_t i = 0; i < n; i++) carried[i] = join->results[i];
}

/* All results of a reduction at once: a loop nest over the reduced dimensions, the last of which is folded a chunk at a time, what is left of it as a
 * piece of its own. */
static void reduction(tri_demand *demand, tri_block *block, const tri_op *op, const tri_request *request, tri_value **out_tiles)
{
    uint32_t n = op->n_results;
    const tri_type *from = &op->operands[0]->type;
    const int64_t *reduced;
    size_t n_reduced = tri_op_integers(op, "dimensions", &reduced);
    bool is_reduced[TRI_MAX_RANK] = {false};
    reducing r = {.op = op, .last = -1, .widened = accumulates_wider(op)};
    for (size_t i = 0; i < n_reduced; i++) is_reduced[reduced[i]] = true;
    for (int d = 0; d < from->rank; d++)
        if (is_reduced[d]) r.last = d;

    tri_request inner = {0};
    int next = 0;
    int64_t result_dims[TRI_MAX_RANK], result_rank = 0;
    for (int d = 0; d < from->rank; d++) {
        if (is_reduced[d]) {
            if (d == r.last) {
                r.place = r.spans;
                r.kept[r.spans++] = 1;
            }
            continue;
        }
        inner.at[d] = request->at[next++];
        if (inner.at[d].kind == TRI_WINDOW_SLICE) r.kept[r.spans++] = result_dims[result_rank++] = inner.at[d].length;
    }

    /* The accumulators start as the initial values. */
    tri_value *carried[TRI_MOST_REDUCED];
    for (uint32_t i = 0; i < n; i++) {
        tri_value *initial = as_rank(block, tri_demand_tile(demand, block, op->operands[n + i], &(tri_request){0}), r.spans);
        if (r.widened) initial = tri_demand_map(block, TRI_SCALAR_CONVERT, TRI_F32, 1, &initial);
        carried[i] = tri_demand_expand(block, initial, r.kept);
    }

    size_t known_before = demand->known.n;
    tri_block *at = block;
    tri_op *loops[TRI_MAX_RANK];
    int n_loops = 0;
    for (int d = 0; d < r.last; d++) { /* the other reduced dimensions, a position at a time */
        if (!is_reduced[d]) continue;
        inner.at[d] = tri_at(tri_tile_index(at, 0));
        if (from->dims[d] == 1) continue;
        tri_op *loop = tri_tile_for(at, NULL, inner.at[d].at, tri_tile_index(at, from->dims[d]), n, carried);
        for (uint32_t i = 0; i < n; i++) carried[i] = loop->regions[0]->args[1 + i];
        inner.at[d] = tri_at(loop->regions[0]->args[0]);
        loops[n_loops++] = loop;
        at = loop->regions[0];
    }
    int64_t size = r.last < 0 ? 1 : from->dims[r.last], chunk = demand->chunk, whole = size / chunk, rest = size % chunk;
    if (whole == 1) fold_piece(demand, at, &r, &inner, tri_tile_index(at, 0), chunk, carried);
    if (whole > 1) {
        tri_op *loop = tri_tile_for(at, NULL, tri_tile_index(at, 0), tri_tile_index(at, whole), n, carried);
        tri_block *body = loop->regions[0];
        size_t known_outside = demand->known.n;
        for (uint32_t i = 0; i < n; i++) carried[i] = body->args[1 + i];
        fold_piece(demand, body, &r, &inner, tri_tile_arith(body, TRI_SCALAR_MULTIPLY, body->args[0], tri_tile_index(body, chunk)), chunk, carried);
        tri_tile_yield(body, n, carried);
        for (uint32_t i = 0; i < n; i++) carried[i] = loop->results[i];
        demand->known.n = known_outside; /* what the loop computed ends with it */
    }
    if (rest) fold_piece(demand, at, &r, &inner, tri_tile_index(at, whole * chunk), rest, carried);
    while (n_loops) {
        tri_op *loop = loops[--n_loops];
        tri_tile_yield(loop->regions[0], n, carried);
        for (uint32_t i = 0; i < n; i++) carried[i] = loop->results[i];
    }
    if (at != block) demand->known.n = known_before;
    for (uint32_t i = 0; i < n; i++) {
        tri_value *tile = tri_tile_reshape(block, carried[i], (int)result_rank, result_dims);
        out_tiles[i] = r.widened ? tri_demand_map(block, TRI_SCALAR_CONVERT, (tri_dtype)op->results[i]->type.dtype, 1, &tile) : tile;
    }
}

/* ---- the walk ---- */

/* What an index value is `out_offset` more than; null: than 0. */
static const tri_value *index_base(const tri_value *value, int64_t *out_offset)
{
    *out_offset = 0;
    while (value->op && value->op->kind == TRI_TILE_INDEX) {
        const tri_op *op = value->op, *by = op->n_operands ? op->operands[1]->op : op;
        if (op->n_operands && op->fn != TRI_SCALAR_ADD) break;
        if (!by || by->kind != TRI_TILE_INDEX || by->n_operands) break;
        *out_offset = (int64_t)((uint64_t)*out_offset + (uint64_t)tri_op_integer(by, "value", 0));
        if (!op->n_operands) return NULL;
        value = op->operands[0];
    }
    return value;
}

/* Windows that views moved there by different ways are one. */
static bool same_index(const tri_value *a, const tri_value *b)
{
    int64_t from_a, from_b;
    return a == b || (index_base(a, &from_a) == index_base(b, &from_b) && from_a == from_b);
}

static bool same_request(const tri_request *a, const tri_request *b, int rank)
{
    for (int d = 0; d < rank; d++)
        if (a->at[d].kind != b->at[d].kind || !same_index(a->at[d].at, b->at[d].at) || a->at[d].length != b->at[d].length) return false;
    return true;
}

static void remember(tri_demand *demand, const tri_value *value, const tri_request *request, tri_value *tile)
{
    TRI_PUSH(demand->kernel->module->arena, &demand->known, (__typeof__(*demand->known.at)){value, *request, tile});
}

tri_value *tri_demand_tile(tri_demand *demand, tri_block *block, const tri_value *value, const tri_request *request)
{
    int rank = value->type.rank;
    for (size_t i = demand->known.n; i-- > 0;)
        if (demand->known.at[i].value == value && same_request(&demand->known.at[i].request, request, rank)) return demand->known.at[i].tile;
    tri_value *tile;
    const tri_attr *splat = tri_splat_of(value);
    const tri_op *op = value->op;
    if (splat)
        tile = literal(block, value, splat, rank_of(request, rank));
    else if (!op)
        tile = load(demand, block, value, request->at);
    else
        switch (op->kind) {
        case TRI_OP_IOTA: tile = iota(block, op, request); break;
        case TRI_OP_BROADCAST_IN_DIM: tile = broadcast(demand, block, op, request); break;
        case TRI_OP_TRANSPOSE: tile = transpose(demand, block, op, request); break;
        case TRI_OP_RESHAPE: tile = reshape(demand, block, op, request); break;
        case TRI_OP_SLICE: tile = slice(demand, block, op, request); break;
        case TRI_OP_REVERSE: tile = reverse(demand, block, op, request); break;
        case TRI_OP_PAD: tile = pad(demand, block, op, request); break;
        case TRI_OP_CONCATENATE: tile = concatenate(demand, block, op, request); break;
        case TRI_OP_DYNAMIC_SLICE: tile = dynamic_slice(demand, block, op, request); break;
        case TRI_OP_GATHER: tile = gather(demand, block, op, request); break;
        case TRI_OP_DOT_GENERAL: tile = demand->contract(demand, block, op, request); break;
        case TRI_OP_REDUCE: {
            tri_value *tiles[TRI_MOST_REDUCED];
            reduction(demand, block, op, request, tiles);
            for (uint32_t i = 0; i < op->n_results; i++)
                if (op->results[i] != value) remember(demand, op->results[i], request, tiles[i]);
            tile = tiles[value->index];
            break;
        }
        default: tile = elementwise(demand, block, op, request); break;
        }
    remember(demand, value, request, tile);
    return tile;
}

static int count(uint32_t spans) { return __builtin_popcount(spans); }

/* Answers are kept, or a chain of ops that use a value twice would be asked about a number of times that doubles with each. */
typedef struct answers {
    tri_arena *arena;
    TRI_VEC(struct {
        const tri_value *value;
        uint32_t spans;
        bool yes;
    })
    at;
} answers;

static bool demandable(answers *known, const tri_value *value, uint32_t spans);

static bool work_out(answers *known, const tri_value *value, uint32_t spans)
{
    const tri_op *op = value->op;
    int rank = value->type.rank, place[TRI_MAX_RANK];
    const int64_t *dims;
    uint32_t inner = 0;
    switch (op->kind) {
    case TRI_OP_IOTA: return true;
    case TRI_OP_BROADCAST_IN_DIM:
        tri_op_integers(op, "broadcast_dimensions", &dims);
        for (int i = 0; i < op->operands[0]->type.rank; i++)
            if (op->operands[0]->type.dims[i] != 1 && spans >> dims[i] & 1) inner |= 1u << i;
        return demandable(known, op->operands[0], inner);
    case TRI_OP_TRANSPOSE:
        tri_op_integers(op, "permutation", &dims);
        for (int d = 0; d < rank; d++)
            if (spans >> d & 1) inner |= 1u << dims[d];
        return demandable(known, op->operands[0], inner);
    case TRI_OP_RESHAPE:
        if (!unit_reshape(op, place)) return false;
        for (int i = 0; i < op->operands[0]->type.rank; i++)
            if (place[i] >= 0 && spans >> place[i] & 1) inner |= 1u << i;
        return demandable(known, op->operands[0], inner);
    case TRI_OP_GATHER: {
        size_t n = tri_op_integers(op, "offset_dims", &dims);
        int batch = 0, offset = 0;
        for (int d = 0; d < rank; d++) {
            if (!(spans >> d & 1)) continue;
            bool within = holds(dims, n, d, NULL);
            if (!within && offset) return false; /* rows come before what they consist of */
            ++*(within ? &offset : &batch);
        }
        return !batch || (batch == 1 && gathers_rows(op));
    }
    case TRI_OP_REVERSE:
    case TRI_OP_DYNAMIC_SLICE: return true;
    case TRI_OP_REDUCE: {
        if (count(spans) > 1) return false;
        size_t n = tri_op_integers(op, "dimensions", &dims);
        int last = -1, next = 0;
        for (int d = 0; d < op->operands[0]->type.rank; d++) {
            if (holds(dims, n, d, NULL))
                last = d;
            else if (spans >> next++ & 1)
                inner |= 1u << d;
        }
        if (last >= 0) inner |= 1u << last;
        for (uint32_t i = 0; i < op->n_results; i++)
            if (!demandable(known, op->operands[i], inner)) return false;
        return true;
    }
    case TRI_OP_DOT_GENERAL: return false; /* the matmul family chooses its own spans */
    case TRI_OP_PAD: return demandable(known, op->operands[0], spans) && demandable(known, op->operands[1], 0);
    default:
        for (uint32_t i = 0; i < op->n_operands; i++)
            if (!demandable(known, op->operands[i], op->operands[i]->type.rank == 0 ? 0 : spans)) return false;
        return true;
    }
}

static bool demandable(answers *known, const tri_value *value, uint32_t spans)
{
    if (count(spans) > 2) return false;
    if (tri_splat_of(value) || !value->op) return true;
    for (size_t i = known->at.n; i-- > 0;)
        if (known->at.at[i].value == value && known->at.at[i].spans == spans) return known->at.at[i].yes;
    bool yes = work_out(known, value, spans);
    TRI_PUSH(known->arena, &known->at, (__typeof__(*known->at.at)){value, spans, yes});
    return yes;
}

bool tri_demandable(const tri_op *group, const tri_value *value, uint32_t spans)
{
    answers known = {.arena = group->parent->func->module->arena};
    return demandable(&known, value, spans);
}
