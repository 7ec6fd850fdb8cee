/* layout_atoms_test.c - every row of the GPUs' instruction tables, run alone in a simulator: A is an identity, rotated until every element has been
 * in it, the elements of B and C have numbers by their lane and register. Which numbers come out where must be what the table says, and what the
 * vendor's page says, written here once more: PTX ISA, "Matrix Fragments for mma.m16n8k16 with floating point type"; "Register Fragments for
 * wgmma.mma_async.m64nNk16", "... m64nNk32" AMD matrix instruction calculator (rocm.blogs.amd.com, "AMD matrix cores"; CDNA 3 ISA, 7.1 "Matrix
 * arithmetic opcodes") A row with a shape that no formula here knows is a failure. Codes of B are read digit by digit, since 8-bit floats hold few
 * integers. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tests/unit/amdgcn_harness.h"
#include "tests/unit/ptx_sim_test.h"
#include "targets/layout/products.h"
#include "targets/llvm/emit.h"

enum { DIGITS = 4, DIGIT_BITS = 3, STEP = 256 };

typedef struct machine {
    tri_codegen_kind kind;
    const char *cpu, *image; /* image: names a device of the harness */
    int lanes;
} machine;

static const machine warp = {TRI_CODEGEN_PTX, "sm_80", NULL, 32}, gfx942 = {TRI_CODEGEN_AMDGCN, "gfx942", "row.gfx942", 64},
                     gfx950 = {TRI_CODEGEN_AMDGCN, "gfx950", "row.gfx950", 64};

static const struct {
    const machine *machine;
    tri_mma_row row;
} rows[] = {
#define MMA(...) {&warp, {__VA_ARGS__}},
#include "targets/nvptx/mma.def"
#define MMA(...) {&gfx942, {__VA_ARGS__}},
#define MMA_GFX942(...) {&gfx942, {__VA_ARGS__}},
#define MMA_GFX950(...) {&gfx950, {__VA_ARGS__}},
#include "targets/amdgcn/mma.def"
};

/* ---- what the vendors say ---- */

typedef tri_place formula(int m, int n, int k, int lane, int i);

static tri_place warp_a(int m, int n, int k, int lane, int i)
{
    int group = lane >> 2, in = lane % 4;
    return (tri_place){(i < 2 || (i >= 4 && i < 6)) ? group : group + 8, in * 2 + (i & 1) + (i >= 4 ? 8 : 0)};
}
static tri_place warp_b(int m, int n, int k, int lane, int i) { return (tri_place){lane % 4 * 2 + (i & 1) + (i >= 2 ? 8 : 0), lane >> 2}; }
static tri_place warp_c(int m, int n, int k, int lane, int i) { return (tri_place){i < 2 ? lane >> 2 : (lane >> 2) + 8, lane % 4 * 2 + (i & 1)}; }

/* "lane = i + M (k / E), element k % E", E elements a lane. */
static tri_place wave_a(int m, int n, int k, int lane, int i) { return (tri_place){lane % m, m * k / 64 * (lane / m) + i}; }
static tri_place wave_b(int m, int n, int k, int lane, int i) { return (tri_place){n * k / 64 * (lane / n) + i, lane % n}; }
static tri_place wave_c(int m, int n, int k, int lane, int i)
{
    return (tri_place){m == 32 ? 8 * (i / 4) + 4 * (lane / 32) + i % 4 : 4 * (lane / 16) + i, lane % n};
}

static tri_place group_d(int m, int n, int k, int lane, int i)
{
    int warp_of = lane / 32, l = lane % 32;
    return (tri_place){16 * warp_of + l / 4 + (i % 4 < 2 ? 0 : 8), i / 4 * 8 + l % 4 * 2 + i % 2};
}
static tri_place group_a(int m, int n, int k, int lane, int i)
{
    int warp_of = lane / 32, l = lane % 32, each = 32 / (k == 16 ? 16 : 8); /* elements in 32 bits */
    return (tri_place){16 * warp_of + l / 4 + (i / each % 2 ? 8 : 0), l % 4 * each + i % each + (i / each >= 2 ? k / 2 : 0)};
}

static bool same(tri_place a, tri_place b) { return a.row == b.row && a.column == b.column; }

/* ---- one instruction ---- */

/* Operands as they lie in the lanes, block after block. In block b A has one element in row i, at k = (i + b / DIGITS) mod K, which is 1 + i / K, so
 * that no two rows are alike; and B holds digit b mod DIGITS of its codes, plus 1. */
typedef struct trial {
    const char *name;
    tri_dtype operand, result;
    int lanes, m, n, k, n_a, n_b, n_c, blocks;
    const tri_atom *atoms[3];
    formula *formulas[3];
    unsigned char *a, *b;
    uint32_t *c, *d;
} trial;

static tri_place place_of(const trial *t, int source, int which, int lane, int i)
{
    return source ? t->formulas[which](t->m, t->n, t->k, lane, i) : tri_atom_at(t->atoms[which], lane, i);
}

static int digit_of(int code, int block) { return (code >> DIGIT_BITS * (block % DIGITS) & ((1 << DIGIT_BITS) - 1)) + 1; }

static int one_of(const trial *t, int row, int block) { return (row + block / DIGITS) % t->k; }

static uint32_t number(const trial *t, int x)
{
    float f = (float)x;
    uint32_t bits;
    memcpy(&bits, &f, 4);
    return t->result == TRI_I32 ? (uint32_t)x : bits;
}

/* B's codes: its places in the lanes, or, where it is staged, k n + column. */
static void fill(trial *t, bool staged)
{
    size_t element = tri_dtype_bytes(t->operand), in_a = (size_t)(t->lanes * t->n_a), in_b = (size_t)(staged ? t->k * t->n : t->lanes * t->n_b),
           in_c = (size_t)(t->lanes * t->n_c);
    t->blocks = t->k * DIGITS;
    t->a = calloc((size_t)t->blocks * in_a, element);
    t->b = calloc((size_t)t->blocks * in_b, element);
    t->c = calloc((size_t)t->blocks * in_c, 4);
    t->d = calloc((size_t)t->blocks * in_c, 4);
    for (size_t block = 0; block < (size_t)t->blocks; block++) {
        for (int i = 0; i < (int)in_a; i++) {
            tri_place place = place_of(t, 1, 0, i / t->n_a, i % t->n_a);
            bool one = place.column == one_of(t, place.row, (int)block);
            tri_store_f64(t->operand, t->a + (block * in_a + (size_t)i) * element, one ? 1 + place.row / t->k : 0);
        }
        for (size_t i = 0; i < in_c; i++) t->c[block * in_c + i] = number(t, (int)i * STEP);
        for (int i = 0; i < (int)in_b; i++) {
            size_t at = (size_t)i;
            if (staged) { /* rows of one column, 16 bytes of eight columns together: descriptors without a swizzle */
                size_t k = at / (size_t)t->n, column = at % (size_t)t->n, byte = k * element;
                at = (byte / 16 * 128 + column * 16 + byte % 16) / element;
            }
            tri_store_f64(t->operand, t->b + (block * in_b + at) * element, digit_of(i, (int)block));
        }
    }
}

/* Codes by place: [k][column]. */
static void find_codes(const trial *t, int source, bool staged, int codes[64][64])
{
    for (int i = 0; i < t->k * t->n && staged; i++) codes[i / t->n][i % t->n] = i;
    for (int i = 0; i < t->lanes * t->n_b && !staged; i++) {
        tri_place place = place_of(t, source, 1, i / t->n_b, i % t->n_b);
        codes[place.row][place.column] = i;
    }
}

static void check(const trial *t, bool staged)
{
    for (int source = 0; source < 2; source++) {
        int codes[64][64];
        find_codes(t, source, staged, codes);
        for (int i = 0; i < t->lanes * t->n_c; i++) {
            tri_place to = place_of(t, source, 2, i / t->n_c, i % t->n_c);
            for (int block = 0; block < t->blocks; block++) {
                int k = one_of(t, to.row, block), want = i * STEP + (1 + to.row / t->k) * digit_of(codes[k][to.column], block);
                uint32_t got = t->d[(size_t)block * (size_t)(t->lanes * t->n_c) + (size_t)i];
                ck_assert_msg(got == number(t, want), "%s by the %s: D[%d][%d], lane %d, register %d, is not %d for k = %d", t->name,
                              source ? "vendor's formula" : "table", to.row, to.column, i / t->n_c, i % t->n_c, want, k);
            }
        }
    }
    for (int which = 0; which < 3; which++)
        for (int lane = 0; t->atoms[which] && lane < t->lanes; lane++)
            for (int i = 0; i < t->atoms[which]->elements; i++)
                ck_assert_msg(same(place_of(t, 0, which, lane, i), place_of(t, 1, which, lane, i)), "%s: operand %d, lane %d, element %d", t->name,
                              which, lane, i);
}

static void drop(trial *t)
{
    free(t->a);
    free(t->b);
    free(t->c);
    free(t->d);
}

/* ---- rows of a warp or a wave: by their intrinsic ---- */

static void add_operand(tri_text *ir, const char *buffer, const tri_mma_row *row, int elements)
{
    size_t bytes = tri_dtype_bytes(row->operand);
    tri_text_addf(ir, "  %%%s.o = mul i64 %%place, %zu\n  %%%s.p = getelementptr i8, ptr addrspace(1) %%%s, i64 %%%s.o\n", buffer,
                  (size_t)elements * bytes, buffer, buffer, buffer);
    for (int p = 0; p < elements / row->per_piece; p++)
        tri_text_addf(ir, "  %%%s%d.p = getelementptr i8, ptr addrspace(1) %%%s.p, i64 %zu\n  %%%s%d = load %s, ptr addrspace(1) %%%s%d.p, align 1\n",
                      buffer, p, buffer, (size_t)(p * row->per_piece) * bytes, buffer, p, row->piece, buffer, p);
}

static void add_pieces(tri_text *ir, const char *buffer, const tri_mma_row *row, int elements)
{
    for (int p = 0; p < elements / row->per_piece; p++) tri_text_addf(ir, "%s %%%s%d, ", row->piece, buffer, p);
}

static void write_ir(const machine *m, const tri_mma_row *row, tri_text *ir)
{
    bool ptx = m->kind == TRI_CODEGEN_PTX;
    const char *type = row->result == TRI_I32 ? "i32" : "float";
    int n = row->c.elements;
    tri_text_addf(ir, "define %s void @k(ptr addrspace(1) %%a, ptr addrspace(1) %%b, ptr addrspace(1) %%c, ptr addrspace(1) %%d) {\n",
                  ptx ? "ptx_kernel" : "amdgpu_kernel");
    tri_text_addf(ir, "  %%lane = call i32 @%s()\n  %%block = call i32 @%s()\n", ptx ? "llvm.nvvm.read.ptx.sreg.tid.x" : "llvm.amdgcn.workitem.id.x",
                  ptx ? "llvm.nvvm.read.ptx.sreg.ctaid.x" : "llvm.amdgcn.workgroup.id.x");
    tri_text_addf(ir, "  %%first = mul i32 %%block, %d\n  %%at = add i32 %%first, %%lane\n  %%place = zext i32 %%at to i64\n", m->lanes);
    add_operand(ir, "a", row, row->a.elements);
    add_operand(ir, "b", row, row->b.elements);
    tri_text_addf(ir, "  %%o = mul i64 %%place, %d\n  %%cp = getelementptr i8, ptr addrspace(1) %%c, i64 %%o\n", 4 * n);
    tri_text_addf(ir, "  %%dp = getelementptr i8, ptr addrspace(1) %%d, i64 %%o\n  %%cv = load <%d x %s>, ptr addrspace(1) %%cp, align 4\n", n, type);
    if (row->vector) {
        tri_text_addf(ir, "  %%dv = call <%d x %s> @%s(", n, type, row->intrinsic);
        add_pieces(ir, "a", row, row->a.elements);
        add_pieces(ir, "b", row, row->b.elements);
        tri_text_addf(ir, "<%d x %s> %%cv%s)\n", n, type, row->tail);
    } else {
        for (int i = 0; i < n; i++) tri_text_addf(ir, "  %%c%d = extractelement <%d x %s> %%cv, i32 %d\n", i, n, type, i);
        tri_text_add(ir, "  %s = call { ");
        for (int i = 0; i < n; i++) tri_text_addf(ir, "%s%s", i ? ", " : "", type);
        tri_text_addf(ir, " } @%s(", row->intrinsic);
        add_pieces(ir, "a", row, row->a.elements);
        add_pieces(ir, "b", row, row->b.elements);
        for (int i = 0; i < n; i++) tri_text_addf(ir, "%s%s %%c%d", i ? ", " : "", type, i);
        tri_text_addf(ir, "%s)\n", row->tail);
        for (int i = 0; i < n; i++)
            tri_text_addf(
                ir, "  %%e%d = extractvalue { float, float, float, float } %%s, %d\n  %%v%d = insertelement <%d x %s> %s%.0d, %s %%e%d, i32 %d\n", i,
                i, i + 1, n, type, i ? "%v" : "poison", i, type, i, i);
        tri_text_addf(ir, "  %%dv = bitcast <%d x %s> %%v%d to <%d x %s>\n", n, type, n, n, type);
    }
    tri_text_addf(ir, "  store <%d x %s> %%dv, ptr addrspace(1) %%dp, align 4\n  ret void\n}\n", n, type);
}

static void run(const machine *m, trial *t, const char *code, size_t n)
{
    size_t element = tri_dtype_bytes(t->operand), blocks = (size_t)t->blocks, in_c = blocks * (size_t)(t->lanes * t->n_c) * 4;
    size_t in_a = blocks * (size_t)(t->lanes * t->n_a) * element, in_b = blocks * (size_t)(t->lanes * t->n_b) * element;
    if (m->kind == TRI_CODEGEN_PTX) {
        ptx_must_run(code, (ptx_shape){(uint32_t)t->blocks, (uint32_t)t->lanes, 0, 1},
                     (ptx_buffer[]){{"a", in_a, t->a, NULL}, {"b", in_b, t->b, NULL}, {"c", in_c, t->c, NULL}, {"d", in_c, NULL, t->d}}, 4);
        return;
    }
    amdgcn_test test;
    amdgcn_open_bytes(&test, m->image, code, n);
    tri_status *status =
        amdgcn_run(&test, "k", (uint32_t)t->blocks, (uint32_t)t->lanes,
                   (amdgcn_buffer[]){{t->a, in_a, true, false}, {t->b, in_b, true, false}, {t->c, in_c, true, false}, {t->d, in_c, false, true}}, 4);
    ck_assert_msg(!status, "%s: %s", t->name, status ? amdgcn_text(status) : "");
    amdgcn_close(&test);
}

START_TEST(a_row_of_lanes_is_what_table_and_vendor_say)
{
    const machine *m = rows[_i].machine;
    const tri_mma_row *row = &rows[_i].row;
    bool of_warp = m == &warp;
    ck_assert_msg(of_warp ? row->m == 16 && row->n == 8 && row->k == 16 : row->m == row->n && (row->m == 16 || row->m == 32),
                  "%s: no formula for %dx%dx%d", row->intrinsic, row->m, row->n, row->k);
    trial t = {.name = row->intrinsic, .operand = row->operand, .result = row->result, .lanes = m->lanes, .m = row->m, .n = row->n, .k = row->k};
    t.n_a = row->a.elements;
    t.n_b = row->b.elements;
    t.n_c = row->c.elements;
    memcpy(t.atoms, (const tri_atom *[]){&row->a, &row->b, &row->c}, sizeof t.atoms);
    memcpy(t.formulas, of_warp ? (formula *[]){warp_a, warp_b, warp_c} : (formula *[]){wave_a, wave_b, wave_c}, sizeof t.formulas);
    tri_text ir = {0};
    write_ir(m, row, &ir);
    tri_codegen_job job = {.name = "k", .kind = m->kind, .cpu = m->cpu, .optimisation = 2, .ir = tri_text_string(&ir), .ir_bytes = ir.n};
    tri_codegen_result result;
    tri_status *status = tri_codegen_run(&(tri_codegen_options){.workers = 1, .ptxas = TRI_CODEGEN_PTXAS_NEVER}, &job, 1, &result);
    ck_assert_msg(!status && !result.status, "%s: %s", row->intrinsic, tri_status_message(status ? status : result.status));
    fill(&t, false);
    run(m, &t, m->kind == TRI_CODEGEN_PTX ? result.assembly : result.object, result.object_bytes);
    check(&t, false);
    drop(&t);
    tri_codegen_results_free(&result, 1);
    tri_text_free(&ir);
}
END_TEST

/* ---- rows of a warpgroup: A from registers, B from shared memory ---- */

static const struct {
    tri_dtype operand, result;
    int k;
    const char *types;
    bool either;
} groups[] = {
#define WGMMA(...) {__VA_ARGS__},
#include "targets/nvptx/wgmma.def"
};
#define WGMMA_ATOM(name, columns, elements, ...) static const tri_atom group_##name = {elements, {__VA_ARGS__}};
#include "targets/nvptx/wgmma.def"

enum { COLUMNS = 8 };

static void write_ptx(int k, const char *types, bool either, int bytes_of_b, tri_text *out)
{
    tri_text_addf(
        out,
        PTX_HOPPER
        ".visible .entry k(.param .u64 a, .param .u64 b, .param .u64 c, .param .u64 d) .reqntid 128, 1, 1 {\n"
        " .reg .pred %%p; .reg .b32 %%t; .reg .b32 %%x; .reg .b32 %%s; .reg .b32 %%a<4>; .reg .b32 %%w<4>; .reg .f32 %%f<4>; .reg .b64 %%l<8>;\n"
        " .shared .align 128 .b8 m[%d];\n"
        " ld.param.u64 %%l0, [a]; ld.param.u64 %%l1, [b]; ld.param.u64 %%l2, [c]; ld.param.u64 %%l3, [d];\n"
        " mov.u32 %%t, %%tid.x; mov.u32 %%x, %%ctaid.x; mov.u32 %%s, m;\n"
        " mul.wide.u32 %%l4, %%x, %d; add.s64 %%l1, %%l1, %%l4; mul.wide.u32 %%l4, %%t, 16; add.s64 %%l1, %%l1, %%l4;\n"
        " mad.lo.u32 %%x, %%x, 128, %%t; mul.wide.u32 %%l4, %%x, 16;\n"
        " add.s64 %%l0, %%l0, %%l4; add.s64 %%l2, %%l2, %%l4; add.s64 %%l3, %%l3, %%l4;\n"
        " setp.ge.u32 %%p, %%t, %d;\n @%%p bra filled;\n mad.lo.u32 %%x, %%t, 16, %%s; ld.global.v4.b32 {%%w0, %%w1, %%w2, %%w3}, [%%l1];\n"
        " st.shared.v4.b32 [%%x], {%%w0, %%w1, %%w2, %%w3};\nfilled: fence.proxy.async; bar.sync 0;\n"
        " ld.global.v4.b32 {%%a0, %%a1, %%a2, %%a3}, [%%l0]; ld.global.v4.f32 {%%f0, %%f1, %%f2, %%f3}, [%%l2];\n"
        " shr.u32 %%x, %%s, 4; cvt.u64.u32 %%l5, %%x; add.s64 %%l5, %%l5, %llu; setp.eq.u32 %%p, %%s, %%s;\n"
        " wgmma.fence.sync.aligned;\n wgmma.mma_async.sync.aligned.m64n8k%d.%s {%%f0, %%f1, %%f2, %%f3}, {%%a0, %%a1, %%a2, %%a3}, %%l5, %%p, 1, "
        "1%s;\n"
        " wgmma.commit_group.sync.aligned;\n wgmma.wait_group.sync.aligned 0;\n st.global.v4.f32 [%%l3], {%%f0, %%f1, %%f2, %%f3};\n}\n",
        bytes_of_b, bytes_of_b, bytes_of_b / 16, (unsigned long long)8 << 32 | 8 << 16, k, types, either ? ", 0" : "");
}

START_TEST(a_row_of_a_warpgroup_is_what_table_and_vendor_say)
{
    tri_dtype operand = groups[_i].operand;
    int k = groups[_i].k, element = (int)tri_dtype_bytes(operand);
    ck_assert_msg(k * element == 32 && groups[_i].result == TRI_F32, "%s: no formula for k %d", groups[_i].types, k);
    trial t = {.name = groups[_i].types, .operand = operand, .result = TRI_F32, .lanes = 128, .m = 64, .n = COLUMNS, .k = k, .n_c = 4};
    t.n_a = 16 / element;
    t.atoms[0] = element == 1 ? &group_left_8_bits : &group_left_16_bits;
    t.atoms[2] = &group_result;
    t.formulas[0] = group_a;
    t.formulas[2] = group_d;
    int bytes_of_b = k * COLUMNS * element;
    tri_text text = {0};
    write_ptx(k, groups[_i].types, groups[_i].either, bytes_of_b, &text);
    ck_assert(ptx_assembles(tri_text_string(&text)));
    fill(&t, true);
    size_t in_a = (size_t)t.blocks * 128 * 16;
    ptx_must_run(
        tri_text_string(&text), (ptx_shape){(uint32_t)t.blocks, 128, 0, 1},
        (ptx_buffer[]){{"a", in_a, t.a, NULL}, {"b", (size_t)(t.blocks * bytes_of_b), t.b, NULL}, {"c", in_a, t.c, NULL}, {"d", in_a, NULL, t.d}}, 4);
    check(&t, true);
    drop(&t);
    tri_text_free(&text);
}
END_TEST

/* ---- ldmatrix and stmatrix: the way of fragments to and from shared memory ---- */

enum { TILE = 16 };

/* A tile of 16x16 in shared memory, as four matrices: lane l gives the address of row l mod 16, columns 8 (l / 16) on. */
#define MATRIX_KERNEL                                                                                                                                \
    PTX_HOPPER ".entry k(.param .u64 in, .param .u64 out) {\n .reg .b32 %%r<4>; .reg .b32 %%t<4>; .reg .b64 %%l<4>; .shared .align 16 .b8 m[512];\n" \
               " ld.param.u64 %%l0, [in]; ld.param.u64 %%l1, [out]; mov.u32 %%t0, %%tid.x; mul.wide.u32 %%l2, %%t0, 16;\n"                           \
               " add.s64 %%l0, %%l0, %%l2; add.s64 %%l1, %%l1, %%l2; mov.u32 %%t1, m; mad.lo.u32 %%t2, %%t0, 16, %%t1;\n"                            \
               " and.b32 %%t3, %%t0, 15; mad.lo.u32 %%t1, %%t3, 32, %%t1; shr.u32 %%t3, %%t0, 4; mad.lo.u32 %%t1, %%t3, 16, %%t1;\n"                 \
               " ld.global.v4.b32 {%%r0, %%r1, %%r2, %%r3}, [%%l0];\n%s st.global.v4.b32 [%%l1], {%%r0, %%r1, %%r2, %%r3};\n}\n"

static void move_matrices(const char *body, const uint16_t *in, uint16_t *out)
{
    char text[2048];
    snprintf(text, sizeof text, MATRIX_KERNEL, body);
    ck_assert(ptx_assembles(text));
    ptx_must_run(text, (ptx_shape){1, 32, 0, 1}, (ptx_buffer[]){{"in", 512, in, NULL}, {"out", 512, NULL, out}}, 2);
}

/* The operand A of the row, and two results side by side, which are what the next product takes for its A. */
START_TEST(matrices_go_to_the_registers_of_an_operand_and_back)
{
    const tri_mma_row *row = &rows[0].row;
    const tri_fragment result = {&row->c, 32, row->m, row->n, 1, 2, false};
    uint16_t tile[TILE * TILE], lanes[32 * 8];
    for (int i = 0; i < TILE * TILE; i++) tile[i] = (uint16_t)i;
    move_matrices(" st.shared.v4.b32 [%t2], {%r0, %r1, %r2, %r3}; bar.sync 0;\n"
                  " ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%r0, %r1, %r2, %r3}, [%t1];\n",
                  tile, lanes);
    for (int lane = 0; lane < 32; lane++)
        for (int i = 0; i < 8; i++) {
            tri_place by_table = tri_atom_at(&row->a, lane, i), by_vendor = warp_a(16, 8, 16, lane, i);
            ck_assert_uint_eq(lanes[lane * 8 + i], by_table.row * TILE + by_table.column);
            ck_assert_uint_eq(lanes[lane * 8 + i], by_vendor.row * TILE + by_vendor.column);
            tri_place of_result = tri_fragment_place(&result, lane, i), of_formula = warp_c(16, 8, 16, lane, i % 4);
            ck_assert(of_result.row == of_formula.row && of_result.column == of_formula.column + i / 4 * 8);
            lanes[lane * 8 + i] = (uint16_t)(of_result.row * TILE + of_result.column);
        }
    move_matrices(
        " stmatrix.sync.aligned.m8n8.x4.shared.b16 [%t1], {%r0, %r1, %r2, %r3};\n bar.sync 0; ld.shared.v4.b32 {%r0, %r1, %r2, %r3}, [%t2];\n", lanes,
        tile);
    for (int i = 0; i < TILE * TILE; i++) ck_assert_uint_eq(tile[i], i);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("layout_atoms");
    TCase *atoms = tcase_create("atoms");
    tcase_set_timeout(atoms, 120);
    tcase_add_loop_test(atoms, a_row_of_lanes_is_what_table_and_vendor_say, 0, sizeof rows / sizeof *rows);
    tcase_add_loop_test(atoms, a_row_of_a_warpgroup_is_what_table_and_vendor_say, 0, sizeof groups / sizeof *groups);
    tcase_add_test(atoms, matrices_go_to_the_registers_of_an_operand_and_back);
    suite_add_tcase(suite, atoms);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
