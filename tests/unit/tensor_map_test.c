/* Tests of abi/tensor_map.c: the limits of tensor maps are refused by name, and what keeps them is taken. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "abi/tensor_map.h"

static tri_tensor_map good(void)
{
    /* 64 x 32 bf16 boxes of a row-major 300 x 96 matrix that begins 32 bytes into its buffer. */
    return (tri_tensor_map){
        .dtype = TRI_BF16, .rank = 2, .offset = 32, .dims = {96, 300}, .strides = {2, 192}, .box = {64, 32}, .steps = {1, 1}, .swizzle = 128};
}

static void ck_refused(tri_tensor_map map, uint64_t bytes, const char *what)
{
    tri_status *status = tri_tensor_map_check(&map, bytes);
    ck_assert_msg(status != NULL, "taken, though its %s is wrong", what);
    ck_assert_ptr_nonnull(strstr(tri_status_message(status), what));
    tri_status_free(status);
}

START_TEST(a_map_that_just_fits_its_buffer_is_taken)
{
    tri_tensor_map map = good();
    uint64_t bytes = 32 + 300 * 192;
    ck_assert_ptr_null(tri_tensor_map_check(&map, bytes));
    ck_refused(map, bytes - 1, "reaches byte");
}
END_TEST

START_TEST(each_limit_is_named)
{
    tri_tensor_map map;
    uint64_t bytes = 1 << 20;
    map = good(), map.rank = 0, ck_refused(map, bytes, "rank");
    map = good(), map.rank = 6, ck_refused(map, bytes, "rank");
    map = good(), map.offset = 8, ck_refused(map, bytes, "offset");
    map = good(), map.swizzle = 48, ck_refused(map, bytes, "swizzle");
    map = good(), map.swizzle = 64, ck_refused(map, bytes, "box");
    map = good(), map.strides[0] = 4, ck_refused(map, bytes, "stride");
    map = good(), map.strides[1] = 200, ck_refused(map, bytes, "stride");
    map = good(), map.box[1] = 257, ck_refused(map, bytes, "box");
    map = good(), map.box[1] = 0, ck_refused(map, bytes, "box");
    map = good(), map.box[0] = 7, ck_refused(map, bytes, "box");
    map = good(), map.steps[0] = 9, ck_refused(map, bytes, "step");
    map = good(), map.dims[0] = 0, ck_refused(map, bytes, "size");
    map = good(), map.dims[1] = (UINT64_C(1) << 32) + 1, ck_refused(map, UINT64_MAX, "size");
    map = good(), map.dtype = (tri_dtype)200, ck_refused(map, bytes, "type");
}
END_TEST

START_TEST(a_reach_that_overflows_is_refused)
{
    tri_tensor_map map = {.dtype = TRI_F32,
                          .rank = 5,
                          .dims = {1, UINT64_C(1) << 32, 1, 1, 1},
                          .box = {4, 1, 1, 1, 1},
                          .steps = {1, 1, 1, 1, 1},
                          .strides = {4, (UINT64_C(1) << 40) - 16, 16, 16, 16}};
    ck_refused(map, UINT64_MAX, "reach");
}
END_TEST

START_TEST(a_map_is_printed_in_one_line)
{
    tri_tensor_map map = good();
    map.buffer = 1;
    tri_text out = {0};
    tri_tensor_map_print(&map, &out);
    ck_assert_str_eq(tri_text_string(&out), "parameter 1 +32: bf16 [96 x 300] strides [2, 192] box [64 x 32] steps [1 x 1] swizzle 128");
    tri_text_free(&out);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tensor_map");
    TCase *tcase = tcase_create("limits");
    tcase_add_test(tcase, a_map_that_just_fits_its_buffer_is_taken);
    tcase_add_test(tcase, each_limit_is_named);
    tcase_add_test(tcase, a_reach_that_overflows_is_refused);
    tcase_add_test(tcase, a_map_is_printed_in_one_line);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
