/* tools/main.c - the program `trine`: finds the command, runs it, prints its error and turns it into the exit status (tri/status.h). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "tools/cli.h"
#include "tri/runtime.h"

/* The line and the caret come from the file that the error names, or from what was given on standard input. */
static void print_status(const cli_session *session, const tri_status *status)
{
    tri_loc loc = tri_status_loc(status);
    char *read = NULL;
    const char *source = NULL;
    size_t n;
    if (loc.file && loc.line && session->source_name && !strcmp(loc.file, session->source_name)) {
        source = session->source;
    } else if (loc.file && loc.line && strcmp(loc.file, "-")) {
        tri_status_free(tri_file_read(loc.file, &read, &n));
        source = read;
    }
    tri_status_print(status, source, stderr);
    free(read);
}

static bool asks_for_help(int argc, char **argv)
{
    for (int i = 0; i < argc && strcmp(argv[i], "--"); i++)
        if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h")) return true;
    return false;
}

static tri_status *run(cli_session *session, int argc, char **argv)
{
    tri_text out = {0};
    if (argc < 2) return tri_error(TRI_USAGE, TRI_NOWHERE, "a command is missing; trine --help lists them");
    if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")) {
        cli_help_program(&out);
        return cli_print(&out);
    }
    if (!strcmp(argv[1], "--version")) {
        tri_text_addf(&out, "trine %s\n", tri_version());
        return cli_print(&out);
    }
    session->command = cli_find(argv[1]);
    if (!session->command) {
        const char *names[32];
        size_t n = 0;
        for (; n < cli_n_commands && n < 32; n++) names[n] = cli_commands[n].name;
        return cli_unknown("command", argv[1], n, names);
    }
    if (asks_for_help(argc - 2, argv + 2)) {
        cli_help_command(session->command, &out);
        return cli_print(&out);
    }
    return session->command->run(session, argc - 2, argv + 2);
}

int main(int argc, char **argv)
{
    static cli_session session;
    tri_arena_init(&session.arena, 0);
    tri_status *status = TRI_ARENA_EXHAUSTED(&session.arena) ? tri_arena_exhausted(&session.arena) : run(&session, argc, argv);
    if (status) print_status(&session, status);
    int exit_status = tri_code_exit_status(tri_status_code(status));
    tri_status_free(status);
    tri_arena_free(&session.arena);
    free(session.source);
    return exit_status;
}
