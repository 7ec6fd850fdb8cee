/* tools/progress.c - a progress bar: one line of standard error that is written over; and the remarks that stay. */
#include "tools/progress.h"

#include <stdio.h>
#include <unistd.h>

void progress_show(void *context, const char *what, size_t done, size_t total)
{
    (void)context;
    if (!isatty(STDERR_FILENO)) return;
    enum { WIDTH = 30 };
    char bar[WIDTH + 1];
    size_t full = total ? done * WIDTH / total : 0;
    for (size_t i = 0; i < WIDTH; i++) bar[i] = i < full ? '#' : '.';
    bar[WIDTH] = 0;
    if (done < total)
        fprintf(stderr, "\r\033[K%.40s [%s] %zu/%zu", what, bar, done, total);
    else
        progress_clear();
    fflush(stderr);
}

void progress_clear(void)
{
    if (isatty(STDERR_FILENO)) fputs("\r\033[K", stderr);
}

void remark_show(void *context, const char *text)
{
    (void)context;
    progress_clear();
    fprintf(stderr, "%s\n", text);
}
