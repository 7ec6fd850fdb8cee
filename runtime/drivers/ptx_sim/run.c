/* run.c - launches: the clusters of a grid over host threads, and what one host thread needs for a cluster. */
#include <stdatomic.h>
#include <stdlib.h>

#include "base/parallel.h"
#include "runtime/drivers/ptx_sim/async.h"

#define MOST_REGISTERS ((size_t)2 << 30) /* bytes of the register files of a cluster: text may ask for any number */

/* What one host thread needs to run clusters, kept from one to the next. */
typedef struct worker {
    tri_ptx_cluster cluster;
    unsigned char *registers, *shared, *shared_valid, *local;
    uint32_t *written, *clocks;
    size_t n_clocks;
    tri_ptx_word *words;
    tri_ptx_chunk *chunks;
    uint32_t *read_times, *chunk_times;
    tri_ptx_warp *warps;
    tri_ptx_mbarrier *mbarriers;
    tri_ptx_warpgroup *groups;
    tri_ptx_product *products;
    struct tri_ptx_touch *touches;
} worker;

/* Sizes of one block's parts. */
typedef struct sizes {
    size_t words, chunks, slots, local, file, registers, touches;
} sizes;

static sizes sizes_of(const tri_ptx_launch *launch, const tri_ptx_cluster *cluster)
{
    const tri_ptx_program *program = launch->program;
    sizes s = {.chunks = (launch->shared_bytes + 15) / 16 + 1,
               .slots = cluster->n_groups + cluster->n_blocks,
               .local = (program->kernel->local_bytes + 3) / 4 * 4,
               .file = program->file_bytes,
               .registers = program->kernel->registers.n + 1,
               .touches = program->has_products ? program->file_bytes / 64 : 0};
    s.words = 4 * s.chunks;
    return s;
}

static void worker_free(worker *k)
{
    size_t warps = (size_t)k->cluster.n_blocks * k->cluster.n_warps;
    for (size_t w = 0; k->warps && w < warps; w++) {
        free(k->warps[w].copies);
        free(k->warps[w].bulks);
    }
    for (size_t m = 0; k->mbarriers && m < (size_t)k->cluster.n_blocks * TRI_PTX_MBARRIERS; m++) free(k->mbarriers[m].loads);
    for (size_t p = 0; k->products && p < (size_t)k->cluster.n_blocks * k->cluster.n_groups * TRI_PTX_PRODUCTS; p++) free(k->products[p].chunks);
    free(k->cluster.blocks);
    free(k->registers);
    free(k->shared);
    free(k->shared_valid);
    free(k->local);
    free(k->written);
    free(k->clocks);
    free(k->words);
    free(k->chunks);
    free(k->read_times);
    free(k->chunk_times);
    free(k->warps);
    free(k->mbarriers);
    free(k->groups);
    free(k->products);
    free(k->touches);
}

/* The agents of the clocks, in order: warps, blocks, warpgroups, mbarriers; then what the proxy may read of each warp. */
static void number_agents(tri_ptx_cluster *c)
{
    c->first_block_agent = c->n_blocks * c->n_warps;
    c->first_group_agent = c->first_block_agent + c->n_blocks;
    c->first_mbarrier_agent = c->first_group_agent + c->n_blocks * c->n_groups;
    c->first_proxy = c->first_mbarrier_agent + c->n_blocks * TRI_PTX_MBARRIERS;
    c->n_clock = c->first_proxy + c->n_blocks * c->n_warps;
}

/* Hands out the clocks and the parts of each block. */
static void lay_out(worker *k, const tri_ptx_launch *launch)
{
    tri_ptx_cluster *c = &k->cluster;
    sizes s = sizes_of(launch, c);
    uint32_t *clock = k->clocks;
#define CLOCK (clock += c->n_clock, clock - c->n_clock)
    c->gathering = CLOCK;
    c->completed = CLOCK;
    for (uint32_t b = 0; b < c->n_blocks; b++) {
        tri_ptx_block *block = &c->blocks[b];
        *block = (tri_ptx_block){.launch = launch, .cluster = c, .rank = b, .n_warps = c->n_warps, .n_groups = c->n_groups};
        block->n_threads = launch->block[0] * launch->block[1] * launch->block[2];
        block->n_words = (uint32_t)s.words;
        block->n_chunks = (uint32_t)s.chunks;
        block->words = k->words + b * s.words;
        block->chunks = k->chunks + b * s.chunks;
        block->read_times = k->read_times + b * s.words * c->n_warps;
        block->chunk_times = k->chunk_times + b * s.chunks * s.slots;
        block->warps = k->warps + (size_t)b * c->n_warps;
        block->mbarriers = k->mbarriers + (size_t)b * TRI_PTX_MBARRIERS;
        block->groups = k->groups + (size_t)b * c->n_groups;
        block->distant_times = CLOCK;
        for (uint32_t i = 0; i < TRI_PTX_BARRIERS; i++) block->barriers[i].seen = CLOCK;
        for (uint32_t i = 0; i < TRI_PTX_MBARRIERS; i++) {
            block->mbarriers[i].gathering = CLOCK;
            block->mbarriers[i].completed = CLOCK;
        }
        for (uint32_t g = 0; g < c->n_groups; g++) {
            block->groups[g].seen = CLOCK;
            block->groups[g].products = k->products + ((size_t)b * c->n_groups + g) * TRI_PTX_PRODUCTS;
        }
        for (uint32_t w = 0; w < c->n_warps; w++) block->warps[w].seen = CLOCK;
    }
#undef CLOCK
}

static bool worker_begin(worker *k, const tri_ptx_launch *launch)
{
    memset(k, 0, sizeof *k);
    tri_ptx_cluster *c = &k->cluster;
    size_t n = c->n_blocks = launch->cluster[0] * launch->cluster[1] * launch->cluster[2];
    c->n_warps = (launch->block[0] * launch->block[1] * launch->block[2] + TRI_PTX_LANES - 1) / TRI_PTX_LANES;
    c->n_groups = (c->n_warps + 3) / 4;
    number_agents(c);
    sizes s = sizes_of(launch, c);
    size_t warps = n * c->n_warps, groups = n * c->n_groups;
    if (s.file * warps > MOST_REGISTERS) return false;
    k->n_clocks = (2 + n * (1 + TRI_PTX_BARRIERS + 2 * TRI_PTX_MBARRIERS) + groups + warps) * c->n_clock;
    c->blocks = calloc(n, sizeof *c->blocks);
    k->warps = calloc(warps, sizeof *k->warps);
    k->mbarriers = calloc(n * TRI_PTX_MBARRIERS, sizeof *k->mbarriers);
    k->groups = calloc(groups, sizeof *k->groups);
    /* What is only touched where it is used costs nothing until then: calloc maps large blocks. */
    k->products = calloc(groups * TRI_PTX_PRODUCTS, sizeof *k->products);
    k->read_times = calloc(warps * s.words, sizeof *k->read_times);
    k->chunk_times = calloc(n * s.slots * s.chunks, sizeof *k->chunk_times);
    k->clocks = malloc(k->n_clocks * sizeof *k->clocks);
    k->words = malloc(n * s.words * sizeof *k->words);
    k->chunks = malloc(n * s.chunks * sizeof *k->chunks);
    k->registers = aligned_alloc(64, s.file * warps);
    k->shared = aligned_alloc(64, (n * s.words * 4 + 63) / 64 * 64);
    k->shared_valid = malloc(n * s.words);
    if (s.local) k->local = malloc((s.local + s.local / 4) * TRI_PTX_LANES * warps);
    if (launch->check_registers) k->written = malloc(s.registers * warps * sizeof *k->written);
    if (s.touches) k->touches = malloc(s.touches * warps * sizeof *k->touches);
    if (!c->blocks || !k->warps || !k->mbarriers || !k->groups || !k->products || !k->read_times || !k->chunk_times || !k->clocks || !k->words ||
        !k->chunks || !k->registers || !k->shared || !k->shared_valid || (s.local && !k->local) || (launch->check_registers && !k->written) ||
        (s.touches && !k->touches)) {
        worker_free(k);
        return false;
    }
    memset(k->registers, 0, s.file * warps);
    lay_out(k, launch);
    return true;
}

static void fill_specials(tri_ptx_warp *warp)
{
    for (uint32_t i = 0; i < warp->program->n_specials; i++) {
        const struct tri_ptx_special *s = &warp->program->specials[i];
        for (uint32_t lane = 0; lane < TRI_PTX_LANES; lane++) {
            uint64_t value = tri_ptx_special_value((int)s->which, warp, lane);
            memcpy(warp->registers + s->slot + lane * s->bytes, &value, s->bytes);
        }
    }
}

static void begin_warp(worker *k, tri_ptx_block *block, uint32_t w, const sizes *s)
{
    const tri_ptx_launch *launch = block->launch;
    const tri_ptx_program *program = launch->program;
    tri_ptx_warp *warp = &block->warps[w];
    uint32_t threads = block->n_threads - w * TRI_PTX_LANES, agent = block->rank * block->n_warps + w;
    tri_ptx_warp kept = {
        .copies = warp->copies, .room_copies = warp->room_copies, .bulks = warp->bulks, .room_bulks = warp->room_bulks, .seen = warp->seen};
    *warp = kept;
    warp->index = w;
    warp->agent = agent;
    warp->block = block;
    warp->program = program;
    warp->registers = k->registers + (size_t)agent * program->file_bytes;
    warp->initial = warp->alive = warp->active = threads >= TRI_PTX_LANES ? TRI_PTX_ALL_LANES : (1u << threads) - 1;
    warp->reconverge = TRI_PTX_NOWHERE;
    memset(warp->registers + TRI_PTX_TRUE, 0xff, 64);
    memcpy(warp->registers + program->file_bytes - program->constant_bytes, program->constants, program->constant_bytes);
    fill_specials(warp);
    uint32_t most = program->kernel->most_registers, share = 65536 / (block->n_warps * TRI_PTX_LANES);
    warp->owned_registers = (most ? most : share < 256 ? share : 256) & ~7u;
    if (k->written) {
        warp->written = k->written + agent * s->registers;
        memset(warp->written, 0, s->registers * sizeof *warp->written);
    }
    if (k->touches) {
        warp->touches = k->touches + agent * s->touches;
        memset(warp->touches, 0, s->touches * sizeof *warp->touches);
    }
    for (uint32_t lane = 0; s->local && lane < TRI_PTX_LANES; lane++) {
        unsigned char *bytes = k->local + (s->local + s->local / 4) * ((size_t)agent * TRI_PTX_LANES + lane);
        memset(bytes + s->local, 0, s->local / 4);
        warp->local[lane] = (tri_ptx_region){.address = TRI_PTX_LOCAL_WINDOW,
                                             .bytes = program->kernel->local_bytes,
                                             .storage_address = TRI_PTX_LOCAL_WINDOW,
                                             .host = bytes,
                                             .valid = bytes + s->local,
                                             .name = "local memory",
                                             .per_lane = true};
    }
}

static void begin_block(worker *k, tri_ptx_block *block, const uint32_t first[3], const sizes *s)
{
    const tri_ptx_launch *launch = block->launch;
    block->index[0] = first[0] + block->rank % launch->cluster[0];
    block->index[1] = first[1] + block->rank / launch->cluster[0] % launch->cluster[1];
    block->index[2] = first[2] + block->rank / launch->cluster[0] / launch->cluster[1];
    block->instructions = 0;
    block->budget = launch->budget;
    block->free_registers = 0;
    unsigned char *host = k->shared + block->rank * s->words * 4, *valid = k->shared_valid + block->rank * s->words;
    memset(block->words, 0, s->words * sizeof *block->words);
    memset(block->chunks, 0, s->chunks * sizeof *block->chunks);
    memset(valid, 0, s->words);
    for (uint32_t i = 0; i < TRI_PTX_BARRIERS; i++) block->barriers[i] = (tri_ptx_barrier){.seen = block->barriers[i].seen};
    for (uint32_t i = 0; i < TRI_PTX_MBARRIERS; i++) {
        block->mbarriers[i].live = false;
        block->mbarriers[i].n_loads = 0;
    }
    for (uint32_t g = 0; g < block->n_groups; g++)
        block->groups[g] = (tri_ptx_warpgroup){.seen = block->groups[g].seen, .products = block->groups[g].products, .oldest = 1};
    block->shared = (tri_ptx_region){.address = TRI_PTX_SHARED_WINDOW,
                                     .bytes = launch->shared_bytes,
                                     .storage_address = TRI_PTX_SHARED_WINDOW,
                                     .host = host,
                                     .valid = valid,
                                     .name = "shared memory",
                                     .shared = true,
                                     .block = block};
    block->distant = block->shared;
    block->distant.address = block->distant.storage_address = TRI_PTX_SHARED_WINDOW + ((uint64_t)(block->rank + 1) << TRI_PTX_RANK_SHIFT);
    for (uint32_t w = 0; w < block->n_warps; w++) begin_warp(k, block, w, s);
}

static void begin_cluster(worker *k, const tri_ptx_launch *launch, uint64_t number)
{
    tri_ptx_cluster *c = &k->cluster;
    sizes s = sizes_of(launch, c);
    uint32_t first[3];
    for (int i = 0; i < 3; i++) {
        uint32_t n = launch->grid[i] / launch->cluster[i];
        first[i] = (uint32_t)(number % n) * launch->cluster[i];
        number /= n;
    }
    memset(k->clocks, 0, k->n_clocks * sizeof *k->clocks);
    c->now = 1;
    c->events = 0;
    c->arrived = c->phase = 0;
    c->fault = NULL;
    for (uint32_t b = 0; b < c->n_blocks; b++) begin_block(k, &c->blocks[b], first, &s);
}

typedef struct run {
    const tri_ptx_launch *launch;
    uint64_t n_clusters;
    atomic_ullong next, instructions, faulted; /* faulted: the lowest cluster with a fault */
    atomic_bool out_of_memory;
    atomic_flag lock;
    tri_status *fault;
    uint64_t fault_cluster;
} run;

static void keep_fault(run *r, uint64_t number, tri_status *fault)
{
    while (atomic_flag_test_and_set(&r->lock)) {
    }
    tri_status *worse = fault;
    if (!r->fault || number < r->fault_cluster) {
        worse = r->fault;
        r->fault = fault;
        r->fault_cluster = number;
        atomic_store(&r->faulted, number);
    }
    atomic_flag_clear(&r->lock);
    tri_status_free(worse);
}

/* Takes clusters in grid order until none is left. They are handed out in order, so every one before a faulty one is run, and the lowest fault
 * wins. */
static void run_clusters(void *context, size_t first, size_t end)
{
    run *r = context;
    (void)first, (void)end;
    worker k;
    if (!worker_begin(&k, r->launch)) {
        atomic_store(&r->out_of_memory, true);
        return;
    }
    for (;;) {
        uint64_t number = atomic_fetch_add(&r->next, 1);
        if (number >= r->n_clusters || number > atomic_load(&r->faulted)) break;
        begin_cluster(&k, r->launch, number);
        tri_ptx_run_cluster(&k.cluster);
        for (uint32_t b = 0; b < k.cluster.n_blocks; b++) atomic_fetch_add(&r->instructions, k.cluster.blocks[b].instructions);
        if (k.cluster.fault) keep_fault(r, number, k.cluster.fault);
    }
    worker_free(&k);
}

tri_status *tri_ptx_run(const tri_ptx_launch *launch, uint64_t *out_instructions)
{
    run r = {.launch = launch, .n_clusters = 1, .lock = ATOMIC_FLAG_INIT};
    for (int i = 0; i < 3; i++) r.n_clusters *= launch->grid[i] / launch->cluster[i];
    atomic_init(&r.next, 0);
    atomic_init(&r.instructions, 0);
    atomic_init(&r.faulted, UINT64_MAX);
    atomic_init(&r.out_of_memory, false);
    size_t threads = (size_t)(launch->threads > 0 ? launch->threads : tri_parallel_threads());
    if (threads > r.n_clusters) threads = r.n_clusters;
    if (launch->program->serial || threads <= 1)
        run_clusters(&r, 0, 1);
    else
        tri_parallel(threads, 1, run_clusters, &r);
    *out_instructions = atomic_load(&r.instructions);
    if (r.fault) return r.fault;
    if (atomic_load(&r.next) < r.n_clusters && atomic_load(&r.out_of_memory))
        return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "kernel %s: no host memory for the registers and shared memory of a block",
                         launch->program->kernel->name);
    return NULL;
}
