/* targets/llvm/emit_mma.c - products of tiles: by the family's matrix instructions where it has one for the operands, else element by element.
 * Operands come through shared memory; what an instruction covers beyond the tile is zero. */
#include "targets/llvm/emit_internal.h"

const tri_mma_row *tri_mma_choose(const tri_emitter *e, const tri_op *op)
{
    const tri_type *a = &op->operands[0]->type, *result = &op->results[0]->type;
    if (result->rank != 2) return NULL; /* batched tiles are small; instructions would need a layout with a batch */
    for (int i = 0; i < e->family->n_mma; i++) {
        const tri_mma_row *row = &e->family->mma[i];
        bool available = row->operand == TRI_F32 || tri_chip_lists(e->chip, "mma_dtypes", tri_dtype_name(row->operand));
        if (available && row->operand == a->dtype && row->operand == op->operands[1]->type.dtype && row->result == result->dtype) return row;
    }
    return NULL;
}

/* ---- element by element ---- */

static tri_ref multiply_add(tri_emitter *e, tri_dtype from, tri_dtype to, tri_ref a, tri_ref b, tri_ref c)
{
    const char *type = tri_scalar_type(to);
    a = tri_scalar_convert(e, from, to, a);
    b = tri_scalar_convert(e, from, to, b);
    if (!tri_dtype_is_float(to)) {
        tri_ref product = tri_emit(e, "mul %s %s, %s", type, a, b);
        return tri_emit(e, "add %s %s, %s", type, product, c);
    }
    return tri_emit(e, "call %s @llvm.fma.%s(%s %s, %s %s, %s %s)", type, to == TRI_F64 ? "f64" : "f32", type, a, type, b, type, c);
}

static tri_tile plain(tri_emitter *e, const tri_op *op, const tri_tile *c, const tri_source *a, const tri_source *b)
{
    const tri_type *type = &op->results[0]->type;
    tri_dtype from = (tri_dtype)a->type.dtype, to = (tri_dtype)type->dtype;
    tri_tile tile = tri_tile_of_layout(e, *type, e->layouts[op->results[0]->id]);
    int last = type->rank - 1;
    int64_t length = a->type.dims[last];
    tri_ref head = tri_emit_new_label(e), inside = tri_emit_new_label(e), end = tri_emit_new_label(e), before = e->label;
    tri_ref next = tri_arena_printf(e->arena, "%%n%u", e->next++), *sums = TRI_NEW_ARRAY(e->arena, tri_ref, tile.n);
    tri_emit_line(e, "br label %%%s", head);
    tri_emit_label(e, head);
    tri_ref k = tri_emit(e, "phi i32 [ 0, %%%s ], [ %s, %%%s ]", before, next, inside);
    for (int r = 0; r < tile.n; r++) {
        sums[r] = tri_arena_printf(e->arena, "%%n%u", e->next++);
        tri_ref initial = c ? c->at[r] : tri_scalar_number(e, to, 0);
        tile.at[r] = tri_emit(e, "phi %s [ %s, %%%s ], [ %s, %%%s ]", tri_scalar_type(to), initial, before, sums[r], inside);
    }
    tri_ref more = tri_emit(e, "icmp slt i32 %s, %lld", k, (long long)length);
    tri_emit_line(e, "br i1 %s, label %%%s, label %%%s", more, inside, end);
    tri_emit_label(e, inside);
    for (int r = 0; r < tile.n; r++) {
        tri_ref at[TRI_MAX_RANK], of_a[TRI_MAX_RANK], of_b[TRI_MAX_RANK];
        tri_layout_coordinates(e, type, tri_layout_readable(e, &tile.layout, r), at);
        memcpy(of_a, at, sizeof at);
        memcpy(of_b, at, sizeof at);
        of_a[last] = of_b[last - 1] = k;
        tri_ref x = tri_stage_get(e, a, tri_layout_linearise(e, &a->type, of_a));
        tri_ref y = tri_stage_get(e, b, tri_layout_linearise(e, &b->type, of_b));
        tri_ref sum = multiply_add(e, from, to, x, y, tile.at[r]);
        tri_emit_line(e, "%s = bitcast %s %s to %s", sums[r], tri_scalar_type(to), sum, tri_scalar_type(to));
    }
    tri_emit_line(e, "%s = add i32 %s, 1", next, k);
    tri_emit_line(e, "br label %%%s", head);
    tri_emit_label(e, end);
    return tile;
}

/* ---- by instructions ---- */

/* An operand of an instruction: which atom of which tile, and whether no atom sticks out of the tile. */
typedef struct operand {
    const tri_atom *atom;
    const tri_source *source;
    bool whole;
} operand;

static tri_ref operand_element(tri_emitter *e, const operand *from, tri_ref row, tri_ref column)
{
    const tri_type *type = &from->source->type;
    tri_dtype dtype = (tri_dtype)type->dtype;
    tri_ref at = tri_layout_linearise(e, type, (tri_ref[]){row, column});
    if (from->whole) return tri_stage_get(e, from->source, at);
    tri_ref in_rows = tri_emit(e, "icmp ult i32 %s, %lld", row, (long long)type->dims[0]);
    tri_ref in_columns = tri_emit(e, "icmp ult i32 %s, %lld", column, (long long)type->dims[1]);
    tri_ref inside = tri_emit(e, "and i1 %s, %s", in_rows, in_columns);
    at = tri_emit(e, "select i1 %s, i32 %s, i32 0", inside, at);
    return tri_scalar_select(e, dtype, inside, tri_stage_get(e, from->source, at), tri_scalar_number(e, dtype, 0));
}

/* "TYPE VALUE, TYPE VALUE" of the pieces of one operand. `row` and `column` are where the atom begins. */
static tri_ref operand_pieces(tri_emitter *e, const tri_mma_row *mma, const operand *from, tri_ref lane, tri_ref row, tri_ref column)
{
    const char *element_type = tri_scalar_type(mma->operand);
    tri_ref text = "";
    for (int p = 0; p < from->atom->elements / mma->per_piece; p++) {
        tri_ref piece = "poison";
        for (int i = 0; i < mma->per_piece; i++) {
            tri_ref y, x;
            tri_atom_place(e, from->atom, lane, p * mma->per_piece + i, &y, &x);
            y = tri_emit(e, "add i32 %s, %s", y, row);
            x = tri_emit(e, "add i32 %s, %s", x, column);
            tri_ref value = operand_element(e, from, y, x);
            if (mma->per_piece == 1)
                piece = value;
            else
                piece = tri_emit(e, "insertelement <%d x %s> %s, %s %s, i32 %d", mma->per_piece, element_type, piece, element_type, value, i);
        }
        if (mma->per_piece > 1) piece = tri_emit(e, "bitcast <%d x %s> %s to %s", mma->per_piece, element_type, piece, mma->piece);
        text = tri_arena_printf(e->arena, "%s%s%s %s", text, p ? ", " : "", mma->piece, piece);
    }
    return text;
}

/* One instruction; `c` are its registers of the accumulator, which get the sums. */
static void multiply(tri_emitter *e, const tri_mma_row *mma, tri_ref a, tri_ref b, tri_ref *c)
{
    const char *element = tri_scalar_type(mma->result);
    int n = mma->c.elements;
    tri_ref accumulator = "", type = "";
    if (mma->vector) {
        tri_ref vector = "poison";
        type = tri_arena_printf(e->arena, "<%d x %s>", n, element);
        for (int i = 0; i < n; i++) vector = tri_emit(e, "insertelement %s %s, %s %s, i32 %d", type, vector, element, c[i], i);
        accumulator = tri_arena_printf(e->arena, "%s %s", type, vector);
    } else {
        for (int i = 0; i < n; i++) {
            type = tri_arena_printf(e->arena, "%s%s%s", type, i ? ", " : "{ ", element);
            accumulator = tri_arena_printf(e->arena, "%s%s%s %s", accumulator, i ? ", " : "", element, c[i]);
        }
        type = tri_arena_printf(e->arena, "%s }", type);
    }
    tri_ref sums = tri_emit(e, "call %s @%s(%s, %s, %s%s)", type, mma->intrinsic, a, b, accumulator, mma->tail);
    for (int i = 0; i < n; i++) {
        if (mma->vector)
            c[i] = tri_emit(e, "extractelement %s %s, i32 %d", type, sums, i);
        else
            c[i] = tri_emit(e, "extractvalue %s %s, %d", type, sums, i);
    }
}

static tri_tile by_instructions(tri_emitter *e, const tri_op *op, const tri_mma_row *mma, const tri_tile *c, const tri_source *a, const tri_source *b)
{
    tri_layout layout = e->layouts[op->results[0]->id];
    tri_tile tile = tri_tile_of_layout(e, op->results[0]->type, layout);
    for (int r = 0; r < tile.n; r++) tile.at[r] = c ? c->at[r] : tri_scalar_number(e, mma->result, 0);
    int run = tile.n / mma->c.elements;
    long long across = (layout.n + mma->n - 1) / mma->n;
    tri_ref wave = tri_emit(e, "udiv i32 %s, %d", e->thread, e->wave), lane = tri_emit(e, "urem i32 %s, %d", e->thread, e->wave);
    tri_ref first = tri_emit(e, "mul nuw nsw i32 %s, %d", wave, run);
    int64_t length = a->type.dims[1];
    bool whole = length % mma->k == 0 && (layout.m + mma->m - 1) / mma->m * across % (e->threads / e->wave) == 0;
    operand from_a = {&mma->a, a, whole && layout.m % mma->m == 0}, from_b = {&mma->b, b, whole && layout.n % mma->n == 0};
    for (int i = 0; i < run; i++) {
        tri_ref atom = tri_emit(e, "add nuw nsw i32 %s, %d", first, i), down = tri_emit(e, "udiv i32 %s, %lld", atom, across);
        tri_ref right = tri_emit(e, "urem i32 %s, %lld", atom, across);
        tri_ref row = tri_emit(e, "mul nuw nsw i32 %s, %d", down, mma->m), column = tri_emit(e, "mul nuw nsw i32 %s, %d", right, mma->n);
        for (int64_t k = 0; k < length; k += mma->k) {
            tri_ref along = tri_emit_number(e, k);
            tri_ref left = operand_pieces(e, mma, &from_a, lane, row, along);
            tri_ref top = operand_pieces(e, mma, &from_b, lane, along, column);
            multiply(e, mma, left, top, &tile.at[i * mma->c.elements]);
        }
    }
    return tile;
}

tri_status *tri_emit_mma(tri_emitter *e, const tri_op *op)
{
    const tri_value *result = op->results[0];
    const tri_mma_row *mma = tri_mma_choose(e, op);
    if (tri_type_elements(&op->operands[0]->type) == 0) return tri_emit_unsupported(op, "an operand without elements");
    int64_t products =
        mma ? tri_layout_registers(e, &e->layouts[result->id]) / mma->c.elements * ((op->operands[0]->type.dims[1] + mma->k - 1) / mma->k) : 0;
    if (products > 1024)
        return tri_emit_unsupported(op, "%lld matrix instructions a wave; at most 1024 are unrolled, the config must shrink", (long long)products);
    tri_tile c;
    if (op->n_operands > 2) c = tri_stage_convert(e, &e->tiles[op->operands[2]->id], e->layouts[result->id]);
    tri_stage_begin(e);
    tri_source a = tri_stage_put(e, &e->tiles[op->operands[0]->id]), b = tri_stage_put(e, &e->tiles[op->operands[1]->id]);
    tri_stage_ready(e);
    const tri_tile *initial = op->n_operands > 2 ? &c : NULL;
    e->tiles[result->id] = mma ? by_instructions(e, op, mma, initial, &a, &b) : plain(e, op, initial, &a, &b);
    return NULL;
}
