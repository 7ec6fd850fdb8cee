/* tools/cmd_opt.c - trine opt: parses and verifies a text, runs passes over it, prints it. A file may hold a graph, tile programs or both; graph
 * passes see the graph, kernel passes every tile program. The text is verified after each pass. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ir/ir.h"
#include "lowering/lowering.h"
#include "tools/cli.h"
#include "tools/model.h"

typedef struct opt_options {
    const char *model, *passes, *print_after;
    int64_t stop_after;
} opt_options;

const cli_option cmd_opt_options[] = {
    {"MODEL", NULL, "the text, - for standard input", CLI_ARGUMENT, true, offsetof(opt_options, model)},
    {"--passes", "P[,P..]", "what to run, in order; `none` only verifies and prints. Default: all graph passes on a graph, none on tile programs",
     CLI_TEXT, false, offsetof(opt_options, passes)},
    {"--print-after", "P", "also print the text after the pass P, on standard error", CLI_TEXT, false, offsetof(opt_options, print_after)},
    {"--stop-after", "N", "run the first N passes only", CLI_COUNT, false, offsetof(opt_options, stop_after)},
    {0},
};

static tri_status *find_pass(const char *name, const tri_pass **out)
{
    const char *names[32];
    size_t n = 0;
    for (; n < tri_n_passes && n < 32; n++) {
        names[n] = tri_passes[n].name;
        if (strcmp(names[n], name)) continue;
        *out = &tri_passes[n];
        return NULL;
    }
    return cli_unknown("pass", name, n, names);
}

static tri_status *select_passes(cli_session *session, const opt_options *o, bool has_graph, tri_pass *chosen, size_t most, size_t *out_n)
{
    *out_n = 0;
    if (!o->passes) {
        if (has_graph) *out_n = tri_graph_passes(false, chosen);
        return NULL;
    }
    if (!strcmp(o->passes, "none")) return NULL;
    cli_list names = cli_split(session, o->passes);
    if (names.n > most) return tri_error(TRI_USAGE, TRI_NOWHERE, "--passes names %zu passes, at most %zu can be run", names.n, most);
    for (; *out_n < names.n; ++*out_n) {
        const tri_pass *pass;
        TRI_TRY(find_pass(names.at[*out_n], &pass));
        chosen[*out_n] = *pass;
        chosen[*out_n].level_in = TRI_LEVEL_TENSOR; /* whoever picks passes by hand may start anywhere */
    }
    return NULL;
}

static tri_status *rewrite(cli_session *session, const opt_options *o, const char *text, size_t n, tri_arena *arena, tri_text *out)
{
    enum { MOST_PASSES = 64 };
    tri_pass chosen[MOST_PASSES];
    const tri_pass *shown;
    size_t n_chosen;
    if (o->print_after && strcmp(o->print_after, "all")) TRI_TRY(find_pass(o->print_after, &shown));
    tri_module *module;
    TRI_TRY(tri_module_parse(arena, text, n, model_name(o->model), &module));
    bool has_graph = false, has_kernels = false;
    for (const tri_func *func = module->first; func; func = func->next) *(func->is_kernel ? &has_kernels : &has_graph) = true;
    TRI_TRY(select_passes(session, o, has_graph, chosen, MOST_PASSES, &n_chosen));
    TRI_TRY(tri_module_verify(module, has_kernels && !has_graph ? TRI_LEVEL_TILE : TRI_LEVEL_TENSOR));
    tri_text printed = {0};
    size_t stop_after = o->stop_after < 0 ? SIZE_MAX : (size_t)o->stop_after;
    tri_pass_options options = {.stop_after = stop_after, .print_after = o->print_after, .printed = &printed};
    tri_status *status = tri_pass_run(&module, n_chosen, chosen, &options);
    fputs(tri_text_string(&printed), stderr);
    tri_text_free(&printed);
    for (size_t i = 0; i < module->remarks.n; i++) {
        const tri_remark *remark = &module->remarks.at[i];
        fprintf(stderr, "%s:%d:%d: remark: %s\n", remark->loc.file ? remark->loc.file : "", (int)remark->loc.line, (int)remark->loc.column,
                remark->text);
    }
    TRI_TRY(status);
    tri_module_print(module, out);
    return NULL;
}

tri_status *cmd_opt(cli_session *session, int argc, char **argv)
{
    opt_options o = {.stop_after = -1};
    TRI_TRY(cli_parse(session, argc, argv, &o));
    const char *text;
    size_t n;
    TRI_TRY(model_read(session, o.model, &text, &n));
    tri_arena arena;
    tri_arena_init(&arena, (size_t)8 << 30);
    tri_text out = {0};
    tri_status *status = TRI_ARENA_EXHAUSTED(&arena) ? tri_arena_exhausted(&arena) : rewrite(session, &o, text, n, &arena, &out);
    tri_arena_free(&arena);
    if (status) {
        tri_text_free(&out);
        return status;
    }
    if (session->json) {
        tri_text quoted = {0};
        tri_text_add(&quoted, "{\"text\":");
        tri_text_add_json_string(&quoted, tri_text_string(&out));
        tri_text_add(&quoted, "}\n");
        tri_text_free(&out);
        out = quoted;
    }
    return cli_print(&out);
}
