/* amdgcn_bench.c - how fast the AMDGCN simulator runs: a bf16 matrix product through LDS and MFMA, and a chain of vector fmas, on one core and on
 * all.
 * Argument: the image, kernels.gfx942.hsaco of the unit tests when not given. Prints figures and judges nothing. */
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

static tri_status *new_buffer(tri_device *device, uint64_t bytes, tri_address *out)
{
    char *zeros = calloc(1, bytes);
    tri_status *status = tri_amdgcn_sim_driver()->allocate(device, bytes, out);
    if (!status) status = tri_amdgcn_sim_driver()->write(device, *out, zeros, bytes);
    free(zeros);
    return status;
}

static tri_status *measure(const tri_chip *chip, const char *image, size_t n, int threads)
{
    const tri_driver *driver = tri_amdgcn_sim_driver();
    tri_device_options options = {.threads = threads};
    tri_device *device;
    tri_code_image *code;
    TRI_TRY(driver->open(0, chip, &options, &device));
    TRI_TRY(driver->load(device, "bench", image, n, &code));
    enum { N = 256, ROUNDS = 20, GROUPS = 64 };
    tri_address buffers[3];
    uint64_t bytes[3] = {N * N * 2, N * N * 2, N * N * 4};
    for (int i = 0; i < 3; i++) TRI_TRY(new_buffer(device, bytes[i], &buffers[i]));
    int cores = threads ? threads : tri_parallel_threads();
    tri_launch_report report;

    tri_launch gemm = {.kernel = "gemm_bf16", .grid = {16, 1, 1}, .block = {256, 1, 1}, .n_arguments = 3, .arguments = buffers, .bytes = bytes};
    double start = now();
    for (int i = 0; i < ROUNDS; i++) TRI_TRY(driver->launch(device, code, &gemm, &report));
    double seconds = now() - start;
    printf("%2d threads: gemm_bf16 %8.0f M MAC/s a core", cores, 1e-6 * N * N * N * ROUNDS / seconds);

    tri_launch chain = {.kernel = "fma_chain", .grid = {GROUPS, 1, 1}, .block = {256, 1, 1}, .n_arguments = 1, .arguments = &buffers[2],
                        .bytes = &bytes[2]};
    start = now();
    TRI_TRY(driver->launch(device, code, &chain, &report));
    seconds = now() - start;
    printf(", fma_chain %8.0f M lane-instructions/s a core\n", 1e-6 * (double)report.instructions * 64 / seconds);
    driver->unload(device, code);
    driver->close(device);
    return NULL;
}

int main(int argc, char **argv)
{
    static const char chip_text[] = "family = amdgcn\nisa = gfx942\n";
    tri_chip *chip = NULL;
    char *image = NULL;
    size_t n;
    if (argc > 2) {
        fprintf(stderr, "usage: %s [kernels.gfx942.hsaco]\n", argv[0]);
        return 2;
    }
    tri_status *status = tri_chip_parse(chip_text, sizeof chip_text - 1, "bench.chip", &chip);
    if (!status) status = tri_file_read(argc > 1 ? argv[1] : TRINE_AMDGCN_IMAGE, &image, &n);
    if (!status) status = measure(chip, image, n, 1);
    if (!status) status = measure(chip, image, n, 0);
    if (status) tri_status_print(status, NULL, stderr);
    int result = status != NULL;
    tri_status_free(status);
    free(image);
    tri_chip_free(chip);
    return result;
}
