/* machine.h - the machine that runs decoded kernels: programs, warps, blocks, and what an instruction's handler may touch.
 *
 * A warp is 32 lanes that execute one micro-op together under a mask. Its registers are lane-major: register r is an array of 32 elements of the
 * register's size, so that a handler is a plain loop over lanes that the compiler vectorises; a predicate is one 32-bit mask. Immediates, addresses
 * of variables and special registers are registers too, filled when a warp starts, so an operand is always a byte offset ("slot") into the file.
 *
 * Divergence is a stack. A branch that splits a warp leaves an entry at the immediate post-dominator of its block with the joint mask, runs one side
 * until it arrives there, then the other. Every path of a side that does not exit arrives there (that is what post-dominance means), so reconvergence
 * is certain; sides are disjoint strict subsets, so the stack is no deeper than 2 * 32 entries. A lane that spins on another lane of its own warp
 * never ends under this scheme; the instruction budget stops it.
 *
 * Warps of a block run in turns, SLICE instructions at most. Ordering between warps is tracked for the race check: `now` counts barrier arrivals of
 * the block, an access to shared memory is stamped with it, and warp w's `seen[v]` is the last stamp of v that is ordered before w. */
#ifndef TRI_PTX_MACHINE_H
#define TRI_PTX_MACHINE_H

#include "runtime/drivers/ptx_sim/module.h"

enum { TRI_PTX_LANES = 32, TRI_PTX_MOST_WARPS = 32, TRI_PTX_BARRIERS = 16, TRI_PTX_STACK = 80, TRI_PTX_CHOICES = 6, TRI_PTX_SLICE = 20000 };
#define TRI_PTX_ALL_LANES 0xffffffffu
#define TRI_PTX_NOWHERE 0xffffffffu /* no reconvergence point: the sides only meet at the end */

/* Generic addresses in these windows are shared and local memory; device memory lies below. */
#define TRI_PTX_SHARED_WINDOW 0x7e0000000000ull
#define TRI_PTX_LOCAL_WINDOW 0x7f0000000000ull
#define TRI_PTX_WINDOW_BYTES 0x10000000ull

typedef struct tri_ptx_warp tri_ptx_warp;
typedef struct tri_ptx_op tri_ptx_op;
typedef struct tri_ptx_program tri_ptx_program;
typedef void tri_ptx_handler(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t mask);

struct tri_ptx_op {
    tri_ptx_handler *run;
    const uint32_t *slot;   /* what the row's signature says, in order; see decode.c */
    uint32_t guard;         /* slot of a predicate */
    uint32_t guard_flip;    /* all ones: execute where the predicate is false */
    uint8_t choice[TRI_PTX_CHOICES]; /* which alternative of the k-th (a|b) of the row's pattern, from 1; 0: skipped */
    uint16_t n_slots;
};

/* For the check of registers that are read before they are written: which slots an op reads and writes. */
typedef struct tri_ptx_uses {
    uint32_t first, n_read, n_written; /* in tri_ptx_program.uses, reads first; each a register index */
} tri_ptx_uses;

struct tri_ptx_program {
    const tri_ptx_kernel *kernel;
    const tri_ptx_module *module;
    uint32_t n_ops;
    tri_ptx_op *ops;
    uint32_t file_bytes;             /* of one warp's registers */
    uint32_t constant_bytes;         /* the file ends with these */
    const unsigned char *constants;
    uint32_t n_specials;
    struct tri_ptx_special {
        uint32_t slot, which, bytes;
    } *specials;
    tri_ptx_uses *op_uses;
    const uint32_t *uses;
    uint64_t shared_bytes;           /* static */
    uint32_t dynamic_padding;        /* between the static part and .extern .shared */
    bool serial;                     /* has atomics on device memory or waits for other blocks: blocks run in order */
};

/* Where an access may fall: an argument, a variable, shared or local memory. `offset into storage` = address - storage_address. */
typedef struct tri_ptx_region {
    uint64_t address, bytes;
    uint64_t storage_address;
    unsigned char *host;
    unsigned char *valid;            /* per 4 bytes: bit b set when byte b was written; PENDING: cp.async under way */
    const char *name;
    bool constant, shared, per_lane;
} tri_ptx_region;
enum { TRI_PTX_PENDING = 0x10 };

/* The first slots of a register file: the predicate that is always true, and what `_` stands for. */
enum { TRI_PTX_TRUE = 0, TRI_PTX_SINK_SLOT = 64, TRI_PTX_FIRST_SLOT = 64 + 512 };

/* What the race check knows of one word of shared memory. */
typedef struct tri_ptx_word {
    uint32_t write_time, read_time, readers;
    uint8_t writer, write_bytes, read_bytes;
} tri_ptx_word;

/* One cp.async of a warp that has not been delivered. */
typedef struct tri_ptx_copy {
    uint32_t mask, line_op, bytes;
    uint32_t to[TRI_PTX_LANES], group[TRI_PTX_LANES];
    uint8_t from_bytes[TRI_PTX_LANES];
    uint64_t from[TRI_PTX_LANES];
} tri_ptx_copy;

typedef enum tri_ptx_stop { TRI_PTX_RUNS, TRI_PTX_AT_BARRIER, TRI_PTX_DONE, TRI_PTX_FAULTED, TRI_PTX_YIELDS } tri_ptx_stop;

typedef struct tri_ptx_barrier {
    uint32_t arrived, expected; /* threads; expected 0: idle */
    uint32_t waiting;           /* warps */
    bool whole;                 /* without a count: all threads of the block */
    uint32_t seen[TRI_PTX_MOST_WARPS];
} tri_ptx_barrier;

typedef struct tri_ptx_launch tri_ptx_launch;

typedef struct tri_ptx_block {
    const tri_ptx_launch *launch;
    uint32_t index[3];
    uint32_t n_warps, n_threads;
    tri_ptx_region shared;
    tri_ptx_word *words;
    tri_ptx_barrier barriers[TRI_PTX_BARRIERS];
    uint32_t now;
    uint64_t instructions, budget;
    tri_status *fault;
    tri_ptx_warp *warps;
} tri_ptx_block;

struct tri_ptx_warp {
    unsigned char *registers;
    uint32_t pc, active, reconverge; /* the top of the stack */
    tri_ptx_stop stop;
    uint32_t initial, alive;
    uint32_t index, n_stack, barrier;
    struct {
        uint32_t pc, mask, reconverge;
    } stack[TRI_PTX_STACK];
    tri_ptx_block *block;
    const tri_ptx_program *program;
    uint32_t seen[TRI_PTX_MOST_WARPS];
    uint32_t *written;               /* per register: lanes; null unless registers are checked */
    tri_ptx_region local[TRI_PTX_LANES];
    unsigned char *local_bytes;      /* storage of `local` */
    uint32_t committed[TRI_PTX_LANES];
    tri_ptx_copy *copies;
    uint32_t n_copies, room_copies;
};

/* One launch of one kernel, shared by all its blocks and immutable while they run. */
struct tri_ptx_launch {
    const tri_ptx_program *program;
    const char *image_name;
    uint32_t grid[3], block[3];
    uint64_t shared_bytes;  /* static and dynamic */
    uint32_t dynamic_bytes;
    const unsigned char *parameters;
    uint32_t n_regions;
    const tri_ptx_region *regions;
    uint64_t budget;
    int threads;            /* 0: all cores */
    bool check_registers;
};

/* Runs all blocks. The fault reported is that of the first block that faults in grid order, whatever the number of threads. */
tri_status *tri_ptx_run(const tri_ptx_launch *launch, uint64_t *out_instructions) TRI_NODISCARD;

/* Stops the warp with an error that names kernel, line, text, block and thread. */
void tri_ptx_fault(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, const char *format, ...) TRI_PRINTF(4, 5);

/* Control, for handlers (run.c). */
void tri_ptx_branch(tri_ptx_warp *warp, uint32_t taken, uint32_t target, uint32_t reconverge);
void tri_ptx_exit(tri_ptx_warp *warp, uint32_t mask);
void tri_ptx_arrive(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t barrier, uint32_t threads, bool waits);

/* Memory, for handlers (access.c). `address` is in the given space. Null: a fault has been recorded. */
const tri_ptx_region *tri_ptx_find(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, uint64_t address, uint32_t bytes, const char *verb);
bool tri_ptx_note_read(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, uint64_t offset, uint32_t bytes);  /* race check, shared memory */
bool tri_ptx_note_write(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, uint64_t offset, uint32_t bytes);
void tri_ptx_fault_uninitialised(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, const tri_ptx_region *region, uint64_t address,
                                 uint32_t bytes);
tri_ptx_copy *tri_ptx_new_copy(tri_ptx_warp *warp);
/* Delivers the copies of `mask`'s lanes whose group is older than the lane's newest `but` groups; `all`: even those not committed. */
void tri_ptx_deliver(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t mask, uint32_t but, bool all);

/* Special registers: the number for a name, or -1; its value for one lane. */
int tri_ptx_special_find(const char *name);
uint64_t tri_ptx_special_value(int which, const tri_ptx_warp *warp, uint32_t lane);

/* Decodes one kernel; `variables` is the address of the module's memory. The caller has installed the arena's escape. */
tri_status *tri_ptx_decode(tri_arena *arena, const tri_ptx_module *module, const tri_ptx_kernel *kernel, uint64_t variables, const char *file,
                           tri_ptx_program **out_program) TRI_NODISCARD;

/* Immediate post-dominators (flow.c): for each op that branches, the op where its sides meet. Edges in compressed form: the successors of op i are
 * to[first[i]] .. to[first[i+1]]; n_ops stands for the exit. */
void tri_ptx_post_dominators(tri_arena *arena, uint32_t n_ops, const uint32_t *first, const uint32_t *to, uint32_t *out_meets);

/* The handlers of one instruction set of the host, in the order of ptx_ops.def. */
typedef tri_ptx_handler *const *tri_ptx_handlers;
extern tri_ptx_handler *const tri_ptx_handlers_baseline[], *const tri_ptx_handlers_avx2[], *const tri_ptx_handlers_avx512[];
tri_ptx_handlers tri_ptx_host_handlers(void);

#endif
