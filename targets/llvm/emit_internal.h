/* targets/llvm/emit_internal.h - what the parts of the emitter share.
 *
 * An argument list holds at most one call that emits, so that the text does not depend on the C compiler's order of evaluation.
 *
 * A tri_ref is an LLVM value as it is written ("%v12", "7"); its type is known where it is used. Text goes straight to the caller's tri_text;
 * everything else lives in an arena whose exhaustion ends the emission. */
#ifndef TRI_TARGETS_LLVM_EMIT_INTERNAL_H
#define TRI_TARGETS_LLVM_EMIT_INTERNAL_H

#include "targets/llvm/emit.h"

typedef const char *tri_ref;

/* Which element of a tile is in which register of which thread. Elements are numbered row-major, so a layout does not change when a tile is reshaped.
 */
typedef enum tri_layout_kind {
    TRI_LAYOUT_UNIFORM,  /* all elements are one value, which every thread has in one register; every tile of one element is held so where possible */
    TRI_LAYOUT_LINEAR,   /* register r of thread t holds element r * threads + t */
    TRI_LAYOUT_FRAGMENT, /* results of a matrix instruction */
} tri_layout_kind;

typedef struct tri_layout {
    tri_layout_kind kind;
    int64_t elements;
    const tri_mma_row *row; /* fragments: the instruction, and the sizes of the tile it covers */
    int64_t m, n;
} tri_layout;

typedef struct tri_tile {
    tri_type type;
    tri_layout layout;
    int n;       /* registers */
    tri_ref *at; /* one value a register; what stands beyond the tile is any value */
} tri_tile;

typedef struct tri_index {
    tri_ref at;        /* i64 */
    int64_t low, high; /* low <= it <= high is certain */
} tri_index;

typedef struct tri_emitter tri_emitter;

/* An f32 function by the machine's approximate instructions, within the contract (docs/numerics.md); null where they do not reach it. */
typedef tri_ref tri_fast(tri_emitter *e, tri_op_kind kind, const tri_ref *x);

struct tri_emitter {
    tri_arena *arena;
    tri_text *out;
    const tri_emit_family *family;
    const tri_chip *chip;
    const tri_func *kernel;
    int threads, wave;
    uint32_t next;                      /* number of the next value or label */
    tri_ref label;                      /* of the block that is being written */
    tri_ref thread;                     /* i32 */
    tri_layout *layouts;                /* by value id, of tiles */
    tri_tile *tiles;                    /* by value id */
    tri_index *indices;                 /* by value id */
    tri_ref *scalars;                   /* by value id, of the region that is being written */
    bool *ordered;                      /* by buffer: statements that touch it must not overtake each other */
    uint64_t math;                      /* functions used, a bit each */
    int64_t scratch_used, scratch_most; /* bytes: of this statement, of the kernel */
    bool scratch_busy;                  /* somebody may still read it */
    tri_fast *fast;                     /* or null: every function as exact as it gets */
    /* emit_lines.c */
    int32_t line; /* of the statement that is being written; 0: none */
    uint32_t n_lines;
    const char *const *statements; /* by line */
    bool *line_used;
};

/* ---- text (emit.c) ---- */
tri_ref tri_emit(tri_emitter *e, const char *format, ...) TRI_PRINTF(2, 3);   /* an instruction with a result */
void tri_emit_line(tri_emitter *e, const char *format, ...) TRI_PRINTF(2, 3); /* one without */
tri_ref tri_emit_number(tri_emitter *e, int64_t number);
tri_ref tri_emit_new_label(tri_emitter *e);
void tri_emit_label(tri_emitter *e, tri_ref label);
void tri_emit_branch(tri_emitter *e, tri_ref to);
void tri_emit_alias(tri_emitter *e, tri_ref name, const char *type, tri_ref value); /* a value under another name */
tri_ref tri_emit_name(tri_emitter *e);                                              /* for a value to come */
void tri_emit_barrier(tri_emitter *e);
tri_status *tri_emit_unsupported(const tri_op *op, const char *format, ...) TRI_PRINTF(2, 3) TRI_NODISCARD;
tri_status *tri_emit_index(tri_emitter *e, const tri_op *op) TRI_NODISCARD; /* an `index` statement */

/* ---- positions (emit_lines.c) ---- */
void tri_lines_begin(tri_emitter *e);                   /* before anything is written */
int32_t tri_lines_at(tri_emitter *e, const tri_op *op); /* what follows serves the statement; gives what e->line was */
void tri_lines_end_instruction(tri_emitter *e);         /* its position, and the end of the line */
void tri_lines_open_body(tri_emitter *e);               /* ") #0 .. {" */
void tri_lines_end(tri_emitter *e);                     /* behind all functions: what positions and statements are */

/* What writes the text of a program into an emitter whose arena ends with it; what it tells the caller is in `context` and `out`. */
typedef tri_status *tri_emit_body(void *context, tri_emitter *e, tri_emitted *out);
/* Runs `body` with an emitter of a numbered copy of the program; its threads and waves are the body's to set. */
tri_status *tri_emit_program(const tri_emit_family *family, const tri_chip *chip, const tri_func *program, tri_emit_body *body, void *context,
                             tri_emitted *out) TRI_NODISCARD;

/* ---- loops that test at their end (emit_loop.c) ---- */
/* A register of a loop: before it, in it, at its end. */
typedef struct tri_phi {
    const char *type;
    tri_ref initial, inside, next, last;
} tri_phi;

typedef struct tri_loop {
    bool runs; /* at least once */
    tri_ref before, entry, body, skip;
    tri_phi counter; /* i64 */
} tri_loop;

/* From `low` on, below `high`; null: the loop runs at least once. Its body begins, and first its registers. */
tri_loop tri_loop_open(tri_emitter *e, tri_ref low, tri_ref high);
void tri_loop_carry(tri_emitter *e, const tri_loop *l, tri_phi *p);
/* What the register is in the next iteration, and behind the last. */
void tri_loop_next(tri_emitter *e, tri_phi *p, tri_ref last);
void tri_loop_close(tri_emitter *e, const tri_loop *l, int64_t step, tri_ref high);
tri_ref tri_loop_after(tri_emitter *e, const tri_loop *l, const tri_phi *p);

/* ---- layouts (emit_layout.c) ---- */
tri_layout tri_layout_default(const tri_type *type);
tri_layout tri_layout_linear(const tri_type *type);
bool tri_layout_equal(const tri_layout *a, const tri_layout *b);
int64_t tri_layout_registers(const tri_emitter *e, const tri_layout *layout);
/* i32: the element in register r of this thread; *out_valid is an i1, or null where every register holds an element. */
tri_ref tri_layout_element(tri_emitter *e, const tri_layout *layout, int r, tri_ref *out_valid);
/* The same with 0 in place of what is no element, to read by. */
tri_ref tri_layout_readable(tri_emitter *e, const tri_layout *layout, int r);
/* i32 coordinates of an element of a tile with these dims, and back. A coordinate along a dimension of size 1 counts as 0. */
void tri_layout_coordinates(tri_emitter *e, const tri_type *type, tri_ref element, tri_ref *out);
tri_ref tri_layout_linearise(tri_emitter *e, const tri_type *type, const tri_ref *coordinates);
/* Coordinates of an operand's element in an instruction's atom; `lane` is an i32. */
void tri_atom_place(tri_emitter *e, const tri_atom *atom, tri_ref lane, int element, tri_ref *out_row, tri_ref *out_column);
/* Chooses a layout for every tile of the kernel. */
void tri_layout_infer(tri_emitter *e);
/* The instruction that makes this mma, or null: it is computed by plain arithmetic. */
const tri_mma_row *tri_mma_choose(const tri_emitter *e, const tri_op *op);

/* ---- shared memory (emit_stage.c) ---- */
/* A tile that every thread can read any element of, between stage_ready and the next stage_begin. */
typedef struct tri_source {
    tri_type type;
    tri_ref uniform; /* the value of every element; else null and: */
    int64_t offset;
} tri_source;
void tri_stage_begin(tri_emitter *e);
int64_t tri_stage_room(tri_emitter *e, int64_t bytes);
tri_source tri_stage_put(tri_emitter *e, const tri_tile *tile);
void tri_stage_ready(tri_emitter *e);
tri_ref tri_stage_get(tri_emitter *e, const tri_source *source, tri_ref element);
void tri_stage_store(tri_emitter *e, tri_dtype dtype, int64_t offset, tri_ref element, tri_ref value);
tri_tile tri_tile_of_layout(tri_emitter *e, tri_type type, tri_layout layout);
tri_tile tri_stage_convert(tri_emitter *e, const tri_tile *tile, tri_layout layout); /* with begin and ready of its own, if it needs them */

/* ---- scalars (emit_scalar.c) ---- */
const char *tri_scalar_type(tri_dtype dtype); /* in registers */
const char *tri_memory_type(tri_dtype dtype); /* in memory: i1 is a byte */
tri_ref tri_scalar_to_memory(tri_emitter *e, tri_dtype dtype, tri_ref value);
tri_ref tri_scalar_from_memory(tri_emitter *e, tri_dtype dtype, tri_ref value);
tri_ref tri_scalar_literal(tri_emitter *e, tri_dtype dtype, const void *element);
tri_ref tri_scalar_number(tri_emitter *e, tri_dtype dtype, double number);
tri_ref tri_scalar_select(tri_emitter *e, tri_dtype dtype, tri_ref condition, tri_ref yes, tri_ref no); /* a null condition is true */
tri_ref tri_scalar_convert(tri_emitter *e, tri_dtype from, tri_dtype to, tri_ref x);
tri_ref tri_scalar_from_index(tri_emitter *e, tri_dtype to, tri_ref index);
tri_ref tri_scalar_to_index(tri_emitter *e, tri_dtype from, tri_ref x);
/* One run of a region of scalar ops. `coordinates` are i32, or null where there are none. */
tri_status *tri_scalar_region(tri_emitter *e, const tri_block *region, const tri_ref *arguments, const tri_ref *coordinates,
                              tri_ref *results) TRI_NODISCARD;

/* ---- statements ---- */
tri_status *tri_emit_load(tri_emitter *e, const tri_op *op) TRI_NODISCARD; /* emit_memory.c */
tri_status *tri_emit_store(tri_emitter *e, const tri_op *op) TRI_NODISCARD;
tri_status *tri_emit_fetch(tri_emitter *e, const tri_op *op) TRI_NODISCARD;
tri_status *tri_emit_map(tri_emitter *e, const tri_op *op) TRI_NODISCARD; /* emit_fold.c */
tri_status *tri_emit_reduce(tri_emitter *e, const tri_op *op) TRI_NODISCARD;
tri_status *tri_emit_scan(tri_emitter *e, const tri_op *op) TRI_NODISCARD;
tri_status *tri_emit_mma(tri_emitter *e, const tri_op *op) TRI_NODISCARD; /* emit_mma.c */

#endif
