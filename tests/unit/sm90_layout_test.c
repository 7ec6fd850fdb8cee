/* tests/unit/sm90_layout_test.c - chains of products: what it takes to hand the result of one to the next as an operand in registers. */
#include <check.h>
#include <stdlib.h>

#include "targets/layout/fragment.h"
#include "targets/nvptx/sched.h"

/* A warp's 16x8 results and 16x16 operands (PTX ISA, mma.m16n8k16): g = lane / 4, t = lane mod 4. */
static const tri_atom warp_result = {4, {{true, 2, 3, 1, 0}, {true, 0, 2, 0, 2}, {false, 0, 1, 0, 1}, {false, 1, 1, 8, 0}}};
static const tri_atom warp_left = {8, {{true, 2, 3, 1, 0}, {true, 0, 2, 0, 2}, {false, 0, 1, 0, 1}, {false, 1, 1, 8, 0}, {false, 2, 1, 0, 8}}};
/* A wave's transposed 32x32 result: lane mod 32 is a row here, registers hold 8 (r / 4) + 4 (lane / 32) + r mod 4; and the operand of 32 x (2 x 4).
 */
static const tri_atom wave_result = {16, {{true, 0, 5, 1, 0}, {true, 5, 1, 0, 4}, {false, 0, 2, 0, 1}, {false, 2, 2, 0, 8}}};
static const tri_atom wave_operand = {4, {{true, 0, 5, 1, 0}, {true, 5, 1, 0, 4}, {false, 0, 2, 0, 1}}};
/* A wave's operand of 8 consecutive numbers a half. */
static const tri_atom wave_wide = {8, {{true, 0, 5, 1, 0}, {true, 5, 1, 0, 8}, {false, 0, 3, 0, 1}}};

typedef struct chain {
    const char *name;
    tri_fragment from, to;
    tri_conversion conversion;
} chain;

static tri_fragment repeated(tri_fragment fragment, int across)
{
    fragment.across = across;
    return fragment;
}

START_TEST(chains_of_products_cost_what_the_table_says)
{
    const chain chains[] = {
        {"a matmul's result is stored as it lies", repeated(group_result, 32), repeated(group_result, 32), TRI_CONVERT_NOTHING},
        {"attention, 16 bits, 128 keys", repeated(group_result, 16), repeated(group_left_16_bits, 8), TRI_CONVERT_NOTHING},
        {"attention, 16 bits, 176 keys", repeated(group_result, 22), repeated(group_left_16_bits, 11), TRI_CONVERT_NOTHING},
        {"attention, 8 bits, 128 keys", repeated(group_result, 16), repeated(group_left_8_bits, 4), TRI_CONVERT_ORDER},
        {"by one warp, 16 bits", {&warp_result, 32, 16, 8, 1, 8, false}, {&warp_left, 32, 16, 16, 1, 4, false}, TRI_CONVERT_NOTHING},
        {"a wave's transposed scores", {&wave_result, 64, 32, 32, 1, 2, false}, {&wave_operand, 64, 32, 8, 1, 8, false}, TRI_CONVERT_NOTHING},
        {"a wave's transposed scores, 8 in a row", {&wave_result, 64, 32, 32, 1, 2, false}, {&wave_wide, 64, 32, 16, 1, 4, false}, TRI_CONVERT_ORDER},
        {"rows and columns change places", {&wave_result, 64, 32, 32, 1, 1, false}, {&warp_left, 64, 32, 32, 1, 2, false}, TRI_CONVERT_EXCHANGE},
    };
    for (size_t i = 0; i < sizeof chains / sizeof *chains; i++)
        ck_assert_msg(tri_fragment_convert(&chains[i].from, &chains[i].to, 1, NULL) == chains[i].conversion, "%s", chains[i].name);
}
END_TEST

START_TEST(every_element_of_a_tile_has_one_register)
{
    const tri_fragment fragments[] = {repeated(group_result, 4), repeated(group_left_16_bits, 3), repeated(group_left_8_bits, 2)};
    for (size_t i = 0; i < sizeof fragments / sizeof *fragments; i++) {
        const tri_fragment *f = &fragments[i];
        int columns = f->columns * f->across, *held = calloc((size_t)(f->rows * columns), sizeof *held);
        for (int lane = 0; lane < f->lanes; lane++)
            for (int r = 0; r < tri_fragment_registers(f); r++) {
                tri_place place = tri_fragment_place(f, lane, r);
                ck_assert(place.row >= 0 && place.row < f->rows && place.column >= 0 && place.column < columns);
                held[place.row * columns + place.column]++;
            }
        for (int e = 0; e < f->rows * columns; e++) ck_assert_int_eq(held[e], 1);
        free(held);
    }
}
END_TEST

START_TEST(the_order_of_columns_of_8_bit_operands_is_that_of_pairs_and_quads)
{
    int order[32];
    tri_fragment from = repeated(group_result, 4);
    ck_assert(tri_fragment_convert(&from, &group_left_8_bits, 1, order) == TRI_CONVERT_ORDER);
    /* lane t of a quad has columns 2t, 2t+1 of each 8 and must have 4t .. 4t+3 of each 16 */
    for (int t = 0; t < 4; t++)
        for (int i = 0; i < 4; i++) ck_assert_int_eq(order[4 * t + i], i / 2 * 8 + 2 * t + i % 2);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sm90_layout");
    TCase *table = tcase_create("table");
    tcase_add_test(table, chains_of_products_cost_what_the_table_says);
    tcase_add_test(table, every_element_of_a_tile_has_one_register);
    tcase_add_test(table, the_order_of_columns_of_8_bit_operands_is_that_of_pairs_and_quads);
    suite_add_tcase(suite, table);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
