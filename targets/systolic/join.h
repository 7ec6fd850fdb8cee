/* targets/systolic/join.h - several engine programs of a decoupled core as one.
 *
 * The programs are taken apart and put together again, as a linker and a register allocator would. Their instructions are brought into one line (any
 * order in which they could have run, one program after the other), with every operand's place known. Semaphores are thrown away and found anew from
 * what the places say: two instructions of different queues are ordered where they touch the same bytes and one of them writes. So a program waits
 * for the one before it exactly where it needs its results, and loads of weights, which nothing in the line writes, wait for room alone:
 *
 *     join.c         the target's entry: as many steps as go into one program
 *     join_read.c    one program to a line of instructions; registers become numbers and addresses
 *     join_turn.c    what is transposed by the matrix unit instead of on its way
 *     join_places.c  each tile that is ever written gets a place of its own in the scratchpad, two pools taken round and round
 *     join_rows.c    rows that the line stores and loads again, store by store
 *     join_forward.c what is loaded again although it is still there
 *     join_stores.c  stores that nobody reads any more
 *     join_coalesce.c what need not be copied, since it can be made where the copy would be
 *     join_order.c   what conflicts, queues, semaphores; what is written */
#ifndef TRI_TARGETS_SYSTOLIC_JOIN_H
#define TRI_TARGETS_SYSTOLIC_JOIN_H

#include "targets/systolic/sched_queues.h"
#include "targets/target.h"

enum { NO_TILE = UINT32_MAX, NO_STEP = UINT32_MAX };
enum { JOIN_OPERANDS = 4, SP_COLUMN = 64 };
enum { MOST_LOOKS = 1024 };   /* stores that a load is compared with */
enum { BEHIND_BYTES = 4096 }; /* behind the scratchpad, for tiles that no program has; they get a place as others do */
enum { OPERAND_DST, OPERAND_SRC0, OPERAND_SRC1, OPERAND_THIRD };

/* What a register holds: a number, a buffer's address + a number, or what was fetched while running (from somewhere in the buffer, if that is known).
 */
typedef struct join_value {
    enum { JOIN_NUMBER, JOIN_ADDRESS, JOIN_FETCHED } kind;
    uint32_t buffer; /* of tri_join_list; NO_TILE: none */
    int64_t number;
} join_value;

typedef struct join_operand {
    const tri_systolic_ap *ap; /* null: absent, or not memory */
    join_value at;             /* in HBM; on chip and in SMEM a number: the address word */
    uint32_t tile;             /* in the scratchpad: the tile it is part of */
    bool writes;
    bool anywhere; /* in its buffer: a fetched number, or indices, say where */
} join_operand;

typedef struct join_item {
    tri_systolic_instruction i;
    const tri_systolic_queue *from; /* of its own program: its patterns */
    uint32_t step;
    uint8_t from_queue, queue; /* of its own program; of the joined one */
    bool kept;                 /* its registers are what the program set them to: it lives with fetched values */
    bool ahead;                /* a load of what nothing in the line writes */
    bool gone;                 /* a copy that is not made, a store that nobody reads */
    join_operand operand[JOIN_OPERANDS];
    join_value extra; /* a number in register `extra` that is no address */
    uint32_t older;   /* of a store: the one before to its buffer, + 1 */
    uint32_t position;
    const uint32_t *known; /* sched_queues.h: what is complete with it */
} join_item;

/* A tile: from its first write to the last read, in the line. Tiles that one instruction reads together lie together. */
typedef struct join_tile {
    uint32_t leader;   /* itself, or another tile that it was put together with */
    int64_t shift;     /* bytes from where it lies to where it lies in its leader */
    int64_t low, high; /* bytes in a partition, of where the programs put it; below 0 where it lies in front of what is read with it */
    uint32_t first_item, last_item;
    uint32_t writes;   /* how many made it */
    uint32_t read_end; /* behind the last partition that is read */
    bool ahead;        /* made by loads that run ahead, and nothing else */
    int64_t moved;
} join_tile;

/* What things take, about. */
typedef struct join_pace {
    double ns_element[TRI_SYS_QUEUE_KIND_COUNT], latency; /* of engines, ns; by the kind of their queue */
    double issue, away, ns_byte;                          /* of transfers */
} join_pace;

typedef struct join {
    sched s; /* the program, its queues, the error */
    const tri_join_list *list;
    tri_systolic_program **programs; /* by step; null until it is read */
    uint32_t sp_bytes, smem_bytes, turn;
    join_pace pace;
    double ahead_bytes; /* of loads that run ahead and are on their way: what memory delivers in two latencies */
    double piece_bytes; /* of one of them, at most: issuing a half of it takes no longer than its transfer */
    uint32_t full_at;   /* the step that does not fit into the scratchpad behind the others; NO_STEP */
    TRI_VEC(join_item) items;
    TRI_VEC(join_tile) tiles;
    const bool *written;    /* by memory */
    uint32_t *newest_store; /* by buffer: an item, + 1 */
    uint32_t *statements;   /* by step: how far its program's statements stand back in the table of the joined one, + 1; 0: they are not in it yet */
    uint32_t *argument;     /* by buffer: its number among the arguments, + 1 */
    TRI_VEC(uint32_t) arguments;
} join;

/* ---- join_read.c: the instructions of step `step` behind the others; false: this program cannot be joined ---- */
bool join_read(join *j, uint32_t step);

bool join_updates(const tri_systolic_instruction *i); /* whether it reads what it writes */

/* ---- join_turn.c ---- */
void join_turn(join *j); /* the line again, by join_push */

/* ---- join_places.c ---- */
void join_places(join *j);
uint32_t join_tile_of(join *j, uint32_t tile); /* the leader */
int64_t join_shift_of(join *j, uint32_t tile); /* bytes from where it lies to where it lies in the leader */
/* Puts the tiles and what they were put together with together: b's leader lies `distance` bytes further than it lay, in a's leader. */
void join_put_together(join *j, uint32_t a, uint32_t b, int64_t distance);

/* Visits the contiguous runs of a pattern, in bytes from its address; of one partition, or in flat memory of all. */
typedef void join_visitor(void *context, int64_t offset, int64_t bytes);
void join_runs(const tri_systolic_ap *ap, bool flat, join_visitor *visit, void *context);

/* ---- join_rows.c ---- */
/* Rows of `bytes` each, `step` apart, from `first` on in a memory. */
typedef struct join_rows {
    uint32_t memory, n;
    int64_t first, step, bytes;
} join_rows;
/* Bytes behind the first that a pattern reaches in one partition, when it goes forwards only; else 0. */
int64_t join_reach(const tri_systolic_ap *ap);
bool join_rows_of(const join *j, const join_operand *o, join_rows *out); /* of an operand in device memory; false: nobody knows where they are */
bool join_rows_meet(const join_rows *a, const join_rows *b);             /* whether two may have a byte in common */
int64_t join_run_of(const tri_systolic_ap *ap);                          /* elements of a row that is one run, in its order; 0: it is not */
/* Bytes of one of the equal cells that a memory is looked at in: `smallest`, or what makes no more than `most` of them. */
int64_t join_cells(const join *j, uint32_t memory, int64_t smallest, uint32_t most, uint32_t *out_n);
bool join_is_copy(const join_item *item); /* a transfer that only moves, and whose places are known */
/* Puts the item behind the line: a load of whole rows that several stores made as one piece for each, in the order of their columns; a large one
 * that runs ahead in pieces. */
void join_push(join *j, const join_item *item);
/* The newest item of the line that stored some of what the operand reads, + 1; 0: none, or nobody knows. Not many stores are looked at. */
uint32_t join_stored_by(const join *j, const join_operand *src);

/* ---- join_forward.c ---- */
void join_forward(join *j);

/* ---- join_coalesce.c ---- */
void join_coalesce(join *j);

/* ---- join_stores.c ---- */
void join_drop_stores(join *j, uint32_t n_steps); /* of a program of the first n_steps of the list */

/* ---- join_order.c ---- */
/* All queues, in this order: where several could go at the same time the first one does, so the loads that run ahead come last. */
void join_open_queues(join *j);
/* Gives the items of a step their queues and patterns; false: a table of the joined program is full. */
bool join_queues(join *j, size_t first, size_t end);
void join_write(join *j);

#endif
