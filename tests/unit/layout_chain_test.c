/* layout_chain_test.c - the solver: the table of chains by chips, the permutations of k it finds, that a chain and its transpose cost the same,
 * limits, and what scheduled programs have besides. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "abi/chip.h"
#include "base/file.h"
#include "ir/verify.h"
#include "targets/layout/chain.h"

static void must(tri_status *status)
{
    if (!status) return;
    char text[512];
    snprintf(text, sizeof text, "%s", tri_status_message(status));
    tri_status_free(status);
    ck_abort_msg("%s", text);
}

typedef struct problem {
    tri_arena arena;
    tri_module *module;
    tri_chip *chip;
    tri_chain chain;
} problem;

static char *read_text(const char *path)
{
    char *text;
    size_t n;
    must(tri_file_read(path, &text, &n));
    char *whole = realloc(text, n + 1);
    whole[n] = 0;
    return whole;
}

/* The text with DTYPE replaced. */
static char *with_dtype(const char *text, const char *dtype)
{
    char *out = malloc(strlen(text) * 3 + 1), *to = out;
    for (const char *at = text; *at;) {
        if (strncmp(at, "DTYPE", 5) != 0) {
            *to++ = *at++;
            continue;
        }
        to += sprintf(to, "%s", dtype);
        at += 5;
    }
    *to = 0;
    return out;
}

static const tri_func *open_text(problem *p, const char *text, const char *kernel, const char *chip)
{
    tri_arena_init(&p->arena, 0);
    must(tri_module_parse(&p->arena, text, strlen(text), "layout", &p->module));
    tri_module_number(p->module);
    must(tri_module_verify(p->module, TRI_LEVEL_TILE));
    must(tri_chip_load(chip, &p->chip));
    return kernel ? tri_module_find(p->module, kernel) : p->module->first;
}

static tri_status *solve(problem *p, const char *kernel, const char *dtype, const char *chip, const tri_chain_limits *limits)
{
    char *text = read_text("tests/golden/layout/programs.tile"), *own = with_dtype(text, dtype);
    const tri_func *func = open_text(p, own, kernel, chip);
    free(text);
    free(own);
    return tri_chain_solve(&p->arena, p->chip, func, limits, &p->chain);
}

static void close_problem(problem *p)
{
    tri_chip_free(p->chip);
    tri_arena_free(&p->arena);
}

/* The operand of the second product that is in registers. */
static const tri_chain_edge *edge_of_p(const problem *p)
{
    const tri_op *op = p->chain.mmas.at[1].op;
    const tri_chain_edge *left = tri_chain_edge_of(&p->chain, op, TRI_CHAIN_LEFT);
    return left->staged ? tri_chain_edge_of(&p->chain, op, TRI_CHAIN_RIGHT) : left;
}

static const char *const chips[] = {"a100", "h100", "b200", "mi300x", "mi355x", "trn2", "v5e"};
static const struct {
    const char *kernel, *dtype;
} chains[] = {{"matmul", "bf16"}, {"attention", "bf16"}, {"attention", "f16"}, {"attention", "f8E4M3FN"}, {"transposed", "bf16"}};
enum { CHIPS = sizeof chips / sizeof *chips, CHAINS = sizeof chains / sizeof *chains };

static void add_row(const char *kernel, const char *dtype, const char *chip, tri_text *out)
{
    problem p;
    tri_status *status = solve(&p, kernel, dtype, chip, NULL);
    char name[64];
    snprintf(name, sizeof name, "%s %s", kernel, dtype);
    tri_text_addf(out, "%-18s %-7s ", name, chip);
    if (status) {
        ck_assert_int_eq(tri_status_code(status), TRI_UNSUPPORTED);
        tri_status_free(status);
        tri_text_add(out, "-\n");
    } else {
        for (size_t i = 0; i < p.chain.mmas.n; i++) {
            const tri_chain_mma *mma = &p.chain.mmas.at[i];
            if (i) tri_text_addf(out, "; P %s; ", tri_conversion_name(edge_of_p(&p)->conversion));
            tri_text_addf(out, "%s, %s", mma->product->name, mma->turned ? "transposed" : "as written");
        }
        tri_text_addf(out, " | %d\n", p.chain.cost);
    }
    close_problem(&p);
}

START_TEST(chains_by_chips_are_as_the_table_says)
{
    char *table = read_text("tests/golden/layout/table.txt");
    const char *want = table;
    while (*want == '#') want = strchr(want, '\n') + 1;
    tri_text got = {0};
    for (int i = 0; i < CHAINS; i++)
        for (int c = 0; c < CHIPS; c++) add_row(chains[i].kernel, chains[i].dtype, chips[c], &got);
    ck_assert_str_eq(tri_text_string(&got), want);
    tri_text_free(&got);
    free(table);
}
END_TEST

/* Where the published fragments put k, numbers of a lane in the order of its registers: a quad of sm_90 has columns 2t, 2t + 1 of each 8 and must
 * have 4t .. 4t + 3 of each 16; a half of a gfx950 wave has 8b + 4h .. + 3 and must have 8 neighbours; of a quarter 16b + 4q .. + 3. */
START_TEST(permutations_of_k_follow_from_the_fragments)
{
    problem p;
    must(solve(&p, "attention", "f8E4M3FN", "h100", NULL));
    const tri_chain_edge *edge = edge_of_p(&p);
    ck_assert_int_eq(edge->n_order, 32);
    for (int t = 0; t < 4; t++)
        for (int half = 0; half < 2; half++)
            for (int i = 0; i < 4; i++) ck_assert_int_eq(edge->order[16 * half + 4 * t + i], 16 * half + i / 2 * 8 + 2 * t + i % 2);
    close_problem(&p);
    must(solve(&p, "attention", "bf16", "mi355x", NULL));
    edge = edge_of_p(&p);
    ck_assert_int_eq(edge->n_order, 32);
    for (int c = 0; c < 32; c++) ck_assert_int_eq(edge->order[c], c / 16 * 16 + c / 4 % 2 * 8 + c / 8 % 2 * 4 + c % 4);
    close_problem(&p);
}
END_TEST

static bool takes_atoms_of_16(const tri_product *p) { return p->m == 16; }

START_TEST(a_target_gets_the_best_of_what_it_can_emit)
{
    problem p;
    must(solve(&p, "attention", "bf16", "mi355x", &(tri_chain_limits){TRI_CHAIN_TURNED, takes_atoms_of_16, false}));
    const tri_chain_edge *edge = edge_of_p(&p);
    ck_assert_int_eq(p.chain.mmas.at[0].product->k, 32);
    ck_assert(edge->conversion == TRI_CONVERT_ORDER);
    for (int c = 0; c < 32; c++) ck_assert_int_eq(edge->order[c], c / 4 % 2 * 16 + c / 8 * 4 + c % 4); /* 8q + 4b + r is 16b + 4q + r */
    ck_assert_int_eq(p.chain.cost, 33); /* two folds of two exchanges, and stores of 8 bytes */
    close_problem(&p);
    /* As written a wave has keys in 16 lanes: P would change lanes, folds take four exchanges each. */
    must(solve(&p, "attention", "bf16", "mi355x", &(tri_chain_limits){TRI_CHAIN_AS_WRITTEN, takes_atoms_of_16, false}));
    ck_assert(edge_of_p(&p)->conversion == TRI_CONVERT_EXCHANGE);
    ck_assert_int_eq(p.chain.cost, 8 + 2 * 4 * 8 + 7);
    close_problem(&p);
}
END_TEST

START_TEST(rows_that_are_folded_or_contracted_stay_together)
{
    problem p;
    must(solve(&p, "matmul", "bf16", "mi355x", NULL));
    ck_assert(!p.chain.whole_rows && !p.chain.whole_columns);
    close_problem(&p);
    must(solve(&p, "attention", "bf16", "mi355x", NULL));
    ck_assert(p.chain.whole_rows && !p.chain.whole_columns);
    close_problem(&p);
    must(solve(&p, "transposed", "bf16", "mi355x", NULL));
    ck_assert(!p.chain.whole_rows && p.chain.whole_columns);
    close_problem(&p);
}
END_TEST

/* The golden programs of sm_90: four products in two classes; staged operands come from rings. */
START_TEST(scheduled_programs_are_chains_too)
{
    static const struct {
        const char *file;
        size_t products;
        int cost;
    } programs[] = {{"tests/golden/sched90/fa_hd128_128x128.tri", 4, 4 * 16}, {"tests/golden/sched90/gemm_128x256x64.tri", 2, 0}};
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        problem p;
        char *text = read_text(programs[i].file);
        const tri_func *func = open_text(&p, text, NULL, "h100");
        must(tri_chain_solve(&p.arena, p.chip, func, NULL, &p.chain));
        for (size_t m = 0; m < p.chain.mmas.n; m++) {
            const tri_chain_mma *mma = &p.chain.mmas.at[m];
            ck_assert_int_eq(mma->product->d.lanes, 128);
            ck_assert(!mma->turned);
            ck_assert(tri_chain_edge_of(&p.chain, mma->op, TRI_CHAIN_LEFT)->conversion == TRI_CONVERT_NOTHING);
            ck_assert(tri_chain_edge_of(&p.chain, mma->op, TRI_CHAIN_RIGHT)->conversion == TRI_CONVERT_NOTHING);
        }
        ck_assert_uint_eq(p.chain.mmas.n, programs[i].products);
        ck_assert_int_eq(p.chain.cost, programs[i].cost); /* folds of two exchanges; stores go through stage */
        free(text);
        close_problem(&p);
    }
}
END_TEST

/* 64 rows are a product's least on sm_90: 8 tokens go along its other dimension. */
START_TEST(few_rows_turn_a_product_around)
{
    static const char text[] = "kernel @skinny(%0: in buf<8x64xbf16>, %1: in buf<64x128xbf16>, %2: out buf<8x128xf32>) grid() {\n"
                               "  %z = index 0\n  %a = load %0[%z:+8, %z:+64] fill 0 : tile<8x64xbf16>\n"
                               "  %b = load %1[%z:+64, %z:+128] fill 0 : tile<64x128xbf16>\n  %d = mma %a, %b : tile<8x128xf32>\n"
                               "  store %d -> %2[%z:+8, %z:+128]\n}\n";
    problem p;
    const tri_func *func = open_text(&p, text, NULL, "h100");
    must(tri_chain_solve(&p.arena, p.chip, func, NULL, &p.chain));
    ck_assert_int_eq(p.chain.mmas.at[0].product->m, 64);
    ck_assert(p.chain.mmas.at[0].turned);
    close_problem(&p);
}
END_TEST

/* The result of a product goes through STATEMENTS. */
static tri_status *solve_square(problem *p, const char *statements)
{
    tri_text text = {0};
    tri_text_addf(&text,
                  "kernel @k(%%0: in buf<64x64xbf16>, %%1: in buf<64x64xbf16>, %%2: out buf<64x64xf32>) grid() {\n"
                  "  %%z = index 0\n  %%a = load %%0[%%z:+64, %%z:+64] : tile<64x64xbf16>\n"
                  "  %%b = load %%1[%%z:+64, %%z:+64] : tile<64x64xbf16>\n  %%d = mma %%a, %%b : tile<64x64xf32>\n%s"
                  "  store %%r -> %%2[%%z:+64, %%z:+64]\n}\n",
                  statements);
    const tri_func *func = open_text(p, tri_text_string(&text), NULL, "h100");
    tri_text_free(&text);
    return tri_chain_solve(&p->arena, p->chip, func, NULL, &p->chain);
}

static void must_refuse(tri_status *status, const char *message)
{
    ck_assert_ptr_nonnull(status);
    ck_assert_int_eq(tri_status_code(status), TRI_UNSUPPORTED);
    ck_assert_msg(strstr(tri_status_message(status), message), "%s", tri_status_message(status));
    tri_status_free(status);
}

START_TEST(a_tile_that_meets_its_transpose_is_named)
{
    static const char *const meet[] = {
        "  %t = transpose %d : tile<64x64xf32>\n"
        "  %r = map(%d, %t) : tile<64x64xf32> @meet { ^(%x: f32, %y: f32):\n    %v = add %x, %y : f32\n    yield %v\n  }\n",
        "  %r = for %k in 0..2 iter(%c = %d) {\n    %t = transpose %c : tile<64x64xf32> @meet\n    yield %t\n  }\n"};
    static const char *const apart[] = {"  %t = transpose %d : tile<64x64xf32>\n  %u = transpose %t : tile<64x64xf32>\n"
                                        "  %r = map(%d, %u) : tile<64x64xf32> { ^(%x: f32, %y: f32):\n    %v = add %x, %y : f32\n    yield %v\n  }\n",
                                        "  %r = transpose %d : tile<64x64xf32>\n"};
    problem p;
    for (size_t i = 0; i < 2; i++) {
        must_refuse(solve_square(&p, meet[i]), "@meet: a tile and its transpose");
        close_problem(&p);
        must(solve_square(&p, apart[i]));
        close_problem(&p);
    }
}
END_TEST

/* Six products that nothing joins, each folded `folds` times. */
static tri_status *solve_many(problem *p, int folds)
{
    tri_text text = {0};
    tri_text_add(&text, "kernel @many(%in: in buf<64x64xbf16>) grid() {\n  %z = index 0\n  %a = load %in[%z:+64, %z:+64] : tile<64x64xbf16>\n");
    for (int i = 0; i < 6; i++) {
        tri_text_addf(&text, "  %%d%d = mma %%a, %%a : tile<64x64xf32>\n", i);
        for (int f = 0; f < folds; f++) tri_text_addf(&text, "  %%f%d_%d = reduce maximum %%d%d dim 0 : tile<1x64xf32>\n", i, f, i);
    }
    tri_text_add(&text, "}\n");
    const tri_func *func = open_text(p, tri_text_string(&text), NULL, "a100");
    tri_text_free(&text);
    return tri_chain_solve(&p->arena, p->chip, func, NULL, &p->chain);
}

START_TEST(what_is_tried_is_bounded_with_what_is_looked_at)
{
    problem p;
    must(solve_many(&p, 1));
    close_problem(&p);
    must_refuse(solve_many(&p, 20000), "too many to try");
    close_problem(&p);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("layout_chain");
    TCase *chain = tcase_create("chain");
    tcase_add_test(chain, chains_by_chips_are_as_the_table_says);
    tcase_add_test(chain, permutations_of_k_follow_from_the_fragments);
    tcase_add_test(chain, a_target_gets_the_best_of_what_it_can_emit);
    tcase_add_test(chain, rows_that_are_folded_or_contracted_stay_together);
    tcase_add_test(chain, scheduled_programs_are_chains_too);
    tcase_add_test(chain, few_rows_turn_a_product_around);
    tcase_add_test(chain, a_tile_that_meets_its_transpose_is_named);
    tcase_add_test(chain, what_is_tried_is_bounded_with_what_is_looked_at);
    suite_add_tcase(suite, chain);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
