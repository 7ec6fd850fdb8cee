/* ptx_sim_gemm_test.c - a whole warp-specialised matrix product as a Hopper kernel has it: one producer warp feeds four stages by TMA, two consumer
 * warpgroups multiply 128 x 256 x 64 tiles by wgmma, and the epilogue goes through stmatrix and TMA stores. Then the same kernel with one
 * synchronisation left out or moved, each of which must be reported. */
#include <stdio.h>
#include <stdlib.h>

#include "base/dtype.h"
#include "tests/unit/ptx_sim_test.h"

enum { TILE_M = 128, TILE_N = 256, TILE_K = 64, STAGES = 4, STAGE_BYTES = (TILE_M + TILE_N) * TILE_K * 2, BARRIERS = STAGES * STAGE_BYTES };
enum { M = 256, N = 512, K = 512 };

typedef enum mistake {
    NONE,
    NO_FULL_WAIT,
    NO_EMPTY_WAIT,
    WRONG_PARITY,
    EARLY_RELEASE,
    NO_FENCE,
    NO_LAST_WAIT,
    NO_PROXY_FENCE,
    ELECTED_PROXY_FENCE,
    NO_STORE_BARRIER,
    NO_STORE_WAIT,
    NO_INIT_FENCE,
    NO_INIT_BARRIER,
    NO_EXPECT,
    TOO_FEW_BYTES,
    NO_STAGING_BARRIER,
    UNALIGNED_STAGE,
    NO_RELEASE,
    TOO_MANY_REGISTERS
} mistake;

typedef struct writer {
    char text[32768];
    size_t n;
} writer;

#define SAY(...) (w->n += (size_t)snprintf(w->text + w->n, sizeof w->text - w->n, __VA_ARGS__))

static void wait_for(writer *w, const char *label, const char *address, const char *parity)
{
    SAY("%s:\n mbarrier.try_wait.parity.shared::cta.b64 %%p7, [%s], %s;\n @!%%p7 bra %s;\n", label, address, parity, label);
}

static void write_kernel(writer *w, mistake m)
{
    int stage_bytes = m == UNALIGNED_STAGE ? STAGE_BYTES + 64 : STAGE_BYTES;
    w->n = 0;
    SAY(PTX_HOPPER
        ".extern .shared .align 1024 .b8 smem[];\n"
        ".visible .entry k(.param .u64 a, .param .u64 b, .param .u64 c, .param .align 64 .b8 ma[128], .param .align 64 .b8 mb[128], .param "
        ".align 64 .b8 mc[128])\n.reqntid 384, 1, 1\n{\n"
        " .reg .pred %%p<12>; .reg .b32 %%r<80>; .reg .b64 %%l<20>; .reg .f32 %%f<128>;\n"
        " mov.u32 %%r0, %%tid.x; shr.u32 %%r1, %%r0, 7; and.b32 %%r2, %%r0, 127; and.b32 %%r3, %%r0, 31; shr.u32 %%r4, %%r2, 5;\n"
        " mov.u32 %%r5, %%ctaid.x; mov.u32 %%r6, %%ctaid.x; and.b32 %%r5, %%r5, %d; shl.b32 %%r5, %%r5, 7; shr.u32 %%r6, %%r6, %d; shl.b32 "
        "%%r6, %%r6, 8;\n"
        " mov.b64 %%l0, ma; cvta.param.u64 %%l0, %%l0; mov.b64 %%l1, mb; cvta.param.u64 %%l1, %%l1; mov.b64 %%l2, mc; cvta.param.u64 %%l2, "
        "%%l2;\n"
        " mov.u32 %%r7, smem; add.u32 %%r8, %%r7, %d; add.u32 %%r9, %%r8, 32;\n setp.ne.u32 %%p0, %%r0, 0;\n @%%p0 bra made;\n",
        M / TILE_M - 1, M / TILE_M == 2 ? 1 : 0, BARRIERS + 1024);
    for (int s = 0; s < STAGES; s++) SAY(" mbarrier.init.shared::cta.b64 [%%r8+%d], 1; mbarrier.init.shared::cta.b64 [%%r9+%d], 2;\n", 8 * s, 8 * s);
    if (m != NO_INIT_FENCE) SAY(" fence.mbarrier_init.release.cluster;\n");
    SAY("made:\n");
    if (m != NO_INIT_BARRIER) SAY(" bar.sync 0;\n");
    SAY(" setp.ne.u32 %%p0, %%r1, 0;\n @%%p0 bra consumer;\n setmaxnreg.dec.sync.aligned.u32 %d;\n setp.ne.u32 %%p0, %%r4, 0;\n @%%p0 bra end;\n",
        m == TOO_MANY_REGISTERS ? 80 : 40);
    /* The producer: %r10 counts k, %r11 the stage, %r12 the parity of its turn. */
    SAY(" elect.sync _|%%p1, -1;\n @!%%p1 bra end;\n mov.u32 %%r10, 0;\nproduce:\n and.b32 %%r11, %%r10, 3; shr.u32 %%r12, %%r10, 2; and.b32 %%r12, "
        "%%r12, 1; xor.b32 %%r13, %%r12, 1;\n shl.b32 %%r14, %%r11, 3; add.u32 %%r15, %%r8, %%r14; add.u32 %%r16, %%r9, %%r14;\n");
    if (m != NO_EMPTY_WAIT) wait_for(w, "free", "%r16", "%r13");
    if (m != NO_EXPECT) SAY(" mbarrier.arrive.expect_tx.shared::cta.b64 _, [%%r15], %d;\n", m == TOO_FEW_BYTES ? STAGE_BYTES - 16 : STAGE_BYTES);
    SAY(" mad.lo.u32 %%r17, %%r11, %d, %%r7; add.u32 %%r18, %%r17, %d; shl.b32 %%r19, %%r10, 6;\n", stage_bytes, TILE_M * TILE_K * 2);
    SAY(" cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes [%%r17], [%%l0, {%%r19, %%r5}], [%%r15];\n"
        " cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes [%%r18], [%%l1, {%%r19, %%r6}], [%%r15];\n"
        " add.u32 %%r10, %%r10, 1; setp.lt.u32 %%p2, %%r10, %d;\n @%%p2 bra produce;\n bra end;\n",
        K / TILE_K);
    /* The consumers. */
    SAY("consumer:\n setmaxnreg.inc.sync.aligned.u32 232;\n sub.u32 %%r20, %%r1, 1; mov.u32 %%r10, 0; setp.ne.u32 %%p4, %%r2, 0;\n"
        " mov.b64 %%l4, %llu;\nconsume:\n"
        " and.b32 %%r11, %%r10, 3; shr.u32 %%r12, %%r10, 2; and.b32 %%r12, %%r12, 1; shl.b32 %%r14, %%r11, 3; add.u32 %%r15, %%r8, %%r14;\n",
        1ull << 62 | 64ull << 32 | 1ull << 16);
    if (m == WRONG_PARITY) SAY(" xor.b32 %%r12, %%r12, 1;\n");
    if (m != NO_FULL_WAIT) wait_for(w, "full", "%r15", "%r12");
    SAY(" mad.lo.u32 %%r17, %%r11, %d, %%r7; add.u32 %%r18, %%r17, %d; mad.lo.u32 %%r17, %%r20, 8192, %%r17;\n"
        " shr.u32 %%r21, %%r17, 4; cvt.u64.u32 %%l5, %%r21; or.b64 %%l5, %%l5, %%l4; shr.u32 %%r21, %%r18, 4; cvt.u64.u32 %%l6, %%r21; or.b64 %%l6, "
        "%%l6, %%l4;\n setp.ne.u32 %%p3, %%r10, 0;\n",
        stage_bytes, TILE_M * TILE_K * 2);
    if (m != NO_FENCE) SAY(" wgmma.fence.sync.aligned;\n");
    for (int step = 0; step < TILE_K / 16; step++) {
        SAY(" wgmma.mma_async.sync.aligned.m64n256k16.f32.bf16.bf16 {");
        for (int i = 0; i < 128; i++) SAY("%s%%f%d", i ? ", " : "", i);
        SAY("}, %%l5, %%l6, %%p3, 1, 1, 0, 0;\n add.s64 %%l5, %%l5, 2; add.s64 %%l6, %%l6, 2;\n");
        if (!step) SAY(" setp.eq.u32 %%p3, %%r10, %%r10;\n");
    }
    SAY(" wgmma.commit_group.sync.aligned;\n");
    if (m != EARLY_RELEASE) SAY(" wgmma.wait_group.sync.aligned 1;\n");
    if (m != NO_RELEASE)
        SAY(" setp.eq.or.u32 %%p5, %%r10, 0, %%p4;\n @%%p5 bra kept;\n sub.u32 %%r22, %%r10, 1; and.b32 %%r22, %%r22, 3; shl.b32 %%r22, %%r22, 3; "
            "add.u32 %%r22, %%r22, %%r9;\n mbarrier.arrive.shared::cta.b64 _, [%%r22];\nkept:\n");
    SAY(" add.u32 %%r10, %%r10, 1; setp.lt.u32 %%p2, %%r10, %d;\n @%%p2 bra consume;\n", K / TILE_K);
    if (m != NO_LAST_WAIT) SAY(" wgmma.wait_group.sync.aligned 0;\n");
    /* The epilogue stages 64 x 64 pieces, swizzled, where the stages were. */
    if (m != NO_STAGING_BARRIER) SAY(" bar.sync 1, 256;\n");
    SAY(" mad.lo.u32 %%r23, %%r20, 32768, %%r7; and.b32 %%r24, %%r3, 15; mad.lo.u32 %%r24, %%r4, 16, %%r24; mad.lo.u32 %%r24, %%r24, 128, %%r23;\n"
        " shr.u32 %%r25, %%r3, 4; and.b32 %%r26, %%r3, 7; xor.b32 %%r25, %%r25, %%r26; shl.b32 %%r25, %%r25, 4;\n");
    for (int j = 0; j < TILE_N / 16; j++) {
        for (int q = 0; q < 4; q++) SAY(" cvt.rn.bf16x2.f32 %%r%d, %%f%d, %%f%d;\n", 40 + q, 8 * j + 2 * q + 1, 8 * j + 2 * q);
        SAY(" xor.b32 %%r27, %%r25, %d; add.u32 %%r27, %%r27, %%r24;\n", j % 4 * 32);
        SAY(" stmatrix.sync.aligned.m8n8.x4.shared.b16 [%%r27+%d], {%%r40, %%r41, %%r42, %%r43};\n", j / 4 * 8192);
    }
    if (m == ELECTED_PROXY_FENCE)
        SAY(" @!%%p4 fence.proxy.async.shared::cta;\n");
    else if (m != NO_PROXY_FENCE)
        SAY(" fence.proxy.async.shared::cta;\n");
    SAY(" add.u32 %%r28, %%r20, 2;\n");
    if (m != NO_STORE_BARRIER) SAY(" bar.sync %%r28, 128;\n");
    SAY(" @%%p4 bra end;\n mad.lo.u32 %%r29, %%r20, 64, %%r5;\n");
    for (int piece = 0; piece < 4; piece++)
        SAY(" add.u32 %%r30, %%r6, %d; add.u32 %%r31, %%r23, %d;\n"
            " cp.async.bulk.tensor.2d.global.shared::cta.tile.bulk_group [%%l2, {%%r30, %%r29}], [%%r31];\n",
            64 * piece, 8192 * piece);
    SAY(" cp.async.bulk.commit_group;\n");
    if (m != NO_STORE_WAIT) SAY(" cp.async.bulk.wait_group.read 0;\n");
    SAY("end:\n ret;\n}\n");
    ck_assert_uint_lt(w->n, sizeof w->text);
}

static uint16_t bf16_of(double v)
{
    uint16_t bits;
    tri_store_f64(TRI_BF16, &bits, v);
    return bits;
}

typedef struct problem {
    int8_t a[M][K], b[N][K];
    uint16_t a16[M * K], b16[N * K], c16[M * N];
} problem;

static tri_status *run_gemm(problem *p, mistake m, int threads)
{
    uint32_t state = 99;
    for (int i = 0; i < M * K; i++) state = state * 1664525 + 1013904223, p->a[i / K][i % K] = (int8_t)(state >> 30) - 1;
    for (int i = 0; i < N * K; i++) state = state * 1664525 + 1013904223, p->b[i / K][i % K] = (int8_t)((state >> 29) % 5) - 2;
    for (int i = 0; i < M * K; i++) p->a16[i] = bf16_of(p->a[i / K][i % K]);
    for (int i = 0; i < N * K; i++) p->b16[i] = bf16_of(p->b[i / K][i % K]);
    tri_tensor_map maps[] = {ptx_map(0, TRI_BF16, K, M, TILE_K, TILE_M, 128), ptx_map(1, TRI_BF16, K, N, TILE_K, TILE_N, 128),
                             ptx_map(2, TRI_BF16, N, M, 64, 64, 128)};
    writer *w = malloc(sizeof *w);
    write_kernel(w, m);
    ptx_shape shape = {M / TILE_M * (N / TILE_N), 384, BARRIERS + 1024 + 64, threads};
    ptx_buffer buffers[] = {{"a", sizeof p->a16, p->a16, NULL}, {"b", sizeof p->b16, p->b16, NULL}, {"c", sizeof p->c16, NULL, p->c16}};
    tri_status *status = ptx_run_mapped(w->text, shape, maps, 3, buffers, 3);
    free(w);
    return status;
}

START_TEST(the_kernel_assembles)
{
    writer *w = malloc(sizeof *w);
    write_kernel(w, NONE);
    ck_assert(ptx_assembles(w->text));
    free(w);
}
END_TEST

START_TEST(the_kernel_multiplies)
{
    problem *p = malloc(sizeof *p);
    tri_status *status = run_gemm(p, NONE, 2);
    ck_assert_msg(!status, "%s", status ? tri_status_message(status) : "");
    for (int i = 0; i < M; i++) {
        for (int j = 0; j < N; j++) {
            int sum = 0;
            for (int k = 0; k < K; k++) sum += p->a[i][k] * p->b[j][k];
            ck_assert_msg(p->c16[i * N + j] == bf16_of(sum), "c[%d][%d] is 0x%x, not %d", i, j, p->c16[i * N + j], sum);
        }
    }
    free(p);
}
END_TEST

static const struct {
    mistake mistake;
    const char *words[3];
} mistakes[] = {
    {NO_FULL_WAIT, {"wgmma.mma_async", "bulk copy in flight"}},
    {NO_EMPTY_WAIT, {"mbarrier.arrive.expect_tx", "one arrival too many"}},
    {WRONG_PARITY, {"wgmma.mma_async", "bulk copy in flight"}},
    {EARLY_RELEASE, {"cp.async.bulk.tensor", "still reads", "wait_group"}},
    {NO_FENCE, {"wgmma.mma_async", "wgmma.fence"}},
    {NO_LAST_WAIT, {"cvt.rn.bf16x2.f32", "in flight", "wgmma.wait_group"}},
    {NO_PROXY_FENCE, {"cp.async.bulk.tensor.2d.global", "fence.proxy.async"}},
    {ELECTED_PROXY_FENCE, {"cp.async.bulk.tensor.2d.global", "fence.proxy.async"}},
    {NO_STORE_BARRIER, {"stmatrix", "race"}},
    {NO_STORE_WAIT, {"cp.async.bulk.tensor.2d.global", "the thread ends", "wait_group"}},
    {NO_INIT_FENCE, {"cp.async.bulk.tensor", "fence.mbarrier_init"}},
    {NO_INIT_BARRIER, {"mbarrier"}},
    {NO_EXPECT, {"deadlock", "mbarrier at offset"}},
    {TOO_FEW_BYTES, {"deadlock", "bytes are missing"}},
    {NO_STAGING_BARRIER, {"stmatrix", "race"}},
    {UNALIGNED_STAGE, {"misaligned", "128 bytes"}},
    {NO_RELEASE, {"deadlock", "2 of 2 arrivals", "line"}},
    {TOO_MANY_REGISTERS, {"deadlock", "setmaxnreg.inc"}},
};

START_TEST(each_mistake_is_reported)
{
    problem *p = malloc(sizeof *p);
    const char *words[5] = {"kernel k"};
    for (int i = 0; i < 3; i++) words[i + 1] = mistakes[_i].words[i];
    ptx_must_fail(run_gemm(p, mistakes[_i].mistake, 1), TRI_FAULT, words);
    free(p);
}
END_TEST

Suite *ptx_gemm_suite(void)
{
    Suite *suite = suite_create("ptx_sim warp-specialised product");
    TCase *cases = tcase_create("gemm");
    tcase_set_timeout(cases, 60);
    tcase_add_test(cases, the_kernel_assembles);
    tcase_add_test(cases, the_kernel_multiplies);
    tcase_add_loop_test(cases, each_mistake_is_reported, 0, sizeof mistakes / sizeof *mistakes);
    suite_add_tcase(suite, cases);
    return suite;
}
