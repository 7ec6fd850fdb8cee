/* abi/plan.h - what a compiled program is, between the compiler that makes it and the runtime that runs it; abi/artifact.h is its form as a file.
 *
 * A program has one source module and, per chip and entry point, a plan: buffers with fixed places, kernels with their code, and steps in order. All
 * shapes are static, so a plan holds no expressions. Names (of chips, entry points, tensors, kernels, families, kinds of code) have 1 to 255 bytes
 * and no control characters. Everything here is plain data that points into one owner (an arena of the compiler, or the mapped file of an opened
 * artifact); nothing is freed alone. */
#ifndef TRI_ABI_PLAN_H
#define TRI_ABI_PLAN_H

#include <stddef.h>
#include <stdint.h>

#include "abi/tensor_map.h"
#include "base/dtype.h"

enum { TRI_MOST_DIMS = 8 };

/* An argument or result of an entry point. Row-major, dense. */
typedef struct tri_plan_tensor {
    const char *name; /* as in the module: "arg0", "out0" where unnamed */
    tri_dtype dtype;
    int32_t rank;
    int64_t dims[TRI_MOST_DIMS];
} tri_plan_tensor;

typedef enum tri_buffer_kind {
    TRI_BUFFER_INPUT,    /* index: the argument */
    TRI_BUFFER_OUTPUT,   /* index: the result */
    TRI_BUFFER_CONSTANT, /* offset: in the constants of the artifact */
    TRI_BUFFER_SCRATCH,  /* offset: in the plan's scratch memory; buffers whose lives do not meet share bytes */
    TRI_BUFFER_KINDS
} tri_buffer_kind;

/* An input's or output's buffer is the whole tensor at offset 0. Every output that has bytes has one; an input that nothing reads needs none. */
typedef struct tri_plan_buffer {
    tri_buffer_kind kind;
    uint32_t index;
    uint64_t offset, bytes;
} tri_plan_buffer;

/* One stored code image. Several kernels may share one. A kernel that can be had in two forms (PTX and cubin) names both, best last. */
typedef struct tri_plan_code {
    const char *kind; /* "ptx", "cubin", "hsaco", "systolic": what tri_driver.code speaks of */
    const void *bytes;
    uint64_t n;
} tri_plan_code;

typedef struct tri_plan_kernel {
    const char *name;   /* the symbol in its code image */
    const char *family; /* "matmul", "generic" */
    const char *config; /* named integers: "bm=64 bn=64 bk=32" */
    uint32_t code[2];   /* indices of the plan's code images; code[1] = UINT32_MAX where there is one form only */
    uint32_t grid[3], block[3];
    uint32_t shared_bytes;        /* dynamic; what the code declares itself is not counted here */
    int32_t registers, spills;    /* -1: unknown or meaningless */
    uint32_t static_shared_bytes; /* shared memory, LDS, or scratchpad bytes in use */
    uint64_t code_bytes;
    uint64_t flops, bytes_read, bytes_written; /* exact counts of the tile program over the whole grid */
    uint32_t n_maps;                           /* hidden parameters behind the buffers, abi/tensor_map.h */
    const tri_tensor_map *maps;
} tri_plan_kernel;

typedef enum tri_step_kind { TRI_STEP_LAUNCH, TRI_STEP_COPY, TRI_STEP_KINDS } tri_step_kind;

typedef struct tri_plan_step {
    tri_step_kind kind;
    uint32_t kernel;    /* launch */
    uint32_t n_buffers; /* launch: the kernel's parameters in order. copy: 2, to and from */
    const uint32_t *buffers;
    uint64_t bytes;    /* copy: no more than either buffer has */
    uint32_t graph_op; /* the op of the plan's graph, in order of its body, that this step computes; UINT32_MAX: the next step ends it */
    const char *label; /* for people: "dot_general+add", and in messages */
} tri_plan_step;

/* Steps that one launch can do: with the results of launching them one after another. A runtime that shows or checks each step launches the steps. */
typedef struct tri_plan_segment {
    uint32_t first, n_steps; /* steps first .. first + n_steps - 1: one or more, all launches; segments ascend and do not overlap */
    uint32_t kernel;         /* what does their work */
    uint32_t n_buffers;
    const uint32_t *buffers; /* its parameters in order. Their memories are taken to be apart, but for what the plan itself puts together */
} tri_plan_segment;

typedef struct tri_plan {
    const char *chip;      /* its name */
    const char *chip_text; /* its whole description, tri_chip_print */
    const char *entry;     /* the function: "main" */
    const char *graph;     /* the tensor IR after fusion, as text: what each step means (see tri_plan_step.graph_op) */
    uint32_t n_inputs, n_outputs, n_buffers, n_kernels, n_codes, n_steps, n_segments;
    const tri_plan_tensor *inputs, *outputs;
    const tri_plan_buffer *buffers;
    const tri_plan_kernel *kernels;
    const tri_plan_code *codes;
    const tri_plan_step *steps;
    const tri_plan_segment *segments;
    uint64_t scratch_bytes;
} tri_plan;

typedef struct tri_program {
    const char *producer; /* "trine 0.1.0" */
    const char *source;   /* the module as the printer writes it */
    const char *tuning;   /* records of the choices made, a line a problem; "" when all are defaults */
    const void *constants;
    uint64_t constants_bytes;
    uint32_t n_plans;
    const tri_plan *plans;
} tri_program;

#endif
