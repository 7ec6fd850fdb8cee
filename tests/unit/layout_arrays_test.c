/* layout_arrays_test.c - every row of targets/systolic/mma.def, run alone in the simulator: operands are put where the table says, one partition a
 * lane, and the result is read where it says. The same places by the documented rules, written once more: AWS NKI, nc_matmul (stationary [K, M],
 * moving [K, N], the result [M, N], the first dimension on the partitions); for TPUs abi/systolic.h, LDW with `ldw_contract = free`, and with flag T.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "systolic_rig.h"
#include "targets/layout/products.h"

enum { SIDE = 128, A_AT = 0, B_AT = 0x1000, OUT_AT = 0x2000 };

static const struct {
    const char *contract;
    tri_dtype operand, result;
} rows[] = {
#define ARRAY(...) {__VA_ARGS__},
#include "targets/systolic/mma.def"
};

static void must(tri_status *status) { ck_assert_msg(!status, "%s", status ? tri_status_message(status) : ""); }

static int number(int row, int column, int side) { return (row * 5 + column * 3 + row * column + side) % 7 - 3; }

/* A tile of 128x128 as it lies: row-major, one lane a row. */
static void lay(const tri_fragment *f, tri_dtype dtype, int side, unsigned char *image)
{
    for (int lane = 0; lane < SIDE; lane++)
        for (int r = 0; r < SIDE; r++) {
            tri_place place = tri_fragment_place(f, lane, r);
            tri_store_f64(dtype, image + (size_t)(lane * SIDE + r) * tri_dtype_bytes(dtype), number(place.row, place.column, side));
        }
}

static tri_systolic_ap tile_of(tri_systolic_space space, tri_systolic_dtype dtype)
{
    int bytes = tri_systolic_dtype_bytes(dtype);
    tri_systolic_ap ap = {.space = (uint8_t)space, .dtype = (uint8_t)dtype, .ndim = 1, .npart = SIDE, .size = {SIDE}, .stride = {bytes}};
    if (space == TRI_SYS_HBM) ap.plane_stride = SIDE * bytes;
    return ap;
}

typedef struct program {
    tri_systolic_program *p;
    int load, op, vec, store;
} program;

static void add(program *p, int queue, tri_systolic_instruction i)
{
    if (p->p->bundle) i.flags |= TRI_SYS_END;
    tri_systolic_append(p->p, queue, &i);
}

static void move(program *p, bool store, int buffer, tri_systolic_dtype dtype, uint32_t at)
{
    int queue = store ? p->store : p->load;
    tri_systolic_ap hbm = tile_of(TRI_SYS_HBM, dtype), sp = tile_of(TRI_SYS_SP, dtype);
    tri_systolic_instruction i = tri_systolic_make(TRI_SYS_DMA);
    rig_arg(p->p, queue, 1, buffer);
    i.ap_dst = (uint8_t)tri_systolic_intern_ap(p->p, queue, store ? &hbm : &sp);
    i.ap_src0 = (uint8_t)tri_systolic_intern_ap(p->p, queue, store ? &sp : &hbm);
    *(store ? &i.sel_dst : &i.sel_src0) = 1;
    *(store ? &i.src0 : &i.dst) = at;
    if (p->p->bundle) i.x = store;
    if (store) {
        i.wait[0].semaphore = 1;
        i.wait[0].value = 1;
    } else {
        i.signal[0].semaphore = 0;
        i.signal[0].add = 1;
    }
    add(p, queue, i);
}

static void multiply(program *p, bool b_stays, bool turned, unsigned mode, tri_systolic_dtype dtype)
{
    tri_systolic_ap operand = tile_of(TRI_SYS_SP, dtype), acc = tile_of(TRI_SYS_ACC_SPACE, TRI_SYS_F32), out = tile_of(TRI_SYS_SP, TRI_SYS_F32);
    bool bundle = p->p->bundle;
    for (int moves = 0; moves < 2; moves++) {
        tri_systolic_instruction i = tri_systolic_make(moves ? TRI_SYS_MM : TRI_SYS_LDW);
        i.fn = (uint8_t)mode;
        i.ap_src0 = (uint8_t)tri_systolic_intern_ap(p->p, p->op, &operand);
        i.src0 = b_stays != (moves != 0) ? B_AT : A_AT;
        i.flags = !moves && turned ? TRI_SYS_T : 0;
        if (!moves) {
            i.wait[0].semaphore = 0;
            i.wait[0].value = 2;
        } else if (!bundle) {
            i.ap_dst = (uint8_t)tri_systolic_intern_ap(p->p, p->op, &acc);
            i.flags = TRI_SYS_LAST;
            i.signal[0].semaphore = 2;
            i.signal[0].add = 1;
        }
        add(p, p->op, i);
    }
    tri_systolic_instruction i = tri_systolic_make(bundle ? TRI_SYS_POP : TRI_SYS_COPY);
    i.ap_dst = (uint8_t)tri_systolic_intern_ap(p->p, p->vec, &out);
    i.dst = OUT_AT;
    if (bundle) {
        i.x = 1;
    } else {
        i.ap_src0 = (uint8_t)tri_systolic_intern_ap(p->p, p->vec, &acc);
        i.wait[0].semaphore = 2;
        i.wait[0].value = 1;
    }
    i.signal[0].semaphore = 1;
    i.signal[0].add = 1;
    add(p, p->vec, i);
}

static tri_product find(const tri_chip *chip, tri_dtype operand)
{
    tri_product all[TRI_MOST_PRODUCTS];
    int n = tri_products_of(chip, all), at = 0;
    while (at < n && all[at].operand != operand) at++;
    ck_assert_msg(at < n, "%s has no product of %s", chip->name, tri_dtype_name(operand));
    return all[at];
}

static tri_fragment whole(tri_fragment f)
{
    f.down = SIDE / f.rows;
    f.across = SIDE / f.columns;
    return f;
}

/* `turned`: what stays lies the other way around and is loaded with flag T. */
static void check_row(const char *chip_name, bool part, tri_dtype dtype, bool turned)
{
    rig r;
    rig_open(&r, chip_name);
    tri_product product = find(r.file, dtype);
    tri_fragment a = whole(product.a.fragment), b = whole(product.b.fragment), d = whole(product.d);
    if (turned) b = tri_fragment_turned(b);
    for (int lane = 0; lane < SIDE; lane++)
        for (int i = 0; i < SIDE; i++) { /* k of both on the partitions, m of the result; or k of a, n of b and of the result */
            tri_place of_a = tri_fragment_place(&a, lane, i), of_b = tri_fragment_place(&b, lane, i), of_d = tri_fragment_place(&d, lane, i);
            bool k_of_b = part || turned;
            ck_assert(of_a.column == lane && of_a.row == i);
            ck_assert((k_of_b ? of_b.row : of_b.column) == lane && (k_of_b ? of_b.column : of_b.row) == i);
            ck_assert((part ? of_d.row : of_d.column) == lane && (part ? of_d.column : of_d.row) == i);
        }
    size_t bytes = (size_t)(SIDE * SIDE) * tri_dtype_bytes(dtype);
    unsigned char *of_a = malloc(bytes), *of_b = malloc(bytes);
    lay(&a, dtype, 0, of_a);
    lay(&b, dtype, 1, of_b);
    rig_buffer(&r, "a", bytes, of_a);
    rig_buffer(&r, "b", bytes, of_b);
    const float *got = rig_buffer(&r, "d", (uint64_t)(SIDE * SIDE) * 4, NULL);
    bool bundle = r.chip.bundle;
    program p = {.p = tri_systolic_new(bundle, 0, 0)};
    p.load = tri_systolic_add_queue(p.p, bundle ? TRI_SYS_BUNDLE : TRI_SYS_DMA_QUEUE, 0);
    p.op = bundle ? p.load : tri_systolic_add_queue(p.p, TRI_SYS_PE, 0);
    p.vec = bundle ? p.load : tri_systolic_add_queue(p.p, TRI_SYS_VEC, 0);
    p.store = bundle ? p.load : tri_systolic_add_queue(p.p, TRI_SYS_DMA_QUEUE, 1);
    tri_systolic_dtype own = (tri_systolic_dtype)tri_systolic_dtype_of(dtype);
    unsigned mode = dtype == TRI_F32 ? TRI_SYS_MODE_F32 : tri_dtype_bytes(dtype) == 1 ? TRI_SYS_MODE_FP8 : TRI_SYS_MODE_BF16;
    move(&p, false, 0, own, A_AT);
    move(&p, false, 1, own, B_AT);
    multiply(&p, !part, turned, mode, own);
    move(&p, true, 2, TRI_SYS_F32, OUT_AT);
    for (int q = 0; q < (bundle ? 1 : 4); q++) rig_op(p.p, (int[]){p.load, p.op, p.vec, p.store}[q], TRI_SYS_HALT);
    p.p->params = (uint16_t)r.n;
    must(rig_run(&r, p.p));
    for (int lane = 0; lane < SIDE; lane++)
        for (int i = 0; i < SIDE; i++) {
            tri_place place = tri_fragment_place(&d, lane, i);
            int want = 0;
            for (int k = 0; k < SIDE; k++) want += number(place.row, k, 0) * number(k, place.column, 1);
            ck_assert_msg(got[lane * SIDE + i] == (float)want, "%s, %s: d[%d][%d], partition %d, %d, is %g, not %d", chip_name, tri_dtype_name(dtype),
                          place.row, place.column, lane, i, (double)got[lane * SIDE + i], want);
        }
    rig_close(&r);
    free(of_a);
    free(of_b);
}

START_TEST(a_row_of_an_array_is_what_table_and_rules_say)
{
    bool part = !strcmp(rows[_i].contract, "part");
    ck_assert(part || !strcmp(rows[_i].contract, "free"));
    ck_assert_int_eq(rows[_i].result, TRI_F32);
    for (int turned = 0; turned < (part ? 1 : 2); turned++) check_row(part ? "trn2" : "v5e", part, rows[_i].operand, turned);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("layout_arrays");
    TCase *arrays = tcase_create("arrays");
    tcase_add_loop_test(arrays, a_row_of_an_array_is_what_table_and_rules_say, 0, sizeof rows / sizeof *rows);
    suite_add_tcase(suite, arrays);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
