/* runtime/drivers/systolic_sim/machine.c - a run from beginning to end: memory, the core loop, what is left behind, the report. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "runtime/drivers/systolic_sim/machine.h"

enum { SCRATCH = 4096, MAP_ROWS = 20 * 1024 };

static tri_status *no_memory(const machine *m) { return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory for a core of chip %s", m->chip->name); }

static bool make_values(machine *m)
{
    const tri_syssim_chip *chip = m->chip;
    size_t planes = (size_t)chip->array_cols / 128, rows = 128 * planes;
    m->sp_words = m->sp_bytes / 64 + 1;
    m->acc_words = m->acc_bytes / 64 + 1;
    m->sp = calloc(128, m->sp_bytes + 1);
    m->sp_init = calloc(128 * (size_t)m->sp_words, 8);
    m->acc = calloc(rows, m->acc_bytes + 1);
    m->acc_init = calloc(rows * m->acc_words, 8);
    m->bank_state = calloc(m->acc_bytes / 2 + 2, 1);
    m->shadow = tri_syssim_shadow_new(m);
    m->mm_x = malloc(4 * 2 * (size_t)chip->array_rows * SCRATCH);
    m->mm_out = malloc(4 * (size_t)chip->array_cols * SCRATCH);
    bool ok = m->sp && m->sp_init && m->acc && m->acc_init && m->bank_state && m->shadow && m->mm_x && m->mm_out;
    for (int k = 0; k < (int)chip->arrays; k++) {
        size_t n = 2 * (size_t)chip->array_rows * (size_t)chip->array_cols;
        weights *both[2] = {&m->arrays[k].active, &m->arrays[k].shadow};
        for (int j = 0; j < 2; j++) {
            both[j]->f32 = malloc(4 * n);
            both[j]->i32 = malloc(4 * n);
            ok = ok && both[j]->f32 && both[j]->i32;
        }
    }
    return ok;
}

static tri_status *make(machine *m, const tri_syssim_block *blocks, size_t n_blocks)
{
    const tri_syssim_chip *chip = m->chip;
    const tri_systolic_program *p = m->code->program;
    m->sp_bytes = p->sp_top ? p->sp_top : (uint32_t)chip->sp_bytes;
    m->acc_bytes = chip->bundle && chip->acc_rmw == 0 ? 0 : (uint32_t)(chip->arrays * chip->acc_banks * chip->acc_bank_bytes);
    m->n_queues = p->n_queues;
    m->n_units = p->bundle ? UNIT_RING + TRI_SYS_MOST_RINGS : (int)p->n_queues;
    m->launch_ns = 1e9 * chip->launch_latency;
    m->smem = calloc((size_t)chip->smem_bytes + 16, 1);
    m->smem_init = calloc((size_t)chip->smem_bytes / 8 + 16, 1);
    m->scratch[3] = malloc(8 * MAP_ROWS);
    for (int k = 0; k < 3; k++) m->scratch[k] = malloc(8 * SCRATCH);
    m->regions = calloc(m->launch->n_arguments + 1u, sizeof *m->regions);
    bool ok = m->smem && m->smem_init && m->scratch[0] && m->scratch[1] && m->scratch[2] && m->scratch[3] && m->regions;
    for (uint32_t k = 0; k < p->n_queues && ok; k++) {
        queue_state *q = &m->queues[k];
        q->code = &p->queues[k];
        q->jump = m->code->jump[k];
        q->patterns = calloc(q->code->n_aps + 1u, sizeof *q->patterns);
        ok = q->patterns;
        for (uint32_t j = 0; ok && j < q->code->n_aps; j++) tri_syssim_pattern(&q->patterns[j], &q->code->aps[j]);
    }
    if (!ok || (m->functional && !make_values(m))) return no_memory(m);
    for (uint32_t k = 0; k < m->launch->n_arguments; k++) {
        region *r = &m->regions[k];
        *r = (region){.address = m->launch->arguments[k],
                      .bytes = m->launch->bytes[k],
                      .name = m->launch->argument_names ? m->launch->argument_names[k] : "(unnamed)"};
        size_t b = 0;
        while (b < n_blocks &&
               (r->address < blocks[b].address || r->bytes > blocks[b].bytes || r->address - blocks[b].address > blocks[b].bytes - r->bytes))
            b++;
        if (b == n_blocks)
            return tri_error(TRI_FAULT, TRI_NOWHERE, "OOB: kernel %s: argument %u (%s), %llu bytes at 0x%llx, lies in no allocation", m->code->name,
                             k, r->name, (unsigned long long)r->bytes, (unsigned long long)r->address);
        r->data = blocks[b].data;
        r->init = blocks[b].init;
        r->base = blocks[b].address;
        if (m->functional && !r->data)
            return tri_error(TRI_BUG, TRI_NOWHERE, "kernel %s: argument %s has no bytes in functional mode", m->code->name, r->name);
        m->n_regions++;
    }
    return NULL;
}

static void destroy(machine *m)
{
    free(m->sp);
    free(m->sp_init);
    free(m->acc);
    free(m->acc_init);
    free(m->smem);
    free(m->smem_init);
    free(m->bank_state);
    free(m->mm_x);
    free(m->mm_out);
    free(m->regions);
    for (int k = 0; k < 4; k++) free(m->scratch[k]);
    for (uint32_t k = 0; k < m->n_queues; k++) free(m->queues[k].patterns);
    for (int k = 0; k < TRI_SYS_SEMAPHORES; k++) {
        free(m->semaphores[k].events);
        free(m->semaphores[k].clocks);
    }
    for (int k = 0; k < MOST_ARRAYS; k++) {
        array *a = &m->arrays[k];
        for (uint32_t j = a->fifo_first; j < a->fifo_n; j++) free(a->fifo[j].values);
        free(a->fifo);
        free(a->freed);
        free(a->active.f32);
        free(a->active.i32);
        free(a->shadow.f32);
        free(a->shadow.i32);
    }
    tri_syssim_shadow_free(m->shadow);
    free(m);
}

static void add_unit(tri_syssim_report *report, const char *name, double busy)
{
    if (report->n_units == TRI_MOST_UNITS) return;
    size_t n = strlen(name);
    memcpy(report->units[report->n_units].name, name, n < 15 ? n : 15);
    report->units[report->n_units++].busy_ns = busy;
}

static void fill_report(const machine *m, tri_syssim_report *report)
{
    memset(report, 0, sizeof *report);
    report->ns = m->end;
    report->instructions = m->instructions;
    report->trace = m->hash;
    if (m->chip->bundle) {
        for (int k = 0; k < (int)m->chip->arrays; k++) add_unit(report, (const char *const[]){"M0", "M1", "M2", "M3"}[k], m->units[UNIT_M + k].busy);
        add_unit(report, "V", m->units[UNIT_V].busy);
        add_unit(report, "X", m->units[UNIT_X].busy);
    } else {
        for (uint32_t k = 0; k < m->n_queues; k++) {
            unsigned kind = m->queues[k].code->kind;
            if (kind >= TRI_SYS_PE && kind <= TRI_SYS_GP) add_unit(report, tri_systolic_queue_kind_name(kind), m->units[k].busy);
        }
        add_unit(report, "DMA", m->pipe_busy);
    }
    add_unit(report, "HBM", m->hbm_busy);
}

static bool check_left(machine *m)
{
    m->trap_queue = -1;
    for (int k = 0; k < TRI_SYS_SEMAPHORES; k++)
        if (m->semaphores[k].sum) return tri_syssim_trap(m, TRAP_SEM_LEFT, NULL, "semaphore %d is %u at the end", k, m->semaphores[k].sum);
    return true;
}

tri_status *tri_syssim_run(const tri_syssim_chip *chip, const tri_syssim_code *code, const tri_launch *launch, const tri_syssim_block *blocks,
                           size_t n_blocks, const tri_syssim_options *options, tri_syssim_report *out_report)
{
    if (launch->n_arguments != code->program->params)
        return tri_error(TRI_INVALID, TRI_NOWHERE, "kernel %s takes %u arguments, not %u", code->name, code->program->params, launch->n_arguments);
    machine *m = calloc(1, sizeof *m);
    if (!m) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory for a core of chip %s", chip->name);
    m->chip = chip;
    m->code = code;
    m->launch = launch;
    m->options = *options;
    m->functional = !options->timing_only;
    m->trap_queue = -1;
    m->hash = TRI_HASH_SEED;
    tri_status *status = make(m, blocks, n_blocks);
    if (!status) {
        if (chip->bundle ? tri_syssim_run_bundle(m) : tri_syssim_run_decoupled(m)) check_left(m);
        status = m->status;
        if (out_report) fill_report(m, out_report);
    }
    destroy(m);
    return status;
}
