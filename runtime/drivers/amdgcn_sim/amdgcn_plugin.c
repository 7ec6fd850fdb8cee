/* amdgcn_plugin.c - the plugin's one symbol. */
#include "runtime/drivers/amdgcn_sim/amdgcn_driver.h"

TRI_API const tri_driver *tri_driver_entry(void);

const tri_driver *tri_driver_entry(void) { return tri_amdgcn_sim_driver(); }
