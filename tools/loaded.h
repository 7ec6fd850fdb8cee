/* tools/loaded.h - the program and the plan behind the runtime's handles. runtime/internal.h and ir/ir.h both have a tri_block, so this is a file of
 * its own. */
#ifndef TRI_TOOLS_LOADED_H
#define TRI_TOOLS_LOADED_H

#include "abi/plan.h"
#include "tri/runtime.h"

const tri_program *loaded_program(const tri_program_file *file);
const tri_plan *loaded_plan(const tri_executable *executable);

#endif
