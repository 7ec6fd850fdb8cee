/* targets/systolic/statements.c - see statements.h. */
#include "targets/systolic/statements.h"

#include "ir/statements.h"

void name_statements(const tri_func *kernel, tri_arena *arena, tri_systolic_program *program)
{
    tri_statements lines = tri_statements_of(arena, kernel);
    uint32_t *number = TRI_NEW_ARRAY(arena, uint32_t, lines.n);
    for (uint32_t k = 0; k < program->n_queues; k++) {
        for (uint32_t pc = 0; pc < program->queues[k].n; pc++) {
            uint32_t *statement = &program->queues[k].at[pc].statement, line = *statement;
            *statement = 0;
            if (line >= lines.n || !lines.at[line]) continue;
            if (!number[line])
                number[line] = tri_systolic_add_statement(program, tri_arena_printf(arena, "%s line %u %s", kernel->name, line, lines.at[line]));
            *statement = number[line];
        }
    }
    program->statement = 0;
}
