/* amdgcn_check_test.c - each check of the simulator is raised by the smallest kernel that breaks its rule, and not by the right kernel beside it. */
#include <check.h>
#include <string.h>

#include "tests/unit/amdgcn_harness.h"

static const struct wrong {
    const char *kernel, *says;
} wrongs[] = {
    {"no_vmcnt", "reads v2 before the load that fills it was waited for"},
    {"vmcnt_too_few", "reads v3 before the load"},
    {"overwrites_pending", "writes v2 before the load"},
    {"no_lgkmcnt_scalar", "reads s4 before the load"},
    {"scalar_out_of_order", "reads s4 before the load"},
    {"no_lgkmcnt_lds", "reads v2 before the load"},
    {"exchange_no_barrier", "reads LDS offset 508, which was never written before this read"},
    {"exchange_no_wait", "race: reads LDS offset"},
    {"rewrite_no_barrier", "race: reads LDS offset 252, which wave 0 writes"},
    {"rewrite_by_the_second", "race: writes LDS offset 256, which wave 0 reads without a barrier and a wait"},
    {"both_write", "race: writes LDS offset 0, which wave 0 writes without a barrier and a wait"},
    {"lds_never_written", "never written"},
    {"lds_out_of_bounds", "LDS offset 512; the workgroup has 512 bytes"},
    {"loads_past_the_end", "reads 4 bytes at offset 512 of argument 0, which has 512 bytes"},
    {"stores_before_the_start", "writes 4 bytes at offset -4 of argument 1"},
    {"reads_unwritten", "reads 4 bytes at offset 0 of argument 1, which were never written"},
    {"writes_the_arguments", "read-only"},
    {"early_exit_before_barrier", "waits at a barrier, but wave 1 has ended"},
    {"hangs", "seems to hang"},
    {"matrix_read_too_early", "touches the result of a matrix instruction 1 wait states too early"},
    {"to_lds_no_wait", "race: reads LDS offset"},
};

START_TEST(a_broken_rule_is_reported_with_its_place)
{
    const struct wrong *w = &wrongs[_i];
    uint32_t a[128], out[128];
    memset(a, 1, sizeof a);
    amdgcn_test test;
    amdgcn_open(&test, "checks.gfx942");
    tri_status *status = amdgcn_run(&test, w->kernel, 1, 128, (amdgcn_buffer[]){IN(a), {out, sizeof out, false, false}}, 2);
    ck_assert_msg(status != NULL, "%s ran without an error", w->kernel);
    const char *text = amdgcn_text(status);
    ck_assert_int_eq(tri_status_code(status), TRI_FAULT);
    ck_assert_msg(strstr(text, w->says) != NULL, "%s says: %s", w->kernel, text);
    ck_assert_msg(strstr(text, "pc 0x") && strstr(text, w->kernel) && strstr(text, "workgroup (0,0,0)"), "no place in: %s", text);
    tri_status_free(status);
    amdgcn_close(&test);
}
END_TEST

/* Right kernels: what work-item i of 128 finds in `out`. */
static uint32_t same(uint32_t i) { return 1000 + i; }
static uint32_t mirror(uint32_t i) { return 127 - i; }
static uint32_t mirror_of_a(uint32_t i) { return 1000 + 127 - i; }
static uint32_t first_64(uint32_t i) { return i < 64 ? 1000 + i : 0; }
static const struct right {
    const char *kernel;
    uint32_t (*expected)(uint32_t);
} rights[] = {
    {"copy", same},          {"vmcnt_one_of_two", same},  {"exchange", mirror},          {"rewrite", mirror}, {"buffer_range", first_64},
    {"to_lds", mirror_of_a}, {"halves_of_a_dword", NULL}, {"matrix_read_in_time", NULL},
};

START_TEST(a_right_kernel_runs)
{
    uint32_t a[128], out[128];
    for (uint32_t i = 0; i < 128; i++) a[i] = 1000 + i;
    amdgcn_test test;
    amdgcn_open(&test, "checks.gfx942");
    tri_status *status =
        amdgcn_run(&test, rights[_i].kernel, 1, 128, (amdgcn_buffer[]){IN(a), {out, sizeof out, false, rights[_i].expected != NULL}}, 2);
    ck_assert_msg(!status, "%s: %s", rights[_i].kernel, status ? amdgcn_text(status) : "");
    for (uint32_t i = 0; i < 128 && rights[_i].expected; i++) ck_assert_uint_eq(out[i], rights[_i].expected(i));
    amdgcn_close(&test);
}
END_TEST

START_TEST(an_unknown_instruction_that_can_be_reached_stops_the_load)
{
    amdgcn_test test = {0};
    tri_status *status = amdgcn_try_load(&test, "unknown.gfx942");
    ck_assert_int_eq(tri_status_code(status), TRI_UNSUPPORTED);
    ck_assert_msg(strstr(amdgcn_text(status), "kernel unknown of unknown.gfx942, pc 0x"), "%s", amdgcn_text(status));
    ck_assert_msg(strstr(amdgcn_text(status), "v_cubeid_f32"), "%s", amdgcn_text(status));
    tri_status_free(status);
    amdgcn_close(&test);
}
END_TEST

START_TEST(launches_that_make_no_sense_are_refused)
{
    static const struct {
        const char *kernel;
        uint32_t threads, arguments;
        const char *says;
    } cases[] = {{"copy", 1025, 2, "1 to 1024"},
                 {"copy", 0, 2, "1 to 1024"},
                 {"copy", 64, 1, "takes 16 bytes of arguments"},
                 {"nothing", 64, 2, "no kernel nothing"}};
    uint32_t a[128] = {0};
    amdgcn_test test;
    amdgcn_open(&test, "checks.gfx942");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        tri_status *status = amdgcn_run(&test, cases[i].kernel, 1, cases[i].threads, (amdgcn_buffer[]){IN(a), IN(a)}, cases[i].arguments);
        ck_assert_int_eq(tri_status_code(status), TRI_USAGE);
        ck_assert_msg(strstr(amdgcn_text(status), cases[i].says), "%s", amdgcn_text(status));
        tri_status_free(status);
    }
    amdgcn_close(&test);
}
END_TEST

START_TEST(device_memory_knows_what_was_written_and_released)
{
    const tri_driver *driver = tri_amdgcn_sim_driver();
    amdgcn_test test;
    amdgcn_open(&test, "checks.gfx942");
    tri_address at, other;
    char bytes[32] = "0123456789";
    ck_assert_ptr_null(driver->allocate(test.device, 32, &at));
    ck_assert_ptr_null(driver->allocate(test.device, 32, &other));
    ck_assert_uint_eq(at % 256, 0);
    tri_status *status = driver->read(test.device, bytes, at, 32);
    ck_assert_int_eq(tri_status_code(status), TRI_FAULT);
    tri_status_free(status);
    ck_assert_ptr_null(driver->write(test.device, at + 8, bytes, 8));
    ck_assert_ptr_null(driver->copy(test.device, other, at + 8, 8));
    memset(bytes, 0, sizeof bytes);
    ck_assert_ptr_null(driver->read(test.device, bytes, other, 8));
    ck_assert_str_eq(bytes, "01234567");
    ck_assert_ptr_null(driver->poison(test.device, other + 7, 1));
    status = driver->read(test.device, bytes, other, 8);
    ck_assert_msg(status && strstr(amdgcn_text(status), "byte 7"), "the poisoned byte was read");
    tri_status_free(status);
    ck_assert_ptr_null(driver->release(test.device, at));
    status = driver->write(test.device, at, bytes, 1);
    ck_assert_int_eq(tri_status_code(status), TRI_USAGE);
    tri_status_free(status);
    status = driver->allocate(test.device, 1ull << 40, &at);
    ck_assert_int_eq(tri_status_code(status), TRI_NO_MEMORY);
    tri_status_free(status);
    amdgcn_close(&test);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("amdgcn_check");
    TCase *checks = tcase_create("checks");
    tcase_set_timeout(checks, 60);
    tcase_add_loop_test(checks, a_broken_rule_is_reported_with_its_place, 0, sizeof wrongs / sizeof *wrongs);
    tcase_add_loop_test(checks, a_right_kernel_runs, 0, sizeof rights / sizeof *rights);
    tcase_add_test(checks, an_unknown_instruction_that_can_be_reached_stops_the_load);
    tcase_add_test(checks, launches_that_make_no_sense_are_refused);
    tcase_add_test(checks, device_memory_knows_what_was_written_and_released);
    suite_add_tcase(suite, checks);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
