/* clock.c - vector clocks of a cluster's agents. */
#include "runtime/drivers/ptx_sim/machine.h"

static void merge(uint32_t *restrict to, const uint32_t *restrict from, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) to[i] = to[i] > from[i] ? to[i] : from[i];
}

void tri_ptx_clock_give(tri_ptx_warp *warp, uint32_t *clock)
{
    tri_ptx_cluster *cluster = warp->block->cluster;
    merge(clock, warp->seen, cluster->n_clock);
    /* What the warp has done so far bears stamps up to now, and what it does from here on later ones. */
    clock[warp->agent] = cluster->now;
    clock[cluster->first_block_agent + warp->block->rank] = cluster->now;
    cluster->now++;
}

void tri_ptx_clock_take(tri_ptx_warp *warp, const uint32_t *clock) { merge(warp->seen, clock, warp->block->cluster->n_clock); }
