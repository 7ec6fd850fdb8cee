/* gfx950_rig.c - see the header. */
#include "tests/unit/gfx950_rig.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/status_test.h"

/* The largest tile that there is a config for: what these tests look at does not depend on how many of them a problem has. */
static int largest_tile(void *context, const tri_family *family, const tri_op *group, const tri_chip *chip, tri_candidate *out, int most)
{
    enum { ALL = 1000 };
    (void)context;
    if (!family->candidates) { /* one config */
        *out = (tri_candidate){.config = family->default_config(group, chip, true)};
        return most > 0;
    }
    tri_candidate *all = malloc(ALL * sizeof *all);
    int n = family->candidates(group, chip, all, ALL);
    int64_t largest = 0;
    for (int i = 0; i < n; i++) {
        int64_t size = tri_config_get(&all[i].config, "bm", 1) * tri_config_get(&all[i].config, "bn", 1);
        if (size <= largest || tri_config_get(&all[i].config, "split", 1) > 1) continue;
        largest = size;
        *out = all[i];
    }
    free(all);
    return largest > 0;
}

static tri_compiled *compile(tri_text *text, bool by_default)
{
    static const char *const chips[] = {"mi355x"};
    tri_compile_options options = {.chips = chips, .n_chips = 1, .jobs = 1, .want_text = true};
    tri_compiled *compiled;
    const tri_config_source largest = {largest_tile, NULL};
    OK(tri_compile_with(tri_text_string(text), text->n, "test.mlir", &options, by_default ? NULL : &largest, &compiled));
    const char *schedule = tri_compiled_text(compiled, "schedule");
    ck_assert_msg(schedule && !strstr(schedule, "the empty schedule") && strstr(schedule, "scheduled @"), "%s", schedule ? schedule : "no schedule");
    ck_assert_msg(strstr(schedule, " 0 bank conflicts\n"), "%s", schedule); /* counted while compiling; the simulator counts by itself */
    ck_assert_uint_le(tri_compiled_program(compiled)->plans[0].n_kernels, by_default ? 2 : 1);
    ck_assert_int_eq(tri_compiled_program(compiled)->plans[0].kernels[0].spills, 0);
    tri_text_free(text);
    return compiled;
}

static tri_compiled *compile_gemm(const gfx950_gemm *g, bool by_default)
{
    const char *dtype = tri_dtype_name(g->dtype);
    char a[64], b[64], c[64];
    snprintf(a, sizeof a, "tensor<%dx%dx%s>", g->left_turned ? g->k : g->m, g->left_turned ? g->m : g->k, dtype);
    snprintf(b, sizeof b, "tensor<%dx%dx%s>", g->right_turned ? g->n : g->k, g->right_turned ? g->k : g->n, dtype);
    snprintf(c, sizeof c, "tensor<%dx%dxf32>", g->m, g->n);
    tri_text text = {0};
    tri_text_addf(&text,
                  "func.func @main(%%a: %s, %%b: %s) -> %s {\n"
                  "  %%0 = stablehlo.dot_general %%a, %%b, contracting_dims = [%d] x [%d] : (%s, %s) -> %s\n  return %%0 : %s\n}\n",
                  a, b, c, !g->left_turned, g->right_turned, a, b, c, c);
    return compile(&text, by_default);
}

tri_compiled *gfx950_compile_gemm(const gfx950_gemm *g) { return compile_gemm(g, false); }
tri_compiled *gfx950_compile_gemm_by_default(const gfx950_gemm *g) { return compile_gemm(g, true); }

tri_compiled *gfx950_compile_positive(const gfx950_gemm *g)
{
    const char *dtype = tri_dtype_name(g->dtype);
    char c[64], chosen[64];
    snprintf(c, sizeof c, "tensor<%dx%dxf32>", g->m, g->n);
    snprintf(chosen, sizeof chosen, "tensor<%dx%dxi1>", g->m, g->n);
    tri_text text = {0};
    tri_text_addf(&text,
                  "func.func @main(%%a: tensor<%dx%dx%s>, %%b: tensor<%dx%dx%s>, %%mask: %s) -> %s {\n"
                  "  %%0 = stablehlo.dot_general %%a, %%b, contracting_dims = [1] x [1] : (tensor<%dx%dx%s>, tensor<%dx%dx%s>) -> %s\n"
                  "  %%zero = stablehlo.constant dense<0.0> : %s\n  %%1 = stablehlo.compare GT, %%0, %%zero : (%s, %s) -> %s\n"
                  "  %%2 = stablehlo.and %%1, %%mask : %s\n  return %%2 : %s\n}\n",
                  g->m, g->k, dtype, g->n, g->k, dtype, chosen, chosen, g->m, g->k, dtype, g->n, g->k, dtype, c, c, c, c, chosen, chosen, chosen);
    return compile(&text, false);
}

tri_compiled *gfx950_compile_attention(const gfx950_attention *a)
{
    const char *dtype = tri_dtype_name(a->dtype);
    char q[64], k[64], lse[64];
    snprintf(q, sizeof q, "tensor<1x%dx%dx%dx%s>", a->queries, a->heads, a->size, dtype);
    snprintf(k, sizeof k, "tensor<1x%dx%dx%dx%s>", a->keys, a->key_heads, a->size, dtype);
    snprintf(lse, sizeof lse, "tensor<1x%dx%dxf32>", a->heads, a->queries);
    tri_text text = {0};
    tri_text_addf(&text,
                  "func.func @main(%%q: %s, %%k: %s, %%v: %s) -> (%s, %s) {\n"
                  "  %%0:2 = \"tri.attention\"(%%q, %%k, %%v) {scale = %.17g : f64, causal = %s} : (%s, %s, %s) -> (%s, %s)\n"
                  "  return %%0#0, %%0#1 : %s, %s\n}\n",
                  q, k, k, q, lse, 1 / sqrt(a->size), a->causal ? "true" : "false", q, k, k, q, lse, q, lse);
    return compile(&text, true);
}

tri_status *gfx950_budget(const char *chip, const char *text, tri_budget *out)
{
    tri_arena arena;
    tri_module *module;
    tri_chip *loaded;
    tri_arena_init(&arena, 0);
    OK(tri_module_parse(&arena, text, strlen(text), "scheduled.tri", &module));
    OK(tri_chip_load(chip, &loaded));
    tri_status *status = tri_target_find(loaded)->budget(loaded, module->first, out);
    tri_chip_free(loaded);
    tri_arena_free(&arena);
    return status;
}
