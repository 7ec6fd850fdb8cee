/* runtime/drivers/systolic_sim/elements.c - rows of elements: from bytes to f32 or i64 and back, and the arithmetic of the ALU ops on them. The rules
 * are those of abi/systolic.h; every loop is plain so that the compiler vectorises it without changing a bit. */
#include <math.h>
#include <string.h>

#include "runtime/drivers/systolic_sim/machine.h"

bool tri_syssim_is_float(unsigned dtype) { return dtype <= TRI_SYS_F8E5; }

/* A place in a pattern's element order. */
typedef struct cursor {
    const tri_systolic_ap *ap;
    uint32_t index[4];
    int64_t offset;
} cursor;

static cursor cursor_at(const pattern *pat, uint32_t first)
{
    cursor c = {.ap = &pat->ap};
    for (int k = pat->ap.ndim - 1; k >= 0; k--) {
        c.index[k] = first % pat->ap.size[k];
        first /= pat->ap.size[k];
        c.offset += (int64_t)c.index[k] * pat->ap.stride[k];
    }
    return c;
}

/* Elements of equal step from here on, at most `most`; moves behind them. */
static uint32_t cursor_run(cursor *c, uint32_t most, int64_t *offset, int64_t *step)
{
    *offset = c->offset;
    *step = 0;
    if (!c->ap->ndim) return 1;
    int k = c->ap->ndim - 1;
    *step = c->ap->stride[k];
    uint32_t n = c->ap->size[k] - c->index[k];
    if (n > most) n = most;
    c->index[k] += n;
    c->offset += (int64_t)n * c->ap->stride[k];
    while (k > 0 && c->index[k] == c->ap->size[k]) {
        c->offset -= (int64_t)c->ap->size[k] * c->ap->stride[k];
        c->index[k--] = 0;
        c->index[k]++;
        c->offset += c->ap->stride[k];
    }
    return n;
}

#define EACH(type, expression)                                                                                                                       \
    for (uint32_t j = 0; j < n; j++) {                                                                                                               \
        type bits;                                                                                                                                   \
        memcpy(&bits, from + (int64_t)j * step, sizeof bits);                                                                                        \
        out[j] = expression;                                                                                                                         \
    }                                                                                                                                                \
    break
#define EACH_DENSE_OR(type, expression)                                                                                                              \
    if (step == (int64_t)sizeof(type)) {                                                                                                             \
        for (uint32_t j = 0; j < n; j++) {                                                                                                           \
            type bits;                                                                                                                               \
            memcpy(&bits, from + sizeof(type) * j, sizeof bits);                                                                                     \
            out[j] = expression;                                                                                                                     \
        }                                                                                                                                            \
        break;                                                                                                                                       \
    }                                                                                                                                                \
    EACH(type, expression)

static inline float widen_bf16(uint16_t bits)
{
    uint32_t wide = (uint32_t)bits << 16;
    float value;
    memcpy(&value, &wide, 4);
    return value;
}

/* Rows under work never overlap memory of the machine, which `restrict` tells the vectoriser. */
static void load_run_f32(unsigned dtype, const uint8_t *restrict from, int64_t step, uint32_t n, float *restrict out)
{
    switch (dtype) {
    case TRI_SYS_F32: EACH_DENSE_OR(float, bits);
    case TRI_SYS_BF16: EACH_DENSE_OR(uint16_t, widen_bf16(bits));
    case TRI_SYS_F16: EACH(uint16_t, tri_f16_to_f32(bits));
    case TRI_SYS_I8: EACH(int8_t, bits);
    case TRI_SYS_U8: EACH(uint8_t, bits);
    case TRI_SYS_I16: EACH(int16_t, bits);
    case TRI_SYS_U16: EACH(uint16_t, bits);
    case TRI_SYS_I32: EACH(int32_t, (float)bits);
    case TRI_SYS_U32: EACH(uint32_t, (float)bits);
    default:
        for (uint32_t j = 0; j < n; j++) out[j] = (float)tri_load_f64(tri_systolic_dtype_base(dtype), from + (int64_t)j * step);
    }
}

static void load_run_i64(unsigned dtype, const uint8_t *restrict from, int64_t step, uint32_t n, int64_t *restrict out)
{
    switch (dtype) {
    case TRI_SYS_I8: EACH(int8_t, bits);
    case TRI_SYS_U8: EACH(uint8_t, bits);
    case TRI_SYS_I16: EACH(int16_t, bits);
    case TRI_SYS_U16: EACH(uint16_t, bits);
    case TRI_SYS_I32: EACH(int32_t, bits);
    case TRI_SYS_U32: EACH(uint32_t, bits);
    default:
        for (uint32_t j = 0; j < n; j++) {
            int32_t whole; /* through the base's rule: truncate, saturate */
            tri_store_f64(TRI_I32, &whole, tri_load_f64(tri_systolic_dtype_base(dtype), from + (int64_t)j * step));
            out[j] = whole;
        }
    }
}

static inline uint16_t narrow_bf16(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, 4);
    uint32_t rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16, nan = bits >> 16 | 0x40;
    return (uint16_t)((bits & 0x7fffffff) > 0x7f800000 ? nan : rounded);
}

static void store_run_f32(unsigned dtype, uint8_t *restrict to, int64_t step, uint32_t n, const float *restrict values)
{
    if (dtype == TRI_SYS_F32 && step == 4) {
        memcpy(to, values, 4ull * n);
    } else if (dtype == TRI_SYS_BF16) {
        if (step == 2) {
            for (uint32_t j = 0; j < n; j++) {
                uint16_t half = narrow_bf16(values[j]);
                memcpy(to + 2ull * j, &half, 2);
            }
        } else {
            for (uint32_t j = 0; j < n; j++) {
                uint16_t half = narrow_bf16(values[j]);
                memcpy(to + (int64_t)j * step, &half, 2);
            }
        }
    } else {
        tri_dtype base = tri_systolic_dtype_base(dtype);
        for (uint32_t j = 0; j < n; j++) tri_store_f64(base, to + (int64_t)j * step, values[j]);
    }
}

void tri_syssim_load_f32(const uint8_t *base, const pattern *pat, uint32_t first, uint32_t n, float *out)
{
    cursor c = cursor_at(pat, first);
    for (uint32_t done = 0, run; done < n; done += run) {
        int64_t offset, step;
        run = cursor_run(&c, n - done, &offset, &step);
        load_run_f32(pat->ap.dtype, base + offset, step, run, out + done);
    }
}

void tri_syssim_load_i64(const uint8_t *base, const pattern *pat, uint32_t first, uint32_t n, int64_t *out)
{
    cursor c = cursor_at(pat, first);
    for (uint32_t done = 0, run; done < n; done += run) {
        int64_t offset, step;
        run = cursor_run(&c, n - done, &offset, &step);
        load_run_i64(pat->ap.dtype, base + offset, step, run, out + done);
    }
}

void tri_syssim_store_f32(uint8_t *base, const pattern *pat, uint32_t first, uint32_t n, const float *values)
{
    cursor c = cursor_at(pat, first);
    for (uint32_t done = 0, run; done < n; done += run) {
        int64_t offset, step;
        run = cursor_run(&c, n - done, &offset, &step);
        store_run_f32(pat->ap.dtype, base + offset, step, run, values + done);
    }
}

void tri_syssim_store_i64(uint8_t *base, const pattern *pat, uint32_t first, uint32_t n, const int64_t *values)
{
    cursor c = cursor_at(pat, first);
    tri_dtype dtype = tri_systolic_dtype_base(pat->ap.dtype);
    for (uint32_t done = 0, run; done < n; done += run) {
        int64_t offset, step;
        run = cursor_run(&c, n - done, &offset, &step);
        for (uint32_t j = 0; j < run; j++) tri_store_i64(dtype, base + offset + (int64_t)j * step, values[done + j]);
    }
}

void tri_syssim_copy_elements(uint8_t *to, const pattern *to_pat, uint32_t to_first, const uint8_t *from, const pattern *from_pat,
                              uint32_t from_first, uint32_t n)
{
    cursor a = cursor_at(to_pat, to_first), b = cursor_at(from_pat, from_first);
    size_t bytes = to_pat->bytes;
    if (to_pat->dense && from_pat->dense) {
        memmove(to + a.offset, from + b.offset, bytes * n);
        return;
    }
    while (n) {
        int ka = a.ap->ndim - 1, kb = b.ap->ndim - 1;
        uint32_t left_a = ka < 0 ? 1 : a.ap->size[ka] - a.index[ka], left_b = kb < 0 ? 1 : b.ap->size[kb] - b.index[kb];
        uint32_t run = left_a < left_b ? left_a : left_b;
        if (run > n) run = n;
        int64_t offset_a, step_a, offset_b, step_b;
        cursor_run(&a, run, &offset_a, &step_a);
        cursor_run(&b, run, &offset_b, &step_b);
        if (step_a == (int64_t)bytes && step_b == (int64_t)bytes)
            memmove(to + offset_a, from + offset_b, bytes * run);
        else
            for (uint32_t j = 0; j < run; j++) memmove(to + offset_a + (int64_t)j * step_a, from + offset_b + (int64_t)j * step_b, bytes);
        n -= run;
    }
}

int64_t tri_syssim_offset(const pattern *pat, uint32_t element) { return cursor_at(pat, element).offset; }

int64_t tri_syssim_wrap(unsigned dtype, int64_t value)
{
    switch (dtype) {
    case TRI_SYS_I8: return (int8_t)value;
    case TRI_SYS_U8: return (uint8_t)value;
    case TRI_SYS_I16: return (int16_t)value;
    case TRI_SYS_U16: return (uint16_t)value;
    case TRI_SYS_I32: return (int32_t)value;
    case TRI_SYS_U32: return (uint32_t)value;
    default: return value;
    }
}

bool tri_syssim_alu_float_only(unsigned op) { return op == TRI_SYS_ALU_ATAN2; }
bool tri_syssim_alu_integer_only(unsigned op) { return op >= TRI_SYS_ALU_AND && op <= TRI_SYS_ALU_NOT; }

static inline float larger(float a, float b)
{
    if (a != a || b != b) return a + b;
    if (a == b) return signbit(a) ? b : a;
    return a > b ? a : b;
}

static inline float smaller(float a, float b)
{
    if (a != a || b != b) return a + b;
    if (a == b) return signbit(a) ? a : b;
    return a < b ? a : b;
}

#define LOOP(expression)                                                                                                                             \
    for (uint32_t j = 0; j < n; j++) {                                                                                                               \
        float a = pa[j], b = pb[j];                                                                                                                  \
        (void)b;                                                                                                                                     \
        out[j] = expression;                                                                                                                         \
    }                                                                                                                                                \
    break

void tri_syssim_alu_f32(unsigned op, uint32_t n, const float *pa, const float *pb, float *out)
{
    switch (op) {
    case TRI_SYS_ALU_ADD: LOOP(a + b);
    case TRI_SYS_ALU_SUB: LOOP(a - b);
    case TRI_SYS_ALU_RSUB: LOOP(b - a);
    case TRI_SYS_ALU_MUL: LOOP(a * b);
    case TRI_SYS_ALU_MAX: LOOP(larger(a, b));
    case TRI_SYS_ALU_MIN: LOOP(smaller(a, b));
    case TRI_SYS_ALU_DIV: LOOP(a / b);
    case TRI_SYS_ALU_RDIV: LOOP(b / a);
    case TRI_SYS_ALU_REM: LOOP((float)fmod(a, b));
    case TRI_SYS_ALU_RREM: LOOP((float)fmod(b, a));
    case TRI_SYS_ALU_POW: LOOP((float)pow(a, b));
    case TRI_SYS_ALU_RPOW: LOOP((float)pow(b, a));
    case TRI_SYS_ALU_EQ: LOOP(a == b);
    case TRI_SYS_ALU_NE: LOOP(a != b);
    case TRI_SYS_ALU_LT: LOOP(a < b);
    case TRI_SYS_ALU_LE: LOOP(a <= b);
    case TRI_SYS_ALU_GT: LOOP(a > b);
    case TRI_SYS_ALU_GE: LOOP(a >= b);
    case TRI_SYS_ALU_ABS: LOOP(fabsf(a));
    case TRI_SYS_ALU_SIGN: LOOP(a > 0 ? 1 : a < 0 ? -1 : a);
    case TRI_SYS_ALU_ATAN2: LOOP((float)atan2(a, b));
    default: memmove(out, pa, 4ull * n);
    }
}

static int64_t power(int64_t a, int64_t b)
{
    if (b < 0) return a == 1 ? 1 : a == -1 ? (b & 1 ? -1 : 1) : 0;
    uint64_t result = 1, square = (uint64_t)a;
    for (; b; b >>= 1, square *= square)
        if (b & 1) result *= square;
    return (int64_t)result;
}

/* One result, not yet wrapped; values are within `bits`. The lowest number only arises for signed 64-bit division, which C leaves undefined. */
int64_t tri_syssim_alu_one(unsigned op, int bits, bool is_signed, int64_t a, int64_t b)
{
    switch (op) {
    case TRI_SYS_ALU_ADD: return (int64_t)((uint64_t)a + (uint64_t)b);
    case TRI_SYS_ALU_SUB: return (int64_t)((uint64_t)a - (uint64_t)b);
    case TRI_SYS_ALU_RSUB: return (int64_t)((uint64_t)b - (uint64_t)a);
    case TRI_SYS_ALU_MUL: return (int64_t)((uint64_t)a * (uint64_t)b);
    case TRI_SYS_ALU_MAX: return a > b ? a : b;
    case TRI_SYS_ALU_MIN: return a < b ? a : b;
    case TRI_SYS_ALU_DIV: return !b ? -1 : b == -1 ? (int64_t) - (uint64_t)a : a / b;
    case TRI_SYS_ALU_RDIV: return tri_syssim_alu_one(TRI_SYS_ALU_DIV, bits, is_signed, b, a);
    case TRI_SYS_ALU_REM: return !b ? a : b == -1 ? 0 : a % b;
    case TRI_SYS_ALU_RREM: return tri_syssim_alu_one(TRI_SYS_ALU_REM, bits, is_signed, b, a);
    case TRI_SYS_ALU_POW: return power(a, b);
    case TRI_SYS_ALU_RPOW: return power(b, a);
    case TRI_SYS_ALU_EQ: return a == b;
    case TRI_SYS_ALU_NE: return a != b;
    case TRI_SYS_ALU_LT: return a < b;
    case TRI_SYS_ALU_LE: return a <= b;
    case TRI_SYS_ALU_GT: return a > b;
    case TRI_SYS_ALU_GE: return a >= b;
    case TRI_SYS_ALU_AND: return a & b;
    case TRI_SYS_ALU_OR: return a | b;
    case TRI_SYS_ALU_XOR: return a ^ b;
    case TRI_SYS_ALU_SHL: return b < 0 || b >= bits ? 0 : (int64_t)((uint64_t)a << b);
    case TRI_SYS_ALU_SHR:
        if (b < 0 || b >= bits) return is_signed && a < 0 ? -1 : 0;
        return a >> b; /* an unsigned value narrower than 64 bits is never negative here */
    case TRI_SYS_ALU_NOT: return ~a;
    case TRI_SYS_ALU_ABS: return a < 0 ? (int64_t) - (uint64_t)a : a;
    case TRI_SYS_ALU_SIGN: return (a > 0) - (a < 0);
    default: return a;
    }
}

bool tri_syssim_alu_i64(unsigned op, unsigned dtype, uint32_t n, const int64_t *a, const int64_t *b, int64_t *out)
{
    int bits = 8 * (int)tri_systolic_dtype_bytes(dtype);
    bool is_signed = dtype == TRI_SYS_I8 || dtype == TRI_SYS_I16 || dtype == TRI_SYS_I32;
    if (tri_syssim_alu_float_only(op)) return false;
    for (uint32_t j = 0; j < n; j++) out[j] = tri_syssim_wrap(dtype, tri_syssim_alu_one(op, bits, is_signed, a[j], b[j]));
    return true;
}

void tri_syssim_function(unsigned function, uint32_t n, const float *in, float *out)
{
    switch (function) {
#define TRI_SYSTOLIC_FUNCTION(name, text, expression, transcendental)                                                                                \
    case TRI_SYS_FN_##name:                                                                                                                          \
        for (uint32_t j = 0; j < n; j++) {                                                                                                           \
            double x = in[j];                                                                                                                        \
            out[j] = (float)(expression);                                                                                                            \
        }                                                                                                                                            \
        break;
#include "abi/systolic_ops.def"
#undef TRI_SYSTOLIC_FUNCTION
    default: break;
    }
}
