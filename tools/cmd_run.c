/* tools/cmd_run.c - trine run: a model or an artifact on a device, or a model on the evaluator (the device `ref`). A model is compiled for the
 * device's chip in memory first, and goes through the same bytes as an artifact file. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "abi/chip.h"
#include "base/file.h"
#include "tools/check.h"
#include "tools/cli.h"
#include "tools/inputs.h"
#include "tools/loaded.h"
#include "tools/model.h"
#include "tools/npy.h"
#include "tools/progress.h"
#include "tools/report.h"
#include "tools/trace.h"
#include "tri/compile.h"

typedef struct run_options {
    const char *program, *device, *entry, *weights, *output, *trace;
    cli_list inputs;
    int64_t repeat, jobs, limit;
    bool check, timing_only, match_attention;
} run_options;

const cli_option cmd_run_options[] = {
    {"MODEL|OUT.tri", NULL, "the text of a model (- for standard input), or an artifact", CLI_ARGUMENT, true, offsetof(run_options, program)},
    {"--device", "DEV", "sim:CHIP, cuda:N, hip:N, or ref, the evaluator (trine devices)", CLI_TEXT, true, offsetof(run_options, device)},
    {"--entry", "NAME", "the function; needed where there are several", CLI_TEXT, false, offsetof(run_options, entry)},
    {"--input", "ARG=SPEC", "an argument, by name or number: FILE.npy, random[:SEED], zeros or iota. Default: random:0", CLI_LIST, false,
     offsetof(run_options, inputs)},
    {"--weights", "FILE", "a .safetensors file; its tensors are the arguments of the same names", CLI_TEXT, false, offsetof(run_options, weights)},
    {"--output", "DIR", "write the results there, one .npy each", CLI_TEXT, false, offsetof(run_options, output)},
    {"--check", NULL, "compare every step, and the whole, with the evaluator; exit 1 when out of bounds", CLI_FLAG, false,
     offsetof(run_options, check)},
    {"--repeat", "N", "run N times; the time is the median", CLI_COUNT, false, offsetof(run_options, repeat)},
    {"--limit", "SECONDS", "on real devices: work that takes longer hangs, exit 5; 0: the driver's own limit", CLI_COUNT, false,
     offsetof(run_options, limit)},
    {"--timing-only", NULL, "cycles without values, on simulators that have a cycle model", CLI_FLAG, false, offsetof(run_options, timing_only)},
    {"--trace", "FILE.json", "the steps in time, and the units of a simulated core, for chrome://tracing or Perfetto", CLI_TEXT, false,
     offsetof(run_options, trace)},
    {"--match-attention", NULL, "of compiling a MODEL: chains of contraction, softmax, contraction are one kernel", CLI_FLAG, false,
     offsetof(run_options, match_attention)},
    {"--jobs", "N", "of compiling a MODEL: helper processes at once; 0: one a core", CLI_COUNT, false, offsetof(run_options, jobs)},
    {0},
};

/* Everything a run holds, so that one function lets go of it. */
typedef struct run {
    cli_session *session;
    const run_options *options;
    tri_compiled *compiled;
    void *encoded;
    tri_program_file *file;
    tri_device_handle *device;
    tri_executable *executable;
    const tri_plan_tensor *arguments, *results;
    size_t n_arguments, n_results;
    tri_tensor *inputs;
    void **outputs;
    check *check;
    double *seconds; /* of each repeat */
    tri_run_report device_report, each_step;
    trace trace; /* of the first repeat */
} run;

static void release(run *r)
{
    check_end(r->check);
    if (r->inputs) tri_tensor_free(r->inputs, r->n_arguments);
    free(r->inputs);
    for (size_t i = 0; r->outputs && i < r->n_results; i++) free(r->outputs[i]);
    free(r->outputs);
    free(r->seconds);
    tri_executable_destroy(r->executable);
    tri_device_close(r->device);
    tri_close(r->file);
    free(r->encoded);
    tri_compiled_free(r->compiled);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* ---- results ---- */

static tri_status *write_outputs(const run *r)
{
    const char *folder = r->options->output;
    if (mkdir(folder, 0777) && errno != EEXIST) return tri_error(TRI_IO, (tri_loc){.file = folder}, "cannot make the folder: %s", strerror(errno));
    for (size_t i = 0; i < r->n_results; i++) {
        char name[256];
        snprintf(name, sizeof name, "%.255s", r->results[i].name);
        for (char *c = name; *c; c++)
            if (*c == '/') *c = '_'; /* a name never leaves the folder */
        const char *path = tri_arena_printf(&r->session->arena, "%s/%s.npy", folder, name);
        tri_type type = tensor_type_of(&r->results[i]);
        TRI_TRY(npy_write(path, &type, r->outputs[i]));
    }
    return NULL;
}

static tri_status *finish(run *r, const char *chip, double peak)
{
    const run_options *o = r->options;
    qsort(r->seconds, (size_t)o->repeat, sizeof *r->seconds, by_value);
    run_report report = {.device = o->device,
                         .chip = chip,
                         .simulated = !strncmp(o->device, "sim:", 4),
                         .seconds = r->seconds[o->repeat / 2],
                         .repeats = o->repeat,
                         .peak_bf16 = peak,
                         .device_report = r->executable ? &r->device_report : NULL,
                         .each_step = r->each_step.n_steps ? &r->each_step : NULL,
                         .outputs = r->results,
                         .n_outputs = r->n_results,
                         .values = o->timing_only ? NULL : r->outputs,
                         .check = r->check ? check_verdict_of(r->check) : NULL};
    tri_text out = {0};
    if (o->output) TRI_TRY(write_outputs(r));
    if (o->trace) {
        trace_write(&r->trace, &report, &out);
        tri_status *status = tri_text_status(&out);
        if (!status) status = tri_file_write(o->trace, out.at, out.n);
        tri_text_free(&out);
        TRI_TRY(status);
    }
    if (r->session->json)
        report_json(&report, &out);
    else
        report_text(&report, &out);
    TRI_TRY(cli_print(&out));
    if (!report.check || report.check->pass) return NULL;
    tri_status *wrong = tri_error(TRI_WRONG, TRI_NOWHERE, "%s", report.check->account);
    return report.check->failed_steps
               ? tri_note(wrong, "%zu of %zu steps are wrong; this is the first", report.check->failed_steps, r->device_report.n_steps)
               : wrong;
}

/* ---- on a device ---- */

/* What a model is compiled for when it is to run on this device. */
static tri_status *chip_of_device(run *r, const char **out_chip)
{
    const char *device = r->options->device;
    *out_chip = device + 4;
    if (!strncmp(device, "sim:", 4)) return NULL;
    tri_device_info *infos;
    size_t n;
    TRI_TRY(tri_device_list(&infos, &n));
    *out_chip = NULL;
    for (size_t i = 0; i < n; i++)
        if (!strcmp(infos[i].name, device) && *infos[i].chip) *out_chip = tri_arena_printf(&r->session->arena, "%s", infos[i].chip);
    free(infos);
    return *out_chip ? NULL
                     : tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "%s does not say what chip it is; compile for one with trine compile --chip", device);
}

static tri_status *compile_in_memory(run *r)
{
    const char *text, *chip;
    size_t n, n_encoded;
    TRI_TRY(chip_of_device(r, &chip));
    TRI_TRY(model_read(r->session, r->options->program, &text, &n));
    int64_t jobs = r->options->jobs;
    tri_compile_options options = {.chips = &chip,
                                   .n_chips = 1,
                                   .jobs = jobs > 64 ? 64 : (int)jobs,
                                   .progress = progress_show,
                                   .match_attention = r->options->match_attention,
                                   .remark = remark_show};
    tri_status *status = tri_compile(text, n, model_name(r->options->program), &options, &r->compiled);
    progress_clear();
    TRI_TRY(status);
    TRI_TRY(tri_compiled_encode(r->compiled, &r->encoded, &n_encoded));
    tri_compiled_free(r->compiled);
    r->compiled = NULL;
    return tri_open_memory(r->encoded, n_encoded, model_name(r->options->program), &r->file);
}

static tri_status *allocate_outputs(run *r)
{
    r->outputs = calloc(r->n_results + 1, sizeof *r->outputs);
    bool enough = r->outputs != NULL;
    for (size_t i = 0; enough && i < r->n_results; i++) {
        tri_type type = tensor_type_of(&r->results[i]);
        r->outputs[i] = calloc(tri_type_bytes(&type) + 1, 1);
        enough = r->outputs[i] != NULL;
    }
    return enough ? NULL : tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "no memory for the results");
}

/* With --timing-only values do not matter: zeros, which cost nothing to make. */
static tri_status *make_inputs(run *r)
{
    const run_options *o = r->options;
    if (!o->timing_only) return inputs_make(r->session, r->arguments, r->n_arguments, &o->inputs, o->weights, &r->inputs);
    r->inputs = calloc(r->n_arguments + 1, sizeof *r->inputs);
    bool enough = r->inputs != NULL;
    for (size_t i = 0; enough && i < r->n_arguments; i++) {
        r->inputs[i].type = tensor_type_of(&r->arguments[i]);
        r->inputs[i].data = calloc(tri_type_bytes(&r->inputs[i].type) + 1, 1);
        enough = r->inputs[i].data != NULL;
    }
    return enough ? NULL : tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "no memory for the arguments");
}

/* What each kernel takes where the plan joins steps: without values another run costs little. */
static tri_status *time_each_step(run *r, const void *const *inputs)
{
    TRI_TRY(tri_executable_run(r->executable, inputs, NULL, &(tri_run_options){.each_step = true}, &r->each_step));
    tri_step_report *steps = TRI_NEW_ARRAY(&r->session->arena, tri_step_report, r->each_step.n_steps); /* the next run has its own */
    memcpy(steps, r->each_step.steps, r->each_step.n_steps * sizeof *steps);
    r->each_step.steps = steps;
    return NULL;
}

static tri_status *execute(run *r)
{
    const run_options *o = r->options;
    const void **inputs = TRI_NEW_ARRAY(&r->session->arena, const void *, r->n_arguments + 1);
    for (size_t i = 0; i < r->n_arguments; i++) inputs[i] = r->inputs[i].data;
    if (o->timing_only && loaded_plan(r->executable)->n_segments) TRI_TRY(time_each_step(r, inputs));
    for (int64_t i = 0; i < o->repeat; i++) {
        bool checked = r->check && !i; /* the others run without a pause, and are the same bits */
        tri_run_options options = {.after_step = checked ? check_after_step : NULL, .context = r->check, .poison = !i && !o->timing_only};
        if (o->trace && !i) {
            r->trace.arena = &r->session->arena;
            options.on_unit = trace_unit;
            options.unit_context = &r->trace;
        }
        TRI_TRY(tri_executable_run(r->executable, inputs, o->timing_only ? NULL : r->outputs, &options, &r->device_report));
        r->seconds[i] = r->device_report.seconds;
    }
    return NULL;
}

static tri_status *run_on_device(run *r)
{
    const run_options *o = r->options;
    bool is_artifact;
    TRI_TRY(model_is_artifact(o->program, &is_artifact));
    char options[64];
    snprintf(options, sizeof options, "timing_only=%d limit=%lld", o->timing_only, (long long)o->limit);
    TRI_TRY(tri_device_open(o->device, options, &r->device));
    TRI_TRY(is_artifact ? tri_open(o->program, &r->file) : compile_in_memory(r));
    TRI_TRY(tri_executable_create(r->file, r->device, o->entry, &r->executable));
    const tri_plan *plan = loaded_plan(r->executable);
    r->arguments = plan->inputs;
    r->n_arguments = plan->n_inputs;
    r->results = plan->outputs;
    r->n_results = plan->n_outputs;
    TRI_TRY(make_inputs(r));
    TRI_TRY(allocate_outputs(r));
    if (o->check) TRI_TRY(check_begin(loaded_program(r->file), plan, &r->check));
    tri_status *status = execute(r);
    progress_clear();
    TRI_TRY(status);
    if (r->check) TRI_TRY(check_whole(r->check, r->inputs, r->outputs));
    tri_chip *chip;
    TRI_TRY(tri_chip_parse(plan->chip_text, strlen(plan->chip_text), plan->chip, &chip));
    double peak = tri_chip_number(chip, "peak_bf16", 0);
    tri_chip_free(chip);
    return finish(r, plan->chip, peak);
}

/* ---- on the evaluator ---- */

/* The function that `--entry` names, else the only public one, else main. */
static tri_status *choose_entry(const tri_module *module, const char *name, tri_func **out)
{
    size_t n = 0;
    *out = name ? tri_module_find(module, name) : NULL;
    for (tri_func *func = module->first; func && !name; func = func->next) {
        if (func->is_kernel || func->is_private) continue;
        *out = func;
        n++;
    }
    if (n > 1) *out = tri_module_find(module, "main");
    if (*out && !(*out)->is_kernel) return NULL;
    if (name) return tri_error(TRI_USAGE, TRI_NOWHERE, "there is no function '%s' to run", name);
    return tri_error(TRI_INVALID, (tri_loc){.file = module->file},
                     n ? "there are %zu functions; name one with --entry" : "there is no function to run", n);
}

static const tri_plan_tensor *describe(tri_arena *arena, const char *prefix, size_t n, tri_value *const *values, const tri_type *types)
{
    tri_plan_tensor *tensors = TRI_NEW_ARRAY(arena, tri_plan_tensor, n);
    for (size_t i = 0; i < n; i++) {
        const tri_type *type = values ? &values[i]->type : &types[i];
        const char *name = values ? values[i]->name : NULL;
        tensors[i] = (tri_plan_tensor){
            .name = name && *name ? name : tri_arena_printf(arena, "%s%zu", prefix, i), .dtype = (tri_dtype)type->dtype, .rank = type->rank};
        memcpy(tensors[i].dims, type->dims, sizeof tensors[i].dims);
    }
    return tensors;
}

static tri_status *run_on_evaluator(run *r)
{
    const run_options *o = r->options;
    tri_arena *arena = &r->session->arena;
    const char *text;
    size_t n;
    TRI_TRY(model_read(r->session, o->program, &text, &n));
    tri_module *module;
    tri_func *func;
    TRI_TRY(tri_module_parse(arena, text, n, model_name(o->program), &module));
    TRI_TRY(tri_module_verify(module, TRI_LEVEL_TENSOR));
    TRI_TRY(choose_entry(module, o->entry, &func));
    r->n_arguments = func->body->n_args;
    r->arguments = describe(arena, "arg", r->n_arguments, func->body->args, NULL);
    r->results = describe(arena, "out", func->n_results, NULL, func->results);
    TRI_TRY(make_inputs(r));
    tri_tensor *outputs = TRI_NEW_ARRAY(arena, tri_tensor, func->n_results);
    for (int64_t i = 0; i < o->repeat; i++) {
        double begin = now();
        tri_tensor_free(outputs, func->n_results);
        TRI_TRY(tri_eval_func(func, r->inputs, outputs, &(tri_eval_options){.mode = TRI_EVAL_MEANING}));
        r->seconds[i] = now() - begin;
    }
    r->n_results = func->n_results;
    r->outputs = calloc(r->n_results + 1, sizeof *r->outputs);
    if (!r->outputs) {
        tri_tensor_free(outputs, r->n_results);
        return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory");
    }
    for (size_t i = 0; i < r->n_results; i++) r->outputs[i] = outputs[i].data;
    return finish(r, NULL, 0);
}

tri_status *cmd_run(cli_session *session, int argc, char **argv)
{
    enum { MOST_REPEATS = 1000000 };
    run_options o = {.repeat = 1};
    TRI_TRY(cli_parse(session, argc, argv, &o));
    bool ref = !strcmp(o.device, "ref");
    if (!o.repeat || o.repeat > MOST_REPEATS) return tri_error(TRI_USAGE, TRI_NOWHERE, "--repeat takes 1 to %d", MOST_REPEATS);
    if (o.timing_only && (o.check || o.output))
        return tri_error(TRI_USAGE, TRI_NOWHERE, "--timing-only makes no values, so there is nothing to check or write");
    if (o.timing_only && (o.inputs.n || o.weights))
        return tri_error(TRI_USAGE, TRI_NOWHERE, "--timing-only reads no values; leave --input and --weights out");
    if (ref && o.check) return tri_error(TRI_USAGE, TRI_NOWHERE, "ref is what --check compares with; run it on another device");
    if (ref && o.trace) return tri_error(TRI_USAGE, TRI_NOWHERE, "ref runs no plan, so there are no steps to trace");
    if (ref && o.timing_only) return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "ref has no cycle model");
    run r = {.session = session, .options = &o, .seconds = calloc((size_t)o.repeat, sizeof(double))};
    tri_status *status = !r.seconds ? tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory") : ref ? run_on_evaluator(&r) : run_on_device(&r);
    release(&r);
    return status;
}
