/* targets/systolic/join_places.c - where the tiles of a joined program lie in the scratchpad. What: a tile is what one write made until something is
 * written over it; tiles that one instruction reads, or writes a part of, are one. Each gets a place of its own, one behind the other round and round
 * a pool: the earlier its bytes are free again, the further loads run ahead. Loads that run ahead have a pool for themselves, so that a short-lived
 * tile never stands in their way. Guarantees: no two tiles that are alive at the same point of the line share bytes; whoever takes bytes waits for
 * those who had them, join_order.c sees to that. */
#include "targets/systolic/join.h"

#include <stdlib.h>

/* Part of a column of SP_COLUMN bytes that a tile has. */
typedef struct piece {
    uint32_t tile;
    uint16_t first_byte, end_byte, first_partition, end_partition;
} piece;

typedef struct column {
    TRI_VEC(piece) pieces;
} column;

typedef struct placing {
    join *j;
    column *columns;
    join_item *item;
    join_operand *operand;
    bool updates; /* reads what it writes */
} placing;

uint32_t join_tile_of(join *j, uint32_t tile)
{
    uint32_t leader = tile;
    int64_t shift = 0;
    for (; j->tiles.at[leader].leader != leader; leader = j->tiles.at[leader].leader) shift += j->tiles.at[leader].shift;
    for (uint32_t next; tile != leader; tile = next) { /* the next search is short */
        join_tile *at = &j->tiles.at[tile];
        int64_t own = at->shift;
        next = at->leader;
        at->leader = leader;
        at->shift = shift;
        shift -= own;
    }
    return leader;
}

int64_t join_shift_of(join *j, uint32_t tile) { return join_tile_of(j, tile) == tile ? 0 : j->tiles.at[tile].shift; }

void join_put_together(join *j, uint32_t a, uint32_t b, int64_t distance)
{
    join_tile *x = &j->tiles.at[a = join_tile_of(j, a)], *y = &j->tiles.at[b = join_tile_of(j, b)];
    if (a == b) return;
    y->leader = a;
    y->shift = distance;
    if (x->low > y->low + distance) x->low = y->low + distance;
    if (x->high < y->high + distance) x->high = y->high + distance;
    if (x->first_item > y->first_item) x->first_item = y->first_item;
    if (x->last_item < y->last_item) x->last_item = y->last_item;
    x->writes += y->writes;
    if (x->read_end < y->read_end) x->read_end = y->read_end;
    x->ahead = x->ahead && y->ahead;
}

void join_runs(const tri_systolic_ap *ap, bool flat, join_visitor *visit, void *context)
{
    enum { MOST_RUNS = 1 << 16 };
    struct {
        int64_t n, stride;
    } axes[5];
    int64_t run = tri_systolic_dtype_bytes(ap->dtype), low = 0, high = run, n_runs = 1;
    int n = 0, first = 0;
    for (int k = -1; k < ap->ndim; k++) { /* shortest steps first */
        int64_t size = k < 0 ? ap->npart : ap->size[k], stride = k < 0 ? ap->plane_stride : ap->stride[k];
        if (size == 1 || !stride || (k < 0 && !flat)) continue;
        *(stride < 0 ? &low : &high) += (size - 1) * stride;
        int at = n++;
        for (; at && llabs(axes[at - 1].stride) > llabs(stride); at--) axes[at] = axes[at - 1];
        axes[at].n = size;
        axes[at].stride = stride;
    }
    for (; first < n && axes[first].stride == run; first++) run *= axes[first].n;
    for (int k = first; k < n; k++) n_runs = n_runs > MOST_RUNS ? n_runs : n_runs * axes[k].n;
    if (n_runs > MOST_RUNS) { /* all that lies between */
        visit(context, low, high - low);
        return;
    }
    for (int64_t i = 0; i < n_runs; i++) {
        int64_t left = i, offset = 0;
        for (int k = first; k < n; k++) {
            offset += left % axes[k].n * axes[k].stride;
            left /= axes[k].n;
        }
        visit(context, offset, run);
    }
}

/* One column's share of a run. */
static void touch(placing *p, column *c, piece at)
{
    join *j = p->j;
    size_t kept = 0;
    bool reads = !p->operand->writes || p->updates;
    for (size_t k = 0; k < c->pieces.n; k++) {
        piece old = c->pieces.at[k];
        bool overlap = old.first_byte < at.end_byte && at.first_byte < old.end_byte && old.first_partition < at.end_partition &&
                       at.first_partition < old.end_partition;
        bool covered = old.first_byte >= at.first_byte && old.end_byte <= at.end_byte && old.first_partition >= at.first_partition &&
                       old.end_partition <= at.end_partition;
        if (overlap && reads) {
            if (at.tile == NO_TILE) at.tile = p->operand->tile = old.tile;
            join_put_together(j, at.tile, old.tile, 0);
        }
        if (!(covered && p->operand->writes)) c->pieces.at[kept++] = old;
    }
    c->pieces.n = kept;
    if (p->operand->writes) TRI_PUSH(j->s.arena, &c->pieces, at);
}

static void place_run(void *context, int64_t offset, int64_t bytes)
{
    placing *p = context;
    join *j = p->j;
    uint32_t word = (uint32_t)p->operand->at.number, partition = word >> 24;
    int64_t low = (int64_t)(word & 0xfffff) + offset, high = low + bytes;
    if (low < 0 || high > j->sp_bytes + BEHIND_BYTES) { /* of no program that the machine would run */
        sched_fail(&j->s, NULL, TRI_UNSUPPORTED, "an operand outside of the scratchpad");
        return;
    }
    for (int64_t at = low; at < high;) {
        int64_t c = at / SP_COLUMN, end = (c + 1) * SP_COLUMN < high ? (c + 1) * SP_COLUMN : high;
        piece part = {p->operand->tile, (uint16_t)(at % SP_COLUMN), (uint16_t)(end - c * SP_COLUMN), (uint16_t)partition,
                      (uint16_t)(partition + p->operand->ap->npart)};
        touch(p, &p->columns[c], part);
        at = end;
    }
    if (p->operand->tile == NO_TILE) return; /* reads what nobody wrote: the machine will say so */
    join_tile *tile = &j->tiles.at[join_tile_of(j, p->operand->tile)];
    if (tile->low > low) tile->low = low;
    if (tile->high < high) tile->high = high;
    tile->last_item = (uint32_t)(p->item - j->items.at);
    if ((!p->operand->writes || p->updates) && tile->read_end < partition + p->operand->ap->npart) tile->read_end = partition + p->operand->ap->npart;
}

bool join_updates(const tri_systolic_instruction *i)
{
    return (i->op == TRI_SYS_MM && i->flags & TRI_SYS_ACC) || (i->op == TRI_SYS_DMA && (i->fn == TRI_SYS_DMA_ADD || i->flags & TRI_SYS_SKIP)) ||
           (i->op == TRI_SYS_SEL && !i->fn);
}

/* Operands in the order in which the instruction uses them: what it reads before what it writes. */
static void place_item(placing *p)
{
    join *j = p->j;
    for (int o = JOIN_OPERANDS - 1; o >= 0; o--) {
        p->operand = &p->item->operand[o];
        if (!p->operand->ap || p->operand->ap->space != TRI_SYS_SP) continue;
        p->updates = p->operand->writes && join_updates(&p->item->i);
        if (p->operand->writes) {
            uint32_t number = (uint32_t)j->tiles.n;
            TRI_PUSH(j->s.arena, &j->tiles,
                     (join_tile){
                         .leader = number, .low = INT32_MAX, .first_item = (uint32_t)(p->item - j->items.at), .writes = 1, .ahead = p->item->ahead});
            p->operand->tile = number;
        }
        join_runs(p->operand->ap, false, place_run, p);
    }
}

/* ---- pools ---- */

typedef struct pool {
    uint32_t first, end, next;
} pool;

/* Bytes that are taken, and until which item. */
typedef struct taken {
    uint32_t first, end, last_item;
} taken;

typedef struct pools {
    pool ahead, others;
    TRI_VEC(taken) taken;
} pools;

static int64_t first_column(const join_tile *tile) { return tile->low - (tile->low % SP_COLUMN + SP_COLUMN) % SP_COLUMN; }

static uint32_t bytes_of(const join_tile *tile) { return (uint32_t)((tile->high - first_column(tile) + SP_COLUMN - 1) / SP_COLUMN * SP_COLUMN); }

/* The next place of the pool that nobody has, from where the last tile ends. */
static bool take(join *j, pools *all, pool *from, join_tile *tile)
{
    uint32_t bytes = bytes_of(tile), at = from->next;
    for (bool around = false;;) {
        if (bytes > from->end - at) {
            if (around || bytes > from->end - from->first) return false;
            around = true;
            at = from->first;
        }
        size_t k = 0;
        while (k < all->taken.n && (all->taken.at[k].first >= at + bytes || all->taken.at[k].end <= at)) k++;
        if (k == all->taken.n) break;
        at = all->taken.at[k].end < from->end ? all->taken.at[k].end : from->end;
    }
    TRI_PUSH(j->s.arena, &all->taken, (taken){at, at + bytes, tile->last_item});
    tile->moved = (int64_t)at - first_column(tile);
    from->next = at + bytes;
    if (j->s.sp_top < from->next) j->s.sp_top = from->next;
    return true;
}

static void place_tile(join *j, pools *all, join_tile *tile)
{
    size_t kept = 0;
    for (size_t k = 0; k < all->taken.n; k++)
        if (all->taken.at[k].last_item >= tile->first_item) all->taken.at[kept++] = all->taken.at[k];
    all->taken.n = kept;
    pool *first = tile->ahead ? &all->ahead : &all->others, *second = tile->ahead ? &all->others : &all->ahead;
    if (!take(j, all, first, tile) && !take(j, all, second, tile)) j->full_at = j->items.at[tile->first_item].step;
}

/* The other tiles get what a step has of them, at most a third, at least what their largest takes. */
static uint32_t divide(join *j)
{
    uint32_t largest = 0, most = 0, all = 0, step = UINT32_MAX;
    for (size_t t = 0; t < j->tiles.n; t++) {
        const join_tile *tile = &j->tiles.at[t];
        if (tile->leader != t || tile->ahead) continue;
        if (step != j->items.at[tile->first_item].step) all = 0;
        step = j->items.at[tile->first_item].step;
        all += bytes_of(tile);
        if (largest < bytes_of(tile)) largest = bytes_of(tile);
        if (most < all) most = all;
    }
    uint32_t third = j->sp_bytes / 3 / SP_COLUMN * SP_COLUMN, bytes = most < third ? most : third;
    return bytes > largest ? bytes : largest;
}

/* Transfers leave out partitions that nobody reads: rows that are the same for all partitions are loaded to 128 of them. */
static void trim(join *j, join_item *item)
{
    join_operand *dst = &item->operand[OPERAND_DST], *src = &item->operand[OPERAND_SRC0];
    if (item->i.op != TRI_SYS_DMA || item->i.fn != TRI_SYS_DMA_COPY || item->i.flags & TRI_SYS_T || dst->tile == NO_TILE) return;
    if (dst->ap->npart != src->ap->npart || tri_systolic_ap_elements(dst->ap) != tri_systolic_ap_elements(src->ap)) return;
    uint32_t first = (uint32_t)dst->at.number >> 24, end = j->tiles.at[join_tile_of(j, dst->tile)].read_end, n = end > first ? end - first : 1;
    if (n >= dst->ap->npart) return;
    tri_systolic_ap *fewer = TRI_NEW_ARRAY(j->s.arena, tri_systolic_ap, 2);
    fewer[0] = *dst->ap;
    fewer[1] = *src->ap;
    fewer[0].npart = fewer[1].npart = (uint16_t)n;
    int to = tri_systolic_intern_ap(j->s.program, item->queue, &fewer[0]), from = tri_systolic_intern_ap(j->s.program, item->queue, &fewer[1]);
    if (to < 0 || from < 0) return; /* the table is full: it stays as it is */
    item->i.ap_dst = (uint8_t)to;
    item->i.ap_src0 = (uint8_t)from;
    dst->ap = &fewer[0];
    src->ap = &fewer[1];
}

static int by_first_item(const void *a, const void *b)
{
    const join_tile *x = *(join_tile *const *)a, *y = *(join_tile *const *)b;
    return x->first_item < y->first_item ? -1 : x->first_item > y->first_item ? 1 : x->low < y->low ? -1 : x->low > y->low;
}

void join_places(join *j)
{
    placing p = {.j = j};
    uint32_t n_columns = (j->sp_bytes + BEHIND_BYTES) / SP_COLUMN + 1;
    p.columns = TRI_NEW_ARRAY(j->s.arena, column, n_columns);
    for (size_t i = 0; i < j->items.n && !j->s.error; i++) {
        p.item = &j->items.at[i];
        if (i && p.item->step != p.item[-1].step) /* no program finds tiles of another */
            for (uint32_t c = 0; c < n_columns; c++) p.columns[c].pieces.n = 0;
        place_item(&p);
    }
    if (!j->s.error) join_forward(j);
    if (!j->s.error) join_coalesce(j);
    for (size_t i = 0; i < j->items.n && !j->s.error; i++) trim(j, &j->items.at[i]);
    uint32_t others = divide(j);
    if (j->s.error) return;
    if (others > j->sp_bytes) others = j->sp_bytes;
    pools all = {.ahead = {others, j->sp_bytes, others}, .others = {0, others, 0}};
    join_tile **order = TRI_NEW_ARRAY(j->s.arena, join_tile *, j->tiles.n);
    size_t n = 0;
    for (size_t t = 0; t < j->tiles.n; t++)
        if (j->tiles.at[t].leader == t) order[n++] = &j->tiles.at[t];
    if (n) qsort(order, n, sizeof *order, by_first_item);
    j->full_at = NO_STEP;
    for (size_t t = 0; t < n && j->full_at == NO_STEP; t++) place_tile(j, &all, order[t]);
}
