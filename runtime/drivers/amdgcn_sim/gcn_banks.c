/* gcn_banks.c - counts the cycles that LDS accesses lose because lanes served together need different dwords of one bank.
 *
 * LDS has 32 banks of 4 bytes on gfx942; on gfx950 reads see 64 and writes 32. An instruction is served in steps of as many lanes as fill all banks;
 * a step costs one cycle for each different dword that its busiest bank has to give, so what is counted is those cycles less one. Lanes that want the
 * same dword share it. Which lanes form a step:
 *   16 bytes, writes       lanes 8i to 8i + 7 (ROCm documentation, CK Tile, LDS bank conflicts)
 *   16 bytes, gfx942 reads lanes 0-3 and 20-23, 4-7 and 16-19, 8-11 and 28-31, 12-15 and 24-27; the same for the upper half (the same page)
 *   16 bytes, gfx950 reads the first with the fourth of these, the second with the third [R] (HipKittens, shared memory phases)
 *   all else [E]           neighbouring lanes; 12 bytes like 16, less than 4 like 4
 * Loads straight to LDS write whole rows of banks and lose nothing. */
#include <string.h>

#include "runtime/drivers/amdgcn_sim/gcn.h"

enum { MOST_BANKS = 64, WRITE_BANKS = 32 };

/* Lanes in the order in which 16-byte reads are served: steps of 8 (gfx942) or 16 (gfx950) of them. */
static const uint8_t wide_read_order[GCN_LANES] = {0,  1,  2,  3,  20, 21, 22, 23, 12, 13, 14, 15, 24, 25, 26, 27, 4,  5,  6,  7,  16, 17,
                                                   18, 19, 8,  9,  10, 11, 28, 29, 30, 31, 32, 33, 34, 35, 52, 53, 54, 55, 44, 45, 46, 47,
                                                   56, 57, 58, 59, 36, 37, 38, 39, 48, 49, 50, 51, 40, 41, 42, 43, 60, 61, 62, 63};

static const uint8_t in_order[GCN_LANES] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
                                            22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43,
                                            44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};

/* The different dwords that each bank has to give in a step: one of each lane at most. */
typedef struct bank_step {
    uint8_t n[MOST_BANKS], most;
    uint32_t dwords[MOST_BANKS][GCN_LANES];
} bank_step;

static void want(bank_step *step, uint64_t dword, unsigned banks)
{
    unsigned bank = (unsigned)dword % banks, n = step->n[bank];
    uint32_t *dwords = step->dwords[bank];
    for (unsigned i = 0; i < n; i++)
        if (dwords[i] == (uint32_t)dword) return;
    dwords[n] = (uint32_t)dword;
    step->n[bank] = (uint8_t)++n;
    if (n > step->most) step->most = (uint8_t)n;
}

/* The way of most: no two of the step's dwords are in one bank. Lanes that are off do not count. */
static bool all_apart(const uint64_t *addresses, const uint8_t *lanes, unsigned n, unsigned dwords, unsigned banks, uint64_t exec)
{
    uint64_t busy = 0;
    unsigned wanted = 0, wraps = 0;
    for (unsigned i = 0; i < n; i++) {
        unsigned lane = lanes[i], on = exec >> lane & 1, bank = (unsigned)(addresses[lane] / 4) % banks;
        wraps |= bank + dwords > banks;
        busy |= (uint64_t)on * ((1u << dwords) - 1) << bank;
        wanted += on * dwords;
    }
    return !wraps && (unsigned)__builtin_popcountll(busy) == wanted;
}

void gcn_count_conflicts(gcn_wave *wave, const uint64_t addresses[GCN_LANES], unsigned bytes, bool write)
{
    gcn_workgroup *group = wave->group;
    unsigned banks = group->launch->image->gfx950 && !write ? MOST_BANKS : WRITE_BANKS;
    unsigned dwords = bytes < 4 ? 1 : bytes / 4, n = banks / (dwords == 3 ? 4 : dwords);
    uint64_t exec = gcn_exec(wave);
    group->counts.lds_accesses++;
    for (unsigned first = 0; first < GCN_LANES; first += n) {
        const uint8_t *lanes = (dwords > 2 && !write ? wide_read_order : in_order) + first;
        if (all_apart(addresses, lanes, n, dwords, banks, exec)) continue;
        bank_step step;
        memset(step.n, 0, sizeof step.n);
        step.most = 1;
        for (unsigned i = 0; i < n; i++)
            for (unsigned d = 0; d < dwords && exec >> lanes[i] & 1; d++) want(&step, addresses[lanes[i]] / 4 + d, banks);
        group->counts.lds_conflicts += step.most - 1u;
    }
}
