/* targets/amdgcn/wave_banks.c - how slots are read, lane by lane as wave_mma.c does it, and the swizzle that spares bank conflicts. Loads into slots
 * fill whole rows of banks and lose nothing. With j = lane % 16 and q = lane / 16; steps go along a row. */
#include "targets/amdgcn/wave.h"

enum { MOST_STEPS = 64, HALF = CHUNK / 2 };

static void place_rows(int step, int lane, int64_t *row, int64_t *byte)
{
    *row = lane % 16;
    *byte = CHUNK * (4 * step + lane / 16);
}

static void place_rows_ordered(int step, int lane, int64_t *row, int64_t *byte)
{
    int q = lane / 16;
    *row = lane % 16;
    *byte = CHUNK * (step / 2 * 4 + step % 2 * 2 + q / 2) + HALF * (q % 2);
}

static void place_columns(int step, int lane, int64_t *row, int64_t *byte)
{
    int j = lane % 16;
    *row = lane / 16 * 8 + step % 2 * 4 + j / 4;
    *byte = 2 * CHUNK * (step / 2) + HALF * (j % 4);
}

static void place_columns_ordered(int step, int lane, int64_t *row, int64_t *byte)
{
    int j = lane % 16;
    *row = lane / 16 * 4 + step % 2 * 16 + j / 4;
    *byte = 2 * CHUNK * (step / 2) + HALF * (j % 4);
}

static const tri_reader readers[READERS] = {
    [READ_ROWS] = {"rows", CHUNK, MOST_STEPS, false, 0, place_rows},
    [READ_ROWS_ORDERED] = {"rows in the order of a fragment", HALF, MOST_STEPS, false, 0, place_rows_ordered},
    [READ_COLUMNS] = {"columns", HALF, MOST_STEPS, false, 1 << 2, place_columns},
    [READ_COLUMNS_ORDERED] = {"columns in the order of a fragment", HALF, MOST_STEPS, false, 0, place_columns_ordered},
};

void wave_choose_swizzle(const tri_chip *chip, ring *r)
{
    const tri_reader *of[READERS];
    int n = 0;
    for (int i = 0; i < READERS; i++)
        if (r->readers >> i & 1) of[n++] = &readers[i];
    tri_banks banks = tri_banks_of(chip);
    r->conflicts = tri_swizzle_choose(&banks, r->row_bytes, of, n, &r->swizzle);
}
