/* targets/layout/products.h - the matrix instructions of a chip as the solver sees them: rows of every targets/FAMILY/mma.def in one form. A new
 * instruction is a row there. */
#ifndef TRI_TARGETS_LAYOUT_PRODUCTS_H
#define TRI_TARGETS_LAYOUT_PRODUCTS_H

#include "abi/chip.h"
#include "base/dtype.h"
#include "targets/layout/fragment.h"

/* Which dimension of a staged tile may be contiguous so that the instruction reads it as it lies: bits. */
enum { TRI_STAGED_CONTRACTED = 1, TRI_STAGED_OTHER = 2 };

typedef struct tri_operand {
    bool registers; /* it may lie in the lanes, as the fragment says; on systolic arrays in the scratchpad, a partition being a lane */
    uint8_t staged;
    bool addressed; /* lanes address what they read of a staged tile, so a permutation of k costs nothing */
    tri_fragment fragment;
} tri_operand;

/* d[m, n] += a[m, k] b[k, n]. Tiles are made of multiples of m, n and k. */
typedef struct tri_product {
    const char *name;
    tri_dtype operand, result;
    int m, n, k;
    tri_operand a, b;
    tri_fragment d;
} tri_product;

enum { TRI_MOST_PRODUCTS = 32 };

/* In the order in which ties are decided. Returns how many there are. */
int tri_products_of(const tri_chip *chip, tri_product out[TRI_MOST_PRODUCTS]);

/* What conversions cost. On machines with lanes: instructions a register. On systolic ones: cycles a block of 128x128. */
typedef struct tri_layout_costs {
    int conversion[TRI_CONVERSIONS];
    int fold;           /* an exchange of a fold, */
    bool folds_at_once; /* or all of them */
    int access;         /* a further access of memory where one could have moved 16 bytes; 0: any order of the lanes' own elements is as good */
} tri_layout_costs;
tri_layout_costs tri_layout_costs_of(const tri_chip *chip);

#endif
