/* tools/cmd_bench.c - trine bench: runs one suite of measurements and prints its rows. */
#include "tools/bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/table.h"

typedef struct bench_options {
    const char *suite, *device, *models;
} bench_options;

const cli_option cmd_bench_options[] = {
    {"SUITE", NULL, "evaluator, parser, simulators, compile, size or models", CLI_ARGUMENT, true, offsetof(bench_options, suite)},
    {"--device", "DEV", "models: where to run; default: sim:trn2, then sim:v5e", CLI_TEXT, false, offsetof(bench_options, device)},
    {"--models", "DIR", "compile, models: the folder of the example models; default: $TRINE_EXAMPLES, else where Trine was built from", CLI_TEXT,
     false, offsetof(bench_options, models)},
    {0},
};

void bench_add(bench *bench, double value, const char *unit, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char what[200];
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    TRI_PUSH(&bench->session->arena, &bench->rows, (bench_row){tri_arena_strndup(&bench->session->arena, what, strlen(what)), unit, value});
}

static tri_status *print_rows(const bench *bench, const char *suite)
{
    tri_text out = {0};
    static const char *const titles[] = {"what", ">value", "unit"};
    table t = table_begin(3, titles);
    if (bench->session->json) {
        tri_text_add(&out, "{\"suite\":");
        tri_text_add_json_string(&out, suite);
        tri_text_add(&out, ",\"rows\":[");
    }
    for (size_t i = 0; i < bench->rows.n; i++) {
        const bench_row *row = &bench->rows.at[i];
        if (bench->session->json) {
            tri_text_add(&out, i ? ",{\"what\":" : "{\"what\":");
            tri_text_add_json_string(&out, row->what);
            tri_text_add(&out, ",\"value\":");
            tri_text_add_json_number(&out, row->value);
            tri_text_add(&out, ",\"unit\":");
            tri_text_add_json_string(&out, row->unit);
            tri_text_add(&out, "}");
            continue;
        }
        table_cell(&t, "%s", row->what);
        if (isnan(row->value))
            table_cell(&t, "%s", "");
        else
            table_cell(&t, row->value == floor(row->value) && fabs(row->value) < 1e15 ? "%.0f" : "%.3g", row->value);
        table_cell(&t, "%s", row->unit);
    }
    if (bench->session->json) {
        tri_text_add(&out, "]}\n");
        tri_text_free(&t.cells);
    } else {
        table_end(&t, 0, &out);
    }
    return cli_print(&out);
}

tri_status *cmd_bench(cli_session *session, int argc, char **argv)
{
    bench_options o = {0};
    TRI_TRY(cli_parse(session, argc, argv, &o));
    const char *set = getenv("TRINE_EXAMPLES"), *names[32];
    bench bench = {.session = session, .device = o.device, .models = o.models ? o.models : set ? set : TRINE_EXAMPLES};
    for (size_t i = 0; i < bench_n_suites && i < 32; i++) {
        names[i] = bench_suites[i].name;
        if (strcmp(bench_suites[i].name, o.suite)) continue;
        TRI_TRY(bench_suites[i].run(&bench));
        return print_rows(&bench, o.suite);
    }
    return cli_unknown("suite", o.suite, bench_n_suites, names);
}
