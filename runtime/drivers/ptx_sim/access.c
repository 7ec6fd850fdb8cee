/* access.c - what a memory access must obey: it lies in one region and reads only what was written; races are in race.c. Handlers resolve a region
 * once and come back here only for another region and to say what went wrong. The copies of cp.async are kept and delivered here too. */
#include "runtime/drivers/ptx_sim/machine.h"

#include <stdlib.h>

static bool inside(const tri_ptx_region *r, uint64_t address, uint32_t bytes)
{
    return r->bytes >= bytes && address >= r->address && address - r->address <= r->bytes - bytes;
}

static void fault_outside(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, uint64_t address, uint32_t bytes, const char *verb)
{
    const tri_ptx_launch *launch = warp->block->launch;
    const tri_ptx_region *near = NULL;
    uint64_t distance = UINT64_MAX;
    for (uint32_t i = 0; i < launch->n_regions; i++) {
        const tri_ptx_region *r = &launch->regions[i];
        uint64_t from = address < r->address ? r->address - address : address - r->address < r->bytes ? 0 : address - r->address - r->bytes;
        if (from < distance) distance = from, near = r;
    }
    if (near && distance < 1u << 20)
        tri_ptx_fault(warp, op, lane, "%s %u bytes at offset %lld of buffer '%s', which has %llu bytes", verb, bytes,
                      (long long)(address - near->address), near->name, (unsigned long long)near->bytes);
    else
        tri_ptx_fault(warp, op, lane, "%s %u bytes at address 0x%llx, far outside of every buffer of the launch", verb, bytes,
                      (unsigned long long)address);
}

const tri_ptx_region *tri_ptx_find(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, uint64_t address, uint32_t bytes, const char *verb)
{
    const tri_ptx_launch *launch = warp->block->launch;
    if (address >= TRI_PTX_SHARED_WINDOW) {
        bool shared = address < TRI_PTX_LOCAL_WINDOW;
        uint64_t rank = shared ? (address - TRI_PTX_SHARED_WINDOW) >> TRI_PTX_RANK_SHIFT : 0;
        if (rank > warp->block->cluster->n_blocks) rank = 0;
        const tri_ptx_region *r = !shared ? &warp->local[lane] : rank ? &warp->block->cluster->blocks[rank - 1].distant : &warp->block->shared;
        if (inside(r, address, bytes)) return r;
        tri_ptx_fault(warp, op, lane, "%s %u bytes at offset %lld of %s, which has %llu bytes", verb, bytes, (long long)(address - r->address),
                      shared ? "shared memory" : "local memory", (unsigned long long)r->bytes);
        return NULL;
    }
    for (uint32_t i = 0; i < launch->n_regions; i++)
        if (inside(&launch->regions[i], address, bytes)) return &launch->regions[i];
    fault_outside(warp, op, lane, address, bytes, verb);
    return NULL;
}

void tri_ptx_fault_uninitialised(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, const tri_ptx_region *region, uint64_t address,
                                 uint32_t bytes)
{
    uint64_t at = address - region->storage_address;
    if (region->valid[at >> 2] & TRI_PTX_PENDING)
        tri_ptx_fault(warp, op, lane,
                      "reads %u bytes at offset %llu of shared memory that a cp.async has not delivered: its thread has not waited for the group",
                      bytes, (unsigned long long)(address - region->address));
    else
        tri_ptx_fault(warp, op, lane, "reads %u bytes at offset %llu of %s '%s' that nothing has written (uninitialised)", bytes,
                      (unsigned long long)(address - region->address), region->shared || region->per_lane ? "the block's" : "buffer", region->name);
}

tri_ptx_copy *tri_ptx_new_copy(tri_ptx_warp *warp)
{
    if (warp->n_copies == warp->room_copies) {
        uint32_t room = warp->room_copies ? warp->room_copies * 2 : 32;
        tri_ptx_copy *grown = room > 1u << 16 ? NULL : realloc(warp->copies, room * sizeof *grown);
        if (!grown) return NULL;
        warp->copies = grown;
        warp->room_copies = room;
    }
    return &warp->copies[warp->n_copies++];
}

/* The source is read now, as late as the program allows, so a source that changes in between shows. */
static bool deliver_lane(tri_ptx_warp *warp, const tri_ptx_copy *copy, uint32_t lane)
{
    const tri_ptx_op *op = &warp->program->ops[copy->line_op];
    tri_ptx_region *shared = &warp->block->shared;
    uint32_t to = copy->to[lane], n = copy->from_bytes[lane];
    memset(shared->host + to, 0, copy->bytes);
    if (n) {
        const tri_ptx_region *r = tri_ptx_find(warp, op, lane, copy->from[lane], n, "copies");
        if (!r) return false;
        uint64_t at = copy->from[lane] - r->storage_address;
        for (uint64_t word = at >> 2; word < (at + n + 3) >> 2; word++) {
            uint64_t low = word * 4 < at ? at : word * 4, high = word * 4 + 4 < at + n ? word * 4 + 4 : at + n;
            uint8_t needed = (uint8_t)(((1u << (high - low)) - 1) << (low & 3));
            if ((__atomic_load_n(&r->valid[word], __ATOMIC_RELAXED) & needed) == needed) continue;
            tri_ptx_fault_uninitialised(warp, op, lane, r, copy->from[lane], n);
            return false;
        }
        memcpy(shared->host + to, r->host + at, n);
    }
    if (!tri_ptx_note_write(warp, op, lane, warp->block, to, copy->bytes)) return false;
    memset(shared->valid + (to >> 2), 0xf, copy->bytes >> 2);
    return true;
}

void tri_ptx_deliver(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t mask, uint32_t but, bool all)
{
    uint32_t kept = 0;
    (void)op;
    for (uint32_t i = 0; i < warp->n_copies; i++) {
        tri_ptx_copy *copy = &warp->copies[i];
        for (uint32_t rest = copy->mask & mask; rest; rest &= rest - 1) {
            uint32_t lane = (uint32_t)__builtin_ctz(rest);
            bool due = all || (uint64_t)copy->group[lane] + but < warp->committed[lane];
            if (!due) continue;
            if (!deliver_lane(warp, copy, lane)) return;
            copy->mask &= ~(1u << lane);
        }
        if (!copy->mask) continue;
        if (kept != i) warp->copies[kept] = *copy;
        kept++;
    }
    warp->n_copies = kept;
}
