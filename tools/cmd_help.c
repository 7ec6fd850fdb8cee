/* tools/cmd_help.c - trine help: the help texts, the man page (troff) and shell completion, all from the tables of commands and options. */
#include <stdio.h>
#include <string.h>

#include "tools/cli.h"
#include "tri/runtime.h"

typedef struct help_options {
    const char *command, *completion;
    bool man;
} help_options;

const cli_option cmd_help_options[] = {
    {"COMMAND", NULL, "the command to explain", CLI_ARGUMENT, false, offsetof(help_options, command)},
    {"--man", NULL, "the man page: trine help --man | man -l -", CLI_FLAG, false, offsetof(help_options, man)},
    {"--completion", "SHELL", "a completion script; SHELL is bash or zsh", CLI_TEXT, false, offsetof(help_options, completion)},
    {0},
};

static const cli_option common_options[] = {
    {"--json", NULL, "one JSON object on standard output instead of text", CLI_FLAG, false, 0},
    {"--help", NULL, "this help", CLI_FLAG, false, 0},
    {0},
};

static const struct {
    int status;
    const char *means;
} exit_statuses[] = {
    {0, "done"},
    {1, "the answer is wrong: a check failed"},
    {2, "the command line is wrong"},
    {3, "the input is wrong: it does not parse or verify, is damaged or missing"},
    {4, "it cannot be done here: no such device, an op or dtype this chip lacks, out of memory"},
    {5, "a device fault or hang"},
    {70, "a bug in Trine"},
};
enum { N_EXIT_STATUSES = sizeof exit_statuses / sizeof *exit_statuses };

void cli_help_program(tri_text *out)
{
    tri_text_add(out, "usage: trine COMMAND [options]\n\n");
    for (size_t i = 0; i < cli_n_commands; i++) tri_text_addf(out, "  %-9s %s\n", cli_commands[i].name, cli_commands[i].summary);
    tri_text_add(out, "\ntrine COMMAND --help explains a command. Exit status:\n");
    for (int i = 0; i < N_EXIT_STATUSES; i++) tri_text_addf(out, "  %-3d %s\n", exit_statuses[i].status, exit_statuses[i].means);
}

static void add_options(const cli_option *options, tri_text *out)
{
    for (const cli_option *o = options; o->kind != CLI_END; o++) {
        int n = (int)strlen(o->name) + (o->argument ? 1 + (int)strlen(o->argument) : 0);
        tri_text_addf(out, "  %s%s%s", o->name, o->argument ? " " : "", o->argument ? o->argument : "");
        tri_text_addf(out, "%*s%s\n", n < 26 ? 26 - n : 1, "", o->help);
    }
}

void cli_help_command(const cli_command *command, tri_text *out)
{
    tri_text_addf(out, "trine %s: %s\n\nusage: trine %s %s\n\n", command->name, command->summary, command->name, command->usage);
    add_options(command->options, out);
    add_options(common_options, out);
    tri_text_addf(out, "\nexample: %s\n", command->example);
}

/* ---- the man page ---- */

/* troff reads a dash as a hyphen and a leading dot or quote as a request. */
static void add_troff(tri_text *out, const char *text)
{
    for (const char *c = text; *c; c++) {
        if (*c == '-')
            tri_text_add(out, "\\-");
        else if (*c == '\\')
            tri_text_add(out, "\\e");
        else if (c == text && (*c == '.' || *c == '\''))
            tri_text_addf(out, "\\&%c", *c);
        else
            tri_text_add_n(out, c, 1);
    }
}

static void add_man_options(const cli_option *options, tri_text *out)
{
    for (const cli_option *o = options; o->kind != CLI_END; o++) {
        tri_text_add(out, ".TP\n.B ");
        add_troff(out, o->name);
        if (o->argument) {
            tri_text_add(out, " \\fI");
            add_troff(out, o->argument);
            tri_text_add(out, "\\fR");
        }
        tri_text_add(out, "\n");
        add_troff(out, o->help);
        tri_text_add(out, "\n");
    }
}

static void add_man(tri_text *out)
{
    tri_text_addf(out, ".TH TRINE 1 \"\" \"trine %s\" \"Trine\"\n.SH NAME\ntrine \\- compile and run model graphs on three chip families\n",
                  tri_version());
    tri_text_add(out, ".SH SYNOPSIS\n.B trine\n\\fICOMMAND\\fR [\\fIoptions\\fR]\n.SH COMMANDS\n");
    for (size_t i = 0; i < cli_n_commands; i++) {
        const cli_command *command = &cli_commands[i];
        tri_text_addf(out, ".SS trine %s ", command->name);
        add_troff(out, command->usage);
        tri_text_add(out, "\n");
        add_troff(out, command->summary);
        tri_text_add(out, ".\n");
        add_man_options(command->options, out);
        tri_text_add(out, ".PP\nExample:\n.PP\n.RS\n.EX\n");
        add_troff(out, command->example);
        tri_text_add(out, "\n.EE\n.RE\n");
    }
    tri_text_add(out, ".SH COMMON OPTIONS\n");
    add_man_options(common_options, out);
    tri_text_add(out, ".SH EXIT STATUS\n");
    for (int i = 0; i < N_EXIT_STATUSES; i++) tri_text_addf(out, ".TP\n.B %d\n%s\n", exit_statuses[i].status, exit_statuses[i].means);
}

/* ---- completion ---- */

static void add_names(const cli_option *options, tri_text *out)
{
    for (const cli_option *o = options; o->kind != CLI_END; o++)
        if (o->kind != CLI_ARGUMENT) tri_text_addf(out, "%s ", o->name);
}

/* zsh runs bash's script through bashcompinit. */
static void add_completion(bool zsh, tri_text *out)
{
    if (zsh) tri_text_add(out, "autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n");
    tri_text_add(out, "_trine()\n{\n    local word=${COMP_WORDS[COMP_CWORD]} words\n    if [ \"$COMP_CWORD\" -eq 1 ]; then\n        words=\"");
    for (size_t i = 0; i < cli_n_commands; i++) tri_text_addf(out, "%s ", cli_commands[i].name);
    tri_text_add(out, "--help --version\"\n    else\n        case ${COMP_WORDS[1]} in\n");
    for (size_t i = 0; i < cli_n_commands; i++) {
        tri_text_addf(out, "        %s) words=\"", cli_commands[i].name);
        add_names(cli_commands[i].options, out);
        add_names(common_options, out);
        tri_text_add(out, "\" ;;\n");
    }
    tri_text_add(out, "        esac\n    fi\n    case $word in\n    -*) COMPREPLY=($(compgen -W \"$words\" -- \"$word\")) ;;\n"
                      "    *) if [ \"$COMP_CWORD\" -eq 1 ]; then COMPREPLY=($(compgen -W \"$words\" -- \"$word\")); "
                      "else COMPREPLY=($(compgen -f -- \"$word\")); fi ;;\n    esac\n}\ncomplete -o filenames -F _trine trine\n");
}

tri_status *cmd_help(cli_session *session, int argc, char **argv)
{
    help_options o = {0};
    TRI_TRY(cli_parse(session, argc, argv, &o));
    tri_text out = {0};
    if (o.completion) {
        static const char *const shells[] = {"bash", "zsh"};
        bool zsh = !strcmp(o.completion, "zsh");
        if (!zsh && strcmp(o.completion, "bash")) return cli_unknown("completion for the shell", o.completion, 2, shells);
        add_completion(zsh, &out);
    } else if (o.man) {
        add_man(&out);
    } else if (o.command) {
        const cli_command *command = cli_find(o.command);
        if (!command) return tri_error(TRI_USAGE, TRI_NOWHERE, "there is no command '%s'; trine --help lists them", o.command);
        cli_help_command(command, &out);
    } else {
        cli_help_program(&out);
    }
    return cli_print(&out);
}
