/* tricheck.c - golden tests: a text, the command that reads it, and what must come out, in one file.
 *
 *     tricheck PROGRAM FILE...
 *
 *     // RUN: opt --passes simplify      PROGRAM is started with these arguments and the file
 *     // CHECK: text                     some line of the output holds this, behind the line of the check before
 *     // CHECK-NEXT: text                the very next line does
 *     // CHECK-NOT: text                 no line up to the next CHECK does
 *     some text // ERROR: text           an error at this line holds this; every error must be expected, and the program must exit with 3
 *                                     or 4 (what is asked is valid, but not supported)
 *     // ERROR@+1: text                  the same for the line after this one (any distance, either sign)
 *     some text // REMARK: text          a remark at this line holds this; every remark must be expected
 *
 * Runs of blanks compare as one blank. Besides, every file that parses must print, parse and print to the same text. Exit status: 0 all passed, 1 a
 * check failed, 2 wrong usage. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "ir/ir.h"

enum { MOST_CHECKS = 1000, MOST_ARGUMENTS = 32, MOST_TEXT = 500 };

typedef enum check_kind { CHECK_ANY, CHECK_NEXT, CHECK_NOT, CHECK_ERROR, CHECK_REMARK } check_kind;

typedef struct check {
    check_kind kind;
    int line; /* of the check; of an error: where it must be reported */
    bool met;
    char text[MOST_TEXT];
} check;

typedef struct golden {
    const char *file;
    char run[MOST_TEXT];
    check checks[MOST_CHECKS];
    int n;
    int failures;
} golden;

static void fail(golden *g, int line, const char *format, const char *detail)
{
    fprintf(stderr, "%s:%d: ", g->file, line);
    fprintf(stderr, format, detail);
    fputc('\n', stderr);
    g->failures++;
}

/* Copies with runs of blanks as one and none at the ends. */
static void squeeze(char *to, size_t room, const char *from, size_t n)
{
    size_t filled = 0;
    bool blank = false;
    for (size_t i = 0; i < n && filled + 2 < room; i++) {
        if (isspace((unsigned char)from[i])) {
            blank = filled > 0;
            continue;
        }
        if (blank) to[filled++] = ' ';
        blank = false;
        to[filled++] = from[i];
    }
    to[filled] = 0;
}

/* ---- reading the checks ---- */

static void read_line(golden *g, const char *line, size_t n, int number)
{
    static const struct {
        const char *word;
        check_kind kind;
    } words[] = {{"// CHECK: ", CHECK_ANY},   {"// CHECK-NEXT: ", CHECK_NEXT}, {"// CHECK-NOT: ", CHECK_NOT},
                 {"// ERROR: ", CHECK_ERROR}, {"// ERROR@", CHECK_ERROR},      {"// REMARK: ", CHECK_REMARK}};
    char copy[8192];
    snprintf(copy, sizeof copy, "%.*s", (int)(n < sizeof copy ? n : sizeof copy - 1), line);
    const char *run = strstr(copy, "// RUN: ");
    if (run) squeeze(g->run, sizeof g->run, run + 8, strlen(run + 8));
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const char *at = strstr(copy, words[i].word);
        if (!at) continue;
        if (g->n == MOST_CHECKS) {
            fail(g, number, "too many checks%s", "");
            return;
        }
        check *c = &g->checks[g->n++];
        c->kind = words[i].kind;
        c->line = number;
        c->met = false;
        at += strlen(words[i].word);
        if (words[i].word[8] == '@') {
            char *end;
            c->line += (int)strtol(at, &end, 10);
            at = *end == ':' ? end + 1 : end;
        }
        squeeze(c->text, sizeof c->text, at, strlen(at));
        return;
    }
}

static void read_checks(golden *g, const char *text, size_t n)
{
    int number = 1;
    for (const char *at = text, *end = text + n; at < end; number++) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        size_t length = (size_t)((newline ? newline : end) - at);
        read_line(g, at, length, number);
        at += length + 1;
    }
}

/* ---- running ---- */

/* A file without a name for what a child writes. */
static int scratch_file(void)
{
    char path[] = "/tmp/tricheck-XXXXXX";
    int descriptor = mkstemp(path);
    if (descriptor >= 0) unlink(path);
    return descriptor;
}

static char *read_back(int descriptor)
{
    off_t size = lseek(descriptor, 0, SEEK_END);
    char *text = malloc((size_t)size + 1);
    if (!text || pread(descriptor, text, (size_t)size, 0) != size) {
        perror("tricheck");
        exit(2);
    }
    text[size] = 0;
    close(descriptor);
    return text;
}

static int run(const char *program, golden *g, char **out, char **errors)
{
    char arguments[MOST_TEXT], *argv[MOST_ARGUMENTS + 3] = {(char *)program};
    int n = 1, status = 0;
    strcpy(arguments, g->run);
    for (char *at = strtok(arguments, " "); at && n < MOST_ARGUMENTS; at = strtok(NULL, " ")) argv[n++] = at;
    argv[n] = (char *)g->file;
    int out_file = scratch_file(), error_file = scratch_file();
    pid_t child = out_file < 0 || error_file < 0 ? -1 : fork();
    if (child == 0) {
        dup2(out_file, STDOUT_FILENO);
        dup2(error_file, STDERR_FILENO);
        execv(program, argv);
        _exit(127);
    }
    if (child < 0 || (waitpid(child, &status, 0) < 0)) {
        perror("tricheck");
        exit(2);
    }
    *out = read_back(out_file);
    *errors = read_back(error_file);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* ---- comparing ---- */

/* The next line of *at, squeezed; false at the end. */
static bool next_line(const char **at, char line[8192])
{
    if (!**at) return false;
    size_t n = strcspn(*at, "\n");
    squeeze(line, 8192, *at, n);
    *at += n + ((*at)[n] == '\n');
    return true;
}

static void compare_output(golden *g, const char *out)
{
    char line[8192];
    const char *at = out;
    for (int i = 0; i < g->n; i++) {
        check *c = &g->checks[i];
        if (c->kind == CHECK_ERROR || c->kind == CHECK_REMARK || c->kind == CHECK_NOT) continue;
        bool found = false;
        while (!found && next_line(&at, line)) {
            found = strstr(line, c->text) != NULL;
            if (!found && c->kind == CHECK_NEXT) break;
            /* What must not stand between the check before and this one. */
            for (int j = i - 1; !found && j >= 0 && g->checks[j].kind == CHECK_NOT; j--)
                if (strstr(line, g->checks[j].text)) fail(g, g->checks[j].line, "stands in the output: %s", line);
        }
        if (found) continue;
        fail(g, c->line, c->kind == CHECK_NEXT ? "is not the next line, which is: %s" : "not in the rest of the output%s",
             c->kind == CHECK_NEXT ? line : "");
        return;
    }
    int first = g->n;
    while (first > 0 && g->checks[first - 1].kind == CHECK_NOT) first--;
    while (next_line(&at, line))
        for (int j = first; j < g->n; j++)
            if (strstr(line, g->checks[j].text)) fail(g, g->checks[j].line, "stands in the output: %s", line);
}

/* FILE:LINE:COLUMN: error: message, and the same with remarks: each must be expected, and what is expected must come. */
static void compare_messages(golden *g, const char *errors, check_kind kind, const char *word)
{
    char line[8192];
    size_t n = strlen(g->file);
    for (const char *at = errors; next_line(&at, line);) {
        const char *message = strstr(line, word);
        if (!message) continue;
        int number = !strncmp(line, g->file, n) && line[n] == ':' ? atoi(line + n + 1) : 0;
        bool expected = false;
        for (int i = 0; i < g->n && !expected; i++) {
            check *c = &g->checks[i];
            if (c->kind == kind && !c->met && c->line == number && strstr(message, c->text)) expected = c->met = true;
        }
        if (!expected) fail(g, number, "a message that no check expects: %s", line);
    }
    for (int i = 0; i < g->n; i++)
        if (g->checks[i].kind == kind && !g->checks[i].met) fail(g, g->checks[i].line, "no such message: %s", g->checks[i].text);
}

/* ---- the round trip ---- */

static tri_status *print_of(const char *text, size_t n, tri_text *out)
{
    tri_arena arena;
    tri_module *module;
    tri_arena_init(&arena, (size_t)1 << 30);
    tri_status *status = tri_module_parse(&arena, text, n, "text", &module);
    if (!status) tri_module_print(module, out);
    tri_arena_free(&arena);
    return status;
}

static void round_trip(golden *g, const char *text, size_t n)
{
    tri_text once = {0}, twice = {0};
    tri_status *status = print_of(text, n, &once);
    if (!status) {
        status = print_of(tri_text_string(&once), once.n, &twice);
        if (status)
            fail(g, 1, "its printed text does not parse: %s", tri_status_message(status));
        else if (strcmp(tri_text_string(&once), tri_text_string(&twice)))
            fail(g, 1, "prints differently after a round trip%s", "");
    }
    tri_status_free(status);
    tri_text_free(&once);
    tri_text_free(&twice);
}

static int test_file(const char *program, const char *file)
{
    static golden g;
    memset(&g, 0, sizeof g);
    g.file = file;
    char *text, *out, *errors;
    size_t n;
    tri_status *status = tri_file_read(file, &text, &n);
    if (status) {
        tri_status_print(status, NULL, stderr);
        exit(2);
    }
    read_checks(&g, text, n);
    round_trip(&g, text, n);
    bool fails = false;
    for (int i = 0; i < g.n; i++) fails |= g.checks[i].kind == CHECK_ERROR;
    if (!*g.run || !g.n) {
        fail(&g, 1, "needs a // RUN: line and at least one check%s", "");
    } else {
        int code = run(program, &g, &out, &errors);
        compare_messages(&g, errors, CHECK_ERROR, ": error: ");
        compare_messages(&g, errors, CHECK_REMARK, ": remark: ");
        if (fails ? code != 3 && code != 4 : code != 0) {
            char detail[64];
            snprintf(detail, sizeof detail, "%d, not %s", code, fails ? "3 or 4" : "0");
            fail(&g, 1, "the program exits with %s", detail);
            fputs(errors, stderr);
        } else {
            compare_output(&g, out);
        }
        if (g.failures) fprintf(stderr, "---- output\n%s----\n", out);
        free(out);
        free(errors);
    }
    free(text);
    return g.failures;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: tricheck PROGRAM FILE...\n");
        return 2;
    }
    int failed = 0;
    for (int i = 2; i < argc; i++) failed += test_file(argv[1], argv[i]) != 0;
    printf("%d of %d golden files pass\n", argc - 2 - failed, argc - 2);
    return failed != 0;
}
