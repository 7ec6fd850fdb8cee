/* ir/verify.h - what the files of the verifier share. A check reports with tri_verify_fail and goes on: one run finds every independent error. */
#ifndef TRI_IR_VERIFY_H
#define TRI_IR_VERIFY_H

#include "ir/ir.h"
#include "ir/print.h"

enum { TRI_VERIFY_MOST_ERRORS = 100, TRI_VERIFY_DEPTH = 200 };

typedef struct tri_verifier {
    const struct tri_call_graph *calls; /* null when a kernel is verified alone */
    const tri_func *func;
    tri_printer visible; /* values that may be used here -> level of isolation + 1 at which they were defined; 0: gone */
    tri_text none;       /* of the table above; stays empty */
    uint32_t isolation;
    tri_status *errors;
    int n_errors;
    struct tri_forms *forms; /* verify_window.c */
    uint64_t folded_axes;    /* of a kernel: axes that a combine has folded on this path */
    tri_printer folded;      /* values in front of it that come from the axis */
    uint32_t loops;          /* around the op */
    uint32_t depth;          /* of regions */
    const tri_op *role;      /* of a scheduled program: around the op; or null */
    bool in_work;
} tri_verifier;

/* One row's check; operand, result and region counts and the kinds of attributes are right when it is called. */
typedef void tri_verify_row(tri_verifier *v, const tri_op *op);

void tri_verify_fail(tri_verifier *v, const tri_op *op, const char *format, ...) TRI_PRINTF(3, 4);
/* A type as text; up to four at a time in one message (room[i] of the caller). */
const char *tri_verify_show(const tri_type *type, char room[160]);
/* Result `i` must be `want`. */
void tri_verify_result(tri_verifier *v, const tri_op *op, uint32_t i, const tri_type *want);
bool tri_verify_define(tri_verifier *v, const tri_value *value);
void tri_verify_forget(tri_verifier *v, const tri_value *value);
bool tri_verify_operands(tri_verifier *v, const tri_op *op);
const tri_func *tri_verify_callee(const tri_verifier *v, const char *name); /* null: no such function of the graph */

void tri_verify_tensor_op(tri_verifier *v, const tri_op *op); /* verify_tensor.c */
void tri_verify_kernel_body(tri_verifier *v);                 /* verify_tile.c */
void tri_verify_scheduled_body(tri_verifier *v);              /* verify_sched.c */

/* What rows of tile and of scheduled programs share: verify_tile.c. */
bool tri_verify_counts(tri_verifier *v, const tri_op *op, uint32_t operands, uint32_t results, uint32_t regions);
bool tri_verify_kind(tri_verifier *v, const tri_op *op, uint32_t operand, tri_type_kind kind);
bool tri_verify_tiles(tri_verifier *v, const tri_op *op); /* results are tiles of a good size */
/* Operand `operand` is a buffer of the kernel of this kind; which one. */
bool tri_verify_buffer(tri_verifier *v, const tri_op *op, uint32_t operand, tri_type_kind kind, int64_t *out_buffer);
/* The window behind operand `buffer`; out_tile: the tile it makes, but for the dtype. */
bool tri_verify_window(tri_verifier *v, const tri_op *op, uint32_t buffer, tri_type *out_tile);
void tri_verify_statements(tri_verifier *v, const tri_block *block);
/* Of a scheduled program: whether a statement may stand where it stands, and the rows of ops_sched.def: verify_sched.c. */
void tri_verify_sched_place(tri_verifier *v, const tri_op *op);
void tri_verify_sched_op(tri_verifier *v, const tri_op *op);
/* Tokens, joins, slots and deadlocks of a scheduled program whose statements are right by themselves: verify_sched_tokens.c. */
tri_status *tri_verify_sched_tokens(const tri_func *func) TRI_NODISCARD;

/* Store disjointness: verify_window.c. */
typedef struct tri_forms tri_forms;
tri_forms *tri_forms_create(const tri_func *kernel); /* null: out of memory */
void tri_forms_free(tri_forms *forms);
void tri_forms_index(tri_forms *forms, const tri_op *op); /* an index or fetch op */
void tri_forms_enter_loop(tri_forms *forms, const tri_op *op);
void tri_forms_leave_loop(tri_forms *forms, const tri_op *op);
void tri_forms_enter_if(tri_forms *forms, const tri_op *op, bool taken);
void tri_forms_leave_if(tri_forms *forms);
/* The name of a grid axis or loop counter that may change without moving the stored window away from itself; null when there is none. */
const char *tri_forms_overlap(tri_forms *forms, const tri_op *store, uint64_t folded_axes, char room[64]);

#endif
