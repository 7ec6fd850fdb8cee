/* ir/eval_tile_internal.h - what the files of the tile evaluator share: tiles, the state of a run, windows and the shadow of a buffer. */
#ifndef TRI_IR_EVAL_TILE_INTERNAL_H
#define TRI_IR_EVAL_TILE_INTERNAL_H

#include "ir/eval_internal.h"
#include "ir/eval_tile.h"

/* An immutable tile, shared by all who hold a reference. */
typedef struct tri_tile {
    tri_type type;
    uint32_t references;
    void *data;
} tri_tile;

/* What a value is while a program runs: an index, or a tile (then `tile` is set). */
typedef struct tri_tile_value {
    int64_t index;
    tri_tile *tile;
} tri_tile_value;

/* Who touched an element: a program's number + 1, 0 nobody, TRI_SHADOW_MANY several. */
enum { TRI_SHADOW_MANY = UINT32_MAX };
typedef struct tri_shadow {
    uint32_t *writer, *reader; /* null for `in` buffers, which nobody writes */
    uint8_t *mode;             /* tri_store_mode of the writers */
    uint32_t *hand;            /* scheduled programs: which instance of a role wrote last; else null */
    int64_t *flags;            /* of a flags argument: what was signalled so far; else null */
} tri_shadow;

typedef enum tri_store_mode { TRI_STORE_SET, TRI_STORE_ADD, TRI_STORE_MAX } tri_store_mode;

typedef struct tri_tile_run {
    const tri_func *kernel;
    const tri_tensor *buffers;
    tri_shadow *shadows;
    tri_block_values values;             /* of the whole kernel, regions included */
    tri_tile_value *environment;         /* by place in `values` */
    const tri_region_program **programs; /* of map, reduce, scan, combine: by the place of their first result */
    tri_arena arena;
    uint32_t program;           /* the running program's number + 1 */
    int64_t axes[TRI_MAX_RANK]; /* and its ids */
    bool acquired;              /* it has waited: stores of the programs before it may be seen */
    tri_tile_counts counts;
    /* scheduled programs (sched_run.h): who runs; role is null in tile programs */
    const char *role;
    int64_t instance, rank, logical;
    uint32_t hand;
} tri_tile_run;

/* An error that names kernel, statement and program. */
tri_status *tri_tile_error(const tri_tile_run *run, tri_code code, const tri_op *op, const char *format, ...) TRI_NODISCARD TRI_PRINTF(4, 5);

tri_status *tri_tile_create(const tri_tile_run *run, const tri_op *op, const tri_type *type, tri_tile **out) TRI_NODISCARD;
void tri_tile_drop(tri_tile *tile); /* null is fine */
static inline tri_tile *tri_tile_share(tri_tile *tile)
{
    if (tile) tile->references++;
    return tile;
}

static inline tri_tile_value *tri_tile_value_of(const tri_tile_run *run, const tri_value *value)
{
    return &run->environment[tri_block_values_find(&run->values, value)];
}
static inline int64_t tri_tile_index_of(const tri_tile_run *run, const tri_value *value) { return tri_tile_value_of(run, value)->index; }
static inline tri_tile *tri_tile_of_value(const tri_tile_run *run, const tri_value *value) { return tri_tile_value_of(run, value)->tile; }
/* Sets a result; takes the reference. */
void tri_tile_set(const tri_tile_run *run, const tri_value *value, tri_tile *tile);

/* Everything but kernel and buffers: values, compiled regions, shadows. Closing is due after a failed opening, too. */
tri_status *tri_tile_run_open(tri_tile_run *run) TRI_NODISCARD;
void tri_tile_run_close(tri_tile_run *run);

/* Memory (eval_tile_memory.c). */
tri_status *tri_tile_load_window(tri_tile_run *run, const tri_op *op) TRI_NODISCARD;
/* The window behind operand `buffer` as a new tile. */
tri_status *tri_tile_load_window_as(tri_tile_run *run, const tri_op *op, uint32_t buffer, const tri_type *type, tri_tile **out) TRI_NODISCARD;
tri_status *tri_tile_store_window(tri_tile_run *run, const tri_op *op) TRI_NODISCARD;
tri_status *tri_tile_fetch_element(tri_tile_run *run, const tri_op *op) TRI_NODISCARD;
/* How many of lo, lo + step, ... (`length` of them) lie in [0, bound). */
int64_t tri_window_inside(int64_t low, int64_t length, int64_t step, int64_t bound);

/* Arithmetic (eval_tile_ops.c): ops whose operands and results are tiles. */
tri_status *tri_tile_arithmetic(tri_tile_run *run, const tri_op *op) TRI_NODISCARD;
/* One step of a combine: sum[i] = region(sum[i], term[i]); the tiles of `sum` are replaced. */
tri_status *tri_tile_fold(tri_tile_run *run, const tri_op *op, tri_tile **sum, tri_tile *const *term) TRI_NODISCARD;
/* Scalar ops that count as work in a region. */
uint64_t tri_region_work(const tri_block *region);

/* The values of a kernel, those of loops and choices included, as places of a table. */
tri_status *tri_kernel_values_create(const tri_func *kernel, tri_block_values *out) TRI_NODISCARD;

#endif
