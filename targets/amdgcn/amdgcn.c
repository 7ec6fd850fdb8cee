/* targets/amdgcn/amdgcn.c - the family of chips that run AMDGCN code, as data for the shared emitter. */
#include "targets/llvm/emit.h"

static const tri_mma_row products[] = {
#define MMA(...) {__VA_ARGS__},
#include "targets/amdgcn/mma.def"
};

static const char *const barrier[] = {"fence syncscope(\"workgroup\") release", "call void @llvm.amdgcn.s.barrier()",
                                      "fence syncscope(\"workgroup\") acquire", NULL};

static const tri_emit_family family = {
    .kind = TRI_CODEGEN_AMDGCN,
    .image = "hsaco",
    .convention = "amdgpu_kernel",
    .thread = "llvm.amdgcn.workitem.id.x",
    .block = "llvm.amdgcn.workgroup.id.x",
    .barrier = barrier,
    .scope = " syncscope(\"agent\")",
    .attributes = "\"amdgpu-flat-work-group-size\"=\"%d,%d\" \"uniform-work-group-size\"=\"true\" \"amdgpu-no-implicitarg-ptr\"",
    .mma = products,
    .n_mma = sizeof products / sizeof *products,
};

static tri_status *compile(const tri_chip *chip, size_t n, const tri_func *const *kernels, const tri_target_options *options, tri_kernel_code *codes)
{
    return tri_emit_compile(&family, chip, n, kernels, options, codes);
}

const tri_target tri_target_amdgcn = {"amdgcn", "AMDGCN code objects by LLVM and its linker", compile};
