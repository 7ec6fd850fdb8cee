/* tests/unit/attention_keep_test.c - where keys and values stay on chip: how often the schedule of an attention loads them, against how many blocks
 * of them there are. */
#include <check.h>

#include "base/text.h"
#include "kernels/kernels.h"
#include "lowering/expand.h"
#include "lowering/lowering.h"
#include "ir/sched.h"
#include "status_test.h"
#include "targets/compile.h"

typedef struct problem {
    int queries, keys, heads, key_heads;
} problem;

/* The scheduled program of `p` for trn2, heads of 128. */
static tri_func *scheduled(tri_arena *arena, const problem *p)
{
    char q[64], k[64];
    tri_text text = {0};
    tri_module *graph, *kernels;
    tri_chip *chip;
    tri_func *kernel, *out;
    snprintf(q, sizeof q, "tensor<1x%dx%dx128xbf16>", p->queries, p->heads);
    snprintf(k, sizeof k, "tensor<1x%dx%dx128xbf16>", p->keys, p->key_heads);
    tri_text_addf(&text,
                  "func.func public @main(%%q: %s, %%k: %s, %%v: %s) -> %s {\n"
                  "  %%0 = \"tri.attention\"(%%q, %%k, %%v) {scale = 0.125 : f64} : (%s, %s, %s) -> %s\n  return %%0 : %s\n}\n",
                  q, k, k, q, q, k, k, q, q);
    OK(tri_module_parse(arena, tri_text_string(&text), text.n, "text", &graph));
    OK(tri_lower_module(&graph));
    OK(tri_chip_load("trn2", &chip));
    const tri_op *group = graph->first->body->first;
    tri_config config = tri_family_attention.default_config(group, chip, true);
    kernels = tri_module_create(arena, "kernels");
    OK(tri_family_attention.build(kernels, "k", group, &config, &kernel));
    OK(tri_pass_merge_maps(kernel));
    kernel->schedule = tri_family_attention.schedule(kernel, &config, chip);
    OK(tri_pass_cut_maps(kernel));
    OK(tri_expand(kernels, "scheduled", kernel, chip, &out));
    OK(tri_scheduled_verify(out));
    tri_chip_free(chip);
    tri_text_free(&text);
    return out;
}

static int loads_of(const tri_func *func, const char *label)
{
    int n = 0;
    for (const tri_op *role = func->body->first; role; role = role->next)
        for (const tri_op *work = role->kind == TRI_SCHED_ROLE ? role->regions[0]->first : NULL; work; work = work->next)
            for (const tri_op *op = work->kind == TRI_SCHED_WORK ? work->regions[0]->first : NULL; op; op = op->next)
                n += op->kind == TRI_SCHED_LOAD_INTO && op->label && !strcmp(op->label, label);
    return n;
}

/* Blocks of 1024 keys, or of all; rings of 16 slots. */
static const struct {
    problem problem;
    int loads;
} rows[] = {
    {{256, 1024, 4, 4}, 4},     /* both blocks of queries of a head */
    {{64, 1024, 4, 4}, 4},      /* nobody else looks at a head's keys */
    {{64, 2048, 12, 3}, 3 * 2}, /* the four heads of a group */
    {{64, 4096, 12, 6}, 6 * 4}, /* more blocks than slots, but not of one group and the next */
    {{256, 4096, 12, 6}, 6 * 4},
};

START_TEST(keys_are_loaded_once_for_all_heads_that_share_them)
{
    tri_arena arena;
    tri_arena_init(&arena, 0);
    const tri_func *func = scheduled(&arena, &rows[_i].problem);
    ck_assert_int_eq(loads_of(func, "ldk"), rows[_i].loads);
    ck_assert_int_eq(loads_of(func, "ldv"), rows[_i].loads);
    tri_arena_free(&arena);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("attention_keep");
    TCase *tests = tcase_create("attention_keep");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, keys_are_loaded_once_for_all_heads_that_share_them, 0, sizeof rows / sizeof *rows);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
