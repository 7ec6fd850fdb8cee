/* targets/llvm/layout_sched.h - fragments: tiles spread over the registers of a group of lanes (a wave, or the warps that issue one product
 * together).
 *
 * A fragment is an atom, which is data of an instruction's operand (emit.h), repeated across and then down the tile. Register r of every lane is
 * element r mod n of atom r / n. How one fragment becomes another is found by looking at every register of every lane: exact, and small enough. */
#ifndef TRI_TARGETS_LLVM_LAYOUT_SCHED_H
#define TRI_TARGETS_LLVM_LAYOUT_SCHED_H

#include "targets/llvm/emit.h"

typedef struct tri_fragment {
    const tri_atom *atom;
    int lanes;         /* of the group */
    int rows, columns; /* of the atom */
    int down, across;  /* how often it is repeated */
} tri_fragment;

typedef struct tri_place {
    int row, column;
} tri_place;

int tri_fragment_registers(const tri_fragment *fragment);
tri_place tri_fragment_place(const tri_fragment *fragment, int lane, int r);

/* What it takes to use `from` where `to` is wanted, the cheapest first. */
typedef enum tri_conversion {
    TRI_CONVERT_NOTHING,  /* the same element in the same register */
    TRI_CONVERT_ORDER,    /* but for one permutation of the columns: free for a contraction, which permutes the rows of the other operand */
    TRI_CONVERT_IN_LANE,  /* every lane has what it needs, in other registers */
    TRI_CONVERT_EXCHANGE, /* between lanes */
} tri_conversion;
/* Both cover the same tile. With `order` not null, room for one number a column, it gets the permutation: column c of `to` is order[c] of `from`. */
tri_conversion tri_fragment_convert(const tri_fragment *from, const tri_fragment *to, int *order);

#endif
