/* tests/bench/cost_bench.c - the cost model against the cycle models: matmuls with configs of the family's space, predicted and simulated.
 *
 *     bench-cost CHIP table              the chosen config of each of a set of shapes, and the model's error
 *     bench-cost CHIP M N K [MOST]       the best MOST configs (default: all): rank correlation, what the choice loses against the best
 *     bench-cost CHIP M N K MOST each    the same, and a line a config */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "targets/compile.h"
#include "tri/runtime.h"

enum { MOST_CANDIDATES = 2000 };

typedef struct shape {
    int64_t m, n, k;
    const char *dtype;
    bool transposed; /* the right operand lies as [n,k] */
} shape;

/* Answers the compiler's question with one config, and keeps what the family would have said. */
typedef struct chosen {
    int index; /* of the family's ranking; -1: the families' own choice */
    int n;
    tri_candidate *all;
    double seconds; /* that ranking took */
} chosen;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int answer(void *context, const tri_family *family, const tri_op *group, const tri_chip *chip, tri_candidate *out, int most)
{
    chosen *c = context;
    if (!family->candidates) return 0;
    if (!c->n) c->n = family->candidates(group, chip, c->all, MOST_CANDIDATES);
    double begin = now();
    int n = family->candidates(group, chip, out, most);
    c->seconds = now() - begin;
    if (c->index < 0) return n;
    if (c->index >= c->n) return 0;
    out[0] = c->all[c->index];
    return 1;
}

static char *module_text(const shape *s)
{
    enum { ROOM = 1024 };
    char *text = malloc(ROOM), b[64];
    snprintf(b, sizeof b, "%lldx%lldx%s", (long long)(s->transposed ? s->n : s->k), (long long)(s->transposed ? s->k : s->n), s->dtype);
    if (text)
        snprintf(
            text, ROOM,
            "func.func @main(%%a: tensor<%lldx%lldx%s>, %%b: tensor<%s>) -> tensor<%lldx%lldx%s> {\n"
            "  %%0 = stablehlo.dot_general %%a, %%b, contracting_dims = [1] x [%d] : (tensor<%lldx%lldx%s>, tensor<%s>) -> tensor<%lldx%lldx%s>\n"
            "  return %%0 : tensor<%lldx%lldx%s>\n}\n",
            (long long)s->m, (long long)s->k, s->dtype, b, (long long)s->m, (long long)s->n, s->dtype, s->transposed, (long long)s->m,
            (long long)s->k, s->dtype, b, (long long)s->m, (long long)s->n, s->dtype, (long long)s->m, (long long)s->n, s->dtype);
    return text;
}

/* Simulated seconds; 0 when the target did not take the config, so that the empty schedule would have run. */
static tri_status *measure(tri_device_handle *device, const char *chip, const shape *s, chosen *c, char *config, size_t room, double *out_seconds)
{
    tri_compile_options options = {.chips = &chip, .n_chips = 1};
    tri_config_source source = {answer, c};
    tri_compiled *compiled;
    tri_program_file *file = NULL;
    tri_executable *executable = NULL;
    void *encoded = NULL, *inputs[2] = {NULL, NULL};
    size_t n, size = !strcmp(s->dtype, "f32") ? 4 : strstr(s->dtype, "8") ? 1 : 2;
    char *text = module_text(s);
    *out_seconds = 0;
    tri_status *status = tri_compile_with(text, strlen(text), "bench", &options, &source, &compiled);
    free(text);
    TRI_TRY(status);
    const tri_plan_kernel *kernel = &tri_compiled_program(compiled)->plans[0].kernels[0];
    bool taken = strstr(kernel->config, "schedule=1") != NULL;
    snprintf(config, room, "%s", kernel->config);
    status = tri_compiled_encode(compiled, &encoded, &n);
    tri_compiled_free(compiled);
    if (!status && taken) status = tri_open_memory(encoded, n, "bench", &file);
    if (!status && taken) status = tri_executable_create(file, device, NULL, &executable);
    if (!status && taken) {
        tri_run_report report;
        tri_run_options run = {.poison = false};
        inputs[0] = calloc((size_t)(s->m * s->k), size);
        inputs[1] = calloc((size_t)(s->n * s->k), size);
        status = tri_executable_run(executable, (const void *const *)inputs, NULL, &run, &report);
        if (!status) *out_seconds = report.seconds;
    }
    free(inputs[0]);
    free(inputs[1]);
    tri_executable_destroy(executable);
    tri_close(file);
    free(encoded);
    return status;
}

/* ---- one shape, all configs ---- */

typedef struct pair {
    double predicted, measured, rank[2];
} pair;

static int by_measured(const void *a, const void *b)
{
    double x = ((const pair *)a)->measured, y = ((const pair *)b)->measured;
    return x < y ? -1 : x > y;
}

static int by_predicted(const void *a, const void *b)
{
    double x = ((const pair *)a)->predicted, y = ((const pair *)b)->predicted;
    return x < y ? -1 : x > y;
}

/* Spearman's: equal values share the mean of their ranks. */
static double rank_correlation(pair *pairs, int n)
{
    for (int which = 0; which < 2; which++) {
        qsort(pairs, (size_t)n, sizeof *pairs, which ? by_measured : by_predicted);
        for (int i = 0, end; i < n; i = end) {
            double value = which ? pairs[i].measured : pairs[i].predicted;
            for (end = i; end < n && (which ? pairs[end].measured : pairs[end].predicted) == value;) end++;
            for (int k = i; k < end; k++) pairs[k].rank[which] = 0.5 * (i + end - 1);
        }
    }
    double mean = 0.5 * (n - 1), both = 0, squares[2] = {0, 0};
    for (int i = 0; i < n; i++) {
        both += (pairs[i].rank[0] - mean) * (pairs[i].rank[1] - mean);
        for (int which = 0; which < 2; which++) squares[which] += (pairs[i].rank[which] - mean) * (pairs[i].rank[which] - mean);
    }
    return squares[0] > 0 && squares[1] > 0 ? both / sqrt(squares[0] * squares[1]) : 1;
}

static tri_status *rank_shape(tri_device_handle *device, const char *chip, const shape *s, int most, bool each)
{
    tri_candidate *all = malloc(MOST_CANDIDATES * sizeof *all);
    pair *pairs = malloc(MOST_CANDIDATES * sizeof *pairs);
    chosen c = {.all = all, .n = 0};
    int n = 0, refused = 0;
    double worst = 0;
    tri_status *status = all && pairs ? NULL : tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory");
    for (int i = 0; !status && i < most && (!i || i < c.n); i++) {
        char config[128];
        double seconds;
        c.index = i;
        status = measure(device, chip, s, &c, config, sizeof config, &seconds);
        if (status) break;
        if (!c.n) break;
        if (!seconds) {
            refused++;
            continue;
        }
        const tri_cost *cost = &all[i].cost;
        pairs[n++] = (pair){.predicted = cost->seconds, .measured = seconds};
        worst = fmax(worst, fabs(cost->seconds / seconds - 1));
        if (each)
            printf("%10.2f us %10.2f us %+6.1f%%  %-12s %s\n", cost->seconds * 1e6, seconds * 1e6, 100 * (cost->seconds / seconds - 1),
                   tri_cost_resource_name(cost->bound), config);
    }
    if (!status && n) {
        double first = pairs[0].measured, correlation = rank_correlation(pairs, n); /* sorted by what was measured, now */
        printf("%s %lldx%lldx%lld: %d configs, %d refused; rank correlation %.3f; chosen %.2f us, best %.2f us: loss %.1f%%; worst error %.0f%%\n",
               chip, (long long)s->m, (long long)s->n, (long long)s->k, n, refused, correlation, first * 1e6, pairs[0].measured * 1e6,
               100 * (first / pairs[0].measured - 1), 100 * worst);
    }
    free(all);
    free(pairs);
    return status;
}

/* ---- the table ---- */

static bool same_config(const tri_config *config, const char *printed)
{
    char text[256] = "";
    for (int i = 0; i < config->n; i++) {
        size_t at = strlen(text);
        snprintf(text + at, sizeof text - at, "%s%s=%lld", i ? " " : "", config->knobs[i].name, (long long)config->knobs[i].value);
    }
    return !strcmp(text, printed);
}

static const shape shapes[] = {
    {8192, 8192, 8192, "bf16", false}, {2048, 2048, 2048, "bf16", false}, {1024, 1024, 1024, "bf16", false}, {512, 512, 512, "bf16", false},
    {4096, 4096, 1024, "bf16", false}, {1024, 4096, 8192, "bf16", false}, {8192, 1024, 2048, "bf16", true},  {2048, 2048, 2048, "f32", false},
    {64, 768, 3072, "bf16", false},    {64, 2304, 768, "bf16", false},    {16, 4096, 4096, "bf16", false},   {1000, 1000, 1000, "bf16", false},
    {256, 8192, 8192, "bf16", true},   {2048, 128, 2048, "bf16", false},
};

static tri_status *table(tri_device_handle *device, const char *chip)
{
    tri_candidate *all = malloc(MOST_CANDIDATES * sizeof *all);
    if (!all) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory");
    printf("| %s: m x n x k | config | predicted | simulated | error | bound | of peak | ranked in |\n|---|---|---|---|---|---|---|---|\n", chip);
    tri_status *status = NULL;
    tri_chip *file = NULL;
    status = tri_chip_load(chip, &file);
    double peak = status ? 0 : tri_chip_number(file, "peak_bf16", 0);
    for (size_t i = 0; !status && i < sizeof shapes / sizeof *shapes; i++) {
        const shape *s = &shapes[i];
        char config[128];
        double seconds;
        chosen c = {.all = all, .index = -1};
        status = measure(device, chip, s, &c, config, sizeof config, &seconds);
        if (status) break;
        int k = 0;
        while (k + 1 < c.n && !same_config(&all[k].config, config)) k++;
        printf("| %lldx%lldx%lld%s%s | %s | %.1f us | %.1f us | %+.1f%% | %s | %.1f%% | %.2f ms |\n", (long long)s->m, (long long)s->n,
               (long long)s->k, !strcmp(s->dtype, "bf16") ? "" : " ", !strcmp(s->dtype, "bf16") ? s->transposed ? " (B^T)" : "" : s->dtype, config,
               all[k].cost.seconds * 1e6, seconds * 1e6, seconds ? 100 * (all[k].cost.seconds / seconds - 1) : 0,
               tri_cost_resource_name(all[k].cost.bound), seconds ? 200 * (double)s->m * (double)s->n * (double)s->k / seconds / peak : 0,
               c.seconds * 1e3);
    }
    tri_chip_free(file);
    free(all);
    return status;
}

int main(int argc, char **argv)
{
    char name[64];
    tri_device_handle *device;
    if (argc != 3 && (argc < 5 || argc > 7)) {
        fprintf(stderr, "bench-cost CHIP table, or CHIP M N K [MOST [each]]\n");
        return EXIT_FAILURE;
    }
    snprintf(name, sizeof name, "sim:%.50s", argv[1]);
    tri_status *status = tri_device_open(name, "timing_only=1", &device);
    if (!status) {
        if (argc == 3) {
            status = table(device, argv[1]);
        } else {
            const shape s = {atoll(argv[2]), atoll(argv[3]), atoll(argv[4]), "bf16", false};
            status = rank_shape(device, argv[1], &s, argc > 5 ? atoi(argv[5]) : MOST_CANDIDATES, argc > 6);
        }
        tri_device_close(device);
    }
    if (!status) return EXIT_SUCCESS;
    tri_status_print(status, NULL, stderr);
    tri_status_free(status);
    return EXIT_FAILURE;
}
