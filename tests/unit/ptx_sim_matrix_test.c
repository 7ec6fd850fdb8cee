/* ptx_sim_matrix_test.c - each mma.sync against a plain matrix product. Fragments are laid out by the formulas of the PTX ISA's pages on matrix
 * fragments (groupID = lane >> 2, in group = lane % 4), one element at a time, and not by the simulator's shortcut. */
#include <math.h>
#include <stdlib.h>

#include "base/dtype.h"
#include "tests/unit/ptx_sim_test.h"

typedef enum shape { K16_HALF, K8_HALF, K8_TF32, K4_TF32, K32_BYTE, K16_BYTE, K4_DOUBLE } shape;

static void place_a(shape s, int i, int lane, int *row, int *column)
{
    int group = lane >> 2, in = lane % 4;
    switch (s) {
    case K16_HALF: *row = i < 2 || (i >= 4 && i < 6) ? group : group + 8, *column = in * 2 + (i & 1) + (i < 4 ? 0 : 8); break;
    case K8_HALF: *row = i < 2 ? group : group + 8, *column = in * 2 + (i & 1); break;
    case K8_TF32: *row = i == 0 || i == 2 ? group : group + 8, *column = i < 2 ? in : in + 4; break;
    case K4_TF32: *row = i ? group + 8 : group, *column = in; break;
    case K32_BYTE: *row = i < 4 || (i >= 8 && i < 12) ? group : group + 8, *column = in * 4 + (i & 3) + (i < 8 ? 0 : 16); break;
    case K16_BYTE: *row = i < 4 ? group : group + 8, *column = in * 4 + (i & 3); break;
    default: *row = group, *column = in;
    }
}

static void place_b(shape s, int i, int lane, int *row, int *column)
{
    int in = lane % 4;
    *column = lane >> 2;
    switch (s) {
    case K16_HALF: *row = in * 2 + (i & 1) + (i < 2 ? 0 : 8); break;
    case K8_HALF: *row = in * 2 + i; break;
    case K8_TF32: *row = i ? in + 4 : in; break;
    case K32_BYTE: *row = in * 4 + (i & 3) + (i < 4 ? 0 : 16); break;
    case K16_BYTE: *row = in * 4 + i; break;
    default: *row = in;
    }
}

static void place_c(int i, int lane, int *row, int *column)
{
    *row = (lane >> 2) + (i < 2 ? 0 : 8);
    *column = lane % 4 * 2 + (i & 1);
}

static const struct instruction {
    const char *name;
    shape shape;
    int k, n_a, n_b, n_c;     /* elements a lane holds */
    tri_dtype a, b, c;
} instructions[] = {
    {"m16n8k16.row.col.f32.bf16.bf16.f32", K16_HALF, 16, 8, 4, 4, TRI_BF16, TRI_BF16, TRI_F32},
    {"m16n8k16.row.col.f32.f16.f16.f32", K16_HALF, 16, 8, 4, 4, TRI_F16, TRI_F16, TRI_F32},
    {"m16n8k16.row.col.f16.f16.f16.f16", K16_HALF, 16, 8, 4, 4, TRI_F16, TRI_F16, TRI_F16},
    {"m16n8k8.row.col.f32.bf16.bf16.f32", K8_HALF, 8, 4, 2, 4, TRI_BF16, TRI_BF16, TRI_F32},
    {"m16n8k8.row.col.f32.f16.f16.f32", K8_HALF, 8, 4, 2, 4, TRI_F16, TRI_F16, TRI_F32},
    {"m16n8k8.row.col.f16.f16.f16.f16", K8_HALF, 8, 4, 2, 4, TRI_F16, TRI_F16, TRI_F16},
    {"m16n8k8.row.col.f32.tf32.tf32.f32", K8_TF32, 8, 4, 2, 4, TRI_F32, TRI_F32, TRI_F32},
    {"m16n8k4.row.col.f32.tf32.tf32.f32", K4_TF32, 4, 2, 1, 4, TRI_F32, TRI_F32, TRI_F32},
    {"m16n8k32.row.col.s32.s8.s8.s32", K32_BYTE, 32, 16, 8, 4, TRI_I8, TRI_I8, TRI_I32},
    {"m16n8k32.row.col.s32.u8.s8.s32", K32_BYTE, 32, 16, 8, 4, TRI_U8, TRI_I8, TRI_I32},
    {"m16n8k16.row.col.s32.s8.u8.s32", K16_BYTE, 16, 8, 4, 4, TRI_I8, TRI_U8, TRI_I32},
    {"m16n8k32.row.col.f32.e4m3.e5m2.f32", K32_BYTE, 32, 16, 8, 4, TRI_F8E4M3FN, TRI_F8E5M2, TRI_F32},
    {"m8n8k4.row.col.f64.f64.f64.f64", K4_DOUBLE, 4, 1, 1, 2, TRI_F64, TRI_F64, TRI_F64},
};
enum { N_INSTRUCTIONS = sizeof instructions / sizeof *instructions };

/* " {%r0, %r1}, " with registers from `first`, and code that moves them from or to a buffer whose address is in %l<base>, a lane's share after
 * another. */
static void list(char *out, const char *reg, int first, int n)
{
    strcat(out, " {");
    for (int i = 0; i < n; i++) sprintf(out + strlen(out), "%s%s%d", i ? ", " : "", reg, first + i);
    strcat(out, "}");
}

static int registers_of(tri_dtype type, int elements, bool wide) { return (int)tri_dtype_bytes(type) * elements / (wide ? 8 : 4); }

static void write_kernel(char *text, const struct instruction *m)
{
    bool wide = m->shape == K4_DOUBLE;
    const char *reg = wide ? "%q" : "%r", *type = wide ? "b64" : "b32";
    int n[3] = {registers_of(m->a, m->n_a, wide), registers_of(m->b, m->n_b, wide), registers_of(m->c, m->n_c, wide)};
    int bytes = wide ? 8 : 4, first = 0;
    strcpy(text, PTX_HEAD ".entry k(.param .u64 a, .param .u64 b, .param .u64 c, .param .u64 d) {\n .reg .b32 %r<32>; .reg .b64 %q<32>; .reg .b64 "
                          "%l<8>; .reg .b32 %t;\n"
                          " mov.u32 %t, %tid.x;\n");
    for (int o = 0; o < 4; o++) {
        int k = o == 3 ? 2 : o;
        sprintf(text + strlen(text), " ld.param.u64 %%l0, [%c]; mul.wide.u32 %%l1, %%t, %d; add.s64 %%l0, %%l0, %%l1;\n", "abcd"[o], n[k] * bytes);
        if (o == 3) {
            sprintf(text + strlen(text), " mma.sync.aligned.%s", m->name);
            list(text, reg, 20, n[2]), strcat(text, ",");
            list(text, reg, 0, n[0]), strcat(text, ",");
            list(text, reg, n[0], n[1]), strcat(text, ",");
            list(text, reg, n[0] + n[1], n[2]), strcat(text, ";\n");
        }
        for (int i = 0; i < n[k]; i++, first += o < 3) {
            if (o < 3) sprintf(text + strlen(text), " ld.global.%s %s%d, [%%l0+%d];\n", type, reg, first, i * bytes);
            else sprintf(text + strlen(text), " st.global.%s [%%l0+%d], %s%d;\n", type, i * bytes, reg, 20 + i);
        }
    }
    strcat(text, "}\n");
}

/* Fills buffers of fragments, runs, and gives back d as a matrix. */
static void run_mma(const struct instruction *m, double a[16][32], double b[32][8], double c[16][8], double d[16][8])
{
    char text[8192];
    unsigned char fa[32 * 16 * 4], fb[32 * 16 * 4], fc[32 * 16 * 4], fd[32 * 16 * 4];
    size_t ea = tri_dtype_bytes(m->a), eb = tri_dtype_bytes(m->b), ec = tri_dtype_bytes(m->c);
    int row, column;
    for (int lane = 0; lane < 32; lane++) {
        for (int i = 0; i < m->n_a; i++)
            place_a(m->shape, i, lane, &row, &column), tri_store_f64(m->a, fa + ea * (size_t)(lane * m->n_a + i), a[row][column]);
        for (int i = 0; i < m->n_b; i++)
            place_b(m->shape, i, lane, &row, &column), tri_store_f64(m->b, fb + eb * (size_t)(lane * m->n_b + i), b[row][column]);
        for (int i = 0; i < m->n_c; i++) place_c(i, lane, &row, &column), tri_store_f64(m->c, fc + ec * (size_t)(lane * m->n_c + i), c[row][column]);
    }
    write_kernel(text, m);
    ptx_must_run(text, (ptx_shape){1, 32, 0, 1},
                 (ptx_buffer[]){{"a", 32 * ea * (size_t)m->n_a, fa, NULL},
                                {"b", 32 * eb * (size_t)m->n_b, fb, NULL},
                                {"c", 32 * ec * (size_t)m->n_c, fc, NULL},
                                {"d", 32 * ec * (size_t)m->n_c, NULL, fd}},
                 4);
    for (int lane = 0; lane < 32; lane++)
        for (int i = 0; i < m->n_c; i++) place_c(i, lane, &row, &column), d[row][column] = tri_load_f64(m->c, fd + ec * (size_t)(lane * m->n_c + i));
}

static int rows_of(const struct instruction *m) { return m->shape == K4_DOUBLE ? 8 : 16; }

/* Small integers, so every order of summation gives the same, and all different enough that no two places can be exchanged unseen. */
START_TEST(each_shape_multiplies_matrices)
{
    const struct instruction *m = &instructions[_i];
    double a[16][32], b[32][8], c[16][8], d[16][8];
    uint32_t state = 12345u + (uint32_t)_i;
    int low = m->a == TRI_U8 || m->b == TRI_U8 ? 0 : -4;
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 16; i++)
            for (int k = 0; k < 32; k++) state = state * 1664525 + 1013904223, a[i][k] = (int)(state >> 29) + low;
        for (int k = 0; k < 32; k++)
            for (int j = 0; j < 8; j++) state = state * 1664525 + 1013904223, b[k][j] = (int)(state >> 29) + low;
        for (int i = 0; i < 16; i++)
            for (int j = 0; j < 8; j++) state = state * 1664525 + 1013904223, c[i][j] = (int)(state >> 26) - 32;
        run_mma(m, a, b, c, d);
        for (int i = 0; i < rows_of(m); i++) {
            for (int j = 0; j < 8; j++) {
                double want = c[i][j];
                for (int k = 0; k < m->k; k++) want += a[i][k] * b[k][j];
                ck_assert_msg(d[i][j] == want, "%s: d[%d][%d] is %g, not %g", m->name, i, j, d[i][j], want);
            }
        }
    }
}
END_TEST

START_TEST(sums_are_in_the_order_of_k_with_one_rounding_each)
{
    const struct instruction *m = &instructions[0];
    double a[16][32], b[32][8], c[16][8], d[16][8];
    uint32_t state = 7;
    for (int i = 0; i < 16 * 32; i++)
        state = state * 1664525 + 1013904223, a[i / 32][i % 32] = tri_round_to(TRI_BF16, ldexp((int32_t)state, -31 + (int)(state % 23)));
    for (int i = 0; i < 32 * 8; i++) state = state * 1664525 + 1013904223, b[i / 8][i % 8] = tri_round_to(TRI_BF16, ldexp((int32_t)state, -31));
    for (int i = 0; i < 16 * 8; i++) state = state * 1664525 + 1013904223, c[i / 8][i % 8] = (float)ldexp((int32_t)state, -30);
    run_mma(m, a, b, c, d);
    for (int i = 0; i < 16; i++) {
        for (int j = 0; j < 8; j++) {
            float want = (float)c[i][j];
            /* A product of two bf16 has 16 bits; with these exponents its sum with a float is exact in long double, so the cast is the one rounding.
             */
            for (int k = 0; k < 16; k++) want = (float)((long double)a[i][k] * b[k][j] + want);
            ck_assert_msg(d[i][j] == want, "d[%d][%d] is %a, not %a", i, j, d[i][j], want);
        }
    }
}
END_TEST

START_TEST(tf32_operands_lose_their_low_bits)
{
    const struct instruction *m = &instructions[6];
    double a[16][32] = {{0}}, b[32][8] = {{0}}, c[16][8] = {{0}}, d[16][8];
    a[3][5] = 1 + 0x1p-11 + 0x1p-10;
    b[5][2] = 1;
    run_mma(m, a, b, c, d);
    ck_assert_double_eq(d[3][2], 1 + 0x1p-10);
}
END_TEST

START_TEST(an_mma_of_half_a_warp_is_refused)
{
    ptx_must_fail(ptx_run(PTX_HEAD ".entry k() {\n .reg .b32 %r<8>;\n mma.sync.aligned.m16n8k8.row.col.f32.bf16.bf16.f32 {%r0, %r1, %r2, %r3}, {%r4, "
                                   "%r5}, {%r6}, {%r0, %r1, %r2, %r3};\n}",
                          (ptx_shape){1, 16, 0, 1}, NULL, 0),
                  TRI_FAULT, WORDS("all 32 lanes"));
}
END_TEST

/* Shared memory holds 32 rows of 8 halves, row r column c = 100 r + c, 48 bytes apart; each lane keeps what ldmatrix gave it. */
static void run_ldmatrix(int n, const char *modifier, uint16_t *out)
{
    char text[2048] =
        PTX_HEAD ".entry k(.param .u64 out) {\n .reg .b32 %r<16>; .reg .b16 %h; .reg .b64 %l<4>; .reg .pred %p; .shared .align 16 .b8 m[1536];\n"
                 " mov.u32 %r8, %tid.x; mul.lo.s32 %r9, %r8, 48; mov.b32 %r10, m; add.s32 %r10, %r10, %r9; mov.u32 %r11, 0;\n"
                 "next: mad.lo.s32 %r12, %r8, 100, %r11; cvt.u16.u32 %h, %r12; mad.lo.s32 %r13, %r11, 2, %r10; st.shared.b16 [%r13], %h; add.s32 "
                 "%r11, %r11, 1;\n"
                 " setp.lt.u32 %p, %r11, 8;\n @%p bra next;\n";
    sprintf(text + strlen(text), " ldmatrix.sync.aligned.m8n8.x%d%s.shared.b16", n, modifier);
    list(text, "%r", 0, n);
    sprintf(text + strlen(text), ", [%%r10];\n ld.param.u64 %%l0, [out]; mul.wide.u32 %%l1, %%r8, %d; add.s64 %%l0, %%l0, %%l1;\n", 4 * n);
    for (int i = 0; i < n; i++) sprintf(text + strlen(text), " st.global.b32 [%%l0+%d], %%r%d;\n", 4 * i, i);
    strcat(text, "}");
    ptx_must_run(text, (ptx_shape){1, 32, 0, 1}, (ptx_buffer[]){{"out", 128 * (size_t)n, NULL, out}}, 1);
}

START_TEST(ldmatrix_gives_each_lane_its_pair)
{
    static const int counts[] = {1, 2, 4};
    int n = counts[_i / 2], transposed = _i % 2;
    uint16_t out[32 * 8];
    run_ldmatrix(n, transposed ? ".trans" : "", out);
    for (int lane = 0; lane < 32; lane++) {
        for (int m = 0; m < n; m++) {
            for (int e = 0; e < 2; e++) {
                int row = lane / 4, column = lane % 4 * 2 + e; /* lane l: row l/4, elements 2(l%4) and one more; .trans: of the transposed matrix */
                int want = transposed ? (8 * m + column) * 100 + row : (8 * m + row) * 100 + column;
                ck_assert_uint_eq(out[(lane * n + m) * 2 + e], (uint16_t)want);
            }
        }
    }
}
END_TEST

Suite *ptx_matrix_suite(void)
{
    Suite *suite = suite_create("ptx_sim matrices");
    TCase *cases = tcase_create("mma and ldmatrix");
    tcase_add_loop_test(cases, each_shape_multiplies_matrices, 0, N_INSTRUCTIONS);
    tcase_add_test(cases, sums_are_in_the_order_of_k_with_one_rounding_each);
    tcase_add_test(cases, tf32_operands_lose_their_low_bits);
    tcase_add_test(cases, an_mma_of_half_a_warp_is_refused);
    tcase_add_loop_test(cases, ldmatrix_gives_each_lane_its_pair, 0, 6);
    suite_add_tcase(suite, cases);
    return suite;
}
