/* tests/numerics/clusters.c - matmuls whose programs are spread over the blocks of a cluster, which share loads: tails in every dimension, every
 * orientation of the operands, batches, workers that run several programs, sums that are dealt out. On chips that have clusters. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/numerics/suite.h"

/* relu(a b + bias), `batches` of it; form: which operands are stored the other way around. */
typedef struct product {
    int batches, m, n, k, form;
    const char *config;
    bool thorough;
} product;

static const product products[] = {
    {1, 256, 256, 192, 0, "bm=256 bn=256 bk=64 stages=3 groups=2 cluster=2", false},
    {1, 200, 136, 136, 1, "bm=256 bn=128 bk=64 stages=2 groups=2 cluster=2", false},
    {1, 264, 200, 72, 2, "bm=128 bn=192 bk=32 stages=4 groups=1 cluster=2", false},
    {1, 72, 64, 72, 3, "bm=128 bn=64 bk=64 stages=2 groups=1 cluster=2", false},  /* the second block has 8 rows */
    {1, 8, 72, 264, 0, "bm=128 bn=128 bk=64 stages=2 groups=1 cluster=2", false}, /* it has none */
    {3, 160, 72, 136, 1, "bm=128 bn=64 bk=64 stages=3 groups=1 cluster=2", false},
    {2, 136, 136, 64, 2, "bm=256 bn=64 bk=64 stages=2 groups=1 cluster=4", false},
    {1, 520, 128, 128, 0, "bm=512 bn=128 bk=64 stages=2 groups=1 cluster=8", false},
    {1, 264, 72, 1032, 3, "bm=128 bn=64 bk=64 stages=4 groups=1 split=3 cluster=2", false},
    {1, 16, 264, 776, 2, "bm=16 bn=128 bk=64 stages=4 groups=1 split=2 swap=1 cluster=2", false},
    /* More programs than workers. */
    {1, 1280, 1032, 72, 0, "bm=128 bn=64 bk=64 stages=2 groups=1 cluster=2", true},
    {1, 2048, 2048, 128, 3, "bm=256 bn=256 bk=64 stages=3 groups=2 cluster=2", true},
};

static int this_config(void *context, const tri_family *family, const tri_op *group, const tri_chip *chip, tri_candidate *out, int most)
{
    (void)group;
    (void)chip;
    (void)most;
    if (strcmp(family->name, "matmul")) return 0;
    char text[128], *left, *knob;
    *out = (tri_candidate){0};
    snprintf(text, sizeof text, "%s schedule=1", ((const product *)context)->config);
    for (left = text; (knob = strtok_r(left, " =", &left));) {
        const char *value = strtok_r(left, " ", &left);
        static const char *const names[] = {"bm", "bn", "bk", "stages", "groups", "split", "swap", "cluster", "schedule"};
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            if (!strcmp(names[i], knob)) tri_config_set(&out->config, names[i], atoi(value));
    }
    return 1;
}

static void print_module(const product *p, char *out, size_t room)
{
    int left = p->form & 1, right = p->form >> 1 & 1;
    char a[48], b[48], c[48];
    snprintf(a, sizeof a, "tensor<%dx%dx%dxbf16>", p->batches, left ? p->k : p->m, left ? p->m : p->k);
    snprintf(b, sizeof b, "tensor<%dx%dx%dxbf16>", p->batches, right ? p->n : p->k, right ? p->k : p->n);
    snprintf(c, sizeof c, "tensor<%dx%dx%dxf32>", p->batches, p->m, p->n);
    snprintf(out, room,
             "func.func public @main(%%a: %s, %%b: %s, %%c: tensor<%dxf32>) -> %s {\n"
             "  %%0 = stablehlo.dot_general %%a, %%b, batching_dims = [0] x [0], contracting_dims = [%d] x [%d] : (%s, %s) -> %s\n"
             "  %%1 = stablehlo.broadcast_in_dim %%c, dims = [2] : (tensor<%dxf32>) -> %s\n"
             "  %%2 = stablehlo.add %%0, %%1 : %s\n  %%3 = stablehlo.constant dense<0.0> : %s\n"
             "  %%4 = stablehlo.maximum %%2, %%3 : %s\n  return %%4 : %s\n}\n",
             a, b, p->n, c, 2 - left, 1 + right, a, b, c, p->n, c, c, c, c, c);
}

void suite_clusters(suite *suite)
{
    if (!tri_chip_lists(suite->rig.chip, "clusters", "yes")) return;
    for (size_t i = 0; i < sizeof products / sizeof *products; i++) {
        const product *p = &products[i];
        char name[160], text[1500];
        if (p->thorough && !suite->thorough) continue;
        snprintf(name, sizeof name, "cluster: %d of %dx%dx%d form %d, %s", p->batches, p->m, p->n, p->k, p->form, p->config);
        print_module(p, text, sizeof text);
        suite_try_with(suite, &(trial){.name = name, .text = text}, &(tri_config_source){this_config, (void *)(uintptr_t)p}, p->config);
    }
}
