/* targets/compile.h - what of compiling the tools use besides the public header: the program as data, and the lowered graph. */
#ifndef TRI_TARGETS_COMPILE_H
#define TRI_TARGETS_COMPILE_H

#include "abi/plan.h"
#include "ir/ir.h"
#include "kernels/kernels.h"
#include "targets/target.h"
#include "tri/compile.h"

const tri_program *tri_compiled_program(const tri_compiled *compiled);

/* Who answers "which config?": as tri_family.candidates, which it replaces. A tuner's, or a benchmark's. */
typedef struct tri_config_source {
    int (*candidates)(void *context, const tri_family *family, const tri_op *group, const tri_chip *chip, tri_candidate *out, int most);
    void *context;
} tri_config_source;

/* tri_compile with the configs of `source`; null: the families'. */
tri_status *tri_compile_with(const char *text, size_t n, const char *file, const tri_compile_options *options, const tri_config_source *source,
                             tri_compiled **out_compiled) TRI_NODISCARD;

/* The chip-neutral half: verify, inline, decompose, simplify, fuse. `module` is rewritten in place and ends at TRI_LEVEL_KERNELS. */
tri_status *tri_lower_module(tri_module **module) TRI_NODISCARD;
/* The same with the pass match_attention, whose remarks are in the module. */
tri_status *tri_lower_module_matching(tri_module **module) TRI_NODISCARD;

/* Places the values of a fused function: see plan.c. Kernel tables are filled by the caller, which compiles one kernel per entry of `unique`. */
typedef struct tri_planned {
    tri_plan plan; /* without kernels, codes, chip and graph text */
    uint32_t n_unique;
    const tri_op **unique; /* one tri.kernel op for each different kernel, in order of first use */
    const void *constants;
    uint64_t constants_bytes;
} tri_planned;
tri_status *tri_plan_module(const tri_module *module, tri_planned *out_planned) TRI_NODISCARD;

/* A kernel of `unique` that was cut in two at its combine (lowering/combine.c), for one chip. */
typedef struct tri_plan_cut {
    const tri_func *rest; /* the second half, whose last buffers are the work buffers of both; null: the kernel is whole */
    uint32_t second;      /* its index among the plan's kernels */
} tri_plan_cut;
/* Launches of kernels that were cut become two, with scratch memory for what goes from one to the other: `cuts` has an entry a unique kernel. */
void tri_plan_cut_steps(tri_arena *arena, const tri_plan_cut *cuts, tri_plan *plan);

/* Code that was made; who holds the list frees it. */
typedef TRI_VEC(tri_kernel_code) tri_codes;

/* Adds the segments of a plan whose kernels are compiled: see segments.c. */
tri_status *tri_plan_segments(const tri_chip *chip, const tri_target *target, tri_arena *arena, tri_codes *codes, tri_plan *plan) TRI_NODISCARD;

#endif
