/* targets/llvm/codegen_client.c - jobs to helpers and back: one loop around poll. A lane is a helper and the job it has; a lane whose helper died
 * gets a fresh one when it has work. Links no LLVM. */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/parallel.h"
#include "targets/llvm/codegen_worker.h"

enum {
    MOST_LANES = 64,
    START_MILLISECONDS = 30000, /* for a helper to greet; loading LLVM takes 50 on an idle machine */
    TICK_MILLISECONDS = 200
};

typedef struct lane {
    tri_worker worker;
    bool busy, greeted;
    size_t job;       /* if busy */
    size_t compiled;  /* jobs that this helper has answered */
    int64_t deadline; /* of the greeting, then of the job */
    tri_codegen_stage stage;
} lane;

typedef struct run {
    tri_codegen_options options; /* defaults filled in */
    char *helper;
    const tri_codegen_job *jobs;
    tri_codegen_result *results;
    size_t n, next, done;
    lane lanes[MOST_LANES];
    int lane_count;
} run;

static int64_t milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static tri_status *no_memory(void) { return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory while compiling kernels"); }

/* ---- where the helper is */

static bool is_program(const char *path)
{
    struct stat info;
    return !stat(path, &info) && S_ISREG(info.st_mode) && !access(path, X_OK);
}

static tri_status *only_this(const char *path, const char *source, char **out_path)
{
    if (!is_program(path))
        return tri_error(TRI_UNAVAILABLE, (tri_loc){.file = path},
                         "%s is no program, but %s says that it is the helper trine-codegen; build it (cmake --build build --target trine-codegen) "
                         "or install it",
                         path, source);
    *out_path = strdup(path);
    return *out_path ? NULL : no_memory();
}

tri_status *tri_codegen_find_helper(const tri_codegen_options *options, char **out_path)
{
    *out_path = NULL;
    if (options && options->helper) return only_this(options->helper, "the caller", out_path);
    const char *variable = getenv("TRINE_CODEGEN");
    if (variable && *variable) return only_this(variable, "TRINE_CODEGEN", out_path);
    char self[4096];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    self[length < 0 ? 0 : length] = 0;
    char *slash = strrchr(self, '/');
    int folder = slash ? (int)(slash - self) : 0;
    static const char *const beside[] = {"trine-codegen", "../libexec/trine/trine-codegen"};
    for (size_t i = 0; slash && i < sizeof beside / sizeof *beside; i++) {
        if (asprintf(out_path, "%.*s/%s", folder, self, beside[i]) < 0) return *out_path = NULL, no_memory();
        if (is_program(*out_path)) return NULL;
        free(*out_path);
        *out_path = NULL;
    }
    if (is_program(TRINE_CODEGEN_BUILT)) return only_this(TRINE_CODEGEN_BUILT, "the build", out_path);
    return tri_error(TRI_UNAVAILABLE, TRI_NOWHERE,
                     "GPU code needs the helper trine-codegen and it is neither in %.*s nor in ../libexec/trine from there nor at %s; build it "
                     "(cmake --build build --target trine-codegen), install it, or set TRINE_CODEGEN to its path",
                     folder, self, TRINE_CODEGEN_BUILT);
}

/* ---- checks */

static bool is_identifier(const char *name)
{
    if (!name || isdigit((unsigned char)*name)) return false;
    size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
    return n && n < 256 && !name[n];
}

static bool is_list(const char *text, size_t longest)
{
    size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+.,");
    return !text[n] && n <= longest;
}

static tri_status *check_job(const tri_codegen_job *job, size_t index)
{
    const char *wrong = NULL;
    if (!is_identifier(job->name)) wrong = "the kernel's name is no C identifier of at most 255 letters";
    else if (job->kind != TRI_CODEGEN_PTX && job->kind != TRI_CODEGEN_AMDGCN) wrong = "its kind is neither PTX nor AMDGCN";
    else if (!job->cpu || !*job->cpu || !is_list(job->cpu, 63)) wrong = "its cpu is missing or no name";
    else if (job->features && !is_list(job->features, 4000)) wrong = "its features are no list like \"+a,-b\"";
    else if (job->ptx_version < 0 || job->ptx_version > 999) wrong = "its PTX version is out of range (86 means 8.6)";
    else if (job->optimisation < 0 || job->optimisation > 3) wrong = "its optimisation level is not from 0 to 3";
    else if (!job->ir || !job->ir_bytes) wrong = "it has no LLVM IR";
    else if (job->ir_bytes > TRI_WIRE_PART_LIMIT) wrong = "its LLVM IR is too large";
    return wrong ? tri_error(TRI_USAGE, TRI_NOWHERE, "code generation job %zu (%s): %s", index, job->name ? job->name : "no name", wrong) : NULL;
}

/* ---- what becomes of a failing job */

/* Keeps the IR for replay under a name made from its contents, so that repeating a failure does not pile up files. Null if that is not possible. */
static char *save_ir(const run *r, const tri_codegen_job *job)
{
    char *path;
    struct stat info;
    if (asprintf(&path, "%s/trine-%.64s-%016llx.ll", r->options.save_folder, job->name,
                 (unsigned long long)tri_hash(TRI_HASH_SEED, job->ir, job->ir_bytes)) < 0)
        return NULL;
    bool safe = lstat(path, &info) ? errno == ENOENT : S_ISREG(info.st_mode) && info.st_uid == geteuid(); /* the folder may be everybody's */
    tri_status *status = safe ? tri_file_write(path, job->ir, job->ir_bytes) : NULL;
    bool saved = safe && !status;
    tri_status_free(status);
    if (saved) return path;
    free(path);
    return NULL;
}

/* The error of a job: names the kernel, points into its saved IR, tells how to replay. */
static tri_status *job_error(const run *r, const tri_codegen_job *job, tri_code code, tri_loc loc, const char *what)
{
    bool is_about_ir = code != TRI_UNAVAILABLE && code != TRI_UNSUPPORTED;
    char *saved = is_about_ir ? save_ir(r, job) : NULL;
    loc.file = saved;
    tri_status *status = tri_error(code, loc, "kernel %s for %s: %s", job->name, job->cpu, what);
    if (saved) {
        tri_text more = {0};
        if (job->features && *job->features) tri_text_addf(&more, " --features %s", job->features);
        if (job->ptx_version) tri_text_addf(&more, " --ptx %d", job->ptx_version);
        status = tri_note(status, "replay with: %s --compile %s --name %s --kind %s --cpu %s%s --opt %d -o out", r->helper, saved, job->name,
                          job->kind == TRI_CODEGEN_PTX ? "ptx" : "amdgcn", job->cpu, tri_text_string(&more), job->optimisation);
        tri_text_free(&more);
    } else if (is_about_ir) {
        status = tri_note(status, "its LLVM IR could not be saved in %s", r->options.save_folder);
    }
    free(saved);
    return status;
}

/* What LLVM said before its stack trace, without addresses, which differ from run to run. */
static void add_words(tri_text *to, const char *said)
{
    const char *end = strstr(said, "PLEASE submit");
    if (!end) end = strstr(said, "Stack dump:");
    if (!end) end = said + strlen(said);
    if (end - said > 2000) end = said + 2000;
    while (end > said && isspace((unsigned char)end[-1])) end--;
    while (said < end) {
        size_t digits = !strncmp(said, "0x", 2) ? strspn(said + 2, "0123456789abcdef") : 0;
        if (digits >= 8) {
            said += 2 + digits;
            if (said + 1 < end && said[0] == ':' && said[1] == ' ') said += 2;
        } else tri_text_add_n(to, said++, 1);
    }
}

static void finish_job(run *r, lane *l)
{
    l->busy = false;
    r->done++;
}

/* The lane's helper is given up while it had a job: the job fails with `code`, `what` and the helper's last words. */
static tri_status *fail_job(run *r, lane *l, tri_code code, const char *what)
{
    const tri_codegen_job *job = &r->jobs[l->job];
    tri_codegen_result *result = &r->results[l->job];
    tri_text said = {0}, message = {0};
    int how;
    tri_worker_stop(&l->worker, &how, &said);
    const char *words = tri_text_string(&said);
    if (code == TRI_BUG && (strstr(words, "out of memory") || strstr(words, "bad_alloc") || strstr(words, "annot allocate"))) {
        code = TRI_NO_MEMORY;
        tri_text_addf(&message, "needs more than the %lld MiB that a helper may use", (long long)(r->options.helper_bytes >> 20));
    } else tri_text_add(&message, what);
    tri_text_addf(&message, " while %s", tri_codegen_stage_text(l->stage));
    if (code == TRI_BUG && how >= 0 && WIFSIGNALED(how)) tri_text_addf(&message, " (%s)", strsignal(WTERMSIG(how)));
    else if (code == TRI_BUG && how >= 0) tri_text_addf(&message, " (exit status %d)", WEXITSTATUS(how));
    if (*words) {
        tri_text_add(&message, "; it said: ");
        add_words(&message, words);
    }
    result->status = job_error(r, job, code, TRI_NOWHERE, tri_text_string(&message));
    result->log = said.at ? said.at : strdup("");
    tri_text_free(&message);
    finish_job(r, l);
    return NULL;
}

/* A helper died without a word of greeting, or said something else: no job is to blame, none will do better. */
static tri_status *not_a_helper(run *r, lane *l, tri_status *why)
{
    tri_text said = {0}, words = {0};
    tri_worker_stop(&l->worker, NULL, &said);
    add_words(&words, tri_text_string(&said));
    tri_status *status = tri_error(TRI_UNAVAILABLE, (tri_loc){.file = r->helper},
                                   "the helper does not answer as a trine-codegen of this version (%s)%s%s; rebuild or reinstall it",
                                   why ? tri_status_message(why) : "it ended", words.n ? "; it said: " : "", tri_text_string(&words));
    tri_status_free(why);
    tri_text_free(&said);
    tri_text_free(&words);
    return status;
}

/* ---- the loop */

static tri_status *give_job(run *r, lane *l)
{
    if (!l->worker.pid) {
        TRI_TRY(tri_worker_start(&l->worker, r->helper, r->options.helper_bytes));
        l->greeted = false;
        l->compiled = 0;
        l->deadline = milliseconds() + START_MILLISECONDS;
    } else l->deadline = milliseconds() + r->options.job_milliseconds;
    l->stage = TRI_STAGE_START;
    l->busy = true;
    tri_text frame = {0};
    TRI_TRY(tri_wire_put_job(&frame, &r->jobs[l->job], r->options.ptxas == TRI_CODEGEN_PTXAS_AUTO));
    tri_status *status = tri_text_status(&frame);
    tri_worker_send(&l->worker, &frame);
    return tri_join(status, tri_worker_pump(&l->worker));
}

static tri_status *take_result(run *r, lane *l, const void *payload, size_t bytes)
{
    tri_codegen_result *result = &r->results[l->job];
    tri_status *status = tri_wire_get_result(payload, bytes, result);
    if (status) {
        tri_codegen_results_free(result, 1);
        return status;
    }
    if (result->status) {
        tri_status *plain = result->status;
        result->status = job_error(r, &r->jobs[l->job], tri_status_code(plain), tri_status_loc(plain), tri_status_message(plain));
        tri_status_free(plain);
    }
    l->compiled++;
    finish_job(r, l);
    return NULL;
}

/* One frame. Only what the protocol allows now is right. */
static tri_status *take_frame(run *r, lane *l, tri_wire_kind kind, const void *payload, size_t bytes)
{
    if (kind == TRI_WIRE_HELLO && !l->greeted) {
        uint32_t version;
        char llvm[32];
        TRI_TRY(tri_wire_get_hello(payload, bytes, &version, llvm));
        if (version != TRI_WIRE_VERSION) return tri_error(TRI_INVALID, TRI_NOWHERE, "it speaks version %u, not %d", version, TRI_WIRE_VERSION);
        l->greeted = true;
        l->deadline = milliseconds() + r->options.job_milliseconds;
        return NULL;
    }
    if (kind == TRI_WIRE_STAGE && l->greeted && l->busy) return tri_wire_get_stage(payload, bytes, &l->stage);
    if (kind == TRI_WIRE_RESULT && l->greeted && l->busy) return take_result(r, l, payload, bytes);
    return tri_error(TRI_INVALID, TRI_NOWHERE, "an unexpected frame of kind %d", (int)kind);
}

static tri_status *take_frames(run *r, lane *l)
{
    tri_wire_kind kind;
    const void *payload;
    size_t bytes;
    for (;;) {
        TRI_TRY(tri_worker_next(&l->worker, &kind, &payload, &bytes));
        if (!payload) return NULL;
        TRI_TRY(take_frame(r, l, kind, payload, bytes));
    }
}

/* The helper ended. A job is blamed only if it fails alone: what an earlier job left behind in the helper must not decide its fate. */
static tri_status *lane_ended(run *r, lane *l)
{
    if (!l->greeted) return not_a_helper(r, l, NULL);
    if (!l->busy) {
        tri_worker_stop(&l->worker, NULL, NULL);
        return NULL;
    }
    if (!l->compiled) return fail_job(r, l, TRI_BUG, "the compiler crashed");
    tri_worker_stop(&l->worker, NULL, NULL);
    return give_job(r, l);
}

static tri_status *serve_lane(run *r, lane *l)
{
    TRI_TRY(tri_worker_pump(&l->worker));
    tri_status *status = take_frames(r, l);
    if (status && tri_status_code(status) == TRI_NO_MEMORY) return status;
    if (status && !l->greeted) return not_a_helper(r, l, status);
    if (status && l->busy) {
        tri_status *failed = fail_job(r, l, TRI_BUG, tri_status_message(status));
        tri_status_free(status);
        return failed;
    }
    if (status) {
        tri_worker_stop(&l->worker, NULL, NULL);
        tri_status_free(status);
        return NULL;
    }
    if (l->worker.ended) return lane_ended(r, l);
    if (!(l->busy || !l->greeted) || milliseconds() < l->deadline) return NULL;
    if (!l->greeted) return not_a_helper(r, l, tri_error(TRI_CANCELLED, TRI_NOWHERE, "no greeting in %d s", START_MILLISECONDS / 1000));
    char what[80];
    snprintf(what, sizeof what, "exceeded its time limit of %g s", r->options.job_milliseconds / 1000.0);
    return fail_job(r, l, TRI_CANCELLED, what);
}

/* Sleeps until a helper has something, a deadline or the next tick. */
static void wait_for_lanes(const run *r)
{
    struct pollfd files[2 * MOST_LANES];
    nfds_t n = 0;
    int64_t now = milliseconds(), wait = r->options.progress ? TICK_MILLISECONDS : START_MILLISECONDS;
    for (int i = 0; i < r->lane_count; i++) {
        const lane *l = &r->lanes[i];
        if (!l->worker.pid) continue;
        files[n++] = (struct pollfd){.fd = l->worker.channel, .events = POLLIN | (tri_worker_wants_to_send(&l->worker) ? POLLOUT : 0)};
        files[n++] = (struct pollfd){.fd = l->worker.prints, .events = POLLIN};
        if (l->busy && l->deadline - now < wait) wait = l->deadline - now;
    }
    poll(files, n, wait < 0 ? 0 : (int)wait); /* an interrupted wait is as good as a tick */
}

static tri_status *loop(run *r)
{
    size_t told = 0;
    while (r->done < r->n) {
        for (int i = 0; i < r->lane_count; i++) {
            lane *l = &r->lanes[i];
            if (l->busy || r->next == r->n) continue;
            l->job = r->next++;
            TRI_TRY(give_job(r, l));
        }
        wait_for_lanes(r);
        for (int i = 0; i < r->lane_count; i++)
            if (r->lanes[i].worker.pid) TRI_TRY(serve_lane(r, &r->lanes[i]));
        bool more = true;
        do {
            told += told < r->done;
            if (r->options.progress) more = r->options.progress(r->options.context, told, r->n);
        } while (more && told < r->done);
        if (!more && r->done < r->n) return tri_error(TRI_CANCELLED, TRI_NOWHERE, "compilation was stopped after %zu of %zu kernels", r->done, r->n);
    }
    return NULL;
}

static void fill_defaults(run *r, const tri_codegen_options *given)
{
    tri_codegen_options *o = &r->options;
    if (given) *o = *given;
    if (o->workers <= 0) o->workers = tri_parallel_threads();
    if (o->job_milliseconds <= 0) o->job_milliseconds = 60000;
    if (o->helper_bytes <= 0) o->helper_bytes = (int64_t)2 << 30;
    if (!o->save_folder) o->save_folder = getenv("TMPDIR");
    if (!o->save_folder || !*o->save_folder) o->save_folder = "/tmp";
    r->lane_count = o->workers < MOST_LANES ? o->workers : MOST_LANES;
    if ((size_t)r->lane_count > r->n) r->lane_count = (int)r->n;
}

tri_status *tri_codegen_run(const tri_codegen_options *options, const tri_codegen_job *jobs, size_t n, tri_codegen_result *results)
{
    if (n) memset(results, 0, n * sizeof *results);
    for (size_t i = 0; i < n; i++) TRI_TRY(check_job(&jobs[i], i));
    if (!n) return NULL;
    run *r = calloc(1, sizeof *r);
    if (!r) return no_memory();
    r->jobs = jobs;
    r->results = results;
    r->n = n;
    fill_defaults(r, options);
    tri_status *status = tri_codegen_find_helper(&r->options, &r->helper);
    if (!status) status = loop(r);
    for (int i = 0; i < r->lane_count; i++) tri_worker_stop(&r->lanes[i].worker, NULL, NULL);
    if (status) tri_codegen_results_free(results, n);
    free(r->helper);
    free(r);
    return status;
}
