/* targets/llvm/finish.h - from what LLVM emits to what a driver loads: PTX through ptxas to a cubin, an AMDGCN object through ld.lld to an hsaco, and
 * the figures of the kernel read from their reports. Part of trine-codegen; links no LLVM. */
#ifndef TRI_TARGETS_LLVM_FINISH_H
#define TRI_TARGETS_LLVM_FINISH_H

#include "base/text.h"
#include "targets/llvm/codegen.h"

/* All figures become unknown. */
void tri_finish_unknown(tri_codegen_result *result);

/* Assembles result->assembly for job->cpu. Without ptxas, or with one older than the PTX, there is no object and the figures stay unknown. */
tri_status *tri_finish_ptx(const tri_codegen_job *job, tri_text *log, tri_codegen_result *result) TRI_NODISCARD;
/* Reads `ptxas -v` for the kernel `name` ("" = the first one): figures to *result, ptxas's words to `log` line by line with what costs speed
 * marked "warning: ". `log` gets no line that differs from run to run. */
void tri_finish_read_ptxas(const char *report, const char *name, tri_text *log, tri_codegen_result *result);

/* Links a relocatable object. */
tri_status *tri_finish_hsaco(const tri_codegen_job *job, const void *object, size_t bytes, tri_text *log, tri_codegen_result *result) TRI_NODISCARD;
/* Reads the figures of the kernel `name` ("" = the first one) from the metadata note of an hsaco. The bytes may be anything. */
tri_status *tri_finish_read_hsaco(const void *hsaco, size_t bytes, const char *name, tri_codegen_result *result) TRI_NODISCARD;

/* Bytes in executable sections of an ELF64 little-endian file; -1 if the file is damaged. */
int64_t tri_finish_code_bytes(const void *elf, size_t bytes);

#endif
