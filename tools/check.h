/* tools/check.h - is what a device computed right? Decision 3, in two parts.
 *
 * Step by step: after each step of the plan, what it made is compared with what its region of the graph means on the device's own inputs of that
 * step, so that a failure names the kernel. End to end: the outputs are compared with the evaluator's on the same arguments.
 *
 *     check *check;
 *     TRI_TRY(check_begin(program, plan, &check));
 *     tri_run_options options = {.after_step = check_after_step, .context = check, .poison = true};
 *     ... tri_executable_run(executable, ..., &options, &report) ...
 *     TRI_TRY(check_whole(check, inputs, outputs));
 *     const check_verdict *verdict = check_verdict_of(check);
 *     check_end(check);
 *
 * A wrong answer is no error of these functions: they go on to the end and the verdict says so. Memory: the tensors of one step at a time. */
#ifndef TRI_TOOLS_CHECK_H
#define TRI_TOOLS_CHECK_H

#include "abi/plan.h"
#include "ir/eval.h"
#include "tri/runtime.h"

typedef struct check check;

typedef struct check_verdict {
    bool pass;
    double worst;    /* the largest error over its bound, of all steps; 1 is the limit */
    char where[320]; /* "step 12 (dot_general+add) out0[77]"; "" when nothing was compared */
    double rel_l2;   /* the largest of the outputs, end to end */
    size_t failed_steps;
    const char *account; /* of what failed first: kernel, family, config, place, values, bound; "" when nothing did. Lives until check_end */
} check_verdict;

/* Program and plan outlive the check. INVALID when the artifact's graph does not parse or does not fit its plan. */
tri_status *check_begin(const tri_program *program, const tri_plan *plan, check **out_check) TRI_NODISCARD;
tri_step_callback check_after_step; /* its context is the check */
tri_status *check_whole(check *check, const tri_tensor *inputs, void *const *outputs) TRI_NODISCARD;
const check_verdict *check_verdict_of(const check *check);
void check_end(check *check);

#endif
