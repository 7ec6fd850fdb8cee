/* runtime/drivers/cuda/cuda_code.c - code images and launches.
 *
 * An image is PTX text, which the NVIDIA driver compiles, or a cubin, which must have been made for this very chip: the driver says if it was not,
 * and the runtime then tries the other form. A launch passes addresses, and behind them tensor maps, encoded from the addresses when it is made. */
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/drivers/cuda/cuda_driver.h"

enum {
    PARAMETER_BYTES = 4096, /* of one kernel, what every driver takes */
    MOST_ARGUMENTS = PARAMETER_BYTES / 8,
    CUBIN_MACHINE = 190, /* EM_CUDA */
    LOG_BYTES = 8192,
    PORTABLE_CLUSTER = 8,
};

typedef struct function {
    char *name;
    cu_function handle;
    uint32_t dynamic_bytes; /* what it has been allowed */
    int static_bytes;
} function;

struct tri_code_image {
    cu_module module;
    size_t n, room;
    function *functions; /* those launched so far */
};

/* Loading. */

/* The NVIDIA driver is given no length with an image, so a cubin must not point behind its end. */
static bool is_whole_cubin(const unsigned char *bytes, size_t n)
{
    Elf64_Ehdr header;
    if (n < sizeof header) return false;
    memcpy(&header, bytes, sizeof header);
    if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_machine != CUBIN_MACHINE) return false;
    if (header.e_shentsize != sizeof(Elf64_Shdr) || header.e_shoff > n || (n - header.e_shoff) / sizeof(Elf64_Shdr) < header.e_shnum) return false;
    if (header.e_phnum && (header.e_phentsize != sizeof(Elf64_Phdr) || header.e_phoff > n)) return false;
    if (header.e_phnum && (n - header.e_phoff) / sizeof(Elf64_Phdr) < header.e_phnum) return false;
    for (size_t i = 0; i < header.e_shnum; i++) {
        Elf64_Shdr section;
        memcpy(&section, bytes + header.e_shoff + i * sizeof section, sizeof section);
        if (section.sh_type != SHT_NOBITS && (section.sh_offset > n || section.sh_size > n - section.sh_offset)) return false;
    }
    for (size_t i = 0; i < header.e_phnum; i++) {
        Elf64_Phdr segment;
        memcpy(&segment, bytes + header.e_phoff + i * sizeof segment, sizeof segment);
        if (segment.p_offset > n || segment.p_filesz > n - segment.p_offset) return false;
    }
    return true;
}

/* A line of the compiler's log a note; blanks around it go. */
static tri_status *note_log(tri_status *status, const char *log)
{
    enum { MOST_LINES = 12 };
    for (int line = 0; *log && line < MOST_LINES; line++) {
        int n = (int)strcspn(log, "\n");
        if (n) status = tri_note(status, "%.*s", n, log);
        log += n + (log[n] == '\n');
    }
    return status;
}

static tri_status *load_module(tri_device *device, const char *text, cu_module *out_module)
{
    char errors[LOG_BYTES] = "", infos[LOG_BYTES] = "";
    unsigned int options[] = {TRI_CU_JIT_ERROR_LOG_BUFFER, TRI_CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES, TRI_CU_JIT_INFO_LOG_BUFFER,
                              TRI_CU_JIT_INFO_LOG_BUFFER_SIZE_BYTES};
    void *values[] = {errors, (void *)(uintptr_t)sizeof errors, infos, (void *)(uintptr_t)sizeof infos};
    cu_result result = device->calls.cuModuleLoadDataEx(out_module, text, sizeof options / sizeof *options, options, values);
    errors[sizeof errors - 1] = infos[sizeof infos - 1] = 0;
    return note_log(note_log(tri_cuda_check(device, result, "cuModuleLoadDataEx"), errors), infos);
}

tri_status *tri_cuda_load(tri_device *device, const char *name, const void *image, size_t n, tri_code_image **out_code)
{
    bool is_elf = n >= SELFMAG && !memcmp(image, ELFMAG, SELFMAG);
    if (is_elf && !is_whole_cubin(image, n))
        return tri_error(TRI_INVALID, TRI_NOWHERE, "the code image of %s is an ELF file, but no whole cubin", name);
    tri_code_image *code = calloc(1, sizeof *code);
    char *text = malloc(n + 1); /* PTX ends in a zero */
    if (!code || !text) {
        free(code);
        free(text);
        return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of host memory for the code image of %s", name);
    }
    memcpy(text, image, n);
    text[n] = 0;
    tri_status *status = tri_cuda_enter(device);
    if (!status) status = tri_cuda_leave(device, load_module(device, text, &code->module));
    free(text);
    if (status) {
        tri_cuda_unload(device, code);
        return status;
    }
    *out_code = code;
    return NULL;
}

void tri_cuda_unload(tri_device *device, tri_code_image *code)
{
    bool entered;
    if (code->module && tri_cuda_enter_to_release(device, &entered)) {
        (void)device->calls.cuModuleUnload(code->module);
        tri_cuda_leave_released(device, entered);
    }
    for (size_t i = 0; i < code->n; i++) free(code->functions[i].name);
    free(code->functions);
    free(code);
}

/* Functions. */

/* Clusters of more blocks than every chip takes must be asked for. A driver without clusters does not know the question. */
static tri_status *allow_cluster(tri_device *device, cu_function handle)
{
    static const unsigned int sides[] = {TRI_CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_WIDTH, TRI_CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_HEIGHT,
                                         TRI_CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_DEPTH};
    int64_t blocks = 1;
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++) {
        int side = 0;
        cu_result result = device->calls.cuFuncGetAttribute(&side, sides[i], handle);
        if (result == TRI_CUDA_ERROR_INVALID_VALUE) return NULL;
        TRI_TRY(tri_cuda_check(device, result, "cuFuncGetAttribute"));
        if (side > 0) blocks *= side;
    }
    if (blocks > PORTABLE_CLUSTER) CUDA_TRY(device, cuFuncSetAttribute, handle, TRI_CU_FUNC_ATTRIBUTE_NON_PORTABLE_CLUSTER_SIZE_ALLOWED, 1);
    return NULL;
}

static tri_status *find_function(tri_device *device, tri_code_image *code, const char *name, function **out_function)
{
    for (size_t i = 0; i < code->n; i++) {
        *out_function = &code->functions[i];
        if (!strcmp(code->functions[i].name, name)) return NULL;
    }
    function found = {0};
    cu_result result = device->calls.cuModuleGetFunction(&found.handle, code->module, name);
    if (result == TRI_CUDA_ERROR_NOT_FOUND) return tri_error(TRI_INVALID, TRI_NOWHERE, "the code image has no kernel %s", name);
    TRI_TRY(tri_cuda_check(device, result, "cuModuleGetFunction"));
    CUDA_TRY(device, cuFuncGetAttribute, &found.static_bytes, TRI_CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES, found.handle);
    TRI_TRY(allow_cluster(device, found.handle));
    if (code->n == code->room) {
        size_t room = code->room ? code->room * 2 : 4;
        function *grown = realloc(code->functions, room * sizeof *grown);
        if (!grown) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of host memory for a table of %zu kernels", room);
        code->functions = grown;
        code->room = room;
    }
    found.name = strdup(name);
    if (!found.name) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of host memory for the name of a kernel");
    code->functions[code->n] = found;
    *out_function = &code->functions[code->n++];
    return NULL;
}

static tri_status *allow_shared(tri_device *device, function *f, uint32_t bytes)
{
    if (bytes <= f->dynamic_bytes) return NULL;
    int64_t all = (int64_t)f->static_bytes + bytes;
    if (all > device->shared_most)
        return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "kernel %s needs %lld bytes of shared memory, cuda:%d has %d for a block", f->name,
                         (long long)all, device->ordinal, device->shared_most);
    CUDA_TRY(device, cuFuncSetAttribute, f->handle, TRI_CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, (int)bytes);
    f->dynamic_bytes = bytes;
    return NULL;
}

/* Tensor maps. */

typedef struct encoded_map {
    _Alignas(TRI_CUDA_MAP_ALIGN) unsigned char bytes[TRI_TENSOR_MAP_BYTES];
} encoded_map;

/* How the engine moves elements; what it has no name for it moves as integers of that size. */
static unsigned int engine_type(tri_dtype dtype)
{
    switch (dtype) {
    case TRI_BF16: return TRI_CU_TENSOR_MAP_DATA_TYPE_BFLOAT16;
    case TRI_F16: return TRI_CU_TENSOR_MAP_DATA_TYPE_FLOAT16;
    case TRI_F32: return TRI_CU_TENSOR_MAP_DATA_TYPE_FLOAT32;
    case TRI_F64: return TRI_CU_TENSOR_MAP_DATA_TYPE_FLOAT64;
    case TRI_I32: return TRI_CU_TENSOR_MAP_DATA_TYPE_INT32;
    case TRI_I64: return TRI_CU_TENSOR_MAP_DATA_TYPE_INT64;
    default: break;
    }
    switch (tri_dtype_bytes(dtype)) {
    case 2: return TRI_CU_TENSOR_MAP_DATA_TYPE_UINT16;
    case 4: return TRI_CU_TENSOR_MAP_DATA_TYPE_UINT32;
    case 8: return TRI_CU_TENSOR_MAP_DATA_TYPE_UINT64;
    default: return TRI_CU_TENSOR_MAP_DATA_TYPE_UINT8;
    }
}

static unsigned int engine_swizzle(uint32_t bytes)
{
    switch (bytes) {
    case 32: return TRI_CU_TENSOR_MAP_SWIZZLE_32B;
    case 64: return TRI_CU_TENSOR_MAP_SWIZZLE_64B;
    case 128: return TRI_CU_TENSOR_MAP_SWIZZLE_128B;
    default: return TRI_CU_TENSOR_MAP_SWIZZLE_NONE;
    }
}

static tri_status *encode_map(tri_device *device, const tri_launch *launch, const tri_tensor_map *map, encoded_map *out_map)
{
    if (!device->calls.cuTensorMapEncodeTiled)
        return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "the NVIDIA driver here has no tensor maps; install one of CUDA 12.0 or later");
    if (map->buffer >= launch->n_arguments)
        return tri_error(TRI_INVALID, TRI_NOWHERE, "it views parameter %u of %u", map->buffer, launch->n_arguments);
    TRI_TRY(tri_tensor_map_check(map, launch->bytes[map->buffer]));
    void *base = (void *)(uintptr_t)(launch->arguments[map->buffer] + map->offset);
    /* Dimension 0 has no stride of its own: it is dense. */
    CUDA_TRY(device, cuTensorMapEncodeTiled, (struct CUtensorMap_st *)(void *)out_map->bytes, engine_type(map->dtype), (uint32_t)map->rank, base,
             map->dims, map->strides + 1, map->box, map->steps, TRI_CU_TENSOR_MAP_INTERLEAVE_NONE, engine_swizzle(map->swizzle),
             TRI_CU_TENSOR_MAP_L2_PROMOTION_L2_128B, TRI_CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE);
    return NULL;
}

/* Launching. */

static tri_status *queue_launch(tri_device *device, tri_code_image *code, const tri_launch *launch)
{
    function *f = NULL;
    encoded_map maps[TRI_TENSOR_MAPS_MOST];
    void *parameters[MOST_ARGUMENTS + TRI_TENSOR_MAPS_MOST];
    TRI_TRY(find_function(device, code, launch->kernel, &f));
    TRI_TRY(allow_shared(device, f, launch->shared_bytes));
    for (uint32_t i = 0; i < launch->n_arguments; i++) parameters[i] = (void *)(uintptr_t)&launch->arguments[i];
    for (uint32_t i = 0; i < launch->n_maps; i++) {
        TRI_TRY(tri_note(encode_map(device, launch, &launch->maps[i], &maps[i]), "this is tensor map %u of kernel %s", i, launch->kernel));
        parameters[launch->n_arguments + i] = maps[i].bytes;
    }
    const uint32_t *grid = launch->grid, *block = launch->block;
    cu_result result = device->calls.cuLaunchKernel(f->handle, grid[0], grid[1], grid[2], block[0], block[1], block[2], launch->shared_bytes,
                                                    device->stream, parameters, NULL);
    tri_cuda_remember(device, launch->kernel);
    return tri_note(tri_cuda_check(device, result, "cuLaunchKernel"), "kernel %s, grid %ux%ux%u, block %ux%ux%u, %d + %u bytes of shared memory",
                    launch->kernel, grid[0], grid[1], grid[2], block[0], block[1], block[2], f->static_bytes, launch->shared_bytes);
}

tri_status *tri_cuda_launch(tri_device *device, tri_code_image *code, const tri_launch *launch, tri_launch_report *out_report)
{
    (void)out_report; /* time is asked of marks */
    uint64_t addresses = ((uint64_t)launch->n_arguments * 8 + TRI_TENSOR_MAP_ALIGN - 1) / TRI_TENSOR_MAP_ALIGN * TRI_TENSOR_MAP_ALIGN;
    if (launch->n_maps > TRI_TENSOR_MAPS_MOST || addresses + (uint64_t)launch->n_maps * TRI_TENSOR_MAP_BYTES > PARAMETER_BYTES)
        return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "kernel %s has %u buffers and %u tensor maps, more than the %d bytes of parameters there are",
                         launch->kernel, launch->n_arguments, launch->n_maps, PARAMETER_BYTES);
    TRI_TRY(tri_cuda_enter(device));
    return tri_cuda_leave(device, queue_launch(device, code, launch));
}
