/* targets/amdgcn/wave_tile.c - tiles in registers: their elements, maps and folds of rows (see wave.h for where elements lie). Element 4a + i of what
 * has columns is element i of atom a. */
#include "targets/amdgcn/wave.h"

enum { MOST_ELEMENTS = 512, NEIGHBOURS = 4 };

layout wave_layout(const tri_type *type)
{
    layout l = {.m = 1, .n = type->rank ? type->dims[type->rank - 1] : 1};
    for (int d = 0; d + 1 < type->rank; d++) l.m *= type->dims[d];
    l.kind = l.m == 1 && l.n == 1 ? SPREAD_ONE : l.m == 1 ? SPREAD_COLUMNS : l.n == 1 ? SPREAD_ROWS : SPREAD_FULL;
    return l;
}

bool wave_is_vector(layout l) { return l.kind == SPREAD_FULL || l.kind == SPREAD_COLUMNS; }

static int64_t atoms_across(const sched *s, layout l) { return l.n / (ATOM * s->plan.across); }

tri_status *wave_fragment_new(sched *s, const tri_op *op, const tri_type *type, layout l, fragment *out)
{
    bool rows = l.kind == SPREAD_FULL || l.kind == SPREAD_ROWS, columns = wave_is_vector(l);
    int64_t step_rows = ATOM * s->plan.down, step_columns = ATOM * s->plan.across;
    if ((rows && l.m % step_rows) || (columns && l.n % step_columns))
        return tri_emit_unsupported(op, "%lldx%lld elements do not fill the fragments of %lldx%lld of its waves", (long long)l.m, (long long)l.n,
                                    (long long)step_rows, (long long)step_columns);
    int64_t n = (rows ? l.m / step_rows : 1) * (columns ? l.n / step_columns * NEIGHBOURS : 1);
    if (n > MOST_ELEMENTS) return tri_emit_unsupported(op, "%lld elements a lane; at most %d", (long long)n, MOST_ELEMENTS);
    if (type->dtype == TRI_F64) return tri_emit_unsupported(op, "tiles of f64");
    *out = (fragment){.layout = l, .n = (int)n, .at = TRI_NEW_ARRAY(s->e->arena, tri_ref, n)};
    return NULL;
}

int wave_registers(const fragment *f) { return wave_is_vector(f->layout) ? f->n / NEIGHBOURS : f->n; }

int64_t wave_words(const tri_type *type, const fragment *f) { return ((int64_t)f->n * (int64_t)tri_dtype_bytes((tri_dtype)type->dtype) + 3) / 4; }

const char *wave_register_type(sched *s, const tri_type *type, const fragment *f)
{
    const char *scalar = tri_memory_type((tri_dtype)type->dtype);
    return wave_is_vector(f->layout) ? tri_arena_printf(s->e->arena, "<4 x %s>", scalar) : scalar;
}

tri_ref wave_get(sched *s, const tri_type *type, const fragment *f, int element)
{
    tri_ref x = f->at[wave_is_vector(f->layout) ? element / NEIGHBOURS : element];
    if (wave_is_vector(f->layout)) x = tri_emit(s->e, "extractelement %s %s, i32 %d", wave_register_type(s, type, f), x, element % NEIGHBOURS);
    return tri_scalar_from_memory(s->e, (tri_dtype)type->dtype, x);
}

/* Four bytes of which LLVM does not know that each is a bit: it would keep those, a pair of scalar registers each. */
static tri_ref as_bytes(sched *s, tri_ref x)
{
    tri_emitter *e = s->e;
    tri_ref word = tri_emit(e, "bitcast <%d x i8> %s to i32", NEIGHBOURS, x);
    word = tri_emit(e, "call i32 asm \"\", \"=v,0\"(i32 %s)", word);
    return tri_emit(e, "bitcast i32 %s to <%d x i8>", word, NEIGHBOURS);
}

void wave_put(sched *s, const tri_type *type, fragment *f, int element, tri_ref x)
{
    x = tri_scalar_to_memory(s->e, (tri_dtype)type->dtype, x);
    if (!wave_is_vector(f->layout)) {
        f->at[element] = x;
        return;
    }
    tri_ref *at = &f->at[element / NEIGHBOURS];
    *at = tri_emit(s->e, "insertelement %s %s, %s %s, i32 %d", wave_register_type(s, type, f), element % NEIGHBOURS ? *at : "poison",
                   tri_memory_type((tri_dtype)type->dtype), x, element % NEIGHBOURS);
    if (type->dtype == TRI_I1 && element % NEIGHBOURS == NEIGHBOURS - 1) *at = as_bytes(s, *at);
}

tri_status *wave_fragment_of(sched *s, const tri_op *op, const tri_value *v, const fragment **out)
{
    if (s->values[v->id].staged) return tri_emit_unsupported(op, "a staged tile is taken by products alone");
    *out = &s->values[v->id].fragment;
    return NULL;
}

/* Element `i` of a fragment laid out as `l`, in one whose dimensions of size 1 are repeated along it; -1 where they do not meet. */
static int element_of(const sched *s, layout from, layout l, int i)
{
    int per_row = (int)atoms_across(s, l) * NEIGHBOURS;
    if (from.kind == SPREAD_ONE) return 0;
    if (from.kind == l.kind) return from.m == l.m && from.n == l.n ? i : -1;
    if (l.kind != SPREAD_FULL) return -1;
    if (from.kind == SPREAD_ROWS) return from.m == l.m ? i / per_row : -1;
    return from.n == l.n ? i % per_row : -1;
}

tri_status *wave_fill(sched *s, const tri_op *op)
{
    const tri_value *result = op->results[0];
    tri_dtype dtype = (tri_dtype)result->type.dtype;
    layout l = wave_layout(&result->type);
    fragment f;
    TRI_TRY(wave_fragment_new(s, op, &result->type, l, &f));
    if (op->n_operands) {
        tri_ref x = tri_scalar_from_index(s->e, dtype, s->e->indices[op->operands[0]->id].at);
        for (int i = 0; i < f.n; i++) wave_put(s, &result->type, &f, i, x);
    } else {
        double number = tri_op_number(op, "value", 0);
        tri_ref x = dtype == TRI_I1 ? tri_emit_number(s->e, number != 0) : tri_scalar_number(s->e, dtype, number);
        const char *type = tri_memory_type(dtype);
        if (wave_is_vector(l)) x = tri_arena_printf(s->e->arena, "<%s %s, %s %s, %s %s, %s %s>", type, x, type, x, type, x, type, x);
        for (int i = 0; i < wave_registers(&f); i++) f.at[i] = x;
    }
    s->values[result->id] = (value){.fragment = f};
    return NULL;
}

/* Whole atoms of every wave: their columns, where one wave has all of them. */
tri_status *wave_slice(sched *s, const tri_op *op)
{
    const tri_type *type = &op->results[0]->type;
    const int64_t *offsets;
    const fragment *from = NULL;
    fragment to;
    TRI_TRY(wave_fragment_of(s, op, op->operands[0], &from));
    int rank = (int)tri_op_integers(op, "offsets", &offsets);
    layout l = wave_layout(type);
    if (rank != 2 || from->layout.kind != SPREAD_FULL || l.kind != SPREAD_FULL || offsets[1] % ATOM || l.m != from->layout.m || s->plan.across > 1)
        return tri_emit_unsupported(op, "a part of registers that is not whole atoms of each wave");
    TRI_TRY(wave_fragment_new(s, op, type, l, &to));
    int64_t across = atoms_across(s, from->layout), kept = atoms_across(s, l);
    for (int a = 0; a < wave_registers(&to); a++) to.at[a] = from->at[a / kept * across + offsets[1] / ATOM + a % kept];
    s->values[op->results[0]->id] = (value){.fragment = to};
    return NULL;
}

/* ---- map ---- */

static bool uses_coordinates(const tri_block *region)
{
    for (const tri_op *op = region->first; op; op = op->next)
        if (op->kind == TRI_SCALAR_COORDINATE) return true;
    return false;
}

/* A conversion and nothing else, which vectors do in one step. */
static bool only_narrows(const tri_op *op)
{
    const tri_op *first = op->regions[0]->first;
    tri_dtype to = (tri_dtype)op->results[0]->type.dtype;
    return op->n_operands == 1 && op->n_results == 1 && first->kind == TRI_SCALAR_CONVERT && first->next == op->regions[0]->last &&
           first->operands[0] == op->regions[0]->args[0] && op->operands[0]->type.dtype == TRI_F32 && (to == TRI_BF16 || to == TRI_F16);
}

tri_status *wave_map(sched *s, const tri_op *op)
{
    tri_arena *arena = s->e->arena;
    const tri_type *type = &op->results[0]->type;
    layout l = wave_layout(type);
    const fragment **from = TRI_NEW_ARRAY(arena, const fragment *, op->n_operands);
    fragment *to = TRI_NEW_ARRAY(arena, fragment, op->n_results);
    for (uint32_t i = 0; i < op->n_operands; i++) {
        TRI_TRY(wave_fragment_of(s, op, op->operands[i], &from[i]));
        if (tri_shape_equal(&op->operands[i]->type, type)) l = from[i]->layout;
    }
    for (uint32_t i = 0; i < op->n_operands; i++)
        if (element_of(s, from[i]->layout, l, 0) < 0) return tri_emit_unsupported(op, "operand %u lies in another place than the result", i);
    for (uint32_t i = 0; i < op->n_results; i++) TRI_TRY(wave_fragment_new(s, op, &op->results[i]->type, l, &to[i]));
    if (only_narrows(op)) {
        for (int i = 0; i < wave_registers(&to[0]); i++)
            to[0].at[i] = tri_emit(s->e, "fptrunc %s %s to %s", wave_register_type(s, &op->operands[0]->type, from[0]), from[0]->at[i],
                                   wave_register_type(s, type, &to[0]));
        s->values[op->results[0]->id] = (value){.fragment = to[0]};
        return NULL;
    }
    bool placed = uses_coordinates(op->regions[0]);
    tri_ref *arguments = TRI_NEW_ARRAY(arena, tri_ref, op->n_operands), *results = TRI_NEW_ARRAY(arena, tri_ref, op->n_results), at[TRI_MAX_RANK];
    for (int element = 0; element < to[0].n; element++) {
        if (placed) wave_places(s, type, wave_row(s, l, element), wave_column(s, l, element), at);
        for (uint32_t i = 0; i < op->n_operands; i++)
            arguments[i] = wave_get(s, &op->operands[i]->type, from[i], element_of(s, from[i]->layout, l, element));
        TRI_TRY(tri_scalar_region(s->e, op->regions[0], arguments, at, results));
        for (uint32_t i = 0; i < op->n_results; i++) wave_put(s, &op->results[i]->type, &to[i], element, results[i]);
    }
    for (uint32_t i = 0; i < op->n_results; i++) s->values[op->results[i]->id] = (value){.fragment = to[i]};
    return NULL;
}

/* ---- reduce ---- */

enum { CHAINS = 4 }; /* that fold beside each other, for the machine's latency */

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

/* Of the lanes whose number differs in `bit`, 16 or 32, both get the lower one's x first and the upper one's second: the same for both, so that all
 * lanes fold in one order. */
static void exchange(sched *s, tri_dtype dtype, tri_ref x, int bit, tri_ref *lower, tri_ref *upper)
{
    tri_emitter *e = s->e;
    const char *memory = tri_memory_type(dtype);
    size_t bits = 8 * tri_dtype_bytes(dtype);
    tri_ref word = tri_scalar_to_memory(e, dtype, x);
    bool is_float = tri_dtype_is_float(dtype) && strcmp(memory, "i8") != 0;
    if (is_float) word = tri_emit(e, "bitcast %s %s to i%zu", memory, word, bits);
    if (bits < 32) word = tri_emit(e, "zext i%zu %s to i32", bits, word);
    tri_ref both = tri_emit(e, "call { i32, i32 } @llvm.amdgcn.permlane%d.swap(i32 %s, i32 %s, i1 false, i1 false)", bit, word, word);
    for (int side = 0; side < 2; side++) {
        tri_ref got = tri_emit(e, "extractvalue { i32, i32 } %s, %d", both, side);
        if (bits < 32) got = tri_emit(e, "trunc i32 %s to i%zu", got, bits);
        if (is_float) got = tri_emit(e, "bitcast i%zu %s to %s", bits, got, memory);
        *(side ? upper : lower) = tri_scalar_from_memory(e, dtype, got);
    }
}

/* A row lies in four lanes: each folds its part, then they exchange. */
tri_status *wave_reduce(sched *s, const tri_op *op)
{
    const tri_type *type = &op->operands[0]->type;
    uint32_t n = op->n_operands;
    const fragment *from[TRI_MOST_REDUCED] = {0};
    fragment to[TRI_MOST_REDUCED] = {0};
    if (n > TRI_MOST_REDUCED) return tri_emit_unsupported(op, "%u operands", n);
    for (uint32_t i = 0; i < n; i++) {
        TRI_TRY(wave_fragment_of(s, op, op->operands[i], &from[i]));
        if (tri_dtype_bytes((tri_dtype)op->operands[i]->type.dtype) > 4) return tri_emit_unsupported(op, "lanes exchange at most 32 bits");
    }
    layout l = from[0]->layout;
    if (l.kind != SPREAD_FULL || tri_op_integer(op, "dim", 0) != type->rank - 1 || s->plan.across > 1)
        return tri_emit_unsupported(op, "only the columns of a matrix whose rows one wave has are folded");
    for (uint32_t i = 0; i < n; i++) TRI_TRY(wave_fragment_new(s, op, &op->results[i]->type, (layout){SPREAD_ROWS, l.m, 1}, &to[i]));
    int per_row = (int)atoms_across(s, l) * NEIGHBOURS;
    for (int row = 0; row < to[0].n; row++) {
        tri_ref folded[CHAINS][TRI_MOST_REDUCED];
        for (int i = 0; i < per_row; i++) {
            tri_ref next[TRI_MOST_REDUCED];
            for (uint32_t o = 0; o < n; o++) next[o] = wave_get(s, &op->operands[o]->type, from[o], row * per_row + i);
            if (i < CHAINS)
                memcpy(folded[i], next, sizeof next);
            else
                TRI_TRY(combine(s, op, next, folded[i % CHAINS]));
        }
        for (int chain = 1; chain < CHAINS; chain++) TRI_TRY(combine(s, op, folded[chain], folded[0]));
        for (int bit = 16; bit <= 32; bit *= 2) {
            tri_ref lower[TRI_MOST_REDUCED], upper[TRI_MOST_REDUCED];
            for (uint32_t o = 0; o < n; o++) exchange(s, (tri_dtype)op->operands[o]->type.dtype, folded[0][o], bit, &lower[o], &upper[o]);
            memcpy(folded[0], lower, sizeof lower);
            TRI_TRY(combine(s, op, upper, folded[0]));
        }
        for (uint32_t o = 0; o < n; o++) wave_put(s, &op->results[o]->type, &to[o], row, folded[0][o]);
    }
    for (uint32_t o = 0; o < n; o++) s->values[op->results[o]->id] = (value){.fragment = to[o]};
    return NULL;
}
