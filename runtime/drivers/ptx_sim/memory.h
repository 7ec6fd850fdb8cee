/* memory.h - the device's memory: allocations with the bytes and a shadow that says which were written.
 *
 * Addresses begin at 4 GiB and are never used twice, with a gap behind each allocation, so an access beyond an end or after a release is never
 * another allocation's. One thread at a time. */
#ifndef TRI_PTX_MEMORY_H
#define TRI_PTX_MEMORY_H

#include "runtime/drivers/ptx_sim/machine.h"

typedef struct tri_ptx_allocation {
    struct tri_ptx_allocation *next;
    uint64_t address, bytes;
    unsigned char *host, *valid; /* valid: as in tri_ptx_region */
} tri_ptx_allocation;

typedef struct tri_ptx_memory {
    tri_ptx_allocation *allocations;
    uint64_t next_address, used, limit;
} tri_ptx_memory;

void tri_ptx_memory_begin(tri_ptx_memory *memory, uint64_t limit);
void tri_ptx_memory_end(tri_ptx_memory *memory);
tri_status *tri_ptx_allocate(tri_ptx_memory *memory, uint64_t bytes, uint64_t *out_address) TRI_NODISCARD;
tri_status *tri_ptx_release(tri_ptx_memory *memory, uint64_t address) TRI_NODISCARD;
/* The allocation that holds all of [address, address + bytes), or null. */
tri_ptx_allocation *tri_ptx_allocation_of(const tri_ptx_memory *memory, uint64_t address, uint64_t bytes);
/* Marks bytes as written or not. */
void tri_ptx_mark(tri_ptx_allocation *allocation, uint64_t offset, uint64_t bytes, bool written);
/* The first offset in the range that was never written, or `bytes`. */
uint64_t tri_ptx_first_unwritten(const tri_ptx_allocation *allocation, uint64_t offset, uint64_t bytes);

#endif
