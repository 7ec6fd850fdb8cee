/* runtime/drivers/systolic_sim/machine.h - the simulated core, inside. systolic_sim.h is what others call.
 *
 * One machine runs one launch. Each instruction is resolved (operands against memory), timed (when does it start, when is its unit free, when is its
 * result there) and, unless timing only, performed at once on real bytes. Instructions are taken in order of their start times, so a program without
 * races sees exactly the values that hardware would; a program with races is refused. Times are nanoseconds in a double; nothing in timing reads
 * values, but for scalars loaded from SMEM.
 *
 * A function that meets a trap records it with `tri_syssim_trap` and returns false; its callers return at once. */
#ifndef TRI_SYSTOLIC_SIM_MACHINE_H
#define TRI_SYSTOLIC_SIM_MACHINE_H

#include "runtime/drivers/systolic_sim/systolic_sim.h"

enum {
    MOST_UNITS = 24, /* decoupled: a queue each. Bundle: stream, arrays, V, X, rings */
    MOST_ARRAYS = 4,
    MOST_BANKS = 64, /* of all arrays */
    RECENT = 16,     /* writes of a unit that may still be on their way */
    SLOT_DEPTH = 16  /* ops that wait at a unit of the bundle style */
};
enum { UNIT_STREAM, UNIT_M, UNIT_V = 5, UNIT_X, UNIT_RING }; /* bundle: at most 4 arrays */

typedef enum trap_kind {
#define TRI_SYSTOLIC_TRAP(name, doc) TRAP_##name,
#include "abi/systolic_ops.def"
#undef TRI_SYSTOLIC_TRAP
} trap_kind;

/* A pattern with what can be known without an address. */
typedef struct pattern {
    tri_systolic_ap ap;
    unsigned bytes;      /* of an element */
    uint32_t elements;   /* a partition */
    int64_t low, high;   /* free extent in bytes, relative to the address: [low, high) */
    bool repeats;        /* an axis of stride 0: fine to read, not to write */
    bool dense;          /* the free axes are one contiguous run in order */
    bool wide_stride;    /* innermost step of 16 bytes or more */
} pattern;

/* An operand at its place. HBM and SMEM: `at` is the address; on chip: byte within the partition. */
typedef struct operand {
    const pattern *pat; /* null: absent */
    bool immediate;
    uint32_t value;     /* of an immediate */
    uint32_t word;      /* the effective on-chip address, for messages */
    uint8_t space, plane;
    uint32_t part;
    uint64_t at;
    struct region *region; /* HBM */
} operand;

/* A piece of device memory that the launch may touch. */
typedef struct region {
    uint64_t address, bytes;
    uint8_t *data, *init; /* init: a bit a byte, from the allocation; both at the allocation's start */
    uint64_t base;        /* address of data[0] */
    const char *name;
} region;

typedef struct event {
    double time;
    uint16_t add;
    uint8_t unit;
} event;

typedef struct semaphore {
    event *events; /* sorted by time; [first, n) are pending */
    uint32_t first, n, room;
    uint32_t (*clocks)[MOST_UNITS]; /* of each event, functional mode only */
    uint32_t sum;
    int waiter;       /* queue, or -1 */
} semaphore;

typedef struct recent_write {
    double done;
    uint64_t low, high;
    uint32_t part_low, part_high;
    uint8_t space;
} recent_write;

/* What works in order by itself: an engine, a ring, a unit of a bundle chip. */
typedef struct unit {
    double free, last_done, last_signal, busy;
    recent_write recent[RECENT];
    uint32_t n_recent;
    uint32_t clock[MOST_UNITS];
    double slot_start[SLOT_DEPTH];
    uint32_t slot_next;
    float row[TRI_SYS_PARTITIONS]; /* ROWACC */
    bool row_init[TRI_SYS_PARTITIONS];
} unit;

typedef struct weights {
    bool loaded;
    uint32_t k, m, mode;
    double done;
    float *f32;      /* [k][m] */
    int32_t *i32;    /* int8 mode */
} weights;

typedef struct fifo_entry {
    uint32_t rows, m;
    double done;     /* of the matmul */
    double freed;    /* when popped */
    float *values;   /* [m][rows] */
    bool integer;
    uint32_t clock[MOST_UNITS];
} fifo_entry;

typedef struct array {
    weights active, shadow;
    bool fresh;               /* the shadow was loaded after the last matmul */
    double stream_end, last_mm_start, ldw_end;
    fifo_entry *fifo;         /* ring of entries */
    uint32_t fifo_first, fifo_n, fifo_room; /* [first, n): pushed, not popped in program order */
    uint32_t fifo_rows;       /* of those */
    fifo_entry *freed;        /* popped entries whose rows come free later: only rows and freed matter */
    uint32_t freed_first, freed_n, freed_room;
} array;

typedef struct bank {
    double busy_until; /* of the last engine that used it */
    int user;
} bank;

typedef struct queue_state {
    const tri_systolic_queue *code;
    const uint32_t *jump;       /* LOOP <-> ENDLOOP partners */
    uint32_t pc;
    uint64_t reg[TRI_SYS_REGISTERS];
    struct { uint32_t start; int64_t left; } loop[TRI_SYS_LOOP_DEPTH];
    int depth;
    pattern *patterns;
    bool halted, resolved, blocked;
    double issue;               /* when the sequencer may hand over the next op: scalars run while the engine is busy */
    double start;               /* of the head, when not blocked */
    operand dst, src0, src1, third;
    int blocked_on;             /* semaphore */
} queue_state;

typedef struct machine {
    const tri_syssim_chip *chip;
    const tri_syssim_code *code;
    const tri_launch *launch;
    tri_syssim_options options;
    bool functional;
    tri_status *status;
    int trap_queue;             /* whose instruction is being run, for messages */
    uint32_t trap_pc;

    queue_state queues[TRI_SYS_MOST_QUEUES];
    uint32_t n_queues;
    unit units[MOST_UNITS];
    int n_units;
    semaphore semaphores[TRI_SYS_SEMAPHORES];
    array arrays[MOST_ARRAYS];
    bank banks[MOST_BANKS];
    double dge_free[2], pipe_free, hbm_free, pipe_busy, hbm_busy, launch_ns;
    double v_free[5], v_busy;   /* bundle: ld st alu pop eup */
    double issue, end;          /* bundle: when the last bundle issued; when the last queue halted */
    double sp_until[3], acc_until[3], perf_until; /* VEC, ACT, GP: exclusions */

    uint8_t *sp, *acc, *smem;
    uint32_t sp_bytes, acc_bytes; /* of a partition (acc: of a plane) in use */
    uint64_t *sp_init, *acc_init; /* bits */
    uint32_t sp_words, acc_words; /* of 64 bits a partition */
    uint8_t *smem_init;
    uint8_t *bank_state;        /* a byte per 2 bytes of ACC's width */
    struct shadow *shadow;

    region *regions;
    uint32_t n_regions;
    region *last_region;

    uint64_t instructions, work, hash; /* work: elements, which the budget bounds too */
    float *scratch[4];          /* rows under work */
    float *mm_x, *mm_out;
} machine;

/* An op and who runs it. The unit is given because a bundle's ops share a queue. */
typedef struct op_context {
    queue_state *q;
    const tri_systolic_instruction *i;
    int unit;    /* index in machine.units */
    int engine;  /* tri_systolic_queue_kind of decoupled style; of bundle: TRI_SYS_PE for M, TRI_SYS_VEC for V, TRI_SYS_GP for X */
} op_context;

/* trap.c */
bool tri_syssim_trap(machine *m, trap_kind kind, const operand *where, const char *format, ...) TRI_PRINTF(4, 5);
bool tri_syssim_deadlock(machine *m);
uint32_t tri_syssim_statement_now(const machine *m);                 /* that the instruction being run serves; 0: none is known */
const char *tri_syssim_statement(const machine *m, uint32_t number); /* what it is called; null: nobody said */

/* memory.c: operands, init bits, races, banks */
bool tri_syssim_pattern(pattern *out, const tri_systolic_ap *ap);
bool tri_syssim_resolve(machine *m, queue_state *q, const tri_systolic_instruction *i);
region *tri_syssim_region(machine *m, uint64_t low, uint64_t high);
uint8_t *tri_syssim_row(machine *m, const operand *o, uint32_t p, int unit); /* the element at offset 0 of partition p; HBM too */
bool tri_syssim_check_read(machine *m, const operand *o, int unit);
bool tri_syssim_check_write(machine *m, const operand *o, int unit);
uint32_t tri_syssim_clock_tick(machine *m, int unit);

/* Calls visit(context, offset, bytes) for each contiguous run of the free axes of a pattern, relative to the address. */
typedef bool run_visitor(void *context, int64_t offset, uint64_t bytes);
bool tri_syssim_runs(const pattern *pat, run_visitor *visit, void *context);
bool tri_syssim_set_init(machine *m, const operand *o);
struct shadow *tri_syssim_shadow_new(const machine *m);
void tri_syssim_shadow_free(struct shadow *shadow);
bool tri_syssim_race(machine *m, const operand *o, int unit, bool write);

/* schedule.c, bundle.c */
bool tri_syssim_run_decoupled(machine *m);
bool tri_syssim_run_bundle(machine *m);
bool tri_syssim_is_scalar(unsigned op);
bool tri_syssim_scalar(machine *m, queue_state *q, const tri_systolic_instruction *i, int unit, double now); /* performs it and moves pc */
bool tri_syssim_wait_time(const machine *m, const tri_systolic_instruction *i, int unit, double *s, int *missing);
void tri_syssim_consume(machine *m, const tri_systolic_instruction *i, int unit);
double tri_syssim_hazards(const machine *m, const op_context *c);
bool tri_syssim_perform(machine *m, const op_context *c, double s, double *done);
bool tri_syssim_count(machine *m);
bool tri_syssim_signal(machine *m, int unit, const tri_systolic_instruction *i, double time);
void tri_syssim_trace(machine *m, int unit, uint32_t pc, double start, double done);

/* Each family of ops: the earliest start given what the family's resources allow, and the execution at `s`. pe.c, vector_cost.c, vector.c, dma.c */
double tri_syssim_pe_start(machine *m, const op_context *c, double s);
bool tri_syssim_pe_run(machine *m, const op_context *c, double s, double *done);
double tri_syssim_vector_start(machine *m, const op_context *c, double s);
bool tri_syssim_vector_run(machine *m, const op_context *c, double s, double *done);
bool tri_syssim_vector_check(machine *m, const op_context *c);
bool tri_syssim_vector_values(machine *m, const op_context *c);
double tri_syssim_dma_start(machine *m, const op_context *c, double s);
bool tri_syssim_dma_run(machine *m, const op_context *c, double s, double *done);
bool tri_syssim_pop_ready(machine *m, const op_context *c, double *issue);
bool tri_syssim_pop_values(machine *m, const op_context *c, double done);

/* elements.c: rows of elements in f32 or i64, and back */
void tri_syssim_load_f32(const uint8_t *base, const pattern *pat, uint32_t first, uint32_t n, float *out);
void tri_syssim_load_i64(const uint8_t *base, const pattern *pat, uint32_t first, uint32_t n, int64_t *out);
void tri_syssim_store_f32(uint8_t *base, const pattern *pat, uint32_t first, uint32_t n, const float *values);
void tri_syssim_store_i64(uint8_t *base, const pattern *pat, uint32_t first, uint32_t n, const int64_t *values);
/* Elements of the same size, bits unchanged. */
void tri_syssim_copy_elements(uint8_t *to, const pattern *to_pat, uint32_t to_first, const uint8_t *from, const pattern *from_pat,
                              uint32_t from_first, uint32_t n);
int64_t tri_syssim_offset(const pattern *pat, uint32_t element);
int64_t tri_syssim_wrap(unsigned dtype, int64_t value);
bool tri_syssim_is_float(unsigned dtype);
void tri_syssim_alu_f32(unsigned op, uint32_t n, const float *a, const float *b, float *out);
bool tri_syssim_alu_i64(unsigned op, unsigned dtype, uint32_t n, const int64_t *a, const int64_t *b, int64_t *out);
int64_t tri_syssim_alu_one(unsigned op, int bits, bool is_signed, int64_t a, int64_t b);
bool tri_syssim_alu_float_only(unsigned op);
bool tri_syssim_alu_integer_only(unsigned op);
void tri_syssim_function(unsigned function, uint32_t n, const float *in, float *out);

/* product.c */
/* The first `columns` of n columns. */
void tri_syssim_product_f32(const float *w, const float *x, float *out, uint32_t k, uint32_t m, uint32_t n, uint32_t columns);
void tri_syssim_product_i32(const int32_t *w, const int32_t *x, int32_t *out, uint32_t k, uint32_t m, uint32_t n);

#endif
