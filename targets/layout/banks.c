/* targets/layout/banks.c - see banks.h. Sources of the rules: PTX ISA and CUDA C++ Programming Guide (32 banks of 4 bytes); ROCm documentation, CK
 * Tile, LDS bank conflicts (which lanes of wide reads are served together); rocm.blogs.amd.com, CDNA 4 GEMM kernels (64 banks for reads). */
#include "targets/layout/banks.h"

#include <string.h>

enum { BANK_BYTES = 4, MOST_BANKS = 64, QUAD = 4, MOST_ROW_BIT = 4 };

/* Lanes 0-3 with 20-23, 12-15 with 24-27, 4-7 with 16-19, 8-11 with 28-31: steps of 8 on 32 banks, two of them together on 64; the same in the upper
 * half. */
static const uint8_t wide_reads[TRI_BANK_LANES / QUAD] = {0, 5, 3, 6, 1, 4, 2, 7, 8, 13, 11, 14, 9, 12, 10, 15};

tri_banks tri_banks_of(const tri_chip *chip)
{
    bool waves = !strcmp(tri_chip_word(chip, "family", ""), "amdgcn");
    int64_t banks = tri_chip_integer(chip, "shared_banks", 32);
    if (banks < QUAD || banks > MOST_BANKS || (banks & (banks - 1))) banks = 32; /* what the rules above are about */
    return (tri_banks){waves ? 64 : 32, (int)banks, 32, waves ? wide_reads : NULL};
}

/* The most different words that a bank has to give to these lanes. */
static int busiest(const int64_t *addresses, const int *lanes, int n, int words, int banks)
{
    int64_t wanted[MOST_BANKS][TRI_BANK_LANES];
    int count[MOST_BANKS] = {0}, most = 1;
    for (int i = 0; i < n * words; i++) {
        int64_t word = addresses[lanes[i / words]] / BANK_BYTES + i % words;
        int bank = (int)(word % banks), at = 0;
        while (at < count[bank] && wanted[bank][at] != word) at++;
        if (at < count[bank]) continue;
        wanted[bank][count[bank]++] = word;
        if (count[bank] > most) most = count[bank];
    }
    return most;
}

int tri_bank_conflicts(const tri_banks *banks, const int64_t addresses[TRI_BANK_LANES], int bytes, bool is_write)
{
    int words = bytes < BANK_BYTES ? 1 : bytes / BANK_BYTES, n_banks = is_write ? banks->write : banks->read, lost = 0;
    int n = n_banks / (words == 3 ? 4 : words);
    if (n > banks->lanes) n = banks->lanes;
    for (int first = 0; first < banks->lanes; first += n) {
        int lanes[TRI_BANK_LANES];
        for (int i = 0; i < n; i++) {
            bool reordered = words > 2 && !is_write && banks->wide_reads;
            lanes[i] = reordered ? banks->wide_reads[(first + i) / QUAD] * QUAD + i % QUAD : first + i;
        }
        lost += busiest(addresses, lanes, n, words, n_banks) - 1;
    }
    return lost;
}

/* ---- swizzles ---- */

int64_t tri_swizzle_chunk(const tri_swizzle *swizzle, int64_t row)
{
    int64_t chunk = 0;
    for (int b = 0; b < TRI_SWIZZLE_BITS; b++)
        if (swizzle->row_bit[b] >= 0) chunk |= (row >> swizzle->row_bit[b] & 1) << b;
    return chunk;
}

int tri_reader_conflicts(const tri_banks *banks, const tri_reader *reader, int64_t row_bytes, const tri_swizzle *swizzle)
{
    int lost = 0;
    for (int step = 0; step < reader->steps; step++) {
        int64_t addresses[TRI_BANK_LANES];
        bool inside = true;
        for (int lane = 0; lane < banks->lanes; lane++) {
            int64_t row = 0, byte = 0;
            reader->place(step, lane, &row, &byte);
            inside &= byte + reader->bytes <= row_bytes;
            int64_t chunk = byte / TRI_CHUNK ^ tri_swizzle_chunk(swizzle, row);
            addresses[lane] = row * row_bytes + chunk * TRI_CHUNK + byte % TRI_CHUNK;
        }
        if (inside) lost += tri_bank_conflicts(banks, addresses, reader->bytes, reader->writes);
    }
    return lost;
}

typedef struct search {
    const tri_banks *banks;
    int64_t row_bytes;
    const tri_reader *const *readers;
    int n_readers, n_bits;
    unsigned constant_rows;
    tri_swizzle now, best;
    int least, most_bits, fewest_runs;
} search;

static void judge(search *s)
{
    int bits = 0, runs = 0, conflicts = 0;
    for (int b = 0; b < TRI_SWIZZLE_BITS; b++) {
        int from = s->now.row_bit[b], before = b ? s->now.row_bit[b - 1] : -1;
        bits += from >= 0;
        runs += from >= 0 && (before < 0 || from != before + 1);
    }
    for (int i = 0; i < s->n_readers && conflicts <= s->least; i++) conflicts += tri_reader_conflicts(s->banks, s->readers[i], s->row_bytes, &s->now);
    bool better = conflicts < s->least || (conflicts == s->least && (bits > s->most_bits || (bits == s->most_bits && runs < s->fewest_runs)));
    if (!better) return;
    s->best = s->now;
    s->least = conflicts;
    s->most_bits = bits;
    s->fewest_runs = runs;
}

/* Every chunk bit takes a row bit that no lower one has, in ascending order, or none. */
static void try_bits(search *s, int bit, int above)
{
    if (bit == s->n_bits) {
        judge(s);
        return;
    }
    for (int from = above; from < MOST_ROW_BIT; from++) {
        if (s->constant_rows >> from & 1) continue;
        s->now.row_bit[bit] = (int8_t)from;
        try_bits(s, bit + 1, from + 1);
    }
    s->now.row_bit[bit] = -1;
    try_bits(s, bit + 1, above);
}

int tri_swizzle_choose(const tri_banks *banks, int64_t row_bytes, const tri_reader *const *readers, int n, tri_swizzle *out)
{
    int64_t chunks = row_bytes / TRI_CHUNK, closed = chunks & -chunks; /* what an exclusive or of smaller numbers cannot leave */
    search s = {.banks = banks, .row_bytes = row_bytes, .readers = readers, .n_readers = n, .now = TRI_NO_SWIZZLE, .least = INT32_MAX};
    while (s.n_bits < TRI_SWIZZLE_BITS && closed >> (s.n_bits + 1)) s.n_bits++;
    for (int i = 0; i < n; i++) s.constant_rows |= readers[i]->constant_rows;
    try_bits(&s, 0, 0);
    *out = s.best;
    return s.least;
}
