/* kernels/generic_sched.h - the schedule of the generic family (generic_sched.c), for generic.c. */
#ifndef TRI_KERNELS_GENERIC_SCHED_H
#define TRI_KERNELS_GENERIC_SCHED_H

#include "kernels/kernels.h"

/* Whether there is a recipe for the chip. */
bool tri_generic_is_scheduled(const tri_chip *chip);
/* The text of the schedule of a built kernel, whose statements it labels; null: there is none. */
const char *tri_generic_schedule(tri_func *kernel, const tri_config *config, const tri_chip *chip);

#endif
