/* runtime/drivers/systolic_sim/scalesim.c - closed forms of the compute cycles of an R x C array that finishes each fold before the next begins: an
 * upper bound for real arrays, kept because its numbers are published. The last cycle counts from 0, hence the -1. */
#include "runtime/drivers/systolic_sim/systolic_sim.h"

static uint64_t folds(uint64_t n, uint64_t size) { return (n + size - 1) / size; }

uint64_t tri_syssim_scalesim(tri_syssim_flow flow, uint64_t r, uint64_t c, uint64_t m, uint64_t n, uint64_t k)
{
    switch (flow) {
    case TRI_SYSSIM_OS: return (r + c + k - 2) * folds(m, r) * folds(n, c) - 1;
    case TRI_SYSSIM_WS: return (2 * r + c + m - 2) * folds(k, r) * folds(n, c) - 1;
    default: return (2 * r + c + n - 2) * folds(k, r) * folds(m, c) - 1;
    }
}

double tri_syssim_scalesim_utilisation(tri_syssim_flow flow, uint64_t r, uint64_t c, uint64_t m, uint64_t n, uint64_t k)
{
    return (double)m * (double)n * (double)k / ((double)r * (double)c * (double)tri_syssim_scalesim(flow, r, c, m, n, k));
}
