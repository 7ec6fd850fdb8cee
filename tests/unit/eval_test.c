/* tests/unit/eval_test.c - the tensor evaluator: each op on small cases computed by hand, with the edges of its dtypes; rounding, modes, memory,
 * determinism. */
#include "eval_test.h"

#include "base/random.h"

#define F1(type, body) "func.func @main(%a: " type ") -> " type " {\n  %0 = " body "\n  return %0 : " type "\n}\n"
#define F2(type, body) "func.func @main(%a: " type ", %b: " type ") -> " type " {\n  %0 = " body "\n  return %0 : " type "\n}\n"

/* ---- scalars ---- */

START_TEST(float_arithmetic_keeps_nan_infinity_and_the_sign_of_zero)
{
    const double nan = NAN, inf = INFINITY;
    expect(F2("tensor<4xf32>", "stablehlo.maximum %a, %b : tensor<4xf32>"), INPUTS(NUMBERS(nan, -0.0, 1, -inf), NUMBERS(1, 0.0, nan, 2)),
           NUMBERS(nan, 0.0, nan, 2));
    expect(F2("tensor<4xf32>", "stablehlo.minimum %a, %b : tensor<4xf32>"), INPUTS(NUMBERS(nan, 0.0, 1, inf), NUMBERS(1, -0.0, nan, 2)),
           NUMBERS(nan, -0.0, nan, 2));
    expect(F1("tensor<4xf32>", "stablehlo.sign %a : tensor<4xf32>"), INPUTS(NUMBERS(nan, -0.0, -7, inf)), NUMBERS(nan, -0.0, -1, 1));
    expect(F2("tensor<3xf32>", "stablehlo.divide %a, %b : tensor<3xf32>"), INPUTS(NUMBERS(1, -1, 0), NUMBERS(0.0, 0.0, 0)), NUMBERS(inf, -inf, nan));
    expect(F2("tensor<4xf32>", "stablehlo.remainder %a, %b : tensor<4xf32>"), INPUTS(NUMBERS(5.5, -5.5, 5, 1), NUMBERS(2, 2, inf, 0)),
           NUMBERS(1.5, -1.5, 5, nan));
    expect(F1("tensor<5xf32>", "stablehlo.round_nearest_even %a : tensor<5xf32>"), INPUTS(NUMBERS(0.5, 1.5, -0.5, -2.5, 2.4)),
           NUMBERS(0, 2, -0.0, -2, 2));
    expect(F1("tensor<4xf32>", "stablehlo.round_nearest_afz %a : tensor<4xf32>"), INPUTS(NUMBERS(0.5, 1.5, -0.5, -2.4)), NUMBERS(1, 2, -1, -2));
    expect(F1("tensor<3xf32>", "stablehlo.rsqrt %a : tensor<3xf32>"), INPUTS(NUMBERS(4, 0.0, -1)), NUMBERS(0.5, inf, nan));
    expect(F1("tensor<3xf32>", "stablehlo.logistic %a : tensor<3xf32>"), INPUTS(NUMBERS(0, inf, -inf)), NUMBERS(0.5, 1, 0));
}
END_TEST

START_TEST(integers_wrap_and_divide_by_zero_as_the_specification_says)
{
    expect(F2("tensor<4xi8>", "stablehlo.add %a, %b : tensor<4xi8>"), INPUTS(NUMBERS(127, -128, 1, 0), NUMBERS(1, -1, 2, 0)),
           NUMBERS(-128, 127, 3, 0));
    expect(F2("tensor<3xi32>", "stablehlo.multiply %a, %b : tensor<3xi32>"), INPUTS(NUMBERS(65536, -3, 2147483647), NUMBERS(65536, 5, 2)),
           NUMBERS(0, -15, -2));
    expect(F2("tensor<4xi32>", "stablehlo.divide %a, %b : tensor<4xi32>"), INPUTS(NUMBERS(7, -7, 5, -2147483648.0), NUMBERS(2, 2, 0, -1)),
           NUMBERS(3, -3, -1, -2147483648.0));
    expect(F2("tensor<4xi32>", "stablehlo.remainder %a, %b : tensor<4xi32>"), INPUTS(NUMBERS(7, -7, 5, -2147483648.0), NUMBERS(2, 2, 0, -1)),
           NUMBERS(1, -1, 5, 0));
    expect(F2("tensor<2xui32>", "stablehlo.divide %a, %b : tensor<2xui32>"), INPUTS(NUMBERS(4294967295.0, 3), NUMBERS(2, 0)),
           NUMBERS(2147483647, 4294967295.0));
    expect(F2("tensor<2xui8>", "stablehlo.subtract %a, %b : tensor<2xui8>"), INPUTS(NUMBERS(1, 5), NUMBERS(2, 5)), NUMBERS(255, 0));
    expect(F2("tensor<5xi32>", "stablehlo.power %a, %b : tensor<5xi32>"), INPUTS(NUMBERS(3, 2, -1, 1, 0), NUMBERS(4, -1, -3, -5, 0)),
           NUMBERS(81, 0, -1, 1, 1));
    expect(F2("tensor<4xi8>", "stablehlo.shift_left %a, %b : tensor<4xi8>"), INPUTS(NUMBERS(1, 3, 1, 1), NUMBERS(7, 1, 8, -1)),
           NUMBERS(-128, 6, 0, 0));
    expect(F2("tensor<3xi8>", "stablehlo.shift_right_logical %a, %b : tensor<3xi8>"), INPUTS(NUMBERS(-1, -128, 5), NUMBERS(4, 7, 9)),
           NUMBERS(15, 1, 0));
    expect(F2("tensor<3xi8>", "stablehlo.shift_right_arithmetic %a, %b : tensor<3xi8>"), INPUTS(NUMBERS(-128, -128, 64), NUMBERS(3, 100, 2)),
           NUMBERS(-16, -1, 16));
    expect(F1("tensor<3xi32>", "stablehlo.not %a : tensor<3xi32>"), INPUTS(NUMBERS(0, -1, 5)), NUMBERS(-1, 0, -6));
    expect(F1("tensor<2xi1>", "stablehlo.not %a : tensor<2xi1>"), INPUTS(NUMBERS(0, 1)), NUMBERS(1, 0));
    expect(F2("tensor<4xi1>", "stablehlo.add %a, %b : tensor<4xi1>"), INPUTS(NUMBERS(0, 0, 1, 1), NUMBERS(0, 1, 0, 1)), NUMBERS(0, 1, 1, 1));
    expect(F2("tensor<4xi1>", "stablehlo.xor %a, %b : tensor<4xi1>"), INPUTS(NUMBERS(0, 0, 1, 1), NUMBERS(0, 1, 0, 1)), NUMBERS(0, 1, 1, 0));
    expect(F1("tensor<2xi8>", "stablehlo.abs %a : tensor<2xi8>"), INPUTS(NUMBERS(-128, -5)), NUMBERS(-128, 5));
}
END_TEST

START_TEST(unsigned_64_bit_numbers_are_not_signed)
{
    /* -1 is 2^64 - 1 */
    ck_assert(tri_scalar_i64(TRI_SCALAR_DIVIDE, TRI_U64, (int64_t[]){-1, 2}) == INT64_MAX);
    ck_assert(tri_scalar_i64(TRI_SCALAR_LT, TRI_U64, (int64_t[]){1, -1}) == 1);
    ck_assert(tri_scalar_i64(TRI_SCALAR_LT, TRI_I64, (int64_t[]){1, -1}) == 0);
    ck_assert(tri_scalar_i64(TRI_SCALAR_MAXIMUM, TRI_U64, (int64_t[]){1, -1}) == -1);
    ck_assert(tri_scalar_i64(TRI_SCALAR_SHIFT_RIGHT_LOGICAL, TRI_U64, (int64_t[]){-1, 60}) == 15);
    expect("func.func @main(%a: tensor<1xui64>) -> tensor<1xf32> {\n  %0 = stablehlo.not %a : tensor<1xui64>\n"
           "  %1 = stablehlo.convert %0 : (tensor<1xui64>) -> tensor<1xf32>\n  return %1 : tensor<1xf32>\n}\n",
           INPUTS(NUMBERS(0)), NUMBERS(18446744073709551616.0));
}
END_TEST

START_TEST(conversions_round_once_truncate_and_saturate)
{
#define CONVERT(from, to) "func.func @main(%a: " from ") -> " to " {\n  %0 = stablehlo.convert %a : (" from ") -> " to "\n  return %0 : " to "\n}\n"
    expect(CONVERT("tensor<6xf32>", "tensor<6xi8>"), INPUTS(NUMBERS(1.9, -1.9, 300, -300, NAN, 0.5)), NUMBERS(1, -1, 127, -128, 0, 0));
    expect(CONVERT("tensor<3xf32>", "tensor<3xui8>"), INPUTS(NUMBERS(-1, 256, INFINITY)), NUMBERS(0, 255, 255));
    expect(CONVERT("tensor<3xf32>", "tensor<3xi1>"), INPUTS(NUMBERS(0, 0.25, NAN)), NUMBERS(0, 1, 1));
    expect(CONVERT("tensor<4xf32>", "tensor<4xbf16>"), INPUTS(NUMBERS(1 + 0x1p-8, 1 + 3 * 0x1p-8, 0x1.fffffep127, 0x1p-133)),
           NUMBERS(1, 1 + 0x1p-6, INFINITY, 0x1p-133));
    expect(CONVERT("tensor<4xf32>", "tensor<4xf16>"), INPUTS(NUMBERS(65519, 65520, 0x1p-25, 0x1.8p-24)), NUMBERS(65504, INFINITY, 0, 0x1p-23));
    expect(CONVERT("tensor<3xf32>", "tensor<3xf8E4M3FN>"), INPUTS(NUMBERS(448, 465, 17)), NUMBERS(448, NAN, 16));
    expect(CONVERT("tensor<3xi32>", "tensor<3xi8>"), INPUTS(NUMBERS(300, -129, 5)), NUMBERS(44, 127, 5));
    expect(CONVERT("tensor<1xi32>", "tensor<1xui32>"), INPUTS(NUMBERS(-1)), NUMBERS(4294967295.0));
    /* 2^24 + 1 + 2^-30 through f32 would tie; 2^60 + 2^36 + 1 must round up to a multiple of 2^37, which f64 in between would hide */
    const char *wide = "func.func @main(%a: tensor<i64>, %b: tensor<i64>) -> tensor<f32> {\n  %0 = stablehlo.add %a, %b : tensor<i64>\n"
                       "  %1 = stablehlo.convert %0 : (tensor<i64>) -> tensor<f32>\n  return %1 : tensor<f32>\n}\n";
    expect(wide, INPUTS(NUMBERS(0x1p60 + 0x1p36), NUMBERS(1)), NUMBERS(0x1p60 + 0x1p37));
}
END_TEST

START_TEST(comparisons_selects_and_clamps_treat_nan_and_scalars)
{
    expect(
        "func.func @main(%a: tensor<3xf32>, %b: tensor<3xf32>) -> tensor<3xi1> {\n  %0 = stablehlo.compare NE, %a, %b, FLOAT : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xi1>\n"
        "  return %0 : tensor<3xi1>\n}\n",
        INPUTS(NUMBERS(NAN, 1, -0.0), NUMBERS(NAN, 2, 0)), NUMBERS(1, 1, 0));
    expect(
        "func.func @main(%a: tensor<2xf32>, %b: tensor<2xf32>) -> tensor<2xi1> {\n  %0 = stablehlo.compare GE, %a, %b, FLOAT : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xi1>\n"
        "  return %0 : tensor<2xi1>\n}\n",
        INPUTS(NUMBERS(NAN, 3), NUMBERS(1, 3)), NUMBERS(0, 1));
    expect(
        "func.func @main(%p: tensor<i1>, %a: tensor<2xi32>, %b: tensor<2xi32>) -> tensor<2xi32> {\n  %0 = stablehlo.select %p, %a, %b : tensor<i1>, tensor<2xi32>\n"
        "  return %0 : tensor<2xi32>\n}\n",
        INPUTS(NUMBERS(1), NUMBERS(1, 2), NUMBERS(3, 4)), NUMBERS(1, 2));
    expect(
        "func.func @main(%p: tensor<2xi1>, %a: tensor<2xf16>, %b: tensor<2xf16>) -> tensor<2xf16> {\n  %0 = stablehlo.select %p, %a, %b : tensor<2xi1>, tensor<2xf16>\n"
        "  return %0 : tensor<2xf16>\n}\n",
        INPUTS(NUMBERS(0, 1), NUMBERS(1, -0.0), NUMBERS(3, NAN)), NUMBERS(3, -0.0));
    expect("func.func @main(%l: tensor<f32>, %a: tensor<4xf32>, %h: tensor<f32>) -> tensor<4xf32> {\n"
           "  %0 = stablehlo.clamp %l, %a, %h : (tensor<f32>, tensor<4xf32>, tensor<f32>) -> tensor<4xf32>\n  return %0 : tensor<4xf32>\n}\n",
           INPUTS(NUMBERS(-1), NUMBERS(-5, 0.5, 7, NAN), NUMBERS(2)), NUMBERS(-1, 0.5, 2, NAN));
}
END_TEST

START_TEST(every_scalar_op_is_its_formula)
{
    const double x[3] = {0.75, 0.5, 2};
    const struct {
        tri_op_kind op;
        double want;
    } rows[] = {{TRI_SCALAR_ADD, 1.25},
                {TRI_SCALAR_SUBTRACT, 0.25},
                {TRI_SCALAR_MULTIPLY, 0.375},
                {TRI_SCALAR_DIVIDE, 1.5},
                {TRI_SCALAR_POWER, 0.8660254037844386},
                {TRI_SCALAR_EXP, 2.117000016612675},
                {TRI_SCALAR_EXP2, 1.681792830507429},
                {TRI_SCALAR_EXPM1, 1.117000016612675},
                {TRI_SCALAR_LOG, -0.2876820724517809},
                {TRI_SCALAR_LOG1P, 0.5596157879354227},
                {TRI_SCALAR_SQRT, 0.8660254037844386},
                {TRI_SCALAR_RSQRT, 1.1547005383792517},
                {TRI_SCALAR_TANH, 0.6351489523872873},
                {TRI_SCALAR_LOGISTIC, 0.679178699175393},
                {TRI_SCALAR_SINE, 0.6816387600233341},
                {TRI_SCALAR_COSINE, 0.7316888688738209},
                {TRI_SCALAR_ERF, 0.7111556336535151},
                {TRI_SCALAR_SQUARE, 0.5625},
                {TRI_SCALAR_NEGATE, -0.75},
                {TRI_SCALAR_ABS, 0.75},
                {TRI_SCALAR_FLOOR, 0},
                {TRI_SCALAR_CEIL, 1},
                {TRI_SCALAR_FMA, 2.375},
                {TRI_SCALAR_CLAMP, 0.75},
                {TRI_SCALAR_SELECT, 0.5},
                {TRI_SCALAR_IS_FINITE, 1}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double got = tri_scalar_f64(rows[i].op, x);
        ck_assert_msg(fabs(got - rows[i].want) <= 4e-16 * fabs(rows[i].want), "%s gives %.17g, not %.17g", tri_op_row_of(rows[i].op)->text, got,
                      rows[i].want);
    }
}
END_TEST

/* ---- movement ---- */

START_TEST(movement_ops_put_elements_where_the_specification_says)
{
    const double *six = NUMBERS(1, 2, 3, 4, 5, 6);
#define M(from, to, body) "func.func @main(%a: " from ") -> " to " {\n  %0 = " body " : (" from ") -> " to "\n  return %0 : " to "\n}\n"
    expect(M("tensor<2x3xi16>", "tensor<3x2xi16>", "stablehlo.transpose %a, dims = [1, 0]"), INPUTS(six), NUMBERS(1, 4, 2, 5, 3, 6));
    expect(M("tensor<2x3xi16>", "tensor<3x2xi16>", "stablehlo.reshape %a"), INPUTS(six), six);
    expect(M("tensor<3x1xf64>", "tensor<2x3x2xf64>", "stablehlo.broadcast_in_dim %a, dims = [1, 2]"), INPUTS(NUMBERS(1, 2, 3)),
           NUMBERS(1, 1, 2, 2, 3, 3, 1, 1, 2, 2, 3, 3));
    expect(M("tensor<f32>", "tensor<2x2xf32>", "stablehlo.broadcast_in_dim %a, dims = []"), INPUTS(NUMBERS(7)), NUMBERS(7, 7, 7, 7));
    expect(M("tensor<2x3xi8>", "tensor<2x2xi8>", "stablehlo.slice %a [0:2, 0:3:2]"), INPUTS(six), NUMBERS(1, 3, 4, 6));
    expect(
        "func.func @main(%a: tensor<2x3xi8>) -> tensor<2x3xi8> {\n  %0 = stablehlo.reverse %a, dims = [0, 1] : tensor<2x3xi8>\n  return %0 : tensor<2x3xi8>\n}\n",
        INPUTS(six), NUMBERS(6, 5, 4, 3, 2, 1));
    expect(
        "func.func @main(%a: tensor<2xf32>, %b: tensor<0xf32>, %c: tensor<1xf32>) -> tensor<3xf32> {\n"
        "  %0 = stablehlo.concatenate %a, %b, %c, dim = 0 : (tensor<2xf32>, tensor<0xf32>, tensor<1xf32>) -> tensor<3xf32>\n  return %0 : tensor<3xf32>\n}\n",
        INPUTS(NUMBERS(1, 2), NUMBERS(0), NUMBERS(3)), NUMBERS(1, 2, 3));
    /* low 1, interior 1, high -1: 0 1 0 2 0 3 without the last */
    expect(
        "func.func @main(%a: tensor<3xi32>, %v: tensor<i32>) -> tensor<5xi32> {\n"
        "  %0 = stablehlo.pad %a, %v, low = [1], high = [-1], interior = [1] : (tensor<3xi32>, tensor<i32>) -> tensor<5xi32>\n  return %0 : tensor<5xi32>\n}\n",
        INPUTS(NUMBERS(1, 2, 3), NUMBERS(9)), NUMBERS(9, 1, 9, 2, 9));
    /* low -2, interior 1: of 1 9 2 9 3 the first two go */
    expect(
        "func.func @main(%a: tensor<3xi32>, %v: tensor<i32>) -> tensor<4xi32> {\n"
        "  %0 = stablehlo.pad %a, %v, low = [-2], high = [1], interior = [1] : (tensor<3xi32>, tensor<i32>) -> tensor<4xi32>\n  return %0 : tensor<4xi32>\n}\n",
        INPUTS(NUMBERS(1, 2, 3), NUMBERS(9)), NUMBERS(2, 9, 3, 9));
    expect("func.func @main() -> tensor<2x3xui8> {\n  %0 = stablehlo.iota dim = 1 : tensor<2x3xui8>\n  return %0 : tensor<2x3xui8>\n}\n", NULL,
           NUMBERS(0, 1, 2, 0, 1, 2));
    expect(
        "func.func @main(%a: tensor<2xf32>) -> tensor<2x4xui8> {\n  %0 = stablehlo.bitcast_convert %a : (tensor<2xf32>) -> tensor<2x4xui8>\n  return %0 : tensor<2x4xui8>\n}\n",
        INPUTS(NUMBERS(1, -2)), NUMBERS(0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0));
}
END_TEST

START_TEST(dynamic_windows_are_moved_inside)
{
    const char *slice =
        "func.func @main(%a: tensor<2x4xi32>, %i: tensor<i32>, %j: tensor<i32>) -> tensor<1x2xi32> {\n"
        "  %0 = stablehlo.dynamic_slice %a, %i, %j, sizes = [1, 2] : (tensor<2x4xi32>, tensor<i32>, tensor<i32>) -> tensor<1x2xi32>\n  return %0 : tensor<1x2xi32>\n}\n";
    const double *a = NUMBERS(0, 1, 2, 3, 4, 5, 6, 7);
    expect(slice, INPUTS(a, NUMBERS(1), NUMBERS(1)), NUMBERS(5, 6));
    expect(slice, INPUTS(a, NUMBERS(-3), NUMBERS(9)), NUMBERS(2, 3));
    expect(
        "func.func @main(%a: tensor<4xi32>, %u: tensor<2xi32>, %i: tensor<i64>) -> tensor<4xi32> {\n"
        "  %0 = stablehlo.dynamic_update_slice %a, %u, %i : (tensor<4xi32>, tensor<2xi32>, tensor<i64>) -> tensor<4xi32>\n  return %0 : tensor<4xi32>\n}\n",
        INPUTS(NUMBERS(1, 2, 3, 4), NUMBERS(8, 9), NUMBERS(3)), NUMBERS(1, 2, 8, 9));
    /* rows 2, 0 and 7 (moved to 2) of a 3x2 table */
    expect(
        "func.func @main(%t: tensor<3x2xf32>, %i: tensor<3x1xi32>) -> tensor<3x2xf32> {\n"
        "  %0 = \"stablehlo.gather\"(%t, %i) <{dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, "
        "indices_are_sorted = false, slice_sizes = array<i64: 1, 2>}> : (tensor<3x2xf32>, tensor<3x1xi32>) -> tensor<3x2xf32>\n  return %0 : tensor<3x2xf32>\n}\n",
        INPUTS(NUMBERS(1, 2, 3, 4, 5, 6), NUMBERS(2, 0, 7)), NUMBERS(5, 6, 1, 2, 5, 6));
    /* batching dimensions: row b takes columns of its own */
    expect(
        "func.func @main(%t: tensor<2x3xf32>, %i: tensor<2x2x1xi32>) -> tensor<2x2xf32> {\n"
        "  %0 = \"stablehlo.gather\"(%t, %i) <{dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [1], operand_batching_dims = [0], start_indices_batching_dims = [0], "
        "start_index_map = [1], index_vector_dim = 2>, indices_are_sorted = false, slice_sizes = array<i64: 1, 1>}> : (tensor<2x3xf32>, tensor<2x2x1xi32>) -> tensor<2x2xf32>\n"
        "  return %0 : tensor<2x2xf32>\n}\n",
        INPUTS(NUMBERS(1, 2, 3, 4, 5, 6), NUMBERS(2, 0, 1, -1)), NUMBERS(3, 1, 5, 4));
}
END_TEST

/* ---- contractions and reductions ---- */

START_TEST(contractions_batch_transpose_and_wrap)
{
    expect(
        "func.func @main(%a: tensor<2x3xf32>, %b: tensor<3x2xf32>) -> tensor<2x2xf32> {\n"
        "  %0 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<2x3xf32>, tensor<3x2xf32>) -> tensor<2x2xf32>\n  return %0 : tensor<2x2xf32>\n}\n",
        INPUTS(NUMBERS(1, 2, 3, 4, 5, 6), NUMBERS(1, 0, 0, 1, 1, 1)), NUMBERS(4, 5, 10, 11));
    /* batch in dimension 1 of both, both transposed: out[b][m][n] = sum_k a[k][b][m] b[n][b][k] */
    expect(
        "func.func @main(%a: tensor<2x2x1xi32>, %b: tensor<1x2x2xi32>) -> tensor<2x1x1xi32> {\n"
        "  %0 = stablehlo.dot_general %a, %b, batching_dims = [1] x [1], contracting_dims = [0] x [2] : (tensor<2x2x1xi32>, tensor<1x2x2xi32>) -> tensor<2x1x1xi32>\n"
        "  return %0 : tensor<2x1x1xi32>\n}\n",
        INPUTS(NUMBERS(1, 2, 3, 4), NUMBERS(5, 6, 7, 8)), NUMBERS(1 * 5 + 3 * 6, 2 * 7 + 4 * 8));
    expect(
        "func.func @main(%a: tensor<2xi32>, %b: tensor<2xi32>) -> tensor<i32> {\n"
        "  %0 = stablehlo.dot_general %a, %b, contracting_dims = [0] x [0] : (tensor<2xi32>, tensor<2xi32>) -> tensor<i32>\n  return %0 : tensor<i32>\n}\n",
        INPUTS(NUMBERS(65536, 3), NUMBERS(65536, 4)), NUMBERS(12));
    expect(
        "func.func @main(%a: tensor<2x0xf32>, %b: tensor<0x2xf32>) -> tensor<2x2xf32> {\n"
        "  %0 = stablehlo.dot_general %a, %b, contracting_dims = [1] x [0] : (tensor<2x0xf32>, tensor<0x2xf32>) -> tensor<2x2xf32>\n  return %0 : tensor<2x2xf32>\n}\n",
        INPUTS(NUMBERS(0), NUMBERS(0)), NUMBERS(0, 0, 0, 0));
    /* f64 inside: 2^30 * 2^30 + 1 - 2^60 keeps its 1 */
    expect(
        "func.func @main(%a: tensor<3xf32>, %b: tensor<3xf32>) -> tensor<f32> {\n"
        "  %0 = stablehlo.dot_general %a, %b, contracting_dims = [0] x [0] : (tensor<3xf32>, tensor<3xf32>) -> tensor<f32>\n  return %0 : tensor<f32>\n}\n",
        INPUTS(NUMBERS(0x1p25, 1, -0x1p25), NUMBERS(0x1p25, 1, 0x1p25)), NUMBERS(1));
}
END_TEST

START_TEST(large_contractions_equal_the_plain_sum_bit_for_bit)
{
    enum { M = 101, N = 133, K = 517 };
    double *a = malloc(sizeof *a * M * K), *b = malloc(sizeof *b * N * K), *c = calloc(M * N, sizeof *c);
    int64_t am[2] = {M, K}, bn[2] = {N, K};
    tri_random_fill(1, 0, TRI_F64, 2, am, a);
    tri_random_fill(1, 1, TRI_F64, 2, bn, b);
    tri_gemm_f64(M, N, K, a, K, 1, b, 1, K, c, N); /* b transposed */
    for (int m = 0; m < M; m++) {
        for (int n = 0; n < N; n++) {
            double sum = 0;
            for (int k = 0; k < K; k++) {
                volatile double product = a[m * K + k] * b[n * K + k];
                sum += product;
            }
            ck_assert_msg(sum == c[m * N + n], "element %d, %d", m, n);
        }
    }
    free(a), free(b), free(c);
}
END_TEST

START_TEST(reductions_fold_along_their_dimensions)
{
#define R(type, op, dims, out)                                                                                                                       \
    "func.func @main(%a: " type ", %i: tensor<f32>) -> " out " {\n  %0 = stablehlo.reduce(%a init: %i) applies stablehlo." op                        \
    " across dimensions = [" dims "] : (" type ", tensor<f32>) -> " out "\n  return %0 : " out "\n}\n"
    const double *six = NUMBERS(1, 2, 3, 4, 5, 6);
    expect(R("tensor<2x3xf32>", "add", "1", "tensor<2xf32>"), INPUTS(six, NUMBERS(10)), NUMBERS(16, 25));
    expect(R("tensor<2x3xf32>", "add", "0", "tensor<3xf32>"), INPUTS(six, NUMBERS(0)), NUMBERS(5, 7, 9));
    expect(R("tensor<2x3xf32>", "multiply", "0, 1", "tensor<f32>"), INPUTS(six, NUMBERS(1)), NUMBERS(720));
    expect(R("tensor<2x3xf32>", "maximum", "1", "tensor<2xf32>"), INPUTS(NUMBERS(1, NAN, 3, -4, -0.0, -6), NUMBERS(-INFINITY)), NUMBERS(NAN, -0.0));
    expect(R("tensor<2x0xf32>", "minimum", "1", "tensor<2xf32>"), INPUTS(NUMBERS(0), NUMBERS(INFINITY)), NUMBERS(INFINITY, INFINITY));
    expect(R("tensor<3xf32>", "add", "0", "tensor<f32>"), INPUTS(NUMBERS(0x1p30, 1, -0x1p30), NUMBERS(0)), NUMBERS(1)); /* f64 inside */
    /* two results: the largest and its place, the first of equals; region in full */
    const char *argmax =
        "func.func @main(%a: tensor<2x4xf32>) -> tensor<2xi32> {\n  %i = stablehlo.iota dim = 1 : tensor<2x4xi32>\n  %l = stablehlo.constant dense<0xFF800000> : tensor<f32>\n"
        "  %z = stablehlo.constant dense<0> : tensor<i32>\n"
        "  %0:2 = stablehlo.reduce(%a init: %l), (%i init: %z) across dimensions = [1] : (tensor<2x4xf32>, tensor<2x4xi32>, tensor<f32>, tensor<i32>) -> (tensor<2xf32>, tensor<2xi32>)\n"
        "   reducer(%p: tensor<f32>, %q: tensor<f32>) (%x: tensor<i32>, %y: tensor<i32>) {\n"
        "    %1 = stablehlo.compare GE, %p, %q, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>\n    %2 = stablehlo.select %1, %p, %q : tensor<i1>, tensor<f32>\n"
        "    %3 = stablehlo.select %1, %x, %y : tensor<i1>, tensor<i32>\n    stablehlo.return %2, %3 : tensor<f32>, tensor<i32>\n  }\n  return %0#1 : tensor<2xi32>\n}\n";
    expect(argmax, INPUTS(NUMBERS(1, 7, 3, 7, -5, -2, -1, -9)), NUMBERS(1, 2));
}
END_TEST

/* ---- attention ---- */

#define ATTENTION(attrs)                                                                                                                             \
    "func.func @main(%q: tensor<1x2x2x2xf32>, %k: tensor<1x3x1x2xf32>, %v: tensor<1x3x1x1xf32>) -> tensor<1x2x2x1xf32> {\n"                          \
    "  %0 = \"tri.attention\"(%q, %k, %v) {scale = 0.5 : f64" attrs                                                                                  \
    "} : (tensor<1x2x2x2xf32>, tensor<1x3x1x2xf32>, tensor<1x3x1x1xf32>) -> tensor<1x2x2x1xf32>\n"                                                   \
    "  return %0 : tensor<1x2x2x1xf32>\n}\n"

START_TEST(attention_is_a_softmax_over_visible_keys)
{
    const double *q = NUMBERS(1, 0, 0, 1, 2, 0, 0, 0), *k = NUMBERS(2, 0, 0, 2, 4, 4), *v = NUMBERS(10, 20, 30);
    for (int causal = 0; causal < 2; causal++) {
        tri_tensor got = run_text(causal ? ATTENTION(", causal = true") : ATTENTION(""), INPUTS(q, k, v), TRI_EVAL_MEANING);
        for (int token = 0; token < 2; token++) {
            for (int head = 0; head < 2; head++) { /* both heads share the one key head */
                double sum = 0, total = 0;
                for (int t = 0; t < (causal ? token + 2 : 3); t++) { /* two tokens at the end of three keys */
                    double p = exp(0.5 * (q[token * 4 + head * 2] * k[t * 2] + q[token * 4 + head * 2 + 1] * k[t * 2 + 1]));
                    sum += p;
                    total += p * v[t];
                }
                double g = number_at(&got, token * 2 + head), want = total / sum;
                ck_assert_msg(fabs(g - want) <= 1e-6 * want, "token %d head %d: %g, not %g", token, head, g, want);
            }
        }
        tri_tensor_free(&got, 1);
    }
}
END_TEST

/* ---- the control loop ---- */

START_TEST(calls_and_composites_are_followed)
{
    expect(
        "func.func @main(%a: tensor<2xf32>) -> tensor<2xf32> {\n  %0 = call @twice(%a) : (tensor<2xf32>) -> tensor<2xf32>\n"
        "  %1 = stablehlo.composite \"some.thing\" %0 {decomposition = @twice} : (tensor<2xf32>) -> tensor<2xf32>\n  return %1 : tensor<2xf32>\n}\n"
        "func.func private @twice(%a: tensor<2xf32>) -> tensor<2xf32> {\n  %0 = stablehlo.add %a, %a : tensor<2xf32>\n  return %0 : tensor<2xf32>\n}\n",
        INPUTS(NUMBERS(1, 3)), NUMBERS(4, 12));
}
END_TEST

static tri_status *status_of(const char *text, uint64_t memory_limit)
{
    tri_arena arena;
    tri_arena_init(&arena, 0);
    const tri_func *func = parse(&arena, text)->first;
    tri_tensor in[4], out[4];
    double zeros[4096] = {0};
    for (uint32_t i = 0; i < func->body->n_args; i++) in[i] = tensor_of(func->body->args[i]->type, zeros);
    tri_status *status = tri_eval_func(func, in, out, &(tri_eval_options){.memory_limit = memory_limit});
    tri_tensor_free(in, func->body->n_args);
    if (!status) tri_tensor_free(out, func->n_results);
    tri_arena_free(&arena);
    return status;
}

START_TEST(endless_recursion_is_an_error)
{
    must_fail(
        status_of(
            "func.func @main(%a: tensor<f32>) -> tensor<f32> {\n  %0 = call @main(%a) : (tensor<f32>) -> tensor<f32>\n  return %0 : tensor<f32>\n}\n",
            0),
        "call itself");
}
END_TEST

START_TEST(the_memory_limit_counts_only_values_that_live)
{
    /* four results of 4096 bytes, two alive at a time */
    const char *chain =
        "func.func @main(%a: tensor<1024xf32>) -> tensor<1024xf32> {\n  %0 = stablehlo.add %a, %a : tensor<1024xf32>\n  %1 = stablehlo.add %0, %0 : tensor<1024xf32>\n"
        "  %2 = stablehlo.add %1, %1 : tensor<1024xf32>\n  %3 = stablehlo.add %2, %2 : tensor<1024xf32>\n  return %3 : tensor<1024xf32>\n}\n";
    must(status_of(chain, 8192));
    must_fail(status_of(chain, 8191), "4096 bytes");
}
END_TEST

START_TEST(unknown_custom_calls_are_refused_by_name)
{
    must_fail(
        status_of(
            "func.func @main(%a: tensor<f32>) -> tensor<f32> {\n  %0 = stablehlo.custom_call @mystery(%a) : (tensor<f32>) -> tensor<f32>\n  return %0 : tensor<f32>\n}\n",
            0),
        "mystery");
}
END_TEST

/* ---- modes and determinism ---- */

START_TEST(the_reversed_mode_sums_in_f32_from_the_last_term)
{
    const char *dot =
        "func.func @main(%a: tensor<3xf32>, %b: tensor<3xf32>) -> tensor<f32> {\n"
        "  %0 = stablehlo.dot_general %a, %b, contracting_dims = [0] x [0] : (tensor<3xf32>, tensor<3xf32>) -> tensor<f32>\n  return %0 : tensor<f32>\n}\n";
    const double *ones = NUMBERS(1, 1, 1);
    tri_tensor lost = run_text(dot, INPUTS(NUMBERS(-0x1p30, 0x1p30, 1), ones), TRI_EVAL_REVERSED_F32); /* 1 + 2^30 - 2^30: the 1 is lost */
    tri_tensor kept = run_text(dot, INPUTS(NUMBERS(1, 0x1p30, -0x1p30), ones), TRI_EVAL_REVERSED_F32); /* -2^30 + 2^30 + 1 */
    ck_assert(number_at(&lost, 0) == 0 && number_at(&kept, 0) == 1);
    tri_tensor_free(&lost, 1);
    tri_tensor_free(&kept, 1);
    const char *sum =
        "func.func @main(%a: tensor<3xf32>, %i: tensor<f32>) -> tensor<f32> {\n"
        "  %0 = stablehlo.reduce(%a init: %i) applies stablehlo.add across dimensions = [0] : (tensor<3xf32>, tensor<f32>) -> tensor<f32>\n  return %0 : tensor<f32>\n}\n";
    lost = run_text(sum, INPUTS(NUMBERS(-0x1p30, 0x1p30, 1), NUMBERS(0)), TRI_EVAL_REVERSED_F32);
    ck_assert(number_at(&lost, 0) == 0);
    tri_tensor_free(&lost, 1);
}
END_TEST

START_TEST(the_bits_do_not_depend_on_the_number_of_threads)
{
    const char *text =
        "func.func @main(%a: tensor<150x300xf32>, %b: tensor<300x200xbf16>, %i: tensor<f32>) -> tensor<200xf32> {\n"
        "  %0 = stablehlo.convert %b : (tensor<300x200xbf16>) -> tensor<300x200xf32>\n  %1 = stablehlo.exponential %0 : tensor<300x200xf32>\n"
        "  %2 = stablehlo.dot_general %a, %1, contracting_dims = [1] x [0] : (tensor<150x300xf32>, tensor<300x200xf32>) -> tensor<150x200xf32>\n"
        "  %3 = stablehlo.transpose %2, dims = [1, 0] : (tensor<150x200xf32>) -> tensor<200x150xf32>\n"
        "  %4 = stablehlo.reduce(%3 init: %i) applies stablehlo.add across dimensions = [1] : (tensor<200x150xf32>, tensor<f32>) -> tensor<200xf32>\n"
        "  return %4 : tensor<200xf32>\n}\n";
    double *a = malloc(sizeof *a * 45000), *b = malloc(sizeof *b * 60000), zero = 0;
    tri_random_fill(3, 0, TRI_F64, 1, (int64_t[]){45000}, a);
    tri_random_fill(3, 1, TRI_F64, 1, (int64_t[]){60000}, b);
    for (int mode = 0; mode < 2; mode++) {
        setenv("TRINE_THREADS", "1", 1);
        tri_tensor one = run_text(text, INPUTS(a, b, &zero), (tri_eval_mode)mode);
        setenv("TRINE_THREADS", "2", 1);
        tri_tensor two = run_text(text, INPUTS(a, b, &zero), (tri_eval_mode)mode);
        ck_assert(!memcmp(one.data, two.data, tri_type_bytes(&one.type)));
        tri_tensor_free(&one, 1);
        tri_tensor_free(&two, 1);
    }
    unsetenv("TRINE_THREADS");
    free(a), free(b);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("eval");
    TCase *c = tcase_create("ops");
    tcase_set_timeout(c, 60);
    tcase_add_test(c, float_arithmetic_keeps_nan_infinity_and_the_sign_of_zero);
    tcase_add_test(c, integers_wrap_and_divide_by_zero_as_the_specification_says);
    tcase_add_test(c, unsigned_64_bit_numbers_are_not_signed);
    tcase_add_test(c, conversions_round_once_truncate_and_saturate);
    tcase_add_test(c, comparisons_selects_and_clamps_treat_nan_and_scalars);
    tcase_add_test(c, every_scalar_op_is_its_formula);
    tcase_add_test(c, movement_ops_put_elements_where_the_specification_says);
    tcase_add_test(c, dynamic_windows_are_moved_inside);
    tcase_add_test(c, contractions_batch_transpose_and_wrap);
    tcase_add_test(c, large_contractions_equal_the_plain_sum_bit_for_bit);
    tcase_add_test(c, reductions_fold_along_their_dimensions);
    tcase_add_test(c, attention_is_a_softmax_over_visible_keys);
    tcase_add_test(c, calls_and_composites_are_followed);
    tcase_add_test(c, endless_recursion_is_an_error);
    tcase_add_test(c, the_memory_limit_counts_only_values_that_live);
    tcase_add_test(c, unknown_custom_calls_are_refused_by_name);
    tcase_add_test(c, the_reversed_mode_sums_in_f32_from_the_last_term);
    tcase_add_test(c, the_bits_do_not_depend_on_the_number_of_threads);
    suite_add_tcase(suite, c);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
