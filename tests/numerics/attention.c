/* tests/numerics/attention.c - tri.attention over its shapes: lengths that no tile divides, groups of heads, sizes of heads, causal or not, with and
 * without the log of the sums. The short tier takes a few of each; the long one every pair of lengths and every head size. */
#include <stdio.h>

#include "tests/numerics/suite.h"

typedef struct problem {
    int batch, queries, keys, heads, group, size;
    bool causal, lse;
} problem;

/* Heads are those of keys; 3 in a group divides neither 64 nor 128. */
static const problem few[] = {
    {1, 1, 1, 1, 1, 8, true, true},       {2, 17, 17, 2, 1, 64, true, true},  {1, 1, 257, 2, 3, 64, false, true},
    {1, 130, 130, 1, 2, 72, true, false}, {2, 64, 128, 1, 3, 24, true, true}, {1, 67, 257, 1, 1, 128, false, true},
    {1, 17, 64, 6, 1, 24, false, false},  {1, 33, 66, 1, 2, 256, true, true}, {1, 257, 31, 1, 1, 8, true, true},
};

static void try_problem(suite *suite, const problem *p, const char *dtype)
{
    char name[160], q[64], k[64], lse[64];
    snprintf(name, sizeof name, "attention, %d x %d queries, %d keys, %d x %d heads of %d%s%s, %s", p->batch, p->queries, p->keys, p->heads, p->group,
             p->size, p->causal ? ", causal" : "", p->lse ? ", log of sums" : "", dtype);
    if (!suite_wants(suite, name)) return;
    snprintf(q, sizeof q, "tensor<%dx%dx%dx%dx%s>", p->batch, p->queries, p->heads * p->group, p->size, dtype);
    snprintf(k, sizeof k, "tensor<%dx%dx%dx%dx%s>", p->batch, p->keys, p->heads, p->size, dtype);
    snprintf(lse, sizeof lse, "tensor<%dx%dx%dxf32>", p->batch, p->heads * p->group, p->queries);
    const char *attributes = p->causal ? "scale = 0.3 : f64, causal = true" : "scale = 0.3 : f64";
    tri_text text = {0};
    if (p->lse)
        tri_text_addf(&text,
                      "func.func public @main(%%q: %s, %%k: %s, %%v: %s) -> (%s, %s) {\n"
                      "  %%0:2 = \"tri.attention\"(%%q, %%k, %%v) {%s} : (%s, %s, %s) -> (%s, %s)\n  return %%0#0, %%0#1 : %s, %s\n}\n",
                      q, k, k, q, lse, attributes, q, k, k, q, lse, q, lse);
    else
        tri_text_addf(&text,
                      "func.func public @main(%%q: %s, %%k: %s, %%v: %s) -> %s {\n"
                      "  %%0 = \"tri.attention\"(%%q, %%k, %%v) {%s} : (%s, %s, %s) -> %s\n  return %%0 : %s\n}\n",
                      q, k, k, q, attributes, q, k, k, q, q);
    suite_try(suite, &(trial){.name = name, .text = tri_text_string(&text)});
    tri_text_free(&text);
}

static void try_all(suite *suite, const char *dtype)
{
    static const int lengths[] = {1, 17, 64, 67, 128, 130, 257}, sizes[] = {8, 24, 64, 72, 128, 256}, heads[] = {1, 2, 6}, groups[] = {1, 2, 3};
    enum { N_LENGTHS = sizeof lengths / sizeof *lengths, N_SIZES = sizeof sizes / sizeof *sizes };
    int turn = 0; /* walks through sizes, heads and groups beside the lengths */
    for (int q = 0; q < N_LENGTHS; q++)
        for (int k = 0; k < N_LENGTHS; k++)
            for (int causal = 0; causal < 2; causal++, turn++)
                try_problem(suite,
                            &(problem){1, lengths[q], lengths[k], lengths[q] * lengths[k] > 10000 ? 1 : heads[turn / 2 % 3], groups[turn % 3],
                                       sizes[turn % N_SIZES], causal, turn / 3 % 2},
                            dtype);
    for (int size = 0; size < N_SIZES; size++)
        for (int group = 0; group < 3; group++)
            try_problem(suite, &(problem){2, 21, 43, heads[(size + group) % 2], groups[group], sizes[size], group % 2, true}, dtype);
}

void suite_attention(suite *suite)
{
    static const char *const dtypes[] = {"bf16", "f16", "f32"};
    enum { N_FEW = sizeof few / sizeof *few };
    for (size_t d = 0; d < 3; d++) {
        for (size_t i = 0; i < N_FEW; i++) try_problem(suite, &few[i], dtypes[d]);
        if (suite->thorough) try_all(suite, dtypes[d]);
    }
}
