/* targets/systolic/bundle.h - scheduled programs on a bundle core (docs/scheduled-programs.md): one worker, whose roles become one stream.
 *
 *     bundle.c           roles: their index part is executed, every statement that is left goes to one of the next four
 *     bundle_tile.c      the scratchpad: counted memory, ring slots, views of both
 *     bundle_map.c       map, reduce, copies: passes of the vector unit, lane reductions
 *     bundle_product.c   mma: weight tiles, moving rows and pops
 *     bundle_window.c    windows of buffers as DMAs
 *     bundle_stream.c    micro-ops: what each depends on
 *     bundle_issue.c     the order in which they are issued, and their semaphores
 *     bundle_cost.c      how long the units take, from the chip's data
 *
 * A tile of rank 2 is [rows][columns], lower ranks [1][n] and [1][1]. The columns lie on the partitions: element (r, c) is in partition c % 128 at
 * byte + c / 128 * stride + r * size. Micro-ops are handed over in an order that is right when executed one after another; the stream reorders them
 * within a window and adds the semaphores. Errors stay in `bundle.error`, the first one wins, and everything after it does nothing. */
#ifndef TRI_TARGETS_SYSTOLIC_BUNDLE_H
#define TRI_TARGETS_SYSTOLIC_BUNDLE_H

#include "abi/chip.h"
#include "abi/systolic.h"
#include "ir/sched.h"
#include "targets/systolic/scalars.h"

enum {
    LANES = TRI_SYS_PARTITIONS,
    MOST_ARRAYS = 4,
    MOST_WINDOW = 512, /* micro-ops that the scheduler looks at */
    MOST_BUNDLE_ROLES = 8,
    MOST_STEPS = 1 << 26,
    MOST_CARRIED = 16,
    MOST_BUNDLE_BUFFERS = 14, /* each has a register; the last one addressable is for third operands */
    THIRD_REGISTER = 14,
    NO_MEMORY_COUNTED = -1,
    PORTS = 5
};

/* What of the chip enters the code and the times; ns where nothing else is said. */
typedef struct bundle_chip {
    const char *name;
    uint32_t arrays, side; /* side: rows and columns of an array */
    uint32_t fifo_rows, most_rows, sp_bytes;
    bool weights_free; /* plain LDW has the contraction on the free axis */
    double cycle, vec_cycle, rows_per_cycle, min_ii, pipe, sustain, mode_cost[TRI_SYS_MODE_COUNT];
    double vec_latency, port[PORTS], x_cycles, x_latency, semaphore_latency, dma_issue, dma_start, hbm_ns_per_byte, launch;
} bundle_chip;

/* Choices that change times and never results. */
typedef struct bundle_options {
    int window;             /* micro-ops that may be overtaken; 0: program order */
    int64_t moving_rows;    /* of one matmul, at most */
    int64_t transfer_bytes; /* of one DMA, about */
    int64_t most_instructions;
} bundle_options;
extern const bundle_options bundle_defaults;

typedef struct view {
    int64_t dims[2];
    double value;      /* of a constant */
    const tri_op *map; /* put off: computed where it is stored */
    uint32_t byte, stride;
    int32_t memory;                         /* counted memory that this lies in, or NO_MEMORY_COUNTED */
    uint8_t dtype;                          /* tri_systolic_dtype of the memory; maps read wider types from it as they are */
    bool constant, turned, spread, defined; /* turned: dims[0] lies on the partitions. spread: [n][1], the same in all partitions */
} view;

struct free_bytes {
    uint32_t byte, bytes;
};

typedef struct bundle_memory {
    uint32_t byte, bytes;
    int32_t uses;
} bundle_memory;

typedef struct bundle_ring {
    const tri_value *value;
    int64_t depth, acquired, published;
    int64_t awaited[MOST_BUNDLE_ROLES], released[MOST_BUNDLE_ROLES];
    bool consumer[MOST_BUNDLE_ROLES];
    view slot;       /* number 0 */
    bool rows_first; /* holds weights with the contraction along the rows */
    uint32_t slot_bytes;
} bundle_ring;

enum { MOST_BUNDLE_FRAMES = 32 };

/* A role on its way: the statement to execute next, and the regions it stands in. */
typedef struct bundle_role {
    const tri_op *op, *at;
    int number, n_frames;
    struct bundle_frame {
        const tri_op *owner;
        int64_t counter, high;
    } frames[MOST_BUNDLE_FRAMES];
} bundle_role;

typedef struct stream stream;

typedef struct bundle {
    bundle_chip chip;
    bundle_options options;
    const tri_func *func;
    tri_systolic_program *program;
    tri_arena *arena;
    stream *stream;
    int queue;
    /* scratchpad */
    TRI_VEC(struct free_bytes) spans; /* sorted */
    uint32_t next_fit, sp_top;
    TRI_VEC(bundle_memory) memories;
    TRI_VEC(int32_t) free_memories;
    /* values, by id */
    view *views;
    int64_t *indices;
    const tri_op **last_use; /* the op of the value's own block after which it is dead; null: nobody uses it */
    uint32_t *uses;
    bundle_ring *rings;
    int n_rings;
    bundle_role roles[MOST_BUNDLE_ROLES];
    int n_roles;
    uint32_t turns; /* of products over the arrays */
    int64_t steps;  /* statements executed */
    tri_status *error;
} bundle;

void bundle_fail(bundle *b, const tri_op *op, tri_code code, const char *format, ...) TRI_PRINTF(4, 5);

/* ---- bundle.c ---- */
/* The finished queue, all but tri_systolic_finish. Null options: the defaults. */
tri_status *bundle_lower(const tri_chip *chip, const tri_func *func, const bundle_options *options, tri_arena *arena, tri_systolic_program *program,
                         uint32_t *out_sp_top) TRI_NODISCARD;
int64_t bundle_index(const bundle *b, const tri_value *value);

/* ---- bundle_tile.c ---- */
void normal_shape(const tri_type *type, int64_t dims[2]);
int sys_dtype_of(bundle *b, const tri_op *op, unsigned dtype);
uint32_t view_size(const view *v); /* bytes of an element */
view view_constant(const int64_t dims[2], double value);
/* Counted memory with one use. A column of one is spread. */
view view_new(bundle *b, const tri_op *op, const int64_t dims[2], unsigned dtype);
/* The same as windows bring it: a column of one is in partition 0 alone. */
view view_plain(bundle *b, const tri_op *op, const int64_t dims[2], unsigned dtype);
view view_part(bundle *b, const tri_op *op, const view *v, const int64_t offsets[2], const int64_t dims[2]);
void view_keep(bundle *b, const view *v);
void view_drop(bundle *b, const view *v);
/* Whether nobody else looks at the memory that the view fills. */
bool view_alone(const bundle *b, const view *v);
void slots_place(bundle *b);
view slot_view(const bundle_ring *ring, int64_t number);
uint8_t ap_of(bundle *b, const tri_systolic_ap *ap);
/* Rows `rows` from `row`, `groups` blocks of 128 columns from block `block`, `lanes` partitions: as an operand. What is one row (one column) high
 * (wide) while the whole is not is repeated. */
typedef struct piece {
    int64_t row, rows, block, groups, lanes;
    bool groups_inside; /* the pattern's inner axis counts blocks, not rows */
} piece;
uint8_t view_piece(bundle *b, const view *v, const piece *p, uint32_t *out_address);
/* Walks over a view in pieces of at most `most` elements a partition, blocks outermost; starts with *p all zero. */
bool view_next(const view *v, int64_t most, piece *p);

/* ---- bundle_map.c ---- */
void bundle_map_into(bundle *b, const tri_op *op, uint32_t result, const view *into);
/* Whether the map only says an operand's elements in a wider type: its result is bound to the operand's memory then. */
bool map_widens(const bundle *b, const tri_op *op);
/* Whether the map may be computed where its only use stores it. Its operands' views stay as they are until then, dead or not. */
bool map_can_wait(const bundle *b, const tri_op *op);
void bundle_copy(bundle *b, const tri_op *op, const view *into, const view *from);
void bundle_set(bundle *b, const view *into, double value);
view bundle_reduce(bundle *b, const tri_op *op);
/* The view itself, or a new one that is not turned, and spread when it is one column. Kept once more either way. */
view settle(bundle *b, const tri_op *op, const view *v);

/* ---- bundle_product.c ---- */
view bundle_mma(bundle *b, const tri_op *op);

/* ---- bundle_window.c ---- */
/* The window of the op, whose buffer is operand `buffer`: into or out of the view. rows_first: of its pieces the first rows are needed first, else
 * the first columns. */
void bundle_window(bundle *b, const tri_op *op, uint32_t buffer, const view *v, bool out, bool rows_first, double fill);

/* ---- bundle_stream.c ---- */
typedef enum stream_unit { STREAM_V, STREAM_X, STREAM_LOADS, STREAM_STORES, STREAM_UNITS } stream_unit;
enum { STREAM_PRODUCT = STREAM_UNITS };

/* A weight tile and moving rows for each of `width` arrays from `first`, whose sum `pop` takes. */
typedef struct product_op {
    uint8_t first, width, mode;
    bool turned; /* LDW T */
    struct {
        uint32_t weights, moving;
        uint8_t ap_weights, ap_moving;
    } on[MOST_ARRAYS];
    tri_systolic_instruction pop;
} product_op;

void stream_open(bundle *b);
/* `third`: the address that pattern i->x has. */
void stream_add(bundle *b, stream_unit unit, const tri_systolic_instruction *i, uint32_t third);
void stream_add_product(bundle *b, const product_op *product);
void stream_close(bundle *b);

/* ---- bundle_cost.c ---- */
tri_status *bundle_chip_read(const tri_chip *chip, bundle_chip *out) TRI_NODISCARD;
/* ns of each port (ld st alu pop eup) that a vector instruction takes. */
void vector_cost(const bundle *b, const tri_systolic_instruction *i, double ns[PORTS]);
double x_cost(const bundle *b, const tri_systolic_instruction *i);
double product_cost(const bundle_chip *chip, uint32_t rows, uint32_t columns, unsigned mode, bool fresh);
double dma_cost(const bundle *b, const tri_systolic_instruction *i);

#endif
