/* runtime/drivers/cuda/cuda_driver.h - what the files of the driver share: the library (cuda_library.c), the device with its memory and its queue
 * (cuda_device.c), code and launches (cuda_code.c). */
#ifndef TRI_CUDA_DRIVER_H
#define TRI_CUDA_DRIVER_H

#include "runtime/device.h"
#include "runtime/drivers/cuda/cuda_abi.h"

enum { TRI_CUDA_NAMES = 8, TRI_CUDA_NAME = 64, TRI_CUDA_DEFAULT_LIMIT = 60 /* seconds */ };

struct tri_device {
    tri_cuda_calls calls;
    cu_device device;
    cu_context context; /* the primary one; null: not retained */
    cu_stream stream;
    bool own_stream;
    int limit;       /* seconds */
    int shared_most; /* bytes of shared memory a block may ask for */
    int ordinal;
    size_t n_marks, marks_room;
    cu_event *marks;
    /* What was queued since the last wait: the first names, and how many. */
    char queued[TRI_CUDA_NAMES][TRI_CUDA_NAME];
    uint64_t n_queued;
    /* An error ended the context: nothing more can be done with it. If it hangs, not even freeing. */
    bool ended, hung;
    char why[768];
};

/* Opens libcuda.so.1, which stays mapped, and initialises it. UNAVAILABLE says why there is none. */
tri_status *tri_cuda_open_library(tri_cuda_calls *out_calls) TRI_NODISCARD;
/* Null for SUCCESS, else what the driver calls `result`, and `call`, which gave it. */
tri_status *tri_cuda_error(const tri_cuda_calls *calls, cu_result result, const char *call) TRI_NODISCARD;

/* The same of a device: an error that ends the context names the kernels that were queued, and is kept for all later calls. */
tri_status *tri_cuda_check(tri_device *device, cu_result result, const char *call) TRI_NODISCARD;
#define CUDA_TRY(device, name, ...) TRI_TRY(tri_cuda_check((device), (device)->calls.name(__VA_ARGS__), #name))

/* Makes the device's context the thread's current one, until `leave`, which hands on `status`, or what went wrong with itself. The callers's own
 * context, if any, is under it. */
tri_status *tri_cuda_enter(tri_device *device) TRI_NODISCARD;
tri_status *tri_cuda_leave(tri_device *device, tri_status *status) TRI_NODISCARD;
/* For letting go of things, which is also tried in a context that has ended. False: the device hangs, and would hang the caller. */
bool tri_cuda_enter_to_release(tri_device *device, bool *out_entered);
void tri_cuda_leave_released(tri_device *device, bool entered);

void tri_cuda_remember(tri_device *device, const char *name); /* of what was queued */

tri_status *tri_cuda_load(tri_device *device, const char *name, const void *image, size_t n, tri_code_image **out_code) TRI_NODISCARD;
void tri_cuda_unload(tri_device *device, tri_code_image *code);
tri_status *tri_cuda_launch(tri_device *device, tri_code_image *code, const tri_launch *launch, tri_launch_report *out_report) TRI_NODISCARD;

extern const tri_driver tri_cuda_driver;

#endif
