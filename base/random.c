/* base/random.c - Philox (Salmon et al., SC 2011) and the normal quantile (Wichura, Applied Statistics 37, 1988, algorithm AS 241). */
#include "base/random.h"

#include <math.h>
#include <string.h>

#include "base/parallel.h"

void tri_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4])
{
    uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3], k0 = key[0], k1 = key[1];
    for (int round = 0; round < 10; round++) {
        uint64_t p0 = (uint64_t)0xd2511f53 * c0, p1 = (uint64_t)0xcd9e8d57 * c2;
        uint32_t next0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0, next2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c0 = next0, c1 = (uint32_t)p1, c2 = next2, c3 = (uint32_t)p0;
        k0 += 0x9e3779b9, k1 += 0xbb67ae85;
    }
    out[0] = c0, out[1] = c1, out[2] = c2, out[3] = c3;
}

/* ln(x) for normal x > 0 in plain arithmetic: x = m * 2^e with m in [sqrt(1/2), sqrt(2)), ln m = 2 atanh((m-1)/(m+1)) as a series. */
static double plain_log(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, 8);
    int exponent = (int)(bits >> 52 & 0x7ff) - 1023;
    bits = (bits & 0xfffffffffffffu) | 1023ull << 52;
    double m;
    memcpy(&m, &bits, 8);
    if (m > 1.4142135623730951) {
        m *= 0.5;
        exponent++;
    }
    double s = (m - 1) / (m + 1), z = s * s, sum = 0;
    for (int k = 25; k >= 1; k -= 2) sum = sum * z + 1.0 / k;
    return exponent * 0.6931471805599453 + 2 * s * sum;
}

static double polynomial(const double *c, int n, double x)
{
    double sum = c[n - 1];
    for (int i = n - 2; i >= 0; i--) sum = sum * x + c[i];
    return sum;
}

double tri_normal_quantile(double p)
{
    static const double a[] = {3.3871328727963666080e0,  1.3314166789178437745e+2, 1.9715909503065514427e+3, 1.3731693765509461125e+4,
                               4.5921953931549871457e+4, 6.7265770927008700853e+4, 3.3430575583588128105e+4, 2.5090809287301226727e+3};
    static const double b[] = {1.0,                      4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3,
                               2.1213794301586595867e+4, 3.9307895800092710610e+4, 2.8729085735721942674e+4, 5.2264952788528545610e+3};
    static const double c[] = {1.42343711074968357734e0, 4.63033784615654529590e0,  5.76949722146069140550e0,  3.64784832476320460504e0,
                               1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4};
    static const double d[] = {1.0,                       2.05319162663775882187e0,  1.67638483018380384940e0,  6.89767334985100004550e-1,
                               1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9};
    static const double e[] = {6.65790464350110377720e0,  5.46378491116411436990e0,  1.78482653991729133580e0,  2.96560571828504891230e-1,
                               2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7};
    static const double f[] = {1.0,                       5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
                               7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15};
    double q = p - 0.5;
    if (fabs(q) <= 0.425) {
        double r = 0.180625 - q * q;
        return q * polynomial(a, 8, r) / polynomial(b, 8, r);
    }
    double r = sqrt(-plain_log(q < 0 ? p : 1 - p));
    double x = r <= 5 ? polynomial(c, 8, r - 1.6) / polynomial(d, 8, r - 1.6) : polynomial(e, 8, r - 5) / polynomial(f, 8, r - 5);
    return q < 0 ? -x : x;
}

typedef struct fill {
    uint32_t key[2], stream[2];
    tri_dtype dtype;
    double scale;
    size_t n, bytes;
    unsigned char *out;
} fill;

/* Four elements a block: word j of block i is element 4i + j. */
static void fill_blocks(void *context, size_t first, size_t end)
{
    const fill *f = context;
    for (size_t block = first; block < end; block++) {
        uint32_t counter[4] = {(uint32_t)block, (uint32_t)(block >> 32), f->stream[0], f->stream[1]}, words[4];
        tri_philox(counter, f->key, words);
        for (size_t j = 0; j < 4 && 4 * block + j < f->n; j++) {
            void *element = f->out + (4 * block + j) * f->bytes;
            if (tri_dtype_is_float(f->dtype)) tri_store_f64(f->dtype, element, f->scale * tri_normal_quantile((words[j] + 0.5) * 0x1p-32));
            else tri_store_i64(f->dtype, element, f->dtype == TRI_I1 ? words[j] >> 31 : words[j] >> 25);
        }
    }
}

void tri_random_fill(uint64_t seed, uint64_t stream, tri_dtype dtype, int rank, const int64_t *dims, void *out)
{
    size_t n = 1;
    for (int i = 0; i < rank; i++) n *= (size_t)dims[i];
    fill f = {{(uint32_t)seed, (uint32_t)(seed >> 32)}, {(uint32_t)stream, (uint32_t)(stream >> 32)}, dtype, 1, n, tri_dtype_bytes(dtype), out};
    if (rank >= 2 && dims[rank - 2] > 0) f.scale = 1 / sqrt((double)dims[rank - 2]);
    tri_parallel((n + 3) / 4, 4096, fill_blocks, &f);
}
