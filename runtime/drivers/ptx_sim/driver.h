/* driver.h - the driver as a value, for the plugin and for programs that link the simulator in (tests). */
#ifndef TRI_PTX_DRIVER_H
#define TRI_PTX_DRIVER_H

#include "runtime/device.h"

extern const tri_driver tri_ptx_driver;

#endif
