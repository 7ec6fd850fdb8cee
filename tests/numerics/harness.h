/* tests/numerics/harness.h - one module on one chip: compiled in memory, run on the chip's simulator with poisoned memory, every plan step and the
 * whole compared with the evaluator (tools/check.h). */
#ifndef TESTS_NUMERICS_HARNESS_H
#define TESTS_NUMERICS_HARNESS_H

#include "abi/chip.h"
#include "abi/plan.h"
#include "ir/ir.h"
#include "tri/runtime.h"

typedef struct rig {
    char name[32]; /* of the chip */
    tri_chip *chip;
    tri_device_handle *device; /* its simulator */
} rig;

/* UNAVAILABLE or UNSUPPORTED when the chip has no simulator or no target here. */
tri_status *rig_open(const char *chip, rig *out) TRI_NODISCARD;
void rig_close(rig *rig);
bool rig_has(const rig *rig, tri_dtype dtype);

/* Where the arguments come from. */
typedef enum trial_inputs {
    INPUTS_RANDOM, /* the contract's random numbers */
    INPUTS_EDGES,  /* zeros of both signs, ones, the ends of the dtype, infinities and NaN mixed into random numbers */
    INPUTS_GIVEN,  /* `fill` */
} trial_inputs;

typedef struct trial {
    const char *name, *text; /* a module */
    trial_inputs inputs;
    uint64_t seed;
    void (*fill)(void *context, uint32_t argument, const tri_type *type, void *data);
    /* When set: sees the outputs after they passed, and judges them by another oracle. */
    tri_status *(*judge)(void *context, const rig *rig, uint32_t n, const tri_type *types, void *const *outputs);
    void *context;
} trial;

/* Null: the device is right. WRONG with an account: it is not. Anything else: it did not come so far. */
tri_status *trial_run(const rig *rig, const trial *trial) TRI_NODISCARD;
/* The same for a program that is compiled already. */
tri_status *trial_run_program(const rig *rig, const trial *trial, const tri_program *program) TRI_NODISCARD;

#endif
