/* targets/nvptx/sched_tile.c - tiles in registers: their elements, maps and folds of rows. Element numbers of a thread count as the results of wgmma
 * do: for each 64 rows, for each 8 columns, two neighbours in row r and two in row r + 8. Vectors hold what their one dimension leaves of that. */
#include "targets/nvptx/sched.h"

enum { MOST_ELEMENTS = 512 };

#define WGMMA_ATOM(name, columns, elements, ...)                                                                                                     \
    static const tri_atom name##_atom = {elements, {__VA_ARGS__}};                                                                                   \
    const tri_fragment group_##name = {&name##_atom, GROUP, GROUP_ROWS, columns, 1, 1, false};
#include "targets/nvptx/wgmma.def"

layout group_layout(const tri_type *type)
{
    layout l = {.m = 1, .n = type->rank ? type->dims[type->rank - 1] : 1};
    for (int d = 0; d + 1 < type->rank; d++) l.m *= type->dims[d];
    l.kind = l.m == 1 && l.n == 1 ? SPREAD_ONE : l.m == 1 ? SPREAD_COLUMNS : l.n == 1 ? SPREAD_ROWS : SPREAD_FULL;
    return l;
}

static bool is_narrow(tri_dtype dtype) { return dtype == TRI_BF16 || dtype == TRI_F16; }

tri_status *group_fragment_new(sched *s, const tri_op *op, const tri_type *type, layout l, fragment *out)
{
    bool rows = l.kind == SPREAD_FULL || l.kind == SPREAD_ROWS, columns = l.kind == SPREAD_FULL || l.kind == SPREAD_COLUMNS;
    if (!tri_type_elements(type)) return tri_emit_unsupported(op, "a tile without elements");
    if ((rows && l.m % GROUP_ROWS) || (columns && l.n % 8))
        return tri_emit_unsupported(op, "%lldx%lld elements do not fill a warpgroup's fragment of %dx8", (long long)l.m, (long long)l.n, GROUP_ROWS);
    int64_t n = (rows ? l.m / GROUP_ROWS * 2 : 1) * (columns ? l.n / 4 : 1);
    if (n > MOST_ELEMENTS) return tri_emit_unsupported(op, "%lld elements a thread; at most %d", (long long)n, MOST_ELEMENTS);
    *out = (fragment){.layout = l, .paired = columns && is_narrow((tri_dtype)type->dtype), .n = (int)n, .at = TRI_NEW_ARRAY(s->e->arena, tri_ref, n)};
    return NULL;
}

int group_registers(const fragment *f) { return f->paired ? f->n / 2 : f->n; }
const char *group_register_type(const tri_type *type, const fragment *f) { return f->paired ? "i32" : tri_scalar_type((tri_dtype)type->dtype); }

tri_ref group_get(sched *s, const tri_type *type, const fragment *f, int element)
{
    tri_emitter *e = s->e;
    if (!f->paired) return f->at[element];
    const char *scalar = tri_scalar_type((tri_dtype)type->dtype);
    tri_ref pair = tri_emit(e, "bitcast i32 %s to <2 x %s>", f->at[element / 2], scalar);
    return tri_emit(e, "extractelement <2 x %s> %s, i32 %d", scalar, pair, element % 2);
}

void group_put(sched *s, const tri_type *type, fragment *f, int element, tri_ref x)
{
    tri_emitter *e = s->e;
    if (!f->paired) {
        f->at[element] = x;
        return;
    }
    const char *scalar = tri_scalar_type((tri_dtype)type->dtype);
    tri_ref *at = &f->at[element / 2]; /* between its two elements it is the half made vector */
    *at = tri_emit(e, "insertelement <2 x %s> %s, %s %s, i32 %d", scalar, element % 2 ? *at : "poison", scalar, x, element % 2);
    if (element % 2) *at = tri_emit(e, "bitcast <2 x %s> %s to i32", scalar, *at);
}

void group_settle(sched *s, const tri_type *type, fragment *f)
{
    if (!f->kept) return;
    const char *of = group_register_type(type, f);
    tri_ref *at = TRI_NEW_ARRAY(s->e->arena, tri_ref, group_registers(f)),
            zero = f->paired ? "0" : tri_scalar_number(s->e, (tri_dtype)type->dtype, 0);
    for (int r = 0; r < group_registers(f); r++) at[r] = tri_emit(s->e, "select i1 %s, %s %s, %s %s", f->kept, of, f->at[r], of, zero);
    f->at = at;
    f->kept = NULL;
}

tri_status *group_fragment_of(sched *s, const tri_op *op, const tri_value *v, fragment *out)
{
    value *from = &s->values[v->id];
    if (from->staged) return group_read_view(s, op, &v->type, &from->view, out);
    group_settle(s, &v->type, &from->fragment);
    *out = from->fragment;
    return NULL;
}

/* Element `i` of a fragment laid out as `l`, in one whose dimensions of size 1 are repeated along it; -1 where they do not meet. */
static int element_of(layout from, layout l, int i)
{
    int per_row = l.kind == SPREAD_FULL || l.kind == SPREAD_COLUMNS ? (int)l.n / 2 : 2; /* of 64 rows */
    if (from.kind == SPREAD_ONE) return 0;
    if (from.kind == l.kind) return from.m == l.m && from.n == l.n ? i : -1;
    if (l.kind != SPREAD_FULL) return -1;
    if (from.kind == SPREAD_ROWS) return from.m == l.m ? i / per_row * 2 + (i >> 1 & 1) : -1;
    return from.n == l.n ? i % per_row / 4 * 2 + (i & 1) : -1;
}

tri_status *group_fill(sched *s, const tri_op *op)
{
    const tri_value *result = op->results[0];
    tri_dtype dtype = (tri_dtype)result->type.dtype;
    tri_ref x = op->n_operands ? tri_scalar_from_index(s->e, dtype, s->e->indices[op->operands[0]->id].at)
                               : tri_scalar_number(s->e, dtype, tri_op_number(op, "value", 0));
    fragment f;
    TRI_TRY(group_fragment_new(s, op, &result->type, group_layout(&result->type), &f));
    for (int i = 0; i < f.n; i++) group_put(s, &result->type, &f, i, x);
    s->values[result->id] = (value){.fragment = f};
    return NULL;
}

/* Columns that begin and end at multiples of 8, of rows at multiples of 64: registers of their own. */
tri_status *group_slice(sched *s, const tri_op *op)
{
    const tri_type *type = &op->results[0]->type;
    const int64_t *offsets;
    fragment from, to;
    TRI_TRY(group_fragment_of(s, op, op->operands[0], &from));
    layout l = from.layout;
    int rank = (int)tri_op_integers(op, "offsets", &offsets);
    if (rank != 2 || l.kind != SPREAD_FULL || offsets[0] % GROUP_ROWS || offsets[1] % 8)
        return tri_emit_unsupported(op, "a part that does not begin at a multiple of %dx8 in a matrix", GROUP_ROWS);
    if (group_layout(type).kind != SPREAD_FULL) return tri_emit_unsupported(op, "a single row or column");
    TRI_TRY(group_fragment_new(s, op, type, group_layout(type), &to));
    int per_row = (int)to.layout.n / 2;
    for (int i = 0; i < to.n; i++) {
        int64_t source = (i / per_row + offsets[0] / GROUP_ROWS) * l.n / 2 + offsets[1] / 2 + i % per_row;
        if (!to.paired)
            to.at[i] = from.at[source];
        else
            to.at[i / 2] = from.at[source / 2];
    }
    s->values[op->results[0]->id] = (value){.fragment = to};
    return NULL;
}

/* ---- map ---- */

/* Coordinates along the dimensions of a tile, of which only the last is the column. */
static void coordinates(sched *s, const tri_type *type, layout l, int element, tri_ref *out)
{
    tri_ref row = group_row(s, l, element);
    if (type->rank == 1) { /* a vector of rows, perhaps */
        out[0] = l.kind == SPREAD_ROWS ? row : group_column(s, l, element);
        return;
    }
    for (int d = type->rank - 1; d >= 0; d--) {
        if (d == type->rank - 1) {
            out[d] = group_column(s, l, element);
        } else if (type->dims[d] == 1) {
            out[d] = "0";
        } else if (d == 0) {
            out[d] = row;
        } else {
            out[d] = tri_emit(s->e, "urem i32 %s, %lld", row, (long long)type->dims[d]);
            row = tri_emit(s->e, "udiv i32 %s, %lld", row, (long long)type->dims[d]);
        }
    }
}

static bool uses_coordinates(const tri_block *region)
{
    for (const tri_op *op = region->first; op; op = op->next)
        if (op->kind == TRI_SCALAR_COORDINATE) return true;
    return false;
}

tri_status *group_map(sched *s, const tri_op *op)
{
    tri_arena *arena = s->e->arena;
    const tri_type *type = &op->results[0]->type;
    layout l = group_layout(type);
    fragment *from = TRI_NEW_ARRAY(arena, fragment, op->n_operands), *to = TRI_NEW_ARRAY(arena, fragment, op->n_results);
    for (uint32_t i = 0; i < op->n_operands; i++) {
        TRI_TRY(group_fragment_of(s, op, op->operands[i], &from[i]));
        if (tri_shape_equal(&op->operands[i]->type, type)) l = from[i].layout;
    }
    for (uint32_t i = 0; i < op->n_operands; i++)
        if (element_of(from[i].layout, l, 0) < 0) return tri_emit_unsupported(op, "operand %u lies in another place than the result", i);
    for (uint32_t i = 0; i < op->n_results; i++) TRI_TRY(group_fragment_new(s, op, &op->results[i]->type, l, &to[i]));
    bool placed = uses_coordinates(op->regions[0]);
    tri_ref row = s->row, column = s->column;
    if (placed) group_places_here(s);
    tri_ref *arguments = TRI_NEW_ARRAY(arena, tri_ref, op->n_operands), *results = TRI_NEW_ARRAY(arena, tri_ref, op->n_results), at[TRI_MAX_RANK];
    for (int element = 0; element < to[0].n; element++) {
        if (placed) coordinates(s, type, l, element, at);
        for (uint32_t i = 0; i < op->n_operands; i++)
            arguments[i] = group_get(s, &op->operands[i]->type, &from[i], element_of(from[i].layout, l, element));
        TRI_TRY(tri_scalar_region(s->e, op->regions[0], arguments, at, results));
        for (uint32_t i = 0; i < op->n_results; i++) group_put(s, &op->results[i]->type, &to[i], element, results[i]);
    }
    for (uint32_t i = 0; i < op->n_results; i++) s->values[op->results[i]->id] = (value){.fragment = to[i]};
    s->row = row;
    s->column = column;
    return NULL;
}

/* ---- reduce ---- */

enum { CHAINS = 2 }; /* that fold beside each other, for the machine's latency */

static tri_status *combine(sched *s, const tri_op *op, const tri_ref *with, tri_ref *folded)
{
    uint32_t n = op->n_operands;
    tri_ref arguments[2 * TRI_MOST_REDUCED];
    for (uint32_t i = 0; i < n; i++) {
        arguments[i] = folded[i];
        arguments[n + i] = with[i];
    }
    return tri_scalar_region(s->e, op->regions[0], arguments, NULL, folded);
}

/* The value of the lane whose number differs in `bit`. */
static tri_ref exchange(sched *s, tri_dtype dtype, tri_ref x, int bit)
{
    tri_emitter *e = s->e;
    bool whole = dtype == TRI_F32;
    tri_ref word = x;
    if (!whole) {
        const char *memory = tri_memory_type(dtype);
        size_t bits = 8 * tri_dtype_bytes(dtype);
        word = tri_scalar_to_memory(e, dtype, x);
        if (tri_dtype_is_float(dtype)) word = tri_emit(e, "bitcast %s %s to i%zu", memory, word, bits);
        if (bits < 32) word = tri_emit(e, "zext i%zu %s to i32", bits, word);
        word = tri_emit(e, "call i32 @llvm.nvvm.shfl.sync.bfly.i32(i32 -1, i32 %s, i32 %d, i32 31)", word, bit);
        if (bits < 32) word = tri_emit(e, "trunc i32 %s to i%zu", word, bits);
        if (tri_dtype_is_float(dtype)) word = tri_emit(e, "bitcast i%zu %s to %s", bits, word, memory);
        return tri_scalar_from_memory(e, dtype, word);
    }
    return tri_emit(e, "call float @llvm.nvvm.shfl.sync.bfly.f32(i32 -1, float %s, i32 %d, i32 31)", word, bit);
}

/* A row lies in the four lanes of a quad: each folds its part, then they exchange. */
tri_status *group_reduce(sched *s, const tri_op *op)
{
    const tri_type *type = &op->operands[0]->type;
    uint32_t n = op->n_operands;
    fragment from[TRI_MOST_REDUCED], to[TRI_MOST_REDUCED] = {0};
    if (n > TRI_MOST_REDUCED) return tri_emit_unsupported(op, "%u operands", n);
    for (uint32_t i = 0; i < n; i++) {
        TRI_TRY(group_fragment_of(s, op, op->operands[i], &from[i]));
        if (tri_dtype_bytes((tri_dtype)op->operands[i]->type.dtype) > 4) return tri_emit_unsupported(op, "lanes exchange at most 32 bits");
    }
    layout l = from[0].layout;
    if (l.kind != SPREAD_FULL || tri_op_integer(op, "dim", 0) != type->rank - 1)
        return tri_emit_unsupported(op, "only the columns of a matrix are folded");
    for (uint32_t i = 0; i < n; i++) TRI_TRY(group_fragment_new(s, op, &op->results[i]->type, (layout){SPREAD_ROWS, l.m, 1}, &to[i]));
    int per_row = (int)l.n / 2; /* elements of 64 rows */
    for (int row = 0; row < to[0].n; row++) {
        tri_ref folded[CHAINS][TRI_MOST_REDUCED];
        int first = row / 2 * per_row + row % 2 * 2;
        for (int i = 0; i < per_row / 2; i++) {
            tri_ref next[TRI_MOST_REDUCED];
            int chain = i % CHAINS;
            for (uint32_t o = 0; o < n; o++) next[o] = group_get(s, &op->operands[o]->type, &from[o], first + i / 2 * 4 + i % 2);
            if (i < CHAINS)
                memcpy(folded[chain], next, sizeof next);
            else
                TRI_TRY(combine(s, op, next, folded[chain]));
        }
        for (int chain = 1; chain < CHAINS; chain++) TRI_TRY(combine(s, op, folded[chain], folded[0]));
        for (int bit = 1; bit <= 2; bit *= 2) {
            tri_ref other[TRI_MOST_REDUCED];
            for (uint32_t o = 0; o < n; o++) other[o] = exchange(s, (tri_dtype)op->operands[o]->type.dtype, folded[0][o], bit);
            TRI_TRY(combine(s, op, other, folded[0]));
        }
        for (uint32_t o = 0; o < n; o++) group_put(s, &op->results[o]->type, &to[o], row, folded[0][o]);
    }
    for (uint32_t o = 0; o < n; o++) s->values[op->results[o]->id] = (value){.fragment = to[o]};
    return NULL;
}
