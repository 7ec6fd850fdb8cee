/* ir/sched_run.h - one worker of a scheduled program while it runs: what the evaluator (eval_sched.c) and the verifier's token game
 * (verify_sched_tokens.c) share.
 *
 * An instance is one instance of a role on one rank; it is stepped statement by statement, so that whoever steps it may change to another one
 * anywhere. What a statement does to tiles and tokens either happens at once or waits in the instance's pending list, to be completed later: whoever
 * steps decides when. A run with values computes tiles; one without steps the index part alone. Both make the same checks:
 *
 *   tokens     each instance numbers its own acquires, publishes, awaits and releases of a ring: *uses* of its slots. A slot is written between
 *              acquire and publish, read between await and release; at the end of every logical program the four counts agree in all roles
 *   contents   what is written to a slot is remembered as boxes: an element is written once a use, and read only when it was
 *   joins      a cell knows which asynchronous mma makes it, a pending mma which slots and registers it reads
 *
 * A run with values tests besides that no slot changes its use while somebody still reads or writes the old one. */
#ifndef TRI_IR_SCHED_RUN_H
#define TRI_IR_SCHED_RUN_H

#include "ir/eval_tile_internal.h"
#include "ir/sched.h"

/* ---- what there is ---- */

typedef struct tri_sched_ring_info {
    const tri_op *op;
    tri_type tile;
    int64_t depth, lanes; /* lanes: instances that have a ring of their own; 1 when it is not private */
    uint32_t producer;    /* the role's number */
    uint64_t consumers;   /* a bit a role */
    bool acc, is_private, multicast;
    uint32_t first; /* of its channels: one a rank and lane */
} tri_sched_ring_info;

typedef struct tri_sched_turns_info {
    const tri_op *op;
    uint32_t role;
} tri_sched_turns_info;

enum { TRI_SCHED_NOBODY = UINT32_MAX };

typedef struct tri_sched_outline {
    const tri_func *func;
    uint32_t n_roles, n_rings, n_turns, n_instances, n_channels; /* instances: of a rank; channels: of all ranks */
    const tri_op **roles;
    uint32_t *first_instance; /* by role, in a rank */
    tri_sched_ring_info *rings;
    tri_sched_turns_info *turns;
} tri_sched_outline;

/* Who produces and consumes what; errors where that is not as it must be. Freed after an error, too. */
tri_status *tri_sched_outline_create(const tri_func *func, tri_sched_outline *out) TRI_NODISCARD;
void tri_sched_outline_free(tri_sched_outline *outline);
/* The number of the ring or turns that is operand `operand` of op. */
uint32_t tri_sched_ring_of(const tri_sched_outline *outline, const tri_op *op, uint32_t operand);
uint32_t tri_sched_turns_of(const tri_sched_outline *outline, const tri_op *op);
const char *tri_sched_ring_name(const tri_sched_ring_info *ring, char room[64]);

/* ---- slots ---- */

typedef struct tri_sched_box {
    int64_t at[TRI_MAX_RANK], dims[TRI_MAX_RANK];
} tri_sched_box;

typedef struct tri_sched_slot {
    int64_t use;          /* the one it holds; -1: none yet */
    tri_sched_box *boxes; /* written in this use */
    size_t n_boxes, room;
    char *data; /* null in a run without values */
} tri_sched_slot;

/* A ring of one rank, and of one instance when it is private. */
typedef struct tri_sched_channel {
    uint32_t ring;
    tri_sched_slot *slots;
    int64_t *balance; /* uses after the n-th logical program of this worker, as the first to end it had them */
    size_t n_balance, room;
} tri_sched_channel;

/* ---- values ---- */

/* What a tile value is: registers, a staged tile (a view of a slot), or a staged tile rearranged. Shared by all who hold a reference. */
typedef struct tri_sched_cell {
    uint32_t references;
    tri_tile *tile;             /* once it is computed; never of staged tiles */
    tri_sched_channel *channel; /* of staged tiles; else null */
    int64_t use;
    tri_sched_box box;             /* which part of the slot */
    struct tri_sched_cell *source; /* staged and rearranged: by `op`, of this */
    const tri_op *op;
    uint32_t depth; /* of sources */
    uint64_t mma;   /* the asynchronous mma of its instance that makes it, counted from 1; else 0 */
    uint64_t began; /* a product: the step of the first mma of its accumulation, which began with zero; else 0 */
    bool zero;      /* a fill of zero */
} tri_sched_cell;

typedef struct tri_sched_value {
    int64_t index;
    bool unknown; /* an index value that depends on fetched numbers, in a run without values */
    tri_sched_cell *cell;
} tri_sched_value;

/* ---- instances ---- */

typedef struct tri_sched_tokens {
    int64_t acquired, published, awaited, released; /* issued */
    int64_t full, empty;                            /* published and released that have completed */
    uint64_t acquired_at;                           /* the step of the last acquire */
} tri_sched_tokens;

/* A statement that was issued. `lane`: those of one lane complete in order. */
typedef struct tri_sched_pending {
    struct tri_sched_pending *next;
    const tri_op *op;
    int64_t program, use; /* use: of the slot it writes */
    uint32_t lane;
    bool done;                 /* an mma that is completed and not joined */
    uint64_t mma;              /* as in cells */
    tri_sched_value *operands; /* n_operands, then n_results, of op */
} tri_sched_pending;

enum { TRI_LANE_QUEUE, TRI_LANE_MMA, TRI_LANE_LOADS }; /* loads: one lane a ring */

typedef struct tri_sched_frame {
    const tri_op *owner; /* role, work, for or if */
    int64_t i, high;     /* of a for: counter and end; of a work: the logical program */
    bool unknown;        /* its condition or trip count depends on fetched numbers */
} tri_sched_frame;

typedef struct tri_sched_instance {
    uint32_t role;
    int64_t i, rank;
    bool queue;
    tri_sched_value *values; /* by place in the run's table */
    tri_sched_frame *frames;
    size_t n_frames, frames_room;
    const tri_op *at; /* the statement to issue next; null: the end of the innermost block */
    bool finished;
    int64_t program;   /* logical */
    size_t n_programs; /* ended */
    uint64_t step;
    tri_sched_tokens *tokens; /* by ring */
    int64_t *taken;           /* by turns */
    bool *holds;
    tri_sched_pending *first, *last;
    size_t n_pending, n_waiting; /* waiting: not completed */
    uint64_t mma_issued, mma_joined;
} tri_sched_instance;

/* ---- a worker ---- */

typedef struct tri_sched_run {
    const tri_sched_outline *outline;
    tri_tile_run *tiles;         /* tables of the program and, in a run with values, where statements are computed */
    bool values, unchecked;      /* unchecked: as in tri_sched_options */
    uint64_t used, memory_limit; /* bytes of slots and values */
    uint64_t effort;             /* what statements cost beyond their number: lists that were walked */
    int64_t worker;
    size_t most_programs; /* of this worker; 0: all */
    tri_sched_instance *instances;
    uint32_t n_instances; /* of all ranks */
    tri_sched_channel *channels;
    int64_t *gives; /* by turns and rank: completed */
} tri_sched_run;

/* `tiles` has been opened; for a run without values its table of values is enough. Closing is due after a failed opening, too. */
tri_status *tri_sched_run_open(tri_sched_run *run, const tri_sched_outline *outline, tri_tile_run *tiles, bool values,
                               uint64_t memory_limit) TRI_NODISCARD;
tri_status *tri_sched_run_begin(tri_sched_run *run, int64_t worker) TRI_NODISCARD; /* from the start; whatever ran before is forgotten */
void tri_sched_run_close(tri_sched_run *run);

typedef enum tri_sched_progress {
    TRI_SCHED_MOVED,    /* past a statement of its own */
    TRI_SCHED_SYNCED,   /* past one that others may see */
    TRI_SCHED_BLOCKED,  /* the statement waits; nothing happened */
    TRI_SCHED_FINISHED, /* there is none left */
} tri_sched_progress;

/* Issues the next statement. */
tri_status *tri_sched_issue(tri_sched_run *run, tri_sched_instance *instance, tri_sched_progress *out) TRI_NODISCARD;
/* Completes the oldest statement of a lane, the `choice`-th (modulo) of those that have one; n_waiting is not 0. */
tri_status *tri_sched_complete(tri_sched_run *run, tri_sched_instance *instance, uint64_t choice) TRI_NODISCARD;
/* The error that says who waits for what; nobody can go on. */
tri_status *tri_sched_deadlock(tri_sched_run *run) TRI_NODISCARD;

/* ---- the parts ---- */

/* Statements that are not control: sched_step.c. */
tri_status *tri_sched_statement(tri_sched_run *run, tri_sched_instance *instance, const tri_op *op, tri_sched_progress *out) TRI_NODISCARD;
/* The registers of `value` are about to be overwritten, unless they hold `same` already: an error while an mma that is not joined reads them. */
tri_status *tri_sched_overwrite(tri_sched_run *run, tri_sched_instance *instance, const tri_op *op, const tri_value *value,
                                const tri_sched_cell *same) TRI_NODISCARD;

tri_status *tri_sched_error(tri_sched_run *run, const tri_sched_instance *instance, tri_code code, const tri_op *op, const char *format,
                            ...) TRI_NODISCARD TRI_PRINTF(5, 6);
/* Who runs from here on, for messages and shadows. */
void tri_sched_at(const tri_sched_run *run, const tri_sched_instance *instance, int64_t program);
static inline tri_sched_value *tri_sched_value_of(const tri_sched_run *run, const tri_sched_instance *instance, const tri_value *value)
{
    return &instance->values[tri_block_values_find(&run->tiles->values, value)];
}

/* Cells: sched_value.c. */
tri_sched_cell *tri_sched_cell_create(void); /* null: out of memory */
void tri_sched_cell_drop(tri_sched_run *run, tri_sched_cell *cell);
static inline tri_sched_cell *tri_sched_cell_share(tri_sched_cell *cell)
{
    if (cell) cell->references++;
    return cell;
}
/* Takes the reference. */
void tri_sched_set(tri_sched_run *run, tri_sched_value *at, tri_sched_value value);
/* A statement with its operands as they are now and new cells for its results, which are set; appended to the pending list. */
tri_status *tri_sched_capture(tri_sched_run *run, tri_sched_instance *instance, const tri_op *op, uint32_t lane,
                              tri_sched_pending **out) TRI_NODISCARD;
/* Where a load_into or store_into writes, from its operands' values. */
tri_sched_box tri_sched_box_of(const tri_op *op, const tri_sched_value *operands);
/* What a captured statement does to tiles, slots and buffers. */
tri_status *tri_sched_execute(tri_sched_run *run, tri_sched_instance *instance, const tri_sched_pending *pending) TRI_NODISCARD;
void tri_sched_pending_free(tri_sched_run *run, tri_sched_pending *pending);

/* Rings: sched_ring.c. */
bool tri_sched_is_empty(tri_sched_run *run, const tri_sched_instance *instance, uint32_t ring, int64_t use);
bool tri_sched_is_full(tri_sched_run *run, const tri_sched_instance *instance, uint32_t ring, int64_t use);
tri_sched_channel *tri_sched_channel_of(const tri_sched_run *run, uint32_t ring, int64_t rank, int64_t i);
/* The slot takes up this use: poisoned, nothing written. */
void tri_sched_slot_open(tri_sched_run *run, tri_sched_channel *channel, int64_t use);
/* After a completed release. */
void tri_sched_slot_leave(tri_sched_run *run, const tri_sched_instance *instance, uint32_t ring);
/* A box of the slot of the last acquired use is going to be written: in every rank where a multicast says so. */
tri_status *tri_sched_slot_claim(tri_sched_run *run, const tri_sched_instance *instance, const tri_op *op, uint32_t ring,
                                 const tri_sched_box *box) TRI_NODISCARD;
/* Writes a tile there. */
tri_status *tri_sched_slot_write(tri_sched_run *run, const tri_sched_instance *instance, const tri_op *op, uint32_t ring, int64_t use,
                                 const tri_sched_box *box, const tri_tile *tile) TRI_NODISCARD;
/* Whether every element of a staged tile has been written. */
bool tri_sched_slot_covers(tri_sched_run *run, const tri_sched_cell *cell);
tri_status *tri_sched_slot_read(tri_sched_run *run, const tri_sched_instance *instance, const tri_op *op, const tri_sched_cell *cell,
                                tri_tile **out) TRI_NODISCARD;
/* At the end of a logical program: the four counts of every ring of this instance. */
tri_status *tri_sched_balance(tri_sched_run *run, tri_sched_instance *instance, const tri_op *work) TRI_NODISCARD;

#endif
