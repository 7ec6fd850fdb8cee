/* async.h - what goes on beside the warps: mbarriers, bulk copies (TMA) and the products of warpgroups (wgmma).
 *
 * The rule is that asynchronous work completes as late as the program allows. A load's bytes are in flight from its issue until the scheduler finds
 * nobody who could run without them and some warp waiting for their mbarrier; a bulk store reads its source when a thread waits for it; a product's
 * operands are being read until a warp of its group waits. Values are the same as on a chip where they come earlier, because every access to bytes or
 * registers in flight is an error. */
#ifndef TRI_PTX_ASYNC_H
#define TRI_PTX_ASYNC_H

#include "runtime/drivers/ptx_sim/machine.h"

enum {
    TRI_PTX_MBARRIERS = 64,    /* live ones of a block */
    TRI_PTX_PRODUCTS = 512,    /* of a warpgroup under way */
    TRI_PTX_MOST_FLIGHT = 4096 /* loads of one mbarrier, stores of one warp */
};
#define TRI_PTX_MOST_COUNT ((1 << 20) - 1) /* arrivals and bytes that an mbarrier can count, PTX ISA 9.7.13.15 */

/* A copy into shared memory that signals an mbarrier. */
typedef struct tri_ptx_load {
    const tri_ptx_op *op;
    tri_ptx_warp *warp;
    uint32_t lane, to, bytes; /* bytes: a box's dimensions until it is issued */
    bool tensor;
    uint64_t from; /* the map, or the source */
    int32_t at[TRI_TENSOR_MAP_RANK];
} tri_ptx_load;

struct tri_ptx_mbarrier {
    bool live, known; /* known: to the asynchronous proxy, by a fence of the thread that made it */
    tri_ptx_block *block;
    uint32_t number, offset, count, pending, phase;
    int64_t bytes; /* expected and not yet arrived; below zero: arrived before they were expected */
    const tri_ptx_warp *maker;
    uint32_t maker_lane;
    tri_ptx_load *loads;
    uint32_t n_loads, room_loads;
    uint32_t *gathering, *completed; /* clocks of this phase and of those before */
};

/* A copy out of shared memory that a thread waits for by groups. */
struct tri_ptx_bulk {
    const tri_ptx_op *op;
    uint32_t lane, group, from, bytes; /* bytes: as in tri_ptx_load */
    int operation;                     /* 0: store; else reduction, TRI_PTX_REDUCE_* */
    bool tensor;
    uint64_t to;
    int32_t at[TRI_TENSOR_MAP_RANK];
};
enum { TRI_PTX_REDUCE_ADD = 1, TRI_PTX_REDUCE_MIN, TRI_PTX_REDUCE_MAX };

/* mbarriers (mbarrier.c); `address` is generic, faults are recorded. */
void tri_ptx_mbarrier_init(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, uint64_t address, uint32_t count);
void tri_ptx_mbarrier_end(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, uint64_t address);
tri_ptx_mbarrier *tri_ptx_mbarrier_find(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, uint64_t address);
/* `arrivals` after expecting `bytes`. The result is the phase that they count for. */
uint32_t tri_ptx_mbarrier_arrive(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, uint64_t address, uint32_t arrivals, int64_t bytes);
/* Whether the phase before the current one has this parity: then the warp is ordered behind it. Null: faulted. */
tri_ptx_mbarrier *tri_ptx_mbarrier_test(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, uint64_t address, uint32_t parity, bool *out_done);
/* The mbarriers that the lanes have made are known to the asynchronous proxy. */
void tri_ptx_mbarriers_known(tri_ptx_warp *warp, uint32_t mask);
/* Brings in loads of one mbarrier that a warp waits for, if that completes its phase. */
bool tri_ptx_mbarrier_complete_one(tri_ptx_cluster *cluster);

/* Bulk copies (tma.c). */
void tri_ptx_load_start(tri_ptx_warp *warp, const tri_ptx_load *load, uint64_t to, uint64_t mbarrier, const uint16_t *blocks);
bool tri_ptx_load_deliver(tri_ptx_block *block, tri_ptx_mbarrier *barrier, const tri_ptx_load *load, uint32_t stamp);
void tri_ptx_bulk_start(tri_ptx_warp *warp, const tri_ptx_bulk *bulk, uint64_t from);
void tri_ptx_bulk_wait(tri_ptx_warp *warp, uint32_t mask, uint32_t but);
/* The 128 bytes of a map whose buffer is region number `region` of the launch and begins at `base`. */
void tri_ptx_map_encode(const tri_tensor_map *map, uint32_t region, uint64_t base, unsigned char *out);

/* The race check of asynchronous accesses (race.c), in whole chunks of 16 bytes. `seen`: the clock of who reads, whose own writes are ordered. */
bool tri_ptx_note_load(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, tri_ptx_block *block, uint32_t offset, uint32_t bytes);
void tri_ptx_load_landed(tri_ptx_block *block, const tri_ptx_mbarrier *barrier, const tri_ptx_load *load, uint32_t stamp);
bool tri_ptx_check_async_read(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, const uint32_t *seen, tri_ptx_block *block, uint32_t offset,
                              uint32_t bytes);

/* Products (wgmma.c). */
typedef struct tri_ptx_product {
    const tri_ptx_op *op;
    uint32_t n_chunks, stamp; /* stamp: when the first warp waited for it; 0: under way */
    uint16_t *chunks;         /* that it reads */
} tri_ptx_product;

struct tri_ptx_warpgroup {
    const tri_ptx_op *meeting; /* where its warps gather */
    uint32_t here;             /* which are there, by bit */
    uint64_t descriptors[2];
    bool scales;             /* the predicate scale-d */
    uint32_t issued, oldest; /* products: oldest .. issued are kept, in a ring */
    tri_ptx_product *products;
    uint32_t *seen; /* scratch: what is ordered before all four warps */
};

/* What is read of one shared operand: 16-byte chunks in the order (row group, chunk of k) or (k, chunk of the row group). */
typedef struct tri_ptx_operand_view {
    uint64_t descriptor;
    uint32_t rows, row_bytes; /* row_bytes: k of one instruction, in bytes: 32 */
    bool transposed;          /* the rows are contiguous, not k */
} tri_ptx_operand_view;

/* The warp has come to a product; true: it is the last of the four, and the product can be done. */
bool tri_ptx_product_meet(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t mask, const uint64_t descriptors[2], bool scales);
/* Starts the product: checks registers and shared bytes, and gives the shared offset of each chunk of `views` (null rows: in registers) in `chunks`.
 */
bool tri_ptx_product_start(tri_ptx_warp *warp, const tri_ptx_op *op, const uint32_t *accumulators, uint32_t n_accumulators, const uint32_t *a,
                           uint32_t n_a, const tri_ptx_operand_view *views, uint32_t n_views, uint32_t *chunks);
void tri_ptx_product_fence(tri_ptx_warp *warp);
void tri_ptx_product_commit(tri_ptx_warp *warp, const tri_ptx_op *op);
void tri_ptx_product_wait(tri_ptx_warp *warp, uint32_t but);
/* Whether the ordinary op may touch its registers; notes that it did. */
bool tri_ptx_product_allows(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t mask);

#endif
