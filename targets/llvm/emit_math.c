/* targets/llvm/emit_math.c - see emit_math.h. Each definition is written as a sequence of instructions on its operands %x and %y.
 *
 * Accuracy, in units of the last place of an f64: exp, exp2, expm1, log, log1p, logistic, sine and cosine stay below 4, tanh below 8, erf below
 * 16, power below 100; all far below one unit of an f32. remainder is exact. Sine and cosine are so for |x| < 2^50, three parts of pi/2 reach no
 * farther; beyond, they are some number between -1 and 1. */
#include "targets/llvm/emit_math.h"

#include <float.h>
#include <math.h>

/* ---- arithmetic on f64, by name ---- */

static tri_ref number(tri_emitter *e, double x) { return tri_scalar_number(e, TRI_F64, x); }
static tri_ref add(tri_emitter *e, tri_ref a, tri_ref b) { return tri_emit(e, "fadd double %s, %s", a, b); }
static tri_ref sub(tri_emitter *e, tri_ref a, tri_ref b) { return tri_emit(e, "fsub double %s, %s", a, b); }
static tri_ref mul(tri_emitter *e, tri_ref a, tri_ref b) { return tri_emit(e, "fmul double %s, %s", a, b); }
static tri_ref div_(tri_emitter *e, tri_ref a, tri_ref b) { return tri_emit(e, "fdiv double %s, %s", a, b); }
static tri_ref fma_(tri_emitter *e, tri_ref a, tri_ref b, tri_ref c)
{
    return tri_emit(e, "call double @llvm.fma.f64(double %s, double %s, double %s)", a, b, c);
}
static tri_ref unary(tri_emitter *e, const char *name, tri_ref x) { return tri_emit(e, "call double @llvm.%s.f64(double %s)", name, x); }
static tri_ref compare(tri_emitter *e, const char *how, tri_ref a, double b) { return tri_emit(e, "fcmp %s double %s, %s", how, a, number(e, b)); }
static tri_ref both(tri_emitter *e, tri_ref a, tri_ref b) { return tri_emit(e, "and i1 %s, %s", a, b); }
static tri_ref either(tri_emitter *e, tri_ref a, tri_ref b) { return tri_emit(e, "or i1 %s, %s", a, b); }
static tri_ref choose(tri_emitter *e, tri_ref condition, tri_ref a, tri_ref b)
{
    return tri_emit(e, "select i1 %s, double %s, double %s", condition, a, b);
}
static tri_ref with_sign(tri_emitter *e, tri_ref magnitude, tri_ref sign)
{
    return tri_emit(e, "call double @llvm.copysign.f64(double %s, double %s)", magnitude, sign);
}
static void ret(tri_emitter *e, const char *type, tri_ref value) { tri_emit_line(e, "ret %s %s", type, value); }

/* NaN stays. */
static tri_ref limit(tri_emitter *e, tri_ref x, double low, double high)
{
    x = choose(e, compare(e, "olt", x, low), number(e, low), x);
    return choose(e, compare(e, "ogt", x, high), number(e, high), x);
}

/* Coefficients from the lowest power. */
static tri_ref polynomial(tri_emitter *e, tri_ref x, int n, const double *coefficients)
{
    tri_ref sum = number(e, coefficients[n - 1]);
    for (int i = n - 2; i >= 0; i--) sum = fma_(e, sum, x, number(e, coefficients[i]));
    return sum;
}

/* ---- exponentials ---- */

#define LN2_HIGH 0x1.62e42fee00000p-1
#define LN2_LOW 0x1.a39ef35793c76p-33
#define LN2 0x1.62e42fefa39efp-1
#define LOG2_E 0x1.71547652b82fep+0

/* x = n ln 2 + r, |r| <= ln 2 / 2. */
static tri_ref reduce_by_ln2(tri_emitter *e, tri_ref x, tri_ref *out_n)
{
    *out_n = unary(e, "rint", mul(e, x, number(e, LOG2_E)));
    tri_ref r = fma_(e, *out_n, number(e, -LN2_HIGH), x);
    return fma_(e, *out_n, number(e, -LN2_LOW), r);
}

/* e^r - 1 for |r| <= ln 2 / 2, by its series: the first term left out is r^14 / 14! < 2^-57. */
static tri_ref series_expm1(tri_emitter *e, tri_ref r)
{
    double coefficients[12], factorial = 1;
    for (int k = 2; k <= 13; k++) coefficients[k - 2] = 1 / (factorial *= k);
    tri_ref square = mul(e, r, r);
    return fma_(e, square, polynomial(e, r, 12, coefficients), r);
}

static tri_ref power_of_two(tri_emitter *e, tri_ref n)
{
    tri_ref biased = tri_emit(e, "add i32 %s, 1023", n), wide = tri_emit(e, "zext i32 %s to i64", biased), bits = tri_emit(e, "shl i64 %s, 52", wide);
    return tri_emit(e, "bitcast i64 %s to double", bits);
}

static tri_ref to_i32(tri_emitter *e, tri_ref x) { return tri_emit(e, "call i32 @llvm.fptosi.sat.i32.f64(double %s)", x); }

/* x 2^n, |n| < 2000, in two steps: the factor alone may overflow. */
static tri_ref scale(tri_emitter *e, tri_ref x, tri_ref n)
{
    tri_ref whole = to_i32(e, n), half = tri_emit(e, "ashr i32 %s, 1", whole), rest = tri_emit(e, "sub i32 %s, %s", whole, half);
    x = mul(e, x, power_of_two(e, half));
    return mul(e, x, power_of_two(e, rest));
}

static void define_exp(tri_emitter *e)
{
    tri_ref n, r = reduce_by_ln2(e, limit(e, "%x", -750, 750), &n);
    ret(e, "double", scale(e, add(e, series_expm1(e, r), "1.0"), n));
}

static void define_exp2(tri_emitter *e)
{
    tri_ref x = limit(e, "%x", -1100, 1100), n = unary(e, "rint", x), r = mul(e, sub(e, x, n), number(e, LN2));
    ret(e, "double", scale(e, add(e, series_expm1(e, r), "1.0"), n));
}

/* 2^n (e^r - 1) + (2^n - 1); where that overflows early, e^x. */
static void define_expm1(tri_emitter *e)
{
    tri_ref n, r = reduce_by_ln2(e, limit(e, "%x", -50, 50), &n), factor = power_of_two(e, to_i32(e, n));
    tri_ref less_one = sub(e, factor, "1.0"), near = fma_(e, factor, series_expm1(e, r), less_one), far = tri_math_call(e, TRI_MATH_exp, "%x", NULL);
    near = choose(e, compare(e, "oeq", "%x", 0), "%x", near); /* keeps -0 */
    ret(e, "double", choose(e, compare(e, "ogt", "%x", 40), far, near));
}

/* (e^2x - 1) / (e^2x + 1) on the magnitude. */
static void define_tanh(tri_emitter *e)
{
    tri_ref a = limit(e, unary(e, "fabs", "%x"), 0, 22), grown = tri_math_call(e, TRI_MATH_expm1, add(e, a, a), NULL);
    ret(e, "double", with_sign(e, div_(e, grown, add(e, grown, "2.0")), "%x"));
}

static void define_logistic(tri_emitter *e)
{
    tri_ref grown = tri_math_call(e, TRI_MATH_exp, tri_emit(e, "fneg double %%x"), NULL);
    ret(e, "double", div_(e, "1.0", add(e, grown, "1.0")));
}

/* ---- logarithms ---- */

/* x = 2^k m, m around 1; log m = 2 (s + s^3/3 + s^5/5 + ...), s = (m - 1) / (m + 1). */
static void define_log(tri_emitter *e)
{
    tri_ref small = compare(e, "olt", "%x", DBL_MIN), x = choose(e, small, mul(e, "%x", number(e, 0x1p54)), "%x");
    tri_ref bits = tri_emit(e, "bitcast double %s to i64", x), exponent = tri_emit(e, "trunc i64 %s to i32", tri_emit(e, "lshr i64 %s, 52", bits));
    tri_ref bias = tri_emit(e, "select i1 %s, i32 -1077, i32 -1023", small);
    exponent = tri_emit(e, "add i32 %s, %s", exponent, bias);
    tri_ref significand = tri_emit(e, "and i64 %s, 4503599627370495", bits);
    significand = tri_emit(e, "or i64 %s, 4607182418800017408", significand); /* the exponent of 1 */
    tri_ref m = tri_emit(e, "bitcast i64 %s to double", significand), large = compare(e, "ogt", m, 0x1.6a09e667f3bcdp+0);
    m = choose(e, large, mul(e, m, "0.5"), m);
    exponent = tri_emit(e, "add i32 %s, %s", exponent, tri_emit(e, "zext i1 %s to i32", large));
    tri_ref k = tri_emit(e, "sitofp i32 %s to double", exponent), difference = sub(e, m, "1.0"), s = div_(e, difference, add(e, m, "1.0")),
            z = mul(e, s, s);
    double coefficients[11];
    for (int i = 0; i < 11; i++) coefficients[i] = 2.0 / (2 * i + 3);
    tri_ref cube = mul(e, s, z), tail = mul(e, cube, polynomial(e, z, 11, coefficients));
    tail = fma_(e, k, number(e, LN2_LOW), tail);
    tail = add(e, add(e, s, s), tail);
    tri_ref result = fma_(e, k, number(e, LN2_HIGH), tail);
    result = choose(e, compare(e, "oeq", "%x", (double)INFINITY), "%x", result);
    result = choose(e, compare(e, "oeq", "%x", 0), number(e, -(double)INFINITY), result);
    ret(e, "double", choose(e, compare(e, "ult", "%x", 0), number(e, (double)NAN), result));
}

/* log u, u = 1 + x, and what u has lost of x. */
static void define_log1p(tri_emitter *e)
{
    tri_ref u = add(e, "%x", "1.0"), lost = div_(e, sub(e, "%x", sub(e, u, "1.0")), u), result = tri_math_call(e, TRI_MATH_log, u, NULL);
    tri_ref positive = compare(e, "ogt", u, 0), usual = both(e, positive, compare(e, "olt", u, (double)INFINITY));
    result = choose(e, usual, add(e, result, lost), result);
    ret(e, "double", choose(e, compare(e, "oeq", "%x", 0), "%x", result)); /* keeps -0 */
}

/* exp(y log |x|) with the sign and the exceptions that IEEE 754 gives pow. */
static void define_power(tri_emitter *e)
{
    tri_ref a = unary(e, "fabs", "%x"), product = mul(e, "%y", tri_math_call(e, TRI_MATH_log, a, NULL)),
            result = tri_math_call(e, TRI_MATH_exp, product, NULL);
    tri_ref whole = tri_emit(e, "fcmp oeq double %%y, %s", unary(e, "floor", "%y")), half = mul(e, "%y", "0.5");
    tri_ref odd = both(e, whole, tri_emit(e, "fcmp one double %s, %s", half, unary(e, "floor", half)));
    tri_ref negative = tri_emit(e, "icmp slt i64 %s, 0", tri_emit(e, "bitcast double %%x to i64"));
    tri_ref opposite = tri_emit(e, "fneg double %s", result);
    result = choose(e, both(e, odd, negative), opposite, result);
    tri_ref finite = compare(e, "olt", a, (double)INFINITY), below = both(e, finite, compare(e, "olt", "%x", 0));
    tri_ref fraction = tri_emit(e, "xor i1 %s, true", whole);
    result = choose(e, both(e, below, fraction), number(e, (double)NAN), result);
    tri_ref far = compare(e, "oeq", unary(e, "fabs", "%y"), (double)INFINITY), unit = compare(e, "oeq", a, 1);
    tri_ref one = compare(e, "oeq", "%x", 1);
    one = either(e, one, compare(e, "oeq", "%y", 0));
    ret(e, "double", choose(e, either(e, one, both(e, far, unit)), "1.0", result));
}

/* ---- circles ---- */

/* sin(x + shift pi/2): x = n pi/2 + r, then the series of sine or cosine by the quadrant. */
static void define_circular(tri_emitter *e, int shift)
{
    tri_ref n = unary(e, "rint", mul(e, "%x", number(e, 0x1.45f306dc9c883p-1)));
    tri_ref r = fma_(e, n, number(e, -0x1.921fb54442d18p+0), "%x");
    r = fma_(e, n, number(e, -0x1.1a62633145c07p-54), r);
    r = limit(e, fma_(e, n, number(e, 0x1.f1976b7ed8fbcp-110), r), -1, 1);
    tri_ref quadrant = tri_emit(e, "call i64 @llvm.fptosi.sat.i64.f64(double %s)", n), z = mul(e, r, r);
    if (shift) quadrant = tri_emit(e, "add i64 %s, %d", quadrant, shift);
    double of_sine[9], of_cosine[9], factorial = 1;
    for (int i = 0; i < 9; i++) {
        factorial *= 2 * i + 1;
        of_cosine[i] = (i % 2 ? 1 : -1) / (factorial * (2 * i + 2));
        factorial *= 2 * i + 2;
        of_sine[i] = (i % 2 ? 1 : -1) / (factorial * (2 * i + 3));
    }
    tri_ref cube = mul(e, r, z), sine = fma_(e, cube, polynomial(e, z, 9, of_sine), r), cosine = fma_(e, z, polynomial(e, z, 9, of_cosine), "1.0");
    tri_ref is_cosine = tri_emit(e, "trunc i64 %s to i1", quadrant), upper = tri_emit(e, "and i64 %s, 2", quadrant),
            is_negative = tri_emit(e, "icmp ne i64 %s, 0", upper);
    tri_ref result = choose(e, is_cosine, cosine, sine);
    ret(e, "double", choose(e, is_negative, tri_emit(e, "fneg double %s", result), result));
}

static void define_sine(tri_emitter *e) { define_circular(e, 0); }
static void define_cosine(tri_emitter *e) { define_circular(e, 1); }

/* ---- the error function ---- */

/* Made by erf_coefficients.py, which says what they approximate. */
static const double erf_near[] = {
    0x1.ee51eb23cb7e6p-1,  -0x1.1fd16292150c1p-3,  0x1.454368017bc7bp-6,  -0x1.2b902b7b7f880p-9,  0x1.c82aa24800000p-13, -0x1.263991095aaabp-16,
    0x1.48663aa6aaaabp-20, -0x1.429fced555555p-24, 0x1.1ad40aaaaaaabp-28, -0x1.bd92000000000p-33, 0x1.4480000000000p-37, -0x1.6d55555555555p-41,
};
static const double erf_far[] = {
    0x1.c57cd9cd3f3bcp-3,   -0x1.4b8edae15a127p-3,  0x1.3be3609c83e59p-5,   -0x1.6e44c7272215ap-8, 0x1.9d6e4a5dd3c3dp-13,  0x1.52ddf75976969p-14,
    -0x1.ec9d39f52d2d3p-18, -0x1.09b0d8d61e1e2p-19, 0x1.5f28240000000p-23,  0x1.2cc317a5a5a5bp-24, -0x1.5cf1a5a5a5a5ap-31, -0x1.63e5e1e1e1e1ep-29,
    -0x1.d200000000001p-33, 0x1.bf00000000000p-35,  -0x1.efffffffffffep-37, 0x1.a3c3c3c3c3c3cp-38, 0x1.2787878787878p-37,
};

static void define_erf(tri_emitter *e)
{
    tri_ref a = limit(e, unary(e, "fabs", "%x"), 0, 6), square = mul(e, a, a), t = fma_(e, square, "2.0", "-1.0");
    tri_ref near = mul(e, a, polynomial(e, t, sizeof erf_near / sizeof *erf_near, erf_near));
    tri_ref below = sub(e, a, "2.0"), u = div_(e, below, add(e, a, "2.0"));
    t = fma_(e, u, number(e, 12.0 / 5), number(e, -1.0 / 5));
    tri_ref left = tri_math_call(e, TRI_MATH_exp, tri_emit(e, "fneg double %s", square), NULL);
    tri_ref far = sub(e, "1.0", mul(e, left, polynomial(e, t, sizeof erf_far / sizeof *erf_far, erf_far)));
    ret(e, "double", with_sign(e, choose(e, compare(e, "olt", a, 1), near, far), "%x"));
}

/* ---- remainders, powers, bits ---- */

/* The divisor is doubled until it would exceed the dividend, then subtracted where it fits on the way back: every step is exact. */
static void define_remainder(tri_emitter *e)
{
    tri_ref a = unary(e, "fabs", "%x"), b = unary(e, "fabs", "%y");
    tri_ref finite = compare(e, "olt", a, (double)INFINITY), divides = both(e, finite, compare(e, "ogt", b, 0)),
            loops = both(e, divides, compare(e, "olt", b, (double)INFINITY));
    tri_emit_line(e, "br i1 %s, label %%up, label %%done", loops);
    tri_emit_label(e, "up");
    tri_emit_line(e, "%%s = phi double [ %s, %%entry ], [ %%s2, %%up ]", b);
    tri_emit_line(e, "%%s2 = fmul double %%s, 2.0");
    tri_emit_line(e, "%%fits = fcmp ole double %%s2, %s", a);
    tri_emit_line(e, "br i1 %%fits, label %%up, label %%down");
    tri_emit_label(e, "down");
    tri_emit_line(e, "%%d = phi double [ %%s, %%up ], [ %%half, %%down ]");
    tri_emit_line(e, "%%r = phi double [ %s, %%up ], [ %%rest, %%down ]", a);
    tri_emit_line(e, "%%take = fcmp oge double %%r, %%d");
    tri_emit_line(e, "%%less = fsub double %%r, %%d");
    tri_emit_line(e, "%%rest = select i1 %%take, double %%less, double %%r");
    tri_emit_line(e, "%%half = fmul double %%d, 0.5");
    tri_emit_line(e, "%%more = fcmp oge double %%half, %s", b);
    tri_emit_line(e, "br i1 %%more, label %%down, label %%done");
    tri_emit_label(e, "done");
    tri_emit_line(e, "%%left = phi double [ %s, %%entry ], [ %%rest, %%down ]", a);
    tri_ref defined = both(e, divides, tri_emit(e, "fcmp ord double %%x, %%y"));
    ret(e, "double", choose(e, defined, with_sign(e, "%left", "%x"), number(e, (double)NAN)));
}

/* By squaring; negative exponents give 0 but for 1 and -1. */
static void define_power_i64(tri_emitter *e)
{
    tri_emit_line(e, "%%negative = icmp slt i64 %%y, 0");
    tri_emit_line(e, "%%count = select i1 %%negative, i64 0, i64 %%y");
    tri_emit_line(e, "br label %%head");
    tri_emit_label(e, "head");
    tri_emit_line(e, "%%n = phi i64 [ %%count, %%entry ], [ %%rest, %%body ]");
    tri_emit_line(e, "%%result = phi i64 [ 1, %%entry ], [ %%next, %%body ]");
    tri_emit_line(e, "%%square = phi i64 [ %%x, %%entry ], [ %%squared, %%body ]");
    tri_emit_line(e, "%%more = icmp ne i64 %%n, 0");
    tri_emit_line(e, "br i1 %%more, label %%body, label %%done");
    tri_emit_label(e, "body");
    tri_emit_line(e, "%%odd = trunc i64 %%n to i1");
    tri_emit_line(e, "%%product = mul i64 %%result, %%square");
    tri_emit_line(e, "%%next = select i1 %%odd, i64 %%product, i64 %%result");
    tri_emit_line(e, "%%squared = mul i64 %%square, %%square");
    tri_emit_line(e, "%%rest = lshr i64 %%n, 1");
    tri_emit_line(e, "br label %%head");
    tri_emit_label(e, "done");
    tri_ref one = tri_emit(e, "icmp eq i64 %%x, 1"), minus_one = tri_emit(e, "icmp eq i64 %%x, -1"), odd = tri_emit(e, "trunc i64 %%y to i1");
    tri_ref alternating = tri_emit(e, "select i1 %s, i64 -1, i64 1", odd), other = tri_emit(e, "select i1 %s, i64 %s, i64 0", minus_one, alternating);
    other = tri_emit(e, "select i1 %s, i64 1, i64 %s", one, other);
    ret(e, "i64", tri_emit(e, "select i1 %%negative, i64 %s, i64 %%result", other));
}

/* Philox 4x32-10 of the counter %y under the key %x; the first word. */
static void define_philox(tri_emitter *e)
{
    tri_ref word[4] = {"0", "0", "0", "0"}, key[2];
    word[0] = tri_emit(e, "trunc i64 %%y to i32");
    word[1] = tri_emit(e, "trunc i64 %s to i32", tri_emit(e, "lshr i64 %%y, 32"));
    key[0] = tri_emit(e, "trunc i64 %%x to i32");
    key[1] = tri_emit(e, "trunc i64 %s to i32", tri_emit(e, "lshr i64 %%x, 32"));
    static const char *const factors[2] = {"3528531795", "3449720151"}, *const steps[2] = {"-1640531527", "-1150833019"};
    for (int round = 0; round < 10; round++) {
        tri_ref high[2], low[2];
        for (int i = 0; i < 2; i++) {
            tri_ref wide = tri_emit(e, "zext i32 %s to i64", word[2 * i]), product = tri_emit(e, "mul i64 %s, %s", wide, factors[i]);
            low[i] = tri_emit(e, "trunc i64 %s to i32", product);
            high[i] = tri_emit(e, "trunc i64 %s to i32", tri_emit(e, "lshr i64 %s, 32", product));
        }
        for (int i = 0; i < 2; i++) {
            tri_ref mixed = tri_emit(e, "xor i32 %s, %s", high[1 - i], word[2 * i + 1]);
            word[2 * i] = tri_emit(e, "xor i32 %s, %s", mixed, key[i]);
            key[i] = tri_emit(e, "add i32 %s, %s", key[i], steps[i]);
        }
        word[1] = low[1];
        word[3] = low[0];
    }
    ret(e, "i32", word[0]);
}

/* ---- 8-bit floats ---- */

/* Exponent and significand stand right below the sign in both formats: moved to where an f32 has them, they are off by a power of two, subnormal ones
 * too. */
static void define_widening(tri_emitter *e, int significand_bits, int bias, int special, const char *infinity)
{
    tri_ref wide = tri_emit(e, "zext i8 %%x to i32"), magnitude = tri_emit(e, "and i32 %s, 127", wide),
            sign = tri_emit(e, "shl i32 %s, 24", tri_emit(e, "and i32 %s, 128", wide));
    tri_ref moved = tri_emit(e, "bitcast i32 %s to float", tri_emit(e, "shl i32 %s, %d", magnitude, 23 - significand_bits));
    tri_ref scaled = tri_emit(e, "fmul float %s, %s", moved, tri_scalar_number(e, TRI_F32, ldexp(1, 127 - bias))),
            bits = tri_emit(e, "bitcast float %s to i32", scaled);
    tri_ref is_special = tri_emit(e, "icmp uge i32 %s, %d", magnitude, special), is_infinity = tri_emit(e, "icmp eq i32 %s, %d", magnitude, special);
    tri_ref other = tri_emit(e, "select i1 %s, i32 %s, i32 2143289344", is_infinity, infinity);
    bits = tri_emit(e, "select i1 %s, i32 %s, i32 %s", is_special, other, bits);
    bits = tri_emit(e, "or i32 %s, %s", bits, sign);
    ret(e, "float", tri_emit(e, "bitcast i32 %s to float", bits));
}

/* To nearest even: normal results by adding half a unit to the bits, subnormal ones by rounding a multiple of the least. `most` is the largest finite
 * magnitude, what lies above becomes `overflow`. */
static void define_narrowing(tri_emitter *e, int significand_bits, int bias, int most, int overflow)
{
    int drop = 23 - significand_bits;
    tri_ref bits = tri_emit(e, "bitcast float %%x to i32"), magnitude = tri_emit(e, "and i32 %s, 2147483647", bits);
    tri_ref odd = tri_emit(e, "and i32 %s, 1", tri_emit(e, "lshr i32 %s, %d", magnitude, drop)),
            half = tri_emit(e, "add i32 %s, %d", odd, (1 << (drop - 1)) - 1);
    tri_ref rounded = tri_emit(e, "lshr i32 %s, %d", tri_emit(e, "add i32 %s, %s", magnitude, half), drop);
    tri_ref normal = tri_emit(e, "sub i32 %s, %d", rounded, (127 - bias) << significand_bits);
    tri_ref a = tri_emit(e, "bitcast i32 %s to float", magnitude);
    tri_ref multiple = tri_emit(e, "fmul float %s, %s", a, tri_scalar_number(e, TRI_F32, ldexp(1, bias - 1 + significand_bits)));
    tri_ref whole = tri_emit(e, "call float @llvm.rint.f32(float %s)", multiple),
            subnormal = tri_emit(e, "call i32 @llvm.fptoui.sat.i32.f32(float %s)", whole);
    tri_ref is_small = tri_emit(e, "fcmp olt float %s, %s", a, tri_scalar_number(e, TRI_F32, ldexp(1, 1 - bias)));
    tri_ref result = tri_emit(e, "select i1 %s, i32 %s, i32 %s", is_small, subnormal, normal),
            is_large = tri_emit(e, "icmp sgt i32 %s, %d", result, most);
    result = tri_emit(e, "select i1 %s, i32 %d, i32 %s", is_large, overflow, result);
    tri_ref is_nan = tri_emit(e, "fcmp uno float %%x, 0.0");
    result = tri_emit(e, "select i1 %s, i32 127, i32 %s", is_nan, result);
    tri_ref sign = tri_emit(e, "and i32 %s, 128", tri_emit(e, "lshr i32 %s, 24", bits));
    result = tri_emit(e, "or i32 %s, %s", result, sign);
    ret(e, "i8", tri_emit(e, "trunc i32 %s to i8", result));
}

static void define_f32_from_f8e4m3(tri_emitter *e) { define_widening(e, 3, 7, 0x7f, "2143289344"); } /* no infinity: NaN */
static void define_f32_from_f8e5m2(tri_emitter *e) { define_widening(e, 2, 15, 0x7c, "2139095040"); }
static void define_f8e4m3_from_f32(tri_emitter *e) { define_narrowing(e, 3, 7, 0x7e, 0x7f); }
static void define_f8e5m2_from_f32(tri_emitter *e) { define_narrowing(e, 2, 15, 0x7b, 0x7c); }

/* ---- the table ---- */

static const struct function {
    const char *name, *result, *operand;
    int n;
    void (*define)(tri_emitter *e);
} functions[] = {
#define TRI_MATH_ROW(name, result, operand, n) {#name, result, operand, n, define_##name},
    TRI_MATH_FUNCTIONS(TRI_MATH_ROW)
#undef TRI_MATH_ROW
};

tri_ref tri_math_call(tri_emitter *e, tri_math function, tri_ref x, tri_ref y)
{
    const struct function *f = &functions[function];
    e->math |= 1ull << function;
    if (f->n == 1) return tri_emit(e, "call %s @tri_%s(%s %s)", f->result, f->name, f->operand, x);
    return tri_emit(e, "call %s @tri_%s(%s %s, %s %s)", f->result, f->name, f->operand, x, f->operand, y);
}

void tri_math_define(tri_emitter *e, bool external)
{
    for (int i = 0; i < TRI_MATH_COUNT; i++) {
        const struct function *f = &functions[i];
        if (!external && !(e->math >> i & 1)) continue;
        tri_text_addf(e->out, "define %s%s @tri_%s(%s %%x%s%s) alwaysinline nounwind {\n", external ? "" : "internal ", f->result, f->name,
                      f->operand, f->n > 1 ? ", " : "", f->n > 1 ? tri_arena_printf(e->arena, "%s %%y", f->operand) : "");
        tri_emit_label(e, "entry");
        f->define(e);
        tri_text_add(e->out, "}\n");
    }
}

void tri_emit_math_module(tri_arena *arena, tri_text *out)
{
    tri_emitter *e = TRI_NEW(arena, tri_emitter);
    *e = (tri_emitter){.arena = arena, .out = out};
    tri_math_define(e, true);
}
