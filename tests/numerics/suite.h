/* tests/numerics/suite.h - the run of many trials on one chip: who offers them, and how they are counted. */
#ifndef TESTS_NUMERICS_SUITE_H
#define TESTS_NUMERICS_SUITE_H

#include "targets/compile.h"
#include "tests/numerics/harness.h"

typedef struct suite {
    rig rig;
    bool thorough;      /* the long tier */
    const char *filter; /* only trials whose name holds this; or null */
    int passed, failed, beyond;
} suite;

/* Runs one trial and counts it. UNSUPPORTED counts as `beyond` when the trial asks for a dtype the chip lacks, else as failed. */
void suite_try(suite *suite, const trial *trial);
/* The same with the configs of `source`; the first kernel's has to say `want`. */
void suite_try_with(suite *suite, const trial *trial, const tri_config_source *source, const char *want);
bool suite_wants(const suite *suite, const char *name);

/* The sources of trials, one a file. */
void suite_elementwise(suite *suite); /* every elementwise op by the op tables */
void suite_contractions(suite *suite);
void suite_splits(suite *suite);
void suite_clusters(suite *suite);
void suite_attention(suite *suite);
void suite_files(suite *suite, const char *folder);   /* cases/ *.mlir */
void suite_goldens(suite *suite, const char *folder); /* tests/golden/jax */
void suite_random(suite *suite);
void suite_broken(suite *suite); /* kernels made wrong on purpose: they must fail */

#endif
