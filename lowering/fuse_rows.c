/* lowering/fuse_rows.c - the places of a group's values in its root, followed backwards through ops that keep elements or repeat them. Needs:
 * verified ops. Does not: follow elements that move (slices, gathers, reshapes of other than unit dimensions). */
#include "lowering/fuse_rows.h"

/* Dimensions of size 1 are nowhere, so that they come and go freely. */
static tri_root_place without_units(tri_root_place place, const tri_type *type)
{
    for (int d = 0; d < TRI_MAX_RANK; d++)
        if (d >= type->rank || type->dims[d] == 1) place.at[d] = TRI_PLACE_NONE;
    return place;
}

tri_root_place tri_place_of_root(const tri_op *root)
{
    tri_root_place place = {.root = root, .row = TRI_PLACE_NONE};
    for (int d = 0; d < TRI_MAX_RANK; d++) place.at[d] = (int8_t)d;
    return without_units(place, &root->results[0]->type);
}

bool tri_place_equal(const tri_root_place *a, const tri_root_place *b) { return a->root == b->root && !memcmp(a->at, b->at, sizeof a->at); }

static bool is_reduced(const tri_op *reduce, int d)
{
    const int64_t *dims;
    for (size_t n = tri_op_integers(reduce, "dimensions", &dims); n-- > 0;)
        if (dims[n] == d) return true;
    return false;
}

tri_root_place tri_place_of_operand(const tri_op *op, uint32_t i, const tri_root_place *place)
{
    const tri_type *from = &op->operands[i]->type, *to = &op->results[0]->type;
    const int64_t *dims;
    tri_root_place inner = {.root = place->root, .row = TRI_PLACE_NONE};
    memset(inner.at, TRI_PLACE_NONE, sizeof inner.at);
    if (!place->root || !from->rank) return inner;
    switch (op->kind) {
    case TRI_OP_BROADCAST_IN_DIM:
        tri_op_integers(op, "broadcast_dimensions", &dims);
        for (int d = 0; d < from->rank; d++) inner.at[d] = place->at[dims[d]];
        break;
    case TRI_OP_TRANSPOSE:
        tri_op_integers(op, "permutation", &dims);
        for (int d = 0; d < from->rank; d++) inner.at[dims[d]] = place->at[d];
        break;
    case TRI_OP_RESHAPE:
        if (tri_classify(op) == TRI_FUSE_VIEW) return (tri_root_place){0};
        for (int d = 0, next = 0; d < from->rank; d++) {
            if (from->dims[d] == 1) continue;
            while (to->dims[next] == 1) next++;
            inner.at[d] = place->at[next++];
        }
        break;
    case TRI_OP_REDUCE:
        if (place->row == TRI_PLACE_NONE) return (tri_root_place){0};
        for (int d = 0, next = 0; d < from->rank; d++) inner.at[d] = is_reduced(op, d) ? place->row : place->at[next++];
        break;
    default:
        if (tri_classify(op) != TRI_FUSE_LIGHT || from->rank != to->rank) return (tri_root_place){0};
        memcpy(inner.at, place->at, sizeof inner.at);
    }
    return without_units(inner, from);
}

bool tri_rows_accept(tri_rows *rows, const tri_op *reduce, tri_root_place *place)
{
    int row = tri_reduced_row(reduce);
    if (!place->root || row < 0 || !reduce->operands[0]->type.dims[row]) return false;
    const tri_type *root = &place->root->results[0]->type, *result = &reduce->results[0]->type;
    tri_rows found = {reduce->operands[0]->type.dims[row], TRI_PLACE_ROW};
    int next = 0; /* dimension of the root: all of them in order are the result's, but for the last, which may be the row */
    for (int d = 0; d <= result->rank; d++) {
        if (d < result->rank && place->at[d] == TRI_PLACE_NONE) continue;
        while (next < root->rank && root->dims[next] == 1) next++;
        if (d < result->rank) {
            if (place->at[d] != next) return false;
            next++;
        } else if (next < root->rank) {
            if (root->dims[next] != found.length) return false;
            found.dim = next++;
            while (next < root->rank && root->dims[next] == 1) next++;
            if (next < root->rank) return false;
        }
    }
    if (rows->length && (rows->length != found.length || rows->dim != found.dim)) return false;
    *rows = found;
    place->row = (int8_t)found.dim;
    return true;
}
