/* targets/llvm/codegen_main.c - the program trine-codegen: LLVM behind a pipe.
 *
 * As a helper (--serve) it reads job frames from standard input and writes result frames to what was standard output when it started; LLVM may
 * abort it at any time. By hand (--compile) it compiles one file, so that a failure can be looked at with LLVM's own words. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <llvm-c/Core.h>

#include "base/file.h"
#include "targets/llvm/codegen_llvm.h"
#include "targets/llvm/codegen_wire.h"
#include "targets/llvm/finish.h"

#ifndef __has_feature
#define __has_feature(x) 0
#endif
/* Sanitizers reserve terabytes of address space, so a limit on it cannot be set. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
enum { MEMORY_LIMIT_WORKS = 0 };
#else
enum { MEMORY_LIMIT_WORKS = 1 };
#endif

static const char help[] =
    "trine-codegen: turns LLVM IR into GPU code. Internal: the trine command starts it by itself.\n"
    "\n"
    "  trine-codegen --compile FILE.ll --kind ptx|amdgcn --cpu CPU -o OUT [options]   replay one job by hand\n"
    "      --features LIST   LLVM's subtarget features, such as +sramecc,-xnack\n"
    "      --ptx N           PTX version, 86 means 8.6 (default: the lowest the cpu needs)\n"
    "      --opt 0..3        optimisation level (default 2)\n"
    "      --name KERNEL     whose figures to print (default: the first kernel)\n"
    "      --no-ptxas        PTX only, no cubin\n"
    "      PTX goes to OUT and the cubin to OUT.cubin; for amdgcn the code object goes to OUT and its assembly to OUT.s\n"
    "  trine-codegen --version\n"
    "  trine-codegen --serve [--memory BYTES]   answer job frames on standard input (targets/llvm/codegen_wire.h)\n";

/* ---- one job, all stages */

static tri_status *run_job(const tri_codegen_job *job, bool use_ptxas, tri_codegen_report *report, void *context, tri_codegen_result *result)
{
    tri_text log = {0};
    void *object = NULL;
    size_t object_bytes = 0;
    memset(result, 0, sizeof *result);
    tri_finish_unknown(result);
    tri_status *status = tri_codegen_llvm(job, report, context, &log, result, &object, &object_bytes);
    for (const char *line = tri_text_string(&log); (line = strstr(line, "warning: LLVM: ")); line++) result->warnings++;
    if (!status && job->kind == TRI_CODEGEN_AMDGCN) {
        report(context, TRI_STAGE_LINK);
        status = tri_finish_hsaco(job, object, object_bytes, &log, result);
    } else if (!status && use_ptxas) {
        report(context, TRI_STAGE_PTXAS);
        status = tri_finish_ptx(job, &log, result);
    }
    free(object);
    status = tri_join(status, tri_text_status(&log));
    result->log = log.at;
    return status;
}

/* ---- the helper */

static bool write_all(int fd, const char *bytes, size_t n)
{
    while (n) {
        ssize_t put = write(fd, bytes, n);
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return false;
        bytes += put;
        n -= (size_t)put;
    }
    return true;
}

/* False at the end of the input, or when the reader has gone. */
static bool read_all(int fd, char *bytes, size_t n)
{
    while (n) {
        ssize_t got = read(fd, bytes, n);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        bytes += got;
        n -= (size_t)got;
    }
    return true;
}

static bool send_frame(int fd, tri_text *frame)
{
    bool sent = !frame->failed && write_all(fd, frame->at, frame->n);
    tri_text_free(frame);
    return sent;
}

static void report_stage(void *context, tri_codegen_stage stage)
{
    tri_text frame = {0};
    tri_wire_put_stage(&frame, stage);
    if (!send_frame(*(int *)context, &frame)) exit(1); /* nobody waits for the result any more */
}

/* Reads one job and answers it. */
static bool serve_one(int out)
{
    char header[TRI_WIRE_HEADER_BYTES], *payload = NULL;
    tri_wire_kind kind;
    size_t bytes = 0;
    tri_codegen_job job = {0};
    tri_codegen_result result = {0};
    bool use_ptxas, wanted;
    tri_text frame = {0};
    if (!read_all(STDIN_FILENO, header, sizeof header)) return false;
    tri_status *status = tri_wire_frame(header, sizeof header, &kind, &bytes);
    wanted = !status && kind == TRI_WIRE_JOB && (payload = malloc(bytes - sizeof header + 1)) &&
             read_all(STDIN_FILENO, payload, bytes - sizeof header);
    if (wanted) status = tri_wire_get_job(payload, bytes - sizeof header, &job, &use_ptxas);
    free(payload);
    if (wanted && !status) {
        result.status = run_job(&job, use_ptxas, report_stage, &out, &result);
        status = tri_wire_put_result(&frame, &result);
    }
    if (status) fprintf(stderr, "trine-codegen: %s\n", tri_status_message(status));
    bool answered = wanted && !status && send_frame(out, &frame);
    tri_text_free(&frame);
    tri_codegen_results_free(&result, 1);
    tri_wire_job_free(&job);
    tri_status_free(status);
    return answered;
}

static void limit(int resource, rlim_t value)
{
    struct rlimit now;
    if (getrlimit(resource, &now) || (now.rlim_max != RLIM_INFINITY && now.rlim_max < value)) return;
    setrlimit(resource, &(struct rlimit){.rlim_cur = value, .rlim_max = value});
}

static void llvm_version(char out[32])
{
    unsigned major, minor, patch;
    LLVMGetVersion(&major, &minor, &patch);
    snprintf(out, 32, "%u.%u.%u", major, minor, patch);
}

static int serve(int64_t memory)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* a parent that died before this line left an end of input */
    limit(RLIMIT_CORE, 0);
    if (memory > 0 && MEMORY_LIMIT_WORKS) limit(RLIMIT_AS, (rlim_t)memory);
    /* Frames get a descriptor of their own: whatever else prints goes to standard error. */
    int out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 16);
    if (out < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0) return 1;
    tri_codegen_llvm_start();
    char version[32];
    llvm_version(version);
    tri_text frame = {0};
    tri_wire_put_hello(&frame, version);
    if (!send_frame(out, &frame)) return 1;
    while (serve_one(out)) {}
    return 0;
}

/* ---- by hand */

typedef struct request {
    tri_codegen_job job;
    const char *file, *out;
    bool no_ptxas;
} request;

static void report_nothing(void *context, tri_codegen_stage stage)
{
    (void)context;
    (void)stage;
}

static tri_status *write_beside(const char *out, const char *ending, const void *bytes, size_t n)
{
    tri_text path = {0};
    tri_text_addf(&path, "%s%s", out, ending);
    tri_status *status = tri_text_status(&path);
    if (!status && bytes) status = tri_file_write(path.at, bytes, n);
    tri_text_free(&path);
    return status;
}

static tri_status *write_outputs(const request *r, const tri_codegen_result *result)
{
    bool ptx = r->job.kind == TRI_CODEGEN_PTX;
    TRI_TRY(write_beside(r->out, ptx ? "" : ".s", result->assembly, result->assembly_bytes));
    return write_beside(r->out, ptx ? ".cubin" : "", result->object, result->object_bytes);
}

static int compile(request *r)
{
    tri_codegen_result result = {0};
    char *ir = NULL;
    tri_status *status = tri_file_read(r->file, &ir, &r->job.ir_bytes);
    if (!status) {
        r->job.ir = ir;
        r->job.want_assembly = true;
        tri_codegen_llvm_start();
        status = run_job(&r->job, !r->no_ptxas, report_nothing, NULL, &result);
        if (!status) status = write_outputs(r, &result);
    }
    if (result.log) fputs(result.log, stderr);
    if (!status)
        printf("registers %" PRId64 ", scalar registers %" PRId64 ", spill bytes %" PRId64 ", stack bytes %" PRId64 ", shared bytes %" PRId64
               ", code bytes %" PRId64 "\n", result.registers, result.scalar_registers, result.spill_bytes, result.stack_bytes, result.shared_bytes,
               result.code_bytes);
    int exit_status = status ? tri_code_exit_status(tri_status_code(status)) : 0;
    tri_status_print(status, ir, stderr);
    tri_status_free(status);
    tri_codegen_results_free(&result, 1);
    free(ir);
    return exit_status;
}

static int wrong_usage(const char *what)
{
    fprintf(stderr, "trine-codegen: %s\n\n%s", what, help);
    return 2;
}

/* A number from 0 to `highest`, or -1. */
static int64_t number(const char *text, int64_t highest)
{
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    return errno || end == text || *end || value < 0 || value > highest ? -1 : value;
}

int main(int count, char **arguments)
{
    request r = {.job = {.optimisation = 2, .features = "", .name = ""}};
    bool serving = false, kind_given = false;
    int64_t memory = 0, n;
    for (int i = 1; i < count; i++) {
        const char *option = arguments[i], *value = i + 1 < count ? arguments[i + 1] : NULL;
        if (!strcmp(option, "--help")) return fputs(help, stdout) < 0;
        if (!strcmp(option, "--version")) {
            char version[32];
            llvm_version(version);
            printf("trine-codegen with LLVM %s, targets nvptx64 amdgcn, wire version %d\n", version, TRI_WIRE_VERSION);
            return 0;
        }
        if (!strcmp(option, "--serve")) {
            serving = true;
            continue;
        }
        if (!strcmp(option, "--no-ptxas")) {
            r.no_ptxas = true;
            continue;
        }
        if (!value) return wrong_usage(option[0] == '-' ? "an option lacks its value or is unknown" : "options only");
        i++;
        if (!strcmp(option, "--compile")) r.file = value;
        else if (!strcmp(option, "-o")) r.out = value;
        else if (!strcmp(option, "--cpu")) r.job.cpu = value;
        else if (!strcmp(option, "--features")) r.job.features = value;
        else if (!strcmp(option, "--name")) r.job.name = value;
        else if (!strcmp(option, "--kind") && (!strcmp(value, "ptx") || !strcmp(value, "amdgcn"))) {
            r.job.kind = *value == 'p' ? TRI_CODEGEN_PTX : TRI_CODEGEN_AMDGCN;
            kind_given = true;
        } else if (!strcmp(option, "--opt") && (n = number(value, 3)) >= 0) r.job.optimisation = (int)n;
        else if (!strcmp(option, "--ptx") && (n = number(value, 999)) >= 0) r.job.ptx_version = (int)n;
        else if (!strcmp(option, "--memory") && (n = number(value, INT64_MAX)) >= 0) memory = n;
        else return wrong_usage("an option is unknown or its value makes no sense");
    }
    if (serving) return serve(memory);
    if (!r.file || !r.out || !r.job.cpu || !kind_given) return wrong_usage("--compile needs FILE.ll, --kind, --cpu and -o");
    return compile(&r);
}
