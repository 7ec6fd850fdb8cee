/* ir/verify_tile.c - what each statement of a tile program demands: types, windows, access to buffers, disjoint stores, combines. One
 * verify_tile_NAME for each TILE row: a row without one does not link. Left to the evaluator: that table-driven stores are disjoint, that reads of an
 * `inout` buffer stay in the program's own window, and that what is waited for is signalled. */
#include "ir/verify.h"

#define TILE(name, ...) static void verify_tile_##name(tri_verifier *v, const tri_op *op);
#include "ir/ops_tile.def"

/* ---- helpers ---- */

static const tri_type *type_of(const tri_op *op, uint32_t operand) { return &op->operands[operand]->type; }

/* A printed type for each of the few in one message. */
typedef char shown[160];

bool tri_verify_counts(tri_verifier *v, const tri_op *op, uint32_t operands, uint32_t results, uint32_t regions)
{
    if (op->n_operands == operands && op->n_results == results && op->n_regions == regions) return true;
    tri_verify_fail(v, op, "%u operands, %u results and %u regions; it has %u, %u and %u", op->n_operands, op->n_results, op->n_regions, operands,
                    results, regions);
    return false;
}

bool tri_verify_kind(tri_verifier *v, const tri_op *op, uint32_t operand, tri_type_kind kind)
{
    static const char *const names[] = {"nothing", "a tensor", "a buffer", "a tile", "an index value", "a scalar", "flags", "a ring", "turns"};
    shown room;
    if (type_of(op, operand)->kind == kind) return true;
    tri_verify_fail(v, op, "operand %u is %s, it must be %s", operand, tri_verify_show(type_of(op, operand), room), names[kind]);
    return false;
}

static bool check_all(tri_verifier *v, const tri_op *op, uint32_t first, tri_type_kind kind)
{
    bool good = true;
    for (uint32_t i = first; i < op->n_operands; i++) good = tri_verify_kind(v, op, i, kind) && good;
    return good;
}

bool tri_verify_tiles(tri_verifier *v, const tri_op *op)
{
    shown room;
    for (uint32_t i = 0; i < op->n_results; i++) {
        const tri_type *type = &op->results[i]->type;
        bool good = type->kind == TRI_TYPE_TILE && type->rank >= 0 && type->rank <= TRI_MAX_RANK;
        int64_t n = 1;
        for (int d = 0; good && d < type->rank; d++) {
            good = type->dims[d] >= 1 && type->dims[d] <= (int64_t)1 << 30 && n * type->dims[d] <= (int64_t)1 << 30;
            n *= good ? type->dims[d] : 1;
        }
        if (good) continue;
        tri_verify_fail(v, op, "result %u is %s, it must be a tile of 1 to 2^30 elements", i, tri_verify_show(type, room));
        return false;
    }
    return true;
}

/* Which buffer of the kernel an operand is; -1: none. */
static int64_t buffer_of(const tri_verifier *v, const tri_value *value)
{
    return value->block == v->func->body && value->index < v->func->n_buffers ? (int64_t)value->index : -1;
}

bool tri_verify_buffer(tri_verifier *v, const tri_op *op, uint32_t operand, tri_type_kind kind, int64_t *out_buffer)
{
    *out_buffer = buffer_of(v, op->operands[operand]);
    if (*out_buffer >= 0) return tri_verify_kind(v, op, operand, kind);
    tri_verify_fail(v, op, "operand %u is not a buffer of the kernel", operand);
    return false;
}

/* The window behind operand `buffer`; out_tile: the tile it makes, but for the dtype. */
bool tri_verify_window(tri_verifier *v, const tri_op *op, uint32_t buffer, tri_type *out_tile)
{
    const tri_type *whole = type_of(op, buffer);
    *out_tile = (tri_type){.kind = TRI_TYPE_TILE, .dtype = whole->dtype};
    if (op->n_window != (uint32_t)whole->rank) {
        tri_verify_fail(v, op, "%u coordinates for a buffer of rank %d", op->n_window, whole->rank);
        return false;
    }
    uint32_t limits = 0;
    for (uint32_t i = 0; i < op->n_window; i++) limits += op->window[i].lim != 0;
    if (op->n_operands != buffer + 1 + op->n_window + limits) {
        tri_verify_fail(v, op, "%u operands, its window speaks of %u", op->n_operands, buffer + 1 + op->n_window + limits);
        return false;
    }
    for (uint32_t i = 0; i < op->n_window; i++) {
        const tri_window_dim *dim = &op->window[i];
        if (dim->operand <= buffer || dim->operand >= op->n_operands || (dim->lim && (dim->lim <= buffer || dim->lim >= op->n_operands))) {
            tri_verify_fail(v, op, "coordinate %u names no operand", i);
            return false;
        }
        if (dim->lim && !tri_verify_kind(v, op, dim->lim, TRI_TYPE_INDEX)) return false;
        if (dim->kind == TRI_WINDOW_GATHER) {
            const tri_type *positions = type_of(op, dim->operand);
            if (positions->kind != TRI_TYPE_TILE || positions->rank != 1 || tri_dtype_is_float((tri_dtype)positions->dtype) ||
                positions->dtype == TRI_I1) {
                tri_verify_fail(v, op, "coordinate %u gathers by a tile of rank 1 of integers", i);
                return false;
            }
            if (positions->dims[0] != dim->length) {
                tri_verify_fail(v, op, "coordinate %u gathers %lld positions by a tile of %lld", i, (long long)dim->length,
                                (long long)positions->dims[0]);
                return false;
            }
        } else if (!tri_verify_kind(v, op, dim->operand, TRI_TYPE_INDEX)) {
            return false;
        }
        if (dim->kind == TRI_WINDOW_POINT) continue;
        if (dim->length < 1 || dim->length > (int64_t)1 << 30 || !dim->step || dim->step > (int64_t)1 << 40 || dim->step < -((int64_t)1 << 40)) {
            tri_verify_fail(v, op, "coordinate %u: a length of %lld with step %lld; a length is at least 1, a step not 0", i, (long long)dim->length,
                            (long long)dim->step);
            return false;
        }
        out_tile->dims[out_tile->rank++] = dim->length;
    }
    return true;
}

/* ---- index values ---- */

static void verify_tile_INDEX(tri_verifier *v, const tri_op *op)
{
    if (op->fn == TRI_OP_NONE) {
        const tri_attr *value = tri_op_attr(op, "value");
        if (tri_verify_counts(v, op, 0, 1, 0) && (!value || value->kind != TRI_ATTR_INTEGER)) tri_verify_fail(v, op, "a constant needs its value");
    } else {
        static const uint16_t allowed[] = {TRI_SCALAR_ADD,     TRI_SCALAR_SUBTRACT, TRI_SCALAR_MULTIPLY, TRI_SCALAR_DIVIDE, TRI_SCALAR_REMAINDER,
                                           TRI_SCALAR_MINIMUM, TRI_SCALAR_MAXIMUM,  TRI_SCALAR_EQ,       TRI_SCALAR_NE,     TRI_SCALAR_LT,
                                           TRI_SCALAR_LE,      TRI_SCALAR_GT,       TRI_SCALAR_GE};
        bool known = false;
        for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++) known |= op->fn == allowed[i];
        if (!known)
            tri_verify_fail(v, op, "%s is not for index values", tri_is_scalar_op(op->fn) ? tri_op_row_of(op->fn)->text : "this function");
        else if (tri_verify_counts(v, op, 2, 1, 0))
            (void)check_all(v, op, 0, TRI_TYPE_INDEX);
    }
    tri_type want = tri_index_type();
    tri_verify_result(v, op, 0, &want);
    if (op->n_results == 1) tri_forms_index(v->forms, op);
}

static void verify_tile_FETCH(tri_verifier *v, const tri_op *op)
{
    int64_t buffer;
    tri_type tile, want = tri_index_type();
    if (op->n_operands < 1 || op->n_results != 1 || op->n_regions) {
        tri_verify_fail(v, op, "takes a buffer and a point, gives an index value");
        return;
    }
    tri_forms_index(v->forms, op);
    if (!tri_verify_buffer(v, op, 0, TRI_TYPE_BUFFER, &buffer) || !tri_verify_window(v, op, 0, &tile)) return;
    if (tile.rank) tri_verify_fail(v, op, "takes points, not slices or index tiles");
    if (tri_dtype_is_float((tri_dtype)tile.dtype) || tile.dtype == TRI_I1)
        tri_verify_fail(v, op, "fetches integers, the buffer has %s", tri_dtype_name((tri_dtype)tile.dtype));
    if (v->func->access[buffer] == TRI_ACCESS_OUT) tri_verify_fail(v, op, "an `out` buffer is not read; make it inout or work");
    if (tri_op_integer(op, "low", 0) >= tri_op_integer(op, "high", 0)) tri_verify_fail(v, op, "the range of the fetched number is empty");
    tri_verify_result(v, op, 0, &want);
}

static void verify_tile_ASSUME(tri_verifier *v, const tri_op *op)
{
    if (tri_verify_counts(v, op, 1, 0, 0)) (void)tri_verify_kind(v, op, 0, TRI_TYPE_INDEX);
}

/* ---- control ---- */

/* The region ends with a yield of these types; `what` says whose. */
static void check_yield(tri_verifier *v, const tri_op *op, const tri_block *region, uint32_t n, tri_value *const *values)
{
    const tri_op *yield = region->last;
    shown a, b;
    if (!yield || yield->kind != TRI_TILE_YIELD) {
        tri_verify_fail(v, op, "a region does not end with yield");
        return;
    }
    if (yield->n_operands != n) {
        tri_verify_fail(v, yield, "gives %u values, %u are needed", yield->n_operands, n);
        return;
    }
    for (uint32_t i = 0; i < n; i++)
        if (!tri_type_equal(type_of(yield, i), &values[i]->type))
            tri_verify_fail(v, yield, "value %u is %s, it must be %s", i, tri_verify_show(type_of(yield, i), a),
                            tri_verify_show(&values[i]->type, b));
}

static void verify_tile_FOR(tri_verifier *v, const tri_op *op)
{
    uint32_t n = op->n_results;
    shown a, b;
    if (!tri_verify_counts(v, op, n + 2, n, 1)) return;
    const tri_block *body = op->regions[0];
    if (body->n_args != n + 1 || body->args[0]->type.kind != TRI_TYPE_INDEX) {
        tri_verify_fail(v, op, "its region takes the counter and %u carried values", n);
        return;
    }
    (void)tri_verify_kind(v, op, 0, TRI_TYPE_INDEX);
    (void)tri_verify_kind(v, op, 1, TRI_TYPE_INDEX);
    for (uint32_t i = 0; i < n; i++) {
        const tri_type *initial = type_of(op, i + 2);
        if (initial->kind != TRI_TYPE_TILE && initial->kind != TRI_TYPE_INDEX)
            tri_verify_fail(v, op, "carries tiles and index values, not %s", tri_verify_show(initial, a));
        if (!tri_type_equal(initial, &body->args[i + 1]->type))
            tri_verify_fail(v, op, "carried value %u is %s, its initial value is %s", i, tri_verify_show(&body->args[i + 1]->type, a),
                            tri_verify_show(initial, b));
        tri_verify_result(v, op, i, initial);
    }
    tri_forms_enter_loop(v->forms, op);
    v->loops++;
    tri_verify_statements(v, body);
    v->loops--;
    tri_forms_leave_loop(v->forms, op);
    check_yield(v, op, body, n, op->results);
}

static void verify_tile_IF(tri_verifier *v, const tri_op *op)
{
    if (!tri_verify_counts(v, op, 1, op->n_results, 2)) return;
    (void)tri_verify_kind(v, op, 0, TRI_TYPE_INDEX);
    uint64_t folded = v->folded_axes, both = 0;
    for (uint32_t i = 0; i < 2; i++) {
        if (op->regions[i]->n_args) tri_verify_fail(v, op, "its regions take no arguments");
        v->folded_axes = folded;
        tri_forms_enter_if(v->forms, op, i == 0);
        tri_verify_statements(v, op->regions[i]);
        tri_forms_leave_if(v->forms);
        check_yield(v, op, op->regions[i], op->n_results, op->results);
        both |= v->folded_axes;
    }
    v->folded_axes = both;
}

static void verify_tile_YIELD(tri_verifier *v, const tri_op *op)
{
    if (!op->parent->owner)
        tri_verify_fail(v, op, "ends a region; a kernel ends with its last statement");
    else if (op != op->parent->last)
        tri_verify_fail(v, op, "stands before the end of its region");
}

/* ---- memory ---- */

static void verify_tile_LOAD(tri_verifier *v, const tri_op *op)
{
    int64_t buffer;
    tri_type want;
    if (op->n_operands < 1 || op->n_results != 1 || op->n_regions) {
        tri_verify_fail(v, op, "takes a window of a buffer, gives a tile");
        return;
    }
    if (!tri_verify_buffer(v, op, 0, TRI_TYPE_BUFFER, &buffer) || !tri_verify_window(v, op, 0, &want) || !tri_verify_tiles(v, op)) return;
    if (v->func->access[buffer] == TRI_ACCESS_OUT) tri_verify_fail(v, op, "an `out` buffer is not read; make it inout or work");
    tri_verify_result(v, op, 0, &want);
}

static void verify_tile_STORE(tri_verifier *v, const tri_op *op)
{
    int64_t buffer;
    tri_type want;
    shown a, b;
    if (op->n_operands < 2 || op->n_results || op->n_regions) {
        tri_verify_fail(v, op, "takes a tile and a window of a buffer");
        return;
    }
    if (!tri_verify_kind(v, op, 0, TRI_TYPE_TILE) || !tri_verify_buffer(v, op, 1, TRI_TYPE_BUFFER, &buffer) || !tri_verify_window(v, op, 1, &want))
        return;
    if (!tri_type_equal(type_of(op, 0), &want))
        tri_verify_fail(v, op, "stores %s into a window that makes %s", tri_verify_show(type_of(op, 0), a), tri_verify_show(&want, b));
    if (v->func->access[buffer] == TRI_ACCESS_IN) tri_verify_fail(v, op, "an `in` buffer is not written; make it out, inout or work");
    const char *mode = tri_op_text(op, "mode", "set");
    if (strcmp(mode, "set") && strcmp(mode, "add") && strcmp(mode, "max")) tri_verify_fail(v, op, "the mode is set, add or max, not %s", mode);
    if (strcmp(mode, "set") || v->func->is_scheduled) return; /* scheduled programs: left to the evaluator */
    char room[64];
    const char *overlap = tri_forms_overlap(v->forms, op, v->folded_axes, room);
    if (overlap)
        tri_verify_fail(
            v, op,
            "two stores may meet: %s does not move the window by its own extent; let it appear in a coordinate, fold it with combine, or store add",
            overlap);
}

static void check_flags(tri_verifier *v, const tri_op *op)
{
    int64_t buffer;
    if (!tri_verify_counts(v, op, 3, 0, 0) || !tri_verify_buffer(v, op, 0, TRI_TYPE_FLAGS, &buffer)) return;
    (void)tri_verify_kind(v, op, 1, TRI_TYPE_INDEX);
    (void)tri_verify_kind(v, op, 2, TRI_TYPE_INDEX);
}

static void verify_tile_SIGNAL(tri_verifier *v, const tri_op *op) { check_flags(v, op); }
static void verify_tile_WAIT(tri_verifier *v, const tri_op *op) { check_flags(v, op); }

/* ---- tiles ---- */

static void verify_tile_FILL(tri_verifier *v, const tri_op *op)
{
    const tri_attr *value = tri_op_attr(op, "value");
    if (!tri_verify_counts(v, op, op->n_operands == 1 ? 1 : 0, 1, 0) || !tri_verify_tiles(v, op)) return;
    if (op->n_operands)
        (void)tri_verify_kind(v, op, 0, TRI_TYPE_INDEX);
    else if (!value || (value->kind != TRI_ATTR_FLOAT && value->kind != TRI_ATTR_INTEGER))
        tri_verify_fail(v, op, "a fill needs its number");
}

static bool is_f8(uint8_t dtype) { return dtype == TRI_F8E4M3FN || dtype == TRI_F8E5M2; }

static void verify_tile_MMA(tri_verifier *v, const tri_op *op)
{
    shown a_room, b_room;
    if (tri_op_attr(op, "async") && !v->func->is_scheduled) tri_verify_fail(v, op, "async is for scheduled programs");
    if (!tri_verify_counts(v, op, op->n_operands == 3 ? 3 : 2, 1, 0) || !check_all(v, op, 0, TRI_TYPE_TILE)) return;
    const tri_type *a = type_of(op, 0), *b = type_of(op, 1);
    bool fits = a->rank >= 2 && a->rank == b->rank && a->dims[a->rank - 1] == b->dims[b->rank - 2];
    for (int i = 0; fits && i + 2 < a->rank; i++) fits = a->dims[i] == b->dims[i];
    if (!fits || !(a->dtype == b->dtype || (is_f8(a->dtype) && is_f8(b->dtype))) || a->dtype == TRI_I1) {
        tri_verify_fail(v, op, "%s times %s: [.., M, K] x [.., K, N] of one dtype", tri_verify_show(a, a_room), tri_verify_show(b, b_room));
        return;
    }
    tri_type want = *a;
    want.dtype = (uint8_t)(a->dtype == TRI_F64 ? TRI_F64 : tri_dtype_is_float((tri_dtype)a->dtype) ? TRI_F32 : TRI_I32);
    want.dims[want.rank - 1] = b->dims[b->rank - 1];
    tri_verify_result(v, op, 0, &want);
    if (op->n_operands == 3 && !tri_type_equal(type_of(op, 2), &want))
        tri_verify_fail(v, op, "the accumulator is %s, the product is %s", tri_verify_show(type_of(op, 2), a_room), tri_verify_show(&want, b_room));
}

static void verify_tile_SLICE(tri_verifier *v, const tri_op *op)
{
    const int64_t *offsets;
    if (!tri_verify_counts(v, op, 1, 1, 0) || !check_all(v, op, 0, TRI_TYPE_TILE) || !tri_verify_tiles(v, op)) return;
    const tri_type *from = type_of(op, 0), *to = &op->results[0]->type;
    bool fits = (int64_t)tri_op_integers(op, "offsets", &offsets) == from->rank && to->rank == from->rank && to->dtype == from->dtype;
    for (int i = 0; fits && i < from->rank; i++) fits = offsets[i] >= 0 && offsets[i] <= from->dims[i] && to->dims[i] <= from->dims[i] - offsets[i];
    shown a, b;
    if (!fits) tri_verify_fail(v, op, "%s does not lie inside %s at these offsets", tri_verify_show(to, a), tri_verify_show(from, b));
}

static void verify_tile_RESHAPE(tri_verifier *v, const tri_op *op)
{
    shown a, b;
    if (!tri_verify_counts(v, op, 1, 1, 0) || !check_all(v, op, 0, TRI_TYPE_TILE) || !tri_verify_tiles(v, op)) return;
    const tri_type *from = type_of(op, 0), *to = &op->results[0]->type;
    if (from->dtype != to->dtype || tri_type_elements(from) != tri_type_elements(to))
        tri_verify_fail(v, op, "%s and %s do not have the same elements", tri_verify_show(from, a), tri_verify_show(to, b));
}

static void verify_tile_TRANSPOSE(tri_verifier *v, const tri_op *op)
{
    if (!tri_verify_counts(v, op, 1, 1, 0) || !check_all(v, op, 0, TRI_TYPE_TILE)) return;
    tri_type want = *type_of(op, 0);
    if (want.rank < 2) {
        tri_verify_fail(v, op, "needs two dimensions to swap");
        return;
    }
    int64_t last = want.dims[want.rank - 1];
    want.dims[want.rank - 1] = want.dims[want.rank - 2];
    want.dims[want.rank - 2] = last;
    tri_verify_result(v, op, 0, &want);
}

/* ---- scalar regions ---- */

static void verify_scalar(tri_verifier *v, const tri_op *op, const tri_type *shape)
{
    const tri_op_row *row = tri_op_row_of(op->kind);
    if (!tri_verify_counts(v, op, (uint32_t)row->operands, 1, 0) || !check_all(v, op, 0, TRI_TYPE_SCALAR)) return;
    tri_dtype result = (tri_dtype)op->results[0]->type.dtype;
    if (op->results[0]->type.kind != TRI_TYPE_SCALAR) {
        tri_verify_fail(v, op, "its result is one element");
        return;
    }
    uint32_t first = op->kind == TRI_SCALAR_SELECT ? 1 : 0;
    if (first && type_of(op, 0)->dtype != TRI_I1) tri_verify_fail(v, op, "operand 0 is i1");
    for (uint32_t i = first; i < op->n_operands; i++) {
        tri_dtype dtype = (tri_dtype)type_of(op, i)->dtype;
        uint8_t own = tri_dtype_is_float(dtype) ? TRI_CLASSES_FLOAT : dtype == TRI_I1 ? TRI_CLASSES_BOOL : TRI_CLASSES_INTEGER;
        bool taken = own & row->classes, equal = dtype == (tri_dtype)type_of(op, first)->dtype;
        if (!taken)
            tri_verify_fail(v, op, "does not take elements of %s", tri_dtype_name(dtype));
        else if (!equal)
            tri_verify_fail(v, op, "operands of one dtype, not %s and %s", tri_dtype_name((tri_dtype)type_of(op, first)->dtype),
                            tri_dtype_name(dtype));
        if (!taken || !equal) return;
    }
    if (op->kind == TRI_SCALAR_CONSTANT) {
        const tri_attr *value = tri_op_attr(op, "value");
        if (!value || value->kind != TRI_ATTR_ELEMENTS || value->dtype != (uint8_t)result || value->type.rank)
            tri_verify_fail(v, op, "needs one element of %s", tri_dtype_name(result));
    } else if (op->kind == TRI_SCALAR_COORDINATE) {
        int64_t dim = tri_op_integer(op, "dim", -1);
        if (!shape || dim < 0 || dim >= shape->rank)
            tri_verify_fail(v, op, "dimension %lld; the tile of this region has rank %d", (long long)dim, shape ? shape->rank : 0);
        if (result != TRI_I32) tri_verify_fail(v, op, "a position is i32");
    } else if (op->kind == TRI_SCALAR_BITCAST) {
        if (tri_dtype_bytes(result) != tri_dtype_bytes((tri_dtype)type_of(op, 0)->dtype) || (result == TRI_I1) != (type_of(op, 0)->dtype == TRI_I1))
            tri_verify_fail(v, op, "%s and %s differ in size", tri_dtype_name((tri_dtype)type_of(op, 0)->dtype), tri_dtype_name(result));
    } else if (op->kind == TRI_SCALAR_PHILOX) {
        if (result != TRI_U32) tri_verify_fail(v, op, "makes ui32");
    } else if (row->result == TRI_RESULT_BOOL ? result != TRI_I1
                                              : row->result == TRI_RESULT_SAME && result != (tri_dtype)type_of(op, op->n_operands - 1)->dtype) {
        tri_verify_fail(v, op, "its result is %s",
                        row->result == TRI_RESULT_BOOL ? "i1" : tri_dtype_name((tri_dtype)type_of(op, op->n_operands - 1)->dtype));
    }
}

/* A region of scalar ops over elements of `tiles`, `times` each, which yields an element for each result. `shape`: of the tile its coordinates speak
 * of. */
static void verify_region(tri_verifier *v, const tri_op *op, uint32_t n, uint32_t times, const tri_type *shape)
{
    const tri_block *region = op->regions[0];
    if (region->n_args != n * times) {
        tri_verify_fail(v, op, "its region takes %u elements, it has %u", n * times, region->n_args);
        return;
    }
    v->isolation++;
    for (uint32_t i = 0; i < region->n_args; i++) {
        tri_type want = tri_scalar_of((tri_dtype)type_of(op, i % n)->dtype);
        if (!tri_type_equal(&region->args[i]->type, &want))
            tri_verify_fail(v, op, "argument %u of its region is an element of %s", i, tri_dtype_name((tri_dtype)want.dtype));
        (void)tri_verify_define(v, region->args[i]);
    }
    for (const tri_op *inner = region->first; inner; inner = inner->next) {
        bool good = tri_verify_operands(v, inner);
        if (inner->kind == TRI_TILE_YIELD)
            verify_tile_YIELD(v, inner);
        else if (!tri_is_scalar_op(inner->kind))
            tri_verify_fail(v, inner, "has no place among scalar ops");
        else if (good)
            verify_scalar(v, inner, shape);
        for (uint32_t i = 0; i < inner->n_results; i++) (void)tri_verify_define(v, inner->results[i]);
    }
    v->isolation--;
    const tri_op *yield = region->last;
    if (!yield || yield->kind != TRI_TILE_YIELD || yield->n_operands != op->n_results) {
        tri_verify_fail(v, op, "its region ends with a yield of %u elements", op->n_results);
        return;
    }
    for (uint32_t i = 0; i < op->n_results; i++) {
        tri_type want = tri_scalar_of((tri_dtype)op->results[i]->type.dtype);
        if (!tri_type_equal(type_of(yield, i), &want))
            tri_verify_fail(v, yield, "value %u must be an element of %s", i, tri_dtype_name((tri_dtype)want.dtype));
    }
}

static void verify_tile_MAP(tri_verifier *v, const tri_op *op)
{
    if (!tri_verify_counts(v, op, op->n_operands, op->n_results, 1) || !check_all(v, op, 0, TRI_TYPE_TILE) || !tri_verify_tiles(v, op)) return;
    if (!op->n_results) {
        tri_verify_fail(v, op, "makes at least one tile");
        return;
    }
    const tri_type *shape = &op->results[0]->type;
    shown a, b;
    for (uint32_t i = 1; i < op->n_results; i++)
        if (!tri_shape_equal(shape, &op->results[i]->type)) tri_verify_fail(v, op, "its results differ in shape");
    for (uint32_t i = 0; i < op->n_operands; i++) {
        const tri_type *tile = type_of(op, i);
        bool fits = tile->rank == shape->rank;
        for (int d = 0; fits && d < tile->rank; d++) fits = tile->dims[d] == 1 || tile->dims[d] == shape->dims[d];
        if (!fits)
            tri_verify_fail(v, op, "operand %u is %s, which does not repeat to %s (same rank, sizes equal or 1)", i, tri_verify_show(tile, a),
                            tri_verify_show(shape, b));
    }
    verify_region(v, op, op->n_operands, 1, shape);
}

static void check_fold(tri_verifier *v, const tri_op *op, bool shrinks)
{
    uint32_t n = op->n_operands;
    if (!tri_verify_counts(v, op, n, n, 1) || !check_all(v, op, 0, TRI_TYPE_TILE) || !tri_verify_tiles(v, op)) return;
    int64_t dim = tri_op_integer(op, "dim", -1);
    if (!n || dim < 0 || dim >= type_of(op, 0)->rank) {
        tri_verify_fail(v, op, "folds dimension %lld of tiles of rank %d", (long long)dim, n ? type_of(op, 0)->rank : 0);
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        tri_type want = *type_of(op, i);
        if (!tri_shape_equal(&want, type_of(op, 0)))
            tri_verify_fail(v, op, "operand %u differs in shape from operand 0", i);
        else if (shrinks)
            want.dims[dim] = 1;
        tri_verify_result(v, op, i, &want);
    }
    verify_region(v, op, n, 2, NULL);
}

static void verify_tile_REDUCE(tri_verifier *v, const tri_op *op) { check_fold(v, op, true); }
static void verify_tile_SCAN(tri_verifier *v, const tri_op *op) { check_fold(v, op, false); }

static bool comes_from_axis(const tri_verifier *v, const tri_value *value)
{
    uint32_t number;
    const char *name;
    return tri_print_find(&v->folded, value, &number, &name);
}

static bool uses_axis(const tri_verifier *v, const tri_op *op)
{
    for (uint32_t i = 0; i < op->n_operands; i++)
        if (comes_from_axis(v, op->operands[i])) return true;
    for (uint32_t r = 0; r < op->n_regions; r++)
        for (const tri_op *inner = op->regions[r]->first; inner; inner = inner->next)
            if (uses_axis(v, inner)) return true;
    return false;
}

/* A program that goes on for all of them has no more right to what it made of its place on the axis than to the place. A statement with a region
 * counts as a whole. */
static void note_axis(tri_verifier *v, const tri_op *combine, uint32_t axis)
{
    tri_print_name(&v->folded, v->func->body->args[v->func->n_buffers + axis], 1, NULL);
    for (const tri_op *op = v->func->body->first; op && op != combine; op = op->next)
        for (uint32_t i = 0; i < op->n_results && uses_axis(v, op); i++) tri_print_name(&v->folded, op->results[i], 1, NULL);
}

static void verify_tile_COMBINE(tri_verifier *v, const tri_op *op)
{
    uint32_t n = op->n_operands;
    if (!tri_verify_counts(v, op, n, n, 1) || !check_all(v, op, 0, TRI_TYPE_TILE)) return;
    int64_t axis = tri_op_integer(op, "axis", -1);
    if (!n || axis < 0 || axis >= (int64_t)v->func->n_axes || axis >= 64) {
        tri_verify_fail(v, op, "folds grid axis %lld of %u", (long long)axis, v->func->n_axes);
        return;
    }
    if (v->folded_axes) tri_verify_fail(v, op, "a second combine on one path; a program combines once");
    if (v->loops)
        tri_verify_fail(v, op, "stands in a loop; a program combines once");
    else if (op->parent != v->func->body)
        tri_verify_fail(v, op, "stands in a choice; all programs of the axis combine, or none");
    for (uint32_t i = 0; i < n; i++) tri_verify_result(v, op, i, type_of(op, i));
    verify_region(v, op, n, 2, NULL);
    v->folded_axes |= (uint64_t)1 << axis;
    note_axis(v, op, (uint32_t)axis);
}

/* ---- blocks and kernels ---- */

static tri_verify_row *const rows[TRI_TILE_OPS_END - TRI_TILE_OPS_BEGIN] = {
#define TILE(name, ...) [TRI_TILE_##name - TRI_TILE_OPS_BEGIN] = verify_tile_##name,
#include "ir/ops_tile.def"
};

/* After a combine over an axis the axis has no value, nor has what was made of it: what follows runs once for all of it. */
static void check_folded_uses(tri_verifier *v, const tri_op *op)
{
    for (uint32_t i = 0; i < op->n_operands && v->folded_axes; i++) {
        const tri_value *value = op->operands[i];
        if (!comes_from_axis(v, value)) continue;
        if (value->block == v->func->body)
            tri_verify_fail(v, op, "operand %u is grid axis %u, which a combine has folded", i, value->index - v->func->n_buffers);
        else
            tri_verify_fail(v, op, "operand %u comes from a grid axis that a combine has folded; what follows is the same for all of the axis", i);
    }
}

void tri_verify_statements(tri_verifier *v, const tri_block *block)
{
    if (v->depth >= TRI_VERIFY_DEPTH) {
        tri_verify_fail(v, block->owner, "regions nested more than %d deep", TRI_VERIFY_DEPTH);
        return;
    }
    v->depth++;
    for (uint32_t i = 0; i < block->n_args; i++) (void)tri_verify_define(v, block->args[i]);
    for (const tri_op *op = block->first; op; op = op->next) {
        bool good = tri_verify_operands(v, op);
        check_folded_uses(v, op);
        if (v->func->is_scheduled) tri_verify_sched_place(v, op);
        if (v->func->is_scheduled && tri_is_sched_op(op->kind)) {
            if (good) tri_verify_sched_op(v, op);
        } else if (!tri_is_tile_op(op->kind))
            tri_verify_fail(v, op, "has no place among the statements of a tile program");
        else if (good)
            rows[op->kind - TRI_TILE_OPS_BEGIN](v, op);
        for (uint32_t i = 0; i < op->n_results; i++) (void)tri_verify_define(v, op->results[i]);
    }
    for (const tri_op *op = block->first; op; op = op->next)
        for (uint32_t i = 0; i < op->n_results; i++) tri_verify_forget(v, op->results[i]);
    v->depth--;
}

void tri_verify_kernel_body(tri_verifier *v)
{
    const tri_func *kernel = v->func;
    if (kernel->body->n_args != kernel->n_buffers + kernel->n_axes) {
        v->errors = tri_join(v->errors, tri_error(TRI_INVALID, kernel->loc, "@%s: %u arguments for %u buffers and %u grid axes", kernel->name,
                                                  kernel->body->n_args, kernel->n_buffers, kernel->n_axes));
        return;
    }
    tri_verify_statements(v, kernel->body);
}
