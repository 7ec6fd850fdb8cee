/* runtime/drivers/systolic_sim/product.c - out[m][n] += w[k][m] * x[k][n], each output in ascending k, product and sum rounded separately. Blocks run
 * over outputs only, vectors over columns, so no choice of SIMD width can change a bit (the build forbids contraction). */
#include <string.h>

#include "runtime/drivers/systolic_sim/machine.h"

#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && !defined(__clang__)
#define EACH_WIDTH __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define EACH_WIDTH
#endif

typedef float lanes __attribute__((vector_size(64), aligned(4), may_alias));
enum { LANES = 16, BLOCK_M = 8, BLOCK_N = 2 * LANES };

/* One block of 8 x 32 outputs; fewer rows of w are padded by repeating the last, whose results are dropped. */
EACH_WIDTH static void block(const float *w, const float *x, float *out, uint32_t k, uint32_t m, uint32_t n, uint32_t rows)
{
    lanes sum[BLOCK_M][2];
    const float *column[BLOCK_M];
    for (uint32_t r = 0; r < BLOCK_M; r++) {
        uint32_t row = r < rows ? r : rows - 1;
        memcpy(sum[r], out + (size_t)row * n, sizeof sum[r]);
        column[r] = w + row;
    }
    for (uint32_t i = 0; i < k; i++) {
        lanes x0, x1;
        memcpy(&x0, x + (size_t)i * n, sizeof x0);
        memcpy(&x1, x + (size_t)i * n + LANES, sizeof x1);
#pragma GCC unroll 8
        for (uint32_t r = 0; r < BLOCK_M; r++) {
            float weight = column[r][(size_t)i * m];
            sum[r][0] = sum[r][0] + x0 * weight;
            sum[r][1] = sum[r][1] + x1 * weight;
        }
    }
    for (uint32_t r = 0; r < rows; r++) memcpy(out + (size_t)r * n, sum[r], sizeof sum[r]);
}

EACH_WIDTH static void edge(const float *w, const float *x, float *out, uint32_t k, uint32_t m, uint32_t n, uint32_t rows, uint32_t columns)
{
    for (uint32_t r = 0; r < rows; r++)
        for (uint32_t i = 0; i < k; i++)
            for (uint32_t c = 0; c < columns; c++) out[(size_t)r * n + c] = out[(size_t)r * n + c] + w[(size_t)i * m + r] * x[(size_t)i * n + c];
}

void tri_syssim_product_f32(const float *w, const float *x, float *out, uint32_t k, uint32_t m, uint32_t n, uint32_t columns)
{
    for (uint32_t c = 0; c < columns; c += BLOCK_N) {
        for (uint32_t r = 0; r < m; r += BLOCK_M) {
            uint32_t rows = m - r < BLOCK_M ? m - r : BLOCK_M;
            if (columns - c >= BLOCK_N)
                block(w + r, x + c, out + (size_t)r * n + c, k, m, n, rows);
            else
                edge(w + r, x + c, out + (size_t)r * n + c, k, m, n, rows, columns - c);
        }
    }
}

void tri_syssim_product_i32(const int32_t *w, const int32_t *x, int32_t *out, uint32_t k, uint32_t m, uint32_t n)
{
    for (uint32_t r = 0; r < m; r++)
        for (uint32_t i = 0; i < k; i++) {
            uint32_t weight = (uint32_t)w[(size_t)i * m + r];
            for (uint32_t c = 0; c < n; c++)
                out[(size_t)r * n + c] = (int32_t)((uint32_t)out[(size_t)r * n + c] + weight * (uint32_t)x[(size_t)i * n + c]);
        }
}
