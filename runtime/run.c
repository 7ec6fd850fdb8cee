/* runtime/run.c - the plan executor: inputs in, steps in order, outputs out, and a report of what each step cost. */
#include <string.h>
#include <time.h>

#include "runtime/internal.h"

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static tri_status *poison(tri_executable *e, const tri_block *block)
{
    const tri_driver *driver = e->device->driver;
    if (!driver->poison || !block->bytes) return NULL;
    return tri_note(driver->poison(e->device->device, block->address, block->bytes), "while marking %s as unwritten", block->what);
}

static tri_status *write_inputs(tri_executable *e, const void *const *inputs)
{
    for (uint32_t i = 0; i < e->plan->n_inputs; i++) {
        const tri_block *block = tri_executable_input_block(e, i);
        if (!block->bytes || (block->bound && (!inputs || !inputs[i]))) continue;
        if (!inputs || !inputs[i]) return tri_error(TRI_USAGE, TRI_NOWHERE, "no bytes were given for %s of %s", block->what, e->plan->entry);
        TRI_TRY(tri_note(e->device->driver->write(e->device->device, block->address, inputs[i], block->bytes), "while writing %s", block->what));
    }
    return NULL;
}

static tri_status *read_outputs(tri_executable *e, void *const *outputs)
{
    for (uint32_t i = 0; outputs && i < e->plan->n_outputs; i++) {
        const tri_block *block = tri_executable_output_block(e, i);
        if (!block->bytes || !outputs[i]) continue;
        TRI_TRY(tri_note(e->device->driver->read(e->device->device, outputs[i], block->address, block->bytes), "while reading %s", block->what));
    }
    return NULL;
}

typedef struct observed_step {
    const tri_run_options *options;
    size_t step;
} observed_step;

static void pass_on(void *context, const tri_activity *a)
{
    const observed_step *o = context;
    o->options->on_unit(o->options->unit_context, o->step, a->unit, a->what, a->start, a->seconds);
}

/* The number among the launches of what begins with step `s`: the step, or where steps need not be seen the segment from there on, if there is one.
 * `next`: of the segments, the first from `s` on. */
static uint32_t launch_from(const tri_executable *e, uint32_t s, bool each_step, uint32_t *next)
{
    const tri_plan *plan = e->plan;
    if (each_step || !e->apart) return s;
    while (*next < plan->n_segments && plan->segments[*next].first < s) ++*next;
    return *next < plan->n_segments && plan->segments[*next].first == s ? plan->n_steps + *next : s;
}

/* Runs or queues a launch, the `n`th thing of a run; `cost` is what the device says of it. */
static tri_status *launch_code(tri_executable *e, uint32_t kernel, uint32_t l, size_t n, const tri_run_options *options, tri_launch_report *cost)
{
    tri_launch launch = e->launches[l];
    observed_step observed = {options, n};
    if (options && options->on_unit) {
        launch.activity = pass_on;
        launch.activity_context = &observed;
    }
    return e->device->driver->launch(e->device->device, e->images[e->kernel_code[kernel]], &launch, cost);
}

static tri_status *issue_segment(tri_executable *e, uint32_t l, size_t n, const tri_run_options *options, tri_launch_report *cost)
{
    const tri_plan_segment *segment = &e->plan->segments[l - e->plan->n_steps];
    return tri_note(launch_code(e, segment->kernel, l, n, options, cost), "in steps %u to %u as one program, of %s on %s", segment->first,
                    segment->first + segment->n_steps - 1, e->plan->entry, e->device->name);
}

/* The same for whatever `launch_from` gives: a segment, or a step, which may be a copy. */
static tri_status *issue(tri_executable *e, uint32_t l, size_t n, const tri_run_options *options, tri_launch_report *cost)
{
    if (l >= e->plan->n_steps) return issue_segment(e, l, n, options, cost);
    const tri_driver *driver = e->device->driver;
    const tri_plan_step *step = &e->plan->steps[l];
    tri_status *status = NULL;
    if (step->kind == TRI_STEP_LAUNCH)
        status = launch_code(e, step->kernel, l, n, options, cost);
    else if (step->bytes)
        status = driver->copy(e->device->device, e->addresses[step->buffers[0]], e->addresses[step->buffers[1]], step->bytes);
    const char *what = step->kind == TRI_STEP_LAUNCH ? "kernel " : "", *name = e->reports[l].kernel;
    return tri_note(status, "in step %u (%s), %s%s, of %s on %s", l, step->label, what, name, e->plan->entry, e->device->name);
}

/* Adds the busy time of the step's units to the run's, by name; fractions of the run are made of it at the end. */
static void add_units(tri_run_report *run, const tri_launch_report *cost)
{
    for (int u = 0; u < cost->n_units && u < TRI_MOST_UNITS; u++) {
        int at = 0;
        while (at < run->n_units && strncmp(run->units[at].name, cost->units[u].name, sizeof cost->units[u].name)) at++;
        if (at == run->n_units) {
            if (at == TRI_MOST_UNITS) continue;
            memcpy(run->units[at].name, cost->units[u].name, sizeof run->units[at].name - 1);
            run->n_units++;
        }
        run->units[at].busy += cost->units[u].busy * cost->seconds;
    }
}

static void report_step(tri_step_report *report, const tri_launch_report *cost)
{
    report->seconds = cost->seconds;
    report->cycles = cost->cycles;
    report->instructions = cost->instructions;
    memset(report->bound, 0, sizeof report->bound);
    double busiest = 0;
    for (int u = 0; u < cost->n_units && u < TRI_MOST_UNITS; u++) {
        if (cost->units[u].busy <= busiest) continue;
        busiest = cost->units[u].busy;
        memcpy(report->bound, cost->units[u].name, sizeof report->bound - 1);
    }
}

/* Waits for what is queued and gives what was done from `from` to `to` its time, between the marks before and behind it. */
static tri_status *finish_steps(tri_executable *e, uint32_t from, uint32_t to)
{
    const tri_driver *driver = e->device->driver;
    TRI_TRY(tri_note(driver->finish(e->device->device), "while running %s on %s", e->plan->entry, e->device->name));
    for (uint32_t s = from; s < to; s++) TRI_TRY(driver->elapsed(e->device->device, s, s + 1, &e->done[s].seconds));
    return NULL;
}

static tri_status *run_steps(tri_executable *e, const tri_run_options *options, tri_run_report *run)
{
    const tri_driver *driver = e->device->driver;
    bool queued = driver->finish != NULL, each_step = options->each_step || options->after_step;
    uint32_t n = 0, next = 0;
    if (queued) TRI_TRY(driver->mark(e->device->device, 0));
    for (uint32_t s = 0; s < e->plan->n_steps; n++) {
        tri_launch_report cost = {0};
        uint32_t launch = launch_from(e, s, each_step, &next);
        double begin = now();
        TRI_TRY(issue(e, launch, n, options, &cost));
        if (!queued && cost.seconds == 0) cost.seconds = now() - begin;
        e->done[n] = e->reports[launch];
        report_step(&e->done[n], &cost);
        add_units(run, &cost);
        s += e->done[n].n_steps;
        if (queued) TRI_TRY(driver->mark(e->device->device, n + 1));
        if (!options->after_step) continue;
        if (queued) TRI_TRY(finish_steps(e, n, n + 1));
        TRI_TRY(options->after_step(options->context, e, n));
    }
    if (queued && !options->after_step) TRI_TRY(finish_steps(e, 0, n));
    for (uint32_t s = 0; s < n; s++) {
        run->seconds += e->done[s].seconds;
        run->cycles += e->done[s].cycles;
    }
    for (int u = 0; u < run->n_units; u++) run->units[u].busy = run->seconds > 0 ? run->units[u].busy / run->seconds : 0;
    run->n_steps = n;
    run->steps = e->done;
    return NULL;
}

tri_status *tri_executable_enqueue(tri_executable *e)
{
    uint32_t next = 0;
    size_t n = 0;
    for (uint32_t s = 0; s < e->plan->n_steps;) {
        tri_launch_report unused = {0};
        uint32_t launch = launch_from(e, s, false, &next);
        TRI_TRY(issue(e, launch, n++, NULL, &unused));
        s += e->reports[launch].n_steps;
    }
    return NULL;
}

tri_status *tri_executable_run(tri_executable *e, const void *const *inputs, void *const *outputs, const tri_run_options *options,
                               tri_run_report *out_report)
{
    static const tri_run_options defaults = {0};
    if (!options) options = &defaults;
    if (options->poison) {
        TRI_TRY(poison(e, &e->blocks[TRI_BLOCK_SCRATCH]));
        for (uint32_t i = 0; i < e->plan->n_outputs; i++) TRI_TRY(poison(e, tri_executable_output_block(e, i)));
    }
    TRI_TRY(write_inputs(e, inputs));
    tri_run_report run = {0};
    TRI_TRY(run_steps(e, options, &run));
    TRI_TRY(read_outputs(e, outputs));
    if (out_report) *out_report = run;
    return NULL;
}

tri_status *tri_executable_read(tri_executable *e, uint32_t buffer, void *to, uint64_t bytes)
{
    if (buffer >= e->plan->n_buffers)
        return tri_error(TRI_USAGE, TRI_NOWHERE, "there is no buffer %u; %s has %u", buffer, e->plan->entry, e->plan->n_buffers);
    if (bytes > e->plan->buffers[buffer].bytes)
        return tri_error(TRI_USAGE, TRI_NOWHERE, "%s has %llu bytes, %llu were asked", e->names[buffer],
                         (unsigned long long)e->plan->buffers[buffer].bytes, (unsigned long long)bytes);
    return bytes ? tri_note(e->device->driver->read(e->device->device, to, e->addresses[buffer], bytes), "while reading %s", e->names[buffer]) : NULL;
}
