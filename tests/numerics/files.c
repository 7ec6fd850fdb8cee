/* tests/numerics/files.c - cases in text: files of functions, each after a line
 *
 *     // ---- NAME [for DTYPE...] [edges] [long]
 *
 * `$T` in a function stands for each dtype of the list in turn; `edges` runs it on edge values too; `long` keeps it to the long tier. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "tests/numerics/suite.h"

static const char mark[] = "// ---- ";
enum { MOST_DTYPES = 16, MOST_LINE = 300 };

typedef struct header {
    char line[MOST_LINE], *name, *dtypes[MOST_DTYPES];
    int n_dtypes;
    bool edges, thorough;
} header;

static void read_header(const char *at, header *h)
{
    memset(h, 0, sizeof *h);
    snprintf(h->line, sizeof h->line, "%.*s", (int)strcspn(at, "\n"), at);
    h->name = h->line;
    char *list = strstr(h->line, " for "), *end = h->line + strlen(h->line);
    for (bool again = true; again;) { /* flags stand at the end */
        again = false;
        if (end - h->line > 6 && !strncmp(end - 6, " edges", 6)) h->edges = again = true, end -= 6, *end = 0;
        if (end - h->line > 5 && !strncmp(end - 5, " long", 5)) h->thorough = again = true, end -= 5, *end = 0;
    }
    if (!list) return;
    *list = 0;
    for (char *word = strtok(list + 5, " "); word && h->n_dtypes < MOST_DTYPES; word = strtok(NULL, " ")) h->dtypes[h->n_dtypes++] = word;
}

static void try_text(suite *suite, const header *h, const char *dtype, const char *body, size_t n)
{
    tri_text text = {0};
    char name[2 * MOST_LINE];
    snprintf(name, sizeof name, "%s%s%s", h->name, *dtype ? " " : "", dtype);
    for (const char *at = body, *end = body + n; at < end;) {
        const char *next = memchr(at, '$', (size_t)(end - at));
        tri_text_add_n(&text, at, (size_t)((next ? next : end) - at));
        if (!next) break;
        tri_text_add(&text, dtype);
        at = next + 2;
    }
    suite_try(suite, &(trial){.name = name, .text = tri_text_string(&text)});
    if (h->edges) {
        strcat(name, " (edge values)");
        suite_try(suite, &(trial){.name = name, .text = tri_text_string(&text), .inputs = INPUTS_EDGES});
    }
    tri_text_free(&text);
}

static void try_file(suite *suite, const char *path)
{
    char *file;
    size_t n;
    tri_status *status = tri_file_read(path, &file, &n);
    if (status) {
        tri_status_print(status, NULL, stdout);
        tri_status_free(status);
        suite->failed++;
        return;
    }
    for (char *at = strstr(file, mark), *next; at; at = next) {
        header h;
        read_header(at + strlen(mark), &h);
        char *body = at + strcspn(at, "\n");
        next = strstr(body, mark);
        if (h.thorough && !suite->thorough) continue;
        size_t length = next ? (size_t)(next - body) : strlen(body);
        for (int i = 0; i < h.n_dtypes; i++) try_text(suite, &h, h.dtypes[i], body, length);
        if (!h.n_dtypes) try_text(suite, &h, "", body, length);
    }
    free(file);
}

static int is_module(const struct dirent *entry)
{
    size_t n = strlen(entry->d_name);
    return n > 5 && !strcmp(entry->d_name + n - 5, ".mlir");
}

void suite_files(suite *suite, const char *folder)
{
    struct dirent **entries;
    int n = scandir(folder, &entries, is_module, alphasort);
    if (n <= 0) {
        printf("no cases in %s\n", folder);
        suite->failed++;
        return;
    }
    for (int i = 0; i < n; i++) {
        char path[600];
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        try_file(suite, path);
        free(entries[i]);
    }
    free(entries);
}
