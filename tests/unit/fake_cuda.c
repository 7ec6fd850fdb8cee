/* fake_cuda.c - a libcuda.so.1 for tests: two devices whose memory is the host's. It keeps the rules of the real one and notes who breaks them,
 * counts what is live, and fails or hangs when told to. PTX is read as far as the kernels' parameters; the kernels add_f32 and mul_f32 compute
 * sixteen floats, others do nothing. Any thread. */
#define _GNU_SOURCE
#include "fake_cuda.h"

#include <elf.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN __attribute__((visibility("default")))
#define CALL(name, required, ...) SHOWN cu_result name(__VA_ARGS__);
#include "runtime/drivers/cuda/cuda_calls.def"
#undef CALL

enum { MOST_OBJECTS = 1024, MOST_DEPTH = 8, MOST_KERNELS = 64, INVALID_CONTEXT = 201 };
typedef enum kind { CONTEXT, MEMORY, MODULE, STREAM, EVENT } kind;

typedef struct object {
    kind kind;
    void *at;
    size_t bytes;
    struct CUctx_st *context;
} object;

struct CUctx_st {
    int device;
};
struct CUfunc_st {
    char name[FAKE_NAME];
    int n_addresses, n_maps;
};
struct CUmod_st {
    int n;
    struct CUfunc_st kernels[MOST_KERNELS];
};
struct CUstream_st {
    int unused;
};
struct CUevent_st {
    double at; /* the fake's clock: a millisecond a mark; 0: never recorded */
};

static const struct {
    const char *name;
    int major, minor, units;
    size_t bytes;
} devices[FAKE_DEVICES] = {{"NVIDIA H200", 9, 0, 132, (size_t)143771 << 20}, {"NVIDIA Board of Tests", 9, 0, 114, (size_t)79 << 30}};
static struct CUctx_st contexts[FAKE_DEVICES] = {{0}, {1}};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static __thread struct CUctx_st *stack[MOST_DEPTH];
static __thread int depth;

static struct {
    object objects[MOST_OBJECTS];
    size_t n_objects, n_calls;
    const char *calls[FAKE_MOST_CALLS];
    bool armed, for_good, hangs, refuses_cubins;
    size_t fail_at;
    const char *fail_name, *failed;
    cu_result result;
    char violation[160];
    fake_launch launch;
    int attributes[64], static_bytes, cluster[3];
    bool attribute_set[64];
    size_t free_bytes;
    double clock;
} fake = {.free_bytes = (size_t)1 << 40};

static void violate(const char *call, const char *what)
{
    if (!*fake.violation && !fake.failed) snprintf(fake.violation, sizeof fake.violation, "%s: %s", call, what);
}

/* Counts the call; what it is to fail with. The lock is held. */
static cu_result enter(const char *name)
{
    if (fake.n_calls < FAKE_MOST_CALLS) fake.calls[fake.n_calls] = name;
    fake.n_calls++;
    bool explains = fake.fail_name && !strncmp(name, "cuGetError", strlen("cuGetError")); /* the real ones always can */
    if (fake.failed && fake.for_good && !explains) return fake.result;
    bool now = fake.armed && (fake.fail_name ? !strcmp(fake.fail_name, name) : fake.fail_at-- == 0);
    if (!now) return TRI_CUDA_SUCCESS;
    fake.armed = false;
    fake.failed = name;
    return fake.result;
}

static cu_result need_context(const char *name)
{
    if (depth) return TRI_CUDA_SUCCESS;
    violate(name, "no context is current");
    return INVALID_CONTEXT;
}

static void add(kind kind, void *at, size_t bytes)
{
    if (fake.n_objects == MOST_OBJECTS) abort();
    fake.objects[fake.n_objects++] = (object){kind, at, bytes, depth ? stack[depth - 1] : NULL};
}

static void free_object(size_t i)
{
    if (fake.objects[i].kind != CONTEXT) free(fake.objects[i].at);
    fake.objects[i] = fake.objects[--fake.n_objects];
}

static bool let_go(const char *name, kind kind, const void *at)
{
    for (size_t i = 0; i < fake.n_objects; i++) {
        if (fake.objects[i].kind != kind || fake.objects[i].at != at) continue;
        if (kind != CONTEXT && depth && fake.objects[i].context != stack[depth - 1]) violate(name, "of another context");
        free_object(i);
        return true;
    }
    violate(name, "it is not there, or was let go of before");
    return false;
}

static object *find(kind kind, const void *at)
{
    for (size_t i = 0; i < fake.n_objects; i++)
        if (fake.objects[i].kind == kind && fake.objects[i].at == at) return &fake.objects[i];
    return NULL;
}

static bool inside_memory(cu_address at, size_t bytes)
{
    for (size_t i = 0; i < fake.n_objects; i++) {
        const object *o = &fake.objects[i];
        cu_address from = (cu_address)(uintptr_t)o->at;
        if (o->kind == MEMORY && at >= from && at - from <= o->bytes && bytes <= o->bytes - (at - from)) return true;
    }
    return false;
}

static void need_stream(const char *name, cu_stream stream)
{
    if (stream && !find(STREAM, stream)) violate(name, "no such stream");
}

/* begin and end of every call; `r` is what it gives. */
#define BEGIN(name)                                                                                                                                  \
    pthread_mutex_lock(&lock);                                                                                                                       \
    cu_result r = enter(#name);                                                                                                                      \
    const char *call = #name;                                                                                                                        \
    (void)call
#define BEGIN_IN_CONTEXT(name)                                                                                                                       \
    BEGIN(name);                                                                                                                                     \
    if (!r) r = need_context(#name)
#define END                                                                                                                                          \
    pthread_mutex_unlock(&lock);                                                                                                                     \
    return r

/* Library and devices. */

cu_result cuInit(unsigned int flags)
{
    BEGIN(cuInit);
    if (flags) violate(call, "flags");
    END;
}

cu_result cuGetErrorName(cu_result error, const char **name)
{
    BEGIN(cuGetErrorName);
    *name = NULL;
#define NAME(text, number, code, ends)                                                                                                               \
    if (error == number) *name = "CUDA_" #text;
    CU_RESULTS(NAME)
    if (!r && !*name) r = TRI_CUDA_ERROR_INVALID_VALUE;
    END;
}

cu_result cuGetErrorString(cu_result error, const char **text)
{
    BEGIN(cuGetErrorString);
    *text = error ? "as the test wants it" : "no error";
    END;
}

cu_result cuDeviceGetCount(int *count)
{
    BEGIN(cuDeviceGetCount);
    *count = FAKE_DEVICES;
    END;
}

cu_result cuDeviceGet(cu_device *device, int ordinal)
{
    BEGIN(cuDeviceGet);
    if (!r && (ordinal < 0 || ordinal >= FAKE_DEVICES)) r = TRI_CUDA_ERROR_NO_DEVICE;
    if (!r) *device = ordinal;
    END;
}

cu_result cuDeviceGetName(char *name, int length, cu_device device)
{
    BEGIN(cuDeviceGetName);
    if (!r) snprintf(name, (size_t)length, "%s", devices[device].name);
    END;
}

cu_result cuDeviceGetAttribute(int *value, unsigned int attribute, cu_device device)
{
    BEGIN(cuDeviceGetAttribute);
    if (!r) {
        switch (attribute) {
        case TRI_CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT: *value = devices[device].units; break;
        case TRI_CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR: *value = devices[device].major; break;
        case TRI_CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR: *value = devices[device].minor; break;
        case TRI_CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN: *value = 232448; break;
        default: r = TRI_CUDA_ERROR_INVALID_VALUE;
        }
    }
    END;
}

cu_result cuDeviceTotalMem_v2(size_t *bytes, cu_device device)
{
    BEGIN(cuDeviceTotalMem_v2);
    if (!r) *bytes = devices[device].bytes;
    END;
}

/* Contexts. */

cu_result cuDevicePrimaryCtxRetain(cu_context *context, cu_device device)
{
    BEGIN(cuDevicePrimaryCtxRetain);
    if (!r) {
        add(CONTEXT, &contexts[device], 0);
        *context = &contexts[device];
    }
    END;
}

cu_result cuDevicePrimaryCtxRelease_v2(cu_device device)
{
    BEGIN(cuDevicePrimaryCtxRelease_v2);
    let_go(call, CONTEXT, &contexts[device]);
    END;
}

cu_result cuCtxPushCurrent_v2(cu_context context)
{
    BEGIN(cuCtxPushCurrent_v2);
    if (depth == MOST_DEPTH) abort();
    if (!find(CONTEXT, context)) violate(call, "the context is not retained");
    if (!r) stack[depth++] = context;
    END;
}

cu_result cuCtxPopCurrent_v2(cu_context *context)
{
    BEGIN(cuCtxPopCurrent_v2);
    if (depth)
        *context = stack[--depth]; /* also when it fails: nothing else is left to do for the caller */
    else
        violate(call, "no context is current");
    END;
}

/* Memory. */

cu_result cuMemGetInfo_v2(size_t *free, size_t *total)
{
    BEGIN_IN_CONTEXT(cuMemGetInfo_v2);
    if (!r) {
        *free = fake.free_bytes;
        *total = devices[stack[depth - 1]->device].bytes;
    }
    END;
}

cu_result cuMemAlloc_v2(cu_address *address, size_t bytes)
{
    BEGIN_IN_CONTEXT(cuMemAlloc_v2);
    if (!bytes) violate(call, "no bytes");
    if (!r && bytes > fake.free_bytes) r = TRI_CUDA_ERROR_OUT_OF_MEMORY;
    if (!r) {
        void *at = aligned_alloc(256, (bytes + 255) / 256 * 256);
        add(MEMORY, at, bytes);
        *address = (cu_address)(uintptr_t)at;
    }
    END;
}

cu_result cuMemFree_v2(cu_address address)
{
    BEGIN_IN_CONTEXT(cuMemFree_v2);
    if (!let_go(call, MEMORY, (void *)(uintptr_t)address)) r = TRI_CUDA_ERROR_INVALID_VALUE;
    END;
}

cu_result cuMemcpyHtoDAsync_v2(cu_address to, const void *from, size_t bytes, cu_stream stream)
{
    BEGIN_IN_CONTEXT(cuMemcpyHtoDAsync_v2);
    need_stream(call, stream);
    if (!r && !inside_memory(to, bytes)) r = TRI_CUDA_ERROR_INVALID_VALUE;
    if (!r) memcpy((void *)(uintptr_t)to, from, bytes);
    END;
}

cu_result cuMemcpyDtoHAsync_v2(void *to, cu_address from, size_t bytes, cu_stream stream)
{
    BEGIN_IN_CONTEXT(cuMemcpyDtoHAsync_v2);
    need_stream(call, stream);
    if (!r && !inside_memory(from, bytes)) r = TRI_CUDA_ERROR_INVALID_VALUE;
    if (!r) memcpy(to, (const void *)(uintptr_t)from, bytes);
    END;
}

cu_result cuMemcpyDtoDAsync_v2(cu_address to, cu_address from, size_t bytes, cu_stream stream)
{
    BEGIN_IN_CONTEXT(cuMemcpyDtoDAsync_v2);
    need_stream(call, stream);
    if (!r && (!inside_memory(to, bytes) || !inside_memory(from, bytes))) r = TRI_CUDA_ERROR_INVALID_VALUE;
    if (!r) memmove((void *)(uintptr_t)to, (const void *)(uintptr_t)from, bytes);
    END;
}

cu_result cuMemsetD8Async(cu_address at, unsigned char value, size_t bytes, cu_stream stream)
{
    BEGIN_IN_CONTEXT(cuMemsetD8Async);
    need_stream(call, stream);
    if (!r && !inside_memory(at, bytes)) r = TRI_CUDA_ERROR_INVALID_VALUE;
    if (!r) memset((void *)(uintptr_t)at, value, bytes);
    END;
}

/* Code. */

static void write_log(unsigned int n, const unsigned int *options, void **values, const char *text)
{
    char *buffer = NULL;
    size_t room = 0;
    for (unsigned int i = 0; i < n; i++) {
        if (options[i] == TRI_CU_JIT_ERROR_LOG_BUFFER) buffer = values[i];
        if (options[i] == TRI_CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES) room = (size_t)(uintptr_t)values[i];
    }
    if (buffer && room) snprintf(buffer, room, "%s", text);
}

/* The kernels of PTX text: names and parameters, of which an array of bytes is a tensor map. */
static void read_kernels(const char *text, struct CUmod_st *module)
{
    for (const char *at = text; module->n < MOST_KERNELS && (at = strstr(at, ".entry ")); module->n++) {
        struct CUfunc_st *f = &module->kernels[module->n];
        at += strlen(".entry ");
        at += strspn(at, " \n\t");
        size_t n = strcspn(at, "( \n\t");
        snprintf(f->name, sizeof f->name, "%.*s", (int)n, at);
        const char *end = at + strcspn(at, ")");
        for (const char *p = at; (p = strstr(p, ".param")) && p < end; p++) {
            const char *comma = p + strcspn(p, ",)");
            const char *bytes = strstr(p, ".b8");
            if (bytes && bytes < comma)
                f->n_maps++;
            else
                f->n_addresses++;
        }
    }
}

cu_result cuModuleLoadDataEx(cu_module *module, const void *image, unsigned int n_options, unsigned int *options, void **values)
{
    BEGIN_IN_CONTEXT(cuModuleLoadDataEx);
    bool cubin = !memcmp(image, ELFMAG, SELFMAG);
    if (!r && cubin && fake.refuses_cubins) r = TRI_CUDA_ERROR_NO_BINARY_FOR_GPU;
    if (!r && !cubin && !strstr(image, ".version")) {
        write_log(n_options, options, values,
                  "ptxas application ptx input, line 1; fatal   : Missing .version directive\nptxas fatal   : Ptx assembly aborted");
        r = TRI_CUDA_ERROR_INVALID_PTX;
    }
    if (!r) {
        struct CUmod_st *made = calloc(1, sizeof *made);
        read_kernels(cubin ? (const char *)image + sizeof(Elf64_Ehdr) : image, made);
        if (cubin && !made->n) { /* a real one: made for a real device */
            free(made);
            r = TRI_CUDA_ERROR_NO_BINARY_FOR_GPU;
        } else {
            add(MODULE, made, 0);
            *module = made;
        }
    }
    END;
}

cu_result cuModuleUnload(cu_module module)
{
    BEGIN_IN_CONTEXT(cuModuleUnload);
    let_go(call, MODULE, module);
    END;
}

cu_result cuModuleGetFunction(cu_function *function, cu_module module, const char *name)
{
    BEGIN_IN_CONTEXT(cuModuleGetFunction);
    if (!find(MODULE, module)) violate(call, "no such module");
    if (!r) {
        r = TRI_CUDA_ERROR_NOT_FOUND;
        for (int i = 0; i < module->n; i++) {
            if (strcmp(module->kernels[i].name, name)) continue;
            *function = &module->kernels[i];
            r = TRI_CUDA_SUCCESS;
        }
    }
    END;
}

cu_result cuFuncGetAttribute(int *value, unsigned int attribute, cu_function function)
{
    BEGIN_IN_CONTEXT(cuFuncGetAttribute);
    (void)function;
    if (!r) {
        switch (attribute) {
        case TRI_CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES: *value = fake.static_bytes; break;
        case TRI_CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_WIDTH: *value = fake.cluster[0]; break;
        case TRI_CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_HEIGHT: *value = fake.cluster[1]; break;
        case TRI_CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_DEPTH: *value = fake.cluster[2]; break;
        default: r = TRI_CUDA_ERROR_INVALID_VALUE;
        }
    }
    END;
}

cu_result cuFuncSetAttribute(cu_function function, unsigned int attribute, int value)
{
    BEGIN_IN_CONTEXT(cuFuncSetAttribute);
    (void)function;
    if (!r && attribute < 64) {
        fake.attributes[attribute] = value;
        fake.attribute_set[attribute] = true;
    }
    END;
}

/* What the test's kernels compute: out, a, b of sixteen floats each. */
static void compute(const fake_launch *l)
{
    bool adds = !strcmp(l->kernel, "add_f32"), multiplies = !strcmp(l->kernel, "mul_f32");
    if ((!adds && !multiplies) || l->n_addresses != 3) return;
    float *out = (float *)(uintptr_t)l->addresses[0];
    const float *a = (const float *)(uintptr_t)l->addresses[1], *b = (const float *)(uintptr_t)l->addresses[2];
    for (int i = 0; i < 16; i++) out[i] = adds ? a[i] + b[i] : a[i] * b[i];
}

cu_result cuLaunchKernel(cu_function f, unsigned int grid_x, unsigned int grid_y, unsigned int grid_z, unsigned int block_x, unsigned int block_y,
                         unsigned int block_z, unsigned int shared_bytes, cu_stream stream, void **parameters, void **extra)
{
    BEGIN_IN_CONTEXT(cuLaunchKernel);
    need_stream(call, stream);
    if (extra) violate(call, "parameters are given twice");
    if (shared_bytes > 48 << 10 && fake.attributes[TRI_CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES] < (int)shared_bytes)
        violate(call, "more dynamic shared memory than was allowed");
    if (!r) {
        fake_launch *l = &fake.launch;
        *l = (fake_launch){.grid = {grid_x, grid_y, grid_z},
                           .block = {block_x, block_y, block_z},
                           .shared_bytes = shared_bytes,
                           .stream = stream,
                           .n_addresses = f->n_addresses,
                           .n_maps = f->n_maps};
        snprintf(l->kernel, sizeof l->kernel, "%s", f->name);
        for (int i = 0; i < f->n_addresses && i < FAKE_MOST_PARAMETERS; i++) memcpy(&l->addresses[i], parameters[i], 8);
        for (int i = 0; i < f->n_maps && i < FAKE_MOST_PARAMETERS; i++) {
            const void *map = parameters[f->n_addresses + i];
            if ((uintptr_t)map % TRI_CUDA_MAP_ALIGN) violate(call, "a tensor map is not aligned");
            memcpy(&l->maps[i], map, sizeof l->maps[i]);
            if (l->maps[i].magic != FAKE_MAP_MAGIC) violate(call, "a tensor map was not encoded");
        }
        compute(l);
    }
    END;
}

cu_result cuTensorMapEncodeTiled(struct CUtensorMap_st *map, unsigned int type, uint32_t rank, void *base, const uint64_t *dims,
                                 const uint64_t *strides, const uint32_t *box, const uint32_t *steps, unsigned int interleave, unsigned int swizzle,
                                 unsigned int l2_promotion, unsigned int fill)
{
    BEGIN(cuTensorMapEncodeTiled);
    if ((uintptr_t)map % TRI_CUDA_MAP_ALIGN) violate(call, "the map is not aligned");
    if (interleave || fill || !rank || rank > 5 || (uintptr_t)base % 16) violate(call, "an argument that is wrong");
    if (!r) {
        memset(map, 0, TRI_TENSOR_MAP_BYTES);
        fake_map made = {.magic = FAKE_MAP_MAGIC, .type = type, .rank = rank, .swizzle = swizzle, .promotion = l2_promotion, .base = (uintptr_t)base};
        for (uint32_t d = 0; d < rank; d++) {
            made.dims[d] = dims[d];
            made.box[d] = (uint16_t)box[d];
            made.steps[d] = (uint8_t)steps[d];
            if (d + 1 < rank) made.strides[d] = strides[d];
        }
        memcpy(map, &made, sizeof made);
    }
    END;
}

/* Streams and events. */

cu_result cuStreamCreate(cu_stream *stream, unsigned int flags)
{
    BEGIN_IN_CONTEXT(cuStreamCreate);
    if (flags != TRI_CU_STREAM_NON_BLOCKING) violate(call, "flags");
    if (!r) {
        *stream = calloc(1, sizeof **stream);
        add(STREAM, *stream, 0);
    }
    END;
}

cu_result cuStreamDestroy_v2(cu_stream stream)
{
    BEGIN_IN_CONTEXT(cuStreamDestroy_v2);
    let_go(call, STREAM, stream);
    END;
}

cu_result cuStreamQuery(cu_stream stream)
{
    BEGIN_IN_CONTEXT(cuStreamQuery);
    need_stream(call, stream);
    if (!r && fake.hangs) r = TRI_CUDA_ERROR_NOT_READY;
    END;
}

cu_result cuEventCreate(cu_event *event, unsigned int flags)
{
    BEGIN_IN_CONTEXT(cuEventCreate);
    if (flags) violate(call, "an event without time");
    if (!r) {
        *event = calloc(1, sizeof **event);
        add(EVENT, *event, 0);
    }
    END;
}

cu_result cuEventDestroy_v2(cu_event event)
{
    BEGIN_IN_CONTEXT(cuEventDestroy_v2);
    let_go(call, EVENT, event);
    END;
}

cu_result cuEventRecord(cu_event event, cu_stream stream)
{
    BEGIN_IN_CONTEXT(cuEventRecord);
    need_stream(call, stream);
    if (!find(EVENT, event)) violate(call, "no such event");
    if (!r) event->at = fake.clock += 1;
    END;
}

cu_result cuEventElapsedTime(float *milliseconds, cu_event from, cu_event to)
{
    BEGIN_IN_CONTEXT(cuEventElapsedTime);
    if (!r && (!from->at || !to->at)) r = TRI_CUDA_ERROR_INVALID_VALUE;
    if (!r) *milliseconds = (float)(to->at - from->at);
    END;
}

/* For tests. */

SHOWN void fake_reset(void)
{
    pthread_mutex_lock(&lock);
    while (fake.n_objects) free_object(0);
    memset(&fake, 0, sizeof fake);
    fake.free_bytes = (size_t)1 << 40;
    depth = 0;
    pthread_mutex_unlock(&lock);
}

static void arm(const char *name, size_t n, cu_result result, bool for_good)
{
    pthread_mutex_lock(&lock);
    fake.armed = true;
    fake.failed = NULL;
    fake.fail_name = name;
    fake.fail_at = n;
    fake.result = result;
    fake.for_good = for_good;
    pthread_mutex_unlock(&lock);
}

SHOWN void fake_fail_at(size_t n, cu_result result, bool for_good) { arm(NULL, n, result, for_good); }
SHOWN void fake_fail_next(const char *name, cu_result result, bool for_good) { arm(name, 0, result, for_good); }
SHOWN const char *fake_failed(void) { return fake.failed; }
SHOWN void fake_hang(bool hangs) { fake.hangs = hangs; }
SHOWN void fake_set_shared_bytes(int bytes) { fake.static_bytes = bytes; }
SHOWN void fake_refuse_cubins(bool refuses) { fake.refuses_cubins = refuses; }
SHOWN void fake_set_free_bytes(size_t bytes) { fake.free_bytes = bytes; }
SHOWN void fake_set_cluster(int x, int y, int z)
{
    fake.cluster[0] = x;
    fake.cluster[1] = y;
    fake.cluster[2] = z;
}
SHOWN size_t fake_calls(void) { return fake.n_calls; }
SHOWN size_t fake_calls_of(const char *name)
{
    size_t n = 0;
    for (size_t i = 0; i < fake.n_calls && i < FAKE_MOST_CALLS; i++) n += !strcmp(fake.calls[i], name);
    return n;
}
SHOWN size_t fake_live(void) { return fake.n_objects; }
SHOWN const char *fake_violation(void) { return *fake.violation ? fake.violation : NULL; }
SHOWN int fake_depth(void) { return depth; }
SHOWN fake_launch fake_last_launch(void) { return fake.launch; }
SHOWN int fake_attribute(unsigned attribute) { return fake.attribute_set[attribute] ? fake.attributes[attribute] : -1; }
