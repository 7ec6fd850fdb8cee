/* targets/llvm/codegen_tool.h - a tool (ptxas, ld.lld) run as a child of trine-codegen: found, fed from memory, its output and its words
 * collected in memory. No file is created: input, output and log are anonymous (memfd), so nothing is left behind whoever is killed when. The child
 * dies with this process. For a program with one thread. */
#ifndef TRI_TARGETS_LLVM_CODEGEN_TOOL_H
#define TRI_TARGETS_LLVM_CODEGEN_TOOL_H

#include <stddef.h>

#include "tri/status.h"

/* What the tool opens as its input. Its output file is its standard output, which goes by this name too. */
#define TRI_TOOL_INPUT "/proc/self/fd/3"
#define TRI_TOOL_OUTPUT "/proc/self/fd/1"

/* Where a tool may be, in this order: "name" is looked for on PATH, "/path" is itself. */
typedef struct tri_tool_search {
    const char *variable;      /* when set in the environment it is the only place; set to nothing it means "not installed" */
    const char *const *places; /* ends with null */
} tri_tool_search;

/* *out_path is null, without an error, where the tool is not installed; the caller frees it. A variable that names no program is an error. */
tri_status *tri_tool_find(const tri_tool_search *search, char **out_path) TRI_NODISCARD;

typedef struct tri_tool_run {
    int exit_status, signal; /* signal: what ended it, 0 = it ended by itself */
    char *log;       /* standard error, at most 64 KiB, a zero behind; "" if nothing */
    void *output;
    size_t output_bytes;
} tri_tool_run;

/* `arguments` ends with null; arguments[0] is the path of the tool. An error means that the tool could not be run; what it thought of its input is
 * in *out. Free with tri_tool_run_free, also after an error. */
tri_status *tri_tool_start(const char *const *arguments, const void *input, size_t input_bytes, tri_tool_run *out) TRI_NODISCARD;
void tri_tool_run_free(tri_tool_run *run);

#endif
