/* barrier.c - barriers of a block (bar, barrier.cta) and of a cluster (barrier.cluster). */
#include "runtime/drivers/ptx_sim/machine.h"

static void release(tri_ptx_block *block, tri_ptx_barrier *barrier)
{
    for (uint32_t w = 0; w < block->n_warps; w++) {
        if (!(barrier->waiting >> w & 1)) continue;
        tri_ptx_clock_take(&block->warps[w], barrier->seen);
        block->warps[w].stop = TRI_PTX_RUNS;
    }
    barrier->arrived = barrier->expected = barrier->waiting = 0;
    memset(barrier->seen, 0, block->cluster->n_clock * sizeof *barrier->seen);
    block->cluster->events++;
}

void tri_ptx_arrive(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t number, uint32_t threads, bool waits)
{
    tri_ptx_block *block = warp->block;
    uint32_t whole = block->n_warps * TRI_PTX_LANES;
    if (number >= TRI_PTX_BARRIERS) return tri_ptx_fault(warp, op, 0, "barrier %u does not exist: there are %d", number, TRI_PTX_BARRIERS);
    if (warp->active != warp->initial) {
        uint32_t absent = warp->initial & ~warp->active;
        return tri_ptx_fault(warp, op, (uint32_t)__builtin_ctz(absent),
                             "barrier divergence: this thread's warp waits at barrier %u, but the thread does not", number);
    }
    if (threads && (threads % TRI_PTX_LANES || threads > whole))
        return tri_ptx_fault(warp, op, 0, "barrier %u for %u threads: the count must be a multiple of %d and at most the block's", number, threads,
                             TRI_PTX_LANES);
    tri_ptx_barrier *barrier = &block->barriers[number];
    uint32_t expected = threads ? threads : whole;
    if (barrier->expected && barrier->expected != expected)
        return tri_ptx_fault(warp, op, 0, "barrier divergence: warps arrive at barrier %u for %u and for %u threads", number, barrier->expected,
                             expected);
    barrier->expected = expected;
    barrier->arrived += TRI_PTX_LANES;
    tri_ptx_clock_give(warp, barrier->seen);
    block->cluster->events++;
    if (waits) {
        barrier->waiting |= 1u << warp->index;
        warp->stop = TRI_PTX_AT_BARRIER;
        warp->barrier = number;
    }
    if (barrier->arrived >= barrier->expected) release(block, barrier);
}

/* The barrier of a cluster has two phases: all arrive, then all that wait go on. */
static void cluster_arrived(tri_ptx_cluster *cluster)
{
    cluster->events++;
    if (++cluster->arrived < cluster->n_blocks * cluster->n_warps) return;
    uint32_t *completed = cluster->gathering;
    cluster->gathering = cluster->completed;
    cluster->completed = completed;
    memset(cluster->gathering, 0, cluster->n_clock * sizeof *cluster->gathering);
    cluster->arrived = 0;
    cluster->phase++;
    for (uint32_t b = 0; b < cluster->n_blocks; b++) {
        for (uint32_t w = 0; w < cluster->n_warps; w++) {
            tri_ptx_warp *warp = &cluster->blocks[b].warps[w];
            if (warp->stop == TRI_PTX_DONE) cluster->arrived++;
            if (warp->stop != TRI_PTX_AT_CLUSTER) continue;
            warp->stop = TRI_PTX_RUNS;
            warp->cluster_arrived = false;
            tri_ptx_clock_take(warp, cluster->completed);
        }
    }
}

void tri_ptx_cluster_arrive(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t mask, bool relaxed)
{
    tri_ptx_cluster *cluster = warp->block->cluster;
    uint32_t absent = warp->alive & ~mask;
    if (absent)
        return tri_ptx_fault(warp, op, (uint32_t)__builtin_ctz(absent), "barrier divergence: this thread does not arrive at the cluster's barrier");
    if (warp->cluster_arrived)
        return tri_ptx_fault(warp, op, 0, "the warp arrives at the cluster's barrier twice: barrier.cluster.wait must stand between");
    warp->cluster_arrived = true;
    warp->cluster_phase = cluster->phase;
    if (!relaxed) tri_ptx_clock_give(warp, cluster->gathering);
    cluster_arrived(cluster);
}

void tri_ptx_cluster_wait(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t mask)
{
    tri_ptx_cluster *cluster = warp->block->cluster;
    uint32_t absent = warp->alive & ~mask;
    if (absent)
        return tri_ptx_fault(warp, op, (uint32_t)__builtin_ctz(absent), "barrier divergence: this thread does not wait at the cluster's barrier");
    if (!warp->cluster_arrived) return tri_ptx_fault(warp, op, 0, "the warp waits at the cluster's barrier without having arrived");
    if (warp->cluster_phase == cluster->phase) {
        warp->stop = TRI_PTX_AT_CLUSTER;
        return;
    }
    warp->cluster_arrived = false;
    tri_ptx_clock_take(warp, cluster->completed);
}

void tri_ptx_cluster_leave(tri_ptx_warp *warp)
{
    if (!warp->cluster_arrived || warp->cluster_phase != warp->block->cluster->phase) cluster_arrived(warp->block->cluster);
}
