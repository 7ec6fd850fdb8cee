/* base/status.c - error objects: a list of errors, each with its list of notes, all on the heap of the host. */
#include "tri/status.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

typedef struct note note;
struct note {
    note *next;
    char text[];
};

struct tri_status {
    tri_code code;
    tri_loc loc; /* file is our own copy, behind the message */
    note *notes;
    tri_status *next, *last; /* joined errors; `last` is kept in the first one */
    const char *message;
    bool permanent; /* never freed or changed */
    char storage[];
};

/* What is returned when there is no memory for an error. It is told by its mark and not by its address: a driver plugin has one of its own. */
static tri_status out_of_memory = {
    .code = TRI_NO_MEMORY, .message = "out of memory (not even an error message fits)", .last = &out_of_memory, .permanent = true};

tri_status *tri_error_v(tri_code code, tri_loc loc, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int needed = vsnprintf(NULL, 0, format, arguments);
    size_t n = needed < 0 ? 0 : (size_t)needed;
    size_t file_bytes = loc.file ? strlen(loc.file) + 1 : 0;
    tri_status *status = malloc(sizeof *status + n + 1 + file_bytes);
    if (!status) {
        va_end(again);
        return &out_of_memory;
    }
    memset(status, 0, sizeof *status);
    vsnprintf(status->storage, n + 1, format, again);
    va_end(again);
    status->code = code;
    status->loc = loc;
    status->message = status->storage;
    status->last = status;
    if (loc.file) {
        memcpy(status->storage + n + 1, loc.file, file_bytes);
        status->loc.file = status->storage + n + 1;
    }
    return status;
}

tri_status *tri_error(tri_code code, tri_loc loc, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    tri_status *status = tri_error_v(code, loc, format, arguments);
    va_end(arguments);
    return status;
}

tri_status *tri_note(tri_status *status, const char *format, ...)
{
    if (!status || status->permanent) return status;
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int needed = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    size_t n = needed < 0 ? 0 : (size_t)needed;
    note *added = malloc(sizeof *added + n + 1);
    if (added) {
        added->next = NULL;
        vsnprintf(added->text, n + 1, format, again);
        note **end = &status->notes;
        while (*end) end = &(*end)->next;
        *end = added;
    }
    va_end(again);
    return status;
}

tri_status *tri_join(tri_status *first, tri_status *second)
{
    if (!first) return second;
    if (!second || second->permanent || first->permanent) {
        if (first->permanent) tri_status_free(second);
        return first;
    }
    first->last->next = second;
    first->last = second->last;
    return first;
}

tri_code tri_status_code(const tri_status *status) { return status ? status->code : TRI_OK; }
const char *tri_status_message(const tri_status *status) { return status ? status->message : "ok"; }
tri_loc tri_status_loc(const tri_status *status) { return status ? status->loc : TRI_NOWHERE; }
const tri_status *tri_status_next(const tri_status *status) { return status ? status->next : NULL; }

int tri_status_count(const tri_status *status)
{
    int n = 0;
    for (; status; status = status->next) n++;
    return n;
}

static const struct {
    const char *name;
    int exit_status;
} codes[] = {
#define ROW(name, exit_status, text) {text, exit_status},
    TRI_STATUS_CODES(ROW)
#undef ROW
};

const char *tri_code_name(tri_code code) { return (size_t)code < sizeof codes / sizeof *codes ? codes[code].name : "unknown"; }
int tri_code_exit_status(tri_code code) { return (size_t)code < sizeof codes / sizeof *codes ? codes[code].exit_status : 70; }

/* The line of `source` that `loc` names, with a caret under the column. Tabs are kept so that the caret lines up. */
static void print_source_line(tri_loc loc, const char *source, FILE *to)
{
    const char *line = source;
    for (int32_t i = 1; i < loc.line && line; i++) {
        line = strchr(line, '\n');
        if (line) line++;
    }
    if (!line || !*line) return;
    size_t length = strcspn(line, "\n");
    size_t caret = loc.column > 0 ? (size_t)loc.column - 1 : 0;
    size_t from = 0, shown = length;
    if (length > 160) { /* a dense literal can be megabytes long: show the neighbourhood */
        from = caret > 80 ? caret - 80 : 0;
        if (from > length) from = length;
        shown = length - from > 160 ? 160 : length - from;
    }
    fprintf(to, "    %.*s\n    ", (int)shown, line + from);
    for (size_t i = from; i < caret && i < length; i++) fputc(line[i] == '\t' ? '\t' : ' ', to);
    fputs("^\n", to);
}

void tri_status_print(const tri_status *status, const char *source, FILE *to)
{
    for (; status; status = status->next) {
        if (status->loc.file && status->loc.line) fprintf(to, "%s:%d:%d: ", status->loc.file, status->loc.line, status->loc.column);
        else if (status->loc.file) fprintf(to, "%s: ", status->loc.file);
        fprintf(to, "error: %s\n", status->message);
        if (source && status->loc.line) print_source_line(status->loc, source, to);
        for (const note *n = status->notes; n; n = n->next) fprintf(to, "    note: %s\n", n->text);
    }
}

void tri_status_free(tri_status *status)
{
    while (status && !status->permanent) {
        tri_status *next = status->next;
        for (note *n = status->notes, *after; n; n = after) {
            after = n->next;
            free(n);
        }
        free(status);
        status = next;
    }
}
