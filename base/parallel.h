/* base/parallel.h - one loop on all cores. Iterations are handed out in blocks, so which thread runs which is not defined; the body must give the
 * same result in any order. Nested calls run in the calling thread. The number of threads is that of the host's cores, at most 64; TRINE_THREADS
 * lowers it. */
#ifndef TRI_BASE_PARALLEL_H
#define TRI_BASE_PARALLEL_H

#include <stddef.h>

typedef void tri_parallel_body(void *context, size_t first, size_t end);

int tri_parallel_threads(void);
/* Runs body over [0, n) in pieces of at most `grain` iterations (0: n / (8 * threads), at least 1) and returns when all are done. When no thread
 * can be started the calling thread does the work alone. */
void tri_parallel(size_t n, size_t grain, tri_parallel_body *body, void *context);

#endif
