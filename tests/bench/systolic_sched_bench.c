/* tests/bench/systolic_sched_bench.c - simulated time of the scheduled programs for trn2: matmul and causal attention as the tests have them, and
 * what becomes of them when the schedule or the machine changes. Utilisation is of the dense bf16 peak, attention's by half of the square of the
 * tokens.
 *
 *     bench-systolic-sched            the figures
 *     bench-systolic-sched floors     the same; fails when one is below its floor */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/unit/systolic_sched_programs.h"

static const double peak = 128.0 * 128 * 2 * 2.4; /* FLOP a nanosecond */

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double run(tri_text *text, const sched_data *data, int n, double flop, double *out_seconds, uint64_t *out_instructions)
{
    tri_syssim_report report = {0};
    double begin = now();
    tri_status *status = sched_run("trn2", tri_text_string(text), text->n, data, n, true, &report, NULL);
    *out_seconds = now() - begin;
    *out_instructions = report.instructions;
    tri_text_free(text);
    if (status) tri_status_print(status, NULL, stderr);
    tri_status_free(status);
    return report.ns > 0 ? 100 * flop / report.ns / peak : 0;
}

static bool show(const char *name, double utilisation, double floor, double seconds, uint64_t instructions)
{
    printf("%-62s %6.2f %%", name, utilisation);
    if (floor > 0) printf("  (floor %.0f)", floor);
    printf("  %llu instructions, compiled and run in %.2f s\n", (unsigned long long)instructions, seconds);
    return utilisation >= floor;
}

static bool matmul(const char *name, matmul_schedule s, double floor)
{
    tri_text text = {0};
    matmul_text(&text, &s);
    const sched_data data[] = {
        {NULL, 2 * (uint64_t)(s.m * s.k), true}, {NULL, 2 * (uint64_t)(s.k * s.n), true}, {NULL, 2 * (uint64_t)(s.m * s.n), false}};
    double seconds;
    uint64_t instructions;
    double utilisation = run(&text, data, 3, 2.0 * (double)(s.m * s.n) * (double)s.k, &seconds, &instructions);
    return show(name, utilisation, floor, seconds, instructions);
}

static bool attention(const char *name, attention_schedule s, double floor)
{
    tri_text text = {0};
    attention_text(&text, &s);
    const uint64_t bytes = 2 * (uint64_t)(s.tokens * s.heads * 128);
    const sched_data data[] = {{NULL, bytes, true}, {NULL, bytes, true}, {NULL, bytes, true}, {NULL, bytes, false}};
    double seconds, flop = 2.0 * (double)(s.tokens * s.tokens) * 128 * (double)s.heads;
    uint64_t instructions;
    double utilisation = run(&text, data, 4, flop, &seconds, &instructions);
    return show(name, utilisation, floor, seconds, instructions);
}

int main(int argc, char **argv)
{
    const matmul_schedule large = {.m = 8192, .n = 8192, .k = 8192, .kc = 512, .depth = 3, .stages = 4, .first_in_tiles = true};
    const matmul_schedule small = {.m = 2048, .n = 2048, .k = 2048, .kc = 512, .depth = 4, .stages = 4};
    const attention_schedule heads = {.tokens = 8192,
                                      .heads = 16,
                                      .scale = 0.08838834764831845,
                                      .age = {1, 4, 7, 7},
                                      .s_slots = 3,
                                      .t_slots = 1,
                                      .o_slots = 1,
                                      .vector_copies = true,
                                      .general_share = 50,
                                      .dma_quarters = 2};
    bool good = matmul("matmul 8192^3", large, 97);
    good &= matmul("matmul 2048^3", small, 90);
    good &= attention("attention, causal, 16 heads of 128, 8192 tokens", heads, 55);
    matmul_schedule m = large;
    m.depth = 1;
    matmul("matmul 8192^3, one stage", m, 0);
    m = small;
    m.vector_only = true;
    matmul("matmul 2048^3, evacuated by the vector engine alone", m, 0);
    m = small;
    m.kc = 256;
    matmul("matmul 2048^3, chunks of 256: shorter rows for the DMA", m, 0);
    attention_schedule a = heads;
    memcpy(a.age, (const int64_t[4]){1, 2, 3, 3}, sizeof a.age);
    attention("attention, ages 1 2 3 3", a, 0);
    a = heads;
    a.general_share = 36;
    attention("attention, 36 % of the maxima by GP: two engines in one bank", a, 0);
    a = heads;
    a.vector_copies = false;
    attention("attention, transposes copied by GP", a, 0);
    a = heads;
    a.dma_quarters = 1;
    attention("attention, a quarter of the transposes by DMA", a, 0);
    return argc > 1 && !strcmp(argv[1], "floors") && !good ? EXIT_FAILURE : EXIT_SUCCESS;
}
