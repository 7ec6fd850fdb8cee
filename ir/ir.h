/* ir/ir.h - modules, functions, blocks, ops and values: one set of structures for the tensor IR ("what") and for tile programs ("how").
 *
 * A module owns an arena; everything reachable from it lives there and dies with it. An op has a kind (one row of an op table), operands (values),
 * results (values it defines), attributes (named constants) and regions (one block each). A value knows the op or block that defines it. There is no
 * control flow but regions. Passes rewrite in place with the builder below; side tables are indexed by tri_value.id and tri_op.id after
 * tri_module_number.
 *
 * The text form of tensor IR is a subset of StableHLO (docs/tensor-ir.md), that of tile programs is our own (docs/tile-ir.md). Thread rule: a module
 * belongs to one thread; a module that nobody changes may be read by many. */
#ifndef TRI_IR_IR_H
#define TRI_IR_IR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/dtype.h"
#include "base/text.h"
#include "tri/status.h"

enum { TRI_MAX_RANK = 8, TRI_MOST_REDUCED = 4 }; /* operands that one reduction folds together */

/* ---- types ---- */

typedef enum tri_type_kind {
    TRI_TYPE_NONE,
    TRI_TYPE_TENSOR, /* tensor<2x3xf32>: a value of the graph */
    TRI_TYPE_BUFFER, /* buf<2x3xf32>: memory a kernel reads or writes */
    TRI_TYPE_TILE,   /* tile<2x3xf32>: an immutable array inside a kernel */
    TRI_TYPE_INDEX,  /* a 64-bit integer, the same for the whole program */
    TRI_TYPE_SCALAR, /* one element, inside a map or reduce region */
    TRI_TYPE_FLAGS,  /* flags<n>: counters that signal and wait use */
    TRI_TYPE_RING,   /* ring<2x3xf32>: slots of that tile between the roles of a scheduled program */
    TRI_TYPE_TURNS,  /* turns */
} tri_type_kind;

typedef struct tri_type {
    uint8_t kind, dtype; /* tri_type_kind, tri_dtype */
    int8_t rank;
    int64_t dims[TRI_MAX_RANK];
} tri_type;

tri_type tri_tensor_of(tri_dtype dtype, int rank, const int64_t *dims);
tri_type tri_buffer_of(tri_dtype dtype, int rank, const int64_t *dims);
tri_type tri_tile_of(tri_dtype dtype, int rank, const int64_t *dims);
tri_type tri_ring_of(tri_dtype dtype, int rank, const int64_t *dims);
tri_type tri_scalar_of(tri_dtype dtype);
tri_type tri_index_type(void);
bool tri_type_equal(const tri_type *a, const tri_type *b);
bool tri_shape_equal(const tri_type *a, const tri_type *b);
int64_t tri_type_elements(const tri_type *type); /* product of dims; the verifier keeps it below 2^40 */
uint64_t tri_type_bytes(const tri_type *type);

/* ---- op tables ---- */

typedef enum tri_op_kind {
    TRI_OP_NONE,
#define ELEMENTWISE(name, ...) TRI_OP_##name,
#define OP(name, ...) TRI_OP_##name,
#define STRUCTURE(name, ...) TRI_OP_##name,
#include "ir/ops_tensor.def"
    TRI_TENSOR_OPS_END,
    TRI_TILE_OPS_BEGIN = TRI_TENSOR_OPS_END,
#define TILE(name, ...) TRI_TILE_##name,
#include "ir/ops_tile.def"
    TRI_TILE_OPS_END,
    TRI_SCHED_OPS_BEGIN = TRI_TILE_OPS_END,
#define SCHED(name, ...) TRI_SCHED_##name,
#include "ir/ops_sched.def"
    TRI_SCHED_OPS_END,
    TRI_SCALAR_OPS_BEGIN = TRI_SCHED_OPS_END,
#define SCALAR(name, ...) TRI_SCALAR_##name,
#include "ir/ops_scalar.def"
    TRI_OP_KINDS
} tri_op_kind;

enum { TRI_MANY = -1 };

typedef struct tri_op_row {
    const char *text;                  /* as it stands in the text form */
    int8_t operands, results, regions; /* TRI_MANY: varies */
    uint16_t scalar;                   /* tensor elementwise ops: the scalar op that means them; else TRI_OP_NONE */
    const char *attributes;            /* tensor ops: the specification described in ops_tensor.def */
    uint8_t classes;                   /* scalar ops: TRI_CLASSES_* */
    uint8_t result;                    /* scalar ops: TRI_RESULT_* */
    const char *doc;
} tri_op_row;

enum { TRI_CLASSES_FLOAT = 1, TRI_CLASSES_INTEGER = 2, TRI_CLASSES_BOOL = 4 };
enum { TRI_RESULT_SAME, TRI_RESULT_BOOL, TRI_RESULT_TYPED };

const tri_op_row *tri_op_row_of(tri_op_kind kind);
/* By text; TRI_OP_NONE when there is no such op. `call`, `return` are found with and without their dialect. */
tri_op_kind tri_op_kind_tensor(const char *text, size_t n);
tri_op_kind tri_op_kind_tile(const char *text, size_t n); /* of tile and of scheduled programs */
tri_op_kind tri_op_kind_scalar(const char *text, size_t n);
static inline bool tri_is_tensor_op(tri_op_kind kind) { return kind > TRI_OP_NONE && kind < TRI_TENSOR_OPS_END; }
static inline bool tri_is_tile_op(tri_op_kind kind) { return kind >= TRI_TILE_OPS_BEGIN && kind < TRI_TILE_OPS_END; }
static inline bool tri_is_sched_op(tri_op_kind kind) { return kind >= TRI_SCHED_OPS_BEGIN && kind < TRI_SCHED_OPS_END; }
static inline bool tri_is_scalar_op(tri_op_kind kind) { return kind >= TRI_SCALAR_OPS_BEGIN && kind < TRI_OP_KINDS; }
/* Scalar ops of one operand that machines compute from tables or series (exponential, tanh, ...) and round; where an engine is made for these, no
 * other has them. */
bool tri_scalar_is_function(tri_op_kind kind);
/* A tensor op that computes each result element from the operands' elements at the same place (ELEMENTWISE rows, and convert, compare, select,
 * clamp); with the scalar op that does it. A same-size bitcast_convert is one too. TRI_OP_NONE otherwise. */
struct tri_op;
tri_op_kind tri_op_scalar(const struct tri_op *op);

/* ---- attributes ---- */

typedef enum tri_attr_kind {
    TRI_ATTR_UNIT,     /* present, nothing more */
    TRI_ATTR_BOOL,     /* integer: 0 or 1 */
    TRI_ATTR_INTEGER,  /* integer, with the dtype it was written with */
    TRI_ATTR_FLOAT,    /* number, with its dtype */
    TRI_ATTR_STRING,   /* "text" */
    TRI_ATTR_WORD,     /* an enum case: DEFAULT, LT, #stablehlo<comparison_type FLOAT> becomes FLOAT */
    TRI_ATTR_SYMBOL,   /* @name */
    TRI_ATTR_INTEGERS, /* [1, 2], array<i64: 1, 2>, dense<[1, 2]> : tensor<2xi64> in a place that wants integers */
    TRI_ATTR_ELEMENTS, /* dense<...> : type */
    TRI_ATTR_TYPE,
    TRI_ATTR_LIST, /* [a, b] of anything */
    TRI_ATTR_DICT, /* {name = value, ...}, #dialect.kind<name = value, ...> */
    TRI_ATTR_RAW,  /* text we carry without looking inside */
} tri_attr_kind;

typedef struct tri_attr tri_attr;
typedef struct tri_named_attr {
    const char *name;
    const tri_attr *value;
} tri_named_attr;

struct tri_attr {
    uint8_t kind, dtype; /* tri_attr_kind, tri_dtype */
    bool splat;          /* elements: `data` holds one element that stands for all */
    tri_type type;       /* elements, type */
    union {
        int64_t integer;
        double number;
        const char *text; /* zero-terminated */
        struct {
            size_t n;
            const int64_t *at;
        } integers;
        const void *data; /* elements: row-major, base/dtype.h layout */
        struct {
            size_t n;
            const tri_attr *const *at;
        } list;
        struct {
            size_t n;
            const tri_named_attr *at;
        } dict;
    };
};

/* ---- values, ops, blocks ---- */

typedef struct tri_op tri_op;
typedef struct tri_block tri_block;
typedef struct tri_func tri_func;
typedef struct tri_module tri_module;

typedef struct tri_value {
    tri_type type;
    const char *name; /* without %, or null: what the printer prefers to call it */
    tri_op *op;       /* defining op, or null for a block argument */
    tri_block *block; /* the block whose argument it is, or null */
    uint32_t index;   /* which result or argument */
    uint32_t id;      /* dense in its function, after tri_module_number */
} tri_value;

/* One coordinate of a window, per buffer dimension, in order. Values are operands of the op, by operand index. */
typedef enum tri_window_kind {
    TRI_WINDOW_POINT,  /* %i: one position; the tile has no such dimension */
    TRI_WINDOW_SLICE,  /* %lo:+length step s: the tile has a dimension of `length`; a step may be negative */
    TRI_WINDOW_GATHER, /* [%tile]: positions from an index tile of rank 1 */
} tri_window_kind;

typedef struct tri_window_dim {
    uint8_t kind;     /* tri_window_kind */
    uint16_t operand; /* index of the coordinate among the op's operands */
    uint16_t lim;     /* operand index of a bound tighter than the buffer's, or 0: none */
    int64_t length, step;
} tri_window_dim;

struct tri_op {
    uint16_t kind; /* tri_op_kind */
    uint16_t fn;   /* tile index: the scalar op kind that is its function, or TRI_OP_NONE for a constant; else 0 */
    uint32_t id;   /* dense in its function, after tri_module_number */
    tri_loc loc;
    uint32_t n_operands, n_results, n_attrs, n_regions;
    tri_value **operands;
    tri_value **results;
    tri_named_attr *attrs;
    tri_block **regions;
    tri_window_dim *window; /* tile load, store, fetch: one per buffer dimension; `n_window` of them */
    uint32_t n_window;
    const char *label; /* @label of a tile statement: what a schedule calls it; or null */
    tri_block *parent;
    tri_op *prev, *next;
};

struct tri_block {
    uint32_t n_args;
    tri_value **args;
    tri_op *first, *last; /* the last op is a return or yield in a complete block */
    tri_op *owner;        /* null for a function's body */
    tri_func *func;
};

/* How a kernel uses a buffer. */
typedef enum tri_access { TRI_ACCESS_NONE, TRI_ACCESS_IN, TRI_ACCESS_OUT, TRI_ACCESS_INOUT, TRI_ACCESS_WORK } tri_access;

/* A function of the graph, or a kernel (a tile program): a kernel's body has its buffers as first arguments, then one index value a grid axis. */
struct tri_func {
    const char *name;
    tri_module *module;
    tri_loc loc;
    bool is_kernel, is_private;
    tri_block *body;
    uint32_t n_results;
    tri_type *results;
    tri_named_attr **arg_attrs; /* per argument an array, `n_arg_attrs` long; carried, not interpreted */
    uint32_t *n_arg_attrs;
    tri_named_attr **result_attrs;
    uint32_t *n_result_attrs;
    /* kernels */
    uint32_t n_buffers, n_axes;
    uint8_t *access;      /* tri_access per buffer */
    int64_t *grid;        /* extent per axis */
    const char *schedule; /* text of the `schedule { }` block behind a kernel, braces included; or null. Carried, not interpreted */
    /* scheduled programs (docs/scheduled-programs.md): kernels with buffers and no axes, whose body holds rings, turns and roles */
    bool is_scheduled;
    int64_t programs, workers; /* logical programs; 0 workers: one a program */
    int32_t cluster;           /* ranks of a worker, at least 1 */
    const tri_func *tiles;     /* the tile program that it was expanded from: positions of ops are statements of that (ir/statements.h); or null */
    uint32_t n_values, n_ops;  /* after tri_module_number */
    tri_func *next;
};

/* What a pass wants the user to know and that is no error. */
typedef struct tri_remark {
    tri_loc loc;
    const char *text;
} tri_remark;

struct tri_module {
    tri_arena *arena;
    const char *name;
    const char *file; /* for positions; in the arena */
    uint32_t n_attrs;
    tri_named_attr *attrs; /* carried, not interpreted */
    tri_func *first, *last;
    tri_loc here;                /* the position that the builders below give to new ops */
    TRI_VEC(tri_remark) remarks; /* in order */
};

/* ---- building and rewriting ---- */

tri_module *tri_module_create(tri_arena *arena, const char *name);
tri_func *tri_module_find(const tri_module *module, const char *name); /* null: none */
/* Functions get an empty body block; add arguments with tri_block_add_arg. */
tri_func *tri_func_create(tri_module *module, const char *name, bool is_kernel);
tri_func *tri_kernel_create(tri_module *module, const char *name);
/* Kernels: buffers first, then axes. */
tri_value *tri_kernel_add_buffer(tri_func *kernel, const char *name, tri_type type, tri_access access);
tri_value *tri_kernel_add_axis(tri_func *kernel, const char *name, int64_t extent);
void tri_func_set_results(tri_func *func, uint32_t n, const tri_type *types);
tri_value *tri_block_add_arg(tri_module *module, tri_block *block, const char *name, tri_type type);
tri_block *tri_block_create(tri_func *func, tri_op *owner);
void tri_func_unlink(tri_func *func);
void tri_module_remark(tri_module *module, tri_loc loc, const char *format, ...) TRI_PRINTF(3, 4);

/* An op with room for its results (types given), not yet in a block. Operand pointers are copied. */
tri_op *tri_op_create(tri_module *module, tri_op_kind kind, tri_loc loc, uint32_t n_operands, tri_value *const *operands, uint32_t n_results,
                      const tri_type *types);
tri_block *tri_op_add_region(tri_func *func, tri_op *op);
void tri_op_set_operands(tri_module *module, tri_op *op, uint32_t n, tri_value *const *operands);
void tri_block_append(tri_block *block, tri_op *op);
void tri_op_insert_before(tri_op *op, tri_op *before);                      /* into before's block */
void tri_op_remove(tri_op *op);                                             /* unlinks; uses must be gone */
void tri_replace_uses(tri_func *func, const tri_value *old, tri_value *by); /* everywhere in func, regions included */
/* A copy of `op` with regions, operands looked up in map (a value not in it stays itself) and results entered into it. */
typedef struct tri_value_map tri_value_map;
tri_value_map *tri_value_map_create(tri_arena *arena);
void tri_value_map_set(tri_value_map *map, const tri_value *from, tri_value *to);
tri_value *tri_value_map_get(const tri_value_map *map, const tri_value *from); /* `from` itself when not entered */
tri_op *tri_op_clone(tri_func *into, const tri_op *op, tri_value_map *map);
tri_func *tri_func_clone(tri_module *into, const tri_func *func, const char *name);

/* Numbers values (tri_value.id) and ops (tri_op.id) of every function densely in program order, regions included. */
void tri_module_number(tri_module *module);
void tri_func_number(tri_func *func);
/* The first op with the label, regions included; null: there is none. */
tri_op *tri_func_find_label(const tri_func *func, const char *label);
/* Calls visit for every op of the function, regions included, in program order; a non-null status stops and is returned. */
typedef tri_status *tri_op_visitor(void *context, tri_op *op);
tri_status *tri_func_walk(tri_func *func, tri_op_visitor *visit, void *context);
/* How often each value is used (regions included), indexed by id; after numbering. */
uint32_t *tri_func_count_uses(tri_arena *arena, tri_func *func);

/* Attributes of an op. Setting replaces. Getters give the default when the attribute is missing or of another kind; the verifier has made sure. */
void tri_op_set_attr(tri_module *module, tri_op *op, const char *name, const tri_attr *value);
const tri_attr *tri_op_attr(const tri_op *op, const char *name); /* null: not there */
int64_t tri_op_integer(const tri_op *op, const char *name, int64_t otherwise);
double tri_op_number(const tri_op *op, const char *name, double otherwise);         /* of an integer attribute too */
const char *tri_op_text(const tri_op *op, const char *name, const char *otherwise); /* string, word, symbol */
size_t tri_op_integers(const tri_op *op, const char *name, const int64_t **out_at); /* 0 when missing; a bool list counts as integers */
const tri_attr *tri_attr_find(const tri_attr *dict, const char *name);
const tri_attr *tri_attr_unit(tri_module *module);
const tri_attr *tri_attr_integer(tri_module *module, int64_t value);
const tri_attr *tri_attr_number(tri_module *module, tri_dtype dtype, double value);
const tri_attr *tri_attr_bool(tri_module *module, bool value);
const tri_attr *tri_attr_string(tri_module *module, const char *text);
const tri_attr *tri_attr_word(tri_module *module, const char *text);
const tri_attr *tri_attr_symbol(tri_module *module, const char *text);
const tri_attr *tri_attr_integers(tri_module *module, size_t n, const int64_t *at);
/* `data` is copied: one element when splat. */
const tri_attr *tri_attr_elements(tri_module *module, tri_type type, bool splat, const void *data);

/* Common tensor ops, appended to `block`. */
tri_value *tri_build_constant(tri_block *block, tri_type type, bool splat, const void *data);
tri_value *tri_build_splat(tri_block *block, tri_type type, double value);
tri_value *tri_build_op(tri_block *block, tri_op_kind kind, tri_type type, uint32_t n, tri_value *const *operands); /* one result */

/* ---- index values (ir/index.c) ---- */

/* What an index function gives for two numbers, wrapping; false: no such function, or a division by something not positive. */
bool tri_index_compute(tri_op_kind fn, int64_t a, int64_t b, int64_t *out);
int64_t tri_index_divisor(int64_t a, int64_t b);    /* the greatest of both; of 0 and n it is n */
int64_t tri_index_multiple(const tri_value *index); /* a number that divides the index value for certain; 0: it is 0 */

/* Common tile ops, appended to `block`. Results are named by the caller when a name helps reading. */
tri_value *tri_tile_index(tri_block *block, int64_t value);
/* `scalar` is one of ADD SUBTRACT MULTIPLY MINIMUM MAXIMUM DIVIDE REMAINDER EQ NE LT LE GT GE. Divide and remainder floor towards minus infinity
 * (div, mod). Folds constants and the neutral elements of + and *. */
tri_value *tri_tile_arith(tri_block *block, tri_op_kind scalar, tri_value *a, tri_value *b);
tri_value *tri_tile_fill(tri_block *block, tri_type tile, double value);
tri_value *tri_tile_fill_index(tri_block *block, tri_type tile, tri_value *index); /* how a map sees an index value */
typedef struct tri_coord {
    tri_window_kind kind;
    tri_value *at;        /* index value, or index tile for a gather */
    int64_t length, step; /* slices: length, and step (0 counts as 1); gathers: length is the tile's */
    tri_value *lim;       /* or null */
} tri_coord;
tri_coord tri_at(tri_value *index);
tri_coord tri_span(tri_value *low, int64_t length);
/* An op whose last leading operand is a buffer: the window's coordinates become the operands behind them. At most 2 + TRI_MAX_RANK leading ones. */
tri_op *tri_build_windowed(tri_block *block, tri_op_kind kind, uint32_t n_leading, tri_value *const *leading, const tri_coord *window,
                           uint32_t n_results, const tri_type *types);
tri_value *tri_tile_load(tri_block *block, tri_value *buffer, const tri_coord *window, double fill, const char *label);
tri_op *tri_tile_store(tri_block *block, tri_value *tile, tri_value *buffer, const tri_coord *window, const char *mode, const char *label);
tri_value *tri_tile_fetch(tri_block *block, tri_value *buffer, tri_value *const *coords, int64_t low, int64_t high);
tri_value *tri_tile_mma(tri_block *block, tri_value *a, tri_value *b, tri_value *c, const char *label); /* c may be null */
tri_value *tri_tile_reshape(tri_block *block, tri_value *tile, int rank, const int64_t *dims);
tri_value *tri_tile_transpose(tri_block *block, tri_value *tile);
/* Regions: create the op, fill its region with tri_scalar ops, end it with tri_tile_yield. */
tri_op *tri_tile_map(tri_block *block, uint32_t n, tri_value *const *tiles, uint32_t n_results, const tri_type *results, const char *label);
tri_op *tri_tile_reduce(tri_block *block, tri_op_kind reduce_or_scan, uint32_t n, tri_value *const *tiles, int dim, const char *label);
tri_op *tri_tile_combine(tri_block *block, uint32_t n, tri_value *const *tiles, int axis, const char *label); /* a region like a reduce's */
tri_op *tri_tile_for(tri_block *block, const char *counter, tri_value *low, tri_value *high, uint32_t n_carried, tri_value *const *initial);
tri_op *tri_tile_if(tri_block *block, tri_value *condition, uint32_t n_results, const tri_type *results); /* two empty regions */
void tri_tile_yield(tri_block *block, uint32_t n, tri_value *const *values);
tri_value *tri_scalar(tri_block *block, tri_op_kind kind, tri_dtype result, uint32_t n, tri_value *const *operands);
tri_value *tri_scalar_constant(tri_block *block, tri_dtype dtype, double value);
tri_value *tri_scalar_constant_bits(tri_block *block, tri_dtype dtype, const void *element); /* exact, for 64-bit integers */
tri_value *tri_scalar_coordinate(tri_block *block, int dim);

/* ---- text ---- */

typedef struct tri_parse_options {
    size_t memory_limit; /* of the arena; 0: none */
} tri_parse_options;

/* Parses tensor IR and tile programs alike (a file may hold both). `file` names the text in positions. On an error nothing is returned; every
 * independent error is in the status. The text need not outlive the call. The module is not verified. */
tri_status *tri_module_parse(tri_arena *arena, const char *text, size_t n, const char *file, tri_module **out_module) TRI_NODISCARD;
/* One spelling; parsing it gives a module that prints the same. */
void tri_module_print(const tri_module *module, tri_text *out);
void tri_func_print(const tri_func *func, tri_text *out);
void tri_op_print(const tri_op *op, tri_text *out); /* one op on one line where it can, for messages */
/* An error at the op's place with the op in a note; a null op has neither. */
tri_status *tri_op_error_v(const tri_op *op, tri_code code, const char *format, va_list arguments) TRI_NODISCARD;
void tri_type_print(const tri_type *type, tri_text *out);
/* Of what the functions mean: the same for equal text up to names and positions. */
uint64_t tri_func_hash(const tri_func *func);
uint64_t tri_op_hash(const tri_op *op); /* of a region-holding op: what it computes, independent of where its operands come from */

/* ---- verifying ---- */

typedef enum tri_level {
    TRI_LEVEL_TENSOR,  /* anything the parser accepts */
    TRI_LEVEL_PLAIN,   /* no calls, no composites: one function */
    TRI_LEVEL_KERNELS, /* the main function holds tri.kernel ops, constants, views (reshape, bitcast_convert) and a return alone */
    TRI_LEVEL_TILE,    /* tile programs and scheduled programs */
} tri_level;

/* Collects every error with its position. */
tri_status *tri_module_verify(const tri_module *module, tri_level level) TRI_NODISCARD;
tri_status *tri_kernel_verify(const tri_func *kernel) TRI_NODISCARD;

#endif
