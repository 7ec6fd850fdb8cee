/* ir/eval_sched.c - the meaning of a scheduled program: its workers one after another in a seeded order; within one, role instances in a seeded
 * interleaving, and asynchronous statements completed as late as is legal (only when nobody can go on otherwise) or at random moments. */
#include "ir/sched_run.h"

#include <stdlib.h>

#include "base/hash.h"

enum { MOST_BURST = 32 }; /* statements that nobody else can see */

typedef struct scheduler {
    tri_sched_run run;
    uint64_t seed, drawn, steps, most_steps;
    tri_sched_completion completion;
} scheduler;

static uint64_t draw(scheduler *s, uint64_t n) { return tri_hash_u64(s->seed ^ TRI_HASH_SEED, ++s->drawn) % n; }

/* Runs one instance that can go on, if there is one. */
static tri_status *go_on(scheduler *s, bool *out_moved)
{
    uint32_t n = s->run.n_instances, first = (uint32_t)draw(s, n);
    *out_moved = false;
    for (uint32_t i = 0; i < n && !*out_moved; i++) {
        tri_sched_instance *t = &s->run.instances[(first + i) % n];
        tri_sched_progress progress = TRI_SCHED_MOVED;
        for (int burst = 0; burst < MOST_BURST && progress == TRI_SCHED_MOVED; burst++) {
            TRI_TRY(tri_sched_issue(&s->run, t, &progress));
            if (s->most_steps && ++s->steps > s->most_steps)
                return tri_sched_error(&s->run, t, TRI_UNSUPPORTED, s->run.outline->roles[t->role], "more than %llu statements in all instances",
                                       (unsigned long long)s->most_steps);
            *out_moved |= progress == TRI_SCHED_MOVED || progress == TRI_SCHED_SYNCED;
        }
    }
    return NULL;
}

static tri_status *complete_one(scheduler *s, bool *out_moved)
{
    uint32_t n = s->run.n_instances, first = (uint32_t)draw(s, n);
    *out_moved = false;
    for (uint32_t i = 0; i < n; i++) {
        tri_sched_instance *t = &s->run.instances[(first + i) % n];
        if (!t->n_waiting) continue;
        *out_moved = true;
        return tri_sched_complete(&s->run, t, draw(s, UINT32_MAX));
    }
    return NULL;
}

static bool finished(const tri_sched_run *run)
{
    for (uint32_t i = 0; i < run->n_instances; i++)
        if (!run->instances[i].finished) return false;
    return true;
}

static tri_status *run_worker(scheduler *s, int64_t worker)
{
    bool moved;
    TRI_TRY(tri_sched_run_begin(&s->run, worker));
    for (;;) {
        if (s->completion == TRI_COMPLETE_RANDOM && draw(s, 2)) TRI_TRY(complete_one(s, &moved));
        TRI_TRY(go_on(s, &moved));
        if (moved) continue;
        TRI_TRY(complete_one(s, &moved));
        if (!moved) return finished(&s->run) ? NULL : tri_sched_deadlock(&s->run);
    }
}

static tri_status *run_workers(scheduler *s)
{
    const tri_func *func = s->run.outline->func;
    int64_t n = func->workers && func->workers < func->programs ? func->workers : func->programs;
    if (n < 0 || n > UINT32_MAX / func->cluster - 2 || func->programs > UINT32_MAX / func->cluster - 2)
        return tri_error(TRI_UNSUPPORTED, func->loc, "@%s has too many programs to be evaluated", func->name);
    uint32_t *order = malloc(((size_t)n + 1) * sizeof *order);
    if (!order) return tri_error(TRI_NO_MEMORY, func->loc, "no memory for the order of %lld workers", (long long)n);
    for (int64_t i = 0; i < n; i++) { /* inside out: a random permutation */
        uint64_t j = draw(s, (uint64_t)i + 1);
        order[i] = order[j];
        order[j] = (uint32_t)i;
    }
    tri_status *status = NULL;
    for (int64_t i = 0; i < n && !status; i++) status = run_worker(s, order[i]);
    free(order);
    return status;
}

tri_status *tri_eval_scheduled(const tri_func *func, const tri_tensor *buffers, const tri_sched_options *options)
{
    if (!func->is_scheduled) return tri_error(TRI_USAGE, func->loc, "@%s is not a scheduled program", func->name);
    scheduler s = {.seed = options ? options->seed : 0,
                   .completion = options ? options->completion : TRI_COMPLETE_LATEST,
                   .most_steps = options ? options->most_steps : 0};
    tri_sched_outline outline;
    tri_tile_run tiles = {.kernel = func, .buffers = buffers};
    tri_status *status = tri_sched_outline_create(func, &outline);
    if (!status) status = tri_tile_run_open(&tiles);
    if (!status) status = tri_sched_run_open(&s.run, &outline, &tiles, true, options ? options->memory_limit : 0);
    s.run.unchecked = options && options->unchecked;
    if (!status) status = run_workers(&s);
    if (s.run.outline) tri_sched_run_close(&s.run);
    tri_tile_run_close(&tiles);
    tri_sched_outline_free(&outline);
    return status;
}
