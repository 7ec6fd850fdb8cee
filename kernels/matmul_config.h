/* kernels/matmul_config.h - the configs of the matmul family's fast form (matmul_config.c), for matmul.c and matmul_sched.c. */
#ifndef TRI_KERNELS_MATMUL_CONFIG_H
#define TRI_KERNELS_MATMUL_CONFIG_H

#include "kernels/kernels.h"

/* Ways to schedule a matmul, in the order in which a chip's capabilities are asked. */
typedef enum tri_matmul_recipe {
    TRI_MATMUL_QUEUES,  /* engines with queues of their own; the matrix unit accumulates in banks */
    TRI_MATMUL_BUNDLE,  /* one instruction stream; products leave through the vector unit */
    TRI_MATMUL_THREADS, /* one role copies tiles, others multiply asynchronously */
    TRI_MATMUL_MERGED,  /* all threads copy and multiply */
    TRI_MATMUL_RECIPES  /* none */
} tri_matmul_recipe;
tri_matmul_recipe tri_matmul_recipe_of(const tri_chip *chip);

/* Which of its dimensions an operand has contiguous in memory. */
typedef enum tri_matmul_minor { TRI_MINOR_K, TRI_MINOR_SPAN, TRI_MINOR_OTHER } tri_matmul_minor;

/* [m,k] x [k,n], `repeats` times, with what is done to the result. */
typedef struct tri_matmul_problem {
    int64_t m, n, k;
    double repeats;            /* products of the kernel: batches and free dimensions that are grid axes */
    double walks;              /* contracted positions beside k */
    tri_dtype dtype, result;   /* of the operands, of what is stored */
    tri_matmul_minor minor[2]; /* of the left and right operand */
    double vector, function;   /* operations on each element behind the product */
    double extra;              /* bytes read behind the product, all programs */
    bool splits;               /* the contracted dimension can be dealt out to programs */
} tri_matmul_problem;

/* Into how many equal pieces of at most `most` a block of `size` is cut. */
int64_t tri_matmul_pieces(int64_t size, int64_t most);

/* tri_family.candidates; 0 where no recipe fits the chip. */
int tri_matmul_candidates(const tri_matmul_problem *problem, const tri_chip *chip, tri_candidate *out, int most);

#endif
