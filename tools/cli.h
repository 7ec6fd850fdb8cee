/* tools/cli.h - the command line: one row a command (commands.def), one row an option (a table in each command's file). Help, the man page, shell
 * completion and error messages come from the rows, so they cannot disagree with what is accepted. */
#ifndef TRI_TOOLS_CLI_H
#define TRI_TOOLS_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"
#include "tri/status.h"

typedef enum cli_kind {
    CLI_END,      /* the row behind the last one */
    CLI_FLAG,     /* --check: sets a bool */
    CLI_TEXT,     /* --device DEV: sets a const char * */
    CLI_COUNT,    /* --jobs N: sets an int64_t, 0 or more */
    CLI_LIST,     /* --input ARG=SPEC, again and again: a cli_list */
    CLI_ARGUMENT, /* a word without dashes, by its place: sets a const char * */
} cli_kind;

typedef struct cli_option {
    const char *name;     /* "--device"; of an argument what help calls it, "MODEL" */
    const char *argument; /* what follows: "DEV"; null for flags and arguments */
    const char *help;
    cli_kind kind;
    bool required;
    size_t offset; /* of the field in the command's own struct */
} cli_option;

typedef struct cli_list {
    size_t n;
    const char **at;
} cli_list;

typedef struct cli_session cli_session;
typedef tri_status *cli_function(cli_session *session, int argc, char **argv);

typedef struct cli_command {
    const char *name;
    cli_function *run;
    const cli_option *options;
    const char *summary, *usage, *example;
} cli_command;

extern const cli_command cli_commands[];
extern const size_t cli_n_commands;
const cli_command *cli_find(const char *name); /* null: there is none */

/* One run of the program. */
struct cli_session {
    const cli_command *command;
    bool json;
    tri_arena arena;         /* for what lives as long as the program runs */
    const char *source_name; /* the text the user gave on standard input, for the lines that errors show; or null */
    char *source;
};

/* Fills the command's struct (zeroed, or holding defaults) from the words behind the command. USAGE names what is wrong and the nearest spelling. */
tri_status *cli_parse(cli_session *session, int argc, char **argv, void *out_options) TRI_NODISCARD;
/* The error for a word that is not among `names`, with the nearest of them: `there is no WHAT 'WORD'; did you mean 'NEAREST'?` */
tri_status *cli_unknown(const char *what, const char *word, size_t n, const char *const *names) TRI_NODISCARD;
/* Writes text to standard output and frees it; IO when the output is closed or full. */
tri_status *cli_print(tri_text *text) TRI_NODISCARD;
/* The comma-separated pieces of `text`, in the session's arena. */
cli_list cli_split(cli_session *session, const char *text);

/* Help, from the tables: help.c. */
void cli_help_program(tri_text *out);
void cli_help_command(const cli_command *command, tri_text *out);

#define COMMAND(name, ...)                                                                                                                           \
    cli_function cmd_##name;                                                                                                                         \
    extern const cli_option cmd_##name##_options[];
#include "tools/commands.def"
#undef COMMAND

#endif
