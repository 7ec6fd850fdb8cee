/* tests/unit/emit_rig.h - a graph through a GPU target and its simulator, kernel by kernel: every tri.kernel op is built, compiled, run on what the
 * evaluator gives it, and compared with what the op means on just these inputs. */
#ifndef TESTS_EMIT_RIG_H
#define TESTS_EMIT_RIG_H

#include "ir/eval.h"

/* Makes argument `number` of the graph's function; data is malloc'd. */
typedef tri_tensor rig_input(void *context, uint32_t number, tri_type type);

/* Runs the text's function main on the chip, with the arguments; WRONG says which kernel is off by how much. */
tri_status *rig_check(const char *text, size_t n, const char *file, const char *chip, rig_input *input, void *context) TRI_NODISCARD;

/* The first kernel of a text of tile programs, on random buffers, bit by bit against the tile evaluator. */
tri_status *rig_check_tiles(const char *text, const char *chip) TRI_NODISCARD;

/* Normal and uniform numbers by the contract's rule. */
tri_tensor rig_random(void *context, uint32_t number, tri_type type);

#endif
