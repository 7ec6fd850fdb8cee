/* amdgcn_driver.c - the device sim:CHIP for AMD chips: device memory with a shadow of what was written, code images, launches.
 *
 * Device addresses are handed out once and never again, so an access through a released buffer is always found. Kernels are decoded when they are
 * loaded,
 * all of them, so that an image which cannot run says so then. */
#include "runtime/drivers/amdgcn_sim/amdgcn_driver.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/drivers/amdgcn_sim/gcn.h"

enum { GUARD = 1 << 16, ALIGNMENT = 256, OWN_REGIONS = 3, MOST_ARGUMENTS = GCN_MOST_REGIONS - OWN_REGIONS, PACKET_BYTES = 64, HIDDEN_BYTES = 256 };
static const tri_address first_address = 0x100000000000ull;
static const uint64_t default_budget = 1ull << 28; /* instructions of a wave: minutes */

typedef struct allocation {
    tri_address at;
    uint64_t bytes;
    uint8_t *host, *written;
} allocation;

struct tri_device {
    const tri_chip *chip;
    bool gfx950;
    int threads;
    uint32_t lds_bytes; /* a workgroup may have */
    tri_address next;
    allocation *allocations; /* by address */
    size_t n, room;
    uint64_t used, limit;
};

struct tri_code_image {
    gcn_image *image;
};

static tri_status *probe(void) { return NULL; }
static int count(void) { return 1; }

static tri_status *open_device(int ordinal, const tri_chip *chip, const tri_device_options *options, tri_device **out_device)
{
    (void)ordinal;
    if (!chip) return tri_error(TRI_USAGE, TRI_NOWHERE, "the AMDGCN simulator needs a chip to be; say sim:mi300x");
    if (options && options->timing_only)
        return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "the AMDGCN simulator has no cycle model; it cannot run timing only");
    const char *isa = tri_chip_word(chip, "isa", "gfx942");
    if (strcmp(isa, "gfx942") && strcmp(isa, "gfx950"))
        return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "the AMDGCN simulator runs gfx942 and gfx950; chip %s is %s", chip->name, isa);
    tri_device *device = calloc(1, sizeof *device);
    if (!device) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory opening a simulated %s", chip->name);
    device->chip = chip;
    device->gfx950 = !strcmp(isa, "gfx950");
    device->threads = options ? options->threads : 0;
    device->lds_bytes = (uint32_t)tri_chip_number(chip, "shared_bytes_block", device->gfx950 ? 160 << 10 : 64 << 10);
    device->limit = (uint64_t)tri_chip_number(chip, "hbm_bytes", 192e9);
    device->next = first_address;
    *out_device = device;
    return NULL;
}

static void close_device(tri_device *device)
{
    if (!device) return;
    for (size_t i = 0; i < device->n; i++) {
        free(device->allocations[i].host);
        free(device->allocations[i].written);
    }
    free(device->allocations);
    free(device);
}

static allocation *find(tri_device *device, tri_address at, uint64_t bytes)
{
    size_t low = 0, high = device->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (device->allocations[middle].at <= at)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0) return NULL;
    allocation *a = &device->allocations[low - 1];
    uint64_t offset = at - a->at;
    return offset <= a->bytes && bytes <= a->bytes - offset ? a : NULL;
}

static tri_status *not_there(tri_address at, uint64_t bytes)
{
    return tri_error(TRI_USAGE, TRI_NOWHERE, "%" PRIu64 " bytes at device address 0x%" PRIx64 " are not in one buffer", bytes, at);
}

static tri_status *allocate(tri_device *device, uint64_t bytes, tri_address *out_address)
{
    if (bytes > device->limit - device->used)
        return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "%" PRIu64 " bytes asked, %" PRIu64 " of %" PRIu64 " are free on the simulated %s", bytes,
                         device->limit - device->used, device->limit, device->chip->name);
    if (device->n == device->room) {
        size_t room = device->room * 2 + 16;
        allocation *bigger = realloc(device->allocations, room * sizeof *bigger);
        if (!bigger) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of host memory");
        device->allocations = bigger;
        device->room = room;
    }
    allocation a = {device->next, bytes, calloc(1, bytes ? bytes : 1), calloc(1, bytes ? bytes : 1)};
    if (!a.host || !a.written) {
        free(a.host);
        free(a.written);
        return tri_error(TRI_NO_MEMORY, TRI_NOWHERE,
                         "the host has no %" PRIu64 " bytes for a buffer of the simulated %s (twice the buffer is needed)", bytes,
                         device->chip->name);
    }
    device->allocations[device->n++] = a;
    device->used += bytes;
    device->next += (bytes + GUARD + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    *out_address = a.at;
    return NULL;
}

static tri_status *release(tri_device *device, tri_address address)
{
    allocation *a = find(device, address, 0);
    if (!a || a->at != address) return tri_error(TRI_USAGE, TRI_NOWHERE, "device address 0x%" PRIx64 " is not the start of a buffer", address);
    device->used -= a->bytes;
    free(a->host);
    free(a->written);
    memmove(a, a + 1, (size_t)(device->allocations + device->n - (a + 1)) * sizeof *a);
    device->n--;
    return NULL;
}

static tri_status *write_memory(tri_device *device, tri_address to, const void *from, uint64_t bytes)
{
    allocation *a = find(device, to, bytes);
    if (!a) return not_there(to, bytes);
    if (bytes) memcpy(a->host + (to - a->at), from, bytes);
    memset(a->written + (to - a->at), 1, bytes);
    return NULL;
}

static tri_status *read_memory(tri_device *device, void *to, tri_address from, uint64_t bytes)
{
    allocation *a = find(device, from, bytes);
    if (!a) return not_there(from, bytes);
    const uint8_t *hole = bytes ? memchr(a->written + (from - a->at), 0, bytes) : NULL;
    if (hole)
        return tri_error(TRI_FAULT, TRI_NOWHERE, "reads %" PRIu64 " bytes at device address 0x%" PRIx64 "; byte %td of them was never written", bytes,
                         from, hole - (a->written + (from - a->at)));
    if (bytes) memcpy(to, a->host + (from - a->at), bytes);
    return NULL;
}

static tri_status *copy_memory(tri_device *device, tri_address to, tri_address from, uint64_t bytes)
{
    allocation *source = find(device, from, bytes), *target = find(device, to, bytes);
    if (!source || !target) return not_there(source ? to : from, bytes);
    memmove(target->host + (to - target->at), source->host + (from - source->at), bytes);
    memmove(target->written + (to - target->at), source->written + (from - source->at), bytes);
    return NULL;
}

static tri_status *poison(tri_device *device, tri_address at, uint64_t bytes)
{
    allocation *a = find(device, at, bytes);
    if (!a) return not_there(at, bytes);
    memset(a->written + (at - a->at), 0, bytes);
    return NULL;
}

static void unload(tri_device *device, tri_code_image *code)
{
    (void)device;
    if (!code) return;
    gcn_image_free(code->image);
    free(code);
}

static tri_status *load(tri_device *device, const char *name, const void *image, size_t n, tri_code_image **out_code)
{
    tri_code_image *code = calloc(1, sizeof *code);
    if (!code) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory loading %s", name);
    tri_status *status = gcn_image_read(name, image, n, device->next, &code->image);
    if (!status) {
        device->next += (code->image->n + GUARD + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        if (code->image->gfx950 != device->gfx950)
            status = tri_error(TRI_INVALID, TRI_NOWHERE, "code object %s is for %s, the simulated %s is %s", name,
                               code->image->gfx950 ? "gfx950" : "gfx942", device->chip->name, device->gfx950 ? "gfx950" : "gfx942");
    }
    for (size_t i = 0; !status && i < code->image->n_kernels; i++) status = gcn_decode_kernel(code->image, &code->image->kernels[i]);
    if (status) {
        unload(device, code);
        return status;
    }
    *out_code = code;
    return NULL;
}

static void put32(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++) at[i] = (uint8_t)(value >> (8 * i));
}

/* The dispatch packet, for kernels that look at their launch's sizes. */
static void fill_packet(uint8_t *packet, const tri_launch *launch, const gcn_kernel *kernel)
{
    for (int axis = 0; axis < 3; axis++) {
        packet[4 + 2 * axis] = (uint8_t)launch->block[axis];
        packet[5 + 2 * axis] = (uint8_t)(launch->block[axis] >> 8);
        put32(packet + 12 + 4 * axis, launch->grid[axis] * launch->block[axis]);
    }
    put32(packet + 24, kernel->scratch_bytes);
    put32(packet + 28, kernel->lds_bytes + launch->shared_bytes);
}

static const gcn_kernel *find_kernel(const gcn_image *image, const char *name)
{
    for (size_t i = 0; i < image->n_kernels; i++)
        if (!strcmp(image->kernels[i].name, name)) return &image->kernels[i];
    return NULL;
}

static tri_status *check_launch(const tri_device *device, const tri_launch *launch, const gcn_kernel *kernel)
{
    uint64_t threads = 1, groups = 1;
    for (int axis = 0; axis < 3; axis++) {
        if (launch->block[axis] == 0 || launch->block[axis] > 1024) threads = 0;
        threads *= launch->block[axis];
        if (launch->grid[axis] && groups > (1ull << 40) / launch->grid[axis])
            return tri_error(TRI_USAGE, TRI_NOWHERE, "kernel %s: the grid is too large", kernel->name);
        groups *= launch->grid[axis];
    }
    if (threads == 0 || threads > GCN_LANES * GCN_MOST_WAVES)
        return tri_error(TRI_USAGE, TRI_NOWHERE, "kernel %s: a workgroup of %" PRIu32 "x%" PRIu32 "x%" PRIu32 " is not 1 to 1024 work-items",
                         kernel->name, launch->block[0], launch->block[1], launch->block[2]);
    uint64_t lds = (uint64_t)kernel->lds_bytes + launch->shared_bytes;
    if (lds > device->lds_bytes)
        return tri_error(TRI_USAGE, TRI_NOWHERE, "kernel %s needs %" PRIu64 " bytes of LDS; %s has %" PRIu32, kernel->name, lds, device->chip->name,
                         device->lds_bytes);
    if (launch->n_maps) return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "kernel %s takes tensor maps, which AMD chips have none of", kernel->name);
    if (launch->n_arguments > MOST_ARGUMENTS)
        return tri_error(TRI_USAGE, TRI_NOWHERE, "kernel %s: more than %d arguments", kernel->name, MOST_ARGUMENTS);
    /* LLVM may reserve room for hidden arguments behind the kernel's own; they are not supplied, so reading one is a fault. */
    uint64_t given = (uint64_t)launch->n_arguments * 8;
    if (given < kernel->kernarg_bytes && given + HIDDEN_BYTES != kernel->kernarg_bytes)
        return tri_error(TRI_USAGE, TRI_NOWHERE, "kernel %s takes %" PRIu32 " bytes of arguments; the launch gives %" PRIu32 " addresses",
                         kernel->name, kernel->kernarg_bytes, launch->n_arguments);
    if ((kernel->rsrc1 >> 12 & 0x0f) || (kernel->rsrc1 >> 18 & 3) != 3)
        return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE,
                         "kernel %s asks for a rounding mode other than to nearest even, or flushes subnormals of f16 and f64", kernel->name);
    return NULL;
}

static tri_status *run_launch(tri_device *device, tri_code_image *code, const tri_launch *launch, tri_launch_report *out_report)
{
    const gcn_kernel *kernel = find_kernel(code->image, launch->kernel);
    if (!kernel) return tri_error(TRI_USAGE, TRI_NOWHERE, "code object %s has no kernel %s", code->image->name, launch->kernel);
    TRI_TRY(check_launch(device, launch, kernel));

    uint8_t kernarg[MOST_ARGUMENTS * 8 + 64] = {0}, packet[PACKET_BYTES] = {0};
    char names[MOST_ARGUMENTS][24];
    gcn_region regions[GCN_MOST_REGIONS];
    gcn_launch gcn = {
        .image = code->image, .kernel = kernel, .lds_bytes = kernel->lds_bytes + launch->shared_bytes, .regions = regions, .budget = default_budget};
    gcn.kernarg = device->next;
    gcn.dispatch_packet = device->next + GUARD;
    uint64_t kernarg_bytes = ((uint64_t)launch->n_arguments * 8 + 63) / 64 * 64; /* loads of arguments may be wider than they are */
    regions[gcn.n_regions++] = (gcn_region){"the kernel's arguments", gcn.kernarg, kernarg_bytes, kernarg, NULL, false};
    regions[gcn.n_regions++] = (gcn_region){"the dispatch packet", gcn.dispatch_packet, PACKET_BYTES, packet, NULL, false};
    regions[gcn.n_regions++] = (gcn_region){"the code object", code->image->base, code->image->n, code->image->bytes, NULL, false};
    fill_packet(packet, launch, kernel);
    for (uint32_t i = 0; i < launch->n_arguments; i++) {
        tri_address at = launch->arguments[i];
        uint64_t bytes = launch->bytes ? launch->bytes[i] : 0;
        allocation *a = find(device, at, bytes);
        snprintf(names[i], sizeof names[i], "argument %" PRIu32, i);
        const char *name = launch->argument_names && launch->argument_names[i] ? launch->argument_names[i] : names[i];
        if (!a) return tri_note(not_there(at, bytes), "argument %s of kernel %s", name, kernel->name);
        if (!launch->bytes) bytes = a->bytes - (at - a->at);
        regions[gcn.n_regions++] = (gcn_region){name, at, bytes, a->host + (at - a->at), a->written + (at - a->at), true};
        put32(kernarg + 8 * i, (uint32_t)at);
        put32(kernarg + 8 * i + 4, (uint32_t)(at >> 32));
    }
    memcpy(gcn.grid, launch->grid, sizeof gcn.grid);
    memcpy(gcn.block, launch->block, sizeof gcn.block);
    gcn_counts counts = {0};
    tri_status *status = gcn_run(&gcn, device->threads, &counts);
    if (out_report)
        *out_report = (tri_launch_report){
            .instructions = counts.instructions,
            .n_counters = 2,
            .counters = {{"lds_accesses", counts.lds_accesses}, {"lds_conflicts", counts.lds_conflicts}},
        };
    return status;
}

static const tri_driver driver = {
    .abi = TRI_DRIVER_ABI,
    .name = "amdgcn-sim",
    .device_kind = "sim",
    .families = "amdgcn",
    .code = "hsaco",
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
    .poison = poison,
    .load = load,
    .unload = unload,
    .launch = run_launch,
};

const tri_driver *tri_amdgcn_sim_driver(void) { return &driver; }
