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

typedef struct pass {
    const char *name;
    tri_status *(*graph)(tri_module *);
    tri_status *(*kernel)(tri_func *);
    tri_level level;
} pass;

static const pass passes[] = {
#define GRAPH_PASS(name, level, doc) {#name, tri_pass_##name, NULL, level},
#define KERNEL_PASS(name, doc) {#name, NULL, tri_pass_##name, TRI_LEVEL_TILE},
#include "lowering/passes.def"
};
enum { N_PASSES = sizeof passes / sizeof *passes };

static tri_status *find_pass(const char *name, const pass **out)
{
    const char *names[N_PASSES];
    for (int i = 0; i < N_PASSES; i++) {
        names[i] = passes[i].name;
        if (strcmp(passes[i].name, name)) continue;
        *out = &passes[i];
        return NULL;
    }
    return cli_unknown("pass", name, N_PASSES, names);
}

static tri_status *verify_kernels(const tri_module *module)
{
    tri_status *status = NULL;
    for (const tri_func *func = module->first; func; func = func->next)
        if (func->is_kernel) status = tri_join(status, tri_kernel_verify(func));
    return status;
}

static tri_status *run_pass(const pass *p, tri_module *module)
{
    if (p->graph) {
        TRI_TRY(p->graph(module));
        return tri_note(tri_module_verify(module, p->level), "the pass left a module that does not verify");
    }
    for (tri_func *func = module->first; func; func = func->next)
        if (func->is_kernel) TRI_TRY(p->kernel(func));
    return tri_note(verify_kernels(module), "the pass left a tile program that does not verify");
}

static tri_status *select_passes(cli_session *session, const opt_options *o, bool has_graph, const pass **chosen, size_t most, size_t *out_n)
{
    *out_n = 0;
    if (!o->passes) {
        for (int i = 0; has_graph && i < N_PASSES; i++)
            if (passes[i].graph) chosen[(*out_n)++] = &passes[i];
        return NULL;
    }
    if (!strcmp(o->passes, "none")) return NULL;
    cli_list names = cli_split(session, o->passes);
    if (names.n > most) return tri_error(TRI_USAGE, TRI_NOWHERE, "--passes names %zu passes, at most %zu can be run", names.n, most);
    for (; *out_n < names.n; ++*out_n) TRI_TRY(find_pass(names.at[*out_n], &chosen[*out_n]));
    return NULL;
}

static tri_status *rewrite(cli_session *session, const opt_options *o, const char *text, size_t n, tri_arena *arena, tri_text *out)
{
    enum { MOST_PASSES = 64 };
    const pass *chosen[MOST_PASSES], *shown = NULL;
    size_t n_chosen;
    if (o->print_after) TRI_TRY(find_pass(o->print_after, &shown));
    tri_module *module;
    TRI_TRY(tri_module_parse(arena, text, n, model_name(o->model), &module));
    bool has_graph = false, has_kernels = false;
    for (const tri_func *func = module->first; func; func = func->next) *(func->is_kernel ? &has_kernels : &has_graph) = true;
    TRI_TRY(select_passes(session, o, has_graph, chosen, MOST_PASSES, &n_chosen));
    TRI_TRY(tri_module_verify(module, has_kernels && !has_graph ? TRI_LEVEL_TILE : TRI_LEVEL_TENSOR));
    for (size_t i = 0; i < n_chosen && (o->stop_after < 0 || (int64_t)i < o->stop_after); i++) {
        TRI_TRY(tri_note(run_pass(chosen[i], module), "in the pass %s", chosen[i]->name));
        if (chosen[i] != shown) continue;
        tri_text after = {0};
        tri_module_print(module, &after);
        fprintf(stderr, "// after %s\n%s", shown->name, tri_text_string(&after));
        tri_text_free(&after);
    }
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
