/* ir/pass.c - the loop around passes. */
#include "ir/pass.h"

#include <time.h>

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static tri_status *verify(const tri_module *module, const tri_pass *pass, tri_level level)
{
    if (pass->graph) return tri_module_verify(module, level);
    tri_status *errors = NULL;
    for (const tri_func *func = module->first; func; func = func->next)
        if (func->is_kernel) errors = tri_join(errors, tri_kernel_verify(func));
    return errors;
}

/* A pass that leaves a wrong module is a bug of ours, whatever the input was. */
static tri_status *as_bug(tri_status *errors, const char *what)
{
    if (!errors || tri_status_code(errors) == TRI_NO_MEMORY) return errors;
    return tri_join(tri_error(TRI_BUG, tri_status_loc(errors), "%s", what), errors);
}

static tri_status *run_one(tri_module *module, const tri_pass *pass)
{
    if (pass->graph) return pass->graph(module);
    for (tri_func *func = module->first; func; func = func->next)
        if (func->is_kernel && !func->is_scheduled) TRI_TRY(pass->kernel(func));
    return NULL;
}

static tri_status *round_trip(tri_module **module)
{
    tri_text text = {0}, again = {0};
    tri_module *read = NULL;
    tri_module_print(*module, &text);
    tri_status *status = tri_text_status(&text);
    if (!status)
        status = as_bug(tri_module_parse((*module)->arena, tri_text_string(&text), text.n, "(printed)", &read), "the module's text does not parse");
    if (!status) {
        tri_module_print(read, &again);
        status = tri_text_status(&again);
    }
    if (!status && strcmp(tri_text_string(&text), tri_text_string(&again)))
        status = tri_error(TRI_BUG, TRI_NOWHERE, "the module's text reads back as another module");
    if (!status) *module = read;
    tri_text_free(&text);
    tri_text_free(&again);
    return status;
}

tri_status *tri_pass_run(tri_module **module, size_t n, const tri_pass *passes, const tri_pass_options *options)
{
    for (size_t i = 0; i < n && i < options->stop_after; i++) {
        const tri_pass *pass = &passes[i];
        tri_status *status = verify(*module, pass, pass->level_in);
        if (status) return tri_note(status, "before the pass %s", pass->name);
        double start = now();
        status = run_one(*module, pass);
        if (options->seconds) options->seconds[i] = now() - start;
        if (!status) status = as_bug(verify(*module, pass, pass->level_out), "the pass left a module that does not verify");
        if (!status && options->round_trip) status = round_trip(module);
        if (status) return tri_note(status, "in the pass %s (number %zu; --stop-after %zu leaves it out)", pass->name, i + 1, i);
        if (!options->print_after || !options->printed) continue;
        if (strcmp(options->print_after, "all") && strcmp(options->print_after, pass->name)) continue;
        tri_text_addf(options->printed, "// after %s\n", pass->name);
        tri_module_print(*module, options->printed);
    }
    return NULL;
}
