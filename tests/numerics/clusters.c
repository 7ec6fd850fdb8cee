/* tests/numerics/clusters.c - programs that are spread over the blocks of a cluster, which share loads. Matmuls: tails in every dimension, every
 * orientation of the operands, batches, workers that run several programs, sums that are dealt out. Attention, whose blocks share keys and values. On
 * chips that have clusters. */
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
    {1, 264, 201, 136, 2, "bm=256 bn=128 bk=64 stages=2 groups=2 cluster=2", false}, /* rows of the result begin anywhere */
    {1, 264, 72, 1032, 3, "bm=128 bn=64 bk=64 stages=4 groups=1 split=3 cluster=2", false},
    {1, 16, 264, 776, 2, "bm=16 bn=128 bk=64 stages=4 groups=1 split=2 swap=1 cluster=2", false},
    /* More programs than workers. */
    {1, 1280, 1032, 72, 0, "bm=128 bn=64 bk=64 stages=2 groups=1 cluster=2", true},
    {1, 2048, 2048, 128, 3, "bm=256 bn=256 bk=64 stages=3 groups=2 cluster=2", true},
};

typedef struct attention {
    int queries, keys, heads, group, size;
    bool causal;
    const char *config;
    bool thorough;
} attention;

static const attention attentions[] = {
    {260, 260, 1, 1, 64, true, "bq=256 bn=64 pack=0 reverse=1 groups=2 stages=2 cluster=2", false},
    {200, 330, 1, 2, 64, false, "bq=128 bn=64 pack=0 reverse=1 groups=1 stages=2 cluster=2", false},
    {130, 257, 1, 2, 128, true, "bq=64 bn=128 pack=1 reverse=1 groups=1 stages=2 cluster=2", true},
    {512, 512, 2, 1, 128, false, "bq=256 bn=128 pack=0 reverse=1 groups=2 stages=2 cluster=2", true},
};

/* What `want` asks for: the config of the family, as inspect prints it. */
typedef struct wanted {
    const char *family, *config;
} wanted;

static int this_config(void *context, const tri_family *family, const tri_op *group, const tri_chip *chip, tri_candidate *out, int most)
{
    static const char *const names[] = {"bm", "bn", "bk", "bq", "pack", "reverse", "stages", "groups", "split", "swap", "cluster", "schedule"};
    const wanted *want = context;
    (void)group;
    (void)chip;
    (void)most;
    if (strcmp(family->name, want->family)) return 0;
    char text[128], *left;
    *out = (tri_candidate){0};
    snprintf(text, sizeof text, "%s schedule=1", want->config);
    for (const char *word = strtok_r(text, " ", &left); word; word = strtok_r(NULL, " ", &left))
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            if (!strncmp(names[i], word, strlen(names[i])) && word[strlen(names[i])] == '=')
                tri_config_set(&out->config, names[i], atoi(word + strlen(names[i]) + 1));
    return 1;
}

static void print_product(const product *p, char *out, size_t room)
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

static void print_attention(const attention *a, char *out, size_t room)
{
    char q[64], k[64];
    snprintf(q, sizeof q, "tensor<1x%dx%dx%dxbf16>", a->queries, a->heads * a->group, a->size);
    snprintf(k, sizeof k, "tensor<1x%dx%dx%dxbf16>", a->keys, a->heads, a->size);
    snprintf(out, room,
             "func.func public @main(%%q: %s, %%k: %s, %%v: %s) -> %s {\n"
             "  %%0 = \"tri.attention\"(%%q, %%k, %%v) {scale = 0.3 : f64%s} : (%s, %s, %s) -> %s\n  return %%0 : %s\n}\n",
             q, k, k, q, a->causal ? ", causal = true" : "", q, k, k, q, q);
}

static void try_one(suite *suite, const char *name, const char *text, wanted want)
{
    suite_try_with(suite, &(trial){.name = name, .text = text}, &(tri_config_source){this_config, &want}, want.config);
}

void suite_clusters(suite *suite)
{
    char name[200], text[1500];
    if (!tri_chip_lists(suite->rig.chip, "clusters", "yes")) return;
    for (size_t i = 0; i < sizeof products / sizeof *products; i++) {
        const product *p = &products[i];
        if (p->thorough && !suite->thorough) continue;
        snprintf(name, sizeof name, "cluster: %d of %dx%dx%d form %d, %s", p->batches, p->m, p->n, p->k, p->form, p->config);
        print_product(p, text, sizeof text);
        try_one(suite, name, text, (wanted){"matmul", p->config});
    }
    for (size_t i = 0; i < sizeof attentions / sizeof *attentions; i++) {
        const attention *a = &attentions[i];
        if (a->thorough && !suite->thorough) continue;
        snprintf(name, sizeof name, "cluster: attention, %d queries, %d keys, %d x %d heads of %d%s, %s", a->queries, a->keys, a->heads, a->group,
                 a->size, a->causal ? ", causal" : "", a->config);
        print_attention(a, text, sizeof text);
        try_one(suite, name, text, (wanted){"attention", a->config});
    }
}
