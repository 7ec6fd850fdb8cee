/* tests/unit/systolic_sched_programs.h - scheduled programs for decoupled cores, written by hand as text, and a core to run them on. The tests
 * compare their results with sums of their own; the benchmark reads their simulated time. */
#ifndef TRI_TESTS_SYSTOLIC_SCHED_PROGRAMS_H
#define TRI_TESTS_SYSTOLIC_SCHED_PROGRAMS_H

#include "ir/sched.h"
#include "runtime/drivers/systolic_sim/systolic_sim.h"

/* C[m][n] = A[m][k] B[k][n] (+ bias[n]): programs of 8 banks of 128 x 512, chunks of kc through a ring, banks evacuated by two engines in turns and
 * stored by two rings. Buffers: A, B, perhaps the bias, C. */
typedef struct matmul_schedule {
    int64_t m, n, k, kc, depth, stages; /* stages: slots of evacuated tiles, for each engine */
    bool vector_only;                   /* else VEC and ACT (with a bias VEC and GP) evacuate in turns */
    bool first_in_tiles;                /* the first chunk of all comes 128 deep, so that work starts early */
    bool bias;
    bool all_at_once; /* all banks are acquired before the first product and published behind the last, as a plain expansion has it */
} matmul_schedule;
void matmul_text(tri_text *out, const matmul_schedule *schedule);

/* Causal attention over [tokens][heads][128], tokens a multiple of 1024: see systolic_sched_attention.c. Buffers: Q, K, V, O. */
typedef struct attention_schedule {
    int64_t tokens, heads;
    double scale;
    int64_t age[4];                      /* of the statistics, the transposes, the values, the rescaling */
    int64_t s_slots, t_slots, o_slots;   /* of two, one and one banks */
    bool vector_copies;                  /* transposes leave the accumulator by VEC, else by GP */
    int64_t general_share, dma_quarters; /* percent of the maxima made by GP; quarters of the transposes made by DMA */
} attention_schedule;
void attention_text(tri_text *out, const attention_schedule *schedule);

typedef struct sched_data {
    void *data; /* may be null when timing only */
    uint64_t bytes;
    bool written; /* else the program has to write all of it */
} sched_data;

/* Parses, verifies, compiles for the chip (a name, or the lines of a chip file) and runs. The listing, when asked for, is malloc'd. */
tri_status *sched_run(const char *chip, const char *text, size_t n_text, const sched_data *data, int n, bool timing_only,
                      tri_syssim_report *out_report, char **out_listing) TRI_NODISCARD;

#endif
