/* amdgcn_driver.h - the driver, for the plugin and for tests that link it directly. */
#ifndef TRI_AMDGCN_SIM_AMDGCN_DRIVER_H
#define TRI_AMDGCN_SIM_AMDGCN_DRIVER_H

#include "runtime/device.h"

const tri_driver *tri_amdgcn_sim_driver(void);

#endif
