/* targets/llvm/codegen.h - LLVM IR text in, PTX or AMDGCN code out, with LLVM kept outside this process.
 *
 * LLVM aborts on what it cannot select and its options belong to the whole process, so it lives in the program `trine-codegen`. tri_codegen_run
 * starts several of them, gives each one job at a time and collects what they send back. A helper that crashes, exceeds its memory or its time
 * costs one job: that job becomes an error object, a fresh helper goes on with the rest.
 *
 * Guarantees:
 * - The results depend on the jobs alone, not on the number of workers, the order or each other (a job that dies in a helper which had compiled
 *   others before is tried once more in a fresh one). Same IR, same tools: the same bytes.
 * - No child outlives the call, nor this process however it ends. No temporary files: the tools read and write memory (memfd).
 * - One call uses one thread, the caller's. Several threads may each make their own call.
 *
 * Tools. PTX needs nothing besides the helper; `ptxas` adds a cubin, register counts and spills. It is looked for in $TRINE_PTXAS, on PATH and in
 * /usr/local/cuda/bin. AMDGCN needs LLVM's linker: $TRINE_LLD, then ld.lld-22 on PATH, then LLVM's own folder, then ld.lld on PATH. A variable
 * that is set is the only place looked at; set to nothing it means "not installed".
 *
 * Replaying a failure. The error names a saved file of LLVM IR; the same steps by hand, with LLVM's own words on the terminal:
 *     trine-codegen --compile FILE.ll --kind ptx --cpu sm_80 -o out.ptx           (writes out.ptx.cubin too if ptxas is there)
 *     trine-codegen --compile FILE.ll --kind amdgcn --cpu gfx942 -o out.hsaco */
#ifndef TRI_TARGETS_LLVM_CODEGEN_H
#define TRI_TARGETS_LLVM_CODEGEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tri/status.h"

typedef enum tri_codegen_kind { TRI_CODEGEN_PTX, TRI_CODEGEN_AMDGCN } tri_codegen_kind;

/* One kernel. Everything is borrowed until tri_codegen_run returns. */
typedef struct tri_codegen_job {
    const char *name; /* of the kernel, a C identifier; the IR must define it with the kernel calling convention (ptx_kernel, amdgpu_kernel) */
    tri_codegen_kind kind;
    const char *cpu;      /* "sm_80", "sm_90a", "gfx942" */
    const char *features; /* LLVM's list, "+sramecc,-xnack"; null or "" = none */
    int ptx_version;      /* 86 means PTX 8.6; 0 = the lowest that the cpu needs. Not for AMDGCN. */
    int optimisation;     /* 0..3; 2 is the usual choice */
    bool want_assembly;   /* AMDGCN: the assembly too. PTX text always comes. */
    const char *ir;       /* LLVM IR as text; its triple and data layout are replaced by the target's */
    size_t ir_bytes;
} tri_codegen_job;

#define TRI_CODEGEN_UNKNOWN (-1)

/* What became of a job. On an error only `status` and `log` are set. Freed with tri_codegen_results_free. */
typedef struct tri_codegen_result {
    tri_status *status; /* null = compiled */
    char *assembly;     /* PTX, or AMDGCN assembly if wanted; a zero byte follows; null if none */
    size_t assembly_bytes;
    void *object; /* cubin or hsaco; null if there is none (PTX without ptxas) */
    size_t object_bytes;
    /* TRI_CODEGEN_UNKNOWN where nobody says: PTX without ptxas */
    int64_t registers;        /* per thread: 32-bit registers, on AMDGCN vector registers, accumulation registers included */
    int64_t scalar_registers; /* per wave; AMDGCN only */
    int64_t spill_bytes;      /* per thread, of registers that did not fit: the stores (PTX), 4 for each vector or scalar register (AMDGCN) */
    int64_t stack_bytes;      /* per thread, spills included */
    int64_t shared_bytes;     /* per block, static */
    int64_t code_bytes;       /* of machine code in `object` */
    int warnings;             /* lines of `log` that begin with "warning: " (spills, serialised wgmma, a ptxas too old for the job) */
    char *log;                /* what LLVM, ptxas and ld.lld said, a line each; "" if nothing */
} tri_codegen_result;

typedef enum tri_codegen_ptxas { TRI_CODEGEN_PTXAS_AUTO, TRI_CODEGEN_PTXAS_NEVER } tri_codegen_ptxas;

/* All zero is the usual choice. */
typedef struct tri_codegen_options {
    const char *helper;     /* path of trine-codegen. Null: $TRINE_CODEGEN, beside the running program, ../libexec/trine, the folder of the build */
    int workers;            /* helpers at once; 0 = one a core (TRINE_THREADS lowers it) */
    int job_milliseconds;   /* time limit of a job, tools included; 0 = 60000 */
    int64_t helper_bytes;   /* address space of a helper and of each tool it starts; 0 = 2 GiB. Not enforced in builds with sanitizers. */
    tri_codegen_ptxas ptxas;
    const char *save_folder; /* where the IR of a failing job goes; null = $TMPDIR, or /tmp */
    /* Called after each finished job and at least five times a second besides; false stops everything and the run is CANCELLED. */
    bool (*progress)(void *context, size_t done, size_t total);
    void *context;
} tri_codegen_options;

/* Compiles all jobs; results[i] belongs to jobs[i]. Null: each job was dealt with, see results[i].status. An error (no helper, wrong jobs,
 * cancelled, no memory) speaks of the whole run, and all results are then empty. `options` may be null.
 *
 * Codes of a job's status: INVALID - the IR does not parse or verify, or ptxas or the linker refuses it (positions are in the saved IR);
 * UNSUPPORTED - LLVM knows no such cpu or feature; UNAVAILABLE - a tool is missing; CANCELLED - over its time; NO_MEMORY - over its memory;
 * BUG - LLVM or a tool crashed on it: in Trine's eyes no IR that Trine emits may do that. */
tri_status *tri_codegen_run(const tri_codegen_options *options, const tri_codegen_job *jobs, size_t n, tri_codegen_result *results) TRI_NODISCARD;

/* Frees what the results hold, their statuses too, and zeroes them. The array stays the caller's. */
void tri_codegen_results_free(tri_codegen_result *results, size_t n);

/* The helper that a run with these options would start, in memory the caller frees; an error says where it was looked for. */
tri_status *tri_codegen_find_helper(const tri_codegen_options *options, char **out_path) TRI_NODISCARD;

#endif
