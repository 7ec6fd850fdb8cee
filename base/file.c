/* base/file.c - read, map, write. A temporary file that is still being written is unlinked by tri_file_write on error; it lives in the folder of
 * its target so that rename is atomic, and it has no name until it is complete, so a signal leaves nothing behind. */
#define _GNU_SOURCE
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static tri_status *refused(const char *path, const char *what)
{
    tri_code code = errno == ENOENT || errno == ENOTDIR || errno == EISDIR ? TRI_INVALID : TRI_IO;
    return tri_error(code, (tri_loc){.file = path}, "cannot %s: %s", what, strerror(errno));
}

static tri_status *read_descriptor(int fd, const char *path, char **out_bytes, size_t *out_n)
{
    struct stat info;
    if (fstat(fd, &info)) return refused(path, "examine the file");
    if (S_ISDIR(info.st_mode)) return tri_error(TRI_INVALID, (tri_loc){.file = path}, "this is a directory, a file is needed");
    size_t room = S_ISREG(info.st_mode) ? (size_t)info.st_size + 1 : 1 << 16, n = 0;
    char *bytes = malloc(room);
    for (;;) {
        if (bytes && n + 1 >= room) {
            char *grown = room > (size_t)-1 / 2 ? NULL : realloc(bytes, room * 2);
            if (!grown) free(bytes);
            bytes = grown;
            room *= 2;
        }
        if (!bytes) return tri_error(TRI_NO_MEMORY, (tri_loc){.file = path}, "the file does not fit in memory (%zu bytes so far)", n);
        ssize_t got = read(fd, bytes + n, room - n - 1);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) {
            free(bytes);
            return refused(path, "read");
        }
        if (!got) break;
        n += (size_t)got;
    }
    bytes[n] = 0;
    *out_bytes = bytes;
    *out_n = n;
    return NULL;
}

tri_status *tri_file_read(const char *path, char **out_bytes, size_t *out_n)
{
    if (!strcmp(path, "-")) return read_descriptor(STDIN_FILENO, "<stdin>", out_bytes, out_n);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return refused(path, "open");
    tri_status *status = read_descriptor(fd, path, out_bytes, out_n);
    close(fd);
    return status;
}

tri_status *tri_file_map(const char *path, const void **out_bytes, size_t *out_n)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return refused(path, "open");
    struct stat info;
    tri_status *status = NULL;
    void *bytes = NULL;
    if (fstat(fd, &info)) status = refused(path, "examine the file");
    else if (!S_ISREG(info.st_mode)) status = tri_error(TRI_INVALID, (tri_loc){.file = path}, "this is not a regular file");
    else if (info.st_size && (bytes = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, fd, 0)) == MAP_FAILED) status = refused(path, "map");
    close(fd);
    if (status) return status;
    *out_bytes = bytes;
    *out_n = (size_t)info.st_size;
    return NULL;
}

void tri_file_unmap(const void *bytes, size_t n)
{
    if (bytes) munmap((void *)(uintptr_t)bytes, n);
}

static int write_all(int fd, const char *bytes, size_t n)
{
    while (n) {
        ssize_t put = write(fd, bytes, n);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return -1;
        bytes += put;
        n -= (size_t)put;
    }
    return 0;
}

tri_status *tri_file_write(const char *path, const void *bytes, size_t n)
{
    struct stat info;
    if (!stat(path, &info) && !S_ISREG(info.st_mode)) {
        int fd = open(path, O_WRONLY | O_CLOEXEC);
        if (fd < 0) return refused(path, "open for writing");
        tri_status *status = write_all(fd, bytes, n) ? refused(path, "write") : NULL;
        close(fd);
        return status;
    }
    /* An unnamed file in the target's folder: it vanishes by itself however this process ends. */
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
    char *beside = NULL;
    if (!folder) return tri_error(TRI_NO_MEMORY, (tri_loc){.file = path}, "out of memory");
    int fd = open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
    int named = -1;
    if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) { /* a file system without unnamed files */
        if (asprintf(&beside, "%s.%ld.partial", path, (long)getpid()) < 0) beside = NULL;
        if (beside) fd = named = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    }
    free(folder);
    tri_status *status = NULL;
    if (fd < 0) {
        status = refused(path, "write beside the file");
        free(beside);
        return status;
    }
    if (write_all(fd, bytes, n)) status = refused(path, "write");
    if (!status && named < 0) { /* give the complete file a name, then the right one: linkat cannot replace, rename can */
        char self[64];
        snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
        if (asprintf(&beside, "%s.%ld.partial", path, (long)getpid()) < 0) beside = NULL;
        if (!beside) status = tri_error(TRI_NO_MEMORY, (tri_loc){.file = path}, "out of memory");
        else if (unlink(beside) && errno != ENOENT) status = refused(path, "write beside the file");
        else if (linkat(AT_FDCWD, self, AT_FDCWD, beside, AT_SYMLINK_FOLLOW)) status = refused(path, "write");
    }
    if (close(fd) && !status) status = refused(path, "write");
    if (!status && rename(beside, path)) status = refused(path, "put in place");
    if (status && beside) unlink(beside);
    free(beside);
    return status;
}
