/* tests/unit/sched_mutate.h - mutants of a scheduled program, and what becomes of them: the test of the tests. Any scheduled program will do, written
 * by hand or expanded.
 *
 *     sched_case c = sched_case_open(kernel, scheduled)     buffers with random contents, the bits of the tile program
 *     sched_case_run(&c, scheduled, 0, n, false, &why)      n interleavings in each mode of completion: what happened
 *     sched_mutants(module, scheduled, kind)                how many mutants of a kind there are
 *     sched_mutant(module, scheduled, kind, which, text)    one of them, and what was done in words */
#ifndef TESTS_SCHED_MUTATE_H
#define TESTS_SCHED_MUTATE_H

#include "ir/eval_tile.h"
#include "ir/sched.h"

typedef enum sched_mutation {
    SCHED_DROP_TOKEN, /* an acquire, publish, await (its tile becomes zeros), release, take or give */
    SCHED_DROP_JOIN,
    SCHED_LATER_JOIN,     /* a join with one mma more under way */
    SCHED_LESS_DEPTH,     /* a ring with one slot less */
    SCHED_SWAP,           /* two statements in a row exchanged, where no value forbids it and one of them synchronises or is asynchronous */
    SCHED_MOVE_RELEASE,   /* a release in front of the last statement before it that is no release */
    SCHED_LESS_MULTICAST, /* a load into the slots of all ranks goes to its own alone */
    SCHED_MUTATIONS
} sched_mutation;

extern const char *const sched_mutation_names[SCHED_MUTATIONS];

uint32_t sched_mutants(const tri_func *scheduled, sched_mutation kind);
/* Added to `module`, whose arena may be freed behind it. */
tri_func *sched_mutant(tri_module *module, const tri_func *scheduled, sched_mutation kind, uint32_t which, tri_text *what);

typedef struct sched_case {
    const tri_func *kernel;
    uint32_t n_buffers;
    tri_tensor *inputs, *wants; /* what the buffers hold before, and after the tile program */
} sched_case;

/* Buffers of integers hold 0, 1, 2, ... (modulo 4), so that they can be positions. */
sched_case sched_case_open(const tri_func *kernel);
void sched_case_close(sched_case *c);

typedef enum sched_outcome { SCHED_RIGHT, SCHED_WRONG, SCHED_REPORTED } sched_outcome;
/* Runs interleavings first..first+n-1 in each mode until one is not right; `why` gets the report, or the first wrong element. unchecked: see
 * tri_sched_options. */
sched_outcome sched_case_run(const sched_case *c, const tri_func *scheduled, uint64_t first, uint64_t n, bool unchecked, tri_text *why);

typedef struct sched_tally {
    uint32_t mutants, verifier, evaluator, right, happened; /* refused, reported, legal; of the refused: what goes wrong when nobody checks */
} sched_tally;

/* Tries at most `most` mutants of a kind, spread over the program; fails the test for one that goes unnoticed (wrong bits without a report) and,
 * where must_be_reported, for one that the verifier or the evaluator alone lets pass. Adds to the tally. SCHED_VERBOSE says what became of each. */
void sched_try_mutants(const sched_case *c, const tri_func *scheduled, sched_mutation kind, uint32_t most, uint64_t interleavings,
                       bool must_be_reported, sched_tally *tally);

#endif
