/* targets/llvm/codegen_worker.h - one running trine-codegen as its parent sees it: a process, a socket for frames, a pipe for what it prints.
 * Nothing here blocks but tri_worker_stop, which waits for a process that it has killed. A worker belongs to the thread that started it: the child
 * dies with that thread. */
#ifndef TRI_TARGETS_LLVM_CODEGEN_WORKER_H
#define TRI_TARGETS_LLVM_CODEGEN_WORKER_H

#include <sys/types.h>

#include "targets/llvm/codegen_wire.h"

typedef struct tri_worker {
    pid_t pid;           /* 0 = not running; then all else is empty */
    int channel, prints; /* frames both ways; its standard error, -1 once it is closed (poll skips that) */
    bool ended;          /* it closed its side: it is dead or dying */
    tri_text out, in;    /* frames not sent yet, bytes received and not used yet */
    size_t sent, used;
    tri_text said; /* the beginning of what it printed since tri_worker_send, at most 32 KiB */
} tri_worker;

/* All zero bytes are a worker that does not run. */
tri_status *tri_worker_start(tri_worker *worker, const char *program, int64_t memory_bytes) TRI_NODISCARD;

/* Queues a frame for sending and takes it; forgets what the worker said before. */
void tri_worker_send(tri_worker *worker, tri_text *frame);

/* Moves what can be moved now without waiting. */
tri_status *tri_worker_pump(tri_worker *worker) TRI_NODISCARD;
bool tri_worker_wants_to_send(const tri_worker *worker);

/* The next complete frame, if there is one: its payload, valid until the next call; else *out_payload is null. */
tri_status *tri_worker_next(tri_worker *worker, tri_wire_kind *out_kind, const void **out_payload, size_t *out_bytes) TRI_NODISCARD;

/* Kills the worker, waits for it and closes everything. *out_how (or null) gets how it ended, as waitpid says; -1 if nobody knows. What it said
 * goes to *out_said (or null), which the caller frees. */
void tri_worker_stop(tri_worker *worker, int *out_how, tri_text *out_said);

#endif
