/* amdgcn_harness.h - runs one kernel of a test image on the AMDGCN simulator, through its driver as the runtime would. */
#ifndef TRI_TESTS_AMDGCN_HARNESS_H
#define TRI_TESTS_AMDGCN_HARNESS_H

#include "runtime/drivers/amdgcn_sim/amdgcn_driver.h"

enum { MOST_BUFFERS = 8 };

typedef struct amdgcn_buffer {
    void *host; /* read back after the launch when `out` */
    uint64_t bytes;
    bool in, out; /* `in`: written before the launch; else the buffer starts never written */
} amdgcn_buffer;

typedef struct amdgcn_test {
    tri_chip *chip;
    tri_device *device;
    tri_code_image *code;
    tri_launch_report report; /* of the last launch */
} amdgcn_test;

/* `image` is a file of the test images, such as "matrix.gfx942"; failures end the test. */
void amdgcn_open(amdgcn_test *test, const char *image);
void amdgcn_close(amdgcn_test *test);
/* The status of reading an image that may not load. */
tri_status *amdgcn_try_load(amdgcn_test *test, const char *image);
/* The bytes of an image, which the caller frees, and a device with such bytes, changed as the test likes. */
char *amdgcn_read(const char *image, size_t *n);
void amdgcn_open_bytes(amdgcn_test *test, const char *image, const char *bytes, size_t n);
/* Runs `kernel` with the buffers as arguments; the caller owns the status. */
tri_status *amdgcn_run(amdgcn_test *test, const char *kernel, uint32_t groups, uint32_t threads, amdgcn_buffer *buffers, uint32_t n);
/* A counter of the last launch, by name; a name that it has not ends the test. */
uint64_t amdgcn_counter(const amdgcn_test *test, const char *name);
/* The whole text of an error, notes included; valid until the next call. */
const char *amdgcn_text(const tri_status *status);

#define IN(array) ((amdgcn_buffer){(array), sizeof(array), true, false})
#define OUT(array) ((amdgcn_buffer){(array), sizeof(array), false, true})
#define INOUT(array) ((amdgcn_buffer){(array), sizeof(array), true, true})

#endif
