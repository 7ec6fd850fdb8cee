/* ir/compare.c - how what a device made compares with what was meant: element by element within bounds, and as a whole by its relative l2 distance.
 */
#include "ir/eval_bounded_internal.h"

static double element(tri_dtype dtype, const void *data, int64_t i)
{
    return tri_load_f64(dtype, (const char *)data + (size_t)i * tri_dtype_bytes(dtype));
}
static int64_t integer(tri_dtype dtype, const void *data, int64_t i)
{
    return tri_load_i64(dtype, (const char *)data + (size_t)i * tri_dtype_bytes(dtype));
}

/* The error over its bound; infinity when a class differs. A number that its bound takes to `limit` may as well have overflowed. */
static double badness(tri_dtype dtype, double got, double want, double bound, double limit)
{
    if (bound == INFINITY || (isnan(got) && isnan(want)) || got == want) return 0;
    bool overflowed = dtype == TRI_F8E4M3FN ? isnan(got) : isinf(got) && (got > 0) == (want > 0);
    if (overflowed && isfinite(want) && fabs(want) + bound >= limit) return 0;
    if (!isfinite(got) || !isfinite(want)) return INFINITY;
    return bound > 0 ? fabs(got - want) / bound : INFINITY;
}

static void note_worst(tri_comparison *c, double worst, int64_t i, double got, double want)
{
    if (c->worst_index >= 0 && !(worst > c->worst)) return;
    c->worst = worst;
    c->worst_index = i;
    c->got = got;
    c->want = want;
}

static double relative(double error, double size) { return error == 0 ? 0 : size > 0 ? sqrt(error / size) : INFINITY; }

tri_comparison tri_compare_bounded(const tri_bounded *want, const void *got)
{
    tri_comparison c = {.worst_index = -1, .rel_l2_bound = want->rel_l2_bound};
    tri_dtype dtype = (tri_dtype)want->type.dtype;
    double error = 0, size = 0, limit = tri_dtype_is_float(dtype) ? tri_bound_overflow(dtype) : INFINITY;
    for (int64_t i = 0, n = tri_type_elements(&want->type); i < n; i++) {
        double g = element(dtype, got, i), w = want->want[i], bound = want->bound[i], worst = badness(dtype, g, w, bound, limit);
        if (want->exact && bound == 0) worst = integer(dtype, got, i) == integer(dtype, want->exact, i) ? 0 : INFINITY;
        note_worst(&c, worst, i, g, w);
        if (isfinite(g) && isfinite(w) && bound != INFINITY) {
            error += (g - w) * (g - w);
            size += w * w;
        }
    }
    c.rel_l2 = relative(error, size);
    c.pass = c.worst <= 1 && (c.rel_l2 <= c.rel_l2_bound || size == 0);
    return c;
}

tri_comparison tri_compare_whole(const tri_tensor *want, const tri_tensor *reversed, const void *got)
{
    tri_comparison c = {.worst_index = -1};
    tri_dtype dtype = (tri_dtype)want->type.dtype;
    double error = 0, size = 0, distance = 0;
    bool classes = true;
    for (int64_t i = 0, n = tri_type_elements(&want->type); i < n; i++) {
        double g = element(dtype, got, i), w = element(dtype, want->data, i), r = element(dtype, reversed->data, i);
        if (!tri_dtype_is_float(dtype)) {
            int64_t meant = integer(dtype, want->data, i);
            bool equal = meant != integer(dtype, reversed->data, i) || meant == integer(dtype, got, i);
            note_worst(&c, equal ? 0 : INFINITY, i, g, w);
            classes &= equal;
        } else if (!isfinite(w) || !isfinite(r)) { /* by class, where the two modes agree on it */
            bool agree = (isnan(w) && isnan(r)) || w == r, same = !agree || (isnan(w) && isnan(g)) || w == g;
            note_worst(&c, same ? 0 : INFINITY, i, g, w);
            classes &= same;
        } else if (!isfinite(g)) {
            note_worst(&c, INFINITY, i, g, w);
            classes = false;
        } else {
            note_worst(&c, fabs(g - w), i, g, w);
            error += (g - w) * (g - w);
            distance += (r - w) * (r - w);
            size += w * w;
        }
    }
    if (!tri_dtype_is_float(dtype)) {
        c.pass = classes;
        return c;
    }
    c.rel_l2 = relative(error, size);
    c.rel_l2_bound = fmax(tri_dtype_unit_roundoff(dtype) + 0x1p-20, 2 * relative(distance, size));
    c.pass = classes && c.rel_l2 <= c.rel_l2_bound;
    if (classes && c.worst_index >= 0) c.worst = c.rel_l2 / c.rel_l2_bound; /* where: the largest single error */
    return c;
}
