/* targets/llvm/codegen_tool.c - find and run a tool. fork and exec rather than posix_spawn: the child must ask to die with its parent before exec. */
#define _GNU_SOURCE
#include "targets/llvm/codegen_tool.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LOG_LIMIT = 64 << 10 };

static tri_status *no_memory(void) { return tri_error(TRI_NO_MEMORY, TRI_NOWHERE, "out of memory while running a tool"); }

static int is_program(const char *path)
{
    struct stat info;
    return !stat(path, &info) && S_ISREG(info.st_mode) && !access(path, X_OK);
}

static char *on_path(const char *name)
{
    const char *folder = getenv("PATH");
    while (folder && *folder) {
        size_t n = strcspn(folder, ":");
        char *path = NULL;
        if (n && asprintf(&path, "%.*s/%s", (int)n, folder, name) < 0) return NULL;
        if (path && is_program(path)) return path;
        free(path);
        folder += n + (folder[n] == ':');
    }
    return NULL;
}

tri_status *tri_tool_find(const tri_tool_search *search, char **out_path)
{
    *out_path = NULL;
    const char *given = getenv(search->variable);
    if (given && !*given) return NULL;
    if (given) {
        if (!is_program(given))
            return tri_error(TRI_UNAVAILABLE, TRI_NOWHERE, "%s is \"%s\", which is no program; correct or unset it", search->variable, given);
        *out_path = strdup(given);
        return *out_path ? NULL : no_memory();
    }
    for (const char *const *place = search->places; *place && !*out_path; place++) {
        if (**place != '/') *out_path = on_path(*place);
        else if (is_program(*place) && !(*out_path = strdup(*place))) return no_memory();
    }
    return NULL;
}

/* ---- anonymous files */

static int memory_file(const void *bytes, size_t n)
{
    int low = memfd_create("trine", MFD_CLOEXEC);
    if (low < 0) return -1;
    int fd = fcntl(low, F_DUPFD_CLOEXEC, 16); /* out of the way of the numbers the child uses */
    close(low);
    const char *at = bytes;
    while (fd >= 0 && n) {
        ssize_t put = write(fd, at, n);
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) {
            close(fd);
            return -1;
        }
        at += put;
        n -= (size_t)put;
    }
    return fd;
}

/* The contents, at most `limit` bytes, and a zero behind them; null if they do not fit in memory. */
static char *contents(int fd, size_t limit, size_t *out_n)
{
    struct stat info;
    if (fstat(fd, &info)) return NULL;
    size_t n = (uint64_t)info.st_size > limit ? limit : (size_t)info.st_size, done = 0;
    char *bytes = malloc(n + 1);
    while (bytes && done < n) {
        ssize_t got = pread(fd, bytes + done, n - done, (off_t)done);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        done += (size_t)got;
    }
    if (bytes) bytes[done] = 0;
    *out_n = done;
    return bytes;
}

/* In the child: only calls that are safe after fork. */
static void become(const char *const *arguments, int input, int output, int log, pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int null = open("/dev/null", O_RDONLY);
    if (getppid() != parent || null < 0 || dup2(null, 0) < 0 || dup2(output, 1) < 0 || dup2(log, 2) < 0 || dup2(input, 3) < 0)
        _exit(126);
    execv(arguments[0], (char *const *)(uintptr_t)arguments);
    _exit(127);
}

tri_status *tri_tool_start(const char *const *arguments, const void *input, size_t input_bytes, tri_tool_run *out)
{
    memset(out, 0, sizeof *out);
    int files[3] = {memory_file(input, input_bytes), memory_file(NULL, 0), memory_file(NULL, 0)};
    tri_status *status = NULL;
    pid_t parent = getpid(), child = -1;
    if (files[0] < 0 || files[1] < 0 || files[2] < 0)
        status = tri_error(TRI_IO, TRI_NOWHERE, "cannot keep the input of %s in memory: %s", arguments[0], strerror(errno));
    else if ((child = fork()) < 0) status = tri_error(TRI_IO, TRI_NOWHERE, "cannot start %s: %s", arguments[0], strerror(errno));
    else if (!child) become(arguments, files[0], files[1], files[2], parent);
    if (child > 0) {
        int how;
        while (waitpid(child, &how, 0) < 0) {
            if (errno == EINTR) continue;
            how = 0xff00;
            break;
        }
        if (WIFSIGNALED(how)) out->signal = WTERMSIG(how);
        else out->exit_status = WEXITSTATUS(how);
        size_t log_bytes;
        out->log = contents(files[2], LOG_LIMIT, &log_bytes);
        out->output = contents(files[1], (size_t)-2, &out->output_bytes);
        if (!out->log || !out->output) status = no_memory();
        else if (out->exit_status == 126 || out->exit_status == 127)
            status = tri_error(TRI_UNAVAILABLE, TRI_NOWHERE, "%s cannot be run", arguments[0]);
    }
    for (int i = 0; i < 3; i++)
        if (files[i] >= 0) close(files[i]);
    return status;
}

void tri_tool_run_free(tri_tool_run *run)
{
    free(run->log);
    free(run->output);
    memset(run, 0, sizeof *run);
}
