/* gcn_wave.c - runs workgroups: start state, the loop over instructions, wait counters, barriers, faults, the grid.
 *
 * The waves of a workgroup run one after the other, each until it ends or stands at a barrier. What an operation returns is in its registers at once,
 * but they stay pending until a wait that covers it: touching them earlier is a fault, so a missing s_waitcnt is found whatever the timing.
 * Workgroups
 * run in parallel, except those of kernels with global atomics, whose order would decide the result. */
#include "runtime/drivers/amdgcn_sim/gcn.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "base/text.h"

gcn_step gcn_fault(gcn_wave *wave, const gcn_inst *inst, int lane, const char *format, ...)
{
    gcn_workgroup *group = wave->group;
    if (group->fault) return GCN_FAULT;
    const gcn_kernel *kernel = group->launch->kernel;
    va_list arguments;
    va_start(arguments, format);
    group->fault = tri_error_v(TRI_FAULT, TRI_NOWHERE, format, arguments);
    va_end(arguments);
    char place[32] = "", statement[600];
    if (lane >= 0) snprintf(place, sizeof place, ", lane %d", lane);
    group->fault = tri_note(group->fault, "kernel %s, pc 0x%" PRIx32 ": `%s`; workgroup (%" PRIu32 ",%" PRIu32 ",%" PRIu32 "), wave %d%s%s",
                            kernel->name, inst->pc, kernel->texts + inst->text, group->id[0], group->id[1], group->id[2], wave->number, place,
                            gcn_statement(group->launch->image, kernel, inst->pc, "; it serves", statement, sizeof statement));
    return GCN_FAULT;
}

/* ---- wait counters ---- */

static void complete(gcn_wave *wave, gcn_outstanding *operation, unsigned queue)
{
    operation->queues &= (uint8_t)~queue;
    if (operation->queues) return;
    for (unsigned i = 0; i < operation->n; i++)
        if (wave->pending[operation->first + i] == operation->ticket) wave->pending[operation->first + i] = 0;
    int pipe = queue == GCN_QUEUE_VM;
    if (operation->order & GCN_TOUCHES_LDS) wave->completed[pipe] = operation->ticket;
}

void gcn_wait(gcn_wave *wave, unsigned queue, unsigned most)
{
    uint32_t in_queue = 0, unordered = 0, kept = 0;
    for (uint32_t i = 0; i < wave->n_outstanding; i++) {
        in_queue += (wave->outstanding[i].queues & queue) != 0;
        unordered += (wave->outstanding[i].queues & queue) && !(wave->outstanding[i].order & GCN_ORDERED);
    }
    /* Of the operations that must be done, unordered ones may be the first; what remains is the oldest ordered ones. */
    uint32_t done = in_queue > most ? in_queue - most : 0;
    uint32_t ordered_done = most == 0 ? in_queue : done > unordered ? done - unordered : 0;
    for (uint32_t i = 0; i < wave->n_outstanding; i++) {
        gcn_outstanding *operation = &wave->outstanding[i];
        if (operation->queues & queue && ordered_done && (operation->order & GCN_ORDERED || most == 0)) {
            complete(wave, operation, queue);
            ordered_done--;
        }
        if (operation->queues) wave->outstanding[kept++] = *operation;
    }
    wave->n_outstanding = kept;
}

gcn_step gcn_issue(gcn_wave *wave, const gcn_inst *inst, unsigned queues, unsigned order, unsigned first, unsigned n)
{
    /* The counters hold 6 and 4 bits: the chip stalls until there is room. */
    if (queues & GCN_QUEUE_VM) gcn_wait(wave, GCN_QUEUE_VM, 62);
    if (queues & GCN_QUEUE_LGKM) gcn_wait(wave, GCN_QUEUE_LGKM, 14);
    if (wave->n_outstanding == GCN_MOST_OUTSTANDING)
        return gcn_fault(wave, inst, -1, "more than %d memory operations are under way; an s_waitcnt is missing", GCN_MOST_OUTSTANDING);
    uint32_t ticket = ++wave->ticket;
    wave->outstanding[wave->n_outstanding++] = (gcn_outstanding){ticket, (uint16_t)first, (uint16_t)n, (uint8_t)queues, (uint8_t)order};
    for (unsigned i = 0; i < n; i++) wave->pending[first + i] = ticket;
    return GCN_NEXT;
}

/* A load may write what an older load of the same ordered queue will have written before. */
static bool in_order_behind(const gcn_wave *wave, const gcn_inst *inst, uint32_t ticket)
{
    gcn_handler *h = inst->op->handler;
    unsigned queue = h == gcn_global || h == gcn_buffer || h == gcn_scratch                 ? GCN_QUEUE_VM
                     : h == gcn_ds_read || h == gcn_ds_read2 || h == gcn_ds_read_transposed ? GCN_QUEUE_LGKM
                                                                                            : 0;
    for (uint32_t i = 0; i < wave->n_outstanding; i++)
        if (wave->outstanding[i].ticket == ticket) return wave->outstanding[i].order & GCN_ORDERED && wave->outstanding[i].queues == queue;
    return false;
}

static void name_register(unsigned reg, char out[16])
{
    if (reg >= GCN_SGPRS)
        snprintf(out, 16, "v%u", reg - GCN_SGPRS);
    else if (reg >= GCN_VCC)
        snprintf(out, 16, "%s", reg < GCN_VCC + 2 ? "vcc" : reg == GCN_M0 ? "m0" : "exec");
    else
        snprintf(out, 16, "s%u", reg);
}

static gcn_step check_pending(gcn_wave *wave, const gcn_inst *inst)
{
    for (int u = 0; u < inst->n_uses; u++) {
        const gcn_use *use = &inst->uses[u];
        for (unsigned reg = use->first; reg < (unsigned)use->first + use->n; reg++) {
            uint32_t ticket = wave->pending[reg];
            if (!ticket || (use->write && in_order_behind(wave, inst, ticket))) continue;
            char name[16];
            name_register(reg, name);
            return gcn_fault(wave, inst, -1, "%s %s before the load that fills it was waited for: an s_waitcnt is missing",
                             use->write ? "writes" : "reads", name);
        }
    }
    return GCN_NEXT;
}

/* Matrix instructions forward their accumulator (src[2]) to each other; all else has to wait. */
static gcn_step check_matrix_hazard(gcn_wave *wave, const gcn_inst *inst)
{
    bool is_matrix = inst->op->handler == gcn_matrix_op || inst->op->handler == gcn_scaled_matrix_op;
    for (int u = is_matrix ? 1 : 0; u < (is_matrix ? 3 : inst->n_uses) && u < inst->n_uses; u++)
        for (int i = 0; i < GCN_MATRIX_RESULTS; i++) {
            const gcn_use *use = &inst->uses[u];
            bool overlaps = use->first < wave->matrix[i].first + wave->matrix[i].n && wave->matrix[i].first < use->first + use->n;
            if (overlaps && wave->clock < wave->matrix[i].ready)
                return gcn_fault(wave, inst, -1, "touches the result of a matrix instruction %" PRIu32 " wait states too early: an s_nop is missing",
                                 wave->matrix[i].ready - wave->clock);
        }
    return GCN_NEXT;
}

/* ---- the loop ---- */

static void run_wave(gcn_wave *wave)
{
    const gcn_kernel *kernel = wave->group->launch->kernel;
    uint64_t budget = wave->group->launch->budget;
    gcn_step step = GCN_NEXT;
    while (step == GCN_NEXT) {
        const gcn_inst *inst = &kernel->insts[wave->next++];
        if (wave->n_outstanding) step = check_pending(wave, inst);
        if (wave->clock < wave->matrix_until && step == GCN_NEXT) step = check_matrix_hazard(wave, inst);
        if (wave->executed++ == budget) step = gcn_fault(wave, inst, -1, "the wave executed %" PRIu64 " instructions; it seems to hang", budget);
        if (step == GCN_NEXT) step = inst->op->handler(wave, inst);
        wave->clock++;
    }
    wave->state = step;
}

gcn_step gcn_s_waitcnt(gcn_wave *wave, const gcn_inst *inst)
{
    if (inst->m.vmcnt >= 0) gcn_wait(wave, GCN_QUEUE_VM, (unsigned)inst->m.vmcnt);
    if (inst->m.lgkmcnt >= 0) gcn_wait(wave, GCN_QUEUE_LGKM, (unsigned)inst->m.lgkmcnt);
    return GCN_NEXT;
}

gcn_step gcn_s_barrier(gcn_wave *wave, const gcn_inst *inst)
{
    (void)wave;
    (void)inst;
    return GCN_BARRIER;
}

gcn_step gcn_s_endpgm(gcn_wave *wave, const gcn_inst *inst)
{
    (void)wave;
    (void)inst;
    return GCN_END;
}

/* What other waves may rely on is what had completed when a wave arrived at the barrier. */
static void pass_barrier(gcn_workgroup *group)
{
    group->epoch++;
    for (int i = 0; i < group->n_waves; i++) {
        gcn_wave *wave = &group->waves[i];
        wave->state = GCN_NEXT;
        for (int pipe = 0; pipe < 2; pipe++) {
            uint32_t oldest = wave->ticket + 1;
            for (uint32_t o = 0; o < wave->n_outstanding; o++) {
                const gcn_outstanding *operation = &wave->outstanding[o];
                bool counts = operation->order & GCN_TOUCHES_LDS && operation->queues & (pipe ? GCN_QUEUE_VM : GCN_QUEUE_LGKM);
                if (counts && operation->ticket < oldest) oldest = operation->ticket;
            }
            wave->published[pipe] = oldest - 1;
        }
    }
}

/* Not all waves are at a barrier, and nobody goes on: who waits where. */
static void report_waiting(gcn_workgroup *group, int gone)
{
    const gcn_kernel *kernel = group->launch->kernel;
    const gcn_inst *said = NULL;
    for (int i = 0; i < group->n_waves; i++) {
        gcn_wave *wave = &group->waves[i];
        const gcn_inst *inst = &kernel->insts[wave->next - 1];
        char statement[600];
        if (wave->state != GCN_BARRIER || inst == said) continue;
        if (!said)
            gcn_fault(wave, inst, -1, "the wave waits at a barrier, but wave %d has ended", gone);
        else
            group->fault = tri_note(group->fault, "wave %d waits at pc 0x%" PRIx32 "%s", i, inst->pc,
                                    gcn_statement(group->launch->image, kernel, inst->pc, " in", statement, sizeof statement));
        said = inst;
    }
}

static void run_group(gcn_workgroup *group)
{
    for (;;) {
        int at_barrier = 0, ended = 0, gone = -1;
        for (int i = 0; i < group->n_waves && !group->fault; i++) {
            gcn_wave *wave = &group->waves[i];
            if (wave->state == GCN_NEXT) run_wave(wave);
            if (wave->state == GCN_BARRIER) at_barrier++;
            if (wave->state == GCN_END) ended++, gone = i;
        }
        if (group->fault || ended == group->n_waves) return;
        if (at_barrier != group->n_waves) return report_waiting(group, gone);
        pass_barrier(group);
    }
}

/* ---- start state ---- */

static void start_wave(gcn_workgroup *group, int number)
{
    const gcn_launch *launch = group->launch;
    const gcn_kernel *kernel = launch->kernel;
    gcn_wave *wave = &group->waves[number];
    size_t n_pending = GCN_SGPRS + kernel->n_vgprs;
    uint32_t(*v)[GCN_LANES] = wave->v;
    uint8_t *scratch = wave->scratch;
    uint32_t *pending = wave->pending;
    *wave = (gcn_wave){
        .group = group, .v = v, .scratch = scratch, .pending = pending, .number = number, .next = (uint32_t)kernel->first, .state = GCN_NEXT};
    memset(pending, 0, n_pending * sizeof *pending);
    wave->mode = kernel->rsrc1 >> 12 & 0xff;

    unsigned reg = 0;
    uint16_t has = kernel->properties;
    if (has & 1) reg += 4; /* the private segment's buffer: architected flat scratch makes it unnecessary */
    if (has & 2) gcn_set_s64(wave, reg, launch->dispatch_packet), reg += 2;
    if (has & 4) reg += 2; /* queue */
    if (has & 8) gcn_set_s64(wave, reg, launch->kernarg), reg += 2;
    if (has & 16) gcn_set_s64(wave, reg, 1), reg += 2;
    if (has & 32) reg += 2;
    if (has & 64) wave->s[reg++] = kernel->scratch_bytes;
    unsigned preload = kernel->preload & 0x7f, skip = kernel->preload >> 7;
    for (unsigned i = 0; i < preload && reg < 16; i++) {
        const gcn_region *kernarg = &launch->regions[0];
        uint64_t at = 4 * (uint64_t)(skip + i);
        if (at + 4 <= kernarg->bytes) memcpy(&wave->s[reg], kernarg->host + at, 4);
        reg++;
    }
    for (int axis = 0; axis < 3; axis++)
        if (kernel->rsrc2 & (0x80u << axis)) wave->s[reg++] = group->id[axis];

    uint32_t threads = launch->block[0] * launch->block[1] * launch->block[2], first = (uint32_t)number * GCN_LANES;
    uint64_t exec = threads - first >= GCN_LANES ? ~0ull : (1ull << (threads - first)) - 1;
    gcn_set_s64(wave, GCN_EXEC, exec);
    for (uint32_t lane = 0; lane < GCN_LANES; lane++) {
        uint32_t item = first + lane, x = item % launch->block[0], y = item / launch->block[0] % launch->block[1];
        v[0][lane] = x | y << 10 | item / launch->block[0] / launch->block[1] << 20;
    }
}

tri_status *gcn_workgroup_new(const gcn_launch *launch, gcn_workgroup **out_group)
{
    const gcn_kernel *kernel = launch->kernel;
    uint32_t threads = launch->block[0] * launch->block[1] * launch->block[2];
    size_t n_waves = (threads + GCN_LANES - 1) / GCN_LANES, n_pending = GCN_SGPRS + kernel->n_vgprs,
           v_bytes = kernel->n_vgprs * sizeof(uint32_t[GCN_LANES]);
    size_t n_granules = (launch->lds_bytes >> kernel->lds_shift) + 16;
    gcn_workgroup *group = calloc(1, sizeof *group);
    if (group) {
        group->launch = launch;
        group->n_waves = (int)n_waves;
        group->waves = calloc(n_waves, sizeof *group->waves);
        group->lds = calloc(1, launch->lds_bytes + 16);
        group->shadow = calloc(n_granules, sizeof *group->shadow);
        group->memory = aligned_alloc(64, n_waves * v_bytes);
    }
    bool complete_ = group && group->waves && group->lds && group->shadow && group->memory;
    for (size_t i = 0; complete_ && i < n_waves; i++) {
        gcn_wave *wave = &group->waves[i];
        wave->v = (uint32_t(*)[GCN_LANES])(void *)((char *)group->memory + i * v_bytes);
        wave->pending = calloc(n_pending, sizeof *wave->pending);
        wave->scratch = calloc(GCN_LANES, kernel->scratch_bytes + 16);
        complete_ = wave->pending && wave->scratch;
    }
    if (!complete_) {
        gcn_workgroup_free(group);
        return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of host memory for a workgroup of kernel %s (%u work-items, %u bytes of scratch each)",
                         kernel->name, threads, kernel->scratch_bytes);
    }
    *out_group = group;
    return NULL;
}

void gcn_workgroup_free(gcn_workgroup *group)
{
    if (!group) return;
    for (int i = 0; group->waves && i < group->n_waves; i++) {
        free(group->waves[i].pending);
        free(group->waves[i].scratch);
    }
    tri_status_free(group->fault);
    free(group->waves);
    free(group->lds);
    free(group->shadow);
    free(group->memory);
    free(group);
}

tri_status *gcn_workgroup_run(gcn_workgroup *group, uint64_t linear_id)
{
    const gcn_launch *launch = group->launch;
    group->linear_id = linear_id;
    group->id[0] = (uint32_t)(linear_id % launch->grid[0]);
    group->id[1] = (uint32_t)(linear_id / launch->grid[0] % launch->grid[1]);
    group->id[2] = (uint32_t)(linear_id / launch->grid[0] / launch->grid[1]);
    group->epoch = 1;
    group->last_region = launch->regions;
    memset(group->shadow, 0, ((launch->lds_bytes >> launch->kernel->lds_shift) + 16) * sizeof *group->shadow);
    memset(group->memory, 0, (size_t)group->n_waves * launch->kernel->n_vgprs * sizeof(uint32_t[GCN_LANES]));
    for (int i = 0; i < group->n_waves; i++) start_wave(group, i);
    run_group(group);
    for (int i = 0; i < group->n_waves; i++) group->counts.instructions += group->waves[i].executed;
    tri_status *fault = group->fault;
    group->fault = NULL;
    return fault;
}

/* ---- the grid ---- */

typedef struct grid_run {
    const gcn_launch *launch;
    atomic_uint_fast64_t failed; /* lowest workgroup with a fault */
    pthread_mutex_t lock;
    tri_status *status; /* of that one */
    gcn_counts counts;
} grid_run;

static void keep_first(grid_run *run, uint64_t id, tri_status *status)
{
    pthread_mutex_lock(&run->lock);
    if (id < run->failed) {
        tri_status_free(run->status);
        run->status = status;
        run->failed = id;
    } else {
        tri_status_free(status);
    }
    pthread_mutex_unlock(&run->lock);
}

static void add_counts(grid_run *run, const gcn_counts *counts)
{
    pthread_mutex_lock(&run->lock);
    run->counts.instructions += counts->instructions;
    run->counts.lds_accesses += counts->lds_accesses;
    run->counts.lds_conflicts += counts->lds_conflicts;
    pthread_mutex_unlock(&run->lock);
}

static void run_some(void *context, size_t first, size_t end)
{
    grid_run *run = context;
    gcn_workgroup *group = NULL;
    tri_status *status = gcn_workgroup_new(run->launch, &group);
    if (status) keep_first(run, first, status);
    for (size_t id = first; group && id < end && id < run->failed; id++) {
        status = gcn_workgroup_run(group, id);
        if (status) keep_first(run, id, status);
    }
    if (group) add_counts(run, &group->counts);
    gcn_workgroup_free(group);
}

tri_status *gcn_run(const gcn_launch *launch, int threads, gcn_counts *out_counts)
{
    grid_run run = {.launch = launch, .lock = PTHREAD_MUTEX_INITIALIZER};
    uint64_t n = (uint64_t)launch->grid[0] * launch->grid[1] * launch->grid[2];
    atomic_init(&run.failed, UINT64_MAX);
    if (threads == 1 || launch->kernel->has_atomics)
        run_some(&run, 0, n);
    else
        tri_parallel(n, 0, run_some, &run);
    pthread_mutex_destroy(&run.lock);
    *out_counts = run.counts;
    return run.status;
}
