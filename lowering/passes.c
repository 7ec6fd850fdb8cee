/* lowering/passes.c - the table of passes, from passes.def. */
#include "lowering/lowering.h"

const tri_pass tri_passes[] = {
#define GRAPH_PASS(name, from, to, doc) {#name, doc, tri_pass_##name, NULL, from, to},
#define KERNEL_PASS(name, doc) {#name, doc, NULL, tri_pass_##name, TRI_LEVEL_TILE, TRI_LEVEL_TILE},
#include "lowering/passes.def"
};
const size_t tri_n_passes = sizeof tri_passes / sizeof *tri_passes;

size_t tri_n_graph_passes(void)
{
    size_t n = 0;
    while (n < tri_n_passes && tri_passes[n].graph) n++;
    return n;
}
