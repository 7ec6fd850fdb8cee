/* runtime/drivers/null/null.h - between the driver (null.c: memory, code images, launches) and its kernels (kernels.c). */
#ifndef TRI_DRIVERS_NULL_H
#define TRI_DRIVERS_NULL_H

#include "runtime/device.h"

enum { TRI_NULL_MOST_PARAMETERS = 8 };

/* Computes over `n` elements. at[i] points to parameter i in host memory; the driver has checked that n * element_bytes lie behind it. A kernel that
 * cannot go on returns FAULT. */
typedef tri_status *tri_null_function(uint64_t n, void *const *at);

typedef struct tri_null_kernel {
    const char *name;
    uint32_t n_parameters, n_outputs; /* outputs come first */
    uint32_t element_bytes;
    tri_null_function *run;
} tri_null_kernel;

/* Null: no such kernel. */
const tri_null_kernel *tri_null_kernel_find(const char *name, size_t n);

#endif
