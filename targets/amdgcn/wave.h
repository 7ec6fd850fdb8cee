/* targets/amdgcn/wave.h - scheduled programs (docs/scheduled-programs.md) as code for gfx950: what the parts of this emitter share.
 *
 * There is one role of threads; an instance is a set of four waves, which load, multiply and store. Rings are slots in one LDS object. Loads go
 * straight to LDS, 16 bytes a lane; LDS is filled in order, so the swizzle that spares bank conflicts is in the addresses in memory. What LLVM would
 * not know is said: loads and reads carry scopes that keep them apart, so that it waits for no load by itself, and every wait for loads is placed
 * here, counted from the order of issue (wave_ring.c).
 *
 * Tiles in registers lie as a matrix instruction leaves a transposed result: with j = lane % 16 and q = lane / 16, a lane holds row j and columns 4q
 * to 4q + 3 of each 16x16 atom. So a lane stores 4 neighbours at once, a row is folded by two exchanges, what is held once a row costs one register
 * for 16 rows, and a result is the operand of the next product as it lies, if that product takes its k in another order.
 *
 * What the emitter cannot do it refuses with UNSUPPORTED, naming the statement: the caller then compiles the tile program with the empty schedule. */
#ifndef TRI_TARGETS_AMDGCN_WAVE_H
#define TRI_TARGETS_AMDGCN_WAVE_H

#include "ir/sched.h"
#include "targets/layout/banks.h"
#include "targets/layout/chain.h"
#include "targets/llvm/emit_internal.h"

enum {
    WAVE = 64,
    SET_WAVES = 4, /* of an instance */
    SET = SET_WAVES * WAVE,
    ATOM = 16,            /* rows and columns of a product's result */
    ATOM_K = 32,          /* what a product contracts */
    UNIT_REGISTERS = 512, /* of a lane, for all waves of a unit together */
    CHUNK = 16,           /* bytes a lane loads at once */
    MOST_FLIGHTS = 32
};

/* ---- the plan (wave_plan.c) ---- */

/* How slots are read: each operand of a product, by the order of its k. */
typedef enum reader {
    READ_ROWS,            /* contiguous along k: 16 bytes of each of 16 rows */
    READ_ROWS_ORDERED,    /* the same in the order of a fragment: 8 bytes twice */
    READ_COLUMNS,         /* k is the row: transposing reads of 4 rows and 4 rows 8 below, and of those 4 below them */
    READ_COLUMNS_ORDERED, /* of 16 neighbouring rows */
    READERS
} reader;

/* A slot is cut into panels of whole columns; a panel is its rows one behind the other. */
typedef struct ring {
    const tri_op *op;
    tri_dtype dtype;
    int64_t rows, columns, depth;
    bool is_private;
    uint8_t readers; /* bits */
    tri_swizzle swizzle;
    int conflicts;                                             /* cycles lost to busy banks by one access of each kind */
    int64_t panel_columns, row_bytes, panel_bytes, slot_bytes; /* row_bytes: within a panel */
    int64_t offset;                                            /* in LDS */
} ring;

typedef struct plan {
    const tri_func *program;
    const tri_op *role;
    int64_t instances;
    int n_rings;
    ring *rings;
    int64_t down, across; /* the waves of an instance: rows and columns of tiles are dealt out to them */
    int64_t shared_bytes;
    tri_chain chain; /* what makes each product, and which operands take their k in another order */
} plan;

tri_status *wave_plan(tri_arena *arena, const tri_chip *chip, const tri_func *program, plan *out) TRI_NODISCARD;
int wave_ring_of(const plan *p, const tri_value *value);
void wave_choose_swizzle(const tri_chip *chip, ring *r); /* wave_banks.c */

/* ---- values ---- */

typedef enum spread {
    SPREAD_ONE,     /* one element, which every lane has */
    SPREAD_ROWS,    /* [m, 1]: one element for each 16 rows */
    SPREAD_COLUMNS, /* [1, n]: 4 for each 16 columns */
    SPREAD_FULL     /* [m, n]: atoms, across and then down */
} spread;

typedef struct layout {
    spread kind;
    int64_t m, n;
} layout;

/* A tile in registers, as its elements are in memory: of i1, each would be a bit of 64 lanes, of which there are few. What has columns holds vectors
 * of 4 elements. */
typedef struct fragment {
    layout layout;
    int n; /* elements a lane holds */
    tri_ref *at;
} fragment;

/* A tile in a slot: `rows` x `columns` from `address` on; the value is its transpose where `transposed`. Rows begin at a multiple of 16. */
typedef struct view {
    const ring *ring;
    tri_ref address; /* i32, in the LDS object */
    int64_t column;  /* of its first panel */
    int64_t rows, columns;
    bool transposed;
} view;

typedef struct value {
    bool staged;
    view view;
    fragment fragment;
} value;

/* A load into a slot that is under way, and those behind it; in the order of issue. */
typedef struct flight {
    int ring, loads; /* instructions of a wave */
    bool awaited;
} flight;

typedef struct sky {
    int n;
    flight at[MOST_FLIGHTS];
} sky;

/* Where something lies in its buffer, in bytes: by lane, or out of every range where it is not there; and the same for all lanes. */
typedef struct spot {
    tri_ref lane, uniform;
} spot;

/* A load of 16 bytes a lane that is not issued yet; none where a slot is published as it is. */
typedef struct waiting {
    const tri_op *op;
    int ring;
    tri_ref resource, to; /* null: none */
    int64_t more;         /* behind `to` */
    spot from;
} waiting;

typedef struct sched {
    tri_emitter *e;
    plan plan;
    value *values;           /* by value id */
    const tri_op **reshaped; /* by value id: the reshape that uses it, or null */
    tri_ref *resources;      /* by buffer */
    tri_ref instance, wave;  /* i32, uniform: of the block, of the instance */
    tri_ref lane, in_set;    /* i32: in the wave, in the instance */
    tri_ref row, column;     /* i32: the place of element 0 of a fragment within its wave's part */
    tri_ref down, across;    /* i32, uniform: the wave's place among those of the instance */
    /* by ring */
    tri_ref *acquired, *awaited; /* i32: offset of the slot that comes next in its ring */
    tri_ref *filling;            /* i32: offset of the slot acquired last */
    int *covered;                /* awaits that an earlier one has done */
    bool *loaded;                /* the slot acquired last */
    bool *read;                  /* some wave may still read a slot released since the last barrier */
    sky sky;
    /* Loads that may be issued now and are better issued between products. */
    TRI_VEC(waiting) waiting;
    const tri_op *issued;       /* whose load was issued last */
    int64_t carried, registers; /* 32-bit registers of a lane: of the loops around, and the most at any product, as predicted */
    bool meets;                 /* before the first of them all waves meet: some may still read the slot */
} sched;

/* ---- statements ---- */
tri_status *wave_block(sched *s, const tri_block *block) TRI_NODISCARD; /* wave_flow.c */

tri_status *wave_acquire(sched *s, const tri_op *op) TRI_NODISCARD; /* wave_ring.c */
tri_status *wave_publish(sched *s, const tri_op *op) TRI_NODISCARD;
tri_status *wave_await(sched *s, const tri_op *op) TRI_NODISCARD;
tri_status *wave_release(sched *s, const tri_op *op) TRI_NODISCARD;
tri_status *wave_part(sched *s, const tri_op *op) TRI_NODISCARD;
tri_status *wave_load_into(sched *s, const tri_op *op) TRI_NODISCARD;
/* Issues the oldest loads that wait, at most `most`; all of them before control flow. */
tri_status *wave_issue(sched *s, int64_t most) TRI_NODISCARD;
/* i32: what the number of a chunk in its row is xored with. */
tri_ref wave_swizzle(sched *s, const ring *r, tri_ref row);
tri_ref wave_pointer(sched *s, tri_ref address, int64_t more); /* into the LDS object */

tri_status *wave_mma(sched *s, const tri_op *op) TRI_NODISCARD; /* wave_mma.c */

layout wave_layout(const tri_type *type); /* wave_tile.c */
tri_status *wave_fragment_new(sched *s, const tri_op *op, const tri_type *type, layout l, fragment *out) TRI_NODISCARD;
int wave_registers(const fragment *f);
int64_t wave_words(const tri_type *type, const fragment *f); /* of 32 bits */
const char *wave_register_type(sched *s, const tri_type *type, const fragment *f);
bool wave_is_vector(layout l);
tri_ref wave_get(sched *s, const tri_type *type, const fragment *f, int element);
void wave_put(sched *s, const tri_type *type, fragment *f, int element, tri_ref x); /* in ascending order of the elements */
tri_status *wave_fragment_of(sched *s, const tri_op *op, const tri_value *v, const fragment **out) TRI_NODISCARD;
tri_status *wave_fill(sched *s, const tri_op *op) TRI_NODISCARD;
tri_status *wave_slice(sched *s, const tri_op *op) TRI_NODISCARD;
tri_status *wave_map(sched *s, const tri_op *op) TRI_NODISCARD;
tri_status *wave_reduce(sched *s, const tri_op *op) TRI_NODISCARD;

/* ---- buffers (wave_memory.c) ---- */

/* The element at `places`, one for each slice of the statement's window, first of `n` neighbours in its row. Whole groups are there or not: *whole
 * says whether that is certain. */
tri_status *wave_spot(sched *s, const tri_op *op, const tri_value *buffer, const tri_ref *places, int64_t n, tri_ref valid, bool *whole,
                      spot *out) TRI_NODISCARD;
/* `row` and `column` of a tile as places along its dimensions. */
void wave_places(sched *s, const tri_type *tile, tri_ref row, tri_ref column, tri_ref *out);
tri_status *wave_load(sched *s, const tri_op *op) TRI_NODISCARD;
tri_status *wave_store(sched *s, const tri_op *op) TRI_NODISCARD;
/* i32: the row and the column of a fragment's element in its tile; "0" along what has size 1. */
tri_ref wave_row(sched *s, layout l, int element);
tri_ref wave_column(sched *s, layout l, int element);

/* ---- the target's own (wave.c) ---- */
tri_status *wave_emit(const tri_emit_family *family, const tri_chip *chip, const tri_func *program, tri_emitted *out,
                      tri_budget *out_budget) TRI_NODISCARD;

#endif
