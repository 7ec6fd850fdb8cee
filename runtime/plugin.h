/* runtime/plugin.h - finding drivers: shared objects named libtrine-driver-NAME.so that define tri_driver_entry (runtime/device.h).
 *
 * Looked for, in this order: $TRINE_DRIVERS; then beside libtrine (or the program it is linked into) and beside the running program, where an
 * installation and a build tree have them. A plugin is opened when a device is asked for and stays mapped until the process ends, so what a driver
 * returned stays valid. Any thread. */
#ifndef TRI_RUNTIME_PLUGIN_H
#define TRI_RUNTIME_PLUGIN_H

#include "runtime/device.h"

/* The driver for devices of `kind` ("sim", "cuda") that can be a chip of `family` (null: whatever family). UNAVAILABLE says what was tried. */
tri_status *tri_driver_find(const char *kind, const char *family, const tri_driver **out_driver) TRI_NODISCARD;

/* Whether the comma-separated `list` holds `item`. */
bool tri_driver_lists(const char *list, const char *item);

#endif
