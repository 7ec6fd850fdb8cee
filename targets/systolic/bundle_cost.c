/* targets/systolic/bundle_cost.c - what the scheduler knows of time: the constants of the chip, and how long each unit takes for an instruction. The
 * formulas are those of abi/systolic.h's machine (targets/chips/README-systolic.md); an error in them costs speed, never a result. */
#include "targets/systolic/bundle.h"

enum { LD, ST, ALU, POP, EUP };

const bundle_options bundle_defaults = {.window = 500, .moving_rows = 256, .transfer_bytes = 512 << 10, .most_instructions = 4 << 20};

tri_status *bundle_chip_read(const tri_chip *chip, bundle_chip *out)
{
    static const char *const required[] = {"arrays",    "array_rows", "clock",     "vec_clock",  "sp_bytes", "hbm_bandwidth", "semaphore_latency",
                                           "dma_issue", "dma_start",  "mm_min_ii", "vec_latency"};
    enum { ARRAYS, SIDE, CLOCK, VEC_CLOCK, SP, HBM, SEMAPHORE, ISSUE, START, MIN_II, LATENCY };
    double v[sizeof required / sizeof *required];
    for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
        TRI_TRY(tri_chip_require(chip, required[i], &v[i]));
        if (!(v[i] > 0 && v[i] < 1e18)) return tri_error(TRI_INVALID, TRI_NOWHERE, "chip %s: %s = %g is out of range", chip->name, required[i], v[i]);
    }
    if (tri_chip_integer(chip, "acc_rmw", 1))
        return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "scheduled programs for %s: its arrays accumulate in banks, which is not lowered yet",
                         chip->name);
    if (v[ARRAYS] > MOST_ARRAYS || (v[SIDE] != LANES && v[SIDE] != 2 * LANES))
        return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "chip %s: %g arrays of %g rows are not lowered", chip->name, v[ARRAYS], v[SIDE]);
    double cycle = 1e9 / v[CLOCK], vec_cycle = 1e9 / v[VEC_CLOCK];
    *out = (bundle_chip){
        .name = chip->name,
        .arrays = (uint32_t)v[ARRAYS],
        .side = (uint32_t)v[SIDE],
        .fifo_rows = (uint32_t)tri_chip_integer(chip, "acc_fifo_rows", 0),
        .most_rows = (uint32_t)tri_chip_integer(chip, "mm_most_n", 512),
        .sp_bytes = (uint32_t)v[SP],
        .weights_free = !strcmp(tri_chip_word(chip, "ldw_contract", "part"), "free"),
        .cycle = cycle,
        .vec_cycle = vec_cycle,
        .rows_per_cycle = tri_chip_number(chip, "rows_per_cycle", 1),
        .min_ii = v[MIN_II] * cycle,
        .pipe = tri_chip_number(chip, "mm_pipe", 64) * cycle,
        .sustain = tri_chip_number(chip, "mm_sustain", 1),
        .mode_cost = {[TRI_SYS_MODE_BF16] = tri_chip_number(chip, "mm_mult_bf16", 1),
                      [TRI_SYS_MODE_F32] = tri_chip_number(chip, "mm_mult_f32", 4),
                      [TRI_SYS_MODE_FP8] = tri_chip_number(chip, "mm_mult_fp8", 0)},
        .vec_latency = v[LATENCY] * vec_cycle,
        .port = {tri_chip_number(chip, "port_ld", 2), tri_chip_number(chip, "port_st", 1), tri_chip_number(chip, "port_alu", 4),
                 tri_chip_number(chip, "port_pop", 2), tri_chip_number(chip, "port_eup", 1)},
        .x_cycles = tri_chip_number(chip, "x_cycles", 2) * vec_cycle,
        .x_latency = tri_chip_number(chip, "x_latency", 20) * vec_cycle,
        .semaphore_latency = 1e9 * v[SEMAPHORE],
        .dma_issue = 1e9 * v[ISSUE],
        .dma_start = 1e9 * v[START],
        .hbm_ns_per_byte = 1e9 / (v[HBM] * tri_chip_number(chip, "hbm_sustained", 0.87)),
        .launch = 1e9 * tri_chip_number(chip, "launch_latency", 0),
    };
    if (out->fifo_rows < 2 * LANES || out->most_rows < LANES)
        return tri_error(TRI_UNSUPPORTED, TRI_NOWHERE, "chip %s: `acc_fifo_rows` and `mm_most_n` leave no room for a matmul", chip->name);
    return NULL;
}

static const tri_systolic_ap *ap_at(const bundle *b, unsigned ap)
{
    const tri_systolic_queue *q = &b->program->queues[b->queue];
    return ap < q->n_aps ? &q->aps[ap] : NULL;
}

static double registers_of(const tri_systolic_ap *ap) { return (double)tri_systolic_ap_elements(ap) / 8 * (ap->npart > LANES ? 2 : 1); }
static double halved(const tri_systolic_ap *ap) { return tri_systolic_dtype_bytes(ap->dtype) < 4 ? 0.5 : 1; }

static bool divides(unsigned op)
{
    return op == TRI_SYS_ALU_DIV || op == TRI_SYS_ALU_RDIV || op == TRI_SYS_ALU_REM || op == TRI_SYS_ALU_RREM || op == TRI_SYS_ALU_POW ||
           op == TRI_SYS_ALU_RPOW || op == TRI_SYS_ALU_ATAN2;
}

void vector_cost(const bundle *b, const tri_systolic_instruction *i, double ns[PORTS])
{
    const tri_systolic_ap *dst = ap_at(b, i->ap_dst), *in[3] = {ap_at(b, i->ap_src0), ap_at(b, i->ap_src1), NULL};
    if (i->op == TRI_SYS_MAP) in[2] = ap_at(b, i->x);
    double registers = registers_of(dst), use[PORTS] = {0, registers * halved(dst), registers, 0, 0};
    for (int k = 0; k < 3; k++)
        if (in[k] && tri_systolic_ap_elements(in[k]) > 1) use[LD] += registers_of(in[k]) * halved(in[k]);
    if (i->op == TRI_SYS_RED) use[ALU] = registers_of(in[0]);
    if (i->op == TRI_SYS_POP) {
        int arrays = __builtin_popcount(i->x);
        bool adds = i->flags & TRI_SYS_ACC;
        use[POP] = registers * arrays;
        use[ALU] = registers * (arrays - !adds);
        use[LD] = adds ? registers * halved(dst) : 0;
    }
    if (i->op == TRI_SYS_MAP) {
        const tri_systolic_expr *e = &b->program->exprs[i->fn];
        use[ALU] = 0;
        for (int k = 0; k < e->n_nodes; k++) {
            unsigned op = e->node[k].op;
            bool function = op >= TRI_SYS_NODE_FUNCTION && op < TRI_SYS_NODE_SELECT;
            use[(function && tri_systolic_function_transcendental(op - TRI_SYS_NODE_FUNCTION)) || divides(op) ? EUP : ALU] += registers;
        }
    }
    for (int k = 0; k < PORTS; k++) ns[k] = use[k] * b->chip.vec_cycle / b->chip.port[k];
}

double x_cost(const bundle *b, const tri_systolic_instruction *i)
{
    uint64_t from = tri_systolic_ap_elements(ap_at(b, i->ap_src0)), to = tri_systolic_ap_elements(ap_at(b, i->ap_dst));
    return b->chip.x_cycles * (double)(from > to ? from : to) / 8;
}

double product_cost(const bundle_chip *chip, uint32_t rows, uint32_t columns, unsigned mode, bool fresh)
{
    double ns = rows / chip->rows_per_cycle * chip->cycle, least = (columns < 64 ? columns : 64) * chip->cycle;
    if (ns < chip->min_ii) ns = chip->min_ii;
    if (fresh && ns < least) ns = least;
    return ns * chip->mode_cost[mode] / chip->sustain;
}

double dma_cost(const bundle *b, const tri_systolic_instruction *i)
{
    const tri_systolic_ap *from = ap_at(b, i->ap_src0);
    return (double)(from->npart * tri_systolic_ap_elements(from) * tri_systolic_dtype_bytes(from->dtype)) * b->chip.hbm_ns_per_byte;
}
