/* tools/trace.c - collects what units did, and writes it with the steps. Rows are threads of the format: 0 holds the steps, the others a unit each.
 */
#include "tools/trace.h"

#include <string.h>

static uint32_t number_of(trace *t, const char *name)
{
    for (size_t i = 0; i < t->names.n; i++)
        if (!strcmp(t->names.at[i], name)) return (uint32_t)i;
    TRI_PUSH(t->arena, &t->names, tri_arena_printf(t->arena, "%s", name));
    return (uint32_t)t->names.n - 1;
}

void trace_unit(void *context, size_t step, const char *unit, const char *what, double start, double seconds)
{
    trace *t = context;
    if (t->events.n == TRACE_MOST_EVENTS) {
        t->left_out++;
        return;
    }
    trace_event event = {.step = step, .unit = number_of(t, unit), .what = number_of(t, what), .start = start, .seconds = seconds};
    TRI_PUSH(t->arena, &t->events, event);
}

static void begin_event(tri_text *out, uint32_t row, const char *name, const char *category, double at, double seconds)
{
    tri_text_addf(out, ",\n{\"ph\":\"X\",\"pid\":0,\"tid\":%u,\"name\":", row);
    tri_text_add_json_string(out, name);
    tri_text_add(out, ",\"cat\":");
    tri_text_add_json_string(out, category);
    tri_text_add(out, ",\"ts\":");
    tri_text_add_json_number(out, at * 1e6);
    tri_text_add(out, ",\"dur\":");
    tri_text_add_json_number(out, seconds * 1e6);
}

static void write_step(const tri_step_report *step, double at, tri_text *out)
{
    begin_event(out, 0, step->label, step->family ? step->family : "", at, step->seconds);
    tri_text_addf(out, ",\"args\":{\"step\":%u,\"kernel\":", step->step);
    tri_text_add_json_string(out, step->kernel ? step->kernel : "");
    tri_text_addf(out, ",\"cycles\":%llu,\"instructions\":%llu,\"flops\":%llu,\"bytes\":%llu,\"bound_by\":", (unsigned long long)step->cycles,
                  (unsigned long long)step->instructions, (unsigned long long)step->flops, (unsigned long long)step->bytes);
    tri_text_add_json_string(out, step->bound);
    tri_text_add(out, "}}");
}

static void name_row(tri_text *out, uint32_t row, const char *name)
{
    tri_text_addf(out, ",\n{\"ph\":\"M\",\"pid\":0,\"tid\":%u,\"name\":\"thread_name\",\"args\":{\"name\":", row);
    tri_text_add_json_string(out, name);
    tri_text_add(out, "}}");
}

static void name_rows(const trace *t, tri_text *out)
{
    bool *is_unit = TRI_NEW_ARRAY(t->arena, bool, t->names.n + 1);
    for (size_t i = 0; i < t->events.n; i++) is_unit[t->events.at[i].unit] = true;
    name_row(out, 0, "steps");
    for (size_t i = 0; i < t->names.n; i++)
        if (is_unit[i]) name_row(out, (uint32_t)i + 1, t->names.at[i]);
    if (t->left_out) {
        char what[80];
        snprintf(what, sizeof what, "%llu events of units are left out", (unsigned long long)t->left_out);
        name_row(out, (uint32_t)t->names.n + 1, what);
    }
}

void trace_write(const trace *t, const run_report *r, tri_text *out)
{
    const tri_run_report *run = r->device_report;
    size_t n = run ? run->n_steps : 0;
    double *begin = TRI_NEW_ARRAY(t->arena, double, n + 1);
    tri_text_add(out, "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n{\"ph\":\"M\",\"pid\":0,\"name\":\"process_name\",\"args\":{\"name\":");
    tri_text_add_json_string(out, r->device);
    tri_text_add(out, "}}");
    name_rows(t, out);
    for (size_t s = 0; s < n; s++) {
        write_step(&run->steps[s], begin[s], out);
        begin[s + 1] = begin[s] + run->steps[s].seconds;
    }
    for (size_t i = 0; i < t->events.n; i++) {
        const trace_event *e = &t->events.at[i];
        if (e->step >= n) continue;
        begin_event(out, e->unit + 1, t->names.at[e->what], "unit", begin[e->step] + e->start, e->seconds);
        tri_text_add(out, "}");
    }
    tri_text_add(out, "\n]}\n");
}
