/* cuda_threads_test.c - two CUDA devices in two threads at the same time (the thread sanitizer runs it): each thread's contexts, memory and answers
 * are its own. The GPUs are those of fake_cuda.c. */
#define _GNU_SOURCE
#include <check.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "fake_cuda.h"
#include "runtime/drivers/cuda/cuda_driver.h"

enum { ROUNDS = 100, FLOATS = 16, BYTES = 4 * FLOATS };

typedef struct job {
    int number, wrong, depth;
    tri_status *status;
} job;

static const char ptx[] = ".version 8.3\n.visible .entry add_f32(.param .u64 a, .param .u64 b, .param .u64 c)\n{ ret; }\n";

static tri_status *add_once(const tri_driver *d, tri_device *device, tri_code_image *code, float first, job *j)
{
    tri_address at[3] = {0};
    float values[FLOATS];
    const uint64_t bytes[3] = {BYTES, BYTES, BYTES};
    tri_status *status = NULL;
    for (int i = 0; i < FLOATS; i++) values[i] = first + (float)i;
    for (int i = 0; i < 3 && !status; i++) status = d->allocate(device, BYTES, &at[i]);
    for (int i = 1; i < 3 && !status; i++) status = d->write(device, at[i], values, BYTES);
    tri_launch launch = {.kernel = "add_f32", .grid = {1, 1, 1}, .block = {16, 1, 1}, .n_arguments = 3, .arguments = at, .bytes = bytes};
    if (!status) status = d->launch(device, code, &launch, NULL);
    if (!status) status = d->read(device, values, at[0], BYTES);
    for (int i = 0; i < FLOATS && !status; i++) j->wrong += values[i] != 2 * (first + (float)i);
    for (int i = 0; i < 3; i++)
        if (at[i]) status = tri_join(status, d->release(device, at[i]));
    return status;
}

static tri_status *work_on(job *j)
{
    const tri_driver *d = &tri_cuda_driver;
    tri_device *device;
    tri_code_image *code;
    TRI_TRY(d->open(j->number, NULL, &(tri_device_options){0}, &device));
    tri_status *status = d->load(device, "add_f32", ptx, sizeof ptx - 1, &code);
    if (!status) {
        for (int round = 0; round < ROUNDS && !status; round++) status = add_once(d, device, code, (float)(1000 * j->number + round), j);
        d->unload(device, code);
    }
    d->close(device);
    return status;
}

static void *work(void *argument)
{
    job *j = argument;
    j->status = work_on(j);
    j->depth = fake_depth();
    return NULL;
}

START_TEST(devices_in_different_threads_are_independent)
{
    job jobs[FAKE_DEVICES];
    pthread_t threads[FAKE_DEVICES];
    for (int i = 0; i < FAKE_DEVICES; i++) {
        jobs[i] = (job){.number = i};
        ck_assert_int_eq(pthread_create(&threads[i], NULL, work, &jobs[i]), 0);
    }
    for (int i = 0; i < FAKE_DEVICES; i++) ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    for (int i = 0; i < FAKE_DEVICES; i++) {
        ck_assert_msg(!jobs[i].status, "%s", tri_status_message(jobs[i].status));
        ck_assert_int_eq(jobs[i].wrong, 0);
        ck_assert_int_eq(jobs[i].depth, 0);
    }
    ck_assert_uint_eq(fake_live(), 0);
    ck_assert_msg(!fake_violation(), "%s", fake_violation());
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cuda_threads");
    TCase *cases = tcase_create("cuda_threads");
    tcase_set_timeout(cases, 120);
    tcase_add_test(cases, devices_in_different_threads_are_independent);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
