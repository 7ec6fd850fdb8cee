/* targets/llvm/codegen_worker.c - start, feed, hear and stop one helper. Frames go over a socket pair rather than two pipes: sending to a helper
 * that has died is then an error (MSG_NOSIGNAL) and not a SIGPIPE for the whole program. */
#define _GNU_SOURCE
#include "targets/llvm/codegen_worker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { SAID_LIMIT = 32 << 10 };

/* The same file under a number that cannot collide with the child's 0, 1 and 2. */
static int lift(int fd)
{
    if (fd < 0) return -1;
    int high = fcntl(fd, F_DUPFD_CLOEXEC, 16);
    close(fd);
    return high;
}

static void close_one(int fd)
{
    if (fd >= 0) close(fd);
}

/* Starts the program with the two descriptors as its standard input and output, and error. Returns an errno. */
static int spawn(pid_t *out_pid, const char *program, int64_t memory_bytes, int channel, int prints)
{
    char memory[32];
    snprintf(memory, sizeof memory, "%lld", (long long)memory_bytes);
    char *const arguments[] = {(char *)(uintptr_t)program, "--serve", "--memory", memory, NULL};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    if (posix_spawn_file_actions_init(&files)) return ENOMEM;
    if (posix_spawnattr_init(&attributes)) {
        posix_spawn_file_actions_destroy(&files);
        return ENOMEM;
    }
    /* A process group of its own: Ctrl-C is for the parent, which decides what becomes of its helpers. Signals as in a new shell. */
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    int error = posix_spawn_file_actions_adddup2(&files, channel, STDIN_FILENO);
    if (!error) error = posix_spawn_file_actions_adddup2(&files, channel, STDOUT_FILENO);
    if (!error) error = posix_spawn_file_actions_adddup2(&files, prints, STDERR_FILENO);
    if (!error) error = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    if (!error) error = posix_spawnattr_setsigmask(&attributes, &none);
    if (!error) error = posix_spawnattr_setsigdefault(&attributes, &all);
    if (!error) error = posix_spawn(out_pid, program, &files, &attributes, arguments, environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    return error;
}

tri_status *tri_worker_start(tri_worker *worker, const char *program, int64_t memory_bytes)
{
    int channel[2] = {-1, -1}, prints[2] = {-1, -1};
    pid_t pid = 0;
    int error = socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel) || pipe2(prints, O_CLOEXEC) ? errno : 0;
    if (!error) {
        channel[1] = lift(channel[1]);
        prints[1] = lift(prints[1]);
        if (channel[1] < 0 || prints[1] < 0 || fcntl(channel[0], F_SETFL, O_NONBLOCK) || fcntl(prints[0], F_SETFL, O_NONBLOCK)) error = errno;
    }
    if (!error) error = spawn(&pid, program, memory_bytes, channel[1], prints[1]);
    close_one(channel[1]);
    close_one(prints[1]);
    if (error) {
        close_one(channel[0]);
        close_one(prints[0]);
        return tri_error(TRI_UNAVAILABLE, (tri_loc){.file = program}, "cannot start the helper trine-codegen: %s", strerror(error));
    }
    *worker = (tri_worker){.pid = pid, .channel = channel[0], .prints = prints[0]};
    return NULL;
}

void tri_worker_send(tri_worker *worker, tri_text *frame)
{
    tri_text_free(&worker->out);
    tri_text_free(&worker->said);
    worker->out = *frame;
    worker->sent = 0;
    *frame = (tri_text){0};
}

bool tri_worker_wants_to_send(const tri_worker *worker) { return !worker->ended && worker->sent < worker->out.n; }

static bool would_wait(void) { return errno == EAGAIN || errno == EWOULDBLOCK; }

static void hear(tri_worker *worker)
{
    char piece[4096];
    while (worker->prints >= 0) {
        ssize_t got = read(worker->prints, piece, sizeof piece);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return;
        if (!got) { /* poll would wake for the closed pipe for ever */
            close(worker->prints);
            worker->prints = -1;
            return;
        }
        size_t room = worker->said.n < SAID_LIMIT ? SAID_LIMIT - worker->said.n : 0;
        tri_text_add_n(&worker->said, piece, (size_t)got < room ? (size_t)got : room);
    }
}

tri_status *tri_worker_pump(tri_worker *worker)
{
    while (tri_worker_wants_to_send(worker)) {
        ssize_t put = send(worker->channel, worker->out.at + worker->sent, worker->out.n - worker->sent, MSG_NOSIGNAL);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) break; /* not now, or it died: then the read below says so */
        worker->sent += (size_t)put;
    }
    if (worker->used) { /* close the gap that used frames left */
        memmove(worker->in.at, worker->in.at + worker->used, worker->in.n - worker->used);
        worker->in.n -= worker->used;
        worker->used = 0;
    }
    while (!worker->ended) {
        char piece[65536];
        ssize_t got = recv(worker->channel, piece, sizeof piece, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 && would_wait()) break;
        worker->ended = got <= 0;
        if (got > 0) tri_text_add_n(&worker->in, piece, (size_t)got);
        if (worker->in.n > TRI_WIRE_PAYLOAD_LIMIT + TRI_WIRE_HEADER_BYTES + sizeof piece) break; /* use the frames first */
    }
    hear(worker);
    return tri_text_status(&worker->in);
}

tri_status *tri_worker_next(tri_worker *worker, tri_wire_kind *out_kind, const void **out_payload, size_t *out_bytes)
{
    size_t left = worker->in.n - worker->used, frame = 0;
    *out_payload = NULL;
    if (!left) return NULL;
    const char *at = worker->in.at + worker->used;
    TRI_TRY(tri_wire_frame(at, left, out_kind, &frame));
    if (!frame || frame > left) return NULL;
    *out_payload = at + TRI_WIRE_HEADER_BYTES;
    *out_bytes = frame - TRI_WIRE_HEADER_BYTES;
    worker->used += frame;
    return NULL;
}

void tri_worker_stop(tri_worker *worker, int *out_how, tri_text *out_said)
{
    if (out_how) *out_how = -1;
    if (!worker->pid) return;
    int how = -1;
    pid_t waited;
    kill(worker->pid, SIGKILL); /* one that is exiting already keeps the status it exits with */
    while ((waited = waitpid(worker->pid, &how, 0)) < 0 && errno == EINTR) {}
    if (out_how && waited == worker->pid) *out_how = how;
    hear(worker);
    close(worker->channel);
    close_one(worker->prints);
    if (out_said) {
        *out_said = worker->said;
        worker->said = (tri_text){0};
    }
    tri_text_free(&worker->out);
    tri_text_free(&worker->in);
    tri_text_free(&worker->said);
    *worker = (tri_worker){0};
}
