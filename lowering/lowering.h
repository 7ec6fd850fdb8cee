/* lowering/lowering.h - from a graph to regions, and from tile programs to better tile programs. One file a pass; passes.def lists them in order.
 *
 *     module as parsed -> inline -> [match_attention] -> decompose -> simplify -> fuse   (tensor IR, level by level)
 *     tile program     -> merge_maps -> remove_dead -> combine [-> cut_maps]      (tile programs)
 *
 * Every pass leaves a module that verifies at its level. Side tables live in the module's arena. */
#ifndef TRI_LOWERING_LOWERING_H
#define TRI_LOWERING_LOWERING_H

#include "ir/ir.h"
#include "ir/pass.h"

/* Calls and composites become their bodies; composites that are ops of ours become the op. Leaves one function, `entry`. */
tri_status *tri_pass_inline(tri_module *module) TRI_NODISCARD;
/* On request: contraction, softmax, contraction become tri.attention. A remark of the module for each candidate that does not, with the reason. */
tri_status *tri_pass_match_attention(tri_module *module) TRI_NODISCARD;
/* Ops that no kernel family computes as such become others: attention of odd shapes, contractions of dtypes without matrix units,
 * interior padding. */
tri_status *tri_pass_decompose(tri_module *module) TRI_NODISCARD;
/* The rules of simplify.def to a fixed point; constants fold, equal ops merge, unused ops go. */
tri_status *tri_pass_simplify(tri_module *module) TRI_NODISCARD;
/* Every op that computes something goes into a tri.kernel; what is left outside is literals, views and the return. */
tri_status *tri_pass_fuse(tri_module *module) TRI_NODISCARD;

/* A map that feeds maps of its own shape becomes part of them. */
tri_status *tri_pass_merge_maps(tri_func *kernel) TRI_NODISCARD;
/* Statements whose results nobody uses, except stores. */
tri_status *tri_pass_remove_dead(tri_func *kernel) TRI_NODISCARD;
/* A kernel with a combine becomes two: up to it, one program a part, and from it on, one a group (combine.c). The first is `kernel` itself. */
tri_status *tri_pass_combine(tri_func *kernel) TRI_NODISCARD;
/* The same; *out_rest is the second one, or null where there is no combine. Both have the kernel's buffers and behind them one work buffer for each
 * operand of the combine, which the first writes and the second reads; neither needs it to hold anything before. */
tri_status *tri_cut_at_combine(tri_func *kernel, tri_func **out_rest) TRI_NODISCARD;
/* A map that computes functions as well as arithmetic becomes several, each for one kind of engine. */
tri_status *tri_pass_cut_maps(tri_func *kernel) TRI_NODISCARD;

/* All of them in order, the graph's first: passes.def. */
extern const tri_pass tri_passes[];
extern const size_t tri_n_passes;
enum { TRI_MOST_PASSES = 32 };
/* The graph's passes in order, those on request only where asked for. Returns their number. */
size_t tri_graph_passes(bool match_attention, tri_pass chosen[TRI_MOST_PASSES]);

#endif
