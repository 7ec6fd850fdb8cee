/* tools/trace.h - the picture of a run for chrome://tracing or Perfetto: the steps, and on simulators with a cycle model what every unit did in them.
 */
#ifndef TRI_TOOLS_TRACE_H
#define TRI_TOOLS_TRACE_H

#include "base/arena.h"
#include "base/text.h"
#include "tools/report.h"

typedef struct trace_event {
    size_t step;
    uint32_t unit, what; /* in names */
    double start, seconds;
} trace_event;

typedef struct trace {
    tri_arena *arena; /* of the names */
    TRI_VEC(const char *) names;
    TRI_VEC(trace_event) events;
    uint64_t left_out; /* events beyond TRACE_MOST_EVENTS */
} trace;

enum { TRACE_MOST_EVENTS = 1 << 20 };

/* A tri_unit_callback; `context` is a trace. */
void trace_unit(void *context, size_t step, const char *unit, const char *what, double start, double seconds);
/* The trace event format; times in microseconds. */
void trace_write(const trace *trace, const run_report *report, tri_text *out);

#endif
