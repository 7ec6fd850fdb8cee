/* ir/eval_contract.c - contractions: dot_general as a blocked matrix product that reads any strides and any dtype.
 *
 * Every element of the result is one sum over k in ascending order (descending when reversed), product and addition rounded separately, so the bits
 * depend neither on the blocks, nor on the threads, nor on the host's instruction set. Floats are summed in f64 (f32 when reversed), integers modulo
 * 2^64. */
#include "ir/eval_internal.h"

#include <stdlib.h>

#include "base/parallel.h"

/* Blocks of the result and of k that a task keeps in its caches, and the part of the result that is kept in registers. */
enum { BLOCK_M = 96, BLOCK_N = 128, BLOCK_K = 256, ROWS = 6, COLUMNS = 8 };

typedef struct product {
    tri_contraction c;
    bool a_k_runs, a_m_runs, b_k_runs, b_n_runs; /* the offsets are consecutive */
    tri_dtype a_dtype, b_dtype, out_dtype;
    const char *a, *b;
    char *out;
    int64_t out_row;
    bool add; /* f64 only: starts from what `out` holds */
} product;

/* Clones for wider vectors where the loader can choose; sanitizers cannot instrument what runs while it does. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && defined(__OPTIMIZE__)
#if defined(__has_feature)
#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer) && !__has_feature(memory_sanitizer)
#define CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#endif
#else
#define CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#endif
#endif
#ifndef CLONES
#define CLONES
#endif

/* The routines for each type that sums are kept in. */
#define TYPE double
#define LANE f
#define NAME(routine) routine##_f64
#include "ir/eval_contract_type.h"
#define TYPE float
#define LANE f
#define NAME(routine) routine##_f32
#include "ir/eval_contract_type.h"
#define TYPE uint64_t
#define LANE i
#define NAME(routine) routine##_u64
#include "ir/eval_contract_type.h"

static void run_blocks(const product *p, size_t first, size_t end, void (*block)(const product *p, int64_t batch, int64_t m, int64_t n))
{
    int64_t across = (p->c.n + BLOCK_N - 1) / BLOCK_N, down = (p->c.m + BLOCK_M - 1) / BLOCK_M;
    for (size_t i = first; i < end; i++) {
        int64_t at = (int64_t)i;
        block(p, at / (across * down), at / across % down * BLOCK_M, at % across * BLOCK_N);
    }
}

static void blocks_f64(void *context, size_t first, size_t end) { run_blocks(context, first, end, block_f64); }
static void blocks_f32(void *context, size_t first, size_t end) { run_blocks(context, first, end, block_f32); }
static void blocks_u64(void *context, size_t first, size_t end) { run_blocks(context, first, end, block_u64); }

static void run_product(product *p, tri_parallel_body *body)
{
    const tri_contraction *c = &p->c;
    p->a_k_runs = tri_consecutive(c->a_k, c->k);
    p->a_m_runs = tri_consecutive(c->a_m, c->m);
    p->b_k_runs = tri_consecutive(c->b_k, c->k);
    p->b_n_runs = tri_consecutive(c->b_n, c->n);
    int64_t blocks = c->batch * ((c->m + BLOCK_M - 1) / BLOCK_M) * ((c->n + BLOCK_N - 1) / BLOCK_N);
    if ((double)c->batch * (double)c->m * (double)c->n * (double)c->k < 1e5) body(p, 0, (size_t)blocks);
    else tri_parallel((size_t)blocks, 1, body, p);
}

tri_status *tri_contract(const tri_contraction *contraction, tri_eval_mode mode, const tri_tensor *lhs, const tri_tensor *rhs, tri_tensor *out)
{
    product p = {.c = *contraction,
                 .a_dtype = (tri_dtype)lhs->type.dtype,
                 .b_dtype = (tri_dtype)rhs->type.dtype,
                 .out_dtype = (tri_dtype)out->type.dtype,
                 .a = lhs->data,
                 .b = rhs->data,
                 .out = out->data,
                 .out_row = contraction->n};
    if (!tri_dtype_is_float(p.out_dtype)) {
        run_product(&p, blocks_u64);
        return NULL;
    }
    if (mode != TRI_EVAL_REVERSED_F32) {
        run_product(&p, blocks_f64);
        return NULL;
    }
    int64_t k = p.c.k, *turned = calloc((size_t)k * 2 + 1, sizeof *turned);
    if (!turned) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "no memory for the offsets of a contraction over %lld terms", (long long)k);
    for (int64_t i = 0; i < k; i++) {
        turned[i] = p.c.a_k[k - 1 - i];
        turned[k + i] = p.c.b_k[k - 1 - i];
    }
    p.c.a_k = turned;
    p.c.b_k = turned + k;
    run_product(&p, p.out_dtype == TRI_F64 ? blocks_f64 : blocks_f32);
    free(turned);
    return NULL;
}

void tri_gemm_f64(size_t m, size_t n, size_t k, const double *a, ptrdiff_t a_row, ptrdiff_t a_column, const double *b, ptrdiff_t b_row,
                  ptrdiff_t b_column, double *c, ptrdiff_t c_row)
{
    /* In slices of k, so that the tables of offsets need no memory that could be missing; slices add up in order, which is the same sum. */
    enum { SLICE = 2048 };
    for (size_t m0 = 0; m0 < m; m0 += SLICE) {
        for (size_t n0 = 0; n0 < n; n0 += SLICE) {
            for (size_t k0 = 0; k0 < k; k0 += SLICE) {
                int64_t am[SLICE], ak[SLICE], bk[SLICE], bn[SLICE], zero = 0;
                product p = {.c = {.batch = 1,
                                   .m = (int64_t)(m - m0 < SLICE ? m - m0 : SLICE),
                                   .n = (int64_t)(n - n0 < SLICE ? n - n0 : SLICE),
                                   .k = (int64_t)(k - k0 < SLICE ? k - k0 : SLICE),
                                   .a_batch = &zero,
                                   .b_batch = &zero,
                                   .a_m = am,
                                   .a_k = ak,
                                   .b_k = bk,
                                   .b_n = bn},
                             .a_dtype = TRI_F64,
                             .b_dtype = TRI_F64,
                             .out_dtype = TRI_F64,
                             .a = (const char *)a,
                             .b = (const char *)b,
                             .out = (char *)(c + (ptrdiff_t)m0 * c_row + (ptrdiff_t)n0),
                             .out_row = c_row,
                             .add = true};
                for (int64_t i = 0; i < p.c.m; i++) am[i] = ((int64_t)m0 + i) * a_row;
                for (int64_t i = 0; i < p.c.n; i++) bn[i] = ((int64_t)n0 + i) * b_column;
                for (int64_t i = 0; i < p.c.k; i++) {
                    ak[i] = ((int64_t)k0 + i) * a_column;
                    bk[i] = ((int64_t)k0 + i) * b_row;
                }
                run_product(&p, blocks_f64);
            }
        }
    }
}

/* ---- dot_general ---- */

/* The dimensions of `type` in neither list, ascending. */
static size_t free_dims(const tri_type *type, size_t n_batch, const int64_t *batch, size_t n_k, const int64_t *k, int64_t *out)
{
    size_t n = 0;
    for (int64_t d = 0; d < type->rank; d++) {
        bool taken = false;
        for (size_t i = 0; i < n_batch; i++) taken |= batch[i] == d;
        for (size_t i = 0; i < n_k; i++) taken |= k[i] == d;
        if (!taken) out[n++] = d;
    }
    return n;
}

tri_status *tri_contraction_of(const tri_op *op, const tri_type *lhs, const tri_type *rhs, tri_contraction *out)
{
    const int64_t *batch[2], *k[2];
    int64_t free_of[2][TRI_MAX_RANK];
    size_t n_batch = tri_op_integers(op, "lhs_batching_dimensions", &batch[0]), n_k = tri_op_integers(op, "lhs_contracting_dimensions", &k[0]);
    size_t n_batch_rhs = tri_op_integers(op, "rhs_batching_dimensions", &batch[1]),
           n_k_rhs = tri_op_integers(op, "rhs_contracting_dimensions", &k[1]);
    if (n_batch != n_batch_rhs || n_k != n_k_rhs)
        return tri_error(TRI_INVALID, op->loc, "dot_general: both sides must list as many batch and contracted dimensions");
    size_t n_m = free_dims(lhs, n_batch, batch[0], n_k, k[0], free_of[0]), n_n = free_dims(rhs, n_batch, batch[1], n_k, k[1], free_of[1]);
    *out = (tri_contraction){.batch = tri_offsets_count(lhs, n_batch, batch[0]), .m = tri_offsets_count(lhs, n_m, free_of[0]),
                             .n = tri_offsets_count(rhs, n_n, free_of[1]), .k = tri_offsets_count(lhs, n_k, k[0])};
    int64_t *at = calloc((size_t)(2 * out->batch + 2 * out->k + out->m + out->n) + 1, sizeof *at);
    if (!at) return tri_error(TRI_NO_MEMORY, op->loc, "no memory for the offsets of a contraction");
    out->memory = at;
    out->a_batch = at;
    out->b_batch = out->a_batch + out->batch;
    out->a_k = out->b_batch + out->batch;
    out->b_k = out->a_k + out->k;
    out->a_m = out->b_k + out->k;
    out->b_n = out->a_m + out->m;
    tri_offsets(lhs, n_batch, batch[0], out->a_batch);
    tri_offsets(rhs, n_batch, batch[1], out->b_batch);
    tri_offsets(lhs, n_k, k[0], out->a_k);
    tri_offsets(rhs, n_k, k[1], out->b_k);
    tri_offsets(lhs, n_m, free_of[0], out->a_m);
    tri_offsets(rhs, n_n, free_of[1], out->b_n);
    return NULL;
}

void tri_contraction_free(tri_contraction *contraction) { free(contraction->memory); }

tri_status *tri_eval_DOT_GENERAL(const tri_evaluation *evaluation, const tri_op *op, const tri_tensor *in, tri_tensor *out)
{
    tri_contraction contraction;
    TRI_TRY(tri_contraction_of(op, &in[0].type, &in[1].type, &contraction));
    tri_status *status = tri_contract(&contraction, evaluation->options.mode, &in[0], &in[1], out);
    tri_contraction_free(&contraction);
    return status;
}
