/* tools/cmd_compile.c - trine compile: a model's text into one artifact for one or more chips, and the texts and images in between. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "targets/compile.h"
#include "tools/cli.h"
#include "tools/model.h"
#include "tools/progress.h"
#include "tools/table.h"

typedef struct compile_options {
    const char *model, *chips, *output;
    int64_t jobs;
    cli_list emit;
    bool match_attention;
} compile_options;

const cli_option cmd_compile_options[] = {
    {"MODEL", NULL, "StableHLO text, - for standard input", CLI_ARGUMENT, true, offsetof(compile_options, model)},
    {"--chip", "CHIP[,CHIP..]", "names of chips (trine chips), or paths of chip files", CLI_TEXT, true, offsetof(compile_options, chips)},
    {"-o", "OUT.tri", "the artifact", CLI_TEXT, false, offsetof(compile_options, output)},
    {"--jobs", "N", "helper processes at once; 0, the default: one a core", CLI_COUNT, false, offsetof(compile_options, jobs)},
    {"--match-attention", NULL, "compute chains of contraction, softmax, contraction as one kernel; says why where it does not", CLI_FLAG, false,
     offsetof(compile_options, match_attention)},
    {"--emit", "STAGE=FILE",
     "also write a stage (- for standard output): tensor tile schedule plan llvm ptx asm systolic (texts), cubin hsaco (images; FILE.KERNEL where "
     "there are several)",
     CLI_LIST, false, offsetof(compile_options, emit)},
    {0},
};

/* How a stage is had: as a text, or as the code images of that kind. */
static const struct stage {
    const char *name;
    bool image;
} stages[] = {{"tensor", false}, {"tile", false}, {"schedule", false}, {"plan", false}, {"llvm", false},
              {"ptx", false},    {"asm", false},  {"systolic", false}, {"cubin", true}, {"hsaco", true}};
enum { N_STAGES = sizeof stages / sizeof *stages };

static tri_status *find_stage(const char *spec, const struct stage **out_stage, const char **out_file)
{
    const char *equals = strchr(spec, '=');
    if (!equals || !equals[1]) return tri_error(TRI_USAGE, TRI_NOWHERE, "--emit takes STAGE=FILE, not '%s'", spec);
    const char *names[N_STAGES];
    char word[16];
    snprintf(word, sizeof word, "%.*s", (int)(equals - spec), spec);
    *out_file = equals + 1;
    for (int i = 0; i < N_STAGES; i++) {
        names[i] = stages[i].name;
        if (strcmp(stages[i].name, word)) continue;
        *out_stage = &stages[i];
        return NULL;
    }
    return cli_unknown("stage", word, N_STAGES, names);
}

static tri_status *write_images(cli_session *session, const tri_program *program, const char *kind, const char *file)
{
    uint32_t found = 0, several = 0;
    for (int pass = 0; pass < 2; pass++) { /* count, then write */
        for (uint32_t p = 0; p < program->n_plans; p++) {
            const tri_plan *plan = &program->plans[p];
            for (uint32_t k = 0; k < plan->n_kernels; k++) {
                for (int form = 0; form < 2; form++) {
                    uint32_t code = plan->kernels[k].code[form];
                    if (code >= plan->n_codes || strcmp(plan->codes[code].kind, kind)) continue;
                    several += !pass;
                    if (!pass) continue;
                    const char *path = several == 1 ? file : tri_arena_printf(&session->arena, "%s.%s.%s", file, plan->chip, plan->kernels[k].name);
                    TRI_TRY(tri_file_write(path, plan->codes[code].bytes, plan->codes[code].n));
                    found++;
                }
            }
        }
    }
    if (!found) return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "--emit %s: there are no %s images for these chips here", kind, kind);
    return NULL;
}

static tri_status *emit(cli_session *session, const tri_compiled *compiled, const cli_list *specs)
{
    for (size_t i = 0; i < specs->n; i++) {
        const struct stage *stage;
        const char *file;
        TRI_TRY(find_stage(specs->at[i], &stage, &file));
        if (stage->image) {
            TRI_TRY(write_images(session, tri_compiled_program(compiled), stage->name, file));
            continue;
        }
        const char *text = tri_compiled_text(compiled, stage->name);
        if (!text) return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "--emit %s: there is no such stage on the way to these chips", stage->name);
        tri_text out = {0};
        if (!strcmp(file, "-")) {
            tri_text_add(&out, text);
            TRI_TRY(cli_print(&out));
        } else {
            TRI_TRY(tri_file_write(file, text, strlen(text)));
        }
    }
    return NULL;
}

static uint64_t code_bytes(const tri_plan *plan)
{
    uint64_t n = 0;
    for (uint32_t i = 0; i < plan->n_codes; i++) n += plan->codes[i].n;
    return n;
}

static tri_status *report(const cli_session *session, const compile_options *o, const tri_program *program, double seconds)
{
    tri_text out = {0};
    static const char *const titles[] = {"chip", "entry", ">kernels", ">steps", ">code", ">scratch"};
    table t = table_begin(6, titles);
    if (session->json) {
        tri_text_add(&out, "{\"output\":");
        if (o->output)
            tri_text_add_json_string(&out, o->output);
        else
            tri_text_add(&out, "null");
        tri_text_add(&out, ",\"seconds\":");
        tri_text_add_json_number(&out, seconds);
        tri_text_add(&out, ",\"chips\":[");
    }
    for (uint32_t i = 0; i < program->n_plans; i++) {
        const tri_plan *plan = &program->plans[i];
        char code[QUANTITY_ROOM], scratch[QUANTITY_ROOM];
        if (session->json) {
            tri_text_add(&out, i ? ",{\"chip\":" : "{\"chip\":");
            tri_text_add_json_string(&out, plan->chip);
            tri_text_add(&out, ",\"entry\":");
            tri_text_add_json_string(&out, plan->entry);
            tri_text_addf(&out, ",\"kernels\":%u,\"steps\":%u,\"code_bytes\":%llu,\"scratch_bytes\":%llu}", plan->n_kernels, plan->n_steps,
                          (unsigned long long)code_bytes(plan), (unsigned long long)plan->scratch_bytes);
            continue;
        }
        table_cell(&t, "%s", plan->chip);
        table_cell(&t, "%s", plan->entry);
        table_cell(&t, "%u", plan->n_kernels);
        table_cell(&t, "%u", plan->n_steps);
        table_cell(&t, "%s", format_bytes((double)code_bytes(plan), code));
        table_cell(&t, "%s", format_bytes((double)plan->scratch_bytes, scratch));
    }
    if (session->json) {
        tri_text_add(&out, "]}\n");
        tri_text_free(&t.cells);
    } else {
        table_end(&t, 0, &out);
        tri_text_addf(&out, "%s%s%.2f s\n", o->output ? o->output : "", o->output ? ": " : "", seconds);
    }
    return cli_print(&out);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

tri_status *cmd_compile(cli_session *session, int argc, char **argv)
{
    compile_options o = {0};
    TRI_TRY(cli_parse(session, argc, argv, &o));
    if (!o.output && !o.emit.n) return tri_error(TRI_USAGE, TRI_NOWHERE, "-o OUT.tri (or --emit STAGE=FILE) is missing: there is nothing to write");
    bool to_stdout = false;
    for (size_t i = 0; i < o.emit.n; i++) { /* before the work, not after it */
        const struct stage *stage;
        const char *file;
        TRI_TRY(find_stage(o.emit.at[i], &stage, &file));
        if (strcmp(file, "-")) continue;
        if (stage->image) return tri_error(TRI_USAGE, TRI_NOWHERE, "--emit %s=-: code images go to files only", stage->name);
        to_stdout = true;
    }
    cli_list chips = cli_split(session, o.chips);
    const char *text;
    size_t n;
    TRI_TRY(model_read(session, o.model, &text, &n));
    tri_compile_options options = {.chips = chips.at,
                                   .n_chips = chips.n,
                                   .jobs = o.jobs > 64 ? 64 : (int)o.jobs,
                                   .want_text = o.emit.n != 0,
                                   .progress = progress_show,
                                   .match_attention = o.match_attention,
                                   .remark = remark_show};
    tri_compiled *compiled;
    double begin = now();
    tri_status *status = tri_compile(text, n, model_name(o.model), &options, &compiled);
    progress_clear();
    TRI_TRY(status);
    double seconds = now() - begin;
    status = emit(session, compiled, &o.emit);
    if (!status && o.output) status = tri_compiled_write(compiled, o.output);
    if (!status && !to_stdout) status = report(session, &o, tri_compiled_program(compiled), seconds);
    tri_compiled_free(compiled);
    return status;
}
