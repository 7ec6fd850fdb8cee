/* kernels/demand.h - tile programs by demand: ask for a window of a value of a fused region, get the tile statements that compute it.
 *
 * A request names, per dimension of the value, one position or a span. The tile that comes back has one dimension a span, in the order of the value's
 * dimensions; a dimension along which the value does not change may have size 1 instead of the span's length (it is repeated by whoever uses it).
 * Loads outside of a buffer give the fill, so a request may stick out; what is computed there is garbage and must not be used.
 *
 * tri_demandable says beforehand, from the set of spanned dimensions alone, whether a request can be met. */
#ifndef TRI_KERNELS_DEMAND_H
#define TRI_KERNELS_DEMAND_H

#include "ir/ir.h"
#include "kernels/kernels.h"

typedef struct tri_request {
    tri_coord at[TRI_MAX_RANK]; /* points and slices of step 1 */
} tri_request;

typedef struct tri_demand tri_demand;

/* How the region's contraction is computed: by the matmul family's loop, when there is one. */
typedef tri_value *tri_contract(tri_demand *demand, tri_block *block, const tri_op *dot, const tri_request *request);

struct tri_demand {
    tri_func *kernel;
    const tri_op *group;
    int64_t chunk;          /* elements of a reduced dimension folded at a time */
    tri_contract *contract; /* null: no contractions in this region */
    const tri_config *config;
    int n_contracted; /* times that the contraction was asked for */
    tri_value *part;  /* the grid axis over whose programs a contracted dimension is dealt out, or null */
    /* What was computed already, valid in the block it was computed in and in blocks within it. */
    TRI_VEC(struct {
        const tri_value *value;
        tri_request request;
        tri_value *tile;
    })
    known;
};

/* Enters the group's operands as in-buffers and its results as out-buffers; axes come after. */
void tri_demand_begin(tri_demand *demand, tri_module *module, const char *name, const tri_op *group);
tri_value *tri_demand_tile(tri_demand *demand, tri_block *block, const tri_value *value, const tri_request *request);
bool tri_demandable(const tri_op *group, const tri_value *value, uint32_t spans);

/* The buffer that holds a group operand (its region argument), or null. */
tri_value *tri_demand_buffer(const tri_demand *demand, const tri_value *value);
/* The value repeated to `dims` where its own are 1. */
tri_value *tri_demand_expand(tri_block *block, tri_value *tile, const int64_t *dims);
/* An elementwise result over tiles of one rank: scalar op on each element. */
tri_value *tri_demand_map(tri_block *block, tri_op_kind scalar, tri_dtype result, uint32_t n, tri_value *const *tiles);

/* Adds grid axes for the root's dimensions and stores every result: spanned dimensions in pieces of lengths[d] (0: not spanned, one program a
 * position). Reductions that share the root's rows come first, each once a program; pieces of a row are one program's work, in turn. */
tri_status *tri_demand_finish(tri_demand *demand, const int64_t *lengths);

/* The rows that several reductions of a group share, or one whose result is repeated over the row it came from (lowering/fuse_rows.h). */
typedef struct tri_group_rows {
    int64_t length; /* 0: there are none */
    int dim;        /* of the root; -1: the root has one element a row */
    int tiles;      /* operands and elementwise ops of the group: what may be there of a row at a time */
    int passes;     /* over a row that is cut: a reduction each, and one for the results */
} tri_group_rows;
tri_group_rows tri_group_rows_of(const tri_op *group);

/* The op whose results the group returns. */
const tri_op *tri_group_root(const tri_op *group);
/* The region's contraction, or null. */
const tri_op *tri_group_contraction(const tri_op *group);
/* The literal behind a value that is one number everywhere (through broadcasts and reshapes), or null. */
const tri_attr *tri_splat_of(const tri_value *value);

#endif
