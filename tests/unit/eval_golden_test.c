/* tests/unit/eval_golden_test.c - every module of tests/golden/jax against what JAX computed, element by element within the contract's bounds. */
#include "eval_test.h"

#include "base/file.h"
#include "tests/golden/jax_cases.h"

#define FOLDER "tests/golden/jax/"

static tri_tensor make_input(const char *kind, uint32_t argument, tri_type type)
{
    size_t n = (size_t)tri_type_elements(&type);
    double *numbers = malloc((n + 1) * sizeof *numbers);
    for (size_t i = 0; i < n; i++) numbers[i] = jax_input_element(kind, argument, (uint32_t)i);
    tri_tensor t = tensor_of(type, numbers);
    free(numbers);
    return t;
}

/* The elements of an npy file of format 1.0. */
static char *read_npy(const char *name, int result, size_t bytes)
{
    char path[300], *file;
    size_t n;
    snprintf(path, sizeof path, FOLDER "expected/%s.%d.npy", name, result);
    must(tri_file_read(path, &file, &n));
    ck_assert(n > 10 && !memcmp(file, "\x93NUMPY\x01", 7));
    size_t header = 10 + (size_t)(unsigned char)file[8] + 256 * (size_t)(unsigned char)file[9];
    ck_assert_msg(n == header + bytes, "%s: %zu bytes of elements, expected %zu", path, n - header, bytes);
    memmove(file, file + header, bytes);
    return file;
}

static void check_refused(const char *name)
{
    char path[300], *text;
    size_t n;
    snprintf(path, sizeof path, FOLDER "%s.mlir", name);
    must(tri_file_read(path, &text, &n));
    tri_arena arena;
    tri_arena_init(&arena, 0);
    tri_module *module;
    must_fail(tri_module_parse(&arena, text, n, path, &module), "is not one Trine has");
    tri_arena_free(&arena);
    free(text);
}

static void check_case(const char *name, int n_results, char **kinds, int n_kinds)
{
    char path[300], *text;
    size_t n;
    snprintf(path, sizeof path, FOLDER "%s.mlir", name);
    must(tri_file_read(path, &text, &n));
    tri_arena arena;
    tri_arena_init(&arena, 0);
    tri_module *module = parse(&arena, text);
    const tri_func *func = tri_module_find(module, "main");
    ck_assert_msg(func && (int)func->n_results == n_results && (int)func->body->n_args == n_kinds, "%s: another signature", name);
    tri_tensor in[8], plain[16];
    tri_bounded bounded[16];
    for (int i = 0; i < n_kinds; i++) in[i] = make_input(kinds[i], (uint32_t)i, func->body->args[i]->type);

    /* The function as one op, for the bounds of its results. */
    tri_func *caller = tri_func_create(module, "caller", false);
    tri_value *arguments[8];
    for (int i = 0; i < n_kinds; i++) arguments[i] = tri_block_add_arg(module, caller->body, NULL, func->body->args[i]->type);
    tri_op *call = tri_op_create(module, TRI_OP_CALL, TRI_NOWHERE, (uint32_t)n_kinds, arguments, func->n_results, func->results);
    tri_op_set_attr(module, call, "callee", tri_attr_symbol(module, "main"));
    tri_block_append(caller->body, call);
    must(tri_note(tri_eval_bounded(call, in, bounded, NULL), "in %s", name));
    must(tri_note(tri_eval_func(func, in, plain, NULL), "in %s", name));
    for (int r = 0; r < n_results; r++) {
        char *want = read_npy(name, r, tri_type_bytes(&func->results[r]));
        tri_comparison jax = tri_compare_bounded(&bounded[r], want), ours = tri_compare_bounded(&bounded[r], plain[r].data);
        ck_assert_msg(jax.pass, "%s result %d: JAX has %.9g where %.9g is meant, at %lld: %g of the bound; rel_l2 %g of %g", name, r, jax.got,
                      jax.want, (long long)jax.worst_index, jax.worst, jax.rel_l2, jax.rel_l2_bound);
        ck_assert_msg(ours.pass, "%s result %d: the evaluator is outside its own bounds: %.9g, %.9g at %lld, rel_l2 %g of %g", name, r, ours.got,
                      ours.want, (long long)ours.worst_index, ours.rel_l2, ours.rel_l2_bound);
        free(want);
    }
    tri_bounded_free(bounded, (size_t)n_results);
    tri_tensor_free(plain, (size_t)n_results);
    tri_tensor_free(in, (size_t)n_kinds);
    tri_arena_free(&arena);
    free(text);
}

/* Line `number` of cases.txt (comments do not count), in words; 0 words behind the last. */
static int read_case(int number, char *line, size_t room, char **words, int most)
{
    FILE *cases = fopen(FOLDER "cases.txt", "r");
    if (!cases) return 0;
    int at = -1, n = 0;
    while (at < number && fgets(line, (int)room, cases)) at += *line != '#' && *line != '\n';
    fclose(cases);
    if (at < number) return 0;
    for (char *word = strtok(line, " \n"); word && n < most; word = strtok(NULL, " \n")) words[n++] = word;
    return n;
}

START_TEST(golden_module_means_what_jax_computed)
{
    char line[300], *words[12];
    int n = read_case(_i, line, sizeof line, words, 12);
    ck_assert_int_ge(n, 2);
    if (jax_case_is_beyond(words[0])) check_refused(words[0]);
    else check_case(words[0], atoi(words[1]), words + 2, n - 2);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("eval_golden");
    TCase *c = tcase_create("jax");
    tcase_set_timeout(c, 120);
    char line[300], *words[12];
    int n = 0;
    while (read_case(n, line, sizeof line, words, 12)) n++;
    tcase_add_loop_test(c, golden_module_means_what_jax_computed, 0, n);
    suite_add_tcase(suite, c);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0 || n < 50;
}
