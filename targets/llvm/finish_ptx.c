/* targets/llvm/finish_ptx.c - ptxas: start it, read its report.
 *
 * A report has, for each kernel,
 *     ptxas info    : Compiling entry function 'NAME' for 'sm_80'
 *     ptxas info    : Function properties for NAME
 *         8 bytes stack frame, 4 bytes spill stores, 4 bytes spill loads
 *     ptxas info    : Used 24 registers, used 1 barriers, 1024 bytes smem, 360 bytes cmem[0]
 * and remarks with a number. C7517 and C7519 say that ptxas put in a wait or a fence that costs nothing; every other C75xx says that it
 * serialised wgmma or ignored setmaxnreg, which costs most of the speed. */
#include "targets/llvm/finish.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "targets/llvm/codegen_tool.h"

void tri_finish_unknown(tri_codegen_result *result)
{
    result->registers = result->scalar_registers = result->spill_bytes = result->stack_bytes = result->shared_bytes = result->code_bytes =
        TRI_CODEGEN_UNKNOWN;
}

/* The number before `word` in the line, or -1. */
static int64_t number_before(const char *line, const char *word)
{
    const char *at = strstr(line, word);
    if (!at) return -1;
    const char *digits = at;
    while (digits > line && isdigit((unsigned char)digits[-1])) digits--;
    if (digits == at || at - digits > 15) return -1;
    return strtoll(digits, NULL, 10);
}

static bool is_costly(const char *line)
{
    const char *code = strstr(line, "(C75");
    if (code) return strncmp(code, "(C7517)", 7) && strncmp(code, "(C7519)", 7);
    const char *colon = strchr(line, ':'), *word = strstr(line, "warning");
    return colon && word && word < colon;
}

static bool names_kernel(const char *line, const char *name)
{
    const char *quote = strchr(line, '\'');
    size_t n = strlen(name);
    return !n || (quote && !strncmp(quote + 1, name, n) && quote[1 + n] == '\'');
}

/* ptxas calls its input by the path it was given; people know it as PTX. */
static void add_line(tri_text *log, const char *line)
{
    const char *path = strstr(line, TRI_TOOL_INPUT);
    if (!path) tri_text_add(log, line);
    else tri_text_addf(log, "%.*sPTX%s", (int)(path - line), line, path + strlen(TRI_TOOL_INPUT));
    tri_text_add(log, "\n");
}

void tri_finish_read_ptxas(const char *report, const char *name, tri_text *log, tri_codegen_result *result)
{
    bool seen = false, mine = false;
    while (*report) {
        size_t n = strcspn(report, "\n");
        char line[1024];
        snprintf(line, sizeof line, "%.*s", (int)(n < sizeof line ? n : sizeof line - 1), report);
        report += n + (report[n] == '\n');
        if (!*line || strstr(line, "Compile time =")) continue; /* the one line that is never the same twice */
        if (strstr(line, "Compiling entry function")) {
            mine = !seen && names_kernel(line, name);
            seen |= mine;
        } else if (mine && strstr(line, "bytes stack frame")) {
            result->stack_bytes = number_before(line, " bytes stack frame");
            result->spill_bytes = number_before(line, " bytes spill stores");
        } else if (mine && strstr(line, ": Used ")) {
            int64_t shared = number_before(line, " bytes smem");
            result->registers = number_before(line, " registers");
            result->shared_bytes = shared < 0 ? 0 : shared;
            mine = false; /* the last line of a kernel; functions it calls come before it */
        }
        bool warning = is_costly(line);
        result->warnings += warning;
        if (warning) tri_text_add(log, "warning: ");
        add_line(log, line);
    }
}

/* What an old ptxas says about a chip or a PTX version that came after it. */
static bool too_old(const char *report) { return strstr(report, "is not defined for option 'gpu-name'") || strstr(report, "Unsupported .version"); }

static tri_status *refused(const tri_tool_run *run)
{
    if (run->signal) return tri_error(TRI_BUG, TRI_NOWHERE, "ptxas crashed (%s); it said: %s", strsignal(run->signal), run->log);
    if (strstr(run->log, "emory allocation")) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "ptxas needs more memory than it may use: %s", run->log);
    tri_text words = {0};
    tri_codegen_result unused = {0};
    tri_finish_read_ptxas(run->log, "", &words, &unused);
    while (words.n && words.at[words.n - 1] == '\n') words.at[--words.n] = 0;
    tri_status *status = tri_error(TRI_INVALID, TRI_NOWHERE, "ptxas refuses the PTX: %s", tri_text_string(&words));
    tri_text_free(&words);
    return status;
}

/* The text without positions, of which ptxas would make tables larger than the code; lines keep their numbers. */
static void leave_positions_out(const char *text, size_t n, tri_text *out)
{
    static const char *const left_out[] = {"\t.loc\t", "\t.file\t", "\t.section\t.debug", "//tile "};
    for (const char *at = text, *end = text + n; at < end;) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        stop = stop ? stop + 1 : end;
        bool drop = false;
        for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++)
            drop |= (size_t)(stop - at) >= strlen(left_out[i]) && !memcmp(at, left_out[i], strlen(left_out[i]));
        if (drop)
            tri_text_add(out, "\n");
        else
            tri_text_add_n(out, at, (size_t)(stop - at));
        at = stop;
    }
}

tri_status *tri_finish_ptx(const tri_codegen_job *job, tri_text *log, tri_codegen_result *result)
{
    static const char *const places[] = {"ptxas", "/usr/local/cuda/bin/ptxas", NULL};
    static const tri_tool_search search = {.variable = "TRINE_PTXAS", .places = places};
    char *ptxas, arch[300];
    TRI_TRY(tri_tool_find(&search, &ptxas));
    if (!ptxas) return NULL;
    snprintf(arch, sizeof arch, "-arch=%s", job->cpu);
    const char *const arguments[] = {ptxas, "-v", "--warn-on-spills", arch, "-o", TRI_TOOL_OUTPUT, TRI_TOOL_INPUT, NULL};
    tri_tool_run run = {0};
    tri_text code = {0};
    leave_positions_out(result->assembly, result->assembly_bytes, &code);
    tri_status *status = tri_text_status(&code);
    if (!status) status = tri_tool_start(arguments, tri_text_string(&code), code.n, &run);
    tri_text_free(&code);
    if (!status && run.exit_status && too_old(run.log)) {
        tri_text_addf(log, "warning: %s is too old for this job, so there is no cubin: %.*s\n", ptxas, (int)strcspn(run.log, "\n"), run.log);
        result->warnings++;
    } else if (!status && (run.exit_status || run.signal)) status = refused(&run);
    else if (!status) {
        tri_finish_read_ptxas(run.log, job->name ? job->name : "", log, result);
        result->object = run.output;
        result->object_bytes = run.output_bytes;
        run.output = NULL;
        result->code_bytes = tri_finish_code_bytes(result->object, result->object_bytes);
        if (result->code_bytes <= 0) status = tri_error(TRI_BUG, TRI_NOWHERE, "%s reported success but wrote no cubin", ptxas);
    }
    tri_tool_run_free(&run);
    free(ptxas);
    return status;
}
