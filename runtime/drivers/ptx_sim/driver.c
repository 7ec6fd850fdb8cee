/* driver.c - the plugin "ptx-sim": a device of chip family `ptx` whose code is PTX text.
 *
 * Two options come from the environment, for people who debug: TRINE_PTX_BUDGET, the warp instructions a block may execute, and
 * TRINE_PTX_CHECK_REGISTERS=1, which makes the read of a register that nothing has written an error. It is off by default because LLVM leaves
 * undefined values undefined: its code may legally copy a register that was never written. */
#include <stdlib.h>

#include "runtime/drivers/ptx_sim/async.h"
#include "runtime/drivers/ptx_sim/driver.h"
#include "runtime/drivers/ptx_sim/memory.h"

enum { MOST_ARENA = 1 << 30, DEFAULT_SHARED = 163 << 10, MOST_THREADS_BLOCK = 1024, MOST_CLUSTER = 16 };
#define DEFAULT_BUDGET (1ull << 40)

struct tri_device {
    tri_ptx_memory memory;
    uint64_t shared_bytes_block;
    int threads;
    uint64_t budget;
    bool check_registers;
};

struct tri_code_image {
    tri_arena arena;
    tri_ptx_module *module;
    tri_ptx_program **programs; /* one a kernel */
    uint64_t variables;         /* address of the module's memory, or 0 */
};

static tri_status *probe(void) { return NULL; }
static int count(void) { return 1; }

static tri_status *open_device(int ordinal, const tri_chip *chip, const tri_device_options *options, tri_device **out_device)
{
    if (ordinal) return tri_error(TRI_UNAVAILABLE, TRI_NOWHERE, "the simulator has one device, number 0, not %d", ordinal);
    if (options && options->timing_only)
        return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "the PTX simulator has no cycle model: it cannot run for timing only");
    int64_t warp = chip ? tri_chip_integer(chip, "warp_size", TRI_PTX_LANES) : TRI_PTX_LANES;
    if (warp != TRI_PTX_LANES)
        return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "the PTX simulator has warps of %d lanes, chip %s has %lld", TRI_PTX_LANES, chip->name,
                         (long long)warp);
    tri_device *device = calloc(1, sizeof *device);
    if (!device) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "no memory for a device");
    int64_t shared = chip ? tri_chip_integer(chip, "shared_bytes_block", DEFAULT_SHARED) : DEFAULT_SHARED;
    double memory = chip ? tri_chip_number(chip, "hbm_bytes", 0x1p40) : 0x1p40;
    device->shared_bytes_block = shared < 0 || shared > (int64_t)TRI_PTX_WINDOW_BYTES ? DEFAULT_SHARED : (uint64_t)shared;
    tri_ptx_memory_begin(&device->memory, memory > 0 && memory < 0x1p46 ? (uint64_t)memory : 1ull << 40);
    device->threads = options ? options->threads : 0;
    const char *budget = getenv("TRINE_PTX_BUDGET"), *check = getenv("TRINE_PTX_CHECK_REGISTERS");
    device->budget = budget ? strtoull(budget, NULL, 10) : 0;
    if (!device->budget) device->budget = DEFAULT_BUDGET;
    device->check_registers = check && check[0] == '1';
    *out_device = device;
    return NULL;
}

static void close_device(tri_device *device)
{
    if (!device) return;
    tri_ptx_memory_end(&device->memory);
    free(device);
}

static tri_status *allocate(tri_device *device, uint64_t bytes, tri_address *out_address)
{
    return tri_ptx_allocate(&device->memory, bytes, out_address);
}
static tri_status *release(tri_device *device, tri_address address) { return tri_ptx_release(&device->memory, address); }

static tri_status *find(tri_device *device, tri_address address, uint64_t bytes, const char *verb, tri_ptx_allocation **out)
{
    *out = tri_ptx_allocation_of(&device->memory, address, bytes);
    if (*out) return NULL;
    return tri_error(TRI_USAGE, TRI_NOWHERE, "the host %s %llu bytes at device address 0x%llx, which lie in no allocation", verb,
                     (unsigned long long)bytes, (unsigned long long)address);
}

static tri_status *write_device(tri_device *device, tri_address to, const void *from, uint64_t bytes)
{
    tri_ptx_allocation *a;
    if (!bytes) return NULL;
    TRI_TRY(find(device, to, bytes, "writes", &a));
    memcpy(a->host + (to - a->address), from, bytes);
    tri_ptx_mark(a, to - a->address, bytes, true);
    return NULL;
}

static tri_status *read_device(tri_device *device, void *to, tri_address from, uint64_t bytes)
{
    tri_ptx_allocation *a;
    if (!bytes) return NULL;
    TRI_TRY(find(device, from, bytes, "reads", &a));
    uint64_t first = tri_ptx_first_unwritten(a, from - a->address, bytes);
    if (first < bytes)
        return tri_error(TRI_FAULT, TRI_NOWHERE,
                         "the host reads %llu bytes at device address 0x%llx, but nothing has written the byte at offset %llu",
                         (unsigned long long)bytes, (unsigned long long)from, (unsigned long long)first);
    memcpy(to, a->host + (from - a->address), bytes);
    return NULL;
}

/* A copy moves what is known about the bytes with them: what was never written stays so. */
static tri_status *copy_device(tri_device *device, tri_address to, tri_address from, uint64_t bytes)
{
    tri_ptx_allocation *a, *b;
    if (!bytes) return NULL;
    TRI_TRY(find(device, to, bytes, "writes", &a));
    TRI_TRY(find(device, from, bytes, "reads", &b));
    uint64_t x = to - a->address, y = from - b->address;
    if (a == b && (x < y ? y - x : x - y) < bytes && x != y) return tri_error(TRI_USAGE, TRI_NOWHERE, "the two ranges of a device copy overlap");
    memmove(a->host + x, b->host + y, bytes);
    for (uint64_t i = 0; i < bytes;) {
        uint64_t unwritten = i + tri_ptx_first_unwritten(b, y + i, bytes - i);
        tri_ptx_mark(a, x + i, unwritten - i, true);
        if (unwritten < bytes) tri_ptx_mark(a, x + unwritten, 1, false), unwritten++;
        i = unwritten;
    }
    return NULL;
}

static tri_status *poison(tri_device *device, tri_address at, uint64_t bytes)
{
    tri_ptx_allocation *a;
    if (!bytes) return NULL;
    TRI_TRY(find(device, at, bytes, "poisons", &a));
    tri_ptx_mark(a, at - a->address, bytes, false);
    return NULL;
}

static void unload(tri_device *device, tri_code_image *code)
{
    if (!code) return;
    if (code->variables) tri_status_free(tri_ptx_release(&device->memory, code->variables));
    tri_arena_free(&code->arena);
    free(code);
}

/* Variables with an initial value get it, others are zero, as PTX says. */
static tri_status *place_variables(tri_device *device, tri_code_image *code)
{
    const tri_ptx_module *module = code->module;
    if (!module->memory_bytes) return NULL;
    TRI_TRY(allocate(device, module->memory_bytes, &code->variables));
    tri_ptx_allocation *a = tri_ptx_allocation_of(&device->memory, code->variables, module->memory_bytes);
    memset(a->host, 0, module->memory_bytes);
    tri_ptx_mark(a, 0, module->memory_bytes, true);
    for (size_t i = 0; i < module->variables.n; i++) {
        const tri_ptx_variable *v = module->variables.at[i];
        if (v->initial) memcpy(a->host + v->address, v->initial, v->bytes);
    }
    return NULL;
}

static tri_status *load_guarded(tri_device *device, const char *name, const void *image, size_t n, tri_code_image *code)
{
    if (!name) name = "ptx";
    TRI_TRY(tri_ptx_parse(&code->arena, name, image, n, &code->module));
    TRI_TRY(place_variables(device, code));
    code->programs = TRI_NEW_ARRAY(&code->arena, tri_ptx_program *, code->module->kernels.n + 1);
    for (size_t i = 0; i < code->module->kernels.n; i++)
        TRI_TRY(tri_ptx_decode(&code->arena, code->module, code->module->kernels.at[i], code->variables, name, &code->programs[i]));
    return NULL;
}

static tri_status *load(tri_device *device, const char *name, const void *image, size_t n, tri_code_image **out_code)
{
    tri_code_image *code = calloc(1, sizeof *code);
    if (!code) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "no memory for a code image");
    tri_arena_init(&code->arena, MOST_ARENA);
    tri_status *status = TRI_ARENA_EXHAUSTED(&code->arena) ? tri_arena_exhausted(&code->arena) : load_guarded(device, name, image, n, code);
    code->arena.has_escape = false;
    if (status) {
        unload(device, code);
        return status;
    }
    *out_code = code;
    return NULL;
}

/* The cluster that the kernel asks for against the grid. */
static tri_status *check_cluster(const tri_ptx_kernel *kernel, const tri_launch *launch)
{
    uint64_t blocks = 1;
    for (int i = 0; i < 3 && kernel->cluster[0]; i++) {
        blocks *= kernel->cluster[i];
        if (!kernel->cluster[i] || blocks > MOST_CLUSTER)
            return tri_error(TRI_USAGE, TRI_NOWHERE, "kernel %s: a cluster has 1 to %d blocks (.reqnctapercluster)", kernel->name, MOST_CLUSTER);
        if (launch->grid[i] % kernel->cluster[i])
            return tri_error(TRI_USAGE, TRI_NOWHERE, "kernel %s: a grid of %ux%ux%u blocks does not divide into clusters of %ux%ux%u", kernel->name,
                             launch->grid[0], launch->grid[1], launch->grid[2], kernel->cluster[0], kernel->cluster[1], kernel->cluster[2]);
    }
    return NULL;
}

/* The launch's shape against the kernel's declarations and the chip. */
static tri_status *check_shape(const tri_device *device, const tri_ptx_program *program, const tri_launch *launch)
{
    const tri_ptx_kernel *kernel = program->kernel;
    uint64_t threads = 1, blocks = 1;
    for (int i = 0; i < 3; i++) {
        threads *= launch->block[i];
        blocks *= launch->grid[i];
        if (!launch->grid[i] || !launch->block[i] || threads > MOST_THREADS_BLOCK || blocks > UINT32_MAX)
            return tri_error(TRI_USAGE, TRI_NOWHERE,
                             "kernel %s: a grid of %ux%ux%u blocks of %ux%ux%u threads cannot be launched (1 to %d threads a block)", kernel->name,
                             launch->grid[0], launch->grid[1], launch->grid[2], launch->block[0], launch->block[1], launch->block[2],
                             MOST_THREADS_BLOCK);
        if (kernel->required[i] && kernel->required[i] != launch->block[i])
            return tri_error(TRI_USAGE, TRI_NOWHERE, "kernel %s needs blocks of %ux%ux%u threads (.reqntid), not %ux%ux%u", kernel->name,
                             kernel->required[0], kernel->required[1], kernel->required[2], launch->block[0], launch->block[1], launch->block[2]);
    }
    uint64_t most = (uint64_t)kernel->most[0] * kernel->most[1] * kernel->most[2];
    if (most && threads > most)
        return tri_error(TRI_USAGE, TRI_NOWHERE, "kernel %s allows %llu threads a block (.maxntid), not %llu", kernel->name, (unsigned long long)most,
                         (unsigned long long)threads);
    uint64_t shared = program->shared_bytes + program->dynamic_padding + launch->shared_bytes;
    if (shared > device->shared_bytes_block)
        return tri_error(TRI_USAGE, TRI_NOWHERE, "kernel %s uses %llu bytes of shared memory, the chip has %llu for a block", kernel->name,
                         (unsigned long long)shared, (unsigned long long)device->shared_bytes_block);
    return check_cluster(kernel, launch);
}

/* The parameters: the buffers' addresses, then the maps. */
static tri_status *check_parameters(const tri_ptx_kernel *kernel, const tri_launch *launch)
{
    if (launch->n_arguments + (uint64_t)launch->n_maps != kernel->parameters.n)
        return tri_error(TRI_USAGE, TRI_NOWHERE, "kernel %s has %zu parameters, %u arguments and %u tensor maps were given", kernel->name,
                         kernel->parameters.n, launch->n_arguments, launch->n_maps);
    for (size_t i = 0; i < kernel->parameters.n; i++) {
        const tri_ptx_variable *p = kernel->parameters.at[i];
        bool is_map = i >= launch->n_arguments;
        if (p->bytes != (is_map ? TRI_TENSOR_MAP_BYTES : 8) || (is_map && p->align < TRI_TENSOR_MAP_ALIGN))
            return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "kernel %s: parameter `%s` has %llu bytes, %s", kernel->name, p->name,
                             (unsigned long long)p->bytes, is_map ? "tensor maps have 128, aligned to 64" : "arguments are addresses of 8");
    }
    return NULL;
}

/* What the kernel finds in its parameters. The memory is 64-byte aligned in the window they have as addresses. */
static tri_status *bind_parameters(tri_arena *arena, const tri_ptx_kernel *kernel, const tri_launch *launch, tri_ptx_launch *out)
{
    unsigned char *parameters = tri_arena_alloc(arena, kernel->parameter_bytes + 1);
    for (uint32_t i = 0; i < launch->n_arguments; i++) memcpy(parameters + kernel->parameters.at[i]->address, &launch->arguments[i], 8);
    for (uint32_t i = 0; i < launch->n_maps; i++) {
        const tri_tensor_map *map = &launch->maps[i];
        const tri_ptx_variable *p = kernel->parameters.at[launch->n_arguments + i];
        if (map->buffer >= launch->n_arguments)
            return tri_error(TRI_USAGE, TRI_NOWHERE, "kernel %s: tensor map `%s` views buffer %u, there are %u", kernel->name, p->name, map->buffer,
                             launch->n_arguments);
        tri_status *bad = tri_tensor_map_check(map, launch->bytes[map->buffer]);
        if (bad) return tri_note(bad, "kernel %s, tensor map `%s`", kernel->name, p->name);
        if ((launch->arguments[map->buffer] + map->offset) % 16)
            return tri_error(TRI_USAGE, TRI_NOWHERE, "kernel %s: tensor map `%s` begins at an address that is no multiple of 16", kernel->name,
                             p->name);
        for (int d = 0; d < map->rank; d++)
            if (map->steps[d] != 1)
                return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "kernel %s: tensor map `%s` steps over elements, which is not simulated", kernel->name,
                                 p->name);
        tri_ptx_map_encode(map, map->buffer, launch->arguments[map->buffer], parameters + p->address);
    }
    out->parameters = parameters;
    return NULL;
}

/* Arguments first, so that a variable is only named when no argument holds the address. */
static tri_status *collect_regions(tri_device *device, tri_arena *arena, const tri_code_image *code, const tri_launch *launch, tri_ptx_launch *out)
{
    const tri_ptx_module *module = code->module;
    tri_ptx_region *regions = TRI_NEW_ARRAY(arena, tri_ptx_region, launch->n_arguments + module->variables.n + 2);
    for (uint32_t i = 0; i < launch->n_arguments; i++) {
        const char *given = launch->argument_names ? launch->argument_names[i] : NULL;
        const char *name = given ? given : tri_arena_printf(arena, "argument %u", i);
        tri_ptx_allocation *a = tri_ptx_allocation_of(&device->memory, launch->arguments[i], launch->bytes[i]);
        if (!a)
            return tri_error(TRI_USAGE, TRI_NOWHERE, "kernel %s: buffer '%s', %llu bytes at 0x%llx, lies in no allocation", launch->kernel, name,
                             (unsigned long long)launch->bytes[i], (unsigned long long)launch->arguments[i]);
        regions[out->n_regions++] = (tri_ptx_region){.address = launch->arguments[i],
                                                     .bytes = launch->bytes[i],
                                                     .storage_address = a->address,
                                                     .host = a->host,
                                                     .valid = a->valid,
                                                     .name = name};
    }
    tri_ptx_allocation *a = code->variables ? tri_ptx_allocation_of(&device->memory, code->variables, module->memory_bytes) : NULL;
    for (size_t i = 0; a && i < module->variables.n; i++) {
        const tri_ptx_variable *v = module->variables.at[i];
        regions[out->n_regions++] = (tri_ptx_region){.address = a->address + v->address,
                                                     .bytes = v->bytes,
                                                     .storage_address = a->address,
                                                     .host = a->host,
                                                     .valid = a->valid,
                                                     .name = v->name,
                                                     .constant = v->space == TRI_PTX_CONST};
    }
    uint64_t bytes = out->program->kernel->parameter_bytes;
    unsigned char *valid = tri_arena_alloc(arena, bytes / 4 + 1);
    memset(valid, 0xf, bytes / 4 + 1);
    regions[out->n_regions++] = (tri_ptx_region){.address = TRI_PTX_PARAMETER_WINDOW,
                                                 .bytes = bytes,
                                                 .storage_address = TRI_PTX_PARAMETER_WINDOW,
                                                 .host = (unsigned char *)out->parameters,
                                                 .valid = valid,
                                                 .name = "the parameters",
                                                 .constant = true};
    out->regions = regions;
    return NULL;
}

static tri_status *launch_guarded(tri_device *device, tri_arena *arena, tri_code_image *code, const tri_launch *launch, tri_launch_report *report)
{
    const tri_ptx_program *program = NULL;
    for (size_t i = 0; i < code->module->kernels.n; i++)
        if (!strcmp(code->module->kernels.at[i]->name, launch->kernel)) program = code->programs[i];
    if (!program) return tri_error(TRI_USAGE, TRI_NOWHERE, "%s has no kernel `%s`", code->module->name, launch->kernel);
    TRI_TRY(check_shape(device, program, launch));
    TRI_TRY(check_parameters(program->kernel, launch));
    tri_ptx_launch run = {.program = program,
                          .image_name = code->module->name,
                          .dynamic_bytes = launch->shared_bytes,
                          .budget = device->budget,
                          .threads = device->threads,
                          .check_registers = device->check_registers};
    memcpy(run.grid, launch->grid, sizeof run.grid);
    memcpy(run.block, launch->block, sizeof run.block);
    run.shared_bytes = program->shared_bytes + program->dynamic_padding + launch->shared_bytes;
    for (int i = 0; i < 3; i++) run.cluster[i] = program->kernel->cluster[0] ? program->kernel->cluster[i] : 1;
    TRI_TRY(bind_parameters(arena, program->kernel, launch, &run));
    TRI_TRY(collect_regions(device, arena, code, launch, &run));
    uint64_t instructions = 0;
    tri_status *status = tri_ptx_run(&run, &instructions);
    if (report) *report = (tri_launch_report){.instructions = instructions};
    return status;
}

static tri_status *launch_kernel(tri_device *device, tri_code_image *code, const tri_launch *launch, tri_launch_report *out_report)
{
    tri_arena arena;
    tri_arena_init(&arena, 0);
    tri_status *status = TRI_ARENA_EXHAUSTED(&arena) ? tri_arena_exhausted(&arena) : launch_guarded(device, &arena, code, launch, out_report);
    tri_arena_free(&arena);
    return status;
}

const tri_driver tri_ptx_driver = {
    .abi = TRI_DRIVER_ABI,
    .name = "ptx-sim",
    .device_kind = "sim",
    .families = "ptx",
    .code = "ptx",
    .has_cycles = false,
    .probe = probe,
    .count = count,
    .open = open_device,
    .close = close_device,
    .allocate = allocate,
    .release = release,
    .write = write_device,
    .read = read_device,
    .copy = copy_device,
    .poison = poison,
    .load = load,
    .unload = unload,
    .launch = launch_kernel,
};
