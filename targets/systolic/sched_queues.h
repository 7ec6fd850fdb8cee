/* targets/systolic/sched_queues.h - the decoupled style: straight-line programs of queues and what orders them.
 *
 * Roles hand over slots; the order that this needs between two queues is an edge from an instruction (complete) to one of another queue (may start).
 * Edges that others imply are left out: each queue knows how far it is behind every other one. What is left between two queues ascends on both sides,
 * so one counting semaphore a pair of queues is enough: each edge adds 1 and takes 1. */
#ifndef TRI_TARGETS_SYSTOLIC_SCHED_QUEUES_H
#define TRI_TARGETS_SYSTOLIC_SCHED_QUEUES_H

#include "targets/systolic/scheduled.h"

enum { MOST_INSTRUCTIONS = 4 << 20 }; /* of all queues: code that is only unrolled */

/* A place in a queue: so many of its instructions are complete, and with them so many of every other queue's. */
typedef struct moment {
    int queue;
    uint32_t position;
    uint32_t *known; /* by queue */
} moment;

typedef struct edge {
    uint32_t from_position, to_position;
    uint8_t from, to;
} edge;

typedef struct queue_code {
    TRI_VEC(tri_systolic_instruction) code;
    uint32_t known[TRI_SYS_MOST_QUEUES];
    TRI_VEC(moment) pending; /* what the next instruction waits for */
} queue_code;

/* The tokens of a ring's slots. */
typedef struct ring_tokens {
    moment *full;              /* by slot */
    moment *written;           /* by slot, of accumulators: when the last product or transpose was there; no queue: not yet */
    int64_t followed;          /* acquires whose waits the producer's queue has been given: an accumulator's wait stands before its first product */
    moment *empty[MOST_ROLES]; /* by consumer, by slot */
} ring_tokens;

/* An accumulation that no store_into has ended: where, and its newest product. */
typedef struct open_group {
    uint32_t address, position;
} open_group;

typedef struct queues {
    queue_code queue[TRI_SYS_MOST_QUEUES];
    TRI_VEC(edge) edges;
    uint32_t n_instructions;
    TRI_VEC(open_group) groups;
} queues;

static inline queues *queues_of(sched *s) { return s->queues; }

void queues_open(sched *s);
void queues_emit(sched *s, sched_role *role, tri_systolic_instruction instruction);
void queues_append(sched *s, int queue, tri_systolic_instruction instruction);
void queues_follow(sched *s, int queue, const moment *m); /* the next instruction of the queue waits for the moment */
/* The newest instruction of the role's queue, while it has been given nothing to wait for since; else null. Whoever waits for it waits for it all. */
tri_systolic_instruction *queues_newest(sched *s, sched_role *role);
void queues_fence(sched *s, sched_role *role);              /* the next instruction of the queue waits for the newest one */
uint32_t queues_position(sched *s, const sched_role *role); /* of the next instruction */
/* Tokens. False: the role has to wait for another one. */
bool queues_acquire(sched *s, sched_role *role, sched_ring *ring, const tri_op *op);
bool queues_await(sched *s, sched_role *role, sched_ring *ring, const tri_op *op);
void queues_publish(sched *s, sched_role *role, sched_ring *ring, const tri_op *op);
void queues_release(sched *s, sched_role *role, sched_ring *ring, const tri_op *op);
/* A matrix role is about to write into, and has written into its newest slot: orders the slot by that, not by where acquire and publish stand. */
void queues_before_write(sched *s, sched_role *role, sched_ring *ring);
void queues_after_write(sched *s, sched_role *role, sched_ring *ring);
/* Semaphores, and everything into the program. */
void queues_close(sched *s);

/* ---- sched_matrix.c ---- */
void matrix_mma(sched *s, sched_role *role, const tri_op *op);
void matrix_transpose(sched *s, sched_role *role, const tri_op *op);
void matrix_store_into(sched *s, sched_role *role, const tri_op *op);

/* ---- sched_elements.c: one operation over a whole tile, in as few instructions as its blocks allow ---- */

/* TT, TS, STT, COPY, ACT, SEL by a mask. An operand that is neither defined nor literal is absent. */
typedef struct statement {
    uint8_t op, fn;
    place dst, src0, src1, third;
} statement;

/* Whether p can be the [P,1] or immediate operand of a statement with this result, or a full one. */
bool element_is_scalar(const place *p, const int64_t dims[2], int part);
bool element_is_full(const place *p, const int64_t dims[2], int part);
void elements_emit(sched *s, sched_role *role, const tri_op *op, const statement *st);
/* dst = (base + step[0] * row + step[1] * column) compare 0 ? yes : no; yes is in memory. */
void elements_select_affine(sched *s, sched_role *role, const tri_op *op, const place *dst, unsigned compare, int64_t base, const int64_t step[2],
                            const place *yes, const place *no);
void elements_coordinate(sched *s, sched_role *role, const tri_op *op, const place *dst, int dim);
void elements_copy(sched *s, sched_role *role, const tri_op *op, const place *to, const place *from);
void elements_fill(sched *s, sched_role *role, const tri_op *op, const place *to, double value);
void elements_fold(sched *s, sched_role *role, const tri_op *op, unsigned alu, const place *to, const place *from); /* the free dimension */

/* ---- sched_regions.c ---- */
void regions_map(sched *s, sched_role *role, const tri_op *op);
void regions_reduce(sched *s, sched_role *role, const tri_op *op);
void regions_store_into(sched *s, sched_role *role, const tri_op *op);
void regions_read(sched *s, sched_role *role, const tri_op *op);

#endif
