/* targets/target.h - what a target is: it turns tile programs into code images for the chips of one family.
 *
 * A target is one folder and one row of targets/targets.c. It sees the chip's data and the tile program; nothing above targets/ knows its name. */
#ifndef TRI_TARGETS_TARGET_H
#define TRI_TARGETS_TARGET_H

#include "abi/chip.h"
#include "abi/tensor_map.h"
#include "ir/ir.h"

typedef struct tri_target_options {
    int jobs;                                                   /* children at once; 0: one a core */
    bool want_text;                                             /* keep what --emit llvm, asm, systolic prints */
    void (*progress)(void *context, size_t done, size_t total); /* or null */
    void *context;
} tri_target_options;

/* The code of one kernel. Strings and bytes are malloc'd and freed by tri_kernel_code_free. */
typedef struct tri_kernel_code {
    int n_images;         /* 1, or 2: a portable form and a finished one, the best last */
    const char *kinds[2]; /* static: "ptx", "cubin", "hsaco", "systolic" */
    void *images[2];
    size_t sizes[2];
    uint32_t grid[3], block[3];
    uint32_t shared_bytes;        /* dynamic */
    uint32_t static_shared_bytes; /* declared by the code; scratchpad bytes of a systolic kernel */
    int32_t registers, spills;    /* -1: unknown */
    uint64_t code_bytes;
    uint32_t n_maps;      /* hidden parameters behind the buffers */
    tri_tensor_map *maps; /* malloc'd */
    char *llvm, *text;    /* with want_text: LLVM IR, and assembly; else null */
} tri_kernel_code;
void tri_kernel_code_free(tri_kernel_code *code);

/* What a scheduled program takes of a chip: the most of each resource at any time. What a family has none of is 0. */
typedef struct tri_budget {
    int64_t threads, registers, shared_bytes, barriers; /* of a block; registers of a thread of the role that needs most */
    int64_t scratchpad_bytes, acc_banks, semaphores, instructions;
    int64_t bank_conflicts; /* cycles lost to busy banks by each kind of read of each ring, along one row */
} tri_budget;

/* Consecutive launches of a plan, for a target that can make one program of them. Buffers with the same `memory` are parts of one piece of it. */
typedef struct tri_join_buffer {
    uint32_t memory;
    bool passing; /* as all of its memory: nobody reads it behind the list's steps */
    uint64_t offset, bytes;
} tri_join_buffer;

typedef struct tri_join_step {
    const void *image; /* of the kernel, as the target made it */
    size_t n;
    uint32_t n_buffers;
    const uint32_t *buffers;
} tri_join_step;

typedef struct tri_join_list {
    uint32_t n_steps, n_buffers, n_memories;
    uint32_t n_behind; /* steps that follow these in the array: not to be joined, but they read */
    const tri_join_step *steps;
    const tri_join_buffer *buffers;
    size_t memory_limit; /* that joining may take, bytes; 0: none */
} tri_join_list;

/* `n_steps` of a list, two or more, as one program. */
typedef struct tri_joined {
    uint32_t first, n_steps, n_buffers;
    const uint32_t *buffers; /* its arguments */
    tri_kernel_code code;
} tri_joined;

typedef struct tri_target {
    const char *family; /* of chips: the `family` key */
    const char *doc;
    /* Compiles kernels[i] (verified tile programs, entry symbol = its name) into codes[i]. All errors are collected, each with a note naming its
     * kernel; UNSUPPORTED when the chip lacks something. On an error no code is kept. Deterministic: the same kernels give the same bytes. */
    tri_status *(*compile)(const tri_chip *chip, size_t n, const tri_func *const *kernels, const tri_target_options *options, tri_kernel_code *codes);
    /* Whether a verified scheduled program can be compiled for the chip, and what it takes: UNSUPPORTED says what it lacks or which budget breaks.
     * The tuner asks the same function. Null: the target knows the empty schedule alone. A program it accepts is accepted by `compile`. */
    tri_status *(*budget)(const tri_chip *chip, const tri_func *scheduled, tri_budget *out_budget);
    /* One program of as many of the first steps of the list as it can be made of, then of those behind them, with the results of launching them one
     * after another wherever the list's memories do not share bytes. What cannot be joined is left out and no error. The caller's are `out_joined`,
     * with room for n_steps / 2, and the memory of their arguments, with room for as many as all steps have; on an error there is no code. Null: the
     * target has no such programs. */
    tri_status *(*join)(const tri_chip *chip, const tri_join_list *list, uint32_t *arguments, tri_joined *out_joined, uint32_t *out_n);
} tri_target;

const tri_target *tri_target_find(const tri_chip *chip); /* null: no target for this family */
extern const tri_target tri_target_nvptx, tri_target_amdgcn, tri_target_systolic, tri_target_null;

#endif
