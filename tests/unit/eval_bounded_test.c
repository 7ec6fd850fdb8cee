/* tests/unit/eval_bounded_test.c - the contract of decision 3: an honest f32 device passes, one that skips a step or drops a cast fails. The devices
 * here are loops in this file, not the evaluator. */
#include "eval_test.h"

#include "base/random.h"

static const char *const dtypes[] = {"bf16", "f16", "f32"};

/* An op under test: the kernel's module, its operands, and what the evaluator says about it. */
typedef struct subject {
    tri_arena arena;
    const tri_func *func;
    tri_tensor in[4];
    tri_bounded want[4];
    uint32_t n_in, n_out;
} subject;

/* The body of the first function as one tri.kernel op would be: bounded through a call. */
static void open_subject(subject *s, const char *text, uint64_t seed)
{
    tri_arena_init(&s->arena, 0);
    tri_module *module = parse(&s->arena, text);
    s->func = module->first;
    s->n_in = s->func->body->n_args;
    s->n_out = s->func->n_results;
    tri_func *caller = tri_func_create(module, "caller", false);
    tri_value *arguments[4];
    for (uint32_t i = 0; i < s->n_in; i++) {
        tri_type type = s->func->body->args[i]->type;
        arguments[i] = tri_block_add_arg(module, caller->body, NULL, type);
        s->in[i] = (tri_tensor){type, malloc(tri_type_bytes(&type) + 1)};
        tri_random_fill(seed, i, (tri_dtype)type.dtype, type.rank, type.dims, s->in[i].data);
    }
    tri_op *call = tri_op_create(module, TRI_OP_CALL, TRI_NOWHERE, s->n_in, arguments, s->n_out, s->func->results);
    tri_op_set_attr(module, call, "callee", tri_attr_symbol(module, s->func->name));
    tri_block_append(caller->body, call);
    must(tri_eval_bounded(call, s->in, s->want, NULL));
}

static void close_subject(subject *s)
{
    tri_bounded_free(s->want, s->n_out);
    tri_tensor_free(s->in, s->n_in);
    tri_arena_free(&s->arena);
}

static bool passes(const subject *s, const double *got)
{
    tri_tensor t = tensor_of(s->want[0].type, got);
    tri_comparison c = tri_compare_bounded(&s->want[0], t.data);
    tri_tensor_free(&t, 1);
    return c.pass;
}

enum { M = 12, N = 20, K = 768 };

/* C[m][n] as an f32 device sums it, ascending, leaving out terms [skip, skip + count). */
static void device_matmul(const subject *s, int skip, int count, double *out)
{
    for (int m = 0; m < M; m++) {
        for (int n = 0; n < N; n++) {
            float sum = 0;
            for (int k = 0; k < K; k++)
                if (k < skip || k >= skip + count) sum += (float)number_at(&s->in[0], m * K + k) * (float)number_at(&s->in[1], k * N + n);
            out[m * N + n] = sum;
        }
    }
}

START_TEST(a_matmul_passes_and_one_without_a_k_step_fails)
{
    for (int d = 0; d < 3; d++) {
        char text[600];
        const char *t = dtypes[d];
        snprintf(
            text, sizeof text,
            "func.func @main(%%a: tensor<12x768x%s>, %%b: tensor<768x20x%s>) -> tensor<12x20x%s> {\n"
            "  %%0 = stablehlo.dot_general %%a, %%b, contracting_dims = [1] x [0] : (tensor<12x768x%s>, tensor<768x20x%s>) -> tensor<12x20x%s>\n  return %%0 : tensor<12x20x%s>\n}\n",
            t, t, t, t, t, t, t);
        subject s;
        double got[M * N];
        open_subject(&s, text, 5);
        device_matmul(&s, 0, 0, got);
        ck_assert_msg(passes(&s, got), "an honest %s matmul fails", t);
        for (int skip = 0; skip < K; skip += 16) {
            device_matmul(&s, skip, 16, got);
            ck_assert_msg(!passes(&s, got), "a %s matmul without terms %d.. passes", t, skip);
        }
        device_matmul(&s, 0, 0, got); /* one element off by 1% of the typical value */
        got[37] += 0.3;
        ck_assert_msg(!passes(&s, got), "a wrong element of a %s matmul passes", t);
        close_subject(&s);
    }
}
END_TEST

START_TEST(a_fused_matmul_bias_and_activation_still_fails_without_a_k_step)
{
    for (int d = 0; d < 3; d++) {
        char text[1400];
        const char *t = dtypes[d];
        snprintf(
            text, sizeof text,
            "func.func @main(%%a: tensor<12x768x%s>, %%b: tensor<768x20x%s>, %%c: tensor<20xf32>) -> tensor<12x20x%s> {\n"
            "  %%0 = stablehlo.dot_general %%a, %%b, contracting_dims = [1] x [0] : (tensor<12x768x%s>, tensor<768x20x%s>) -> tensor<12x20xf32>\n"
            "  %%1 = stablehlo.broadcast_in_dim %%c, dims = [1] : (tensor<20xf32>) -> tensor<12x20xf32>\n  %%2 = stablehlo.add %%0, %%1 : tensor<12x20xf32>\n"
            "  %%3 = stablehlo.tanh %%2 : tensor<12x20xf32>\n  %%4 = stablehlo.convert %%3 : (tensor<12x20xf32>) -> tensor<12x20x%s>\n  return %%4 : tensor<12x20x%s>\n}\n",
            t, t, t, t, t, t, t);
        subject s;
        double got[M * N];
        open_subject(&s, text, 6);
        for (int missing = 0; missing < 2; missing++) {
            device_matmul(&s, 320, missing * 16, got);
            for (int i = 0; i < M * N; i++) got[i] = tanhf((float)got[i] + (float)number_at(&s.in[2], i % N));
            ck_assert_msg(passes(&s, got) == !missing, "%s, %s", t, missing ? "a missing k-step passes" : "an honest device fails");
        }
        close_subject(&s);
    }
}
END_TEST

START_TEST(a_sum_passes_and_one_without_a_chunk_fails)
{
    for (int d = 0; d < 3; d++) {
        char text[600];
        const char *t = dtypes[d];
        snprintf(
            text, sizeof text,
            "func.func @main(%%a: tensor<16x1024x%s>) -> tensor<16x%s> {\n  %%z = stablehlo.constant dense<0.0> : tensor<%s>\n"
            "  %%0 = stablehlo.reduce(%%a init: %%z) applies stablehlo.add across dimensions = [1] : (tensor<16x1024x%s>, tensor<%s>) -> tensor<16x%s>\n  return %%0 : tensor<16x%s>\n}\n",
            t, t, t, t, t, t, t);
        subject s;
        open_subject(&s, text, 7);
        for (int missing = -1; missing < 1024; missing += missing < 0 ? 1 : 32) {
            double got[16];
            for (int row = 0; row < 16; row++) {
                float sum = 0;
                for (int k = 1023; k >= 0; k--)
                    if (missing < 0 || k < missing || k >= missing + 32) sum += (float)number_at(&s.in[0], row * 1024 + k);
                got[row] = sum;
            }
            ck_assert_msg(passes(&s, got) == (missing < 0), "%s sum, chunk %d", t, missing);
        }
        close_subject(&s);
    }
}
END_TEST

START_TEST(a_fused_softmax_passes_in_f32_and_fails_when_a_column_is_left_out)
{
    const char *text =
        "func.func @main(%a: tensor<8x64xf32>) -> tensor<8x64xf32> {\n  %l = stablehlo.constant dense<0xFF800000> : tensor<f32>\n  %z = stablehlo.constant dense<0.0> : tensor<f32>\n"
        "  %0 = stablehlo.reduce(%a init: %l) applies stablehlo.maximum across dimensions = [1] : (tensor<8x64xf32>, tensor<f32>) -> tensor<8xf32>\n"
        "  %1 = stablehlo.broadcast_in_dim %0, dims = [0] : (tensor<8xf32>) -> tensor<8x64xf32>\n  %2 = stablehlo.subtract %a, %1 : tensor<8x64xf32>\n"
        "  %3 = stablehlo.exponential %2 : tensor<8x64xf32>\n"
        "  %4 = stablehlo.reduce(%3 init: %z) applies stablehlo.add across dimensions = [1] : (tensor<8x64xf32>, tensor<f32>) -> tensor<8xf32>\n"
        "  %5 = stablehlo.broadcast_in_dim %4, dims = [0] : (tensor<8xf32>) -> tensor<8x64xf32>\n  %6 = stablehlo.divide %3, %5 : tensor<8x64xf32>\n  return %6 : tensor<8x64xf32>\n}\n";
    subject s;
    open_subject(&s, text, 8);
    for (int used = 64; used >= 63; used--) {
        double got[8 * 64];
        for (int row = 0; row < 8; row++) {
            float most = -INFINITY, sum = 0;
            for (int i = 0; i < used; i++) most = fmaxf(most, (float)number_at(&s.in[0], row * 64 + i));
            for (int i = 0; i < used; i++) sum += expf((float)number_at(&s.in[0], row * 64 + i) - most);
            for (int i = 0; i < 64; i++) got[row * 64 + i] = expf((float)number_at(&s.in[0], row * 64 + i) - most) / sum;
        }
        ck_assert(passes(&s, got) == (used == 64));
    }
    close_subject(&s);
}
END_TEST

START_TEST(attention_may_round_p_and_may_not_skip_a_block_of_keys)
{
    const char *text =
        "func.func @main(%q: tensor<1x8x2x16xbf16>, %k: tensor<1x256x2x16xbf16>, %v: tensor<1x256x2x16xbf16>) -> tensor<1x8x2x16xbf16> {\n"
        "  %0 = \"tri.attention\"(%q, %k, %v) {scale = 0.25 : f64} : (tensor<1x8x2x16xbf16>, tensor<1x256x2x16xbf16>, tensor<1x256x2x16xbf16>) -> tensor<1x8x2x16xbf16>\n"
        "  return %0 : tensor<1x8x2x16xbf16>\n}\n";
    subject s;
    open_subject(&s, text, 9);
    for (int kind = 0; kind < 4; kind++) { /* P in f32; P rounded; P rounded and summed rounded; the last 16 keys skipped */
        double got[8 * 2 * 16];
        int keys = kind == 3 ? 240 : 256;
        for (int row = 0; row < 16; row++) { /* token * 2 + head */
            float p[256], most = -INFINITY, sum = 0;
            for (int t = 0; t < keys; t++) {
                float dot = 0;
                for (int i = 0; i < 16; i++) dot += (float)number_at(&s.in[0], row * 16 + i) * (float)number_at(&s.in[1], (t * 2 + row % 2) * 16 + i);
                p[t] = 0.25f * dot;
                most = fmaxf(most, p[t]);
            }
            for (int t = 0; t < keys; t++) {
                float exact = expf(p[t] - most);
                p[t] = kind ? tri_bf16_to_f32(tri_f32_to_bf16(exact)) : exact;
                sum += kind == 2 ? p[t] : exact;
            }
            for (int i = 0; i < 16; i++) {
                float total = 0;
                for (int t = 0; t < keys; t++) total += p[t] * (float)number_at(&s.in[2], (t * 2 + row % 2) * 16 + i);
                got[row * 16 + i] = total / sum;
            }
        }
        ck_assert_msg(passes(&s, got) == (kind < 3), "device %d", kind);
    }
    close_subject(&s);
}
END_TEST

START_TEST(movement_and_integers_must_be_exact)
{
    subject s;
    double got[6], next = 0x1.fffffep-1;
    open_subject(
        &s,
        "func.func @main(%a: tensor<2x3xf32>) -> tensor<3x2xf32> {\n  %0 = stablehlo.transpose %a, dims = [1, 0] : (tensor<2x3xf32>) -> tensor<3x2xf32>\n  return %0 : tensor<3x2xf32>\n}\n",
        10);
    for (int i = 0; i < 6; i++) got[i] = number_at(&s.in[0], i % 2 * 3 + i / 2);
    ck_assert(passes(&s, got));
    got[4] *= next;
    ck_assert(!passes(&s, got));
    close_subject(&s);
    open_subject(
        &s,
        "func.func @main(%a: tensor<4xi32>, %b: tensor<4xi32>) -> tensor<4xi32> {\n  %0 = stablehlo.multiply %a, %b : tensor<4xi32>\n  return %0 : tensor<4xi32>\n}\n",
        10);
    for (int i = 0; i < 4; i++) got[i] = number_at(&s.in[0], i) * number_at(&s.in[1], i);
    ck_assert(passes(&s, got));
    got[3] += 1;
    ck_assert(!passes(&s, got));
    close_subject(&s);
}
END_TEST

/* One scalar function of one f32 argument x; inputs are given. */
static void bound_scalars(const char *body, const char *result, const double *x, int n, tri_bounded *out)
{
    char text[900];
    snprintf(text, sizeof text, "func.func @main(%%a: tensor<%dxf32>) -> tensor<%dx%s> {\n%s  return %%r : tensor<%dx%s>\n}\n", n, n, result, body, n,
             result);
    subject s;
    tri_arena_init(&s.arena, 0);
    tri_module *module = parse(&s.arena, text);
    tri_value *argument = tri_block_add_arg(module, tri_func_create(module, "caller", false)->body, NULL, module->first->body->args[0]->type);
    tri_op *call = tri_op_create(module, TRI_OP_CALL, TRI_NOWHERE, 1, &argument, 1, module->first->results);
    tri_op_set_attr(module, call, "callee", tri_attr_symbol(module, "main"));
    tri_block_append(argument->block, call);
    tri_tensor in = tensor_of(argument->type, x);
    must(tri_eval_bounded(call, &in, out, NULL));
    tri_tensor_free(&in, 1);
    tri_arena_free(&s.arena);
}

START_TEST(errors_grow_by_the_sensitivity_of_what_follows)
{
    tri_bounded b;
    /* y = sqrt(x) has an error, z = y - 3 keeps it while z is small, w = 1/z magnifies it */
    bound_scalars(
        "  %3 = stablehlo.constant dense<3.0> : tensor<2xf32>\n  %1 = stablehlo.constant dense<1.0> : tensor<2xf32>\n  %y = stablehlo.sqrt %a : tensor<2xf32>\n"
        "  %z = stablehlo.subtract %y, %3 : tensor<2xf32>\n  %r = stablehlo.divide %1, %z : tensor<2xf32>\n",
        "f32", NUMBERS(9.0625, 16), 2, &b);
    double y = sqrt(9.0625), z = y - 3, error = y * 0x1p-20 / z / z; /* to first order, without the roundings of the last two */
    ck_assert_msg(b.bound[0] > error && b.bound[0] < 1.3 * error, "%g for %g", b.bound[0], error);
    ck_assert(fabs(b.want[0] - 1 / z) < 1e-15 / z / z && b.want[1] == 1 && b.bound[1] < 8 * 0x1p-20);
    tri_bounded_free(&b, 1);
}
END_TEST

START_TEST(an_uncertain_comparison_covers_both_outcomes)
{
    tri_bounded b;
    /* sqrt(x) > 3: at 9 the device may see either; at 16 not. select 5 or 7 */
    bound_scalars(
        "  %3 = stablehlo.constant dense<3.0> : tensor<2xf32>\n  %5 = stablehlo.constant dense<5.0> : tensor<2xf32>\n  %7 = stablehlo.constant dense<7.0> : tensor<2xf32>\n"
        "  %y = stablehlo.sqrt %a : tensor<2xf32>\n  %p = stablehlo.compare GT, %y, %3, FLOAT : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xi1>\n"
        "  %r = stablehlo.select %p, %5, %7 : tensor<2xi1>, tensor<2xf32>\n",
        "f32", NUMBERS(9, 16), 2, &b);
    ck_assert(b.want[0] == 7 && b.bound[0] == 2 && b.want[1] == 5 && b.bound[1] == 0);
    tri_bounded_free(&b, 1);
}
END_TEST

START_TEST(classes_must_match_unless_overflow_is_in_doubt)
{
    tri_bounded b;
    bound_scalars("  %y = chlo.square %a : tensor<4xf32>\n  %r = stablehlo.convert %y : (tensor<4xf32>) -> tensor<4xf16>\n", "f16",
                  NUMBERS(1, 300, 255.96875, NAN), 4, &b); /* 65520 is where f16 overflows: 255.96875^2 = 65520.0009765625 */
    const double honest[] = {1, INFINITY, INFINITY, NAN}, also[] = {1, INFINITY, 65504, NAN}, low[] = {1, 65504, 65504, NAN},
                 number[] = {1, INFINITY, 65504, 0}, infinite[] = {INFINITY, INFINITY, 65504, NAN};
    const struct {
        const double *got;
        bool pass;
    } rows[] = {{honest, true}, {also, true}, {low, false}, {number, false}, {infinite, false}};
    for (int i = 0; i < 5; i++) {
        tri_tensor t = tensor_of(b.type, rows[i].got);
        ck_assert_msg(tri_compare_bounded(&b, t.data).pass == rows[i].pass, "row %d", i);
        tri_tensor_free(&t, 1);
    }
    tri_bounded_free(&b, 1);
}
END_TEST

START_TEST(the_whole_is_compared_with_twice_the_reversed_distance)
{
    tri_type type = tri_tensor_of(TRI_F32, 1, (int64_t[]){2});
    tri_tensor want = tensor_of(type, NUMBERS(1, 1)), reversed = tensor_of(type, NUMBERS(1.01, 1)), near = tensor_of(type, NUMBERS(1, 1.015)),
               far = tensor_of(type, NUMBERS(1, 1.03));
    ck_assert(tri_compare_whole(&want, &reversed, near.data).pass);
    ck_assert(!tri_compare_whole(&want, &reversed, far.data).pass);
    ck_assert(!tri_compare_whole(&want, &want, near.data).pass);
    ck_assert(tri_compare_whole(&want, &want, want.data).pass);
    tri_tensor_free(&want, 1), tri_tensor_free(&reversed, 1), tri_tensor_free(&near, 1), tri_tensor_free(&far, 1);
    type.dtype = TRI_I32;
    want = tensor_of(type, NUMBERS(1, 2)), reversed = tensor_of(type, NUMBERS(1, 3)), near = tensor_of(type, NUMBERS(1, 9)),
    far = tensor_of(type, NUMBERS(2, 2));
    ck_assert(tri_compare_whole(&want, &reversed, near.data).pass); /* where the modes differ, anything */
    ck_assert(!tri_compare_whole(&want, &reversed, far.data).pass);
    tri_tensor_free(&want, 1), tri_tensor_free(&reversed, 1), tri_tensor_free(&near, 1), tri_tensor_free(&far, 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("eval_bounded");
    TCase *c = tcase_create("contract");
    tcase_set_timeout(c, 60);
    tcase_add_test(c, a_matmul_passes_and_one_without_a_k_step_fails);
    tcase_add_test(c, a_fused_matmul_bias_and_activation_still_fails_without_a_k_step);
    tcase_add_test(c, a_sum_passes_and_one_without_a_chunk_fails);
    tcase_add_test(c, a_fused_softmax_passes_in_f32_and_fails_when_a_column_is_left_out);
    tcase_add_test(c, attention_may_round_p_and_may_not_skip_a_block_of_keys);
    tcase_add_test(c, movement_and_integers_must_be_exact);
    tcase_add_test(c, errors_grow_by_the_sensitivity_of_what_follows);
    tcase_add_test(c, an_uncertain_comparison_covers_both_outcomes);
    tcase_add_test(c, classes_must_match_unless_overflow_is_in_doubt);
    tcase_add_test(c, the_whole_is_compared_with_twice_the_reversed_distance);
    suite_add_tcase(suite, c);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
