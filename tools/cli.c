/* tools/cli.c - words into a command's struct by its table of options, and what the commands share. */
#include "tools/cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COMMAND(name, summary, usage, example) {#name, cmd_##name, cmd_##name##_options, summary, usage, example},
const cli_command cli_commands[] = {
#include "tools/commands.def"
};
#undef COMMAND
const size_t cli_n_commands = sizeof cli_commands / sizeof *cli_commands;

const cli_command *cli_find(const char *name)
{
    for (size_t i = 0; i < cli_n_commands; i++)
        if (!strcmp(cli_commands[i].name, name)) return &cli_commands[i];
    return NULL;
}

/* ---- spelling ---- */

enum { LONGEST_WORD = 40 };

/* How many letters must be put in, left out or changed; words that are too long to be anybody's slip count as far apart. */
static size_t distance(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b), row[LONGEST_WORD + 1];
    if (n > LONGEST_WORD || m > LONGEST_WORD) return LONGEST_WORD;
    for (size_t j = 0; j <= m; j++) row[j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t change = diagonal + (a[i - 1] != b[j - 1]), least = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;
            diagonal = row[j];
            row[j] = change < least ? change : least;
        }
    }
    return row[m];
}

tri_status *cli_unknown(const char *what, const char *word, size_t n, const char *const *names)
{
    const char *nearest = NULL;
    size_t best = LONGEST_WORD;
    for (size_t i = 0; i < n; i++) {
        size_t d = distance(word, names[i]);
        if (d >= best) continue;
        best = d;
        nearest = names[i];
    }
    if (nearest && best <= 1 + strlen(word) / 3)
        return tri_error(TRI_USAGE, TRI_NOWHERE, "there is no %s '%s'; did you mean '%s'?", what, word, nearest);
    tri_text list = {0};
    for (size_t i = 0; i < n; i++) tri_text_addf(&list, " %s", names[i]);
    tri_status *status = tri_error(TRI_USAGE, TRI_NOWHERE, "there is no %s '%s'; there are:%s", what, word, tri_text_string(&list));
    tri_text_free(&list);
    return status;
}

/* ---- parsing ---- */

static const cli_option *find_option(const cli_option *options, const char *name, size_t n)
{
    for (; options->kind != CLI_END; options++)
        if (options->kind != CLI_ARGUMENT && !strncmp(options->name, name, n) && !options->name[n]) return options;
    return NULL;
}

static tri_status *unknown_option(const cli_command *command, const char *word)
{
    const char *names[64] = {"--help", "--json"};
    size_t n = 2;
    for (const cli_option *o = command->options; o->kind != CLI_END && n < 64; o++)
        if (o->kind != CLI_ARGUMENT) names[n++] = o->name;
    return tri_note(cli_unknown("option", word, n, names), "trine %s --help lists the options", command->name);
}

static tri_status *set_option(cli_session *session, const cli_option *option, const char *value, int most, void *out)
{
    void *field = (char *)out + option->offset;
    switch (option->kind) {
    case CLI_FLAG: *(bool *)field = true; break;
    case CLI_TEXT:
    case CLI_ARGUMENT: *(const char **)field = value; break;
    case CLI_COUNT: {
        char *end;
        errno = 0;
        long long number = strtoll(value, &end, 10);
        if (*value < '0' || *value > '9' || *end || errno)
            return tri_error(TRI_USAGE, TRI_NOWHERE, "%s takes a number, 0 or more, not '%s'", option->name, value);
        *(int64_t *)field = number;
        break;
    }
    case CLI_LIST: {
        cli_list *list = field;
        if (!list->at) list->at = TRI_NEW_ARRAY(&session->arena, const char *, most);
        list->at[list->n++] = value;
        break;
    }
    case CLI_END: break;
    }
    return NULL;
}

static const cli_option *next_argument(const cli_option *option)
{
    while (option->kind != CLI_END && option->kind != CLI_ARGUMENT) option++;
    return option;
}

tri_status *cli_parse(cli_session *session, int argc, char **argv, void *out_options)
{
    const cli_command *command = session->command;
    const cli_option *argument = next_argument(command->options);
    uint64_t seen = 0; /* rows that were given; tables are short */
    bool only_arguments = false;
    for (int i = 0; i < argc; i++) {
        char *word = argv[i];
        if (!only_arguments && !strcmp(word, "--")) {
            only_arguments = true;
        } else if (!only_arguments && !strcmp(word, "--json")) {
            session->json = true;
        } else if (only_arguments || word[0] != '-' || !word[1]) {
            if (argument->kind == CLI_END)
                return tri_error(TRI_USAGE, TRI_NOWHERE, "'%s' is one word too many; usage: trine %s %s", word, command->name, command->usage);
            TRI_TRY(set_option(session, argument, word, argc, out_options));
            seen |= 1ull << (argument - command->options);
            argument = next_argument(argument + 1);
        } else {
            size_t n = word[1] == '-' ? strcspn(word, "=") : strlen(word);
            const cli_option *option = find_option(command->options, word, n);
            if (!option) return unknown_option(command, word);
            const char *value = word[n] ? word + n + 1 : NULL;
            if (option->kind == CLI_FLAG && value) return tri_error(TRI_USAGE, TRI_NOWHERE, "%s takes no value", option->name);
            if (option->kind != CLI_FLAG && !value) {
                if (i + 1 == argc) return tri_error(TRI_USAGE, TRI_NOWHERE, "%s needs a value: %s %s", option->name, option->name, option->argument);
                value = argv[++i];
            }
            if (option->kind != CLI_LIST && seen >> (option - command->options) & 1)
                return tri_error(TRI_USAGE, TRI_NOWHERE, "%s is given twice", option->name);
            TRI_TRY(set_option(session, option, value, argc, out_options));
            seen |= 1ull << (option - command->options);
        }
    }
    for (const cli_option *o = command->options; o->kind != CLI_END; o++)
        if (o->required && !(seen >> (o - command->options) & 1))
            return tri_error(TRI_USAGE, TRI_NOWHERE, "%s%s%s is missing; usage: trine %s %s", o->name, o->argument ? " " : "",
                             o->argument ? o->argument : "", command->name, command->usage);
    return NULL;
}

/* ---- what commands share ---- */

tri_status *cli_print(tri_text *text)
{
    tri_status *status = tri_text_status(text);
    if (!status && (fwrite(tri_text_string(text), 1, text->n, stdout) != text->n || fflush(stdout)))
        status = tri_error(TRI_IO, TRI_NOWHERE, "cannot write to standard output: %s", strerror(errno));
    tri_text_free(text);
    return status;
}

cli_list cli_split(cli_session *session, const char *text)
{
    cli_list list = {0};
    list.at = TRI_NEW_ARRAY(&session->arena, const char *, strlen(text) / 2 + 1);
    while (*text) {
        size_t n = strcspn(text, ",");
        if (n) list.at[list.n++] = tri_arena_strndup(&session->arena, text, n);
        text += n + (text[n] == ',');
    }
    return list;
}
