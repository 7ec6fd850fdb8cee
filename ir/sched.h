/* ir/sched.h - scheduled programs (docs/scheduled-programs.md): how they are built, verified and evaluated.
 *
 * A scheduled program is a tri_func with is_kernel and is_scheduled: buffers, no axes; its body holds index statements, ring, turns and role ops. A
 * role's region has two index arguments (instance, rank) and holds index statements and one `work`, whose region has one index argument, the logical
 * program. Attributes: ring `depth` (integer), `place` (word stage or acc; stage when missing), `private` and `multicast` (unit); role `unit` (word),
 * `instances` and `regs` (integers; regs 0: no wish); join `lag` (integer); mma `async` (unit); load_into `fill` (number), `multicast` (unit). Labels
 * name rings, roles and statements. Offsets are index operands, one per dimension of the slot (of the tile for part). */
#ifndef TRI_IR_SCHED_H
#define TRI_IR_SCHED_H

#include "ir/eval.h"
#include "ir/ir.h"

/* What runs a role; TRI_UNIT_THREADS completes statement by statement, all others are queues. */
typedef enum tri_unit {
    TRI_UNIT_THREADS,
    TRI_UNIT_COPY,
    TRI_UNIT_MATRIX,
    TRI_UNIT_VECTOR,
    TRI_UNIT_SCALAR,
    TRI_UNIT_GENERAL,
    TRI_UNIT_CORE,
    TRI_UNITS
} tri_unit;
const char *tri_unit_name(tri_unit unit);
tri_unit tri_unit_find(const char *name); /* TRI_UNITS: there is none */
tri_unit tri_role_unit(const tri_op *role);
int64_t tri_role_instances(const tri_op *role);
/* The `work` of a role. */
tri_op *tri_role_work(const tri_op *role);
/* The tile that a slot of the ring holds. */
tri_type tri_ring_tile(const tri_value *ring);
/* The tile that a load_into moves: its window's spans, in the ring's dtype. */
tri_type tri_load_into_tile(const tri_op *op);

/* ---- building: appended to `block` ---- */

tri_func *tri_scheduled_create(tri_module *module, const char *name, int64_t programs, int64_t workers, int32_t cluster);
tri_value *tri_sched_ring(tri_block *block, tri_type tile, int64_t depth, const char *label);
tri_value *tri_sched_turns(tri_block *block, const char *label);
tri_op *tri_sched_role(tri_block *block, const char *label, tri_unit unit, int64_t instances, int64_t regs); /* with its region's two arguments */
tri_op *tri_sched_work(tri_block *block);                                                                    /* with its region's argument */
tri_op *tri_sched_token(tri_block *block, tri_op_kind acquire_publish_release_take_give, tri_value *ring);
tri_value *tri_sched_await(tri_block *block, tri_value *ring);
tri_op *tri_sched_load_into(tri_block *block, tri_value *ring, tri_value *const *offsets, tri_value *buffer, const tri_coord *window, double fill,
                            const char *label);
tri_op *tri_sched_store_into(tri_block *block, tri_value *tile, tri_value *ring, tri_value *const *offsets, const char *label);
tri_value *tri_sched_part(tri_block *block, tri_value *tile, tri_value *const *offsets, tri_type type);
tri_value *tri_sched_read(tri_block *block, tri_value *tile, const char *label);
tri_op *tri_sched_join(tri_block *block, int64_t lag);
void tri_sched_set_unit(tri_op *op, const char *name); /* a unit attribute: async, private, multicast */

/* ---- verifying: part of tri_module_verify at TRI_LEVEL_TILE; every error with its position ---- */

tri_status *tri_scheduled_verify(const tri_func *scheduled) TRI_NODISCARD;

/* ---- evaluating ---- */

typedef enum tri_sched_completion { TRI_COMPLETE_LATEST, TRI_COMPLETE_RANDOM } tri_sched_completion;

typedef struct tri_sched_options {
    uint64_t seed; /* of the interleaving */
    tri_sched_completion completion;
    uint64_t memory_limit; /* 0: none */
    uint64_t most_steps;   /* statements of all instances; 0: no limit */
    bool unchecked;        /* no check before something happens: only what then goes wrong is found. For tests of the interleavings */
} tri_sched_options;

/* Runs a verified scheduled program: buffers[i] (type and data) are read and written in place, as tri_eval_kernel does for tile programs; the same
 * bits. Races, reads of poison, values used before their join and deadlocks are INVALID and name role, instance, statement, ring and slot. */
tri_status *tri_eval_scheduled(const tri_func *scheduled, const tri_tensor *buffers, const tri_sched_options *options) TRI_NODISCARD;

#endif
