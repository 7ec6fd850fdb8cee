/* lowering/lowering.h - from a graph to regions, and from tile programs to better tile programs. One file a pass; passes.def lists them in order.
 *
 *     module as parsed -> inline -> decompose -> simplify -> fuse      (tensor IR, level by level)
 *     tile program     -> merge_maps -> remove_dead                    (tile programs)
 *
 * Every pass leaves a module that verifies at its level. Side tables live in the module's arena. */
#ifndef TRI_LOWERING_LOWERING_H
#define TRI_LOWERING_LOWERING_H

#include "ir/ir.h"
#include "ir/pass.h"

/* Calls and composites become their bodies; composites that are ops of ours become the op. Leaves one function, `entry`. */
tri_status *tri_pass_inline(tri_module *module) TRI_NODISCARD;
/* Ops that no kernel family computes as such become others: attention, contractions of dtypes without matrix units, interior padding. */
tri_status *tri_pass_decompose(tri_module *module) TRI_NODISCARD;
/* The rules of simplify.def to a fixed point; constants fold, equal ops merge, unused ops go. */
tri_status *tri_pass_simplify(tri_module *module) TRI_NODISCARD;
/* Every op that computes something goes into a tri.kernel; what is left outside is literals, views and the return. */
tri_status *tri_pass_fuse(tri_module *module) TRI_NODISCARD;

/* A map that feeds maps of its own shape becomes part of them. */
tri_status *tri_pass_merge_maps(tri_func *kernel) TRI_NODISCARD;
/* Statements whose results nobody uses, except stores. */
tri_status *tri_pass_remove_dead(tri_func *kernel) TRI_NODISCARD;

/* All of them in order, the graph's first: passes.def. */
extern const tri_pass tri_passes[];
extern const size_t tri_n_passes;
size_t tri_n_graph_passes(void);

#endif
