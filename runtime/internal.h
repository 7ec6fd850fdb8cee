/* runtime/internal.h - the objects behind the public handles, shared by the files of this room and by tools that link the runtime statically. */
#ifndef TRI_RUNTIME_INTERNAL_H
#define TRI_RUNTIME_INTERNAL_H

#include "abi/artifact.h"
#include "base/arena.h"
#include "runtime/device.h"
#include "tri/runtime.h"

struct tri_program_file {
    tri_artifact *artifact;
    const tri_program *program; /* of the artifact */
};

struct tri_device_handle {
    const tri_driver *driver;
    tri_device *device;
    bool real;
    tri_chip *chip; /* null: a real device that no chip file describes */
    char name[];
};

/* A piece of device memory: the scratch memory, the constants, each input and each output have one. */
typedef struct tri_block {
    const char *what;    /* "input x", for messages */
    tri_address address; /* 0: not allocated */
    uint64_t bytes;
    bool bound;    /* taken as it lies: nothing need be written to it */
    bool borrowed; /* the caller's memory, not ours to release */
} tri_block;

enum { TRI_BLOCK_SCRATCH, TRI_BLOCK_CONSTANTS, TRI_BLOCK_FIRST_INPUT };

struct tri_executable {
    tri_arena arena; /* of everything below that is a table */
    tri_device_handle *device;
    const tri_program *program;
    const tri_plan *plan;
    uint64_t constants_from; /* the part of the program's constants that this plan uses starts here */
    size_t n_blocks;
    tri_block *blocks;        /* scratch, constants, inputs, outputs */
    tri_address *addresses;   /* of each buffer */
    const char **names;       /* of each buffer */
    tri_code_image **images;  /* of each code of the plan; null where the driver takes another form */
    uint32_t *kernel_code;    /* of each kernel, the number of its image */
    tri_launch *launches;     /* of each step, empty for copies; then of each segment */
    tri_address **arguments;  /* of each launch; null for copies */
    tri_step_report *reports; /* of each launch and copy, as far as they are known before a run */
    tri_step_report *done;    /* of the last run, what it did in order */
    bool apart;               /* no output shares bytes with an input or another output, as segments need */
};

/* The chip file that a real device is: one that lists its name, else the nearest in memory and units of its instruction set, else null. */
tri_status *tri_device_chip(const tri_device_identity *identity, tri_chip **out_chip) TRI_NODISCARD;

static inline tri_block *tri_executable_input_block(const tri_executable *e, size_t i) { return &e->blocks[TRI_BLOCK_FIRST_INPUT + i]; }
static inline tri_block *tri_executable_output_block(const tri_executable *e, size_t i)
{
    return &e->blocks[TRI_BLOCK_FIRST_INPUT + e->plan->n_inputs + i];
}

#endif
