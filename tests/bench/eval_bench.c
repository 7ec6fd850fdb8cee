/* tests/bench/eval_bench.c - how fast the heart of the evaluator is: GMAC/s of f64 matrix products, per core used. Prints one line a size; checks
 * nothing. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/parallel.h"
#include "ir/eval.h"

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

int main(void)
{
    static const size_t sizes[][3] = {{512, 512, 512}, {1024, 1024, 1024}, {64, 3072, 768}}; /* m, n, k */
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        size_t m = sizes[s][0], n = sizes[s][1], k = sizes[s][2];
        double *a = malloc(m * k * sizeof *a), *b = malloc(k * n * sizeof *b), *c = calloc(m * n, sizeof *c);
        if (!a || !b || !c) return 1;
        for (size_t i = 0; i < m * k; i++) a[i] = (double)(i % 17) / 16;
        for (size_t i = 0; i < k * n; i++) b[i] = (double)(i % 19) / 16;
        double best = 1e30;
        for (int run = 0; run < 5; run++) {
            double start = now();
            tri_gemm_f64(m, n, k, a, (ptrdiff_t)k, 1, b, (ptrdiff_t)n, 1, c, (ptrdiff_t)n);
            if (now() - start < best) best = now() - start;
        }
        int cores = tri_parallel_threads();
        printf("gemm f64 %zux%zux%zu: %.2f GMAC/s a core (%d cores, best of 5)\n", m, k, n, (double)m * (double)n * (double)k / best / 1e9 / cores,
               cores);
        free(a), free(b), free(c);
    }
    return 0;
}
