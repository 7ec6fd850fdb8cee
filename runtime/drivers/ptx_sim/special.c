/* special.c - special registers by name. They are read once, when a warp starts, so none that changes while it runs (%clock) is here. */
#include "runtime/drivers/ptx_sim/machine.h"

#define SPECIALS(X)                                                                                                                                  \
    X(TID_X, "%tid.x", (thread % l->block[0]))                                                                                                       \
    X(TID_Y, "%tid.y", (thread / l->block[0] % l->block[1]))                                                                                         \
    X(TID_Z, "%tid.z", (thread / l->block[0] / l->block[1]))                                                                                         \
    X(NTID_X, "%ntid.x", l->block[0])                                                                                                                \
    X(NTID_Y, "%ntid.y", l->block[1])                                                                                                                \
    X(NTID_Z, "%ntid.z", l->block[2])                                                                                                                \
    X(CTAID_X, "%ctaid.x", b->index[0])                                                                                                              \
    X(CTAID_Y, "%ctaid.y", b->index[1])                                                                                                              \
    X(CTAID_Z, "%ctaid.z", b->index[2])                                                                                                              \
    X(NCTAID_X, "%nctaid.x", l->grid[0])                                                                                                             \
    X(NCTAID_Y, "%nctaid.y", l->grid[1])                                                                                                             \
    X(NCTAID_Z, "%nctaid.z", l->grid[2])                                                                                                             \
    X(CLUSTER_CTAID_X, "%cluster_ctaid.x", (b->index[0] % l->cluster[0]))                                                                            \
    X(CLUSTER_CTAID_Y, "%cluster_ctaid.y", (b->index[1] % l->cluster[1]))                                                                            \
    X(CLUSTER_CTAID_Z, "%cluster_ctaid.z", (b->index[2] % l->cluster[2]))                                                                            \
    X(CLUSTER_NCTAID_X, "%cluster_nctaid.x", l->cluster[0])                                                                                          \
    X(CLUSTER_NCTAID_Y, "%cluster_nctaid.y", l->cluster[1])                                                                                          \
    X(CLUSTER_NCTAID_Z, "%cluster_nctaid.z", l->cluster[2])                                                                                          \
    X(CLUSTER_CTARANK, "%cluster_ctarank", b->rank)                                                                                                  \
    X(CLUSTER_NCTARANK, "%cluster_nctarank", b->cluster->n_blocks)                                                                                   \
    X(CLUSTERID_X, "%clusterid.x", (b->index[0] / l->cluster[0]))                                                                                    \
    X(CLUSTERID_Y, "%clusterid.y", (b->index[1] / l->cluster[1]))                                                                                    \
    X(CLUSTERID_Z, "%clusterid.z", (b->index[2] / l->cluster[2]))                                                                                    \
    X(NCLUSTERID_X, "%nclusterid.x", (l->grid[0] / l->cluster[0]))                                                                                   \
    X(NCLUSTERID_Y, "%nclusterid.y", (l->grid[1] / l->cluster[1]))                                                                                   \
    X(NCLUSTERID_Z, "%nclusterid.z", (l->grid[2] / l->cluster[2]))                                                                                   \
    X(LANEID, "%laneid", lane)                                                                                                                       \
    X(WARPID, "%warpid", warp->index)                                                                                                                \
    X(NWARPID, "%nwarpid", b->n_warps)                                                                                                               \
    X(SMID, "%smid", 0)                                                                                                                              \
    X(NSMID, "%nsmid", 1)                                                                                                                            \
    X(GRIDID, "%gridid", 0)                                                                                                                          \
    X(LANEMASK_EQ, "%lanemask_eq", 1u << lane)                                                                                                       \
    X(LANEMASK_LT, "%lanemask_lt", (1u << lane) - 1)                                                                                                 \
    X(LANEMASK_LE, "%lanemask_le", (2ull << lane) - 1)                                                                                               \
    X(LANEMASK_GT, "%lanemask_gt", TRI_PTX_ALL_LANES & ~((2ull << lane) - 1))                                                                        \
    X(LANEMASK_GE, "%lanemask_ge", TRI_PTX_ALL_LANES & ~((1u << lane) - 1))                                                                          \
    X(DYNAMIC_SMEM_SIZE, "%dynamic_smem_size", l->dynamic_bytes)                                                                                     \
    X(TOTAL_SMEM_SIZE, "%total_smem_size", l->shared_bytes)                                                                                          \
    X(WARP_SZ, "WARP_SZ", TRI_PTX_LANES)

enum {
#define NUMBER(id, name, value) SPECIAL_##id,
    SPECIALS(NUMBER)
#undef NUMBER
};

int tri_ptx_special_find(const char *name)
{
    static const char *const names[] = {
#define NAME(id, name, value) name,
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
    switch (which) {
#define VALUE(id, name, value)                                                                                                                       \
    case SPECIAL_##id: return value;
        SPECIALS(VALUE)
#undef VALUE
    default: return 0;
    }
}
