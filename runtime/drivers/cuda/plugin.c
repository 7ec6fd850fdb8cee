/* runtime/drivers/cuda/plugin.c - the symbol by which the runtime finds the driver. */
#include "runtime/drivers/cuda/cuda_driver.h"

TRI_API const tri_driver *tri_driver_entry(void);
const tri_driver *tri_driver_entry(void) { return &tri_cuda_driver; }
