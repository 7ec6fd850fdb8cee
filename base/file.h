/* base/file.h - whole files in, whole files out. A file is written beside its final name and renamed when complete, so neither a full disk nor a
 * signal leaves half a file under the name the user asked for. */
#ifndef TRI_BASE_FILE_H
#define TRI_BASE_FILE_H

#include <stddef.h>

#include "tri/status.h"

/* Reads a whole file (or standard input for "-") into memory the caller frees with free(). A zero byte follows the contents. */
tri_status *tri_file_read(const char *path, char **out_bytes, size_t *out_n) TRI_NODISCARD;

/* Maps a file read-only; the caller unmaps it. An empty file gives a null pointer and n = 0. */
tri_status *tri_file_map(const char *path, const void **out_bytes, size_t *out_n) TRI_NODISCARD;
void tri_file_unmap(const void *bytes, size_t n);

/* Writes `n` bytes to `path`, all or nothing. A path that is no regular file (such as /dev/stdout) is written directly. */
tri_status *tri_file_write(const char *path, const void *bytes, size_t n) TRI_NODISCARD;

#endif
