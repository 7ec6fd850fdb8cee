/* ir/verify_sched_tokens.c - the token game: the index part of every role instance is executed, without tiles and with every asynchronous statement
 * complete at once. Instances are sequential and wait on counts that only grow, so whether they come to an end, and with which counts, does not
 * depend on the interleaving: one is enough. Bounded: the first MOST_PROGRAMS logical programs of a worker, and workers in ascending order until
 * MOST_STEPS statements (or what costs as much) are done; what lies beyond is not proven. */
#include <stdlib.h>

#include "ir/sched_run.h"
#include "ir/verify.h"

enum { MOST_PROGRAMS = 64, MOST_STEPS = 1 << 19 };

/* Up to the end, to a deadlock, or to the end of the budget. */
static tri_status *play(tri_sched_run *run, int64_t *steps)
{
    bool moved = true, left = true;
    while (moved && left) {
        moved = left = false;
        for (uint32_t i = 0; i < run->n_instances; i++) {
            tri_sched_progress progress = TRI_SCHED_MOVED;
            while (progress < TRI_SCHED_BLOCKED) {
                run->effort = 0;
                TRI_TRY(tri_sched_issue(run, &run->instances[i], &progress));
                *steps -= 1 + (int64_t)run->effort;
                if (*steps < 0) return NULL;
                moved |= progress < TRI_SCHED_BLOCKED;
            }
            left |= progress != TRI_SCHED_FINISHED;
        }
    }
    return left ? tri_sched_deadlock(run) : NULL;
}

static tri_status *play_workers(tri_sched_run *run)
{
    const tri_func *func = run->outline->func;
    int64_t steps = MOST_STEPS, n = func->workers && func->workers < func->programs ? func->workers : func->programs;
    run->most_programs = MOST_PROGRAMS;
    for (int64_t worker = 0; worker < n && steps > 0; worker++) {
        steps -= run->n_instances * (int64_t)(16 + run->tiles->values.room / 4); /* beginning costs as well */
        TRI_TRY(tri_sched_run_begin(run, worker));
        TRI_TRY(play(run, &steps));
    }
    return NULL;
}

tri_status *tri_verify_sched_tokens(const tri_func *func)
{
    tri_sched_outline outline;
    tri_sched_run run = {0};
    tri_tile_run tiles = {.kernel = func};
    tri_status *status = tri_sched_outline_create(func, &outline);
    if (!status) status = tri_kernel_values_create(func, &tiles.values);
    if (!status) status = tri_sched_run_open(&run, &outline, &tiles, false, 0);
    if (!status) status = play_workers(&run);
    if (run.outline) tri_sched_run_close(&run);
    free(tiles.values.at);
    tri_sched_outline_free(&outline);
    return status;
}

tri_status *tri_scheduled_verify(const tri_func *scheduled)
{
    if (!scheduled->is_scheduled) return tri_error(TRI_BUG, scheduled->loc, "@%s is not a scheduled program", scheduled->name);
    return tri_kernel_verify(scheduled);
}
