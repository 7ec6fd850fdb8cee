/* lowering/passes.c - the table of passes, from passes.def. */
#include "lowering/lowering.h"

const tri_pass tri_passes[] = {
#define GRAPH_PASS(name, from, to, doc) {#name, doc, tri_pass_##name, NULL, from, to, false},
#define ON_REQUEST(name, from, to, doc) {#name, doc, tri_pass_##name, NULL, from, to, true},
#define KERNEL_PASS(name, doc) {#name, doc, NULL, tri_pass_##name, TRI_LEVEL_TILE, TRI_LEVEL_TILE, false},
#include "lowering/passes.def"
};
const size_t tri_n_passes = sizeof tri_passes / sizeof *tri_passes;

size_t tri_graph_passes(bool match_attention, tri_pass chosen[TRI_MOST_PASSES])
{
    size_t n = 0;
    for (size_t i = 0; i < tri_n_passes && tri_passes[i].graph; i++)
        if (!tri_passes[i].on_request || match_attention) chosen[n++] = tri_passes[i];
    return n;
}
