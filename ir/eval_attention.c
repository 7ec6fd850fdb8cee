/* ir/eval_attention.c - tri.attention: softmax(scale * q k^T [+ bias]) v, one row of scores at a time, the log of the sums behind it, and the bounds
 * of a device's errors.
 *
 * A task is one head of one batch entry; it holds the head's keys and values as f64. */
#include "ir/eval_internal.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/parallel.h"

/* What one evaluation works on. The four arrays of a head: keys, values, and in bounded evaluation their errors. */
typedef struct attention {
    tri_attention_shape s;
    const tri_tensor *in, *error; /* error: null but in bounded evaluation */
    tri_tensor *out;              /* the results */
    tri_attention_bounds bounds;  /* bounded evaluation */
    double u_operand;
    bool reversed;
    atomic_bool short_of_memory;
} attention;

/* Row `token` of one head of a tensor [batch, tokens, heads, size] as f64. */
static void load_row(const tri_tensor *t, int64_t batch, int64_t token, int64_t head, double *out)
{
    const int64_t *d = t->type.dims;
    int64_t at = ((batch * d[1] + token) * d[2] + head) * d[3];
    tri_load_f64_n((tri_dtype)t->type.dtype, (const char *)t->data + (size_t)at * tri_dtype_bytes((tri_dtype)t->type.dtype), (size_t)d[3], out);
}

static double element(const tri_tensor *t, int64_t at)
{
    tri_dtype dtype = (tri_dtype)t->type.dtype;
    return tri_load_f64(dtype, (const char *)t->data + (size_t)at * tri_dtype_bytes(dtype));
}

static int64_t bias_at(const tri_attention_shape *s, int64_t batch, int64_t head, int64_t token, int64_t key)
{
    return batch * s->bias_strides[0] + head * s->bias_strides[1] + token * s->bias_strides[2] + key * s->bias_strides[3];
}

static int64_t visible_keys(const tri_attention_shape *s, int64_t token)
{
    int64_t most = s->causal ? token + s->keys - s->tokens + 1 : s->keys;
    return most < 0 ? 0 : most < s->keys ? most : s->keys;
}

/* Each of the two: P of the visible keys (before it is divided by its sum), the row of the result, and as its value the log of the sum of exp(score).
 * A row without keys, or with scores of -inf alone, is 0. */
typedef double row_function(const attention *a, const double *q, const double *keys, const double *values, int64_t n, const double *bias, double *p,
                            double *out);

static double row_meaning(const attention *a, const double *q, const double *keys, const double *values, int64_t n, const double *bias, double *p,
                          double *out)
{
    const tri_attention_shape *s = &a->s;
    double most = -INFINITY, sum = 0;
    for (int64_t t = 0; t < n; t++) {
        double dot = 0;
        for (int64_t d = 0; d < s->size; d++) dot += q[d] * keys[t * s->size + d];
        p[t] = s->scale * dot + bias[t];
        if (!(p[t] <= most)) most = p[t]; /* a NaN stays */
    }
    bool blind = most == -INFINITY;
    for (int64_t t = 0; t < n; t++) {
        p[t] = blind ? 0 : exp(p[t] - most);
        sum += p[t];
    }
    for (int64_t e = 0; e < s->value_size; e++) out[e] = 0;
    for (int64_t t = 0; t < n && !blind; t++)
        for (int64_t e = 0; e < s->value_size; e++) out[e] += p[t] * values[t * s->value_size + e];
    for (int64_t e = 0; e < s->value_size && !blind; e++) out[e] /= sum;
    return blind ? -INFINITY : most + log(sum);
}

/* The same in f32, terms from the last to the first, with P rounded to the operands' dtype as the op's row declares. */
static double row_reversed(const attention *a, const double *q, const double *keys, const double *values, int64_t n, const double *bias, double *p,
                           double *out)
{
    const tri_attention_shape *s = &a->s;
    tri_dtype dtype = (tri_dtype)a->in[2].type.dtype;
    float most = -INFINITY, sum = 0;
    for (int64_t t = n - 1; t >= 0; t--) {
        float dot = 0;
        for (int64_t d = s->size - 1; d >= 0; d--) dot += (float)q[d] * (float)keys[t * s->size + d];
        float score = (float)s->scale * dot + (float)bias[t];
        p[t] = score;
        if (!(score <= most)) most = score;
    }
    bool blind = most == -INFINITY;
    for (int64_t t = n - 1; t >= 0; t--) {
        float exact = blind ? 0 : (float)exp((double)((float)p[t] - most));
        p[t] = tri_round_to(dtype, (double)exact);
        sum += exact;
    }
    for (int64_t e = 0; e < s->value_size; e++) {
        float total = 0;
        for (int64_t t = n - 1; t >= 0; t--) total += (float)p[t] * (float)values[t * s->value_size + e];
        out[e] = blind ? 0 : (double)(total / sum);
    }
    return blind ? -INFINITY : (double)(most + (float)log((double)sum));
}

/* First-order bounds of one row that sees keys, and as its value that of the log of the sum. `score_error` enters as the error each score has
 * already, leaves as the relative error of each P. The log's bound is the mean error of the scores under P, the errors of max, exp and log, and what
 * rounding P before the sum makes of it. */
static double row_bound(const attention *a, const double *p, double *score_error, const double *scores, int64_t n, const double *values,
                        const double *value_error, const double *want, double *bound, double *softmax_part)
{
    const tri_attention_shape *s = &a->s;
    double most = -INFINITY, sum = 0, mean = 0;
    for (int64_t t = 0; t < n; t++) {
        most = scores[t] > most ? scores[t] : most;
        sum += p[t];
    }
    for (int64_t t = 0; t < n; t++) {
        score_error[t] = expm1(score_error[t] + 0x1p-20 * (1 + fabs(scores[t] - most)));
        if (p[t] == 0) score_error[t] = isfinite(score_error[t]) ? score_error[t] : 0; /* a score of -inf: P is 0 on every device */
        mean += p[t] / sum * score_error[t];
    }
    for (int64_t e = 0; e < s->value_size; e++) {
        double magnitude = 0, from_scores = 0, from_values = 0;
        for (int64_t t = 0; t < n; t++) {
            double weight = p[t] / sum, v = fabs(values[t * s->value_size + e]);
            magnitude += weight * v;
            from_scores += weight * v * score_error[t];
            if (value_error) from_values += weight * value_error[t * s->value_size + e];
        }
        softmax_part[e] = from_scores + fabs(want[e]) * mean;
        bound[e] = softmax_part[e] + from_values + 0x1p-20 * magnitude + a->u_operand * (magnitude + fabs(want[e]));
    }
    return mean + 0x1p-20 * (fabs(most) + fabs(log(sum))) + a->u_operand;
}

/* The scores of a row and their errors, for row_bound. */
static void score_errors(const attention *a, const double *q, const double *q_error, const double *keys, const double *key_error, int64_t n,
                         const double *bias, const double *bias_error, double *scores, double *out)
{
    const tri_attention_shape *s = &a->s;
    for (int64_t t = 0; t < n; t++) {
        double dot = 0, magnitude = 0, error = 0;
        for (int64_t d = 0; d < s->size; d++) {
            double x = q[d], y = keys[t * s->size + d];
            dot += x * y;
            magnitude += fabs(x * y);
            if (q_error) error += fabs(y) * q_error[d];
            if (key_error) error += fabs(x) * key_error[t * s->size + d];
        }
        scores[t] = s->scale * dot + bias[t];
        out[t] =
            fabs(s->scale) * (error + 0x1p-20 * magnitude) + (isfinite(bias[t]) ? 0x1p-20 * fabs(bias[t]) : 0) + (bias_error ? bias_error[t] : 0);
    }
}

static void load_head(const tri_tensor *t, int64_t n, int64_t batch, int64_t head, double *out)
{
    for (int64_t i = 0; i < n; i++) load_row(t, batch, i, head, out + i * t->type.dims[3]);
}

static void run_head(attention *a, int64_t batch, int64_t head)
{
    const tri_attention_shape *s = &a->s;
    const tri_tensor *error = a->error;
    int64_t key_head = head / (s->heads / s->key_heads), t = s->keys, d = s->size, e = s->value_size;
    double *memory = calloc((size_t)(2 * t * (d + e) + 5 * t + 2 * d + e) + 1, sizeof *memory);
    if (!memory) {
        a->short_of_memory = true;
        return;
    }
    double *keys = memory, *values = keys + t * d, *key_error = values + t * e, *value_error = key_error + t * d, *bias = value_error + t * e,
           *bias_error = bias + t;
    double *p = bias_error + t, *scores = p + t, *score_error = scores + t, *q = score_error + t, *q_error = q + d, *result = q_error + d;
    row_function *row = a->reversed ? row_reversed : row_meaning;
    load_head(&a->in[1], t, batch, key_head, keys);
    load_head(&a->in[2], t, batch, key_head, values);
    if (error && error[1].data) load_head(&error[1], t, batch, key_head, key_error);
    if (error && error[2].data) load_head(&error[2], t, batch, key_head, value_error);
    for (int64_t token = 0; token < s->tokens; token++) {
        int64_t n = visible_keys(s, token), out = ((batch * s->tokens + token) * s->heads + head) * e;
        load_row(&a->in[0], batch, token, head, q);
        if (error && error[0].data) load_row(&error[0], batch, token, head, q_error);
        for (int64_t i = 0; i < n && s->has_bias; i++) {
            bias[i] = element(&a->in[3], bias_at(s, batch, head, token, i));
            if (error && error[3].data) bias_error[i] = element(&error[3], bias_at(s, batch, head, token, i));
        }
        double lse = row(a, q, keys, values, n, bias, p, result);
        int64_t lse_at = (batch * s->heads + head) * s->tokens + token;
        if (!error) {
            tri_dtype dtype = (tri_dtype)a->out->type.dtype;
            tri_store_f64_n(dtype, (char *)a->out->data + (size_t)out * tri_dtype_bytes(dtype), (size_t)e, result);
            if (s->has_lse) ((float *)a->out[1].data)[lse_at] = (float)lse;
            continue;
        }
        const tri_attention_bounds *to = &a->bounds;
        if (lse == -INFINITY) n = 0;
        memcpy(to->want + out, result, (size_t)e * sizeof *result);
        score_errors(a, q, q_error, keys, key_error, n, bias, bias_error, scores, score_error);
        double lse_bound = row_bound(a, p, score_error, scores, n, values, value_error, result, to->bound + out, to->softmax_part + out);
        if (!to->lse_want) continue;
        to->lse_want[lse_at] = lse;
        to->lse_bound[lse_at] = n ? lse_bound : 0;
    }
    free(memory);
}

static void run_heads(void *context, size_t first, size_t end)
{
    attention *a = context;
    for (size_t i = first; i < end; i++) run_head(a, (int64_t)i / a->s.heads, (int64_t)i % a->s.heads);
}

static tri_status *run(const tri_op *op, attention *a)
{
    tri_parallel((size_t)(a->s.batch * a->s.heads), 1, run_heads, a);
    return a->short_of_memory ? tri_error(TRI_NO_MEMORY, op->loc, "no memory for the keys and values of a head of tri.attention") : NULL;
}

tri_status *tri_eval_ATTENTION(const tri_evaluation *evaluation, const tri_op *op, const tri_tensor *in, tri_tensor *out)
{
    attention a = {.in = in, .out = out, .reversed = evaluation->options.mode == TRI_EVAL_REVERSED_F32 && in[2].type.dtype != TRI_F64};
    TRI_TRY(tri_attention_shape_of(op, &a.s));
    return run(op, &a);
}

tri_status *tri_bound_attention(const tri_op *op, const tri_tensor *in, const tri_tensor *error, double u_operand, const tri_attention_bounds *out)
{
    attention a = {.in = in, .error = error, .bounds = *out, .u_operand = u_operand};
    TRI_TRY(tri_attention_shape_of(op, &a.s));
    return run(op, &a);
}
