/* codegen_limits_test.c - time, memory, cancelling, helpers that are none, and what is left behind: nothing. */
#define _GNU_SOURCE
#include "codegen_test.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"

#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
enum { MEMORY_LIMIT_WORKS = 0 };
#else
enum { MEMORY_LIMIT_WORKS = 1 };
#endif

static void nap(long milliseconds) { nanosleep(&(struct timespec){milliseconds / 1000, milliseconds % 1000 * 1000000}, NULL); }

/* A kernel of n multiplications and additions, none of which can be left out. */
static char *long_ir(int n)
{
    tri_text body = {0};
    for (int i = 0; i < n; i++)
        tri_text_addf(&body, "  %%y%d = fmul float %s%.0d, %%x\n  %%z%d = fadd float %%y%d, %%v\n", i, i ? "%z" : "%v", i ? i - 1 : 0, i, i);
    tri_text_addf(&body, "  %%w = fadd float %%z%d, 0.5\n", n - 1);
    char *ir = ptx_ir(tri_text_string(&body));
    tri_text_free(&body);
    return ir;
}

START_TEST(a_job_over_its_time_is_cancelled)
{
    char *slow = long_ir(20000);
    tri_codegen_result r = run_one(ptx_job(slow), &(tri_codegen_options){.job_milliseconds = 1, .ptxas = TRI_CODEGEN_PTXAS_NEVER});
    ck_assert_int_eq(tri_status_code(r.status), TRI_CANCELLED);
    ck_assert_ptr_nonnull(strstr(tri_status_message(r.status), "time limit of 0.001 s"));
    ck_assert_int_eq(files_in_folder(), 1); /* its IR */
    tri_codegen_results_free(&r, 1);
    ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
    free(slow);
}
END_TEST

/* A ptxas that sleeps for ever when the PTX holds "mul", under a name that the process table shows. */
static void sleeping_ptxas(char *mark, size_t room)
{
    snprintf(mark, room, "99%d77", (int)getpid());
    char text[400];
    snprintf(text, sizeof text,
             "#!/bin/sh\nfor last; do :; done\nif grep -q mul.rn.f32 $last; then exec sleep %s; fi\necho \"Unsupported .version\" >&2\nexit 1\n",
             mark);
    char *path = script("ptxas", text);
    setenv("TRINE_PTXAS", path, 1);
    free(path);
}

START_TEST(a_tool_that_hangs_is_killed_with_its_job)
{
    char mark[32];
    sleeping_ptxas(mark, sizeof mark);
    char *slow = ptx_ir("  %w = fmul float %v, 3.0\n"), *quick = ptx_ir(PLAIN_BODY);
    tri_codegen_job jobs[3] = {ptx_job(quick), ptx_job(slow), ptx_job(quick)};
    tri_codegen_result r[3];
    ck_assert_ptr_null(tri_codegen_run(&(tri_codegen_options){.workers = 1, .job_milliseconds = 5000}, jobs, 3, r));
    ck_assert_ptr_null(r[0].status);
    ck_assert_int_eq(tri_status_code(r[1].status), TRI_CANCELLED);
    ck_assert_ptr_nonnull(strstr(tri_status_message(r[1].status), "while running ptxas"));
    ck_assert_ptr_null(r[2].status);
    for (int i = 0; i < 100 && process_exists(mark); i++) nap(20);
    ck_assert(!process_exists(mark));
    tri_codegen_results_free(r, 3);
    free(slow);
    free(quick);
}
END_TEST

START_TEST(a_crash_in_a_used_helper_is_tried_again_in_a_fresh_one)
{
    /* The second ptxas ever started kills the helper, as what an earlier job left behind would. */
    char text[300];
    snprintf(text, sizeof text,
             "#!/bin/sh\ncd %s\necho x >>count\n[ $(wc -l <count) = 2 ] && kill -KILL $PPID\necho \"Unsupported .version\" >&2\nexit 1\n", folder);
    char *path = script("ptxas", text), *ir = ptx_ir(PLAIN_BODY);
    setenv("TRINE_PTXAS", path, 1);
    tri_codegen_job jobs[3] = {ptx_job(ir), ptx_job(ir), ptx_job(ir)};
    tri_codegen_result r[3];
    ck_assert_ptr_null(tri_codegen_run(&(tri_codegen_options){.workers = 1}, jobs, 3, r));
    for (int i = 0; i < 3; i++) ck_assert_msg(!r[i].status && r[i].assembly, "job %d", i);
    ck_assert_int_eq(files_in_folder(), 2); /* the script and its count: no IR was saved */
    tri_codegen_results_free(r, 3);
    free(path);
    free(ir);
}
END_TEST

START_TEST(nothing_survives_a_parent_that_is_killed)
{
    char mark[32];
    sleeping_ptxas(mark, sizeof mark);
    char *slow = ptx_ir("  %w = fmul float %v, 3.0\n");
    tri_codegen_job job = ptx_job(slow);
    tri_codegen_result r;
    pid_t child = fork();
    if (!child) {
        tri_status_free(tri_codegen_run(NULL, &job, 1, &r));
        _exit(0);
    }
    int waited = 0;
    for (; waited < 500 && !process_exists(mark); waited++) nap(20);
    ck_assert_int_lt(waited, 500); /* ptxas runs */
    kill(child, SIGKILL);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
    for (int i = 0; i < 250 && process_exists(mark); i++) nap(20);
    ck_assert(!process_exists(mark));
    ck_assert_int_eq(files_in_folder(), 1); /* the script */
    free(slow);
}
END_TEST

START_TEST(a_job_over_its_memory_is_an_error_that_says_so)
{
    if (!MEMORY_LIMIT_WORKS) return;
    char *large = long_ir(400000), *small = ptx_ir(PLAIN_BODY);
    tri_codegen_job jobs[2] = {ptx_job(large), ptx_job(small)};
    tri_codegen_result r[2];
    tri_codegen_options options = {.workers = 1, .helper_bytes = (int64_t)320 << 20, .ptxas = TRI_CODEGEN_PTXAS_NEVER};
    ck_assert_ptr_null(tri_codegen_run(&options, jobs, 2, r));
    ck_assert_int_eq(tri_status_code(r[0].status), TRI_NO_MEMORY);
    ck_assert_ptr_nonnull(strstr(tri_status_message(r[0].status), "320 MiB"));
    ck_assert_ptr_null(r[1].status);
    tri_codegen_results_free(r, 2);
    free(large);
    free(small);
}
END_TEST

typedef struct seen {
    size_t calls, last, total;
    size_t stop_at;
} seen;

static bool on_progress(void *context, size_t done, size_t total)
{
    seen *s = context;
    ck_assert(done == s->last || done == s->last + 1);
    s->calls++;
    s->last = done;
    s->total = total;
    return done < s->stop_at;
}

START_TEST(progress_counts_every_job_and_can_stop_the_run)
{
    char *ir = ptx_ir(PLAIN_BODY);
    tri_codegen_job jobs[5];
    tri_codegen_result r[5];
    for (int i = 0; i < 5; i++) jobs[i] = ptx_job(ir);
    seen all = {.stop_at = 99}, some = {.stop_at = 2};
    tri_codegen_options options = {.progress = on_progress, .context = &all, .ptxas = TRI_CODEGEN_PTXAS_NEVER};
    ck_assert_ptr_null(tri_codegen_run(&options, jobs, 5, r));
    ck_assert_uint_eq(all.last, 5);
    ck_assert_uint_eq(all.total, 5);
    tri_codegen_results_free(r, 5);
    options.context = &some;
    tri_status *status = tri_codegen_run(&options, jobs, 5, r);
    ck_assert_int_eq(tri_status_code(status), TRI_CANCELLED);
    for (int i = 0; i < 5; i++) ck_assert(!r[i].assembly && !r[i].status);
    ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
    tri_status_free(status);
    free(ir);
}
END_TEST

START_TEST(what_is_no_helper_is_unavailable)
{
    char *ir = ptx_ir(PLAIN_BODY);
    tri_codegen_job job = ptx_job(ir);
    tri_codegen_result r;
    char *babbler = script("babbler", "#!/bin/sh\necho this is no frame at all, is it\nexec sleep 60\n");
    char *dying = script("dying", "#!/bin/sh\necho libLLVM is gone >&2\nexit 127\n");
    char *newer = script("newer", "#!/bin/sh\nprintf 'TRCG\\1\\0\\0\\0\\14\\0\\0\\0\\0\\0\\0\\0' # HELLO of 12 bytes\n"
                                  "printf '\\143\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0'\nexec sleep 60\n");
    struct {
        const char *helper, *says;
    } rows[] = {{"/nowhere/trine-codegen", "build it"}, {"/tmp", "no program"}, {"/bin/true", "does not answer"}, {babbler, "no frame"},
                {dying, "libLLVM is gone"},             {newer, "version 99"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        tri_status *status = tri_codegen_run(&(tri_codegen_options){.helper = rows[i].helper}, &job, 1, &r);
        ck_assert_int_eq(tri_status_code(status), TRI_UNAVAILABLE);
        ck_assert_msg(strstr(tri_status_message(status), rows[i].says), "row %zu says: %s", i, tri_status_message(status));
        ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
        tri_status_free(status);
    }
    setenv("TRINE_CODEGEN", "/nowhere/else", 1);
    tri_status *status = tri_codegen_run(NULL, &job, 1, &r);
    ck_assert_int_eq(tri_status_code(status), TRI_UNAVAILABLE);
    ck_assert_ptr_nonnull(strstr(tri_status_message(status), "TRINE_CODEGEN"));
    tri_status_free(status);
    free(babbler);
    free(dying);
    free(newer);
    free(ir);
}
END_TEST

START_TEST(jobs_that_make_no_sense_are_refused)
{
    char *ir = ptx_ir(PLAIN_BODY);
    tri_codegen_job jobs[7];
    for (int i = 0; i < 7; i++) jobs[i] = ptx_job(ir);
    jobs[0].name = "../k";
    jobs[1].name = "";
    jobs[2].cpu = "sm_80; rm -rf";
    jobs[3].optimisation = 4;
    jobs[4].ir_bytes = 0;
    jobs[5].features = "+a\n+b";
    jobs[6].kind = (tri_codegen_kind)2;
    for (int i = 0; i < 7; i++) {
        tri_codegen_result r;
        tri_status *status = tri_codegen_run(NULL, &jobs[i], 1, &r);
        ck_assert_msg(tri_status_code(status) == TRI_USAGE, "row %d", i);
        tri_status_free(status);
    }
    ck_assert_ptr_null(tri_codegen_run(NULL, NULL, 0, NULL));
    free(ir);
}
END_TEST

Suite *limits_suite(SFun setup, SFun teardown)
{
    Suite *suite = suite_create("codegen limits");
    TCase *tests = tcase_create("limits");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, a_job_over_its_time_is_cancelled);
    tcase_add_test(tests, a_tool_that_hangs_is_killed_with_its_job);
    tcase_add_test(tests, a_crash_in_a_used_helper_is_tried_again_in_a_fresh_one);
    tcase_add_test(tests, nothing_survives_a_parent_that_is_killed);
    tcase_add_test(tests, a_job_over_its_memory_is_an_error_that_says_so);
    tcase_add_test(tests, progress_counts_every_job_and_can_stop_the_run);
    tcase_add_test(tests, what_is_no_helper_is_unavailable);
    tcase_add_test(tests, jobs_that_make_no_sense_are_refused);
    suite_add_tcase(suite, tests);
    return suite;
}
