/* runtime/drivers/cuda/cuda_device.c - cuda:N: the device, its memory, its queue and its clock.
 *
 * A device works in its primary context, which other libraries of the process share, and in one stream: its own, or the caller's. Every call makes
 * the context current and puts the thread's former one back. Launches and copies are queued; whoever waits polls the stream and gives up after the
 * device's limit, because the driver's own waits never end when a kernel does not. An error of a kernel ends the context for good, so it is kept and
 * answers every later call; a hung device is left alone altogether, and its memory with it. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "runtime/drivers/cuda/cuda_driver.h"

/* Errors. */

static bool ends_context(cu_result result)
{
    switch (result) {
#define CU_RESULT_ENDS(name, number, code, ends)                                                                                                     \
    case number: return ends;
        CU_RESULTS(CU_RESULT_ENDS)
#undef CU_RESULT_ENDS
    default: return false;
    }
}

void tri_cuda_remember(tri_device *device, const char *name)
{
    if (device->n_queued < TRI_CUDA_NAMES) snprintf(device->queued[device->n_queued], TRI_CUDA_NAME, "%s", name);
    device->n_queued++;
}

/* "k0_dot, k1_add and 3 more", or "nothing". */
static void print_queue(const tri_device *device, tri_text *out)
{
    for (uint64_t i = 0; i < device->n_queued && i < TRI_CUDA_NAMES; i++) tri_text_addf(out, "%s%s", i ? ", " : "", device->queued[i]);
    if (device->n_queued > TRI_CUDA_NAMES) tri_text_addf(out, " and %llu more", (unsigned long long)(device->n_queued - TRI_CUDA_NAMES));
    if (!device->n_queued) tri_text_add(out, "nothing");
}

/* Ends the device with what `why` (taken) says. */
static tri_status *end(tri_device *device, tri_status *why)
{
    tri_text queue = {0};
    print_queue(device, &queue);
    device->ended = true;
    snprintf(device->why, sizeof device->why, "%.400s; queued since the last wait: %.200s; cuda:%d can do nothing more in this process",
             tri_status_message(why), tri_text_string(&queue), device->ordinal);
    tri_text_free(&queue);
    tri_status_free(why);
    return tri_error(TRI_FAULT, TRI_NOWHERE, "%s", device->why);
}

tri_status *tri_cuda_check(tri_device *device, cu_result result, const char *call)
{
    tri_status *status = tri_cuda_error(&device->calls, result, call);
    return status && ends_context(result) ? end(device, status) : status;
}

/* The context. */

tri_status *tri_cuda_enter(tri_device *device)
{
    if (device->ended) return tri_error(TRI_FAULT, TRI_NOWHERE, "%s", device->why);
    CUDA_TRY(device, cuCtxPushCurrent_v2, device->context);
    return NULL;
}

tri_status *tri_cuda_leave(tri_device *device, tri_status *status)
{
    cu_context popped;
    tri_status *failed = tri_cuda_check(device, device->calls.cuCtxPopCurrent_v2(&popped), "cuCtxPopCurrent_v2");
    if (!status) return failed;
    tri_status_free(failed);
    return status;
}

bool tri_cuda_enter_to_release(tri_device *device, bool *out_entered)
{
    *out_entered = !device->hung && device->calls.cuCtxPushCurrent_v2(device->context) == TRI_CUDA_SUCCESS;
    return !device->hung;
}

void tri_cuda_leave_released(tri_device *device, bool entered)
{
    cu_context popped;
    if (entered) (void)device->calls.cuCtxPopCurrent_v2(&popped);
}

/* `call`, an expression that gives a status, inside of the context. */
#define INSIDE(device, call)                                                                                                                         \
    do {                                                                                                                                             \
        TRI_TRY(tri_cuda_enter(device));                                                                                                             \
        return tri_cuda_leave((device), (call));                                                                                                     \
    } while (0)

/* The queue. */

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static tri_status *wait_for_queue(tri_device *device)
{
    static const struct timespec nap = {0, 20000};
    static const double patience = 200e-6; /* short work is waited for without sleeping */
    double begin = now();
    for (;;) {
        cu_result result = device->calls.cuStreamQuery(device->stream);
        if (result == TRI_CUDA_SUCCESS) break;
        if (result != TRI_CUDA_ERROR_NOT_READY) return tri_cuda_check(device, result, "cuStreamQuery");
        double waited = now() - begin;
        if (waited > device->limit) {
            device->hung = true;
            return end(device, tri_error(TRI_FAULT, TRI_NOWHERE,
                                         "the device hangs: what was queued did not end in %d s (device option limit=SECONDS)", device->limit));
        }
        if (waited > patience) nanosleep(&nap, NULL);
    }
    device->n_queued = 0;
    return NULL;
}

static tri_status *finish(tri_device *device) { INSIDE(device, wait_for_queue(device)); }

static tri_status *set_mark(tri_device *device, uint32_t number)
{
    while (device->n_marks <= number) {
        if (device->n_marks == device->marks_room) {
            size_t room = device->marks_room ? device->marks_room * 2 : 64;
            cu_event *grown = realloc(device->marks, room * sizeof(cu_event));
            if (!grown) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of host memory for %zu marks", room);
            device->marks = grown;
            device->marks_room = room;
        }
        CUDA_TRY(device, cuEventCreate, &device->marks[device->n_marks], TRI_CU_EVENT_DEFAULT);
        device->n_marks++;
    }
    CUDA_TRY(device, cuEventRecord, device->marks[number], device->stream);
    return NULL;
}

static tri_status *mark(tri_device *device, uint32_t number)
{
    if (number > device->n_marks) return tri_error(TRI_USAGE, TRI_NOWHERE, "mark %u is set before mark %zu", number, device->n_marks);
    INSIDE(device, set_mark(device, number));
}

static tri_status *time_between(tri_device *device, uint32_t from, uint32_t to, double *out_seconds)
{
    float milliseconds = 0;
    CUDA_TRY(device, cuEventElapsedTime, &milliseconds, device->marks[from], device->marks[to]);
    *out_seconds = 1e-3 * (double)milliseconds;
    return NULL;
}

static tri_status *elapsed(tri_device *device, uint32_t from, uint32_t to, double *out_seconds)
{
    if (from >= device->n_marks || to >= device->n_marks) return tri_error(TRI_USAGE, TRI_NOWHERE, "mark %u or %u was never set", from, to);
    INSIDE(device, time_between(device, from, to, out_seconds));
}

/* Memory. */

static tri_status *take_memory(tri_device *device, uint64_t bytes, tri_address *out_address)
{
    cu_address address = 0;
    cu_result result = device->calls.cuMemAlloc_v2(&address, bytes);
    *out_address = address;
    tri_status *status = tri_cuda_check(device, result, "cuMemAlloc_v2");
    size_t left = 0, all = 0;
    if (result != TRI_CUDA_ERROR_OUT_OF_MEMORY || device->calls.cuMemGetInfo_v2(&left, &all) != TRI_CUDA_SUCCESS) return status;
    return tri_note(status, "%llu bytes were asked for, %zu of the %zu bytes of cuda:%d are free", (unsigned long long)bytes, left, all,
                    device->ordinal);
}

static tri_status *allocate(tri_device *device, uint64_t bytes, tri_address *out_address)
{
    tri_address address = 0;
    TRI_TRY(tri_cuda_enter(device));
    tri_status *status = tri_cuda_leave(device, take_memory(device, bytes, &address));
    if (status && address) (void)device->calls.cuMemFree_v2(address);
    if (!status) *out_address = address;
    return status;
}

static tri_status *release(tri_device *device, tri_address address)
{
    bool entered;
    if (!tri_cuda_enter_to_release(device, &entered)) return tri_error(TRI_FAULT, TRI_NOWHERE, "%s", device->why);
    tri_status *status = tri_cuda_check(device, device->calls.cuMemFree_v2(address), "cuMemFree_v2");
    tri_cuda_leave_released(device, entered);
    return status;
}

/* The driver waits for the stream inside of copies from and to pageable memory: so that this cannot hang, the stream is empty before. */
static tri_status *write_bytes(tri_device *device, tri_address to, const void *from, uint64_t bytes)
{
    TRI_TRY(wait_for_queue(device));
    CUDA_TRY(device, cuMemcpyHtoDAsync_v2, to, from, bytes, device->stream);
    return wait_for_queue(device);
}

static tri_status *read_bytes(tri_device *device, void *to, tri_address from, uint64_t bytes)
{
    TRI_TRY(wait_for_queue(device));
    CUDA_TRY(device, cuMemcpyDtoHAsync_v2, to, from, bytes, device->stream);
    return wait_for_queue(device);
}

static tri_status *queue_copy(tri_device *device, tri_address to, tri_address from, uint64_t bytes)
{
    CUDA_TRY(device, cuMemcpyDtoDAsync_v2, to, from, bytes, device->stream);
    tri_cuda_remember(device, "copy");
    return NULL;
}

/* All ones are NaN in every float type, so what is read without having been written shows. */
static tri_status *queue_poison(tri_device *device, tri_address at, uint64_t bytes)
{
    CUDA_TRY(device, cuMemsetD8Async, at, 0xff, bytes, device->stream);
    tri_cuda_remember(device, "poison");
    return NULL;
}

static tri_status *write_memory(tri_device *device, tri_address to, const void *from, uint64_t bytes)
{
    INSIDE(device, write_bytes(device, to, from, bytes));
}

static tri_status *read_memory(tri_device *device, void *to, tri_address from, uint64_t bytes)
{
    INSIDE(device, read_bytes(device, to, from, bytes));
}

static tri_status *copy_memory(tri_device *device, tri_address to, tri_address from, uint64_t bytes)
{
    INSIDE(device, queue_copy(device, to, from, bytes));
}

static tri_status *poison_memory(tri_device *device, tri_address at, uint64_t bytes) { INSIDE(device, queue_poison(device, at, bytes)); }

/* The device. */

static tri_status *probe(void)
{
    tri_cuda_calls calls;
    int n = 0;
    TRI_TRY(tri_cuda_open_library(&calls));
    TRI_TRY(tri_cuda_error(&calls, calls.cuDeviceGetCount(&n), "cuDeviceGetCount"));
    return n ? NULL : tri_error(TRI_UNAVAILABLE, TRI_NOWHERE, "the NVIDIA driver is here, but no device that it shows");
}

static int count(void)
{
    tri_cuda_calls calls;
    int n = 0;
    tri_status *status = tri_cuda_open_library(&calls);
    if (!status) status = tri_cuda_error(&calls, calls.cuDeviceGetCount(&n), "cuDeviceGetCount");
    bool failed = status != NULL;
    tri_status_free(status);
    return failed ? 0 : n;
}

#define CALL_TRY(calls, name, ...) TRI_TRY(tri_cuda_error((calls), (calls)->name(__VA_ARGS__), #name))

static tri_status *identify(int ordinal, tri_device_identity *out)
{
    tri_cuda_calls library, *calls = &library;
    cu_device device;
    int major = 0, minor = 0, units = 0;
    size_t bytes = 0;
    TRI_TRY(tri_cuda_open_library(calls));
    CALL_TRY(calls, cuDeviceGet, &device, ordinal);
    CALL_TRY(calls, cuDeviceGetName, out->name, (int)sizeof out->name, device);
    CALL_TRY(calls, cuDeviceGetAttribute, &major, TRI_CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, device);
    CALL_TRY(calls, cuDeviceGetAttribute, &minor, TRI_CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, device);
    CALL_TRY(calls, cuDeviceGetAttribute, &units, TRI_CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT, device);
    CALL_TRY(calls, cuDeviceTotalMem_v2, &bytes, device);
    out->name[sizeof out->name - 1] = 0;
    for (char *c = out->name; *c; c++)
        if (*c == ' ') *c = '_';
    snprintf(out->isa, sizeof out->isa, "sm_%d%d", major % 1000, minor % 1000);
    out->units = units;
    out->memory_bytes = bytes;
    return NULL;
}

static tri_status *set_up_stream(tri_device *device)
{
    if (!device->own_stream) return NULL;
    CUDA_TRY(device, cuStreamCreate, &device->stream, TRI_CU_STREAM_NON_BLOCKING);
    return NULL;
}

static tri_status *set_up(tri_device *device, const tri_device_options *options)
{
    TRI_TRY(tri_cuda_open_library(&device->calls));
    device->limit = options->limit ? options->limit : TRI_CUDA_DEFAULT_LIMIT;
    device->own_stream = options->stream == 0;
    if (options->stream) device->stream = (cu_stream)(uintptr_t)options->stream;
    CUDA_TRY(device, cuDeviceGet, &device->device, device->ordinal);
    CUDA_TRY(device, cuDeviceGetAttribute, &device->shared_most, TRI_CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN, device->device);
    CUDA_TRY(device, cuDevicePrimaryCtxRetain, &device->context, device->device);
    INSIDE(device, set_up_stream(device));
}

static void close_device(tri_device *device)
{
    bool entered;
    if (device->context && tri_cuda_enter_to_release(device, &entered)) {
        for (size_t i = 0; i < device->n_marks; i++) (void)device->calls.cuEventDestroy_v2(device->marks[i]);
        if (device->own_stream && device->stream) (void)device->calls.cuStreamDestroy_v2(device->stream);
        tri_cuda_leave_released(device, entered);
        (void)device->calls.cuDevicePrimaryCtxRelease_v2(device->device);
    }
    free(device->marks);
    free(device);
}

static tri_status *open_device(int ordinal, const tri_chip *chip, const tri_device_options *options, tri_device **out_device)
{
    (void)chip;
    if (options->timing_only)
        return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "timing_only is for simulators: a real device has no cycles without values");
    tri_device *device = calloc(1, sizeof *device);
    if (!device) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory while opening cuda:%d", ordinal);
    device->ordinal = ordinal;
    tri_status *status = set_up(device, options);
    if (status) {
        close_device(device);
        return status;
    }
    *out_device = device;
    return NULL;
}

const tri_driver tri_cuda_driver = {
    .abi = TRI_DRIVER_ABI,
    .name = "cuda",
    .device_kind = "cuda",
    .families = "ptx",
    .code = "ptx,cubin",
    .has_cycles = false,
    .probe = probe,
    .count = count,
    .open = open_device,
    .close = close_device,
    .allocate = allocate,
    .release = release,
    .write = write_memory,
    .read = read_memory,
    .copy = copy_memory,
    .poison = poison_memory,
    .load = tri_cuda_load,
    .unload = tri_cuda_unload,
    .launch = tri_cuda_launch,
    .identify = identify,
    .finish = finish,
    .mark = mark,
    .elapsed = elapsed,
};
