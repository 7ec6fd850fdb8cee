/* runtime/drivers/null/kernels.c - the "instruction set" of the null chip: a table of host functions. */
#include "runtime/drivers/null/null.h"

#include <string.h>

static tri_status *copy(uint64_t n, void *const *at)
{
    memmove(at[0], at[1], n);
    return NULL;
}

static tri_status *add_f32(uint64_t n, void *const *at)
{
    float *sum = at[0];
    const float *a = at[1], *b = at[2];
    for (uint64_t i = 0; i < n; i++) sum[i] = a[i] + b[i];
    return NULL;
}

static tri_status *mul_f32(uint64_t n, void *const *at)
{
    float *product = at[0];
    const float *a = at[1], *b = at[2];
    for (uint64_t i = 0; i < n; i++) product[i] = a[i] * b[i];
    return NULL;
}

static tri_status *trap(uint64_t n, void *const *at)
{
    (void)at;
    return tri_error(TRI_FAULT, TRI_NOWHERE, "the trap instruction was reached at element %llu", (unsigned long long)n);
}

static const tri_null_kernel kernels[] = {
    {"copy", 2, 1, 1, copy},
    {"add_f32", 3, 1, 4, add_f32},
    {"mul_f32", 3, 1, 4, mul_f32},
    {"trap", 1, 1, 1, trap},
};

const tri_null_kernel *tri_null_kernel_find(const char *name, size_t n)
{
    for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++)
        if (strlen(kernels[i].name) == n && !memcmp(kernels[i].name, name, n)) return &kernels[i];
    return NULL;
}
