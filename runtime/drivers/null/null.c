/* runtime/drivers/null/null.c - the smallest driver that does everything a driver must: clone it to begin a new one (README.md).
 *
 * Memory is host memory behind made-up addresses, so that a wrong one is an error and not a crash. A code image is text, a line a kernel: its name in
 * kernels.c and its number of elements, "add_f32 1024". A launch checks each argument against its allocation before it runs. */
#include "runtime/drivers/null/null.h"

#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 256 };
#define FIRST_ADDRESS ((tri_address)1 << 20)

typedef struct allocation {
    tri_address address;
    uint64_t bytes;
    char *memory;
} allocation;

struct tri_device {
    uint64_t memory_bytes, used;
    tri_address next; /* addresses are never given twice, so a stale one is found out */
    allocation *allocations;
    size_t n, room;
};

typedef struct image_kernel {
    const tri_null_kernel *kernel;
    uint64_t elements;
} image_kernel;

struct tri_code_image {
    size_t n;
    image_kernel kernels[];
};

static tri_status *fault(const char *what, tri_address at, uint64_t bytes)
{
    return tri_error(TRI_FAULT, TRI_NOWHERE, "%s: %llu bytes at address 0x%llx are in no allocation", what, (unsigned long long)bytes,
                     (unsigned long long)at);
}

static tri_status *open_device(int ordinal, const tri_chip *chip, const tri_device_options *options, tri_device **out_device)
{
    if (ordinal || !chip) return tri_error(TRI_USAGE, TRI_NOWHERE, "the null device is one, and is opened for a chip");
    if (options->timing_only) return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "the null driver has no cycle model, so no timing_only");
    double memory;
    TRI_TRY(tri_chip_require(chip, "hbm_bytes", &memory));
    tri_device *device = calloc(1, sizeof *device);
    if (!device) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory while opening the null device");
    device->memory_bytes = (uint64_t)memory;
    device->next = FIRST_ADDRESS;
    *out_device = device;
    return NULL;
}

static void close_device(tri_device *device)
{
    for (size_t i = 0; i < device->n; i++) free(device->allocations[i].memory);
    free(device->allocations);
    free(device);
}

/* Memory. */

static tri_status *allocate(tri_device *device, uint64_t bytes, tri_address *out_address)
{
    uint64_t left = device->memory_bytes - device->used;
    if (bytes > left)
        return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "the null device has no %llu bytes: %llu of %llu are free", (unsigned long long)bytes,
                         (unsigned long long)left, (unsigned long long)device->memory_bytes);
    if (device->n == device->room) {
        size_t room = device->room ? device->room * 2 : 16;
        allocation *grown = realloc(device->allocations, room * sizeof *grown);
        if (!grown) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of host memory for a table of %zu allocations", room);
        device->allocations = grown;
        device->room = room;
    }
    char *memory = malloc(bytes);
    if (!memory) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of host memory: %llu bytes of the null device", (unsigned long long)bytes);
    memset(memory, 0xa5, bytes);
    *out_address = device->next;
    device->next += (bytes + 2 * ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT; /* at least one byte that belongs to nobody lies between two allocations */
    device->allocations[device->n++] = (allocation){*out_address, bytes, memory};
    device->used += bytes;
    return NULL;
}

static tri_status *release(tri_device *device, tri_address address)
{
    for (size_t i = 0; i < device->n; i++) {
        if (device->allocations[i].address != address) continue;
        free(device->allocations[i].memory);
        device->used -= device->allocations[i].bytes;
        device->allocations[i] = device->allocations[--device->n];
        return NULL;
    }
    return fault("release", address, 0);
}

/* The host memory behind `bytes` at `address`; null when they are not all inside of one allocation. */
static char *find(const tri_device *device, tri_address address, uint64_t bytes)
{
    for (size_t i = 0; i < device->n; i++) {
        const allocation *a = &device->allocations[i];
        if (address >= a->address && address - a->address <= a->bytes && bytes <= a->bytes - (address - a->address))
            return a->memory + (address - a->address);
    }
    return NULL;
}

static tri_status *write_memory(tri_device *device, tri_address to, const void *from, uint64_t bytes)
{
    char *memory = find(device, to, bytes);
    if (!memory) return fault("write", to, bytes);
    memcpy(memory, from, bytes);
    return NULL;
}

static tri_status *read_memory(tri_device *device, void *to, tri_address from, uint64_t bytes)
{
    const char *memory = find(device, from, bytes);
    if (!memory) return fault("read", from, bytes);
    memcpy(to, memory, bytes);
    return NULL;
}

static tri_status *copy_memory(tri_device *device, tri_address to, tri_address from, uint64_t bytes)
{
    char *target = find(device, to, bytes);
    const char *source = find(device, from, bytes);
    if (!target) return fault("copy to", to, bytes);
    if (!source) return fault("copy from", from, bytes);
    memmove(target, source, bytes);
    return NULL;
}

static tri_status *poison_memory(tri_device *device, tri_address at, uint64_t bytes)
{
    char *memory = find(device, at, bytes);
    if (!memory) return fault("poison", at, bytes);
    memset(memory, 0xa5, bytes);
    return NULL;
}

/* Code. */

/* One line "NAME ELEMENTS"; false when it is none. */
static bool parse_line(const char *line, size_t n, image_kernel *out_kernel)
{
    const char *blank = memchr(line, ' ', n);
    if (!blank || blank + 1 == line + n || line + n - blank > 12) return false;
    out_kernel->kernel = tri_null_kernel_find(line, (size_t)(blank - line));
    out_kernel->elements = 0;
    for (const char *digit = blank + 1; digit < line + n; digit++) {
        if (*digit < '0' || *digit > '9') return false;
        out_kernel->elements = out_kernel->elements * 10 + (uint64_t)(*digit - '0');
    }
    return out_kernel->kernel != NULL;
}

static tri_status *load(tri_device *device, const char *name, const void *image, size_t n, tri_code_image **out_code)
{
    (void)device;
    const char *text = image;
    size_t lines = 0;
    for (size_t i = 0; i < n; i++) lines += text[i] == '\n';
    tri_code_image *code = calloc(1, sizeof *code + lines * sizeof *code->kernels);
    if (!code) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of host memory for the code image of %s", name);
    const char *end;
    for (; n && (end = memchr(text, '\n', n)); n -= (size_t)(end + 1 - text), text = end + 1) {
        if (!parse_line(text, (size_t)(end - text), &code->kernels[code->n])) break;
        code->n++;
    }
    if (n || !code->n) {
        free(code);
        return tri_error(TRI_INVALID, TRI_NOWHERE, "the code image of %s is not one of the null chip: lines 'KERNEL ELEMENTS' are needed", name);
    }
    *out_code = code;
    return NULL;
}

static void unload(tri_device *device, tri_code_image *code)
{
    (void)device;
    free(code);
}

static tri_status *launch(tri_device *device, tri_code_image *code, const tri_launch *l, tri_launch_report *out_report)
{
    const image_kernel *found = NULL;
    for (size_t i = 0; i < code->n && !found; i++)
        if (!strcmp(code->kernels[i].kernel->name, l->kernel)) found = &code->kernels[i];
    if (!found) return tri_error(TRI_INVALID, TRI_NOWHERE, "the code image has no kernel %s", l->kernel);
    const tri_null_kernel *kernel = found->kernel;
    if (l->n_maps) return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "%s takes tensor maps, which the null device has none of", kernel->name);
    if (l->n_arguments != kernel->n_parameters)
        return tri_error(TRI_INVALID, TRI_NOWHERE, "%s has %u parameters and was given %u", kernel->name, kernel->n_parameters, l->n_arguments);
    void *at[TRI_NULL_MOST_PARAMETERS];
    uint64_t bytes = found->elements * kernel->element_bytes;
    for (uint32_t i = 0; i < kernel->n_parameters; i++) {
        at[i] = bytes <= l->bytes[i] ? find(device, l->arguments[i], bytes) : NULL;
        if (!at[i])
            return tri_error(TRI_FAULT, TRI_NOWHERE, "%s %s %llu bytes of %s, which has %llu", kernel->name,
                             i < kernel->n_outputs ? "writes" : "reads", (unsigned long long)bytes,
                             l->argument_names ? l->argument_names[i] : "an argument", (unsigned long long)l->bytes[i]);
        if (l->arguments[i] % kernel->element_bytes)
            return tri_error(TRI_FAULT, TRI_NOWHERE, "%s needs %s at a multiple of %u bytes", kernel->name,
                             l->argument_names ? l->argument_names[i] : "an argument", kernel->element_bytes);
    }
    out_report->instructions = found->elements;
    return kernel->run(found->elements, at);
}

static int count(void) { return 1; }

static const tri_driver driver = {
    .abi = TRI_DRIVER_ABI,
    .name = "null",
    .device_kind = "sim",
    .families = "null",
    .code = "null",
    .has_cycles = false,
    .count = count,
    .open = open_device,
    .close = close_device,
    .allocate = allocate,
    .release = release,
    .write = write_memory,
    .read = read_memory,
    .copy = copy_memory,
    .poison = poison_memory,
    .load = load,
    .unload = unload,
    .launch = launch,
};

TRI_API const tri_driver *tri_driver_entry(void);
const tri_driver *tri_driver_entry(void) { return &driver; }
