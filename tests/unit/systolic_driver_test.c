/* tests/unit/systolic_driver_test.c - the plugin from the runtime's side: memory with its errors, loading, launching, reports. driver.c is linked in.
 */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "abi/systolic.h"
#include "runtime/device.h"

const tri_driver *tri_driver_entry(void);

static const char doubling[] =
    "systolic 2 decoupled chip 0x0 params 2 sp_top 4096\n"
    "queue DMA 0\n  ap hbm f32 part 16 plane 256 axes 64:4\n  ap sp f32 part 16 plane 0 axes 64:4\n  SETR fn=1 dst=0x1\n  DMA f32>f32 dst=0x0@1 "
    "src0=0x0+r1@0 s0=1:1\n"
    "  SETR fn=1 dst=0x1 src0=0x1\n  DMA f32>f32 w0=2:1 dst=0x0+r1@0 src0=0x400@1\n  HALT\n"
    "queue VEC 0\n  ap sp f32 part 16 plane 0 axes 64:4\n  TT f32>f32 fn=1 w0=1:1 dst=0x400@0 src0=0x0@0 src1=0x0@0 s0=2:1\n  HALT\n";

static tri_code_image *load(const tri_driver *driver, tri_device *device)
{
    tri_systolic_program *program;
    void *image;
    size_t n;
    tri_code_image *code;
    ck_assert_ptr_null(tri_systolic_assemble(doubling, sizeof doubling - 1, "doubling", &program));
    ck_assert_ptr_null(tri_systolic_finish(program, &image, &n));
    tri_systolic_free(program);
    ck_assert_ptr_null(driver->load(device, "doubling", image, n, &code));
    free(image);
    return code;
}

static bool fails(tri_status *status, tri_code code)
{
    bool ok = status && tri_status_code(status) == code;
    tri_status_free(status);
    return ok;
}

START_TEST(a_launch_computes_and_reports)
{
    const tri_driver *driver = tri_driver_entry();
    tri_chip *chip;
    ck_assert_ptr_null(tri_chip_load("trn2", &chip));
    double seconds[2];
    for (int timing_only = 0; timing_only < 2; timing_only++) {
        tri_device *device;
        tri_device_options options = {.timing_only = timing_only};
        ck_assert_ptr_null(driver->open(0, chip, &options, &device));
        tri_address at[2];
        float values[1024];
        for (int k = 0; k < 1024; k++) values[k] = (float)k;
        ck_assert_ptr_null(driver->allocate(device, sizeof values, &at[0]));
        ck_assert_ptr_null(driver->allocate(device, sizeof values, &at[1]));
        ck_assert_uint_eq(at[0] % 256, 0);
        ck_assert_ptr_null(driver->write(device, at[0], values, sizeof values));
        tri_code_image *code = load(driver, device);
        tri_launch launch = {.kernel = "doubling",
                             .n_arguments = 2,
                             .arguments = at,
                             .bytes = (uint64_t[]){sizeof values, sizeof values},
                             .argument_names = (const char *const[]){"in", "out"}};
        tri_launch_report report;
        ck_assert_ptr_null(driver->launch(device, code, &launch, &report));
        seconds[timing_only] = report.seconds;
        ck_assert_uint_eq(report.instructions, 7);
        ck_assert(fabs(report.cycles - report.seconds * 2.4e9) <= 1);
        ck_assert_int_ge(report.n_units, 3);
        if (!timing_only) {
            ck_assert_ptr_null(driver->read(device, values, at[1], sizeof values));
            for (int k = 0; k < 1024; k++) ck_assert_float_eq(values[k], 2.0f * (float)k);
            /* What is poisoned counts as never written, and a stale address is outside. */
            ck_assert_ptr_null(driver->poison(device, at[0] + 100, 1));
            ck_assert(fails(driver->launch(device, code, &launch, &report), TRI_FAULT));
            ck_assert_ptr_null(driver->release(device, at[0]));
            ck_assert(fails(driver->launch(device, code, &launch, &report), TRI_FAULT));
        }
        launch.n_arguments = 1;
        ck_assert(fails(driver->launch(device, code, &launch, &report), TRI_INVALID));
        driver->unload(device, code);
        driver->close(device);
    }
    ck_assert_double_eq(seconds[0], seconds[1]);
    tri_chip_free(chip);
}
END_TEST

START_TEST(memory_is_bounded_and_checked)
{
    const tri_driver *driver = tri_driver_entry();
    tri_chip *chip;
    tri_device *device;
    ck_assert_ptr_null(tri_chip_load("v5e", &chip));
    ck_assert_ptr_null(driver->open(0, chip, NULL, &device));
    tri_address a, b;
    char bytes[300] = {1};
    ck_assert(fails(driver->allocate(device, 17000000000ull, &a), TRI_NO_MEMORY));
    ck_assert_ptr_null(driver->allocate(device, 300, &a));
    ck_assert_ptr_null(driver->allocate(device, 300, &b));
    ck_assert_ptr_null(driver->write(device, a, bytes, 300));
    ck_assert_ptr_null(driver->copy(device, b, a, 300));
    ck_assert(fails(driver->write(device, a + 400, bytes, 300), TRI_INVALID));
    ck_assert(fails(driver->read(device, bytes, 16, 1), TRI_INVALID));
    ck_assert(fails(driver->release(device, a + 1), TRI_INVALID));
    ck_assert_ptr_null(driver->release(device, a));
    ck_assert(fails(driver->read(device, bytes, a, 1), TRI_INVALID));
    driver->close(device);
    ck_assert(fails(driver->open(1, chip, NULL, &device), TRI_UNAVAILABLE));
    tri_chip_free(chip);
}
END_TEST

START_TEST(every_systolic_chip_opens)
{
    static const char *const names[] = {"v5e", "v5p", "v6e", "v7x", "trn1", "trn2", "trn3"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        tri_chip *chip;
        tri_device *device;
        ck_assert_ptr_null(tri_chip_load(names[k], &chip));
        ck_assert_ptr_null(tri_driver_entry()->open(0, chip, NULL, &device));
        tri_driver_entry()->close(device);
        tri_chip_free(chip);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("systolic driver");
    TCase *cases = tcase_create("driver");
    tcase_set_timeout(cases, 60);
    tcase_add_test(cases, a_launch_computes_and_reports);
    tcase_add_test(cases, memory_is_bounded_and_checked);
    tcase_add_test(cases, every_systolic_chip_opens);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
