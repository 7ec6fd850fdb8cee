/* fake_cuda.h - how tests steer and question fake_cuda.c, a libcuda.so.1 without a GPU behind it. */
#ifndef TRI_TESTS_FAKE_CUDA_H
#define TRI_TESTS_FAKE_CUDA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/tensor_map.h"
#include "runtime/drivers/cuda/cuda_abi.h"

enum { FAKE_DEVICES = 2, FAKE_NAME = 64, FAKE_MOST_PARAMETERS = 16, FAKE_MOST_CALLS = 512 };

/* What cuTensorMapEncodeTiled makes of its arguments: the 128 bytes of a map hold this. */
typedef struct fake_map {
    uint32_t magic, type, rank, swizzle, promotion;
    uint8_t steps[5];
    uint64_t base, dims[5], strides[4];
    uint16_t box[5];
} fake_map;
_Static_assert(sizeof(fake_map) <= TRI_TENSOR_MAP_BYTES, "a fake map has no more room than a real one");
enum { FAKE_MAP_MAGIC = 0x70616d21 };

/* The last launch. */
typedef struct fake_launch {
    char kernel[FAKE_NAME];
    unsigned grid[3], block[3], shared_bytes;
    cu_stream stream;
    int n_addresses, n_maps;
    uint64_t addresses[FAKE_MOST_PARAMETERS];
    fake_map maps[FAKE_MOST_PARAMETERS];
} fake_launch;

/* All of it as after loading the library: no failures, nothing live, no calls. What is live is freed. */
void fake_reset(void);
/* Call number `n` from now on (0: the next one) gives `result`, and with `for_good` all calls after it. What lets go of something lets go of it all
 * the same. */
void fake_fail_at(size_t n, cu_result result, bool for_good);
/* The next call of this name gives `result`, and so do all calls after it when `result` ends a context. */
void fake_fail_next(const char *name, cu_result result, bool for_good);
const char *fake_failed(void);         /* the name of the first call that failed so, or null */
void fake_hang(bool hangs);            /* from now on no queue ever empties */
void fake_set_shared_bytes(int bytes); /* static shared memory of every kernel */
void fake_set_cluster(int x, int y, int z);
void fake_refuse_cubins(bool refuses);  /* NO_BINARY_FOR_GPU */
void fake_set_free_bytes(size_t bytes); /* of every device */

size_t fake_calls(void); /* made so far */
size_t fake_calls_of(const char *name);
size_t fake_live(void);           /* contexts retained, memory, modules, streams, events not let go of */
const char *fake_violation(void); /* what was done against the rules, or null */
int fake_depth(void);             /* of this thread's stack of contexts */
fake_launch fake_last_launch(void);
int fake_attribute(unsigned attribute); /* what cuFuncSetAttribute set it to last; -1: never */

#endif
