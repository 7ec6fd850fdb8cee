/* targets/null/null.c - a living template of a target: compiled, registered and tested, it "compiles" a tile program into its own text. Copy the
 * folder, replace `family`, and grow `compile_one` until the kernels of tests/numerics run. README.md beside this lists the steps. */
#include <stdlib.h>
#include <string.h>

#include "targets/target.h"

/* One kernel to one image. A real target walks kernel->body->first .. next, a statement at a time (ir/ops_tile.def), and refuses with UNSUPPORTED,
 * naming the statement, what its chips cannot do. */
static tri_status *compile_one(const tri_chip *chip, const tri_func *kernel, const tri_target_options *options, tri_kernel_code *code)
{
    (void)chip;
    tri_text text = {0};
    tri_func_print(kernel, &text);
    tri_status *status = tri_text_status(&text);
    if (status) {
        tri_text_free(&text);
        return status;
    }
    *code = (tri_kernel_code){
        .n_images = 1, .kinds = {"tile"}, .images = {text.at}, .sizes = {text.n}, .registers = -1, .spills = -1, .code_bytes = text.n};
    for (int i = 0; i < 3; i++) code->grid[i] = code->block[i] = 1;
    for (uint32_t i = 0; i < kernel->n_axes; i++) code->grid[0] *= (uint32_t)kernel->grid[i];
    if (options->want_text) code->text = strdup(text.at);
    return NULL;
}

static tri_status *compile(const tri_chip *chip, size_t n, const tri_func *const *kernels, const tri_target_options *options, tri_kernel_code *codes)
{
    tri_status *errors = NULL;
    memset(codes, 0, n * sizeof *codes);
    for (size_t i = 0; i < n; i++) {
        tri_status *status = compile_one(chip, kernels[i], options, &codes[i]);
        if (status) errors = tri_join(errors, tri_note(status, "while compiling kernel %s", kernels[i]->name));
        if (options->progress) options->progress(options->context, i + 1, n);
    }
    if (errors)
        for (size_t i = 0; i < n; i++) tri_kernel_code_free(&codes[i]);
    return errors;
}

const tri_target tri_target_null = {"null", "the template: tile programs as they are", compile, NULL, NULL};
