/* kernels/matmul_config.c - the configs of the matmul family's fast form: all that the chip's recipe allows and its memories hold, ranked by the cost
 * model (abi/cost.h). Here a config becomes counts; each recipe says what its schedule loads, keeps, multiplies and stores. Needs capabilities of the
 * chip alone. Guarantees: the same ranking every time; no lists of shapes. */
#include "kernels/matmul_config.h"

#include <stdlib.h>

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }
static int64_t divide_up(int64_t n, int64_t by) { return (n + by - 1) / by; }
static int64_t round_up(int64_t n, int64_t to) { return divide_up(n, to) * to; }

/* ---- what is asked of the chip ---- */

typedef struct limits {
    tri_cost_chip cost;
    /* Systolic cores. */
    int64_t partitions, banks, bank_columns, sp_bytes, array_rows, array_cols, arrays, min_ii, most_n;
    double pops_a_store, port_alu;
    /* Chips whose units run threads. */
    int64_t units, shared_bytes, shared_unit_bytes, registers_unit, registers_thread, wave, l2_bytes, cluster_blocks;
} limits;

static bool limits_read(const tri_chip *chip, limits *out)
{
    tri_status *status = tri_cost_chip_read(chip, &out->cost);
    if (status) {
        tri_status_free(status);
        return false;
    }
    out->partitions = larger(1, tri_chip_integer(chip, "partitions", 128));
    out->banks = tri_chip_integer(chip, "acc_banks", 8);
    out->bank_columns = larger(1, tri_chip_integer(chip, "acc_bank_bytes", 2048) / 4);
    out->sp_bytes = tri_chip_integer(chip, "sp_bytes", 0);
    out->array_rows = larger(1, tri_chip_integer(chip, "array_rows", 128));
    out->array_cols = larger(1, tri_chip_integer(chip, "array_cols", 128));
    out->arrays = larger(1, tri_chip_integer(chip, "arrays", 1));
    out->min_ii = tri_chip_integer(chip, "mm_min_ii", 64);
    out->most_n = tri_chip_integer(chip, "mm_most_n", 512);
    out->pops_a_store = tri_chip_number(chip, "port_pop", 2) / tri_chip_number(chip, "port_st", 1);
    out->port_alu = tri_chip_number(chip, "port_alu", 4);
    out->units = larger(1, tri_chip_integer(chip, "units", 1));
    out->shared_bytes = tri_chip_integer(chip, "shared_bytes_block", 48 << 10);
    out->shared_unit_bytes = tri_chip_integer(chip, "shared_bytes_unit", 48 << 10);
    out->registers_unit = tri_chip_integer(chip, "registers_unit", 65536);
    out->registers_thread = tri_chip_integer(chip, "registers_thread_max", 255);
    out->wave = larger(1, tri_chip_integer(chip, "wave", 32));
    out->l2_bytes = tri_chip_integer(chip, "l2_bytes", 0);
    out->cluster_blocks = tri_chip_lists(chip, "clusters", "yes") ? tri_chip_integer(chip, "cluster_blocks_max", 1) : 1;
    return true;
}

/* ---- spaces ---- */

enum { MOST_VALUES = 12 };

typedef struct values {
    int n;
    int64_t at[MOST_VALUES];
} values;

/* The knobs of a recipe, and what values they may have for a problem; one left empty is not part of the config. */
typedef struct space {
    values bm, bn, bk, stages, groups, split, swap, cluster;
} space;

typedef struct point {
    int64_t bm, bn, bk, stages, groups;
    int64_t split, swap; /* as in matmul.c; no program of a split is without steps */
    bool keep;           /* the left operand's tile, from program to program */
    int64_t cluster;     /* blocks that make a program together, each an equal part of its taller side */
} point;

static void offer(values *v, int64_t value)
{
    for (int i = 0; i < v->n; i++)
        if (v->at[i] == value) return;
    if (v->n < MOST_VALUES) v->at[v->n++] = value;
}

/* `unit` times 1, 2, 4, ... up to `most`, and no more than what covers `size` once. */
static void offer_doubling(values *v, int64_t unit, int64_t size, int64_t most)
{
    int64_t all = round_up(size, unit);
    for (int64_t value = unit; value < smaller(all, most + 1); value *= 2) offer(v, value);
    if (all <= most) offer(v, all);
}

static void offer_range(values *v, int64_t from, int64_t to)
{
    for (int64_t value = from; value <= to; value++) offer(v, value);
}

/* ---- counts that all recipes share ---- */

static double tiles_of(const tri_matmul_problem *p, const point *at)
{
    return p->repeats * (double)divide_up(p->m, at->bm) * (double)divide_up(p->n, at->bn);
}
static double programs_of(const tri_matmul_problem *p, const point *at) { return tiles_of(p, at) * (double)at->split; }

/* Steps of a program along k. */
static int64_t steps_of(const tri_matmul_problem *p, const point *at) { return divide_up(divide_up(p->k, at->bk), at->split); }

/* Whether programs that follow each other take the same tile of the left operand, all of it in one step. */
static bool stays_loaded(const tri_matmul_problem *p, const point *at)
{
    return p->walks == 1 && p->repeats == 1 && at->split == 1 && at->bk >= p->k && at->bm >= p->m && at->bn < p->n;
}

/* What a program stores: its tile of the result, or its part of one, whole and in f32. */
static int64_t stored_size(const tri_matmul_problem *p, const point *at)
{
    return at->split > 1 ? (int64_t)sizeof(float) : (int64_t)tri_dtype_bytes(p->result);
}

/* Bytes of an operand that all programs load together: each element as often as blocks of the other operand need it. */
static double loaded(const tri_matmul_problem *p, const point *at, int side)
{
    double again = side ? (double)divide_up(p->m, at->bm) : at->keep ? 1 : (double)divide_up(p->n, at->bn), span = (double)(side ? p->n : p->m);
    return p->repeats * p->walks * span * (double)p->k * (double)tri_dtype_bytes(p->dtype) * again;
}

static double result_bytes(const tri_matmul_problem *p) { return p->repeats * (double)p->m * (double)p->n * (double)tri_dtype_bytes(p->result); }
static double parts_bytes(const tri_matmul_problem *p, const point *at) { return programs_of(p, at) * (double)(at->bm * at->bn) * sizeof(float); }

/* For the cost model a block is a program: those of a cluster run at the same time. */
static tri_cost_counts counts_begin(const tri_matmul_problem *p, const point *at)
{
    tri_cost_counts c = {
        .programs = programs_of(p, at) * (double)at->cluster, .steps = p->walks * (double)steps_of(p, at), .slots = (double)at->stages};
    if (at->split > 1) return c; /* the rest of the work is another kernel's */
    c.vector = p->vector * (double)(at->bm * at->bn / at->cluster);
    c.function = p->function * (double)(at->bm * at->bn / at->cluster);
    return c;
}

/* Results of a program leave in one go, and loads behind them wait: for the matrix unit not to notice, the slots have to hold that much work. */
static double stalled(const limits *l, const tri_matmul_problem *p, const point *at, const tri_cost_counts *c)
{
    double step = c->matrix[p->dtype] / l->cost.matrix[p->dtype] / c->steps, ahead = (double)(at->stages - 1) * step;
    double away = l->cost.latency + (double)(at->bm * at->bn) * (double)tri_dtype_bytes(p->result) / l->cost.hbm;
    return c->programs > 1 && away > ahead ? away - ahead : 0;
}

/* ---- engines with queues of their own ---- */

int64_t tri_matmul_pieces(int64_t size, int64_t most)
{
    int64_t pieces = divide_up(size, most);
    while (size % pieces) pieces++;
    return pieces;
}

/* The size of equal blocks of `size`, of at most `pieces` equal pieces of at most `piece` each: nothing of a block sticks out that could be avoided.
 */
static int64_t even(int64_t size, int64_t pieces, int64_t piece)
{
    int64_t block = divide_up(size, divide_up(size, pieces * piece));
    return tri_matmul_pieces(block, piece) <= pieces ? block : round_up(block, divide_up(block, piece));
}

static void queues_space(const tri_matmul_problem *p, const limits *l, space *s)
{
    for (int64_t tall = 1; tall <= l->banks; tall++) offer(&s->bm, even(p->m, tall, l->partitions));
    for (int64_t wide = 1; wide <= l->banks; wide++) offer(&s->bn, even(p->n, wide, l->bank_columns));
    for (int64_t deep = 1; deep <= 16; deep *= 2) offer(&s->bk, divide_up(p->k, divide_up(p->k, deep * l->partitions)));
    offer_range(&s->stages, 2, 4);
    offer(&s->stages, 8);
    offer(&s->stages, 16);
}

/* Partitions hold k of both operands, and rows of the result. An operand whose k is contiguous in memory is transposed on its way if its elements
 * have 2 bytes, else fetched one by one. */
static bool queues_counts(const tri_matmul_problem *p, const limits *l, const point *at, tri_cost_counts *c)
{
    enum { RESULT_SLOTS = 4, FILLED = 1024, JOINED = 256 << 10 };
    int64_t tall = tri_matmul_pieces(at->bm, l->partitions), wide = tri_matmul_pieces(at->bn, l->bank_columns),
            deep = divide_up(at->bk, l->partitions);
    int64_t size = (int64_t)tri_dtype_bytes(p->dtype), out_size = (int64_t)tri_dtype_bytes(p->result), columns = divide_up(at->bn, wide);
    int64_t kept = at->stages * deep * (at->bm + at->bn) * size + RESULT_SLOTS * columns * (out_size + 4);
    if (tall * wide > l->banks || kept > l->sp_bytes - l->sp_bytes / 16) return false;
    *c = counts_begin(p, at);
    int64_t stays = smaller(at->bm, l->partitions), moves = larger(larger(columns, l->min_ii), stays / 2);
    double depth = c->steps * (double)(deep * l->partitions);
    /* Small loads that have slots at the same time are one transfer. */
    int64_t step_bytes = larger(at->bm, at->bn) * at->bk * size, joined = deep > 1 ? 1 : larger(1, smaller(at->stages / 2, JOINED / step_bytes));
    c->matrix[p->dtype] = 2.0 * (double)(tall * l->partitions) * (double)(wide * moves) * depth;
    c->evacuated = (double)(tall * l->partitions) * (double)at->bn;
    for (int side = 0; side < 2; side++) {
        int64_t span = side ? smaller(at->bn, p->n) : smaller(at->bm, p->m), k = smaller(at->bk, p->k);
        int64_t run = p->minor[side] == TRI_MINOR_K ? (size == 2 ? k : 1) : p->minor[side] == TRI_MINOR_SPAN ? span : 1;
        c->streams[side] =
            (tri_cost_stream){.bytes = loaded(p, at, side),
                              .run = (double)(run * size),
                              .transfers = c->programs * c->steps / (double)joined * (at->bk > l->partitions && at->bk % l->partitions ? 2 : 1),
                              .transposes = p->minor[side] == TRI_MINOR_K && size == 2};
    }
    c->streams[2] =
        (tri_cost_stream){.bytes = result_bytes(p), .run = (double)(columns * out_size), .transfers = c->programs * (double)(tall * wide)};
    c->streams[3] = (tri_cost_stream){.bytes = p->extra, .run = (double)(columns * out_size)};
    for (int i = 0; i < 4; i++) c->hbm += c->streams[i].bytes;
    /* What sticks out is filled by transfers on the chip, in rows as long as it is wide. */
    double right = c->programs * c->steps, left = at->keep ? right / (double)divide_up(p->n, at->bn) : right;
    double filled = (left * (double)at->bm + right * (double)at->bn) * (double)(at->bk * size) - c->streams[0].bytes - c->streams[1].bytes;
    int64_t m_over = round_up(p->m, at->bm) - p->m, n_over = round_up(p->n, at->bn) - p->n, over = n_over ? n_over : m_over ? m_over : FILLED;
    double edges = c->programs; /* all have an end of k; else the last of a row or column of programs */
    if (p->k % at->bk == 0)
        edges = c->programs * ((n_over ? 1.0 / (double)divide_up(p->n, at->bn) : 0) + (m_over ? 1.0 / (double)divide_up(p->m, at->bm) : 0));
    if (filled > 0) c->streams[4] = (tri_cost_stream){.bytes = filled, .run = (double)smaller(over * size, FILLED), .transfers = edges * c->steps};
    c->n_streams = 5;
    for (int side = 0; side < 2; side++) {
        c->first[side] = c->streams[side];
        c->first[side].bytes = (double)((side ? at->bn : at->bm) * smaller(at->bk, p->k) * size);
    }
    c->last = c->streams[2];
    c->last.bytes = (double)(stays * columns * out_size);
    /* The first bank is wanted again when the last chunk of the others is through: what its evacuation takes longer, the matrix unit waits. */
    double bank = l->cost.evacuation > 0 ? 2.0 * (double)(l->partitions * columns) / l->cost.evacuation + l->cost.handover : 0;
    double others = c->matrix[p->dtype] / l->cost.matrix[p->dtype] / c->steps * (1 - 1.0 / (double)(tall * wide));
    c->exposed = stalled(l, p, at, c) + (bank > others ? bank - others : 0);
    return true;
}

/* ---- one instruction stream ---- */

static void bundle_space(const tri_matmul_problem *p, const limits *l, space *s)
{
    enum { ROWS = 8, MOST = 4096, MOST_K = 2048 };
    if (p->m < 2 * l->array_cols)
        offer(&s->bm, round_up(p->m, ROWS));
    else
        offer_doubling(&s->bm, 2 * l->array_cols, p->m, MOST);
    offer_doubling(&s->bn, l->array_cols, p->n, MOST);
    offer_doubling(&s->bk, l->array_rows, p->k, MOST_K);
    offer_range(&s->stages, 2, 4);
}

/* Lanes hold k of the left operand and columns of the right one and of the result, which is accumulated there in f32. */
static bool bundle_counts(const tri_matmul_problem *p, const limits *l, const point *at, tri_cost_counts *c)
{
    enum { RESULT_SLOTS = 2, TRANSFER = 512 << 10 };
    int64_t size = (int64_t)tri_dtype_bytes(p->dtype), out_size = (int64_t)tri_dtype_bytes(p->result);
    int64_t deep = divide_up(at->bk, l->partitions), across = divide_up(at->bn, l->partitions);
    int64_t kept = at->stages * (deep * at->bm + across * at->bk) * size + across * at->bm * (4 + RESULT_SLOTS * out_size);
    if (kept > l->sp_bytes - l->sp_bytes / 16) return false;
    *c = counts_begin(p, at);
    int64_t tiles = divide_up(at->bk, l->array_rows), chain = smaller(l->arrays, tiles), rows = larger(at->bm, l->array_rows);
    double depth = c->steps * (double)(tiles * l->array_rows), stores = l->pops_a_store / (double)chain;
    c->matrix[p->dtype] = 2.0 * (double)rows * (double)round_up(at->bn, l->array_cols) * depth;
    c->evacuated = (double)(at->bm * at->bn) * c->steps * (double)tiles * (stores > 1 ? stores : 1);
    c->vector += (double)(at->bm * at->bn) * l->port_alu / 2; /* loads of f32 keep its ports busy while it converts */
    c->hbm = loaded(p, at, 0) + loaded(p, at, 1) + result_bytes(p) + p->extra;
    int64_t k = smaller(at->bk, p->k);
    c->first[0].bytes = (double)smaller(at->bm * k * size, TRANSFER);
    c->first[1].bytes = (double)smaller(at->bn * k * size, TRANSFER);
    c->last.bytes = (double)(at->bm * at->bn * out_size);
    c->exposed = stalled(l, p, at, c);
    return true;
}

/* ---- threads ---- */

/* Bytes from memory where a cache keeps what the units want at the same time: `units` programs, `group` of them along m, read each row and column of
 * tiles once together. */
static double from_memory(const tri_matmul_problem *p, const limits *l, const point *at, int64_t group)
{
    double size = (double)tri_dtype_bytes(p->dtype), depth = p->walks * (double)p->k * size, programs = programs_of(p, at);
    double once = p->repeats * (double)(p->m + p->n) * depth;
    if (once <= (double)l->l2_bytes / 2) return once;
    double at_once = (double)smaller(l->units / at->cluster, (int64_t)larger(1, (int64_t)programs));
    double tall = (double)smaller(group, divide_up(p->m, at->bm)), wide = at_once / tall;
    double wave = (tall * (double)at->bm + wide * (double)at->bn) * depth, all = programs / at_once * wave;
    return all > once ? all : once;
}

/* Parts that one kernel writes and the next reads stay in a cache of twice their size. */
static double parts_in_memory(const tri_matmul_problem *p, const limits *l, const point *at)
{
    double bytes = parts_bytes(p, at);
    return bytes <= (double)l->l2_bytes / 2 ? 0 : bytes;
}

/* A block's share of the rows of the product, and its columns. */
static int64_t tall_of(const point *at) { return (at->swap ? at->bn : at->bm) / at->cluster; }
static int64_t wide_of(const point *at) { return at->swap ? at->bm : at->bn; }

/* Blocks of a cluster read what they share once: that is half of the traffic of the wider operand between L2 and the units, where there are two. (A
 * published matmul of 8192^3 went from 778 to 799 TFLOP/s by it: github.com/pranjalssh/fast.cu.) Each still takes all of its tiles. */
static void threads_counts_shared(const tri_matmul_problem *p, const limits *l, const point *at, tri_cost_counts *c)
{
    enum { GROUP_M = 8, ROWS = 64 };
    int64_t tall = tall_of(at), wide = wide_of(at);
    double size = (double)tri_dtype_bytes(p->dtype), out_size = (double)stored_size(p, at), tile = (double)(tall * wide);
    double filled = (double)((tall + wide) * at->bk) * size, read = (double)(tall * at->bk + divide_up(tall, ROWS) * wide * at->bk) * size;
    double leaves = at->split > 1 ? parts_bytes(p, at) : result_bytes(p) + p->extra, shared = loaded(p, at, at->swap ? 0 : 1);
    c->matrix[p->dtype] = 2.0 * tile * c->steps * (double)at->bk;
    c->shared = c->steps * (filled + read) + 2 * tile * out_size;
    c->vector += 2 * tile;
    c->l2 = loaded(p, at, 0) + loaded(p, at, 1) + leaves;
    c->taken = c->l2 + shared * (double)(at->cluster - 1);
    c->hbm = from_memory(p, l, at, GROUP_M) + (at->split > 1 ? parts_in_memory(p, l, at) : leaves);
    double at_once = c->programs < l->cost.units ? c->programs : l->cost.units;
    c->first[0].bytes = at_once * (double)((tall + wide / at->cluster) * at->bk) * size;
    /* The threads that multiply also finish the tile. */
    if (l->cost.vector > 0) c->exposed += c->vector * l->cost.units / l->cost.vector;
    if (l->cost.function > 0) c->exposed += c->function * l->cost.units / l->cost.function;
    if (l->cost.shared > 0) c->exposed += tile * out_size * l->cost.units / l->cost.shared;
}

/* The kernel behind a split: a program a tile reads all parts of it. */
static tri_cost_counts rest_counts(const tri_matmul_problem *p, const limits *l, const point *at)
{
    double tile = (double)(at->bm * at->bn), parts = (double)at->split, leaves = result_bytes(p) + p->extra;
    tri_cost_counts c = {.programs = tiles_of(p, at), .slots = 1};
    c.vector = (p->vector + parts) * tile;
    c.function = p->function * tile;
    c.l2 = parts_bytes(p, at) + leaves;
    c.hbm = parts_in_memory(p, l, at) + leaves;
    double at_once = c.programs < l->cost.units ? c.programs : l->cost.units;
    c.first[0].bytes = at_once * tile * sizeof(float);
    c.last.bytes = at_once * tile * (double)tri_dtype_bytes(p->result);
    return c;
}

/* Elements of a tile that the kernel behind a split has to hold: it has the empty schedule, whose blocks have few threads. */
enum { MOST_FOLDED = 128 * 128 };

/* Where the largest tiles leave units without work there are smaller ones, and their contracted dimension may be dealt out. */
static void offer_more_programs(const tri_matmul_problem *p, const limits *l, space *s, int64_t least_columns)
{
    static const int64_t splits[] = {2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16};
    point largest = {.bm = s->bm.at[0], .bn = s->bn.at[0], .split = 1, .cluster = 1};
    offer(&s->split, 1);
    if (programs_of(p, &largest) >= (double)l->units) return;
    for (int64_t bn = largest.bn / 2; bn >= least_columns; bn /= 2) offer(&s->bn, bn);
    if (s->groups.at[0] > 1) { /* the rows of one instance */
        offer(&s->bm, largest.bm / s->groups.at[0]);
        offer(&s->groups, 1);
    }
    for (size_t i = 0; i < sizeof splits / sizeof *splits && p->splits; i++) offer(&s->split, splits[i]);
}

/* Accumulators and what the code needs beside them, against what a thread can have. */
static bool registers_fit(const limits *l, int64_t accumulators, int64_t threads, int64_t most)
{
    enum { BESIDES = 64 };
    return accumulators + BESIDES <= smaller(most, smaller(l->registers_thread, l->registers_unit / threads));
}

/* A row of a tile in shared memory is this long: the widest swizzle. */
enum { TILE_ROW = 128 };

/* Shared memory of a block: slots of both operands, two pieces of the result that leave, barriers. */
static int64_t threads_shared(const tri_matmul_problem *p, const point *at)
{
    enum { STORED = 64, SLOTS = 2, BARRIERS = 1024 };
    int64_t tall = tall_of(at), wide = wide_of(at), filled = (tall + wide) * at->bk * (int64_t)tri_dtype_bytes(p->dtype);
    return at->stages * filled + SLOTS * tall * smaller(wide, STORED) * stored_size(p, at) + BARRIERS;
}

/* One tile, the one that published kernels for such chips take, with as many of their slots as there is room for; how others compare has not been
 * measured here. Few rows are the columns of a product that is made transposed, too. */
static void threads_space(const tri_matmul_problem *p, const limits *l, space *s)
{
    enum { ROWS = 64, MOST_N = 256, COLUMNS = 16, PAIR = 2 };
    point largest = {.bm = p->m > ROWS ? 2 * ROWS : ROWS, .bn = smaller(round_up(p->n, ROWS), MOST_N), .bk = ROWS, .stages = 4, .cluster = 1};
    while (largest.stages > 2 && threads_shared(p, &largest) > l->shared_bytes) largest.stages--;
    offer(&s->bm, largest.bm);
    offer(&s->bn, largest.bn);
    offer(&s->bk, largest.bk);
    offer(&s->stages, largest.stages);
    offer(&s->groups, p->m > ROWS ? 2 : 1);
    offer(&s->swap, 0);
    offer(&s->cluster, 1);
    if (l->cluster_blocks >= PAIR && p->m > 2 * ROWS) offer(&s->cluster, PAIR);
    offer_more_programs(p, l, s, ROWS);
    if (s->split.n < 2) return;
    offer(&s->stages, 8);
    if (p->m > ROWS) return;
    offer(&s->bm, round_up(p->m, COLUMNS));
    offer(&s->swap, 1);
}

static bool threads_counts(const tri_matmul_problem *p, const limits *l, const point *at, tri_cost_counts *c)
{
    enum { ROWS = 64, STORED = 64, GROUP_WAVES = 4, MATH = 232 };
    int64_t tall = tall_of(at), wide = wide_of(at), rows = tall / at->groups;
    if (tall % at->groups || rows % ROWS || threads_shared(p, at) > l->shared_bytes) return false;
    if (at->swap && at->split == 1) return false; /* turning a result in registers is not worth it: the kernel behind a split turns it for nothing */
    if (!registers_fit(l, rows * wide / (GROUP_WAVES * l->wave), GROUP_WAVES * l->wave * at->groups, MATH)) return false;
    *c = counts_begin(p, at);
    threads_counts_shared(p, l, at, c);
    c->exposed += l->cost.handover;
    double at_once = c->programs < l->cost.units ? c->programs : l->cost.units;
    c->last.bytes = at_once * (double)(tall * smaller(wide, STORED)) * (double)stored_size(p, at);
    return true;
}

/* The largest tile that the problem fills: what published kernels for such chips take. How smaller ones compare has not been measured
 * here, and the model knows too little of their caches to say. */
static void merged_space(const tri_matmul_problem *p, const limits *l, space *s)
{
    enum { ROWS = 128, COLUMNS = 32 };
    offer(&s->bm, p->m > ROWS ? 2 * ROWS : ROWS);
    offer(&s->bn, p->n > ROWS ? 2 * ROWS : ROWS);
    offer(&s->bk, TILE_ROW / (int64_t)tri_dtype_bytes(p->dtype));
    offer(&s->stages, 2);
    offer(&s->groups, p->m > ROWS ? 2 : 1);
    offer_more_programs(p, l, s, ROWS);
    offer(&s->swap, 0);
    if (s->split.n < 2 || p->m > ROWS) return;
    offer(&s->bm, round_up(p->m, COLUMNS));
    offer(&s->swap, 1);
}

/* A block is a program: as many as fit a unit hide each other's beginning and end. */
static bool merged_counts(const tri_matmul_problem *p, const limits *l, const point *at, tri_cost_counts *c)
{
    enum { ROWS = 128, GROUP_WAVES = 4 };
    int64_t size = (int64_t)tri_dtype_bytes(p->dtype), tall = tall_of(at), wide = wide_of(at);
    int64_t rows = tall / at->groups, threads = at->groups * GROUP_WAVES * l->wave;
    int64_t shared = ((at->stages + 1) * tall + at->stages * wide) * at->bk * size, accumulators = at->bm * at->bn / threads;
    if (at->swap && at->split == 1) return false; /* as above */
    if (tall % at->groups || rows % ROWS || shared > l->shared_bytes || !registers_fit(l, accumulators, threads, l->registers_thread)) return false;
    *c = counts_begin(p, at);
    threads_counts_shared(p, l, at, c);
    int64_t together = larger(1, smaller(l->shared_unit_bytes / shared, l->registers_unit / (threads * (accumulators + ROWS / 2))));
    double begin = l->cost.latency + c->first[0].bytes / l->cost.hbm;
    c->exposed = (c->exposed + begin) / (double)together;
    c->slots *= (double)together;
    double at_once = c->programs < l->cost.units ? c->programs : l->cost.units;
    c->last.bytes = at_once * (double)(at->bm * at->bn) * (double)stored_size(p, at);
    return true;
}

/* ---- the recipes ---- */

static bool decoupled(const tri_chip *chip) { return tri_chip_lists(chip, "style", "decoupled"); }
static bool bundled(const tri_chip *chip) { return tri_chip_lists(chip, "style", "bundle"); }
static bool asynchronous(const tri_chip *chip) { return tri_chip_lists(chip, "async_mma", "yes") && tri_chip_lists(chip, "async_copy_bulk", "yes"); }
static bool copies_by_threads(const tri_chip *chip) { return tri_chip_integer(chip, "async_copy_bytes_max", 0) >= 16; }

static const struct {
    bool (*fits)(const tri_chip *chip);
    void (*offer)(const tri_matmul_problem *problem, const limits *limits, space *out);
    /* False where it does not fit the memories. */
    bool (*count)(const tri_matmul_problem *problem, const limits *limits, const point *at, tri_cost_counts *out);
} recipes[TRI_MATMUL_RECIPES] = {
    [TRI_MATMUL_QUEUES] = {decoupled, queues_space, queues_counts},
    [TRI_MATMUL_BUNDLE] = {bundled, bundle_space, bundle_counts},
    [TRI_MATMUL_THREADS] = {asynchronous, threads_space, threads_counts},
    [TRI_MATMUL_MERGED] = {copies_by_threads, merged_space, merged_counts},
};

tri_matmul_recipe tri_matmul_recipe_of(const tri_chip *chip)
{
    int r = 0;
    while (r < TRI_MATMUL_RECIPES && !recipes[r].fits(chip)) r++;
    return (tri_matmul_recipe)r;
}

static tri_config config_of(const space *s, const point *at)
{
    tri_config config = {0};
    tri_config_set(&config, "bm", at->bm);
    tri_config_set(&config, "bn", at->bn);
    tri_config_set(&config, "bk", at->bk);
    tri_config_set(&config, "stages", at->stages);
    if (s->groups.n) tri_config_set(&config, "groups", at->groups);
    if (at->split > 1) tri_config_set(&config, "split", at->split);
    if (at->swap) tri_config_set(&config, "swap", 1);
    if (at->cluster > 1) tri_config_set(&config, "cluster", at->cluster);
    if (at->keep) tri_config_set(&config, "keep", 1);
    tri_config_set(&config, "schedule", 1);
    return config;
}

/* What the ranking goes by. A slot more than is needed is worse than none, since what is loaded far ahead goes in front of results that want to
 * leave: the model does not count that; 0.2 % of the time a slot is chosen. A second kernel has to save 5 %, and a cluster, whose blocks wait for
 * each other, 2 %: both chosen too. */
static double key_at(const tri_candidate *c)
{
    double key = c->cost.seconds * (1 + (double)tri_config_get(&c->config, "stages", 0) / 512);
    if (tri_config_get(&c->config, "cluster", 1) > 1) key *= 1.02;
    return tri_config_get(&c->config, "split", 1) > 1 ? key * 1.05 : key;
}

/* Behind those that are as fast: ties stay in the order of the space. */
static int insert(tri_candidate *out, int n, int most, const space *s, const point *at, const tri_cost *cost)
{
    tri_candidate candidate = {config_of(s, at), *cost};
    double key = key_at(&candidate);
    if (n == most && key_at(&out[n - 1]) <= key) return n;
    int i = n < most ? n++ : most - 1;
    for (; i > 0 && key_at(&out[i - 1]) > key; i--) out[i] = out[i - 1];
    out[i] = candidate;
    return n;
}

int tri_matmul_candidates(const tri_matmul_problem *problem, const tri_chip *chip, tri_candidate *out, int most)
{
    tri_matmul_recipe r = tri_matmul_recipe_of(chip);
    limits l = {0};
    if (r == TRI_MATMUL_RECIPES || most < 1 || !limits_read(chip, &l)) return 0;
    if (l.cost.matrix[problem->dtype] <= 0) return 0;
    space s = {0};
    recipes[r].offer(problem, &l, &s);
    int n = 0;
    const values *axes[] = {&s.groups, &s.stages, &s.bk, &s.bn, &s.bm, &s.split, &s.swap, &s.cluster};
    enum { AXES = sizeof axes / sizeof *axes };
    int all = 1;
    for (int a = 0; a < AXES; a++) all *= axes[a]->n ? axes[a]->n : 1;
    for (int i = 0; i < all; i++) {
        int64_t value[AXES];
        for (int a = 0, rest = i; a < AXES; a++) {
            int count = axes[a]->n ? axes[a]->n : 1;
            value[a] = axes[a]->n ? axes[a]->at[rest % count] : 1;
            rest /= count;
        }
        point at = {.groups = value[0], .stages = value[1], .bk = value[2], .bn = value[3], .bm = value[4], .split = value[5]};
        at.swap = s.swap.n && value[6];
        at.keep = r == TRI_MATMUL_QUEUES && stays_loaded(problem, &at);
        at.cluster = value[7];
        *(at.swap ? &at.bn : &at.bm) *= at.cluster;
        if (at.split > 1 && at.bm * at.bn > MOST_FOLDED) continue;
        if (at.split > 1 && (steps_of(problem, &at) < at.stages || steps_of(problem, &at) * (at.split - 1) >= divide_up(problem->k, at.bk))) continue;
        tri_cost_counts counts;
        if (!recipes[r].count(problem, &l, &at, &counts)) continue;
        tri_cost cost = tri_cost_of(&l.cost, &counts);
        if (at.split > 1) {
            tri_cost_counts rest = rest_counts(problem, &l, &at);
            tri_cost behind = tri_cost_of(&l.cost, &rest);
            cost = tri_cost_then(&cost, &behind);
        }
        n = insert(out, n, most, &s, &at, &cost);
    }
    return n;
}
