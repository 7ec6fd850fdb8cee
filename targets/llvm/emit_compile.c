/* targets/llvm/emit_compile.c - from tile programs to code images: emit all, compile all in one batch, take what came back. */
#include "targets/llvm/emit.h"

#include <stdlib.h>
#include <string.h>

typedef struct watcher {
    const tri_target_options *options;
} watcher;

static bool on_progress(void *context, size_t done, size_t total)
{
    const tri_target_options *options = ((const watcher *)context)->options;
    options->progress(options->context, done, total);
    return true;
}

static tri_codegen_job job_of(const tri_emit_family *family, const tri_chip *chip, const tri_func *kernel, const tri_target_options *options,
                              const tri_text *ir)
{
    return (tri_codegen_job){
        .name = kernel->name,
        .kind = family->kind,
        .cpu = tri_chip_word(chip, "isa", ""),
        .features = tri_chip_word(chip, "isa_features", ""),
        .ptx_version = (int)tri_chip_integer(chip, "ptx_version", 0),
        .optimisation = 2,
        .want_assembly = options->want_text,
        .ir = tri_text_string(ir),
        .ir_bytes = ir->n,
    };
}

static void add_image(tri_kernel_code *code, const char *kind, void *image, size_t n)
{
    code->kinds[code->n_images] = kind;
    code->images[code->n_images] = image;
    code->sizes[code->n_images++] = n;
}

/* Moves what the job made into `code`. */
static tri_status *take(const tri_emit_family *family, tri_codegen_result *result, tri_emitted *emitted, bool want_text, tri_kernel_code *code)
{
    if (result->status) {
        tri_status *status = result->status;
        result->status = NULL;
        return status;
    }
    bool portable = family->kind == TRI_CODEGEN_PTX;
    if (want_text && result->assembly) {
        code->text = malloc(result->assembly_bytes + 1);
        if (!code->text) return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory for %zu bytes of assembly", result->assembly_bytes);
        memcpy(code->text, result->assembly, result->assembly_bytes + 1);
    }
    if (portable) {
        add_image(code, "ptx", result->assembly, result->assembly_bytes);
        result->assembly = NULL;
    }
    if (result->object) add_image(code, family->image, result->object, result->object_bytes);
    result->object = NULL;
    code->grid[0] = emitted->grid;
    code->block[0] = emitted->threads;
    code->grid[1] = code->grid[2] = code->block[1] = code->block[2] = 1;
    *(emitted->shared_dynamic ? &code->shared_bytes : &code->static_shared_bytes) = emitted->shared_bytes;
    code->n_maps = emitted->n_maps;
    code->maps = emitted->maps;
    emitted->maps = NULL;
    code->registers = (int32_t)result->registers;
    code->spills = (int32_t)result->spill_bytes;
    code->code_bytes = result->code_bytes < 0 ? 0 : (uint64_t)result->code_bytes;
    if (want_text) {
        code->llvm = emitted->ir.at;
        emitted->ir = (tri_text){0};
    }
    return NULL;
}

static void drop(tri_kernel_code *code)
{
    for (int i = 0; i < code->n_images; i++) free(code->images[i]);
    free(code->llvm);
    free(code->text);
    free(code->maps);
    *code = (tri_kernel_code){0};
}

static tri_status *emit(const tri_emit_family *family, const tri_chip *chip, const tri_func *kernel, tri_emitted *out)
{
    if (!kernel->is_scheduled) return tri_emit_kernel(family, chip, kernel, out);
    if (!family->scheduled) return tri_error(TRI_UNSUPPORTED, kernel->loc, "this family of chips takes no scheduled programs");
    return family->scheduled(family, chip, kernel, out);
}

static tri_status *run(const tri_emit_family *family, const tri_chip *chip, size_t n, const tri_func *const *kernels,
                       const tri_target_options *options, tri_emitted *emitted, tri_codegen_job *jobs, tri_codegen_result *results,
                       tri_kernel_code *codes)
{
    tri_status *errors = NULL;
    for (size_t i = 0; i < n; i++) {
        tri_status *status = emit(family, chip, kernels[i], &emitted[i]);
        errors = tri_join(errors, tri_note(status, "while compiling kernel %s for %s", kernels[i]->name, chip->name));
        jobs[i] = job_of(family, chip, kernels[i], options, &emitted[i].ir);
    }
    if (errors) return errors;
    watcher watch = {options};
    tri_codegen_options how = {.workers = options->jobs, .progress = options->progress ? on_progress : NULL, .context = &watch};
    TRI_TRY(tri_codegen_run(&how, jobs, n, results));
    for (size_t i = 0; i < n; i++) {
        tri_status *status = take(family, &results[i], &emitted[i], options->want_text, &codes[i]);
        errors = tri_join(errors, tri_note(status, "while compiling kernel %s for %s", kernels[i]->name, chip->name));
    }
    return errors;
}

tri_status *tri_emit_compile(const tri_emit_family *family, const tri_chip *chip, size_t n, const tri_func *const *kernels,
                             const tri_target_options *options, tri_kernel_code *codes)
{
    static const tri_target_options none;
    if (n) memset(codes, 0, n * sizeof *codes);
    tri_emitted *emitted = calloc(n ? n : 1, sizeof *emitted);
    tri_codegen_job *jobs = calloc(n ? n : 1, sizeof *jobs);
    tri_codegen_result *results = calloc(n ? n : 1, sizeof *results);
    tri_status *status;
    if (emitted && jobs && results)
        status = n ? run(family, chip, n, kernels, options ? options : &none, emitted, jobs, results, codes) : NULL;
    else
        status = tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory for %zu kernels", n);
    for (size_t i = 0; emitted && i < n; i++) {
        tri_text_free(&emitted[i].ir);
        free(emitted[i].maps);
    }
    if (results) tri_codegen_results_free(results, n);
    free(emitted);
    free(jobs);
    free(results);
    for (size_t i = 0; status && i < n; i++) drop(&codes[i]);
    return status;
}
