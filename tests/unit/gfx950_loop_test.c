/* gfx950_loop_test.c - the steady steps of scheduled programs for gfx950 as they stand in the code object: disassembled, and found as what a branch
 * goes back to. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ir/sched.h"
#include "runtime/drivers/amdgcn_sim/gcn.h"
#include "targets/target.h"
#include "tests/unit/gfx950_rig.h"
#include "tests/unit/status_test.h"

/* ---- loops of a kernel ---- */

typedef struct code {
    gcn_image *image;
    const gcn_kernel *kernel;
} code;

static code decode(const tri_compiled *compiled)
{
    const tri_plan *plan = &tri_compiled_program(compiled)->plans[0];
    const tri_plan_code *from = &plan->codes[plan->kernels[0].code[0]];
    code c;
    OK(gcn_image_read("test", from->bytes, from->n, 0, &c.image));
    ck_assert_uint_eq(c.image->n_kernels, 1);
    OK(gcn_decode_kernel(c.image, &c.image->kernels[0]));
    c.kernel = &c.image->kernels[0];
    return c;
}

static const char *text_of(const code *c, size_t i) { return c->kernel->texts + c->kernel->insts[i].text; }

typedef struct loop {
    size_t first, last; /* the instruction that is gone back to, the branch */
} loop;

static bool begins(const char *text, const char *with) { return !strncmp(text, with, strlen(with)); }

static int count(const code *c, loop l, const char *name)
{
    int n = 0;
    for (size_t i = l.first; i <= l.last; i++) n += begins(text_of(c, i), name);
    return n;
}

/* The loop with products at or behind instruction `from`. */
static bool next_loop(const code *c, size_t from, loop *out)
{
    for (size_t i = from; i < c->kernel->n_insts; i++) {
        const gcn_inst *inst = &c->kernel->insts[i];
        *out = (loop){inst->target, i};
        if (begins(text_of(c, i), "s_cbranch") && inst->target <= i && count(c, *out, "v_mfma")) return true;
    }
    return false;
}

static size_t find(const code *c, loop l, const char *name)
{
    size_t i = l.first;
    while (i <= l.last && !begins(text_of(c, i), name)) i++;
    return i;
}

/* The step meets once, and when it waits for its tiles, loads for later ones are under way. */
static void check_step(const code *c, loop l)
{
    int waits = 0;
    for (size_t i = l.first; i <= l.last; i++) {
        const gcn_inst *inst = &c->kernel->insts[i];
        if (!begins(text_of(c, i), "s_waitcnt") || inst->m.vmcnt < 0) continue;
        ck_assert_msg(inst->m.vmcnt > 0, "%s drains all loads in every step", text_of(c, i));
        ck_assert_msg(i < find(c, l, "s_barrier"), "%s stands behind the barrier", text_of(c, i));
        waits++;
    }
    ck_assert_int_eq(waits, 1);
    ck_assert_int_eq(count(c, l, "s_barrier"), 1);
    ck_assert_uint_lt(find(c, l, "s_barrier"), find(c, l, "v_mfma"));
    ck_assert_uint_lt(find(c, l, "v_mfma"), find(c, l, "buffer_load_dwordx4")); /* loads stand between products */
    ck_assert_int_eq(count(c, l, "scratch_"), 0);
    ck_assert_int_eq(count(c, l, "v_accvgpr"), 0);
}

/* Of 100 cycles of the loop by llvm-mca, those in which the matrix unit works, four for each product; -1 where there is no llvm-mca. */
static double busy(const code *c, loop l)
{
    enum { STEPS = 100, CYCLES = 4 };
    if (!*TRINE_LLVM_MCA) return -1;
    char name[] = "/tmp/gfx950_loopXXXXXX", line[512];
    int file = mkstemp(name);
    FILE *stream = fdopen(file, "w+");
    for (size_t i = l.first; i < l.last; i++) fprintf(stream, "%s\n", text_of(c, i));
    fclose(stream);
    snprintf(line, sizeof line, "%s -mtriple=amdgcn-amd-amdhsa -mcpu=gfx950 -iterations=%d %s", TRINE_LLVM_MCA, STEPS, name);
    stream = popen(line, "r");
    double cycles = 0;
    while (fgets(line, sizeof line, stream))
        if (begins(line, "Total Cycles:")) cycles = atof(line + strlen("Total Cycles:"));
    ck_assert_int_eq(pclose(stream), 0);
    remove(name);
    ck_assert_double_gt(cycles, 0);
    return 100.0 * count(c, l, "v_mfma") * CYCLES * STEPS / cycles;
}

/* ---- matmul ---- */

/* What the target says it needs before LLVM has seen it, for one register of `needed`. */
static double predicted(const tri_compiled *compiled, int64_t needed)
{
    tri_budget budget;
    OK(gfx950_budget("mi355x", tri_compiled_text(compiled, "schedule"), &budget));
    return (double)budget.registers / (double)needed;
}

START_TEST(a_large_product_keeps_the_matrix_unit_busy)
{
    gfx950_gemm g = {2048, 2048, 2048, TRI_BF16, _i & 1, _i & 2};
    tri_compiled *compiled = gfx950_compile_gemm(&g);
    code c = decode(compiled);
    loop l, other;
    ck_assert(next_loop(&c, 0, &l));
    ck_assert(!next_loop(&c, l.last + 1, &other));
    check_step(&c, l);
    ck_assert_int_eq(count(&c, l, "v_mfma_f32_16x16x32_bf16"), 64); /* 64 x 128 of a wave by 64 */
    ck_assert_int_eq(count(&c, l, "buffer_load_dwordx4"), 8);
    ck_assert_int_eq(count(&c, l, "ds_read_b128"), (g.left_turned ? 0 : 8) + (g.right_turned ? 16 : 0));
    ck_assert_int_eq(count(&c, l, "ds_read_b64_tr_b16"), (g.left_turned ? 16 : 0) + (g.right_turned ? 0 : 32));
    ck_assert_uint_eq(c.kernel->scratch_bytes, 0);
    double share = busy(&c, l);
    ck_assert_msg(share < 0 || share >= 85, "the matrix unit works in %.1f %% of the loop", share);
    int64_t needed = tri_compiled_program(compiled)->plans[0].kernels[0].registers;
    double share_predicted = predicted(compiled, needed);
    ck_assert_msg(share_predicted >= 0.9 && share_predicted <= 1.1, "%lld registers, %.2f times as many were predicted", (long long)needed,
                  share_predicted);
    gcn_image_free(c.image);
    tri_compiled_free(compiled);
}
END_TEST

static const gfx950_gemm mid_sizes[] = {
    {512, 512, 1024, TRI_BF16, false, true},  {1024, 1024, 1024, TRI_BF16, false, true}, {1024, 1024, 1024, TRI_BF16, false, false},
    {2048, 2048, 1024, TRI_BF16, true, true}, {128, 4096, 4096, TRI_BF16, false, true},  {2048, 2048, 2048, TRI_BF16, false, false},
};

/* Where the largest tile would leave units without work, smaller ones are taken, whose step has fewer products to stand behind: 75 to 77 % of the
 * loop by llvm-mca. The prediction counts as many registers for addresses as the largest tile needs: it may be too high, by no more than those. */
START_TEST(what_a_user_gets_loads_ahead_too)
{
    enum { FOR_ADDRESSES = 40 };
    tri_compiled *compiled = gfx950_compile_gemm_by_default(&mid_sizes[_i]);
    const tri_plan_kernel *kernel = &tri_compiled_program(compiled)->plans[0].kernels[0];
    code c = decode(compiled);
    loop l = {0};
    ck_assert_msg(!strstr(kernel->config, "bm=256"), "%s is what the other test looks at", kernel->config);
    ck_assert(next_loop(&c, 0, &l));
    check_step(&c, l);
    ck_assert_uint_eq(c.kernel->scratch_bytes, 0);
    double share = busy(&c, l), share_predicted = predicted(compiled, kernel->registers);
    ck_assert_msg(share < 0 || share >= 70, "the matrix unit works in %.1f %% of the loop", share);
    ck_assert_msg(share_predicted >= 0.9 && (share_predicted - 1) * kernel->registers <= FOR_ADDRESSES,
                  "%d registers, %.2f times as many were predicted", (int)kernel->registers, share_predicted);
    gcn_image_free(c.image);
    tri_compiled_free(compiled);
}
END_TEST

/* ---- attention ---- */

START_TEST(attention_brings_keys_while_it_waits)
{
    static const int sizes[] = {64, 128, 256};
    gfx950_attention a = {2048, 2048, 2, 2, sizes[_i / 2], TRI_BF16, _i % 2};
    tri_compiled *compiled = gfx950_compile_attention(&a);
    code c = decode(compiled);
    loop l = {0};
    int loops = 0;
    for (size_t from = 0; next_loop(&c, from, &l); from = l.last + 1, loops++) {
        check_step(&c, l);
        /* 32 x 64 of a wave by the size, and the other way around; of the largest 32 x 32. */
        ck_assert_int_eq(count(&c, l, "v_mfma_f32_16x16x32_bf16"), a.size / (a.size > 128 ? 4 : 2));
        ck_assert_int_eq(count(&c, l, "buffer_load_dwordx4"), a.size / 32);
    }
    ck_assert_int_eq(loops, a.causal ? 2 : 1); /* masked blocks are a loop of their own */
    ck_assert_uint_eq(c.kernel->scratch_bytes, 0);
    gcn_image_free(c.image);
    tri_compiled_free(compiled);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("gfx950_loop");
    TCase *code = tcase_create("code");
    tcase_set_timeout(code, 120);
    tcase_add_loop_test(code, a_large_product_keeps_the_matrix_unit_busy, 0, 4);
    tcase_add_loop_test(code, what_a_user_gets_loads_ahead_too, 0, sizeof mid_sizes / sizeof *mid_sizes);
    tcase_add_loop_test(code, attention_brings_keys_while_it_waits, 0, 6);
    suite_add_tcase(suite, code);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
