/* lowering/fuse_rows.h - which reductions of a group share rows, so that one kernel can compute them together: a chain elementwise, reduction over
 * the last dimension, broadcast back, elementwise, ... needs of every operand just the rows that its result has. Told by the structure alone. */
#ifndef TRI_LOWERING_FUSE_ROWS_H
#define TRI_LOWERING_FUSE_ROWS_H

#include "kernels/kernels.h"

enum { TRI_PLACE_NONE = -1, TRI_PLACE_ROW = TRI_MAX_RANK };

/* How the elements of a value lie in the root of its group. */
typedef struct tri_root_place {
    const tri_op *root;      /* null: not known, or not the same for all who use it */
    int8_t at[TRI_MAX_RANK]; /* per dimension: of the root; TRI_PLACE_ROW: one that is reduced away before; NONE: size 1 */
    int8_t row;              /* of a reduction that shares rows: what it reduces, likewise; NONE: of others */
} tri_root_place;

/* The rows that the reductions of a group share. */
typedef struct tri_rows {
    int64_t length; /* 0: no reductions, or none that others could share rows with */
    int dim;        /* of the root: its last one with more than one element; or TRI_PLACE_ROW: the root has one element a row */
} tri_rows;

tri_root_place tri_place_of_root(const tri_op *root);
/* Of operand `i` of an op, from the place of the op's result. */
tri_root_place tri_place_of_operand(const tri_op *op, uint32_t i, const tri_root_place *place);
bool tri_place_equal(const tri_root_place *a, const tri_root_place *b);

/* Whether a reduction that lies at `place` can join a group of these rows (of none yet: then they are its rows from now on); notes place->row. */
bool tri_rows_accept(tri_rows *rows, const tri_op *reduce, tri_root_place *place);

#endif
