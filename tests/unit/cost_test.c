/* cost_test.c - the cost model: times worked out by hand, more work never faster, the limits of each chip; and the ranking of matmul configs that is
 * made with it: legal, in order, the same every time. Chips are texts with round numbers, or those of the chip folder. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/matmul_config.h"

static tri_chip *parse(const char *text)
{
    tri_chip *chip;
    tri_status *status = tri_chip_parse(text, strlen(text), "test.chip", &chip);
    if (status) tri_status_print(status, text, stderr);
    ck_assert_ptr_null(status);
    return chip;
}

static tri_chip *load(const char *name)
{
    tri_chip *chip;
    ck_assert_ptr_null(tri_chip_load(name, &chip));
    return chip;
}

static tri_cost_chip read_cost(const tri_chip *chip)
{
    tri_cost_chip cost;
    ck_assert_ptr_null(tri_cost_chip_read(chip, &cost));
    return cost;
}

static void close_to(double got, double want) { ck_assert_double_eq_tol(got / want, 1, 1e-9); }

/* What two kinds of work take that are kept busy side by side: abi/cost.h's norm. */
static double together(double a, double b) { return pow(pow(a, 16) + pow(b, 16), 1.0 / 16); }

/* Round numbers: 2 units of 0.5 TFLOP/s, 1 TB/s sustained of memory, 10 us to launch. */
static const char plain[] = "family = ptx\n"
                            "units = 2 [E]\n"
                            "peak_bf16 = 1 TFLOP/s [E]\n"
                            "peak_f32 = 0.25 TFLOP/s [E]\n"
                            "vector_f32 = 0.2 TFLOP/s [E]\n"
                            "clock = 1 GHz [E]\n"
                            "shared_bandwidth_unit = 100 B/cycle [E]\n"
                            "l2_bandwidth = 2 TB/s [E]\n"
                            "hbm_bandwidth = 2 TB/s [E]\n"
                            "hbm_sustained = 0.5 [E]\n"
                            "memory_latency = 1 us [E]\n"
                            "launch_latency = 10 us [E]\n";

/* One array of 128 x 128 at 1 GHz; 4 engines of 25 GB/s. */
static const char decoupled[] = "family = systolic\n"
                                "style = decoupled\n"
                                "array_rows = 128 [E]\n"
                                "array_cols = 128 [E]\n"
                                "arrays = 1 [E]\n"
                                "clock = 1 GHz [E]\n"
                                "vec_clock = 1 GHz [E]\n"
                                "vec_latency = 100 cycles [E]\n"
                                "mm_pipe = 44 cycles [E]\n"
                                "semaphore_latency = 100 ns [E]\n"
                                "dma_engines = 4 [E]\n"
                                "dma_engine_rate = 25 GB/s [E]\n"
                                "dma_issue = 600 ns [E]\n"
                                "dma_start = 1000 ns [E]\n"
                                "hbm_bandwidth = 100 GB/s [E]\n"
                                "hbm_sustained = 1 [E]\n"
                                "launch_latency = 1 us [E]\n";

/* ---- by hand ---- */

START_TEST(an_empty_kernel_takes_its_launch)
{
    tri_chip *chip = parse(plain);
    tri_cost_chip c = read_cost(chip);
    tri_cost cost = tri_cost_of(&c, &(tri_cost_counts){0});
    close_to(cost.seconds, 10e-6);
    tri_chip_free(chip);
}
END_TEST

START_TEST(the_busiest_resource_is_the_time_and_the_bound)
{
    tri_chip *chip = parse(plain);
    tri_cost_chip c = read_cost(chip);
    /* 4 programs on 2 units: 1e9 FLOP in all of 1e12 a second: 1 ms. 5e8 bytes of 1e12: 0.5 ms. */
    tri_cost_counts counts = {.programs = 4, .matrix = {[TRI_BF16] = 0.25e9}, .hbm = 5e8};
    tri_cost cost = tri_cost_of(&c, &counts);
    close_to(cost.seconds, 10e-6 + together(1e-3, 0.5e-3));
    ck_assert_int_eq(cost.bound, TRI_COST_MATRIX);
    close_to(cost.busy[TRI_COST_HBM], 0.5e-3);
    counts.hbm = 3e9; /* 3 ms */
    cost = tri_cost_of(&c, &counts);
    close_to(cost.seconds, 10e-6 + together(3e-3, 1e-3));
    ck_assert_int_eq(cost.bound, TRI_COST_HBM);
    counts.l2 = 8e9; /* 4 ms */
    cost = tri_cost_of(&c, &counts);
    close_to(cost.seconds, 10e-6 + together(4e-3, 1e-3));
    ck_assert_int_eq(cost.bound, TRI_COST_L2);
    counts.vector = 0.125e9; /* half a FLOP of the rate each: 4 * 0.125e9 / 0.1e12 = 5 ms */
    cost = tri_cost_of(&c, &counts);
    close_to(cost.seconds, 10e-6 + together(5e-3, 4e-3));
    ck_assert_int_eq(cost.bound, TRI_COST_VECTOR);
    counts.shared = 0.3e9; /* 4 * 0.3e9 / (2 units * 100 B * 1 GHz) = 6 ms */
    cost = tri_cost_of(&c, &counts);
    close_to(cost.seconds, 10e-6 + together(6e-3, 4e-3));
    ck_assert_int_eq(cost.bound, TRI_COST_SHARED);
    tri_chip_free(chip);
}
END_TEST

START_TEST(wider_elements_take_their_own_rate_and_unknown_peaks_the_next_wider_one)
{
    tri_chip *chip = parse(plain);
    tri_cost_chip c = read_cost(chip);
    close_to(c.matrix[TRI_F32], 0.25e12);
    close_to(c.matrix[TRI_F8E4M3FN], 1e12);
    close_to(c.matrix[TRI_F64], 0.25e12);
    tri_chip_free(chip);
    chip = load("trn2"); /* f32 takes four times as long in the array */
    c = read_cost(chip);
    close_to(c.matrix[TRI_BF16], 128.0 * 128 * 2 * 2.4e9);
    close_to(c.matrix[TRI_F32], 128.0 * 128 * 2 * 2.4e9 / 4);
    tri_chip_free(chip);
}
END_TEST

START_TEST(a_last_wave_that_is_not_full_costs_a_whole_one)
{
    tri_chip *chip = parse(plain);
    tri_cost_chip c = read_cost(chip);
    tri_cost_counts counts = {.programs = 5, .matrix = {[TRI_BF16] = 1e9}};
    close_to(tri_cost_of(&c, &counts).seconds, 10e-6 + 3 * 1e9 / 0.5e12); /* 3 turns of a unit's half of the rate */
    counts.programs = 6;
    close_to(tri_cost_of(&c, &counts).seconds, 10e-6 + 3 * 1e9 / 0.5e12);
    counts.programs = 7;
    close_to(tri_cost_of(&c, &counts).seconds, 10e-6 + 4 * 1e9 / 0.5e12);
    tri_chip_free(chip);
}
END_TEST

/* Of 8 units with paths of 200 GB/s each, 5 fill a memory of 1 TB/s. */
START_TEST(few_units_take_no_more_than_their_paths_carry)
{
    char text[sizeof plain + 100];
    snprintf(text, sizeof text, "%sunits = 8 [E]\nfill_bandwidth_unit = 200 B/cycle [E]\n", plain);
    tri_chip *chip = parse(text);
    tri_cost_chip c = read_cost(chip);
    tri_cost_counts counts = {.programs = 3, .hbm = 6e9};
    close_to(tri_cost_of(&c, &counts).seconds, 10e-6 + 6e9 / 600e9);
    counts.programs = 5;
    close_to(tri_cost_of(&c, &counts).seconds, 10e-6 + 6e9 / 1e12);
    counts = (tri_cost_counts){.programs = 11, .hbm = 11e9}; /* a wave of 8, one of 3 */
    tri_cost first = tri_cost_of(&c, &counts);
    close_to(first.seconds, 10e-6 + 8e9 / 1e12 + 3e9 / 600e9);
    counts = (tri_cost_counts){.programs = 8, .l2 = 4e9}; /* all together 1.6 TB/s */
    tri_cost second = tri_cost_of(&c, &counts), both = tri_cost_then(&first, &second);
    close_to(second.seconds, 10e-6 + 4e9 / 1.6e12);
    counts.taken = 6e9; /* what is read once for several goes through the path of each */
    close_to(tri_cost_of(&c, &counts).seconds, 10e-6 + 6e9 / 1.6e12);
    close_to(both.seconds, first.seconds + second.seconds);
    ck_assert_int_eq(both.bound, TRI_COST_HBM);
    tri_chip_free(chip);
}
END_TEST

START_TEST(one_slot_serialises_loading_and_computing)
{
    tri_chip *chip = parse(plain);
    tri_cost_chip c = read_cost(chip);
    /* 2 programs of 10 steps: 2 ms of products, 1 ms of memory, 10 waits of 1 us. */
    tri_cost_counts counts = {.programs = 2, .matrix = {[TRI_BF16] = 1e9}, .hbm = 1e9, .steps = 10, .slots = 1};
    const double waits = 2e-3 + 1e-3 + 10e-6, busy = together(2e-3, 1e-3);
    tri_cost cost = tri_cost_of(&c, &counts);
    close_to(cost.seconds, 10e-6 + together(waits, busy));
    ck_assert_int_eq(cost.bound, TRI_COST_LATENCY);
    counts.slots = 2;
    cost = tri_cost_of(&c, &counts);
    close_to(cost.seconds, 10e-6 + together(waits / 2, busy));
    ck_assert_int_eq(cost.bound, TRI_COST_MATRIX);
    tri_chip_free(chip);
}
END_TEST

/* Two kinds of work that are as long take 2^(1/16) as long together: 4.4 % more. */
START_TEST(work_that_is_as_long_gets_in_each_others_way)
{
    tri_chip *chip = parse(plain);
    tri_cost_chip c = read_cost(chip);
    tri_cost_counts counts = {.programs = 2, .matrix = {[TRI_BF16] = 1e9}, .hbm = 2e9};
    tri_cost cost = tri_cost_of(&c, &counts);
    ck_assert_double_eq_tol(cost.interference, 2e-3 * 0.0443, 2e-3 * 0.0001);
    close_to(cost.seconds, cost.launch + cost.fill + cost.busy[cost.bound] + cost.drain + cost.interference);
    tri_chip_free(chip);
}
END_TEST

START_TEST(descriptors_and_transposes_slow_the_pipe)
{
    tri_chip *chip = parse(decoupled);
    tri_cost_chip c = read_cost(chip);
    const double all = 1e9;
    static const struct {
        double run, share;
        bool transposes;
    } rows[] = {{1 << 20, 1, false},  {4096, 1, false},   {2048, 0.9, false}, {1024, 0.75, false},
                {512, 0.5625, false}, {64, 0.125, false}, {2048, 0.81, true}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        tri_cost_counts counts = {.programs = 1, .n_streams = 1, .streams = {{all, rows[i].run, 1, rows[i].transposes}}};
        tri_cost cost = tri_cost_of(&c, &counts);
        close_to(cost.seconds, 1e-6 + all / (4 * 25e9 * rows[i].share));
        ck_assert_int_eq(cost.bound, TRI_COST_PIPE);
    }
    /* Two generators, 600 ns a transfer: 1000 of them take 300 us, however little they move. */
    tri_cost_counts counts = {.programs = 1, .n_streams = 1, .streams = {{1e4, 4096, 1000, false}}};
    close_to(tri_cost_of(&c, &counts).seconds, 1e-6 + 300e-6);
    tri_chip_free(chip);
}
END_TEST

START_TEST(fill_and_drain_wait_for_the_first_and_the_last_bytes)
{
    tri_chip *chip = parse(decoupled);
    tri_cost_chip c = read_cost(chip);
    /* Latency 1.6 us; then 100 ns of semaphore, 256 + 44 cycles of array, 100 of the vector engine: 2.1 us. 1e5 bytes at 100 GB/s: 1 us. */
    tri_cost_counts counts = {.programs = 1,
                              .matrix = {[TRI_BF16] = 2.0 * 128 * 128 * 1e6}, /* a million cycles: 1 ms */
                              .first = {{.bytes = 1e5, .run = 4096}},
                              .last = {.bytes = 2e5, .run = 4096}};
    tri_cost cost = tri_cost_of(&c, &counts);
    ck_assert_int_eq(cost.bound, TRI_COST_MATRIX);
    close_to(cost.fill, 3.1e-6);
    close_to(cost.drain, 4.1e-6);
    close_to(cost.seconds, 1e-6 + 3.1e-6 + 1e-3 + 4.1e-6);
    tri_chip_free(chip);
}
END_TEST

START_TEST(a_chip_without_memory_bandwidth_is_refused)
{
    tri_chip *chip = parse("family = ptx\nunits = 2 [E]\n");
    tri_cost_chip c;
    tri_status *status = tri_cost_chip_read(chip, &c);
    ck_assert_ptr_nonnull(status);
    ck_assert_ptr_nonnull(strstr(tri_status_message(status), "hbm_bandwidth"));
    tri_status_free(status);
    tri_chip_free(chip);
}
END_TEST

/* ---- every chip ---- */

static const char *const chips[] = {"a100", "h100", "h200", "b200", "mi250x", "mi300x", "mi355x", "v5e", "v5p", "v6e", "v7x", "trn1", "trn2", "trn3"};
enum { N_CHIPS = sizeof chips / sizeof *chips };

/* A small generator of its own, so that the cases are the same everywhere. */
static double random_count(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return exp2((double)(*state >> 33) / (double)(1u << 31) * 30);
}

START_TEST(more_work_is_never_faster)
{
    tri_chip *chip = load(chips[_i]);
    tri_cost_chip c = read_cost(chip);
    uint64_t state = 7;
    for (int round = 0; round < 500; round++) {
        tri_cost_counts counts = {.programs = ceil(random_count(&state) / 1e5), .slots = 2, .n_streams = TRI_COST_STREAMS};
        double *const fields[] = {&counts.matrix[TRI_BF16],
                                  &counts.matrix[TRI_F32],
                                  &counts.vector,
                                  &counts.function,
                                  &counts.evacuated,
                                  &counts.shared,
                                  &counts.exposed,
                                  &counts.hbm,
                                  &counts.l2,
                                  &counts.first[0].bytes,
                                  &counts.last.bytes,
                                  &counts.streams[0].bytes,
                                  &counts.streams[0].transfers,
                                  &counts.streams[3].bytes};
        for (size_t f = 0; f < sizeof fields / sizeof *fields; f++) *fields[f] = random_count(&state);
        counts.exposed /= 1e9;
        for (int s = 0; s < TRI_COST_STREAMS; s++) counts.streams[s].run = random_count(&state);
        double before = tri_cost_of(&c, &counts).seconds;
        ck_assert(isfinite(before) && before > 0);
        for (size_t f = 0; f < sizeof fields / sizeof *fields; f++) {
            double was = *fields[f];
            *fields[f] = was * 2 + 1;
            ck_assert_double_ge(tri_cost_of(&c, &counts).seconds, before * (1 - 1e-12));
            *fields[f] = was;
        }
        tri_cost_counts more = counts; /* programs, each with its bytes */
        more.programs = 2 * counts.programs + 1;
        more.hbm *= more.programs / counts.programs;
        more.l2 *= more.programs / counts.programs;
        ck_assert_double_ge(tri_cost_of(&c, &more).seconds, before * (1 - 1e-12));
        counts.streams[0].run *= 2;
        ck_assert_double_le(tri_cost_of(&c, &counts).seconds, before * (1 + 1e-12));
    }
    tri_chip_free(chip);
}
END_TEST

START_TEST(no_chip_is_faster_than_its_peak_and_its_memory)
{
    tri_chip *chip = load(chips[_i]);
    tri_cost_chip c = read_cost(chip);
    double peak = tri_chip_number(chip, "peak_bf16", 0), hbm = tri_chip_number(chip, "hbm_bandwidth", 0);
    ck_assert_double_gt(peak, 0);
    tri_cost_counts counts = {.programs = c.units, .matrix = {[TRI_BF16] = 1e15 / c.units}, .hbm = 1e12};
    tri_cost cost = tri_cost_of(&c, &counts);
    ck_assert_double_ge(cost.busy[TRI_COST_MATRIX] * 1.01, 1e15 / peak); /* peaks are printed with three or four digits */
    ck_assert_double_ge(cost.busy[TRI_COST_HBM], 1e12 / hbm);
    ck_assert_double_le(cost.busy[TRI_COST_HBM], 2e12 / hbm);
    tri_chip_free(chip);
}
END_TEST

/* ---- configs ---- */

static int64_t knob(const tri_candidate *c, const char *name) { return tri_config_get(&c->config, name, 0); }

START_TEST(configs_are_ranked_and_the_same_every_time)
{
    enum { MOST = 2000 };
    tri_chip *chip = load(chips[_i]);
    tri_candidate *a = calloc(MOST, sizeof *a), *b = calloc(MOST, sizeof *b), few[4];
    const tri_matmul_problem p = {
        .m = 1000, .n = 3000, .k = 700, .repeats = 2, .walks = 1, .dtype = TRI_BF16, .result = TRI_BF16, .minor = {TRI_MINOR_K, TRI_MINOR_SPAN}};
    int n = tri_matmul_candidates(&p, chip, a, MOST);
    ck_assert_int_eq(tri_matmul_candidates(&p, chip, b, MOST), n);
    ck_assert_int_eq(tri_matmul_candidates(&p, chip, few, 4), n < 4 ? n : 4);
    ck_assert_int_lt(n, MOST);
    ck_assert(n == 0 || tri_matmul_recipe_of(chip) != TRI_MATMUL_RECIPES);
    ck_assert(n > 0 || !tri_chip_find(chip, "style")); /* systolic cores all have configs for it */
    for (int i = 0; i < n; i++) {
        ck_assert_mem_eq(&a[i].cost, &b[i].cost, sizeof a[i].cost);
        double more = 1.028; /* 16 slots against 2: (1 + 16/512) / (1 + 2/512); a second kernel; a cluster */
        if (tri_config_get(&a[i].config, "split", 1) > 1) more *= 1.05;
        if (tri_config_get(&a[i].config, "cluster", 1) > 1) more *= 1.02;
        if (i) ck_assert_double_le(a[i - 1].cost.seconds, a[i].cost.seconds * more);
        for (int k = 0; k < a[i].config.n; k++) {
            ck_assert_str_eq(a[i].config.knobs[k].name, b[i].config.knobs[k].name);
            ck_assert_int_eq(a[i].config.knobs[k].value, b[i].config.knobs[k].value);
            if (i < 4) ck_assert_int_eq(a[i].config.knobs[k].value, few[i].config.knobs[k].value);
        }
    }
    free(a);
    free(b);
    tri_chip_free(chip);
}
END_TEST

START_TEST(configs_fit_the_memories_they_use)
{
    enum { MOST = 2000 };
    tri_chip *chip = load(chips[_i]);
    tri_candidate *all = calloc(MOST, sizeof *all);
    for (int dtype = 0; dtype < 2; dtype++) {
        const tri_matmul_problem p = {.m = 4096,
                                      .n = 4096,
                                      .k = 4096,
                                      .repeats = 1,
                                      .walks = 1,
                                      .dtype = dtype ? TRI_F32 : TRI_BF16,
                                      .result = dtype ? TRI_F32 : TRI_BF16,
                                      .minor = {TRI_MINOR_K, TRI_MINOR_SPAN}};
        int n = tri_matmul_candidates(&p, chip, all, MOST);
        double sp = tri_chip_number(chip, "sp_bytes", 0) * 128, shared = tri_chip_number(chip, "shared_bytes_block", 0), size = dtype ? 4 : 2;
        for (int i = 0; i < n; i++) {
            int64_t rows = knob(&all[i], "bm") / tri_config_get(&all[i].config, "cluster", 1);
            double rings = (double)(knob(&all[i], "stages") * (rows + knob(&all[i], "bn")) * knob(&all[i], "bk")) * size;
            ck_assert_double_le(rings, sp > 0 ? sp : shared);
            if (tri_matmul_recipe_of(chip) == TRI_MATMUL_QUEUES) /* banks of 128 rows of 512 sums */
                ck_assert_int_le((knob(&all[i], "bm") + 127) / 128 * ((knob(&all[i], "bn") + 511) / 512), tri_chip_integer(chip, "acc_banks", 0));
        }
    }
    free(all);
    tri_chip_free(chip);
}
END_TEST

/* Units without work, a long contracted dimension, and a result that may be combined: nothing less makes parts. */
START_TEST(sums_are_dealt_out_where_units_are_idle)
{
    enum { MOST = 8000 };
    tri_chip *chip = load(chips[_i]);
    tri_candidate *all = calloc(MOST, sizeof *all);
    tri_matmul_recipe recipe = tri_matmul_recipe_of(chip);
    bool threads = recipe == TRI_MATMUL_THREADS || recipe == TRI_MATMUL_MERGED;
    for (int round = 0; round < 4; round++) {
        tri_matmul_problem p = {.m = 16, .n = 512, .k = 16384, .repeats = 1, .walks = 1, .dtype = TRI_BF16, .result = TRI_BF16, .splits = true};
        if (round == 1) p.splits = false;
        if (round == 2) p.n = 512 * 1024;
        if (round == 3) p.k = 64;
        int n = tri_matmul_candidates(&p, chip, all, MOST), parted = 0;
        for (int i = 0; i < n; i++) {
            int64_t split = tri_config_get(&all[i].config, "split", 1), steps = (p.k + knob(&all[i], "bk") - 1) / knob(&all[i], "bk");
            parted += split > 1;
            if (split > 1) ck_assert_int_ge(steps / split, 1);
            if (split == 1) ck_assert_int_eq(knob(&all[i], "swap"), 0);
        }
        ck_assert_int_eq(parted > 0, threads && round == 0);
        if (parted) ck_assert_int_gt(tri_config_get(&all[0].config, "split", 1), 1); /* 16 MiB through 2 to 8 units, or through more */
    }
    free(all);
    tri_chip_free(chip);
}
END_TEST

/* Two blocks of one program read its columns once: from L2 comes each operand as often as there are programs along the other one. */
START_TEST(clusters_are_taken_where_chips_have_them_and_halve_what_they_share)
{
    enum { MOST = 2000 };
    tri_chip *chip = load(chips[_i]);
    tri_candidate *all = calloc(MOST, sizeof *all);
    bool has = tri_chip_lists(chip, "clusters", "yes") && tri_matmul_recipe_of(chip) == TRI_MATMUL_THREADS;
    double l2 = tri_chip_number(chip, "l2_bandwidth", 0);
    for (int64_t m = 64; m <= 4096; m *= 64) {
        const tri_matmul_problem p = {.m = m, .n = 4096, .k = 4096, .repeats = 1, .walks = 1, .dtype = TRI_BF16, .result = TRI_BF16};
        int n = tri_matmul_candidates(&p, chip, all, MOST), pairs = 0;
        for (int i = 0; i < n; i++) {
            int64_t cluster = tri_config_get(&all[i].config, "cluster", 1), bm = knob(&all[i], "bm"), bn = knob(&all[i], "bn");
            pairs += cluster == 2;
            if (cluster != 2) continue;
            ck_assert_int_ge(bm / knob(&all[i], "groups"), 2 * 64);
            if (l2 > 0) close_to(all[i].cost.busy[TRI_COST_L2], 4096.0 * 4096 * 2 * ((double)m / (double)bn + (double)m / (double)bm + 1) / l2);
        }
        ck_assert_int_eq(pairs > 0, has && m == 4096);
        if (pairs && l2 > 0) ck_assert_int_eq(tri_config_get(&all[0].config, "cluster", 1), 2);
    }
    free(all);
    tri_chip_free(chip);
}
END_TEST

/* Pieces of f32 that leave take the place of a slot: 2 x 128 x 64 x 4 bytes beside 4 x 48 KiB do not fit. */
START_TEST(wide_results_get_fewer_slots_rather_than_no_config)
{
    tri_chip *chip = load(chips[_i]);
    tri_candidate best[2];
    if (tri_matmul_recipe_of(chip) == TRI_MATMUL_THREADS) {
        for (int wide = 0; wide < 2; wide++) {
            tri_matmul_problem p = {
                .m = 4096, .n = 4096, .k = 4096, .repeats = 1, .walks = 1, .dtype = TRI_BF16, .result = wide ? TRI_F32 : TRI_BF16};
            ck_assert_int_eq(tri_matmul_candidates(&p, chip, &best[wide], 1), 1);
            ck_assert_int_eq(knob(&best[wide], "stages"), 4 - wide);
            ck_assert_int_eq(knob(&best[wide], "bn"), 256);
        }
    }
    tri_chip_free(chip);
}
END_TEST

START_TEST(predictions_respect_the_roofline_of_the_problem)
{
    tri_chip *chip = load(chips[_i]);
    tri_candidate best;
    for (int64_t size = 64; size <= 8192; size *= 2) {
        const tri_matmul_problem p = {
            .m = size, .n = size, .k = size, .repeats = 1, .walks = 1, .dtype = TRI_BF16, .result = TRI_BF16, .minor = {TRI_MINOR_K, TRI_MINOR_SPAN}};
        if (!tri_matmul_candidates(&p, chip, &best, 1)) continue;
        double n = (double)size, flops = 2 * n * n * n, bytes = 3 * n * n * 2;
        ck_assert_double_ge(best.cost.seconds * 1.01, flops / tri_chip_number(chip, "peak_bf16", 0));
        ck_assert_double_ge(best.cost.seconds, bytes / tri_chip_number(chip, "hbm_bandwidth", 0));
        ck_assert_double_ge(best.cost.seconds, tri_chip_number(chip, "launch_latency", 0));
    }
    tri_chip_free(chip);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cost");
    TCase *hand = tcase_create("by hand"), *every = tcase_create("every chip");
    tcase_add_test(hand, an_empty_kernel_takes_its_launch);
    tcase_add_test(hand, the_busiest_resource_is_the_time_and_the_bound);
    tcase_add_test(hand, wider_elements_take_their_own_rate_and_unknown_peaks_the_next_wider_one);
    tcase_add_test(hand, a_last_wave_that_is_not_full_costs_a_whole_one);
    tcase_add_test(hand, few_units_take_no_more_than_their_paths_carry);
    tcase_add_test(hand, one_slot_serialises_loading_and_computing);
    tcase_add_test(hand, work_that_is_as_long_gets_in_each_others_way);
    tcase_add_test(hand, descriptors_and_transposes_slow_the_pipe);
    tcase_add_test(hand, fill_and_drain_wait_for_the_first_and_the_last_bytes);
    tcase_add_test(hand, a_chip_without_memory_bandwidth_is_refused);
    tcase_add_loop_test(every, more_work_is_never_faster, 0, N_CHIPS);
    tcase_add_loop_test(every, no_chip_is_faster_than_its_peak_and_its_memory, 0, N_CHIPS);
    tcase_add_loop_test(every, configs_are_ranked_and_the_same_every_time, 0, N_CHIPS);
    tcase_add_loop_test(every, configs_fit_the_memories_they_use, 0, N_CHIPS);
    tcase_add_loop_test(every, sums_are_dealt_out_where_units_are_idle, 0, N_CHIPS);
    tcase_add_loop_test(every, clusters_are_taken_where_chips_have_them_and_halve_what_they_share, 0, N_CHIPS);
    tcase_add_loop_test(every, wide_results_get_fewer_slots_rather_than_no_config, 0, N_CHIPS);
    tcase_add_loop_test(every, predictions_respect_the_roofline_of_the_problem, 0, N_CHIPS);
    suite_add_tcase(suite, hand);
    suite_add_tcase(suite, every);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
