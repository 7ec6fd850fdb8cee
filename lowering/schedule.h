/* lowering/schedule.h - the schedule beside a tile program (docs/schedules.md): annotations that name its statements by their labels.
 *
 * A schedule is text; kernel families print it from a config, people may write it, and this file reads it. Removing it never changes what a
 * kernel computes. Clauses end with `;` or the closing brace:
 *
 *     workers 132 order group_m(8)       how many workers, in which order the programs of the grid are taken
 *     workers 0 order row dies 8         neighbours in the order are blocks of one die
 *     cluster 2 along mma.0              that dimension of the statement's result is spread over the ranks of a cluster ...
 *     groups 2 along mma.0               ... and then over the instances of the math role
 *     ring lda ldb depth 4               slots of what these statements hand to other roles
 *     ring ldk depth 16 keep             ... a window that is still in one is not loaded again, by later programs either
 *     place pack frag                    where a result lives: frag, stage or acc
 *     at load: lda ldb                   who runs a statement; `at vector, scalar: epi` deals out its pieces in turn, one program after the other
 *     stage k 1: pv                      statements of a later step of loop k
 *     order k: qk await(ldv) pv join(qk) mask ... join(pv) pack      the order within one step
 *     turn k: qk..pv                     a range the instances enter one after the other
 *     split mma 8x1                      a statement as pieces of its result
 *     regs load 40 math 232 */
#ifndef TRI_LOWERING_SCHEDULE_H
#define TRI_LOWERING_SCHEDULE_H

#include "base/arena.h"
#include "ir/ir.h"

typedef enum tri_step_item_kind { TRI_ITEM_STATEMENT, TRI_ITEM_AWAIT, TRI_ITEM_JOIN } tri_step_item_kind;

typedef struct tri_step_item {
    tri_step_item_kind kind;
    const char *label;
    int64_t distance; /* await: steps ahead; join: steps of lag */
} tri_step_item;

typedef struct tri_spread {
    int64_t n;         /* 1: none */
    const char *label; /* null: along the programs */
    int dim;
} tri_spread;

enum { TRI_ORDER_ARGS = 3, TRI_MOST_DEALT = 4 };

typedef struct tri_ring_clause {
    const char *label;
    int64_t depth;
    bool keep;
} tri_ring_clause;

typedef struct tri_place_clause {
    const char *label, *place;
} tri_place_clause;

typedef struct tri_at_clause {
    const char *label, *roles[TRI_MOST_DEALT];
    int n;
} tri_at_clause;

typedef struct tri_stage_clause {
    const char *loop, *label;
    int64_t stage;
} tri_stage_clause;

typedef TRI_VEC(tri_step_item) tri_step_items;
typedef struct tri_order_clause {
    const char *loop;
    tri_step_items items;
} tri_order_clause;

typedef struct tri_turn_clause {
    const char *loop, *from, *to;
} tri_turn_clause;

typedef struct tri_split_clause {
    const char *label;
    int64_t pieces[2];
} tri_split_clause;

typedef struct tri_regs_clause {
    const char *role;
    int64_t n;
} tri_regs_clause;

typedef struct tri_schedule {
    tri_spread cluster, groups;
    int64_t workers;
    const char *order; /* "row" */
    int64_t order_args[TRI_ORDER_ARGS];
    int64_t dies; /* of a chip, which take blocks in turn */
    TRI_VEC(tri_ring_clause) rings;
    TRI_VEC(tri_place_clause) places;
    TRI_VEC(tri_at_clause) ats;
    TRI_VEC(tri_stage_clause) stages;
    TRI_VEC(tri_order_clause) orders;
    TRI_VEC(tri_turn_clause) turns;
    TRI_VEC(tri_split_clause) splits;
    TRI_VEC(tri_regs_clause) regs;
} tri_schedule;

/* Reads the schedule of a kernel; labels that no statement of the kernel has are errors, with the nearest one as advice. Lives in `arena`. */
tri_status *tri_schedule_parse(tri_arena *arena, const tri_func *kernel, tri_schedule *out) TRI_NODISCARD;

int64_t tri_schedule_depth(const tri_schedule *schedule, const char *label, int64_t otherwise);
const char *tri_schedule_place(const tri_schedule *schedule, const char *label); /* null: not said */
int64_t tri_schedule_stage(const tri_schedule *schedule, const char *label);
int64_t tri_schedule_regs(const tri_schedule *schedule, const char *role);
void tri_schedule_pieces(const tri_schedule *schedule, const char *label, int64_t out_pieces[2]);

#endif
