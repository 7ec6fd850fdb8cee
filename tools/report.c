/* tools/report.c - the report of a run. */
#include "tools/report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "tools/inputs.h"
#include "tools/table.h"

/* ---- units ---- */

/* The busiest unit; null: the device does not say. */
static const char *bound_by(const tri_run_report *report)
{
    const char *name = NULL;
    double busiest = 0;
    for (int u = 0; report && u < report->n_units; u++) {
        if (report->units[u].busy <= busiest) continue;
        busiest = report->units[u].busy;
        name = report->units[u].name;
    }
    return name;
}

/* ---- kernels ---- */

typedef struct kernel_sum {
    const char *name, *family, *bound;
    size_t launches;
    double seconds, longest, flops;
    uint64_t cycles;
} kernel_sum;

static int by_seconds(const void *a, const void *b)
{
    const kernel_sum *x = a, *y = b;
    if (x->seconds != y->seconds) return x->seconds > y->seconds ? -1 : 1;
    return strcmp(x->name, y->name);
}

/* Steps of one kernel are one line; the line's bound is that of its longest step. Null when memory is short. */
static kernel_sum *sum_kernels(const tri_run_report *report, size_t *out_n)
{
    kernel_sum *sums = calloc(report->n_steps + 1, sizeof *sums);
    *out_n = 0;
    for (size_t s = 0; sums && s < report->n_steps; s++) {
        const tri_step_report *step = &report->steps[s];
        const char *name = step->kernel && *step->kernel ? step->kernel : step->label;
        size_t k = 0;
        while (k < *out_n && strcmp(sums[k].name, name)) k++;
        if (k == *out_n) sums[(*out_n)++] = (kernel_sum){.name = name, .family = step->family ? step->family : "", .bound = step->bound};
        kernel_sum *sum = &sums[k];
        sum->launches++;
        sum->seconds += step->seconds;
        sum->cycles += step->cycles;
        sum->flops += (double)step->flops;
        if (step->seconds < sum->longest) continue;
        sum->longest = step->seconds;
        sum->bound = step->bound;
    }
    if (sums) qsort(sums, *out_n, sizeof *sums, by_seconds);
    return sums;
}

/* What is known of single kernels. */
static const tri_run_report *kernels_report(const run_report *r) { return r->each_step ? r->each_step : r->device_report; }

static void add_kernels(const run_report *r, tri_text *out)
{
    size_t n;
    kernel_sum *sums = sum_kernels(kernels_report(r), &n);
    if (!sums) {
        out->failed = true;
        return;
    }
    bool cycles = r->device_report->cycles != 0, timed = cycles || !r->simulated;
    const char *titles[] = {"kernel", "family", ">launches", cycles ? ">cycles" : ">time", ">share", ">of bf16 peak", "bound"};
    table t = table_begin(7, titles);
    double all = 0;
    for (size_t i = 0; i < n; i++) all += sums[i].seconds;
    for (size_t i = 0; i < n; i++) {
        const kernel_sum *sum = &sums[i];
        char seconds[QUANTITY_ROOM];
        table_cell(&t, "%s", sum->name);
        table_cell(&t, "%s", sum->family);
        table_cell(&t, "%zu", sum->launches);
        if (cycles)
            table_cell(&t, "%llu", (unsigned long long)sum->cycles);
        else
            table_cell(&t, "%s", format_seconds(sum->seconds, seconds));
        table_cell(&t, "%.1f%%", all > 0 ? 100 * sum->seconds / all : 0);
        if (timed && r->peak_bf16 > 0 && sum->seconds > 0)
            table_cell(&t, "%.1f%%", 100 * sum->flops / sum->seconds / r->peak_bf16);
        else
            table_cell(&t, "-");
        table_cell(&t, "%s", *sum->bound ? sum->bound : "-");
    }
    table_end(&t, 0, out);
    free(sums);
}

/* ---- text ---- */

static void add_element(tri_text *out, tri_dtype dtype, const void *element)
{
    if (tri_dtype_is_float(dtype))
        tri_text_addf(out, " %.6g", tri_load_f64(dtype, element));
    else if (dtype == TRI_U64)
        tri_text_addf(out, " %llu", (unsigned long long)tri_load_i64(dtype, element));
    else
        tri_text_addf(out, " %lld", (long long)tri_load_i64(dtype, element));
}

static void add_result(const tri_plan_tensor *tensor, const void *values, tri_text *out)
{
    enum { SHOWN = 6 };
    tri_type type = tensor_type_of(tensor);
    int64_t n = tri_type_elements(&type);
    tri_text_addf(out, "%s: ", tensor->name);
    tri_type_print(&type, out);
    for (int64_t i = 0; values && i < n && i < SHOWN; i++)
        add_element(out, tensor->dtype, (const char *)values + (size_t)i * tri_dtype_bytes(tensor->dtype));
    tri_text_add(out, values && n > SHOWN ? " ...\n" : "\n");
}

static void add_check(const check_verdict *check, tri_text *out)
{
    tri_text_addf(out, "check: %s worst=%.3g at %s rel_l2=%.3g\n", check->pass ? "pass" : "FAIL", check->worst, *check->where ? check->where : "-",
                  check->rel_l2);
}

void report_text(const run_report *r, tri_text *out)
{
    const tri_run_report *device = r->device_report;
    char seconds[QUANTITY_ROOM];
    tri_text_addf(out, "device: %s%s%s%s\n", r->device, r->chip ? " (" : "", r->chip ? r->chip : "", r->chip ? ")" : "");
    tri_text_addf(out, "time: %s", format_seconds(r->seconds, seconds));
    if (device && device->cycles)
        tri_text_addf(out, ", %llu cycles", (unsigned long long)device->cycles);
    else if (r->simulated)
        tri_text_add(out, " of this host; the simulator of this chip has no cycle model");
    if (r->repeats > 1) tri_text_addf(out, " (median of %lld)", (long long)r->repeats);
    const char *bound = bound_by(device);
    tri_text_addf(out, "\nbound by: %s", bound ? bound : "unknown");
    for (int u = 0; device && u < device->n_units; u++)
        tri_text_addf(out, "%s%s %.1f%%", u ? ", " : " (", device->units[u].name, 100 * device->units[u].busy);
    tri_text_add(out, device && device->n_units ? ")\n" : "\n");
    for (size_t i = 0; i < r->n_outputs; i++) add_result(&r->outputs[i], r->values ? r->values[i] : NULL, out);
    if (device && device->n_steps) {
        tri_text_add(out, "\n");
        if (r->each_step)
            tri_text_addf(out, "step by step, without joining: %s, %llu cycles:\n", format_seconds(r->each_step->seconds, seconds),
                          (unsigned long long)r->each_step->cycles);
        add_kernels(r, out);
    }
    if (r->check) add_check(r->check, out);
}

/* ---- JSON ---- */

static void add_json_or_null(tri_text *out, const char *string)
{
    if (string)
        tri_text_add_json_string(out, string);
    else
        tri_text_add(out, "null");
}

static void add_json_kernels(const tri_run_report *device, tri_text *out)
{
    size_t n;
    kernel_sum *sums = sum_kernels(device, &n);
    out->failed |= !sums;
    for (size_t i = 0; sums && i < n; i++) {
        tri_text_add(out, i ? ",{\"name\":" : "{\"name\":");
        tri_text_add_json_string(out, sums[i].name);
        tri_text_add(out, ",\"family\":");
        tri_text_add_json_string(out, sums[i].family);
        tri_text_addf(out, ",\"launches\":%zu,\"cycles\":%llu,\"seconds\":", sums[i].launches, (unsigned long long)sums[i].cycles);
        tri_text_add_json_number(out, sums[i].seconds);
        tri_text_add(out, ",\"flops\":");
        tri_text_add_json_number(out, sums[i].flops);
        tri_text_add(out, ",\"bound_by\":");
        add_json_or_null(out, *sums[i].bound ? sums[i].bound : NULL);
        tri_text_add(out, "}");
    }
    free(sums);
}

void report_json(const run_report *r, tri_text *out)
{
    const tri_run_report *device = r->device_report;
    tri_text_add(out, "{\"device\":");
    tri_text_add_json_string(out, r->device);
    tri_text_add(out, ",\"chip\":");
    add_json_or_null(out, r->chip);
    tri_text_add(out, ",\"seconds\":");
    tri_text_add_json_number(out, r->seconds);
    tri_text_add(out, ",\"cycles\":");
    tri_text_add_json_number(out, device && device->cycles ? (double)device->cycles : NAN);
    if (r->each_step) {
        tri_text_add(out, ",\"step_by_step\":{\"seconds\":");
        tri_text_add_json_number(out, r->each_step->seconds);
        tri_text_addf(out, ",\"cycles\":%llu}", (unsigned long long)r->each_step->cycles);
    }
    tri_text_add(out, ",\"utilisation\":{");
    for (int u = 0; device && u < device->n_units; u++) {
        tri_text_add(out, u ? "," : "");
        tri_text_add_json_string(out, device->units[u].name);
        tri_text_add(out, ":");
        tri_text_add_json_number(out, device->units[u].busy);
    }
    tri_text_add(out, "},\"bound_by\":");
    add_json_or_null(out, bound_by(device));
    tri_text_add(out, ",\"check\":");
    if (r->check) {
        tri_text_addf(out, "{\"pass\":%s,\"worst\":", r->check->pass ? "true" : "false");
        tri_text_add_json_number(out, r->check->worst);
        tri_text_add(out, ",\"rel_l2\":");
        tri_text_add_json_number(out, r->check->rel_l2);
        tri_text_add(out, ",\"at\":");
        tri_text_add_json_string(out, r->check->where);
        tri_text_addf(out, ",\"failed_steps\":%zu}", r->check->failed_steps);
    } else {
        tri_text_add(out, "null");
    }
    tri_text_add(out, ",\"results\":[");
    for (size_t i = 0; r->values && i < r->n_outputs; i++) {
        tri_type type = tensor_type_of(&r->outputs[i]);
        tri_text printed = {0};
        char sha[65];
        tri_type_print(&type, &printed);
        tri_sha256_hex(r->values[i], tri_type_bytes(&type), sha);
        tri_text_add(out, i ? ",{\"name\":" : "{\"name\":");
        tri_text_add_json_string(out, r->outputs[i].name);
        tri_text_add(out, ",\"type\":");
        tri_text_add_json_string(out, tri_text_string(&printed));
        tri_text_addf(out, ",\"sha256\":\"%s\"}", sha);
        tri_text_free(&printed);
    }
    tri_text_add(out, "],\"kernels\":[");
    if (device) add_json_kernels(kernels_report(r), out);
    tri_text_add(out, "]}\n");
}
