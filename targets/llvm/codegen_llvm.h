/* targets/llvm/codegen_llvm.h - one job through LLVM, inside trine-codegen. The only part of Trine that calls LLVM to make code. It may abort
 * the process: LLVM does, on what it cannot select. */
#ifndef TRI_TARGETS_LLVM_CODEGEN_LLVM_H
#define TRI_TARGETS_LLVM_CODEGEN_LLVM_H

#include "base/text.h"
#include "targets/llvm/codegen.h"
#include "targets/llvm/codegen_wire.h"

/* Tells whoever waits what comes next. */
typedef void tri_codegen_report(void *context, tri_codegen_stage stage);

/* Once, before anything else. */
void tri_codegen_llvm_start(void);

/* Fills result->assembly and, for AMDGCN, *out_object with a relocatable object that the caller frees. `log` takes LLVM's warnings. A job without
 * a name stands for the only kernel of the IR. */
tri_status *tri_codegen_llvm(const tri_codegen_job *job, tri_codegen_report *report, void *context, tri_text *log, tri_codegen_result *result,
                             void **out_object, size_t *out_object_bytes) TRI_NODISCARD;

#endif
