/* runtime_threads_test.c - two devices in two threads at the same time, with one opened file between them: each gets its own right answers. */
#define _GNU_SOURCE
#include <check.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "abi/artifact.h"
#include "artifact_sample.h"
#include "tri/runtime.h"

enum { THREADS = 2, ROUNDS = 50 };

typedef struct job {
    tri_program_file *file;
    int number, wrong;
    tri_status *status;
} job;

static tri_status *run_rounds(job *j)
{
    tri_device_handle *device;
    tri_executable *e;
    TRI_TRY(tri_device_open("sim:tests/unit/data/null.chip", NULL, &device));
    tri_status *status = tri_executable_create(j->file, device, "main", &e);
    for (int round = 0; !status && round < ROUNDS; round++) {
        float x[SAMPLE_N], y[SAMPLE_N], out0[SAMPLE_N], out1[SAMPLE_N];
        for (int i = 0; i < SAMPLE_N; i++) {
            x[i] = (float)(1000 * j->number + round);
            y[i] = (float)i;
        }
        status = tri_executable_run(e, (const void *const[]){x, y}, (void *const[]){out0, out1}, NULL, NULL);
        for (int i = 0; !status && i < SAMPLE_N; i++) j->wrong += out1[i] != (float)(1000 * j->number + round + i);
        if (!status && round % 10 == 9) { /* a new executable on the same device */
            tri_executable_destroy(e);
            e = NULL;
            status = tri_executable_create(j->file, device, "main", &e);
        }
    }
    if (!status) tri_executable_destroy(e);
    tri_device_close(device);
    return status;
}

static void *work(void *argument)
{
    job *j = argument;
    j->status = run_rounds(j);
    return NULL;
}

START_TEST(devices_in_different_threads_are_independent)
{
    sample s;
    sample_make(&s);
    char path[] = "/tmp/trine-runtime-test-XXXXXX";
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    close(fd);
    tri_program_file *file = NULL;
    ck_assert_ptr_null(tri_artifact_write(&s.program, path));
    ck_assert_ptr_null(tri_open(path, &file));
    unlink(path);
    job jobs[THREADS];
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        jobs[i] = (job){.file = file, .number = i};
        ck_assert_int_eq(pthread_create(&threads[i], NULL, work, &jobs[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    for (int i = 0; i < THREADS; i++) {
        ck_assert_msg(!jobs[i].status, "%s", tri_status_message(jobs[i].status));
        ck_assert_int_eq(jobs[i].wrong, 0);
    }
    tri_close(file);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("runtime_threads");
    TCase *cases = tcase_create("runtime_threads");
    tcase_set_timeout(cases, 120);
    tcase_add_test(cases, devices_in_different_threads_are_independent);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
