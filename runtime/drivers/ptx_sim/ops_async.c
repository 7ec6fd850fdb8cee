/* ops_async.c - instructions of the asynchronous world: mbarriers, bulk copies, clusters, proxy fences, registers of a warpgroup. Their substance is
 * in mbarrier.c, tma.c and barrier.c; here operands become addresses and numbers. */
#include "runtime/drivers/ptx_sim/async.h"
#include "runtime/drivers/ptx_sim/handlers.h"

/* The address of the operand whose slots begin at `k`, for one lane. */
static uint64_t address_of(const tri_ptx_warp *warp, const tri_ptx_op *op, int k, uint32_t lane)
{
    const unsigned char *base = warp->registers + op->slot[k];
    uint64_t offset = op->slot[k + 2] | (uint64_t)op->slot[k + 3] << 32;
    return offset + (op->slot[k + 1] == 8 ? ((const u64 *)(const void *)base)[lane] : ((const u32 *)(const void *)base)[lane]);
}
static uint64_t shared_address(const tri_ptx_warp *warp, const tri_ptx_op *op, int k, uint32_t lane)
{
    return address_of(warp, op, k, lane) + TRI_PTX_SHARED_WINDOW;
}
/* An mbarrier is named by an address in shared memory or, without a space (`generic`), by any. */
static uint64_t mbarrier_address(const tri_ptx_warp *warp, const tri_ptx_op *op, int k, uint32_t lane, bool generic)
{
    return address_of(warp, op, k, lane) + (generic ? 0 : TRI_PTX_SHARED_WINDOW);
}
static bool going(const tri_ptx_warp *warp) { return warp->stop == TRI_PTX_RUNS; }

/* choice 0: the space, 0 generic */
HANDLER(mbarrier_init)
{
    SET_LANES(lane)
    {
        if (!going(warp)) return;
        tri_ptx_mbarrier_init(warp, op, lane, mbarrier_address(warp, op, 0, lane, !op->choice[0]), SLOT(u32, 4)[lane]);
    }
}
HANDLER(mbarrier_inval)
{
    SET_LANES(lane)
    {
        if (!going(warp)) return;
        tri_ptx_mbarrier_end(warp, op, lane, mbarrier_address(warp, op, 0, lane, !op->choice[0]));
    }
}

/* The state that an arrival returns is the phase it counts for. */
static void arrive(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t mask, const u32 *arrivals, const u32 *bytes)
{
    u64 *state = SLOT(u64, 0);
    SET_LANES(lane)
    {
        uint32_t n = arrivals ? arrivals[lane] : 1;
        if (!going(warp)) return;
        if (!n || n > TRI_PTX_MOST_COUNT) return tri_ptx_fault(warp, op, lane, "an arrival counts 1 to %d times, not %u", TRI_PTX_MOST_COUNT, n);
        state[lane] = tri_ptx_mbarrier_arrive(warp, op, lane, mbarrier_address(warp, op, 1, lane, !op->choice[0]), n, bytes ? bytes[lane] : 0);
    }
}
HANDLER(mbarrier_arrive) { arrive(warp, op, mask, NULL, NULL); }
HANDLER(mbarrier_arrive_n) { arrive(warp, op, mask, SLOT(u32, 5), NULL); }
HANDLER(mbarrier_arrive_tx) { arrive(warp, op, mask, NULL, SLOT(u32, 5)); }

/* The arrival that follows a thread's copies: they are brought in now, and who waits for the phase is ordered behind them. */
HANDLER(cp_async_arrive)
{
    tri_ptx_deliver(warp, op, mask, 0, true);
    SET_LANES(lane)
    {
        if (!going(warp)) return;
        tri_ptx_mbarrier_arrive(warp, op, lane, mbarrier_address(warp, op, 0, lane, !op->choice[0]), 1, 0);
    }
}

static void count_bytes(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t mask, int sign)
{
    SET_LANES(lane)
    {
        if (!going(warp)) return;
        tri_ptx_mbarrier_arrive(warp, op, lane, mbarrier_address(warp, op, 0, lane, !op->choice[0]), 0, sign * (int64_t)SLOT(u32, 4)[lane]);
    }
}
HANDLER(mbarrier_expect) { count_bytes(warp, op, mask, 1); }
HANDLER(mbarrier_complete) { count_bytes(warp, op, mask, -1); }

/* A try that no lane succeeds with stops the warp here until the phase ends; a test answers, and leaves the turn to others. */
static void wait(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t mask, bool by_state)
{
    bool blocks = op->choice[0] == 2;
    uint32_t done_lanes = 0;
    tri_ptx_mbarrier *first = NULL;
    SET_LANES(lane)
    {
        bool done = false;
        uint32_t parity = by_state ? SLOT(u64, 5)[lane] & 1 : SLOT(u32, 5)[lane];
        tri_ptx_mbarrier *b = tri_ptx_mbarrier_test(warp, op, lane, mbarrier_address(warp, op, 1, lane, !op->choice[1]), parity, &done);
        if (!b) return;
        if (!done && !first) first = b;
        done_lanes |= (uint32_t)done << lane;
    }
    warp->waits_for = done_lanes ? NULL : first;
    if (!done_lanes && blocks) {
        warp->stop = TRI_PTX_AT_MBARRIER;
        warp->pc--;
        return;
    }
    if (!done_lanes) warp->stop = TRI_PTX_YIELDS;
    u32 *p = SLOT(u32, 0);
    *p = (*p & ~mask) | done_lanes;
}
HANDLER(mbarrier_wait) { wait(warp, op, mask, false); }
HANDLER(mbarrier_wait_state) { wait(warp, op, mask, true); }

/* Only a fence that all threads of the warp execute covers what the warp wrote; mbarriers are known by the one that made them. */
HANDLER(fence_proxy_async)
{
    tri_ptx_cluster *cluster = warp->block->cluster;
    (void)op;
    if (mask == warp->alive) warp->seen[cluster->first_proxy + warp->agent] = cluster->now++;
    tri_ptx_mbarriers_known(warp, mask);
}
HANDLER(fence_mbarrier_init)
{
    (void)op;
    tri_ptx_mbarriers_known(warp, mask);
}

/* The coordinates of a tensor operand at `k`: four slots of the address, their number, five slots. */
static void coordinates(const tri_ptx_warp *warp, const tri_ptx_op *op, int k, uint32_t lane, int32_t *out)
{
    for (uint32_t d = 0; d < TRI_TENSOR_MAP_RANK; d++) out[d] = d < op->slot[k + 4] ? SLOT(s32, k + 5 + (int)d)[lane] : 0;
}

enum { MAP = 10, ADDRESS = 4 }; /* slots of a tensor operand, of an address */

/* choice 0: the dimensions, choice 1: multicast. dst, map, mbarrier[, blocks][, hint] */
HANDLER(tma_load)
{
    bool multicast = op->choice[1];
    SET_LANES(lane)
    {
        tri_ptx_load load = {.op = op, .lane = lane, .tensor = true, .from = address_of(warp, op, ADDRESS, lane), .bytes = op->choice[0]};
        uint16_t blocks = multicast ? SLOT(u16, 2 * ADDRESS + MAP)[lane] : 0;
        if (!going(warp)) return;
        if (op->slot[ADDRESS + 4] != op->choice[0])
            return tri_ptx_fault(warp, op, lane, "the instruction has %u dimensions and %u coordinates", op->choice[0], op->slot[ADDRESS + 4]);
        coordinates(warp, op, ADDRESS, lane, load.at);
        tri_ptx_load_start(warp, &load, shared_address(warp, op, 0, lane), shared_address(warp, op, ADDRESS + MAP, lane), multicast ? &blocks : NULL);
    }
}
/* choice 0: the dimensions, choice 1: the reduction. map, src */
static void tensor_store(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t mask, int operation)
{
    SET_LANES(lane)
    {
        tri_ptx_bulk bulk = {
            .op = op, .lane = lane, .tensor = true, .to = address_of(warp, op, 0, lane), .bytes = op->choice[0], .operation = operation};
        if (!going(warp)) return;
        if (op->slot[4] != op->choice[0])
            return tri_ptx_fault(warp, op, lane, "the instruction has %u dimensions and %u coordinates", op->choice[0], op->slot[4]);
        coordinates(warp, op, 0, lane, bulk.at);
        tri_ptx_bulk_start(warp, &bulk, shared_address(warp, op, MAP, lane));
    }
}
HANDLER(tma_store) { tensor_store(warp, op, mask, 0); }
HANDLER(tma_reduce) { tensor_store(warp, op, mask, op->choice[1]); }

/* dst, src, bytes, mbarrier[, blocks][, hint] */
HANDLER(bulk_load)
{
    bool multicast = op->choice[0];
    SET_LANES(lane)
    {
        tri_ptx_load load = {.op = op, .lane = lane, .from = address_of(warp, op, ADDRESS, lane), .bytes = SLOT(u32, 2 * ADDRESS)[lane]};
        uint16_t blocks = multicast ? SLOT(u16, 3 * ADDRESS + 1)[lane] : 0;
        if (!going(warp)) return;
        tri_ptx_load_start(warp, &load, shared_address(warp, op, 0, lane), shared_address(warp, op, 2 * ADDRESS + 1, lane),
                           multicast ? &blocks : NULL);
    }
}
/* dst, src, bytes[, hint] */
HANDLER(bulk_store)
{
    SET_LANES(lane)
    {
        tri_ptx_bulk bulk = {.op = op, .lane = lane, .to = address_of(warp, op, 0, lane), .bytes = SLOT(u32, 2 * ADDRESS)[lane]};
        if (!going(warp)) return;
        tri_ptx_bulk_start(warp, &bulk, shared_address(warp, op, ADDRESS, lane));
    }
}
HANDLER(bulk_commit)
{
    (void)op;
    SET_LANES(lane) warp->bulk_committed[lane]++;
}
HANDLER(bulk_wait) { tri_ptx_bulk_wait(warp, mask, op->slot[0]); }

HANDLER(cluster_arrive) { tri_ptx_cluster_arrive(warp, op, mask, op->choice[0] == 2); }
HANDLER(cluster_wait) { tri_ptx_cluster_wait(warp, op, mask); }

/* Addresses of shared memory in a block of the cluster: the rank + 1 above the offset. */
static uint64_t mapped(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, uint64_t address, uint32_t rank)
{
    if (rank >= warp->block->cluster->n_blocks)
        tri_ptx_fault(warp, op, lane, "the cluster has %u blocks, none of rank %u", warp->block->cluster->n_blocks, rank);
    uint64_t offset = address & (TRI_PTX_WINDOW_BYTES - 1), window = address >= TRI_PTX_SHARED_WINDOW ? TRI_PTX_SHARED_WINDOW : 0;
    return window | (uint64_t)(rank + 1) << TRI_PTX_RANK_SHIFT | offset;
}
HANDLER(mapa_32) { SET_LANES(lane) SLOT(u32, 0)[lane] = (uint32_t)mapped(warp, op, lane, SLOT(u32, 1)[lane], SLOT(u32, 2)[lane]); }
HANDLER(mapa_64) { SET_LANES(lane) SLOT(u64, 0)[lane] = mapped(warp, op, lane, SLOT(u64, 1)[lane], SLOT(u32, 2)[lane]); }
static uint32_t rank_of(const tri_ptx_warp *warp, uint64_t address)
{
    uint64_t rank = (address & (TRI_PTX_LOCAL_WINDOW - TRI_PTX_SHARED_WINDOW - 1)) >> TRI_PTX_RANK_SHIFT;
    return rank ? (uint32_t)rank - 1 : warp->block->rank;
}
HANDLER(getctarank_32) { SET_LANES(lane) SLOT(u32, 0)[lane] = rank_of(warp, SLOT(u32, 1)[lane]); }
HANDLER(getctarank_64) { SET_LANES(lane) SLOT(u32, 0)[lane] = rank_of(warp, SLOT(u64, 1)[lane]); }

/* The block's registers are a pool; a warp owns so many for each of its threads. What a thread uses cannot be seen in PTX, only what it owns. */
HANDLER(setmaxnreg)
{
    tri_ptx_block *block = warp->block;
    uint32_t wanted = op->slot[0], owned = warp->owned_registers;
    bool increases = op->choice[0] == 1;
    if (mask != warp->active || mask != warp->alive) return tri_ptx_fault(warp, op, 0, "all threads of a warpgroup must execute setmaxnreg");
    if (wanted < 24 || wanted > 256 || wanted % 8)
        return tri_ptx_fault(warp, op, 0, "a thread owns 24 to 256 registers, a multiple of 8, not %u", wanted);
    if (increases ? wanted < owned : wanted > owned)
        return tri_ptx_fault(warp, op, 0, "setmaxnreg.%s to %u registers by threads that own %u", increases ? "inc" : "dec", wanted, owned);
    if (increases && wanted - owned > block->free_registers) {
        warp->stop = TRI_PTX_AT_POOL;
        warp->pc--;
        return;
    }
    block->free_registers += owned - wanted;
    warp->owned_registers = wanted;
    block->cluster->events++;
    for (uint32_t w = 0; w < block->n_warps; w++)
        if (block->warps[w].stop == TRI_PTX_AT_POOL) block->warps[w].stop = TRI_PTX_RUNS;
}
