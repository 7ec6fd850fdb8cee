/* lowering/expand_threads.h - the pieces of the expansion for roles that threads run: shares of tiles (expand_share.c), a pipelined loop with peeled
 * ends (expand_steps.c), and the roles around them (expand_threads.c). */
#ifndef TRI_LOWERING_EXPAND_THREADS_H
#define TRI_LOWERING_EXPAND_THREADS_H

#include "ir/sched.h"
#include "lowering/expand.h"

/* Tiles are dealt out twice: over the ranks of a cluster, and a rank's part over the instances of the math role. */
typedef enum level { OVER_RANKS, OVER_GROUPS, LEVELS } level;

/* The dimension of a tile that is dealt out on each level; -1: every part has all of it. */
typedef struct cut {
    int8_t dim[LEVELS];
} cut;

typedef struct threads {
    tri_module *module;
    tri_arena *arena;
    const tri_func *kernel;
    const tri_schedule *schedule;
    tri_func *func;        /* the scheduled program */
    const tri_op *loop;    /* the pipelined one, or null */
    int64_t parts[LEVELS]; /* ranks of a cluster, instances of the math role */
    bool merged;           /* the math role loads and stores too: copies need all its threads */
    cut *cuts;             /* by value id */
    tri_value **rings;     /* by value id of a load's result: the ring it comes through, or null */
} threads;

/* A place in a role where statements are emitted: what original values are there. */
typedef struct scope {
    threads *t;
    tri_block *block;
    tri_value_map *values;   /* index values and tiles */
    tri_value *part[LEVELS]; /* which part is here: %rank, %i; null where all of them are (a role that moves whole tiles) */
    /* A loop's scope looks up what it does not hold by itself; null result: not a value of the loop. */
    tri_value *(*look)(void *context, const tri_value *value);
    void *context;
} scope;

/* ---- expand_share.c ---- */

/* Finds which dimension of every tile is dealt out on each level, from the ones the schedule names. */
tri_status *tri_share_analyse(threads *t) TRI_NODISCARD;
/* The type of one part of a tile that is cut in this way. */
tri_type tri_part_type(const threads *t, const tri_type *tile, cut cut);
/* The type of one instance's share of a tile. */
tri_type tri_share_type(const threads *t, const tri_value *value);
/* How what a ring brings is cut: a rank's part lies in a slot, for all instances. */
cut tri_slot_cut(const threads *t, const tri_value *tile);
/* Whether all ranks have the same in the slots of a load's ring: each brings a part of it to all. */
bool tri_is_multicast(const threads *t, const tri_value *tile);
/* Awaits a ring and gives the part of the tile that came through it which is here. */
tri_value *tri_share_await(scope *s, const tri_value *tile);
/* Where the part that is here begins in a dimension of this size; null where that is its beginning. */
tri_value *tri_part_begin(scope *s, cut cut, int dim, int64_t size);
tri_value *tri_scope_index(scope *s, const tri_value *value);
/* The tile, emitting views (reshape, transpose, slice, fill) where they are used. */
tri_value *tri_scope_tile(scope *s, const tri_value *value);
/* The columns [from, from + n) of the last dimension of a tile that statements of this scope make: they are made for those columns alone.
 * Null when that cannot be. */
tri_value *tri_scope_columns(scope *s, const tri_value *value, int64_t from, int64_t n);
/* Emits the statement (of this instance's share) and enters its results. */
tri_status *tri_scope_emit(scope *s, const tri_op *op) TRI_NODISCARD;
/* The coordinates of a load's or store's window, or of the part of it that is here where its tile is cut. */
void tri_scope_window(scope *s, const tri_op *op, cut cut, tri_coord *out_window);
bool tri_is_view(const tri_op *op);

/* acquire, load_into and publish of a staged load: what its slot holds, or this one's part of it where several fill the slot together (the ranks of a
 * cluster, the instances of a merged role). */
tri_status *tri_bring(scope *s, const tri_op *load) TRI_NODISCARD;

/* ---- expand_steps.c ---- */

typedef enum item_kind { ITEM_STATEMENT, ITEM_AWAIT, ITEM_JOIN, ITEM_RELEASE, ITEM_TAKE, ITEM_GIVE, ITEM_LOAD } item_kind;

typedef struct item {
    item_kind kind;
    const tri_op *op; /* the statement; the load that is awaited or released; the mma that is joined */
    int64_t stage;    /* runs for iteration step - stage */
    int64_t ahead;    /* awaits: one more slot than there are iterations when not 0 */
    tri_value *ring;  /* or turns */
} item;
typedef TRI_VEC(item) items;

/* Emits the loop's items as prologue, steady loop(s) and epilogue in the role's work block. On return `outer` holds the loop's results. */
tri_status *tri_emit_steps(threads *t, scope *outer, const items *list) TRI_NODISCARD;

#endif
