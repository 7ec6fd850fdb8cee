/* codegen_readers_test.c - the frame format and the readers of ptxas's report and of code objects, on right and on damaged bytes. */
#define _GNU_SOURCE
#include "codegen_test.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "targets/llvm/codegen_wire.h"
#include "targets/llvm/finish.h"

static tri_codegen_result sample(void)
{
    tri_codegen_result r = {.assembly_bytes = 5, .object_bytes = 3, .registers = 168, .scalar_registers = -1, .spill_bytes = 8, .stack_bytes = 16,
                            .shared_bytes = 1024, .code_bytes = 4096, .warnings = 2};
    r.assembly = strdup("hello");
    r.object = malloc(3);
    memcpy(r.object, "\0\1\2", 3);
    r.log = strdup("a\nb\n");
    return r;
}

START_TEST(a_result_comes_back_as_it_was_sent)
{
    tri_codegen_result a = sample(), b;
    a.status = tri_error(TRI_INVALID, ((tri_loc){.line = 7, .column = 3}), "what is wrong");
    tri_text frame = {0};
    tri_wire_kind kind;
    size_t bytes;
    ck_assert_ptr_null(tri_wire_put_result(&frame, &a));
    ck_assert_ptr_null(tri_wire_frame(frame.at, frame.n, &kind, &bytes));
    ck_assert_int_eq(kind, TRI_WIRE_RESULT);
    ck_assert_uint_eq(bytes, frame.n);
    ck_assert_ptr_null(tri_wire_get_result(frame.at + TRI_WIRE_HEADER_BYTES, frame.n - TRI_WIRE_HEADER_BYTES, &b));
    ck_assert_int_eq(tri_status_code(b.status), TRI_INVALID);
    ck_assert_str_eq(tri_status_message(b.status), "what is wrong");
    ck_assert_int_eq(tri_status_loc(b.status).line, 7);
    ck_assert_int_eq(tri_status_loc(b.status).column, 3);
    ck_assert_str_eq(b.assembly, "hello");
    ck_assert_uint_eq(b.object_bytes, 3);
    ck_assert_int_eq(memcmp(b.object, "\0\1\2", 3), 0);
    ck_assert_int_eq(b.registers, 168);
    ck_assert_int_eq(b.scalar_registers, -1);
    ck_assert_int_eq(b.spill_bytes, 8);
    ck_assert_int_eq(b.stack_bytes, 16);
    ck_assert_int_eq(b.shared_bytes, 1024);
    ck_assert_int_eq(b.code_bytes, 4096);
    ck_assert_int_eq(b.warnings, 2);
    ck_assert_str_eq(b.log, "a\nb\n");
    tri_codegen_results_free(&a, 1);
    tri_codegen_results_free(&b, 1);
    tri_text_free(&frame);
}
END_TEST

/* A copy of exactly n bytes, so that the sanitizer sees a read past the end. */
static void *exact(const void *bytes, size_t n)
{
    void *copy = malloc(n ? n : 1);
    memcpy(copy, bytes, n);
    return copy;
}

START_TEST(a_result_cut_short_or_with_more_behind_is_refused)
{
    tri_codegen_result a = sample(), b;
    tri_text frame = {0};
    ck_assert_ptr_null(tri_wire_put_result(&frame, &a));
    tri_text_add_n(&frame, "", 1);
    size_t whole = frame.n - TRI_WIRE_HEADER_BYTES - 1;
    for (size_t n = 0; n <= whole + 1; n++) {
        void *payload = exact(frame.at + TRI_WIRE_HEADER_BYTES, n);
        tri_status *status = tri_wire_get_result(payload, n, &b);
        ck_assert_int_eq(tri_status_code(status), n == whole ? TRI_OK : TRI_INVALID);
        tri_status_free(status);
        tri_codegen_results_free(&b, 1);
        free(payload);
    }
    for (size_t i = 0; i < whole; i++) { /* any outcome but a crash or a leak */
        char *payload = exact(frame.at + TRI_WIRE_HEADER_BYTES, whole);
        payload[i] ^= (char)0xff;
        tri_status_free(tri_wire_get_result(payload, whole, &b));
        tri_codegen_results_free(&b, 1);
        free(payload);
    }
    tri_codegen_results_free(&a, 1);
    tri_text_free(&frame);
}
END_TEST

START_TEST(a_job_comes_back_as_it_was_sent_and_not_when_cut)
{
    tri_codegen_job a = amdgcn_job("define"), b;
    a.features = "+x,-y";
    a.want_assembly = true;
    tri_text frame = {0};
    bool use_ptxas = false;
    ck_assert_ptr_null(tri_wire_put_job(&frame, &a, true));
    size_t whole = frame.n - TRI_WIRE_HEADER_BYTES;
    for (size_t n = 0; n <= whole; n++) {
        void *payload = exact(frame.at + TRI_WIRE_HEADER_BYTES, n);
        tri_status *status = tri_wire_get_job(payload, n, &b, &use_ptxas);
        ck_assert_int_eq(tri_status_code(status), n == whole ? TRI_OK : TRI_INVALID);
        if (n == whole) {
            ck_assert_str_eq(b.name, "k");
            ck_assert_str_eq(b.cpu, "gfx942");
            ck_assert_str_eq(b.features, "+x,-y");
            ck_assert(b.want_assembly && use_ptxas && b.kind == TRI_CODEGEN_AMDGCN && b.optimisation == 2 && b.ptx_version == 0);
            ck_assert_uint_eq(b.ir_bytes, 6);
            ck_assert_str_eq(b.ir, "define");
        }
        tri_status_free(status);
        tri_wire_job_free(&b);
        free(payload);
    }
    tri_text_free(&frame);
}
END_TEST

START_TEST(a_frame_of_another_kind_of_program_is_refused)
{
    static const struct {
        const char *bytes;
        size_t n;
        bool right;
        size_t frame;
    } rows[] = {
        {"TRC", 3, true, 0},
        {"TRCG\2\0\0\0\0\0\0\0\0\0\0\0", 15, true, 0},
        {"TRCG\2\0\0\0\0\0\0\0\0\0\0\0", 16, true, 16},
        {"GET / HTTP/1.1\r\n", 16, false, 0},
        {"TRCG\0\0\0\0\0\0\0\0\0\0\0\0", 16, false, 0},
        {"TRCG\5\0\0\0\0\0\0\0\0\0\0\0", 16, false, 0},
        {"TRCG\4\0\0\0\1\0\0\20\0\0\0\0", 16, false, 0}, /* 256 MiB and one byte */
        {"TRCG\4\0\0\0\0\0\0\0\0\0\0\377", 16, false, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        tri_wire_kind kind;
        size_t frame;
        tri_status *status = tri_wire_frame(rows[i].bytes, rows[i].n, &kind, &frame);
        ck_assert_msg(!status == rows[i].right, "row %zu", i);
        ck_assert_uint_eq(frame, rows[i].frame);
        tri_status_free(status);
    }
}
END_TEST

START_TEST(the_figures_of_the_named_kernel_are_read_from_a_ptxas_report)
{
    static const char report[] =
        "ptxas info    : 0 bytes gmem\n"
        "ptxas info    : Compiling entry function 'other' for 'sm_90a'\n"
        "ptxas info    : Function properties for other\n"
        "    0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads\n"
        "ptxas info    : Used 12 registers, used 0 barriers, 360 bytes cmem[0]\n"
        "ptxas warning : Registers are spilled to local memory in function 'mm', 16 bytes spill stores, 20 bytes spill loads\n"
        "ptxas info    : (C7510) Potential Performance Loss: wgmma.mma_async instructions are serialized\n"
        "ptxas info    : (C7519) Potential Performance Loss: warpgroup.arrive is injected in around line 7\n"
        "ptxas info    : Compiling entry function 'mm' for 'sm_90a'\n"
        "ptxas info    : Function properties for mm\n"
        "    24 bytes stack frame, 16 bytes spill stores, 20 bytes spill loads\n"
        "ptxas info    : Used 168 registers, used 9 barriers, 24 bytes cumulative stack size, 1088 bytes smem\n"
        "ptxas info    : Compile time = 187.312 ms\n";
    tri_codegen_result r = {0};
    tri_text log = {0};
    tri_finish_unknown(&r);
    tri_finish_read_ptxas(report, "mm", &log, &r);
    ck_assert_int_eq(r.registers, 168);
    ck_assert_int_eq(r.stack_bytes, 24);
    ck_assert_int_eq(r.spill_bytes, 16);
    ck_assert_int_eq(r.shared_bytes, 1088);
    ck_assert_int_eq(r.warnings, 2);
    ck_assert_ptr_nonnull(strstr(log.at, "\nwarning: ptxas warning : Registers"));
    ck_assert_ptr_nonnull(strstr(log.at, "\nwarning: ptxas info    : (C7510)"));
    ck_assert_ptr_nonnull(strstr(log.at, "\nptxas info    : (C7519)"));
    ck_assert_ptr_null(strstr(log.at, "Compile time"));
    tri_finish_unknown(&r);
    tri_finish_read_ptxas(report, "missing", &log, &r);
    ck_assert_int_eq(r.registers, TRI_CODEGEN_UNKNOWN);
    tri_text_free(&log);
}
END_TEST

START_TEST(the_reader_of_code_objects_survives_damage)
{
    char *ir = amdgcn_ir(PLAIN_BODY);
    tri_codegen_result r = run_one(amdgcn_job(ir), NULL), figures = {0};
    ck_assert_ptr_null(r.status);
    ck_assert_ptr_null(tri_finish_read_hsaco(r.object, r.object_bytes, "k", &figures));
    ck_assert_int_eq(figures.shared_bytes, 1024);
    tri_status *status = tri_finish_read_hsaco(r.object, r.object_bytes, "no", &figures);
    ck_assert_int_eq(tri_status_code(status), TRI_INVALID);
    tri_status_free(status);
    Elf64_Ehdr header;
    memcpy(&header, r.object, sizeof header);
    ck_assert_uint_eq(header.e_shoff + header.e_shnum * sizeof(Elf64_Shdr), r.object_bytes); /* the section table is at the end */
    for (size_t n = 0; n < r.object_bytes; n += 7) {
        void *cut = exact(r.object, n);
        status = tri_finish_read_hsaco(cut, n, "k", &figures);
        if (n <= header.e_shoff) ck_assert_int_eq(tri_status_code(status), TRI_INVALID);
        ck_assert_int_eq(tri_finish_code_bytes(cut, n), -1);
        tri_status_free(status);
        free(cut);
    }
    for (size_t i = 0; i < r.object_bytes; i++)
        for (int bit = 0; bit < 8; bit += 3) {
            char *damaged = exact(r.object, r.object_bytes);
            damaged[i] ^= (char)(1 << bit);
            tri_status_free(tri_finish_read_hsaco(damaged, r.object_bytes, "k", &figures));
            tri_finish_code_bytes(damaged, r.object_bytes);
            free(damaged);
        }
    tri_codegen_results_free(&r, 1);
    free(ir);
}
END_TEST

Suite *readers_suite(void)
{
    Suite *suite = suite_create("codegen readers");
    TCase *tests = tcase_create("readers");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, a_result_comes_back_as_it_was_sent);
    tcase_add_test(tests, a_result_cut_short_or_with_more_behind_is_refused);
    tcase_add_test(tests, a_job_comes_back_as_it_was_sent_and_not_when_cut);
    tcase_add_test(tests, a_frame_of_another_kind_of_program_is_refused);
    tcase_add_test(tests, the_figures_of_the_named_kernel_are_read_from_a_ptxas_report);
    tcase_add_test(tests, the_reader_of_code_objects_survives_damage);
    suite_add_tcase(suite, tests);
    return suite;
}
