/* codegen_test.c - code generation through the helper, as its callers see it. */
#define _GNU_SOURCE
#include "codegen_test.h"

#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"

char folder[64];

static void setup(void)
{
    strcpy(folder, "/tmp/trine-codegen-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    setenv("TMPDIR", folder, 1);
}

static void teardown(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    ck_assert_int_eq(system(command), 0);
}

char *ptx_ir(const char *body)
{
    char *ir;
    ck_assert_int_gt(asprintf(&ir,
                              "@s = internal addrspace(3) global [256 x float] undef\n"
                              "declare i32 @llvm.nvvm.read.ptx.sreg.tid.x()\n"
                              "declare void @llvm.nvvm.barrier.cta.sync.aligned.all(i32)\n"
                              "define ptx_kernel void @k(ptr addrspace(1) %%p, ptr addrspace(1) %%q) {\n"
                              "  %%i = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()\n"
                              "  %%a = getelementptr float, ptr addrspace(1) %%p, i32 %%i\n"
                              "  %%l = getelementptr float, ptr addrspace(3) @s, i32 %%i\n"
                              "  %%x = load float, ptr addrspace(1) %%a\n"
                              "  store float %%x, ptr addrspace(3) %%l\n"
                              "  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)\n"
                              "  %%j = xor i32 %%i, 1\n"
                              "  %%m = getelementptr float, ptr addrspace(3) @s, i32 %%j\n"
                              "  %%v = load float, ptr addrspace(3) %%m\n"
                              "%s"
                              "  store float %%w, ptr addrspace(1) %%a\n"
                              "  ret void\n}\n",
                              body), 0);
    return ir;
}

char *amdgcn_ir(const char *body)
{
    char *ir;
    ck_assert_int_gt(asprintf(&ir,
                              "@s = internal addrspace(3) global [256 x float] undef\n"
                              "declare i32 @llvm.amdgcn.workitem.id.x()\n"
                              "declare void @llvm.amdgcn.s.barrier()\n"
                              "define amdgpu_kernel void @k(ptr addrspace(1) %%p) {\n"
                              "  %%i = call i32 @llvm.amdgcn.workitem.id.x()\n"
                              "  %%a = getelementptr float, ptr addrspace(1) %%p, i32 %%i\n"
                              "  %%l = getelementptr float, ptr addrspace(3) @s, i32 %%i\n"
                              "  %%x = load float, ptr addrspace(1) %%a\n"
                              "  store float %%x, ptr addrspace(3) %%l\n"
                              "  call void @llvm.amdgcn.s.barrier()\n"
                              "  %%j = xor i32 %%i, 1\n"
                              "  %%m = getelementptr float, ptr addrspace(3) @s, i32 %%j\n"
                              "  %%v = load float, ptr addrspace(3) %%m\n"
                              "%s"
                              "  store float %%w, ptr addrspace(1) %%a\n"
                              "  ret void\n}\n",
                              body), 0);
    return ir;
}

tri_codegen_job ptx_job(const char *ir)
{
    return (tri_codegen_job){.name = "k", .kind = TRI_CODEGEN_PTX, .cpu = "sm_80", .optimisation = 2, .ir = ir, .ir_bytes = strlen(ir)};
}

tri_codegen_job amdgcn_job(const char *ir)
{
    return (tri_codegen_job){.name = "k", .kind = TRI_CODEGEN_AMDGCN, .cpu = "gfx942", .optimisation = 2, .ir = ir, .ir_bytes = strlen(ir)};
}

tri_codegen_result run_one(tri_codegen_job job, const tri_codegen_options *options)
{
    tri_codegen_result result;
    tri_status *status = tri_codegen_run(options, &job, 1, &result);
    ck_assert_msg(!status, "%s", status ? tri_status_message(status) : "");
    return result;
}

int files_in_folder(void)
{
    DIR *open = opendir(folder);
    int n = 0;
    for (struct dirent *entry; (entry = readdir(open));) n += entry->d_name[0] != '.';
    closedir(open);
    return n;
}

bool process_exists(const char *text)
{
    DIR *open = opendir("/proc");
    bool found = false;
    for (struct dirent *entry; !found && (entry = readdir(open));) {
        char path[300], line[1024];
        if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
        snprintf(path, sizeof path, "/proc/%s/cmdline", entry->d_name);
        FILE *file = fopen(path, "r");
        size_t n = file ? fread(line, 1, sizeof line, file) : 0;
        if (file) fclose(file);
        found = n && memmem(line, n, text, strlen(text));
    }
    closedir(open);
    return found;
}

char *script(const char *name, const char *text)
{
    char *path;
    ck_assert_int_gt(asprintf(&path, "%s/%s", folder, name), 0);
    ck_assert_ptr_null(tri_file_write(path, text, strlen(text)));
    ck_assert_int_eq(chmod(path, 0755), 0);
    return path;
}

static void check_no_children(void)
{
    ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
    ck_assert_int_eq(errno, ECHILD);
}

/* The error names kernel `k` and a file that holds the very IR. */
static void check_saved(const tri_codegen_result *r, const char *ir)
{
    char *bytes;
    size_t n;
    ck_assert_ptr_nonnull(strstr(tri_status_message(r->status), "kernel k "));
    ck_assert_ptr_nonnull(tri_status_loc(r->status).file);
    ck_assert_ptr_null(tri_file_read(tri_status_loc(r->status).file, &bytes, &n));
    ck_assert_str_eq(bytes, ir);
    free(bytes);
}

/* ---- results */

START_TEST(ptx_text_names_the_kernel_and_the_chip)
{
    char *ir = ptx_ir(PLAIN_BODY);
    tri_codegen_result r = run_one(ptx_job(ir), NULL);
    ck_assert_msg(!r.status, "%s", r.status ? tri_status_message(r.status) : "");
    ck_assert_uint_eq(strlen(r.assembly), r.assembly_bytes);
    ck_assert_ptr_nonnull(strstr(r.assembly, ".visible .entry k("));
    ck_assert_ptr_nonnull(strstr(r.assembly, ".target sm_80"));
    if (r.object) { /* ptxas is installed here */
        ck_assert_int_eq(memcmp(r.object, ELFMAG, SELFMAG), 0);
        ck_assert_int_gt(r.registers, 0);
        ck_assert_int_eq(r.shared_bytes, 256 * 4);
        ck_assert_int_eq(r.spill_bytes, 0);
        ck_assert_int_gt(r.code_bytes, 0);
    }
    ck_assert_int_eq(r.warnings, 0);
    tri_codegen_results_free(&r, 1);
    ck_assert_int_eq(files_in_folder(), 0);
    check_no_children();
    free(ir);
}
END_TEST

START_TEST(ptx_version_is_the_one_asked_for)
{
    char *ir = ptx_ir(PLAIN_BODY);
    tri_codegen_job job = ptx_job(ir);
    job.ptx_version = 78;
    tri_codegen_result r = run_one(job, NULL);
    ck_assert_ptr_null(r.status);
    ck_assert_ptr_nonnull(strstr(r.assembly, ".version 7.8\n"));
    tri_codegen_results_free(&r, 1);
    free(ir);
}
END_TEST

START_TEST(without_ptxas_there_is_ptx_and_nothing_is_known_of_registers)
{
    char *ir = ptx_ir(PLAIN_BODY);
    tri_codegen_options never = {.ptxas = TRI_CODEGEN_PTXAS_NEVER};
    for (int by_option = 0; by_option < 2; by_option++) {
        if (!by_option) setenv("TRINE_PTXAS", "", 1);
        else unsetenv("TRINE_PTXAS");
        tri_codegen_result r = run_one(ptx_job(ir), by_option ? &never : NULL);
        ck_assert_ptr_null(r.status);
        ck_assert_ptr_nonnull(r.assembly);
        ck_assert_ptr_null(r.object);
        ck_assert_int_eq(r.registers, TRI_CODEGEN_UNKNOWN);
        ck_assert_int_eq(r.spill_bytes, TRI_CODEGEN_UNKNOWN);
        tri_codegen_results_free(&r, 1);
    }
    free(ir);
}
END_TEST

START_TEST(a_ptxas_older_than_the_chip_gives_ptx_and_a_warning)
{
    char *ir = ptx_ir(PLAIN_BODY);
    char *old = script("ptxas", "#!/bin/sh\necho \"ptxas fatal   : Value 'sm_80' is not defined for option 'gpu-name'\" >&2\nexit 255\n");
    setenv("TRINE_PTXAS", old, 1);
    tri_codegen_result r = run_one(ptx_job(ir), NULL);
    ck_assert_ptr_null(r.status);
    ck_assert_ptr_nonnull(r.assembly);
    ck_assert_ptr_null(r.object);
    ck_assert_int_eq(r.warnings, 1);
    ck_assert_ptr_nonnull(strstr(r.log, "warning: "));
    tri_codegen_results_free(&r, 1);
    free(old);
    free(ir);
}
END_TEST

START_TEST(hsaco_is_a_version_5_code_object_with_its_figures)
{
    char *ir = amdgcn_ir(PLAIN_BODY);
    tri_codegen_job job = amdgcn_job(ir);
    job.want_assembly = true;
    tri_codegen_result r = run_one(job, NULL);
    ck_assert_msg(!r.status, "%s", r.status ? tri_status_message(r.status) : "");
    Elf64_Ehdr header;
    ck_assert_uint_gt(r.object_bytes, sizeof header);
    memcpy(&header, r.object, sizeof header);
    ck_assert_int_eq(header.e_machine, 224); /* EM_AMDGPU */
    ck_assert_int_eq(header.e_type, ET_DYN);
    ck_assert_int_eq(header.e_ident[EI_ABIVERSION], 3); /* 3 = code object version 5 */
    ck_assert_int_gt(r.registers, 0);
    ck_assert_int_gt(r.scalar_registers, 0);
    ck_assert_int_eq(r.shared_bytes, 256 * 4);
    ck_assert_int_eq(r.spill_bytes, 0);
    ck_assert_int_eq(r.stack_bytes, 0);
    ck_assert_int_gt(r.code_bytes, 0);
    ck_assert_ptr_nonnull(strstr(r.assembly, "s_endpgm"));
    tri_codegen_results_free(&r, 1);
    job.want_assembly = false;
    r = run_one(job, NULL);
    ck_assert_ptr_null(r.assembly);
    ck_assert_ptr_nonnull(r.object);
    tri_codegen_results_free(&r, 1);
    ck_assert_int_eq(files_in_folder(), 0);
    free(ir);
}
END_TEST

static void check_same(const tri_codegen_result *a, const tri_codegen_result *b)
{
    ck_assert_ptr_null(a->status);
    ck_assert_ptr_null(b->status);
    ck_assert_uint_eq(a->assembly_bytes, b->assembly_bytes);
    if (a->assembly_bytes) ck_assert_int_eq(memcmp(a->assembly, b->assembly, a->assembly_bytes), 0);
    ck_assert_uint_eq(a->object_bytes, b->object_bytes);
    if (a->object_bytes) ck_assert_int_eq(memcmp(a->object, b->object, a->object_bytes), 0);
    ck_assert_int_eq(a->registers, b->registers);
    ck_assert_str_eq(a->log, b->log);
}

/* Ninety values that live at once in a kernel allowed 24 registers. */
static char *crowded_ir(const char *head)
{
    tri_text ir = {0};
    tri_text_add(&ir, head);
    for (int i = 0; i < 90; i++)
        tri_text_addf(&ir, "  %%a%d = getelementptr float, ptr addrspace(1) %%p, i32 %d\n  %%v%d = load volatile float, ptr addrspace(1) %%a%d\n",
                      i, 7 * i, i, i);
    tri_text_add(&ir, "  %s90 = fadd float %v0, 1.0\n");
    for (int i = 89; i >= 0; i--) tri_text_addf(&ir, "  %%s%d = fmul float %%s%d, %%v%d\n", i, i + 1, i);
    for (int i = 0; i < 90; i++)
        tri_text_addf(&ir, "  %%t%d = fadd float %%s0, %%v%d\n  store volatile float %%t%d, ptr addrspace(1) %%a%d\n", i, i, i, i);
    tri_text_add(&ir, "  ret void\n}\n");
    return ir.at;
}

START_TEST(spilled_registers_are_counted_and_warned_of)
{
    char *ptx = crowded_ir("define ptx_kernel void @k(ptr addrspace(1) %p) \"nvvm.maxnreg\"=\"24\" {\n");
    char *amd = crowded_ir("define amdgpu_kernel void @k(ptr addrspace(1) %p) \"amdgpu-num-vgpr\"=\"24\" \"amdgpu-agpr-alloc\"=\"0\" {\n");
    tri_codegen_job jobs[2] = {ptx_job(ptx), amdgcn_job(amd)};
    tri_codegen_result r[2];
    ck_assert_ptr_null(tri_codegen_run(NULL, jobs, 2, r));
    for (int i = 0; i < 2; i++) {
        ck_assert_msg(!r[i].status, "%s", r[i].status ? tri_status_message(r[i].status) : "");
        if (!r[i].object) continue; /* no ptxas here */
        ck_assert_int_ge(r[i].spill_bytes, 4 * (90 - 24));
        ck_assert_int_ge(r[i].stack_bytes, 4 * (90 - 24));
        ck_assert_int_ge(r[i].warnings, 1);
        ck_assert_ptr_nonnull(strstr(r[i].log, "warning: "));
    }
    tri_codegen_results_free(r, 2);
    free(ptx);
    free(amd);
}
END_TEST

START_TEST(results_depend_on_neither_workers_nor_order)
{
    char *bodies[6];
    tri_codegen_job forward[6], backward[6];
    tri_codegen_result a[6], b[6];
    for (int i = 0; i < 6; i++) {
        char body[64];
        snprintf(body, sizeof body, "  %%w = fmul float %%v, %d.0\n", i + 3);
        bodies[i] = i % 2 ? amdgcn_ir(body) : ptx_ir(body);
        forward[i] = i % 2 ? amdgcn_job(bodies[i]) : ptx_job(bodies[i]);
        forward[i].want_assembly = i == 3;
        backward[5 - i] = forward[i];
    }
    ck_assert_ptr_null(tri_codegen_run(&(tri_codegen_options){.workers = 1}, forward, 6, a));
    ck_assert_ptr_null(tri_codegen_run(&(tri_codegen_options){.workers = 3}, backward, 6, b));
    for (int i = 0; i < 6; i++) check_same(&a[i], &b[5 - i]);
    ck_assert(a[0].assembly_bytes != a[2].assembly_bytes || memcmp(a[0].assembly, a[2].assembly, a[0].assembly_bytes));
    tri_codegen_results_free(a, 6);
    tri_codegen_results_free(b, 6);
    for (int i = 0; i < 6; i++) free(bodies[i]);
}
END_TEST

/* ---- errors of one job */

#define TANH "  %w = call float @llvm.tanh.f32(float %v)\n" /* NVPTX cannot select this one and aborts */

START_TEST(one_crash_in_ten_costs_one_job)
{
    char *good = ptx_ir(PLAIN_BODY), *bad = ptx_ir(TANH);
    for (int workers = 1; workers <= 2; workers++) {
        tri_codegen_job jobs[10];
        tri_codegen_result r[10];
        for (int i = 0; i < 10; i++) jobs[i] = ptx_job(i == 4 ? bad : good);
        ck_assert_ptr_null(tri_codegen_run(&(tri_codegen_options){.workers = workers}, jobs, 10, r));
        for (int i = 0; i < 10; i++) {
            if (i != 4) check_same(&r[0], &r[i]);
        }
        ck_assert_int_eq(tri_status_code(r[4].status), TRI_BUG);
        ck_assert_ptr_nonnull(strstr(tri_status_message(r[4].status), "Cannot select: f32 = ftanh"));
        ck_assert_ptr_nonnull(strstr(tri_status_message(r[4].status), "while selecting instructions"));
        ck_assert_ptr_null(r[4].assembly);
        check_saved(&r[4], bad);
        tri_codegen_results_free(r, 10);
        ck_assert_int_eq(files_in_folder(), 1); /* the second time it is the same file */
        check_no_children();
    }
    free(good);
    free(bad);
}
END_TEST

START_TEST(what_llvm_calls_an_error_is_an_error)
{
    static const char ir[] = "@s = internal addrspace(3) global [40000 x float] undef\n"
                             "define amdgpu_kernel void @k() {\n  store volatile float 1.0, ptr addrspace(3) @s\n  ret void\n}\n";
    tri_codegen_result r = run_one(amdgcn_job(ir), NULL);
    ck_assert_int_eq(tri_status_code(r.status), TRI_INVALID);
    ck_assert_ptr_nonnull(strstr(tri_status_message(r.status), "local memory (160000) exceeds limit (65536)"));
    ck_assert_ptr_null(r.object);
    check_saved(&r, ir);
    tri_codegen_results_free(&r, 1);
}
END_TEST

START_TEST(what_ptxas_refuses_is_an_error_that_quotes_it)
{
    char *ir = ptx_ir("  call void asm sideeffect \"bogus.b32 $0;\", \"r\"(i32 %i)\n" PLAIN_BODY);
    tri_codegen_result r = run_one(ptx_job(ir), NULL);
    if (r.status) { /* without ptxas nobody notices */
        ck_assert_int_eq(tri_status_code(r.status), TRI_INVALID);
        ck_assert_ptr_nonnull(strstr(tri_status_message(r.status), "ptxas refuses the PTX: "));
        ck_assert_ptr_nonnull(strstr(tri_status_message(r.status), "bogus"));
        ck_assert_ptr_null(strstr(tri_status_message(r.status), "/proc"));
        check_saved(&r, ir);
    } else ck_assert_ptr_null(r.object);
    tri_codegen_results_free(&r, 1);
    free(ir);
}
END_TEST

START_TEST(a_tool_that_crashes_is_one_failed_job)
{
    char *ptx = ptx_ir(PLAIN_BODY), *amd = amdgcn_ir(PLAIN_BODY), *crash = script("crash", "#!/bin/sh\necho last words >&2\nkill -SEGV $$\n");
    setenv("TRINE_PTXAS", crash, 1);
    setenv("TRINE_LLD", crash, 1);
    tri_codegen_job jobs[2] = {ptx_job(ptx), amdgcn_job(amd)};
    tri_codegen_result r[2];
    ck_assert_ptr_null(tri_codegen_run(NULL, jobs, 2, r));
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(tri_status_code(r[i].status), TRI_BUG);
        ck_assert_ptr_nonnull(strstr(tri_status_message(r[i].status), "Segmentation fault"));
        ck_assert_ptr_nonnull(strstr(tri_status_message(r[i].status), "last words"));
    }
    tri_codegen_results_free(r, 2);
    free(ptx);
    free(amd);
    free(crash);
}
END_TEST

START_TEST(nesting_that_overflows_the_stack_of_llvm_is_one_failed_job)
{
    tri_text ir = {0};
    tri_text_add(&ir, "@g = global ");
    for (int i = 0; i < 200000; i++) tri_text_add(&ir, "[1 x ");
    tri_codegen_result r = run_one(ptx_job(ir.at), NULL);
    ck_assert_int_eq(tri_status_code(r.status), TRI_BUG);
    ck_assert_ptr_nonnull(strstr(tri_status_message(r.status), "while parsing"));
    tri_codegen_results_free(&r, 1);
    tri_text_free(&ir);
}
END_TEST

START_TEST(text_that_does_not_parse_is_an_error_with_its_position)
{
    const char *ir = "define ptx_kernel void @k() {\n  ret void\n}\n\ndefine void @g() {\n  %x = add i32 1, 1.5\n  ret void\n}\n";
    tri_codegen_result r = run_one(ptx_job(ir), NULL);
    ck_assert_int_eq(tri_status_code(r.status), TRI_INVALID);
    ck_assert_int_eq(tri_status_loc(r.status).line, 6);
    ck_assert_int_eq(tri_status_loc(r.status).column, 19); /* of the 1.5 */
    check_saved(&r, ir);
    tri_codegen_results_free(&r, 1);
}
END_TEST

START_TEST(ir_that_cannot_be_a_kernel_is_invalid)
{
    static const struct {
        const char *ir, *says;
    } rows[] = {
        {"define ptx_kernel void @k() {\n  br label %b\nb:\n  %p = phi i32 [0, %b]\n  ret void\n}\n", "does not verify"},
        {"define ptx_kernel void @other() {\n  ret void\n}\n", "does not define @k"},
        {"declare void @k()\n", "does not define @k"},
        {"define void @k() {\n  ret void\n}\n", "no kernel"},
        {"BC\xc0\xde plus anything", "bitcode"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        tri_codegen_result r = run_one(ptx_job(rows[i].ir), NULL);
        ck_assert_int_eq(tri_status_code(r.status), TRI_INVALID);
        ck_assert_msg(strstr(tri_status_message(r.status), rows[i].says), "row %zu says: %s", i, tri_status_message(r.status));
        check_saved(&r, rows[i].ir);
        tri_codegen_results_free(&r, 1);
    }
}
END_TEST

START_TEST(a_cpu_or_feature_unknown_to_llvm_is_unsupported)
{
    char *ir = ptx_ir(PLAIN_BODY), *amd = amdgcn_ir(PLAIN_BODY);
    tri_codegen_job jobs[4] = {ptx_job(ir), ptx_job(ir), ptx_job(ir), amdgcn_job(amd)};
    jobs[0].cpu = "sm_1234";
    jobs[1].ptx_version = 199;
    jobs[2].features = "+flying";
    jobs[3].cpu = "gfx1";
    static const char *const says[] = {"sm_1234", "ptx199", "flying", "gfx1"};
    tri_codegen_result r[4];
    ck_assert_ptr_null(tri_codegen_run(NULL, jobs, 4, r));
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(tri_status_code(r[i].status), TRI_UNSUPPORTED);
        ck_assert_ptr_nonnull(strstr(tri_status_message(r[i].status), says[i]));
        ck_assert_ptr_nonnull(strstr(tri_status_message(r[i].status), "not a recognized"));
        ck_assert_ptr_null(r[i].assembly);
    }
    tri_codegen_results_free(r, 4);
    ck_assert_int_eq(files_in_folder(), 0);
    free(ir);
    free(amd);
}
END_TEST

START_TEST(a_call_to_nothing_is_an_error_that_names_it)
{
    char *body = "  %w = call float @expf(float %v)\n", *ir;
    char *amd = amdgcn_ir(body);
    ck_assert_int_gt(asprintf(&ir, "declare float @expf(float)\n%s", amd), 0);
    tri_codegen_result r = run_one(amdgcn_job(ir), NULL);
    ck_assert_int_eq(tri_status_code(r.status), TRI_INVALID);
    ck_assert_ptr_nonnull(strstr(tri_status_message(r.status), "expf"));
    check_saved(&r, ir);
    tri_codegen_results_free(&r, 1);
    free(amd);
    free(ir);
}
END_TEST

START_TEST(a_missing_tool_is_an_error_that_says_what_to_install)
{
    char *ptx = ptx_ir(PLAIN_BODY), *amd = amdgcn_ir(PLAIN_BODY);
    tri_codegen_job jobs[2] = {ptx_job(ptx), amdgcn_job(amd)};
    tri_codegen_result r[2];
    setenv("TRINE_PTXAS", "/nowhere/ptxas", 1);
    setenv("TRINE_LLD", "", 1);
    ck_assert_ptr_null(tri_codegen_run(NULL, jobs, 2, r));
    ck_assert_int_eq(tri_status_code(r[0].status), TRI_UNAVAILABLE);
    ck_assert_ptr_nonnull(strstr(tri_status_message(r[0].status), "/nowhere/ptxas"));
    ck_assert_int_eq(tri_status_code(r[1].status), TRI_UNAVAILABLE);
    ck_assert_ptr_nonnull(strstr(tri_status_message(r[1].status), "install the package lld-22"));
    tri_codegen_results_free(r, 2);
    free(ptx);
    free(amd);
}
END_TEST

START_TEST(the_replay_command_compiles_the_same_bytes)
{
    char *ir = ptx_ir(PLAIN_BODY), command[512], *bytes, path[128], *helper;
    size_t n;
    ck_assert_ptr_null(tri_codegen_find_helper(NULL, &helper));
    snprintf(path, sizeof path, "%s/k.ll", folder);
    ck_assert_ptr_null(tri_file_write(path, ir, strlen(ir)));
    snprintf(command, sizeof command, "%s --compile %s --name k --kind ptx --cpu sm_80 --opt 2 -o %s/out >/dev/null 2>&1", helper, path, folder);
    ck_assert_int_eq(system(command), 0);
    tri_codegen_result r = run_one(ptx_job(ir), NULL);
    snprintf(path, sizeof path, "%s/out", folder);
    ck_assert_ptr_null(tri_file_read(path, &bytes, &n));
    ck_assert_str_eq(bytes, r.assembly);
    tri_codegen_results_free(&r, 1);
    free(helper);
    free(bytes);
    free(ir);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("codegen");
    TCase *tests = tcase_create("jobs");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, ptx_text_names_the_kernel_and_the_chip);
    tcase_add_test(tests, ptx_version_is_the_one_asked_for);
    tcase_add_test(tests, without_ptxas_there_is_ptx_and_nothing_is_known_of_registers);
    tcase_add_test(tests, a_ptxas_older_than_the_chip_gives_ptx_and_a_warning);
    tcase_add_test(tests, hsaco_is_a_version_5_code_object_with_its_figures);
    tcase_add_test(tests, spilled_registers_are_counted_and_warned_of);
    tcase_add_test(tests, what_llvm_calls_an_error_is_an_error);
    tcase_add_test(tests, what_ptxas_refuses_is_an_error_that_quotes_it);
    tcase_add_test(tests, a_tool_that_crashes_is_one_failed_job);
    tcase_add_test(tests, nesting_that_overflows_the_stack_of_llvm_is_one_failed_job);
    tcase_add_test(tests, results_depend_on_neither_workers_nor_order);
    tcase_add_test(tests, one_crash_in_ten_costs_one_job);
    tcase_add_test(tests, text_that_does_not_parse_is_an_error_with_its_position);
    tcase_add_test(tests, ir_that_cannot_be_a_kernel_is_invalid);
    tcase_add_test(tests, a_cpu_or_feature_unknown_to_llvm_is_unsupported);
    tcase_add_test(tests, a_call_to_nothing_is_an_error_that_names_it);
    tcase_add_test(tests, a_missing_tool_is_an_error_that_says_what_to_install);
    tcase_add_test(tests, the_replay_command_compiles_the_same_bytes);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_add_suite(runner, limits_suite(setup, teardown));
    srunner_add_suite(runner, readers_suite());
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
