/* targets/amdgcn/amdgcn.c - the family of chips that run AMDGCN code, as data for the shared emitter. */
#include "targets/amdgcn/wave.h"

static const tri_mma_row products_gfx90a[] = {
#define MMA(...) {__VA_ARGS__},
#define MMA_GFX942(...)
#define MMA_GFX950(...)
#include "targets/amdgcn/mma.def"
};
static const tri_mma_row products_gfx942[] = {
#define MMA(...) {__VA_ARGS__},
#define MMA_GFX942(...) {__VA_ARGS__},
#define MMA_GFX950(...)
#include "targets/amdgcn/mma.def"
};
static const tri_mma_row products_gfx950[] = {
#define MMA(...) {__VA_ARGS__},
#define MMA_GFX942(...) {__VA_ARGS__},
#define MMA_GFX950(...) {__VA_ARGS__},
#include "targets/amdgcn/mma.def"
};

static const char *const barrier[] = {"fence syncscope(\"workgroup\") release", "call void @llvm.amdgcn.s.barrier()",
                                      "fence syncscope(\"workgroup\") acquire", NULL};

static tri_status *emit_scheduled(const tri_emit_family *machine, const tri_chip *chip, const tri_func *program, tri_emitted *out)
{
    tri_budget ignored;
    return wave_emit(machine, chip, program, out, &ignored);
}

static const tri_emit_family family = {
    .kind = TRI_CODEGEN_AMDGCN,
    .image = "hsaco",
    .convention = "amdgpu_kernel",
    .thread = "llvm.amdgcn.workitem.id.x",
    .block = "llvm.amdgcn.workgroup.id.x",
    .barrier = barrier,
    .scope = " syncscope(\"agent\")",
    .attributes = "\"amdgpu-flat-work-group-size\"=\"%d,%d\" \"uniform-work-group-size\"=\"true\" \"amdgpu-no-implicitarg-ptr\"",
    .mma = products_gfx90a,
    .n_mma = sizeof products_gfx90a / sizeof *products_gfx90a,
    .scheduled = emit_scheduled,
};

static tri_emit_family machine_of(const tri_chip *chip)
{
    tri_emit_family machine = family;
    const char *isa = tri_chip_word(chip, "isa", "");
    if (!strcmp(isa, "gfx942")) {
        machine.mma = products_gfx942;
        machine.n_mma = sizeof products_gfx942 / sizeof *products_gfx942;
    } else if (!strcmp(isa, "gfx950")) {
        machine.mma = products_gfx950;
        machine.n_mma = sizeof products_gfx950 / sizeof *products_gfx950;
    }
    return machine;
}

static tri_status *compile(const tri_chip *chip, size_t n, const tri_func *const *kernels, const tri_target_options *options, tri_kernel_code *codes)
{
    tri_emit_family machine = machine_of(chip);
    return tri_emit_compile(&machine, chip, n, kernels, options, codes);
}

/* Emitting the text is cheap beside compiling it, and the only way to know that every statement can be said. */
static tri_status *budget(const tri_chip *chip, const tri_func *scheduled, tri_budget *out_budget)
{
    tri_emit_family machine = machine_of(chip);
    tri_emitted emitted = {0};
    tri_status *status = wave_emit(&machine, chip, scheduled, &emitted, out_budget);
    tri_text_free(&emitted.ir);
    return status;
}

const tri_target tri_target_amdgcn = {"amdgcn", "AMDGCN code objects by LLVM and its linker", compile, budget, NULL};
