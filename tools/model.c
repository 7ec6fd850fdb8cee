/* tools/model.c - reading the program that the user names. */
#include "tools/model.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

static bool starts_like_artifact(const char *bytes, size_t n) { return n >= 4 && !memcmp(bytes, "\177ELF", 4); }

const char *model_name(const char *path) { return strcmp(path, "-") ? path : "<stdin>"; }

tri_status *model_is_artifact(const char *path, bool *out_is)
{
    *out_is = false;
    if (!strcmp(path, "-")) return NULL;
    FILE *file = fopen(path, "rb");
    if (!file) return tri_error(TRI_INVALID, (tri_loc){.file = path}, "cannot open: %s", strerror(errno));
    char head[4];
    *out_is = starts_like_artifact(head, fread(head, 1, sizeof head, file));
    fclose(file);
    return NULL;
}

tri_status *model_read(cli_session *session, const char *path, const char **out_text, size_t *out_n)
{
    free(session->source);
    session->source = NULL;
    TRI_TRY(tri_file_read(path, &session->source, out_n));
    session->source_name = model_name(path);
    if (starts_like_artifact(session->source, *out_n))
        return tri_error(TRI_INVALID, (tri_loc){.file = session->source_name},
                         "this is an artifact, the text of a model is needed; trine inspect shows what is in it");
    *out_text = session->source;
    return NULL;
}
