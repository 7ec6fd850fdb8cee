/* race.c - the race check of shared memory: every access must be ordered, by barriers, behind what it would conflict with.
 *
 * Warps' own accesses are kept by the word. What happens beside the warps - bulk copies, products of warpgroups, and reads by other blocks of the
 * cluster - is kept by chunks of 16 bytes. A read by another block counts as one of that block, so it is held to be ordered as soon as any of that
 * block's warps has arrived somewhere after it. */
#include <stdio.h>

#include "runtime/drivers/ptx_sim/async.h"

static uint8_t byte_mask(uint64_t offset, uint32_t bytes) { return bytes >= 4 ? 0xf : (uint8_t)(((1u << bytes) - 1) << (offset & 3)); }

/* An earlier access at `time` by `agent` is ordered before this warp's. */
static bool ordered(const tri_ptx_warp *warp, uint32_t agent, uint32_t time) { return agent == warp->agent || time <= warp->seen[agent]; }

static const char *agent_name(const tri_ptx_warp *warp, uint32_t agent, char *text, size_t room)
{
    const tri_ptx_cluster *c = warp->block->cluster;
    uint32_t rank, number;
    if (agent < c->first_block_agent) {
        rank = agent / c->n_warps, number = agent % c->n_warps;
        if (rank == warp->block->rank)
            snprintf(text, room, "warp %u", number);
        else
            snprintf(text, room, "warp %u of the cluster's block %u", number, rank);
    } else if (agent < c->first_group_agent) {
        snprintf(text, room, "the cluster's block %u", agent - c->first_block_agent);
    } else if (agent < c->first_mbarrier_agent) {
        number = (agent - c->first_group_agent) % c->n_groups;
        snprintf(text, room, "a wgmma of warps %u to %u", 4 * number, 4 * number + 3);
    } else {
        rank = (agent - c->first_mbarrier_agent) / TRI_PTX_MBARRIERS, number = (agent - c->first_mbarrier_agent) % TRI_PTX_MBARRIERS;
        snprintf(text, room, "a bulk copy, announced by the mbarrier at offset %u,", c->blocks[rank].mbarriers[number].offset);
    }
    return text;
}

static void fault_pair(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, uint64_t offset, const char *mine, const char *theirs, uint32_t agent,
                       const char *statement)
{
    char name[96];
    tri_ptx_fault(warp, op, lane, "race in shared memory at offset %llu: warp %u %s what %s %s%s, with no barrier between them",
                  (unsigned long long)(offset & ~3ull), warp->index, mine, agent_name(warp, agent, name, sizeof name), theirs, statement);
}

/* With somebody who has read it: nobody has kept where. */
static bool fault_reader(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, uint64_t offset, uint32_t agent)
{
    fault_pair(warp, op, lane, offset, "writes", "read", agent, "");
    return false;
}

/* With what has written the word. */
static bool fault_writer(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, uint64_t offset, const char *mine, const tri_ptx_word *w)
{
    char statement[600];
    tri_ptx_statement(warp->program->module, warp->program->kernel, w->write_op, " in", statement, sizeof statement);
    fault_pair(warp, op, lane, offset, mine, "wrote", w->writer, statement);
    return false;
}

static bool fault_flight(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, uint64_t offset, const char *problem)
{
    tri_ptx_fault(warp, op, lane, "race in shared memory at offset %llu: %s", (unsigned long long)offset, problem);
    return false;
}

void tri_ptx_note_distant(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, tri_ptx_block *block)
{
    if (block == warp->block) return;
    block->distant_times[warp->agent] = block->cluster->now;
    warp->distant_op = op;
    warp->distant_lane = lane;
}

/* Whether one of the block's warps knew, when it ended, that the agent had come so far. */
static bool ends_behind(const tri_ptx_block *block, uint32_t agent)
{
    for (uint32_t w = 0; w < block->n_warps; w++)
        if (ordered(&block->warps[w], agent, block->distant_times[agent])) return true;
    return false;
}

void tri_ptx_check_distant(tri_ptx_cluster *cluster)
{
    uint32_t n = cluster->n_warps;
    for (uint32_t b = 0; b < cluster->n_blocks; b++) {
        for (uint32_t agent = 0; agent < cluster->n_blocks * n; agent++) {
            tri_ptx_warp *warp = &cluster->blocks[agent / n].warps[agent % n];
            if (!cluster->blocks[b].distant_times[agent] || ends_behind(&cluster->blocks[b], agent)) continue;
            tri_ptx_fault(warp, warp->distant_op, warp->distant_lane,
                          "the cluster's block %u may have ended before: nothing (barrier.cluster) orders this before its end", b);
        }
    }
}

/* With a bulk copy that is on its way to the bytes. */
static bool fault_load(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, const tri_ptx_block *block, uint64_t offset, const char *problem)
{
    char statement[600] = "", all[900];
    for (uint32_t m = 0; m < TRI_PTX_MBARRIERS; m++) {
        const tri_ptx_mbarrier *barrier = &block->mbarriers[m];
        for (uint32_t i = 0; barrier->live && i < barrier->n_loads; i++) {
            const tri_ptx_load *load = &barrier->loads[i];
            if (offset < load->to || offset - load->to >= load->bytes) continue;
            tri_ptx_statement(warp->program->module, warp->program->kernel, (uint32_t)(load->op - warp->program->ops), ", of", statement,
                              sizeof statement);
        }
    }
    snprintf(all, sizeof all, "%s%s: nobody has waited for its mbarrier", problem, statement);
    return fault_flight(warp, op, lane, offset, all);
}

static const tri_ptx_mbarrier *barrier_in(const tri_ptx_block *block, uint64_t offset, uint32_t bytes)
{
    const tri_ptx_chunk *chunk = &block->chunks[offset >> 4];
    uint32_t low = (offset >> 3) & 1, high = ((offset + bytes - 1) >> 3) & 1;
    uint8_t number = chunk->barrier[low] ? chunk->barrier[low] : chunk->barrier[high];
    return number ? &block->mbarriers[number - 1] : NULL;
}

/* The agent of a slot of chunk_times. */
static uint32_t slot_agent(const tri_ptx_block *block, uint32_t slot)
{
    const tri_ptx_cluster *c = block->cluster;
    return slot < block->n_groups ? c->first_group_agent + block->rank * c->n_groups + slot : c->first_block_agent + slot - block->n_groups;
}

bool tri_ptx_note_read(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, tri_ptx_block *block, uint64_t offset, uint32_t bytes)
{
    uint8_t mask = byte_mask(offset, bytes);
    uint32_t now = block->cluster->now;
    tri_ptx_chunk *chunk = &block->chunks[offset >> 4];
    bool own = block == warp->block;
    if (chunk->loads) return fault_load(warp, op, lane, block, offset, "it reads bytes of a bulk copy in flight");
    for (uint64_t at = offset >> 2, end = (offset + bytes + 3) >> 2; at < end; at++) {
        tri_ptx_word *w = &block->words[at];
        if ((w->write_bytes & mask) && !ordered(warp, w->writer, w->write_time))
            return fault_writer(warp, op, lane, at * 4, "reads", w);
        if (!own) continue;
        w->readers |= 1u << warp->index;
        w->read_bytes |= mask;
        block->read_times[(size_t)warp->index * block->n_words + at] = now;
    }
    if (!own) {
        tri_ptx_note_distant(warp, op, lane, block);
        uint32_t slot = block->n_groups + warp->block->rank;
        chunk->readers |= 1u << slot;
        block->chunk_times[(size_t)slot * block->n_chunks + (offset >> 4)] = now;
    }
    return true;
}

/* What stands against any write to a chunk besides the warps of its block. */
static bool chunk_is_free(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, const tri_ptx_block *block, uint64_t offset)
{
    const tri_ptx_chunk *chunk = &block->chunks[offset >> 4];
    if (chunk->loads)
        return fault_load(warp, op, lane, block, offset, "it writes where a bulk copy in flight will write");
    if (chunk->reads)
        return fault_flight(warp, op, lane, offset,
                            "it writes what a wgmma or a bulk store in flight still reads: nobody has waited for it (wait_group)");
    for (uint32_t rest = chunk->readers; rest; rest &= rest - 1) {
        uint32_t slot = (uint32_t)__builtin_ctz(rest), agent = slot_agent(block, slot);
        if (!ordered(warp, agent, block->chunk_times[(size_t)slot * block->n_chunks + (offset >> 4)]))
            return fault_reader(warp, op, lane, offset, agent);
    }
    return true;
}

static bool word_is_free(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, const tri_ptx_block *block, uint64_t at, uint8_t mask)
{
    const tri_ptx_word *w = &block->words[at];
    if ((w->write_bytes & mask) && !ordered(warp, w->writer, w->write_time)) return fault_writer(warp, op, lane, at * 4, "writes", w);
    uint32_t first = block->rank * block->cluster->n_warps;
    for (uint32_t rest = w->read_bytes & mask ? w->readers : 0; rest; rest &= rest - 1) {
        uint32_t other = (uint32_t)__builtin_ctz(rest);
        if (!ordered(warp, first + other, block->read_times[(size_t)other * block->n_words + at]))
            return fault_reader(warp, op, lane, at * 4, first + other);
    }
    return true;
}

bool tri_ptx_note_write(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, tri_ptx_block *block, uint64_t offset, uint32_t bytes)
{
    uint8_t mask = byte_mask(offset, bytes);
    uint32_t now = block->cluster->now;
    tri_ptx_chunk *chunk = &block->chunks[offset >> 4];
    const tri_ptx_mbarrier *barrier = barrier_in(block, offset, bytes);
    if (barrier) {
        tri_ptx_fault(warp, op, lane, "writes over the mbarrier at offset %u of shared memory, which is still in use (mbarrier.inval ends it)",
                      barrier->offset);
        return false;
    }
    if ((chunk->loads | chunk->reads | chunk->readers) && !chunk_is_free(warp, op, lane, block, offset)) return false;
    for (uint64_t at = offset >> 2, end = (offset + bytes + 3) >> 2; at < end; at++) {
        tri_ptx_word *w = &block->words[at];
        if (!word_is_free(warp, op, lane, block, at, mask)) return false;
        w->write_bytes = w->writer == warp->agent && w->write_time == now ? w->write_bytes | mask : mask;
        w->writer = (uint16_t)warp->agent;
        w->write_time = now;
        w->write_op = (uint32_t)(op - warp->program->ops);
        if (mask == 0xf) w->readers = w->read_bytes = 0;
    }
    tri_ptx_note_distant(warp, op, lane, block);
    return true;
}

/* The asynchronous proxy sees the last write of a word: it has its own order, or its writer has fenced. */
static bool proxy_sees(const tri_ptx_cluster *cluster, const uint32_t *seen, const tri_ptx_word *w)
{
    return !w->write_bytes || w->writer >= cluster->first_block_agent || w->write_time <= seen[cluster->first_proxy + w->writer];
}

static bool fault_proxy(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, uint64_t offset, uint32_t agent, const char *what)
{
    char name[96];
    tri_ptx_fault(warp, op, lane,
                  "the asynchronous proxy %s offset %llu of shared memory, which %s wrote without a fence.proxy.async of all its threads between the "
                  "write and the barrier",
                  what, (unsigned long long)offset, agent_name(warp, agent, name, sizeof name));
    return false;
}

bool tri_ptx_note_load(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, tri_ptx_block *block, uint32_t offset, uint32_t bytes)
{
    for (uint32_t at = offset; at < offset + bytes; at += 16) {
        const tri_ptx_mbarrier *barrier = barrier_in(block, at, 16);
        if (barrier) {
            tri_ptx_fault(warp, op, lane, "writes over the mbarrier at offset %u of shared memory", barrier->offset);
            return false;
        }
        if (!chunk_is_free(warp, op, lane, block, at)) return false;
        for (uint32_t word = at >> 2; word < (at >> 2) + 4; word++) {
            if (!word_is_free(warp, op, lane, block, word, 0xf)) return false;
            if (!proxy_sees(block->cluster, warp->seen, &block->words[word]))
                return fault_proxy(warp, op, lane, word * 4, block->words[word].writer, "writes");
        }
    }
    for (uint32_t at = offset; at < offset + bytes; at += 16) block->chunks[at >> 4].loads++;
    return true;
}

void tri_ptx_load_landed(tri_ptx_block *block, const tri_ptx_mbarrier *barrier, const tri_ptx_load *load, uint32_t stamp)
{
    uint32_t offset = load->to, bytes = load->bytes, op = (uint32_t)(load->op - load->warp->program->ops);
    uint32_t agent = block->cluster->first_mbarrier_agent + block->rank * TRI_PTX_MBARRIERS + barrier->number;
    for (uint32_t at = offset >> 4; at < (offset + bytes) >> 4; at++) {
        block->chunks[at].loads--;
        block->chunks[at].readers = 0;
    }
    for (uint32_t at = offset >> 2; at < (offset + bytes) >> 2; at++)
        block->words[at] = (tri_ptx_word){.write_time = stamp, .writer = (uint16_t)agent, .write_bytes = 0xf, .write_op = op};
    memset(block->shared.valid + (offset >> 2), 0xf, bytes >> 2);
}

bool tri_ptx_check_async_read(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, const uint32_t *seen, tri_ptx_block *block, uint32_t offset,
                              uint32_t bytes)
{
    for (uint32_t at = offset; at < offset + bytes; at += 16) {
        uint32_t valid;
        if (block->chunks[at >> 4].loads)
            return fault_load(warp, op, lane, block, at, "it reads bytes of a bulk copy in flight");
        memcpy(&valid, block->shared.valid + (at >> 2), 4);
        if (valid != 0x0f0f0f0f) return tri_ptx_fault_uninitialised(warp, op, lane, &block->shared, TRI_PTX_SHARED_WINDOW + at, 16), false;
        for (uint32_t word = at >> 2; word < (at >> 2) + 4; word++) {
            const tri_ptx_word *w = &block->words[word];
            if (w->write_time > seen[w->writer] && w->write_bytes) return fault_writer(warp, op, lane, word * 4, "reads", w);
            if (!proxy_sees(block->cluster, seen, w)) return fault_proxy(warp, op, lane, word * 4, w->writer, "reads");
        }
    }
    return true;
}
