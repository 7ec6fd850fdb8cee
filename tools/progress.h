/* tools/progress.h - a progress bar on standard error, when that is a terminal; else nothing. */
#ifndef TRI_TOOLS_PROGRESS_H
#define TRI_TOOLS_PROGRESS_H

#include <stddef.h>

/* Shows `what` and how far it is; the line goes when done == total. `context` is not used: the signature is tri_compile_options.progress. */
void progress_show(void *context, const char *what, size_t done, size_t total);
/* Takes the line away, before other text or on an error. */
void progress_clear(void);
/* A line of its own on standard error, terminal or not: tri_compile_options.remark. */
void remark_show(void *context, const char *text);

#endif
