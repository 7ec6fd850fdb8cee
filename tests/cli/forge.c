/* tests/cli/forge.c - makes artifacts that lie, for the tests of --check: forge HONEST.mlir OTHER.mlir CHIP graph|source OUT.tri writes the code of OTHER with the
 * graph and the source, or the source alone, of HONEST. Every digest is right: only the values can tell. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/artifact.h"
#include "base/file.h"
#include "targets/compile.h"

static tri_status *compile(const char *path, const char *chip, tri_compiled **out)
{
    char *text;
    size_t n;
    TRI_TRY(tri_file_read(path, &text, &n));
    tri_status *status = tri_compile(text, n, path, &(tri_compile_options){.chips = &chip, .n_chips = 1}, out);
    free(text);
    return status;
}

static tri_status *forge(char **words)
{
    tri_compiled *honest = NULL, *other = NULL;
    tri_status *status = compile(words[1], words[3], &honest);
    if (!status) status = compile(words[2], words[3], &other);
    if (!status) {
        tri_program program = *tri_compiled_program(other);
        tri_plan plan = program.plans[0];
        if (!strcmp(words[4], "graph")) plan.graph = tri_compiled_program(honest)->plans[0].graph;
        program.source = tri_compiled_program(honest)->source;
        program.plans = &plan;
        status = tri_artifact_write(&program, words[5]);
    }
    tri_compiled_free(honest);
    tri_compiled_free(other);
    return status;
}

int main(int argc, char **argv)
{
    if (argc != 6) return 2;
    tri_status *status = forge(argv);
    int exit_status = tri_code_exit_status(tri_status_code(status));
    tri_status_print(status, NULL, stderr);
    tri_status_free(status);
    return exit_status;
}
