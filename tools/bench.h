/* tools/bench.h - suites of measurements: cmd_bench.c runs one and prints its rows, bench_suites.c has them. */
#ifndef TRI_TOOLS_BENCH_H
#define TRI_TOOLS_BENCH_H

#include "tools/cli.h"

typedef struct bench_row {
    const char *what, *unit;
    double value; /* NaN: `what` says it all */
} bench_row;

typedef struct bench {
    cli_session *session; /* strings of rows live in its arena */
    const char *device;   /* --device, or null */
    const char *models;   /* the folder of the example models */
    TRI_VEC(bench_row) rows;
} bench;

typedef struct bench_suite {
    const char *name, *doc;
    tri_status *(*run)(bench *bench);
} bench_suite;

extern const bench_suite bench_suites[];
extern const size_t bench_n_suites;

void bench_add(bench *bench, double value, const char *unit, const char *format, ...) TRI_PRINTF(4, 5);

#endif
