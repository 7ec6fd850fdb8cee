/* runtime/drivers/systolic_sim/driver.c - the plugin: a systolic core as a device of the runtime.
 *
 * Device memory is host memory that is taken lazily, so that timing-only runs of models larger than the host cost nothing. Each allocation has a bit
 * a byte of "was written"; fresh memory counts as never written. */
#define _DEFAULT_SOURCE 1 /* MAP_ANONYMOUS, MAP_NORESERVE */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "runtime/drivers/systolic_sim/systolic_sim.h"

struct tri_device {
    tri_syssim_chip chip;
    tri_device_options options;
    uint64_t limit, used, next; /* bytes of HBM; the next fresh address */
    tri_syssim_block *blocks;   /* sorted by address */
    size_t n_blocks, room;
};

struct tri_code_image {
    tri_syssim_code *code;
};

enum { ALIGNMENT = 256, FIRST_ADDRESS = 1 << 20, GUARD = 4096 };

static tri_status *probe(void) { return NULL; }
static int count(void) { return 1; }

static tri_status *open_device(int ordinal, const tri_chip *chip, const tri_device_options *options, tri_device **out_device)
{
    *out_device = NULL;
    if (ordinal) return tri_error(TRI_UNAVAILABLE, TRI_NOWHERE, "there is one simulated device of a chip, not %d", ordinal + 1);
    if (!chip) return tri_error(TRI_USAGE, TRI_NOWHERE, "a simulated device needs a chip: sim:trn2, sim:v5e, ...");
    tri_device *d = calloc(1, sizeof *d);
    if (!d) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory for a device");
    tri_status *status = tri_syssim_chip_read(chip, &d->chip);
    if (status) {
        free(d);
        return status;
    }
    if (options) d->options = *options;
    d->limit = (uint64_t)d->chip.hbm_bytes;
    d->next = FIRST_ADDRESS;
    *out_device = d;
    return NULL;
}

static uint64_t init_bytes(uint64_t bytes) { return bytes / 8 + 16; }

static void *take(uint64_t bytes)
{
    void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return at == MAP_FAILED ? NULL : at;
}

static void give(const tri_syssim_block *b)
{
    if (b->data) munmap(b->data, b->bytes + 16);
    if (b->init) munmap(b->init, init_bytes(b->bytes));
}

static void close_device(tri_device *d)
{
    if (!d) return;
    for (size_t k = 0; k < d->n_blocks; k++) give(&d->blocks[k]);
    free(d->blocks);
    free(d);
}

static tri_status *allocate(tri_device *d, uint64_t bytes, tri_address *out_address)
{
    *out_address = 0;
    uint64_t size = ((bytes ? bytes : 1) + (ALIGNMENT - 1)) & ~(uint64_t)(ALIGNMENT - 1);
    if (size < bytes || size > d->limit - d->used)
        return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "%s: %llu bytes asked, %llu of %llu free", d->chip.name, (unsigned long long)bytes,
                         (unsigned long long)(d->limit - d->used), (unsigned long long)d->limit);
    if (d->n_blocks == d->room) {
        size_t room = d->room ? 2 * d->room : 16;
        tri_syssim_block *blocks = realloc(d->blocks, room * sizeof *blocks);
        if (!blocks) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory for the list of allocations");
        d->blocks = blocks;
        d->room = room;
    }
    tri_syssim_block b = {.address = d->next, .bytes = size, .data = take(size + 16), .init = d->options.timing_only ? NULL : take(init_bytes(size))};
    if (!b.data || (!b.init && !d->options.timing_only)) {
        give(&b);
        return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "the host has no %llu bytes for %s's memory", (unsigned long long)size, d->chip.name);
    }
    d->blocks[d->n_blocks++] = b; /* addresses only grow, so the list stays sorted, and a stale address never hits a new buffer */
    d->used += size;
    d->next += size + GUARD;
    *out_address = b.address;
    return NULL;
}

static tri_syssim_block *find(tri_device *d, tri_address at, uint64_t bytes)
{
    size_t low = 0, high = d->n_blocks;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (d->blocks[mid].address <= at)
            low = mid + 1;
        else
            high = mid;
    }
    if (!low) return NULL;
    tri_syssim_block *b = &d->blocks[low - 1];
    uint64_t offset = at - b->address;
    return offset <= b->bytes && bytes <= b->bytes - offset ? b : NULL;
}

static tri_status *outside(const tri_device *d, tri_address at, uint64_t bytes)
{
    return tri_error(TRI_INVALID, TRI_NOWHERE, "%s: %llu bytes at 0x%llx lie in no allocation", d->chip.name, (unsigned long long)bytes,
                     (unsigned long long)at);
}

static tri_status *release(tri_device *d, tri_address address)
{
    tri_syssim_block *b = find(d, address, 0);
    if (!b || b->address != address) return outside(d, address, 0);
    give(b);
    d->used -= b->bytes;
    size_t at = (size_t)(b - d->blocks);
    memmove(b, b + 1, (d->n_blocks - at - 1) * sizeof *b);
    d->n_blocks--;
    return NULL;
}

static void mark(const tri_syssim_block *b, uint64_t offset, uint64_t bytes, bool written)
{
    if (!b->init) return;
    for (; bytes && offset & 7; offset++, bytes--) {
        uint8_t bit = (uint8_t)(1 << (offset & 7));
        b->init[offset >> 3] = (uint8_t)(written ? b->init[offset >> 3] | bit : b->init[offset >> 3] & ~bit);
    }
    memset(b->init + (offset >> 3), written ? 255 : 0, bytes >> 3);
    offset += bytes & ~7ull;
    for (bytes &= 7; bytes; offset++, bytes--) {
        uint8_t bit = (uint8_t)(1 << (offset & 7));
        b->init[offset >> 3] = (uint8_t)(written ? b->init[offset >> 3] | bit : b->init[offset >> 3] & ~bit);
    }
}

static tri_status *write_memory(tri_device *d, tri_address to, const void *from, uint64_t bytes)
{
    tri_syssim_block *b = find(d, to, bytes);
    if (!b) return outside(d, to, bytes);
    if (!bytes) return NULL;
    memcpy(b->data + (to - b->address), from, bytes);
    mark(b, to - b->address, bytes, true);
    return NULL;
}

static tri_status *read_memory(tri_device *d, void *to, tri_address from, uint64_t bytes)
{
    const tri_syssim_block *b = find(d, from, bytes);
    if (!b) return outside(d, from, bytes);
    if (bytes) memcpy(to, b->data + (from - b->address), bytes);
    return NULL;
}

static tri_status *copy_memory(tri_device *d, tri_address to, tri_address from, uint64_t bytes)
{
    const tri_syssim_block *source = find(d, from, bytes), *target = find(d, to, bytes);
    if (!source || !target) return outside(d, source ? to : from, bytes);
    if (!bytes) return NULL;
    memmove(target->data + (to - target->address), source->data + (from - source->address), bytes);
    if (!source->init) return NULL;
    bool backwards = to > from;
    for (uint64_t k = 0; k < bytes; k++) { /* what was never written stays so */
        uint64_t at = backwards ? bytes - 1 - k : k, s = from - source->address + at;
        mark(target, to - target->address + at, 1, source->init[s >> 3] >> (s & 7) & 1);
    }
    return NULL;
}

static tri_status *poison(tri_device *d, tri_address at, uint64_t bytes)
{
    const tri_syssim_block *b = find(d, at, bytes);
    if (!b) return outside(d, at, bytes);
    mark(b, at - b->address, bytes, false);
    return NULL;
}

static tri_status *load(tri_device *d, const char *name, const void *image, size_t n, tri_code_image **out_code)
{
    *out_code = calloc(1, sizeof **out_code);
    if (!*out_code) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory while loading %s", name);
    tri_status *status = tri_syssim_load(&d->chip, name, image, n, &(*out_code)->code);
    if (status) {
        free(*out_code);
        *out_code = NULL;
    }
    return status;
}

static void unload(tri_device *d, tri_code_image *code)
{
    (void)d;
    if (!code) return;
    tri_syssim_unload(code->code);
    free(code);
}

static tri_status *launch(tri_device *d, tri_code_image *code, const tri_launch *what, tri_launch_report *out_report)
{
    if (what->n_maps) return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "%s takes tensor maps, which systolic chips have none of", what->kernel);
    tri_syssim_options options = {.timing_only = d->options.timing_only, .one_thread = d->options.threads == 1};
    tri_syssim_report r = {0};
    tri_status *status = tri_syssim_run(&d->chip, code->code, what, d->blocks, d->n_blocks, &options, &r);
    if (!out_report) return status;
    memset(out_report, 0, sizeof *out_report);
    out_report->seconds = r.ns * 1e-9;
    out_report->cycles = (uint64_t)(r.ns * 1e-9 * d->chip.clock + 0.5);
    out_report->instructions = r.instructions;
    out_report->n_units = r.n_units;
    for (int k = 0; k < r.n_units; k++) {
        memcpy(out_report->units[k].name, r.units[k].name, sizeof r.units[k].name);
        out_report->units[k].busy = r.ns > 0 ? r.units[k].busy_ns / r.ns : 0;
    }
    return status;
}

static const tri_driver driver = {
    .abi = TRI_DRIVER_ABI,
    .name = "systolic-sim",
    .device_kind = "sim",
    .families = "systolic",
    .code = "systolic",
    .has_cycles = true,
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
    .launch = launch,
};

TRI_API const tri_driver *tri_driver_entry(void);
const tri_driver *tri_driver_entry(void) { return &driver; }
