/* ops_warp.c - flow, barriers, and what lanes of a warp tell each other. The .sync forms ask that the lanes named take part: a lane that is named but
 * executes something else is an error here, where a GPU would wait or return garbage. */
#include "runtime/drivers/ptx_sim/handlers.h"

HANDLER(bra) { tri_ptx_branch(warp, mask, op->slot[0], op->slot[1]); }

/* One target at a time: the lanes that go elsewhere stay at this instruction, behind the first group on the stack. */
HANDLER(brx)
{
    const u32 *index = SLOT(u32, 0);
    uint32_t first = index[__builtin_ctz(mask)], group = 0;
    SET_LANES(lane)
    {
        if (index[lane] >= op->slot[2])
            return tri_ptx_fault(warp, op, lane, "the branch index %u is beyond the %u targets", index[lane], op->slot[2]);
        if (index[lane] == first) group |= 1u << lane;
    }
    warp->pc--;
    tri_ptx_branch(warp, group, op->slot[3 + first], op->slot[1]);
}

HANDLER(exit)
{
    (void)op;
    tri_ptx_exit(warp, mask);
}
HANDLER(trap) { tri_ptx_fault(warp, op, (uint32_t)__builtin_ctz(mask), "the program trapped"); }

HANDLER(bar_sync)
{
    uint32_t lane = (uint32_t)__builtin_ctz(mask), threads = op->slot[1] == TRI_PTX_TRUE ? 0 : SLOT(u32, 1)[lane];
    if (mask != warp->active) return tri_ptx_fault(warp, op, lane, "barrier divergence: only some lanes of the warp execute the barrier");
    tri_ptx_arrive(warp, op, SLOT(u32, 0)[lane], threads, true);
}
HANDLER(bar_arrive)
{
    uint32_t lane = (uint32_t)__builtin_ctz(mask);
    if (mask != warp->active) return tri_ptx_fault(warp, op, lane, "barrier divergence: only some lanes of the warp execute the barrier");
    tri_ptx_arrive(warp, op, SLOT(u32, 0)[lane], SLOT(u32, 1)[lane], false);
}

/* Whether the lanes that are named are those that execute. */
static bool members_agree(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t mask, int k)
{
    const u32 *members = SLOT(u32, k);
    SET_LANES(lane)
    {
        uint32_t absent = members[lane] & warp->alive & ~mask;
        if (!(members[lane] >> lane & 1))
            return tri_ptx_fault(warp, op, lane, "the member mask 0x%x does not hold the lane that executes it", members[lane]), false;
        if (absent)
            return tri_ptx_fault(warp, op, lane, "the member mask 0x%x names lane %d, which does not execute this instruction", members[lane],
                                 __builtin_ctz(absent)),
                   false;
    }
    return true;
}
HANDLER(bar_warp) { (void)members_agree(warp, op, mask, 0); }

enum { IDX = 1, UP, DOWN, BFLY };
HANDLER(shfl)
{
    u32 *d = SLOT(u32, 0), *p = SLOT(u32, 1);
    const u32 *a = SLOT(u32, 2), *b = SLOT(u32, 3), *c = SLOT(u32, 4);
    uint32_t from[TRI_PTX_LANES], truth = 0;
    if (!members_agree(warp, op, mask, 5)) return;
    memcpy(from, a, sizeof from);
    SET_LANES(lane)
    {
        int32_t segment = c[lane] >> 8 & 31, low = (int32_t)lane & segment, high = low | ((int32_t)(c[lane] & 31) & ~segment), me = (int32_t)lane,
                by = (int32_t)(b[lane] & 31);
        int32_t source = op->choice[0] == IDX ? low | (by & ~segment) : op->choice[0] == UP ? me - by : op->choice[0] == DOWN ? me + by : me ^ by;
        bool inside = op->choice[0] == UP ? source >= high : source <= high;
        if (!inside) source = me;
        if (!(mask >> source & 1)) return tri_ptx_fault(warp, op, lane, "reads lane %d, which does not execute this instruction", source);
        d[lane] = from[source];
        truth |= (uint32_t)inside << lane;
    }
    *p = (*p & ~mask) | truth;
}

HANDLER(vote)
{
    uint32_t votes = *SLOT(u32, 1) & mask;
    u32 *p = SLOT(u32, 0);
    if (!members_agree(warp, op, mask, 2)) return;
    bool truth = op->choice[0] == 1 ? votes == mask : op->choice[0] == 2 ? votes != 0 : votes == 0 || votes == mask;
    *p = (*p & ~mask) | (truth ? mask : 0);
}
HANDLER(ballot)
{
    u32 *d = SLOT(u32, 0);
    uint32_t votes = *SLOT(u32, 1) & mask;
    if (!members_agree(warp, op, mask, 2)) return;
    STORE_LANES(d, votes)
}
HANDLER(match_any)
{
    u32 *d = SLOT(u32, 0);
    uint32_t value[TRI_PTX_LANES];
    if (!members_agree(warp, op, mask, 2)) return;
    memcpy(value, SLOT(u32, 1), sizeof value);
    SET_LANES(lane)
    {
        uint32_t same = 0;
        for (uint32_t other = 0; other < TRI_PTX_LANES; other++) same |= (uint32_t)(value[other] == value[lane]) << other;
        d[lane] = same & mask;
    }
}

enum { ADD = 1, MIN, MAX, AND, OR, XOR };
HANDLER(redux)
{
    u32 *d = SLOT(u32, 0);
    const u32 *a = SLOT(u32, 1);
    bool is_signed = op->choice[1] == 2;
    if (!members_agree(warp, op, mask, 2)) return;
    uint32_t sum = a[__builtin_ctz(mask)], first = 1;
    SET_LANES(lane)
    {
        uint32_t v = a[lane];
        bool below = is_signed ? (int32_t)v < (int32_t)sum : v < sum;
        if (first) first = 0;
        else
            sum = op->choice[0] == ADD   ? sum + v
                  : op->choice[0] == MIN ? (below ? v : sum)
                  : op->choice[0] == MAX ? (below ? sum : v)
                  : op->choice[0] == AND ? sum & v
                  : op->choice[0] == OR  ? sum | v
                                         : sum ^ v;
    }
    STORE_LANES(d, sum)
}
HANDLER(activemask)
{
    u32 *d = SLOT(u32, 0);
    STORE_LANES(d, mask)
}
HANDLER(elect)
{
    u32 *d = SLOT(u32, 0), *p = SLOT(u32, 1);
    uint32_t leader = (uint32_t)__builtin_ctz(mask);
    if (!members_agree(warp, op, mask, 2)) return;
    STORE_LANES(d, leader)
    *p = (*p & ~mask) | 1u << leader;
}
