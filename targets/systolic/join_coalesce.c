/* targets/systolic/join_coalesce.c - copies that nobody has to make. What: where all that is loaded into a tile was forwarded (join_forward.c) from
 * tiles of the same rows, the tile is put together with them, as a register allocator joins the two sides of a move: whoever made the data makes it
 * where it will be read, and the copies are gone. Needs: each copied tile is written once, so it still has what was copied whenever the copy is read.
 * Does not: move rows to other partitions, or a copy between sources that would overlap. */
#include "targets/systolic/join.h"

enum { MOST_COPIES = 16 };

/* The copies that make a tile. */
typedef struct made {
    uint32_t n, item[MOST_COPIES];
} made;

/* Whether elements lie as far apart in both: one run each, or the same axes. */
static bool same_rows(const tri_systolic_ap *x, const tri_systolic_ap *y)
{
    if (x->dtype != y->dtype || x->npart != y->npart) return false;
    if (join_run_of(x)) return join_run_of(x) == join_run_of(y);
    return x->ndim == y->ndim && !memcmp(x->size, y->size, sizeof x->size) && !memcmp(x->stride, y->stride, sizeof x->stride);
}

static bool moves_nothing(join *j, const join_item *item)
{
    const join_operand *dst = &item->operand[OPERAND_DST], *src = &item->operand[OPERAND_SRC0];
    if (item->i.op != TRI_SYS_DMA || item->i.fn != TRI_SYS_DMA_COPY || item->i.flags & (TRI_SYS_T | TRI_SYS_SKIP) || item->kept) return false;
    if (dst->ap->space != TRI_SYS_SP || src->ap->space != TRI_SYS_SP || dst->tile == NO_TILE || src->tile == NO_TILE) return false;
    if (j->tiles.at[join_tile_of(j, src->tile)].writes != 1) return false;
    return (uint32_t)dst->at.number >> 24 == (uint32_t)src->at.number >> 24 && same_rows(dst->ap, src->ap);
}

/* How far the source's leader has to be moved for the copy's source to lie where its destination lies in the leader of that. */
static int64_t distance(join *j, const join_item *copy)
{
    const join_operand *dst = &copy->operand[OPERAND_DST], *src = &copy->operand[OPERAND_SRC0];
    return dst->at.number + join_shift_of(j, dst->tile) - (src->at.number + join_shift_of(j, src->tile));
}

/* Whether the tile's sources can lie side by side as it wants them to. */
static bool agree(join *j, const made *m)
{
    for (uint32_t a = 0; a < m->n; a++) {
        const join_item *x = &j->items.at[m->item[a]];
        uint32_t from = join_tile_of(j, x->operand[OPERAND_SRC0].tile);
        int64_t moved = distance(j, x);
        if (from == join_tile_of(j, x->operand[OPERAND_DST].tile)) return false;
        for (uint32_t b = 0; b < a; b++) {
            const join_item *y = &j->items.at[m->item[b]];
            uint32_t other = join_tile_of(j, y->operand[OPERAND_SRC0].tile);
            const join_tile *s = &j->tiles.at[from], *t = &j->tiles.at[other];
            int64_t other_moved = distance(j, y);
            if (from == other && moved != other_moved) return false;
            if (from != other && s->low + moved < t->high + other_moved && t->low + other_moved < s->high + moved) return false;
        }
    }
    return true;
}

void join_coalesce(join *j)
{
    made *of = TRI_NEW_ARRAY(j->s.arena, made, j->tiles.n);
    for (size_t k = 0; k < j->items.n; k++) {
        const join_item *item = &j->items.at[k];
        const join_operand *dst = &item->operand[OPERAND_DST];
        if (dst->tile == NO_TILE || !dst->ap || !moves_nothing(j, item)) continue;
        made *m = &of[join_tile_of(j, dst->tile)];
        if (m->n < MOST_COPIES) m->item[m->n] = (uint32_t)k;
        m->n++;
    }
    for (size_t t = 0; t < j->tiles.n; t++) {
        const made *m = &of[t];
        if (!m->n || m->n > MOST_COPIES || join_tile_of(j, (uint32_t)t) != t || m->n != j->tiles.at[t].writes || !agree(j, m)) continue;
        for (uint32_t k = 0; k < m->n; k++) {
            join_item *copy = &j->items.at[m->item[k]];
            join_put_together(j, copy->operand[OPERAND_DST].tile, copy->operand[OPERAND_SRC0].tile, distance(j, copy));
            copy->gone = true;
        }
    }
}
