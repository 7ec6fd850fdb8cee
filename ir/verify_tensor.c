/* ir/verify_tensor.c - what each tensor op demands of its operands and attributes, and the type its result must have. One verify_NAME for each OP and
 * STRUCTURE row: a row without one does not link. */
#include "ir/attention.h"
#include "ir/verify.h"

#define ELEMENTWISE(name, ...)
#define OP(name, ...) static void verify_##name(tri_verifier *v, const tri_op *op);
#define STRUCTURE(name, ...) static void verify_##name(tri_verifier *v, const tri_op *op);
#include "ir/ops_tensor.def"

/* ---- helpers ---- */

static const tri_type *type_of(const tri_op *op, uint32_t operand) { return &op->operands[operand]->type; }
static int rank_of(const tri_op *op, uint32_t operand) { return op->operands[operand]->type.rank; }

static bool is_scalar_of(const tri_type *type, uint8_t dtype) { return type->rank == 0 && type->dtype == dtype; }

static bool is_integer(const tri_type *type) { return !tri_dtype_is_float((tri_dtype)type->dtype) && type->dtype != TRI_I1; }

/* The list must have `n` members in [low, high], all different where `unique`. */
static bool check_list(tri_verifier *v, const tri_op *op, const char *name, int64_t n, int64_t low, int64_t high, bool unique, const int64_t **out_at)
{
    int64_t size = (int64_t)tri_op_integers(op, name, out_at);
    if (n >= 0 && size != n) {
        tri_verify_fail(v, op, "%s has %lld members, it needs %lld", name, (long long)size, (long long)n);
        return false;
    }
    if (size > TRI_MAX_RANK) {
        tri_verify_fail(v, op, "%s has %lld members, more than a tensor has dimensions", name, (long long)size);
        return false;
    }
    for (int64_t i = 0; i < size; i++) {
        if ((*out_at)[i] < low || (*out_at)[i] > high) {
            tri_verify_fail(v, op, "%s[%lld] is %lld, outside [%lld, %lld]", name, (long long)i, (long long)(*out_at)[i], (long long)low,
                            (long long)high);
            return false;
        }
        for (int64_t j = 0; unique && j < i; j++) {
            if ((*out_at)[i] != (*out_at)[j]) continue;
            tri_verify_fail(v, op, "%s names %lld twice", name, (long long)(*out_at)[i]);
            return false;
        }
    }
    return true;
}

static bool check_dimension(tri_verifier *v, const tri_op *op, const char *name, int rank, int64_t *out)
{
    *out = tri_op_integer(op, name, 0);
    if (*out >= 0 && *out < rank) return true;
    tri_verify_fail(v, op, "%s is %lld, the rank is %d", name, (long long)*out, rank);
    return false;
}

static bool check_same(tri_verifier *v, const tri_op *op, uint32_t i, uint32_t j)
{
    char a[160], b[160];
    if (tri_type_equal(type_of(op, i), type_of(op, j))) return true;
    tri_verify_fail(v, op, "operand %u is %s, operand %u is %s; they must be the same", i, tri_verify_show(type_of(op, i), a), j,
                    tri_verify_show(type_of(op, j), b));
    return false;
}

/* Operands [first, n) are rank-0 integers of one dtype: the starts of a window. */
static bool check_starts(tri_verifier *v, const tri_op *op, uint32_t first, int rank)
{
    if (op->n_operands != first + (uint32_t)rank) {
        tri_verify_fail(v, op, "%u starts for rank %d", op->n_operands - first, rank);
        return false;
    }
    for (uint32_t i = first; i < op->n_operands; i++) {
        if (rank_of(op, i) == 0 && is_integer(type_of(op, i)) && type_of(op, i)->dtype == type_of(op, first)->dtype) continue;
        tri_verify_fail(v, op, "operand %u must be a rank-0 integer tensor, all starts of one type", i);
        return false;
    }
    return true;
}

static bool is_word(const char *text, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!strcmp(text, words[i])) return true;
    return false;
}

/* ---- structure ---- */

static void check_callee(tri_verifier *v, const tri_op *op, const char *name)
{
    char a[160], b[160];
    const tri_func *callee = tri_verify_callee(v, name);
    if (!callee) {
        tri_verify_fail(v, op, "there is no function @%s in this module", name);
        return;
    }
    if (callee->body->n_args != op->n_operands || callee->n_results != op->n_results) {
        tri_verify_fail(v, op, "@%s takes %u and gives %u values; here are %u and %u", name, callee->body->n_args, callee->n_results, op->n_operands,
                        op->n_results);
        return;
    }
    for (uint32_t i = 0; i < op->n_operands; i++)
        if (!tri_type_equal(type_of(op, i), &callee->body->args[i]->type))
            tri_verify_fail(v, op, "operand %u is %s, @%s takes %s", i, tri_verify_show(type_of(op, i), a), name,
                            tri_verify_show(&callee->body->args[i]->type, b));
    for (uint32_t i = 0; i < op->n_results; i++) tri_verify_result(v, op, i, &callee->results[i]);
}

static void verify_CALL(tri_verifier *v, const tri_op *op) { check_callee(v, op, tri_op_text(op, "callee", "")); }
static void verify_COMPOSITE(tri_verifier *v, const tri_op *op) { check_callee(v, op, tri_op_text(op, "decomposition", "")); }

static void check_returned(tri_verifier *v, const tri_op *op, uint32_t n, const tri_type *types)
{
    char a[160], b[160];
    if (op->n_operands != n) {
        tri_verify_fail(v, op, "returns %u values, %u are declared", op->n_operands, n);
        return;
    }
    for (uint32_t i = 0; i < n; i++)
        if (!tri_type_equal(type_of(op, i), &types[i]))
            tri_verify_fail(v, op, "value %u is %s, declared is %s", i, tri_verify_show(type_of(op, i), a), tri_verify_show(&types[i], b));
}

static void verify_RETURN(tri_verifier *v, const tri_op *op)
{
    if (op->parent->owner)
        tri_verify_fail(v, op, "ends a function; a region ends with stablehlo.return");
    else
        check_returned(v, op, v->func->n_results, v->func->results);
}

/* What is returned is checked by the op that owns the region. */
static void verify_REGION_RETURN(tri_verifier *v, const tri_op *op)
{
    if (!op->parent->owner) tri_verify_fail(v, op, "ends a region; a function ends with return");
}

static void verify_KERNEL(tri_verifier *v, const tri_op *op)
{
    const tri_block *region = op->regions[0];
    char a[160], b[160];
    if (region->n_args != op->n_operands) {
        tri_verify_fail(v, op, "%u operands, its region takes %u", op->n_operands, region->n_args);
        return;
    }
    for (uint32_t i = 0; i < region->n_args; i++)
        if (!tri_type_equal(&region->args[i]->type, type_of(op, i)))
            tri_verify_fail(v, op, "operand %u is %s, the region's argument is %s", i, tri_verify_show(type_of(op, i), a),
                            tri_verify_show(&region->args[i]->type, b));
    if (!region->last || region->last->kind != TRI_OP_REGION_RETURN) return;
    if (region->last->n_operands != op->n_results) {
        tri_verify_fail(v, op, "%u results, its region returns %u values", op->n_results, region->last->n_operands);
        return;
    }
    for (uint32_t i = 0; i < op->n_results; i++) tri_verify_result(v, op, i, &region->last->operands[i]->type);
}

/* ---- making and moving ---- */

static void verify_CONSTANT(tri_verifier *v, const tri_op *op) { tri_verify_result(v, op, 0, &tri_op_attr(op, "value")->type); }

static void verify_IOTA(tri_verifier *v, const tri_op *op)
{
    int64_t dim;
    if (check_dimension(v, op, "iota_dimension", op->results[0]->type.rank, &dim) && op->results[0]->type.dtype == TRI_I1)
        tri_verify_fail(v, op, "positions do not fit i1");
}

static void verify_CONVERT(tri_verifier *v, const tri_op *op)
{
    tri_type want = *type_of(op, 0);
    want.dtype = op->results[0]->type.dtype;
    tri_verify_result(v, op, 0, &want);
}

static void verify_BITCAST_CONVERT(tri_verifier *v, const tri_op *op)
{
    tri_type want = *type_of(op, 0);
    uint8_t to = op->results[0]->type.dtype;
    int64_t from_bytes = (int64_t)tri_dtype_bytes((tri_dtype)want.dtype), to_bytes = (int64_t)tri_dtype_bytes((tri_dtype)to);
    if ((want.dtype == TRI_I1) != (to == TRI_I1)) {
        tri_verify_fail(v, op, "i1 has no bits in common with other types");
        return;
    }
    if (from_bytes < to_bytes) {
        if (want.rank == 0 || want.dims[want.rank - 1] != to_bytes / from_bytes) {
            tri_verify_fail(v, op, "the operand's last dimension must be %lld to make one element of the result", (long long)(to_bytes / from_bytes));
            return;
        }
        want.dims[--want.rank] = 0;
    } else if (from_bytes > to_bytes) {
        if (want.rank == TRI_MAX_RANK) {
            tri_verify_fail(v, op, "the result would have more than %d dimensions", TRI_MAX_RANK);
            return;
        }
        want.dims[want.rank++] = from_bytes / to_bytes;
    }
    want.dtype = to;
    tri_verify_result(v, op, 0, &want);
}

static void verify_RESHAPE(tri_verifier *v, const tri_op *op)
{
    char a[160], b[160];
    const tri_type *from = type_of(op, 0), *to = &op->results[0]->type;
    if (from->dtype != to->dtype || tri_type_elements(from) != tri_type_elements(to))
        tri_verify_fail(v, op, "%s and %s do not have the same elements", tri_verify_show(from, a), tri_verify_show(to, b));
}

static void verify_TRANSPOSE(tri_verifier *v, const tri_op *op)
{
    const tri_type *from = type_of(op, 0);
    const int64_t *permutation;
    if (!check_list(v, op, "permutation", from->rank, 0, from->rank - 1, true, &permutation)) return;
    tri_type want = *from;
    for (int i = 0; i < from->rank; i++) want.dims[i] = from->dims[permutation[i]];
    tri_verify_result(v, op, 0, &want);
}

static void verify_BROADCAST_IN_DIM(tri_verifier *v, const tri_op *op)
{
    const tri_type *from = type_of(op, 0), *to = &op->results[0]->type;
    const int64_t *dims;
    if (!check_list(v, op, "broadcast_dimensions", from->rank, 0, to->rank - 1, true, &dims)) return;
    if (from->dtype != to->dtype)
        tri_verify_fail(v, op, "changes the element type from %s to %s", tri_dtype_name((tri_dtype)from->dtype),
                        tri_dtype_name((tri_dtype)to->dtype));
    for (int i = 0; i < from->rank; i++)
        if (from->dims[i] != 1 && from->dims[i] != to->dims[dims[i]])
            tri_verify_fail(v, op, "operand dimension %d is %lld, result dimension %lld is %lld; only 1 is repeated", i, (long long)from->dims[i],
                            (long long)dims[i], (long long)to->dims[dims[i]]);
}

static void verify_CONCATENATE(tri_verifier *v, const tri_op *op)
{
    int64_t dim;
    if (!op->n_operands) {
        tri_verify_fail(v, op, "nothing to concatenate");
        return;
    }
    if (!check_dimension(v, op, "dimension", rank_of(op, 0), &dim)) return;
    tri_type want = *type_of(op, 0);
    for (uint32_t i = 1; i < op->n_operands; i++) {
        tri_type other = *type_of(op, i);
        if (other.rank != want.rank) {
            tri_verify_fail(v, op, "operand %u has rank %d, operand 0 has %d", i, other.rank, want.rank);
            return;
        }
        int64_t size = other.dims[dim];
        other.dims[dim] = want.dims[dim];
        if (!tri_type_equal(&other, &want)) {
            tri_verify_fail(v, op, "operand %u differs from operand 0 in more than dimension %lld", i, (long long)dim);
            return;
        }
        want.dims[dim] += size;
    }
    tri_verify_result(v, op, 0, &want);
}

static void verify_SLICE(tri_verifier *v, const tri_op *op)
{
    const tri_type *from = type_of(op, 0);
    const int64_t *start, *limit, *stride;
    tri_type want = *from;
    if (!check_list(v, op, "start_indices", from->rank, 0, INT64_MAX, false, &start) ||
        !check_list(v, op, "limit_indices", from->rank, 0, INT64_MAX, false, &limit) ||
        !check_list(v, op, "strides", from->rank, 1, INT64_MAX, false, &stride))
        return;
    for (int i = 0; i < from->rank; i++) {
        if (start[i] > limit[i] || limit[i] > from->dims[i]) {
            tri_verify_fail(v, op, "range %lld:%lld of dimension %d, which has %lld elements", (long long)start[i], (long long)limit[i], i,
                            (long long)from->dims[i]);
            return;
        }
        want.dims[i] = limit[i] == start[i] ? 0 : (limit[i] - start[i] - 1) / stride[i] + 1;
    }
    tri_verify_result(v, op, 0, &want);
}

static void verify_PAD(tri_verifier *v, const tri_op *op)
{
    const tri_type *from = type_of(op, 0);
    const int64_t *low, *high, *interior, most = (int64_t)1 << 40;
    tri_type want = *from;
    if (!is_scalar_of(type_of(op, 1), from->dtype)) tri_verify_fail(v, op, "operand 1 must be one element of the operand's type");
    if (!check_list(v, op, "edge_padding_low", from->rank, -most, most, false, &low) ||
        !check_list(v, op, "edge_padding_high", from->rank, -most, most, false, &high) ||
        !check_list(v, op, "interior_padding", from->rank, 0, most, false, &interior))
        return;
    for (int i = 0; i < from->rank; i++) {
        int64_t gaps = from->dims[i] > 0 ? from->dims[i] - 1 : 0;
        if (gaps && interior[i] > most / gaps) {
            tri_verify_fail(v, op, "dimension %d grows beyond 2^40", i);
            return;
        }
        want.dims[i] = low[i] + high[i] + from->dims[i] + gaps * interior[i];
        if (want.dims[i] >= 0) continue;
        tri_verify_fail(v, op, "dimension %d would have %lld elements", i, (long long)want.dims[i]);
        return;
    }
    tri_verify_result(v, op, 0, &want);
}

static void verify_REVERSE(tri_verifier *v, const tri_op *op)
{
    const int64_t *dims;
    if (check_list(v, op, "dimensions", -1, 0, rank_of(op, 0) - 1, true, &dims)) tri_verify_result(v, op, 0, type_of(op, 0));
}

static void verify_DYNAMIC_SLICE(tri_verifier *v, const tri_op *op)
{
    const int64_t *sizes;
    if (!op->n_operands) {
        tri_verify_fail(v, op, "no operand");
        return;
    }
    tri_type want = *type_of(op, 0);
    if (!check_starts(v, op, 1, want.rank) || !check_list(v, op, "slice_sizes", want.rank, 0, INT64_MAX, false, &sizes)) return;
    for (int i = 0; i < want.rank; i++) {
        if (sizes[i] > want.dims[i]) {
            tri_verify_fail(v, op, "slice_sizes[%d] is %lld, the operand has %lld there", i, (long long)sizes[i], (long long)want.dims[i]);
            return;
        }
        want.dims[i] = sizes[i];
    }
    tri_verify_result(v, op, 0, &want);
}

static void verify_DYNAMIC_UPDATE_SLICE(tri_verifier *v, const tri_op *op)
{
    if (op->n_operands < 2) {
        tri_verify_fail(v, op, "takes an operand, an update and starts");
        return;
    }
    const tri_type *whole = type_of(op, 0), *update = type_of(op, 1);
    if (!check_starts(v, op, 2, whole->rank)) return;
    bool fits = whole->rank == update->rank && whole->dtype == update->dtype;
    for (int i = 0; fits && i < whole->rank; i++) fits = update->dims[i] <= whole->dims[i];
    char a[160], b[160];
    if (!fits)
        tri_verify_fail(v, op, "the update %s does not fit into %s", tri_verify_show(update, a), tri_verify_show(whole, b));
    else
        tri_verify_result(v, op, 0, whole);
}

static bool contains(const int64_t *at, int64_t n, int64_t value)
{
    for (int64_t i = 0; i < n; i++)
        if (at[i] == value) return true;
    return false;
}

static bool check_ascending(tri_verifier *v, const tri_op *op, const char *name)
{
    const int64_t *at;
    size_t n = tri_op_integers(op, name, &at);
    for (size_t i = 1; i < n; i++) {
        if (at[i] > at[i - 1]) continue;
        tri_verify_fail(v, op, "%s must ascend", name);
        return false;
    }
    return true;
}

static void verify_GATHER(tri_verifier *v, const tri_op *op)
{
    const tri_type *from = type_of(op, 0), *starts = type_of(op, 1), *to = &op->results[0]->type;
    const int64_t *offset, *collapsed, *batching, *starts_batching, *map, *sizes;
    int64_t vector_dim = tri_op_integer(op, "index_vector_dim", 0);
    if (!is_integer(starts)) {
        tri_verify_fail(v, op, "the starts must be integers");
        return;
    }
    if (vector_dim < 0 || vector_dim > starts->rank) {
        tri_verify_fail(v, op, "index_vector_dim is %lld, the starts have rank %d", (long long)vector_dim, starts->rank);
        return;
    }
    if (!check_list(v, op, "slice_sizes", from->rank, 0, INT64_MAX, false, &sizes) ||
        !check_list(v, op, "offset_dims", -1, 0, to->rank - 1, true, &offset) ||
        !check_list(v, op, "collapsed_slice_dims", -1, 0, from->rank - 1, true, &collapsed) ||
        !check_list(v, op, "operand_batching_dims", -1, 0, from->rank - 1, true, &batching) ||
        !check_list(v, op, "start_indices_batching_dims", -1, 0, starts->rank - 1, true, &starts_batching) ||
        !check_list(v, op, "start_index_map", -1, 0, from->rank - 1, true, &map) || !check_ascending(v, op, "offset_dims") ||
        !check_ascending(v, op, "collapsed_slice_dims") || !check_ascending(v, op, "operand_batching_dims"))
        return;
    int64_t n_offset = (int64_t)tri_op_integers(op, "offset_dims", &offset),
            n_collapsed = (int64_t)tri_op_integers(op, "collapsed_slice_dims", &collapsed);
    int64_t n_batching = (int64_t)tri_op_integers(op, "operand_batching_dims", &batching),
            n_map = (int64_t)tri_op_integers(op, "start_index_map", &map);
    int64_t n_starts_batching = (int64_t)tri_op_integers(op, "start_indices_batching_dims", &starts_batching);
    int64_t coordinates = vector_dim == starts->rank ? 1 : starts->dims[vector_dim];
    if (n_map != coordinates) {
        tri_verify_fail(v, op, "start_index_map has %lld members, a start has %lld coordinates", (long long)n_map, (long long)coordinates);
        return;
    }
    if (n_batching != n_starts_batching || n_offset + n_collapsed + n_batching != from->rank) {
        tri_verify_fail(v, op,
                        "offset_dims, collapsed_slice_dims and operand_batching_dims together must name each of the operand's %d dimensions once",
                        from->rank);
        return;
    }
    for (int64_t i = 0; i < n_batching; i++) {
        int64_t own = batching[i], other = starts_batching[i];
        if (contains(collapsed, n_collapsed, own) || contains(map, n_map, own) || other == vector_dim || from->dims[own] != starts->dims[other]) {
            tri_verify_fail(v, op, "operand_batching_dims[%lld] = %lld is also sliced, or differs in size from its partner", (long long)i,
                            (long long)own);
            return;
        }
    }
    tri_type want = {.kind = TRI_TYPE_TENSOR, .dtype = from->dtype, .rank = to->rank};
    int batch_rank = starts->rank - (vector_dim < starts->rank);
    if (batch_rank + n_offset != to->rank) {
        tri_verify_fail(v, op, "the result has rank %d, %d dimensions of starts and %lld of slices make %lld", to->rank, batch_rank,
                        (long long)n_offset, (long long)(batch_rank + n_offset));
        return;
    }
    int batch = 0, slice = 0;
    for (int i = 0; i < from->rank; i++) {
        bool dropped = contains(collapsed, n_collapsed, i) || contains(batching, n_batching, i);
        if (sizes[i] > from->dims[i] || (dropped && sizes[i] > 1)) {
            tri_verify_fail(v, op, "slice_sizes[%d] is %lld; the operand has %lld there, and a dropped dimension takes at most 1", i,
                            (long long)sizes[i], (long long)from->dims[i]);
            return;
        }
    }
    for (int i = 0; i < to->rank; i++) {
        if (contains(offset, n_offset, i)) {
            while (contains(collapsed, n_collapsed, slice) || contains(batching, n_batching, slice)) slice++;
            want.dims[i] = sizes[slice++];
        } else {
            if (batch == vector_dim) batch++;
            want.dims[i] = starts->dims[batch++];
        }
    }
    tri_verify_result(v, op, 0, &want);
}

/* ---- contraction and reduction ---- */

static void check_precision(tri_verifier *v, const tri_op *op)
{
    static const char *const words[] = {"DEFAULT", "HIGH", "HIGHEST"};
    const tri_attr *precision = tri_op_attr(op, "precision_config");
    if (!precision) return;
    bool good = precision->list.n <= 2;
    for (size_t i = 0; good && i < precision->list.n; i++)
        good = precision->list.at[i]->kind == TRI_ATTR_WORD && is_word(precision->list.at[i]->text, words, 3);
    if (!good) tri_verify_fail(v, op, "precision is a list of two of DEFAULT, HIGH, HIGHEST");
}

static void verify_DOT_GENERAL(tri_verifier *v, const tri_op *op)
{
    const tri_type *lhs = type_of(op, 0), *rhs = type_of(op, 1);
    const int64_t *lb, *rb, *lc, *rc;
    if (!check_list(v, op, "lhs_batching_dimensions", -1, 0, lhs->rank - 1, true, &lb) ||
        !check_list(v, op, "rhs_batching_dimensions", -1, 0, rhs->rank - 1, true, &rb) ||
        !check_list(v, op, "lhs_contracting_dimensions", -1, 0, lhs->rank - 1, true, &lc) ||
        !check_list(v, op, "rhs_contracting_dimensions", -1, 0, rhs->rank - 1, true, &rc))
        return;
    int64_t n_batch = (int64_t)tri_op_integers(op, "lhs_batching_dimensions", &lb),
            n_contract = (int64_t)tri_op_integers(op, "lhs_contracting_dimensions", &lc);
    if (n_batch != (int64_t)tri_op_integers(op, "rhs_batching_dimensions", &rb) ||
        n_contract != (int64_t)tri_op_integers(op, "rhs_contracting_dimensions", &rc)) {
        tri_verify_fail(v, op, "both sides must have as many batching and contracting dimensions");
        return;
    }
    tri_type want = {.kind = TRI_TYPE_TENSOR, .dtype = op->results[0]->type.dtype};
    for (int64_t i = 0; i < n_batch + n_contract; i++) {
        int64_t l = i < n_batch ? lb[i] : lc[i - n_batch], r = i < n_batch ? rb[i] : rc[i - n_batch];
        if (lhs->dims[l] != rhs->dims[r]) {
            tri_verify_fail(v, op, "left dimension %lld is %lld, right dimension %lld is %lld; they go together", (long long)l,
                            (long long)lhs->dims[l], (long long)r, (long long)rhs->dims[r]);
            return;
        }
        if (i >= n_batch && (contains(lb, n_batch, l) || contains(rb, n_batch, r))) {
            tri_verify_fail(v, op, "a dimension is batching and contracting at once");
            return;
        }
        if (i < n_batch) want.dims[want.rank++] = lhs->dims[l];
    }
    if (lhs->rank + rhs->rank - n_batch - 2 * n_contract > TRI_MAX_RANK) {
        tri_verify_fail(v, op, "the result would have more than %d dimensions", TRI_MAX_RANK);
        return;
    }
    for (int i = 0; i < lhs->rank; i++)
        if (!contains(lb, n_batch, i) && !contains(lc, n_contract, i)) want.dims[want.rank++] = lhs->dims[i];
    for (int i = 0; i < rhs->rank; i++)
        if (!contains(rb, n_batch, i) && !contains(rc, n_contract, i)) want.dims[want.rank++] = rhs->dims[i];
    bool floating = tri_dtype_is_float((tri_dtype)lhs->dtype);
    if (floating != tri_dtype_is_float((tri_dtype)rhs->dtype) || floating != tri_dtype_is_float((tri_dtype)want.dtype))
        tri_verify_fail(v, op, "operands and result must all be floats, or all be integers");
    check_precision(v, op);
    tri_verify_result(v, op, 0, &want);
}

/* A combiner is arithmetic on its arguments and on literals of its own: that is what a kernel can fold with. Calls are inlined before that matters.
 */
static void verify_combiner(tri_verifier *v, const tri_op *reduce)
{
    const tri_block *region = reduce->regions[0];
    for (const tri_op *op = region->first; op; op = op->next) {
        if (op->kind == TRI_OP_CALL) continue;
        bool scalar = tri_op_scalar(op) != TRI_OP_NONE || op->kind == TRI_OP_CONSTANT;
        for (uint32_t i = 0; i < op->n_results; i++) scalar &= op->results[i]->type.rank == 0;
        if (!scalar && op->kind != TRI_OP_REGION_RETURN)
            tri_verify_fail(v, op, "the body of a reduction may hold only elementwise ops on scalars, and literals");
        for (uint32_t i = 0; i < op->n_operands; i++) {
            const tri_value *value = op->operands[i];
            if (value->block != region && !(value->op && value->op->parent == region))
                tri_verify_fail(v, op, "the body of a reduction may not use a value from outside; operand %u is one", i);
        }
    }
}

static void verify_REDUCE(tri_verifier *v, const tri_op *op)
{
    uint32_t n = op->n_results;
    const int64_t *dims;
    if (n > TRI_MOST_REDUCED) {
        tri_verify_fail(v, op, "%u operands are folded together; at most %d can be", n, TRI_MOST_REDUCED);
        return;
    }
    if (!n || op->n_operands != 2 * n) {
        tri_verify_fail(v, op, "%u operands for %u results; an operand and an initial value for each", op->n_operands, n);
        return;
    }
    if (!check_list(v, op, "dimensions", -1, 0, rank_of(op, 0) - 1, true, &dims)) return;
    int64_t n_dims = (int64_t)tri_op_integers(op, "dimensions", &dims);
    const tri_block *region = op->regions[0];
    bool returns = region->last && region->last->kind == TRI_OP_REGION_RETURN;
    if (region->n_args != 2 * n || (returns && region->last->n_operands != n)) {
        tri_verify_fail(v, op, "its region takes %u and returns %u values; %u and %u are needed", region->n_args,
                        returns ? region->last->n_operands : 0, 2 * n, n);
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        const tri_type *from = type_of(op, i);
        if (!tri_shape_equal(from, type_of(op, 0))) {
            tri_verify_fail(v, op, "operand %u and operand 0 differ in shape", i);
            return;
        }
        tri_type element = tri_tensor_of((tri_dtype)from->dtype, 0, NULL), want = {.kind = TRI_TYPE_TENSOR, .dtype = from->dtype};
        for (int d = 0; d < from->rank; d++)
            if (!contains(dims, n_dims, d)) want.dims[want.rank++] = from->dims[d];
        char room[160];
        bool fits = tri_type_equal(type_of(op, n + i), &element) && tri_type_equal(&region->args[i]->type, &element) &&
                    tri_type_equal(&region->args[n + i]->type, &element) && (!returns || tri_type_equal(&region->last->operands[i]->type, &element));
        if (!fits)
            tri_verify_fail(v, op, "initial value %u, its region arguments and what the region returns for it must be %s", i,
                            tri_verify_show(&element, room));
        tri_verify_result(v, op, i, &want);
    }
    verify_combiner(v, op);
}

static void verify_OPTIMIZATION_BARRIER(tri_verifier *v, const tri_op *op)
{
    if (op->n_operands != op->n_results)
        tri_verify_fail(v, op, "%u operands, %u results", op->n_operands, op->n_results);
    else
        for (uint32_t i = 0; i < op->n_results; i++) tri_verify_result(v, op, i, type_of(op, i));
}

static void verify_CUSTOM_CALL(tri_verifier *v, const tri_op *op)
{
    static const char *const known[] = {"Sharding", "SPMDFullToShardShape", "SPMDShardToFullShape", "annotate_device_placement", "LayoutConstraint"};
    const char *target = tri_op_text(op, "call_target_name", "");
    if (!is_word(target, known, sizeof known / sizeof *known)) {
        tri_verify_fail(v, op, "@%s has no meaning here; only annotations such as @Sharding have. Give the computation as ordinary ops", target);
        return;
    }
    if (op->n_operands != op->n_results)
        tri_verify_fail(v, op, "@%s: %u operands, %u results", target, op->n_operands, op->n_results);
    else
        for (uint32_t i = 0; i < op->n_results; i++) tri_verify_result(v, op, i, type_of(op, i));
}

static void verify_ATTENTION(tri_verifier *v, const tri_op *op)
{
    tri_attention_shape shape;
    tri_status *status = tri_attention_shape_of(op, &shape);
    if (status) tri_verify_fail(v, op, "%s", tri_status_message(status));
    tri_status_free(status);
}

/* ---- elementwise ---- */

static const char *const class_names[] = {"",   "floats",       "integers",       "floats or integers",
                                          "i1", "floats or i1", "integers or i1", "floats, integers or i1"};

static bool in_classes(const tri_type *type, uint8_t classes)
{
    uint8_t own = tri_dtype_is_float((tri_dtype)type->dtype) ? TRI_CLASSES_FLOAT : type->dtype == TRI_I1 ? TRI_CLASSES_BOOL : TRI_CLASSES_INTEGER;
    return (own & classes) != 0;
}

static bool check_classes(tri_verifier *v, const tri_op *op, uint32_t operand, tri_op_kind scalar)
{
    const tri_op_row *row = tri_op_row_of(scalar);
    if (in_classes(type_of(op, operand), row->classes)) return true;
    tri_verify_fail(v, op, "operand %u has elements of %s; this op takes %s", operand, tri_dtype_name((tri_dtype)type_of(op, operand)->dtype),
                    class_names[row->classes & 7]);
    return false;
}

static void verify_elementwise(tri_verifier *v, const tri_op *op)
{
    tri_op_kind scalar = (tri_op_kind)tri_op_row_of(op->kind)->scalar;
    for (uint32_t i = 1; i < op->n_operands; i++)
        if (!check_same(v, op, i, 0)) return;
    if (!check_classes(v, op, 0, scalar)) return;
    tri_type want = *type_of(op, 0);
    if (tri_op_row_of(scalar)->result == TRI_RESULT_BOOL) want.dtype = TRI_I1;
    tri_verify_result(v, op, 0, &want);
}

static void verify_COMPARE(tri_verifier *v, const tri_op *op)
{
    static const char *const directions[] = {"EQ", "NE", "LT", "LE", "GT", "GE"};
    const char *type = tri_op_text(op, "compare_type", "");
    if (!is_word(tri_op_text(op, "comparison_direction", ""), directions, 6)) tri_verify_fail(v, op, "the direction is one of EQ NE LT LE GT GE");
    if (!check_same(v, op, 0, 1)) return;
    tri_type want = *type_of(op, 0);
    tri_dtype_class class_ = tri_dtype_classify((tri_dtype)want.dtype);
    const char *natural = class_ == TRI_CLASS_FLOAT ? "FLOAT" : class_ == TRI_CLASS_SIGNED ? "SIGNED" : "UNSIGNED";
    if (!strcmp(type, "TOTALORDER"))
        tri_verify_fail(v, op, "TOTALORDER is not known; use FLOAT, where NaN is unordered and -0 equals +0");
    else if (*type && strcmp(type, "NOTYPE") && strcmp(type, natural))
        tri_verify_fail(v, op, "elements of %s are compared as %s, not %s", tri_dtype_name((tri_dtype)want.dtype), natural, type);
    want.dtype = TRI_I1;
    tri_verify_result(v, op, 0, &want);
}

static void verify_SELECT(tri_verifier *v, const tri_op *op)
{
    const tri_type *predicate = type_of(op, 0);
    if (predicate->dtype != TRI_I1 || (predicate->rank && !tri_shape_equal(predicate, type_of(op, 1))))
        tri_verify_fail(v, op, "operand 0 is i1, one element or as many as the others have");
    if (check_same(v, op, 1, 2)) tri_verify_result(v, op, 0, type_of(op, 1));
}

static void verify_CLAMP(tri_verifier *v, const tri_op *op)
{
    const tri_type *x = type_of(op, 1);
    for (uint32_t i = 0; i < 3; i += 2)
        if (!is_scalar_of(type_of(op, i), x->dtype) && !check_same(v, op, i, 1)) return;
    if (check_classes(v, op, 1, TRI_SCALAR_CLAMP)) tri_verify_result(v, op, 0, x);
}

/* ---- the table ---- */

static tri_verify_row *const rows[TRI_TENSOR_OPS_END] = {
#define ELEMENTWISE(name, ...) [TRI_OP_##name] = verify_elementwise,
#define OP(name, ...) [TRI_OP_##name] = verify_##name,
#define STRUCTURE(name, ...) [TRI_OP_##name] = verify_##name,
#include "ir/ops_tensor.def"
};

static const char *const kind_names[] = {"a unit",  "true or false",      "an integer", "a number", "a string", "a word",
                                         "a @name", "a list of integers", "dense<...>", "a type",   "a list",   "a dictionary",
                                         "text"};

static bool check_attr(tri_verifier *v, const tri_op *op, const char *name, bool optional)
{
    static const struct {
        const char *name;
        tri_attr_kind kind;
    } kinds[] = {
#define ATTR(name, kind) {#name, TRI_ATTR_##kind},
#include "ir/attrs.def"
    };
    const tri_attr *attr = tri_op_attr(op, name);
    if (!attr) {
        if (!optional) tri_verify_fail(v, op, "the attribute %s is missing", name);
        return optional;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(kinds[i].name, name)) continue;
        bool fits = attr->kind == kinds[i].kind || (kinds[i].kind == TRI_ATTR_BOOL && attr->kind == TRI_ATTR_UNIT);
        if (!fits) tri_verify_fail(v, op, "the attribute %s is %s, it must be %s", name, kind_names[attr->kind], kind_names[kinds[i].kind]);
        return fits;
    }
    return true;
}

static bool check_attrs(tri_verifier *v, const tri_op *op)
{
    bool good = true;
    char name[48];
    for (const char *at = tri_op_row_of(op->kind)->attributes; *at;) {
        const char *end = at + strcspn(at, ","), *colon = memchr(at, ':', (size_t)(end - at)), *from = colon ? colon + 1 : at;
        bool optional = end[-1] == '?';
        snprintf(name, sizeof name, "%.*s", (int)(end - from) - optional, from);
        good = check_attr(v, op, name, optional) && good;
        at = *end ? end + 1 : end;
    }
    return good;
}

void tri_verify_tensor_op(tri_verifier *v, const tri_op *op)
{
    const tri_op_row *row = tri_op_row_of(op->kind);
    bool counts = (row->operands == TRI_MANY || op->n_operands == (uint32_t)row->operands) &&
                  (row->results == TRI_MANY || op->n_results == (uint32_t)row->results) && op->n_regions == (uint32_t)row->regions;
    if (!counts) {
        tri_verify_fail(v, op, "%u operands, %u results and %u regions; it takes %d, %d and %d (-1: any)", op->n_operands, op->n_results,
                        op->n_regions, row->operands, row->results, row->regions);
        return;
    }
    if (check_attrs(v, op)) rows[op->kind](v, op);
}
