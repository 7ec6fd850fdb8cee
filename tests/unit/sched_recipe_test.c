/* tests/unit/sched_recipe_test.c - the recipes of tests/golden/sched, each a tile program and a scheduled program written by hand: the same bits in
 * many interleavings, and no mutant that goes unnoticed. Builds for debugging and with sanitizers run fewer; SCHED_INTERLEAVINGS sets their number,
 * SCHED_VERBOSE says what became of every mutant. */
#include "eval_test.h"
#include "sched_mutate.h"

#include "base/file.h"

static const char *const recipes[] = {"gemm",          "attention_forward", "attention_backward", "mla_seesaw",
                                      "gemm_two_sets", "attention_queues",  "gemm_cluster"};
enum { RECIPES = sizeof recipes / sizeof *recipes };

#ifdef __has_feature
#define HAS_SANITIZER (__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HAS_SANITIZER 1
#else
#define HAS_SANITIZER 0
#endif

/* In each of the two modes of completion. */
#if HAS_SANITIZER || !defined(__OPTIMIZE__)
enum { INTERLEAVINGS = 100, MUTANT_INTERLEAVINGS = 5 };
#else
enum { INTERLEAVINGS = 1000, MUTANT_INTERLEAVINGS = 20 };
#endif

typedef struct recipe {
    tri_arena arena;
    tri_module *module;
    const tri_func *kernel, *scheduled;
    sched_case c;
} recipe;

static void open_recipe(recipe *r, const char *name)
{
    char path[200];
    char *text;
    size_t n;
    snprintf(path, sizeof path, "tests/golden/sched/recipe_%s.mlir", name);
    must(tri_file_read(path, &text, &n));
    tri_arena_init(&r->arena, 0);
    must(tri_module_parse(&r->arena, text, n, path, &r->module));
    free(text);
    must(tri_module_verify(r->module, TRI_LEVEL_TILE));
    r->kernel = r->module->first;
    r->scheduled = r->kernel->next;
    ck_assert(r->scheduled->is_scheduled);
    r->c = sched_case_open(r->kernel);
}

static void close_recipe(recipe *r)
{
    sched_case_close(&r->c);
    tri_arena_free(&r->arena);
}

START_TEST(a_recipe_has_the_bits_of_its_tile_program_in_every_interleaving)
{
    const char *wanted = getenv("SCHED_INTERLEAVINGS");
    recipe r;
    tri_text why = {0};
    open_recipe(&r, recipes[_i]);
    sched_outcome outcome = sched_case_run(&r.c, r.scheduled, 0, wanted ? strtoull(wanted, NULL, 10) : INTERLEAVINGS, false, &why);
    ck_assert_msg(outcome == SCHED_RIGHT, "%s: %s", recipes[_i], tri_text_string(&why));
    tri_text_free(&why);
    close_recipe(&r);
}
END_TEST

START_TEST(no_mutant_of_a_recipe_goes_unnoticed)
{
    recipe r;
    sched_tally all = {0};
    open_recipe(&r, recipes[_i]);
    for (int kind = 0; kind < SCHED_MUTATIONS; kind++)
        sched_try_mutants(&r.c, r.scheduled, (sched_mutation)kind, UINT32_MAX, MUTANT_INTERLEAVINGS,
                          kind == SCHED_DROP_TOKEN || kind == SCHED_DROP_JOIN || kind == SCHED_LESS_MULTICAST, &all);
    /* The interleavings are bad enough: nearly everything that is refused does go wrong when nobody checks it (a token too few is no harm where a
     * ring has slots to spare). */
    ck_assert_uint_ge(all.happened * 10, all.verifier * 9);
    close_recipe(&r);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sched_recipe");
    TCase *tcase = tcase_create("recipes");
    tcase_set_timeout(tcase, 300);
    tcase_add_loop_test(tcase, a_recipe_has_the_bits_of_its_tile_program_in_every_interleaving, 0, RECIPES);
    tcase_add_loop_test(tcase, no_mutant_of_a_recipe_goes_unnoticed, 0, RECIPES);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
