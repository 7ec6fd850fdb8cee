/* ptx_text_fuzz.c - any bytes as PTX text: load, and if they load, launch the first kernels with a small budget. Neither may crash, hang or leak. */
#include <stdlib.h>
#include <string.h>

#include "runtime/drivers/ptx_sim/driver.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* Kernels are found by name; names are what stands behind `.entry`. */
static size_t kernel_name(const uint8_t *bytes, size_t n, size_t *at, char name[32])
{
    static const char word[] = ".entry ";
    for (; *at + sizeof word < n; (*at)++) {
        if (memcmp(bytes + *at, word, sizeof word - 1)) continue;
        size_t length = 0;
        *at += sizeof word - 1;
        while (length < 31 && *at + length < n && strchr("(){} \n", bytes[*at + length]) == NULL) name[length] = (char)bytes[*at + length], length++;
        name[length] = 0;
        if (length) return length;
    }
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    tri_device *device;
    tri_code_image *code;
    tri_address address;
    static const char zeros[256];
    tri_device_options options = {.threads = 1};
    if (n > 1 << 16) return 0;
    setenv("TRINE_PTX_BUDGET", "2000", 1);
    tri_status *status = tri_ptx_driver.open(0, NULL, &options, &device);
    if (status) abort();
    if (!status) status = tri_ptx_driver.allocate(device, sizeof zeros, &address);
    if (!status) status = tri_ptx_driver.write(device, address, zeros, sizeof zeros);
    if (!status) status = tri_ptx_driver.load(device, "fuzz", bytes, n, &code);
    if (!status) {
        char name[32];
        size_t at = 0;
        for (int kernels = 0; kernels < 3 && kernel_name(bytes, n, &at, name); kernels++) {
            for (uint32_t n_arguments = 0; n_arguments < 3; n_arguments++) {
                tri_address addresses[2] = {address, address};
                uint64_t sizes[2] = {sizeof zeros, 64};
                tri_launch launch = {.kernel = name,
                                     .grid = {2, 1, 1},
                                     .block = {40, 1, 1},
                                     .shared_bytes = 64,
                                     .n_arguments = n_arguments,
                                     .arguments = addresses,
                                     .bytes = sizes};
                tri_launch_report report;
                tri_status_free(tri_ptx_driver.launch(device, code, &launch, &report));
            }
        }
        tri_ptx_driver.unload(device, code);
    }
    tri_status_free(status);
    tri_ptx_driver.close(device);
    return 0;
}
