/* runtime/device.h - what a driver is: one const struct of functions, found in a plugin by the symbol `tri_driver_entry`.
 *
 * The runtime opens plugins on demand (libtrine-driver-NAME.so, in $TRINE_DRIVERS, beside libtrine, or in lib/trine). A driver gives devices, a
 * device has a flat memory with 64-bit addresses, takes code images, and launches kernels with nothing but addresses as arguments: shapes are static,
 * so everything else is in the code. Calls return when the work is done, except that a driver with `finish` may queue launches and copies.
 *
 * Thread rule: different devices may be used from different threads at the same time; one device from one thread at a time. No driver keeps mutable
 * global state. Every function that can fail returns a status; a driver never aborts on what a program or an artifact contains. */
#ifndef TRI_RUNTIME_DEVICE_H
#define TRI_RUNTIME_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/chip.h"
#include "abi/tensor_map.h"
#include "tri/status.h"

#define TRI_DRIVER_ABI 3
#define TRI_DRIVER_ENTRY "tri_driver_entry" /* const tri_driver *tri_driver_entry(void) */

typedef struct tri_device tri_device; /* each driver defines its own; the runtime never looks inside */
typedef struct tri_code_image tri_code_image;

typedef uint64_t tri_address; /* in device memory; 0 is never a valid one */

typedef struct tri_device_options {
    bool timing_only; /* cycles without values; drivers without a cycle model refuse with UNSUPPORTED */
    int threads;      /* host threads a simulator may use; 0: all cores */
    int limit;        /* seconds after which work of a real device counts as hung; 0: the driver's default. Simulators count instructions */
    uint64_t stream;  /* the caller's queue that a real device is to work in (a CUstream as a number); 0: one of its own */
} tri_device_options;

/* One thing that one unit of a simulated core did, in seconds from the launch's begin. */
typedef struct tri_activity {
    const char *unit, *what; /* "PE0", "MM"; borrowed during the call */
    double start, seconds;
} tri_activity;
typedef void tri_activity_callback(void *context, const tri_activity *activity);

/* One kernel launch. `arguments` are the addresses of the kernel's buffers in the order of its parameters; `bytes` their sizes, which a simulator
 * uses to report an access outside of the buffer by name, and a real driver ignores. */
typedef struct tri_launch {
    const char *kernel;
    uint32_t grid[3], block[3];
    uint32_t shared_bytes; /* dynamic, besides what the code declares */
    uint32_t n_arguments;
    const tri_address *arguments;
    const uint64_t *bytes;
    const char *const *argument_names; /* for messages; may be null */
    uint32_t n_maps;                   /* hidden parameters behind the arguments; a driver without tensor maps refuses with UNSUPPORTED */
    const tri_tensor_map *maps;
    tri_activity_callback *activity; /* null: nobody asks; devices that do not know what their units do never call it */
    void *activity_context;
} tri_launch;

enum { TRI_MOST_UNITS = 12, TRI_MOST_COUNTERS = 4 };

/* What a launch cost. A driver without a clock of its own leaves `seconds` 0 and the runtime measures. */
typedef struct tri_launch_report {
    double seconds;        /* simulated or measured by the device */
    uint64_t cycles;       /* of the chip's main clock; 0: no cycle model */
    uint64_t instructions; /* executed; 0: unknown */
    int n_units;
    struct {
        char name[16];
        double busy; /* fraction of the launch's time */
    } units[TRI_MOST_UNITS];
    int n_counters; /* events that a simulator counted, such as "lds_conflicts" */
    struct {
        char name[16];
        uint64_t n;
    } counters[TRI_MOST_COUNTERS];
} tri_launch_report;

/* What a real device says it is. The runtime finds the chip file that says so too (keys device_names and device_isa). */
typedef struct tri_device_identity {
    char name[96]; /* the vendor's, blanks replaced by underscores: "NVIDIA_H200" */
    char isa[16];  /* "sm_90" */
    int64_t units;
    uint64_t memory_bytes;
} tri_device_identity;

typedef struct tri_driver {
    uint32_t abi;            /* TRI_DRIVER_ABI */
    const char *name;        /* "ptx-sim" */
    const char *device_kind; /* what stands before the colon of a device's name: "sim", "cuda", "hip" */
    const char *families;    /* of the chips it can be, comma separated, by the chip's `family`; null: any */
    const char *code;        /* the kind of code image it takes: "ptx", "hsaco", "systolic" */
    bool has_cycles;

    /* Whether this driver works here; the error says why not ("libcuda.so.1 is not installed"). */
    tri_status *(*probe)(void);
    /* How many devices of this kind exist; simulators: 1 per chip. */
    int (*count)(void);
    /* `chip` is what the device is to be (simulators), or what the runtime makes of its identity (real devices; null: no chip file says so); it must
     * outlive the device. */
    tri_status *(*open)(int ordinal, const tri_chip *chip, const tri_device_options *options, tri_device **out_device);
    void (*close)(tri_device *device);

    /* Memory. `allocate` poisons what it returns in simulators. Fresh addresses are 256-byte aligned. NO_MEMORY says how much was asked and is free.
     */
    tri_status *(*allocate)(tri_device *device, uint64_t bytes, tri_address *out_address);
    tri_status *(*release)(tri_device *device, tri_address address);
    tri_status *(*write)(tri_device *device, tri_address to, const void *from, uint64_t bytes);
    tri_status *(*read)(tri_device *device, void *to, tri_address from, uint64_t bytes);
    tri_status *(*copy)(tri_device *device, tri_address to, tri_address from, uint64_t bytes);
    /* Marks bytes as never written, so that a read of them is an error in a simulator; optional. */
    tri_status *(*poison)(tri_device *device, tri_address at, uint64_t bytes);

    /* Code. The image is copied or must not be needed after `load`. `name` is for messages. Of a kernel that is stored in two forms, UNSUPPORTED or
     * INVALID for one makes the runtime try the other. */
    tri_status *(*load)(tri_device *device, const char *name, const void *image, size_t n, tri_code_image **out_code);
    void (*unload)(tri_device *device, tri_code_image *code);
    tri_status *(*launch)(tri_device *device, tri_code_image *code, const tri_launch *launch, tri_launch_report *out_report);

    /* Real devices; all four or none. With `finish`, `launch` and `copy` may return before the work is done; work is done in the order it was given,
     * `read` and `write` are part of that order and wait, and `out_report` is left as it was. What went wrong is said by whichever call finds out, by
     * `finish` at the latest. What a launch points to need not live longer than the call, its code and memory do. */
    tri_status *(*identify)(int ordinal, tri_device_identity *out_identity);
    tri_status *(*finish)(tri_device *device); /* waits until all is done; FAULT when the device hangs */
    /* Time by the device's clock: marks are points in the order of work, numbered from 0 without gaps; `elapsed` is asked after `finish`. */
    tri_status *(*mark)(tri_device *device, uint32_t number);
    tri_status *(*elapsed)(tri_device *device, uint32_t from, uint32_t to, double *out_seconds);
} tri_driver;

#endif
