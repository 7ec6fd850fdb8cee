/* runtime_test.c - libtrine from end to end on the null device: devices, plans, runs, reports, callbacks, and what is said when something is missing
 * or breaks. Needs a writable /tmp. */
#define _GNU_SOURCE
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "abi/artifact.h"
#include "artifact_sample.h"
#include "base/file.h"
#include "status_test.h"
#include "tri/runtime.h"

#define NULL_DEVICE "sim:tests/unit/data/null.chip"

static sample s; /* each test runs in a process of its own */
static tri_program_file *file;
static tri_device_handle *device;

static tri_program_file *open_program(const tri_program *program)
{
    char path[] = "/tmp/trine-runtime-test-XXXXXX";
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    close(fd);
    tri_program_file *opened = NULL;
    OK(tri_artifact_write(program, path));
    OK(tri_open(path, &opened));
    unlink(path);
    return opened;
}

static void begin(void)
{
    sample_make(&s);
    OK(tri_device_open(NULL_DEVICE, NULL, &device));
}

static void end(void)
{
    tri_device_close(device);
    tri_close(file);
    file = NULL;
}

static tri_executable *create(const char *entry)
{
    tri_executable *e = NULL;
    if (!file) file = open_program(&s.program);
    OK(tri_executable_create(file, device, entry, &e));
    return e;
}

static tri_status *try_create(const char *entry)
{
    tri_executable *e;
    file = open_program(&s.program);
    return tri_executable_create(file, device, entry, &e);
}

static float x[SAMPLE_N], y[SAMPLE_N], out0[SAMPLE_N], out1[SAMPLE_N];
static const void *const inputs[] = {x, y};
static void *const outputs[] = {out0, out1};

static void set_inputs(void)
{
    for (int i = 0; i < SAMPLE_N; i++) {
        x[i] = (float)i;
        y[i] = (float)(100 * i + 1);
        out0[i] = out1[i] = -1;
    }
}

/* By hand: x + y = 101 i + 1, the constant is i - 3. */
static void check_outputs(void)
{
    for (int i = 0; i < SAMPLE_N; i++) {
        ck_assert_float_eq(out1[i], (float)(101 * i + 1));
        ck_assert_float_eq(out0[i], (float)((101 * i + 1) * (i - 3)));
    }
}

START_TEST(a_program_runs_and_runs_again)
{
    tri_executable *e = create("main");
    for (int round = 0; round < 3; round++) {
        set_inputs();
        OK(tri_executable_run(e, inputs, outputs, NULL, NULL));
        check_outputs();
    }
    tri_executable_destroy(e);
}
END_TEST

START_TEST(inputs_and_outputs_have_types)
{
    tri_executable *e = create("main");
    ck_assert_uint_eq(tri_executable_inputs(e), 2);
    ck_assert_uint_eq(tri_executable_outputs(e), 2);
    tri_tensor_type type = tri_executable_input(e, 1);
    ck_assert_str_eq(type.name, "y");
    ck_assert_str_eq(type.dtype, "f32");
    ck_assert_int_eq(type.rank, 1);
    ck_assert_int_eq(type.dims[0], SAMPLE_N);
    ck_assert_uint_eq(type.bytes, SAMPLE_BYTES);
    ck_assert_str_eq(tri_executable_output(e, 0).name, "out0");
    ck_assert_uint_eq(tri_executable_output(e, 2).bytes, 0);
    tri_executable_destroy(e);
}
END_TEST

START_TEST(an_entry_point_is_chosen_by_name)
{
    tri_executable *e = create("twice");
    set_inputs();
    OK(tri_executable_run(e, inputs, outputs, NULL, NULL));
    for (int i = 0; i < SAMPLE_N; i++) ck_assert_float_eq(out0[i], (float)(2 * i));
    FAILS(tri_executable_create(file, device, NULL, &e), TRI_USAGE, "main, twice");
    FAILS(tri_executable_create(file, device, "decode", &e), TRI_USAGE, "main, twice", "decode");
    tri_executable_destroy(e);
}
END_TEST

START_TEST(the_only_entry_point_needs_no_name)
{
    s.program.n_plans = 1;
    tri_executable *e = create(NULL);
    ck_assert_uint_eq(tri_executable_inputs(e), 2);
    tri_executable_destroy(e);
}
END_TEST

START_TEST(two_executables_share_a_device)
{
    tri_executable *one = create("main"), *two = create("twice");
    set_inputs();
    OK(tri_executable_run(one, inputs, outputs, NULL, NULL));
    check_outputs();
    OK(tri_executable_run(two, inputs, outputs, NULL, NULL));
    ck_assert_float_eq(out0[5], 10);
    tri_executable_destroy(one);
    OK(tri_executable_run(two, inputs, outputs, NULL, NULL));
    ck_assert_float_eq(out0[6], 12);
    tri_executable_destroy(two);
}
END_TEST

START_TEST(executables_are_chained_by_address)
{
    tri_executable *first = create("main"), *second = create("twice");
    uint64_t own = tri_executable_input_address(second, 0);
    ck_assert_uint_ne(own, 0);
    ck_assert_uint_eq(tri_executable_input_address(second, 1), 0);
    OK(tri_executable_bind_input(second, 0, tri_executable_output_address(first, 1)));
    ck_assert_uint_ne(tri_executable_input_address(second, 0), own);
    set_inputs();
    OK(tri_executable_run(first, inputs, NULL, NULL, NULL));
    OK(tri_executable_run(second, NULL, outputs, NULL, NULL)); /* 2 * (x + y) */
    for (int i = 0; i < SAMPLE_N; i++) ck_assert_float_eq(out0[i], (float)(2 * (101 * i + 1)));
    OK(tri_executable_enqueue(first));
    OK(tri_executable_enqueue(second));
    OK(tri_device_finish(device));
    FAILS(tri_executable_run(first, NULL, outputs, NULL, NULL), TRI_USAGE, "no bytes were given for input x");
    for (int i = 0; i < 2; i++) OK(tri_executable_bind_input(first, (size_t)i, tri_executable_input_address(first, (size_t)i)));
    set_inputs();
    OK(tri_executable_run(first, NULL, outputs, NULL, NULL)); /* on what the first run wrote */
    check_outputs();
    FAILS(tri_executable_bind_input(second, 0, 0), TRI_USAGE, "input x cannot be bound to address 0x0", "multiple of 256");
    FAILS(tri_executable_bind_input(second, 0, 100), TRI_USAGE, "multiple of 256");
    FAILS(tri_executable_bind_input(second, 1, 256), TRI_USAGE, "1 inputs");
    FAILS(tri_executable_bind_output(first, 2, 256), TRI_USAGE, "2 outputs");
    tri_executable_destroy(second);
    OK(tri_executable_run(first, inputs, outputs, NULL, NULL)); /* its memory was never the second's to release */
    check_outputs();
    tri_executable_destroy(first);
}
END_TEST

START_TEST(a_result_bound_to_memory_that_is_not_there_is_a_fault)
{
    tri_executable *e = create("twice");
    OK(tri_executable_bind_output(e, 0, (uint64_t)1 << 40));
    set_inputs();
    FAILS(tri_executable_run(e, inputs, NULL, NULL, NULL), TRI_FAULT, "output out0");
    tri_executable_destroy(e);
}
END_TEST

START_TEST(tensor_maps_are_refused_where_there_are_none)
{
    s.maps[0] = (tri_tensor_map){.dtype = TRI_F32, .rank = 1, .dims = {16}, .strides = {4}, .box = {16}, .steps = {1}};
    s.kernels[SAMPLE_MUL].n_maps = 1;
    s.kernels[SAMPLE_MUL].maps = s.maps;
    tri_executable *e = create("main");
    set_inputs();
    FAILS(tri_executable_run(e, inputs, outputs, NULL, NULL), TRI_UNSUPPORTED, "mul_f32 takes tensor maps");
    tri_executable_destroy(e);
}
END_TEST

START_TEST(a_run_reports_each_step)
{
    tri_executable *e = create("main");
    tri_run_report report;
    OK(tri_executable_run(e, inputs, outputs, NULL, &report));
    ck_assert_uint_eq(report.n_steps, 3);
    ck_assert_str_eq(report.steps[1].label, "multiply");
    ck_assert_str_eq(report.steps[1].kernel, "mul_f32");
    ck_assert_str_eq(report.steps[1].family, "elementwise");
    ck_assert_uint_eq(report.steps[1].step, 1);
    ck_assert_uint_eq(report.steps[1].graph_op, 1);
    ck_assert_uint_eq(report.steps[1].flops, SAMPLE_N);
    ck_assert_uint_eq(report.steps[1].bytes, 3 * SAMPLE_BYTES);
    ck_assert_uint_eq(report.steps[1].instructions, SAMPLE_N);
    ck_assert_str_eq(report.steps[2].kernel, "copy");
    ck_assert_uint_eq(report.steps[2].bytes, 2 * SAMPLE_BYTES);
    double sum = 0;
    for (size_t i = 0; i < report.n_steps; i++) {
        ck_assert(report.steps[i].seconds > 0 && report.steps[i].seconds < 10);
        sum += report.steps[i].seconds;
    }
    ck_assert_double_eq_tol(report.seconds, sum, 1e-12);
    ck_assert_uint_eq(report.cycles, 0);
    tri_executable_destroy(e);
}
END_TEST

/* The second segment adds where its step multiplies: who launched what can be told. */
static bool added(void) { return out0[2] == 203 + -1; }
static bool multiplied(void) { return out0[2] == 203 * -1; }

START_TEST(steps_run_as_one_program_unless_each_is_to_be_seen)
{
    sample_add_segments(&s);
    tri_executable *e = create("main");
    tri_run_report report;
    set_inputs();
    OK(tri_executable_run(e, inputs, outputs, NULL, &report));
    ck_assert(added());
    ck_assert_uint_eq(report.n_steps, 3);
    ck_assert_str_eq(report.steps[1].kernel, "add_f32");
    ck_assert_uint_eq(report.steps[1].step, 1);
    ck_assert_uint_eq(report.steps[1].n_steps, 1);
    ck_assert_str_eq(report.steps[2].kernel, "copy");
    OK(tri_executable_run(e, inputs, outputs, &(tri_run_options){.each_step = true}, &report));
    ck_assert(multiplied());
    ck_assert_str_eq(report.steps[1].kernel, "mul_f32");
    OK(tri_executable_enqueue(e));
    OK(tri_device_finish(device));
    tri_executable_destroy(e);
}
END_TEST

START_TEST(a_segment_of_two_steps_is_one_launch)
{
    sample_add_segments(&s);
    s.segments[0].n_steps = 2; /* which leaves out0 unwritten */
    s.plans[SAMPLE_MAIN].n_segments = 1;
    tri_executable *e = create("main");
    tri_run_report report;
    set_inputs();
    OK(tri_executable_run(e, inputs, (void *const[]){NULL, out1}, NULL, &report));
    ck_assert_uint_eq(report.n_steps, 2);
    ck_assert_uint_eq(report.steps[0].n_steps, 2);
    ck_assert_uint_eq(report.steps[1].step, 2);
    ck_assert_float_eq(out1[2], 203);
    tri_executable_destroy(e);
}
END_TEST

START_TEST(an_output_bound_to_an_inputs_memory_is_written_step_by_step)
{
    sample_add_segments(&s);
    tri_executable *e = create("main");
    set_inputs();
    OK(tri_executable_run(e, inputs, outputs, NULL, NULL));
    OK(tri_executable_bind_output(e, 0, tri_executable_input_address(e, 0)));
    OK(tri_executable_run(e, inputs, outputs, NULL, NULL));
    ck_assert(multiplied());
    tri_executable_destroy(e);
}
END_TEST

typedef struct watched {
    size_t calls, stop_at;
    float sum[SAMPLE_N];
    unsigned char out0[SAMPLE_BYTES];
} watched;

static tri_status *watch(void *context, tri_executable *e, size_t step)
{
    watched *w = context;
    ck_assert_uint_eq(step, w->calls++);
    if (step == SAMPLE_STEP_ADD) {
        TRI_TRY(tri_executable_read(e, SAMPLE_SUM, w->sum, SAMPLE_BYTES));
        TRI_TRY(tri_executable_read(e, SAMPLE_OUT0, w->out0, SAMPLE_BYTES));
    }
    return w->calls == w->stop_at ? tri_error(TRI_WRONG, TRI_NOWHERE, "seen enough") : NULL;
}

START_TEST(a_callback_sees_every_step_and_can_read_and_stop)
{
    tri_executable *e = create("main");
    watched w = {0};
    tri_run_options options = {.after_step = watch, .context = &w};
    set_inputs();
    OK(tri_executable_run(e, inputs, outputs, &options, NULL));
    ck_assert_uint_eq(w.calls, 3);
    for (int i = 0; i < SAMPLE_N; i++) ck_assert_float_eq(w.sum[i], (float)(101 * i + 1));
    w = (watched){.stop_at = 2};
    set_inputs();
    FAILS(tri_executable_run(e, inputs, outputs, &options, NULL), TRI_WRONG, "seen enough");
    ck_assert_uint_eq(w.calls, 2);
    ck_assert_float_eq(out1[3], -1); /* nothing came back */
    float too_much[SAMPLE_N + 1];
    FAILS(tri_executable_read(e, SAMPLE_SUM, too_much, sizeof too_much), TRI_USAGE, "64 bytes", "68");
    FAILS(tri_executable_read(e, SAMPLE_BUFFERS, too_much, 4), TRI_USAGE, "no buffer 6");
    tri_executable_destroy(e);
}
END_TEST

START_TEST(poison_forgets_what_an_earlier_run_left)
{
    tri_executable *e = create("main");
    watched w = {0};
    tri_run_options options = {.after_step = watch, .context = &w};
    set_inputs();
    OK(tri_executable_run(e, inputs, outputs, &options, NULL));
    w.calls = 0;
    OK(tri_executable_run(e, inputs, outputs, &options, NULL));
    ck_assert_mem_eq(w.out0, out0, SAMPLE_BYTES); /* before out0 was written: the last run's */
    w.calls = 0;
    options.poison = true;
    OK(tri_executable_run(e, inputs, outputs, &options, NULL));
    for (int i = 0; i < SAMPLE_BYTES; i++) ck_assert_uint_eq(w.out0[i], 0xa5);
    check_outputs();
    tri_executable_destroy(e);
}
END_TEST

START_TEST(outputs_may_be_left_out_and_inputs_may_not)
{
    tri_executable *e = create("main");
    set_inputs();
    OK(tri_executable_run(e, inputs, NULL, NULL, NULL));
    OK(tri_executable_run(e, inputs, (void *const[]){NULL, out1}, NULL, NULL));
    ck_assert_float_eq(out0[2], -1);
    ck_assert_float_eq(out1[2], 203);
    FAILS(tri_executable_run(e, (const void *const[]){x, NULL}, outputs, NULL, NULL), TRI_USAGE, "input y", "main");
    FAILS(tri_executable_run(e, NULL, outputs, NULL, NULL), TRI_USAGE, "input x");
    tri_executable_destroy(e);
}
END_TEST

START_TEST(constants_far_into_the_file_are_found)
{
    static float many[1000];
    for (int i = 0; i < 1000; i++) many[i] = -1;
    for (int i = 0; i < SAMPLE_N; i++) many[500 + i] = (float)(i - 3);
    s.program.constants = many;
    s.program.constants_bytes = sizeof many;
    s.buffers[SAMPLE_CONSTANT].offset = 4 * 500;
    tri_executable *e = create("main");
    set_inputs();
    OK(tri_executable_run(e, inputs, outputs, NULL, NULL));
    check_outputs();
    tri_executable_destroy(e);
}
END_TEST

START_TEST(empty_tensors_are_fine)
{
    s.inputs[1].dims[0] = 0;
    s.buffers[SAMPLE_Y].bytes = 0;
    s.lists[0][2] = SAMPLE_X;
    tri_executable *e = create("main");
    set_inputs();
    OK(tri_executable_run(e, (const void *const[]){x, NULL}, outputs, NULL, NULL));
    ck_assert_float_eq(out1[4], 8);
    tri_executable_destroy(e);
}
END_TEST

START_TEST(a_chip_that_was_not_compiled_for_is_refused)
{
    s.plans[0].chip = s.plans[1].chip = "zero";
    s.plans[0].chip_text = s.plans[1].chip_text = "family = null\nhbm_bytes = 1 GiB [E] \"\"\n";
    FAILS(try_create("main"), TRI_UNSUPPORTED, "zero", "--chip null");
}
END_TEST

START_TEST(an_edited_chip_is_known_by_its_name)
{
    s.plans[0].chip_text = "family = null\nhbm_bytes = 1 GiB [E] \"\"\n";
    tri_executable_destroy(create("main"));
}
END_TEST

START_TEST(a_renamed_chip_is_known_by_its_values)
{
    s.plans[0].chip = "another";
    tri_executable_destroy(create("main"));
}
END_TEST

START_TEST(a_chip_text_that_does_not_parse_is_an_error)
{
    s.plans[0].chip_text = "family = = =\n";
    FAILS(try_create("main"), TRI_INVALID, "description of null in the artifact");
}
END_TEST

START_TEST(memory_that_does_not_suffice_is_named)
{
    s.inputs[1].dims[0] = 1 << 14; /* 65536 bytes: all the device has, but others are there before */
    s.buffers[SAMPLE_Y].bytes = 4 << 14;
    FAILS(try_create("main"), TRI_NO_MEMORY, "65536 bytes for input y", "66176 bytes in all", "has 65536 bytes", "on " NULL_DEVICE);
    tri_executable *e = NULL;
    OK(tri_executable_create(file, device, "twice", &e)); /* what the failure had taken was given back */
    tri_executable_destroy(e);
}
END_TEST

START_TEST(a_failing_launch_names_step_kernel_and_device)
{
    s.codes[0].bytes = "add_f32 16\ntrap 7\n";
    s.codes[0].n = 18;
    s.kernels[SAMPLE_MUL].name = "trap";
    s.steps[SAMPLE_STEP_MUL].n_buffers = 1;
    tri_executable *e = create("main");
    FAILS(tri_executable_run(e, inputs, outputs, NULL, NULL), TRI_FAULT, "trap instruction was reached at element 7", "step 1 (multiply)",
          "kernel trap", "main", NULL_DEVICE);
    tri_executable_destroy(e);
}
END_TEST

START_TEST(an_access_outside_of_a_buffer_names_the_buffer)
{
    s.codes[0].bytes = "add_f32 17\nmul_f32 16\n";
    tri_executable *e = create("main");
    FAILS(tri_executable_run(e, inputs, outputs, NULL, NULL), TRI_FAULT, "68 bytes of buffer 5 (scratch memory)", "step 0 (add)", "kernel add_f32");
    tri_executable_destroy(e);
    tri_close(file);
    file = NULL;
    s.buffers[SAMPLE_SUM].bytes = s.plans[0].scratch_bytes = 1024;
    s.buffers[SAMPLE_SUM].offset = 0;
    e = create("main");
    FAILS(tri_executable_run(e, inputs, outputs, NULL, NULL), TRI_FAULT, "add_f32 reads 68 bytes of input x, which has 64");
    tri_executable_destroy(e);
}
END_TEST

START_TEST(a_buffer_at_an_odd_address_is_refused)
{
    s.buffers[SAMPLE_CONSTANT].offset = SAMPLE_BYTES - 2;
    tri_executable *e = create("main");
    FAILS(tri_executable_run(e, inputs, outputs, NULL, NULL), TRI_FAULT, "mul_f32 needs buffer 4 (constants) at a multiple of 4");
    tri_executable_destroy(e);
}
END_TEST

START_TEST(code_that_does_not_fit_the_device_is_refused)
{
    s.codes[0].kind = "ptx";
    FAILS(try_create("main"), TRI_UNSUPPORTED, "kernel add_f32 is stored as ptx code", "takes null");
    tri_close(file);
    s.codes[0].kind = "null";
    s.codes[0].bytes = "no code at all";
    s.codes[0].n = 14;
    FAILS(try_create("main"), TRI_INVALID, "code of kernel add_f32");
    tri_close(file);
    file = NULL;
    s.codes[0].bytes = "add_f32 16\n"; /* a kernel is missing */
    s.codes[0].n = 11;
    tri_executable *e = create("main");
    FAILS(tri_executable_run(e, inputs, outputs, NULL, NULL), TRI_INVALID, "no kernel mul_f32", "step 1 (multiply)");
    tri_executable_destroy(e);
}
END_TEST

START_TEST(the_better_form_of_a_kernel_is_taken_when_the_driver_knows_it)
{
    tri_plan_code codes[2] = {{.kind = "null", .bytes = "add_f32 16\nmul_f32 16\n", .n = 22}, {.kind = "cubin", .bytes = "?", .n = 1}};
    s.plans[0].codes = codes;
    s.plans[0].n_codes = 2;
    s.kernels[SAMPLE_ADD].code[1] = 1; /* the better form is one the driver does not take */
    s.kernels[SAMPLE_MUL].code[0] = 1; /* the better form is the one it takes */
    s.kernels[SAMPLE_MUL].code[1] = 0;
    s.program.n_plans = 1;
    tri_executable *e = create("main");
    set_inputs();
    OK(tri_executable_run(e, inputs, outputs, NULL, NULL));
    check_outputs();
    tri_executable_destroy(e);
}
END_TEST

static void write_text(const char *path, const char *text) { OK(tri_file_write(path, text, strlen(text))); }

START_TEST(devices_that_cannot_be_are_refused_with_advice)
{
    tri_device_handle *d;
    FAILS(tri_device_open("sim:nochip", NULL, &d), TRI_USAGE, "nochip");
    FAILS(tri_device_open("ref", NULL, &d), TRI_UNAVAILABLE, "evaluator", "--device ref");
    FAILS(tri_device_open("trn2", NULL, &d), TRI_UNAVAILABLE, "no driver for trn2 devices");
    FAILS(tri_device_open("", NULL, &d), TRI_USAGE, "sim:CHIP");
    FAILS(tri_device_open("cuda:x", NULL, &d), TRI_USAGE, "cuda:N");
    FAILS(tri_device_open("cuda:-1", NULL, &d), TRI_USAGE, "cuda:N");
    FAILS(tri_device_open(NULL_DEVICE, "speed=9", &d), TRI_USAGE, "'speed'", "timing_only");
    FAILS(tri_device_open(NULL_DEVICE, "threads=many", &d), TRI_USAGE, "threads is a number");
    FAILS(tri_device_open(NULL_DEVICE, "threads=99999999999", &d), TRI_USAGE, "threads is a number");
    FAILS(tri_device_open(NULL_DEVICE, "threads=1 timing_only=1", &d), TRI_UNSUPPORTED, "no cycle model");
    OK(tri_device_open(NULL_DEVICE, " threads=2  timing_only=0 ", &d));
    tri_device_close(d);
}
END_TEST

START_TEST(a_family_without_a_driver_is_unavailable_and_broken_plugins_are_named)
{
    char folder[] = "/tmp/trine-runtime-test-XXXXXX", path[256], name[256];
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/libtrine-driver-broken.so", folder);
    write_text(path, "not a shared object");
    snprintf(name, sizeof name, "sim:%s/odd.chip", folder);
    write_text(name + 4, "family = nobody_has_this\n");
    const char *real = getenv("TRINE_DRIVERS");
    char *kept = real ? strdup(real) : NULL;
    setenv("TRINE_DRIVERS", folder, 1);
    tri_device_handle *d;
    FAILS(tri_device_open(name, NULL, &d), TRI_UNAVAILABLE, "family nobody_has_this", "libtrine-driver-broken.so cannot be loaded");
    OK(tri_device_open(NULL_DEVICE, NULL, &d)); /* found around the program although $TRINE_DRIVERS has a broken one */
    tri_device_close(d);
    if (kept) setenv("TRINE_DRIVERS", kept, 1);
    free(kept);
    unlink(path);
    unlink(name + 4);
    rmdir(folder);
}
END_TEST

START_TEST(the_list_has_every_chip_and_says_what_is_absent)
{
    char folder[] = "/tmp/trine-runtime-test-XXXXXX", path[3][256];
    ck_assert_ptr_nonnull(mkdtemp(folder));
    static const char *const chips[3][2] = {
        {"good", "family = null\ncores = 8 [E] \"\"\nhbm_bytes = 1 GiB [E] \"\"\npeak_bf16 = 3 TFLOP/s [E] \"\"\n"},
        {"lost", "family = nobody_has_this\nhbm_bytes = 1 GiB [E] \"\"\n"},
        {"parent", "family = null\n"}};
    for (int i = 0; i < 3; i++) {
        snprintf(path[i], sizeof path[i], "%s/%s.chip", folder, chips[i][0]);
        write_text(path[i], chips[i][1]);
    }
    setenv("TRINE_CHIPS", folder, 1);
    tri_device_info *infos = NULL;
    size_t n = 0;
    OK(tri_device_list(&infos, &n));
    int good = 0, lost = 0, cuda = 0, hip = 0;
    for (size_t i = 0; i < n; i++) {
        const tri_device_info *d = &infos[i];
        ck_assert_str_ne(d->chip, "parent"); /* no memory: not a chip by itself */
        ck_assert_msg(d->available || *d->note, "%s is absent for no reason", d->name);
        cuda += !strncmp(d->name, "cuda:", 5);
        hip += !strncmp(d->name, "hip:", 4);
        if (!strcmp(d->name, "sim:good")) {
            good++;
            ck_assert(d->available);
            ck_assert_str_eq(d->driver, "null");
            ck_assert_str_eq(d->note, "1 of 8 cores");
            ck_assert_uint_eq(d->memory_bytes, 1ull << 30);
            ck_assert_double_eq(d->peak_flops, 3e12);
        } else if (!strcmp(d->name, "sim:lost")) {
            lost++;
            ck_assert(!d->available);
            ck_assert_ptr_nonnull(strstr(d->note, "nobody_has_this"));
        }
    }
    ck_assert_int_eq(good, 1);
    ck_assert_int_eq(lost, 1);
    ck_assert_int_ge(cuda, 1);
    ck_assert_int_ge(hip, 1);
    free(infos);
    for (int i = 0; i < 3; i++) unlink(path[i]);
    rmdir(folder);
}
END_TEST

START_TEST(nothing_is_closed_twice_by_mistake)
{
    tri_close(NULL);
    tri_device_close(NULL);
    tri_executable_destroy(NULL);
    tri_program_file *none;
    FAILS(tri_open("/no/such/model.tri", &none), TRI_INVALID, "/no/such/model.tri");
    ck_assert(*tri_version() >= '0' && *tri_version() <= '9');
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("runtime");
    TCase *cases = tcase_create("runtime");
    tcase_add_checked_fixture(cases, begin, end);
    tcase_set_timeout(cases, 60);
    tcase_add_test(cases, a_program_runs_and_runs_again);
    tcase_add_test(cases, inputs_and_outputs_have_types);
    tcase_add_test(cases, an_entry_point_is_chosen_by_name);
    tcase_add_test(cases, the_only_entry_point_needs_no_name);
    tcase_add_test(cases, two_executables_share_a_device);
    tcase_add_test(cases, executables_are_chained_by_address);
    tcase_add_test(cases, a_result_bound_to_memory_that_is_not_there_is_a_fault);
    tcase_add_test(cases, tensor_maps_are_refused_where_there_are_none);
    tcase_add_test(cases, a_run_reports_each_step);
    tcase_add_test(cases, steps_run_as_one_program_unless_each_is_to_be_seen);
    tcase_add_test(cases, a_segment_of_two_steps_is_one_launch);
    tcase_add_test(cases, an_output_bound_to_an_inputs_memory_is_written_step_by_step);
    tcase_add_test(cases, a_callback_sees_every_step_and_can_read_and_stop);
    tcase_add_test(cases, poison_forgets_what_an_earlier_run_left);
    tcase_add_test(cases, outputs_may_be_left_out_and_inputs_may_not);
    tcase_add_test(cases, constants_far_into_the_file_are_found);
    tcase_add_test(cases, empty_tensors_are_fine);
    tcase_add_test(cases, a_chip_that_was_not_compiled_for_is_refused);
    tcase_add_test(cases, an_edited_chip_is_known_by_its_name);
    tcase_add_test(cases, a_renamed_chip_is_known_by_its_values);
    tcase_add_test(cases, a_chip_text_that_does_not_parse_is_an_error);
    tcase_add_test(cases, memory_that_does_not_suffice_is_named);
    tcase_add_test(cases, a_failing_launch_names_step_kernel_and_device);
    tcase_add_test(cases, an_access_outside_of_a_buffer_names_the_buffer);
    tcase_add_test(cases, a_buffer_at_an_odd_address_is_refused);
    tcase_add_test(cases, code_that_does_not_fit_the_device_is_refused);
    tcase_add_test(cases, the_better_form_of_a_kernel_is_taken_when_the_driver_knows_it);
    tcase_add_test(cases, devices_that_cannot_be_are_refused_with_advice);
    tcase_add_test(cases, a_family_without_a_driver_is_unavailable_and_broken_plugins_are_named);
    tcase_add_test(cases, the_list_has_every_chip_and_says_what_is_absent);
    tcase_add_test(cases, nothing_is_closed_twice_by_mistake);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
