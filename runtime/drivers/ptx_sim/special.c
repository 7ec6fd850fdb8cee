/* special.c - special registers by name. They are read once, when a warp starts, so none that changes while it runs (%clock) is here. */
#include "runtime/drivers/ptx_sim/machine.h"

#define SPECIALS(X)                                                                                   \
    X("%tid.x", (thread % l->block[0]))                                                               \
    X("%tid.y", (thread / l->block[0] % l->block[1]))                                                 \
    X("%tid.z", (thread / l->block[0] / l->block[1]))                                                 \
    X("%ntid.x", l->block[0])                                                                         \
    X("%ntid.y", l->block[1])                                                                         \
    X("%ntid.z", l->block[2])                                                                         \
    X("%ctaid.x", b->index[0])                                                                        \
    X("%ctaid.y", b->index[1])                                                                        \
    X("%ctaid.z", b->index[2])                                                                        \
    X("%nctaid.x", l->grid[0])                                                                        \
    X("%nctaid.y", l->grid[1])                                                                        \
    X("%nctaid.z", l->grid[2])                                                                        \
    X("%laneid", lane)                                                                                \
    X("%warpid", warp->index)                                                                         \
    X("%nwarpid", b->n_warps)                                                                         \
    X("%smid", 0)                                                                                     \
    X("%nsmid", 1)                                                                                    \
    X("%gridid", 0)                                                                                   \
    X("%lanemask_eq", 1u << lane)                                                                     \
    X("%lanemask_lt", (1u << lane) - 1)                                                               \
    X("%lanemask_le", (2ull << lane) - 1)                                                             \
    X("%lanemask_gt", TRI_PTX_ALL_LANES & ~((2ull << lane) - 1))                                      \
    X("%lanemask_ge", TRI_PTX_ALL_LANES & ~((1u << lane) - 1))                                        \
    X("%dynamic_smem_size", l->dynamic_bytes)                                                         \
    X("%total_smem_size", l->shared_bytes)                                                            \
    X("WARP_SZ", TRI_PTX_LANES)

int tri_ptx_special_find(const char *name)
{
    static const char *const names[] = {
#define NAME(name, value) name,
        SPECIALS(NAME)
#undef NAME
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(names[i], name)) return (int)i;
    return -1;
}

uint64_t tri_ptx_special_value(int which, const tri_ptx_warp *warp, uint32_t lane)
{
    const tri_ptx_block *b = warp->block;
    const tri_ptx_launch *l = b->launch;
    uint32_t thread = warp->index * TRI_PTX_LANES + lane;
    const uint64_t values[] = {
#define VALUE(name, value) value,
        SPECIALS(VALUE)
#undef VALUE
    };
    return values[which];
}
