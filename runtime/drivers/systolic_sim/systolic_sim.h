/* runtime/drivers/systolic_sim/systolic_sim.h - the systolic core: chip constants, loading of engine programs, running them.
 *
 * The driver (driver.c) and the tests use it. A chip and a code are immutable after making; a
 * machine belongs to the thread that runs it. */
#ifndef TRI_SYSTOLIC_SIM_H
#define TRI_SYSTOLIC_SIM_H

#include "abi/chip.h"
#include "abi/systolic.h"
#include "runtime/device.h"

/* Numeric constants of a chip: field, chip key, default; NaN: must be given. Units: bytes, Hz, B/s, s; the rest plain or cycles of the unit named.
 * targets/chips/README-systolic.md has the meaning. */
#define TRI_SYSSIM_CONSTANTS(X)                        \
    X(partitions, "partitions", 128)                   \
    X(sp_bytes, "sp_bytes", NAN)                       \
    X(smem_bytes, "smem_bytes", 65536)                 \
    X(arrays, "arrays", NAN)                           \
    X(array_rows, "array_rows", NAN)                   \
    X(array_cols, "array_cols", NAN)                   \
    X(rows_per_cycle, "rows_per_cycle", 1)             \
    X(acc_banks, "acc_banks", NAN)                     \
    X(acc_bank_bytes, "acc_bank_bytes", NAN)           \
    X(acc_rmw, "acc_rmw", NAN)                         \
    X(acc_fifo_rows, "acc_fifo_rows", 0)               \
    X(clock, "clock", NAN)                             \
    X(vec_clock, "vec_clock", NAN)                     \
    X(act_clock, "act_clock", 0)                       \
    X(gp_clock, "gp_clock", 0)                         \
    X(mm_sustain, "mm_sustain", 1)                     \
    X(mm_min_ii, "mm_min_ii", NAN)                     \
    X(mm_pipe, "mm_pipe", 64)                          \
    X(mm_most_n, "mm_most_n", 512)                     \
    X(ldw_speed, "ldw_speed", 4)                       \
    X(mm_mult_bf16, "mm_mult_bf16", 1)                 \
    X(mm_mult_f32, "mm_mult_f32", 4)                   \
    X(mm_mult_fp8, "mm_mult_fp8", 0)                   \
    X(mm_mult_fp8x2, "mm_mult_fp8x2", 0)               \
    X(mm_mult_int8, "mm_mult_int8", 0)                 \
    X(vec_min_ii, "vec_min_ii", 64)                    \
    X(vec_latency, "vec_latency", NAN)                 \
    X(vec_perf_mode, "vec_perf_mode", 0)               \
    X(cost_tt, "cost_tt", 2)                           \
    X(cost_tt_acc, "cost_tt_acc", 1)                   \
    X(cost_tt_bf16, "cost_tt_bf16", 1)                 \
    X(cost_ts, "cost_ts", 1)                           \
    X(cost_div, "cost_div", 8)                         \
    X(cost_stt, "cost_stt", 2)                         \
    X(cost_red, "cost_red", 1)                         \
    X(cost_red_bf16, "cost_red_bf16", 0.5)             \
    X(cost_red_partitions, "cost_red_partitions", 8)   \
    X(cost_scan, "cost_scan", 2)                       \
    X(cost_sel_mask, "cost_sel_mask", 2)               \
    X(cost_sel_mask_acc, "cost_sel_mask_acc", 1)       \
    X(cost_affine_add, "cost_affine_add", 150)         \
    X(cost_memset_zero16, "cost_memset_zero16", 0.5)   \
    X(cost_reduce_add, "cost_reduce_add", 64)          \
    X(cost_stride, "cost_stride", 2)                   \
    X(exclude_vec_gp_sp, "exclude_vec_gp_sp", 0)       \
    X(exclude_vec_act_acc, "exclude_vec_act_acc", 0)   \
    X(port_ld, "port_ld", 2)                           \
    X(port_st, "port_st", 1)                           \
    X(port_alu, "port_alu", 4)                         \
    X(port_pop, "port_pop", 2)                         \
    X(port_eup, "port_eup", 1)                         \
    X(x_cycles, "x_cycles", 2)                         \
    X(x_latency, "x_latency", 20)                      \
    X(scalar_cycles, "scalar_cycles", 1)               \
    X(semaphore_latency, "semaphore_latency", NAN)     \
    X(dma_engines, "dma_engines", 16)                  \
    X(dma_engine_rate, "dma_engine_rate", 0)           \
    X(dma_b0, "dma_b0", 512)                           \
    X(dma_issue, "dma_issue", NAN)                     \
    X(dma_start, "dma_start", NAN)                     \
    X(dma_transpose_in, "dma_transpose_in", 0.9)       \
    X(dma_transpose_sp, "dma_transpose_sp", 0.5)       \
    X(dma_transpose_bytes, "dma_transpose_bytes", 0)   \
    X(hbm_bandwidth, "hbm_bandwidth", NAN)             \
    X(hbm_sustained, "hbm_sustained", 0.87)            \
    X(hbm_bytes, "hbm_bytes", NAN)                     \
    X(launch_latency, "launch_latency", NAN)

typedef struct tri_syssim_chip {
    const tri_chip *chip;
    char name[64];
    bool bundle, ldw_free; /* style; ldw_contract */
    bool align_rule;       /* Trainium's start partitions */
    bool expr;             /* MAP exists */
    uint16_t dtypes;       /* bit per tri_systolic_dtype */
#define TRI_SYSSIM_FIELD(field, key, otherwise) double field;
    TRI_SYSSIM_CONSTANTS(TRI_SYSSIM_FIELD)
#undef TRI_SYSSIM_FIELD
} tri_syssim_chip;

/* INVALID names the key that is missing or makes no sense. `chip` must outlive `out`. */
tri_status *tri_syssim_chip_read(const tri_chip *chip, tri_syssim_chip *out) TRI_NODISCARD;

typedef struct tri_syssim_code {
    char *name;
    tri_systolic_program *program;
    uint32_t *jump[TRI_SYS_MOST_QUEUES]; /* LOOP <-> ENDLOOP */
    int16_t waiter[TRI_SYS_SEMAPHORES];  /* queue, or -1 */
    uint32_t signallers[TRI_SYS_SEMAPHORES]; /* bit per queue */
} tri_syssim_code;

/* Decodes and checks against the chip: style, engines of ops, dtypes, waiters. */
tri_status *tri_syssim_load(const tri_syssim_chip *chip, const char *name, const void *image, size_t n, tri_syssim_code **out_code) TRI_NODISCARD;
void tri_syssim_unload(tri_syssim_code *code);

/* Device memory as a run sees it: pieces with bytes and a bit a byte of "was written". */
typedef struct tri_syssim_block {
    uint64_t address, bytes;
    uint8_t *data, *init;
} tri_syssim_block;

typedef struct tri_syssim_options {
    bool timing_only;
    bool one_thread;  /* else large products use all cores; the bits are the same */
    bool poison_nan;  /* trap POISON when a float op writes a NaN */
    uint64_t budget;  /* instructions, and 65536 times as many elements; 0: 20e9 */
} tri_syssim_options;

typedef struct tri_syssim_report {
    double ns;
    uint64_t instructions, trace; /* trace: a hash of every start and completion; the same in both modes */
    int n_units;
    struct { char name[16]; double busy_ns; } units[TRI_MOST_UNITS];
} tri_syssim_report;

tri_status *tri_syssim_run(const tri_syssim_chip *chip, const tri_syssim_code *code, const tri_launch *launch,
                           const tri_syssim_block *blocks, size_t n_blocks, const tri_syssim_options *options,
                           tri_syssim_report *out_report) TRI_NODISCARD;

/* mode=scalesim: closed forms of an R x C array without overlap between folds, GEMM M x K x N; total cycles. */
typedef enum tri_syssim_flow { TRI_SYSSIM_OS, TRI_SYSSIM_WS, TRI_SYSSIM_IS } tri_syssim_flow;
uint64_t tri_syssim_scalesim(tri_syssim_flow flow, uint64_t rows, uint64_t cols, uint64_t m, uint64_t n, uint64_t k);
/* Share of multiply-accumulates in rows * cols * cycles. */
double tri_syssim_scalesim_utilisation(tri_syssim_flow flow, uint64_t rows, uint64_t cols, uint64_t m, uint64_t n, uint64_t k);

#endif
