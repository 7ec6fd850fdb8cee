/* tools/cmd_inspect.c - trine inspect: what is in an artifact: chips, entry points, kernels with what they use, and the steps of the plans. */
#include <stdlib.h>
#include <string.h>

#include "abi/artifact.h"
#include "tools/cli.h"
#include "tools/inputs.h"
#include "tools/loaded.h"
#include "tools/table.h"

typedef struct inspect_options {
    const char *artifact;
    bool steps;
} inspect_options;

const cli_option cmd_inspect_options[] = {
    {"OUT.tri", NULL, "an artifact, as trine compile writes it", CLI_ARGUMENT, true, offsetof(inspect_options, artifact)},
    {"--steps", NULL, "also every step of each plan, with its buffers", CLI_FLAG, false, offsetof(inspect_options, steps)},
    {0},
};

/* ---- text ---- */

static void add_tensors(const char *what, const tri_plan_tensor *tensors, uint32_t n, tri_text *out)
{
    for (uint32_t i = 0; i < n; i++) {
        tri_type type = tensor_type_of(&tensors[i]);
        tri_text_addf(out, "  %s %s: ", what, tensors[i].name);
        tri_type_print(&type, out);
        tri_text_add(out, "\n");
    }
}

static void add_number_cell(table *t, int64_t number)
{
    if (number < 0)
        table_cell(t, "-");
    else
        table_cell(t, "%lld", (long long)number);
}

static void add_kernels(const tri_plan *plan, tri_text *out)
{
    static const char *const titles[] = {"kernel", "family", ">registers", ">spills", ">shared", ">code", ">grid", ">block", "config"};
    table t = table_begin(9, titles);
    for (uint32_t i = 0; i < plan->n_kernels; i++) {
        const tri_plan_kernel *k = &plan->kernels[i];
        table_cell(&t, "%s", k->name);
        table_cell(&t, "%s", k->family);
        add_number_cell(&t, k->registers);
        add_number_cell(&t, k->spills);
        table_cell(&t, "%llu", (unsigned long long)k->shared_bytes + k->static_shared_bytes);
        table_cell(&t, "%llu", (unsigned long long)k->code_bytes);
        table_cell(&t, "%ux%ux%u", k->grid[0], k->grid[1], k->grid[2]);
        table_cell(&t, "%ux%ux%u", k->block[0], k->block[1], k->block[2]);
        table_cell(&t, "%s", k->config);
    }
    table_end(&t, 2, out);
    for (uint32_t i = 0; i < plan->n_kernels; i++) {
        for (uint32_t m = 0; m < plan->kernels[i].n_maps; m++) {
            tri_text_addf(out, "  %s, tensor map %u: ", plan->kernels[i].name, m);
            tri_tensor_map_print(&plan->kernels[i].maps[m], out);
            tri_text_add(out, "\n");
        }
    }
}

static void add_buffer(const tri_plan *plan, uint32_t number, tri_text *out)
{
    const tri_plan_buffer *b = &plan->buffers[number];
    switch (b->kind) {
    case TRI_BUFFER_INPUT: tri_text_addf(out, " %s", plan->inputs[b->index].name); break;
    case TRI_BUFFER_OUTPUT: tri_text_addf(out, " %s", plan->outputs[b->index].name); break;
    case TRI_BUFFER_CONSTANT: tri_text_addf(out, " constant+%llu", (unsigned long long)b->offset); break;
    default: tri_text_addf(out, " scratch+%llu", (unsigned long long)b->offset); break;
    }
}

static void add_segments(const tri_plan *plan, tri_text *out)
{
    for (uint32_t i = 0; i < plan->n_segments; i++) {
        const tri_plan_segment *segment = &plan->segments[i];
        tri_text_addf(out, "  steps %u to %u are one launch of %s with %u buffers, where they need not be seen one by one\n", segment->first,
                      segment->first + segment->n_steps - 1, plan->kernels[segment->kernel].name, segment->n_buffers);
    }
}

static void add_steps(const tri_plan *plan, tri_text *out)
{
    for (uint32_t i = 0; i < plan->n_steps; i++) {
        const tri_plan_step *step = &plan->steps[i];
        tri_text_addf(out, "  step %u (%s): %s", i, step->label, step->kind == TRI_STEP_COPY ? "copy" : plan->kernels[step->kernel].name);
        for (uint32_t b = 0; b < step->n_buffers; b++) add_buffer(plan, step->buffers[b], out);
        tri_text_add(out, "\n");
    }
}

static void add_text(const tri_program *program, const inspect_options *o, tri_text *out)
{
    char room[QUANTITY_ROOM], scratch[QUANTITY_ROOM];
    tri_text_addf(out, "%s: artifact of version %d by %s, constants %s\n", o->artifact, TRI_ARTIFACT_VERSION, program->producer,
                  format_bytes((double)program->constants_bytes, room));
    for (uint32_t i = 0; i < program->n_plans; i++) {
        const tri_plan *plan = &program->plans[i];
        uint32_t before = 0;
        while (before < i && strcmp(program->plans[before].entry, plan->entry)) before++;
        if (before < i) continue; /* the same for all chips */
        tri_text_addf(out, "\nentry %s\n", plan->entry);
        add_tensors("input ", plan->inputs, plan->n_inputs, out);
        add_tensors("output", plan->outputs, plan->n_outputs, out);
    }
    for (uint32_t i = 0; i < program->n_plans; i++) {
        const tri_plan *plan = &program->plans[i];
        uint64_t code = 0;
        for (uint32_t c = 0; c < plan->n_codes; c++) code += plan->codes[c].n;
        tri_text_addf(out, "\nchip %s, entry %s: %u steps, %u kernels, code %s, scratch %s\n", plan->chip, plan->entry, plan->n_steps,
                      plan->n_kernels, format_bytes((double)code, room), format_bytes((double)plan->scratch_bytes, scratch));
        add_kernels(plan, out);
        add_segments(plan, out);
        if (o->steps) add_steps(plan, out);
    }
}

/* ---- JSON ---- */

/* "bm=64 bn=32" as {"bm":64,"bn":32}. */
static void add_json_config(const char *config, tri_text *out)
{
    tri_text_add(out, "{");
    for (bool first = true; *config; first = false) {
        size_t n = strcspn(config, " "), key = strcspn(config, "=");
        if (key < n) {
            char name[64];
            memcpy(name, config, key < 63 ? key : 63);
            name[key < 63 ? key : 63] = 0;
            tri_text_add(out, first ? "" : ",");
            tri_text_add_json_string(out, name);
            tri_text_addf(out, ":%lld", strtoll(config + key + 1, NULL, 10));
        }
        config += n;
        config += strspn(config, " ");
    }
    tri_text_add(out, "}");
}

static void add_json_number(tri_text *out, int64_t number)
{
    if (number < 0)
        tri_text_add(out, "null");
    else
        tri_text_addf(out, "%lld", (long long)number);
}

static void add_json_kernel(const tri_plan_kernel *k, tri_text *out)
{
    tri_text_add(out, "{\"name\":");
    tri_text_add_json_string(out, k->name);
    tri_text_add(out, ",\"family\":");
    tri_text_add_json_string(out, k->family);
    tri_text_add(out, ",\"config\":");
    add_json_config(k->config, out);
    tri_text_add(out, ",\"registers\":");
    add_json_number(out, k->registers);
    tri_text_add(out, ",\"spills\":");
    add_json_number(out, k->spills);
    tri_text_addf(out,
                  ",\"shared_bytes\":%llu,\"code_bytes\":%llu,\"grid\":[%u,%u,%u],\"block\":[%u,%u,%u],\"flops\":%llu,\"bytes_read\":%llu,\"bytes_"
                  "written\":%llu,\"maps\":[",
                  (unsigned long long)k->shared_bytes + k->static_shared_bytes, (unsigned long long)k->code_bytes, k->grid[0], k->grid[1], k->grid[2],
                  k->block[0], k->block[1], k->block[2], (unsigned long long)k->flops, (unsigned long long)k->bytes_read,
                  (unsigned long long)k->bytes_written);
    for (uint32_t m = 0; m < k->n_maps; m++) {
        tri_text printed = {0};
        tri_tensor_map_print(&k->maps[m], &printed);
        tri_text_add(out, m ? "," : "");
        tri_text_add_json_string(out, tri_text_string(&printed));
        tri_text_free(&printed);
    }
    tri_text_add(out, "]}");
}

static void add_json_tensors(const tri_plan_tensor *tensors, uint32_t n, tri_text *out)
{
    for (uint32_t i = 0; i < n; i++) {
        tri_type type = tensor_type_of(&tensors[i]);
        tri_text printed = {0};
        tri_type_print(&type, &printed);
        tri_text_add(out, i ? ",{\"name\":" : "{\"name\":");
        tri_text_add_json_string(out, tensors[i].name);
        tri_text_add(out, ",\"type\":");
        tri_text_add_json_string(out, tri_text_string(&printed));
        tri_text_add(out, "}");
        tri_text_free(&printed);
    }
}

static void add_json(const tri_program *program, tri_text *out)
{
    tri_text_addf(out, "{\"version\":%d,\"producer\":", TRI_ARTIFACT_VERSION);
    tri_text_add_json_string(out, program->producer);
    tri_text_add(out, ",\"chips\":[");
    for (uint32_t i = 0; i < program->n_plans; i++) {
        const tri_plan *plan = &program->plans[i];
        tri_text_add(out, i ? ",{\"chip\":" : "{\"chip\":");
        tri_text_add_json_string(out, plan->chip);
        tri_text_add(out, ",\"entry\":");
        tri_text_add_json_string(out, plan->entry);
        tri_text_add(out, ",\"kernels\":[");
        for (uint32_t k = 0; k < plan->n_kernels; k++) {
            tri_text_add(out, k ? "," : "");
            add_json_kernel(&plan->kernels[k], out);
        }
        tri_text_addf(out, "],\"steps\":%u,\"segments\":[", plan->n_steps);
        for (uint32_t g = 0; g < plan->n_segments; g++) {
            const tri_plan_segment *segment = &plan->segments[g];
            tri_text_addf(out, "%s{\"first\":%u,\"steps\":%u,\"kernel\":", g ? "," : "", segment->first, segment->n_steps);
            tri_text_add_json_string(out, plan->kernels[segment->kernel].name);
            tri_text_addf(out, ",\"buffers\":%u}", segment->n_buffers);
        }
        tri_text_addf(out, "],\"scratch_bytes\":%llu}", (unsigned long long)plan->scratch_bytes);
    }
    tri_text_add(out, "],\"entries\":[");
    bool first = true;
    for (uint32_t i = 0; i < program->n_plans; i++) {
        const tri_plan *plan = &program->plans[i];
        uint32_t before = 0;
        while (before < i && strcmp(program->plans[before].entry, plan->entry)) before++;
        if (before < i) continue;
        tri_text_add(out, first ? "{\"name\":" : ",{\"name\":");
        first = false;
        tri_text_add_json_string(out, plan->entry);
        tri_text_add(out, ",\"inputs\":[");
        add_json_tensors(plan->inputs, plan->n_inputs, out);
        tri_text_add(out, "],\"outputs\":[");
        add_json_tensors(plan->outputs, plan->n_outputs, out);
        tri_text_add(out, "]}");
    }
    tri_text_addf(out, "],\"constants_bytes\":%llu}\n", (unsigned long long)program->constants_bytes);
}

tri_status *cmd_inspect(cli_session *session, int argc, char **argv)
{
    inspect_options o = {0};
    TRI_TRY(cli_parse(session, argc, argv, &o));
    tri_program_file *file;
    TRI_TRY(tri_open(o.artifact, &file));
    tri_text out = {0};
    if (session->json)
        add_json(loaded_program(file), &out);
    else
        add_text(loaded_program(file), &o, &out);
    tri_close(file);
    return cli_print(&out);
}
