/* wgmma.c - the asynchronous side of warpgroup products: who takes part, which registers and shared bytes they hold, and until when.
 *
 * The four warps of a group meet at each wgmma.mma_async; the last to come does the product for all. From then to the wait_group of a warp that
 * covers it, its accumulators and its operand registers in that warp are nobody else's, and until the first such wait the shared bytes that it reads
 * must not change: a product belongs to the whole group, so one warp's wait ends it for all. An access to a register and a product that uses it must
 * have a wgmma.fence between them (PTX ISA 9.7.15.7.1), except that products of one shape may follow each other on the same accumulators. */
#include <stdlib.h>

#include "runtime/drivers/ptx_sim/async.h"

bool tri_ptx_product_meet(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t mask, const uint64_t descriptors[2], bool scales)
{
    tri_ptx_block *block = warp->block;
    uint32_t number = warp->index / 4;
    tri_ptx_warpgroup *group = &block->groups[number];
    if (mask != TRI_PTX_ALL_LANES || 4 * number + 3 >= block->n_warps) {
        tri_ptx_fault(warp, op, mask == TRI_PTX_ALL_LANES ? 0 : (uint32_t)__builtin_ctz(~mask),
                      "wgmma needs all 128 threads of a warpgroup, this thread's group does not have them here");
        return false;
    }
    if (!group->here) {
        group->meeting = op;
        memcpy(group->descriptors, descriptors, sizeof group->descriptors);
        group->scales = scales;
    } else if (group->meeting != op || memcmp(group->descriptors, descriptors, sizeof group->descriptors) || group->scales != scales) {
        tri_ptx_fault(warp, op, 0, "the warps of a warpgroup must execute the same wgmma with the same descriptors and scale-d: warp %u has others",
                      warp->index);
        return false;
    }
    group->here |= 1u << warp->index % 4;
    if (group->here != 0xf) {
        warp->stop = TRI_PTX_AT_WARPGROUP;
        return false;
    }
    group->here = 0;
    for (uint32_t u = 4 * number; u < 4 * number + 4; u++)
        if (block->warps[u].stop == TRI_PTX_AT_WARPGROUP) block->warps[u].stop = TRI_PTX_RUNS;
    block->cluster->events++;
    return true;
}

static const char *register_name(const tri_ptx_warp *warp, uint32_t slot)
{
    const tri_ptx_kernel *kernel = warp->program->kernel;
    for (size_t i = 0; i < kernel->registers.n; i++)
        if (warp->program->register_slot[i] == slot) return kernel->registers.at[i]->name;
    return "a constant";
}

/* Takes registers of one warp for product `number`; shape 0: as operand A. */
static bool take_registers(tri_ptx_warp *warp, const tri_ptx_op *op, const uint32_t *slots, uint32_t n, uint32_t number, uint16_t shape)
{
    for (uint32_t i = 0; i < n; i++) {
        struct tri_ptx_touch *t = &warp->touches[slots[i] / 64];
        if (t->ordinary == warp->fences + 1 || !warp->fences) {
            tri_ptx_fault(warp, op, 0,
                          "register %s was accessed since the last wgmma.fence: a fence must stand between that and the wgmma that uses it",
                          register_name(warp, slots[i]));
            return false;
        }
        if (t->product > warp->retired && t->shape != shape) {
            tri_ptx_fault(warp, op, 0, "register %s belongs to a wgmma of another shape in flight: wgmma.wait_group must come first",
                          register_name(warp, slots[i]));
            return false;
        }
        t->product = number;
        t->shape = shape;
    }
    return true;
}

/* What is ordered before all four warps, each of which knows its own accesses. */
static void common_clock(const tri_ptx_block *block, uint32_t first, uint32_t *seen)
{
    const tri_ptx_cluster *cluster = block->cluster;
    for (uint32_t u = first; u < first + 4; u++) {
        const tri_ptx_warp *warp = &block->warps[u];
        for (uint32_t a = 0; a < cluster->n_clock; a++) {
            uint32_t known = a == warp->agent ? cluster->now : warp->seen[a];
            seen[a] = u == first || known < seen[a] ? known : seen[a];
        }
    }
}

/* The shared offsets of an operand's 16-byte chunks. The matrix descriptor (PTX ISA 9.7.15.5.1.2.2) has the start address in bits 0-13, the leading
 * and the stride byte offset in 16-29 and 32-45, all in units of 16 bytes, a base offset in 49-51 and the swizzle in 62-63. What the offsets mean is
 * in 9.7.15.5.1.2.1: k contiguous - the stride goes from 8 rows to the next 8, the leading offset (no swizzle only) from one chunk of k to the next;
 * rows contiguous - with a swizzle the stride goes from 8 k to the next 8 and the leading offset from one swizzle width of rows to the next; without,
 * the stride goes from one chunk of rows to the next and the leading offset from 8 k to the next 8. The swizzle exchanges bits of the address. */
static bool view_chunks(tri_ptx_warp *warp, const tri_ptx_op *op, const tri_ptx_operand_view *view, uint32_t *out)
{
    uint64_t d = view->descriptor;
    uint32_t start = (uint32_t)(d & 0x3fff) << 4, leading = (uint32_t)(d >> 16 & 0x3fff) << 4, stride = (uint32_t)(d >> 32 & 0x3fff) << 4;
    uint32_t mode = (uint32_t)(d >> 62), width = mode ? 256u >> mode : 16, chunks = width / 16, n = 0;
    if (d >> 49 & 7) {
        tri_ptx_fault(warp, op, 0, "a matrix descriptor with a base offset is not simulated: align the matrix to %u bytes", 8 * width);
        return false;
    }
    if (mode && start % (8 * width) >= width) {
        tri_ptx_fault(warp, op, 0, "a matrix with a swizzle of %u bytes begins in the first row of a pattern of %u bytes, not at offset %u", width,
                      8 * width, start);
        return false;
    }
    uint32_t inner = view->transposed ? view->rows / 8 : view->row_bytes / 16, outer = view->transposed ? 16 : view->rows;
    for (uint32_t i = 0; i < outer; i++) {
        for (uint32_t c = 0; c < inner; c++) {
            uint32_t at = start;
            if (!view->transposed)
                at += i % 8 * width + i / 8 * stride + c * (mode ? 16 : leading);
            else if (mode)
                at += c % chunks * 16 + c / chunks * leading + i % 8 * width + i / 8 * stride;
            else
                at += c * stride + i % 8 * 16 + i / 8 * leading;
            if (mode) at ^= (at >> 7 & (chunks - 1)) << 4;
            if (at + 16 > warp->block->shared.bytes) {
                tri_ptx_fault(warp, op, 0, "the matrix descriptor 0x%llx reaches offset %u of shared memory, which has %llu bytes",
                              (unsigned long long)d, at + 15, (unsigned long long)warp->block->shared.bytes);
                return false;
            }
            out[n++] = at;
        }
    }
    return true;
}

bool tri_ptx_product_start(tri_ptx_warp *warp, const tri_ptx_op *op, const uint32_t *accumulators, uint32_t n_accumulators, const uint32_t *a,
                           uint32_t n_a, const tri_ptx_operand_view *views, uint32_t n_views, uint32_t *chunks)
{
    tri_ptx_block *block = warp->block;
    uint32_t first = warp->index / 4 * 4, n_chunks = 0;
    tri_ptx_warpgroup *group = &block->groups[first / 4];
    uint32_t number = group->issued + 1;
    if (number - group->oldest >= TRI_PTX_PRODUCTS)
        return tri_ptx_fault(warp, op, 0, "more than %d wgmma in flight: nobody waits for them", TRI_PTX_PRODUCTS), false;
    tri_ptx_product *product = &group->products[number % TRI_PTX_PRODUCTS];
    for (uint32_t u = first; u < first + 4; u++) {
        if (!take_registers(&block->warps[u], op, accumulators, n_accumulators, number, op->choice[0])) return false;
        if (!take_registers(&block->warps[u], op, a, n_a, number, 0)) return false;
        block->warps[u].issued = number;
    }
    common_clock(block, first, group->seen);
    for (uint32_t v = 0; v < n_views; v++) {
        if (!view_chunks(warp, op, &views[v], chunks + n_chunks)) return false;
        n_chunks += views[v].rows * views[v].row_bytes / 16;
    }
    if (!product->chunks) product->chunks = malloc(2 * (64 + 256) * sizeof *product->chunks);
    if (!product->chunks) return tri_ptx_fault(warp, op, 0, "no host memory for a wgmma"), false;
    for (uint32_t i = 0; i < n_chunks; i++) {
        if (!tri_ptx_check_async_read(warp, op, 0, group->seen, block, chunks[i], 16)) return false;
        block->chunks[chunks[i] >> 4].reads++;
        product->chunks[i] = (uint16_t)(chunks[i] >> 4);
    }
    product->op = op;
    product->n_chunks = n_chunks;
    product->stamp = 0;
    group->issued = number;
    return true;
}

void tri_ptx_product_fence(tri_ptx_warp *warp) { warp->fences++; }

void tri_ptx_product_commit(tri_ptx_warp *warp, const tri_ptx_op *op)
{
    if (warp->groups - warp->groups_retired == TRI_PTX_GROUPS - 1)
        return tri_ptx_fault(warp, op, 0, "more than %d groups of wgmma that nobody has waited for", TRI_PTX_GROUPS - 1);
    warp->groups++;
    warp->group_last[warp->groups % TRI_PTX_GROUPS] = warp->issued;
}

static void finish(tri_ptx_block *block, uint32_t slot, tri_ptx_product *product, uint32_t stamp)
{
    product->stamp = stamp;
    uint32_t *times = block->chunk_times + (size_t)slot * block->n_chunks;
    for (uint32_t i = 0; i < product->n_chunks; i++) {
        uint32_t at = product->chunks[i];
        block->chunks[at].reads--;
        block->chunks[at].readers |= 1u << slot;
        times[at] = stamp;
    }
}

void tri_ptx_product_wait(tri_ptx_warp *warp, uint32_t but)
{
    tri_ptx_block *block = warp->block;
    uint32_t slot = warp->index / 4;
    tri_ptx_warpgroup *group = &block->groups[slot];
    if (warp->groups - warp->groups_retired <= but) return;
    warp->groups_retired = warp->groups - but;
    uint32_t last = warp->group_last[warp->groups_retired % TRI_PTX_GROUPS];
    if (last == warp->retired) return;
    for (uint32_t i = warp->retired + 1; i <= last; i++) {
        tri_ptx_product *product = &group->products[i % TRI_PTX_PRODUCTS];
        if (!product->stamp) finish(block, slot, product, block->cluster->now);
        warp->seen[block->cluster->first_group_agent + block->rank * block->n_groups + slot] = product->stamp;
    }
    block->cluster->now++;
    warp->retired = last;
    uint32_t oldest = last;
    for (uint32_t u = 4 * slot; u < 4 * slot + 4; u++)
        if (block->warps[u].retired < oldest) oldest = block->warps[u].retired;
    group->oldest = oldest + 1;
}

bool tri_ptx_product_allows(tri_ptx_warp *warp, const tri_ptx_op *op, uint32_t mask)
{
    const tri_ptx_program *program = warp->program;
    const tri_ptx_uses *uses = &program->op_uses[op - program->ops];
    for (uint32_t i = 0; i < uses->n_read + uses->n_written; i++) {
        uint32_t reg = program->uses[uses->first + i];
        struct tri_ptx_touch *t = &warp->touches[program->register_slot[reg] / 64];
        if (t->product > warp->retired) {
            tri_ptx_fault(warp, op, (uint32_t)__builtin_ctz(mask), "%s register %s, which a wgmma in flight %s: wgmma.wait_group must come first",
                          i < uses->n_read ? "reads" : "writes", program->kernel->registers.at[reg]->name, t->shape ? "accumulates" : "reads");
            return false;
        }
        t->ordinary = warp->fences + 1;
    }
    return true;
}
