/* kernels/matmul_sched.h - the schedules of the matmul family (matmul_sched.c), for matmul.c. */
#ifndef TRI_KERNELS_MATMUL_SCHED_H
#define TRI_KERNELS_MATMUL_SCHED_H

#include "kernels/kernels.h"

/* Labels the statements of a built kernel as the recipes call them; false when it has others than they know (computed operands, several results). */
bool tri_matmul_name_statements(tri_func *kernel);
/* The text of the schedule, or null. */
const char *tri_matmul_schedule(tri_func *kernel, const tri_config *config, const tri_chip *chip);

#endif
