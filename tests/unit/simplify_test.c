/* tests/unit/simplify_test.c - every row of lowering/simplify.def says that two terms have the same bits whatever their variables are: both are built
 * and evaluated on the edge values of every dtype of the row's classes, all combinations. */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "ir/eval.h"
#include "lowering/lowering.h"
#include "lowering/rules.h"

enum { MOST_EDGES = 32 };

static bool takes(uint8_t classes, tri_dtype dtype)
{
    switch (tri_dtype_classify(dtype)) {
    case TRI_CLASS_FLOAT: return classes & TRI_CLASSES_FLOAT;
    case TRI_CLASS_BOOL: return classes & TRI_CLASSES_BOOL;
    default: return classes & TRI_CLASSES_INTEGER;
    }
}

static void store(tri_dtype dtype, void *data, int64_t i, double value)
{
    tri_store_f64(dtype, (char *)data + (size_t)i * tri_dtype_bytes(dtype), value);
}

/* The edge values of a dtype. Integers: both ends exactly, and what lies around them. */
static int edges_of(tri_dtype dtype, unsigned char *out)
{
    size_t size = tri_dtype_bytes(dtype);
    int n = 0;
    if (dtype == TRI_I1) {
        out[0] = 0;
        out[1] = 1;
        return 2;
    }
    if (tri_dtype_is_float(dtype)) {
        double smallest = tri_dtype_highest(dtype); /* halved until it is the smallest subnormal number */
        for (double half; (half = tri_round_to(dtype, smallest / 2)) > 0 && half < smallest;) smallest = half;
        const double values[] = {
            0.0, -0.0,     1,         -1,       2,         0.5,         -2.5, 3, tri_dtype_lowest(dtype), tri_dtype_highest(dtype),
            NAN, INFINITY, -INFINITY, smallest, -smallest, 3 * smallest};
        for (; n < (int)(sizeof values / sizeof *values); n++) store(dtype, out, n, values[n]);
        return n;
    }
    const int64_t values[] = {0, 1, -1, 2, -2, 7, INT64_MIN, INT64_MAX, 127, -128, 32767, -32768, INT32_MAX, INT32_MIN};
    for (; n < (int)(sizeof values / sizeof *values); n++) tri_store_i64(dtype, out + (size_t)n * size, values[n]);
    return n;
}

/* Element i of a variable: variable number `which` turns the slower the larger it is, so that all combinations occur. */
static tri_tensor variable(tri_type type, int which, int64_t period)
{
    unsigned char edges[MOST_EDGES * 8];
    tri_dtype dtype = (tri_dtype)type.dtype;
    size_t size = tri_dtype_bytes(dtype);
    int n = edges_of(dtype, edges);
    tri_tensor t = {type, malloc(tri_type_bytes(&type) + 1)};
    for (int64_t i = 0, turn = which ? (which == 1 ? period : period * period) : 1; i < tri_type_elements(&type); i++)
        memcpy((char *)t.data + (size_t)i * size, edges + (size_t)(i / turn % n) * size, size);
    return t;
}

static void must(tri_status *status)
{
    if (status) ck_abort_msg("%s", tri_status_message(status));
}

/* Whether the rule took its own pattern: a number that the dtype has not (-1 of an unsigned one, infinity of f8E4M3FN) becomes another one. */
static bool check_rule(const tri_rule *rule, tri_dtype dtype)
{
    tri_arena arena;
    tri_arena_init(&arena, 0);
    tri_module *module = tri_module_create(&arena, "rule");
    tri_func *func = tri_func_create(module, "main", false);
    unsigned char edges[MOST_EDGES * 8];
    int64_t period = edges_of(dtype, edges), n = period * period * 2;
    tri_type type = tri_tensor_of(dtype, 1, &n), flags = tri_tensor_of(TRI_I1, 1, &n);
    tri_value *variables[26] = {NULL};
    static const char letters[] = "xyp"; /* p is the condition of a select */
    tri_tensor in[3], out[2];
    for (int i = 0; i < 3; i++) {
        in[i] = variable(letters[i] == 'p' ? flags : type, i, period);
        variables[letters[i] - 'a'] = tri_block_add_arg(module, func->body, NULL, in[i].type);
    }
    tri_value *sides[2] = {tri_rule_build(func->body, rule->pattern, type, variables),
                           tri_rule_build(func->body, rule->replacement, type, variables)};
    tri_func_set_results(func, 2, (tri_type[]){type, type});
    tri_block_append(func->body, tri_op_create(module, TRI_OP_RETURN, TRI_NOWHERE, 2, sides, 0, NULL));
    must(tri_note(tri_module_verify(module, TRI_LEVEL_TENSOR), "in rule %s", rule->name));
    const tri_rule *taken = NULL;
    tri_rules_apply(sides[0]->op, &taken);
    if (taken != rule) {
        tri_arena_free(&arena);
        tri_tensor_free(in, 3);
        return false;
    }
    must(tri_eval_func(func, in, out, NULL));
    size_t size = tri_dtype_bytes(dtype);
    for (int64_t i = 0; i < n; i++) {
        const char *a = (char *)out[0].data + (size_t)i * size, *b = (char *)out[1].data + (size_t)i * size;
        bool same = !memcmp(a, b, size) || (tri_dtype_is_float(dtype) && isnan(tri_load_f64(dtype, a)) && isnan(tri_load_f64(dtype, b)));
        double x = tri_load_f64(dtype, (char *)in[0].data + (size_t)i * size), y = tri_load_f64(dtype, (char *)in[1].data + (size_t)i * size);
        ck_assert_msg(same, "rule %s on %s: %s is %.17g and %s is %.17g for x = %.17g, y = %.17g", rule->name, tri_dtype_name(dtype), rule->pattern,
                      tri_load_f64(dtype, a), rule->replacement, tri_load_f64(dtype, b), x, y);
    }
    tri_tensor_free(in, 3);
    tri_tensor_free(out, 2);
    tri_arena_free(&arena);
    return true;
}

START_TEST(both_sides_of_a_rule_have_the_same_bits)
{
    const tri_rule *rule = &tri_rules[_i];
    uint8_t met = 0;
    for (int d = 0; d < TRI_DTYPE_COUNT; d++) {
        tri_dtype dtype = (tri_dtype)d;
        if (!takes(rule->classes, dtype) || !check_rule(rule, dtype)) continue;
        met |= tri_dtype_is_float(dtype) ? TRI_CLASSES_FLOAT : dtype == TRI_I1 ? TRI_CLASSES_BOOL : TRI_CLASSES_INTEGER;
    }
    ck_assert_msg(met == rule->classes, "rule %s fits nothing of some of its classes", rule->name);
}
END_TEST

/* Parses, simplifies and prints: what is left. */
static char *simplified(const char *text)
{
    tri_arena arena;
    tri_arena_init(&arena, 0);
    tri_module *module;
    must(tri_module_parse(&arena, text, strlen(text), "test.mlir", &module));
    must(tri_pass_simplify(module));
    must(tri_module_verify(module, TRI_LEVEL_PLAIN));
    tri_text out = {0};
    tri_module_print(module, &out);
    tri_arena_free(&arena);
    return out.at;
}

static int count(const char *text, const char *what)
{
    int n = 0;
    for (const char *at = text; (at = strstr(at, what)); at += strlen(what)) n++;
    return n;
}

static void expect_count(const char *text, const char *what, int n)
{
    char *left = simplified(text);
    ck_assert_msg(count(left, what) == n, "'%s' occurs %d times, not %d, in\n%s", what, count(left, what), n, left);
    free(left);
}

START_TEST(equal_ops_become_one)
{
    expect_count("func.func public @main(%a: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {\n  %0 = stablehlo.tanh %a : tensor<4xf32>\n  %1 = "
                 "stablehlo.tanh %a : tensor<4xf32>\n"
                 "  return %0, %1 : tensor<4xf32>, tensor<4xf32>\n}\n",
                 "stablehlo.tanh", 1);
}
END_TEST

START_TEST(ops_that_differ_in_an_attribute_stay_two)
{
    expect_count("func.func public @main() -> (tensor<4x4xf32>, tensor<4x4xf32>) {\n  %0 = stablehlo.iota dim = 0 : tensor<4x4xf32>\n  %1 = "
                 "stablehlo.iota dim = 1 : tensor<4x4xf32>\n"
                 "  return %0, %1 : tensor<4x4xf32>, tensor<4x4xf32>\n}\n",
                 "stablehlo.iota", 2);
}
END_TEST

START_TEST(unused_ops_go)
{
    expect_count("func.func public @main(%a: tensor<4xf32>) -> tensor<4xf32> {\n  %0 = stablehlo.tanh %a : tensor<4xf32>\n  %1 = stablehlo.negate %0 "
                 ": tensor<4xf32>\n"
                 "  return %a : tensor<4xf32>\n}\n",
                 "stablehlo.", 0);
}
END_TEST

START_TEST(small_constants_fold)
{
    expect_count("func.func public @main() -> tensor<2xf32> {\n  %0 = stablehlo.constant dense<[1.0, 2.0]> : tensor<2xf32>\n  %1 = stablehlo.add %0, "
                 "%0 : tensor<2xf32>\n"
                 "  return %1 : tensor<2xf32>\n}\n",
                 "dense<[2.000000e+00, 4.000000e+00]>", 1);
}
END_TEST

START_TEST(transposes_that_undo_each_other_go)
{
    expect_count("func.func public @main(%a: tensor<2x3xf32>) -> tensor<2x3xf32> {\n  %0 = stablehlo.transpose %a, dims = [1, 0] : (tensor<2x3xf32>) "
                 "-> tensor<3x2xf32>\n"
                 "  %1 = stablehlo.transpose %0, dims = [1, 0] : (tensor<3x2xf32>) -> tensor<2x3xf32>\n  return %1 : tensor<2x3xf32>\n}\n",
                 "stablehlo.", 0);
}
END_TEST

/* -0 + x is x, but 0 + x is not: -0 would become 0. */
START_TEST(adding_a_positive_zero_to_a_float_stays)
{
    expect_count("func.func public @main(%a: tensor<4xf32>) -> tensor<4xf32> {\n  %z = stablehlo.constant dense<0.0> : tensor<4xf32>\n  %0 = "
                 "stablehlo.add %a, %z : tensor<4xf32>\n"
                 "  return %0 : tensor<4xf32>\n}\n",
                 "stablehlo.add", 1);
}
END_TEST

START_TEST(a_cast_there_and_back_stays)
{
    expect_count("func.func public @main(%a: tensor<4xf32>) -> tensor<4xf32> {\n  %0 = stablehlo.convert %a : (tensor<4xf32>) -> tensor<4xbf16>\n"
                 "  %1 = stablehlo.convert %0 : (tensor<4xbf16>) -> tensor<4xf32>\n  return %1 : tensor<4xf32>\n}\n",
                 "stablehlo.convert", 2);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("simplify");
    TCase *rules = tcase_create("rules"), *structure = tcase_create("structure");
    tcase_add_loop_test(rules, both_sides_of_a_rule_have_the_same_bits, 0, tri_n_rules);
    tcase_add_test(structure, equal_ops_become_one);
    tcase_add_test(structure, ops_that_differ_in_an_attribute_stay_two);
    tcase_add_test(structure, unused_ops_go);
    tcase_add_test(structure, small_constants_fold);
    tcase_add_test(structure, transposes_that_undo_each_other_go);
    tcase_add_test(structure, adding_a_positive_zero_to_a_float_stays);
    tcase_add_test(structure, a_cast_there_and_back_stays);
    suite_add_tcase(suite, rules);
    suite_add_tcase(suite, structure);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
