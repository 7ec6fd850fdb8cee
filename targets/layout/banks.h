/* targets/layout/banks.h - bank conflicts of shared memory, counted at compile time: every access of every reader of a staged tile, lane by lane; and
 * the swizzle that has the fewest. */
#ifndef TRI_TARGETS_LAYOUT_BANKS_H
#define TRI_TARGETS_LAYOUT_BANKS_H

#include "abi/chip.h"

enum { TRI_BANK_LANES = 64, TRI_CHUNK = 16 };

/* The memory of a chip: banks of 4 bytes that reads and writes see; how many lanes a wave has. An access is served in steps of as many lanes as fill
 * all banks; a step costs a cycle for every different word that its busiest bank has to give. `wide_reads`: the lanes of accesses of 12 and 16 bytes,
 * four by four, in the order in which steps take them; null: in order. */
typedef struct tri_banks {
    int lanes, read, write;
    const uint8_t *wide_reads;
} tri_banks;
tri_banks tri_banks_of(const tri_chip *chip);

/* Cycles lost by one access of `bytes` a lane at these addresses. */
int tri_bank_conflicts(const tri_banks *banks, const int64_t addresses[TRI_BANK_LANES], int bytes, bool is_write);

/* How the chunks of 16 bytes of a row change places: bit b of a chunk's number is flipped by bit row_bit[b] of the row's; -1: it stays. */
enum { TRI_SWIZZLE_BITS = 4 };
typedef struct tri_swizzle {
    int8_t row_bit[TRI_SWIZZLE_BITS];
} tri_swizzle;
#define TRI_NO_SWIZZLE ((tri_swizzle){{-1, -1, -1, -1}})

int64_t tri_swizzle_chunk(const tri_swizzle *swizzle, int64_t row); /* what is xored to the number of a chunk */

/* A way to read (or write) a tile of rows of `row_bytes`, each lane `bytes` from its row on: step after step, at most `steps`. */
typedef struct tri_reader {
    const char *name;
    int bytes, steps;
    bool writes;
    unsigned constant_rows; /* bits of the row that are added behind the swizzle, as constants: it must not depend on them */
    void (*place)(int step, int lane, int64_t *row, int64_t *byte);
} tri_reader;

/* Of all steps that stay within a row. */
int tri_reader_conflicts(const tri_banks *banks, const tri_reader *reader, int64_t row_bytes, const tri_swizzle *swizzle);

/* The swizzle with the fewest conflicts of all readers, of equals the one with the most bits, then in the fewest runs of neighbouring bits. Returns
 * the conflicts. */
int tri_swizzle_choose(const tri_banks *banks, int64_t row_bytes, const tri_reader *const *readers, int n, tri_swizzle *out);

#endif
