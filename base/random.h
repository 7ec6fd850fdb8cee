/* base/random.h - counter-based random numbers: element i of stream s under seed k is a pure function of (k, s, i), with the same bits on every
 * host. Philox 4x32-10 makes the bits; the normal distribution is its inverse (Wichura's AS 241) in plain arithmetic, so no libm is involved.
 *
 * The rule of the contract for inputs that nobody gave: floats are normal with standard deviation 1 for rank < 2, else 1/sqrt(dim[-2]); integers are
 * uniform in [0, 128); i1 is fair. */
#ifndef TRI_BASE_RANDOM_H
#define TRI_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

#include "base/dtype.h"

/* Philox 4x32-10: 128 bits from a 128-bit counter and a 64-bit key. */
void tri_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

/* Fills a tensor by the rule above, on all cores; `stream` is the argument's number. */
void tri_random_fill(uint64_t seed, uint64_t stream, tri_dtype dtype, int rank, const int64_t *dims, void *out);

/* The x with Phi(x) = p, 0 < p < 1, to about 1e-16 (AS 241, PPND16). */
double tri_normal_quantile(double p);

#endif
