/* tests/unit/sched_expand_test.c - what schedules expand to: verified, the bits of the tile program in many interleavings, and no mutant that goes
 * unnoticed. Tiles are small; the chips only say by what kind of role a schedule is run. */
#include "eval_test.h"
#include "sched_mutate.h"

#include "base/file.h"
#include "lowering/expand.h"
#include "lowering/lowering.h"

enum { INTERLEAVINGS = 100, MOST_MUTANTS = 30, MUTANT_INTERLEAVINGS = 3 };

static const struct {
    const char *chip, *recipe, *schedule; /* recipe: whose tile program is taken */
} expansions[] = {
    {"h100", "gemm",
     "{ groups 2 along mma.0; workers 3 order group_m(1); ring lda ldb depth 2; ring st depth 2; split st 1x2; at store: st;\n"
     "order k: await(lda) await(ldb) mma join(mma lag 1); regs load 40 math 232 }"},
    {"trn2", "gemm",
     "{ workers 1 order group_m(8); ring lda ldb depth 2; split mma 2x1; split epi 2x1; split st 2x1; ring mma depth 1; ring epi depth 4;\n"
     "at load: lda; at load1: ldb; at vector, scalar: epi; at store, store1: st }"},
    {"h100", "attention_forward",
     "{ groups 2 along pv.0; workers 1; ring ldk ldv depth 2; stage kv 1: pv;\n"
     "order kv: qk await(ldv) pv join(qk) mask max mx2 al exp rowsum sum await(ldk ahead 1) join(pv) pack resc }"},
    /* A cluster whose ranks share the right operand, with groups along the same dimension; along the other one, where they share the left; four
     * ranks that store what they make themselves. */
    {"h100", "gemm",
     "{ cluster 2 along mma.0; groups 2 along mma.0; workers 3 order group_m(1); ring lda ldb depth 2; ring st depth 2; split st 1x2; at store: st;\n"
     "order k: await(lda) await(ldb) mma join(mma lag 1); regs load 40 math 232 }"},
    {"h100", "gemm",
     "{ cluster 2 along mma.1; groups 2 along mma.0; workers 1; ring lda ldb depth 2; ring st depth 1; split st 1x2; at store: st;\n"
     "order k: await(ldb) mma await(lda ahead 1) join(mma) }"},
    {"h100", "gemm", "{ cluster 4 along epi.0; workers 3; ring lda depth 2; ring ldb depth 3 }"},
    {"h100", "attention_forward",
     "{ cluster 2 along pv.0; groups 2 along pv.0; workers 1; ring ldk ldv depth 2; stage kv 1: pv; turn kv: qk..pv;\n"
     "order kv: qk await(ldv) pv join(qk) mask max mx2 al exp rowsum sum await(ldk ahead 1) join(pv) pack resc }"},
    {"h100", "attention_forward",
     "{ cluster 2 along pv.1; groups 2 along pv.0; workers 1; ring ldk ldv depth 2; stage kv 1: pv;\n"
     "order kv: qk await(ldv) pv join(qk) mask max mx2 al exp rowsum sum await(ldk ahead 1) join(pv) pack resc }"},
    /* One role of all threads, whose left operand comes a step earlier. */
    {"mi355x", "gemm", "{ groups 2 along mma.0; workers 0; ring lda depth 3; ring ldb depth 2 }"},
    {"mi355x", "gemm", "{ groups 2 along mma.0; workers 0 order group_m(2) dies 3; ring lda ldb depth 2 }"},
    {"mi355x", "attention_long", "{ groups 2 along pv.0; workers 0 order row; ring ldk depth 3; ring ldv depth 2 }"},
    {"v5e", "gemm", "{ workers 1 order group_m(8); ring lda ldb depth 2; ring epi depth 2 }"},
    /* Statements that are not split are dealt out program by program. */
    {"trn2", "gemm", "{ workers 1; ring lda ldb depth 2; ring mma depth 2; ring epi depth 4; at vector, scalar: epi; at store, store1: st }"},
    /* A map that was cut: engines in turn, each behind the other. */
    {"trn2", "rows", "{ workers 1; ring ld0 ld1 depth 3; ring op0 depth 2; at load0: ld0; at load1: ld1; at store, store1: st }"},
    /* Places that are fetched. */
    {"trn2", "gather", "{ workers 1; ring ld0 ld1 depth 3; ring op0 depth 2; at load0: ld0; at load1: ld1; at store, store1: st }"},
    /* Windows and masks that stay for programs to come, smaller tiles in the slots of larger ones, a role that takes from its own ring, stages that
     * reach into the next program. */
    {"trn2", "keep",
     "{ workers 1 order column; at load: ldq ldk; at load1: ldv; at matrix: xp; at general: mx2; ring ldq depth 3; ring ldk ldv depth 3 keep;\n"
     "ring one depth 1 keep; ring mask depth 2 keep; ring qk depth 2; ring max depth 2; ring mx2 depth 3; ring exp depth 3; ring xp depth 1;\n"
     "ring xc depth 3; ring pv depth 1; stage kv 1: mx2 exp; stage kv 2: xp xc; stage kv 3: pv sum; order kv: mx2 exp xp xc mask qk max pv sum }"},
    /* The same in the plainest schedule that keeps: two slots, program by program. */
    {"trn2", "keep", "{ workers 1 order row; at matrix: xp; ring ldk ldv depth 2 keep }"},
    /* Two roles have half of the slots each. */
    {"trn2", "keep_dealt", "{ workers 1; at load, load1: lda; ring lda depth 4 keep; ring twice depth 2 }"},
    {"trn2", "keep_dealt", "{ workers 1; at load, load1: lda; ring lda depth 6 keep; ring twice depth 2 }"},
};
enum { EXPANSIONS = sizeof expansions / sizeof *expansions };

static tri_module *open_recipe(tri_arena *arena, const char *name)
{
    char path[200];
    char *text;
    size_t n;
    tri_module *module;
    snprintf(path, sizeof path, "tests/golden/sched/recipe_%s.mlir", name);
    must(tri_file_read(path, &text, &n));
    tri_arena_init(arena, 0);
    must(tri_module_parse(arena, text, n, path, &module));
    free(text);
    return module;
}

START_TEST(an_expanded_schedule_has_the_bits_of_its_tile_program_and_its_mutants_are_noticed)
{
    tri_arena arena;
    tri_module *module = open_recipe(&arena, expansions[_i].recipe);
    tri_chip *chip;
    tri_func *scheduled;
    tri_text why = {0};
    sched_tally tally = {0};
    module->first->schedule = expansions[_i].schedule;
    must(tri_chip_load(expansions[_i].chip, &chip));
    if (tri_chip_lists(chip, "style", "decoupled")) must(tri_pass_cut_maps(module->first));
    must(tri_expand(module, expansions[_i].chip, module->first, chip, &scheduled));
    must(tri_scheduled_verify(scheduled));
    sched_case c = sched_case_open(module->first);
    sched_outcome outcome = sched_case_run(&c, scheduled, 0, INTERLEAVINGS, false, &why);
    ck_assert_msg(outcome == SCHED_RIGHT, "%s for %s: %s", expansions[_i].recipe, expansions[_i].chip, tri_text_string(&why));
    for (int kind = 0; kind < SCHED_MUTATIONS; kind++)
        sched_try_mutants(&c, scheduled, (sched_mutation)kind, MOST_MUTANTS, MUTANT_INTERLEAVINGS,
                          kind == SCHED_DROP_TOKEN || kind == SCHED_LESS_MULTICAST, &tally);
    ck_assert_uint_gt(tally.verifier, 0);
    sched_case_close(&c);
    tri_text_free(&why);
    tri_chip_free(chip);
    tri_arena_free(&arena);
}
END_TEST

static size_t count_ops(tri_func *func, tri_op_kind kind, const char *label)
{
    size_t n = 0;
    for (const tri_op *ring = func->body->first; ring; ring = ring->next)
        for (const tri_op *work = ring->kind == TRI_SCHED_ROLE ? ring->regions[0]->first : NULL; work; work = work->next)
            for (const tri_op *op = work->kind == TRI_SCHED_WORK ? work->regions[0]->first : NULL; op; op = op->next)
                n += op->kind == kind && op->label && !strcmp(op->label, label);
    return n;
}

/* Two heads of two programs: blocks 0; 0 and 1. Without keeping they are loaded three times a head, a mask is made for each program. */
static const struct {
    const char *recipe, *label, *schedule;
    size_t loads, masks;
} kept[] = {
    {"keep", "ldk", "{ workers 1 order column; at matrix: xp; ring ldk ldv depth 2; ring mask depth 2 }", 6, 4},
    {"keep", "ldk", "{ workers 1 order column; at matrix: xp; ring ldk ldv depth 2 keep; ring mask depth 2 }", 4, 4},
    {"keep", "ldk", "{ workers 1 order column; at matrix: xp; ring ldk depth 1 keep; ring ldv depth 2; ring mask depth 1 keep }", 4, 1},
    /* Head after head for each block of queries: the second time both heads' first blocks are two loads back. */
    {"keep", "ldk", "{ workers 1 order row; at matrix: xp; ring ldk ldv depth 2 keep; ring mask depth 1 keep }", 4, 1},
    {"keep", "ldk", "{ workers 1 order row; at matrix: xp; ring ldk ldv depth 1 keep; ring mask depth 1 keep }", 6, 1},
    /* The queue of blocks 0, 1, 2, 0 would have to hold three of them, that of block 3 holds it. */
    {"keep_dealt", "lda", "{ workers 1; at load, load1: lda; ring lda depth 4 keep }", 5, 0},
    {"keep_dealt", "lda", "{ workers 1; at load, load1: lda; ring lda depth 6 keep }", 4, 0},
    {"keep_dealt", "lda", "{ workers 1; at load: lda; ring lda depth 3 keep }", 6, 0},
    {"keep_dealt", "lda", "{ workers 1; at load: lda; ring lda depth 4 keep }", 4, 0},
};

START_TEST(what_a_ring_keeps_is_made_once)
{
    tri_arena arena;
    tri_module *module = open_recipe(&arena, kept[_i].recipe);
    tri_chip *chip;
    tri_func *scheduled;
    module->first->schedule = kept[_i].schedule;
    must(tri_chip_load("trn2", &chip));
    must(tri_expand(module, "kept", module->first, chip, &scheduled));
    must(tri_scheduled_verify(scheduled));
    ck_assert_uint_eq(count_ops(scheduled, TRI_SCHED_LOAD_INTO, kept[_i].label), kept[_i].loads);
    ck_assert_uint_eq(count_ops(scheduled, TRI_TILE_MAP, "mask"), kept[_i].masks);
    tri_chip_free(chip);
    tri_arena_free(&arena);
}
END_TEST

/* A schedule says what happens: what an expansion would not follow, it refuses. */
static const struct {
    const char *chip, *recipe, *schedule, *says;
} not_followed[] = {
    {"mi355x", "gemm", "{ cluster 2 along mma.0; ring lda ldb depth 2 }", "cluster"}, /* it has none */
    {"trn2", "gemm", "{ cluster 2 along mma.0 }", "cluster"},
    {"h100", "gemm", "{ cluster 16 along mma.0 }", "at most 8"},
    {"h100", "gemm", "{ cluster 2 along program }", "the ranks of the cluster"},
    {"h100", "gemm", "{ cluster 8 along mma.0; groups 2 along mma.0 }", "divided evenly"},
    {"h100", "gemm", "{ cluster 2 along lda.1 }", "mma @mma: it contracts"},
    {"h100", "attention_forward", "{ cluster 2 along qk.1 }", "reduce @max"},
    {"h100", "attention_forward", "{ cluster 2 along ldk.1 }", "mma @qk: it contracts"},
    {"h100", "attention_forward", "{ cluster 8 along pv.0; ring ldk ldv depth 1 }", "@ldk: its tile cannot be divided"}, /* 4x4 among 8 */
    {"h100", "rows", "{ cluster 2 along ld0.1 }", "reduce @op0"},
    {"h100", "gemm", "{ place lda frag }", "place"},
    {"trn2", "gemm", "{ groups 2 along mma.0 }", "groups"},
    {"v5e", "gemm", "{ turn k: lda..mma }", "turn"},
    {"h100", "gemm", "{ groups 2 along mma.0; ring lda ldb depth 2 keep }", "keep"},
};

START_TEST(a_clause_that_is_not_followed_is_refused)
{
    tri_arena arena;
    tri_module *module = open_recipe(&arena, not_followed[_i].recipe);
    module->first->schedule = not_followed[_i].schedule;
    tri_chip *chip;
    tri_func *scheduled;
    must(tri_chip_load(not_followed[_i].chip, &chip));
    tri_status *status = tri_expand(module, "refused", module->first, chip, &scheduled);
    ck_assert_msg(status != NULL, "taken: %s", not_followed[_i].schedule);
    ck_assert_int_eq(tri_status_code(status), TRI_UNSUPPORTED);
    ck_assert_msg(strstr(tri_status_message(status), not_followed[_i].says), "%s", tri_status_message(status));
    tri_status_free(status);
    tri_chip_free(chip);
    tri_arena_free(&arena);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sched_expand");
    TCase *tcase = tcase_create("expansions");
    tcase_set_timeout(tcase, 300);
    tcase_add_loop_test(tcase, an_expanded_schedule_has_the_bits_of_its_tile_program_and_its_mutants_are_noticed, 0, EXPANSIONS);
    tcase_add_loop_test(tcase, what_a_ring_keeps_is_made_once, 0, sizeof kept / sizeof *kept);
    tcase_add_loop_test(tcase, a_clause_that_is_not_followed_is_refused, 0, sizeof not_followed / sizeof *not_followed);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
