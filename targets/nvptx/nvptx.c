/* targets/nvptx/nvptx.c - the family of chips that take PTX, as data for the shared emitter. */
#include <stdlib.h>

#include "targets/nvptx/sched.h"

static const tri_mma_row products[] = {
#define MMA(...) {__VA_ARGS__},
#include "targets/nvptx/mma.def"
};

static const char *const barrier[] = {"call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)", NULL};

static const tri_emit_family family = {
    .kind = TRI_CODEGEN_PTX,
    .image = "cubin",
    .convention = "ptx_kernel",
    .thread = "llvm.nvvm.read.ptx.sreg.tid.x",
    .block = "llvm.nvvm.read.ptx.sreg.ctaid.x",
    .barrier = barrier,
    .scope = " syncscope(\"device\")",
    .attributes = "\"nvvm.reqntid\"=\"%d,1,1\"",
    .mma = products,
    .n_mma = sizeof products / sizeof *products,
    .scheduled = group_emit,
};

static tri_status *compile(const tri_chip *chip, size_t n, const tri_func *const *kernels, const tri_target_options *options, tri_kernel_code *codes)
{
    return tri_emit_compile(&family, chip, n, kernels, options, codes);
}

/* Emitting the text is cheap beside compiling it, and the only way to know that every statement can be said. */
static tri_status *budget(const tri_chip *chip, const tri_func *scheduled, tri_budget *out_budget)
{
    tri_emitted emitted;
    tri_status *status = group_emit(&family, chip, scheduled, &emitted);
    tri_text_free(&emitted.ir);
    free(emitted.maps);
    return status ? status : group_budget(chip, scheduled, out_budget);
}

const tri_target tri_target_nvptx = {"ptx", "PTX by LLVM, and a cubin where ptxas is installed", compile, budget, NULL};
