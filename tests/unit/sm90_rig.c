/* tests/unit/sm90_rig.c - see sm90_rig.h. */
#include "sm90_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ir/sched.h"

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

int sm90_serialised(const sm90_code *code)
{
    int n = 0;
    for (const char *at = code->result.log ? strstr(code->result.log, "(C75") : NULL; at; at = strstr(at + 1, "(C75"))
        n += strncmp(at, "(C7517)", 7) && strncmp(at, "(C7519)", 7);
    return n;
}

bool sm90_has_ptxas(const sm90_code *code) { return code->result.registers >= 0; }
