/* ptx_sim_wgmma_test.c - wgmma against a plain product: every type, operand A from shared memory and from registers, both majors where a type has
 * them, every swizzle, with start addresses inside of a pattern; and what registers in flight may not be used for. */
#include <stdio.h>
#include <stdlib.h>

#include "base/dtype.h"
#include "tests/unit/ptx_sim_test.h"

typedef struct kind {
    const char *name; /* behind k: "16.f32.bf16.bf16" */
    tri_dtype a, b, d;
    int k;
    bool majors, signs; /* has imm-trans, has imm-scale */
} kind;

static const kind kinds[] = {
    {"16.f32.bf16.bf16", TRI_BF16, TRI_BF16, TRI_F32, 16, true, true},
    {"16.f32.f16.f16", TRI_F16, TRI_F16, TRI_F32, 16, true, true},
    {"16.f16.f16.f16", TRI_F16, TRI_F16, TRI_F16, 16, true, true},
    {"8.f32.tf32.tf32", TRI_F32, TRI_F32, TRI_F32, 8, false, true},
    {"32.f32.e4m3.e4m3", TRI_F8E4M3FN, TRI_F8E4M3FN, TRI_F32, 32, false, true},
    {"32.f32.e5m2.e4m3", TRI_F8E5M2, TRI_F8E4M3FN, TRI_F32, 32, false, true},
    {"32.f16.e4m3.e5m2", TRI_F8E4M3FN, TRI_F8E5M2, TRI_F16, 32, false, true},
    {"32.s32.s8.s8", TRI_I8, TRI_I8, TRI_I32, 32, false, false},
    {"32.s32.u8.s8", TRI_U8, TRI_I8, TRI_I32, 32, false, false},
};
enum { N_KINDS = sizeof kinds / sizeof *kinds, IMAGE = 49152, B_AT = 16384, MOST_N = 256, MOST_K = 32 };

/* One way to lay out an operand: rows along m or n. */
typedef struct layout {
    uint32_t swizzle; /* bytes, 0: none */
    bool rows_contiguous;
    uint32_t start, leading, stride; /* bytes */
} layout;

/* Where element (row, k) lies, `element` bytes each: the atoms are 8 lines of the swizzle's width (16 bytes without), a line being k of one row, or
 * rows of one k; chunk c of line r of an atom lies at c xor r, r counted in units of 128 bytes. */
static uint32_t place(const layout *l, uint32_t row, uint32_t k, uint32_t element)
{
    uint32_t width = l->swizzle ? l->swizzle : 16, along = (l->rows_contiguous ? row : k) * element, across = l->rows_contiguous ? k : row;
    uint32_t line = across % 8, atom_across = across / 8, at;
    if (!l->rows_contiguous) along += l->start % width;
    uint32_t atom_along = along / width, chunk = along % width / 16;
    if (l->swizzle == 128) chunk ^= line;
    if (l->swizzle == 64) chunk ^= line / 2;
    if (l->swizzle == 32) chunk ^= line / 4;
    at = l->start - (l->rows_contiguous ? 0 : l->start % width) + line * width + chunk * 16 + along % 16;
    /* Without a swizzle and with contiguous rows the two offsets change their roles. */
    if (l->rows_contiguous)
        at += l->swizzle ? atom_along * l->leading + atom_across * l->stride : atom_along * l->stride + atom_across * l->leading;
    else
        at += atom_along * l->leading + atom_across * l->stride;
    return at;
}

static layout layout_of(uint32_t swizzle, bool rows_contiguous, uint32_t rows, uint32_t base)
{
    layout l = {.swizzle = swizzle, .rows_contiguous = rows_contiguous, .start = base, .leading = 16, .stride = 8 * swizzle};
    if (!swizzle) {
        l.leading = rows_contiguous ? 128 * (rows / 8) : 144;
        l.stride = rows_contiguous ? 128 : 384;
        if (!rows_contiguous) l.start += 32;
    } else if (rows_contiguous) {
        l.leading = 16 * swizzle; /* two groups of 8 k */
        l.stride = 8 * swizzle;
    } else {
        l.start += swizzle - 32; /* the last step of k in the pattern */
    }
    return l;
}

static uint64_t descriptor(const layout *l)
{
    uint64_t mode = l->swizzle == 128 ? 1 : l->swizzle == 64 ? 2 : l->swizzle == 32 ? 3 : 0;
    return mode << 62 | (uint64_t)(l->stride / 16) << 32 | (uint64_t)(l->leading / 16) << 16 | l->start / 16;
}

typedef struct text {
    char text[65536];
    size_t n;
} text;
#define SAY(...) (w->n += (size_t)snprintf(w->text + w->n, sizeof w->text - w->n, __VA_ARGS__))

/* d = c + sign a b, or without c where scale-d is false. in: the image of shared memory; fa: A's fragments; out: a thread's accumulators. c's
 * register i is i + the thread's lane in f32 and s32, a pair (1, 2) in f16. */
static void write_kernel(text *w, const kind *t, const layout *a, const layout *b, int n, bool from_registers, bool scales, bool negative)
{
    int count = t->d == TRI_F16 ? n / 4 : n / 2;
    w->n = 0;
    SAY(PTX_HOPPER
        ".visible .entry k(.param .u64 in, .param .u64 fa, .param .u64 out) .reqntid 128, 1, 1 {\n .reg .pred %%p<4>; .reg .b32 %%r<8>; .reg "
        ".b32 %%a<4>; .reg .%s %%f<%d>; .reg .f32 %%c; .reg .b64 %%l<8>; .shared .align 1024 .b8 s[%d]; .shared .align 8 .b8 bar[8];\n"
        " ld.param.u64 %%l0, [in]; ld.param.u64 %%l1, [fa]; ld.param.u64 %%l2, [out]; mov.u32 %%r0, %%tid.x; mov.u32 %%r1, s; mov.u32 %%r2, bar;\n"
        " setp.ne.u32 %%p0, %%r0, 0;\n @%%p0 bra made;\n mbarrier.init.shared.b64 [%%r2], 1; fence.mbarrier_init.release.cluster;\n"
        " mbarrier.arrive.expect_tx.shared.b64 _, [%%r2], %d;\n"
        " cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%%r1], [%%l0], %d, [%%r2];\nmade:\n bar.sync 0;\n"
        "wait: mbarrier.try_wait.parity.shared.b64 %%p1, [%%r2], 0;\n @!%%p1 bra wait;\n",
        t->d == TRI_F32 ? "f32" : "b32", count, IMAGE, IMAGE, IMAGE);
    SAY(" mul.wide.u32 %%l3, %%r0, 16; add.s64 %%l1, %%l1, %%l3; ld.global.v4.u32 {%%a0, %%a1, %%a2, %%a3}, [%%l1];\n and.b32 %%r3, %%r0, 31; "
        "cvt.rn.f32.u32 "
        "%%c, %%r3;\n");
    for (int i = 0; i < count; i++) {
        if (t->d == TRI_F32)
            SAY(" add.f32 %%f%d, %%c, 0f%08x;\n", i,
                (union {
                    float f;
                    uint32_t u;
                }){(float)i}
                    .u);
        else if (t->d == TRI_F16)
            SAY(" mov.b32 %%f%d, 0x40003c00;\n", i);
        else
            SAY(" add.s32 %%f%d, %%r3, %d;\n", i, i);
    }
    SAY(" shr.u32 %%r4, %%r1, 4; cvt.u64.u32 %%l4, %%r4; add.s64 %%l5, %%l4, %llu; add.s64 %%l6, %%l4, %llu; setp.eq.u32 %%p2, %%r1, %%r1;\n",
        (unsigned long long)descriptor(a), (unsigned long long)descriptor(b));
    if (!scales) SAY(" setp.ne.u32 %%p2, %%r1, %%r1;\n");
    SAY(" wgmma.fence.sync.aligned;\n wgmma.mma_async.sync.aligned.m64n%dk%s {", n, t->name);
    for (int i = 0; i < count; i++) SAY("%s%%f%d", i ? ", " : "", i);
    SAY("}, %s, %%l6, %%p2", from_registers ? "{%a0, %a1, %a2, %a3}" : "%l5");
    if (t->signs) SAY(", %d, 1", negative ? -1 : 1);
    if (t->majors && !from_registers) SAY(", %d", a->rows_contiguous);
    if (t->majors) SAY(", %d", b->rows_contiguous);
    SAY(";\n wgmma.commit_group.sync.aligned;\n wgmma.wait_group.sync.aligned 0;\n mul.wide.u32 %%l3, %%r0, %d; add.s64 %%l2, %%l2, %%l3;\n",
        4 * count);
    for (int i = 0; i < count; i++) SAY(" st.global.%s [%%l2+%d], %%f%d;\n", t->d == TRI_F32 ? "f32" : "b32", 4 * i, i);
    SAY("}\n");
    ck_assert_uint_lt(w->n, sizeof w->text);
}

typedef struct problem {
    double a[64][MOST_K], b[MOST_N][MOST_K];
    unsigned char image[IMAGE];
    uint32_t fragments[128][4], out[128 * 128];
} problem;

static void fill(problem *p, const kind *t, const layout *a, const layout *b, int n)
{
    uint32_t state = 7, element_a = (uint32_t)tri_dtype_bytes(t->a), element_b = (uint32_t)tri_dtype_bytes(t->b);
    memset(p->image, 0x5a, sizeof p->image);
    for (uint32_t r = 0; r < 64; r++) {
        for (uint32_t k = 0; k < (uint32_t)t->k; k++) {
            state = state * 1664525 + 1013904223;
            p->a[r][k] = (int)((state >> 28) % 5) - (t->a == TRI_U8 ? 0 : 2);
            tri_store_f64(t->a, p->image + place(a, r, k, element_a), p->a[r][k]);
        }
    }
    for (uint32_t r = 0; r < (uint32_t)n; r++) {
        for (uint32_t k = 0; k < (uint32_t)t->k; k++) {
            state = state * 1664525 + 1013904223;
            p->b[r][k] = (int)((state >> 28) % 5) - 2;
            tri_store_f64(t->b, p->image + place(b, r, k, element_b), p->b[r][k]);
        }
    }
    /* A's fragment, PTX ISA: registers 0 and 1 are rows l / 4 and + 8, 2 and 3 the same in the upper half of k; a register holds neighbours in k. */
    uint32_t each = 4 / element_a;
    for (uint32_t thread = 0; thread < 128; thread++)
        for (uint32_t q = 0; q < 4; q++)
            for (uint32_t e = 0; e < each; e++)
                tri_store_f64(t->a, (unsigned char *)&p->fragments[thread][q] + e * element_a,
                              p->a[thread / 32 * 16 + thread % 32 / 4 + 8 * (q & 1)][thread % 4 * each + e + (q >> 1) * 4 * each]);
}

static void check(const problem *p, const kind *t, int n, bool scales, bool negative, const char *name)
{
    int count = t->d == TRI_F16 ? n / 4 : n / 2, per = t->d == TRI_F16 ? 2 : 1;
    for (int thread = 0; thread < 128; thread++) {
        for (int i = 0; i < count; i++) {
            for (int e = 0; e < per; e++) {
                int pair = per == 2 ? i : i / 2, side = per == 2 ? e : i % 2; /* pairs of columns; even pairs are rows l / 4, odd ones + 8 */
                int row = thread / 32 * 16 + thread % 32 / 4 + 8 * (pair % 2), column = pair / 2 * 8 + thread % 4 * 2 + side;
                double sum = 0, c = per == 2 ? 1 + e : i + thread % 32;
                for (int k = 0; k < t->k; k++) sum += p->a[row][k] * p->b[column][k];
                double want = (scales ? c : 0) + (negative ? -sum : sum), got = tri_load_f64(t->d, (const char *)&p->out[thread * count + i] + 2 * e);
                ck_assert_msg(got == want, "%s: d[%d][%d] is %g, not %g", name, row, column, got, want);
            }
        }
    }
}

/* `at`: the kind, swizzle of A and of B, majors of A and B, A from registers. */
static void product_is_right(int at)
{
    static const uint32_t swizzles[] = {0, 32, 64, 128};
    static const int sizes[] = {8, 24, 64, 128, 256};
    const kind *t = &kinds[at / 128];
    bool major_a = at >> 6 & 1, major_b = at >> 5 & 1, from_registers = at >> 4 & 1, scales = at % 3 != 0, negative = t->signs && at % 5 == 1;
    if ((!t->majors && (major_a || major_b)) || (from_registers && (major_a || at >> 2 & 3))) return;
    int n = sizes[at % 5];
    uint32_t swizzle_b = swizzles[at & 3];
    if (major_b && swizzle_b && n % (swizzle_b / 2)) n = 256;
    layout a = layout_of(swizzles[at >> 2 & 3], major_a, 64, 0), b = layout_of(swizzle_b, major_b, (uint32_t)n, B_AT);
    problem *p = malloc(sizeof *p);
    text *w = malloc(sizeof *w);
    char name[100];
    snprintf(name, sizeof name, "k%s n%d, A %s swizzle %u major %d, B swizzle %u major %d", t->name, n, from_registers ? "in registers" : "shared",
             a.swizzle, major_a, b.swizzle, major_b);
    fill(p, t, &a, &b, n);
    write_kernel(w, t, &a, &b, n, from_registers, scales, negative);
    if (at % 41 == 0) ck_assert(ptx_assembles(w->text));
    ptx_must_run(w->text, (ptx_shape){1, 128, 0, 1},
                 (ptx_buffer[]){{"in", IMAGE, p->image, NULL},
                                {"fa", sizeof p->fragments, p->fragments, NULL},
                                {"out", (size_t)(t->d == TRI_F16 ? n / 4 : n / 2) * 512, NULL, p->out}},
                 3);
    check(p, t, n, scales, negative, name);
    free(w);
    free(p);
}

/* All layouts of a kind in one process: a fork for each takes the sanitizers minutes. */
START_TEST(products_are_right_in_every_layout)
{
    for (int layout = 0; layout < 128; layout++) product_is_right(_i * 128 + layout);
}
END_TEST

/* Misuse: a warpgroup with zeros in shared memory, fenced; then a body. */
static const struct {
    const char *body;
    const char *words[3];
} misuses[] = {
    {"FENCE MMA COMMIT add.f32 %f9, %f0, %f0; WAIT", {"add.f32", "reads register %f0", "wgmma in flight"}},
    {"FENCE MMA COMMIT mov.f32 %f2, 0f00000000; WAIT", {"mov.f32", "writes register %f2", "accumulates"}},
    {"FENCE MMA add.f32 %f9, %f0, %f0; COMMIT WAIT", {"reads register %f0"}},
    {"FENCE MMA WAIT add.f32 %f9, %f0, %f0;", {"reads register %f0"}},
    {"FENCE MMA COMMIT wgmma.wait_group.sync.aligned 1; add.f32 %f9, %f0, %f0;", {"reads register %f0"}},
    {"FENCE RS COMMIT mov.b32 %a1, 3; WAIT", {"writes register %a1", "reads"}},
    {"MMA COMMIT WAIT", {"wgmma.fence"}},
    {"FENCE mov.f32 %f3, 0f00000000; MMA COMMIT WAIT", {"register %f3", "wgmma.fence"}},
    {"FENCE MMA COMMIT WAIT mov.f32 %f9, %f1; MMA COMMIT WAIT", {"register %f1", "wgmma.fence"}},
    {"FENCE mov.b32 %a2, 3; RS COMMIT WAIT", {"register %a2", "wgmma.fence"}},
    {"FENCE MMA COMMIT st.shared.u32 [%r1], 0; WAIT", {"st.shared", "still reads", "wait_group"}},
    {"st.shared.u32 [%r3], 0; bar.sync 0; FENCE MMA COMMIT WAIT", {"wgmma.mma_async", "fence.proxy.async"}},
    {"bar.sync 0; st.shared.u32 [%r3], 0; fence.proxy.async; FENCE MMA COMMIT WAIT", {"wgmma.mma_async", "race", "wrote"}},
    {"add.s64 %l0, %l0, %l1; FENCE MMA COMMIT WAIT", {"the same in all threads"}},
    {"setp.lt.u32 %p0, %r0, 32; FENCE @%p0 bra skip; MMA skip: WAIT", {"deadlock", "other warps of its warpgroup"}},
    {"setp.lt.u32 %p0, %r0, 32; selp.b64 %l0, %l0, %l2, %p0; FENCE MMA COMMIT WAIT", {"same wgmma with the same descriptors"}},
    {"setp.lt.u32 %p0, %r0, 16; FENCE @%p0 bra skip; MMA skip: WAIT", {"all 128 threads"}},
    {"add.s64 %l0, %l0, 8; FENCE MMA COMMIT WAIT", {"begins in the first row"}},
    {"add.s64 %l0, %l0, 16320; FENCE MMA COMMIT WAIT", {"reaches offset"}},
    {"FENCE MMA COMMIT WAIT add.f32 %f9, %f0, %f0; FENCE MMA COMMIT WAIT st.shared.u32 [%r3], 0;", {NULL}},
    {"FENCE MMA MMA COMMIT MMA COMMIT WAIT add.f32 %f9, %f0, %f0;", {NULL}},
};

START_TEST(registers_and_bytes_in_flight_are_nobody_elses)
{
    static const struct {
        const char *word, *text;
    } macros[] = {
        {"FENCE", "wgmma.fence.sync.aligned;\n"},
        {"COMMIT", "wgmma.commit_group.sync.aligned;\n"},
        {"WAIT", "wgmma.wait_group.sync.aligned 0;\n"},
        {"MMA", "wgmma.mma_async.sync.aligned.m64n8k16.f32.bf16.bf16 {%f0, %f1, %f2, %f3}, %l0, %l2, 1, 1, 1, 0, 0;\n"},
        {"RS", "wgmma.mma_async.sync.aligned.m64n8k16.f32.bf16.bf16 {%f0, %f1, %f2, %f3}, {%a0, %a1, %a2, %a3}, %l2, 1, 1, 1, 0;\n"},
    };
    char text[4096] =
        PTX_HOPPER ".visible .entry k() .reqntid 128, 1, 1 {\n .reg .pred %p<4>; .reg .b32 %r<8>; .reg .b32 %a<4>; .reg .f32 %f<12>; .reg .b64 "
                   "%l<8>; .shared .align "
                   "1024 .b8 s[16384];\n mov.u32 %r0, %tid.x; shl.b32 %r1, %r0, 2; mov.u32 %r2, s; add.u32 %r1, %r1, %r2; mov.u32 %r3, %r1; add.u32 "
                   "%r4, %r2, 16384;\n"
                   "fill: st.shared.u32 [%r3], 0; add.u32 %r3, %r3, 512; setp.lt.u32 %p0, %r3, %r4;\n @%p0 bra fill;\n sub.u32 %r3, %r3, 16384;\n"
                   " fence.proxy.async; bar.sync 0;\n"
                   " mov.f32 %f0, 0f00000000; mov.f32 %f1, %f0; mov.f32 %f2, %f0; mov.f32 %f3, %f0; mov.b32 %a0, 0; mov.b32 %a1, 0; mov.b32 %a2, 0; "
                   "mov.b32 %a3, 0;\n"
                   " shr.u32 %r5, %r2, 4; cvt.u64.u32 %l0, %r5; mov.b64 %l3, 4611686293305294848; or.b64 %l0, %l0, %l3; add.s64 %l2, %l0, 512; "
                   "cvt.u64.u32 %l1, %r0;\n";
    for (const char *c = misuses[_i].body; *c; c++) {
        bool known = false;
        for (size_t m = 0; m < sizeof macros / sizeof *macros && !known; m++) {
            size_t length = strlen(macros[m].word);
            if (strncmp(c, macros[m].word, length)) continue;
            strcat(text, macros[m].text);
            c += length - 1;
            known = true;
        }
        if (!known) strncat(text, c, 1);
    }
    strcat(text, "\n}\n");
    tri_status *status = ptx_run(text, (ptx_shape){1, 128, 0, 1}, NULL, 0);
    const char *words[4] = {0};
    for (int i = 0; i < 3; i++) words[i] = misuses[_i].words[i];
    if (words[0])
        ptx_must_fail(status, TRI_FAULT, words);
    else
        ck_assert_msg(!status, "%s", status ? tri_status_message(status) : "");
}
END_TEST

Suite *ptx_wgmma_suite(void)
{
    Suite *suite = suite_create("ptx_sim wgmma");
    TCase *cases = tcase_create("products of warpgroups");
    tcase_set_timeout(cases, 60);
    tcase_add_loop_test(cases, products_are_right_in_every_layout, 0, N_KINDS);
    tcase_add_loop_test(cases, registers_and_bytes_in_flight_are_nobody_elses, 0, sizeof misuses / sizeof *misuses);
    suite_add_tcase(suite, cases);
    return suite;
}
