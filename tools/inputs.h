/* tools/inputs.h - the arguments of a run: from files, by a rule, or random as decision 3 says. */
#ifndef TRI_TOOLS_INPUTS_H
#define TRI_TOOLS_INPUTS_H

#include "abi/plan.h"
#include "ir/eval.h"
#include "tools/cli.h"

tri_type tensor_type_of(const tri_plan_tensor *tensor);

/* Makes the values of `n` arguments. `specs` are ARG=SPEC words, ARG a name or a number, SPEC a FILE.npy, random[:SEED], zeros or iota; an argument
 * without one is looked for in the file `weights` (or null) by name, and else is random:0. USAGE for an ARG that is not there or a SPEC that is none.
 * The tensors and their data belong to the caller: tri_tensor_free and free. */
tri_status *inputs_make(cli_session *session, const tri_plan_tensor *arguments, size_t n, const cli_list *specs, const char *weights,
                        tri_tensor **out) TRI_NODISCARD;

#endif
