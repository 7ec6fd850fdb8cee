/* amdgcn_gemm_test.c - a whole fast matrix product of gfx950 (gemm950.c): its result, the bank conflicts with and without its swizzle, and that each
 * of its waits and barriers is needed: the code object is changed instruction by instruction, as a faulty code generator would leave one out. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/dtype.h"
#include "tests/unit/amdgcn_harness.h"

enum { TILE = 256, STEP = 64 };

/* The product of small integers: exact whatever the order. */
typedef struct product {
    int m, n, k;
    uint16_t *a, *b;
    int8_t *left, *right;
    float *c;
} product;

static product *new_product(int m, int n, int k)
{
    product *p = calloc(1, sizeof *p);
    *p = (product){m,
                   n,
                   k,
                   malloc(2 * (size_t)(m * k)),
                   malloc(2 * (size_t)(n * k)),
                   malloc((size_t)(m * k)),
                   malloc((size_t)(n * k)),
                   malloc(4 * (size_t)(m * n))};
    uint32_t state = 7;
    for (int side = 0; side < 2; side++)
        for (int i = 0; i < (side ? n : m) * k; i++) {
            int8_t value = (int8_t)((int)((state = state * 1664525 + 1013904223) >> 24) % 9 - 4);
            (side ? p->right : p->left)[i] = value;
            (side ? p->b : p->a)[i] = tri_f32_to_bf16((float)value);
        }
    return p;
}

static void free_product(product *p)
{
    free(p->a);
    free(p->b);
    free(p->left);
    free(p->right);
    free(p->c);
    free(p);
}

static tri_status *run(amdgcn_test *test, const char *kernel, product *p, bool read)
{
    int32_t sizes[] = {p->n, p->k, p->m};
    uint64_t a_bytes = 2 * (uint64_t)(p->m * p->k), b_bytes = 2 * (uint64_t)(p->n * p->k), c_bytes = 4 * (uint64_t)(p->m * p->n);
    amdgcn_buffer buffers[] = {{p->a, a_bytes, true, false}, {p->b, b_bytes, true, false}, {p->c, c_bytes, false, read}, IN(sizes)};
    return amdgcn_run(test, kernel, (uint32_t)(p->m / TILE * p->n / TILE), 512, buffers, 4);
}

static void check_product(const product *p)
{
    for (int i = 0; i < p->m; i++)
        for (int j = 0; j < p->n; j++) {
            int want = 0;
            for (int k = 0; k < p->k; k++) want += p->left[i * p->k + k] * p->right[j * p->k + k];
            ck_assert_msg(p->c[i * p->n + j] == (float)want, "c[%d][%d] is %g, not %d", i, j, p->c[i * p->n + j], want);
        }
}

START_TEST(the_product_is_right_and_the_swizzle_spares_all_conflicts)
{
    product *p = new_product(512, 768, 256);
    amdgcn_test test;
    amdgcn_open(&test, "gemm950.gfx950");
    tri_status *status = run(&test, _i ? "gemm_without_swizzle" : "gemm", p, true);
    ck_assert_msg(!status, "%s", status ? amdgcn_text(status) : "");
    check_product(p);
    /* A wave of the eight of a group reads 128 rows of A and 64 of B a step, 16 rows by half a row at a time. Without the swizzle the 16 lanes that
     * are served together meet in fours: half of them have even rows, and of these half want the same quarter of the banks' first or second half. */
    uint64_t reads = (uint64_t)(512 / TILE * 768 / TILE) * (256 / STEP) * 8 * (128 + 64) / 16 * 2;
    ck_assert_uint_eq(amdgcn_counter(&test, "lds_accesses"), reads);
    ck_assert_uint_eq(amdgcn_counter(&test, "lds_conflicts"), _i ? reads * 4 * (4 - 1) : 0);
    amdgcn_close(&test);
    free_product(p);
}
END_TEST

/* ---- each wait and barrier ---- */

enum { S_NOP = 0xbf800000u, S_BARRIER = 0xbf8a0000u, WAIT_8 = 0xbf8c0f78u, WAIT_9 = 0xbf8c0f79u, WAIT_0 = 0xbf8c0f70u, WAIT_1 = 0xbf8c0f71u };

/* In the order of the code. The loop has two steps and the end two more; a step waits, meets, multiplies, meets. What the last two steps release is
 * not filled again, so their second barriers are not needed. */
static const struct change {
    uint32_t from, to;
    int which; /* of the instructions `from` of the kernel */
    bool harmless;
} changes[] = {
    {S_BARRIER, S_NOP, 0, false}, {S_BARRIER, S_NOP, 1, false}, {S_BARRIER, S_NOP, 2, false}, {S_BARRIER, S_NOP, 3, false},
    {S_BARRIER, S_NOP, 4, false}, {S_BARRIER, S_NOP, 5, true},  {S_BARRIER, S_NOP, 6, false}, {S_BARRIER, S_NOP, 7, true},
    {WAIT_8, S_NOP, 0, false},    {WAIT_8, S_NOP, 1, false},    {WAIT_8, S_NOP, 2, false},    {WAIT_8, WAIT_9, 0, false},
    {WAIT_8, WAIT_9, 1, false},   {WAIT_8, WAIT_9, 2, false},   {WAIT_0, S_NOP, 0, false},    {WAIT_0, WAIT_1, 0, false},
};

/* `gemm` stands before gemm_without_swizzle, which has as many of each. */
static void apply(char *image, size_t n, const struct change *change, int *out_found)
{
    *out_found = 0;
    for (size_t at = 0; at + 4 <= n; at += 4) {
        uint32_t word;
        memcpy(&word, image + at, 4);
        if (word == change->from && (*out_found)++ == change->which) memcpy(image + at, &change->to, 4);
    }
}

START_TEST(a_wait_or_barrier_left_out_is_reported)
{
    const struct change *change = &changes[_i];
    product *p = new_product(256, 256, 256);
    size_t n;
    char *image = amdgcn_read("gemm950.gfx950", &n);
    int found;
    apply(image, n, change, &found);
    ck_assert_int_eq(found, 2 * (change->from == S_BARRIER ? 8 : change->from == WAIT_8 ? 3 : 1));
    amdgcn_test test;
    amdgcn_open_bytes(&test, "gemm950.gfx950", image, n);
    tri_status *status = run(&test, "gemm", p, change->harmless);
    if (change->harmless) {
        ck_assert_msg(!status, "%s", status ? amdgcn_text(status) : "");
        check_product(p);
    } else {
        ck_assert_msg(status != NULL, "instruction %d of 0x%x became 0x%x, and nothing was reported", change->which, change->from, change->to);
        const char *text = amdgcn_text(status);
        ck_assert_msg(strstr(text, "race: ") || strstr(text, "never written") || strstr(text, "waited for (vmcnt)"), "%s", text);
        tri_status_free(status);
    }
    amdgcn_close(&test);
    free(image);
    free_product(p);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("amdgcn_gemm");
    TCase *gemm = tcase_create("gemm");
    tcase_set_timeout(gemm, 120);
    tcase_add_loop_test(gemm, the_product_is_right_and_the_swizzle_spares_all_conflicts, 0, 2);
    tcase_add_loop_test(gemm, a_wait_or_barrier_left_out_is_reported, 0, sizeof changes / sizeof *changes);
    suite_add_tcase(suite, gemm);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
