/* tests/unit/sm90_code_test.c - the machine code of scheduled programs for sm_90a: no spills, no serialised products, the order of the schedule. */
#include "sm90_programs.h"
#include "sm90_rig.h"

#include "lowering/expand.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check_file(const char *path, sm90_code *code)
{
    char *text = sm90_read(path);
    sm90_compile(text, "h200", code);
    if (sm90_has_ptxas(code)) {
        ck_assert_int_eq(code->result.spill_bytes, 0);
        ck_assert_msg(sm90_serialised(code) == 0, "%s", code->result.log);
    }
    free(text);
}

START_TEST(a_persistent_matmul_keeps_its_accumulators_in_registers)
{
    sm90_code code;
    check_file("tests/golden/sched90/gemm_128x256x64.tri", &code);
    sm90_free(&code);
}
END_TEST

/* Going back from each wait for all products to the label of the spin before it, nothing exponentiates: that work stands above the spin. */
static void check_order(const char *ptx, int least)
{
    int waits = 0, exponentials = 0;
    bool since_label = false;
    for (const char *line = ptx; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        size_t n = strcspn(line, "\n");
        const char *word = line + strspn(line, "\t ");
        if (*line == '$') since_label = false;
        if (!strncmp(word, "ex2.", 4)) {
            since_label = true;
            exponentials++;
        }
        if (n > 31 && !strncmp(word, "wgmma.wait_group.sync.aligned", 29) && line[n - 2] == '0') {
            ck_assert_msg(!since_label, "an exponential stands between a spin and the wait behind it");
            waits++;
        }
    }
    ck_assert_int_ge(waits, 3);
    ck_assert_int_ge(exponentials, 2 * least + 2); /* two blocks, and the rescaling of two rows */
}

START_TEST(attention_runs_its_exponentials_under_the_second_product)
{
    sm90_code code;
    check_file("tests/golden/sched90/fa_hd128_128x128.tri", &code);
    check_order(code.code.text, 64);
    sm90_free(&code);
}
END_TEST

START_TEST(attention_in_the_shapes_that_are_used_does_not_spill)
{
    static const int shapes[][7] = {/* head size, keys, rows, groups, depth, registers of the copying and the computing roles */
                                    {64, 192, 128, 2, 2, 24, 240},
                                    {64, 128, 192, 3, 2, 32, 160},
                                    {128, 128, 128, 2, 2, 24, 240},
                                    {128, 176, 128, 2, 1, 24, 240},
                                    {256, 80, 128, 2, 1, 24, 240}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        const int *s = shapes[i];
        const sm90_attention a = {.batch = 2,
                                  .queries = 4096,
                                  .keys = 4096,
                                  .heads = 8,
                                  .size = s[0],
                                  .bm = s[2],
                                  .bn = s[1],
                                  .groups = s[3],
                                  .depth = s[4],
                                  .workers = 132,
                                  .load_regs = s[5],
                                  .math_regs = s[6],
                                  .dtype = "bf16"};
        tri_text text = {0};
        sm90_code code;
        sm90_attention_text(&a, &text);
        sm90_compile(tri_text_string(&text), "h200", &code);
        if (sm90_has_ptxas(&code)) {
            ck_assert_msg(code.result.spill_bytes == 0, "head size %d, %d keys: %s", s[0], s[1], code.result.log);
            ck_assert_msg(sm90_serialised(&code) == 0, "%s", code.result.log);
        }
        check_order(code.code.text, a.bn / 2);
        sm90_free(&code);
        tri_text_free(&text);
    }
}
END_TEST

/* What a schedule expands to, as text. */
static void expand(const char *program, tri_text *out)
{
    tri_arena arena;
    tri_module *module;
    tri_func *scheduled;
    tri_chip *chip;
    tri_arena_init(&arena, 0);
    tri_status *status = tri_module_parse(&arena, program, strlen(program), "matmul", &module);
    if (!status) status = tri_chip_load("h200", &chip);
    if (!status) status = tri_expand(tri_module_create(&arena, "expanded"), "gemm", module->first, chip, &scheduled);
    ck_assert_msg(!status, "%s", status ? tri_status_message(status) : "");
    tri_module_print(scheduled->module, out);
    tri_chip_free(chip);
    tri_arena_free(&arena);
}

static int times(const char *text, const char *what)
{
    int n = 0;
    for (; (text = strstr(text, what)); text++) n++;
    return n;
}

START_TEST(the_blocks_of_a_cluster_share_loads_at_no_cost_in_registers)
{
    static const char program[] =
        "kernel @mm(%A: in buf<4096x4096xbf16>, %B: in buf<4096x4096xbf16>, %C: out buf<4096x4096xbf16>) grid(%m: 16, %n: 16) {\n"
        "  %z = fill 0 : tile<256x256xf32>\n"
        "  %acc = for @k %k in 0..64 iter(%c = %z) {\n"
        "    %a = load %A[%m*256:+256, %k*64:+64] fill 0 : tile<256x64xbf16> @lda\n"
        "    %b = load %B[%k*64:+64, %n*256:+256] fill 0 : tile<64x256xbf16> @ldb\n"
        "    %c2 = mma %a, %b, %c : tile<256x256xf32> @mma\n"
        "    yield %c2\n  }\n"
        "  %y = map(%acc) : tile<256x256xbf16> @epi { ^(%x: f32):\n    %r = convert %x : bf16\n    yield %r\n  }\n"
        "  store %y -> %C[%m*256:+256, %n*256:+256] @st\n"
        "} schedule { cluster 2 along mma.0; groups 2 along mma.0; workers 66 order group_m(8); ring lda ldb depth 4; ring st depth 2;\n"
        "split st 1x4; at store: st; order k: await(lda) await(ldb) mma join(mma lag 1); regs load 40 store 40 math 232 }";
    tri_text text = {0};
    sm90_code code;
    expand(program, &text);
    sm90_compile(tri_text_string(&text), "h200", &code);
    if (sm90_has_ptxas(&code)) {
        ck_assert_msg(code.result.spill_bytes == 0, "%s", code.result.log);
        ck_assert_msg(sm90_serialised(&code) == 0, "%s", code.result.log);
    }
    /* The right operand's 32 rows of 256 columns are four copies of 128 bytes a row; they meet at the beginning and at the end. */
    ck_assert_int_eq(times(code.code.text, ".multicast::cluster"), 4);
    ck_assert_int_eq(times(code.code.text, "barrier.cluster.wait"), 2);
    sm90_free(&code);
    tri_text_free(&text);
}
END_TEST

static void check_refused(const sm90_gemm *g, const char *chip, const char *why)
{
    tri_text text = {0};
    sm90_code code;
    sm90_gemm_text(g, &text);
    tri_status *status = sm90_try(tri_text_string(&text), chip, &code);
    ck_assert_msg(status != NULL, "it compiles");
    ck_assert_msg(tri_status_code(status) == TRI_UNSUPPORTED && strstr(tri_status_message(status), why), "%s", tri_status_message(status));
    tri_status_free(status);
    sm90_free(&code);
    tri_text_free(&text);
}

START_TEST(what_the_chip_cannot_do_is_refused_with_its_reason)
{
    const sm90_gemm plain = {.m = 256,
                             .n = 256,
                             .k = 128,
                             .bm = 128,
                             .bn = 128,
                             .bk = 64,
                             .groups = 2,
                             .depth = 2,
                             .lag = 1,
                             .pieces = 2,
                             .workers = 4,
                             .cluster = 1,
                             .load_regs = 40,
                             .math_regs = 232,
                             .dtype = "bf16",
                             .out = "bf16"};
    sm90_gemm g = plain;
    check_refused(&g, "a100", "no asynchronous products");
    check_refused(&g, "b200", "no product of bf16"); /* its products are in tensor memory, which nothing here writes */
    g.dtype = "f32";
    check_refused(&g, "h200", "no product of f32");
    g = plain, g.k = 132;
    check_refused(&g, "h200", "stride");
    g = plain, g.n = 257, g.transposed = true, g.load_regs = 24;
    check_refused(&g, "h200", "needs 40");
    g = plain, g.depth = 16;
    check_refused(&g, "h200", "bytes of shared memory");
    g = plain, g.load_regs = 32, g.math_regs = 240;
    check_refused(&g, "h200", "registers");
    g = plain, g.math_regs = 0;
    check_refused(&g, "h200", "some roles say how many registers");
    g = plain, g.bm = 64;
    check_refused(&g, "h200", "fragment of 64x8");
    g = plain, g.cluster = 16, g.m = 2048, g.bk = 128, g.bn = 64, g.pieces = 1;
    check_refused(&g, "h200", "a cluster of 16");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sm90_code");
    TCase *code = tcase_create("code");
    tcase_set_timeout(code, 120);
    tcase_add_test(code, a_persistent_matmul_keeps_its_accumulators_in_registers);
    tcase_add_test(code, attention_runs_its_exponentials_under_the_second_product);
    tcase_add_test(code, what_the_chip_cannot_do_is_refused_with_its_reason);
    tcase_add_test(code, the_blocks_of_a_cluster_share_loads_at_no_cost_in_registers);
    tcase_add_test(code, attention_in_the_shapes_that_are_used_does_not_spill);
    suite_add_tcase(suite, code);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
