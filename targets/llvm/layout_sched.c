/* targets/llvm/layout_sched.c - see layout_sched.h. */
#include "targets/llvm/layout_sched.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_COLUMNS = 1024, MOST_REGISTERS = 512 };

int tri_fragment_registers(const tri_fragment *fragment) { return fragment->atom->elements * fragment->down * fragment->across; }

tri_place tri_fragment_place(const tri_fragment *fragment, int lane, int r)
{
    int elements = fragment->atom->elements, atom = r / elements;
    tri_place place = {atom / fragment->across * fragment->rows, atom % fragment->across * fragment->columns};
    for (int f = 0; f < TRI_ATOM_FIELDS && fragment->atom->fields[f].bits; f++) {
        const tri_atom_field *field = &fragment->atom->fields[f];
        int bits = (field->of_lane ? lane : r % elements) >> field->low & ((1 << field->bits) - 1);
        place.row += bits * field->row;
        place.column += bits * field->column;
    }
    return place;
}

static bool lane_holds(const tri_fragment *fragment, int lane, tri_place wanted)
{
    for (int r = 0; r < tri_fragment_registers(fragment); r++) {
        tri_place place = tri_fragment_place(fragment, lane, r);
        if (place.row == wanted.row && place.column == wanted.column) return true;
    }
    return false;
}

/* The register of `from` that stands for register r of `to`, if rows must stay and columns need not: the first that is not taken. Registers have
 * names alone, so another order of them costs nothing. */
static void pair_registers(const tri_fragment *from, const tri_fragment *to, int *register_of)
{
    bool taken[MOST_REGISTERS] = {false};
    for (int r = 0; r < tri_fragment_registers(to); r++) {
        int row = tri_fragment_place(to, 0, r).row, other = 0;
        while (other < tri_fragment_registers(from) && (taken[other] || tri_fragment_place(from, 0, other).row != row)) other++;
        register_of[r] = other;
        if (other < tri_fragment_registers(from)) taken[other] = true;
    }
}

tri_conversion tri_fragment_convert(const tri_fragment *from, const tri_fragment *to, int *order)
{
    int columns[MOST_COLUMNS], register_of[MOST_REGISTERS], registers = tri_fragment_registers(from);
    bool same = registers == tri_fragment_registers(to) && from->lanes == to->lanes;
    bool ordered = same && to->columns * to->across <= MOST_COLUMNS && registers <= MOST_REGISTERS;
    memset(columns, -1, sizeof columns);
    if (ordered) pair_registers(from, to, register_of);
    for (int lane = 0; lane < from->lanes && ordered; lane++) {
        for (int r = 0; r < registers && ordered; r++) {
            tri_place a = tri_fragment_place(from, lane, r), b = tri_fragment_place(to, lane, r);
            same &= a.row == b.row && a.column == b.column;
            ordered = register_of[r] < registers;
            if (!ordered) break;
            a = tri_fragment_place(from, lane, register_of[r]);
            ordered = a.row == b.row && (columns[b.column] < 0 || columns[b.column] == a.column);
            columns[b.column] = a.column;
        }
    }
    if (ordered && order) memcpy(order, columns, sizeof *order * (size_t)(to->columns * to->across));
    if (ordered) return same ? TRI_CONVERT_NOTHING : TRI_CONVERT_ORDER;
    for (int lane = 0; lane < to->lanes; lane++)
        for (int r = 0; r < tri_fragment_registers(to); r++)
            if (!lane_holds(from, lane, tri_fragment_place(to, lane, r))) return TRI_CONVERT_EXCHANGE;
    return TRI_CONVERT_IN_LANE;
}
