/* tests/unit/emit_rig.c - see emit_rig.h. */
#include "emit_rig.h"

#include <stdlib.h>

#include "base/random.h"
#include "ir/eval_tile.h"
#include "kernels/kernels.h"
#include "lowering/lowering.h"
#include "runtime/drivers/amdgcn_sim/amdgcn_driver.h"
#include "runtime/drivers/ptx_sim/driver.h"
#include "targets/compile.h"
#include "targets/target.h"

enum { MOST_KERNELS = 256, MOST_BUFFERS = 32 };

typedef struct rig {
    tri_arena arena;
    tri_chip *chip;
    const tri_driver *driver;
    tri_device *device;
    tri_module *module;
    tri_func *main;
    tri_tensor *values; /* by value id; borrowed ones too */
    size_t n_kernels;
    const tri_op *groups[MOST_KERNELS];
    const tri_func *kernels[MOST_KERNELS];
    tri_kernel_code codes[MOST_KERNELS];
} rig;

tri_tensor rig_random(void *context, uint32_t number, tri_type type)
{
    (void)context;
    tri_tensor t = {.type = type, .data = calloc(1, tri_type_bytes(&type) + 1)};
    tri_random_fill(1, number, (tri_dtype)type.dtype, type.rank, type.dims, t.data);
    return t;
}

static tri_status *build(rig *r)
{
    for (const tri_op *op = r->main->body->first; op; op = op->next) {
        if (op->kind != TRI_OP_KERNEL) continue;
        if (r->n_kernels == MOST_KERNELS) return tri_error(TRI_BUG, TRI_NOWHERE, "more kernels than the rig has room for");
        const tri_family *family = NULL;
        for (int f = 0; f < tri_n_families && !family; f++)
            if (tri_families[f]->applies(op, r->chip)) family = tri_families[f];
        tri_config config = family->default_config(op, r->chip, false);
        tri_func *kernel;
        TRI_TRY(family->build(r->module, tri_arena_printf(&r->arena, "k%zu", r->n_kernels), op, &config, &kernel));
        TRI_TRY(tri_pass_merge_maps(kernel));
        TRI_TRY(tri_kernel_verify(kernel));
        r->groups[r->n_kernels] = op;
        r->kernels[r->n_kernels++] = kernel;
    }
    const tri_target *target = tri_target_find(r->chip);
    tri_target_options options = {.want_text = getenv("RIG_TEXT") != NULL};
    return target->compile(r->chip, r->n_kernels, r->kernels, &options, r->codes);
}

static void print(const rig *r, size_t k)
{
    if (!getenv("RIG_TEXT")) return;
    tri_text text = {0};
    tri_func_print(r->kernels[k], &text);
    fprintf(stderr, "%s\n%s\n%s\n", tri_text_string(&text), r->codes[k].llvm, r->codes[k].text ? r->codes[k].text : "");
    tri_text_free(&text);
}

/* The index of the image that the simulator takes. */
static int image_of(const rig *r, const tri_kernel_code *code)
{
    for (int i = 0; i < code->n_images; i++)
        if (!strcmp(code->kinds[i], r->driver->code)) return i;
    return -1;
}

static tri_status *launch(rig *r, const tri_kernel_code *code, const tri_func *kernel, const tri_tensor *buffers, tri_tensor *results)
{
    const tri_driver *d = r->driver;
    tri_address addresses[MOST_BUFFERS];
    uint64_t sizes[MOST_BUFFERS];
    uint32_t n_in = kernel->n_buffers;
    for (uint32_t b = 0; b < kernel->n_buffers; b++) {
        sizes[b] = tri_type_bytes(&buffers[b].type);
        TRI_TRY(d->allocate(r->device, sizes[b] ? sizes[b] : 1, &addresses[b]));
        if (kernel->access[b] != TRI_ACCESS_IN) n_in = b < n_in ? b : n_in;
        if (kernel->access[b] != TRI_ACCESS_OUT && sizes[b]) TRI_TRY(d->write(r->device, addresses[b], buffers[b].data, sizes[b]));
    }
    tri_code_image *image;
    int which = image_of(r, code);
    TRI_TRY(d->load(r->device, kernel->name, code->images[which], code->sizes[which], &image));
    tri_launch how = {.kernel = kernel->name,
                      .grid = {code->grid[0], 1, 1},
                      .block = {code->block[0], 1, 1},
                      .shared_bytes = code->shared_bytes,
                      .n_arguments = kernel->n_buffers,
                      .arguments = addresses,
                      .bytes = sizes};
    tri_launch_report report = {0};
    tri_status *status = code->grid[0] ? d->launch(r->device, image, &how, &report) : NULL;
    d->unload(r->device, image);
    for (uint32_t b = 0; b < kernel->n_buffers; b++) {
        if (!status && b >= n_in && sizes[b]) status = d->read(r->device, results[b - n_in].data, addresses[b], sizes[b]);
        status = tri_join(status, d->release(r->device, addresses[b]));
    }
    return status;
}

static tri_status *check_kernel(rig *r, size_t k)
{
    const tri_op *op = r->groups[k];
    tri_tensor buffers[MOST_BUFFERS] = {0}, got[MOST_BUFFERS] = {0}, want[MOST_BUFFERS] = {0};
    tri_bounded bounded[MOST_BUFFERS] = {0};
    for (uint32_t i = 0; i < op->n_operands; i++) buffers[i] = r->values[op->operands[i]->id];
    for (uint32_t i = 0; i < op->n_results; i++) {
        got[i] = (tri_tensor){op->results[i]->type, calloc(1, tri_type_bytes(&op->results[i]->type) + 1)};
        buffers[op->n_operands + i].type = op->results[i]->type;
    }
    tri_status *status = launch(r, &r->codes[k], r->kernels[k], buffers, got);
    if (!status) status = tri_eval_bounded(op, buffers, bounded, NULL);
    for (uint32_t i = 0; i < op->n_results && !status; i++) {
        tri_comparison c = tri_compare_bounded(&bounded[i], got[i].data);
        if (!c.pass)
            status = tri_error(TRI_WRONG, op->loc, "result %u of %s on %s: got %.9g, want %.9g at %lld: %.3g of the bound; rel_l2 %.3g of %.3g", i,
                               r->kernels[k]->name, r->chip->name, c.got, c.want, (long long)c.worst_index, c.worst, c.rel_l2, c.rel_l2_bound);
    }
    if (!status) status = tri_eval_op(op, buffers, want, NULL);
    for (uint32_t i = 0; i < op->n_results && !status; i++) r->values[op->results[i]->id] = want[i];
    if (status) print(r, k);
    tri_bounded_free(bounded, op->n_results);
    tri_tensor_free(got, op->n_results);
    return status;
}

static tri_status *run_ops(rig *r)
{
    size_t k = 0;
    for (const tri_op *op = r->main->body->first; op; op = op->next) {
        if (op->kind == TRI_OP_RETURN) break;
        if (op->kind == TRI_OP_KERNEL) {
            TRI_TRY(check_kernel(r, k++));
            continue;
        }
        tri_tensor operands[MOST_BUFFERS], results[MOST_BUFFERS];
        for (uint32_t i = 0; i < op->n_operands; i++) operands[i] = r->values[op->operands[i]->id];
        TRI_TRY(tri_eval_op(op, operands, results, NULL));
        for (uint32_t i = 0; i < op->n_results; i++) r->values[op->results[i]->id] = results[i];
    }
    return NULL;
}

static tri_status *run(rig *r, const char *text, size_t n, const char *file, const char *chip, rig_input *input, void *context)
{
    TRI_TRY(tri_chip_load(chip, &r->chip));
    r->driver = strcmp(tri_chip_word(r->chip, "family", ""), "ptx") ? tri_amdgcn_sim_driver() : &tri_ptx_driver;
    TRI_TRY(tri_module_parse(&r->arena, text, n, file, &r->module));
    TRI_TRY(tri_lower_module(&r->module));
    r->main = r->module->first;
    TRI_TRY(build(r));
    tri_func_number(r->main);
    r->values = TRI_NEW_ARRAY(&r->arena, tri_tensor, r->main->n_values);
    for (uint32_t i = 0; i < r->main->body->n_args; i++) r->values[r->main->body->args[i]->id] = input(context, i, r->main->body->args[i]->type);
    TRI_TRY(r->driver->open(0, r->chip, &(tri_device_options){0}, &r->device));
    return run_ops(r);
}

/* The kernel on the chip and in the evaluator, from the same buffers; every bit must agree. */
static tri_status *run_tiles(rig *r, const char *text, const char *chip)
{
    TRI_TRY(tri_chip_load(chip, &r->chip));
    r->driver = strcmp(tri_chip_word(r->chip, "family", ""), "ptx") ? tri_amdgcn_sim_driver() : &tri_ptx_driver;
    TRI_TRY(tri_module_parse(&r->arena, text, strlen(text), "tiles.mlir", &r->module));
    const tri_func *kernel = r->module->first;
    TRI_TRY(tri_kernel_verify(kernel));
    r->kernels[r->n_kernels++] = kernel;
    TRI_TRY(tri_target_find(r->chip)->compile(r->chip, 1, r->kernels, NULL, r->codes));
    TRI_TRY(r->driver->open(0, r->chip, &(tri_device_options){0}, &r->device));
    tri_tensor want[MOST_BUFFERS] = {0}, got[MOST_BUFFERS] = {0};
    uint32_t n_in = kernel->n_buffers;
    for (uint32_t b = 0; b < kernel->n_buffers; b++) {
        if (kernel->access[b] != TRI_ACCESS_IN) n_in = b < n_in ? b : n_in;
        want[b] = rig_random(NULL, b, kernel->body->args[b]->type);
        got[b] = rig_random(NULL, b, kernel->body->args[b]->type);
    }
    tri_status *status = launch(r, &r->codes[0], kernel, got, got + n_in);
    if (!status) status = tri_eval_kernel(kernel, want, &(tri_eval_tile_options){0});
    for (uint32_t b = n_in; b < kernel->n_buffers && !status; b++)
        if (memcmp(want[b].data, got[b].data, tri_type_bytes(&want[b].type)))
            status = tri_error(TRI_WRONG, TRI_NOWHERE, "buffer %u of %s on %s differs from the evaluator's", b, kernel->name, chip);
    tri_tensor_free(want, kernel->n_buffers);
    tri_tensor_free(got, kernel->n_buffers);
    return status;
}

tri_status *rig_check_tiles(const char *text, const char *chip)
{
    rig *r = calloc(1, sizeof *r);
    tri_arena_init(&r->arena, 0);
    tri_status *status = run_tiles(r, text, chip);
    tri_kernel_code_free(&r->codes[0]);
    if (r->device) r->driver->close(r->device);
    tri_chip_free(r->chip);
    tri_arena_free(&r->arena);
    free(r);
    return status;
}

tri_status *rig_check(const char *text, size_t n, const char *file, const char *chip, rig_input *input, void *context)
{
    rig *r = calloc(1, sizeof *r);
    tri_arena_init(&r->arena, 0);
    tri_status *status = run(r, text, n, file, chip, input, context);
    for (uint32_t i = 0; r->values && i < r->main->n_values; i++) tri_tensor_free(&r->values[i], 1);
    for (size_t k = 0; k < r->n_kernels; k++) tri_kernel_code_free(&r->codes[k]);
    if (r->device) r->driver->close(r->device);
    tri_chip_free(r->chip);
    tri_arena_free(&r->arena);
    free(r);
    return status;
}
