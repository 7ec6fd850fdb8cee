/* amdgcn_flight_test.c - loads from memory straight to LDS: what they bring and when it may be touched; barriers of waves that run apart; the cycles
 * that busy LDS banks cost. Each wrong kernel lacks one thing that the right one beside it has. */
#include <check.h>
#include <string.h>

#include "tests/unit/amdgcn_harness.h"

static const struct wrong {
    const char *kernel, *says;
} wrongs[] = {
    {"own_read_in_flight", "reads LDS offset 0 before the load to LDS of the same wave that fills it was waited for (vmcnt)"},
    {"own_write_in_flight", "writes LDS offset 0 before the load to LDS of the same wave"},
    {"filled_twice", "writes LDS offset 0 before the load to LDS of the same wave"},
    {"write_into_a_fill", "race: writes LDS offset 0, which wave 0 fills by a load to LDS without a barrier and a wait between"},
    {"handed_over_no_wait", "race: reads LDS offset 256, which wave 1 fills by a load to LDS without a barrier and a wait between"},
    {"handed_over_no_barrier", "reads LDS offset 256, which was never written before this read (is a barrier missing?)"},
    {"handed_over_wait_behind_barrier", "race: reads LDS offset 256, which wave 1 fills by a load to LDS without a barrier and a wait between"},
    {"newer_of_two", "race: reads LDS offset 768, which wave 1 fills by a load to LDS without a barrier and a wait between"},
    {"refilled_no_barrier", "race: reads LDS offset 0, which wave 0 fills by a load to LDS without a barrier between"},
    {"refilled_no_wait", "race: writes LDS offset 0, which wave 1 reads without a barrier and a wait between"},
    {"refilled_under_the_first_reader", "race: writes LDS offset 0, which wave 0 reads without a barrier and a wait between"},
    {"own_refilled_no_wait", "loads to LDS offset 0, which the same wave still reads or writes: an lgkmcnt wait is missing"},
    {"m0_too_early", "right behind the write of M0"},
    {"buffer_offsets_beyond_32_bits", "exceed 32 bits"},
    {"offset_without_the_last", "waits at a barrier, but wave 0 has ended"},
};

static tri_status *run(const char *kernel, uint32_t out[128], bool read)
{
    uint32_t a[128];
    for (uint32_t i = 0; i < 128; i++) a[i] = 1000 + i;
    amdgcn_test test;
    amdgcn_open(&test, "flight.gfx950");
    tri_status *status = amdgcn_run(&test, kernel, 1, 128, (amdgcn_buffer[]){IN(a), {out, 128 * sizeof *out, false, read}}, 2);
    amdgcn_close(&test);
    return status;
}

START_TEST(what_is_left_out_is_reported)
{
    const struct wrong *w = &wrongs[_i];
    uint32_t out[128];
    tri_status *status = run(w->kernel, out, false);
    ck_assert_msg(status != NULL, "%s ran without an error", w->kernel);
    const char *text = amdgcn_text(status);
    ck_assert_int_eq(tri_status_code(status), TRI_FAULT);
    ck_assert_msg(strstr(text, w->says) && strstr(text, "kernel ") && strstr(text, w->kernel) && strstr(text, "wave "), "%s says: %s", w->kernel,
                  text);
    tri_status_free(status);
}
END_TEST

/* What work-item i finds; input dword i is 1000 + i. In the kernels of wide loads lane l's reads dword 4 l of its wave's LDS. */
static uint32_t own(uint32_t i) { return 1000 + i; }
static uint32_t of_other_wave(uint32_t i) { return 1000 + (i ^ 64); }
static uint32_t every_second(uint32_t i) { return 1000 + 2 * (i % 64); }
static uint32_t every_second_in_100_bytes(uint32_t i) { return 8 * (i % 64) + 4 <= 100 ? 1000 + 2 * (i % 64) : 0; }
static uint32_t threes(uint32_t i) /* LDS dword j is part j % 3 of lane j / 3, which loaded from input dword 2 (j / 3) on */
{
    uint32_t j = 4 * (i % 64);
    return j < 3 * 64 ? 1000 + 2 * (j / 3) + j % 3 : UINT32_MAX;
}
static uint32_t moved_by_16_bytes(uint32_t i) /* input dword j to LDS dword j, for the 64 dwords from 4 on */
{
    uint32_t j = 4 * (i % 64);
    return j >= 4 && j < 68 ? 1000 + j : UINT32_MAX;
}
static uint32_t first_of_four(uint32_t i) { return 1000 + i % 64; }
static uint32_t nothing(uint32_t i) { return 0 * i; }
static uint32_t five_steps(uint32_t i) { return i < 64 ? 0 : 0 + 1 + 2 + 3 + 4 + 5 * (i - 64); }

static const struct right {
    const char *kernel;
    uint32_t (*expected)(uint32_t);
} rights[] = {
    {"own_read_waited", own},
    {"handed_over", of_other_wave},
    {"older_of_two", of_other_wave},
    {"refilled", of_other_wave},
    {"own_refilled", own},
    {"buffer_x4", every_second},
    {"buffer_x4_in_part", every_second_in_100_bytes},
    {"buffer_x3", threes},
    {"buffer_x1_offset", moved_by_16_bytes},
    {"global_x4", first_of_four},
    {"buffer_x4_off", nothing},
    {"offset_by_a_barrier", five_steps},
};

START_TEST(with_all_of_it_the_kernel_runs)
{
    const struct right *r = &rights[_i];
    uint32_t out[128];
    tri_status *status = run(r->kernel, out, true);
    ck_assert_msg(!status, "%s: %s", r->kernel, status ? amdgcn_text(status) : "");
    for (uint32_t i = 0; i < 128; i++) ck_assert_msg(out[i] == r->expected(i), "%s: item %u finds %d", r->kernel, i, (int)out[i]);
}
END_TEST

/* Cycles beyond one a step: (lanes of a step that share a bank with different dwords - 1) * steps. gfx942: 32 banks, steps of 128 bytes; gfx950: 64
 * banks and 256 bytes for reads, as gfx942 for writes. */
static const struct access {
    const char *kernel;
    uint64_t on_gfx942, on_gfx950;
} accesses[] = {
    {"b32_dense", 0, 0},
    {"b32_stride_2", 2 * (2 - 1), 1 * (2 - 1)},
    {"b32_stride_64", 2 * (32 - 1), 1 * (64 - 1)},
    {"b32_same", 0, 0},
    {"b64_dense", 0, 0},
    {"b128_dense", 0, 0},
    {"b128_stride_128", 8 * (8 - 1), 4 * (8 - 1)},
    {"b128_stride_256", 8 * (8 - 1), 4 * (16 - 1)},
    {"write_b32_dense", 0, 0},
    {"write_b32_stride_128", 2 * (32 - 1), 2 * (32 - 1)},
    {"write_b128_stride_32", 8 * (2 - 1), 8 * (2 - 1)},
};

START_TEST(busy_banks_are_counted)
{
    for (int chip = 0; chip < 2; chip++) {
        const struct access *access = &accesses[_i];
        uint32_t a[4] = {0};
        amdgcn_test test;
        amdgcn_open(&test, chip ? "banks.gfx950" : "banks.gfx942");
        tri_status *status = amdgcn_run(&test, access->kernel, 1, 64, (amdgcn_buffer[]){IN(a), IN(a)}, 2);
        ck_assert_msg(!status, "%s: %s", access->kernel, status ? amdgcn_text(status) : "");
        ck_assert_uint_eq(amdgcn_counter(&test, "lds_accesses"), 16 + 1);
        ck_assert_uint_eq(amdgcn_counter(&test, "lds_conflicts"), chip ? access->on_gfx950 : access->on_gfx942);
        amdgcn_close(&test);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("amdgcn_flight");
    TCase *flight = tcase_create("flight");
    tcase_add_loop_test(flight, what_is_left_out_is_reported, 0, sizeof wrongs / sizeof *wrongs);
    tcase_add_loop_test(flight, with_all_of_it_the_kernel_runs, 0, sizeof rights / sizeof *rights);
    tcase_add_loop_test(flight, busy_banks_are_counted, 0, sizeof accesses / sizeof *accesses);
    suite_add_tcase(suite, flight);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
