/* ir/build.c - short ways to make common ops. They append to a block and return the new value; what they fold is said in ir.h. */
#include "ir/ir.h"

#include <math.h>

static tri_op *append(tri_block *block, tri_op_kind kind, uint32_t n, tri_value *const *operands, uint32_t n_results, const tri_type *types)
{
    tri_op *op = tri_op_create(block->func->module, kind, block->func->module->here, n, operands, n_results, types);
    tri_block_append(block, op);
    return op;
}

/* ---- tensor ops ---- */

tri_value *tri_build_constant(tri_block *block, tri_type type, bool splat, const void *data)
{
    tri_op *op = append(block, TRI_OP_CONSTANT, 0, NULL, 1, &type);
    tri_op_set_attr(block->func->module, op, "value", tri_attr_elements(block->func->module, type, splat, data));
    return op->results[0];
}

tri_value *tri_build_splat(tri_block *block, tri_type type, double value)
{
    unsigned char element[8];
    tri_store_f64((tri_dtype)type.dtype, element, value);
    return tri_build_constant(block, type, true, element);
}

tri_value *tri_build_op(tri_block *block, tri_op_kind kind, tri_type type, uint32_t n, tri_value *const *operands)
{
    return append(block, kind, n, operands, 1, &type)->results[0];
}

/* ---- tile ops ---- */

static bool constant_of(const tri_value *value, int64_t *out)
{
    if (!value->op || value->op->kind != TRI_TILE_INDEX || value->op->fn != TRI_OP_NONE) return false;
    *out = tri_op_integer(value->op, "value", 0);
    return true;
}

tri_value *tri_tile_index(tri_block *block, int64_t value)
{
    tri_type type = tri_index_type();
    tri_op *op = append(block, TRI_TILE_INDEX, 0, NULL, 1, &type);
    tri_op_set_attr(block->func->module, op, "value", tri_attr_integer(block->func->module, value));
    return op->results[0];
}

tri_value *tri_tile_arith(tri_block *block, tri_op_kind scalar, tri_value *a, tri_value *b)
{
    int64_t x = 0, y = 0, result = 0;
    bool a_known = constant_of(a, &x), b_known = constant_of(b, &y);
    if (a_known && b_known && tri_index_compute(scalar, x, y, &result)) return tri_tile_index(block, result);
    if (b_known && y == 0 && (scalar == TRI_SCALAR_ADD || scalar == TRI_SCALAR_SUBTRACT)) return a;
    if (a_known && x == 0 && scalar == TRI_SCALAR_ADD) return b;
    if (b_known && y == 1 && (scalar == TRI_SCALAR_MULTIPLY || scalar == TRI_SCALAR_DIVIDE)) return a;
    if (a_known && x == 1 && scalar == TRI_SCALAR_MULTIPLY) return b;
    tri_type type = tri_index_type();
    tri_op *op = append(block, TRI_TILE_INDEX, 2, (tri_value *[]){a, b}, 1, &type);
    op->fn = (uint16_t)scalar;
    return op->results[0];
}

tri_value *tri_tile_fill(tri_block *block, tri_type tile, double value)
{
    tri_op *op = append(block, TRI_TILE_FILL, 0, NULL, 1, &tile);
    tri_op_set_attr(block->func->module, op, "value", tri_attr_number(block->func->module, TRI_F64, value));
    return op->results[0];
}

tri_value *tri_tile_fill_index(tri_block *block, tri_type tile, tri_value *index)
{
    return append(block, TRI_TILE_FILL, 1, &index, 1, &tile)->results[0];
}

tri_coord tri_at(tri_value *index) { return (tri_coord){.kind = TRI_WINDOW_POINT, .at = index, .length = 1, .step = 1}; }
tri_coord tri_span(tri_value *low, int64_t length) { return (tri_coord){.kind = TRI_WINDOW_SLICE, .at = low, .length = length, .step = 1}; }

tri_op *tri_build_windowed(tri_block *block, tri_op_kind kind, uint32_t n_leading, tri_value *const *leading, const tri_coord *window,
                           uint32_t n_results, const tri_type *types)
{
    const tri_value *buffer = leading[n_leading - 1];
    tri_arena *arena = block->func->module->arena;
    uint32_t rank = (uint32_t)buffer->type.rank, n = n_leading;
    tri_value *operands[2 + 3 * TRI_MAX_RANK];
    tri_window_dim *dims = TRI_NEW_ARRAY(arena, tri_window_dim, rank);
    for (uint32_t i = 0; i < n_leading; i++) operands[i] = leading[i];
    for (uint32_t i = 0; i < rank; i++) {
        dims[i] = (tri_window_dim){
            .kind = (uint8_t)window[i].kind, .operand = (uint16_t)n, .length = window[i].length, .step = window[i].step ? window[i].step : 1};
        operands[n++] = window[i].at;
    }
    for (uint32_t i = 0; i < rank; i++) {
        if (!window[i].lim) continue;
        dims[i].lim = (uint16_t)n;
        operands[n++] = window[i].lim;
    }
    tri_op *op = append(block, kind, n, operands, n_results, types);
    op->window = dims;
    op->n_window = rank;
    return op;
}

tri_value *tri_tile_load(tri_block *block, tri_value *buffer, const tri_coord *window, double fill, const char *label)
{
    tri_type tile = {.kind = TRI_TYPE_TILE, .dtype = buffer->type.dtype};
    for (int i = 0; i < buffer->type.rank; i++)
        if (window[i].kind != TRI_WINDOW_POINT) tile.dims[tile.rank++] = window[i].length;
    tri_op *op = tri_build_windowed(block, TRI_TILE_LOAD, 1, &buffer, window, 1, &tile);
    tri_op_set_attr(block->func->module, op, "fill", tri_attr_number(block->func->module, TRI_F64, fill));
    op->label = label;
    return op->results[0];
}

tri_op *tri_tile_store(tri_block *block, tri_value *tile, tri_value *buffer, const tri_coord *window, const char *mode, const char *label)
{
    tri_op *op = tri_build_windowed(block, TRI_TILE_STORE, 2, (tri_value *[]){tile, buffer}, window, 0, NULL);
    tri_op_set_attr(block->func->module, op, "mode", tri_attr_word(block->func->module, mode));
    op->label = label;
    return op;
}

tri_value *tri_tile_fetch(tri_block *block, tri_value *buffer, tri_value *const *coords, int64_t low, int64_t high)
{
    tri_module *module = block->func->module;
    tri_coord window[TRI_MAX_RANK];
    tri_type type = tri_index_type();
    for (int i = 0; i < buffer->type.rank; i++) window[i] = tri_at(coords[i]);
    tri_op *op = tri_build_windowed(block, TRI_TILE_FETCH, 1, &buffer, window, 1, &type);
    tri_op_set_attr(module, op, "low", tri_attr_integer(module, low));
    tri_op_set_attr(module, op, "high", tri_attr_integer(module, high));
    return op->results[0];
}

tri_value *tri_tile_mma(tri_block *block, tri_value *a, tri_value *b, tri_value *c, const char *label)
{
    tri_type type = a->type;
    type.dtype = (uint8_t)(tri_dtype_is_float((tri_dtype)a->type.dtype) ? (a->type.dtype == TRI_F64 ? TRI_F64 : TRI_F32) : TRI_I32);
    type.dims[type.rank - 1] = b->type.dims[b->type.rank - 1];
    tri_op *op = append(block, TRI_TILE_MMA, c ? 3 : 2, (tri_value *[]){a, b, c}, 1, &type);
    op->label = label;
    return op->results[0];
}

tri_value *tri_tile_reshape(tri_block *block, tri_value *tile, int rank, const int64_t *dims)
{
    tri_type type = tri_tile_of((tri_dtype)tile->type.dtype, rank, dims);
    if (tri_type_equal(&type, &tile->type)) return tile;
    return append(block, TRI_TILE_RESHAPE, 1, &tile, 1, &type)->results[0];
}

tri_value *tri_tile_transpose(tri_block *block, tri_value *tile)
{
    tri_type type = tile->type;
    type.dims[type.rank - 1] = tile->type.dims[type.rank - 2];
    type.dims[type.rank - 2] = tile->type.dims[type.rank - 1];
    return append(block, TRI_TILE_TRANSPOSE, 1, &tile, 1, &type)->results[0];
}

tri_op *tri_tile_map(tri_block *block, uint32_t n, tri_value *const *tiles, uint32_t n_results, const tri_type *results, const char *label)
{
    tri_op *op = append(block, TRI_TILE_MAP, n, tiles, n_results, results);
    tri_block *region = tri_op_add_region(block->func, op);
    for (uint32_t i = 0; i < n; i++) tri_block_add_arg(block->func->module, region, NULL, tri_scalar_of((tri_dtype)tiles[i]->type.dtype));
    op->label = label;
    return op;
}

/* What folds `place` with a region of accumulated, then new elements. */
static tri_op *append_fold(tri_block *block, tri_op_kind kind, uint32_t n, tri_value *const *tiles, const tri_type *types, const char *place_name,
                           int place, const char *label)
{
    tri_op *op = append(block, kind, n, tiles, n, types);
    tri_op_set_attr(block->func->module, op, place_name, tri_attr_integer(block->func->module, place));
    tri_block *region = tri_op_add_region(block->func, op);
    for (int side = 0; side < 2; side++)
        for (uint32_t i = 0; i < n; i++) tri_block_add_arg(block->func->module, region, NULL, tri_scalar_of((tri_dtype)tiles[i]->type.dtype));
    op->label = label;
    return op;
}

tri_op *tri_tile_reduce(tri_block *block, tri_op_kind reduce_or_scan, uint32_t n, tri_value *const *tiles, int dim, const char *label)
{
    tri_type types[TRI_MAX_RANK];
    for (uint32_t i = 0; i < n && i < TRI_MAX_RANK; i++) {
        types[i] = tiles[i]->type;
        if (reduce_or_scan == TRI_TILE_REDUCE) types[i].dims[dim] = 1;
    }
    return append_fold(block, reduce_or_scan, n, tiles, types, "dim", dim, label);
}

tri_op *tri_tile_combine(tri_block *block, uint32_t n, tri_value *const *tiles, int axis, const char *label)
{
    tri_type types[TRI_MAX_RANK];
    for (uint32_t i = 0; i < n && i < TRI_MAX_RANK; i++) types[i] = tiles[i]->type;
    return append_fold(block, TRI_TILE_COMBINE, n, tiles, types, "axis", axis, label);
}

tri_op *tri_tile_for(tri_block *block, const char *counter, tri_value *low, tri_value *high, uint32_t n_carried, tri_value *const *initial)
{
    tri_module *module = block->func->module;
    tri_value **operands = TRI_NEW_ARRAY(module->arena, tri_value *, n_carried + 2);
    tri_type *types = TRI_NEW_ARRAY(module->arena, tri_type, n_carried);
    operands[0] = low;
    operands[1] = high;
    for (uint32_t i = 0; i < n_carried; i++) {
        operands[i + 2] = initial[i];
        types[i] = initial[i]->type;
    }
    tri_op *op = append(block, TRI_TILE_FOR, n_carried + 2, operands, n_carried, types);
    tri_block *region = tri_op_add_region(block->func, op);
    tri_block_add_arg(module, region, counter, tri_index_type());
    for (uint32_t i = 0; i < n_carried; i++) tri_block_add_arg(module, region, NULL, types[i]);
    return op;
}

tri_op *tri_tile_if(tri_block *block, tri_value *condition, uint32_t n_results, const tri_type *results)
{
    tri_op *op = append(block, TRI_TILE_IF, 1, &condition, n_results, results);
    tri_op_add_region(block->func, op);
    tri_op_add_region(block->func, op);
    return op;
}

void tri_tile_yield(tri_block *block, uint32_t n, tri_value *const *values) { append(block, TRI_TILE_YIELD, n, values, 0, NULL); }

tri_value *tri_scalar(tri_block *block, tri_op_kind kind, tri_dtype result, uint32_t n, tri_value *const *operands)
{
    tri_type type = tri_scalar_of(result);
    return append(block, kind, n, operands, 1, &type)->results[0];
}

tri_value *tri_scalar_constant_bits(tri_block *block, tri_dtype dtype, const void *element)
{
    tri_type type = tri_scalar_of(dtype);
    tri_op *op = append(block, TRI_SCALAR_CONSTANT, 0, NULL, 1, &type);
    tri_op_set_attr(block->func->module, op, "value", tri_attr_elements(block->func->module, tri_tensor_of(dtype, 0, NULL), true, element));
    return op->results[0];
}

tri_value *tri_scalar_constant(tri_block *block, tri_dtype dtype, double value)
{
    unsigned char element[8];
    tri_store_f64(dtype, element, value);
    return tri_scalar_constant_bits(block, dtype, element);
}

tri_value *tri_scalar_coordinate(tri_block *block, int dim)
{
    tri_type type = tri_scalar_of(TRI_I32);
    tri_op *op = append(block, TRI_SCALAR_COORDINATE, 0, NULL, 1, &type);
    tri_op_set_attr(block->func->module, op, "dim", tri_attr_integer(block->func->module, dim));
    return op->results[0];
}
