/* abi/cost.c - the cost model: see abi/cost.h. Needs: numbers of the chip by key. Guarantees: finite, monotone in every count. */
#include "abi/cost.h"

#include <math.h>
#include <string.h>

static double larger(double a, double b) { return a > b ? a : b; }
static double smaller(double a, double b) { return a < b ? a : b; }

const char *tri_cost_resource_name(tri_cost_resource resource)
{
    static const char *const names[] = {
#define TRI_COST_NAME(name, text) text,
        TRI_COST_RESOURCES(TRI_COST_NAME)
#undef TRI_COST_NAME
    };
    return names[resource];
}

/* ---- the chip ---- */

static double number(const tri_chip *chip, const char *key, double otherwise)
{
    double value = tri_chip_number(chip, key, otherwise);
    return isfinite(value) && value >= 0 ? value : otherwise;
}

/* The peak key of a dtype's products, then those of wider dtypes that can stand in for it. */
static const struct {
    tri_dtype dtype;
    const char *peaks[3];
    const char *mult; /* of systolic arrays: time against bf16 */
    double otherwise;
} modes[] = {
    {TRI_BF16, {"peak_bf16"}, "mm_mult_bf16", 1},
    {TRI_F16, {"peak_f16", "peak_bf16"}, "mm_mult_bf16", 1},
    {TRI_F8E4M3FN, {"peak_f8", "peak_bf16"}, "mm_mult_fp8", 1},
    {TRI_F8E5M2, {"peak_f8", "peak_bf16"}, "mm_mult_fp8", 1},
    {TRI_I8, {"peak_i8", "peak_bf16"}, "mm_mult_int8", 1},
    {TRI_U8, {"peak_i8", "peak_bf16"}, "mm_mult_int8", 1},
    {TRI_F32, {"peak_f32", "vector_f32"}, "mm_mult_f32", 4},
    {TRI_F64, {"peak_f64", "vector_f64", "peak_f32"}, "mm_mult_f32", 16},
};

static void read_matrix(const tri_chip *chip, tri_cost_chip *out)
{
    double clock = number(chip, "clock", 0), arrays = number(chip, "arrays", 0);
    double array_rate = 2 * number(chip, "array_rows", 0) * number(chip, "array_cols", 0) * arrays * number(chip, "rows_per_cycle", 1) * clock *
                        number(chip, "mm_sustain", 1);
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        double peak = 0, mult = number(chip, modes[i].mult, modes[i].otherwise);
        for (int k = 0; k < 3 && !peak && modes[i].peaks[k]; k++) peak = number(chip, modes[i].peaks[k], 0);
        peak *= number(chip, "matrix_sustained", 1);
        out->matrix[modes[i].dtype] = array_rate > 0 ? (mult > 0 ? array_rate / mult : array_rate) : peak;
    }
}

/* Registers of a bundle hold 8 rows of all lanes. */
static void read_vector(const tri_chip *chip, tri_cost_chip *out)
{
    enum { ROWS = 8 };
    double lanes = number(chip, "partitions", 128), vec = number(chip, "vec_clock", 0), act = number(chip, "act_clock", vec);
    if (tri_chip_lists(chip, "style", "bundle")) {
        out->vector = ROWS * lanes * number(chip, "port_alu", 4) * vec;
        out->function = ROWS * lanes * number(chip, "port_eup", 1) * vec;
        out->evacuation = ROWS * lanes * number(chip, "port_pop", 2) * vec;
    } else if (tri_chip_lists(chip, "style", "decoupled")) {
        out->vector = lanes * vec;
        out->function = lanes * act;
        out->evacuation = lanes * (vec + act);
    } else {
        out->vector = number(chip, "vector_f32", 0) / 2;
        out->function = out->vector / 8; /* 16 of 128 lanes of a unit have a function unit */
        out->fill = number(chip, "fill_bandwidth_unit", 0) * number(chip, "clock", 0);
        out->shared = number(chip, "shared_bandwidth_unit", 0) * out->units * number(chip, "clock", 0);
    }
}

tri_status *tri_cost_chip_read(const tri_chip *chip, tri_cost_chip *out)
{
    *out = (tri_cost_chip){.units = larger(1, number(chip, "units", 1))};
    TRI_TRY(tri_chip_require(chip, "hbm_bandwidth", &out->hbm));
    double clock = number(chip, "clock", 0);
    out->hbm = number(chip, "hbm_bandwidth_copy", out->hbm * number(chip, "hbm_sustained", 0.9));
    out->l2 = number(chip, "l2_bandwidth", 0);
    out->launch = number(chip, "launch_latency", 0);
    read_matrix(chip, out);
    read_vector(chip, out);
    if (tri_chip_find(chip, "style")) {
        bool decoupled = tri_chip_lists(chip, "style", "decoupled");
        double depth = number(chip, "array_rows", 0) + number(chip, "array_cols", 0);
        out->pipe = decoupled ? number(chip, "dma_engines", 16) * number(chip, "dma_engine_rate", 0) : 0;
        out->pipe_b0 = number(chip, "dma_b0", 512);
        out->pipe_transposes = number(chip, "dma_transpose_in", 0.9);
        out->issue = decoupled ? number(chip, "dma_issue", 0) / 2 : number(chip, "dma_issue", 0);
        out->latency = number(chip, "dma_issue", 0) + number(chip, "dma_start", 0);
        out->handover = number(chip, "semaphore_latency", 0);
        if (clock > 0) out->handover += (depth / number(chip, "rows_per_cycle", 1) + number(chip, "mm_pipe", 64)) / clock;
        if (clock > 0 && !number(chip, "acc_rmw", 1)) out->trail = number(chip, "acc_fifo_rows", 0) / number(chip, "rows_per_cycle", 1) / clock;
        double vec = number(chip, "vec_clock", 0);
        if (vec > 0) out->handover += number(chip, "vec_latency", 0) / vec;
    } else {
        out->latency = number(chip, "memory_latency", 0.8e-6);
    }
    return NULL;
}

/* ---- the time ---- */

/* Of the norm that stands for the maximum: two kinds of work that take as long as each other take 4.4 % longer together, at 80 % of each other 0.2 %.
 */
enum { INTERFERENCE = 16 };

static double time_of(double amount, double rate) { return rate > 0 ? amount / rate : 0; }

/* What a memory gives, and so many units take, neither faster than it can. */
static double given_time(const tri_cost_chip *chip, double units, double given, double taken, double rate)
{
    return rate > 0 ? larger(given / rate, time_of(taken, units * chip->fill)) : 0;
}

/* Bytes of all programs through a memory: whole waves, and the last one, whose few units may not be able to take all that the memory gives. */
static double memory_time(const tri_cost_chip *chip, double programs, double given, double taken, double rate)
{
    double rest = fmod(programs, chip->units), share = programs > 0 ? rest / programs : 0;
    return given_time(chip, chip->units, given * (1 - share), taken * (1 - share), rate) + given_time(chip, rest, given * share, taken * share, rate);
}

static double stream_rate(const tri_cost_chip *chip, const tri_cost_stream *stream)
{
    double run = larger(1, stream->run), share = smaller(1, 1.125 * run / (run + chip->pipe_b0));
    return chip->pipe * share * (stream->transposes ? chip->pipe_transposes : 1);
}

static double pipe_time(const tri_cost_chip *chip, const tri_cost_counts *counts)
{
    double seconds = 0, issue = 0;
    for (int i = 0; i < counts->n_streams; i++) {
        seconds += time_of(counts->streams[i].bytes, stream_rate(chip, &counts->streams[i]));
        issue += counts->streams[i].transfers * chip->issue;
    }
    return larger(seconds, issue);
}

/* Bytes that nothing else hides, through the pipe and memory together. */
static double alone(const tri_cost_chip *chip, const tri_cost_stream *stream)
{
    return larger(time_of(stream->bytes, stream_rate(chip, stream)), time_of(stream->bytes, chip->hbm));
}

tri_cost tri_cost_of(const tri_cost_chip *chip, const tri_cost_counts *counts)
{
    tri_cost cost = {.launch = chip->launch};
    double *busy = cost.busy, turns = ceil(counts->programs / chip->units) * chip->units;
    for (int d = 0; d < TRI_DTYPE_COUNT; d++) busy[TRI_COST_MATRIX] += time_of(turns * counts->matrix[d], chip->matrix[d]);
    busy[TRI_COST_VECTOR] = time_of(turns * counts->vector, chip->vector);
    busy[TRI_COST_FUNCTION] = time_of(turns * counts->function, chip->function);
    busy[TRI_COST_EVACUATION] = time_of(turns * counts->evacuated, chip->evacuation);
    busy[TRI_COST_SHARED] = time_of(turns * counts->shared, chip->shared);
    busy[TRI_COST_PIPE] = pipe_time(chip, counts);
    busy[TRI_COST_L2] = memory_time(chip, counts->programs, counts->l2, larger(counts->taken, counts->l2), chip->l2);
    busy[TRI_COST_HBM] = memory_time(chip, counts->programs, counts->hbm, counts->hbm, chip->hbm);

    /* A slot is filled, waited for, used, and given back when the products that read it are done; `slots` of them go round. */
    double use = larger(busy[TRI_COST_MATRIX], busy[TRI_COST_VECTOR]), per_unit = turns / chip->units, steps = per_unit * counts->steps;
    double move = larger(busy[TRI_COST_PIPE], larger(busy[TRI_COST_HBM], busy[TRI_COST_L2])), wait = chip->latency + chip->handover;
    double held = steps * wait + smaller(steps * chip->trail, use);
    if (steps > 0) busy[TRI_COST_LATENCY] = (use + move + held) / larger(1, counts->slots);
    busy[TRI_COST_MATRIX] += per_unit * counts->exposed;

    /* What computes, what moves and what waits are kept busy side by side through a few slots; near each other they get in each other's way. */
    double first = alone(chip, &counts->first[0]) + alone(chip, &counts->first[1]), last = alone(chip, &counts->last);
    double kinds[3] = {0}, longest = -1;
    for (int r = 0; r < TRI_COST_RESOURCE_COUNT; r++) {
        bool moves = r == TRI_COST_PIPE || r == TRI_COST_L2 || r == TRI_COST_HBM, waits = r == TRI_COST_LATENCY;
        double fill = first > 0 && !waits ? (moves ? chip->latency : wait + first) : 0;
        double drain = last > 0 ? wait + (!moves ? last : steps > 0 ? use / steps : 0) : 0, path = fill + busy[r] + drain;
        kinds[moves + 2 * waits] = larger(kinds[moves + 2 * waits], path);
        if (path <= longest) continue;
        longest = path;
        cost.fill = fill;
        cost.drain = drain;
        cost.bound = (tri_cost_resource)r;
    }
    double sum = 0;
    for (int k = 0; k < 3 && longest > 0; k++) sum += pow(kinds[k] / longest, INTERFERENCE);
    cost.interference = longest > 0 ? longest * (pow(sum, 1.0 / INTERFERENCE) - 1) : 0;
    cost.seconds = cost.launch + longest + cost.interference;
    return cost;
}

tri_cost tri_cost_then(const tri_cost *first, const tri_cost *second)
{
    tri_cost cost = first->seconds >= second->seconds ? *first : *second;
    for (int r = 0; r < TRI_COST_RESOURCE_COUNT; r++) cost.busy[r] = first->busy[r] + second->busy[r];
    cost.launch = first->launch + second->launch;
    cost.seconds = first->seconds + second->seconds;
    return cost;
}
