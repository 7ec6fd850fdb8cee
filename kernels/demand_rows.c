/* kernels/demand_rows.c - from the root's windows to a whole program: grid axes, stores, and the rows that reductions share. Where a window holds
 * whole rows, all of a chain of reductions and maps works on one tile, which is made once; where rows are cut, each reduction is a pass over the
 * pieces of its row and the results are another, in one program. Needs: a region whose root can be demanded in these windows. */
#include "kernels/demand.h"

/* Whether the dimensions of a reduction's result are the root's, in order, but for the row and those of size 1. */
static bool follows_root(const tri_op *reduce, const tri_type *root, int row)
{
    const tri_type *type = &reduce->results[0]->type;
    int d = 0;
    for (int i = 0; i < type->rank; i++) {
        if (type->dims[i] == 1) continue;
        while (d < root->rank && (root->dims[d] == 1 || d == row)) d++;
        if (d == root->rank || root->dims[d++] != type->dims[i]) return false;
    }
    while (d < root->rank && (root->dims[d] == 1 || d == row)) d++;
    return d == root->rank;
}

tri_group_rows tri_group_rows_of(const tri_op *group)
{
    const tri_type *root = &group->regions[0]->last->operands[0]->type;
    tri_group_rows rows = {.dim = -1};
    int reductions = 0, last = root->rank - 1;
    while (last > 0 && root->dims[last] == 1) last--;
    for (const tri_op *op = group->regions[0]->first; op; op = op->next) {
        if (op->kind != TRI_OP_REDUCE) continue;
        const tri_type *from = &op->operands[0]->type;
        int row = tri_reduced_row(op);
        if (row < 0 || (reductions++ && from->dims[row] != rows.length)) return (tri_group_rows){0};
        rows.length = from->dims[row];
        if (reductions == 1 && !follows_root(op, root, -1)) rows.dim = last;
        if (!follows_root(op, root, rows.dim)) return (tri_group_rows){0};
    }
    if (!rows.length || (reductions == 1 && rows.dim < 0) || (rows.dim >= 0 && root->dims[rows.dim] != rows.length)) return (tri_group_rows){0};
    rows.passes = reductions + (rows.dim >= 0);
    for (uint32_t i = 0; i < group->n_operands; i++) rows.tiles += group->regions[0]->args[i]->type.rank > 0;
    for (const tri_op *op = group->regions[0]->first; op; op = op->next) rows.tiles += tri_classify(op) == TRI_FUSE_LIGHT;
    return rows;
}

/* Every reduction of the group in the window of its result that the root's window stands for: all that ask for it later find it. */
static void reduce_rows(tri_demand *demand, const tri_request *root, const tri_type *root_type, int row)
{
    tri_block *block = demand->kernel->body;
    for (const tri_op *op = demand->group->regions[0]->first; op; op = op->next) {
        if (op->kind != TRI_OP_REDUCE) continue;
        const tri_type *type = &op->results[0]->type;
        tri_request request = {0};
        int d = 0;
        for (int i = 0; i < type->rank; i++) {
            request.at[i] = tri_at(tri_tile_index(block, 0));
            if (type->dims[i] == 1) continue;
            while (root_type->dims[d] == 1 || d == row) d++;
            request.at[i] = root->at[d++];
        }
        (void)tri_demand_tile(demand, block, op->results[0], &request);
    }
}

static void store_results(tri_demand *demand, tri_block *block, const tri_request *request, const int64_t *dims)
{
    const tri_op *ret = demand->group->regions[0]->last;
    for (uint32_t i = 0; i < ret->n_operands; i++) {
        tri_value *tile = tri_demand_tile(demand, block, ret->operands[i], request);
        tri_tile_store(block, tri_demand_expand(block, tile, dims), demand->kernel->body->args[demand->group->n_operands + i], request->at, "set",
                       NULL);
    }
}

tri_status *tri_demand_finish(tri_demand *demand, const int64_t *lengths)
{
    tri_func *kernel = demand->kernel;
    const tri_type *type = &demand->group->regions[0]->last->operands[0]->type;
    tri_group_rows rows = tri_group_rows_of(demand->group);
    tri_request request = {0};
    tri_value *axes[TRI_MAX_RANK] = {NULL};
    int64_t dims[TRI_MAX_RANK], extents[TRI_MAX_RANK];
    int spans = 0, in_turn = rows.length && rows.dim >= 0 && lengths[rows.dim] ? rows.dim : -1;
    for (int d = 0; d < type->rank; d++) {
        int64_t length = lengths[d] ? lengths[d] : 1;
        extents[d] = (type->dims[d] + length - 1) / length;
        if (extents[d] > 1 && d != in_turn) axes[d] = tri_kernel_add_axis(kernel, NULL, extents[d]);
    }
    for (int d = 0; d < type->rank; d++) {
        tri_value *at = axes[d] ? axes[d] : tri_tile_index(kernel->body, 0);
        if (lengths[d]) {
            if (axes[d]) at = tri_tile_arith(kernel->body, TRI_SCALAR_MULTIPLY, at, tri_tile_index(kernel->body, lengths[d]));
            request.at[d] = tri_span(at, lengths[d]);
            dims[spans++] = lengths[d];
        } else {
            request.at[d] = tri_at(at);
        }
    }
    if (rows.length) reduce_rows(demand, &request, type, rows.dim);
    if (in_turn < 0 || extents[in_turn] <= 1) {
        store_results(demand, kernel->body, &request, dims);
        return NULL;
    }
    tri_op *loop = tri_tile_for(kernel->body, NULL, tri_tile_index(kernel->body, 0), tri_tile_index(kernel->body, extents[in_turn]), 0, NULL);
    tri_block *body = loop->regions[0];
    request.at[in_turn].at = tri_tile_arith(body, TRI_SCALAR_MULTIPLY, body->args[0], tri_tile_index(body, lengths[in_turn]));
    store_results(demand, body, &request, dims);
    tri_tile_yield(body, 0, NULL);
    return NULL;
}
