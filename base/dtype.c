/* base/dtype.c - conversions. Every float of 16 bits or fewer goes through one pair of routines that take its exponent and significand sizes. */
#include "base/dtype.h"

#include <math.h>
#include <string.h>

static const struct {
    const char *name;
    uint8_t bytes, class_, bits;
} rows[] = {
#define ROW(name, text, bytes, class_, bits) {text, bytes, TRI_CLASS_##class_, bits},
    TRI_DTYPES(ROW)
#undef ROW
};

const char *tri_dtype_name(tri_dtype dtype) { return rows[dtype].name; }
size_t tri_dtype_bytes(tri_dtype dtype) { return rows[dtype].bytes; }
tri_dtype_class tri_dtype_classify(tri_dtype dtype) { return (tri_dtype_class)rows[dtype].class_; }
int tri_dtype_bits(tri_dtype dtype) { return rows[dtype].bits; }

bool tri_dtype_parse(const char *name, size_t n, tri_dtype *out_dtype)
{
    for (int i = 0; i < TRI_DTYPE_COUNT; i++) {
        if (strlen(rows[i].name) == n && !memcmp(rows[i].name, name, n)) {
            *out_dtype = (tri_dtype)i;
            return true;
        }
    }
    return false;
}

double tri_dtype_unit_roundoff(tri_dtype dtype) { return tri_dtype_is_float(dtype) ? ldexp(1, -rows[dtype].bits) : 0; }

double tri_dtype_highest(tri_dtype dtype)
{
    switch (dtype) {
    case TRI_F8E4M3FN: return 448;
    case TRI_F8E5M2: return 57344;
    case TRI_F16: return 65504;
    case TRI_BF16: return 0x1.fep127;
    case TRI_F32: return 0x1.fffffep127;
    case TRI_F64: return 0x1.fffffffffffffp1023;
    default: return tri_dtype_classify(dtype) == TRI_CLASS_SIGNED ? ldexp(1, rows[dtype].bits - 1) - 1 : ldexp(1, rows[dtype].bits) - 1;
    }
}

double tri_dtype_lowest(tri_dtype dtype)
{
    if (tri_dtype_is_float(dtype)) return -tri_dtype_highest(dtype);
    return tri_dtype_classify(dtype) == TRI_CLASS_SIGNED ? -ldexp(1, rows[dtype].bits - 1) : 0;
}

static uint32_t bits_of_f32(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, 4);
    return bits;
}

static float f32_of_bits(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, 4);
    return value;
}

float tri_bf16_to_f32(uint16_t bits) { return f32_of_bits((uint32_t)bits << 16); }

uint16_t tri_f32_to_bf16(float value)
{
    uint32_t bits = bits_of_f32(value);
    if ((bits & 0x7fffffff) > 0x7f800000) return (uint16_t)(bits >> 16 | 0x40); /* stay a NaN, become quiet */
    return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

/* The value of a float with `exponent_bits` and `significand_bits` (the hidden one counted). With no infinity the top exponent is ordinary and
 * only all ones is NaN. Exact: every small float is an f64. */
static double small_float_to_f64(uint16_t bits, int exponent_bits, int significand_bits, bool has_infinity)
{
    int fraction_bits = significand_bits - 1;
    int bias = (1 << (exponent_bits - 1)) - 1;
    int exponent = bits >> fraction_bits & ((1 << exponent_bits) - 1);
    int fraction = bits & ((1 << fraction_bits) - 1);
    double sign = bits >> (exponent_bits + fraction_bits) & 1 ? -1 : 1;
    int top = (1 << exponent_bits) - 1;
    if (exponent == top && has_infinity) return fraction ? copysign(NAN, sign) : sign * INFINITY;
    if (exponent == top && fraction == (1 << fraction_bits) - 1) return copysign(NAN, sign);
    if (!exponent) return sign * ldexp(fraction, 1 - bias - fraction_bits);
    return sign * ldexp(fraction + (1 << fraction_bits), exponent - bias - fraction_bits);
}

uint16_t tri_f64_to_small_float(double value, int exponent_bits, int significand_bits, bool has_infinity)
{
    int fraction_bits = significand_bits - 1;
    int bias = (1 << (exponent_bits - 1)) - 1;
    int top = (1 << exponent_bits) - 1;
    uint64_t raw;
    memcpy(&raw, &value, 8);
    uint16_t sign = (uint16_t)((raw >> 63) << (exponent_bits + fraction_bits));
    uint16_t nan = (uint16_t)(top << fraction_bits | (has_infinity ? 1 << (fraction_bits - 1) : (1 << fraction_bits) - 1));
    uint16_t overflow = has_infinity ? (uint16_t)(top << fraction_bits) : nan;
    if (isnan(value)) return (uint16_t)(sign | nan);
    if (isinf(value)) return (uint16_t)(sign | overflow);
    if (value == 0) return sign;
    int exponent = (int)(raw >> 52 & 0x7ff) - 1023;
    uint64_t significand = (raw & 0xfffffffffffffu) | 1ull << 52; /* an f64 subnormal is far below every small float */
    int shift = 52 - fraction_bits;
    int biased = exponent + bias;
    if (biased < 1) {
        shift += 1 - biased;
        biased = 0;
    }
    if (shift > 54) return sign;
    uint64_t kept = significand >> shift, rest = significand & ((1ull << shift) - 1), half = 1ull << (shift - 1);
    if (rest > half || (rest == half && kept & 1)) kept++;
    /* The hidden one adds itself to the exponent: a normal number has it at bit fraction_bits, so the biased exponent is stored less one. */
    uint64_t packed = biased ? ((uint64_t)(biased - 1) << fraction_bits) + kept : kept;
    uint64_t largest = has_infinity ? ((uint64_t)top << fraction_bits) - 1 : ((uint64_t)top << fraction_bits | ((1u << fraction_bits) - 2));
    return (uint16_t)(sign | (packed > largest ? overflow : packed));
}

float tri_f16_to_f32(uint16_t bits)
{
    uint32_t sign = (uint32_t)(bits & 0x8000) << 16, rest = bits & 0x7fffu;
    if (rest >= 0x7c00) return f32_of_bits(sign | 0x7f800000 | (rest & 0x3ff) << 13 | (rest > 0x7c00 ? 0x400000 : 0));
    if (rest >= 0x400) return f32_of_bits(sign | ((rest << 13) + (112u << 23)));
    float magnitude = (float)rest * 0x1p-24f;
    return sign ? -magnitude : magnitude;
}

uint16_t tri_f32_to_f16(float value) { return tri_f64_to_small_float(value, 5, 11, true); }

double tri_load_f64(tri_dtype dtype, const void *element)
{
    uint16_t half;
    switch (dtype) {
    case TRI_F8E4M3FN: return small_float_to_f64(*(const uint8_t *)element, 4, 4, false);
    case TRI_F8E5M2: return small_float_to_f64(*(const uint8_t *)element, 5, 3, true);
    case TRI_F16: memcpy(&half, element, 2); return tri_f16_to_f32(half);
    case TRI_BF16: memcpy(&half, element, 2); return tri_bf16_to_f32(half);
    case TRI_F32: {
        float value;
        memcpy(&value, element, 4);
        return value;
    }
    case TRI_F64: {
        double value;
        memcpy(&value, element, 8);
        return value;
    }
    case TRI_U64: return (double)(uint64_t)tri_load_i64(dtype, element);
    default: return (double)tri_load_i64(dtype, element);
    }
}

int64_t tri_load_i64(tri_dtype dtype, const void *element)
{
    int64_t value = 0;
    if (tri_dtype_is_float(dtype)) {
        double f = tri_load_f64(dtype, element);
        tri_store_f64(TRI_I64, &value, f);
        return value;
    }
    size_t bytes = rows[dtype].bytes;
    memcpy(&value, element, bytes); /* little endian hosts only; base/dtype.c is where another byte order would be met */
    if (tri_dtype_classify(dtype) == TRI_CLASS_SIGNED && bytes < 8) {
        int unused = 64 - 8 * (int)bytes;
        value = (int64_t)((uint64_t)value << unused) >> unused;
    }
    return value;
}

void tri_store_i64(tri_dtype dtype, void *element, int64_t value)
{
    if (dtype == TRI_I1) {
        *(uint8_t *)element = value != 0;
    } else if (tri_dtype_is_float(dtype)) {
        tri_store_f64(dtype, element, (double)value);
    } else {
        memcpy(element, &value, rows[dtype].bytes);
    }
}

void tri_store_f64(tri_dtype dtype, void *element, double value)
{
    switch (dtype) {
    case TRI_F8E4M3FN: *(uint8_t *)element = (uint8_t)tri_f64_to_small_float(value, 4, 4, false); return;
    case TRI_F8E5M2: *(uint8_t *)element = (uint8_t)tri_f64_to_small_float(value, 5, 3, true); return;
    case TRI_F16:
    case TRI_BF16: {
        uint16_t half = dtype == TRI_F16 ? tri_f64_to_small_float(value, 5, 11, true) : tri_f64_to_small_float(value, 8, 8, true);
        memcpy(element, &half, 2);
        return;
    }
    case TRI_F32: {
        float single = (float)value;
        memcpy(element, &single, 4);
        return;
    }
    case TRI_F64: memcpy(element, &value, 8); return;
    case TRI_I1: *(uint8_t *)element = value != 0; return;
    default: break;
    }
    int64_t whole;
    if (isnan(value)) whole = 0;
    else if (dtype == TRI_U64) whole = (int64_t)(value <= 0 ? 0 : value >= 0x1p64 ? UINT64_MAX : (uint64_t)value);
    else if (dtype == TRI_I64) whole = value >= 0x1p63 ? INT64_MAX : value < -0x1p63 ? INT64_MIN : (int64_t)value;
    else {
        double low = tri_dtype_lowest(dtype), high = tri_dtype_highest(dtype);
        whole = (int64_t)(value < low ? low : value > high ? high : value);
    }
    memcpy(element, &whole, rows[dtype].bytes);
}

void tri_load_f64_n(tri_dtype dtype, const void *elements, size_t n, double *out)
{
    const unsigned char *at = elements;
    if (dtype == TRI_BF16) {
        for (size_t i = 0; i < n; i++) {
            uint16_t bits;
            memcpy(&bits, at + 2 * i, 2);
            out[i] = tri_bf16_to_f32(bits);
        }
    } else if (dtype == TRI_F32) {
        for (size_t i = 0; i < n; i++) {
            float value;
            memcpy(&value, at + 4 * i, 4);
            out[i] = value;
        }
    } else {
        size_t bytes = rows[dtype].bytes;
        for (size_t i = 0; i < n; i++) out[i] = tri_load_f64(dtype, at + i * bytes);
    }
}

void tri_store_f64_n(tri_dtype dtype, void *elements, size_t n, const double *values)
{
    unsigned char *at = elements;
    size_t bytes = rows[dtype].bytes;
    if (dtype == TRI_F32) {
        for (size_t i = 0; i < n; i++) {
            float value = (float)values[i];
            memcpy(at + 4 * i, &value, 4);
        }
    } else {
        for (size_t i = 0; i < n; i++) tri_store_f64(dtype, at + i * bytes, values[i]);
    }
}

double tri_round_to(tri_dtype dtype, double value)
{
    if (dtype == TRI_F64) return value;
    if (dtype == TRI_F32) return (double)(float)value;
    unsigned char element[8];
    tri_store_f64(dtype, element, value);
    return tri_load_f64(dtype, element);
}
