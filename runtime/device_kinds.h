/* runtime/device_kinds.h - the kinds of real devices, and how to say that there are none. */
#ifndef TRI_RUNTIME_DEVICE_KINDS_H
#define TRI_RUNTIME_DEVICE_KINDS_H

#include "tri/status.h"

typedef struct tri_device_kind {
    const char *kind;    /* what stands before the colon */
    const char *library; /* the vendor's driver */
    const char *vendor;
} tri_device_kind;

static const tri_device_kind tri_device_kinds[] = {
    {"cuda", "libcuda.so.1", "NVIDIA"},
    {"hip", "libamdhip64.so", "AMD"},
};
enum { TRI_DEVICE_KINDS = sizeof tri_device_kinds / sizeof *tri_device_kinds };

/* Why a kind is absent: the vendor's library, or, when that is there, our plugin: then `no_driver`, which it takes, is the answer. */
tri_status *tri_device_kind_absent(const tri_device_kind *kind, tri_status *no_driver) TRI_NODISCARD;

#endif
