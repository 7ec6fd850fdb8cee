/* tests/numerics/splits.c - matmuls of few rows and long sums, with every orientation of their operands: the contracted dimension dealt out to
 * several programs and combined, the product made transposed, both, with and without schedules, on configs that no cost model would choose. */
#include <stdio.h>

#include "targets/compile.h"
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

static tri_status *try_corner(suite *suite, const char *name, const char *text, const corner *c)
{
    const char *chips[] = {suite->rig.name};
    tri_compile_options options = {.chips = chips, .n_chips = 1, .jobs = 1};
    tri_config_source source = {one_config, (void *)(uintptr_t)c};
    tri_compiled *compiled;
    TRI_TRY(tri_compile_with(text, strlen(text), name, &options, &source, &compiled));
    tri_status *status = trial_run_program(&suite->rig, &(trial){.name = name, .text = text}, tri_compiled_program(compiled));
    tri_compiled_free(compiled);
    return status;
}

void suite_splits(suite *suite)
{
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        for (size_t c = 0; c < sizeof corners / sizeof *corners; c++) {
            char name[96], text[1500];
            int form = (int)(i + c) % 4;
            snprintf(name, sizeof name, "split: %dx%dx%d form %d, %dx%dx%d split %d swap %d", shapes[i].m, shapes[i].n, shapes[i].k, form,
                     corners[c].bm, corners[c].bn, corners[c].bk, corners[c].split, corners[c].swap);
            if (!suite_wants(suite, name) || (shapes[i].thorough && !suite->thorough)) continue;
            print_module(&shapes[i], form, text, sizeof text);
            tri_status *status = try_corner(suite, name, text, &corners[c]);
            if (!status) {
                suite->passed++;
                continue;
            }
            suite->failed++;
            printf("FAILED %s on %s\n", name, suite->rig.name);
            tri_status_print(status, NULL, stdout);
            tri_status_free(status);
        }
}
