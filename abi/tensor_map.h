/* abi/tensor_map.h - a window of a buffer that a copy engine of the chip walks by itself (NVIDIA's tensor maps): what the compiler asks for, what the
 * artifact carries, and what a driver encodes for its device when the buffers of a launch are bound.
 *
 * A kernel takes its maps as hidden parameters behind its buffers, in order; each is 128 bytes, aligned to 64, constant during the launch. Only the
 * device's own driver knows how those bytes are made; in a simulator they hold this structure and an address.
 *
 * Dimensions are counted as the hardware counts them, the fastest first. Element (i0, i1, ...) of the view lies at
 * base + offset + sum_d i_d * strides[d], strides[0] being the size of an element. A box [b0, b1, ...] is copied between there and shared memory,
 * dense in the order b0 fastest; elements outside of dims read as zero and are not written. With a swizzle of S bytes (32, 64, 128; box[0] then
 * takes at most S bytes) the 16-byte chunk number c of row r (rows of S bytes, counted from an address aligned to 8 S) lies at c xor (r mod (S/16)).
 * For S = 32 and 64 the row number is counted in units of 128 bytes: chunk bits [4, 4+k) of the address are xored with bits [7, 7+k), k = 1, 2, 3.
 *
 * Limits (CUDA driver API, cuTensorMapEncodeTiled): rank 1..5; dims 1..2^32; strides multiples of 16 below 2^40; box 1..256, box[0]*element size a
 * multiple of 16; element steps 1..8; base + offset aligned to 16. */
#ifndef TRI_ABI_TENSOR_MAP_H
#define TRI_ABI_TENSOR_MAP_H

#include <stdint.h>

#include "base/dtype.h"
#include "base/text.h"
#include "tri/status.h"

enum { TRI_TENSOR_MAPS_MOST = 16 /* of one kernel */, TRI_TENSOR_MAP_RANK = 5, TRI_TENSOR_MAP_BYTES = 128, TRI_TENSOR_MAP_ALIGN = 64 };

typedef struct tri_tensor_map {
    uint32_t buffer; /* which parameter of the kernel it views */
    tri_dtype dtype; /* as the engine moves and reduces it */
    int32_t rank;
    uint64_t offset; /* bytes into the buffer */
    uint64_t dims[TRI_TENSOR_MAP_RANK], strides[TRI_TENSOR_MAP_RANK];
    uint32_t box[TRI_TENSOR_MAP_RANK], steps[TRI_TENSOR_MAP_RANK];
    uint32_t swizzle; /* bytes: 0, 32, 64, 128 */
} tri_tensor_map;

/* Whether the map keeps the limits above and views only `bytes` of its buffer; the error names what does not. */
tri_status *tri_tensor_map_check(const tri_tensor_map *map, uint64_t bytes) TRI_NODISCARD;

/* For people: `parameter 1 +256: bf16 [64 x 128] strides [2, 256] box [64 x 32] steps [1 x 1] swizzle 128`, dimensions in the order above. */
void tri_tensor_map_print(const tri_tensor_map *map, tri_text *out);

#endif
