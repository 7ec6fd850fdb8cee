/* ir/statements.h - what a statement of a tile program is called: the line it stands on in the printed program, its label, the head of its text.
 *
 * Once a program is as it will be printed, its statements get their lines as positions; what an expansion or a target makes of a statement keeps its
 * position, so a report about any instruction can say which statement it serves. Programs that were parsed have the lines of their file. */
#ifndef TRI_IR_STATEMENTS_H
#define TRI_IR_STATEMENTS_H

#include "ir/ir.h"

/* Gives every op of the kernel its line in the printed form as its position, without a file; the line `kernel @..` is 1. */
void tri_kernel_number_lines(tri_func *kernel);

/* By line: what the statement there is called, "@pv: %9 = mma %7, %8", cut where it is long; null where none begins. */
typedef struct tri_statements {
    uint32_t n; /* lines are below */
    const char **at;
} tri_statements;

/* Of the lines that the ops of `func` have as positions. */
tri_statements tri_statements_of(tri_arena *arena, const tri_func *func);

#endif
