/* ir/eval_tile.h - the meaning of a tile program: programs of the grid run in seeded random order, f64 arithmetic rounded per op, with a shadow of
 * every buffer.
 *
 * It reports, as INVALID with kernel, statement and program ids: reads of what nobody wrote, two programs writing one element (unless add or max),
 * reads of an `out` buffer, fetches outside their stated range, gather positions out of range, an assume that is false. Thread rule: evaluating does
 * not change the kernel. */
#ifndef TRI_IR_EVAL_TILE_H
#define TRI_IR_EVAL_TILE_H

#include "ir/eval.h"

typedef struct tri_tile_counts {
    uint64_t programs, flops, bytes_loaded, bytes_stored; /* windows in full, out-of-range parts left out; the mma's 2*m*n*k, a map's ops */
} tri_tile_counts;

typedef struct tri_eval_tile_options {
    uint64_t seed;           /* of the order of programs */
    uint64_t most_programs;  /* 0: no limit */
    tri_tile_counts *counts; /* or null */
} tri_eval_tile_options;

/* buffers[i].data is memory of the kernel's i-th buffer: in and inout hold their contents, out is written, work is cleared first. */
tri_status *tri_eval_kernel(const tri_func *kernel, const tri_tensor *buffers, const tri_eval_tile_options *options) TRI_NODISCARD;
/* The counts alone, without values; data-dependent trip counts are taken as their bound. */
tri_status *tri_count_kernel(const tri_func *kernel, tri_tile_counts *out_counts) TRI_NODISCARD;

#endif
