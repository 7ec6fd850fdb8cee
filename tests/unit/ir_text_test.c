/* ir_text_test.c - the library's side of text: positions, limits, hashes, the arena's escape, the pass runner. What texts mean is tested by
 * tests/golden. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ir/pass.h"

static tri_arena arena;

static void begin(void) { tri_arena_init(&arena, (size_t)256 << 20); }
static void end(void) { tri_arena_free(&arena); }

static tri_module *parse(const char *text)
{
    tri_module *module;
    tri_status *status = tri_module_parse(&arena, text, strlen(text), "t.mlir", &module);
    if (status) tri_status_print(status, text, stderr);
    ck_assert_ptr_null(status);
    ck_assert_ptr_nonnull(module);
    return module;
}

/* The text is refused; its first error stands at line:column and holds `part`. */
static void refused(const char *text, int line, int column, const char *part)
{
    tri_module *module = (tri_module *)&module;
    tri_status *status = tri_module_parse(&arena, text, strlen(text), "t.mlir", &module);
    ck_assert_ptr_null(module);
    ck_assert_int_eq(tri_status_code(status), TRI_INVALID);
    ck_assert_msg(strstr(tri_status_message(status), part), "message: %s", tri_status_message(status));
    tri_loc loc = tri_status_loc(status);
    ck_assert_str_eq(loc.file, "t.mlir");
    ck_assert_int_eq(loc.line, line);
    ck_assert_int_eq(loc.column, column);
    tri_status_free(status);
}

START_TEST(errors_stand_at_line_and_column)
{
    refused("fnc", 1, 1, "expected a function");
    refused("module {\n  func.func @f() {\n    %0 = foo.bar\n  }\n}", 3, 10, "'foo.bar' is not one Trine has");
    refused("module {\n  func.func @f() {\n    return %a : tensor<f32>\n  }\n}", 3, 12, "%a is not defined");
    refused("func.func @f(%a: tensor<4xi4>) { return }", 1, 27, "element type i4");
    refused("func.func @f(%a: tensor<?xf32>) { return }", 1, 25, "dynamic dimension");
    refused("func.func @f() {\n  %0 = stablehlo.constant dense<[1,\n 256]> : tensor<2xui8>\n  return\n}", 3, 2, "does not fit its type");
    refused("func.func @f() {\n  %0 = stablehlo.constant dense<\"0x0g\"> : tensor<i8>\n  return\n}", 2, 36, "hexadecimal");
    refused("func.func @f() {\n  %0 = stablehlo.iota dim =\n  return\n}", 2, 8, "expected : and the type");
}
END_TEST

START_TEST(a_text_without_an_end_is_refused)
{
    static const char *const texts[] = {"module",
                                        "module {",
                                        "func.func",
                                        "func.func @f(",
                                        "func.func @f() {",
                                        "func.func @f() { %0 = stablehlo.constant dense<",
                                        "func.func @f() { %0 = \"stablehlo.add",
                                        "kernel @k(",
                                        "kernel @k() grid() {",
                                        "kernel @k() grid() { %a = map(",
                                        "#a = [",
                                        "#a = #b<(",
                                        "module attributes {a = \"x\\",
                                        "kernel @k() grid() {} schedule {",
                                        "%",
                                        "@\"",
                                        "\xff\xfe",
                                        "/"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        tri_module *module;
        tri_status *status = tri_module_parse(&arena, texts[i], strlen(texts[i]), "t.mlir", &module);
        ck_assert_msg(tri_status_code(status) == TRI_INVALID, "accepted: %s", texts[i]);
        ck_assert_ptr_null(module);
        tri_status_free(status);
    }
}
END_TEST

START_TEST(nothing_is_nested_without_bound)
{
    enum { DEEP = 100000 };
    static const char *const heads[] = {"#a = ", "module attributes {a = ", "kernel @k(%A: in buf<8xf32>) grid() { %i = index "}, *const opens[] = {
                                                                                                                                      "[",
                                                                                                                                      "{a = ", "("};
    for (size_t i = 0; i < 3; i++) {
        size_t n = strlen(opens[i]);
        char *text = malloc(100 + DEEP * n);
        strcpy(text, heads[i]);
        char *at = text + strlen(text);
        for (int d = 0; d < DEEP; d++, at += n) memcpy(at, opens[i], n);
        *at = 0;
        tri_module *module;
        tri_status *status = tri_module_parse(&arena, text, strlen(text), "t.mlir", &module);
        ck_assert_int_eq(tri_status_code(status), TRI_INVALID);
        ck_assert_msg(strstr(tri_status_message(status), "nested more than"), "%s", tri_status_message(status));
        tri_status_free(status);
        free(text);
    }
}
END_TEST

START_TEST(aliases_of_aliases_do_not_explode)
{
    char text[4096] = "#a0 = [1, 2, 3, 4, 5, 6, 7, 8]\n";
    for (int i = 1; i < 30; i++) {
        char line[128];
        snprintf(line, sizeof line, "#a%d = [#a%d, #a%d, #a%d, #a%d]\n", i, i - 1, i - 1, i - 1, i - 1);
        strcat(text, line);
    }
    tri_module *module;
    tri_status *status = tri_module_parse(&arena, text, strlen(text), "t.mlir", &module);
    ck_assert_int_eq(tri_status_code(status), TRI_INVALID);
    ck_assert_msg(strstr(tri_status_message(status), "expand to more than"), "%s", tri_status_message(status));
    tri_status_free(status);
}
END_TEST

START_TEST(out_of_memory_is_a_status_and_the_callers_escape_comes_back)
{
    tri_arena small;
    tri_arena_init(&small, 64 << 10);
    char *text = malloc(1 << 20);
    strcpy(text, "func.func @f(%x: tensor<f32>) {\n");
    char *at = text + strlen(text);
    for (int i = 0; i < 10000; i++) at += sprintf(at, "  %%%d = stablehlo.negate %%x : tensor<f32>\n", i);
    strcpy(at, "  return\n}\n");
    bool jumped = false;
    if (setjmp(small.escape)) {
        jumped = true;
    } else {
        small.has_escape = true;
        tri_module *module;
        tri_status *status = tri_module_parse(&small, text, strlen(text), "t.mlir", &module);
        ck_assert_int_eq(tri_status_code(status), TRI_NO_MEMORY);
        ck_assert_ptr_null(module);
        tri_status_free(status);
        (void)tri_arena_alloc(&small, 1 << 20); /* through the caller's own escape */
        ck_abort_msg("the arena gave more than its limit");
    }
    ck_assert(jumped);
    free(text);
    tri_arena_free(&small);
}
END_TEST

START_TEST(at_most_a_hundred_errors_are_listed)
{
    char *text = malloc(1 << 20), *at = text;
    at += sprintf(at, "func.func @f() {\n");
    for (int i = 0; i < 1000; i++) at += sprintf(at, "  %%%d = foo.bar\n", i);
    sprintf(at, "  return\n}\n");
    tri_module *module;
    tri_status *status = tri_module_parse(&arena, text, strlen(text), "t.mlir", &module);
    ck_assert_int_eq(tri_status_count(status), 101);
    tri_status_free(status);
    free(text);
}
END_TEST

static const char add_text[] =
    "func.func @f(%x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32> { %0 = stablehlo.add %x, %y : tensor<4xf32> return %0 : tensor<4xf32> }";

START_TEST(hashes_see_meaning_and_nothing_else)
{
    static const struct {
        const char *text;
        bool same;
    } others[] = {
        {"// moved\nfunc.func @other(%a: tensor<4xf32>, %b: tensor<4xf32>) -> tensor<4xf32> { %s = stablehlo.add %a, %b {mhlo.note = 1 : i32} : "
         "tensor<4xf32> return %s : tensor<4xf32> }",
         true},
        {"func.func @f(%x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32> { %0 = stablehlo.add %y, %x : tensor<4xf32> return %0 : tensor<4xf32> "
         "}",
         false},
        {"func.func @f(%x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32> { %0 = stablehlo.add %x, %x : tensor<4xf32> return %0 : tensor<4xf32> "
         "}",
         false},
        {"func.func @f(%x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32> { %0 = stablehlo.multiply %x, %y : tensor<4xf32> return %0 : "
         "tensor<4xf32> }",
         false},
        {"func.func @f(%x: tensor<4xf16>, %y: tensor<4xf16>) -> tensor<4xf16> { %0 = stablehlo.add %x, %y : tensor<4xf16> return %0 : tensor<4xf16> "
         "}",
         false},
    };
    uint64_t hash = tri_func_hash(parse(add_text)->first);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        ck_assert_msg((tri_func_hash(parse(others[i].text)->first) == hash) == others[i].same, "text %zu", i);
}
END_TEST

START_TEST(literals_hold_the_bits_that_were_written)
{
    tri_module *module = parse("func.func @f() { %0 = stablehlo.constant dense<[1.0, -0.1, 16777217.0, 0x7F800001]> : tensor<4xf32> return }");
    const tri_attr *value = tri_op_attr(module->first->body->first, "value");
    const uint32_t want[4] = {0x3F800000, 0xBDCCCCCD, 0x4B800000, 0x7F800001}; /* by IEEE 754, ties to even */
    ck_assert_mem_eq(value->data, want, sizeof want);
    module = parse("func.func @f() { %0 = stablehlo.constant dense<[4.9406564584124654e-324, 1.7976931348623157e308, 9007199254740993.0]> : "
                   "tensor<3xf64> return }");
    value = tri_op_attr(module->first->body->first, "value");
    const uint64_t want_f64[3] = {1, 0x7FEFFFFFFFFFFFFF, 0x4340000000000000};
    ck_assert_mem_eq(value->data, want_f64, sizeof want_f64);
}
END_TEST

START_TEST(every_float_prints_to_its_own_bits)
{
    uint64_t state = 1;
    for (int round = 0; round < 2000; round++) {
        uint32_t bits[2];
        for (int i = 0; i < 2; i++) bits[i] = (uint32_t)((state = state * 6364136223846793005ull + 1442695040888963407ull) >> 32);
        tri_module *module = tri_module_create(&arena, "m");
        tri_func *func = tri_func_create(module, "f", false);
        tri_build_constant(func->body, tri_tensor_of(TRI_F32, 1, (int64_t[]){2}), false, bits);
        tri_build_constant(func->body, tri_tensor_of(TRI_F64, 0, NULL), true, bits);
        tri_build_constant(func->body, tri_tensor_of(TRI_BF16, 1, (int64_t[]){4}), false, bits);
        tri_text text = {0};
        tri_module_print(module, &text);
        tri_module *again = parse(tri_text_string(&text));
        const tri_op *a = func->body->first, *b = again->first->body->first;
        for (; a; a = a->next, b = b->next) ck_assert_mem_eq(tri_op_attr(a, "value")->data, tri_op_attr(b, "value")->data, 8);
        tri_text_free(&text);
        tri_arena_free(&arena);
    }
}
END_TEST

/* ---- the pass runner ---- */

static tri_status *do_nothing(tri_module *module) { return NULL; }

static tri_status *swap_in_undefined(tri_module *module)
{
    tri_op *op = module->first->body->first;
    op->operands[0] = op->results[0];
    return NULL;
}

static const tri_pass passes[] = {{"nothing", "", do_nothing, NULL, TRI_LEVEL_TENSOR, TRI_LEVEL_TENSOR, false},
                                  {"breaks", "", swap_in_undefined, NULL, TRI_LEVEL_TENSOR, TRI_LEVEL_TENSOR, false}};

START_TEST(a_pass_that_breaks_the_module_is_named)
{
    tri_module *module = parse(add_text);
    tri_text printed = {0};
    double seconds[2] = {-1, -1};
    tri_pass_options options = {.stop_after = SIZE_MAX, .print_after = "nothing", .printed = &printed, .round_trip = true, .seconds = seconds};
    tri_status *status = tri_pass_run(&module, 2, passes, &options);
    ck_assert_int_eq(tri_status_code(status), TRI_BUG);
    tri_status_free(status);
    ck_assert_ptr_nonnull(strstr(tri_text_string(&printed), "// after nothing\nmodule {\n  func.func public @f"));
    ck_assert(seconds[0] >= 0 && seconds[1] >= 0);
    tri_text_free(&printed);
}
END_TEST

START_TEST(stop_after_leaves_passes_out)
{
    tri_module *module = parse(add_text);
    tri_pass_options options = {.stop_after = 1};
    ck_assert_ptr_null(tri_pass_run(&module, 2, passes, &options));
}
END_TEST

/* ---- built modules ---- */

START_TEST(a_use_before_its_definition_is_found)
{
    tri_module *module = parse("func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> { %0 = stablehlo.negate %x : tensor<4xf32> %1 = stablehlo.abs %0 : "
                               "tensor<4xf32> return %1 : tensor<4xf32> }");
    tri_op *first = module->first->body->first, *second = first->next;
    ck_assert_ptr_null(tri_module_verify(module, TRI_LEVEL_PLAIN));
    tri_op_remove(second);
    tri_op_insert_before(second, first);
    tri_status *status = tri_module_verify(module, TRI_LEVEL_PLAIN);
    ck_assert_int_eq(tri_status_count(status), 1);
    ck_assert_ptr_nonnull(strstr(tri_status_message(status), "operand 0 is not defined before this op"));
    tri_status_free(status);
}
END_TEST

START_TEST(levels_say_what_may_be_there)
{
    tri_module *module = parse("func.func @f() { call @g() : () -> () return } func.func @g() { return }");
    ck_assert_ptr_null(tri_module_verify(module, TRI_LEVEL_TENSOR));
    tri_status *status = tri_module_verify(module, TRI_LEVEL_PLAIN);
    ck_assert_int_eq(tri_status_count(status), 2); /* the call, and two functions */
    tri_status_free(status);
    status = tri_module_verify(parse(add_text), TRI_LEVEL_KERNELS);
    ck_assert_int_eq(tri_status_count(status), 1);
    tri_status_free(status);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ir_text");
    TCase *text = tcase_create("text"), *library = tcase_create("library");
    tcase_add_checked_fixture(text, begin, end);
    tcase_add_checked_fixture(library, begin, end);
    tcase_set_timeout(text, 60);
    tcase_add_test(text, errors_stand_at_line_and_column);
    tcase_add_test(text, a_text_without_an_end_is_refused);
    tcase_add_test(text, nothing_is_nested_without_bound);
    tcase_add_test(text, aliases_of_aliases_do_not_explode);
    tcase_add_test(text, out_of_memory_is_a_status_and_the_callers_escape_comes_back);
    tcase_add_test(text, at_most_a_hundred_errors_are_listed);
    tcase_add_test(text, hashes_see_meaning_and_nothing_else);
    tcase_add_test(text, literals_hold_the_bits_that_were_written);
    tcase_add_test(text, every_float_prints_to_its_own_bits);
    tcase_add_test(library, a_pass_that_breaks_the_module_is_named);
    tcase_add_test(library, stop_after_leaves_passes_out);
    tcase_add_test(library, a_use_before_its_definition_is_found);
    tcase_add_test(library, levels_say_what_may_be_there);
    suite_add_tcase(suite, text);
    suite_add_tcase(suite, library);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
