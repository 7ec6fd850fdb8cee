/* tests/unit/systolic_rig.h - a core to run small engine programs on: a chip from targets/chips, named buffers, programs as text or as built.
 * Failures of the rig itself (a chip that does not load) end the test. */
#ifndef TRI_TESTS_SYSTOLIC_RIG_H
#define TRI_TESTS_SYSTOLIC_RIG_H

#include "runtime/drivers/systolic_sim/systolic_sim.h"

enum { RIG_BUFFERS = 6 };

typedef struct rig {
    tri_chip *file;
    tri_syssim_chip chip;
    int n;
    tri_syssim_block block[RIG_BUFFERS];
    uint64_t address[RIG_BUFFERS], bytes[RIG_BUFFERS];
    const char *name[RIG_BUFFERS];
    tri_syssim_options options;
    tri_syssim_report report; /* of the last run */
} rig;

void rig_open(rig *r, const char *chip);
void rig_close(rig *r);
/* Adds a buffer; `contents` null: nobody has written it. Returns its bytes. */
void *rig_buffer(rig *r, const char *name, uint64_t bytes, const void *contents);
/* Frees the program. */
tri_status *rig_run(rig *r, tri_systolic_program *program);
/* `body` follows the header line, which the rig makes from the chip and the number of buffers. */
tri_status *rig_run_text(rig *r, const char *body);

/* Short forms for building. */
int rig_ap(tri_systolic_program *p, int queue, tri_systolic_space space, tri_systolic_dtype dtype, int npart, int columns);
void rig_setr(tri_systolic_program *p, int queue, int reg, uint64_t value);
void rig_arg(tri_systolic_program *p, int queue, int reg, int argument);
void rig_op(tri_systolic_program *p, int queue, tri_systolic_op op);
void rig_loop(tri_systolic_program *p, int queue, uint32_t n);

/* Whether the error begins with `trap` and holds `part`; prints it when not. Frees it. */
bool rig_says(tri_status *status, const char *trap, const char *part);

#endif
