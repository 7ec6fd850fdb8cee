/* tests/unit/emit_golden_test.c - every module of tests/golden/jax through both GPU targets and their simulators, kernel by kernel within the
 * contract's bounds. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "emit_rig.h"
#include "tests/golden/jax_cases.h"

#define FOLDER "tests/golden/jax/"

static tri_tensor make_input(void *context, uint32_t argument, tri_type type)
{
    char **kinds = context;
    size_t n = (size_t)tri_type_elements(&type);
    double *numbers = malloc((n + 1) * sizeof *numbers);
    for (size_t i = 0; i < n; i++) numbers[i] = jax_input_element(kinds[argument], argument, (uint32_t)i);
    tri_tensor t = {.type = type, .data = malloc(tri_type_bytes(&type) + 1)};
    tri_store_f64_n((tri_dtype)type.dtype, t.data, n, numbers);
    free(numbers);
    return t;
}

/* Returns whether the module agrees; says so on standard error where it does not, so that one run shows all that fail. */
static bool check_case(const char *name, char **kinds, const char *chip)
{
    char path[300], *text;
    size_t n;
    snprintf(path, sizeof path, FOLDER "%s.mlir", name);
    tri_status *status = tri_file_read(path, &text, &n);
    if (!status) {
        status = rig_check(text, n, path, chip, make_input, kinds);
        free(text);
    }
    if (!status) return true;
    /* fp8 is not a dtype of these chips' arithmetic, but nothing stops a kernel that converts it. */
    fprintf(stderr, "%s on %s:\n", name, chip);
    tri_status_print(status, NULL, stderr);
    tri_status_free(status);
    return false;
}

static void check_all(const char *chip)
{
    char *cases;
    size_t n;
    tri_status *status = tri_file_read(FOLDER "cases.txt", &cases, &n);
    ck_assert_msg(!status, "cannot read the list of cases");
    int checked = 0, failed = 0;
    char *rest, *only = getenv("EMIT_CASE");
    for (char *line = strtok_r(cases, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        char *words[16], *more;
        int n_words = 0;
        for (char *word = strtok_r(line, " ", &more); word && n_words < 16; word = strtok_r(NULL, " ", &more)) words[n_words++] = word;
        if (n_words < 2 || *words[0] == '#' || (only && strcmp(only, words[0]))) continue;
        if (jax_case_is_beyond(words[0])) continue;
        checked++;
        failed += !check_case(words[0], words + 2, chip);
    }
    free(cases);
    ck_assert_int_gt(checked, only ? 0 : 40);
    ck_assert_msg(!failed, "%d of %d modules failed", failed, checked);
}

START_TEST(jax_modules_agree_on_ptx) { check_all("a100"); }
END_TEST

START_TEST(jax_modules_agree_on_amdgcn) { check_all("mi300x"); }
END_TEST

START_TEST(jax_modules_agree_on_wide_products) { check_all("mi355x"); }
END_TEST

int main(void)
{
    Suite *suite = suite_create("emit_golden");
    TCase *cases = tcase_create("modules");
    tcase_set_timeout(cases, 280);
    tcase_add_test(cases, jax_modules_agree_on_ptx);
    tcase_add_test(cases, jax_modules_agree_on_amdgcn);
    tcase_add_test(cases, jax_modules_agree_on_wide_products);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
