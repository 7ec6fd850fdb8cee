/* tests/unit/sm90_code_test.c - the machine code of scheduled programs for sm_90a: no spills, no serialised products, the order of the schedule. */
#include "sm90_rig.h"

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
static void check_order(const char *ptx)
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
    ck_assert_int_ge(exponentials, 2 * 64 + 2); /* two blocks of 64 a thread, and the rescaling of two rows */
}

START_TEST(attention_runs_its_exponentials_under_the_second_product)
{
    sm90_code code;
    check_file("tests/golden/sched90/fa_hd128_128x128.tri", &code);
    check_order(code.code.text);
    sm90_free(&code);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sm90_code");
    TCase *code = tcase_create("code");
    tcase_set_timeout(code, 120);
    tcase_add_test(code, a_persistent_matmul_keeps_its_accumulators_in_registers);
    tcase_add_test(code, attention_runs_its_exponentials_under_the_second_product);
    suite_add_tcase(suite, code);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
