/* runtime/program.c - opened files. */
#include <stdlib.h>

#include "runtime/internal.h"

const char *tri_version(void) { return TRINE_VERSION; }

/* Takes `status`, what opening the artifact said. */
static tri_status *open_file(tri_status *status, tri_artifact *artifact, const char *name, tri_program_file **out_file)
{
    TRI_TRY(status);
    tri_program_file *file = malloc(sizeof *file);
    if (!file) {
        tri_artifact_close(artifact);
        return tri_error(TRI_NO_MEMORY, (tri_loc){.file = name}, "out of memory while opening the file");
    }
    *file = (tri_program_file){artifact, tri_artifact_program(artifact)};
    *out_file = file;
    return NULL;
}

tri_status *tri_open(const char *path, tri_program_file **out_file)
{
    tri_artifact *artifact = NULL;
    tri_status *status = tri_artifact_open(path, &artifact);
    return open_file(status, artifact, path, out_file);
}

tri_status *tri_open_memory(const void *bytes, size_t n, const char *name, tri_program_file **out_file)
{
    tri_artifact *artifact = NULL;
    tri_status *status = tri_artifact_parse(bytes, n, name, &artifact);
    return open_file(status, artifact, name, out_file);
}

void tri_close(tri_program_file *file)
{
    if (!file) return;
    tri_artifact_close(file->artifact);
    free(file);
}
