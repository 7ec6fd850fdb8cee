/* targets/layout/fragment.h - fragments: tiles spread over the registers of a group of lanes (a wave, the warps that issue one product together, the
 * partitions of an array), and what it takes to turn one into another.
 *
 * An atom is data of an instruction's operand: a map from the bits of (lane, element) to (row, column), linear but for its strides. A fragment is an
 * atom repeated across and then down, and perhaps the transpose of that. Register r of every lane is element r mod n of atom r / n. All questions are
 * answered by looking at every register of every lane: exact, and small enough. */
#ifndef TRI_TARGETS_LAYOUT_FRAGMENT_H
#define TRI_TARGETS_LAYOUT_FRAGMENT_H

#include <stdbool.h>
#include <stdint.h>

/* `bits` bits from bit `low` of the lane, or of the element's number in the lane, times the two strides; coordinates are sums of such fields. */
typedef struct tri_atom_field {
    bool of_lane;
    uint8_t low, bits;
    int16_t row, column;
} tri_atom_field;

enum { TRI_ATOM_FIELDS = 6 };

typedef struct tri_atom {
    int elements; /* a lane holds */
    tri_atom_field fields[TRI_ATOM_FIELDS];
} tri_atom;

typedef struct tri_place {
    int row, column;
} tri_place;

tri_place tri_atom_at(const tri_atom *atom, int lane, int element);

typedef struct tri_fragment {
    const tri_atom *atom;
    int lanes;         /* of the group */
    int rows, columns; /* of the atom */
    int down, across;  /* how often it is repeated */
    bool turned;       /* the tile is the transpose of all this */
} tri_fragment;

enum { TRI_FRAGMENT_SIDE = 256 }; /* the most rows and columns that questions are asked about */

int tri_fragment_registers(const tri_fragment *fragment);
int tri_fragment_rows(const tri_fragment *fragment); /* of the tile */
int tri_fragment_columns(const tri_fragment *fragment);
tri_place tri_fragment_place(const tri_fragment *fragment, int lane, int r);
tri_fragment tri_fragment_turned(tri_fragment fragment);
/* Repeats both until they cover one tile, the smallest that both cover. */
void tri_fragment_meet(tri_fragment *a, tri_fragment *b);

/* What it takes to use `from` where `to` is wanted, the cheapest first. */
typedef enum tri_conversion {
    TRI_CONVERT_NOTHING,  /* the same element in the same register */
    TRI_CONVERT_ORDER,    /* but for one permutation of the columns: free for a contraction, which permutes the rows of the other operand */
    TRI_CONVERT_IN_LANE,  /* every lane has what it needs, but not together in its registers */
    TRI_CONVERT_EXCHANGE, /* between lanes */
    TRI_CONVERT_STAGE,    /* through memory that all lanes see */
    TRI_CONVERSIONS
} tri_conversion;
const char *tri_conversion_name(tri_conversion conversion);

/* Both cover the same tile of at most TRI_FRAGMENT_SIDE squared; anything else is EXCHANGE. `packed`: so many neighbouring elements of a lane share a
 * register of `from`; 1 where the conversion itself packs them, for registers have names alone and another order of them costs nothing. With `order`
 * not null, room for one number a column, it gets the permutation of NOTHING and ORDER: column c of `to` is order[c] of `from`. */
tri_conversion tri_fragment_convert(const tri_fragment *from, const tri_fragment *to, int packed, int *order);

/* Folding along a dimension (0: the rows are folded away) leaves a vector in all lanes that have a part of it. How often lanes must exchange, halving
 * what is left to fold each time: */
int tri_fragment_exchanges(const tri_fragment *fragment, int dim);
/* Whether every lane that needs an element of the vector that `to` leaves when `dim` is folded has it where `from` left it. */
bool tri_fragment_vector_in_place(const tri_fragment *from, const tri_fragment *to, int dim);

/* How many neighbours along a row (along a column for dim 0) a lane holds one behind the other: what one access of memory can take. */
int tri_fragment_run(const tri_fragment *fragment, int dim);

#endif
