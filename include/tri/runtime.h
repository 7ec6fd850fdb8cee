/* tri/runtime.h - load an artifact and run it on a device. libtrine needs libc and dlopen; nothing of the compiler is in it.
 *
 *     tri_program_file *file;   tri_device_handle *device;   tri_executable *program;
 *     TRI_TRY(tri_open("model.tri", &file));
 *     TRI_TRY(tri_device_open("sim:trn2", NULL, &device));
 *     TRI_TRY(tri_executable_create(file, device, "main", &program));
 *     TRI_TRY(tri_executable_run(program, inputs, outputs, NULL, NULL));
 *
 * Ownership: what a function named open or create gives is closed by its counterpart; names and tables are borrowed from their object. An executable
 * keeps its file and its device alive only as long as the caller does: close it first. Thread rule: objects on different devices are independent; an
 * executable and its device are used by one thread at a time; an opened file is immutable and shared freely. */
#ifndef TRI_RUNTIME_H
#define TRI_RUNTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tri/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tri_program_file tri_program_file;
typedef struct tri_device_handle tri_device_handle;
typedef struct tri_executable tri_executable;

TRI_API const char *tri_version(void);

/* A tensor as callers see it. `dtype` is StableHLO's name: "f32", "bf16", "i32", "i1", ... Row-major, dense, elements in host byte order. */
typedef struct tri_tensor_type {
    const char *name;
    const char *dtype;
    int32_t rank;
    int64_t dims[8];
    uint64_t bytes;
} tri_tensor_type;

/* Opens and checks an artifact; INVALID names the part that is damaged. The file stays mapped: it must not be cut short while it is open. */
TRI_API tri_status *tri_open(const char *path, tri_program_file **out_file) TRI_NODISCARD;
/* The same from memory, which must stay as it is until tri_close; `name` is for messages. */
TRI_API tri_status *tri_open_memory(const void *bytes, size_t n, const char *name, tri_program_file **out_file) TRI_NODISCARD;
TRI_API void tri_close(tri_program_file *file);

/* A device: "sim:CHIP", "cuda:0", "hip:0". Options are "key=value" words separated by blanks; null for none. Of simulators: "timing_only=1
 * threads=2". Of real devices: "limit=SECONDS", after which work that does not end is a FAULT, and "stream=NUMBER", the caller's own queue (a
 * CUstream as a number) to work in, in order with what the caller does there; it must be of the device's primary context, which is the one libtrine
 * uses. For a simulator CHIP may also be the path of a chip file. UNAVAILABLE says why it is not there and what would bring it. Drivers are looked
 * for in $TRINE_DRIVERS, then in the installation that libtrine is part of; chip files in $TRINE_CHIPS, else in that installation. */
TRI_API tri_status *tri_device_open(const char *name, const char *options, tri_device_handle **out_device) TRI_NODISCARD;
TRI_API void tri_device_close(tri_device_handle *device);
/* Waits until the device has done all that was queued on it, and says what went wrong with it. */
TRI_API tri_status *tri_device_finish(tri_device_handle *device) TRI_NODISCARD;

/* One line for each device that can run here, and for each that cannot, why. */
typedef struct tri_device_info {
    char name[64]; /* "sim:trn2" */
    char driver[32];
    char chip[64];
    uint64_t memory_bytes;
    double peak_flops; /* dense bf16, of what the device is ("1 of 8 cores") */
    char note[256];    /* "1 of 8 cores", or why it is absent */
    bool available;
} tri_device_info;
TRI_API tri_status *tri_device_list(tri_device_info **out_infos, size_t *out_n) TRI_NODISCARD; /* freed with free() */

/* Makes the plan of `entry` (null: the only one) ready on the device: loads its code, takes its memory until the executable is destroyed. The plan is
 * the one compiled for a chip with the same values as the device's, else for a chip of the same name. UNSUPPORTED lists the chips the artifact was
 * compiled for; NO_MEMORY says what for, how much in all, and how much the device has. A device can hold several executables. */
TRI_API tri_status *tri_executable_create(tri_program_file *file, tri_device_handle *device, const char *entry,
                                          tri_executable **out_executable) TRI_NODISCARD;
TRI_API void tri_executable_destroy(tri_executable *executable);

TRI_API size_t tri_executable_inputs(const tri_executable *executable);
TRI_API size_t tri_executable_outputs(const tri_executable *executable);
TRI_API tri_tensor_type tri_executable_input(const tri_executable *executable, size_t i);
TRI_API tri_tensor_type tri_executable_output(const tri_executable *executable, size_t i);

/* What one step of a run cost and touched, or several that the plan has as one program; `seconds` and `cycles` as the device reports them. */
typedef struct tri_step_report {
    const char *label, *kernel, *family;
    uint32_t step, graph_op; /* of the first one; graph_op is UINT32_MAX where that is half of an op */
    uint32_t n_steps;        /* from `step` on */
    double seconds;
    uint64_t cycles, instructions, flops, bytes;
    char bound[16]; /* the busiest unit, or "" */
} tri_step_report;

typedef struct tri_run_report {
    double seconds;               /* of the device: simulated, or measured */
    uint64_t cycles;              /* 0 where the device has no cycle model */
    size_t n_steps;               /* launches and copies: steps of the plan, or several of them as one program */
    const tri_step_report *steps; /* borrowed from the executable until its next run, or its end */
    int n_units;
    struct {
        char name[16];
        double busy; /* fraction of `seconds` */
    } units[12];
} tri_run_report;

/* Called after each step when set; may read what the step was given and made with tri_executable_read, and must not run or destroy the executable. A
 * non-null return stops the run and becomes its result; no output is copied back then. */
typedef tri_status *tri_step_callback(void *context, tri_executable *executable, size_t step);

/* Called for what the units of a simulated core do in a step, in any order; times are seconds from the step's begin. Texts live during the call. */
typedef void tri_unit_callback(void *context, size_t step, const char *unit, const char *what, double start, double seconds);

typedef struct tri_run_options {
    tri_step_callback *after_step;
    void *context;
    tri_unit_callback *on_unit; /* simulators with a cycle model; others never call it */
    void *unit_context;
    bool poison;    /* mark scratch and outputs as unwritten first, where the device can */
    bool each_step; /* launch steps one by one even where several are one program, so that each has its report; with after_step that is so anyway */
} tri_run_options;

/* Copies the inputs to the device, runs every step, copies the outputs back. inputs[i] and outputs[i] have the bytes of their types; an output
 * pointer, or `outputs`, may be null: then it stays on the device. So may that of an input that is bound (below), which is then taken as it lies.
 * Blocks until done. An error names the step and its kernel, or the steps that are one program, the device and what the device said; `out_report`
 * is written on success only. */
TRI_API tri_status *tri_executable_run(tri_executable *executable, const void *const *inputs, void *const *outputs, const tri_run_options *options,
                                       tri_run_report *out_report) TRI_NODISCARD;

/* For callers that have their tensors on the device already. The memory of input or output `i`, a dense tensor, is from now on at `address`, a
 * multiple of 256 in the device's memory: the caller's; or what tri_executable_input_address and ..._output_address say of another executable on the
 * same device; or of this one, so that an input that an earlier run wrote is taken again; where an output shares bytes with an input or with another
 * output, steps are launched one by one. It must stay until the executable is destroyed or bound
 * anew. */
TRI_API tri_status *tri_executable_bind_input(tri_executable *executable, size_t i, uint64_t address) TRI_NODISCARD;
TRI_API tri_status *tri_executable_bind_output(tri_executable *executable, size_t i, uint64_t address) TRI_NODISCARD;
TRI_API uint64_t tri_executable_input_address(const tri_executable *executable, size_t i); /* 0: there is no such input */
TRI_API uint64_t tri_executable_output_address(const tri_executable *executable, size_t i);

/* Runs every step on the inputs as they lie on the device. Real devices only queue the work: it is done in the order it was queued, and
 * tri_device_finish, or the next run, waits for it. No time is measured. */
TRI_API tri_status *tri_executable_enqueue(tri_executable *executable) TRI_NODISCARD;

/* Reads buffer `buffer` of the plan (a number from the plan's step) from the device, within after_step: how a check sees what a step was given and
 * made. */
TRI_API tri_status *tri_executable_read(tri_executable *executable, uint32_t buffer, void *to, uint64_t bytes) TRI_NODISCARD;

#ifdef __cplusplus
}
#endif
#endif
