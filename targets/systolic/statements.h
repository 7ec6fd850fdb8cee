/* targets/systolic/statements.h - what the statements of an engine program are called. While a kernel is lowered, program.statement and the numbers
 * of its instructions are lines of the tile program; behind it they are numbers of the program's table, which has the lines that have
 * instructions. */
#ifndef TRI_TARGETS_SYSTOLIC_STATEMENTS_H
#define TRI_TARGETS_SYSTOLIC_STATEMENTS_H

#include "abi/systolic.h"
#include "ir/ir.h"

/* The last thing that each lowering does. */
void name_statements(const tri_func *kernel, tri_arena *arena, tri_systolic_program *program);

#endif
