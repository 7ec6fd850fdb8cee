/* tests/unit/eval_tile_test.c - the tile evaluator: whole kernels against plain loops, every report of the shadow by the smallest kernel that earns
 * it, and counts. */
#include "eval_test.h"

#include "base/random.h"
#include "ir/eval_tile.h"

/* Runs the kernel of the text on the buffers; a null `numbers` leaves a buffer as zeros. */
static tri_status *run_kernel(const char *text, const double *const *numbers, uint64_t seed, tri_tensor *buffers, tri_tile_counts *counts)
{
    tri_arena arena;
    tri_arena_init(&arena, 0);
    const tri_func *kernel = parse(&arena, text)->first;
    for (uint32_t i = 0; i < kernel->n_buffers; i++) {
        tri_type type = kernel->body->args[i]->type;
        buffers[i] = (tri_tensor){type, calloc(1, tri_type_bytes(&type) + 1)};
        if (type.kind == TRI_TYPE_BUFFER && numbers && numbers[i])
            tri_store_f64_n((tri_dtype)type.dtype, buffers[i].data, (size_t)tri_type_elements(&type), numbers[i]);
    }
    tri_status *status = tri_eval_kernel(kernel, buffers, &(tri_eval_tile_options){.seed = seed, .counts = counts});
    tri_tile_counts counted;
    must(tri_count_kernel(kernel, &counted));
    if (!status && counts) {
        ck_assert_uint_eq(counted.programs, counts->programs);
        ck_assert_uint_eq(counted.flops, counts->flops);
        ck_assert_uint_eq(counted.bytes_loaded, counts->bytes_loaded);
        ck_assert_uint_eq(counted.bytes_stored, counts->bytes_stored);
    }
    tri_arena_free(&arena);
    return status;
}

static double *random_numbers(uint64_t stream, int64_t n)
{
    double *out = malloc(sizeof *out * (size_t)n);
    tri_random_fill(11, stream, TRI_F64, 1, &n, out);
    for (int64_t i = 0; i < n; i++) out[i] = nearbyint(out[i] * 4); /* sums of products stay exact in every order */
    return out;
}

/* ---- kernels ---- */

enum { M = 37, N = 21, K = 50 };

/* The builder's way: C = A B in tiles of 16x16, ragged on every side. */
static tri_func *build_matmul(tri_module *module)
{
    tri_func *kernel = tri_kernel_create(module, "mm");
    tri_value *a = tri_kernel_add_buffer(kernel, "A", tri_buffer_of(TRI_BF16, 2, (int64_t[]){M, K}), TRI_ACCESS_IN);
    tri_value *b = tri_kernel_add_buffer(kernel, "B", tri_buffer_of(TRI_BF16, 2, (int64_t[]){K, N}), TRI_ACCESS_IN);
    tri_value *c = tri_kernel_add_buffer(kernel, "C", tri_buffer_of(TRI_F32, 2, (int64_t[]){M, N}), TRI_ACCESS_OUT);
    tri_value *m = tri_kernel_add_axis(kernel, "m", 3), *n = tri_kernel_add_axis(kernel, "n", 2);
    tri_block *body = kernel->body;
    tri_value *tile = tri_tile_index(body, 16);
    tri_value *row = tri_tile_arith(body, TRI_SCALAR_MULTIPLY, m, tile), *column = tri_tile_arith(body, TRI_SCALAR_MULTIPLY, n, tile);
    tri_value *zero = tri_tile_fill(body, tri_tile_of(TRI_F32, 2, (int64_t[]){16, 16}), 0);
    tri_op *loop = tri_tile_for(body, "k", tri_tile_index(body, 0), tri_tile_index(body, 4), 1, &zero);
    tri_block *step = loop->regions[0];
    tri_value *k = tri_tile_arith(step, TRI_SCALAR_MULTIPLY, step->args[0], tri_tile_index(step, 16));
    tri_value *at = tri_tile_load(step, a, (tri_coord[]){tri_span(row, 16), tri_span(k, 16)}, 0, "lda");
    tri_value *bt = tri_tile_load(step, b, (tri_coord[]){tri_span(k, 16), tri_span(column, 16)}, 0, "ldb");
    tri_value *sum = tri_tile_mma(step, at, bt, step->args[1], "mma");
    tri_tile_yield(step, 1, &sum);
    tri_tile_store(body, loop->results[0], c, (tri_coord[]){tri_span(row, 16), tri_span(column, 16)}, "set", "st");
    return kernel;
}

START_TEST(a_ragged_matmul_is_the_product_in_any_order_of_programs)
{
    tri_arena arena;
    tri_arena_init(&arena, 0);
    tri_func *kernel = build_matmul(tri_module_create(&arena, "test"));
    double *a = random_numbers(0, M * K), *b = random_numbers(1, K * N);
    for (uint64_t seed = 0; seed < 3; seed++) {
        tri_tensor buffers[3] = {
            tensor_of(kernel->body->args[0]->type, a), tensor_of(kernel->body->args[1]->type, b), {kernel->body->args[2]->type, malloc(4 * M * N)}};
        tri_tile_counts run, counted;
        must(tri_eval_kernel(kernel, buffers, &(tri_eval_tile_options){.seed = seed, .counts = &run}));
        for (int m = 0; m < M; m++) {
            for (int n = 0; n < N; n++) {
                double sum = 0;
                for (int k = 0; k < K; k++) sum += a[m * K + k] * b[k * N + n];
                ck_assert(number_at(&buffers[2], m * N + n) == sum);
            }
        }
        must(tri_count_kernel(kernel, &counted));
        /* every A element is loaded for 2 columns of programs, every B element for 3 rows; C once */
        ck_assert_uint_eq(run.bytes_loaded, 2 * (2 * M * K + 3 * K * N));
        ck_assert_uint_eq(run.bytes_stored, 4 * M * N);
        ck_assert_uint_eq(run.flops, 2ull * 6 * 4 * 16 * 16 * 16);
        ck_assert_uint_eq(run.programs, 6);
        ck_assert(!memcmp(&run, &counted, sizeof run));
        tri_tensor_free(buffers, 3);
    }
    free(a), free(b);
    tri_arena_free(&arena);
}
END_TEST

START_TEST(a_softmax_row_is_the_formula)
{
    const char *text = "kernel @softmax(%X: in buf<3x10xf32>, %Y: out buf<3x10xf32>) grid(%m: 3) {\n"
                       "  %x = load %X[%m:+1, 0:+16] fill -inf : tile<1x16xf32> @ldx\n  %r = reduce maximum %x dim 1 : tile<1x1xf32>\n"
                       "  %e = map(%x, %r) : tile<1x16xf32> {\n    ^(%a: f32, %b: f32):\n    %0 = subtract %a, %b : f32\n    %1 = exponential %0 : "
                       "f32\n    yield %1\n  }\n"
                       "  %s = reduce add %e dim 1 : tile<1x1xf32>\n"
                       "  %y = map(%e, %s) : tile<1x16xf32> {\n    ^(%a: f32, %b: f32):\n    %0 = divide %a, %b : f32\n    yield %0\n  }\n  store %y "
                       "-> %Y[%m:+1, 0:+16] @st\n}\n";
    double x[30];
    for (int i = 0; i < 30; i++) x[i] = (i * 7 % 11) / 4.0 - 1;
    tri_tensor buffers[2];
    tri_tile_counts counts;
    must(run_kernel(text, INPUTS(x, NULL), 4, buffers, &counts));
    for (int i = 0; i < 30; i++) {
        double sum = 0;
        for (int j = 0; j < 10; j++) sum += exp(x[i / 10 * 10 + j]);
        ck_assert(fabs(number_at(&buffers[1], i) - exp(x[i]) / sum) < 1e-6);
    }
    ck_assert_uint_eq(counts.bytes_loaded, 120);
    ck_assert_uint_eq(counts.bytes_stored, 120);
    ck_assert_uint_eq(counts.flops, 3 * (16 + 2 * 16 + 16 + 16));
    tri_tensor_free(buffers, 2);
}
END_TEST

START_TEST(argmax_folds_two_tiles_with_a_region)
{
    const char *text =
        "kernel @argmax(%X: in buf<2x5xf32>, %I: out buf<2x1xi32>) grid(%m: 2) {\n  %x = load %X[%m:+1, 0:+8] fill -inf : tile<1x8xf32>\n"
        "  %i = map(%x) : tile<1x8xi32> {\n    ^(%a: f32):\n    %0 = coordinate 1 : i32\n    yield %0\n  }\n"
        "  %v, %p = reduce(%x, %i) dim 1 : tile<1x1xf32>, tile<1x1xi32> {\n    ^(%a: f32, %ia: i32, %b: f32, %ib: i32):\n    %g = ge %a, %b : i1\n"
        "    %w = select %g, %a, %b : f32\n    %q = select %g, %ia, %ib : i32\n    yield %w, %q\n  }\n  store %p -> %I[%m:+1, 0:+1]\n}\n";
    tri_tensor buffers[2];
    tri_tile_counts counts;
    must(run_kernel(text, INPUTS(NUMBERS(1, 5, 2, 5, 0, -3, -2, -9, -1, -1), NULL), 1, buffers, &counts));
    ck_assert(number_at(&buffers[1], 0) == 1 && number_at(&buffers[1], 1) == 3);
    tri_tensor_free(buffers, 2);
}
END_TEST

START_TEST(a_combine_folds_the_parts_of_a_split_sum_and_goes_on_once)
{
    const char *text = "kernel @split(%A: in buf<8x64xf32>, %C: out buf<8xf32>) grid(%m: 2, %s: 4) {\n"
                       "  %a = load %A[%m * 4:+4, %s * 16:+16] : tile<4x16xf32>\n  %p = reduce add %a dim 1 : tile<4x1xf32>\n  %t = combine add %p "
                       "over %s : tile<4x1xf32>\n"
                       "  %y = map(%t) : tile<4x1xf32> {\n    ^(%x: f32):\n    %0 = multiply %x, %x : f32\n    yield %0\n  }\n  %r = reshape %y : "
                       "tile<4xf32>\n  store %r -> %C[%m * 4:+4]\n}\n";
    double *a = random_numbers(2, 8 * 64);
    for (uint64_t seed = 0; seed < 3; seed++) {
        tri_tensor buffers[2];
        tri_tile_counts counts;
        must(run_kernel(text, INPUTS(a, NULL), seed, buffers, &counts));
        for (int m = 0; m < 8; m++) {
            double sum = 0;
            for (int k = 0; k < 64; k++) sum += a[m * 64 + k];
            ck_assert(number_at(&buffers[1], m) == sum * sum);
        }
        ck_assert_uint_eq(counts.bytes_stored, 32);
        ck_assert_uint_eq(counts.programs, 8);
        tri_tensor_free(buffers, 2);
    }
    free(a);
}
END_TEST

/* A running sum over programs: each waits for the one before, reads what it stored, and signals. */
START_TEST(a_wait_acquires_what_the_signal_released)
{
    static const char text[] = "kernel @k(%A: in buf<4xf32>, %S: work buf<4xf32>, %C: out buf<4xf32>, %F: inout flags<4>) grid(%p: 4) {\n"
                               "  %before = index max(%p - 1, 0)\n  %needed = index min(%p, 1)\n  wait %F[%before] >= %needed\n"
                               "  %a = load %A[%p:+1] : tile<1xf32>\n"
                               "  %s = if %needed : tile<1xf32> {\n    %x = load %S[%before:+1] : tile<1xf32>\n    yield %x\n  } else {\n"
                               "    %z = fill 0.0 : tile<1xf32>\n    yield %z\n  }\n"
                               "  %t = map(%a, %s) : tile<1xf32> {\n    ^(%u: f32, %v: f32):\n    %0 = add %u, %v : f32\n    yield %0\n  }\n"
                               "  store %t -> %S[%p:+1]\n  store %t -> %C[%p:+1]\n  signal %F[%p] peer 0\n}\n";
    const double a[] = {1, 2, 4, 8}, *numbers[] = {a, NULL, NULL, NULL};
    tri_tensor buffers[4];
    must(run_kernel(text, numbers, 5, buffers, NULL));
    for (int i = 0; i < 4; i++) ck_assert_double_eq(tri_load_f64(TRI_F32, (const float *)buffers[2].data + i), (double)((2 << i) - 1));
    tri_tensor_free(buffers, 4);
}
END_TEST

START_TEST(a_wait_for_what_nobody_signals_is_a_deadlock)
{
    static const char text[] = "kernel @k(%C: out buf<1xf32>, %F: inout flags<2>) grid() {\n  %one = index 1\n  %two = index 2\n  signal %F[%one] peer 0\n"
                               "  wait %F[%one] >= %two\n  %z = fill 0.0 : tile<1xf32>\n  store %z -> %C[0:+1]\n}\n";
    tri_tensor buffers[2];
    tri_status *status = run_kernel(text, NULL, 0, buffers, NULL);
    ck_assert_int_eq(tri_status_code(status), TRI_INVALID);
    ck_assert_ptr_nonnull(strstr(tri_status_message(status), "deadlock: flag 1 is 1"));
    tri_status_free(status);
    tri_tensor_free(buffers, 2);
}
END_TEST

START_TEST(a_combine_folds_in_index_order)
{
    /* 2*acc + new over 1, 2, 3: ((1*2 + 2)*2 + 3) = 11, in no other order */
    const char *text = "kernel @order(%A: in buf<3xf32>, %C: out buf<1xf32>) grid(%s: 3) {\n  %a = load %A[%s:+1] : tile<1xf32>\n"
                       "  %t = combine(%a) over %s : tile<1xf32> {\n    ^(%x: f32, %y: f32):\n    %0 = add %x, %x : f32\n    %1 = add %0, %y : f32\n "
                       "   yield %1\n  }\n  store %t -> %C[0:+1]\n}\n";
    for (uint64_t seed = 0; seed < 6; seed++) {
        tri_tensor buffers[2];
        must(run_kernel(text, INPUTS(NUMBERS(1, 2, 3), NULL), seed, buffers, NULL));
        ck_assert(number_at(&buffers[1], 0) == 11);
        tri_tensor_free(buffers, 2);
    }
}
END_TEST

START_TEST(gathers_take_rows_by_an_index_tile_and_limits_cut_windows)
{
    const char *text =
        "kernel @rows(%T: in buf<5x2xf32>, %I: in buf<4xi32>, %Y: out buf<4x2xf32>) grid(%m: 1) {\n  %i = load %I[0:+4] : tile<4xi32>\n"
        "  %x = load %T[[%i], 0:+2] : tile<4x2xf32>\n  store %x -> %Y[0:+4, 0:+2]\n}\n";
    tri_tensor buffers[3];
    tri_tile_counts counts;
    must(run_kernel(text, INPUTS(NUMBERS(0, 1, 10, 11, 20, 21, 30, 31, 40, 41), NUMBERS(4, 0, 0, 2), NULL), 0, buffers, &counts));
    const double want[] = {40, 41, 0, 1, 0, 1, 20, 21};
    for (int i = 0; i < 8; i++) ck_assert(number_at(&buffers[2], i) == want[i]);
    tri_tensor_free(buffers, 3);
    /* window -1:+4 step 2 lim 2 of 0 1 2 3: positions -1, 1, 3, 5 of which 1 lies inside */
    must(run_kernel("kernel @cut(%A: in buf<4xf32>, %Y: out buf<4xf32>) grid(%m: 1) {\n  %x = load %A[%m - 1:+4 step 2 lim %m + 2] fill 7.0 : "
                    "tile<4xf32>\n  store %x -> %Y[0:+4]\n}\n",
                    INPUTS(NUMBERS(0, 1, 2, 3), NULL), 0, buffers, &counts));
    ck_assert(number_at(&buffers[1], 0) == 7 && number_at(&buffers[1], 1) == 1 && number_at(&buffers[1], 2) == 7 && number_at(&buffers[1], 3) == 7);
    ck_assert_uint_eq(counts.bytes_loaded, 4);
    tri_tensor_free(buffers, 2);
}
END_TEST

START_TEST(choices_scans_slices_and_fetches_do_what_they_say)
{
    const char *text =
        "kernel @misc(%A: in buf<4xf32>, %T: in buf<2xi32>, %Y: out buf<2x4xf32>) grid(%m: 2) {\n  %v = fetch %T[%m] in 0..3\n  %a = load %A[0:+4] : "
        "tile<4xf32>\n"
        "  %r = if %v == 2 : tile<4xf32> {\n    %s = scan add %a dim 0 : tile<4xf32>\n    yield %s\n  } else {\n    %f = fill %v : tile<1xf32>\n"
        "    %g = map(%a, %f) : tile<4xf32> {\n      ^(%p: f32, %q: f32):\n      %0 = multiply %p, %q : f32\n      yield %0\n    }\n    yield %g\n  "
        "}\n"
        "  %o = reshape %r : tile<1x4xf32>\n  store %o -> %Y[%m:+1, 0:+4]\n}\n";
    tri_tensor buffers[3];
    must(run_kernel(text, INPUTS(NUMBERS(1, 2, 3, 4), NUMBERS(2, 1), NULL), 0, buffers, NULL));
    const double want[] = {1, 3, 6, 10, 1, 2, 3, 4};
    for (int i = 0; i < 8; i++) ck_assert_msg(number_at(&buffers[2], i) == want[i], "%d is %g", i, number_at(&buffers[2], i));
    tri_tensor_free(buffers, 3);
    /* columns 1 and 2 of a 2x3 tile, transposed */
    must(run_kernel("kernel @part(%A: in buf<2x3xi16>, %Y: out buf<2x2xi16>) grid(%m: 1) {\n  %a = load %A[0:+2, 0:+3] : tile<2x3xi16>\n  %b = slice "
                    "%a [0, 1] : tile<2x2xi16>\n"
                    "  %c = transpose %b : tile<2x2xi16>\n  store %c -> %Y[0:+2, 0:+2]\n}\n",
                    INPUTS(NUMBERS(1, 2, 3, 4, 5, 6), NULL), 0, buffers, NULL));
    ck_assert(number_at(&buffers[1], 0) == 2 && number_at(&buffers[1], 1) == 5 && number_at(&buffers[1], 2) == 3 && number_at(&buffers[1], 3) == 6);
    tri_tensor_free(buffers, 2);
}
END_TEST

START_TEST(integer_mma_wraps_and_batches)
{
    tri_tensor buffers[3];
    must(
        run_kernel("kernel @imm(%A: in buf<2x1x2xi8>, %B: in buf<2x2x1xi8>, %Y: out buf<2x1x1xi32>) grid(%m: 1) {\n  %a = load %A[0:+2, 0:+1, 0:+2] "
                   ": tile<2x1x2xi8>\n"
                   "  %b = load %B[0:+2, 0:+2, 0:+1] : tile<2x2x1xi8>\n  %c = mma %a, %b : tile<2x1x1xi32>\n  %d = mma %a, %b, %c : tile<2x1x1xi32>\n"
                   "  store %d -> %Y[0:+2, 0:+1, 0:+1]\n}\n",
                   INPUTS(NUMBERS(-128, -128, 3, 4), NUMBERS(-128, -128, 5, -6), NULL), 0, buffers, NULL));
    ck_assert(number_at(&buffers[2], 0) == 65536 && number_at(&buffers[2], 1) == -18);
    tri_tensor_free(buffers, 3);
}
END_TEST

/* ---- the shadow ---- */

static void check_report(const char *text, const double *const *numbers, const char *part)
{
    for (uint64_t seed = 0; seed < 4; seed++) {
        tri_tensor buffers[4] = {{.data = NULL}};
        must_fail(run_kernel(text, numbers, seed, buffers, NULL), part);
        tri_tensor_free(buffers, 4);
    }
}

START_TEST(races_and_wrong_reads_are_reported_with_kernel_statement_and_program)
{
    check_report("kernel @k(%C: out buf<1xf32>) grid(%m: 2) {\n  %a = fill 1.0 : tile<1xf32>\n  store %a -> %C[0:+1] @st\n}\n", NULL,
                 "kernel 'k', statement 'store @st', program (");
    check_report("kernel @k(%C: out buf<1xf32>) grid(%m: 2) {\n  %a = fill 1.0 : tile<1xf32>\n  store %a -> %C[0:+1]\n}\n", NULL,
                 "another program of this kernel writes too");
    check_report("kernel @k(%C: out buf<1xf32>) grid(%m: 1) {\n  %a = load %C[0:+1] : tile<1xf32>\n}\n", NULL, "reads an `out` buffer");
    check_report("kernel @k(%W: work buf<2xf32>) grid(%m: 1) {\n  %a = load %W[0:+2] : tile<2xf32>\n}\n", NULL, "nobody has written");
    check_report("kernel @k(%C: out buf<1xf32>) grid(%m: 1) {\n  %a = fill 1.0 : tile<1xf32>\n  store %a -> %C[0:+1] add\n}\n", NULL,
                 "nobody has set");
    /* program 0 reads what program 1 writes: whichever runs first, it is seen */
    check_report("kernel @k(%X: inout buf<2xf32>) grid(%m: 2) {\n  %a = load %X[0:+1] : tile<1xf32>\n  store %a -> %X[%m:+1]\n}\n", NULL,
                 "another program of this kernel");
    check_report("kernel @k(%X: inout buf<1xf32>) grid(%m: 2) {\n  %a = fill 1.0 : tile<1xf32>\n  if %m == 0 {\n    store %a -> %X[0:+1] add\n  } "
                 "else {\n    store %a -> %X[0:+1] max\n  }\n}\n",
                 NULL, "only `add` with `add`");
    check_report("kernel @k(%X: inout buf<1xf32>) grid(%m: 2) {\n  %a = fill 1.0 : tile<1xf32>\n  if %m == 0 {\n    store %a -> %X[0:+1]\n  }\n  "
                 "store %a -> %X[0:+1] add\n}\n",
                 NULL, "writes element 0");
    check_report("kernel @k(%T: in buf<1xi32>, %C: out buf<4xf32>) grid(%m: 1) {\n  %v = fetch %T[0] in 0..4\n}\n", INPUTS(NUMBERS(4), NULL),
                 "not in the stated range [0, 4)");
    check_report("kernel @k(%T: in buf<1xi32>, %C: out buf<4xf32>) grid(%m: 1) {\n  %v = fetch %T[%m + 1] in 0..4\n}\n", INPUTS(NUMBERS(1), NULL),
                 "outside its buffer");
    check_report(
        "kernel @k(%T: in buf<2xi32>, %A: in buf<3xf32>) grid(%m: 1) {\n  %i = load %T[0:+2] : tile<2xi32>\n  %x = load %A[[%i]] : tile<2xf32>\n}\n",
        INPUTS(NUMBERS(0, 3), NULL), "gather position 3");
    check_report("kernel @k(%C: out buf<1xf32>) grid(%m: 1) {\n  assume %m == 1\n}\n", NULL, "assumes is false");
}
END_TEST

START_TEST(adding_and_maximum_may_meet)
{
    tri_tensor buffers[2];
    must(run_kernel(
        "kernel @k(%X: inout buf<2xf32>) grid(%m: 5) {\n  %a = fill %m : tile<1xf32>\n  store %a -> %X[0:+1] add\n  store %a -> %X[1:+1] max\n}\n",
        INPUTS(NUMBERS(100, -1)), 3, buffers, NULL));
    ck_assert(number_at(&buffers[0], 0) == 110 && number_at(&buffers[0], 1) == 4);
    tri_tensor_free(buffers, 1);
}
END_TEST

START_TEST(what_nobody_writes_shows)
{
    tri_tensor buffers[1];
    must(run_kernel("kernel @k(%C: out buf<2xf32>) grid(%m: 1) {\n  %a = fill 1.0 : tile<1xf32>\n  store %a -> %C[0:+1]\n}\n", NULL, 0, buffers,
                    NULL));
    ck_assert(number_at(&buffers[0], 0) == 1 && isnan(number_at(&buffers[0], 1)));
    tri_tensor_free(buffers, 1);
}
END_TEST

/* ---- counts ---- */

/* Blocks of a causal attention: trip counts depend on one axis, clipping on both. */
START_TEST(counts_of_a_large_triangular_grid_are_exact)
{
    const char *text = "kernel @tri(%A: in buf<1000x100xf32>, %C: out buf<300x1000xf32>) grid(%h: 300, %i: 400) {\n"
                       "  for %j in 0..min(%i + 1, 250) {\n    %a = load %A[%j * 4 - 2:+4, %i:+3] : tile<4x3xf32>\n  }\n  %z = fill 0.0 : "
                       "tile<1x3xf32>\n  store %z -> %C[%h:+1, %i * 3:+3]\n}\n";
    uint64_t loaded = 0, stored = 0;
    for (int i = 0; i < 400; i++) {
        for (int j = 0; j < (i + 1 < 250 ? i + 1 : 250); j++) {
            int rows = 0, columns = 0;
            for (int r = 0; r < 4; r++) rows += j * 4 - 2 + r >= 0 && j * 4 - 2 + r < 1000;
            for (int c = 0; c < 3; c++) columns += i + c < 100;
            loaded += 4ull * (uint64_t)(rows * columns);
        }
        for (int c = 0; c < 3; c++) stored += 4 * (i * 3 + c < 1000);
    }
    tri_arena arena;
    tri_arena_init(&arena, 0);
    tri_tile_counts counts;
    must(tri_count_kernel(parse(&arena, text)->first, &counts));
    ck_assert_uint_eq(counts.programs, 120000);
    ck_assert_uint_eq(counts.bytes_loaded, 300 * loaded);
    ck_assert_uint_eq(counts.bytes_stored, 300 * stored);
    tri_arena_free(&arena);
}
END_TEST

START_TEST(trip_counts_from_memory_count_as_their_bound)
{
    tri_arena arena;
    tri_arena_init(&arena, 0);
    tri_tile_counts counts;
    const char *text = "kernel @k(%T: in buf<4xi32>, %A: in buf<16xf32>) grid(%m: 4) {\n  %n = fetch %T[%m] in 0..9\n  for %j in 0..%n {\n    %a = "
                       "load %A[%j:+2] : tile<2xf32>\n  }\n}\n";
    must(tri_count_kernel(parse(&arena, text)->first, &counts));
    ck_assert_uint_eq(counts.bytes_loaded, 4 * (4 + 8 * 8));
    tri_arena_free(&arena);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("eval_tile");
    TCase *c = tcase_create("kernels");
    tcase_set_timeout(c, 60);
    tcase_add_test(c, a_ragged_matmul_is_the_product_in_any_order_of_programs);
    tcase_add_test(c, a_softmax_row_is_the_formula);
    tcase_add_test(c, argmax_folds_two_tiles_with_a_region);
    tcase_add_test(c, a_combine_folds_the_parts_of_a_split_sum_and_goes_on_once);
    tcase_add_test(c, a_wait_acquires_what_the_signal_released);
    tcase_add_test(c, a_wait_for_what_nobody_signals_is_a_deadlock);
    tcase_add_test(c, a_combine_folds_in_index_order);
    tcase_add_test(c, gathers_take_rows_by_an_index_tile_and_limits_cut_windows);
    tcase_add_test(c, choices_scans_slices_and_fetches_do_what_they_say);
    tcase_add_test(c, integer_mma_wraps_and_batches);
    tcase_add_test(c, races_and_wrong_reads_are_reported_with_kernel_statement_and_program);
    tcase_add_test(c, adding_and_maximum_may_meet);
    tcase_add_test(c, what_nobody_writes_shows);
    tcase_add_test(c, counts_of_a_large_triangular_grid_are_exact);
    tcase_add_test(c, trip_counts_from_memory_count_as_their_bound);
    suite_add_tcase(suite, c);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
