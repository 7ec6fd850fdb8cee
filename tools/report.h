/* tools/report.h - what a run printed: lines for people, or one JSON object. */
#ifndef TRI_TOOLS_REPORT_H
#define TRI_TOOLS_REPORT_H

#include "abi/plan.h"
#include "base/text.h"
#include "tools/check.h"
#include "tri/runtime.h"

typedef struct run_report {
    const char *device, *chip; /* chip: null for the evaluator */
    bool simulated;
    double seconds; /* the median of the repeats */
    int64_t repeats;
    double peak_bf16;                    /* FLOP/s of the device; 0: unknown */
    const tri_run_report *device_report; /* null for the evaluator */
    const tri_run_report *each_step;     /* of a run step by step, where the other one was of joined steps; else null */
    const tri_plan_tensor *outputs;
    size_t n_outputs;
    void *const *values;        /* of the outputs; null with --timing-only */
    const check_verdict *check; /* null: none was asked */
} run_report;

void report_text(const run_report *report, tri_text *out);
void report_json(const run_report *report, tri_text *out);

#endif
