/* tools/model.h - what the user names as a program: a text (StableHLO or tile programs) or an artifact. */
#ifndef TRI_TOOLS_MODEL_H
#define TRI_TOOLS_MODEL_H

#include "tools/cli.h"

/* Reads a text, from standard input for "-". The text stays with the session, which shows lines of it in errors. INVALID for an artifact. */
tri_status *model_read(cli_session *session, const char *path, const char **out_text, size_t *out_n) TRI_NODISCARD;
/* How positions in it call it: the path, or "<stdin>". */
const char *model_name(const char *path);
/* Whether the file begins as an artifact does. INVALID when it cannot be read. */
tri_status *model_is_artifact(const char *path, bool *out_is) TRI_NODISCARD;

#endif
