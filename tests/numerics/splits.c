/* tests/numerics/splits.c - matmuls of few rows and long sums, with every orientation of their operands: the contracted dimension dealt out to
 * several programs and combined, the product made transposed, both, with and without schedules, on configs that no cost model would choose. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/numerics/suite.h"

typedef struct corner {
    int bm, bn, bk, split, swap;
} corner;

/* The tiles of the empty schedule: multiples of 32, so that every matrix instruction takes them. */
static const corner corners[] = {
    {32, 64, 32, 2, 0}, {32, 32, 64, 5, 0}, {64, 32, 32, 3, 1}, {32, 64, 64, 1, 1}, {32, 32, 32, 20, 1}, {64, 64, 32, 1000, 0},
};

typedef struct shape {
    int m, n, k;
    bool thorough;
} shape;

static const shape shapes[] = {
    {1, 131, 1031, false}, {16, 257, 521, false}, {17, 67, 2053, false}, {128, 73, 521, true}, {1, 512, 4096, true}, {16, 128, 8192, true},
};

/* What bulk copies can move, for schedules: with tails in every dimension. */
static const shape aligned[] = {{16, 136, 1032, false}, {24, 200, 1544, false}, {64, 72, 2056, true}, {8, 264, 4096, true}};

static int one_config(void *context, const tri_family *family, const tri_op *group, const tri_chip *chip, tri_candidate *out, int most)
{
    (void)group;
    (void)chip;
    (void)most;
    if (strcmp(family->name, "matmul")) return 0;
    const corner *c = context;
    const struct {
        const char *name;
        int value;
    } knobs[] = {{"bm", c->bm}, {"bn", c->bn}, {"bk", c->bk}, {"split", c->split}, {"swap", c->swap}};
    *out = (tri_candidate){0};
    for (size_t i = 0; i < sizeof knobs / sizeof *knobs; i++) tri_config_set(&out->config, knobs[i].name, knobs[i].value);
    return 1;
}

/* The best config with a schedule that has the corner's split and orientation. */
static int best_config(void *context, const tri_family *family, const tri_op *group, const tri_chip *chip, tri_candidate *out, int most)
{
    enum { ALL = 4096 };
    if (strcmp(family->name, "matmul")) return 0;
    const corner *c = context;
    tri_candidate *all = malloc(ALL * sizeof *all);
    int n = family->candidates(group, chip, all, ALL), found = 0;
    for (int i = 0; i < n && found < most; i++)
        if (tri_config_get(&all[i].config, "split", 1) == c->split && tri_config_get(&all[i].config, "swap", 0) == c->swap) out[found++] = all[i];
    free(all);
    return found;
}

/* relu(a b + bias), where an operand may be stored with its contracted dimension first or last. */
static void print_module(const shape *s, int form, char *out, size_t room)
{
    int left = form & 1, right = form >> 1 & 1;
    char a[32], b[32];
    snprintf(a, sizeof a, "tensor<%dx%dxbf16>", left ? s->k : s->m, left ? s->m : s->k);
    snprintf(b, sizeof b, "tensor<%dx%dxbf16>", right ? s->n : s->k, right ? s->k : s->n);
    snprintf(out, room,
             "func.func public @main(%%a: %s, %%b: %s, %%c: tensor<%dxf32>) -> tensor<%dx%dxf32> {\n"
             "  %%0 = stablehlo.dot_general %%a, %%b, contracting_dims = [%d] x [%d] : (%s, %s) -> tensor<%dx%dxf32>\n"
             "  %%1 = stablehlo.broadcast_in_dim %%c, dims = [1] : (tensor<%dxf32>) -> tensor<%dx%dxf32>\n"
             "  %%2 = stablehlo.add %%0, %%1 : tensor<%dx%dxf32>\n  %%3 = stablehlo.constant dense<0.0> : tensor<%dx%dxf32>\n"
             "  %%4 = stablehlo.maximum %%2, %%3 : tensor<%dx%dxf32>\n  return %%4 : tensor<%dx%dxf32>\n}\n",
             a, b, s->n, s->m, s->n, !left, right, a, b, s->m, s->n, s->n, s->m, s->n, s->m, s->n, s->m, s->n, s->m, s->n, s->m, s->n);
}

typedef int candidates(void *context, const tri_family *family, const tri_op *group, const tri_chip *chip, tri_candidate *out, int most);

static void try_corner(suite *suite, const shape *s, int form, const corner *c, candidates *choose, const char *want)
{
    char name[96], text[1500];
    snprintf(name, sizeof name, "split: %dx%dx%d form %d, %dx%dx%d split %d swap %d", s->m, s->n, s->k, form, c->bm, c->bn, c->bk, c->split, c->swap);
    if (s->thorough && !suite->thorough) return;
    print_module(s, form, text, sizeof text);
    suite_try_with(suite, &(trial){.name = name, .text = text}, &(tri_config_source){choose, (void *)(uintptr_t)c}, want);
}

void suite_splits(suite *suite)
{
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        for (size_t c = 0; c < sizeof corners / sizeof *corners; c++)
            try_corner(suite, &shapes[i], (int)(i + c) % 4, &corners[c], one_config, "split");
    /* Of the chips with threads two have code for schedules; the grid of a systolic core is sequential, and its candidates have no split. */
    const char *isa = tri_chip_word(suite->rig.chip, "isa", "");
    if (strcmp(isa, "sm_90a") && strcmp(isa, "gfx950")) return;
    for (size_t i = 0; i < sizeof aligned / sizeof *aligned; i++)
        for (int split = 2; split < 4; split++)
            for (int swap = 0; swap < 2; swap++)
                try_corner(suite, &aligned[i], (int)(i + split) % 4, &(corner){.split = split, .swap = swap}, best_config, "schedule=1");
}
