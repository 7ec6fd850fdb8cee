/* abi/cost.h - the cost model: what a chip can do and what a kernel does, as exact counts, to the time it takes and what that hangs on.
 *
 *     seconds = launch + max over resources (fill + busy + drain) + interference
 *
 * A resource is something whose uses take turns: the matrix units, the vector units, each level of memory. `launch` is the chip's. For what computes,
 * `fill` is the time until the first bytes are there, `drain` the time until the last ones have left; for what moves bytes, those are its own work,
 * and what is added is the latency in front and the last step of computing behind. `interference` is what computing, moving and waiting cost each
 * other where they take about as long: the maximum of the three is a norm with the exponent 16 (chosen; the same for all chips). Everything comes
 * from the chip file by key (targets/chips/README*.md) and from the counts; nothing is fitted to a shape. The untuned default configs, the roofline
 * of reports and whoever prunes a search call this one. It knows no rule of a schedule but the number of slots that loads have: a kernel that does
 * its work in a bad order takes longer than it says.
 *
 * Memory and waves. What all units want together is limited by the memory, what one unit can take by its own path from L2. Of P equal programs on U
 * units the last P mod U are a wave of their own, r units wide, so that B bytes take
 *
 *     B (P - r) / P / min(memory, U fill) + B r / P / min(memory, r fill)
 *
 * and where units share what is read, the T bytes that they take stand beside `fill` instead of the B that the memory gives.
 * (Williams, Waterman, Patterson: Roofline, 2009, with a roof for r units). A kernel that is cut at a combine is two (tri_cost_then): the second
 * pays its launch and reads what the first has written. So dealing a contracted dimension out to S programs is worth while where the waves it fills
 * save more than a launch and 2 S M N 4 bytes cost.
 *
 * Units: seconds, bytes, FLOP (a multiply-add counts 2), elements. Counts are doubles, so that large problems do not overflow. Pure functions of
 * their arguments, any thread. */
#ifndef TRI_ABI_COST_H
#define TRI_ABI_COST_H

#include "abi/chip.h"
#include "base/dtype.h"

/* X(resource, what reports call it). */
#define TRI_COST_RESOURCES(X)                                                                                                                        \
    X(MATRIX, "matrix")                                                                                                                              \
    X(VECTOR, "vector")                                                                                                                              \
    X(FUNCTION, "function")                                                                                                                          \
    X(EVACUATION, "accumulators")                                                                                                                    \
    X(SHARED, "shared memory")                                                                                                                       \
    X(PIPE, "DMA")                                                                                                                                   \
    X(L2, "L2")                                                                                                                                      \
    X(HBM, "HBM")                                                                                                                                    \
    X(LATENCY, "latency")

typedef enum tri_cost_resource {
#define TRI_COST_ENUM(name, text) TRI_COST_##name,
    TRI_COST_RESOURCES(TRI_COST_ENUM)
#undef TRI_COST_ENUM
        TRI_COST_RESOURCE_COUNT
} tri_cost_resource;

const char *tri_cost_resource_name(tri_cost_resource resource);

/* What the model reads of a chip, in rates of the whole device; 0: the chip does not say, so the resource costs nothing. Read once, asked often. */
typedef struct tri_cost_chip {
    double units;                   /* that share the work: `units` */
    double matrix[TRI_DTYPE_COUNT]; /* FLOP/s. Arrays: 2 rows columns arrays rows_per_cycle clock mm_sustain / mm_mult_*; else peak_* of the dtype
                                     * or the next wider one, times `matrix_sustained` */
    double vector;                  /* f32 elements/s, an operation each: `vector_f32` / 2; lanes of the vector unit times its clock; bundles:
                                     * 1024 port_alu vec_clock */
    double function;                /* transcendental elements/s: an eighth of `vector`; lanes act_clock; bundles: 1024 port_eup vec_clock */
    double evacuation;              /* accumulator elements/s that leave: lanes (vec_clock + act_clock); bundles: 1024 port_pop vec_clock; else 0 */
    double shared;                  /* B/s: shared_bandwidth_unit units clock */
    double fill;                    /* B/s that one unit takes from L2: fill_bandwidth_unit clock; 0: as much as there is */
    double l2, hbm;                 /* B/s: l2_bandwidth; hbm_bandwidth times hbm_sustained, hbm_bandwidth_copy where that was measured */
    double pipe, pipe_b0;           /* B/s of all DMA engines; bytes: runs of b move at 1.125 b / (b + dma_b0) of it, at most all */
    double pipe_transposes;         /* rate factor of a transposing transfer: dma_transpose_in */
    double issue;                   /* seconds a transfer takes a descriptor generator: dma_issue, of two */
    double latency;                 /* seconds from asking for bytes to having the first: dma_issue + dma_start, or memory_latency */
    double handover;                /* seconds until one engine knows that another is done: semaphore_latency and the pipeline behind it */
    double trail;                   /* seconds of products under way behind the newest, which hold their operands: acc_fifo_rows where products leave
                                     * through a FIFO */
    double launch;                  /* seconds: launch_latency */
} tri_cost_chip;

/* INVALID, naming the key, where the chip lacks `hbm_bandwidth`. */
tri_status *tri_cost_chip_read(const tri_chip *chip, tri_cost_chip *out) TRI_NODISCARD;

/* Transfers of one kind. */
typedef struct tri_cost_stream {
    double bytes;     /* of all programs together */
    double run;       /* bytes that lie in one piece at both ends: of a descriptor */
    double transfers; /* instructions that ask for them */
    bool transposes;
} tri_cost_stream;

enum { TRI_COST_STREAMS = 5 };

/* What a kernel does. A program is one point of its grid; programs are equal, and are dealt to the units of the chip one after another: the time of
 * what a unit has for itself is that of ceil(programs / units) programs. Tiles that stick out are counted in full, as they are computed. */
typedef struct tri_cost_counts {
    double programs;
    /* Of one program. */
    double matrix[TRI_DTYPE_COUNT]; /* FLOP of products by the dtype of the operands, rounded up to what the matrix unit takes at a time */
    double vector, function;        /* element operations */
    double evacuated;               /* accumulator elements read, once for each time */
    double shared;                  /* bytes into and out of shared memory */
    double steps;                   /* times around the loop that loads; 0: there is none */
    double slots;                   /* steps whose loads may be under way or in use at once; 1: nothing is loaded ahead */
    double exposed;                 /* seconds in which the matrix unit waits for the rest of the program */
    /* Of all programs. */
    double hbm, l2; /* bytes through each */
    double taken;   /* bytes that units take from L2, where one read goes to several; 0: as many as are read */
    int n_streams;  /* DMA, where the chip has a pipe of its own */
    tri_cost_stream streams[TRI_COST_STREAMS];
    /* Once. */
    tri_cost_stream first[2]; /* what must be there before the first product */
    tri_cost_stream last;     /* what leaves behind the last one */
} tri_cost_counts;

typedef struct tri_cost {
    double seconds;
    double busy[TRI_COST_RESOURCE_COUNT];     /* seconds that each resource needs */
    tri_cost_resource bound;                  /* the one that takes longest, with its fill and drain */
    double launch, fill, drain, interference; /* seconds = launch + fill + busy[bound] + drain + interference */
} tri_cost;

/* Adding work never makes the result smaller; cutting the same work into more steps or programs may. */
tri_cost tri_cost_of(const tri_cost_chip *chip, const tri_cost_counts *counts);
/* Two kernels one after the other: their times together, and what the longer one hangs on. */
tri_cost tri_cost_then(const tri_cost *first, const tri_cost *second);

#endif
