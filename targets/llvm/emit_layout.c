/* targets/llvm/emit_layout.c - how tiles lie in registers: the places of elements as index arithmetic, and the choice of a layout for every tile of a
 * kernel before any of it is emitted. */
#include "targets/llvm/emit_internal.h"

tri_layout tri_layout_linear(const tri_type *type) { return (tri_layout){.kind = TRI_LAYOUT_LINEAR, .elements = tri_type_elements(type)}; }

tri_layout tri_layout_default(const tri_type *type)
{
    tri_layout layout = tri_layout_linear(type);
    if (layout.elements == 1) layout.kind = TRI_LAYOUT_UNIFORM;
    return layout;
}

bool tri_layout_equal(const tri_layout *a, const tri_layout *b)
{
    return a->kind == b->kind && a->elements == b->elements && a->row == b->row && a->m == b->m && a->n == b->n;
}

static int64_t ceil_divide(int64_t a, int64_t b) { return (a + b - 1) / b; }

/* Atoms of a fragment: the tile is cut into them row by row, and every wave has an equal run of them. */
static int64_t atoms_across(const tri_layout *l) { return ceil_divide(l->n, l->row->n); }
static int64_t atoms(const tri_layout *l) { return ceil_divide(l->m, l->row->m) * atoms_across(l); }
static int64_t atoms_of_wave(const tri_emitter *e, const tri_layout *l) { return ceil_divide(atoms(l), e->threads / e->wave); }

int64_t tri_layout_registers(const tri_emitter *e, const tri_layout *layout)
{
    switch (layout->kind) {
    case TRI_LAYOUT_UNIFORM: return 1;
    case TRI_LAYOUT_LINEAR: return ceil_divide(layout->elements, e->threads);
    default: return atoms_of_wave(e, layout) * layout->row->c.elements;
    }
}

void tri_atom_place(tri_emitter *e, const tri_atom *atom, tri_ref lane, int element, tri_ref *out_row, tri_ref *out_column)
{
    int64_t fixed[2] = {0, 0};
    tri_ref sums[2] = {NULL, NULL};
    for (int f = 0; f < TRI_ATOM_FIELDS && atom->fields[f].bits; f++) {
        const tri_atom_field *field = &atom->fields[f];
        int mask = (1 << field->bits) - 1;
        const int strides[2] = {field->row, field->column};
        tri_ref bits = NULL;
        for (int c = 0; c < 2; c++) {
            if (!strides[c]) continue;
            if (!field->of_lane) {
                fixed[c] += (element >> field->low & mask) * strides[c];
                continue;
            }
            if (!bits) bits = tri_emit(e, "and i32 %s, %d", tri_emit(e, "lshr i32 %s, %d", lane, field->low), mask);
            tri_ref part = strides[c] == 1 ? bits : tri_emit(e, "mul nuw nsw i32 %s, %d", bits, strides[c]);
            sums[c] = sums[c] ? tri_emit(e, "add nuw nsw i32 %s, %s", sums[c], part) : part;
        }
    }
    tri_ref *out[2] = {out_row, out_column};
    for (int c = 0; c < 2; c++) {
        if (!sums[c])
            *out[c] = tri_emit_number(e, fixed[c]);
        else
            *out[c] = fixed[c] ? tri_emit(e, "add nuw nsw i32 %s, %lld", sums[c], (long long)fixed[c]) : sums[c];
    }
}

static tri_ref fragment_element(tri_emitter *e, const tri_layout *l, int r, tri_ref *out_valid)
{
    const tri_mma_row *mma = l->row;
    int64_t run = atoms_of_wave(e, l), across = atoms_across(l), waves = e->threads / e->wave;
    tri_ref wave = tri_emit(e, "udiv i32 %s, %d", e->thread, e->wave), lane = tri_emit(e, "urem i32 %s, %d", e->thread, e->wave), row, column;
    tri_ref first = tri_emit(e, "mul nuw nsw i32 %s, %lld", wave, (long long)run),
            atom = tri_emit(e, "add nuw nsw i32 %s, %d", first, r / mma->c.elements);
    tri_atom_place(e, &mma->c, lane, r % mma->c.elements, &row, &column);
    tri_ref down = tri_emit(e, "mul nuw nsw i32 %s, %d", tri_emit(e, "udiv i32 %s, %lld", atom, (long long)across), mma->m);
    tri_ref right = tri_emit(e, "mul nuw nsw i32 %s, %d", tri_emit(e, "urem i32 %s, %lld", atom, (long long)across), mma->n);
    row = tri_emit(e, "add nuw nsw i32 %s, %s", row, down);
    column = tri_emit(e, "add nuw nsw i32 %s, %s", column, right);
    *out_valid = NULL;
    if (l->m % mma->m || l->n % mma->n || atoms(l) % waves) {
        tri_ref in_rows = tri_emit(e, "icmp ult i32 %s, %lld", row, (long long)l->m),
                in_columns = tri_emit(e, "icmp ult i32 %s, %lld", column, (long long)l->n);
        *out_valid = tri_emit(e, "and i1 %s, %s", in_rows, in_columns);
    }
    return tri_emit(e, "add nuw nsw i32 %s, %s", tri_emit(e, "mul nuw nsw i32 %s, %lld", row, (long long)l->n), column);
}

tri_ref tri_layout_element(tri_emitter *e, const tri_layout *layout, int r, tri_ref *out_valid)
{
    *out_valid = NULL;
    if (layout->kind == TRI_LAYOUT_UNIFORM) return "0";
    if (layout->kind == TRI_LAYOUT_FRAGMENT) return fragment_element(e, layout, r, out_valid);
    int64_t first = (int64_t)r * e->threads;
    tri_ref element = first ? tri_emit(e, "add nuw nsw i32 %s, %lld", e->thread, (long long)first) : e->thread;
    if (first + e->threads > layout->elements) *out_valid = tri_emit(e, "icmp ult i32 %s, %lld", element, (long long)layout->elements);
    return element;
}

tri_ref tri_layout_readable(tri_emitter *e, const tri_layout *layout, int r)
{
    tri_ref valid, element = tri_layout_element(e, layout, r, &valid);
    return valid ? tri_emit(e, "select i1 %s, i32 %s, i32 0", valid, element) : element;
}

void tri_layout_coordinates(tri_emitter *e, const tri_type *type, tri_ref element, tri_ref *out)
{
    int outermost = 0;
    while (outermost < type->rank && type->dims[outermost] == 1) out[outermost++] = "0";
    for (int d = type->rank - 1; d >= outermost; d--) {
        if (type->dims[d] == 1) {
            out[d] = "0";
        } else if (d == outermost) {
            out[d] = element;
        } else {
            out[d] = tri_emit(e, "urem i32 %s, %lld", element, (long long)type->dims[d]);
            element = tri_emit(e, "udiv i32 %s, %lld", element, (long long)type->dims[d]);
        }
    }
}

tri_ref tri_layout_linearise(tri_emitter *e, const tri_type *type, const tri_ref *coordinates)
{
    tri_ref element = NULL;
    for (int d = 0; d < type->rank; d++) {
        if (type->dims[d] == 1) continue;
        if (!element) {
            element = coordinates[d];
        } else {
            tri_ref scaled = tri_emit(e, "mul nuw nsw i32 %s, %lld", element, (long long)type->dims[d]);
            element = tri_emit(e, "add nuw nsw i32 %s, %s", scaled, coordinates[d]);
        }
    }
    return element ? element : "0";
}

/* ---- the choice ---- */

static bool uses_coordinates(const tri_block *region)
{
    for (const tri_op *op = region->first; op; op = op->next)
        if (op->kind == TRI_SCALAR_COORDINATE) return true;
    return false;
}

/* A map works where its operands are: in the fragment of one that has the result's shape, on the one value of all of them, else spread evenly. */
static tri_layout layout_of_map(const tri_emitter *e, const tri_op *op)
{
    const tri_type *type = &op->results[0]->type;
    bool uniform = !uses_coordinates(op->regions[0]);
    for (uint32_t i = 0; i < op->n_operands; i++) {
        const tri_layout *layout = &e->layouts[op->operands[i]->id];
        if (layout->kind == TRI_LAYOUT_FRAGMENT && tri_shape_equal(&op->operands[i]->type, type)) return *layout;
        uniform &= layout->kind == TRI_LAYOUT_UNIFORM;
    }
    tri_layout layout = tri_layout_default(type);
    if (uniform) layout.kind = TRI_LAYOUT_UNIFORM;
    return layout;
}

/* Where two layouts meet: one value is anything; else what they agree on, or even. Repeated meeting ends: it only goes this way. */
static tri_layout meet(tri_layout a, tri_layout b, const tri_type *type)
{
    if (a.kind == TRI_LAYOUT_UNIFORM) return b;
    if (b.kind == TRI_LAYOUT_UNIFORM || tri_layout_equal(&a, &b)) return a;
    return tri_layout_linear(type);
}

static void infer_block(tri_emitter *e, const tri_block *block);

static void infer_for(tri_emitter *e, const tri_op *op)
{
    const tri_block *body = op->regions[0];
    for (uint32_t i = 0; i < op->n_results; i++) e->layouts[body->args[1 + i]->id] = e->layouts[op->operands[2 + i]->id];
    for (bool moved = true; moved;) {
        infer_block(e, body);
        moved = false;
        for (uint32_t i = 0; i < op->n_results; i++) {
            if (body->args[1 + i]->type.kind != TRI_TYPE_TILE) continue;
            tri_layout *carried = &e->layouts[body->args[1 + i]->id];
            tri_layout met = meet(*carried, e->layouts[body->last->operands[i]->id], &body->args[1 + i]->type);
            moved |= !tri_layout_equal(&met, carried);
            *carried = met;
        }
    }
    for (uint32_t i = 0; i < op->n_results; i++) e->layouts[op->results[i]->id] = e->layouts[body->args[1 + i]->id];
}

static void infer_op(tri_emitter *e, const tri_op *op)
{
    if (op->kind == TRI_TILE_FOR) {
        infer_for(e, op);
        return;
    }
    if (op->kind == TRI_TILE_IF)
        for (int side = 0; side < 2; side++) infer_block(e, op->regions[side]);
    for (uint32_t i = 0; i < op->n_results; i++) {
        const tri_value *result = op->results[i];
        if (result->type.kind != TRI_TYPE_TILE) continue;
        tri_layout *layout = &e->layouts[result->id];
        *layout = tri_layout_default(&result->type);
        const tri_layout *from = op->n_operands ? &e->layouts[op->operands[0]->id] : layout;
        const tri_mma_row *row;
        switch ((tri_op_kind)op->kind) {
        case TRI_TILE_FILL: layout->kind = TRI_LAYOUT_UNIFORM; break;
        case TRI_TILE_MAP: *layout = layout_of_map(e, op); break;
        case TRI_TILE_RESHAPE: *layout = *from; break;
        case TRI_TILE_TRANSPOSE:
            if (result->type.dims[result->type.rank - 1] == 1 || result->type.dims[result->type.rank - 2] == 1)
                *layout = *from;
            else if (from->kind == TRI_LAYOUT_UNIFORM)
                layout->kind = TRI_LAYOUT_UNIFORM;
            break;
        case TRI_TILE_SLICE:
            if (from->kind == TRI_LAYOUT_UNIFORM) layout->kind = TRI_LAYOUT_UNIFORM;
            break;
        case TRI_TILE_MMA:
            row = tri_mma_choose(e, op);
            if (row)
                *layout = (tri_layout){.kind = TRI_LAYOUT_FRAGMENT,
                                       .elements = layout->elements,
                                       .row = row,
                                       .m = result->type.dims[result->type.rank - 2],
                                       .n = result->type.dims[result->type.rank - 1]};
            break;
        case TRI_TILE_IF:
            *layout = meet(e->layouts[op->regions[0]->last->operands[i]->id], e->layouts[op->regions[1]->last->operands[i]->id], &result->type);
            break;
        default: break;
        }
    }
}

static void infer_block(tri_emitter *e, const tri_block *block)
{
    for (const tri_op *op = block->first; op; op = op->next) infer_op(e, op);
}

void tri_layout_infer(tri_emitter *e) { infer_block(e, e->kernel->body); }
