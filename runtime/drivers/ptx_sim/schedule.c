/* schedule.c - the warps of a cluster in turns, each until it waits or its slice ends; what is asynchronous only moves when nobody else does; and
 * what is said when all wait for ever. */
#include <stdio.h>

#include "runtime/drivers/ptx_sim/async.h"

enum { MOST_IDLE = 4096 }; /* rounds of polling without an event that count as a deadlock */

/* One line for each set of warps that wait for the same at the same instruction. */
static size_t describe(const tri_ptx_cluster *cluster, const tri_ptx_warp *warp, char *text, size_t room)
{
    const tri_ptx_block *block = warp->block;
    const tri_ptx_program *program = warp->program;
    const tri_ptx_mbarrier *m = warp->waits_for;
    const tri_ptx_barrier *b = &block->barriers[warp->barrier];
    uint32_t at = warp->stop == TRI_PTX_AT_MBARRIER || warp->stop == TRI_PTX_AT_POOL ? warp->pc : warp->pc - 1;
    int line = at < program->kernel->instructions.n ? program->kernel->instructions.at[at].line : 0;
    size_t n = 0;
#define SAY(...) (n < room ? n += (size_t)snprintf(text + n, room - n, __VA_ARGS__) : 0)
    switch (warp->stop) {
    case TRI_PTX_AT_BARRIER: SAY("waits at barrier %u, where %u of %u threads have arrived", warp->barrier, b->arrived, b->expected); break;
    case TRI_PTX_RUNS:
    case TRI_PTX_YIELDS:
    case TRI_PTX_AT_MBARRIER:
        if (!m) return 0;
        SAY("waits for phase %u (parity %u) of the mbarrier at offset %u: %u of %u arrivals and %lld bytes are missing, %u copies are in flight",
            m->phase, m->phase & 1, m->offset, m->pending, m->count, (long long)m->bytes, m->n_loads);
        break;
    case TRI_PTX_AT_CLUSTER:
        SAY("waits at the cluster's barrier, where %u of %u warps have arrived", cluster->arrived, cluster->n_blocks * cluster->n_warps);
        break;
    case TRI_PTX_AT_WARPGROUP: SAY("waits for the other warps of its warpgroup to come to the same wgmma"); break;
    case TRI_PTX_AT_POOL:
        SAY("waits for registers (setmaxnreg.inc): it owns %u a thread, the pool has %u for one warp", warp->owned_registers, block->free_registers);
        break;
    default: return 0;
    }
    char statement[600];
    SAY(", line %d%s", line, tri_ptx_statement(program->module, program->kernel, at, " in", statement, sizeof statement));
#undef SAY
    return n < room ? n : room - 1;
}

/* All warps have ended: what they started must have been waited for. */
static void check_rest(tri_ptx_cluster *cluster)
{
    tri_ptx_check_distant(cluster);
    for (uint32_t b = 0; b < cluster->n_blocks; b++) {
        for (uint32_t m = 0; m < TRI_PTX_MBARRIERS; m++) {
            const tri_ptx_mbarrier *barrier = &cluster->blocks[b].mbarriers[m];
            if (!barrier->live || !barrier->n_loads) continue;
            tri_ptx_fault(barrier->loads->warp, barrier->loads->op, barrier->loads->lane,
                          "the block ends while this copy into its shared memory is in flight: nobody has waited at the mbarrier at offset %u",
                          barrier->offset);
        }
    }
}

/* Nobody can go on. The fault stands at the first warp that waits. */
static void report_deadlock(tri_ptx_cluster *cluster)
{
    char text[7000], line[900], last[900] = "";
    size_t n = 0;
    tri_ptx_warp *first = NULL, *ended = NULL;
    bool plain = cluster->n_blocks == 1;
    for (uint32_t i = 0; i < cluster->n_blocks * cluster->n_warps; i++) {
        tri_ptx_warp *warp = &cluster->blocks[i / cluster->n_warps].warps[i % cluster->n_warps];
        bool waits = warp->stop != TRI_PTX_DONE;
        if (waits && !first) first = warp;
        if (!waits && !ended) ended = warp;
        plain &= !waits || warp->stop == TRI_PTX_AT_BARRIER;
        if (!waits || !describe(cluster, warp, line, sizeof line) || !strcmp(line, last)) continue;
        memcpy(last, line, sizeof last);
        if (n < sizeof text) n += (size_t)snprintf(text + n, sizeof text - n, "%sfrom warp %u", n ? "; " : "", warp->index);
        if (n < sizeof text && cluster->n_blocks > 1)
            n += (size_t)snprintf(text + n, sizeof text - n, " of the cluster's block %u", warp->block->rank);
        if (n < sizeof text) n += (size_t)snprintf(text + n, sizeof text - n, ": %s", line);
    }
    if (!first) return check_rest(cluster);
    if (ended && n < sizeof text) snprintf(text + n, sizeof text - n, "; warp %u has ended", ended->index);
    bool again = first->stop == TRI_PTX_AT_MBARRIER || first->stop == TRI_PTX_AT_POOL; /* these come back to their instruction */
    const tri_ptx_op *op = &first->program->ops[again ? first->pc : first->pc - 1];
    tri_ptx_fault(first, op, 0, "%s: no warp can go on. %s", plain ? "barrier divergence" : "deadlock", text);
}

void tri_ptx_run_cluster(tri_ptx_cluster *cluster)
{
    uint32_t idle = 0;
    for (;;) {
        uint64_t events = cluster->events;
        bool ran = false, polls = true;
        for (uint32_t b = 0; b < cluster->n_blocks; b++) {
            for (uint32_t w = 0; w < cluster->n_warps; w++) {
                tri_ptx_warp *warp = &cluster->blocks[b].warps[w];
                if (warp->stop == TRI_PTX_YIELDS) warp->stop = TRI_PTX_RUNS;
                if (warp->stop != TRI_PTX_RUNS) continue;
                tri_ptx_run_warp(warp);
                if (cluster->fault) return;
                ran = true;
                polls &= warp->stop == TRI_PTX_YIELDS;
                if (warp->stop == TRI_PTX_DONE) {
                    if (warp->n_bulks)
                        return tri_ptx_fault(
                            warp, warp->bulks->op, warp->bulks->lane,
                            "the thread ends before this copy out of shared memory is done: cp.async.bulk.wait_group must come first");
                    tri_ptx_cluster_leave(warp);
                    cluster->events++;
                }
            }
        }
        if (cluster->events != events) {
            idle = 0;
            continue;
        }
        if (tri_ptx_mbarrier_complete_one(cluster)) continue;
        if (cluster->fault) return;
        if (!ran || (polls && ++idle > MOST_IDLE)) return report_deadlock(cluster);
    }
}
