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
#include "runtime/drivers/amdgcn_sim/gcn.h"

enum { MOST_BANKS = 64, WRITE_BANKS = 32 };

/* Lanes in the order in which 16-byte reads are served: steps of 8 (gfx942) or 16 (gfx950) of them. */
static const uint8_t wide_read_order[GCN_LANES] = {0,  1,  2,  3,  20, 21, 22, 23, 12, 13, 14, 15, 24, 25, 26, 27, 4,  5,  6,  7,  16, 17,
                                                   18, 19, 8,  9,  10, 11, 28, 29, 30, 31, 32, 33, 34, 35, 52, 53, 54, 55, 44, 45, 46, 47,
                                                   56, 57, 58, 59, 36, 37, 38, 39, 48, 49, 50, 51, 40, 41, 42, 43, 60, 61, 62, 63};

typedef struct bank_step {
    uint64_t busy;                /* a bit a bank */
    uint64_t first[MOST_BANKS];   /* the dword that a busy bank gives first */
    uint64_t more[4 * GCN_LANES]; /* further dwords, and how many each bank has of them */
    uint32_t n_more;
    uint8_t extra[MOST_BANKS], most;
} bank_step;

static void want(bank_step *step, uint64_t dword, unsigned banks)
{
    unsigned bank = (unsigned)dword % banks;
    if (!(step->busy >> bank & 1)) {
        step->busy |= 1ull << bank;
        step->first[bank] = dword;
        step->extra[bank] = 0;
        return;
    }
    if (step->first[bank] == dword) return;
    for (uint32_t i = 0; i < step->n_more; i++)
        if (step->more[i] == dword) return;
    step->more[step->n_more++] = dword;
    if (++step->extra[bank] > step->most) step->most = step->extra[bank];
}

void gcn_count_conflicts(gcn_wave *wave, const uint64_t addresses[GCN_LANES], unsigned bytes, bool write)
{
    gcn_workgroup *group = wave->group;
    unsigned banks = group->launch->image->gfx950 && !write ? MOST_BANKS : WRITE_BANKS;
    unsigned dwords = bytes < 4 ? 1 : bytes / 4, lanes = banks / (dwords == 3 ? 4 : dwords);
    bool reordered = dwords > 2 && !write;
    uint64_t exec = gcn_exec(wave);
    for (unsigned first = 0; first < GCN_LANES; first += lanes) {
        bank_step step;
        step.busy = 0;
        step.n_more = 0;
        step.most = 0;
        for (unsigned i = first; i < first + lanes; i++) {
            unsigned lane = reordered ? wide_read_order[i] : i;
            if (!(exec >> lane & 1)) continue;
            for (unsigned d = 0; d < dwords; d++) want(&step, addresses[lane] / 4 + d, banks);
        }
        group->counts.lds_conflicts += step.most;
    }
    group->counts.lds_accesses++;
}
