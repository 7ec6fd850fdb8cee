/* tests/golden/jax_cases.h - what every test over tests/golden/jax shares: the rule of the inputs (jax/README.md), and which modules hold ops that the
 * IR lacks. */
#ifndef TESTS_GOLDEN_JAX_CASES_H
#define TESTS_GOLDEN_JAX_CASES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* while, scatter, sort, chlo.erfc, popcnt, cbrt: refused by name. */
static inline bool jax_case_is_beyond(const char *name)
{
    static const char *const beyond[] = {"loop_over_layers", "scatter_add", "sort_and_cumulative_sum", "activations", "bits", "roots_and_logarithms"};
    for (size_t i = 0; i < sizeof beyond / sizeof *beyond; i++)
        if (!strcmp(name, beyond[i])) return true;
    return false;
}

/* Element i of an argument of this kind. */
static inline double jax_input_element(const char *kind, uint32_t argument, uint32_t i)
{
    uint32_t x = i * 2654435761u + argument * 40503u + 12345u;
    x ^= x >> 15;
    x *= 2246822519u;
    x ^= x >> 13;
    if (!strcmp(kind, "float")) return ((int)(x % 33) - 16) / 8.0;
    if (!strcmp(kind, "positive")) return (x % 32 + 1) / 8.0;
    if (!strcmp(kind, "coarse")) return ((int)(x % 9) - 4) / 4.0;
    if (!strcmp(kind, "signed")) return (int)(x % 33) - 16;
    if (!strcmp(kind, "unsigned")) return x % 33;
    if (!strcmp(kind, "bool")) return x >> 4 & 1;
    if (strncmp(kind, "index:", 6) || atoi(kind + 6) < 1) abort(); /* cases.txt names a kind that its README does not */
    return x % (uint32_t)atoi(kind + 6);
}

#endif
