/* kernels/attention_sched.h - configs and schedules of the attention family (attention_sched.c), for attention.c. */
#ifndef TRI_KERNELS_ATTENTION_SCHED_H
#define TRI_KERNELS_ATTENTION_SCHED_H

#include "ir/attention.h"
#include "kernels/kernels.h"

/* The config of the fast form; false where no recipe fits the problem on this chip. `pack` says whether heads may be packed into rows. */
bool tri_attention_scheduled_config(tri_config *config, const tri_attention_shape *shape, tri_dtype dtype, bool pack, const tri_chip *chip);
/* The schedule of a built kernel as text, or null. */
const char *tri_attention_schedule(tri_func *kernel, const tri_config *config, const tri_chip *chip);

#endif
