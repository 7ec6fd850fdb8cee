/* tests/numerics/harness.c - see harness.h. The artifact goes through a file, as the runtime reads it, so that writer and reader are part of what is
 * tested. */
#include "tests/numerics/harness.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "abi/artifact.h"
#include "base/random.h"
#include "ir/eval.h"
#include "targets/compile.h"
#include "targets/target.h"
#include "tools/check.h"

tri_status *rig_open(const char *chip, rig *out)
{
    memset(out, 0, sizeof *out);
    snprintf(out->name, sizeof out->name, "%s", chip);
    TRI_TRY(tri_chip_load(chip, &out->chip));
    char device[48];
    snprintf(device, sizeof device, "sim:%s", chip);
    tri_status *status = tri_target_find(out->chip) ? tri_device_open(device, NULL, &out->device)
                                                    : tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "this build has no target for %s", chip);
    if (status) rig_close(out);
    return status;
}

void rig_close(rig *rig)
{
    tri_device_close(rig->device);
    tri_chip_free(rig->chip);
    memset(rig, 0, sizeof *rig);
}

bool rig_has(const rig *rig, tri_dtype dtype) { return tri_chip_lists(rig->chip, "dtypes", tri_dtype_name(dtype)); }

/* ---- arguments ---- */

/* Every third element is one of these, so that each meets ordinary numbers and, by the different strides of two arguments, each other. */
static void fill_edges(uint64_t seed, uint32_t argument, const tri_type *type, void *data)
{
    tri_dtype dtype = (tri_dtype)type->dtype;
    const double floats[] = {0.0, -0.0, 1, -1, INFINITY, -INFINITY, NAN, tri_dtype_highest(dtype), tri_dtype_lowest(dtype), 0.5, -2.5, 3};
    const double integers[] = {0, 1, -1, 2, tri_dtype_lowest(dtype), tri_dtype_highest(dtype), 7, 31, 32, -5, 3, -2};
    enum { N = sizeof floats / sizeof *floats };
    size_t size = tri_dtype_bytes(dtype);
    tri_random_fill(seed, argument, dtype, type->rank, type->dims, data);
    if (dtype == TRI_I1) return;
    for (int64_t i = 0, n = tri_type_elements(type); i < n; i++) {
        int64_t step = argument % 2 ? i / N + i : i;
        if (i % 13 == 12) continue;
        double value = (tri_dtype_is_float(dtype) ? floats : integers)[step % N];
        if (tri_dtype_is_float(dtype))
            tri_store_f64(dtype, (char *)data + (size_t)i * size, value);
        else
            tri_store_i64(dtype, (char *)data + (size_t)i * size, value < -0x1p62 ? INT64_MIN : value > 0x1p62 ? -1 : (int64_t)value);
    }
}

static void fill_argument(const trial *t, uint32_t argument, const tri_type *type, void *data)
{
    switch (t->inputs) {
    case INPUTS_RANDOM: tri_random_fill(t->seed, argument, (tri_dtype)type->dtype, type->rank, type->dims, data); break;
    case INPUTS_EDGES: fill_edges(t->seed, argument, type, data); break;
    case INPUTS_GIVEN: t->fill(t->context, argument, type, data); break;
    }
}

/* ---- the run ---- */

typedef struct run {
    const rig *rig;
    const trial *trial;
    const tri_program *program;
    const tri_plan *plan;
    tri_tensor *inputs, *outputs;
    const void **in;
    void **out;
} run;

static tri_type type_of(const tri_plan_tensor *t) { return tri_tensor_of(t->dtype, t->rank, t->dims); }

static void *room_for(const tri_type *type)
{
    void *data = malloc(tri_type_bytes(type) + 1);
    if (!data) abort();
    return data;
}

static tri_status *judge(run *r, const check_verdict *verdict)
{
    const trial *t = r->trial;
    if (!verdict->pass) return tri_error(TRI_WRONG, TRI_NOWHERE, "%s", *verdict->account ? verdict->account : verdict->where);
    if (!t->judge) return NULL;
    tri_type types[64];
    uint32_t n = r->plan->n_outputs < 64 ? r->plan->n_outputs : 64;
    for (uint32_t i = 0; i < n; i++) types[i] = r->outputs[i].type;
    return t->judge(t->context, r->rig, n, types, r->out);
}

static tri_status *run_checked(run *r, tri_executable *executable)
{
    check *c;
    TRI_TRY(check_begin(r->program, r->plan, &c));
    tri_run_options options = {.after_step = check_after_step, .context = c, .poison = true};
    tri_run_report report;
    tri_status *status = tri_executable_run(executable, r->in, r->out, &options, &report);
    if (!status && check_verdict_of(c)->pass) status = check_whole(c, r->inputs, r->out);
    if (!status) status = judge(r, check_verdict_of(c));
    check_end(c);
    return status;
}

/* Where steps are also one program: that gives the bits of the steps, which have been checked. */
static tri_status *run_joined(run *r, tri_executable *executable)
{
    tri_status *status = NULL;
    uint32_t n = r->plan->n_outputs;
    void **out = calloc(n + 1, sizeof *out);
    if (!out) abort();
    for (uint32_t i = 0; i < n; i++) out[i] = room_for(&r->outputs[i].type);
    status = tri_executable_run(executable, r->in, out, &(tri_run_options){.poison = true}, NULL);
    for (uint32_t i = 0; i < n && !status; i++)
        if (memcmp(out[i], r->out[i], tri_type_bytes(&r->outputs[i].type)))
            status = tri_error(TRI_WRONG, TRI_NOWHERE, "out%u of the joined steps is not that of the steps", i);
    for (uint32_t i = 0; i < n; i++) free(out[i]);
    free(out);
    return tri_note(status, "steps as one program");
}

static tri_status *load_and_run(run *r, const char *path)
{
    tri_program_file *file;
    tri_executable *executable;
    TRI_TRY(tri_open(path, &file));
    tri_status *status = tri_executable_create(file, r->rig->device, NULL, &executable);
    if (!status) {
        status = run_checked(r, executable);
        if (!status && r->plan->n_segments) status = run_joined(r, executable);
        tri_executable_destroy(executable);
    }
    tri_close(file);
    return status;
}

tri_status *trial_run_program(const rig *rig, const trial *t, const tri_program *program)
{
    run r = {rig, t, program, &program->plans[0], NULL, NULL, NULL, NULL};
    uint32_t n_in = r.plan->n_inputs, n_out = r.plan->n_outputs;
    r.inputs = calloc(n_in + 1, sizeof *r.inputs);
    r.outputs = calloc(n_out + 1, sizeof *r.outputs);
    r.in = calloc(n_in + 1, sizeof *r.in);
    r.out = calloc(n_out + 1, sizeof *r.out);
    for (uint32_t i = 0; i < n_in; i++) {
        r.inputs[i].type = type_of(&r.plan->inputs[i]);
        r.in[i] = r.inputs[i].data = room_for(&r.inputs[i].type);
        fill_argument(t, i, &r.inputs[i].type, r.inputs[i].data);
    }
    for (uint32_t i = 0; i < n_out; i++) {
        r.outputs[i].type = type_of(&r.plan->outputs[i]);
        r.out[i] = r.outputs[i].data = room_for(&r.outputs[i].type);
    }
    char path[] = "/tmp/trine-numerics-XXXXXX";
    int descriptor = mkstemp(path);
    if (descriptor >= 0) close(descriptor);
    tri_status *status = descriptor < 0 ? tri_error(TRI_IO, TRI_NOWHERE, "no temporary file") : tri_artifact_write(program, path);
    if (!status) status = load_and_run(&r, path);
    unlink(path);
    tri_tensor_free(r.inputs, n_in);
    tri_tensor_free(r.outputs, n_out);
    free(r.inputs);
    free(r.outputs);
    free(r.in);
    free(r.out);
    return status;
}

tri_status *trial_run(const rig *rig, const trial *t)
{
    const char *chips[] = {rig->name};
    tri_compile_options options = {.chips = chips, .n_chips = 1, .jobs = 1};
    tri_compiled *compiled;
    TRI_TRY(tri_compile(t->text, strlen(t->text), t->name, &options, &compiled));
    tri_status *status = trial_run_program(rig, t, tri_compiled_program(compiled));
    tri_compiled_free(compiled);
    return status;
}
