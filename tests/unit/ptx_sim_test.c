/* ptx_sim_test.c - the simulator of PTX: text, control flow, blocks; the other suites are in ptx_sim_*_test.c. */
#include "tests/unit/ptx_sim_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* What is wrong, where (line and column), and words of the message. */
static const struct {
    const char *text;
    int line, column;
    const char *word;
} wrong_texts[] = {
    {".version 8.0\n.entry k() {\n  frob.b32 %r1;\n}", 3, 3, "frob.b32"},
    {".entry k() {\n .reg .b32 %r<4>;\n  add.s32 %r1, %r2;\n}", 3, 3, "an operand is missing"},
    {".entry k() {\n .reg .b32 %r<4>;\n add.s32 %r1, %r2, %r4;\n}", 3, 2, "unknown register"},
    {".entry k() {\n .reg .b32 %r<4>;\n .reg .b64 %l<4>;\n add.s32 %r1, %r2, %l1;\n}", 4, 2, "32-bit register"},
    {".entry k() {\n .reg .b32 %r<4>;\n add.s32 %r1, %r2, 3", 3, 21, "the text ends"},
    {".entry k() {\n bra $missing;\n}", 2, 2, "no such label"},
    {".entry k() {\n .reg .b32 %r<4>;\n .reg .b32 %r<5>;\n}", 3, 12, "declared twice"},
    {".entry k() {\n .reg .b32 %r;\n mov.b32 %r, 0xzz;\n}", 3, 14, "digits are missing"},
    {".entry k() {\n .reg .b32 %r;\n mov.b32 %r, 0f1234;\n}", 3, 14, "eight hexadecimal digits"},
    {".entry k() {\n @%p bra x;\n}", 2, 3, "no predicate register"},
    {".entry k() {\n call f, (x);\n}", 2, 10, "calls"},
    {".func f() {}", 1, 1, "functions are not supported"},
    {"\n\n/* open", 3, 1, "comment without an end"},
    {".shared .b8 x[4", 1, 16, "the text ends"},
    {".global .b8 x[2] = {1,2,3};", 1, 25, "more initial values"},
    {".shared .b8 x[99999999999];", 1, 15, "too large"},
    {".entry k() {\n .reg .b64 %l;\n ld.param.u64 %l, [y];\n}", 3, 2, "address of a parameter"},
    {".entry k() {\n x: ret;\n x: ret;\n}", 1, 1, "stands twice"},
};

START_TEST(wrong_text_is_refused_with_its_place)
{
    tri_status *status = ptx_load(wrong_texts[_i].text);
    ck_assert_ptr_nonnull(status);
    ck_assert_msg(strstr(tri_status_message(status), wrong_texts[_i].word), "%s", tri_status_message(status));
    ck_assert_msg(tri_status_loc(status).line == wrong_texts[_i].line && tri_status_loc(status).column == wrong_texts[_i].column, "%d:%d: %s",
                  (int)tri_status_loc(status).line, (int)tri_status_loc(status).column, tri_status_message(status));
    tri_status_free(status);
}
END_TEST

START_TEST(huge_declarations_cost_nothing) { ck_assert_ptr_null(ptx_load(".entry k() {\n .reg .b64 %l<4000000000>;\n mov.b64 %l3999999999, 1;\n}")); }
END_TEST

START_TEST(inner_registers_hide_outer_ones)
{
    uint32_t out[1];
    ptx_must_run(PTX_HEAD ".entry k(.param .u64 out) {\n .reg .b32 %r<4>; .reg .b64 %l;\n ld.param.u64 %l, [out]; mov.b32 %r1, 7;\n"
                          "{ .reg .b32 %r<2>; mov.b32 %r1, 9; }\n st.global.u32 [%l], %r1;\n}",
                 (ptx_shape){1, 1, 0, 1}, (ptx_buffer[]){{"out", 4, NULL, out}}, 1);
    ck_assert_uint_eq(out[0], 7);
}
END_TEST

/* out[i] = the Collatz length of i + 1: a loop of another length and two sides in every lane. */
START_TEST(lanes_diverge_in_loops_and_meet_again)
{
    static const char text[] = PTX_HEAD
        ".entry k(.param .u64 out) {\n .reg .pred %p<4>; .reg .b32 %r<8>; .reg .b64 %l<4>;\n"
        " ld.param.u64 %l0, [out]; mov.u32 %r0, %tid.x; mul.wide.u32 %l1, %r0, 4; add.s64 %l0, %l0, %l1;\n"
        " add.s32 %r1, %r0, 1; mov.u32 %r2, 0;\n"
        "head: setp.eq.u32 %p0, %r1, 1;\n @%p0 bra done;\n add.s32 %r2, %r2, 1; and.b32 %r3, %r1, 1; setp.eq.u32 %p1, %r3, 1;\n @%p1 bra odd;\n"
        " shr.u32 %r1, %r1, 1;\n bra head;\n"
        "odd: mad.lo.s32 %r1, %r1, 3, 1;\n bra head;\n"
        "done: activemask.b32 %r4; st.global.u32 [%l0], %r2; st.global.u32 [%l0+512], %r4;\n ret;\n}";
    uint32_t out[256];
    ptx_must_run(text, (ptx_shape){1, 100, 0, 1}, (ptx_buffer[]){{"out", 912, NULL, NULL}}, 1);
    ptx_must_run(text, (ptx_shape){1, 128, 0, 1}, (ptx_buffer[]){{"out", 1024, NULL, out}}, 1);
    for (uint32_t i = 0; i < 128; i++) {
        uint32_t n = i + 1, length = 0;
        for (; n != 1; length++) n = n & 1 ? 3 * n + 1 : n / 2;
        ck_assert_uint_eq(out[i], length);
        ck_assert_uint_eq(out[128 + i], 0xffffffff); /* all lanes together again */
    }
}
END_TEST

START_TEST(indexed_branches_take_each_lane_to_its_target)
{
    static const char text[] =
        PTX_HEAD ".entry k(.param .u64 out) {\n .reg .b32 %r<8>; .reg .b64 %l<4>;\n"
                 " ld.param.u64 %l0, [out]; mov.u32 %r0, %tid.x; mul.wide.u32 %l1, %r0, 4; add.s64 %l0, %l0, %l1; rem.u32 %r1, %r0, 3;\n"
                 " t: .branchtargets a, b, c;\n brx.idx %r1, t;\n"
                 "a: mov.u32 %r2, 10;\n bra.uni end;\nb: mov.u32 %r2, 20;\n bra.uni end;\nc: mov.u32 %r2, 30;\n"
                 "end: activemask.b32 %r3; add.s32 %r2, %r2, %r3; st.global.u32 [%l0], %r2;\n}";
    uint32_t out[32];
    ptx_must_run(text, (ptx_shape){1, 32, 0, 1}, (ptx_buffer[]){{"out", 128, NULL, out}}, 1);
    for (uint32_t i = 0; i < 32; i++) ck_assert_uint_eq(out[i], 10 * (i % 3 + 1) - 1u);
}
END_TEST

START_TEST(lanes_may_leave_one_after_the_other)
{
    static const char text[] = PTX_HEAD
        ".entry k(.param .u64 out) {\n .reg .pred %p<2>; .reg .b32 %r<8>; .reg .b64 %l<4>;\n"
        " ld.param.u64 %l0, [out]; mov.u32 %r0, %tid.x; mul.wide.u32 %l1, %r0, 4; add.s64 %l0, %l0, %l1; mov.u32 %r1, 0;\n"
        "head: st.global.u32 [%l0], %r1; setp.eq.u32 %p0, %r1, %r0;\n @%p0 ret;\n add.s32 %r1, %r1, 1; setp.lt.u32 %p1, %r1, 20;\n @%p1 bra head;\n"
        " st.global.u32 [%l0], 99;\n}";
    uint32_t out[32];
    ptx_must_run(text, (ptx_shape){1, 32, 0, 1}, (ptx_buffer[]){{"out", 128, NULL, out}}, 1);
    for (uint32_t i = 0; i < 32; i++) ck_assert_uint_eq(out[i], i < 20 ? i : 99);
}
END_TEST

#define REVERSE                                                                                                                                      \
    PTX_HEAD ".entry k(.param .u64 in, .param .u64 out) {\n .reg .b32 %r<8>; .reg .b64 %l<8>; .shared .align 4 .b8 buffer[1024];\n"                  \
             " ld.param.u64 %l0, [in]; ld.param.u64 %l1, [out]; mov.u32 %r0, %tid.x; mov.u32 %r1, %ctaid.x; mad.lo.s32 %r2, %r1, 256, %r0;\n"        \
             " mul.wide.u32 %l2, %r2, 4; add.s64 %l0, %l0, %l2; ld.global.u32 %r3, [%l0];\n"                                                         \
             " mul.wide.u32 %l3, %r0, 4; mov.u64 %l4, buffer; add.s64 %l4, %l4, %l3; st.shared.u32 [%l4], %r3;\n"

START_TEST(a_barrier_orders_the_warps_of_each_block)
{
    uint32_t in[1024], out[1024];
    for (uint32_t i = 0; i < 1024; i++) in[i] = i * 2654435761u;
    ptx_must_run(REVERSE " bar.sync 0;\n mov.u64 %l5, buffer+1020; sub.s64 %l5, %l5, %l3; ld.shared.u32 %r4, [%l5]; add.s64 %l1, %l1, %l2; "
                         "st.global.u32 [%l1], %r4;\n}",
                 (ptx_shape){4, 256, 0, 2}, (ptx_buffer[]){{"in", 4096, in, NULL}, {"out", 4096, NULL, out}}, 2);
    for (uint32_t i = 0; i < 1024; i++) ck_assert_uint_eq(out[i], in[i / 256 * 256 + 255 - i % 256]);
}
END_TEST

START_TEST(without_the_barrier_the_race_is_found)
{
    uint32_t in[256] = {0};
    /* Warp 0 runs first and reads what warp 7 has not written: as uninitialised. The other order is the race proper. */
    ptx_must_fail(
        ptx_run(REVERSE " mov.u64 %l5, buffer+1020; sub.s64 %l5, %l5, %l3; ld.shared.u32 %r4, [%l5];\n}", (ptx_shape){1, 256, 0, 1},
                (ptx_buffer[]){{"in", 1024, in, NULL}, {"out", 1024, NULL, NULL}}, 2),
        TRI_FAULT,
        WORDS("kernel k", "test.ptx line 9", "ld.shared.u32 %r4, [%l5];", "block (0,0,0)", "thread (0,0,0)", "shared memory", "nothing has written"));
    ptx_must_fail(ptx_run(REVERSE " ld.shared.u32 %r4, [buffer];\n}", (ptx_shape){1, 64, 0, 1},
                          (ptx_buffer[]){{"in", 1024, in, NULL}, {"out", 1024, NULL, NULL}}, 2),
                  TRI_FAULT, WORDS("race", "offset 0", "warp 1 reads what warp 0 wrote", "thread (32,0,0)"));
    ptx_must_fail(ptx_run(REVERSE " st.shared.u32 [buffer], 1;\n}", (ptx_shape){1, 64, 0, 1},
                          (ptx_buffer[]){{"in", 1024, in, NULL}, {"out", 1024, NULL, NULL}}, 2),
                  TRI_FAULT, WORDS("race", "warp 1 writes what warp 0 wrote"));
    /* All read, then one thread writes without a second barrier; warp 1, the last to arrive, runs on first. */
    ptx_must_fail(ptx_run(REVERSE
                          " bar.sync 0;\n ld.shared.u32 %r4, [buffer];\n .reg .pred %p; setp.eq.u32 %p, %r0, 1;\n @%p st.shared.u32 [buffer], 1;\n}",
                          (ptx_shape){1, 64, 0, 1}, (ptx_buffer[]){{"in", 1024, in, NULL}, {"out", 1024, NULL, NULL}}, 2),
                  TRI_FAULT, WORDS("race", "warp 0 writes what warp 1 read", "thread (1,0,0)"));
}
END_TEST

/* Two producers and two consumers with named barriers: 1 full, 2 empty. Only a check that follows each barrier's own order accepts it. */
START_TEST(named_barriers_order_those_who_take_part)
{
    static const char text[] =
        PTX_HEAD ".entry k(.param .u64 out) {\n .reg .pred %p<4>; .reg .b32 %r<8>; .reg .b64 %l<8>; .shared .align 4 .b8 buffer[256];\n"
                 " ld.param.u64 %l0, [out]; mov.u32 %r0, %tid.x; and.b32 %r1, %r0, 63; mul.wide.u32 %l1, %r1, 4; mov.u64 %l2, buffer; add.s64 %l2, "
                 "%l2, %l1; add.s64 %l0, %l0, %l1;\n"
                 " mov.u32 %r2, 0; mov.u32 %r5, 0; setp.ge.u32 %p0, %r0, 64;\n @%p0 bra consume;\n"
                 "produce: bar.sync 2, 128;\n add.s32 %r3, %r2, %r1; st.shared.u32 [%l2], %r3;\n bar.arrive 1, 128;\n add.s32 %r2, %r2, 1; "
                 "setp.lt.u32 %p1, %r2, 10;\n @%p1 bra produce;\n ret;\n"
                 "consume: bar.arrive 2, 128;\n bar.sync 1, 128;\n xor.b32 %r6, %r1, 63; mul.wide.u32 %l3, %r6, 4; mov.u64 %l4, buffer; add.s64 %l4, "
                 "%l4, %l3; ld.shared.u32 %r4, [%l4];\n"
                 " add.s32 %r5, %r5, %r4; add.s32 %r2, %r2, 1; setp.lt.u32 %p2, %r2, 10;\n @%p2 bra consume;\n st.global.u32 [%l0], %r5;\n}";
    uint32_t out[64];
    ptx_must_run(text, (ptx_shape){1, 128, 0, 1}, (ptx_buffer[]){{"out", 256, NULL, out}}, 1);
    for (uint32_t i = 0; i < 64; i++) ck_assert_uint_eq(out[i], 45 + 10 * (63 - i));
}
END_TEST

START_TEST(barrier_divergence_is_found)
{
    ptx_must_fail(ptx_run(PTX_HEAD ".entry k() {\n .reg .pred %p; .reg .b32 %r;\n mov.u32 %r, %tid.x; setp.lt.u32 %p, %r, 5;\n @%p bar.sync 0;\n}",
                          (ptx_shape){1, 32, 0, 1}, NULL, 0),
                  TRI_FAULT, WORDS("barrier divergence", "line 7"));
    ptx_must_fail(
        ptx_run(
            PTX_HEAD
            ".entry k() {\n .reg .pred %p; .reg .b32 %r;\n mov.u32 %r, %tid.x; setp.lt.u32 %p, %r, 32;\n @%p bra out;\n bar.sync 0;\nout: ret;\n}",
            (ptx_shape){1, 64, 0, 1}, NULL, 0),
        TRI_FAULT, WORDS("barrier divergence", "32 of 64 threads", "warp 0 has ended"));
    ptx_must_fail(ptx_run(PTX_HEAD
                          ".entry k() {\n .reg .pred %p; .reg .b32 %r;\n mov.u32 %r, %tid.x; setp.eq.u32 %p, %r, 3;\n @%p ret;\n bar.sync 0;\n}",
                          (ptx_shape){1, 32, 0, 1}, NULL, 0),
                  TRI_FAULT, WORDS("barrier divergence", "thread (3,0,0)"));
}
END_TEST

START_TEST(endless_loops_use_up_their_budget)
{
    setenv("TRINE_PTX_BUDGET", "100000", 1);
    tri_status *status = ptx_run(PTX_HEAD ".entry k() {\nx: bra x;\n}", (ptx_shape){1, 64, 0, 1}, NULL, 0);
    unsetenv("TRINE_PTX_BUDGET");
    ptx_must_fail(status, TRI_FAULT, WORDS("100000", "endless loop", "bra x;"));
}
END_TEST

START_TEST(registers_nothing_wrote_are_found_on_request)
{
    static const char text[] = PTX_HEAD ".entry k() {\n .reg .b32 %r<3>;\n mov.u32 %r1, 4;\n add.s32 %r0, %r1, %r2;\n}";
    ptx_must_run(text, (ptx_shape){1, 32, 0, 1}, NULL, 0);
    setenv("TRINE_PTX_CHECK_REGISTERS", "1", 1);
    tri_status *status = ptx_run(text, (ptx_shape){1, 32, 0, 1}, NULL, 0);
    unsetenv("TRINE_PTX_CHECK_REGISTERS");
    ptx_must_fail(status, TRI_FAULT, WORDS("register %r2", "line 7"));
}
END_TEST

START_TEST(the_lowest_faulty_block_is_reported)
{
    static const char text[] = PTX_HEAD ".entry k() {\n .reg .pred %p; .reg .b32 %r;\n mov.u32 %r, %ctaid.x; setp.ge.u32 %p, %r, 5;\n @%p trap;\n}";
    for (int i = 0; i < 20; i++) ptx_must_fail(ptx_run(text, (ptx_shape){64, 32, 0, 2}, NULL, 0), TRI_FAULT, WORDS("block (5,0,0)", "trapped"));
}
END_TEST

START_TEST(wrong_launches_are_refused)
{
    static const char text[] = PTX_HEAD ".entry k(.param .u64 a) .reqntid 64, 1, 1 {\n .shared .b8 s[1024];\n ret;\n}";
    uint32_t a[4] = {0};
    ptx_must_fail(ptx_run(text, (ptx_shape){1, 32, 0, 1}, (ptx_buffer[]){{"a", 16, a, NULL}}, 1), TRI_USAGE, WORDS("reqntid", "64x1x1"));
    ptx_must_fail(ptx_run(text, (ptx_shape){1, 64, 0, 1}, NULL, 0), TRI_USAGE, WORDS("1 parameters", "0 arguments"));
    ptx_must_fail(ptx_run(text, (ptx_shape){1, 64, 1 << 20, 1}, (ptx_buffer[]){{"a", 16, a, NULL}}, 1), TRI_USAGE, WORDS("shared memory", "1049600"));
}
END_TEST

static Suite *flow_suite(void)
{
    Suite *suite = suite_create("ptx_sim");
    TCase *cases = tcase_create("text, flow and blocks");
    tcase_add_loop_test(cases, wrong_text_is_refused_with_its_place, 0, sizeof wrong_texts / sizeof *wrong_texts);
    tcase_add_test(cases, huge_declarations_cost_nothing);
    tcase_add_test(cases, inner_registers_hide_outer_ones);
    tcase_add_test(cases, lanes_diverge_in_loops_and_meet_again);
    tcase_add_test(cases, indexed_branches_take_each_lane_to_its_target);
    tcase_add_test(cases, lanes_may_leave_one_after_the_other);
    tcase_add_test(cases, a_barrier_orders_the_warps_of_each_block);
    tcase_add_test(cases, without_the_barrier_the_race_is_found);
    tcase_add_test(cases, named_barriers_order_those_who_take_part);
    tcase_add_test(cases, barrier_divergence_is_found);
    tcase_add_test(cases, endless_loops_use_up_their_budget);
    tcase_add_test(cases, registers_nothing_wrote_are_found_on_request);
    tcase_add_test(cases, the_lowest_faulty_block_is_reported);
    tcase_add_test(cases, wrong_launches_are_refused);
    suite_add_tcase(suite, cases);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(flow_suite());
    srunner_add_suite(runner, ptx_arithmetic_suite());
    srunner_add_suite(runner, ptx_matrix_suite());
    srunner_add_suite(runner, ptx_memory_suite());
    srunner_add_suite(runner, ptx_async_suite());
    srunner_add_suite(runner, ptx_gemm_suite());
    srunner_add_suite(runner, ptx_wgmma_suite());
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
