/* runtime/program.c - opened files. */
#include <stdlib.h>

#include "runtime/internal.h"

const char *tri_version(void) { return TRINE_VERSION; }

tri_status *tri_open(const char *path, tri_program_file **out_file)
{
    tri_program_file *file = malloc(sizeof *file);
    if (!file) return tri_error(TRI_NO_MEMORY, (tri_loc){.file = path}, "out of memory while opening the file");
    tri_status *status = tri_artifact_open(path, &file->artifact);
    if (status) {
        free(file);
        return status;
    }
    file->program = tri_artifact_program(file->artifact);
    *out_file = file;
    return NULL;
}

void tri_close(tri_program_file *file)
{
    if (!file) return;
    tri_artifact_close(file->artifact);
    free(file);
}
