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
 * The blocks of a cluster run together, a block without one is a cluster of its own. Their warps run in turns, SLICE instructions at most, and stop
 * where they wait (schedule.c). Ordering is tracked for the race check by vector clocks: `now` counts the cluster's points of synchronisation, an
 * access to shared memory is stamped with it, and `seen[a]` of a warp is the last stamp of agent a that is ordered before the warp. Agents are the
 * warps, and what writes and reads shared memory beside them (async.h). */
#ifndef TRI_PTX_MACHINE_H
#define TRI_PTX_MACHINE_H

#include "abi/tensor_map.h"
#include "runtime/drivers/ptx_sim/module.h"

enum {
    TRI_PTX_LANES = 32,
    TRI_PTX_MOST_WARPS = 32,
    TRI_PTX_BARRIERS = 16,
    TRI_PTX_STACK = 80,
    TRI_PTX_CHOICES = 6,
    TRI_PTX_GROUPS = 64,
    TRI_PTX_SLICE = 20000
};
#define TRI_PTX_ALL_LANES 0xffffffffu
#define TRI_PTX_NOWHERE 0xffffffffu /* no reconvergence point: the sides only meet at the end */

/* Generic addresses in these windows are shared and local memory; device memory lies below. */
#define TRI_PTX_SHARED_WINDOW 0x7e0000000000ull
#define TRI_PTX_LOCAL_WINDOW 0x7f0000000000ull
#define TRI_PTX_PARAMETER_WINDOW 0x7d0000000000ull
/* In the shared window, the block of rank r in its cluster lies at (r + 1) << RANK_SHIFT once more (shared::cluster), the own block at 0. */
#define TRI_PTX_RANK_SHIFT 24
#define TRI_PTX_WINDOW_BYTES (1ull << TRI_PTX_RANK_SHIFT)

typedef struct tri_ptx_warp tri_ptx_warp;
typedef struct tri_ptx_block tri_ptx_block;
typedef struct tri_ptx_cluster tri_ptx_cluster;
typedef struct tri_ptx_op tri_ptx_op;
typedef struct tri_ptx_program tri_ptx_program;
typedef void tri_ptx_handler(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t mask);

struct tri_ptx_op {
    tri_ptx_handler *run;
    const uint32_t *slot;            /* what the row's signature says, in order; see decode.c */
    uint32_t guard;                  /* slot of a predicate */
    uint32_t guard_flip;             /* all ones: execute where the predicate is false */
    uint8_t choice[TRI_PTX_CHOICES]; /* which alternative of the k-th (a|b) of the row's pattern, from 1; 0: skipped */
    uint16_t n_slots;
    bool watched; /* touches a register that some wgmma of the kernel reads or writes */
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
    uint32_t file_bytes;     /* of one warp's registers */
    uint32_t constant_bytes; /* the file ends with these */
    const unsigned char *constants;
    uint32_t n_specials;
    struct tri_ptx_special {
        uint32_t slot, which, bytes;
    } * specials;
    tri_ptx_uses *op_uses;
    const uint32_t *uses;
    const uint32_t *register_slot; /* by register index */
    uint64_t shared_bytes;         /* static */
    uint32_t dynamic_padding;      /* between the static part and .extern .shared */
    bool has_products;             /* wgmma */
    bool serial;                   /* has atomics on device memory or waits for other blocks: blocks run in order */
};

/* Where an access may fall: an argument, a variable, shared or local memory. `offset into storage` = address - storage_address. */
typedef struct tri_ptx_region {
    uint64_t address, bytes;
    uint64_t storage_address;
    unsigned char *host;
    unsigned char *valid; /* per 4 bytes: bit b set when byte b was written; PENDING: cp.async under way */
    const char *name;
    bool constant, shared, per_lane;
    tri_ptx_block *block; /* of shared memory */
} tri_ptx_region;
enum { TRI_PTX_PENDING = 0x10 };

/* The first slots of a register file: the predicate that is always true, and what `_` stands for. */
enum { TRI_PTX_TRUE = 0, TRI_PTX_SINK_SLOT = 64, TRI_PTX_FIRST_SLOT = 64 + 512 };

/* What the race check knows of one word of shared memory: its last writer and the warps of the block that read it since. When each of them read it
 * is in tri_ptx_block.read_times. */
typedef struct tri_ptx_word {
    uint32_t write_time, readers;
    uint16_t writer; /* an agent */
    uint8_t write_bytes, read_bytes;
    uint32_t write_op; /* what wrote it: a number of the program's ops */
} tri_ptx_word;

/* The same for 16 bytes and everything that is no warp of the block: copies and products under way, and who read them. */
typedef struct tri_ptx_chunk {
    uint16_t loads, reads; /* under way: asynchronous writes into it, asynchronous reads of it */
    uint32_t readers;      /* bit s: slot s of the block's chunk_times read it: warpgroups by their products, other blocks of the cluster */
    uint8_t barrier[2];    /* number + 1 of the mbarrier in each half */
} tri_ptx_chunk;

/* One cp.async of a warp that has not been delivered. */
typedef struct tri_ptx_copy {
    uint32_t mask, line_op, bytes;
    uint32_t to[TRI_PTX_LANES], group[TRI_PTX_LANES];
    uint8_t from_bytes[TRI_PTX_LANES];
    uint64_t from[TRI_PTX_LANES];
} tri_ptx_copy;

typedef enum tri_ptx_stop {
    TRI_PTX_RUNS,
    TRI_PTX_AT_BARRIER,   /* bar.sync */
    TRI_PTX_AT_MBARRIER,  /* mbarrier.try_wait */
    TRI_PTX_AT_CLUSTER,   /* barrier.cluster.wait */
    TRI_PTX_AT_WARPGROUP, /* wgmma.mma_async, until the four warps have come */
    TRI_PTX_AT_POOL,      /* setmaxnreg.inc */
    TRI_PTX_YIELDS,       /* polled in vain: another warp's turn */
    TRI_PTX_DONE,
    TRI_PTX_FAULTED
} tri_ptx_stop;

typedef struct tri_ptx_barrier {
    uint32_t arrived, expected; /* threads; expected 0: idle */
    uint32_t waiting;           /* warps */
    uint32_t *seen;
} tri_ptx_barrier;

typedef struct tri_ptx_launch tri_ptx_launch;
typedef struct tri_ptx_mbarrier tri_ptx_mbarrier;
typedef struct tri_ptx_warpgroup tri_ptx_warpgroup;
typedef struct tri_ptx_bulk tri_ptx_bulk;

struct tri_ptx_block {
    const tri_ptx_launch *launch;
    tri_ptx_cluster *cluster;
    uint32_t index[3], rank;               /* rank: in the cluster */
    uint32_t n_warps, n_threads, n_groups; /* groups: of four warps, rounded up */
    tri_ptx_region shared, distant;        /* distant: the same memory at the cluster's address of it */
    tri_ptx_word *words;
    uint32_t *read_times; /* [warp][word] */
    tri_ptx_chunk *chunks;
    uint32_t *chunk_times; /* [slot][chunk] */
    uint32_t n_words, n_chunks;
    uint32_t *distant_times; /* by agent: the last access of a warp of another block to this one's memory */
    tri_ptx_barrier barriers[TRI_PTX_BARRIERS];
    tri_ptx_mbarrier *mbarriers;
    tri_ptx_warpgroup *groups;
    uint32_t free_registers; /* of the block's pool (setmaxnreg), for 32 threads each */
    uint64_t instructions, budget;
    tri_ptx_warp *warps;
};

/* Blocks that run together. Clocks have n_clock entries: the agents, and behind them for each warp the last stamp of its writes that the asynchronous
 * proxy may read (fence.proxy.async). */
struct tri_ptx_cluster {
    uint32_t n_blocks, n_warps, n_groups; /* of each block: warps, warpgroups */
    uint32_t first_block_agent, first_group_agent, first_mbarrier_agent, first_proxy, n_clock;
    uint32_t now;
    uint64_t events;           /* whatever may let a waiting warp go on */
    uint32_t arrived, waiting; /* barrier.cluster: warps */
    uint32_t phase;
    uint32_t *gathering, *completed; /* its clocks */
    tri_status *fault;
    tri_ptx_block *blocks;
};

struct tri_ptx_warp {
    unsigned char *registers;
    uint32_t pc, active, reconverge; /* the top of the stack */
    tri_ptx_stop stop;
    uint32_t initial, alive;
    uint32_t index, agent, n_stack, barrier;
    struct {
        uint32_t pc, mask, reconverge;
    } stack[TRI_PTX_STACK];
    tri_ptx_block *block;
    const tri_ptx_program *program;
    uint32_t *seen;
    uint32_t *written; /* per register: lanes; null unless registers are checked */
    tri_ptx_region local[TRI_PTX_LANES];
    unsigned char *local_bytes; /* storage of `local` */
    uint32_t committed[TRI_PTX_LANES];
    tri_ptx_copy *copies;
    uint32_t n_copies, room_copies;
    /* bulk copies out of shared memory that the warp's threads have not waited for */
    tri_ptx_bulk *bulks;
    uint32_t n_bulks, room_bulks;
    uint32_t bulk_committed[TRI_PTX_LANES];
    tri_ptx_mbarrier *waits_for; /* polled in vain or blocked at it */
    uint32_t owned_registers;    /* of one thread (setmaxnreg) */
    bool cluster_arrived;
    uint32_t cluster_phase;
    const tri_ptx_op *distant_op; /* its last access to another block's shared memory, and who made it */
    uint32_t distant_lane;
    /* wgmma: numbers count the warpgroup's products from 1 */
    struct tri_ptx_touch {
        uint32_t product;  /* the last one that uses the register */
        uint32_t ordinary; /* how many wgmma.fence the warp had executed at its last ordinary access, plus 1 */
        uint16_t shape;    /* of the product; 0: as operand A */
    } * touches;           /* by slot / 64; null: the kernel has no wgmma */
    uint32_t fences, issued, retired;
    uint32_t groups, groups_retired;
    uint32_t group_last[TRI_PTX_GROUPS]; /* the last product of each group, a ring */
};

/* One launch of one kernel, shared by all its blocks and immutable while they run. */
struct tri_ptx_launch {
    const tri_ptx_program *program;
    const char *image_name;
    uint32_t grid[3], block[3];
    uint64_t shared_bytes; /* static and dynamic */
    uint32_t dynamic_bytes;
    uint32_t cluster[3];
    const unsigned char *parameters;
    uint32_t n_regions;
    const tri_ptx_region *regions;
    uint64_t budget;
    int threads; /* 0: all cores */
    bool check_registers;
};

/* Runs all blocks. The fault reported is that of the first block that faults in grid order, whatever the number of threads. */
tri_status *tri_ptx_run(const tri_ptx_launch *launch, uint64_t *out_instructions) TRI_NODISCARD;

/* Stops the warp with an error that names kernel, line, text, block and thread. */
void tri_ptx_fault(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, const char *format, ...) TRI_PRINTF(4, 5);

/* Control, for handlers (warp.c). */
void tri_ptx_branch(tri_ptx_warp *warp, uint32_t taken, uint32_t target, uint32_t reconverge);
void tri_ptx_exit(tri_ptx_warp *warp, uint32_t mask);
/* Runs until the warp stops or its slice ends. */
void tri_ptx_run_warp(tri_ptx_warp *warp);
/* Runs the warps of a cluster until all are done or one faults (schedule.c). */
void tri_ptx_run_cluster(tri_ptx_cluster *cluster);

/* Clocks. Arriving gives `clock` all that is ordered before the warp; receiving makes it ordered before the warp. */
void tri_ptx_clock_give(tri_ptx_warp *warp, uint32_t *clock);
void tri_ptx_clock_take(tri_ptx_warp *warp, const uint32_t *clock);

/* Barriers (barrier.c). */
void tri_ptx_arrive(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t barrier, uint32_t threads, bool waits);
void tri_ptx_cluster_arrive(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t mask, bool relaxed); /* relaxed: orders nothing */
void tri_ptx_cluster_wait(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t mask);
void tri_ptx_cluster_leave(tri_ptx_warp *warp); /* a warp that ends counts as arrived */

/* Memory, for handlers (access.c). `address` is generic. Null: a fault has been recorded. */
const tri_ptx_region *tri_ptx_find(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, uint64_t address, uint32_t bytes, const char *verb);
/* The race check of shared memory; `offset` into the block's memory that is read or written. */
bool tri_ptx_note_read(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, tri_ptx_block *block, uint64_t offset, uint32_t bytes);
bool tri_ptx_note_write(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, tri_ptx_block *block, uint64_t offset, uint32_t bytes);
/* An access to a block's memory that is done when the instruction is: if it is another block, that must not end before. */
void tri_ptx_note_distant(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, tri_ptx_block *block);
/* All warps have ended: what others did to a block's memory must be ordered before one of its warps did. */
void tri_ptx_check_distant(tri_ptx_cluster *cluster);
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
