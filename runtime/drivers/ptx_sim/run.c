/* run.c - warps, blocks and launches: who runs next, where the sides of a branch go, who waits at which barrier, and what a fault says. */
#include "runtime/drivers/ptx_sim/machine.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/parallel.h"
#include "base/text.h"

void tri_ptx_fault(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t lane, const char *format, ...)
{
    tri_ptx_block *block = warp->block;
    const tri_ptx_launch *launch = block->launch;
    warp->stop = TRI_PTX_FAULTED;
    if (block->fault) return;
    char what[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    static const tri_ptx_instruction end = {.text = "(end of the kernel)", .text_bytes = 19};
    uint32_t at = (uint32_t)(op - warp->program->ops);
    const tri_ptx_instruction *instruction = at < warp->program->kernel->instructions.n ? &warp->program->kernel->instructions.at[at] : &end;
    uint32_t thread = warp->index * TRI_PTX_LANES + lane;
    const uint32_t *shape = launch->block;
    /* The text of an instruction over several lines becomes one. */
    char text[200];
    size_t n = 0;
    bool blank = false;
    for (uint32_t i = 0; i < instruction->text_bytes && n + 2 < sizeof text; i++) {
        char c = instruction->text[i];
        bool is_blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (!is_blank && blank) text[n++] = ' ';
        if (!is_blank) text[n++] = c;
        blank = is_blank;
    }
    text[n] = 0;
    block->fault = tri_error(TRI_FAULT, TRI_NOWHERE, "kernel %s, %s line %d, `%s`: block (%u,%u,%u) thread (%u,%u,%u): %s",
                             warp->program->kernel->name, launch->image_name, (int)instruction->line, text, block->index[0], block->index[1],
                             block->index[2], thread % shape[0], thread / shape[0] % shape[1], thread / shape[0] / shape[1], what);
}

/* Takes the next side from the stack; sides whose lanes have all left are dropped. */
static void pop(tri_ptx_warp *warp)
{
    do {
        if (!warp->n_stack) {
            warp->stop = TRI_PTX_DONE;
            warp->active = 0;
            warp->reconverge = TRI_PTX_NOWHERE;
            return;
        }
        warp->n_stack--;
        warp->pc = warp->stack[warp->n_stack].pc;
        warp->active = warp->stack[warp->n_stack].mask;
        warp->reconverge = warp->stack[warp->n_stack].reconverge;
    } while (!warp->active || warp->pc == warp->reconverge);
}

static void push(tri_ptx_warp *warp, uint32_t pc, uint32_t mask, uint32_t reconverge)
{
    warp->stack[warp->n_stack].pc = pc;
    warp->stack[warp->n_stack].mask = mask;
    warp->stack[warp->n_stack].reconverge = reconverge;
    warp->n_stack++;
}

void tri_ptx_branch(tri_ptx_warp *warp, uint32_t taken, uint32_t target, uint32_t meet)
{
    uint32_t rest = warp->active & ~taken;
    if (!rest) {
        warp->pc = target;
        return;
    }
    if (warp->n_stack + 2 > TRI_PTX_STACK)
        return tri_ptx_fault(warp, &warp->program->ops[warp->pc - 1], 0, "the divergence stack is full: a bug in the simulator");
    /* Where the sides meet the joint lanes go on, unless that is where the side we are on ends anyway. */
    if (meet != TRI_PTX_NOWHERE && meet != warp->reconverge) push(warp, meet, warp->active, warp->reconverge);
    if (meet == TRI_PTX_NOWHERE) meet = warp->reconverge;
    if (warp->pc != meet) push(warp, warp->pc, rest, meet);
    warp->pc = target;
    warp->active = taken;
    warp->reconverge = meet;
}

void tri_ptx_exit(tri_ptx_warp *warp, uint32_t mask)
{
    warp->alive &= ~mask;
    warp->active &= ~mask;
    for (uint32_t i = 0; i < warp->n_stack; i++) warp->stack[i].mask &= ~mask;
    if (!warp->active) pop(warp);
}

static void release(tri_ptx_block *block, tri_ptx_barrier *barrier)
{
    /* A warp that waits has done nothing since it arrived, so all that bears an earlier stamp than now is ordered; words keep one stamp for all their
     * readers. */
    for (uint32_t w = 0; w < block->n_warps; w++)
        if (barrier->waiting >> w & 1) barrier->seen[w] = block->now - 1;
    for (uint32_t w = 0; w < block->n_warps; w++) {
        if (!(barrier->waiting >> w & 1)) continue;
        tri_ptx_warp *warp = &block->warps[w];
        for (uint32_t v = 0; v < block->n_warps; v++)
            if (warp->seen[v] < barrier->seen[v]) warp->seen[v] = barrier->seen[v];
        warp->stop = TRI_PTX_RUNS;
    }
    memset(barrier, 0, sizeof *barrier);
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
    for (uint32_t v = 0; v < block->n_warps; v++)
        if (barrier->seen[v] < warp->seen[v]) barrier->seen[v] = warp->seen[v];
    barrier->seen[warp->index] = block->now++;
    if (waits) {
        barrier->waiting |= 1u << warp->index;
        warp->stop = TRI_PTX_AT_BARRIER;
        warp->barrier = number;
    }
    if (barrier->arrived >= barrier->expected) release(block, barrier);
}

/* The lowest lane that reads a register it never wrote makes a fault. */
static bool registers_are_written(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t mask)
{
    const tri_ptx_uses *uses = &warp->program->op_uses[op - warp->program->ops];
    const uint32_t *reg = warp->program->uses + uses->first;
    for (uint32_t i = 0; i < uses->n_read; i++) {
        uint32_t absent = mask & ~warp->written[reg[i]];
        if (!absent) continue;
        tri_ptx_fault(warp, op, (uint32_t)__builtin_ctz(absent), "reads register %s, which nothing has written",
                      warp->program->kernel->registers.at[reg[i]]->name);
        return false;
    }
    for (uint32_t i = uses->n_read; i < uses->n_read + uses->n_written; i++) warp->written[reg[i]] |= mask;
    return true;
}

static void run_warp(tri_ptx_warp *warp)
{
    const tri_ptx_op *ops = warp->program->ops;
    const unsigned char *registers = warp->registers;
    tri_ptx_block *block = warp->block;
    uint64_t left = TRI_PTX_SLICE;
    if (left > block->budget - block->instructions) left = block->budget - block->instructions;
    uint64_t first = left;
    while (warp->stop == TRI_PTX_RUNS && left) {
        const tri_ptx_op *op = &ops[warp->pc];
        uint32_t guard;
        memcpy(&guard, registers + op->guard, sizeof guard);
        uint32_t mask = warp->active & (guard ^ op->guard_flip);
        warp->pc++;
        left--;
        if (warp->written && !registers_are_written(warp, op, mask)) break;
        if (mask) op->run(warp, op, mask);
        if (warp->pc == warp->reconverge && warp->stop != TRI_PTX_DONE) {
            tri_ptx_stop stop = warp->stop;
            pop(warp);
            if (stop != TRI_PTX_RUNS) warp->stop = stop;
        }
    }
    block->instructions += first - left;
    if (block->instructions >= block->budget && warp->stop == TRI_PTX_RUNS)
        tri_ptx_fault(warp, &ops[warp->pc], warp->active ? (uint32_t)__builtin_ctz(warp->active) : 0,
                      "the block has executed %llu warp instructions, its budget: an endless loop, or a wait for another block that has not run yet",
                      (unsigned long long)block->budget);
}

/* No warp can run: either all are done, or some wait for what will not come. */
static void report_deadlock(tri_ptx_block *block)
{
    for (uint32_t w = 0; w < block->n_warps; w++) {
        tri_ptx_warp *warp = &block->warps[w];
        if (warp->stop != TRI_PTX_AT_BARRIER) continue;
        const tri_ptx_barrier *barrier = &block->barriers[warp->barrier];
        uint32_t other = 0;
        while (other < block->n_warps && barrier->waiting >> other & 1) other++;
        const tri_ptx_warp *missing = &block->warps[other < block->n_warps ? other : w];
        if (other < block->n_warps)
            tri_ptx_fault(warp, &warp->program->ops[warp->pc - 1], 0, "barrier divergence: %u of %u threads have arrived at barrier %u; warp %u %s",
                          barrier->arrived, barrier->expected, warp->barrier, other,
                          missing->stop == TRI_PTX_DONE ? "has ended" : "waits at another barrier");
        else
            tri_ptx_fault(warp, &warp->program->ops[warp->pc - 1], 0, "barrier %u waits for %u threads, all %u have arrived", warp->barrier,
                          barrier->expected, barrier->arrived);
        return;
    }
}

static void run_block(tri_ptx_block *block)
{
    for (bool progress = true; progress && !block->fault;) {
        progress = false;
        for (uint32_t w = 0; w < block->n_warps && !block->fault; w++) {
            if (block->warps[w].stop != TRI_PTX_RUNS) continue;
            run_warp(&block->warps[w]);
            progress = true;
        }
    }
    if (!block->fault) report_deadlock(block);
}

/* What one host thread needs to run blocks, kept from block to block. */
typedef struct worker {
    tri_ptx_block block;
    unsigned char *registers, *shared, *shared_valid, *local;
    uint32_t *written;
} worker;

static size_t local_bytes(const tri_ptx_launch *launch) { return (launch->program->kernel->local_bytes + 3) / 4 * 4; }

static void worker_free(worker *k)
{
    for (uint32_t w = 0; k->block.warps && w < k->block.n_warps; w++) free(k->block.warps[w].copies);
    free(k->block.warps);
    free(k->block.words);
    free(k->registers);
    free(k->shared);
    free(k->shared_valid);
    free(k->local);
    free(k->written);
}

static bool worker_begin(worker *k, const tri_ptx_launch *launch)
{
    tri_ptx_block *block = &k->block;
    size_t words = (launch->shared_bytes + 3) / 4 + 1, local = local_bytes(launch), file = launch->program->file_bytes,
           registers = launch->program->kernel->registers.n;
    memset(k, 0, sizeof *k);
    block->launch = launch;
    block->n_threads = launch->block[0] * launch->block[1] * launch->block[2];
    block->n_warps = (block->n_threads + TRI_PTX_LANES - 1) / TRI_PTX_LANES;
    block->warps = calloc(block->n_warps, sizeof *block->warps);
    block->words = malloc(words * sizeof *block->words);
    k->registers = aligned_alloc(64, file * block->n_warps);
    k->shared = aligned_alloc(64, (words * 4 + 63) / 64 * 64);
    k->shared_valid = malloc(words);
    if (local) k->local = malloc((local + local / 4) * TRI_PTX_LANES * block->n_warps);
    if (launch->check_registers) k->written = malloc((registers + 1) * block->n_warps * sizeof *k->written);
    if (!block->warps || !block->words || !k->registers || !k->shared || !k->shared_valid || (local && !k->local) ||
        (launch->check_registers && !k->written)) {
        worker_free(k);
        return false;
    }
    memset(k->registers, 0, file * block->n_warps);
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

static void begin_warp(worker *k, uint32_t w)
{
    tri_ptx_block *block = &k->block;
    const tri_ptx_launch *launch = block->launch;
    const tri_ptx_program *program = launch->program;
    tri_ptx_warp *warp = &block->warps[w];
    uint32_t threads = block->n_threads - w * TRI_PTX_LANES;
    size_t local = local_bytes(launch);
    tri_ptx_copy *copies = warp->copies;
    uint32_t room = warp->room_copies;
    memset(warp, 0, sizeof *warp);
    warp->copies = copies;
    warp->room_copies = room;
    warp->index = w;
    warp->block = block;
    warp->program = program;
    warp->registers = k->registers + (size_t)w * program->file_bytes;
    warp->initial = warp->alive = warp->active = threads >= TRI_PTX_LANES ? TRI_PTX_ALL_LANES : (1u << threads) - 1;
    warp->reconverge = TRI_PTX_NOWHERE;
    memset(warp->registers + TRI_PTX_TRUE, 0xff, 64);
    memcpy(warp->registers + program->file_bytes - program->constant_bytes, program->constants, program->constant_bytes);
    fill_specials(warp);
    if (k->written) {
        warp->written = k->written + (size_t)w * (program->kernel->registers.n + 1);
        memset(warp->written, 0, program->kernel->registers.n * sizeof *warp->written);
    }
    for (uint32_t lane = 0; local && lane < TRI_PTX_LANES; lane++) {
        unsigned char *bytes = k->local + (local + local / 4) * ((size_t)w * TRI_PTX_LANES + lane);
        memset(bytes + local, 0, local / 4);
        warp->local[lane] = (tri_ptx_region){.address = TRI_PTX_LOCAL_WINDOW,
                                             .bytes = program->kernel->local_bytes,
                                             .storage_address = TRI_PTX_LOCAL_WINDOW,
                                             .host = bytes,
                                             .valid = bytes + local,
                                             .name = "local memory",
                                             .per_lane = true};
    }
}

static void begin_block(worker *k, uint64_t number)
{
    tri_ptx_block *block = &k->block;
    const tri_ptx_launch *launch = block->launch;
    size_t words = (launch->shared_bytes + 3) / 4;
    block->index[0] = (uint32_t)(number % launch->grid[0]);
    block->index[1] = (uint32_t)(number / launch->grid[0] % launch->grid[1]);
    block->index[2] = (uint32_t)(number / launch->grid[0] / launch->grid[1]);
    block->now = 1;
    block->instructions = 0;
    block->budget = launch->budget;
    block->fault = NULL;
    memset(block->barriers, 0, sizeof block->barriers);
    memset(block->words, 0, words * sizeof *block->words);
    memset(k->shared_valid, 0, words);
    block->shared = (tri_ptx_region){.address = TRI_PTX_SHARED_WINDOW,
                                     .bytes = launch->shared_bytes,
                                     .storage_address = TRI_PTX_SHARED_WINDOW,
                                     .host = k->shared,
                                     .valid = k->shared_valid,
                                     .name = "shared memory",
                                     .shared = true};
    for (uint32_t w = 0; w < block->n_warps; w++) begin_warp(k, w);
}

typedef struct run {
    const tri_ptx_launch *launch;
    uint64_t n_blocks;
    atomic_ullong next, instructions, faulted; /* faulted: the lowest block with a fault */
    atomic_bool out_of_memory;
    atomic_flag lock;
    tri_status *fault;
    uint64_t fault_block;
} run;

static void keep_fault(run *r, uint64_t number, tri_status *fault)
{
    while (atomic_flag_test_and_set(&r->lock)) {
    }
    tri_status *worse = fault;
    if (!r->fault || number < r->fault_block) {
        worse = r->fault;
        r->fault = fault;
        r->fault_block = number;
        atomic_store(&r->faulted, number);
    }
    atomic_flag_clear(&r->lock);
    tri_status_free(worse);
}

/* Takes blocks in grid order until none is left. Blocks are handed out in order, so every block before a faulty one is run, and the lowest fault
 * wins. */
static void run_blocks(void *context, size_t first, size_t end)
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
        if (number >= r->n_blocks || number > atomic_load(&r->faulted)) break;
        begin_block(&k, number);
        run_block(&k.block);
        atomic_fetch_add(&r->instructions, k.block.instructions);
        if (k.block.fault) keep_fault(r, number, k.block.fault);
    }
    worker_free(&k);
}

tri_status *tri_ptx_run(const tri_ptx_launch *launch, uint64_t *out_instructions)
{
    run r = {.launch = launch, .n_blocks = (uint64_t)launch->grid[0] * launch->grid[1] * launch->grid[2], .lock = ATOMIC_FLAG_INIT};
    atomic_init(&r.next, 0);
    atomic_init(&r.instructions, 0);
    atomic_init(&r.faulted, UINT64_MAX);
    atomic_init(&r.out_of_memory, false);
    size_t threads = (size_t)(launch->threads > 0 ? launch->threads : tri_parallel_threads());
    if (threads > r.n_blocks) threads = r.n_blocks;
    if (launch->program->serial || threads <= 1)
        run_blocks(&r, 0, 1);
    else
        tri_parallel(threads, 1, run_blocks, &r);
    *out_instructions = atomic_load(&r.instructions);
    if (r.fault) return r.fault;
    if (atomic_load(&r.next) < r.n_blocks && atomic_load(&r.out_of_memory))
        return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "kernel %s: no host memory for the registers and shared memory of a block",
                         launch->program->kernel->name);
    return NULL;
}
