/* ptx_sim_test.h - runs PTX text on the simulator: buffers in, buffers out, the status of the launch. */
#ifndef TRI_PTX_SIM_TEST_H
#define TRI_PTX_SIM_TEST_H

#include <check.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "runtime/drivers/ptx_sim/driver.h"

#define PTX_HEAD ".version 8.0\n.target sm_80\n.address_size 64\n"

/* A buffer of a launch: `in` is written to the device (null: left uninitialised), the result is read to `out` (null: not read). */
typedef struct ptx_buffer {
    const char *name;
    size_t bytes;
    const void *in;
    void *out;
} ptx_buffer;

typedef struct ptx_shape {
    uint32_t grid, block, shared;
    int threads;
} ptx_shape;

/* Launches kernel `k` of the text. */
tri_status *ptx_run(const char *text, ptx_shape shape, const ptx_buffer *buffers, uint32_t n);
/* With tensor maps behind the buffers, on a chip with the shared memory of Hopper. */
tri_status *ptx_run_mapped(const char *text, ptx_shape shape, const tri_tensor_map *maps, uint32_t n_maps, const ptx_buffer *buffers, uint32_t n);
/* Without maps, and the launch must succeed. */
void ptx_must_run(const char *text, ptx_shape shape, const ptx_buffer *buffers, uint32_t n);
/* The status must be an error of `code` whose message holds every one of `words` (null-terminated list); frees it. */
void ptx_must_fail(tri_status *status, tri_code code, const char *const *words);
#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})
tri_status *ptx_load(const char *text);

/* Whether ptxas takes the text for sm_90a; true too where there is no ptxas. */
bool ptx_assembles(const char *text);

#define PTX_HOPPER ".version 8.6\n.target sm_90a\n.address_size 64\n"
/* A view of all of buffer `number`: `columns` fastest. */
tri_tensor_map ptx_map(uint32_t number, tri_dtype dtype, uint64_t columns, uint64_t rows, uint32_t box_columns, uint32_t box_rows, uint32_t swizzle);

Suite *ptx_gemm_suite(void);
Suite *ptx_async_suite(void);
Suite *ptx_wgmma_suite(void);
Suite *ptx_arithmetic_suite(void);
Suite *ptx_matrix_suite(void);
Suite *ptx_memory_suite(void);

#endif
