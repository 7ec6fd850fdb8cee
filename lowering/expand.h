/* lowering/expand.h - tile program + schedule + what the chip can do -> scheduled program (docs/scheduled-programs.md).
 *
 * Two ways, by what runs the roles. On chips whose engines have queues of their own the loops are unrolled and every statement instance finds its
 * place by (step + stage, place in the step's order): expand_queues.c. Where threads run the roles the steps stay a loop with peeled ends:
 * expand_threads.c. */
#ifndef TRI_LOWERING_EXPAND_H
#define TRI_LOWERING_EXPAND_H

#include "abi/chip.h"
#include "ir/ir.h"
#include "lowering/schedule.h"

/* The scheduled program `name` of `kernel`, which has a schedule, in `into`. UNSUPPORTED when the schedule asks for what the chip or this pass lacks;
 * INVALID, naming the statements, when it breaks the stage rule. The result has still to be verified (ir/sched.h). */
tri_status *tri_expand(tri_module *into, const char *name, const tri_func *kernel, const tri_chip *chip, tri_func **out_scheduled) TRI_NODISCARD;

/* The two ways. */
tri_status *tri_expand_queues(tri_module *into, const char *name, const tri_func *kernel, const tri_schedule *schedule, bool bundle,
                              tri_func **out_scheduled) TRI_NODISCARD;
tri_status *tri_expand_threads(tri_module *into, const char *name, const tri_func *kernel, const tri_schedule *schedule, const tri_chip *chip,
                               tri_func **out_scheduled) TRI_NODISCARD;

/* The coordinates on the grid of logical program `p` in the schedule's order: index statements in `block`, one value an axis. */
tri_status *tri_expand_order(tri_block *block, tri_value *p, const tri_func *kernel, const tri_schedule *schedule,
                             tri_value **out_axes) TRI_NODISCARD;

#endif
