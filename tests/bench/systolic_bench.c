/* tests/bench/systolic_bench.c - how fast the simulated core is: instructions a second in timing only, multiply-accumulates a second with values. A
 * figure of processor time, not a test. The program is the inner loop of the matmul schedule on trn2: 8 banks, k outermost, LDW and MM in turns,
 * evacuation on VEC and ACT. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "runtime/drivers/systolic_sim/systolic_sim.h"

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static uint8_t ap(tri_systolic_program *p, int q, tri_systolic_space space, tri_systolic_dtype dtype, int parts, int columns)
{
    tri_systolic_ap a = tri_systolic_tile(space, dtype, parts, columns);
    return (uint8_t)tri_systolic_intern_ap(p, q, &a);
}

static void simple(tri_systolic_program *p, int q, tri_systolic_op op, uint32_t src0)
{
    tri_systolic_instruction i = tri_systolic_make(op);
    i.src0 = src0;
    tri_systolic_append(p, q, &i);
}

/* `blocks` times 8 banks of 128 x 512 from `k` passes of 128. */
static tri_systolic_program *matmul(uint32_t blocks, uint32_t k)
{
    tri_systolic_program *p = tri_systolic_new(false, 0, 0);
    int pe = tri_systolic_add_queue(p, TRI_SYS_PE, 0), vec = tri_systolic_add_queue(p, TRI_SYS_VEC, 0),
        act = tri_systolic_add_queue(p, TRI_SYS_ACT_QUEUE, 0);
    tri_systolic_instruction i = tri_systolic_make(TRI_SYS_MEMSET);
    i.ap_dst = ap(p, vec, TRI_SYS_SP, TRI_SYS_BF16, 128, 8192);
    i.ap_src1 = TRI_SYS_IMMEDIATE;
    i.src1 = 0x3f800000;
    i.signal[0].semaphore = 20;
    i.signal[0].add = 1;
    tri_systolic_append(p, vec, &i);
    i = tri_systolic_make(TRI_SYS_WAIT);
    i.wait[0].semaphore = 20;
    i.wait[0].value = 1;
    tri_systolic_append(p, pe, &i);
    for (int b = 0; b < 8; b++) { /* every bank is empty at first; semaphores b: empty, 8 + b: full */
        i = tri_systolic_make(TRI_SYS_SIG);
        i.signal[0].semaphore = (uint8_t)b;
        i.signal[0].add = 1;
        tri_systolic_append(p, b & 1 ? act : vec, &i);
    }
    simple(p, pe, TRI_SYS_LOOP, blocks);
    for (int pass = 0; pass < 3; pass++) { /* first, middle, last of k */
        if (pass == 1) simple(p, pe, TRI_SYS_LOOP, k - 2);
        for (int b = 0; b < 8; b++) {
            i = tri_systolic_make(TRI_SYS_LDW);
            i.ap_src0 = ap(p, pe, TRI_SYS_SP, TRI_SYS_BF16, 128, 128);
            i.src0 = (uint32_t)b * 256;
            tri_systolic_append(p, pe, &i);
            i = tri_systolic_make(TRI_SYS_MM);
            i.ap_src0 = ap(p, pe, TRI_SYS_SP, TRI_SYS_BF16, 128, 512);
            i.src0 = 4096;
            i.ap_dst = ap(p, pe, TRI_SYS_ACC_SPACE, TRI_SYS_F32, 128, 512);
            i.dst = (uint32_t)b * 2048;
            i.flags = (pass ? TRI_SYS_ACC : 0) | (pass == 2 ? TRI_SYS_LAST : 0);
            if (pass == 0) i.wait[0].semaphore = (uint8_t)b, i.wait[0].value = 1;
            if (pass == 2) i.signal[0].semaphore = (uint8_t)(8 + b), i.signal[0].add = 1;
            tri_systolic_append(p, pe, &i);
        }
        if (pass == 1) simple(p, pe, TRI_SYS_ENDLOOP, 0);
    }
    simple(p, pe, TRI_SYS_ENDLOOP, 0);
    for (int e = 0; e < 2; e++) {
        int q = e ? act : vec;
        simple(p, q, TRI_SYS_LOOP, blocks);
        for (int b = e; b < 8; b += 2) {
            i = tri_systolic_make(TRI_SYS_COPY);
            i.ap_src0 = ap(p, q, TRI_SYS_ACC_SPACE, TRI_SYS_F32, 128, 512);
            i.src0 = (uint32_t)b * 2048;
            i.ap_dst = ap(p, q, TRI_SYS_SP, TRI_SYS_BF16, 128, 512);
            i.dst = 32768 + (uint32_t)b * 1024;
            i.wait[0].semaphore = (uint8_t)(8 + b);
            i.wait[0].value = 1;
            i.signal[0].semaphore = (uint8_t)b;
            i.signal[0].add = 1;
            tri_systolic_append(p, q, &i);
        }
        simple(p, q, TRI_SYS_ENDLOOP, 0);
    }
    for (int b = 0; b < 8; b++) { /* take back the last empties */
        i = tri_systolic_make(TRI_SYS_WAIT);
        i.wait[0].semaphore = (uint8_t)b;
        i.wait[0].value = 1;
        tri_systolic_append(p, pe, &i);
    }
    simple(p, pe, TRI_SYS_HALT, 0);
    simple(p, vec, TRI_SYS_HALT, 0);
    simple(p, act, TRI_SYS_HALT, 0);
    return p;
}

static int measure(bool timing_only, uint32_t blocks, uint32_t k)
{
    tri_chip *file;
    tri_syssim_chip chip;
    tri_syssim_code *code;
    void *image;
    size_t n;
    tri_syssim_report report = {0};
    tri_systolic_program *p = matmul(blocks, k);
    tri_status *status = tri_systolic_finish(p, &image, &n);
    tri_systolic_free(p);
    if (!status) status = tri_chip_load("trn2", &file);
    if (!status) status = tri_syssim_chip_read(file, &chip);
    if (!status) status = tri_syssim_load(&chip, "matmul", image, n, &code);
    tri_launch launch = {.kernel = "matmul"};
    tri_syssim_options options = {.timing_only = timing_only};
    double begin = now();
    if (!status) status = tri_syssim_run(&chip, code, &launch, NULL, 0, &options, &report);
    double seconds = now() - begin;
    if (status) {
        tri_status_print(status, NULL, stderr);
        return EXIT_FAILURE;
    }
    double macs = 128.0 * 128 * 512 * 8 * k * blocks;
    printf("%-12s %9llu instructions, %6.2f s of one core: %7.2f M instructions/s, %8.2f GMAC/s, simulated utilisation %.1f %%\n",
           timing_only ? "timing only" : "values", (unsigned long long)report.instructions, seconds, 1e-6 * (double)report.instructions / seconds,
           1e-9 * macs / seconds, 100 * 2e-3 * macs / report.ns / 78.6432);
    tri_syssim_unload(code);
    tri_chip_free(file);
    free(image);
    return EXIT_SUCCESS;
}

int main(void) { return measure(true, 512, 64) | measure(false, 16, 32); }
