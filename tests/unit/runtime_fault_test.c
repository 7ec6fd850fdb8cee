/* runtime_fault_test.c - memory runs out at every place it can: the Nth allocation of the artifact's writer and reader and of the runtime fails, for
 * N = 1, 2, ... until none does. Each time the answer is a status, and nothing stays allocated. The linker puts the functions below in front of
 * malloc and its kin (--wrap), for what is linked into this program; plugins and libc keep their own. */
#define _GNU_SOURCE
#include <check.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "abi/artifact.h"
#include "artifact_sample.h"
#include "tri/runtime.h"

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *at, size_t n);
void __real_free(void *at);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *at, size_t n);
void __wrap_free(void *at);

enum { MOST_LIVE = 4096 };

static bool armed;
static size_t countdown; /* 0: this one fails */
static bool for_good;    /* and so does everything after it */
static bool hit;
static uintptr_t live[MOST_LIVE]; /* what was allocated while armed and is not freed yet */
static size_t n_live;

static bool fails(void)
{
    if (!armed || (hit && !for_good)) return false;
    if (countdown) {
        countdown--;
        return false;
    }
    return hit = true;
}

static void *remember(void *at)
{
    if (armed && at && n_live < MOST_LIVE) live[n_live++] = (uintptr_t)at; /* no assertion here: Check allocates, and is wrapped too */
    return at;
}

static void forget(uintptr_t at)
{
    for (size_t i = 0; i < n_live; i++)
        if (live[i] == at) {
            live[i] = live[--n_live];
            return;
        }
}

void *__wrap_malloc(size_t n) { return fails() ? NULL : remember(__real_malloc(n)); }
void *__wrap_calloc(size_t n, size_t size) { return fails() ? NULL : remember(__real_calloc(n, size)); }

void *__wrap_realloc(void *at, size_t n)
{
    if (fails()) return NULL;
    uintptr_t before = (uintptr_t)at;
    void *after = __real_realloc(at, n);
    if (after) forget(before);
    return after ? remember(after) : NULL;
}

void __wrap_free(void *at)
{
    forget((uintptr_t)at);
    __real_free(at);
}

static void *bytes;
static size_t n_bytes;
static char path[] = "/tmp/trine-runtime-test-XXXXXX";

static void begin(void)
{
    sample s;
    sample_make(&s);
    ck_assert_ptr_null(tri_artifact_encode(&s.program, &bytes, &n_bytes));
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, bytes, n_bytes), (ssize_t)n_bytes);
    close(fd);
}

static void end(void)
{
    unlink(path);
    free(bytes);
}

static tri_status *encode_program(void)
{
    sample s;
    void *encoded;
    size_t n;
    sample_make(&s);
    TRI_TRY(tri_artifact_encode(&s.program, &encoded, &n));
    free(encoded);
    return NULL;
}

static tri_status *parse_artifact(void)
{
    tri_artifact *artifact;
    TRI_TRY(tri_artifact_parse(bytes, n_bytes, "test.tri", &artifact));
    tri_artifact_close(artifact);
    return NULL;
}

static tri_status *run_on(tri_program_file *file, tri_device_handle *device)
{
    float x[SAMPLE_N] = {0}, y[SAMPLE_N] = {0}, out0[SAMPLE_N], out1[SAMPLE_N];
    tri_executable *e;
    TRI_TRY(tri_executable_create(file, device, "main", &e));
    tri_status *status = tri_executable_run(e, (const void *const[]){x, y}, (void *const[]){out0, out1}, NULL, NULL);
    tri_executable_destroy(e);
    return status;
}

static tri_status *run_program(void)
{
    tri_program_file *file;
    tri_device_handle *device;
    TRI_TRY(tri_open(path, &file));
    tri_status *status = tri_device_open("sim:tests/unit/data/null.chip", "threads=1", &device);
    if (!status) {
        status = run_on(file, device);
        tri_device_close(device);
    }
    tri_close(file);
    return status;
}

static tri_status *list_devices(void)
{
    tri_device_info *infos;
    size_t n;
    TRI_TRY(tri_device_list(&infos, &n));
    free(infos);
    return NULL;
}

/* A list of devices may also go on without what it could not say. */
static const struct {
    tri_status *(*attempt)(void);
    bool may_do_without;
} attempts[] = {{encode_program, false}, {parse_artifact, false}, {run_program, false}, {list_devices, true}};

/* One allocation fails, so that the error has its message and notes; or memory does not come back, so that not even an error fits. */
START_TEST(memory_may_run_out_anywhere)
{
    tri_status *(*attempt)(void) = attempts[_i / 2].attempt;
    bool may_do_without = attempts[_i / 2].may_do_without;
    for_good = _i % 2;
    size_t failures = 0;
    for (size_t n = 0;; n++) {
        ck_assert_uint_lt(n, 100000);
        n_live = 0;
        countdown = n;
        hit = false;
        armed = true;
        tri_status *status = attempt();
        armed = false;
        ck_assert_uint_lt(n_live, MOST_LIVE);
        tri_code code = tri_status_code(status);
        if (!hit) ck_assert_msg(!status, "%s", tri_status_message(status));
        else ck_assert_msg(code == TRI_NO_MEMORY || (!status && may_do_without), "allocation %zu: %s", n, tri_status_message(status));
        tri_status_free(status);
        ck_assert_msg(!n_live, "allocation %zu failed, %zu others were left behind", n, n_live);
        if (!hit) break;
        failures++;
    }
    ck_assert_uint_gt(failures, 1); /* something did allocate */
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("runtime_fault");
    TCase *cases = tcase_create("runtime_fault");
    tcase_add_checked_fixture(cases, begin, end);
    tcase_set_timeout(cases, 240);
    tcase_add_loop_test(cases, memory_may_run_out_anywhere, 0, 2 * sizeof attempts / sizeof *attempts);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
