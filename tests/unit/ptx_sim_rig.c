/* ptx_sim_rig.c - see ptx_sim_test.h. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/unit/ptx_sim_test.h"

tri_status *ptx_load(const char *text)
{
    tri_device *device;
    tri_code_image *code;
    tri_device_options options = {0};
    tri_status *status = tri_ptx_driver.open(0, NULL, &options, &device);
    ck_assert_ptr_null(status);
    /* From the heap and without a zero byte, so that a sanitizer sees a read behind the end. */
    size_t n = strlen(text);
    char *copy = malloc(n ? n : 1);
    memcpy(copy, text, n);
    status = tri_ptx_driver.load(device, "test.ptx", copy, n, &code);
    free(copy);
    if (!status) tri_ptx_driver.unload(device, code);
    tri_ptx_driver.close(device);
    return status;
}

static tri_status *run_on(tri_device *device, const char *text, ptx_shape shape, const tri_tensor_map *maps, uint32_t n_maps,
                          const ptx_buffer *buffers, uint32_t n)
{
    tri_address addresses[8];
    uint64_t bytes[8];
    const char *names[8];
    tri_code_image *code;
    TRI_TRY(tri_ptx_driver.load(device, "test.ptx", text, strlen(text), &code));
    for (uint32_t i = 0; i < n; i++) {
        ck_assert_ptr_null(tri_ptx_driver.allocate(device, buffers[i].bytes, &addresses[i]));
        if (buffers[i].in) ck_assert_ptr_null(tri_ptx_driver.write(device, addresses[i], buffers[i].in, buffers[i].bytes));
        bytes[i] = buffers[i].bytes;
        names[i] = buffers[i].name;
    }
    tri_launch launch = {.kernel = "k",
                         .grid = {shape.grid, 1, 1},
                         .block = {shape.block, 1, 1},
                         .shared_bytes = shape.shared,
                         .n_arguments = n,
                         .arguments = addresses,
                         .bytes = bytes,
                         .argument_names = names,
                         .n_maps = n_maps,
                         .maps = maps};
    tri_launch_report report;
    tri_status *status = tri_ptx_driver.launch(device, code, &launch, &report);
    for (uint32_t i = 0; i < n && !status; i++)
        if (buffers[i].out) status = tri_ptx_driver.read(device, buffers[i].out, addresses[i], buffers[i].bytes);
    tri_ptx_driver.unload(device, code);
    return status;
}

tri_tensor_map ptx_map(uint32_t number, tri_dtype dtype, uint64_t columns, uint64_t rows, uint32_t box_columns, uint32_t box_rows, uint32_t swizzle)
{
    uint64_t element = tri_dtype_bytes(dtype);
    return (tri_tensor_map){.buffer = number,
                            .dtype = dtype,
                            .rank = 2,
                            .dims = {columns, rows},
                            .strides = {element, columns * element},
                            .box = {box_columns, box_rows},
                            .steps = {1, 1},
                            .swizzle = swizzle};
}

bool ptx_assembles(const char *text)
{
    char command[300], path[] = "/tmp/ptx_sim_test_XXXXXX";
    if (system("ptxas --version >/dev/null 2>&1") && system("/usr/local/cuda/bin/ptxas --version >/dev/null 2>&1")) return true;
    int file = mkstemp(path);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(write(file, text, strlen(text)), (ssize_t)strlen(text));
    close(file);
    snprintf(command, sizeof command, "PATH=$PATH:/usr/local/cuda/bin ptxas -arch=sm_90a -o /dev/null %s", path);
    int result = system(command);
    unlink(path);
    return result == 0;
}

tri_status *ptx_run_mapped(const char *text, ptx_shape shape, const tri_tensor_map *maps, uint32_t n_maps, const ptx_buffer *buffers, uint32_t n)
{
    tri_device *device;
    tri_chip *chip;
    tri_device_options options = {.threads = shape.threads};
    ck_assert_ptr_null(tri_chip_load("h100", &chip));
    ck_assert_ptr_null(tri_ptx_driver.open(0, chip, &options, &device));
    tri_status *status = run_on(device, text, shape, maps, n_maps, buffers, n);
    tri_ptx_driver.close(device);
    tri_chip_free(chip);
    return status;
}

tri_status *ptx_run(const char *text, ptx_shape shape, const ptx_buffer *buffers, uint32_t n)
{
    return ptx_run_mapped(text, shape, NULL, 0, buffers, n);
}

void ptx_must_run(const char *text, ptx_shape shape, const ptx_buffer *buffers, uint32_t n)
{
    tri_status *status = ptx_run(text, shape, buffers, n);
    ck_assert_msg(!status, "%s", status ? tri_status_message(status) : "");
}

void ptx_must_fail(tri_status *status, tri_code code, const char *const *words)
{
    ck_assert_ptr_nonnull(status);
    for (; *words; words++) ck_assert_msg(strstr(tri_status_message(status), *words), "`%s` is not in: %s", *words, tri_status_message(status));
    ck_assert_msg(tri_status_code(status) == code, "code %s: %s", tri_code_name(tri_status_code(status)), tri_status_message(status));
    tri_status_free(status);
}
