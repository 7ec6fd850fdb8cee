/* base/parallel.c - threads are started for each loop and joined at its end: tens of microseconds, spent only on loops of milliseconds. No pool
 * means no global state, nothing to shut down, and fork-safety. */
#include "base/parallel.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

enum { MOST_THREADS = 64 };

static _Thread_local bool inside;

typedef struct loop {
    size_t n, grain;
    atomic_size_t next;
    tri_parallel_body *body;
    void *context;
} loop;

int tri_parallel_threads(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    const char *lowered = getenv("TRINE_THREADS");
    if (lowered) {
        long wanted = strtol(lowered, NULL, 10);
        if (wanted > 0 && wanted < n) n = wanted;
    }
    return n < 1 ? 1 : n > MOST_THREADS ? MOST_THREADS : (int)n;
}

static void *work(void *argument)
{
    loop *l = argument;
    bool outer = inside;
    inside = true;
    for (;;) {
        size_t first = atomic_fetch_add(&l->next, l->grain);
        if (first >= l->n) break;
        l->body(l->context, first, l->n - first < l->grain ? l->n : first + l->grain);
    }
    inside = outer;
    return NULL;
}

void tri_parallel(size_t n, size_t grain, tri_parallel_body *body, void *context)
{
    int threads = inside ? 1 : tri_parallel_threads();
    if (!grain) grain = n / (8 * (size_t)threads);
    if (!grain) grain = 1;
    loop l = {.n = n, .grain = grain, .body = body, .context = context};
    pthread_t started[MOST_THREADS];
    int n_started = 0;
    while (n_started < threads - 1 && (size_t)(n_started + 1) * grain < n && !pthread_create(&started[n_started], NULL, work, &l)) n_started++;
    work(&l);
    for (int i = 0; i < n_started; i++) pthread_join(started[i], NULL);
}
