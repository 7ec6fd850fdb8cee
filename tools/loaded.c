/* tools/loaded.c - the program and the plan behind the runtime's handles. */
#include "tools/loaded.h"

#include "runtime/internal.h"

const tri_program *loaded_program(const tri_program_file *file) { return file->program; }
const tri_plan *loaded_plan(const tri_executable *executable) { return executable->plan; }
