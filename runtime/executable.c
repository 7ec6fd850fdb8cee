/* runtime/executable.c - a plan made ready on a device: its code loaded, its memory allocated, every launch written out. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "runtime/internal.h"
#include "runtime/plugin.h"

/* Which plan. */

enum { OTHER_CHIP, SAME_FAMILY, SAME_ISA, SAME_NAME, SAME_CHIP };

/* How well the plan's chip fits the device. A chip file that was edited since has another hash; its name still says that the code is meant for it. A
 * real device may also take what was made for a sibling; its driver says so when it loads the code. */
static tri_status *fit(const tri_plan *plan, const tri_device_handle *device, int *out_fit)
{
    tri_chip *chip;
    *out_fit = OTHER_CHIP;
    TRI_TRY(tri_note(tri_chip_parse(plan->chip_text, strlen(plan->chip_text), plan->chip, &chip), "this is the description of %s in the artifact",
                     plan->chip));
    const char *isa = tri_chip_word(chip, "device_isa", "");
    if (device->chip && chip->hash == device->chip->hash)
        *out_fit = SAME_CHIP;
    else if (device->chip && !strcmp(plan->chip, device->chip->name))
        *out_fit = SAME_NAME;
    else if (device->real && device->chip && *isa && !strcmp(isa, tri_chip_word(device->chip, "device_isa", "")))
        *out_fit = SAME_ISA;
    else if (device->real && tri_driver_lists(device->driver->families, tri_chip_word(chip, "family", "")))
        *out_fit = SAME_FAMILY;
    tri_chip_free(chip);
    return NULL;
}

static const char *entry_of(const tri_plan *plan) { return plan->entry; }
static const char *chip_of(const tri_plan *plan) { return plan->chip; }

/* An error that ends in the different names the plans have. */
static tri_status *with_names(tri_code code, const tri_program *program, const char *(*name)(const tri_plan *), const char *message)
{
    tri_text names = {0};
    for (uint32_t i = 0; i < program->n_plans; i++) {
        uint32_t same = 0;
        while (strcmp(name(&program->plans[same]), name(&program->plans[i]))) same++;
        if (same == i) tri_text_addf(&names, "%s%s", i ? ", " : "", name(&program->plans[i]));
    }
    tri_status *status = tri_error(code, TRI_NOWHERE, "%s: %s", message, *tri_text_string(&names) ? tri_text_string(&names) : "none");
    tri_text_free(&names);
    return status;
}

static tri_status *find_plan(const tri_program *program, const tri_device_handle *device, const char *entry, const tri_plan **out_plan)
{
    if (!entry) {
        for (uint32_t i = 1; i < program->n_plans; i++)
            if (strcmp(program->plans[i].entry, program->plans[0].entry))
                return with_names(TRI_USAGE, program, entry_of, "the artifact has several entry points, name one of them");
    }
    const tri_plan *best = NULL;
    int best_fit = OTHER_CHIP;
    bool known = !entry;
    for (uint32_t i = 0; i < program->n_plans; i++) {
        const tri_plan *plan = &program->plans[i];
        int fits;
        if (entry && strcmp(plan->entry, entry)) continue;
        known = true;
        TRI_TRY(fit(plan, device, &fits));
        if (fits > best_fit) {
            best_fit = fits;
            best = plan;
        }
    }
    if (!known)
        return tri_note(with_names(TRI_USAGE, program, entry_of, "no entry point has this name; the artifact has"), "asked for was '%s'", entry);
    if (!best)
        return tri_note(with_names(TRI_UNSUPPORTED, program, chip_of, "the artifact has no plan for this device's chip; it was compiled for"),
                        "compile it with --chip %s", device->chip ? device->chip->name : device->name);
    *out_plan = best;
    return NULL;
}

/* Tables: all in the arena, so this may be left by a long jump. */

static void set_block(tri_executable *e, tri_block *block, const char *kind, const char *name, uint64_t bytes)
{
    *block = (tri_block){.what = name ? tri_arena_printf(&e->arena, "%s %s", kind, name) : kind, .bytes = bytes};
}

/* The part of the constants that the plan uses, from a multiple of 256 on. */
static void set_constants(tri_executable *e)
{
    uint64_t from = UINT64_MAX, to = 0;
    for (uint32_t i = 0; i < e->plan->n_buffers; i++) {
        const tri_plan_buffer *buffer = &e->plan->buffers[i];
        if (buffer->kind != TRI_BUFFER_CONSTANT) continue;
        if (buffer->offset < from) from = buffer->offset;
        if (buffer->offset + buffer->bytes > to) to = buffer->offset + buffer->bytes;
    }
    e->constants_from = to ? from & ~(uint64_t)255 : 0;
    set_block(e, &e->blocks[TRI_BLOCK_CONSTANTS], "constants", NULL, to - e->constants_from);
}

static uint64_t tensor_bytes(const tri_plan_tensor *tensor)
{
    uint64_t bytes = tri_dtype_bytes(tensor->dtype);
    for (int32_t i = 0; i < tensor->rank; i++) bytes *= (uint64_t)tensor->dims[i];
    return bytes;
}

static void make_tables(tri_executable *e)
{
    const tri_plan *plan = e->plan;
    e->images = TRI_NEW_ARRAY(&e->arena, tri_code_image *, plan->n_codes); /* the two that destroying looks at come first */
    e->n_blocks = TRI_BLOCK_FIRST_INPUT + (size_t)plan->n_inputs + plan->n_outputs;
    e->blocks = TRI_NEW_ARRAY(&e->arena, tri_block, e->n_blocks);
    set_block(e, &e->blocks[TRI_BLOCK_SCRATCH], "scratch memory", NULL, plan->scratch_bytes);
    set_constants(e);
    for (uint32_t i = 0; i < plan->n_inputs; i++)
        set_block(e, tri_executable_input_block(e, i), "input", plan->inputs[i].name, tensor_bytes(&plan->inputs[i]));
    for (uint32_t i = 0; i < plan->n_outputs; i++)
        set_block(e, tri_executable_output_block(e, i), "output", plan->outputs[i].name, tensor_bytes(&plan->outputs[i]));

    e->kernel_code = TRI_NEW_ARRAY(&e->arena, uint32_t, plan->n_kernels);
    e->addresses = TRI_NEW_ARRAY(&e->arena, tri_address, plan->n_buffers);
    e->names = TRI_NEW_ARRAY(&e->arena, const char *, plan->n_buffers);
    size_t n = (size_t)plan->n_steps + plan->n_segments;
    e->reports = TRI_NEW_ARRAY(&e->arena, tri_step_report, n);
    e->done = TRI_NEW_ARRAY(&e->arena, tri_step_report, n);
    e->launches = TRI_NEW_ARRAY(&e->arena, tri_launch, n);
    e->arguments = TRI_NEW_ARRAY(&e->arena, tri_address *, n);
}

static tri_block *block_of(tri_executable *e, const tri_plan_buffer *buffer)
{
    switch (buffer->kind) {
    case TRI_BUFFER_INPUT: return tri_executable_input_block(e, buffer->index);
    case TRI_BUFFER_OUTPUT: return tri_executable_output_block(e, buffer->index);
    case TRI_BUFFER_CONSTANT: return &e->blocks[TRI_BLOCK_CONSTANTS];
    default: return &e->blocks[TRI_BLOCK_SCRATCH];
    }
}

static void name_buffers(tri_executable *e)
{
    for (uint32_t i = 0; i < e->plan->n_buffers; i++) {
        const tri_plan_buffer *buffer = &e->plan->buffers[i];
        const tri_block *block = block_of(e, buffer);
        bool own = buffer->kind == TRI_BUFFER_INPUT || buffer->kind == TRI_BUFFER_OUTPUT;
        e->names[i] = own ? block->what : tri_arena_printf(&e->arena, "buffer %u (%s)", i, block->what);
    }
}

/* Launch number `l`, of `k` on these buffers. */
static void make_launch(tri_executable *e, size_t l, uint32_t k, uint32_t n_buffers, const uint32_t *buffers)
{
    const tri_plan_kernel *kernel = &e->plan->kernels[k];
    tri_step_report *report = &e->reports[l];
    report->kernel = kernel->name;
    report->family = kernel->family;
    report->flops = kernel->flops;
    report->bytes = kernel->bytes_read + kernel->bytes_written;

    tri_address *arguments = TRI_NEW_ARRAY(&e->arena, tri_address, n_buffers);
    uint64_t *bytes = TRI_NEW_ARRAY(&e->arena, uint64_t, n_buffers);
    const char **names = TRI_NEW_ARRAY(&e->arena, const char *, n_buffers);
    for (uint32_t i = 0; i < n_buffers; i++) {
        bytes[i] = e->plan->buffers[buffers[i]].bytes;
        names[i] = e->names[buffers[i]];
    }
    tri_launch *launch = &e->launches[l];
    e->arguments[l] = arguments;
    *launch = (tri_launch){.kernel = kernel->name,
                           .shared_bytes = kernel->shared_bytes,
                           .n_arguments = n_buffers,
                           .arguments = arguments,
                           .bytes = bytes,
                           .argument_names = names,
                           .n_maps = kernel->n_maps,
                           .maps = kernel->maps};
    memcpy(launch->grid, kernel->grid, sizeof launch->grid);
    memcpy(launch->block, kernel->block, sizeof launch->block);
}

static void make_launches(tri_executable *e)
{
    const tri_plan *plan = e->plan;
    name_buffers(e);
    for (uint32_t s = 0; s < plan->n_steps; s++) {
        const tri_plan_step *step = &plan->steps[s];
        e->reports[s] = (tri_step_report){
            .label = step->label, .kernel = "copy", .family = "copy", .step = s, .n_steps = 1, .graph_op = step->graph_op, .bytes = 2 * step->bytes};
        if (step->kind == TRI_STEP_LAUNCH) make_launch(e, s, step->kernel, step->n_buffers, step->buffers);
    }
    for (uint32_t g = 0; g < plan->n_segments; g++) {
        const tri_plan_segment *segment = &plan->segments[g];
        size_t l = (size_t)plan->n_steps + g;
        e->reports[l] = (tri_step_report){.label = plan->kernels[segment->kernel].name,
                                          .step = segment->first,
                                          .n_steps = segment->n_steps,
                                          .graph_op = plan->steps[segment->first].graph_op};
        make_launch(e, l, segment->kernel, segment->n_buffers, segment->buffers);
    }
}

static bool meet(const tri_block *a, const tri_block *b)
{
    return a->bytes && b->bytes && a->address < b->address + b->bytes && b->address < a->address + a->bytes;
}

/* Writes the addresses of the blocks into the tables: after allocating, and whenever a block moved. */
static void place_buffers(tri_executable *e)
{
    for (uint32_t i = 0; i < e->plan->n_buffers; i++) {
        const tri_plan_buffer *buffer = &e->plan->buffers[i];
        e->addresses[i] = block_of(e, buffer)->address + buffer->offset - (buffer->kind == TRI_BUFFER_CONSTANT ? e->constants_from : 0);
    }
    for (uint32_t s = 0; s < e->plan->n_steps; s++) {
        const tri_plan_step *step = &e->plan->steps[s];
        for (uint32_t i = 0; e->arguments[s] && i < step->n_buffers; i++) e->arguments[s][i] = e->addresses[step->buffers[i]];
    }
    for (uint32_t g = 0; g < e->plan->n_segments; g++) {
        const tri_plan_segment *segment = &e->plan->segments[g];
        for (uint32_t i = 0; i < segment->n_buffers; i++) e->arguments[e->plan->n_steps + g][i] = e->addresses[segment->buffers[i]];
    }
    e->apart = true;
    for (uint32_t o = 0; o < e->plan->n_outputs; o++) {
        const tri_block *output = tri_executable_output_block(e, o);
        for (size_t i = TRI_BLOCK_FIRST_INPUT; i < e->n_blocks && e->apart; i++) e->apart = output == &e->blocks[i] || !meet(output, &e->blocks[i]);
    }
}

static tri_status *guarded(tri_executable *e, void (*make)(tri_executable *))
{
    if (TRI_ARENA_EXHAUSTED(&e->arena)) return tri_arena_exhausted(&e->arena);
    make(e);
    e->arena.has_escape = false;
    return NULL;
}

/* The device. */

/* Loads form `form` of the kernel's code, unless that has been done. */
static tri_status *load_form(tri_executable *e, uint32_t k, int form)
{
    const tri_plan_kernel *kernel = &e->plan->kernels[k];
    uint32_t c = e->kernel_code[k] = kernel->code[form];
    const tri_plan_code *code = &e->plan->codes[c];
    if (e->images[c]) return NULL;
    return tri_note(e->device->driver->load(e->device->device, kernel->name, code->bytes, code->n, &e->images[c]),
                    "while loading the %s code of kernel %s", code->kind, kernel->name);
}

/* The best form that the device takes. */
static tri_status *load_kernel(tri_executable *e, uint32_t k)
{
    const tri_plan_kernel *kernel = &e->plan->kernels[k];
    tri_status *refused = NULL;
    for (int form = 1; form >= 0; form--) {
        if (kernel->code[form] == UINT32_MAX || !tri_driver_lists(e->device->driver->code, e->plan->codes[kernel->code[form]].kind)) continue;
        tri_status *status = load_form(e, k, form);
        if (!status) {
            tri_status_free(refused);
            return NULL;
        }
        tri_code code = tri_status_code(status);
        refused = tri_join(refused, status);
        if (code != TRI_UNSUPPORTED && code != TRI_INVALID) break;
    }
    if (refused) return refused;
    return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "kernel %s is stored as %s code, the driver %s takes %s", kernel->name,
                     e->plan->codes[kernel->code[0]].kind, e->device->driver->name, e->device->driver->code);
}

static tri_status *load_codes(tri_executable *e)
{
    for (uint32_t k = 0; k < e->plan->n_kernels; k++) TRI_TRY(load_kernel(e, k));
    return NULL;
}

static tri_status *allocate_blocks(tri_executable *e)
{
    uint64_t all = 0;
    for (size_t i = 0; i < e->n_blocks; i++)
        if (__builtin_add_overflow(all, e->blocks[i].bytes, &all)) all = UINT64_MAX;
    for (size_t i = 0; i < e->n_blocks; i++) {
        tri_block *block = &e->blocks[i];
        tri_status *status = e->device->driver->allocate(e->device->device, block->bytes ? block->bytes : 1, &block->address);
        if (!status) continue;
        status = tri_note(status, "while allocating %llu bytes for %s; the program needs %llu bytes in all", (unsigned long long)block->bytes,
                          block->what, (unsigned long long)all);
        const tri_chip_value *memory = e->device->chip ? tri_chip_find(e->device->chip, "hbm_bytes") : NULL;
        return memory ? tri_note(status, "%s has %.0f bytes", e->device->name, memory->number) : status;
    }
    return NULL;
}

static tri_status *prepare(tri_executable *e)
{
    TRI_TRY(guarded(e, make_tables));
    TRI_TRY(load_codes(e));
    TRI_TRY(allocate_blocks(e));
    const tri_block *constants = &e->blocks[TRI_BLOCK_CONSTANTS];
    if (constants->bytes) {
        const char *from = (const char *)e->program->constants + e->constants_from;
        TRI_TRY(tri_note(e->device->driver->write(e->device->device, constants->address, from, constants->bytes), "while writing the constants"));
    }
    TRI_TRY(guarded(e, make_launches));
    place_buffers(e);
    return NULL;
}

tri_status *tri_executable_create(tri_program_file *file, tri_device_handle *device, const char *entry, tri_executable **out_executable)
{
    const tri_plan *plan = NULL;
    TRI_TRY(find_plan(file->program, device, entry, &plan));
    tri_executable *e = calloc(1, sizeof *e);
    if (!e) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory while preparing %s", plan->entry);
    tri_arena_init(&e->arena, 0);
    e->device = device;
    e->program = file->program;
    e->plan = plan;
    tri_status *status = prepare(e);
    if (status) {
        tri_executable_destroy(e);
        return tri_note(status, "while preparing %s on %s", plan->entry, device->name);
    }
    *out_executable = e;
    return NULL;
}

void tri_executable_destroy(tri_executable *e)
{
    if (!e) return;
    const tri_driver *driver = e->device->driver;
    for (size_t i = 0; e->blocks && i < e->n_blocks; i++)
        if (e->blocks[i].address && !e->blocks[i].borrowed) tri_status_free(driver->release(e->device->device, e->blocks[i].address));
    for (uint32_t i = 0; e->images && i < e->plan->n_codes; i++)
        if (e->images[i]) driver->unload(e->device->device, e->images[i]);
    tri_arena_free(&e->arena);
    free(e);
}

/* What it takes and gives. */

static tri_tensor_type type_of(const tri_plan_tensor *tensor)
{
    tri_tensor_type type = {.name = tensor->name, .dtype = tri_dtype_name(tensor->dtype), .rank = tensor->rank, .bytes = tensor_bytes(tensor)};
    memcpy(type.dims, tensor->dims, sizeof type.dims);
    return type;
}

size_t tri_executable_inputs(const tri_executable *e) { return e->plan->n_inputs; }
size_t tri_executable_outputs(const tri_executable *e) { return e->plan->n_outputs; }

tri_tensor_type tri_executable_input(const tri_executable *e, size_t i)
{
    return i < e->plan->n_inputs ? type_of(&e->plan->inputs[i]) : (tri_tensor_type){.name = "", .dtype = ""};
}

tri_tensor_type tri_executable_output(const tri_executable *e, size_t i)
{
    return i < e->plan->n_outputs ? type_of(&e->plan->outputs[i]) : (tri_tensor_type){.name = "", .dtype = ""};
}

/* Where its tensors lie. */

static tri_status *bind(tri_executable *e, tri_block *block, uint64_t address)
{
    enum { ALIGNMENT = 256 };
    if (!address || address % ALIGNMENT)
        return tri_error(TRI_USAGE, TRI_NOWHERE, "%s cannot be bound to address 0x%llx: it must be a multiple of %d, and not 0", block->what,
                         (unsigned long long)address, ALIGNMENT);
    block->bound = true;
    if (address == block->address) return NULL;
    if (!block->borrowed) TRI_TRY(tri_note(e->device->driver->release(e->device->device, block->address), "while releasing %s", block->what));
    block->borrowed = true;
    block->address = address;
    place_buffers(e);
    return NULL;
}

tri_status *tri_executable_bind_input(tri_executable *e, size_t i, uint64_t address)
{
    if (i >= e->plan->n_inputs)
        return tri_error(TRI_USAGE, TRI_NOWHERE, "%s has %u inputs, there is no number %zu", e->plan->entry, e->plan->n_inputs, i);
    return bind(e, tri_executable_input_block(e, i), address);
}

tri_status *tri_executable_bind_output(tri_executable *e, size_t i, uint64_t address)
{
    if (i >= e->plan->n_outputs)
        return tri_error(TRI_USAGE, TRI_NOWHERE, "%s has %u outputs, there is no number %zu", e->plan->entry, e->plan->n_outputs, i);
    return bind(e, tri_executable_output_block(e, i), address);
}

uint64_t tri_executable_input_address(const tri_executable *e, size_t i)
{
    return i < e->plan->n_inputs ? e->blocks[TRI_BLOCK_FIRST_INPUT + i].address : 0;
}

uint64_t tri_executable_output_address(const tri_executable *e, size_t i)
{
    return i < e->plan->n_outputs ? e->blocks[TRI_BLOCK_FIRST_INPUT + e->plan->n_inputs + i].address : 0;
}
