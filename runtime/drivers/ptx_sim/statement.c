/* statement.c - which statement of the tile program an instruction serves, in words. Looked up when it is asked for, which is once, in a fault. */
#include <stdio.h>
#include <string.h>

#include "runtime/drivers/ptx_sim/module.h"

/* What the comment of the line calls it; null: there is none. */
static const char *called(const char *text, int32_t line, size_t *out_n)
{
    char mark[32];
    snprintf(mark, sizeof mark, "//tile %d ", (int)line);
    for (const char *at = text; (at = strstr(at, mark)) != NULL; at++) {
        if (at != text && at[-1] != '\n') continue;
        at += strlen(mark);
        *out_n = strcspn(at, "\r\n");
        return at;
    }
    return NULL;
}

const char *tri_ptx_statement(const tri_ptx_module *module, const tri_ptx_kernel *kernel, uint32_t instruction, const char *before, char *out,
                              size_t room)
{
    int32_t line = instruction < kernel->instructions.n ? kernel->instructions.at[instruction].statement : 0;
    size_t n = 0;
    const char *name = line ? called(module->text, line, &n) : NULL;
    out[0] = 0;
    if (line)
        snprintf(out, room, "%s the tile statement `%s line %d%s%.*s`", before, kernel->name, (int)line, name ? " " : "", n > 255 ? 255 : (int)n,
                 name ? name : "");
    return out;
}
