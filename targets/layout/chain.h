/* targets/layout/chain.h - the solver: which instruction makes each mma of a tile program or a scheduled one, which way around, and what has to
 * change its place in between.
 *
 * Values of a program that must agree (operands and results of maps, what a loop carries, an addend and its sum) are one class, each either as the
 * class or its transpose; so a class has one layout, that of the products whose results are in it, and vectors have one that a fold left. Each mma
 * takes an instruction and an orientation (d^T = b^T a^T); mma whose results meet in a class take the same one. What still does not fit is an edge
 * with a cost (products.h). All choices are tried: the result is the cheapest, the first of equals in the order of the tables, as written before
 * transposed.
 *
 * Every edge counts once, whatever loop it stands in. The layout of a class with products of several dtypes is that of the first. */
#ifndef TRI_TARGETS_LAYOUT_CHAIN_H
#define TRI_TARGETS_LAYOUT_CHAIN_H

#include "ir/ir.h"
#include "targets/layout/products.h"

/* What a target can emit. All zero: everything. */
enum { TRI_CHAIN_AS_WRITTEN = 1, TRI_CHAIN_TURNED = 2 };
typedef struct tri_chain_limits {
    uint8_t orientations;
    bool (*takes)(const tri_product *product);
    bool like_results; /* tiles that no product makes lie like the results of their users; else wherever they are wanted */
} tri_chain_limits;

typedef struct tri_chain_mma {
    const tri_op *op;
    const tri_product *product;
    bool turned; /* d^T = b^T a^T: the program's right operand is the instruction's a */
} tri_chain_mma;

typedef enum tri_chain_use { TRI_CHAIN_LEFT, TRI_CHAIN_RIGHT, TRI_CHAIN_MEET, TRI_CHAIN_FOLD, TRI_CHAIN_SPREAD, TRI_CHAIN_STORE } tri_chain_use;

/* A tile where it is used: as an operand of an mma, where results of several products meet, folded, a vector spread over a tile, stored. */
typedef struct tri_chain_edge {
    const tri_op *op;
    tri_chain_use use;
    bool staged; /* an operand in memory that lanes share; else one in registers */
    tri_conversion conversion;
    int cost;
    int n_order; /* of ORDER: column c of the operand (row, of a right one) is order[c] of the tile, and the same in each n_order further ones */
    const int *order;
} tri_chain_edge;

typedef struct tri_chain {
    tri_product products[TRI_MOST_PRODUCTS];
    TRI_VEC(tri_chain_mma) mmas; /* in program order */
    TRI_VEC(tri_chain_edge) edges;
    int cost;
    bool whole_rows, whole_columns; /* rows (columns) of some result are folded or contracted: lanes that share them must not be far apart */
} tri_chain;

/* `program` is verified and numbered. UNSUPPORTED where the chip has no instruction for an mma, where a tile and its transpose
 * would have to lie alike, or where there is too much to try. */
tri_status *tri_chain_solve(tri_arena *arena, const tri_chip *chip, const tri_func *program, const tri_chain_limits *limits,
                            tri_chain *out) TRI_NODISCARD;
const tri_chain_mma *tri_chain_mma_of(const tri_chain *chain, const tri_op *op);
const tri_chain_edge *tri_chain_edge_of(const tri_chain *chain, const tri_op *op, tri_chain_use use);
void tri_chain_print(const tri_chain *chain, tri_text *out);

/* ---- what chain.c hands to solve.c ---- */

/* Where a tile is: in a class, perhaps as its transpose; in memory that lanes share, with its last or (turned) its last but one dimension contiguous;
 * or wherever it is wanted, like a constant. */
typedef enum tri_chain_home { TRI_HOME_ANY, TRI_HOME_STAGED, TRI_HOME_CLASS } tri_chain_home;
typedef struct tri_chain_spot {
    tri_chain_home home;
    uint32_t class; /* number of its representative */
    bool turned;
} tri_chain_spot;

typedef struct tri_chain_link {
    const tri_op *op;
    tri_chain_use use; /* operands, folds, spreads, stores */
    tri_chain_spot from, vector;
    int dim; /* folded, or spread along; stored with this one contiguous */
} tri_chain_link;

typedef struct tri_chain_graph {
    uint32_t n_classes;
    TRI_VEC(tri_chain_link) links;
    TRI_VEC(tri_chain_link) results; /* of mma: `from` */
} tri_chain_graph;

/* UNSUPPORTED: a class would be its own transpose. */
tri_status *tri_chain_walk(tri_arena *arena, const tri_func *program, tri_chain_graph *out) TRI_NODISCARD;

#endif
