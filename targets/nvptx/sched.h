/* targets/nvptx/sched.h - scheduled programs (docs/scheduled-programs.md) as code for warpgroups: what the parts of this emitter share.
 *
 * Roles. A `threads` role is a warpgroup an instance; `copy` roles are one thread each, in the warps of one more warpgroup, or
 * all threads of that warp where they store what tensor maps cannot. Their shares of the
 * registers are asked for with setmaxnreg. Rings are slots in dynamic shared memory with two arrays of mbarriers; copies go through tensor maps,
 * products through wgmma. Tiles of a threads role lie in the registers as the results of wgmma do, or, where a dimension has size 1, as what all
 * lanes that share a row or a column hold alike; so no tile ever changes its place.
 *
 * What the emitter cannot do it refuses with UNSUPPORTED, naming the statement: the caller then compiles the tile program with the empty schedule. */
#ifndef TRI_TARGETS_NVPTX_SCHED_H
#define TRI_TARGETS_NVPTX_SCHED_H

#include "ir/sched.h"
#include "targets/layout/banks.h"
#include "targets/layout/chain.h"
#include "targets/llvm/emit_internal.h"

enum {
    WARP = 32,
    GROUP = 128,     /* threads of a warpgroup */
    GROUP_ROWS = 64, /* of a product */
    MOST_ROLES = 8,
    MOST_GROUPS = 8,   /* warpgroups of a block */
    MOST_COPIES = 4,   /* warps of the producing warpgroup */
    MOST_BARRIERS = 16 /* named barriers of a block; 0 is that of all threads */
};

/* ---- the plan (sched_plan.c) ---- */

/* The slots of a ring. A slot is cut into panels of one swizzle width; a panel is its rows one behind the other. */
typedef struct ring {
    const tri_op *op;
    tri_dtype dtype;
    int64_t rows, columns, depth;
    int64_t copies; /* private rings: one for each instance */
    bool multicast;
    int swizzle;                                               /* bytes, 0: none */
    int64_t panel_columns, row_bytes, panel_bytes, slot_bytes; /* row_bytes: within a panel */
    int64_t offset, full, empty;                               /* in shared memory: slots, mbarriers of 8 bytes a slot */
    int64_t producers, consumers;                              /* arrivals that complete a phase of full, of empty */
    int conflicts;                                             /* cycles lost to busy banks by reading the matrices of 8 rows along one row */
} ring;

typedef struct role {
    const tri_op *op;
    bool copy;
    bool by_warp; /* a copy role that a whole warp runs, since no tensor map can make its stores */
    int64_t instances, regs;
    int first; /* its first warp in the producing warpgroup, or its first warpgroup */
} role;

typedef struct plan {
    const tri_func *program;
    int n_rings, n_roles;
    ring *rings;
    role roles[MOST_ROLES];
    int groups; /* warpgroups of the block; the producing one, if there is one, is the first */
    bool producing;
    int producing_regs; /* 0: as launched */
    int n_barriers;     /* named ones */
    int64_t shared_bytes;
    int64_t workers; /* of the launch, each a cluster */
    tri_chain chain; /* what makes each product, and how its operands lie */
} plan;

tri_status *group_plan(tri_arena *arena, const tri_chip *chip, const tri_func *program, plan *out) TRI_NODISCARD;
int group_ring_of(const plan *p, const tri_value *value);

/* What a scheduled program takes, without emitting it: threads, registers, shared memory, barriers. More than 255 registers will be spilled. */
tri_status *group_budget(const tri_chip *chip, const tri_func *program, tri_budget *out) TRI_NODISCARD;

/* Atoms of wgmma's operands. */
#define WGMMA_ATOM(name, columns, ...) extern const tri_fragment group_##name;
#include "targets/nvptx/wgmma.def"

/* ---- values ---- */

typedef enum spread {
    SPREAD_ONE,     /* one element, which every thread has */
    SPREAD_ROWS,    /* [m, 1]: a thread has the elements of its rows */
    SPREAD_COLUMNS, /* [1, n]: of its columns */
    SPREAD_FULL     /* [m, n] as wgmma leaves it */
} spread;

typedef struct layout {
    spread kind;
    int64_t m, n;
} layout;

/* A tile in registers. Two neighbours of a 16-bit float share a register (an i32) where `paired`. */
typedef struct fragment {
    layout layout;
    bool paired;
    int n; /* elements a thread holds */
    tri_ref *at;
    tri_ref kept; /* i1: where it is false all elements are zero, whatever is in `at`; null: true */
} fragment;

/* A tile in a slot: `rows` x `columns` of it from `address` on; the value is its transpose where `transposed`. */
typedef struct view {
    const ring *ring;
    tri_ref address; /* i32, of shared memory */
    int64_t rows, columns;
    bool transposed;
    bool inside; /* it may begin behind the first column of a panel */
} view;

typedef struct value {
    bool staged;
    view view;
    fragment fragment;
} value;

typedef enum counter { COUNT_ACQUIRE, COUNT_PUBLISH, COUNT_AWAIT, COUNT_RELEASE, COUNTERS } counter;

typedef struct sched {
    tri_emitter *e;
    plan plan;
    value *values;           /* by value id */
    const tri_op **reshaped; /* by value id: the reshape that uses it, or null */
    uint32_t *uses;          /* by value id */
    TRI_VEC(tri_tensor_map) maps;
    /* of the role that is being written */
    const role *role;
    tri_ref instance;              /* i32 */
    tri_ref leader;                /* i1: this thread speaks for its instance */
    tri_ref in_group, row, column; /* i32: number in the warpgroup; the place of element 0 of a fragment */
    tri_ref rank;                  /* i32: in the cluster */
    tri_ref (*counters)[COUNTERS]; /* by ring: position in 0 .. 2 depth - 1, slot and phase in one */
    tri_ref *newest;               /* by ring: the position acquired last in this block */
} sched;

/* ---- statements ---- */
tri_status *group_block(sched *s, const tri_block *block) TRI_NODISCARD; /* sched_flow.c */
/* Whether carried value `i` of a loop is an accumulator whose registers are not cleared, since its first product does not read them. */
bool group_begins_empty(const uint32_t *uses, const tri_op *op, uint32_t i);
tri_status *group_work(sched *s, const tri_op *op) TRI_NODISCARD;

void group_barriers_init(sched *s); /* sched_ring.c */
tri_status *group_acquire(sched *s, const tri_op *op) TRI_NODISCARD;
tri_status *group_publish(sched *s, const tri_op *op) TRI_NODISCARD;
tri_status *group_await(sched *s, const tri_op *op) TRI_NODISCARD;
tri_status *group_release(sched *s, const tri_op *op) TRI_NODISCARD;
tri_status *group_part(sched *s, const tri_op *op) TRI_NODISCARD;
void group_turn(sched *s, const tri_op *op);
void group_turns_begin(sched *s);
/* The same i32, made here: what is computed from it stays in the loop that uses it, where it costs an instruction, rather than before it, where it
 * would cost a register of every thread for as long. */
tri_ref group_here(sched *s, tri_ref x);
void group_places_here(sched *s);                                        /* the same for the places of elements */
tri_ref group_slot(sched *s, const ring *r, tri_ref position);           /* i32: the address of a slot */
tri_ref group_newest(sched *s, const tri_op *op, const tri_value *ring); /* the position of the slot acquired last before `op` */
tri_ref group_full(sched *s, const ring *r, tri_ref position);           /* of its mbarrier */
tri_ref group_previous(sched *s, const ring *r, tri_ref position);
/* Bytes from a view's address to a part of it, of so many columns. */
tri_status *group_part_offset(sched *s, const tri_op *op, const ring *r, const tri_value *const *offsets, int rank, const int64_t *dims,
                              int64_t columns, tri_ref *out) TRI_NODISCARD;
void group_wait(sched *s, tri_ref address, tri_ref parity);

tri_status *group_load_into(sched *s, const tri_op *op) TRI_NODISCARD; /* sched_copy.c */
tri_status *group_copy_store(sched *s, const tri_op *op) TRI_NODISCARD;
int64_t group_bracket_bytes(const sched *s, const tri_op *publish); /* that arrive for the slot this publishes, or -1: told copy by copy */

tri_status *group_mma(sched *s, const tri_op *op) TRI_NODISCARD; /* sched_mma.c */

layout group_layout(const tri_type *type); /* sched_tile.c */
tri_status *group_fragment_new(sched *s, const tri_op *op, const tri_type *type, layout l, fragment *out) TRI_NODISCARD;
/* The registers as they are carried around, and their LLVM type. */
int group_registers(const fragment *f);
const char *group_register_type(const tri_type *type, const fragment *f);
tri_ref group_get(sched *s, const tri_type *type, const fragment *f, int element);
void group_put(sched *s, const tri_type *type, fragment *f, int element, tri_ref x);                        /* in ascending order of the elements */
void group_settle(sched *s, const tri_type *type, fragment *f);                                             /* kept becomes null */
tri_status *group_fragment_of(sched *s, const tri_op *op, const tri_value *v, fragment *out) TRI_NODISCARD; /* reads what is staged */
tri_status *group_fill(sched *s, const tri_op *op) TRI_NODISCARD;
tri_status *group_slice(sched *s, const tri_op *op) TRI_NODISCARD;
tri_status *group_map(sched *s, const tri_op *op) TRI_NODISCARD;
tri_status *group_reduce(sched *s, const tri_op *op) TRI_NODISCARD;

/* An element of a tile: where the thread is, i32, and how far from there it is. */
typedef struct spot {
    layout layout; /* of the tile: its rows count */
    tri_ref row, column;
    int down, across;
} spot;

typedef struct element {
    tri_ref from;     /* i64: a place in the buffer, in elements, the same for many */
    int64_t further;  /* the element's distance from there */
    tri_ref is_there; /* i1; null: it is */
} element;

tri_status *group_load(sched *s, const tri_op *op) TRI_NODISCARD; /* sched_window.c */
tri_status *group_store(sched *s, const tri_op *op) TRI_NODISCARD;
/* The place in the buffer of an element of the tile that a statement's window takes. */
tri_status *group_element(sched *s, const tri_op *op, const tri_value *buffer, const tri_type *tile, const spot *at, element *out) TRI_NODISCARD;
void group_store_word(sched *s, const tri_value *buffer, const element *at, int bits, tri_ref x); /* neighbours, as one integer */
void group_add_float(sched *s, const tri_value *buffer, const element *at, tri_ref x);

bool group_is_strided(const tri_type *buffer); /* sched_warp.c: rows begin where no tensor map can have them */
tri_status *group_warp_store(sched *s, const tri_op *op) TRI_NODISCARD;

tri_status *group_read(sched *s, const tri_op *op) TRI_NODISCARD; /* sched_memory.c */
tri_status *group_store_into(sched *s, const tri_op *op) TRI_NODISCARD;
tri_status *group_read_view(sched *s, const tri_op *op, const tri_type *type, const view *v, fragment *out) TRI_NODISCARD;
tri_ref group_slot_address(sched *s, const view *v, tri_ref row, tri_ref column); /* i32: the address of an element of a view */
/* From a thread's own place in a view, which is not `inside`, to one that is a number of rows and columns on: an address, and bytes to add to it.
 * Rows repeat their swizzle after 8, which the number of rows is a multiple of; the thread's own column is below a power of two that the number of
 * columns is a multiple of. So only the step within a panel changes the address, and there are few of them. */
typedef struct step {
    tri_ref from;
    int64_t bytes;
} step;
step group_step(sched *s, const view *v, tri_ref own, int64_t rows, int64_t columns);
/* Of the threads that hold an element alike, one speaks for it: an i1, or null where each has its own. */
tri_ref group_speaks(sched *s, layout l);
tri_place group_place(layout l, int element); /* of lane 0's; the other lanes' are as far from it as their element 0 is */
/* i32: the row and the column of a fragment's element; "0" along what has size 1. */
tri_ref group_row(sched *s, layout l, int element);
tri_ref group_column(sched *s, layout l, int element);

/* ---- the target's own (nvptx.c) ---- */
tri_status *group_emit(const tri_emit_family *family, const tri_chip *chip, const tri_func *program, tri_emitted *out) TRI_NODISCARD;

#endif
