/* tests/unit/emit_test.c - the GPU targets: every elementwise op on every dtype, contractions of awkward shapes, and the functions that chips have no
 * instruction for. */
#define _GNU_SOURCE
#include <check.h>
#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"
#include "emit_rig.h"
#include "targets/llvm/emit.h"

static const char *const chips[] = {"a100", "mi300x"};

static void check_text(const char *text, const char *chip, rig_input *input)
{
    tri_status *status = rig_check(text, strlen(text), "test.mlir", chip, input, NULL);
    if (status) {
        tri_status_print(status, text, stderr);
        tri_status_free(status);
        ck_abort_msg("a kernel on %s is wrong, see above", chip);
    }
}

/* ---- elementwise ops ---- */

enum { LENGTH = 19 * 17 };

/* Two lists of coprime lengths, so that every pair of a left and a right number occurs. */
static const double lefts[19] = {0, -0.0, 1, -1, 0.5, -1.5, 2.5, -3, 7, 100, 1e-3, -1e-5, 5.75, -88, INFINITY, -INFINITY, NAN, 3e38, -1e-40};
static const double rights[17] = {1, 0, -1, 2, -0.0, 0.25, 3, -7, 31, 8, NAN, INFINITY, -INFINITY, -2.5, 1e30, 1e-38, 64};

static tri_tensor make_numbers(tri_type type, uint32_t number, double most)
{
    tri_tensor t = {.type = type, .data = malloc(tri_type_bytes(&type) + 1)};
    tri_dtype dtype = (tri_dtype)type.dtype;
    if (dtype == TRI_F64 && most > 1e12) most = 1e12; /* squares of results must not overflow the norm of the comparison */
    for (int i = 0; i < LENGTH; i++) {
        double x = number == 0 ? lefts[i % 19] : number == 1 ? rights[i % 17] : i % 3 == 0;
        void *to = (char *)t.data + (size_t)i * tri_dtype_bytes(dtype);
        if (fabs(x) > most && !isinf(x)) x = copysign(most, x);
        if (dtype == TRI_F64 && x != 0 && fabs(x) < 1e-18) x = copysign(1e-18, x);
        if (tri_dtype_is_float(dtype))
            tri_store_f64(dtype, to, x);
        else if (isfinite(x) && fabs(x) < 1e9)
            tri_store_i64(dtype, to, (int64_t)x);
        else
            tri_store_i64(dtype, to, x > 0 ? INT64_MAX : INT64_MIN + (i & 1)); /* other widths keep its low bits */
    }
    return t;
}

static tri_tensor any_numbers(void *context, uint32_t number, tri_type type)
{
    (void)context;
    return make_numbers(type, number, INFINITY);
}

static tri_tensor small_numbers(void *context, uint32_t number, tri_type type)
{
    (void)context;
    return make_numbers(type, number, 1e12);
}

static bool takes(uint8_t classes, tri_dtype dtype)
{
    tri_dtype_class class = tri_dtype_classify(dtype);
    return classes & (class == TRI_CLASS_FLOAT ? TRI_CLASSES_FLOAT : class == TRI_CLASS_BOOL ? TRI_CLASSES_BOOL : TRI_CLASSES_INTEGER);
}

typedef struct ops_text {
    tri_text body, names, types;
    int n;
} ops_text;

static void add_result(ops_text *t, const char *dtype)
{
    tri_text_addf(&t->names, "%s%%r%d", t->n ? ", " : "", t->n);
    tri_text_addf(&t->types, "%stensor<%dx%s>", t->n ? ", " : "", LENGTH, dtype);
    t->n++;
}

/* A function main of all that is in `t`, on two tensors of `dtype` and one of i1. */
static void check_ops(ops_text *t, const char *dtype, const char *chip, rig_input *input)
{
    tri_text text = {0};
    tri_text_addf(&text, "func.func @main(%%a: tensor<%dx%s>, %%b: tensor<%dx%s>, %%c: tensor<%dxi1>) -> (%s) {\n%s  return %s : %s\n}\n", LENGTH,
                  dtype, LENGTH, dtype, LENGTH, tri_text_string(&t->types), tri_text_string(&t->body), tri_text_string(&t->names),
                  tri_text_string(&t->types));
    if (t->n) check_text(tri_text_string(&text), chip, input);
    tri_text_free(&text);
    tri_text_free(&t->body);
    tri_text_free(&t->names);
    tri_text_free(&t->types);
}

/* Signs of integers that are not there are of no interest, nor is anything unsigned negated. */
static bool meaningful(tri_op_kind scalar, tri_dtype dtype)
{
    bool is_unsigned = tri_dtype_classify(dtype) == TRI_CLASS_UNSIGNED;
    return !(is_unsigned && (scalar == TRI_SCALAR_ABS || scalar == TRI_SCALAR_SIGN || scalar == TRI_SCALAR_NEGATE));
}

static void check_dtype(tri_dtype dtype, const char *chip)
{
    const char *name = tri_dtype_name(dtype);
    ops_text all = {0}, circular = {0};
    for (int kind = TRI_OP_NONE + 1; kind < TRI_TENSOR_OPS_END; kind++) {
        const tri_op_row *row = tri_op_row_of((tri_op_kind)kind);
        if (row->scalar == TRI_OP_NONE) continue;
        const tri_op_row *scalar = tri_op_row_of((tri_op_kind)row->scalar);
        if (!takes(scalar->classes, dtype) || !meaningful((tri_op_kind)row->scalar, dtype)) continue;
        ops_text *t = row->scalar == TRI_SCALAR_SINE || row->scalar == TRI_SCALAR_COSINE ? &circular : &all;
        bool to_bool = scalar->result == TRI_RESULT_BOOL;
        tri_text_addf(&t->body, "  %%r%d = %s %%a%s : ", t->n, row->text, scalar->operands == 2 ? ", %b" : "");
        if (to_bool)
            tri_text_addf(&t->body, "(tensor<%dx%s>) -> tensor<%dxi1>\n", LENGTH, name, LENGTH);
        else
            tri_text_addf(&t->body, "tensor<%dx%s>\n", LENGTH, name);
        add_result(t, to_bool ? "i1" : name);
    }
    static const char *const directions[] = {"EQ", "NE", "LT", "LE", "GT", "GE"};
    for (int i = 0; i < 6; i++) {
        tri_text_addf(&all.body, "  %%r%d = stablehlo.compare %s, %%a, %%b : (tensor<%dx%s>, tensor<%dx%s>) -> tensor<%dxi1>\n", all.n, directions[i],
                      LENGTH, name, LENGTH, name, LENGTH);
        add_result(&all, "i1");
    }
    tri_text_addf(&all.body, "  %%r%d = stablehlo.select %%c, %%a, %%b : tensor<%dxi1>, tensor<%dx%s>\n", all.n, LENGTH, LENGTH, name);
    add_result(&all, name);
    if (dtype != TRI_I1) {
        tri_text_addf(&all.body, "  %%r%d = stablehlo.clamp %%b, %%a, %%b : tensor<%dx%s>\n", all.n, LENGTH, name);
        add_result(&all, name);
    }
    for (int to = 0; to < TRI_DTYPE_COUNT; to++) {
        if (to == (int)dtype) continue;
        tri_text_addf(&all.body, "  %%r%d = stablehlo.convert %%a : (tensor<%dx%s>) -> tensor<%dx%s>\n", all.n, LENGTH, name, LENGTH,
                      tri_dtype_name((tri_dtype)to));
        add_result(&all, tri_dtype_name((tri_dtype)to));
    }
    check_ops(&all, name, chip, any_numbers);
    check_ops(&circular, name, chip, small_numbers);
}

START_TEST(every_elementwise_op_agrees) { check_dtype((tri_dtype)(_i / 2), chips[_i % 2]); }
END_TEST

/* ---- contractions ---- */

/* m, n, k, batch; 0: no batch dimension. Around and below the sizes of instructions and of tiles, and primes. */
static const int shapes[][4] = {{1, 1, 1, 0},    {1, 7, 5, 0},     {13, 1, 17, 0}, {16, 8, 16, 0}, {32, 32, 32, 0},
                                {37, 41, 43, 0}, {64, 96, 130, 0}, {5, 6, 7, 3},   {33, 20, 66, 2}};

static void check_contraction(const int *shape, bool left_transposed, bool right_transposed, const char *from, const char *to, const char *chip)
{
    int m = shape[0], n = shape[1], k = shape[2], batch = shape[3];
    char text[900], left[60], right[60], result[60], b[12] = "", batching[60] = "";
    if (batch) {
        snprintf(b, sizeof b, "%dx", batch);
        snprintf(batching, sizeof batching, "batching_dims = [0] x [0], ");
    }
    int first = batch ? 1 : 0;
    snprintf(left, sizeof left, "tensor<%s%dx%dx%s>", b, left_transposed ? k : m, left_transposed ? m : k, from);
    snprintf(right, sizeof right, "tensor<%s%dx%dx%s>", b, right_transposed ? n : k, right_transposed ? k : n, from);
    snprintf(result, sizeof result, "tensor<%s%dx%dx%s>", b, m, n, to);
    snprintf(text, sizeof text,
             "func.func @main(%%a: %s, %%b: %s) -> %s {\n"
             "  %%0 = stablehlo.dot_general %%a, %%b, %scontracting_dims = [%d] x [%d] : (%s, %s) -> %s\n"
             "  return %%0 : %s\n}\n",
             left, right, result, batching, first + !left_transposed, first + right_transposed, left, right, result, result);
    check_text(text, chip, rig_random);
}

START_TEST(contractions_of_awkward_shapes_agree)
{
    static const char *const dtypes[][2] = {{"f32", "f32"}, {"bf16", "bf16"}, {"f16", "f32"}, {"bf16", "f32"}, {"i8", "i32"}};
    const char *chip = chips[_i % 2], *const *dtype = dtypes[_i / 2];
    int turn = _i; /* every shape with one of the four orientations, which differs between dtypes; the middle ones with all */
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        for (int orientation = 0; orientation < 4; orientation++)
            if (s == 5 || orientation == turn % 4) check_contraction(shapes[s], orientation & 1, orientation >> 1, dtype[0], dtype[1], chip);
        turn++;
    }
}
END_TEST

/* ---- movement and reductions ---- */

START_TEST(movement_and_reductions_agree)
{
    static const char *const texts[] = {
        /* ranks 0 and 1, one element */
        "func.func @main(%a: tensor<f32>, %b: tensor<1xf32>) -> (tensor<f32>, tensor<1x1xf32>) {\n"
        "  %0 = stablehlo.add %a, %a : tensor<f32>\n"
        "  %1 = stablehlo.reshape %b : (tensor<1xf32>) -> tensor<1x1xf32>\n"
        "  %2 = stablehlo.exponential %1 : tensor<1x1xf32>\n"
        "  return %0, %2 : tensor<f32>, tensor<1x1xf32>\n}\n",
        /* backwards, strided, transposed */
        "func.func @main(%a: tensor<7x13x5xbf16>) -> (tensor<7x13x5xbf16>, tensor<3x13x2xbf16>, tensor<5x7x13xbf16>) {\n"
        "  %0 = stablehlo.reverse %a, dims = [0, 2] : tensor<7x13x5xbf16>\n"
        "  %1 = stablehlo.slice %a [1:7:2, 0:13, 1:5:3] : (tensor<7x13x5xbf16>) -> tensor<3x13x2xbf16>\n"
        "  %2 = stablehlo.transpose %a, dims = [2, 0, 1] : (tensor<7x13x5xbf16>) -> tensor<5x7x13xbf16>\n"
        "  return %0, %1, %2 : tensor<7x13x5xbf16>, tensor<3x13x2xbf16>, tensor<5x7x13xbf16>\n}\n",
        /* sums along each dimension, longer than a chunk and not a multiple of it */
        "func.func @main(%a: tensor<3x1031xf32>, %b: tensor<1031x3xbf16>) -> (tensor<3xf32>, tensor<3xbf16>, tensor<f32>) {\n"
        "  %z = stablehlo.constant dense<0.0> : tensor<f32>\n"
        "  %y = stablehlo.constant dense<0.0> : tensor<bf16>\n"
        "  %0 = stablehlo.reduce(%a init: %z) applies stablehlo.add across dimensions = [1] : (tensor<3x1031xf32>, tensor<f32>) -> tensor<3xf32>\n"
        "  %1 = stablehlo.reduce(%b init: %y) applies stablehlo.maximum across dimensions = [0] : (tensor<1031x3xbf16>, tensor<bf16>) -> "
        "tensor<3xbf16>\n"
        "  %2 = stablehlo.reduce(%a init: %z) applies stablehlo.add across dimensions = [0, 1] : (tensor<3x1031xf32>, tensor<f32>) -> tensor<f32>\n"
        "  return %0, %1, %2 : tensor<3xf32>, tensor<3xbf16>, tensor<f32>\n}\n",
        /* i1 in memory, both ways */
        "func.func @main(%a: tensor<131xi1>, %b: tensor<131xi1>) -> (tensor<131xi1>, tensor<i1>) {\n"
        "  %z = stablehlo.constant dense<true> : tensor<i1>\n"
        "  %0 = stablehlo.xor %a, %b : tensor<131xi1>\n"
        "  %1 = stablehlo.reduce(%0 init: %z) applies stablehlo.and across dimensions = [0] : (tensor<131xi1>, tensor<i1>) -> tensor<i1>\n"
        "  return %0, %1 : tensor<131xi1>, tensor<i1>\n}\n",
        /* an epilogue with a broadcast */
        "func.func @main(%a: tensor<45x33xbf16>, %b: tensor<33x50xbf16>, %c: tensor<50xbf16>) -> tensor<45x50xbf16> {\n"
        "  %0 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<45x33xbf16>, tensor<33x50xbf16>) -> tensor<45x50xbf16>\n"
        "  %1 = stablehlo.broadcast_in_dim %c, dims = [1] : (tensor<50xbf16>) -> tensor<45x50xbf16>\n"
        "  %2 = stablehlo.add %0, %1 : tensor<45x50xbf16>\n"
        "  %3 = stablehlo.tanh %2 : tensor<45x50xbf16>\n"
        "  return %3 : tensor<45x50xbf16>\n}\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) check_text(texts[i], chips[_i], rig_random);
}
END_TEST

/* ---- statements that no kernel family makes yet ---- */

static const char *const tile_programs[] = {
    /* positions from a tile, and a bound */
    "kernel @windows(%A: in buf<9x20xi32>, %I: in buf<6xi32>, %B: out buf<6x20xi32>, %C: out buf<9x24xi32>) grid(%p: 3) {\n"
    "  %x = load %I[0:+6] : tile<6xi32>\n"
    "  %i = map(%x) : tile<6xi32> { ^(%v: i32):\n"
    "    %m = remainder %v, 9 : i32\n"
    "    yield %m\n"
    "  }\n"
    "  if %p == 1 {\n"
    "    %g = load %A[[%i], 0:+20] : tile<6x20xi32>\n"
    "    store %g -> %B[0:+6, 0:+20]\n"
    "  }\n"
    "  %e = index %p * 5 + 4\n"
    "  %l = load %A[%p * 3:+3, -2:+24 lim %e] fill 7 : tile<3x24xi32>\n"
    "  store %l -> %C[%p * 3:+3, 0:+24]\n"
    "}\n",
    /* running sums, and a maximum carried through a loop */
    "kernel @folds(%A: in buf<140x20xi32>, %B: out buf<140x20xi32>, %C: out buf<20xi32>) grid() {\n"
    "  %a = load %A[0:+140, 0:+20] : tile<140x20xi32>\n"
    "  %s = scan add %a dim 1 : tile<140x20xi32>\n"
    "  %z = fill -5 : tile<1x20xi32>\n"
    "  %m = for %k in 0..14 iter(%c = %z) {\n"
    "    %t = load %A[%k * 10:+10, 0:+20] : tile<10x20xi32>\n"
    "    %r = reduce maximum %t dim 0 : tile<1x20xi32>\n"
    "    %n = map(%c, %r) : tile<1x20xi32> { ^(%u: i32, %v: i32):\n"
    "      %w = maximum %u, %v : i32\n"
    "      yield %w\n"
    "    }\n"
    "    yield %n\n"
    "  }\n"
    "  %f = reshape %m : tile<20xi32>\n"
    "  store %s -> %B[0:+140, 0:+20]\n"
    "  store %f -> %C[0:+20]\n"
    "}\n",
    /* sums and maxima that meet in memory */
    "kernel @meeting(%A: in buf<12x20xi32>, %B: inout buf<20xi32>, %C: inout buf<20xi32>) grid(%p: 12) {\n"
    "  %a = load %A[%p, 0:+20] : tile<20xi32>\n"
    "  store %a -> %B[0:+20] add\n"
    "  store %a -> %C[0:+20] max\n"
    "}\n",
};

START_TEST(tile_programs_agree_with_the_evaluator)
{
    const char *text = tile_programs[_i / 2];
    tri_status *status = rig_check_tiles(text, chips[_i % 2]);
    if (!status) return;
    tri_status_print(status, text, stderr);
    tri_status_free(status);
    ck_abort_msg("a tile program on %s is wrong, see above", chips[_i % 2]);
}
END_TEST

/* ---- functions ---- */

typedef double function(double);
typedef double function2(double, double);

/* The functions as a library of the host: the very text that goes to the chips. */
static void *host_library(void)
{
    char folder[] = "/tmp/trine-emit-test-XXXXXX", path[80], command[400];
    ck_assert(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/math.ll", folder);
    tri_arena arena;
    tri_arena_init(&arena, 0);
    tri_text text = {0};
    tri_emit_math_module(&arena, &text);
    FILE *file = fopen(path, "w");
    ck_assert(file && fputs(tri_text_string(&text), file) >= 0 && !fclose(file));
    tri_text_free(&text);
    tri_arena_free(&arena);
    snprintf(command, sizeof command, "cd %s && clang-22 -O1 -shared -fPIC -Wno-override-module -x ir math.ll -lm -o math.so 2>&1", folder);
    void *library = system(command) ? NULL : (snprintf(path, sizeof path, "%s/math.so", folder), dlopen(path, RTLD_NOW));
    snprintf(command, sizeof command, "rm -rf %s", folder);
    ck_assert(!system(command));
    return library;
}

static double logistic(double x) { return 1 / (1 + exp(-x)); }

/* A low-discrepancy walk through [low, high]. */
static double walk(int i, double low, double high)
{
    double x = i * 0.6180339887498949;
    return low + (high - low) * (x - floor(x));
}

START_TEST(functions_are_as_accurate_as_their_page_says)
{
    void *library = host_library();
    if (!library) {
        fprintf(stderr, "clang-22 is not installed: the functions are not measured\n");
        return;
    }
    static const struct {
        const char *name;
        function *want;
        double low, high, ulps;
    } rows[] = {
        {"tri_exp", exp, -745, 709, 4},  {"tri_exp", exp, -1, 1, 4},           {"tri_exp2", exp2, -1074, 1023, 4},
        {"tri_expm1", expm1, -1, 1, 4},  {"tri_expm1", expm1, -50, 700, 4},    {"tri_expm1", expm1, -1e-9, 1e-9, 4},
        {"tri_log", log, 0, 1e300, 4},   {"tri_log", log, 0.5, 2, 4},          {"tri_log", log, 0, 1e-307, 4},
        {"tri_log1p", log1p, -1, 1, 4},  {"tri_log1p", log1p, -1e-9, 1e-9, 4}, {"tri_log1p", log1p, 0, 1e20, 4},
        {"tri_tanh", tanh, -25, 25, 8},  {"tri_tanh", tanh, -0.1, 0.1, 8},     {"tri_logistic", logistic, -30, 30, 4},
        {"tri_erf", erf, -7, 7, 16},     {"tri_erf", erf, -1e-3, 1e-3, 16},    {"tri_sine", sin, -10, 10, 4},
        {"tri_sine", sin, -1e5, 1e5, 4}, {"tri_cosine", cos, -10, 10, 4},      {"tri_cosine", cos, -1e15, 1e15, 4},
    };
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        function *got = (function *)(uintptr_t)dlsym(library, rows[r].name);
        for (int i = 1; i < 200000; i++) {
            double x = walk(i, rows[r].low, rows[r].high), want = rows[r].want(x), have = got(x), unit = nextafter(fabs(want), INFINITY) - fabs(want);
            ck_assert_msg(fabs(have - want) <= rows[r].ulps * unit, "%s(%.17g) is %.17g, not %.17g", rows[r].name, x, have, want);
        }
    }
    function2 *power = (function2 *)(uintptr_t)dlsym(library, "tri_power"), *remainder = (function2 *)(uintptr_t)dlsym(library, "tri_remainder");
    static const double special[] = {0, -0.0, 1, -1, 2, -2, 0.5, -0.5, 3, -3, INFINITY, -INFINITY, NAN, 1e300, -1e300, 1e-310, -1e-310, 7.5, -7};
    for (size_t i = 0; i < sizeof special / sizeof *special; i++) {
        for (size_t j = 0; j < sizeof special / sizeof *special; j++) {
            double x = special[i], y = special[j], want = pow(x, y), have = power(x, y);
            bool same = want == have ? signbit(want) == signbit(have) : (isnan(want) && isnan(have)) || fabs(want - have) <= 1e-13 * fabs(want);
            ck_assert_msg(same, "power(%g, %g) is %.17g, not %.17g", x, y, have, want);
            want = fmod(x, y), have = remainder(x, y);
            ck_assert_msg((isnan(want) && isnan(have)) || (want == have && signbit(want) == signbit(have)), "remainder(%g, %g) is %g, not %g", x, y,
                          have, want);
        }
    }
    dlclose(library);
}
END_TEST

int main(void)
{
    setenv("TRINE_PTXAS", "", 1); /* the simulator takes PTX; the modules of emit_golden_test.c go through ptxas */
    Suite *suite = suite_create("emit");
    TCase *cases = tcase_create("kernels");
    tcase_set_timeout(cases, 120);
    tcase_add_loop_test(cases, every_elementwise_op_agrees, 0, 2 * TRI_DTYPE_COUNT);
    tcase_add_loop_test(cases, contractions_of_awkward_shapes_agree, 0, 10);
    tcase_add_loop_test(cases, movement_and_reductions_agree, 0, 2);
    tcase_add_loop_test(cases, tile_programs_agree_with_the_evaluator, 0, 2 * (int)(sizeof tile_programs / sizeof *tile_programs));
    tcase_add_test(cases, functions_are_as_accurate_as_their_page_says);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
