/* targets/layout/fragment.c - see fragment.h. */
#include "targets/layout/fragment.h"

#include <string.h>

enum { SIDE = TRI_FRAGMENT_SIDE, MOST_LANES = 128 };

tri_place tri_atom_at(const tri_atom *atom, int lane, int element)
{
    tri_place place = {0, 0};
    for (int f = 0; f < TRI_ATOM_FIELDS && atom->fields[f].bits; f++) {
        const tri_atom_field *field = &atom->fields[f];
        int bits = (field->of_lane ? lane : element) >> field->low & ((1 << field->bits) - 1);
        place.row += bits * field->row;
        place.column += bits * field->column;
    }
    return place;
}

int tri_fragment_registers(const tri_fragment *fragment) { return fragment->atom->elements * fragment->down * fragment->across; }

static int side_of(const tri_fragment *f, bool columns) { return columns != f->turned ? f->columns * f->across : f->rows * f->down; }
int tri_fragment_rows(const tri_fragment *fragment) { return side_of(fragment, false); }
int tri_fragment_columns(const tri_fragment *fragment) { return side_of(fragment, true); }

tri_place tri_fragment_place(const tri_fragment *fragment, int lane, int r)
{
    int elements = fragment->atom->elements, atom = r / elements;
    tri_place place = tri_atom_at(fragment->atom, lane, r % elements);
    place.row += atom / fragment->across * fragment->rows;
    place.column += atom % fragment->across * fragment->columns;
    return fragment->turned ? (tri_place){place.column, place.row} : place;
}

tri_fragment tri_fragment_turned(tri_fragment fragment)
{
    fragment.turned = !fragment.turned;
    return fragment;
}

static int smallest_multiple(int a, int b)
{
    int of_a = a, of_b = b;
    while (of_a != of_b) *(of_a < of_b ? &of_a : &of_b) += of_a < of_b ? a : b;
    return of_a;
}

void tri_fragment_meet(tri_fragment *a, tri_fragment *b)
{
    tri_fragment *both[2] = {a, b};
    a->down = a->across = b->down = b->across = 1;
    int rows = smallest_multiple(tri_fragment_rows(a), tri_fragment_rows(b)),
        columns = smallest_multiple(tri_fragment_columns(a), tri_fragment_columns(b));
    for (int i = 0; i < 2; i++) {
        tri_fragment *f = both[i];
        f->down = (f->turned ? columns : rows) / f->rows;
        f->across = (f->turned ? rows : columns) / f->columns;
    }
}

/* ---- conversions ---- */

const char *tri_conversion_name(tri_conversion conversion)
{
    static const char *const names[TRI_CONVERSIONS] = {"same registers", "permuted k", "permuted in the lane", "exchange", "through stage"};
    return names[conversion];
}

typedef struct owners {
    uint8_t lane[SIDE][SIDE]; /* by column and row: columns are what is compared */
    uint16_t r[SIDE][SIDE];
} owners;

static void find_owners(const tri_fragment *f, owners *out)
{
    for (int lane = 0; lane < f->lanes; lane++)
        for (int r = 0; r < tri_fragment_registers(f); r++) {
            tri_place place = tri_fragment_place(f, lane, r);
            out->lane[place.column][place.row] = (uint8_t)lane;
            out->r[place.column][place.row] = (uint16_t)r;
        }
}

/* Column c of `to` may be any of `from` whose elements are in the same lanes row by row; that all find one decides whether a permutation exists, and
 * which they find does not matter. They take them in ascending order, themselves if they can. */
static bool find_order(const owners *from, const owners *to, size_t rows, int columns, int *order)
{
    bool taken[SIDE] = {false}, same = true;
    for (int c = 0; c < columns && same; c++) same = !memcmp(from->lane[c], to->lane[c], rows);
    for (int c = 0; c < columns; c++) {
        int other = same ? c : 0;
        while (!same && other < columns && (taken[other] || memcmp(from->lane[other], to->lane[c], rows) != 0)) other++;
        if (other == columns) return false;
        taken[other] = true;
        order[c] = other;
    }
    return true;
}

/* Elements that share a register of `to` must share one of `from`, in the same order. */
static bool stay_together(const tri_fragment *to, const owners *from, const int *order, int packed)
{
    for (int lane = 0; lane < to->lanes; lane++)
        for (int r = 0; r < tri_fragment_registers(to); r++) {
            tri_place first = tri_fragment_place(to, lane, r / packed * packed), here = tri_fragment_place(to, lane, r);
            int begins = from->r[order[first.column]][first.row];
            if (begins % packed || from->r[order[here.column]][here.row] != begins + r % packed) return false;
        }
    return true;
}

tri_conversion tri_fragment_convert(const tri_fragment *from, const tri_fragment *to, int packed, int *order)
{
    owners of_from, of_to;
    int rows = tri_fragment_rows(from), columns = tri_fragment_columns(from), found[SIDE];
    bool same = tri_fragment_registers(from) == tri_fragment_registers(to);
    if (from->lanes != to->lanes || from->lanes > MOST_LANES || rows > SIDE || columns > SIDE || rows != tri_fragment_rows(to) ||
        columns != tri_fragment_columns(to))
        return TRI_CONVERT_EXCHANGE;
    find_owners(from, &of_from);
    find_owners(to, &of_to);
    if (!find_order(&of_from, &of_to, (size_t)rows, columns, found)) return TRI_CONVERT_EXCHANGE;
    for (int c = 0; c < columns && same; c++) same = found[c] == c && !memcmp(of_from.r[c], of_to.r[c], (size_t)rows * sizeof of_to.r[c][0]);
    if (!same && !stay_together(to, &of_from, found, packed)) return TRI_CONVERT_IN_LANE;
    if (order) memcpy(order, found, sizeof *order * (size_t)columns);
    return same ? TRI_CONVERT_NOTHING : TRI_CONVERT_ORDER;
}

/* ---- vectors and runs ---- */

int tri_fragment_exchanges(const tri_fragment *fragment, int dim)
{
    int n = 0;
    for (int f = 0; f < TRI_ATOM_FIELDS && fragment->atom->fields[f].bits; f++) {
        const tri_atom_field *field = &fragment->atom->fields[f];
        if (field->of_lane && ((dim != 0) != fragment->turned ? field->column : field->row)) n += field->bits;
    }
    return n;
}

static int kept(tri_place place, int folded) { return folded ? place.row : place.column; }

bool tri_fragment_vector_in_place(const tri_fragment *from, const tri_fragment *to, int dim)
{
    if (from->lanes != to->lanes) return false;
    for (int lane = 0; lane < to->lanes; lane++)
        for (int r = 0; r < tri_fragment_registers(to); r++) {
            int wanted = kept(tri_fragment_place(to, lane, r), dim), i = 0;
            while (i < tri_fragment_registers(from) && kept(tri_fragment_place(from, lane, i), dim) != wanted) i++;
            if (i == tri_fragment_registers(from)) return false;
        }
    return true;
}

int tri_fragment_run(const tri_fragment *fragment, int dim)
{
    tri_place first = tri_fragment_place(fragment, 0, 0);
    int n = 1;
    for (; n < tri_fragment_registers(fragment); n++) {
        tri_place next = tri_fragment_place(fragment, 0, n);
        if (next.row != first.row + (dim ? 0 : n) || next.column != first.column + (dim ? n : 0)) break;
    }
    return n;
}
