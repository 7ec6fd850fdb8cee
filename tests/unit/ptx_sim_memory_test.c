/* ptx_sim_memory_test.c - loads, stores, atomics, asynchronous copies, variables, and each check on them: one smallest kernel that raises it. */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "tests/unit/ptx_sim_test.h"

#define ENTRY                                                                                                                                       \
    PTX_HEAD                                                                                                                                        \
        ".entry k(.param .u64 in, .param .u64 out) {\n .reg .pred %p<4>; .reg .b16 %h<8>; .reg .b32 %r<8>; .reg .b64 %l<8>; .shared .align 16 .b8 " \
        "s[512];\n"                                                                                                                                 \
        " ld.param.u64 %l0, [in]; ld.param.u64 %l1, [out]; mov.u32 %r0, %tid.x; mul.wide.u32 %l2, %r0, 16; mov.u64 %l3, s; add.s64 %l4, %l3, %l2;\n"

/* One faulty body, as words of its message. in: 512 bytes, written; out: 512 bytes, not. */
static const struct {
    const char *body;
    const char *words[5];
} faults[] = {
    {"ld.global.u32 %r1, [%l0+512];", {"reads 4 bytes at offset 512", "'in'", "512 bytes", "line 7", "thread (0,0,0)"}},
    {"ld.global.u32 %r1, [%l0+-4];", {"reads 4 bytes at offset -4", "'in'"}},
    {"st.global.v4.u32 [%l1+500], {%r0,%r0,%r0,%r0};", {"writes 16 bytes at offset 500", "'out'"}},
    {"ld.global.u32 %r1, [8];", {"far outside"}},
    {"ld.global.u32 %r1, [%l0+2];", {"misaligned", "offset 2"}},
    {"ld.global.u32 %r1, [%l1+4];", {"'out'", "nothing has written", "offset 4"}},
    {"ld.shared.u32 %r1, [s+512];", {"shared memory", "offset 512", "512 bytes"}},
    {"ld.shared.u32 %r1, [s+8];", {"shared memory", "nothing has written"}},
    {"st.global.u32 [%l1], %r0; cvta.shared.u64 %l5, %l4; ld.global.u32 %r1, [%l5];", {"as if it were global"}},
    {"cp.async.cg.shared.global [%l4], [%l0], 16;\n cp.async.commit_group;\n ld.shared.u32 %r1, [%l4];", {"cp.async has not delivered", "line 9"}},
    {"cp.async.cg.shared.global [%l4], [%l0], 16;\n cp.async.wait_group 0;\n ld.shared.u32 %r1, [%l4];", {"cp.async has not delivered"}},
    {"cp.async.ca.shared.global [%l4], [%l1], 4;\n cp.async.wait_all;", {"'out'", "nothing has written", "line 7"}},
    {"cp.async.cg.shared.global [%l4], [%l0+8], 16;", {"misaligned"}},
    {"atom.global.add.u32 %r1, [%l1], 1;", {"nothing has written"}},
    {"atom.global.add.b32 %r1, [%l0], 1;", {"does not exist"}},
    {"st.const.u32 [%l0], 1; trap;", {"trapped"}},
    {"ld.global.u64 %l5, [%l0+508];", {"508"}},
};

START_TEST(faulty_access_is_reported)
{
    char text[2048];
    uint32_t in[128] = {0};
    const char *words[9] = {"kernel k", "test.ptx", "block (0,0,0)"};
    int n = 3;
    for (int i = 0; i < 5 && faults[_i].words[i]; i++) words[n++] = faults[_i].words[i];
    words[n] = NULL;
    sprintf(text, "%s %s\n}", ENTRY, faults[_i].body);
    ptx_must_fail(ptx_run(text, (ptx_shape){1, 1, 0, 1}, (ptx_buffer[]){{"in", 512, in, NULL}, {"out", 512, NULL, NULL}}, 2), TRI_FAULT, words);
}
END_TEST

START_TEST(elements_fill_wider_registers)
{
    int8_t in[512];
    int64_t out[8];
    for (int i = 0; i < 512; i++) in[i] = (int8_t)(i * 37);
    ptx_must_run(
        ENTRY
        " ld.global.s8 %l5, [%l0+3]; st.global.u64 [%l1], %l5; ld.global.u8 %r1, [%l0+3]; cvt.u64.u32 %l5, %r1; st.global.u64 [%l1+8], %l5;\n"
        " ld.global.v2.b16 {%h0, %h1}, [%l0+4]; cvt.s64.s16 %l5, %h1; st.global.u64 [%l1+16], %l5; ld.global.s16 %l5, [%l0+6]; st.global.u64 "
        "[%l1+24], %l5;\n"
        " ld.global.v4.b8 {%h0, %h1, %h2, %h3}, [%l0+8]; cvt.u64.u16 %l5, %h3; st.global.b8 [%l1+32], %l5; st.global.v2.b16 [%l1+36], {%h3, %h2}; "
        "st.global.b8 [%l1+33], 255;\n"
        " st.global.u16 [%l1+34], 7; st.global.v2.b64 [%l1+48], {%l5, -1}; ld.global.v2.b64 {%l6, %l7}, [%l0+16]; st.global.b64 [%l1+40], %l7;\n}",
        (ptx_shape){1, 1, 0, 1}, (ptx_buffer[]){{"in", 512, in, NULL}, {"out", 64, NULL, out}}, 2);
    int16_t second;
    int64_t last;
    memcpy(&second, in + 6, 2), memcpy(&last, in + 24, 8);
    ck_assert_int_eq(out[0], in[3]);
    ck_assert_int_eq(out[1], (uint8_t)in[3]);
    ck_assert_int_eq(out[2], second);
    ck_assert_int_eq(out[3], second);
    uint64_t byte = (uint8_t)in[11];
    ck_assert_uint_eq((uint64_t)out[4], byte | 0xff00 | 7ull << 16 | byte << 32 | (uint64_t)(uint8_t)in[10] << 48);
    ck_assert_int_eq(out[5], last);
    ck_assert_uint_eq((uint64_t)out[6], byte);
    ck_assert_int_eq(out[7], -1);
}
END_TEST

START_TEST(groups_of_copies_arrive_when_waited_for)
{
    uint32_t in[128], out[128];
    for (int i = 0; i < 128; i++) in[i] = 1000u + (uint32_t)i;
    /* Two groups; the first is waited for with one outstanding. The fill form copies 4 of 16 bytes and clears the rest. */
    ptx_must_run(
        ENTRY
        " add.s64 %l5, %l0, %l2; add.s64 %l6, %l1, %l2; mov.u32 %r7, 4;\n cp.async.cg.shared.global [%l4], [%l5], 16;\n cp.async.commit_group;\n"
        " cp.async.cg.shared.global [%l4+256], [%l5+256], 16, %r7;\n cp.async.commit_group;\n cp.async.wait_group 1;\n"
        " ld.shared.v4.u32 {%r1, %r2, %r3, %r4}, [%l4]; st.global.v4.u32 [%l6], {%r1, %r2, %r3, %r4};\n cp.async.wait_group 0;\n"
        " ld.shared.v4.u32 {%r1, %r2, %r3, %r4}, [%l4+256]; st.global.v4.u32 [%l6+256], {%r1, %r2, %r3, %r4};\n}",
        (ptx_shape){1, 16, 0, 1}, (ptx_buffer[]){{"in", 512, in, NULL}, {"out", 512, NULL, out}}, 2);
    for (uint32_t i = 0; i < 64; i++) {
        ck_assert_uint_eq(out[i], in[i]);
        ck_assert_uint_eq(out[64 + i], i % 4 ? 0 : in[64 + i]);
    }
}
END_TEST

START_TEST(atomics_add_up_over_blocks)
{
    uint32_t in[128] = {0}, out[128];
    ptx_must_run(ENTRY " red.global.add.u32 [%l0], 1; atom.global.max.s32 %r1, [%l0+4], %r0; atom.global.cas.b32 %r2, [%l0+8], 0, 77; "
                       "red.global.add.f32 [%l0+12], 0f3F000000;\n"
                       " ld.global.u32 %r3, [%l0]; st.global.u32 [%l1], %r3; ld.global.u32 %r3, [%l0+4]; st.global.u32 [%l1+4], %r3; ld.global.u32 "
                       "%r3, [%l0+8]; st.global.u32 [%l1+8], %r3;\n"
                       " ld.global.u32 %r3, [%l0+12]; st.global.u32 [%l1+12], %r3;\n}",
                 (ptx_shape){30, 64, 0, 2}, (ptx_buffer[]){{"in", 512, in, NULL}, {"out", 16, NULL, out}}, 2);
    float sum;
    memcpy(&sum, &out[3], 4);
    ck_assert_uint_eq(out[0], 1920);
    ck_assert_uint_eq(out[1], 63);
    ck_assert_uint_eq(out[2], 77);
    ck_assert_float_eq(sum, 960);
}
END_TEST

START_TEST(shared_atomics_do_not_race_with_each_other)
{
    uint32_t out[1];
    static const char text[] = PTX_HEAD ".entry k(.param .u64 out) {\n .reg .pred %p; .reg .b32 %r<4>; .reg .b64 %l; .shared .align 4 .u32 sum;\n "
                                        "ld.param.u64 %l, [out]; mov.u32 %r0, %tid.x;\n"
                                        " setp.eq.u32 %p, %r0, 0;\n @%p st.shared.u32 [sum], 0;\n bar.sync 0;\n red.shared.add.u32 [sum], %r0;\n "
                                        "bar.sync 0;\n @%p ld.shared.u32 %r1, [sum];\n @%p st.global.u32 [%l], %r1;\n}";
    ptx_must_run(text, (ptx_shape){1, 128, 0, 1}, (ptx_buffer[]){{"out", 4, NULL, out}}, 1);
    ck_assert_uint_eq(out[0], 127 * 128 / 2);
}
END_TEST

START_TEST(variables_have_their_initial_values)
{
    uint32_t out[8];
    static const char text[] =
        PTX_HEAD ".extern .shared .align 64 .b8 dynamic[];\n.const .align 4 .b8 table[8] = {1, 0, 0, 0, 2, 1};\n.visible .global .align 4 .f32 one = "
                 "0f3F800000;\n.global .u32 zero;\n"
                 ".entry k(.param .u64 out) {\n .reg .b32 %r<4>; .reg .b64 %l<4>; .shared .align 4 .b8 own[12]; .local .align 4 .b8 mine[16];\n "
                 "ld.param.u64 %l0, [out];\n"
                 " ld.const.u32 %r0, [table+4]; st.global.u32 [%l0], %r0; ld.global.u32 %r0, [one]; st.global.u32 [%l0+4], %r0; ld.global.u32 %r0, "
                 "[zero]; st.global.u32 [%l0+8], %r0;\n"
                 " mov.u64 %l1, dynamic; cvt.u32.u64 %r0, %l1; st.global.u32 [%l0+12], %r0; st.shared.u32 [%l1+96], 5; ld.shared.u32 %r0, "
                 "[dynamic+96]; st.global.u32 [%l0+16], %r0;\n"
                 " mov.u64 %l2, mine; cvta.local.u64 %l3, %l2; st.u32 [%l3+4], 9; ld.local.u32 %r0, [mine+4]; st.global.u32 [%l0+20], %r0;\n}";
    ptx_must_run(text, (ptx_shape){1, 1, 100, 1}, (ptx_buffer[]){{"out", 24, NULL, out}}, 1);
    ck_assert_uint_eq(out[0], 258);
    ck_assert_uint_eq(out[1], 0x3f800000);
    ck_assert_uint_eq(out[2], 0);
    ck_assert_uint_eq(out[3], 64); /* 12 bytes of its own, then the alignment */
    ck_assert_uint_eq(out[4], 5);
    ck_assert_uint_eq(out[5], 9);
}
END_TEST

/* tests/unit/ptx/llvm_ops.ptx: 490 small kernels that LLVM printed, one an IR instruction and type; llvm_hopper.ptx: what Hopper adds. Every
 * instruction must have a row. */
START_TEST(all_that_llvm_printed_loads)
{
    char *text;
    size_t n;
    static const char *const files[] = {"tests/unit/ptx/llvm_ops.ptx", "tests/unit/ptx/llvm_hopper.ptx"};
    ck_assert_ptr_null(tri_file_read(files[_i], &text, &n));
    tri_status *status = ptx_load(text);
    ck_assert_msg(!status, "%s", status ? tri_status_message(status) : "");
    free(text);
}
END_TEST

Suite *ptx_memory_suite(void)
{
    Suite *suite = suite_create("ptx_sim memory");
    TCase *cases = tcase_create("accesses and checks");
    tcase_add_loop_test(cases, faulty_access_is_reported, 0, sizeof faults / sizeof *faults);
    tcase_add_test(cases, elements_fill_wider_registers);
    tcase_add_test(cases, groups_of_copies_arrive_when_waited_for);
    tcase_add_test(cases, atomics_add_up_over_blocks);
    tcase_add_test(cases, shared_atomics_do_not_race_with_each_other);
    tcase_add_test(cases, variables_have_their_initial_values);
    tcase_add_loop_test(cases, all_that_llvm_printed_loads, 0, 2);
    suite_add_tcase(suite, cases);
    return suite;
}
