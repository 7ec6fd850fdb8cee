/* tools/bench_suites.c - the suites of trine bench, one function each. Times are the best of a few runs: what the machine can do, not what else it
 * does. */
#include <errno.h>
#include <glob.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/parallel.h"
#include "ir/eval.h"
#include "targets/compile.h"
#include "tools/bench.h"
#include "tri/runtime.h"

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* The folder of the running program. */
static const char *program_folder(bench *b)
{
    char path[4096];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
    while (n > 0 && path[n - 1] != '/') n--;
    return n > 1 ? tri_arena_strndup(&b->session->arena, path, (size_t)n - 1) : ".";
}

/* ---- evaluator ---- */

static tri_status *bench_evaluator(bench *b)
{
    static const size_t sizes[][3] = {{512, 512, 512}, {1024, 1024, 1024}, {64, 3072, 768}}; /* m, n, k */
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        size_t m = sizes[s][0], n = sizes[s][1], k = sizes[s][2];
        double *memory = malloc((m * k + k * n + m * n) * sizeof *memory);
        if (!memory) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory");
        double *x = memory, *y = x + m * k, *z = y + k * n, best = INFINITY;
        for (size_t i = 0; i < m * k + k * n; i++) memory[i] = (double)(i % 17) / 16;
        for (size_t i = 0; i < m * n; i++) z[i] = 0;
        for (int run = 0; run < 3; run++) {
            double begin = now();
            tri_gemm_f64(m, n, k, x, (ptrdiff_t)k, 1, y, (ptrdiff_t)n, 1, z, (ptrdiff_t)n);
            best = fmin(best, now() - begin);
        }
        free(memory);
        bench_add(b, (double)(m * n * k) / best / 1e9 / tri_parallel_threads(), "GMAC/s a core", "f64 product %zux%zux%zu, %d cores", m, n, k,
                  tri_parallel_threads());
    }
    return NULL;
}

/* ---- parser ---- */

enum { PARSED_OPS = 100000 };

static tri_status *parse_once(tri_arena *arena, const tri_text *text, double *seconds, double *print_seconds)
{
    tri_module *module;
    double begin = now();
    TRI_TRY(tri_module_parse(arena, text->at, text->n, "generated", &module));
    *seconds = now() - begin;
    tri_text printed = {0};
    begin = now();
    tri_module_print(module, &printed);
    *print_seconds = now() - begin;
    tri_text_free(&printed);
    return NULL;
}

static tri_status *time_parsing(const tri_text *text, double *seconds, double *print_seconds)
{
    tri_arena arena;
    tri_arena_init(&arena, 0);
    tri_status *status = TRI_ARENA_EXHAUSTED(&arena) ? tri_arena_exhausted(&arena) : parse_once(&arena, text, seconds, print_seconds);
    tri_arena_free(&arena);
    return status;
}

static tri_status *bench_parser(bench *b)
{
    tri_text text = {0};
    double best = INFINITY, best_print = INFINITY;
    tri_text_add(&text, "func.func @main(%x: tensor<8x128xf32>) -> tensor<8x128xf32> {\n  %0 = stablehlo.add %x, %x : tensor<8x128xf32>\n");
    for (int i = 1; i < PARSED_OPS; i++) tri_text_addf(&text, "  %%%d = stablehlo.add %%%d, %%x : tensor<8x128xf32>\n", i, i - 1);
    tri_text_addf(&text, "  return %%%d : tensor<8x128xf32>\n}\n", PARSED_OPS - 1);
    tri_status *status = tri_text_status(&text);
    for (int run = 0; run < 3 && !status; run++) {
        double seconds = INFINITY, print_seconds = INFINITY;
        status = time_parsing(&text, &seconds, &print_seconds);
        best = fmin(best, seconds);
        best_print = fmin(best_print, print_seconds);
    }
    double megabytes = (double)text.n / 1e6;
    tri_text_free(&text);
    TRI_TRY(status);
    bench_add(b, megabytes / best, "MB/s", "parse %d ops, %.1f MB", PARSED_OPS, megabytes);
    bench_add(b, megabytes / best_print, "MB/s", "print them");
    return NULL;
}

/* ---- simulators: the programs of tests/bench, which lie in the build folder ---- */

static tri_status *run_program(bench *b, const char *path)
{
    int ends[2];
    if (pipe(ends)) return tri_error(TRI_IO, TRI_NOWHERE, "cannot make a pipe: %s", strerror(errno));
    pid_t child = fork();
    if (!child) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execl(path, path, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    FILE *lines = child > 0 ? fdopen(ends[0], "r") : NULL;
    if (!lines) {
        close(ends[0]);
        return tri_error(TRI_IO, (tri_loc){.file = path}, "cannot run the program: %s", strerror(errno));
    }
    char line[200];
    const char *name = strrchr(path, '/') + 1;
    while (fgets(line, sizeof line, lines)) {
        line[strcspn(line, "\n")] = 0;
        if (*line) bench_add(b, NAN, "", "%s: %s", name, line);
    }
    fclose(lines);
    int ended = 0;
    waitpid(child, &ended, 0);
    if (ended) return tri_error(TRI_BUG, (tri_loc){.file = path}, "the program failed");
    return NULL;
}

static tri_status *bench_simulators(bench *b)
{
    glob_t found;
    const char *pattern = tri_arena_printf(&b->session->arena, "%s/tests/bench-*", program_folder(b));
    if (glob(pattern, 0, NULL, &found))
        return tri_error(TRI_UNAVAILABLE, TRI_NOWHERE, "there is no %s; build Trine with its tests, and run the trine of the build folder", pattern);
    tri_status *status = NULL;
    for (size_t i = 0; i < found.gl_pathc && !status; i++)
        if (!strstr(found.gl_pathv[i], "/bench-eval")) status = run_program(b, found.gl_pathv[i]);
    globfree(&found);
    return status;
}

/* ---- compile ---- */

static double peak_megabytes(int who)
{
    struct rusage usage;
    return getrusage(who, &usage) ? NAN : (double)usage.ru_maxrss * 1024 / 1e6;
}

static tri_status *read_example(bench *b, const char *name, const char **out_path, char **out_text, size_t *out_n)
{
    *out_path = tri_arena_printf(&b->session->arena, "%s/%s", b->models, name);
    return tri_note(tri_file_read(*out_path, out_text, out_n), "--models or TRINE_EXAMPLES says where the example models are");
}

/* One compilation; a chip that cannot be compiled for here is a row that says so. */
static tri_status *compile_for(bench *b, const char *path, const char *text, size_t n, size_t n_chips, const char *const *chips, const char *what)
{
    tri_compiled *compiled;
    double begin = now();
    tri_status *status = tri_compile(text, n, path, &(tri_compile_options){.chips = chips, .n_chips = n_chips}, &compiled);
    if (tri_status_code(status) == TRI_UNSUPPORTED || tri_status_code(status) == TRI_UNAVAILABLE) {
        bench_add(b, NAN, "", "%s: %s", what, tri_status_message(status));
        tri_status_free(status);
        return NULL;
    }
    TRI_TRY(status);
    bench_add(b, now() - begin, "s", "GPT-2 small for %s", what);
    const tri_program *program = tri_compiled_program(compiled);
    uint32_t kernels = 0;
    for (uint32_t i = 0; i < program->n_plans; i++) kernels += program->plans[i].n_kernels;
    bench_add(b, kernels, "kernels", "GPT-2 small for %s", what);
    tri_compiled_free(compiled);
    return NULL;
}

static tri_status *bench_compile(bench *b)
{
    static const char *const chips[] = {"trn2", "v5e", "a100", "mi300x"};
    enum { N_CHIPS = sizeof chips / sizeof *chips };
    const char *path;
    char *text;
    size_t n;
    TRI_TRY(read_example(b, "gpt2/gpt2_small.mlir", &path, &text, &n));
    tri_status *status = NULL;
    for (int i = 0; i < N_CHIPS && !status; i++) status = compile_for(b, path, text, n, 1, &chips[i], chips[i]);
    if (!status) status = compile_for(b, path, text, n, N_CHIPS, chips, "all four");
    free(text);
    TRI_TRY(status);
    bench_add(b, peak_megabytes(RUSAGE_SELF), "MB", "peak memory of the compiler");
    bench_add(b, peak_megabytes(RUSAGE_CHILDREN), "MB", "peak memory of its largest helper process");
    return NULL;
}

/* ---- size ---- */

static tri_status *bench_size(bench *b)
{
    static const char *const places[] = {"lib", "../lib", "../lib/x86_64-linux-gnu", "../lib64"};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct stat info;
        const char *path = tri_arena_printf(&b->session->arena, "%s/%s/libtrine.so", program_folder(b), places[i]);
        if (stat(path, &info)) continue;
        bench_add(b, (double)info.st_size, "bytes", "%s", path);
        return NULL;
    }
    return tri_error(TRI_UNAVAILABLE, TRI_NOWHERE, "there is no libtrine.so in lib or ../lib of %s", program_folder(b));
}

/* ---- models ---- */

/* Runs the program that `bytes` hold once, without values, and adds its time. */
static tri_status *time_program(bench *b, const char *model, const char *device_name, const void *bytes, size_t n)
{
    tri_program_file *file = NULL;
    tri_device_handle *device = NULL;
    tri_executable *executable = NULL;
    tri_run_report report = {0};
    bool simulated = !strncmp(device_name, "sim:", 4);
    tri_status *status = tri_open_memory(bytes, n, model, &file);
    if (!status) status = tri_device_open(device_name, simulated ? "timing_only=1" : NULL, &device);
    if (!status) status = tri_executable_create(file, device, NULL, &executable);
    size_t n_inputs = status ? 0 : tri_executable_inputs(executable);
    void **inputs = calloc(n_inputs + 1, sizeof *inputs);
    for (size_t i = 0; i < n_inputs && inputs && !status; i++) {
        inputs[i] = calloc(1, tri_executable_input(executable, i).bytes + 1);
        if (!inputs[i]) status = tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "no memory for the arguments of %s", model);
    }
    if (!inputs && !status) status = tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory");
    if (!status) status = tri_executable_run(executable, (const void *const *)inputs, NULL, NULL, &report);
    for (size_t i = 0; i < n_inputs && inputs; i++) free(inputs[i]);
    free(inputs);
    tri_executable_destroy(executable);
    tri_device_close(device);
    tri_close(file);
    TRI_TRY(status);
    bench_add(b, report.seconds * 1e3, "ms", "%s on %s", model, device_name);
    if (report.cycles) bench_add(b, (double)report.cycles, "cycles", "%s on %s", model, device_name);
    return NULL;
}

static tri_status *time_model(bench *b, const char *model, const char *device_name)
{
    const char *path, *chip = strchr(device_name, ':');
    char *text;
    size_t n, n_encoded;
    if (!chip || strncmp(device_name, "sim:", 4))
        return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "the suite models runs on simulators, sim:CHIP, not on %s", device_name);
    chip++;
    TRI_TRY(read_example(b, model, &path, &text, &n));
    tri_compiled *compiled = NULL;
    void *encoded = NULL;
    tri_status *status = tri_compile(text, n, path, &(tri_compile_options){.chips = &chip, .n_chips = 1}, &compiled);
    if (!status) status = tri_compiled_encode(compiled, &encoded, &n_encoded);
    if (!status) status = time_program(b, model, device_name, encoded, n_encoded);
    tri_compiled_free(compiled);
    free(encoded);
    free(text);
    return tri_note(status, "while measuring %s on %s", model, device_name);
}

static tri_status *bench_models(bench *b)
{
    static const char *const models[] = {"mlp/mlp.mlir", "gpt2/gpt2_2layer.mlir", "gpt2/gpt2_small.mlir"}, *const devices[] = {"sim:trn2", "sim:v5e"};
    for (size_t m = 0; m < sizeof models / sizeof *models; m++)
        for (size_t d = 0; d < (b->device ? 1 : sizeof devices / sizeof *devices); d++)
            TRI_TRY(time_model(b, models[m], b->device ? b->device : devices[d]));
    return NULL;
}

const bench_suite bench_suites[] = {
    {"evaluator", "matrix products of the evaluator", bench_evaluator},
    {"parser", "text in and out", bench_parser},
    {"simulators", "instructions of the simulators, by the programs of tests/bench", bench_simulators},
    {"compile", "GPT-2 small for four chips: time, kernels, memory", bench_compile},
    {"size", "bytes of libtrine.so", bench_size},
    {"models", "the example models on simulators with a cycle model", bench_models},
};
const size_t bench_n_suites = sizeof bench_suites / sizeof *bench_suites;
