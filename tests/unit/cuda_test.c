/* cuda_test.c - the CUDA driver without a GPU: against fake_cuda.c, which this program is linked to, so that opening libcuda.so.1 finds it. What the
 * driver asks of NVIDIA's, in which context, what it says when something fails, and that it lets go of everything however a run ends. */
#define _GNU_SOURCE
#include <check.h>
#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "abi/artifact.h"
#include "artifact_sample.h"
#include "fake_cuda.h"
#include "runtime/drivers/cuda/cuda_driver.h"
#include "status_test.h"
#include "tri/runtime.h"

static const tri_driver *const driver = &tri_cuda_driver;

static const char ptx[] = ".version 8.3\n.target sm_90a\n"
                          ".visible .entry add_f32(.param .u64 a, .param .u64 b, .param .u64 c)\n{ ret; }\n"
                          ".visible .entry mul_f32(.param .u64 a, .param .u64 b, .param .u64 c)\n{ ret; }\n"
                          ".visible .entry tiles(.param .u64 a, .param .u64 b, .param .align 64 .b8 m[128], .param .align 64 .b8 n[128])\n{ ret; }\n";

static void begin(void) { fake_reset(); }

/* The rules that hold after every test. */
static void end(void)
{
    ck_assert_msg(!fake_violation(), "%s", fake_violation());
    ck_assert_uint_eq(fake_live(), 0);
    ck_assert_int_eq(fake_depth(), 0);
}

static tri_device *open_device(int limit)
{
    tri_device *device = NULL;
    OK(driver->open(0, NULL, &(tri_device_options){.limit = limit}, &device));
    return device;
}

static tri_code_image *load(tri_device *device)
{
    tri_code_image *code = NULL;
    OK(driver->load(device, "tiles", ptx, sizeof ptx - 1, &code));
    return code;
}

/* A launch of `tiles` on two buffers of a page, with two maps: 8 rows of 64 bf16 from byte 256 on, and 16 floats. */
enum { PAGE = 4096 };
static const tri_tensor_map two_maps[2] = {
    {.buffer = 1, .dtype = TRI_BF16, .rank = 2, .offset = 256, .dims = {64, 8}, .strides = {2, 160}, .box = {32, 4}, .steps = {1, 2}, .swizzle = 64},
    {.buffer = 0, .dtype = TRI_F32, .rank = 1, .dims = {16}, .strides = {4}, .box = {16}, .steps = {1}}};
static const uint64_t two_pages[2] = {PAGE, PAGE};

static tri_launch launch_of(const char *kernel, const tri_address *arguments)
{
    return (tri_launch){.kernel = kernel,
                        .grid = {7, 2, 1},
                        .block = {128, 1, 1},
                        .n_arguments = 2,
                        .arguments = arguments,
                        .bytes = two_pages,
                        .n_maps = 2,
                        .maps = two_maps};
}

START_TEST(a_launch_passes_addresses_and_encoded_maps)
{
    tri_device *device = open_device(0);
    tri_code_image *code = load(device);
    tri_address at[2];
    for (int i = 0; i < 2; i++) OK(driver->allocate(device, PAGE, &at[i]));
    tri_launch launch = launch_of("tiles", at);
    launch.shared_bytes = 1000;
    OK(driver->launch(device, code, &launch, NULL));
    OK(driver->finish(device));
    fake_launch got = fake_last_launch();
    ck_assert_str_eq(got.kernel, "tiles");
    ck_assert(got.grid[0] == 7 && got.grid[1] == 2 && got.grid[2] == 1 && got.block[0] == 128 && got.shared_bytes == 1000);
    ck_assert_ptr_nonnull(got.stream);
    ck_assert_int_eq(got.n_addresses, 2);
    ck_assert(got.addresses[0] == at[0] && got.addresses[1] == at[1]);
    ck_assert_int_eq(got.n_maps, 2);
    const fake_map *m = &got.maps[0];
    ck_assert_uint_eq(m->base, at[1] + 256);
    ck_assert(m->type == TRI_CU_TENSOR_MAP_DATA_TYPE_BFLOAT16 && m->rank == 2 && m->swizzle == TRI_CU_TENSOR_MAP_SWIZZLE_64B);
    ck_assert(m->dims[0] == 64 && m->dims[1] == 8 && m->strides[0] == 160 && m->box[0] == 32 && m->box[1] == 4);
    ck_assert(m->steps[0] == 1 && m->steps[1] == 2);
    ck_assert_uint_eq(got.maps[1].base, at[0]);
    ck_assert(got.maps[1].type == TRI_CU_TENSOR_MAP_DATA_TYPE_FLOAT32 && got.maps[1].rank == 1 && got.maps[1].swizzle == 0);
    driver->unload(device, code);
    for (int i = 0; i < 2; i++) OK(driver->release(device, at[i]));
    driver->close(device);
}
END_TEST

START_TEST(elements_without_a_type_of_the_engine_are_moved_by_size)
{
    static const struct {
        tri_dtype dtype;
        unsigned type;
    } rows[] = {{TRI_I8, TRI_CU_TENSOR_MAP_DATA_TYPE_UINT8},   {TRI_F8E4M3FN, TRI_CU_TENSOR_MAP_DATA_TYPE_UINT8},
                {TRI_I16, TRI_CU_TENSOR_MAP_DATA_TYPE_UINT16}, {TRI_F16, TRI_CU_TENSOR_MAP_DATA_TYPE_FLOAT16},
                {TRI_I32, TRI_CU_TENSOR_MAP_DATA_TYPE_INT32},  {TRI_U32, TRI_CU_TENSOR_MAP_DATA_TYPE_UINT32},
                {TRI_U64, TRI_CU_TENSOR_MAP_DATA_TYPE_UINT64}, {TRI_F64, TRI_CU_TENSOR_MAP_DATA_TYPE_FLOAT64}};
    tri_device *device = open_device(0);
    tri_code_image *code = load(device);
    tri_address at[2];
    for (int i = 0; i < 2; i++) OK(driver->allocate(device, PAGE, &at[i]));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        tri_tensor_map maps[2] = {two_maps[1], two_maps[1]};
        maps[0].dtype = rows[i].dtype;
        maps[0].strides[0] = tri_dtype_bytes(rows[i].dtype);
        tri_launch launch = launch_of("tiles", at);
        launch.maps = maps;
        OK(driver->launch(device, code, &launch, NULL));
        ck_assert_uint_eq(fake_last_launch().maps[0].type, rows[i].type);
    }
    tri_tensor_map far = two_maps[1];
    far.offset = PAGE - 16;
    tri_launch launch = launch_of("tiles", at);
    launch.n_maps = 1;
    launch.maps = &far;
    FAILS(driver->launch(device, code, &launch, NULL), TRI_INVALID, "reaches byte", "tensor map 0 of kernel tiles");
    far = two_maps[1];
    far.buffer = 2;
    FAILS(driver->launch(device, code, &launch, NULL), TRI_INVALID, "parameter 2 of 2");
    driver->unload(device, code);
    for (int i = 0; i < 2; i++) OK(driver->release(device, at[i]));
    driver->close(device);
}
END_TEST

START_TEST(large_shared_memory_is_asked_for_once_and_too_much_is_refused)
{
    tri_device *device = open_device(0);
    tri_code_image *code = load(device);
    fake_set_shared_bytes(1024);
    tri_launch launch = {.kernel = "nothing", .grid = {1, 1, 1}, .block = {1, 1, 1}};
    FAILS(driver->launch(device, code, &launch, NULL), TRI_INVALID, "no kernel nothing");
    static const char none[] = ".version 8.3\n.visible .entry nothing()\n";
    driver->unload(device, code);
    OK(driver->load(device, "nothing", none, strlen(none), &code));
    launch.shared_bytes = 227 << 10; /* with the static KiB one more than there is */
    FAILS(driver->launch(device, code, &launch, NULL), TRI_UNSUPPORTED, "needs 233472 bytes of shared memory", "232448");
    launch.shared_bytes = 226 << 10;
    OK(driver->launch(device, code, &launch, NULL));
    ck_assert_int_eq(fake_attribute(TRI_CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES), 226 << 10);
    launch.shared_bytes = 100 << 10;
    OK(driver->launch(device, code, &launch, NULL));
    ck_assert_uint_eq(fake_calls_of("cuFuncSetAttribute"), 1);
    ck_assert_uint_eq(fake_calls_of("cuModuleGetFunction"), 2); /* once a kernel of an image */
    driver->unload(device, code);
    driver->close(device);
}
END_TEST

START_TEST(a_cluster_larger_than_the_portable_size_is_asked_for)
{
    for (int big = 0; big < 2; big++) {
        fake_reset();
        fake_set_cluster(big ? 8 : 4, 2, 1);
        tri_device *device = open_device(0);
        tri_code_image *code = load(device);
        tri_launch launch = {.kernel = "add_f32", .grid = {16, 2, 1}, .block = {1, 1, 1}, .n_arguments = 3, .arguments = (tri_address[3]){0}};
        fake_fail_next("cuLaunchKernel", TRI_CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES, false); /* nothing to compute on */
        FAILS(driver->launch(device, code, &launch, NULL), TRI_UNSUPPORTED, "LAUNCH_OUT_OF_RESOURCES", "kernel add_f32, grid 16x2x1");
        ck_assert_int_eq(fake_attribute(TRI_CU_FUNC_ATTRIBUTE_NON_PORTABLE_CLUSTER_SIZE_ALLOWED), big ? 1 : -1);
        driver->unload(device, code);
        driver->close(device);
    }
}
END_TEST

START_TEST(code_that_does_not_compile_comes_with_the_compilers_log)
{
    tri_device *device = open_device(0);
    tri_code_image *code;
    FAILS(driver->load(device, "k", "mov.u32", 7, &code), TRI_INVALID, "CUDA_ERROR_INVALID_PTX", "Missing .version directive",
          "Ptx assembly aborted");
    driver->close(device);
}
END_TEST

/* A cubin as far as the fake looks: a header, then text. */
typedef struct cubin {
    Elf64_Ehdr header;
    char text[sizeof ptx];
} cubin;

static cubin make_cubin(void)
{
    cubin c = {.header = {.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64}, .e_machine = 190, .e_shentsize = sizeof(Elf64_Shdr)}};
    memcpy(c.text, ptx, sizeof ptx);
    return c;
}

START_TEST(a_cubin_that_is_not_whole_never_reaches_the_driver)
{
    tri_device *device = open_device(0);
    tri_code_image *code;
    cubin good = make_cubin();
    OK(driver->load(device, "k", &good, sizeof good, &code));
    driver->unload(device, code);
    size_t before = fake_calls_of("cuModuleLoadDataEx");
    for (int i = 0; i < 5; i++) {
        cubin bad = good;
        size_t n = sizeof bad;
        if (i == 0) bad.header.e_machine = EM_X86_64;
        if (i == 1) bad.header.e_shnum = 1, bad.header.e_shoff = sizeof bad - 10;
        if (i == 2) bad.header.e_phnum = 1, bad.header.e_phoff = UINT64_MAX - 8, bad.header.e_phentsize = sizeof(Elf64_Phdr);
        if (i == 3) n = 20;
        if (i == 4) { /* a section that ends behind the file */
            Elf64_Shdr section = {.sh_type = SHT_PROGBITS, .sh_offset = 100, .sh_size = UINT64_MAX - 50};
            memcpy(bad.text, &section, sizeof section);
            bad.header.e_shnum = 1;
            bad.header.e_shoff = offsetof(cubin, text);
        }
        FAILS(driver->load(device, "k", &bad, n, &code), TRI_INVALID, "no whole cubin");
    }
    ck_assert_uint_eq(fake_calls_of("cuModuleLoadDataEx"), before);
    fake_refuse_cubins(true);
    FAILS(driver->load(device, "k", &good, sizeof good, &code), TRI_UNSUPPORTED, "NO_BINARY_FOR_GPU");
    driver->close(device);
}
END_TEST

START_TEST(memory_that_is_not_there_is_asked_for_by_size)
{
    tri_device *device = open_device(0);
    tri_address at;
    fake_set_free_bytes(1000000);
    FAILS(driver->allocate(device, 1000001, &at), TRI_NO_MEMORY,
          "1000001 bytes were asked for, 1000000 of the 150754820096 bytes of cuda:0 are free");
    OK(driver->allocate(device, 1000000, &at));
    unsigned char bytes[3] = {1, 2, 3}, back[3];
    OK(driver->write(device, at, bytes, 3));
    OK(driver->copy(device, at + 10, at, 3));
    OK(driver->read(device, back, at + 10, 3));
    ck_assert_mem_eq(back, bytes, 3);
    OK(driver->poison(device, at, 3));
    OK(driver->read(device, back, at, 3));
    ck_assert(back[0] == 0xff && back[2] == 0xff);
    OK(driver->release(device, at));
    FAILS(driver->release(device, at), TRI_UNSUPPORTED, "cuMemFree_v2");
    ck_assert_ptr_nonnull(fake_violation()); /* the test's own */
    driver->close(device);
    fake_reset();
}
END_TEST

START_TEST(an_error_of_a_kernel_names_what_was_queued_and_ends_the_device)
{
    tri_device *device = open_device(0);
    tri_code_image *code = load(device);
    tri_address at[2], other;
    for (int i = 0; i < 2; i++) OK(driver->allocate(device, PAGE, &at[i]));
    tri_launch launch = launch_of("tiles", at);
    OK(driver->launch(device, code, &launch, NULL));
    OK(driver->finish(device)); /* this one is innocent */
    launch = (tri_launch){.kernel = "mul_f32",
                          .grid = {1, 1, 1},
                          .block = {16, 1, 1},
                          .n_arguments = 3,
                          .arguments = (tri_address[]){at[0], at[1], at[1]},
                          .bytes = two_pages};
    OK(driver->launch(device, code, &launch, NULL));
    OK(driver->copy(device, at[1], at[0], PAGE));
    fake_fail_next("cuStreamQuery", TRI_CUDA_ERROR_ILLEGAL_ADDRESS, true);
    FAILS(driver->finish(device), TRI_FAULT, "CUDA_ERROR_ILLEGAL_ADDRESS", "queued since the last wait: mul_f32, copy;",
          "cuda:0 can do nothing more");
    size_t calls = fake_calls();
    FAILS(driver->launch(device, code, &launch, NULL), TRI_FAULT, "mul_f32, copy", "CUDA_ERROR_ILLEGAL_ADDRESS");
    FAILS(driver->allocate(device, 1, &other), TRI_FAULT, "CUDA_ERROR_ILLEGAL_ADDRESS");
    ck_assert_uint_eq(fake_calls(), calls);
    driver->unload(device, code);
    for (int i = 0; i < 2; i++) tri_status_free(driver->release(device, at[i]));
    driver->close(device);
}
END_TEST

START_TEST(a_device_that_hangs_is_given_up_after_its_limit)
{
    tri_device *device = open_device(1);
    tri_code_image *code = load(device);
    tri_address at[2];
    for (int i = 0; i < 2; i++) OK(driver->allocate(device, PAGE, &at[i]));
    tri_launch launch = launch_of("tiles", at);
    OK(driver->launch(device, code, &launch, NULL));
    fake_hang(true);
    FAILS(driver->finish(device), TRI_FAULT, "hangs", "1 s", "limit=SECONDS", "tiles");
    size_t calls = fake_calls(); /* whatever is asked of a hung device may never return */
    FAILS(driver->launch(device, code, &launch, NULL), TRI_FAULT, "hangs");
    FAILS(driver->release(device, at[0]), TRI_FAULT, "hangs");
    FAILS(driver->finish(device), TRI_FAULT, "hangs");
    driver->unload(device, code);
    driver->close(device);
    ck_assert_uint_eq(fake_calls(), calls);
    ck_assert_uint_gt(fake_live(), 0);
    fake_reset();
}
END_TEST

START_TEST(the_callers_context_stays_current)
{
    cu_context own, popped;
    tri_cuda_calls calls;
    OK(tri_cuda_open_library(&calls));
    ck_assert_uint_eq(calls.cuDevicePrimaryCtxRetain(&own, 1), 0);
    ck_assert_uint_eq(calls.cuCtxPushCurrent_v2(own), 0);
    tri_device *device = open_device(0);
    ck_assert_int_eq(fake_depth(), 1);
    tri_address at;
    OK(driver->allocate(device, 16, &at));
    OK(driver->release(device, at));
    driver->close(device);
    ck_assert_int_eq(fake_depth(), 1);
    ck_assert_uint_eq(calls.cuCtxPopCurrent_v2(&popped), 0);
    ck_assert_ptr_eq(popped, own);
    ck_assert_uint_eq(calls.cuDevicePrimaryCtxRelease_v2(1), 0);
}
END_TEST

START_TEST(a_callers_stream_is_used_and_not_destroyed)
{
    tri_cuda_calls calls;
    cu_context context, popped;
    cu_stream stream;
    OK(tri_cuda_open_library(&calls));
    ck_assert_uint_eq(calls.cuDevicePrimaryCtxRetain(&context, 0), 0);
    calls.cuCtxPushCurrent_v2(context);
    ck_assert_uint_eq(calls.cuStreamCreate(&stream, TRI_CU_STREAM_NON_BLOCKING), 0);
    calls.cuCtxPopCurrent_v2(&popped);
    tri_device *device = NULL;
    OK(driver->open(0, NULL, &(tri_device_options){.stream = (uint64_t)(uintptr_t)stream}, &device));
    tri_code_image *code = load(device);
    tri_address at[2];
    for (int i = 0; i < 2; i++) OK(driver->allocate(device, PAGE, &at[i]));
    tri_launch launch = launch_of("tiles", at);
    OK(driver->launch(device, code, &launch, NULL));
    ck_assert_ptr_eq(fake_last_launch().stream, stream);
    driver->unload(device, code);
    for (int i = 0; i < 2; i++) OK(driver->release(device, at[i]));
    driver->close(device);
    calls.cuCtxPushCurrent_v2(context);
    ck_assert_uint_eq(calls.cuStreamDestroy_v2(stream), 0);
    calls.cuCtxPopCurrent_v2(&popped);
    ck_assert_uint_eq(calls.cuDevicePrimaryCtxRelease_v2(0), 0);
}
END_TEST

/* One of everything. */
typedef struct things {
    tri_device *device;
    tri_code_image *code;
    tri_address at[2];
} things;

static tri_status *use(things *t)
{
    char bytes[PAGE] = {0};
    double seconds;
    TRI_TRY(driver->open(0, NULL, &(tri_device_options){0}, &t->device));
    for (int i = 0; i < 2; i++) TRI_TRY(driver->allocate(t->device, PAGE, &t->at[i]));
    TRI_TRY(driver->load(t->device, "tiles", ptx, sizeof ptx - 1, &t->code));
    TRI_TRY(driver->write(t->device, t->at[0], bytes, sizeof bytes));
    TRI_TRY(driver->poison(t->device, t->at[1], PAGE));
    TRI_TRY(driver->mark(t->device, 0));
    tri_launch launch = launch_of("tiles", t->at);
    launch.shared_bytes = 100000;
    TRI_TRY(driver->launch(t->device, t->code, &launch, NULL));
    TRI_TRY(driver->copy(t->device, t->at[1], t->at[0], PAGE));
    TRI_TRY(driver->mark(t->device, 1));
    TRI_TRY(driver->finish(t->device));
    TRI_TRY(driver->elapsed(t->device, 0, 1, &seconds));
    return driver->read(t->device, bytes, t->at[1], sizeof bytes);
}

static void let_go(things *t)
{
    if (t->code) driver->unload(t->device, t->code);
    for (int i = 0; i < 2; i++)
        if (t->at[i]) tri_status_free(driver->release(t->device, t->at[i]));
    if (t->device) driver->close(t->device);
}

/* One call fails; or it and all after it; or the context ends there. */
static const struct {
    cu_result result;
    bool for_good;
} failures[] = {{TRI_CUDA_ERROR_OUT_OF_MEMORY, false},
                {TRI_CUDA_ERROR_UNKNOWN, false},
                {TRI_CUDA_ERROR_OUT_OF_MEMORY, true},
                {TRI_CUDA_ERROR_LAUNCH_FAILED, true}};

START_TEST(whatever_call_fails_there_is_a_status_and_nothing_is_left)
{
    size_t n = 0;
    for (bool hit = true; hit; n++) {
        ck_assert_uint_lt(n, FAKE_MOST_CALLS);
        fake_reset();
        fake_fail_at(n, failures[_i].result, failures[_i].for_good);
        things t = {0};
        tri_status *status = use(&t);
        bool failed_in_use = fake_failed() != NULL;
        ck_assert_msg(failed_in_use == (status != NULL), "call %zu, %s: %s", n, failed_in_use ? fake_failed() : "none",
                      status ? tri_status_message(status) : "no status");
        tri_status_free(status);
        let_go(&t);
        hit = fake_failed() != NULL;
        ck_assert_msg(!fake_live(), "call %zu, %s, failed: %zu things were left behind", n, hit ? fake_failed() : "none", fake_live());
        ck_assert_int_eq(fake_depth(), 0);
        ck_assert_msg(!fake_violation(), "call %zu: %s", n, fake_violation());
    }
    ck_assert_uint_gt(n, 50);
}
END_TEST

/* Through libtrine: the plugin, the artifact, the runtime. */

static sample s;
static cubin finished;
static tri_plan_code codes[2];
static const char h200_text[] = "device_isa = sm_90\nfamily = ptx\nhbm_bytes = 1000000 B [E] \"for the tests\"\n";

static tri_program_file *make_program(bool with_cubin)
{
    sample_make(&s);
    finished = make_cubin();
    codes[0] = (tri_plan_code){"ptx", ptx, sizeof ptx - 1};
    codes[1] = (tri_plan_code){"cubin", &finished, sizeof finished};
    for (int i = 0; i < SAMPLE_PLANS; i++) {
        s.plans[i].chip = "other";
        s.plans[i].chip_text = h200_text;
        s.plans[i].codes = codes;
        s.plans[i].n_codes = 2;
    }
    for (int i = 0; i < SAMPLE_KERNELS; i++) s.kernels[i].code[1] = with_cubin ? 1 : UINT32_MAX;
    void *bytes;
    size_t n;
    OK(tri_artifact_encode(&s.program, &bytes, &n));
    char path[] = "/tmp/trine-cuda-test-XXXXXX";
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, bytes, n), (ssize_t)n);
    close(fd);
    free(bytes);
    tri_program_file *file = NULL;
    OK(tri_open(path, &file));
    unlink(path);
    return file;
}

START_TEST(a_program_runs_and_is_timed_by_events)
{
    tri_program_file *file = make_program(_i > 0); /* PTX; a cubin; PTX instead of a cubin that the device refuses */
    fake_refuse_cubins(_i == 2);
    tri_device_handle *device;
    tri_executable *e;
    OK(tri_device_open("cuda:0", "limit=5", &device));
    OK(tri_executable_create(file, device, "main", &e));
    float x[SAMPLE_N], y[SAMPLE_N], out0[SAMPLE_N], out1[SAMPLE_N];
    for (int i = 0; i < SAMPLE_N; i++) {
        x[i] = (float)i;
        y[i] = (float)(100 * i + 1);
    }
    tri_run_report report;
    for (int round = 0; round < 2; round++) {
        OK(tri_executable_run(e, (const void *const[]){x, y}, (void *const[]){out0, out1}, &(tri_run_options){.poison = true}, &report));
        for (int i = 0; i < SAMPLE_N; i++) {
            ck_assert_float_eq(out1[i], (float)(101 * i + 1));
            ck_assert_float_eq(out0[i], (float)((101 * i + 1) * (i - 3)));
        }
        for (int i = 0; i < SAMPLE_STEPS; i++) ck_assert_double_eq_tol(report.steps[i].seconds, 1e-3, 1e-9); /* the fake's clock */
        ck_assert_double_eq_tol(report.seconds, 3e-3, 1e-9);
    }
    tri_executable_destroy(e);
    tri_device_close(device);
    tri_close(file);
}
END_TEST

START_TEST(executables_are_chained_by_address_and_enqueued)
{
    tri_program_file *file = make_program(false);
    tri_device_handle *device;
    tri_executable *first, *second;
    OK(tri_device_open("cuda:1", NULL, &device));
    OK(tri_executable_create(file, device, "main", &first));
    OK(tri_executable_create(file, device, "twice", &second));
    OK(tri_executable_bind_input(second, 0, tri_executable_output_address(first, 1)));
    FAILS(tri_executable_bind_input(second, 0, 12), TRI_USAGE, "multiple of 256");
    FAILS(tri_executable_bind_output(second, 3, 256), TRI_USAGE, "1 outputs");
    float x[SAMPLE_N], out[SAMPLE_N];
    for (int i = 0; i < SAMPLE_N; i++) x[i] = (float)i;
    OK(tri_executable_run(first, (const void *const[]){x, x}, NULL, NULL, NULL));
    OK(tri_executable_run(second, NULL, (void *const[]){out}, NULL, NULL));
    for (int i = 0; i < SAMPLE_N; i++) ck_assert_float_eq(out[i], (float)(4 * i));
    size_t waits = fake_calls_of("cuStreamQuery");
    for (int i = 0; i < 10; i++) OK(tri_executable_enqueue(second));
    ck_assert_uint_eq(fake_calls_of("cuStreamQuery"), waits); /* nothing waits for anything */
    const fake_launch last = fake_last_launch();
    ck_assert_str_eq(last.kernel, "add_f32");
    OK(tri_device_finish(device));
    fake_fail_next("cuStreamQuery", TRI_CUDA_ERROR_ILLEGAL_INSTRUCTION, true);
    OK(tri_executable_enqueue(second));
    FAILS(tri_device_finish(device), TRI_FAULT, "ILLEGAL_INSTRUCTION", "add_f32", "cuda:1");
    tri_executable_destroy(first);
    tri_executable_destroy(second);
    tri_device_close(device);
    tri_close(file);
}
END_TEST

START_TEST(a_fault_in_a_run_is_a_fault_of_the_run)
{
    tri_program_file *file = make_program(false);
    tri_device_handle *device;
    tri_executable *e;
    OK(tri_device_open("cuda:0", NULL, &device));
    OK(tri_executable_create(file, device, "main", &e));
    float x[SAMPLE_N] = {0};
    fake_fail_next("cuLaunchKernel", TRI_CUDA_ERROR_LAUNCH_FAILED, true);
    FAILS(tri_executable_run(e, (const void *const[]){x, x}, NULL, NULL, NULL), TRI_FAULT, "add_f32", "step 0 (add)", "cuda:0");
    tri_executable_destroy(e);
    tri_device_close(device);
    tri_close(file);
}
END_TEST

START_TEST(devices_are_listed_with_the_chip_they_are)
{
    tri_device_info *infos;
    size_t n, found = 0;
    OK(tri_device_list(&infos, &n));
    for (size_t i = 0; i < n; i++) {
        if (strncmp(infos[i].name, "cuda:", 5)) continue;
        found++;
        ck_assert(infos[i].available);
        ck_assert_str_eq(infos[i].driver, "cuda");
        bool first = !strcmp(infos[i].name, "cuda:0");
        ck_assert_str_eq(infos[i].chip, first ? "h200" : "h100"); /* by its name; by instruction set, units and memory */
        ck_assert_uint_eq(infos[i].memory_bytes, first ? 150754820096 : 84825604096);
        ck_assert_str_eq(infos[i].note, first ? "NVIDIA_H200" : "NVIDIA_Board_of_Tests, taken for the nearest chip of sm_90");
    }
    ck_assert_uint_eq(found, FAKE_DEVICES);
    free(infos);
    tri_device_handle *device;
    FAILS(tri_device_open("cuda:2", NULL, &device), TRI_UNAVAILABLE, "there are 2 cuda devices");
    FAILS(tri_device_open("cuda:0", "timing_only=1", &device), TRI_UNSUPPORTED, "simulators");
    fake_fail_next("cuInit", TRI_CUDA_ERROR_NO_DEVICE, true);
    FAILS(tri_device_open("cuda:0", NULL, &device), TRI_UNAVAILABLE, "cuInit", "CUDA_ERROR_NO_DEVICE");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cuda");
    TCase *cases = tcase_create("cuda");
    tcase_add_checked_fixture(cases, begin, end);
    tcase_set_timeout(cases, 120);
    tcase_add_test(cases, a_launch_passes_addresses_and_encoded_maps);
    tcase_add_test(cases, elements_without_a_type_of_the_engine_are_moved_by_size);
    tcase_add_test(cases, large_shared_memory_is_asked_for_once_and_too_much_is_refused);
    tcase_add_test(cases, a_cluster_larger_than_the_portable_size_is_asked_for);
    tcase_add_test(cases, code_that_does_not_compile_comes_with_the_compilers_log);
    tcase_add_test(cases, a_cubin_that_is_not_whole_never_reaches_the_driver);
    tcase_add_test(cases, memory_that_is_not_there_is_asked_for_by_size);
    tcase_add_test(cases, an_error_of_a_kernel_names_what_was_queued_and_ends_the_device);
    tcase_add_test(cases, a_device_that_hangs_is_given_up_after_its_limit);
    tcase_add_test(cases, the_callers_context_stays_current);
    tcase_add_test(cases, a_callers_stream_is_used_and_not_destroyed);
    tcase_add_loop_test(cases, whatever_call_fails_there_is_a_status_and_nothing_is_left, 0, sizeof failures / sizeof *failures);
    tcase_add_loop_test(cases, a_program_runs_and_is_timed_by_events, 0, 3);
    tcase_add_test(cases, executables_are_chained_by_address_and_enqueued);
    tcase_add_test(cases, a_fault_in_a_run_is_a_fault_of_the_run);
    tcase_add_test(cases, devices_are_listed_with_the_chip_they_are);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
