/* amdgcn_bench.c - how fast the AMDGCN simulator runs: bf16 matrix products through LDS and MFMA (on gfx942 a plain one, on gfx950 a fast one with
 * wide MFMA and loads straight to LDS), and a chain of vector fmas, on one core and on all. Argument: the folder of the unit tests' images, when not
 * the build's. Prints figures and judges nothing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "base/parallel.h"
#include "runtime/drivers/amdgcn_sim/amdgcn_driver.h"

/* Seconds of processor time of all threads: other work on the machine does not count. */
static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

typedef struct work {
    const char *image, *isa, *kernel, *unit;
    uint32_t groups, threads, n_arguments, rounds;
    uint64_t bytes[4];
    uint64_t units; /* of work in a launch; 0: lanes times instructions */
} work;

enum { N = 256, WIDE = 512 };
static const work works[] = {
    {"kernels.gfx942", "gfx942", "gemm_bf16", "MAC", 16, 256, 3, 20, {N * N * 2, N *N * 2, N *N * 4}, N *N *N},
    {"gemm950.gfx950", "gfx950", "gemm", "MAC", 4, 512, 4, 4, {WIDE * WIDE * 2, WIDE *WIDE * 2, WIDE *WIDE * 4, 12}, WIDE *WIDE *WIDE},
    {"kernels.gfx942", "gfx942", "fma_chain", "lane-instructions", 64, 256, 1, 1, {N * N * 4}, 0},
};

static tri_status *measure_opened(const work *w, tri_device *device, const char *image, size_t n, int threads)
{
    const tri_driver *driver = tri_amdgcn_sim_driver();
    tri_code_image *code;
    TRI_TRY(driver->load(device, w->image, image, n, &code));
    tri_address buffers[4];
    int32_t sizes[] = {WIDE, WIDE, WIDE}; /* the last argument of the fast product */
    tri_status *status = NULL;
    for (uint32_t i = 0; i < w->n_arguments && !status; i++) {
        char *zeros = calloc(1, w->bytes[i]);
        status = driver->allocate(device, w->bytes[i], &buffers[i]);
        if (!status) status = driver->write(device, buffers[i], i == 3 ? (const void *)sizes : zeros, w->bytes[i]);
        free(zeros);
    }
    tri_launch launch = {.kernel = w->kernel,
                         .grid = {w->groups, 1, 1},
                         .block = {w->threads, 1, 1},
                         .n_arguments = w->n_arguments,
                         .arguments = buffers,
                         .bytes = w->bytes};
    tri_launch_report report = {0};
    double start = now();
    for (uint32_t i = 0; i < w->rounds && !status; i++) status = driver->launch(device, code, &launch, &report);
    double units = (double)(w->units ? w->units : report.instructions * 64) * w->rounds;
    if (!status)
        printf("%2d threads: %s %-10s %6.0f M %s/s a core\n", threads ? threads : tri_parallel_threads(), w->isa, w->kernel,
               1e-6 * units / (now() - start), w->unit);
    driver->unload(device, code);
    return status;
}

static tri_status *measure(const work *w, const char *folder, int threads)
{
    char path[1024], chip_text[64], *image = NULL;
    size_t n;
    tri_chip *chip = NULL;
    tri_device *device = NULL;
    tri_device_options options = {.threads = threads};
    snprintf(path, sizeof path, "%s/%s.hsaco", folder, w->image);
    snprintf(chip_text, sizeof chip_text, "family = amdgcn\nisa = %s\n", w->isa);
    tri_status *status = tri_chip_parse(chip_text, strlen(chip_text), "bench.chip", &chip);
    if (!status) status = tri_file_read(path, &image, &n);
    if (!status) status = tri_amdgcn_sim_driver()->open(0, chip, &options, &device);
    if (!status) status = measure_opened(w, device, image, n, threads);
    tri_amdgcn_sim_driver()->close(device);
    free(image);
    tri_chip_free(chip);
    return status;
}

int main(int argc, char **argv)
{
    if (argc > 2) {
        fprintf(stderr, "usage: %s [folder of images]\n", argv[0]);
        return 2;
    }
    tri_status *status = NULL;
    for (int threads = 1; threads >= 0; threads--)
        for (size_t i = 0; i < sizeof works / sizeof *works && !status; i++)
            status = measure(&works[i], argc > 1 ? argv[1] : TRINE_AMDGCN_IMAGES, threads);
    if (status) tri_status_print(status, NULL, stderr);
    int result = status != NULL;
    tri_status_free(status);
    return result;
}
