/* targets/systolic/lower.h - the empty schedule on a systolic chip, shared by the files of this folder.
 *
 * Everything happens one after another: each instruction that is not on the queue of the one before waits for it (a *chain*). Two queues hand over
 * through a semaphore of their own, so at most one token is ever under way and the chain is a total order: no races, no deadlock, by construction.
 * Loops hand the chain to SEQ at their borders, so that a body begins and ends in the same place in every iteration.
 *
 * A tile of rank 2 is [rows][columns] with one of the two on the partitions (`Tile.part`), 128 at a time: element (a, f), a counted along the
 * partitions' dimension, is in partition a % 128 at byte ((a / 128) * F + f) * size. Lower ranks are [1][n] and [1][1]. */
#ifndef TRI_TARGETS_SYSTOLIC_LOWER_H
#define TRI_TARGETS_SYSTOLIC_LOWER_H

#include "abi/chip.h"
#include "abi/systolic.h"
#include "ir/ir.h"
#include "targets/target.h"

enum { PARTITIONS = TRI_SYS_PARTITIONS };

/* Where an instruction runs: a queue of its own (decoupled), or a unit of the one stream (bundle). */
typedef enum lane { LANE_SEQ, LANE_PE, LANE_VEC, LANE_ACT, LANE_GP, LANE_X, LANE_DMA, LANES } lane;

typedef struct tile {
    int64_t dims[2];
    uint8_t part;   /* which of the two dimensions lies on the partitions */
    uint8_t dtype;  /* tri_systolic_dtype */
    uint32_t byte;  /* first byte in each partition */
    uint32_t bytes; /* of each partition */
    bool owned;     /* the memory is its own: not a view, not a carried slot */
} tile;

/* An index value: known, or a range and the ops that compute it from registers. */
typedef struct index_range {
    int64_t low, high; /* inclusive */
} index_range;

typedef struct free_span {
    uint32_t byte, bytes;
} free_span;

typedef struct lowering {
    const tri_chip *chip;
    const tri_func *kernel;
    tri_systolic_program *program;
    tri_arena *arena;
    bool bundle, minor_on_partitions, weights_free, accumulates; /* style, A8, acc_rmw */
    uint32_t bank_columns;                                       /* f32 of a partition in one accumulator bank */
    int queue_of[LANES];
    /* the chain */
    lane chain;
    bool chain_is_op; /* the chain's last link is an instruction that can carry a signal; else a SIG must be written */
    uint32_t chain_pc;
    uint32_t *loop_start[LANES]; /* pc of each open LOOP */
    int loop_depth;
    /* scratchpad */
    TRI_VEC(free_span) spans;
    uint32_t sp_bytes, sp_top;
    /* values, by id */
    tile *tiles;
    index_range *ranges;
    int8_t *registers;       /* of loop counters and fetched values: the register that holds it in every lane, -1: none */
    uint8_t *wanted;         /* part wanted by the first consumer that cares: 0, 1, or NO_WISH */
    const tri_op **last_use; /* the op of the value's own block after which it is dead */
    int next_register;
    uint32_t smem_top;
    tri_status *error; /* the first one; later calls do nothing */
} lowering;

enum { NO_WISH = 2, FIRST_STORED_REGISTER = 16 };

/* ---- chain.c ---- */
void chain_begin(lowering *l);
/* Appends an instruction to a lane, after everything before it. */
void emit(lowering *l, lane at, tri_systolic_instruction instruction);
/* Appends scalar work (SETR, ALU) that only later instructions of the same lane read: it takes no part in the chain. */
void emit_scalar(lowering *l, lane at, tri_systolic_instruction instruction);
/* Makes everything so far complete before anything later of any lane. */
void chain_fence(lowering *l);
void loop_open(lowering *l, int64_t first, int64_t trips, int counter_register); /* the counter runs from `first` */
void loop_close(lowering *l, int counter_register);
void chain_end(lowering *l);
int pattern(lowering *l, lane at, const tri_systolic_ap *ap);
void fail(lowering *l, const tri_op *op, tri_code code, const char *format, ...) TRI_PRINTF(4, 5);

/* ---- tiles.c ---- */
uint32_t sp_allocate(lowering *l, const tri_op *op, uint32_t bytes);
void sp_free(lowering *l, uint32_t byte, uint32_t bytes);
tile tile_new(lowering *l, const tri_op *op, const int64_t dims[2], int part, unsigned dtype);
void tile_drop(lowering *l, tile *t); /* frees owned memory */
void normal_dims(const tri_type *type, int64_t dims[2]);
int64_t along(const tile *t);  /* elements along the partitions */
int64_t across(const tile *t); /* elements along the free dimension */
/* The pieces of a tile that one instruction can address: all full blocks of 128 partitions, then the rest. `count` elements of the free dimension
 * from `from`, a dimension of size 1 repeated to `count` (stride 0). Returns the number of partitions, 0 when there is no such piece. */
int piece(const tile *t, int which, int64_t from, int64_t count, bool repeat, tri_systolic_ap *out_ap, uint32_t *out_address);
/* The same elements with the other dimension on the partitions, or with the single partition repeated to `n`. New tiles, owned by the caller. */
tile relayout(lowering *l, const tri_op *op, const tile *t);
tile repeat_partition(lowering *l, const tri_op *op, const tile *t, int64_t n);
void copy_tile(lowering *l, const tile *to, const tile *from);
void memset_tile(lowering *l, const tile *to, double value);

/* ---- maps.c ---- */
/* Runs a scalar region over tiles. Arguments may have size 1 where the result has not. Results are new tiles. */
void lower_region(lowering *l, const tri_op *op, const tri_block *region, const tile *arguments, const int64_t dims[2], int part, tile *results);
void lower_reduce(lowering *l, const tri_op *op);

/* ---- move.c ---- */
void lower_load(lowering *l, const tri_op *op);
void lower_store(lowering *l, const tri_op *op);
void lower_fetch(lowering *l, const tri_op *op);
/* Whether every window of the block stays inside its buffer, or is cut at places known here, and every choice and trip count in it is known, whatever
 * value the counters in registers have. */
bool windows_provable(lowering *l, const tri_block *block);

/* ---- matmul.c ---- */
void lower_mma(lowering *l, const tri_op *op);

/* ---- bundle.c: scheduled programs on bundle chips; options null: the defaults ---- */
struct bundle_options;
tri_status *bundle_lower(const tri_chip *chip, const tri_func *func, const struct bundle_options *options, tri_arena *arena,
                         tri_systolic_program *program, uint32_t *out_sp_top) TRI_NODISCARD;

/* ---- join.c: tri_target.join ---- */
tri_status *join_programs(const tri_chip *chip, const tri_join_list *list, uint32_t *arguments, tri_joined *out_joined,
                          uint32_t *out_n) TRI_NODISCARD;

/* ---- index.c ---- */
bool index_known(const lowering *l, const tri_value *value, int64_t *out);
index_range index_bounds(const lowering *l, const tri_value *value);
/* The range of a - b, where terms that both sums have in common fall out. */
index_range index_difference(const lowering *l, const tri_value *a, const tri_value *b);
void index_define(lowering *l, const tri_op *op);
/* Emits what computes `value` into register `into` of a lane, using registers above it. */
void index_compute(lowering *l, lane at, const tri_value *value, int into);
void set_register(lowering *l, lane at, int into, int64_t value);
void alu(lowering *l, lane at, unsigned op, int into, int a, int b);
void alu_immediate(lowering *l, lane at, unsigned op, int into, int a, int64_t b);

#endif
