/* tests/unit/systolic_value_test.c - what the systolic core computes, bit by bit, against plain loops written here: products in every mode with
 * tails, transposes, the order of sums, vector ops on every class of dtype, transfers; and that timing only takes the same decisions. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "systolic_rig.h"

/* A program under construction on one core: loads go on ring 0, the op on its own queue, the store on ring 1; bundle chips have one queue for all. */
typedef struct bench {
    rig r;
    tri_systolic_program *p;
    int load, op, store;
    int loads; /* semaphore 0 counts them */
} bench;

static void bench_open(bench *b, const char *chip, tri_systolic_queue_kind engine)
{
    memset(b, 0, sizeof *b);
    rig_open(&b->r, chip);
    bool bundle = b->r.chip.bundle;
    b->p = tri_systolic_new(bundle, 0, 0);
    b->load = tri_systolic_add_queue(b->p, bundle ? TRI_SYS_BUNDLE : TRI_SYS_DMA_QUEUE, 0);
    b->op = bundle ? b->load : tri_systolic_add_queue(b->p, engine, 0);
    b->store = bundle ? b->load : tri_systolic_add_queue(b->p, TRI_SYS_DMA_QUEUE, 1);
}

static uint8_t ap_index(bench *b, int queue, const tri_systolic_ap *ap) { return (uint8_t)tri_systolic_intern_ap(b->p, queue, ap); }

static void add(bench *b, int queue, tri_systolic_instruction i)
{
    if (b->p->bundle) i.flags |= TRI_SYS_END;
    tri_systolic_append(b->p, queue, &i);
}

/* Moves a buffer's window to SP, or back. The window is a pattern on HBM and one on chip. */
static void move(bench *b, bool store, int buffer, const tri_systolic_ap *hbm, const tri_systolic_ap *chip, uint32_t at, int wait)
{
    int queue = store ? b->store : b->load;
    rig_arg(b->p, queue, 1, buffer);
    tri_systolic_instruction i = tri_systolic_make(TRI_SYS_DMA);
    i.ap_dst = ap_index(b, queue, store ? hbm : chip);
    i.ap_src0 = ap_index(b, queue, store ? chip : hbm);
    *(store ? &i.sel_dst : &i.sel_src0) = 1;
    *(store ? &i.src0 : &i.dst) = at;
    if (b->p->bundle) i.x = store ? 1 : 0;
    if (wait) {
        i.wait[0].semaphore = (uint8_t)wait;
        i.wait[0].value = 1;
    }
    if (!store) {
        i.signal[0].semaphore = 0;
        i.signal[0].add = 1;
        b->loads++;
    }
    add(b, queue, i);
}

static void wait_for_loads(bench *b, tri_systolic_instruction *i)
{
    i->wait[0].semaphore = 0;
    i->wait[0].value = (uint16_t)b->loads;
}

static void signal_done(tri_systolic_instruction *i)
{
    i->signal[0].semaphore = 1;
    i->signal[0].add = 1;
}

/* Runs in both modes; the program is consumed. The traces must agree. */
static bool bench_run(bench *b)
{
    rig_op(b->p, b->op, TRI_SYS_HALT);
    if (!b->p->bundle) {
        rig_op(b->p, b->load, TRI_SYS_HALT);
        rig_op(b->p, b->store, TRI_SYS_HALT);
    }
    b->p->params = (uint16_t)b->r.n;
    void *bytes;
    size_t n;
    tri_systolic_program *again = NULL;
    tri_status *status = tri_systolic_finish(b->p, &bytes, &n);
    if (!status) {
        status = tri_systolic_decode(bytes, n, &again);
        free(bytes);
    }
    if (!status)
        status = rig_run(&b->r, b->p);
    else
        tri_systolic_free(b->p);
    uint64_t trace = b->r.report.trace;
    if (!status) {
        b->r.options.timing_only = true;
        status = rig_run(&b->r, again);
        if (!status && trace != b->r.report.trace) status = tri_error(TRI_WRONG, TRI_NOWHERE, "timing only took other decisions");
    } else {
        tri_systolic_free(again);
    }
    if (!status) return true;
    tri_status_print(status, NULL, stderr);
    tri_status_free(status);
    return false;
}

static tri_systolic_ap window(tri_systolic_space space, tri_systolic_dtype dtype, int parts, int part_stride, int columns, int column_stride)
{
    return (tri_systolic_ap){.space = (uint8_t)space,
                             .dtype = (uint8_t)dtype,
                             .ndim = 1,
                             .npart = (uint16_t)parts,
                             .size = {(uint16_t)columns},
                             .stride = {column_stride},
                             .plane_stride = part_stride};
}

/* Random elements of a dtype: floats around 1, integers of all sizes. */
static void *randoms(tri_systolic_dtype dtype, size_t n, uint64_t stream)
{
    unsigned bytes = tri_systolic_dtype_bytes(dtype);
    uint8_t *out = malloc(bytes * n + 16);
    for (size_t k = 0; k < n; k++) {
        uint32_t counter[4] = {(uint32_t)k, (uint32_t)stream, 0, 0}, key[2] = {1, 2}, bits[4];
        tri_philox(counter, key, bits);
        if (dtype <= TRI_SYS_F8E5)
            tri_store_f64(tri_systolic_dtype_base(dtype), out + k * bytes, ((double)bits[0] / 4294967296.0 - 0.5) * 4);
        else
            tri_store_i64(tri_systolic_dtype_base(dtype), out + k * bytes, (int32_t)(bits[0] >> (bits[1] & 31)) * (bits[2] & 1 ? 1 : -1));
    }
    return out;
}

static double element(tri_systolic_dtype dtype, const void *from, size_t k)
{
    return tri_load_f64(tri_systolic_dtype_base(dtype), (const char *)from + k * tri_systolic_dtype_bytes(dtype));
}
static int64_t whole(tri_systolic_dtype dtype, const void *from, size_t k)
{
    return tri_load_i64(tri_systolic_dtype_base(dtype), (const char *)from + k * tri_systolic_dtype_bytes(dtype));
}

/* C[m][n] = W[k][m]^T X[k][n] on trn2, K in passes of at most 128 (256 double row), all tails. */
static bool product_is_right(tri_systolic_mm_mode mode, tri_systolic_dtype w_type, tri_systolic_dtype x_type, int k, int m, int n)
{
    bench b;
    bench_open(&b, "trn2", TRI_SYS_PE);
    void *w = randoms(w_type, (size_t)k * m, 1), *x = randoms(x_type, (size_t)k * n, 2);
    int wb = (int)tri_systolic_dtype_bytes(w_type), xb = (int)tri_systolic_dtype_bytes(x_type);
    rig_buffer(&b.r, "w", (uint64_t)k * m * wb, w);
    rig_buffer(&b.r, "x", (uint64_t)k * n * xb, x);
    float *c = rig_buffer(&b.r, "c", 4ull * m * n, NULL);
    const int pack = mode == TRI_SYS_MODE_FP8X2 ? 2 : 1, pass = 128 * pack;
    /* A pass's rows: partition p holds row p, or rows p and p + parts. */
    for (int first = 0, at = 0; first < k; first += pass, at++) {
        int rows = k - first < pass ? k - first : pass, parts = rows / pack;
        for (int which = 0; which < 2; which++) {
            int columns = which ? n : m, bytes = which ? xb : wb;
            tri_systolic_ap hbm = {.space = TRI_SYS_HBM,
                                   .dtype = (uint8_t)(which ? x_type : w_type),
                                   .ndim = 2,
                                   .npart = (uint16_t)parts,
                                   .size = {(uint16_t)pack, (uint16_t)columns},
                                   .stride = {parts * columns * bytes, bytes},
                                   .plane_stride = columns * bytes};
            tri_systolic_ap sp = {.space = TRI_SYS_SP,
                                  .dtype = hbm.dtype,
                                  .ndim = 2,
                                  .npart = (uint16_t)parts,
                                  .size = {(uint16_t)pack, (uint16_t)columns},
                                  .stride = {columns * bytes, bytes}};
            rig_setr(b.p, b.load, 2, (uint64_t)first * columns * bytes);
            rig_arg(b.p, b.load, 1, which);
            tri_systolic_instruction s = tri_systolic_make(TRI_SYS_ALU);
            s.fn = TRI_SYS_ALU_FN(TRI_SYS_ALU_ADD, 0);
            s.dst = s.src0 = 1;
            s.src1 = 2;
            tri_systolic_append(b.p, b.load, &s);
            tri_systolic_instruction i = tri_systolic_make(TRI_SYS_DMA);
            i.ap_dst = ap_index(&b, b.load, &sp);
            i.ap_src0 = ap_index(&b, b.load, &hbm);
            i.sel_src0 = 1;
            i.dst = (uint32_t)(at * 4096 + which * 65536);
            i.signal[0].semaphore = 0;
            i.signal[0].add = 1;
            b.loads++;
            add(&b, b.load, i);
        }
    }
    tri_systolic_ap acc = window(TRI_SYS_ACC_SPACE, TRI_SYS_F32, m, 0, n, 4), out = window(TRI_SYS_SP, TRI_SYS_F32, m, 0, n, 4),
                    hbm = window(TRI_SYS_HBM, TRI_SYS_F32, m, 4 * n, n, 4);
    for (int first = 0, at = 0; first < k; first += pass, at++) {
        int rows = k - first < pass ? k - first : pass, parts = rows / pack;
        for (int which = 0; which < 2; which++) {
            int columns = which ? n : m, bytes = which ? xb : wb;
            tri_systolic_ap sp = {.space = TRI_SYS_SP,
                                  .dtype = (uint8_t)(which ? x_type : w_type),
                                  .ndim = 2,
                                  .npart = (uint16_t)parts,
                                  .size = {(uint16_t)pack, (uint16_t)columns},
                                  .stride = {columns * bytes, bytes}};
            tri_systolic_instruction i = tri_systolic_make(which ? TRI_SYS_MM : TRI_SYS_LDW);
            i.fn = (uint8_t)mode;
            i.ap_src0 = ap_index(&b, b.op, &sp);
            i.src0 = (uint32_t)(at * 4096 + which * 65536);
            if (!which && !at) wait_for_loads(&b, &i);
            if (which) {
                i.ap_dst = ap_index(&b, b.op, &acc);
                i.flags = (at ? TRI_SYS_ACC : 0) | (first + pass >= k ? TRI_SYS_LAST : 0);
                if (first + pass >= k) i.signal[0].semaphore = 2, i.signal[0].add = 1;
            }
            add(&b, b.op, i);
        }
    }
    int vec = tri_systolic_add_queue(b.p, TRI_SYS_VEC, 0);
    tri_systolic_instruction i = tri_systolic_make(TRI_SYS_COPY);
    i.ap_src0 = ap_index(&b, vec, &acc);
    i.ap_dst = ap_index(&b, vec, &out);
    i.dst = 0x20000;
    i.wait[0].semaphore = 2;
    i.wait[0].value = 1;
    signal_done(&i);
    add(&b, vec, i);
    rig_op(b.p, vec, TRI_SYS_HALT);
    move(&b, true, 2, &hbm, &out, 0x20000, 1);
    bool ok = bench_run(&b);
    for (int r = 0; ok && r < m; r++)
        for (int q = 0; ok && q < n; q++) {
            float sum = 0;
            for (int t = 0; t < k; t++) {
                volatile float product = (float)element(w_type, w, (size_t)t * m + r) * (float)element(x_type, x, (size_t)t * n + q);
                sum = sum + product;
            }
            ok = c[(size_t)r * n + q] == sum;
            if (!ok) fprintf(stderr, "mode %d, %d x %d x %d: C[%d][%d] = %.9g, not %.9g\n", mode, m, n, k, r, q, c[(size_t)r * n + q], sum);
        }
    rig_close(&b.r);
    free(w);
    free(x);
    return ok;
}

START_TEST(products_are_exact_in_every_mode_with_tails)
{
    ck_assert(product_is_right(TRI_SYS_MODE_BF16, TRI_SYS_BF16, TRI_SYS_BF16, 128, 128, 512));
    ck_assert(product_is_right(TRI_SYS_MODE_BF16, TRI_SYS_BF16, TRI_SYS_BF16, 300, 77, 133));
    ck_assert(product_is_right(TRI_SYS_MODE_BF16, TRI_SYS_F16, TRI_SYS_BF16, 1, 1, 1));
    ck_assert(product_is_right(TRI_SYS_MODE_F32, TRI_SYS_F32, TRI_SYS_F32, 200, 65, 100));
    ck_assert(product_is_right(TRI_SYS_MODE_FP8, TRI_SYS_F8E4, TRI_SYS_F8E5, 129, 128, 33));
    ck_assert(product_is_right(TRI_SYS_MODE_FP8X2, TRI_SYS_F8E4, TRI_SYS_F8E4, 500, 40, 96));
}
END_TEST

/* C[m][n] = A B with A, B each row-major or transposed in memory, of any size one array can take. */
static bool layout_is_right(const char *chip, bool a_transposed, bool b_transposed, bool ldw_t, int M, int N, int K)
{
    bench b;
    bench_open(&b, chip, TRI_SYS_PE);
    bool bundle = b.p->bundle, fifo = b.r.chip.acc_rmw == 0;
    uint16_t *a = randoms(TRI_SYS_BF16, (size_t)(M * K), 3), *w = randoms(TRI_SYS_BF16, (size_t)(K * N), 4);
    rig_buffer(&b.r, "a", sizeof *a * (size_t)(M * K), a);
    rig_buffer(&b.r, "b", sizeof *w * (size_t)(K * N), w);
    float *c = rig_buffer(&b.r, "c", sizeof *c * (size_t)(M * N), NULL);
    int a_m = 2 * (a_transposed ? 1 : K), a_k = 2 * (a_transposed ? M : 1), b_k = 2 * (b_transposed ? 1 : N), b_n = 2 * (b_transposed ? K : 1);
    tri_systolic_ap a_hbm = window(TRI_SYS_HBM, TRI_SYS_BF16, K, a_k, M, a_m), a_sp = window(TRI_SYS_SP, TRI_SYS_BF16, K, 2 * M, M, 2);
    bool free_contract = bundle && !ldw_t;
    tri_systolic_ap b_hbm = free_contract ? window(TRI_SYS_HBM, TRI_SYS_BF16, N, b_n, K, b_k) : window(TRI_SYS_HBM, TRI_SYS_BF16, K, b_k, N, b_n);
    tri_systolic_ap b_sp = free_contract ? window(TRI_SYS_SP, TRI_SYS_BF16, N, 2 * K, K, 2) : window(TRI_SYS_SP, TRI_SYS_BF16, K, 2 * N, N, 2);
    /* On Trainium A is stationary and C comes out [m][n]; on TPU B is, and C comes out [n lanes][m]. */
    int parts = bundle ? N : M, columns = bundle ? M : N;
    tri_systolic_ap out = window(TRI_SYS_SP, TRI_SYS_F32, parts, 4 * columns, columns, 4),
                    acc = window(TRI_SYS_ACC_SPACE, TRI_SYS_F32, parts, 0, columns, 4);
    tri_systolic_ap c_hbm = bundle ? window(TRI_SYS_HBM, TRI_SYS_F32, N, 4, M, 4 * N) : window(TRI_SYS_HBM, TRI_SYS_F32, M, 4 * N, N, 4);
    move(&b, false, 0, &a_hbm, &a_sp, 0, 0);
    move(&b, false, 1, &b_hbm, &b_sp, 0x1000, 0);
    tri_systolic_instruction i = tri_systolic_make(TRI_SYS_LDW);
    i.ap_src0 = ap_index(&b, b.op, bundle ? &b_sp : &a_sp);
    i.src0 = bundle ? 0x1000 : 0;
    i.flags = bundle && ldw_t ? TRI_SYS_T : 0;
    wait_for_loads(&b, &i);
    add(&b, b.op, i);
    i = tri_systolic_make(TRI_SYS_MM);
    i.ap_src0 = ap_index(&b, b.op, bundle ? &a_sp : &b_sp);
    i.src0 = bundle ? 0 : 0x1000;
    if (!fifo) {
        i.ap_dst = ap_index(&b, b.op, &acc);
        i.flags = TRI_SYS_LAST;
        i.signal[0].semaphore = 2;
        i.signal[0].add = 1;
    }
    add(&b, b.op, i);
    int vec = bundle ? b.op : tri_systolic_add_queue(b.p, TRI_SYS_VEC, 0);
    i = tri_systolic_make(fifo ? TRI_SYS_POP : TRI_SYS_COPY);
    i.ap_dst = ap_index(&b, vec, &out);
    i.dst = 0x2000;
    if (fifo) {
        i.x = 1;
    } else {
        i.ap_src0 = ap_index(&b, vec, &acc);
        i.wait[0].semaphore = 2;
        i.wait[0].value = 1;
    }
    signal_done(&i);
    add(&b, vec, i);
    if (!bundle) rig_op(b.p, vec, TRI_SYS_HALT);
    move(&b, true, 2, &c_hbm, &out, 0x2000, 1);
    bool ok = bench_run(&b);
    for (int m = 0; ok && m < M; m++)
        for (int n = 0; ok && n < N; n++) {
            float sum = 0;
            for (int k = 0; k < K; k++) sum += tri_bf16_to_f32(a[(m * a_m + k * a_k) / 2]) * tri_bf16_to_f32(w[(k * b_k + n * b_n) / 2]);
            ok = c[m * N + n] == sum;
        }
    rig_close(&b.r);
    free(a);
    free(w);
    return ok;
}

START_TEST(both_operand_layouts_give_all_four_products)
{
    for (int k = 0; k < 4; k++) {
        ck_assert(layout_is_right("trn2", k & 1, k & 2, false, 24, 40, 56));
        ck_assert(layout_is_right("v5e", k & 1, k & 2, false, 24, 40, 56));
        ck_assert(layout_is_right("v5e", k & 1, k & 2, true, 24, 40, 56));
        /* Arrays of 256: contraction and output lie in two planes of partitions. */
        ck_assert(layout_is_right("v6e", k & 1, k & 2, true, 30, 200, 250));
        ck_assert(layout_is_right("v6e", k & 1, k & 2, false, 30, 200, 250));
        ck_assert(layout_is_right("v7x", k & 1, k & 2, true, 17, 256, 129));
    }
}
END_TEST

START_TEST(pop_adds_array_0_first)
{
    /* Each array multiplies one row of ones by 2^27, 1, -2^27, 1: left to right in f32 that is 1; any other order gives 0 or 2. */
    rig r;
    rig_open(&r, "v5e");
    float *out = rig_buffer(&r, "c", 4, NULL);
    const char *body =
        "queue BUNDLE 0\n  ap sp bf16 part 1 plane 0 axes 1:2\n  ap sp f32 part 1 plane 0 axes 1:4\n  ap hbm f32 part 1 plane 4 axes 1:4\n"
        "  SETR END fn=1 dst=0x1\n  MEMSET bf16>bf16 END dst=0x0@0 src1=0x3f800000#\n  MEMSET bf16>bf16 END dst=0x40@0 src1=0x4d000000#\n  MEMSET "
        "bf16>bf16 END dst=0x80@0 src1=0xcd000000# s0=1:1\n"
        "  LDW bf16>f32 w0=1:1 src0=0x0@0 x=0\n  LDW bf16>f32 src0=0x0@0 x=1\n  LDW bf16>f32 src0=0x0@0 x=2\n  LDW bf16>f32 END src0=0x0@0 x=3\n"
        "  MM bf16>f32 src0=0x40@0 x=0\n  MM bf16>f32 src0=0x0@0 x=1\n  MM bf16>f32 src0=0x80@0 x=2\n  MM bf16>f32 END src0=0x0@0 x=3\n"
        "  POP f32>f32 END dst=0xc0@1 x=15 s0=2:1\n  DMA f32>f32 END w0=2:1 dst=0x0+r1@2 src0=0xc0@1 x=0\n  HALT END\n";
    tri_status *status = rig_run_text(&r, body);
    if (status) tri_status_print(status, NULL, stderr);
    ck_assert_ptr_null(status);
    ck_assert_float_eq(out[0], 1);
    rig_close(&r);
}
END_TEST

/* One vector op on tiles [parts][n]: operands in buffers 0..2 (null: absent), result in the last. The instruction comes with its immediates set. */
typedef struct tile {
    tri_systolic_dtype dtype;
    int parts, columns;
    const void *values;
} tile;

static void *vector_op(const char *chip, tri_systolic_queue_kind engine, tri_systolic_instruction i, const tile *src0, const tile *src1,
                       const tile *third, tile dst)
{
    bench b;
    bench_open(&b, chip, engine);
    const tile *in[3] = {src0, src1, third};
    uint32_t at[3] = {0, 0x4000, 0x8000}, out_at = 0xc000;
    for (int k = 0; k < 3; k++) {
        if (!in[k]) continue;
        int bytes = (int)tri_systolic_dtype_bytes(in[k]->dtype);
        tri_systolic_ap hbm = window(TRI_SYS_HBM, in[k]->dtype, in[k]->parts, bytes * in[k]->columns, in[k]->columns, bytes),
                        sp = window(TRI_SYS_SP, in[k]->dtype, in[k]->parts, 0, in[k]->columns, bytes);
        rig_buffer(&b.r, "in", (uint64_t)bytes * in[k]->parts * in[k]->columns, in[k]->values);
        move(&b, false, b.r.n - 1, &hbm, &sp, at[k], 0);
        uint8_t ap = ap_index(&b, b.op, &sp);
        if (k == 0) i.src0 = at[0], i.ap_src0 = ap;
        if (k == 1) i.src1 = at[1], i.ap_src1 = ap;
        if (k == 2) {
            i.x = ap;
            i.extra = 3;
            rig_setr(b.p, b.op, 3, at[2]);
        }
    }
    int bytes = (int)tri_systolic_dtype_bytes(dst.dtype);
    tri_systolic_ap hbm = window(TRI_SYS_HBM, dst.dtype, dst.parts, bytes * dst.columns, dst.columns, bytes),
                    sp = window(TRI_SYS_SP, dst.dtype, dst.parts, 0, dst.columns, bytes);
    size_t size = (size_t)bytes * dst.parts * dst.columns;
    rig_buffer(&b.r, "out", size, NULL);
    i.ap_dst = ap_index(&b, b.op, &sp);
    i.dst = out_at;
    if (b.loads) wait_for_loads(&b, &i);
    signal_done(&i);
    add(&b, b.op, i);
    move(&b, true, b.r.n - 1, &hbm, &sp, out_at, 1);
    void *result = NULL;
    if (bench_run(&b)) {
        result = malloc(size + 8);
        memcpy(result, b.r.block[b.r.n - 1].data, size);
    }
    rig_close(&b.r);
    return result;
}

static tri_systolic_instruction op_of(tri_systolic_op op, unsigned fn)
{
    tri_systolic_instruction i = tri_systolic_make(op);
    i.fn = (uint8_t)fn;
    return i;
}

static uint32_t bits_of(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, 4);
    return bits;
}

/* What an integer op is, from its definition: in exact arithmetic (here 64 bits hold every result of 32-bit operands), then modulo 2^bits. */
static int64_t integer_meaning(unsigned op, int bits, bool is_signed, int64_t a, int64_t b)
{
    int64_t lowest = is_signed ? -(1ll << (bits - 1)) : 0;
    uint64_t mask = (1ull << bits) - 1, ua = (uint64_t)a & mask, ub = (uint64_t)b & mask;
    switch (op) {
    case TRI_SYS_ALU_ADD: return a + b;
    case TRI_SYS_ALU_SUB: return a - b;
    case TRI_SYS_ALU_MUL: return (int64_t)(ua * ub);
    case TRI_SYS_ALU_MAX: return a > b ? a : b;
    case TRI_SYS_ALU_MIN: return a < b ? a : b;
    case TRI_SYS_ALU_DIV: return b == 0 ? (int64_t)mask : is_signed && a == lowest && b == -1 ? lowest : a / b;
    case TRI_SYS_ALU_REM: return b == 0 ? a : is_signed && a == lowest && b == -1 ? 0 : a % b;
    case TRI_SYS_ALU_LT: return a < b;
    case TRI_SYS_ALU_EQ: return a == b;
    case TRI_SYS_ALU_AND: return a & b;
    case TRI_SYS_ALU_OR: return a | b;
    case TRI_SYS_ALU_XOR: return a ^ b;
    case TRI_SYS_ALU_SHL: return ub >= (uint64_t)bits ? 0 : (int64_t)(ua << ub);
    default: return ub >= (uint64_t)bits ? (is_signed && a < 0 ? -1 : 0) : is_signed ? a >> ub : (int64_t)(ua >> ub);
    }
}

START_TEST(integer_ops_are_exact_for_every_dtype)
{
    static const tri_systolic_dtype types[] = {TRI_SYS_I8, TRI_SYS_U8, TRI_SYS_I16, TRI_SYS_U16, TRI_SYS_I32, TRI_SYS_U32};
    static const unsigned ops[] = {TRI_SYS_ALU_ADD, TRI_SYS_ALU_SUB, TRI_SYS_ALU_MUL, TRI_SYS_ALU_MAX, TRI_SYS_ALU_MIN,
                                   TRI_SYS_ALU_DIV, TRI_SYS_ALU_REM, TRI_SYS_ALU_LT,  TRI_SYS_ALU_EQ,  TRI_SYS_ALU_AND,
                                   TRI_SYS_ALU_OR,  TRI_SYS_ALU_XOR, TRI_SYS_ALU_SHL, TRI_SYS_ALU_SHR};
    enum { P = 5, N = 70 };
    for (size_t t = 0; t < sizeof types / sizeof *types; t++) {
        tri_systolic_dtype type = types[t];
        int bits = 8 * (int)tri_systolic_dtype_bytes(type);
        bool is_signed = type == TRI_SYS_I8 || type == TRI_SYS_I16 || type == TRI_SYS_I32;
        char *a = randoms(type, P * N, 10 + t), *b = randoms(type, P * N, 20 + t);
        int64_t corners[] = {0, 1, -1, is_signed ? -(1ll << (bits - 1)) : 0, (1ll << (bits - 1)) - 1, bits, bits - 1};
        for (int x = 0; x < 7; x++)
            for (int y = 0; y < 7; y++) {
                tri_store_i64(tri_systolic_dtype_base(type), a + (x * 7 + y) * (bits / 8), corners[x]);
                tri_store_i64(tri_systolic_dtype_base(type), b + (x * 7 + y) * (bits / 8), corners[y]);
            }
        for (size_t o = 0; o < sizeof ops / sizeof *ops; o++) {
            bool compares = ops[o] == TRI_SYS_ALU_LT || ops[o] == TRI_SYS_ALU_EQ;
            tri_systolic_dtype out = compares ? TRI_SYS_U8 : type;
            void *c = vector_op("trn2", TRI_SYS_VEC, op_of(TRI_SYS_TT, ops[o]), &(tile){type, P, N, a}, &(tile){type, P, N, b}, NULL,
                                (tile){out, P, N, NULL});
            ck_assert_ptr_nonnull(c);
            for (int k = 0; k < P * N; k++) {
                char want[8];
                tri_store_i64(tri_systolic_dtype_base(out), want, integer_meaning(ops[o], bits, is_signed, whole(type, a, k), whole(type, b, k)));
                ck_assert_msg(whole(out, want, 0) == whole(out, c, k), "%s %s: %lld, %lld gave %lld, not %lld", tri_systolic_dtype_name(type),
                              tri_systolic_alu_name(ops[o]), (long long)whole(type, a, k), (long long)whole(type, b, k), (long long)whole(out, c, k),
                              (long long)whole(out, want, 0));
            }
            free(c);
        }
        free(a);
        free(b);
    }
}
END_TEST

START_TEST(float_ops_round_once_to_their_output)
{
    enum { P = 3, N = 1500 };
    float *a = randoms(TRI_SYS_F32, P * N, 1);
    uint16_t *b = randoms(TRI_SYS_BF16, P * N, 2);
    a[0] = NAN, a[1] = INFINITY, a[2] = 0, a[3] = -0.0f;
    b[2] = 0, b[3] = 0;
    static const unsigned ops[] = {TRI_SYS_ALU_ADD, TRI_SYS_ALU_MUL, TRI_SYS_ALU_DIV, TRI_SYS_ALU_MAX, TRI_SYS_ALU_LE};
    for (size_t o = 0; o < sizeof ops / sizeof *ops; o++) {
        uint16_t *c = vector_op("trn2", TRI_SYS_GP, op_of(TRI_SYS_TT, ops[o]), &(tile){TRI_SYS_F32, P, N, a}, &(tile){TRI_SYS_BF16, P, N, b}, NULL,
                                (tile){TRI_SYS_BF16, P, N, NULL});
        ck_assert_ptr_nonnull(c);
        for (int k = 0; k < P * N; k++) {
            float x = a[k], y = tri_bf16_to_f32(b[k]);
            float want = ops[o] == TRI_SYS_ALU_ADD   ? x + y
                         : ops[o] == TRI_SYS_ALU_MUL ? x * y
                         : ops[o] == TRI_SYS_ALU_DIV ? x / y
                         : ops[o] == TRI_SYS_ALU_LE  ? x <= y
                         : isnan(x)                  ? x
                         : x == y                    ? (signbit(x) ? y : x)
                         : x > y                     ? x
                                                     : y;
            if (isnan(want))
                ck_assert(isnan(tri_bf16_to_f32(c[k])));
            else
                ck_assert_uint_eq(c[k], tri_f32_to_bf16(want));
        }
        free(c);
    }
    /* (src0 * 3) - [P,1] scalar, on ACT's engine too. */
    float scalars[P] = {1, 2, 0.125f};
    tri_systolic_instruction i = op_of(TRI_SYS_STT, TRI_SYS_ALU_FN(TRI_SYS_ALU_MUL, TRI_SYS_ALU_SUB));
    float *c = vector_op("trn2", TRI_SYS_VEC, i, &(tile){TRI_SYS_F32, P, N, a}, &(tile){TRI_SYS_BF16, P, N, b}, &(tile){TRI_SYS_F32, P, 1, scalars},
                         (tile){TRI_SYS_F32, P, N, NULL});
    ck_assert_ptr_nonnull(c);
    for (int k = 4; k < P * N; k++) {
        volatile float product = a[k] * scalars[k / N];
        ck_assert_float_eq(c[k], product - tri_bf16_to_f32(b[k]));
    }
    free(c);
    free(a);
    free(b);
}
END_TEST

START_TEST(functions_are_within_one_ulp)
{
    enum { P = 2, N = 400 };
    float *a = randoms(TRI_SYS_F32, P * N, 5);
    static const struct {
        unsigned fn;
        long double (*exact)(long double);
    } rows[] = {{TRI_SYS_FN_EXP, expl},     {TRI_SYS_FN_EXPM1, expm1l},    {TRI_SYS_FN_TANH, tanhl},   {TRI_SYS_FN_SIN, sinl},
                {TRI_SYS_FN_COS, cosl},     {TRI_SYS_FN_ERF, erfl},        {TRI_SYS_FN_LOG1P, log1pl}, {TRI_SYS_FN_CBRT, cbrtl},
                {TRI_SYS_FN_FLOOR, floorl}, {TRI_SYS_FN_ROUND_EVEN, rintl}};
    for (int k = 0; k < P * N; k++) a[k] = a[k] < -0.99f ? 0.5f : a[k];
    for (size_t f = 0; f < sizeof rows / sizeof *rows; f++) {
        tri_systolic_instruction i = op_of(TRI_SYS_ACT, rows[f].fn);
        i.ap_src1 = TRI_SYS_IMMEDIATE; /* bias 0.25 */
        i.src1 = bits_of(0.25f);
        float *c = vector_op("trn2", TRI_SYS_ACT_QUEUE, i, &(tile){TRI_SYS_F32, P, N, a}, NULL, NULL, (tile){TRI_SYS_F32, P, N, NULL});
        ck_assert_ptr_nonnull(c);
        for (int k = 0; k < P * N; k++) {
            float x = a[k] + 0.25f;
            long double want = rows[f].exact(x);
            ck_assert_msg(fabsl(c[k] - want) <= fabsl(want) * 0x1p-23L, "%s(%g) = %.9g, not %.9Lg", tri_systolic_function_name(rows[f].fn), x, c[k],
                          want);
        }
        free(c);
    }
    free(a);
}
END_TEST

START_TEST(reductions_selections_and_indices)
{
    enum { P = 4, G = 3, L = 50 };
    float *a = randoms(TRI_SYS_F32, P * G * L, 6);
    float *c = vector_op("trn2", TRI_SYS_VEC, op_of(TRI_SYS_RED, TRI_SYS_ALU_ADD), &(tile){TRI_SYS_F32, P, G * L, a}, NULL, NULL,
                         (tile){TRI_SYS_F32, P, G, NULL});
    ck_assert_ptr_nonnull(c);
    for (int g = 0; g < P * G; g++) { /* 16 partial sums, then halves added */
        float partial[16] = {0};
        for (int k = 0; k < L; k++) partial[k % 16] = k < 16 ? a[g * L + k] : partial[k % 16] + a[g * L + k];
        for (int half = 8; half; half /= 2)
            for (int k = 0; k < half; k++) partial[k] += partial[k + half];
        ck_assert_float_eq(c[g], partial[0]);
    }
    free(c);
    c = vector_op("trn2", TRI_SYS_GP, (op_of(TRI_SYS_SCAN, TRI_SYS_ALU_ADD)), &(tile){TRI_SYS_F32, P, L, a}, NULL, NULL,
                  (tile){TRI_SYS_F32, P, L, NULL});
    ck_assert_ptr_nonnull(c);
    for (int p = 0; p < P; p++) {
        float sum = a[p * L];
        for (int k = 0; k < L; k++) {
            if (k) sum += a[p * L + k];
            ck_assert_float_eq(c[p * L + k], sum);
        }
    }
    free(c);
    tri_systolic_instruction across = op_of(TRI_SYS_RED, TRI_SYS_ALU_MAX);
    across.flags = TRI_SYS_T;
    const char *chips[] = {"trn2", "v5e"};
    for (int k = 0; k < 2; k++) {
        c = vector_op(chips[k], TRI_SYS_GP, across, &(tile){TRI_SYS_F32, P, L, a}, NULL, NULL, (tile){TRI_SYS_F32, P, L, NULL});
        ck_assert_ptr_nonnull(c);
        for (int j = 0; j < P * L; j++) ck_assert_float_eq(c[j], fmaxf(fmaxf(a[j % L], a[L + j % L]), fmaxf(a[2 * L + j % L], a[3 * L + j % L])));
        free(c);
    }
    uint8_t *mask = randoms(TRI_SYS_U8, P * L, 8);
    for (int k = 0; k < P * L; k++) mask[k] &= 1;
    tri_systolic_instruction sel = op_of(TRI_SYS_SEL, 0);
    c = vector_op("trn2", TRI_SYS_VEC, sel, &(tile){TRI_SYS_U8, P, L, mask}, &(tile){TRI_SYS_F32, P, L, a}, &(tile){TRI_SYS_F32, P, L, a + P * L},
                  (tile){TRI_SYS_F32, P, L, NULL});
    ck_assert_ptr_nonnull(c);
    for (int k = 0; k < P * L; k++) ck_assert_float_eq(c[k], mask[k] ? a[k] : a[P * L + k]);
    free(c);
    free(mask);
    free(a);
}
END_TEST

START_TEST(iota_causal_masks_and_expressions)
{
    enum { P = 6, N = 9 };
    rig r;
    rig_open(&r, "trn2");
    int32_t *iota = rig_buffer(&r, "iota", 4 * P * N, NULL);
    float *causal = rig_buffer(&r, "causal", 4 * P * N, NULL);
    /* iota = 100 + 10 p - 2 j; causal = p - j >= 0 ? iota as float : -1 */
    const char *body = "queue GP 0\n  ap sp i32 part 6 plane 0 axes 9:4\n  ap sp i32 part 6 plane 10 axes 9:-2\n  ap sp f32 part 6 plane 0 axes "
                       "9:4\n  ap sp f32 part 6 plane 1 axes 9:-1\n"
                       "  IOTA i32>i32 dst=0x0@0 src0=0x64 x=1\n  COPY i32>f32 dst=0x80@2 src0=0x0@0\n  SEL f32>f32 fn=1 dst=0x100@2 src0=0x80@2 "
                       "src1=0xbf800000# x=3 s0=1:2\n  HALT\n"
                       "queue DMA 0\n  ap sp i32 part 6 plane 0 axes 9:4\n  ap hbm i32 part 6 plane 36 axes 9:4\n  SETR fn=1 dst=0x1\n  DMA i32>i32 "
                       "w0=1:1 dst=0x0+r1@1 src0=0x0@0\n"
                       "  SETR fn=1 dst=0x1 src0=0x1\n  DMA i32>i32 w0=1:1 dst=0x0+r1@1 src0=0x100@0\n  HALT\n";
    tri_status *status = rig_run_text(&r, body);
    if (status) tri_status_print(status, NULL, stderr);
    ck_assert_ptr_null(status);
    for (int p = 0; p < P; p++)
        for (int j = 0; j < N; j++) {
            ck_assert_int_eq(iota[p * N + j], 100 + 10 * p - 2 * j);
            ck_assert_float_eq(causal[p * N + j], p - j >= 0 ? 100 + 10 * p - 2 * j : -1);
        }
    rig_close(&r);
    /* On a chip with expressions: select(j > 3, exp2(a) * 2, old) is one op. */
    float *a = randoms(TRI_SYS_F32, P * N, 9);
    bench b;
    bench_open(&b, "v5e", TRI_SYS_VEC);
    tri_systolic_expr e = {.n_nodes = 4,
                           .n_constants = 2,
                           .constant = {0x40400000, 0x40000000},
                           .node = {{TRI_SYS_ALU_GT, TRI_SYS_IN_INDEX, TRI_SYS_IN_CONSTANT, 255},
                                    {TRI_SYS_NODE_FUNCTION + TRI_SYS_FN_EXP2, TRI_SYS_IN_SRC0, 255, 255},
                                    {TRI_SYS_ALU_MUL, TRI_SYS_IN_NODE + 1, TRI_SYS_IN_CONSTANT + 1, 255},
                                    {TRI_SYS_NODE_SELECT, TRI_SYS_IN_NODE, TRI_SYS_IN_NODE + 2, TRI_SYS_IN_PARTITION}}};
    int number = tri_systolic_intern_expr(b.p, &e);
    ck_assert_int_eq(number, 0);
    tri_systolic_ap hbm = window(TRI_SYS_HBM, TRI_SYS_F32, P, 4 * N, N, 4), sp = window(TRI_SYS_SP, TRI_SYS_F32, P, 0, N, 4);
    rig_buffer(&b.r, "a", 4 * P * N, a);
    float *out = rig_buffer(&b.r, "out", 4 * P * N, NULL);
    move(&b, false, 0, &hbm, &sp, 0, 0);
    tri_systolic_instruction i = op_of(TRI_SYS_MAP, 0);
    i.ap_src0 = i.ap_dst = ap_index(&b, b.op, &sp);
    i.dst = 0x1000;
    wait_for_loads(&b, &i);
    signal_done(&i);
    add(&b, b.op, i);
    move(&b, true, 1, &hbm, &sp, 0x1000, 1);
    ck_assert(bench_run(&b));
    for (int p = 0; p < P; p++)
        for (int j = 0; j < N; j++) ck_assert_float_eq(out[p * N + j], j > 3 ? (float)exp2((double)a[p * N + j]) * 2 : (float)p);
    rig_close(&b.r);
    free(a);
}
END_TEST

START_TEST(transposes_keep_every_bit)
{
    enum { P = 37, F = 61 };
    uint16_t *a = randoms(TRI_SYS_BF16, P * F, 30);
    a[5] = 0x7f81; /* a signalling NaN must pass */
    uint16_t *c =
        vector_op("v5e", TRI_SYS_VEC, tri_systolic_make(TRI_SYS_XPOSE), &(tile){TRI_SYS_BF16, P, F, a}, NULL, NULL, (tile){TRI_SYS_BF16, F, P, NULL});
    ck_assert_ptr_nonnull(c);
    for (int p = 0; p < P; p++)
        for (int f = 0; f < F; f++) ck_assert_uint_eq(c[f * P + p], a[p * F + f]);
    free(c);
    /* By DMA, HBM to SP, and back by a strided pattern. */
    bench b;
    bench_open(&b, "trn2", TRI_SYS_SEQ);
    rig_buffer(&b.r, "a", sizeof *a * P * F, a);
    uint16_t *out = rig_buffer(&b.r, "out", sizeof *a * P * F, NULL);
    tri_systolic_ap rows = window(TRI_SYS_HBM, TRI_SYS_BF16, P, 2 * F, F, 2), sp = window(TRI_SYS_SP, TRI_SYS_BF16, F, 0, P, 2),
                    flat = window(TRI_SYS_HBM, TRI_SYS_BF16, F, 2 * P, P, 2);
    move(&b, false, 0, &rows, &sp, 0, 0);
    b.p->queues[b.load].at[b.p->queues[b.load].n - 1].flags |= TRI_SYS_T;
    tri_systolic_instruction i = tri_systolic_make(TRI_SYS_WAIT);
    wait_for_loads(&b, &i);
    signal_done(&i);
    add(&b, b.op, i);
    move(&b, true, 1, &flat, &sp, 0, 1);
    ck_assert(bench_run(&b));
    for (int p = 0; p < P; p++)
        for (int f = 0; f < F; f++) ck_assert_uint_eq(out[f * P + p], a[p * F + f]);
    rig_close(&b.r);
    free(a);
}
END_TEST

START_TEST(indices_choose_rows_and_scalars_steer)
{
    enum { ROWS = 10, N = 4, PICK = 3 };
    rig r;
    rig_open(&r, "trn2");
    int32_t table[ROWS * N], index[PICK] = {7, 0, 9};
    for (int k = 0; k < ROWS * N; k++) table[k] = 100 + k;
    rig_buffer(&r, "table", sizeof table, table);
    rig_buffer(&r, "index", sizeof index, index);
    int32_t *out = rig_buffer(&r, "out", 4 * PICK * N, NULL);
    /* Ring 0 fetches the indices to SMEM, gathers; then takes index[0] as a scalar: 7 > 5 skips a store that would be out of bounds. */
    const char *body = "queue DMA 0\n  ap hbm i32 part 1 plane 12 axes 3:4\n  ap smem i32 part 1 plane 12 axes 3:4\n  ap hbm i32 part 3 plane 16 "
                       "axes 4:4\n  ap sp i32 part 3 plane 0 axes 4:4\n"
                       "  SETR fn=1 dst=0x1\n  SETR fn=1 dst=0x2 src0=0x1\n  SETR fn=1 dst=0x3 src0=0x2\n  SETR fn=0 dst=0x4 src0=0xa\n  DMA i32>i32 "
                       "dst=0x0@1 src0=0x0+r2@0 s0=1:1\n"
                       "  DMA i32>i32 fn=2 w0=1:1 dst=0x0@3 src0=0x0+r1@2 src1=0x0@1 extra=r4 s0=2:1\n  SETR fn=6 w0=2:1 dst=0x5\n  BR fn=17 "
                       "src0=0x5 src1=0x5 dst=0x1\n"
                       "  DMA i32>i32 dst=0x1000+r3@2 src0=0x0@3\n  DMA i32>i32 dst=0x0+r3@2 src0=0x0@3\n  HALT\n";
    tri_status *status = rig_run_text(&r, body);
    if (status) tri_status_print(status, NULL, stderr);
    ck_assert_ptr_null(status);
    for (int k = 0; k < PICK; k++)
        for (int j = 0; j < N; j++) ck_assert_int_eq(out[k * N + j], 100 + index[k] * N + j);
    /* The same in timing only: the scalar is real there too. */
    r.options.timing_only = true;
    ck_assert_ptr_null(rig_run_text(&r, body));
    r.options.timing_only = false;
    ((int32_t *)r.block[1].data)[2] = 10;
    ck_assert(rig_says(rig_run_text(&r, body), "OOB", "index 10"));
    rig_close(&r);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("systolic values");
    TCase *cases = tcase_create("values");
    tcase_set_timeout(cases, 120);
    tcase_add_test(cases, products_are_exact_in_every_mode_with_tails);
    tcase_add_test(cases, both_operand_layouts_give_all_four_products);
    tcase_add_test(cases, pop_adds_array_0_first);
    tcase_add_test(cases, integer_ops_are_exact_for_every_dtype);
    tcase_add_test(cases, float_ops_round_once_to_their_output);
    tcase_add_test(cases, functions_are_within_one_ulp);
    tcase_add_test(cases, reductions_selections_and_indices);
    tcase_add_test(cases, iota_causal_masks_and_expressions);
    tcase_add_test(cases, transposes_keep_every_bit);
    tcase_add_test(cases, indices_choose_rows_and_scalars_steer);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
