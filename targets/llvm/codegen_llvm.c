/* targets/llvm/codegen_llvm.c - parse, verify, optimise, emit, through LLVM's C interface. Each job has a context of its own, so jobs cannot
 * influence each other. */
#define _GNU_SOURCE
#include "targets/llvm/codegen_llvm.h"

#include <llvm-c/Analysis.h>
#include <llvm-c/Core.h>
#include <llvm-c/Error.h>
#include <llvm-c/IRReader.h>
#include <llvm-c/Target.h>
#include <llvm-c/TargetMachine.h>
#include <llvm-c/Transforms/PassBuilder.h>

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* What differs between the two; rows in the order of tri_codegen_kind. */
static const struct target {
    const char *triple;
    unsigned kernel_convention;
    const char *convention_name;
} targets[] = {
    {"nvptx64-nvidia-cuda", LLVMPTXKernelCallConv, "ptx_kernel"},
    {"amdgcn-amd-amdhsa", LLVMAMDGPUKERNELCallConv, "amdgpu_kernel"},
};

enum { CODE_OBJECT_VERSION = 500 }; /* version 5: what every ROCm since 5.x loads */

typedef struct session {
    const tri_codegen_job *job;
    const struct target *target;
    tri_text *log;
    tri_text errors; /* what LLVM's diagnostics called errors */
    LLVMContextRef context;
    LLVMModuleRef module;
    LLVMTargetMachineRef machine;
} session;

void tri_codegen_llvm_start(void)
{
    LLVMInitializeNVPTXTargetInfo();
    LLVMInitializeNVPTXTarget();
    LLVMInitializeNVPTXTargetMC();
    LLVMInitializeNVPTXAsmPrinter();
    LLVMInitializeAMDGPUTargetInfo();
    LLVMInitializeAMDGPUTarget();
    LLVMInitializeAMDGPUTargetMC();
    LLVMInitializeAMDGPUAsmPrinter();
    LLVMInitializeAMDGPUAsmParser(); /* for inline assembly */
}

static void on_diagnostic(LLVMDiagnosticInfoRef diagnostic, void *context)
{
    session *s = context;
    char *text = LLVMGetDiagInfoDescription(diagnostic);
    static const char nowhere[] = "<unknown>:0:0: "; /* IR without debug information */
    const char *words = text + (strncmp(text, nowhere, sizeof nowhere - 1) ? 0 : sizeof nowhere - 1);
    LLVMDiagnosticSeverity severity = LLVMGetDiagInfoSeverity(diagnostic);
    if (severity == LLVMDSError) tri_text_addf(&s->errors, "%s%s", s->errors.n ? "\n" : "", words);
    else if (severity == LLVMDSWarning) tri_text_addf(s->log, "warning: LLVM: %s\n", words);
    LLVMDisposeMessage(text);
}

/* "error: ..." of what was reported since the last look, or null. */
static tri_status *reported(session *s, const char *doing)
{
    if (!s->errors.n) return NULL;
    tri_status *status = tri_error(TRI_INVALID, TRI_NOWHERE, "%s: %s", doing, s->errors.at);
    tri_text_free(&s->errors);
    return status;
}

/* ---- parse */

/* LLVM writes "NAME:line:col: error: what", then the line and a caret; the position becomes the error's, the first line its message. */
static tri_status *parse_error(char *message)
{
    tri_loc loc = {.file = "LLVM IR"};
    const char *what = message;
    int used = 0, line, column;
    const char *position = strchr(message, ':');
    if (position && sscanf(position, ":%d:%d: %n", &line, &column, &used) == 2 && used) {
        loc.line = line;
        loc.column = column;
        what = position + used;
    }
    if (!strncmp(what, "error: ", 7)) what += 7;
    tri_status *status = tri_error(TRI_INVALID, loc, "%.*s", (int)strcspn(what, "\n"), what);
    LLVMDisposeMessage(message);
    return status;
}

static tri_status *parse(session *s)
{
    const tri_codegen_job *job = s->job;
    if (job->ir_bytes >= 4 && (!memcmp(job->ir, "BC\xc0\xde", 4) || !memcmp(job->ir, "\xde\xc0\x17\x0b", 4)))
        return tri_error(TRI_INVALID, TRI_NOWHERE, "this is LLVM bitcode, LLVM IR as text is needed (llvm-dis makes it)");
    LLVMMemoryBufferRef buffer = LLVMCreateMemoryBufferWithMemoryRangeCopy(job->ir, job->ir_bytes, "ir"); /* the parser takes it */
    char *message = NULL;
    if (LLVMParseIRInContext(s->context, buffer, &s->module, &message)) {
        s->module = NULL;
        return parse_error(message);
    }
    TRI_TRY(reported(s, "parsing"));
    if (LLVMVerifyModule(s->module, LLVMReturnStatusAction, &message)) {
        size_t n = strlen(message);
        while (n && message[n - 1] == '\n') n--;
        tri_status *status = tri_error(TRI_INVALID, TRI_NOWHERE, "the LLVM IR does not verify: %.*s", (int)n, message);
        LLVMDisposeMessage(message);
        return status;
    }
    LLVMDisposeMessage(message);
    return NULL;
}

/* The kernel the caller means must be there, else the figures would be another kernel's. */
static tri_status *check_kernel(session *s)
{
    unsigned convention = s->target->kernel_convention;
    if (!s->job->name || !*s->job->name) {
        for (LLVMValueRef f = LLVMGetFirstFunction(s->module); f; f = LLVMGetNextFunction(f))
            if (LLVMGetFunctionCallConv(f) == convention && !LLVMIsDeclaration(f)) return NULL;
        return tri_error(TRI_INVALID, TRI_NOWHERE, "the LLVM IR defines no kernel (no function is %s)", s->target->convention_name);
    }
    LLVMValueRef kernel = LLVMGetNamedFunction(s->module, s->job->name);
    if (!kernel || LLVMIsDeclaration(kernel)) return tri_error(TRI_INVALID, TRI_NOWHERE, "the LLVM IR does not define @%s", s->job->name);
    if (LLVMGetFunctionCallConv(kernel) != convention)
        return tri_error(TRI_INVALID, TRI_NOWHERE, "@%s is no kernel: its calling convention is not %s", s->job->name, s->target->convention_name);
    return NULL;
}

/* ---- the machine */

/* LLVM writes "'x' is not a recognized processor" to standard error and goes on with another one. This runs `create` with standard error in memory
 * and returns what was written. */
static LLVMTargetMachineRef create_quietly(LLVMTargetRef target, const char *triple, LLVMTargetMachineOptionsRef options, char *words, size_t room)
{
    int saved = dup(STDERR_FILENO), memory = memfd_create("stderr", MFD_CLOEXEC);
    if (saved >= 0 && memory >= 0) dup2(memory, STDERR_FILENO);
    LLVMTargetMachineRef machine = LLVMCreateTargetMachineWithOptions(target, triple, options);
    ssize_t n = -1;
    if (saved >= 0 && memory >= 0) {
        dup2(saved, STDERR_FILENO);
        n = pread(memory, words, room - 1, 0);
    }
    words[n < 0 ? 0 : n] = 0;
    if (saved >= 0) close(saved);
    if (memory >= 0) close(memory);
    return machine;
}

static tri_status *make_machine(session *s)
{
    const tri_codegen_job *job = s->job;
    LLVMTargetRef target;
    char *message = NULL;
    if (LLVMGetTargetFromTriple(s->target->triple, &target, &message)) {
        tri_status *status = tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "%s", message);
        LLVMDisposeMessage(message);
        return status;
    }
    tri_text features = {0};
    tri_text_add(&features, job->features ? job->features : "");
    if (job->kind == TRI_CODEGEN_PTX && job->ptx_version) tri_text_addf(&features, "%s+ptx%d", features.n ? "," : "", job->ptx_version);
    LLVMTargetMachineOptionsRef options = LLVMCreateTargetMachineOptions();
    LLVMTargetMachineOptionsSetCPU(options, job->cpu);
    LLVMTargetMachineOptionsSetFeatures(options, tri_text_string(&features));
    LLVMTargetMachineOptionsSetCodeGenOptLevel(options, (LLVMCodeGenOptLevel)job->optimisation);
    LLVMTargetMachineOptionsSetRelocMode(options, job->kind == TRI_CODEGEN_AMDGCN ? LLVMRelocPIC : LLVMRelocDefault);
    char words[512];
    s->machine = create_quietly(target, s->target->triple, options, words, sizeof words);
    LLVMDisposeTargetMachineOptions(options);
    tri_text_free(&features);
    if (!s->machine) return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "LLVM cannot make code for %s", job->cpu);
    if (*words) {
        char *aside = strstr(words, " (ignoring"); /* we do not ignore it */
        if (aside) *aside = 0;
        return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "LLVM says: %.*s", (int)strcspn(words, "\n"), words);
    }
    LLVMSetTarget(s->module, s->target->triple);
    LLVMTargetDataRef layout = LLVMCreateTargetDataLayout(s->machine);
    LLVMSetModuleDataLayout(s->module, layout);
    LLVMDisposeTargetData(layout);
    static const char flag[] = "amdhsa_code_object_version";
    if (job->kind == TRI_CODEGEN_AMDGCN && !LLVMGetModuleFlag(s->module, flag, sizeof flag - 1)) {
        LLVMValueRef version = LLVMConstInt(LLVMInt32TypeInContext(s->context), CODE_OBJECT_VERSION, 0);
        LLVMAddModuleFlag(s->module, LLVMModuleFlagBehaviorError, flag, sizeof flag - 1, LLVMValueAsMetadata(version));
    }
    return NULL;
}

/* ---- optimise and emit */

static tri_status *optimise(session *s)
{
    char passes[] = "default<O0>";
    passes[sizeof passes - 3] = (char)('0' + s->job->optimisation);
    LLVMPassBuilderOptionsRef options = LLVMCreatePassBuilderOptions();
    LLVMErrorRef error = LLVMRunPasses(s->module, passes, s->machine, options);
    LLVMDisposePassBuilderOptions(options);
    if (error) {
        char *message = LLVMGetErrorMessage(error);
        tri_status *status = tri_error(TRI_INVALID, TRI_NOWHERE, "optimising: %s", message);
        LLVMDisposeErrorMessage(message);
        return status;
    }
    return reported(s, "optimising");
}

/* Emission changes the module it is given, so it works on a copy. */
static tri_status *emit(session *s, LLVMCodeGenFileType type, char **out_bytes, size_t *out_n)
{
    LLVMModuleRef copy = LLVMCloneModule(s->module);
    LLVMMemoryBufferRef buffer = NULL;
    char *message = NULL;
    tri_status *status = NULL;
    if (LLVMTargetMachineEmitToMemoryBuffer(s->machine, copy, type, &message, &buffer)) {
        status = tri_error(TRI_INVALID, TRI_NOWHERE, "selecting instructions: %s", message);
        LLVMDisposeMessage(message);
    }
    LLVMDisposeModule(copy);
    status = tri_join(status, reported(s, "selecting instructions"));
    if (!status) {
        size_t n = LLVMGetBufferSize(buffer);
        *out_bytes = malloc(n + 1);
        if (*out_bytes) {
            memcpy(*out_bytes, LLVMGetBufferStart(buffer), n);
            (*out_bytes)[n] = 0;
            *out_n = n;
        } else status = tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory for %zu bytes of code", n);
    }
    if (buffer) LLVMDisposeMemoryBuffer(buffer);
    return status;
}

static tri_status *all_steps(session *s, tri_codegen_report *report, void *context, tri_codegen_result *result, void **out_object, size_t *out_bytes)
{
    report(context, TRI_STAGE_PARSE);
    TRI_TRY(parse(s));
    TRI_TRY(check_kernel(s));
    TRI_TRY(make_machine(s));
    report(context, TRI_STAGE_OPTIMISE);
    TRI_TRY(optimise(s));
    report(context, TRI_STAGE_EMIT);
    if (s->job->kind == TRI_CODEGEN_PTX || s->job->want_assembly)
        TRI_TRY(emit(s, LLVMAssemblyFile, &result->assembly, &result->assembly_bytes));
    if (s->job->kind == TRI_CODEGEN_AMDGCN) {
        char *object = NULL;
        TRI_TRY(emit(s, LLVMObjectFile, &object, out_bytes));
        *out_object = object;
    }
    return NULL;
}

tri_status *tri_codegen_llvm(const tri_codegen_job *job, tri_codegen_report *report, void *context, tri_text *log, tri_codegen_result *result,
                             void **out_object, size_t *out_object_bytes)
{
    session s = {.job = job, .target = &targets[job->kind], .log = log, .context = LLVMContextCreate()};
    *out_object = NULL;
    *out_object_bytes = 0;
    LLVMContextSetDiagnosticHandler(s.context, on_diagnostic, &s);
    tri_status *status = all_steps(&s, report, context, result, out_object, out_object_bytes);
    if (s.machine) LLVMDisposeTargetMachine(s.machine);
    if (s.module) LLVMDisposeModule(s.module);
    LLVMContextDispose(s.context);
    tri_text_free(&s.errors);
    return status;
}
