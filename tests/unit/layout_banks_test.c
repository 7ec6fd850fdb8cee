/* layout_banks_test.c - bank conflicts counted at compile time: against counts by hand, which are also what the AMDGCN simulator must count
 * (amdgcn_flight_test.c), and the swizzles of both GPU targets. */
#include <check.h>
#include <stdlib.h>

#include "targets/amdgcn/wave.h"

static tri_banks banks_of(const char *name)
{
    tri_chip *chip;
    ck_assert_ptr_null(tri_chip_load(name, &chip));
    tri_banks banks = tri_banks_of(chip);
    tri_chip_free(chip);
    return banks;
}

/* (lanes of a step with different words in one bank - 1) * steps. 32 banks: steps of 128 bytes; gfx950: 64 banks and 256 bytes for reads. */
static const struct {
    int bytes, stride;
    bool writes;
    int h100, mi300x, mi355x;
} accesses[] = {
    {4, 4, false, 0, 0, 0},
    {4, 8, false, 1 * (2 - 1), 2 * (2 - 1), 1 * (2 - 1)},
    {4, 256, false, 1 * (32 - 1), 2 * (32 - 1), 1 * (64 - 1)},
    {4, 0, false, 0, 0, 0},
    {8, 8, false, 0, 0, 0},
    {16, 16, false, 0, 0, 0},
    {16, 128, false, 4 * (8 - 1), 8 * (8 - 1), 4 * (8 - 1)},
    {16, 256, false, 4 * (8 - 1), 8 * (8 - 1), 4 * (16 - 1)},
    {4, 128, true, 1 * (32 - 1), 2 * (32 - 1), 2 * (32 - 1)},
    {16, 32, true, 4 * (2 - 1), 8 * (2 - 1), 8 * (2 - 1)},
};

START_TEST(busy_banks_are_counted)
{
    static const char *const chips[] = {"h100", "mi300x", "mi355x"};
    for (int c = 0; c < 3; c++) {
        const int want[] = {accesses[_i].h100, accesses[_i].mi300x, accesses[_i].mi355x};
        tri_banks banks = banks_of(chips[c]);
        int64_t addresses[TRI_BANK_LANES];
        for (int lane = 0; lane < TRI_BANK_LANES; lane++) addresses[lane] = lane * accesses[_i].stride;
        ck_assert_int_eq(tri_bank_conflicts(&banks, addresses, accesses[_i].bytes, accesses[_i].writes), want[c]);
    }
}
END_TEST

/* 8 rows of 16 bytes: what ldmatrix, stmatrix and a core matrix of wgmma touch together. */
static void place_matrix(int step, int lane, int64_t *row, int64_t *byte)
{
    *row = lane % 8;
    *byte = (int64_t)TRI_CHUNK * (step * 4 + lane / 8);
}

START_TEST(the_swizzles_of_bulk_copies_spare_matrices_all_conflicts)
{
    static const struct {
        int64_t row_bytes;
        tri_swizzle swizzle;
        int without; /* lost by four matrices that lie side by side, where nothing is swizzled */
    } modes[] = {
        {128, {{0, 1, 2, -1}}, 2 * 4 * 7}, /* all rows of a matrix in the same banks */
        {64, {{1, 2, -1, -1}}, 4 * 3},     /* two rows before the banks repeat */
    };
    tri_banks banks = banks_of("h100");
    const tri_reader matrices = {"matrices", 16, 2, false, 0, place_matrix};
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(tri_reader_conflicts(&banks, &matrices, modes[i].row_bytes, &modes[i].swizzle), 0);
        ck_assert_int_eq(tri_reader_conflicts(&banks, &matrices, modes[i].row_bytes, &TRI_NO_SWIZZLE), modes[i].without);
        tri_swizzle found;
        const tri_reader *readers[] = {&matrices};
        ck_assert_int_eq(tri_swizzle_choose(&banks, modes[i].row_bytes, readers, 1, &found), 0);
        ck_assert_mem_eq(&found, &modes[i].swizzle, sizeof found); /* the machine's own */
    }
}
END_TEST

START_TEST(slots_of_one_reader_have_no_conflicts)
{
    tri_chip *chip;
    ck_assert_ptr_null(tri_chip_load("mi355x", &chip));
    for (int64_t row_bytes = 64; row_bytes <= 1024; row_bytes *= 2)
        for (int reader = 0; reader < READERS; reader++) {
            ring r = {.row_bytes = row_bytes, .readers = (uint8_t)(1 << reader)};
            wave_choose_swizzle(chip, &r);
            ck_assert_msg(r.conflicts == 0, "rows of %d bytes, reader %d: %d", (int)row_bytes, reader, r.conflicts);
        }
    tri_chip_free(chip);
}
END_TEST

/* Columns are read with bit 2 of the row behind the swizzle: no reader that shares the slot may make it depend on it. */
START_TEST(a_swizzle_suits_all_readers_of_a_slot)
{
    tri_chip *chip;
    ck_assert_ptr_null(tri_chip_load("mi355x", &chip));
    for (unsigned readers = 0; readers < 1 << READERS; readers++) {
        ring r = {.row_bytes = 256, .readers = (uint8_t)readers};
        wave_choose_swizzle(chip, &r);
        for (int b = 0; b < TRI_SWIZZLE_BITS && readers >> READ_COLUMNS & 1; b++) ck_assert_int_ne(r.swizzle.row_bit[b], 2);
        bool seen[16] = {false}; /* and chunks of a row stay apart */
        for (int chunk = 0; chunk < 16; chunk++) seen[chunk ^ tri_swizzle_chunk(&r.swizzle, 13)] = true;
        for (int chunk = 0; chunk < 16; chunk++) ck_assert(seen[chunk]);
    }
    tri_chip_free(chip);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("layout_banks");
    TCase *banks = tcase_create("banks");
    tcase_add_loop_test(banks, busy_banks_are_counted, 0, sizeof accesses / sizeof *accesses);
    tcase_add_test(banks, the_swizzles_of_bulk_copies_spare_matrices_all_conflicts);
    tcase_add_test(banks, slots_of_one_reader_have_no_conflicts);
    tcase_add_test(banks, a_swizzle_suits_all_readers_of_a_slot);
    suite_add_tcase(suite, banks);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
