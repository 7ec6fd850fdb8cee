/* tests/unit/sm90_rig.c - see sm90_rig.h. */
#include "sm90_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "ir/sched.h"
#include "runtime/drivers/ptx_sim/driver.h"

char *sm90_read(const char *path)
{
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s is not there", path);
    char *text = NULL;
    size_t n = 0, got, room = 0;
    do {
        text = realloc(text, room += 1 << 16);
        got = fread(text + n, 1, room - n - 1, file);
        n += got;
    } while (got);
    text[n] = 0;
    fclose(file);
    return text;
}

static tri_status *compile(tri_arena *arena, const tri_chip *chip, const char *text, sm90_code *out)
{
    tri_module *module;
    TRI_TRY(tri_module_parse(arena, text, strlen(text), "scheduled.tri", &module));
    TRI_TRY(tri_module_verify(module, TRI_LEVEL_TILE));
    const tri_func *program = module->first;
    tri_target_options options = {.want_text = true, .jobs = 1};
    TRI_TRY(tri_target_find(chip)->compile(chip, 1, &program, &options, &out->code));
    tri_codegen_job job = {.name = program->name,
                           .kind = TRI_CODEGEN_PTX,
                           .cpu = tri_chip_word(chip, "isa", ""),
                           .features = tri_chip_word(chip, "isa_features", ""),
                           .ptx_version = (int)tri_chip_integer(chip, "ptx_version", 0),
                           .optimisation = 2,
                           .ir = out->code.llvm,
                           .ir_bytes = strlen(out->code.llvm)};
    TRI_TRY(tri_codegen_run(&(tri_codegen_options){.workers = 1}, &job, 1, &out->result));
    if (getenv("SM90_TEXT")) fprintf(stderr, "%s\n%s\n%s\n", out->code.llvm, out->code.text, out->result.log);
    return NULL;
}

tri_status *sm90_try(const char *text, const char *chip_name, sm90_code *out)
{
    tri_arena arena;
    tri_chip *chip;
    memset(out, 0, sizeof *out);
    TRI_TRY(tri_chip_load(chip_name, &chip));
    tri_arena_init(&arena, 0);
    tri_status *status = compile(&arena, chip, text, out);
    tri_arena_free(&arena);
    tri_chip_free(chip);
    return status;
}

void sm90_compile(const char *text, const char *chip, sm90_code *out)
{
    tri_status *status = sm90_try(text, chip, out);
    if (!status) status = out->result.status, out->result.status = NULL;
    if (!status) return;
    tri_status_print(status, text, stderr);
    tri_status_free(status);
    ck_abort_msg("it does not compile, see above");
}

void sm90_free(sm90_code *code)
{
    tri_kernel_code_free(&code->code);
    tri_codegen_results_free(&code->result, 1);
}

enum { MOST_BUFFERS = 8 };

static void must(tri_status *status, const char *text)
{
    if (!status) return;
    tri_status_print(status, text, stderr);
    tri_status_free(status);
    ck_abort_msg("see above");
}

void sm90_buffers(const char *text, tri_tensor *out, uint32_t *out_n)
{
    tri_arena arena;
    tri_module *module;
    tri_arena_init(&arena, 0);
    must(tri_module_parse(&arena, text, strlen(text), "scheduled.tri", &module), text);
    const tri_func *program = module->first;
    *out_n = program->n_buffers;
    for (uint32_t b = 0; b < program->n_buffers; b++) {
        tri_type type = program->body->args[b]->type;
        out[b] = (tri_tensor){.type = type, .data = calloc(1, tri_type_bytes(&type) + 1)};
        if (program->access[b] == TRI_ACCESS_IN) tri_random_fill(1, b, (tri_dtype)type.dtype, type.rank, type.dims, out[b].data);
    }
    tri_arena_free(&arena);
}

tri_status *sm90_evaluate(const char *text, tri_tensor *buffers)
{
    tri_arena arena;
    tri_module *module;
    tri_arena_init(&arena, 0);
    tri_status *status = tri_module_parse(&arena, text, strlen(text), "scheduled.tri", &module);
    if (!status) status = tri_module_verify(module, TRI_LEVEL_TILE);
    if (!status) status = tri_eval_scheduled(module->first, buffers, &(tri_sched_options){.seed = 1});
    tri_arena_free(&arena);
    return status;
}

static tri_status *launch(const tri_driver *d, tri_device *device, const tri_kernel_code *code, tri_tensor *buffers, uint32_t n)
{
    tri_address addresses[MOST_BUFFERS];
    uint64_t sizes[MOST_BUFFERS];
    tri_code_image *image;
    for (uint32_t b = 0; b < n; b++) {
        sizes[b] = tri_type_bytes(&buffers[b].type);
        TRI_TRY(d->allocate(device, sizes[b], &addresses[b]));
        TRI_TRY(d->write(device, addresses[b], buffers[b].data, sizes[b]));
    }
    const char *name = buffers[0].type.rank == 4 ? "attention" : "gemm"; /* as sm90_programs.c calls them */
    TRI_TRY(d->load(device, name, code->images[0], code->sizes[0], &image));
    tri_launch how = {.kernel = name,
                      .grid = {code->grid[0], 1, 1},
                      .block = {code->block[0], 1, 1},
                      .shared_bytes = code->shared_bytes,
                      .n_arguments = n,
                      .arguments = addresses,
                      .bytes = sizes,
                      .n_maps = code->n_maps,
                      .maps = code->maps};
    tri_launch_report report = {0};
    tri_status *status = d->launch(device, image, &how, &report);
    d->unload(device, image);
    for (uint32_t b = 0; b < n && !status; b++) status = d->read(device, buffers[b].data, addresses[b], sizes[b]);
    return status;
}

static void change_code(tri_kernel_code *code, sm90_change *change)
{
    char *ptx = strndup(code->images[0], code->sizes[0]);
    ck_assert_ptr_nonnull(ptx);
    free(code->images[0]);
    code->images[0] = change(ptx);
    code->sizes[0] = strlen(code->images[0]);
    free(ptx);
}

tri_status *sm90_run_changed(const char *text, const char *chip_name, sm90_change *change, tri_tensor *buffers, uint32_t n)
{
    const tri_driver *d = &tri_ptx_driver;
    sm90_code code;
    tri_chip *chip;
    tri_device *device;
    TRI_TRY(sm90_try(text, chip_name, &code));
    if (change) change_code(&code.code, change);
    TRI_TRY(tri_chip_load(chip_name, &chip));
    tri_status *status = d->open(0, chip, &(tri_device_options){0}, &device);
    if (!status) {
        status = launch(d, device, &code.code, buffers, n);
        d->close(device);
    }
    tri_chip_free(chip);
    sm90_free(&code);
    return status;
}

tri_status *sm90_run(const char *text, const char *chip_name, tri_tensor *buffers, uint32_t n)
{
    return sm90_run_changed(text, chip_name, NULL, buffers, n);
}

int sm90_serialised(const sm90_code *code)
{
    int n = 0;
    for (const char *at = code->result.log ? strstr(code->result.log, "(C75") : NULL; at; at = strstr(at + 1, "(C75"))
        n += strncmp(at, "(C7517)", 7) && strncmp(at, "(C7519)", 7);
    return n;
}

bool sm90_has_ptxas(const sm90_code *code) { return code->result.registers >= 0; }
