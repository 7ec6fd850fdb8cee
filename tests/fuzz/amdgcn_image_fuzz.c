/* amdgcn_image_fuzz.c - any bytes as a code object: reading, decoding and, where that succeeds, a short run of every kernel must end in success or an
 * error, never in a crash, a hang or an access outside of the simulator's own memory. */
#include <string.h>

#include "runtime/drivers/amdgcn_sim/gcn.h"

enum { BUFFER = 4096, MOST_LDS = 64 << 10 };

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n);

static void run_kernel(const gcn_image *image, const gcn_kernel *kernel)
{
    uint8_t memory[BUFFER] = {0}, kernarg[64] = {0};
    uint64_t at = 0x700000000000ull;
    for (int i = 0; i < 4; i++)
        for (int b = 0; b < 8; b++) kernarg[8 * i + b] = (uint8_t)(at >> (8 * b));
    gcn_region regions[] = {{"arguments", 0x600000000000ull, sizeof kernarg, kernarg, NULL, false},
                            {"code", image->base, image->n, image->bytes, NULL, false},
                            {"buffer", at, BUFFER, memory, NULL, true}};
    gcn_launch launch = {.image = image,
                         .kernel = kernel,
                         .grid = {1, 1, 1},
                         .block = {128, 1, 1},
                         .lds_bytes = kernel->lds_bytes,
                         .kernarg = regions[0].base,
                         .dispatch_packet = regions[0].base,
                         .regions = regions,
                         .n_regions = 3,
                         .budget = 2000};
    gcn_counts counts = {0};
    if (kernel->lds_bytes > MOST_LDS) return;
    tri_status_free(gcn_run(&launch, 1, &counts));
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
    gcn_image *image = NULL;
    tri_status *status = gcn_image_read("fuzz", bytes, n, 0x10000000, &image);
    if (!status) {
        for (size_t i = 0; i < image->n_kernels && i < 16; i++) {
            tri_status *bad = gcn_decode_kernel(image, &image->kernels[i]);
            if (!bad) run_kernel(image, &image->kernels[i]);
            tri_status_free(bad);
        }
        gcn_image_free(image);
    }
    tri_status_free(status);
    return 0;
}
