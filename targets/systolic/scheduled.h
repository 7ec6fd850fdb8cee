/* targets/systolic/scheduled.h - scheduled programs on a decoupled systolic core (docs/scheduled-programs.md); bundle.h has those of bundle cores.
 *
 * A core is one worker: it runs all logical programs, in ascending order. The index part of every role is executed while compiling, so what is left
 * is straight-line code. Roles are walked in turns by the token game, each up to the ring operation that has to wait:
 *
 *     scheduled.c       opening, the token game, what each statement is in which role
 *     sched_walk.c      roles: the next statement that is not index arithmetic or control flow, index values, which place a tile value has
 *     sched_layout.c    which dimension of every tile lies on the partitions; which acc ring a product accumulates in
 *     sched_rings.c     where the slots lie; private memory of roles
 *     sched_windows.c   load_into, store and copies between slots as DMA instructions
 *     sched_queues.c    queues, and the semaphores that order them
 *     sched_matrix.c    products and transposes of the matrix role
 *     sched_elements.c  operations of the vector engines over whole tiles
 *     sched_regions.c   maps and reductions, cut into those
 *
 * Errors stay in `sched.error`, the first one wins, and everything after it does nothing. */
#ifndef TRI_TARGETS_SYSTOLIC_SCHEDULED_H
#define TRI_TARGETS_SYSTOLIC_SCHEDULED_H

#include "abi/chip.h"
#include "abi/systolic.h"
#include "ir/sched.h"

enum { MOST_STEPS = 1 << 26 }; /* of the index part of all roles */
enum { BLOCK = TRI_SYS_PARTITIONS, NO_BUFFER = -1, MOST_ROLES = 20 };

/* Where a tile lies, a part of one, or what a literal is. Dimensions as in lower.h: rank 2, lower ranks are [1][n] and [1][1]. With a counted from
 * the slot's first element along the partitions, element (a, f) is in partition a % 128 at byte + (a / 128) * row + f * size. */
typedef struct place {
    int64_t dims[2];
    int64_t first; /* a of the tile's first element */
    double value;  /* of a literal */
    uint32_t byte;
    uint32_t row;    /* bytes from one block of 128 to the next */
    int32_t buffer;  /* of the role's private memory that this is in, or NO_BUFFER */
    uint8_t part;    /* which dimension lies on the partitions */
    uint8_t dtype;   /* tri_systolic_dtype */
    uint8_t space;   /* TRI_SYS_SP, TRI_SYS_ACC_SPACE */
    bool literal;    /* every element is `value`, no memory */
    bool replicated; /* dims[part] is 1 and all 128 partitions hold the same */
    bool defined;    /* false: the value has no place (yet) */
} place;

typedef struct sched_ring {
    const tri_value *value;
    const char *name;
    int64_t depth;
    int producer, n_consumers, consumers[MOST_ROLES];                       /* numbers of roles */
    place slot;                                                             /* number 0 */
    uint32_t slot_bytes;                                                    /* to the next slot */
    int64_t acquired, published, awaited[MOST_ROLES], released[MOST_ROLES]; /* counts; awaited and released by consumer */
    void *tokens;                                                           /* ring_tokens, of sched_queues.h */
    struct sched_edge *edge;                                                /* of the newest load, of sched_windows.c */
    uint64_t *edge_of;                                                      /* by slot: the number of the edge that was filled there */
} sched_ring;

enum { MOST_FRAMES = 32 };

/* Private memory of a role, used by so many values. */
typedef struct sched_buffer {
    uint32_t byte, bytes;
    int32_t uses;
} sched_buffer;

/* An index value that is known at run time only, in a register of the role's queue (sched_fetch.c). */
typedef struct sched_fetched {
    int64_t low, high; /* what it may be */
    uint32_t number;   /* in the order of definition, from 1; 0: not one */
} sched_fetched;
enum { MOST_STAGED = 8 }; /* buffers in scalar memory */

/* A role that is being walked. */
typedef struct sched_role {
    const tri_op *op, *work;
    const char *name;
    tri_unit unit;
    int number, queue; /* queue: of the program */
    int64_t program;   /* the logical program that is being walked */
    const tri_op *at;  /* the statement to execute next; null: done */
    struct {
        const tri_op *op;
        int64_t counter, high;
    } frames[MOST_FRAMES]; /* open for and if */
    int n_frames;
    int64_t *index;         /* of index values, by id */
    sched_fetched *fetched; /* likewise, those that are fetched; null: none so far */
    uint32_t n_fetched;
    struct sched *owner;
    place *tiles; /* of its tile values, by id from `first_id` on */
    uint32_t first_id;
    TRI_VEC(sched_buffer) buffers; /* private memory */
} sched_role;

/* What a queue's 15 addressable registers hold, so that they are set once. */
typedef struct sched_registers {
    struct {
        int64_t value;
        int16_t buffer;
        uint32_t used;
    } at[TRI_SYS_NO_REGISTER]; /* buffer: its address + value; -1: a number; -2: nothing */
    uint32_t clock;
} sched_registers;

/* An area of one number, that DMA fills the outside of windows from. */
typedef struct sched_constant {
    uint8_t dtype;
    double value;
    uint32_t byte;
} sched_constant;
enum { CONSTANT_BYTES = 1024, MOST_CONSTANTS = 8 }; /* of each partition */

/* The newest load of a queue, which loads of the same shape at constant steps from it may join (sched_windows.c). */
typedef struct sched_repeat {
    uint32_t position; /* behind it in the queue */
    uint8_t chip, memory, base;
    uint32_t n, address, offset; /* of the last one that joined */
    int64_t step_chip, step_memory;
} sched_repeat;

typedef struct sched sched;
struct sched {
    const tri_chip *chip;
    const tri_func *func;
    tri_systolic_program *program;
    tri_arena *arena;
    bool natural_part;         /* the dimension of a row-major window that lies on the partitions when nobody cares */
    uint32_t sp_bytes, sp_top; /* of a partition; taken so far */
    uint32_t acc_banks, bank_bytes, banks_used;
    uint32_t transpose_bytes; /* size of the elements that DMA transposes; 0: any */
    sched_ring *rings;
    int n_rings;
    sched_role *roles;
    int n_roles;
    const tri_value **dying, **dies_too; /* by op id: the first tile value that is dead behind it; by value id: the next such */
    uint8_t *part_of;                    /* by value id: the dimension on the partitions; of rings too */
    const tri_op **target_of;            /* by value id: the store_into of an acc ring that the product is accumulated for, or null */
    const tri_op **store_of; /* by value id: its only use, when that is a store_into whose slot is known where the value is made; else null */
    sched_constant constants[MOST_CONSTANTS];
    int n_constants, n_ready; /* those that the program has prepared; when more are wanted than ready, it is lowered once more */
    sched_registers registers[TRI_SYS_MOST_QUEUES];
    sched_repeat repeats[TRI_SYS_MOST_QUEUES];
    struct {
        int queue;
        uint32_t buffer, address;
    } staged[MOST_STAGED]; /* buffers that fetches read, in scalar memory */
    uint32_t n_staged;
    struct queues *queues; /* sched_queues.h */
    uint64_t steps;        /* of index arithmetic and control that were executed */
    tri_status *error;
};

void sched_fail(sched *s, const tri_op *op, tri_code code, const char *format, ...) TRI_PRINTF(4, 5);

/* ---- sched_walk.c ---- */
/* Finds rings and roles. */
void sched_open(sched *s);
/* Makes role->at the first statement after it that is not index arithmetic, for, if or yield; program after program. */
void sched_next(sched *s, sched_role *role);
int64_t sched_index(const sched_role *role, const tri_value *value);
/* The same for an expression that may stand further down in the text. */
int64_t sched_index_ahead(sched *s, const sched_role *role, const tri_value *value);
sched_ring *sched_ring_of(sched *s, const tri_value *ring);
place *sched_tile(sched_role *role, const tri_value *value);
/* Gives the value a place; private memory is counted, so what was its old place is free when nobody else has it. */
void sched_bind(sched *s, sched_role *role, const tri_value *value, place p);
void sched_dims(const tri_type *type, int64_t dims[2]);

/* ---- sched_layout.c ---- */
void sched_layout(sched *s);

/* ---- sched_rings.c ---- */
void sched_place_rings(sched *s);
place sched_slot(const sched_ring *ring, int64_t number);
/* The part of dims `dims` at offsets, as `part`, load_into and store_into mean it; `type` null: all of p. */
place sched_part(sched *s, const tri_op *op, const place *p, const int64_t offsets[2], const tri_type *type);
/* The slot part that a load_into or store_into writes, in the newest acquired slot. */
place sched_into(sched *s, sched_role *role, const tri_op *op);
/* New private memory of the role; not counted before it is bound. Null op: for no statement. */
place sched_allocate(sched *s, sched_role *role, const tri_op *op, const int64_t dims[2], int part, unsigned dtype);
void sched_release(sched_role *role, int32_t buffer); /* what was allocated and never bound */
int64_t place_along(const place *p);                  /* elements along the partitions */
int64_t place_across(const place *p);                 /* elements along the free dimension */
/* The chip's rule for the first partition of n, for elements from a along the partitions. */
int64_t sched_begin_step(const tri_chip *chip, int64_t n); /* engines take n partitions from multiples of this on */
void sched_check_alignment(sched *s, const tri_op *op, const place *p, int64_t a, int64_t n);
/* Partitions `a`.. and free elements `f`.. of one block. */
tri_systolic_ap place_block(const place *p, int64_t a, int64_t n_a, int64_t f, int64_t n_f, uint32_t *out_address);

/* ---- sched_windows.c ---- */
void sched_load_into(sched *s, sched_role *role, const tri_op *op);
void sched_store(sched *s, sched_role *role, const tri_op *op);
/* One place to another of the same dims by DMA; with different dimensions on the partitions it transposes. */
void sched_move(sched *s, sched_role *role, const tri_op *op, const place *to, const place *from);
/* A register of the role's queue that holds a number, or a buffer's address plus a number. */
uint8_t sched_register(sched *s, sched_role *role, const tri_value *buffer, int64_t value);
uint8_t sched_any_register(sched *s, sched_role *role); /* to compute an address in */
uint8_t sched_pattern(sched *s, const sched_role *role, const tri_systolic_ap *ap);

/* ---- sched_fetch.c ---- */
void sched_fetch(sched *s, sched_role *role, const tri_op *op);
bool sched_is_fetched(const sched_role *role, const tri_value *value);
bool sched_fetched_arithmetic(sched *s, sched_role *role, const tri_op *op); /* false: no operand is fetched */
bool sched_fetched_inside(const sched_role *role, const tri_value *value, int64_t size);
/* A register that holds the buffer's address + value * stride, until the next are taken. */
uint8_t sched_fetched_base(sched *s, sched_role *role, const tri_value *buffer, const tri_value *value, int64_t stride);

/* Leaves the finished program. */
tri_status *sched_lower(const tri_chip *chip, const tri_func *func, tri_arena *arena, tri_systolic_program *program,
                        uint32_t *out_sp_top) TRI_NODISCARD;

#endif
