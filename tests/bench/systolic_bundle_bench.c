/* tests/bench/systolic_bundle_bench.c - scheduled programs on simulated bundle cores: share of the chip's peak, busy units, instructions, and what
 * lowering and simulating them took. Timing only; the arithmetic is checked by tests/unit/systolic_bundle_test.c. Usage: bench-systolic-bundle
 * [CHIP [WINDOW [ROWS [WORDS OF THE NAME]]]], 0 for a default. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "systolic_programs.h"
#include "systolic_rig.h"
#include "targets/systolic/bundle.h"

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static tri_status *measure(const char *chip, const char *name, const tri_func *func, tri_arena *arena, double flop, const bundle_options *options)
{
    rig r;
    rig_open(&r, chip);
    r.options.timing_only = true;
    for (uint32_t k = 0; k < func->n_buffers; k++) {
        tri_type type = func->body->args[k]->type;
        rig_buffer(&r, "buffer", tri_type_bytes(&type), NULL);
    }
    tri_systolic_program *program = tri_systolic_new(true, r.file->hash, (uint16_t)func->n_buffers);
    uint32_t top = 0;
    double begin = now();
    tri_func_number((tri_func *)(uintptr_t)func);
    tri_status *status = bundle_lower(r.file, func, options, arena, program, &top);
    double lowered = now();
    if (status) {
        tri_systolic_free(program);
    } else {
        status = rig_run(&r, program);
        double peak = tri_chip_number(r.file, "peak_bf16", 1);
        printf("%-6s %-26s %9.1f us, %5.1f %% of peak, M0 %4.1f V %4.1f X %4.1f HBM %4.1f %% busy, %8llu instructions, SP %u, %.2f + %.2f s\n", chip,
               name, r.report.ns / 1e3, 100 * flop / (r.report.ns * 1e-9) / peak, 100 * r.report.units[0].busy_ns / r.report.ns,
               100 * r.report.units[(int)r.chip.arrays].busy_ns / r.report.ns, 100 * r.report.units[(int)r.chip.arrays + 1].busy_ns / r.report.ns,
               100 * r.report.units[(int)r.chip.arrays + 2].busy_ns / r.report.ns, (unsigned long long)r.report.instructions, top, lowered - begin,
               now() - lowered);
    }
    rig_close(&r);
    return status;
}

static const struct {
    const char *name;
    matmul_shape shape;
} matmuls[] = {
    {"matmul 8192", {8192, 8192, 8192, 2048, 2048, 512, 4, 256, false, TRI_BF16, TRI_BF16}},
    {"matmul 8192 KC 2048", {8192, 8192, 8192, 2048, 2048, 2048, 2, 256, false, TRI_BF16, TRI_BF16}},
    {"matmul 8192 one stage", {8192, 8192, 8192, 2048, 2048, 2048, 1, 256, false, TRI_BF16, TRI_BF16}},
    {"matmul 8192 A B^T", {8192, 8192, 8192, 2048, 2048, 512, 4, 256, true, TRI_BF16, TRI_BF16}},
    {"matmul 2048", {2048, 2048, 2048, 1024, 1024, 512, 4, 128, false, TRI_BF16, TRI_BF16}},
    {"matmul 2048 KC 256", {2048, 2048, 2048, 1024, 1024, 256, 8, 128, false, TRI_BF16, TRI_BF16}},
    {"matmul 2048 512x1024", {2048, 2048, 2048, 512, 1024, 256, 8, 128, false, TRI_BF16, TRI_BF16}},
    {"matmul 2048 BN 2048", {2048, 2048, 2048, 1024, 2048, 512, 4, 128, false, TRI_BF16, TRI_BF16}},
};

static tri_status *measure_matmul(const char *chip, size_t i, const bundle_options *options)
{
    const matmul_shape *s = &matmuls[i].shape;
    tri_arena arena;
    tri_arena_init(&arena, 0);
    if (TRI_ARENA_EXHAUSTED(&arena)) return tri_arena_exhausted(&arena);
    tri_func *func = scheduled_matmul(tri_module_create(&arena, "bench"), s);
    tri_status *status = measure(chip, matmuls[i].name, func, &arena, 2.0 * (double)s->m * (double)s->n * (double)s->k, options);
    tri_arena_free(&arena);
    return status;
}

static const struct {
    const char *name;
    attention_shape shape;
} attentions[] = {
    {"attention causal 512/2048", {16, 8192, 128, 512, 2048, 2, true, 0.08838834764831845}},
    {"attention causal 512/1024", {16, 8192, 128, 512, 1024, 2, true, 0.08838834764831845}},
    {"attention causal 1024/2048", {16, 8192, 128, 1024, 2048, 2, true, 0.08838834764831845}},
    {"attention causal 256/2048", {16, 8192, 128, 256, 2048, 2, true, 0.08838834764831845}},
    {"attention full 512/2048", {4, 8192, 128, 512, 2048, 2, false, 0.08838834764831845}},
};

/* Counted as is usual: both products, half of them when causal. */
static tri_status *measure_attention(const char *chip, size_t i, const bundle_options *options)
{
    const attention_shape *s = &attentions[i].shape;
    tri_arena arena;
    tri_arena_init(&arena, 0);
    if (TRI_ARENA_EXHAUSTED(&arena)) return tri_arena_exhausted(&arena);
    tri_func *func = scheduled_attention(tri_module_create(&arena, "bench"), s);
    double flop = 4.0 * (double)s->heads * (double)s->sequence * (double)s->sequence * (double)s->d * (s->causal ? 0.5 : 1);
    tri_status *status = measure(chip, attentions[i].name, func, &arena, flop, options);
    tri_arena_free(&arena);
    return status;
}

static int report(tri_status *status)
{
    if (!status) return EXIT_SUCCESS;
    tri_status_print(status, NULL, stderr);
    tri_status_free(status);
    return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    const char *chip = argc > 1 ? argv[1] : "v5e", *wanted = argc > 4 ? argv[4] : "";
    bundle_options options = bundle_defaults;
    if (argc > 2 && strcmp(argv[2], "0")) options.window = atoi(argv[2]);
    if (argc > 3 && strcmp(argv[3], "0")) options.moving_rows = atoi(argv[3]);
    int failed = 0;
    for (size_t i = 0; i < sizeof matmuls / sizeof *matmuls; i++)
        if (strstr(matmuls[i].name, wanted)) failed |= report(measure_matmul(chip, i, &options));
    for (size_t i = 0; i < sizeof attentions / sizeof *attentions; i++)
        if (strstr(attentions[i].name, wanted)) failed |= report(measure_attention(chip, i, &options));
    return failed;
}
