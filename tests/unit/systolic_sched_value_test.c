/* tests/unit/systolic_sched_value_test.c - statements of vector, scalar, general, matrix and copy roles on the simulated decoupled cores, against the
 * evaluator of scheduled programs. Tiles of more than 128 rows, and of no whole number of blocks. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/random.h"
#include "status_test.h"
#include "systolic_sched_programs.h"

/* The same way in and out for all: rings %rx (200 x 96), %rc (a number a row), %rb (a number a column), and %ry. */
#define HEAD                                                                                                                                         \
    "scheduled @f(%X: in buf<200x96xf32>, %S: in buf<200x1xf32>, %B: in buf<1x96xf32>, %Y: out buf<200x96xf32>) programs 1 workers 1 cluster 1 {\n"  \
    "%rx = ring depth 1 : ring<200x96xf32> @x\n%rc = ring depth 1 : ring<200x1xf32> @c\n%rb = ring depth 1 : ring<1x96xf32> @b\n"                    \
    "%ry = ring depth 1 : ring<200x96xf32> @y\n"                                                                                                     \
    "role @in copy[1] (%i, %r) { work (%p) { acquire %rx load_into %rx[0, 0], %X[0:+200, 0:+96] publish %rx\n"                                       \
    "acquire %rc load_into %rc[0, 0], %S[0:+200, 0:+1] publish %rc acquire %rb load_into %rb[0, 0], %B[0:+1, 0:+96] publish %rb } }\n"               \
    "role @out copy[1] (%i, %r) { work (%p) { %t = await %ry : tile<200x96xf32> store %t -> %Y[0:+200, 0:+96] release %ry } }\n"
#define ROLE(unit)                                                                                                                                   \
    "role @f " unit "[1] (%i, %r) { work (%p) {\n%a = await %rx : tile<200x96xf32> %s = await %rc : tile<200x1xf32> %v = await %rb : "               \
    "tile<1x96xf32>\n"
#define STORE "acquire %ry store_into %o -> %ry[0, 0] publish %ry\nrelease %rx release %rc release %rb } } }\n"
#define FUNCTION_AND_SUM(row, tile, column)                                                                                                          \
    "%t" row " = part %a[" row ", 0] : tile<" tile "xf32>\n%e" row " = map(%t" row ") : tile<" tile                                                  \
    "xf32> { ^(%x: f32):\n%0 = tanh %x : f32\nyield %0 }\n"                                                                                          \
    "%s" row " = reduce add %e" row " dim 1 : tile<" column "xf32>\n%o" row " = map(%e" row ", %s" row ") : tile<" tile                              \
    "xf32> { ^(%x: f32, %k: f32):\n%0 = multiply %x, %k : f32\nyield %0 }\n"
#define MAP(operands, arguments, body) "%o = map(" operands ") : tile<200x96xf32> { ^(" arguments "):\n" body " }\n"

/* Twelve windows through two slots, three at a time from one row on, which the next three are not; what a window leaves to its fill is 7. Their sum,
 * each half as important as the next. */
#define WINDOWS(row)                                                                                                                                 \
    "scheduled @f(%X: in buf<200x96xf32>, %S: in buf<200x1xf32>, %B: in buf<1x96xf32>, %Y: out buf<200x96xf32>) programs 1 workers 1 cluster 1 {\n"  \
    "%rx = ring depth 2 : ring<200x96xf32> @x\n%ry = ring depth 1 : ring<200x96xf32> @y\n"                                                           \
    "role @in copy[1] (%i, %r) { work (%p) { for %j in 0..12 {\n%u = index %j div 3\n%a = index " row "\n%b = index %u * 8\n"                        \
    "acquire %rx load_into %rx[0, 0], %X[%a:+200, %b:+96] fill 7.0 publish %rx } } }\n"                                                              \
    "role @out copy[1] (%i, %r) { work (%p) { %t = await %ry : tile<200x96xf32> store %t -> %Y[0:+200, 0:+96] release %ry } }\n"                     \
    "role @f vector[1] (%i, %r) { work (%p) {\n%z = fill 0.0 : tile<200x96xf32>\n%o = for %j in 0..12 iter(%q = %z) {\n"                             \
    "%x = await %rx : tile<200x96xf32>\n%n = map(%q, %x) : tile<200x96xf32> { ^(%e: f32, %y: f32):\n%h = constant 0.5 : f32\n"                       \
    "%0 = multiply %e, %h : f32\n%1 = add %0, %y : f32\nyield %1 }\nrelease %rx\nyield %n }\n"                                                       \
    "acquire %ry store_into %o -> %ry[0, 0] publish %ry } } }\n"

static const struct {
    const char *name, *text;
} cases[] = {
    {"windows that stick out differently", WINDOWS("%u mod 2 * 40")},
    {"windows that stick out from the first on", WINDOWS("(1 - %u mod 2) * 40")},
    {"scaled and added", HEAD ROLE("vector") MAP("%a, %s, %v", "%x: f32, %k: f32, %w: f32",
                                                 "%0 = multiply %x, %k : f32\n%1 = add %0, %w : f32\n%2 = subtract %w, %1 : f32\nyield %2\n") STORE},
    {"two scalars at once",
     HEAD ROLE("vector")
         MAP("%a, %s", "%x: f32, %k: f32", "%t = constant 0.5 : f32\n%0 = subtract %t, %x : f32\n%1 = maximum %0, %k : f32\nyield %1\n") STORE},
    {"on the scalar engine",
     HEAD ROLE("scalar") MAP("%a, %s", "%x: f32, %k: f32",
                             "%t = constant -0.25 : f32\n%0 = multiply %x, %t : f32\n%1 = add %0, %k : f32\n%2 = exp2 %1 : f32\n"
                             "yield %2\n") STORE},
    {"a difference under a function", HEAD ROLE("scalar") MAP("%a, %s", "%x: f32, %k: f32",
                                                              "%0 = subtract %k, %x : f32\n%1 = tanh %0 : f32\n%2 = subtract %x, %k : f32\n"
                                                              "%3 = multiply %2, %k : f32\nyield %3\n") STORE},
    {"values used twice",
     HEAD ROLE("general") MAP("%a, %s", "%x: f32, %k: f32",
                              "%0 = add %x, %k : f32\n%1 = multiply %0, %0 : f32\n%2 = maximum %1, %0 : f32\n%3 = negate %2 : f32\n"
                              "%4 = abs %3 : f32\nyield %4\n") STORE},
    {"rounded on the way", HEAD ROLE("vector") MAP("%a, %s", "%x: f32, %k: f32",
                                                   "%0 = convert %x : bf16\n%1 = convert %k : bf16\n%2 = add %0, %1 : bf16\n%3 = convert %2 : f32\n"
                                                   "%4 = add %3, %x : f32\nyield %4\n") STORE},
    {"a choice by comparing",
     HEAD ROLE("vector") MAP("%a, %v", "%x: f32, %w: f32",
                             "%0 = gt %x, %w : i1\n%1 = select %0, %x, %w : f32\n%2 = constant -1.0 : f32\n%3 = constant 1.0 : f32\n"
                             "%4 = clamp %2, %1, %3 : f32\nyield %4\n") STORE},
    {"a choice by place", HEAD ROLE("general") MAP("%a", "%x: f32",
                                                   "%0 = coordinate 0 : i32\n%1 = coordinate 1 : i32\n%k = constant 40 : i32\n%2 = add %1, %k : i32\n"
                                                   "%3 = le %2, %0 : i1\n%4 = constant -7.0 : f32\n%5 = select %3, %4, %x : f32\nyield %5\n") STORE},
    {"places as numbers", HEAD ROLE("general") MAP("%a", "%x: f32",
                                                   "%0 = coordinate 0 : i32\n%1 = coordinate 1 : i32\n%2 = add %0, %1 : i32\n%3 = convert %2 : f32\n"
                                                   "%4 = multiply %3, %x : f32\nyield %4\n") STORE},
    {"rows folded and divided by",
     HEAD ROLE("vector") "%l = reduce add %a dim 1 : tile<200x1xf32>\n%m = reduce maximum %a dim 1 : tile<200x1xf32>\n" MAP(
         "%a, %m, %l", "%x: f32, %k: f32, %n: f32",
         "%0 = subtract %x, %k : f32\n%one = constant 1.0 : f32\n%two = multiply %n, %n : f32\n%sum = add %two, %one : f32\n"
         "%1 = divide %0, %sum : f32\nyield %1\n") STORE},
    {"rows added on the way",
     HEAD ROLE("scalar") FUNCTION_AND_SUM("0", "128x96", "128x1") FUNCTION_AND_SUM(
         "128", "72x96",
         "72x1") "acquire %ry store_into %o0 -> %ry[0, 0] store_into %o128 -> %ry[128, 0] publish %ry\nrelease %rx release %rc release %rb } } }\n"},
    {"a loop that carries",
     HEAD ROLE("vector") "%z = fill 0.0 : tile<200x96xf32>\n%o = for %j in 0..3 iter(%q = %z) {\n"
                         "%n = map(%q, %a) : tile<200x96xf32> { ^(%x: f32, %y: f32):\n%h = constant 0.5 : f32\n%0 = multiply %x, %h : f32\n"
                         "%1 = add %0, %y : f32\nyield %1 }\nyield %n }\n" STORE},
    {"parts and registers", HEAD ROLE("general") "%e = part %a[128, 32] : tile<72x64xf32>\n%f = read %e : tile<72x64xf32>\n"
                                                 "%g = map(%f) : tile<72x64xf32> { ^(%x: f32):\n%0 = negate %x : f32\nyield %0 }\n"
                                                 "%t = part %a[0, 0] : tile<128x96xf32>\n%l = part %a[128, 0] : tile<72x32xf32>\nacquire %ry\n"
                                                 "store_into %t -> %ry[0, 0] store_into %l -> %ry[128, 0] store_into %g -> %ry[128, 32]\n"
                                                 "publish %ry\nrelease %rx release %rc release %rb } } }\n"},
};

/* Products and transposes: bf16 in, f32 out; the last one has the moving rows on the left. */
#define PRODUCT                                                                                                                                      \
    "scheduled @f(%X: in buf<200x96xbf16>, %S: in buf<200x130xbf16>, %B: in buf<1x1xf32>, %Y: out buf<96x130xf32>) programs 1 workers 1 cluster 1 "  \
    "{\n"                                                                                                                                            \
    "%rx = ring depth 1 : ring<200x96xbf16> @x\n%rc = ring depth 1 : ring<200x130xbf16> @c\n%rq = ring depth 1 place acc : ring<96x130xf32> @q\n"    \
    "%ry = ring depth 1 : ring<96x130xf32> @y\n"                                                                                                     \
    "role @in copy[1] (%i, %r) { work (%p) { acquire %rx load_into %rx[0, 0], %X[0:+200, 0:+96] publish %rx\n"                                       \
    "acquire %rc load_into %rc[0, 0], %S[0:+200, 0:+130] publish %rc } }\n"                                                                          \
    "role @out copy[1] (%i, %r) { work (%p) { %t = await %ry : tile<96x130xf32> store %t -> %Y[0:+96, 0:+130] release %ry } }\n"                     \
    "role @pe matrix[1] (%i, %r) { work (%p) { %a = await %rx : tile<200x96xbf16> %b = await %rc : tile<200x130xbf16>\n%at = transpose %a : "        \
    "tile<96x200xbf16>\n"                                                                                                                            \
    "acquire %rq %m = mma %at, %b : tile<96x130xf32> store_into %m -> %rq[0, 0] publish %rq release %rx release %rc } }\n"
static const struct {
    const char *name, *text;
} products[] = {
    {"a product",
     PRODUCT "role @v vector[1] (%i, %r) { work (%p) { %m = await %rq : tile<96x130xf32> acquire %ry store_into %m -> %ry[0, 0] publish %ry\n"
             "release %rq } } }\n"},
    {"a product with its columns on the partitions", PRODUCT
     "role @v vector[1] (%i, %r) { work (%p) { %m = await %rq : tile<96x130xf32> %l = reduce maximum %m dim 0 : tile<1x130xf32> acquire %ry\n"
     "%o = map(%m, %l) : tile<96x130xf32> { ^(%x: f32, %k: f32):\n%0 = subtract %x, %k : f32\nyield %0 }\nstore_into %o -> %ry[0, 0] publish %ry\n"
     "release %rq } } }\n"},
};

static void must(tri_status *status, const char *name)
{
    if (status) tri_status_print(status, NULL, stderr);
    ck_assert_msg(!status, "%s did not run", name);
}

static void same_as_evaluated(const char *chip, const char *name, const char *text)
{
    enum { BUFFERS = 4 };
    tri_arena arena;
    tri_arena_init(&arena, 0);
    tri_module *module;
    must(tri_module_parse(&arena, text, strlen(text), name, &module), name);
    must(tri_module_verify(module, TRI_LEVEL_TILE), name);
    const tri_func *func = module->first;
    tri_tensor want[BUFFERS];
    sched_data data[BUFFERS];
    for (uint32_t k = 0; k < BUFFERS; k++) {
        tri_type type = func->body->args[k]->type;
        want[k] = (tri_tensor){tri_tensor_of((tri_dtype)type.dtype, type.rank, type.dims), calloc(tri_type_bytes(&type) + 1, 1)};
        bool input = func->access[k] == TRI_ACCESS_IN;
        if (input) tri_random_fill(3, k, (tri_dtype)type.dtype, 1, (const int64_t[]){tri_type_elements(&type)}, want[k].data);
        data[k] = (sched_data){calloc(tri_type_bytes(&type) + 1, 1), tri_type_bytes(&type), input};
        memcpy(data[k].data, want[k].data, data[k].bytes);
    }
    must(tri_eval_scheduled(func, want, &(tri_sched_options){.seed = 1}), name);
    tri_syssim_report report;
    must(sched_run(chip, text, strlen(text), data, BUFFERS, false, &report, NULL), name);
    int64_t n = tri_type_elements(&want[3].type);
    const float *a = want[3].data, *b = data[3].data;
    for (int64_t i = 0; i < n; i++)
        ck_assert_msg(fabs(a[i] - b[i]) <= 1e-5 * (1 + fabs(a[i])), "%s: element %lld is %g instead of %g", name, (long long)i, b[i], a[i]);
    for (int k = 0; k < BUFFERS; k++) free(want[k].data), free(data[k].data);
    tri_arena_free(&arena);
}

enum { CHIPS = 3 };
static const char *const chips[CHIPS] = {"trn1", "trn2", "trn3"};

START_TEST(statements_mean_what_the_evaluator_says) { same_as_evaluated(chips[_i % CHIPS], cases[_i / CHIPS].name, cases[_i / CHIPS].text); }
END_TEST

START_TEST(products_mean_what_the_evaluator_says) { same_as_evaluated(chips[_i % CHIPS], products[_i / CHIPS].name, products[_i / CHIPS].text); }
END_TEST

/* Sums of what somebody else made, maxima, and sums behind which another tile was made. */
START_TEST(the_scalar_engine_adds_only_what_it_just_made)
{
    static const char *const texts[] = {
        HEAD ROLE("scalar") "%l = reduce add %a dim 1 : tile<200x1xf32>\n" MAP("%a, %l", "%x: f32, %k: f32", "%0 = multiply %x, %k : f32\nyield %0\n")
            STORE,
        HEAD ROLE("scalar") "%e = map(%a) : tile<200x96xf32> { ^(%x: f32):\n%0 = tanh %x : f32\nyield %0 }\n"
                            "%l = reduce maximum %e dim 1 : tile<200x1xf32>\n" MAP("%e, %l", "%x: f32, %k: f32",
                                                                                   "%0 = multiply %x, %k : f32\nyield %0\n") STORE,
        HEAD ROLE("scalar") "%e = map(%a) : tile<200x96xf32> { ^(%x: f32):\n%0 = tanh %x : f32\nyield %0 }\n"
                            "%g = map(%a) : tile<200x96xf32> { ^(%x: f32):\n%0 = exp2 %x : f32\nyield %0 }\n"
                            "%l = reduce add %e dim 1 : tile<200x1xf32>\n" MAP("%g, %l", "%x: f32, %k: f32", "%0 = multiply %x, %k : f32\nyield %0\n")
                                STORE,
    };
    sched_data data[4] = {{0}};
    tri_syssim_report report;
    FAILS(sched_run("trn2", texts[_i], strlen(texts[_i]), data, 4, true, &report, NULL), TRI_UNSUPPORTED, "only adds rows");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("systolic_sched_value");
    TCase *all = tcase_create("values");
    tcase_set_timeout(all, 60);
    tcase_add_loop_test(all, statements_mean_what_the_evaluator_says, 0, CHIPS * (sizeof cases / sizeof *cases));
    tcase_add_loop_test(all, products_mean_what_the_evaluator_says, 0, CHIPS * (sizeof products / sizeof *products));
    tcase_add_loop_test(all, the_scalar_engine_adds_only_what_it_just_made, 0, 3);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
