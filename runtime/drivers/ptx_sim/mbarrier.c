/* mbarrier.c - mbarriers: phases that end when all arrivals and all expected bytes are in (PTX ISA 9.7.13.15).
 *
 * The object's bits in shared memory mean nothing; what it counts is kept beside, found by its place. A warp that waits stops, and goes on when the
 * phase ends; loads that announce themselves at an mbarrier are only brought in when nobody else can move. */
#include <stdlib.h>

#include "runtime/drivers/ptx_sim/async.h"

static const tri_ptx_region *place_of(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, uint64_t address)
{
    const tri_ptx_region *r = tri_ptx_find(warp, op, lane, address, 8, "uses an mbarrier of");
    if (!r) return NULL;
    if (!r->shared) return tri_ptx_fault(warp, op, lane, "an mbarrier lies in shared memory, not in '%s'", r->name), NULL;
    if ((address - r->address) & 7)
        return tri_ptx_fault(warp, op, lane, "misaligned: an mbarrier is at a multiple of 8 bytes, not at offset %llu",
                             (unsigned long long)(address - r->address)),
               NULL;
    return r;
}

static uint8_t *number_at(tri_ptx_block *block, uint64_t offset) { return &block->chunks[offset >> 4].barrier[offset >> 3 & 1]; }

void tri_ptx_mbarrier_init(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, uint64_t address, uint32_t count)
{
    const tri_ptx_region *r = place_of(warp, op, lane, address);
    if (!r) return;
    tri_ptx_block *block = r->block;
    uint64_t offset = address - r->address;
    uint32_t number = 0;
    if (!count || count > TRI_PTX_MOST_COUNT)
        return tri_ptx_fault(warp, op, lane, "an mbarrier counts 1 to %d arrivals, not %u", TRI_PTX_MOST_COUNT, count);
    if (*number_at(block, offset))
        return tri_ptx_fault(warp, op, lane, "the mbarrier at offset %llu is already initialised: mbarrier.inval must end it first",
                             (unsigned long long)offset);
    while (number < TRI_PTX_MBARRIERS && block->mbarriers[number].live) number++;
    if (number == TRI_PTX_MBARRIERS) return tri_ptx_fault(warp, op, lane, "more than %d mbarriers in a block", TRI_PTX_MBARRIERS);
    if (!tri_ptx_note_write(warp, op, lane, block, offset, 8)) return;
    memset(block->shared.valid + (offset >> 2), 0xf, 2);
    *number_at(block, offset) = (uint8_t)(number + 1);
    tri_ptx_mbarrier *b = &block->mbarriers[number];
    size_t clock = block->cluster->n_clock * sizeof *b->gathering;
    memset(b->gathering, 0, clock);
    memset(b->completed, 0, clock);
    b->live = true;
    b->known = false;
    b->block = block;
    b->number = number;
    b->offset = (uint32_t)offset;
    b->count = b->pending = count;
    b->phase = 0;
    b->bytes = 0;
    b->maker = warp;
    b->maker_lane = lane;
    b->n_loads = 0;
}

tri_ptx_mbarrier *tri_ptx_mbarrier_find(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, uint64_t address)
{
    const tri_ptx_region *r = place_of(warp, op, lane, address);
    if (!r) return NULL;
    uint64_t offset = address - r->address;
    uint8_t number = *number_at(r->block, offset);
    if (!number)
        return tri_ptx_fault(warp, op, lane, "there is no mbarrier at offset %llu of shared memory: nothing has initialised it",
                             (unsigned long long)offset),
               NULL;
    const tri_ptx_word *w = &r->block->words[offset >> 2];
    if (w->writer != warp->agent && w->write_time > warp->seen[w->writer])
        return tri_ptx_fault(
                   warp, op, lane,
                   "race: warp %u uses the mbarrier at offset %llu, and no barrier stands between its mbarrier.init by another warp and this",
                   warp->index, (unsigned long long)offset),
               NULL;
    return &r->block->mbarriers[number - 1];
}

void tri_ptx_mbarrier_end(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, uint64_t address)
{
    tri_ptx_mbarrier *b = tri_ptx_mbarrier_find(warp, op, lane, address);
    if (!b) return;
    if (b->n_loads) return tri_ptx_fault(warp, op, lane, "the mbarrier at offset %u ends while copies that signal it are in flight", b->offset);
    *number_at(b->block, b->offset) = 0;
    b->live = false;
    (void)tri_ptx_note_write(warp, op, lane, b->block, b->offset, 8);
    memset(b->block->shared.valid + (b->offset >> 2), 0, 2);
}

void tri_ptx_mbarriers_known(tri_ptx_warp *warp, uint32_t mask)
{
    for (uint32_t i = 0; i < TRI_PTX_MBARRIERS; i++) {
        tri_ptx_mbarrier *b = &warp->block->mbarriers[i];
        if (b->live && b->maker == warp && mask >> b->maker_lane & 1) b->known = true;
    }
}

/* Ends the phase if nothing is missing any more. */
static void settle(tri_ptx_mbarrier *b)
{
    tri_ptx_cluster *cluster = b->block->cluster;
    cluster->events++;
    if (b->pending || b->bytes) return;
    uint32_t *completed = b->gathering;
    b->gathering = b->completed;
    b->completed = completed;
    memset(b->gathering, 0, cluster->n_clock * sizeof *b->gathering);
    b->pending = b->count;
    b->phase++;
    for (uint32_t i = 0; i < cluster->n_blocks * cluster->n_warps; i++) {
        tri_ptx_warp *warp = &cluster->blocks[i / cluster->n_warps].warps[i % cluster->n_warps];
        if (warp->stop == TRI_PTX_AT_MBARRIER && warp->waits_for == b) warp->stop = TRI_PTX_RUNS;
    }
}

uint32_t tri_ptx_mbarrier_arrive(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, uint64_t address, uint32_t arrivals, int64_t bytes)
{
    tri_ptx_mbarrier *b = tri_ptx_mbarrier_find(warp, op, lane, address);
    if (!b) return 0;
    uint32_t phase = b->phase;
    int64_t expected = b->bytes + bytes;
    if (expected > TRI_PTX_MOST_COUNT || expected < -TRI_PTX_MOST_COUNT)
        return tri_ptx_fault(warp, op, lane, "the mbarrier at offset %u cannot count %lld bytes: at most %d", b->offset, (long long)expected,
                             TRI_PTX_MOST_COUNT),
               0;
    if (arrivals > b->pending)
        return tri_ptx_fault(
                   warp, op, lane,
                   "one arrival too many: phase %u of the mbarrier at offset %u counts %u, all of which have arrived, and still misses %lld "
                   "bytes",
                   phase, b->offset, b->count, (long long)b->bytes),
               0;
    b->bytes = expected;
    b->pending -= arrivals;
    tri_ptx_note_distant(warp, op, lane, b->block);
    tri_ptx_clock_give(warp, b->gathering);
    settle(b);
    return phase;
}

tri_ptx_mbarrier *tri_ptx_mbarrier_test(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, uint64_t address, uint32_t parity, bool *out_done)
{
    tri_ptx_mbarrier *b = tri_ptx_mbarrier_find(warp, op, lane, address);
    if (!b) return NULL;
    if (b->block != warp->block) return tri_ptx_fault(warp, op, lane, "a thread can only wait at an mbarrier of its own block"), NULL;
    if (parity > 1) return tri_ptx_fault(warp, op, lane, "the parity of a phase is 0 or 1, not %u", parity), NULL;
    *out_done = (b->phase & 1) != parity;
    if (*out_done) tri_ptx_clock_take(warp, b->completed);
    return b;
}

/* The number of loads, from the oldest, that end the phase; 0: none do. */
static uint32_t enough(const tri_ptx_mbarrier *b)
{
    int64_t missing = b->bytes;
    if (b->pending || !b->live) return 0;
    for (uint32_t i = 0; i < b->n_loads; i++) {
        missing -= b->loads[i].bytes;
        if (!missing) return i + 1;
    }
    return 0;
}

bool tri_ptx_mbarrier_complete_one(tri_ptx_cluster *cluster)
{
    for (uint32_t i = 0; i < cluster->n_blocks * cluster->n_warps; i++) {
        const tri_ptx_warp *warp = &cluster->blocks[i / cluster->n_warps].warps[i % cluster->n_warps];
        tri_ptx_mbarrier *b = warp->waits_for;
        uint32_t n = b && warp->stop != TRI_PTX_DONE ? enough(b) : 0;
        if (!n) continue;
        uint32_t stamp = cluster->now++, agent = cluster->first_mbarrier_agent + b->block->rank * TRI_PTX_MBARRIERS + b->number;
        for (uint32_t k = 0; k < n; k++) {
            if (!tri_ptx_load_deliver(b->block, b, &b->loads[k], stamp)) return false;
            b->bytes -= b->loads[k].bytes;
        }
        b->n_loads -= n;
        memmove(b->loads, b->loads + n, b->n_loads * sizeof *b->loads);
        b->gathering[agent] = stamp;
        settle(b);
        return true;
    }
    return false;
}
