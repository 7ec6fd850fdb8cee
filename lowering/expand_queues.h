/* lowering/expand_queues.h - what expand_unroll.c hands to expand_queues.c: the statement instances of an unrolled tile program.
 *
 * An instance is one statement in one step, or one piece of it where the schedule splits it. Its operands name the instances that produced them, so
 * nothing is left of loops, choices and names. */
#ifndef TRI_LOWERING_EXPAND_QUEUES_H
#define TRI_LOWERING_EXPAND_QUEUES_H

#include "lowering/expand.h"

enum { MOST_ROLES = 16, MOST_INSTANCES = 480000, FEW_PROGRAMS = 64 };

typedef struct instance instance;
typedef struct ring ring;

/* An index value: a number, or an expression of the program's number (a value of the scratch block). */
typedef struct index_value {
    bool known;
    int64_t number;
    tri_value *expression;
} index_value;

/* One tile: a result of an instance. */
typedef struct produced {
    instance *maker;
    uint32_t result;
    tri_type type;
    struct produced *same;     /* the earlier tile that this one is, which is still held; or null */
    uint32_t uses[MOST_ROLES]; /* by statements of each role, through views; those that are not emitted yet */
    ring *ring;                /* the one that takes it to other roles; or null */
    uint32_t slot;             /* its number among what the ring's role publishes */
    size_t own_end;            /* behind the last statement of its own role that takes it, in the global order; 0: there is none */
    tri_value *value;          /* in the producing role, when that has been emitted */
} produced;

/* An operand: the part of a tile at `offset`, of the instance's own piece. */
typedef struct tile_part {
    produced *whole;
    int64_t offset[2], size[2]; /* of the last two dimensions; size 0: all of it */
} tile_part;

struct instance {
    const tri_op *op;
    tile_part *operands; /* per operand of the op; whole null where it is a buffer or an index */
    index_value *indices;
    produced *results;
    int64_t piece[2], pieces[2], offset[2], size[2]; /* which piece of the first result (of the stored tile), and where it lies */
    bool is_view;                                    /* has no role: made again where it is used */
    int role;
    int64_t step, place; /* step + stage, and the place in the step's order */
    uint32_t number;     /* in program order */
    size_t at;           /* in the global order */
    ring *starts;        /* the accumulator ring whose slot this first product of an accumulation opens */
};

typedef struct role {
    const char *name;
    TRI_VEC(instance *) instances; /* in the order of the queue */
    /* while emitting */
    tri_op *op;
    tri_block *block;
    tri_value_map *expressions;
    struct index_number {
        int64_t number;
        tri_value *value; /* null: free */
    } * numbers;          /* by hash, a power of two of them */
    size_t n_numbers, room;
} role;

typedef struct unrolled {
    tri_arena *arena;
    tri_module *module;
    const tri_func *kernel;
    const tri_schedule *schedule;
    bool bundle;
    bool enumerated;    /* programs too: their number is known everywhere */
    bool few;           /* programs: pieces are dealt out over all of them */
    tri_block *scratch; /* expressions of the program's number, its argument */
    int n_roles;
    role roles[MOST_ROLES];
    TRI_VEC(instance *) instances; /* in program order */
    tri_status *error;
} unrolled;

/* Runs the index part of the kernel and collects the instances, placed and with their roles. When a bound, a condition or who runs a statement
 * depends on the program and `enumerated` is not set, `out_depends` says so and nothing is usable. */
tri_status *tri_unroll(unrolled *u, bool *out_depends) TRI_NODISCARD;

/* Marks instances whose tile another one has made: `same` of their result. `all` are in the global order. */
void tri_make_once(unrolled *u, instance *const *all, size_t n);
/* The tile that stands for this one. */
produced *tri_held(produced *p);

#endif
